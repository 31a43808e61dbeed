"""The overloads hold: mypy reads ``typing/``, where each formula says which kind it answers in."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

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
