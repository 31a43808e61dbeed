"""The verb, and its arguments turned into a question."""

import math
from collections.abc import Mapping
from numbers import Real
from pathlib import Path
from typing import Any, Literal

import numpy as np

from zonecarbon import units
from zonecarbon.accounting import Account
from zonecarbon.catalog import names, target_set
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.errors import InputError, Problem
from zonecarbon.projection.goals import Goal, compile_goals
from zonecarbon.projection.growth import some_of
from zonecarbon.projection.model import build
from zonecarbon.projection.simulating import Recipe, shock_groups
from zonecarbon.records import Scenario, Target, TargetSet
from zonecarbon.records.cells import LAST_YEAR, is_whole
from zonecarbon.requirements.answering import Task
from zonecarbon.requirements.courses import ACTS
from zonecarbon.requirements.rates import Question, start_of
from zonecarbon.requirements.result import Requirement
from zonecarbon.sampling import to_seed

Driver = Literal["energy_intensity", "co2_per_energy", "value_added"]


def required(
    account: Account,
    target: "str | Target | Mapping[str, Any] | None" = None,
    year: int | None = None,
    *,
    budget: "float | str | Mapping[str, Any] | None" = None,
    scenario: "str | Path | Scenario | dict[str, Any] | None" = None,
    probability: float = 0.5,
    driver: Driver = "energy_intensity",
    zone: str | None = None,
    targets: "str | Path | TargetSet | dict[str, Any]" = "torch-2025",
    until: int = 2060,
    limit: float = 0.5,
    draws: int = 4096,
    rng: "np.random.Generator | int | None" = 0,
) -> Requirement:
    """Return what it takes to meet a target, to peak by a year, or to stay within a budget.

    Without a scenario: the constant yearly rate from the last year of the account. With one, also how much faster a
    driver must fall than the scenario says, under its uncertainty.

    Parameters
    ----------
    account
        Its last year is where everything starts.
    target
        ``"peak"``; the id of a target, whole (``torch-2025:co2-intensity-annual``) or, of the set ``targets``, the part
        after the colon; a :class:`~zonecarbon.Target` or a dict of its fields. None with a budget.
    year
        When it must hold; without it the target's own year. With a budget the last year that counts (``until``).
    budget
        CO2 after the last year of the account, in place of a target: a number [tCO2], a text or a quantity with a unit,
        of all zones together; or one by zone name, with ``""`` for all together.
    scenario
        A shipped name, a path, a record or a dict of its fields. A peak needs one.
    probability
        With which the condition must hold under the scenario, above 0 and at most 1.
    driver
        What falls faster: ``energy_intensity``, ``co2_per_energy`` (of all energy, the grid's included), or
        ``value_added`` (which then grows more slowly). Process CO2 follows value added alone.
    zone
        None for all together and every zone, a name, or ``""`` for all together alone.
    targets
        The set that a short id is looked up in.
    until
        Last year of the projection: a maximum in it is no peak.
    limit
        The largest extra rate that counts as reachable [fraction a year], between 0 and 1.
    draws, rng
        As in :func:`zonecarbon.project`, which gives the same draws for the same numbers (antithetic).

    Returns
    -------
    Requirement
        A row for all together (empty zone) and for each zone: status (``met``, ``reachable``, ``cannot be reached``,
        ``unknown``; under the scenario if there is one), constant rate, extra rate, scaling, probabilities, and why.

    Raises
    ------
    InputError
        If an argument is not one of the above; all problems in one error.
    ScenarioError, TargetError
        If a scenario or a target is not well formed.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[100.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                 value_added=[[200.0]], price_year=2025)
    >>> made = account(activity)
    >>> print(required(made, "energy-intensity-aggregate", 2030, zone="").text())
    torch-2025:energy-intensity-aggregate, 2030
    all zones: to meet torch-2025:energy-intensity-aggregate in 2030, a cut of 3.81% a year from 2025 on is needed

    A zone that grows for ever at a constant intensity, by 5 % a year until 2030 and by 1 % then, peaks in 2030 if the
    intensity falls by 1 - 1/1.01 a year:

    >>> growth = {"kind": "piecewise", "rates": [{"rate": 0.05, "until": 2030}, {"rate": 0.01}]}
    >>> print(required(made, "peak", 2030, scenario={"name": "mine", "value_added": growth}, zone="").text())
    peak, 2030; scenario mine to 2060, energy intensity, 1 draws (seed 0)
    all zones: to peak by 2030 with probability 50%, energy intensity must fall 0.99% a year up to 2030 ... to 2060, ...
    """
    _require(account, target, year, budget, scenario, probability, driver, until, limit, draws)
    if zone:
        account.activity.zone_index(zone)
    seed = to_seed(rng)
    question = _question(account, target, year, budget, targets, until if scenario is not None else LAST_YEAR)
    task = Task(account, question, start_of(account), driver, probability, limit)
    places = task.places(zone)
    task.add_rates(places)
    found = None
    if scenario is not None:
        found = find_scenario(scenario)
        recipe = Recipe(build(account, found, until), *shock_groups(found), seed, needs=_needs(question))
        draws = draws if recipe.own.shocks or recipe.shared.shocks else 1
        task.solve(recipe, draws, places)
    return Requirement(
        account=account,
        scenario=found,
        target=question.name,
        year=question.year,
        driver=driver,
        probability=probability,
        until=until,
        limit=limit,
        draws=0 if found is None else draws,
        seed=seed,
        rows={name: column[places] for name, column in task.columns(found is not None).items()},
        reasons=tuple(task.reasons),
        warnings=task.notes(places),
    )


