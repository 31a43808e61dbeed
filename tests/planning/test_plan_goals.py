"""What a plan says of its goals is what ``check`` says; goals out of reach, at the margin; monotone; repeatable."""

import math
import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import zonecarbon as zc

YEARS = range(2026, 2030)
GROWTH = {"name": "growth", "value_added": {"kind": "constant", "rate": 0.04}}
OUT_OF_REACH, STRICT = "1e-9", 1e-6


def account_of(scale: float = 1.0, order: Sequence[int] = (0, 1, 2, 3)) -> zc.Account:
    """Return four zones with coke [t] and electricity [MWh] in 2024 and 2025."""
    coke = np.array([1000.0, 2000, 500, 1500])[list(order)] * scale
    power = np.array([3000.0, 1000, 6000, 2000])[list(order)] * scale
    quantity = np.stack((coke, power), axis=1)[..., None] * np.array([0.98, 1.0])
    activity = zc.Activity.from_arrays(
        quantity, flows=["coke", "electricity"], zones=np.array(list("ABCD"))[list(order)], years=[2024, 2025],
        value_added=np.array([[3000.0] * 2, [2500] * 2, [4000] * 2, [3500] * 2])[list(order)], price_year=2020,
        provinces="全国",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def measures(more: float = 1.0, whole: bool = False) -> dict[str, Any]:
    """Return measures that all cost something; ``more`` scales what they can do."""
    flat = {"lifetime": 10, "whole": whole}
    return {"name": "mine", "price_year": 2025, "discount_rate": 0.05, "price": [
        {"carrier": "coke", "price": "100 CNY/t"}, {"carrier": "electricity", "price": "500 CNY/MWh"},
        {"carrier": "electricity", "supply": "onsite_nonfossil", "price": "0 CNY/MWh"}], "measure": [
        {"name": "tuning", "kind": "save", "source": "coke", "potential": 0.2 * more, "running": "500 CNY/tce", **flat},
        {"name": "lamps", "kind": "save", "source": "electricity", "potential": 0.15 * more, "capital": "9000 CNY/MWh",
         **flat},
        {"name": "pumps", "kind": "switch", "source": "coke", "target": "electricity", "ratio": 0.35,
         "potential": 0.5 * more, "capital": "4000 CNY/tce", **flat},
        {"name": "pv", "kind": "switch", "source": "electricity", "source_supply": "grid", "target": "electricity",
         "target_supply": "onsite_nonfossil", "potential": 0.4 * more, "capital": "8000 CNY/MWh", **flat}]}  # fmt: skip


def goal(indicator: str, operator: str, threshold: float | str, unit: str, **more: Any) -> dict[str, Any]:
    row = {"id": "g", "statistic": "aggregate", "year": 2029, "indicator": indicator, "operator": operator}
    return {**row, "unit": unit, "threshold": str(threshold), **more}


def plan(*own: dict[str, Any], account: zc.Account | None = None, use: Any = None, **more: Any) -> Any:
    targets = {"name": "own", "target": list(own)} if own else None
    scenario = more.pop("scenario", GROWTH)
    return zc.plan(account or account_of(), use or measures(), targets, YEARS, scenario=scenario, **more)


ENERGY, CO2, MIX, OUTPUT = "tce/10^4 CNY", "tCO2/10^4 CNY", "tCO2/tce", "10^4 CNY/tce"
RATE, SHARE = "fraction per year", "fraction of zones"


def share(operator: str, part: float, inner: str, limit: float, **more: Any) -> dict[str, Any]:
    own = {"inner_operator": inner, "inner_threshold": str(limit), "inner_unit": ENERGY, "statistic": "share_of_zones"}
    return goal("energy_per_iva", operator, part, SHARE, **own, **more)


KINDS = {
    "intensity": goal("energy_per_iva", "<=", 0.41, ENERGY),
    "strict": goal("energy_per_iva", "<", 0.41, ENERGY),
    "co2 intensity": goal("co2_per_iva", "<=", 1.3, CO2),
    "energy": goal("total_energy", "<=", 6200, "tce"),
    "co2": goal("co2", "<=", 18_000, "tCO2"),
    "ratio": goal("co2_per_energy", "<=", 3.0, MIX),
    "output": goal("energy_output_rate", ">=", 2.4, OUTPUT),
    "zones": goal("energy_per_iva", "<=", 0.75, ENERGY, statistic="zone"),
    "zones of a class": goal("energy_per_iva", "<=", 0.4, ENERGY, statistic="zone", applies_indicator="energy_tce",
                             applies_min="1000", applies_max="2000"),
    "rate": goal("co2_per_iva", ">=", 0.05, RATE, statistic="annual_rate", base_year=2025),
    "rate of the plan": goal("co2_per_iva", ">=", 0.02, RATE, statistic="annual_rate", base_year=2027),
    "rate of output": goal("energy_output_rate", ">=", 0.04, RATE, statistic="annual_rate", base_year=2025),
    "change": goal("energy_per_iva", "<=", -0.15, "fraction", statistic="change_vs_base", base_year=2025),
    "change of co2": goal("co2", "<=", -0.1, "fraction", statistic="change_vs_base", base_year=2025),
    "half of the zones": share(">=", 0.5, "<", 0.35),
    "more than half": share(">", 0.5, "<", 0.45),
    "at most a quarter": share("<=", 0.25, ">", 0.36),
    "less than half": share("<", 0.5, ">=", 0.36),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("whole", [False, True])
def test_check_says_the_same_of_the_account_of_the_plan(kind: str, whole: bool) -> None:
    found = plan(KINDS[kind], use=measures(whole=whole))
    assert found.reached, kind
    assert not found.not_planned
    assert found.cost > 0, "a goal that asks for nothing tests nothing"
    check = zc.check(found.account, found.goals)
    verdicts = set(check.to_frame()["verdict"]) - {"not_applicable"}
    assert verdicts == {"met"} or kind == "zones of a class"
    assert (found.rows["shortfall"] == 0).all()
    before = zc.check(found.reference, found.goals)
    assert "missed" in set(before.to_frame()["verdict"])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"zones", "zones of a class"}])
