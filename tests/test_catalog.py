"""The catalog: each look-up used rightly and wrongly, tables of the user, methods and target sets as files."""

import json
import math
import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon import catalog
from zonecarbon.catalog import NATION, Catalog, catalog_with, default_catalog, kgce_per_own_unit
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.vocabulary import carriers

KNOWN = default_catalog()
EDITIONS = ("GB/T 2589-2020", "NBS-yearbook", "NBS-scheme")
JIANGSU, TIBET = "32-jiangsu", "54-xizang"


def code(call: Any, *arguments: Any, kind: type[ZoneCarbonError] = zc.FactorError, **choices: Any) -> str:
    with pytest.raises(kind) as caught:
        call(*arguments, **choices)
    return caught.value.problems[0].code


# -- look-ups ------------------------------------------------------------------------------------------------------


def test_standard_coal_takes_the_first_edition_that_has_a_row() -> None:
    coke = KNOWN.standard_coal("coke", EDITIONS)
    assert (coke.value, coke.unit, coke.group, coke.status) == (0.9714, "kgce/kg", EDITIONS[0], "verified")
    assert kgce_per_own_unit(coke, "t") == pytest.approx(0.9714)
    electricity = KNOWN.standard_coal("electricity", EDITIONS)
    assert kgce_per_own_unit(electricity, "MWh") == pytest.approx(0.1229)
    assert KNOWN.standard_coal("coke", ("GB/T 2589-2008", *EDITIONS)).group == "GB/T 2589-2008"
    assert KNOWN.standard_coal("naphtha", EDITIONS).group != EDITIONS[0]
    assert KNOWN.standard_coal("new_water", EDITIONS).table == "energy_media"


def test_a_range_needs_a_choice_and_is_no_reason_to_take_the_next_edition() -> None:
    with pytest.raises(zc.FactorError, match=r"prints a range, 1\.1000 to 1\.3300 kgce/m3; give ncv") as caught:
        KNOWN.standard_coal("natural_gas", EDITIONS)
    assert caught.value.problems[0].code == "factor.range"


def test_what_has_no_row_is_told() -> None:
    assert code(KNOWN.standard_coal, "coke", ()) == "factor.none"
    assert code(KNOWN.standard_coal, "coke", ["GB/T 1"]) == "factor.none"
    assert code(KNOWN.heat, "heat_of_the_sun") == "factor.none"
    assert code(KNOWN.fuel_co2, "coke", "ncsc-1999") == "factor.set"
    assert code(KNOWN.rows, "coal") == "factor.table"


def test_fuel_factors_come_from_one_whole_set() -> None:
    gas = KNOWN.fuel_co2("natural_gas", "ncsc-2025")
    assert (gas.group, gas.unit) == ("ncsc-2025", "kgCO2/GJ")
    assert code(KNOWN.fuel_co2, "natural_gas", "ncsc-2026") == "factor.none"
    assert code(KNOWN.fuel_co2, "raw_coal", "ncsc-2025") == "factor.none"
    proxies = KNOWN.proxies()
    assert proxies["raw_coal"] == "bituminous_coal"
    stand_in = KNOWN.fuel_co2("raw_coal", "ncsc-2025", proxies)
    assert (stand_in.item, stand_in.value) == ("bituminous_coal", KNOWN.fuel_co2("bituminous_coal", "ncsc-2025").value)


@pytest.mark.parametrize(("asked", "taken"), [(2005, 2021), (2019, 2021), (2021, 2021), (2022, 2022), (2024, 2023)])
def test_the_nearest_vintage(asked: int, taken: int) -> None:
    for province, kind in ((JIANGSU, "provincial_average"), (NATION, "provincial_average"), ("", "national_average")):
        row = KNOWN.electricity(kind, province, asked)
        assert (row.year, row.status) == (taken, "verified")
        assert f"data year {taken}" in row.label


def test_other_vintages() -> None:
    assert KNOWN.electricity("national_average", "", 2022, "same_year").year == 2022
    assert code(KNOWN.electricity, "national_average", "", 2024, "same_year") == "factor.year"
    assert KNOWN.electricity("national_average", "", 2019, "fixed", 2023).year == 2023
    assert code(KNOWN.electricity, "national_average", "", 2022, "fixed", 2030) == "factor.year"
    assert code(KNOWN.electricity, "national_average", "", 2022, "fixed") == "factor.year"


