"""Units: what a text means, how one unit converts to another, and the one door to pint.

Decided here:

* Inside the library every figure is a plain float64 in a fixed unit. A unit is text at the boundary: ``factor`` turns
  it into one number, cached, and the whole column is multiplied once (a pint quantity per row costs 100 us a row).
* ``units.txt`` is written in pint's definition format, but the library reads it itself, as exact fractions, and opens
  pint only when a quantity comes in or goes out. A private ``pint.UnitRegistry(None)`` was the other way: it costs
  about 100 ms of import in every run that meets "10^4 t", parses behind a lock (pint is not thread-safe, pint#2039),
  needs its prefixes switched off ("Pa" is a petayear) and the multiplier 万 switched on. The cost of ours is a grammar
  of some sixty lines, and a test that pint, reading the same file, finds the same numbers.
* Reading is pure and ends in caches, so threads need no lock on first use.
* A unit text may hold names, powers of ten, ``* / **`` and parentheses, nothing else; nothing is evaluated. A power of
  ten belongs to the unit after it ("tce/10^4 CNY"). What has two readings is refused, not guessed (方, ton, mj, a/b*c).
* A host's quantities convert in the host's own registry, down to kilogram, meter, second, CNY and tCO2; the rest is
  our factor. Arithmetic between two registries gives wrong numbers silently (pint#1914), so there is none.
* Nothing global is defined or configured: ``define_into`` teaches a registry when its owner asks, and
  ``pint.get_application_registry()`` is read at the call.
* Money and CO2 are dimensions of their own, ``[renminbi]`` and ``[carbon_dioxide]``. ``[currency]`` would be the usual
  name, but pint lets a second base unit into a dimension and then converts 1 : 1.
* No year (365 or 365.25 days?), no power units, no carbon (tC): each would convert something that needs a factor.
"""

import difflib
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import isclose, isfinite
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import InputError, Problem, UnitError

__all__ = [
    "define_into",
    "dimension",
    "factor",
    "is_quantity",
    "known_units",
    "magnitude",
    "number",
    "registry_of",
    "split",
    "to_quantity",
]


class _Term(NamedTuple):
    """A scale and powers: of names as they were read, or of base units once they are resolved."""

    scale: Fraction
    powers: Mapping[str, int]

    def times(self, other: "_Term", sign: int = 1) -> "_Term":
        powers = dict(self.powers)
        for name, power in other.powers.items():
            powers[name] = powers.get(name, 0) + sign * power
        return _Term(self.scale * other.scale**sign, {name: power for name, power in powers.items() if power})

    def to_the(self, power: int) -> "_Term":
        return _Term(self.scale**power, {name: power * old for name, old in self.powers.items()})

    def __str__(self) -> str:
        return f"{float(self.scale):g} {_product(self.powers)}"


class _Library(NamedTuple):
    """What units.txt says: each spelling in base units, the dimension of each base unit, what hosts are taught."""

    names: dict[str, _Term]
    bases: dict[str, str]
    taught: tuple[str, ...]


_NOTHING = _Term(Fraction(1), {})
_DEFINITION = re.compile(r"(?:\(?([0-9.]+)(?: / ([0-9.]+)\))? \* )?(.+)")


@lru_cache(maxsize=1)
def _library() -> _Library:
    from importlib.resources import files

    library, taught, teach = _Library({}, {}, ()), list[str](), False
    for line in files("zonecarbon").joinpath("units.txt").read_text("utf-8").splitlines():
        if line.startswith("# -- "):
            teach = line.startswith("# -- taught")
        if not line or line.startswith("#"):
            continue
        name, value, *others = line.split(" = ")
        spellings = [name, *others[1:]]
        library.names.update(dict.fromkeys(spellings, _defined(name, value, library)))
        taught += spellings if teach else []
    return library._replace(taught=tuple(taught))


def _defined(name: str, value: str, library: _Library) -> _Term:
    if value == "[]":
        return _NOTHING
    if value.startswith("["):
        library.bases[name] = value
        return _Term(Fraction(1), {name: 1})
    found = _DEFINITION.fullmatch(value)
    assert found
    above, below, rest = found.groups()
    term = _Term(Fraction(above or 1) / Fraction(below or 1), {})
    for known, power in _Reader(rest).read().powers.items():
        term = term.times(library.names[known].to_the(power))
    return term


