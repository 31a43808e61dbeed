"""How the numbers of a column are printed in a plain-text table.

Decided here: all numbers of a column have the same digits after the point, so that a column is read by its length:
six digits that count of the largest, four of the smallest, six places at most; zeros that all of them end with are
left out. pandas would choose by column too, but changes to powers of ten where sizes differ by much.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._digits import PLAIN, in_digits

_LARGEST, _SMALLEST, _PLACES = 6, 4, 6


def printer(column: NDArray[Any]) -> Callable[[float], str] | None:
    """Return what prints a number of a column; None where the column has no floats.

    Examples
    --------
    >>> show = printer(np.array([621886.56856, 2403431.2, np.nan]))
    >>> show(621886.56856), show(2403431.2), printer(np.array([2.5, 0.25]))(2.5), printer(np.array([2020.0]))(2020.0)
    ('621887', '2403431', '2.50', '2020')
    """
    if column.dtype.kind != "f":
        return None
    sizes = np.abs(column[np.isfinite(column) & (column != 0)])
    if not len(sizes):
        return lambda value: f"{value:.0f}"
    if sizes.max() >= PLAIN or sizes.min() < 10.0**-_PLACES:  # no one form suits all of them
        return lambda value: in_digits(value, f".{_LARGEST}g")
    places = max(_places(float(sizes.max()), _LARGEST), min(_places(float(sizes.min()), _SMALLEST), _PLACES))
    scaled = np.round(sizes * 10.0**places)
    while places and not (scaled % 10).any():
        places, scaled = places - 1, scaled / 10
    return lambda value: f"{value:.{places}f}"


def _places(size: float, digits: int) -> int:
    """Return how many digits after the point a number needs to have so many that count."""
    return max(0, digits - 1 - math.floor(math.log10(size)))
