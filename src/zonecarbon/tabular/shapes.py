"""A table in any of its shapes as the sheets that are checked: long, wide, or the statistical form.

Decided here: a wide table is melted into the long one before anything is judged, and every melted figure remembers its
heading and its cell; so wide tables, long tables and records are judged by the same code, and an error still names
``energy!D17``. What is wrong with a heading is raised at once, whatever ``on_error`` says: a column that cannot be read
is no bad row. One table may hold several of ours: zone, province, value added and energy side by side.
"""

import re
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from zonecarbon._typing import IntArray
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.records.carrier_unit import form as carrier_form
from zonecarbon.records.cells import indicator_unit
from zonecarbon.tabular.form import energy_of_form, is_form
from zonecarbon.tabular.headings import Heading, heading
from zonecarbon.tabular.layout import Table, constants_of_form, year_of
from zonecarbon.tabular.sheet import Sheet, Spots, as_they_occur, coded, is_blank
from zonecarbon.tabular.unread import doubtful, figures, of_two_supplies, sum_rows, told
from zonecarbon.vocabulary import UNREAD, carriers, find_supply, is_sum

Blank = Literal["unknown", "not_used"]
_YEAR_SHEET = re.compile(r"(?:19|20)[0-9]{2}\s*年?度?")
_PLACE = ("zone", "year", "sector")
_ECONOMY = ("price_year", "boundary", "coverage", "deflator")
_ZONES = ("name", "province")
# The figure of a long table, and the column of its unit.
_FIGURES = {"quantity": "unit", "value_added": "unit", "output": "unit", "value": "unit", "ncv": "ncv_unit"}


def sheets_of(
    table: Table, name: str, blank: Blank, set_aside: bool = False
) -> tuple[dict[str, Sheet], list[Problem], list[Problem]]:
    """Return the sheets that a table holds, by name, what is wrong with its headings, and what is not read.

    ``name`` is what the source calls the table. With ``set_aside`` a column that may be energy use makes its rows bad
    instead of being wrong itself.

    Raises
    ------
    InputError
        If columns are missing.
    """
    table = _with_constants(table)
    _leave_out_repeated(table)
    kinds = {item.kind for item in table.headings} & {"carrier", "indicator", "value_added"}
    used: set[str] = set()
    refused: Collection[int] = ()
    if table.has("carrier") and (name or table.has("quantity") or is_form(table.headings)):
        sheet = _long(table)
        sheets = {"energy": energy_of_form(sheet) if is_form(table.headings) else sheet}
    elif table.has("carrier"):
        sheets = {}  # a list of carriers, such as their coefficients
        table.notes.append(
            Problem("sheet.unused", {"name": table.sheet or table.source}, Where(table.source, table.sheet))
        )
    elif table.has("indicator") or table.has("value"):
        sheets = {"indicators": _long(table)}
    elif table.has("product"):
        sheets = {"process": _long(table)}
    elif kinds - {"value_added"} and table.has("zone", "year"):
        sheets, refused = _wide(table, blank, set_aside)
        used = {"zone", "year", "sector", "unit", *_ECONOMY, *_ZONES}
    elif "value_added" in kinds:
        sheets = {"economy": _long(table)}
    elif kinds:
        missing = ", ".join(word for word in ("zone", "year") if not table.has(word))
        have = ", ".join(item.text for item in table.headings if item.text)
        raise InputError("columns.missing", Where(table.source, table.sheet), names=missing, have=have)
    elif name or not table.has("year"):
        sheets = {name or "zones": _long(table)}
    else:
        sheets = {}
    if "zones" not in sheets and any(table.has(word) for word in _ZONES) and table.has("zone"):
        sheets["zones"] = _zones(table)
    return sheets, table.bad_headings, told(table, used, "economy" in sheets, refused)


def frame_table(name: str, columns: Sequence[tuple[str, Any]]) -> Table:
    """Return the columns of a frame as a table; rows count from 0, as in ``iloc``."""
    size = len(columns[0][1]) if columns else 0
    headings = [heading(text) for text, _ in columns]
    cells = [as_they_occur(column) for _, column in columns]
    return Table(name, "", headings, cells, np.arange(size, dtype=np.int64), [])


