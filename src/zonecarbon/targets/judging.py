"""How each kind of target is judged.

Decided here, with the wording of the documents: ``aggregate`` is the sum of energy over the sum of value added, not a
mean of ratios; ``share_of_zones`` counts each zone once; a rate is geometric, between two years at one price year and
boundary. What is unknown bounds a share, and makes an aggregate unknown; ``about`` targets and directions are reported,
never judged. Verdicts come from :mod:`zonecarbon.kernels.target`; nothing is compared here.

Rounded judgement (GB/T 8170) rounds the measured value once to the digits of the limit as printed. A count of zones is
not a measured value and is never rounded.
"""

import math
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.errors import Problem, TargetError, UnitError
from zonecarbon.kernels import intensity, peak
from zonecarbon.kernels import target as rules
from zonecarbon.records import Target
from zonecarbon.records.target import decimals
from zonecarbon.targets.evidence import Evidence, own_unit
from zonecarbon.targets.result import Block, one_row

Judgement = Literal["full", "rounded"]
_COMPARED = {"<=", "<", ">=", ">"}
_INVERSE = {"energy_output_rate"}
_SHOWN = 10


def judge(
    target: Target, evidence: Evidence, year: int | None, base_year: int | None, judgement: Judgement
) -> Block | None:
    """Return the block of one target; None if it applies to no zone and another target of its class does."""
    base = base_year if base_year is not None else target.base_year
    when = _when(target, evidence, year)
    if (not target.judged and target.statistic in {"project", "status"}) or target.role == "direction":
        return one_row(target, when, base, reason=_not_judged(target))
    if when is None or evidence.at(when) is None:
        return one_row(target, when, base, reason=Problem("reason.no_year", {"year": when or "?"}))
    mismatch = _basis_mismatch(target, evidence)
    if mismatch is not None:
        return one_row(target, when, base, reason=mismatch)
    judges = {
        "aggregate": _aggregate,
        "level": _aggregate,
        "share_of_zones": _share,
        "zone": _zones,
        "annual_rate": _rate,
        "annual_change": _rate,
        "change_vs_base": _rate,
        "status": _peaks,
    }
    if target.statistic not in judges:
        return one_row(target, when, base, reason=_not_judged(target))
    return judges[target.statistic](target, evidence, when, base, judgement)


def _when(target: Target, evidence: Evidence, year: int | None) -> int | None:
    """Return the year judged: the one asked for, the target's own, or the last before it with data, or the last."""
    if year is not None:
        return year
    years: list[int] = evidence.years.tolist()
    if target.year is None or not years:
        return years[-1] if years else None
    earlier = [y for y in years if y <= target.year]
    return earlier[-1] if earlier else years[-1]


def _not_judged(target: Target) -> Problem:
    code = "reason.direction" if target.role == "direction" else "reason.no_rule"
    return Problem(code, {"operator": target.operator})


def _basis_mismatch(target: Target, evidence: Evidence) -> Problem | None:
    wanted = target.energy_basis
    if wanted in {"calorific", "equivalent"} and evidence.basis != wanted:
        return Problem("reason.basis", {"wanted": wanted, "have": evidence.basis or "not stated"})
    return None


def _in_unit(values: Any, target: Target, indicator: str, unit: str) -> FloatArray:
    """Return values in the unit of the target."""
    own = own_unit(indicator)
    array = np.asarray(values, dtype=np.float64)
    if own:
        try:
            return array * units.factor(own, unit)
        except UnitError as error:
            raise TargetError([Problem(p.code, p.values) for p in error.problems]) from None
    return array * (100.0 if unit.strip().startswith("%") else 1.0)


def _compare(value: Any, target: Target, judgement: Judgement) -> tuple[FloatArray, Any, FloatArray]:
    """Return the value compared, the codes and the margins."""
    array = np.asarray(value, dtype=np.float64)
    compared = rules.round_half_even(array, target.printed_digits) if judgement == "rounded" else array
    if target.operator not in _COMPARED:
        empty = np.full(array.shape, np.nan)
        return compared, np.full(array.shape, rules.UNKNOWN, dtype=np.int8), empty
    codes = rules.compare(compared, target.operator, target.limit)  # type: ignore[arg-type]
    return compared, codes, rules.margin(compared, target.operator, target.limit)  # type: ignore[arg-type]


