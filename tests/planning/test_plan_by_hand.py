"""Plans small enough for pencil and paper: each sum stands in a comment.

A tonne of coke is 0.9714 tce and 28.470 GJ x 107.1 kgCO2/GJ = 3.049137 tCO2; a MWh of electricity is 0.1229 tce and, on
the national average of 2023, 0.5306 tCO2.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import zonecarbon as zc

TCE, TCO2 = 0.9714, 3.049137
MWH, GRID = 0.1229, 0.5306
STILL = {"name": "still", "value_added": {"kind": "constant", "rate": 0.0}}
COKE = {"carrier": "coke", "price": "100 CNY/t"}
POWER = {"carrier": "electricity", "price": "0.5 CNY/kWh"}


def account_of(
    tonnes: Sequence[float], power: Sequence[float] | None = None, *, money: float = 1000.0, zones: str = "ABCDEFGH"
) -> zc.Account:
    """Return zones that use coke [t] and electricity [MWh] in 2025, with a value added of ``money`` [10^4 CNY] each."""
    quantity = np.stack((tonnes, power or [0.0] * len(tonnes)), axis=1)[..., None].astype(np.float64)
    activity = zc.Activity.from_arrays(
        quantity,
        flows=["coke", "electricity"],
        zones=list(zones[: len(tonnes)]),
        years=[2025],
        value_added=np.full((len(tonnes), 1), money),
        price_year=2020,
        provinces="全国",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def measures(*own: dict[str, Any], price: Sequence[dict[str, Any]] = (COKE, POWER), rate: float = 0.0) -> Any:
    return {"name": "mine", "price_year": 2025, "discount_rate": rate, "price": list(price), "measure": list(own)}


def save(name: str = "saving", potential: float = 0.5, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": "save", "source": "coke", "potential": potential, **more}


def energy(limit: float, year: int = 2026, **more: Any) -> dict[str, Any]:
    row = {"id": f"e{year}", "indicator": "energy_tce", "statistic": "aggregate", "operator": "<=", "unit": "tce"}
    return {**row, "threshold": repr(limit), "year": year, **more}


def co2(limit: float, year: int = 2026, **more: Any) -> dict[str, Any]:
    return energy(limit, year, indicator="co2", unit="tCO2", **more)


def goals(*own: dict[str, Any]) -> Any:
    return {"name": "own", "target": list(own)}


def plan(account: zc.Account, own: Any, *targets: dict[str, Any], years: Sequence[int] = (2026,), **more: Any) -> Any:
    return zc.plan(account, own, goals(*targets) if targets else None, years, **{"scenario": STILL, **more})


def cell(found: Any, name: str, measure: str, year: int, zone: str = "A") -> float:
    """Return a figure of the plan's table, 0 where it has no row."""
    table = found.columns()
    here = (table["measure"] == measure) & (table["year"] == year) & (table["zone"] == zone)
    return float(table[name][here].sum())


# -- one measure -------------------------------------------------------------------------------------------------------


def test_one_measure_does_just_what_the_goal_needs() -> None:
    """1000 t are 971.4 tce; 900 tce need 71.4 tce = 73.502 t less.

    Outlay 2000 CNY/tce over 10 years, no discount: 14.28 x 10^4 CNY, a tenth of it a year; 73.502 t x 100 CNY less.
    """
    found = plan(account_of([1000]), measures(save(capital="2000 CNY/tce", lifetime=10)), energy(900))
    assert found.reached
    assert_allclose(found.outlay, 14.28, rtol=2e-5)
    assert_allclose(found.cost, 1.428 - 71.4 / TCE * 100 / 1e4, rtol=2e-5)
    assert_allclose(found.account.total("energy")[0, -1], 900, rtol=2e-6)
    assert_allclose(found.saved["energy"], 71.4, rtol=2e-5)
    assert_allclose(found.saved["co2"], 71.4 / TCE * TCO2, rtol=2e-5)


