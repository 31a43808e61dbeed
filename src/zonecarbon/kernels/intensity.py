"""Intensities, geometric rates, and value added at one price year.

Decided here:

* A rate is geometric: ``1 - (end / start) ** (1 / years)``, computed as ``-expm1(log(end / start) * (1 / years))``:
  half the time of a power, exact near zero, and exactly 0 for equal ends. Four per cent a year for five years is
  18.4627 %, not 20 %.
* Rates and changes are fractions a year; a reduction is positive, a growth ("change") is positive upwards.
* What has no meaning is NaN without a warning: an intensity over value added that is not positive, a rate from a start
  that is not positive or over no years. An infinite number is no measurement and gives NaN too, because dividing by it
  would read as an intensity of 0 that meets every target.
* ``required_rate`` counts equality as the verdict does (:func:`zonecarbon.kernels.target.compare`), so that a value the
  verdict calls met never asks for a rate of 1e-17.
* Each is done in pieces (:mod:`zonecarbon.kernels.blocks`). What has no meaning is looked for by the least and the
  greatest value of a piece (0.3 ns a value each) and masked only where there is any: ``np.where`` with a mask that is
  neither all true nor all false costs 3.5 ns, more than a logarithm (1.7 ns). The factor 1 / years is multiplied with,
  which is 0.9 ns cheaper than a division by years and differs from it by one unit in the last place. So the rates of
  1e7 zones, 2 % of them unknown, take 1.04 times as long as division, logarithm, division, exponential and sign alone.
* Price bases are linked by the published real growth of the first year of the new base, never by a price index that
  was made for something else. Years that already stand at the base asked for are not touched.
"""

import math

import numpy as np

from zonecarbon._typing import ArrayLike, BoolArray, FloatArray
from zonecarbon.kernels.blocks import highest, in_blocks, lowest, result_for
from zonecarbon.kernels.target import MET, compare

__all__ = ["deflate", "growth_chain", "link", "ratio", "reduction_rate", "required_rate"]

_LARGEST = np.finfo(np.float64).max
_TINY, _HUGE = 1e-150, 1e150  # quotients of numbers between these neither vanish nor overflow


def _floats(*values: ArrayLike) -> list[FloatArray]:
    """Return the arguments as float64 arrays that are broadcast against each other (views, not to be written to)."""
    return np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))  # type: ignore[return-value]


def _positive(value: FloatArray) -> BoolArray:
    """Return where a value is a positive finite number (False for NaN)."""
    return (value > 0.0) & (value < np.inf)


def ratio(numerator: ArrayLike, denominator: ArrayLike, out: FloatArray | None = None) -> FloatArray:
    """Divide, with NaN where the denominator is zero, negative, infinite or unknown.

    Parameters
    ----------
    numerator, denominator : (...)
        For an energy intensity [tce] and [10^4 yuan]; they broadcast.
    out : (...), optional
        float64 array to write into; the result is then this array.

    Returns
    -------
    (...)
        For an energy intensity [tce per 10^4 yuan].

    Examples
    --------
    >>> ratio([30.0, 30.0, 30.0, 0.0], [100.0, 0.0, -5.0, 100.0])
    array([0.3, nan, nan, 0. ])
    """
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if out is None and top.shape == bottom.shape == (1,):  # one zone: the calls for many take five times as long
        over, under = top.item(), bottom.item()
        return np.array([over / under if 0.0 < under < math.inf else math.nan])
    result = result_for(out, top, bottom)
    with np.errstate(all="ignore"):
        in_blocks(divide_into, result, top, bottom)
    return result


def divide_into(out: FloatArray, top: FloatArray, bottom: FloatArray) -> None:
    """Fill a piece of a ratio; warnings are the caller's to silence."""
    np.divide(top, bottom, out=out)
    if not (lowest(bottom) > 0.0 and highest(bottom) < np.inf):
        np.copyto(out, np.nan, where=~_positive(bottom))


