"""Plans against slow searches that know nothing of the solver: every set and start of whole measures, corners by hand.

The oracle is written from the descriptions of measures and plans alone, in plain floats and dicts: its own chain of
measures, its own costs. What is built for a path of amounts is a programme of one measure, so small that it is sure.
"""

import itertools
import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog

import zonecarbon as zc

TCE = {"coke": 0.9714, "electricity": 0.1229}
CO2 = {"coke": 28.470 * 107.1e-3, "electricity": 0.5306}
PRICE = {"coke": 800.0, "electricity": 500.0}  # CNY for one unit
YEARS = (2026, 2027, 2028)
profile = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
Flows = dict[str, float]


def account_of(coke: float, power: float) -> zc.Account:
    activity = zc.Activity.from_arrays(
        [[[coke], [power]]], flows=["coke", "electricity"], zones=["A"], years=[2025], value_added=[[1000.0]],
        price_year=2020, provinces="全国",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def growing(rate: float) -> dict[str, Any]:
    return {"name": "growing", "value_added": {"kind": "constant", "rate": rate}}


def prices() -> list[dict[str, Any]]:
    return [{"carrier": "coke", "price": "800 CNY/t"}, {"carrier": "electricity", "price": "500 CNY/MWh"}]


def goals(limits: dict[int, float]) -> dict[str, Any]:
    row = {"indicator": "co2", "statistic": "aggregate", "operator": "<=", "unit": "tCO2"}
    targets = [{**row, "id": f"g{year}", "year": year, "threshold": repr(limit)} for year, limit in limits.items()]
    return {"name": "own", "target": targets}


# -- the oracle --------------------------------------------------------------------------------------------------------


def put(flows: Flows, own: dict[str, Any], share: Any, most: float = math.inf) -> tuple[Flows, Any]:
    """Return flows after a measure acted on a share of its source, and how many tce it acted on."""
    after = dict(flows)
    tce = np.minimum(flows[own["source"]] * share * TCE[own["source"]], most)
    after[own["source"]] -= tce / TCE[own["source"]]
    if own["kind"] == "switch":
        after[own["target"]] += tce * own["ratio"] / TCE[own["target"]]
    return after, tce


def co2_of(flows: Flows) -> float:
    return sum(amount * CO2[name] for name, amount in flows.items())


def bill(flows: Flows) -> float:
    return sum(amount * PRICE[name] for name, amount in flows.items())


def cheapest_building(amounts: list[float], outlay: float, rate: float, life: int) -> float:
    """Return what it costs to have at least these amounts at work: a small linear programme of one measure.

    Outlay is paid in equal parts over the life; parts after the last year are not charged.
    """
    n = len(amounts)
    part = 1 / life if rate == 0 else rate * (1 + rate) ** life / ((1 + rate) ** life - 1)
    charged = [sum(outlay * part / (1 + rate) ** y for y in range(v, min(v + life, n))) for v in range(n)]
    works = [[-1.0 if v <= y < v + life else 0.0 for v in range(n)] for y in range(n)]
    return float(linprog(charged, A_ub=works, b_ub=[-amount for amount in amounts], method="highs-ds").fun)


def total_cost(own: list[dict[str, Any]], paths: list[list[Flows]], amounts: list[list[float]], rate: float) -> float:
    """Return the cost over the years [10^4 CNY]; paths: (reference, with measures) each year."""
    carriers = sum((bill(after) - bill(before)) / (1 + rate) ** y for y, (before, after) in enumerate(paths))
    running = sum(
        a * m["own"] / (1 + rate) ** y for m, row in zip(own, amounts, strict=True) for y, a in enumerate(row)
    )
    built = sum(cheapest_building(row, m["outlay"], rate, m["life"]) for m, row in zip(own, amounts, strict=True))
    return float(carriers + running + built) / 1e4


def every_start(own: list[dict[str, Any]]) -> Any:
    never = len(YEARS)
    for starts in itertools.product(range(never + 1), repeat=len(own)):
        used = {m["name"] for m, s in zip(own, starts, strict=True) if s < never}
        if any(m["name"] in used and set(m["excludes"]) & used for m in own):
            continue
        at = {m["name"]: s for m, s in zip(own, starts, strict=True)}
        if all(at[other] <= at[m["name"]] for m in own if m["name"] in used for other in m["requires"]):
            yield starts


def best_by_trying(
    own: list[dict[str, Any]], flows: Flows, growth: float, rate: float, limits: dict[int, float]
) -> Any:
    """Return the least cost over all sets and starts of whole measures that keep the limits; infinite if none does."""
    best = math.inf
    for starts in every_start(own):
        paths, amounts, fits = list[list[Flows]](), [list[float]() for _ in own], True
        for y, year in enumerate(YEARS):
            before = {name: amount * (1 + growth) ** (y + 1) for name, amount in flows.items()}
            after = before
            for i, m in enumerate(own):
                up = min(1.0, (y - starts[i] + 1) / m["ramp"]) if y >= starts[i] else 0.0
                after, tce = put(after, m, m["potential"] * up, m["limit"] * up if up else 0.0)
                amounts[i].append(tce)
            paths.append([before, after])
            fits = fits and co2_of(after) <= limits.get(year, math.inf)
        if fits:
            best = min(best, total_cost(own, paths, amounts, rate))
    return best


def record(m: dict[str, Any], whole: bool) -> dict[str, Any]:
    """Return a measure of the oracle as the library reads it."""
    own = {"name": m["name"], "kind": m["kind"], "source": m["source"], "potential": m["potential"], "whole": whole,
           "capital": f"{m['outlay']!r} CNY/tce", "running": f"{m['own']!r} CNY/tce", "lifetime": m["life"],
           "ramp": m["ramp"], "excludes": m["excludes"], "requires": m["requires"]}  # fmt: skip
    own |= {"limit": f"{m['limit']!r} tce"} if math.isfinite(m["limit"]) else {}
    return own | ({"target": m["target"], "ratio": m["ratio"]} if m["kind"] == "switch" else {})


def measure_set(own: list[dict[str, Any]], rate: float, whole: bool) -> dict[str, Any]:
    made = [record(m, whole) for m in own]
    return {"name": "mine", "price_year": 2025, "discount_rate": rate, "price": prices(), "measure": made}


@st.composite
def some_measures(draw: st.DrawFn, most: int = 3) -> list[dict[str, Any]]:
    own: list[dict[str, Any]] = []
    for i in range(draw(st.integers(1, most))):
        switch = draw(st.booleans())
        source = "coke" if switch else draw(st.sampled_from(["coke", "electricity"]))
        before = [m["name"] for m in own]
        m: dict[str, Any] = {
            "name": f"m{i}",
            "kind": "switch" if switch else "save",
            "source": source,
            "target": "electricity",
        }
        m |= {
            "ratio": draw(st.sampled_from([0.3, 0.6, 1.0])),
            "potential": draw(st.sampled_from([0.1, 0.35, 0.8, 1.0])),
        }
        m |= {
            "outlay": draw(st.sampled_from([500.0, 2300.0, 9100.0])),
            "own": draw(st.sampled_from([0.0, 170.0, 900.0])),
        }
        m |= {"life": draw(st.sampled_from([1, 2, 3, 15])), "ramp": draw(st.sampled_from([1, 1, 2, 3]))}
        m |= {"limit": draw(st.sampled_from([math.inf, math.inf, 90.0, 333.0, 5000.0]))}
        m["excludes"] = draw(st.lists(st.sampled_from(before), max_size=1)) if before else []
        rest = [name for name in before if name not in m["excludes"]]
        m["requires"] = draw(st.lists(st.sampled_from(rest), max_size=1)) if rest else []
        own.append(m)
    return own


cases = st.tuples(
    some_measures(),
    st.sampled_from([0.0, 0.05, -0.08]),
    st.sampled_from([0.0, 0.07]),
    st.floats(0.35, 1.2).filter(lambda part: abs(part - 1) > 1e-3),
    st.booleans(),
)


@profile
@given(cases)
def test_no_set_and_start_of_whole_measures_is_cheaper(case: Any) -> None:
    own, growth, rate, part, early = case
    flows = {"coke": 1000.0, "electricity": 2000.0}
    now = co2_of(flows)
    limits = {2028: part * now * 1.0000123} | ({2026: 0.93 * now} if early else {})
    expected = best_by_trying(own, flows, growth, rate, {year: x * (1 - 1e-6) for year, x in limits.items()})
    account = account_of(flows["coke"], flows["electricity"])
    found = zc.plan(account, measure_set(own, rate, True), goals(limits), YEARS, scenario=growing(growth))
    assert found.reached is math.isfinite(expected)
    if found.reached:
        assert_allclose(found.cost, expected, rtol=1e-5, atol=1e-5)


# -- measures that can be divided --------------------------------------------------------------------------------------


@profile
@given(some_measures(2), st.floats(0.4, 0.999))
def test_no_point_of_a_grid_is_cheaper_where_measures_can_be_divided(own: list[dict[str, Any]], part: float) -> None:
    """One year, shares on a grid of 41 points, refined at the goal: never cheaper, and one comes near."""
    own = [{**m, "excludes": [], "requires": [], "ramp": 1} for m in own]
    flows = {"coke": 1000.0, "electricity": 2000.0}
    limit = part * co2_of(flows)
    found = zc.plan(account_of(1000.0, 2000.0), measure_set(own, 0.05, False), goals({2026: limit}), [2026],
                    scenario=growing(0.0))  # fmt: skip
    best = math.inf
    for shares in itertools.product(np.linspace(0, 1, 41), repeat=len(own)):
        after, amounts = flows, []
        for m, share in zip(own, shares, strict=True):
            after, tce = put(after, m, m["potential"] * share, m["limit"])
            amounts.append([tce])
        if co2_of(after) <= limit:
            best = min(best, by_the_tonne(own, flows, after, amounts))
    assert found.reached or math.isinf(best)
    if math.isfinite(best):
        assert found.cost <= best + 1e-5 * max(abs(best), 10)
        assert found.cost >= best - 0.2 * max(abs(best), 60)  # the grid has a point near


def by_the_tonne(own: list[dict[str, Any]], before: Flows, after: Flows, amounts: list[list[float]]) -> float:
    """Return the cost of one year: as ``total_cost``, where nothing is to be timed."""
    cost = bill(after) - bill(before)
    for m, (tce,) in zip(own, amounts, strict=True):
        cost += tce * (m["own"] + m["outlay"] * 0.05 / (1 - 1.05 ** -m["life"]))
    return cost / 1e4


@profile
@given(some_measures(), st.integers(0, 2**32 - 1), st.floats(0.5, 0.95))
def test_two_thousand_random_plans_are_never_cheaper(own: list[dict[str, Any]], seed: int, part: float) -> None:
    """Random shares in each of three years that keep the goals, each built at the least cost."""
    own = [{**m, "excludes": [], "requires": [], "ramp": 1, "life": 15} for m in own]
    flows = {"coke": 1000.0, "electricity": 2000.0}
    limit = part * co2_of(flows)
    found = zc.plan(account_of(1000.0, 2000.0), measure_set(own, 0.0, False), goals({2028: limit}), YEARS,
                    scenario=growing(0.0))  # fmt: skip
    rng = np.random.default_rng(seed)
    level = rng.uniform(size=(len(own), len(YEARS), 2000)) ** rng.choice([0.2, 1.0, 4.0], size=2000)
    level *= rng.uniform(size=(len(own), 1, 2000)) < 0.8
    steps, cost = np.zeros(level.shape), np.zeros(2000)
    after: Any = flows
    for y in range(len(YEARS)):
        after = {name: np.full(2000, amount) for name, amount in flows.items()}
        for i, m in enumerate(own):
            after, steps[i, y] = put(after, m, m["potential"] * level[i, y], m["limit"])
            cost += m["own"] * steps[i, y]
        cost += bill(after) - bill(flows)
    built = np.maximum.accumulate(steps, axis=1)  # a life of 15 years outlasts the plan
    cost += sum(m["outlay"] / 15 * built[i].sum(axis=0) for i, m in enumerate(own))
    able = np.asarray(co2_of(after) <= limit)
    assert found.reached or not able.any()
    if able.any():
        assert found.cost <= cost[able].min() / 1e4 + 1e-4


def highest(own: dict[str, Any], flows: Flows, before: Any, growth: float) -> Any:
    """Return the most that a measure may act on after a year with ``before`` tce: what was there, grown, and 1/ramp."""
    able = flows[own["source"]] * own["potential"] * TCE[own["source"]]
    return np.minimum(able, before * (1 + growth) + able / own["ramp"])


@profile
@given(some_measures(), st.integers(0, 2**32 - 1), st.floats(0.5, 0.95), st.sampled_from([0.25, 0.06, 0.0, -0.2]))
def test_no_random_path_that_keeps_the_pace_is_cheaper(
    own: list[dict[str, Any]], seed: int, part: float, growth: float
) -> None:
    """Random amounts in each of three years of growth or decline, none rising faster than the ramp allows."""
    ramps = np.random.default_rng(seed).integers(1, 5, size=len(own))
    own = [
        {**m, "excludes": [], "requires": [], "life": 15, "limit": math.inf, "ramp": int(ramp)}
        for m, ramp in zip(own, ramps, strict=True)
    ]
    start = {"coke": 1000.0, "electricity": 2000.0}
    limit = part * co2_of(start) * (1 + growth) ** 3
    found = zc.plan(account_of(1000.0, 2000.0), measure_set(own, 0.0, False), goals({2028: limit}), YEARS,
                    scenario=growing(growth))  # fmt: skip
    rng = np.random.default_rng(seed)
    level = rng.uniform(size=(len(own), len(YEARS), 2000)) ** rng.choice([0.05, 0.2, 1.0, 4.0], size=2000)
    level *= rng.uniform(size=(len(own), 1, 2000)) < 0.8
    steps, cost = np.zeros(level.shape), np.zeros(2000)
    after: Any = {}
    for y in range(len(YEARS)):
        before = {name: amount * (1 + growth) ** (y + 1) for name, amount in start.items()}
        after = {name: np.full(2000, amount) for name, amount in before.items()}
        for i, m in enumerate(own):
            most = highest(m, after, steps[i, y - 1] if y else 0.0, growth)
            after, steps[i, y] = put(after, m, m["potential"], level[i, y] * most)
            cost += m["own"] * steps[i, y]
        cost += bill(after) - bill(before)
    built = np.maximum.accumulate(steps, axis=1)
    cost += sum(m["outlay"] / 15 * built[i].sum(axis=0) for i, m in enumerate(own))
    able = np.asarray(co2_of(after) <= limit)
    assert found.reached or not able.any()
    if able.any():
        assert found.cost <= cost[able].min() / 1e4 + 1e-4
    keeps_its_pace(found, own, growth)


def keeps_its_pace(found: zc.Plan, own: list[dict[str, Any]], growth: float) -> None:
    """Assert that the amounts of a plan do not rise faster than its ramps allow."""
    before = np.zeros(len(own))
    for y in range(len(YEARS)):
        after: Any = {name: amount * (1 + growth) ** (y + 1) for name, amount in (("coke", 1e3), ("electricity", 2e3))}
        for i, m in enumerate(own):
            acted = float(found.weighed.amount[i, 0, y])
            assert (
                acted <= highest(m, after, before[i], growth) * (1 + 1e-6) + 1e-3
            )  # of 1200 tce: what a solver leaves
            after, before[i] = put(after, m, 1.0, acted)


# -- an order of measures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_chain_follows_the_order_of_the_set(order: tuple[int, ...]) -> None:
    base = {"outlay": 0.0, "own": 1.0, "life": 9, "ramp": 1, "limit": math.inf, "excludes": [], "requires": []}
    three = [
        {**base, "name": "a", "kind": "save", "source": "coke", "potential": 0.3},
        {
            **base,
            "name": "b",
            "kind": "switch",
            "source": "coke",
            "target": "electricity",
            "ratio": 0.4,
            "potential": 0.5,
        },
        {**base, "name": "c", "kind": "save", "source": "electricity", "potential": 0.2},
    ]
    own = [three[i] for i in order]
    after: Flows = {"coke": 1000.0, "electricity": 2000.0}
    for m in own:
        after, _ = put(after, m, m["potential"])
    found = zc.apply_measures(account_of(1000.0, 2000.0), measure_set(own, 0.0, False))
    assert_allclose(found.quantity[0, 0, :, 0], [after["coke"], after["electricity"]], rtol=1e-12)
