"""A short HTML table for notebooks.

Decided here: one ``<table>`` without scripts, addresses or style sheets, so that it looks like any table of its host
and fetches nothing. Everything that a person may have typed is escaped, column names and units too. At most some rows
are shown, and the caption says of how many.
"""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._digits import in_digits

_NUMBER = ' style="text-align:right"'
_CAPTION = ' style="text-align:left"'


def html_table(columns: Mapping[str, NDArray[Any]], units: Mapping[str, str], caption: Sequence[str]) -> str:
    """Return columns as a table; ``caption`` are its lines, what the table is comes first."""
    numeric = {name: column.dtype.kind in "fiu" for name, column in columns.items()}
    title, *rest = (html.escape(line) for line in caption)
    told = "<br>".join([f"<b>{title}</b>", *rest])
    head = "".join(
        f"<th{_NUMBER if numeric[name] else ''}>{html.escape(_with_unit(name, units.get(name, '')))}</th>"
        for name in columns
    )
    rows = "".join(
        f"<tr>{''.join(_cell(value, numeric[name]) for name, value in zip(columns, row, strict=True))}</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return f"<table><caption{_CAPTION}>{told}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _with_unit(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _cell(value: Any, is_number: bool) -> str:
    return f"<td{_NUMBER if is_number else ''}>{html.escape(_shown(value))}</td>"


def _shown(value: Any) -> str:
    """Return a value in few characters; what is not known is blank."""
    if isinstance(value, (float, np.floating)):
        return "" if math.isnan(value) else in_digits(float(value))
    return str(value)
