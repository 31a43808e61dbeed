"""Tables: every way a cell can be written, every way it can be wrong, and what is left when bad rows are set aside."""

import copy
import math
import warnings
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon.tabular import sheet as sheet_module

Table = dict[str, list[Any]]
HEADS = {
    "zones": ("zone", "province"),
    "economy": ("zone", "year", "value_added", "unit", "price_year"),
    "energy": ("zone", "year", "carrier", "quantity", "unit"),
    "process": ("zone", "year", "product", "output", "unit"),
    "indicators": ("zone", "year", "indicator", "value", "unit"),
}
NAN = math.nan


def table(kind: str, *rows: tuple[Any, ...], more: tuple[str, ...] = ()) -> Table:
    names = (*HEADS[kind], *more)
    return {name: [row[i] if i < len(row) else None for row in rows] for i, name in enumerate(names)}


def energy(*rows: tuple[Any, ...], more: tuple[str, ...] = ()) -> Table:
    return table("energy", *rows, more=more)


def one(quantity: Any = 1.0, *, zone: Any = "A", year: Any = 2020, carrier: Any = "原煤", unit: Any = "t") -> Table:
    return energy((zone, year, carrier, quantity, unit))


def read(energy: Any = None, on_error: Any = "raise", **others: Any) -> zc.Activity:
    """Read, and let no warning pass unseen but those about the data."""
    tables = {"energy": energy, **others} if energy is not None else others
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)
        return zc.read(tables, on_error=on_error)


def problems(energy: Any = None, **others: Any) -> list[tuple[str, str, int | None, str]]:
    with pytest.raises(zc.InputError) as caught:
        read(energy, **others)
    return [(p.code, p.where.source, p.where.row, p.where.column) for p in caught.value.problems]


def codes(energy: Any = None, **others: Any) -> list[str]:
    return [code for code, *_ in problems(energy, **others)]


def amounts(activity: zc.Activity) -> dict[tuple[str, str, int], float]:
    """Return what is not zero, by zone, carrier (or product) and year; NaN is None."""
    found = {}
    for z, s, f, y in np.ndindex(*activity.quantity.shape):
        value = float(activity.quantity[z, s, f, y])
        flow = activity.flows[f]
        if value != 0:
            key = (str(activity.zones[z]), flow.carrier or flow.product, int(activity.years[y]))
            found[key] = value
    return found


# -- sources -------------------------------------------------------------------------------------------------------

FOLDER = {
    "zones": "zone,province\n甲,江苏\n乙,陕西省\n",
    "economy": "zone,year,value_added,unit,price_year\n甲,2020,12,亿元,2020\n乙,2020,8,亿元,2020\n",
    "energy": 'zone,year,carrier,quantity,unit\n甲,2020,原煤,"1,000",吨\n乙,2020,电力,１２００,万千瓦时\n',
}
CHINESE = {
    "园区": "园区名称,省份\n甲,江苏\n乙,陕西省\n",
    "工业增加值": "园区,年份,工业增加值,单位,价格基期\n甲,2020年,12,亿元,2020年价\n乙,2020,8,亿元,2020\n",
    "能源": "高新区,年度,能源品种,消费量,计量单位\n"
    '甲,2020,raw coal,"1,000",吨\n乙,2020,Electricity,１２００,万千瓦时\n',
}


def write(folder: Path, files: Mapping[str, str], encoding: str = "utf-8") -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def is_the_folder(activity: zc.Activity) -> None:
    assert activity.zones.tolist() == ["甲", "乙"]
    assert activity.provinces.tolist() == ["32-jiangsu", "61-shaanxi"]
    assert amounts(activity) == {("甲", "raw_coal", 2020): 1000.0, ("乙", "electricity", 2020): 12000.0}
    assert activity.value_added_total.tolist() == [[120000.0], [80000.0]]
    assert activity.price_year.tolist() == [[2020], [2020]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("files", [FOLDER, CHINESE], ids=["English", "Chinese"])
def test_a_folder(tmp_path: Path, files: Mapping[str, str], encoding: str) -> None:
    is_the_folder(zc.read(write(tmp_path, files, encoding)))
    is_the_folder(zc.read(str(tmp_path)))


def frames() -> dict[str, pd.DataFrame]:
    return {
        "zones": pd.DataFrame({"zone": ["甲", "乙"], "province": ["江苏", "陕西省"]}),
        "economy": pd.DataFrame(
            {"zone": ["甲", "乙"], "year": 2020, "value_added": [12, 8], "unit": "亿元", "price_year": 2020}
        ),
        "energy": pd.DataFrame(
            {
                "zone": ["甲", "乙"],
                "year": [2020, 2020],
                "carrier": ["原煤", "电力"],
                "quantity": [1000.0, 1200.0],
                "unit": ["吨", "万千瓦时"],
            }
        ),
    }


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"zone": object},
        {"carrier": "category", "zone": "category"},
        {"zone": "string", "unit": "string"},
        {"year": "Int64", "quantity": "Float64"},
        {"year": "float64", "quantity": "int32"},
        {"quantity": "float32"},
        {"year": str, "quantity": str},
        {"quantity": object, "year": object},
        {"quantity": "category", "year": "category"},
    ],
    ids=str,
)
def test_frames_of_any_dtype(change: dict[str, Any]) -> None:
    tables = frames()
    tables["energy"] = tables["energy"].astype(change)
    before = {name: frame.copy(deep=True) for name, frame in tables.items()}
    is_the_folder(zc.read(tables))
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_a_frame_with_any_index_and_read_only_arrays() -> None:
    tables = frames()
    tables["energy"].index = pd.Index([7, 7])
    is_the_folder(zc.read(tables))
    columns = {name: column.to_numpy(copy=True) for name, column in frames()["energy"].items()}
    for array in columns.values():
        array.flags.writeable = False
    activity = zc.read({**frames(), "energy": columns})
    is_the_folder(activity)
    with pytest.raises(ValueError, match="read-only"):
        activity.quantity[0, 0, 0, 0] = 1


def test_series_in_a_mapping_go_by_position_not_by_index() -> None:
    columns = {name: pd.Series(list(column)) for name, column in frames()["energy"].items()}
    columns["quantity"].index = pd.Index([1, 0])
    is_the_folder(zc.read({**frames(), "energy": columns}))


