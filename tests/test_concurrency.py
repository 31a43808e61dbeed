"""Many threads and many processes at once: the answers of one thread, to the bit, at first use too; nothing hangs.

``ZONECARBON_EXAMPLES=10 pytest tests/test_concurrency.py`` runs more rounds, and every way to start a process.
"""

import json
import os
import random
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pint
import pytest

import zonecarbon as zc

MORE = int(os.environ.get("ZONECARBON_EXAMPLES", "1"))
THREADS = 32
STARTS = ["fork", "spawn", "forkserver"]
CARRIERS = ("raw_coal", "natural_gas", "electricity", "coke")
YEARS = list(range(2018, 2026))


# -- what is asked -----------------------------------------------------------------------------------------------------


def _tables() -> dict[str, dict[str, list[Any]]]:
    zones = [f"Z{number}" for number in range(5)]
    units = {"raw_coal": "t", "natural_gas": "万m3", "electricity": "万kWh", "coke": "t"}
    rows = [(zone, year, carrier) for zone in zones for year in YEARS for carrier in CARRIERS]
    rng = np.random.default_rng(3)
    return {
        "zones": {"zone": zones, "province": ["江苏", "北京", "广东", "西藏", "全国"]},
        "economy": {
            "zone": [zone for zone in zones for _ in YEARS],
            "year": YEARS * len(zones),
            "value_added": rng.uniform(1e5, 2e6, len(zones) * len(YEARS)).tolist(),
            "unit": ["万元"] * len(zones) * len(YEARS),
            "price_year": [2020] * len(zones) * len(YEARS),
        },
        "energy": {
            "zone": [row[0] for row in rows],
            "year": [row[1] for row in rows],
            "carrier": [row[2] for row in rows],
            "quantity": rng.lognormal(6.0, 1.0, len(rows)).tolist(),
            "unit": [units[row[2]] for row in rows],
        },
    }


def _account() -> zc.Account:
    return zc.account(zc.read(_tables()))


def _whole() -> zc.Account:
    """Return an account of zones that are all known."""
    tables = _tables()
    tables["zones"]["province"][3] = "四川"
    return zc.account(zc.read(tables))


def _written(folder: Path) -> list[Any]:
    activity = zc.read(_tables())
    name = f"{threading.get_ident()}-{os.getpid()}"
    workbook = zc.write(activity, folder / f"{name}.xlsx", overwrite=True)
    again = zc.read(workbook)
    rows = zc.write(zc.account(again), folder / f"{name}.csv", overwrite=True)
    return [again.input_hash, rows.read_bytes()]


def _shared(folder: Path) -> list[Any]:
    """Write where all others write: what is read is what one of them wrote, whole."""
    path = zc.write(zc.list_methods(), folder / "shared.json", overwrite=True)
    return [path.read_bytes()]


def _units(_: Path) -> list[Any]:
    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    mass = registry.Quantity(1000.0, "tce")
    given = zc.standard_coal(registry.Quantity(3.0, "t"), "raw_coal")
    return [mass.to("GJ").magnitude, given.to("tce").magnitude, zc.standard_coal("3 t", "raw_coal")]


def _refused(_: Path) -> list[Any]:
    """Return what is told of bad rows."""
    tables = _tables()
    tables["energy"]["carrier"][3] = "coall"
    tables["energy"]["unit"][7] = "parsec"
    try:
        zc.read(tables)
    except zc.ZoneCarbonError as error:
        return [json.dumps(error.to_dict(), ensure_ascii=False)]
    raise AssertionError


def _plan(_: Path) -> list[Any]:
    found = zc.plan(_whole(), "starter", years=range(2026, 2029), peak_by=2027)
    return [found.to_csv(), zc.assure(found, draws=64, rng=1).to_csv()]


