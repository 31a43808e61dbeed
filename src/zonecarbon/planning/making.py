"""The verb: from an account, measures and goals to a plan."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from zonecarbon import units
from zonecarbon._table import frozen
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.catalog import measure_set, target_set
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.errors import InputError, Problem, UnitError
from zonecarbon.kernels.measure import act
from zonecarbon.planning.aims import Aims, Tighter, add_goals
from zonecarbon.planning.applying import account_after, require_steps
from zonecarbon.planning.assurance import Spread, spread_of
from zonecarbon.planning.chain import Chain, chain_of, needed_flows
from zonecarbon.planning.costs import Costs, costs_of
from zonecarbon.planning.programme import Programme, amounts_of, built_of, programme_of
from zonecarbon.planning.result import Plan
from zonecarbon.planning.solving import Solved, solve
from zonecarbon.planning.weighing import doubts, rows_of, weigh
from zonecarbon.projection.extending import extend, with_flows
from zonecarbon.projection.goals import Goal, compile_goals
from zonecarbon.projection.growth import some_of
from zonecarbon.projection.making import read_budgets
from zonecarbon.records import MeasureSet, Scenario, TargetSet
from zonecarbon.records.cells import FIRST_YEAR, LAST_YEAR, is_whole
from zonecarbon.records.measure import MONEY

_TRIES = 8
_CLOSE = 2e-5
_SAMPLED = 5e-3  # below the standard error of 4096 draws at 0.8


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked, with its arguments read."""

    account: Account
    measures: MeasureSet
    goals: TargetSet | None
    years: IntArray
    base: int
    scenario: Scenario | None
    peak_by: int | None
    budgets: dict[str, float]
    capital: float | None


def plan(
    account: Account,
    measures: "str | Path | MeasureSet | dict[str, Any]" = "starter",
    goals: "str | Path | TargetSet | dict[str, Any] | None" = None,
    years: "Iterable[int] | None" = None,
    *,
    scenario: "str | Path | Scenario | dict[str, Any] | None" = "baseline",
    peak_by: int | None = None,
    budget: "float | str | Mapping[str, Any] | None" = None,
    capital: "float | str | None" = None,
    probability: float | None = None,
    draws: int = 4096,
    rng: "np.random.Generator | int | None" = 0,
) -> Plan:
    """Return the cheapest measures and their timing that reach the goals.

    Parameters
    ----------
    account
        One zone, or all that are planned together. Its last year is where the scenario starts.
    measures
        A shipped set (``starter``, made of assumptions, to be replaced), a path, a record or a dict of its fields.
    goals
        A target set: a shipped name, a path, a record or a dict of its fields. Limits on energy or CO2, on their ratio
        or on their ratio to value added, rates of these, shares of zones; what cannot be planned for is said.
    years
        Years of the plan, one after the other; the five after the account unless given.
    scenario
        How the zone goes on without measures: a shipped name, a path, a record or a dict of its fields. With None the
        account itself has the years of the plan.
    peak_by
        CO2 of all together is highest in or before this year.
    budget
        CO2 of all years of the plan: a number [tCO2], a text or a quantity with a unit; or one by zone name, with
        ``""`` for all together.
    capital
        The most that is laid out: a number [10^4 CNY], or a text or a quantity with a unit of money.
    probability
        If given, each goal is met with this probability, to half a percentage point, under the uncertainty of the
        scenario and the measures, and not only on its path without shocks.
    draws, rng
        Trajectories for the probability, and their seed.

    Returns
    -------
    Plan
        Amounts, years, costs and effects of each measure; the account with them; goals with their shadow prices. If the
        goals cannot all be met, the cheapest plan among those nearest to them, and which goals are in the way. A zone
        with a NaN in a year of the plan is left as it is; a goal that needs it stands in ``not_planned``, never met.

    Raises
    ------
    MeasureError
        If a measure, a cost or a price does not fit the account; a price is missing; or no measure has anything to do.
    InputError
        If an argument is not one of the above; all problems in one error.
    MissingOptionalDependencyError
        If scipy is not installed (the extra ``plan``).

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[1000.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                 value_added=[[2000.0]], price_year=2025)
    >>> tuning = {"name": "tuning", "kind": "save", "source": "coke", "potential": "20 %", "capital": "700 CNY/t",
    ...           "lifetime": 7}
    >>> mine = {"name": "mine", "price_year": 2025, "price": [{"carrier": "coke", "price": "50 CNY/t"}],
    ...         "measure": [tuning]}
    >>> goal = {"name": "own", "target": [{"id": "intensity", "indicator": "energy_per_iva", "statistic": "aggregate",
    ...         "operator": "<=", "threshold": 0.43713, "unit": "tce/10^4 CNY", "year": 2026}]}
    >>> still = {"name": "still", "value_added": {"kind": "constant", "rate": 0.0}}
    >>> found = plan(account(activity), mine, goal, [2026], scenario=still)

    100 t of coal are saved: a seventh of 70,000 yuan in the year, less 5,000 yuan of coal.

    >>> found.reached, round(float(found.cost), 3)
    (True, 0.5)
    """
    task = _task(account, measures, goals, years, scenario, peak_by, budget, capital)
    if probability is None:
        return _planned(task, _chain(task), {})
    return _assured(task, _fraction(probability), draws, rng)


