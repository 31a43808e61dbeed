"""Goals of a plan in the few words that a picture has room for.

Decided here: a limit is written as it was given, with its own digits and the sign of its operator; the unit is that of
the axis or of the indicator's name. What a plan was asked for without a target (a peak, a budget) has words of its own.
"""

from decimal import Decimal

from zonecarbon.indicators import INVERSE
from zonecarbon.messages import Language
from zonecarbon.notation import Kind, Scale, percent, scale_for
from zonecarbon.planning import Plan
from zonecarbon.plots.words import say
from zonecarbon.records import Target
from zonecarbon.records.target import percent_scale
from zonecarbon.terms import term

_KNOWN = {"energy_per_iva": "energy_intensity", "co2_per_iva": "co2_intensity", "co2": "co2"}
_KNOWN |= {"total_energy": "energy", "energy_tce": "energy"}
_SIGNS = {"<=": "≤", "<": "<", ">=": "≥", ">": ">"}
_RATES = {"annual_rate", "annual_change", "change_vs_base"}
_KINDS: dict[str, Kind] = {"tCO2": "co2", "tce": "energy"}


def target_of(plan: Plan, name: str) -> Target | None:
    """Return the target behind a goal of a plan; None of what was asked for without one."""
    goals = () if plan.goals is None else plan.goals.target
    return next((target for target in goals if target.id == name), None)


def indicator(name: str, language: Language, target: Target | None = None) -> str:
    """Return what an indicator is called.

    Examples
    --------
    >>> indicator("energy_per_iva", "en"), indicator("co2", "zh")
    ('energy per value added', '二氧化碳排放')
    """
    own = "" if target is None else (target.indicator_zh if language == "zh" else target.indicator_en)
    told = own or (say(_KNOWN[name], language) if name in _KNOWN else term(name, language, "indicator"))
    return told.replace("CO2", "CO₂")


def limit(target: Target, language: Language, scale: Scale | None = None) -> str:
    """Return the limit of a target with its sign; fractions as percentages, totals in the unit of an axis if given.

    Examples
    --------
    >>> rate = {"id": "a", "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=", "threshold": 0.04}
    >>> most = {"id": "b", "indicator": "co2", "statistic": "aggregate", "operator": "<=", "threshold": 8.6e5}
    >>> limit(Target(**rate), "en"), limit(Target(**most, unit="tCO2"), "en")
    ('falls ≥4% a year', '≤860 kt CO₂')
    """
    sign = _SIGNS.get(target.operator, "")
    if target.statistic in _RATES:
        size = int(100 / percent_scale(target.unit))
        shown = sign + f"{_plain(Decimal(target.threshold) * size)}%"
        if target.statistic == "change_vs_base":
            return say("goal_change", language, limit=shown)
        if target.statistic == "annual_change":
            return say("goal_change_a_year", language, limit=shown)
        if target.indicator in INVERSE:
            return say("goal_rises", language, limit=shown)
        return say("goal_falls", language, limit=shown)
    if target.statistic == "share_of_zones":
        inner = f"{_SIGNS.get(target.inner_operator, '')}{target.inner_threshold}"
        return say("goal_share", language, limit=f"{sign}{percent(target.limit, language, 0)}", inner=inner)
    if target.unit in _KINDS:
        own = scale or scale_for(_KINDS[target.unit], target.limit, language)
        shown = _plain(Decimal(target.threshold) / Decimal(own.size), "," if language == "en" else "")
        return f"{sign}{shown}" if scale is not None else f"{sign}{shown} {own.unit}"
    return f"{sign}{_plain(Decimal(target.threshold))}"


def _plain(value: Decimal, separator: str = "") -> str:
    """Return a number with its own digits and no power of ten."""
    return f"{value.normalize():{separator}f}".replace("-", "−")


def goal(plan: Plan, name: str, zone: str, year: int, language: Language) -> str:
    """Return a goal of a plan: what is asked, of whom, and when."""
    target = target_of(plan, name)
    if name == "peak" and target is None:
        told = say("goal_peak", language, year=year)
    elif name == "budget" and target is None:
        told = say("goal_budget", language, year=year)
    elif target is None:
        told = f"{name} {year}"
    elif target.operator == "some":
        told = say("goal_peak_some", language, year=year)
    else:
        what = indicator(target.indicator, language, target)
        told = say("goal_limit", language, what=what, limit=limit(target, language), year=year)
    return say("colon", language, head=zone, rest=told) if zone else told


def milestone(name: str, year: int, language: Language) -> str:
    """Return a milestone: what the plan has in a year.

    Examples
    --------
    >>> milestone("co2-2027", 2027, "en")
    'CO₂ 2027'
    """
    return say("fall_value", language, what=indicator(name.removesuffix(f"-{year}"), language), year=year)
