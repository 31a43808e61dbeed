"""Workbooks and wide tables as planners have them: titles, units in headings, notes, dashes, merged cells, the form."""

import datetime as dt
import math
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import zonecarbon as zc
from zonecarbon.tabular.headings import heading, of_parts
from zonecarbon.tabular.marks import legend

Rows = Sequence[Sequence[Any]]
Sheets = dict[str, Rows]
WIDE: Rows = [
    ["园区", "年份", "原煤(吨)", "天然气（万立方米）", "电力 万千瓦时", "工业增加值(亿元，2020年价)"],
    ["甲", 2020, "1,200", 30, 2020, 10],
    ["甲", 2021, 1300, 31, 2100.5, 11],
]


def book(path: Path, sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] | None = None) -> Path:
    workbook = openpyxl.Workbook()
    del workbook["Sheet"]
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in (merged or {}).get(name, ()):
            sheet.merge_cells(cells)
    workbook.save(path)
    return path


def read(source: Any, **options: Any) -> zc.Activity:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)
        return zc.read(source, **options)


def amounts(activity: zc.Activity) -> dict[tuple[str, str, int], float]:
    """Return every quantity that is not zero by zone, flow and year."""
    found = {}
    for (zone, _, flow, year), value in np.ndenumerate(activity.quantity):
        if value != 0:
            item = activity.flows[flow]
            words = [
                item.carrier,
                *([item.use] if item.use != "final" else []),
                *([item.supply] if item.supply not in {"", "grid"} else []),
            ]
            found[(str(activity.zones[zone]), " ".join(words), int(activity.years[year]))] = float(value)
    return found


EXPECTED = {
    ("甲", "raw_coal", 2020): 1200.0,
    ("甲", "raw_coal", 2021): 1300.0,
    ("甲", "natural_gas", 2020): 300000.0,
    ("甲", "natural_gas", 2021): 310000.0,
    ("甲", "electricity", 2020): 20200.0,
    ("甲", "electricity", 2021): 21005.0,
}


def problems(source: Any, **options: Any) -> list[tuple[str, str]]:
    """Return code and place of everything that is wrong."""
    with pytest.raises(zc.InputError) as caught:
        read(source, **options)
    return [(problem.code, problem.where.text()) for problem in caught.value.problems]


def told(source: Any, **options: Any) -> list[tuple[str, str]]:
    return [(problem.code, problem.where.cell) for problem in read(source, **options).warnings]


# -- one wide sheet ----------------------------------------------------------------------------------------------------


def test_a_wide_sheet_of_a_workbook(tmp_path: Path) -> None:
    activity = read(book(tmp_path / "zones.xlsx", {"数据": WIDE}))
    assert amounts(activity) == EXPECTED
    assert activity.value_added_total.tolist() == [[100000.0, 110000.0]]
    assert activity.price_year.tolist() == [[2020, 2020]]
    assert activity.source == "zones.xlsx"
    assert not activity.warnings


def test_frames_mappings_and_csv_say_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame(WIDE[1:], columns=pd.Index(WIDE[0]))
    (tmp_path / "wide.csv").write_text(
        "\n".join(",".join(f'"{cell}"' for cell in row) for row in WIDE), encoding="gb18030"
    )
    columns = {str(name): [row[at] for row in WIDE[1:]] for at, name in enumerate(WIDE[0])}
    hashes = {
        read(source).input_hash for source in (frame, {"energy": frame}, {"energy": columns}, tmp_path / "wide.csv")
    }
    assert hashes == {read(book(tmp_path / "zones.xlsx", {"x": WIDE})).input_hash}


def test_titles_above_and_notes_below(tmp_path: Path) -> None:
    rows: Rows = [
        ["国家高新区能源消费情况"],
        [None, "2022 年 3 月"],
        [None],
        *WIDE,
        [],
        ["注：2021 年为初步核算数。"],
        ["资料来源：统计局"],
    ]
    assert amounts(read(book(tmp_path / "a.xlsx", {"Sheet1": rows}, {"Sheet1": ["A1:F1"]}))) == EXPECTED


