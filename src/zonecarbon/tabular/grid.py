"""The raw cells of a sheet or of a CSV file: what stands where, before anybody asks what it means.

Decided here: one shape for both, a rectangle of Python objects cut to what is filled, so that titles, headers and notes
are looked for in one way. A frame of pandas was considered and rejected: it would guess types, and it has no place for
merged cells and for cells that cannot be read.

A CSV file may be separated by commas, tabs (what Excel calls Unicode text) or semicolons: the mark that divides most of
the first rows. An open quotation mark swallows the rows after it, so quotes are read strictly and a cell has a limit.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zonecarbon._typing import ObjectArray
from zonecarbon.errors import InputError, Where

MOST_COLUMNS = 16_384  # what Excel has
MOST_CHARACTERS = (
    131_072  # in one cell: the limit of Python's csv, which only a whole process could raise; Excel: 32767
)
MOST_POSITIONS = 50_000_000  # of a rectangle, blanks too: one stray cell in a corner would otherwise cost 137 GB
_SAMPLE = 65_536  # characters that show what divides the columns
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # StringIO would take four bytes for each character
_MARKS = (",", "\t", ";")


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The cells of one sheet.

    Attributes
    ----------
    source
        Name of the file.
    sheet
        Name of the sheet; empty for CSV.
    cells
        Objects (row, column): text, int, float, bool, ``datetime.date``, ``datetime.datetime``, or None where blank.
        Row ``i`` is row ``i + 1`` of the sheet; empty rows and columns at the end are cut off.
    merged
        First row, first column, last row and last column of each merged range, from zero, all inclusive, cut to the
        shape of ``cells``; only the first cell of a range has the value.
    unreadable
        Cells that are None but not blank, and why: a message code and its values.

    Examples
    --------
    >>> csv_grid("zone,year", "energy.csv").cells.shape
    (1, 2)
    """

    source: str
    sheet: str
    cells: ObjectArray
    merged: tuple[tuple[int, int, int, int], ...] = ()
    unreadable: Mapping[tuple[int, int], tuple[str, dict[str, Any]]] = field(default_factory=dict)


def column_letter(index: int) -> str:
    """Return the letters of a column counted from zero.

    Raises
    ------
    ValueError
        If ``index`` is negative.

    Examples
    --------
    >>> [column_letter(index) for index in (0, 25, 26, 27, 701, 702, 16383)]
    ['A', 'Z', 'AA', 'AB', 'ZZ', 'AAA', 'XFD']
    """
    if index < 0:
        raise ValueError(f"a column is counted from zero; got {index}")
    letters = ""
    rest = index + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def csv_grid(text: str, source: str) -> Grid:
    r"""Return the cells of a CSV text, as texts; an empty cell is None.

    Parameters
    ----------
    text
        The whole file, decoded.
    source
        Its name, for messages.

    Returns
    -------
    Grid
        Short rows are filled up with None; texts keep their spaces.

    Raises
    ------
    InputError
        If there are NUL characters (another encoding), an open quotation mark, more than 16,384 columns, a cell of more
        than 131,072 characters, or more than 50 million positions.

    Examples
    --------
    >>> csv_grid('a;b;c\n"1;5";;\n;;\n', "x.csv").cells.tolist()
    [['a', 'b', 'c'], ['1;5', None, None]]
    """
    if "\0" in text:
        raise InputError("file.encoding", Where(source))
    text = text.removeprefix("\ufeff")
    rows: list[tuple[int, list[str | None]]] = []
    width = 0
    for at, row in enumerate(_rows(text, source, _mark(text))):
        filled = _filled(row)
        if filled:
            width = max(width, filled)
            check_positions(at + 1, width, Where(source))
            rows.append((at, [cell or None for cell in row[:filled]]))
    cells: ObjectArray = np.empty((rows[-1][0] + 1 if rows else 0, width), dtype=object)
    for at, texts in rows:
        cells[at, : len(texts)] = texts
    return Grid(source, "", cells)


def check_positions(rows: int, columns: int, where: Where, beside: int = 0) -> None:
    """Refuse a rectangle that would not fit in memory, beside the positions of other sheets.

    Raises
    ------
    InputError
        If there are more than 50 million positions.

    Examples
    --------
    >>> check_positions(1_000_000, 50, Where("a.csv"))
    """
    if rows * columns + beside > MOST_POSITIONS:
        corner = f"{column_letter(columns - 1)}{rows}"
        raise InputError("grid.positions", where, limit=MOST_POSITIONS, rows=rows, columns=columns, corner=corner)


def _filled(row: list[str]) -> int:
    """Return how many cells a row has up to its last that is not empty."""
    return next((at for at in range(len(row), 0, -1) if row[at - 1]), 0)


def _rows(text: str, source: str, mark: str) -> Iterator[list[str]]:
    at = 0
    try:
        for at, row in enumerate(csv.reader(_lines(text, source, mark), delimiter=mark, strict=True), start=1):
            if len(row) > MOST_COLUMNS:
                raise InputError("grid.columns", Where(source, row=at), limit=MOST_COLUMNS, count=len(row))
            if max(map(len, row), default=0) > MOST_CHARACTERS:
                raise InputError("grid.cell", Where(source, row=at), limit=MOST_CHARACTERS)
            yield row
    except csv.Error as error:
        where = Where(source, row=at + 1)
        if "field limit" in str(error):
            raise InputError("grid.cell", where, limit=MOST_CHARACTERS) from None
        raise InputError("grid.quote", where, detail=str(error)) from None


def _lines(text: str, source: str, mark: str) -> Iterator[str]:
    """Yield the lines; one with far too many columns is refused before it becomes a list."""
    for at, found in enumerate(_LINE.finditer(text), start=1):
        line = found[0]
        count = line.count(mark) + 1
        if count > MOST_COLUMNS + MOST_CHARACTERS:
            raise InputError("grid.columns", Where(source, row=at), limit=MOST_COLUMNS, count=count)
        yield line


def _mark(text: str) -> str:
    """Return what divides the columns: the mark that divides most of the first rows, the comma where two do."""
    sample = text[:_SAMPLE]
    lines = _LINE.findall(sample)
    if len(sample) < len(text):
        lines = lines[:-1]
    return max(_MARKS, key=lambda mark: _divided(lines, mark))


def _divided(lines: list[str], mark: str) -> float:
    """Return the share of rows that a mark divides; rows, not lines, so that marks within quotes do not count."""
    try:
        sizes = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return 0.0
    return sum(size > 1 for size in sizes) / len(sizes) if sizes else 0.0
