"""What a target is judged on: levels and sums by zone and year, and what may not be compared with what.

Decided here: an account and a table of printed indicators are brought to one form first, so that there is one way of
judging. A table may print levels at changing price bases together with the yearly change; a rate across such a change
is chained from the changes, never taken from the levels. A row called Total or 合计 is no zone: its figures are the
published aggregate.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zonecarbon import units
from zonecarbon._table import Provenance, hash_arrays
from zonecarbon._typing import BoolArray, Columns, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.activity import NOMINAL
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.indicators import INDICATORS
from zonecarbon.kernels import intensity
from zonecarbon.records.cells import parse_year
from zonecarbon.vocabulary import find_basis, fold, is_sum

# Columns of an indicators table -> indicator, its own unit.
_LEVELS = {
    "energy_intensity": "energy_per_iva",
    "co2_intensity": "co2_per_iva",
    "energy_per_iva": "energy_per_iva",
    "co2_per_iva": "co2_per_iva",
    "单位工业增加值综合能耗": "energy_per_iva",
    "单位工业增加值能耗": "energy_per_iva",
    "单位工业增加值二氧化碳排放量": "co2_per_iva",
}
# What an account knows from its own rows, reported or not.
_DERIVED = {"total_energy", "co2", "energy_intensity", "co2_intensity"}
_KEYS = {
    "zone": ("zone", "园区", "高新区"),
    "year": ("year", "年份", "年"),
    "value_added": ("value_added", "工业增加值"),
    "price_year": ("price_year", "price_base", "价格年", "价格基期"),
    "boundary": ("boundary", "边界"),
    "basis": ("basis", "口径"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Figures to judge, (zone, year) each; unknown is NaN.

    ``levels`` by indicator in its own unit; ``changes`` are published yearly changes as fractions; ``totals`` and
    ``total_changes`` are the published aggregate, (year,) each. ``energy`` [tce], ``co2`` [tCO2], ``value_added``
    [10^4 yuan] may be missing. ``price`` are codes of price bases, 0 where none is stated, named in ``price_names``;
    ``boundary`` are labels, empty where none is stated.
    """

    zones: ObjectArray
    years: IntArray
    basis: str
    levels: Mapping[str, FloatArray]
    energy: FloatArray | None = None
    co2: FloatArray | None = None
    value_added: FloatArray | None = None
    changes: Mapping[str, FloatArray] = field(default_factory=dict)
    totals: Mapping[str, FloatArray] = field(default_factory=dict)
    total_changes: Mapping[str, FloatArray] = field(default_factory=dict)
    total_price: IntArray | None = None
    total_name: str = ""
    price: IntArray | None = None
    price_names: Mapping[int, str] = field(default_factory=dict)
    boundary: ObjectArray | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def prices(self, at: int) -> list[str]:
        """Return the names of the price bases stated in one year."""
        if self.price is None:
            return []
        # A zone-year of an account without a price year has no value added at all, which is told elsewhere.
        codes = [code for code in np.unique(self.price[:, at]).tolist() if code or self.account is None]
        return [self.price_names.get(code, str(code)) for code in codes]

    def broken(self, span: slice | BoolArray) -> BoolArray:
        """Return the zones whose boundary changes within some years: neither a rate nor a peak is taken across it."""
        if self.boundary is None:
            return np.zeros(len(self.zones), dtype=bool)
        return np.array([len({label for label in row if label}) > 1 for row in self.boundary[:, span]], dtype=bool)

    def at(self, year: int | None) -> int | None:
        """Return the position of a year, or None."""
        found = np.flatnonzero(self.years == year)
        return int(found[0]) if len(found) else None

    def sums(self, indicator: str) -> tuple[FloatArray, FloatArray] | None:
        """Return numerator and denominator (zone, year) of an indicator, if both are there."""
        pairs = {
            "energy_per_iva": (self.energy, self.value_added),
            "co2_per_iva": (self.co2, self.value_added),
            "co2_per_energy": (self.co2, self.energy),
            "energy_output_rate": (self.value_added, self.energy),
        }
        top, bottom = pairs.get(indicator, (None, None))
        return None if top is None or bottom is None else (top, bottom)

    def level(self, indicator: str, at: int) -> FloatArray | None:
        """Return an indicator of every zone in one year, in its own unit; None if nothing says anything about it.

        Of an account the rows count, and a printed figure where there is nothing else; of a table its printed figures.
        A negative ratio (more leaves than comes in, or value added is lost) says nothing: unknown. Only the year asked
        for is computed.
        """
        given = self.levels[indicator][:, at] if indicator in self.levels else None
        own = self._own(indicator, at)
        if own is None or given is None:
            return own if given is None else given
        first, second = (given, own) if self.account is None else (own, given)
        return np.where(np.isnan(first), second, first)

    def _own(self, indicator: str, at: int) -> FloatArray | None:
        whole = self.whole(indicator)
        if whole is not None:
            return whole[:, at]
        pair = self.sums(indicator)
        if pair is not None:
            ratio = intensity.ratio(pair[0][:, at], pair[1][:, at])
            return np.where(ratio < 0, np.nan, ratio)
        if indicator == "energy_output_rate" and "energy_per_iva" in self.levels:
            return intensity.ratio(1.0, self.levels["energy_per_iva"][:, at])
        if indicator == "green_power_direct_supply_share" and self.account is not None:
            return _direct_supply(self.account, at)
        return None

    def whole(self, indicator: str) -> FloatArray | None:
        """Return (zone, year) of an indicator that is a plain sum: energy [tce], CO2 [tCO2]."""
        wholes = {
            "energy_tce": self.energy,
            "total_energy": self.energy,
            "co2": self.co2,
            "value_added": self.value_added,
        }
        return wholes.get(indicator)