def test_what_earns_is_done_whole_without_a_binding_goal() -> None:
    """50 % of 971.4 tce = 485.7 tce: 10 CNY/tce each year, and 500 t of coke x 100 CNY saved: 0.4857 - 5 = -4.5143."""
    found = plan(account_of([1000]), measures(save(running="10 CNY/tce")), energy(2000))
    assert_allclose(found.cost, -4.5143, rtol=1e-9)
    assert cell(found, "share", "saving", 2026) == 0.5
    assert found.binding == []
    assert found.reached


def test_what_costs_is_left_without_a_binding_goal() -> None:
    """102.95 CNY/tce of running cost is just above the 100 CNY/t = 102.944 CNY/tce of coke."""
    for running, done in (("102.95 CNY/tce", False), ("102.93 CNY/tce", True)):
        found = plan(account_of([1000]), measures(save(running=running)), energy(2000))
        assert bool(found.columns()["measure"].size) is done


@pytest.mark.parametrize(("rate", "life", "factor"), [(0.05, 20, 0.080243), (0.08, 15, 0.116830), (0.10, 5, 0.263797)])
def test_annuity_is_the_capital_recovery_factor_of_the_tables(rate: float, life: int, factor: float) -> None:
    """Factors (A/P, i, n) as the tables of engineering economics print them; 485.7 tce x 1000 CNY = 48.57."""
    own = measures(save(capital="1000 CNY/tce", lifetime=life), price=[{**COKE, "price": "0 CNY/t"}], rate=rate)
    found = plan(account_of([1000]), own, energy(0.5 * 1000 * TCE * (1 + 2e-6)))
    assert_allclose(found.cost, 48.57 * factor, rtol=1e-5)


def test_later_years_count_less_and_the_annuity_is_paid_while_it_works() -> None:
    """100 tce saved in 2026 to 2028 at 10 %: (1 + 1/1.1 + 1/1.21) x (annuity of 10 + 5 of running cost)."""
    own = measures(
        save(capital="1000 CNY/tce", lifetime=5, running="500 CNY/tce"), price=[{**COKE, "price": "0 CNY/t"}], rate=0.1
    )
    limits = [energy(1000 * TCE - 100, year) for year in (2026, 2027, 2028)]
    found = plan(account_of([1000]), own, *limits, years=range(2026, 2029))
    assert_allclose(found.cost, (1 + 1 / 1.1 + 1 / 1.21) * (10 * 0.263797 + 5), rtol=3e-5)
    assert_allclose(found.outlay, 10, rtol=3e-5)


def test_a_goal_in_the_last_year_is_built_in_the_last_year() -> None:
    found = plan(account_of([1000]), measures(save(capital="3000 CNY/tce")), energy(900, 2030), years=range(2026, 2031))
    assert [cell(found, "built", "saving", year) > 0 for year in range(2026, 2031)] == [False] * 4 + [True]


# -- lifetime, ramp, limit, years, prices ------------------------------------------------------------------------------


def test_what_is_worn_out_is_built_again() -> None:
    """A lifetime of 2 years in a plan of 5: built in 2026, 2028 and 2030, 100 tce x 1000 CNY = 10 each."""
    own = measures(save(capital="1000 CNY/tce", lifetime=2), price=[{**COKE, "price": "0 CNY/t"}])
    found = plan(account_of([1000]), own, *(energy(871.4, y) for y in range(2026, 2031)), years=range(2026, 2031))
    assert_allclose(found.outlay, 30, rtol=1e-4)
    assert_allclose(found.cost, 5 * 10 / 2, rtol=1e-4)
    assert_allclose(sum(found.built[0, 0, 0:2]), 100, rtol=1e-4)


def test_a_ramp_of_five_years_builds_a_fifth_a_year() -> None:
    """Potential 485.7 tce; 97.14 tce a year at most, so 2027 can have 194.28 tce and not more."""
    own = measures(save(capital="3000 CNY/tce", ramp=5, lifetime=20))
    able = plan(account_of([1000]), own, energy(1000 * TCE - 194.27, 2027), years=range(2026, 2028))
    assert able.reached
    assert_allclose([cell(able, "built", "saving", year) for year in (2026, 2027)], 97.14, rtol=1e-4)
    beyond = plan(account_of([1000]), own, energy(1000 * TCE - 200, 2027), years=range(2026, 2028))
    assert not beyond.reached
    assert_allclose(beyond.account.total("energy")[0, -1], 1000 * TCE - 194.28, rtol=1e-6)
    assert_allclose(beyond.rows["shortfall"], [(200 - 194.28) / (1000 * TCE - 200)], rtol=1e-3)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("rate", [0.2, 0.0, -0.2])