# -- reading a unit ----------------------------------------------------------------------------------------------------

_LONGEST = 120
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_CLEANING: tuple[tuple[str, str], ...] = (
    (r"(?<=W)\s*[·•⋅∙.*\s]\s*h(?![A-Za-z])", "h"),  # the standards print kgce/(kW·h)
    (r"瓦\s*[·•⋅∙.*]\s*时", "瓦时"),
    (r"[·•⋅∙×✕]", "*"),
    (r"[÷⁄∕每]", "/"),
    (r"\^", "**"),
    (r"\s*\*\*\s*", "**"),
    (r"((?<![A-Za-z0-9_])(?:Nm|NM)|标m|(?<=[十百千万亿])k?m)\*\*([23])(?![0-9.])", r"\1\2"),  # Nm^3, 万m^3
    (r"(?<=[十百千万亿])\s+(?=\w)", ""),
    (r"(?<=[gt吨克])\s+(?=CO2|标准煤|标煤|二氧化碳)", ""),
    ("%", " percent "),
    ("‰", " permille "),
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>10\*\*[+-]?[0-9]{1,2}(?![0-9.])|1[eE][+-]?[0-9]{1,2}(?![0-9.])|10*(?![0-9.]))"
    r"|(?P<power>\*\*[+-]?[1-9](?![0-9.]))|(?P<sign>[*/()])|(?P<name>[^\W\d]\w*))\s*"
)


def _clean(text: str) -> str:
    """Return the unit text with full-width forms, raised digits, dots and blanks in one spelling."""
    text = text.translate(_INVISIBLE)
    text = re.sub(rf"(?<=[0-9])([⁺⁻]?)([{_RAISED}]+)", r"**\1\2", text)
    text = re.sub(rf"(?<=[^\W\d])⁻([{_RAISED}]+)", r"**⁻\1", text)
    text = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    for pattern, replacement in _CLEANING:
        text = re.sub(pattern, replacement, text)
    return text


class _Reader:
    """The grammar: product := factor (* or / factor)...; factor := [power of ten] (name or (product)) [**power]."""

    def __init__(self, text: object) -> None:
        self.text = str(text)
        self.tokens = self._tokens(_clean(text)) if isinstance(text, str) and len(text) <= _LONGEST else []
        self.at = 0

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found or found.lastgroup is None:
                raise _unknown(self.text)
            tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        return tokens

    def read(self) -> _Term:
        term = self._product()
        if self.at < len(self.tokens):
            raise _unknown(self.text)
        return term

    def _next(self, *kinds: str) -> str:
        """Take and return the next token if it is of one of these kinds (or is one of these signs)."""
        if self.at < len(self.tokens):
            kind, token = self.tokens[self.at]
            if (token if kind == "sign" else kind) in kinds:
                self.at += 1
                return token
        return ""

    def _product(self) -> _Term:
        term, divided = self._factor(), False
        while sign := self._next("*", "/"):
            if divided and sign == "*":
                raise UnitError("unit.ambiguous", unit=self.text, meanings="(a/b)*c / a/(b*c)")
            divided = sign == "/"
            term = term.times(self._factor(), -1 if divided else 1)
        return term

    def _factor(self) -> _Term:
        ten = self._next("number")
        scale = Fraction(10) ** int(ten[4:]) if "**" in ten else Fraction(ten or 1)
        term = self._atom(optional=bool(ten))
        return _Term(scale * term.scale, term.powers)

    def _atom(self, *, optional: bool) -> _Term:
        if name := self._next("name"):
            term = _Term(Fraction(1), {name: 1})
            power = self._next("power")
            if (
                power not in ("", "**-1") and name[0] in _DIGITS
            ):  # 万元**2: ten thousand squares, or the square of 万元?
                raise _unknown(self.text)
        elif self._next("("):
            term = self._product()
            if not self._next(")"):
                raise _unknown(self.text)
            power = self._next("power")
        elif optional:
            return _NOTHING
        else:
            raise _unknown(self.text)
        return term.to_the(int(power[2:])) if power else term


