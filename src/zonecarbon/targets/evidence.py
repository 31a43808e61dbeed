"""What a target is judged on: levels and sums by zone and year, and what may not be compared with what.

Decided here: an account and a table of printed indicators are brought to one form first, so that there is one way of
judging. A table may print levels at changing price bases together with the yearly change; a rate across such a change
is chained from the changes, never taken from the levels. A row called Total or 合计 is no zone: its figures are the
published aggregate.
"""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from zonecarbon._table import Provenance, first_row, hash_arrays, in_index
from zonecarbon._typing import BoolArray, Columns, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account, make_sums
from zonecarbon.activity import NOMINAL
from zonecarbon.errors import InputError, Problem, Where
from zonecarbon.indicators import INDICATORS
from zonecarbon.kernels import intensity
from zonecarbon.targets.printed import (
    Grid,
    Words,
    by_indicator,
    check_rows,
    column_names,
    is_figure,
    names_of,
    read_figures,
    read_words,
    read_years,
    require_columns,
)
from zonecarbon.targets.remains import Remains
from zonecarbon.vocabulary import find_basis

# Sums of an account, in the units in which it counts them; printed ones come in units of their own.
TOTALS = {"energy_tce": "tce", "total_energy": "tce", "co2": "tCO2", "value_added": "万元"}
FRACTION = "fraction"
# Ratios that an account counts as fractions.
RATIOS = {"green_power_direct_supply_share", "energy_elasticity"}
# What an account gives without a printed figure.
DERIVED = (
    *("energy_per_iva", "co2_per_iva", "co2_per_energy", "energy_output_rate", "energy_tce", "total_energy", "co2"),
    *("value_added", "green_power_direct_supply_share", "co2_peak", "energy_elasticity"),
)
# What an account knows from its own rows, reported or not.
_DERIVED = {"total_energy", "co2", "energy_intensity", "co2_intensity"}


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
    account: Account | Remains | None = None
    provenance: Provenance = field(default_factory=Provenance)
    # What was asked for so far: price bases of a year, indicators of a year.
    _prices: dict[int, list[str]] = field(default_factory=dict, init=False, repr=False)
    _levels: dict[tuple[str, int], FloatArray | None] = field(default_factory=dict, init=False, repr=False)
    _pairs: dict[str, tuple[FloatArray, FloatArray] | None] = field(default_factory=dict, init=False, repr=False)

    def prices(self, at: int) -> list[str]:
        """Return the names of the price bases stated in one year."""
        if self.price is None:
            return []
        if at not in self._prices:
            # A zone-year of an account without a price year has no value added at all, which is told elsewhere.
            codes = [code for code in _distinct(self.price[:, at]) if code or self.account is None]
            self._prices[at] = [self.price_names.get(code, str(code)) for code in codes]
        return self._prices[at]

    def broken(self, span: slice | BoolArray) -> BoolArray:
        """Return the zones whose boundary changes within some years: neither a rate nor a peak is taken across it."""
        result = np.zeros(len(self.zones), dtype=bool)
        if self.boundary is None:
            return result
        seen = np.full(len(self.zones), "", dtype=object)
        for label in self.boundary[:, span].T:
            stated, known = label.astype(bool), seen.astype(bool)
            result |= stated & known & np.asarray(label != seen, dtype=bool)
            seen = np.where(stated, label, seen)
        return result

    def at(self, year: int | None) -> int | None:
        """Return the position of a year, or None."""
        years: list[int] = self.years.tolist()
        return years.index(year) if year in years else None

    def sums(self, indicator: str) -> tuple[FloatArray, FloatArray] | None:
        """Return numerator and denominator (zone, year) of an indicator, if both are there."""
        pairs = {
            "energy_per_iva": (self.energy, self.value_added),
            "co2_per_iva": (self.co2, self.value_added),
            "co2_per_energy": (self.co2, self.energy),
            "energy_output_rate": (self.value_added, self.energy),
        }
        if indicator == "green_power_direct_supply_share" and self.account is not None:
            return self._power(self.account)
        top, bottom = pairs.get(indicator, (None, None))
        return None if top is None or bottom is None else (top, bottom)

    def _power(self, account: Account | Remains) -> tuple[FloatArray, FloatArray] | None:
        """Return what the share of green power is made of; not known where it is printed and no power is counted."""
        if "power" not in self._pairs:
            found, printed = _direct_supply(account), self.levels.get("green_power_direct_supply_share")
            if found is not None and printed is not None:
                apart = ~np.isnan(printed) & ~(found[1] > 0)
                found = np.where(apart, np.nan, found[0]), np.where(apart, np.nan, found[1])
            self._pairs["power"] = found
        return self._pairs["power"]

    def level(self, indicator: str, at: int) -> FloatArray | None:
        """Return an indicator of every zone in one year, in its own unit; None if nothing says anything about it.

        Of an account the rows count, and a printed figure where there is nothing else; of a table its printed figures.
        A negative ratio (more leaves than comes in, or value added is lost) says nothing: unknown. Only the year asked
        for is computed, once; the array is not to be written to.
        """
        if (indicator, at) not in self._levels:
            self._levels[indicator, at] = self._level(indicator, at)
        return self._levels[indicator, at]

    def _level(self, indicator: str, at: int) -> FloatArray | None:
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
            np.copyto(ratio, np.nan, where=ratio < 0)
            return ratio
        if indicator == "energy_output_rate" and "energy_per_iva" in self.levels:
            return intensity.ratio(1.0, self.levels["energy_per_iva"][:, at])
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


