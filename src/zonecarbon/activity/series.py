"""Labels of bare series: zones and years that came with a table, or were given beside an array.

Decided here: labels that only count from 0 were given by nobody; years rise, zones stand once. Every verb that takes
bare arrays (peaks, decoupling) reads them here, so that all of them refuse the same.
"""

from typing import Any

import numpy as np

from zonecarbon._typing import IntArray, ObjectArray
from zonecarbon.activity.model import to_labels
from zonecarbon.errors import InputError
from zonecarbon.records.cells import parse_year


def own_labels(source: Any) -> tuple[list[Any] | None, list[Any] | None]:
    """Return zones and years that a DataFrame or a Series brings along; None where it has none."""
    if not hasattr(source, "index") or not hasattr(source, "to_numpy"):
        return None, None
    if hasattr(source, "columns"):
        return _unless_counted(source.index), _unless_counted(source.columns)
    return None, _unless_counted(source.index)


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