def reduction_rate(start: ArrayLike, end: ArrayLike, years: ArrayLike, out: FloatArray | None = None) -> FloatArray:
    """Return the constant yearly reduction that leads from ``start`` to ``end``.

    Parameters
    ----------
    start, end : (...)
        A level in any one unit; they broadcast.
    years : (...)
        Years from start to end [a].
    out : (...), optional
        float64 array to write into; the result is then this array.

    Returns
    -------
    (...)
        Fraction a year, negative for a rise. Exactly 0 if nothing changed, exactly 1 if ``end`` is 0. NaN if the start
        is not positive, the end is negative, ``years`` is not positive, or any of them is NaN or infinite.

    Notes
    -----
    This is the 年均削减率 of 国科发火〔2021〕28号, which names no formula; the geometric mean is the usual reading.

    Examples
    --------
    >>> reduction_rate(100.0, [80.0, 100.0, 0.0, -1.0], 5).round(6)
    array([0.043648, 0.      , 1.      ,      nan])
    """
    first, last, span = (np.asarray(value, dtype=np.float64) for value in (start, end, years))
    if out is None and not (first.ndim or last.ndim or span.ndim):
        one = _one_rate(float(first), float(last), float(span))
        if one is not None:
            return np.array(one)
    result = result_for(out, first, last, span)
    with np.errstate(all="ignore"):
        per_year = np.where(_positive(span), np.minimum(1.0 / span, _LARGEST), np.nan)
        in_blocks(_rate_into, result, first, last, per_year)
    return result


def _one_rate(first: float, last: float, span: float) -> float | None:
    """Return the rate between two plain numbers, to the bit as arrays of them; None where one is not plain.

    A check of one zone takes a few single rates; the calls for arrays take four times as long.
    """
    if not (_TINY < first < _HUGE and _TINY < last < _HUGE and 1.0 <= span < _HUGE):
        return None
    return 0.0 - float(np.expm1(np.log(last / first) * (1.0 / span)))


def _rate_into(out: FloatArray, first: FloatArray, last: FloatArray, per_year: FloatArray) -> None:
    """Fill a piece of the rates. A ratio of 0 or infinity may come of an infinite level: looked at more closely."""
    np.divide(last, first, out=out)
    is_plain = lowest(first) > 0.0 and lowest(out) > 0.0 and highest(out) < np.inf
    np.log(out, out=out)
    np.multiply(out, per_year, out=out)
    np.expm1(out, out=out)
    np.subtract(0.0, out, out=out)
    if not is_plain:
        np.copyto(out, np.nan, where=~(_positive(first) & (last >= 0.0) & (last < np.inf)))


def required_rate(value: ArrayLike, threshold: ArrayLike, years: ArrayLike) -> FloatArray:
    """Return the constant yearly reduction that brings ``value`` down to ``threshold`` in ``years``.

    Parameters
    ----------
    value, threshold : (...)
        A level and its upper limit in one unit; they broadcast.
    years : (...)
        Years that are left [a].

    Returns
    -------
    (...)
        Fraction a year; 0 if the value is at or below the threshold already, whatever ``years``; 1 if the threshold
        is 0. NaN if the time is over (``years`` not positive) and the value is above, if the threshold is negative and
        the value above it (no rate of reduction gets there), or if any argument that matters is NaN or infinite.

    Examples
    --------
    >>> required_rate([0.464, 0.4, 0.464], 0.4, [6, 6, 0]).round(6)
    array([0.024433, 0.      ,      nan])
    """
    level, limit, span = _floats(value, threshold, years)
    return np.where(compare(level, "<=", limit) == MET, 0.0, reduction_rate(level, limit, span))


