"""Sources in, an activity out."""

import os
import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from zonecarbon import quality
from zonecarbon._table import as_columns, is_foreign, is_table
from zonecarbon._typing import Tabular
from zonecarbon.activity import Activity, Draft, Rows, assemble
from zonecarbon.errors import DataWarning, InputError, Problem, Where
from zonecarbon.tabular.energy import energy
from zonecarbon.tabular.files import WORKBOOKS, csv_tables, parquet_columns, path_of, raise_missing, workbook_tables
from zonecarbon.tabular.headings import heading
from zonecarbon.tabular.layout import Table
from zonecarbon.tabular.marks import given_marks
from zonecarbon.tabular.places import Positions, Zones, joined, ranked
from zonecarbon.tabular.shapes import Blank, frame_table, sheets_of
from zonecarbon.tabular.sheet import Sheet
from zonecarbon.tabular.tables import economy, indicators, process
from zonecarbon.tabular.unread import given_columns, leave_out, not_there
from zonecarbon.vocabulary import fold

_ZONES = ("name", "province")  # beside the figures of any table
TABLES = ("zones", "economy", "energy", "process", "indicators")
_FILES = {
    "zones": ("zones", "园区"),
    "economy": ("economy", "工业增加值", "经济"),
    "energy": ("energy", "能源", "能源消费"),
    "process": ("process", "工业过程"),
    "indicators": ("indicators", "指标"),
}
# Sheets of a workbook that are for people: not read, and no warning.
_FOR_PEOPLE = ("notes", "说明", "readme", "example", "示例")
_NEEDED = {
    "zones": ("zone",),
    "economy": ("zone", "year", "value_added", "unit"),
    "energy": ("zone", "year", "carrier", "quantity", "unit"),
    "process": ("zone", "year", "product", "output", "unit"),
    "indicators": ("zone", "year", "indicator", "value"),
}
_READ = {
    "zones": ("zone", "name", "province"),
    "economy": (*_NEEDED["economy"], "sector", "price_year", "boundary", "coverage", "deflator"),
    "energy": (*_NEEDED["energy"], "sector", "use", "supply", "ncv", "ncv_unit", "basis", "meter"),
    "process": (*_NEEDED["process"], "sector", "factor"),
    "indicators": (*_NEEDED["indicators"], "unit", "basis"),
}


def read(
    source: "str | Path | Mapping[str, Any] | Tabular",
    on_error: Literal["raise", "set_aside"] = "raise",
    *,
    blank: Blank = "unknown",
    marks: Mapping[str, str] | None = None,
    sheets: "str | Sequence[str] | None" = None,
    ignore: "str | Collection[str]" = (),
) -> Activity:
    """Read tables into a checked activity.

    Parameters
    ----------
    source
        A workbook (``.xlsx``, ``.xlsm``); a CSV or Parquet file; a folder with ``zones.csv``, ``economy.csv``,
        ``energy.csv`` and, if there are, ``process.csv`` and ``indicators.csv`` (or ``.parquet``); a table in memory,
        which is a DataFrame (pandas, polars), an Arrow table, rows as dicts, or a dict of columns; or a mapping of
        those names to such tables. Each table may be long (a row a carrier), wide (a row
        a zone and year, a column a carrier with its unit in the heading, ``原煤(吨)``), or the statistical form
        能源购进、消费与库存; columns may have their Chinese or English names; titles above and notes below are found.
        ``zones`` may be missing: the zones are then those that occur.
    on_error
        ``raise`` all problems at once, or ``set_aside`` the bad rows: ``activity.set_aside`` has the problems and
        ``activity.set_aside_rows`` the rows.
    blank
        What a blank cell of a wide table is: ``unknown``, or ``not_used`` (a zone-year of blanks alone stays unknown).
    marks
        What dashes and other marks in place of figures are, each ``not_used`` or ``unknown``, such as
        ``{"—": "not_used"}``; without it the notes of the sheet say it (``“—”表示无此项``), or the cell is an error.
    sheets
        Of a workbook: names of the sheets to read, or a word that their names begin with; all visible ones otherwise,
        without those that begin with ``notes``, ``example``, 说明 or 示例.
    ignore
        Headings of columns to leave out, as messages print them. A column of a wide table that we do not know is an
        error if it has figures and is nearly called as a carrier (``原媒(吨)``) or in a unit of energy
        (``光伏发电量(万千瓦时)``): correct its name, or leave it out here. Other unknown columns are only told of.

    Returns
    -------
    Activity
        With ``warnings`` about gaps, slips of units, blank quantities, columns that are not read.

    Raises
    ------
    InputError
        With every problem: file, sheet and cell (or row, where the header is row 1; for a frame the position, as in
        ``iloc``), what came and what to do. A missing table or column, or a heading that cannot be read, is raised
        whatever ``on_error`` says; but of an unknown column that may be energy use ``set_aside`` sets the figures
        aside, and their zones and years are unknown.
    MissingOptionalDependencyError
        If a workbook or a Parquet file comes and its extra (``excel``, ``parquet``) is not installed.

    Warns
    -----
    DataWarning
        Once, with everything in ``activity.warnings``.

    Examples
    --------
    >>> activity = read({
    ...     "zones": {"zone": ["A"], "province": ["江苏"]},
    ...     "economy": {"zone": ["A"], "year": [2020], "value_added": [3.0], "unit": ["亿元"], "price_year": [2020]},
    ...     "energy": {"zone": ["A"], "year": [2020], "carrier": ["电力"], "quantity": [1200], "unit": ["万千瓦时"]},
    ... })
    >>> float(activity.quantity[0, 0, 0, 0])
    12000.0
    >>> wide = {"园区": ["A"], "年份": [2020], "工业增加值(亿元，2020年价)": [3.0], "电力(万千瓦时)": [1200.0]}
    >>> float(read({"energy": wide}).quantity[0, 0, 0, 0])
    12000.0
    """
    check_options(on_error, blank)
    return activity_of(*_tables(source, given_marks(marks), sheets), on_error, blank, given_columns(ignore))