def test_headings_of_two_and_three_rows(tmp_path: Path) -> None:
    rows: Rows = [
        ["园区", "年份", "能源消费", None, None, "经济"],
        [None, None, "原煤", "天然气", "电力", "工业增加值"],
        [None, None, "吨", "万立方米", "万千瓦时", "亿元"],
        *WIDE[1:],
    ]
    merged = {"a": ["A1:A3", "B1:B3", "C1:E1"]}
    activity = read(book(tmp_path / "a.xlsx", {"a": rows}, merged))
    assert amounts(activity) == EXPECTED
    assert activity.price_year.tolist() == [[-1, -1]]


def test_one_unit_for_all_stands_in_the_title(tmp_path: Path) -> None:
    rows: Rows = [["表 1"], ["单位：万吨标准煤"], ["园区", "年份", "原煤", "焦炭"], ["甲", 2020, 1.5, 2]]
    activity = read(book(tmp_path / "a.xlsx", {"a": rows}))
    assert {flow.unit for flow in activity.flows} == {"tce"}
    assert amounts(activity) == {("甲", "raw_coal", 2020): 15000.0, ("甲", "coke", 2020): 20000.0}


def test_blanks_are_unknown_unless_said(tmp_path: Path) -> None:
    rows: Rows = [
        WIDE[0],
        ["甲", 2020, None, 30, 2020, 10],
        ["甲", 2021, 1300, "  ", 2100.5, 11],
        ["甲", 2022, None, None, None, 12],
    ]
    path = book(tmp_path / "a.xlsx", {"a": rows})
    unknown = read(path)
    assert np.isnan(unknown.quantity).sum() == 5
    assert ("quantity.blank", "") in [(problem.code, problem.where.cell) for problem in unknown.warnings]
    assert "C2, D3, C4, D4, E4" in next(p for p in unknown.warnings if p.code == "quantity.blank").text()
    unused = read(path, blank="not_used")
    assert np.isnan(unused.quantity[..., :2]).sum() == 0
    assert np.isnan(unused.quantity[..., 2]).all()  # a year of blanks alone is not a year without energy
    assert amounts(unused)[("甲", "natural_gas", 2020)] == 300000.0


def test_dashes_are_what_the_legend_says(tmp_path: Path) -> None:
    rows = [WIDE[0], ["甲", 2020, "—", "…", "x", 10], ["甲", 2021, "--", 31, 1, 11]]
    note = ["注：“—”表示无此项；“…”表示不足最小单位；“x”表示数据不详"]
    activity = read(book(tmp_path / "a.xlsx", {"a": [*rows, note]}))
    found = {
        (item.carrier, year): activity.quantity[0, 0, at, year]
        for at, item in enumerate(activity.flows)
        for year in (0, 1)
    }
    assert found["raw_coal", 0] == found["raw_coal", 1] == found["natural_gas", 0] == 0
    assert math.isnan(found["electricity", 0])
    bare = book(tmp_path / "b.xlsx", {"a": rows})
    assert problems(bare) == [
        ("number.mark", "b.xlsx, a!C2 (原煤(吨))"),
        ("number.mark", "b.xlsx, a!D2 (天然气（万立方米）)"),
        ("number.mark", "b.xlsx, a!E2 (电力 万千瓦时)"),
        ("number.mark", "b.xlsx, a!C3 (原煤(吨))"),
    ]
    told_by_caller = read(bare, marks={"-": "not_used", "...": "not_used", "X": "unknown"})
    assert told_by_caller.input_hash == activity.input_hash
    with pytest.raises(zc.InputError, match=r"marks\['-'\] must be one of not_used, zero, unknown"):
        read(bare, marks={"-": "nothing"})


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("“空格”表示不详", {"空格": math.nan}),
        ("- means nil; n.a. = not available", {"—": 0.0, "n.a.": math.nan}),
        ("x: confidential", {"x": math.nan}),
        ("“—”表示某种情况", {}),
        ("……为数据不足本表最小单位数", {"…": 0.0}),
    ],
)
def test_legends(note: str, expected: dict[str, float]) -> None:
    assert str(legend([note])) == str(expected)


