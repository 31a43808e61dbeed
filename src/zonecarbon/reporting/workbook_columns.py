"""Columns and sheets of the workbook as plain data.

Decided here: a cell holds the figure with every digit, divided by the unit that its heading names; how many digits are
seen is the number format, one for the column, so that the eye compares lines. Unit and places follow the middle
figure, not the largest: beside all zones together small zones must not be shown as zero. A figure that
the format would show on the wrong side of a limit gets more digits. What is not known is an empty cell, never a zero;
where a verdict is meant, the word ``unknown`` stands in the column of verdicts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.messages import Language
from zonecarbon.notation import DIGITS, Kind, Scale, scale_for
from zonecarbon.reporting.workbook_words import word

TEXT, PERCENT, YEAR, PLAIN = "", "0.0%", "0", "General"
_LEAST = {"energy_intensity": 3, "co2_intensity": 3}  # places after the point, whatever the largest figure is
_MOST_PLACES = 12
_NOISE = 1e-9  # of the largest figure: what is left of zero after adding up


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a sheet.

    Parameters
    ----------
    title
        The heading, its unit in brackets.
    values
        Texts, or numbers in the unit of the heading; NaN is an empty cell.
    form
        The number format; empty for texts.
    special
        Formats of single rows.
    verdicts
        ``met``, ``missed``, ``unknown`` or nothing by row: the fill of the cell; the word is the text.
    """

    title: str
    values: Any
    form: str = TEXT
    special: dict[int, str] = field(default_factory=dict)
    verdicts: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet: its name and columns of one length."""

    name: str
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0


def text_column(title: str, values: Any, verdicts: Sequence[str] = ()) -> Column:
    """Return a column of texts."""
    texts = np.empty(len(values), dtype=object)
    texts[:] = [str(value) for value in values]
    return Column(title, texts, verdicts=verdicts)


def year_column(title: str, values: Any) -> Column:
    """Return a column of years, shown without separators."""
    return Column(title, np.asarray(values, dtype=np.float64), YEAR)


def percent_column(title: str, values: Any, form: str = PERCENT) -> Column:
    """Return a column of fractions, shown as percentages."""
    return Column(title, np.asarray(values, dtype=np.float64), form)


def figure_column(
    title: str, values: Any, kind: Kind, language: Language, limits: Sequence[float] = (), scale: Scale | None = None
) -> Column:
    """Return a column of figures in the unit that its readers use.

    Parameters
    ----------
    title
        The heading without its unit.
    values
        Figures in the unit inside (tce, tCO2, 10^4 yuan).
    kind, language
        As in :func:`zonecarbon.notation.scale_for`.
    limits
        Thresholds in the unit inside; no figure is shown on the wrong side of the nearest one.
    scale
        A unit chosen for several columns.

    Examples
    --------
    >>> column = figure_column("综合能耗", [25_000.0, float("nan")], "energy", "zh")
    >>> column.title, column.values.tolist(), column.form
    ('综合能耗（万吨标准煤）', [2.5, nan], '#,##0.000')
    """
    array = np.asarray(values, dtype=np.float64)
    scale = scale or scale_for(kind, middle(array), language)
    shown: FloatArray = np.asarray(scale.of(array), dtype=np.float64)
    places = places_for(shown, kind)
    heading = word("with_unit", language, title=title, unit=scale.unit) if scale.unit else title
    special = {}
    if limits:
        lines = np.array(limits, dtype=np.float64) / scale.size
        special = {at: number_format(_more(float(shown[at]), lines, places)) for at in _wrong(shown, lines, places)}
    return Column(heading, shown, number_format(places), special)


def middle(values: Any) -> float:
    """Return the size of the middle one of the known figures, rounding errors apart; NaN where there is none.

    Examples
    --------
    >>> middle([1.0, -30.0, 500_000.0, 1e-9, 0.0, float("nan")])
    30.0
    """
    array = np.asarray(values, dtype=np.float64)
    known = np.abs(array[np.isfinite(array) & (array != 0)])
    known = known[known > _NOISE * known.max(initial=0.0)]
    return float(np.median(known)) if known.size else math.nan


def places_for(values: FloatArray, kind: Kind) -> int:
    """Return how many places after the point a column deserves: those of its middle figure.

    Examples
    --------
    >>> places_for(np.array([1234.5, 2.0, 999.0]), "energy"), places_for(np.array([0.31]), "energy_intensity")
    (1, 3)
    """
    size = middle(values)
    if math.isnan(size):
        return _LEAST.get(kind, 0)
    whole = math.floor(math.log10(size))
    return min(_MOST_PLACES, max(DIGITS[kind] - 1 - whole, _LEAST.get(kind, 0), 0))


def number_format(places: int, percent: bool = False) -> str:
    """Return a number format with so many places after the point.

    Examples
    --------
    >>> number_format(2), number_format(0), number_format(1, percent=True)
    ('#,##0.00', '#,##0', '0.0%')
    """
    point = "." + "0" * places if places else ""
    return f"0{point}%" if percent else f"#,##0{point}"


def beside(value: float, limit: float, places: int) -> int:
    """Return how many places put a figure on its true side of a limit, at least ``places``.

    Examples
    --------
    >>> beside(0.30004, 0.3, 3), beside(0.31, 0.3, 3)
    (5, 3)
    """
    return _more(value, np.array([limit]), places) if math.isfinite(value) and math.isfinite(limit) else places


def _wrong(shown: FloatArray, lines: FloatArray, places: int) -> list[int]:
    """Return the rows that would be read on the wrong side of one of the lines."""
    bad = np.zeros(len(shown), dtype=bool)
    for line in lines.tolist():
        bad |= np.isfinite(shown) & (_side(shown, line) != _side(np.round(shown, places), line))
    return np.flatnonzero(bad).tolist()


def _more(value: float, lines: FloatArray, places: int) -> int:
    for more in range(places, _MOST_PLACES):
        if not _wrong(np.array([value]), lines, more):
            return more
    return _MOST_PLACES


def _side(values: FloatArray, line: float) -> FloatArray:
    equal: BoolArray = np.abs(values - line) <= 1e-12 * np.maximum(np.abs(values), abs(line))
    return np.where(equal, 0.0, np.sign(values - line))