# -- with certainty ----------------------------------------------------------------------------------------------------


def _chain(task: Task) -> "Ready":
    # Flows that measures bring in are there before the scenario, so that new electricity follows its grid too.
    account = with_flows(task.account, needed_flows(task.account, task.measures))
    longer = account if task.scenario is None else extend(account, task.scenario, until=int(task.years[-1]))
    if int(longer.years[-1]) > int(task.years[-1]):
        first, until = int(task.years[0]), int(task.years[-1])
        raise InputError("plan.years_account", first=first, until=until, last=int(longer.years[-1]))
    chain = chain_of(longer, task.measures)
    require_steps(chain)
    goals = () if task.goals is None else compile_goals(task.goals, chain.account, int(task.years[-1]))
    return chain, costs_of(chain, task.years, task.base), goals


Ready = tuple[Chain, Costs, tuple[Goal, ...]]


def _planned(task: Task, ready: Ready, allowed: Mapping[str, float], probability: float | None = None) -> Plan:
    """Return the cheapest plan; ``allowed`` multiplies the limits of goals by name."""
    chain, costs, goals = ready

    def tighter(name: str) -> float:
        return allowed.get(name, 1.0)

    made = programme_of(chain, costs)
    aims = add_goals(made, goals, tighter)
    _add_others(task, aims, tighter)
    if all(aim.hard for aim in aims.found):
        raise InputError(
            [Problem("plan.nothing", {"goal": name, "why": why}) for name, why in aims.not_planned]
            or [Problem("plan.no_goal", {})]
        )
    solved = solve(made, aims)
    return _result(task, made, aims, solved, goals, {"tighter": dict(allowed), "probability": probability})


def _add_others(task: Task, aims: Aims, tighter: Tighter) -> None:
    if task.peak_by is not None:
        aims.peak(task.peak_by, "peak", tighter=tighter("peak"))
    at = {name: i for i, name in enumerate(task.account.zones.tolist())}
    for name, most in task.budgets.items():
        aims.budget(most, at.get(name), name, tighter("budget"))
    if task.capital is not None:
        aims.capital(task.capital)


def _result(
    task: Task, made: Programme, aims: Aims, solved: Solved, goals: tuple[Goal, ...], told: Mapping[str, Any]
) -> Plan:
    chain = made.chain
    shares = _shares(made, amounts_of(made, solved.columns))
    account = account_after(chain, shares, (*chain.notes, *made.costs.notes))
    built = built_of(made, solved.columns)
    weighed = weigh(chain, made.costs, shares, built)
    rows = rows_of(aims, solved, goals, account, weighed)
    unclear = doubts(aims, goals, rows, account)
    return Plan(
        reference=chain.account,
        account=account,
        measures=task.measures,
        goals=task.goals,
        scenario=task.scenario,
        years=task.years,
        names=tuple(step.measure.name for step in chain.steps),
        counted_in=tuple(step.unit for step in chain.steps),
        shares=tuple(frozen(share) for share in shares),
        built=frozen(built),
        weighed=weighed,
        rows={name: frozen(column) for name, column in rows.items()},
        reached=solved.reached and not unclear,
        base=task.base,
        peak_by=task.peak_by,
        budgets=task.budgets,
        capital=task.capital,
        not_planned=(*aims.not_planned, *unclear),
        **told,
    )


