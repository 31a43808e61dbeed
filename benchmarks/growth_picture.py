"""The picture of growth: time and memory on logarithmic axes, in the colours of the library's own charts.

Decided here: four small charts, time and memory side by side; above against zones (rows, series, draws), below against
years. Lines are named at their ends, spread where they would cover each other, and differ in strokes, so that no
colour says anything alone. A dotted line has the slope of what is proportional.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from benchmarks.growth import Line, Point
from zonecarbon import plots
from zonecarbon.plots.style import GRID, INK, MUTED, RULE, SERIES, SIZE, SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

JOBS = ("account", "check", "project", "decompose", "trend", "read")
STROKES: tuple[Any, ...] = ("-", (0, (5, 1.5)), "-", (0, (1.5, 1)), (0, (5, 1.5)), "-")
SECONDS = {-5: "10 µs", -4: "", -3: "1 ms", -2: "", -1: "0.1 s", 0: "1 s", 1: "10 s", 2: "100 s"}
BYTES = {5: "0.1 MB", 6: "1 MB", 7: "10 MB", 8: "100 MB", 9: "1 GB", 10: "10 GB"}
COUNTS = {1: "10", 2: "100", 3: "10³", 4: "10⁴", 5: "10⁵", 6: "10⁶", 7: "10⁷"}
Lines = Sequence[tuple[Line, Sequence[Point]]]


def svg(lines: Lines) -> str:
    """Return the picture."""
    text = plots.to_svg(figure(lines), "Growth of time and memory", "; ".join(_told(lines)) + ".")
    return text + "\n"


def _told(lines: Lines) -> Iterator[str]:
    """Yield what the last point of each line is, for who does not see the picture."""
    for line, points in lines:
        if points:
            last = points[-1]
            yield f"{line.job} of {last.size:,} {line.name}: {last.seconds:.2g} s, {last.rise / 1e6:.0f} MB"


def figure(lines: Lines) -> Figure:
    """Return the figure of the four charts."""
    made = Figure(figsize=(7.2, 6.2), dpi=144.0, facecolor="white")
    above = [one for one in lines if one[0].against != "years"]
    below = [one for one in lines if one[0].against == "years"]
    for row, (group, across) in enumerate(((above, "zones, rows, series or draws"), (below, "years"))):
        for column, of in enumerate(("seconds", "rise")):
            axes = made.add_axes((0.075 + 0.495 * column, 0.575 - 0.5 * row, 0.285, 0.375))
            _chart(axes, group, of, across)
    return made


def _chart(axes: "Axes", lines: Lines, of: str, across: str) -> None:
    ticks = SECONDS if of == "seconds" else BYTES
    left, right = (1, 3) if across == "years" else (2, 7)
    axes.set_xlim(left - 0.1, right + 0.1)
    axes.set_ylim(min(ticks) - 0.1, max(ticks) + 0.1)
    axes.set_xticks([x for x in COUNTS if left <= x <= right], [COUNTS[x] for x in COUNTS if left <= x <= right])
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.tick_params(length=0.0, labelsize=SMALL, labelcolor=MUTED, pad=3.0)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(RULE)
    what = "seconds of a call" if of == "seconds" else "peak memory above the input"
    axes.text(0.0, 1.03, what, transform=axes.transAxes, fontsize=SIZE, color=INK, va="bottom")
    axes.set_xlabel(across, fontsize=SMALL, color=MUTED, labelpad=3.0)
    rise = min(max(ticks) - min(ticks), right - left)
    axes.plot([left, left + rise], [min(ticks), min(ticks) + rise], color=RULE, linewidth=0.8, linestyle=(0, (1, 2)))
    names = []
    for line, points in lines:
        if points:
            names.append(_line(axes, line, points, of, min(ticks)))
    _names(axes, names)


def _line(axes: "Axes", line: Line, points: Sequence[Point], of: str, floor: float) -> tuple[float, float, str, str]:
    """Draw a line and return where its name belongs, the name and its colour."""
    at = JOBS.index(line.job)
    x = [math.log10(point.size) for point in points]
    y = [max(math.log10(max(getattr(point, of), 1e-9)), floor) for point in points]
    axes.plot(x, y, color=SERIES[at], linewidth=1.4, linestyle=STROKES[at], solid_capstyle="round")
    axes.plot(x, y, color=SERIES[at], linestyle="", marker="o", markersize=2.6)
    name = f"{line.job}, {line.against}" if line.job == "project" and line.against != "years" else line.job
    return x[-1], y[-1], name, SERIES[at]


def _names(axes: "Axes", names: list[tuple[float, float, str, str]]) -> None:
    """Write the names to the right of the chart, one above the other, each with a thin line to its end."""
    low, high = axes.get_ylim()
    step = (high - low) * 0.062
    left, edge = axes.get_xlim()
    gap = (edge - left) * 0.023
    ordered = sorted(names, key=lambda one: one[1])
    places: list[float] = []
    for _, y, *_ in ordered:
        places.append(max(y, places[-1] + step) if places else y)
    top = high
    for at in reversed(range(len(places))):  # no name above the chart
        places[at] = min(places[at], top)
        top = places[at] - step
    for place, (x, y, name, colour) in zip(places, ordered, strict=True):
        axes.plot([x, edge, edge + gap], [y, place, place], color=colour, linewidth=0.5, clip_on=False)
        axes.text(edge + 1.7 * gap, place, name, fontsize=SMALL, color=INK, va="center")
