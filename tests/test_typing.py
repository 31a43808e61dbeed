"""The overloads hold: mypy reads ``typing/``, where each formula says which kind it answers in.

Records are read as a user's project reads them, without the plugin of pydantic.
"""

import ast
import inspect
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from zonecarbon import records

ROOT = Path(__file__).parents[1]


def test_a_type_checker_knows_the_kind_of_each_answer() -> None:
    """``make types`` reads the same file; an ignore there that is not needed is an error too."""
    api = pytest.importorskip("mypy.api")
    try:
        version("pandas-stubs")
    except PackageNotFoundError:
        pytest.skip("without pandas-stubs a type checker knows no Series; make check has them")
    path = ROOT / "tests" / "typing" / "formulas.py"
    told, errors, status = api.run(["--config-file", str(ROOT / "pyproject.toml"), str(path)])
    assert (status, errors) == (0, ""), told
    assert path.read_text("utf-8").count("assert_type(") > 30


def test_records_take_what_people_write_for_a_type_checker_without_a_plugin() -> None:
    api = pytest.importorskip("mypy.api")
    folder = ROOT / "tests" / "typing"
    told, errors, status = api.run(["--config-file", str(folder / "plain.toml"), str(folder / "records.py")])
    assert (status, errors) == (0, ""), told


def test_what_type_checkers_are_told_has_the_names_that_are_taken() -> None:
    """The signatures stand under TYPE_CHECKING: nothing else would notice a new field."""
    checked = 0
    for name in records.__all__:
        record: Any = getattr(records, name)
        if name == "problems_of":
            continue
        source = ast.parse(inspect.getsource(record))
        made = [node for node in ast.walk(source) if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
        told = {
            argument.arg: default
            for argument, default in zip(made[0].args.kwonlyargs, made[0].args.kw_defaults, strict=True)
        }
        also = {"EnergyUse": {"ncv", "ncv_unit"}, "ValueAdded": {"amount", "value"}, "Zone": {"economy"}}.get(
            name, set()
        )
        assert set(told) == {*record.model_fields, *also}, name
        needed = {field for field, about in record.model_fields.items() if about.is_required()}
        assert {field for field, default in told.items() if default is None} == needed - {"zone"}, name
        checked += 1
    assert checked > 15
