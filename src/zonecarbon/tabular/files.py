"""Files as tables: CSV, workbooks, Parquet, whatever their shape.

Decided here: a CSV file whose first line is a heading that we know is read column by column where pyarrow is installed
(extra ``parquet``), texts as codes and figures as float64; that is within a small factor of the fastest bare read,
because checking codes costs little beside parsing, two thirds of the time. pyarrow makes the codes, but for a column
whose texts mostly repeat the row above: to compare neighbours there and look up each run once takes 4 to 12 % off
parsing (three measurements on a busy machine). Measured and left out: a mapped file (4 to 12 %, but a file cut short
meanwhile would kill the process); a parser that knows no quotes and comparing with the row of one cycle above (no
clear gain); other sizes of block; blocks of the file in threads of ours (slower). A tokeniser in numpy was put aside
after its pieces were timed: they add up to what pyarrow takes. Whatever does not parse that way (a figure with a
comma, NaN typed by hand, a title above the heading, another encoding, a ragged row) is read again as text, slower, so
that every bad cell gets its row. Both ways give the same figures to the bit: pyarrow's parser and Python's both round
correctly. pandas' parser of figures did not in all supported versions and is not used.

A file is UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030.
"""

import csv
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zonecarbon.activity.assembling import cores
from zonecarbon.catalog import decode
from zonecarbon.errors import InputError, MissingOptionalDependencyError, Problem, Where
from zonecarbon.tabular.codes import narrow
from zonecarbon.tabular.grid import Grid, csv_grid
from zonecarbon.tabular.headings import FIGURES, Heading, heading
from zonecarbon.tabular.layout import Table, find_tables
from zonecarbon.tabular.marks import legend, unclear
from zonecarbon.tabular.notes import note_rows
from zonecarbon.tabular.sheet import are_finite, as_they_occur, coded

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".xltx", ".xltm", ".et", ".ods"}
_FIRST_LINE = 1 << 16
_LARGE = 1 << 20  # bytes
_MOSTLY = 0.75
_MANY = 1 << 16  # rows
_FIGURE_KINDS = {"carrier", "value_added", "indicator"}


def path_of(given: Any) -> Path:
    """Return the path of a file or folder that a user named.

    Raises
    ------
    InputError
        If the name is empty: it would be the current folder, and is most often a variable that nobody set.
    """
    if isinstance(given, str) and not given.strip():
        raise InputError("path.empty")
    return Path(given)


def raise_missing(path: Path) -> None:
    """Raise if nothing is at a path; the folder is named as it was given.

    Raises
    ------
    InputError
        If there is no such file or folder.
    """
    if path.exists() or not path.name:
        return
    given = path.parent.as_posix()
    folder = Problem("place.here") if given == "." else Problem("place.folder", {"folder": given})
    raise InputError("source.missing", Where(path.name[:60]), path=path.name, folder=folder)


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
    _raise_empty(path)
    headings = _first_line(path)
    if headings is not None:
        table = _by_columns(path, headings)
        if table is not None:
            return [_with_marks(table, marks)]
    text = decode(read_bytes(path), path.name)
    if headings is not None:
        return [_with_marks(_as_texts(path.name, text, headings), marks)]
    return find_tables(csv_grid(text, path.name), marks)


def _raise_empty(path: Path) -> None:
    """Raise if nothing but blanks is in a file."""
    with suppress(OSError), path.open("rb") as file:  # what cannot be opened is told where it is read
        start = file.read(_FIRST_LINE)
        if not start.strip(b' \t\r\n\x0b\x0c\xef\xbb\xbf\x00\xff\xfe,;"') and len(start) < _FIRST_LINE:
            raise InputError("source.empty", Where(path.name), bytes=len(start))


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
    with path.open("rb") as file:
        line = file.readline(_FIRST_LINE)
    try:
        line.decode("utf-8-sig")
    except UnicodeDecodeError:  # some words of another encoding are UTF-8 by chance: the whole file has to be decoded
        return None
    names = [str(at) for at in range(len(headings))]
    runs = _in_runs(path)
    text = pa.dictionary(pa.int32(), pa.binary())  # bytes: only distinct texts are decoded
    kinds = {
        name: pa.float64() if _is_figure(item) else pa.binary() if at in runs else text
        for at, (name, item) in enumerate(zip(names, headings, strict=True))
    }
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
    work = [_figures if _is_figure(item) else _run_codes if at in runs else _codes for at, item in enumerate(headings)]
    columns = _at_once(work, read.columns, read.num_rows)
    del read
    return None if any(column is None for column in columns) else _table(path.name, headings, columns)


