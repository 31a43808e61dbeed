"""xarray and IAMC: sums are those of the account, names and units those of the lists, nothing unknown becomes 0."""

import io
import itertools
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon.interop.answers import statistic_names
from zonecarbon.interop.iamc import fuels, percentile
from zonecarbon.vocabulary import carriers, read_rows

xr = pytest.importorskip("xarray", reason="xarray is an extra: pip install 'zonecarbon[xarray]'")

GRID = {"electricity": "0.5 kgCO2/kWh"}
FLOWS: list[Any] = [
    "raw_coal",
    "coke",
    "diesel",
    zc.Flow("biogas", unit="GJ"),
    "electricity",
    ("electricity", "final", "onsite_nonfossil"),
    "heat",
    ("naphtha", "feedstock", ""),
    ("coke", "transformation_out", ""),
    ("electricity", "export", ""),
    "compressed_air",
]
NAMES = ("activity", "account", "check", "decomposition", "decoupling", "ensemble", "peaks", "outlook")
YEARS = [2020, 2021, 2023]
Frame = pd.DataFrame


def quiet_account(activity: Any, **choices: Any) -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zc.account(activity, **{**GRID, **choices})


def an_account(seed: int = 0, unknown: bool = True, flows: list[Any] | None = None, **choices: Any) -> zc.Account:
    rng = np.random.default_rng(seed)
    flows = FLOWS if flows is None else flows
    quantity = rng.uniform(1e3, 2e5, (3, 2, len(flows), len(YEARS))) * (
        rng.random((3, 2, len(flows), len(YEARS))) < 0.8
    )
    money = rng.uniform(1e5, 1e6, (3, 2, len(YEARS)))
    if unknown:
        quantity[1, 0, 2, 1] = np.nan
        quantity[2, :, :, 2] = np.nan
        money[0, 1, 0] = np.nan
    activity = zc.Activity.from_arrays(
        quantity, flows=flows, zones=["A", "乙", "C"], years=YEARS, sectors=["x", "y"], value_added=money,
        price_year=2020, provinces="江苏",
    )  # fmt: skip
    return quiet_account(activity, **choices)


@cache
def results() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        account = an_account(unknown=False, flows=[*FLOWS[:8], "compressed_air"])
        ensemble = zc.project(account, "baseline", until=2030, draws=64, rng=1)
        change = zc.decompose(account, of="co2", base=2020, end=2023)
        return {
            "activity": account.activity,
            "account": account,
            "check": zc.check(account, year=2023),
            "decomposition": change,
            "decoupling": zc.tapio(change),
            "ensemble": ensemble,
            "peaks": zc.find_peaks(account),
            "outlook": zc.find_peaks(ensemble),
        }


# -- xarray: accounts --------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), unknown=st.booleans(), equivalent=st.booleans())
@settings(max_examples=15, deadline=None)
def test_sums_of_the_dataset_are_totals_of_the_account(seed: int, unknown: bool, equivalent: bool) -> None:
    other: dict[str, Any] = {"basis": "equivalent", "equivalent": {"electricity": "0.3 kgce/kWh"}} if equivalent else {}
    account = an_account(seed, unknown, **other)
    data = zc.to_xarray(account)
    axes = ("zone", "sector", "carrier", "scope", "year")
    assert data.energy.dims == axes
    for what in ("energy", "co2"):
        for by in (
            ("zone", "year"),
            ("carrier", "zone"),
            ("scope", "year"),
            ("sector",),
            ("zone", "sector", "carrier"),
        ):
            summed = data[what].sum([axis for axis in axes if axis not in by], skipna=False).transpose(*by)
            np.testing.assert_allclose(summed.values, account.total(what, by=by), rtol=1e-12, atol=1e-6)
    np.testing.assert_array_equal(data.value_added, account.value_added)
    np.testing.assert_allclose(data.energy_intensity, account.total("energy") / account.value_added, rtol=1e-14)


def test_each_cell_is_the_sum_of_its_flows() -> None:
    account = an_account()
    data = zc.to_xarray(account)
    lines, checked = account.energy, 0
    for zone, sector, carrier, year in itertools.product(range(3), range(2), account.carriers, range(3)):
        flows = [at for at, flow in enumerate(account.flows) if flow.carrier == carrier]
        cell = data.energy[zone, sector, :, :, year].sel(carrier=carrier)
        for scope in account.scopes:
            own = (
                [at for at in flows if (account.flows[at].use == "feedstock") == (scope == "")] if scope != "2" else []
            )
            if carrier in {"electricity", "heat"}:
                own = flows if scope == "2" else []
            elif carrier == "compressed_air":
                own = flows if scope == "" else []
            expected = sum(lines[zone, sector, at, year] for at in own)
            np.testing.assert_allclose(cell.sel(scope=scope).item(), expected, rtol=1e-12)
            checked += 1
    assert checked == 3 * 2 * 3 * len(account.carriers) * len(account.scopes)


