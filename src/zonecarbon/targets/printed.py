"""A table of printed indicators, read column by column.

Decided here: a column that holds numbers is one array, and its limits are looked at as an array; of texts each distinct
one is read once. Only columns with other cells are read cell by cell. The errors are those of reading every row by
itself, in the order of the rows: the rows that are wrong are read again, each alone. 200,000 rows of three figures take
0.4 s, which row by row were 6 s.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np

from zonecarbon import units
from zonecarbon._typing import BoolArray, Columns, FloatArray, IntArray, ObjectArray
from zonecarbon.activity.series import YEAR_WORDS, ZONE_WORDS
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.records.cells import parse_year
from zonecarbon.records.target import indicator_id
from zonecarbon.vocabulary import are_plain, fold, is_sum

_INTENSITIES = {"energy_per_iva", "co2_per_iva"}
_KEYS = {
    "zone": ZONE_WORDS,
    "year": YEAR_WORDS,
    "value_added": ("value_added", "工业增加值"),
    "price_year": ("price_year", "price_base", "价格年", "价格基期"),
    "boundary": ("boundary", "边界"),
    "basis": ("basis", "口径"),
}
_PLACE = "indicators"

ArrayT = TypeVar("ArrayT", FloatArray, IntArray, ObjectArray)


def require_columns(table: Columns) -> None:
    """Refuse a table whose columns are no lists of the same length.

    Raises
    ------
    InputError
        With the lengths.
    """
    sizes = {str(name): _size(table[name]) for name in table}
    if len(set(sizes.values())) > 1 or None in sizes.values():
        shown = ", ".join(f"{name} {'-' if size is None else size}" for name, size in sizes.items())
        raise InputError("table.lengths", Where(_PLACE), lengths=shown)


def _size(column: Any) -> int | None:
    if isinstance(column, (str, bytes)):
        return None
    try:
        return len(column)
    except TypeError:  # one value
        return None


def column_names(table: Columns) -> dict[str, str]:
    """Return the column of each key that the table has."""
    index = {fold(word): key for key, words in _KEYS.items() for word in words}
    return {index[fold(str(column))]: column for column in table if fold(str(column)) in index}


def names_of(key: str) -> tuple[str, ...]:
    """Return what a column may be called."""
    return _KEYS[key]


# -- texts ---------------------------------------------------------------------------------------------------------


class Words(NamedTuple):
    """A column of texts: the distinct ones in the order they come, and which of them stands in each row."""

    distinct: list[str]
    codes: IntArray

    def rows(self) -> list[str]:
        """Return the text of every row."""
        return list(map(self.distinct.__getitem__, self.codes.tolist()))


def read_words(column: Any, clean: Callable[[str], str] = str.strip) -> Words:
    """Return the texts of a column, cleaned; a missing cell is an empty text."""
    cells = _cells(column)
    if _can_be_looked_up(cells):
        texts = {cell: _word(cell, clean) for cell in dict.fromkeys(cells)}
        words = list(map(texts.__getitem__, cells))
    else:
        words = [_word(cell, clean) for cell in column]
    place = {word: i for i, word in enumerate(dict.fromkeys(words))}
    return Words(list(place), np.fromiter(map(place.__getitem__, words), dtype=np.int64, count=len(words)))


def _word(cell: Any, clean: Callable[[str], str]) -> str:
    return "" if is_missing(cell) else clean(str(cell))


def is_missing(cell: Any) -> bool:
    """Return whether a cell holds nothing."""
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _can_be_looked_up(cells: list[Any]) -> bool:
    """Return whether equal cells are written alike: 1, 1.0 and True are equal, and three texts."""
    others = set(map(type, cells)) - {str, type(None)}
    return not others or others in ({int}, {float})


def _cells(column: Any) -> list[Any]:
    """Return the cells as Python's own numbers and texts, as far as they are of one kind."""
    return list(column.tolist()) if hasattr(column, "tolist") else list(column)


# -- years and figures -----------------------------------------------------------------------------------------------


def read_years(column: Any, problems: list[Problem]) -> IntArray:
    """Return the years; -1 where one is not a year, and what is wrong with it."""
    cells = _cells(column)
    try:
        years = {cell: _year(cell, []) for cell in dict.fromkeys(cells)}
        found = np.fromiter(map(years.__getitem__, cells), dtype=np.int64, count=len(cells))
    except TypeError:  # a cell that is a list, say
        found = np.full(len(cells), -1, dtype=np.int64)
    wrong = np.flatnonzero(found < 0).tolist()
    given = list(column) if wrong else []
    for row in wrong:
        errors: list[Problem] = []
        found[row] = _year(given[row], errors)
        problems += [Problem(p.code, p.values, Where(_PLACE, "", row, "year")) for p in errors]
    return found


