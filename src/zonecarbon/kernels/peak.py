"""Whether a series has peaked: its first maximum, and a trend test on the years after it.

Decided here (no official rule exists for zones, so every number is a parameter):

* The tail is the years after the *first* maximum; the peak year is that maximum whatever the status.
* A tail shorter than ``minimum_tail`` proves nothing: ``RISING`` if the maximum is the last year, else
  ``INSUFFICIENT``. Otherwise a two-sided Mann-Kendall test on the tail: a significant fall is ``PEAKED``, a
  significant rise ``RISING`` (the tail climbs back from a dip), neither ``PLATEAU``. A constant series is a plateau.
* Significant is p <= alpha, which for a discrete distribution keeps the level of the test.
* ``RISING`` needs a year to have risen from: a single year is ``INSUFFICIENT``. Any NaN is ``INSUFFICIENT`` with
  position -1, because the year that is not known could be the maximum.
* The tail is counted in observations, not in calendar years: a test on three values every fifth year is a test on
  three values. ``years`` are checked to increase and otherwise not used here; whether one is absent from an otherwise
  even series (:func:`absent_year`) and what that means is for the caller, who knows where the years come from.
* Series with equal tails are tested together, so the loop is over tail lengths, within blocks of 65,536 series. A
  block lies as (year, series): the first maximum is then 20 comparisons of whole years, a third of the time of
  ``argmax`` along a year axis that is not contiguous, and tails are gathered year by year.
"""

import math
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import ArrayLike, FloatArray, IntArray
from zonecarbon.kernels.target import EQUALITY, CodeArray
from zonecarbon.kernels.trend import Method, mann_kendall

__all__ = ["INSUFFICIENT", "PEAKED", "PLATEAU", "RISING", "STATUSES", "Peak", "absent_year", "judge"]

INSUFFICIENT = 0
RISING = 1
PEAKED = 2
PLATEAU = 3

STATUSES = ("insufficient", "rising", "peaked", "plateau")
"""The words of the codes, at the position of each code."""

_BLOCK = 65_536


class Peak(NamedTuple):
    """What is known of each series' peak; arrays of the leading shape."""

    status: CodeArray
    position: IntArray
    p_value: FloatArray


def judge(
    values: ArrayLike,
    years: ArrayLike | None = None,
    alpha: float = 0.05,
    minimum_tail: int = 5,
    method: Method = "auto",
) -> Peak:
    """Say of each series whether it is rising, has peaked, lies on a plateau, or cannot be told.

    Parameters
    ----------
    values : (..., year)
        Emissions [tCO2] or anything else that may peak.
    years : (year,), optional
        Only checked: as many as the values, strictly increasing.
    alpha : float
        Level of the two-sided test.
    minimum_tail : int
        Fewest observations after the maximum that are tested; at least 1.
    method : {"auto", "exact", "normal"}
        Of :func:`zonecarbon.kernels.trend.mann_kendall`.

    Returns
    -------
    Peak
        ``status`` (``RISING``, ``PEAKED``, ``PLATEAU``, ``INSUFFICIENT``), ``position`` of the first maximum (-1 if any
        value is NaN, or if there are none), ``p_value`` of the tail's test (NaN where none was made).

    Raises
    ------
    ValueError
        Years that do not fit or do not increase; a minimum tail below 1.

    Examples
    --------
    >>> found = judge([[3.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]])
    >>> [STATUSES[code] for code in found.status]
    ['peaked', 'rising']
    >>> found.position
    array([1, 6])
    """
    series = np.asarray(values, dtype=np.float64)
    lead, n = series.shape[:-1], series.shape[-1]
    _require(years, n, minimum_tail)
    rows = series.reshape(math.prod(lead), n)
    status = np.full(len(rows), INSUFFICIENT, dtype=np.int8)
    position = np.full(len(rows), -1, dtype=np.int64)
    p_value = np.full(len(rows), np.nan)
    for start in range(0, len(rows) if n else 0, _BLOCK):
        part = slice(start, start + _BLOCK)
        columns = np.ascontiguousarray(rows[part].T)
        position[part] = _first_maximum(columns)
        p_value[part], status[part] = _judge(columns, position[part], alpha, minimum_tail, method)
    return Peak(status.reshape(lead), position.reshape(lead), p_value.reshape(lead))


def absent_year(years: ArrayLike) -> float | None:
    """Return the first year that is absent from a series with the smallest step that there is; None if none is.

    Two years, and every second or fifth year, are a series of their own: what may have been between is not asked for.

    Parameters
    ----------
    years : (year,)
        Calendar years, known and strictly increasing (:func:`judge` refuses others); fewer than two lack none.

    Examples
    --------
    >>> absent_year([2010, 2011, 2014, 2015]), absent_year([2010, 2015, 2020]), absent_year([2020])
    (2012.0, None, None)
    """
    time = np.asarray(years, dtype=np.float64)
    steps = np.diff(time)
    own = steps.min(initial=np.inf)
    wide = steps > own * (1.0 + EQUALITY)
    return float(time[wide.argmax()] + own) if wide.any() else None


def _require(years: ArrayLike | None, n: int, minimum_tail: int) -> None:
    """Refuse years that do not fit and tails that cannot be tested."""
    if minimum_tail < 1:
        msg = f"minimum_tail must be at least 1; got {minimum_tail}"
        raise ValueError(msg)
    if years is None:
        return
    time = np.asarray(years, dtype=np.float64)
    if time.shape != (n,) or not bool(np.all(np.diff(time) > 0.0)):
        msg = f"years must be {n} strictly increasing numbers; got {time.shape}"
        raise ValueError(msg)


def _first_maximum(columns: FloatArray) -> IntArray:
    """Return the index of the first maximum of each series (year, series), -1 if a value is NaN."""
    highest = columns.max(axis=0)  # NaN where a value is
    before = np.ones(columns.shape[1], dtype=bool)
    position = np.full(columns.shape[1], -1, dtype=np.int64)
    for year in columns:
        np.add(position, before, out=position)
        before &= np.not_equal(year, highest)
    position[before] = -1
    return position


def _judge(
    columns: FloatArray, position: IntArray, alpha: float, minimum_tail: int, method: Method
) -> tuple[FloatArray, CodeArray]:
    """Return p-value and status of a block of series (year, series)."""
    n, width = columns.shape
    status = np.full(width, INSUFFICIENT, dtype=np.int8)
    p_value = np.full(width, np.nan)
    if n > 1:
        status[position == n - 1] = RISING
    tail = np.where(position < 0, 0, n - 1 - position)
    is_long = tail >= minimum_tail
    for length in np.unique(tail[is_long]).tolist() if is_long.any() else ():
        chosen = np.flatnonzero(tail == length)
        trend = mann_kendall(columns[n - length :].take(chosen, axis=1).T, method)
        turned = np.where(trend.s < 0.0, PEAKED, RISING)
        status[chosen] = np.where(trend.p_value <= alpha, turned, PLATEAU)
        p_value[chosen] = trend.p_value
    return p_value, status
