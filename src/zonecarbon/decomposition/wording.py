"""A decomposition in words: the change, its parts, and what would have been without each of them.

Decided here: a sentence is made of the numbers and says "rose" or "fell" by the sign of the effect, because an effect
summed over many cells is not the movement of one ratio. Effects below a two-thousandth of the last value are left out
of the sentences (not of the tables): nobody quotes them.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from zonecarbon import messages
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.decomposition.attributing import NOT_ATTRIBUTED
from zonecarbon.decomposition.of_account import AccountCells
from zonecarbon.decomposition.traits import positions
from zonecarbon.decomposition.variables import SHORT, stem
from zonecarbon.errors import InputError
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.messages import Language
from zonecarbon.terms import term
from zonecarbon.vocabulary import unknown_zone

if TYPE_CHECKING:
    from zonecarbon.decomposition.result import Decomposition

_WORTH_SAYING = 0.0005
_OFFSETS = 0.1  # of the sum: from here on zones with a rise and zones with a fall are told apart
_AMOUNT = 20  # width of a column of amounts


def describe(result: "Decomposition", language: Language, zone: str, sector: str) -> list[str]:
    """Return the change and a line for each factor."""
    if _is_scattered(result, zone, sector):
        parts = {"of": _name(result.of, language), "n": result.cells.shape[0]}
        return [messages.render("note.decompose_ratio", parts, language)]
    value, effect, factors = _figures(result, zone, sector)
    first, last = float(value[0]), float(value[-1])
    told: dict[str, Any] = {
        "who": _who(result, language, zone, sector),
        "of": _name(result.of, language),
        "base": result.base,
        "end": result.end,
        "first": _amount(first, result.unit, language),
        "last": _amount(last, result.unit, language),
        "percent": f"{last / first - 1:+.1%}" if first else "?",
        "how": _how(result, language),
    }
    if result.form == "multiplicative" and 0.0 in {first, last} and math.isfinite(first + last):
        return [messages.render("note.decompose_no_ratio", told, language)]
    if not np.isfinite(effect).all() or not math.isfinite(first + last):
        is_value = not math.isfinite(first + last)  # the effects may be unknown of a change that is known
        told["what"] = _lacking(result, zone, language) or _unknown_in(told["of"], value, result)
        told["what"] = told["what"] or messages.render("note.some_variable", {}, language)
        return [messages.render(f"note.decompose_{'unknown' if is_value else 'unsplit'}", told, language)]
    told["effects"] = messages.render(f"note.effects_{result.form}", {"base": result.base}, language)
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


def sentences(result: "Decomposition", language: Language, zone: str, sector: str) -> list[str]:
    """Return what the last value would have been without each effect, the largest first."""
    if _is_scattered(result, zone, sector):
        return []
    value, effect, factors = _figures(result, zone, sector)
    last = float(value[-1])
    if not math.isfinite(last) or last == 0.0 or not np.isfinite(effect).all():
        return []
    without = last / effect if result.form == "multiplicative" else last - effect
    parts = _by_zone(result) if not (zone or sector) else None
    lines = []
    for at in np.argsort(-np.abs(without - last), kind="stable").tolist():
        more = float(without[at]) - last
        if (without[at] < 0.0 < last) or (last < 0.0 < without[at]):
            told = {"factor": _moved(factors[at], more < 0.0, language), "of": _name(result.of, language)}
            told |= {"amount": _amount(abs(more), result.unit, language), "end": result.end}
            lines.append(messages.render("note.without_beyond", told, language))
            continue
        if abs(more) < _WORTH_SAYING * abs(last) or factors[at] == NOT_ATTRIBUTED:
            continue
        up, down = (0.0, 0.0) if parts is None else (part[at] for part in parts)
        is_mixed = not _is_structure(factors[at]) and min(up, -down) > _OFFSETS * abs(more)
        move = _name_of_change(factors[at], language) if is_mixed else _moved(factors[at], more < 0.0, language)
        told = {
            "factor": move,
            "parts": _offset(up, down, result.unit, language) if is_mixed else "",
            "of": _name(result.of, language),
            "amount": _amount(abs(more), result.unit, language),
            "percent": f"{abs(more / last):.1%}",
            "end": result.end,
            "who": _who(result, language, zone, sector),
        }
        lines.append(messages.render(f"note.without_{'higher' if more > 0.0 else 'lower'}", told, language))
    return lines


def _is_structure(factor: str) -> bool:
    """Return whether a factor moves shares, which go up in some zones because they go down in others."""
    return factor.endswith("structure") or factor == "between_zones"


def _by_zone(result: "Decomposition") -> tuple[FloatArray, FloatArray] | None:
    """Return what the zones with a rise and those with a fall come to, by factor; None where they do not add up."""
    if result.form != "additive" or result.level != "zone" or len(result.zones) < 2:
        return None
    effect = result.effects("portfolio", ("zone",))
    return np.where(effect > 0.0, effect, 0.0).sum(axis=0), np.where(effect < 0.0, effect, 0.0).sum(axis=0)


def _offset(up: float, down: float, unit: str, language: Language) -> str:
    told = {"up": _signed(float(up), unit, language), "down": _signed(float(down), unit, language)}
    return messages.render("note.without_parts", told, language)


def is_known(result: "Decomposition", zone: str, sector: str) -> bool:
    """Return whether all that :func:`describe` would say is known."""
    if _is_scattered(result, zone, sector):
        return True
    value, effect, _ = _figures(result, zone, sector)
    return bool(np.isfinite(value[[0, -1]]).all() and not np.isnan(effect).any())


def _figures(result: "Decomposition", zone: str, sector: str) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Return the value (year,), the effects (factor,) and the factors, of a zone, a sector, or of all together."""
    level, rows = _place(result, zone, sector)
    value, effect = result.values(level)[rows], result.effects(level)[rows]
    if len(rows) > 1 and (result.form != "additive" or result.lmdi != "I"):
        raise InputError("decompose.by", level=level, by="zone, sector", keys=", ".join(result.labels(level)))
    return value.sum(axis=0), effect.sum(axis=0), result.factors_of(level)