@pytest.mark.parametrize("last", [2028, 2034])
def test_the_share_in_place_rises_by_one_ramp_a_year_whether_the_zone_grows_or_shrinks(
    rate: float, whole: bool, last: int
) -> None:
    """Saving 50 % with a ramp of four years: 12.5, 25, 37.5 % and so on, however long the plan, and then all of it."""
    own = measures(save(ramp=4, capital="1 CNY/tce", lifetime=20, whole=whole))
    found = plan(account_of([1000]), own, energy(1e9, last), years=range(2026, last + 1),
                 scenario={"name": "path", "value_added": {"kind": "constant", "rate": rate}})  # fmt: skip
    n = last - 2025
    shares = np.minimum(np.arange(1, n + 1) / 4, 1) * 0.5
    assert_allclose(found.columns()["share"], shares, rtol=1e-6)
    amounts = 1000 * TCE * (1 + rate) ** np.arange(1, n + 1) * shares
    assert_allclose(found.weighed.amount[0, 0], amounts, rtol=1e-6)
    built = np.diff(np.maximum.accumulate(amounts), prepend=0.0)
    assert_allclose(found.built[0, 0], built, rtol=1e-5, atol=1e-5)


def test_what_is_worn_out_is_replaced_beside_the_ramp() -> None:
    """A life of two years and a ramp of three: a third more each year, whatever must be built for that."""
    own = measures(save(ramp=3, capital="1 CNY/tce", lifetime=2))
    found = plan(account_of([900]), own, energy(1e9, 2030), years=range(2026, 2031))
    third = 900 * TCE * 0.5 / 3
    assert_allclose(found.weighed.amount[0, 0] / third, [1, 2, 3, 3, 3], rtol=1e-6)
    assert_allclose(found.built[0, 0] / third, [1, 1, 2, 1, 2], rtol=1e-5)


def test_a_ramp_is_of_the_limit_where_that_is_less() -> None:
    """60 tce at most, in three years: 20 a year, though the potential is eight times as much and grows."""
    own = measures(save(ramp=3, limit="60 tce", capital="1 CNY/tce", lifetime=20))
    grows = {"name": "path", "value_added": {"kind": "constant", "rate": 0.2}}
    found = plan(account_of([1000]), own, energy(1e9, 2029), years=range(2026, 2030), scenario=grows)
    assert_allclose(found.weighed.amount[0, 0], [20, 40, 60, 60], rtol=1e-6)
    wide = measures(save(ramp=10, potential=0.1, limit="250 tce", capital="1 CNY/tce", lifetime=20))
    found = plan(account_of([1000]), wide, energy(1e9, 2035), years=range(2026, 2036), scenario=grows)
    alone = 97.14 * 1.2 ** np.arange(1, 11)  # above 250 tce from 2031 on
    assert_allclose(found.weighed.amount[0, 0, :5], alone[:5] * np.arange(1, 6) / 10, rtol=1e-6)
    assert (np.diff(found.weighed.amount[0, 0, 5:]) <= 25 * (1 + 1e-6)).all()