# -- arguments -----------------------------------------------------------------------------------------------------


def _require(
    account: Any,
    target: Any,
    year: Any,
    budget: Any,
    scenario: Any,
    probability: Any,
    driver: Any,
    until: Any,
    limit: Any,
    draws: Any,
) -> None:
    """Refuse arguments that are not what they must be, all at once."""
    if not isinstance(account, Account):
        raise InputError("required.account", got=type(account).__name__)
    if not len(account.years) or not len(account.zones):
        raise InputError("project.empty")
    base = int(account.years[-1])
    problems = []
    if (target is None) == (budget is None):
        both = {"target": "-" if target is None else str(target), "budget": "-" if budget is None else str(budget)}
        problems.append(Problem("required.question", both))
    if target == "peak" and scenario is None:
        problems.append(Problem("required.scenario", {}))
    if target == "peak" and year is None:
        problems.append(Problem("required.year", {}))
    last = until if scenario is not None else LAST_YEAR
    if not is_whole(until) or not base < until <= LAST_YEAR:
        problems.append(Problem("project.until", {"until": until, "first": base + 1, "last": LAST_YEAR}))
    elif year is not None and (not is_whole(year) or year > last or (budget is not None and year <= base)):
        first = base + 1 if budget is not None else int(account.years[0])
        problems.append(Problem("required.horizon", {"year": year, "first": first, "last": last}))
    for name, value, high in (("probability", probability, 1.0), ("limit", limit, math.nextafter(1.0, 0.0))):
        if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) <= high:
            problems.append(Problem("required.fraction", {"name": name, "got": str(value)}))
    if driver not in ACTS:
        problems.append(Problem("option", {"name": "driver", "value": driver, "known": ", ".join(ACTS)}))
    if not is_whole(draws) or draws < 1:
        problems.append(Problem("required.draws", {"got": str(draws)}))
    if problems:
        raise InputError(problems)


def _question(account: Account, target: Any, year: int | None, budget: Any, targets: Any, last: int) -> Question:
    base = int(account.years[-1])
    if budget is not None:
        return Question("budget", last if year is None else int(year), None, _budgets(budget, account))
    if isinstance(target, str) and target == "peak":
        return Question("peak", base if year is None else int(year), None, {})
    found = _target(target, targets)
    if year is not None:
        found = found.model_copy(update={"year": int(year)})
    if found.year is None and found.judged:
        raise InputError("required.year")
    alone = TargetSet(name=found.id.split(":", 1)[0], target=(found,))
    goals = compile_goals(alone, account, last)
    goal = goals[0] if goals else Goal(found, found.year or base, reason=Problem("reason.direction", {}))
    return Question(found.id, goal.year, goal, {})


def _target(target: Any, targets: Any) -> Target:
    if isinstance(target, Target):
        return target
    if isinstance(target, Mapping):
        return target_set({"name": "own", "target": [dict(target)]}).target[0]
    word = str(target)
    prefix = word.split(":", 1)[0]
    own = ":" in word and isinstance(targets, str) and prefix in names("targets")
    found = target_set(prefix if own else targets)
    for item in found.target:
        if word in {item.id, item.id.split(":", 1)[-1]}:
            return item
    known = ", ".join(item.id.split(":", 1)[-1] for item in found.target)
    raise InputError("required.target", name=word, set=found.name, known=known)


def _budgets(budget: Any, account: Account) -> dict[str, float]:
    """Return budgets [tCO2] by zone name, ``""`` for all together."""
    given = dict(budget) if isinstance(budget, Mapping) else {"": budget}
    shaped = [value for value in given.values() if isinstance(value, (list, tuple, set, np.ndarray))]
    if shaped:
        raise InputError("project.budget_value", got=str(shaped[0]))
    unknown = [str(name) for name in given if name and name not in set(account.zones.tolist())]
    if unknown or not given:
        raise InputError("scenario.no_zone", zones=", ".join(unknown) or "-", known=some_of(account.zones))
    found = {name: float(units.magnitude(value, "tCO2")) for name, value in given.items()}
    problems = [Problem("project.budget_value", {"got": value}) for value in found.values() if not np.isfinite(value)]
    if problems:
        raise InputError(problems)
    return found


def _needs(question: Question) -> frozenset[str]:
    own = frozenset() if question.goal is None else question.goal.needs
    return own | {"value_added", "co2"}
