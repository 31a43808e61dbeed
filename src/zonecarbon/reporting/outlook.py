"""Where it goes: the fan of a projection with its peak, the peaks of the data, what it takes, what it depends on."""

import math
from collections.abc import Sequence

import numpy as np

from zonecarbon.notation import Scale, amount, figure, percent, scale_for, year
from zonecarbon.peaks import Outlook, Peaks
from zonecarbon.projection import Ensemble
from zonecarbon.projection.goals import Goal
from zonecarbon.reporting.figures import chance, limit_text
from zonecarbon.reporting.labels import only, with_label
from zonecarbon.reporting.pictures import picture
from zonecarbon.reporting.verdicts import overall, title_of
from zonecarbon.reporting.view import Cell, Fact, Facts, Figure, Head, Table
from zonecarbon.reporting.words import Say
from zonecarbon.requirements import Requirement
from zonecarbon.sensitivity import Tornado
from zonecarbon.sensitivity.study import Say as Words
from zonecarbon.targets import TargetCheck

_MOST_ROWS = 30
_NATIONAL_PEAK = 2030  # the year that China has announced for its peak; every planner is asked about it


def fan(say: Say, ensemble: Ensemble, zone: str = "") -> Figure | None:
    """Return history and projection of CO2."""
    known = not np.isnan(ensemble.path("co2", zone)[ensemble.years > ensemble.base_year]).all()
    title = with_label(say, say("figure.fan"), zone or only(ensemble.zones))
    return picture(say, title, "fan", ensemble, zone, "co2", known=known)


def about(say: Say, ensemble: Ensemble) -> str:
    """Return that probabilities are those of the scenario."""
    return say("projection.about", draws=f"{ensemble.draws:,}", until=ensemble.until, seed=ensemble.seed)


def peak_facts(say: Say, ensemble: Ensemble, zone: str = "") -> Facts:
    """Return when CO2 peaks, how sure that is, and how high, of all together or of one zone."""
    items = _peak_items(say, ensemble, zone)
    end = float(ensemble.quantile(0.5, "co2", zone)[-1]) if "co2" in ensemble.indicators else math.nan
    if not math.isnan(end):
        items.append(Fact(say("projection.end", until=ensemble.until), Cell(amount(end, "co2", say.language), end)))
    total = float(ensemble.cumulative(0.5, zone))
    if not math.isnan(total):
        label = say("projection.sum", first=ensemble.base_year + 1, until=ensemble.until)
        items.append(Fact(label, Cell(amount(total, "cumulative_co2", say.language), total)))
    return Facts((*items, *_budget_facts(say, ensemble, zone)), large=True)


def _peak_items(say: Say, ensemble: Ensemble, zone: str) -> list[Fact]:
    """Return year, certainty and height of the peak; only that it is unknown where the history has gaps."""
    low, high, until = float(ensemble.levels[0]), float(ensemble.levels[-1]), ensemble.until
    first, median, last = (float(ensemble.peak_year(level, zone)) for level in (low, 0.5, high))
    if math.isnan(float(ensemble.peak_probability(until, zone))):
        return [Fact(say("projection.peak"), Cell(say("unknown"), math.nan))]
    items = [Fact(say("projection.peak"), Cell(_year(say, median, until), median))]
    if not math.isnan(median):
        ends = {"low": _year(say, first, until), "high": _year(say, last, until)}
        share = percent(high - low, say.language, digits=0)
        items.append(Fact(say("projection.peak_range", share=share), Cell(say("range", **ends))))
    marks = {_NATIONAL_PEAK: say("projection.by", year=_NATIONAL_PEAK)} if _is_ahead(ensemble) else {}
    for mark, label in {**marks, until: say("projection.within", until=until)}.items():
        value = float(ensemble.peak_probability(mark, zone))
        error = float(ensemble.peak_probability_error(mark, zone))
        items.append(Fact(label, Cell(chance(say, value, error, ensemble.draws), value)))
    level = float(ensemble.peak_value(0.5, zone))
    items.append(Fact(say("projection.level"), Cell(amount(level, "co2", say.language), level)))
    return items


def _is_ahead(ensemble: Ensemble) -> bool:
    return ensemble.base_year < _NATIONAL_PEAK < ensemble.until - 1


def _budget_facts(say: Say, ensemble: Ensemble, zone: str) -> list[Fact]:
    """Return the budget of all together or of a zone, and how likely it is kept; nothing where none was given."""
    if zone not in ensemble.budgets:
        return []
    budget, kept = ensemble.budgets[zone], ensemble.within_budget(zone)
    told = chance(say, kept, budget_error(ensemble, zone), ensemble.draws)
    label = say("projection.budget", first=ensemble.base_year + 1, until=ensemble.until)
    return [
        Fact(label, Cell(amount(budget, "cumulative_co2", say.language), budget)),
        Fact(say("projection.within_budget"), Cell(told, kept)),
    ]