@pytest.mark.parametrize("whole", [False, True])
def test_the_ramp_of_a_limit_where_the_zone_shrinks(whole: bool) -> None:
    """300 tce are less than half of the coke in two years, and more in three: a fifth of the lesser more each year."""
    shrinks = {"name": "path", "value_added": {"kind": "constant", "rate": -0.2}}
    potential = 0.5 * 1000 * TCE * 0.8 ** np.arange(1, 6)  # 388.6, 310.8, 248.7, 198.9, 159.2
    lesser = np.minimum(potential, 300.0)
    own = measures(save(ramp=5, limit="300 tce", lifetime=15, running="5000 CNY/tce", whole=whole))
    found = plan(account_of([1000]), own, energy(163.3, 2030), years=range(2026, 2031), scenario=shrinks)
    assert found.reached
    if whole:
        assert_allclose(found.weighed.amount[0, 0], lesser * np.arange(1, 6) / 5, rtol=1e-6)
    each = [energy(float(2 * all_of_it - least), year) for year, all_of_it, least in zip(
        range(2026, 2031), potential, lesser * np.arange(1, 6) / 5 * (1 - 1e-4), strict=True)]  # fmt: skip
    found = plan(account_of([1000]), own, *each, years=range(2026, 2031), scenario=shrinks)
    assert found.reached
    assert_allclose(found.weighed.amount[0, 0], [60, 120, 149.2, 159.2, 159.2], atol=0.1)
    sooner = energy(float(2 * potential[2]) - 150.0, 2028)
    assert not plan(account_of([1000]), own, sooner, years=range(2026, 2031), scenario=shrinks).reached


def test_a_limit_that_is_never_the_lesser_changes_no_pace() -> None:
    """Coke shrinks, electricity grows: together below the limit, so each keeps the pace of its own source."""
    mix = {"name": "path", "value_added": {"kind": "constant", "rate": 0.0},
           "mix": {2028: {"coke": 0.2, "electricity": 0.8}}}  # fmt: skip
    both = {"name": "saving", "kind": "save", "source": ["coke", "electricity"], "potential": 0.5, "ramp": 3,
            "lifetime": 20, "running": "5000 CNY/tce"}  # fmt: skip
    account, years = account_of([1000], [8000]), range(2026, 2029)
    free, near = (plan(account, measures(both | more), energy(1.0, 2028), years=years, scenario=mix)
                  for more in ({}, {"limit": "980 tce"}))  # fmt: skip
    assert free.weighed.amount[0, 0].max() < 980.0
    assert_allclose(near.weighed.amount[0, 0], free.weighed.amount[0, 0], rtol=1e-6)


def test_nothing_is_built_ahead_of_the_pace_before_the_last_year_of_building() -> None:
    """Building ends in 2027: two fifths of the potential stand then, and no more comes into use after it."""
    own = measures(save(ramp=5, end=2027, capital="1 CNY/tce", lifetime=20))
    found = plan(account_of([1000]), own, energy(1e9, 2029), years=range(2026, 2030))
    assert_allclose(found.columns()["share"], [0.1, 0.2, 0.2, 0.2], rtol=1e-6)


@pytest.mark.parametrize("limit", ["100 tce", "2930.76 GJ", "0.1 kt of coke"])
def test_a_limit_holds_in_any_unit(limit: str) -> None:
    """100 tce, or 2930.76 GJ, of energy; 0.1 kt of coke is 97.14 tce."""
    amount = 97.14 if "coke" in limit else 100.0
    own = measures(save(running="1 CNY/tce", limit=limit.removesuffix(" of coke")))
    found = plan(account_of([1000]), own, energy(2000))
    assert_allclose(cell(found, "amount", "saving", 2026), amount, rtol=1e-6)


def test_electricity_counts_by_its_own_coefficient() -> None:
    """200 MWh are 24.58 tce as the account counts them, not 24.567 tce as joules have it; 3 CNY/MWh are 0.06."""
    own = {"name": "lamps", "kind": "save", "source": "electricity", "limit": "200 MWh", "running": "3 CNY/MWh"}
    found = plan(account_of([0], [1000]), measures(own), energy(2000))
    assert_allclose(cell(found, "amount", "lamps", 2026), 200 * MWH, rtol=1e-9)
    assert_allclose(found.cost, 0.06 - 200 * 500 / 1e4, rtol=1e-9)


