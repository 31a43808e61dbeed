"""The verb: draw the trajectories of every zone in jobs, and collect what was asked for.

Decided here:

* A job is eight zones, in the order of their names, and one part of the draws; it returns statistics of its zones and
  the sums that all zones together need. Sums are added zone by zone within a job and job by job in order, so that
  workers, chunks and the order of the zones in the account change no bit; another zone changes only what is of all
  together.
* All together are, for each quantity, the zones in which it is known in the last year of the account; an intensity of
  all together needs the same zones above and below the line, and a target of all together needs every zone.
* Histograms above 65,536 draws are kept for as many zones as fit 256 MB; with more zones these take turns, and one more
  pass over all of them makes the sums. So memory depends neither on draws nor on zones, but for what is returned.
* ``draws="auto"`` draws 4096 first and, from their standard errors, as many as the precision asks for.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from zonecarbon import units
from zonecarbon._typing import ArrayLike, FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.catalog import target_set
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.draws import BYTES_PER_ROW, Histogram
from zonecarbon.projection.collecting import (
    EXACT,
    INDICATORS,
    PART,
    Collected,
    Sample,
    Spec,
    Summary,
    collected,
    new_sample,
    summarise,
)
from zonecarbon.projection.goals import Goal, codes_of_all, codes_of_zone, compile_goals, holds
from zonecarbon.projection.model import Model, build
from zonecarbon.projection.result import Ensemble
from zonecarbon.projection.simulating import Block, Recipe, Simulator, shock_groups
from zonecarbon.records import Scenario, TargetSet
from zonecarbon.sampling import DESIGNS, STREAM, WIDTH, Design, net_size, replicate_size, to_seed, whole_draws

_GROUP = 8
_PILOT = 4096
_HISTOGRAMS = 256 * 2**20
_DEFAULT = ("co2", "energy", "co2_intensity", "energy_intensity")
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_LAST_YEAR = 2100

Progress = Callable[[int, int], None]


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
        With ``draws="auto"``: largest standard error of any probability (targets of all zones together, peak by a
        year), and of any median relative to itself.
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
    model = build(account, asked, until)
    goals = () if targets is None else compile_goals(target_set(targets), account, until)
    budgets = _budgets(budget, model)
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
        task = _Task(recipe, spec, goals, budgets, count)
        statistics = _run(task, executor, progress)
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
    if not is_year or not last < until <= _LAST_YEAR:
        problems.append(Problem("project.until", {"until": until, "first": last + 1, "last": _LAST_YEAR}))
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


def _budgets(budget: Any, model: Model) -> dict[str, float]:
    """Return budgets [tCO2] by zone name, ``""`` for all together."""
    if budget is None:
        return {}
    given = dict(budget) if isinstance(budget, Mapping) else {"": budget}
    unknown = [name for name in given if name and name not in set(model.zones.tolist())]
    if unknown:
        raise InputError("scenario.no_zone", zones=", ".join(unknown))
    found = {name: float(units.magnitude(value, "tCO2")) for name, value in given.items()}
    problems = [Problem("project.budget_value", {"got": value}) for value in found.values() if not np.isfinite(value)]
    if problems:
        raise InputError(problems)
    return found


# -- jobs ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What every job needs to know."""

    recipe: Recipe
    spec: Spec
    goals: tuple[Goal, ...]
    budgets: Mapping[str, float]
    draws: int

    @property
    def n_flags(self) -> int:
        """For each goal whether it is met and whether that is unknown; then the budget."""
        return 2 * len(self.goals) + 1


@dataclass(slots=True)
class _Part:
    """What a job returns."""

    summaries: list[tuple[int, Summary]]
    sums: Mapping[str, FloatArray]
    passed: IntArray  # (goal, draw)
    unknown: IntArray


@dataclass(frozen=True, slots=True)
class _Job:
    zones: tuple[int, ...]
    start: int
    stop: int
    bins: Mapping[int, Histogram]
    tally: bool = True
    sums: bool = True