def test_the_value_of_a_row_is_the_value_of_check(kind: str) -> None:
    found = plan(KINDS[kind])
    check = zc.check(found.account, found.goals).to_frame()
    own = check[check["zone"].isin(["", None])] if "zone" in check else check
    assert_allclose(found.rows["value"][0], float(own["value"].iloc[0]), rtol=1e-9)


# -- at the margin -----------------------------------------------------------------------------------------------------

SMOOTH = ["intensity", "co2 intensity", "energy", "co2", "ratio", "output", "rate", "rate of output", "change"]


@pytest.mark.parametrize("kind", SMOOTH)
def test_the_shadow_price_is_what_another_tonne_would_save(kind: str) -> None:
    """The limit is loosened by 1/10,000; the difference of cost over the difference of tonnes is the shadow price."""
    row = KINDS[kind]
    loose = float(row["threshold"]) * (1 - 1e-4 if row["operator"] == ">=" or kind == "change" else 1 + 1e-4)
    found, other = plan(row), plan({**row, "threshold": repr(loose)})
    what = "co2" if found.rows["shadow_unit"][0].endswith("/tCO2") else "energy"
    more = (other.account.total(what) - found.account.total(what))[:, -1].sum()
    if row["indicator"] == "co2_per_energy":  # a tonne of the goal is one above limit x energy, which moves as well
        energy = other.account.total("energy")[:, -1].sum()
        more += float(row["threshold"]) * (found.account.total("energy")[:, -1].sum() - energy)
    assert more > 0
    assert_allclose(found.rows["shadow_price"][0], (found.cost - other.cost) / more, rtol=1e-3)
    assert found.binding == [found.rows["goal"][0]]


