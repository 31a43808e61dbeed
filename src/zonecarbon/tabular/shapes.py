"""A table in any of its shapes as the sheets that are checked: long, wide, or the statistical form.

Decided here: a wide table is melted into the long one before anything is judged, and every melted figure remembers its
heading and its cell; so wide tables, long tables and records are judged by the same code, and an error still names
``energy!D17``. What is wrong with a heading is raised at once, whatever ``on_error`` says: a column that cannot be read
is no bad row. One table may hold several of ours: zone, province, value added and energy side by side.
"""

import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from zonecarbon._typing import IntArray
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.records.carrier_unit import form as carrier_form
from zonecarbon.records.cells import indicator_unit
from zonecarbon.tabular.form import energy_of_form, is_form
from zonecarbon.tabular.headings import Heading, heading
from zonecarbon.tabular.layout import Table, constants_of_form, year_of
from zonecarbon.tabular.notes import is_figure
from zonecarbon.tabular.sheet import Sheet, Spots, as_they_occur, coded, is_blank
from zonecarbon.vocabulary import carriers, find_supply, is_sum, nearest

Blank = Literal["unknown", "not_used"]
_YEAR_SHEET = re.compile(r"(?:19|20)[0-9]{2}\s*年?度?")
_PLACE = ("zone", "year", "sector")
_ECONOMY = ("price_year", "boundary", "coverage", "deflator")
_ZONES = ("name", "province")
# The figure of a long table, and the column of its unit.
_FIGURES = {"quantity": "unit", "value_added": "unit", "output": "unit", "value": "unit", "ncv": "ncv_unit"}


def sheets_of(table: Table, name: str, blank: Blank) -> tuple[dict[str, Sheet], list[Problem], list[Problem]]:
    """Return the sheets that a table holds, by name, what is wrong with its headings, and what is not read.

    ``name`` is what the source calls the table.

    Raises
    ------
    InputError
        If a column stands twice, or the unit in a heading is missing or does not fit.
    """
    table = _with_constants(table)
    _raise_twice(table)
    figures = [item for item in table.headings if item.kind in {"carrier", "indicator", "value_added"}]
    used: set[str] = set()
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
    elif any(item.kind != "value_added" for item in figures) and table.has("zone", "year"):
        sheets, used = _wide(table, blank), {"zone", "year", "sector", "unit", *_ECONOMY, *_ZONES}
    elif any(item.kind == "value_added" for item in figures):
        sheets = {"economy": _long(table)}
    elif figures:
        missing = ", ".join(word for word in ("zone", "year") if not table.has(word))
        have = ", ".join(item.text for item in table.headings if item.text)
        raise InputError("columns.missing", Where(table.source, table.sheet), names=missing, have=have)
    elif name or not table.has("year"):
        sheets = {name or "zones": _long(table)}
    else:
        sheets = {}
    if "zones" not in sheets and any(table.has(word) for word in _ZONES) and table.has("zone"):
        sheets["zones"] = _zones(table)
    return sheets, table.bad_headings, _unused(table, used, "economy" in sheets)


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


def _raise_twice(table: Table) -> None:
    seen: dict[tuple[str, ...], str] = {}
    problems = []
    for at, item in enumerate(table.headings):
        if item.kind not in {"column", "carrier", "value_added", "indicator"}:
            continue
        supply = find_supply(item.supply, carriers()[item.name]) if item.kind == "carrier" else ""
        key = (item.name, item.use or "final", supply, item.basis if item.kind != "carrier" else "")
        if key in seen:
            problems.append(Problem("columns.twice", {"names": f"{seen[key]}, {item.text}"}, table.where(at)))
        seen.setdefault(key, item.text)
    if problems:
        raise InputError(problems)