@pytest.mark.parametrize(
    "by",
    [("zone", "year"), ("year", "zone"), ("carrier",), ("scope", "carrier", "year"), ("zone", "use", "supply"),
     ("flow", "year"), ("sector", "carrier", "scope"), "zone", ()],
)  # fmt: skip
def test_axes_are_chosen(by: Any) -> None:
    account = an_account()
    data = zc.to_xarray(account, by=by)
    axes = (by,) if isinstance(by, str) else by
    assert data.energy.dims == axes
    kept = tuple(axis for axis in axes if axis not in {"flow", "carrier", "use", "supply", "scope"})
    summed = data.co2.sum([axis for axis in axes if axis not in kept], skipna=False)
    np.testing.assert_allclose(summed.values, account.total("co2", by=kept), rtol=1e-12, atol=1e-6)
    assert ("value_added" in data) == ({"zone", "year"} <= set(axes))


def test_what_is_too_large_is_refused_with_its_size_and_a_way_out() -> None:
    quantity = np.broadcast_to(np.float64(1.0), (20_000, 1, 8, 20))
    flows = ["raw_coal", "coke", "diesel", "natural_gas", "lpg", "electricity", "heat", ("naphtha", "feedstock")]
    activity = zc.Activity.from_arrays(
        quantity, flows=flows, zones=[f"z{at}" for at in range(20_000)], years=range(2001, 2021), sectors=[""]
    )
    account = quiet_account(activity)
    with pytest.raises(
        zc.InputError, match=r"0.154 GB \(zone 20000, sector 1, carrier 8, scope 3, year 20\).*by="
    ) as caught:
        zc.to_xarray(account, max_bytes=2**27)
    assert "0.154 GB" in caught.value.text("zh")
    assert zc.to_xarray(account, by=("scope", "carrier"), max_bytes=2**27).sizes["carrier"] == 8
    assert zc.to_xarray(activity).quantity.size == quantity.size


def test_an_activity_is_handed_over_and_not_copied() -> None:
    activity = results()["activity"]
    data = zc.to_xarray(activity)
    assert data.quantity.dims == ("zone", "sector", "flow", "year")
    assert np.shares_memory(data.quantity.values, activity.quantity)
    assert data.unit.sel(flow="electricity").item() == "MWh"
    assert len(set(data.flow.values.tolist())) == len(activity.flows)
    np.testing.assert_array_equal(data.sector_value_added, activity.value_added)


def test_flows_in_two_units_have_two_names() -> None:
    flows = [zc.Flow("raw_coal", unit="t"), zc.Flow("raw_coal", unit="GJ"), zc.Flow("coke", unit="t")]
    activity = zc.Activity.from_arrays(np.ones((1, 3, 1)), flows=flows, zones=["A"], years=[2020])
    assert zc.to_xarray(activity).flow.values.tolist() == ["raw coal (t)", "raw coal (GJ)", "coke"]
    assert zc.to_xarray(quiet_account(activity), by=("flow",)).energy.sel(flow="coke").item() == pytest.approx(0.9714)


def test_labels_of_zones_come_along() -> None:
    use = {"carrier": "coke", "quantity": "1 t"}
    money = [
        zc.ValueAdded(value_added="1 亿元", year=y, price_year=2020, boundary=b)
        for y, b in ((2020, "old"), (2021, "new"))
    ]
    uses = [zc.EnergyUse(**use, year=year) for year in (2020, 2021)]
    account = quiet_account([zc.Zone(zone="A", name="Long A", province="江苏", energy=uses, value_added=money)])
    data = zc.to_xarray(account)
    assert data.boundary.sel(zone="A").values.tolist() == ["old", "new"]
    assert data.price_year.values.tolist() == [[2020, 2020]]
    assert data.province.item().endswith("jiangsu")
    assert data.zone_name.item() == "Long A"


# -- xarray: units, files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("style", ["own", "udunits"])
def test_a_dataset_survives_a_file(name: str, style: Any, tmp_path: Path) -> None:
    data = zc.to_xarray(results()[name], units=style)
    with warnings.catch_warnings():  # of xarray itself, about its own future
        warnings.simplefilter("ignore", FutureWarning)
        data.to_netcdf(tmp_path / "a.nc", engine="scipy")
        back = xr.load_dataset(tmp_path / "a.nc", engine="scipy")
    assert set(back.variables) == set(data.variables)
    for variable in data.variables:
        ours, theirs = data[variable], back[variable]
        assert ours.dims == theirs.dims
        if ours.dtype.kind in "fiu":
            np.testing.assert_array_equal(ours.values, theirs.values)
        else:
            assert ours.values.tolist() == theirs.values.astype(str).tolist(), variable
        assert {key: theirs.attrs.get(key) for key in ours.attrs} == ours.attrs
    assert back.attrs["choices"] == data.attrs["choices"]
    assert back.attrs["warnings"] == data.attrs["warnings"]
    assert all(type(value) in {str, int, float} for value in data.attrs.values())