def _shares(made: Programme, amounts: list[FloatArray]) -> list[FloatArray]:
    """Return the share (zone, sector, n, year) that each measure acts on of what those before it have left."""
    account, chain = made.chain.account, made.chain
    left = account.quantity
    classes = [made.groups == kind for kind in range(int(made.groups.max()) + 1)]
    result = []
    for step, amount in zip(chain.steps, amounts, strict=True):
        share = np.zeros((*account.quantity.shape[:2], len(step.act.source), len(account.years)))
        most = step.potential[:, None, None]
        for kind, inside in enumerate(classes):
            there = left[:, inside][:, :, step.act.source, made.offset :].sum(axis=1)
            with np.errstate(all="ignore"):
                part = np.where(there > 0, amount[:, kind] / there, 0.0)
            part = np.clip(part, 0.0, most)
            part = np.where(part > most * (1 - _ALL), most, part)
            part[part < (_WHOLE if step.measure.whole else _NOTHING)] = 0.0
            share[:, inside, :, made.offset :] = part[:, None]
        left, _ = act(left, [step.act], [share])
        result.append(share)
    return result


_NOTHING, _WHOLE = 1e-9, 1e-5
"""Shares below these are the solver's rounding; of a whole measure that of a whole number as well."""
_ALL = 1e-7
"""What is so near to the whole potential is the whole: nothing may be left where a goal is zero."""


# -- with a probability ------------------------------------------------------------------------------------------------


def _assured(task: Task, probability: float, draws: int, rng: Any) -> Plan:
    """Return the cheapest plan whose goals hold with a probability each.

    Limits are tightened by how far the draws lie above the path, until the probability of each goal is what is asked
    for or just above: a few plans, since how far they lie hardly depends on the plan.
    """
    ready = _chain(task)
    allowed: dict[str, float] = {}
    found = _planned(task, ready, {}, probability)
    good: list[Plan] = []
    for turn in range(_TRIES):
        spread = spread_of(found, draws, rng)
        if found.reached and all(float(met.mean()) >= probability - _SAMPLED for met in spread.met):
            good.append(_with_probabilities(found, spread))
        wanted = _tightened(spread, probability, allowed)
        if turn >= _TRIES // 2:  # measures that are whole may make limits and probabilities swing: no way back then
            wanted = {name: min(room, allowed.get(name, room)) for name, room in wanted.items()}
        if all(abs(wanted[name] - allowed.get(name, 1.0)) < _CLOSE for name in wanted):
            break
        allowed = wanted
        found = _planned(task, ready, allowed, probability)
    if good:
        return min(good, key=lambda plan: plan.cost)
    return replace(_with_probabilities(found, spread_of(found, draws, rng)), reached=False)


def _with_probabilities(plan: Plan, spread: Spread) -> Plan:
    """Return a plan whose goals say with what probability each is met."""
    by_goal = {(name, zone): float(met.mean()) for name, zone, met in zip(
        spread.names, spread.zones, spread.met, strict=True)}  # fmt: skip
    rows = plan.rows
    own = [by_goal.get(key, math.nan) for key in zip(rows["goal"].tolist(), rows["zone"].tolist(), strict=True)]
    return replace(plan, rows={**rows, "probability": frozen(np.array(own, dtype=np.float64))})


