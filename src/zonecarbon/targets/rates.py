"""Rates and changes between two years, of all zones together.

Decided here: a rate is taken at one price base and boundary or not at all. Printed levels that change their price base
are bridged by the printed yearly changes, which multiply; the note then says what the two levels would have given. Of a
rate of CO2, the share that is the grid factor's is told apart where the data years of the factor differ.
"""

import math
from typing import Any

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.errors import Problem
from zonecarbon.indicators import INVERSE
from zonecarbon.kernels import intensity
from zonecarbon.kernels import target as rules
from zonecarbon.records import Target
from zonecarbon.records.target import percent_scale
from zonecarbon.targets.comparing import (
    WITHOUT_MONEY,
    Judgement,
    compare_with,
    goal,
    not_comparable,
    not_judged,
    portfolio,
    price_note,
)
from zonecarbon.targets.evidence import Evidence
from zonecarbon.targets.result import Block, one_row


def judge_rate(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    """Return the block of a target on a yearly rate, a yearly change, or a change against a base year."""
    if target.statistic == "annual_change":
        base = when - 1
    if base is None or evidence.at(base) is None:
        missing = Problem("reason.base_needed") if base is None else Problem("reason.no_base", {"year": base})
        return one_row(target, when, base, reason=missing)
    if when <= base:
        return one_row(target, when, base, reason=Problem("reason.base_late", {"year": when, "base": base}))
    ratio, reason, notes = _change(target, evidence, base, when)
    is_rate = target.statistic == "annual_rate"
    if is_rate and target.indicator in INVERSE:  # a yearly cut of intensity is a yearly rise of its inverse
        ratio = _over(1.0, ratio)
    value = float(intensity.reduction_rate(1.0, ratio, when - base)) if is_rate else ratio - 1
    if math.isnan(value):  # from nothing, an inverse of nothing, of what falls below nothing or rises beyond the floats
        reason = reason or Problem("reason.no_data")
    value *= percent_scale(target.unit)
    compared, codes, margin = compare_with(value, target, judgement)
    if not target.judged:
        return one_row(target, when, base, value=value, reason=not_judged(target), notes=notes)
    if reason is not None:
        codes = np.int8(rules.UNKNOWN)
    return one_row(
        target,
        when,
        base,
        value=value,
        compared=float(compared),
        verdict=int(codes),
        margin=float(margin),
        required_rate=_rate_needed(target, ratio, (base, when), int(codes), judgement),
        reason=reason,
        notes=notes,
    )


def _rate_needed(target: Target, ratio: float, years: tuple[int, int], code: int, judgement: Judgement) -> float:
    """Return the yearly reduction from the second of two years on that still brings the whole period to the limit."""
    base, when = years
    if code == rules.MET:
        return 0.0
    is_rate = target.statistic == "annual_rate"
    falls = target.operator in ({">=", ">"} if is_rate else {"<=", "<"})
    if target.year is None or target.year <= when or math.isnan(ratio) or not falls:
        return math.nan
    turns, past = goal(target, judgement)
    limit = turns / percent_scale(target.unit)
    aim = (1 - limit) ** (target.year - base) if is_rate else 1 + limit
    needed = float(intensity.reduction_rate(ratio, aim * past, target.year - when))
    return needed if needed > 0 else math.nan


def _change(target: Target, evidence: Evidence, base: int, when: int) -> tuple[float, Problem | None, list[Problem]]:
    """Return end over start of an indicator of all zones together, why it may not be taken, and what to say of it."""
    start, end = evidence.at(base) or 0, evidence.at(when) or 0
    published = evidence.totals.get(target.indicator)
    if published is not None and not np.isnan(published[[start, end]]).any():
        printed = published, evidence.total_price, evidence.total_changes.get(target.indicator)
        ratio, problem, notes = _printed_change(evidence, printed, start, end)
        return ratio, problem, [Problem("note.published", {"name": evidence.total_name}), *notes]
    if evidence.level(target.indicator, end) is None:
        return math.nan, Problem("reason.no_indicator", {"indicator": target.indicator}), []
    problem = not_comparable(evidence, target.indicator, start, end)
    if problem is not None and problem.code == "reason.price" and _is_one_printed_series(target, evidence):
        bases = None if evidence.price is None else evidence.price[0]
        printed = evidence.levels[target.indicator][0], bases, evidence.changes[target.indicator][0]
        return _printed_change(evidence, printed, start, end)
    if problem is not None:
        return math.nan, problem, []
    (first, why_first, _), (last, why_last, _) = (portfolio(evidence, target.indicator, at) for at in (start, end))
    is_stated = evidence.price is not None or target.indicator in WITHOUT_MONEY
    notes = [] if is_stated else [Problem("note.no_price", {})]
    notes += [*price_note(evidence, target.indicator, end), *_grid_note(target, evidence, (base, when))]
    with np.errstate(all="ignore"):
        ratio = float(np.divide(last, first)) if first > 0 else math.nan
    reason = why_first or why_last
    if reason is not None and not math.isnan(ratio):
        ratio = _over_the_known(evidence, target.indicator, start, end)
    return ratio, reason, notes


def _is_one_printed_series(target: Target, evidence: Evidence) -> bool:
    return len(evidence.zones) == 1 and target.indicator in evidence.levels and target.indicator in evidence.changes


def _over_the_known(evidence: Evidence, indicator: str, start: int, end: int) -> float:
    """Return end over start for the zones that are known in both years."""
    pair = evidence.sums(indicator)
    if pair is None:
        return math.nan
    known = _known_in_both(pair, start, end)
    first, last = (rules.aggregate(pair[0][known, at], pair[1][known, at]).value for at in (start, end))
    with np.errstate(over="ignore", invalid="ignore"):
        return float(last / first) if known.any() and float(first) > 0 else math.nan


def _known_in_both(pair: tuple[FloatArray, FloatArray], start: int, end: int) -> BoolArray:
    """Return the zones of which numerator and denominator are known in two years."""
    unknown: BoolArray = np.logical_or.reduce([np.isnan(array[:, at]) for array in pair for at in (start, end)])
    return ~unknown


def _printed_change(
    evidence: Evidence, printed: tuple[FloatArray, IntArray | None, FloatArray | None], start: int, end: int
) -> tuple[float, Problem | None, list[Problem]]:
    """Return end over start of one printed series: from its levels at one price base, else from its yearly changes."""
    levels, bases, changes = printed
    plain = _over(float(levels[end]), float(levels[start]))
    if bases is None or bases[start] == bases[end]:
        return plain, None, []
    ratio = math.nan if changes is None else _chained(evidence, changes, start, end)
    old, new = (evidence.price_names.get(int(bases[at]), "?") for at in (start, end))
    if math.isnan(ratio):
        years = {"base": int(evidence.years[start]), "year": int(evidence.years[end])}
        return math.nan, Problem("reason.price", {"old": old, "new": new, **years}), []
    note = {
        "naive": "?" if math.isnan(plain) else f"{plain - 1:.2%}",
        "chained": f"{ratio - 1:.2%}",
        "old": old,
        "new": new,
    }
    return ratio, None, [Problem("note.price_switch", note)]


def _over(end: float, start: float) -> float:
    """Return end over start; NaN where nothing was there at the start."""
    return end / start if start > 0 else math.nan


def _chained(evidence: Evidence, changes: FloatArray, start: int, end: int) -> float:
    """Return the product of 1 + change over the years after ``start`` up to ``end``; NaN if a year is missing."""
    years = evidence.years[start : end + 1]
    if (np.diff(years) != 1).any():
        return math.nan
    return float(intensity.growth_chain(changes[start + 1 : end + 1])[-1])


def _grid_note(target: Target, evidence: Evidence, years: tuple[int, int]) -> list[Problem]:
    """Return how much of a CO2 rate is the grid's, where the data years of its factor differ.

    The rate is split over the zones that are known in both years, which are those that the rate itself is of.
    """
    (base, when), account = years, evidence.account
    if account is None or target.indicator != "co2_per_iva" or target.statistic != "annual_rate":
        return []
    seen = account.coefficients.vintages
    if not seen:
        return []
    vintage = {year: ", ".join(map(str, seen.get(year, ()))) for year in (base, when)}
    note = Problem(
        "note.vintage",
        {"base": base, "year": when, "first": vintage[base], "last": vintage[when], "rule": account.method.vintage},
    )
    pair = evidence.sums(target.indicator)
    if seen.get(base) == seen.get(when) or pair is None:
        return [note]
    start, at = evidence.at(base) or 0, evidence.at(when) or 0
    fixed = account.co2_at_factors_of(base, when)[:, 0]
    known = _known_in_both(pair, start, at) & ~np.isnan(fixed)
    sides = (pair[0][:, start], pair[1][:, start]), (pair[0][:, at], pair[1][:, at]), (fixed, pair[1][:, at])
    picked: Any = slice(None) if known.all() else known  # a copy of all zones costs more than their sum
    first, last, own = (float(rules.aggregate(top[picked], money[picked]).value) for top, money in sides)
    if not (known.any() and first > 0 and last > 0 and own > 0):
        return [note]
    whole = float(intensity.reduction_rate(first, last, when - base))
    zones = float(intensity.reduction_rate(first, own, when - base))
    return [
        note,
        Problem("note.grid", {"whole": f"{whole:.2%}", "zones": f"{zones:.2%}", "grid": f"{whole - zones:.2%}"}),
    ]
