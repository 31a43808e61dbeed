"""Make the parts of the documentation that are data: tables and pictures.

``python tools/build_docs.py`` rewrites, in ``docs/*.md``, what stands between ``<!-- generated: NAME -->`` and
``<!-- end -->``, and draws ``docs/pictures/*.svg``; with ``--check`` it writes nothing and returns 1 if a page or a
picture is not up to date. ``--png FOLDER`` draws the pictures as PNG there, to look at.

Decided here: pages come from the shipped tables, so that they cannot drift from what the library does; a picture
carries a stamp of the data it was drawn from, so that a test can tell a stale one without matplotlib, which only this
tool needs. Text in the pictures stays text. The file is a hook of mkdocs too: it turns the roles of the docstrings
(``:class:`~zonecarbon.Zone```) into code.
"""

import contextlib
import csv
import doctest
import hashlib
import io
import re
import sys
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DATA = ROOT / "src/zonecarbon/data"
DEMO = ROOT / "examples/china_industry_2019_2020"
PICTURES = DOCS / "pictures"

_BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ROLE = re.compile(r":(?:class|func|meth|mod|data|attr):(?:<code>~?([^<]+)</code>|`~?([^`]+)`)")

# The order of the target sets on the page; the first is what the library is for.
SETS = (
    "torch-2025",
    "zero-carbon-park-910",
    "near-zero-park-js",
    "fyp14",
    "fyp15",
    "assessment-5-9",
    "hj-274-2015",
    "miit-green-park",
)
SCENARIOS = ("baseline", "policy", "deep")
SHOWN_CARRIERS = (
    "raw_coal",
    "anthracite",
    "bituminous_coal",
    "cleaned_coal",
    "coke",
    "natural_gas",
    "lng",
    "lpg",
    "gasoline",
    "diesel",
    "fuel_oil",
    "coke_oven_gas",
    "electricity",
    "heat",
)


def on_page_content(html: str, **_: Any) -> str:
    """Turn roles of docstrings into code; called by mkdocs."""

    def as_code(found: re.Match[str]) -> str:
        name = (found[1] or found[2]).removeprefix("zonecarbon.")
        return f"<code>{name}</code>" if found[1] else name

    return _ROLE.sub(as_code, html)


# -- tables --------------------------------------------------------------------------------------------------------


