"""Indicators: intensities, yearly rates, constant prices; and the formulas for scripts.

Decided here: the same formula takes a float, an array, a Series or a quantity of a pint registry that was taught our
units, and answers in kind: a quantity in the registry it came from, a Series with its index, an array, a float.
Arithmetic is done by the kernels on plain numbers; units are converted once, at the door.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from zonecarbon import units
from zonecarbon._typing import FloatArray
from zonecarbon.catalog import default_catalog, kgce_per_own_unit
from zonecarbon.errors import InputError
from zonecarbon.kernels import intensity
from zonecarbon.records.carrier_unit import form
from zonecarbon.vocabulary import find_carrier

# Indicators that are better the higher: value added by energy, the inverse of an intensity.
INVERSE = {"energy_output_rate"}

# indicator -> its own unit; shares and rates are fractions.
INDICATORS: Mapping[str, str] = {
    "energy_per_iva": "tce/万元",
    "co2_per_iva": "tCO2/万元",
    "co2_per_energy": "tCO2/tce",
    "energy_output_rate": "万元/tce",
}


def _answer(result: Any, unit: str, *inputs: Any) -> Any:
    """Return ``result`` in the kind of the first input that has a kind: quantity, Series, array or float."""
    for value in inputs:
        if units.is_quantity(value):
            return units.to_quantity(_plain(result), unit, units.registry_of(value))
    for value in inputs:
        if hasattr(value, "index") and hasattr(value, "to_numpy"):
            return type(value)(np.asarray(result), index=value.index)
    return _plain(result)


def _plain(result: Any) -> Any:
    array = np.asarray(result)
    return float(array) if array.ndim == 0 else array


def _of(value: Any, unit: str) -> Any:
    return units.magnitude(value, unit)


def energy_intensity(energy: Any, value_added: Any) -> Any:
    """Return energy per industrial value added (单位工业增加值综合能耗) [tce per 10^4 yuan].

    Parameters
    ----------
    energy
        [tce], or a quantity of energy.
    value_added
        [10^4 yuan], or a quantity of money.

    Returns
    -------
    In kind. Unknown (NaN) where value added is zero, negative or unknown.

    Examples
    --------
    >>> energy_intensity(4640.0, 10000.0)
    0.464
    """
    result = intensity.ratio(_of(energy, "tce"), _of(value_added, "万元"))
    return _answer(result, "tce/万元", energy, value_added)


def co2_intensity(co2: Any, value_added: Any) -> Any:
    """Return CO2 per industrial value added (单位工业增加值二氧化碳排放量) [tCO2 per 10^4 yuan].

    Parameters
    ----------
    co2
        [tCO2], or a quantity of CO2 (a mass of anything else is refused).
    value_added
        [10^4 yuan], or a quantity of money.

    Returns
    -------
    In kind. Unknown (NaN) where value added is zero, negative or unknown.

    Examples
    --------
    >>> co2_intensity([6000.0, 1.0], [10000.0, 0.0])
    array([0.6, nan])
    """
    result = intensity.ratio(_of(co2, "tCO2"), _of(value_added, "万元"))
    return _answer(result, "tCO2/万元", co2, value_added)


def annual_reduction(start: Any, end: Any, years: Any) -> Any:
    """Return the geometric yearly reduction (年均削减率) from ``start`` to ``end``, as a fraction.

    ``1 - (end/start)^(1/years)``: 4 % a year over five years is 18.46 %. Negative for a rise; NaN where a level is not
    positive or not known, or ``years`` is not positive.

    Parameters
    ----------
    start, end
        Levels in the same unit (or quantities of the same kind) at one price year and boundary.
    years
        Years between them.

    Raises
    ------
    InputError, UnitError
        If one level is a quantity and the other is not, or they are of different kinds.

    Examples
    --------
    >>> round(annual_reduction(0.464, 0.4, 6), 6)
    0.024433
    """
    first, last = _alike(start, end)
    return _answer(intensity.reduction_rate(first, last, years), "1", *(v for v in (start, end) if _is_series(v)))


def required_rate(value: Any, threshold: Any, years: Any) -> Any:
    """Return the constant yearly reduction, as a fraction, that brings ``value`` to ``threshold`` in ``years``.

    ``1 - (threshold/value)^(1/years)``; 0 where it is there already; NaN where the time is over and it is not, or
    anything is not known.

    Parameters
    ----------
    value, threshold
        Levels in the same unit (or quantities of the same kind).
    years
        Years that are left.

    Raises
    ------
    InputError, UnitError
        If one level is a quantity and the other is not, or they are of different kinds.

    Examples
    --------
    >>> round(required_rate(0.423, 0.4, 3), 6)
    0.018463
    """
    first, last = _alike(value, threshold)
    return _answer(intensity.required_rate(first, last, years), "1", *(v for v in (value, threshold) if _is_series(v)))


def deflate(nominal: Any, index: Any, base_index: Any) -> Any:
    """Return value added at the prices of the base: ``nominal * base_index / index``.

    Parameters
    ----------
    nominal
        Value added at current prices, in any unit; it keeps that unit.
    index, base_index
        The price index in the year of the value and in the base year. It is the user's: none ships.

    Examples
    --------
    >>> deflate(110.0, 110.0, 100.0)
    100.0
    """
    amount = nominal.magnitude if units.is_quantity(nominal) else np.asarray(nominal, dtype=np.float64)
    result = intensity.deflate(amount, index, base_index)
    if units.is_quantity(nominal):
        return type(nominal)(_plain(result), nominal.units)
    return _answer(result, "1", nominal)


def link_prices(levels: Any, price_years: Any, growth: Any, price_year: int | None = None) -> FloatArray:
    """Return value added at one price year, linked across changes of the base by published real growth.

    Parameters
    ----------
    levels
        (..., year) value added [10^4 yuan], each at its own price year.
    price_years
        (..., year) the year of the prices of each level.
    growth
        (..., year) real growth over the year before, as a fraction; read where the base changes.
    price_year
        The base wanted; that of the last year if not given.

    Returns
    -------
    (..., year) at one base; NaN where a step cannot be bridged.

    Raises
    ------
    InputError
        If no level stands at ``price_year``.

    Examples
    --------
    >>> link_prices([90.0, 100.0, 129.6], [2015, 2015, 2020], [0.0, 0.0, 0.08])
    array([108. , 120. , 129.6])
    """
    bases = np.asarray(price_years)
    anchor = -1
    if price_year is not None:
        found = np.flatnonzero((bases == price_year).reshape(-1, bases.shape[-1]).all(axis=0))
        if not len(found):
            raise InputError(
                "price.absent", year=price_year, known=", ".join(map(str, sorted(set(bases.ravel().tolist()))))
            )
        anchor = int(found[-1])
    return intensity.link(levels, bases, growth, anchor)


def chain_changes(changes: Any) -> FloatArray:
    """Return the level after each yearly change, relative to the year before the first: products, not sums.

    Examples
    --------
    >>> float(chain_changes([-0.1024, -0.0920, -0.0911, -0.0767])[-1].round(5))
    0.68396
    """
    return intensity.growth_chain(changes)


def standard_coal(
    quantity: Any, carrier: str, *, unit: str = "", coefficient: str = "", edition: str = "GB/T 2589-2020"
) -> Any:
    """Return the standard coal of a quantity of one carrier on the calorific basis [tce].

    Parameters
    ----------
    quantity
        A number in ``unit`` (without one: t, m3, GJ, MWh), a text such as ``"3 万吨"``, an array, or a quantity.
    carrier
        Name of the carrier.
    coefficient
        A choice such as ``"1.33 kgce/m3"``, where the edition prints a range or has no row.
    edition
        Edition of the coefficients.

    Raises
    ------
    FactorError
        If the edition has no row for the carrier, or prints a range.

    Examples
    --------
    >>> standard_coal(100.0, "raw_coal")
    71.43
    >>> standard_coal("1 万立方米", "天然气", coefficient="1.33 kgce/m3")
    13.3
    """
    found = find_carrier(carrier)
    if isinstance(quantity, str):
        quantity, unit = units.split(quantity)
    own = form(found.id, unit)
    amount = np.asarray(_of(quantity, own.unit)) * (1.0 if units.is_quantity(quantity) else own.factor)
    if own.unit in {"tce", "GJ"} and found.kind == "fuel":
        return _answer(amount * units.factor(own.unit, "tce"), "tce", quantity)
    if coefficient:
        value, text = units.split(coefficient)
        per_unit = value * units.factor(text, f"tce/{own.unit}")
    else:
        per_unit = kgce_per_own_unit(default_catalog().standard_coal(found.id, (edition,)), own.unit)
    return _answer(amount * per_unit, "tce", quantity)


def _alike(first: Any, second: Any) -> tuple[Any, Any]:
    """Return two levels as plain numbers in one unit: that of the first, if it is a quantity."""
    if not (units.is_quantity(first) or units.is_quantity(second)):
        return first, second
    if not (units.is_quantity(first) and units.is_quantity(second)):
        raise InputError("formula.kinds")
    if units.registry_of(first) is units.registry_of(second):
        return first.magnitude, second.m_as(first.units)
    return first.magnitude, units.magnitude(second, str(first.units))


def _is_series(value: Any) -> bool:
    return hasattr(value, "index") and hasattr(value, "to_numpy")
