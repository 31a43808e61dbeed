"""Columns of a table that are not read: which are told of, which are refused, which are left out on request.

Decided here: most columns that we do not know are the user's own (staff, area, output), and a warning is enough. But in
a wide table a carrier that is misspelt looks the same as those, and without it every figure after it is wrong and looks
right. So a column with figures is an error if it is nearly called as a carrier and its unit would fit one, or if its
unit is one of energy; the way out is a correct name, or ``ignore=``. A zero says nothing and is no such figure. Names
of what is made, bought, stored or planned (焦炭产量) are no misspelling. A column of ``其中`` is part of another one,
whatever it is called, and is only told of.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from zonecarbon import units
from zonecarbon._typing import BoolArray
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.tabular.form import is_form
from zonecarbon.tabular.headings import WORDS, Heading, is_left_out, is_of_which
from zonecarbon.tabular.layout import Table
from zonecarbon.tabular.notes import is_figure
from zonecarbon.tabular.sheet import is_blank
from zonecarbon.vocabulary import carriers, find_carriers, fold, group_of, is_sum, likeness, nearest, suggestion

_CLOSE = 0.8  # of names without a unit, which nothing else tells apart
_SHORTEST = 4  # characters of such a name
_TOTAL = "综合能源消费量"
_CONSUMED = re.compile(r"(?:的?(?:消费|消耗|使用|耗用|用)?总?量|消费|消耗)$|\s+(?:consumption|use)$", re.IGNORECASE)
_EMITTED = re.compile("排放|emission|co2", re.IGNORECASE)
_ABOVE_SIZE = re.compile("规上|规模以上|above designated size", re.IGNORECASE)


def given_columns(ignore: "str | Collection[str] | None") -> tuple[str, ...]:
    """Return the names of columns to leave out; one may stand alone.

    Raises
    ------
    InputError
        If a name is no text.
    """
    names: tuple[Any, ...] = (ignore,) if isinstance(ignore, str) else tuple(ignore or ())
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise InputError("columns.ignore_name", value=name)
    return names


def leave_out(table: Table, ignore: Sequence[str]) -> set[str]:
    """Leave out the columns of these names, and say so; return the names that there were."""
    wanted = {fold(name): name for name in ignore}
    found = {at: wanted[fold(item.text)] for at, item in enumerate(table.headings) if fold(item.text) in wanted}
    for at in found:
        text = table.headings[at].text
        table.bad_headings = [problem for problem in table.bad_headings if problem.where.column != text]
        table.notes.append(Problem("columns.ignored", {"name": text}, table.where(at)))
    table.headings = [Heading("ignored", item.text) if at in found else item for at, item in enumerate(table.headings)]
    return set(found.values())


def not_there(missing: Sequence[str], there: Sequence[str], label: str) -> list[Problem]:
    """Return an error for each column that should be left out and is not there."""
    return [
        Problem("columns.ignore_missing", {"name": name, "nearest": suggestion(nearest(name, there))}, Where(label))
        for name in missing
    ]


def doubtful(table: Table) -> dict[int, Problem]:
    """Return the columns of a wide table that are not read and are likely energy use, and what to say of each."""
    found = {}
    for at, item in enumerate(table.headings):
        if item.kind != "unknown" or is_of_which(item.text):
            continue
        near, is_energy = near_carrier(item.name, item.unit), _dimension(item.unit) == "energy"
        if (near or is_energy) and figures(table.columns[at]).any():
            names = [*_carrier_names(), _TOTAL]
            values = {"name": item.text, "nearest": suggestion(near or nearest(item.name, names))}
            code = "columns.energy" if is_energy else "columns.near"
            found[at] = Problem(code, values, table.where(at))
    return found


def near_carrier(name: str, unit: str) -> str:
    """Return the carrier that a column is likely meant to be, by a name that is nearly one; or nothing.

    Examples
    --------
    >>> [near_carrier(name, "吨") for name in ("原媒", "焦碳", "生物质颗粒", "煤炭消费量")]
    ['原煤', '焦炭', '生物质燃料', '原煤']
    >>> [near_carrier(*pair) for pair in (("水泥", "吨"), ("电费", "万元"), ("焦炭产量", "吨"), ("原值", ""))]
    ['', '', '', '']
    """
    plain = _CONSUMED.sub("", name) or name
    found = _group(plain) or nearest(plain, _carrier_names())
    if not found or _EMITTED.search(name):
        return ""
    if not unit:
        return found if likeness(name, found) >= _CLOSE and len(fold(name)) >= _SHORTEST else _same_sound(name, found)
    kind = _dimension(unit)
    return found if kind == "energy" or (kind in {"mass", "volume"} and not is_left_out(name)) else ""


def _group(name: str) -> str:
    """Return a name that is no carrier but a word for several (煤炭, 燃气); or nothing."""
    try:
        found = find_carriers(name)
    except ZoneCarbonError:
        return ""
    return carriers()[found[0]].name_zh if found and group_of(found[0]) != "other" else ""


def _same_sound(name: str, found: str) -> str:
    return found if likeness(name, found) == 1.0 else ""


def _carrier_names() -> list[str]:
    return [name for carrier in carriers().values() for name in (carrier.name_zh, carrier.name_en)]


def _dimension(unit: str) -> str:
    """Return what a unit measures; nothing if it is none."""
    try:
        return units.dimension(unit) if unit else ""
    except ZoneCarbonError:
        return ""


def figures(column: Any) -> BoolArray:
    """Return which cells hold a figure that is not zero.

    Examples
    --------
    >>> figures(np.array([0, None, "1,200", "—", "x"], dtype=object)).tolist()
    [False, False, True, False, False]
    """
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        return np.asarray((column != 0) & ~np.isnan(column))
    if isinstance(column, pd.Categorical):
        says = np.array([*map(_says, column.categories), False], dtype=bool)
        return np.asarray(says[column.codes])
    return np.array([_says(cell) for cell in column], dtype=bool)


def _says(cell: Any) -> bool:
    if not is_number(cell):
        return False
    try:
        return bool(units.number(cell.strip().removesuffix("%")) if isinstance(cell, str) else cell != 0)
    except ZoneCarbonError:
        return True


def is_number(cell: Any) -> bool:
    """Return whether a cell under no heading looks like a figure that somebody meant."""
    return not is_blank(cell) and is_figure(cell)


def told(table: Table, used: set[str], with_money: bool, refused: Collection[int] = ()) -> list[Problem]:
    """Return a warning for each column that says something and is not read.

    ``used`` are the columns of ours that a wide table has a use for; nothing for a long one, which tells itself.
    ``refused`` are told of elsewhere.
    """
    problems = list(table.notes)
    for at, item in enumerate(table.headings):
        values = {"name": item.text, "nearest": ""}
        if at in refused or (item.kind == "left" and is_form(table.headings)):
            continue  # what the form has beside consumption
        if is_of_which(item.text) and (item.kind == "unknown" or _is_idle(item, used, with_money)):
            problems.append(Problem("columns.part", {"name": item.text}, table.where(at)))
        elif item.kind in {"sum", "part", "left"}:
            problems.append(Problem(f"columns.{item.kind}", {"name": item.text}, table.where(at)))
        elif item.kind == "unknown" and item.text:
            values["nearest"] = suggestion(_nearest_heading(item))
            problems.append(Problem("columns.unused", values, table.where(at)))
        elif _is_idle(item, used, with_money):
            problems.append(Problem("columns.unused", values, table.where(at)))
        elif not item.text and any(is_number(cell) for cell in table.columns[at]):
            problems.append(Problem("columns.unnamed", {}, table.where(at)))
        elif item.kind == "value_added" and _ABOVE_SIZE.search(item.text):
            problems.append(Problem("columns.above_size", {"name": item.text}, table.where(at)))
    return problems


def _nearest_heading(item: Heading) -> str:
    """Return the heading that one is most like: of money the names of value added, with another unit a carrier's."""
    if not item.unit:
        return nearest(item.name, [word for words in WORDS.values() for word in words])
    names = WORDS["value_added"] if _dimension(item.unit) in {"money", ""} else _carrier_names()
    return nearest(item.name, names)


