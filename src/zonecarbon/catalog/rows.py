"""Rows of the factor tables, shipped or the user's own.

Decided here: a row keeps every printed cell as text beside the parsed numbers, so that nothing of its provenance is
lost on the way to a result, and says where it came from (``shipped``, or the file of the user). A table is recognised
by its columns, so a user's file needs no registration; its rows replace shipped rows with the same key and add the
others. Entry points or plug-ins were considered and rejected: a table is a file. A host may have it in memory, as a
frame or as rows: its cells are taken as the text that a file would hold, and from there on it is the same table. Its
rows are counted from 0 then, as everywhere in memory; in a file the header is row 1. A row that names no source is
taken, and says so in the place of its source: a figure should not look better founded than it is.
"""

import codecs
import csv
import hashlib
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from zonecarbon import units
from zonecarbon._typing import Columns, Tabular
from zonecarbon.errors import FactorError, InputError, Problem, Where, ZoneCarbonError
from zonecarbon.records.cells import parse_year
from zonecarbon.vocabulary import carriers, find_carrier, find_province, provinces

FactorTables: TypeAlias = "str | Path | Tabular | Iterable[str | Path | Tabular | Mapping[str, Any]]"
"""Factor tables of the user: a file, a frame or a mapping of columns, rows as dicts, or several of these."""

_T = TypeVar("_T")

GRID_KINDS = ("provincial_average", "regional_average", "national_average", "national_residual", "national_fossil")


@dataclass(frozen=True, slots=True)
class TableForm:
    """The form of one factor table: what identifies a row, and which columns hold the figure and its unit."""

    key: tuple[str, ...]
    item: str
    group: str
    value: str
    unit: str
    year: str = ""
    needs: tuple[str, ...] = ()
    has_heat_value: bool = False


FORMS: Mapping[str, TableForm] = {
    "energy_media": TableForm(
        ("carrier_id", "edition"), "carrier_id", "edition", "coefficient", "coefficient_unit", needs=("energy_value",)
    ),
    "standard_coal": TableForm(
        ("carrier_id", "edition"),
        "carrier_id",
        "edition",
        "coefficient",
        "coefficient_unit",
        needs=("coefficient",),
        has_heat_value=True,
    ),
    "fuel_co2": TableForm(
        ("factor_set", "carrier_id"),
        "carrier_id",
        "factor_set",
        "co2_per_energy",
        "co2_per_energy_unit",
        has_heat_value=True,
    ),
    "grid_electricity": TableForm(
        ("kind", "region_id", "data_year", "reporting_year"), "region_id", "kind", "value", "unit", "data_year"
    ),
    "electricity_equivalent": TableForm(
        ("year", "basis", "series"), "basis", "series", "kgce_per_kwh", "", "year", needs=("series",)
    ),
    "heat": TableForm(("item_id",), "item_id", "parameter", "value", "unit", needs=("parameter",)),
    "proxies": TableForm(("carrier_id",), "carrier_id", "proxy_id", "", ""),
}


@dataclass(frozen=True, slots=True, eq=False)
class FactorRow:
    """One row of a factor table.

    ``item`` is what it is for (a carrier, a region), ``group`` the edition, factor set, kind or series; ``value`` is
    NaN where the source prints a range (``low``, ``high``). ``status`` is ``verified``, ``recalled`` (from memory,
    check before relying on it), ``assumption`` or ``user``. ``origin`` is ``shipped`` or the user's file with its hash.
    """

    table: str
    item: str
    group: str
    year: int | None
    value: float
    unit: str
    low: float
    high: float
    source_id: str
    status: str
    note: str
    origin: str
    fields: Mapping[str, str] = field(repr=False)

    @property
    def label(self) -> str:
        """The row in words: group, data year, source and status, as results print it."""
        parts = [self.group]
        if self.year is not None:
            parts.append(f"data year {self.year}")
        parts.append(self.source_id)
        if self.status != "verified":
            parts.append(self.status)
        if self.origin != "shipped":
            parts.append(self.origin)
        return ", ".join(part for part in parts if part)

    @property
    def has_source(self) -> bool:
        """Whether the row names a source; a shipped one always does."""
        return self.origin == "shipped" or bool(_source(self.fields))

    @property
    def heat_value(self) -> tuple[float, str]:
        """The heat value that stands beside the figure, and its unit; NaN where there is none."""
        text = (self.fields.get("ncv") or "").strip() if FORMS[self.table].has_heat_value else ""
        return (units.number(text), (self.fields.get("ncv_unit") or "").strip()) if text else (math.nan, "")

    @property
    def is_range(self) -> bool:
        """Whether the source prints a range instead of a value."""
        return math.isnan(self.value) and not math.isnan(self.low)