def _unused(table: Table, used: set[str], with_money: bool) -> list[Problem]:
    """Return a warning for each column that says something and is not read.

    ``used`` are the columns of ours that a wide table has a use for; nothing for a long one, which tells itself.
    """
    problems = list(table.notes)
    for at, item in enumerate(table.headings):
        values = {"name": item.text, "nearest": ""}
        if item.kind == "left" and is_form(table.headings):
            continue  # what the form has beside consumption
        if item.kind in {"sum", "part", "left"}:
            problems.append(Problem(f"columns.{item.kind}", {"name": item.text}, table.where(at)))
        elif item.kind == "unknown" and item.text:
            names = [name for carrier in carriers().values() for name in (carrier.name_zh, carrier.name_en)]
            hint = nearest(item.name, names) if item.unit else nearest(item.name, _words())
            values["nearest"] = f" ({hint!r}?)" if hint else ""
            problems.append(Problem("columns.unused", values, table.where(at)))
        elif _is_idle(item, used, with_money):
            problems.append(Problem("columns.unused", values, table.where(at)))
        elif not item.text and any(is_number(cell) for cell in table.columns[at]):
            problems.append(Problem("columns.unnamed", {}, table.where(at)))
    return problems


def _is_idle(item: Heading, used: set[str], with_money: bool) -> bool:
    """Return whether a column that is understood has no use in its table, wide (with ``used``) or long."""
    if used:
        return item.kind == "column" and item.name not in used
    return item.kind in {"carrier", "indicator"} or (item.kind == "value_added" and not with_money)


def is_number(cell: Any) -> bool:
    """Return whether a cell under no heading looks like a figure that somebody meant."""
    return not is_blank(cell) and is_figure(cell)


def _words() -> list[str]:
    from zonecarbon.tabular.headings import WORDS

    return [word for words in WORDS.values() for word in words]


def _long(table: Table) -> Sheet:
    """Return a table whose columns are ours as it is; a unit in a heading becomes a column."""
    columns: dict[str, Any] = {}
    letters: dict[str, str] = {}
    for at, item in enumerate(table.headings):
        name = item.name if item.kind in {"column", "value_added"} else item.text
        if not name or item.kind == "sum":
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


def _wide(table: Table, blank: Blank) -> dict[str, Sheet]:
    """Return a wide table as the long ones that it holds."""
    _leave_out_bad_headings(table)
    _leave_out_sums(table)
    sheets = {}
    energy = [at for at, item in enumerate(table.headings) if item.kind == "carrier"]
    if energy:
        words = {name: [getattr(table.headings[at], name) for at in energy] for name in ("use", "supply", "basis")}
        words["carrier"] = [table.headings[at].name for at in energy]
        sheets["energy"] = _melted(table, energy, "quantity", words, keep_blank=blank == "unknown")
    reported = [at for at, item in enumerate(table.headings) if item.kind == "indicator"]
    if reported:
        words = {"indicator": [table.headings[at].name for at in reported]}
        words["basis"] = [table.headings[at].basis for at in reported]
        sheets["indicators"] = _melted(table, reported, "value", words, keep_blank=False)
    money = table.find("value_added")
    if money is not None:
        if table.headings[money].price and table.has("price_year"):
            values = {"name": table.headings[money].text, "column": "price_year"}
            table.bad_headings.append(Problem("columns.said_twice", values, table.where(money)))
        words = {"price_year": [table.headings[money].price]} if table.headings[money].price else {}
        sheets["economy"] = _melted(table, [money], "value_added", words, keep_blank=True, others=_ECONOMY)
    return sheets


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
    at = table.find("column", "zone")
    words = [str(cell).strip() if isinstance(cell, str) else "" for cell in table.columns[at or 0]]
    sums = np.array([bool(word) and is_sum(word, "zone") for word in words], dtype=bool)
    if at is not None and sums.any():
        named = ", ".join(f"{word} ({number})" for word, number in zip(
            np.array(words, dtype=object)[sums][:20], table.number[sums][:20].tolist(), strict=True))  # fmt: skip
        table.notes.append(Problem("rows.sum", {"rows": named}, Where(table.source, table.sheet)))
        table.columns = [column[~sums] for column in table.columns]
        table.number = table.number[~sums]


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
    keep_blank: bool,
    others: Sequence[str] = (),
) -> Sheet:
    """Return one row for each row of the table and each of its columns ``figures``."""
    size, count = len(table.number), len(figures)
    row = np.repeat(np.arange(size), count)
    which = np.tile(np.arange(count), size)
    values = _stacked([table.columns[at] for at in figures])
    keep = np.flatnonzero(~_empty_rows(table)[row] & (keep_blank | ~_blanks(values)))
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
