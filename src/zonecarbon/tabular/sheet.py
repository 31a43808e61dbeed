"""One table while it is checked: columns under our names, where rows stand, which are bad, what is wrong.

Decided here: a column is read once into codes and distinct words; whatever is looked up, is looked up once per word.
Two words that mean the same (2020 and "2020年", 原煤 and raw coal) get one code, so that keys made of codes find every
repetition.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.vocabulary import fold, nearest

WORDS = {
    "zone": ("zone", "园区", "高新区", "园区名称", "高新区名称"),
    "name": ("name", "名称", "全称"),
    "province": ("province", "省份", "省", "所在省份", "地区"),
    "year": ("year", "年份", "年度", "年"),
    "sector": ("sector", "行业", "部门"),
    "value_added": ("value_added", "工业增加值", "增加值"),
    "unit": ("unit", "单位", "计量单位"),
    "price_year": ("price_year", "价格年", "价格基期", "价格"),
    "boundary": ("boundary", "边界"),
    "coverage": ("coverage", "统计范围"),
    "deflator": ("deflator", "平减指数"),
    "carrier": ("carrier", "能源品种", "品种", "能源", "能源名称"),
    "quantity": ("quantity", "数量", "消费量", "实物量"),
    "use": ("use", "用途", "使用方式"),
    "supply": ("supply", "供应方式", "来源", "供应", "供电方式", "供能方式", "电力来源"),
    "ncv": ("ncv", "热值", "低位发热量", "低位发热量（热值）", "低位热值", "发热量"),
    "ncv_unit": ("ncv_unit", "热值单位"),
    "basis": ("basis", "口径"),
    "meter": ("meter", "计量点", "表号"),
    "product": ("product", "产品"),
    "output": ("output", "产量"),
    "factor": ("factor", "排放因子"),
    "indicator": ("indicator", "指标", "指标名称"),
    "value": ("value", "数值", "值"),
}
_NAMES = {fold(word): name for name, words in WORDS.items() for word in words}
_MOST = 10_000
# Columns that people keep for themselves.
_OWN = {
    fold(word)
    for word in ("note", "notes", "remark", "remarks", "comment", "id", "no", "备注", "说明", "序号", "编号", "注")
}

FoundT = TypeVar("FoundT")


@dataclass(slots=True)
class Sheet:
    """One table: its columns, the row number of each row, which rows are bad and why."""

    source: str
    columns: dict[str, Any]
    number: IntArray
    bad: BoolArray = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    _texts: dict[str, tuple[IntArray, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.number), dtype=bool)

    def __len__(self) -> int:
        return len(self.number)

    def unused(self, known: Collection[str]) -> list[Problem]:
        """Return a warning for each column that says something and is not read, with the heading most like it."""
        others = [column for column in self.columns if column and column not in known and fold(column) not in _OWN]
        words = [word for name in known for word in WORDS[name]]
        hints = {column: nearest(column, words) for column in others}
        return [
            Problem("columns.unused", {"name": name, "nearest": f" ({hint!r}?)" if hint else ""}, self.where(name))
            for name, hint in hints.items()
        ]

    def cell(self, column: str, row: int) -> Any:
        """Return one cell as it came, numpy's numbers as Python's."""
        value = self.columns[column][row]
        return value.item() if isinstance(value, np.generic) else value

    def bad_rows(self) -> pd.DataFrame:
        """Return the rows that are bad, as they came, with their row number."""
        columns = {name: column[self.bad] for name, column in self.columns.items()}
        return pd.DataFrame({**columns, "row": self.number[self.bad]})

    def where(self, column: str, row: int | None = None) -> Where:
        """Return the place of a cell."""
        return Where(self.source, "", None if row is None else int(self.number[row]), column)

    def report(self, rows: BoolArray, column: str, code: str, make: Callable[[int], dict[str, Any]]) -> None:
        """Mark rows as bad, with a problem each."""
        self._mark(np.flatnonzero(rows), column, lambda row: [(code, make(row))])

    def repeat(self, codes: IntArray, errors: Mapping[int, ZoneCarbonError], column: str) -> None:
        """Mark the rows whose code has an error as bad, with what the look-up raised."""
        if errors:
            refused = np.zeros(int(codes.max(initial=0)) + 1, dtype=bool)
            refused[list(errors)] = True
            found = np.flatnonzero(refused[codes])
            self._mark(found, column, lambda row: [(p.code, p.values) for p in errors[int(codes[row])].problems])

    def _mark(self, rows: IntArray, column: str, make: Callable[[int], list[tuple[str, dict[str, Any]]]]) -> None:
        self.bad[rows] = True
        for row in rows[:_MOST].tolist():
            self.problems += [Problem(code, values, self.where(column, row)) for code, values in make(row)]
        if len(rows) > _MOST:
            self.problems.append(Problem("and_more", {"count": len(rows) - _MOST}, self.where(column)))

    def texts(self, column: str) -> tuple[IntArray, list[str]]:
        """Return codes and distinct texts of a column; a column that is not there is empty."""
        if column not in self.columns:
            return np.zeros(len(self), dtype=np.int64), [""]
        if column not in self._texts:
            codes, distinct = pd.factorize(self.columns[column], use_na_sentinel=True)
            words = ["" if is_blank(word) else as_text(word) for word in distinct.tolist()]
            if (codes < 0).any():
                codes = np.where(codes < 0, len(words), codes)
                words.append("")
            self._texts[column] = _merged(codes.astype(np.int64, copy=False), words)
        return self._texts[column]

    def mapped(self, column: str, find: Callable[[str], FoundT], empty: FoundT) -> tuple[IntArray, list[FoundT]]:
        """Return codes and what ``find`` makes of each distinct text; rows that it refuses are reported."""
        codes, words = self.texts(column)
        found: list[FoundT] = []
        errors: dict[int, ZoneCarbonError] = {}
        for code, word in enumerate(words):
            try:
                found.append(find(word))
            except ZoneCarbonError as error:
                found.append(empty)
                errors[code] = error
        self.repeat(codes, errors, column)
        return _merged(codes, found)

    def numbers(self, column: str) -> FloatArray:
        """Return a column of figures; blank is NaN, what is no finite number is reported and NaN."""
        if column not in self.columns:
            return np.full(len(self), np.nan)
        values = _as_floats(self.columns[column])
        if values is None:
            values = self._parsed(column)
        infinite = np.isinf(values)
        if infinite.any():
            self.report(infinite, column, "number.finite", lambda row: self.came(column, row))
            values = np.where(infinite, np.nan, values)
        return values

    def _parsed(self, column: str) -> FloatArray:
        cells = self.columns[column]
        is_bool = _bools(cells)
        self.report(is_bool, column, "number.bool", lambda row: self.came(column, row))
        codes, distinct = pd.factorize(cells, use_na_sentinel=True)
        codes = np.where(is_bool | (codes < 0), len(distinct), codes).astype(np.int64)
        values = np.full(len(distinct) + 1, np.nan)
        errors: dict[int, ZoneCarbonError] = {}
        for code, word in enumerate(distinct.tolist()):
            try:
                values[code] = _figure(word)
            except ZoneCarbonError as error:
                errors[code] = error
        self.repeat(codes, errors, column)
        figures: FloatArray = values[codes]
        return figures

    def not_negative(self, column: str) -> FloatArray:
        """Return a column of figures, those below zero reported."""
        values = self.numbers(column)
        self.report(values < 0, column, "number.negative", lambda row: self.came(column, row))
        return values

    def came(self, column: str, row: int) -> dict[str, Any]:
        """Return the values of a problem: the column, and what its cell says."""
        return {"name": column, "value": self.cell(column, row)}


def make_sheet(source: str, columns: Sequence[tuple[str, Any]], first_row: int) -> Sheet:
    """Return a sheet of named columns of equal length; rows without anything in them are left out.

    Raises
    ------
    InputError
        If a column stands twice.
    """
    names = [_NAMES.get(fold(header), header.strip()) for header, _ in columns]
    twice = sorted({name for name in names if name in WORDS and names.count(name) > 1})
    if twice:
        raise InputError("columns.twice", Where(source), names=", ".join(twice))
    named = dict(zip(names, (column for _, column in columns), strict=True))
    size = len(columns[0][1]) if columns else 0
    sheet = Sheet(source, named, np.arange(size, dtype=np.int64) + first_row)
    empty = _empty_rows(sheet)
    if not len(empty):
        return sheet
    keep = np.ones(size, dtype=bool)
    keep[empty] = False
    return Sheet(source, {name: column[keep] for name, column in named.items()}, sheet.number[keep])


def _empty_rows(sheet: Sheet) -> IntArray:
    codes, words = sheet.texts("zone")
    rows = np.flatnonzero(np.array([not word for word in words])[codes])
    for column in sheet.columns.values():
        if len(rows):
            rows = rows[[is_blank(cell) for cell in column[rows]]]
    return rows


def is_blank(value: Any) -> bool:
    """Return whether a cell holds nothing: None, NaN, NA, NaT or blanks."""
    if isinstance(value, str):
        return not value.strip()
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def as_text(value: Any) -> str:
    """Return a cell as text; a whole number without its decimal point."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _as_floats(cells: Any) -> FloatArray | None:
    """Return a column of plain numbers as floats, blanks as NaN; None if it holds anything else."""
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "iuf":
        return cells.astype(np.float64, copy=False)
    kind = pd.api.types.infer_dtype(cells, skipna=True)
    if kind not in {"floating", "integer", "mixed-integer-float", "empty"}:
        return None
    known = ~np.asarray(pd.isna(cells), dtype=bool)
    values = np.full(len(cells), np.nan)
    try:
        values[known] = np.asarray(cells[known]).astype(np.float64)
    except OverflowError:
        return None
    return values