def _with_constants(table: Table) -> Table:
    """Return a table with zone and year as the titles of a form state them, or the year that its sheet is called."""
    constants = constants_of_form(table.titles) if table.titles and is_form(table.headings) else {}
    if not table.has("year") and _YEAR_SHEET.fullmatch(table.sheet.strip()):
        constants["year"] = table.sheet.strip()
    for name, value in constants.items():
        if not table.has(name):
            table.headings = [*table.headings, Heading("column", name, name)]
            table.columns = [*table.columns, np.full(len(table.number), value, dtype=object)]
            table.letters = [*table.letters, ""] if table.letters else []
    return table


def _leave_out_repeated(table: Table) -> None:
    """Note which columns stand twice, and go on with the first of each, so that all problems come at once."""
    seen: dict[tuple[str, ...], Heading] = {}
    for at, item in enumerate(table.headings):
        if item.kind not in {"column", "carrier", "value_added", "indicator"}:
            continue
        supply = find_supply(item.supply, carriers()[item.name]) if item.kind == "carrier" else ""
        key = (item.name, item.use or "final", supply, item.basis if item.kind != "carrier" else "")
        if key in seen:
            first = seen[key]
            # Of two units each may hold some zones: to keep one column would lose the others.
            code = "columns.two_units" if first.unit and item.unit and first.unit != item.unit else "columns.twice"
            table.bad_headings.append(Problem(code, {"names": f"{first.text}, {item.text}"}, table.where(at)))
            table.headings[at] = item._replace(kind="own")
        seen.setdefault(key, item)


def _long(table: Table) -> Sheet:
    """Return a table whose columns are ours as it is; a unit in a heading becomes a column."""
    columns: dict[str, Any] = {}
    letters: dict[str, str] = {}
    for at, item in enumerate(table.headings):
        name = item.name if item.kind in {"column", "value_added"} else item.text
        if not name or item.kind in {"sum", "ignored"} or (item.kind == "own" and name in columns):
            continue
        columns[name] = table.columns[at]
        letters[name] = table.letters[at] if table.letters else ""
    for item in table.headings:
        unit = _FIGURES.get(item.name, "") if item.kind in {"column", "value_added"} else ""
        said = ((unit, item.unit), ("price_year", item.price))
        for column, text in said:
            if column and text and column in columns:
                values = {"name": item.text, "column": column}
                table.bad_headings.append(
                    Problem("columns.said_twice", values, table.where(table.headings.index(item)))
                )
            elif column and text:
                columns[column] = _constant(text, len(table.number))
    if "year" in columns and isinstance(columns["year"], np.ndarray) and columns["year"].dtype == object:
        columns["year"] = _years(columns["year"])
    return _without_empty_rows(
        Sheet(table.source, columns, table.number, table.sheet, letters, None, table.marks, quoted=table.quoted)
    )


def _constant(text: str, size: int) -> Any:
    return coded(np.zeros(size, dtype=np.int64), [text])


def _years(column: Any) -> Any:
    years = np.empty(len(column), dtype=object)
    years[:] = [year_of(cell) for cell in column]
    return years


def _without_empty_rows(sheet: Sheet) -> Sheet:
    """Return a sheet without the rows in which nothing stands."""
    rows: IntArray | slice = slice(None)
    for name in ("zone", *sheet.columns):
        if name not in sheet.columns:
            continue
        codes, words = sheet.texts(name)
        blank = np.array([not word for word in words], dtype=bool)
        if not blank.any():
            return sheet
        there = np.flatnonzero(blank[codes[rows]])
        rows = there if isinstance(rows, slice) else rows[there]
        if not len(rows):
            return sheet
    keep = np.ones(len(sheet), dtype=bool)
    keep[rows] = False
    return sheet.take(np.flatnonzero(keep))


