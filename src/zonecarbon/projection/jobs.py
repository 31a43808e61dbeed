"""How trajectories are drawn: in jobs, here or on an executor, with the same result to the bit.

Decided here:

* A job is eight zones, in the order of their names, and one part of the draws; it returns statistics of its zones and
  the sums that all zones together need. Sums are added zone by zone within a job and job by job in order, so that
  workers, chunks and the order of the zones in the account change no bit; another zone changes only what is of all
  together.
* A job carries what it needs of its own zones and no more: of 10,000 zones a process gets 18 kB, not 14 MB. It answers
  with its sums, at most 63 MB (65,536 draws, three quantities), which takes a process some 5 % of drawing them.
* All together are, for each quantity, the zones in which it is known in the last year of the account; an intensity of
  all together needs the same zones above and below the line, and a target of all together needs every zone.
* Sums lie as (pass, year, draw), so that a pass is added to one piece of memory: 17 us in place of 77. What targets
  need of a pass is put aside, and judged once a zone.
* Histograms above 65,536 draws are kept for as many zones as fit 256 MB; with more zones these take turns, and one more
  pass over all of them makes the sums. So memory depends neither on draws nor on zones, but for what is returned.
  Measured above the account, one worker, CO2 alone and the default: 15 and 49 MB of 4 zones from 100,000 to 1,000,000
  draws; the most at 65,536 draws, the last that are sorted: 85 and 236 MB of 169 zones. Of 10,000 zones 137 and 363 MB,
  of which 46 and 157 MB are returned. Each worker more takes at most 151 MB, and twice 63 MB of answers that wait.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zonecarbon._executing import in_order
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.draws import BYTES_PER_ROW, Bins, Histogram
from zonecarbon.kernels.trajectory import unbuffered
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
from zonecarbon.projection.simulating import Recipe, Simulator
from zonecarbon.sampling import WIDTH

_GROUP = 8
_HISTOGRAMS = 256 * 2**20

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is drawn and counted, of all zones or of those of one job."""

    recipe: Recipe
    spec: Spec
    goals: tuple[Goal, ...]
    budgets: Mapping[str, float]
    draws: int

    @property
    def n_flags(self) -> int:
        """For each goal whether it is met and whether that is unknown; then the budget."""
        return 2 * len(self.goals) + 1

    def of_zones(self, zones: Sequence[int]) -> "Task":
        """Return the same of some zones."""
        model = self.recipe.model.of_zones(zones)
        goals = [goal if goal.past is None else replace(goal, past=goal.past[list(zones)]) for goal in self.goals]
        budgets = {name: self.budgets[name] for name in map(str, model.zones) if name in self.budgets}
        return replace(self, recipe=replace(self.recipe, model=model), goals=tuple(goals), budgets=budgets)


@dataclass(slots=True)
class _Part:
    """What a job returns."""

    zones: tuple[int, ...]
    summaries: list[Summary]  # of each zone, if asked for
    sums: Mapping[str, FloatArray]  # (pass, year, draw)
    passed: NDArray[np.int8]  # (goal, draw)
    unknown: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class _Job:
    task: Task  # of its zones
    zones: tuple[int, ...]  # their numbers among all
    start: int
    stop: int
    bins: tuple[Bins | None, ...]
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
        jobs = ((job,) for job in self._jobs(zones, start, stop, summaries, tally, sums))
        for part in in_order(self.executor, _work, jobs):
            for zone, summary in zip(part.zones, part.summaries, strict=tally):
                there = summaries[zone]
                if there is None:
                    summaries[zone] = summary
                else:
                    there.add(summary)
            for name, array in part.sums.items():
                total[name] = array if name not in total else np.add(total[name], array, out=total[name])
            passed += part.passed
            unknown += part.unknown
            self._tell(len(part.zones) * (stop - start))
            del part  # its sums are large, and the next are made beside them
        if not sums or not total:
            return whole
        with unbuffered(WIDTH):
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
        summaries: Sequence[Summary | None],
        tally: bool,
        sums: bool,
    ) -> Iterator[_Job]:
        for first in range(0, len(zones), _GROUP):
            group = tuple(zones[first : first + _GROUP])
            made = [summaries[zone] for zone in group]
            bins = tuple(None if one is None or one.histogram is None else one.histogram.bins for one in made)
            yield _Job(self.task.of_zones(group), group, start, stop, bins, tally, sums)

    def _tell(self, trajectories: int) -> None:
        self.done += trajectories
        if self.progress is not None:
            self.progress(self.done, self.todo)


