"""The verb: does CO2 decouple from value added, of an account, of a decomposition, or of two arrays.

Decided here: each period is judged for all rows in blocks, so that memory beyond the answer is a few columns of a year.
The rule and its limits are :mod:`zonecarbon.kernels.decoupling`, what may come in is
:mod:`zonecarbon.decomposition.levels`. All zones together are judged by their sums, which are not known if one zone is
not; a zone whose elasticity is undefined is known.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import frozen
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.activity.model import NOMINAL
from zonecarbon.decomposition.comparable import real_prices
from zonecarbon.decomposition.decoupled import Decoupling
from zonecarbon.decomposition.levels import Levels, of_account, of_arrays, of_decomposition
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels import decoupling as kernel

_BLOCK = 16_384  # rows whose figures stay in the second-level cache
ACTIVITY = ("activity", "value_added")
"""Names under which a decomposition has the effect of growth; the effort index is relative to it."""


def tapio(
    co2: Any,
    value_added: Any = None,
    *,
    years: Any = None,
    zones: Any = None,
    base: int | None = None,
    end: int | None = None,
    periods: Sequence[tuple[int, int]] | None = None,
    thresholds: tuple[float, float, float] = kernel.THRESHOLDS,
) -> Decoupling:
    """Say of each zone and period whether CO2 decouples from value added (Tapio).

    The elasticity is the relative change of CO2 over that of value added. Eight states: the sign of the change of value
    added first, then the elasticity against the thresholds; 0.8 and 1.2 themselves are coupling.

    Parameters
    ----------
    co2
        An account; a decomposition of CO2 or energy, whose elasticity is then split by factor; or values (..., year) in
        any unit: a list, an array, a Series, a DataFrame of zones by years, a quantity of any registry.
    value_added
        Of values: the same shape, at one price year, in any unit (both units cancel).
    years : (year,), optional
        Calendar years of bare values, rising; without them those of a Series' index or a DataFrame's columns, else 0,
        1, 2 ...
    zones : (zone,), optional
        Names of bare values; without them a DataFrame's index, else empty.
    base, end
        One period; the first and the last year, if only one of the two is given.
    periods
        Periods as pairs of years. Without these three: every year and the one after it.
    thresholds
        Where weak decoupling begins, and the two ends of coupling.

    Returns
    -------
    Decoupling
        ``state``, ``elasticity``, ``co2_change``, ``value_added_change``, each (zone, period), of a single series
        (period,). ``unknown`` (something is not known, or not at one price year) and ``undefined`` (value added does
        not change, or a start is not positive) always have a reason. CO2 that does not change is an elasticity of 0:
        weak decoupling, or weak negative decoupling while value added falls. Of a decomposition also ``parts``, which
        sum to the elasticity, and ``index``: how much of what activity added each other factor took back.

    Raises
    ------
    InputError
        A source that is none of the above, shapes or labels that do not fit, periods that are none, infinite values, a
        decomposition of an intensity, an account whose value added is nowhere at one real price year.

    References
    ----------
    P. Tapio, Towards a theory of decoupling, Transport Policy 12 (2005) 137-151.

    Examples
    --------
    >>> found = tapio([[100.0, 104.0, 103.0], [50.0, 60.0, 60.0]], [[200.0, 220.0, 240.0], [90.0, 100.0, 100.0]],
    ...               years=[2020, 2021, 2022], zones=["A", "B"])
    >>> found.state.tolist()
    [['weak decoupling', 'strong decoupling'], ['expansive negative decoupling', 'undefined']]
    >>> print(tapio([100.0, 104.0], [200.0, 220.0], years=[2020, 2021], zones="A").text())
    1 zones, 1 periods, 2020-2021: weak decoupling 1
    A, 2020-2021: weak decoupling, elasticity 0.4 (CO2 +4.0%, value added +10.0%)
    """
    limits = _limits(thresholds)
    asked = {"base": base, "end": end, "periods": periods}
    own = {"value_added": value_added, "years": years, "zones": zones}
    if isinstance(co2, Account):
        _require_none("account", own)
        return _answer(of_account(co2, asked), limits)
    if hasattr(co2, "effects") and hasattr(co2, "periods"):
        _require_none("decomposition", own | asked)
        return _answer(of_decomposition(co2), limits)
    return _answer(of_arrays(co2, asked, **own), limits)


def _limits(thresholds: Any) -> tuple[float, float, float]:
    try:
        low, inner, outer = (float(value) for value in thresholds)
        is_good = bool(np.isfinite([low, inner, outer]).all()) and low < inner <= outer
    except (TypeError, ValueError):
        is_good = False
    if not is_good:
        raise InputError("tapio.thresholds", got=str(thresholds))
    return low, inner, outer


def _require_none(what: str, values: Mapping[str, Any]) -> None:
    given = [name for name, value in values.items() if value is not None]
    if given:
        raise InputError("tapio.own", what=what, names=", ".join(given))


# -- what comes out ------------------------------------------------------------------------------------------------


class _Period(NamedTuple):
    """One period of all rows: CO2 and value added at its two ends, and why some value added does not count."""

    years: dict[str, int]
    co2: tuple[FloatArray, FloatArray]
    money: tuple[FloatArray, FloatArray]
    barred: Sequence[tuple[BoolArray, Problem]] = ()


def _answer(source: Levels, limits: tuple[float, float, float]) -> Decoupling:
    periods = [_period(source, number) for number in range(len(source.at))]
    labels: dict[str, Any] = {
        "of": source.of,
        "starts": frozen(source.years[source.at[:, 0]]),
        "ends": frozen(source.years[source.at[:, 1]]),
        "thresholds": limits,
        "source": source.source,
        "warnings": source.warnings,
    }
    whole = None
    if source.lead:
        sums = [_sum(source, number, period) for number, period in enumerate(periods)]
        nobody = frozen(np.full(1, "", dtype=object))
        whole = Decoupling(zones=nobody, summed=len(source.zones), **labels, **_judged(sums, (), limits, source.of))
    judged = _judged(periods, source.lead, limits, source.of)
    if source.decomposition is not None:
        judged |= _split(source.decomposition, periods, judged["code"])
    return Decoupling(zones=frozen(source.zones), whole=whole, **labels, **judged)


def _period(source: Levels, number: int) -> _Period:
    start, end = source.at[number].tolist()
    years = {"base": int(source.years[start]), "year": int(source.years[end])}
    co2 = source.co2[:, start], source.co2[:, end]
    money = source.money[:, start], source.money[:, end]
    if source.stated is None or not (bad := source.prices[number] < 0).any():
        return _Period(years, co2, money)
    old, new = source.stated[:, start], source.stated[:, end]
    nominal = bad & ((old == NOMINAL) | (new == NOMINAL))
    barred = [(nominal, Problem("reason.nominal", years))]
    two = bad & ~nominal
    for before, after in np.unique(np.stack([old[two], new[two]], axis=-1), axis=0).tolist():
        where = two & (old == before) & (new == after)
        barred.append((where, Problem("reason.price", {"old": str(before), "new": str(after), **years})))
    return _Period(years, co2, (np.where(bad, np.nan, money[0]), np.where(bad, np.nan, money[1])), barred)


def _sum(source: Levels, number: int, period: _Period) -> _Period:
    """Return a period of all rows together; what is not known of one is not known of all."""
    with np.errstate(over="ignore", invalid="ignore"):
        figures = [array.sum(keepdims=True) for array in (*period.co2, *period.money)]
    unknown = np.zeros(len(period.co2[0]), dtype=bool)
    for array in (*period.co2, *period.money):
        unknown |= np.isnan(array)
    one: BoolArray = np.ones(1, dtype=bool)
    barred: list[tuple[BoolArray, Problem]] = []
    if unknown.any():
        barred = [(one, Problem("note.tapio_zones", {"count": int(unknown.sum()), "n": len(unknown)}))]
    elif source.prices and len(prices := real_prices(source.prices[number])) > 1:
        barred = [(one, Problem("reason.prices_mixed", {"prices": ", ".join(map(str, prices))}))]
        figures[2:] = [np.full(1, np.nan)] * 2
    return _Period(period.years, (figures[0], figures[1]), (figures[2], figures[3]), barred)


def _judged(
    periods: Sequence[_Period], lead: tuple[int, ...], limits: tuple[float, float, float], of: str
) -> dict[str, Any]:
    """Return the columns of an answer, (..., period); each period is one row of memory while they are filled."""
    shape = (len(periods), len(periods[0].co2[0]))
    elasticity, co2_change, money_change = (np.empty(shape) for _ in range(3))
    code, reason = np.empty(shape, dtype=np.int8), np.full(shape, -1, dtype=np.int64)
    reasons: list[Problem] = []
    for row, period in enumerate(periods):
        for start in range(0, shape[1], _BLOCK):
            part = slice(start, start + _BLOCK)
            c0, c1, g0, g1 = (array[part] for array in (*period.co2, *period.money))
            elasticity[row, part], code[row, part] = kernel.tapio(c0, c1, g0, g1, limits)
            co2_change[row, part], money_change[row, part] = _relative(c0, c1), _relative(g0, g1)
        _explain(period, of, code[row], reason[row], reasons)
    arrays: dict[str, NDArray[Any]] = {
        "elasticity": elasticity,
        "code": code,
        "co2_change": co2_change,
        "value_added_change": money_change,
        "reason": reason,
    }
    turned = {name: np.moveaxis(array.reshape(len(periods), *lead), 0, -1) for name, array in arrays.items()}
    return {**{name: frozen(array) for name, array in turned.items()}, "reasons": tuple(reasons)}


def _relative(start: FloatArray, end: FloatArray) -> FloatArray:
    """Return a change relative to the start; NaN where that is not positive."""
    with np.errstate(all="ignore"):
        return np.where(start > 0.0, (end - start) / start, np.nan)


def _explain(period: _Period, of: str, code: Any, reason: IntArray, reasons: list[Problem]) -> None:
    """Write to ``reason`` why there is no elasticity, the first that holds, and to ``reasons`` what it says."""
    left = code <= kernel.UNDEFINED
    if not left.any():
        return
    start, end = {"year": period.years["base"]}, {"year": period.years["year"]}
    causes = [
        *period.barred,
        (np.isnan(period.co2[0]), Problem(f"note.tapio_{of}", start)),
        (np.isnan(period.co2[1]), Problem(f"note.tapio_{of}", end)),
        (np.isnan(period.money[0]), Problem("note.tapio_money", start)),
        (np.isnan(period.money[1]), Problem("note.tapio_money", end)),
        (period.co2[0] <= 0.0, Problem(f"note.tapio_{of}_start", start)),
        (period.money[0] <= 0.0, Problem("note.tapio_money_start", start)),
        (left, Problem("note.tapio_level")),
    ]
    for holds, problem in causes:
        where = left & holds
        if where.any():
            reason[where] = len(reasons)
            reasons.append(problem)
            left = left & ~holds


def _split(found: Any, periods: Sequence[_Period], code: Any) -> dict[str, Any]:
    """Return the elasticity by factor and the effort index of a decomposition, (zone, period, factor)."""
    factors = tuple(str(factor) for factor in found.factors)
    more = {} if getattr(found, "form", "additive") == "additive" else {"form": "additive"}
    effects = np.asarray(found.effects(level="zone", by=("zone",), steps=True, **more), dtype=np.float64)
    c0, g0, g1 = (
        np.stack(arrays, axis=-1)
        for arrays in zip(*((period.co2[0], *period.money) for period in periods), strict=True)
    )
    parts = kernel.elasticity_parts(effects, c0, g0, g1)
    index = np.full(effects.shape, np.nan)
    activity = next((name for name in ACTIVITY if name in factors), "")
    if activity:
        others = [at for at, factor in enumerate(factors) if factor != activity]
        growth = np.where(code <= kernel.UNDEFINED, np.nan, effects[..., factors.index(activity)])
        index[..., others] = kernel.effort_index(effects[..., others], growth)
    return {"factors": factors, "activity": activity, "parts": frozen(parts), "index": frozen(index)}
