"""The goals of a plan: what was asked for, what the plan reaches, and what each costs at the margin, in words.

Decided here: a shadow price is said as what one tonne more would save, because as a number alone it is read by nobody.
A plan that just meets a goal has a little to spare for the solver, which is no digit to print.
"""

import math

import numpy as np

from zonecarbon.notation import amount, percent, year
from zonecarbon.planning import Plan
from zonecarbon.planning.wording import why_unpriced
from zonecarbon.records import Target
from zonecarbon.reporting.figures import limit_text, target_value, value_text
from zonecarbon.reporting.plan_words import made, yuan
from zonecarbon.reporting.ranking import sign
from zonecarbon.reporting.verdicts import title_of
from zonecarbon.reporting.view import Cell, Head, Notes, Table
from zonecarbon.reporting.words import Say

MOST_GOALS = 60
_SPARE = 1e-5  # relative
_ASKED = {"peak": "plan.goal_peak", "budget": "plan.goal_budget", "capital": "plan.goal_capital"}


def target_of(plan: Plan, name: str) -> Target | None:
    """Return the target behind a goal; None of what was asked for without one."""
    goals = () if plan.goals is None else plan.goals.target
    return next((target for target in goals if target.id == name), None)


def goal_title(say: Say, plan: Plan, name: str) -> str:
    """Return what a goal is on."""
    target = target_of(plan, name)
    if target is not None:
        return title_of(say, target)
    return say(_ASKED[name]) if name in _ASKED else name


def goal_limit(say: Say, plan: Plan, at: int) -> str:
    """Return what a goal asks for."""
    target = target_of(plan, str(plan.rows["goal"][at]))
    if target is not None:
        return limit_text(say, target.model_copy(update={"year": None}))
    told = goal_value(say, plan, at, float(plan.rows["limit"][at]))
    return told if plan.rows["unit"][at] == "year" else say("limit.<=", limit=told)


def goal_value(say: Say, plan: Plan, at: int, value: float) -> str:
    """Return a figure of a goal in its unit."""
    rows = plan.rows
    limit, unit = float(rows["limit"][at]), str(rows["unit"][at])
    target = target_of(plan, str(rows["goal"][at]))
    beside = None if math.isnan(limit) or abs(value - limit) <= _SPARE * abs(limit) else limit
    if unit == "year":
        return year(value, say.language)
    if unit == "10^4 CNY":
        return amount(value, "value_added", say.language, beside)
    if unit != "1":
        return value_text(say, value, unit, beside)
    if target is not None and target.unit.startswith("fraction") and beside is not None:
        return target_value(say, value, target)
    if target is not None and target.statistic == "annual_rate":
        return say("rate.fell" if value >= 0 else "rate.rose", value=percent(abs(value), say.language))
    return percent(value, say.language, beside=beside)


def margin_cost(say: Say, plan: Plan, at: int) -> str:
    """Return what a goal costs at the margin, in words; by how much it is out of reach where it is missed."""
    short, price = float(plan.rows["shortfall"][at]), float(plan.rows["shadow_price"][at])
    if short > 0:
        return say("plan.short", short=percent(short, say.language))
    below = str(plan.rows["shadow_unit"][at]).rpartition("/")[2]
    if math.isnan(price):
        return say(
            f"plan.{why_unpriced(plan.rows)}" if below and math.isfinite(plan.rows["value"][at]) else "plan.no_price"
        )
    unit = say({"tce": "shadow.tce", "tCO2": "shadow.tco"}.get(below, "shadow.money"))
    shown = yuan(say, price * 1e4)
    return say("plan.free") if shown == "0" else say("plan.shadow", unit=unit, price=shown)


def goals_table(say: Say, plan: Plan, zone: str = "") -> Table | None:
    """Return the goals, those of all together and the most costly first; or the goals of one zone."""
    rows = plan.rows
    chosen = [at for at in range(len(rows["goal"])) if not zone or rows["zone"][at] == zone]
    if not chosen:
        return None
    if len(chosen) > MOST_GOALS:  # what is missed, and what costs most
        price = np.nan_to_num(rows["shadow_price"].astype(np.float64))
        chosen.sort(key=lambda at: (bool(rows["zone"][at]), -float(rows["shortfall"][at]), -float(price[at])))
    shown = chosen[:MOST_GOALS]
    columns: list[tuple[Head, list[Cell]]] = [
        (Head(say("head.goal")), [Cell(goal_title(say, plan, str(rows["goal"][at]))) for at in shown])
    ]
    if not zone and any(rows["zone"][at] for at in shown):
        names = [str(rows["zone"][at]) or say("required.all") for at in shown]
        columns.append((Head(say("head.zone")), [Cell(name) for name in names]))
    values = [float(rows["value"][at]) for at in shown]
    columns += [
        (Head(say("head.year")), [Cell(year(int(rows["year"][at]), say.language)) for at in shown]),
        (Head(say("card.limit")), [Cell(goal_limit(say, plan, at)) for at in shown]),
        (
            Head(say("head.with_plan")),
            [Cell(goal_value(say, plan, at, value), value) for at, value in zip(shown, values, strict=True)],
        ),
        (Head(say("head.verdict")), [sign(say, verdict_of(plan, at), "verdict") for at in shown]),
        (Head(say("head.margin_cost")), [Cell(margin_cost(say, plan, at)) for at in shown]),
    ]
    rest = len(chosen) - len(shown)
    note = say("plan.goals_cut", n=rest) if rest else ""
    return made("", say("plan.goals_caption"), columns, note=note, wide=True)


def verdict_of(plan: Plan, at: int) -> str:
    """Return whether a goal is met by the plan."""
    return "missed" if plan.rows["shortfall"][at] > 0 else "met"


def not_planned(say: Say, plan: Plan) -> Notes:
    """Return the goals that could not be planned for, and why."""
    return Notes(
        tuple(
            say("plan.line", what=goal_title(say, plan, name), told=problem.text(say.language))
            for name, problem in plan.not_planned
        )
    )
