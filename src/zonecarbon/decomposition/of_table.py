"""The cells of a table: one for each combination of its key columns, with the identity's variables as columns.

Decided here: a table is any mapping of columns. Rows are told apart by the time column and the key columns together; a
row that stands twice is an error, not a sum, because the variables of an identity (a total, a share's denominator)
cannot all be added. A cell that has no row in a year is not known there: zero is a statement that only the user can
make (``absent="zero"``). If the table has a column for the left side of a definition, the factors must come to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon._table import first_row, in_index
from zonecarbon._typing import BoolArray, Columns, FloatArray, IntArray, ObjectArray
from zonecarbon.decomposition.cells import Cells, Part, listed, room
from zonecarbon.decomposition.identity import Identity, parse_identity
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError

_COLUMNS = ("factor", "start", "end", "effect", "unit")  # of every result
_DEFAULT_KEYS = ("zone", "sector", "carrier")
# How far the factors of a definition may be from the column of its left side: rounding of the arithmetic, not of print.
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class TableCells(Cells):
    """Cells of a table; see the module.

    Parameters
    ----------
    identity
        What the user wrote.
    names
        The key columns.
    labels
        The labels of each cell, one array for each key column.
    arrays
        The variables, each (cell, 1, 1, year).
    """

    identity: Identity
    names: tuple[str, ...]
    labels: tuple[ObjectArray, ...]
    arrays: dict[str, FloatArray]

    @property
    def shape(self) -> tuple[int, int, int]:
        """As many zones as the table has cells; one sector, one cell of it."""
        return len(next(iter(self.arrays.values()))), 1, 1

    def identities(self, level: str) -> dict[str, Identity]:
        """Return the one identity."""
        del level
        return {"own": self.identity}

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a quotient of columns."""
        return self.identity.is_ratio or self.identity.left.endswith("_intensity")

    def blocks(self, level: str) -> Iterator[tuple[slice, list[Part]]]:
        """Return the whole table."""
        del level
        yield slice(0, self.shape[0]), [Part(self.identity, [self.arrays[v] for v in self.identity.variables], 0)]

    def part(self, rows: slice) -> Self:
        """Return some cells."""
        arrays = {name: array[rows] for name, array in self.arrays.items()}
        return replace(self, labels=tuple(label[rows] for label in self.labels), arrays=arrays)

    def keys(self, level: str) -> tuple[str, ...]:
        """Return the labels that tell the aggregates of a level apart: of a sector all there are."""
        if level == "sector":
            return self.names
        return ("zone",) if level == "zone" and "zone" in self.names else ()

    def default_by(self) -> tuple[str, ...]:
        """Return the key columns."""
        return self.names

    def carrier_labels(self) -> list[str]:
        """Return one without a name: a carrier of a table is a key column like any other."""
        return [""]

    def groups(self, by: Sequence[str]) -> tuple[IntArray, dict[str, NDArray[Any]]]:
        """Return the group of each cell, in the order in which the groups first stand in the table."""
        unknown = [name for name in by if name not in self.names]
        if unknown:
            raise InputError("option", name="by", value=", ".join(by), known=", ".join(self.names) or "-")
        by = tuple(dict.fromkeys(by))
        group, labels = _cells([self.labels[self.names.index(name)] for name in by], by, self.shape[0])
        return group[:, None], dict(zip(by, labels, strict=True))


