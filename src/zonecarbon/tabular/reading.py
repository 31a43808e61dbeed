"""Sources in, an activity out."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from zonecarbon import quality
from zonecarbon.activity import Activity, Draft, Rows, assemble
from zonecarbon.catalog import decode
from zonecarbon.errors import DataWarning, InputError, Problem, Where
from zonecarbon.tabular.energy import energy
from zonecarbon.tabular.places import Positions, Zones, joined, ranked
from zonecarbon.tabular.sheet import Sheet, make_sheet
from zonecarbon.tabular.tables import economy, indicators, process
from zonecarbon.vocabulary import fold

TABLES = ("zones", "economy", "energy", "process", "indicators")
_FILES = {
    "zones": ("zones", "园区"),
    "economy": ("economy", "工业增加值", "经济"),
    "energy": ("energy", "能源", "能源消费"),
    "process": ("process", "工业过程"),
    "indicators": ("indicators", "指标"),
}
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


def read(source: "str | Path | Mapping[str, Any]", on_error: Literal["raise", "set_aside"] = "raise") -> Activity:
    """Read tables into a checked activity.

    Parameters
    ----------
    source
        A folder with ``zones.csv``, ``economy.csv``, ``energy.csv`` and, if there are, ``process.csv`` and
        ``indicators.csv``; or a mapping of those names to DataFrames or dicts of columns. Columns may have their
        Chinese names. ``zones`` may be missing: the zones are then those that occur, without a province.
    on_error
        ``raise`` all problems at once, or ``set_aside`` the bad rows: ``activity.set_aside`` has the problems and
        ``activity.set_aside_rows`` the rows.

    Returns
    -------
    Activity
        With ``warnings`` about gaps, jumps near a power of ten, blank quantities.

    Raises
    ------
    InputError
        With every problem: file, row (the header is row 1; for a frame the position, as in ``iloc``), column, what came
        and what to do. A missing table or column is raised whatever ``on_error`` says.

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
    """
    if on_error not in {"raise", "set_aside"}:
        raise InputError("option", name="on_error", value=on_error, known="raise, set_aside")
    sheets, label = _sheets(source)
    draft = _draft(sheets, label)
    problems = [problem for sheet in sheets.values() for problem in sorted(sheet.problems, key=_row)]
    if problems and on_error == "raise":
        raise InputError(problems)
    draft.set_aside = problems
    draft.set_aside_rows = {name: sheet.bad_rows() for name, sheet in sheets.items() if sheet.bad.any()}
    activity = assemble(draft)
    unused = [problem for name, sheet in sheets.items() for problem in sheet.unused(_READ[name])]
    activity = replace(activity, warnings=(*activity.warnings, *unused, *quality.inspect(activity)))
    if activity.warnings:
        warnings.warn("\n".join(problem.text() for problem in activity.warnings), DataWarning, stacklevel=2)
    return activity


def _row(problem: Problem) -> float:
    return np.inf if problem.where.row is None else problem.where.row


def _sheets(source: "str | Path | Mapping[str, Any]") -> tuple[dict[str, Sheet], str]:
    """Return the tables of a source by name, and what the source is called."""
    sheets, label = _from_mapping(source) if isinstance(source, Mapping) else _from_folder(Path(source))
    if not {"energy", "indicators"} & set(sheets):
        raise InputError("tables.none", Where(label), found=", ".join(sheets) or "-")
    problems = []
    for name, sheet in sheets.items():
        missing = ", ".join(column for column in _NEEDED[name] if column not in sheet.columns)
        if missing:
            have = ", ".join(sheet.columns) or "-"
            problems.append(Problem("columns.missing", {"names": missing, "have": have}, Where(sheet.source)))
    if problems:
        raise InputError(problems)
    return sheets, label


def _from_mapping(source: Mapping[str, Any]) -> tuple[dict[str, Sheet], str]:
    unknown = [name for name in source if name not in TABLES]
    if unknown:
        raise InputError("tables.unknown", names=", ".join(map(str, unknown)), known=", ".join(TABLES))
    given = {name: source[name] for name in TABLES if source.get(name) is not None}
    return {name: make_sheet(name, _columns(name, table), 0) for name, table in given.items()}, "frames"


def _columns(name: str, table: Any) -> list[tuple[str, Any]]:
    """Return the columns of a frame or a mapping, as arrays that are not copied where that can be avoided."""
    try:
        if isinstance(table, pd.DataFrame):
            columns = [(str(table.columns[i]), _array(table.iloc[:, i])) for i in range(table.shape[1])]
        else:
            columns = [(str(key), _array(column)) for key, column in dict(table).items()]
    except (TypeError, ValueError) as error:
        raise InputError("tables.form", Where(name), detail=str(error)) from None
    lengths = {len(column) for _, column in columns}
    if len(lengths) > 1:
        raise InputError("tables.form", Where(name), detail=f"lengths {', '.join(map(str, sorted(lengths)))}")
    return columns


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
    if column.ndim != 1:
        raise ValueError(f"{column.ndim} axes")
    return column.astype(object) if isinstance(column, np.ndarray) and column.dtype.kind in "USVcmM" else column


def _from_folder(folder: Path) -> tuple[dict[str, Sheet], str]:
    if not folder.is_dir():
        code = "source.workbook" if folder.suffix.casefold() in {".xlsx", ".xls", ".xlsm"} else "source.folder"
        raise InputError(code, Where(folder.name), path=folder.name)
    files = sorted(path for path in folder.iterdir() if path.suffix.casefold() == ".csv" and path.is_file())
    sheets = {}
    for name, stems in _FILES.items():
        found = [path for path in files if fold(path.stem) in stems]
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            raise InputError("tables.twice", Where(folder.name), table=name, names=names)
        if found:
            sheets[name] = make_sheet(found[0].name, _read_csv(found[0]), 2)
    return sheets, folder.name


def _read_csv(path: Path) -> list[tuple[str, Any]]:
    """Return the columns of a file as texts; the header is read as a row, so that pandas renames nothing."""
    try:
        text = decode(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError("file.unreadable", Where(path.name), detail=error.strerror or str(error)) from None
    try:
        frame = pd.read_csv(
            StringIO(text), header=None, dtype=str, keep_default_na=False, na_values=[""], skip_blank_lines=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError("file.syntax", Where(path.name), detail=str(error).strip()) from None
    headers = frame.iloc[0].fillna("").tolist()
    return [(header, _array(frame.iloc[1:, i])) for i, header in enumerate(headers)]


def _draft(sheets: Mapping[str, Sheet], label: str) -> Draft:
    zones, years, sectors = Zones(sheets.get("zones")), Positions(), Positions()
    used = energy(sheets.get("energy"), zones, years, sectors)
    made = process(sheets.get("process"), zones, years, sectors, used.flows)
    money, price, labels = economy(sheets.get("economy"), zones, years, sectors)
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
        rows=Rows(cells, used.number, used.source, used.given),
        warnings=used.warnings,
        source=label,
    )
