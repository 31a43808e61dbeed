"""Where the table is in a sheet: titles above it, the rows of its heading, its body, the notes below.

Decided here: the heading is the block of one to three rows in which most columns are understood
(:mod:`zonecarbon.tabular.headings`); nothing hangs on row 1. Rows above it are titles, and say the unit of all
(``单位：万吨标准煤``) or, on a statistical form, the zone and the year. Trailing rows that are sentences are notes, and
say what dashes stand for (``“—”表示无此项``). A merged cell counts for all of its rows in columns of names and years;
merged figures are an error, because a figure belongs to one row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from zonecarbon._typing import ObjectArray
from zonecarbon.errors import Problem, Where
from zonecarbon.tabular.grid import Grid, column_letter
from zonecarbon.tabular.headings import Heading, is_unit, of_parts
from zonecarbon.tabular.marks import legend
from zonecarbon.tabular.notes import is_figure, is_note

_SEARCHED = 80
_TALLEST = 3
_KEYS = {"zone", "name", "province", "year", "sector", "carrier", "unit", "product", "indicator", "use", "supply"}
_UNIT_FOR_ALL = re.compile(
    r"(?:计量单位|单位|unit)\s*[:：]\s*(?P<unit>[^\s,，;；)）]+(?:\s*/\s*[^\s,，;；)）]+)?)", re.IGNORECASE
)
_ZONE_OF_FORM = re.compile(
    r"(?:单位详细名称|综合机关名称|单位名称|园区名称|高新区名称|填报单位)\s*[:：]\s*(?P<zone>[^\s:：]+)"
)
_YEAR_OF_FORM = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})\s*年")


@dataclass(slots=True)
class Table:
    """One table as it stands in a file: columns with their headings, and where each row and column is."""

    source: str
    sheet: str
    headings: list[Heading]
    columns: list[Any]
    number: Any
    letters: list[str]
    titles: str = ""
    marks: Mapping[str, float] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    bad_headings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    heading_row: int = 1
    quoted: bool = False

    def find(self, kind: str, name: str = "") -> int | None:
        """Return the position of the first column of a kind."""
        found = (at for at, item in enumerate(self.headings) if item.kind == kind and name in {"", item.name})
        return next(found, None)

    def has(self, *names: str) -> bool:
        """Return whether all of these columns of ours are there."""
        return all(self.find("column", name) is not None for name in names)

    def where(self, column: int) -> Where:
        """Return the place of a heading."""
        letter = self.letters[column] if self.letters else ""
        cell = f"{letter}{self.heading_row}" if letter else ""
        return Where(self.source, self.sheet, self.heading_row if letter else None, self.headings[column].text, cell)


class _Block(NamedTuple):
    score: float
    first: int
    height: int
    headings: list[Heading]


def find_table(grid: Grid, marks: Mapping[str, float] | None = None) -> Table | None:
    """Return the table of a grid; None if nothing in it looks like the heading of one."""
    block = _heading_block(grid)
    if block is None:
        return None
    start = block.first + block.height
    end = _end(grid, start)
    cells = grid.cells[start:end].copy()
    notes = _texts(grid.cells[end:])
    titles = _texts(grid.cells[: block.first])
    table = Table(
        grid.source,
        grid.sheet,
        block.headings,
        [],
        np.arange(start + 1, end + 1, dtype=np.int64),
        [column_letter(at) for at in range(len(block.headings))] if grid.sheet else [],
        titles="\n".join(titles),
        marks={**legend([*titles, *notes]), **(marks or {})},
        heading_row=start,
    )
    _fill_merged(grid, table, cells, start)
    _report_unreadable(grid, table, start, end)
    table.columns = [cells[:, at] for at in range(cells.shape[1])]
    unit = _UNIT_FOR_ALL.search(table.titles)
    if unit and is_unit(unit["unit"]):
        table.headings = [_with_unit(item, unit["unit"]) for item in table.headings]
    return table


def _with_unit(item: Heading, unit: str) -> Heading:
    return item._replace(unit=unit) if item.kind in {"carrier", "value_added", "indicator"} and not item.unit else item


def _heading_block(grid: Grid) -> _Block | None:
    """Return the block of rows in which most columns are understood; the first and lowest of equal ones."""
    best: _Block | None = None
    filled = _filled_right(grid)
    for first in range(min(_SEARCHED, len(grid.cells))):
        for height in range(1, _TALLEST + 1):
            last = first + height - 1
            if last >= len(grid.cells) or not _is_texts(grid.cells[last]):
                break
            if height > 1 and sum(cell is not None for cell in filled[first]) < 2:
                break  # a title, not a group
            rows = [*(filled[row] for row in range(first, last)), grid.cells[last]]
            headings = [
                of_parts(tuple(str(part) for part in column if part is not None)) for column in zip(*rows, strict=True)
            ]
            known = [item for item in headings if item.known]
            if len(known) < 2 or not {"zone", "name", "carrier", "indicator"} & {
                item.name for item in known if item.kind == "column"
            }:
                continue
            score = len(known) + 0.5 * sum(bool(item.unit) for item in known) - 0.1 * height
            if best is None or score > best.score:
                best = _Block(score, first, height, headings)
    return best


def _filled_right(grid: Grid) -> ObjectArray:
    """Return the top rows with merged headings spread over their columns and rows."""
    rows = grid.cells[: _SEARCHED + _TALLEST].copy()
    for top, left, _, right in grid.merged:
        if top < len(rows) and right > left:
            rows[top, left : right + 1] = grid.cells[top, left]
    return rows


def _is_texts(row: ObjectArray) -> bool:
    """Return whether a row may be part of a heading: it holds texts and no figures."""
    return not any(is_figure(cell) for cell in row)


def _end(grid: Grid, start: int) -> int:
    """Return where the body ends: before the notes and empty rows at the bottom."""
    end = len(grid.cells)
    while end > start:
        texts = [cell for cell in grid.cells[end - 1] if cell is not None and str(cell).strip()]
        if texts and not is_note(texts):
            break
        end -= 1
    return end


def _texts(rows: ObjectArray) -> list[str]:
    return [str(cell) for row in rows for cell in row if cell is not None]


def _fill_merged(grid: Grid, table: Table, cells: ObjectArray, start: int) -> None:
    for top, left, bottom, right in grid.merged:
        if bottom < start or top - start >= len(cells) or bottom == top:
            continue
        value = grid.cells[top, left]
        if value is None:
            continue
        item = table.headings[left] if left < len(table.headings) else None
        if left == right and item is not None and item.kind == "column" and item.name in _KEYS and top >= start:
            cells[top - start : bottom - start + 1, left] = value
        elif item is not None and item.known and top >= start:
            cell = f"{column_letter(left)}{top + 1}"
            where = Where(table.source, table.sheet, top + 1, item.text, cell)
            table.problems.append(Problem("sheet.merged", {"rows": bottom - top + 1, "value": value}, where))


def _report_unreadable(grid: Grid, table: Table, start: int, end: int) -> None:
    for (row, column), (code, values) in sorted(grid.unreadable.items()):
        if start <= row < end and column < len(table.headings) and table.headings[column].known:
            where = Where(
                table.source, table.sheet, row + 1, table.headings[column].text, f"{column_letter(column)}{row + 1}"
            )
            table.problems.append(Problem(code, values, where))


def constants_of_form(titles: str) -> dict[str, str]:
    r"""Return the zone and the year that the titles of a statistical form state.

    Examples
    --------
    >>> constants_of_form("能源购进、消费与库存\n单位详细名称：示例园区\n2023年1—12月")
    {'zone': '示例园区', 'year': '2023'}
    """
    found = {"zone": _ZONE_OF_FORM.search(titles), "year": _YEAR_OF_FORM.search(titles)}
    return {name: match[name] for name, match in found.items() if match}


def year_of(cell: Any) -> Any:
    """Return the year of a date; anything else as it is."""
    return cell.year if isinstance(cell, date) and cell.year >= 1949 else cell