def activity_of(
    tables: Iterable[tuple[str, Table]],
    label: str,
    notes: list[Problem],
    on_error: str,
    blank: Blank,
    ignore: Sequence[str] = (),
) -> Activity:
    """Return the activity that tables make, each with the name it goes by; warn once, of what its caller's caller gave.

    Raises
    ------
    InputError
        With every problem.
    """
    tables = list(tables)
    bad_headings = _leave_out(tables, label, ignore)
    found, beside, unused = _sheets(tables, label, blank, on_error == "set_aside", bad_headings)
    draft = _draft(found, beside, label)
    problems = _once([problem for sheet in (*beside, *found.values()) for problem in sheet.ordered_problems()])
    if bad_headings or (problems and on_error == "raise"):
        raise InputError([*bad_headings, *problems])
    draft.set_aside = problems
    draft.set_aside_rows = {name: sheet.bad_rows() for name, sheet in found.items() if sheet.bad.any()}
    if not draft.years:
        notes.append(Problem("tables.empty", {}, Where(label)))
    activity = assemble(draft)
    unused += [
        problem for name, sheet in found.items() for problem in (*sheet.notes, *sheet.unused((*_READ[name], *_ZONES)))
    ]
    activity = replace(activity, warnings=(*activity.warnings, *notes, *unused, *quality.inspect(activity)))
    if activity.warnings:
        warnings.warn("\n".join(problem.text() for problem in activity.warnings), DataWarning, stacklevel=3)
    return activity


