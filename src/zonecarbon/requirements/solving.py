"""The smallest extra rate: for each draw, and from these for a probability.

Decided here: a draw is bracketed on sixteen steps, closer together near zero where answers lie, and bisected to 1e-10 a
year; all draws at once. See :mod:`zonecarbon.requirements` for why the answer is checked on the whole again.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.kernels import target as rules
from zonecarbon.requirements.courses import Course

_STEPS = 16
_CLOSE = 1e-10
_ROUNDING = 1e-9

Meets = Callable[[Course, FloatArray], rules.CodeArray]


class Answer(NamedTuple):
    """The extra rate [fraction a year], infinite if out of reach, NaN if unknown; and probabilities."""

    extra: float
    without: float
    reached: float


UNKNOWN = Answer(math.nan, math.nan, math.nan)


def steps(limit: float) -> FloatArray:
    """Return the rates that are tried in turn; the last is the limit."""
    return np.asarray(limit * (np.arange(1, _STEPS + 1) / _STEPS) ** 2)


def thresholds(meets: Meets, course: Course, limit: float) -> FloatArray:
    """Return the smallest extra rate of each draw (draw,): 0 as it is, infinite if out of reach, NaN if unknown."""
    code = meets(course, np.zeros(1))
    result = np.where(code == rules.UNKNOWN, np.nan, np.where(code == rules.MET, 0.0, np.inf))
    low, before = np.zeros(len(result)), 0.0
    for step in steps(limit).tolist():
        left = np.isinf(result)
        if not left.any():
            break
        hit = left & (meets(course, np.array([step])) == rules.MET)
        result[hit], low[hit], before = step, before, step
    active = np.flatnonzero(np.isfinite(result) & (result > 0))
    some, below, above = course.at(active), low[active], result[active]
    while len(active) and (above - below).max() > _CLOSE:
        middle = (below + above) / 2.0
        good = meets(some, middle) == rules.MET
        above, below = np.where(good, middle, above), np.where(good, below, middle)
    result[active] = above
    return result


def of_probability(found: FloatArray, probability: float) -> Answer:
    """Return the extra rate at which enough draws hold, given the smallest of each (draw,)."""
    if np.isnan(found).any():
        return UNKNOWN
    n = len(found)
    enough = max(1, math.ceil(probability * n - _ROUNDING))
    extra = float(np.partition(found, enough - 1)[enough - 1])
    reached = found <= extra if math.isfinite(extra) else np.isfinite(found)
    return Answer(extra, float((found == 0.0).mean()), float(reached.mean()))


def checked(answer: Answer, meets: Meets, course: Course, probability: float, limit: float) -> Answer:
    """Return the answer with the probability counted anew at its rate; search upwards if it is too low."""

    def share(extra: float) -> float:
        return float((meets(course, np.array([extra])) == rules.MET).mean())

    def is_enough(reached: float) -> bool:
        return reached >= probability - _ROUNDING

    if math.isnan(answer.extra):
        return answer
    if math.isinf(answer.extra):
        return answer._replace(reached=share(limit))
    reached = share(answer.extra)
    if is_enough(reached):
        return answer._replace(reached=reached)
    ahead = [step for step in steps(limit).tolist() if step > answer.extra]
    for low, high in pairwise([answer.extra, *ahead]):
        if is_enough(share(high)):
            extra = _halved(low, high, lambda middle: is_enough(share(middle)))
            return answer._replace(extra=extra, reached=share(extra))
    return answer._replace(extra=math.inf, reached=share(limit))


def _halved(low: float, high: float, holds: Callable[[float], bool]) -> float:
    """Return where a condition that holds at ``high`` and not at ``low`` begins to hold."""
    while high - low > _CLOSE:
        middle = (low + high) / 2.0
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
