"""An activity as the tables that it is read from: zones, economy, energy, process, indicators.

Decided here: reading what is written gives the same activity, to the bit. So units are those the arrays are kept in, a
row stands for every figure that is not zero, a blank for every figure that is not known, and a zone-year without
energy rows stays without them. What would vanish gets a row of zero that says nothing else: a zone-year whose energy is
all zero, a flow, a sector or a year in which nothing is used. Two flows that differ in their unit alone (coal in t and
in GJ) are told apart by the column ``meter``, as two meters are.

Columns of words are codes and distinct words (``pandas.Categorical``), so that a million rows cost no million texts.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity import NO_PRICE, NOMINAL, Activity, Flow
from zonecarbon.errors import InputError, Problem, ZoneCarbonError
from zonecarbon.messages import Language
from zonecarbon.records.carrier_unit import form
from zonecarbon.records.cells import zone_name
from zonecarbon.tabular.headings import WORDS
from zonecarbon.vocabulary import UNREAD, carriers, carriers_of_flows, find_supply, find_use, provinces, word_of

LABELS = ("boundary", "coverage", "deflator")
# How the units that arrays are kept in are written.
_UNITS = {
    "en": {"万元": "10^4 CNY"},
    "zh": {"t": "吨", "m3": "立方米", "GJ": "吉焦", "MWh": "兆瓦时", "tce": "吨标准煤"},
}
# A column that is not read: by its figure a zone called "Note 1" is told from a note below the table.
_NUMBER = {"en": "no", "zh": "序号"}
_TONNE_OF_CO2 = "1 tCO2/t"


class _Rows(NamedTuple):
    """Which cells become rows: (zone, sector, flow, year), (zone, sector, year), and by indicator (zone, year)."""

    quantity: BoolArray
    money: BoolArray
    zone_money: BoolArray
    indicators: Mapping[str, BoolArray]


def tables(activity: Activity, language: Language = "en") -> dict[str, dict[str, Any]]:
    """Return the tables of an activity by name, each as columns; those without rows are left out, but for zones.

    Raises
    ------
    InputError
        If the activity has what no table can say: an infinite figure, a flow in a unit of its own, a zone whose name
        tables refuse.
    """
    _check(activity)
    rows = _rows(activity)
    words = _Words(activity, language)
    found = {
        "zones": _zones(activity, words),
        "economy": _economy(activity, rows, words),
        "energy": _energy(activity, rows.quantity, words),
        "process": _process(activity, rows.quantity, words),
        "indicators": _indicators(activity, rows.indicators, words),
    }
    kept = {name: columns for name, columns in found.items() if name == "zones" or len(columns[words.header("year")])}
    if not {"energy", "indicators"} & set(kept):
        kept["energy"] = found["energy"]  # reading needs one of them
    return kept


def table_header(name: str, language: Language = "en") -> str:
    """Return the heading of one of our columns."""
    return WORDS[name][0 if language == "en" else 1]


def unit_word(unit: str, language: Language = "en") -> str:
    """Return how a unit that arrays are kept in is written."""
    return _UNITS[language].get(unit, unit)


def coded(codes: IntArray, words: Sequence[Any]) -> pd.Categorical:
    """Return words by code; an empty word is a blank."""
    distinct = [word for word in dict.fromkeys(words) if word != ""]
    place = {word: at for at, word in enumerate(distinct)}
    at = np.array([place.get(word, -1) for word in words], dtype=np.int64)
    return pd.Categorical.from_codes(at[codes], categories=pd.Index(distinct, dtype=object))


class _Words:
    """Zones, sectors and headings in words."""

    def __init__(self, activity: Activity, language: Language) -> None:
        self.zones, self.sectors, self.years = activity.zones.tolist(), activity.sectors.tolist(), activity.years
        self.language = language

    def header(self, name: str) -> str:
        return table_header(name, self.language)

    def named(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        return {self.header(name): column for name, column in columns.items()}

    def place(self, zone: IntArray, year: IntArray, sector: IntArray | None = None) -> dict[str, Any]:
        """Return the columns that say where a row belongs."""
        columns: dict[str, Any] = {"zone": coded(zone, self.zones), "year": coded(year, self.years.tolist())}
        if sector is not None and self.sectors != [""]:
            columns["sector"] = coded(sector, self.sectors)
        return columns

    def spread(self, codes: IntArray, words: Sequence[str]) -> pd.Categorical:
        """Return uses, supplies and bases in words."""
        return coded(codes, [word_of(word, self.language) if word else "" for word in words])

    def units(self, codes: IntArray, units: Sequence[str]) -> pd.Categorical:
        return coded(codes, [unit_word(unit, self.language) for unit in units])


# -- what can be written -----------------------------------------------------------------------------------------------


def _check(activity: Activity) -> None:
    problems = [Problem("write.flow", {"flow": str(flow)}) for flow in activity.flows if not _is_readable(flow)]
    figures = {"quantity": activity.quantity, "value_added": activity.value_added_total, **activity.indicators}
    problems += [Problem("write.finite", {"name": name}) for name, array in figures.items() if np.isinf(array).any()]
    if activity.has_energy is None:  # bare arrays: their names were never checked
        problems += [Problem("write.zone", {"name": name}) for name in activity.zones.tolist() if not _is_zone(name)]
    if problems:
        raise InputError(problems)


def _is_readable(flow: Flow) -> bool:
    if not flow.carrier:
        return bool(flow.product.strip()) and flow.unit in {"t", "tCO2"}
    if flow.carrier == UNREAD.id:
        return True
    if flow.carrier not in carriers():
        return False
    try:
        kept = form(flow.carrier, flow.unit, flow.basis)
        same = find_use(flow.use) == flow.use and find_supply(flow.supply, carriers()[flow.carrier]) == flow.supply
    except ZoneCarbonError:
        return False
    return same and kept == (flow.unit, 1.0, flow.basis)


def _is_zone(name: str) -> bool:
    try:
        return zone_name(name) == name
    except InputError:
        return False


# -- which cells become rows -------------------------------------------------------------------------------------------


def _rows(activity: Activity) -> _Rows:
    money, zone_money = _money_rows(activity)
    indicators = {
        name: ~np.isnan(values) | (activity.indicator_basis[name] != "") for name, values in activity.indicators.items()
    }
    for told in indicators.values():
        told[:1, :1] |= not told.any()
    rows = _Rows(_quantity_rows(activity), money, zone_money, indicators)
    _name_sectors(activity, rows)
    _name_years(activity, rows)
    return rows


def _is_energy(activity: Activity) -> BoolArray:
    return np.array([bool(flow.carrier) for flow in activity.flows], dtype=np.bool_)


def _known(activity: Activity) -> BoolArray:
    """Return (zone, year): whether there are energy rows. Bare arrays have none where nothing is known."""
    if activity.has_energy is not None:
        return activity.has_energy
    known = np.asarray(~np.isnan(activity.quantity[:, :, _is_energy(activity)]).all(axis=(1, 2)))
    known[:1] |= ~known.any(axis=0)  # a year must stand somewhere: all of its blanks
    return known


def _quantity_rows(activity: Activity) -> BoolArray:
    is_energy, known = _is_energy(activity), _known(activity)
    wanted: BoolArray = activity.quantity != 0.0  # NaN is not zero: a blank
    if not is_energy.all() or not known.all():
        wanted &= known[:, None, None, :] | ~is_energy[:, None]
    if is_energy.any():
        idle = known & ~wanted[:, :, is_energy].any(axis=(1, 2))
        wanted[:, 0, np.argmax(is_energy)] |= idle
    place = _first(known)
    for flow in np.flatnonzero(~wanted.any(axis=(0, 1, 3))).tolist():
        zone, year = place if is_energy[flow] else (0, 0)
        wanted[zone, 0, flow, year] = True
    return wanted


def _first(known: BoolArray) -> tuple[int, int]:
    zone, year = np.unravel_index(int(np.argmax(known)), known.shape) if known.any() else (0, 0)
    return int(zone), int(year)


def _money_rows(activity: Activity) -> tuple[BoolArray, BoolArray]:
    """Return which sectors have a row of value added, and which zone-years one without a sector beside them.

    A total that is not known has a blank in each sector without a figure; one that is known although no sector is (in
    bare arrays) has a row of its own.
    """
    total = activity.value_added_total
    told: BoolArray = ~np.isnan(activity.value_added)
    some = told.any(axis=1)
    priced = np.asarray(activity.price_year) != NO_PRICE
    unknown = np.isnan(total) & priced & (some | (activity.has_energy is not None))
    is_named = activity.sectors != ""
    told |= (unknown & some)[:, None, :] & is_named[None, :, None]
    alone = int(np.argmin(is_named)) if not is_named.all() else 0
    if told.shape[1]:
        told[:, alone] |= unknown & ~some
    return told, ~some & ~np.isnan(total)


def _name_sectors(activity: Activity, rows: _Rows) -> None:
    """Give each sector that no row names a row that says nothing else."""
    named = rows.quantity.any(axis=(0, 2, 3)) | rows.money.any(axis=(0, 2))
    missing = np.flatnonzero(~named)
    if not len(missing) or not activity.quantity.shape[0] or not len(activity.years):
        return
    is_energy, known = _is_energy(activity), _known(activity)
    if not is_energy.all():
        rows.quantity[0, missing, np.argmin(is_energy), 0] = True
    elif is_energy.any() and known.any():
        zone, year = _first(known)
        rows.quantity[zone, missing, 0, year] = True
    else:  # blanks alone: those of the last zone-year that has nothing else can stand in these sectors
        blank = rows.money.any(axis=1) & np.isnan(activity.value_added).all(axis=1)
        if blank.any():
            zone, year = (int(at) for at in np.argwhere(blank)[-1])
            is_named = activity.sectors != ""
            rows.money[zone, :, year] &= is_named
            rows.money[zone, missing[is_named[missing]], year] = True


def _name_years(activity: Activity, rows: _Rows) -> None:
    """Give each year that no row names a row that says nothing else."""
    tables = [rows.quantity.any(axis=(0, 1, 2)), rows.money.any(axis=(0, 1)), rows.zone_money.any(axis=0)]
    tables += [told.any(axis=0) for told in rows.indicators.values()]
    missing = np.flatnonzero(~np.any(tables, axis=0))
    if not len(missing):
        return
    is_energy = _is_energy(activity)
    if not is_energy.all():
        rows.quantity[0, 0, np.argmin(is_energy), missing] = True
    elif rows.indicators:
        next(iter(rows.indicators.values()))[0, missing] = True


# -- the tables --------------------------------------------------------------------------------------------------------


def _zones(activity: Activity, words: _Words) -> dict[str, Any]:
    every = np.arange(len(activity.zones))
    known = provinces()
    here = [known[word].name(words.language) if word else "" for word in activity.provinces.tolist()]
    columns = {"zone": coded(every, words.zones), "name": coded(every, activity.names.tolist())}
    number = {_NUMBER[words.language]: every + 1}
    return {**number, **words.named({**columns, "province": coded(every, here)})}


def _economy(activity: Activity, rows: _Rows, words: _Words) -> dict[str, Any]:
    zone, year, sector = np.nonzero(np.moveaxis(rows.money, 1, 2))
    amount = activity.value_added[zone, sector, year]
    alone_zone, alone_year = np.nonzero(rows.zone_money)
    sectors = [*words.sectors, ""]
    if len(alone_zone):
        zone, year = np.concatenate([zone, alone_zone]), np.concatenate([year, alone_year])
        sector = np.concatenate([sector, np.full(len(alone_zone), len(words.sectors))])
        amount = np.concatenate([amount, activity.value_added_total[alone_zone, alone_year]])
    columns = words.place(zone, year)
    if words.sectors != [""]:
        columns["sector"] = coded(sector, sectors)
    columns["value_added"] = amount
    columns["unit"] = words.units(np.zeros(len(zone), dtype=np.int64), ["万元"])
    columns["price_year"] = _prices(np.asarray(activity.price_year)[zone, year], words.language)
    for name in LABELS:
        labels = getattr(activity, name)
        if labels is not None:
            codes, distinct = pd.factorize(labels[zone, year])
            columns[name] = coded(codes.astype(np.int64), list(distinct))
    return words.named(columns)


def _prices(price: IntArray, language: Language) -> pd.Categorical:
    distinct, codes = np.unique(price, return_inverse=True)
    nominal = "nominal" if language == "en" else "现价"
    return coded(codes.reshape(-1), [nominal if year == NOMINAL else year for year in distinct.tolist()])


def _energy(activity: Activity, wanted: BoolArray, words: _Words) -> dict[str, Any]:
    which = np.flatnonzero(_is_energy(activity))
    flows = [activity.flows[at] for at in which.tolist()]
    zone, year, sector, item = np.nonzero(np.moveaxis(wanted[:, :, which], 3, 1))
    columns = words.place(zone, year, sector)
    columns["carrier"] = coded(item, [_carrier(flow, words.language) for flow in flows])
    columns["quantity"] = activity.quantity[zone, sector, which[item], year]
    columns["unit"] = words.units(item, [flow.unit for flow in flows])
    columns["use"] = words.spread(item, [flow.use for flow in flows])
    columns["supply"] = words.spread(item, [flow.supply for flow in flows])
    if any(flow.basis for flow in flows):
        columns["basis"] = words.spread(item, [flow.basis for flow in flows])
    meters = _meters(flows)
    if any(meters):
        columns["meter"] = coded(item, meters)
    return words.named(columns)


def _carrier(flow: Flow, language: Language) -> str:
    return flow.carrier if language == "en" else carriers_of_flows()[flow.carrier].name_zh


def _meters(flows: Sequence[Flow]) -> list[str]:
    """Return a meter for each flow that differs from another in its unit alone."""
    keys = [(flow.carrier, flow.use, flow.supply) for flow in flows]
    return [
        f"{flow.unit} {flow.basis}".strip() if keys.count(key) > 1 else ""
        for flow, key in zip(flows, keys, strict=True)
    ]


def _process(activity: Activity, wanted: BoolArray, words: _Words) -> dict[str, Any]:
    which = np.flatnonzero(~_is_energy(activity))
    flows = [activity.flows[at] for at in which.tolist()]
    zone, year, sector, item = np.nonzero(np.moveaxis(wanted[:, :, which], 3, 1))
    columns = words.place(zone, year, sector)
    columns["product"] = coded(item, [flow.product for flow in flows])
    columns["output"] = activity.quantity[zone, sector, which[item], year]
    columns["unit"] = words.units(np.zeros(len(zone), dtype=np.int64), ["t"])
    if any(flow.unit == "tCO2" for flow in flows):
        columns["factor"] = coded(item, [_TONNE_OF_CO2 if flow.unit == "tCO2" else "" for flow in flows])
    return words.named(columns)


def _indicators(activity: Activity, wanted: Mapping[str, BoolArray], words: _Words) -> dict[str, Any]:
    none: list[Any] = [np.zeros(0, dtype=np.int64)]
    places = {name: np.nonzero(told) for name, told in wanted.items()}
    zone = np.concatenate([*none, *(at[0] for at in places.values())])
    year = np.concatenate([*none, *(at[1] for at in places.values())])
    item = np.repeat(np.arange(len(places)), [len(at[0]) for at in places.values()])
    values: list[FloatArray] = [activity.indicators[name][at] for name, at in places.items()]
    basis = np.concatenate([np.zeros(0, dtype=object), *(activity.indicator_basis[n][at] for n, at in places.items())])
    codes, bases = pd.factorize(basis)
    columns = words.place(zone, year)
    columns["indicator"] = coded(item, list(places))
    columns["value"] = np.concatenate([np.zeros(0), *values])
    columns["unit"] = coded(item, [activity.indicator_units.get(name, "") for name in places])
    if any(bases):
        columns["basis"] = words.spread(codes.astype(np.int64), list(bases))
    return words.named(columns)