def test_numpy_text_arrays_and_tuples() -> None:
    columns = {name: np.array(list(column)) for name, column in frames()["energy"].items()}
    is_the_folder(zc.read({**frames(), "energy": columns}))
    is_the_folder(zc.read({**frames(), "energy": {str(name): tuple(c) for name, c in frames()["energy"].items()}}))


def test_a_dict_passed_in_is_not_modified() -> None:
    tables = {"energy": energy((" A ", "2020年", "原煤", "1,000", "t"))}
    before = copy.deepcopy(tables)
    read(**tables)
    assert tables == before


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "path.empty"),
        ("nowhere", "source.missing"),
        ("zones.xlsx", "source.missing"),
        ({"zones": {"zone": ["A"]}}, "tables.none"),
        ({"energie": {}}, "tables.unknown"),
        ({"energy": 3}, "tables.form"),
        ({"energy": {"zone": "A"}}, "tables.form"),
        ({"energy": {**one(), "year": [2020, 2021]}}, "tables.form"),
        ({"energy": {**one(), "year": np.ones((1, 1))}}, "tables.form"),
        ({"energy": {**one(), "年份": [2020]}}, "columns.twice"),
        ({"energy": pd.DataFrame([["A", "B"]], columns=["zone", "zone"])}, "columns.twice columns.missing"),
        ({"energy": {}}, "columns.missing"),
    ],
)
def test_sources_that_are_none(source: Any, code: str) -> None:
    for on_error in ("raise", "set_aside"):
        with pytest.raises(zc.InputError) as caught:
            zc.read(source, on_error=on_error)
        assert [p.code for p in caught.value.problems] == code.split()


def test_missing_columns_of_all_tables_are_told_together() -> None:
    found = problems({"zone": ["A"], "year": [2020], "fuel": [1]}, economy={"zone": ["A"]})
    assert [(code, source) for code, source, *_ in found] == [("columns.missing", t) for t in ("economy", "energy")]
    with pytest.raises(zc.InputError, match="needs the columns carrier, quantity, unit; it has zone, year, fuel;"):
        read({"zone": ["A"], "year": [2020], "fuel": [1]})


def test_on_error_must_be_known() -> None:
    with pytest.raises(zc.InputError, match="on_error must be one of raise, set_aside; got 'ignore'"):
        zc.read({}, on_error="ignore")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source.empty"),
        (b"\xef\xbb\xbf \r\n,,\n", "source.empty"),
        (b"zone,year,carrier,quantity,unit\n\xff\x80,\xff\n", "file.encoding"),
        (b"zone,year,carrier,quantity,unit\nA,2020,coal,1,t,6,7\n", "file.syntax"),
        (b'zone,year,carrier,quantity,unit\n"A,2020,coal,1,t\n', "file.syntax"),
        (b"zone,year,carrier,quantity,unit,zone\nA,2020,raw coal,1,t,B\n", "columns.twice"),
        (b"zone:year:carrier:quantity:unit\nA:2020:raw coal:1:t\n", "sheet.heading"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "energy.csv").write_bytes(content)
    with pytest.raises(zc.InputError) as caught:
        zc.read(tmp_path)
    assert [(p.code, p.where.source) for p in caught.value.problems] == [(code, "energy.csv")]


def test_two_files_of_one_table_are_refused(tmp_path: Path) -> None:
    write(tmp_path, {"energy": FOLDER["energy"], "能源": FOLDER["energy"]})
    with pytest.raises(zc.InputError, match=r"energy\.csv, 能源\.csv all hold energy"):
        zc.read(tmp_path)


def test_file_names_in_any_case_and_other_files_beside(tmp_path: Path) -> None:
    write(tmp_path, {"Zones": FOLDER["zones"], "ECONOMY": FOLDER["economy"], "Energy": FOLDER["energy"], "notes": "x"})
    is_the_folder(zc.read(tmp_path))


def test_empty_rows_and_blank_headers_keep_row_numbers_right(tmp_path: Path) -> None:
    lines = [
        "zone,year,carrier,quantity,unit,,",
        "A,2020,原煤,1,t,,",
        ",,,,,,",
        "  , ,,,,,",
        "A,2020,焦炭,x,t,,",
        ",,,",
    ]
    write(tmp_path, {"energy": "\n".join(lines)})
    with pytest.raises(zc.InputError) as caught:
        zc.read(tmp_path)
    assert [(p.code, p.where[:4]) for p in caught.value.problems] == [
        ("number.mark", ("energy.csv", "", 5, "quantity"))
    ]


def test_a_cell_with_a_line_break_is_one_row(tmp_path: Path) -> None:
    write(tmp_path, {"energy": 'zone,year,carrier,quantity,unit,备注\nA,2020,原煤,1,t,"a\nb"\nA,2020,焦炭,x,t,\n'})
    with pytest.raises(zc.InputError) as caught:
        zc.read(tmp_path)
    assert [p.where.row for p in caught.value.problems] == [3]


def test_extra_columns_are_left_alone() -> None:
    assert amounts(read({**one(), "remark": ["x"], "备注": [None]})) == {("A", "raw_coal", 2020): 1.0}


def test_a_header_without_rows_is_an_activity_of_nothing() -> None:
    activity = read(energy())
    assert activity.quantity.shape == (0, 1, 0, 0)
    assert repr(activity) == "<Activity: 0 zones, 1 sectors, 0 flows, no years>"