def _source(cells: Mapping[str, str]) -> str:
    return (cells.get("source_id") or "").strip() or (cells.get("source") or "").strip()


def _number(cells: Mapping[str, str], column: str, where: Where, problems: list[Problem]) -> float:
    """Return the figure of a cell; NaN where it is blank, or where it is a problem."""
    text = (cells.get(column) or "").strip() if column else ""
    if not text:
        return math.nan
    where = where._replace(column=column)
    try:
        value = units.number(text)
    except InputError:
        problems.append(Problem("table.number", {"detail": repr(text)}, where))
        return math.nan
    if value < 0:
        problems.append(Problem("table.negative", {"name": column, "value": value}, where))
        return math.nan
    return value


def _year(cells: Mapping[str, str], column: str, where: Where, problems: list[Problem]) -> int | None:
    """Return the year of a row; nothing where it is blank, or where it is a problem."""
    text = (cells.get(column) or "").strip() if column else ""
    try:
        return parse_year(text) if text else None
    except InputError as error:
        problems.extend(Problem(p.code, p.values, where._replace(column=column)) for p in error.problems)
        return None


def columns_of_forms() -> str:
    """Return which columns a table of each form needs, in words."""
    parts = []
    for name, form in FORMS.items():
        needed = dict.fromkeys((*form.key, form.group, form.value, form.unit, *form.needs))
        parts.append(f"{name}: {', '.join(column for column in needed if column)}")
    return "; ".join(parts)


def recognise(columns: Iterable[str]) -> str:
    """Return which table a file with these columns is, or nothing."""
    have = set(columns)
    for name, form in FORMS.items():
        needed = {form.item, form.group, *form.needs} | ({form.value} if form.value else set())
        if needed <= have:
            return name
    return ""


def parse_row(table: str, cells: Mapping[str, str], origin: str, where: Where) -> FactorRow:
    """Return one row, its figures parsed.

    Raises
    ------
    InputError
        If figures are not numbers or are negative: all of them.
    """
    problems: list[Problem] = []
    row = _row(table, cells, origin, where, problems)
    if problems:
        raise InputError(problems)
    return row


def _row(table: str, cells: Mapping[str, str], origin: str, where: Where, problems: list[Problem]) -> FactorRow:
    """Return one row; what is wrong in its figures is added to the problems."""
    form = FORMS[table]
    shipped = origin == "shipped"
    year = _year(cells, form.year, where, problems)
    unsourced = "" if shipped else f"own table {where.source}, row {where.row}: no source given"
    return FactorRow(
        table=table,
        item=cells[form.item].strip(),
        group=cells[form.group].strip(),
        year=year,
        value=_number(cells, form.value, where, problems),
        unit=(cells.get(form.unit) or "").strip() if form.unit else ("kgce/kWh" if form.value else ""),
        low=_number(cells, "range_low", where, problems),
        high=_number(cells, "range_high", where, problems),
        source_id=_source(cells) or unsourced,
        status=(cells.get("status") or ("verified" if shipped else "user")).strip(),
        note=(cells.get("note") or cells.get("reason") or "").strip(),
        origin=origin,
        fields=dict(cells),
    )


