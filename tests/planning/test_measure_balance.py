"""What measures take and what they add: heat content and CO2 are conserved, in any unit, basis, sector or zone."""

import copy
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import zonecarbon as zc
from zonecarbon.planning.chain import heat_of

FLOWS = ["coke", "natural_gas", "fuel_oil", "heat", "electricity"]
UNITS = {"coke": "t", "natural_gas": "m3", "heat": "GJ", "electricity": "MWh", "fuel_oil": "t"}
profile = settings(max_examples=15, deadline=None, derandomize=True)


def account_of(scale: float = 1.0, basis: str = "calorific", zones: int = 2) -> zc.Account:
    quantity = np.abs(np.random.default_rng(5).normal(1000, 200, size=(zones, 2, len(FLOWS), 2))) * scale
    activity = zc.Activity.from_arrays(
        quantity, flows=FLOWS, zones=[f"Z{i}" for i in range(zones)], years=[2024, 2025], provinces="江苏",
        value_added=np.full((zones, 2, 2), 5000.0), price_year=2020, sectors=["steel", "glass"],
    )  # fmt: skip
    method: Any = "inventory"
    if basis == "equivalent":
        method = {"basis": "equivalent", "equivalent": {"electricity": "0.302 kgce/kWh"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity, method=method)


def one(**own: Any) -> dict[str, Any]:
    return {"name": "mine", "price_year": 2025, "measure": [{"name": "one", **own}]}


def heats(account: zc.Account) -> Any:
    """Return (zone, sector, flow, year) of heat content [tce]."""
    return account.quantity * heat_of(account)


@pytest.mark.parametrize("basis", ["calorific", "equivalent"])
@pytest.mark.parametrize("source", ["coke", "natural_gas", "fuel_oil", "heat", "fuels"])
@pytest.mark.parametrize("target", ["electricity", "diesel"])
def test_what_is_taken_times_the_ratio_is_added(basis: str, source: str, target: str) -> None:
    account = account_of(basis=basis)
    after = zc.apply_measures(account, one(kind="switch", source=source, target=target, ratio=0.7, potential=0.4))
    n = len(account.flows)
    changed = heats(after)
    changed[:, :, :n] -= heats(account)
    taken, added = np.minimum(changed, 0).sum(axis=2), np.maximum(changed, 0).sum(axis=2)
    assert (taken < 0).all()
    assert_allclose(added, -0.7 * taken, rtol=1e-12)
    members = [i for i, name in enumerate(FLOWS) if name == source or (source == "fuels" and changed[0, 0, i, 0] < 0)]
    assert_allclose(changed[:, :, members].sum(axis=2), -0.4 * heats(account)[:, :, members].sum(axis=2), rtol=1e-12)


@pytest.mark.parametrize("basis", ["calorific", "equivalent"])
def test_energy_and_co2_after_are_sums_over_flows(basis: str) -> None:
    account = account_of(basis=basis)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        after = zc.apply_measures(account, one(kind="switch", source="coke", target="electricity", potential=0.5))
    table = after.coefficients
    assert_allclose(after.total("energy"), (after.quantity * table.energy).sum(axis=(1, 2)), rtol=1e-12)
    assert_allclose(after.total("co2"), (after.quantity * table.co2[table.group][:, None]).sum(axis=(1, 2)), rtol=1e-12)
    assert after.basis == basis


def test_a_calorific_kwh_replaces_a_kwh_on_the_equivalent_basis_too() -> None:
    two = [
        zc.apply_measures(account_of(basis=basis), one(kind="switch", source="coke", target="electricity", ratio=0.5))
        for basis in ("calorific", "equivalent")
    ]
    assert_allclose(two[0].quantity, two[1].quantity, rtol=1e-12)


@pytest.mark.parametrize("name", FLOWS)
def test_saving_takes_its_share_of_its_own_unit_alone(name: str) -> None:
    account = account_of()
    after = zc.apply_measures(account, one(kind="save", source=name, potential=0.3))
    left = np.where(np.array(FLOWS) == name, 0.7, 1.0)
    assert_allclose(after.quantity, account.quantity * left[:, None], rtol=1e-13)
    assert after.flows[FLOWS.index(name)].unit == UNITS[name]


def test_captured_co2_leaves_and_energy_stays() -> None:
    account = account_of()
    after = zc.apply_measures(account, one(kind="capture", source="coke", potential=0.9))
    table = account.coefficients
    own = (account.quantity * table.co2[table.group][:, None])[:, :, FLOWS.index("coke")].sum(axis=1)
    assert_allclose(account.total("co2") - after.total("co2"), 0.9 * own, rtol=1e-12)
    assert_array_equal(after.total("energy"), account.total("energy"))


def test_years_zones_and_sectors_not_named_stay_to_the_bit() -> None:
    account = account_of()
    own = one(kind="save", source="coke", sectors=["glass"], zones={"Z0": {"potential": 0}})
    after = zc.apply_measures(account, own, years=[2025])
    same = after.quantity == account.quantity
    assert same[0].all()
    assert same[1, 0].all()
    assert same[..., 0].all()
    assert after.quantity[1, 1, 0, 1] == 0
    assert same[1, 1, 1:].all()


def test_only_final_use_is_acted_on() -> None:
    flows = [("coke", use, "") for use in ("final", "feedstock", "transformation_in", "export")]
    activity = zc.Activity.from_arrays(np.full((1, 4, 1), 100.0), flows=flows, zones=["A"], years=[2025])
    after = zc.apply_measures(zc.account(activity), one(kind="save", source="coke"))
    assert_array_equal(after.quantity.ravel(), [0, 100, 100, 100])


def plan_of(account: zc.Account) -> zc.Plan:
    goal = {"id": "g", "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=", "threshold": "0.06",
            "unit": "fraction per year", "year": 2029, "base_year": 2025}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.plan(account, "starter", {"name": "own", "target": [goal]}, range(2026, 2030))


def test_effects_of_the_plan_add_up_to_the_difference_of_its_accounts() -> None:
    found = plan_of(account_of(100))
    table = found.columns()
    for name, what in (("energy_tce", "energy"), ("co2_t", "co2")):
        change = (found.account.total(what) - found.reference.total(what))[:, -4:]
        for zone in range(2):
            for y, year in enumerate(found.years.tolist()):
                here = (table["zone"] == f"Z{zone}") & (table["year"] == year)
                assert_allclose(table[name][here].sum(), change[zone, y], rtol=1e-9, atol=1e-9)
    years = found.columns("year")
    assert_allclose(table["cost"].sum(), years["cost"].sum(), rtol=1e-12)
    assert_allclose((years["co2"] - years["co2_without"]).sum(), -found.saved["co2"], rtol=1e-9)
    assert_allclose(found.outlay, table["capital"].sum(), rtol=1e-12)


def test_the_past_of_the_account_stays_to_the_bit() -> None:
    account = account_of(100)
    found = plan_of(account)
    assert_array_equal(found.account.quantity[:, :, : len(FLOWS), :2], account.quantity)
    assert_allclose(found.account.total("co2")[:, :2], account.total("co2"), rtol=1e-14)
    assert_allclose(found.origin.total("energy"), account.total("energy"), rtol=1e-14)


def test_nothing_that_is_given_is_changed() -> None:
    account, goal = account_of(100), {"name": "own", "target": [
        {"id": "g", "indicator": "co2", "statistic": "aggregate", "operator": "<=", "threshold": "1", "unit": "tCO2",
         "year": 2026}]}  # fmt: skip
    own = one(kind="save", source="coke", running="1 CNY/tce")
    own["price"] = [{"carrier": "coke", "price": "1 CNY/t"}]
    kept = copy.deepcopy((own, goal)), account.quantity.copy(), account.coefficients.co2.copy(), len(account.flows)
    found = zc.plan(account, own, goal, [2026], scenario="baseline")
    zc.apply_measures(account, own)
    assert (own, goal) == kept[0]
    assert_array_equal(account.quantity, kept[1])
    assert_array_equal(account.coefficients.co2, kept[2])
    assert len(account.flows) == kept[3]
    with pytest.raises(ValueError, match="read-only"):
        found.account.quantity[0, 0, 0, 0] = 1.0


@profile
@given(
    st.lists(
        st.tuples(st.sampled_from(["save", "switch"]), st.sampled_from(FLOWS[:4]), st.floats(0, 1)),
        min_size=1,
        max_size=5,
    ),
    st.floats(0, 1),
)
def test_no_chain_takes_more_than_there_is_and_heat_is_conserved(
    steps: list[tuple[str, str, float]], part: float
) -> None:
    own = [
        {"name": f"m{i}", "kind": kind, "source": source, "potential": share}
        | ({"target": "electricity", "ratio": 1.0} if kind == "switch" else {})
        for i, (kind, source, share) in enumerate(steps)
    ]
    account = account_of()
    after = zc.apply_measures(account, {"name": "mine", "price_year": 2025, "measure": own}, part)
    assert (after.quantity >= 0).all()
    if all(kind == "switch" for kind, _, _ in steps):
        assert_allclose(heats(after).sum(axis=2), heats(account).sum(axis=2), rtol=1e-12)
    else:
        assert (heats(after).sum(axis=2) <= heats(account).sum(axis=2) * (1 + 1e-12)).all()
