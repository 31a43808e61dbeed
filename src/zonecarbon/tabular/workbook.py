"""Workbooks in: the cells of every visible sheet, by value.

Decided here: openpyxl reads (read-only, stored values), :mod:`zonecarbon.tabular.parts` decides first whether it may.
Reading the XML ourselves was considered and rejected: dates, number formats and texts are what openpyxl knows. pandas
was rejected because it forgets formats, merged cells and errors, and has no limits.

Only what holds cells is read: no macros, links to other workbooks, charts, pictures, comments or properties. Hence the
small subclass of openpyxl's reader, whose skipped steps would otherwise unpack and parse them.

openpyxl warns of everything that it will not write back; here it is noise. ``warnings.catch_warnings`` swaps the
filters of the whole process and gives them back in whatever order threads end, so it is not used: one filter for
openpyxl alone is put in front while any thread reads, and taken out by the last one. If another thread swaps the
filters meanwhile, the worst is that this one filter stays or that a warning of openpyxl is seen.
"""

import datetime
import math
import re
import threading
import warnings
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from zonecarbon._typing import BoolArray, ObjectArray
from zonecarbon.errors import InputError, MissingOptionalDependencyError, Where, ZoneCarbonError
from zonecarbon.tabular.grid import Grid, check_positions
from zonecarbon.tabular.parts import MOST_BYTES, Parts, Region, SheetParts, broken

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.worksheet.worksheet import Worksheet

Reason: TypeAlias = tuple[str, dict[str, Any]]
Unreadable: TypeAlias = dict[tuple[int, int], Reason]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOT_SHOWN = re.compile(r"_.|\*.|\[[^\]]*\]")  # of a number format: spaces, fillers, colours and conditions
_NOT_COUNTED = re.compile(rf'"[^"]*"|\\.|{_NOT_SHOWN.pattern}')  # and texts
_FIRST_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')  # up to the first semicolon that is no text
_OURS = r"openpyxl\.(?# while zonecarbon reads)"  # tells our filter from one of the host
_FIRST_DAY = datetime.datetime(1899, 12, 31)
_FORMULA: Reason = ("workbook.formula", {})
_NO_DATE: Reason = ("workbook.date", {})


