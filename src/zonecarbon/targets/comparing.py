"""What every kind of target needs: values in its unit, the comparison, the indicator of all zones together."""

import math
from typing import Any, Literal

import numpy as np

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray, ObjectArray
from zonecarbon.errors import Problem, TargetError, UnitError
from zonecarbon.indicators import INVERSE
from zonecarbon.kernels import intensity
from zonecarbon.kernels import target as rules
from zonecarbon.records import Target
from zonecarbon.records.target import is_fraction, percent_scale
from zonecarbon.targets.evidence import DERIVED, FRACTION, RATIOS, TOTALS, Evidence, own_unit
from zonecarbon.targets.turning import turning_point
from zonecarbon.terms import is_term

Judgement = Literal["full", "rounded"]
_EXAMPLES = {
    "tCO2": "万吨二氧化碳 (10^4 tCO2)",
    "tce": "万吨标准煤 (10^4 tce)",
    "万元": "亿元 (10^8 CNY)",
    FRACTION: "fraction / %",
}
_COMPARED = {"<=", "<", ">=", ">"}
# Of any other indicator it is not known.
WITHOUT_MONEY = {"energy_tce", "total_energy", "co2", "co2_per_energy", "green_power_direct_supply_share"}
_OF_MONEY = {"energy_output_rate", "energy_elasticity"}
_SHOWN = 10
_NO_FRACTION = 2.0


def not_judged(target: Target) -> Problem:
    """Return why a target is reported and not judged."""
    code = "reason.direction" if target.role == "direction" else "reason.no_rule"
    return Problem(code, {"operator": target.operator})


