"""What a scenario assumes, in words and numbers: where each driver goes, how sure that is, and who says so.

Decided here: whatever the form of a path, a reader gets runs of years, each with its mean yearly change and the level
at its end, so that a constant rate and an S-curve can be compared line by line. The figures are evaluated by the code
that the projection uses. A driver that the scenario does not give stays as it is, and that is said too.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.notation import percent
from zonecarbon.projection import paths
from zonecarbon.projection.wording import conditional
from zonecarbon.records import Path, Scenario, Uncertainty
from zonecarbon.records.scenario import REST, Shift
from zonecarbon.reporting.documents import document, documents
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.view import Block, Cell, Head, Section, Table, Text, some
from zonecarbon.reporting.words import Say
from zonecarbon.terms import term
from zonecarbon.vocabulary import carriers

_MOST_ROWS = 60
_ID = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario, where it starts, and how far it is followed."""

    scenario: Scenario
    base: int
    until: int

    def title(self, say: Say) -> str:
        """Return what it is called."""
        return say.pick(self.scenario.title_en, self.scenario.title_zh) or self.scenario.name


@dataclass(frozen=True, slots=True)
class Leg:
    """A run of years of one path: mean yearly change, and the level at its end (a multiple of the base year).

    Of a share both are of the share itself: points a year, and the share. NaN where each zone has its own.
    """

    driver: str
    first: int
    last: int
    form: str
    change: float
    level: float
    is_share: bool
    status: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a path may be from what it says, in words."""

    driver: str
    shape: str
    in_time: str
    scope: str
    status: str
    source: str
    why: str


def scenes(material: Material) -> list[Scene]:
    """Return each scenario of a report once, to the farthest year it is followed."""
    found: list[tuple[Scenario, Account, int]] = [(e.scenario, e.account, e.until) for e in material.ensembles]
    found += [(need.scenario, need.account, need.until) for need in material.requirements if need.scenario is not None]
    for tornado in material.tornados:
        found.append((tornado.study.scenario, tornado.study.account, int(tornado.study.recipe.model.years[-1])))
    for plan in material.plans:
        if plan.scenario is not None:
            found.append((plan.scenario, plan.origin, int(plan.years[-1])))
    distinct: dict[Scenario, Scene] = {}
    for scenario, account, until in found:
        last = max(until, distinct[scenario].until) if scenario in distinct else until
        distinct[scenario] = Scene(scenario, int(account.years[-1]), last)
    return list(distinct.values())


def sources_of(scene: Scene) -> list[str]:
    """Return the documents behind a scenario: those of its fields, and those that its notes name."""
    found: list[str] = []
    for _, path in _paths(scene.scenario):
        parts: tuple[Path | Uncertainty, ...] = (path, *path.uncertainty)
        for part in parts:
            found += [part.source_id] if part.source_id else []
            found += [word for word in _ID.findall(part.note_en) if word in documents()]
    return list(dict.fromkeys(found))


# -- the page ----------------------------------------------------------------------------------------------------------


def scenario_sections(say: Say, material: Material) -> list[Section]:
    """Return what each scenario assumes."""
    return [
        Section(f"audit-scenario-{number}", say("audit.scenario", scenario=scene.title(say)), _blocks(say, scene))
        for number, scene in enumerate(scenes(material), start=1)
    ]


def _blocks(say: Say, scene: Scene) -> tuple[Block, ...]:
    scenario = scene.scenario
    return some(
        Text(_told(say, scenario)),
        Text(conditional(scenario, say.language) + say("full_stop")),
        Text(say("audit.scenario_from", base=scene.base, until=scene.until)),
        _path_table(say, scene),
        _spread_table(say, scene),
        Text(correlated(say, scenario)),
    )


def _told(say: Say, record: Scenario | Path | Uncertainty) -> str:
    """Return the note of a record, as print writes CO2, its documents called by their names and not by their ids."""
    text = _ID.sub(lambda found: _named(say, found[0]), say.pick(record.note_en, record.note_zh))
    text = text.replace("CO2", "CO₂")
    return text.replace("28号", say("document.plan")) if say.language == "en" else text


def _named(say: Say, word: str) -> str:
    """Return the title (English) or the number (Chinese) of a document; a word that is none as it is."""
    found = document(word)
    if found is None:
        return word
    return found.title_en or word if say.language == "en" else found.short(say).text


def _path_table(say: Say, scene: Scene) -> Table:
    found = legs(say, scene)
    rest = len(found) - _MOST_ROWS
    rows = tuple(
        (
            Cell(leg.driver),
            Cell(str(leg.first), leg.first),
            Cell(str(leg.last), leg.last),
            Cell(leg.form),
            _change(say, leg),
            _level(say, leg),
            Cell(say.of("certainty", leg.status)),
            read_from(say, leg.source),
            Cell(leg.why),
        )
        for leg in found[:_MOST_ROWS]
    )
    heads = (
        Head(say("head.driver")),
        Head(say("head.from_year"), "", True),
        Head(say("head.to_year"), "", True),
        Head(say("head.path")),
        Head(say("head.change"), "", True),
        Head(say("head.level"), "", True),
        Head(say("head.certainty")),
        Head(say("head.source")),
        Head(say("head.why")),
    )
    note = say("audit.path_note") + (" " + say("audit.more_paths", n=rest) if rest > 0 else "")
    return Table("", say("audit.path_caption"), heads, rows, note, wide=True)


def _change(say: Say, leg: Leg) -> Cell:
    if math.isnan(leg.change):
        return Cell("–", math.nan)
    shown = percent(leg.change, say.language, digits=2, signed=True)
    return Cell(say("points", value=shown.rstrip("%")) if leg.is_share else shown, leg.change)


def _level(say: Say, leg: Leg) -> Cell:
    if math.isnan(leg.level):
        return Cell("–", math.nan)
    return Cell(percent(leg.level, say.language) if leg.is_share else f"{leg.level:.3f}", leg.level)


def _spread_table(say: Say, scene: Scene) -> Table:
    rows = tuple(
        (
            Cell(one.driver),
            Cell(one.shape),
            Cell(one.in_time),
            Cell(one.scope),
            Cell(say.of("certainty", one.status)),
            read_from(say, one.source),
            Cell(one.why),
        )
        for one in spreads(say, scene.scenario)
    )
    names = ("driver", "shape", "in_time", "scope", "certainty", "source", "why")
    return Table("", say("audit.spread_caption"), tuple(Head(say(f"head.{n}")) for n in names), rows, wide=True)


def read_from(say: Say, source_id: str) -> Cell:
    """Return the document of an id as it is quoted, or the id itself where the list has none."""
    found = document(source_id) if source_id else None
    return Cell(source_id, code=bool(source_id)) if found is None else found.short(say)


def correlated(say: Say, scenario: Scenario) -> str:
    """Return which shocks move together; empty if none do."""
    if scenario.correlation is None:
        return ""
    pairs = [
        say("audit.pair", a=_driver(say, scenario, a), b=_driver(say, scenario, b), rho=f"{rho:g}")
        for a, b, rho in scenario.correlation.pairs()
    ]
    return say("audit.correlation", pairs=say("stop").join(pairs)) if pairs else ""


# -- paths as runs of years --------------------------------------------------------------------------------------------


def legs(say: Say, scene: Scene) -> list[Leg]:
    """Return every path of a scenario as runs of years, those of single zones and sectors after the common ones."""
    scenario, found = scene.scenario, []
    given = dict(_paths(scenario))
    factor = "co2_per_energy" if scenario.level == "kaya" else "grid_factor"
    for name in ("value_added", "energy_intensity", factor):
        title = _driver(say, scenario, name)
        if (path := given.pop(name, None)) is not None:
            found += _legs(say, scene, title, path, name)
        else:
            found.append(Leg(title, scene.base + 1, scene.until, say("path.fixed"), 0.0, 1.0, False, "", "", ""))
    shifts = {shift.name: shift for shift in scenario.shift}
    for name, path in given.items():
        found += _legs(say, scene, _driver(say, scenario, name), path, name, shifts.get(name))
    return [*found, *_shares(say, scene, "mix"), *_shares(say, scene, "structure")]


def _paths(scenario: Scenario) -> Iterator[tuple[str, Path]]:
    """Yield every path: of the drivers, then of single zones and sectors (``driver, name``)."""
    yield from scenario.drivers()
    for part in (scenario.zones, scenario.sectors):
        for item, own in part.items():
            for name in ("value_added", "energy_intensity", "co2_per_energy"):
                if (path := getattr(own, name)) is not None:
                    yield f"{name}, {item}", path


def _driver(say: Say, scenario: Scenario, name: str) -> str:
    """Return what a driver or shift is called."""
    for shift in scenario.shift:
        if shift.name == name:
            return say.pick(shift.title_en, shift.title_zh) or name
    driver, comma, item = name.partition(", ")
    return say("path.of", driver=say.of("driver", driver), item=item) if comma else say.of("driver", name)


def _supplied(say: Say, name: str, supply: str) -> str:
    known = supply not in {"", "grid"}
    return say("driver.supplied", name=name, supply=say.of("supply", supply)) if known else name


def _carrier(say: Say, name: str) -> str:
    known = carriers()
    return known[name].name(say.language) if name in known else term(name, say.language)


def _legs(say: Say, scene: Scene, title: str, path: Path, name: str, shift: Shift | None = None) -> list[Leg]:
    """Return the runs of years of one path."""
    years = list(range(scene.base + 1, scene.until + 1))
    level = _evaluated(path, scene.base, years, name, shift)
    found: list[Leg] = []
    for first, last, form in _runs(say, scene, path, shift is not None):
        told = _of_shift(say, shift, form) if shift is not None and not found else form
        before = (1.0 if shift is None else 0.0) if first == years[0] else level[first - scene.base - 2]
        end, n = float(level[last - scene.base - 1]), last - first + 1
        if shift is None:
            change = (end / before) ** (1 / n) - 1
        else:
            change = (end - before) / n if shift.measure == "moved" or first > years[0] else math.nan
        why = "" if found else _told(say, path)
        found.append(
            Leg(title, first, last, told, float(change), end, shift is not None, path.status, path.source_id, why)
        )
    return found


def _evaluated(path: Path, base: int, years: list[int], name: str, shift: Shift | None) -> FloatArray:
    """Return the level by year as the projection has it; of a share that starts at each zone's own, where it is one."""
    if shift is None:
        return paths.growth(path, base, years, name)
    if shift.measure == "moved":
        return np.asarray(paths.share(path, np.zeros(1), base, years, name)[0])
    try:  # two zones that start apart: where they meet, the path says the share of all
        ends = paths.share(path, np.array([0.001, 0.002]), base, years, name)
    except ZoneCarbonError:
        return np.full(len(years), np.nan)
    return np.where(np.abs(ends[0] - ends[1]) < 1e-12, ends[0], np.nan)


