"""The overview: all zones together.

Decided here: verdicts come first, then where the zones stand, how it came about, where it goes. A section appears when
its result is given. The ranked table has every zone up to a few thousand; beyond that a page would freeze, and the
workbook has them all.
"""

import math
from typing import Any

import numpy as np

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.notation import Kind, Scale, amount, percent, probability, scale_for, year
from zonecarbon.reporting import change as changes
from zonecarbon.reporting import outlook as outlooks
from zonecarbon.reporting.figures import column, inner_text, limit_text, printed, rates
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.pictures import picture, row
from zonecarbon.reporting.standing import Standing, limits, per
from zonecarbon.reporting.verdicts import scenario_name, title_of, verdict_sections
from zonecarbon.reporting.view import Cell, Fact, Facts, Figures, Head, Notes, Section, Table, Text, filled, some
from zonecarbon.reporting.words import Say
from zonecarbon.targets import TargetCheck
from zonecarbon.targets.result import VERDICTS, Block
from zonecarbon.vocabulary import provinces

_MOST_ROWS = 3000
_MOST_TARGETS = 4  # of single zones that get a column in the ranked table
_ENERGY, _CO2 = "tce/10^4 CNY", "tCO2/10^4 CNY"


def overview(say: Say, material: Material, stand: Standing | None, links: dict[str, str]) -> tuple[Section, ...]:
    """Return the sections of all zones together; ``links`` are the places of the zones' own pages."""
    notes = Notes(tuple(note.text(say.language) for note in material.notes))
    return filled(
        [
            *verdict_sections(say, material),
            None if stand is None else _key_section(say, material, stand),
            _spread(say, material, stand, links),
            _ranked(say, material, stand, links),
            _history(say, stand),
            *_projections(say, material),
            *_peaks(say, material),
            *_changes(say, material),
            *_couplings(say, material),
            *_required(say, material, links),
            *_tornados(say, material),
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
    for name, value in sums.items():
        text = amount(value, name, say.language)  # type: ignore[arg-type]
        known = int((~np.isnan(totals[name])).sum())
        if math.isnan(value) and zone is None:
            text = say("history.partly", known=known, n=len(totals[name]))
        items.append(Fact(say(f"head.{name}"), Cell(text, value)))
    for name, unit in (("energy", _ENERGY), ("co2", _CO2)):
        value, kind = float(per(np.array(sums[name]), np.array(sums["value_added"]))), f"{name}_intensity"
        near = min(limits(material, unit), key=lambda limit: abs(limit - value), default=None)
        items.append(Fact(say(f"head.{kind}"), Cell(amount(value, kind, say.language, near), value)))  # type: ignore[arg-type]
    return Facts(tuple(items), large=True)


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
    tables = [_nearest(say, check, block, links) for check in material.checks for block in check.blocks]
    return Section("spread", say("section.spread"), some(figures, *tables))


def _nearest(say: Say, check: TargetCheck, block: Block, links: dict[str, str]) -> Table | None:
    found = check.nearest(block.target.id)
    if not found:
        return None
    target = block.target
    kind: Kind = "energy_intensity" if target.inner_unit == _ENERGY else "number"
    head, values = column(
        say,
        say("head.energy_intensity") if kind == "energy_intensity" else target.indicator,
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
            _sign(say, "met" if item["below"] else "missed", "counted"),
            Cell(percent(item["change"], say.language, signed=True), item["change"]),
        )
        for item, value in zip(found, values, strict=True)
    )
    limit = printed(say, target.inner_threshold, target.inner_unit)
    return Table("", say("nearest.caption", limit=limit), heads, rows)


def _ranked(say: Say, material: Material, stand: Standing | None, links: dict[str, str]) -> Section | None:
    if stand is None or len(stand.account.zones) < 2:
        return None
    at, n = stand.at, len(stand.account.zones)
    level = stand.intensity("energy")[:, at]
    order = np.argsort(level, kind="stable")[:_MOST_ROWS]  # NaN comes last
    columns = [_rank_of(say, level, order), (Head(say("head.zone")), _names(stand, order, links))]
    if any(stand.account.activity.provinces):
        columns.append((Head(say("head.province")), _provinces(say, stand, order)))
    columns += [
        column(say, say("head.energy_intensity"), level[order], "energy_intensity", limits(material, _ENERGY)),
        column(
            say, say("head.co2_intensity"), stand.intensity("co2")[order, at], "co2_intensity", limits(material, _CO2)
        ),
    ]
    if stand.base is not None:
        columns.append(rates(say, say("head.fall"), -stand.yearly_fall()[order], signed=True))
    columns += [
        column(
            say, say("head.energy"), stand.energy[order, at], "energy", (), _usual(say, stand.energy[:, at], "energy")
        ),
        column(say, say("head.co2"), stand.co2[order, at], "co2", (), _usual(say, stand.co2[:, at], "co2")),
    ]
    columns += _verdict_columns(say, material, order)
    columns += _peak_columns(say, material, order)
    notes = []
    if n > len(order):
        notes.append(say("ranked.cut", shown=len(order), n=n))
    if stand.base is not None:
        notes.append(say("ranked.rate", base=stand.base, year=stand.year))
    table = Table(
        "zones",
        say("ranked.caption", year=stand.year),
        tuple(head for head, _ in columns),
        tuple(zip(*(cells for _, cells in columns), strict=True)),
        note=" ".join(notes),
        wide=True,
        sortable=True,
        searchable=True,
        key=1,
    )
    return Section("ranked", say("section.ranked"), (table,))


def _usual(say: Say, values: FloatArray, kind: Kind) -> Scale:
    """Return the unit of most zones: that of the largest would make small ones unreadable."""
    known = values[~np.isnan(values)]
    return scale_for(kind, float(np.median(np.abs(known))) if len(known) else math.nan, say.language)


def _rank_of(say: Say, level: FloatArray, order: IntArray) -> tuple[Head, list[Cell]]:
    known = ~np.isnan(level[order])
    cells = [Cell(str(rank) if is_known else "–", rank) for rank, is_known in enumerate(known.tolist(), start=1)]
    return Head(say("head.rank"), "", True), cells


def _names(stand: Standing, order: IntArray, links: dict[str, str]) -> list[Cell]:
    zones = [str(zone) for zone in stand.account.zones[order]]
    return [Cell(zone, zone, href=links.get(zone, "")) for zone in zones]


def _provinces(say: Say, stand: Standing, order: IntArray) -> list[Cell]:
    known = provinces()
    ids = [str(name) for name in stand.account.activity.provinces[order]]
    return [Cell(known[name].name(say.language) if name in known else "", name) for name in ids]


def _verdict_columns(say: Say, material: Material, order: IntArray) -> list[tuple[Head, list[Cell]]]:
    """Return how each zone stands to the limits that are of zones, the first few."""
    found: list[tuple[Head, list[Cell]]] = []
    zones = material.zones[order].tolist()
    for check in material.checks:
        for block in check.blocks:
            if block.inner_verdict is not None:
                codes = dict(zip(check.zones.tolist(), block.inner_verdict.tolist(), strict=True))
                cells = [_sign(say, VERDICTS[codes[zone]], "counted") for zone in zones]
                found.append((Head(inner_text(say, block.target)), cells))
            elif block.judged and len(block.zone) and block.zone[0]:
                codes = dict(zip(block.zone.tolist(), block.verdict.tolist(), strict=True))
                words = [VERDICTS[codes[zone]] if zone in codes else "" for zone in zones]
                cells = [_sign(say, word, "verdict") if word else Cell("–") for word in words]
                found.append((Head(f"{title_of(say, block.target)}: {limit_text(say, block.target)}"), cells))
    return found[:_MOST_TARGETS]


def _sign(say: Say, verdict: str, kind: str) -> Cell:
    order = {"met": 0, "missed": 1, "unknown": 2}
    return Cell(say(f"{kind}.{verdict}"), order[verdict], verdict=verdict)


def _peak_columns(say: Say, material: Material, order: IntArray) -> list[tuple[Head, list[Cell]]]:
    found = []
    zones = material.zones[order].tolist()
    for peaks in material.peaks:
        places = {str(zone): at for at, zone in enumerate(peaks.zone)}
        cells = [
            Cell(outlooks.zone_peak_word(say, peaks, places[zone])) if zone in places else Cell(say("unknown"))
            for zone in zones
        ]
        found.append((Head(say("head.peak")), cells))
    for ensemble in material.ensembles:
        every = ensemble.peak_probability(ensemble.until, None)[order]
        errors = ensemble.peak_probability_error(ensemble.until, None)[order]
        title = say("projection.within", until=ensemble.until)
        name = f"{title} ({scenario_name(say, ensemble)})" if len(material.ensembles) > 1 else title
        cells = [
            Cell(probability(value, error, say.language), value)
            for value, error in zip(every.tolist(), errors.tolist(), strict=True)
        ]
        found.append((Head(name, "", True), cells))
    return found


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
    of = (stand.account, "carrier", "energy"), (stand.account, "scope", "co2")
    known = [not np.isnan(array[rows]).all() for array in (stand.energy, stand.co2)]
    name = "" if zone is None else str(stand.account.zones[zone])
    return row(
        picture(say, say("figure.carriers"), "stack", *of[0], name, known=known[0]),
        picture(say, say("figure.scopes"), "stack", *of[1], name, known=known[1]),
    )


def history_table(say: Say, stand: Standing, zone: int | None = None) -> Table:
    """Return energy, CO2, value added and intensities by year, of all together or of one zone."""
    rows = slice(None) if zone is None else slice(zone, zone + 1)
    parts = {"energy": stand.energy[rows], "co2": stand.co2[rows], "value_added": stand.value_added[rows]}
    total = {name: array.sum(axis=0) for name, array in parts.items()}
    years = stand.account.years.tolist()
    columns = [(Head(say("head.year")), [Cell(year(item, say.language), item) for item in years])]
    for name, kind in (("energy", "energy"), ("co2", "co2"), ("value_added", "value_added")):
        head, cells = column(say, say(f"head.{name}"), total[name], kind)  # type: ignore[arg-type]
        columns.append((head, _with_coverage(say, cells, parts[name])))
    for name in ("energy", "co2"):
        kind = f"{name}_intensity"
        columns.append(column(say, say(f"head.{kind}"), per(total[name], total["value_added"]), kind))  # type: ignore[arg-type]
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
            say("section.projection", scenario=scenario_name(say, ensemble)),
            some(
                outlooks.peak_facts(say, ensemble),
                row(outlooks.fan(say, ensemble)),
                outlooks.chances(say, ensemble),
                Text(outlooks.about(say, ensemble)),
                Notes(tuple(note.text(say.language) for note in ensemble.notes())),
            ),
        )
        for number, ensemble in enumerate(material.ensembles, start=1)
    ]


