"""Verdicts: values and thresholds in, codes out.

Decided here:

* Three answers, never two: ``MET`` = 1, ``MISSED`` = 0, ``UNKNOWN`` = -1. NaN is unknown, never missed.
* |value - threshold| <= 1e-12 * max(|value|, |threshold|) is equality, so that a number that reached its threshold
  through a division is not "below" it, and 0.96 ** 5 is four per cent a year. Infinite values compare as usual.
* The floats equal to one threshold are an interval, because the difference grows faster than the band (``rtol`` up to a
  quarter). Its ends are found once (a guess and a few steps to the neighbouring float), and one comparison with an end
  is then the whole test, with the same answer for every float: ``compare`` of 1e7 values takes 17 ms, with the
  band of each value 280 ms. A threshold for each value still has its own band.
* ``margin`` is exactly 0 where the comparison calls the two equal, so that its sign never contradicts the verdict.
* GB/T 8170 rounds the number *as written*: half to even on the shortest decimal digits of the float (``repr``), once.
  2.675 becomes 2.68, though the binary number is a little below it. ``np.rint`` of the scaled value answers everything
  that is not near a tie; only the few values that are go through :class:`decimal.Decimal`.
* Sums over zones are pairwise within pieces of 32,768 zones and over the pieces, so they depend on the zones and their
  order alone.
* An unknown zone may turn out either way: a share has a lower bound (unknown counts as not met) and an upper one
  (unknown counts as met). Both satisfy: met; neither: missed; else unknown.
"""

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import ArrayLike, BoolArray, FloatArray, IntArray
from zonecarbon.kernels.blocks import BLOCK, in_blocks

__all__ = [
    "EQUALITY",
    "MET",
    "MISSED",
    "UNKNOWN",
    "Aggregate",
    "CodeArray",
    "Operator",
    "Share",
    "aggregate",
    "compare",
    "margin",
    "round_half_even",
    "share",
]

CodeArray: TypeAlias = NDArray[np.int8]
Operator: TypeAlias = Literal["<=", "<", ">=", ">"]

MET = 1
MISSED = 0
UNKNOWN = -1
EQUALITY = 1e-12
"""Relative difference up to which two numbers count as equal."""

_WIDE = Context(prec=800, rounding=ROUND_HALF_EVEN)


class Share(NamedTuple):
    """How many zones meet their target, and what that says; arrays of the leading shape."""

    met: IntArray
    unknown: IntArray
    n: int
    lower: FloatArray
    upper: FloatArray
    verdict: CodeArray


class Aggregate(NamedTuple):
    """A ratio of sums over the known zones; arrays of the leading shape."""

    value: FloatArray
    known: IntArray
    n: int
    complete: BoolArray


_BAD_OPERATOR = 'operator must be "<=", "<", ">=" or ">"; got {!r}'
_NARROW = 0.25  # widest rtol whose band is proved to be an interval
_COMPARISONS = {"<=": np.less_equal, "<": np.less, ">=": np.greater_equal, ">": np.greater}


def _equal(value: FloatArray, threshold: FloatArray, rtol: float) -> BoolArray:
    """Return where the two count as equal."""
    with np.errstate(all="ignore"):
        band = rtol * np.maximum(np.abs(value), np.abs(threshold))
        near = (np.abs(value - threshold) <= band) & (band < np.inf)
    return np.logical_or(near, np.equal(value, threshold))


def _is_equal(value: float, threshold: float, rtol: float) -> bool:
    """Return whether two numbers count as equal: :func:`_equal` of one value, without arrays."""
    band = rtol * max(abs(value), abs(threshold))
    return value == threshold or abs(value - threshold) <= band < math.inf


@lru_cache(maxsize=1024)
def _ends(threshold: float, rtol: float) -> tuple[float, float]:
    """Return the least and the greatest float that count as equal to a threshold."""
    return tuple(_end(threshold, rtol, side) for side in (-math.inf, math.inf))  # type: ignore[return-value]


