"""Writing: what is written reads back to the same activity, whatever the names, and nothing is overwritten silently."""

import csv
import json
import math
import os
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon import quality
from zonecarbon._table.escaping import escape, unescape
from zonecarbon.cli import main
from zonecarbon.tabular import books, saving

NAN = math.nan
ODD = (
    "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "'=x", "''@x", "007", "1e5", "TRUE", "2020", "NaN", "NA", "#REF!",
    "#N/A", "null", "None", "a,b", 'say "hi"', "two\nlines", "示例园区", "注：某园区", "1.园区", "zone", "园区",
    "＝全角", "=", "'", "说明", "Suzhou Industrial Park and National High-tech Zone", "1/2", "12%", "1,000",
    "—", "2020-01-01", "a\tb", "\u200bx", "😀", "_x0041_", "nominal", "(A)", "a;b", "x" * 300,
)  # fmt: skip
EXAMPLE = Path(zc.__file__).parent / "data" / "example"
Write = Callable[[zc.Activity, Path], Path]


def quietly(source: Any, **options: Any) -> zc.Activity:
    """Read; what looks odd about figures is not the matter here."""
    with warnings.catch_warnings(), mock.patch.object(quality, "inspect", return_value=()):
        warnings.simplefilter("ignore", zc.DataWarning)
        return zc.read(source, **options)


def assert_same(again: zc.Activity, activity: zc.Activity) -> None:
    """Assert that two activities have the same figures to the bit, and the same names in the same order."""
    for name in ("zones", "names", "provinces", "sectors", "years", "price_year"):
        assert getattr(again, name).tolist() == getattr(activity, name).tolist(), name
    assert again.flows == activity.flows
    for name in ("quantity", "value_added", "value_added_total", "has_energy"):
        ours, theirs = getattr(activity, name), getattr(again, name)
        assert ours.tobytes() == theirs.tobytes(), name
    for name in ("boundary", "coverage", "deflator"):
        ours, theirs = getattr(activity, name), getattr(again, name)
        assert (ours is None) == (theirs is None), name
        assert ours is None or ours.tolist() == theirs.tolist(), name
    assert list(again.indicators) == list(activity.indicators)
    assert dict(again.indicator_units) == dict(activity.indicator_units)
    for name, array in activity.indicators.items():
        assert array.tobytes() == again.indicators[name].tobytes(), name
        assert activity.indicator_basis[name].tolist() == again.indicator_basis[name].tolist(), name
    assert again.input_hash == activity.input_hash


def csv_folder(activity: zc.Activity, folder: Path) -> Path:
    return zc.write(activity, folder / "book")


def chinese_folder(activity: zc.Activity, folder: Path) -> Path:
    return zc.write(activity, folder / "book", language="zh")


def parquet_folder(activity: zc.Activity, folder: Path) -> Path:
    return zc.write(activity, folder / "book", format="parquet")


def workbook(activity: zc.Activity, folder: Path) -> Path:
    return zc.write(activity, folder / "book.xlsx")


def chinese_workbook(activity: zc.Activity, folder: Path) -> Path:
    return zc.write(activity, folder / "book.xlsx", language="zh")


WAYS: tuple[Write, ...] = (csv_folder, chinese_folder, parquet_folder, workbook, chinese_workbook)
every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


def round_trip(activity: zc.Activity, way: Write) -> zc.Activity:
    with tempfile.TemporaryDirectory() as folder:
        return quietly(way(activity, Path(folder)))


# -- any book ----------------------------------------------------------------------------------------------------------

names = st.sampled_from(ODD) | st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=12
)
figures = st.none() | st.sampled_from([0.0, 1.0, 0.1, 1 / 3, 5e-324, 1e22, 123456789.123456789]) | st.floats(0, 1e15)
FORMS = (
    ("raw_coal", "t", ""), ("raw_coal", "GJ", ""), ("raw_coal", "tce", ""), ("natural_gas", "m3", ""),
    ("electricity", "MWh", ""), ("electricity", "tce", "calorific"), ("electricity", "tce", "equivalent"),
    ("heat", "GJ", ""), ("heat", "tce", "equivalent"), ("other_energy", "tce", ""), ("new_water", "t", ""),
    ("raw_coal", "万吨", ""), ("electricity", "亿千瓦时", ""),
)  # fmt: skip


