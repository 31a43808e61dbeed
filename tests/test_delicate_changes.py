"""What reviewers and new users found in decompositions and decoupling after the tests were green; each is mended."""

import io
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.cli import main

pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.ZoneCarbonWarning")

KAYA = "co2 = gdp * co2/gdp"


def account(
    energy: list[tuple[Any, ...]], economy: list[tuple[Any, ...]], method: Any = "inventory", province: str = "江苏"
) -> zc.Account:
    """Return the account of rows: zone, sector, year, then carrier, quantity and unit, or value added."""
    zones = list(dict.fromkeys(row[0] for row in (*energy, *economy)))
    names = ("zone", "sector", "year", "carrier", "quantity", "unit")
    tables = {
        "zones": {"zone": zones, "province": [province] * len(zones)},
        "economy": dict(
            zip(("zone", "sector", "year", "value_added"), map(list, zip(*economy, strict=True)), strict=True)
        ),
        "energy": dict(zip(names, map(list, zip(*energy, strict=True)), strict=True)),
    }
    tables["economy"] |= {"unit": ["万元"] * len(economy), "price_year": [2020] * len(economy)}
    return zc.account(zc.read(tables), method)


def two_sectors() -> list[tuple[Any, ...]]:
    return [
        ("A", sector, year, "raw_coal", 1000 + 50 * (year - 2021), "t")
        for sector in "xy"
        for year in (2021, 2022, 2023)
    ]


def test_a_sector_that_lacks_its_value_added_in_one_year_makes_the_zone_unknown() -> None:
    money = [("A", sector, year, 1e5) for sector in "xy" for year in (2021, 2022, 2023)]
    lacking = account(two_sectors(), money[:-1])
    assert lacking.value_added[0].tolist()[:2] == [2e5, 2e5]
    assert np.isnan(lacking.value_added[0, 2])
    assert "economy.gap" in {problem.code for problem in lacking.activity.warnings}
    assert np.isnan(zc.decompose(lacking).effects()).all()
    assert zc.tapio(lacking).state[0, 1] == "unknown"
    never = account(two_sectors(), money[:3])  # outside the statistics in all years alike
    assert never.value_added[0].tolist() == [1e5, 1e5, 1e5]
    assert "decompose.sectors" in {problem.code for problem in zc.decompose(never).warnings}


def test_the_grid_is_not_given_what_the_standard_coal_of_electricity_does() -> None:
    rows = [("A", "", year, "electricity", 1000, "MWh") for year in (2021, 2023)]
    series = {"2021": "0.30 kgce/kWh", "2023": "0.27 kgce/kWh"}
    method = zc.Method(basis="equivalent", equivalent={"electricity": series})
    equivalent = account(rows, [("A", "", year, 1000.0) for year in (2021, 2023)], method)
    calorific = account(rows, [("A", "", year, 1000.0) for year in (2021, 2023)])
    for of in ("co2", "co2_intensity"):
        found, other = zc.decompose(equivalent, of), zc.decompose(calorific, of)
        np.testing.assert_allclose(found.effects(), other.effects(), rtol=1e-12, atol=1e-12)
        assert found.effects()[0, -1] == pytest.approx(found.values()[0, 1] - found.values()[0, 0])
    energy = zc.decompose(equivalent, "energy")
    assert dict(zip(energy.factors, energy.effects()[0], strict=True))["coefficient"] == pytest.approx(-30.0)
    assert "decompose.coefficient" in {problem.code for problem in energy.warnings}


def test_a_constant_grid_factor_has_no_effect_whatever_the_basis() -> None:
    rows = [("A", "", year, "electricity", 1000 + 70 * (year - 2021), "MWh") for year in (2021, 2023)]
    series = {"2021": "0.30 kgce/kWh", "2023": "0.27 kgce/kWh"}
    method = zc.Method(basis="equivalent", equivalent={"electricity": series}, electricity="0.6 kgCO2/kWh")
    found = zc.decompose(account(rows, [("A", "", year, 1000.0) for year in (2021, 2023)], method))
    assert dict(zip(found.factors, found.effects()[0], strict=True))["grid_factor"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    "identity",
    [
        "value_added = energy_carrier * value_added/energy_carrier",
        "value_added = energy_carrier * value_added_sector/energy_carrier",
        "co2_zone = energy_carrier * co2_zone/energy_carrier",
    ],
)
def test_what_would_count_once_for_each_cell_is_refused(identity: str) -> None:
    money = [("A", sector, year, 1e5) for sector in "xy" for year in (2021, 2022, 2023)]
    with pytest.raises(zc.InputError, match="finest"):
        zc.decompose(account(two_sectors(), money), identity=identity)