def test_years_as_dates_and_a_year_shown_as_a_date(tmp_path: Path) -> None:
    rows: Rows = [WIDE[0], ["甲", dt.date(2020, 12, 31), *WIDE[1][2:]], ["甲", "2021年度", *WIDE[2][2:]]]
    assert amounts(read(book(tmp_path / "a.xlsx", {"a": rows}))) == EXPECTED
    rows = [WIDE[0], ["甲", dt.date(1905, 7, 12), *WIDE[1][2:]]]
    path = book(tmp_path / "b.xlsx", {"a": rows})
    assert problems(path) == [("year.date", "b.xlsx, a!B2 (year)")]
    with pytest.raises(zc.InputError, match="the cell shows the date 1905-07-12"):
        read(path)


def test_percent_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows: Rows = [
        ["园区", "年份", "指标", "数值", "单位"],
        ["甲", 2020, "利用率", 0.05, None],
        ["甲", 2021, "利用率", 5, "%"],
        ["甲", 2022, "利用率", 0.07, "%"],
    ]
    book(path, {"指标": rows})
    workbook = openpyxl.load_workbook(path)
    for cell in ("D2", "D4"):
        workbook["指标"][cell].number_format = "0%"
    workbook.save(path)
    assert read(path).indicators["利用率"].tolist() == [[0.05, 0.05, 0.07]]
    book(path, {"a": WIDE})
    workbook = openpyxl.load_workbook(path)
    workbook["a"]["C3"].number_format = "0%"
    workbook.save(path)
    assert problems(path) == [("number.text", "a.xlsx, a!C3 (原煤(吨))")]


def test_formulas_count_by_value_and_need_one(tmp_path: Path) -> None:
    rows: Rows = [WIDE[0], ["甲", 2020, "=600*2", 30, 2020, 10]]
    path = book(tmp_path / "a.xlsx", {"a": rows})  # openpyxl writes formulas without values
    assert problems(path) == [("workbook.formula", "a.xlsx, a!C2 (原煤(吨))")]
    aside = read(path, on_error="set_aside")
    assert np.isnan(aside.quantity[0, 0, [flow.carrier for flow in aside.flows].index("raw_coal"), 0])


def test_hidden_sheets_and_sheets_for_people_are_left_out(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", {"old": WIDE, "数据": WIDE, "说明": [["请填写"]], "示例 数据": WIDE, "图": [["标题", "x"]]}
    )
    workbook = openpyxl.load_workbook(path)
    workbook["old"].sheet_state = "hidden"
    workbook.save(path)
    activity = read(path)
    assert amounts(activity) == EXPECTED
    assert [(problem.code, problem.where.sheet) for problem in activity.warnings] == [("sheet.unused", "图")]
    assert amounts(read(path, sheets="示例")) == EXPECTED
    assert amounts(read(path, sheets=["数据"])) == EXPECTED
    with pytest.raises(
        zc.InputError, match="the sheets asked for must be there; none are not; the visible ones are 数据"
    ):
        read(path, sheets=["none"])


def test_two_tables_of_energy_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"一": WIDE, "二": WIDE})
    with pytest.raises(zc.InputError, match=r"a table must stand once; a\.xlsx!一, a\.xlsx!二 all hold energy"):
        read(path)


# -- three sheets ------------------------------------------------------------------------------------------------------


