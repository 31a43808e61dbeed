"""Labels of bare series: zones and years that came with a table, or were given beside an array.

Decided here: labels that only count from 0 were given by nobody; years rise, zones stand once. Every verb that takes
bare arrays (peaks, decoupling) reads them here, so that all of them refuse the same.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from zonecarbon._typing import IntArray, ObjectArray
from zonecarbon.activity.model import to_labels
from zonecarbon.errors import InputError
from zonecarbon.records.cells import parse_year
from zonecarbon.vocabulary import fold

ZONE_WORDS, YEAR_WORDS = ("zone", "园区", "高新区"), ("year", "年份", "年")
"""What the columns of zones and years are called in tables of figures."""


def own_labels(source: Any) -> tuple[list[Any] | None, list[Any] | None]:
    """Return zones and years that a DataFrame or a Series brings along; None where it has none."""
    if not hasattr(source, "index") or not hasattr(source, "to_numpy"):
        return None, None
    if hasattr(source, "columns"):
        return _unless_counted(source.index), _unless_counted(source.columns)
    return None, _unless_counted(source.index)


def refuse_long(source: Any) -> None:
    """Refuse a table with a row for each zone and year where an array (zone, year) is needed, and say how to turn it.

    Raises
    ------
    InputError
        If ``source`` is a frame or a mapping with columns of zones and years.
    """
    columns = source if isinstance(source, Mapping) else getattr(source, "columns", ())
    names = {fold(str(name)): str(name) for name in columns}
    zone, year = (next((names[word] for word in words if word in names), "") for words in (ZONE_WORDS, YEAR_WORDS))
    if zone and year:
        others = [name for name in names.values() if name not in {zone, year}]
        raise InputError("series.long", zone=zone, year=year, value=others[0] if others else "co2")


def _unless_counted(labels: Any) -> list[Any] | None:
    """Return labels, or None where they only count from 0: nobody gave them."""
    given = list(labels)
    return None if given == list(range(len(given))) else given


def years_of(years: Any, count: int) -> IntArray:
    """Return ``count`` calendar years, rising; without any 0, 1, 2 ..."""
    if years is None:
        return np.arange(count)
    given = np.array([parse_year(year) for year in years], dtype=np.int64)
    if given.shape != (count,):
        raise InputError("arrays.shape", what="years", got=given.shape, expected=(count,))
    if (np.diff(given) <= 0).any():
        raise InputError("years.rising", years=given.tolist())
    return given


def names_of(zones: Any, count: int) -> ObjectArray:
    """Return ``count`` names of zones, each once; without any empty ones."""
    if zones is None:
        return np.full(count, "", dtype=object)
    names = to_labels([zones] if isinstance(zones, str) else list(zones))
    if len(names) != count:
        raise InputError("arrays.shape", what="zones", got=names.shape, expected=(count,))
    if len(set(names)) < count:
        twice = np.unique(names.astype(str), return_counts=True)
        raise InputError("zone.duplicate", name=str(twice[0][twice[1] > 1][0]))
    return names
