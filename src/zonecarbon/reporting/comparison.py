"""Scenarios side by side: one row a figure, one column a scenario.

Decided here: rows are made once, for the page and the workbook. The years are 2030 and 2035, which plans ask for, and
the last year that every scenario reaches. A target stands in one row for two scenarios only if it is the very same
target. Figures are of all zones that are known, like those of each projection.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from zonecarbon.notation import amount, percent, year
from zonecarbon.projection import Ensemble
from zonecarbon.projection.goals import Goal
from zonecarbon.reporting.figures import chance, limit_text
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import scenario_label, with_label
from zonecarbon.reporting.verdicts import title_of
from zonecarbon.reporting.view import Cell, Head, Section, Table
from zonecarbon.reporting.words import Say

_YEARS = (2030, 2035)


@dataclass(frozen=True, slots=True)
class Compared:
    """A row: what it is, and a cell for each scenario; ``Cell.sort`` has the figure with all digits.

    ``kind`` is ``co2``, ``cumulative_co2`` [tCO2], ``year`` or ``probability``; figures of ranges are their medians.
    """

    label: str
    kind: str
    cells: tuple[Cell, ...]


def compared_section(say: Say, material: Material) -> Section | None:
    """Return the scenarios side by side; None of fewer than two."""
    if len(material.ensembles) < 2:
        return None
    names = [scenario_label(say, material, ensemble) for ensemble in material.ensembles]
    heads = (Head(say("compare.figure")), *(Head(name, "", True) for name in names))
    rows = tuple((Cell(row.label), *row.cells) for row in compared(say, material.ensembles))
    note = say("compare.note", share=say("join").join(dict.fromkeys(map(_share, material.ensembles))))
    table = Table("scenarios-table", say("compare.caption"), heads, rows, note, wide=len(names) > 2)
    return Section("scenarios", say("compare.title"), (table,))


def compared(say: Say, ensembles: Sequence[Ensemble]) -> list[Compared]:
    """Return the rows: CO2 in a few years, the peak, the sum, and each target."""
    last = min(ensemble.until for ensemble in ensembles)
    first = max(ensemble.base_year for ensemble in ensembles)
    rows = []
    for at in [*(item for item in _YEARS if first < item < last), last]:
        cells = tuple(_co2_cell(say, ensemble, at) for ensemble in ensembles)
        rows.append(Compared(say("compare.emitted", year=at), "co2", cells))
    rows.append(Compared(say("projection.peak"), "year", tuple(_peak_cell(say, item) for item in ensembles)))
    chances = tuple(_peak_chance(say, ensemble) for ensemble in ensembles)
    ends = sorted({ensemble.until for ensemble in ensembles})
    within = say("projection.within", until=ends[0]) if len(ends) == 1 else say("compare.within")
    rows.append(Compared(within, "probability", chances))
    rows.append(Compared(say("compare.sum"), "cumulative_co2", tuple(_sum_cell(say, item) for item in ensembles)))
    return [*rows, *_target_rows(say, ensembles)]


def _co2_cell(say: Say, ensemble: Ensemble, at: int) -> Cell:
    if "co2" not in ensemble.indicators:
        return Cell(say("unknown"), math.nan)
    place = int((ensemble.years == at).argmax())
    ends = float(ensemble.levels[0]), 0.5, float(ensemble.levels[-1])
    low, middle, high = (float(ensemble.quantile(level, "co2", "")[place]) for level in ends)
    return _range_cell(say, middle, low, high, "co2")


def _sum_cell(say: Say, ensemble: Ensemble) -> Cell:
    ends = float(ensemble.levels[0]), 0.5, float(ensemble.levels[-1])
    low, middle, high = (float(ensemble.cumulative(level)) for level in ends)
    told = _range_cell(say, middle, low, high, "cumulative_co2")
    span = say("span", first=ensemble.base_year + 1, last=ensemble.until)
    return told if math.isnan(middle) else Cell(with_label(say, told.text, span), middle)


def _range_cell(say: Say, middle: float, low: float, high: float, kind: str) -> Cell:
    if math.isnan(middle):
        return Cell(say("unknown"), middle)
    texts = {name: amount(value, kind, say.language) for name, value in (("low", low), ("high", high))}  # type: ignore[arg-type]
    return Cell(say("compare.range", middle=amount(middle, kind, say.language), **texts), middle)  # type: ignore[arg-type]


def _peak_cell(say: Say, ensemble: Ensemble) -> Cell:
    if math.isnan(float(ensemble.peak_probability(ensemble.until))):
        return Cell(say("unknown"), math.nan)
    levels = float(ensemble.levels[0]), 0.5, float(ensemble.levels[-1])
    years = [float(ensemble.peak_year(level)) for level in levels]
    low, middle, high = (_year(say, item, ensemble.until) for item in years)
    told = middle if low == high else say("compare.range", middle=middle, low=low, high=high)
    return Cell(told, years[1])


def _year(say: Say, value: float, until: int) -> str:
    return say("projection.beyond", until=until) if math.isnan(value) else year(value, say.language)


def _peak_chance(say: Say, ensemble: Ensemble) -> Cell:
    value, error = (float(f(ensemble.until)) for f in (ensemble.peak_probability, ensemble.peak_probability_error))
    return Cell(chance(say, value, error, ensemble.draws), value)


def _target_rows(say: Say, ensembles: Sequence[Ensemble]) -> list[Compared]:
    """Return a row for each target that any scenario judged; unknown where another did not judge that one."""
    goals: list[Goal] = []
    for ensemble in ensembles:
        for goal in ensemble.goals:
            is_ahead = goal.reason is None and goal.year > ensemble.base_year
            if is_ahead and not any(_is_same(goal, seen) for seen in goals):
                goals.append(goal)
    rows = []
    for goal in goals:
        label = with_label(say, title_of(say, goal.target), limit_text(say, goal.target))
        rows.append(Compared(label, "probability", tuple(_chance(say, ensemble, goal) for ensemble in ensembles)))
    return rows


def _chance(say: Say, ensemble: Ensemble, wanted: Goal) -> Cell:
    if not any(goal.reason is None and _is_same(goal, wanted) for goal in ensemble.goals):
        return Cell("–", math.nan)
    value = ensemble.probability(wanted.target.id)
    error = ensemble.probability_error(wanted.target.id)
    return Cell(chance(say, value, error, ensemble.draws), value)


def _is_same(one: Goal, other: Goal) -> bool:
    return one.target == other.target and (one.year, one.base_year) == (other.year, other.base_year)


def _share(ensemble: Ensemble) -> str:
    """Return the share of draws between the outer levels, as in "90%"."""
    return percent(float(ensemble.levels[-1] - ensemble.levels[0]), digits=0)
