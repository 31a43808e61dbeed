"""The rows of a sheet as the text that a workbook file holds.

Decided here: openpyxl makes the workbook, its styles, headings and print setup; the rows are written as text into its
sheets. Cell by cell openpyxl takes over half a minute for 169 zones by 25 years by 12 carriers, this a few seconds, and
memory does not grow with the rows. Numbers are written with the shortest text that reads back to the same bit. A text
is typed as text whatever it looks like, and marked so if a spreadsheet would make a formula of it once it is edited.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from zonecarbon.reporting.workbook_columns import TEXT, Column, Sheet

_BLOCK = 2_000
_FORMULA_LIKE = ("=", "+", "-", "@", "#", "'")


class Style(NamedTuple):
    """How a cell looks: its number format, its verdict, and whether it is marked as text."""

    form: str = ""
    verdict: str = ""
    quoted: bool = False


def styles_of(sheet: Sheet) -> set[Style]:
    """Return every style that the rows of a sheet may need."""
    found = {Style(quoted=True)}
    for column in sheet.columns:
        if column.form != TEXT:
            found |= {Style(form) for form in (column.form, *column.special.values())}
        found |= {Style(verdict=verdict) for verdict in column.verdicts if verdict}
    return found


def rows_of(sheet: Sheet, letters: list[str], number_of: Callable[[Style], int]) -> Iterator[bytes]:
    """Yield the rows below the heading, some thousand at a time.

    Parameters
    ----------
    sheet
        What stands in them.
    letters
        The letters of the columns.
    number_of
        The number that a style has in the workbook.
    """
    columns = [_cells(column, letter, number_of) for column, letter in zip(sheet.columns, letters, strict=True)]
    for start in range(0, len(sheet), _BLOCK):
        numbers = range(start, min(start + _BLOCK, len(sheet)))
        rows = (f'<row r="{at + 2}">{"".join(cell(at) for cell in columns)}</row>' for at in numbers)
        yield "".join(rows).encode("utf-8")


def _cells(column: Column, letter: str, number_of: Callable[[Style], int]) -> Callable[[int], str]:
    """Return what gives the cell of a row of a column."""
    if column.form == TEXT:
        return _texts(column, letter, number_of)
    values: list[float] = np.asarray(column.values, dtype=np.float64).tolist()
    usual, special = number_of(Style(column.form)), {at: number_of(Style(f)) for at, f in column.special.items()}

    def cell(at: int) -> str:
        value = values[at]
        if not -np.inf < value < np.inf:
            return ""
        text = repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        return f'<c r="{letter}{at + 2}" s="{special.get(at, usual)}"><v>{text}</v></c>'

    return cell


def _texts(column: Column, letter: str, number_of: Callable[[Style], int]) -> Callable[[int], str]:
    values: list[str] = list(column.values)
    quoted = number_of(Style(quoted=True))
    known: dict[str, str] = {}  # labels repeat: each is escaped once

    def cell(at: int) -> str:
        text = values[at]
        if not text:
            return ""
        if text not in known:
            known[text] = f'<is><t xml:space="preserve">{escape(text)}</t></is>'
        style = quoted if text.startswith(_FORMULA_LIKE) else 0
        if column.verdicts and column.verdicts[at]:
            style = number_of(Style(verdict=column.verdicts[at]))
        return f'<c r="{letter}{at + 2}" s="{style}" t="inlineStr">{known[text]}</c>'

    return cell
