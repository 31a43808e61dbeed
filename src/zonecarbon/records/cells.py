"""What one cell says: a year, a price year, a name, a factor. Records and tables read it with these functions.

Decided here: one function for each kind of cell, so that a record typed by hand and a column of a million rows (read
once per distinct text) cannot disagree.
"""

import re
import unicodedata
from numbers import Integral, Real
from typing import Any

from zonecarbon import units
from zonecarbon.errors import InputError
from zonecarbon.vocabulary import find_indicator, is_part, is_sum

FIRST_YEAR, LAST_YEAR = 1949, 2100
_SERIAL_YEAR = 1905  # of the days that spreadsheets number 1949 to 2100
_DAY = re.compile(r"(?P<year>[0-9]{4})(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)")

# What a bulletin prints, and the unit each is kept in.
INDICATOR_UNITS = {
    "total_energy": "tce",
    "co2": "tCO2",
    "energy_intensity": "tce/万元",
    "co2_intensity": "tCO2/万元",
}
_NOMINAL = {"nominal", "current", "现价", "当年价", "当年价格", "现价计算"}


def text(value: Any, name: str) -> str:
    """Return a text without blanks around it; None is empty.

    Raises
    ------
    InputError
        If ``value`` is no text.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError("field.text", name=name, value=value)
    return value.strip()


def parse_year(value: Any) -> int:
    """Return a calendar year from a number or a text (2020, 2020.0, ``"2020年"``, full-width digits).

    Raises
    ------
    InputError
        If it is no whole number from 1949 to 2100.

    Examples
    --------
    >>> parse_year("２０２０年")
    2020
    """
    if isinstance(value, str) and (day := _DAY.fullmatch(value.strip())):
        value = int(day["year"])
        if value == _SERIAL_YEAR:  # 2020 typed into a cell that is formatted as a date
            raise InputError("year.date", value=day[0], first=FIRST_YEAR, last=LAST_YEAR)
    year = _whole(value, ("年度", "年"))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError("year.range", value=value, first=FIRST_YEAR, last=LAST_YEAR)
    return year


def parse_price_year(value: Any) -> int | str:
    """Return a price year as an int, or ``"nominal"`` (also 现价, 当年价, current).

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(value, str) and value.strip().casefold() in _NOMINAL:
        return "nominal"
    year = _whole(value, ("年价", "年", "prices"))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError("price_year", value=value)
    return year


def _whole(value: Any, endings: tuple[str, ...]) -> int | None:
    """Return a whole number written as a number, or as digits with one of ``endings``; None for anything else."""
    if isinstance(value, str):
        digits = unicodedata.normalize("NFKC", value).strip()
        for ending in endings:
            digits = digits.removesuffix(ending).strip()
        digits = digits.removesuffix(".0")
        return int(digits) if digits.isdecimal() and len(digits) == 4 else None
    if isinstance(value, Integral):  # True is 1, which is no year
        return int(value)
    return int(float(value)) if isinstance(value, Real) and float(value).is_integer() else None


def zone_name(word: str, plain: bool = False) -> str:
    """Return the name of a zone; ``plain`` says that no word for a sum or a part can be in it.

    Raises
    ------
    InputError
        If it is blank, a word for a sum of zones or for another figure about them, or a part of the row above (其中).
    """
    word = word.strip()
    if not word:
        raise InputError("zone.blank")
    if plain:
        return word
    if is_sum(word, "zone"):
        raise InputError("zone.sum", name=word)
    if is_part(word):
        raise InputError("zone.part", name=word)
    return word


def sector_name(word: str) -> str:
    """Return the name of a sector; empty where there are none.

    Raises
    ------
    InputError
        If it is a word for a sum of sectors or for another figure about them, or a part of the row above (其中).
    """
    word = word.strip()
    if is_sum(word, "zone"):
        raise InputError("sector.sum", name=word)
    if is_part(word):
        raise InputError("sector.part", name=word)
    return word


def product_name(word: str) -> str:
    """Return the name of a product.

    Raises
    ------
    InputError
        If it is blank.
    """
    word = word.strip()
    if not word:
        raise InputError("product.blank")
    return word


def process_factor(word: str) -> str:
    """Return CO2 per unit of output as it was written (``"0.53 tCO2/t"``), checked; empty where none is given.

    Raises
    ------
    UnitError
        If it is no number with a unit of CO2 per mass.
    InputError
        If it is negative.
    """
    word = word.strip()
    if word:
        value, unit = units.split(word)
        units.factor(unit, "tCO2/t")
        if value < 0:
            raise InputError("number.negative", value=value, name="factor")
    return word


def indicator_name(word: str) -> str:
    """Return the name of an indicator; the words of bulletins and targets become ids, other names stay.

    Raises
    ------
    InputError
        If it is blank.
    """
    word = word.strip()
    if not word:
        raise InputError("indicator.blank")
    return find_indicator(word) or word


def indicator_unit(name: str, unit: str) -> tuple[float, str]:
    """Return the factor to the unit in which an indicator is kept, and that unit.

    Raises
    ------
    InputError
        If the unit is blank and the indicator is one that has its own.
    UnitError
        If the unit is not of the indicator's kind. Other indicators stay in their own unit, percent as a fraction.
    """
    to = INDICATOR_UNITS.get(name, "1" if unit in {"%", "％"} else "")
    if to and not unit:
        raise InputError("unit.missing", own=to)
    return (units.factor(unit, to), to) if to else (1.0, unit)


def common_unit(unit: str, kept: str) -> float:
    """Return the factor from the unit of one figure to the unit in which its indicator is kept.

    Raises
    ------
    InputError
        If other figures of the indicator have a unit and this one has none.
    UnitError
        If the one does not convert to the other.
    """
    if unit == kept:
        return 1.0
    if not unit:
        raise InputError("unit.missing", own=kept)
    return units.factor(unit, kept)


def is_whole(value: Any) -> bool:
    """Return whether a value is a whole number."""
    return isinstance(value, Integral) and not isinstance(value, bool)
