"""The sheets of the workbook about scenarios: what they assume, beside the past, and how likely targets are.

Decided here: the runs of years of the page, and besides every path year by year, because those who go on calculating
need the numbers. Shares and levels have columns of their own: a share is no multiple of the base year.
"""

import math
from typing import Any

import numpy as np

from zonecarbon.notation import figure
from zonecarbon.projection import Ensemble
from zonecarbon.reporting.comparison import compared
from zonecarbon.reporting.figures import limit_text
from zonecarbon.reporting.labels import scenario_label
from zonecarbon.reporting.outlook import budget_error
from zonecarbon.reporting.pace import pace
from zonecarbon.reporting.scenarios import Scene, legs, read_from, scenes, spreads, yearly
from zonecarbon.reporting.verdicts import title_of
from zonecarbon.reporting.workbook_columns import Column, percent_column, text_column, year_column
from zonecarbon.reporting.workbook_sheets import Notebook

_FORMS = {"year": "0", "probability": "0.0%"}  # of rows beside those in tonnes
_RATE, _LEVEL = "0.00%", "0.0000"


def scenario_sheets(book: Notebook) -> None:
    """Add what each scenario assumes, its pace beside the past, and the probabilities of targets."""
    found = scenes(book.material)
    _compared(book)
    _chances(book)
    _paths(book, found)
    _years(book, found)
    _spreads(book, found)
    _pace(book)


def _compared(book: Notebook) -> None:
    """Add scenarios side by side, as the page has them: each figure with all digits, and in words with its range."""
    say, ensembles = book.say, book.material.ensembles
    if len(ensembles) < 2:
        return
    rows = compared(say, ensembles)
    tonnes, columns = book.head("tonnes"), [text_column(say("compare.figure"), [row.label for row in rows])]
    units = [{"year": book.head("a"), "probability": book.head("unit.fraction")}.get(row.kind, tonnes) for row in rows]
    columns.append(text_column(book.head("unit"), units))
    special = {at: _FORMS[row.kind] for at, row in enumerate(rows) if row.kind in _FORMS}
    for at, ensemble in enumerate(ensembles):
        name = scenario_label(say, book.material, ensemble)
        values = [
            cell.sort if isinstance(cell.sort, (int, float)) else math.nan for cell in (r.cells[at] for r in rows)
        ]
        columns.append(Column(book.head("see_unit", title=name), np.array(values, dtype=np.float64), "#,##0", special))
        columns.append(text_column(book.head("with_range", title=name), [row.cells[at].text for row in rows]))
    book.add("compared", columns)


def _chances(book: Notebook) -> None:
    """Add the probability of each target, and of each budget, by scenario."""
    say, rows = book.say, []
    for ensemble in book.material.ensembles:
        scenario = scenario_label(say, book.material, ensemble)
        for goal in ensemble.goals:
            known = goal.reason is None
            told = ensemble.probability(goal.target.id), ensemble.probability_error(goal.target.id)
            why = "" if goal.reason is None else goal.reason.text(say.language)
            value, error = told if known else (math.nan, math.nan)
            limit, name = limit_text(say, goal.target), title_of(say, goal.target)
            rows.append((scenario, name, book.head("all"), limit, goal.year, value, error, why, goal.target.id))
        for zone, budget in ensemble.budgets.items():
            chance, spread = ensemble.within_budget(zone), budget_error(ensemble, zone)
            limit = f"{figure(budget, 'number', say.language)} {book.head('tonnes')}"
            name = say("required.budget")
            rows.append((scenario, name, zone or book.head("all"), limit, ensemble.until, chance, spread, "", ""))
    if not rows:
        return
    names, columns = ("scenario", "target", "zone", "limit", "year", "chance", "error", "reason", "id"), []
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        title = say(f"head.{name}") if name in {"zone", "year"} else book.head(name)
        columns.append(_column(name, title, values))
    book.add("chances", columns)


def _column(name: str, title: str, values: Any) -> Column:
    if name == "year":
        return year_column(title, values)
    if name in {"chance", "error"}:
        return percent_column(title, values, "0.0%" if name == "chance" else "0.00%")
    return text_column(title, values)


