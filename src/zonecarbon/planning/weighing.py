"""What each measure of a plan does and costs, worked out from the shares alone.

Decided here: the effect of a measure is what changes when it is added to those before it, in the order of the set. So
effects add up to the whole, and who reads one alone must know the order: the curve (:mod:`zonecarbon.planning.curve`)
shows the other side. Figures come from the shares and not from the solver, so that a plan says the same as its account.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zonecarbon._table import frozen
from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.activity.model import to_labels
from zonecarbon.errors import Problem
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.measure import act
from zonecarbon.planning.aims import Aim, Aims, in_class
from zonecarbon.planning.applying import with_quantity
from zonecarbon.planning.chain import Chain
from zonecarbon.planning.costs import Costs
from zonecarbon.planning.solving import Solved
from zonecarbon.projection.goals import Goal, codes_of_zone, value_of

_MET = 2e-7
_MONEY = "10^4 CNY"
_PRICED = {"tce", "tCO2", _MONEY}


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Effects and costs by measure, zone and year of the plan, (step, zone, year) each.

    Parameters
    ----------
    amount
        What it acts on, in the unit of the measure.
    energy, co2
        What it changes [tce], [tCO2]; below zero where it saves.
    capital
        Outlay for what is built in the year [10^4 CNY].
    annuity
        What is paid in the year for what was built and works [10^4 CNY].
    running
        Running cost [10^4 CNY].
    carriers
        What carriers, and CO2 if it has a price, cost more [10^4 CNY]; below zero where they cost less.
    discount
        (year,): what a sum of each year is worth in the first.
    """

    amount: FloatArray
    energy: FloatArray
    co2: FloatArray
    capital: FloatArray
    annuity: FloatArray
    running: FloatArray
    carriers: FloatArray
    discount: FloatArray

    @property
    def yearly(self) -> FloatArray:
        """Cost of each year (step, zone, year) [10^4 CNY]: annuity, running cost and carriers."""
        return np.asarray(self.annuity + self.running + self.carriers)


def weigh(chain: Chain, costs: Costs, shares: Sequence[FloatArray], built: FloatArray) -> Weighed:
    """Return effects and costs of the measures of a chain."""
    account, n = chain.account, len(costs.years)
    shape = (len(chain.steps), len(account.zones), n)
    amount, energy, co2, running, carriers = (np.zeros(shape) for _ in range(5))
    before = account.quantity
    at = slice(before.shape[-1] - n, None)
    sums = _sums(account, before)
    for i, (step, share) in enumerate(zip(chain.steps, shares, strict=True)):
        after, amounts = act(before, [step.act], [share])
        acted = amounts[0][..., at]
        weight = step.weight[..., at]
        amount[i] = (acted * weight[:, None]).sum(axis=(1, 2))
        now = _sums(account, after)
        acts = amount[i] > 0  # where a measure does nothing it changes nothing, whatever is not known there
        with np.errstate(over="ignore", invalid="ignore"):
            energy[i], co2[i] = (np.where(acts, (new - old)[:, at], 0.0) for new, old in zip(now, sums, strict=True))
        running[i] = amount[i] * costs.running[i]
        with np.errstate(over="ignore", invalid="ignore"):
            changed = np.nan_to_num(after - before)[..., at].sum(axis=1)
            carriers[i] = (changed * np.nan_to_num(costs.price)).sum(axis=1)
        if costs.co2.any():
            carriers[i] += co2[i] * costs.co2
        before, sums = after, now
    capital = built * costs.capital[:, None]
    annuity = np.zeros(shape)
    for i, step in enumerate(chain.steps):
        for v in range(n):
            last = v + step.measure.lifetime
            annuity[i, :, v:last] += (capital[i, :, v] * costs.annuity[i])[:, None]
    made = (amount, energy, co2, capital, annuity, running, carriers, costs.discount)
    return Weighed(*(frozen(array) for array in made))