def test_a_row_from_memory_is_taken_only_when_its_year_is_asked_for_and_says_so() -> None:
    row = KNOWN.electricity("national_average", NATION, 2022, "fixed", 2015)
    assert (row.year, row.status) == (2015, "recalled")
    assert "recalled" in row.label
    assert KNOWN.electricity("national_average", NATION, 2015).year == 2021


def test_a_tie_between_years_takes_the_earlier(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    path.write_text("kind,region_id,data_year,value,unit\nnational_average,全国,2027,0.4,kgCO2/kWh\n", "utf-8")
    assert catalog_with(path).electricity("national_average", NATION, 2025).year == 2023


@pytest.mark.parametrize("province", [TIBET, "71-taiwan", "81-hongkong", "82-macao", "", "nowhere"])
def test_regions_without_a_factor(province: str) -> None:
    assert code(KNOWN.electricity, "provincial_average", province, 2022) == "factor.region"


def test_regional_and_national_kinds() -> None:
    assert KNOWN.electricity("regional_average", JIANGSU, 2021).item == "grid-huadong"
    assert KNOWN.electricity("regional_average", NATION, 2021).group == "national_average"
    assert code(KNOWN.electricity, "regional_average", "nowhere", 2021) == "factor.region"
    assert KNOWN.electricity("national_fossil", TIBET, 2022).value == pytest.approx(0.8325)
    assert code(KNOWN.electricity, "best_average", JIANGSU, 2022) == "factor.kind"


def test_equivalent_values_by_the_beginning_of_a_series() -> None:
    row = KNOWN.equivalent("CEC", _years("CEC")[0])
    assert row.group == "CEC annual statistics"
    assert kgce_per_own_unit(row, "MWh") == pytest.approx(row.value)
    assert code(KNOWN.equivalent, "", 2019) == "factor.set"
    assert code(KNOWN.equivalent, "no such series", 2019) == "factor.set"
    assert code(KNOWN.equivalent, "CEC", 1960) == "factor.series_year"
    assert code(KNOWN.equivalent, "company", 2019) == "factor.series_year"


def _years(series: str) -> list[int]:
    rows = KNOWN.rows("electricity_equivalent")
    return sorted(row.year for row in rows if row.group.startswith(series) and row.year is not None)


def test_a_whole_name_stands_before_a_beginning() -> None:
    rows = KNOWN.rows("electricity_equivalent")
    longer = tuple(replace(row, group=row.group + " II") for row in rows if row.group == "CEC annual statistics")
    both = Catalog({**KNOWN.tables, "electricity_equivalent": (*rows, *longer)})
    year = _years("CEC")[0]
    assert both.equivalent("CEC annual statistics", year).group == "CEC annual statistics"
    assert code(both.equivalent, "CEC annual", year) == "factor.set"


def test_every_number_has_a_source_and_a_status() -> None:
    for row in KNOWN.rows():
        assert row.origin == "shipped"
        assert row.status in {"verified", "recalled", "assumption", "derived", "interpretation"}, row
        assert row.is_range == (math.isnan(row.value) and not math.isnan(row.low))
        assert row.table == "proxies" or row.source_id


# -- tables of the user --------------------------------------------------------------------------------------------

COAL = "carrier_id,edition,coefficient,coefficient_unit\n"
GRID = "kind,region_id,data_year,value,unit\n"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_users_row_replaces_one_and_adds_one(tmp_path: Path, encoding: str) -> None:
    text = COAL + "焦炭,GB/T 2589-2020,0.98,kgce/kg\n\n原煤,自测,０.６５,kgce/kg\n"
    mine = catalog_with(write(tmp_path / "mine.csv", text, encoding))
    row = mine.standard_coal("coke", EDITIONS)
    assert (row.item, row.value, row.status) == ("coke", 0.98, "user")
    assert row.origin.startswith("mine.csv (sha256 ")
    assert row.origin in row.label
    assert mine.standard_coal("raw_coal", ["自测"]).value == 0.65
    assert mine.standard_coal("raw_coal", EDITIONS).value == 0.7143
    assert len(mine.rows("standard_coal")) == len(KNOWN.rows("standard_coal")) + 1
    assert KNOWN.standard_coal("coke", EDITIONS).value == 0.9714
    assert mine.added[0].startswith("standard_coal: mine.csv")


def test_a_users_grid_factor_with_the_province_in_any_spelling(tmp_path: Path) -> None:
    rows = "provincial_average,江苏省,2024,0.55,kgCO2/kWh\nprovincial_average,西藏,2024,100,gCO2/kWh\n"
    mine = catalog_with([write(tmp_path / "grid.csv", GRID + rows)])
    assert mine.electricity("provincial_average", JIANGSU, 2024).value == 0.55
    assert mine.electricity("provincial_average", TIBET, 2019).value == 100
    regional = write(tmp_path / "regional.csv", GRID + "regional_average,grid-huadong,2030,0.3,kgCO2/kWh\n")
    assert catalog_with([regional]).electricity("regional_average", JIANGSU, 2030).value == 0.3


def test_users_proxies(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", "carrier_id,proxy_id,reason\n原煤,无烟煤,it is\n")
    assert catalog_with(path).proxies()["raw_coal"] == "anthracite"


@pytest.mark.parametrize(
    ("head", "row", "expected", "column"),
    [
        (COAL, "焦碳煤,x,0.9,kgce/kg", "carrier.unknown", "carrier_id"),
        (COAL, "焦炭,x,high,kgce/kg", "table.number", "coefficient"),
        (COAL, "焦炭,x,nan,kgce/kg", "table.number", "coefficient"),
        (COAL, "焦炭,x,inf,kgce/kg", "table.number", "coefficient"),
        (COAL, "焦炭,x,-1,kgce/kg", "table.negative", "coefficient"),
        (COAL, "焦炭,x,,kgce/kg", "table.blank", "coefficient"),
        (COAL, "焦炭,x,0.9,", "unit.missing", "coefficient_unit"),
        (COAL, "焦炭,x,0.9,kgce/m3", "unit.dimension", "coefficient_unit"),
        (COAL, "焦炭,x,0.9,parsec/kg", "unit.unknown", "coefficient_unit"),
        (GRID, "provincial_average,江芦,2024,0.5,kgCO2/kWh", "province.unknown", "region_id"),
        (GRID, "average,江苏,2024,0.5,kgCO2/kWh", "factor.kind", "kind"),
        (GRID, "provincial_average,江苏,,0.5,kgCO2/kWh", "table.blank", "data_year"),
        (GRID, "provincial_average,江苏,2024,0.5,kgce/kWh", "unit.dimension", "unit"),
    ],
)
def test_bad_rows_of_a_users_table(tmp_path: Path, head: str, row: str, expected: str, column: str) -> None:
    with pytest.raises(zc.InputError) as caught:
        catalog_with(write(tmp_path / "mine.csv", f"{head}\n{row}\n"))
    assert [(p.code, p.where[:4]) for p in caught.value.problems] == [(expected, ("mine.csv", "", 3, column))]


def test_all_bad_rows_are_listed(tmp_path: Path) -> None:
    text = COAL + "焦炭,x,0.9,kgce/kg\nfire,x,1,kgce/kg\n焦炭,x,0.8,kgce/kg\n原煤,x,y,kgce/kg\n"
    with pytest.raises(zc.InputError) as caught:
        catalog_with(write(tmp_path / "mine.csv", text))
    found = [(p.code, p.where.row) for p in caught.value.problems]
    assert found == [("carrier.unknown", 3), ("table.duplicate", 4), ("table.number", 5)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", "table.unknown"), (b"a,b\n1,2\n", "table.unknown"), (b"\xff\xfea", "file.encoding")],
)
def test_files_that_are_no_factor_table(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    assert code(catalog_with, path, kind=zc.InputError) == expected
    assert code(catalog_with, tmp_path / "none.csv", kind=zc.InputError) == "file.unreadable"


@pytest.mark.parametrize("name", ["standard_coal", "fuel_co2", "grid_electricity", "energy_media", "proxies"])
def test_a_copy_of_a_shipped_table_is_read_and_changes_no_number(tmp_path: Path, name: str) -> None:
    shipped = Path(str(files("zonecarbon"))) / "data" / "factors" / f"{name}.csv"
    mine = catalog_with(shutil.copy(shipped, tmp_path / "copy.csv"))
    pairs = zip(mine.rows(name), KNOWN.rows(name), strict=True)
    assert all(a.item == b.item and a.group == b.group and str(a.value) == str(b.value) for a, b in pairs)


# -- lists ---------------------------------------------------------------------------------------------------------


def test_lists_are_tables() -> None:
    factors = zc.list_factors().to_frame()
    assert set(factors["table"]) == set(KNOWN.tables)
    assert {"item", "group", "year", "value", "unit", "source_id", "status", "origin"} <= set(factors.columns)
    assert len(zc.list_factors("heat")) == len(zc.list_factors("heat").to_frame()) == len(KNOWN.rows("heat"))
    assert code(zc.list_factors, "cold") == "factor.table"
    methods = zc.list_methods().to_frame()
    assert methods["name"].tolist() == ["inventory", "zero-carbon-park-910"]
    assert methods["basis"].tolist() == ["calorific", "equivalent"]
    targets = zc.list_targets().to_frame()
    assert {"torch-2025", "zero-carbon-park-910"} <= set(targets["set"])
    assert set(zc.list_targets("torch-2025").to_frame()["set"]) == {"torch-2025"}
    assert targets["target"].is_unique
    assert targets["year"].dtype == np.float64
    assert code(zc.list_targets, "torch-2026", kind=zc.TargetError) == "target.unknown"
    for table in (zc.list_factors("heat"), zc.list_methods(), zc.list_targets("torch-2025")):
        json.dumps(table.to_dict(), allow_nan=False)
        assert "<table>" in table._repr_html_()
        assert "\n" not in repr(table)


def test_a_list_shows_the_users_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.csv", COAL + "焦炭,x,0.9,kgce/kg\n")
    frame = zc.list_factors("standard_coal", path).to_frame()
    assert frame.loc[frame["origin"] != "shipped", ["item", "value", "status"]].values.tolist() == [
        ["coke", 0.9, "user"]
    ]


# -- methods and target sets ---------------------------------------------------------------------------------------


def test_a_shipped_method_is_complete() -> None:
    for name in catalog.names("methods"):
        method = catalog.method(name)
        dumped = method.model_dump()
        assert [key for key, value in dumped.items() if value is None] in ([], ["electricity_year"])
        assert method.coefficients == {"natural_gas": "1.3300 kgce/m3"}


def test_choices_stand_over_the_base() -> None:
    method = catalog.method("zero-carbon-park-910", fuels="ipcc-2006", coefficients={"原煤": "0.7 kgce/kg"})
    assert (method.fuels, method.basis, method.name) == ("ipcc-2006", "equivalent", "zero-carbon-park-910*")
    assert method.coefficients == {"natural_gas": "1.3300 kgce/m3", "raw_coal": "0.7 kgce/kg"}
    assert catalog.method("inventory").name == "inventory"
    assert catalog.method({"basis": "equivalent"}).name == "inventory*"
    assert catalog.method(zc.Method()).name == "inventory"


def test_a_new_electricity_choice_drops_the_fixed_year_of_the_base() -> None:
    base = catalog.method("zero-carbon-park-910")
    assert (base.vintage, base.electricity_year) == ("fixed", 2022)
    other = catalog.method("zero-carbon-park-910", vintage="nearest")
    assert (other.vintage, other.electricity_year) == ("nearest", None)
    same = catalog.method("zero-carbon-park-910", electricity="national_average")
    assert (same.vintage, same.electricity_year) == ("fixed", 2022)
    year = catalog.method("zero-carbon-park-910", electricity_year=2023)
    assert (year.vintage, year.electricity_year) == ("fixed", 2023)


def test_over_takes_only_what_is_given() -> None:
    base = zc.Method(name="base", basis="equivalent", media=True, fuels="ipcc-2006", proxy={"coke": "anthracite"})
    top = zc.Method(media=False, proxy={"原油": "diesel"})
    merged = top.over(base)
    assert (merged.name, merged.basis, merged.media, merged.fuels) == ("base*", "equivalent", False, "ipcc-2006")
    assert merged.proxy == {"coke": "anthracite", "crude_oil": "diesel"}
    assert zc.Method().over(base).name == "base"
    assert zc.Method(name="mine", media=False).over(base).name == "mine"
    assert base.proxy == {"coke": "anthracite"}


METHOD = 'basis = "equivalent"\nnote_zh = "本区口径"\n[equivalent]\nelectricity = "0.302 kgce/kWh"\n'


def test_a_method_from_toml_and_json(tmp_path: Path) -> None:
    toml = write(tmp_path / "mine.toml", METHOD)
    data = {"basis": "equivalent", "note_zh": "本区口径", "equivalent": {"electricity": "0.302 kgce/kWh"}}
    as_json = write(tmp_path / "mine.json", json.dumps(data, ensure_ascii=False), "utf-8-sig")
    for reference in (toml, str(toml), as_json):
        method = catalog.method(reference)
        assert (method.name, method.basis, method.fuels) == ("mine", "equivalent", "ncsc-2025")
        assert method.equivalent == {"electricity": "0.302 kgce/kWh"}


def test_a_users_file_that_is_called_inventory_is_still_completed(tmp_path: Path) -> None:
    method = catalog.method(write(tmp_path / "inventory.toml", METHOD))
    assert (method.basis, method.fuels, method.vintage) == ("equivalent", "ncsc-2025", "nearest")
    assert catalog.method(zc.Method(name="inventory", media=True)).fuels == "ncsc-2025"


def test_bases_may_be_chained_and_must_end(tmp_path: Path) -> None:
    first = write(tmp_path / "first.toml", 'base = "zero-carbon-park-910"\nmedia = true\n')
    second = write(tmp_path / "second.toml", f"base = {json.dumps(str(first))}\nfeedstock = 'count'\n")
    method = catalog.method(second)
    assert (method.media, method.feedstock, method.basis, method.fuels) == (True, "count", "equivalent", "ncsc-2025")
    round_trip = write(tmp_path / "a.toml", f"base = {json.dumps(str(tmp_path / 'b.toml'))}\n")
    write(tmp_path / "b.toml", f"base = {json.dumps(str(round_trip))}\n")
    assert code(catalog.method, round_trip, kind=zc.MethodError) == "method.base"
    assert code(catalog.method, {"base": "nothing"}, kind=zc.MethodError) == "method.unknown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('basis = "both"\n', [("basis.unknown", "basis")]),
        ('colour = "green"\n', [("field.extra", "colour")]),
        ("[coefficients]\nnatural_gas = 1.33\n", [("method.bare_number", "coefficients")]),
        ('fuels = ["a", "b"]\n', [("method.sets_mixed", "fuels")]),
        ('basis = "both"\nmedia = "perhaps"\n', [("basis.unknown", "basis"), ("field.flag", "media")]),
    ],
)
def test_errors_of_a_method_file_name_the_field(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(zc.MethodError) as caught:
        catalog.method(write(tmp_path / "mine.toml", text))
    assert [(p.code, p.where.source, p.where.column) for p in caught.value.problems] == [
        (code, "mine.toml", column) for code, column in expected
    ]


def test_errors_of_ours_in_a_file_come_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(zc.MethodError) as caught:
        catalog.method(write(tmp_path / "mine.toml", 'fuels = ["a", "b"]\n'))
    assert caught.value.text("zh").startswith("mine.toml，列 fuels：燃料因子须整套取自一个因子集；收到 a, b；")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("m.toml", b"basis = ", "file.syntax"),
        ("m.json", b"{", "file.syntax"),
        ("m.json", b"[1]", "file.syntax"),
        ("m.toml", b"\xff\xfe", "file.unreadable"),
        ("m.toml", None, "file.unreadable"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None, expected: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    for read in (catalog.method, catalog.target_set):
        assert code(read, path, kind=zc.InputError) == expected


def test_unknown_names_and_what_is_no_reference() -> None:
    with pytest.raises(zc.MethodError, match=r"got 'inventry' \('inventory'\?\); shipped are inventory, zero-carbon"):
        catalog.method("inventry")
    with pytest.raises(zc.TargetError, match=r"got 'torch-2052' \('torch-2025'\?\)"):
        catalog.target_set("torch-2052")
    for nothing in (None, 5):
        assert code(catalog.method, nothing, kind=zc.MethodError) == "method.unknown"
        assert code(catalog.target_set, nothing, kind=zc.TargetError) == "target.unknown"


TARGETS = """title_zh = "本区目标"
[[target]]
id = "energy"
indicator = "energy_per_iva"
statistic = "zone"
operator = "<="
threshold = 0.40
year = 2025
"""


def test_a_target_set_from_a_file(tmp_path: Path) -> None:
    made = catalog.target_set(write(tmp_path / "mine.toml", TARGETS))
    assert (made.name, made.target[0].id, made.target[0].limit) == ("mine", "mine:energy", 0.4)
    assert catalog.target_set(made) is made
    assert catalog.target_set({"name": "x", **made.model_dump(exclude={"name"})}).target == made.target
    with pytest.raises(zc.TargetError) as caught:
        catalog.target_set(write(tmp_path / "bad.toml", TARGETS.replace('"zone"', '"median"')))
    assert ("field.choice", "target.0.statistic") in [(p.code, p.where.column) for p in caught.value.problems]


def test_every_carrier_of_a_fuel_table_is_in_the_vocabulary() -> None:
    for table in ("standard_coal", "fuel_co2", "energy_media", "proxies"):
        assert {row.item for row in KNOWN.rows(table)} <= set(carriers())
