"""Figures that stand a unit away from what the other zones of the portfolio make likely.

Decided here: the levels of a zone's figures (flows and value added) are one row; each is what is usual for that figure
times the size of the zone, both by medians (Tukey's median polish), so that a wrong figure moves neither. With value
added alone as the size, a slip of value added would blame every flow of the zone.

Carriers differ between zones by decades, so most of them say nothing: a figure is judged, and helps to judge, only
where the middle of all zones keeps within half a decade and the tails are short, and then only at six times that
spread. At least ten zones, two figures a zone. Where a zone has just two figures, the one further from what is usual
among zones is named.

What is usual is taken from at most 512 rows evenly spread over the portfolio: more change nothing in a median, and
the check costs the same for a million zones as for a thousand, but for one pass.
"""

from typing import NamedTuple

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.quality.series import FAR, POWERS, Float32Array, blocks

# Rules of this library, see the package; distances in decades.
_ROWS = 512  # judged at once
_FEWEST = 10  # zones that have a say about another
_TIGHT = 0.45  # the widest spread between zones that says anything
_DOUBT = 0.8  # how far a zone must be for a second look
_NEAR = 0.32  # of a power of ten
_TIMES, _TAILS = 6.0, 2.5  # times the spread; how much longer its tails may be
_ROUNDS = 8  # of the median polish


class Usual(NamedTuple):
    """What is usual: the level of each figure for a zone of size one [log10], spread, tail, and if it judges."""

    level: FloatArray
    spread: FloatArray
    tail: FloatArray
    tight: BoolArray


class Strangers(NamedTuple):
    """Figures that stand a unit away: row, item, log10 of the figure over what is likely, the power of ten meant."""

    row: IntArray
    item: IntArray
    distance: FloatArray
    power: IntArray