def _wide(table: Table, blank: Blank, set_aside: bool) -> tuple[dict[str, Sheet], Collection[int]]:
    """Return a wide table as the long ones that it holds, and the columns that may be energy use and cannot be read."""
    _leave_out_bad_headings(table)
    _leave_out_sums(table)
    table.notes += of_two_supplies(table)
    sheets = {}
    refused = doubtful(table)
    came = [(item.text, item.unit) for item in table.headings]
    if set_aside:
        _read_as_unknown(table, refused)
    else:
        table.bad_headings += refused.values()
    energy = [at for at, item in enumerate(table.headings) if item.kind == "carrier"]
    if energy:
        words = {name: [getattr(table.headings[at], name) for at in energy] for name in ("use", "supply", "basis")}
        words["carrier"] = [table.headings[at].name for at in energy]
        keep = [blank == "unknown" and at not in refused for at in energy]
        sheets["energy"] = _melted(table, energy, "quantity", words, keep_blank=keep)
        if set_aside and refused:
            _set_aside(sheets["energy"], [refused.get(at) for at in energy], [came[at] for at in energy])
    reported = [at for at, item in enumerate(table.headings) if item.kind == "indicator"]
    if reported:
        words = {"indicator": [table.headings[at].name for at in reported]}
        words["basis"] = [table.headings[at].basis for at in reported]
        sheets["indicators"] = _melted(table, reported, "value", words, keep_blank=[False] * len(reported))
    money = table.find("value_added")
    if money is not None:
        if table.headings[money].price and table.has("price_year"):
            values = {"name": table.headings[money].text, "column": "price_year"}
            table.bad_headings.append(Problem("columns.said_twice", values, table.where(money)))
        words = {"price_year": [table.headings[money].price]} if table.headings[money].price else {}
        sheets["economy"] = _melted(table, [money], "value_added", words, keep_blank=[True], others=_ECONOMY)
    return sheets, refused


def _read_as_unknown(table: Table, refused: Collection[int]) -> None:
    """Read columns that may be energy use as a carrier that is not known: figures alone, blanks say nothing."""
    for at in refused:
        says = figures(table.columns[at])
        column = np.full(len(says), None, dtype=object)
        column[says] = np.asarray(table.columns[at], dtype=object)[says]
        table.columns[at] = column
        table.headings[at] = table.headings[at]._replace(kind="carrier", name=UNREAD.id, unit=UNREAD.unit)


def _set_aside(sheet: Sheet, refused: Sequence[Problem | None], came: Sequence[tuple[str, str]]) -> None:
    """Make the rows of columns that may be energy use bad, each with what is wrong with its column and what came."""
    if sheet.spots is None:
        return
    which = sheet.spots.which
    names = [text if problem else "" for problem, (text, _) in zip(refused, came, strict=True)]
    for at, problem in enumerate(refused):
        if problem is not None:
            sheet.report(which == at, "quantity", problem.code, partial(_values_of, problem))
    for column, words in (("carrier", names), ("unit", [unit for _, unit in came])):
        own = np.asarray(sheet.columns[column], dtype=object)
        aside = np.array([bool(name) for name in names], dtype=bool)[which]
        sheet.shown[column] = np.where(aside, np.array([*words, ""], dtype=object)[which], own)


def _values_of(problem: Problem, row: int) -> dict[str, Any]:
    return dict(problem.values)


def _leave_out_bad_headings(table: Table) -> None:
    """Note what is wrong with headings, and go on without their columns, so that all problems come at once."""
    for at, item in enumerate(table.headings):
        try:
            if item.kind == "carrier":
                if not item.unit:
                    raise InputError("unit.missing", own=carriers()[item.name].unit)
                carrier_form(item.name, item.unit, item.basis)
            elif item.kind == "indicator":
                indicator_unit(item.name, item.unit)
            elif item.kind == "value_added" and not item.unit and not table.has("unit"):
                raise InputError("unit.missing", own="万元")
            elif item.kind == "unknown":
                _raise_carrier_of_unknown_unit(item)
        except ZoneCarbonError as error:
            table.bad_headings += [Problem(found.code, found.values, table.where(at)) for found in error.problems]
            table.headings[at] = item._replace(kind="own")


def _leave_out_sums(table: Table) -> None:
    """Leave out the rows of sums (合计, 全国), and say so."""
    sums = sum_rows(table)
    if sums.any():
        keys = [column for column, item in zip(table.columns, table.headings, strict=True) if item.kind != "carrier"]
        named = ", ".join(f"{_sum_word(keys, row)} ({table.number[row]})" for row in np.flatnonzero(sums)[:20].tolist())
        table.notes.append(Problem("rows.sum", {"rows": named}, Where(table.source, table.sheet)))
        table.columns = [column[~sums] for column in table.columns]
        table.number = table.number[~sums]


