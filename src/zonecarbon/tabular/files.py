"""Files as tables: CSV, workbooks, Parquet, whatever their shape.

Decided here: a CSV file whose first line is a heading that we know is read column by column where pyarrow is installed
(extra ``parquet``), texts as codes and figures as float64; that is within a small factor of the fastest bare read,
because checking codes costs little beside parsing. Whatever does not parse that way (a figure with a comma, NaN typed
by hand, a title above the heading, another encoding, a ragged row) is read again as text, slower, so that every bad
cell gets its row. Both ways give the same figures to the bit: pyarrow's parser and Python's both round correctly.
pandas' parser of figures did not in all supported versions and is not used.

A file is UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030.
"""

import csv
import re
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from zonecarbon.catalog import decode
from zonecarbon.errors import InputError, MissingOptionalDependencyError, Where
from zonecarbon.tabular.grid import Grid, csv_grid
from zonecarbon.tabular.headings import FIGURES, Heading, heading
from zonecarbon.tabular.layout import Table, find_tables
from zonecarbon.tabular.marks import legend
from zonecarbon.tabular.notes import note_rows
from zonecarbon.tabular.sheet import coded

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".xltx", ".xltm", ".et", ".ods"}
_FIRST_LINE = 1 << 16
_FIGURE_KINDS = {"carrier", "value_added", "indicator"}


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("file.unreadable", Where(path.name), detail=error.strerror or str(error)) from None


def csv_tables(path: Path, marks: Mapping[str, float]) -> list[Table]:
    """Return the tables of a CSV file: one, or several with a heading each; none if no row is a heading we know."""
    headings = _first_line(path)
    if headings is not None:
        table = _by_columns(path, headings)
        if table is not None:
            return [_with_marks(table, marks)]
    text = decode(read_bytes(path), path.name)
    if headings is not None:
        return [_with_marks(_as_texts(path.name, text, headings), marks)]
    return find_tables(csv_grid(text, path.name), marks)


def holds_energy(path: Path) -> bool:
    """Return whether a CSV file is a table of energy use, long or wide, and not one of other figures."""
    headings = _first_line(path)
    if headings is None:
        with suppress(InputError):
            tables = find_tables(csv_grid(decode(read_bytes(path), path.name), path.name), {})
            headings = [item for table in tables for item in table.headings]
    return any(item.kind == "carrier" or item.name == "carrier" for item in headings or [])


def _first_line(path: Path) -> list[Heading] | None:
    """Return the headings of the first line if a table is read by them as they stand; None otherwise."""
    try:
        with path.open("rb") as file:
            start = file.read(_FIRST_LINE)
    except OSError as error:
        raise InputError("file.unreadable", Where(path.name), detail=error.strerror or str(error)) from None
    line, newline, _ = start.partition(b"\n")
    if not newline or b"\x00" in start or line.count(b'"') % 2:
        return None
    try:
        cells = next(csv.reader([decode(line, path.name)]), [])
    except (csv.Error, InputError):
        return None
    headings = [heading(cell) for cell in cells]
    known = [item for item in headings if item.known]
    named = {item.name for item in known if item.kind == "column"}
    needs_unit = any(item.kind in _FIGURE_KINDS and not item.unit for item in known)
    if len(known) < 2 or not {"zone", "carrier"} & named or (needs_unit and not {"unit", "carrier"} & named):
        return None
    return headings


def _is_figure(item: Heading) -> bool:
    return item.kind in _FIGURE_KINDS or (item.kind == "column" and item.name in FIGURES)


