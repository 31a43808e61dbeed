"""What a host relies on: the public names, what importing loads and leaves alone, threads, pickles."""

import argparse
import copy
import importlib
import importlib.util
import inspect
import json
import pickle
import pkgutil
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon import catalog, cli

# A name cannot appear or vanish by accident.
PUBLIC = """\
AbatementCurve Account Activity Assurance DataWarning Decomposition Decoupling EnergyUse Ensemble Explanation
FactorError FactorWarning Flow InputError Measure MeasureError MeasureSet Method MethodError
MissingOptionalDependencyError Outlook Peaks Plan Price Problem ProcessOutput RenamedWarning Report ReportedValue
Requirement Scenario ScenarioError SchemaList Slips SobolIndices Target TargetCheck TargetError TargetSet Tornado
Totals Trend UnitError ValueAdded Zone ZoneCarbonError ZoneCarbonWarning __version__ abatement_curve account
annual_reduction apply_measures assure chain_changes check co2 co2_intensity decompose define_into deflate
energy_intensity extend find_peaks find_slips from_dict from_pyam json_schema link_prices list_carriers list_factors
list_measures list_methods list_provinces list_scenarios list_schemas list_targets mann_kendall plan project read
read_measures read_parts report required required_rate sobol_indices standard_coal tapio to_iamc to_pyam to_quantity
to_xarray tornado write write_measures write_template
""".split()  # noqa: SIM905 - a list of eighty quoted names is harder to read