def test_three_sheets_with_merged_names(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "园区": [["园区", "名称", "省份"], ["甲", "甲高新区", "江苏"], ["乙", None, "浙江省"]],
        "经济": [
            ["园区", "年份", "工业增加值（亿元）", "价格年"],
            ["甲", 2020, 10, 2020],
            ["甲", 2021, "11", 2020],
            ["乙", 2020, 5, 2020],
        ],
        "能源": [
            ["园区", "年份", "能源品种", "消费量", "单位", "用途", "供应方式"],
            ["甲", 2020, "原煤", 1, "万吨", None, None],
            [None, 2021, "原煤", 1.1, "万吨", None, None],
            ["乙", 2020, "电力", "1,000", "万千瓦时", "消费", "光伏"],
        ],
    }
    path = book(tmp_path / "zones.xlsx", sheets, {"能源": ["A2:A3"]})
    activity = read(path)
    assert activity.provinces.tolist() == ["32-jiangsu", "33-zhejiang"]
    assert activity.names.tolist() == ["甲高新区", "乙"]
    assert (
        amounts(activity)
        == {
            ("甲", "raw_coal", 2020): 10000.0,
            ("甲", "raw_coal", 2021): 11000.0,
            ("乙", "electricity onsite_nonfossil", 2020): 10000.0,
            ("乙", "electricity onsite_nonfossil", 2021): math.nan,
            ("乙", "raw_coal", 2021): math.nan,
        }
        or np.isnan(activity.quantity[1, 0, :, 1]).all()
    )
    assert activity.rows is not None
    assert activity.rows.where(1, "quantity").text() == "zones.xlsx, 能源!D3 (quantity)"
    assert activity.economy_rows is not None
    assert activity.economy_rows.where(0).cell == "C2"


def test_errors_name_sheet_and_cell(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "zones": [["zone", "province"], ["A", "Atlantis"]],
        "economy": [["zone", "year", "value_added", "unit"], ["A", 2020, "ten", "亿元"]],
        "energy": [
            ["Energy of zones"],
            ["zone", "year", "carrier", "quantity", "unit"],
            ["A", 2020, "raw coal", -1, "t"],
            ["A", 20, "cole", 1, "t"],
        ],
    }
    assert problems(book(tmp_path / "zones.xlsx", sheets)) == [
        ("province.unknown", "zones.xlsx, zones!B2 (province)"),
        ("number.text", "zones.xlsx, economy!C2 (value_added)"),
        ("number.negative", "zones.xlsx, energy!D3 (quantity)"),
        ("year.range", "zones.xlsx, energy!B4 (year)"),
        ("carrier.unknown", "zones.xlsx, energy!C4 (carrier)"),
    ]


def test_a_merged_figure_is_an_error(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"a": WIDE}, {"a": ["C2:C3"]})
    assert ("sheet.merged", "a.xlsx, a!C2 (原煤(吨))") in problems(path)


def test_province_beside_the_figures(tmp_path: Path) -> None:
    rows: Rows = [["省份", *WIDE[0]], ["江苏", *WIDE[1]], [None, *WIDE[2]]]
    activity = read(book(tmp_path / "a.xlsx", {"a": rows}, {"a": ["A2:A3"]}))
    assert activity.provinces.tolist() == ["32-jiangsu"]
    assert not activity.warnings
    rows = [["省份", *WIDE[0]], ["江苏", *WIDE[1]], ["浙江", *WIDE[2]]]
    assert problems(book(tmp_path / "b.xlsx", {"a": rows})) == [("zone.places", "b.xlsx, a!A3 (province)")]


# -- headings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "carrier", "unit"),
    [
        ("原煤(吨)", "raw_coal", "吨"),
        ("天然气（万立方米）", "natural_gas", "万立方米"),
        ("电力 万千瓦时", "electricity", "万千瓦时"),
        ("Natural gas [10^4 m3]", "natural_gas", "10^4 m3"),
        ("natural gas 10^4 m3", "natural_gas", "10^4 m3"),
        ("天然气(气态)(万立方米)", "natural_gas", "万立方米"),
        ("甲醇(用作燃料)（吨）", "methanol_fuel", "吨"),
        ("原 煤\n（万吨）", "raw_coal", "万吨"),
        ("１．原煤（吨）", "raw_coal", "吨"),
        ("热力/百万千焦", "heat", "百万千焦"),
        ("raw_coal_t", "raw_coal", "t"),
        ("液化石油气(LPG) 吨", "lpg", "吨"),
        ("电力【万kWh】", "electricity", "万kWh"),
    ],
)
def test_headings_of_carriers(text: str, carrier: str, unit: str) -> None:
    found = heading(text)
    assert (found.kind, found.name, found.unit, found.use, found.supply) == ("carrier", carrier, unit, "", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电力（光伏）（万千瓦时）", ("electricity", "万千瓦时", "", "onsite_nonfossil")),
        ("电力-绿电直供（万千瓦时）", ("electricity", "万千瓦时", "", "direct_nonfossil")),
        ("原煤-用于原材料(吨)", ("raw_coal", "吨", "feedstock", "")),
        ("electricity, certificate [MWh]", ("electricity", "MWh", "", "certificate")),
        ("热力（外供）(GJ)", ("heat", "GJ", "export", "")),
    ],
)
def test_use_and_supply_in_headings(text: str, expected: tuple[str, ...]) -> None:
    assert heading(text)[2:6] == expected