def _distinct(codes: IntArray) -> list[int]:
    """Return the distinct codes, in order. Nearly always there is one, which is seen without sorting them."""
    if len(codes) and codes.min() == codes.max():
        return [int(codes[0])]
    return [int(code) for code in np.unique(codes)]


def from_account(account: Account, executor: Executor | None = None) -> Evidence:
    """Return the evidence of an account. A printed intensity counts where there is nothing else, on the same basis."""
    activity = account.activity
    (energy, co2), money = make_sums(account, executor), activity.value_added_total
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
        price=_prices_of(activity.price_year, money),
        price_names={NOMINAL: "nominal"},
        boundary=activity.boundary,
        units=activity.indicator_units,
        account=account,
    )


def _prices_of(price: IntArray, money: FloatArray) -> IntArray:
    """Return the price years of value added that is there: what is blank stands at no prices."""
    blank = np.isnan(money)
    return np.where(blank, 0, price) if blank.any() else price


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


def _direct_supply(account: Account | Remains) -> tuple[FloatArray, FloatArray] | None:
    """Return (zone, year) of directly supplied and on-site non-fossil electricity, and of all that is used [MWh]."""
    used = [i for i, flow in enumerate(account.flows) if flow.carrier == "electricity" and flow.use == "final"]
    if not used or any(account.flows[i].unit != "MWh" for i in used):
        return None
    direct = [i for i in used if account.flows[i].supply in {"direct_nonfossil", "onsite_nonfossil"}]
    own, whole = (account.quantity[:, :, flows].sum(axis=(1, 2)) for flows in (direct, used))
    return own, whole


# -- tables of printed indicators ----------------------------------------------------------------------------------


def from_columns(table: Columns) -> Evidence:
    """Return the evidence of a table of zone, year and printed indicators.

    Raises
    ------
    InputError
        With every bad row.
    """
    require_columns(table)
    names = column_names(table)
    for key in ("zone", "year"):
        if key not in names:
            if in_index(table, names_of(key)):
                raise InputError("columns.index", Where("indicators"), names=key)
            raise InputError("columns.missing", Where("indicators"), names=key, have=", ".join(map(str, table)) or "-")
    problems: list[Problem] = []
    zones, years = read_words(table[names["zone"]]), read_years(table[names["year"]], problems)
    known = set(names.values())
    figures = {
        str(c): read_figures(table[c], str(c), problems)
        for c in table
        if c not in known and is_figure(str(c), table[c])
    }
    money = read_figures(table[names["value_added"]], "value_added", problems) if "value_added" in names else None
    check_rows(zones, years, problems)
    if problems:
        raise InputError(_counted(problems, first_row(table)))
    place = Grid(zones, years)
    price, boundary, basis = (
        read_words(table[names[key]], _label) if key in names else None for key in ("price_year", "boundary", "basis")
    )
    bases = sorted({find_basis(word) for word in (basis.distinct if basis else [])} or {find_basis("")})
    if len(bases) > 1:
        raise InputError("indicators.bases", Where("indicators"), bases=", ".join(map(repr, bases)))
    levels, changes, totals, total_changes = by_indicator(figures, place)
    spread = place.spread(money)
    price_names, prices = _price_bases(price)
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
        boundary=place.words(boundary),
        provenance=Provenance(
            {"source": "indicators"}, hash_arrays(zones.rows(), years.tolist(), sorted(figures.items()))
        ),
    )


def _counted(problems: list[Problem], first: int) -> list[Problem]:
    """Return problems with their rows counted from that of the first."""
    return [
        p if p.where.row is None else Problem(p.code, p.values, p.where._replace(row=p.where.row + first))
        for p in problems
    ]


def _label(text: str) -> str:
    return text.strip().removesuffix(".0")


def _price_bases(price: Words | None) -> tuple[list[str], IntArray | None]:
    """Return the names of the price bases, the first for rows that state none, and the base of each row."""
    said = ["nominal" if word in {"nominal", "现价", "当年价"} else word for word in (price.distinct if price else [])]
    names = list(dict.fromkeys(["", *said]))
    if price is None:
        return names, None
    codes = np.array([names.index(word) for word in said], dtype=np.int64)[price.codes]
    return ["not stated", *names[1:]], codes


def _product(level: FloatArray, money: FloatArray) -> FloatArray:
    """Return what an intensity and value added imply; unknown where value added is not positive."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(money > 0, level * money, np.nan)


def own_unit(indicator: str) -> str:
    """Return the unit an indicator is kept in; empty for fractions and unknown ones."""
    return INDICATORS.get(indicator, "")