_DIGITS = "十百千万亿"
_MULTIPLIERS: dict[str, int] = {
    "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2,
}  # fmt: skip
_VOLUMES = "m3 = 立方米, 20 °C / Nm3 = 标立方米, 0 °C"
_TONS = "t = tonne 吨 / short ton / long ton"
_AMBIGUOUS: dict[str, str] = {
    "方": _VOLUMES,
    "nm3": "Nm3 / nanometre**3",
    "吨煤": "吨 of that coal / 吨标准煤",
    "ton": _TONS,
    "tons": _TONS,
    "mj": "MJ / millijoule",
    "mJ": "MJ / millijoule",
    "mwh": "MWh / milliwatt hour",
    "mWh": "MWh / milliwatt hour",
    "MT": "t / Mt",
    "mt": "t / Mt",
    "KT": "kt / knot",
    "Cal": "cal / kcal",
}
_CARBON = {"gC": "gCO2", "kgC": "kgCO2", "tC": "tCO2", "MtC": "MtCO2", "吨碳": "tCO2", "千克碳": "kgCO2"}
_WITH_OTHER_GASES = re.compile(r".*(?:CO2[-_]?eq?|CO2当量|二氧化碳当量)", re.IGNORECASE)


def _meaning_of(name: str, text: str) -> _Term:
    """Return one name in base units; ``text`` is the whole unit, for the error."""
    names = _library().names
    if name in names:
        return names[name]
    for word, power in _MULTIPLIERS.items():
        rest = name.removeprefix(word)
        if rest in names and rest != name and rest[0] not in "十百万亿":
            return names[rest]._replace(scale=names[rest].scale * 10**power)
    raise _unknown(text, name)


def _unknown(text: str, name: str = "") -> UnitError:
    bare = name.lstrip(_DIGITS)
    if bare in _AMBIGUOUS:
        return UnitError("unit.ambiguous", unit=text, meanings=_AMBIGUOUS[bare])
    if _WITH_OTHER_GASES.fullmatch(bare or text):
        return UnitError("unit.ambiguous", unit=text, meanings="CO2: tCO2 / CO2 + CH4 + N2O ...")
    if bare in _CARBON:
        return UnitError("unit.carbon", unit=text, name=name.removesuffix(bare) + _CARBON[bare])
    near = difflib.get_close_matches(bare, _library().names) if len(bare.encode()) > 2 else []
    if near and bare not in near:
        best = min(near, key=lambda other: sorted(other) != sorted(bare))  # kgec is kgce rather than kgoe
        return UnitError("unit.unknown_near", unit=text[:_LONGEST], name=name.removesuffix(bare) + best)
    return UnitError("unit.unknown", unit=text[:_LONGEST])


@lru_cache(maxsize=4096)
def _read(unit: str) -> _Term:
    return _Reader(unit).read()


@lru_cache(maxsize=4096)
def _meaning(unit: str) -> _Term:
    written = _read(unit)
    term = _Term(written.scale, {})
    for name, power in written.powers.items():
        term = term.times(_meaning_of(name, unit).to_the(power))
    return term


@lru_cache(maxsize=4096)
def factor(unit: str, to: str) -> float:
    """Return what a figure in ``unit`` is multiplied by to be in ``to``.

    Parameters
    ----------
    unit, to
        Units as text, such as ``"10^4 tce"``, ``"万千瓦时"``, ``"kgce/(kW·h)"``.

    Returns
    -------
    float
        The factor [to/unit]; computed in exact fractions and rounded once.

    Raises
    ------
    UnitError
        A unit is unknown or has two readings, or the two differ in dimension.

    Examples
    --------
    >>> factor("tce", "GJ")
    29.3076
    >>> factor("10^4 tce/10^8 CNY", "吨标准煤/万元")
    1.0
    """
    source, target = _meaning(unit), _meaning(to)
    if source.powers != target.powers:
        raise UnitError("unit.dimension", unit=unit, to=to, expected=dimension(to))
    return float(source.scale / target.scale)


_DIMENSIONS: dict[str, dict[str, int]] = {
    "energy": {"kilogram": 1, "meter": 2, "second": -2},
    "mass": {"kilogram": 1},
    "volume": {"meter": 3},
    "co2": {"tCO2": 1},
    "money": {"CNY": 1},
    "count": {"count": 1},
    "area": {"meter": 2},
    "length": {"meter": 1},
    "time": {"second": 1},
}