def from_account(account: Account) -> Evidence:
    """Return the evidence of an account. A printed intensity counts where there is nothing else, on the same basis."""
    activity = account.activity
    energy, co2, money = account.total("energy"), account.total("co2"), activity.value_added_total
    energy = _filled(energy, account, "energy_intensity", money)
    co2 = _filled(co2, account, "co2_intensity", money)
    levels = {name: figures for name, figures in activity.indicators.items() if name not in _DERIVED}
    for name, indicator in (("energy_intensity", "energy_per_iva"), ("co2_intensity", "co2_per_iva")):
        if (printed := _printed(account, name)) is not None:
            levels[indicator] = printed
    return Evidence(
        zones=account.zones,
        years=account.years,
        basis=account.basis,
        levels=levels,
        energy=energy,
        co2=co2,
        value_added=money,
        price=activity.price_year,
        price_names={NOMINAL: "nominal"},
        boundary=activity.boundary,
        units=activity.indicator_units,
        account=account,
    )


def _printed(account: Account, name: str) -> FloatArray | None:
    """Return a printed intensity where its basis is the account's (CO2 has none)."""
    activity = account.activity
    if name not in activity.indicators:
        return None
    same = np.ones(activity.indicators[name].shape, dtype=bool)
    if name == "energy_intensity":
        same = activity.indicator_basis[name] == account.basis
    if activity.has_energy is not None:
        same &= ~activity.has_energy
    return np.where(same, activity.indicators[name], np.nan)


def _filled(sums: FloatArray, account: Account, name: str, money: FloatArray) -> FloatArray:
    printed = _printed(account, name)
    if printed is None:
        return sums
    return np.where(np.isnan(sums), _product(printed, money), sums)


def _direct_supply(account: Account, at: int) -> FloatArray | None:
    """Return directly supplied and on-site non-fossil electricity over all electricity used, of one year."""
    used = [i for i, flow in enumerate(account.flows) if flow.carrier == "electricity" and flow.use == "final"]
    if not used or any(account.flows[i].unit != "MWh" for i in used):
        return None
    direct = [i for i in used if account.flows[i].supply in {"direct_nonfossil", "onsite_nonfossil"}]
    total = account.quantity[:, :, used, at].sum(axis=(1, 2))
    return intensity.ratio(account.quantity[:, :, direct, at].sum(axis=(1, 2)), total)


# -- tables of printed indicators ----------------------------------------------------------------------------------