# -- cells ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,000", 1000.0),
        ("１，０００．５", 1000.5),
        (" 12 ", 12.0),
        ("1.2e3", 1200.0),
        ("1.2×10^3", 1200.0),
        (".5", 0.5),
        ("0", 0.0),
        (0, 0.0),
        (7, 7.0),
        (Decimal("7.5"), 7.5),
        (np.float32(2.5), 2.5),
        ("", NAN),
        ("  ", NAN),
        (None, NAN),
        (NAN, NAN),
        (pd.NA, NAN),
        (pd.NaT, NAN),
    ],
)
def test_a_figure_in_many_forms(cell: Any, value: float) -> None:
    for beside in ([], [1.0], ["1"], [None]):
        rows = [("A", 2020, "原煤", cell, "t"), *(("A", 2021, "原煤", other, "t") for other in beside)]
        found = float(read(energy(*rows)).quantity[0, 0, 0, 0])
        assert found == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NaN", "number.text"),
        ("nan", "number.text"),
        ("NA", "number.mark"),
        ("-", "number.mark"),
        ("……", "number.mark"),
        ("约100", "number.text"),
        ("1,00", "number.text"),
        ("1 000", "number.text"),
        ("5 t", "number.text"),
        ("5%", "number.text"),
        ("inf", "number.text"),
        ("1e999", "number.text"),
        ("²", "number.text"),
        (1j, "number.text"),
        (pd.Timestamp("2020-01-01"), "number.text"),
        (math.inf, "number.finite"),
        (-math.inf, "number.finite"),
        (10**400, "number.finite"),
        (-1.0, "number.negative"),
        ("-1", "number.negative"),
        (True, "number.bool"),
        (np.True_, "number.bool"),
    ],
)
def test_a_figure_that_is_none(cell: Any, code: str) -> None:
    for beside in ([], [1.0], [1], ["1"], [None]):
        rows = [*(("A", 2021, "原煤", other, "t") for other in beside), ("A", 2020, "原煤", cell, "t")]
        assert problems(energy(*rows)) == [(code, "energy", len(beside), "quantity")]


def test_a_column_of_booleans_is_no_column_of_figures() -> None:
    rows = {**energy(("A", 2020, "原煤", 0, "t"), ("A", 2021, "原煤", 0, "t")), "quantity": np.array([True, False])}
    assert problems(rows) == [("number.bool", "energy", row, "quantity") for row in (0, 1)]
    nullable = {**rows, "quantity": pd.array([True, None], dtype="boolean")}
    assert problems(nullable) == [("number.bool", "energy", 0, "quantity")]


@pytest.mark.parametrize("cell", ["2020", "2020年", "２０２０", 2020.0, np.int16(2020), "2020.0", Decimal(2020)])
def test_a_year_in_many_forms(cell: Any) -> None:
    assert read(one(year=cell)).years.tolist() == [2020]


@pytest.mark.parametrize("cell", ["", None, "abc", 1900, 2101, 2020.5, "20", "02020", True, "2020-21", math.inf])
def test_a_year_that_is_none(cell: Any) -> None:
    assert problems(one(year=cell)) == [("year.range", "energy", 0, "year")]


@pytest.mark.parametrize(
    ("fields", "code", "column"),
    [
        ({"zone": ""}, "zone.blank", "zone"),
        ({"zone": "全国"}, "zone.sum", "zone"),
        ({"zone": "Total"}, "zone.sum", "zone"),
        ({"carrier": ""}, "carrier.blank", "carrier"),
        ({"carrier": "煤合计"}, "carrier.sum", "carrier"),
        ({"carrier": "综合能源消费量"}, "carrier.sum", "carrier"),
        ({"carrier": "raw cole"}, "carrier.unknown", "carrier"),
        ({"unit": ""}, "unit.missing", "unit"),
        ({"unit": "tonnen"}, "unit.unknown_near", "unit"),
        ({"unit": "m3"}, "carrier.unit", "unit"),
        ({"unit": "tC"}, "unit.carbon", "unit"),
        ({"carrier": "电力", "unit": "tce"}, "electricity.basis", "unit"),
        ({"carrier": "电力", "unit": "t"}, "carrier.unit", "unit"),
        ({"carrier": "天然气", "unit": "t"}, "carrier.unit", "unit"),
    ],
)
def test_words_that_are_refused(fields: dict[str, Any], code: str, column: str) -> None:
    assert problems(one(**fields)) == [(code, "energy", 0, column)]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("use", "burned", "use.unknown"),
        ("supply", "sun", "supply.unknown"),
        ("supply", "certificate", "supply.carrier"),
        ("basis", "both", "basis.unknown"),
        ("sector", "工业合计", "sector.sum"),
        ("ncv", "hot", "number.text"),
        ("ncv", 0, "ncv.positive"),
        ("ncv", -3, "ncv.positive"),
        ("ncv", math.inf, "number.finite"),
    ],
)
def test_optional_words_that_are_refused(column: str, cell: Any, code: str) -> None:
    heat = {"ncv_unit": ["GJ/t"]} if column == "ncv" else {}
    assert problems({**one(), column: [cell], **heat}) == [(code, "energy", 0, column)]


def test_heat_values() -> None:
    head = ("ncv", "ncv_unit")
    rows = energy(
        ("A", 2020, "原煤", 2, "t", "20,908", "kJ/kg"),
        ("A", 2021, "原煤", 2, "t", None, None),
        ("A", 2022, "原煤", 2, "t", 20.908, "GJ/t"),
        more=head,
    )
    activity = read(rows)
    assert {flow.unit for flow in activity.flows} == {"GJ", "t"}
    assert amounts(activity) == {
        ("A", "raw_coal", 2020): pytest.approx(41.816),
        ("A", "raw_coal", 2021): 2.0,
        ("A", "raw_coal", 2022): pytest.approx(41.816),
    }
    bad = energy(
        ("A", 2020, "原煤", 2, "t", 20, ""),
        ("A", 2021, "原煤", 2, "t", 20, "GJ/m3"),
        ("A", 2022, "电力", 2, "kWh", 20, "GJ/t"),
        ("A", 2023, "原煤", 2, "tce", 20, "GJ/t"),
        more=head,
    )
    assert problems(bad) == [
        ("ncv.unit", "energy", 0, "ncv_unit"),
        ("unit.dimension", "energy", 1, "ncv_unit"),
        ("ncv.carrier", "energy", 2, "ncv_unit"),
        ("carrier.unit", "energy", 3, "unit"),
    ]