def _year(cell: Any, errors: list[Problem]) -> int:
    try:
        return parse_year(cell)
    except ZoneCarbonError as error:
        errors += error.problems
        return -1


def is_figure(name: str, column: Any) -> bool:
    """Return whether a column holds figures: its name says so, or all that it says reads as numbers."""
    if indicator_id(name.removesuffix("_change")) in _INTENSITIES:
        return True
    numbers = _as_numbers(column)
    if numbers is not None:
        return not bool(np.isnan(numbers).all())
    cells = _cells(column)
    said = [cell for cell in _once(cells) if not is_missing(cell) and str(cell).strip()]
    return bool(said) and all(_reads_as_number(cell) for cell in said)


def _once(cells: list[Any]) -> Iterable[Any]:
    return dict.fromkeys(cells) if _can_be_looked_up(cells) else cells


def _reads_as_number(cell: Any) -> bool:
    if isinstance(cell, str) and cell.strip():
        try:
            units.number(cell, percent=True)
        except ZoneCarbonError:
            return False
        return True
    return isinstance(cell, (int, float, np.number)) and not isinstance(cell, bool)


def read_figures(column: Any, name: str, problems: list[Problem]) -> FloatArray:
    """Return the figures of a column, NaN where there is none, and what is wrong with them."""
    is_change = name.endswith("_change")
    numbers = _as_numbers(column)
    no_numbers: set[int] = set()
    if numbers is None:
        numbers = _cell_by_cell(column, is_change, no_numbers)
    with np.errstate(invalid="ignore"):
        if is_change:
            outside = ~(np.abs(numbers) <= 1) & ~np.isnan(numbers)
        else:
            outside = np.isinf(numbers) | ((numbers < 0) & (indicator_id(name) in _INTENSITIES))
    wrong = sorted(no_numbers.union(np.flatnonzero(outside).tolist()))
    given = list(column) if wrong else []
    for row in wrong:
        where, cell = Where(_PLACE, "", row, name), given[row]
        if row in no_numbers:
            problems.append(Problem("number.text", {"text": cell}, where))
        else:
            code = "indicators.change" if is_change else "number.negative"
            problems.append(Problem(code, {"name": name, "value": cell}, where))
    return numbers


def _as_numbers(column: Any) -> FloatArray | None:
    """Return a column of numbers as an array, nothing being NaN; None if it holds anything else."""
    cells = column
    if hasattr(column, "dtype"):
        array = np.asarray(column)
        if array.dtype.kind in "iuf":
            return array.astype(np.float64)
        if array.dtype != object:
            return None
        cells = array.tolist()
    kinds = set(map(type, cells)) - {type(None)}
    if any(kind is bool or not issubclass(kind, (int, float, np.integer, np.floating)) for kind in kinds):
        return None
    try:
        return np.array(list(cells), dtype=np.float64)
    except OverflowError:
        return None


def _cell_by_cell(column: Any, percent: bool, no_numbers: set[int]) -> FloatArray:
    """Return the figures of a column of texts, or of texts among numbers; each distinct text is read once."""
    result = np.full(len(column), np.nan)
    known: dict[str, float | None] = {}
    for row, cell in enumerate(column):
        if is_missing(cell) or (isinstance(cell, str) and not cell.strip()):
            continue
        if isinstance(cell, (int, float, np.number)):
            result[row] = float(cell)
            continue
        text = str(cell)
        if text not in known:
            known[text] = _number(text, percent)
        if (value := known[text]) is None:
            no_numbers.add(row)
        else:
            result[row] = value
    return result


def _number(text: str, percent: bool) -> float | None:
    try:
        return units.number(text, percent=percent)
    except ZoneCarbonError:
        return None


# -- rows ----------------------------------------------------------------------------------------------------------