def budget_error(ensemble: Ensemble, zone: str = "") -> float:
    """Return the standard error of the probability that a budget is kept."""
    at = ensemble.account.activity.zone_index(zone) if zone else len(ensemble.zones)
    return float(ensemble.statistics.flag_error[at, -1])


def _year(say: Say, value: float, until: int) -> str:
    return say("projection.beyond", until=until) if math.isnan(value) else year(value, say.language)


def chances(say: Say, ensemble: Ensemble, checks: Sequence[TargetCheck] = ()) -> Table | None:
    """Return the probability of each target; None where the scenario judged none.

    What is past is certain: of a target of such a year its verdict stands there.
    """
    rows = []
    for goal in ensemble.goals:
        if goal.reason is not None:
            continue
        value, error = ensemble.probability(goal.target.id), ensemble.probability_error(goal.target.id)
        told = chance(say, value, error, ensemble.draws)
        if goal.year <= ensemble.base_year:
            told = say(f"verdict.{_verdict(goal, value, checks)}")
        rows.append((Cell(title_of(say, goal.target)), Cell(limit_text(say, goal.target)), Cell(told, value)))
    heads = (Head(say("head.target")), Head(say("head.asked")), Head(say("head.chance"), "", True))
    ahead = any(goal.reason is None and goal.year > ensemble.base_year for goal in ensemble.goals)
    note = say("projection.chances_note", year=ensemble.base_year) if ahead else ""
    return Table("", say("projection.chances"), heads, tuple(rows), note)


def _verdict(goal: Goal, value: float, checks: Sequence[TargetCheck]) -> str:
    """Return the verdict of a target of a past year: that of the check, or what every draw says."""
    for check in checks:
        for block in check.blocks:
            same = block.target == goal.target and block.year == goal.year
            if same and (not goal.is_rate or block.base_year == goal.base_year):
                return overall(block)
    return {1.0: "met", 0.0: "missed"}.get(value, "unknown")


def outlook_facts(say: Say, outlook: Outlook, zone: str = "") -> Facts:
    """Return the row of an outlook, of all together or of one zone."""
    row = outlook.of(zone)
    items = [Fact(say("head.outlook"), Cell(say.of("outlook", row["status"])))]
    if row["peak_year"] is not None:
        items.append(Fact(say("projection.peak"), Cell(year(row["peak_year"], say.language), row["peak_year"])))
    if row["probability"] is not None:
        value, error = row["probability"], row["standard_error"] or 0.0
        told = chance(say, value, error, outlook.choices.get("draws") or 0)
        items.append(Fact(say("projection.within", until=outlook.horizon), Cell(told, value)))
    return Facts(tuple(items), large=True)


def data_peak_facts(say: Say, peaks: Peaks, zone: str) -> Facts | None:
    """Return whether a zone has peaked by its own data."""
    found = np.flatnonzero(peaks.zone == zone)
    if not len(found):
        return None
    at = int(found[0])
    items = [Fact(say("fact.peak"), Cell(say.of("peak", str(peaks.status[at]))))]
    if not np.isnan(peaks.peak_year[at]):
        items.append(Fact(say("fact.peak_year"), Cell(year(float(peaks.peak_year[at]), say.language))))
        value, unit = float(peaks.peak_value[at]), peaks.unit
        known = {"tCO2": "co2", "tce": "energy"}.get(unit)
        told = amount(value, known, say.language) if known else f"{figure(value, 'number', say.language)} {unit}"  # type: ignore[arg-type]
        items.append(Fact(say("fact.peak_value"), Cell(told.strip(), value)))
    if not np.isnan(peaks.p_value[at]):
        items.append(Fact(say("fact.p"), Cell(_p(float(peaks.p_value[at])), float(peaks.p_value[at]))))
    if peaks.reason[at] >= 0:
        items.append(Fact(say("fact.reason"), Cell(peaks.reasons[peaks.reason[at]].text(say.language))))
    return Facts(tuple(items))


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.0005 else "<0.001"


# -- what it takes, what it depends on ---------------------------------------------------------------------------------