def is_zone(name: str) -> bool:
    try:
        return zc.Zone(zone=name).zone == name
    except ValueError:
        return False


@st.composite
def tables(draw: st.DrawFn) -> dict[str, dict[str, list[Any]]]:
    """Draw tables as people might hand them over: several sectors, uses, units of one carrier, blanks, zeros."""
    zones = draw(st.lists(names.filter(is_zone), min_size=1, max_size=4, unique=True))
    years = draw(st.lists(st.integers(2015, 2024), min_size=1, max_size=3, unique=True))
    sectors = draw(st.sampled_from([("",), ("钢铁", "=化工"), ("", "A", "B", "C")]))
    place = st.tuples(st.sampled_from(zones), st.sampled_from(years))
    energy = draw(
        st.lists(
            st.tuples(
                place,
                st.sampled_from(sectors),
                st.sampled_from(FORMS),
                st.sampled_from(["final", "feedstock"]),
                figures,
            ),
            max_size=8,
        )
    )
    rows: dict[str, list[Any]] = {name: [] for name in ("zone", "year", "sector", "carrier", "use", "unit", "basis")}
    rows |= {"quantity": [], "meter": []}
    for at, ((zone, year), sector, (carrier, unit, basis), use, quantity) in enumerate(energy):
        row = (zone, year, sector, carrier, use, unit, basis, quantity, str(at))
        for column, value in zip(rows.values(), row, strict=True):
            column.append(value)
    found = {"zones": draw(zone_tables(zones)), "energy": rows}
    found["economy"] = draw(economy_tables(place, sectors))
    found["process"] = draw(process_tables(place, sectors))
    found["indicators"] = draw(indicator_tables(place))
    return found


@st.composite
def zone_tables(draw: st.DrawFn, zones: list[str]) -> dict[str, list[Any]]:
    size = len(zones)
    long_names = draw(st.lists(st.just("") | names.map(str.strip), min_size=size, max_size=size))
    provinces = draw(st.lists(st.sampled_from(["", "江苏", "陕西", "全国"]), min_size=size, max_size=size))
    return {"zone": zones, "name": long_names, "province": provinces}


@st.composite
def economy_tables(draw: st.DrawFn, place: Any, sectors: tuple[str, ...]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in ("zone", "year", "sector", "value_added", "unit")}
    columns |= {"price_year": [], "boundary": []}
    for zone, year in draw(st.lists(place, unique=True, max_size=4)):
        named = [sector for sector in sectors if sector]
        kinds = [[""], named] if "" in sectors and named else [named or [""]]
        price, label = draw(st.sampled_from([2020, "nominal"])), draw(st.just("") | names.map(str.strip))
        for sector in draw(st.sampled_from(kinds).flatmap(st.permutations)):
            if len(columns["zone"]) and draw(st.booleans()) and sector:
                continue
            money = draw(st.none() | st.sampled_from([0.1, 0.2, 0.3, -0.0, -5.0, 1e9]) | st.floats(-1e9, 1e9))
            for column, value in zip(columns.values(), (zone, year, sector, money, "亿元", price, label), strict=True):
                column.append(value)
    return columns


@st.composite
def process_tables(draw: st.DrawFn, place: Any, sectors: tuple[str, ...]) -> dict[str, list[Any]]:
    products = names.filter(lambda text: bool(text.strip())).map(str.strip)
    keys = st.tuples(place, st.sampled_from(sectors), st.sampled_from(["水泥熟料", "lime"]) | products)
    rows = draw(st.lists(st.tuples(keys, st.sampled_from(["", "0.5 tCO2/t"]), figures), max_size=3, unique_by=str))
    columns: dict[str, list[Any]] = {name: [] for name in ("zone", "year", "sector", "product", "factor", "output")}
    columns["unit"] = []
    seen = set()
    for ((zone, year), sector, product), factor, output in rows:
        if (zone, year, sector, product, factor) not in seen:
            seen.add((zone, year, sector, product, factor))
            row = (zone, year, sector, product, factor, output, "t")
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
    return columns