def test_basis_use_supply_and_meter() -> None:
    rows = energy(
        ("A", 2020, "电力", 3, "tce", "等价值", "", "", ""),
        ("A", 2020, "电力", 3, "MWh", "", "外供", "", ""),
        ("A", 2020, "电力", 4, "MWh", "", "", "绿证", "1"),
        ("A", 2020, "电力", 5, "MWh", "", "", "绿证", "2"),
        more=("basis", "use", "supply", "meter"),
    )
    activity = read(rows)
    found = {
        (f.use, f.supply, f.unit, f.basis): float(activity.quantity[0, 0, i, 0]) for i, f in enumerate(activity.flows)
    }
    assert found == {
        ("final", "grid", "tce", "equivalent"): 3.0,
        ("export", "grid", "MWh", ""): 3.0,
        ("final", "certificate", "MWh", ""): 9.0,
    }


# -- no row, blank, zero -------------------------------------------------------------------------------------------


def test_no_row_is_not_used_and_a_year_without_rows_is_unknown() -> None:
    rows = energy(
        ("A", 2020, "原煤", 5, "t"),
        ("A", 2020, "焦炭", "", "t"),
        ("A", 2021, "原煤", 0, "t"),
        ("B", 2020, "原煤", 1, "t"),
    )
    with pytest.warns(zc.DataWarning, match=r"energy, column quantity: a quantity is blank \(row or cell 1\);"):
        activity = zc.read({"energy": rows})
    coal, coke = activity.quantity[:, 0, 0], activity.quantity[:, 0, 1]
    np.testing.assert_array_equal(coal, [[5, 0], [1, NAN]])
    np.testing.assert_array_equal(coke, [[NAN, 0], [0, NAN]])
    assert activity.has_energy is not None
    assert activity.has_energy.tolist() == [[True, True], [True, False]]
    assert [p.code for p in activity.warnings] == ["quantity.blank", "quality.no_energy"]
    assert activity.warnings[1].values == {"places": "B 2021"}


def test_value_added_without_a_row_and_blank_is_unknown() -> None:
    money = table("economy", ("A", 2020, 5, "万元", 2020), ("B", 2020, None, "万元", 2020))
    activity = read(one(), economy=money)
    np.testing.assert_array_equal(activity.value_added_total, [[5], [NAN]])


def test_zones_without_province_or_without_table() -> None:
    activity = read(one(), zones={"zone": ["A", "B"], "name": ["Zone A", ""]})
    assert activity.zones.tolist() == ["A", "B"]
    assert activity.names.tolist() == ["Zone A", "B"]
    assert activity.provinces.tolist() == ["", ""]
    assert read(one()).provinces.tolist() == [""]


def test_zone_years_known_only_by_their_total() -> None:
    figures = table("indicators", ("A", 2021, "综合能耗", 3, "万吨标准煤", "当量值"), more=("basis",))
    activity = read(one(), indicators=figures)
    np.testing.assert_array_equal(activity.indicators["total_energy"], [[NAN, 30000]])
    assert activity.indicator_basis["total_energy"].tolist() == [["", "calorific"]]
    assert activity.indicator_units == {"total_energy": "tce"}
    np.testing.assert_array_equal(activity.quantity[0, 0, 0], [1, NAN])
    alone = read(indicators=figures)
    assert alone.quantity.shape == (1, 1, 0, 1)


def test_rows_can_be_traced(tmp_path: Path) -> None:
    write(tmp_path, {"energy": 'zone,year,carrier,quantity,unit,ncv,ncv_unit\nA,2020,原煤,"1,000",吨,20,GJ/t\n'})
    rows = zc.read(tmp_path).rows
    assert rows is not None
    assert (rows.source, rows.number.tolist(), list(rows.given)) == ("energy.csv", [2], ["1,000 吨, 20 GJ/t"])


# -- rows against each other ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        ("A", 2020, "原煤", 1, "t"),
        ("A", "2020年", "raw coal", "1", "吨"),
        (" A ", 2020.0, "RAW_COAL", 2, "tce"),
    ],
)
def test_the_same_row_twice_however_it_is_written(again: tuple[Any, ...]) -> None:
    rows = energy(("A", 2020, "焦炭", 1, "t"), ("A", 2020, "原煤", 1, "t"), again)
    assert problems(rows) == [("energy.duplicate", "energy", 2, "carrier")]
    with pytest.raises(zc.InputError, match="the same stands in row 1;"):
        read(rows)


def test_a_bad_row_makes_no_good_row_a_repetition() -> None:
    rows = energy(("", 2020, "原煤", 1, "t"), ("A", "x", "原煤", 1, "t"), ("A", 2020, "原煤", 1, "t"))
    assert codes(rows) == ["zone.blank", "year.range"]
    used = energy(("A", 2020, "原煤", 1, "t", "burned"), ("A", 2020, "原煤", 1, "t", ""), more=("use",))
    assert codes(used) == ["use.unknown"]


def test_zones_twice_and_not_listed() -> None:
    listed = {"zone": ["苏州工业园", "苏州工业园"], "province": ["江苏", "江苏"]}
    assert problems(one(zone="苏州工业园"), zones=listed) == [("zone.duplicate", "zones", 1, "zone")]
    with pytest.raises(zc.InputError, match="'苏州工业圆' is not \\('苏州工业园'\\?\\);"):
        read(one(zone="苏州工业圆"), zones={"zone": ["苏州工业园"]})
    wrong = {"zone": ["A", "", "全国"], "province": ["江芦", "江苏", "江苏"]}
    assert codes(one(), zones=wrong) == ["province.unknown", "zone.blank", "zone.sum"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("A", 2020, 1, "亿元", 2020), ("A", "2020年", 1, "亿元", 2020)], [("economy.duplicate", 1, "zone")]),
        ([("A", 2020, 1, "亿元", 2020, "x"), ("A", 2020, 1, "亿元", 2020)], [("economy.mixed", 1, "sector")]),
        ([("A", 2020, 1, "亿元", 2020, "x"), ("A", 2020, 1, "亿元", 2015, "y")], [("economy.prices", 1, "price_year")]),
        ([("A", 2020, 1, "亿元", 2020, "x"), ("A", 2020, 1, "亿元", None, "y")], [("economy.prices", 1, "price_year")]),
        ([("A", 2020, 1, "亿元", "old")], [("price_year", 0, "price_year")]),
        ([("A", 2020, 1, "t", 2020)], [("unit.dimension", 0, "unit")]),
        ([("A", 2020, 1, "", 2020)], [("unit.missing", 0, "unit")]),
        ([("A", 2020, math.inf, "元", 2020)], [("number.finite", 0, "value_added")]),
    ],
)
def test_economy_rows_that_do_not_fit(rows: list[tuple[Any, ...]], expected: list[tuple[str, int, str]]) -> None:
    money = table("economy", *rows, more=("sector",))
    assert problems(one(), economy=money) == [(code, "economy", row, column) for code, row, column in expected]


