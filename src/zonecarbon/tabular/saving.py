"""Columns into files: CSV, Parquet, sheets of a workbook.

Decided here: figures keep every bit: CSV and workbooks get the shortest text that reads back to the same number
(openpyxl's own sixteen digits would lose the last bit). A text is never a formula: CSV escapes it
(:mod:`zonecarbon._table.escaping`), a workbook types the cell as text and marks it so that editing it keeps it text.
What a form cannot hold (a control character in a workbook, more rows than a sheet has) is an error that names it.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zonecarbon._table.escaping import escape
from zonecarbon._typing import IntArray
from zonecarbon.errors import InputError, MissingOptionalDependencyError, Problem, Where

if TYPE_CHECKING:
    from openpyxl import Workbook

SHEET_ROWS = 1_048_576  # of a sheet of Excel, the heading among them
_CELL = 32_767  # characters of a cell of Excel; openpyxl cuts the rest off without a word
_BLOCK = 100_000
_QUOTED = re.compile('[",\r\n]')
# What XML cannot hold, and a carriage return, which it turns into a line feed.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_TEXT = re.compile("[\x00\ud800-\udfff]")
_FORMULA_LIKE = ("=", "+", "-", "@", "#", "'")


# -- CSV ---------------------------------------------------------------------------------------------------------------


def save_csv(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns as CSV: UTF-8 with a byte order mark, by which Excel knows it."""
    check_texts(columns, _NOT_IN_TEXT, path.name)
    size = len(next(iter(columns.values()), ()))
    parts = [_csv_cells(column) for column in columns.values()]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(",".join(map(_csv_text, columns)) + "\r\n")
        for start in range(0, size, _BLOCK):
            cells = [part(slice(start, start + _BLOCK)) for part in parts]
            file.write("\r\n".join(map(",".join, zip(*cells, strict=True))) + "\r\n")


def _csv_text(value: Any) -> str:
    text = escape(value) if isinstance(value, str) else str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _csv_cells(column: Any) -> Callable[[slice], list[str]]:
    """Return what gives the cells of some rows of a column; distinct words are made texts once."""
    if isinstance(column, pd.Categorical):
        words = [*map(_csv_text, column.categories.tolist()), ""]  # code -1 is a blank
        return lambda rows: [words[code] for code in column.codes[rows].tolist()]
    if column.dtype.kind == "f":
        return lambda rows: [repr(value) if value == value else "" for value in column[rows].tolist()]  # noqa: PLR0124
    return lambda rows: ["" if _is_blank(value) else _csv_text(value) for value in column[rows].tolist()]


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124 - NaN


# -- Parquet -----------------------------------------------------------------------------------------------------------


def save_parquet(path: Path, columns: Mapping[str, Any], metadata: Mapping[str, str], units: Mapping[str, str]) -> None:
    """Write columns as Parquet, with what stands behind them in the file's metadata and units in the fields'."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="pyarrow", extra="parquet") from None
    check_texts(columns, _NOT_IN_TEXT, path.name)
    arrays = {name: _arrow(pa, column) for name, column in columns.items()}
    fields = [
        pa.field(name, array.type, metadata={"unit": units[name]} if units.get(name) else None)
        for name, array in arrays.items()
    ]
    schema = pa.schema(fields, metadata=dict(metadata))
    parquet.write_table(pa.table(list(arrays.values()), schema=schema), str(path))


def _arrow(pa: Any, column: Any) -> Any:
    """Return a column for Arrow; a column of words and numbers becomes one of words."""
    if isinstance(column, pd.Categorical):
        distinct = column.categories.tolist()
        codes = pa.array(column.codes.astype(np.int32), mask=column.codes < 0)
        if distinct and all(isinstance(word, int) for word in distinct):
            return pa.array(distinct).take(codes)
        return pa.DictionaryArray.from_arrays(codes, pa.array([str(word) for word in distinct], pa.string()))
    if column.dtype.kind != "O":
        return pa.array(column, from_pandas=True)
    values = [None if _is_blank(value) else value for value in column.tolist()]
    if len({type(value) for value in values if value is not None}) > 1:
        values = [None if value is None else str(value) for value in values]
    return pa.array(values, pa.string() if all(value is None for value in values) else None)


# -- workbooks ---------------------------------------------------------------------------------------------------------


@contextmanager
def workbook_at(place: Path | BytesIO) -> "Iterator[Workbook]":
    """Give an empty workbook whose rows are streamed; write it to ``place`` in the end.

    It is packed in memory, and what openpyxl holds open is closed if it does not come to that: otherwise a full disk or
    an interrupt is followed by errors that nobody can catch, and files in the folder for temporary ones stay.

    Raises
    ------
    MissingOptionalDependencyError
        If openpyxl is not installed.
    """
    book = open_workbook()
    try:
        yield book
        packed = BytesIO()
        book.save(packed)
    except BaseException:
        for sheet in book.worksheets:
            _drop(sheet)
        raise
    if isinstance(place, BytesIO):
        place.write(packed.getbuffer())
    else:
        place.write_bytes(packed.getbuffer())


def _drop(sheet: Any) -> None:
    """Close what a streamed sheet holds open, the inner one first."""
    writer = getattr(sheet, "_writer", None)
    for close in (
        getattr(getattr(sheet, "_rows", None), "close", None),
        getattr(getattr(writer, "xf", None), "close", None),
        getattr(writer, "cleanup", None),
    ):
        if close is not None:
            with suppress(Exception):
                close()


def open_workbook(write_only: bool = True) -> "Workbook":
    """Return an empty workbook.

    Raises
    ------
    MissingOptionalDependencyError
        If openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="openpyxl", extra="excel") from None
    return Workbook(write_only=write_only)