@pytest.mark.parametrize(
    ("text", "unit", "price"),
    [
        ("工业增加值(亿元)", "亿元", ""),
        ("工业增加值（万元，2020年价）", "万元", "2020"),
        ("工业增加值（2020年不变价）（亿元）", "亿元", "2020"),
        ("工业增加值(当年价，亿元)", "亿元", "nominal"),
        ("Value added [10^8 CNY, 2020 prices]", "10^8 CNY", "2020"),
        ("工业增加值(现价)(万元)", "万元", "nominal"),
    ],
)
def test_value_added_in_headings(text: str, unit: str, price: str) -> None:
    found = heading(text)
    assert (found.kind, found.unit, found.price) == ("value_added", unit, price)


def test_headings_that_are_no_carriers() -> None:
    assert heading("煤合计(万吨)").kind == "sum"
    assert heading("综合能源消费量(等价值)(吨标准煤)")[:2] == ("indicator", "综合能源消费量(等价值)(吨标准煤)")
    assert heading("综合能源消费量(等价值)(吨标准煤)").basis == "equivalent"
    assert heading("备注").kind == "own"
    assert heading("GDP(亿元)").kind == "unknown"
    assert of_parts(("购进量", "实物量")).kind == "left"
    assert of_parts(("消费量", "合计")).name == "quantity"
    assert of_parts(()).kind == "own"


def test_what_is_not_read_is_told(tmp_path: Path) -> None:
    rows: Rows = [[*WIDE[0], "煤合计(吨)", "水泥(吨)", "备注", "GDP(亿元)"], [*WIDE[1], 9, 9, "x", 1]]
    found = told(book(tmp_path / "a.xlsx", {"a": rows}))
    assert found == [("columns.sum", "G1"), ("columns.unused", "H1"), ("columns.unused", "J1")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("原煤", "unit.missing"),
        ("原煤(万立方米)", "carrier.unit"),
        ("原煤(斤斤)", "unit.unknown"),
        ("电力(吨标准煤)", "electricity.basis"),
        ("综合能源消费量(吨)", "unit.dimension"),
        ("电力(万千瓦时)", "columns.twice"),
    ],
)
def test_headings_that_cannot_be_read(tmp_path: Path, name: str, code: str) -> None:
    rows: Rows = [
        [*WIDE[0], name] if code == "columns.twice" else ["园区", "年份", "焦炭(吨)", name],
        ["甲", 2020, 1, 1, 1, 1, 1],
    ]
    for on_error in ("raise", "set_aside"):
        found = problems(book(tmp_path / "a.xlsx", {"a": rows}), on_error=on_error)
        assert [item[0] for item in found] == [code]
        assert "!" in found[0][1]


def test_reported_totals_in_a_wide_table(tmp_path: Path) -> None:
    rows: Rows = [["园区", "年份", "综合能源消费量（当量值，万吨标准煤）", "工业增加值(亿元)"], ["甲", 2020, 1.5, 10]]
    activity = read(book(tmp_path / "a.xlsx", {"a": rows}))
    assert activity.indicators["total_energy"].tolist() == [[15000.0]]
    assert activity.indicator_basis["total_energy"].tolist() == [["calorific"]]


# -- the form ----------------------------------------------------------------------------------------------------------

