"""One table while it is checked: columns under our names, where rows stand, which are bad, what is wrong.

Decided here: a column is read once into codes and distinct words; whatever is looked up, is looked up once per word.
Two words that mean the same (2020 and "2020年", 原煤 and raw coal) get one code, so that keys made of codes find every
repetition.
"""

import math
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from numbers import Real
from typing import Any, NamedTuple, TypeVar, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon._table.escaping import unescape
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity.assembling import each_block
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.tabular.codes import Keys, combinations, merged, narrow, no_codes, no_rows
from zonecarbon.tabular.headings import WORDS
from zonecarbon.tabular.marks import is_mark, mark

_MOST = 10_000

FoundT = TypeVar("FoundT")


class BadCell(str):
    """A cell that cannot be read, and why; where it stands for a name or a figure, its row is bad."""

    code: str
    values: dict[str, Any]

    def __new__(cls, code: str, values: Mapping[str, Any]) -> "BadCell":
        """Return the cell; as a text it says what came."""
        cell = super().__new__(cls, str(values.get("value", code)))
        cell.code, cell.values = code, dict(values)
        return cell

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def error(self) -> InputError:
        """What is wrong."""
        return InputError(self.code, **self.values)


class Spots(NamedTuple):
    """Where melted figures stand: of each row, which column of the file; heading and letter of those columns."""

    which: IntArray
    headings: Sequence[str]
    letters: Sequence[str]


# The columns that melting makes of a heading and of the figure below it.
_MELTED = {"quantity", "carrier", "unit", "use", "supply", "basis", "value_added", "indicator", "value"}


