"""The energy table: one row per zone, year, sector, carrier, use and supply."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity import Cells, Flow
from zonecarbon.activity.assembling import flow_rank
from zonecarbon.errors import InputError, Problem, ZoneCarbonError
from zonecarbon.records.carrier_unit import Form, form, heat_value_factor
from zonecarbon.tabular.codes import combinations, narrow, no_codes, occurring
from zonecarbon.tabular.places import Places, Positions, Zones, letters_of, no_cells, places, taken
from zonecarbon.tabular.sheet import Sheet, are_finite, one_of_each
from zonecarbon.vocabulary import UNREAD, carriers, find_basis, find_carrier, find_supply, find_use, is_sum

FoundT = TypeVar("FoundT")
_UNREAD = Flow(UNREAD.id, "final", "", "tce", "calorific")
_UNREAD_WORDS = {UNREAD.id, UNREAD.name_zh}


@dataclass(slots=True)
class Energy:
    """What the energy table says: cells, flows, and its rows for the audit."""

    cells: Cells
    flows: dict[Flow, int]
    number: IntArray
    source: str
    given: Sequence[str]
    warnings: list[Problem]
    sheet: str = ""
    letters: Sequence[str] = ()


class _Kind(NamedTuple):
    """What the words of a row mean; every row with the same words is of one kind.

    ``same`` is one number for each (carrier, use, supply), whatever the unit; ``factor`` brings the figure to the unit
    of the flow, or, where a heat value is measured, to the carrier's own; ``heat`` brings the heat value to GJ of that.
    """

    flow: Flow
    factor: float
    same: int
    is_sum: bool
    heat: float = 1.0


def energy(sheet: Sheet | None, zones: Zones, years: Positions, sectors: Positions) -> Energy:
    """Return the energy table as cells; what is wrong is reported to the sheet."""
    if sheet is None:
        return Energy(no_cells(), {}, np.zeros(0, dtype=np.int64), "", (), [])
    place = places(sheet, zones)
    heat = _heat_values(sheet) if "ncv" in sheet.columns else None
    kind, kinds = _kinds(sheet, None if heat is None else ~np.isnan(heat))
    quantity = sheet.not_negative("quantity")
    sums = np.array([item.is_sum for item in kinds], dtype=bool)
    counts = place.legible & ~sums[kind] if sums.any() else place.legible
    used = occurring(kind if counts.all() else kind[counts], len(kinds))
    occur = sorted({item.flow for at, item in enumerate(kinds) if used[at]}, key=flow_rank())
    flows = {flow: at for at, flow in enumerate(occur)}
    items = [flows.get(item.flow, 0) for item in kinds]
    blank = None if are_finite(quantity) else np.isnan(quantity) & ~sheet.bad
    amount = sheet.converted("quantity", quantity, np.array([item.factor for item in kinds]), kind)
    if heat is not None:  # one factor after the other, as a record has it, for the same bits
        measured = np.where(np.isnan(heat), 1.0, heat)
        amount = sheet.converted("quantity", amount, measured, np.arange(len(sheet)))
        amount = sheet.converted("quantity", amount, np.array([item.heat for item in kinds]), kind)
    keep = _once(sheet, place, taken(narrow([item.same for item in kinds], len(kinds)), kind), counts, amount)
    if blank is not None:
        sheet.warn_of_blanks("quantity", keep & blank, "quantity.blank")
    return Energy(
        place.cells(keep, taken(narrow(items, len(kinds)), kind), amount, years, sectors),
        flows,
        sheet.number if keep.all() else sheet.number[keep],
        sheet.source,
        sheet.given("quantity", keep),
        [],
        sheet.sheet,
        letters_of(sheet, "quantity", keep),
    )


def _heat_values(sheet: Sheet) -> FloatArray:
    heat = sheet.numbers("ncv")
    sheet.report(heat <= 0, "ncv", "ncv.positive", lambda row: {"value": sheet.cell("ncv", row)})
    return heat


_WORDS = ("carrier", "use", "basis", "supply", "unit", "ncv_unit")


def _kinds(sheet: Sheet, measured: BoolArray | None) -> tuple[IntArray, list[_Kind]]:
    """Return the kind of each row, and the kinds; words that are refused are reported, in every row of their kind."""
    columns = [sheet.texts(name) for name in _WORDS]
    has_heat = no_codes(len(sheet)) if measured is None else measured.astype(np.int64)
    kind, first = combinations(*(codes for codes, _ in columns), has_heat)
    errors: dict[str, dict[int, ZoneCarbonError]] = {name: {} for name in _WORDS}
    same: dict[tuple[str, str, str], int] = {}
    kinds = []
    for at, row in enumerate(first.tolist()):
        words = {name: texts[codes[row]] for name, (codes, texts) in zip(_WORDS, columns, strict=True)}
        refused: dict[str, ZoneCarbonError] = {}
        kinds.append(_kind(words, bool(has_heat[row]), same, refused))
        for name, error in refused.items():
            errors[name][at] = error
    for name in _WORDS:
        sheet.repeat(kind, errors[name], name)
    return kind, kinds


def _kind(
    words: Mapping[str, str],
    measured: bool,
    same: dict[tuple[str, str, str], int],
    refused: dict[str, ZoneCarbonError],
) -> _Kind:
    """Return what the words of a row mean; where one is illegible, as much as the others say."""

    def found(name: str, find: Callable[[], FoundT], empty: FoundT) -> FoundT:
        try:
            return find()
        except ZoneCarbonError as error:
            refused[name] = error
            return empty

    if words["carrier"] in _UNREAD_WORDS:  # a column that was refused, or an activity with rows set aside, written
        return _Kind(_UNREAD, np.nan, same.setdefault((UNREAD.id, "", ""), len(same)), False)
    counted = bool(words["carrier"]) and is_sum(words["carrier"], "carrier")
    carrier = found("carrier", lambda: find_carrier(words["carrier"]).id, "")
    use = found("use", lambda: find_use(words["use"]), "final")
    basis = found("basis", lambda: find_basis(words["basis"]), "")
    supply = found("supply", lambda: find_supply(words["supply"], carriers()[carrier]), "") if carrier else ""
    number = same.setdefault((carrier, use, supply), len(same))
    if not carrier:
        if words["unit"] and not counted:  # a unit that is none is so of any carrier
            found("unit", lambda: units.dimension(words["unit"]), "")
        return _Kind(_UNREAD, np.nan, number, counted)
    supply = supply or find_supply("", carriers()[carrier])
    kept = found("unit", lambda: _form(carrier, words["unit"], basis, measured), None)
    if kept is None:
        return _Kind(Flow(carrier, use, supply, carriers()[carrier].unit), np.nan, number, counted)
    if measured:
        factor = found("ncv_unit", lambda: heat_value_factor(carrier, words["ncv_unit"]), np.nan)
        return _Kind(Flow(carrier, use, supply, "GJ"), kept.factor, number, counted, factor)
    return _Kind(Flow(carrier, use, supply, kept.unit, kept.basis), kept.factor, number, counted)


def _form(carrier: str, unit: str, basis: str, measured: bool) -> Form:
    if not unit:
        raise InputError("unit.missing", own=carriers()[carrier].unit)
    return form(carrier, unit, basis, measured)


def _once(sheet: Sheet, place: Places, same: IntArray, counts: BoolArray, amount: FloatArray) -> BoolArray:
    """Report rows whose key came before; return the one row of each key that is kept."""
    meter, _ = sheet.texts("meter")
    keep, again, origin = one_of_each(sheet, counts, (place.zone, place.year, place.sector, same, meter), amount)
    sheet.report(again, "carrier", "energy.duplicate", lambda row: {"row": int(sheet.number[origin[row]])})
    return keep
