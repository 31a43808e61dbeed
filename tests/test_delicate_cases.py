"""Cases in which a plausible reading of the books gives a wrong figure, each found by a reader of this library."""

from pathlib import Path
from typing import Any

import pytest

import zonecarbon as zc

pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
YEAR = 2022
HEAT = {"electricity": "0.3 kgce/kWh", "heat": "45.29 kgce/GJ"}


def use(carrier: str, quantity: Any, year: int = YEAR, **more: Any) -> zc.EnergyUse:
    return zc.EnergyUse(carrier=carrier, quantity=quantity, year=year, **more)


def zone(*energy: zc.EnergyUse, money: str = "", year: int = YEAR, **more: Any) -> zc.Zone:
    value_added = [zc.ValueAdded(value_added=money, year=year, price_year=2020)] if money else []
    return zc.Zone(**{"zone": "A", "province": "江苏", "energy": energy, "value_added": value_added, **more})


def totals(record: zc.Zone, **choices: Any) -> tuple[float, float]:
    account = zc.account(record, **choices)
    return float(account.total("energy", ())[()]), float(account.total("co2", ())[()])


def test_heat_given_on_the_equivalent_basis_is_not_calorific_heat() -> None:
    record = zone(use("热力", "100 tce", basis="equivalent"))
    with pytest.raises(zc.MethodError, match="unit of heat"):
        zc.account(record)
    energy, co2 = totals(record, basis="equivalent", equivalent=HEAT)
    assert energy == pytest.approx(100.0, rel=1e-12)
    assert co2 == pytest.approx(100 / 0.04529 * 0.11, rel=1e-12)


def test_generation_nets_whatever_the_units() -> None:
    coal = use("原煤", "100 t", use="transformation_in")
    made = use("电力", 200, use="transformation_out")
    for used in ("24.58 tce", "200 MWh"):
        basis: dict[str, Any] = {"basis": "calorific"} if "tce" in used else {}
        energy, _ = totals(zone(coal, made, use("电力", used, supply="onsite_fossil", **basis)))
        assert energy == pytest.approx(71.43, rel=1e-12)


def test_steam_by_mass_energy_and_equivalent_value() -> None:
    steam = zone(use("蒸汽(低压)", "100 t"))
    old = {"editions": "GB/T 2589-2008"}
    assert totals(steam, **old) == pytest.approx((12.86, 12.86 * 29.3076 * 0.11))
    energy, _ = totals(steam, **old, basis="equivalent", equivalent=HEAT)
    assert energy == pytest.approx(12.86 * 29.3076 * 0.04529)
    assert totals(zone(use("蒸汽(低压)", "100 tce")))[0] == 100.0
    with pytest.raises(zc.MethodError, match="steam_low_pressure"):
        zc.account(steam)


def test_a_set_whose_heat_value_is_by_mass_does_not_stop_gas_by_volume() -> None:
    energy, co2 = totals(zone(use("天然气", "1 万立方米")), fuels="ipcc-2006")
    assert energy == pytest.approx(13.3)
    assert co2 == pytest.approx(13.3 * 29.3076 * 0.0561, rel=1e-9)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(zc.MethodError, match="only fuels are feedstock"):
        zc.account(zone(use("电力", 100, use="feedstock")))
    with pytest.raises(zc.MethodError, match="onsite_nonfossil"):
        zc.account(zone(use("电力", 100, use="transformation_out", supply="光伏")))
    with pytest.raises(ValueError, match="must not be negative"):
        zc.ReportedValue(indicator="total_energy", value=-5, unit="tce", year=YEAR)


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"equivalent": {"electricity": {"y2022": "0.3 kgce/kWh"}}}, "same_year"),
        ({"equivalent": {"electricity": {"series": "yearbook", "year": "latest"}}}, "same_year"),
        ({"vintage": "fixed"}, "electricity_year"),
        ({"electricity": "provincial_avg"}, "national_residual"),
    ],
)
def test_a_choice_that_is_none_names_the_choices(choices: dict[str, Any], says: str) -> None:
    with pytest.raises(zc.MethodError, match=says):
        zc.account(zone(use("电力", 100)), **choices)


def test_methods_are_chosen_in_chinese_too() -> None:
    account = zc.account(
        zone(use("热力", "10 GJ")), basis="等价值", equivalent={"热力": "45 kgce/GJ", "电力": "0.3 kgce/kWh"}
    )
    assert account.basis == "equivalent"
    assert float(account.total("energy", ())[()]) == pytest.approx(0.45)


def test_a_printed_figure_never_stands_before_the_rows() -> None:
    told = [
        zc.ReportedValue(indicator="co2_per_energy", value=0.05, year=YEAR),
        zc.ReportedValue(indicator="energy_per_iva", value=0.1, unit="tce/万元", year=YEAR),
    ]
    record = zone(use("电力", "10 亿kWh"), money="1 亿元", indicators=told)
    park = zc.account(record, "zero-carbon-park-910", equivalent={"electricity": "0.302 kgce/kWh"})
    assert zc.check(park, "zero-carbon-park-910").verdict("co2-per-energy-small") == "missed"
    assert zc.check(record).verdict("energy-intensity-share") == "missed"