def _of_shift(say: Say, shift: Shift, form: str) -> str:
    """Return the form of a shift's path with what moves, where it goes and what the share is of."""
    source = say("join").join(dict.fromkeys(_carrier(say, word) for word in shift.source))
    source = _supplied(say, source, shift.source_supply)
    target = _supplied(say, _carrier(say, shift.target), shift.target_supply)
    told = say(f"path.{shift.measure}", form=form, source=source, target=target)
    return told if shift.ratio == 1 else say("path.ratio", form=told, ratio=f"{shift.ratio:g}")


def _runs(say: Say, scene: Scene, path: Path, is_share: bool) -> list[tuple[int, int, str]]:
    """Return first year, last year and form of each run of years up to the horizon."""
    first, until = scene.base + 1, scene.until

    def goal(value: float | None) -> str:
        told = value or 0.0
        return percent(told, say.language) if is_share else say("path.times", value=f"{told:g}")

    found: list[tuple[int, int, str]] = []
    if path.kind in {"constant", "piecewise"}:
        spans = path.spans() if path.kind == "piecewise" else ((None, None, path.rate),)
        found = [(max(a or first, first), min(b or until, until), say("path.constant")) for a, b, _ in spans]
    elif path.kind == "logistic":
        told = {"midpoint": f"{path.midpoint or 0:g}", "width": f"{path.width or 0:g}"}
        form = say("path.logistic", goal=goal(path.goal), **told)
        ends = [*(year for year in range(first // 10 * 10 + 10, until, 10) if year > first), until]
        starts = [first, *(year + 1 for year in ends)]  # by decades: what a curve does in between is what matters
        found = [(a, b, form if a == first else say("path.curve")) for a, b in zip(starts, ends, strict=False)]
    else:
        nodes = path.values if path.kind == "table" else {path.year or until: path.goal or 0.0}
        ahead, start = [year for year in sorted(nodes) if year > scene.base], first
        for year in ahead:
            shown = f"{nodes[year]:g}" if path.kind == "table" and not is_share else goal(nodes[year])
            found.append((start, min(year, until), say(f"path.{path.kind}", goal=shown, year=year)))
            start = year + 1
        found.append((start, until, say("path.continue" if path.after == "continue" else "path.hold")))
    return [(a, b, form) for a, b, form in found if a <= b]


def _shares(say: Say, scene: Scene, name: str) -> list[Leg]:
    """Return the rows of a table of shares (``mix`` or ``structure``): from the base year in straight lines."""
    table: Mapping[int, Mapping[str, float]] = getattr(scene.scenario, name)
    found, first = [], scene.base + 1
    for year in sorted(year for year in table if scene.base < year <= scene.until):
        for item, share in table[year].items():
            known = say("driver.rest") if item == REST else _carrier(say, item) if name == "mix" else item
            form = say("path.linear", goal=percent(share, say.language), year=year)
            title = say(f"driver.{name}", item=known)
            found.append(Leg(title, first, year, form, math.nan, share, True, "user", "", ""))
        first = year + 1
    return found


def yearly(say: Say, scene: Scene) -> list[tuple[str, int, float, float, bool]]:
    """Return driver, year, level, change from the year before, and whether it is a share, of every path and year."""
    years = list(range(scene.base + 1, scene.until + 1))
    shifts = {shift.name: shift for shift in scene.scenario.shift}
    found = []
    for name, path in _paths(scene.scenario):
        shift = shifts.get(name)
        level = _evaluated(path, scene.base, years, name, shift)
        before = np.concatenate(([1.0 if shift is None else 0.0], level[:-1]))
        change = level / before - 1 if shift is None else level - before
        if shift is not None and shift.measure == "share":
            change[0] = np.nan
        title = _driver(say, scene.scenario, name)
        rows = zip(years, level.tolist(), change.tolist(), strict=True)
        found += [(title, year, at, rate, shift is not None) for year, at, rate in rows]
    return found


# -- how sure ----------------------------------------------------------------------------------------------------------


def spreads(say: Say, scenario: Scenario) -> list[Spread]:
    """Return the uncertainty of every path in words."""
    shifts = {shift.name for shift in scenario.shift}
    return [
        Spread(
            _driver(say, scenario, name),
            _shape(say, one, "pace" if name in shifts else "rate"),
            say("rho.new")
            if one.rho == 0
            else say("rho.once")
            if one.rho == 1
            else say("rho.some", rho=f"{one.rho:g}"),
            say("scope.shared" if one.shared else "scope.own"),
            one.status,
            one.source_id,
            _told(say, one),
        )
        for name, path in _paths(scenario)
        for one in path.uncertainty
    ]


def _shape(say: Say, one: Uncertainty, of: str) -> str:
    if one.shape == "lognormal":
        return say("shape.lognormal", sd=f"{one.sd:g}")
    ends = {name: getattr(one, name) for name in ("sd", "low", "mode", "high")}
    told = {name: percent(value, say.language, 2).rstrip("%") for name, value in ends.items() if value is not None}
    return say(f"shape.{one.shape}", unit=say(f"spread.{of}"), **told)