def test_quotients_do_not_add_up() -> None:
    table = {
        "zone": ["A", "A", "B", "B"],
        "year": [2020, 2025] * 2,
        "energy_intensity": [0.5, 0.4, 1.0, 0.9],
        "emission_factor": [2.0, 1.9, 3.0, 2.9],
    }
    found = zc.decompose(table, identity="co2_intensity = energy_intensity * emission_factor")
    assert "no sum" in found.text()
    with pytest.raises(zc.InputError, match="no sum"):
        found.effects("portfolio")
    assert "0.76" in found.text(zone="A")


def test_a_part_of_the_portfolio_is_not_the_zone_s_own() -> None:
    money = [("A", "", 2021, 1e5), ("A", "", 2023, 2e5), ("B", "", 2021, 1e5), ("B", "", 2023, 1e5)]
    rows = [(zone, "", year, "raw_coal", 1000, "t") for zone in "AB" for year in (2021, 2023)]
    share = "co2_intensity = value_added_zone/value_added_total * co2_zone/value_added_zone"
    found = zc.decompose(account(rows, money), identity=share)
    assert found.level == "portfolio"
    own = zc.decompose(account(rows, money), "co2_intensity")
    assert found.values("portfolio")[0].tolist() == pytest.approx(own.values("portfolio")[0].tolist())
    with pytest.raises(zc.InputError, match="no sum"):
        found.values("zone")


def test_a_label_given_twice_is_one() -> None:
    money = [(zone, "", year, 1e5) for zone in "AB" for year in (2021, 2023)]
    rows = [(zone, "", year, "raw_coal", 1000 + year % 7, "t") for zone in "AB" for year in (2021, 2023)]
    found = zc.decompose(account(rows, money), "co2_intensity")
    assert found.effects("zone", by=["zone", "zone"]).shape[0] == 2


def test_masked_figures_are_unknown() -> None:
    gdp = np.ma.masked_array([1.0, 999999.0], [False, True])
    assert np.isnan(zc.decompose({"year": [2020, 2025], "gdp": gdp, "co2": [1.0, 2.0]}, identity=KAYA).effects()).all()


def test_rounding_decouples_nothing() -> None:
    rows = [("A", "", 2021, "raw_coal", 100, "t"), ("A", "", 2023, "raw_coal", 90, "t")]
    found = zc.decompose(account(rows, [("A", "", 2021, 1e5), ("A", "", 2023, 8e4)]))
    assert "no effect decouples" in zc.tapio(found).text()
    frame = found.to_frame()
    assert frame[frame["factor"] == "emission_factor"]["effect"].tolist() == [0.0]


def test_ten_thousand_bad_cells_are_refused_soon() -> None:
    n = 10_000
    table = {"zone": np.repeat(np.arange(n), 2), "year": np.tile([2020, 2025], n), "gdp": np.ones(2 * n)}
    start = time.monotonic()
    with pytest.raises(zc.InputError) as caught:
        zc.decompose({**table, "co2": np.tile([1.0, -1.0], n)}, identity=KAYA)
    assert len(caught.value.problems) == n
    assert time.monotonic() - start < 30  # it was quadratic: minutes


def test_an_identity_says_itself_what_is_decomposed() -> None:
    rows = [("A", "", 2021, "raw_coal", 100, "t"), ("A", "", 2023, "raw_coal", 90, "t")]
    data = account(rows, [("A", "", 2021, 1e5), ("A", "", 2023, 8e4)])
    with pytest.raises(zc.InputError, match="of='energy'"):
        zc.decompose(data, "energy", identity="co2 = energy * co2/energy")
    with pytest.raises(zc.InputError, match="carrier"):
        zc.decompose(data, "energy").to_frame(by=["carrier"])


def test_a_portfolio_without_some_zones_says_so() -> None:
    rows = [(zone, "", year, "raw_coal", 100, "t") for zone in "AB" for year in (2021, 2023)]
    money = [(zone, "", year, 1e5) for zone in "AB" for year in (2021, 2023)]
    found = zc.decompose(account(rows, money[:-1]), missing="leave_out")
    assert found.text().startswith("1 of 2 zones together")
    assert found.provenance.choices["decompose"]["missing"] == "leave_out"


def test_sentences_do_not_go_below_zero_and_zero_is_known() -> None:
    fall = {"year": [2020, 2025], "gdp": [100.0, 300.0], "co2": [1980.0, 118.8]}
    text = zc.decompose(fall, identity=KAYA, unit="tCO2").text()
    assert "more than CO2 is in 2025" in text
    assert "611" not in text
    rise = {"year": [2020, 2025], "gdp": [100.0, 200.0], "co2": [0.0, 50.0]}
    text = zc.decompose(rise, identity=KAYA, form="multiplicative").text()
    assert "a ratio from or to zero" in text