def test_a_taught_registry_reads_every_unit() -> None:
    import pint

    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    read = set()
    for result in results().values():
        for variable in zc.to_xarray(result).variables.values():
            if "units" in variable.attrs:
                read.add(variable.attrs["units"])
                registry.parse_units("" if variable.attrs["units"] == "1" else variable.attrs["units"])
    assert read >= {"tce", "tCO2", "万元", "tce/万元", "tCO2/万元", "1"}
    assert registry.Quantity(1, "tce").to("GJ").magnitude == pytest.approx(29.3076)


def test_udunits_texts_are_exact_and_money_has_none() -> None:
    data = zc.to_xarray(results()["account"], units="udunits")
    assert data.energy.attrs["units"] == "29.3076 GJ"
    assert data.energy.attrs["zonecarbon_unit"] == "tce"
    assert data.co2.attrs["units"] == "t"
    assert "units" not in data.value_added.attrs
    assert data.attrs["Conventions"].startswith("CF-")
    own = zc.to_xarray(results()["account"])
    assert own.energy.attrs["units"] == "tce"
    assert own.energy.attrs["udunits"] == "29.3076 GJ"
    xr.testing.assert_equal(own, data)
    assert "Conventions" not in own.attrs


def test_choices_stand_in_the_attributes() -> None:
    data = zc.to_xarray(results()["account"])
    assert data.attrs["basis"] == "calorific"
    assert data.attrs["price_years"] == "2020"
    assert data.attrs["input_hash"] == results()["activity"].input_hash
    assert "account.proxies" in data.attrs["warnings"]
    assert "skipna=False" in data.attrs["comment"]


# -- xarray: answers ---------------------------------------------------------------------------------------------------


def test_a_check_has_the_figures_of_its_frame() -> None:
    check = results()["check"]
    data = zc.to_xarray(check)
    for row in check.to_frame().to_dict("records"):
        place = {"target": row["target"], **({"zone": row["zone"]} if row["zone"] else {})}
        prefix = "" if row["zone"] else "portfolio_"
        for name in ("value", "margin", "required_rate", "lower", "upper"):
            np.testing.assert_equal(data[prefix + name].sel(place).item(), row[name])
        for name in ("verdict", "reason"):
            assert data[prefix + name].sel(place).item() == row[name]
    np.testing.assert_array_equal(data.threshold, [block.target.limit for block in check.blocks])


def test_a_decomposition_has_the_effects_of_its_frame_and_adds_up() -> None:
    change = results()["decomposition"]
    data = zc.to_xarray(change)
    assert data.effect.dims == ("zone", "factor", "period")
    np.testing.assert_array_equal(data.effect[:, :, 0], change.effects())
    rise = data.value.isel(year=-1) - data.value.isel(year=0)
    np.testing.assert_allclose(data.effect.sum(["factor", "period"]), rise, rtol=1e-9)
    by = zc.to_xarray(change, by=("zone", "sector", "carrier")).effect
    assert by.dims == ("zone", "sector", "carrier", "factor", "period")
    np.testing.assert_allclose(by.sum(["sector", "carrier"]), data.effect, rtol=1e-9, atol=1e-6)
    assert data.start.values.tolist() == [2020]
    table = {"year": [2020, 2021] * 2, "country": ["a", "a", "b", "b"], "co2": [4.0, 5, 6, 7], "gdp": [1.0, 2, 3, 3]}
    own = zc.decompose(table, identity="co2 = gdp * co2/gdp", time="year", by=["country"], base=2020, end=2021)
    assert zc.to_xarray(own).effect.sum().item() == pytest.approx(2.0)
    cells = {**table, "sector": ["x", "x", "y", "y"]}  # neither country has the other's sector: nothing changes there
    split = zc.decompose(
        cells, identity="co2 = gdp * co2/gdp", time="year", by=["country", "sector"], base=2020, end=2021
    )
    effect = zc.to_xarray(split, by=("country", "sector")).effect
    assert effect.sizes["country"] == effect.sizes["sector"] == 2
    assert effect.sum(skipna=False).item() == pytest.approx(2.0)


def test_decoupling_has_the_figures_of_its_frame() -> None:
    found = results()["decoupling"]
    data = zc.to_xarray(found)
    for row in found.to_frame().to_dict("records"):
        own = data.sel(zone=row["zone"], period=f"{row['start']}-{row['end']}")
        np.testing.assert_equal(own.elasticity.item(), row["elasticity"])
        assert own.state.item() == row["state"]
    np.testing.assert_allclose(data.parts.sum("factor"), data.elasticity, rtol=1e-9)
    single = zc.tapio([1.0, 2.0, 3.0], [1.0, 3.0, 4.0])
    assert zc.to_xarray(single).elasticity.shape == (1, 2)


