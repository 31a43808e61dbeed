"""Intensities, yearly rates and constant prices.

Decided here: a rate of quantities is a dimensionless quantity of their registry, as it would be if the host divided
them itself, and not a bare float: a script that goes on with ``.to("percent")`` needs no case of its own, and
``float(rate)`` is a float. Levels have no documented unit, so either all of them carry one or none does; energy, CO2
and value added have one, so a plain number beside a quantity is in that.
"""

# One float is one of the arrays, and may stand beside a table: the overloads overlap, and the first that fits is meant.
# mypy: disable-error-code="overload-overlap"

from collections.abc import Mapping
from typing import Any, overload

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import InputError, UnitError
from zonecarbon.indicators.kinds import (
    Arguments,
    Arrays,
    Figure,
    Figures,
    FrameT,
    Number,
    OneQuantity,
    Quantities,
    Quantity,
    Series,
)
from zonecarbon.kernels import intensity

# Indicators that are better the higher: value added by energy, the inverse of an intensity.
INVERSE = {"energy_output_rate"}

# indicator -> its own unit; shares and rates are fractions.
INDICATORS: Mapping[str, str] = {
    "energy_per_iva": "tce/万元",
    "co2_per_iva": "tCO2/万元",
    "co2_per_energy": "tCO2/tce",
    "energy_output_rate": "万元/tce",
}


@overload
def energy_intensity(energy: Figure, value_added: Figure) -> float: ...
@overload
def energy_intensity(energy: Figures, value_added: Figures) -> FloatArray: ...
@overload
def energy_intensity(energy: Quantities, value_added: Quantities | Figures) -> Quantity: ...
@overload
def energy_intensity(energy: Figures, value_added: Quantities) -> Quantity: ...
@overload
def energy_intensity(energy: Series, value_added: Series | OneQuantity | Figure) -> Series: ...
@overload
def energy_intensity(energy: OneQuantity | Figure, value_added: Series) -> Series: ...
@overload
def energy_intensity(energy: FrameT, value_added: FrameT | OneQuantity | Figure) -> FrameT: ...
@overload
def energy_intensity(energy: OneQuantity | Figure, value_added: FrameT) -> FrameT: ...
def energy_intensity(energy: Any, value_added: Any) -> Any:
    """Return energy per industrial value added (单位工业增加值综合能耗) [tce per 10^4 yuan].

    Parameters
    ----------
    energy : (...)
        [tce], a text with a unit (``"3 万吨标准煤"``), or a quantity of energy.
    value_added : (...)
        [10^4 yuan], a text with a unit, or a quantity of money. Arrays broadcast; tables meet by label.

    Returns
    -------
    (...)
        [tce per 10^4 yuan], in kind: float, ndarray, Series, DataFrame, DataArray, or a quantity of the registry that
        came. Unknown (NaN) where value added is zero, negative, infinite or unknown, or energy is unknown.

    Raises
    ------
    InputError
        If labels, shapes, kinds of tables or registries do not fit together.
    UnitError
        If a figure is no number, of another kind, or its registry was not taught our units.

    Notes
    -----
    For all zones together divide the sums; the mean of the ratios is something else.

    Examples
    --------
    >>> energy_intensity(4640.0, 10000.0)
    0.464
    >>> energy_intensity([4640.0, 1.0], [10000.0, 0.0])
    array([0.464,   nan])
    """
    given = Arguments({"energy": energy, "value_added": value_added})
    result = intensity.ratio(given.figures("energy", "tce"), given.figures("value_added", "万元"))
    return given.answer(result, "tce/万元")


@overload
def co2_intensity(co2: Figure, value_added: Figure) -> float: ...
@overload
def co2_intensity(co2: Figures, value_added: Figures) -> FloatArray: ...
@overload
def co2_intensity(co2: Quantities, value_added: Quantities | Figures) -> Quantity: ...
@overload
def co2_intensity(co2: Figures, value_added: Quantities) -> Quantity: ...
@overload
def co2_intensity(co2: Series, value_added: Series | OneQuantity | Figure) -> Series: ...
@overload
def co2_intensity(co2: OneQuantity | Figure, value_added: Series) -> Series: ...
@overload
def co2_intensity(co2: FrameT, value_added: FrameT | OneQuantity | Figure) -> FrameT: ...
@overload
def co2_intensity(co2: OneQuantity | Figure, value_added: FrameT) -> FrameT: ...
def co2_intensity(co2: Any, value_added: Any) -> Any:
    """Return CO2 per industrial value added (单位工业增加值二氧化碳排放量) [tCO2 per 10^4 yuan].

    Parameters
    ----------
    co2 : (...)
        [tCO2], a text with a unit (``"3 万吨CO2"``), or a quantity of CO2; a mass of anything else is refused.
    value_added : (...)
        [10^4 yuan], a text with a unit, or a quantity of money. Arrays broadcast; tables meet by label.

    Returns
    -------
    (...)
        [tCO2 per 10^4 yuan], in kind. Unknown (NaN) where value added is zero, negative, infinite or unknown, or CO2 is
        unknown.

    Raises
    ------
    InputError
        If labels, shapes, kinds of tables or registries do not fit together.
    UnitError
        If a figure is no number, of another kind, or its registry was not taught our units.

    Examples
    --------
    >>> co2_intensity([6000.0, 1.0], [10000.0, 0.0])
    array([0.6, nan])
    """
    given = Arguments({"co2": co2, "value_added": value_added})
    result = intensity.ratio(given.figures("co2", "tCO2"), given.figures("value_added", "万元"))
    return given.answer(result, "tCO2/万元")


