"""The energy table: one row per zone, year, sector, carrier, use and supply."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity import Cells, Flow
from zonecarbon.errors import InputError, Problem, ZoneCarbonError
from zonecarbon.records.carrier_unit import Form, form, heat_value_factor
from zonecarbon.tabular.places import Places, Positions, Zones, letters_of, no_cells, places, unknown_where_bad
from zonecarbon.tabular.sheet import Sheet, combinations, merged, one_of_each
from zonecarbon.vocabulary import carriers, find_basis, find_carrier, find_supply, find_use, is_sum

FoundT = TypeVar("FoundT")
_UNKNOWN = Flow("other_energy", "final", "", "tce", "calorific")


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


@dataclass(slots=True)
class _Words:
    """The columns of words: codes per row and what each code is. An illegible carrier is empty."""

    carrier: IntArray
    carriers: Sequence[str]
    use: IntArray
    uses: list[str]
    basis: IntArray
    bases: list[str]
    is_sum: BoolArray

    def carrier_of(self, row: int) -> str:
        return self.carriers[int(self.carrier[row])]


def energy(sheet: Sheet | None, zones: Zones, years: Positions, sectors: Positions) -> Energy:
    """Return the energy table as cells; what is wrong is reported to the sheet."""
    if sheet is None:
        return Energy(no_cells(), {}, np.zeros(0, dtype=np.int64), "", (), [])
    place = places(sheet, zones)
    words = _words(sheet)
    supply, supplies = _supplies(sheet, words)
    quantity = sheet.not_negative("quantity")
    heat = _heat_values(sheet)
    measured = ~np.isnan(heat)
    form_code, forms = _forms(sheet, words, measured)
    amount = quantity * np.array([np.nan if item is None else item.factor for item in forms])[form_code]
    if measured.any():
        amount = np.where(measured, amount * heat * _heat_factors(sheet, words, measured), amount)
    flows: dict[Flow, int] = {}
    combined, first = combinations(words.carrier, words.use, supply, form_code, measured.astype(np.int64))
    kinds = [_flow(words, row, supplies[supply[row]], forms[form_code[row]], bool(measured[row])) for row in first]
    counts = place.legible & ~words.is_sum
    used = np.bincount(combined if counts.all() else combined[counts], minlength=len(kinds)) > 0
    item = np.array(
        [flows.setdefault(flow, len(flows)) if used[at] else 0 for at, flow in enumerate(kinds)], dtype=np.int64
    )[combined]

    blank = np.isnan(quantity) & ~sheet.bad
    amount = unknown_where_bad(sheet, amount)
    keep = _once(sheet, place, words, supply, amount)
    return Energy(
        place.cells(keep, item, amount, years, sectors),
        flows,
        sheet.number[keep],
        sheet.source,
        sheet.given("quantity", keep),
        _blank_warning(sheet, keep & blank),
        sheet.sheet,
        letters_of(sheet, "quantity", keep),
    )


def _words(sheet: Sheet) -> _Words:
    raw, texts = sheet.texts("carrier")
    sums = np.array([bool(word) and is_sum(word, "carrier") for word in texts], dtype=bool)[raw]
    carrier, found = sheet.mapped("carrier", lambda word: find_carrier(word).id, "")
    use, uses = sheet.mapped("use", find_use, "final")
    basis, bases = sheet.mapped("basis", find_basis, "")
    return _Words(carrier, found, use, uses, basis, bases, sums)


def _heat_values(sheet: Sheet) -> FloatArray:
    heat = sheet.numbers("ncv")
    sheet.report(heat <= 0, "ncv", "ncv.positive", lambda row: {"value": sheet.cell("ncv", row)})
    return heat


def _looked_up(
    sheet: Sheet, column: str, codes: Sequence[IntArray], find: Callable[[int], FoundT], empty: FoundT
) -> tuple[IntArray, list[FoundT]]:
    """Return codes of combinations and what ``find`` makes of a row of each; rows that it refuses are reported."""
    combined, first = combinations(*codes)
    found: list[FoundT] = []
    errors: dict[int, ZoneCarbonError] = {}
    for code, row in enumerate(first.tolist()):
        try:
            found.append(find(row))
        except ZoneCarbonError as error:
            found.append(empty)
            errors[code] = error
    sheet.repeat(combined, errors, column)
    return merged(combined, found)


def _supplies(sheet: Sheet, words: _Words) -> tuple[IntArray, list[str]]:
    codes, texts = sheet.texts("supply")

    def find(row: int) -> str:
        carrier = words.carrier_of(row)
        return find_supply(texts[codes[row]], carriers()[carrier]) if carrier else ""

    combined, found = _looked_up(sheet, "supply", (words.carrier, codes), find, "")
    return combined, found


def _forms(sheet: Sheet, words: _Words, measured: BoolArray) -> tuple[IntArray, list[Form | None]]:
    codes, texts = sheet.texts("unit")

    def find(row: int) -> Form | None:
        carrier, unit = words.carrier_of(row), texts[codes[row]]
        if not carrier:
            return None
        if not unit:
            raise InputError("unit.missing", own=carriers()[carrier].unit)
        return form(carrier, unit, words.bases[words.basis[row]], bool(measured[row]))

    keys = (words.carrier, codes, words.basis, measured.astype(np.int64))
    return _looked_up(sheet, "unit", keys, find, None)


def _heat_factors(sheet: Sheet, words: _Words, measured: BoolArray) -> FloatArray:
    codes, texts = sheet.texts("ncv_unit")

    def find(row: int) -> float:
        carrier = words.carrier_of(row)
        return heat_value_factor(carrier, texts[codes[row]]) if carrier and measured[row] else np.nan

    combined, factors = _looked_up(sheet, "ncv_unit", (words.carrier, codes, measured.astype(np.int64)), find, np.nan)
    return np.array(factors)[combined]


def _flow(words: _Words, row: int, supply: str, kept: Form | None, measured: bool) -> Flow:
    """Return the flow that a row belongs to; where its unit is illegible, the carrier in its own unit."""
    carrier = words.carrier_of(row)
    if not carrier:
        return _UNKNOWN
    use = words.uses[words.use[row]]
    supply = supply or find_supply("", carriers()[carrier])
    if measured and kept is not None:
        return Flow(carrier, use, supply, "GJ")
    unit, basis = (carriers()[carrier].unit, "") if kept is None else (kept.unit, kept.basis)
    return Flow(carrier, use, supply, unit, basis)


def _once(sheet: Sheet, place: Places, words: _Words, supply: IntArray, amount: FloatArray) -> BoolArray:
    """Report rows whose key came before; return the one row of each key that is kept."""
    meter, _ = sheet.texts("meter")
    keys = (place.zone, place.year, place.sector, words.carrier, words.use, supply, meter)
    keep, again, origin = one_of_each(sheet, place.legible & ~words.is_sum, keys, amount)
    sheet.report(again, "carrier", "energy.duplicate", lambda row: {"row": int(sheet.number[origin[row]])})
    return keep


def _blank_warning(sheet: Sheet, blank: BoolArray) -> list[Problem]:
    rows = np.flatnonzero(blank)
    places = [sheet.where("quantity", row) for row in rows[:20].tolist()]
    named = ", ".join(place.cell or f"row {place.row}" for place in places) + (", ..." if len(rows) > 20 else "")
    return [Problem("quantity.blank", {"rows": named}, sheet.where("quantity"))] if len(rows) else []
