"""Round figures of axes: which ones, where the axis ends, and how they are written.

Decided here: an upright axis ends at a round figure that is not below the highest value, so that the value can be read
off between two lines; a horizontal one begins before its first year, whose label would touch the 0 otherwise.
"""

import math
from collections.abc import Sequence
from functools import cache

from matplotlib.ticker import MaxNLocator

from zonecarbon.messages import Language


@cache
def _locator(count: int) -> MaxNLocator:
    return MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10])


def nice(low: float, high: float, count: int = 4) -> list[float]:
    """Return few round figures between two.

    Examples
    --------
    >>> nice(0.0, 37.0), nice(0.0, 0.0)
    ([0.0, 10.0, 20.0, 30.0], [0.0])
    """
    if not low < high:
        return [low]
    slack = (high - low) * 1e-9
    found = _locator(count).tick_values(low, high)
    return [float(round(value, 12)) + 0.0 for value in found if low - slack <= value <= high + slack]


def upright(low: float, high: float) -> tuple[list[float], float]:
    """Return round figures from the lowest value on, and where the axis ends: at one that is not below the highest.

    Examples
    --------
    >>> upright(0.0, 37.0), upright(0.0, 0.0)
    (([0.0, 10.0, 20.0, 30.0, 40.0], 40.0), ([0.0], 1.0))
    """
    if not low < high:
        return [low], low + 1.0
    found = [float(round(value, 12)) + 0.0 for value in _locator(5).tick_values(low, high)]
    slack = (high - low) * 1e-9
    return [value for value in found if value >= low - slack], max(found[-1], high)


def start(span: float, across: float, room: float = 14.0) -> float:
    """Return how far before the first year an axis begins, so that its label does not touch the 0 [years]."""
    return span * room / max(across - room, 40.0)


def round_figures(values: Sequence[float], language: Language) -> list[str]:
    """Return the figures of ticks, all with the same digits after the point.

    Examples
    --------
    >>> round_figures([0.0, 2.5, 5.0], "en"), round_figures([-1000.0, 0.0], "en"), round_figures([1000.0], "zh")
    (['0.0', '2.5', '5.0'], ['−1,000', '0'], ['1000'])
    """
    places = 0
    while places < 9 and any(abs(value - round(value, places)) > 1e-9 * max(abs(value), 1e-9) for value in values):
        places += 1
    shown = [f"{value + 0.0:,.{places}f}".replace("-", "−") for value in values]
    return shown if language == "en" else [text.replace(",", "") for text in shown]


def log_ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Return few round figures of a logarithmic axis between two positive ones.

    Examples
    --------
    >>> log_ticks(0.03, 3.0), log_ticks(0.9, 1.3)
    ([0.05, 0.1, 0.2, 0.5, 1.0, 2.0], [0.9, 1.0, 1.1, 1.2, 1.3])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = [step * 10.0**power for power in range(first, last + 1) for step in steps]
        inside = [float(f"{value:.3g}") for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(inside) <= count:
            break
    return inside if len(inside) > 2 else nice(low, high, count)
