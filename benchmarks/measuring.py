"""How things are timed: forms in turn, ratios of minima, what else the machine did, memory.

Decided here:

* Forms that are compared run in turn in one process, round after round, so that what else the machine does falls on all
  of them. A form that takes less than 20 ms is called several times a round. Collection of garbage waits until a round
  is over.
* A form runs on one core unless it says that it has workers: the system holds it there (where it can), so that a
  library with threads of its own has no more of the machine than what it is compared with.
* The ratio that a goal speaks of is minimum over minimum: disturbances only ever add. Beside it stand the median of the
  rounds' own ratios and their quartiles, which say how far it may be trusted.
* A ratio that misses its goal is measured again: two of three attempts decide, so that one bad moment of a shared
  machine fails nothing. All attempts are reported; the figure is their median.
* Other processes are seen in ``/proc/stat``: cores that were busy but not by us. Memory is the rise of ``VmHWM``, which
  Linux sets back on request; elsewhere it is not measured.
"""

import gc
import math
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SHORT = 0.02  # seconds that a form is given in a round
ATTEMPTS = 3

Kind: TypeAlias = Literal["ours", "limit", "peer"]
Seconds: TypeAlias = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Form:
    """One way of doing a job.

    ``part`` is the share of the job that a call does: what is slow runs on a part, and its seconds are divided by it.
    ``rounds`` is the most rounds it takes part in (0: all). A form of one worker is held on one core.
    """

    name: str
    kind: Kind
    call: Callable[[], object]
    part: float = 1.0
    rounds: int = 0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of a form: seconds over those of ``against`` at most ``bound``; without ``against``, seconds.

    ``at_least`` turns it round: ``against`` takes at least ``bound`` times as long as the form. ``among`` are the forms
    of which the fastest counts, if that is not the one form named ``against``.
    """

    form: str
    against: str
    bound: float
    at_least: bool = False
    among: Sequence[str] = ()

    def value(self, mine: float, other: float) -> float:
        """Return what is compared with the bound."""
        if not self.against:
            return mine
        return other / mine if self.at_least else mine / other

    def is_met(self, value: float) -> bool:
        """Return whether a value is on the good side."""
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True, slots=True)
class Case:
    """Forms that do the same job on the same input, whose equal answers were asserted."""

    title: str
    forms: Sequence[Form]
    goals: Sequence[Goal] = ()
    rounds: int = 9
    absent: Sequence[str] = ()  # what was not measured, and why
    facts: Sequence[str] = ()


class Reached(NamedTuple):
    """The value of a goal in each attempt, and the quartiles of the values of single rounds."""

    attempts: list[float]
    quartiles: list[float]


def without(module: str, name: str, heavy: bool = False) -> str:
    """Return why a peer is not measured; empty if it can be.

    ``heavy`` is told of a quick run and a peer that takes seconds to import.
    """
    if heavy:
        return f"{name}: not measured in a quick run"
    return "" if find_spec(module) else f"{name}: not measured, it is not installed"


def measured(case: Case, rounds: int) -> dict[str, Any]:
    """Return the seconds of each form of a case and what its goals reached, ready for JSON."""
    with Foreign() as foreign:
        tries = Tries(case, rounds or case.rounds)
        seconds = tries[0]
        reached = [(goal, attempts(goal, tries)) for goal in case.goals]
    return {
        "title": case.title,
        "forms": [
            {"name": form.name, "kind": form.kind, "part": form.part, "seconds": seconds[form.name]}
            for form in case.forms
        ],
        "goals": [
            {
                **asdict(goal),
                "value": statistics.median(found.attempts),
                "met": goal.is_met(statistics.median(found.attempts)),
                **found._asdict(),
            }
            for goal, found in reached
        ],
        "absent": list(case.absent),
        "facts": list(case.facts),
        "foreign": foreign.cores,
    }


def interleave(forms: Sequence[Form], rounds: int) -> Seconds:
    """Run every form in every round and return the seconds of the whole job by each."""
    seconds: Seconds = {form.name: [] for form in forms}
    calls = dict.fromkeys(seconds, 1)
    for turn in range(rounds):
        for form in forms:
            if form.rounds and turn >= form.rounds:
                continue
            with on_cores(form.workers):
                taken = _timed(form.call, calls[form.name])
            seconds[form.name].append(taken / form.part)
            calls[form.name] = max(1, int(SHORT / taken)) if turn == 0 else calls[form.name]
    return seconds


def _timed(call: Callable[[], object], calls: int) -> float:
    """Return the seconds of one of several calls."""
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    for _ in range(calls):
        call()
    taken = time.perf_counter() - start
    gc.enable()
    return taken / calls


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Hold this thread, and those that it starts, on some of its cores; where the system cannot, nothing happens."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[-count:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def with_a_second_core(rounds: int = 15) -> float:
    """Return the time of two threads over that of one, for logarithms of figures that stay in the cache.

    0.5 where two cores are two; more where they are halves of one, or share its power: no work of two workers can then
    be expected to take half the time.
    """
    figures = np.linspace(1.0, 2.0, 30_000)

    def take(times: int) -> None:
        answer = np.empty_like(figures)
        for _ in range(times):
            np.log(figures, out=answer)

    best = {1: math.inf, 2: math.inf}
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            for workers in (1, 2):
                start = time.perf_counter()
                list(pool.map(take, [200 // workers] * workers))
                best[workers] = min(best[workers], time.perf_counter() - start)
    return best[2] / best[1]


class Tries:
    """The rounds of a case, and more of them when a goal asks: of the forms that goals speak of alone."""

    def __init__(self, case: Case, rounds: int) -> None:
        self._rounds = rounds
        named = {name for goal in case.goals for name in (goal.form, goal.against, *goal.among)}
        self._forms = [form for form in case.forms if form.name in named]
        self._done = [interleave(case.forms, rounds)]

    def __getitem__(self, number: int) -> Seconds:
        while len(self._done) <= number:
            self._done.append(interleave(self._forms, self._rounds))
        return self._done[number]


def attempts(goal: Goal, tries: Tries) -> Reached:
    """Return what a goal reached; if it missed, again in further rounds."""
    others = [name for name in goal.among or (goal.against,) if name]
    values: list[float] = []
    rounds_of: list[float] = []
    while True:
        seconds = tries[len(values)]
        mine = seconds[goal.form]
        other = [min(each) for each in zip(*(seconds[name] for name in others), strict=False)]
        values.append(goal.value(min(mine), min(other, default=1.0)))
        rounds_of += [goal.value(a, b) for a, b in zip(mine, other or mine, strict=False)]
        hits = sum(map(goal.is_met, values))
        if hits == len(values) or hits > ATTEMPTS // 2 or len(values) - hits > ATTEMPTS // 2:
            return Reached(values, [float(np.quantile(rounds_of, q)) for q in (0.25, 0.5, 0.75)])


class Foreign:
    """How many cores were busy with something else than us and our children, on average; NaN if nobody knows."""

    cores = math.nan

    def __enter__(self) -> "Foreign":
        self._before = _busy_and_own()
        return self

    def __exit__(self, *_: object) -> None:
        busy, own, at = (now - before for now, before in zip(_busy_and_own(), self._before, strict=True))
        self.cores = max(0.0, (busy - own) / at) if at > 0.0 else math.nan


def _busy_and_own() -> tuple[float, float, float]:
    """Return the seconds that all cores were busy, that we and our children took, and of the clock."""
    told = os.times()
    stat = Path("/proc/stat")
    busy = math.nan
    if stat.exists():
        ticks = [int(word) for word in stat.read_text(encoding="ascii").splitlines()[0].split()[1:8]]
        busy = (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")  # not idle, not waiting
    return busy, sum(told[:4]), time.perf_counter()


# -- memory ------------------------------------------------------------------------------------------------------------


def rise_of(call: Callable[[], object]) -> float:
    """Return how far the resident memory of this process rises at most while a call runs [bytes]; NaN if not known."""
    gc.collect()
    reset = Path("/proc/self/clear_refs")
    try:
        reset.write_text("5", encoding="ascii")
    except OSError:
        call()
        return math.nan
    before = _resident("VmRSS")
    answer = call()
    peak = _resident("VmHWM")
    del answer
    return max(0.0, peak - before)


def _resident(what: str) -> float:
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return float(told[what].split()[0]) * 1024.0


# -- environment -------------------------------------------------------------------------------------------------------


def quiet_environment(**also: str) -> dict[str, str]:
    """Return the environment of children: one thread in BLAS, the same hashes, and what is said."""
    threads = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(threads, "1"), "PYTHONHASHSEED": "0", **also}


def sizes(first: float, last: float, per_decade: int = 2) -> Iterator[int]:
    """Yield whole numbers that are evenly spaced on a logarithmic axis."""
    steps = round(math.log10(last / first) * per_decade)
    for step in range(steps + 1):
        yield round(first * 10.0 ** (step / per_decade))