@st.composite
def indicator_tables(draw: st.DrawFn, place: Any) -> dict[str, list[Any]]:
    kinds = st.sampled_from(
        [("total_energy", "万吨标准煤"), ("co2", "tCO2"), ("own", "=kg"), ("利用率", "%"), ("x", "")]
    )
    rows = draw(st.lists(st.tuples(place, kinds), max_size=4, unique=True))
    columns: dict[str, list[Any]] = {name: [] for name in ("zone", "year", "indicator", "unit", "value", "basis")}
    for (zone, year), (name, unit) in rows:
        basis = draw(st.sampled_from(["", "equivalent"])) if name == "total_energy" else ""
        for column, value in zip(columns.values(), (zone, year, name, unit, draw(figures), basis), strict=True):
            column.append(value)
    return columns


@pytest.mark.parametrize(("way", "count"), [(csv_folder, 40), (parquet_folder, 25), (chinese_workbook, 15)])
def test_what_is_written_reads_back(way: Write, count: int) -> None:
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tables())
    def check(book: dict[str, dict[str, list[Any]]]) -> None:
        activity = quietly(book)
        assert_same(round_trip(activity, way), activity)

    check()


# -- the cases that are easily lost ------------------------------------------------------------------------------------


def of(**columns: Any) -> dict[str, list[Any]]:
    """Return a table of constants and lists."""
    size = max([len(column) for column in columns.values() if isinstance(column, list)], default=1)
    return {name: column if isinstance(column, list) else [column] * size for name, column in columns.items()}


def energy(**columns: Any) -> dict[str, list[Any]]:
    return of(**{"zone": "A", "year": 2020, "carrier": "焦炭", "quantity": 1.0, "unit": "t", **columns})


CASES: dict[str, dict[str, Any]] = {
    "zero": {"energy": energy(quantity=0.0)},
    "zero in a sector of its own": {"energy": energy(sector=["A", "B"], quantity=[1.0, 0.0])},
    "zero of a flow of its own": {"energy": energy(carrier=["焦炭", "原煤"], quantity=[1.0, 0.0])},
    "a year of zeros": {"energy": energy(year=[2020, 2021], quantity=[1.0, 0.0])},
    "a blank": {"energy": energy(quantity=[None, 2.0], carrier=["焦炭", "原煤"])},
    "a year without rows": {"energy": energy(zone=["A", "B", "A"], year=[2020, 2021, 2022])},
    "two units of one carrier": {"energy": energy(unit=["t", "tce", "GJ"], meter=["1", "2", "3"])},
    "two bases of electricity": {
        "energy": energy(carrier="电力", unit="tce", basis=["当量值", "等价值"], meter=["1", "2"])
    },
    "a measured heat value": {"energy": energy(ncv=28.435, ncv_unit="GJ/t")},
    "a zone without anything": {"zones": of(zone=["A", "B"], province="江苏"), "energy": energy()},
    "no rows at all": {"zones": of(zone=["A"]), "energy": energy(zone=[])},
    "process alone": {
        "energy": energy(zone=[]), "process": of(zone="A", year=2020, product="石灰", output=0.0, unit="t"),
    },
    "a year of zero output": {
        "energy": energy(), "process": of(zone="A", year=[2020, 2023], product="石灰", output=[1.0, 0.0], unit="t"),
    },
    "both kinds of factor": {
        "energy": energy(),
        "process": of(zone="A", year=2020, product="石灰", output=3.0, unit="t", factor=["", "0.7 tCO2/t"]),
    },
    "a blank indicator": {"indicators": of(zone="A", year=2023, indicator="co2", value=None, unit="tCO2")},
    "a year of a blank indicator": {
        "energy": energy(), "indicators": of(zone="A", year=2025, indicator="x", value=None),
    },
    "value added unknown": {
        "energy": energy(), "economy": of(zone="A", year=[2020, 2021], value_added=[None, 1.0], unit="亿元"),
    },
    "one sector unknown": {
        "energy": energy(sector="A"),
        "economy": of(zone="A", year=2020, sector=["A", "B"], value_added=[1.0, None], unit="亿元", price_year=2020),
    },
    "sectors of which nothing is known": {
        "indicators": of(zone="A", year=2020, indicator="x", value=1.0),
        "economy": of(zone="A", year=[2020, 2020, 2021], sector=["A", "B", "C"], value_added=None, unit="亿元"),
    },
    "a sum in another order": {
        "energy": energy(sector="A"),
        "economy": of(zone="A", year=2020, sector=["C", "B", "A"], value_added=[0.3, 0.2, 0.1], unit="万元"),
    },
    "labels": {
        "energy": energy(),
        "economy": of(zone="A", year=[2020, 2021], value_added=-0.0, unit="万元", boundary=["", "2021 扩区"],
                      coverage="规上工业", deflator=["a,b", "'=c"], price_year=["现价", 2020]),
    },
}  # fmt: skip