def test_an_ensemble_has_the_figures_of_its_frame() -> None:
    ensemble = results()["ensemble"]
    data = zc.to_xarray(ensemble)
    rows = ensemble.to_frame()
    assert set(statistic_names(ensemble.levels)) == {
        name for name in rows["statistic"].unique() if name.startswith("q")
    }
    checked = 0
    for row in rows[rows["indicator"].isin(["co2", "energy", "value_added"])].to_dict("records"):
        prefix = "" if row["zone"] else "portfolio_"
        place = {"year": row["year"], **({"zone": row["zone"]} if row["zone"] else {})}
        statistics = data.statistic.values if row["statistic"] == "history" else [row["statistic"]]
        for statistic in statistics:
            own = data[prefix + row["indicator"]].sel({**place, "statistic": statistic})
            assert own.item() == row["value"]
            checked += 1
    assert checked > 100
    assert data.attrs["draws"] == 64
    assert data.attrs["seed"] == "1"  # a seed may be wider than any number of a file
    chance = ensemble.probability(ensemble.goals[0].target.id)
    np.testing.assert_equal(data.portfolio_target_probability[0].item(), chance)
    assert data.portfolio_peak_probability.sel(year=2029).item() == float(ensemble.peak_probability(2029))
    assert data.peak_co2.sel(zone="A", quantile="q50").item() == float(ensemble.peak_value(0.5, "A"))


def test_peaks_have_the_figures_of_their_frame() -> None:
    for name in ("peaks", "outlook"):
        data, frame = zc.to_xarray(results()[name]), results()[name].to_frame()
        for row in frame.to_dict("records"):
            own, prefix = (data.sel(zone=row["zone"]), "") if row["zone"] else (data, "portfolio_")
            assert own[f"{prefix}status"].item() == row["status"]
            np.testing.assert_equal(own[f"{prefix}peak_value"].item(), row["peak_value"])
        assert data.peak_value.attrs["units"] == "tCO2"


def test_what_cannot_be_handed_over_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(zc.InputError, match="Account, Decomposition"):
        zc.to_xarray([1, 2])
    with pytest.raises(zc.InputError, match="leave it out"):
        zc.to_xarray(results()["peaks"], by=("zone",))
    with pytest.raises(zc.InputError, match="planet"):
        zc.to_xarray(results()["account"], by=("planet",))
    with pytest.raises(zc.InputError, match="units"):
        zc.to_xarray(results()["account"], units="SI")  # type: ignore[arg-type]
    with pytest.raises(zc.InputError, match="Account, Ensemble"):
        zc.to_iamc(results()["peaks"])
    monkeypatch.setitem(sys.modules, "xarray", None)
    monkeypatch.setitem(sys.modules, "pyam", None)
    with pytest.raises(zc.MissingOptionalDependencyError, match=r"zonecarbon\[xarray\]"):
        zc.to_xarray(results()["account"])
    with pytest.raises(zc.MissingOptionalDependencyError, match=r"zonecarbon\[iamc\]"):
        zc.to_pyam(results()["account"])


# -- IAMC: out ---------------------------------------------------------------------------------------------------------

# From the lists of IAMconsortium/common-definitions, June 2026: {Secondary Fuel Level 2}, and what stands beside it.
LISTED = {
    "", "Electricity", "Liquids", "Liquids|Biomass", "Liquids|Oil", "Liquids|Coal", "Liquids|Other", "Solids",
    "Solids|Biomass", "Solids|Coal", "Gases", "Gases|Biomass", "Gases|Coal", "Gases|Gas", "Gases|Other", "Hydrogen",
    "Heat", "Waste", "Other",
}  # fmt: skip


def value(frame: Frame, variable: str, region: str = "A", year: int = 2020) -> float:
    rows = frame[(frame["variable"] == variable) & (frame["region"] == region) & (frame["year"] == year)]
    assert len(rows) <= 1
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def of_flows(amounts: dict[Any, float], **choices: Any) -> Frame:
    array = np.array(list(amounts.values())).reshape(1, -1, 1)
    activity = zc.Activity.from_arrays(
        array, flows=list(amounts), zones=["A"], years=[2020], value_added=[[1e5]], price_year=2020
    )
    return zc.to_iamc(quiet_account(activity, **choices))


def test_every_carrier_has_a_fuel_of_the_list_and_every_fuel_one_carrier_for_reading() -> None:
    assert set(fuels()) == set(carriers())
    assert set(fuels().values()) == LISTED - {"Liquids", "Solids", "Gases"}
    reads = [row["fuel"] for row in read_rows("iamc", "fuels.csv") if row["reads"] == "true"]
    assert sorted(reads) == sorted(LISTED - {"", "Liquids", "Solids", "Gases"})
    media = {name for name, carrier in carriers().items() if carrier.kind == "energy_medium"}
    assert {name for name, fuel in fuels().items() if not fuel} == media