VERBS: dict[str, Callable[[Path], list[Any]]] = {
    "read": lambda _: [zc.read(_tables()).input_hash],
    "account": lambda _: [_account().to_csv(), _account()._repr_html_()],
    "totals": lambda _: [part.tobytes() for part in _account().totals()[:2]],
    "check": lambda _: [zc.check(_account()).to_csv(), zc.check(_account()).text("zh")],
    "decompose": lambda _: [zc.decompose(_whole(), base=2018, end=2025).to_csv()],
    "tapio": lambda _: [zc.tapio(_whole()).to_csv()],
    "peaks": lambda _: [zc.find_peaks(_account()).to_csv()],
    "project": lambda _: [zc.project(_whole(), "policy", until=2030, draws=256, rng=7).to_csv()],
    "required": lambda _: [zc.required(_whole(), "peak", 2030, scenario="policy", draws=64, until=2032).to_csv()],
    "curve": lambda _: [zc.abatement_curve(_whole(), "starter", 2025).to_text(), _account().to_text()],
    "plot": lambda _: [zc.plots.to_svg(zc.plots.stack(_account()))],
    "report": lambda _: [zc.report(zc.check(_whole()), language="zh", zones=["Z1"]).html],
    "catalog": lambda _: [zc.list_factors().to_csv(), zc.list_targets().to_csv(), zc.list_scenarios().to_csv()],
    "schema": lambda _: [json.dumps(zc.json_schema("Account")), json.dumps(zc.json_schema("Zone"))],
    "plan": _plan,
    "units": _units,
    "refused": _refused,
    "written": _written,
    "shared": _shared,
}


if MORE == 1:  # what takes seconds
    for slow in ("report", "plan", "required", "curve"):
        del VERBS[slow]


def _ask(verb: str, folder: str) -> bytes:
    """Return the bytes of an answer; what is warned is told by results too."""
    return repr(VERBS[verb](Path(folder))).encode()


def _alone(folder: Path) -> dict[str, bytes]:
    return {verb: _ask(verb, str(folder)) for verb in VERBS}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        yield


@pytest.fixture(name="alone", scope="module")
def _alone_once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return _alone(tmp_path_factory.mktemp("alone"))


# -- threads -----------------------------------------------------------------------------------------------------------


def test_threads_with_mixed_verbs_answer_as_one(alone: dict[str, bytes], tmp_path: Path) -> None:
    gate = threading.Barrier(THREADS)
    work = list(VERBS) * MORE
    random.Random(MORE).shuffle(work)
    work += (["account", "check", "refused", "shared", "totals"] * THREADS)[: -len(work) % THREADS]

    def ask(words: list[str]) -> list[str]:
        gate.wait()
        return [verb for verb in words if _ask(verb, str(tmp_path)) != alone[verb]]

    before = sys.getswitchinterval()
    filters = list(warnings.filters)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            wrong = list(pool.map(ask, [work[at::THREADS] for at in range(THREADS)]))
    finally:
        sys.setswitchinterval(before)
    assert not [verb for part in wrong for verb in part]
    assert warnings.filters == filters
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


# Every thread asks first for something else, in an interpreter that has loaded nothing.
FIRST_USE = """
import hashlib, importlib.util, sys, threading, warnings
from concurrent.futures import ThreadPoolExecutor
warnings.simplefilter("ignore")
spec = importlib.util.spec_from_file_location("asked", sys.argv[1])
asked = importlib.util.module_from_spec(spec)
sys.modules["asked"] = asked
spec.loader.exec_module(asked)
assert "pandas" not in sys.modules or sys.argv[4] != "lazy"
sys.setswitchinterval(float(sys.argv[3]))
gate, verbs = threading.Barrier(32), list(asked.VERBS)

def ask(number):
    gate.wait()
    verb = verbs[number % len(verbs)]
    return verb, hashlib.sha256(asked._ask(verb, sys.argv[2])).hexdigest()

with ThreadPoolExecutor(32) as pool:
    for verb, told in pool.map(ask, range(32)):
        print(verb, told)
"""

NAMES = """
import random, sys, threading
from concurrent.futures import ThreadPoolExecutor
import zonecarbon as zc
assert "pandas" not in sys.modules
sys.setswitchinterval(1e-6)
gate = threading.Barrier(32)

def load(number):
    names = list(zc.__all__)
    random.Random(number).shuffle(names)
    gate.wait()
    return {name: id(getattr(zc, name)) for name in names if name != "__version__"} | {"plots": id(zc.plots)}

with ThreadPoolExecutor(32) as pool:
    found = list(pool.map(load, range(32)))
assert all(one == found[0] for one in found)
print(len(found[0]))
"""


def _run(code: str, *words: str, seconds: float = 300.0) -> str:
    found = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=seconds, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.mark.parametrize("interval", [1e-6, 5e-3][:MORE])
