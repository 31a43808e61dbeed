"""How much of a carrier: numbers, texts and quantities to one unit of the carrier.

Decided here: a quantity is kept as a record keeps it (t or m3, GJ, tce, MWh) and multiplied in the same order, so that
the figures of formulas and of accounts agree to the bit. Standard coal is told by its name: pint would turn kWh into
tce at 29.3 MJ/kgce, the standard has a coefficient for it. All figures of one call must end in one unit, because they
get one coefficient.

A measured heat value is a choice, like a coefficient: one figure, in whatever dress, which never decides the kind of
the answer. A column of heat values was considered and rejected: whether a number or a table comes out would depend on
two arguments, and the quantity in GJ, which such a script has at hand, says the same.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from zonecarbon import units
from zonecarbon._typing import FloatArray
from zonecarbon.activity import Flow
from zonecarbon.errors import InputError, UnitError
from zonecarbon.indicators.kinds import Arguments, is_missing
from zonecarbon.kernels.blocks import in_blocks
from zonecarbon.records.carrier_unit import form, heat_value_factor, is_standard_coal
from zonecarbon.vocabulary import Carrier, find_carrier, find_supply


@dataclass(frozen=True, slots=True)
class Amount:
    """Figures, and the factors that bring them to the unit in which an account would keep them, in this order.

    ``spare`` says that the figures were made for this call, by a host's registry, and may be written over.
    """

    figures: Any
    factors: tuple[float, ...]
    spare: bool = False

    def times(self, coefficient: float) -> Any:
        """Return figures of our own: those times the factors, times a coefficient.

        A column goes through several in pieces, each in the cache for all of them; 1 changes no bit and is left out.
        """
        first, *others = [factor for factor in (*self.factors, coefficient) if factor != 1.0] or [1.0]

        def multiply(out: FloatArray, figures: FloatArray) -> None:
            np.multiply(figures, first, out=out)
            for factor in others:
                np.multiply(out, factor, out=out)

        if isinstance(self.figures, np.ndarray) and (others or self.spare):
            product = self.figures if self.spare else np.empty_like(self.figures)
            in_blocks(multiply, product, self.figures)
            return product
        return math.prod(others, start=self.figures * first)


def read_amount(quantity: Any, name: str, unit: str, ncv: Any, ncv_unit: str) -> tuple[Arguments, Amount, Flow]:
    """Return the arguments, the quantity to the unit in which an account would keep it, and its flow."""
    carrier = find_carrier(name)
    measured = ncv is not None
    heat, scale = _heat_value(ncv, ncv_unit, carrier) if measured else (1.0, 1.0)
    given = Arguments({"quantity": quantity})
    seen: list[tuple[float, tuple[str, str]]] = []

    def reader(value: Any) -> Any:
        figures, factor, kept = _in_own_unit(value, carrier, unit, measured)
        seen.append((factor, kept))
        return figures

    figures = given.read("quantity", reader)
    spare = units.is_quantity(quantity) and not np.may_share_memory(figures, quantity.magnitude)
    to_own, (own, basis) = seen[0] if seen else (1.0, _form(carrier, unit, measured)[:2])
    factors: tuple[float, ...] = (to_own,)
    if measured:
        factors, own = (to_own, heat, scale), "GJ"  # in the order in which records multiply
    return given, Amount(figures, factors, spare), Flow(carrier.id, "final", find_supply("", carrier), own, basis)


def _form(carrier: Carrier, unit: str, measured: bool) -> tuple[str, str, float]:
    """Return the unit in which a figure is kept, its basis, and the factor that brings it there."""
    if carrier.kind == "electricity" and is_standard_coal(unit):
        raise InputError("formula.electricity", unit=unit)
    kept = form(carrier.id, unit, measured=measured)
    return kept.unit, kept.basis, kept.factor


def _in_own_unit(value: Any, carrier: Carrier, unit: str, measured: bool) -> tuple[Any, float, tuple[str, str]]:
    """Return figures, the factor that brings them to one unit of the carrier, and that unit with its basis."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "OUT":
        return _each(value, carrier, unit, measured)
    if isinstance(value, str):
        value, unit = _of_text(value, unit)
    elif units.is_quantity(value):
        _refuse_second(unit, str(value.units))
        unit = _unit_of(value, carrier, measured)
        value = units.magnitude(value, unit)
    own, basis, scale = _form(carrier, unit, measured)
    return units.magnitude(value, own), scale, (own, basis)


def _of_text(text: str, unit: str) -> tuple[float, str]:
    """Return figure and unit of a text, which has its unit or leaves it to ``unit``."""
    if unit:
        try:
            return units.number(text), unit
        except InputError:
            _refuse_second(unit, units.split(text)[1])
    return units.split(text)


def _refuse_second(unit: str, own: str) -> None:
    if unit:
        raise InputError("formula.two_units", unit=unit, own=own)


def _each(values: Any, carrier: Carrier, unit: str, measured: bool) -> tuple[Any, float, tuple[str, str]]:
    """Return texts or quantities one by one: each has its own unit, but all must end in one."""
    figures = np.full(values.shape, np.nan)
    kept: dict[tuple[str, str], None] = {}
    for place in np.ndindex(values.shape):
        if not is_missing(values[place]):
            figure, scale, own = _in_own_unit(values[place], carrier, unit, measured)
            figures[place] = figure * scale
            kept[own] = None
    if len(kept) > 1:
        raise InputError("formula.forms", carrier=carrier.id, units=", ".join(own for own, _ in kept))
    return figures, 1.0, next(iter(kept), _form(carrier, unit, measured)[:2])


def _unit_of(quantity: Any, carrier: Carrier, measured: bool) -> str:
    """Return the unit in which a host's quantity is read: standard coal, GJ of a fuel, or the carrier's own."""
    if is_standard_coal(str(quantity.units)) and not measured:
        return "tce"
    if carrier.kind == "fuel" and not measured:
        try:
            units.magnitude(type(quantity)(1.0, quantity.units), "GJ")  # one, whatever the length of the column
        except UnitError:
            return carrier.unit
        return "GJ"
    return carrier.unit


def _heat_value(ncv: Any, ncv_unit: str, carrier: Carrier) -> tuple[float, float]:
    """Return a measured heat value, and the factor that makes GJ per unit of the carrier of it."""
    if not _is_one_figure(ncv):
        raise InputError("formula.ncv", got=type(ncv).__name__)
    figure = float("nan") if is_missing(ncv) else ncv
    if isinstance(ncv, str):
        figure, ncv_unit = units.split(ncv)
    elif units.is_quantity(ncv):
        ncv_unit = ncv_unit or f"GJ/{carrier.unit}"
    scale = heat_value_factor(carrier.id, ncv_unit)
    heat = units.magnitude(figure, ncv_unit)
    if not isinstance(heat, float) or heat <= 0 or np.isinf(heat):
        raise InputError("ncv.positive", value=ncv)
    return heat, scale


def _is_one_figure(value: Any) -> bool:
    if is_missing(value) or isinstance(value, (str, Real, Decimal, np.generic)):
        return True
    return np.shape(value.magnitude) == () if units.is_quantity(value) else False