class _Quiet:
    """A filter that ignores the warnings of openpyxl, in place while any thread is inside."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0

    def __enter__(self) -> None:
        with self.lock:
            self.inside += 1
            warnings.filterwarnings("ignore", category=Warning, module=_OURS)  # put in once, whoever came before

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                filters = cast("list[Any]", warnings.filters)
                filters[:] = [item for item in filters if getattr(item[3], "pattern", "") != _OURS]


_QUIET = _Quiet()


def read_workbook(path: Path) -> list[Grid]:
    """Return the cells of each visible sheet of an xlsx or xlsm file, in the order of the workbook.

    Hidden sheets and chart sheets are left out; hidden rows and columns of a visible sheet are read. A formula counts
    by the result stored with it. Numbers shown as percent come as text (``0.05`` as ``"5%"``, exactly), times of day
    and durations as text, dates as ``datetime`` (1900 and 1904 systems), texts as they are. Of a merged range only the
    first cell counts, as on the screen.

    Parameters
    ----------
    path
        The file. Its name does not matter, its content does.

    Returns
    -------
    list of Grid
        Formulas without a stored result, error values and impossible dates are None and in ``unreadable``. The zeros
        that a program wrote beside its formulas, asking that they be calculated on opening, are such formulas too.

    Raises
    ------
    MissingOptionalDependencyError
        If openpyxl is not installed.
    InputError
        If the file is no workbook, is damaged, has a password, is in the older xls format or in strict form, or exceeds
        a limit: 512 MB unpacked, a packing ratio of 100, 65,536 parts, 1,000 sheets, 20 million filled cells, 50
        million positions, a million unreadable cells.

    Examples
    --------
    >>> import tempfile
    >>> from openpyxl import Workbook
    >>> book = Workbook()
    >>> book.active.title = "energy"
    >>> book.active.append(["zone", 2020, 0.05])
    >>> book.active["C1"].number_format = "0%"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     book.save(f"{folder}/zones.xlsx")
    ...     [grid] = read_workbook(Path(folder, "zones.xlsx"))
    >>> grid.source, grid.sheet, grid.cells.tolist()
    ('zones.xlsx', 'energy', [['zone', 2020, '5%']])
    """
    data = _bytes(path)
    where = Where(path.name)
    try:
        with _QUIET, Parts(data, path.name) as parts:
            return _grids(_reader(data, parts), parts)
    except (ZoneCarbonError, MemoryError):
        raise
    except Exception as error:  # whatever zipfile and openpyxl stumble over in a damaged file
        if isinstance(error.__cause__, ZoneCarbonError):  # openpyxl wraps each ValueError in one of its own
            raise error.__cause__ from None
        raise broken(where, _reason(error)) from error


def _bytes(path: Path) -> bytes:
    """Return the file, if it can be a workbook by its size and its first bytes."""
    where = Where(path.name)
    try:
        if path.exists() and not path.is_file():
            raise broken(where, "no file")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError("workbook.size", where, limit=MOST_BYTES / 2**20, size=size / 2**20)
        data = path.read_bytes()
    except ZoneCarbonError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise InputError("file.unreadable", where, detail=getattr(error, "strerror", None) or str(error)) from None
    if data.startswith(_OLE):
        raise InputError("workbook.encrypted" if _ENCRYPTED in data else "workbook.xls", where)
    if not data.startswith(b"PK"):
        raise broken(where, f"it begins with {data[:16]!r}" if data else "it is empty")
    return data


def _reason(error: Exception) -> str:
    """Return the first line of what went wrong, with the cause that openpyxl wraps."""
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0][:200]}" if lines else type(cause).__name__


# -- openpyxl ------------------------------------------------------------------------------------------------------


def _reader(data: bytes, parts: Parts) -> "ExcelReader":
    """Return openpyxl's reader after it has read all but the rows, from the guarded archive."""
    try:
        from openpyxl.reader.excel import ExcelReader
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="openpyxl", extra="excel") from None

    class CellReader(ExcelReader):
        """Skips what holds no cells."""

        def read_properties(self) -> None: ...
        def read_custom(self) -> None: ...
        def read_theme(self) -> None: ...
        def read_chartsheet(self, sheet: Any, rel: Any) -> None: ...

        def read_worksheets(self) -> None:
            _check_sheets(self, parts)
            super().read_worksheets()

    reader = CellReader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.archive = parts
    reader.read()
    return reader


def _check_sheets(reader: "ExcelReader", parts: Parts) -> None:
    """Refuse sheets that openpyxl would pass over in silence, and one part that is many sheets."""
    targets = [rel.target for _, rel in reader.parser.find_sheets()]
    if len(targets) < len(reader.parser.sheets):
        raise broken(parts.where, "a sheet without a part")
    lost = sorted({target for target in targets if target not in reader.valid_files})
    if lost:
        raise broken(parts.where, f"missing {', '.join(lost)}")
    if len(set(targets)) < len(targets):
        raise broken(parts.where, "sheets that share a part")


# -- cells ---------------------------------------------------------------------------------------------------------


def _grids(reader: "ExcelReader", parts: Parts) -> list[Grid]:
    listed = [rel for _, rel in reader.parser.find_sheets() if "chartsheet" not in rel.Type]
    grids: list[Grid] = []
    for sheet, rel in zip(reader.wb.worksheets, listed, strict=True):
        if sheet.sheet_state != "visible" or not rel.Type.endswith("/worksheet"):  # dialogs and old macro sheets
            continue
        found = parts.sheets.get(rel.target)
        if found is None:
            raise broken(parts.where, f"{rel.target}: not a sheet")
        where = parts.where._replace(sheet=sheet.title)
        check_positions(found.rows, found.columns, where, sum(grid.cells.size for grid in grids))
        grids.append(_grid(cast("Worksheet", sheet), found, parts))
    return grids


def _grid(sheet: "Worksheet", found: SheetParts, parts: Parts) -> Grid:
    cells: ObjectArray = np.empty((found.rows, found.columns), dtype=object)
    unreadable: Unreadable = {}
    _fill(cells, unreadable, sheet, found, parts)
    for row, column in found.stale:
        cells[row, column] = None
        unreadable[row, column] = _FORMULA
    for top, left, bottom, right in found.missing:
        block = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        unreadable |= {at: _FORMULA for at in block if cells[at] is None}
    covered = _covered(_merged(found.merged, cells.shape, parts), cells.shape)
    cells[covered] = None
    unreadable = {at: reason for at, reason in unreadable.items() if not covered[at]}
    rows, columns = _extent(cells, unreadable)
    merged = _merged(found.merged, (rows, columns), parts)
    return Grid(parts.where.source, sheet.title, cells[:rows, :columns], tuple(merged), unreadable)


