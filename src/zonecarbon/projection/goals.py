"""Targets as a projection judges them: for each draw, whether it holds in its year.

Decided here: the rules are those of ``check``, with the codes of :mod:`zonecarbon.kernels.target`; a target is turned
into positions on the time axis of history and path together, so that a target of a past year gives 0 or 1. One without
a year is judged in the last year of the projection. A share of zones counts, in each draw, the zones that pass; an
unknown zone may turn out either way, so the share is unknown where that decides. ``some zones have peaked`` holds where
at least one zone is highest, history included, in or before the year of the target, and lower ever after; in a year of
the account it is judged by the test that ``check`` makes, since there is nothing to draw.
"""

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.accounting import Account
from zonecarbon.activity import NOMINAL
from zonecarbon.catalog import wrong_basis
from zonecarbon.errors import Problem, UnitError
from zonecarbon.indicators import INVERSE
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.peak import INSUFFICIENT, PEAKED, absent_year, judge
from zonecarbon.kernels.target import CodeArray
from zonecarbon.records import Target, TargetSet
from zonecarbon.records.target import percent_scale

PARTS = {
    "energy_per_iva": ("energy", "value_added", "tce/10^4 CNY"),
    "co2_per_iva": ("co2", "value_added", "tCO2/10^4 CNY"),
    "co2_per_energy": ("co2", "energy", "tCO2/tce"),
    "energy_output_rate": ("value_added", "energy", "10^4 CNY/tce"),
    "total_energy": ("energy", "", "tce"),
    "energy_tce": ("energy", "", "tce"),
    "co2": ("co2", "", "tCO2"),
}
_WHOLE = {"aggregate", "level", "annual_rate", "annual_change", "change_vs_base"}
_RATES = {"annual_rate", "annual_change", "change_vs_base"}


class Values(Protocol):
    """Figures of one zone, or of all together, in one year: a number or one for each draw."""

    def __call__(self, what: str, year: int) -> FloatArray:
        """Return energy, CO2 or value added of a calendar year."""
        ...


@dataclass(frozen=True, slots=True)
class Goal:
    """One target, with its limits in the units of the projection.

    ``reason`` is filled where it cannot be judged at all. ``year`` and ``base_year`` are calendar years. ``past``
    (zone,) are the codes of a peak in a year of the account, as ``check`` judges it.
    """

    target: Target
    year: int
    base_year: int | None = None
    limit: float = math.nan
    inner: float = math.nan
    reason: Problem | None = None
    past: CodeArray | None = field(default=None, compare=False)

    @property
    def needs(self) -> frozenset[str]:
        """The quantities it is judged on."""
        if self.reason is not None or self.target.indicator not in PARTS:
            return frozenset()
        size = {"energy"} if self.target.applies_indicator else set()
        return frozenset({*PARTS[self.target.indicator][:2], *size} - {""})

    @property
    def is_rate(self) -> bool:
        """Whether it compares two years."""
        return self.target.statistic in _RATES

    @property
    def unit(self) -> str:
        """The unit of its limit here: that of the indicator, or 1 for a rate."""
        return "1" if self.is_rate or self.target.indicator not in PARTS else PARTS[self.target.indicator][2]

    @property
    def of_zones(self) -> bool:
        """Whether there is a probability for each zone."""
        return self.reason is None and self.target.statistic in {"zone", "share_of_zones"}

    @property
    def counts_zones(self) -> bool:
        """Whether it holds when enough zones pass."""
        return self.reason is None and (self.target.statistic == "share_of_zones" or self.target.operator == "some")

    @property
    def of_all(self) -> bool:
        """Whether it is judged on the sums of all zones."""
        return self.reason is None and self.target.statistic in _WHOLE


def compile_goals(targets: TargetSet, account: Account, until: int) -> tuple[Goal, ...]:
    """Return the goals of a target set, with the reason where one cannot be projected."""
    return tuple(_goal(target, account, until) for target in targets.target if target.role != "direction")


def _goal(target: Target, account: Account, until: int) -> Goal:
    year = target.year if target.year is not None else until
    base = target.base_year if target.base_year is not None else (year - 1 if target.statistic in _RATES else None)
    reason = _reason(target, account, year, base, until)
    if reason is not None:
        return Goal(target, year, base, reason=reason)
    if target.operator == "some":
        past = _peaked(account, year) if year <= int(account.years[-1]) else None
        return Goal(target, year, base, past=past)
    own = PARTS[target.indicator][2]
    try:
        if target.statistic in _RATES:
            return Goal(target, year, base, target.limit / percent_scale(target.unit))
        if target.statistic == "share_of_zones":
            inner = target.inner_limit * units.factor(target.inner_unit or own, own)
            return Goal(target, year, base, target.limit / percent_scale(target.unit), inner)
        return Goal(target, year, base, target.limit * units.factor(target.unit or own, own))
    except UnitError:
        return Goal(target, year, base, reason=Problem("reason.unit", {"have": own, "want": target.unit}))


def _peaked(account: Account, year: int) -> CodeArray:
    """Return whether each zone had peaked by a year of the account: by the test that ``check`` makes."""
    span = account.years <= year
    status = judge(account.total("co2")[:, span]).status
    if absent_year(account.years[span]) is not None:
        status[:] = INSUFFICIENT
    codes = np.where(status == PEAKED, np.int8(rules.MET), np.int8(rules.MISSED))
    boundary = account.activity.boundary
    if boundary is not None:
        broken = [len({label for label in row if label}) > 1 for row in boundary[:, span]]
        status = np.where(broken, INSUFFICIENT, status)
    return np.where(status == INSUFFICIENT, np.int8(rules.UNKNOWN), codes)


