"""What a plan rests on: how sure it is, what a tonne less costs, prices and measures with the status of each figure.

Decided here: what a plan assumes stands in its chapter and not only in the audit trail, because a plan is as good as
its prices.
"""

import math
from collections import Counter

import numpy as np

from zonecarbon.notation import percent, year
from zonecarbon.planning import AbatementCurve, Assurance, Plan
from zonecarbon.records import MeasureSet
from zonecarbon.reporting.figures import chance, column, limit_text
from zonecarbon.reporting.labels import with_label
from zonecarbon.reporting.pictures import picture, row
from zonecarbon.reporting.plan_goals import MOST_GOALS, goal_title, target_of
from zonecarbon.reporting.plan_words import made, measure_title, per_tonne, set_title, status_word
from zonecarbon.reporting.view import Block, Cell, Fact, Facts, Head, Notes, Section, Table, Text, some
from zonecarbon.reporting.words import Say
from zonecarbon.vocabulary import carriers

_HEADS = {"energy_per_iva": "head.energy_intensity", "co2_per_iva": "head.co2_intensity", "co2": "head.co2"}


def chance_title(say: Say, plan: Plan, kind: str, name: str, zone: str) -> str:
    """Return a goal with its limit, or a milestone, as a row of probabilities names it."""
    if kind == "milestone":
        key = _HEADS.get(name.rsplit("-", 1)[0])
        return say("plan.milestone", what=say(key) if key else name)
    target = target_of(plan, name)
    told = goal_title(say, plan, name)
    if target is not None and target.operator != "some":
        bare = target.model_copy(update={"year": None})
        told = say("ranked.target", target=told, limit=limit_text(say, bare))
    return with_label(say, told, zone)


def chances_section(say: Say, found: Assurance) -> Section:
    """Return the probability of each goal, the least likely where they are many, and of each milestone."""
    rows, plan = found.rows, found.plan
    order = [at for at in range(len(rows["goal"])) if rows["kind"][at] == "goal"]
    order = sorted(order, key=lambda at: float(np.nan_to_num(rows["probability"][at])))[:MOST_GOALS]
    order = [*sorted(order), *(at for at in range(len(rows["goal"])) if rows["kind"][at] != "goal")]
    titles = [
        chance_title(say, plan, str(rows["kind"][at]), str(rows["goal"][at]), str(rows["zone"][at])) for at in order
    ]
    columns = [
        (Head(say("head.goal")), [Cell(title) for title in titles]),
        (Head(say("head.year")), [Cell(year(int(rows["year"][at]), say.language)) for at in order]),
        (Head(say("head.chance"), "", True), [_chance(say, found, at) for at in order]),
        (Head(say("head.ratio"), "", True), [_ratio(say, found, at) for at in order]),
    ]
    scenario = say("plan.chances_none")
    if found.scenario is not None:
        name = say.pick(found.scenario.title_en, found.scenario.title_zh) or found.scenario.name
        scenario = say("plan.chances_scenario", scenario=name)
    about = say("plan.chances_about", scenario=scenario, draws=f"{found.draws:,}", seed=found.seed)
    table = made("", say("plan.chances_caption"), columns, note=say("plan.chances_note"), wide=True)
    chart = picture(say, say("figure.assurance"), "assurance", found)
    return Section("", say("plan.chances"), some(Text(about), row(chart), table))


def _chance(say: Say, found: Assurance, at: int) -> Cell:
    value, error = float(found.rows["probability"][at]), float(found.rows["error"][at])
    return Cell(chance(say, value, error, found.draws), value)


def _ratio(say: Say, found: Assurance, at: int) -> Cell:
    median, low, high = (float(found.rows[name][at]) for name in ("median", "low", "high"))
    if not math.isfinite(median):
        return Cell(say("unknown"), math.nan)
    return Cell(say("compare.range", middle=f"{median:.3f}", low=f"{low:.3f}", high=f"{high:.3f}"), median)