def _end(threshold: float, rtol: float, side: float) -> float:
    """Return the last float towards ``side`` that counts as equal."""
    if not math.isfinite(threshold):
        return threshold
    is_away = (side > 0.0) == (threshold > 0.0)
    end = threshold / (1.0 - rtol) if is_away else threshold * (1.0 - rtol)
    while not _is_equal(end, threshold, rtol):
        end = math.nextafter(end, threshold)
    while _is_equal(further := math.nextafter(end, side), threshold, rtol) and further != end:
        end = further
    return end


def comparison(operator: Operator, threshold: float, rtol: float = EQUALITY) -> tuple[np.ufunc, float]:
    """Return the one comparison, and the number to make it with, that says whether a known value meets a threshold."""
    if operator not in _COMPARISONS:
        raise ValueError(_BAD_OPERATOR.format(operator))
    low, high = _ends(threshold, rtol)
    return _COMPARISONS[operator], high if operator in ("<=", ">") else low


def _is_one(threshold: FloatArray, rtol: float) -> bool:
    """Return whether there is one known threshold, whose equal floats are an interval."""
    return threshold.ndim == 0 and 0.0 <= rtol <= _NARROW and not math.isnan(threshold)


def compare(value: ArrayLike, operator: Operator, threshold: ArrayLike, rtol: float = EQUALITY) -> CodeArray:
    """Compare with a threshold, counting what differs by rounding only as equal.

    Parameters
    ----------
    value, threshold : (...)
        In one unit; they broadcast.
    operator : {"<=", "<", ">=", ">"}
        ``0.4 以下`` is ``<=``, ``低于 0.3`` is ``<``, ``4% 以上`` is ``>=``.
    rtol : float
        Relative difference that counts as equality.

    Returns
    -------
    (...) of int8
        ``MET``, ``MISSED``, or ``UNKNOWN`` where the value or the threshold is NaN.

    Raises
    ------
    ValueError
        An operator that is none of the four.

    Examples
    --------
    >>> compare([0.2, 0.1 * 3, 0.4, float("nan")], "<", 0.3)
    array([ 1,  0,  0, -1], dtype=int8)
    >>> compare(0.1 * 3, "<=", 0.3)
    array(1, dtype=int8)
    """
    have, limit = np.asarray(value, dtype=np.float64), np.asarray(threshold, dtype=np.float64)
    if _is_one(limit, rtol):
        if not have.ndim:  # one number: the calls for arrays take five times as long
            meets, end = comparison(operator, float(limit), rtol)
            one = float(have)
            return np.array(UNKNOWN if math.isnan(one) else MET if meets(one, end) else MISSED, dtype=np.int8)
        return _compare_with_one(have, *comparison(operator, float(limit), rtol))
    better = _better(have, operator, limit)
    equal = _equal(have, limit, rtol)
    good = (better | equal) if operator in ("<=", ">=") else (better & ~equal)
    code = np.where(good, np.int8(MET), np.int8(MISSED))
    return np.where(np.isnan(have) | np.isnan(limit), np.int8(UNKNOWN), code)


def _compare_with_one(value: FloatArray, meets: np.ufunc, end: float) -> CodeArray:
    """Return the codes of values compared with one number."""

    def fill(out: CodeArray, piece: FloatArray) -> None:
        meets(piece, end, out=out.view(np.bool_))
        np.subtract(out, np.not_equal(piece, piece).view(np.int8), out=out)  # NaN compares false: 0 - 1 is unknown

    code = np.empty(value.shape, dtype=np.int8)
    in_blocks(fill, code, value)
    return code


def _better(value: FloatArray, operator: str, threshold: FloatArray) -> BoolArray:
    """Return where the value lies strictly on the good side (False for NaN)."""
    if operator in ("<=", "<"):
        return np.less(value, threshold)
    if operator in (">=", ">"):
        return np.greater(value, threshold)
    raise ValueError(_BAD_OPERATOR.format(operator))