def from_columns(table: Columns) -> Evidence:
    """Return the evidence of a table of zone, year and printed indicators.

    Raises
    ------
    InputError
        With every bad row.
    """
    names = _column_names(table)
    for key in ("zone", "year"):
        if key not in names:
            raise InputError("columns.missing", Where("indicators"), names=key, have=", ".join(map(str, table)))
    zones = ["" if _missing(value) else str(value).strip() for value in table[names["zone"]]]
    problems: list[Problem] = []
    years = [_year(value, row, problems) for row, value in enumerate(table[names["year"]])]
    known = set(names.values())
    figures = {
        str(c): _floats(table[c], str(c), problems) for c in table if c not in known and _is_figure(str(c), table[c])
    }
    money = _floats(table[names["value_added"]], "value_added", problems) if "value_added" in names else None
    _check_rows(zones, years, problems)
    if problems:
        raise InputError(problems)
    place = _Grid(zones, years)
    labels = {key: _words(table, names, key) for key in ("price_year", "boundary", "basis")}
    bases = sorted({find_basis(word) for word in set(labels["basis"] or [""])})
    if len(bases) > 1:
        raise InputError("indicators.bases", Where("indicators"), bases=", ".join(map(repr, bases)))
    levels, changes, totals, total_changes = _by_indicator(figures, place)
    spread = place.spread(money)
    price_names = list(dict.fromkeys(["", *(labels["price_year"] or [])]))
    prices = None
    if labels["price_year"] is not None:
        prices = np.array([price_names.index(word) for word in labels["price_year"]], dtype=np.int64)
        price_names = ["nominal" if word in {"nominal", "现价", "当年价"} else word for word in price_names]
        price_names[0] = "not stated"
    return Evidence(
        zones=place.zones,
        years=place.years,
        basis=bases[0],
        levels=levels,
        energy=None if spread is None or "energy_per_iva" not in levels else _product(levels["energy_per_iva"], spread),
        co2=None if spread is None or "co2_per_iva" not in levels else _product(levels["co2_per_iva"], spread),
        value_added=spread,
        changes=changes,
        totals=totals,
        total_changes=total_changes,
        total_price=None if prices is None else place.total_codes(prices),
        total_name=place.total_name,
        price=None if prices is None else place.codes(prices),
        price_names=dict(enumerate(price_names)),
        boundary=place.words(labels["boundary"]),
        provenance=Provenance({"source": "indicators"}, hash_arrays(zones, years, sorted(figures.items()))),
    )


def _column_names(table: Columns) -> dict[str, str]:
    index = {fold(word): key for key, words in _KEYS.items() for word in words}
    return {index[fold(str(column))]: column for column in table if fold(str(column)) in index}


def _year(value: Any, row: int, problems: list[Problem]) -> int:
    try:
        return parse_year(value)
    except ZoneCarbonError as error:
        problems += [Problem(p.code, p.values, Where("indicators", "", row, "year")) for p in error.problems]
        return -1


def _is_figure(name: str, column: Any) -> bool:
    """Return whether a column holds figures: its name says so, or all that it says reads as numbers."""
    if name.removesuffix("_change") in _LEVELS:
        return True
    said = [value for value in column if not _missing(value) and str(value).strip()]
    return bool(said) and all(_reads_as_number(value) for value in said)


def _reads_as_number(value: Any) -> bool:
    if isinstance(value, str) and value.strip():
        try:
            units.number(value, percent=True)
        except ZoneCarbonError:
            return False
        return True
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _floats(column: Any, name: str, problems: list[Problem]) -> FloatArray:
    result = np.full(len(column), np.nan)
    for row, value in enumerate(column):
        if (
            value is None
            or (isinstance(value, float) and math.isnan(value))
            or (isinstance(value, str) and not value.strip())
        ):
            continue
        try:
            is_number = isinstance(value, (int, float, np.number))
            result[row] = float(value) if is_number else units.number(str(value), percent=name.endswith("_change"))
        except ZoneCarbonError:
            problems.append(Problem("number.text", {"text": value}, Where("indicators", "", row, name)))
            continue
        if name.endswith("_change") and not abs(result[row]) <= 1:
            problems.append(
                Problem("indicators.change", {"name": name, "value": value}, Where("indicators", "", row, name))
            )
        elif math.isinf(result[row]) or (result[row] < 0 and name in _LEVELS):
            problems.append(
                Problem("number.negative", {"name": name, "value": value}, Where("indicators", "", row, name))
            )
    return result


