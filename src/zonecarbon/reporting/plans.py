"""The chapter on a plan: what is reached, what is done and at what cost, when, and where.

Decided here: what is reached and the price of it come first, then the measures, the goals with what each costs at the
margin, the years and the zones, how sure that is, and what it rests on (``plan_goals``, ``plan_grounds``). A curve
belongs to the chapter of the first plan, or has a section of its own.
"""

import math

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.notation import Kind, amount, figure, percent, scale_for, year
from zonecarbon.planning import Plan
from zonecarbon.reporting.figures import column
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import apart, only, with_label
from zonecarbon.reporting.pictures import picture, row
from zonecarbon.reporting.plan_goals import goals_table, not_planned
from zonecarbon.reporting.plan_grounds import assumed, chances_section, curve_section
from zonecarbon.reporting.plan_words import clean, made, measure_title, per_tonne, set_title, status_word, titles_of
from zonecarbon.reporting.view import Block, Cell, Fact, Facts, Head, Notes, Section, Table, Text, filled, some
from zonecarbon.reporting.words import Say

_MOST_ZONES = 30
_KINDS: dict[str, Kind] = {"tce": "energy", "tCO2": "co2"}


def plan_sections(say: Say, material: Material, links: dict[str, str]) -> list[Section]:
    """Return a section for each plan; curves without a plan have sections of their own."""
    titles = [_title(say, plan) for plan in material.plans]
    ends = [set_title(say, plan.measures) for plan in material.plans]
    curves = [curve_section(say, curve) for curve in material.curves]
    found = [
        Section(
            f"plan-{number}",
            apart(say, titles, ends, number - 1),
            some(*_reached(say, plan)),
            filled(
                [
                    Section("", say("plan.measures"), some(*_measures(say, plan))),
                    Section("", say("plan.goals"), some(goals_table(say, plan))),
                    Section("", say("plan.milestones"), some(_milestones(say, plan))),
                    Section("", say("plan.zones"), some(_by_zone(say, plan, links))),
                    *(chances_section(say, item) for item in material.assurances if item.plan is plan),
                    *(curves if number == 1 else ()),
                    Section("", say("plan.assumed"), some(*assumed(say, plan))),
                    Section("", say("plan.not_planned"), some(not_planned(say, plan))),
                ]
            ),
        )
        for number, plan in enumerate(material.plans, start=1)
    ]
    if not material.plans:
        found += [Section(f"curve-{at}", own.title, own.blocks) for at, own in enumerate(curves, start=1)]
    return found


def zone_plans(say: Say, material: Material, zone: str) -> list[Section]:
    """Return what each plan does in a zone."""
    titles = [_title(say, plan) for plan in material.plans]
    ends = [set_title(say, plan.measures) for plan in material.plans]
    found = []
    for number, plan in enumerate(material.plans):
        at = int(np.flatnonzero(plan.account.zones == zone)[0])
        title = say("zone.plan") if len(titles) == 1 else apart(say, titles, ends, number)
        chart = picture(say, with_label(say, say("figure.plan"), zone), "plan", plan, zone, known=_known(plan, at))
        blocks = some(row(chart), _measures_table(say, plan, at), goals_table(say, plan, zone))
        found.append(Section("", title, blocks))
    return found


def _title(say: Say, plan: Plan) -> str:
    first, last = int(plan.years[0]), int(plan.years[-1])
    return say("plan.title_one", first=first) if first == last else say("plan.title", first=first, last=last)


# -- what is reached ---------------------------------------------------------------------------------------------------


def _known(plan: Plan, zone: int | None = None) -> bool:
    rows = slice(None) if zone is None else slice(zone, zone + 1)
    return bool(np.isfinite(plan.account.total("co2")[rows, -len(plan.years) :]).all(axis=1).any())