def table_cells(
    table: Columns,
    identity: str,
    *,
    time: str,
    by: Sequence[str] | None,
    base: Any,
    end: Any,
    chained: bool,
    absent: str,
    leave_out: bool,
    zeros: float,
    unit: str,
) -> TableCells:
    """Return the cells of a table over the years from ``base`` to ``end``; see :func:`zonecarbon.decompose`.

    Raises
    ------
    InputError
        If columns are missing, figures are none, rows stand twice, a year is not there, or the factors of a definition
        do not come to its left side.
    """
    have = [str(name) for name in table]
    keys = [by] if isinstance(by, str) else by or ("zone", "sector", "carrier")
    if hidden := [name for name in in_index(table, [time, *keys]) if name not in have]:
        raise InputError("columns.index", names=", ".join(hidden))
    if time not in have:
        raise InputError("decompose.time_column", name=time, have=", ".join(have))
    parsed = parse_identity(identity, have)
    names = tuple([by] if isinstance(by, str) else by) if by is not None else _keys_of(have, parsed, time)
    missing = [name for name in (*names, *parsed.variables) if name not in have]
    if missing:
        raise InputError("columns.missing", names=", ".join(dict.fromkeys(missing)), have=", ".join(have))
    if taken := [name for name in names if name in _COLUMNS]:
        raise InputError("decompose.reserved", names=", ".join(taken), taken=", ".join(_COLUMNS))
    length, year_of, moments = _times(table[time])
    years = _years(moments, base, end, chained)
    when = {year: at for at, year in enumerate(years)}
    year_at = np.array([when.get(moment, -1) for moment in moments], dtype=np.int64)[year_of]
    cell, labels = _cells([table[name] for name in names], names, length)
    used = np.flatnonzero(year_at >= 0)
    first = first_row(table)
    _refuse_twice(cell, year_at, used, labels, years, names, first)
    wanted = list(parsed.variables)
    if parsed.is_definition and parsed.left in have:
        wanted.append(parsed.left)
    columns, unit = _bare({name: table[name] for name in wanted}, parsed.left, unit)
    figures = _figures(columns, wanted, length, first)
    shape = (len(labels[0]) if labels else min(length, 1), len(years))
    place = cell[used], year_at[used]
    there = np.zeros(shape, dtype=bool)
    there[place] = True
    arrays = {name: np.where(there, 0.0, 0.0 if absent == "zero" else np.nan) for name in wanted}
    for name, array in arrays.items():
        array[place] = figures[name][used]
    cells = _names(labels, shape[0])
    if parsed.is_definition and parsed.left in arrays:
        _prove(parsed, arrays, cells, years)
    known = ~np.any([np.isnan(arrays[name]).any(axis=1) for name in parsed.variables], axis=0)
    if leave_out:
        known = _whole_zones(known, names, labels)
    zones = labels[names.index("zone")] if "zone" in names else cells
    warnings = _warnings(cells, zones if leave_out else cells, there, known, years, absent, leave_out)
    if zeros:
        arrays = {name: np.where(array == 0.0, zeros, array) for name, array in arrays.items()}
    if leave_out and not known.any():
        raise InputError("decompose.nothing", cells=listed(cells))
    kept = known if leave_out else np.ones(len(known), dtype=bool)
    shaped = {name: room((int(kept.sum()), 1, 1, len(years))) for name in arrays}
    for name, array in arrays.items():
        shaped[name][:, 0, 0] = array[kept]
    return TableCells(tuple(years), unit, warnings, parsed, names, tuple(label[kept] for label in labels), shaped)


def _whole_zones(known: BoolArray, names: Sequence[str], labels: Sequence[ObjectArray]) -> BoolArray:
    """Return the cells of zones of which every cell is known: part of a zone is not the zone."""
    if "zone" not in names:
        return known
    codes, zones = _codes(labels[list(names).index("zone")].tolist())
    is_whole = np.ones(len(zones), dtype=bool)
    is_whole[codes[~known]] = False
    return is_whole[codes]


def _keys_of(have: Sequence[str], identity: Identity, time: str) -> tuple[str, ...]:
    taken = {*identity.variables, identity.left, time}
    return tuple(name for name in _DEFAULT_KEYS if name in have and name not in taken)


def _codes(values: Sequence[Any]) -> tuple[IntArray, list[Any]]:
    """Return the place of each value among the distinct ones, in the order in which those first come."""
    found: dict[Any, int] = {}
    codes = np.fromiter((found.setdefault(value, len(found)) for value in values), dtype=np.int64, count=len(values))
    return codes, list(found)


def _codes_of(column: Any) -> tuple[IntArray, list[Any]]:
    """Return the same of a column; of whole numbers without a Python object for each row."""
    is_whole = getattr(getattr(column, "dtype", None), "kind", "") in {"i", "u"} and hasattr(column, "__array__")
    if not is_whole or isinstance(column, np.ma.MaskedArray):
        return _codes(_listed_values(column))
    values, first, codes = np.unique(np.asarray(column), return_index=True, return_inverse=True)
    rank, order = _ranks(first)
    return rank[codes], values[order].tolist()