def _paths(book: Notebook, found: list[Scene]) -> None:
    say = book.say
    rows = [(scene.title(say), leg) for scene in found for leg in legs(say, scene)]
    every = [leg for _, leg in rows]
    columns = [
        text_column(book.head("scenario"), [title for title, _ in rows]),
        text_column(book.head("driver"), [leg.driver for leg in every]),
        year_column(book.head("first"), [leg.first for leg in every]),
        year_column(book.head("last"), [leg.last for leg in every]),
        text_column(book.head("form"), [leg.form for leg in every]),
        percent_column(book.head("change"), [math.nan if leg.is_share else leg.change for leg in every], _RATE),
        _levels(book.head("level"), [math.nan if leg.is_share else leg.level for leg in every]),
        percent_column(book.head("points"), [leg.change if leg.is_share else math.nan for leg in every], _RATE),
        percent_column(book.head("share"), [leg.level if leg.is_share else math.nan for leg in every]),
        text_column(book.head("certainty"), [say.of("certainty", leg.status) for leg in every]),
        text_column(book.head("source"), [read_from(say, leg.source).text for leg in every]),
        text_column(book.head("why"), [leg.why for leg in every]),
    ]
    book.add("paths", columns)


def _years(book: Notebook, found: list[Scene]) -> None:
    say = book.say
    rows = [(scene.title(say), *row) for scene in found for row in yearly(say, scene)]
    if not rows:
        return
    title, driver, year, level, change, share = zip(*rows, strict=True)
    is_share = np.array(share, dtype=bool)
    levels, changes = np.array(level, dtype=np.float64), np.array(change, dtype=np.float64)
    columns = [
        text_column(book.head("scenario"), title),
        text_column(book.head("driver"), driver),
        year_column(say("head.year"), year),
        percent_column(book.head("change_in"), np.where(is_share, np.nan, changes), _RATE),
        _levels(book.head("level_in"), np.where(is_share, np.nan, levels)),
        percent_column(book.head("points_in"), np.where(is_share, changes, np.nan), _RATE),
        percent_column(book.head("share_in"), np.where(is_share, levels, np.nan)),
    ]
    book.add("path_years", columns)


def _levels(title: str, values: Any) -> Column:
    return Column(title, np.asarray(values, dtype=np.float64), _LEVEL)


def _spreads(book: Notebook, found: list[Scene]) -> None:
    say = book.say
    rows = [(scene.title(say), one) for scene in found for one in spreads(say, scene.scenario)]
    every = [one for _, one in rows]
    columns = [
        text_column(book.head("scenario"), [title for title, _ in rows]),
        text_column(book.head("driver"), [one.driver for one in every]),
        text_column(book.head("shape"), [one.shape for one in every]),
        text_column(book.head("in_time"), [one.in_time for one in every]),
        text_column(book.head("scope"), [one.scope for one in every]),
        text_column(book.head("certainty"), [say.of("certainty", one.status) for one in every]),
        text_column(book.head("source"), [read_from(say, one.source).text for one in every]),
        text_column(book.head("why"), [one.why for one in every]),
    ]
    book.add("spreads", columns)


def _pace(book: Notebook) -> None:
    """Add the own past and the scenario's pace of all together and of each zone."""
    say, material, rows = book.say, book.material, []
    for ensemble in material.ensembles:
        scenario = scenario_label(say, material, ensemble)
        for zone in _zones(ensemble):
            name = zone or book.head("all")
            rows += [(scenario, name, say.of("driver", what), *told) for what, *told in pace(ensemble, zone)]
    if not rows:
        return
    title, zone_, what, first, past, soon, whole = zip(*rows, strict=True)
    columns = [
        text_column(book.head("scenario"), title),
        text_column(say("head.zone"), zone_),
        text_column(book.head("quantity"), what),
        year_column(book.head("first"), first),
        percent_column(book.head("past"), past, _RATE),
        percent_column(book.head("soon"), soon, _RATE),
        percent_column(book.head("whole"), whole, _RATE),
    ]
    book.add("pace", columns)


def _zones(ensemble: Ensemble) -> list[str]:
    names = [str(name) for name in ensemble.zones]
    return names if len(names) == 1 else ["", *names]
