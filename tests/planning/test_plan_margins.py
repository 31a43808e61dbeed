"""A shadow price is what planning again with a little more of that goal alone saves, or it is not told."""

import math
import re
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

import zonecarbon as zc
from zonecarbon.messages import Language
from zonecarbon.planning.solving import ALONE, Held
from zonecarbon.planning.wording import why_unpriced
from zonecarbon.reporting.plan_goals import margin_cost
from zonecarbon.reporting.words import Say

MORE = 1e-5
YEARS = range(2026, 2030)
GROWTH = {"name": "growth", "value_added": {"kind": "constant", "rate": 0.04}}
INTENSITY = "tce/10^4 CNY"


def account() -> zc.Account:
    coke, power = np.array([1000.0, 2000, 500, 1500]), np.array([3000.0, 1000, 6000, 2000])
    activity = zc.Activity.from_arrays(
        np.stack((coke, power), axis=1)[..., None], flows=["coke", "electricity"], zones=list("ABCD"), years=[2025],
        value_added=np.array([[3000.0], [2500], [4000], [3500]]), price_year=2020, provinces="全国",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def measures(whole: bool) -> dict[str, Any]:
    """Return measures that all cost more than they save; ``whole`` makes the first one all or nothing."""
    flat = {"lifetime": 10}
    return {"name": "mine", "price_year": 2025, "discount_rate": 0.05, "price": [
        {"carrier": "coke", "price": "100 CNY/t"}, {"carrier": "electricity", "price": "500 CNY/MWh"},
        {"carrier": "electricity", "supply": "onsite_nonfossil", "price": "0 CNY/MWh"}], "measure": [
        {"name": "tuning", "kind": "save", "source": "coke", "potential": 0.2, "running": "500 CNY/tce", "whole": whole,
         **flat},
        {"name": "lamps", "kind": "save", "source": "electricity", "potential": 0.15, "capital": "9000 CNY/MWh",
         **flat},
        {"name": "pumps", "kind": "switch", "source": "coke", "target": "electricity", "ratio": 0.35,
         "potential": 0.5, "capital": "4000 CNY/tce", **flat},
        {"name": "pv", "kind": "switch", "source": "electricity", "source_supply": "grid", "target": "electricity",
         "target_supply": "onsite_nonfossil", "potential": 0.4, "capital": "8000 CNY/MWh", **flat}]}  # fmt: skip


def co2(name: str, limit: float, year: int = 2029) -> dict[str, Any]:
    return {"id": name, "indicator": "co2", "statistic": "aggregate", "operator": "<=", "threshold": repr(limit),
            "unit": "tCO2", "year": year}  # fmt: skip


def energy(name: str, limit: float, year: int = 2029) -> dict[str, Any]:
    return {"id": name, "indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=",
            "threshold": repr(limit), "unit": INTENSITY, "year": year}  # fmt: skip


Case = tuple[list[dict[str, Any]], float | None, float | None]
FAR = co2("far", 9000.0)
CASES: dict[str, Case] = {
    "out of reach, little capital": ([FAR], 500.0, None),
    "out of reach, more capital": ([FAR], 2000.0, None),
    "out of reach beside another": ([FAR, energy("fine", 0.43, 2027)], None, None),
    "out of reach beside another, capital": ([FAR, energy("fine", 0.43, 2027)], 2000.0, None),
    "capital": ([co2("one", 18_000.0)], 3900.0, None),
    "the same twice": ([co2("one", 18_000.0), co2("two", 18_000.0)], None, None),
    "the same three times, capital": ([co2(name, 18_000.0) for name in ("one", "two", "three")], 3900.0, None),
    "a budget": ([co2("one", 18_000.0)], None, 75_000.0),
    "a budget and capital": ([co2("one", 18_000.0)], 3900.0, 76_000.0),
    "a budget out of reach": ([co2("one", 18_000.0)], None, 10_000.0),
    "a limit each year": ([co2(f"y{year}", 1000.0 * limit, year) for year, limit in zip(
        YEARS, (20.5, 20, 19, 18), strict=True)], None, None),
}  # fmt: skip


def planned(case: Case, whole: bool) -> zc.Plan:
    targets, capital, budget = case
    goals = {"name": "own", "target": targets}
    return zc.plan(account(), measures(whole), goals, YEARS, scenario=GROWTH, capital=capital, budget=budget)


def with_more(case: Case, goal: str, found: zc.Plan) -> tuple[Case, float]:
    """Return a case with a little more of one goal, and how many tce, tCO2 or 10^4 CNY that is."""
    targets, capital, budget = case
    if goal == "capital":
        assert capital is not None
        return (targets, capital * (1 + MORE), budget), capital * MORE
    if goal == "budget":
        assert budget is not None
        return (targets, capital, budget * (1 + MORE)), budget * MORE
    own = next(target for target in targets if target["id"] == goal)
    limit, at = float(own["threshold"]), found.account.years.tolist().index(own["year"])
    money = found.account.total("value_added")[:, at].sum()
    loose = [target | {"threshold": repr(limit * (1 + MORE))} if target is own else target for target in targets]
    return (loose, capital, budget), limit * MORE * (1.0 if own["unit"] == "tCO2" else money)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_a_shadow_price_is_the_finite_difference_of_planning_again_or_is_not_told(name: str, whole: bool) -> None:
    case = CASES[name]
    found = planned(case, whole)
    rows = found.rows
    short = rows["shortfall"] > 0
    assert found.reached is not ("out of reach" in name)
    for i, goal in enumerate(rows["goal"].tolist()):
        price, (loose, more) = rows["shadow_price"][i], with_more(case, goal.removeprefix("own:"), found)
        again = planned(loose, whole)
        if math.isfinite(price):
            assert_allclose(price, (found.cost - again.cost) / more, rtol=1e-4, atol=1e-6)
        else:  # no price: it is out of reach itself, or more of it brings what is out of reach nearer
            assert again.rows["shortfall"].sum() < rows["shortfall"].sum() - 1e-9
            assert short.any()
        assert (goal in found.binding) is bool(short[i] or math.isnan(price) or price > 0)


def test_the_cases_have_prices_of_all_kinds() -> None:
    """Or the test above tests nothing: capital with a price, without one, and ties that have none."""
    told = {name: dict(zip(found.rows["goal"], found.rows["shadow_price"], strict=True))
            for name, case in CASES.items() for found in [planned(case, whole=False)]}  # fmt: skip
    assert told["capital"]["capital"] > 0
    assert told["a budget and capital"]["budget"] > 0
    assert math.isnan(told["out of reach, more capital"]["capital"])
    assert told["out of reach beside another"]["own:fine"] > 0
    assert list(told["the same twice"].values()) == [0.0, 0.0]
    assert min(told["a limit each year"].values()) > 0


def test_capital_by_hand_with_a_goal_in_reach_and_out_of_reach() -> None:
    """The cheap measure lays out 500 CNY/tce over ten years, the dear one nothing, and costs 900 CNY/tce a year.

    In reach, 10^4 CNY more buy 20 tce at 50 CNY/tce a year in place of 20 tce at 900 CNY/tce: 17,000 CNY less. Out of
    reach, both are used as far as they can be, and more money only brings the goal nearer, which costs.
    """
    activity = zc.Activity.from_arrays(
        [[[1000.0]]], flows=["coke"], zones=["A"], years=[2025], value_added=[[1000.0]], price_year=2025
    )
    own = {"name": "mine", "price_year": 2025, "discount_rate": 0.0, "price": [{"carrier": "coke", "price": "0 CNY/t"}],
           "measure": [{"name": "cheap", "kind": "save", "source": "coke", "potential": 0.4, "capital": "500 CNY/tce",
                        "lifetime": 10},
                       {"name": "dear", "kind": "save", "source": "coke", "limit": "100 tce",
                        "running": "900 CNY/tce"}]}  # fmt: skip
    still = {"name": "still", "value_added": {"kind": "constant", "rate": 0.0}}

    def saving(tce: float, money: float) -> zc.Plan:
        goal = {"id": "g", "indicator": "total_energy", "statistic": "aggregate", "operator": "<=", "unit": "tce",
                "threshold": repr(971.4 - tce), "year": 2026}  # fmt: skip
        return zc.plan(
            zc.account(activity), own, {"name": "own", "target": [goal]}, [2026], scenario=still, capital=money
        )

    near = saving(150.0, 5.0)  # 100 tce of the cheap one, 50 of the dear one
    assert near.reached
    assert_allclose(near.rows["shadow_price"], [900 / 1e4, 20 * (900 - 50) / 1e4], rtol=1e-6)
    far = saving(400.0, 5.0)
    assert not far.reached
    assert np.isnan(far.rows["shadow_price"]).all()
    assert saving(400.0, 6.0).cost > far.cost


def many(n: int, capital: float | None = None) -> tuple[zc.Plan, list[float]]:
    """Return a plan of zones that are asked the same twice, and what each zone saves in the end [tce]."""
    size = np.random.default_rng(1).uniform(900.0, 2000.0, n)
    activity = zc.Activity.from_arrays(
        size[:, None, None], flows=["coke"], zones=[f"Z{i}" for i in range(n)], years=[2025],
        value_added=np.full((n, 1), 1000.0), price_year=2025, provinces="全国",
    )  # fmt: skip
    own = {"name": "mine", "price_year": 2025, "discount_rate": 0.0, "price": [{"carrier": "coke", "price": "0 CNY/t"}],
           "measure": [{"name": "cheap", "kind": "save", "source": "coke", "potential": 0.3, "capital": "500 CNY/tce",
                        "lifetime": 10},
                       {"name": "dear", "kind": "save", "source": "coke", "potential": 0.8,
                        "running": "900 CNY/tce"}]}  # fmt: skip
    still = {"name": "still", "value_added": {"kind": "constant", "rate": 0.0}}
    twice = [{**energy(name, 0.7, 2026), "statistic": "zone"} for name in ("one", "two")]
    goals = {"name": "own", "target": twice}
    account = zc.account(activity)
    found = zc.plan(account, own, goals, [2026], scenario=still, capital=capital)
    return found, np.maximum(account.total("energy")[:, -1] - 700.0, 0.0).tolist()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that has an item for each linear programme from now on."""
    runs: list[int] = []
    run = Held.run

    def counting(self: Held, cost: np.ndarray[Any, Any]) -> Any:
        runs.append(1)
        return run(self, cost)

    monkeypatch.setattr(Held, "run", counting)
    return runs


def test_ties_of_single_zones_are_told_apart_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing ties 80 zones to each other, so two programmes more than without ties are enough, and not 160."""
    runs = counted(monkeypatch)
    found, _ = many(80)
    assert found.reached
    assert found.rows["shadow_price"].tolist() == [0.0] * 160
    assert len(runs) <= 5
    assert found.binding == []


def test_goals_that_ask_the_same_under_capital_need_no_programme_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more of one goal saves nothing while another asks the same; 10^4 CNY buy 20 tce at 50 in place of 900 CNY."""
    needs = many(80)[1]
    runs = counted(monkeypatch)
    found, _ = many(80, 0.5 * sum(needs) * 500 / 1e4)
    assert found.reached
    assert len(runs) <= 8
    prices, capital = found.rows["shadow_price"], found.rows["goal"] == "capital"
    assert_allclose(prices[~capital], 0.0, atol=1e-9)
    assert_allclose(prices[capital], 20 * (900 - 50) / 1e4, rtol=1e-6)


def kinks(n: int, tied: float) -> np.ndarray[Any, Any]:
    """Return prices of needs of 1 that something cheap covers just so: one less saves 5, one more would cost 10.

    The last column is a dear one that would cover ``tied`` of each.
    """
    cost = np.array([5.0] * n + [10.0] * n + [1e6])
    matrix = sparse.csr_matrix(np.hstack((-np.eye(n), -np.eye(n), np.full((n, 1), -tied))))
    upper = np.array([1.0] * n + [np.inf] * (n + 1))
    held = Held(matrix, np.full(n, -1.0), np.arange(n), np.zeros(2 * n + 1), upper)
    x = np.array([1.0] * n + [0.0] * (n + 1))
    return held.at_the_margin(cost, x, np.arange(n), np.full(n, 10.0))


@pytest.mark.parametrize("n", [2, 3, ALONE, ALONE + 10])
def test_a_price_is_exact_or_not_told(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_allclose(kinks(n, 0.0), 5.0, rtol=1e-9)  # each by itself: all at once
    runs = counted(monkeypatch)
    prices = kinks(n, 1.0)
    assert_allclose(prices[:ALONE], 5.0, rtol=1e-9)
    assert np.isnan(prices[ALONE:]).all()
    assert len(runs) <= ALONE + 4


def test_that_no_price_is_told_of_too_many_ties_is_said() -> None:
    found, _ = many(3)
    blank = replace(found, rows={**found.rows, "shadow_price": np.full(6, np.nan)})
    words: list[tuple[Language, str, str]] = [
        ("en", "no shadow price is told: what it would save", "no price told: not to be told apart"),
        ("zh", "不给出影子价格：放宽的作用无法", "不给出价格：无法与其他"),
    ]
    for language, says, tells in words:
        assert says not in found.text(language)
        assert blank.text(language).count(says) == 6
        assert tells not in margin_cost(Say(language), found, 0)
        assert tells in margin_cost(Say(language), blank, 0)


def test_why_no_price_is_told_where_a_goal_is_out_of_reach_and_many_are_there() -> None:
    """With up to 50 goals none is left untried, so it can only be that more brings the plan nearer."""
    for n, why in ((50, "nearer"), (51, "either")):
        rows = {"shortfall": np.eye(1, n)[0], "shadow_unit": np.full(n, "10^4 CNY/tce", dtype=object)}
        assert why_unpriced(rows) == why
        assert why_unpriced(rows | {"shortfall": np.zeros(n)}) == "tied"


@pytest.mark.parametrize(("language", "says"), [("en", "no shadow price"), ("zh", "无影子价格")])
def test_the_text_and_the_report_say_why_there_is_no_price(language: Language, says: str) -> None:
    found = planned(CASES["out of reach, more capital"], whole=False)
    lines = [line for line in found.text(language).splitlines() if says in line]
    assert len(lines) == 1
    assert re.search(r"outlay|投资", lines[0])
    in_reach = planned(CASES["capital"], whole=False)
    assert says not in in_reach.text(language)
    say = Say(language)
    at = found.rows["goal"].tolist().index("capital")
    assert margin_cost(say, found, at) == say("plan.nearer")
    money = say("shadow.money")
    assert money in margin_cost(say, in_reach, at)  # what one more 10^4 CNY saves, and not one more tonne