def _ranks(first: IntArray) -> tuple[IntArray, IntArray]:
    """Return the rank of each by where it first comes, and their order."""
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank, order


def _listed_values(column: Any) -> list[Any]:
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if kind == "M":  # dates as people write them
        days = np.asarray(column).astype("datetime64[D]")
        return [None if is_blank else str(day) for day, is_blank in zip(days, np.isnat(days), strict=True)]
    return column.tolist() if hasattr(column, "tolist") else list(column)


def _text(value: Any) -> str:
    """Return a key as text; what is blank in a table is empty."""
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN is not itself


def _times(column: Any) -> tuple[int, IntArray, list[Any]]:
    """Return the number of rows, the place of each one's moment, and the moments."""
    raw, distinct = _codes_of(column)
    again, moments = _codes([_moment(value) for value in distinct])
    return len(raw), again[raw], moments


def _cells(columns: Sequence[Any], names: Sequence[str], length: int) -> tuple[IntArray, tuple[ObjectArray, ...]]:
    """Return the cell of each row, and the labels of the cells, in the order in which they first come."""
    cell = np.zeros(length, dtype=np.int64)
    codes, texts = [], []
    for name, column in zip(names, columns, strict=True):
        raw, distinct = _codes_of(column)
        if len(raw) != length:
            raise InputError("arrays.shape", what=name, got=(len(raw),), expected=(length,))
        again, labels = _codes([_text(value) for value in distinct])
        codes.append(again[raw])
        texts.append(_array(labels))
        _, cell = np.unique(cell * len(labels) + codes[-1], return_inverse=True)
    _, first, cell = np.unique(cell, return_index=True, return_inverse=True)
    rank, order = _ranks(first)
    return rank[cell], tuple(text[code[first[order]]] for text, code in zip(texts, codes, strict=True))


def _array(values: Sequence[Any]) -> ObjectArray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _names(labels: Sequence[ObjectArray], count: int) -> ObjectArray:
    """Return the cells in words."""
    return _array([" / ".join(row) for row in zip(*labels, strict=True)] if labels else ["-"] * count)


def _moment(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    return int(number) if number.is_integer() else number


def _years(moments: Sequence[Any], base: Any, end: Any, chained: bool) -> list[Any]:
    if any(not _text(moment).strip() for moment in moments):  # a blank has no place in an order
        raise InputError("decompose.time", got="NaN")
    try:
        distinct = sorted(set(moments))
    except TypeError:
        raise InputError("decompose.time", got=", ".join(sorted({type(m).__name__ for m in moments}))) from None
    if len(distinct) < 2:
        raise InputError("decompose.years", years=", ".join(map(str, distinct)) or "-")
    first = distinct[0] if base is None else _moment(base)
    last = distinct[-1] if end is None else _moment(end)
    absent = [str(moment) for moment in (first, last) if moment not in distinct]
    if absent:
        raise InputError("year.absent", year=", ".join(absent), years=", ".join(map(str, distinct)))
    if first == last:
        raise InputError("decompose.order", base=first, end=last)
    low, high = sorted((first, last))
    between = [moment for moment in distinct if low <= moment <= high] if chained else [low, high]
    return between if first == low else between[::-1]


def _refuse_twice(
    cell: IntArray,
    year_at: IntArray,
    used: IntArray,
    labels: Sequence[ObjectArray],
    years: Sequence[Any],
    names: Sequence[str],
    first_row: int,
) -> None:
    """Refuse rows that cannot be told apart, all at once."""
    key = cell[used] * len(years) + year_at[used]
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[inverse] != np.arange(len(key)))
    problems = []
    for at in again.tolist():
        row, earlier = int(used[at]), int(used[first[inverse[at]]])
        text = ", ".join([*(str(label[cell[row]]) for label in labels), str(years[year_at[row]])])
        told = {"key": text, "first": earlier + first_row, "by": ", ".join(names) or "-"}
        problems.append(Problem("decompose.twice", told, Where("", "", row + first_row)))
    if problems:
        raise InputError(problems)