def _tightened(spread: Spread, probability: float, allowed: Mapping[str, float]) -> dict[str, float]:
    """Return what multiplies each limit: the smallest over the rows of a goal."""
    result = dict(allowed)
    for name in set(spread.names):
        own = [spread.room(i, probability) for i, other in enumerate(spread.names) if other == name]
        known = [room for room in own if math.isfinite(room)]
        if known:  # a goal that is met anyway is not loosened for it, or the next plan would lean on that
            result[name] = min([*known, 1.0] if probability >= 0.5 else known)
    return result


# -- arguments ---------------------------------------------------------------------------------------------------------


def _fraction(probability: Any) -> float:
    if isinstance(probability, bool) or not isinstance(probability, Real) or not 0 < float(probability) < 1:
        raise InputError("plan.probability", got=str(probability))
    return float(probability)


def _task(
    account: Any, measures: Any, goals: Any, years: Any, scenario: Any, peak_by: Any, budget: Any, capital: Any
) -> Task:
    """Return the arguments as they are used; raise one error for all that is wrong with them."""
    if not isinstance(account, Account):
        raise InputError("plan.account", got=type(account).__name__)
    if not len(account.years) or not len(account.zones):
        raise InputError("project.empty")
    problems: list[Problem] = []
    span = _years(account, years, scenario, problems)
    base = int(account.years[-1]) if scenario is not None else int(span[0]) - 1
    if goals is None and peak_by is None and (budget is None or budget == {}):
        problems.append(Problem("plan.no_goal", {}))
    if peak_by is not None and (not is_whole(peak_by) or not span[0] - 1 <= peak_by < span[-1]):
        told = {"first": int(span[0]), "last": int(span[-1]) - 1, "got": str(peak_by)}
        problems.append(Problem("plan.peak_by", told))
    most = _money(capital, problems)
    budgets = _budgets(account, budget, problems)
    if problems:
        raise InputError(problems)
    return Task(
        account=account,
        measures=measure_set(measures),
        goals=None if goals is None else target_set(goals),
        years=span,
        base=base,
        scenario=None if scenario is None else find_scenario(scenario),
        peak_by=None if peak_by is None else int(peak_by),
        budgets=budgets,
        capital=most,
    )


def _years(account: Account, years: Any, scenario: Any, problems: list[Problem]) -> IntArray:
    last = int(account.years[-1])
    default = np.arange(last + 1, last + 6) if scenario is not None else account.years[-1:]
    if years is None:
        return default
    given = list(years) if isinstance(years, Iterable) and not isinstance(years, str) else [years]
    whole = bool(given) and all(is_whole(year) and FIRST_YEAR <= year <= LAST_YEAR for year in given)
    span = np.array([int(year) for year in given], dtype=np.int64) if whole else default
    if not whole or (np.diff(span) != 1).any() or (scenario is not None and span[0] <= last):
        told = {"base": last, "got": ", ".join(map(str, given[:10])) or "-", "first": last + 1, "last": last + 6}
        problems.append(Problem("plan.years", told))
        return default
    known = set(account.years.tolist())
    if scenario is None and not known >= set(span.tolist()):
        told = {"first": int(span[0]), "until": int(span[-1]), "last": last}
        problems.append(Problem("plan.years_account", told))
    return span


def _money(capital: Any, problems: list[Problem]) -> float | None:
    if capital is None:
        return None
    try:
        most = float(units.magnitude(capital, MONEY))
    except (UnitError, TypeError, ValueError):
        most = math.nan
    if not (math.isfinite(most) and most >= 0):
        problems.append(Problem("plan.capital", {"got": str(capital)}))
    return most


def _budgets(account: Account, budget: Any, problems: list[Problem]) -> dict[str, float]:
    """Return budgets [tCO2] by zone name, ``""`` for all together, as a projection reads them."""
    names = [name for name in budget if not isinstance(name, str)] if isinstance(budget, Mapping) else []
    if names:  # 0 is no zone, and not all together
        told = {"zones": ", ".join(map(str, names)), "known": some_of(account.zones)}
        problems.append(Problem("scenario.no_zone", told))
        return {}
    try:
        return read_budgets(budget, account.zones)
    except (InputError, UnitError) as error:
        problems += error.problems
        return {}
