"""The overview: all zones together.

Decided here: verdicts come first, then where the zones stand, how it came about, where it goes. A section appears when
its result is given. The ranked table has every zone up to a few thousand; beyond that a page would freeze, and the
workbook has them all.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.catalog import names, target_set
from zonecarbon.decomposition import Decomposition, Decoupling
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.notation import Kind, amount, percent, year
from zonecarbon.records import Scenario
from zonecarbon.reporting import change as changes
from zonecarbon.reporting import outlook as outlooks
from zonecarbon.reporting.comparison import compared_section
from zonecarbon.reporting.figures import column, limit_text, printed, value_text
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import (
    apart,
    check_label,
    outlook_label,
    peaks_label,
    scenario_label,
    with_label,
)
from zonecarbon.reporting.pace import pace_table
from zonecarbon.reporting.pictures import picture, row
from zonecarbon.reporting.plans import plan_sections
from zonecarbon.reporting.ranking import as_printed, ranked, sign
from zonecarbon.reporting.standing import Standing, limits, per
from zonecarbon.reporting.unknowns import unknown_section
from zonecarbon.reporting.verdicts import indicator_name, title_of, verdict_sections
from zonecarbon.reporting.view import Cell, Fact, Facts, Figures, Head, Notes, Section, Table, Text, filled, some
from zonecarbon.reporting.words import Say
from zonecarbon.requirements import Requirement
from zonecarbon.targets import TargetCheck
from zonecarbon.targets.result import Block
from zonecarbon.vocabulary import provinces

_ENERGY, _CO2 = "tce/10^4 CNY", "tCO2/10^4 CNY"


def overview(say: Say, material: Material, stand: Standing | None, links: dict[str, str]) -> tuple[Section, ...]:
    """Return the sections of all zones together; ``links`` are the places of the zones' own pages."""
    notes = Notes(tuple(note.text(say.language) for note in material.notes))
    return filled(
        [
            *verdict_sections(say, material),
            None if stand is None else _key_section(say, material, stand),
            _spread(say, material, stand, links),
            ranked(say, material, stand, links),
            unknown_section(say, stand, links),
            _history(say, stand),
            _side_by_side(say, material),
            *_projections(say, material),
            *_peaks(say, material),
            *_changes(say, material),
            *_couplings(say, material),
            *_required(say, material, links),
            *_tornados(say, material),
            *plan_sections(say, material, links),
            Section("not-in-this-report", say("section.notes"), some(notes)),
        ]
    )


def identity(say: Say, stand: Standing, zone: int) -> Text:
    """Return the full name of a zone and its province, where they are known."""
    activity, known = stand.account.activity, provinces()
    name, province = str(activity.names[zone]), str(activity.provinces[zone])
    parts = [name] if name != str(activity.zones[zone]) else []
    parts += [known[province].name(say.language)] if province in known else []
    return Text(" · ".join(part for part in parts if part))


def _key_section(say: Say, material: Material, stand: Standing) -> Section:
    only = 0 if len(stand.account.zones) == 1 else None
    told = None if only is None else identity(say, stand, only)
    figures = key_figures(say, material, stand, only)
    return Section("figures", say("section.figures", year=stand.year), some(told, figures))


def key_figures(say: Say, material: Material, stand: Standing, zone: int | None = None) -> Facts:
    """Return what all zones together are, or one, in the year that is looked at."""
    rows = slice(None) if zone is None else slice(zone, zone + 1)
    items = []
    totals = {name: getattr(stand, name)[rows, stand.at] for name in ("energy", "co2", "value_added")}
    sums = {name: float(array.sum()) for name, array in totals.items()}
    marks = {what: bool(stand.printed(what)[rows, stand.at].any()) for what in ("energy", "co2")}
    for name, value in sums.items():
        text = amount(value, name, say.language)  # type: ignore[arg-type]
        known = int((~np.isnan(totals[name])).sum())
        if math.isnan(value) and zone is None:
            text = say("history.partly", known=known, n=len(totals[name]))
        items.append(Fact(say(f"head.{name}"), _marked(say, text, value, marks.get(name, False))))
    for name, unit in (("energy", _ENERGY), ("co2", _CO2)):
        value, kind = float(per(np.array(sums[name]), np.array(sums["value_added"]))), f"{name}_intensity"
        if len(totals[name]) == 1:
            value = float(stand.intensity(name)[rows, stand.at][0])
        near = min(limits(material, unit), key=lambda limit: abs(limit - value), default=None)
        text = amount(value, kind, say.language, near)  # type: ignore[arg-type]
        items.append(Fact(say(f"head.{kind}"), _marked(say, text, value, marks[name])))
    return Facts(tuple(items), large=True)