def test_outlay_changes_by_its_rate_since_the_price_year() -> None:
    """-10 % a year since 2025: in 2027 a tce costs 810 CNY."""
    own = measures(save(capital="1000 CNY/tce", capital_rate=-0.1, start=2027), price=[{**COKE, "price": "0 CNY/t"}])
    found = plan(account_of([1000]), own, energy(871.4, 2027), years=range(2026, 2028))
    assert_allclose(found.outlay, 8.1, rtol=1e-4)


def test_start_and_end_are_years_of_building() -> None:
    """Built in 2027 alone (running cost so high that nothing is done early), it works to the end of its life of 2."""
    own = measures(save(capital="1 CNY/tce", lifetime=2, start=2027, end=2027))
    found = plan(account_of([1000]), own, energy(2000), years=range(2026, 2030))
    assert [cell(found, "amount", "saving", year) > 0 for year in range(2026, 2030)] == [False, True, True, False]
    assert not plan(account_of([1000]), own, energy(900, 2026), years=range(2026, 2030)).reached
    assert not plan(account_of([1000]), own, energy(900, 2029), years=range(2026, 2030)).reached


def test_a_price_path_decides_when_it_pays() -> None:
    """Coke rises 10 % a year from 102.944 CNY/tce in 2025: 113.2 (2026), 124.6 (2027); 120 CNY/tce pays in 2027 alone.

    485.7 tce x 120 CNY - 500 t x 121 CNY = 5.8284 - 6.05.
    """
    dearer = {**COKE, "path": {"kind": "constant", "rate": 0.1}}
    own = measures(save(running="120 CNY/tce"), price=[dearer])
    found = plan(account_of([1000]), own, energy(2000), years=range(2026, 2028))
    assert [cell(found, "amount", "saving", year) > 0 for year in (2026, 2027)] == [False, True]
    assert_allclose(found.cost, 5.8284 - 6.05, rtol=1e-6)


def test_a_price_of_co2_is_saved_as_well() -> None:
    """A tonne of coke less saves 3.049137 t x 50 CNY = 152.46 CNY of CO2 beside 100 CNY of coke; it costs 200 CNY.

    500 t x (0.9714 x 200 / 0.9714 - 252.45685) CNY = -2.6228425 x 10^4 CNY.
    """
    priced = [COKE, {"carrier": "co2", "price": "50 CNY/tCO2"}]
    found = plan(account_of([1000]), measures(save(running=f"{200 / TCE!r} CNY/tce"), price=priced), energy(2000))
    assert_allclose(found.cost, 500 * (200 - 100 - 50 * TCO2) / 1e4, rtol=1e-9)
    alone = plan(account_of([1000]), measures(save(running=f"{200 / TCE!r} CNY/tce")), energy(2000))
    assert alone.cost == 0


# -- two measures ------------------------------------------------------------------------------------------------------

PUMP = {"name": "pump", "kind": "switch", "source": "coke", "target": "electricity", "ratio": 0.5, "potential": 0.5}


def test_saving_then_switching_is_not_their_sum() -> None:
    """1000 t: a fifth saved leaves 800 t; half of that, 400 t = 388.56 tce, becomes 194.28 tce of electricity.

    Left: 400 t of coke and 194.28/0.1229 = 1580.8 MWh. The other way round: 500 t saved from, 100 t less coke, and
    500 t x 0.9714 x 0.5 / 0.1229 = 1976 MWh.
    """
    account = account_of([1000])
    after = zc.apply_measures(account, measures(save(potential=0.2), PUMP))
    assert_allclose(after.quantity[0, 0, :, 0], [400, 0.5 * 400 * TCE / MWH], rtol=1e-12)
    other = zc.apply_measures(account, measures(PUMP, save(potential=0.2)))
    assert_allclose(other.quantity[0, 0, :, 0], [400, 0.5 * 500 * TCE / MWH], rtol=1e-12)


