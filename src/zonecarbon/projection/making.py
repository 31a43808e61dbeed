"""The verb: from an account and a scenario to an ensemble.

Decided here: ``draws="auto"`` draws 4096 first and, from their standard errors, as many as the precision asks for. The
draws of the first run are drawn again then, which costs less than keeping them would.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Literal

import numpy as np

from zonecarbon import units
from zonecarbon._executing import require_executor
from zonecarbon._typing import ArrayLike, FloatArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.catalog import target_set
from zonecarbon.errors import InputError, Problem
from zonecarbon.projection.collecting import EXACT, INDICATORS, Spec
from zonecarbon.projection.goals import compile_goals
from zonecarbon.projection.growth import some_of
from zonecarbon.projection.jobs import Progress, Task, run_jobs
from zonecarbon.projection.model import build
from zonecarbon.projection.result import Ensemble
from zonecarbon.projection.simulating import Recipe, shock_groups
from zonecarbon.records import Scenario, TargetSet
from zonecarbon.records.cells import LAST_YEAR
from zonecarbon.sampling import DESIGNS, STREAM, Design, net_size, replicate_size, to_seed, whole_draws

_PILOT = 4096
_DEFAULT = ("co2", "energy", "co2_intensity", "energy_intensity")
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def project(
    account: Account,
    scenario: "str | Path | Scenario | dict[str, Any]",
    *,
    until: int = 2060,
    draws: int | Literal["auto"] = "auto",
    rng: "np.random.Generator | int | None" = None,
    targets: "str | Path | TargetSet | dict[str, Any] | None" = "torch-2025",
    budget: "float | str | Mapping[str, Any] | None" = None,
    keep: Literal["draws"] | None = None,
    executor: Executor | None = None,
    sampling: Design = "antithetic",
    precision: float = 0.005,
    indicators: Sequence[str] = _DEFAULT,
    quantiles: ArrayLike = _LEVELS,
    progress: Progress | None = None,
) -> Ensemble:
    """Project energy and CO2 under a scenario, with its uncertainty.

    Parameters
    ----------
    account
        Its last year is where the projection starts.
    scenario
        A shipped name (``baseline``, ``policy``, ``deep``), a path to a file, a record, or a dict of its fields.
    until
        Last year of the projection.
    draws
        Number of trajectories of each zone, or ``"auto"``: as many as ``precision`` asks for, at most 65,536.
    rng
        Seed, generator, or None for fresh entropy. The result has the seed that repeats it, to the bit.
    targets
        The set whose probabilities are counted; None for none.
    budget
        CO2 after the last year of the account up to ``until``, of all zones together: a number [tCO2], a text or a
        quantity with a unit; or one by zone name, with ``""`` for all together.
    keep
        ``"draws"`` keeps every trajectory of the indicators (memory: zones x years x draws).
    executor
        Any :class:`concurrent.futures.Executor`. The result is the same to the bit with any number of workers.
    sampling
        ``antithetic`` (numpy alone), ``plain``, or ``sobol`` (scipy, the extra ``sobol``).
    precision
        With ``draws="auto"``: largest standard error of any probability (of targets and of a peak by a year, of every
        zone and of all together), and of any median relative to itself.
    indicators
        What gets quantiles by year: of ``co2``, ``energy``, ``co2_intensity``, ``energy_intensity``, ``value_added``.
    quantiles
        Levels between 0 and 1.
    progress
        Called with the trajectories done and those to do.

    Returns
    -------
    Ensemble
        Path without shocks, quantiles, probabilities of targets and of peak years, cumulative CO2; each probability and
        quantile with its standard error.

    Raises
    ------
    ScenarioError
        If the scenario breaks a rule or does not reach from the account to ``until``.
    InputError
        If an argument is not one of the above.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[100.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                 value_added=[[300.0]], price_year=2025)
    >>> rate = {"kind": "constant", "rate": 0.04, "uncertainty": {"shape": "normal", "sd": 0.01}}
    >>> fall = {"kind": "linear", "goal": 0.5, "year": 2035}
    >>> paths = project(account(activity), {"name": "mine", "value_added": rate, "energy_intensity": fall},
    ...                 until=2035, draws=1000, rng=7)
    >>> paths
    <Ensemble: scenario mine, 1 zones, 2025-2035, 1000 draws (antithetic, seed 7)>
    >>> float(paths.quantile(0.5, "energy")[0, -1].round(1)), float(paths.peak_probability(2030)) > 0.9
    (71.9, True)
    """
    asked = find_scenario(scenario)
    seed = to_seed(rng)
    levels, names = _arguments(account, until, draws, keep, sampling, precision, indicators, quantiles)
    require_executor(executor)
    if progress is not None and not callable(progress):
        raise InputError("project.helper", name="progress", rule="a function of (done, todo)", got=repr(progress))
    model = build(account, asked, until)
    goals = () if targets is None else compile_goals(target_set(targets), account, until)
    budgets = read_budgets(budget, model.zones)
    own, shared = shock_groups(asked)

    def run(count: int) -> Ensemble:
        net = net_size(count) if sampling == "sobol" else STREAM
        count = whole_draws(count, sampling)
        exact = count <= EXACT
        spec = Spec(
            names,
            levels,
            len(model.years),
            len(model.history_years),
            replicate_size(sampling, net),
            exact,
            keep == "draws",
        )
        needs = spec.needs.union(*(goal.needs for goal in goals))
        recipe = Recipe(model, own, shared, seed, sampling, net, needs=needs)
        task = Task(recipe, spec, goals, budgets, count)
        statistics = run_jobs(task, executor, progress)
        return Ensemble(
            account=account,
            scenario=asked,
            model=model,
            spec=spec,
            goals=goals,
            budgets=budgets,
            statistics=statistics,
            draws=count,
            seed=seed,
            sampling=sampling,
        )

    if not (own.shocks or shared.shocks):
        return run(1)
    if draws != "auto":
        return run(int(draws))
    return _auto(run, precision)


def _auto(run: Callable[[int], Ensemble], precision: float) -> Ensemble:
    """Draw until the standard errors are as small as asked for."""
    count, result = _PILOT, run(_PILOT)
    while (worst := result.worst_error()) > precision and count < EXACT:
        wanted = count * (worst / precision) ** 2 * 1.1
        count = int(min(EXACT, max(count + STREAM, -(-wanted // STREAM) * STREAM)))
        result = run(count)
    return result.with_precision(precision)


def _arguments(
    account: Account,
    until: Any,
    draws: Any,
    keep: Any,
    sampling: str,
    precision: Any,
    indicators: Any,
    quantiles: ArrayLike,
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the levels and indicators; raise one error for all that is wrong with the arguments."""
    problems = []
    if not isinstance(account, Account):
        raise InputError("project.account", got=type(account).__name__)
    if not len(account.years) or not len(account.zones):
        raise InputError("project.empty")
    last = int(account.years[-1])
    is_year = isinstance(until, (int, np.integer)) and not isinstance(until, bool)
    if not is_year or not last < until <= LAST_YEAR:
        problems.append(Problem("project.until", {"until": until, "first": last + 1, "last": LAST_YEAR}))
    whole = isinstance(draws, (int, np.integer)) and not isinstance(draws, bool) and draws >= 1
    if not whole and draws != "auto":
        problems.append(Problem("project.draws", {"got": draws}))
    if isinstance(precision, bool) or not isinstance(precision, (int, float, np.number)) or not precision > 0:
        problems.append(Problem("project.precise", {"got": precision}))
    names = tuple(indicators) if isinstance(indicators, Iterable) and not isinstance(indicators, str) else (indicators,)
    for name, value, known in (
        *(("indicators", item, INDICATORS) for item in names),
        ("sampling", sampling, DESIGNS),
        ("keep", keep, (None, "draws")),
    ):
        if value not in known:
            problems.append(Problem("option", {"name": name, "value": value, "known": ", ".join(map(str, known))}))
    try:
        levels = np.unique(np.asarray(quantiles, dtype=np.float64))
    except (TypeError, ValueError):
        levels = np.array([np.nan])
    if not ((levels > 0) & (levels < 1)).all():
        problems.append(Problem("project.quantiles", {"got": str(quantiles)}))
    if problems:
        raise InputError(problems)
    return np.union1d(levels, [0.5]), tuple(dict.fromkeys(names))


def read_budgets(budget: Any, zones: ObjectArray) -> dict[str, float]:
    """Return budgets [tCO2] by zone name, ``""`` for all together."""
    if budget is None:
        return {}
    given = dict(budget) if isinstance(budget, Mapping) else {"": budget}
    shaped = [value for value in given.values() if isinstance(value, (list, tuple, set, np.ndarray))]
    if shaped:
        raise InputError("project.budget_value", got=str(shaped[0]))
    unknown = [str(name) for name in given if name and name not in set(zones.tolist())]
    if unknown:
        raise InputError("scenario.no_zone", zones=", ".join(unknown), known=some_of(zones))
    found = {name: float(units.magnitude(value, "tCO2")) for name, value in given.items()}
    problems = [Problem("project.budget_value", {"got": value}) for value in found.values() if not np.isfinite(value)]
    if problems:
        raise InputError(problems)
    return found