def check_options(on_error: str, blank: str) -> None:
    """Refuse options that there are not."""
    if on_error not in {"raise", "set_aside"}:
        raise InputError("option", name="on_error", value=on_error, known="raise, set_aside")
    if blank not in {"unknown", "not_used"}:
        raise InputError("option", name="blank", value=blank, known="unknown, not_used")


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems without repetitions: one bad cell of a wide table is in several of our rows."""
    return list({(problem.code, problem.where, str(problem.values)): problem for problem in problems}.values())


def _tables(
    source: Any, marks: Mapping[str, float], sheets: "str | Sequence[str] | None"
) -> tuple[list[tuple[str, Table]], str, list[Problem]]:
    """Return the tables of a source, each with the name it goes by, what the source is called, and warnings."""
    source = as_columns(source)
    if isinstance(source, pd.DataFrame) or _is_one_table(source):
        return [("", _frame("frame", source, marks))], "frame", []
    if isinstance(source, Mapping):
        return _from_mapping(source, marks), "frames", []
    if not isinstance(source, (str, os.PathLike)):
        raise InputError("source.kind", got=type(source).__name__)
    path = path_of(source)
    try:
        is_folder = path.is_dir()
    except OSError as error:  # a name that no file can have
        raise InputError("file.unreadable", Where(path.name[:60]), detail=error.strerror or str(error)) from None
    if is_folder:
        return _from_folder(path, marks), path.name, []
    raise_missing(path)
    kind = path.suffix.casefold()
    if kind in WORKBOOKS:
        return _from_workbook(path, marks, sheets)
    if kind in {".csv", ".txt", ".tsv", ".parquet"}:
        return [("", table) for table in _file(path, marks)], path.name, []
    raise InputError("source.folder", Where(path.name), path=path.name)


def _leave_out(tables: Sequence[tuple[str, Table]], label: str, ignore: Sequence[str]) -> list[Problem]:
    """Leave out the columns to ignore; return an error for each that no table has."""
    if not ignore:
        return []
    there = [item.text for _, table in tables for item in table.headings]
    found = {name for _, table in tables for name in leave_out(table, ignore)}
    return not_there([name for name in ignore if name not in found], there, label)


def _sheets(
    tables: Sequence[tuple[str, Table]], label: str, blank: Blank, set_aside: bool, bad_headings: list[Problem]
) -> tuple[dict[str, Sheet], list[Sheet], list[Problem]]:
    """Return the sheets of all tables by name, what they say of zones beside figures, and warnings.

    What is wrong with headings is added to ``bad_headings``.
    """
    sheets: dict[str, Sheet] = {}
    beside: list[Sheet] = []
    unused: list[Problem] = []
    for name, table in tables:
        parts, bad, others = sheets_of(table, name, blank, set_aside)
        unused += others
        bad_headings += bad
        for part, sheet in parts.items():
            old = sheets.get(part)
            if sheet.derived:
                beside.append(sheet)
            elif old is None or not len(old):
                sheets[part] = sheet
            elif len(sheet):
                names = f"{_place(old)}, {_place(sheet)}"
                raise InputError("tables.twice", Where(label), table=part, names=names)
    if not {"energy", "indicators"} & set(sheets):
        none = Problem("tables.none", {"found": ", ".join(sheets) or "-"}, Where(label))
        raise InputError(bad_headings or [none, *unused])
    problems = []
    for name, sheet in sheets.items():
        missing = ", ".join(column for column in _NEEDED[name] if column not in sheet.columns)
        if missing:
            have = ", ".join(sheet.columns) or "-"
            problems.append(
                Problem("columns.missing", {"names": missing, "have": have}, Where(sheet.source, sheet.sheet))
            )
    if problems:
        raise InputError([*bad_headings, *problems])
    return sheets, beside, unused


def _is_one_table(source: Any) -> bool:
    """Return whether a mapping is one table, of columns, and none of tables."""
    if not isinstance(source, Mapping) or not source or set(source) & set(TABLES):
        return False
    return not any(is_table(part) or is_table(as_columns(part)) for part in source.values() if not _is_column(part))


def _is_column(part: Any) -> bool:
    """Return whether something is a column, and no table: one axis of single values."""
    return isinstance(part, pd.Series) or (isinstance(part, np.ndarray) and part.ndim == 1)


def _place(sheet: Sheet) -> str:
    return f"{sheet.source}!{sheet.sheet}" if sheet.sheet else sheet.source


def _from_mapping(source: Mapping[str, Any], marks: Mapping[str, float]) -> list[tuple[str, Table]]:
    unknown = [name for name in source if name not in TABLES]
    if unknown:
        raise InputError("tables.unknown", names=", ".join(map(str, unknown)), known=", ".join(TABLES))
    return [(name, _frame(name, source[name], marks)) for name in TABLES if source.get(name) is not None]


def _frame(name: str, frame: Any, marks: Mapping[str, float]) -> Table:
    table = frame_table(name, frame_columns(name, frame))
    table.marks = marks
    return table


def frame_columns(name: str, table: Any) -> list[tuple[str, Any]]:
    """Return the columns of a frame or a mapping, as arrays that are not copied where that can be avoided."""
    table = as_columns(table)
    if is_foreign(table) and not isinstance(table, pd.DataFrame):
        raise InputError("source.kind", Where(name), got=type(table).__name__)
    try:
        if isinstance(table, pd.DataFrame):
            _refuse_index(name, table)
            columns = [(str(table.columns[i]), _array(table.iloc[:, i])) for i in range(table.shape[1])]
        else:
            columns = [(str(key), _array(column)) for key, column in dict(table).items()]
    except (TypeError, ValueError) as error:
        raise InputError("tables.form", Where(name), detail=str(error)) from None
    lengths = {len(column) for _, column in columns}
    if len(lengths) > 1:
        raise InputError("tables.form", Where(name), detail=f"lengths {', '.join(map(str, sorted(lengths)))}")
    return columns


def _refuse_index(name: str, frame: pd.DataFrame) -> None:
    """Refuse a frame with a column of ours in its index, which is not read."""
    there = {heading(str(column)).name for column in frame.columns}
    hidden = [str(word) for word in frame.index.names if isinstance(word, str) and heading(word).kind == "column"]
    hidden = [word for word in hidden if heading(word).name not in there]
    if hidden:
        raise InputError("columns.index", Where(name), names=", ".join(hidden))


def _array(column: Any) -> Any:
    """Return a column as a numpy array, or as pandas' own array where pandas has one (text, category, Int64)."""
    values = getattr(column, "array", None)
    if isinstance(values, pd.api.extensions.ExtensionArray):
        return values.to_numpy() if isinstance(values, pd.arrays.NumpyExtensionArray) else values
    if isinstance(column, (str, bytes)):
        raise TypeError(f"{column!r}")
    if not isinstance(column, (np.ndarray, pd.api.extensions.ExtensionArray)):
        values = list(column)
        column = np.empty(len(values), dtype=object)
        column[:] = values
    if isinstance(column, np.ma.MaskedArray):
        column = np.array([None if cell is np.ma.masked else cell for cell in column] + [None], dtype=object)[:-1]
    if column.ndim != 1:
        raise ValueError(f"{column.ndim} axes")
    return column.astype(object) if isinstance(column, np.ndarray) and column.dtype.kind in "USVcmM" else column