@dataclass(slots=True)
class Sheet:
    """One table: its columns, the row number of each row, which rows are bad and why.

    ``sheet`` and ``letters`` are those of a workbook, ``marks`` what dashes stand for (or the words of a note that does
    not tell); ``notes`` are warnings, and
    ``derived`` says that the zones were gathered from another table. ``quoted`` texts may begin with an apostrophe that
    keeps spreadsheets from reading them as formulas. ``shown`` are columns as they came where they are read as
    something else.
    """

    source: str
    columns: dict[str, Any]
    number: IntArray
    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    spots: Spots | None = None
    marks: Mapping[str, float | str] = field(default_factory=dict)
    derived: bool = False
    quoted: bool = False
    shown: dict[str, Any] = field(default_factory=dict)
    bad: BoolArray = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    _texts: dict[str, tuple[IntArray, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.number), dtype=bool)

    def __len__(self) -> int:
        return len(self.number)

    def take(self, rows: IntArray) -> "Sheet":
        """Return a sheet of some rows, with what is known of them."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        spots = None if self.spots is None else self.spots._replace(which=self.spots.which[rows])
        taken = Sheet(
            self.source,
            columns,
            self.number[rows],
            self.sheet,
            self.letters,
            spots,
            self.marks,
            self.derived,
            self.quoted,
            {name: column[rows] for name, column in self.shown.items()},
        )
        taken.bad = self.bad[rows]
        taken.problems, taken.notes = self.problems, self.notes
        return taken

    def replace(self, name: str, column: Any) -> None:
        """Put another column in the place of one, before or after it was read."""
        self.columns[name] = column
        self._texts.pop(name, None)

    def unused(self, known: Collection[str]) -> list[Problem]:
        """Return a warning for each column of ours that this table has no use for."""
        others = [name for name in self.columns if name in WORDS and name not in known]
        return [Problem("columns.unused", {"name": name, "nearest": ""}, self.where(name)) for name in others]

    def cell(self, column: str, row: int) -> Any:
        """Return one cell as it came, numpy's numbers as Python's."""
        value = self.columns[column][row]
        return value.item() if isinstance(value, np.generic) else value

    def bad_rows(self) -> pd.DataFrame:
        """Return the rows that are bad, as they came, with their row number."""
        columns = {name: _as_kept(column[self.bad]) for name, column in {**self.columns, **self.shown}.items()}
        return pd.DataFrame({**columns, "row": self.number[self.bad]})

    def where(self, column: str, row: int | None = None) -> Where:
        """Return the place of a cell."""
        if row is None:
            return Where(self.source, self.sheet, None, column)
        number, letter = int(self.number[row]), self.letter(column, row)
        if self.spots is not None and column in _MELTED and column not in self.letters:
            column = self.spots.headings[int(self.spots.which[row])]
        return Where(self.source, self.sheet, number, column, f"{letter}{number}" if letter else "")

    def letter(self, column: str, row: int) -> str:
        """Return the letter of the column of a workbook in which a cell stands; empty elsewhere."""
        if self.spots is None or column not in _MELTED or column in self.letters:
            return self.letters.get(column, "")
        return self.spots.letters[int(self.spots.which[row])] if self.spots.letters else ""

    def report(self, rows: BoolArray, column: str, code: str, make: Callable[[int], dict[str, Any]]) -> None:
        """Mark rows as bad, with a problem each."""
        self._mark(np.flatnonzero(rows), column, lambda row: [(code, make(row))])

    def report_one(self, row: int, column: str, code: str, **values: Any) -> None:
        """Mark one row as bad; the value that came is added."""
        self.bad[row] = True
        self.problems.append(Problem(code, {"value": self.cell(column, row), **values}, self.where(column, row)))

    def ordered_problems(self) -> list[Problem]:
        """Return what is wrong as one reads: row by row, from the left to the right; the table as a whole last."""
        place = {name: at for at, name in enumerate(self.columns)}

        def key(problem: Problem) -> tuple[float, int]:
            row = math.inf if problem.where.row is None else problem.where.row
            return row, place.get(problem.where.column, 0)

        return sorted(self.problems, key=key)

    def repeat(self, codes: IntArray, errors: Mapping[int, ZoneCarbonError], column: str) -> None:
        """Mark the rows whose code has an error as bad, with what the look-up raised."""
        if errors:
            # An unused category of a frame may be refused too, and is in no row.
            refused = np.zeros(max(int(codes.max(initial=0)), *errors) + 1, dtype=bool)
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
            return no_codes(len(self)), [""]
        if column not in self._texts:
            codes, distinct = _coded(self.columns[column])
            words = [word.strip() if type(word) is str else _as_word(word) for word in distinct]
            words = [unescape(word) if word[:1] == "'" else word for word in words] if self.quoted else words
            words = _whole(words)
            if len(codes) and codes.min() < 0:
                words.append("")
                codes = narrow(np.where(codes < 0, len(words) - 1, codes.astype(np.int64)), len(words))
            self._texts[column] = merged(codes, words)
        return self._texts[column]

    def mapped(self, column: str, find: Callable[[str], FoundT], empty: FoundT) -> tuple[IntArray, list[FoundT]]:
        """Return codes and what ``find`` makes of each distinct text; rows that it refuses are reported."""
        codes, words = self.texts(column)
        found: list[FoundT] = []
        errors: dict[int, ZoneCarbonError] = {}
        for code, word in enumerate(words):
            try:
                if isinstance(word, BadCell):
                    raise word.error
                found.append(find(word))
            except ZoneCarbonError as error:
                found.append(empty)
                errors[code] = error
        self.repeat(codes, errors, column)
        return merged(codes, found)

    def numbers(self, column: str) -> FloatArray:
        """Return a column of figures; blank is NaN, what is no finite number is reported and NaN."""
        if column not in self.columns:
            return np.full(len(self), np.nan)
        values = _as_floats(self.columns[column])
        if values is None:
            values = self._parsed(column)
        if not are_finite(values) and (infinite := np.isinf(values)).any():
            self.report(infinite, column, "number.finite", lambda row: self.came(column, row))
            values = np.where(infinite, np.nan, values)
        return values

    def _parsed(self, column: str) -> FloatArray:
        cells = self.columns[column]
        is_bool = _bools(cells)
        self.report(is_bool, column, "number.bool", lambda row: self.came(column, row))
        codes, distinct = _coded(cells)
        codes = np.where(is_bool | (codes < 0), len(distinct), codes.astype(np.int64))
        values = np.full(len(distinct) + 1, np.nan)
        errors: dict[int, ZoneCarbonError] = {}
        for code, word in enumerate(distinct):
            try:
                values[code] = self._figure(word)
            except ZoneCarbonError as error:
                errors[code] = error
        self.repeat(codes, errors, column)
        figures: FloatArray = values[codes]
        return figures

    def _figure(self, value: Any) -> float:
        if isinstance(value, BadCell):
            raise value.error
        if isinstance(value, str) and is_mark(value):
            meaning = self.marks.get(mark(value))
            if meaning is None:
                raise InputError("number.mark", value=value)
            if isinstance(meaning, str):
                raise InputError("number.mark_unclear", value=value, note=meaning)
            return meaning
        return _figure(value)

    def not_negative(self, column: str) -> FloatArray:
        """Return a column of figures, those below zero reported."""
        values = self.numbers(column)
        if len(values) and not values.min() >= 0:  # true of NaN, too
            self.report(values < 0, column, "number.negative", lambda row: self.came(column, row))
        return values

    def given(self, column: str, keep: BoolArray) -> Sequence[str]:
        """Return figure, unit and heat value of the rows to keep as they came, for the audit."""
        return _GivenTexts([self.columns.get(name) for name in (column, "unit", "ncv", "ncv_unit")], keep)

    def warn_of_blanks(self, column: str, rows: BoolArray, code: str) -> None:
        """Note which cells of a column are blank; the first twenty are named."""
        blank = np.flatnonzero(rows)
        places = [self.where(column, row) for row in blank[:20].tolist()]
        named = ", ".join(place.cell or str(place.row) for place in places) + (", ..." if len(blank) > 20 else "")
        if len(blank):
            self.notes.append(Problem(code, {"rows": named}, self.where(column)))

    def converted(self, column: str, values: FloatArray, factors: FloatArray, codes: IntArray) -> FloatArray:
        """Return figures times the factor of each code, NaN in bad rows; what is too large for a number is reported."""
        amount = np.empty(len(values))

        def multiply(rows: slice) -> None:
            with np.errstate(over="ignore"):
                np.multiply(values[rows], factors.take(codes[rows]), out=amount[rows])

        each_block(multiply, len(values))
        if not are_finite(amount) and np.isinf(amount).any():
            self.report(np.isinf(amount), column, "number.finite", lambda row: self.came(column, row))
        return np.where(self.bad, np.nan, amount) if self.bad.any() else amount

    def came(self, column: str, row: int) -> dict[str, Any]:
        """Return the values of a problem: the column, and what its cell says."""
        return {"name": column, "value": self.cell(column, row)}


def is_blank(value: Any) -> bool:
    """Return whether a cell holds nothing: None, NaN, NA, NaT or blanks."""
    if isinstance(value, str):
        return not isinstance(value, BadCell) and not value.strip()
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def _as_word(value: Any) -> str:
    return "" if is_blank(value) else as_text(value)


def as_text(value: Any) -> str:
    """Return a cell as text; a whole number without its decimal point."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, BadCell):
        return value
    return value.isoformat()[:10] if isinstance(value, date) else str(value).strip()


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