def test_a_plan_of_two_interacting_measures() -> None:
    """Both pay: saving at 0, and the pump, whose electricity is free, so all is done whatever the goal."""
    prices = [COKE, {**POWER, "price": "0 CNY/kWh"}]
    found = plan(account_of([1000]), measures(save(potential=0.2), PUMP, price=prices), energy(5000))
    assert_allclose(found.account.quantity[0, 0, :, -1], [400, 0.5 * 400 * TCE / MWH], rtol=1e-9)
    assert_allclose(found.cost, -600 * 100 / 1e4, rtol=1e-9)
    assert_allclose(cell(found, "energy_tce", "saving", 2026), -200 * TCE, rtol=1e-9)
    assert_allclose(cell(found, "energy_tce", "pump", 2026), -0.5 * 400 * TCE, rtol=1e-9)


def test_a_pump_that_pays_alone_does_not_pay_for_what_is_saved() -> None:
    """The goal of 500 tce: saving 20 % leaves 777.12 tce; the pump halves 388.56 of it: 582.84 is the least."""
    own = measures(save(potential=0.2, running="150 CNY/tce"), PUMP)
    found = plan(account_of([1000]), own, energy(500))
    assert not found.reached
    assert_allclose(found.account.total("energy")[0, -1], 0.6 * 1000 * TCE, rtol=1e-6)
    assert_allclose(found.rows["shortfall"][0], 0.6 * 1000 * TCE / 500 - 1, rtol=1e-4)


def test_rooftop_photovoltaics_replace_the_grid_kwh_for_kwh() -> None:
    own = {"name": "pv", "kind": "switch", "source": "electricity", "source_supply": "grid", "target": "electricity",
           "target_supply": "onsite_nonfossil", "limit": "300 MWh", "running": "0.1 CNY/kWh"}  # fmt: skip
    free = {"carrier": "electricity", "supply": "onsite_nonfossil", "price": "0 CNY/kWh"}
    found = plan(account_of([0], [1000]), measures(own, price=[POWER, free]), co2(2000))
    assert_allclose(found.cost, 300 * (100 - 500) / 1e4, rtol=1e-9)
    assert_allclose(found.saved["co2"], 300 * GRID, rtol=1e-9)
    assert_allclose(found.saved["energy"], 0, atol=1e-9)


# -- capture and process CO2 -------------------------------------------------------------------------------------------


def test_capture_needs_energy_that_emits_itself() -> None:
    """3049.137 t of CO2; of 1000 t captured, 250 MWh emit 132.65 t again: net 867.35 t, and 30.725 tce more."""
    own = {"name": "ccus", "kind": "capture", "source": "coke", "extra": {"electricity": "0.25 MWh/tCO2"},
           "running": "200 CNY/tCO2"}  # fmt: skip
    found = plan(account_of([1000]), measures(own), co2(1000 * TCO2 - (1000 - 250 * GRID)))
    assert found.reached
    assert_allclose(cell(found, "amount", "ccus", 2026), 1000, rtol=1e-5)
    assert_allclose(found.cost, (1000 * 200 + 250_000 * 0.5) / 1e4, rtol=1e-5)
    assert_allclose(found.saved["co2"], 1000 - 250 * GRID, rtol=1e-5)
    assert_allclose(found.saved["energy"], -250 * MWH, rtol=1e-5)


def with_process() -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(zc.read({
            "zones": {"zone": ["A"], "province": ["全国"]},
            "economy": {"zone": ["A"], "year": [2025], "value_added": [1000], "unit": ["万元"], "price_year": [2020]},
            "energy": {"zone": ["A"], "year": [2025], "carrier": ["焦炭"], "quantity": [1000], "unit": ["t"]},
            "process": {"zone": ["A"], "year": [2025], "product": ["clinker"], "output": [100], "unit": ["t"],
                        "factor": ["0.5 tCO2/t"]},
        }))  # fmt: skip