def test_figures_and_units_of_an_account() -> None:
    frame = of_flows({"electricity": 1e6, "coke": 1e5, "heat": 2e6})
    assert value(frame, "Final Energy|Industry|Electricity") == pytest.approx(0.0036, rel=1e-14)  # 1 TWh
    assert value(frame, "Final Energy|Industry|Heat") == pytest.approx(0.002, rel=1e-14)
    coke = 1e5 * 0.9714 * 29.3076e-9
    assert value(frame, "Final Energy|Industry|Solids|Coal") == pytest.approx(coke, rel=1e-14)
    assert value(frame, "Final Energy|Industry") == pytest.approx(0.0056 + coke, rel=1e-14)
    assert value(frame, "Emissions|CO2|Energy|Demand|Industry [Indirect]") == pytest.approx(0.5 + 2e6 * 0.11e-6)
    assert value(frame, "Value Added|Industry") == pytest.approx(1.0)  # 10 亿元
    tce = 1e6 * 0.1229 + 1e5 * 0.9714 + 2e6 * 0.03412
    assert value(frame, "Comprehensive Energy|Industry [Calorific]") == pytest.approx(tce * 29.3076e-9)
    units = dict(zip(frame["variable"].astype(str), frame["unit"].astype(str), strict=True))
    assert {unit for name, unit in units.items() if name.startswith("Final Energy")} == {"EJ/yr"}
    assert units["Value Added|Industry"] == "billion CNY_2020/yr"
    assert units["Emissions|CO2|Energy|Demand|Industry"] == "Mt CO2/yr"
    intensity = "Comprehensive Energy Intensity|Industry [Calorific]"
    assert units[intensity] == "EJ/billion CNY_2020"
    assert value(frame, intensity) == pytest.approx(tce * 29.3076e-9)
    assert all("/yr" not in unit for name, unit in units.items() if "Intensity" in name)
    assert list(frame.columns) == ["model", "scenario", "region", "variable", "unit", "year", "value"]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_branches_are_the_sums_of_their_parts(seed: int) -> None:
    without_sales = [flow for flow in FLOWS if flow != ("electricity", "export", "")]
    frame = zc.to_iamc(an_account(seed, unknown=False, flows=without_sales))
    wide = frame[frame["variable"].str.startswith("Final Energy")].pivot(
        index="variable", columns=["region", "year"], values="value"
    )
    for top in ("Final Energy|Industry", "Final Energy|Non-Energy Use"):
        names = [str(name) for name in wide.index if str(name).startswith(top)]
        assert {name.removeprefix(top).removeprefix("|") for name in names} <= LISTED
        for branch in names:
            depth = branch.count("|") + 1
            parts = [name for name in names if name.startswith(f"{branch}|") and name.count("|") == depth]
            if parts:
                np.testing.assert_allclose(wide.loc[parts].sum(), wide.loc[branch], rtol=1e-12, atol=1e-18)


def test_final_energy_is_calorific_on_either_basis() -> None:
    amounts = {"electricity": 1e6, "coke": 1e5}
    calorific = of_flows(amounts)
    equivalent = of_flows(amounts, basis="equivalent", equivalent={"electricity": "0.3 kgce/kWh"})
    for name in ("Final Energy|Industry", "Final Energy|Industry|Electricity", "Final Energy|Industry|Solids|Coal"):
        assert value(calorific, name) == value(equivalent, name)
    assert "Comprehensive Energy|Industry [Calorific]" not in set(equivalent["variable"])
    tce = 1e6 * 0.3 + 1e5 * 0.9714
    assert value(equivalent, "Comprehensive Energy|Industry [Equivalent]") == pytest.approx(tce * 29.3076e-9)


def test_what_is_no_final_energy_is_not_in_it() -> None:
    frame = of_flows(
        {
            ("coking_coal", "transformation_in", ""): 1e5,
            ("coke", "transformation_out", ""): 5e4,
            ("naphtha", "feedstock", ""): 1e4,
            ("electricity", "final", "grid"): 1e6,
            ("electricity", "export", "grid"): 2e5,
            ("electricity", "export", "onsite_nonfossil"): 1e5,
            "compressed_air": 1e6,
        },
        media=True,
        coefficients={"coking_coal": "0.9 kgce/kg", "naphtha": "1.5 kgce/kg"},
    )
    assert value(frame, "Final Energy|Industry") == pytest.approx(0.8 * 0.0036)
    assert value(frame, "Final Energy|Industry|Electricity") == pytest.approx(0.8 * 0.0036)
    assert value(frame, "Final Energy|Non-Energy Use|Liquids|Oil") == pytest.approx(1e4 * 1.5 * 29.3076e-9)
    assert not [name for name in frame["variable"] if "Solids" in name]
    deducted = of_flows({("naphtha", "feedstock", ""): 1e4, "coke": 1.0}, feedstock="deduct")
    assert not [name for name in deducted["variable"] if "Non-Energy" in name]


def test_electricity_known_as_standard_coal_only() -> None:
    def frame_of(given_on: str, **choices: Any) -> Frame:
        use = zc.EnergyUse(carrier="电力", quantity="1e5 tce", year=2020, basis=given_on)
        other = zc.EnergyUse(carrier="coke", quantity="1 t", year=2020)
        return zc.to_iamc(quiet_account([zc.Zone(zone="A", energy=[use, other])], **choices))

    name, other = "Final Energy|Industry|Electricity", {"electricity": "0.3 kgce/kWh"}
    given = frame_of("calorific", basis="equivalent", equivalent=other)
    assert value(given, name) == pytest.approx(1e5 * 29.3076e-9)
    converted = frame_of("equivalent", equivalent=other)  # the account turns it into calorific standard coal
    assert value(converted, name) == pytest.approx(1e5 / 0.3 * 0.1229 * 29.3076e-9)
    assert np.isnan(value(frame_of("equivalent", basis="equivalent", equivalent=other), name))