def _words(table: Columns, names: Mapping[str, str], key: str) -> list[str] | None:
    if key not in names:
        return None
    return ["" if _missing(value) else str(value).strip().removesuffix(".0") for value in table[names[key]]]


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _check_rows(zones: Sequence[str], years: Sequence[int], problems: list[Problem]) -> None:
    seen: dict[tuple[str, int], int] = {}
    for row, place in enumerate(zip(zones, years, strict=True)):
        if not place[0]:
            problems.append(Problem("zone.blank", {}, Where("indicators", "", row, "zone")))
        elif is_sum(place[0], "zone") and not is_sum(place[0], "total"):  # an average is no zone and no total
            problems.append(Problem("zone.sum", {"name": place[0]}, Where("indicators", "", row, "zone")))
        elif place in seen:
            values = {"zone": place[0], "year": place[1], "name": "row"}
            problems.append(Problem("indicator.duplicate", values, Where("indicators", "", row)))
        seen.setdefault(place, row)
    sums = sorted({zone for zone in zones if zone and is_sum(zone, "total")})
    if len(sums) > 1:
        problems.append(Problem("indicators.totals", {"names": ", ".join(sums)}, Where("indicators")))


class _Grid:
    """Where each row of the table belongs in (zone, year); the row of sums apart."""

    def __init__(self, zones: Sequence[str], years: Sequence[int]) -> None:
        is_total = np.array([is_sum(zone, "total") for zone in zones], dtype=bool)
        self.total_name = next((zone for zone in zones if is_sum(zone, "total")), "")
        distinct = list(dict.fromkeys(zone for zone in zones if not is_sum(zone, "total")))
        self.zones = np.empty(len(distinct), dtype=object)
        self.zones[:] = distinct
        self.years = np.array(sorted(set(years)), dtype=np.int64)
        zone_at = {zone: i for i, zone in enumerate(distinct)}
        self._zone = np.array([zone_at.get(zone, 0) for zone in zones], dtype=np.int64)
        self._year = np.searchsorted(self.years, np.array(years, dtype=np.int64))
        self._rows, self._total = np.flatnonzero(~is_total), np.flatnonzero(is_total)

    def spread(self, figures: FloatArray | None) -> FloatArray | None:
        """Return (zone, year) of a column."""
        if figures is None:
            return None
        result = np.full((len(self.zones), len(self.years)), np.nan)
        result[self._zone[self._rows], self._year[self._rows]] = figures[self._rows]
        return result

    def total(self, figures: FloatArray) -> FloatArray:
        """Return (year,) of the row of sums."""
        result = np.full(len(self.years), np.nan)
        result[self._year[self._total]] = figures[self._total]
        return result

    def words(self, labels: Sequence[str] | None) -> ObjectArray | None:
        """Return (zone, year) of a column of labels."""
        if labels is None:
            return None
        result = np.full((len(self.zones), len(self.years)), "", dtype=object)
        for row in self._rows.tolist():
            result[self._zone[row], self._year[row]] = labels[row]
        return result

    def codes(self, codes: IntArray) -> IntArray:
        """Return (zone, year) of a column of codes."""
        result = np.zeros((len(self.zones), len(self.years)), dtype=np.int64)
        result[self._zone[self._rows], self._year[self._rows]] = codes[self._rows]
        return result

    def total_codes(self, codes: IntArray) -> IntArray:
        """Return (year,) of the codes of the row of sums."""
        result = np.zeros(len(self.years), dtype=np.int64)
        result[self._year[self._total]] = codes[self._total]
        return result


def _by_indicator(figures: Mapping[str, FloatArray], place: _Grid) -> tuple[dict[str, FloatArray], ...]:
    levels: dict[str, FloatArray] = {}
    changes: dict[str, FloatArray] = {}
    totals: dict[str, FloatArray] = {}
    total_changes: dict[str, FloatArray] = {}
    for column, values in figures.items():
        is_change = column.endswith("_change")
        name = column.removesuffix("_change")
        indicator = _LEVELS.get(name, name)
        spread = place.spread(values)
        if spread is not None:
            (changes if is_change else levels)[indicator] = spread
        (total_changes if is_change else totals)[indicator] = place.total(values)
    return levels, changes, totals, total_changes


def _product(level: FloatArray, money: FloatArray) -> FloatArray:
    """Return what an intensity and value added imply; unknown where value added is not positive."""
    with np.errstate(invalid="ignore"):
        return np.where(money > 0, level * money, np.nan)


def own_unit(indicator: str) -> str:
    """Return the unit an indicator is kept in; empty for fractions and unknown ones."""
    return INDICATORS.get(indicator, "")
