"""Figures that stand a unit away from their own series: years against years, many series at once.

Decided here: a series is read in its steps. Every step of more than two decades moves it to another level; the level
of most of its years is its own, and a year away from it is judged against the nearest years that are not: between them
if there are some on both sides, else against the nearest one with the growth of the series. Median and spread of the
whole series were the other way: they call the first years of anything that grows odd, and cannot tell 10^3 from 10^4
where the series itself doubles.

What stands away is told only if the distance is that of a unit (10^3, 10^4, 10^8), the rest of the series is quiet
beside it, and most years are not concerned. The tolerance is half a decade at most, less at the ends, where one
neighbour alone speaks. Beside a zero a small figure is a start or an end, not a slip. Two or more years at an end that
stand away together are one change of unit, told where it happens. Two known years alone say that one of them is wrong,
not which: :mod:`zonecarbon.quality.zones` may know.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import BoolArray, FloatArray, IntArray

Float32Array: TypeAlias = NDArray[np.float32]

POWERS = np.array([3.0, 4.0, 8.0, -3.0, -4.0, -8.0])
FAR = 2.2  # decades: well below 10^3, well above what a plant or a recession does
MOST = 0.5  # half-way from 10^3 to 10^4
_NOISE = 0.28  # decades that a quiet series moves in a middling year
_STILL = 0.15  # the same, for distances that are no unit's
_PAIR = 0.32  # two years alone say little: closer
_CELLS = 1 << 17  # of a block: fits a cache
_SERIES = 8192  # judged at once


class Levels(NamedTuple):
    """Of each series: the middle of its smallest and largest positive figure [log10], and how far these are apart."""

    middle: Float32Array
    width: Float32Array


class Verdicts(NamedTuple):
    """Years that stand away: series, year, log10 of the figure over what is likely, and the power of ten meant.

    ``change`` marks a change of unit from that year on, ``pair`` the later of two years that disagree.
    """

    series: IntArray
    year: IntArray
    distance: FloatArray
    power: IntArray
    change: BoolArray
    pair: BoolArray

    def at(self, rows: IntArray | BoolArray) -> "Verdicts":
        """Return some of the verdicts."""
        columns: Any = [column[rows] for column in self]
        return Verdicts(*columns)


class Outliers(NamedTuple):
    """Single years away from their series by any distance: series, year, log10 of the figure, of what is likely."""

    series: IntArray
    year: IntArray
    log: FloatArray
    likely: FloatArray
    noise: FloatArray


def blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Yield slices of the first axis, each of so many cells that work on them stays in cache."""
    size = max(1, _CELLS // max(1, int(np.prod(shape[1:]))))
    for start in range(0, shape[0], size):
        yield slice(start, start + size)


def levels(values: FloatArray) -> Levels:
    """Return the level of each series (last axis: years), in single precision; NaN where nothing is positive."""
    middle = np.empty(values.shape[:-1], dtype=np.float32)
    width = np.zeros(values.shape[:-1], dtype=np.float32)
    for block in blocks(values.shape):
        part = values[block]
        low, high = _ends(part.reshape(-1, part.shape[-1]))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            bottom = np.log10(low.astype(np.float32))
            if high is low:
                middle[block] = bottom.reshape(part.shape[:-1])
                continue
            top = np.log10(high.astype(np.float32))
            middle[block] = ((bottom + top) / 2).reshape(part.shape[:-1])
            width[block] = (top - bottom).reshape(part.shape[:-1])
    middle[~np.isfinite(middle)] = np.nan
    width[~np.isfinite(middle)] = 0.0
    return Levels(middle, width)


def _ends(series: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and the largest positive figure of each series; inf and 0 where there is none."""
    years = np.ascontiguousarray(series.T)
    low = years.min(axis=0)
    if not (low > 0).all():  # a zero, or NaN, somewhere
        positive = years > 0
        low = np.where(positive, years, np.inf).min(axis=0)
        years = np.where(positive, years, 0.0)
    return (low, low) if len(years) == 1 else (low, years.max(axis=0))


def judge(values: FloatArray, chosen: IntArray, years: IntArray) -> Verdicts:
    """Return the years that stand a unit away, of the series ``chosen`` (their flat positions) of ``values``."""
    parts = []
    for start in range(0, max(len(chosen), 1), _SERIES):
        rows = chosen[start : start + _SERIES]
        series = _taken(values, rows)
        calm = _calm(series, years, FAR, _NOISE)
        rows = rows[calm]
        found = _judge(series[calm], years)
        parts.append(found._replace(series=rows[found.series]))
    return _joined(parts)


def outliers(values: FloatArray, chosen: IntArray, years: IntArray, far: float) -> Outliers:
    """Return single years that stand ``far`` decades or more from a series that is quiet beside that."""
    parts = []
    for start in range(0, max(len(chosen), 1), _SERIES):
        rows = chosen[start : start + _SERIES]
        series = _taken(values, rows)
        calm = _calm(series, years, far, _STILL)
        rows = rows[calm]
        known = _Read(series[calm], years, far)
        distance = np.abs(known.distance)
        quiet = known.noise[:, None] <= np.minimum(distance / 5, _STILL)
        alone = known.away & (distance >= far) & quiet & known.most[:, None]
        at, year = np.nonzero(alone)
        likely = known.logs[at, year] - known.distance[at, year]
        parts.append(Outliers(rows[at], year, known.logs[at, year], likely, known.noise[at]))
    columns: Any = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Outliers(*columns)


def _taken(values: FloatArray, rows: IntArray) -> FloatArray:
    """Return series by their flat positions; ``values.reshape`` might copy all of them."""
    taken: FloatArray = values[np.unravel_index(rows, values.shape[:-1])]
    return taken


def _calm(values: FloatArray, years: IntArray, far: float, limit: float) -> BoolArray:
    """Return the series that may be quiet enough: a quick look at their middling step, in single precision.

    Steps of more than ``far`` decades do not count; the others may not exceed ``limit``. Short series always may be.
    """
    if values.shape[1] < 6:
        return np.ones(len(values), dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logs = np.log10(values.astype(np.float32))
        logs[~np.isfinite(logs)] = np.nan
        steps = np.abs(np.diff(logs, axis=1))
        steps[steps > far] = np.nan
        steps.sort(axis=1)
    known = np.isfinite(steps).sum(axis=1)
    middling = np.take_along_axis(steps, np.maximum(known - 1, 0)[:, None] // 2, axis=1)[:, 0]
    # Rules of this library, see the package: 0.05 decades a year are 12 % of growth.
    growth = 0.05 * max(1.0, float(np.median(np.diff(years))))
    calm: BoolArray = (known < 5) | (middling <= limit + growth)
    return calm


class _Read:
    """What the steps of series say: which years stand away, and how far from what their neighbours make likely."""

    def __init__(self, values: FloatArray, years: IntArray, far: float) -> None:
        self.zero = values == 0
        with np.errstate(divide="ignore", invalid="ignore"):
            self.logs = np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), np.nan)
        self.known = np.isfinite(self.logs)
        time = years.astype(np.float64)
        before = _nearest(self.logs, time, self.known)
        step = self.logs - before[0]
        level = np.where(self.known, np.cumsum(np.where(np.abs(step) > far, step, 0.0), axis=1), np.nan)
        self.away = np.abs(level - _middle(level)) > far
        self.good = self.known & ~self.away
        self._compare(time)
        self.count = self.good.sum(axis=1), self.away.sum(axis=1)
        self.most = (self.count[0] > self.count[1]) & (self.count[0] >= 2)

    def _compare(self, time: FloatArray) -> None:
        """Set the distance of each year from its good neighbours, and how restless the good years are."""
        old, since = _nearest(self.logs, time, self.good)
        new, until = (turned[:, ::-1] for turned in _nearest(self.logs[:, ::-1], time[::-1], self.good[:, ::-1]))
        self.between = np.isfinite(old) & np.isfinite(new)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.gap = np.fmin(time - since, until - time)
            step = np.where(self.good, self.logs - old, np.nan)
            rate = np.clip(np.nan_to_num(_middle(step / (time - since))), -0.1, 0.1)
            inside = old + (new - old) * (time - since) / (until - since)
        growth = rate * np.minimum(self.gap, 2.0)  # a rate says little about five years
        likely = np.where(self.between, inside, np.where(np.isfinite(old), old + growth, new - growth))
        self.distance = self.logs - likely
        unrest = np.abs(step - rate * (time - since))
        self.noise = np.nan_to_num(_middle(unrest)[:, 0])
        self.worst = np.nan_to_num(np.fmax.reduce(unrest, axis=1, initial=0.0))


def _judge(values: FloatArray, years: IntArray) -> Verdicts:
    """Return the verdicts on whole series; ``series`` counts in ``values``."""
    read = _Read(values, years, FAR)
    power = POWERS[np.abs(read.distance[..., None] - POWERS).argmin(axis=-1)]
    power = np.where(np.isfinite(read.distance), power, 0.0)
    noise = read.noise[:, None]
    # Rules of this library, see the package: decades about a power, wider for a restless series.
    ends = 0.35 + 2.0 * noise + 0.05 * (read.gap - 1.0)
    width = np.minimum(MOST, np.where(read.between, 0.42 + 2.0 * noise, ends))
    quiet = (noise <= np.where(read.between, _NOISE, 0.25)) & (read.worst[:, None] <= np.where(read.between, FAR, 1.6))
    near = read.away & (np.abs(read.distance - power) <= width) & quiet & ~_starts(read, power)
    runs, turns = _changes(read, near)
    slips = near & ~runs & read.most[:, None]
    pairs = _pairs(read)
    return _joined(
        [
            _verdicts(slips, read.distance, power),
            _verdicts(turns[0], *turns[1:])._replace(change=np.ones(int(turns[0].sum()), dtype=bool)),
            _verdicts(pairs[0], *pairs[1:])._replace(pair=np.ones(int(pairs[0].sum()), dtype=bool)),
        ]
    )


def _starts(read: _Read, power: FloatArray) -> BoolArray:
    """Return where a small figure stands at an end and beside a zero: something started or stopped there."""
    beside = np.zeros_like(read.zero)
    beside[:, 1:] |= read.zero[:, :-1]
    beside[:, :-1] |= read.zero[:, 1:]
    first = np.cumsum(read.good, axis=1) == 0
    end = read.away & ~read.between
    sides = [(beside & end & side).any(axis=1, keepdims=True) for side in (first, ~first)]
    started: BoolArray = end & np.where(first, *sides) & (power < 0)
    return started


def _changes(read: _Read, near: BoolArray) -> tuple[BoolArray, tuple[BoolArray, FloatArray, FloatArray]]:
    """Return the years that stand away together at an end, and of each such run the year of the change."""
    first = np.cumsum(read.good, axis=1) == 0
    end = read.away & ~read.between
    runs, turns = np.zeros_like(end), np.zeros_like(end)
    distance = np.zeros(end.shape)
    enough = (read.count[0] >= 2) & (read.count[0] >= read.count[1])
    for side, last in ((end & first, True), (end & ~first, False)):
        several = side.sum(axis=1) >= 2
        runs |= side & several[:, None]
        at = np.where(last, end.shape[1] - 1 - side[:, ::-1].argmax(axis=1), side.argmax(axis=1))
        rows = np.flatnonzero(several & enough & near[np.arange(len(at)), at])
        own = read.distance[rows, at[rows]]
        together = np.nanmax(np.where(side[rows], np.abs(read.distance[rows] - own[:, None]), 0.0), axis=1, initial=0.0)
        rows, own = rows[together <= 1.0], own[together <= 1.0]
        year = np.where(read.good[rows], np.arange(end.shape[1]), end.shape[1]).min(axis=1) if last else at[rows]
        turns[rows, year] = True
        distance[rows, year] = -own if last else own
    return runs, (turns, distance, _nearest_power(distance))


def _pairs(read: _Read) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Return the later of the only two known years, where they stand a unit apart."""
    two = (read.known.sum(axis=1) == 2) & ~read.zero.any(axis=1)
    later = read.known & (np.cumsum(read.known, axis=1) == 2) & two[:, None]
    rows, year = np.nonzero(later)
    step = read.logs[rows, year] - read.logs[rows, read.known[rows].argmax(axis=1)]
    power = _nearest_power(step)
    near = np.abs(step - power) <= _PAIR
    told, distance = np.zeros_like(later), np.zeros(later.shape)
    told[rows[near], year[near]] = True
    distance[rows, year] = step
    return told, distance, _nearest_power(distance)


def _nearest_power(distance: FloatArray) -> FloatArray:
    found: FloatArray = POWERS[np.abs(distance[..., None] - POWERS).argmin(axis=-1)]
    return found


def _nearest(logs: FloatArray, time: FloatArray, good: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the last good figure before each year, and its year; NaN where there is none."""
    figure, since = np.full(logs.shape, np.nan), np.full(logs.shape, np.nan)
    for year in range(1, logs.shape[1]):
        last = good[:, year - 1]
        figure[:, year] = np.where(last, logs[:, year - 1], figure[:, year - 1])
        since[:, year] = np.where(last, time[year - 1], since[:, year - 1])
    return figure, since


def _middle(series: FloatArray) -> FloatArray:
    """Return the lower median of what is known along the last axis, which is kept; one of the figures, never a mean."""
    ordered = np.sort(series, axis=-1)  # NaN goes last
    known = np.isfinite(series).sum(axis=-1, keepdims=True)
    middle: FloatArray = np.take_along_axis(ordered, np.maximum(known - 1, 0) // 2, axis=-1)
    return middle


def _verdicts(told: BoolArray, distance: FloatArray, power: FloatArray) -> Verdicts:
    series, year = np.nonzero(told)
    none = np.zeros(len(series), dtype=bool)
    return Verdicts(series, year, distance[told], power[told].astype(np.int64), none, none)


def _joined(parts: list[Verdicts]) -> Verdicts:
    return Verdicts(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
