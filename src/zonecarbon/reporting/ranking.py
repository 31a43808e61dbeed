"""Every zone in one table: rank, intensities, verdicts, peaks.

Decided here: zones with the same intensity share a rank, and an unknown one has none and stays last however the table
is sorted. Years are in the caption; a column of a check or a scenario says which one it is of, if there are several.
"""

import math

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.notation import Kind, Scale, scale_for
from zonecarbon.reporting import outlook as outlooks
from zonecarbon.reporting.figures import chance, column, inner_text, limit_text, rates
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import check_label, peaks_label, scenario_label, with_label
from zonecarbon.reporting.standing import RATE, Standing, limits
from zonecarbon.reporting.verdicts import title_of
from zonecarbon.reporting.view import Cell, Head, Section, Table
from zonecarbon.reporting.words import Say
from zonecarbon.targets.result import VERDICTS
from zonecarbon.vocabulary import provinces

_MOST_ROWS = 3000
_MOST_TARGETS = 4  # of single zones that get a column in the ranked table
_ENERGY, _CO2 = "tce/10^4 CNY", "tCO2/10^4 CNY"


def ranked(say: Say, material: Material, stand: Standing | None, links: dict[str, str]) -> Section | None:
    """Return the ranked table; None of fewer than two zones."""
    if stand is None or len(stand.account.zones) < 2:
        return None
    at, n = stand.at, len(stand.account.zones)
    level = stand.intensity("energy")[:, at]
    order = np.argsort(level, kind="stable")[:_MOST_ROWS]  # NaN comes last
    columns = [_rank_of(say, level, order), (Head(say("head.zone")), _names(stand, order, links))]
    if any(stand.account.activity.provinces):
        columns.append((Head(say("head.province")), _provinces(say, stand, order)))
    marks = {what: stand.printed(what)[order, at] for what in ("energy", "co2")}
    for what, kind, unit in (("energy", "energy_intensity", _ENERGY), ("co2", "co2_intensity", _CO2)):
        values = stand.intensity(what)[order, at]
        found = column(say, say(f"head.{kind}"), values, kind, limits(material, unit))  # type: ignore[arg-type]
        columns.append((found[0], as_printed(say, found[1], marks[what])))
    if stand.base is not None:
        change = -stand.yearly_fall()[order]
        columns.append(rates(say, say("head.fall"), change, signed=True, limits=limits(material, RATE)))
    for what, totals in (("energy", stand.energy), ("co2", stand.co2)):
        usual = _usual(say, totals[:, at], what)  # type: ignore[arg-type]
        found = column(say, say(f"head.{what}"), totals[order, at], what, (), usual)  # type: ignore[arg-type]
        columns.append((found[0], as_printed(say, found[1], marks[what])))
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


def as_printed(say: Say, cells: list[Cell], marks: BoolArray) -> list[Cell]:
    """Return cells where a figure that rests on a printed intensity says so."""
    is_known = [not (isinstance(cell.sort, float) and math.isnan(cell.sort)) for cell in cells]
    return [
        Cell(say("printed", value=cell.text), cell.sort) if is_marked and known else cell
        for cell, is_marked, known in zip(cells, marks.tolist(), is_known, strict=True)
    ]


def _usual(say: Say, values: FloatArray, kind: Kind) -> Scale:
    """Return the unit of most zones: that of the largest would make small ones unreadable."""
    known = values[~np.isnan(values)]
    return scale_for(kind, float(np.median(np.abs(known))) if len(known) else math.nan, say.language)


def _rank_of(say: Say, level: FloatArray, order: IntArray) -> tuple[Head, list[Cell]]:
    known = np.sort(level[~np.isnan(level)])
    ranks = np.searchsorted(known, level[order]) + 1  # zones with the same figure share the rank of the first
    cells = [
        Cell("–", math.nan) if math.isnan(value) else Cell(str(rank), rank)
        for value, rank in zip(level[order].tolist(), ranks.tolist(), strict=True)
    ]
    return Head(say("head.rank"), "", True), cells


def _names(stand: Standing, order: IntArray, links: dict[str, str]) -> list[Cell]:
    zones = [str(zone) for zone in stand.account.zones[order]]
    return [Cell(zone, zone, href=links.get(zone, "")) for zone in zones]


def _provinces(say: Say, stand: Standing, order: IntArray) -> list[Cell]:
    known = provinces()
    ids = [str(name) for name in stand.account.activity.provinces[order]]
    names = [known[name].name(say.language) if name in known else "" for name in ids]
    return [Cell(name, name or math.nan) for name in names]


def _verdict_columns(say: Say, material: Material, order: IntArray) -> list[tuple[Head, list[Cell]]]:
    """Return how each zone stands to the limits that are of zones, the first few."""
    found: list[tuple[Head, list[Cell]]] = []
    zones = material.zones[order].tolist()
    for check in material.checks:
        for block in check.blocks:
            if block.inner_verdict is not None and block.inner_zone is not None:
                codes = dict(zip(block.inner_zone.tolist(), block.inner_verdict.tolist(), strict=True))
                words = [VERDICTS[codes[zone]] if zone in codes else "" for zone in zones]
                cells = [_sign(say, word, "counted") for word in words]
                label = check_label(say, material, check)
                found.append((Head(with_label(say, inner_text(say, block.target), label)), cells))
            elif block.judged and len(block.zone) and block.zone[0]:
                codes = dict(zip(block.zone.tolist(), block.verdict.tolist(), strict=True))
                words = [VERDICTS[codes[zone]] if zone in codes else "" for zone in zones]
                cells = [_sign(say, word, "verdict") for word in words]
                title = say("ranked.target", target=title_of(say, block.target), limit=limit_text(say, block.target))
                found.append((Head(with_label(say, title, check_label(say, material, check))), cells))
    return found[:_MOST_TARGETS]


def _sign(say: Say, verdict: str, kind: str) -> Cell:
    """Return a verdict as a cell; a dash for a zone that is not in the class of the target."""
    return sign(say, verdict, kind) if verdict else Cell("–", math.nan)


def sign(say: Say, verdict: str, kind: str) -> Cell:
    """Return a verdict as a cell; an unknown one sorts last, like unknown figures."""
    order = {"met": "0", "missed": "1"}
    return Cell(say(f"{kind}.{verdict}"), order.get(verdict, math.nan), verdict=verdict)


def _peak_columns(say: Say, material: Material, order: IntArray) -> list[tuple[Head, list[Cell]]]:
    found = []
    zones = material.zones[order].tolist()
    for peaks in material.peaks:
        places = {str(zone): at for at, zone in enumerate(peaks.zone)}
        cells = [
            _peak_cell(outlooks.zone_peak_word(say, peaks, places[zone]), str(peaks.status[places[zone]]))
            if zone in places
            else Cell(say("unknown"), math.nan)
            for zone in zones
        ]
        found.append((Head(with_label(say, say("head.peak"), peaks_label(say, material, peaks))), cells))
    for ensemble in material.ensembles:
        every = ensemble.peak_probability(ensemble.until, None)[order]
        errors = ensemble.peak_probability_error(ensemble.until, None)[order]
        title = say("projection.within", until=ensemble.until)
        many = len(material.ensembles) > 1
        name = with_label(say, title, scenario_label(say, material, ensemble) if many else "")
        cells = [
            Cell(chance(say, value, error, ensemble.draws), value)
            for value, error in zip(every.tolist(), errors.tolist(), strict=True)
        ]
        found.append((Head(name, "", True), cells))
    return found


def _peak_cell(word: str, status: str) -> Cell:
    return Cell(word, math.nan if status == "insufficient" else None)