# -- monotone ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["intensity", "output", "rate", "zones", "half of the zones"])
@pytest.mark.parametrize("whole", [False, True])
def test_a_tighter_goal_never_costs_less(kind: str, whole: bool) -> None:
    row, costs = KINDS[kind], []
    field = "inner_threshold" if kind.startswith("half") else "threshold"
    for step in (1.04, 1.02, 1.0, 0.98, 0.96):
        times = 1 / step if row[field] == row["threshold"] and row["operator"] == ">=" else step
        found = plan({**row, field: repr(float(row[field]) * times)}, use=measures(whole=whole))
        if found.reached:
            costs.append(found.cost)
    assert len(costs) > 2
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(costs))


def test_more_potential_never_costs_more() -> None:
    costs = [plan(KINDS["co2"], use=measures(more)).cost for more in (1.0, 1.2, 1.6, 2.0)]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(costs))


def test_a_looser_limit_on_capital_never_costs_more() -> None:
    free = plan(KINDS["co2"])
    found = [plan(KINDS["co2"], capital=part * free.outlay) for part in (0.7, 0.85, 1.0, 1.5)]
    costs = [own.cost for own in found if own.reached]
    assert len(costs) >= 2
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(costs))
    assert all(own.outlay <= own.capital * (1 + 1e-6) for own in found if own.capital is not None)


# -- repeatable --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [False, True])
def test_the_same_plan_twice_to_the_bit(whole: bool) -> None:
    one, two = (plan(KINDS["rate"], KINDS["half of the zones"] | {"id": "h"}, use=measures(whole=whole)) for _ in "ab")
    for name, column in one.columns().items():
        assert_array_equal(column, two.columns()[name])
    assert one.cost == two.cost


def test_the_order_of_zones_changes_nothing_of_a_zone() -> None:
    order = (2, 0, 3, 1)
    one, two = plan(KINDS["zones"]), plan(KINDS["zones"], account=account_of(order=order))
    for what in ("energy", "co2"):
        assert_allclose(two.account.total(what), one.account.total(what)[list(order)], rtol=1e-6)
    assert_allclose(two.cost, one.cost, rtol=1e-6)


def test_a_zone_a_thousand_times_the_size_has_the_same_plan() -> None:
    row = KINDS["intensity"]
    one = plan(row)
    large = plan({**row, "threshold": repr(0.41 * 1000)}, account=account_of(1000.0))
    assert_allclose(large.cost, 1000 * one.cost, rtol=1e-6)
    assert_allclose(large.account.total("co2"), 1000 * one.account.total("co2"), rtol=1e-6)


def test_another_unit_of_the_same_quantities_is_the_same_plan() -> None:
    def read(quantity: float, unit: str) -> Any:
        tables = {
            "zones": {"zone": ["A"], "province": ["全国"]},
            "economy": {"zone": ["A"], "year": [2025], "value_added": [1000], "unit": ["万元"], "price_year": [2020]},
            "energy": {"zone": ["A"], "year": [2025], "carrier": ["焦炭"], "quantity": [quantity], "unit": [unit]},
        }
        return plan(goal("co2", "<=", 290, "tCO2"), account=zc.account(zc.read(tables)))

    one, two = read(100, "t"), read(0.01, "万吨")
    assert one.reached
    assert_allclose(one.cost, two.cost, rtol=1e-9)


# -- peaks and budgets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [2025, 2026, 2027, 2028])
def test_a_peak_by_a_year_is_there(by: int) -> None:
    found = plan(peak_by=by)
    assert found.reached
    co2 = found.account.total("co2").sum(axis=0)
    years = found.account.years
    assert co2[years <= by].max() > co2[years > by].max()
    without = found.reference.total("co2").sum(axis=0)
    assert without[-1] == without.max()
    assert found.cost > 0


