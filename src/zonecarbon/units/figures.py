"""Numbers in text, figures with a unit, arrays of them: all to plain float64 in the unit asked for."""

import re
import unicodedata
from decimal import Decimal
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import InputError, UnitError
from zonecarbon.units.meaning import INVISIBLE, RAISED, factor

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
    text = text.translate(INVISIBLE).translate(_NARROW)
    return re.sub(
        rf"(?<=10)([⁺⁻]?)([{RAISED}]+)", lambda found: "**" + unicodedata.normalize("NFKC", found[0]), text
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
        return _of_a_host(value, to)
    if not isinstance(value, np.ndarray) and is_quantity(inner := getattr(value, "data", None)):
        return _of_a_host(inner, to)  # xarray around a quantity: as an array it would lose its unit
    return _from_array(value, to)


def _of_a_host(value: Any, to: str) -> float | FloatArray:
    from zonecarbon.units.registries import from_quantity  # which needs magnitude for what is inside a quantity

    return from_quantity(value, to)


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