def check_rows(zones: Words, years: IntArray, problems: list[Problem]) -> None:
    """Add what is wrong with the places of the rows: no zone, a figure about zones, the same place twice."""
    totals, others = _sums(zones.distinct)
    blank = np.array([not zone for zone in zones.distinct], dtype=bool)[zones.codes]
    no_zone = others[zones.codes]
    key = zones.codes * (int(years.max(initial=0)) + 2) + years + 1
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), dtype=bool)
    again[order[1:]] = key[order[1:]] == key[order[:-1]]
    again &= years >= 0  # a year that cannot be read is told elsewhere, and is not the same as another
    for row in np.flatnonzero(blank | no_zone | again).tolist():
        zone = zones.distinct[zones.codes[row]]
        if blank[row]:
            problems.append(Problem("zone.blank", {}, Where(_PLACE, "", row, "zone")))
        elif no_zone[row]:
            problems.append(Problem("zone.sum", {"name": zone}, Where(_PLACE, "", row, "zone")))
        else:
            values = {"zone": zone, "year": int(years[row]), "name": "row"}
            problems.append(Problem("indicator.duplicate", values, Where(_PLACE, "", row)))
    sums = sorted(zone for zone, is_total in zip(zones.distinct, totals.tolist(), strict=True) if zone and is_total)
    if len(sums) > 1:
        problems.append(Problem("indicators.totals", {"names": ", ".join(sums)}, Where(_PLACE)))


def _sums(names: list[str]) -> tuple[BoolArray, BoolArray]:
    """Return which names are sums of zones, and which are other figures about zones (an average is no zone)."""
    if are_plain(names):
        return np.zeros(len(names), dtype=bool), np.zeros(len(names), dtype=bool)
    totals = np.array([is_sum(name, "total") for name in names], dtype=bool)
    return totals, ~totals & np.array([bool(name) and is_sum(name, "zone") for name in names], dtype=bool)


class Grid:
    """Where each row of the table belongs in (zone, year); the row of sums apart."""

    def __init__(self, zones: Words, years: IntArray) -> None:
        is_total, _ = _sums(zones.distinct)
        self.total_name = next((zones.distinct[i] for i in np.flatnonzero(is_total).tolist()), "")
        self.zones = np.array(zones.distinct, dtype=object)[~is_total]
        self.years = np.unique(years)
        self._zone = (np.cumsum(~is_total) - 1)[zones.codes]
        self._year = np.searchsorted(self.years, years)
        of_total = is_total[zones.codes]
        self._rows, self._total = np.flatnonzero(~of_total), np.flatnonzero(of_total)

    def spread(self, figures: FloatArray | None) -> FloatArray | None:
        """Return (zone, year) of a column of figures."""
        result = np.full(self._shape, np.nan)
        return None if figures is None else self._fill(result, figures)

    def words(self, labels: Words | None) -> ObjectArray | None:
        """Return (zone, year) of a column of labels."""
        result: ObjectArray = np.full(self._shape, "", dtype=object)
        return None if labels is None else self._fill(result, np.array(labels.distinct, dtype=object)[labels.codes])

    def codes(self, codes: IntArray) -> IntArray:
        """Return (zone, year) of a column of codes."""
        return self._fill(np.zeros(self._shape, dtype=np.int64), codes)

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.zones), len(self.years)

    def _fill(self, result: ArrayT, values: Any) -> ArrayT:
        result[self._zone[self._rows], self._year[self._rows]] = values[self._rows]
        return result

    def total(self, figures: FloatArray) -> FloatArray:
        """Return (year,) of the row of sums."""
        result = np.full(len(self.years), np.nan)
        result[self._year[self._total]] = figures[self._total]
        return result

    def total_codes(self, codes: IntArray) -> IntArray:
        """Return (year,) of the codes of the row of sums."""
        result = np.zeros(len(self.years), dtype=np.int64)
        result[self._year[self._total]] = codes[self._total]
        return result


def by_indicator(figures: Mapping[str, FloatArray], place: Grid) -> tuple[dict[str, FloatArray], ...]:
    """Return levels, yearly changes, and both of the row of sums, by indicator."""
    levels: dict[str, FloatArray] = {}
    changes: dict[str, FloatArray] = {}
    totals: dict[str, FloatArray] = {}
    total_changes: dict[str, FloatArray] = {}
    column_of: dict[tuple[str, bool], str] = {}
    for column, values in figures.items():
        is_change = column.endswith("_change")
        indicator = indicator_id(column.removesuffix("_change"))
        if (first := column_of.setdefault((indicator, is_change), column)) != column:
            raise InputError("indicators.twice", Where(_PLACE), names=f"{first}, {column}", indicator=indicator)
        spread = place.spread(values)
        if spread is not None:
            (changes if is_change else levels)[indicator] = spread
        (total_changes if is_change else totals)[indicator] = place.total(values)
    return levels, changes, totals, total_changes