@every_way
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_lost(case: str, way: Write) -> None:
    activity = quietly(CASES[case])
    assert_same(round_trip(activity, way), activity)


@every_way
def test_odd_names(way: Write) -> None:
    words = [*ODD, "注 1", "Note 1: A", "资料来源：某", "单位：万元"]
    activity = quietly({"zones": of(zone=words, name=words[::-1]), "energy": energy(zone=words, sector=words)})
    assert_same(round_trip(activity, way), activity)


@every_way
def test_figures_keep_every_bit(way: Write) -> None:
    values = [0.1, 1 / 3, 0.1 + 0.2, 123456789.123456789, 5e-324, 1.7976931348623157e308, 1e22, 2.0**53 + 2, 1e16, 1e-5]
    activity = quietly({"energy": energy(zone=[f"Z{at}" for at in range(len(values))], quantity=values)})
    assert sorted(activity.quantity[:, 0, 0, 0].tolist()) == sorted(values)
    assert_same(round_trip(activity, way), activity)


@pytest.mark.parametrize("way", [csv_folder, parquet_folder], ids=lambda way: way.__name__)
def test_the_shipped_example(way: Write) -> None:
    activity = quietly(EXAMPLE)
    assert_same(round_trip(activity, way), activity)


@every_way
def test_what_was_set_aside_stays_unknown(way: Write) -> None:
    rows = energy(
        zone=["A", "A", "A", "B"], year=[2020, 2020, 2021, 2020], carrier=["焦炭", "焦炭", "没有", "电力"],
        quantity=["1", "2", "3", "x"], unit=["t", "tce", "t", "万吨"],
    )  # fmt: skip
    money = of(zone="A", year=[2020, 2020, 2021], sector=["", "S", "S"], value_added=[1, 2, "?"], unit="亿元")
    activity = quietly({"energy": rows, "economy": money}, on_error="set_aside")
    assert len(activity.set_aside) >= 4
    assert np.isnan(activity.quantity).any()
    assert_same(round_trip(activity, way), activity)


@every_way
def test_records(way: Write) -> None:
    zone = zc.Zone(
        zone="甲",
        province="江苏",
        energy=[
            zc.EnergyUse(carrier="原煤", quantity="1.1 万吨", year=2020),
            zc.EnergyUse(carrier="原煤", quantity="0.7 万吨", year=2020),
            zc.EnergyUse(carrier="原煤", quantity="3 tce", year=2020),
            zc.EnergyUse(carrier="电力", quantity=None, year=2021, supply="光伏"),
            zc.EnergyUse(carrier="热力", quantity="5 GJ", year=2021, use="外供", sector="=化工"),
        ],
        value_added=[zc.ValueAdded(value_added="12 亿元", year=2020, price_year="现价", boundary="核心区")],
        process=[zc.ProcessOutput(product="石灰", output=1.0, year=2022, factor="0.7 tCO2/t")],
        indicators=[zc.ReportedValue(indicator="综合能耗", value="3 万吨标准煤", year=2019, basis="等价值")],
    )
    activity = zc.Activity.from_records([zone, zc.Zone(zone="乙", name="第二园区")])
    assert_same(round_trip(activity, way), activity)


