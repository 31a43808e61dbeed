"""Six published scenarios of Tianjin (three of growth, two of reduction): their order, and only that.

The published years and levels come from a regression on the logarithms of population, product per head, energy
intensity and shares, in which a lower energy intensity raises CO2, with base values that are not all printed. Our
projection is an identity: value added x energy per value added x CO2 per energy. So neither years nor levels can agree
(whoever runs the regression itself does not get them either); what must agree is what the paper concludes: more growth
peaks later and higher, more reduction earlier and lower. In our identity some scenarios have their peak behind them in
2016, so that "later" is "not earlier" there; the order is strict wherever both peak after 2016.
"""

import json
import math
import warnings
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import zonecarbon as zc
from zonecarbon.projection import Ensemble, project

CASE = json.loads(
    (Path(__file__).resolve().parents[1] / "data/tianjin_scenarios/tianjin_peaks.json").read_text(encoding="utf-8")
)
ENDS = [int(period[5:]) for period in CASE["scenario_growth_pct_per_year"]["periods"]]
BASE = CASE["base"]["year"]
GROWTH, REDUCTION = ("low", "mid", "high"), ("mid", "strong")
VARIANTS = ("intensity and structure", "intensity alone")


def steps(rates: list[float]) -> dict[str, Any]:
    return {"kind": "piecewise", "rates": [{"rate": rate, "until": end} for rate, end in zip(rates, ENDS, strict=True)]}


def to_levels(start: float, levels: list[float]) -> dict[str, Any]:
    """Return the steps of constant rates that lead through the levels at the ends of the periods."""
    years = [BASE, *ENDS]
    parts = zip(pairwise([start, *levels]), pairwise(years), strict=True)
    return steps([(after / before) ** (1 / (last - first)) - 1 for (before, after), (first, last) in parts])


@cache
def account() -> zc.Account:
    """One zone: only ratios to 2016 count."""
    activity = zc.Activity.from_arrays(
        [[[1000.0]]], flows=["raw_coal"], zones=["天津"], years=[BASE], value_added=[[5000.0]], price_year=BASE
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


@cache
def projected(growth: str, reduction: str, variant: str, sd: float = 0.0) -> Ensemble:
    told, cut, base = CASE["scenario_growth_pct_per_year"][growth], CASE["reduction"][reduction], CASE["base"]
    money = steps([(1 + a / 100) * (1 + p / 100) - 1 for a, p in zip(told["A"], told["P"], strict=True)])
    fields = {
        "name": f"{growth}-{reduction}",
        "level": "kaya",
        "value_added": money | ({"uncertainty": {"shape": "normal", "sd": sd, "rho": 0.5}} if sd else {}),
        "energy_intensity": to_levels(base["T"], cut["T_end"]),
    }
    if variant == "intensity and structure":  # CO2 per energy falls with the share of coal
        fields["co2_per_energy"] = to_levels(base["NJ_pct"], cut["NJ_end_pct"])
    return project(account(), fields, until=2040, draws=2000, rng=7, targets=None)


def peak(growth: str, reduction: str, variant: str) -> tuple[float, float]:
    """Return year and level; a highest value in the last year is no peak, and later than any."""
    found = projected(growth, reduction, variant)
    year = float(found.peak_year())
    return (math.inf if math.isnan(year) else year), float(found.peak_value())


def published(growth: str, reduction: str) -> tuple[int, float]:
    row = next(r for r in CASE["published_peaks"] if (r["growth"], r["reduction"]) == (growth, reduction))
    return row["peak_year"], row["peak_10kt"]


def in_order(earlier: tuple[float, float], later: tuple[float, float]) -> None:
    assert earlier[0] <= later[0]
    assert earlier[1] <= later[1]
    if earlier[0] > BASE:
        assert earlier[1] < later[1]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("reduction", REDUCTION)
def test_more_growth_peaks_later_and_higher(reduction: str, variant: str) -> None:
    for slower, faster in pairwise(GROWTH):
        assert published(slower, reduction) < published(faster, reduction)
        in_order(peak(slower, reduction, variant), peak(faster, reduction, variant))
    assert peak("low", reduction, variant)[0] < peak("high", reduction, variant)[0]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("growth", GROWTH)
def test_more_reduction_peaks_earlier_and_lower(growth: str, variant: str) -> None:
    assert published(growth, "strong") < published(growth, "mid")
    in_order(peak(growth, "strong", variant), peak(growth, "mid", variant))
    assert peak(growth, "strong", variant)[1] < peak(growth, "mid", variant)[1]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("year", [2020, 2025, 2030, 2035])
def test_the_order_holds_for_probabilities_too(year: int, variant: str) -> None:
    """With uncertain growth, and the same shocks in all scenarios (one seed): a peak by a year is less likely."""
    by = {key: float(projected(*key, variant, 0.02).peak_probability(year)) for key in SIX}
    for reduction in REDUCTION:
        assert by["low", reduction] >= by["mid", reduction] >= by["high", reduction]
    for growth in GROWTH:
        assert by[growth, "strong"] >= by[growth, "mid"]
    assert len(set(by.values())) > 1


SIX = [(growth, reduction) for growth in GROWTH for reduction in REDUCTION]


def test_the_paths_go_through_the_printed_levels() -> None:
    for growth, reduction in SIX:
        found = projected(growth, reduction, "intensity alone")
        intensity = found.path("energy_intensity", "天津")
        levels = CASE["reduction"][reduction]["T_end"]
        for end, level in zip(ENDS, levels, strict=True):
            assert intensity[end - BASE] / intensity[0] == pytest.approx(level / CASE["base"]["T"], rel=1e-12)
