"""The figures of a verdict as a person reads them.

Decided here: digits are those of :mod:`zonecarbon.notation`, with the limit beside the figure, so that none is rounded
across the line it is judged by. A fraction is a percentage, and its margin percentage points. Limits keep the digits
they were printed with. Tables, JSON and CSV keep all digits; this is for eyes.
"""

import math
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon import messages, notation
from zonecarbon.indicators import INVERSE
from zonecarbon.messages import Language
from zonecarbon.records import Target
from zonecarbon.terms import term

if TYPE_CHECKING:
    from zonecarbon.targets.result import Block

SIGNS = {"<=": "≤", ">=": "≥"}
"""Comparisons as they are printed; others as they are."""

_FRACTION, _YEARLY, _PERCENT = "fraction", "fraction per year", "%"
_COUNTS = {"zones", "count"}
_KINDS: dict[str, notation.Kind] = {"tce/10^4 CNY": "energy_intensity", "tCO2/10^4 CNY": "co2_intensity"}
_RATE_DIGITS = 2  # 4.14 % a year: the tenths of a percentage point are what years differ by


def row_text(block: "Block", row: int, language: Language) -> str:
    """Return value, limit, margin, what is still needed, bounds and the reason of one row, as far as they are known."""
    target = block.target
    parts = []
    if not np.isnan(block.value[row]):
        parts.append(_value_text(block, row, language))
    if target.threshold:
        limit = {"operator": SIGNS.get(target.operator, target.operator)}
        limit["threshold"] = _threshold(target.threshold, target.unit)
        parts.append(messages.render("check.limit", limit, language))
    margin, rate = float(block.margin[row]), float(block.required_rate[row])
    if not math.isnan(margin):
        parts.append(messages.render("check.margin", {"value": margin_text(margin, target.unit, language)}, language))
    rises = target.indicator in INVERSE  # its inverse falls at this rate; a rise from nothing has none
    if not math.isnan(rate) and rate != 0 and not (rises and rate >= 1):
        shown = notation.percent(1 / (1 - rate) - 1 if rises else rate, language, _RATE_DIGITS, beside=0.0)
        parts.append(
            messages.render("check.required_rise" if rises else "check.required_rate", {"value": shown}, language)
        )
    if not np.isnan(block.lower[row]) and block.lower[row] != block.upper[row]:
        ends = {name: float(getattr(block, name)[row]) for name in ("lower", "upper")}
        bounds = {name: _bare(end, target.unit, language, target.limit) for name, end in ends.items()}
        parts.append(messages.render("check.bounds", bounds, language))
    if block.reason[row] >= 0:
        parts.append(block.reasons[block.reason[row]].text(language))
    return ("; " if language == "en" else "；").join(parts)


def indicator_of(target: Target, language: Language) -> str:
    """Return what a target is about, in the words of its document if it has them."""
    named = target.indicator_zh if language == "zh" else target.indicator_en
    return named or term(target.indicator, language, "indicator")


def with_unit(text: str, unit: str, language: Language) -> str:
    """Return a figure with its unit in words; a percentage with what it is a percentage of.

    Examples
    --------
    >>> with_unit("4.14%", "fraction per year", "en"), with_unit("56.8%", "fraction of zones", "zh")
    ('4.14% a year', '56.8% 的园区')
    >>> with_unit("0.308", "tce/10^4 CNY", "zh"), with_unit("12%", "fraction", "en")
    ('0.308 吨标准煤/万元', '12%')
    """
    if unit in {_FRACTION, _PERCENT}:
        return text
    if unit == _YEARLY:
        return messages.render("check.a_year", {"value": text}, language)
    if unit.startswith(_FRACTION):
        rest = unit.removeprefix(_FRACTION).strip() if language == "en" else term(unit, language, "share")
        return messages.render("check.share_of", {"value": text, "of": rest}, language)
    said = term(unit, language, "unit")
    return f"{text}{said}" if said.startswith("（") else f"{text} {said}".strip()


def margin_text(margin: float, unit: str, language: Language) -> str:
    """Return a margin with its sign and its unit.

    Examples
    --------
    >>> margin_text(0.0928, "tce/10^4 CNY", "en"), margin_text(-0.001_823, "fraction per year", "zh")
    ('+0.0928 tce/10^4 CNY', '−0.18 个百分点')
    """
    if unit == _PERCENT:
        margin, unit = margin / 100, _FRACTION
    if not _is_fraction(unit):
        text = "0" if margin == 0 else _signed(margin, unit, language)
        return with_unit(text, unit, language)
    digits = _RATE_DIGITS if unit == _YEARLY else 1
    if margin == 0:
        return messages.render("check.points", {"value": "0"}, language)
    points = notation.percent(margin, language, digits, signed=True, beside=0.0)
    return messages.render("check.points", {"value": points.removesuffix(_PERCENT)}, language)


def level_text(value: float, limit: float, unit: str, language: Language) -> str:
    """Return a figure without its unit, on its true side of a limit."""
    return _bare(value, unit, language, limit)


def _value_text(block: "Block", row: int, language: Language) -> str:
    unit, value, compared = block.target.unit, float(block.value[row]), float(block.compared[row])
    text = _bare(value, unit, language, block.target.limit)
    if compared != value and not math.isnan(compared):
        digits = block.target.printed_digits
        text += f" → {_points(compared, digits) if _is_fraction(unit) else f'{compared:.{digits}f}'}"
    text = with_unit(text, unit, language)
    return text + ("" if not block.year else f" ({block.year})" if language == "en" else f"（{block.year} 年）")


def _bare(value: float, unit: str, language: Language, limit: float) -> str:
    beside = None if math.isnan(limit) else limit
    if _is_fraction(unit):
        return notation.percent(value, language, _RATE_DIGITS if unit == _YEARLY else 1, beside=beside)
    if unit in _COUNTS and value == round(value):
        return f"{value:.0f}"
    text = notation.figure(value, _KINDS.get(unit, "number"), language, notation.Scale(1.0, ""), beside)
    return f"{text}{_PERCENT}" if unit == _PERCENT else text


def _signed(value: float, unit: str, language: Language) -> str:
    kind = _KINDS.get(unit, "number")
    return notation.figure(value, kind, language, notation.Scale(1.0, ""), beside=0.0, signed=True)


def _threshold(printed: str, unit: str) -> str:
    """Return a limit with the digits it was printed with; a fraction becomes a percentage with no digit more."""
    if unit == _PERCENT:
        return f"{printed}{_PERCENT}".replace("-", "−")
    text = printed
    if _is_fraction(unit):
        with suppress(ArithmeticError):  # of a figure that no Decimal holds
            text = f"{(Decimal(printed) * 100).normalize():f}{_PERCENT}"
    return text.replace("-", "−")


def _points(value: float, digits: int) -> str:
    return f"{value * 100:.{max(digits - 2, 0)}f}{_PERCENT}".replace("-", "−")


def _is_fraction(unit: str) -> bool:
    return unit.startswith(_FRACTION)