def test_a_small_number_takes_the_place_of_zeros_only_where_there_is_something() -> None:
    rows = [
        ("A", "x", 2021, "raw_coal", 100, "t"),
        ("A", "x", 2023, "raw_coal", 90, "t"),
        ("B", "y", 2021, "coke", 1, "t"),
    ]
    rows += [("B", "y", 2023, "coke", 2, "t")]
    money = [("A", "x", 2021, 1e5), ("A", "x", 2023, 8e4), ("B", "y", 2021, 1e5), ("B", "y", 2023, 8e4)]
    data = account(rows, money)
    plain, filled = zc.decompose(data, "energy_intensity"), zc.decompose(data, "energy_intensity", zeros=1e-6)
    np.testing.assert_allclose(filled.values("sector"), plain.values("sector"))
    with pytest.raises(zc.InputError, match="zeros"):
        zc.decompose(data, zeros=0.9)


def test_results_are_read_only_and_dates_are_plain_data() -> None:
    table = {"year": [date(2020, 1, 1), date(2025, 1, 1)], "gdp": [1.0, 2.0], "co2": [1.0, 3.0]}
    found = zc.decompose(table, identity=KAYA)
    assert "2025-01-01" in json.dumps(found.to_dict(), allow_nan=False)
    assert not found.own.effect.flags.writeable
    assert not found.periods.flags.writeable
    stamps = {**table, "year": np.array(["2020-12-31", "2025-12-31"], dtype="datetime64[ns]")}
    assert "2025-12-31" in zc.decompose(stamps, identity=KAYA).text()


def test_a_group_of_factors_has_no_other_factor_s_name() -> None:
    rows = [("A", "", 2021, "raw_coal", 100, "t"), ("A", "", 2023, "raw_coal", 90, "t")]
    data = account(rows, [("A", "", 2021, 1e5), ("A", "", 2023, 8e4)])
    with pytest.raises(zc.InputError, match="activity"):
        zc.decompose(data, factors={"activity": ["activity", "energy_intensity"]})


def test_one_zone_is_one_zone_in_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["example", str(tmp_path / "data")]) == 0
    capsys.readouterr()
    folder = str(tmp_path / "data")
    for words in (["--format", "csv"], ["--by", "sector", "--format", "csv"], ["--level", "sector", "--format", "csv"]):
        assert main(["decompose", folder, "--zone", "synthetic-003", *words]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) > 1
        assert all(line.startswith("synthetic-003,") for line in lines[1:])
        assert main(["decompose", folder, "--zone", "nobody", *words]) == 2
        assert "nobody" in capsys.readouterr().err
    assert main(["decompose", folder, "--of", "energy", "--identity", "co2 = energy * co2/energy"]) == 2
    assert main(["decompose", folder, "--time", "jahr"]) == 2
    assert "time" in capsys.readouterr().err


def test_grid_factors_of_other_years_are_told() -> None:
    rows = [("A", "", year, "electricity", 1000, "MWh") for year in (2018, 2024)]
    data = account(rows, [("A", "", year, 1000.0) for year in (2018, 2024)])
    for found in (zc.decompose(data), zc.tapio(data)):
        told = [problem for problem in found.warnings if problem.code == "decompose.grid_years"]
        assert len(told) == 1
        assert "2018: 2021" in told[0].text("zh")


def test_a_whole_table_that_does_not_fit_its_identity_is_one_problem() -> None:
    table = {"zone": list("AABB"), "year": [1, 2] * 2, "a": [1.0, 2, 3, 4], "b": [2.0, 3, 4, 5], "c": [9.0, 9, 9, 9]}
    with pytest.raises(zc.InputError) as caught:
        zc.decompose(table, identity="c = a * b")
    assert len(caught.value.problems) == 1
    with pytest.raises(zc.InputError, match="bb"):
        zc.decompose(table, identity="c = a * c/bb")  # the name before the arithmetic
    assert zc.decompose(table, identity="c ＝ a × c／a").factors == ("a", "c/a")


def test_lists_of_quantities_keep_their_units() -> None:
    import pint

    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    co2 = [registry.Quantity(1, "tCO2"), registry.Quantity(1100, "kgCO2")]
    money = [registry.Quantity(1, "CNY"), registry.Quantity(1.2, "CNY")]
    assert zc.tapio(co2, money).elasticity[0] == pytest.approx(0.5)


def test_a_table_without_rows_in_its_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decompose", str(tmp_path / "none.csv"), "--identity", KAYA]) == 2
    assert "none.csv" in capsys.readouterr().err
    path = tmp_path / "t.csv"
    path.write_text("zone,year,gdp,co2\nA,2020,1,2\nA,2021,2,3\n", encoding="utf-8")
    assert main(["decompose", str(path), "--identity", KAYA, "--method", "zero-carbon-park-910"]) == 2
    assert io.StringIO(capsys.readouterr().err).readline()