def _still_needed(value: FloatArray, codes: Any, target: Target, when: int) -> FloatArray:
    """Return the yearly reduction from ``when`` to the year of the target; 0 if met, NaN if there is no way to say."""
    needed = np.full(np.shape(value), np.nan)
    left = 0 if target.year is None else target.year - when
    if left > 0 and target.operator in {"<=", "<"}:
        needed = np.asarray(intensity.required_rate(value, target.limit, left))
    elif left > 0 and target.indicator in _INVERSE:
        needed = np.asarray(intensity.required_rate(intensity.ratio(1.0, value), 1.0 / target.limit, left))
    return np.where(np.asarray(codes) == rules.MET, 0.0, needed)


# -- all zones together --------------------------------------------------------------------------------------------


def _portfolio(evidence: Evidence, indicator: str, at: int) -> tuple[float, Problem | None, list[Problem]]:
    """Return the indicator of all zones together in one year, why it is not complete, and what to say about it."""
    published = evidence.totals.get(indicator)
    if published is not None and not np.isnan(published[at]):
        return float(published[at]), None, [Problem("note.published", {"name": evidence.total_name})]
    pair = evidence.sums(indicator)
    if pair is None:
        return _only_zone(evidence, indicator, at)
    found = rules.aggregate(pair[0][:, at], pair[1][:, at])
    if bool(found.complete):
        return float(found.value), None, []
    unknown = np.isnan(pair[0][:, at]) | np.isnan(pair[1][:, at])
    return float(found.value), _incomplete(evidence, unknown, int(found.known), found.n), []


def _only_zone(evidence: Evidence, indicator: str, at: int) -> tuple[float, Problem | None, list[Problem]]:
    level = evidence.level(indicator, at)
    if level is None:
        return math.nan, Problem("reason.no_indicator", {"indicator": indicator}), []
    if len(evidence.zones) != 1:
        return math.nan, Problem("reason.no_weights", {"indicator": indicator}), []
    value = float(level[0])
    return value, Problem("reason.no_data", {}) if math.isnan(value) else None, []


def _incomplete(evidence: Evidence, unknown: BoolArray, known: int, n: int) -> Problem:
    return Problem("reason.incomplete", {"known": known, "n": n, "zones": _names(evidence, unknown)})


def _names(evidence: Evidence, mask: BoolArray) -> str:
    named = [str(zone) for zone in evidence.zones[mask][:_SHOWN]]
    return ", ".join(named) + (", ..." if int(mask.sum()) > _SHOWN else "")