def are_finite(values: FloatArray) -> bool:
    """Return whether all values are known and finite, by their sum; a sum that overflows says no."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()))


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


def coded(codes: NDArray[Any], words: Sequence[str]) -> Any:
    """Return a column of texts kept as codes, -1 where nothing stands."""
    categories = pd.Index(np.array([*words, None], dtype=object)[:-1])
    return pd.Categorical.from_codes(codes, categories=categories, validate=False)


def as_they_occur(column: Any) -> Any:
    """Return a categorical column with the words that occur, in that order; a frame may have others, sorted."""
    if not isinstance(column, pd.Categorical):
        return column
    codes: IntArray = column.codes.astype(np.int64) + 1  # 0 is a blank
    found, first = combinations(codes)
    used = column.codes[first]
    if len(used) == len(column.categories) and (used == np.arange(len(used))).all():
        return column
    place = np.where(used < 0, -1, np.cumsum(used >= 0) - 1)
    return pd.Categorical.from_codes(place[found], categories=column.categories[used[used >= 0]])


def _whole(words: list[Any]) -> list[Any]:
    """Return words with half characters, which nothing could write again, as the text that shows them."""
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        return [_plain_cell(word) if type(word) is str else word for word in words]
    return words


def _as_kept(column: Any) -> Any:
    """Return bad cells as a frame can hold them: a list or a half character as the text that shows it."""
    kind = getattr(column, "dtype", None)
    if not isinstance(kind, np.dtype) or kind.kind != "O":
        return column
    return pd.Series([_plain_cell(cell) for cell in column], dtype=object).infer_objects().array


def _plain_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell.encode("utf-8", "backslashreplace").decode()
    return cell if isinstance(cell, Hashable) else repr(cell)[:200]


def _coded(column: Any) -> tuple[IntArray, list[Any]]:
    """Return codes of any whole type, -1 where nothing stands, and what each code stands for."""
    if isinstance(column, pd.Categorical):
        return column.codes, column.categories.tolist()
    try:
        codes, distinct = pd.factorize(column, use_na_sentinel=True)
    except TypeError:  # a list or a dict in a cell: it is shown as it came, and is no name and no figure
        shown = np.array(
            [cell if is_blank(cell) or isinstance(cell, Hashable) else repr(cell) for cell in column] + [None]
        )
        codes, distinct = pd.factorize(shown[:-1], use_na_sentinel=True)
    return codes, distinct.tolist()


def one_of_each(
    sheet: Sheet, legible: BoolArray, keys: Sequence[IntArray], amount: FloatArray
) -> tuple[BoolArray, BoolArray, IntArray]:
    """Return which rows to keep, which repeat a good row, and the row that each repeats (nothing if none does).

    One row of each key is kept: the first good one. ``amount`` becomes NaN there if any row of the key says otherwise.
    """
    if not sheet.bad.any() and legible.all() and Keys(keys).differ():
        return legible, np.zeros(len(sheet), dtype=bool), no_rows()
    rows = np.flatnonzero(legible)
    rows = np.concatenate([rows[~sheet.bad[rows]], rows[sheet.bad[rows]]])
    combined, first = combinations(*(key[rows] for key in keys))
    origin = np.arange(len(sheet), dtype=np.int64)
    origin[rows] = rows[first[combined]]
    again = origin != np.arange(len(sheet))
    differs = again & ~(amount == amount[origin])
    amount[origin[differs]] = np.nan
    return legible & ~again, again & ~sheet.bad, origin


_EXACT = 15  # digits that a float64 keeps, whatever they are


class _GivenTexts(Sequence[str]):
    """Figure, unit and heat value of each row as they came, for the audit.

    Made one at a time: a million sentences nobody reads cost nothing.
    """

    def __init__(self, columns: Sequence[Any], keep: BoolArray) -> None:
        self._columns = columns
        self._rows = range(len(keep)) if keep.all() else np.flatnonzero(keep)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        if isinstance(row, slice):
            return [self[at] for at in range(*row.indices(len(self)))]
        cells = [_shown(column, int(self._rows[row])) for column in self._columns]
        figure, heat = " ".join(cells[:2]).strip(), " ".join(cells[2:]).strip()
        return f"{figure}, {heat}" if heat else figure


def _shown(column: Any, row: int) -> str:
    """Return a cell in words; a plain number in one way, whether it was read as a number or as a text."""
    cell = None if column is None else column[row]
    if is_blank(cell):
        return ""
    if isinstance(cell, str) and len(cell) < _EXACT and cell.isascii() and cell.replace(".", "", 1).isdecimal():
        cell = float(cell)
    return as_text(cell)
