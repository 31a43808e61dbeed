"""How trajectories are drawn: in jobs, here or on an executor, with the same result to the bit.

Decided here:

* A job is eight zones, in the order of their names, and one part of the draws; it returns statistics of its zones and
  the sums that all zones together need. Sums are added zone by zone within a job and job by job in order, so that
  workers, chunks and the order of the zones in the account change no bit; another zone changes only what is of all
  together.
* All together are, for each quantity, the zones in which it is known in the last year of the account; an intensity of
  all together needs the same zones above and below the line, and a target of all together needs every zone.
* Histograms above 65,536 draws are kept for as many zones as fit 256 MB; with more zones these take turns, and one more
  pass over all of them makes the sums. So memory depends neither on draws nor on zones, but for what is returned.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.draws import BYTES_PER_ROW, Histogram
from zonecarbon.projection.collecting import (
    PART,
    Collected,
    Sample,
    Spec,
    Summary,
    collected,
    new_sample,
    summarise,
)
from zonecarbon.projection.goals import Goal, codes_of_all, codes_of_zone, holds
from zonecarbon.projection.model import Model
from zonecarbon.projection.simulating import Block, Recipe, Simulator
from zonecarbon.sampling import WIDTH

_GROUP = 8
_HISTOGRAMS = 256 * 2**20

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
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


def run_jobs(task: Task, executor: Executor | None, progress: Progress | None) -> Collected:
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

    task: Task
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


def _in_order(executor: Executor | None, task: Task, jobs: Sequence[_Job]) -> Iterator[_Part]:
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


def _work(task: Task, job: _Job) -> _Part:
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
    task: Task,
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
    if goal.past is not None:
        return np.full(len(position), goal.past[zone])
    years = np.concatenate((model.history_years, model.years))
    by = int(np.searchsorted(years, goal.year))  # an account may skip years
    # The last year of the horizon proves no peak: what would come after is not known.
    peaked = (position <= by) & (position < len(years) - 1)
    unknown = np.isnan(cumulative) | np.isnan(model.history["co2"][zone]).any()
    return np.where(unknown, np.int8(rules.UNKNOWN), np.where(peaked, np.int8(rules.MET), np.int8(rules.MISSED)))


def _all_together(
    task: Task,
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


def _forget_unknown(statistics: Any, task: Task) -> None:
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
