"""The rows of ``to_iamc`` in the hands of pyam itself: it takes them, finds their sums, and gives them back."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import zonecarbon as zc

with warnings.catch_warnings():  # what pyam and its dependencies say to their own authors
    warnings.simplefilter("ignore")
    try:
        import pyam  # noqa: F401
    except Exception as error:  # the oldest pyam breaks in many ways beside the oldest pydantic
        pytest.skip(f"pyam (extra iamc) does not import here: {type(error).__name__}", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning:pyam"
)


@pytest.fixture(scope="module")
def account() -> Iterator[zc.Account]:
    rng = np.random.default_rng(3)
    flows = ["raw_coal", "diesel", "natural_gas", "electricity", "heat"]
    quantity = rng.uniform(1e3, 1e6, (3, len(flows), 2))
    quantity[2, 1, 1] = np.nan
    money = rng.uniform(1e5, 1e6, (3, 2))
    activity = zc.Activity.from_arrays(
        quantity, flows=flows, zones=["A", "乙", "C"], years=[2020, 2025], value_added=money, price_year=2020
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield zc.account(activity, electricity="0.5 kgCO2/kWh")


def test_pyam_finds_that_branches_add_up(account: zc.Account) -> None:
    data = zc.to_pyam(account, scenario="history")
    assert data.scenario == ["history"]
    assert set(data.region) == {"A", "乙", "C"}
    assert "EJ/yr" in data.unit
    for branch in ("Final Energy|Industry", "Final Energy|Industry|Solids", "Final Energy|Industry|Liquids"):
        known = data.filter(region=["A", "乙"])  # in C a part is not known, and so is the branch
        assert known.check_aggregate(branch) is None
    total = data.filter(variable="Emissions|CO2 [Direct and Indirect]", region="A", year=2020).data["value"]
    np.testing.assert_allclose(total, account.total("co2")[0, 0] / 1e6)
    # Indirect emissions stand beside the direct ones, not among their parts.
    assert data.filter(variable="Emissions|CO2|Energy|Demand|Industry|*").empty
    assert not data.filter(variable="Emissions|CO2|Energy|Demand|Industry [Indirect]").empty


def test_pyam_adds_regions_and_keeps_choices(account: zc.Account) -> None:
    data = zc.to_pyam(account)
    whole = data.aggregate_region("Comprehensive Energy|Industry [Calorific]", region="World").data
    expected = account.total("energy")[:, 0].sum() * 29.3076e-9
    np.testing.assert_allclose(whole[whole["year"] == 2020]["value"], expected)
    meta = data.meta.iloc[0]
    assert (meta["basis"], meta["method"], meta["price_years"]) == ("calorific", account.method.name, "2020")
    assert meta["input_hash"] == account.activity.input_hash


def test_what_is_not_known_is_absent(account: zc.Account) -> None:
    data = zc.to_pyam(account)
    assert data.filter(region="C", year=2025, variable="Final Energy|Industry").empty
    assert not data.filter(region="C", year=2025, variable="Final Energy|Industry|Electricity").empty


def test_there_and_back_through_pyam(account: zc.Account) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        back = zc.account(zc.from_pyam(zc.to_pyam(account)), electricity="0.5 kgCO2/kWh")
    order = [back.zones.tolist().index(zone) for zone in account.zones]  # pyam sorts its regions
    np.testing.assert_allclose(back.total("energy")[order], account.total("energy"), rtol=1e-9)
    places = [back.carriers.tolist().index(carrier) for carrier in account.carriers]
    ours, theirs = (one.total("energy", by=("zone", "carrier", "year")) for one in (account, back))
    np.testing.assert_allclose(theirs[order][:, places], ours, rtol=1e-9)
    np.testing.assert_allclose(back.value_added[order], account.value_added, rtol=1e-12)


def test_an_ensemble(account: zc.Account) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        ensemble = zc.project(account, "baseline", until=2030, draws=64, rng=1)
    data = zc.to_pyam(ensemble)
    name = "Emissions|CO2 [Direct and Indirect]|50.0th Percentile"
    median = data.filter(variable=name, region="All zones", year=2030).data["value"].item()
    np.testing.assert_allclose(median, ensemble.quantile(0.5, "co2", "")[-1] / 1e6)
    assert data.meta["draws"].item() == 64


def test_nothing_known_is_refused() -> None:
    activity = zc.Activity.from_arrays([[[np.nan]]], flows=["coke"], zones=["A"], years=[2020])
    with pytest.raises(zc.InputError, match="at least one figure"):
        zc.to_pyam(zc.account(activity))