def dimension(unit: str) -> str:
    """Return the kind of a unit, the same text for the same kind.

    Parameters
    ----------
    unit
        A unit as text.

    Returns
    -------
    str
        ``"mass"``, ``"volume"``, ``"energy"``, ``"co2"``, ``"money"``, ``"area"``, ``"length"``, ``"time"``,
        ``"count"``, ``"dimensionless"``, or two of them as in ``"energy/money"``; else the base units.

    Raises
    ------
    UnitError
        The unit is unknown or has two readings.

    Examples
    --------
    >>> dimension("万m3"), dimension("tce"), dimension("kgCO2/kWh")
    ('volume', 'energy', 'co2/energy')
    """
    term = _meaning(unit)
    return _kinds().get(frozenset(term.powers.items()), "") or _product(dict(sorted(term.powers.items())))


@lru_cache(maxsize=1)
def _kinds() -> dict[frozenset[tuple[str, int]], str]:
    """Name every single kind, quotient, inverse and product; the first name of a kind stays."""
    single = {name: _Term(Fraction(1), powers) for name, powers in _DIMENSIONS.items()}
    named = {"dimensionless": _NOTHING, **single}
    named |= {f"1/{a}": single[a].to_the(-1) for a in single}
    named |= {f"{a}/{b}": single[a].times(single[b], -1) for a in single for b in single}
    named |= {f"{a}*{b}": single[a].times(single[b]) for a in single for b in single}
    kinds: dict[frozenset[tuple[str, int]], str] = {}
    for name, term in named.items():
        kinds.setdefault(frozenset(term.powers.items()), name)
    return kinds


def known_units() -> tuple[str, ...]:
    """Return every spelling of a unit, without the multipliers and powers of ten that may stand before it.

    Examples
    --------
    >>> "tce" in known_units(), "吨标准煤" in known_units()
    (True, True)
    """
    return tuple(_library().names)


# -- reading numbers and figures ---------------------------------------------------------------------------------------

_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D}
_NUMBER = (
    r"(?P<sign>[+-]?)(?:10(?:\^|\*\*)(?P<ten>[+-]?[0-9]{1,2})"
    r"|(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?:[eE](?P<e>[+-]?[0-9]{1,4})|\s*[×xX*·]\s*10(?:\^|\*\*)(?P<x>[+-]?[0-9]{1,2}))?)(?![0-9.,])"
)
_ALONE = re.compile(rf"\s*{_NUMBER}\s*(?P<percent>%?)\s*")
_FIGURE = re.compile(rf"\s*{_NUMBER}(?P<unit>\s*[^\W\d].*|\s*[%‰(].*|\s+(?:10(?:\^|\*\*)|1[eE][0-9]).*)")


def _narrow(text: object) -> str:
    """Return the text with full-width forms as ASCII, and 10⁴ as 10**4; never NFKC, which makes 104 of it."""
    if not isinstance(text, str):
        return ""
    if text.isascii():
        return text
    text = text.translate(_INVISIBLE).translate(_NARROW)
    return re.sub(
        rf"(?<=10)([⁺⁻]?)([{_RAISED}]+)", lambda found: "**" + unicodedata.normalize("NFKC", found[0]), text
    ).replace("−", "-")


def _value(found: re.Match[str], shift: int = 0) -> float:
    digits = (found["digits"] or "1").replace(",", "")
    return float(f"{found['sign']}{digits}e{int(found['ten'] or found['e'] or found['x'] or 0) + shift}")


def number(text: str, *, percent: bool = False) -> float:
    """Return the number that a text holds, and nothing beside it.

    Parameters
    ----------
    text
        ASCII or full-width digits; commas only between groups of three; blanks around it.
    percent
        Whether ``"12%"`` may stand for 0.12; refused otherwise.

    Returns
    -------
    float
        The number, in the unit that the caller means; always finite.

    Raises
    ------
    InputError
        The text is not such a number.

    Examples
    --------
    >>> number(" １，０００.5 "), number("12%", percent=True)
    (1000.5, 0.12)
    """
    found = _ALONE.fullmatch(_narrow(text))
    if found and (percent or not found["percent"]):
        value = _value(found, -2 if found["percent"] else 0)
        if isfinite(value):
            return value
    raise InputError("number.text", text=text)


