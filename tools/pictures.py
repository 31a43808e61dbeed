"""The pictures of the documentation: what each shows, computed by the library, and how it is drawn.

Drawn by ``tools/build_docs.py``. Decided here: what a picture shows is a small record of data, apart from its drawing,
so that a test can compare it (``stamp``) without matplotlib, which only the drawing needs; and the data of a picture on
a page come from running that page, so that the picture cannot show anything else.
"""

import contextlib
import doctest
import hashlib
import io
import math
import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DEMO = ROOT / "examples/china_industry_2019_2020"
PICTURES = DOCS / "pictures"

# What each layer of pyproject.toml is for, top first.
WHAT = (
    "starts the command line",
    "words in, text out; computes nothing",
    "faces made of answers",
    "faces: tables in and out, charts",
    "answers that ask answers",
    "answers",
    "intensities, rates, formulas for scripts",
    "tce and tCO2; oddities of the data",
    "frozen, checked arrays",
    "factors, methods, target sets, scenarios",
    "what people write by hand",
    "units, formulas, draws, names, figures",
    "names that go away",
    "errors as data",
    "sentences in two languages; types",
    "the words behind ids",
    "numbers in digits",
)


@cache
def layers() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the layers of pyproject.toml, top first: modules that are there, and modules still to come."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    result = []
    for line in contract["layers"]:
        names = [name.strip() for name in line.split("|")]
        there = tuple(name for name in names if not name.startswith("("))
        to_come = tuple(name.strip("()") for name in names if name.startswith("("))
        exists = [(ROOT / "src/zonecarbon" / name.strip("()")) for name in names]
        here = tuple(path.name for path in exists if path.is_dir() or path.with_suffix(".py").is_file())
        missing = tuple(name for name in (*there, *to_come) if name not in here)
        result.append((here, missing))
    return tuple(result)


@dataclass(frozen=True)
class Sectors:
    """Energy intensity of the sectors on two bases, lowest calorific first."""

    names: tuple[str, ...]
    calorific: tuple[float, ...]
    equivalent: tuple[float, ...]
    value: float

    def below(self, limit: float) -> tuple[int, int]:
        """Return how many sectors are below ``limit`` on the calorific and on the equivalent basis."""
        return sum(v < limit for v in self.calorific), sum(v < limit for v in self.equivalent)


@cache
def sectors() -> Sectors:
    """Return the data of the picture, computed by the library from the demo's tables."""
    import zonecarbon as zc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        activity = zc.read(DEMO)
        choice = {"electricity": {"series": "yearbook", "year": "same_year"}}
        accounts = zc.account(activity), zc.account(activity, basis="equivalent", equivalent=choice)
    at = activity.year_index(2019)
    levels = [zc.energy_intensity(a.total("energy")[:, at], activity.value_added_total[:, at]) for a in accounts]
    order = sorted(range(len(activity.zones)), key=lambda i: float(levels[0][i]))
    used = [use for use in accounts[1].coefficients.uses if use.flow.carrier == "electricity" and use.year == 2019]
    return Sectors(
        tuple(str(activity.names[i]) for i in order),
        tuple(float(levels[0][i]) for i in order),
        tuple(float(levels[1][i]) for i in order),
        next(use.value for use in used if use.role == "energy"),
    )


@dataclass(frozen=True)
class Fan:
    """CO2 [10^4 t] of the zone of the tutorial: history, bands by year, and the probability that its peak has come."""

    history: tuple[tuple[int, float], ...]
    years: tuple[int, ...]  # the last year of the account and the projected ones
    bands: tuple[tuple[float, ...], ...]  # 5, 25, 50, 75, 95 %, each by year
    by: tuple[tuple[int, float], ...]
    peak: tuple[int, int, int]  # 5, 50, 95 %
    level: float


def run(page: str, until: str) -> dict[str, Any]:
    """Return the names of a page's session, run up to where it has the name ``until``."""
    names: dict[str, Any] = {"__name__": "__main__"}
    text = (DOCS / page).read_text(encoding="utf-8")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(ROOT):
        for example in doctest.DocTestParser().get_examples(text):
            exec(example.source, names)
            if until in names:
                break
    return names


