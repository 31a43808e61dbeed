"""Decoupling: does CO2 grow with value added, and which effect keeps it from doing so.

The elasticity of Tapio is e = (dC / C0) / (dG / G0), with C for CO2 and G for value added. Decided here:

* The sign of dG first, then e against the thresholds: e alone cannot tell strong decoupling from strong negative
  decoupling. Both ends of the coupling interval belong to coupling; implementations differ, and one leaves gaps there.
* Equal is what differs by rounding only: a change within 1e-12 of the larger of its two values is 0, and e is equal to
  a threshold within 1e-12 of it *plus* what rounding of the four values can move e by. The second part matters for
  small changes: from 100 000 to 100 000.8 while value added goes from 100 000 to 100 001 is 0.8, and the two
  differences have lost five digits.
* dC = 0 is e = 0, exactly: weak decoupling, or weak negative decoupling when value added falls. dG = 0 is undefined,
  and so is a start that is not positive. Values at the end may be negative (a net seller of heat). NaN, or an infinite
  number, is unknown, never undefined.
* The parts of e are (effect / C0) / (dG / G0) and add up to it as the effects add up to dC.
* The effort index asks how much of what growth added was taken back, so it needs growth: where the activity effect is
  not positive it is NaN. With a shrinking activity the same quotient would call a rise an effort. It is judged as
  published: 1 and more is strong (CO2 did not rise), more than 0 relative, else none.

Sources: Tapio, Towards a theory of decoupling, Transport Policy 12 (2005) 137-151; the index: doi
10.1007/s40333-019-0063-0, delta = -(dC_total - dC_activity) / dC_activity.
"""

from typing import NamedTuple

import numpy as np

from zonecarbon._typing import ArrayLike, BoolArray, FloatArray
from zonecarbon.kernels.target import EQUALITY, MET, CodeArray, compare

__all__ = [
    "EFFORTS",
    "STATES",
    "THRESHOLDS",
    "UNDEFINED",
    "UNKNOWN",
    "Tapio",
    "effort_index",
    "effort_state",
    "elasticity_parts",
    "tapio",
]

UNKNOWN = 0
UNDEFINED = 1
_GROWTH = 2  # the first of the four states of growing value added, in the order of e
_DECLINE = 6  # and of falling value added

STATES = (
    "unknown",
    "undefined",
    "strong decoupling",
    "weak decoupling",
    "expansive coupling",
    "expansive negative decoupling",
    "strong negative decoupling",
    "weak negative decoupling",
    "recessive coupling",
    "recessive decoupling",
)
"""The words of the codes, at the position of each code."""

EFFORTS = ("undefined", "none", "relative", "strong")
"""The words of the codes of :func:`effort_state`, at the position of each code."""

THRESHOLDS = (0.0, 0.8, 1.2)
"""Of Tapio (2005)."""

_ROUNDING = 4.0 * float(np.finfo(np.float64).eps)


class Tapio(NamedTuple):
    """Elasticities and states; arrays of the broadcast shape."""

    elasticity: FloatArray
    state: CodeArray


class _Change(NamedTuple):
    """A relative change, and by how much of itself rounding of its two values can move it."""

    relative: FloatArray
    slack: FloatArray


def tapio(
    co2_start: ArrayLike,
    co2_end: ArrayLike,
    value_start: ArrayLike,
    value_end: ArrayLike,
    thresholds: tuple[float, float, float] = THRESHOLDS,
) -> Tapio:
    """Return the elasticity of CO2 to value added, and its state.

    Parameters
    ----------
    co2_start, co2_end : (...)
        CO2 [tCO2], or energy, or anything else that may follow value added; in one unit.
    value_start, value_end : (...)
        Value added [10^4 yuan at one price year]. All four broadcast.
    thresholds : (float, float, float)
        Where strong ends and weak begins, and the two ends of coupling, which belong to coupling.

    Returns
    -------
    Tapio
        ``elasticity`` (NaN where it is unknown or undefined) and ``state``, the position of the word in ``STATES``.

    Raises
    ------
    ValueError
        Thresholds that are not finite or do not rise.

    Examples
    --------
    >>> found = tapio(100.0, [95.0, 104.0, 110.0, 120.0, 100.0, 104.0], 100.0, [110.0] * 5 + [100.0])
    >>> found.elasticity.round(6)
    array([-0.5,  0.4,  1. ,  2. ,  0. ,  nan])
    >>> [STATES[code] for code in found.state[3:]]
    ['expansive negative decoupling', 'weak decoupling', 'undefined']
    >>> STATES[tapio(100.0, 108.0, 100.0, 110.0).state]  # 0.8 is coupling
    'expansive coupling'
    """
    _require(thresholds)
    c0, c1, g0, g1 = (np.asarray(value, dtype=np.float64) for value in (co2_start, co2_end, value_start, value_end))
    with np.errstate(all="ignore"):
        co2, value = _change(c0, c1), _change(g0, g1)
        elasticity = np.where(co2.relative == 0.0, 0.0, co2.relative / value.relative)
        slack = co2.slack + value.slack
        known = np.isfinite(c0) & np.isfinite(c1) & np.isfinite(g0) & np.isfinite(g1)
        defined = known & (c0 > 0.0) & (g0 > 0.0) & (value.relative != 0.0) & ~np.isnan(elasticity)
        step = _step(elasticity, slack, thresholds)
    state = np.where(value.relative > 0.0, _GROWTH, _DECLINE) + step
    state = np.where(defined, state, np.where(known, UNDEFINED, UNKNOWN))
    return Tapio(np.where(defined, elasticity, np.nan), state.astype(np.int8))