def test_the_message_of_the_economy_names_zone_and_year() -> None:
    money = table("economy", ("A", "2020年", 1, "亿元", 2020, "x"), ("A", 2020, 1, "亿元", 2020), more=("sector",))
    with pytest.raises(zc.InputError, match="not both; A 2020 has both;"):
        read(one(), economy=money)


def test_economy_by_sector_at_nominal_prices_and_negative() -> None:
    rows = [
        ("A", 2020, 2, "亿元", "现价", "x"),
        ("A", 2020, -1, "亿元", "nominal", "y"),
        ("A", 2021, 3, "万元", 2020, "x"),
    ]
    activity = read(one(), economy=table("economy", *rows, more=("sector",)))
    assert activity.sectors.tolist() == ["", "x", "y"]
    assert activity.value_added_total.tolist() == [[10000.0, 3.0]]
    assert activity.price_year.tolist() == [[-1, 2020]]


def test_process_rows() -> None:
    rows = table(
        "process", ("A", 2020, "lime", 3, "万吨", ""), ("A", 2020, "clinker", 2, "t", "0.5 tCO2/t"), more=("factor",)
    )
    activity = read(one(), process=rows)
    assert amounts(activity) == {
        ("A", "raw_coal", 2020): 1.0,
        ("A", "lime", 2020): 30000.0,
        ("A", "clinker", 2020): pytest.approx(1.0),
    }
    assert {flow.product: flow.unit for flow in activity.flows if flow.product} == {"lime": "t", "clinker": "tCO2"}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("A", 2020, "", 3, "t", ""), "product.blank", "product"),
        (("A", 2020, "lime", 3, "", ""), "unit.missing", "unit"),
        (("A", 2020, "lime", 3, "m3", ""), "unit.dimension", "unit"),
        (("A", 2020, "lime", -3, "t", ""), "number.negative", "output"),
        (("A", 2020, "lime", 3, "t", "0.5"), "unit.text", "factor"),
        (("A", 2020, "lime", 3, "t", "-0.5 tCO2/t"), "number.negative", "factor"),
        (("A", 2020, "clinker", 3, "t", ""), "process.duplicate", "product"),
    ],
)
def test_process_rows_that_are_refused(row: tuple[Any, ...], code: str, column: str) -> None:
    rows = table("process", ("A", 2020, "clinker", 2, "t", ""), row, more=("factor",))
    assert problems(one(), process=rows) == [(code, "process", 1, column)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("A", 2020, "", 1, "tce")], [("indicator.blank", 0, "indicator")]),
        ([("A", 2020, "co2", 1, "tce")], [("unit.dimension", 0, "unit")]),
        ([("A", 2020, "co2", 1, "")], [("unit.missing", 0, "unit")]),
        ([("A", 2020, "co2", "y", "tCO2")], [("number.text", 0, "value")]),
        (
            [("A", 2020, "综合能耗", 1, "tce"), ("A", "2020年", "total_energy", 2, "tce")],
            [("indicator.duplicate", 1, "indicator")],
        ),
        ([("A", 2020, "water", 1, "m3"), ("A", 2021, "water", 1, "t")], [("unit.dimension", 1, "unit")]),
        ([("A", 2020, "water", 1, ""), ("A", 2021, "water", 1, "m3")], [("unit.missing", 0, "unit")]),
    ],
)
def test_indicator_rows_that_do_not_fit(rows: list[tuple[Any, ...]], expected: list[tuple[str, int, str]]) -> None:
    found = problems(indicators=table("indicators", *rows))
    assert found == [(code, "indicators", row, column) for code, row, column in expected]


def test_an_indicator_is_kept_in_one_unit() -> None:
    rows = [("A", 2020, "water", 1, "m3"), ("A", 2021, "water", 1, "万m3"), ("A", 2020, "share", 5, "%")]
    activity = read(indicators=table("indicators", *rows))
    np.testing.assert_array_equal(activity.indicators["water"], [[1, 10000]])
    np.testing.assert_array_equal(activity.indicators["share"], [[0.05, NAN]])
    assert activity.indicator_units == {"water": "m3", "share": "1"}


# -- all problems at once ------------------------------------------------------------------------------------------


def test_all_problems_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "zones": "zone,province\nA,江苏\nB,Jiangsuu\n",
            "economy": "zone,year,value_added,unit,price_year\nA,2020,1,亿元,2020\nA,2020,2,亿元,2020\n",
            "energy": "zone,year,carrier,quantity,unit\n"
            "A,2020,raw coal,many,t\nC,2020,raw coal,1,t\nA,1820,raw cole,-1,kgcee\nA,2020,煤合计,5,t\n",
        },
    )
    with pytest.raises(zc.InputError) as caught:
        zc.read(tmp_path)
    assert caught.value.text("en").splitlines() == [
        "zones.csv, row 3, column province: a province must be one of China's or 全国; got 'Jiangsuu' "
        "('Jiangsu'?); correct the spelling: zonecarbon.list_provinces() has all",
        "economy.csv, row 3, column zone: value added of a zone, year and sector must stand once; A 2020 (sector '') "
        "stands twice; keep one",
        "energy.csv, row 2, column quantity: a number must be written in digits, such as 1234.5 or 1,234.5; got "
        "'many'; write digits only",
        "energy.csv, row 3, column zone: a zone must be in the zones table; 'C' is not; correct the name or "
        "add the zone",
        "energy.csv, row 4, column year: a year must be a whole number from 1949 to 2100; got '1820'; correct it",
        "energy.csv, row 4, column carrier: a carrier must be one of the vocabulary; got 'raw cole' ('raw coal'?); "
        "'zonecarbon carriers' shows the names, in Python zonecarbon.list_carriers(); what is not among "
        "them is other_energy (其他能源), in tce or GJ",
        "energy.csv, row 4, column quantity: quantity must not be negative; got '-1'; the direction of a flow is its "
        "use (export, transformation_out)",
        "energy.csv, row 4, column unit: a unit must be one that zonecarbon knows; got 'kgcee'; did you mean 'kgce'? "
        "The page 'Units' of the documentation lists all",
        "energy.csv, row 5, column carrier: a sum is no carrier and would count its parts twice; got '煤合计'; leave "
        "this row or column out",
    ]
    chinese = caught.value.text("zh").splitlines()
    assert len(chinese) == 9
    assert chinese[4] == "energy.csv，第 4 行，列 年份（year）：年份须为 1949 至 2100 的整数；收到 '1820'；请更正"
    assert chinese[8].startswith(
        "energy.csv，第 5 行，列 能源品种（carrier）：合计项不是能源品种，会与分项重复计算；收到 '煤合计'；"
    )