@cache
def fan() -> Fan:
    """Return the data of the picture: the page itself is run, up to where it has its ensemble."""
    paths, size = run("tutorial-peak.md", "paths")["paths"], 1e4
    first, last = paths.years.tolist().index(paths.base_year), paths.until
    history = paths.path("co2", "")[: first + 1] / size
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    low, middle, high = (int(paths.peak_year(level)) for level in (0.05, 0.5, 0.95))
    return Fan(
        tuple(zip(paths.years[: first + 1].tolist(), history.tolist(), strict=True)),
        tuple(paths.years[first:].tolist()),
        tuple(tuple((paths.quantile(level, "co2", "")[first:] / size).tolist()) for level in levels),
        tuple((year, float(paths.peak_probability(year))) for year in paths.years.tolist() if year < last),
        (low, middle, high),
        float(paths.peak_value()) / size,
    )


@dataclass(frozen=True)
class Changes:
    """What the tutorial of the change computes: effects of the 41 sectors [Mt CO2], and states of the countries."""

    years: tuple[int, int]
    first: float
    last: float
    factors: tuple[tuple[str, float], ...]  # of all sectors together
    sectors: tuple[tuple[str, tuple[float, ...]], ...]  # in the order of their change, the largest fall first
    span: tuple[int, int]
    countries: tuple[tuple[str, float, float], ...]  # name, change of GDP and of CO2 [%]
    states: tuple[tuple[str, int], ...]
    shown: tuple[str, ...]  # the countries that the page prints


@cache
def changes() -> Changes:
    """Return the data of two pictures: the page itself is run, up to where it has its states."""
    names = run("tutorial-change.md", "chosen")
    found, effects, states = names["change"], names["effects"].sort_values("all"), names["states"]
    moved = [name for name in found.factors if abs(float(effects[name].sum())) > 1e-6]
    first, last = (found.values()[0] / 1e6).tolist()
    columns, period = states.columns(), int(states.starts[-1])
    rows = zip(*(columns[name].tolist() for name in ("zone", "start", "value_added_change", "co2_change")), strict=True)
    known = [(zone, 100 * gdp, 100 * co2) for zone, start, gdp, co2 in rows if start == period and not math.isnan(gdp)]
    counted = Counter(state for state, start in zip(columns["state"], columns["start"], strict=True) if start == period)
    return Changes(
        (found.base, found.end),
        first,
        last,
        tuple((name, float(effects[name].sum())) for name in moved),
        tuple(
            (names["english"][sector], tuple(row))
            for sector, row in zip(effects.index, effects[moved].to_numpy().tolist(), strict=True)
        ),
        (period, int(states.ends[-1])),
        tuple(known),
        tuple(counted.items()),
        tuple(name for name in names["chosen"] if name in {zone for zone, _, _ in known}),
    )


def stamp(name: str) -> str:
    """Return a hash of what a picture shows."""
    if name in {"change", "tapio"}:
        told = changes()
        sums = (told.first, told.last, *(value for _, value in told.factors))
        parts = [value for _, row in told.sectors for value in row] if name == "change" else []
        places = [value for _, *pair in told.countries for value in pair] if name == "tapio" else []
        words = told.sectors if name == "change" else told.countries
        figures = [f"{value:.4f}" for value in ((*sums, *parts) if name == "change" else places)]
        content = " ".join([*(row[0] for row in words), *figures, *(told.shown if name == "tapio" else ())])
    elif name == "peak":
        drawn = fan()
        values = [value for band in drawn.bands for value in band] + [value for _, value in (*drawn.by, *drawn.history)]
        content = " ".join(f"{value:.6g}" for value in (*values, *drawn.peak))
    elif name == "basis":
        data = sectors()
        figures = [f"{n} {a:.9g} {b:.9g}" for n, a, b in zip(data.names, data.calorific, data.equivalent, strict=True)]
        content = "\n".join(figures)
    else:
        content = repr((layers(), WHAT))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def stamped(name: str) -> str:
    """Return the stamp in the committed picture; empty if there is none."""
    path = PICTURES / f"{name}.svg"
    found = re.search(r"<!-- stamp ([0-9a-f]+) -->", path.read_text(encoding="utf-8")) if path.is_file() else None
    return found[1] if found else ""


_BLUE, _ORANGE, _GREY, _INK = "#0072b2", "#d55e00", "#8a8a8a", "#222222"