def _own_row(table: str, cells: Mapping[str, str], origin: str, where: Where) -> FactorRow:
    """Return a user's row with its carrier or region by id.

    Raises
    ------
    InputError
        With everything that is wrong in it, and what would keep a look-up from ever finding it.
    """
    problems: list[Problem] = []
    row, form = _row(table, cells, origin, where, problems), FORMS[table]

    def tried(column: str, call: Callable[[], _T], otherwise: _T) -> _T:
        try:
            return call()
        except ZoneCarbonError as error:
            at = where._replace(column=column)
            problems.extend(Problem(p.code, p.values, p.where if p.where.column else at) for p in error.problems)
            return otherwise

    if form.item == "carrier_id":
        row = replace(row, item=tried("carrier_id", lambda: find_carrier(row.item).id, ""))
    if table == "grid_electricity":
        column = "region_id" if row.group in GRID_KINDS else "kind"
        row = replace(row, item=tried(column, lambda: _region_id(row.group, row.item), ""))
    if table == "proxies":
        row = replace(row, group=tried("proxy_id", lambda: find_carrier(row.group).id, ""))
    else:
        told = {problem.where.column for problem in problems}
        is_copied = row.status == "recalled" and bool(row.fields.get("reporting_year", "").strip())  # of what ships
        blank = [form.year] if form.year and row.year is None and not is_copied else []
        blank += [form.value] if math.isnan(row.value) and math.isnan(row.low) else []
        for name in blank:
            if name not in told:
                problems.append(Problem("table.blank", {"column": name}, where._replace(column=name)))
        own = _unit_of(row)
        if form.unit and not row.unit:
            values = {"own": own or "tCO2/GJ"}
            problems.append(Problem("unit.missing", values, where._replace(column=form.unit)))
        elif form.unit:
            tried(form.unit, lambda: units.factor(row.unit, own) if own else units.dimension(row.unit), None)
    if form.has_heat_value and (cells.get("ncv") or "").strip():
        tried("ncv_unit", lambda: _check_heat_value(row, where), None)
    if problems:
        raise InputError(problems)
    return row


def _check_heat_value(row: FactorRow, where: Where) -> None:
    """Raise what is wrong with the heat value of a row: positive, and by mass, volume or the unit of its carrier."""
    problems: list[Problem] = []
    value = _number(row.fields, "ncv", where, problems)
    if value == 0:
        problems.append(Problem("ncv.positive", {"value": value}, where._replace(column="ncv")))
    unit, at = (row.fields.get("ncv_unit") or "").strip(), where._replace(column="ncv_unit")
    example = f"GJ/{carriers()[row.item].unit}" if row.item else "GJ/t"
    if not unit:
        problems.append(Problem("unit.missing", {"own": example}, at))
    elif units.dimension(unit) not in map(units.dimension, ("GJ/t", "GJ/m3", example)):
        values = {"expected": units.dimension(example), "to": example, "unit": unit}
        problems.append(Problem("unit.dimension", values, at))
    if problems:
        raise InputError(problems)


def _unit_of(row: FactorRow) -> str:
    """Return the unit to which the figure of a row must convert; nothing where the table holds several kinds."""
    if row.table in {"standard_coal", "energy_media"}:
        return f"tce/{carriers()[row.item].unit}" if row.item else ""
    if row.table == "heat":
        return next((known.unit for known in shipped()["heat"] if known.item == row.item), "")
    return {"fuel_co2": "tCO2/GJ", "grid_electricity": "tCO2/MWh"}.get(row.table, "")


def _region_id(kind: str, region: str) -> str:
    if kind not in GRID_KINDS:
        raise FactorError("factor.kind", kind=kind)
    grids = {province.region for province in provinces().values()}
    return region if kind == "regional_average" and region in grids else find_province(region).id


def key_of(row: FactorRow) -> tuple[str, ...]:
    """Return what identifies ``row`` in its table."""
    form = FORMS[row.table]
    return tuple(row.item if name == form.item else (row.fields.get(name) or "").strip() for name in form.key)


@cache
def shipped() -> Mapping[str, tuple[FactorRow, ...]]:
    """Return the shipped tables by name."""
    folder = files("zonecarbon").joinpath("data", "factors")
    tables = {}
    for name in FORMS:
        text = folder.joinpath(f"{name}.csv").read_text(encoding="utf-8")
        where = Where(f"{name}.csv")
        tables[name] = tuple(parse_row(name, row, "shipped", where) for row in csv.DictReader(text.splitlines()))
    return tables


