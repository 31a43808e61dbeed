"""What the parts of a chapter on a plan share: names of measures and sets, figures of money, tables made of columns."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.planning import Plan
from zonecarbon.records import Measure, MeasureSet
from zonecarbon.reporting.view import Cell, Head, Table
from zonecarbon.reporting.words import Say

_NOISE = 1e-9  # of the largest


def set_title(say: Say, measures: MeasureSet) -> str:
    """Return what a set of measures is called."""
    return say.pick(measures.title_en, measures.title_zh) or measures.name


def measure_title(say: Say, measure: Measure) -> str:
    """Return what a measure is called."""
    return say.pick(measure.title_en, measure.title_zh) or measure.name


def titles_of(say: Say, plan: Plan) -> list[str]:
    """Return what the measures of a plan are called, in the order in which they act."""
    named = {item.name: measure_title(say, item) for item in plan.measures.measure}
    return [named[name] for name in plan.names]


def status_word(say: Say, status: str) -> str:
    """Return how sure a figure is."""
    return say.of("certainty", status)


def per_tonne(say: Say, key: str, values: Sequence[float]) -> tuple[Head, list[Cell]]:
    """Return a column of yuan per tonne; a dash where nothing is saved."""
    cells = [Cell("–" if math.isnan(value) else yuan(say, value), value) for value in values]
    return Head(say(key), say("unit.per_tonne"), True), cells


def yuan(say: Say, value: float) -> str:
    """Return whole yuan, with four digits at most.

    Examples
    --------
    >>> yuan(Say("en"), 12_345.6), yuan(Say("zh"), -0.2)
    ('12,350', '0')
    """
    text = f"{float(f'{value:.4g}') + 0.0:,.0f}".replace("-", "−")
    text = "0" if text == "−0" else text
    return text if say.language == "en" else text.replace(",", "")


def clean(values: FloatArray) -> FloatArray:
    """Return figures without what only rounding keeps from 0."""
    size = float(np.abs(values).max(initial=0.0, where=np.isfinite(values)))
    return np.asarray(np.where(np.abs(values) <= _NOISE * size, 0.0, values))


def made(id_: str, caption: str, columns: Sequence[tuple[Head, list[Cell]]], **options: Any) -> Table:
    """Return a table made of columns."""
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    return Table(id_, caption, tuple(head for head, _ in columns), rows, **options)