def test_a_column_that_is_wrong_throughout_is_told_quickly_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_module, "_MOST", 3)
    rows = energy(*(("A", 2020, "原煤", f"about {i}", "t") for i in range(10)))
    assert problems(rows)[:4] == [("number.text", "energy", row, "quantity") for row in range(3)] + [
        ("and_more", "energy", None, "quantity")
    ]
    with pytest.raises(zc.InputError, match="and 7 more"):
        read(rows)


# -- set aside -----------------------------------------------------------------------------------------------------


def aside(energy: Any = None, **others: Any) -> zc.Activity:
    return read(energy, on_error="set_aside", **others)


def test_good_rows_go_on_and_bad_ones_leave_unknown() -> None:
    activity = aside(
        energy(
            ("A", 2020, "原煤", 1, "t"),
            ("A", 2020, "焦炭", "x", "t"),
            ("A", 2020, "电力", 2, "parsec"),
            ("B", 2020, "rawcole", 3, "t"),
            ("B", 2020, "原煤", 4, "t"),
            ("C", 2020, "煤合计", 5, "t"),
            ("B", 1900, "焦炭", 5, "t"),
            ("", 2020, "焦炭", 5, "t"),
            ("C", 2020, "原煤", 6, "t"),
        )
    )
    found = amounts(activity)
    assert found == {
        ("A", "raw_coal", 2020): 1.0,
        ("A", "coke", 2020): pytest.approx(NAN, nan_ok=True),
        ("A", "electricity", 2020): pytest.approx(NAN, nan_ok=True),
        ("B", "unrecognised", 2020): pytest.approx(NAN, nan_ok=True),
        ("B", "raw_coal", 2020): 4.0,
        ("C", "raw_coal", 2020): 6.0,
    }
    assert [p.where.row for p in activity.set_aside] == [1, 2, 3, 5, 6, 7]
    rows = activity.set_aside_rows["energy"]
    assert rows["row"].tolist() == [1, 2, 3, 5, 6, 7]
    assert rows["carrier"].tolist()[2] == "rawcole"
    assert activity.years.tolist() == [2020]
    with pytest.warns(zc.FactorWarning), pytest.warns(zc.DataWarning, match="could not be read"):
        account = zc.account(activity, method=zc.Method(electricity="0.5 kgCO2/kWh"))
    np.testing.assert_array_equal(np.isnan(account.total("energy")), [[True], [True], [False]])


def test_a_repetition_leaves_nothing_and_a_contradiction_leaves_unknown() -> None:
    same = aside(energy(("A", 2020, "原煤", 1, "万吨"), ("A", 2020, "原煤", 10000, "t")))
    assert amounts(same) == {("A", "raw_coal", 2020): 10000.0}
    other = aside(energy(("A", 2020, "原煤", 1, "t"), ("A", 2020, "原煤", 2, "t"), ("B", 2020, "原煤", 2, "t")))
    np.testing.assert_array_equal(other.quantity[:, 0, 0, 0], [NAN, 2])
    bad_first = aside(energy(("A", 2020, "原煤", "x", "t"), ("A", 2020, "原煤", 2, "t")))
    assert math.isnan(bad_first.quantity[0, 0, 0, 0])


def test_economy_set_aside() -> None:
    rows = [
        ("A", 2020, 1, "万元", 2020, ""),
        ("A", 2020, 1, "万元", 2020, ""),
        ("B", 2020, 1, "万元", 2020, ""),
        ("B", 2020, 2, "万元", 2020, ""),
        ("C", 2020, 1, "万元", 2020, "x"),
        ("C", 2020, 1, "万元", 2020, ""),
        ("D", 2020, 1, "万元", 2020, "x"),
        ("D", 2020, 1, "万元", 2015, "y"),
        ("E", 2020, "x", "万元", 2020, "x"),
        ("E", 2020, 5, "万元", 2020, "y"),
        ("F", 2020, 5, "万元", 2020, "y"),
    ]
    activity = aside(one(), economy=table("economy", *rows, more=("sector",)))
    assert activity.zones.tolist() == list("ABCDEF")
    np.testing.assert_array_equal(activity.value_added_total[:, 0], [1, NAN, NAN, NAN, NAN, 5])


def test_zones_and_indicators_and_process_set_aside() -> None:
    listed = {"zone": ["A", "B", "B", "C"], "province": ["江芦", "江苏", "陕西", "江苏"]}
    figures = table(
        "indicators",
        ("A", 2020, "co2", 1, "tCO2"),
        ("A", 2020, "co2", 2, "tCO2"),
        ("B", 2020, "co2", 3, "tce"),
        ("C", 2020, "co2", 4, "tCO2"),
        ("C", 2020, "", 5, "tCO2"),
    )
    made = table("process", ("A", 2020, "lime", 1, "t"), ("A", 2020, "lime", 2, "t"), ("C", 2020, "lime", 2, "t"))
    activity = aside(one(), zones=listed, indicators=figures, process=made)
    assert activity.zones.tolist() == ["A", "B", "C"]
    assert activity.provinces.tolist() == ["", "", "32-jiangsu"]
    np.testing.assert_array_equal(activity.indicators["co2"][:, 0], [NAN, NAN, 4])
    lime = [flow.product for flow in activity.flows].index("lime")
    np.testing.assert_array_equal(activity.quantity[:, 0, lime, 0], [NAN, 0, 2])
    assert {p.code for p in activity.set_aside} == {
        "province.unknown",
        "zone.duplicate",
        "indicator.duplicate",
        "unit.dimension",
        "indicator.blank",
        "process.duplicate",
    }