def test_words_of_a_sector_are_of_all_its_cells() -> None:
    table = {
        "zone": ["A"] * 4,
        "sector": ["x"] * 4,
        "carrier": ["coal", "coal", "gas", "gas"],
        "year": [2020, 2025] * 2,
    }
    found = zc.decompose({**table, "gdp": [1.0, 2, 3, 4], "co2": [1.0, 2, 30, 50]}, identity=KAYA)
    assert found.text(zone="A", sector="x").startswith("A, sector x: CO2 31 in 2020, 52 in 2025")
    with pytest.raises(zc.InputError, match="'y'"):
        found.text(zone="A", sector="y")
    with pytest.raises(zc.InputError, match="nobody"):
        found.text(zone="nobody")


def test_words_of_a_quotient_are_of_the_one_cell_that_was_asked_for() -> None:
    rows = [(z, s, y, "raw_coal", 1000 + 50 * (y - 2021), "t") for z in "AB" for s in "xy" for y in (2021, 2023)]
    data = account(rows, [(z, s, y, 1e5) for z in "AB" for s in "xy" for y in (2021, 2023)])
    share = zc.decompose(
        data, identity="co2_intensity = value_added_zone/value_added_total * co2_zone/value_added_zone"
    )
    for zone in ("A", "nobody"):
        with pytest.raises(zc.InputError, match="portfolio"):
            share.text(zone=zone)
    assert share.text().startswith("all 2 zones")
    own = zc.decompose(data, identity="co2_intensity = energy_sector/value_added_sector * co2_sector/energy_sector")
    assert own.text(zone="A", sector="x").startswith("A, sector x: CO2 per value added")
    assert "no sum" in own.text()
    with pytest.raises(zc.InputError, match="'z'"):
        own.text(zone="A", sector="z")
    for under in ("energy_carrier", "value_added_sector * value_added_sector/energy_carrier"):
        with pytest.raises(zc.InputError, match="carrier"):
            zc.decompose(data, identity=f"ef = co2_carrier/{under}")


@pytest.mark.parametrize(
    "years",
    [
        np.ma.masked_array([2020, 2025, 999999], [False, False, True]),
        np.array(["2020-12-31", "2025-12-31", "NaT"], dtype="datetime64[ns]"),
        ["2020-12-31", "2025-12-31", ""],
        [2020, 2025, None],
    ],
)
def test_a_blank_time_is_refused(years: Any) -> None:
    with pytest.raises(zc.InputError, match="times of a table"):
        zc.decompose({"year": years, "gdp": [1.0, 2, 3], "co2": [1.0, 2, 3]}, identity=KAYA)


def test_energy_without_a_sector_needs_no_sector_s_value_added() -> None:
    rows = [("A", "", year, "raw_coal", 1000, "t") for year in (2021, 2022, 2023)]
    money = [("A", "", 2021, 2e5), ("A", "x", 2022, 1e5), ("A", "y", 2022, 1.1e5), ("A", "x", 2023, 1e5)]
    data = account(rows, [*money, ("A", "y", 2023, 1.1e5)])
    assert data.value_added.tolist() == [[2e5, 2.1e5, 2.1e5]]


def test_an_identity_of_one_s_own_is_told_that_standard_coal_moves() -> None:
    rows = [("A", "", year, "electricity", 1000, "MWh") for year in (2021, 2023)]
    series = {"2021": "0.30 kgce/kWh", "2023": "0.27 kgce/kWh"}
    method = zc.Method(basis="equivalent", equivalent={"electricity": series})
    data = account(rows, [("A", "", year, 1000.0) for year in (2021, 2023)], method)
    found = zc.decompose(data, identity="co2 = value_added * energy/value_added * co2/energy")
    assert "decompose.coefficient_own" in {problem.code for problem in found.warnings}
    plain = zc.decompose(data, identity="co2 = value_added * co2/value_added")
    assert "decompose.coefficient_own" not in {problem.code for problem in plain.warnings}


def test_the_exit_code_is_of_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("zone,year,gdp,co2\nA,2020,1,2\nA,2021,2,3\nB,2020,1,2\nB,2021,,3\n", encoding="utf-8")
    assert main(["decompose", str(path), "--identity", KAYA]) == 3
    assert main(["decompose", str(path), "--identity", KAYA, "--zone", "A"]) == 0
    assert main(["decompose", str(path), "--identity", KAYA, "--leave-out"]) == 0
    assert main(["example", str(tmp_path / "data")]) == 0
    capsys.readouterr()
    assert main(["tapio", str(tmp_path / "data"), "--split", "--base", "2020", "--end", "2024", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("zone,start,end,factor,")
    assert main(["decompose", str(tmp_path / "data"), "--zone", "synthetic-001", "--level", "portfolio"]) == 2
    assert "--level portfolio" in capsys.readouterr().err
