"""Factor tables of the user: what is wrong in them, and what does not count as it looks, is said with its place."""

import contextlib
import warnings
from pathlib import Path
from typing import Any

import pytest

import zonecarbon as zc
from zonecarbon.catalog import catalog_with

YEARS = (2021, 2022, 2023)
TABLES: dict[str, dict[str, str]] = {
    "energy_media": {
        "carrier_id": "新水", "edition": "GB/T 2589-2020", "coefficient": "0.3", "coefficient_unit": "kgce/t",
        "energy_value": "1", "energy_unit": "MJ/t", "source_id": "lab",
    },
    "standard_coal": {
        "carrier_id": "原煤", "edition": "GB/T 2589-2020", "coefficient": "0.7", "coefficient_unit": "kgce/kg",
        "range_low": "", "range_high": "", "ncv": "20000", "ncv_unit": "kJ/kg", "source_id": "lab",
    },
    "fuel_co2": {
        "factor_set": "ncsc-2025", "carrier_id": "原煤", "co2_per_energy": "92", "co2_per_energy_unit": "kgCO2/GJ",
        "ncv": "22.5", "ncv_unit": "GJ/t", "source_id": "lab", "status": "", "note": "",
    },
    "grid_electricity": {
        "kind": "provincial_average", "region_id": "江苏", "data_year": "2022", "reporting_year": "", "value": "0.5",
        "unit": "kgCO2/kWh", "source_id": "letter",
    },
    "electricity_equivalent": {
        "year": "2022", "basis": "supply", "series": "mine", "kgce_per_kwh": "0.3", "source_id": "letter",
    },
    "heat": {
        "item_id": "heat_co2_default", "parameter": "co2_per_energy", "value": "0.1", "unit": "tCO2/GJ",
        "source_id": "letter",
    },
    "proxies": {"carrier_id": "原煤", "proxy_id": "焦炭", "source_id": "me"},
}  # fmt: skip
FUEL = TABLES["fuel_co2"]


def a_zone() -> zc.Zone:
    uses = [("原煤", "100 t"), ("电力", "100 MWh"), ("热力", "100 GJ"), ("新水", "100 t")]
    energy = [zc.EnergyUse(carrier=name, quantity=text, year=year) for name, text in uses for year in YEARS]
    return zc.Zone(zone="A", province="江苏", energy=energy)


def account(*factors: Any, **choices: Any) -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(a_zone(), factors=list(factors), **choices)


def told(*factors: Any, **choices: Any) -> dict[str, str]:
    """Return the warnings that the shipped tables alone do not give."""
    before = {problem.code for problem in account().warnings}
    found = account(*factors, **choices).warnings
    assert all(problem.text("zh") != problem.text("en") for problem in found)
    return {problem.code: problem.text() for problem in found if problem.code not in before}


def refused(*factors: Any) -> list[tuple[str, int | None, str]]:
    with pytest.raises(zc.InputError) as caught:
        account(*factors)
    return [(problem.code, problem.where.row, problem.where.column) for problem in caught.value.problems]


def choices_of(table: str) -> dict[str, Any]:
    if table != "electricity_equivalent":
        return {}
    return {"basis": "equivalent", "equivalent": {"electricity": {"series": "mine", "year": 2022}}}


@pytest.mark.parametrize("table", TABLES)
def test_a_column_left_out_or_a_bad_cell_is_no_bare_exception(table: str) -> None:
    row = TABLES[table]
    assert catalog_with([row]).added[0].startswith(f"{table}: ")
    account(row, **choices_of(table))
    for name in row:
        cases = [{key: text for key, text in row.items() if key != name}]
        cases += [{**row, name: text} for text in ("", "x", "-1", "inf", "1e400", "2021.5")]
        for case in cases:
            with contextlib.suppress(zc.ZoneCarbonError):  # and no other exception
                account(case, **choices_of(table))


@pytest.mark.parametrize("table", ["fuel_co2", "standard_coal"])
def test_a_heat_value_needs_its_unit(table: str) -> None:
    without = {key: text for key, text in TABLES[table].items() if key != "ncv_unit"}
    assert refused(without) == [("unit.missing", 0, "ncv_unit")]
    assert refused({**TABLES[table], "ncv_unit": " "}) == [("unit.missing", 0, "ncv_unit")]
    assert refused({**TABLES[table], "ncv_unit": "tCO2/GJ"}) == [("unit.dimension", 0, "ncv_unit")]
    assert refused({**TABLES[table], "ncv": "0"}) == [("ncv.positive", 0, "ncv")]
    assert refused({**TABLES[table], "ncv": "x"}) == [("table.number", 0, "ncv")]
    assert account({**TABLES[table], "ncv": " "}).zones.tolist() == ["A"]


def test_a_heat_value_with_groups_of_digits_is_read() -> None:
    one, other = (account({**FUEL, "ncv": text, "ncv_unit": "kJ/kg"}) for text in ("22500", "22,500"))
    assert one.total("co2").tolist() == other.total("co2").tolist()


