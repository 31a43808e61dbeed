"""Columns of the user's factor tables that are not read.

Decided here: a column that no factor table has is told of with the nearest that one has, as a column of any other table
is. What a shipped table holds beside its factors for the record (an oxidation rate, a carbon content) looks like a
part of the calculation and is none: it is told of where it differs from the shipped row, so that a copy says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from zonecarbon.catalog.rows import FORMS, FactorRow, key_of, shipped
from zonecarbon.errors import Problem, Where
from zonecarbon.vocabulary import nearest, suggestion

_KEPT = {"source_id", "source", "status", "note", "reason"}
_BESIDE: Mapping[str, tuple[str, ...]] = {"fuel_co2": ("carbon_content", "oxidation", "co2_per_unit")}


@cache
def _known(table: str) -> frozenset[str]:
    """Return the columns that a table has: those that are read, and those of the shipped one."""
    form = FORMS[table]
    read = {*form.key, form.item, form.group, form.value, form.unit, form.year, *form.needs, "range_low", "range_high"}
    heat = {"ncv", "ncv_unit"} if form.has_heat_value else set()
    return frozenset({*read, *heat, *_KEPT, *shipped()[table][0].fields}) - {""}


def unread_columns(rows: Iterable[FactorRow]) -> list[Problem]:
    """Return a warning for each column of the user's tables that is filled and changes nothing."""
    tables: dict[tuple[str, str], list[FactorRow]] = {}
    for row in rows:
        tables.setdefault((row.table, row.origin), []).append(row)
    return [problem for (table, _), own in tables.items() for problem in _of_table(table, own)]


def _of_table(table: str, rows: Sequence[FactorRow]) -> list[Problem]:
    form, known = FORMS[table], _known(table)
    source = rows[0].origin.rpartition(" (sha256 ")[0]
    before = {key_of(row): row.fields for row in shipped()[table]}
    found = []
    for name in rows[0].fields:
        at = Where(source, column=name)
        if name in known:
            if name in _BESIDE.get(table, ()) and any(_is_new(row, name, before) for row in rows):
                found.append(Problem("table.beside", {"name": name, "value": form.value}, at))
        elif name and any((row.fields.get(name) or "").strip() for row in rows):
            found.append(Problem("columns.unused", {"name": name, "nearest": suggestion(nearest(name, known))}, at))
    return found


def _is_new(row: FactorRow, name: str, before: Mapping[tuple[str, ...], Mapping[str, str]]) -> bool:
    text = (row.fields.get(name) or "").strip()
    return bool(text) and text != before.get(key_of(row), {}).get(name, "")
