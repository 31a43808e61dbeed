"""The import rules are run, not reviewed: layers, doors, and what each library is allowed to be imported by."""

import ast
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "zonecarbon"


def test_the_import_contracts_hold() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_no_module_grows_out_of_hand() -> None:
    """About 400 lines is where a module becomes a package; messages are a table of texts."""
    lengths = {path.relative_to(SOURCE): len(path.read_text("utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    large = {str(path): n for path, n in lengths.items() if n > 650 and path.name not in {"messages.py", "units.py"}}
    assert not large


def test_no_coefficient_stands_in_code() -> None:
    """Known factors appear in data files only; docstrings and comments may name them."""
    figures = {"0.7143", "0.1229", "0.9714", "1.33", "1.2143", "0.8325", "0.5568", "0.5366", "0.5306", "0.11", "94.6",
               "0.4", "0.3", "0.04", "34.12", "0.03412", "29.3076", "29307.6"}  # fmt: skip
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, float) and str(node.value) in figures:
                found.append(f"{path.name}:{node.lineno}: {node.value}")
    assert not found


def test_the_readme_shows_what_happens() -> None:
    """Its Python example runs as it is printed."""
    import doctest

    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert tried >= 4
    assert failed == 0
