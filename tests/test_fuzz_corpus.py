"""The corpus of the fuzzer, every former finding among it, and a few thousand fresh cases: nothing but errors of ours.

The long run is ``python tests/fuzz/run.py``; what it is and what it found stands in ``tests/fuzz``.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))  # a test may be run without the folder on the path
from fuzz import run as running
from fuzz.guarding import Fault, Sandbox, peak_memory, run_case
from fuzz.targets import CORPUS, Target, targets
from zonecarbon.errors import InputError, Problem

SEED = 20_000  # other cases than those of the long run
FRESH = {
    "units": 400,
    "notation": 100,
    "names": 300,
    "identity": 1000,
    "catalog": 150,
    "json": 60,
    "formulas": 60,
    "command": 4,
}
OTHERS = 8
SLACK = 4.0  # a loaded machine, and Python on its first use of a thing


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def findings(target: Target, cases: list[bytes], box: Sandbox) -> list[str]:
    rans = [run_case(target.name, target.run, data, box, SLACK * target.seconds) for data in cases]
    return [f"{ran.finding.key}\n{ran.finding.detail}" for ran in rans if ran.finding is not None]


@pytest.mark.parametrize("name", sorted(targets()))
def test_the_corpus(name: str, box: Sandbox) -> None:
    kept = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
    assert kept
    assert not findings(targets()[name], kept, box)


@pytest.mark.parametrize("name", sorted(targets()))
def test_fresh_cases(name: str, box: Sandbox) -> None:
    target = targets()[name]
    seeds = target.seeds()
    count = FRESH.get(name, OTHERS)
    cases = [running.case(target, seeds, SEED, len(seeds) + number) for number in range(count)]
    assert cases == [running.case(target, seeds, SEED, len(seeds) + number) for number in range(count)]
    assert not findings(target, cases, box)


def test_the_corpus_is_small() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 300_000


# -- the fuzzer itself must see what it is there for ----------------------------------------------------------------


def _other_error(data: bytes, box: Sandbox) -> None:
    raise KeyError("x")


def _warns(data: bytes, box: Sandbox) -> None:
    import numpy as np

    np.float64(1e308) * 10.0


def _is_slow(data: bytes, box: Sandbox) -> None:
    while True:
        pass


def _writes_outside(data: bytes, box: Sandbox) -> None:
    (box.root.parent / "zonecarbon-fuzz-must-not-be").write_bytes(b"")


def _takes_memory(data: bytes, box: Sandbox) -> None:
    most = int(peak_memory()) + 300  # where what was largest before is not forgotten, only more than that is seen
    assert len(bytearray(os.urandom(1)) * (most << 20))


def _says_nothing(data: bytes, box: Sandbox) -> None:
    raise InputError([])


FAULTS = {_other_error: "KeyError", _warns: "RuntimeWarning", _is_slow: "TooSlow", _writes_outside: "Escaped",
          _takes_memory: "memory", _says_nothing: "Fault"}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found(fault: object, box: Sandbox) -> None:
    assert callable(fault)
    ran = run_case("own", fault, b"", box, 0.5 if fault is _is_slow else 60.0)
    assert ran.finding is not None
    assert ran.finding.key.startswith(FAULTS[fault])


def test_a_refusal_is_none(box: Sandbox) -> None:
    def refuses(data: bytes, box: Sandbox) -> None:
        raise InputError([Problem("tables.empty")])

    ran = run_case("own", refuses, b"", box, 5.0)
    assert ran.finding is None
    assert not ran.accepted


def test_a_command_that_writes_elsewhere_is_found(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from fuzz import commands

    def writes(words: list[str]) -> int:
        Path("elsewhere.csv").write_text("x")
        return 0

    monkeypatch.setattr(commands, "main", writes)
    with pytest.raises(Fault, match="elsewhere"):
        commands.run_command(b"account\ndata.csv\n--out\nout.csv", box)


def test_compiling_a_module_is_no_escape(box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imported_for_the_first_time.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def imports(data: bytes, box: Sandbox) -> None:
        importlib.import_module("imported_for_the_first_time")

    ran = run_case("own", imports, b"", box, 5.0)
    assert ran.finding is None
    assert [path.name for path in tmp_path.iterdir()] == ["imported_for_the_first_time.py"]
    assert not sys.dont_write_bytecode