def test_first_use_of_everything_at_once(interval: float, alone: dict[str, bytes], tmp_path: Path) -> None:
    from hashlib import sha256

    out = _run(FIRST_USE, __file__, str(tmp_path), str(interval), "any")
    told = [line.split() for line in out.splitlines()]
    assert {verb for verb, _ in told} == set(VERBS)
    assert not [verb for verb, digest in told if digest != sha256(alone[verb]).hexdigest()]


def test_names_that_load_late_are_loaded_from_many_threads() -> None:
    assert int(_run(NAMES)) == len(zc.__all__)


# -- processes ---------------------------------------------------------------------------------------------------------


def _account_and_error(_: int) -> tuple[zc.Account, zc.ZoneCarbonError]:
    try:
        zc.read({"energy": {"zone": ["A"], "year": [2022], "carrier": ["x"], "quantity": [1], "unit": ["t"]}})
    except zc.ZoneCarbonError as error:
        return _whole(), error
    raise AssertionError


def _raise(_: int) -> None:
    raise zc.FactorError("carrier.blank")


SCRIPT = """
import sys, warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
import test_concurrency as asked
import zonecarbon as zc

if __name__ == "__main__":
    account = asked._whole()
    alone = zc.project(account, "policy", until=2032, draws=4096, rng=5).to_csv()
    with ProcessPoolExecutor(2, mp_context=get_context(sys.argv[2])) as pool:
        assert zc.project(account, "policy", until=2032, draws=4096, rng=5, executor=pool).to_csv() == alone
        assert zc.check(account, executor=pool).to_csv() == zc.check(account).to_csv()
        verbs = ["account", "check", "project", "units", "refused", "written", "shared"]
        assert list(pool.map(asked._ask, verbs, [sys.argv[3]] * len(verbs))) == [
            asked._ask(verb, sys.argv[3]) for verb in verbs]
        back, error = pool.submit(asked._account_and_error, 0).result()
        assert back.to_csv() == account.to_csv()
        assert error.to_dict() == asked._account_and_error(0)[1].to_dict()
        try:
            pool.submit(asked._raise, 0).result()
        except zc.FactorError as error:
            assert error.problems[0].code == "carrier.blank"
    print("same")
"""


@pytest.mark.parametrize("start", STARTS if MORE > 1 else ["fork"])
def test_processes_answer_as_one(start: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    words = [sys.executable, str(script), str(Path(__file__).parent), start, str(tmp_path)]
    found = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert found.stdout == "same\n", found.stderr


# A fork takes the locks that other threads hold at that moment along, and nobody gives them back.
FORKS = """
import importlib.util, os, sys, threading, time, warnings
warnings.simplefilter("ignore")
spec = importlib.util.spec_from_file_location("asked", sys.argv[1])
asked = importlib.util.module_from_spec(spec)
sys.modules["asked"] = asked
spec.loader.exec_module(asked)
verbs = ["units", "account", "check", "plot", "written", "catalog"]
alone = {verb: asked._ask(verb, sys.argv[2]) for verb in verbs}
stop = threading.Event()

def busy(verb):
    while not stop.is_set():
        asked._ask(verb, sys.argv[2])

threads = [threading.Thread(target=busy, args=(verb,), daemon=True) for verb in verbs]
for thread in threads:
    thread.start()
late = []
for number in range(int(sys.argv[3])):
    time.sleep(0.01 * (number % 7))
    verb = verbs[number % len(verbs)]
    pid = os.fork()
    if not pid:
        os._exit(0 if asked._ask(verb, sys.argv[2]) == alone[verb] else 9)
    until = time.monotonic() + 30
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        if time.monotonic() > until:
            os.kill(pid, 9)
            ended = os.waitpid(pid, 0)
            late.append(verb)
            break
        time.sleep(0.01)
    else:
        assert ended[1] == 0, (verb, ended)
stop.set()
for thread in threads:  # a process that ends while threads are in compiled code may abort
    thread.join(60)
print("hung:", *late)
"""


def test_a_fork_while_threads_are_busy_does_not_hang(tmp_path: Path) -> None:
    assert _run(FORKS, __file__, str(tmp_path), str(6 * MORE)) == "hung:\n"