def test_reported_co2_stands_for_the_processes_too() -> None:
    record = zone(
        process=[zc.ProcessOutput(product="lime", output=20, year=YEAR, factor="1 tCO2/t")],
        indicators=[zc.ReportedValue(indicator="co2", value=100, unit="tCO2", year=YEAR)],
    )
    assert totals(record)[1] == 100.0


def table(**columns: Any) -> dict[str, Any]:
    return {"zone": ["A", "B"], "year": [2025, 2025], **columns}


def test_an_intensity_without_value_added_to_stand_on_is_unknown() -> None:
    lost = table(energy_intensity=[0.5, 0.9], value_added=[100, -80])
    assert zc.check(lost).verdict("energy-intensity-aggregate") == "unknown"
    block = zc.check(zone(use("coke", "1 t", 2025), money="0 元", year=2025)).block("energy-intensity-aggregate")
    assert [problem.code for problem in block.reasons] == ["reason.value_added"]
    seller = zone(use("电力", 100, 2025, use="export"), money="1 亿元", year=2025)
    for target in ("energy-intensity-aggregate", "energy-intensity-share"):
        assert zc.check(seller).verdict(target) == "unknown"


def test_value_added_at_two_prices_is_not_summed() -> None:
    other = zc.Zone(
        zone="B",
        energy=[use("coke", "100 t", 2025)],
        value_added=[zc.ValueAdded(value_added="300 万元", year=2025, price_year="nominal")],
    )
    block = zc.check([zone(use("coke", "100 t", 2025), money="300 万元", year=2025), other]).block(
        "energy-intensity-aggregate"
    )
    assert (int(block.verdict[0]), block.reasons[0].code) == (-1, "reason.prices_mixed")


def test_a_rate_needs_a_stated_price_base_at_both_ends() -> None:
    levels = {"zone": ["A", "A"], "year": [2020, 2025], "co2_intensity": [1.0, 0.5], "value_added": [1.0, 1.0]}
    assert zc.check({**levels, "price_year": ["2015", ""]}).verdict("co2-intensity-annual") == "unknown"
    block = zc.check(levels).block("co2-intensity-annual")
    assert "note.no_price" in [note.code for note in block.notes]


def test_later_data_says_nothing_about_an_earlier_year() -> None:
    later = {"zone": ["A"], "year": [2030], "energy_intensity": [0.2], "value_added": [1.0]}
    assert zc.check(later).verdict("energy-intensity-aggregate") == "unknown"


def test_a_value_on_a_strict_limit_still_needs_a_rate() -> None:
    block = zc.check({"zone": ["A"], "year": [2023], "energy_intensity": [0.3]}).block("energy-intensity-share")
    assert block.verdict[0] == 0
    assert 0 < block.required_rate[0] < 1e-9


def goal(**fields: Any) -> dict[str, Any]:
    return {"name": "g", "target": [{"id": "t", "statistic": "zone", "operator": "<=", "year": 2025, **fields}]}


def test_units_of_indicators_are_converted_or_refused() -> None:
    told = [zc.ReportedValue(indicator="water_per_iva", value=8, unit="m3/万元", year=2025)]
    record = zone(use("coke", "1 t", 2025), money="1 亿元", year=2025, indicators=told)
    litres = goal(indicator="water_per_iva", threshold="9", unit="L/万元")
    found = zc.check(record, litres).block("t")
    assert found.verdict[0] == 0
    assert float(found.value[0]) == pytest.approx(8000.0)
    tonnes = zc.check(record, goal(indicator="water_per_iva", threshold="9", unit="t/万元")).block("t")
    assert tonnes.reasons[0].code == "reason.unit"
    share = goal(indicator="solid_waste_use_rate", threshold="0.96", unit="fraction", operator=">=")
    plain = {"zone": ["A"], "year": [2025], "solid_waste_use_rate": [75.0]}
    assert zc.check(plain, share).block("t").reasons[0].code == "reason.unit"


@pytest.mark.parametrize("unit", ["%", "percent"])
def test_percent_is_percent_however_it_is_written(unit: str) -> None:
    yearly = {"statistic": "annual_rate", "operator": ">=", "threshold": "4", "base_year": 2020}
    rate = goal(indicator="co2_per_iva", unit=unit, **yearly)
    levels = {"zone": ["A", "A"], "year": [2020, 2025], "co2_intensity": [1.0, 0.75], "value_added": [1.0, 1.0]}
    found = zc.check(levels, rate).block("t")
    assert float(found.value[0]) == pytest.approx(5.5912, abs=1e-4)
    assert found.verdict[0] == 1