def split(text: str) -> tuple[float, str]:
    """Return the number and the unit of a text; the unit itself is not looked up.

    Parameters
    ----------
    text
        Such as ``"1,000 GJ"``, ``"3 万吨标准煤"``, ``"1.2×10^4 t"``, ``"0.36165 kgce/kWh"``.

    Returns
    -------
    tuple of float and str
        The number [unit] and the unit.

    Raises
    ------
    UnitError
        The text is not a number followed by a unit.

    Examples
    --------
    >>> split("1,000 GJ"), split("3万吨标准煤"), split("10 10^4 t")
    ((1000.0, 'GJ'), (3.0, '万吨标准煤'), (10.0, '10^4 t'))
    """
    found = _FIGURE.fullmatch(_narrow(text))
    if found and isfinite(value := _value(found)):
        return value, found["unit"].strip()
    raise UnitError("unit.text", text=text)


def is_quantity(value: object) -> bool:
    """Tell whether a value is a quantity of some pint registry, without importing pint.

    Examples
    --------
    >>> is_quantity(3.0)
    False
    """
    kind = type(value)
    if kind is float:
        return False
    return all(hasattr(kind, name) for name in ("m_as", "units", "magnitude"))


def magnitude(value: object, to: str) -> float | FloatArray:
    """Return a figure as plain float64 in the unit ``to``.

    Parameters
    ----------
    value
        A number or an array, taken to be in ``to`` already; text with a unit; a quantity of any pint registry; or an
        array of these, where None and NA are NaN. Never written to.
    to
        The unit of the result.

    Returns
    -------
    float or ndarray of float64
        The figure [to]. An array that is float64 already is returned as it is.

    Raises
    ------
    UnitError
        The value is no figure (a bool, None, a date), its unit is unknown or of another dimension, or its registry
        was not taught the units of zonecarbon.

    Examples
    --------
    >>> magnitude("3 万吨标准煤", "tce")
    30000.0
    >>> magnitude([1, 2], "tce")
    array([1., 2.])
    """
    if type(value) is float:
        return value
    if isinstance(value, str):
        figure, unit = split(value)
        return figure * factor(unit, to)
    if value is None or isinstance(value, bool):
        raise _no_figure(value, to)
    if isinstance(value, (Real, Decimal)):
        try:
            return float(value)
        except (ValueError, OverflowError) as error:
            raise _no_figure(value, to) from error
    if is_quantity(value):
        return _from_quantity(value, to)
    if not isinstance(value, np.ndarray) and is_quantity(inner := getattr(value, "data", None)):
        return _from_quantity(inner, to)  # xarray around a quantity: as an array it would lose its unit
    return _from_array(value, to)


def _no_figure(value: object, to: str) -> UnitError:
    shown = repr(value) if isinstance(value, (str, bytes, Real, Decimal, type(None))) else type(value).__name__
    return UnitError("unit.figure", value=shown[:60], to=to)


def _from_array(value: Any, to: str) -> float | FloatArray:
    if isinstance(value, np.ma.MaskedArray):
        value = np.ma.filled(value.astype(np.float64), np.nan)
    try:
        array = np.asarray(value)
    except ValueError as error:  # ragged lists
        raise _no_figure(value, to) from error
    if array.dtype.kind in "iuf":
        return array.astype(np.float64, copy=False) if array.ndim else float(array)
    if array.dtype.kind not in "OUT" or not array.ndim:
        raise _no_figure(value, to)
    return np.array([_element(item, to) for item in array.ravel()], dtype=np.float64).reshape(array.shape)


def _element(item: Any, to: str) -> float:
    if item is None or type(item).__name__ == "NAType":
        return float("nan")
    figure = magnitude(item, to)
    if not isinstance(figure, float):
        raise _no_figure(item, to)
    return figure


# -- quantities of a host ----------------------------------------------------------------------------------------------