def test_nothing_set_aside_where_all_is_well() -> None:
    activity = aside(one())
    assert (activity.set_aside, activity.set_aside_rows) == ((), {})


@pytest.mark.parametrize(
    ("column", "cell"), [("use", "burned"), ("supply", "sun"), ("basis", "both"), ("sector", "合计"), ("ncv", "hot")]
)
def test_a_readable_figure_in_a_bad_row_is_unknown(column: str, cell: str) -> None:
    rows = {**energy(("A", 2020, "电力", 5, "MWh"), ("B", 2020, "电力", 7, "MWh")), column: ["", cell]}
    activity = aside(rows)
    assert [p.where.row for p in activity.set_aside] == [1]
    np.testing.assert_array_equal(activity.quantity.sum(axis=(1, 2))[:, 0], [5, NAN])


def test_years_may_come_in_any_order() -> None:
    activity = read(
        energy(("A", 2022, "原煤", 3, "t"), ("A", 2020, "原煤", 1, "t"), ("A", 2021, "原煤", 2, "t")),
        economy=table("economy", ("A", 2019, 9, "万元", 2020), ("A", 2022, 12, "万元", 2020)),
        process=table("process", ("A", 2021, "lime", 5, "t")),
        indicators=table("indicators", ("A", 2018, "co2", 8, "tCO2")),
    )
    assert activity.years.tolist() == [2018, 2019, 2020, 2021, 2022]
    np.testing.assert_array_equal(activity.quantity[0, 0, 0], [NAN, NAN, 1, 2, 3])
    np.testing.assert_array_equal(activity.quantity[0, 0, 1], [0, 0, 0, 5, 0])
    np.testing.assert_array_equal(activity.value_added_total[0], [NAN, 9, NAN, NAN, 12])
    np.testing.assert_array_equal(activity.price_year[0], [0, 2020, 0, 0, 2020])
    np.testing.assert_array_equal(activity.indicators["co2"][0], [8, NAN, NAN, NAN, NAN])
    assert activity.rows is not None
    assert activity.rows.of(0, 4).tolist() == [0]


# -- what looks odd ------------------------------------------------------------------------------------------------


def series(*quantities: float, carrier: str = "原煤", zone: str = "A") -> list[tuple[Any, ...]]:
    return [(zone, 2018 + i, carrier, q, "t") for i, q in enumerate(quantities)]


def warned(*rows: tuple[Any, ...], **others: Any) -> list[tuple[str, int | None]]:
    with pytest.warns(zc.DataWarning) as caught:
        activity = zc.read({"energy": energy(*rows), **others})
    assert str(caught[0].message) == "\n".join(p.text() for p in activity.warnings)
    assert len(caught) == 1
    return [(p.code, p.where.row) for p in activity.warnings]


@pytest.mark.parametrize("power", [3, 4, 8, -3, -4, -8])
def test_a_jump_near_a_power_of_ten_is_told_with_the_row(power: int) -> None:
    rows = series(100, 110, 105 * 10.0**power, 120, 130)
    assert warned(*rows) == [("quality.jump", 2)]
    with pytest.warns(zc.DataWarning, match=rf"near 10\^{power}; got .* if the unit slipped, it would be 105 t"):
        zc.read({"energy": energy(*rows)})


@pytest.mark.parametrize("factor", [10, 100, 1e6])
def test_other_jumps_are_not_told(factor: float) -> None:
    zc.read({"energy": energy(*series(100, 110, 105 * factor, 120, 130))})


def test_a_gap_is_told_and_a_carrier_that_ends_is_not() -> None:
    rest = series(1, 1, 1, 1, carrier="焦炭")
    gone = [row for i, row in enumerate(series(5, 5, 5, 5)) if i != 2]
    assert warned(*rest, *gone) == [("quality.gap", None)]
    zc.read({"energy": energy(*rest, *series(5, 5))})