def _bools(cells: Any) -> BoolArray:
    if pd.api.types.infer_dtype(cells, skipna=True) in {"string", "decimal", "floating", "integer"}:
        return np.zeros(len(cells), dtype=bool)
    return np.array([isinstance(cell, (bool, np.bool_)) for cell in cells], dtype=bool)


def _figure(value: Any) -> float:
    if is_blank(value):
        return float("nan")
    if isinstance(value, str):
        plain = value.isascii() and value.replace(".", "", 1).isdecimal()
        return float(value) if plain else units.number(value)
    if isinstance(value, Real):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    return units.number(str(value))


def _merged(codes: IntArray, values: Sequence[FoundT]) -> tuple[IntArray, list[FoundT]]:
    """Return codes and values with equal values under one code."""
    at: dict[FoundT, int] = {}
    places = np.array([at.setdefault(value, len(at)) for value in values], dtype=np.int64)
    return (codes, list(values)) if len(at) == len(values) else (places[codes], list(at))


def combinations(*codes: IntArray) -> tuple[IntArray, IntArray]:
    """Return the code of each row's combination, in order of occurrence, and the first row of each."""
    combined, size = codes[0], int(codes[0].max(initial=0)) + 1
    for part in codes[1:]:
        width = int(part.max(initial=0)) + 1
        if size * width > np.iinfo(np.int64).max // 2:
            combined, size = _factorized(combined)
        combined, size = combined * width + part, size * width
    combined, count = _factorized(combined)
    first = np.empty(count, dtype=np.int64)
    first[combined[::-1]] = np.arange(len(combined) - 1, -1, -1)
    return combined, first


def _factorized(codes: IntArray) -> tuple[IntArray, int]:
    found, distinct = pd.factorize(codes)
    return found.astype(np.int64, copy=False), len(distinct)


def one_of_each(
    sheet: Sheet, legible: BoolArray, keys: Sequence[IntArray], amount: FloatArray
) -> tuple[BoolArray, BoolArray, IntArray]:
    """Return which rows to keep, which repeat a good row, and the row that each repeats.

    One row of each key is kept: the first good one. ``amount`` becomes NaN there if any row of the key says otherwise.
    """
    rows = np.flatnonzero(legible)
    rows = np.concatenate([rows[~sheet.bad[rows]], rows[sheet.bad[rows]]])
    combined, first = combinations(*(key[rows] for key in keys))
    origin = np.arange(len(sheet), dtype=np.int64)
    origin[rows] = rows[first[combined]]
    again = origin != np.arange(len(sheet))
    differs = again & ~(amount == amount[origin])
    amount[origin[differs]] = np.nan
    return legible & ~again, again & ~sheet.bad, origin