def _aggregate(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    at = evidence.at(when) or 0
    own, reason, notes = _portfolio(evidence, target.indicator, at)
    value = _in_unit(own, target, target.indicator, target.unit)
    compared, codes, margin = _compare(value, target, judgement)
    if not target.judged:
        return one_row(target, when, base, value=float(value), reason=_not_judged(target), notes=notes)
    if reason is not None:
        codes = np.int8(rules.UNKNOWN)
    needed = _still_needed(value, codes, target, when)
    return one_row(
        target,
        when,
        base,
        value=float(value),
        compared=float(compared),
        verdict=int(codes),
        margin=float(margin),
        required_rate=float(needed),
        reason=reason,
        notes=(*notes, *_price_note(evidence, at)),
    )


def _price_note(evidence: Evidence, at: int) -> list[Problem]:
    prices = evidence.prices(at)
    labels = None if evidence.account is None else evidence.account.activity.deflator
    deflators = [] if labels is None else sorted({str(label) for label in labels[:, at] if label})
    words = ", ".join(prices) + (f" ({', '.join(deflators)})" if deflators else "")
    return [Problem("note.price", {"prices": words})] if prices else []


def _share(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    at = evidence.at(when) or 0
    level = evidence.level(target.indicator, at)
    if level is None:
        return one_row(target, when, base, reason=Problem("reason.no_indicator", {"indicator": target.indicator}))
    inner = _in_unit(level, target, target.indicator, target.inner_unit or target.unit)
    seen = rules.round_half_even(inner, decimals(target.inner_threshold)) if judgement == "rounded" else inner
    codes = rules.compare(seen, target.inner_operator, target.inner_limit)  # type: ignore[arg-type]
    scale = 100.0 if target.unit.strip().startswith("%") else 1.0
    found = rules.share(codes, target.limit / scale, target.operator)  # type: ignore[arg-type]
    known = found.n - int(found.unknown)
    value = int(found.met) / known * scale if known else math.nan
    reason = None
    if int(found.verdict) == rules.UNKNOWN:
        reason = _incomplete(evidence, codes == rules.UNKNOWN, known, found.n)
    return one_row(
        target,
        when,
        base,
        value=value,
        verdict=int(found.verdict),
        margin=float(rules.margin(value, target.operator, target.limit)),  # type: ignore[arg-type]
        required_rate=_share_rate(target, inner, codes, found, when),
        bounds=(float(found.lower) * scale, float(found.upper) * scale),
        reason=reason,
        notes=(
            Problem(
                "note.count",
                {"met": int(found.met), "n": found.n, "test": f"{target.inner_operator} {target.inner_threshold}"},
            ),
            *_money_note(evidence, codes, at),
        ),
        inner=inner,
        inner_verdict=codes,
    )


def _money_note(evidence: Evidence, codes: Any, at: int) -> list[Problem]:
    """Return the share of value added in the zones that pass, for information."""
    if evidence.value_added is None:
        return []
    money = evidence.value_added[:, at]
    if np.isnan(money).any() or not money.sum() > 0:
        return []
    return [Problem("note.money", {"share": f"{money[codes == rules.MET].sum() / money.sum():.1%}"})]


def _share_rate(target: Target, inner: FloatArray, codes: Any, found: Any, when: int) -> float:
    """Return the yearly reduction that brings enough further zones under the inner limit, the nearest first."""
    if int(found.verdict) == rules.MET:
        return 0.0
    left = 0 if target.year is None else target.year - when
    scale = 100.0 if target.unit.strip().startswith("%") else 1.0
    lacking = math.ceil(found.n * target.limit / scale - 1e-9) - int(found.met)
    above = np.sort(inner[codes == rules.MISSED])
    if left <= 0 or not 0 < lacking <= len(above) or target.inner_operator not in {"<", "<="}:
        return math.nan
    return float(intensity.reduction_rate(above[lacking - 1], target.inner_limit, left))


# -- rates ---------------------------------------------------------------------------------------------------------


def _rate(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    if target.statistic == "annual_change":
        base = when - 1
    if base is None or evidence.at(base) is None:
        return one_row(target, when, base, reason=Problem("reason.no_base", {"year": base or "?"}))
    if when <= base:
        return one_row(target, when, base, reason=Problem("reason.base_late", {"year": when, "base": base}))
    ratio, reason, notes = _change(target, evidence, base, when)
    is_rate = target.statistic == "annual_rate"
    value = float(intensity.reduction_rate(1.0, ratio, when - base)) if is_rate else ratio - 1
    if target.unit.strip().startswith("%"):
        value *= 100.0
    compared, codes, margin = _compare(value, target, judgement)
    if not target.judged:
        return one_row(target, when, base, value=value, reason=_not_judged(target), notes=notes)
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
        required_rate=_rate_needed(target, ratio, base, when, int(codes)),
        reason=reason,
        notes=notes,
    )


def _rate_needed(target: Target, ratio: float, base: int, when: int, code: int) -> float:
    """Return the yearly reduction from ``when`` on that still brings the whole period to the limit."""
    if code == rules.MET:
        return 0.0
    if target.year is None or target.year <= when or math.isnan(ratio):
        return math.nan
    limit = target.limit / (100.0 if target.unit.strip().startswith("%") else 1.0)
    goal = (1 - limit) ** (target.year - base) if target.statistic == "annual_rate" else 1 + limit
    return float(intensity.required_rate(ratio, goal, target.year - when))


def _change(target: Target, evidence: Evidence, base: int, when: int) -> tuple[float, Problem | None, list[Problem]]:
    """Return end over start of an indicator of all zones together."""
    start, end = evidence.at(base) or 0, evidence.at(when) or 0
    published = evidence.totals.get(target.indicator)
    if published is not None and not np.isnan(published[[start, end]]).any():
        return _published_change(target, evidence, start, end)
    if evidence.level(target.indicator, end) is None:
        return math.nan, Problem("reason.no_indicator", {"indicator": target.indicator}), []
    problem = _not_comparable(evidence, start, end)
    if problem is not None and len(evidence.zones) == 1 and target.indicator in evidence.changes:
        ratio = _chained(evidence, evidence.changes[target.indicator][0], start, end)
        if not math.isnan(ratio):
            return ratio, None, [Problem("note.chained", {"base": base, "year": when})]
    if problem is not None:
        return math.nan, problem, []
    (first, why_first, _), (last, why_last, _) = (_portfolio(evidence, target.indicator, at) for at in (start, end))
    notes = [*_price_note(evidence, end), *_grid_note(target, evidence, (base, when), (first, last))]
    with np.errstate(all="ignore"):
        ratio = float(np.divide(last, first)) if first > 0 else math.nan
    reason = why_first or why_last
    if reason is not None and not math.isnan(ratio):
        ratio = _over_the_known(evidence, target.indicator, start, end)
    if reason is None and math.isnan(ratio):
        reason = Problem("reason.no_data", {})
    return ratio, reason, notes


def _over_the_known(evidence: Evidence, indicator: str, start: int, end: int) -> float:
    """Return end over start for the zones that are known in both years."""
    pair = evidence.sums(indicator)
    if pair is None:
        return math.nan
    known = ~np.isnan(pair[0][:, [start, end]] + pair[1][:, [start, end]]).any(axis=1)
    first, last = (rules.aggregate(pair[0][known, at], pair[1][known, at]).value for at in (start, end))
    return float(last / first) if known.any() and float(first) > 0 else math.nan


def _published_change(
    target: Target, evidence: Evidence, start: int, end: int
) -> tuple[float, Problem | None, list[Problem]]:
    levels = evidence.totals[target.indicator]
    notes = [Problem("note.published", {"name": evidence.total_name})]
    prices = np.zeros(len(levels), dtype=np.int64) if evidence.total_price is None else evidence.total_price
    if prices[start] == prices[end]:
        return float(levels[end] / levels[start]), None, notes
    changes = evidence.total_changes.get(target.indicator)
    ratio = math.nan if changes is None else _chained(evidence, changes, start, end)
    old, new = (evidence.price_names.get(int(prices[at]), "?") for at in (start, end))
    if math.isnan(ratio):
        years = {"base": int(evidence.years[start]), "year": int(evidence.years[end])}
        return math.nan, Problem("reason.price", {"old": old, "new": new, **years}), notes
    naive = float(levels[end] / levels[start]) - 1
    note = {"naive": f"{naive:.2%}", "chained": f"{ratio - 1:.2%}", "old": old, "new": new}
    return ratio, None, [*notes, Problem("note.price_switch", note)]


def _chained(evidence: Evidence, changes: FloatArray, start: int, end: int) -> float:
    """Return the product of 1 + change over the years after ``start`` up to ``end``; NaN if a year is missing."""
    years = evidence.years[start : end + 1]
    if (np.diff(years) != 1).any():
        return math.nan
    return float(intensity.growth_chain(changes[start + 1 : end + 1])[-1])


def _not_comparable(evidence: Evidence, start: int, end: int) -> Problem | None:
    """Return why a rate between two years may not be taken: prices, then boundary."""
    years = {"base": int(evidence.years[start]), "year": int(evidence.years[end])}
    if evidence.price is not None:
        ends = evidence.prices(start), evidence.prices(end)
        if "nominal" in ends[0] + ends[1]:
            return Problem("reason.nominal", years)
        if len(set(ends[0] + ends[1])) > 1:
            return Problem("reason.price", {"old": ", ".join(ends[0]), "new": ", ".join(ends[1]), **years})
    if evidence.boundary is not None:
        part = evidence.boundary[:, start : end + 1]
        broken = np.array([len({label for label in row if label}) > 1 for row in part], dtype=bool)
        if broken.any():
            return Problem("reason.boundary", {"zones": _names(evidence, broken), **years})
    return None


def _grid_note(
    target: Target, evidence: Evidence, years: tuple[int, int], levels: tuple[float, float]
) -> list[Problem]:
    """Return how much of a CO2 rate is the grid's, where the data years of its factor differ."""
    (base, when), (first, last), account = years, levels, evidence.account
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
    if seen.get(base) == seen.get(when) or evidence.value_added is None or not (first > 0 and last > 0):
        return [note]
    at = evidence.at(when) or 0
    own = rules.aggregate(account.co2_at_factors_of(base)[:, at], evidence.value_added[:, at])
    whole = float(intensity.reduction_rate(first, last, when - base))
    zones = float(intensity.reduction_rate(first, float(own.value), when - base))
    return [
        note,
        Problem("note.grid", {"whole": f"{whole:.2%}", "zones": f"{zones:.2%}", "grid": f"{whole - zones:.2%}"}),
    ]


# -- zone by zone --------------------------------------------------------------------------------------------------


def _zones(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block | None:
    at = evidence.at(when) or 0
    own = _zone_levels(target, evidence, at, base)
    known = np.full(len(evidence.zones), np.nan) if own is None else own
    value = _in_unit(known, target, target.indicator, target.unit)
    compared, codes, margin = _compare(value, target, judgement)
    reasons = [Problem("reason.no_data", {}), Problem("reason.no_class", _limits(target))]
    if own is None:
        reasons[0] = Problem("reason.no_indicator", {"indicator": target.indicator})
    reason = np.where(np.isnan(value), 0, -1)
    applies = _applies(target, evidence, at, base)
    outside = applies == 0
    unclear = applies < 0
    codes = np.where(outside | unclear, np.int8(rules.UNKNOWN), codes).astype(np.int8)
    reason = np.where(outside | unclear, 1, reason)
    nothing = np.full(len(value), np.nan)
    zones = np.array(evidence.zones, dtype=object)
    block = Block(
        target,
        when,
        base,
        zones,
        value,
        compared,
        codes,
        np.where(outside, np.nan, margin),
        np.where(outside, np.nan, _still_needed(value, codes, target, when)),
        nothing,
        nothing,
        reason,
        tuple(reasons),
        tuple(_price_note(evidence, at)) if target.indicator.endswith("_iva") else (),
    )
    if not target.judged:
        block = replace(block, reason=np.zeros(len(value), dtype=np.int64), reasons=(_not_judged(target),))
    return block


def _limits(target: Target) -> dict[str, str]:
    return {"indicator": target.applies_indicator, "low": target.applies_min or "-", "high": target.applies_max or "-"}


def _zone_levels(target: Target, evidence: Evidence, at: int, base: int | None) -> FloatArray | None:
    if target.indicator == "energy_elasticity" and "energy_elasticity" not in evidence.levels:
        growth = _growth(evidence, at, base)
        return None if growth is None else intensity.ratio(growth[0], np.abs(growth[1])) * np.sign(growth[1])
    return evidence.level(target.indicator, at)


def _growth(evidence: Evidence, at: int, base: int | None) -> tuple[FloatArray, FloatArray] | None:
    """Return relative growth of energy and value added since the base year (or the year before)."""
    start = evidence.at(base) if base is not None else at - 1
    if evidence.energy is None or evidence.value_added is None or start is None or start < 0 or start == at:
        return None
    if _not_comparable(evidence, start, at) is not None:
        return None
    return tuple(intensity.ratio(a[:, at], a[:, start]) - 1 for a in (evidence.energy, evidence.value_added))  # type: ignore[return-value]


def _applies(target: Target, evidence: Evidence, at: int, base: int | None) -> Any:
    """Return 1 where a zone is in the class of a target, 0 where it is not, -1 where that is not known."""
    if not target.applies_indicator:
        return np.ones(len(evidence.zones), dtype=np.int8)
    if target.applies_indicator == "value_added_growth":
        growth = _growth(evidence, at, base)
        level = None if growth is None else growth[1]
    else:
        level = evidence.level(target.applies_indicator, at)
    if level is None:
        return np.full(len(evidence.zones), -1, dtype=np.int8)
    inside = np.ones(len(level), dtype=np.int8)
    if target.applies_min:
        operator = ">" if target.applies_indicator == "value_added_growth" else ">="
        inside = np.minimum(inside, rules.compare(level, operator, float(target.applies_min)))  # type: ignore[arg-type]
    if target.applies_max:
        inside = np.minimum(inside, rules.compare(level, "<", float(target.applies_max)))
    return np.where(np.isnan(level), -1, inside)


def _peaks(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    """Judge ``some zones have peaked``: met with one; missed only if every zone is known not to have."""
    if target.indicator != "co2_peak" or evidence.co2 is None:
        return one_row(target, when, base, reason=Problem("reason.no_indicator", {"indicator": target.indicator}))
    span = evidence.years <= when
    found = peak.judge(evidence.co2[:, span])
    status = np.array(found.status)
    broken = _broken(evidence, span)
    status[broken] = peak.INSUFFICIENT
    peaked = int((status == peak.PEAKED).sum())
    open_ = int((status == peak.INSUFFICIENT).sum())
    verdict = rules.MET if peaked else (rules.MISSED if not open_ and len(status) else rules.UNKNOWN)
    counts = {name: int((status == code).sum()) for code, name in enumerate(peak.STATUSES)}
    reason = None
    if verdict == rules.UNKNOWN:
        reason = Problem("reason.peak", {"n": open_, "years": int(span.sum())})
    return one_row(
        target,
        when,
        base,
        value=float(peaked),
        verdict=verdict,
        bounds=(float(peaked), float(peaked + open_)),
        required_rate=0.0 if verdict == rules.MET else math.nan,
        reason=reason,
        notes=(Problem("note.peaks", counts),),
    )


def _broken(evidence: Evidence, span: BoolArray) -> BoolArray:
    """Return the zones whose boundary changes within the years: a peak may be the boundary's."""
    if evidence.boundary is None:
        return np.zeros(len(evidence.zones), dtype=bool)
    return np.array([len({label for label in row if label}) > 1 for row in evidence.boundary[:, span]], dtype=bool)