def _in_runs(path: Path) -> set[int]:
    """Return the columns of a large file whose texts mostly repeat the row above, as its beginning tells."""
    if path.stat().st_size < _LARGE:
        return set()
    with path.open("rb") as file:
        rows = [line.split(b",") for line in file.read(_FIRST_LINE).split(b"\n")[1:-1]]
    repeats = [sum(map(operator.eq, column, column[1:])) for column in zip(*rows, strict=False)]
    return {at for at, count in enumerate(repeats) if count > _MOSTLY * len(rows)}


def _at_once(work: Sequence[Callable[[Any], Any]], columns: list[Any], rows: int) -> list[Any]:
    """Return each function of its column; of many rows in threads, because numpy and pyarrow leave Python's lock."""
    if rows < _MANY or cores() < 2:
        return [function(column) for function, column in zip(work, columns, strict=True)]
    with ThreadPoolExecutor(min(len(work), cores())) as pool:
        return list(pool.map(lambda function, column: function(column), work, columns))


def _figures(column: Any) -> Any:
    """Return figures, blanks as NaN; None where NaN or infinity was typed."""
    values = column.to_numpy()
    if are_finite(values):
        return values
    return None if int(np.isnan(values).sum()) != column.null_count or np.isinf(values).any() else values


def _codes(column: Any) -> Any:
    """Return a dictionary column as pandas keeps one: codes, -1 for blanks, and distinct texts; None if not UTF-8."""
    return _coded(*_numbered(column))


def _numbered(column: Any) -> tuple[NDArray[Any], list[bytes]]:
    """Return codes and distinct texts of a dictionary column, whose pieces have a dictionary each."""
    at: dict[bytes, int] = {}
    places = [[at.setdefault(word, len(at)) for word in chunk.dictionary.to_pylist()] for chunk in column.chunks]
    codes = narrow(np.zeros(len(column), dtype=np.int8), len(at))
    start = 0
    for chunk, place in zip(column.chunks, places, strict=True):
        indices = (chunk.indices.fill_null(len(place)) if chunk.null_count else chunk.indices).to_numpy()
        end = start + len(indices)
        narrow([*place, -1], len(at)).take(indices, out=codes[start:end], mode="clip")
        start = end
    return codes, list(at)


def _run_codes(column: Any) -> Any:
    """Return a column of bytes in which texts repeat row after row as ``_codes`` does, each run looked up once."""
    import pyarrow as pa
    from pyarrow import compute

    if column.null_count:
        return _codes(column.dictionary_encode())
    starts, values, count = [], [], 0
    for chunk in column.chunks:
        changes = compute.indices_nonzero(compute.not_equal(chunk[1:], chunk[:-1])).to_numpy().astype(np.int64) + 1
        first = np.concatenate([[0], changes])[: len(chunk)]
        values.append(chunk.take(pa.array(first)))
        starts.append(first + count)
        count += len(chunk)
    runs = pa.concat_arrays(values) if values else pa.array([], pa.binary())  # one dictionary instead of one a piece
    codes, words = _numbered(pa.chunked_array([runs.dictionary_encode()]))
    return _coded(np.repeat(codes, np.diff(np.concatenate([*starts, [count]]))), words)


def _coded(codes: NDArray[Any], words: list[bytes]) -> Any:
    try:
        return coded(codes, [word.decode() for word in words])
    except UnicodeDecodeError:
        return None


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
        columns = [as_they_occur(column[:end]) for column in columns]  # a note is no zone
    number = np.arange(2, end + 2, dtype=np.int64)
    return Table(
        name, "", headings, columns, number, [], titles="", marks={**unclear(notes), **legend(notes)}, quoted=True
    )


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
        kinds = (pa.string(), pa.large_string())
        texts = [column.name for column in parquet.read_schema(str(path)) if column.type in kinds]
        read = parquet.read_table(str(path), read_dictionary=texts)  # codes, as the file has them
        frame = read.to_pandas(ignore_metadata=True, strings_to_categorical=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError("file.syntax", Where(path.name), detail=str(error).splitlines()[0]) from None
    return [(str(name), frame[name]) for name in frame.columns]