class IncomparableError(Exception):
    """What is known cannot be held against the target, and why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.text())


def in_unit(values: Any, target: Target, evidence: Evidence, unit: str) -> FloatArray:
    """Return values of the target's indicator in ``unit``.

    Raises
    ------
    TargetError
        If the indicator has a unit of its own and ``unit`` is of another kind.
    IncomparableError
        If printed figures stand in a unit that does not convert, or a fraction above 1 has no unit.
    """
    array = np.asarray(values, dtype=np.float64)
    own = _counted_in(target.indicator, evidence)
    is_bare = target.indicator in evidence.levels and not evidence.units.get(target.indicator, "")
    if own == FRACTION and is_bare and (array > _NO_FRACTION).any():
        raise IncomparableError(Problem("reason.unit", {"have": "", "want": unit}))
    if own:
        return array * _factor(own, unit, target)
    printed = evidence.units.get(target.indicator, "")
    if not printed or printed == unit:
        # Figures without a unit are taken to be in the target's; a "fraction" of 75 is a percentage without its sign.
        if not printed and unit.startswith("fraction") and (array > _NO_FRACTION).any():
            raise IncomparableError(Problem("reason.unit", {"have": "", "want": unit}))
        return array
    if printed == "1":
        if not is_fraction(unit):
            raise IncomparableError(Problem("reason.unit", {"have": "fraction", "want": unit}))
        return array * percent_scale(unit)
    try:
        return array * units.factor(printed, unit)
    except UnitError:
        raise IncomparableError(Problem("reason.unit", {"have": printed, "want": unit})) from None


def _counted_in(indicator: str, evidence: Evidence) -> str:
    """Return the unit in which an indicator is counted, printed or not; nothing where a figure brings its own."""
    own = own_unit(indicator)
    if own:
        return own
    if indicator in RATIOS and (evidence.account is not None or indicator not in evidence.levels):
        return FRACTION if evidence.units.get(indicator, "") in {"", "1"} else ""
    if indicator == "value_added" or evidence.account is not None:
        return TOTALS.get(indicator, "")
    return ""


def _factor(own: str, unit: str, target: Target) -> float:
    """Return what brings an indicator to the unit of its target."""
    example = _EXAMPLES.get(own, own)
    if own == FRACTION:
        if is_fraction(unit):
            return percent_scale(unit)
        raise TargetError("target.unit_kind", target=target.id, own=own, unit=unit, example=example)
    try:
        return units.factor(own, unit)
    except UnitError as error:
        if unit and any(problem.code != "unit.dimension" for problem in error.problems):
            raise TargetError([Problem(p.code, p.values) for p in error.problems]) from None
        raise TargetError("target.unit_kind", target=target.id, own=own, unit=unit, example=example) from None


def compare_with(value: Any, target: Target, judgement: Judgement) -> tuple[FloatArray, Any, FloatArray]:
    """Return the value compared, the codes and the margins."""
    array = np.asarray(value, dtype=np.float64)
    compared = rules.round_half_even(array, target.printed_digits) if judgement == "rounded" else array
    if target.operator not in _COMPARED:
        empty = np.full(array.shape, np.nan)
        return compared, np.full(array.shape, rules.UNKNOWN, dtype=np.int8), empty
    codes = rules.compare(compared, target.operator, target.limit)  # type: ignore[arg-type]
    return compared, codes, rules.margin(compared, target.operator, target.limit)  # type: ignore[arg-type]


def goal(target: Target, judgement: Judgement) -> tuple[float, float]:
    """Return the value at which a target turns, and the factor to go past it with: 1, or barely below 1.

    A strict limit must be passed by more than what counts as equal, so the rate of a value that stands on it is
    positive, if barely.
    """
    turns, passes = turning_point(target.operator, target.limit, target.printed_digits, judgement)
    return turns, 1.0 if passes else 1.0 - 2.0 * rules.EQUALITY


def still_needed(value: FloatArray, codes: Any, target: Target, when: int, judgement: Judgement) -> FloatArray:
    """Return the yearly reduction from ``when`` to the year of the target; 0 if met, NaN if there is no way to say.

    Under rounded judgement it leads to the value that rounds to the good side, not to the limit.
    """
    needed = np.full(np.shape(value), np.nan)
    left = 0 if target.year is None else target.year - when
    limit, past = goal(target, judgement)
    if left > 0 and target.operator in {"<=", "<"}:
        needed = np.asarray(intensity.reduction_rate(value, limit * past, left))
    elif left > 0 and target.indicator in INVERSE:
        needed = np.asarray(intensity.reduction_rate(intensity.ratio(1.0, value), past / limit, left))
    with np.errstate(invalid="ignore"):
        needed = np.where(needed > 0, needed, np.nan)
    return np.where(np.asarray(codes) == rules.MET, 0.0, needed)


def portfolio(evidence: Evidence, indicator: str, at: int) -> tuple[float, Problem | None, list[Problem]]:
    """Return the indicator of all zones together in one year, why it is not complete, and what to say about it."""
    published = evidence.totals.get(indicator)
    if published is not None and not np.isnan(published[at]):
        return float(published[at]), None, [Problem("note.published", {"name": evidence.total_name})]
    whole = evidence.whole(indicator)
    pair = (whole, np.broadcast_to(1.0, whole.shape)) if whole is not None else evidence.sums(indicator)
    if pair is None:
        return _only_zone(evidence, indicator, at)
    prices = evidence.prices(at)
    if indicator.endswith("_iva") and len(prices) > 1:
        return math.nan, Problem("reason.prices_mixed", {"prices": ", ".join(prices)}), []
    found = rules.aggregate(pair[0][:, at], pair[1][:, at])
    known = bool(found.complete) and not np.isnan(found.value)
    if len(evidence.zones) == 1 and indicator in RATIOS and indicator in evidence.levels and not known:
        return _only_zone(evidence, indicator, at)  # its printed figure, where nothing is counted
    value = float(found.value) * (int(found.known) if whole is not None else 1)
    if whole is None and value < 0:
        return math.nan, Problem("reason.negative", {}), []
    if bool(found.complete):
        code = "reason.value_added" if _is_of_money(indicator) else "reason.nothing_below"
        return value, Problem(code, {}) if math.isnan(value) else None, []
    unknown = np.isnan(pair[0][:, at]) | np.isnan(pair[1][:, at])
    return value, incomplete(evidence, indicator, at, unknown, int(found.known)), []


def _only_zone(evidence: Evidence, indicator: str, at: int) -> tuple[float, Problem | None, list[Problem]]:
    level = evidence.level(indicator, at)
    if level is None:
        return math.nan, no_figures(evidence, indicator), []
    if len(evidence.zones) != 1:
        return math.nan, Problem("reason.no_weights", {"indicator": indicator}), []
    value = float(level[0])
    return value, Problem("reason.no_data", {}) if math.isnan(value) else None, []


def no_figures(evidence: Evidence, indicator: str) -> Problem:
    """Return that nothing is known of an indicator, or that there is none of this name."""
    if evidence.account is None or indicator in DERIVED or is_term(indicator, "indicator"):
        return Problem("reason.no_indicator", {"indicator": indicator})
    known = ", ".join(dict.fromkeys((*DERIVED, *evidence.levels)))
    return Problem("reason.indicator_unknown", {"name": indicator, "known": known})


def incomplete(evidence: Evidence, indicator: str, at: int, unknown: BoolArray, known: int) -> Problem:
    """Return that only some zones are known, or none, which are not, and what is missing of them."""
    values = {
        "n": len(evidence.zones),
        "zones": zone_names(evidence, unknown),
        "year": int(evidence.years[at]),
        "missing": ", ".join(_missing(evidence, indicator, at, unknown)),
    }
    return Problem("reason.incomplete", {"known": known, **values}) if known else Problem("reason.none_known", values)


def _missing(evidence: Evidence, indicator: str, at: int, unknown: BoolArray) -> list[str]:
    """Return what of an indicator is not known in some zones; itself, if it is not made of anything."""
    pair = evidence.sums(indicator)
    if pair is None:
        return [indicator]
    parts = {"value_added": evidence.value_added, "energy": evidence.energy, "co2": evidence.co2}
    used = {name: part[unknown, at] for name, part in parts.items() if part is pair[0] or part is pair[1]}
    gone = [name for name, part in used.items() if np.isnan(part).any()]
    return gone or ["positive_value_added" if "value_added" in used else indicator]


def zone_names(evidence: Evidence, mask: BoolArray) -> str:
    """Return the names of some zones, the first ten."""
    named = [str(zone) for zone in evidence.zones[mask][:_SHOWN]]
    return ", ".join(named) + (", ..." if int(mask.sum()) > _SHOWN else "")


def _is_of_money(indicator: str) -> bool:
    """Return whether value added is in an indicator."""
    return indicator.endswith("_iva") or "value_added" in indicator or indicator in _OF_MONEY


def price_note(evidence: Evidence, indicator: str, at: int) -> list[Problem]:
    """Return at which prices value added stands in one year, and what made it constant, if it counts."""
    if not _is_of_money(indicator):
        return []
    prices = evidence.prices(at)
    labels = None if evidence.account is None else evidence.account.activity.deflator
    deflators = [] if labels is None else _stated(labels[:, at])
    words = ", ".join(prices) + (f" ({', '.join(deflators)})" if deflators else "")
    told = Problem("note.price_nominal") if words == "nominal" else Problem("note.price", {"prices": words})
    notes = [told] if prices else []
    covered = None if evidence.account is None else evidence.account.activity.coverage
    coverages = [] if covered is None else _stated(covered[:, at])
    if len(coverages) > 1:
        notes.append(Problem("note.coverage", {"labels": ", ".join(coverages)}))
    return notes


def _stated(labels: ObjectArray) -> list[str]:
    """Return the distinct labels that are not empty."""
    return sorted({str(label) for label in set(labels.tolist()) if label})


def not_comparable(evidence: Evidence, indicator: str, start: int, end: int) -> Problem | None:
    """Return why a rate between two years may not be taken: prices, unless no money is in it, then boundary."""
    years = {"base": int(evidence.years[start]), "year": int(evidence.years[end])}
    if evidence.price is not None and indicator not in WITHOUT_MONEY:
        ends = evidence.prices(start), evidence.prices(end)
        if "nominal" in ends[0] + ends[1]:
            return Problem("reason.nominal", years)
        if len(set(ends[0] + ends[1])) > 1:
            return Problem("reason.price", {"old": ", ".join(ends[0]), "new": ", ".join(ends[1]), **years})
    broken = evidence.broken(slice(start, end + 1))
    if broken.any():
        return Problem("reason.boundary", {"zones": zone_names(evidence, broken), **years})
    return None
