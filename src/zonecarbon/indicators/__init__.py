"""Indicators: intensities, yearly rates, constant prices, standard coal and CO2; the formulas for scripts.

``formulas`` has those that need figures alone, ``of_carrier`` those that look up what a carrier holds (``amounts``
reads the quantity, ``coefficients`` finds what it is multiplied with), ``kinds`` takes arguments apart and answers in
kind. Nothing below this package calls the formulas.

Decided here: the same formula takes a float, an array, a table or a quantity of a pint registry that was taught our
units, and answers in kind: a quantity in the registry it came from, a Series with its index, an array, a float.
Arithmetic is done by the kernels on plain numbers; units are converted once, at the door.
"""

from zonecarbon.indicators.formulas import (
    INDICATORS,
    INVERSE,
    annual_reduction,
    chain_changes,
    co2_intensity,
    deflate,
    energy_intensity,
    link_prices,
    required_rate,
)
from zonecarbon.indicators.of_carrier import co2, standard_coal

__all__ = [
    "INDICATORS",
    "INVERSE",
    "annual_reduction",
    "chain_changes",
    "co2",
    "co2_intensity",
    "deflate",
    "energy_intensity",
    "link_prices",
    "required_rate",
    "standard_coal",
]
