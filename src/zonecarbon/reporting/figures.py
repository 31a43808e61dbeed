"""Figures of targets as text: value, limit and margin in the unit of the target.

Decided here: nothing is printed here but through :mod:`zonecarbon.notation`, with the limit beside it, so that no
figure is rounded across the line it is judged by. A fraction is a percentage, its margin percentage points. Intensities
come in the unit that the notation knows; any other unit is shown as the target gives it.
"""

import math
from decimal import Decimal
from typing import Any

import numpy as np

from zonecarbon.kernels.target import EQUALITY
from zonecarbon.notation import Kind, Scale, amount, figure, percent, probability, scale_for
from zonecarbon.records import Target
from zonecarbon.reporting.view import Cell, Head
from zonecarbon.reporting.words import Say

_KINDS: dict[str, Kind] = {
    "tce/10^4 CNY": "energy_intensity",
    "tCO2/10^4 CNY": "co2_intensity",
    "tce": "energy",
    "tCO2": "co2",
}
_FRACTION, _PERCENT, _ZONES, _YEARLY = "fraction", "%", "zones", "fraction per year"


def chance(say: Say, value: float, error: float, draws: int) -> str:
    """Return a probability; of a path without shocks that it is so or is not."""
    if draws == 1 and not math.isnan(value):
        return say.message("note.certain" if value else "note.certain_not")
    return probability(value, error, say.language, draws or None)


def value_text(say: Say, value: float, unit: str, beside: float | None = None) -> str:
    """Return a value with its unit; NaN is unknown.

    Examples
    --------
    >>> value_text(Say("en"), 0.30004, "tce/10^4 CNY", 0.3), value_text(Say("zh"), 0.0412, "fraction per year")
    ('0.30004 tce per 10⁴ yuan', '每年 4.1%')
    """
    if math.isnan(value):
        return say("unknown")
    beside = None if beside is None or math.isnan(beside) else beside
    if unit in _KINDS:
        return amount(value, _KINDS[unit], say.language, beside)
    if unit.startswith(_FRACTION):
        text = percent(value, say.language, beside=beside)
        return say("a_year", value=text) if unit == _YEARLY else text
    if unit == _ZONES:
        return say("zones_of", value=f"{value:.0f}")
    told = say.of("unit", unit)
    text = figure(value, "number", say.language, beside=beside)
    return f"{text}{told}" if told == _PERCENT else f"{text} {told}".strip()


def target_value(say: Say, value: float, target: Target) -> str:
    """Return the value of a target; of a rate of fall, whether it fell or rose.

    Examples
    --------
    >>> from zonecarbon.catalog import target_set
    >>> rate = target_set("torch-2025").target[2]
    >>> target_value(Say("en"), -0.038, rate), target_value(Say("zh"), 0.039_99, rate)
    ('rose 3.8% a year', '年均下降 3.999%')
    """
    if math.isnan(value) or not _is_fall(target):
        return value_text(say, value, target.unit, target.limit)
    text = percent(abs(value), say.language, beside=target.limit if value > 0 else None)
    return say("rate.fell" if value >= 0 else "rate.rose", value=text)


def _is_fall(target: Target) -> bool:
    """Return whether a target is on a yearly rate of fall, which is positive where something falls."""
    return target.statistic == "annual_rate" and target.indicator.endswith("_per_iva") and target.unit == _YEARLY


def margin_text(say: Say, margin: float, unit: str, limit: float = math.nan) -> str:
    """Return how far a value is from its limit in words; "exactly" where ``check`` counts the two as equal.

    Examples
    --------
    >>> margin_text(Say("en"), -0.0854, "fraction of zones"), margin_text(Say("en"), 5.55e-17, "fraction", 0.4)
    ('8.5 percentage points short of the target', 'exactly at the target')
    >>> margin_text(Say("en"), -0.00004, "fraction", 0.5)
    '0.004 percentage points short of the target'
    """
    size = abs(margin)
    if size == 0 or size <= EQUALITY * (abs(limit) + size):
        return say("card.exact")
    if unit.startswith(_FRACTION) or unit == _PERCENT:
        points = size if unit.startswith(_FRACTION) else size / 100
        text = say("points", value=percent(points, say.language, beside=0.0).removesuffix("%"))
    else:
        text = value_text(say, size, unit, 0.0)
    return say("card.spare" if margin > 0 else "card.short", value=text)


def limit_text(say: Say, target: Target) -> str:
    """Return what a target asks for, with its own digits.

    Examples
    --------
    >>> from zonecarbon.catalog import target_set
    >>> first, second = target_set("torch-2025").target[:2]
    >>> limit_text(Say("en"), first)
    'at most 0.4 tce per 10⁴ yuan, by 2025'
    >>> limit_text(Say("zh"), second)
    '不低于 50% 的园区低于 0.3 吨标准煤/万元（2025 年）'
    """
    falls = _is_fall(target)
    unit = _FRACTION if falls else target.unit
    limit = say(f"limit.{target.operator}", limit=printed(say, target.threshold, unit))
    if falls:
        limit = say("limit.cut", limit=limit)
    if target.statistic == "share_of_zones":
        limit = say("limit.of_zones", limit=limit, inner=inner_text(say, target))
    return say("limit.by", limit=limit, year=target.year) if target.year else limit


def inner_text(say: Say, target: Target) -> str:
    """Return the test that each zone is put to by a target that counts zones."""
    return say(f"limit.{target.inner_operator}", limit=printed(say, target.inner_threshold, target.inner_unit))


def printed(say: Say, threshold: str, unit: str) -> str:
    """Return a limit as it was printed; a fraction becomes a percentage with no digit more."""
    if not threshold:
        return say.of("unit", unit)
    if unit.startswith(_FRACTION):
        text = f"{(Decimal(threshold) * 100).normalize():f}%".replace("-", "−")
        return say("a_year", value=text) if unit == _YEARLY else text
    if unit in _KINDS:
        return f"{threshold} {scale_for(_KINDS[unit], math.nan, say.language).unit}"
    if unit == _ZONES:
        return say("zones_of", value=threshold)
    told = say.of("unit", unit)
    return f"{threshold}{told}" if told == _PERCENT else f"{threshold} {told}".strip()


# -- columns -----------------------------------------------------------------------------------------------------------


def column(
    say: Say, title: str, values: Any, kind: Kind, limits: tuple[float, ...] = (), scale: Scale | None = None
) -> tuple[Head, list[Cell]]:
    """Return the head of a column of figures, its unit chosen for the whole column, and its cells.

    Each figure gets digits until it stands on its true side of the nearest of ``limits``.
    """
    scale = scale or scale_for(kind, values, say.language)
    cells = [
        Cell(figure(value, kind, say.language, scale, _nearest(value, limits)), value)
        for value in np.asarray(values, dtype=np.float64).tolist()
    ]
    return Head(title, scale.unit, number=True), cells


def rates(
    say: Say, title: str, values: Any, signed: bool = False, limits: tuple[float, ...] = ()
) -> tuple[Head, list[Cell]]:
    """Return the head and the cells of a column of fractions, shown as percentages on their true side of a limit."""
    found = np.asarray(values, dtype=np.float64).tolist()
    cells = [
        Cell(percent(value, say.language, signed=signed, beside=_nearest(value, limits)), value) for value in found
    ]
    return Head(title, number=True), cells


def _nearest(value: float, limits: tuple[float, ...]) -> float | None:
    return min(limits, key=lambda limit: abs(limit - value)) if limits and not math.isnan(value) else None