def _marked(say: Say, text: str, value: float, is_printed: bool) -> Cell:
    """Return a figure; one that rests on a printed intensity says so."""
    return Cell(say("printed", value=text) if is_printed and not math.isnan(value) else text, value)


# -- where zones stand -------------------------------------------------------------------------------------------------


def _spread(say: Say, material: Material, stand: Standing | None, links: dict[str, str]) -> Section | None:
    """Return the distribution of the zones, and those nearest to a limit."""
    check = next((check for check in material.checks), None)
    figures = row()
    if stand is not None and len(stand.account.zones) > 1:
        options: dict[str, Any] = {"year": stand.year}
        if marks := limits(material, _ENERGY):
            options["limits"] = marks
        of = check if check is not None and check.of is stand.account else stand.account
        title = say("figure.spread", year=stand.year)
        figures = row(picture(say, title, "intensity_distribution", of, **options))
    tables = [
        _nearest(say, check, block, links, check_label(say, material, check))
        for check in material.checks
        for block in check.blocks
    ]
    return Section("spread", say("section.spread"), some(figures, *tables))


def _nearest(say: Say, check: TargetCheck, block: Block, links: dict[str, str], label: str) -> Table | None:
    target = block.target
    found = check.nearest(target.id) if len(check.zones) > 1 else []  # of a single zone there is none nearest
    if not found:
        return None
    kind: Kind = "energy_intensity" if target.inner_unit == _ENERGY else "number"
    head, values = column(
        say,
        say("head.energy_intensity") if kind == "energy_intensity" else indicator_name(say, target),
        [item["value"] for item in found],
        kind,
        (target.inner_limit,),
    )
    heads = (
        Head(say("head.zone")),
        head,
        Head(say("nearest.now")),
        Head(say("nearest.change"), "", True),
    )
    rows = tuple(
        (
            Cell(item["zone"], href=links.get(item["zone"], "")),
            value,
            sign(say, "met" if item["below"] else "missed", "counted"),
            Cell(percent(item["change"], say.language, signed=True), item["change"]),
        )
        for item, value in zip(found, values, strict=True)
    )
    limit = printed(say, target.inner_threshold, target.inner_unit)
    return Table("", with_label(say, say("nearest.caption", limit=limit), label), heads, rows)


# -- history -----------------------------------------------------------------------------------------------------------


def _history(say: Say, stand: Standing | None) -> Section | None:
    if stand is None:
        return None
    return Section("history", say("section.history"), some(stacks(say, stand), history_table(say, stand)))


def stacks(say: Say, stand: Standing, zone: int | None = None) -> Figures:
    """Return energy by carrier and CO2 by scope, of all together or of one zone."""
    if not stand.account.flows:
        return row()
    rows = slice(None) if zone is None else slice(zone, zone + 1)
    of = {"by": "carrier", "what": "energy"}, {"by": "scope", "what": "co2"}
    known = [not np.isnan(array[rows]).all() for array in (stand.energy, stand.co2)]
    name = "" if zone is None else str(stand.account.zones[zone])
    of_one = name or (str(stand.account.zones[0]) if len(stand.account.zones) == 1 else "")
    titles = [with_label(say, say(key), of_one) for key in ("figure.carriers", "figure.scopes")]
    return row(
        picture(say, titles[0], "stack", stand.account, name, known=known[0], **of[0]),
        picture(say, titles[1], "stack", stand.account, name, known=known[1], **of[1]),
    )