def _is_idle(item: Heading, used: set[str], with_money: bool) -> bool:
    """Return whether a column that is understood has no use in its table, wide (with ``used``) or long."""
    if used:
        return item.kind == "column" and item.name not in used
    return item.kind in {"carrier", "indicator"} or (item.kind == "value_added" and not with_money)


def of_two_supplies(table: Table) -> list[Problem]:
    """Return a warning where a carrier has a column of its own and one of what is supplied another way: both count.

    In many tables the second is part of the first, and would count twice. A heading that says itself that it is none
    (``电力(绿证，另计)``, as in the template) needs no word.
    """
    plain = {item.name: item for item in table.headings if item.kind == "carrier" and item == _without_supply(item)}
    problems = []
    for at, item in enumerate(table.headings):
        if item.kind != "carrier" or not item.supply or item.use or item.apart or item.name not in plain:
            continue
        if figures(table.columns[at]).any():
            values = {"name": item.text, "whole": plain[item.name].text}
            problems.append(Problem("columns.both", values, table.where(at)))
    return problems


def _without_supply(item: Heading) -> Heading:
    return item._replace(use="", supply="")


def sum_rows(table: Table) -> BoolArray:
    """Return which rows are sums: their zone or year says so, or, where the zone is blank, any of their texts."""
    size = len(table.number)
    rows, blank = np.zeros(size, dtype=bool), np.ones(size, dtype=bool)
    beside = np.zeros(size, dtype=bool)
    for at, item in enumerate(table.headings):
        if item.kind not in {"column", "own", "unknown"}:
            continue
        found = _matching(table.columns[at], _is_sum_word)
        if item.kind == "column" and item.name in {"zone", "year"}:
            rows |= found
        else:
            beside |= found
        if item.kind == "column" and item.name == "zone":
            blank = _matching(table.columns[at], is_blank)
    return rows | (beside & blank)


def _is_sum_word(cell: Any) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and is_sum(cell.strip(), "zone")


def _matching(column: Any, tells: Callable[[Any], bool]) -> BoolArray:
    """Return of which cells something holds."""
    if isinstance(column, pd.Categorical):
        told = np.array([*map(tells, column.categories), tells(None)], dtype=bool)
        return np.asarray(told[column.codes])
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        return np.isnan(column) if tells is is_blank else np.zeros(len(column), dtype=bool)
    return np.array([tells(cell) for cell in column], dtype=bool)