def _sums(account: Account, quantity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return energy and CO2 (zone, year) of other quantities under the same account."""
    other = with_quantity(account, quantity)
    return other.total("energy"), other.total("co2")


# -- goals -------------------------------------------------------------------------------------------------------------


def rows_of(aims: Aims, solved: Solved, goals: Sequence[Goal], account: Account, weighed: Weighed) -> dict[str, Any]:
    """Return one row for each goal and zone it is asked of: value, limit, shortfall, shadow price, whether it binds."""
    by_name = {goal.target.id: goal for goal in goals}
    found: dict[str, list[Any]] = {name: [] for name in _ROW}
    for i, aim in enumerate(aims.found):
        goal = by_name.get(aim.name)
        value, limit, unit = _value(aim, goal, account, weighed, aims)
        short, shadow = float(solved.short[i]), float(solved.shadow[i])
        price = shadow if aim.unit in _PRICED and short <= _MET else np.nan
        operator = "<=" if goal is None or goal.target.operator == "some" else goal.target.operator
        missed, money = short if short > _MET else 0.0, f"{_MONEY}/{aim.unit}" if aim.unit in _PRICED else ""
        figures = (value, operator, limit, unit, missed, price, money, math.nan)
        told = (aim.name, aim.zone, aim.year, *figures)
        for name, item in zip(_ROW, told, strict=True):
            found[name].append(item)
    numbers = {"value", "limit", "shortfall", "shadow_price", "probability"}
    return {
        name: np.array(column, dtype=np.float64 if name in numbers else np.int64)
        if name in numbers or name == "year"
        else to_labels(column)
        for name, column in found.items()
    }


_ROW = (
    "goal", "zone", "year", "value", "operator", "limit", "unit", "shortfall", "shadow_price", "shadow_unit",
    "probability",
)  # fmt: skip


def doubts(aims: Aims, goals: Sequence[Goal], rows: Mapping[str, Any], account: Account) -> list[tuple[str, Problem]]:
    """Return what the account of the plan leaves open: a ratio that is none there, a zone that is of another class."""
    by_name = {goal.target.id: goal for goal in goals}
    found: list[tuple[str, Problem]] = []
    for i, aim in enumerate(aims.found):
        zone = aim.zone or "-"
        if np.isnan(rows["value"][i]):
            found.append((aim.name, Problem("plan.goal_unknown", {"zone": zone})))
        goal = by_name.get(aim.name)
        if goal is not None and goal.target.applies_indicator and aim.zone:
            at = account.zones.tolist().index(aim.zone)
            if not in_class(goal.target, float(figures_of(account, at)("energy", goal.year))):
                found.append((aim.name, Problem("plan.class_moved", {"zone": zone})))
    return found


def _value(aim: Aim, goal: Goal | None, account: Account, weighed: Weighed, aims: Aims) -> tuple[float, float, str]:
    """Return what a goal is judged on in the account of the plan, its limit, and their unit."""
    zone = aims.made.chain.account.zones.tolist().index(aim.zone) if aim.zone else None
    if aim.name == "capital":
        return float(weighed.capital.sum()), aim.limit, _MONEY
    if aim.name == "budget" and goal is None:
        co2 = account.total("co2")[:, -weighed.co2.shape[-1] :]
        return float(co2[zone].sum() if zone is not None else co2.sum()), aim.limit, "tCO2"
    if goal is None or goal.target.operator == "some":
        total = account.total("co2").sum(axis=0)
        return float(account.years[int(np.argmax(total))]), float(aim.year), "year"
    if goal.target.statistic == "share_of_zones":
        codes = [codes_of_zone(goal, figures_of(account, each)) for each in range(len(account.zones))]
        return float(np.mean([code == rules.MET for code in codes])), goal.limit, "1"
    return float(value_of(goal, figures_of(account, zone))), goal.limit, goal.unit


def figures_of(account: Account, zone: int | None) -> Any:
    """Return what gives a quantity of a zone, or of all together, in a year."""

    def of(what: str, year: int) -> FloatArray:
        column = account.total(what)[:, account.activity.year_index(year)]
        return np.asarray(column.sum() if zone is None else column[zone])

    return of