def save_workbook(path: Path, sheets: Mapping[str, Mapping[str, Any]]) -> None:
    """Write tables as the sheets of a workbook."""
    for name, columns in sheets.items():
        check_sheet(name, columns, path.name)
    with workbook_at(path) as book:
        for name, columns in sheets.items():
            write_sheet(book.create_sheet(name), columns)


def check_sheet(name: str, columns: Mapping[str, Any], source: str) -> None:
    """Raise if a sheet cannot hold the columns."""
    count = len(next(iter(columns.values()), ())) + 1
    if count > SHEET_ROWS:
        raise InputError("write.rows", Where(source, name), count=count, most=SHEET_ROWS)
    check_texts(columns, _NOT_IN_XML, source, name, _CELL)


def write_sheet(sheet: Any, columns: Mapping[str, Any]) -> None:
    """Write columns into an empty sheet: a bold heading that stays in sight, then the rows."""
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for at, (name, column) in enumerate(columns.items(), start=1):
        sheet.column_dimensions[get_column_letter(at)].width = _width(name, column)
    sheet.append([_bold(sheet, name) for name in columns])
    for row in zip(*(_sheet_cells(sheet, column) for column in columns.values()), strict=True):
        sheet.append(row)


def _bold(sheet: Any, name: str) -> Any:
    from openpyxl.styles import Font

    cell = text_cell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that holds a text, whatever the text looks like."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_LIKE):
        cell.quotePrefix = True  # Excel would make a formula of it as soon as somebody edits the cell
    return cell


def _width(name: str, column: Any) -> float:
    """Return the width of a column by its heading and its first words; a Chinese character takes two places."""
    words = column.categories[:100].tolist() if isinstance(column, pd.Categorical) else []
    return float(
        min(40, max(10, *(2 + sum(1 + (ord(sign) > 0x2E7F) for sign in str(word)) for word in [name, *words])))
    )


def _sheet_cells(sheet: Any, column: Any) -> Iterator[Any]:
    """Yield the cells of a column."""
    if isinstance(column, pd.Categorical):
        words = [_sheet_cell(sheet, word) for word in [*column.categories.tolist(), None]]  # code -1 is a blank
        return (words[code] for code in column.codes.tolist())
    return (_sheet_cell(sheet, value) for value in column.tolist())


def _sheet_cell(sheet: Any, value: Any) -> Any:
    if _is_blank(value):
        return None
    if isinstance(value, float) and math.isfinite(value):
        return exact_cell(sheet, value)
    if isinstance(value, (bool, int)):
        return value
    text = str(value)
    return text_cell(sheet, text) if text.startswith(_FORMULA_LIKE) else text


def exact_cell(sheet: Any, value: float) -> Any:
    """Return a cell that holds a number to the last bit; the number itself where openpyxl writes it so."""
    short = f"{value:.16g}"
    if float(short) == value and (value or short == "0"):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=repr(value))
    cell.data_type = "n"
    return cell


def check_texts(
    columns: Mapping[str, Any], refused: re.Pattern[str], source: str, sheet: str = "", longest: int = 0
) -> None:
    """Raise with every text that the form cannot hold."""
    problems = []
    for name, column in columns.items():
        if not isinstance(column, pd.Categorical) and column.dtype.kind != "O":
            continue
        words = column.categories.tolist() if isinstance(column, pd.Categorical) else set(column.tolist())
        for word in words:
            if not isinstance(word, str):
                continue
            if found := refused.search(word):
                values = {"text": ascii(word[:60]), "sign": f"U+{ord(found[0]):04X}"}
                problems.append(Problem("write.sign", values, Where(source, sheet, None, name)))
            elif longest and len(word) > longest:
                too_long = {"text": word[:20], "count": len(word), "most": longest}
                problems.append(Problem("write.length", too_long, Where(source, sheet, None, name)))
    if problems:
        raise InputError(problems)


def as_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a result as they are written: texts as codes and words, the rest as it is."""
    return {name: _as_column(np.asarray(column)) for name, column in columns.items()}


def _as_column(column: Any) -> Any:
    if column.dtype.kind in "US":
        column = column.astype(object)
    if column.dtype.kind != "O" or not all(isinstance(value, str) or value is None for value in column.tolist()):
        return column
    codes, words = pd.factorize(column)
    at: IntArray = codes.astype(np.int64)
    return pd.Categorical.from_codes(at, categories=pd.Index(words, dtype=object))