def test_process_co2_is_made_less_or_captured() -> None:
    """100 t of clinker at 0.5 tCO2/t: a fifth less saves 10 t of CO2, half of the 40 t left are captured: 20 t.

    With a factor of the user's own the account keeps the process as its CO2, so that is the unit of the measure.
    """
    less = {"name": "less", "kind": "save", "product": "clinker", "potential": 0.2, "running": "20 CNY/tCO2"}
    ccus = {"name": "ccus", "kind": "capture", "product": "clinker", "potential": 0.5, "running": "30 CNY/tCO2"}
    account = with_process()
    assert_allclose(account.total("co2")[0], [1000 * TCO2 + 50])
    found = plan(account, measures(less, ccus), co2(1000 * TCO2 + 20.01))
    assert found.reached
    assert_allclose([cell(found, "co2_t", name, 2026) for name in ("less", "ccus")], [-10, -20], rtol=1e-3)
    assert_allclose(found.cost, (20 * 10 + 20 * 30) / 1e4, rtol=2e-3)
    assert_allclose(found.saved["energy"], 0, atol=1e-9)


# -- whole, requires, excludes -----------------------------------------------------------------------------------------


def test_whole_is_all_or_nothing() -> None:
    """900 tce need 71.4 tce; a whole measure does all its 485.7 tce: 48.57 of outlay."""
    found = plan(account_of([1000]), measures(save(capital="1000 CNY/tce", whole=True)), energy(900))
    assert_allclose(found.outlay, 48.57, rtol=1e-6)
    none = plan(account_of([1000]), measures(save(capital="9000 CNY/tce", whole=True)), energy(2000))
    assert none.outlay == 0
    assert none.cost == 0


def test_the_dear_small_one_may_beat_the_cheap_whole_one() -> None:
    """100 tce are needed: 100 x 3000 CNY beat 485.7 x 1000 CNY; of 200 tce the whole one is cheaper."""
    own = measures(
        save("whole", capital="1000 CNY/tce", whole=True), save("fine", capital="3000 CNY/tce"),
        price=[{**COKE, "price": "0 CNY/t"}],
    )  # fmt: skip
    assert_allclose(plan(account_of([1000]), own, energy(1000 * TCE - 100)).outlay, 30, rtol=1e-4)
    assert_allclose(plan(account_of([1000]), own, energy(1000 * TCE - 200)).outlay, 48.57, rtol=1e-6)


def test_a_whole_measure_does_its_limit_or_its_potential_whichever_is_less() -> None:
    """Half of 971.4 tce is 485.7; a limit of 100 tce makes that 100, a limit of 5000 tce changes nothing."""
    for limit, amount in (("100 tce", 100.0), ("5000 tce", 485.7), ("600 tce", 485.7)):
        own = measures(save(running="1 CNY/tce", whole=True, limit=limit))
        found = plan(account_of([1000]), own, energy(960))
        assert found.reached, limit
        assert_allclose(cell(found, "amount", "saving", 2026), amount, rtol=1e-6)


def test_a_limit_between_what_is_there_and_what_is_left() -> None:
    """A fifth saved leaves 800 t: half of it, 388.56 tce, is below the limit of 400 tce, half of the whole is above."""
    first = save("first", 0.2, running="1 CNY/tce")
    second = save("second", running="1 CNY/tce", whole=True, limit="400 tce")
    found = plan(account_of([1000]), measures(first, second), energy(600))
    assert_allclose(cell(found, "amount", "second", 2026), 388.56, rtol=1e-6)
    found = plan(account_of([1000]), measures({**first, "running": "300 CNY/tce"}, second), energy(600))
    assert_allclose(cell(found, "amount", "second", 2026), 400, rtol=1e-6)


def test_a_whole_measure_comes_up_in_its_ramp_and_ends_with_what_was_built() -> None:
    """Ramp of 2: half in 2026, all from 2027 on. A life of 2 that may be built until 2026: there in 2026 and 2027."""
    slow = plan(account_of([1000]), measures(save(running="1 CNY/tce", whole=True, ramp=2)), energy(800),
                years=range(2026, 2029))  # fmt: skip
    assert_allclose([cell(slow, "share", "saving", y) for y in (2026, 2027, 2028)], [0.25, 0.5, 0.5], rtol=1e-9)
    short = measures(save(capital="1 CNY/tce", whole=True, lifetime=2, end=2026))
    found = plan(account_of([1000]), short, energy(500, 2027), years=range(2026, 2030))
    assert found.reached
    assert_allclose([cell(found, "share", "saving", y) for y in range(2026, 2030)], [0.5, 0.5, 0, 0], atol=1e-9)
    again = plan(account_of([1000]), measures(save(capital="1 CNY/tce", whole=True, lifetime=2)), energy(500, 2027),
                 years=range(2026, 2030))  # fmt: skip
    assert_allclose([cell(again, "built", "saving", y) for y in range(2026, 2030)], [485.7, 0, 485.7, 0], atol=1e-6)


