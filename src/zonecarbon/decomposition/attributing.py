"""One pass over the cells: the effect of each factor on each aggregate of a level, shown by sector or by cell.

Decided here: LMDI-I is the default because its effects add up over zones, sectors and carriers; LMDI-II weighs cells by
their share in the aggregate whose change is explained, so the effects of zones do not add up to those of the portfolio.
Both leave no residual. An aggregate that is zero in one year has no shares: LMDI-I is used for it, which is the limit.
It is also used where all cells of an aggregate come or go: none has a weight, and LMDI-II need not have a limit.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import frozen
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.decomposition.cells import Cells, Part, grouped
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels import lmdi
from zonecarbon.kernels.lmdi import log_mean

Weights = Literal["I", "II"]
NOT_ATTRIBUTED = "not_attributed"


class Attribution(NamedTuple):
    """Effects (zone, sector, [cell], period, factor), and the names of the factors."""

    effect: FloatArray
    factors: tuple[str, ...]


def attribute(
    cells: Cells, level: str, weights: Weights = "I", *, split: bool = False, separate: bool = False
) -> Attribution:
    """Return the effects of every factor on the aggregates of a level, in additive form.

    Parameters
    ----------
    split
        Whether the cells of a sector are kept apart.
    separate
        Whether the change of cells without a limit is a factor of its own, the last.

    Raises
    ------
    InputError
        If there are cells without a limit, all in one error, unless they are to be separate.
    """
    factors = cells.factors(level)
    n_zones, n_sectors, n_cells = cells.shape
    periods = len(cells.years) - 1
    shape = (n_zones, n_sectors, n_cells, periods) if split else (n_zones, n_sectors, periods)
    effect = np.zeros((*shape, len(factors)))
    apart, weight = np.zeros(shape), np.zeros((n_zones, n_sectors, periods))
    totals = aggregates(cells, level) if weights == "II" else None
    problems = _pass(cells, level, totals, effect, apart, weight, split=split)
    if totals is not None:
        # all cells of an aggregate come or go: none has a weight
        turned = totals.has_shares & (spread(cells, level, weight) == 0.0)
        if turned.any():
            totals = totals.without(turned)
            effect[...], apart[...], weight[...] = 0.0, 0.0, 0.0
            problems = _pass(cells, level, totals, effect, apart, weight, split=split)
        scale = _scale(cells, level, totals, weight)
        effect *= scale[:, :, None, :, None] if split else scale[..., None]
    if separate:
        return Attribution(frozen(np.concatenate([effect, apart[..., None]], axis=-1)), (*factors, NOT_ATTRIBUTED))
    if problems:
        raise InputError(problems)
    return Attribution(frozen(effect), factors)


def _pass(
    cells: Cells,
    level: str,
    totals: "Aggregates | None",
    effect: FloatArray,
    apart: FloatArray,
    weight: FloatArray,
    *,
    split: bool,
) -> list[Problem]:
    """Add up what the cells come to, block by block, and return what has no limit."""
    factors = cells.factors(level)
    problems: list[Problem] = []
    group, labels = cells.groups(cells.default_by())
    for rows, parts in cells.blocks(level):
        own = None if totals is None else tuple(array[rows, :, None] for array in totals[:2])
        for part in parts:
            found = _of_part(part, 3 if split else 2, own)
            at = (rows, slice(None), slice(part.first, part.first + found.effect.shape[2])) if split else (rows,)
            for name, column in zip(part.identity.factors, np.moveaxis(found.effect, -1, 0), strict=True):
                effect[(*at, ..., factors.index(name))] += column
            apart[at] += found.apart
            weight[rows] += found.weight.sum(axis=2) if split else found.weight
            for place in found.undefined.tolist():
                at_group = int(group[rows.start + place[0], place[1]])
                problems.append(_problem(cells, part, [str(label[at_group]) for label in labels.values()], place))
    return problems


def _of_part(part: Part, keep: int, totals: tuple[FloatArray, ...] | None) -> lmdi.Effects:
    start, end = ([array[..., span] for array in part.variables] for span in (slice(None, -1), slice(1, None)))
    ends = None if totals is None else (totals[0], totals[1])
    return lmdi.effects(start, end, part.identity.exponents, keep=keep, totals=ends)


class Aggregates(NamedTuple):
    """What the cells of LMDI-II are shares of: the value of each sector's aggregate (zone, sector, period).

    ``has_shares`` is False where that is zero, or changes its sign, in the period; the value is then 1.
    """

    first: FloatArray
    last: FloatArray
    has_shares: BoolArray

    def without(self, some: BoolArray) -> "Aggregates":
        """Return the aggregates with no shares in some more places."""
        first, last = (np.where(some, 1.0, array) for array in self[:2])
        return Aggregates(first, last, self.has_shares & ~some)


def aggregates(cells: Cells, level: str) -> Aggregates:
    """Return the value of the aggregate that each sector belongs to, at the start and the end of each period."""
    total = spread(cells, level, cells.values(level))
    first, last = total[..., :-1], total[..., 1:]
    has_shares = (first * last > 0.0) | np.isnan(first * last)
    return Aggregates(np.where(has_shares, first, 1.0), np.where(has_shares, last, 1.0), has_shares)


def spread(cells: Cells, level: str, array: FloatArray) -> FloatArray:
    """Return the sum of an array over each aggregate of a level, at every (zone, sector) of it."""
    group, labels = cells.groups(cells.keys(level))
    return np.asarray(grouped(array, group, size_of(labels))[group])


def size_of(labels: Mapping[str, NDArray[Any]]) -> int:
    """Return how many groups there are; without labels one."""
    return len(next(iter(labels.values()))) if labels else 1


def _scale(cells: Cells, level: str, totals: Aggregates, weight: FloatArray) -> FloatArray:
    """Return what turns effects on shares into effects on the aggregate (zone, sector, period)."""
    with np.errstate(all="ignore"):
        scale = log_mean(totals.first, totals.last) / spread(cells, level, weight)
    return np.where(totals.has_shares, scale, 1.0)


def _problem(cells: Cells, part: Part, named: Sequence[str], place: Sequence[int]) -> Problem:
    """Return why a cell has no limit, in words a planner can act on."""
    _, _, cell, period = place
    carrier = cells.carrier_labels()[part.first + cell]
    years = cells.years[period], cells.years[period + 1]
    told = {"cell": " / ".join(word for word in (*named, carrier) if word) or "-", "base": years[0], "end": years[1]}
    for name, array in zip(part.identity.variables, part.variables, strict=True):
        figures = np.broadcast_to(array, (array.shape[0], *array.shape[1:]))
        where = tuple(i if n > 1 else 0 for i, n in zip(place[:3], figures.shape[:3], strict=True))
        first, last = float(figures[where][period]), float(figures[where][period + 1])
        shown = f"{name} ({cells.constant_of(name)})" if cells.constant_of(name) else name
        if first * last < 0.0:
            return Problem("decompose.sign", {**told, "name": shown, "first": first, "last": last})
        if 0.0 in {first, last} and part.identity.whole.get(name, 0) <= 0:
            return Problem("decompose.infinite", {**told, "name": name, "first": first, "last": last})
    return Problem("decompose.infinite", {**told, "name": part.identity.left, "first": "?", "last": "?"})