def _reached(say: Say, plan: Plan) -> list[Block | None]:
    language = say.language
    cost, outlay, saved = plan.cost, plan.outlay, plan.saved
    word = say("plan.reached" if plan.reached else "plan.nearest")
    items = [
        Fact(say("plan.goals_are"), Cell(word)),
        Fact(say("plan.gain" if cost < 0 else "plan.cost"), Cell(amount(abs(cost), "value_added", language), cost)),
        Fact(say("plan.outlay"), Cell(amount(outlay, "value_added", language), outlay)),
        Fact(say("plan.energy"), Cell(amount(saved["energy"], "energy", language), saved["energy"])),
        Fact(say("plan.carbon"), Cell(amount(saved["co2"], "cumulative_co2", language), saved["co2"])),
    ]
    about = say(
        "plan.about",
        price_year=plan.measures.price_year,
        first=int(plan.years[0]),
        rate=percent(plan.measures.discount_rate, language),
    )
    of = only(plan.account.zones)
    charts = row(
        picture(say, with_label(say, say("figure.plan"), of), "plan", plan, known=_known(plan)),
        picture(
            say,
            with_label(say, say("figure.plan_intensity"), of),
            "plan",
            plan,
            what="energy_intensity",
            known=_known(plan),
        )
        if np.isfinite(plan.account.total("value_added")[:, -1]).any()
        else None,
    )
    sure = plan.probability
    assured = None if sure is None else Text(say("plan.assured", p=percent(sure, language, digits=0)))
    return [Facts(tuple(items), large=True), Text(about), assured, charts]


# -- measures ----------------------------------------------------------------------------------------------------------


def _measures(say: Say, plan: Plan) -> list[Block | None]:
    table = _measures_table(say, plan)
    titles = titles_of(say, plan)
    acts = [bool(array.any()) for array in plan.weighed.amount]
    unused = [title for title, is_used in zip(titles, acts, strict=True) if not is_used]
    idle = [measure_title(say, item) for item in plan.measures.measure if item.name not in plan.names]
    notes = [say("plan.unused", names=say("list").join(unused))] if unused else []
    notes += [say("plan.idle", names=say("list").join(idle))] if idle else []
    return [table, Text(say("plan.none")) if table is None else None, Notes(tuple(notes))]


def levelised(cost: FloatArray, co2: FloatArray, discount: FloatArray) -> float:
    """Return cost a tonne over the years [CNY/tCO2], both brought to the first year; NaN where nothing is saved."""
    saved = -float((co2 * discount).sum())
    return float((cost * discount).sum()) * 1e4 / saved if saved > 0 else math.nan


def _measures_table(say: Say, plan: Plan, zone: int | None = None) -> Table | None:
    """Return the measures that act, of all together or of one zone."""
    own, rows = plan.weighed, slice(None) if zone is None else slice(zone, zone + 1)
    amounts = own.amount[:, rows].sum(axis=1)
    used = np.flatnonzero(amounts.any(axis=1)).tolist()
    if not used:
        return None
    last = int(plan.years[-1])
    titles = titles_of(say, plan)
    named = {item.name: item for item in plan.measures.measure}
    energy, co2, capital, yearly = (
        array[:, rows].sum(axis=1) for array in (own.energy, own.co2, own.capital, own.yearly)
    )
    columns: list[tuple[Head, list[Cell]]] = [
        (Head(say("head.measure")), [Cell(titles[at]) for at in used]),
        (Head(say("head.first_year")), [_first(say, plan, amounts[at]) for at in used]),
        (Head(say("head.amount", year=last)), [_acted(say, plan, at, float(amounts[at, -1])) for at in used]),
        column(say, say("head.energy_saved"), clean(-energy[used, -1]), "energy"),
        column(say, say("head.co2_saved"), clean(-co2[used, -1]), "co2"),
        *_money(say, capital[used].sum(axis=1), (yearly[used] * own.discount).sum(axis=1)),
        per_tonne(say, "head.per_tonne", [levelised(yearly[at], co2[at], own.discount) for at in used]),
        (Head(say("head.figures")), [Cell(status_word(say, named[plan.names[at]].status)) for at in used]),
    ]
    caption = say("plan.measures_caption", year=last)
    note = say("plan.measures_note") if zone is None else ""
    return made("", caption, columns, note=note, wide=True)