# The names by which a registry may know a base unit of ours; the first one it knows is taken.
_BASE_NAMES: dict[str, tuple[str, ...]] = {
    "kilogram": ("kilogram", "kg", "gram", "g"),
    "meter": ("meter", "metre", "m"),
    "second": ("second", "s"),
    "CNY": ("CNY", "yuan", "RMB", "元", "renminbi", "人民币元"),
    "tCO2": ("tCO2", "kgCO2", "gCO2"),
}
_PHYSICAL = {"kilogram": "[mass]", "meter": "[length]", "second": "[time]"}
_PINT_SAYS_NO = (AttributeError, TypeError, ValueError, KeyError)  # UndefinedUnitError, DimensionalityError, syntax
_teaching = threading.Lock()


def _product(powers: Mapping[str, int]) -> str:
    return " * ".join(f"{name} ** {power}" for name, power in powers.items()) or "dimensionless"


def registry_of(value: object) -> Any | None:
    """Return the pint registry that a quantity belongs to; None if the value is no quantity.

    Examples
    --------
    >>> registry_of(3.0) is None
    True
    """
    return getattr(value, "_REGISTRY", None) if is_quantity(value) else None


def _knows(registry: Any, name: str) -> bool:
    try:
        registry.parse_units(name)
    except _PINT_SAYS_NO:
        return False
    return True


def _serves(registry: Any, root: str, name: str) -> bool:
    """Tell whether ``name`` is there and is what our base unit is: a mass, or money that is nothing physical."""
    if name in _PHYSICAL:
        return _knows(registry, name)
    try:
        kinds = dict(registry.Quantity(1, name).dimensionality)
    except _PINT_SAYS_NO:
        return False
    if root in _PHYSICAL:
        return kinds == {_PHYSICAL[root]: 1}
    return not set(kinds) <= set(_PHYSICAL.values())


def _anchor(registry: Any, root: str) -> str:
    return next((name for name in _BASE_NAMES[root] if _serves(registry, root, name)), "")


def _in_their_names(registry: Any, powers: Mapping[str, int]) -> _Term | None:
    """Return the product of base units in the registry's names; the scale is that of the product in our units."""
    term = _NOTHING
    for root, power in powers.items():
        if root == "count":  # no dimension in pint
            continue
        name = _anchor(registry, root)
        if not name:
            return None
        term = term.times(_Term(_library().names[name].scale, {name: 1}).to_the(power))
    return term


def _from_quantity(value: Any, to: str) -> float | FloatArray:
    from pint import errors

    target, registry = _meaning(to), registry_of(value)
    theirs = _in_their_names(registry, target.powers)
    if theirs is None:
        missing = next(root for root in target.powers if root != "count" and not _anchor(registry, root))
        raise UnitError("unit.foreign", to=to, detail=f"{value.units} -> {missing}")
    try:
        figures = value.m_as(_product(theirs.powers))
    except (errors.DimensionalityError, errors.OffsetUnitCalculusError, errors.LogarithmicUnitCalculusError) as error:
        raise UnitError("unit.dimension", unit=str(value.units), to=to, expected=dimension(to)) from error
    except _PINT_SAYS_NO as error:
        raise UnitError("unit.foreign", to=to, detail=str(error)) from error
    ratio = theirs.scale / target.scale
    figures = magnitude(figures, to)
    return figures * float(ratio) if ratio >= 1 else figures / float(1 / ratio)  # 1/ratio is often a whole number


def _means(registry: Any, name: str, ours: _Term) -> bool:
    theirs = _in_their_names(registry, ours.powers)
    if theirs is None:
        return False
    try:
        figure = float(registry.Quantity(1, name).m_as(_product(theirs.powers)))
    except _PINT_SAYS_NO:
        return False
    return isclose(figure * float(theirs.scale), float(ours.scale), rel_tol=1e-9)