def history_table(say: Say, stand: Standing, zone: int | None = None) -> Table:
    """Return energy, CO2, value added and intensities by year, of all together or of one zone."""
    rows = slice(None) if zone is None else slice(zone, zone + 1)
    parts = {"energy": stand.energy[rows], "co2": stand.co2[rows], "value_added": stand.value_added[rows]}
    total = {name: array.sum(axis=0) for name, array in parts.items()}
    years = stand.account.years.tolist()
    marks: dict[str, BoolArray] = {
        what: np.asarray(stand.printed(what)[rows].any(axis=0)) for what in ("energy", "co2")
    }
    columns = [(Head(say("head.year")), [Cell(year(item, say.language), item) for item in years])]
    for name, kind in (("energy", "energy"), ("co2", "co2"), ("value_added", "value_added")):
        head, cells = column(say, say(f"head.{name}"), total[name], kind)  # type: ignore[arg-type]
        told = _with_coverage(say, cells, parts[name])
        columns.append((head, as_printed(say, told, marks[name]) if name in marks else told))
    for name in ("energy", "co2"):
        kind = f"{name}_intensity"
        level = per(total[name], total["value_added"]) if zone is None else stand.intensity(name)[zone]
        head, cells = column(say, say(f"head.{kind}"), level, kind)  # type: ignore[arg-type]
        columns.append((head, as_printed(say, cells, marks[name])))
    caption = say("history.caption")
    return Table("", caption, tuple(head for head, _ in columns), tuple(zip(*(c for _, c in columns), strict=True)))


def _with_coverage(say: Say, cells: list[Cell], parts: FloatArray) -> list[Cell]:
    """Return cells where an unknown sum says how many zones are known."""
    known, n = (~np.isnan(parts)).sum(axis=0).tolist(), len(parts)
    return [
        Cell(say("history.partly", known=count, n=n), cell.sort)
        if isinstance(cell.sort, float) and math.isnan(cell.sort) and n > 1
        else cell
        for cell, count in zip(cells, known, strict=True)
    ]


# -- answers -----------------------------------------------------------------------------------------------------------


def _projections(say: Say, material: Material) -> list[Section]:
    return [
        Section(
            f"projection-{number}",
            with_label(
                say,
                say("section.projection", scenario=scenario_label(say, material, ensemble)),
                _known_of(say, int(ensemble.model.known["co2"].sum()), len(ensemble.zones)),
            ),
            some(
                outlooks.peak_facts(say, ensemble),
                row(outlooks.fan(say, ensemble)),
                outlooks.chances(say, ensemble, material.checks),
                pace_table(say, ensemble),
                Text(outlooks.about(say, ensemble)),
                Notes(tuple(note.text(say.language) for note in ensemble.warnings)),
            ),
        )
        for number, ensemble in enumerate(material.ensembles, start=1)
    ]


def _side_by_side(say: Say, material: Material) -> Section | None:
    """Return the scenarios side by side, with how many zones their sums are of."""
    found = compared_section(say, material)
    if found is None:
        return None
    first = material.ensembles[0]
    return replace(found, title=found.title + _known_of(say, int(first.model.known["co2"].sum()), len(first.zones)))


def _known_of(say: Say, known: int, n: int) -> str:
    """Return how many zones a figure of all together is of; nothing where it is of all."""
    return "" if known == n else say("label.zones", known=known, n=n)


def _peaks(say: Say, material: Material) -> list[Section]:
    found = [
        Section(
            f"peaks-{number}",
            say("section.peaks_of", of=label) if (label := peaks_label(say, material, peaks)) else say("section.peaks"),
            some(
                Text(say("peaks.counts", **peaks.counts)),
                outlooks.data_peak_facts(say, peaks, str(peaks.zone[0])) if len(peaks.zone) == 1 else None,
                Notes(tuple(warning.text(say.language) for warning in peaks.warnings)),
            ),
        )
        for number, peaks in enumerate(material.peaks, start=1)
    ]
    for number, outlook in enumerate(material.outlooks, start=1):
        counts = Text(say("outlook.counts", until=outlook.horizon, **outlook.counts))
        blocks = some(outlooks.outlook_facts(say, outlook), counts)
        title = say("section.outlook_of", scenario=outlook_label(say, material, outlook))
        found.append(Section(f"outlook-{number}", title, blocks))
    return found


def _changes(say: Say, material: Material) -> list[Section]:
    return [
        Section(
            f"change-{number}",
            with_label(
                say,
                say("section.change", of=changes.name_of(say, change), base=change.base, end=change.end),
                _left_out_of(say, change),
            ),
            some(
                *_change_blocks(say, change),
                Notes(tuple(warning.text(say.language) for warning in change.warnings)),
            ),
        )
        for number, change in enumerate(material.changes, start=1)
    ]