def _peaks(say: Say, material: Material) -> list[Section]:
    found = [
        Section(
            f"peaks-{number}",
            say("section.peaks"),
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
        found.append(Section(f"outlook-{number}", say("section.outlook"), blocks))
    return found


def _changes(say: Say, material: Material) -> list[Section]:
    return [
        Section(
            f"change-{number}",
            say("section.change", of=changes.name_of(say, change), base=change.base, end=change.end),
            some(
                row(changes.waterfall(say, change)),
                changes.effects(say, change),
                Notes(tuple(warning.text(say.language) for warning in change.warnings)),
            ),
        )
        for number, change in enumerate(material.changes, start=1)
    ]


def _couplings(say: Say, material: Material) -> list[Section]:
    return [
        Section(
            f"decoupling-{number}",
            say("section.decoupling_energy" if coupling.of == "energy" else "section.decoupling"),
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
    return [
        Section(
            f"required-{number}",
            outlooks.required_title(say, need),
            some(
                Text(outlooks.required_about(say, need)),
                outlooks.required_table(say, need, f"required-table-{number}", links),
                Notes(tuple(note.text(say.language) for note in need.notes)),
            ),
        )
        for number, need in enumerate(material.requirements, start=1)
    ]


def _tornados(say: Say, material: Material) -> list[Section]:
    return [
        Section(
            f"tornado-{number}",
            say("section.tornado", of=outlooks.outcome_of(say, tornado)),
            some(row(outlooks.tornado_chart(say, tornado)), outlooks.tornado_table(say, tornado, "")),
        )
        for number, tornado in enumerate(material.tornados, start=1)
    ]
