"""Growth: time and memory of each job against zones, years and draws, and the exponents of both.

``python -m benchmarks growth`` takes about ten minutes; ``--draw`` only draws the picture again from ``growth.json``.

Decided here:

* Each size is a process of its own, which makes its input, then does the job: the first time for the rise of the peak
  memory above what the input takes, then for the time, the least of up to five calls.
* The exponent is the slope of a straight line through the logarithms, over the sizes from 10^4 on, where constants no
  longer count; where a line ends earlier, over its upper half. 1 is proportional. Memory that stays below 32 MB however
  large the job is called flat and gets no exponent.
* A line ends where the next size would take longer than 100 seconds or more memory than the machine can give, or where
  its meaning ends: the calendar of the library goes from 1949 to 2100.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.measuring import ROOT, quiet_environment, sizes
from benchmarks.reporting import RESULTS, circumstances, digits, memory_gb, seconds_text, table, write_parts

POINTS = ROOT / "benchmarks/growth.json"
PICTURE = ROOT / "docs/pictures/growth.svg"
LONGEST = 100.0  # seconds that a call may take
SHARE = 0.6  # of the machine's memory that a process may be expected to take
LARGE = 1e4
FLAT = 32e6
GOAL = 1.05


@dataclass(frozen=True, slots=True)
class Line:
    """A job against one of its sizes; the others are fixed. ``why`` it ends is told where it is not time or memory."""

    job: str
    against: str
    first: float
    last: float
    fixed: dict[str, int]
    per_decade: int = 2
    why: str = ""
    named: str = ""

    @property
    def name(self) -> str:
        """What stands on the axis."""
        return self.named or self.against


LINES = (
    Line("account", "zones", 1e2, 1e7, {"years": 10}),
    Line("check", "zones", 1e2, 1e7, {"years": 10}),
    Line("project", "zones", 1e2, 1e5, {"years": 10, "draws": 1000}),
    Line("decompose", "zones", 1e2, 1e7, {}),
    Line("trend", "zones", 1e2, 1e7, {"years": 10}, named="series"),
    Line("read", "zones", 1e2, 1e7, {}, named="rows"),
    Line("project", "draws", 1e2, 1e7, {"zones": 1, "years": 10}),
    Line("account", "years", 10, 100, {"zones": 10_000}, 6, "the calendar ends"),
    Line("check", "years", 10, 100, {"zones": 10_000}, 6, "the calendar ends"),
    Line("project", "years", 10, 75, {"zones": 10, "draws": 10_000}, 6, "the calendar ends"),
    Line("trend", "years", 10, 1000, {"zones": 1000}, 3, "longer series are no years", ""),
)


class Point(NamedTuple):
    """Seconds and bytes of a job at one size."""

    size: int
    seconds: float
    rise: float


def main(words: Sequence[str]) -> int:
    """Measure all lines, write the table and draw the picture."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks growth", description=__doc__)
    parser.add_argument("--jobs", default="", help="some of the jobs; then nothing is written")
    parser.add_argument("--largest", type=float, default=math.inf, help="no size above this")
    parser.add_argument("--draw", action="store_true", help="draw the picture from growth.json, measure nothing")
    options = parser.parse_args(words)
    if options.draw:
        draw([(_line(told), [Point(*point) for point in told["points"]]) for told in json.loads(POINTS.read_text())])
        return 0
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for line in LINES:
            if options.jobs and line.job not in options.jobs.split(","):
                continue
            points, why = measure(line, Path(folder), options.largest)
            found.append((line, points, why))
            print(f"{line.job} against {line.name}: {points[-1].size if points else 0:,}; {why}", file=sys.stderr)
    command = "python -m benchmarks growth"
    part = f"{circumstances(command)}\n\n{table_of(found)}"
    print(part)
    if not options.jobs and options.largest == math.inf:
        write_parts(RESULTS, growth=part)
        POINTS.write_text(json.dumps([_told(*one) for one in found], indent=1) + "\n", encoding="utf-8")
        draw([(line, points) for line, points, _ in found])
    return 0


def _told(line: Line, points: list[Point], _: str) -> dict[str, Any]:
    return {"job": line.job, "against": line.against, "named": line.named, "points": points}


def _line(told: dict[str, Any]) -> Line:
    return Line(told["job"], told["against"], 1, 1, {}, named=told["named"])


def measure(line: Line, folder: Path, largest: float = math.inf) -> tuple[list[Point], str]:
    """Return the points of a line, and why it ends."""
    points: list[Point] = []
    need = 0.0
    for size in _sizes(line):
        step = size / points[-1].size if points else 1.0
        if size > largest:
            return points, "asked"
        if points and points[-1].seconds * step > LONGEST:
            return points, "time"
        if need * step > SHARE * memory_gb() * 1e9:
            return points, "memory"
        told = _child(line, size, folder)
        if told is None:
            return points, "the process failed"
        points.append(Point(size, min(told["wall"]), told["rise"]))
        need = told["peak"]
    return points, line.why


def _sizes(line: Line) -> Iterator[int]:
    yield from (size for size in sizes(line.first, line.last, line.per_decade) if size <= line.last)
    if round(math.log10(line.last / line.first) * line.per_decade, 6) % 1:
        yield round(line.last)


def _child(line: Line, size: int, folder: Path) -> dict[str, Any] | None:
    """Return what a process measured; None if it failed."""
    given = {**line.fixed, line.against: size}
    command = [sys.executable, "-m", "benchmarks.workloads", line.job, "--times", "6", "--budget", "2"]
    command += [word for name, value in given.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [*command, "--folder", str(folder)], cwd=ROOT, env=quiet_environment(), stdout=subprocess.PIPE, check=False
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def exponent(points: Sequence[Point], of: str) -> float:
    """Return the slope of the logarithms over the upper part of a line; NaN with fewer than three points."""
    upper = [point for point in points if point.size >= LARGE]
    if len(upper) < 3:
        upper = list(points[len(points) // 2 :])
    if len(upper) < 3:
        return math.nan
    sizes_of, values = zip(*((point.size, getattr(point, of)) for point in upper), strict=True)
    return float(np.polyfit(np.log(sizes_of), np.log(np.maximum(values, 1.0 if of == "rise" else 1e-9)), 1)[0])


def table_of(found: Sequence[tuple[Line, list[Point], str]]) -> str:
    """Return the table of the exponents."""
    head = ("job", "against", "from", "to", "fixed", "time there", "exponent", "memory there", "exponent", "ends by")
    body = []
    for line, points, why in found:
        fixed = ", ".join(f"{value:,} {name}" for name, value in line.fixed.items())
        if not points:
            body.append((line.job, line.name, "", "", fixed, "", "", "", "", why))
            continue
        last = points[-1]
        flat = max(point.rise for point in points) < FLAT
        body.append(
            (
                line.job,
                line.name,
                f"{points[0].size:,}",
                f"{last.size:,}",
                fixed,
                seconds_text(last.seconds),
                f"**{exponent(points, 'seconds'):.2f}**",
                f"{digits(last.rise / 1e6)} MB",
                "flat" if flat else f"{exponent(points, 'rise'):.2f}",
                why,
            )
        )
    return table(head, body, right=0)


def draw(lines: Sequence[tuple[Line, list[Point]]]) -> None:
    """Write the picture for the documentation."""
    from benchmarks.growth_picture import svg

    PICTURE.write_text(svg(lines), encoding="utf-8")