def test_bare_arrays() -> None:
    rng = np.random.default_rng(3)
    quantity = rng.random((3, 2, 2, 4)) * (rng.random((3, 2, 2, 4)) > 0.4)
    quantity[1, :, :, 2] = NAN  # a zone-year that is not known
    quantity[..., 3] = NAN  # a year that is not known
    quantity[0, 0, 1, 0] = NAN
    money = rng.random((3, 4))
    activity = zc.Activity.from_arrays(
        quantity, flows=["raw_coal", "electricity"], zones=["A", "B", "C"], years=[2020, 2021, 2022, 2023],
        value_added=money, price_year=2020, sectors=["S", "T"], provinces="江苏",
    )  # fmt: skip
    again = round_trip(activity, csv_folder)
    assert again.sectors.tolist() == ["", "S", "T"]  # value added stands beside the sectors
    np.testing.assert_array_equal(again.quantity[:, 1:], quantity)
    np.testing.assert_array_equal(again.value_added_total, money)
    assert again.years.tolist() == [2020, 2021, 2022, 2023]
    assert again.provinces.tolist() == ["32-jiangsu"] * 3


def test_headings_are_those_of_the_language(tmp_path: Path) -> None:
    activity = quietly({"energy": energy(carrier="电力", supply="绿证", unit="万千瓦时")})
    zc.write(activity, tmp_path / "en")
    zc.write(activity, tmp_path / "zh", language="zh")
    english = (tmp_path / "en" / "energy.csv").read_text("utf-8-sig")
    chinese = (tmp_path / "zh" / "energy.csv").read_text("utf-8-sig")
    assert english == "zone,year,carrier,quantity,unit,use,supply\nA,2020,electricity,10.0,MWh,final,certificate\n"
    assert chinese == "园区,年份,能源品种,数量,单位,用途,供应方式\nA,2020,电力,10.0,兆瓦时,终端消费,绿证\n"


# -- formulas ----------------------------------------------------------------------------------------------------------


