"""How each kind of target is judged.

Decided here, with the wording of the documents: ``aggregate`` is the sum of energy over the sum of value added, not a
mean of ratios; ``share_of_zones`` counts each zone once; a rate is geometric, between two years at one price year and
boundary. What is unknown bounds a share, and makes an aggregate unknown; ``about`` targets and directions are reported,
never judged. Verdicts come from :mod:`zonecarbon.kernels.target`; nothing is compared here.

Rounded judgement (GB/T 8170) rounds the measured value once to the digits of the limit as printed. A count of zones is
not a measured value and is never rounded.

Only the trend tests behind "some zones have peaked" take long enough to be cut into jobs for an executor: 65,536 zones
each, whatever the number of workers. The rest of a check of a million zones is sums, which other workers do not make
faster than memory gives them.
"""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

import numpy as np

from zonecarbon._executing import in_order
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.catalog import wrong_basis
from zonecarbon.errors import Problem
from zonecarbon.kernels import intensity, peak
from zonecarbon.kernels import target as rules
from zonecarbon.records import Target
from zonecarbon.records.target import MILESTONE, decimals, percent_scale
from zonecarbon.targets.classes import OUTSIDE, UNCLEAR, class_codes, growth, limits, of_class, unclear
from zonecarbon.targets.comparing import (
    IncomparableError,
    Judgement,
    compare_with,
    in_unit,
    incomplete,
    no_figures,
    not_judged,
    portfolio,
    price_note,
    still_needed,
)
from zonecarbon.targets.evidence import Evidence
from zonecarbon.targets.rates import judge_rate
from zonecarbon.targets.result import NO_CLASS, Block, one_row, rows_where
from zonecarbon.targets.turning import turning_point

_ZONES = 65_536  # in a job of trend tests


def judge(
    target: Target,
    evidence: Evidence,
    year: int | None,
    base_year: int | None,
    judgement: Judgement,
    executor: Executor | None = None,
) -> Block:
    """Return the block of one target.

    ``executor`` does the trend tests of more than 65,536 zones, with the same answer to the bit.
    """
    base = base_year if base_year is not None else target.base_year
    when = _when(target, evidence, year)
    if (not target.judged and target.statistic in {"project", "status"}) or target.role == "direction":
        return one_row(target, when, base, reason=not_judged(target))
    if when is None or evidence.at(when) is None:
        return one_row(target, when, base, reason=Problem("reason.no_year", {"year": when or target.year or "?"}))
    mismatch = _basis_mismatch(target, evidence)
    if mismatch is not None:
        return one_row(target, when, base, reason=mismatch)
    judged = partial(_judged, judgement=judgement, executor=executor)
    if target.applies_indicator and target.statistic != "zone":
        return _of_class(target, evidence, when, base, judged)
    return judged(target, evidence, when, base)


def _of_class(target: Target, evidence: Evidence, when: int, base: int | None, judged: Callable[..., Block]) -> Block:
    """Return the block of a target on all zones of a class together; one without a row if there are none."""
    applies = class_codes(target, evidence, evidence.at(when) or 0, base)
    problem = unclear(target, evidence, applies)
    if problem is not None:
        return one_row(target, when, base, reason=problem)
    if not applies.any():
        return rows_where(np.zeros(1, dtype=bool), one_row(target, when, base))
    block = judged(target, of_class(evidence, applies == 1, base), when, base)
    note = Problem("note.class", {**limits(target), "n": int(applies.sum()), "of": len(applies)})
    return replace(block, notes=(note, *block.notes))


def _judged(
    target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement, executor: Executor | None
) -> Block:
    judges: dict[str, Callable[..., Block]] = {
        "aggregate": _aggregate,
        "level": _aggregate,
        "share_of_zones": _share,
        "zone": _zones,
        "annual_rate": judge_rate,
        "annual_change": judge_rate,
        "change_vs_base": judge_rate,
        "status": partial(_peaks, executor=executor),
    }
    if target.statistic not in judges:
        return one_row(target, when, base, reason=not_judged(target))
    try:
        return judges[target.statistic](target, evidence, when, base, judgement)
    except IncomparableError as error:
        return one_row(target, when, base, reason=error.problem)


def _when(target: Target, evidence: Evidence, year: int | None) -> int | None:
    """Return the year judged: the one asked for, the target's own, or the last before it with data.

    A target without a year is judged in the last year with data. None if there are only later years. A milestone is of
    its own year and no other: one that is still to come is not missed.
    """
    if target.role == MILESTONE:
        return target.year
    if year is not None:
        return year
    years: list[int] = evidence.years.tolist()
    earlier = [at for at, own in enumerate(years) if target.year is None or own <= target.year]
    told = next((at for at in reversed(earlier) if _is_told(target, evidence, at)), None)
    return years[told] if told is not None else years[earlier[-1]] if earlier else None