def margin(value: ArrayLike, operator: Operator, threshold: ArrayLike, rtol: float = EQUALITY) -> FloatArray:
    """Return the distance to the threshold, positive on the good side.

    Parameters
    ----------
    value, threshold : (...)
        In one unit; they broadcast.
    operator : {"<=", "<", ">=", ">"}
        Says which side is good.
    rtol : float
        Relative difference that counts as equality, as in :func:`compare`.

    Returns
    -------
    (...)
        In the unit of the arguments; exactly 0 where they count as equal; NaN where either is NaN.

    Examples
    --------
    >>> margin([0.25, 0.5, 0.1 * 3], "<=", 0.3).round(6)
    array([ 0.05, -0.2 ,  0.  ])
    """
    have, limit = np.asarray(value, dtype=np.float64), np.asarray(threshold, dtype=np.float64)
    if operator not in _COMPARISONS:
        raise ValueError(_BAD_OPERATOR.format(operator))
    sign = 1.0 if operator in ("<=", "<") else -1.0
    if not _is_one(limit, rtol):
        with np.errstate(all="ignore"):
            return np.where(_equal(have, limit, rtol), 0.0, sign * (limit - have))
    low, high = _ends(float(limit), rtol)
    if not have.ndim:  # one number, as in compare
        one, end = float(have), float(limit)
        return np.array(0.0 if low <= one <= high else end - one if sign > 0.0 else one - end)

    def fill(out: FloatArray, value: FloatArray) -> None:
        np.subtract(*((limit, value) if sign > 0.0 else (value, limit)), out=out)
        equal = (value >= low) & (value <= high)
        if equal.any():
            np.copyto(out, 0.0, where=equal)

    gap = np.empty_like(have)
    with np.errstate(all="ignore"):
        in_blocks(fill, gap, have)
    return gap


def round_half_even(value: ArrayLike, digits: int) -> FloatArray:
    """Round the decimal digits of each number once, half to even (GB/T 8170-2008, 3.2).

    Parameters
    ----------
    value : (...)
        Numbers in any unit.
    digits : int
        Digits after the decimal point that are kept; negative for tens, hundreds ...

    Returns
    -------
    (...)
        The float nearest to the rounded decimal number. NaN and infinity stay; there is no negative zero.

    Examples
    --------
    >>> round_half_even([0.35, 0.45, 0.25, -0.25], 1)
    array([ 0.4,  0.4,  0.2, -0.2])
    >>> round_half_even(2.675, 2)
    array(2.68)
    """
    number = np.asarray(value, dtype=np.float64)
    with np.errstate(all="ignore"):
        result, unsure = _round_scaled(number, digits)
    quantum = Decimal((0, (1,), -digits))
    for place in zip(*np.nonzero(np.atleast_1d(unsure)), strict=True):
        spot = place if number.ndim else ()
        result[spot] = float(Decimal(repr(float(number[spot]))).quantize(quantum, context=_WIDE))
    return np.asarray(result + 0.0)


def _round_scaled(number: FloatArray, digits: int) -> tuple[FloatArray, BoolArray]:
    """Return the rounded numbers, and where binary arithmetic cannot tell which way a tie falls."""
    if abs(digits) > 22:  # 10 ** 22 is the largest power of ten that is a float
        return np.array(number), np.isfinite(number)
    power = 10.0 ** abs(digits)
    scaled = np.asarray(number * power if digits >= 0 else number / power)
    whole = np.rint(scaled)
    result = np.asarray(whole / power if digits >= 0 else whole * power)
    distance = np.abs(np.abs(scaled - np.floor(scaled)) - 0.5)
    near = ~(distance > 4.0 * np.finfo(np.float64).eps * np.abs(scaled))
    return result, near & np.isfinite(number)


def share(codes: ArrayLike, threshold: ArrayLike, operator: Operator = ">=") -> Share:
    """Count the zones that meet their target and judge their share, with bounds for the unknown.

    Parameters
    ----------
    codes : (..., zone) of int
        ``MET``, ``MISSED`` or ``UNKNOWN`` of each zone.
    threshold : (...)
        The share asked for, as a fraction; broadcasts against the leading axes.
    operator : {"<=", "<", ">=", ">"}
        How the share must compare.

    Returns
    -------
    Share
        ``met`` and ``unknown`` (counts), ``n`` (number of zones), ``lower`` and ``upper`` (the share if every unknown
        zone misses or meets), ``verdict``. Without zones the bounds are NaN and the verdict is ``UNKNOWN``.

    Examples
    --------
    Of 169 zones, 85 are more than half; 84 with one unknown may be.

    >>> share([1] * 85 + [0] * 84, 0.5).verdict
    array(1, dtype=int8)
    >>> share([1] * 84 + [0] * 84 + [-1], 0.5).verdict
    array(-1, dtype=int8)
    """
    code = np.asarray(codes)
    return share_of(_count(code == MET), _count(code == UNKNOWN), int(code.shape[-1]), threshold, operator)