def test_the_rate_of_an_inverse_indicator_turns_round() -> None:
    yearly = {"statistic": "annual_rate", "operator": ">=", "threshold": "0.02", "base_year": 2020}
    rate = goal(indicator="energy_output_rate", unit="fraction", **yearly)
    better = {"zone": ["A", "A"], "year": [2020, 2025], "energy_intensity": [1.0, 0.8], "value_added": [1.0, 1.0]}
    found = zc.check(better, rate).block("t")
    assert float(found.value[0]) == pytest.approx(0.0436475, abs=1e-6)
    assert found.verdict[0] == 1


def test_yearly_changes_are_fractions_or_percent_with_a_sign() -> None:
    series: dict[str, Any] = {"zone": ["A", "A"], "year": [2010, 2011], "energy_intensity": [1.4, 1.26]}
    series["price_year"] = ["2005", "2010"]
    cut = goal(
        indicator="energy_per_iva", statistic="change_vs_base", threshold="-0.05", unit="fraction", base_year=2010
    )
    for printed in ([None, -0.0767], ["", "-7.67%"]):
        found = zc.check({**series, "energy_intensity_change": printed}, cut, year=2011).block("t")
        assert float(found.value[0]) == pytest.approx(-0.0767)
    with pytest.raises(zc.InputError, match="from -1 to 1"):
        zc.check({**series, "energy_intensity_change": [None, -7.67]}, cut)


def test_every_target_of_a_set_can_be_asked_for() -> None:
    large = zc.account(
        zone(use("电力", "100 亿kWh")), "zero-carbon-park-910", equivalent={"electricity": "0.302 kgce/kWh"}
    )
    found = zc.check(large, "zero-carbon-park-910")
    assert found.verdict("co2-per-energy-large") == "missed"
    assert found.verdict("co2-per-energy-small") == "unknown"
    assert not len(found.block("co2-per-energy-small").zone)


def test_the_input_hash_knows_the_basis_of_a_reported_total() -> None:
    def account(basis: str) -> zc.Account:
        told = [zc.ReportedValue(indicator="total_energy", value=50, unit="tce", year=YEAR, basis=basis)]
        return zc.account(zone(indicators=told))

    hashes = {account(basis).provenance.input_hash for basis in ("calorific", "equivalent")}
    assert len(hashes) == 2


def energy_table(**columns: Any) -> dict[str, Any]:
    rows = {"zone": ["A"], "year": [YEAR], "carrier": ["电力"], "quantity": [1.0], "unit": ["亿kWh"], **columns}
    return {"zones": {"zone": ["A"], "province": ["江苏"]}, "energy": rows}


def test_a_column_that_is_not_read_is_told_of() -> None:
    direct = zc.account(zc.read(energy_table(**{"供应方式": ["绿电直供"]})))
    assert float(direct.total("co2", ())[()]) == 0.0
    with pytest.warns(zc.DataWarning, match="suply"):
        read = zc.read(energy_table(suply=["direct_nonfossil"], 备注=["x"]))
    assert [problem.values["name"] for problem in read.warnings] == ["suply"]


def test_a_row_of_an_own_table_that_matches_nothing_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("factor_set,carrier_id,co2_per_energy,co2_per_energy_unit\nncsc2025,coke,99,kgCO2/GJ\n", "utf-8")
    with pytest.warns(zc.FactorWarning, match=r"coke \(ncsc2025\)"):
        zc.account(zone(use("coke", "1 t")), factors=path)


def test_a_row_of_an_own_table_stands_before_inventorys_choice(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "carrier_id,edition,coefficient,coefficient_unit\nnatural_gas,GB/T 2589-2020,1.2,kgce/m3\n", "utf-8"
    )
    gas = zone(use("天然气", "1 万立方米"))
    assert float(zc.account(gas, factors=path).total("energy", ())[()]) == pytest.approx(12.0)
    mine = zc.account(gas, factors=path, coefficients={"natural_gas": "1.1 kgce/m3"})
    assert float(mine.total("energy", ())[()]) == pytest.approx(11.0)


def test_certificates_beside_an_average_are_told_of() -> None:
    green = zone(use("电力", 100, supply="绿证"))
    codes = {kind: zc.account(green, certificates=kind).warnings[0].code for kind in ("zero", "no_effect")}
    assert codes == {"zero": "account.certificates_twice", "no_effect": "account.certificates"}


def test_explain_names_the_province_and_both_steps_of_a_change_of_basis() -> None:
    text = zc.account(
        zone(use("电力", "100 tce", basis="calorific")), basis="equivalent", equivalent={"electricity": "0.3 kgce/kWh"}
    ).explain("A", YEAR).text()  # fmt: skip
    assert "0.3 / 0.1229 tce/MWh" in text
    assert "Jiangsu provincial_average" in text