def run(code: str) -> str:
    """Return what ``code`` prints in a fresh interpreter in which warnings are errors."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def listing() -> Any:
    """Return ``tools/public_names.py``, which is no package."""
    path = Path(__file__).parents[1] / "tools" / "public_names.py"
    spec = importlib.util.spec_from_file_location("public_names", path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["public_names"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def a_zone(name: str = "A", coal: float = 1000.0) -> zc.Zone:
    return zc.Zone(
        zone=name,
        province="江苏",
        energy=(
            zc.EnergyUse(carrier="anthracite", quantity=coal, unit="tce", year=2022),
            zc.EnergyUse(carrier="电力", quantity="500 万千瓦时", year=2022),
        ),
        value_added=(zc.ValueAdded(value_added="1 亿元", year=2022, price_year=2020),),
    )


def test_the_public_names_are_pinned() -> None:
    assert sorted(zc.__all__) == sorted(PUBLIC)
    families = ["notation", "plots", "records"]  # modules: what is in them has names of its own
    assert dir(zc) == sorted([*zc.__all__, *families])
    assert all(getattr(zc, name) is importlib.import_module(f"zonecarbon.{name}") for name in families)
    assert all(getattr(zc, name) is not None for name in zc.__all__)


def test_each_public_name_has_a_line_and_stands_on_the_page() -> None:
    page = (Path(__file__).parents[1] / "docs/api/index.md").read_text("utf-8")
    for entry in listing().top():
        assert entry.line.endswith("."), entry.name
        assert f"`{entry.name}" in page, entry.name


def test_one_thing_has_one_name_one_place_and_one_default() -> None:
    """What many functions take, each takes alike; exceptions stand here with their reason."""
    found: dict[str, set[str]] = {}
    for name, (_, thing) in listing().homes().items():
        for parameter in inspect.signature(thing).parameters.values() if inspect.isfunction(thing) else ():
            told = f"{parameter.default!r}{'' if parameter.kind is parameter.KEYWORD_ONLY else ' by place'}"
            found.setdefault(f"{parameter.name}={told}", set()).add(name)
    assert found["until=2060"] == {"extend", "project", "required", "sobol_indices", "tornado"}
    assert {key for key in found if key.startswith("executor=")} == {"executor=None"}
    assert {key for key in found if key.startswith("overwrite=")} == {"overwrite=False"}
    assert {key for key in found if key.startswith("progress=")} == {"progress=None"}
    # An answer is the same each time unless a seed is given; a projection draws its own and says which.
    assert {key: names for key, names in found.items() if key.startswith("rng=")}["rng=None"] == {"project"}
    assert {key.removesuffix(" by place") for key in found if key.startswith("language=")} == {"language='en'"}
    assert found["on_error='raise' by place"] == {"read", "read_parts"}


# One option may be of several kinds where the things are: a name of a set, the words of an amount.
TWO_WAYS = {
    "--by", "--level",  # of an account, of a table, of a plan
    "--zone", "--budget", "--scenario",  # one, several, or a default where there must be one
    "--seed", "--probability",  # the defaults are those of the question
    "--format",  # of what is printed; of files in convert
}  # fmt: skip


def test_an_option_is_spelt_and_typed_alike_in_every_command() -> None:
    parser = cli._parser()
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction)).choices
    seen: dict[str, set[str]] = {}
    for name, command in commands.items():
        text = command.format_help()
        assert "Exit codes: 0" in text, name
        assert command.description, name
        for action in command._actions:
            assert action.help, (name, action.dest)
            words = [word for word in action.option_strings if word.startswith("--")]
            assert len(words) == len(action.option_strings) or action.option_strings == ["-h", "--help"]
            for word in words:
                assert "_" not in word
                seen.setdefault(word, set()).add(f"{action.type} {action.nargs} {action.default} {action.choices}")
    assert "--lang" in seen
    assert {word for word, kinds in seen.items() if len(kinds) > 1} == TWO_WAYS
    languages = [action for command in commands.values() for action in command._actions if action.dest == "lang"]
    assert {tuple(action.option_strings) for action in languages} == {("--lang", "--language")}
    assert len(languages) == len(commands)


def test_the_command_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"zonecarbon {zc.__version__}\n"


def test_no_repr_is_long() -> None:
    zone = a_zone()
    many = zone.model_copy(update={"energy": zone.energy * 1000})
    account = zc.account(zone)
    known: list[object] = [many, account.provenance, catalog.scenario("policy"), catalog.measure_set("starter")]
    known += [catalog.target_set("torch-2025"), zc.Problem("number.finite", {"name": "x", "value": 1.0})]
    for thing in known:
        assert len(repr(thing)) < 450, type(thing)
    assert repr(many).startswith("Zone(zone='A', province='32-jiangsu', energy=<2000 items>, value_added=(ValueAdded(")


def test_records_and_problems_are_equal_and_hash_by_what_they_say() -> None:
    for make in (
        a_zone,
        lambda: catalog.scenario("policy"),
        lambda: catalog.measure_set("starter"),
        zc.Method,
    ):
        one, two = make(), pickle.loads(pickle.dumps(make()))
        assert one == two
        assert hash(one) == hash(two)
    assert len({a_zone("A"), a_zone("A"), a_zone("B")}) == 2
    assert len({zc.Problem("x", {"n": [1]}), zc.Problem("x", {"n": [1]}), zc.Problem("x", {"n": [2]})}) == 2


def test_no_module_hides_a_public_function() -> None:
    for module in pkgutil.walk_packages(zc.__path__, "zonecarbon."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in set(PUBLIC) - {"__version__"}:
        assert not inspect.ismodule(getattr(zc, name)), name
        assert callable(getattr(zc, name)), name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such"):
        zc.no_such  # noqa: B018


def test_importing_loads_at_most_numpy() -> None:
    loaded = run("import sys, zonecarbon; print(' '.join(sys.modules))").split()
    assert not {"pandas", "pint", "pydantic", "scipy", "matplotlib", "hypothesis"} & set(loaded)


def test_a_name_loads_only_what_it_needs() -> None:
    loaded = run("import sys, zonecarbon as zc; zc.energy_intensity(1.0, 2.0); print(' '.join(sys.modules))").split()
    assert not {"pandas", "pint", "scipy"} & set(loaded)


def test_importing_changes_nothing_in_the_host() -> None:
    code = """
import logging, warnings, sys, os, numpy, pint, pydantic
def state():
    return list(logging.root.handlers), logging.root.level, list(warnings.filters), dict(os.environ)
before = state()
registry = pint.get_application_registry()
import zonecarbon as zc
zc.account([zc.Zone(zone="A", energy=[zc.EnergyUse(carrier="coke", quantity="1 t", year=2022)])])
assert before == state()
try:
    registry("1 tce")
