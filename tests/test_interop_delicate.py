"""Delicate cases of xarray and IAMC: what a hostile reader tried, and what must come of it."""

import itertools
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import zonecarbon as zc
from zonecarbon.interop.iamc import comprehensive

GRID: dict[str, Any] = {"electricity": "0.5 kgCO2/kWh"}
FI = "Final Energy|Industry"
COAL, OIL, POWER = f"{FI}|Solids|Coal", f"{FI}|Liquids|Oil", f"{FI}|Electricity"
Frame = pd.DataFrame


def quietly(make: Any, *args: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return make(*args, **options)


def account_of(amounts: dict[Any, float], **choices: Any) -> zc.Account:
    array = np.array(list(amounts.values())).reshape(1, -1, 1)
    activity = zc.Activity.from_arrays(array, flows=list(amounts), zones=["A"], years=[2020])
    account: zc.Account = quietly(zc.account, activity, **{**GRID, **choices})
    return account


def value(frame: Frame, variable: str, region: str = "A", year: int = 2020) -> float:
    rows = frame[(frame["variable"] == variable) & (frame["region"] == region) & (frame["year"] == year)]
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def frame_of(*rows: tuple[str, str, float]) -> Frame:
    frame = pd.DataFrame(rows, columns=["region", "variable", "value"])
    return frame.assign(model="m", scenario="s", year=2020, unit="EJ/yr")


def amounts_of(activity: zc.Activity, carrier: str) -> dict[str, float]:
    at = next(at for at, flow in enumerate(activity.flows) if flow.carrier == carrier)
    return dict(zip(activity.zones.tolist(), activity.quantity[:, 0, at, 0].tolist(), strict=True))


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


# -- out: what is final energy -----------------------------------------------------------------------------------------


def test_electricity_of_the_own_plant_is_used_as_much_as_bought_electricity() -> None:
    gas, own = ("natural_gas", "transformation_in", ""), ("electricity", "final", "onsite_fossil")
    account = account_of({gas: 1e6, own: 4000.0})
    frame = zc.to_iamc(account)
    assert value(frame, POWER) == pytest.approx(1.44e-5, rel=1e-12)
    assert value(frame, FI) == pytest.approx(1.44e-5, rel=1e-12)
    assert not [name for name in frame["variable"] if "Gas" in name]
    listed = account_of(
        {gas: 1e6, own: 4000.0, ("electricity", "transformation_out", ""): 4000.0, "electricity": 500.0}
    )
    assert value(zc.to_iamc(listed), POWER) == pytest.approx(4500 * 3.6e-9)


def test_what_was_made_and_sold_was_never_used() -> None:
    made = {
        ("natural_gas", "transformation_in", ""): 1e6,
        ("heat", "transformation_out", ""): 100.0,
        ("heat", "export", ""): 70.0,
    }
    assert value(zc.to_iamc(account_of({**made, "heat": 30.0})), f"{FI}|Heat") == pytest.approx(30e-9)
    assert value(zc.to_iamc(account_of(made)), f"{FI}|Heat") == 0.0
    resold = account_of({**made, "heat": 30.0, ("heat", "export", ""): 110.0})
    assert value(zc.to_iamc(resold), f"{FI}|Heat") == pytest.approx(20e-9)


def test_final_energy_is_never_negative_and_the_own_output_is_read() -> None:
    account = account_of({"raw_coal": 1e3, "heat": 30.0, ("heat", "export", ""): 1e7})
    with pytest.warns(zc.DataWarning, match="of heat more is sold at A 2020"):
        frame = zc.to_iamc(account)
    assert account.total("energy")[0, 0] < 0  # a zone that sells more than it buys
    assert (frame.loc[frame["variable"].str.startswith("Final Energy"), "value"] >= 0).all()
    assert np.isnan([value(frame, FI), value(frame, f"{FI}|Heat")]).all()
    assert value(frame, COAL) > 0
    with pytest.warns(zc.DataWarning, match=r"must not be negative.*left out"):
        back = zc.from_pyam(frame)
    assert np.isnan(quietly(zc.account, back).total("energy")).all()
    even = account_of({"heat": 0.3, ("heat", "export", ""): 0.1 + 0.2})
    assert value(zc.to_iamc(even), f"{FI}|Heat") == 0.0  # a rounding error is no sale


@pytest.mark.parametrize(("flows", "years"), [([], []), (["coke"], []), ([], [2020])])
def test_an_account_without_years_or_flows(flows: list[str], years: list[int]) -> None:
    activity = zc.Activity.from_arrays(np.zeros((1, len(flows), len(years))), flows=flows, zones=["A"], years=years)
    frame = zc.to_iamc(zc.account(activity))
    assert frame.columns.tolist() == ["model", "scenario", "region", "variable", "unit", "year", "value"]
    assert (frame["value"] == 0).all()
    assert frame.empty == (not years)
    assert zc.to_iamc(zc.account([])).empty


# -- there and back: what is not known, and what does not come back ----------------------------------------------------


def as_coal_equivalent(*zones: tuple[str, str]) -> zc.Account:
    records = []
    for name, power in zones:
        uses = [zc.EnergyUse(carrier="raw_coal", quantity="1000 t", year=2020)]
        basis = {"basis": "equivalent"} if "tce" in power else {}
        uses.append(zc.EnergyUse(carrier="electricity", quantity=power, year=2020, **basis))
        records.append(zc.Zone(zone=name, energy=uses))
    account: zc.Account = quietly(
        zc.account, records, basis="equivalent", equivalent={"electricity": "0.3 kgce/kWh"}, **GRID
    )
    return account


@pytest.mark.parametrize("model", ["", "my model"])
@pytest.mark.parametrize("zones", [[("A", "1e5 tce")], [("A", "1e5 tce"), ("B", "1e5 MWh")]])
def test_unknown_electricity_does_not_come_back_as_none(model: str, zones: list[tuple[str, str]]) -> None:
    account = as_coal_equivalent(*zones)
    frame = zc.to_iamc(account, model=model)
    assert np.isnan(value(frame, POWER))
    assert np.isnan(value(frame, FI))
    assert value(frame, COAL) > 0
    for given in (frame, Frame(frame.to_dict("list"))):  # with and without what pandas keeps beside the rows
        back = quietly(zc.account, quietly(zc.from_pyam, given), **GRID)
        for what in ("energy", "co2"):
            unknown = dict(zip(back.zones.tolist(), np.isnan(back.total(what)[:, 0]).tolist(), strict=True))
            assert unknown == {name: name == "A" for name, _ in zones}
        coal = back.total("energy", by=("carrier", "zone"))[back.carriers.tolist().index("raw_coal")]
        np.testing.assert_allclose(coal, 714.3)


@pytest.mark.parametrize("basis", ["calorific", "equivalent"])
def test_all_unknown_everywhere_does_not_come_back_as_none(basis: str) -> None:
    account = account_of(
        {"raw_coal": 1000.0, "electricity": np.nan}, basis=basis, equivalent={"electricity": "0.3 kgce/kWh"}
    )
    with pytest.warns(zc.DataWarning, match=r"Final Energy\|Industry is missing at A 2020"):
        back = zc.from_pyam(zc.to_iamc(account))
    assert np.isnan(quietly(zc.account, back).total("energy")).all()


def test_a_total_that_only_others_have_leaves_energy_unknown() -> None:
    frame = frame_of(("A", COAL, 0.1), ("B", COAL, 0.1), ("B", FI, 0.1))
    with pytest.warns(zc.DataWarning, match=r"is missing at A 2020") as caught:
        activity = zc.from_pyam(frame)
    assert "B 2020" not in str(caught[0].message)
    assert amounts_of(activity, "raw_coal") == {"A": pytest.approx(1e8), "B": pytest.approx(1e8)}
    energy = quietly(zc.account, activity).total("energy")[:, 0]
    assert np.isnan(energy[0])
    assert energy[1] == pytest.approx(1e8 / 29.3076)
    without = quietly(zc.from_pyam, frame[frame["variable"] == COAL])  # no totals at all: taken at its word
    assert np.isfinite(quietly(zc.account, without).total("energy")).all()
    other = frame_of(("A", f"{FI}|Other", 0.1), ("B", f"{FI}|Other", 0.1), ("B", FI, 0.1))  # the same carrier already
    energy = quietly(zc.account, quietly(zc.from_pyam, other)).total("energy")[:, 0]
    assert np.isnan(energy).tolist() == [True, False]


def test_an_unknown_that_is_no_final_energy_is_not_lost_beside_others() -> None:
    activity = zc.Activity.from_arrays(
        [[[1.0], [np.nan]], [[1.0], [5.0]]], flows=["coke", ("coking_coal", "transformation_in", "")],
        zones=["A", "B"], years=[2020],
    )  # fmt: skip
    frame = zc.to_iamc(quietly(zc.account, activity, coefficients={"coking_coal": "0.9 kgce/kg"}))
    assert value(frame, FI) > 0
    energy = quietly(zc.account, quietly(zc.from_pyam, frame)).total("energy")[:, 0]
    assert np.isnan(energy).tolist() == [True, False]


def test_feedstock_alone_is_known() -> None:
    frame = zc.to_iamc(account_of({("diesel", "feedstock", ""): 10.0}))
    assert value(frame, FI) == 0.0
    back = quietly(zc.account, quietly(zc.from_pyam, frame))
    assert back.total("energy").item() == pytest.approx(14.571)


def test_what_does_not_come_back_is_told_by_the_reported_totals() -> None:
    flows = {
        ("natural_gas", "transformation_in", ""): 1e6,
        ("electricity", "final", "onsite_fossil"): 4000.0,
        ("electricity", "final", "onsite_nonfossil"): 1000.0,
    }
    account = account_of(flows)
    back = quietly(zc.from_pyam, zc.to_iamc(account))
    assert [(flow.carrier, flow.supply) for flow in back.flows] == [("electricity", "grid")]
    assert back.quantity.item() == pytest.approx(5000)
    np.testing.assert_allclose(back.indicators["total_energy"], account.total("energy"))
    with pytest.warns(zc.DataWarning, match="reported"):
        again = zc.account(back, **GRID)
    assert codes(again.warnings).count("account.reported_differs") == 2


# -- in: regions, branches, carriers -----------------------------------------------------------------------------------


def test_all_zones_together_are_no_zone() -> None:
    account = quietly(zc.account, zc.Activity.from_arrays(
        np.full((2, 2, 3), 1e4), flows=["raw_coal", "electricity"], zones=["A", "B"], years=[2018, 2019, 2020],
        value_added=np.full((2, 3), 1e6), price_year=2020,
    ), **GRID)  # fmt: skip
    ensemble = quietly(zc.project, account, "baseline", until=2025, draws=16, rng=1)
    frame = zc.to_iamc(ensemble)
    with pytest.warns(zc.DataWarning, match="'All zones' stands for all zones together"):
        back = zc.from_pyam(frame)
    assert back.zones.tolist() == ["A", "B"]
    sums = quietly(zc.account, back).total("energy").sum(axis=0)
    np.testing.assert_allclose(sums, ensemble.path("energy", ""))
    named = zc.to_iamc(ensemble, portfolio="Everything")
    assert quietly(zc.from_pyam, named, portfolio="Everything").zones.tolist() == ["A", "B"]
    assert quietly(zc.from_pyam, frame, portfolio="").zones.tolist() == ["A", "B", "All zones"]
    alone = quietly(zc.from_pyam, frame[frame["region"] == "All zones"])
    assert alone.zones.tolist() == ["All zones"]


@pytest.mark.parametrize("branch", [f"{FI}|Solids", f"{FI}|Steel|Electricity", f"{FI}|Steel", FI, f"{FI}|Solids|Peat"])
def test_a_branch_with_no_fuel_below_is_not_dropped(branch: str) -> None:
    rows = [("A", POWER, 0.5), ("A", branch, 1.0)]
    with pytest.raises(zc.InputError, match=r"energy without a carrier|must be the sum") as caught:
        zc.from_pyam(frame_of(*rows))
    assert set(codes(caught.value.problems)) <= {"interop.uncarried", "interop.rest"}
    with pytest.warns(zc.DataWarning, match="left out"):
        activity = zc.from_pyam(frame_of(*rows), rest="leave_out")
    assert amounts_of(activity, "electricity")["A"] == pytest.approx(0.5e9 / 3.6)
    if branch != FI:  # nothing is no energy
        assert quietly(zc.from_pyam, frame_of(rows[0], ("A", branch, 0.0))).quantity.size == 1


def test_a_subsector_is_listed_where_the_fuels_add_up_without_it() -> None:
    steel = f"{FI}|Steel|Electricity"
    proved = frame_of(("A", POWER, 0.5), ("A", FI, 0.5), ("A", steel, 0.2), ("B", POWER, 0.5), ("B", FI, 0.5))
    with pytest.warns(zc.DataWarning, match=r"1 variables were not read: Final Energy\|Industry\|Steel\|Electricity"):
        assert zc.from_pyam(proved).quantity.sum() == pytest.approx(1e9 / 3.6)
    one_of_two = frame_of(("A", POWER, 0.5), ("A", FI, 0.5), ("A", steel, 0.2), ("B", POWER, 0.5), ("B", steel, 0.2))
    with pytest.raises(zc.InputError, match="at B 2020"):
        zc.from_pyam(one_of_two)
    more_than_all = frame_of(("A", POWER, 0.5), ("A", FI, 0.5), ("A", steel, 0.7))
    with pytest.raises(zc.InputError, match="energy without a carrier"):
        zc.from_pyam(more_than_all)
    beside = frame_of(("A", POWER, 0.5), ("A", FI, 0.5), ("A", f"{FI}|Solids", 0.2))  # a fuel is no cut across fuels
    with pytest.raises(zc.InputError, match="energy without a carrier"):
        zc.from_pyam(beside)
    within = frame_of(("A", COAL, 0.5), ("A", f"{COAL}|Lignite", 0.2))  # a part of what is read
    with pytest.warns(zc.DataWarning, match="1 variables were not read"):
        assert zc.from_pyam(within).quantity.item() == pytest.approx(5e8)


@pytest.mark.parametrize(
    ("total", "oil"), [(0.1, 0.0), (0.1 * (1 + 1e-11), 0.0), (0.1000005, np.nan), (0.0999995, np.nan), (0.15, np.nan)]
)
def test_a_branch_proves_a_zero_to_printed_precision_only(total: float, oil: float) -> None:
    frame = frame_of(("A", COAL, 0.1), ("A", FI, total), ("B", COAL, 0.1), ("B", OIL, 0.2), ("B", FI, 0.3))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        activity = zc.from_pyam(frame)
    np.testing.assert_equal(amounts_of(activity, "diesel")["A"], oil)
    told = "not closely enough" in str(caught[0].message)
    assert told == (np.isnan(oil) and total != 0.15)
    np.testing.assert_equal(np.isnan(quietly(zc.account, activity).total("energy")[0, 0]), np.isnan(oil))


def test_a_medium_is_no_carrier_of_final_energy() -> None:
    frame = frame_of(("A", f"{FI}|Other", 0.1), ("A", COAL, 0.1), ("A", "Primary Energy", 1.0))
    with pytest.raises(zc.InputError, match=r"compressed_air for Final Energy\|Industry\|Other") as caught:
        zc.from_pyam(frame, carriers={f"{FI}|Other": "compressed_air"})
    assert codes(caught.value.problems) == ["interop.medium"]
    with pytest.raises(zc.InputError, match="Primary Energy is not among them"):
        zc.from_pyam(frame, carriers={"Primary Energy": "raw_coal"})


# -- xarray: units -----------------------------------------------------------------------------------------------------


def test_every_figure_says_its_unit() -> None:
    pytest.importorskip("xarray", reason="xarray is an extra: pip install 'zonecarbon[xarray]'")
    rng = np.random.default_rng(5)
    activity = zc.Activity.from_arrays(
        rng.uniform(1e3, 1e5, (2, 3, 6)), flows=["raw_coal", "electricity", "heat"], zones=["A", "B"],
        years=range(2015, 2021), value_added=rng.uniform(1e5, 1e6, (2, 6)), price_year=2020,
    )  # fmt: skip
    account = quietly(zc.account, activity, **GRID)
    ensemble = quietly(zc.project, account, "baseline", until=2025, draws=16, rng=1)
    change = quietly(zc.decompose, account, of="co2", base=2015, end=2020)
    results = [activity, account, quietly(zc.check, account, year=2020), ensemble, change, zc.tapio(change)]
    results += [quietly(zc.find_peaks, account), quietly(zc.find_peaks, ensemble)]
    for result, style in itertools.product(results, ("own", "udunits")):
        data = quietly(zc.to_xarray, result, units=style)
        for name, variable in data.variables.items():
            told = {"units", "units_in", "zonecarbon_unit"} & set(variable.attrs)
            is_calendar = name.removeprefix("portfolio_") in {
                "year", "start", "end", "peak_year", "first_year", "last_year", "years_since", "plateau_start",
                "plateau_end", "plateau_width", "target_year", "base_year", "price_year",
            }  # fmt: skip
            if variable.dtype.kind in "fiu" and not is_calendar:
                assert told, (type(result).__name__, name)
            if "units_in" in variable.attrs:
                assert data[variable.attrs["units_in"]].dims[0] in variable.dims
    data = zc.to_xarray(quietly(zc.find_peaks, account))
    assert data.p_value.attrs["units"] == data.statistic.attrs["units"] == "1"
    assert data.slope.attrs["units"] == "tCO2/year"
    assert zc.to_xarray(quietly(zc.find_peaks, ensemble)).probability.attrs["units"] == "1"
    check = quietly(zc.check, account, year=2020)
    assert zc.to_xarray(check).margin.attrs["units_in"] == "unit"
    assert zc.to_xarray(check).required_rate.attrs["units"] == "1"


def test_names_of_the_totals_are_those_that_are_looked_for() -> None:
    frame = zc.to_iamc(account_of({"raw_coal": 1.0}))
    assert comprehensive("calorific") in set(frame["variable"])
