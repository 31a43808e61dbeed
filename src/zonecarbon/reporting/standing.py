"""The figures that a page of a zone and the ranked table share, taken from the account once.

Decided here: the year is the one that the targets were judged in, else the last of the account. What a zone has only
as a printed intensity counts here as it does in ``check`` (:mod:`zonecarbon.targets.evidence`), and is marked. A yearly
fall of CO2 intensity is given only where price year and boundary are the same in both years; otherwise it is unknown,
as in ``check``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.accounting import Account
from zonecarbon.kernels.intensity import reduction_rate
from zonecarbon.reporting.gathering import Material
from zonecarbon.targets.evidence import from_account
from zonecarbon.targets.result import Block

RATE = "fraction per year"
_PRINTED = {"energy": "energy_per_iva", "co2": "co2_per_iva"}


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Totals (zone, year) of an account, and the years that are looked at.

    ``levels`` are intensities (zone, year) as printed, of zone-years that have nothing else.
    """

    account: Account
    year: int
    base: int | None
    energy: FloatArray
    co2: FloatArray
    value_added: FloatArray
    levels: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def at(self) -> int:
        """The position of the year."""
        return self.account.activity.year_index(self.year)

    def intensity(self, what: str) -> FloatArray:
        """Return energy or CO2 per value added (zone, year); NaN over no value added."""
        top = self.energy if what == "energy" else self.co2
        own = per(top, self.value_added)
        return np.where(np.isnan(own), self.levels[what], own) if what in self.levels else own

    def printed(self, what: str) -> BoolArray:
        """Return (zone, year): energy or CO2, and its intensity, rest on a printed intensity alone."""
        if what not in self.levels:
            return np.zeros(self.energy.shape, dtype=bool)
        return ~np.isnan(self.levels[what])

    def yearly_fall(self) -> FloatArray:
        """Return the mean yearly fall of CO2 intensity (zone,) from the base year; NaN where it has no meaning."""
        if self.base is None:
            return np.full(len(self.account.zones), np.nan)
        start, end = self.account.activity.year_index(self.base), self.at
        level, prices, border = self.intensity("co2"), self.account.activity.price_year, self.account.activity.boundary
        same = (prices[:, start] == prices[:, end]) & (prices[:, end] > 0)
        if border is not None:
            same &= np.asarray(border[:, start : end + 1] == border[:, end : end + 1]).all(axis=1)
        with np.errstate(all="ignore"):
            rate = np.asarray(reduction_rate(level[:, start], level[:, end], self.year - self.base))
        return np.where(same, rate, np.nan)


def per(top: FloatArray, money: FloatArray) -> FloatArray:
    """Return a quotient; NaN where value added is not positive."""
    with np.errstate(all="ignore"):
        return np.where(money > 0, top / money, np.nan)


def standing(material: Material) -> Standing | None:
    """Return the figures of the account; None without one."""
    account = material.account
    if account is None or not len(account.years) or not len(account.zones):
        return None
    years = account.years.tolist()
    seen = [block for block in _blocks(material) if block.year in years and block.judged]
    seen = [block for block in seen if block.target.indicator.endswith("_iva")] or seen
    year = int(next((block.year for block in seen if block.year is not None), years[-1]))
    bases = [b.base_year for b in _blocks(material) if b.target.statistic == "annual_rate" and b.base_year in years]
    base = next((int(item) for item in bases if item is not None and item < year), None)
    if base is None and years[0] < year:
        base = int(years[0])
    evidence, totals = from_account(account), {what: account.total(what) for what in _PRINTED}
    filled = {"energy": evidence.energy, "co2": evidence.co2}
    levels = {
        what: np.where(np.isnan(totals[what]), evidence.levels[name], np.nan)
        for what, name in _PRINTED.items()
        if name in evidence.levels
    }
    sums = {what: totals[what] if (full := filled[what]) is None else full for what in _PRINTED}
    return Standing(
        account, year, base, sums["energy"], sums["co2"], account.total("value_added", ("zone", "year")), levels
    )


def _blocks(material: Material) -> list[Block]:
    return [block for check in material.checks for block in check.blocks]


def limits(material: Material, unit: str) -> tuple[float, ...]:
    """Return the limits of the targets that are in a unit, rising: those of the aggregate and of single zones."""
    found = set()
    for block in _blocks(material):
        target = block.target
        if unit == RATE and target.statistic == "annual_rate" and target.unit == RATE and target.threshold:
            found.add(-target.limit)  # a fall is shown as a negative change
        for limit, own in ((target.threshold, target.unit), (target.inner_threshold, target.inner_unit)):
            if limit and own == unit and target.indicator in {"energy_per_iva", "co2_per_iva"}:
                found.add(float(limit))
    return tuple(sorted(found))