def test_budgets_of_all_and_of_a_zone() -> None:
    all_of_it = plan(budget="70 kt CO2")
    assert all_of_it.reached
    assert_allclose(all_of_it.account.total("co2")[:, -4:].sum(), 70_000, rtol=2e-6)
    one = plan(budget={"B": 22_000})
    assert_allclose(one.account.total("co2")[1, -4:].sum(), 22_000, rtol=2e-6)
    assert_array_equal(one.account.total("co2")[[0, 2, 3]], one.reference.total("co2")[[0, 2, 3]])
    other = plan(budget={"": 70_000, "B": 22_000})
    assert other.cost >= max(all_of_it.cost, one.cost) - 1e-6


# -- out of reach ------------------------------------------------------------------------------------------------------


def test_the_shortfall_is_what_is_missing_and_its_limit_is_in_reach() -> None:
    best = zc.apply_measures(zc.extend(account_of(), GROWTH, until=2029), measures())
    least = best.total("co2")[:, -1].sum()
    found = plan(goal("co2", "<=", 0.8 * least, "tCO2"))
    assert not found.reached
    assert_allclose(found.account.total("co2")[:, -1].sum(), least, rtol=1e-6)
    assert_allclose(found.rows["shortfall"], [0.25], rtol=1e-4)
    assert found.binding == ["own:g"]
    relaxed = plan(goal("co2", "<=", 0.8 * least * (1 + found.rows["shortfall"][0] + 1e-6), "tCO2"))
    assert relaxed.reached
    assert not plan(goal("co2", "<=", least * (1 - 1e-4), "tCO2")).reached


def test_a_goal_out_of_reach_does_not_let_the_others_go() -> None:
    rows = [KINDS["intensity"] | {"id": "fine"}, goal("co2", "<=", 15_000, "tCO2", year=2026, id="fine too"),
            goal("co2", "<=", 10, "tCO2", id="far")]  # fmt: skip
    assert plan(rows[0], rows[1]).reached
    found = plan(*rows)
    assert not found.reached
    short = dict(zip(found.rows["goal"], found.rows["shortfall"], strict=True))
    assert {name for name, by in short.items() if by > 0} == {"own:far"}
    frame = zc.check(found.account, found.goals).to_frame()
    verdicts = dict(zip(frame["target"], frame["verdict"], strict=True))
    assert verdicts == {"own:fine": "met", "own:fine too": "met", "own:far": "missed"}


def test_a_share_out_of_reach_comes_as_near_as_it_can() -> None:
    found = plan(share(">=", 1.0, "<", 0.3))
    able = sum(plan(goal("energy_per_iva", "<", 0.3, ENERGY, statistic="zone"), use=measures()).rows["shortfall"] == 0)
    assert not found.reached
    assert found.rows["value"][0] * 4 == able
    assert_allclose(found.rows["shortfall"], [1 - able / 4], atol=1e-6)


def test_money_that_is_not_there_is_not_spent() -> None:
    found = plan(KINDS["co2"], capital=1.0)
    assert not found.reached
    assert found.outlay <= 1.0 + 1e-6
    assert math.isfinite(found.cost)


def test_nothing_at_all_may_be_the_goal() -> None:
    """All coke to electricity, all electricity from the roof: a limit of zero is reached, exactly."""
    own = measures()
    own["measure"] = [{**m, "potential": 1.0, "ratio": m["ratio"] if m["name"] == "pumps" else 1.0}
                      for m in own["measure"] if m["name"] in {"pumps", "pv"}]  # fmt: skip
    own["measure"][1].pop("ratio")
    found = plan(goal("co2", "<=", "0", "tCO2"), use=own)
    assert found.reached
    assert found.account.total("co2")[:, -1].sum() == 0
    assert set(zc.check(found.account, found.goals).to_frame()["verdict"]) == {"met"}


# -- milestones --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["rate", "half of the zones"])
def test_a_plan_keeps_its_own_milestones_and_the_path_without_it_does_not(kind: str) -> None:
    found = plan(KINDS[kind])
    assert set(zc.check(found.account, found.targets()).to_frame()["verdict"]) == {"met"}
    assert "missed" in set(zc.check(found.reference, found.targets()).to_frame()["verdict"])
