"""The tables beside energy: economy, process and indicators."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.activity import Cells, Figures, Flow, Rows, no_figures, process_flow
from zonecarbon.activity.model import NOMINAL, price_code, to_labels
from zonecarbon.errors import InputError, ZoneCarbonError
from zonecarbon.records.cells import (
    INDICATOR_UNITS,
    common_unit,
    indicator_name,
    indicator_unit,
    parse_price_year,
    process_factor,
    product_name,
)
from zonecarbon.tabular.codes import combinations
from zonecarbon.tabular.places import Places, Positions, Zones, letters_of, no_cells, places
from zonecarbon.tabular.sheet import Sheet, one_of_each
from zonecarbon.vocabulary import find_basis

_LABELS = ("boundary", "coverage", "deflator")


def process(sheet: Sheet | None, zones: Zones, years: Positions, sectors: Positions, flows: dict[Flow, int]) -> Cells:
    """Return the process table as cells; its flows are added to ``flows``."""
    if sheet is None:
        return no_cells()
    place = places(sheet, zones)
    product, products = sheet.mapped("product", product_name, "")
    factor, factors = sheet.mapped("factor", process_factor, "")
    output = sheet.not_negative("output")
    unit, unit_factors = sheet.mapped("unit", lambda word: _factor(word, "t"), np.nan)
    amount = sheet.converted("output", output, np.array(unit_factors), unit)
    meter, _ = sheet.texts("meter")
    keys = (place.zone, place.year, place.sector, product, factor, meter)
    keep, again, origin = one_of_each(sheet, place.legible, keys, amount)
    sheet.report(again, "product", "process.duplicate", lambda row: {"row": int(sheet.number[origin[row]])})

    combined, first = combinations(product[keep], factor[keep])
    rows = np.flatnonzero(keep)[first].tolist()
    found = [process_flow(products[product[row]], factors[factor[row]]) for row in rows]
    item, scale = np.zeros(len(sheet), dtype=np.int64), np.ones(len(sheet))
    item[keep] = np.array([flows.setdefault(flow, len(flows)) for flow, _ in found], dtype=np.int64)[combined]
    scale[keep] = np.array([tonne for _, tonne in found], dtype=np.float64)[combined]
    return place.cells(keep, item, amount * scale, years, sectors)


def _factor(word: str, to: str) -> float:
    if not word:
        raise InputError("unit.missing", own=to)
    return units.factor(word, to)


def economy(
    sheet: Sheet | None, zones: Zones, years: Positions, sectors: Positions
) -> tuple[Cells, IntArray, Mapping[str, ObjectArray], Rows | None]:
    """Return the economy table as cells, with the price year and the labels of each, and its rows."""
    if sheet is None:
        return no_cells(), np.zeros(0, dtype=np.int64), {}, None
    place = places(sheet, zones)
    money = sheet.numbers("value_added")
    unit, factors = sheet.mapped("unit", lambda word: _factor(word, "万元"), np.nan)
    price_word, prices = sheet.mapped("price_year", _price, NOMINAL)
    price = np.array(prices, dtype=np.int64)[price_word]
    amount = sheet.converted("value_added", money, np.array(factors), unit)
    keep, again, _ = one_of_each(sheet, place.legible, (place.zone, place.year, place.sector), amount)
    sheet.report(again, "zone", "economy.duplicate", lambda row: {**place.at(row), "sector": place.sector_at(row)})
    has_sector = np.array([bool(name) for name in place.sectors], dtype=bool)[place.sector]
    _one_kind(sheet, place, keep, {"sector": has_sector, "price_year": price}, amount)
    labels = {name: _labels(sheet, name, keep) for name in _LABELS if name in sheet.columns}
    item = np.zeros(len(sheet), dtype=np.int64)
    cells = place.cells(keep, item, amount, years, sectors)
    letters = letters_of(sheet, "value_added", keep)
    sheet.warn_of_blanks("value_added", keep & np.isnan(money) & ~sheet.bad, "economy.blank")
    rows = Rows(cells, sheet.number[keep], sheet.source, sheet.given("value_added", keep), sheet.sheet, letters)
    return cells, price[keep], labels, rows


def _price(word: str) -> int:
    return price_code(parse_price_year(word or "nominal"))


def _labels(sheet: Sheet, name: str, keep: BoolArray) -> ObjectArray:
    codes, words = sheet.mapped(name, str, "")
    return to_labels(words)[codes[keep]]


_KINDS = {"sector": "economy.mixed", "price_year": "economy.prices"}


def _one_kind(
    sheet: Sheet, place: Places, keep: BoolArray, kinds: Mapping[str, NDArray[Any]], amount: FloatArray
) -> None:
    """Report zone-years whose value added stands with and without sectors, or at two price years; make them unknown."""
    rows = np.flatnonzero(keep & ~sheet.bad)
    group, first = combinations(place.zone[rows], place.year[rows])
    for column, kind in kinds.items():
        other = kind[rows] != kind[rows[first]][group]
        if other.any():
            mixed = np.bincount(group[other], minlength=len(first)) > 0
            amount[rows[mixed[group]]] = np.nan
            marked = np.zeros(len(sheet), dtype=bool)
            marked[rows[other]] = True
            sheet.report(marked, column, _KINDS[column], place.at)


def indicators(sheet: Sheet | None, zones: Zones, years: Positions) -> Figures:
    """Return the indicators table as figures, each indicator in one unit."""
    if sheet is None:
        return no_figures()
    _split_percent(sheet)
    place = places(sheet, zones)
    name, names = sheet.mapped("indicator", indicator_name, "")
    value = sheet.numbers("value")
    physical = np.array([word in INDICATOR_UNITS for word in names], dtype=bool)[name]
    sheet.report(physical & (value < 0), "value", "number.negative", lambda row: sheet.came("value", row))
    basis, bases = sheet.mapped("basis", find_basis, "")
    unit, factors, kept = _indicator_units(sheet, name, names)
    amount = sheet.converted("value", value, factors, unit)
    named = np.array([bool(word) for word in names], dtype=bool)[name]
    keep, again, _ = one_of_each(sheet, place.legible & named, (place.zone, place.year, name), amount)
    sheet.report(again, "indicator", "indicator.duplicate", lambda row: {**place.at(row), "name": names[name[row]]})
    cells = place.cells(keep, name, amount, years, Positions())
    item, first = combinations(cells.item)
    used = cells.item[first].tolist()
    stated = to_labels(bases)[basis[keep]]
    return Figures(
        cells.zone, item, cells.year, cells.amount, stated, [names[at] for at in used], [kept[at] for at in used]
    )


def _split_percent(sheet: Sheet) -> None:
    """Read ``5%`` in a cell as the figure 5 and the unit %, which a blank unit is and a unit of % stays."""
    column = sheet.columns.get("value")
    if column is None or getattr(column, "dtype", None) is None or column.dtype.kind in "iuf":
        return
    texts = [str(cell).strip() if isinstance(cell, str) else "" for cell in column]
    rows = [row for row, text in enumerate(texts) if text.endswith(("%", "％"))]
    codes, words = sheet.texts("unit")
    rows = [row for row in rows if words[codes[row]] in {"", "%", "％"}]
    if rows:
        value, unit = np.array(column, dtype=object), np.array([words[code] for code in codes], dtype=object)
        for row in rows:
            value[row], unit[row] = texts[row].rstrip("%％"), "%"
        sheet.replace("value", value)
        sheet.replace("unit", unit)


def _indicator_units(sheet: Sheet, name: IntArray, names: list[str]) -> tuple[IntArray, FloatArray, list[str]]:
    """Return codes and factors to the one unit in which each indicator is kept, and those units."""
    codes, texts = sheet.texts("unit")
    combined, first = combinations(name, codes)
    scale, kept = np.full(len(first), np.nan), [""] * len(names)
    errors: dict[int, ZoneCarbonError] = {}
    pairs = [(int(name[row]), texts[codes[row]]) for row in first.tolist()]
    for at, unit in pairs:
        if unit and not kept[at]:
            kept[at] = _kept_unit(names[at], unit)
    for code, (at, unit) in enumerate(pairs):
        try:
            factor, own = indicator_unit(names[at], unit)
            scale[code] = factor * common_unit(own, kept[at])
        except ZoneCarbonError as error:
            errors[code] = error
    sheet.repeat(combined, errors, "unit")
    return combined, scale, kept


def _kept_unit(name: str, unit: str) -> str:
    try:
        return indicator_unit(name, unit)[1]
    except ZoneCarbonError:
        return ""
