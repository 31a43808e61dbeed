"""A decomposition in words: the change, its parts, and what would have been without each of them.

Decided here: a sentence is made of the numbers and says "rose" or "fell" by the sign of the effect, because an effect
summed over many cells is not the movement of one ratio. Effects below a two-thousandth of the last value are left out
of the sentences (not of the tables): nobody quotes them.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon import messages
from zonecarbon._typing import FloatArray
from zonecarbon.decomposition.attributing import NOT_ATTRIBUTED
from zonecarbon.errors import InputError
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.messages import Language

if TYPE_CHECKING:
    from zonecarbon.decomposition.result import Decomposition

_WORTH_SAYING = 0.0005
_AMOUNT = 20  # width of a column of amounts


def describe(result: "Decomposition", language: Language, zone: str) -> list[str]:
    """Return the change and a line for each factor."""
    if _is_scattered(result, zone):
        told = {"of": _name(result.of, language), "n": result.cells.shape[0]}
        return [messages.render("note.decompose_ratio", told, language)]
    value, effect, factors = _figures(result, zone)
    first, last = float(value[0]), float(value[-1])
    told = {
        "who": _who(result, language, zone),
        "of": _name(result.of, language),
        "base": result.base,
        "end": result.end,
        "first": _amount(first, result.unit, language),
        "last": _amount(last, result.unit, language),
        "percent": f"{last / first - 1:+.1%}" if first else "?",
        "how": _how(result, language),
    }
    if not (math.isfinite(first + last) and np.isfinite(effect).all()):
        return [messages.render("note.decompose_unknown", told, language)]
    lines = [messages.render("note.decompose_head", told, language)]
    width = max((_width(_name(factor, language)) for factor in factors), default=0)
    for factor, effect_of in zip(factors, effect.tolist(), strict=True):
        name = _name(factor, language)
        padded = name + " " * (width - _width(name))
        if result.form == "multiplicative":
            lines.append(f"  {padded}  x {effect_of:.4f}")
        else:
            amount = 0.0 if abs(effect_of) <= EQUALITY * max(abs(first), abs(last)) else effect_of  # rounding
            share = f"{amount / first:+.1%}" if first else ""
            shown = _signed(amount, result.unit, language)
            lines.append(f"  {padded}  {' ' * max(0, _AMOUNT - _width(shown))}{shown}  {share:>8}".rstrip())
    return lines


def sentences(result: "Decomposition", language: Language, zone: str) -> list[str]:
    """Return what the last value would have been without each effect, the largest first."""
    if _is_scattered(result, zone):
        return []
    value, effect, factors = _figures(result, zone)
    last = float(value[-1])
    if not math.isfinite(last) or last == 0.0 or not np.isfinite(effect).all():
        return []
    without = last / effect if result.form == "multiplicative" else last - effect
    lines = []
    for at in np.argsort(-np.abs(without - last), kind="stable").tolist():
        more = float(without[at]) - last
        if abs(more) < _WORTH_SAYING * abs(last) or factors[at] == NOT_ATTRIBUTED:
            continue
        told = {
            "factor": _moved(factors[at], more < 0.0, language),
            "of": _name(result.of, language),
            "amount": _amount(abs(more), result.unit, language),
            "percent": f"{abs(more / last):.1%}",
            "end": result.end,
            "who": _who(result, language, zone),
        }
        lines.append(messages.render(f"note.without_{'higher' if more > 0.0 else 'lower'}", told, language))
    return lines


def _figures(result: "Decomposition", zone: str) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Return the value (year,), the effects (factor,) and the factors, of a zone or of all together."""
    if result.cells.is_ratio:
        labels = result.labels().get("zone", np.array([zone], dtype=object))
        found = np.flatnonzero(labels == zone) if zone else np.arange(1)
        if not len(found):
            raise InputError("zone.unknown", name=zone)
        return result.values()[found[0]], result.effects()[found[0]], result.factors
    if not zone and len(result.zones) == 1 and result.level == "zone":
        zone = str(result.zones[0])
    if not zone:
        return result.values("portfolio")[0], result.effects("portfolio")[0], result.factors_of("portfolio")
    labels = result.labels("zone").get("zone", np.zeros(0, dtype=object))
    found = np.flatnonzero(labels == zone)
    if not len(found):
        raise InputError("zone.unknown", name=zone)
    return result.values("zone")[found[0]], result.effects("zone")[found[0]], result.factors_of("zone")


def _is_scattered(result: "Decomposition", zone: str) -> bool:
    """Return whether what is asked for is several quotients, of which there is no whole."""
    if not result.cells.is_ratio:
        return False
    labels = result.labels().get("zone", np.zeros(0, dtype=object))
    return len(result.values()) > 1 if not zone else int((labels == zone).sum()) > 1


def _who(result: "Decomposition", language: Language, zone: str) -> str:
    zones = result.zones
    if zone or (len(zones) == 1 and zones[0]):
        return zone or str(zones[0])
    if result.level != "zone":
        return messages.render("note.decompose_cells", {"n": result.cells.shape[0]}, language)
    return messages.render("note.decompose_all", {"n": len(zones)}, language)


def _how(result: "Decomposition", language: Language) -> str:
    words = [f"LMDI-{result.lmdi}", messages.render(f"note.form_{result.form}", {}, language)]
    if result.chained:
        words.append(messages.render("note.chained", {}, language))
    if result.zeros:
        words.append(messages.render("note.zeros", {"value": f"{result.zeros:g}"}, language))
    return ", ".join(words) if language == "en" else "，".join(words)


def _name(word: str, language: Language) -> str:
    """Return a factor or a value in words, as the user wrote it where it is the user's."""
    return messages.render(f"effect.{word}", {}, language) if f"effect.{word}" in messages.TEXTS else word


def _moved(factor: str, is_rise: bool, language: Language) -> str:
    """Return "the fall in energy intensity", or "the change of" something the user named."""
    for code in (f"moved.{factor}_{'rise' if is_rise else 'fall'}", f"moved.{factor}"):
        if code in messages.TEXTS:
            return messages.render(code, {}, language)
    return messages.render("moved.other", {"factor": _name(factor, language)}, language)


def _amount(value: float, unit: str, language: Language) -> str:
    if math.isnan(value):
        return "?"
    if unit in {"tCO2", "tce"}:
        what = messages.render("effect.unit_tce", {}, language) if unit == "tce" else ""
        return f"{'-' if value < 0 else ''}{messages.tonnes(abs(value), language)}{what}"
    shown = f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.4g}"
    return f"{shown} {unit}".strip()


def _signed(value: float, unit: str, language: Language) -> str:
    text = _amount(abs(value), unit, language)
    return f"{'-' if value < 0 else '+'}{text}"


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