def draw_basis() -> Any:
    """Return the figure of the two bases."""
    from matplotlib.figure import Figure

    data = sectors()
    figure = Figure(figsize=(10, 10.6))
    axes = figure.add_axes((0.43, 0.065, 0.55, 0.835))
    places = range(len(data.names))
    axes.hlines(places, data.calorific, data.equivalent, color="#c4c4c4", linewidth=1.6, zorder=1)
    axes.scatter(data.calorific, places, s=34, color=_BLUE, marker="o", zorder=3)
    axes.scatter(
        data.equivalent, places, s=38, facecolor="white", edgecolor=_ORANGE, linewidth=1.5, marker="D", zorder=2
    )
    axes.set_xscale("log")
    axes.set_ylim(-0.8, len(data.names) + 0.9)
    axes.set_yticks(list(places), data.names, fontsize=8.5)
    axes.set_xlim(0.0085, 120)
    ticks = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("energy per value added [tce per 10⁴ yuan at 2020 prices], log scale")
    for limit, side in ((0.3, "right"), (0.4, "left")):
        axes.axvline(limit, color=_INK, linewidth=0.9, linestyle=(0, (4, 3)) if limit == 0.4 else "-", zorder=0)
        shift = 0.97 if side == "right" else 1.03
        axes.text(limit * shift, len(data.names) + 0.15, f"{limit:g}", ha=side, va="center", fontsize=9, color=_INK)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    # Direct labels stand beside the lowest marks, where nothing else is near.
    axes.text(data.calorific[2] * 0.82, 2, "calorific basis", color=_BLUE, ha="right", va="center", fontsize=9.5)
    axes.text(data.equivalent[0] * 1.22, 0, "equivalent basis", color=_ORANGE, ha="left", va="center", fontsize=9.5)
    calorific, equivalent = data.below(0.3)
    n = len(data.names)
    figure.text(0.02, 0.972, f"{n} industrial sectors of China 2019, standing in for zones", fontsize=14, color=_INK)
    figure.text(
        0.02,
        0.947,
        f"Below 0.3: {calorific} of {n} on the calorific basis (●), {equivalent} of {n} on the equivalent basis (◇).",
        fontsize=10.5,
        color=_INK,
    )
    figure.text(
        0.02,
        0.925,
        "Half of the zones below 0.3 is a target of 2021 no. 28. One kWh is 0.1229 kgce (calorific) "
        f"or {data.value:.4f} kgce (equivalent, 2019).",
        fontsize=9,
        color="#555555",
    )
    return figure