def _run(task: _Task, executor: Executor | None, progress: Progress | None) -> Collected:
    """Return the statistics of all zones and of all together."""
    model, spec = task.recipe.model, task.spec
    order = sorted(np.flatnonzero(_known(model)).tolist(), key=lambda zone: str(model.zones[zone]))
    size = task.draws if spec.exact else PART
    parts = [(start, min(start + size, task.draws)) for start in range(0, task.draws, size)]
    # A histogram is in the memory once for each zone of a batch, and nothing else is.
    batch = len(order) if spec.exact else max(_GROUP, _HISTOGRAMS // (spec.rows * BYTES_PER_ROW) // _GROUP * _GROUP)
    batches = [order[i : i + batch] for i in range(0, len(order), max(batch, 1))]
    apart = len(batches) > 1
    work = _Work(task, executor, progress, len(order) * task.draws * (1 + apart))
    summaries: list[Summary | None] = [None] * len(model.zones)
    whole: Summary | None = None
    for zones in batches:
        for start, stop in parts:
            whole = work.part(zones, start, stop, summaries, whole, tally=True, sums=not apart)
    for start, stop in parts if apart else ():
        whole = work.part(order, start, stop, summaries, whole, tally=False, sums=True)
    statistics = collected(spec, [*summaries, whole], task.draws, task.n_flags)
    _forget_unknown(statistics, task)
    return statistics


def _known(model: Model) -> Any:
    """Return the zones of which anything is known in the base year."""
    return model.known["co2"] | model.known["energy"]


@dataclass(slots=True)
class _Work:
    """Runs jobs, in order, on an executor or here."""

    task: _Task
    executor: Executor | None
    progress: Progress | None
    todo: int
    done: int = 0

    def part(
        self,
        zones: Sequence[int],
        start: int,
        stop: int,
        summaries: list[Summary | None],
        whole: Summary | None,
        *,
        tally: bool,
        sums: bool,
    ) -> Summary | None:
        """Run one part of the draws of some zones; return the summary of all together, with this part if ``sums``."""
        model = self.task.recipe.model
        total: dict[str, FloatArray] = {}
        passed = np.zeros((len(self.task.goals), stop - start), dtype=np.int64)
        unknown = np.full_like(passed, len(model.zones) - int(_known(model).sum()))
        for part in self._jobs(zones, start, stop, summaries, tally, sums):
            for zone, summary in part.summaries:
                there = summaries[zone]
                if there is None:
                    summaries[zone] = summary
                else:
                    there.add(summary)
            for name, array in part.sums.items():
                total[name] = array if name not in total else np.add(total[name], array, out=total[name])
            passed += part.passed
            unknown += part.unknown
        if not sums or not total:
            return whole
        found = _all_together(self.task, total, passed, unknown, None if whole is None else whole.histogram)
        if whole is None:
            return found
        whole.add(found)
        return whole

    def _jobs(
        self,
        zones: Sequence[int],
        start: int,
        stop: int,
        summaries: list[Summary | None],
        tally: bool,
        sums: bool,
    ) -> Iterator[_Part]:
        jobs = []
        for first in range(0, len(zones), _GROUP):
            group = tuple(zones[first : first + _GROUP])
            made = {zone: summaries[zone] for zone in group}
            bins = {zone: one.histogram for zone, one in made.items() if one is not None and one.histogram is not None}
            jobs.append(_Job(group, start, stop, bins, tally, sums))
        for job, part in zip(jobs, _in_order(self.executor, self.task, jobs), strict=True):
            self.done += len(job.zones) * (stop - start)
            if self.progress is not None:
                self.progress(self.done, self.todo)
            yield part


def _in_order(executor: Executor | None, task: _Task, jobs: Sequence[_Job]) -> Iterator[_Part]:
    """Yield what the jobs return, in their order, with only a few under way at a time."""
    if executor is None:
        for job in jobs:
            yield _work(task, job)
        return
    ahead = int(getattr(executor, "_max_workers", None) or 4) + 1
    waiting: deque[Future[_Part]] = deque()
    try:
        for job in jobs:
            waiting.append(executor.submit(_work, task, job))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _work(task: _Task, job: _Job) -> _Part:
    """Draw and summarise some zones."""
    spec, model = task.spec, task.recipe.model
    simulator = Simulator(task.recipe, job.start, job.stop)
    draws = job.stop - job.start
    shape = (spec.n_years, draws)
    sums = {name: np.zeros(shape) for name in task.recipe.needs} if job.sums else {}
    passed = np.zeros((len(task.goals), draws), dtype=np.int64)
    unknown = np.zeros_like(passed)
    summaries = []
    sample = new_sample(spec, draws, task.n_flags)
    for zone in job.zones:
        sample.at = 0
        for first, block in simulator.blocks(zone):
            width = min(WIDTH, draws - first)
            place = sample.fill(spec, *block, _highest(model.history["co2"][zone]))
            _judge(task, zone, block, width, place, sample, passed, unknown)
            for name, total in sums.items():
                if model.known[name][zone]:
                    total[:, place] += getattr(block, name)[:, :width]
        if job.tally:
            sample.flags[-1] = sample.slab[-1] <= task.budgets.get(str(model.zones[zone]), np.nan)
            summaries.append((zone, summarise(spec, sample, job.start == 0, job.bins.get(zone))))
    return _Part(summaries, sums, passed, unknown)


def _highest(history: FloatArray) -> tuple[float, int]:
    """Return the highest value of a history and where it is first; NaN if anything is not known."""
    if np.isnan(history).any():
        return float("nan"), 0
    return float(history.max()), int(history.argmax())


def _judge(
    task: _Task,
    zone: int,
    block: Block,
    width: int,
    place: slice,
    sample: Sample,
    passed: IntArray,
    unknown: IntArray,
) -> None:
    """Fill the flags of one zone for one pass, and count it in goals that count zones."""
    model, n = task.recipe.model, len(task.goals)

    def values(what: str, year: int) -> FloatArray:
        if year <= model.base_year:
            return np.asarray(model.history[what][zone, model.history_years.tolist().index(year)])
        return np.asarray(getattr(block, what)[year - model.base_year - 1, :width])

    for number, goal in enumerate(task.goals):
        if goal.of_zones:
            codes = np.broadcast_to(codes_of_zone(goal, values), (width,))
        elif goal.counts_zones:
            codes = _peak_codes(goal, model, zone, sample.position[place], sample.slab[-1, place])
        else:
            continue
        sample.flags[number, place] = codes == rules.MET
        sample.flags[n + number, place] = codes == rules.UNKNOWN
        passed[number, place] += codes == rules.MET
        unknown[number, place] += codes == rules.UNKNOWN


def _peak_codes(goal: Goal, model: Model, zone: int, position: IntArray, cumulative: FloatArray) -> Any:
    years = np.concatenate((model.history_years, model.years))
    by = int(np.searchsorted(years, goal.year))  # an account may skip years
    # The last year of the horizon proves no peak: what would come after is not known.
    peaked = (position <= by) & (position < len(years) - 1)
    unknown = np.isnan(cumulative) | np.isnan(model.history["co2"][zone]).any()
    return np.where(unknown, np.int8(rules.UNKNOWN), np.where(peaked, np.int8(rules.MET), np.int8(rules.MISSED)))


def _all_together(
    task: _Task,
    sums: Mapping[str, FloatArray],
    passed: IntArray,
    unknown: IntArray,
    bins: Histogram | None,
) -> Summary:
    """Return the summary of the sums over zones."""
    model, spec, n = task.recipe.model, task.spec, len(task.goals)
    history = {name: model.sum_of_known(name, array) for name, array in model.history.items()}
    draws = sums["co2"].shape[1]
    sample = new_sample(spec, draws, task.n_flags)
    for start in range(0, draws, WIDTH):
        span = slice(start, start + WIDTH)
        money, energy = (sums[name][:, span] if name in sums else None for name in ("value_added", "energy"))
        sample.fill(spec, money, energy, sums["co2"][:, span], _highest(history["co2"]))
    for number, name in enumerate(spec.indicators):
        if not model.comparable(name):
            sample.slab[number * spec.n_years : (number + 1) * spec.n_years] = np.nan
    if not model.known["co2"].any():
        sample.slab[-2:] = np.nan

    def values(what: str, year: int) -> FloatArray:
        if year <= model.base_year:
            return np.asarray(history[what][model.history_years.tolist().index(year)])
        return np.asarray(sums[what][year - model.base_year - 1])

    for number, goal in enumerate(task.goals):
        if goal.counts_zones:
            met, known = holds(goal, passed[number], unknown[number], len(model.zones))
            sample.flags[number], sample.flags[n + number] = met & known, ~known
        elif goal.of_all:
            codes = np.broadcast_to(codes_of_all(goal, values), (draws,))
            sample.flags[number], sample.flags[n + number] = codes == rules.MET, codes == rules.UNKNOWN
            if not all(model.known[name].all() for name in goal.needs):
                sample.flags[number], sample.flags[n + number] = False, True
    sample.flags[-1] = sample.slab[-1] <= task.budgets.get("", np.nan)
    return summarise(spec, sample, bins is None, bins)


def _forget_unknown(statistics: Any, task: _Task) -> None:
    """Set NaN what is not known: peak years of a series with gaps, goals without a rule, budgets not given.

    The sum of all zones is not known if one is left out, and so is not whether it stays within a budget.
    """
    model, n = task.recipe.model, len(task.goals)
    history = model.history["co2"]
    gaps = np.append(np.isnan(history).any(axis=1), np.isnan(model.sum_of_known("co2", history)).any())
    gaps |= np.isnan(statistics.mean[:, -1])  # a path to what has no factor
    statistics.peak[gaps], statistics.peak_error[gaps] = np.nan, np.nan
    names = [*map(str, model.zones), ""]
    no_budget = np.array([name not in task.budgets for name in names]) | np.isnan(statistics.mean[:, -1])
    no_budget[-1] |= not model.known["co2"].all()
    statistics.flags[no_budget, -1] = np.nan
    for number, goal in enumerate(task.goals):
        zones = goal.of_zones or (goal.counts_zones and goal.reason is None)
        whole = goal.counts_zones or goal.of_all
        statistics.flags[:-1, number] = statistics.flags[:-1, number] if zones else np.nan
        statistics.flags[-1, number] = statistics.flags[-1, number] if whole else np.nan
    unknown = statistics.flags[:, n : 2 * n] > 0
    statistics.flags[:, :n][unknown] = np.nan
    statistics.flag_error[np.isnan(statistics.flags)] = np.nan