@overload
def annual_reduction(start: Number, end: Number, years: Number) -> float: ...
@overload
def annual_reduction(start: Arrays, end: Arrays, years: Arrays) -> FloatArray: ...
@overload
def annual_reduction(start: Quantities, end: Quantities, years: Arrays) -> Quantity: ...
@overload
def annual_reduction(start: Series, end: Series | OneQuantity | Number, years: Series | Number) -> Series: ...
@overload
def annual_reduction(start: OneQuantity | Number, end: Series, years: Series | Number) -> Series: ...
@overload
def annual_reduction(start: OneQuantity | Number, end: OneQuantity | Number, years: Series) -> Series: ...
@overload
def annual_reduction(start: FrameT, end: FrameT | OneQuantity | Number, years: FrameT | Number) -> FrameT: ...
@overload
def annual_reduction(start: OneQuantity | Number, end: FrameT, years: FrameT | Number) -> FrameT: ...
@overload
def annual_reduction(start: OneQuantity | Number, end: OneQuantity | Number, years: FrameT) -> FrameT: ...
def annual_reduction(start: Any, end: Any, years: Any) -> Any:
    """Return the geometric yearly reduction (年均削减率) from ``start`` to ``end``, as a fraction.

    ``1 - (end/start)^(1/years)``: 4 % a year over five years is 18.46 %.

    Parameters
    ----------
    start, end : (...)
        Levels in the same unit, or quantities of the same kind, at one price year and boundary.
    years : (...)
        Years between them [a], plain numbers.

    Returns
    -------
    (...)
        Fraction a year, in kind; of quantities a dimensionless quantity of their registry, which need not know our
        units. Negative for a rise, exactly 0 for equal levels, 1 for an end of 0. NaN where a start is not positive, an
        end is negative, ``years`` is not positive, or anything is not known.

    Raises
    ------
    InputError
        If one level is a quantity and the other is not, or labels, shapes, tables or registries do not fit together.
    UnitError
        If the levels are of different kinds or in a unit whose 0 is not nothing (degC), or ``years`` has a unit.

    Examples
    --------
    >>> round(annual_reduction(0.464, 0.4, 6), 6)
    0.024433
    """
    given = Arguments({"start": start, "end": end, "years": years})
    first, last = given.levels("start", "end")
    return given.answer(intensity.reduction_rate(first, last, given.figures("years", "1")), "1")


@overload
def required_rate(value: Number, threshold: Number, years: Number) -> float: ...
@overload
def required_rate(value: Arrays, threshold: Arrays, years: Arrays) -> FloatArray: ...
@overload
def required_rate(value: Quantities, threshold: Quantities, years: Arrays) -> Quantity: ...
@overload
def required_rate(value: Series, threshold: Series | OneQuantity | Number, years: Series | Number) -> Series: ...
@overload
def required_rate(value: OneQuantity | Number, threshold: Series, years: Series | Number) -> Series: ...
@overload
def required_rate(value: OneQuantity | Number, threshold: OneQuantity | Number, years: Series) -> Series: ...
@overload
def required_rate(value: FrameT, threshold: FrameT | OneQuantity | Number, years: FrameT | Number) -> FrameT: ...
@overload
def required_rate(value: OneQuantity | Number, threshold: FrameT, years: FrameT | Number) -> FrameT: ...
@overload
def required_rate(value: OneQuantity | Number, threshold: OneQuantity | Number, years: FrameT) -> FrameT: ...
def required_rate(value: Any, threshold: Any, years: Any) -> Any:
    """Return the constant yearly reduction, as a fraction, that brings ``value`` to ``threshold`` in ``years``.

    ``1 - (threshold/value)^(1/years)``.

    Parameters
    ----------
    value, threshold : (...)
        Levels in the same unit, or quantities of the same kind.
    years : (...)
        Years that are left [a], plain numbers.

    Returns
    -------
    (...)
        Fraction a year, in kind; of quantities a dimensionless quantity of their registry. 0 where the value is at or
        below the threshold already, whatever ``years``, even if they are not known: there is nothing left to reduce.
        NaN where value or threshold is not known, and where the value is above the threshold and the time is over or
        not known.

    Raises
    ------
    InputError
        If one level is a quantity and the other is not, or labels, shapes, tables or registries do not fit together.
    UnitError
        If the levels are of different kinds or in a unit whose 0 is not nothing (degC), or ``years`` has a unit.

    Examples
    --------
    >>> round(required_rate(0.423, 0.4, 3), 6)
    0.018463
    """
    given = Arguments({"value": value, "threshold": threshold, "years": years})
    level, limit = given.levels("value", "threshold")
    return given.answer(intensity.required_rate(level, limit, given.figures("years", "1")), "1")