Lines: TypeAlias = Sequence[tuple[int, dict[str, str]]]


def read_table(path: str | Path) -> tuple[str, tuple[FactorRow, ...]]:
    """Return the name and rows of a user's factor table (CSV, UTF-8 with or without BOM, or GB18030).

    Raises
    ------
    InputError
        If the file cannot be read, is no table known here, or has bad rows (all of them are listed).
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise InputError(
            "file.unreadable", Where(path.name), detail=getattr(error, "strerror", "") or str(error)
        ) from None
    header, lines = _lines(decode(data, path.name), path.name)
    return _parsed(header, lines, path.name, f"{path.name} (sha256 {hashlib.sha256(data).hexdigest()[:12]})")


def take_table(columns: Columns, source: str) -> tuple[str, tuple[FactorRow, ...]]:
    """Return the name and rows of a user's factor table that is in memory: a frame, or a mapping of columns.

    Raises
    ------
    InputError
        If its columns differ in length, it is no table known here, or it has bad rows (all of them are listed).
    """
    read = {str(name).strip(): [_cell(value) for value in columns[name]] for name in columns.keys()}  # noqa: SIM118
    if len({len(column) for column in read.values()}) > 1:
        lengths = ", ".join(f"{name}: {len(column)}" for name, column in read.items())
        raise InputError("table.lengths", Where(source), lengths=lengths)
    found = [dict(zip(read, row, strict=True)) for row in zip(*read.values(), strict=True)]
    lines = [(number, cells) for number, cells in enumerate(found) if any(cells.values())]
    as_in_file = [(number + 2, cells) for number, cells in lines]  # a hash stays what it was
    known = hashlib.sha256(repr((list(read), as_in_file)).encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return _parsed(list(read), lines, source, f"{source} (sha256 {known})")


def _cell(value: Any) -> str:
    """Return a value as a file would hold it; a whole float has no point, for a year is part of a key."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()


def _parsed(header: Sequence[str], lines: Lines, source: str, origin: str) -> tuple[str, tuple[FactorRow, ...]]:
    """Return the name of the table that has such columns, and its rows, checked."""
    table = recognise(header)
    if not table:
        raise InputError("table.unknown", Where(source), columns=", ".join(header), forms=columns_of_forms())
    rows: dict[tuple[str, ...], tuple[int, FactorRow]] = {}
    problems: list[Problem] = []
    for number, cells in lines:
        where = Where(source, row=number)
        try:
            row = _own_row(table, cells, origin, where)
            first, _ = rows.setdefault(key_of(row), (number, row))
            if first != number:
                raise InputError("table.duplicate", where, row=first)
        except ZoneCarbonError as error:
            problems += [Problem(p.code, p.values, p.where if p.where.column else where) for p in error.problems]
    if problems:
        raise InputError(problems)
    return table, tuple(row for _, row in rows.values())


def _lines(text: str, source: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the header and, with its row number, each row that is not empty."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise InputError("file.syntax", Where(source), detail=str(error)) from None
    header = [name.strip() for name in lines[0]] if lines else []
    numbered = enumerate(lines[1:], start=2)
    full = [(number, line) for number, line in numbered if any(cell.strip() for cell in line)]
    return header, [(number, dict(zip_longest(header, line[: len(header)], fillvalue=""))) for number, line in full]


def decode(data: bytes, source: str) -> str:
    """Return the text of ``data``: UTF-8 (with or without BOM), else GB18030, as Excel in China writes CSV.

    UTF-16 is told by its BOM, which begins no text of the others: Excel's "Unicode text".
    """
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("file.encoding", Where(source))


def merge(tables: Mapping[str, tuple[FactorRow, ...]], name: str, rows: Iterable[FactorRow]) -> dict[str, Any]:
    """Return ``tables`` with ``rows`` replacing rows of the same key in table ``name``, and the others added."""
    by_key = {key_of(row): row for row in tables[name]}
    by_key |= {key_of(row): row for row in rows}
    return {**tables, name: tuple(by_key.values())}