def _by_columns(path: Path, headings: list[Heading]) -> Table | None:
    """Return the table read column by column; None if a cell of it needs a closer look."""
    try:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv
    except ImportError:
        return None
    names = [str(at) for at in range(len(headings))]
    text = pa.dictionary(pa.int32(), pa.binary())  # bytes: only distinct texts are decoded
    kinds = {name: pa.float64() if _is_figure(item) else text for name, item in zip(names, headings, strict=True)}
    try:
        read = arrow_csv.read_csv(
            str(path),
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1, block_size=1 << 22),
            parse_options=arrow_csv.ParseOptions(ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types=kinds, null_values=[""], strings_can_be_null=True, check_utf8=False
            ),
        )
    except (pa.ArrowException, OSError):
        return None
    columns = [_figures(column) if _is_figure(item) else _codes(column)
               for item, column in zip(headings, read.columns, strict=True)]  # fmt: skip
    if any(column is None for column in columns):
        return None
    return _table(path.name, headings, columns)


def _figures(column: Any) -> Any:
    """Return figures, blanks as NaN; None where NaN or infinity was typed."""
    values = column.to_numpy()
    if np.isfinite(values).all():
        return values
    return None if int(np.isnan(values).sum()) != column.null_count or np.isinf(values).any() else values


def _codes(column: Any) -> Any:
    """Return a dictionary column as pandas keeps one: codes, -1 for blanks, and distinct texts; None if not UTF-8."""
    column = column.unify_dictionaries()
    try:
        words = [word.decode() for word in column.chunk(0).dictionary.to_pylist()] if column.num_chunks else []
    except UnicodeDecodeError:
        return None
    codes = [(chunk.indices.fill_null(-1) if chunk.null_count else chunk.indices).to_numpy() for chunk in column.chunks]
    joined = np.concatenate(codes) if codes else np.zeros(0, dtype=np.int32)
    return coded(joined, words)


def _as_texts(name: str, text: str, headings: list[Heading]) -> Table:
    """Return a table of texts; the heading is read as a row, so that pandas renames nothing."""
    try:
        frame = pd.read_csv(
            StringIO(text), header=None, dtype=str, keep_default_na=False, na_values=[""], skip_blank_lines=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        line = re.search(r"line (\d+), saw", str(error))
        row = int(line[1]) if line else None
        raise InputError("file.syntax", Where(name, "", row), detail=str(error).strip()) from None
    columns = [_texts(frame.iloc[1:, at]) for at in range(frame.shape[1])]
    headings = [*headings, *(heading("") for _ in columns[len(headings) :])]
    return _table(name, headings, columns)


def _texts(column: "pd.Series[str]") -> Any:
    """Return a column of texts as pandas keeps them; plain objects as a numpy array, which is what pandas 2 has."""
    values = column.array
    return values.to_numpy() if isinstance(values, pd.arrays.NumpyExtensionArray) else values


def _table(name: str, headings: list[Heading], columns: list[Any]) -> Table:
    size = len(columns[0]) if columns else 0
    end, notes = note_rows(columns, size)
    if end < size:
        columns = [column[:end] for column in columns]
    number = np.arange(2, end + 2, dtype=np.int64)
    return Table(name, "", headings, columns, number, [], titles="", marks=legend(notes), quoted=True)


def _with_marks(table: Table, marks: Mapping[str, float]) -> Table:
    table.marks = {**table.marks, **marks}
    return table


def workbook_tables(path: Path, marks: Mapping[str, float]) -> list[tuple[Grid, list[Table]]]:
    """Return the visible sheets of a workbook, each with the tables in it."""
    from zonecarbon.tabular.workbook import read_workbook

    return [(grid, find_tables(grid, marks)) for grid in read_workbook(path)]


def parquet_columns(path: Path) -> list[tuple[str, Any]]:
    """Return the columns of a Parquet file.

    Raises
    ------
    MissingOptionalDependencyError
        If pyarrow is not installed.
    InputError
        If it is no Parquet file.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="pyarrow", extra="parquet") from None
    try:
        frame = parquet.read_table(str(path)).to_pandas(ignore_metadata=True, strings_to_categorical=True)
    except (pa.ArrowException, OSError) as error:
        raise InputError("file.syntax", Where(path.name), detail=str(error).splitlines()[0]) from None
    return [(str(name), frame[name]) for name in frame.columns]
