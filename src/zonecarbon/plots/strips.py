"""Where the dots of a distribution stand, and the names of some of them.

Decided here: dots are stacked in columns as wide as a dot, and the largest dots are taken for which the columns and the
names above the named dots fit; when no size does, columns of 6 pt become a histogram. A column never holds zones of
both sides of a limit: what would is moved by one, less than a dot. Names stand in rows beside each other's lines, the
zone that lies farthest from the side of the texts highest, so that no line crosses a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.plots.lettering import LINE
from zonecarbon.plots.style import SMALL

_SIZES = (9.0, 7.5, 6.0, 5.0, 4.0, 3.2)  # of a dot [pt]
_BIN = 6.0
_ABOVE = 8.0  # from the dots to the lowest name [pt]


@dataclass(frozen=True, slots=True)
class Flag:
    """A name: which zone, its place and that of its line and text along the axis (fractions), and heights."""

    zone: int
    x: float
    near: float
    text: float
    top: float
    foot: float
    y: float


@dataclass(frozen=True, slots=True)
class Strip:
    """Columns and heights of the zones (-1: not drawn); heights are in points for dots, else in zones."""

    columns: IntArray
    heights: IntArray
    middles: FloatArray
    step: float
    unit: float
    most: int
    is_dots: bool
    flags: tuple[Flag, ...]


def strip(share: FloatArray, classes: IntArray, named: Sequence[int], wide: float, across: float, room: float) -> Strip:
    """Return where the zones stand.

    Parameters
    ----------
    share
        Place of each zone along the axis, 0 to 1; NaN is not drawn.
    classes
        On which side of the limits each is.
    named
        Zones that get a name.
    wide
        Width of the widest name [pt].
    across, room
        Width of the axis, and height above it [pt].

    Examples
    --------
    >>> found = strip(np.array([0.1, 0.1, 0.8, np.nan]), np.array([0, 0, 1, 0]), [1], 40.0, 400.0, 150.0)
    >>> found.columns.tolist(), found.heights.tolist(), found.step, len(found.flags)
    ([4, 4, 35, -1], [0, 1, 0, -1], 9.0, 1)
    """
    named = [at for at in named if np.isfinite(share[at])]
    is_right = not named or float(np.mean(share[named])) < 0.55
    rows = (_ABOVE + len(named) * SMALL * LINE) if named else 0.0
    for step in (*_SIZES, 0.0):
        columns = _columns(share, classes, across, step or _BIN)
        counts = np.bincount(columns[columns >= 0], minlength=1)
        near = _near(counts, columns[named], wide / (step or _BIN), is_right)
        if step and max(counts.max() * step, near * step + rows) <= room:
            break
    unit = 1.0 if step else max(counts.max() / room, near / max(room - rows, 20.0))
    step = step or _BIN
    is_dots = unit == 1.0 and counts.max() * step <= room
    heights = _stack(share, columns, set(named))
    middles: FloatArray = np.asarray((columns + 0.5) * step / across, dtype=np.float64)
    tops = np.asarray((heights + 0.5) * step if is_dots else counts[np.maximum(columns, 0)], dtype=np.float64)
    floor = near * step if is_dots else float(near)
    flags = _flags(named, middles, share, tops, floor, step * 0.5 if is_dots else 0.0, unit, is_right, across)
    return Strip(columns, heights, middles, step, unit, int(counts.max()), is_dots, flags)


def _columns(share: FloatArray, classes: IntArray, across: float, step: float) -> IntArray:
    """Return the column of each zone; those of a class that is the smaller one in its column move out of it."""
    inside = np.isfinite(share)
    columns = np.full(len(share), -1, dtype=np.int64)
    columns[inside] = np.floor(share[inside] * across / step).astype(np.int64)
    for low in range(int(classes.max(initial=0))):
        below, above = inside & (classes <= low), inside & (classes > low)
        for column in np.intersect1d(columns[below], columns[above]).tolist():
            here = columns == column
            if (here & below).sum() < (here & above).sum():
                columns[here & below] -= 1
            else:
                columns[here & above] += 1
    return columns


def _near(counts: IntArray, named: IntArray, wide: float, is_right: bool) -> int:
    """Return the highest column that names stand over."""
    if not len(named):
        return 0
    low, high = int(named.min()), int(named.max()) + 1
    low, high = (low, high + int(wide) + 1) if is_right else (max(low - int(wide) - 1, 0), high)
    return int(counts[low:high].max(initial=0))


def _stack(share: FloatArray, columns: IntArray, named: set[int]) -> IntArray:
    """Return the height of each zone in its column, the named ones on top."""
    heights = np.full(len(columns), -1, dtype=np.int64)
    filled: dict[int, int] = {}
    for at in sorted(np.flatnonzero(columns >= 0).tolist(), key=lambda at: (at in named, float(share[at]))):
        column = int(columns[at])
        heights[at] = filled.get(column, 0)
        filled[column] = int(heights[at]) + 1
    return heights


def _flags(
    named: Sequence[int],
    middles: FloatArray,
    share: FloatArray,
    tops: FloatArray,
    floor: float,
    half: float,
    unit: float,
    is_right: bool,
    across: float,
) -> tuple[Flag, ...]:
    side = 1.0 if is_right else -1.0
    order = sorted(named, key=lambda at: (side * float(middles[at]), side * float(share[at])))
    flags = []
    for row, at in enumerate(order):
        x = float(middles[at])
        y = floor + (_ABOVE + (len(order) - 1 - row + 0.5) * SMALL * LINE) * unit
        near, text = x + side * 6.0 / across, x + side * 8.0 / across
        flags.append(Flag(at, x, near, text, float(tops[at]), float(tops[at]) + half * unit, y))
    return tuple(flags)