def test_what_is_not_known_has_no_row_and_is_not_zero() -> None:
    account = an_account()
    with pytest.warns(zc.DataWarning, match="of electricity more is sold at 乙 2020"):
        frame = zc.to_iamc(account)
    assert not frame["value"].isna().any()
    assert np.isnan(value(frame, "Final Energy|Industry", "乙", 2021))
    assert np.isnan(value(frame, "Final Energy|Industry|Liquids|Oil", "乙", 2021))
    assert value(frame, "Final Energy|Industry|Electricity", "乙", 2021) > 0
    assert not len(
        frame[(frame["region"] == "C") & (frame["year"] == 2023) & (frame["variable"].str.contains("Energy"))]
    )
    assert np.isnan(value(frame, "Value Added|Industry", "A", 2020))


def test_a_reported_total_has_no_parts() -> None:
    zone = zc.Zone(
        zone="A",
        energy=[zc.EnergyUse(carrier="coke", quantity="1 t", year=2020)],
        indicators=[
            zc.ReportedValue(indicator="total_energy", value=1e4, unit="tce", basis="calorific", year=2021),
            zc.ReportedValue(indicator="co2", value=2e4, unit="tCO2", year=2021),
        ],
    )
    frame = zc.to_iamc(quiet_account([zone]))
    assert value(frame, "Comprehensive Energy|Industry [Calorific]", year=2021) == pytest.approx(1e4 * 29.3076e-9)
    assert value(frame, "Emissions|CO2 [Direct and Indirect]", year=2021) == pytest.approx(0.02)
    for name in ("Final Energy|Industry", "Final Energy|Industry|Solids|Coal", "Emissions|CO2|Energy|Demand|Industry"):
        assert value(frame, name, year=2020) > 0
        assert np.isnan(value(frame, name, year=2021))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        back = quiet_account(zc.from_pyam(frame))
    np.testing.assert_allclose(back.total("energy"), quiet_account([zone]).total("energy"), rtol=1e-12)
    assert back.total("co2")[0, 1] == pytest.approx(2e4)


def test_processes_stand_apart() -> None:
    made = zc.ProcessOutput(product="clinker", output=1e6, unit="t", factor="0.5 tCO2/t", year=2020)
    coal = zc.EnergyUse(carrier="raw_coal", quantity="1e5 t", year=2020)
    account = quiet_account([zc.Zone(zone="A", energy=[coal], process=[made])])
    frame = zc.to_iamc(account)
    assert value(frame, "Emissions|CO2|Industrial Processes") == pytest.approx(0.5)
    direct = value(frame, "Emissions|CO2|Energy|Demand|Industry")
    assert direct == pytest.approx(float(account.total("co2")[0, 0]) / 1e6 - 0.5)
    assert zc.to_xarray(account).co2.sel(carrier="", scope="1").item() == pytest.approx(5e5)


def test_price_years_stand_in_the_unit_of_each_row() -> None:
    zones = [
        zc.Zone(zone=name, energy=[zc.EnergyUse(carrier="coke", quantity="1 t", year=2020)],
                value_added=[zc.ValueAdded(value_added="10 亿元", year=2020, price_year=price)])
        for name, price in (("A", 2015), ("B", "nominal"))
    ]  # fmt: skip
    frame = zc.to_iamc(quiet_account(zones))
    units = frame[frame["variable"] == "Value Added|Industry"].set_index("region")["unit"].to_dict()
    assert units == {"A": "billion CNY_2015/yr", "B": "billion CNY/yr"}


def test_an_ensemble_has_percentiles_and_all_zones() -> None:
    ensemble = results()["ensemble"]
    frame = zc.to_iamc(ensemble, model="m", portfolio="Everything")
    assert set(frame["model"]) == {"m"}
    assert set(frame["scenario"]) == {"baseline"}
    total = "Emissions|CO2 [Direct and Indirect]"
    for level in ensemble.levels:
        name = f"{total}|{percentile(level)}"
        for region, zone in (("A", "A"), ("Everything", "")):
            for year in (2021, 2030):
                expected = ensemble.quantile(level, "co2", zone)[ensemble.years.tolist().index(year)] / 1e6
                assert value(frame, name, region, year) == pytest.approx(expected, rel=1e-14)
    path = ensemble.path("co2_intensity", "A")[-1] * 1e5 / 1e6
    assert value(frame, "Emission Intensity|CO2|Industry [Direct and Indirect]", "A", 2030) == pytest.approx(path)
    with pytest.raises(zc.InputError, match="portfolio="):
        zc.to_iamc(ensemble, portfolio="A")


# -- IAMC: in ----------------------------------------------------------------------------------------------------------

ONE_TO_ONE: list[Any] = [
    "raw_coal",
    "diesel",
    "natural_gas",
    "electricity",
    "heat",
    zc.Flow("biogas", unit="GJ"),
    ("diesel", "feedstock", ""),
]