def missing(
    energy_rows: Sequence[tuple[Any, ...]], money_rows: Sequence[tuple[Any, ...]] = (), **more: Any
) -> dict[str, str]:
    """Return what is told to be missing, and of which zones and years."""
    tables: dict[str, Any] = {"energy": energy(*energy_rows), **more}
    if money_rows:
        tables["economy"] = table("economy", *money_rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = zc.read(tables).warnings
    codes = ("quality.no_energy", "quality.no_money", "quality.no_year")
    return {p.code: str(next(iter(p.values.values()))) for p in found if p.code in codes}


def test_zones_and_years_without_rows_are_told_in_one_line() -> None:
    coal = [(zone, year, "原煤", 1, "t") for zone in "AB" for year in (2020, 2021, 2022)]
    money = [(zone, year, 1, "亿元", 2020) for zone in "AB" for year in (2020, 2021, 2022)]
    assert missing(coal, money) == {}
    assert missing(coal) == {}  # nobody has value added: the table is not about it
    assert missing(coal[:4] + coal[5:], money) == {"quality.no_energy": "B 2021"}
    assert missing(coal, money[:5]) == {"quality.no_money": "B 2022"}
    assert missing(coal, [*money[:4], ("B", 2021, "", "亿元", 2020), money[5]]) == {}  # a blank cell is told as one
    assert missing(coal[:1] + coal[3:], money[:3]) == {
        "quality.no_energy": "A 2021-2022",
        "quality.no_money": "B 2020-2022",
    }
    both = missing([row for row in coal if row[1] != 2021], money)
    assert both == {"quality.no_energy": "A, B 2021"}


def test_a_printed_total_stands_for_rows_that_are_not_there() -> None:
    coal = [("A", 2020, "原煤", 1, "t"), ("B", 2020, "原煤", 1, "t"), ("A", 2021, "原煤", 1, "t")]
    assert missing(coal) == {"quality.no_energy": "B 2021"}
    total = {
        "zone": ["B"],
        "year": [2021],
        "indicator": ["综合能耗"],
        "value": [3.0],
        "unit": ["tce"],
        "basis": ["当量值"],
    }
    assert missing(coal, indicators=total) == {}


def test_of_many_zones_without_rows_twenty_are_named() -> None:
    rows = [(f"Z{at}", year, "原煤", 1, "t") for at in range(50) for year in (2020, 2021 if at < 10 else 2020 + at % 2)]
    told = missing(sorted(set(rows), key=lambda row: int(row[0][1:])))["quality.no_energy"]
    assert told == ", ".join(f"Z{at}" for at in range(10, 50, 2)) + " 2021"
    mixed = [(f"Z{at}", 2020 + at % 3, "原煤", 1, "t") for at in range(60)]
    told = missing(mixed)["quality.no_energy"]
    assert told.startswith("Z0 2021-2022, Z1 2020, 2022, Z2 2020-2021, ")
    assert told.endswith(", ... (60)")


@pytest.mark.parametrize(
    ("years", "told"),
    [([2020, 2021, 2023], "2022"), ([2019, 2020, 2021, 2023, 2025], "2022, 2024"), ([2015, 2020, 2025], ""),
     ([2020, 2022], ""), ([2020, 2021], "")],
)  # fmt: skip
def test_a_year_that_no_table_has_is_told_where_it_is_the_exception(years: list[int], told: str) -> None:
    rows = [("A", year, "原煤", 1, "t") for year in years]
    assert missing(rows) == ({"quality.no_year": told} if told else {})


def test_a_boundary_that_changes_is_told() -> None:
    money = table(
        "economy",
        ("A", 2018, 1, "亿元", 2020, "old"),
        ("A", 2019, 1, "亿元", 2020, ""),
        ("A", 2020, 1, "亿元", 2020, "new"),
        ("A", 2021, 1, "亿元", 2020, "new"),
        ("B", 2018, 1, "亿元", 2020, "old"),
        more=("boundary",),
    )
    with pytest.warns(zc.DataWarning, match="keep its boundary; that of A changes in 2020 from 'old' to 'new'"):
        activity = zc.read({"energy": energy(*series(1, 1, 1, 1), *series(1, zone="B")), "economy": money})
    assert [p.code for p in activity.warnings] == ["quality.no_energy", "quality.boundary"]
    assert activity.warnings[0].values == {"places": "B 2019-2021"}
    assert activity.boundary is not None
    assert activity.boundary.tolist() == [["old", "", "new", "new"], ["old", "", "", ""]]


def test_many_warnings_are_counted() -> None:
    rows = [row for i in range(60) for row in series(1, 1, 1e4, 1, zone=f"Z{i}")]
    found = warned(*rows)
    assert len(found) == 51
    assert found[-1] == ("and_more", None)


# -- the same rules, row by row ------------------------------------------------------------------------------------

CARRIERS = ("原煤", "raw coal", "天然气", "电力", "热力", "新水", "coke", "raw cole", "煤合计", "", "合计")
UNITS = ("t", "吨", "万吨", "m3", "万m3", "kWh", "万千瓦时", "GJ", "tce", "吨标准煤", "parsec", "tC", "ton", "万元")
NCV_UNITS = ("", "GJ/t", "kJ/kg", "GJ/m3", "MJ", "kcal/kg")
ROW = st.fixed_dictionaries(
    {
        "carrier": st.sampled_from(CARRIERS),
        "quantity": st.sampled_from([0.0, 1.5, 1e4, -1.0, math.inf, True]) | st.floats(0, 1e9),
        "unit": st.sampled_from(UNITS),
        "year": st.sampled_from([2020, 2020.0, "2020", "２０２０年", 1900, "x", 2020.5, True]),
        "use": st.sampled_from(["", "final", "外供", "feedstock", "burned"]),
        "supply": st.sampled_from(["", "grid", "电网", "绿证", "onsite_fossil", "sun"]),
        "basis": st.sampled_from(["", "calorific", "等价值", "both"]),
        "sector": st.sampled_from(["", "化工", "合计"]),
        "ncv": st.sampled_from([None, None, None, 20.0, 0.0, -2.0]),
        "ncv_unit": st.sampled_from(NCV_UNITS),
    }
)


def by_hand(row: dict[str, Any]) -> tuple[set[str], zc.EnergyUse | None]:
    try:
        return set(), zc.EnergyUse(**row)
    except zc.InputError as error:
        return {problem.code for problem in error.problems}, None


def by_table(row: dict[str, Any]) -> tuple[set[str], zc.Activity | None]:
    try:
        return set(), read({**{name: [cell] for name, cell in row.items()}, "zone": ["A"]})
    except zc.InputError as error:
        return {p.code for p in error.problems}, None


@given(ROW)
def test_a_record_and_a_row_agree(row: dict[str, Any]) -> None:
    record_codes, record = by_hand(row)
    table_codes, activity = by_table(row)
    assert record_codes <= table_codes
    assert (record is None) == (activity is None) == bool(table_codes)
    if record is None or activity is None:
        return
    alone = zc.Activity.from_records([zc.Zone(zone="A", energy=[record])])
    assert alone.flows == activity.flows
    assert alone.quantity.tolist() == activity.quantity.tolist() == [[[[record.quantity]]]]
    assert (alone.years.tolist(), alone.sectors.tolist()) == (activity.years.tolist(), activity.sectors.tolist())


@settings(deadline=None)  # the first example loads what reads headings
@given(st.lists(ROW, min_size=1, max_size=12))
def test_rows_are_judged_alone_and_together_alike(rows: list[dict[str, Any]]) -> None:
    """Each row in a zone of its own: what is found in a big table is what is found row by row."""
    alone = [(at, code) for at, row in enumerate(rows) for code in by_table(row)[0]]
    together = {name: [row[name] for row in rows] for name in rows[0]} | {"zone": [f"Z{i}" for i in range(len(rows))]}
    activity = aside(together)
    assert sorted((p.where.row or 0, p.code) for p in activity.set_aside) == sorted(alone)
    for at, row in enumerate(rows):
        one_row = by_table(row)[1]
        if one_row is not None:
            here = activity.quantity[activity.zones == f"Z{at}"]
            assert float(np.nansum(here)) == pytest.approx(float(np.nansum(one_row.quantity)))
