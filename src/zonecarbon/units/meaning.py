"""What the text of a unit means: its spellings, the grammar, factors between units, kinds of units."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from zonecarbon.errors import UnitError


class Term(NamedTuple):
    """A scale and powers: of names as they were read, or of base units once they are resolved."""

    scale: Fraction
    powers: Mapping[str, int]

    def times(self, other: "Term", sign: int = 1) -> "Term":
        """Return the product with another term, or the quotient if ``sign`` is -1."""
        powers = dict(self.powers)
        for name, power in other.powers.items():
            powers[name] = powers.get(name, 0) + sign * power
        return Term(self.scale * other.scale**sign, {name: power for name, power in powers.items() if power})

    def to_the(self, power: int) -> "Term":
        """Return the term to a whole power."""
        return Term(self.scale**power, {name: power * old for name, old in self.powers.items()})

    def __str__(self) -> str:
        return f"{float(self.scale):g} {product_text(self.powers)}"


class Library(NamedTuple):
    """What units.txt says: each spelling in base units, the dimension of each base unit, what hosts are taught."""

    names: dict[str, Term]
    bases: dict[str, str]
    taught: tuple[str, ...]


NOTHING = Term(Fraction(1), {})
_DEFINITION = re.compile(r"(?:\(?([0-9.]+)(?: / ([0-9.]+)\))? \* )?(.+)")


@lru_cache(maxsize=1)
def library() -> Library:
    """Return what units.txt says, read once."""
    from importlib.resources import files

    library, taught, teach = Library({}, {}, ()), list[str](), False
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


def _defined(name: str, value: str, library: Library) -> Term:
    if value == "[]":
        return NOTHING
    if value.startswith("["):
        library.bases[name] = value
        return Term(Fraction(1), {name: 1})
    found = _DEFINITION.fullmatch(value)
    assert found
    above, below, rest = found.groups()
    term = Term(Fraction(above or 1) / Fraction(below or 1), {})
    for known, power in _Reader(rest).read().powers.items():
        term = term.times(library.names[known].to_the(power))
    return term


# -- reading a unit ----------------------------------------------------------------------------------------------------

_LONGEST = 120
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
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
    text = text.translate(INVISIBLE)
    text = re.sub(rf"(?<=[0-9])([⁺⁻]?)([{RAISED}]+)", r"**\1\2", text)
    text = re.sub(rf"(?<=[^\W\d])⁻([{RAISED}]+)", r"**⁻\1", text)
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

    def read(self) -> Term:
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

    def _product(self) -> Term:
        term, divided = self._factor(), False
        while sign := self._next("*", "/"):
            if divided and sign == "*":
                raise UnitError("unit.ambiguous", unit=self.text, meanings="(a/b)*c / a/(b*c)")
            divided = sign == "/"
            term = term.times(self._factor(), -1 if divided else 1)
        return term

    def _factor(self) -> Term:
        ten = self._next("number")
        scale = Fraction(10) ** int(ten[4:]) if "**" in ten else Fraction(ten or 1)
        term = self._atom(optional=bool(ten))
        return Term(scale * term.scale, term.powers)

    def _atom(self, *, optional: bool) -> Term:
        if name := self._next("name"):
            term = Term(Fraction(1), {name: 1})
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
            return NOTHING
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


def meaning_of(name: str, text: str) -> Term:
    """Return one name in base units; ``text`` is the whole unit, for the error."""
    names = library().names
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
    near = difflib.get_close_matches(bare, library().names) if len(bare.encode()) > 2 else []
    if near and bare not in near:
        best = min(near, key=lambda other: sorted(other) != sorted(bare))  # kgec is kgce rather than kgoe
        return UnitError("unit.unknown_near", unit=text[:_LONGEST], name=name.removesuffix(bare) + best)
    return UnitError("unit.unknown", unit=text[:_LONGEST])


@lru_cache(maxsize=4096)
def read_unit(unit: str) -> Term:
    """Return a unit as it is written: its scale, and powers of the names in it."""
    return _Reader(unit).read()


@lru_cache(maxsize=4096)
def meaning(unit: str) -> Term:
    """Return a unit in base units."""
    written = read_unit(unit)
    term = Term(written.scale, {})
    for name, power in written.powers.items():
        term = term.times(meaning_of(name, unit).to_the(power))
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
    source, target = meaning(unit), meaning(to)
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
    term = meaning(unit)
    return _kinds().get(frozenset(term.powers.items()), "") or product_text(dict(sorted(term.powers.items())))


@lru_cache(maxsize=1)
def _kinds() -> dict[frozenset[tuple[str, int]], str]:
    """Name every single kind, quotient, inverse and product; the first name of a kind stays."""
    single = {name: Term(Fraction(1), powers) for name, powers in _DIMENSIONS.items()}
    named = {"dimensionless": NOTHING, **single}
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
    return tuple(library().names)


def product_text(powers: Mapping[str, int]) -> str:
    """Return powers as an expression that pint reads."""
    return " * ".join(f"{name} ** {power}" for name, power in powers.items()) or "dimensionless"
