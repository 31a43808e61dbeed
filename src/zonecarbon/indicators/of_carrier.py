"""Standard coal and CO2 of a quantity of one carrier.

Decided here:

* The figures are those of an account of that carrier alone under ``inventory``, to the bit: the coefficients come from
  the same function. Only where ``inventory`` makes a choice of its own (natural gas, for which the standard prints a
  range) the formulas ask: an account can say beside its figure what it chose, a float cannot.
* For the same reason every choice is a keyword, its default is that of ``inventory`` and stands in the signature (a
  test compares them), what stands in for something else (a proxy, another edition, another year of the grid) is warned
  of at each call, and what an account shows as unknown for want of a factor is an error here.
* A keyword that cannot matter is refused (a coefficient for coal given in GJ), a place and a year are not: a script
  that goes over carriers hands the same ones to all.
* Electricity is bought from the grid and heat is bought; what is supplied otherwise (direct, certificates, on site)
  depends on the whole books of a zone, which is what :func:`zonecarbon.account` is for.
* Negative quantities pass: a difference of two quantities is one.
"""

# One float is one of the arrays, and may stand beside a table: the overloads overlap, and the first that fits is meant.
# mypy: disable-error-code="overload-overlap"

import warnings
from typing import Any, Literal, TypedDict, Unpack, overload

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import FactorError, FactorWarning, InputError, Problem
from zonecarbon.indicators.amounts import read_amount
from zonecarbon.indicators.coefficients import (
    find_for,
    grid_factor,
    refuse_no_texts,
    require_place,
    to_coefficient,
    to_editions,
    to_factor,
)
from zonecarbon.indicators.kinds import Figure, Figures, FrameT, OneQuantity, Quantities, Quantity, Series

EDITIONS = ("GB/T 2589-2020", "NBS-yearbook", "NBS-scheme")


class Coal(TypedDict, total=False):
    """The choices behind standard coal."""

    unit: str
    ncv: Figure | OneQuantity
    ncv_unit: str
    coefficient: str | OneQuantity
    edition: str | tuple[str, ...]


class Carbon(Coal, total=False):
    """The choices behind CO2."""

    factor: str | OneQuantity
    fuels: str
    proxies: Literal["use", "refuse"]
    electricity: str
    province: str
    year: int | None
    vintage: Literal["nearest", "same_year"]


@overload
def standard_coal(quantity: Figure, carrier: str, **choices: Unpack[Coal]) -> float: ...
@overload
def standard_coal(quantity: Figures, carrier: str, **choices: Unpack[Coal]) -> FloatArray: ...
@overload
def standard_coal(quantity: Quantities, carrier: str, **choices: Unpack[Coal]) -> Quantity: ...
@overload
def standard_coal(quantity: Series, carrier: str, **choices: Unpack[Coal]) -> Series: ...
@overload
def standard_coal(quantity: FrameT, carrier: str, **choices: Unpack[Coal]) -> FrameT: ...
def standard_coal(
    quantity: Any,
    carrier: str,
    *,
    unit: str = "",
    ncv: Any = None,
    ncv_unit: str = "",
    coefficient: Any = "",
    edition: str | tuple[str, ...] = EDITIONS,
) -> Any:
    """Return the standard coal of a quantity of one carrier on the calorific basis [tce].

    Parameters
    ----------
    quantity : (...)
        Numbers in ``unit``, texts with their unit such as ``"3 万吨"``, or quantities. Of a fuel also in GJ or tce.
    carrier
        Name of the carrier, in any spelling.
    unit
        Unit of plain numbers alone; without one t, m3, GJ or MWh, as the carrier is counted.
    ncv, ncv_unit
        A measured net calorific value of a fuel, one figure: a number and its unit, a text, or a quantity. It does not
        decide the kind of the answer. For a column of heat values give the quantity in GJ.
    coefficient
        A choice such as ``"1.33 kgce/m3"``, or a quantity; it stands before the editions, and is needed where the
        edition prints a range.
    edition
        Edition of the coefficients, or several: the first with a row for the carrier counts. By default those of the
        method ``inventory``.

    Returns
    -------
    (...)
        [tce], in kind: float, ndarray, Series, DataFrame, DataArray, or a quantity of the registry that came. NaN
        where the quantity is not known; proportional to it, so that 0 gives 0.

    Raises
    ------
    FactorError
        If no edition has a row for the carrier, or the first that has one prints a range.
    InputError
        If there is no such carrier, electricity comes in standard coal, a choice cannot matter, or is no text.
    UnitError
        If a unit is unknown or does not fit the carrier.

    Warns
    -----
    FactorWarning
        If another edition than the first stands in.

    Notes
    -----
    ``tce = quantity * coefficient``, with a heat value ``quantity * ncv / 29.3076 GJ/tce`` (GB/T 2589-2020). Energy
    media (water, compressed air ...) have a coefficient here, though the method ``inventory`` does not count them.

    Examples
    --------
    >>> standard_coal(100.0, "raw_coal")
    71.43
    >>> standard_coal("1 万立方米", "天然气", coefficient="1.33 kgce/m3")
    13.3
    """
    refuse_no_texts(carrier=carrier, unit=unit, ncv_unit=ncv_unit, edition=edition)
    given, amount, flow = read_amount(quantity, carrier, unit, ncv, ncv_unit)
    idle = flow.unit == "tce" or (flow.kind == "fuel" and flow.unit == "GJ")
    chosen = to_coefficient(coefficient, flow, idle)
    if chosen is not None:
        return given.answer(amount.times(chosen), "tce")
    found = find_for(flow, to_editions(edition))
    _warn([problem for problem in found.warnings if problem.code == "account.editions"])
    return given.answer(amount.times(found.energy), "tce")


