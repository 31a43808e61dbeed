"""The figures that a page of a zone and the ranked table share, taken from the account once.

Decided here: the year is the one that the targets were judged in, else the last of the account. A yearly fall of CO2
intensity is given only where price year and boundary are the same in both years; otherwise it is unknown, as in
``check``.
"""

from dataclasses import dataclass

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.kernels.intensity import reduction_rate
from zonecarbon.reporting.gathering import Material
from zonecarbon.targets.result import Block


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Totals (zone, year) of an account, and the years that are looked at."""

    account: Account
    year: int
    base: int | None
    energy: FloatArray
    co2: FloatArray
    value_added: FloatArray

    @property
    def at(self) -> int:
        """The position of the year."""
        return self.account.activity.year_index(self.year)

    def intensity(self, what: str) -> FloatArray:
        """Return energy or CO2 per value added (zone, year); NaN over no value added."""
        top = self.energy if what == "energy" else self.co2
        return per(top, self.value_added)

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
    judged = [
        block.year for block in _blocks(material) if block.year in years and block.target.indicator.endswith("_iva")
    ]
    year = int(judged[0]) if judged and judged[0] is not None else int(years[-1])
    bases = [b.base_year for b in _blocks(material) if b.target.statistic == "annual_rate" and b.base_year in years]
    base = next((int(item) for item in bases if item is not None and item < year), None)
    if base is None and years[0] < year:
        base = int(years[0])
    return Standing(
        account,
        year,
        base,
        account.total("energy"),
        account.total("co2"),
        account.total("value_added", ("zone", "year")),
    )


def _blocks(material: Material) -> list[Block]:
    return [block for check in material.checks for block in check.blocks]


def limits(material: Material, unit: str) -> tuple[float, ...]:
    """Return the limits of the targets that are in a unit, rising: those of the aggregate and of single zones."""
    found = set()
    for block in _blocks(material):
        target = block.target
        for limit, own in ((target.threshold, target.unit), (target.inner_threshold, target.inner_unit)):
            if limit and own == unit and target.indicator in {"energy_per_iva", "co2_per_iva"}:
                found.add(float(limit))
    return tuple(sorted(found))