def _money(say: Say, outlay: FloatArray, cost: FloatArray) -> list[tuple[Head, list[Cell]]]:
    """Return outlay and cost in one unit."""
    scale = scale_for("value_added", np.concatenate([outlay, cost]), say.language)
    return [
        column(say, say("head.outlay"), clean(outlay), "value_added", scale=scale),
        column(say, say("head.cost"), clean(cost), "value_added", scale=scale),
    ]


def _first(say: Say, plan: Plan, amounts: FloatArray) -> Cell:
    first = int(plan.years[int(np.flatnonzero(amounts > 0)[0])])
    return Cell(year(first, say.language), first)


def _acted(say: Say, plan: Plan, at: int, value: float) -> Cell:
    """Return what a measure acts on in the last year, with the unit of the measure."""
    unit = plan.counted_in[at]
    if unit in _KINDS:
        return Cell(amount(value, _KINDS[unit], say.language), value)
    return Cell(f"{figure(value, 'number', say.language)} {say.of('unit', unit)}".strip(), value)


# -- years and zones ---------------------------------------------------------------------------------------------------


def _milestones(say: Say, plan: Plan) -> Table:
    """Return energy, CO2, intensities and money by year, of all zones together."""
    at, own = slice(-len(plan.years), None), plan.weighed
    energy, co2, money = (plan.account.total(what)[:, at].sum(axis=0) for what in ("energy", "co2", "value_added"))
    without = plan.reference.total("co2")[:, at].sum(axis=0)
    with np.errstate(all="ignore"):
        per = np.where(money > 0, money, np.nan)
        tonnes = scale_for("co2", co2, say.language)
        levels = {"energy_intensity": energy / per, "co2_intensity": co2 / per}
    columns = [
        (Head(say("head.year")), [Cell(year(item, say.language), item) for item in plan.years.tolist()]),
        column(say, say("head.energy"), energy, "energy"),
        column(say, say("head.co2"), co2, "co2", scale=tonnes),
        column(say, say("head.energy_intensity"), levels["energy_intensity"], "energy_intensity"),
        column(say, say("head.co2_intensity"), levels["co2_intensity"], "co2_intensity"),
        column(say, say("head.co2_without"), without, "co2", scale=tonnes),
        *_money(say, own.capital.sum(axis=(0, 1)), own.yearly.sum(axis=(0, 1))),
    ]
    return made("", say("plan.milestones_caption"), columns, wide=True)


def _by_zone(say: Say, plan: Plan, links: dict[str, str]) -> Table | None:
    """Return where the plan acts, zones by outlay; nothing of a single zone."""
    own, zones = plan.weighed, plan.account.zones
    acts = np.flatnonzero(own.amount.any(axis=(0, 2)))
    if len(zones) < 2 or not len(acts):
        return None
    outlay, cost = own.capital.sum(axis=(0, 2)), (own.yearly * own.discount).sum(axis=(0, 2))
    order = acts[np.lexsort((cost[acts], -outlay[acts]))]
    shown = order[:_MOST_ZONES]
    columns = [
        (
            Head(say("head.zone")),
            [Cell(str(zones[at]), str(zones[at]), href=links.get(str(zones[at]), "")) for at in shown],
        ),
        column(say, say("head.energy_saved"), clean(-own.energy[:, shown].sum(axis=(0, 2))), "energy"),
        column(say, say("head.co2_saved"), clean(-own.co2[:, shown].sum(axis=(0, 2))), "co2"),
        *_money(say, outlay[shown], cost[shown]),
    ]
    note = say("plan.zones_cut", shown=len(shown), n=len(order)) if len(order) > len(shown) else ""
    return made("", say("plan.zones_caption"), columns, note=note, wide=True)
