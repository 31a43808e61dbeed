"""Measures out of a workbook.

Decided here: four sheets. ``measures`` has a row for each measure, in the order in which they act, and a column for
each field; ``prices`` a row for each carrier; ``settings`` the name, the year of the prices and the discount rate;
``sites`` what differs in single zones. The record checks what the cells say, the same as of a file or of a dict; what
it finds wrong is told with the cell it stands in, all in one error. Writing and reading give back an equal record; what
a plain cell cannot say stands as JSON (:mod:`zonecarbon.tabular.measure_form`).

Sheets of other names, rows above the heading and columns that people keep for themselves (a number, an id) are passed
over; any other heading that is not known is an error, because it may be a field that is misspelled.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from zonecarbon.errors import MeasureError, Problem, Where, ZoneCarbonError
from zonecarbon.records import MeasureSet
from zonecarbon.records.checking import validated
from zonecarbon.tabular import measure_form as form
from zonecarbon.tabular.grid import Grid, column_letter
from zonecarbon.tabular.headings import OWN
from zonecarbon.tabular.measure_form import FORMS, SETTINGS, Form
from zonecarbon.tabular.workbook import read_workbook
from zonecarbon.vocabulary import fold, nearest, suggestion

_HEADING_ROWS = 20


def read_measures(path: "str | Path") -> MeasureSet:
    """Return the measures that a workbook holds.

    Parameters
    ----------
    path
        A workbook (``.xlsx``) with the sheets ``measures``, ``prices``, ``settings`` and, if zones differ, ``sites``;
        or 措施, 价格, 设置, 分园区. :func:`zonecarbon.write_measures` writes one to start from.

    Returns
    -------
    MeasureSet
        As the file of the same content gives it. Its name is that of the file unless ``settings`` has one.

    Raises
    ------
    MeasureError
        If a sheet or a column is missing or not known, or a cell does not hold what it must; all of it in one error,
        each with its sheet and cell.
    InputError
        If the file is no workbook.
    MissingOptionalDependencyError
        If openpyxl is not installed (the extra ``excel``).

    Notes
    -----
    Headings are the names of the fields of :class:`~zonecarbon.Measure` and :class:`~zonecarbon.Price`, or Chinese
    words. Lists are divided by ``;``, ``；`` or ``、``; ``extra`` is written as ``electricity: 0.25 MWh/tCO2``;
    ``price_change`` is the change of a price a year; ``path`` and ``uncertainty`` are JSON. A blank is the default.
    ``sites`` names a measure by its name, or by a title that no other measure of the workbook has.

    Examples
    --------
    >>> import tempfile
    >>> from zonecarbon import write_measures
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = read_measures(write_measures("starter", f"{folder}/mine.xlsx", language="zh"))
    >>> found.name, [measure.name for measure in found.measure][:2]
    ('starter', ['efficient-motors', 'waste-heat'])
    """
    return read_placed(path)[0]


def read_placed(path: "str | Path") -> tuple[MeasureSet, Callable[[Problem], Problem]]:
    """Return the measures of a workbook, and what gives a problem of the record the cell it stands in.

    What does not fit an account is found long after the workbook was read, by its place in the record.

    Parameters
    ----------
    path
        As of :func:`read_measures`, which raises the same errors.
    """
    path = Path(path)
    sheets = {fold(grid.sheet): grid for grid in reversed(read_workbook(path))}
    problems: list[Problem] = []
    tables = {name: _table(name, sheets, path.name, problems) for name in FORMS}
    reading = _Reading(path.name, problems)
    data = {"name": path.stem, **reading.settings(tables["settings"])}
    measures = reading.rows("measure", tables["measures"])
    data["measure"] = reading.with_sites(measures, tables["sites"])
    data["price"] = reading.prices(tables["prices"])
    found = None
    try:
        found = validated(MeasureSet, data, path.name)
    except ZoneCarbonError as error:
        problems += [reading.placed(problem) for problem in error.problems]
    if problems or found is None:
        raise MeasureError(problems)
    return found, reading.placed


class _Row(NamedTuple):
    """The cells of a row that are not blank, by column; where each stands, and the row itself."""

    cells: dict[str, Any]
    at: dict[str, Where]
    where: Where


def _table(name: str, sheets: dict[str, Grid], source: str, problems: list[Problem]) -> list[_Row]:
    """Return the rows of one of our sheets; a sheet that may be missing has none."""
    own = FORMS[name]
    grid = next((sheets[fold(word)] for word in own.names if fold(word) in sheets), None)
    top = None if grid is None else _heading_row(own, grid)
    if grid is None or top is None:
        if name == "measures" or (grid is not None and grid.cells.size):
            known = ", ".join(sheet.sheet for sheet in reversed(sheets.values())) or "-"
            told = {"name": own.name("en"), "own": own.name("zh"), "key": own.key, "known": known}
            problems.append(Problem("measure.sheet", told, Where(source, grid.sheet if grid else "")))
        return []
    columns = _columns(own, grid, top, problems)
    return list(_rows(grid, top, columns, problems))


def _heading_row(own: Form, grid: Grid) -> int | None:
    for row, cells in enumerate(grid.cells[:_HEADING_ROWS]):
        if any(isinstance(cell, str) and own.column(cell) == own.key for cell in cells):
            return row
    return None


def _columns(own: Form, grid: Grid, top: int, problems: list[Problem]) -> dict[int, str]:
    """Return which column each place of the heading names."""
    found: dict[int, str] = {}
    for at, cell in enumerate(grid.cells[top]):
        if form.is_blank(cell):
            continue
        name, where = own.column(str(cell)), _at(grid, top, at)
        if name and name in found.values():
            problems.append(Problem("measure.heading_twice", {"name": str(cell)[:60]}, where))
        elif name:
            found[at] = name
        elif fold(str(cell)) not in OWN:
            near = nearest(str(cell), [word for words in own.words.values() for word in words])
            told = {"name": str(cell)[:60], "known": ", ".join(own.words), "hint": suggestion(near)}
            problems.append(Problem("measure.heading", told, where))
    return found


def _rows(grid: Grid, top: int, columns: dict[int, str], problems: list[Problem]) -> Iterator[_Row]:
    for row in range(top + 1, len(grid.cells)):
        cells, places = {}, {}
        for at, name in columns.items():
            places[name] = _at(grid, row, at, name)
            if (row, at) in grid.unreadable:
                code, values = grid.unreadable[row, at]
                problems.append(Problem(code, values, places[name]))
            elif not form.is_blank(grid.cells[row, at]):
                cells[name] = grid.cells[row, at]
        if cells:
            yield _Row(cells, places, Where(grid.source, grid.sheet, row + 1))


def _at(grid: Grid, row: int, column: int, name: str = "") -> Where:
    return Where(grid.source, grid.sheet, row + 1, name, f"{column_letter(column)}{row + 1}")


def _by_name(measures: list[dict[str, Any]]) -> dict[str, int]:
    """Return where each measure stands by its name, and by its titles where those are of one alone."""
    found: dict[str, int] = {}
    for field in ("title_en", "title_zh"):
        titles = [str(data.get(field) or "") for data in measures]
        found |= {title: i for i, title in enumerate(titles) if title and titles.count(title) == 1}
    return found | {str(data.get("name")): i for i, data in reversed(list(enumerate(measures)))}


class _Reading:
    """Rows as the data of a record, and where each field of it stands."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        self._source, self._problems = source, problems
        self._places: dict[str, Where] = {}

    def placed(self, problem: Problem) -> Problem:
        """Return a problem with the cell of its field, or else its row."""
        key = problem.where.column
        while key and key not in self._places:
            key = key.rpartition(".")[0]
        return Problem(problem.code, problem.values, self._places[key]) if key else problem

    def _fields(self, row: _Row, prefix: str) -> dict[str, Any]:
        """Return what the cells of a row say; a cell that says nothing sound is a problem, and left out."""
        self._places[prefix] = row.where
        found = {}
        for name, where in row.at.items():
            self._places[f"{prefix}.{name}"] = where
        for name, cell in row.cells.items():
            try:
                found[name] = form.read_cell(name, cell)
            except MeasureError as error:
                self._problems += [Problem(item.code, item.values, row.at[name]) for item in error.problems]
        return found

    def settings(self, rows: list[_Row]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in rows:
            word = str(row.cells.get("item", ""))
            name = form.setting(word)
            where = row.at["item"]
            self._places["price_year"] = self._places.get("price_year", where._replace(row=None, cell="", column=""))
            if not name or name in found:
                told = {"name": word[:60], "known": ", ".join(SETTINGS)}
                self._problems.append(Problem("measure.setting", told, where))
            elif "value" in row.cells:
                found[name] = form.read_cell(name, row.cells["value"])
                self._places[name] = row.at["value"]
        return found

    def rows(self, kind: str, rows: list[_Row]) -> list[dict[str, Any]]:
        return [self._fields(row, f"{kind}.{i}") for i, row in enumerate(rows)]

    def prices(self, rows: list[_Row]) -> list[dict[str, Any]]:
        """Return the prices; a yearly rate is a path of its own."""
        found = self.rows("price", rows)
        for i, data in enumerate(found):
            if "price_change" not in data:
                continue
            change, where = data.pop("price_change"), self._places[f"price.{i}.price_change"]
            if "path" in data:
                self._problems.append(Problem("measure.price_paths", {}, where))
                continue
            data["path"] = {"kind": "constant", "rate": change}
            self._places[f"price.{i}.path"] = where
        return found

    def with_sites(self, measures: list[dict[str, Any]], rows: list[_Row]) -> list[dict[str, Any]]:
        """Return the measures with what differs in single zones."""
        places = _by_name(measures)
        for number, row in enumerate(rows):
            data = self._fields(row, f"sites.{number}")
            name, zone = data.pop("measure", ""), data.pop("zone", "")
            if name not in places:
                ids = dict.fromkeys(str(data.get("name")) for data in measures)
                told = {"name": str(name)[:60], "known": ", ".join(list(ids)[:20]) or "-"}
                self._problems.append(Problem("measure.site", told, row.at["measure"]))
                continue
            at = places[name]
            zones = measures[at].setdefault("zones", {})
            if not zone or zone in zones:
                told = {"name": name, "zone": zone or "-"}
                self._problems.append(Problem("measure.site_twice", told, row.at.get("zone", row.where)))
                continue
            zones[zone] = data
            for column, where in row.at.items():
                self._places[f"measure.{at}.zones.{zone}.{column}"] = where
            self._places[f"measure.{at}.zones.{zone}"] = row.at.get("zone", row.where)
        return measures
