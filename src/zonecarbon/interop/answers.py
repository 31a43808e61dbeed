"""The answers as parts of an xarray Dataset: checks, decompositions, decoupling, ensembles, peaks.

Decided here: what belongs to all zones together (an aggregate target, the sum of an ensemble) stands in variables of
its own with the prefix ``portfolio_``. As one more label on the axis of zones it would be counted twice by the first
sum. Each indicator is a variable, because an array has one unit; verdicts and states are words, as in ``to_frame``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.decomposition import Decomposition, Decoupling
from zonecarbon.interop.described import (
    KINDS,
    Kind,
    Parts,
    Variable,
    a_year,
    fraction,
    labels,
    of_result,
    printed,
    require_room,
    texts,
    varied,
)
from zonecarbon.kernels.target import MET, MISSED
from zonecarbon.peaks import Outlook, Peaks
from zonecarbon.projection import Ensemble
from zonecarbon.targets import TargetCheck
from zonecarbon.targets.result import VERDICTS, Block

_ZONE, _YEAR = "zone 园区", "calendar year"


# -- targets -----------------------------------------------------------------------------------------------------------

_OF_TARGETS: Mapping[str, Kind] = {
    "value": varied("value, in the unit of the target"),
    "compared": varied("value as it was compared, in the unit of the target"),
    "margin": varied("distance from the threshold, positive is better, in the unit of the target 裕度"),
    "required_rate": fraction("rate a year that is still required; 0 if met"),
    "lower": varied("value if every unknown zone counted against the target, in its unit"),
    "upper": varied("value if every unknown zone counted for the target, in its unit"),
}


def check(result: TargetCheck, max_bytes: int) -> Parts:
    """Return (target, zone) of the targets of each zone, and (target,) of those of all zones together."""
    blocks = result.blocks
    sizes = {"target": len(blocks), "zone": len(result.zones)}
    require_room(("target", "zone"), sizes, len(_OF_TARGETS) + 2, max_bytes, "the targets of fewer zones")
    variables: dict[str, Variable] = {}
    place = {zone: at for at, zone in enumerate(result.zones.tolist())}
    rows = [_rows_of(block, place) for block in blocks]
    for name, about in _OF_TARGETS.items():
        by_zone, whole = np.full(tuple(sizes.values()), np.nan), np.full(len(blocks), np.nan)
        for at, block in enumerate(blocks):
            if rows[at] is None:
                whole[at] = getattr(block, name)[0]
            else:
                by_zone[at, rows[at]] = getattr(block, name)
        variables |= {
            name: Variable(("target", "zone"), by_zone, about),
            f"portfolio_{name}": Variable(("target",), whole, about),
        }
    for name, of in (("verdict", _verdicts), ("reason", _reasons)):
        by_zone, whole = np.full(tuple(sizes.values()), "", dtype=object), np.full(len(blocks), "", dtype=object)
        for at, block in enumerate(blocks):
            if rows[at] is None:
                whole[at] = of(block)[0]
            else:
                by_zone[at, rows[at]] = of(block)
        words = "met, missed or unknown; empty: does not apply" if name == "verdict" else "why it is unknown"
        variables |= {
            name: Variable(("target", "zone"), by_zone, words),
            f"portfolio_{name}": Variable(("target",), whole, words),
        }
    attrs = of_result("check", result.provenance, targets=result.name, judgement=result.judgement, basis=result.basis)
    return Parts(variables, {**_of_targets(blocks), **labels("zone", result.zones, _ZONE)}, attrs)


def _rows_of(block: Block, place: Mapping[str, int]) -> IntArray | None:
    """Return the positions of the zones of a block; None if it is about all zones together."""
    if len(block.zone) == 1 and not block.zone[0]:
        return None
    return np.array([place[zone] for zone in block.zone.tolist()], dtype=np.int64)


def _verdicts(block: Block) -> NDArray[Any]:
    words = np.array([VERDICTS[MET], VERDICTS[MISSED], "unknown"], dtype=object)
    found: NDArray[Any] = words[np.select([block.verdict == MET, block.verdict == MISSED], [0, 1], 2)]
    return found


def _reasons(block: Block) -> NDArray[Any]:
    words = np.array([*(problem.text() for problem in block.reasons), ""], dtype=object)
    found: NDArray[Any] = words[block.reason]
    return found


def _of_targets(blocks: tuple[Block, ...]) -> dict[str, Variable]:
    def years(name: str) -> FloatArray:
        return np.array([np.nan if getattr(b, name) is None else getattr(b, name) for b in blocks], dtype=np.float64)

    of = ("target",)
    limits = np.array([block.target.limit for block in blocks], dtype=np.float64)
    return {
        **labels("target", [block.target.id for block in blocks], "target 指标"),
        "operator": Variable(of, texts(block.target.operator for block in blocks), "operator"),
        "threshold": Variable(of, limits, varied("threshold, in the unit of the target")),
        "unit": Variable(of, texts(block.target.unit for block in blocks), "unit of the target"),
        "status": Variable(of, texts(block.target.status for block in blocks), "status of the threshold"),
        "judged": Variable(
            of, np.array([block.judged for block in blocks], dtype=np.int8), fraction("1: judged; 0: reported")
        ),
        "target_year": Variable(of, years("year"), "year the target is judged in"),
        "base_year": Variable(of, years("base_year"), "year a rate starts from"),
    }


# -- changes -----------------------------------------------------------------------------------------------------------


def decomposition(result: Decomposition, by: tuple[str, ...] | None, max_bytes: int) -> Parts:
    """Return effects (group axes, factor, period), and where each aggregate is shown for itself its values."""
    keys = tuple(result.labels())
    chosen = keys if by is None else by
    groups = result.groups_by(by=chosen)
    effects = result.effects(by=chosen, steps=True)
    distinct = {name: _distinct(groups[name]) for name in chosen}
    factors = result.factors_of(result.level)
    sizes = {name: len(values) for name, values in distinct.items()}
    sizes |= {"factor": len(factors), "period": len(result.periods)}
    require_room((*chosen, "factor", "period"), sizes, 1, max_bytes, "fewer names in by=")
    place = tuple(_positions(groups[name], distinct[name]) for name in chosen)
    is_sum = result.form == "additive"
    # Where a combination does not occur nothing changes: its effects add nothing; a ratio of nothing is no ratio.
    dense = np.full(tuple(sizes.values()), 0.0 if is_sum else np.nan)
    dense[place] = np.swapaxes(effects, -1, -2)
    unit = printed(result.unit, f"effect on {result.of}") if is_sum else fraction(f"effect on {result.of}, as a ratio")
    variables = {"effect": Variable((*chosen, "factor", "period"), dense, unit)}
    coords = {**labels("factor", factors, "factor of the identity"), **_periods(result.periods)}
    if set(chosen) == set(keys):
        values = np.full((*(sizes[name] for name in chosen), len(result.years)), 0.0)
        values[place] = result.values()
        about = printed(result.unit, f"{result.of} of each aggregate")
        variables["value"] = Variable((*chosen, "year"), values, about)
        coords |= labels("year", result.years, _YEAR)
    for name, values_of in distinct.items():
        coords |= labels(name, values_of)
    attrs = of_result(
        "decomposition",
        result.provenance,
        of=result.of,
        form=result.form,
        lmdi=f"LMDI-{result.lmdi}",
        level=result.level,
        identity="; ".join(result.identities),
    )
    return Parts(variables, coords, attrs)


def _distinct(values: NDArray[Any]) -> list[Any]:
    return list(dict.fromkeys(values.tolist()))


def _positions(values: NDArray[Any], distinct: list[Any]) -> IntArray:
    at = {label: i for i, label in enumerate(distinct)}
    return np.array([at[label] for label in values.tolist()], dtype=np.int64)


def _periods(periods: NDArray[Any]) -> dict[str, Variable]:
    """Return periods as texts with start and end beside them: files have no axis of pairs."""
    return {
        **labels("period", [f"{start}-{end}" for start, end in periods.tolist()], "first and last year"),
        "start": labels("period", periods[:, 0])["period"],
        "end": labels("period", periods[:, 1])["period"],
    }


def decoupling(result: Decoupling, max_bytes: int) -> Parts:
    """Return (zone, period), of a decomposition also (zone, period, factor), and (period,) of all zones together."""
    variables = _decoupling(result, "")
    coords = {**labels("zone", result.zones, _ZONE), **_periods(np.stack([result.starts, result.ends], axis=-1))}
    if result.factors:
        coords |= labels("factor", result.factors, "factor of the identity")
    if result.whole is not None:
        variables |= _decoupling(result.whole, "portfolio_")
    attrs = of_result("decoupling", result.provenance, of=result.of, thresholds=list(result.thresholds))
    return Parts(variables, coords, attrs)


def _decoupling(result: Decoupling, prefix: str) -> dict[str, Variable]:
    whole = bool(prefix)
    axes = ("period",) if whole else ("zone", "period")
    shape = (len(result.starts),) if whole else (len(result.zones), len(result.starts))
    told = {
        "elasticity": fraction("elasticity of decoupling 脱钩弹性"),
        "co2_change": fraction(f"relative change of {result.of}"),
        "value_added_change": fraction("relative change of value added"),
    }
    found = {
        f"{prefix}{name}": Variable(axes, getattr(result, name).reshape(shape), about) for name, about in told.items()
    }
    found[f"{prefix}state"] = Variable(axes, result.state.reshape(shape), "state of decoupling 脱钩状态")
    for name, about in (("parts", "elasticity by factor"), ("index", "decoupling index by factor")):
        array = getattr(result, name)
        if array is not None:
            by_factor = array.reshape(*shape, len(result.factors))
            found[f"{prefix}{name}"] = Variable((*axes, "factor"), by_factor, fraction(about))
    return found


# -- projections and peaks ---------------------------------------------------------------------------------------------


def statistic_names(levels: FloatArray) -> list[str]:
    """Return the names of quantiles as ``Ensemble.to_frame`` has them: ``q05``, ``q50``, ``q97.5``."""
    shown = [f"{100 * level:.10g}" for level in levels.tolist()]
    return [f"q{text.zfill(2 + len(text) - len(text.partition('.')[0]))}" for text in shown]


def ensemble(result: Ensemble, max_bytes: int) -> Parts:
    """Return (zone, year, statistic) of each indicator, peaks and probabilities, and the same of all together."""
    names = statistic_names(result.levels)
    sizes = {"zone": len(result.zones), "year": len(result.years), "statistic": len(names) + 2}
    arrays = 2 * len(result.indicators) + 1
    require_room(("zone", "year", "statistic"), sizes, arrays, max_bytes, "project fewer zones")
    variables: dict[str, Variable] = {}
    for zone, prefix, axes in ((None, "", ("zone",)), ("", "portfolio_", ())):
        variables |= {f"{prefix}{name}": found for name, found in _ensemble(result, zone, axes).items()}
    coords = {
        **labels("zone", result.zones, _ZONE),
        **labels("year", result.years, _YEAR),
        **labels("statistic", ["path", "mean", *names], "path: without shocks; q50: the median of the draws"),
        **labels("quantile", names, "quantile of the draws"),
        **labels("target", [goal.target.id for goal in result.goals], "target 指标"),
    }
    attrs = of_result(
        "ensemble",
        result.provenance,
        method=result.account.method.name,
        basis=result.account.basis,
        scenario=result.scenario.name,
        base_year=result.base_year,
        until=result.until,
        draws=result.draws,
        seed=str(result.seed),
        sampling=result.sampling,
    )
    return Parts(variables, coords, attrs)


def _ensemble(result: Ensemble, zone: str | None, axes: tuple[str, ...]) -> dict[str, Variable]:
    found: dict[str, Variable] = {}
    levels = result.levels.tolist()
    for what in result.indicators:
        parts = [result.path(what, zone), result.mean(what, zone)]
        parts += [result.quantile(level, what, zone) for level in levels]
        errors = [np.full_like(parts[0], np.nan), result.standard_error(None, what, zone)]
        errors += [result.standard_error(level, what, zone) for level in levels]
        kind = KINDS[what]
        said = kind._replace(long_name=f"standard error of {kind.long_name}", is_sum=False)
        found[what] = Variable((*axes, "year", "statistic"), np.stack(parts, axis=-1), kind)
        found[f"{what}_standard_error"] = Variable((*axes, "year", "statistic"), np.stack(errors, axis=-1), said)
    told = (("peak_value", "peak_co2", "highest CO2"), ("cumulative", "cumulative_co2", "CO2 summed to the horizon"))
    for method, name, about in told:
        array = np.stack([getattr(result, method)(level, zone) for level in levels], axis=-1)
        found[name] = Variable((*axes, "quantile"), array, KINDS["co2"]._replace(long_name=about, is_sum=False))
    by = np.stack([result.peak_probability(int(year), zone) for year in result.years], axis=-1)
    found["peak_probability"] = Variable((*axes, "year"), by, fraction("probability that CO2 has peaked by the year"))
    flags = result.statistics.flags[:, : len(result.goals)]
    chances = flags[-1] if zone == "" else flags[:-1].copy()
    if zone is None:
        chances[:, [not goal.of_zones for goal in result.goals]] = np.nan
    about_target = fraction("probability that the target holds in its year")
    found["target_probability"] = Variable((*axes, "target"), chances, about_target)
    return found


_OF_PEAKS: Mapping[str, Kind | str] = {
    "peak_year": "year of the first maximum",
    "years_since": "last year minus peak year",
    "p_value": fraction("two-sided p of the Mann-Kendall test of the years after the peak"),
    "statistic": fraction("Mann-Kendall S of the years after the peak"),
    "plateau_start": "first year of the plateau",
    "plateau_end": "last year of the plateau",
    "plateau_width": "calendar years of the plateau",
    "first_year": "outer quantile of the peak year",
    "last_year": "outer quantile of the peak year",
    "probability": fraction("probability of a peak before the horizon"),
    "standard_error": fraction("standard error of the probability"),
    "status": "status of the peak 达峰状态",
    "reason": "why the status is insufficient",
    "notes": "codes of the warnings about the zone",
}


def peaks(result: Peaks, max_bytes: int) -> Parts:
    """Return (zone,)."""
    columns = result.columns()
    zones = columns.pop("zone")
    variables = _of_columns(columns, ("zone",))
    variables["peak_value"] = Variable(("zone",), columns["peak_value"], printed(result.unit, "value at the peak"))
    variables["slope"] = Variable(("zone",), columns["slope"], a_year(result.unit, "Theil-Sen slope after the peak"))
    attrs = of_result("peaks", result.provenance, first_year=int(result.years[0]), last_year=int(result.years[-1]))
    return Parts(variables, labels("zone", zones, _ZONE), attrs)


def outlook(result: Outlook, max_bytes: int) -> Parts:
    """Return (zone,), and one figure each of all zones together."""
    columns = result.columns()
    zones = columns.pop("zone")
    variables: dict[str, Variable] = {}
    for prefix, axes, rows in (("", ("zone",), slice(None, -1)), ("portfolio_", (), -1)):
        own = {name: np.asarray(column[rows]) for name, column in columns.items()}
        about = KINDS["co2"]._replace(long_name="median of the highest CO2", is_sum=False)
        made = {**_of_columns(own, axes), "peak_value": Variable(axes, own["peak_value"], about)}
        variables |= {f"{prefix}{name}": variable for name, variable in made.items()}
    attrs = of_result("outlook", result.provenance, horizon=result.horizon, share=result.share)
    return Parts(variables, labels("zone", zones[:-1], _ZONE), attrs)


def _of_columns(columns: Mapping[str, NDArray[Any]], axes: tuple[str, ...]) -> dict[str, Variable]:
    return {name: Variable(axes, column, _OF_PEAKS.get(name, name)) for name, column in columns.items()}