def required_table(say: Say, need: Requirement, id_: str, links: dict[str, str]) -> Table:
    """Return what it takes, a row for all together and for each zone."""
    rows_of, chance = need.columns(say.language), need.scenario is not None
    names = ["constant_rate", *(["rate_planned", "rate_needed", "probability_without"] if chance else [])]
    titles = {"constant_rate": "constant", "rate_planned": "planned", "rate_needed": "needed"}
    heads = [Head(say("head.zone")), Head(say("head.status"))]
    budget = need.target == "budget"
    scale = scale_for("cumulative_co2", np.concatenate([rows_of["threshold"], rows_of["value"]]), say.language)
    heads += [Head(say("head.budget"), scale.unit, True)] if budget else []
    heads += [Head(say("head.if_constant", year=need.year), scale.unit, True)] if budget else []
    heads += [Head(say(f"head.{titles.get(name, 'without')}"), "", True) for name in names]
    has_reason = any(rows_of["reason"])
    heads += [Head(say("card.why"))] if has_reason else []
    zones, met = rows_of["zone"].tolist(), int(((rows_of["status"] == "met") & (rows_of["zone"] != "")).sum())
    is_short = len(zones) - 1 <= _MOST_ROWS
    rows = []
    for at, zone in enumerate(zones):
        status = str(rows_of["status"][at])
        if zone and status == "met" and not is_short:  # nothing more is needed there: counted below the title
            continue
        cells = [
            Cell(zone or say("required.all"), zone, href=links.get(zone, "")),
            Cell(say.of("required_status", status), status),
            *(_tonnes(say, float(rows_of[name][at]), scale) for name in ("threshold", "value") if budget),
            *(_needed(say, name, float(rows_of[name][at]), need.draws) for name in names),
        ]
        rows.append((*cells, *([Cell(str(rows_of["reason"][at]))] if has_reason else [])))
    note = "" if is_short or not met else say("required.met", n=met)
    return Table(id_, say("required.caption"), tuple(heads), tuple(rows), note, wide=True, sortable=len(rows) > 2)


def _tonnes(say: Say, value: float, scale: Scale) -> Cell:
    return Cell(figure(value, "cumulative_co2", say.language, scale), value)


def _needed(say: Say, name: str, value: float, draws: int) -> Cell:
    """Return a rate or a probability; a dash where there is none to be had, as beside what is met."""
    if math.isnan(value):
        return Cell("–", value)
    if name.startswith("prob"):
        return Cell(chance(say, value, math.nan, draws), value)
    return Cell(percent(value, say.language), value)


def required_about(say: Say, need: Requirement) -> str:
    """Return under what the requirement holds."""
    if need.scenario is None:
        return ""
    title = say.pick(need.scenario.title_en, need.scenario.title_zh) or need.scenario.name
    chance = percent(need.probability, say.language, digits=0)
    return say("required.under", scenario=title, p=chance, driver=say.of("driver", need.driver))


def outcome_of(say: Say, tornado: Tornado) -> str:
    """Return what a tornado looks at."""
    return say(f"outcome.{tornado.of}", year=tornado.year)


def tornado_chart(say: Say, tornado: Tornado) -> Figure | None:
    """Return the bars."""
    return picture(say, say("figure.tornado", of=outcome_of(say, tornado)), "tornado", tornado)


def tornado_drivers(say: Say, tornado: Tornado) -> list[str]:
    """Return the drivers by row, as the chart names them."""
    words = Words(say.language, tornado.study, tornado.of)
    return [
        words.driver(str(name)).replace("CO2", "CO₂") + (say.message("note.shared") if is_shared else "")
        for name, is_shared in zip(tornado.rows["driver"].tolist(), tornado.rows["shared"].tolist(), strict=True)
    ]


def tornado_table(say: Say, tornado: Tornado, id_: str) -> Table:
    """Return the bars as a table."""
    rows_of = tornado.columns()
    is_year = tornado.of == "peak_year"
    scale = None if is_year else scale_for("co2", rows_of["high"], say.language)

    def cell(value: float, is_swing: bool = False) -> Cell:
        if is_year:
            return Cell(f"{value:.0f}" if is_swing else year(value, say.language), value)
        return Cell(figure(value, "co2", say.language, scale), value)

    unit = scale.unit if scale else ""
    names = ("low", "high", "swing")
    heads = (Head(say("head.driver")), *(Head(say(f"head.{name}"), unit, True) for name in names))
    rows = tuple(
        (
            Cell(driver),
            *(cell(float(rows_of[name][at]), name == "swing") for name in names),
        )
        for at, driver in enumerate(tornado_drivers(say, tornado))
    )
    caption = say(
        "tornado.caption",
        low=percent(tornado.low, say.language, digits=0),
        high=percent(tornado.high, say.language, digits=0),
    )
    return Table(id_, caption, heads, rows)


def zone_peak_word(say: Say, peaks: Peaks, at: int) -> str:
    """Return the status of a zone and its year, short enough for a table."""
    word = say.of("peak", str(peaks.status[at]))
    has_year = not np.isnan(peaks.peak_year[at]) and str(peaks.status[at]) != "insufficient"
    return f"{word} ({peaks.peak_year[at]:.0f})" if has_year else word
