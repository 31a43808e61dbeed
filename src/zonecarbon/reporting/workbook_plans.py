"""The sheets of a plan: measures by zone and year, goals, years, the abatement curve, probabilities.

Decided here: the sheets have every row that the page cuts, with the figures of the plan's own columns. A goal's figures
stand in the unit of their row, which a column names. Several plans have sheets of their own, numbered.
"""

from typing import Any

import numpy as np

from zonecarbon.notation import Kind, scale_for
from zonecarbon.planning import AbatementCurve, Assurance, Plan
from zonecarbon.reporting.plan_goals import goal_limit, goal_title, margin_cost, verdict_of
from zonecarbon.reporting.plan_grounds import chance_title
from zonecarbon.reporting.plan_words import status_word, titles_of
from zonecarbon.reporting.workbook_columns import (
    PLAIN,
    Column,
    figure_column,
    middle,
    percent_column,
    text_column,
    year_column,
)
from zonecarbon.reporting.workbook_sheets import Notebook
from zonecarbon.reporting.workbook_words import unit_word, word

_PRICE = "#,##0"
_RATIO = "0.000"


def plans_sheets(book: Notebook) -> None:
    """Add the sheets of plans, curves and assurances."""
    for number, plan in enumerate(book.material.plans, start=1):
        _measures(book, plan, number)
        _goals(book, plan, number)
        _years(book, plan, number)
    for number, curve in enumerate(book.material.curves, start=1):
        _curve(book, curve, number)
    for number, found in enumerate(book.material.assurances, start=1):
        _chances(book, found, number)


def _figures(book: Notebook, title: str, values: Any, kind: Kind) -> Column:
    return figure_column(title, values, kind, book.say.language)


def _measures(book: Notebook, plan: Plan, number: int) -> None:
    say, rows = book.say, plan.columns()
    titles = dict(zip(plan.names, titles_of(say, plan), strict=True))
    named = {item.name: item.status for item in plan.measures.measure}
    scale = scale_for("value_added", middle(np.concatenate([rows["capital"], rows["cost"]])), say.language)
    columns = [
        text_column(say("head.zone"), rows["zone"]),
        text_column(say("head.measure"), [titles[name] for name in rows["measure"].tolist()]),
        year_column(say("head.year"), rows["year"]),
        percent_column(book.head("share_of_left"), rows["share"]),
        Column(book.head("acts_on"), np.asarray(rows["amount"], dtype=np.float64), _PRICE),
        Column(book.head("built"), np.asarray(rows["built"], dtype=np.float64), _PRICE),
        text_column(book.head("unit"), [unit_word(str(unit), say.language) for unit in rows["unit"]]),
        _figures(book, say("head.energy_saved"), -rows["energy_tce"] + 0.0, "energy"),
        _figures(book, say("head.co2_saved"), -rows["co2_t"] + 0.0, "co2"),
        figure_column(say("head.outlay"), rows["capital"], "value_added", say.language, scale=scale),
        figure_column(say("head.cost"), rows["cost"], "value_added", say.language, scale=scale),
        text_column(say("head.figures"), [status_word(say, named[name]) for name in rows["measure"].tolist()]),
    ]
    book.add("plan", columns, number)


def _goals(book: Notebook, plan: Plan, number: int) -> None:
    say, rows = book.say, plan.rows
    each = range(len(rows["goal"]))
    verdicts = [verdict_of(plan, at) for at in each]
    columns = [
        text_column(say("head.goal"), [goal_title(say, plan, str(name)) for name in rows["goal"]]),
        text_column(say("head.zone"), [zone or book.head("all") for zone in rows["zone"]]),
        year_column(say("head.year"), rows["year"]),
        text_column(book.head("limit"), [goal_limit(say, plan, at) for at in each]),
        Column(book.head("value"), np.asarray(rows["value"], dtype=np.float64), PLAIN),
        Column(book.head("threshold"), np.asarray(rows["limit"], dtype=np.float64), PLAIN),
        text_column(book.head("unit"), [_unit(book, str(unit)) for unit in rows["unit"]]),
        text_column(book.head("verdict"), [say(f"verdict.{verdict}") for verdict in verdicts], verdicts),
        percent_column(book.head("out_of_reach"), rows["shortfall"], "0.00%"),
        Column(book.head("one_more"), np.asarray(rows["shadow_price"], dtype=np.float64) * 1e4, _PRICE),
        text_column(say("head.margin_cost"), [margin_cost(say, plan, at) for at in each]),
        text_column(book.head("id"), rows["goal"]),
    ]
    book.add("plan_goals", columns, number)


