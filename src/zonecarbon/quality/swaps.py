"""Two figures of one zone and year that stand in each other's place.

Decided here: both must leave their series in the same year, one up and the other down by the same distance, and each,
as it was written, must fit the series of the other. Columns whose figures differ by less than a factor of five are not
told apart from what years do, and nothing is told of them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.quality.panels import SWAP, Found, Panel, found, joined
from zonecarbon.quality.series import outliers

_FAR = 0.7  # decades
_NEAR = 0.15

Scale = Callable[[IntArray, IntArray, IntArray, IntArray, IntArray], FloatArray]


class _Odd(NamedTuple):
    """Figures that stand away: panel, zone, sector, item, year, log10 of the figure and of what is likely, noise."""

    panel: IntArray
    zone: IntArray
    sector: IntArray
    item: IntArray
    year: IntArray
    log: FloatArray
    likely: FloatArray
    noise: FloatArray


def find_swaps(panels: list[Panel], years: IntArray, scale: Scale) -> Found | None:
    """Return the swapped figures, both of each pair; ``scale`` says log10 of one given unit in the unit kept."""
    flows, money = panels[:2]
    wide = np.concatenate([flows.wide(_FAR), money.wide(_FAR)], axis=2)
    rows = wide.sum(axis=2) >= 2
    if len(years) < 3 or not rows.any():
        return None
    parts = []
    for at, panel in enumerate((flows, money)):
        chosen = np.flatnonzero(panel.wide(_FAR) & rows[:, :, None])
        away = outliers(panel.values, chosen, years, _FAR)
        place = panel.split(away.series)
        parts.append((np.full(len(away.year), at), *place, away.year, away.log, away.likely, away.noise))
    columns: Any = [np.concatenate(column) for column in zip(*parts, strict=True)]
    odd = _Odd(*columns)
    first, second = _opposite(odd, wide.shape)
    first, second = _fitting(odd, first, second, scale)
    return _both(odd, first, second) if len(first) else None


def _opposite(odd: _Odd, shape: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    """Return pairs of one zone, sector and year that stand away as far, one up and one down."""
    key = (odd.zone * shape[1] + odd.sector) * (int(odd.year.max(initial=0)) + 1) + odd.year
    order = np.argsort(key, kind="stable")
    key, distance = key[order], (odd.log - odd.likely)[order]
    firsts, seconds = [], []
    for apart in range(1, shape[2]):
        at = np.flatnonzero(key[:-apart] == key[apart:])
        if not len(at):
            break
        near = np.abs(distance[at] + distance[at + apart]) <= 2 * _NEAR
        firsts.append(order[at[near]])
        seconds.append(order[at[near] + apart])
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *firsts]), np.concatenate([none, *seconds])


def _fitting(odd: _Odd, first: IntArray, second: IntArray, scale: Scale) -> tuple[IntArray, IntArray]:
    """Return the pairs of which each figure, as it was written, fits the series of the other."""
    units = [scale(*(column[at] for column in odd[:5])) for at in (first, second)]
    one, two = odd.log[first] - units[0], odd.log[second] - units[1]
    miss = np.maximum(np.abs(one - odd.likely[second] + units[1]), np.abs(two - odd.likely[first] + units[0]))
    near = miss <= _NEAR + np.maximum(odd.noise[first], odd.noise[second])
    first, second = first[near], second[near]
    best = np.argsort(miss[near], kind="stable")
    once = _once(first[best], second[best])
    return first[best][once], second[best][once]


def _once(first: IntArray, second: IntArray) -> IntArray:
    """Return the positions of pairs in which neither figure has a better partner before it."""
    used: set[int] = set()
    kept = []
    for at, pair in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        if used.isdisjoint(pair):
            used.update(pair)
            kept.append(at)
    return np.array(kept, dtype=np.int64)


def _both(odd: _Odd, first: IntArray, second: IntArray) -> Found:
    """Return both figures of each pair."""
    parts = []
    for one, two in ((first, second), (second, first)):
        other = np.where(odd.panel[two] == 0, odd.item[two], -1)
        place = odd.zone[one], odd.sector[one], odd.item[one], odd.year[one]
        told = found(0, *place, SWAP, (odd.log - odd.likely)[one], 0, other)
        parts.append(told._replace(panel=odd.panel[one]))
    return joined(parts)