@overload
def deflate(nominal: Number, index: Number, base_index: Number) -> float: ...
@overload
def deflate(nominal: Arrays, index: Arrays, base_index: Arrays) -> FloatArray: ...
@overload
def deflate(nominal: Quantities, index: Quantities | Arrays, base_index: Quantities | Arrays) -> Quantity: ...
@overload
def deflate(nominal: Arrays, index: Quantities, base_index: Quantities) -> Any: ...  # a quantity may be one or many
@overload
def deflate(
    nominal: Series, index: Series | OneQuantity | Number, base_index: Series | OneQuantity | Number
) -> Series: ...
@overload
def deflate(nominal: OneQuantity | Number, index: Series, base_index: Series | OneQuantity | Number) -> Series: ...
@overload
def deflate(nominal: OneQuantity | Number, index: OneQuantity | Number, base_index: Series) -> Series: ...
@overload
def deflate(
    nominal: FrameT, index: FrameT | OneQuantity | Number, base_index: FrameT | OneQuantity | Number
) -> FrameT: ...
@overload
def deflate(nominal: OneQuantity | Number, index: FrameT, base_index: FrameT | OneQuantity | Number) -> FrameT: ...
@overload
def deflate(nominal: OneQuantity | Number, index: OneQuantity | Number, base_index: FrameT) -> FrameT: ...
def deflate(nominal: Any, index: Any, base_index: Any) -> Any:
    """Return value added at the prices of the base: ``nominal * base_index / index``.

    Parameters
    ----------
    nominal : (...)
        Value added at current prices, in any unit; it keeps that unit.
    index, base_index : (...)
        The price index in the year of the value and in the base year: both plain numbers, or both quantities. It is the
        user's: none ships.

    Returns
    -------
    (...)
        In the unit of ``nominal``, in kind; a quantity if ``nominal`` is one. Unchanged where the two indices are
        equal; NaN where an index is not positive, or anything is not known.

    Raises
    ------
    InputError
        If one index is a quantity and the other is not, or labels, shapes, tables or registries do not fit together.
    UnitError
        If a figure is no number, or the indices are of different kinds.

    Examples
    --------
    >>> deflate(110.0, 110.0, 100.0)
    100.0
    """
    given = Arguments({"nominal": nominal, "index": index, "base_index": base_index})
    (amount,), (own, base) = given.levels("nominal"), given.levels("index", "base_index")
    return given.answer(intensity.deflate(amount, own, base), given.unit_of("nominal"))


def link_prices(levels: Any, price_years: Any, growth: Any, price_year: int | None = None) -> FloatArray:
    """Return value added at one price year, linked across changes of the base by published real growth.

    Parameters
    ----------
    levels : (..., year)
        Value added [10^4 yuan], each at its own price year.
    price_years : (..., year)
        The year of the prices of each level.
    growth : (..., year)
        Real growth over the year before, as a fraction; read where the base changes.
    price_year
        The base wanted; that of the last year if not given.

    Returns
    -------
    (..., year)
        At one base; NaN where a step cannot be bridged.

    Raises
    ------
    InputError
        If no level stands at ``price_year``.

    Examples
    --------
    >>> link_prices([90.0, 100.0, 129.6], [2015, 2015, 2020], [0.0, 0.0, 0.08])
    array([108. , 120. , 129.6])
    """
    rows = [_row(value) for value in (levels, price_years, growth)]
    levels, bases, growth = rows
    try:
        axes = np.broadcast_shapes(*(row.shape for row in rows))
    except (RuntimeError, ValueError):
        axes = ()
    if not axes or not axes[-1]:
        raise InputError("formula.shapes", shapes=", ".join(str(row.shape) for row in rows))
    bases = np.broadcast_to(bases, axes)
    anchor = -1
    if price_year is not None:
        found = np.flatnonzero((bases == price_year).reshape(-1, bases.shape[-1]).all(axis=0))
        if not len(found):
            raise InputError("price.absent", year=price_year, known=", ".join(f"{base:g}" for base in np.unique(bases)))
        anchor = int(found[-1])
    return intensity.link(levels, bases, growth, anchor)


def chain_changes(changes: Any) -> FloatArray:
    """Return the level after each yearly change, relative to the year before the first: products, not sums.

    Parameters
    ----------
    changes : (..., year)
        Real growth over the year before, as a fraction.

    Returns
    -------
    (..., year)
        NaN from the first unknown change on.

    Examples
    --------
    >>> float(chain_changes([-0.1024, -0.0920, -0.0911, -0.0767])[-1].round(5))
    0.68396
    """
    return intensity.growth_chain(_row(changes))


def _row(value: Any) -> FloatArray:
    """Return figures of years as plain numbers.

    Raises
    ------
    UnitError
        If they are no plain numbers.
    """
    try:
        return np.asarray(value, dtype=np.float64)
    except (OverflowError, TypeError, ValueError):
        raise UnitError("unit.figure", to="1", value=repr(value)[:60]) from None
