"""What adds up over zones: the sums behind an aggregate and the counts behind a share, in one pass over a year.

Decided here:

* A :class:`Tally` is two sums and four counts. Tallies of parts make the tally of the whole (:func:`merged`), so the
  zones may come in parts; both verdicts of a year are read off it.
* One pass in pieces of 32,768 zones: ratio, comparison, sums and counts while the two columns are in the cache. With
  the rates of all zones (:func:`zonecarbon.kernels.intensity.reduction_rate`) a year of 1e7 zones takes 1.6 times as
  long as the logarithms and exponentials of the rates alone (1.9 times where the processor makes those faster); the
  same kernels one after another take 2.4 times, whole arrays with a band for each
  value 8 (``benchmarks/job_check.py``).
* The level of a zone is that of a check: unknown where value added is not positive or the ratio is negative. The sums
  are over the zones of which both sides are known, whatever their level.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import ArrayLike, FloatArray, IntArray
from zonecarbon.kernels.blocks import BLOCK, lowest
from zonecarbon.kernels.target import (
    Aggregate,
    CodeArray,
    Operator,
    Share,
    aggregate_of,
    comparison,
    share_of,
)

__all__ = ["Tally", "merged", "tally"]


class Tally(NamedTuple):
    """Sums and counts over zones."""

    above: float
    below: float
    known: int
    met: int
    unknown: int
    n: int

    def aggregate(self) -> Aggregate:
        """Return the ratio of the sums, as :func:`zonecarbon.kernels.target.aggregate`."""
        return aggregate_of(np.asarray(self.above), np.asarray(self.below), np.asarray(self.known), self.n)

    def share(self, threshold: ArrayLike, operator: Operator = ">=") -> Share:
        """Return the share of zones that meet their limit, as :func:`zonecarbon.kernels.target.share`."""
        return share_of(np.asarray(self.met), np.asarray(self.unknown), self.n, threshold, operator)


def tally(
    numerator: ArrayLike, denominator: ArrayLike, operator: Operator, limit: float, codes: CodeArray | None = None
) -> Tally:
    """Sum and count the zones of one year.

    Parameters
    ----------
    numerator, denominator : (zone,)
        For an energy intensity [tce] and [10^4 yuan]. Fastest where a year is contiguous, as in a (zone, year) array in
        Fortran order.
    operator : {"<=", "<", ">=", ">"}
        How the ratio of a zone must compare with ``limit``.
    limit : float
        In the unit of the ratio.
    codes : (zone,) of int8, optional
        Filled with ``MET``, ``MISSED`` or ``UNKNOWN`` of each zone.

    Raises
    ------
    ValueError
        Arguments that are not two columns of the same zones; an operator that is none of the four; a limit that is NaN.

    Examples
    --------
    Two of three zones are known, one of them is below 0.3.

    >>> found = tally([20.0, 40.0, float("nan")], [100.0, 100.0, 100.0], "<", 0.3)
    >>> found
    Tally(above=60.0, below=200.0, known=2, met=1, unknown=1, n=3)
    >>> float(found.aggregate().value), int(found.share(0.5).verdict)
    (0.3, -1)
    """
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if top.ndim != 1 or top.shape != bottom.shape or np.isnan(limit):
        msg = f"numerator and denominator must be two columns, and the limit a number; got {top.shape}, {bottom.shape}"
        raise ValueError(msg)
    test, n = comparison(operator, float(limit)), len(top)
    level, own = np.empty(min(n, BLOCK)), np.empty(min(n, BLOCK), dtype=np.int8)
    pieces = []
    with np.errstate(all="ignore"):
        for start in range(0, n, BLOCK):
            part = slice(start, min(start + BLOCK, n))
            code = own[: part.stop - start] if codes is None else codes[part]
            pieces.append(_piece(top[part], bottom[part], test, level[: len(code)], code))
    return merged(pieces)


def _piece(
    top: FloatArray, bottom: FloatArray, test: tuple[np.ufunc, float], level: FloatArray, code: CodeArray
) -> Tally:
    """Return the tally of a piece; ``level`` is room for its ratios."""
    np.divide(top, bottom, out=level)
    if not (lowest(bottom) > 0.0 and lowest(level) > 0.0):  # then none is infinite either
        np.copyto(level, np.nan, where=~((bottom > 0.0) & (bottom < np.inf) & (level >= 0.0)))
    meets, end = test
    meets(level, end, out=code.view(np.bool_))
    met = int(np.count_nonzero(code.view(np.bool_)))
    nothing = np.not_equal(level, level)
    np.subtract(code, nothing.view(np.int8), out=code)
    (unknown,) = np.nonzero(nothing)
    holes = unknown[np.isnan(top[unknown]) | np.isnan(bottom[unknown])]
    above, below = (_sum_without(side, holes, level) for side in (top, bottom))
    return Tally(above, below, len(code) - len(holes), met, len(unknown), len(code))


def _sum_without(values: FloatArray, holes: IntArray, room: FloatArray) -> float:
    """Sum a piece without some places."""
    if len(holes):
        np.copyto(room, values)
        room[holes] = 0.0
        values = room
    return float(np.add.reduce(values))


def merged(tallies: Iterable[Tally]) -> Tally:
    """Return the tally of all parts; its sums depend on where the parts were cut in the last bits alone.

    Examples
    --------
    >>> merged([Tally(1.0, 2.0, 1, 1, 0, 1), Tally(0.5, 2.0, 1, 0, 1, 2)])
    Tally(above=1.5, below=4.0, known=2, met=1, unknown=1, n=3)
    """
    columns = [np.array(column) for column in zip(*tallies, strict=True)]
    if not columns:
        return Tally(0.0, 0.0, 0, 0, 0, 0)
    above, below = (float(column.sum()) for column in columns[:2])
    return Tally(above, below, *(int(column.sum()) for column in columns[2:]))