def test_in_a_file_the_header_is_row_1_and_in_memory_rows_count_from_0(tmp_path: Path) -> None:
    path = tmp_path / "ncv.csv"
    path.write_text(f"{','.join(FUEL)}\n{','.join({**FUEL, 'ncv_unit': ''}.values())}\n", encoding="utf-8")
    assert refused(path) == [("unit.missing", 2, "ncv_unit")]
    assert refused(FUEL, {**FUEL, "carrier_id": "焦炭", "ncv_unit": ""}) == [("unit.missing", 1, "ncv_unit")]


def test_every_bad_cell_of_a_row_is_told_at_once() -> None:
    bad = {**FUEL, "carrier_id": "cokes", "co2_per_energy": "-1", "co2_per_energy_unit": "", "ncv": "x"}
    assert refused(bad) == [
        ("table.negative", 0, "co2_per_energy"),
        ("carrier.unknown", 0, "carrier_id"),
        ("unit.missing", 0, "co2_per_energy_unit"),
        ("table.number", 0, "ncv"),
    ]
    grid = {**TABLES["grid_electricity"], "region_id": "江芦", "data_year": "2022.5", "value": "", "unit": "kg"}
    assert refused(grid) == [
        ("year.range", 0, "data_year"),
        ("province.unknown", 0, "region_id"),
        ("table.blank", 0, "value"),
        ("unit.dimension", 0, "unit"),
    ]
    assert refused({**TABLES["heat"], "unit": "t"}) == [("unit.dimension", 0, "unit")]


def test_a_negative_factor_says_nothing_of_directions_of_flows() -> None:
    with pytest.raises(zc.InputError, match=r"a factor must be 0 or more; co2_per_energy is -92\.0; correct it"):
        account({**FUEL, "co2_per_energy": -92})


def test_a_heat_value_for_co2_alone_is_told_of() -> None:
    text = told(FUEL)["account.heat_value"]
    assert "raw_coal: 22.5 / 20.9344 GJ/t" in text
    chosen = {"raw_coal": "0.767719 tce/t"}
    assert f"coefficients={chosen}" in text
    assert "--set 'coefficients.raw_coal=0.767719 tce/t'" in text
    assert not told(FUEL, coefficients=chosen)
    assert not told(FUEL, {key: [text] for key, text in TABLES["standard_coal"].items()})
    assert not told({**FUEL, "ncv": "0.7143", "ncv_unit": "tce/t"})
    assert not told({**FUEL, "carrier_id": "焦炭"})  # none of it is used


def test_a_heat_value_by_volume_of_a_fuel_by_mass_is_not_used_and_told_of() -> None:
    found = told({**FUEL, "ncv_unit": "GJ/m3"})
    assert "raw_coal (GJ/m3)" in found["account.heat_value_unit"]
    assert set(found) == {"account.heat_value_unit"}


def test_a_column_that_is_not_read_is_told_of() -> None:
    choice = {"coefficients": {"raw_coal": "0.767719 tce/t"}}
    assert "('co2_per_energy'?)" in told({**FUEL, "co2_per_enrgy": 3}, **choice)["columns.unused"]
    assert "'oxidation' is kept" in told({**FUEL, "oxidation": 0.9}, **choice)["table.beside"]
    assert not told({**FUEL, "oxidation": "", "mine": None}, **choice)
    shipped = [dict(row.fields) for row in zc.list_factors("fuel_co2").rows]
    assert not {"columns.unused", "table.beside"} & set(told(*shipped))
    assert "table.beside" in told(*({**row, "oxidation": "0.5"} for row in shipped))


def test_a_gap_in_a_grid_series_of_ones_own_is_told_of() -> None:
    grid = TABLES["grid_electricity"]
    series = [{**grid, "data_year": year} for year in (2021, 2023)]
    assert "Jiangsu provincial_average 2022, where" in told(*series)["account.grid_gap"]
    assert not told(*series, grid)
    assert not told(grid)  # it adds a year, and is no series
    assert not told(*series, electricity="national_average")


def test_a_row_without_a_source_says_so() -> None:
    bare = {key: text for key, text in FUEL.items() if key not in {"source_id", "ncv", "ncv_unit"}}
    grid = [{**TABLES["grid_electricity"], "data_year": year, "source_id": " "} for year in YEARS]
    found = account(bare, {"kind": [row["kind"] for row in grid], **{k: [r[k] for r in grid] for k in grid[0]}})
    lines = found.explain("A", 2022)
    assert "own table factors[0], row 0: no source given" in lines.text()
    assert "自备因子表 factors[1]，行 1：未注明来源" in lines.text("zh")
    (problem,) = (problem for problem in found.warnings if problem.code == "account.unsourced")
    assert problem.values == {"rows": "factors[0] (0), factors[1] (0-2)"}
    assert type(found).from_dict(found.to_dict()).equals(found)
    assert not told(*({**row, "source_id": "letter"} for row in grid))
