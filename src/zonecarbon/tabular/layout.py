"""Where the table is in a sheet: titles above it, the rows of its heading, its body, the notes below.

Decided here: the heading is the block of one to three rows in which most columns are understood
(:mod:`zonecarbon.tabular.headings`); nothing hangs on row 1. Rows above it are titles, and say the unit of all
(``单位：万吨标准煤``) or, on a statistical form, the zone and the year. Trailing rows that are sentences are notes, and
say what dashes stand for (``“—”表示无此项``). A merged cell counts for all of its rows in columns of names and years;
merged figures are an error, because a figure belongs to one row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from zonecarbon import units
from zonecarbon._typing import ObjectArray
from zonecarbon.errors import Problem, UnitError, Where
from zonecarbon.records.cells import FIRST_YEAR
from zonecarbon.tabular.grid import Grid, column_letter
from zonecarbon.tabular.headings import WORDS, Heading, is_unit, of_parts, unnumbered
from zonecarbon.tabular.marks import legend, unclear
from zonecarbon.tabular.notes import is_figure, is_note
from zonecarbon.tabular.sheet import BadCell
from zonecarbon.vocabulary import carriers, fold

_TITLE = re.compile(r"^\s*(?:续?表|附表|table)|单位|[:：]|年|.{9}", re.IGNORECASE)
_TALLEST = 4
_KEYS = {"zone", "name", "province", "year", "sector", "carrier", "unit", "product", "indicator", "use", "supply"}
_KEYS |= {"price_year", "boundary", "coverage", "deflator", "basis"}
_UNIT_FOR_ALL = re.compile(
    # 计量单位, 单位, not 填报单位
    r"(?:计量单位|(?<![\u4e00-\u9fff])单位|\bunit)"
    r"\s*[:：]\s*(?P<unit>[^\s,，;；)）]+(?:\s*/\s*[^\s,，;；)）]+)?)",
    re.IGNORECASE,
)
_ZONE_OF_FORM = re.compile(
    r"(?:单位详细名称|综合机关名称|单位名称|园区名称|高新区名称)\s*[:：]\s*(?P<zone>[^:：\n]+?)\s*(?=\s{2}|\s\S+[:：]|\n|$)"
)
_YEAR_OF_FORM = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})\s*年(?=(?P<rest>[^\n]{0,12}))")
_OF_THE_FORM = re.compile(
    "有效期|文号|文　*号|表号|制定|批准|国统字|印发"
)  # years in these lines are of the form itself
_SOME_MONTHS = re.compile(r"\s*[0-9]{1,2}\s*月|\s*(?:上|下)半年|\s*第?[一二三四1-4]季")
_ALL_MONTHS = re.compile(r"\s*(?:0?1\s*月?\s*[-—–~～至到]\s*)?12\s*月")


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
    marks: Mapping[str, float | str] = field(default_factory=dict)
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

    def go_on(self, other: "Table") -> None:
        """Add the rows of a table with the same headings."""
        self.columns = [np.concatenate(pair) for pair in zip(self.columns, other.columns, strict=True)]
        self.number = np.concatenate([self.number, other.number])

    def where(self, column: int) -> Where:
        """Return the place of a heading."""
        letter = self.letters[column] if self.letters else ""
        cell = f"{letter}{self.heading_row}" if letter else ""
        return Where(self.source, self.sheet, self.heading_row if letter else None, self.headings[column].text, cell)


_HEADS = {"zone", "name", "carrier", "indicator"}  # a table has one of these columns
_KEY_WORDS = {fold(word) for name in _HEADS for word in WORDS[name]}
_LONGEST_KEY = 2 * max(map(len, _KEY_WORDS))  # with blanks and numbering


class _Block(NamedTuple):
    score: float
    first: int
    height: int
    headings: list[Heading]
    conflicts: tuple[tuple[int, Heading], ...] = ()


def find_tables(grid: Grid, marks: Mapping[str, float] | None = None) -> list[Table]:
    """Return the tables of a grid, from the top to the bottom.

    A heading that repeats the one before it, as after a page break, goes on with the same table.
    """
    tables: list[Table] = []
    blocks = _joined(_heading_blocks(grid))
    notes = _texts(grid.cells)
    known: dict[str, float | str] = {**unclear(notes), **legend(notes), **(marks or {})}
    above = 0
    for at, block in enumerate(blocks):
        start = block.first + block.height
        stop = blocks[at + 1].first if at + 1 < len(blocks) else len(grid.cells)
        end = _end(grid, start, stop, is_last=at + 1 == len(blocks))
        titles = _texts(grid.cells[above : block.first])
        above = end
        part = _table(grid, block, start, end, titles, known)
        if tables and tables[-1].headings == part.headings and part.titles in {"", tables[-1].titles}:
            tables[-1].go_on(part)
        else:
            tables.append(part)
    return tables


def _table(
    grid: Grid, block: "_Block", start: int, end: int, titles: list[str], marks: Mapping[str, float | str]
) -> Table:
    headings = block.headings
    unit = next((found for found in map(_unit_for_all, reversed(titles)) if found), "")
    if unit:
        headings = [_with_unit(item, unit) for item in headings]
    table = Table(
        grid.source,
        grid.sheet,
        headings,
        [],
        np.arange(start + 1, end + 1, dtype=np.int64),
        [column_letter(at) for at in range(len(headings))] if grid.sheet else [],
        titles="\n".join(titles),
        marks=marks,
        heading_row=start,
    )
    cells = grid.cells[start:end].copy()
    for column, second in block.conflicts:
        values = {"name": second.text, "column": headings[column].text}
        table.bad_headings.append(Problem("columns.said_twice", values, table.where(column)))
    _fill_merged(grid, table, cells, start)
    for (row, column), (code, values) in grid.unreadable.items():
        if start <= row < end:
            cells[row - start, column] = BadCell(code, values)
    table.columns = [cells[:, at] for at in range(cells.shape[1])]
    return table


def _unit_for_all(title: str) -> str:
    """Return the unit that a title gives for all of its table."""
    found = [match["unit"] for match in _UNIT_FOR_ALL.finditer(title)]
    return next((unit for unit in reversed(found) if is_unit(unit)), "")


def _with_unit(item: Heading, unit: str) -> Heading:
    return item._replace(unit=unit) if item.kind in {"carrier", "value_added", "indicator"} and not item.unit else item


def _heading_blocks(grid: Grid) -> list[_Block]:
    """Return the blocks of rows in which columns are understood: of those that overlap, the one with most."""
    filled = _filled_right(grid)
    has_key = np.array([any(_is_key(cell) for cell in row) for row in grid.cells], dtype=bool)
    firsts = [first for first in range(len(grid.cells)) if has_key[first : first + _TALLEST].any()]
    found = [block for first in firsts for block in _blocks_at(grid, filled, first)]
    blocks: list[_Block] = []
    for block in sorted(found, key=lambda block: (-block.score, block.first)):
        if all(
            block.first >= other.first + other.height or other.first >= block.first + block.height for other in blocks
        ):
            blocks.append(block)
    return sorted(blocks, key=lambda block: block.first)


def _is_key(cell: Any) -> bool:
    """Return whether a cell is a word without which no row is a heading; it spares ten thousand names a closer look."""
    return isinstance(cell, str) and len(cell) <= _LONGEST_KEY and fold(unnumbered(cell)) in _KEY_WORDS


def _joined(blocks: list[_Block]) -> list[_Block]:
    """Return blocks where a heading in a second language right below the first is part of it.

    The first says what a column means; the second adds a unit where the first has none. Units that differ are refused.
    """
    joined: list[_Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is None or block.first != last.first + last.height or len(block.headings) != len(last.headings):
            joined.append(block)
            continue
        pairs = list(zip(last.headings, block.headings, strict=True))
        other = [
            second if first.unit and second.unit and first.unit != second.unit else None for first, second in pairs
        ]
        headings = [
            first._replace(unit=first.unit or second.unit) if first.known else second for first, second in pairs
        ]
        conflicts = tuple(
            (column, second)
            for column, second in enumerate(other)
            if second is not None and not _same(headings[column], second)
        )
        joined[-1] = _Block(last.score, last.first, last.height + block.height, headings, last.conflicts + conflicts)
    return joined


def _same(first: Heading, second: Heading) -> bool:
    """Return whether the units of two headings are one and the same."""
    try:
        return units.factor(first.unit, second.unit) == 1.0
    except UnitError:
        return False


def _blocks_at(grid: Grid, filled: ObjectArray, first: int) -> Iterator[_Block]:
    """Yield the blocks that begin in a row."""
    for height in range(1, _TALLEST + 1):
        last = first + height - 1
        if last >= len(grid.cells) or not _is_texts(grid.cells[last]):
            return
        if height > 1 and sum(cell is not None for cell in filled[first]) < 2:
            return  # a title, not a group
        rows = [*filled[first:last], grid.cells[last]]
        columns = zip(*rows, strict=True)
        headings = [of_parts(tuple(str(part) for part in column if part is not None)) for column in columns]
        headings = _without_parts(headings)
        known = [item for item in headings if item.known]
        named = {item.name for item in known if item.kind == "column"}
        if len(known) >= 2 and _HEADS & named:
            score = (
                len({item._replace(text="") for item in known})
                + 0.5 * sum(bool(item.unit) for item in known)
                - 0.1 * height
            )
            score += 0.5 * sum(item.kind in {"left", "part"} for item in headings)
            yield _Block(score, first, height, headings)


def _without_parts(headings: list[Heading]) -> list[Heading]:
    """Return headings where the parts of a carrier whose sum stands beside them are known as parts."""
    whole = {item.name for item in headings if item.whole}
    return [item._replace(kind="part") if _is_part(item, whole) else item for item in headings]


def _is_part(item: Heading, whole: set[str]) -> bool:
    """Return whether a column is part of a carrier whose sum stands beside it: a use of it, or one of its kinds."""
    if item.kind != "carrier" or item.whole:
        return False
    return item.name in whole or carriers()[item.name].parent in whole


def _filled_right(grid: Grid) -> ObjectArray:
    """Return the cells with merged headings spread over their columns."""
    rows = grid.cells.copy()
    for top, left, _, right in grid.merged:
        if right > left:
            rows[top, left : right + 1] = grid.cells[top, left]
    return rows


def _is_texts(row: ObjectArray) -> bool:
    """Return whether a row may be part of a heading: it holds texts and no figures."""
    return not any(is_figure(cell) for cell in row)


def _end(grid: Grid, start: int, stop: int, is_last: bool) -> int:
    """Return where the body ends: before the notes and empty rows at its bottom, and the titles of the next table."""
    end = stop
    while end > start:
        texts = [cell for cell in grid.cells[end - 1] if cell is not None and str(cell).strip()]
        is_title = not is_last and len(texts) == 1 and isinstance(texts[0], str) and bool(_TITLE.search(texts[0]))
        if texts and not is_title and not is_note(texts):
            break
        end -= 1
    return end


def _texts(rows: ObjectArray) -> list[str]:
    return [str(cell) for row in rows for cell in row if cell is not None]


def _fill_merged(grid: Grid, table: Table, cells: ObjectArray, start: int) -> None:
    """Fill merged names and years into all of their rows; a merged figure is an error in each of them."""
    for top, left, bottom, right in grid.merged:
        value = grid.cells[top, left]
        if top < start or top - start >= len(cells) or value is None:
            continue
        rows = slice(top - start, bottom - start + 1)
        item = table.headings[left]
        if left == right and item.kind == "column" and item.name in _KEYS:
            cells[rows, left] = value
            continue
        for column in range(left, right + 1):
            if table.headings[column].known and not (column > left and isinstance(value, str) and not is_figure(value)):
                bad = BadCell("sheet.merged", {"value": value, "rows": f"{bottom - top + 1} x {right - left + 1}"})
                cells[rows, column] = bad


def constants_of_form(titles: str) -> dict[str, str]:
    r"""Return zone and year as the titles of a statistical form state them; no year of several, nor of some months.

    Examples
    --------
    >>> constants_of_form("能源购进、消费与库存\n单位详细名称：示例园区\n2023年1—12月")
    {'zone': '示例园区', 'year': '2023'}
    """
    lines = [line for line in titles.splitlines() if not _OF_THE_FORM.search(line)]
    matches = [match for line in lines for match in _YEAR_OF_FORM.finditer(line)]
    years = {match["year"] for match in matches}
    in_part = any(_SOME_MONTHS.match(match["rest"]) and not _ALL_MONTHS.match(match["rest"]) for match in matches)
    zone = _ZONE_OF_FORM.search("\n".join(lines))
    found = {"zone": zone["zone"].strip()} if zone else {}
    return {**found, "year": years.pop()} if len(years) == 1 and not in_part else found


def year_of(cell: Any) -> Any:
    """Return the year of a date; anything else as it is."""
    return cell.year if isinstance(cell, date) and cell.year >= FIRST_YEAR else cell