def read(frame: Any, **options: Any) -> zc.Activity:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)
        return zc.from_pyam(frame, **options)


@given(seed=st.integers(0, 10_000), unknown=st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_there_and_back_keeps_energy_by_carrier(seed: int, unknown: bool) -> None:
    account = an_account(seed, unknown, ONE_TO_ONE)
    back = quiet_account(read(zc.to_iamc(account)))
    assert back.zones.tolist() == account.zones.tolist()
    np.testing.assert_allclose(back.total("energy"), account.total("energy"), rtol=1e-9)
    np.testing.assert_allclose(back.value_added, account.value_added, rtol=1e-12)
    by = ("zone", "carrier", "year")
    ours, theirs = account.total("energy", by=by), back.total("energy", by=by)
    order = [back.carriers.tolist().index(name) for name in account.carriers]
    np.testing.assert_allclose(theirs[:, order], ours, rtol=1e-9, atol=1e-6)
    assert back.price_years() == ["2020"]


def simple(rows: dict[str, Any], unit: str = "EJ/yr", **others: Any) -> Frame:
    names = list(rows)
    units = [others.pop("money", "billion CNY_2020/yr") if name.startswith("Value") else unit for name in names]
    base: dict[Any, Any] = {
        "model": "m",
        "scenario": "s",
        "region": "A",
        "variable": names,
        "unit": units,
        2020: list(rows.values()),
    }
    return pd.DataFrame({**base, **others})


COAL, OIL, TOP = "Final Energy|Industry|Solids|Coal", "Final Energy|Industry|Liquids|Oil", "Final Energy|Industry"


def test_every_form_of_a_frame_is_read_alike() -> None:
    wide = simple({COAL: 0.1, OIL: 0.2, TOP: 0.3, "Value Added|Industry": 5.0})
    long = wide.melt(id_vars=["model", "scenario", "region", "variable", "unit"], var_name="year")
    forms = [
        wide,
        long,
        long.rename(columns=str.title),
        wide.rename(columns={2020: "2020"}),
        wide.rename(columns={2020: "X2020"}),
        long.set_index(["model", "scenario", "region", "variable", "unit", "year"])["value"],
        pd.read_csv(io.StringIO(wide.to_csv(index=False))),
    ]
    hashes = {read(form).input_hash for form in forms}
    assert len(hashes) == 1
    activity = read(wide)
    assert activity.quantity.sum() == pytest.approx(3e8)
    assert activity.value_added_total.item() == pytest.approx(5e5)
    assert {flow.unit for flow in activity.flows} == {"GJ"}


@pytest.mark.parametrize(
    ("unit", "gigajoules"), [("EJ/yr", 1e9), ("PJ/yr", 1e6), ("TWh/yr", 3.6e6), ("Mtce/yr", 29.3076e6), ("GJ/a", 1.0)]
)
def test_any_unit_of_energy_a_year(unit: str, gigajoules: float) -> None:
    assert read(simple({COAL: 2.0}, unit)).quantity.item() == pytest.approx(2 * gigajoules)


def test_a_missing_row_is_unknown_unless_a_branch_proves_it_is_nothing() -> None:
    rows = [("A", COAL, 0.1), ("A", OIL, 0.2), ("B", COAL, 0.1), ("C", COAL, 0.1), ("C", TOP, 0.1), ("D", COAL, 0.1),
            ("D", TOP, 0.15), ("E", "Value Added|Industry", 1.0)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["region", "variable", "value"]).assign(model="m", scenario="s", year=2020)
    frame["unit"] = np.where(frame["variable"] == "Value Added|Industry", "billion CNY_2020/yr", "EJ/yr")
    activity = read(frame)
    oil = next(at for at, flow in enumerate(activity.flows) if flow.carrier == "diesel")
    found = dict(zip(activity.zones.tolist(), activity.quantity[:, 0, oil, 0].tolist(), strict=True))
    assert found["A"] == pytest.approx(2e8)
    assert found["C"] == 0.0
    assert np.isnan([found[zone] for zone in "BDE"]).all()
    assert np.isnan(quiet_account(activity).total("energy")[4, 0])


def test_energy_without_a_carrier_is_refused_or_left_out_with_a_word() -> None:
    frame = simple({COAL: 0.1, TOP: 0.3, "Final Energy|Industry|Solids": 0.1})
    with pytest.raises(zc.InputError, match=r"Final Energy\|Industry must be the sum .* 66\.67% at A 2020") as caught:
        zc.from_pyam(frame)
    assert [problem.code for problem in caught.value.problems] == ["interop.rest"]
    with pytest.warns(zc.DataWarning, match="left out"):
        activity = zc.from_pyam(frame, rest="leave_out")
    assert activity.quantity.sum() == pytest.approx(1e8)
    above = simple({COAL: 0.4, TOP: 0.3})
    with pytest.raises(zc.InputError, match="must be the sum"):
        zc.from_pyam(above, rest="leave_out")
    assert read(simple({COAL: 0.1000004, TOP: 0.1})).quantity.item() == pytest.approx(100000400)  # rounded when printed


def test_carriers_are_chosen_and_defaults_are_told() -> None:
    frame = simple({"Final Energy|Industry|Solids": 0.1, OIL: 0.2, TOP: 0.3})
    with pytest.raises(zc.InputError, match="carriers="):
        zc.from_pyam(frame)
    with pytest.warns(zc.DataWarning, match=r"Liquids\|Oil -> diesel"):
        activity = zc.from_pyam(frame, carriers={"Final Energy|Industry|Solids": "褐煤"})
    assert [flow.carrier for flow in activity.flows] == ["lignite", "diesel"]
    assert {warning.code for warning in activity.warnings} == {"interop.carriers"}
    whole = read(simple({TOP: 0.3}), carriers={TOP: "other_energy"})
    assert whole.quantity.item() == pytest.approx(3e8)
    with pytest.raises(zc.InputError, match="check the spelling"):
        zc.from_pyam(frame, carriers={"Final Energy|Industry|Solid": "lignite"})


def test_what_was_not_read_is_listed() -> None:
    frame = simple({COAL: 0.1, TOP: 0.1, "Primary Energy": 4.0, "Final Energy|Industry|Chemicals": 0.05})
    with pytest.warns(
        zc.DataWarning, match=r"2 variables were not read: Final Energy\|Industry\|Chemicals, Primary Energy"
    ):
        zc.from_pyam(frame)


def test_all_problems_come_at_once() -> None:
    frame = pd.concat(
        [
            simple({COAL: -0.1, OIL: 0.2, "Final Energy|Industry|Heat": 1.0}),
            simple({OIL: 0.2}),
            simple({"Final Energy|Industry|Electricity": 0.2}, "EJ"),
            simple({"Final Energy|Industry|Hydrogen": 0.2}, "Mt/yr"),
            simple({"Value Added|Industry": 1.0}, money="billion USD_2010/yr"),
        ]
    )
    with pytest.raises(zc.InputError) as caught:
        zc.from_pyam(frame)
    codes = {problem.code for problem in caught.value.problems}
    assert codes == {"interop.amount", "interop.twice", "interop.unit", "unit.dimension", "interop.money"}
    assert "exchange rate" in str(caught.value)


@pytest.mark.parametrize(
    ("money", "amount", "price"),
    [("billion CNY_2015/yr", 1e5, 2015), ("million CNY_2020/yr", 100.0, 2020), ("billion CNY/yr", 1e5, -1)],
)
def test_prices_are_read_from_the_unit(money: str, amount: float, price: int) -> None:
    activity = read(simple({COAL: 0.1, "Value Added|Industry": 1.0}, money=money))
    assert activity.value_added_total.item() == pytest.approx(amount)
    assert activity.price_year.item() == price


def test_one_scenario_is_chosen() -> None:
    frame = pd.concat([simple({COAL: 0.1}), simple({COAL: 0.2}, scenario="other")])
    with pytest.raises(zc.InputError, match=r"the data has 2: m, s; m, other"):
        zc.from_pyam(frame)
    assert read(frame, scenario="other").quantity.item() == pytest.approx(2e8)
    with pytest.raises(zc.InputError, match="the data has 0"):
        zc.from_pyam(frame, model="none")


def test_what_is_no_such_data_is_refused() -> None:
    with pytest.raises(zc.InputError, match="IAMC form"):
        zc.from_pyam([1, 2])
    with pytest.raises(zc.InputError, match="missing: unit"):
        zc.from_pyam(simple({COAL: 0.1}).drop(columns="unit"))
    with pytest.raises(zc.InputError, match="year, value"):
        zc.from_pyam(simple({COAL: 0.1}).drop(columns=2020))
    with pytest.raises(zc.InputError, match=r"figures must be numbers; got 'n/a\?'"):
        zc.from_pyam(simple({COAL: "n/a?"}))
    with pytest.raises(zc.InputError, match="final energy of industry"):
        zc.from_pyam(simple({"Primary Energy": 0.1}))
    long = simple({COAL: 0.1}).drop(columns=2020).assign(year="2020-06", value=1.0)
    with pytest.raises(zc.InputError, match="whole calendar years"):
        zc.from_pyam(long)
    with pytest.raises(zc.InputError, match="rest"):
        zc.from_pyam(simple({COAL: 0.1}), rest="drop")  # type: ignore[arg-type]


def test_provinces_are_given_for_all_or_for_each() -> None:
    frame = simple({"Final Energy|Industry|Electricity": 0.0036})
    account = zc.account(read(frame, provinces="江苏"))
    assert float(account.total("co2")[0, 0]) > 1e5
    assert read(frame, provinces={"A": "北京"}).provinces.tolist() == ["11-beijing"]
    assert read(frame).provinces.tolist() == [""]


def test_inputs_are_not_touched() -> None:
    frame = simple({COAL: 0.1, OIL: np.nan, TOP: 0.1})
    before = frame.copy(deep=True)
    read(frame)
    pd.testing.assert_frame_equal(frame, before)