FORM: list[list[Any]] = [
    ["能源购进、消费与库存"],
    ["单位详细名称：示例园区", "2023年1—12月"],
    [
        "能源名称",
        "计量单位",
        "代码",
        "年初库存量",
        "购进量",
        None,
        "消费量",
        None,
        None,
        None,
        "期末库存量",
        "采用折标系数",
    ],
    [None, None, None, None, "实物量", "金额", "合计", "1.工业生产消费", "用于原材料", "2.非工业生产消费", None, None],
    ["原煤", "吨", "01", 10, 100, 50, 90, 80, 0, 10, 20, 0.7143],
    ["1.无烟煤", "吨", "02", 0, 0, 0, 30, 30, None, None, None, 0.9],
    ["2.一般烟煤", "吨", "04", 0, 0, 0, 60, 50, None, None, None, 0.7],
    ["天然气", "万立方米", "15", 0, 5, 50, 5, 5, 2, None, None, 13.3],
    ["电力", "万千瓦时", "33", None, 7, 1, 7, 6.5, None, 0.5, None, 1.229],
    ["汽油", "吨", "20", None, None, None, None, None, None, None, None, 1.47],
    ["能源合计", "吨标准煤", "40", None, None, None, 800, 700, None, None, None, None],
    ["单位负责人：张三　填表人：李四"],
]
MERGED = {"表": ["E3:F3", "G3:J3"]}


def test_the_form_of_energy(tmp_path: Path) -> None:
    activity = read(book(tmp_path / "205-1.xlsx", {"表": FORM}, MERGED))
    assert amounts(activity) == {
        ("示例园区", "anthracite", 2023): 30.0,
        ("示例园区", "bituminous_coal", 2023): 50.0,
        ("示例园区", "natural_gas", 2023): 30000.0,
        ("示例园区", "natural_gas feedstock", 2023): 20000.0,
        ("示例园区", "electricity", 2023): 65.0,
    }
    assert [problem.code for problem in activity.warnings] == ["form.read"]


def test_kinds_that_do_not_add_up_to_their_carrier(tmp_path: Path) -> None:
    rows = [list(row) for row in FORM]
    rows[5][7] = 10
    activity = read(book(tmp_path / "a.xlsx", {"表": rows}, MERGED))
    assert amounts(activity)[("示例园区", "raw_coal", 2023)] == 80.0
    assert not {"anthracite", "bituminous_coal"} & {flow.carrier for flow in activity.flows}
    assert "form.parts" in [problem.code for problem in activity.warnings]


def test_more_raw_material_than_use(tmp_path: Path) -> None:
    rows = [list(row) for row in FORM]
    rows[7][8] = 6
    assert problems(book(tmp_path / "a.xlsx", {"表": rows}, MERGED)) == [
        ("form.raw_material", "a.xlsx, 表!I8 (raw_material)")
    ]


def test_the_form_with_zone_and_year_as_columns(tmp_path: Path) -> None:
    rows: Rows = [
        ["园区", "年份", "能源名称", "计量单位", "工业生产消费量", "期末库存量"],
        ["甲", 2020, "柴油", "吨", 5, 1],
        ["甲", 2021, "柴油", "吨", 6, 1],
    ]
    assert amounts(read(book(tmp_path / "a.xlsx", {"a": rows}))) == {
        ("甲", "diesel", 2020): 5.0,
        ("甲", "diesel", 2021): 6.0,
    }


# -- what no sheet has -------------------------------------------------------------------------------------------------


def test_a_workbook_without_a_table(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"a": [["只有", "文字"]], "b": []})
    assert [code for code, _ in problems(path)] == ["tables.none"]


def test_a_source_that_is_nothing(tmp_path: Path) -> None:
    for name in ("none.xlsx", "none.csv", "none"):
        with pytest.raises(zc.InputError):
            read(tmp_path / name)
    (tmp_path / "a.csv").write_text("标题\n随便\n", encoding="utf-8")
    assert [code for code, _ in problems(tmp_path / "a.csv")] == ["sheet.heading"]