def curve_section(say: Say, curve: AbatementCurve) -> Section:
    """Return what a tonne less costs, as a picture and a table."""
    rows = curve.rows
    titles = [
        say.pick(str(english), str(chinese)) or str(name)
        for english, chinese, name in zip(rows["title_en"], rows["title_zh"], rows["measure"], strict=True)
    ]
    columns = [
        (Head(say("head.measure")), [Cell(title) for title in titles]),
        column(say, say("head.co2_added"), rows["added_co2"], "co2"),
        per_tonne(say, "head.price_added", rows["added_price"].tolist()),
        column(say, say("head.co2_alone"), rows["alone_co2"], "co2"),
        per_tonne(say, "head.price_alone", rows["alone_price"].tolist()),
        column(say, say("head.co2_sum"), rows["cumulative_co2"], "co2"),
        (Head(say("head.figures")), [Cell(status_word(say, str(status))) for status in rows["status"]]),
    ]
    table = made("", say("plan.curve_caption"), columns, note=say("plan.curve_note"), wide=True)
    chart = picture(say, with_label(say, say("figure.curve", year=curve.year), curve.zone), "abatement_curve", curve)
    title = with_label(say, say("plan.curve", year=curve.year), curve.zone)
    return Section("", title, some(row(chart), table))


# -- what is assumed ---------------------------------------------------------------------------------------------------


def assumed(say: Say, plan: Plan) -> list[Block | None]:
    """Return the set, its prices and what measures can do and cost, with the status of each figure."""
    own = plan.measures
    scenario = say("plan.scenario_none")
    if plan.scenario is not None:
        scenario = say.pick(plan.scenario.title_en, plan.scenario.title_zh) or plan.scenario.name
    counts = Counter([item.status for item in own.measure] + [item.status for item in own.price])
    told = [say("plan.status", n=n, status=status_word(say, status)) for status, n in counts.items()]
    facts = [
        Fact(say("plan.set"), Cell(set_title(say, own))),
        Fact(say("plan.price_year"), Cell(year(own.price_year, say.language))),
        Fact(say("plan.discount"), Cell(percent(own.discount_rate, say.language))),
        Fact(say("plan.scenario"), Cell(scenario)),
        Fact(say("plan.statuses"), Cell(say("join").join(told))),
    ]
    note = say.pick(own.note_en, own.note_zh)
    why = [(measure_title(say, item), say.pick(item.note_en, item.note_zh)) for item in own.measure]
    notes = tuple(say("plan.line", what=title, told=text) for title, text in why if text)
    return [Facts(tuple(facts)), Text(note), _price_table(say, own), _cost_table(say, own), Notes(notes)]


def carrier_word(say: Say, name: str, supply: str) -> str:
    """Return a carrier or a group of them, and how it is supplied."""
    known = carriers()
    told = known[name].name(say.language) if name in known else say.of("carrier_group", name)
    return say("driver.supplied", name=told, supply=say.of("supply", supply)) if supply and supply != "grid" else told


def _price_table(say: Say, own: MeasureSet) -> Table:
    columns = [
        (Head(say("head.carrier")), [_named(say, item.carrier, item.supply) for item in own.price]),
        (Head(say("head.price")), [Cell(item.price, code=True) for item in own.price]),
        (Head(say("head.figures")), [Cell(status_word(say, item.status)) for item in own.price]),
        (Head(say("head.why")), [Cell(say.pick(item.note_en, item.note_zh)) for item in own.price]),
    ]
    return made("", say("plan.prices_caption"), columns, wide=True)


def _named(say: Say, name: str, supply: str) -> Cell:
    """Return a carrier; what has no word is what the user typed."""
    told = carrier_word(say, name, supply)
    return Cell(told, code=told == name)


def _cost_table(say: Say, own: MeasureSet) -> Table:
    rows = own.measure
    columns = [
        (Head(say("head.measure")), [Cell(measure_title(say, item)) for item in rows]),
        (
            Head(say("head.potential"), "", True),
            [Cell(percent(item.potential, say.language), item.potential) for item in rows],
        ),
        (Head(say("head.ramp"), say("unit.years"), True), [Cell(f"{item.ramp:g}", item.ramp) for item in rows]),
        (
            Head(say("head.lifetime"), say("unit.years"), True),
            [Cell(str(item.lifetime), item.lifetime) for item in rows],
        ),
        (Head(say("head.capital")), [Cell(item.capital or "–", code=bool(item.capital)) for item in rows]),
        (Head(say("head.running")), [Cell(item.running or "–", code=bool(item.running)) for item in rows]),
        (Head(say("head.figures")), [Cell(status_word(say, item.status)) for item in rows]),
    ]
    return made("", say("plan.costs_caption"), columns, wide=True)