@given(st.text() | st.sampled_from(ODD) | st.text("'=+-@\t\r\nA"))
@example("'")
def test_escape_is_taken_back(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not escape(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@given(st.lists(st.text("'=+-@A", max_size=4), unique=True))
def test_no_two_texts_escape_to_one(texts: list[str]) -> None:
    assert len({escape(text) for text in texts}) == len(texts)


DANGEROUS = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", '=HYPERLINK("http://x")', "=1"]


def test_no_cell_of_a_csv_file_is_a_formula(tmp_path: Path) -> None:
    activity = quietly({"zones": of(zone=DANGEROUS, name=DANGEROUS), "energy": energy(zone=DANGEROUS, quantity=-0.0)})
    zc.write(activity, tmp_path / "book")
    for path in (tmp_path / "book").iterdir():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    activity = quietly({"zones": of(zone=DANGEROUS), "energy": energy(zone=DANGEROUS)})
    path = zc.write(activity, tmp_path / "book.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert parts
    assert not [part for part in parts if b"<f>" in part or b"<f " in part]
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row]
    assert {cell.data_type for cell in cells if cell.value in DANGEROUS} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value in DANGEROUS)


def test_names_of_zones_cannot_become_formulas_in_results(tmp_path: Path) -> None:
    account = zc.account([zc.Zone(zone=name, energy=[zc.EnergyUse(carrier="焦炭", quantity=1.0, year=2020)])
                          for name in DANGEROUS])  # fmt: skip
    text = zc.write(account, tmp_path / "account.csv").read_text("utf-8-sig")
    assert [line.startswith(("'", "\"'")) for line in text.splitlines()[1:]] == [True] * len(DANGEROUS)
    assert account.to_csv() == text
    sheet = openpyxl.load_workbook(zc.write(account, tmp_path / "account.xlsx"))["account"]
    assert [sheet.cell(row, 1).value for row in range(2, 8)] == sorted(DANGEROUS, key=DANGEROUS.index)


# -- what cannot be written --------------------------------------------------------------------------------------------


def refused(what: Any, path: Path, **options: Any) -> set[str]:
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(zc.InputError) as caught:
        zc.write(what, path, **options)
    assert sorted(item for item in path.parent.rglob("*") if item.is_file()) == [i for i in before if i.is_file()]
    return {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1f", "\r", "\ufffe"])
def test_a_workbook_refuses_what_xml_cannot_hold(sign: str, tmp_path: Path) -> None:
    activity = quietly({"zones": of(zone=["A"], name=[f"a{sign}b"]), "energy": energy()})
    assert refused(activity, tmp_path / "book.xlsx") == {"write.sign"}
    if sign in {"\x00", "\ud800"}:
        assert refused(activity, tmp_path / "book") == {"write.sign"}
        assert refused(activity, tmp_path / "book", format="parquet") == {"write.sign"}
    else:
        assert_same(round_trip(activity, csv_folder), activity)
        assert_same(round_trip(activity, parquet_folder), activity)


def test_a_long_text_is_not_cut_off(tmp_path: Path) -> None:
    activity = quietly({"zones": of(zone=["A"], name=["x" * 32_768]), "energy": energy()})
    assert refused(activity, tmp_path / "book.xlsx") == {"write.length"}
    assert_same(round_trip(activity, csv_folder), activity)


def test_a_sheet_has_only_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "SHEET_ROWS", 3)
    two = quietly({"energy": energy(zone=["A", "B"])})
    assert_same(round_trip(two, workbook), two)
    three = quietly({"energy": energy(zone=["A", "B", "C"])})
    assert refused(three, tmp_path / "book.xlsx") == {"write.rows"}
    assert refused(zc.account(three), tmp_path / "account.xlsx") == {"write.rows"}


def test_bare_arrays_that_tables_cannot_say(tmp_path: Path) -> None:
    flows = [zc.Flow("reported", "final", "", "tce"), zc.Flow("raw_coal", "final", "", "kg"), zc.Flow("no", unit="t")]
    flows += [zc.Flow("raw_coal", "final", "grid", "t"), zc.Flow("electricity", "final", "grid", "tce")]
    names = [" A", "Total", "", "B"]
    activity = zc.Activity.from_arrays(np.ones((4, 5, 1)), flows=flows, zones=names, years=[2020])
    with pytest.raises(zc.InputError) as caught:
        zc.write(activity, tmp_path / "book")
    assert [problem.code for problem in caught.value.problems] == ["write.flow"] * 5 + ["write.zone"] * 3


def test_an_infinite_figure(tmp_path: Path) -> None:
    activity = quietly({"energy": energy()})
    activity = replace(activity, quantity=activity.quantity * math.inf)
    assert refused(activity, tmp_path / "book") == {"write.finite"}


def test_options_are_checked(tmp_path: Path) -> None:
    activity = quietly({"energy": energy()})
    account = zc.account(activity)
    assert refused([1], tmp_path / "a") == {"write.what"}
    assert refused(activity, tmp_path / "a.csv") == {"write.tables"}
    assert refused(activity, tmp_path / "a", format="json") == {"write.tables"}
    assert refused(account, tmp_path / "a.docx") == {"write.ending"}
    assert refused(account, tmp_path / "a") == {"write.ending"}
    assert refused(account, tmp_path / "a", format="yaml") == {"option"}
    assert refused(account, tmp_path / "a.csv", language="de") == {"option"}
    assert refused(account, tmp_path / "none" / "a.csv") == {"write.refused"}


@pytest.mark.parametrize(("package", "name"), [("openpyxl", "a.xlsx"), ("pyarrow", "a.parquet")])
def test_an_extra_that_is_missing(package: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = zc.account(quietly({"energy": energy()}))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(zc.MissingOptionalDependencyError, match=package):
        zc.write(account, tmp_path / name)
    assert not list(tmp_path.iterdir())


# -- what was there before ---------------------------------------------------------------------------------------------


def test_nothing_is_overwritten_silently(tmp_path: Path) -> None:
    first, second = quietly({"energy": energy()}), quietly({"energy": energy(quantity=2.0)})
    ways: list[tuple[Path, dict[str, Any]]] = [(tmp_path / "a.xlsx", {}), (tmp_path / "b", {})]
    for path, options in (*ways, (tmp_path / "c", {"format": "parquet"})):
        zc.write(first, path, **options)
        assert refused(second, path, **options) == {"write.exists"}
        assert_same(quietly(path), first)
        zc.write(second, path, **options, overwrite=True)
        assert_same(quietly(path), second)


def test_a_folder_holds_one_activity(tmp_path: Path) -> None:
    """Old tables of other names and forms do not stay beside the new ones; other files do."""
    full = quietly({"energy": energy(), "process": of(zone="A", year=2020, product="石灰", output=1.0, unit="t")})
    zc.write(full, tmp_path / "book")
    (tmp_path / "book" / "园区.parquet").write_bytes(b"old")
    (tmp_path / "book" / "README.md").write_text("mine", "utf-8")
    small = quietly({"energy": energy(zone="B")})
    assert refused(small, tmp_path / "book", format="parquet") == {"write.exists"}
    zc.write(small, tmp_path / "book", format="parquet", overwrite=True)
    assert sorted(path.name for path in (tmp_path / "book").iterdir()) == [
        "README.md",
        "energy.parquet",
        "zones.parquet",
    ]
    assert_same(quietly(tmp_path / "book"), small)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    assert refused(quietly({"energy": energy()}), tmp_path / "a.xlsx", overwrite=True) == {"write.exists"}


@pytest.mark.parametrize("name", ["a.xlsx", "folder"])
def test_what_fails_halfway_leaves_what_was_there(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = quietly({"energy": energy()})
    path = zc.write(first, tmp_path / name)

    def broken(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", broken)
    assert refused(quietly({"energy": energy(quantity=9.0)}), path, overwrite=True) == {"write.refused"}
    monkeypatch.undo()
    assert_same(quietly(path), first)


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
def test_files_have_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    path = zc.write(zc.account(quietly({"energy": energy()})), tmp_path / "a.csv")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


# -- results -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def account() -> zc.Account:
    book = {name: pd.read_csv(EXAMPLE / f"{name}.csv", dtype=str) for name in ("zones", "economy", "energy")}
    activity = quietly({name: frame[frame["zone"] < "synthetic-005"] for name, frame in book.items()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def test_a_result_as_csv(account: zc.Account, tmp_path: Path) -> None:
    path = zc.write(account, tmp_path / "a.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = account.to_frame()
    assert list(rows[0]) == list(frame)
    assert [float(row["energy_tce"]) for row in rows] == frame["energy_tce"].tolist()
    assert [row["zone"] for row in rows] == frame["zone"].tolist()


def test_a_result_as_json(account: zc.Account, tmp_path: Path) -> None:
    check = zc.check(account)
    data = json.loads(zc.write(check, tmp_path / "a.json").read_text("utf-8"))
    assert data == json.loads(json.dumps(check.to_dict()))
    assert zc.TargetCheck.from_dict(data).text() == check.text()


def test_a_result_as_parquet(account: zc.Account, tmp_path: Path) -> None:
    path = zc.write(account, tmp_path / "a.parquet")
    schema = pyarrow.parquet.read_schema(path)
    assert schema.field("energy_tce").metadata == {b"unit": b"tce"}
    behind = json.loads(schema.metadata[b"zonecarbon"])
    assert behind["result"] == "Account"
    assert behind["input_hash"] == account.provenance.input_hash
    again = pd.read_parquet(path)
    assert again.attrs["provenance"]["choices"] == json.loads(json.dumps(account.provenance.to_dict()["choices"]))
    for name, column in account.to_frame().items():
        assert again[name].tolist() == column.tolist(), name


def test_a_result_as_a_workbook(account: zc.Account, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(zc.write(account, tmp_path / "a.xlsx"))
    assert book.sheetnames == ["account", "provenance"]
    rows = list(book["account"].values)
    frame = account.to_frame()
    assert list(rows[0]) == list(frame)
    at = list(frame).index("energy_tce")
    assert [row[at] for row in rows[1:]] == frame["energy_tce"].tolist()
    behind = {row[0]: row[1] for row in book["provenance"].values if row[0] != "unit"}
    assert behind["input_hash"] == account.provenance.input_hash
    assert behind["choices.method.name"] == "inventory"
    assert book["account"].freeze_panes == "A2"


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_every_result_can_be_written(account: zc.Account, ending: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        results = [
            zc.check(account), zc.decompose(account), zc.tapio(account), zc.find_peaks(account),
            zc.project(account, "policy", until=2030, draws=16, rng=1),
            zc.required(account, budget="3 GtCO2", year=2030),
            account.explain("synthetic-001", 2022), zc.list_factors(), zc.list_targets(), zc.list_methods(),
            zc.mann_kendall([1.0, 2.0, 4.0, 3.0]),
        ]  # fmt: skip
    for at, result in enumerate(results):
        path = zc.write(result, tmp_path / f"{at}.{ending}")
        assert path.stat().st_size > 100
        if ending == "parquet":
            assert len(pd.read_parquet(path)) == len(result.to_frame())


def test_a_result_of_huge_and_unknown_figures(tmp_path: Path) -> None:
    columns = {"a": np.array([NAN, math.inf, -0.0, 1 / 3]), "b": np.array(["x", None, 2.5, True], dtype=object)}
    saving.save_workbook(tmp_path / "a.xlsx", {"s": saving.as_columns(columns)})
    values = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["s"].values)[1:]
    assert values == [(None, "x"), ("inf", None), (0.0, 2.5), (1 / 3, True)]
    saving.save_parquet(tmp_path / "a.parquet", saving.as_columns(columns), {}, {})
    assert pd.read_parquet(tmp_path / "a.parquet")["b"].tolist()[2:] == ["2.5", "True"]
    saving.save_csv(tmp_path / "a.csv", saving.as_columns(columns))
    assert (tmp_path / "a.csv").read_text("utf-8-sig") == "a,b\n,x\ninf,\n-0.0,2.5\n0.3333333333333333,True\n"


def test_books_hold_no_table_without_rows() -> None:
    activity = quietly({"energy": energy()})
    assert list(books.tables(activity)) == ["zones", "energy"]
    assert list(books.tables(quietly(CASES["a blank indicator"]))) == ["zones", "indicators"]


def test_arguments_are_not_modified(account: zc.Account, tmp_path: Path) -> None:
    before = account.provenance.input_hash, account.to_frame()
    zc.write(account, tmp_path / "a.xlsx")
    pd.testing.assert_frame_equal(account.to_frame(), before[1])


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_not_the_current_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "energy.csv").write_text("zone,year,carrier,quantity,unit\nA,2020,coke,1,t\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(zc.InputError, match="must have a name"):
        zc.write(zc.read("."), name, overwrite=True)
    assert main(["convert", "energy.csv", name, "--overwrite"]) == 2
    assert "must have a name" in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["energy.csv"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name of a file is a text")
def test_a_name_that_is_no_text_is_written_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "energy.csv").write_text("zone,year,carrier,quantity,unit\nA,2020,coke,1,t\n", encoding="utf-8")
    name = os.fsdecode(b"\xed\xd7")
    assert main(["convert", str(tmp_path / "energy.csv"), str(tmp_path / name)]) == 0
    assert (tmp_path / name).exists()
    assert "\\udced" in capsys.readouterr().out