def _from_folder(folder: Path, marks: Mapping[str, float]) -> list[tuple[str, Table]]:
    files = files_of_folder(folder, {".csv", ".parquet"})
    return [(name, table) for name, path in files.items() for table in _file(path, marks)]


def files_of_folder(folder: Path, kinds: Collection[str]) -> dict[str, Path]:
    """Return the file of each table in a folder.

    Raises
    ------
    InputError
        If there are two of one table.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.casefold() in kinds and path.is_file())
    result = {}
    for name, stems in _FILES.items():
        found = [path for path in files if fold(path.stem) in stems]
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            raise InputError("tables.twice", Where(folder.name), table=name, names=names)
        if found:
            result[name] = found[0]
    return result


def _file(path: Path, marks: Mapping[str, float]) -> list[Table]:
    if path.suffix.casefold() == ".parquet":
        return [_frame(path.name, dict(parquet_columns(path)), marks)]
    tables = csv_tables(path, marks)
    if not tables:
        raise InputError("sheet.heading", Where(path.name))
    return tables


def _from_workbook(
    path: Path, marks: Mapping[str, float], sheets: "str | Sequence[str] | None"
) -> tuple[list[tuple[str, Table]], str, list[Problem]]:
    tables, notes = [], []
    found_sheets = workbook_tables(path, marks)
    _check_names([grid.sheet for grid, _ in found_sheets], sheets, path.name)
    for grid, found in found_sheets:
        if not _is_wanted(grid.sheet, sheets):
            continue
        if found:
            tables += [(_name_of(grid.sheet), table) for table in found]
        elif grid.cells.size:
            notes.append(Problem("sheet.unused", {"name": grid.sheet}, Where(path.name, grid.sheet)))
    return tables, path.name, notes


def _check_names(there: Sequence[str], sheets: "str | Sequence[str] | None", source: str) -> None:
    """Raise if a sheet that is asked for is not there."""
    wanted = [] if sheets is None else [sheets] if isinstance(sheets, str) else list(sheets)
    missing = [
        name
        for name in wanted
        if not any(_is_wanted(sheet, [name] if not isinstance(sheets, str) else name) for sheet in there)
    ]
    if missing:
        raise InputError("sheet.missing", Where(source), names=", ".join(missing), have=", ".join(there) or "-")


def _is_wanted(name: str, sheets: "str | Sequence[str] | None") -> bool:
    if sheets is None:
        return not fold(name).startswith(_FOR_PEOPLE)
    return fold(name).startswith(fold(sheets)) if isinstance(sheets, str) else name in sheets


def _name_of(sheet: str) -> str:
    words = fold(sheet)
    for people in _FOR_PEOPLE:
        words = words.removeprefix(people)
    return next((name for name, stems in _FILES.items() if words in stems), "")


def _draft(sheets: Mapping[str, Sheet], beside: Sequence[Sheet], label: str) -> Draft:
    zones, years, sectors = Zones(sheets.get("zones"), beside), Positions(), Positions()
    used = energy(sheets.get("energy"), zones, years, sectors)
    made = process(sheets.get("process"), zones, years, sectors, used.flows)
    money, price, labels, money_rows = economy(sheets.get("economy"), zones, years, sectors)
    figures = indicators(sheets.get("indicators"), zones, years)
    rank = np.argsort(np.argsort(np.array(years.names, dtype=np.int64)))
    cells = ranked(used.cells, rank)
    return Draft(
        zones=zones.names,
        names=zones.long_names,
        provinces=zones.provinces,
        years=sorted(years.names),
        sectors=sectors.names or [""],
        flows=list(used.flows),
        energy=joined([cells, ranked(made, rank)]),
        economy=ranked(money, rank),
        price=price,
        labels=labels,
        indicators=figures._replace(year=rank[figures.year]),
        rows=Rows(cells, used.number, used.source, used.given, used.sheet, used.letters),
        economy_rows=None if money_rows is None else replace(money_rows, cells=ranked(money, rank)),
        warnings=used.warnings,
        source=label,
    )