def _lacking(result: "Decomposition", zone: str, language: Language) -> str:
    """Return which quantities of an account are not known, and in which of the years used; nothing of a table."""
    cells = result.cells
    if not isinstance(cells, AccountCells):
        return ""
    names = {*SHORT} - ({"co2"} if result.of.startswith("energy") else set())
    if cells.own is not None:
        names = {stem(name) for name in cells.own.variables}
    wanted = [what for what in SHORT if what in names]
    told = (_unknown_in(term(what, language, "what"), _level(cells, what, zone), result) for what in wanted)
    return (", " if language == "en" else "、").join(text for text in told if text)


def _level(cells: AccountCells, what: str, zone: str) -> FloatArray:
    """Return value added, energy or CO2 of a zone or of all together (year,), in the years used."""
    if not zone and len(cells.account.zones) > 1:
        return np.asarray(cells.totals[f"{what}_total"])
    at = cells.account.activity.zone_index(zone or str(cells.account.zones[0]))
    if what == "value_added":
        return np.asarray(cells.money[at])
    return np.asarray(cells.account.total(what)[at, positions(cells.account, cells.years)])


def _unknown_in(name: str, values: FloatArray, result: "Decomposition") -> str:
    """Return a name with the years used in which its values are not known; nothing if all of them are."""
    at = np.flatnonzero(~np.isfinite(values)).tolist()
    return f"{name} ({', '.join(str(result.years[year]) for year in at)})" if at else ""


def _place(result: "Decomposition", zone: str, sector: str) -> tuple[str, IntArray]:
    """Return the level of what is asked for, and which of its aggregates it is."""
    is_one = len(result.zones) == 1 and result.level == "zone"
    level = "sector" if sector else "zone" if zone or is_one else "portfolio"
    level = result.level if result.cells.is_ratio else level
    labels, wanted = result.labels(level), {"zone": zone, "sector": sector}
    if is_one and sector:
        wanted["zone"] = zone or str(result.zones[0])
    match = np.ones(len(result.values(level)), dtype=bool)
    for name, word in wanted.items():
        if not word:
            continue
        if result.cells.is_ratio and name not in labels:
            raise InputError("decompose.ratio", of=result.of, level=name, only=level)
        match &= np.asarray(labels.get(name, np.full(len(match), "", dtype=object)) == word, dtype=bool)
        if not match.any() and name == "zone":
            raise unknown_zone(word, result.zones)
        if not match.any():
            known = "; ".join(dict.fromkeys(labels.get("sector", np.zeros(0, dtype=object)).tolist())) or "-"
            raise InputError("decompose.no_sector", zone=zone or "?", sector=sector, known=known)
    return level, np.flatnonzero(match)


def _is_scattered(result: "Decomposition", zone: str, sector: str) -> bool:
    """Return whether what is asked for is several quotients, of which there is no whole."""
    return result.cells.is_ratio and len(_place(result, zone, sector)[1]) > 1


def _who(result: "Decomposition", language: Language, zone: str, sector: str) -> str:
    zones = result.zones
    if sector:
        name = zone or (str(zones[0]) if len(zones) == 1 else "")
        return messages.render("note.decompose_sector", {"zone": name, "sector": sector}, language)
    if zone or (len(zones) == 1 and zones[0]):
        return zone or str(zones[0])
    known = int(result.cells.included.sum()) if isinstance(result.cells, AccountCells) else len(zones)
    if known < len(zones):
        return messages.render("note.decompose_some", {"n": len(zones), "known": known}, language)
    if result.level != "zone" and not isinstance(result.cells, AccountCells):
        return messages.render("note.decompose_cells", {"n": result.cells.shape[0]}, language)
    return messages.render("note.decompose_all", {"n": len(zones)}, language)


def _prices(years: Sequence[str], language: Language) -> str:
    """Return the price years in words, current prices apart."""
    named = ", ".join(year for year in years if year != "nominal")
    words = [messages.render("note.prices", {"years": named}, language)] if named else []
    words += [messages.render("note.prices_nominal", {}, language)] if "nominal" in years else []
    return ", ".join(words)


def _how(result: "Decomposition", language: Language) -> str:
    account = result.source
    words = (
        []
        if not isinstance(account, Account)
        else [
            messages.render(f"basis.{account.basis}", {}, language),
            _prices(account.price_years(), language),
        ]
    )
    words += [f"LMDI-{result.lmdi}", messages.render(f"note.form_{result.form}", {}, language)]
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
    return _name_of_change(factor, language)


def _name_of_change(factor: str, language: Language) -> str:
    """Return "the change in" a factor, which says nothing of its direction."""
    for code in (f"moved.{factor}", f"moved.{factor}_change"):
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
    return text if value == 0.0 else f"{'-' if value < 0 else '+'}{text}"


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