def _bare(columns: dict[str, Any], left: str, unit: str) -> tuple[dict[str, Any], str]:
    """Return columns without units, and the unit of the value: effects are in it, all else is relative."""
    held = {name: _quantity(column) for name, column in columns.items()}
    carrying = [name for name, quantity in held.items() if quantity is not None]
    if not carrying:
        return columns, unit
    if left not in columns:
        raise InputError("decompose.quantities", names=", ".join(carrying), left=left)
    bare = {name: columns[name] if held[name] is None else held[name].magnitude for name in columns}
    if (value := held[left]) is not None:
        bare[left], unit = (units.magnitude(value, unit), unit) if unit else (value.magnitude, f"{value.units:~}")
    return bare, unit


def _quantity(column: Any) -> Any:
    """Return the quantity around a column of a host's table; None if it has no unit."""
    if str(getattr(column, "dtype", "")).startswith("pint["):  # pint-pandas: as an array it would lose its unit
        return column.pint.quantity
    return column if units.is_quantity(column) else None


def _figures(table: Columns, names: Sequence[str], length: int, first_row: int) -> dict[str, FloatArray]:
    """Return columns as numbers; a blank is not known. Everything that is no number is told at once."""
    found: dict[str, FloatArray] = {}
    problems: list[Problem] = []
    for name in names:
        column = table[name]
        try:
            array = np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)
        except (TypeError, ValueError):
            array = np.array([_number(value, name, row, problems) for row, value in enumerate(column, start=first_row)])
        if array.shape != (length,):
            raise InputError("arrays.shape", what=name, got=array.shape, expected=(length,))
        endless = np.flatnonzero(np.isinf(array))
        problems += [
            Problem("number.finite", {"name": name, "value": float(array[row])}, Where("", "", row + first_row, name))
            for row in endless.tolist()
        ]
        found[name] = array
    if problems:
        raise InputError(problems)
    return found


def _number(value: Any, name: str, row: int, problems: list[Problem]) -> float:
    if value is None or (isinstance(value, str) and not value.strip()):
        return float("nan")
    try:
        return float(units.number(value)) if isinstance(value, str) else float(value)
    except (ZoneCarbonError, TypeError, ValueError):
        problems.append(Problem("number.text", {"text": str(value)}, Where("", "", row, name)))
        return float("nan")


def _prove(identity: Identity, arrays: dict[str, FloatArray], cells: ObjectArray, years: Sequence[Any]) -> None:
    """Refuse a definition whose factors do not come to the column of its left side."""
    with np.errstate(all="ignore"):
        right = np.ones_like(arrays[identity.left])
        for name, power in identity.whole.items():
            right = right * arrays[name] ** power
        left = arrays[identity.left]
        far = np.abs(right - left) > _CLOSE * np.maximum(np.abs(right), np.abs(left))
    wrong = np.argwhere(far).tolist()
    is_identity_wrong = len(wrong) > 1 and 2 * len(wrong) > int(np.isfinite(right * left).sum())
    problems = []
    for cell, year in wrong[:1] if is_identity_wrong else wrong:
        told = {"left": identity.left, "value": float(left[cell, year]), "product": float(right[cell, year])}
        told |= {"key": f"{cells[cell]}, {years[year]}", "text": identity.text, "count": len(wrong)}
        problems.append(Problem("identity.unequal_all" if is_identity_wrong else "identity.unequal", told))
    if problems:
        raise InputError(problems)


def _warnings(
    cells: ObjectArray,
    owners: ObjectArray,
    there: BoolArray,
    known: BoolArray,
    years: Sequence[Any],
    absent: str,
    leave_out: bool,
) -> tuple[Problem, ...]:
    """Return what a reader must know: cells without a row, and cells (or zones) that are not known."""
    found = []
    lacking = np.flatnonzero(~there.all(axis=1))
    if len(lacking):
        named = [
            f"{cells[at]} ({', '.join(str(years[year]) for year in np.flatnonzero(~there[at]).tolist())})"
            for at in lacking[:21].tolist()
        ]
        shown = _array([*named, *cells[lacking[21:]].tolist()])
        code = "decompose.absent_zero" if absent == "zero" else "decompose.absent_unknown"
        found.append(Problem(code, {"cells": listed(shown)}))
    if not known.all():
        code = "decompose.cells_left_out" if leave_out else "decompose.cells_unknown"
        found.append(Problem(code, {"cells": listed(_array(list(dict.fromkeys(owners[~known].tolist()))))}))
    return tuple(found)
