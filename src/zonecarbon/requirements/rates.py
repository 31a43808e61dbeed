"""What it takes without a scenario: the constant yearly rate from the last year of the account.

Decided here: positive is a reduction, 0 is met already; ``energy_output_rate`` must rise, so its rate is that of its
inverse. The rules of a target are those of a projection (:mod:`zonecarbon.projection.goals`), so that both agree on
what is met. A strict limit is passed by twice the difference that counts as equality.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.indicators import INVERSE
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.intensity import reduction_rate
from zonecarbon.projection.goals import Goal, Values, codes_of_all, codes_of_zone, level_of

_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
_HALVINGS = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a target, a peak, or a budget.

    Parameters
    ----------
    name
        Id of the target, ``peak``, or ``budget``.
    year
        When it must hold; with a budget, the last year that counts.
    goal
        The target with its limits; None for a peak or a budget.
    budgets
        tCO2 by zone name, ``""`` for all together.
    """

    name: str
    year: int
    goal: Goal | None
    budgets: Mapping[str, float]

    @property
    def of_peak(self) -> bool:
        """Whether it is about the year of a maximum: of one zone, or of all together."""
        return self.name == "peak" or (self.goal is not None and self.goal.target.operator == "some")

    @property
    def counts_zones(self) -> bool:
        """Whether all together are judged by how many zones pass."""
        return self.goal is not None and self.goal.counts_zones


class Start(NamedTuple):
    """Where everything starts: the account, and in the last place of the arrays all zones together."""

    zones: ObjectArray
    years: IntArray
    history: Mapping[str, FloatArray]  # (zone and all, year)
    complete: Mapping[str, bool]  # whether a quantity is known in every zone

    @property
    def base(self) -> int:
        """The last year of the account."""
        return int(self.years[-1])

    def values(self, what: str, year: int) -> FloatArray:
        """Return a quantity of a year of the account (zone and all,)."""
        return np.asarray(self.history[what][:, self.years.tolist().index(year)])


class Rates(NamedTuple):
    """For each zone, and last for all together: the rate, where the indicator stands, its limit, their unit."""

    rate: FloatArray
    value: FloatArray
    threshold: FloatArray
    unit: ObjectArray


def start_of(account: Account) -> Start:
    """Return the account with the sums of all zones; a sum of which a zone is not known in the last year leaves it out.

    That is what a projection does; whether such a sum may be judged is for the question to say.
    """
    history, complete = {}, {}
    for what in ("energy", "co2", "value_added"):
        own = account.total(what)
        known = ~np.isnan(own[:, -1])
        with np.errstate(over="ignore", invalid="ignore"):
            whole = own[known].sum(axis=0) if known.any() else np.full(own.shape[1], np.nan)
        history[what], complete[what] = np.concatenate((own, whole[None])), bool(known.all())
    return Start(account.zones, account.years, history, complete)


def no_rates(n: int) -> Rates:
    """Return that nothing is known."""
    return Rates(np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan), np.full(n, "", dtype=object))


def constant_rates(question: Question, start: Start) -> Rates:
    """Return the constant yearly rate that each zone, and all together, would need [fraction a year].

    NaN where there is none: the year is over and the target missed, the limit is out of reach of any rate below 1, the
    question is about a peak, or something is not known.
    """
    n = len(start.zones) + 1
    if question.of_peak:
        return no_rates(n)
    if question.goal is None:
        return _of_budget(question, start)
    return _of_goal(question.goal, start)


# -- targets -------------------------------------------------------------------------------------------------------


def _of_goal(goal: Goal, start: Start) -> Rates:
    target, n = goal.target, len(start.zones) + 1
    units = np.full(n, goal.unit, dtype=object)
    if goal.year <= start.base:
        met = _codes(goal, start.values) == rules.MET
        value = level_of(target.indicator, start.values, goal.year)
        found = Rates(np.where(met, 0.0, np.nan), value, _level(goal, n), units)
    else:
        found = _ahead(goal, start, units)
    if target.statistic == "share_of_zones":
        _share(goal, found, start)
    elif not all(start.complete[name] for name in goal.needs):
        found.rate[-1] = np.nan
    return found


def _codes(goal: Goal, values: Values) -> FloatArray:
    return codes_of_zone(goal, values) if goal.of_zones else codes_of_all(goal, values)


def _level(goal: Goal, n: int) -> FloatArray:
    return np.full(n, goal.inner if goal.target.statistic == "share_of_zones" else goal.limit)