def _is_told(target: Target, evidence: Evidence, at: int) -> bool:
    """Return whether anything is known of a target's indicator in one year."""
    indicator = "co2" if target.indicator == "co2_peak" else target.indicator
    printed = evidence.totals.get(indicator)
    if printed is not None and not np.isnan(printed[at]):
        return True
    level = evidence.level(indicator, at)
    return level is not None and not np.isnan(level).all()


def _basis_mismatch(target: Target, evidence: Evidence) -> Problem | None:
    wanted = target.energy_basis
    if wanted in {"calorific", "equivalent"} and evidence.basis != wanted:
        return wrong_basis(target, evidence.basis, evidence.account is not None)
    return None


# -- all zones together --------------------------------------------------------------------------------------------


def _aggregate(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    at = evidence.at(when) or 0
    own, reason, notes = portfolio(evidence, target.indicator, at)
    value = in_unit(own, target, evidence, target.unit)
    compared, codes, margin = compare_with(value, target, judgement)
    if not target.judged:
        return one_row(target, when, base, value=float(value), reason=not_judged(target), notes=notes)
    if reason is not None:
        codes = np.int8(rules.UNKNOWN)
    needed = still_needed(value, codes, target, when, judgement)
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
        notes=(*notes, *price_note(evidence, target.indicator, at)),
    )


def _share(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    at = evidence.at(when) or 0
    level = evidence.level(target.indicator, at)
    if level is None:
        return one_row(target, when, base, reason=no_figures(evidence, target.indicator))
    inner = in_unit(level, target, evidence, target.inner_unit or target.unit)
    seen = rules.round_half_even(inner, decimals(target.inner_threshold)) if judgement == "rounded" else inner
    codes = rules.compare(seen, target.inner_operator, target.inner_limit)  # type: ignore[arg-type]
    scale = percent_scale(target.unit)
    found = rules.share(codes, target.limit / scale, target.operator)  # type: ignore[arg-type]
    known = found.n - int(found.unknown)
    value = int(found.met) / known * scale if known else math.nan
    reason = None
    if int(found.verdict) == rules.UNKNOWN:
        reason = incomplete(evidence, target.indicator, at, codes == rules.UNKNOWN, known)
    return one_row(
        target,
        when,
        base,
        value=value,
        verdict=int(found.verdict),
        margin=float(rules.margin(value, target.operator, target.limit)),  # type: ignore[arg-type]
        required_rate=_share_rate(target, inner, codes, found, when, judgement),
        bounds=(float(found.lower) * scale, float(found.upper) * scale),
        reason=reason,
        notes=(*_count_note(target, found), *_money_note(evidence, codes, at)) if known else (),
        inner=inner,
        inner_verdict=codes,
        inner_zone=evidence.zones,
    )


def _count_note(target: Target, found: rules.Share) -> list[Problem]:
    """Return how many zones pass their own test."""
    per_cent = "%" if percent_scale(target.inner_unit) > 1 else ""  # 20 alone would be a number of something
    test = {"operator": target.inner_operator, "limit": f"{target.inner_threshold}{per_cent}"}
    said = {"test": f"{target.inner_operator} {target.inner_threshold}", **test}
    known = found.n - int(found.unknown)
    if known < found.n:
        return [Problem("note.count_known", {"met": int(found.met), "known": known, "n": found.n, **said})]
    return [Problem("note.count", {"met": int(found.met), "n": found.n, **said})]


def _money_note(evidence: Evidence, codes: rules.CodeArray, at: int) -> list[Problem]:
    """Return the share of value added in the zones that pass, of those of which it is known, for information."""
    if evidence.value_added is None:
        return []
    money = np.where(codes == rules.UNKNOWN, 0.0, evidence.value_added[:, at])
    with np.errstate(over="ignore", invalid="ignore"):
        whole, passed = money.sum(), money[codes == rules.MET].sum()
    if np.isnan(money).any() or not 0 < whole < np.inf:
        return []
    return [Problem("note.money", {"share": f"{passed / whole:.1%}"})]


def _share_rate(
    target: Target, inner: FloatArray, codes: rules.CodeArray, found: rules.Share, when: int, judgement: Judgement
) -> float:
    """Return the yearly reduction that brings enough further zones under the inner limit, the nearest first."""
    if int(found.verdict) == rules.MET:
        return 0.0
    left = 0 if target.year is None else target.year - when
    scale = percent_scale(target.unit)
    # The small number keeps 0.07 x 100 from asking for an eighth zone.
    wanted = min(found.n * target.limit / scale, found.n + 1.0)  # a share beyond all zones is never reached
    lacking = math.ceil(wanted - 1e-9) - int(found.met)
    above = np.sort(inner[codes == rules.MISSED])
    if left <= 0 or not 0 < lacking <= len(above) or target.inner_operator not in {"<", "<="}:
        return math.nan
    turns, passes = turning_point(
        target.inner_operator, target.inner_limit, decimals(target.inner_threshold), judgement
    )
    past = 1.0 if passes else 1.0 - 2.0 * rules.EQUALITY
    return float(intensity.reduction_rate(above[lacking - 1], turns * past, left))


# -- zone by zone --------------------------------------------------------------------------------------------------


def _zones(target: Target, evidence: Evidence, when: int, base: int | None, judgement: Judgement) -> Block:
    at = evidence.at(when) or 0
    own = _zone_levels(target, evidence, at, base)
    known = np.full(len(evidence.zones), np.nan) if own is None else own
    value = in_unit(known, target, evidence, target.unit)
    compared, codes, margin = compare_with(value, target, judgement)
    applies = class_codes(target, evidence, at, base)
    outside, reason = applies < 1, np.where(np.isnan(value), 0, -1)
    reason = np.where(applies == 0, OUTSIDE, np.where(applies < 0, UNCLEAR, reason))
    codes = np.where(outside, np.int8(rules.UNKNOWN), codes).astype(np.int8)
    reasons = [
        no_figures(evidence, target.indicator) if own is None else Problem("reason.no_data", {}),
        Problem(NO_CLASS, limits(target)),
        Problem("reason.class_unclear", limits(target)),
    ]
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
        np.where(outside, np.nan, still_needed(value, codes, target, when, judgement)),
        nothing,
        nothing,
        reason,
        tuple(reasons),
        tuple(price_note(evidence, target.indicator, at)),
    )
    if not target.judged:
        block = replace(block, reason=np.where(outside, reason, 0), reasons=(not_judged(target), *reasons[1:]))
    return block