def share_of(met: IntArray, unknown: IntArray, n: int, threshold: ArrayLike, operator: Operator = ">=") -> Share:
    """Judge a share from its counts."""
    size = float(n) if n else np.nan
    lower, upper = np.asarray(met / size), np.asarray((met + unknown) / size)
    low, high = compare(lower, operator, threshold), compare(upper, operator, threshold)
    verdict = np.where(low == high, low, np.int8(UNKNOWN))
    return Share(met, unknown, n, lower, upper, verdict)


def _count(mask: BoolArray) -> IntArray:
    """Count along the last axis (much faster where it is the only one)."""
    return np.asarray(np.count_nonzero(mask, axis=None if mask.ndim == 1 else -1), dtype=np.int64)


def aggregate(numerator: ArrayLike, denominator: ArrayLike) -> Aggregate:
    """Divide the sums over zones: every zone weighs with its denominator.

    Parameters
    ----------
    numerator, denominator : (..., zone)
        For an energy intensity [tce] and [10^4 yuan]; they broadcast.

    Returns
    -------
    Aggregate
        ``value`` over the zones of which both are known (NaN if there are none, or if their denominators do not sum to
        something positive), ``known`` (their number), ``n`` (all zones), ``complete`` (no zone is unknown). The value
        of an incomplete aggregate describes the known zones; whether it may be judged is for the caller to say.

    Examples
    --------
    >>> aggregate([30.0, 10.0, float("nan")], [100.0, 100.0, 50.0])
    Aggregate(value=array(0.2), known=array(2), n=3, complete=array(False))
    """
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if top.shape != bottom.shape:
        top, bottom = np.broadcast_arrays(top, bottom)
    if top.shape == (1,):
        return _aggregate_of_one(top.item(), bottom.item())
    n = int(top.shape[-1])
    with np.errstate(all="ignore"):
        pieces = [_known_sums(top[..., i : i + BLOCK], bottom[..., i : i + BLOCK]) for i in range(0, max(n, 1), BLOCK)]
        above, below, known = pieces[0]
        if len(pieces) > 1:
            above, below, known = (np.stack(part, axis=-1).sum(axis=-1) for part in zip(*pieces, strict=True))
    return aggregate_of(above, below, known, n)


def _aggregate_of_one(above: float, below: float) -> Aggregate:
    """Return what :func:`aggregate` says of a single zone, without the calls that many need."""
    known = not (math.isnan(above) or math.isnan(below))
    value = (above + 0.0) / below if known and 0.0 < below < math.inf else math.nan  # a sum is never -0.0
    return Aggregate(np.array(value), np.array(int(known)), 1, np.array(known))


def aggregate_of(above: FloatArray, below: FloatArray, known: IntArray, n: int) -> Aggregate:
    """Divide two sums over the known zones."""
    with np.errstate(all="ignore"):
        value = np.where((below > 0.0) & (below < np.inf), np.divide(above, below), np.nan)
    return Aggregate(value, np.asarray(known), n, np.asarray((known == n) & (n > 0)))


def _known_sums(top: FloatArray, bottom: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the sums of a piece over the zones of which both are known, and how many these are.

    A copy with zeros put in takes a sixth of the time of ``np.where``.
    """
    unknown = np.not_equal(top, top) | np.not_equal(bottom, bottom)
    if unknown.any():
        top, bottom, holes = np.array(top), np.array(bottom), np.nonzero(unknown)
        top[holes] = bottom[holes] = 0.0
    return top.sum(axis=-1), bottom.sum(axis=-1), top.shape[-1] - _count(unknown)