def draw_peak() -> Any:
    """Return the fan chart of the tutorial, and below it when the peak comes."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    data = fan()
    figure = Figure(figsize=(10, 7.4))
    top, foot = figure.add_axes((0.075, 0.355, 0.80, 0.525)), figure.add_axes((0.075, 0.085, 0.80, 0.185))
    low, lower, middle, upper, high = data.bands
    top.fill_between(data.years, low, high, color="#cfe3f2", linewidth=0)
    top.fill_between(data.years, lower, upper, color="#8fbcdc", linewidth=0)
    top.plot(data.years, middle, color=_BLUE, linewidth=2)
    top.plot(*zip(*data.history, strict=True), color=_INK, linewidth=2, marker="o", markersize=3.5)
    end = data.years[-1] + 0.6
    for y, words, colour in (
        (high[-1], "95 %", _GREY),
        (upper[-1], "75 %", "#4d8fbb"),
        (middle[-1], "median", _BLUE),
        (lower[-1], "25 %", "#4d8fbb"),
        (low[-1], "5 %", _GREY),
    ):
        top.text(end, y, words, color=colour, va="center", fontsize=9.5)
    year, level = max(data.history, key=lambda point: point[1])
    top.annotate(
        f"highest so far: {year}, {level:.1f}",
        (year, level),
        (year - 6.2, level + 11),
        fontsize=9.5,
        color=_INK,
        arrowprops={"arrowstyle": "-", "color": _GREY, "linewidth": 0.8},
    )
    top.text(2015.2, data.history[0][1] - 5.5, "history", fontsize=9.5, color=_INK)
    first, median, last = data.peak
    top.set_ylim(0, 105)
    top.hlines(91.5, first, last, color=_ORANGE, linewidth=1.6)
    top.plot([first, last], [91.5, 91.5], linestyle="", marker="|", markersize=9, color=_ORANGE)
    top.plot([median], [91.5], linestyle="", marker="D", markersize=6, color=_ORANGE)
    words = f"peak year: median {median}, 90 % of draws {first} to {last}"
    top.text(first, 94, words, color=_ORANGE, va="bottom", fontsize=9.5)
    top.set_ylabel("CO₂ [10⁴ t a year]")
    years, share = zip(*data.by, strict=True)
    foot.step(years, share, where="post", color=_ORANGE, linewidth=1.8)
    foot.set_ylim(0, 1.05)
    foot.set_yticks([0, 0.5, 1])
    foot.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    by = dict(data.by)
    for mark in (2030, 2040):
        foot.plot([mark], [by[mark]], marker="o", markersize=4.5, color=_ORANGE)
        foot.text(mark + 0.5, by[mark] - 0.09, f"by {mark}: {100 * by[mark]:.0f} %", fontsize=9.5, color=_INK, va="top")
    foot.set_title("Probability that the peak has come by the end of the year", fontsize=10, color=_INK, loc="left")
    for axes in (top, foot):
        axes.set_xlim(2014.3, data.years[-1])
        axes.set_xticks([2015, 2020, data.years[0], *range(2030, data.years[-1] + 1, 10)])
        axes.grid(axis="y", color="#eeeeee", linewidth=0.6)
        axes.set_axisbelow(True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.text(0.02, 0.955, "CO₂ of a synthetic zone under the scenario policy", fontsize=14, color=_INK)
    figure.text(
        0.02,
        0.92,
        "Dark band: half of the draws; light band: 90 % of them. All figures are invented or assumed.",
        fontsize=10,
        color="#555555",
    )
    return figure


# Effects of the picture, in the order of the identity: colour and words.
EFFECTS = {
    "activity": ("#8a8a8a", "value added"),
    "sector_structure": ("#0072b2", "structure of sectors"),
    "energy_intensity": ("#d55e00", "energy intensity"),
    "carrier_mix": ("#009e73", "carrier mix"),
}


def draw_change() -> Any:
    """Return the waterfall of the 41 sectors together, and below it their effects one by one."""
    from matplotlib.figure import Figure

    data = changes()
    figure = Figure(figsize=(10, 13))
    top, foot = figure.add_axes((0.40, 0.785, 0.57, 0.135)), figure.add_axes((0.40, 0.045, 0.57, 0.665))
    level = data.first
    for place, (name, effect) in enumerate(data.factors, start=1):
        colour = EFFECTS[name][0]
        top.barh(place, effect, left=level, color=colour, height=0.62)
        top.vlines(level, place - 0.69, place + 0.31, color=_GREY, linewidth=0.7)
        far = max(level, level + effect) + 4
        top.text(far, place, f"{effect:+.1f}".replace("-", "−"), va="center", fontsize=9.5, color=_INK)
        level += effect
    last = len(data.factors) + 1
    top.vlines(level, last - 0.69, last, color=_GREY, linewidth=0.7)
    top.scatter([data.first, data.last], [0, last], color=_INK, s=34, zorder=3)
    for place, value in ((0, data.first), (last, data.last)):
        top.text(value + 5, place, f"{value:.0f}", va="center", fontsize=9.5, color=_INK)
    labels = [f"CO₂ {data.years[0]}", *(EFFECTS[name][1] for name, _ in data.factors), f"CO₂ {data.years[1]}"]
    top.set_yticks(range(last + 1), labels, fontsize=9.5)
    top.invert_yaxis()
    top.set_xlim(min(data.first, data.last) - 40, max(data.first, data.last) + 60)
    top.set_xlabel("Mt CO₂ (the axis does not begin at 0)")
    places = range(len(data.sectors))
    for side in (1, -1):
        ends = [0.0] * len(data.sectors)
        for at, (name, _) in enumerate(data.factors):
            parts = [side * max(0.0, side * row[at]) for _, row in data.sectors]
            foot.barh(places, parts, left=ends, color=EFFECTS[name][0], height=0.72)
            ends = [end + part for end, part in zip(ends, parts, strict=True)]
    foot.scatter([sum(row) for _, row in data.sectors], places, color=_INK, s=16, zorder=3, marker="D")
    foot.set_yticks(list(places), [name for name, _ in data.sectors], fontsize=8.5)
    foot.set_ylim(-0.7, len(data.sectors) - 0.3)
    foot.set_xlim(right=1.06 * foot.get_xlim()[1], left=1.12 * foot.get_xlim()[0])
    foot.axvline(0, color=_INK, linewidth=0.8)
    foot.set_xlabel("effects on CO₂ [Mt]; ◆ the change, their sum")
    for axes in (top, foot):
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#eeeeee", linewidth=0.6)
        axes.set_axisbelow(True)
        for side_of in ("top", "right", "left"):
            axes.spines[side_of].set_visible(False)
    figure.text(
        0.02, 0.975, f"Why CO₂ of China's industry changed, {data.years[0]} to {data.years[1]}", fontsize=14, color=_INK
    )
    figure.text(
        0.02,
        0.952,
        "41 sectors as one zone, calorific basis, other energy counted as coal. Value added is deflated with one\n"
        "index for the whole economy: energy intensity and structure contain the change of prices.",
        fontsize=9.5,
        color="#555555",
        va="top",
    )
    figure.text(0.02, 0.722, "Sector by sector", fontsize=11, color=_INK)
    for at, (name, _) in enumerate(data.factors):
        foot.text(
            0.985,
            0.30 - 0.022 * at,
            EFFECTS[name][1],
            transform=foot.transAxes,
            color=EFFECTS[name][0],
            fontsize=10,
            ha="right",
        )
    return figure


def draw_tapio() -> Any:
    """Return the plane of Tapio: what value added did, what CO2 did, and the eight states as areas."""
    from matplotlib.figure import Figure

    data = changes()
    figure = Figure(figsize=(10, 8.2))
    axes = figure.add_axes((0.075, 0.075, 0.90, 0.80))
    x0, x1, y0, y1 = -45.0, 105.0, -65.0, 125.0
    weak, outer = 0.8, 1.2
    areas = {
        "strong decoupling": ([(0, 0), (x1, 0), (x1, y0), (0, y0)], "#d5ecdf", (74, -38)),
        "weak decoupling": ([(0, 0), (x1, 0), (x1, weak * x1)], "#ecf6f0", (84, 22)),
        "expansive coupling": ([(0, 0), (x1, weak * x1), (x1, outer * x1)], "#f4f1e4", (89, 90)),
        "expansive negative decoupling": ([(0, 0), (x1, outer * x1), (x1, y1), (0, y1)], "#f9e3d8", (30, 110)),
        "strong negative decoupling": ([(0, 0), (x0, 0), (x0, y1), (0, y1)], "#f3cfc0", (-23, 70)),
        "weak negative decoupling": ([(0, 0), (x0, 0), (x0, weak * x0)], "#f9e3d8", (-29, -9)),
        "recessive coupling": ([(0, 0), (x0, weak * x0), (x0, outer * x0)], "#f4f1e4", (-29, -29)),
        "recessive decoupling": ([(0, 0), (x0, outer * x0), (x0, y0), (0, y0)], "#ecf6f0", (-22, -57)),
    }
    counts = dict(data.states)
    for state, (corners, colour, place) in areas.items():
        axes.fill(*zip(*corners, strict=True), color=colour, linewidth=0, zorder=0)
        words = f"{state}: {counts.get(state, 0)}"
        axes.text(*place, words, fontsize=9.5, color="#666666", ha="center", va="center", zorder=1)
    for slope in (weak, outer):
        axes.plot([x0, x1], [slope * x0, slope * x1], color="white", linewidth=1.2, zorder=0)
    axes.axhline(0, color=_INK, linewidth=0.8, zorder=1)
    axes.axvline(0, color=_INK, linewidth=0.8, zorder=1)
    inside = [(name, x, y) for name, x, y in data.countries if x0 < x < x1 and y0 < y < y1]
    axes.scatter([x for _, x, _ in inside], [y for _, _, y in inside], s=13, color="#777777", zorder=2, linewidth=0)
    for name, x, y in inside:
        if name in data.shown:
            axes.scatter([x], [y], s=40, color=_BLUE, zorder=3)
            left = name == "Germany"  # beside the United States
            axes.text(
                x - 1.4 if left else x + 1.4, y + 1.2, name, ha="right" if left else "left", color=_BLUE, fontsize=10
            )
    axes.set_xlim(x0, x1)
    axes.set_ylim(y0, y1)
    axes.set_xlabel(f"change of GDP, {data.span[0]} to {data.span[1]} [%]")
    axes.set_ylabel(f"change of CO₂, {data.span[0]} to {data.span[1]} [%]")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    n, out = len(data.countries), len(data.countries) - len(inside)
    figure.text(
        0.02,
        0.955,
        f"Does CO₂ decouple from GDP? {n} countries, {data.span[0]} to {data.span[1]}",
        fontsize=14,
        color=_INK,
    )
    figure.text(
        0.02,
        0.92,
        "The eight states of Tapio and how many countries are in each; thresholds 0, 0.8, 1.2. "
        f"{out} countries lie outside the picture.",
        fontsize=9.5,
        color="#555555",
    )
    return figure


def draw_architecture() -> Any:
    """Return the figure of the layers."""
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch

    found = layers()
    height = 0.62
    figure = Figure(figsize=(10, height * len(found) + 1.5))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 10)
    axes.set_ylim(0, height * len(found) + 1.5)
    axes.axis("off")
    top = height * len(found) + 0.55
    axes.text(
        0.35, top + 0.5, "Layers: a module imports from below, never from above or beside", fontsize=14, color=_INK
    )
    axes.text(0.35, top + 0.17, "solid: there; dashed: planned", fontsize=9.5, color="#555555")
    for i, (there, missing) in enumerate(found):
        y = top - (i + 1) * height + 0.06
        band = FancyBboxPatch(
            (0.95, y),
            5.75,
            height - 0.12,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor="#f3f6f9",
            edgecolor="none",
        )
        axes.add_patch(band)
        _draw_modules(axes, y, height - 0.12, there, missing)
        axes.text(6.9, y + (height - 0.12) / 2, WHAT[i], fontsize=9.5, va="center", color=_INK)
    foot = top - len(found) * height
    axes.annotate(
        "", (0.5, foot + 0.1), (0.5, top - 0.05), arrowprops={"arrowstyle": "-|>", "color": _GREY, "linewidth": 1.4}
    )
    axes.text(0.27, (top + foot) / 2, "imports", rotation=90, va="center", fontsize=10, color="#555555")
    doors = (
        "Doors: numpy everywhere; pint in units; pydantic in records; pandas in tabular, _table, "
        "interop; scipy in sampling, sensitivity; matplotlib in plots; jinja2 in reporting"
    )
    axes.text(0.35, 0.22, doors, fontsize=9.5, color="#555555")
    return figure


def _draw_modules(axes: Any, y: float, height: float, there: Sequence[str], missing: Sequence[str]) -> None:
    from matplotlib.patches import FancyBboxPatch

    names = [(name, True) for name in there] + [(name, False) for name in missing]
    width, gap = 5.75 / max(len(names), 1), 0.06
    for i, (name, is_there) in enumerate(names):
        box = FancyBboxPatch(
            (0.95 + i * width + gap, y + 0.05),
            width - 2 * gap,
            height - 0.1,
            boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="#dbe9f4" if is_there else "white",
            edgecolor=_BLUE if is_there else _GREY,
            linewidth=1.1,
            linestyle="-" if is_there else (0, (3, 2)),
        )
        axes.add_patch(box)
        x = 0.95 + (i + 0.5) * width
        axes.text(x, y + height / 2, name, ha="center", va="center", fontsize=10, color=_INK if is_there else "#666666")


DRAW: dict[str, Callable[[], Any]] = {
    "basis": draw_basis,
    "architecture": draw_architecture,
    "peak": draw_peak,
    "change": draw_change,
    "tapio": draw_tapio,
}
TITLES = {
    "basis": "Energy per value added of 41 industrial sectors of China, 2019, on two bases",
    "architecture": "The layers of zonecarbon and the direction of imports",
    "peak": "CO2 of a synthetic zone under the scenario policy, 2015 to 2060, and when it peaks",
    "change": "Why CO2 of 41 industrial sectors of China changed from 2019 to 2020, by effect and by sector",
    "tapio": "GDP and CO2 of countries, 2010 to 2018, with the eight states of Tapio as areas",
}


def svg(name: str) -> str:
    """Return a picture as SVG: text as text, no date, no reference to anything outside."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "zonecarbon", "font.sans-serif": ["DejaVu Sans"]}):
        handle = io.StringIO()
        DRAW[name]().savefig(handle, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
    text = handle.getvalue()
    text = re.sub(r"<!DOCTYPE.*?>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    head = f"<!-- made by tools/build_docs.py -->\n<!-- stamp {stamp(name)} -->\n <title>{TITLES[name]}</title>\n"
    return re.sub(r"(<svg [^>]*>\n)", lambda found: found[1] + head, text, count=1)