except Exception as error:
    print(type(error).__name__)
"""
    assert run(code) == "UndefinedUnitError"


def test_the_version_is_the_installed_one() -> None:
    from importlib.metadata import version

    assert zc.__version__ == version("zonecarbon")


def test_results_and_errors_survive_pickle_and_copy() -> None:
    account = zc.account(a_zone())
    for twin in (pickle.loads(pickle.dumps(account)), copy.deepcopy(account)):
        np.testing.assert_array_equal(twin.total("co2"), account.total("co2"))
        assert twin.provenance.input_hash == account.provenance.input_hash
    check = zc.check(account)
    assert pickle.loads(pickle.dumps(check)).text("zh") == check.text("zh")
    with pytest.raises(zc.InputError) as caught:
        account.explain("B", 2022)
    assert pickle.loads(pickle.dumps(caught.value)).text("zh") == caught.value.text("zh")


def test_results_are_plain_data_when_asked() -> None:
    account = zc.account(a_zone())
    for result in (account, account.explain("A", 2022), zc.check(account), zc.list_factors("heat"), zc.list_methods()):
        data = json.loads(json.dumps(result.to_dict(), allow_nan=False))
        assert data["rows"]
        assert "<table>" in result._repr_html_()
        assert len(repr(result)) < 400


def test_a_name_typed_by_a_user_is_escaped_in_html() -> None:
    shown = zc.account(a_zone("<script>alert(1)</script>"))._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_arrays_of_results_are_read_only_and_inputs_are_not_touched() -> None:
    quantity = np.arange(12.0).reshape(2, 2, 3)
    before = quantity.copy()
    flows = ["coke", "electricity"]
    activity = zc.Activity.from_arrays(quantity, flows=flows, zones=["A", "B"], years=[1999, 2000, 2001])
    account = zc.account(activity, electricity="0.6 kgCO2/kWh")
    with pytest.raises(ValueError, match="read-only"):
        account.energy[0, 0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        activity.quantity[0, 0, 0, 0] = 1
    assert quantity.flags.writeable
    np.testing.assert_array_equal(quantity, before)


def test_many_threads_on_first_use_agree() -> None:
    code = """
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from threading import Barrier
import zonecarbon as zc
barrier = Barrier(16)
def work(i):
    barrier.wait()
    zone = zc.Zone(zone="A", province="江苏", energy=[zc.EnergyUse(carrier="电力", quantity="5 万千瓦时", year=2022)],
                   value_added=[zc.ValueAdded(value_added="1 亿元", year=2022, price_year=2020)])
    account = zc.account(zone)
    return float(account.total("co2")[0, 0]), zc.check(account).verdict("energy-intensity-aggregate")
with ThreadPoolExecutor(16) as pool:
    print(len(set(pool.map(work, range(16)))))
"""
    assert run(code) == "1"


def test_threads_do_not_disturb_each_other() -> None:
    zones = [a_zone(f"Z{i}", 100.0 * (i + 1)) for i in range(8)]
    alone = [float(zc.account(zone).total("energy")[0, 0]) for zone in zones]
    lock = threading.Lock()
    seen: list[list[float]] = []

    def work(_: int) -> None:
        own = [float(zc.account(zone).total("energy")[0, 0]) for zone in zones]
        with lock:
            seen.append(own)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert all(own == alone for own in seen)


def test_warnings_are_of_our_own_kind_and_come_once() -> None:
    zone = zc.Zone(zone="A", province="西藏", energy=[zc.EnergyUse(carrier="electricity", quantity=1.0, year=2022)])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        zc.account(zone)
    assert [warning.category for warning in caught] == [zc.FactorWarning]
    assert issubclass(zc.FactorWarning, zc.ZoneCarbonWarning)
    assert caught[0].filename == __file__


def test_errors_are_strict_json() -> None:
    problem = zc.Problem(
        "number.finite", {"name": "x", "value": np.float64("inf"), "n": np.int64(3), "all": (1, np.nan)}
    )
    values = json.loads(json.dumps(problem.to_dict(), allow_nan=False))["values"]
    assert values == {"name": "x", "value": "inf", "n": 3, "all": [1, "nan"]}
