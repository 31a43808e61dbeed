"""A plan in sentences, in two languages.

Decided here: a rate or a share is said in per cent and its distance in points; everything else in its unit. Where a
measure that is done whole meets a goal with room to spare there is no marginal price, which is not "it costs nothing":
the sentence says nothing of a price then. Where a goal is out of reach and more of another would bring the plan nearer
to it, the sentence says that there is no price, and why. A goal that is planned for with a probability shows its
tightened limit and the probability reached, so that a value that is below its limit is not said to miss it without a
reason.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from zonecarbon import messages
from zonecarbon.messages import Language
from zonecarbon.planning.solving import ALONE
from zonecarbon.targets.wording import SIGNS, indicator_of
from zonecarbon.terms import said

if TYPE_CHECKING:
    from zonecarbon.planning.result import Plan

_SHOWN = 20
_OWN = {"peak", "budget", "capital"}


def text_of(plan: "Plan", language: Language) -> str:
    """Return cost, effect, measures and goals of a plan, a sentence each."""

    def say(code: str, **values: Any) -> str:
        return messages.render(code, values, language)

    saved = plan.saved
    head = {
        "years": f"{plan.years[0]}-{plan.years[-1]}",
        "zones": len(plan.account.zones),
        "cost": _whole(plan.cost),
        "outlay": _whole(plan.outlay),
        "energy": _whole(saved["energy"]),
        "co2": _whole(saved["co2"]),
        "price_year": plan.measures.price_year,
    }
    if plan.reached and plan.not_planned:
        lines = [say("note.plan_part", **head, n=len({name for name, _ in plan.not_planned}))]
    else:
        lines = [say("note.plan_reached" if plan.reached else "note.plan_nearest", **head)]
    lines.append(_goes_on(plan, say, language))
    if plan.probability is not None:
        lines.append(say("note.plan_probability", p=f"{plan.probability:.0%}"))
    acting = [i for i in range(len(plan.names)) if plan.weighed.amount[i].any()]
    lines += [_of_measure(plan, i, say, language) for i in acting]
    lines += [_of_goal(plan, i, say, language) for i in range(min(len(plan.rows["goal"]), _SHOWN))]
    lines += [
        say("note.plan_not", goal=_goal(plan, name, language), why=problem.text(language))
        for name, problem in plan.not_planned
    ]
    told = [problem for _, problem in plan.not_planned]
    lines += [problem.text(language) for problem in plan.warnings if problem not in told]
    return "\n".join(lines)


def _goes_on(plan: "Plan", say: Any, language: Language) -> str:
    """Return how the zones go on without measures: a scenario is a choice of the planner, and may be the default."""
    own = plan.scenario
    if own is None:
        return str(say("note.plan_as_given"))
    title = own.title_zh if language == "zh" else own.title_en
    return str(say("note.plan_scenario", scenario=title or own.name, base=plan.base))


def _whole(value: float) -> str:
    """Return a number without decimals, and never -0."""
    return f"{round(float(value)) + 0:,}" if math.isfinite(value) else "?"


def _of_measure(plan: "Plan", i: int, say: Any, language: Language) -> str:
    own = next(item for item in plan.measures.measure if item.name == plan.names[i])
    spent = plan.weighed
    first = int(plan.years[np.flatnonzero(spent.amount[i].sum(axis=0) > 0)[0]])
    cost = float((spent.yearly[i] * spent.discount).sum())
    less = -float((spent.co2[i] * spent.discount).sum())
    told = {
        "measure": (own.title_zh if language == "zh" else own.title_en) or own.name,
        "first": first,
        "amount": _whole(spent.amount[i, :, -1].sum()),
        "unit": said(plan.counted_in[i], language, "unit"),
        "last": int(plan.years[-1]),
        "co2": _whole(-spent.co2[i, :, -1].sum()),
        "cost": _whole(cost),
        "status": own.status,
    }
    sentence = str(say("note.plan_measure", **told))
    if less > 0:
        sentence += say("note.plan_price", price=_whole(cost * 1e4 / less))
    done = (int(plan.years[-1]) - first + 1) / own.ramp
    if own.whole and done < 1:
        sentence += say("note.plan_half", part=f"{done:.0%}", last=int(plan.years[-1]))
    return sentence


def _goal(plan: "Plan", name: str, language: Language) -> str:
    """Return the id of a goal, in Chinese behind what it is about."""
    goal = next((item for item in plan.goals.target if item.id == name), None) if plan.goals else None
    return name if goal is None or language == "en" else f"{indicator_of(goal, language)}（{name}）"


def _of_goal(plan: "Plan", i: int, say: Any, language: Language) -> str:
    row = {name: column[i] for name, column in plan.rows.items()}
    name, missed = str(row["goal"]), row["shortfall"] > 0
    told = {
        "goal": say(f"note.plan_goal_{name}") if name in _OWN else _goal(plan, name, language),
        "zone": row["zone"] or say("note.all_zones"),
        "year": int(row["year"]),
        "value": _figure(row, row["value"]),
        "limit": f"{SIGNS.get(row['operator'], row['operator'])} {_figure(row, row['limit'])}",
        "unit": "" if row["unit"] in {"1", "year"} else f" {said(row['unit'], language, 'unit')}",
    }
    tight = plan.tighter.get(name, 1.0)
    aimed = "" if tight >= 1.0 else str(say("note.plan_tighter", by=f"{1.0 - tight:.2%}"))
    if math.isnan(row["value"]):
        sentence = str(say("note.plan_unclear", **told))
    elif missed:
        sentence = str(say("note.plan_missed", **told, short=_short(row, tight, say))) + aimed
    else:
        sentence = str(say("note.plan_met", **told)) + aimed
    if math.isfinite(row["probability"]):
        sentence += say("note.plan_reaches", p=f"{row['probability']:.0%}")
    if math.isfinite(row["shadow_price"]) and row["shadow_price"] > 0 and not missed:
        unit = str(row["shadow_unit"]).split("/", 1)[1]
        sentence += say("note.plan_shadow", price=_whole(row["shadow_price"] * 1e4), unit=said(unit, language, "unit"))
    elif bool(unpriced(row)) and math.isfinite(row["value"]):
        sentence += say(f"note.plan_no_shadow_{why_unpriced(plan.rows)}")
    return sentence


def unpriced(rows: Mapping[str, Any]) -> Any:
    """Return the goals that are met and have no shadow price, for the reason of ``why_unpriced`` (goal,)."""
    return (rows["shadow_unit"] != "") & np.isnan(rows["shadow_price"]) & ~(rows["shortfall"] > 0)


def why_unpriced(rows: Mapping[str, Any]) -> Literal["nearer", "tied", "either"]:
    """Return why goals that are met have no shadow price: one more brings others nearer, or ties with others."""
    if not (rows["shortfall"] > 0).any():
        return "tied"
    return "nearer" if np.count_nonzero(rows["shadow_unit"] != "") <= ALONE else "either"


def _figure(row: Mapping[str, Any], value: float) -> str:
    if row["unit"] == "year":
        return f"{value:.0f}"
    if row["unit"] == "1":
        return f"{value:.2%}"
    return _whole(value) if abs(value) >= 1e4 else f"{value:.6g}"


def _short(row: Mapping[str, Any], tight: float, say: Any) -> str:
    """Return how far a goal is from being met: in points of a rate or share, else relative to its limit."""
    gap = abs(float(row["limit"]) - float(row["value"]))
    if row["unit"] == "year" or tight < 1.0:
        return f"{row['shortfall']:.2%}"
    if row["unit"] == "1":
        return str(say("note.plan_points", points=f"{gap * 100:.2f}"))
    return f"{gap / abs(row['limit']):.2%}" if row["limit"] else f"{gap:,.6g}"
