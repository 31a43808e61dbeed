"""What every kind of target needs: values in its unit, the comparison, the indicator of all zones together."""

import math
from typing import Any, Literal

import numpy as np

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.errors import Problem, TargetError, UnitError
from zonecarbon.kernels import intensity
from zonecarbon.kernels import target as rules
from zonecarbon.records import Target
from zonecarbon.targets.evidence import Evidence, own_unit

Judgement = Literal["full", "rounded"]
_COMPARED = {"<=", "<", ">=", ">"}
_INVERSE = {"energy_output_rate"}
_SHOWN = 10


def not_judged(target: Target) -> Problem:
    """Return why a target is reported and not judged."""
    code = "reason.direction" if target.role == "direction" else "reason.no_rule"
    return Problem(code, {"operator": target.operator})


def in_unit(values: Any, target: Target, indicator: str, unit: str) -> FloatArray:
    """Return values in the unit of the target."""
    own = own_unit(indicator)
    array = np.asarray(values, dtype=np.float64)
    if own:
        try:
            return array * units.factor(own, unit)
        except UnitError as error:
            raise TargetError([Problem(p.code, p.values) for p in error.problems]) from None
    return array * (100.0 if unit.strip().startswith("%") else 1.0)


def compare_with(value: Any, target: Target, judgement: Judgement) -> tuple[FloatArray, Any, FloatArray]:
    """Return the value compared, the codes and the margins."""
    array = np.asarray(value, dtype=np.float64)
    compared = rules.round_half_even(array, target.printed_digits) if judgement == "rounded" else array
    if target.operator not in _COMPARED:
        empty = np.full(array.shape, np.nan)
        return compared, np.full(array.shape, rules.UNKNOWN, dtype=np.int8), empty
    codes = rules.compare(compared, target.operator, target.limit)  # type: ignore[arg-type]
    return compared, codes, rules.margin(compared, target.operator, target.limit)  # type: ignore[arg-type]


def still_needed(value: FloatArray, codes: Any, target: Target, when: int) -> FloatArray:
    """Return the yearly reduction from ``when`` to the year of the target; 0 if met, NaN if there is no way to say."""
    needed = np.full(np.shape(value), np.nan)
    left = 0 if target.year is None else target.year - when
    if left > 0 and target.operator in {"<=", "<"}:
        needed = np.asarray(intensity.required_rate(value, target.limit, left))
    elif left > 0 and target.indicator in _INVERSE:
        needed = np.asarray(intensity.required_rate(intensity.ratio(1.0, value), 1.0 / target.limit, left))
    return np.where(np.asarray(codes) == rules.MET, 0.0, needed)


def portfolio(evidence: Evidence, indicator: str, at: int) -> tuple[float, Problem | None, list[Problem]]:
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
    return float(found.value), incomplete(evidence, unknown, int(found.known), found.n), []


def _only_zone(evidence: Evidence, indicator: str, at: int) -> tuple[float, Problem | None, list[Problem]]:
    level = evidence.level(indicator, at)
    if level is None:
        return math.nan, Problem("reason.no_indicator", {"indicator": indicator}), []
    if len(evidence.zones) != 1:
        return math.nan, Problem("reason.no_weights", {"indicator": indicator}), []
    value = float(level[0])
    return value, Problem("reason.no_data", {}) if math.isnan(value) else None, []


def incomplete(evidence: Evidence, unknown: BoolArray, known: int, n: int) -> Problem:
    """Return that only some zones are known, and which are not."""
    return Problem("reason.incomplete", {"known": known, "n": n, "zones": zone_names(evidence, unknown)})


def zone_names(evidence: Evidence, mask: BoolArray) -> str:
    """Return the names of some zones, the first ten."""
    named = [str(zone) for zone in evidence.zones[mask][:_SHOWN]]
    return ", ".join(named) + (", ..." if int(mask.sum()) > _SHOWN else "")


def price_note(evidence: Evidence, at: int) -> list[Problem]:
    """Return at which prices value added stands in one year, and what made it constant."""
    prices = evidence.prices(at)
    labels = None if evidence.account is None else evidence.account.activity.deflator
    deflators = [] if labels is None else sorted({str(label) for label in labels[:, at] if label})
    words = ", ".join(prices) + (f" ({', '.join(deflators)})" if deflators else "")
    return [Problem("note.price", {"prices": words})] if prices else []


def not_comparable(evidence: Evidence, start: int, end: int) -> Problem | None:
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
            return Problem("reason.boundary", {"zones": zone_names(evidence, broken), **years})
    return None