def _coupled_of(say: Say, coupling: Decoupling) -> str:
    """Return how many zones a decoupling of all together is of, where that is not all."""
    summed = coupling.whole.summed if coupling.whole is not None else 0
    return _known_of(say, summed, len(coupling.zones)) if summed else ""


def _change_blocks(say: Say, change: Decomposition) -> list[Figures | Table | Text | None]:
    """Return the chart and the table of all together; that nothing is known, where every zone is left out."""
    if _left_out(change) and not _known_zones(change):
        return [Text(say("unknown"))]
    return [row(changes.waterfall(say, change)), changes.effects(say, change)]


def _left_out(change: Decomposition) -> bool:
    return any(warning.code == "decompose.left_out" for warning in change.warnings)


def _known_zones(change: Decomposition) -> int:
    known = 0
    for zone in change.zones.tolist():
        try:
            known += bool(change.is_known(zone))
        except ZoneCarbonError:
            continue
    return known


def _left_out_of(say: Say, change: Decomposition) -> str:
    """Return how many zones a decomposition is of, where some are left out."""
    return _known_of(say, _known_zones(change), len(change.zones)) if _left_out(change) else ""


def _couplings(say: Say, material: Material) -> list[Section]:
    return [
        Section(
            f"decoupling-{number}",
            with_label(
                say,
                say("section.decoupling_energy" if coupling.of == "energy" else "section.decoupling"),
                _coupled_of(say, coupling),
            ),
            some(
                row(changes.coupling_path(say, coupling)),
                changes.coupling_table(say, coupling),
                Text(changes.state_counts(say, coupling)) if len(coupling.zones) > 1 else None,
                Notes(tuple(warning.text(say.language) for warning in coupling.warnings)),
            ),
        )
        for number, coupling in enumerate(material.couplings, start=1)
    ]


def _required(say: Say, material: Material, links: dict[str, str]) -> list[Section]:
    titles = [
        say("section.required", target=_asked(say, material, need), year=need.year) for need in material.requirements
    ]
    under = [outlooks.required_about(say, need) for need in material.requirements]
    scenarios = [say.pick(*_titles(need.scenario)) for need in material.requirements]
    return [
        Section(
            f"required-{number}",
            apart(say, titles, scenarios, number - 1),
            some(
                Text(under[number - 1]),
                outlooks.required_table(say, need, f"required-table-{number}", links),
                Notes(tuple(note.text(say.language) for note in need.warnings)),
            ),
        )
        for number, need in enumerate(material.requirements, start=1)
    ]


def _titles(scenario: Scenario | None) -> tuple[str, str]:
    if scenario is None:
        return "", ""
    return scenario.title_en or scenario.name, scenario.title_zh or scenario.name


def _asked(say: Say, material: Material, need: Requirement) -> str:
    """Return what must hold: the indicator and the limit of a target, never its id."""
    if say.knows("required", need.target):
        return say.of("required", need.target)
    judged = [block.target for check in material.checks for block in check.blocks]
    judged += [goal.target for ensemble in material.ensembles for goal in ensemble.goals]
    shipped = need.target.split(":", 1)[0]
    if shipped in names("targets"):
        judged += target_set(shipped).target
    threshold, unit = float(need.rows["threshold"][0]), str(need.rows["unit"][0])
    for target in judged:
        is_same = math.isclose(target.limit, threshold, rel_tol=1e-9) or target.unit != unit
        if target.id == need.target and is_same:
            limit = limit_text(say, target.model_copy(update={"year": None}))
            return say("ranked.target", target=title_of(say, target), limit=limit)
    words = {_ENERGY: "head.energy_intensity", _CO2: "head.co2_intensity", "tCO2": "head.co2", "tce": "head.energy"}
    limit = value_text(say, threshold, unit)
    return say("ranked.target", target=say(words[unit]), limit=limit) if unit in words else limit


def _tornados(say: Say, material: Material) -> list[Section]:
    titles = [say("section.tornado", of=outlooks.outcome_of(say, tornado)) for tornado in material.tornados]
    ends = [
        say("join").join(part for part in (tornado.zone, say.pick(*_titles(tornado.study.scenario))) if part)
        for tornado in material.tornados
    ]
    return [
        Section(
            f"tornado-{number}",
            apart(say, titles, ends, number - 1),
            some(row(outlooks.tornado_chart(say, tornado)), outlooks.tornado_table(say, tornado, "")),
        )
        for number, tornado in enumerate(material.tornados, start=1)
    ]
