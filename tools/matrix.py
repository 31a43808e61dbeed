"""Run the tests on each Python with the newest, the pinned and the lowest versions, and one version below each bound.

``python tools/matrix.py`` needs the standard library and a package index. Decided here:

* A cell of the table is one virtual environment below ``.venv-matrix``, kept until ``pyproject.toml`` or its
  constraints change; the newest versions are looked for anew each time. Wheels alone: no cell waits for a compiler.
* A Python that is not here is a row that says NOT RUN. Nothing is left out in silence.
* The newest versions are those without pyam (the extra ``iamc``), which holds pandas below 3 and others with it; the
  pinned and the lowest set have it.
* Where a lowest version has no wheel for Python 3.13, ``constraints-oldest.txt`` has the first that does.
* A bound is proved from both sides: the bound itself passes, and ``--below`` says what one version lower does. One that
  passes there is a choice (what we test), not a need, and the table says so.
* The results are kept as JSON below ``.venv-matrix`` and written as a table from all of them, so that a part of the
  matrix can be run again.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv-matrix"
RESULTS = ROOT / "tests/matrix/RESULTS.md"
PYTHONS = ("3.11", "3.12", "3.13")
SETS: Mapping[str, str] = {"newest": "", "pinned": "constraints.txt", "lowest": "constraints-oldest.txt"}
EXTRAS = {"newest": "dask,excel,parquet,plan,plot,report,sobol,test,xarray"}  # of a set; else all
SHOWN = ("numpy", "pandas", "pydantic", "pint", "scipy")
LINE = re.compile(r"(\d+) (passed|failed|skipped|errors?|deselected)")


class Bound(NamedTuple):
    """The release before the lowest that is allowed, what to ask of pip for it, and the tests that use the package."""

    below: str
    also: tuple[str, ...]
    tests: tuple[str, ...]


# Each lower bound of pyproject.toml; a test holds this table to it.
BOUNDS: Mapping[str, Bound] = {
    "numpy": Bound("1.25.2", (), ("tests/test_activity.py", "tests/test_indicators.py", "tests/kernels")),
    "pandas": Bound("2.2.1", (), ("tests/test_read.py", "tests/test_wide.py", "tests/test_embedding.py")),
    "pint": Bound("0.24.3", (), ("tests/test_units.py", "tests/test_formula_kinds.py", "tests/test_embedding.py")),
    "pydantic": Bound("2.8.2", ("pydantic-core==2.20.1",), ("tests/test_records.py", "tests/test_embedding.py")),
    "dask": Bound("2024.7.1", ("distributed==2024.7.1",), ("tests/test_executors.py",)),
    "jinja2": Bound("3.0.3", (), ("tests/test_report.py",)),
    "matplotlib": Bound("3.7.5", (), ("tests/test_plots.py", "tests/test_plots_plan.py")),
    "openpyxl": Bound("3.1.2", (), ("tests/test_workbook.py", "tests/test_template.py", "tests/test_write.py")),
    "pyam-iamc": Bound("2.3.0", (), ("tests/test_interop_pyam.py",)),
    "pyarrow": Bound("14.0.2", (), ("tests/test_write.py", "tests/test_parts.py")),
    "scipy": Bound("1.14.1", (), ("tests/test_sampling.py", "tests/test_sensitivity.py", "tests/test_cli_plan.py")),
    "xarray": Bound("2023.12.0", (), ("tests/test_interop.py",)),
}  # fmt: skip
# Everything that touches a foreign library; the rest is arithmetic. `--all` runs the rest as well.
SELECTION = tuple(sorted({test for bound in BOUNDS.values() for test in bound.tests} | {
    "tests/test_cli.py", "tests/test_notebooks.py", "tests/test_supply.py",
}))  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cells that are asked for, print the table, and return how many failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", action="append", choices=PYTHONS, help="this version alone (default: all)")
    parser.add_argument("--set", action="append", choices=tuple(SETS), help="this set alone (default: all)")
    parser.add_argument("--all", action="store_true", help="the whole suite instead of what touches other libraries")
    parser.add_argument("--below", action="store_true", help="one version below each bound, instead of the matrix")
    parser.add_argument("--package", action="append", choices=tuple(BOUNDS), help="with --below: this bound alone")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(exist_ok=True)
    failed = 0
    if options.below:
        cells = {f"below {name}": (below, name) for name in options.package or BOUNDS}
        for key, (run, name) in cells.items():
            keep(key, told := run(name))
            print(f"{key}: {told['result']}", flush=True)
    else:
        for python in options.python or PYTHONS:
            for name in options.set or SETS:
                told = cell(python, name, options.all)
                keep(f"{python} {name}", told)
                failed += told["result"] not in {"passed", "NOT RUN"}
                print(f"{python} {name}: {told['result']} {told.get('counts', '')}", flush=True)
    text = page(kept())
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return failed


def python_of(version: str) -> str | None:
    """Return the command of a Python version, or None if it is not here."""
    for name in (f"python{version}", "python3", "python"):
        if (path := shutil.which(name)) is None:
            continue
        told = subprocess.run([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                              capture_output=True, text=True, check=False)  # fmt: skip
        if told.stdout.strip() == version:
            return path
    return None


def cell(python: str, name: str, is_whole: bool) -> dict[str, str]:
    """Return what the tests say on a Python with a set of versions."""
    command = python_of(python)
    if command is None:
        return {"result": "NOT RUN", "why": f"python{python} is not here", "tests": ""}
    try:
        inside = environment(command, FOLDER / f"py{python}-{name}", SETS[name], f"{python} {name}")
    except subprocess.CalledProcessError as error:
        return {"result": "no install", "why": last(error.stderr), "tests": ""}
    return run_tests(inside, () if is_whole else SELECTION) | {"versions": versions(inside)}


def below(name: str) -> dict[str, str]:
    """Return what the tests say with one package a version below its bound, the others at theirs."""
    bound = BOUNDS[name]
    command = python_of("3.11") or python_of("3.12")
    if command is None:
        return {"result": "NOT RUN", "why": "needs Python 3.11 or 3.12", "version": bound.below, "tests": ""}
    folder = FOLDER / "py3.11-below"
    try:
        inside = environment(command, folder, SETS["lowest"], "3.11 below")
        asked = [f"{name}=={bound.below}", *bound.also]
        pip(inside, "--no-deps", "--only-binary", ":all:", *asked)  # past the bound, and past what others ask for
    except subprocess.CalledProcessError as error:
        return {"result": "no install", "why": last(error.stderr), "version": bound.below, "tests": ""}
    told = run_tests(inside, bound.tests)
    (folder / "stamp").unlink(missing_ok=True)  # the next one starts from the bounds again
    environment(command, folder, SETS["lowest"], "3.11 below")
    return told | {"version": bound.below}


def environment(command: str, folder: Path, constraints: str, key: str) -> Path:
    """Return the Python of a virtual environment that has the package, its extras and its tests."""
    inside = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    texts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", constraints) if name]
    wanted = hashlib.sha256(b"\0".join([key.encode(), *texts])).hexdigest()
    stamp = folder / "stamp"
    if not inside.exists():
        subprocess.run([command, "-m", "venv", str(folder)], check=True, capture_output=True, text=True)
    if constraints and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return inside
    how = ["-c", constraints] if constraints else ["--upgrade", "--upgrade-strategy", "eager"]
    pip(inside, "--only-binary", ":all:", *how, "-e", f".[{EXTRAS.get(key.split()[1], 'all,test')}]")
    stamp.write_text(wanted, "utf-8")
    return inside


def pip(inside: Path, *words: str) -> None:
    """Install into an environment."""
    command = [str(inside), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)


def run_tests(inside: Path, tests: Sequence[str]) -> dict[str, str]:
    """Run the tests, and return their result, counts, time and first failures."""
    started = time.monotonic()
    there = [test for test in tests if (ROOT / test).exists()]
    command = [str(inside), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", *there]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = told.stdout.splitlines() or told.stderr.splitlines() or [""]
    counts = {what.rstrip("s"): number for number, what in LINE.findall(lines[-1])}
    broken = [line.split(" ", 1)[1] for line in lines if line.startswith(("FAILED ", "ERROR "))]
    why = broken or ([] if told.returncode == 0 else [last(told.stdout + told.stderr)])
    return {
        "result": "passed" if told.returncode == 0 else "failed",
        "counts": ", ".join(f"{number} {what}" for what, number in counts.items()),
        "why": "; ".join(line[:160] for line in why[:2]) + (f"; {len(why) - 2} more" if len(why) > 2 else ""),
        "seconds": f"{time.monotonic() - started:.0f}",
        "tests": "selection" if tests else "all",
    }


def versions(inside: Path) -> str:
    """Return the versions that a cell has of the packages shown."""
    code = f"from importlib.metadata import version; print(*map(version, {SHOWN!r}))"
    return subprocess.run([str(inside), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def last(text: str | None) -> str:
    """Return the last line that says something."""
    lines = [line for line in (text or "").splitlines() if line.strip() and not line.startswith("WARNING")]
    return lines[-1].strip()[:200] if lines else ""


def kept() -> dict[str, dict[str, str]]:
    """Return the results so far."""
    path = FOLDER / "results.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def keep(key: str, told: Mapping[str, str]) -> None:
    """Add a result to those kept."""
    found = kept() | {key: dict(told) | {"date": time.strftime("%Y-%m-%d")}}
    (FOLDER / "results.json").write_text(json.dumps(found, indent=1), "utf-8")


def page(found: Mapping[str, Mapping[str, str]]) -> str:
    """Return the results as a page."""
    return "\n".join([*_matrix(found), "", *_bounds(found), ""])


def _matrix(found: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "# Which versions were tested"
    yield ""
    yield "Written by `make matrix` (`python tools/matrix.py`, `--all` for the whole suite). Pinned: `constraints.txt`;"
    yield "lowest: `constraints-oldest.txt`; newest: what the package index had that day, without pyam, which holds"
    yield "pandas below 3. All other extras are installed."
    yield ""
    yield f"| Python | set | {' | '.join(SHOWN)} | tests | result | counts | date |"
    yield "|" + "---|" * (len(SHOWN) + 6)
    for python in PYTHONS:
        for name in SETS:
            told = found.get(f"{python} {name}", {"result": "NOT RUN", "why": "not asked for"})
            have = told.get("versions", "").split() or ["" for _ in SHOWN]
            why = "" if told["result"] == "passed" else f": {cell_text(told.get('why', ''))}"
            row = [python, name, *have, told.get("tests", ""), told["result"] + why, told.get("counts", "")]
            yield f"| {' | '.join([*row, told.get('date', '')])} |"


def _bounds(found: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "## One version below each lower bound"
    yield ""
    yield "Written by `python tools/matrix.py --below`: one package a release lower, all others at their bounds, and"
    yield "the tests that use it. Where they pass, the bound is what we test and not what we need."
    yield ""
    yield "| package | one lower | result | what happens | counts | date |"
    yield "|---|---|---|---|---|---|"
    for name, bound in BOUNDS.items():
        told = found.get(f"below {name}", {"result": "NOT RUN", "why": "not asked for"})
        meaning = "the bound is a choice" if told["result"] == "passed" else cell_text(told.get("why", ""))
        row = [name, bound.below, told["result"], meaning, told.get("counts", ""), told.get("date", "")]
        yield f"| {' | '.join(row)} |"


def cell_text(text: str) -> str:
    """Return a text that fits into a cell of the table, without the folders of this machine."""
    text = text.replace(str(ROOT) + os.sep, "").replace(str(Path.home()), "~")
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    sys.exit(main())