def to_quantity(value: object, unit: str, registry: Any = None) -> Any:
    """Return a pint quantity of the host's registry.

    Parameters
    ----------
    value
        What :func:`magnitude` takes: a number or an array is in ``unit`` already.
    unit
        The unit of the result. A name that means something else there (``kt`` is a knot) is written in base units.
    registry
        A registry that was taught; by default the application registry of the moment.

    Returns
    -------
    pint.Quantity
        The quantity [unit], of ``registry``.

    Raises
    ------
    UnitError
        The registry was not taught our units, or ``value`` does not convert to ``unit``.

    Examples
    --------
    >>> import pint
    >>> registry = pint.UnitRegistry()
    >>> define_into(registry)
    >>> to_quantity(3, "tce", registry).m_as("GJ")
    87.9228
    """
    if registry is None:
        import pint

        registry = pint.get_application_registry()  # type: ignore[no-untyped-call]
    names = _library().names
    for name in ("CNY", "tCO2", "tce"):
        if not _knows(registry, name) or not _means(registry, name, names[name]):
            raise UnitError("unit.untaught", name=name)
    figures = magnitude(value, unit)
    scale, there = _read(unit).scale, _NOTHING
    for name, power in _read(unit).powers.items():
        ours = _meaning_of(name, unit)
        term = _Term(Fraction(1), {name: 1}) if _knows(registry, name) and _means(registry, name, ours) else ours
        there = there.times(term.to_the(power))
    scale *= there.scale
    powers = {name: power for name, power in there.powers.items() if name != "count"}
    return registry.Quantity(figures if scale == 1 else figures * float(scale), _product(powers))


def define_into(registry: Any) -> None:
    """Teach a host's pint registry the units of zonecarbon: coal equivalent, yuan, CO2, and the Chinese spellings.

    Names that are there with the same meaning are left alone, so that a second call does nothing. A currency that
    the registry has (``CNY = 0.14 USD``) stays, and 万元 is ten thousand of it. Nothing that the registry knows is
    redefined: ``kt`` stays a knot, ``cal`` stays 4.184 J.

    Parameters
    ----------
    registry
        A ``pint.UnitRegistry``, lazy or not, or ``pint.get_application_registry()``.

    Raises
    ------
    UnitError
        A name is there with another meaning, each of them listed; then nothing was defined.

    Examples
    --------
    >>> import pint
    >>> registry = pint.UnitRegistry()
    >>> define_into(registry)
    >>> round(registry.Quantity(1, "万吨标准煤").m_as("TJ"), 6)
    293.076
    """
    if not all(hasattr(registry, name) for name in ("define", "parse_units", "Quantity")):
        raise UnitError("unit.registry", kind=type(registry).__name__)
    with _teaching:
        problems = list(_conflicts(registry))
        if problems:
            raise UnitError(problems)
        for definition in list(_definitions(registry)):
            registry.define(definition)


def _conflicts(registry: Any) -> Iterator[Problem]:
    """Yield what stands in the way: a name with another meaning, or a dimension whose base unit is not ours."""
    library = _library()
    missing = {root for root in _BASE_NAMES if not _anchor(registry, root)}
    for root in missing:
        kind = library.bases[root]
        taken = [name for name in _BASE_NAMES[root] if _knows(registry, name)]
        if taken:
            values = {"name": taken[0], "theirs": _described(registry, taken[0]), "ours": f"{root} {kind}"}
            yield Problem("unit.conflict", values)
        elif _has_dimension(registry, kind):  # a second base unit would convert to the first one 1 : 1
            yield Problem("unit.conflict", {"name": kind, "theirs": "? (base unit)", "ours": f"{root} (base unit)"})
    for name in library.taught:
        if name not in missing and _knows(registry, name) and not _means(registry, name, library.names[name]):
            values = {"name": name, "theirs": _described(registry, name), "ours": str(library.names[name])}
            yield Problem("unit.conflict", values)


def _has_dimension(registry: Any, kind: str) -> bool:
    try:
        registry.get_compatible_units(kind)
    except (ValueError, KeyError):
        return False
    return True


def _described(registry: Any, name: str) -> str:
    try:
        return str(registry.Quantity(1, name).to_root_units())
    except _PINT_SAYS_NO:
        return name


def _definitions(registry: Any) -> Iterator[str]:
    """Yield the definitions that the registry lacks, each in base units."""
    library = _library()
    anchors = {root: _anchor(registry, root) for root in _BASE_NAMES}
    for root, anchor in anchors.items():
        if not anchor:
            yield f"{root} = {library.bases[root]}"
        elif not _knows(registry, root):
            yield _definition(root, _Term(1 / library.names[anchor].scale, {anchor: 1}))
    for name in library.taught:
        if name not in anchors and not _knows(registry, name):
            yield _definition(name, library.names[name])


def _definition(name: str, term: _Term) -> str:
    return f"{name} = {term.scale.numerator} / {term.scale.denominator} * {_product(term.powers)}"