def _zone_levels(target: Target, evidence: Evidence, at: int, base: int | None) -> FloatArray | None:
    if target.indicator == "energy_elasticity" and "energy_elasticity" not in evidence.levels:
        grown = growth(evidence, at, base)
        return None if grown is None else intensity.ratio(grown[0], np.abs(grown[1])) * np.sign(grown[1])
    return evidence.level(target.indicator, at)


def _peaks(
    target: Target,
    evidence: Evidence,
    when: int,
    base: int | None,
    judgement: Judgement,
    executor: Executor | None = None,
) -> Block:
    """Judge ``some zones have peaked``: met with one; missed only if every zone is known not to have."""
    if target.indicator != "co2_peak" or evidence.co2 is None:
        return one_row(target, when, base, reason=Problem("reason.no_indicator", {"indicator": target.indicator}))
    span = evidence.years <= when
    status = np.concatenate([*in_order(executor, peak_status, _zone_jobs(evidence.co2, span))])
    status[evidence.broken(span)] = peak.INSUFFICIENT
    absent = peak.absent_year(evidence.years[span])  # a row that nobody wrote must not make a peak sure
    if absent is not None:
        status[:] = peak.INSUFFICIENT
    counts = dict(zip(peak.STATUSES, np.bincount(status, minlength=len(peak.STATUSES)).tolist(), strict=True))
    peaked, open_ = counts[peak.STATUSES[peak.PEAKED]], counts[peak.STATUSES[peak.INSUFFICIENT]]
    verdict = rules.MET if peaked else (rules.MISSED if not open_ and len(status) else rules.UNKNOWN)
    reason = None
    if verdict == rules.UNKNOWN:
        reason = Problem("reason.peak", {"n": open_, "years": int(span.sum())})
        reason = reason if absent is None else Problem("reason.peak_absent", {"year": int(absent)})
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


def _zone_jobs(co2: FloatArray, span: BoolArray) -> Iterator[tuple[FloatArray]]:
    """Yield the CO2 of 65,536 zones at a time, in the years of ``span``."""
    for start in range(0, max(1, len(co2)), _ZONES):
        yield (co2[start : start + _ZONES, span],)


def peak_status(co2: FloatArray) -> rules.CodeArray:
    """Return the status of some zones (zone, year): the job of a worker."""
    return np.array(peak.judge(co2).status)