@cache
def rows(*parts: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a shipped table."""
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in body]
    return "\n".join(lines)


def source_words(source_id: str) -> str:
    """Return what a source is: document number or title, with a link only where an address may be followed."""
    found = next((row for row in rows("sources.csv") if row["source_id"] == source_id), None)
    if found is None:
        return source_id
    words = found["document_number"] or found["title_zh"] or found["title_en"]
    address = found["address"].split(" ")[0]
    shown = f"[{words.strip('[]')}]({address})" if address else words.replace("[", "\\[")
    return f"{shown} (`{source_id}`)"


def build_sources() -> str:
    """Return all sources."""
    body = []
    for row in rows("sources.csv"):
        words = row["title_zh"] or row["title_en"]
        address = row["address"].split(" ")[0]
        title = f"[{words.strip('[]')}]({address})" if address else words.replace("[", "\\[")
        facts = [row[name] for name in ("issuer", "document_number", "date", "copy_kind", "status")]
        body.append((f"`{row['source_id']}`", title, *facts))
    return table(("id", "title", "issuer", "document", "date", "what was read", "status"), body)


def build_targets() -> str:
    """Return every shipped target: wording, test, who, when, source, status and our reading."""
    parts = []
    for name in SETS:
        data = tomllib.loads((DATA / "targets" / f"{name}.toml").read_text(encoding="utf-8"))
        parts.append(f"### `{name}`\n\n{data['title_en']}<br>{data['title_zh']}")
        if data.get("document"):
            parts[-1] += f"<br>Document: {data['document']}"
        parts += [_target(target) for target in data["target"]]
    return "\n\n".join(parts)


def _target(target: dict[str, Any]) -> str:
    lines = [f"#### {target['id'].split(':', 1)[1]}", ""]
    if target.get("wording_zh"):
        lines.append(f"> {target['wording_zh']}")
        lines += [">", f"> {target['wording_en']}", ""]
    period = target.get("period", "")
    when = str(target["year"]) if "year" in target else (period or "not stated")
    if "base_year" in target:
        when += f", from {target['base_year']}"
    facts = [
        f"test: {_test(target)}",
        f"year: {when}",
        f"source: {source_words(target.get('source_id', ''))}; status **{target.get('status', '')}**",
    ]
    if target.get("applies_to"):
        facts.insert(2, f"applies to: {target['applies_to']}")
    if target.get("energy_basis"):
        facts.append(f"energy basis: {target['energy_basis'].replace('_', ' ')}")
    if target.get("role", "target") != "target":
        facts.append(f"role: {target['role'].replace('_', ' ')}")
    if target.get("interpretation"):
        facts.append(f"our reading: {target['interpretation']}")
    return "\n".join([*lines, *(f"- {fact}" for fact in facts)])


def _test(target: dict[str, Any]) -> str:
    what = f"`{target['indicator']}` ({target.get('indicator_zh', '')}), statistic `{target['statistic']}`"
    limit = " ".join(word for word in (target["operator"], target.get("threshold"), target.get("unit")) if word)
    if target.get("inner_operator"):
        inner = f"{target['inner_operator']} {target['inner_threshold']} {target.get('inner_unit', '')}"
        return f"{what}: share of zones with a level `{inner}` must be `{limit}`"
    judged = "" if _is_judged(target) else "; reported, not judged"
    return f"{what}: `{limit}`{judged}"


def _is_judged(target: dict[str, Any]) -> bool:
    from zonecarbon.records import Target

    return Target.model_validate(target).judged


def build_coefficients() -> str:
    """Return the coefficients of common carriers side by side."""
    names = {row["carrier_id"]: row for row in rows("vocabulary", "carriers.csv")}
    coal = {(row["carrier_id"], row["edition"]): row for row in rows("factors", "standard_coal.csv")}
    co2 = {(row["carrier_id"], row["factor_set"]): row for row in rows("factors", "fuel_co2.csv")}
    proxies = {row["carrier_id"]: row["proxy_id"] for row in rows("factors", "proxies.csv")}

    def printed(carrier: str, edition: str) -> str:
        row = coal.get((carrier, edition))
        if row is None:
            return ""
        return row["coefficient"] or f"{row['range_low']} to {row['range_high']}"

    def factor(carrier: str, name: str) -> str:
        if row := co2.get((carrier, name)):
            return row["co2_per_energy"]
        proxy = co2.get((proxies.get(carrier, ""), name))
        return f"{proxy['co2_per_energy']} (proxy {proxies[carrier]})" if proxy else ""

    body = []
    for carrier in SHOWN_CARRIERS:
        editions = [printed(carrier, name) for name in ("GB/T 2589-2020", "GB/T 2589-2008", "NBS-yearbook")]
        units = {row["coefficient_unit"] for key, row in coal.items() if key[0] == carrier}
        factors = [factor(carrier, name) for name in ("ncsc-2025", "ndrc-24-sector", "ipcc-2006")]
        title = f"{names[carrier]['name_zh']} `{carrier}`"
        body.append((title, ", ".join(sorted(units)), *editions, *factors))
    head = ("carrier", "unit", "GB/T 2589-2020", "GB/T 2589-2008", "NBS-yearbook")
    sets = (f"CO2 `{name}` [kg/GJ]" for name in ("ncsc-2025", "ndrc-24-sector", "ipcc-2006"))
    return table((*head, *sets), body)


def build_grid() -> str:
    """Return the national electricity factors."""
    kinds = ("national_average", "national_residual", "national_fossil")
    found = [row for row in rows("factors", "grid_electricity.csv") if row["status"] == "verified"]
    years = sorted({row["data_year"] for row in found})
    body = []
    for year in years:
        here = {row["kind"]: row for row in found if row["data_year"] == year and row["region_id"] == "00-quanguo"}
        first = here["national_average"]
        count = sum(row["kind"] == "provincial_average" and row["data_year"] == year for row in found)
        values = [here[kind]["value"] for kind in kinds]
        body.append((year, *values, str(count), source_words(first["source_id"]), first["published"]))
    head = ("data year", *(f"`{kind}`" for kind in kinds), "provinces", "source", "published")
    return table(head, body)


def build_tables() -> str:
    """Return how many rows of each table were read in a source, recalled or assumed."""
    groups = {
        "standard_coal": "edition",
        "fuel_co2": "factor_set",
        "grid_electricity": "kind",
        "electricity_equivalent": "series",
        "energy_media": "edition",
        "heat": "",
        "proxies": "",
    }
    body = []
    for name, group in groups.items():
        counts: dict[str, Counter[str]] = {}
        for row in rows("factors", f"{name}.csv"):
            counts.setdefault(row[group] if group else "", Counter())[row["status"]] += 1
        for label, seen in counts.items():
            body.append((f"`{name}`", label, *(str(seen[s]) for s in ("verified", "recalled", "assumption"))))
    for name in SETS:
        data = tomllib.loads((DATA / "targets" / f"{name}.toml").read_text(encoding="utf-8"))
        seen = Counter(target["status"] for target in data["target"])
        body.append(("targets", f"`{name}`", *(str(seen[s]) for s in ("verified", "recalled", "assumption"))))
    seen = Counter(row["status"] for row in rows("sources.csv"))
    body.append(("sources", "", *(str(seen[s]) for s in ("verified", "recalled", "assumption"))))
    return table(("table", "rows of", "verified", "recalled", "assumption"), body)


def build_proxies() -> str:
    """Return the proxies and why."""
    names = {row["carrier_id"]: row["name_zh"] for row in rows("vocabulary", "carriers.csv")}
    return table(
        ("carrier without a CO2 row", "stands in", "reason"),
        (
            (f"{names[row['carrier_id']]} `{row['carrier_id']}`", f"`{row['proxy_id']}`", row["reason"])
            for row in rows("factors", "proxies.csv")
        ),
    )


def build_layers() -> str:
    """Return the layers as a table, top first."""
    body = []
    for (there, missing), what in zip(layers(), WHAT, strict=True):
        words = (", ".join(f"`{name}`" for name in names) for names in (there, missing))
        body.append((*words, what))
    return table(("modules", "planned", "what the layer does"), body)


def build_scenarios() -> str:
    """Return every number of the shipped scenarios, with its source, status and note."""
    from zonecarbon import catalog

    parts = []
    for name in SCENARIOS:
        told = tomllib.loads((DATA / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"))
        whole = catalog.scenario(name)
        words = f"### `{name}`\n\n**{whole.title_en} {whole.title_zh}.** {whole.note_en}"
        if whole.base:
            words += f" Base: `{whole.base}`."
        shifts = {shift.name: shift for shift in whole.shift}
        body = []
        for driver, path in whole.drivers():
            shift = shifts.get(driver)
            moved = f"{_shift_words(shift)}: " if shift else ""
            note = path.note_en if shift or driver in told else f"as in `{told['base']}`"
            source = f"`{path.source_id}`" if path.source_id else ""
            shocks = "<br>".join(_shock_words(item) for item in path.uncertainty)
            body.append((f"`{driver}`", moved + _path_words(path), shocks, path.status, source, note))
        parts += [words, table(("driver", "path", "uncertainty", "status", "source", "why"), body)]
    return "\n\n".join(parts)


def _path_words(path: Any) -> str:
    """Return a path in words; kinds that no shipped scenario has are not told."""
    if path.kind == "constant":
        return f"{_percent(path.rate)} a year"
    if path.kind == "piecewise":
        steps = [f"{_percent(rate)} {'to ' + str(last) if last else 'after'}" for _, last, rate in path.spans()]
        return ", ".join(steps)
    if path.kind == "logistic":
        return f"S-curve to {path.goal:.0%}, midpoint {path.midpoint:g}, width {path.width:g} years"
    raise ValueError(path.kind)


def _percent(rate: float) -> str:
    return f"{100 * rate:+g} %".replace("-", "−")


def _shift_words(shift: Any) -> str:
    whence = f"{shift.source_supply} power" if shift.source_supply else ", ".join(f"`{word}`" for word in shift.source)
    target = f"`{shift.target_supply}` power" if shift.source_supply else f"`{shift.target}`"
    ratio = f", {shift.ratio:g} tce for 1 tce" if shift.ratio != 1 else ""
    return f"{whence} → {target}{ratio}"


def _shock_words(shock: Any) -> str:
    whose = "shared" if shock.shared else "own"
    return f"{whose}: {shock.shape}, sd {100 * shock.sd:g} % a year, `rho` {shock.rho:g} ({shock.status})"


def build_sampling() -> str:
    """Return the measured comparison of the draws, as ``benchmarks/bench_sampling.py`` printed it; it is not run."""
    measured = ROOT / "benchmarks/sampling.md"
    if not measured.is_file():
        return "Not measured yet: `python benchmarks/bench_sampling.py`."
    return measured.read_text(encoding="utf-8").strip()


BLOCKS: dict[str, Callable[[], str]] = {
    "sources": build_sources,
    "targets": build_targets,
    "coefficients": build_coefficients,
    "grid": build_grid,
    "tables": build_tables,
    "proxies": build_proxies,
    "layers": build_layers,
    "scenarios": build_scenarios,
    "sampling": build_sampling,
}


def filled(text: str) -> str:
    """Return a page with its generated parts made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]()}\n\n{found[3]}", text)