def _work(job: _Job) -> _Part:
    """Draw and summarise some zones."""
    with unbuffered(WIDTH):
        return _drawn(job)


def _drawn(job: _Job) -> _Part:
    task, spec, model = job.task, job.task.spec, job.task.recipe.model
    simulator = Simulator(task.recipe, job.start, job.stop)
    draws, known = job.stop - job.start, model.known
    shape = (-(-draws // WIDTH), spec.n_years, WIDTH)
    sums = {name: np.zeros(shape) for name in task.recipe.needs} if job.sums else {}
    passed = np.zeros((len(task.goals), draws), dtype=np.int8)  # of eight zones
    unknown = np.zeros_like(passed)
    summaries = []
    sample = new_sample(spec, draws, task.n_flags)
    aside = _aside(task, draws)
    for zone in range(len(job.zones)):
        sample.at = 0
        history = _highest(model.history["co2"][zone])
        for first, block in simulator.blocks(zone):
            place = sample.fill(spec, *block, history)
            for (name, year), row in aside.items():
                row[place] = getattr(block, name)[year, : place.stop - place.start]
            for name, total in sums.items():
                if known[name][zone]:
                    with np.errstate(over="ignore", invalid="ignore"):
                        total[first // WIDTH] += getattr(block, name)
        _judge(task, zone, aside, sample, passed, unknown)
        if job.tally:
            sample.flags[-1] = sample.slab[-1] <= task.budgets.get(str(model.zones[zone]), np.nan)
            summaries.append(summarise(spec, sample, job.start == 0, job.bins[zone]))
    return _Part(job.zones, summaries, sums, passed, unknown)


def _aside(task: Task, draws: int) -> dict[tuple[str, int], FloatArray]:
    """Return room for what targets of zones are judged on, by quantity and projected year."""
    base = task.recipe.model.base_year
    judged = [goal for goal in task.goals if goal.of_zones and goal.year > base]
    return {(name, goal.year - base - 1): np.empty(draws) for goal in judged for name in sorted(goal.needs)}


def _highest(history: FloatArray) -> tuple[float, int]:
    """Return the highest value of a history and where it is first; NaN if anything is not known."""
    if np.isnan(history).any():
        return float("nan"), 0
    return float(history.max()), int(history.argmax())


def _judge(
    task: Task,
    zone: int,
    aside: Mapping[tuple[str, int], FloatArray],
    sample: Sample,
    passed: NDArray[np.int8],
    unknown: NDArray[np.int8],
) -> None:
    """Fill the flags of one zone, and count it in goals that count zones."""
    model, n = task.recipe.model, len(task.goals)

    def values(what: str, year: int) -> FloatArray:
        if year <= model.base_year:
            return np.asarray(model.history[what][zone, model.history_years.tolist().index(year)])
        return aside[what, year - model.base_year - 1]

    for number, goal in enumerate(task.goals):
        if goal.of_zones:
            codes = np.broadcast_to(codes_of_zone(goal, values), sample.position.shape)
        elif goal.counts_zones:
            codes = _peak_codes(goal, model, zone, sample.position, sample.slab[-1])
        else:
            continue
        sample.flags[number] = codes == rules.MET
        sample.flags[n + number] = codes == rules.UNKNOWN
        passed[number] += sample.flags[number]
        unknown[number] += sample.flags[n + number]


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
    so_far: Histogram | None,
) -> Summary:
    """Return the summary of the sums over zones."""
    model, spec, n = task.recipe.model, task.spec, len(task.goals)
    history = {name: model.sum_of_known(name, array) for name, array in model.history.items()}
    draws = passed.shape[1]
    sample = new_sample(spec, draws, task.n_flags)
    for number, co2 in enumerate(sums["co2"]):
        money, energy = (sums[name][number] if name in sums else None for name in ("value_added", "energy"))
        sample.fill(spec, money, energy, co2, _highest(history["co2"]))
    for number, name in enumerate(spec.indicators):
        if not model.comparable(name):
            sample.slab[number * spec.n_years : (number + 1) * spec.n_years] = np.nan
    if not model.known["co2"].any():
        sample.slab[-2:] = np.nan

    def values(what: str, year: int) -> FloatArray:
        if year <= model.base_year:
            return np.asarray(history[what][model.history_years.tolist().index(year)])
        return np.asarray(sums[what][:, year - model.base_year - 1].reshape(-1)[:draws])

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
    return summarise(spec, sample, so_far is None, None if so_far is None else so_far.bins)


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