def usual(levels: Float32Array, *, sized: bool = True) -> Usual:
    """Return what is usual of (row, item) levels; without ``sized`` rows have no size (intensities)."""
    known = np.isfinite(levels).sum(axis=1) >= (2 if sized else 1)
    rows = np.flatnonzero(known)
    if len(rows) < _FEWEST:
        nothing, none = np.full(levels.shape[1], np.nan), np.zeros(levels.shape[1], dtype=bool)
        return Usual(nothing, nothing, nothing, none)
    sample = levels[rows[:: max(1, -(-len(rows) // _ROWS))]].astype(np.float64)
    enough = np.isfinite(sample).sum(axis=0) >= _FEWEST
    first = _polished(sample, enough, sized)
    tight = enough & (first.spread <= _TIGHT)
    return _polished(sample, tight, sized) if (tight != enough).any() and tight.any() else first._replace(tight=tight)


def _polished(sample: FloatArray, used: BoolArray, sized: bool) -> Usual:
    level = np.nan_to_num(_median(sample, 0))
    if sized:
        for _ in range(_ROUNDS):  # half a step: of two figures, both would take the whole
            level = level + np.nan_to_num(_median(_apart(sample - level, used), 0)) / 2
    apart = np.abs(_apart(sample - level, used) if sized else sample - level)
    ordered = np.sort(apart, axis=0)
    last = np.maximum(np.isfinite(apart).sum(axis=0) - 1, 0)
    tail = np.take_along_axis(ordered, (0.95 * last).astype(np.int64)[None], axis=0)[0] if len(ordered) else level
    spread = 1.4826 * _median(apart, 0)  # a normal distribution's standard deviation
    judges = used & (spread <= _TIGHT)
    return Usual(level, np.where(np.isnan(spread), np.inf, spread), tail, judges)


def _apart(away: FloatArray, used: BoolArray) -> FloatArray:
    """Return the distance of each figure from the size of its row, the median of its other figures; NaN without any."""
    judging = np.where(used, away, np.nan)
    order = np.argsort(judging, axis=1)  # NaN goes last
    rank = np.argsort(order, axis=1)
    ordered = np.take_along_axis(judging, order, axis=1)
    count = np.isfinite(judging).sum(axis=1, keepdims=True)
    own = np.isfinite(judging)
    left = count - own
    places = ((left - 1) // 2, left // 2)  # of the middle, the figure itself left out
    low, high = (np.take_along_axis(ordered, np.clip(at + (own & (rank <= at)), 0, None), axis=1) for at in places)
    apart: FloatArray = np.where(left > 0, away - (low + high) / 2, np.nan)
    return apart


def strangers(levels: Float32Array, told: Usual, skip: BoolArray, *, sized: bool = True) -> Strangers:
    """Return the figures of (row, item) levels that stand a unit away; ``skip`` marks those not to be judged."""
    rows = _restless(levels, told, sized)
    if not len(rows):
        return Strangers(rows, rows, np.zeros(0), rows)
    away = levels[rows].astype(np.float64) - told.level
    apart = _apart(away, told.tight) if sized else away
    power = POWERS[np.abs(apart[..., None] - POWERS).argmin(axis=-1)]
    size = np.abs(apart)
    far = (size > FAR) & (size >= _TIMES * told.spread) & (size >= _TAILS * told.tail)
    far &= (np.abs(apart - power) <= np.minimum(_NEAR, 0.15 + 0.6 * told.spread)) & told.tight & ~skip[rows]
    if sized:
        far &= ~_less_likely(away, far, told)
    row, item = np.nonzero(far)
    return Strangers(rows[row], item, apart[row, item], power[row, item].astype(np.int64))


def _less_likely(away: FloatArray, far: BoolArray, told: Usual) -> BoolArray:
    """Return, where both of two figures are told, the one nearer to what is usual among zones."""
    both = (far.sum(axis=1) == 2) & (np.isfinite(np.where(told.tight, away, np.nan)).sum(axis=1) == 2)
    size = np.where(far, np.abs(away), np.inf)
    less: BoolArray = both[:, None] & (size == size.min(axis=1, keepdims=True, initial=np.inf))
    return less


def _restless(levels: Float32Array, told: Usual, sized: bool) -> IntArray:
    """Return the rows in which some figure stands away from the mean of its row, which is fast to say."""
    found = []
    columns = np.flatnonzero(told.tight)
    center = told.level[columns].astype(np.float32)
    for block in blocks(levels.shape) if len(columns) else ():
        away = levels[block][:, columns] - center
        known = np.isfinite(away)
        away[~known] = 0.0
        mean = away.sum(axis=1) / np.maximum(known.sum(axis=1), 1) if sized else np.zeros(len(away), np.float32)
        far = (np.abs(away - mean[:, None]) > FAR / 2) & known
        found.append(np.flatnonzero(far.any(axis=1)) + block.start)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def sizes(levels: Float32Array, told: Usual, row: IntArray, item: IntArray) -> FloatArray:
    """Return the level that is likely for each (row, item) [log10]; NaN where the portfolio does not say."""
    away = levels[row].astype(np.float64) - told.level
    judging = np.where(told.tight, away, np.nan)
    judging[np.arange(len(row)), item] = np.nan
    size = np.where(np.isfinite(judging).sum(axis=1) >= 2, _median(judging, 1), np.nan)
    likely: FloatArray = np.where(told.spread[item] <= _DOUBT, told.level[item] + size, np.nan)
    return likely


def _median(values: FloatArray, axis: int) -> FloatArray:
    """Return the median of what is known along an axis; NaN where nothing is (np.nanmedian takes ten times as long)."""
    ordered = np.sort(values, axis=axis)  # NaN goes last
    known = np.isfinite(values).sum(axis=axis, keepdims=True)
    if not values.shape[axis]:
        return np.full(np.delete(values.shape, axis), np.nan)
    ends = (np.take_along_axis(ordered, np.maximum(at, 0), axis=axis) for at in ((known - 1) // 2, known // 2))
    low, high = ends
    middle: FloatArray = ((low + np.where(known > 0, high, np.nan)) / 2).squeeze(axis)
    return middle