# -- pictures ------------------------------------------------------------------------------------------------------

# What each layer of pyproject.toml is for, top first.
WHAT = (
    "starts the command line",
    "words in, text out; computes nothing",
    "faces made of answers",
    "faces: tables in and out",
    "answers that ask answers",
    "answers",
    "intensities, rates, formulas for scripts",
    "tce and tCO2; oddities of the data",
    "frozen, checked arrays",
    "factors, methods, target sets, scenarios",
    "what people write by hand",
    "units, formulas, draws, results, names",
    "errors as data",
    "sentences in two languages; types",
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


@cache
def fan() -> Fan:
    """Return the data of the picture: the page itself is run, up to where it has its ensemble."""
    names: dict[str, Any] = {"__name__": "__main__"}
    text = (DOCS / "tutorial-peak.md").read_text(encoding="utf-8")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        for example in doctest.DocTestParser().get_examples(text):
            exec(example.source, names)
            if "paths" in names:
                break
    paths, size = names["paths"], 1e4
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


def stamp(name: str) -> str:
    """Return a hash of what a picture shows."""
    if name == "peak":
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
        "Doors to other packages: numpy everywhere; pint in units; pydantic in records; "
        "pandas in tabular, _table; scipy in sampling, sensitivity"
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


DRAW: dict[str, Callable[[], Any]] = {"basis": draw_basis, "architecture": draw_architecture, "peak": draw_peak}
TITLES = {
    "basis": "Energy per value added of 41 industrial sectors of China, 2019, on two bases",
    "architecture": "The layers of zonecarbon and the direction of imports",
    "peak": "CO2 of a synthetic zone under the scenario policy, 2015 to 2060, and when it peaks",
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


# -- command -------------------------------------------------------------------------------------------------------


def stale() -> list[str]:
    """Return the pages and pictures that are not up to date."""
    pages = [path.name for path in sorted(DOCS.glob("*.md")) if filled(text := path.read_text("utf-8")) != text]
    return pages + [f"{name}.svg" for name in DRAW if stamped(name) != stamp(name)]


def main(arguments: Sequence[str]) -> int:
    """Make, or check, the generated parts."""
    if "--check" in arguments:
        found = stale()
        print("\n".join(f"not up to date: {name}; run python tools/build_docs.py" for name in found) or "up to date")
        return 1 if found else 0
    if "--png" in arguments:
        folder = Path(arguments[list(arguments).index("--png") + 1])
        for name, draw in DRAW.items():
            draw().savefig(folder / f"{name}.png", dpi=100, facecolor="white")
        return 0
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if filled(text) != text:
            path.write_text(filled(text), encoding="utf-8")
            print(f"wrote {path.name}")
    PICTURES.mkdir(exist_ok=True)
    for name in DRAW:
        (PICTURES / f"{name}.svg").write_text(svg(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