def _require(thresholds: tuple[float, float, float]) -> None:
    """Refuse thresholds between which there is no order."""
    limits = np.asarray(thresholds, dtype=np.float64)
    if limits.shape != (3,) or not np.isfinite(limits).all() or not limits[0] < limits[1] <= limits[2]:
        msg = f"thresholds must be three rising numbers; got {thresholds}"
        raise ValueError(msg)


def _change(start: FloatArray, end: FloatArray) -> _Change:
    """Return the change relative to the start, 0 where only rounding makes it."""
    gap, size = end - start, np.maximum(np.abs(start), np.abs(end))
    gap = np.where(np.abs(gap) <= EQUALITY * size, 0.0, gap)
    return _Change(gap / start, _ROUNDING * size / np.abs(gap))


def _step(elasticity: FloatArray, slack: FloatArray, thresholds: tuple[float, float, float]) -> CodeArray:
    """Return how many of the three borders lie below e: 0 strong, 1 weak, 2 coupling, 3 beyond."""

    def equal(limit: float) -> BoolArray:
        band = (EQUALITY + np.where(elasticity == 0.0, 0.0, slack)) * np.maximum(np.abs(elasticity), abs(limit))
        return np.asarray((np.abs(elasticity - limit) <= band) & (band < np.inf))

    low, inner, outer = thresholds
    at_zero = low == 0.0  # a change that counts as 0 is 0 already, and there is no rounding of a sign
    past = [
        (elasticity >= low) if at_zero else (elasticity > low) | equal(low),
        (elasticity > inner) | equal(inner),
        (elasticity > outer) & ~equal(outer),
    ]
    return np.asarray(np.sum(past, axis=0, dtype=np.int8))


def elasticity_parts(
    effect: ArrayLike, co2_start: ArrayLike, value_start: ArrayLike, value_end: ArrayLike
) -> FloatArray:
    """Split an elasticity by the effects that make up the change of CO2.

    Parameters
    ----------
    effect : (..., factor)
        Additive effects [tCO2] that sum to the change of CO2.
    co2_start : (...)
        CO2 at the start [tCO2].
    value_start, value_end : (...)
        Value added [10^4 yuan at one price year].

    Returns
    -------
    (..., factor)
        They sum to the elasticity of :func:`tapio`. A negative part decouples while value added grows. NaN where the
        effect is, and where the elasticity is unknown or undefined.

    Examples
    --------
    CO2 from 100 to 104: activity +9, energy intensity -5; value added grows by a tenth.

    >>> elasticity_parts([9.0, -5.0], 100.0, 50.0, 55.0).round(6)
    array([ 0.9, -0.5])
    """
    part = np.asarray(effect, dtype=np.float64)
    c0, g0, g1 = (np.asarray(value, dtype=np.float64) for value in (co2_start, value_start, value_end))
    with np.errstate(all="ignore"):
        growth = _change(g0, g1).relative
        usable = (c0 > 0.0) & (c0 < np.inf) & (g0 > 0.0) & (growth != 0.0) & np.isfinite(growth)
        return np.where(usable[..., np.newaxis], (part / c0[..., np.newaxis]) / growth[..., np.newaxis], np.nan)


def effort_index(effect: ArrayLike, activity: ArrayLike) -> FloatArray:
    """Return how much of what growth added each other effect took back.

    Parameters
    ----------
    effect : (..., factor)
        Additive effects [tCO2] of everything but activity.
    activity : (...)
        The activity effect [tCO2].

    Returns
    -------
    (..., factor)
        ``-effect / activity``; the sum over all factors is the index of the whole, 1 where CO2 did not change. NaN
        where the activity effect is not positive (nothing was added to take back), or anything is not known.

    Examples
    --------
    >>> effort_index([[-5.0, 1.0], [-5.0, 1.0]], [10.0, -10.0])
    array([[ 0.5, -0.1],
           [ nan,  nan]])
    """
    part, growth = np.asarray(effect, dtype=np.float64), np.asarray(activity, dtype=np.float64)[..., np.newaxis]
    with np.errstate(all="ignore"):
        return np.where((growth > 0.0) & (growth < np.inf), 0.0 - part / growth, np.nan)


def effort_state(index: ArrayLike) -> CodeArray:
    """Return what an effort index says.

    Parameters
    ----------
    index : (...)
        Of one effect, or of all but activity together.

    Returns
    -------
    (...) of int8
        The position of the word in ``EFFORTS``: strong from 1 on, relative above 0, none at 0 and below (CO2 was
        driven up further), both within 1e-12; undefined where the index is NaN.

    Examples
    --------
    >>> [EFFORTS[code] for code in effort_state([1.0, 0.9999, 0.0, -0.3, float("nan")])]
    ['strong', 'relative', 'none', 'none', 'undefined']
    """
    have = np.asarray(index, dtype=np.float64)
    code = np.where(have > EQUALITY, np.int8(2), np.int8(1))  # an index is in units of what growth added
    code = np.where(compare(have, ">=", 1.0) == MET, np.int8(3), code)
    return np.where(np.isnan(have), np.int8(0), code)