def growth_chain(changes: ArrayLike) -> FloatArray:
    """Chain yearly changes to a level relative to the year before the first change.

    Parameters
    ----------
    changes : (..., year)
        Real growth over the previous year, as a fraction (0.06 is 6 %).

    Returns
    -------
    (..., year)
        The product of ``1 + change`` up to each year. NaN from the first unknown change on, and from the first change
        below -1 on, which no level can have; -1 gives 0 from then on.

    Examples
    --------
    >>> growth_chain([-0.04] * 5).round(6)
    array([0.96    , 0.9216  , 0.884736, 0.849347, 0.815373])
    """
    change = np.asarray(changes, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.asarray(np.cumprod(np.where(change >= -1.0, 1.0 + change, np.nan), axis=-1), dtype=np.float64)


def deflate(nominal: ArrayLike, index: ArrayLike, base_index: ArrayLike) -> FloatArray:
    """Bring a value at current prices to the prices of the year in which the index was ``base_index``.

    Parameters
    ----------
    nominal : (...)
        Value at current prices [10^4 yuan].
    index : (...)
        Price index of the value's own year.
    base_index : (...)
        The same index in the price year wanted.

    Returns
    -------
    (...)
        Value at the prices of the base year [10^4 yuan]; unchanged where the two indices are equal; NaN where an index
        is not positive or not known.

    Examples
    --------
    >>> deflate([110.0, 110.0], [110.0, 0.0], 100.0)
    array([100.,  nan])
    """
    value, own, base = _floats(nominal, index, base_index)
    with np.errstate(all="ignore"):
        result = np.where(own == base, value, value * base / own)
    return np.where(_positive(own) & _positive(base), result, np.nan)


def link(levels: ArrayLike, bases: ArrayLike, changes: ArrayLike, anchor: int = -1) -> FloatArray:
    """Bring a series that changes its price base to one base, by the published real growth across each change.

    Parameters
    ----------
    levels : (..., year)
        Value at the prices of ``bases`` [10^4 yuan].
    bases : (..., year)
        Price year of each level.
    changes : (..., year)
        Real growth over the previous year, as a fraction; read only in the first year of a new base.
    anchor : int
        Position of the year whose base is kept; the last year by default.

    Returns
    -------
    (..., year)
        The series at the base of the anchor year. Years at that base are returned as they are; within another base the
        levels keep their proportions. NaN for years on the far side of a change of base that cannot be bridged (growth
        or one of the two levels beside it unknown, or not positive), and for years whose base is unknown.

    Raises
    ------
    IndexError
        If there is no year at ``anchor``.

    Examples
    --------
    At 2015 prices up to 2020, at 2020 prices from 2021; 2021 grew by 8 %.

    >>> link([90.0, 100.0, 129.6, 140.0], [2015, 2015, 2020, 2020], [0.0, 0.0, 0.08, 0.0])
    array([108. , 120. , 129.6, 140. ])
    """
    level, base, change = _floats(levels, bases, changes)
    here = range(level.shape[-1])[anchor]
    factor = np.ones(level.shape)
    with np.errstate(all="ignore"):
        step = _steps(level, base, change)
        factor[..., :here] = np.cumprod(step[..., :here][..., ::-1], axis=-1)[..., ::-1]
        factor[..., here + 1 :] = np.cumprod(1.0 / step[..., here:], axis=-1)
        linked = level * factor
    kept = base == base[..., here : here + 1]
    return np.where(np.isnan(base), np.nan, np.where(kept, level, linked))


def _steps(level: FloatArray, base: FloatArray, change: FloatArray) -> FloatArray:
    """Return, between neighbouring years, new prices over old prices: 1 within a base, NaN where not known."""
    old, new = level[..., :-1], level[..., 1:]
    carried = old * (1.0 + change[..., 1:])
    step = np.where(_positive(carried) & _positive(new) & _positive(old), new / carried, np.nan)
    step = np.where(base[..., :-1] == base[..., 1:], 1.0, step)
    return np.where(np.isnan(base[..., :-1] + base[..., 1:]), np.nan, step)