def _unit(book: Notebook, unit: str) -> str:
    """Return the unit of a row: of rates and shares, and of years, a word."""
    known = {"1": "fraction", "year": "year", "10^4 CNY": "10^4 CNY"}
    return unit_word(known.get(unit, unit), book.say.language)


def _years(book: Notebook, plan: Plan, number: int) -> None:
    """Add the years of the plan: all zones together, then each zone."""
    say, rows = book.say, plan.columns("year")
    n, several = len(plan.years), len(plan.account.zones) > 1
    table = {name: np.asarray(values) for name, values in rows.items()}
    if several:
        table = _with_all(plan, table, book.head("all"))
    if not book.fits("plan_years", len(table["year"])):
        table = {name: values[:n] for name, values in table.items()}
    energy = scale_for("energy", middle(table["energy"]), say.language)
    co2 = scale_for("co2", middle(table["co2"]), say.language)
    money = scale_for("value_added", middle(np.concatenate([table["capital"], table["cost"]])), say.language)
    columns = [
        text_column(say("head.zone"), table["zone"]),
        year_column(say("head.year"), table["year"]),
        figure_column(book.head("energy_without"), table["energy_without"], "energy", say.language, scale=energy),
        figure_column(say("head.energy"), table["energy"], "energy", say.language, scale=energy),
        figure_column(say("head.co2_without"), table["co2_without"], "co2", say.language, scale=co2),
        figure_column(say("head.co2"), table["co2"], "co2", say.language, scale=co2),
        _figures(book, say("head.energy_intensity"), table["energy_intensity"], "energy_intensity"),
        _figures(book, say("head.co2_intensity"), table["co2_intensity"], "co2_intensity"),
        figure_column(say("head.outlay"), table["capital"], "value_added", say.language, scale=money),
        figure_column(say("head.cost"), table["cost"], "value_added", say.language, scale=money),
    ]
    book.add("plan_years", columns, number)


def _with_all(plan: Plan, table: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the rows with those of all zones together before them."""
    n = len(plan.years)
    money = plan.account.total("value_added")[:, -n:].sum(axis=0)
    whole: dict[str, Any] = {"zone": np.full(n, name, dtype=object), "year": plan.years}
    for key in ("energy_without", "energy", "co2_without", "co2", "capital", "cost"):
        whole[key] = table[key].reshape(-1, n).sum(axis=0)
    with np.errstate(all="ignore"):
        for key in ("energy", "co2"):
            whole[f"{key}_intensity"] = np.where(money > 0, whole[key] / money, np.nan)
    return {key: np.concatenate([whole[key], values]) for key, values in table.items()}


def _curve(book: Notebook, curve: AbatementCurve, number: int) -> None:
    say, rows = book.say, curve.rows
    scale = scale_for("co2", middle(np.concatenate([rows["added_co2"], rows["alone_co2"]])), say.language)
    unit = say("unit.per_tonne")
    titles = [
        say.pick(str(english), str(chinese)) or str(name)
        for english, chinese, name in zip(rows["title_en"], rows["title_zh"], rows["measure"], strict=True)
    ]
    columns = [
        text_column(say("head.measure"), titles),
        text_column(say("head.zone"), [curve.zone or book.head("all")] * len(titles)),
        year_column(say("head.year"), np.full(len(titles), curve.year)),
    ]
    for kind in ("added", "alone"):
        price = word("with_unit", say.language, title=say(f"head.price_{kind}"), unit=unit)
        columns += [
            figure_column(say(f"head.co2_{kind}"), rows[f"{kind}_co2"], "co2", say.language, scale=scale),
            Column(price, np.asarray(rows[f"{kind}_price"], dtype=np.float64), _PRICE),
        ]
    columns += [
        figure_column(say("head.co2_sum"), rows["cumulative_co2"], "co2", say.language, scale=scale),
        text_column(say("head.figures"), [status_word(say, str(status)) for status in rows["status"]]),
    ]
    book.add("curve", columns, number)


def _chances(book: Notebook, found: Assurance, number: int) -> None:
    say, rows = book.say, found.rows
    keys = zip(rows["kind"].tolist(), rows["goal"].tolist(), strict=True)
    columns = [
        text_column(say("head.goal"), [chance_title(say, found.plan, kind, name, "") for kind, name in keys]),
        text_column(say("head.zone"), [zone or book.head("all") for zone in rows["zone"]]),
        year_column(say("head.year"), rows["year"]),
        percent_column(book.head("chance"), rows["probability"]),
        percent_column(book.head("error"), rows["error"], "0.00%"),
        *(
            Column(book.head(title), np.asarray(rows[name], dtype=np.float64), _RATIO)
            for title, name in (("ratio_low", "low"), ("ratio_median", "median"), ("ratio_high", "high"))
        ),
    ]
    book.add("plan_chances", columns, number)