def test_what_requires_another_brings_its_cost_along() -> None:
    """A line that saves 0.1 % costs 20. 100 tce at 2000 CNY cost 20 without it; 200 tce at 500 CNY 10 + 20 with it."""
    line = save("line", 0.001, capital=f"{20e4 / 0.9714!r} CNY/tce", whole=True)
    own = [line, save("needy", capital="500 CNY/tce", requires="line"), save("free", capital="2000 CNY/tce")]
    free = [{**COKE, "price": "0 CNY/t"}]
    assert_allclose(plan(account_of([1000]), measures(*own, price=free), energy(871.4)).outlay, 20, rtol=1e-4)
    found = plan(account_of([1000]), measures(*own, price=free), energy(771.4))
    assert_allclose(found.outlay, 20 + (200 - 0.9714) * 0.05, rtol=1e-4)


def test_what_excludes_another_leaves_one_of_them() -> None:
    """Each alone saves 485.7 tce; together they would leave a quarter, so 400 tce cannot be reached."""
    pair = [save("one", running="1 CNY/tce"), save("other", running="2 CNY/tce", excludes="one")]
    found = plan(account_of([1000]), measures(*pair), energy(400))
    assert not found.reached
    assert_allclose(found.account.total("energy")[0, -1], 485.7, rtol=1e-6)
    assert set(found.columns()["measure"].tolist()) == {"one"}
    both = [{**pair[0]}, {**pair[1], "excludes": []}]
    assert plan(account_of([1000]), measures(*both), energy(400)).reached


# -- places ------------------------------------------------------------------------------------------------------------


def test_zones_have_their_own_potential_limit_and_start() -> None:
    own = save(running="1 CNY/tce", zones={"B": {"potential": 0.1}, "C": {"limit": "5 tce"}, "D": {"start": 2027}})
    found = plan(account_of([1000] * 4), measures(own), energy(1e9), years=range(2026, 2028))
    amounts = [[cell(found, "amount", "saving", year, zone) for zone in "ABCD"] for year in (2026, 2027)]
    assert_allclose(amounts, [[485.7, 97.14, 5, 0], [485.7, 97.14, 5, 485.7]], rtol=1e-9)


def test_a_measure_of_one_sector_leaves_the_others() -> None:
    activity = zc.Activity.from_arrays(
        [[[[1000.0]], [[3000.0]]]], flows=["coke"], zones=["A"], years=[2025], value_added=[[[500.0], [500.0]]],
        price_year=2020, sectors=["steel", "glass"],
    )  # fmt: skip
    own = measures(save(running="1 CNY/tce", sectors="glass"), save("all", 0.1, running="1 CNY/tce"))
    found = plan(zc.account(activity), own, energy(1e9))
    assert_allclose(found.account.quantity[0, :, 0, -1], [900, 1350], rtol=1e-9)
    assert_allclose(cell(found, "amount", "all", 2026), (100 + 150) * TCE, rtol=1e-9)


def test_capital_limits_what_is_laid_out() -> None:
    """5 x 10^4 CNY buy 50 tce at 1000 CNY/tce; the goal of 100 tce is missed by 50 of 871.4."""
    own = measures(save(capital="1000 CNY/tce"))
    found = plan(account_of([1000]), own, energy(871.4), capital="5 万元")
    assert not found.reached
    assert_allclose(found.outlay, 5, rtol=1e-5)
    assert_allclose(found.account.total("energy")[0, -1], 921.4, rtol=1e-6)
    assert_allclose(found.rows["shortfall"][0], 50 / 871.4, rtol=1e-4)
    assert plan(account_of([1000]), own, energy(871.4), capital=10.001).reached
