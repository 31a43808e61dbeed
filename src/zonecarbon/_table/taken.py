"""Tables in memory as callers have them: one place that makes columns by name of them.

Decided here: a frame of pandas and a mapping of columns stay as they are. Rows as dicts, a frame of polars and a table
of Arrow are told by what they can do, so that neither library is imported for a look. What else hands out an Arrow
stream (a lazy frame, a reader, a query) may be read once only and be larger than memory: its owner makes columns of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class FileColumns(dict[str, Any]):
    """Columns of a file: its rows are told as a person counts them, the header is row 1; in memory the first is 0."""


def first_row(table: Any) -> int:
    """Return the number of the first row of a table."""
    return 2 if isinstance(table, FileColumns) else 0


def is_row(item: Any) -> bool:
    """Return whether something is one row: a mapping of single values."""
    return isinstance(item, Mapping) and bool(item) and not any(map(_is_many, item.values()))


def _is_many(part: Any) -> bool:
    return isinstance(part, Mapping) or (isinstance(part, Sequence) and not isinstance(part, str)) or _axes(part) > 0


def _axes(part: Any) -> int:
    axes = getattr(part, "ndim", 0)
    return axes if isinstance(axes, int) else 0


def as_columns(given: Any) -> Any:
    """Return a table in memory as columns by name, where it is rows, a polars frame or an Arrow table; else as it is.

    Examples
    --------
    >>> as_columns([{"zone": "A", "year": 2020}, {"zone": "B"}])
    {'zone': ['A', 'B'], 'year': [2020, None]}
    """
    if isinstance(given, (str, bytes, Mapping)) or hasattr(given, "iloc"):
        return given
    if isinstance(given, (list, tuple)):
        if not given or not all(map(is_row, given)):
            return given
        names = dict.fromkeys(name for row in given for name in row)
        return {name: [row.get(name) for row in given] for name in names}
    if callable(of_arrow := getattr(given, "to_pydict", None)):
        return of_arrow()
    if hasattr(given, "get_columns") and callable(of_polars := getattr(given, "to_dict", None)):
        return of_polars(as_series=False)
    return given


def is_table(given: Any) -> bool:
    """Return whether something has columns by name."""
    return hasattr(given, "keys") and hasattr(given, "__getitem__")


def is_foreign(given: Any) -> bool:
    """Return whether something is a table that its owner must make columns of."""
    return hasattr(given, "__arrow_c_stream__") or hasattr(given, "collect_schema")


def in_index(table: Any, names: Iterable[str]) -> list[str]:
    """Return which names a frame has in its index, where nothing looks."""
    there = getattr(getattr(table, "index", None), "names", None) or ()
    return [name for name in names if name in list(there)]