def _ahead(goal: Goal, start: Start, units: ObjectArray) -> Rates:
    """Return the rates towards a year that is still to come."""
    target, n = goal.target, len(units)
    now = level_of(target.indicator, start.values, start.base)
    operator: str = target.inner_operator or target.operator
    wanted = _level(goal, n)
    if goal.is_rate and goal.base_year is not None:
        is_rate = target.statistic == "annual_rate"
        span = goal.year - goal.base_year
        change = (1.0 - goal.limit) ** span if is_rate else 1.0 + goal.limit
        operator = _TURNED[target.operator] if is_rate else target.operator
        if goal.base_year >= start.base:  # the whole period lies ahead: any level, at that pace
            whole = np.where(np.isnan(now), np.nan, 1.0)
            rate = _paced(whole, whole * change, operator, span, target.indicator)
            return Rates(rate, now, now * change, units)
        wanted = level_of(target.indicator, start.values, goal.base_year) * change
    rate = _paced(now, wanted, operator, goal.year - start.base, target.indicator)
    if target.applies_indicator:
        size = start.history["energy"][:, -1]
        inside = (size >= _figure(target.applies_min, -1)) & (size < _figure(target.applies_max, 1))
        rate = np.where(inside, rate, np.nan)
    return Rates(rate, now, wanted, units)


def _figure(printed: str, sign: int) -> float:
    return float(printed) if printed else sign * math.inf


def _paced(now: FloatArray, wanted: FloatArray, operator: str, years: int, indicator: str) -> FloatArray:
    """Return the yearly reduction from one level to another, 0 where it is met already."""
    strict = {"<": -2.0, ">": 2.0}.get(operator, 0.0) * rules.EQUALITY
    goal = wanted * (1.0 + strict)
    ends = (goal, now) if indicator in INVERSE else (now, goal)
    rate = reduction_rate(*ends, years)
    met = rules.compare(now, operator, wanted) == rules.MET  # type: ignore[arg-type]
    return np.where(met, 0.0, np.where(rate < 1.0, rate, np.nan))


def _share(goal: Goal, found: Rates, start: Start) -> None:
    """Fill in all together: the rate at which enough zones pass when every zone takes it."""
    zones = found.rate[:-1]
    unknown = np.isnan(found.value[:-1])
    low, high = (
        at_least(np.where(unknown, other, np.where(np.isnan(zones), np.inf, zones))[:, None], goal)[0]
        for other in (np.inf, -np.inf)
    )
    high = max(high, 0.0)
    found.rate[-1] = low if low == high and np.isfinite(low) else np.nan
    passing = np.count_nonzero(zones == 0.0)
    found.value[-1] = passing / len(zones) if not unknown.any() else np.nan
    found.threshold[-1] = goal.limit
    found.unit[-1] = "1"


def at_least(rates: FloatArray, goal: Goal) -> FloatArray:
    """Return the rate (draw,) from which enough zones pass, given the rate from which each does (zone, draw).

    Infinite where no rate is enough. A share that must not be exceeded is held now or never.
    """
    n, operator = len(rates), goal.target.operator
    if operator == "some":
        return np.asarray(rates.min(axis=0))
    if operator in {"<=", "<"}:
        now = rules.compare((rates <= 0.0).sum(axis=0) / n, operator, goal.limit)
        return np.where(now == rules.MET, 0.0, np.inf)
    enough = np.asarray(rules.compare(np.arange(n + 1) / n, operator, goal.limit) == rules.MET)  # type: ignore[arg-type]
    if not enough.any():
        return np.full(rates.shape[1], np.inf)
    count = int(enough.argmax())
    if count == 0:
        return np.zeros(rates.shape[1])
    return np.asarray(np.partition(rates, count - 1, axis=0)[count - 1])


# -- budgets -------------------------------------------------------------------------------------------------------


def _of_budget(question: Question, start: Start) -> Rates:
    """Return the yearly reductions whose geometric sums are the budgets; the value is CO2 if it stays as it is."""
    names = [*start.zones.tolist(), ""]
    years = question.year - start.base
    now = start.history["co2"][:, -1].copy()
    if not start.complete["co2"]:
        now[-1] = np.nan
    limit = np.array([question.budgets.get(name, np.nan) for name in names])
    rate = np.array([_geometric(*pair, years) for pair in zip(now.tolist(), limit.tolist(), strict=True)])
    return Rates(rate, now * years, limit, np.full(len(names), "tCO2", dtype=object))


def _geometric(now: float, budget: float, years: int) -> float:
    """Return r with now ((1 - r) + ... + (1 - r)^years) = budget; 0 if r = 0 is enough, NaN if no r below 1 is."""
    if math.isnan(now + budget):
        return math.nan
    if rules.compare(now * years, "<=", budget) == rules.MET:
        return 0.0
    if budget <= 0:
        return math.nan
    low, high = 0.0, 1.0  # of 1 - r: the sum grows with it
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        powers = np.cumprod(np.full(years, middle))
        low, high = (middle, high) if now * powers.sum() <= budget else (low, middle)
    return 1.0 - low
