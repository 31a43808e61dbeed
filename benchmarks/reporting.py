"""What was measured, as Markdown: ``RESULTS.md``, and the parts of it that the documentation shows.

Decided here: each command writes its own part, between marks, with its own line on when, where and with what, so that
parts measured at different times cannot be mistaken for one. The machine is told by cores, memory and model; it has no
name here. The page of the documentation is filled from ``RESULTS.md`` and nothing else.
"""

import datetime
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import ROOT

RESULTS = ROOT / "benchmarks/RESULTS.md"
PAGES = (ROOT / "docs/performance.md", ROOT / "docs/performance.zh.md")
PARTS = ("goals", "forms", "growth")
LIBRARIES = (
    *("numpy", "pandas", "pyarrow", "polars", "pint", "pydantic", "scipy"),
    *("pyam-iamc", "pint-pandas", "kaya-decomposition", "pymannkendall"),
)
HEAD = """# Results

Written by the commands in it; do not edit. `docs/performance.md` says what is measured and how to read it.
"""
LOADED = 0.2  # foreign cores above which a figure is marked


# -- machine -----------------------------------------------------------------------------------------------------------


def circumstances(command: str) -> str:
    """Return the line on when, where and with what."""
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return (
        f"`{command}`, {today}, commit {commit()}. {os.cpu_count()} cores, {memory_gb():.0f} GB, {cpu()};"
        f" {platform.system()}, Python {platform.python_version()}, {', '.join(versions())}."
    )


def versions() -> list[str]:
    """Return the libraries that are installed, with their versions."""
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return found


def commit() -> str:
    """Return the commit, and whether the source differs from it."""
    try:
        name = _git("rev-parse", "--short", "HEAD")
        return f"{name} with changes that are not committed" if _git("status", "--porcelain", "--", "src") else name
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def memory_gb() -> float:
    """Return the memory of the machine [GB]."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def cpu() -> str:
    """Return the model of the processor and its vector instructions, which decide much here."""
    told = Path("/proc/cpuinfo")
    text = told.read_text(encoding="utf-8") if told.exists() else ""
    found = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    model = found[1] if found else platform.machine()
    vectors = next((name for name in ("avx512f", "avx2") if f" {name} " in text), "")
    return f"{model} with {vectors}" if vectors else model


# -- tables ------------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], body: Iterable[Sequence[str]], right: int = 0) -> str:
    """Return a Markdown table; from column ``right`` on, if it is not 0, figures stand to the right."""
    dashes = ["---:" if right and place >= right else "---" for place in range(len(head))]
    lines = [head, dashes, *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def seconds_text(seconds: float) -> str:
    """Return seconds with three digits and a fitting unit."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= scale:
            return f"{digits(seconds / scale)} {unit}"
    return f"{digits(seconds / 1e-9)} ns"


def digits(value: float) -> str:
    """Return a number with three digits that count."""
    if value >= 1000.0:
        return f"{round(value, -max(0, int(np.log10(value)) - 2)):,.0f}"
    return f"{value:.0f}" if value >= 100.0 else f"{value:.1f}" if value >= 10.0 else f"{value:.2f}"


def goals_table(found: dict[str, list[dict[str, Any]]]) -> str:
    """Return the table of the goals: what was asked and what was reached."""
    body = []
    for job, cases in found.items():
        for case in cases:
            for goal in case["goals"]:
                body.append([job, case["title"], goal["form"], *_goal(goal), _mark(case, goal)])
    head = ("job", "size", "ours", "goal", "reached", "single rounds", "attempts", "met")
    return table(head, body)


def _goal(goal: dict[str, Any]) -> list[str]:
    """Return the cells of a goal: bound, value, quartiles of the rounds, attempts."""

    def text(value: float) -> str:
        return seconds_text(value) if not goal["against"] else f"{digits(value)} ×"

    low, middle, high = goal["quartiles"]
    sign = "≥" if goal["at_least"] else "≤"
    against = f" faster than {goal['against']}" if goal["at_least"] else f" {goal['against']}"
    return [
        f"{sign} {text(goal['bound'])}{against if goal['against'] else ''}",
        f"**{text(goal['value'])}**",
        f"{text(middle)} ({digits_of(low, goal)}–{digits_of(high, goal)})",
        ", ".join(digits_of(value, goal) for value in goal["attempts"]),
    ]