@overload
def co2(quantity: Figure, carrier: str, **choices: Unpack[Carbon]) -> float: ...
@overload
def co2(quantity: Figures, carrier: str, **choices: Unpack[Carbon]) -> FloatArray: ...
@overload
def co2(quantity: Quantities, carrier: str, **choices: Unpack[Carbon]) -> Quantity: ...
@overload
def co2(quantity: Series, carrier: str, **choices: Unpack[Carbon]) -> Series: ...
@overload
def co2(quantity: FrameT, carrier: str, **choices: Unpack[Carbon]) -> FrameT: ...
def co2(
    quantity: Any,
    carrier: str,
    *,
    unit: str = "",
    ncv: Any = None,
    ncv_unit: str = "",
    coefficient: Any = "",
    edition: str | tuple[str, ...] = EDITIONS,
    factor: Any = "",
    fuels: str = "ncsc-2025",
    proxies: Literal["use", "refuse"] = "use",
    electricity: str = "provincial_average",
    province: str = "",
    year: int | None = None,
    vintage: Literal["nearest", "same_year"] = "nearest",
) -> Any:
    """Return the CO2 of a quantity of one carrier: burnt, or bought from the grid [tCO2].

    Parameters
    ----------
    quantity : (...)
        Numbers in ``unit``, texts with their unit such as ``"3 万吨"``, or quantities. Of a fuel also in GJ or tce.
    carrier
        Name of the carrier, in any spelling.
    unit
        Unit of plain numbers alone; without one t, m3, GJ or MWh, as the carrier is counted.
    ncv, ncv_unit
        A measured net calorific value of a fuel, one figure: a number and its unit, a text, or a quantity. It does not
        decide the kind of the answer. For a column of heat values give the quantity in GJ.
    coefficient, edition
        Where the heat value of a fuel comes from if it is neither measured nor in the factor set: see
        :func:`standard_coal`.
    factor
        The CO2 factor itself, a text such as ``"0.5366 kgCO2/kWh"``, ``"2.1 tCO2/t"`` or ``"0.095 tCO2/GJ"``, or a
        quantity. It stands before all sets and tables.
    fuels
        One whole set of fuel factors; by default that of the method ``inventory``.
    proxies
        ``use`` the named proxy of a fuel without a row, with a warning, or ``refuse``.
    electricity
        Kind of grid factor: ``provincial_average`` (default), ``regional_average``, ``national_average``,
        ``national_residual``, ``national_fossil``.
    province
        Of electricity, unless the kind is national; 全国 takes the national average.
    year
        The year in which electricity is used.
    vintage
        Data year of the grid factor: the ``nearest`` one, with a warning if it is another than ``year``, or the
        ``same_year``.

    Returns
    -------
    (...)
        [tCO2], in kind: float, ndarray, Series, DataFrame, DataArray, or a quantity of the registry that came. NaN
        where the quantity is not known; proportional to it, so that 0 gives 0. What has no fossil carbon (biomass,
        hydrogen, recovered heat, energy media) is 0: biogenic CO2 stands apart in an account.

    Raises
    ------
    FactorError
        If there is no factor, or no single standard-coal coefficient where one is needed for the heat value.
    InputError
        If there is no such carrier or province, the year or the province of electricity is not given, electricity comes
        in standard coal, a choice cannot matter, or is no text.
    UnitError
        If a unit is unknown or does not fit.

    Warns
    -----
    FactorWarning
        If a proxy, another edition or another data year stands in.

    Notes
    -----
    ``CO2 = quantity * heat value * factor``: fuels by GB/T 2589-2020 and the national factor database, purchased heat
    by its default factor unless ``factor`` is given, electricity by the published grid factor.

    Examples
    --------
    >>> round(co2("1 万千瓦时", "电力", province="全国", year=2022), 6)
    5.366
    >>> co2([100.0, 0.0], "coke", factor="2.9 tCO2/t")
    array([290.,   0.])
    """
    refuse_no_texts(
        carrier=carrier, unit=unit, ncv_unit=ncv_unit, edition=edition, fuels=fuels, electricity=electricity,
        province=province,
    )  # fmt: skip
    for name, value, known in (("proxies", proxies, ("use", "refuse")), ("vintage", vintage, ("nearest", "same_year"))):
        if value not in known:
            raise InputError("option", name=name, value=value, known=", ".join(known))
    require_place(electricity, province)
    given, amount, flow = read_amount(quantity, carrier, unit, ncv, ncv_unit)
    direct, per_energy = to_factor(factor, flow)
    if direct is None and flow.kind == "electricity":
        direct, found_elsewhere = grid_factor(electricity, province, year, vintage)
        _warn(found_elsewhere)
    idle = direct is not None or flow.unit not in {"t", "m3"} or flow.kind not in {"fuel", "heat"}
    chosen = to_coefficient(coefficient, flow, idle)
    if direct is not None:
        return given.answer(amount.times(direct), "tCO2")
    found = find_for(flow, to_editions(edition), chosen, fuels, proxies, per_energy)
    if np.isnan(found.co2):
        raise FactorError("formula.none", item=flow.carrier, group=fuels)
    _warn([problem for problem in found.warnings if problem.code != "account.no_co2"])
    return given.answer(amount.times(found.co2), "tCO2")


def _warn(problems: list[Problem]) -> None:
    """Warn where the script calls the formula; to be called by the formula itself."""
    if problems:
        warnings.warn("\n".join(problem.text() for problem in problems), FactorWarning, stacklevel=3)
