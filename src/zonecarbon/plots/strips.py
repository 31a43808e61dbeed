"""Where the dots of a distribution stand, and the names of some of them.

Decided here: a dot stands at its exact place along the axis, so that it can be read off; where dots would overlap they
are stacked upward, each in the lowest row that is free. The largest dots are taken for which the rows and the names
above the named dots fit. Named dots come last and stand on top of those that they touch, so that the line to a name has
no other dot over it.

When no size fits, the zones are counted in columns of about 6 pt instead. Columns begin and end at the limits, so that
none holds zones of both sides of one. Names stand in rows beside each other's lines, the zone that lies farthest from
the side of the texts highest, so that no line crosses a name.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.plots.lettering import LINE
from zonecarbon.plots.style import SMALL

_SIZES = (9.0, 7.5, 6.0, 5.0, 4.0, 3.2)  # of a dot [pt]
_BIN = 6.0
_ABOVE = 8.0  # from the dots to the lowest name [pt]
_BEFORE = 8.0  # from a dot to the beginning of its name [pt]


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
    """Where the zones stand, as dots or in columns.

    Parameters
    ----------
    rows
        The row of each dot, from 0; -1 is not drawn. Without dots, the column of each zone.
    step
        The size of a dot and height of a row [pt]; 0 without dots.
    edges
        Ends of the columns along the axis (fractions); empty with dots.
    unit
        What a point is upward: 1 with dots, else zones.
    most
        The most dots or zones that stand upon each other.
    flags
        The names.
    """

    rows: IntArray
    step: float
    edges: FloatArray
    unit: float
    most: int
    flags: tuple[Flag, ...]

    @property
    def is_dots(self) -> bool:
        """Whether there is a dot for each zone."""
        return self.step > 0.0


def strip(
    share: FloatArray, cuts: Sequence[float], named: Sequence[int], wide: float, across: float, room: float
) -> Strip:
    """Return where the zones stand.

    Parameters
    ----------
    share
        Place of each zone along the axis, 0 to 1; NaN is not drawn.
    cuts
        Places of the limits: a column ends there.
    named
        Zones that get a name.
    wide
        Width of the widest name [pt].
    across, room
        Width of the axis, and height above it [pt].

    Examples
    --------
    >>> found = strip(np.array([0.1, 0.101, 0.8, np.nan]), [0.5], [0], 40.0, 400.0, 150.0)
    >>> found.rows.tolist(), found.step, len(found.flags)
    ([1, 0, 0, -1], 9.0, 1)
    """
    named = [at for at in named if np.isfinite(share[at])]
    is_right = not named or float(np.mean(share[named])) < 0.55
    above = (_ABOVE + len(named) * SMALL * LINE) if named else 0.0
    places = share * across
    over = _under_names(places, named, wide, is_right)
    for step in _SIZES:
        rows = _rows(places, named, step, int(room / step))
        if rows is None:
            continue
        floor = step * (int(rows[over].max(initial=-1)) + 1)
        if floor + above <= room:
            tops: FloatArray = np.asarray((rows + 0.5) * step, dtype=np.float64)
            flags = _flags(named, share, tops, step / 2.0, floor, 1.0, is_right, across)
            return Strip(rows, step, np.zeros(0), 1.0, int(rows.max(initial=-1)) + 1, flags)
    columns, edges = _columns(share, cuts, across)
    counts = np.bincount(columns[columns >= 0], minlength=len(edges) - 1)
    near = int(counts[np.unique(columns[over])].max(initial=0)) if over.any() else 0
    unit = max(counts.max() / room, near / max(room - above, 20.0))
    tops = np.asarray(counts[np.maximum(columns, 0)], dtype=np.float64)
    flags = _flags(named, share, tops, 0.0, float(near), unit, is_right, across)
    return Strip(columns, 0.0, edges, unit, int(counts.max()), flags)


def _under_names(places: FloatArray, named: Sequence[int], wide: float, is_right: bool) -> BoolArray:
    """Return which zones stand below names and their lines."""
    if not named:
        return np.zeros(len(places), dtype=np.bool_)
    low, high = float(places[named].min()) - _SIZES[0], float(places[named].max()) + _SIZES[0]
    low, high = (low, high + wide) if is_right else (low - wide, high)
    with np.errstate(invalid="ignore"):
        return np.asarray((places >= low) & (places <= high))


def _rows(places: FloatArray, named: Sequence[int], step: float, most: int) -> IntArray | None:
    """Return the lowest free row of each dot, the named ones above all that they touch; None if there are too few."""
    rows = np.full(len(places), -1, dtype=np.int64)
    order = np.argsort(places, kind="stable")
    known = places[order][: int(np.isfinite(places).sum())]
    if (np.searchsorted(known, known + step) - np.arange(len(known))).max(initial=0) > most:
        return None  # so many overlap in one place
    kept = set(named)
    ends: list[float] = []  # where the last dot of each row ends
    for at, x in zip(order.tolist(), places[order].tolist(), strict=True):
        if math.isnan(x):  # these come last
            break
        if at in kept:
            continue
        row = next((row for row, end in enumerate(ends) if end <= x), len(ends))
        if row == len(ends):
            if row >= most:
                return None
            ends.append(0.0)
        ends[row], rows[at] = x + step, row
    for at in named:
        touched = rows[np.abs(places - places[at]) < step]
        rows[at] = int(touched.max(initial=-1)) + 1
        if rows[at] >= most:
            return None
    return rows


def _columns(share: FloatArray, cuts: Sequence[float], across: float) -> tuple[IntArray, FloatArray]:
    """Return the column of each zone (-1: not drawn) and the edges of the columns, of which every cut is one."""
    ends = [0.0, *(cut for cut in sorted(cuts) if 0.0 < cut < 1.0), 1.0]
    parts = [
        np.linspace(low, high, max(1, round((high - low) * across / _BIN)) + 1)[:-1]
        for low, high in pairwise(ends)
        if high > low
    ]
    edges = np.concatenate([*parts, [1.0]])
    columns = np.clip(np.searchsorted(edges, share, side="right") - 1, 0, len(edges) - 2)
    return np.where(np.isfinite(share), columns, -1), edges


def _flags(
    named: Sequence[int],
    share: FloatArray,
    tops: FloatArray,
    half: float,
    floor: float,
    unit: float,
    is_right: bool,
    across: float,
) -> tuple[Flag, ...]:
    side = 1.0 if is_right else -1.0
    order = sorted(named, key=lambda at: side * float(share[at]))
    flags = []
    for row, at in enumerate(order):
        x = float(share[at])
        y = floor + (_ABOVE + (len(order) - 1 - row + 0.5) * SMALL * LINE) * unit
        near, text = x + side * (_BEFORE - 2.0) / across, x + side * _BEFORE / across
        flags.append(Flag(at, x, near, text, float(tops[at]), float(tops[at]) + half, y))
    return tuple(flags)