def digits_of(value: float, goal: dict[str, Any]) -> str:
    """Return a value of a goal without its unit, but for times."""
    return digits(value) if goal["against"] else seconds_text(value)


def _mark(case: dict[str, Any], goal: dict[str, Any]) -> str:
    word = "yes" if goal["met"] else "**no**"
    return f"{word}, with {case['foreign']:.1f} cores busy otherwise" if case["foreign"] > LOADED else word


def forms_table(found: dict[str, list[dict[str, Any]]]) -> str:
    """Return the table of all forms, case by case."""
    head = ("job and form", "is", "min", "median", "spread", "of the limit", "ours is faster")
    body: list[Sequence[str]] = []
    for job, cases in found.items():
        for case in cases:
            body.append((f"**{job}**: {case['title']}", *("" for _ in head[1:])))
            best = {kind: _best(case, kind) for kind in ("limit", "ours")}
            body += [_row(form, best) for form in case["forms"]]
            body += [(text, "", *("" for _ in head[2:])) for text in (*case["absent"], *case["facts"])]
    return table(head, body, right=2)


def _best(case: dict[str, Any], kind: str) -> float:
    """Return what the other forms are compared with: the fastest limit, and the first of ours."""
    found: list[float] = [min(form["seconds"]) for form in case["forms"] if form["kind"] == kind]
    if not found:
        return float("nan")
    return min(found) if kind == "limit" else found[0]


def _row(form: dict[str, Any], best: dict[str, float]) -> tuple[str, ...]:
    seconds = form["seconds"]
    low, middle = min(seconds), statistics.median(seconds)
    spread = (np.quantile(seconds, 0.75) - np.quantile(seconds, 0.25)) / middle if len(seconds) > 2 else np.nan
    part = "" if form["part"] == 1.0 else f" ({form['part']:.2%} of it, scaled)"
    return (
        f"{form['name']}{part}",
        form["kind"],
        seconds_text(low),
        seconds_text(middle),
        f"{spread:.0%}" if np.isfinite(spread) else "",
        _ratio(low, best["limit"]),
        _ratio(low, best["ours"]) if form["kind"] == "peer" else "",
    )


def _ratio(value: float, other: float) -> str:
    return f"{digits(value / other)} ×" if np.isfinite(other) and value != other else ""


# -- file --------------------------------------------------------------------------------------------------------------


def write_parts(path: Path, **parts: str) -> None:
    """Write parts of a results file; the others stay as they are."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    told = {name: parts.get(name) or part_of(text, name) for name in PARTS}
    titles = {"goals": "Goals", "forms": "All forms", "growth": "Growth"}
    blocks = [f"## {titles[name]}\n\n{_marked(name, part)}\n" for name, part in told.items() if part]
    path.write_text("\n".join([HEAD, *blocks]), encoding="utf-8")


def part_of(text: str, name: str) -> str:
    """Return what stands between the marks of a part; empty if it is not there."""
    found = re.search(rf"<!-- measured: {name} -->\n(.*?)\n<!-- end of {name} -->", text, re.DOTALL)
    return found[1] if found else ""


def _marked(name: str, part: str) -> str:
    return f"<!-- measured: {name} -->\n{part}\n<!-- end of {name} -->"


def filled(page: str, results: str) -> str:
    """Return a page with its parts replaced by those of the results."""
    for name in PARTS:
        part = part_of(results, name)
        if part_of(page, name) and part:
            page = page.replace(_marked(name, part_of(page, name)), _marked(name, part))
    return page


def fill_pages() -> None:
    """Bring the pages of the documentation up to date."""
    results = RESULTS.read_text(encoding="utf-8")
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8"), results), encoding="utf-8")
