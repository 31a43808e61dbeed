"""What is missing, empty, zero, past or long: a plan says so, and does not fall over."""

import warnings
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import zonecarbon as zc

STILL = {"name": "still", "value_added": {"kind": "constant", "rate": 0.0}}
COKE = {"carrier": "coke", "price": "0 CNY/t"}
POWER = {"carrier": "electricity", "price": "500 CNY/MWh"}


def account_of(coke: list[float], power: list[float], money: list[float], province: Any = "全国") -> zc.Account:
    activity = zc.Activity.from_arrays(
        np.stack((coke, power), axis=1)[..., None], flows=["coke", "electricity"],
        zones=[f"Z{i}" for i in range(len(coke))], years=[2025], value_added=np.array(money)[:, None], price_year=2020,
        provinces=province,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def save(**more: Any) -> dict[str, Any]:
    return {"name": "tuning", "kind": "save", "source": "coke", "potential": 0.5, "running": "100 CNY/tce", **more}


def measures(*own: dict[str, Any], price: Any = (COKE, POWER)) -> dict[str, Any]:
    return {"name": "mine", "price_year": 2025, "price": list(price), "measure": list(own)}


def goals(
    limit: float | str, statistic: str = "aggregate", indicator: str = "energy_tce", **more: Any
) -> dict[str, Any]:
    unit = {"energy_tce": "tce", "co2": "tCO2", "energy_per_iva": "tce/10^4 CNY"}[indicator]
    row = {"id": "g", "indicator": indicator, "statistic": statistic, "operator": "<=", "unit": unit, "year": 2026}
    return {"name": "own", "target": [{**row, "threshold": str(limit), **more}]}


def plan(account: zc.Account, own: Any, asked: Any, years: Any = (2026,), **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.plan(account, own, asked, years, **{"scenario": STILL, **more})


# -- what is not known -------------------------------------------------------------------------------------------------


def test_a_zone_without_energy_figures_leaves_the_others_their_plan() -> None:
    account = account_of([1000, np.nan], [0, 0], [1000, 1000])
    found = plan(account, measures(save()), goals(0.6, "zone", "energy_per_iva"))
    assert_allclose(found.account.total("energy")[0, -1], 600, rtol=1e-5)
    assert np.isnan(found.account.total("energy")[1, -1])
    assert not found.complete
    assert found.cost > 0
    assert set(found.columns()["zone"].tolist()) == {"Z0"}
    verdicts = zc.check(found.account, found.goals).to_frame()["verdict"].tolist()
    assert "met" in verdicts
    assert "unknown" in verdicts


def test_an_aggregate_with_an_unknown_zone_cannot_be_planned_for() -> None:
    with pytest.raises(zc.InputError, match="known"):
        plan(account_of([1000, np.nan], [0, 0], [1000, 1000]), measures(save()), goals(900))


def test_unknown_zones_never_count_in_a_share() -> None:
    account = account_of([1000, np.nan], [0, 0], [1000, 1000])
    part = {"operator": ">=", "unit": "fraction of zones", "inner_operator": "<", "inner_threshold": "0.6",
            "inner_unit": "tce/10^4 CNY"}  # fmt: skip
    assert plan(account, measures(save()), goals(0.5, "share_of_zones", "energy_per_iva", **part)).reached
    with pytest.raises(zc.InputError, match="must be known"):  # the zone that is not known decides, as in ``check``
        plan(account, measures(save()), goals(0.6, "share_of_zones", "energy_per_iva", **part))


def test_without_a_province_energy_is_planned_and_co2_is_not() -> None:
    account = account_of([1000], [1000], [1000], province=None)
    assert plan(account, measures(save()), goals(900)).reached
    with pytest.raises(zc.InputError, match="known"):
        plan(account, measures(save()), goals(900, indicator="co2"))


def test_a_zone_without_value_added_has_no_intensity_to_plan_for() -> None:
    with pytest.raises(zc.InputError, match="goal"):
        plan(account_of([1000], [0], [0]), measures(save()), goals(0.5, indicator="energy_per_iva"))
    both = plan(account_of([1000, 1000], [0, 0], [0, 1000]), measures(save()), goals(0.7, "zone", "energy_per_iva"))
    assert both.reached
    assert not both.complete


# -- what is missing in the set ----------------------------------------------------------------------------------------


def test_all_missing_prices_in_one_error() -> None:
    pump = {
        "name": "pump",
        "kind": "switch",
        "source": "coke",
        "target": "electricity",
        "extra": {"diesel": "1 kg/tce"},
    }
    with pytest.raises(zc.MeasureError) as caught:
        plan(account_of([1000], [0], [1000]), measures(save(), pump, price=()), goals(900))
    assert all(name in str(caught.value) for name in ("coke", "electricity", "diesel"))


def test_no_measures_no_set() -> None:
    with pytest.raises(zc.ZoneCarbonError):
        plan(account_of([1000], [0], [1000]), measures(), goals(900))


def test_measures_with_nothing_to_act_on_are_named() -> None:
    gas = save(name="gas", source="natural_gas")
    account = account_of([1000], [0], [1000])
    with pytest.raises(zc.MeasureError, match="gas"):
        plan(account, measures(gas), goals(900))
    found = plan(account, measures(save(), gas), goals(900))
    assert found.reached
    assert found.names == ("tuning",)
    assert any(problem.code == "measure.idle" for problem in found.account.warnings)


@pytest.mark.parametrize("nothing", [{"potential": 0}, {"limit": "0 tce"}, {"start": 2030}, {"end": 2020}])
def test_a_measure_that_can_do_nothing_does_nothing(nothing: dict[str, Any]) -> None:
    found = plan(account_of([1000], [0], [1000]), measures(save(**nothing)), goals(900))
    assert not found.reached
    assert found.cost == 0
    assert found.columns()["zone"].size == 0
    assert_allclose(found.rows["shortfall"], [971.4 / 900 - 1], rtol=1e-4)


def test_zero_quantities() -> None:
    found = plan(account_of([0, 1000], [0, 0], [1000, 1000]), measures(save()), goals(0.6, "zone", "energy_per_iva"))
    assert found.reached
    assert set(found.columns()["zone"].tolist()) == {"Z1"}


# -- limits of zero ----------------------------------------------------------------------------------------------------


def test_an_energy_limit_of_zero_is_reached_by_saving_all() -> None:
    found = plan(account_of([1000], [0], [1000]), measures(save(potential=1)), goals("0"))
    assert found.reached
    assert found.account.total("energy")[0, -1] == 0


def test_a_budget_of_zero_tells_what_is_missing() -> None:
    """Half of the coke is left: of the CO2 of the path half is missing."""
    found = plan(account_of([1000], [0], [1000]), measures(save()), None, budget=0)
    assert not found.reached
    assert_allclose(found.rows["shortfall"], [0.5], rtol=1e-6)


def test_no_money_no_outlay() -> None:
    own = measures(save(capital="100 CNY/tce"))
    found = plan(account_of([1000], [0], [1000]), own, goals(900), capital=0)
    assert not found.reached
    assert found.outlay == 0
    assert found.columns()["zone"].size == 0


# -- years -------------------------------------------------------------------------------------------------------------


def test_a_goal_of_the_past_or_after_the_plan_is_said_and_left() -> None:
    account = account_of([1000], [0], [1000])
    row = goals(900)["target"][0]
    rows = [row, {**row, "id": "past", "year": 2025}, {**row, "id": "late", "year": 2050}]
    found = plan(account, measures(save()), {"name": "own", "target": rows})
    assert found.reached
    assert not found.complete
    assert {name for name, _ in found.not_planned} == {"own:past", "own:late"}
    with pytest.raises(zc.InputError, match="2025"):
        plan(account, measures(save()), {"name": "own", "target": rows[1:2]})


def test_a_plan_of_one_year_and_of_thirty() -> None:
    account = account_of([1000], [3000], [1000])
    assert plan(account, measures(save()), goals(1000)).years.tolist() == [2026]
    long = plan(
        account, measures(save(capital="500 CNY/tce", lifetime=7, ramp=4)), goals(1000, year=2055), range(2026, 2056)
    )
    assert long.reached
    assert len(long.years) == 30
    assert long.built[0, 0, :22].sum() == 0, "what is built in time for the last year is built then"


@pytest.mark.parametrize("years", [[2025], [2026, 2028], [], "2026", [2026.5], [2030, 2029]])
def test_years_that_are_none(years: Any) -> None:
    with pytest.raises(zc.InputError, match="year"):
        plan(account_of([1000], [0], [1000]), measures(save()), goals(900), years)


def test_without_a_scenario_the_account_has_the_years() -> None:
    account = zc.extend(account_of([1000], [0], [1000]), STILL, until=2027)
    found = zc.plan(account, measures(save()), goals(900), [2026, 2027], scenario=None)
    assert found.reached
    assert found.base == 2025


def test_all_bad_arguments_in_one_error() -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.plan(account_of([1000], [0], [1000]), measures(save()), None, [2024], peak_by=1900, capital=-1)
    assert len(caught.value.problems) == 3


# -- one measure acts on what another brings ---------------------------------------------------------------------------


def test_what_one_measure_brings_the_next_may_act_on() -> None:
    """A zone without electricity: coke becomes electricity, and that comes from the roof."""
    activity = zc.Activity.from_arrays(
        [[[1000.0]]], flows=["coke"], zones=["A"], years=[2025], value_added=[[1000.0]], price_year=2020,
        provinces="全国",
    )  # fmt: skip
    pump = {"name": "pump", "kind": "switch", "source": "coke", "target": "electricity", "ratio": 0.5}
    roof = {"name": "roof", "kind": "switch", "source": "electricity", "source_supply": "grid",
            "target": "electricity", "target_supply": "onsite_nonfossil"}  # fmt: skip
    after = zc.apply_measures(zc.account(activity), measures(pump, roof))
    assert [flow.supply for flow in after.flows] == ["", "grid", "onsite_nonfossil"]
    assert_allclose(after.quantity[0, 0, :, 0], [0, 0, 971.4 * 0.5 / 0.1229], rtol=1e-12)
    assert after.total("co2")[0, 0] == 0


# -- what a reader must know -------------------------------------------------------------------------------------------


def test_a_plan_has_warnings_as_other_results_have_and_says_them() -> None:
    asked = goals(1e6)
    asked["target"].append({**asked["target"][0], "id": "late", "year": 2040})
    idle = save(name="idle", source="diesel")
    found = plan(account_of([1000], [0], [1000]), measures(save(), idle), asked)
    assert [problem.code for problem in found.warnings] == ["measure.idle", "reason.outside"]
    assert found.provenance.warnings == (*found.reference.provenance.warnings, *found.warnings)
    for language in ("en", "zh"):
        lines = found.text(language).splitlines()
        assert sum("idle" in line for line in lines) == 1
        assert sum("late" in line for line in lines) == 1
    assert zc.Plan.from_dict(found.to_dict()).warnings == found.warnings
    noisy = {"name": "noisy", "value_added": {"kind": "constant", "rate": 0.0, "uncertainty": {
        "shape": "normal", "sd": 0.02}}}  # fmt: skip
    again = plan(account_of([1000], [0], [1000]), measures(save(), idle), asked, scenario=noisy)
    assert zc.assure(again, draws=64).warnings == again.warnings


def test_every_result_has_warnings() -> None:
    found = plan(account_of([1000], [0], [1000]), measures(save()), goals(1e6))
    check = zc.check(found.account, found.goals)
    assert check.warnings == check.provenance.warnings
    assert found.warnings == ()
    assert zc.list_measures().warnings == ()


@pytest.mark.parametrize(("language", "says"), [("en", "without measures it goes on after 2025 as in the scenario {}"),
                                                ("zh", "无措施时 2025 年之后按情景“{}”发展")])  # fmt: skip
def test_the_text_says_how_the_zone_goes_on_without_measures(language: Any, says: str) -> None:
    account = account_of([1000], [0], [1000])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        free = zc.plan(account, measures(save()), goals(1e6), [2026])
    assert free.scenario is not None
    title = free.scenario.title_en if language == "en" else free.scenario.title_zh
    assert free.scenario.name == "baseline"
    assert free.text(language).splitlines()[1].strip() == says.format(title)
    named = plan(account, measures(save()), goals(1e6))
    assert named.text(language).splitlines()[1].strip() == says.format("still")
    longer = zc.extend(account, STILL, until=2026)
    given = plan(longer, measures(save()), goals(1e6), scenario=None)
    assert ("account itself" if language == "en" else "核算中规划各年") in given.text(language).splitlines()[1]


# -- prices by mass or volume of what came as energy -------------------------------------------------------------------


def gas(quantity: float, unit: str, carrier: str = "natural_gas", **method: Any) -> zc.Account:
    activity = zc.Activity.from_arrays(
        [[[quantity], [30_000.0]]], flows=[zc.Flow(carrier, unit=unit), "electricity"], zones=["A"], years=[2025],
        value_added=[[60_000.0]], price_year=2020, provinces="全国",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity, **method)


def by_volume(price: str = "3.6 CNY/m3", carrier: str = "natural_gas") -> dict[str, Any]:
    own = {"name": "less", "kind": "save", "source": carrier, "potential": 0.1, "capital": "900 CNY/tce"}
    return {"name": "mine", "price_year": 2025, "price": [{"carrier": carrier, "price": price}], "measure": [own]}


@pytest.mark.parametrize(("unit", "tce"), [("m3", 1.33e-3), ("tce", 1.0), ("GJ", 1 / 29.3076)])
def test_a_price_by_volume_is_brought_to_what_the_gas_is_counted_in(unit: str, tce: float) -> None:
    """A tenth of 4000 tce is saved: 400 / 1.33e-3 m3 at 3.6 CNY, less 900 CNY/tce over fifteen years at 6 %."""
    found = plan(gas(4000 / tce, unit), {**by_volume(), "discount_rate": 0.0}, goals(1e6))
    assert_allclose(found.cost, 400 * (900 / 15 - 3.6 / 1.33e-3) / 1e4, rtol=1e-9)
    said = [problem for problem in found.account.warnings if problem.code == "measure.price_by_heat"]
    assert len(said) == (unit != "m3")
    assert all("1.33 kgce/m3" in problem.text(language) for problem in said for language in ("en", "zh"))
    curve = zc.abatement_curve(gas(4000 / tce, unit), by_volume())
    assert [problem.code for problem in curve.warnings] == ["measure.price_by_heat"] * (unit != "m3")


def test_the_shipped_measures_take_gas_in_tce() -> None:
    found = plan(gas(4000.0, "tce"), "starter", goals(1e6))
    other = plan(gas(4000 / 1.33e-3, "m3"), "starter", goals(1e6))
    assert_allclose(found.cost, other.cost, rtol=1e-6)


def test_a_price_by_mass_without_one_heat_value_is_refused_once_and_says_what_to_do() -> None:
    coal = by_volume("900 CNY/t", "bituminous_coal")
    with pytest.raises(zc.MeasureError) as caught:
        plan(gas(4000.0, "tce", "bituminous_coal"), coal, goals(1e6))
    (problem,) = caught.value.problems
    assert problem.code == "measure.price_heat"
    advice = "coefficients={'bituminous_coal': '... kgce/t'}"
    assert advice in problem.text("en")
    assert advice in problem.text("zh")
    account = gas(4000.0, "tce", "bituminous_coal", coefficients={"bituminous_coal": "700 kgce/t"})
    assert_allclose(plan(account, {**coal, "discount_rate": 0.0}, goals(1e6)).cost, 400 * (60 - 900 / 0.7) / 1e4)


def test_a_price_for_what_no_quantity_has_is_refused_once_for_all_uses_of_the_carrier() -> None:
    flows = [zc.Flow("natural_gas", unit=unit) for unit in ("tce", "GJ")] + ["electricity"]
    activity = zc.Activity.from_arrays(
        [[[4000.0], [100.0], [30_000.0]]], flows=flows, zones=["A"], years=[2025], value_added=[[60_000.0]],
        price_year=2020, provinces="全国",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(activity)
    with pytest.raises(zc.MeasureError) as caught:
        plan(account, by_volume("3000 CNY/t"), goals(1e6))
    texts = [problem.text("en") for problem in caught.value.problems]
    assert [text.endswith("give it for one of m3, tce, GJ") for text in texts] == [True]