def _reason(target: Target, account: Account, year: int, base: int | None, until: int) -> Problem | None:
    """Return why a target cannot be judged on any draw."""
    if not target.judged:
        return Problem("reason.no_rule", {"operator": target.operator})
    peak = target.indicator == "co2_peak" and target.operator == "some"
    if not peak and target.indicator not in PARTS:
        return Problem("reason.not_projected", {"indicator": target.indicator})
    if target.applies_indicator and target.statistic != "zone":
        return Problem("reason.class_projected", {"indicator": target.applies_indicator})
    if target.applies_indicator not in {"", "energy_tce", "total_energy"}:
        return Problem("reason.not_projected", {"indicator": target.applies_indicator})
    if target.energy_basis in {"calorific", "equivalent"} and target.energy_basis != account.basis:
        return wrong_basis(target, account.basis)
    first = int(account.years[0])
    known = {*account.years.tolist(), *range(int(account.years[-1]) + 1, until + 1)}  # an account may skip years
    past = [when for when in (year, base) if when is not None]
    for when in past:
        if when not in known:
            return Problem("reason.outside", {"year": when, "first": first, "last": until})
    if peak:
        return None
    if "value_added" in PARTS[target.indicator] and target.statistic in _RATES:
        return _prices(account, past)
    return None


def _prices(account: Account, past: list[int]) -> Problem | None:
    """Return why a rate may not be taken: value added of a past year and the last one stand at different prices."""
    activity = account.activity
    columns = [activity.year_index(year) for year in past if year in set(account.years.tolist())]
    columns.append(len(account.years) - 1)
    prices = set(np.unique(activity.price_year[:, columns]).tolist()) - {0}
    words = {"base": min(past), "year": max(past)}
    if len(set(columns)) > 1 and NOMINAL in prices:
        return Problem("reason.nominal", words)
    if len(prices) > 1:
        return Problem("reason.prices_mixed", {"prices": ", ".join(map(str, sorted(prices)))})
    if activity.boundary is not None:
        labels = activity.boundary[:, min(columns) :]
        broken = [len({label for label in row if label}) > 1 for row in labels]
        if any(broken):
            named = ", ".join(str(zone) for zone in account.zones[np.array(broken)][:10])
            return Problem("reason.boundary", {"zones": named, **words})
    return None


def level_of(indicator: str, values: Values, year: int) -> FloatArray:
    """Return an indicator of one year; NaN where a denominator is not positive or the ratio is negative."""
    top_name, bottom_name, _ = PARTS[indicator]
    top = values(top_name, year)
    if not bottom_name:
        return top
    bottom = values(bottom_name, year)
    with np.errstate(all="ignore"):
        ratio = np.where(bottom > 0, top / bottom, np.nan)
    return np.where(ratio < 0, np.nan, ratio)


def value_of(goal: Goal, values: Values) -> FloatArray:
    """Return what a goal compares: a level, or the yearly rate or change between its two years; NaN where none is."""
    target = goal.target
    value = level_of(target.indicator, values, goal.year)
    if not goal.is_rate or goal.base_year is None:
        return value
    before = level_of(target.indicator, values, goal.base_year)
    with np.errstate(all="ignore"):
        change = np.where(before > 0, value / before, np.nan)
        if target.statistic != "annual_rate":
            return np.asarray(change - 1.0)
        if target.indicator in INVERSE:
            change = 1.0 / change  # a yearly cut of intensity is a yearly rise of its inverse
        return np.asarray(-np.expm1(np.log(change) / (goal.year - goal.base_year)))


def codes_of_all(goal: Goal, values: Values) -> FloatArray:
    """Return the codes (met, missed, unknown) of a goal that is judged on sums, one for each draw."""
    return np.asarray(rules.compare(value_of(goal, values), goal.target.operator, goal.limit))  # type: ignore[arg-type]


def codes_of_zone(goal: Goal, values: Values) -> FloatArray:
    """Return the codes of one zone, one for each draw: its own target, or whether it counts in a share."""
    target = goal.target
    value = level_of(target.indicator, values, goal.year)
    if target.statistic == "share_of_zones":
        return np.asarray(rules.compare(value, target.inner_operator, goal.inner))  # type: ignore[arg-type]
    codes = rules.compare(value, target.operator, goal.limit)  # type: ignore[arg-type]
    if target.applies_indicator:
        size = values("energy", goal.year)
        low = float(target.applies_min) if target.applies_min else -np.inf
        high = float(target.applies_max) if target.applies_max else np.inf
        codes = np.where((size >= low) & (size < high), codes, np.int8(rules.UNKNOWN))
    return np.asarray(codes)


def holds(goal: Goal, passed: FloatArray, unknown: FloatArray, n_zones: int) -> tuple[BoolArray, BoolArray]:
    """Return, for each draw, whether enough zones pass, and whether that is known."""
    if goal.target.operator == "some":
        return passed > 0, (passed > 0) | (unknown == 0)
    operator = goal.target.operator
    low = rules.compare(passed / n_zones, operator, goal.limit)  # type: ignore[arg-type]
    high = rules.compare((passed + unknown) / n_zones, operator, goal.limit)  # type: ignore[arg-type]
    return low == rules.MET, low == high