def _sum_word(columns: Sequence[Any], row: int) -> str:
    words: list[str] = [column[row].strip() for column in columns if isinstance(column[row], str)]
    return next(word for word in words if word and is_sum(word, "zone"))


def _raise_carrier_of_unknown_unit(item: Heading) -> None:
    """Raise if a heading names a carrier and something that is no unit: its figures would be lost without a word."""
    name, _, inside = item.text.translate(str.maketrans("（［【", "(((")).partition("(")
    if inside and heading(name).kind == "carrier":
        carrier_form(heading(name).name, inside.rstrip(")）]】"))


def _melted(
    table: Table,
    figures: Sequence[int],
    name: str,
    words: dict[str, list[str]],
    *,
    keep_blank: Sequence[bool],
    others: Sequence[str] = (),
) -> Sheet:
    """Return one row for each row of the table and each of its columns ``figures``."""
    size, count = len(table.number), len(figures)
    row = np.repeat(np.arange(size), count)
    which = np.tile(np.arange(count), size)
    values = _stacked([table.columns[at] for at in figures])
    keep = np.flatnonzero(~_empty_rows(table)[row] & (np.array(keep_blank)[which] | ~_blanks(values)))
    row, which, values = row[keep], which[keep], values[keep]
    columns: dict[str, Any] = {}
    letters: dict[str, str] = {}
    for known in (*_PLACE, *others):
        at = table.find("column", known)
        if at is not None:
            column = (
                _years(table.columns[at]) if known == "year" and _is_objects(table.columns[at]) else table.columns[at]
            )
            columns[known] = column[row]
            letters[known] = table.letters[at] if table.letters else ""
    for key, texts in {**words, "unit": [table.headings[at].unit for at in figures]}.items():
        if key not in columns and any(texts):
            columns[key] = _spread(texts, which)
    at = table.find("column", "unit")
    if "unit" not in columns and at is not None:
        columns["unit"] = table.columns[at][row]
    columns[name] = values
    spots = Spots(
        which,
        [table.headings[at].text for at in figures],
        [table.letters[at] for at in figures] if table.letters else [],
    )
    return Sheet(
        table.source, columns, table.number[row], table.sheet, letters, spots, table.marks, quoted=table.quoted
    )


def _is_objects(column: Any) -> bool:
    return isinstance(column, np.ndarray) and column.dtype == object


def _stacked(columns: Sequence[Any]) -> Any:
    """Return columns side by side as one, row after row."""
    arrays = [np.asarray(column) for column in columns]
    if all(array.dtype.kind in "iuf" for array in arrays):
        return np.column_stack([array.astype(np.float64) for array in arrays]).ravel()
    stacked = np.empty((len(arrays[0]), len(arrays)), dtype=object)
    for at, column in enumerate(columns):
        stacked[:, at] = np.asarray(column, dtype=object)
    return stacked.ravel()


def _blanks(values: Any) -> Any:
    if values.dtype != object:
        return np.isnan(values)
    return np.array([is_blank(cell) for cell in values], dtype=bool)


def _empty_rows(table: Table) -> Any:
    empty = np.ones(len(table.number), dtype=bool)
    for column in table.columns:
        rows = np.flatnonzero(empty)
        if not len(rows):
            break
        empty[rows] = [is_blank(cell) for cell in column[rows]]
    return empty


def _spread(texts: Sequence[str], which: IntArray) -> Any:
    names = list(dict.fromkeys(texts))
    codes = np.array([names.index(text) for text in texts], dtype=np.int64)
    return coded(codes[which], names)


def _zones(table: Table) -> Sheet:
    """Return the zones that a table names beside its figures: each combination of zone, name and province once."""
    known = [(name, table.find("column", name)) for name in ("zone", *_ZONES)]
    columns = {name: np.asarray(table.columns[at], dtype=object) for name, at in known if at is not None}
    letters = {name: table.letters[at] for name, at in known if at is not None and table.letters}
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in enumerate(zip(*columns.values(), strict=True)):
        key = tuple("" if is_blank(cell) else str(cell).strip() for cell in cells)
        if key[0]:
            seen.setdefault(key, row)
    rows = np.array(list(seen.values()), dtype=np.int64)
    columns = {name: column[rows] for name, column in columns.items()}
    return Sheet(
        table.source, columns, table.number[rows], table.sheet, letters, None, derived=True, quoted=table.quoted
    )