def _fill(cells: ObjectArray, unreadable: Unreadable, sheet: "Worksheet", found: SheetParts, parts: Parts) -> None:
    """Put in what openpyxl reads; every filled cell that the pass has counted must be among it."""
    count = 0
    # Rows are taken by number, so that what comes after the last filled one is not even parsed.
    rows = sheet.iter_rows(min_row=1, max_row=found.rows, min_col=1, max_col=found.columns)
    for at, row in enumerate(islice(cast("Iterator[tuple[Cell, ...]]", rows), found.rows)):
        for column, cell in enumerate(row):
            value = cell.value
            if value is not None:
                count += 1
                cells[at, column], reason = _read(cell, value)
                if reason is not None:
                    parts.count_unreadable(1)
                    unreadable[at, column] = reason
    if count != found.filled:
        raise broken(parts.where, f"{sheet.title}: {count} of {found.filled} cells")


def _read(cell: "Cell", value: Any) -> tuple[Any, Reason | None]:
    """Return the value of a cell as a grid holds it, or None and why it cannot be read."""
    if isinstance(value, str):
        return (value or None, None) if cell.data_type != "e" else (None, _error(cell, value))
    if isinstance(value, bool):
        return value, None
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return None, ("workbook.error_cell", {"value": str(value)})
        shift = _percent_shift(cell.number_format)
        return value if shift is None else f"{Decimal(repr(value)).scaleb(shift).normalize():f}%", None
    if isinstance(value, datetime.time):
        return value.isoformat(), None
    if isinstance(value, datetime.timedelta):
        return str(value), None
    if isinstance(value, datetime.datetime) and value < _FIRST_DAY:
        return None, _NO_DATE
    return value, None


def _error(cell: "Cell", value: str) -> Reason:
    from openpyxl.styles import is_date_format

    # openpyxl makes #VALUE! of a number that is no date
    is_date = value == "#VALUE!" and is_date_format(cell.number_format)
    return _NO_DATE if is_date else ("workbook.error_cell", {"value": value})


@lru_cache(maxsize=1024)
def _percent_shift(number_format: str) -> int | None:
    """Return by how many digits a number format shifts a number before its percent sign; None without such a sign.

    A sign in quotes or after a backslash is shown, but shifts nothing. The format of positive numbers decides.
    """
    found = _FIRST_SECTION.match(number_format)
    section = found[0] if found else ""
    if "%" in _NOT_COUNTED.sub("", section):
        return 2
    return 0 if "%" in _NOT_SHOWN.sub("", section) else None


def _merged(regions: list[Region], shape: tuple[int, ...], parts: Parts) -> list[Region]:
    """Return the ranges cut to ``shape``, those that are more than one cell there."""
    rows, columns = shape
    cut = [(top, left, min(bottom, rows - 1), min(right, columns - 1)) for top, left, bottom, right in regions]
    kept = [region for region in cut if region[0] <= region[2] and region[1] <= region[3] and region[:2] != region[2:]]
    if sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in kept) > rows * columns:
        raise broken(parts.where, "merged ranges that overlap")
    return kept


def _covered(regions: list[Region], shape: tuple[int, ...]) -> BoolArray:
    """Return which cells are under a merged range and not its first: nobody sees what stands there."""
    covered = np.zeros(shape, dtype=bool)
    for top, left, bottom, right in regions:
        covered[top : bottom + 1, left : right + 1] = True
        covered[top, left] = False
    return covered


def _extent(cells: ObjectArray, unreadable: Unreadable) -> tuple[int, int]:
    """Return how many rows and columns are left without the empty ones at the end."""
    rows, columns = cells.shape
    least = [max((at[axis] for at in unreadable), default=-1) + 1 for axis in (0, 1)]
    while rows > least[0] and all(cell is None for cell in cells[rows - 1]):
        rows -= 1
    while columns > least[1] and all(cell is None for cell in cells[:rows, columns - 1]):
        columns -= 1
    return rows, columns
