"""Tables that read wrongly once: each test is a fault that a reviewer found after the others were green."""

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
from zonecarbon.tabular.layout import constants_of_form

Rows = Sequence[Sequence[Any]]


class Desk:
    """Saves sheets as a workbook and reads them."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "a.xlsx"

    def __call__(
        self, sheets: Mapping[str, Rows] | Rows, *merged: str, codes: Sequence[str] = (), **options: Any
    ) -> dict[tuple[str, ...], float]:
        """Return every quantity that is not zero by zone, flow, year; ``codes`` are the warnings that must come."""
        self.save(sheets, *merged)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", zc.DataWarning)
            self.activity = zc.read(self.path, **options)
        told = [problem.code for problem in self.activity.warnings]
        assert [code for code in told if not code.startswith("quality")] == list(codes)
        return amounts(self.activity)

    def problems(self, sheets: Mapping[str, Rows] | Rows, *merged: str, **options: Any) -> list[tuple[str, str]]:
        """Return code and cell of each problem."""
        self.save(sheets, *merged)
        with pytest.raises(zc.InputError) as caught:
            zc.read(self.path, **options)
        return [(problem.code, problem.where.cell) for problem in caught.value.problems]

    def save(self, sheets: Mapping[str, Rows] | Rows, *merged: str) -> None:
        book = openpyxl.Workbook()
        del book["Sheet"]
        for name, rows in (sheets if isinstance(sheets, Mapping) else {"s": sheets}).items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
            for cells in merged:
                sheet.merge_cells(cells)
        book.save(self.path)


def amounts(activity: zc.Activity) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for (zone, sector, flow, year), value in np.ndenumerate(activity.quantity):
        if value != 0:
            item = activity.flows[flow]
            words = [str(activity.zones[zone]), str(activity.sectors[sector]), item.carrier, item.use, item.supply]
            found[(*(word for word in words if word not in {"", "final", "grid"}), str(activity.years[year]))] = float(
                value
            )
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# -- groups above headings ---------------------------------------------------------------------------------------------


def test_a_group_says_use_and_supply(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "作燃料", "用于原材料", "外供", "光伏发电"],
        [None, None, "天然气(万立方米)", "石脑油(吨)", "热力(GJ)", "电力(万千瓦时)"],
        ["A", 2020, 1, 2, 3, 4],
    ]
    assert desk(rows, "A1:A2", "B1:B2") == {
        ("A", "natural_gas", "2020"): 10000.0,
        ("A", "naphtha", "feedstock", "2020"): 2.0,
        ("A", "heat", "export", "2020"): 3.0,
        ("A", "electricity", "onsite_nonfossil", "2020"): 40.0,
    }


def test_what_is_bought_made_or_of_another_year_is_told_and_not_read(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "消费", "购进能源", None, "能源产出", "上年"],
        [None, None, "原煤(吨)", "电力(万千瓦时)", "热力(吉焦)", "焦炭(吨)", "柴油(吨)"],
        ["A", 2020, 1, 2, 3, 4, 5],
    ]
    assert desk(rows, "D1:E1", codes=["columns.left"] * 4) == {("A", "raw_coal", "2020"): 1.0}


def test_the_title_of_the_form_above_everything_is_no_group(desk: Desk) -> None:
    rows: Rows = [["能源购进、消费与库存", None, None], ["园区", "年份", "原煤(吨)"], ["A", 2020, 1]]
    assert desk(rows, "A1:C1") == {("A", "raw_coal", "2020"): 1.0}


def test_a_carrier_as_the_group(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "电力(万千瓦时)", None],
        [None, None, "外购", "光伏"],
        ["A", 2020, 1, 2],
    ]
    assert desk(rows, "C1:D1") == {
        ("A", "electricity", "2020"): 10.0,
        ("A", "electricity", "onsite_nonfossil", "2020"): 20.0,
    }
    rows = [["园区", "年份", "原煤(吨)", None], [None, None, "合计", "用于原材料"], ["A", 2020, 5, 4]]
    assert desk(rows, "C1:D1", codes=["columns.part"]) == {("A", "raw_coal", "2020"): 5.0}


def test_a_part_of_another_column_is_told(desk: Desk) -> None:
    rows: Rows = [["园区", "年份", "原煤(吨)", "其中：用于原材料(吨)", "其中：无烟煤(吨)"], ["A", 2020, 5, 4, 1]]
    assert desk(rows, codes=["columns.part", "columns.part"]) == {("A", "raw_coal", "2020"): 5.0}


def test_headings_of_four_rows(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "能源消费", None],
        [None, None, "电力", None],
        [None, None, "外购", "光伏"],
        [None, None, "万千瓦时", "万千瓦时"],
        ["A", 2020, 1, 2],
    ]
    found = desk(rows, "C1:D1", "C2:D2")
    assert sorted(found.values()) == [10.0, 20.0]


def test_a_name_with_a_number_is_no_heading(desk: Desk) -> None:
    sheets: dict[str, Rows] = {
        "zones": [["zone", "name", "province"], ["Zone 1", None, None], ["Year 2", None, None]],
        "data": [["zone", "year", "coke [t]"], ["Zone 1", 2020, 1]],
    }
    desk(sheets)
    assert desk.activity.zones.tolist() == ["Zone 1", "Year 2"]


# -- several tables ----------------------------------------------------------------------------------------------------


def test_two_tables_on_one_sheet(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "工业增加值（亿元）"],
        ["A", 2020, 10],
        ["B", 2020, 20],
        [None],
        ["表2 能源"],
        ["园区", "年份", "原煤(吨)", "电力 万千瓦时"],
        ["A", 2020, 1, 3],
        ["B", 2020, 5, 7],
    ]
    assert desk(rows)[("B", "raw_coal", "2020")] == 5.0
    assert desk.activity.value_added_total.tolist() == [[100000.0], [200000.0]]
    energy: Rows = [["园区", "年份", "原煤(吨)"], ["C", 2019, 1], [None], ["园区", "年份", "焦炭(吨)"], ["A", 2020, 2]]
    with pytest.raises(zc.InputError, match="a table must stand once"):
        desk(energy)


def test_each_table_has_the_unit_of_its_own_title(desk: Desk) -> None:
    rows: Rows = [
        ["表1", "单位：万吨标准煤"],
        ["园区", "年份", "综合能源消费量（当量值）"],
        ["A", 2020, 0.3],
        [None],
        ["单位：吨标准煤"],
        ["填报单位：统计科"],
        ["园区", "年份", "原煤", "焦炭"],
        ["A", 2020, 1000, 2000],
    ]
    assert desk(rows) == {("A", "raw_coal", "2020"): 1000.0, ("A", "coke", "2020"): 2000.0}
    assert desk.activity.indicators["total_energy"].tolist() == [[3000.0]]


def test_a_heading_repeated_after_a_page_break_and_one_with_another_unit(desk: Desk) -> None:
    again: Rows = [["园区", "年份", "原煤(吨)"], ["A", 2020, 1], ["园区", "年份", "原煤(吨)"], ["B", 2020, 2]]
    assert desk(again) == {("A", "raw_coal", "2020"): 1.0, ("B", "raw_coal", "2020"): 2.0}
    other: Rows = [["园区", "年份", "原煤(吨)"], ["A", 2020, 1], ["园区", "年份", "原煤(万吨)"], ["B", 2020, 1]]
    for on_error in ("raise", "set_aside"):
        with pytest.raises(zc.InputError, match="a table must stand once"):
            desk(other, on_error=on_error)


def test_a_sheet_that_is_called_by_its_year_and_one_without_a_year(desk: Desk) -> None:
    assert desk({"2020年": [["园区", "原煤(吨)"], ["A", 5]]}) == {("A", "raw_coal", "2020"): 5.0}
    with pytest.raises(zc.InputError, match="needs the columns year"):
        desk({"数据": [["园区", "原煤(吨)", "焦炭(吨)"], ["A", 5, 6]]})


def test_a_list_of_coefficients_is_no_energy_table(desk: Desk) -> None:
    sheets: dict[str, Rows] = {
        "折标系数": [["能源品种", "单位", "折标准煤系数"], ["原煤", "吨", 0.7143]],
        "数据": [["园区", "年份", "原煤(吨)"], ["A", 2020, 5]],
    }
    assert desk(sheets, codes=["sheet.unused", "columns.unused"][:1]) == {("A", "raw_coal", "2020"): 5.0}


# -- cells that cannot be read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["unknown", "not_used"])
def test_what_cannot_be_read_is_unknown_when_it_is_set_aside(desk: Desk, blank: str) -> None:
    rows: Rows = [
        ["园区", "年份", "原煤(吨)", "电力(万千瓦时)", "工业增加值(亿元)"],
        ["A", 2020, "=1+1", 5, 9],
        ["A", 2021, 2, 6, 9],
    ]
    found = desk(rows, on_error="set_aside", blank=blank)
    assert math.isnan(found[("A", "raw_coal", "2020")])
    assert found[("A", "electricity", "2020")] == 50.0
    merged = [rows[0], ["A", 2020, 10, 5, 9], ["A", 2021, None, 6, None]]
    found = desk(merged, "C2:C3", "E2:E3", on_error="set_aside", blank=blank)
    assert math.isnan(found[("A", "raw_coal", "2020")])
    assert math.isnan(found[("A", "raw_coal", "2021")])
    assert np.isnan(desk.activity.value_added_total).all()
    across = [rows[0], ["A", 2020, 5, None, 9]]
    assert desk.problems(across, "C2:D2", blank=blank) == [("sheet.merged", "C2"), ("sheet.merged", "D2")]


def test_a_figure_without_a_heading_is_told(desk: Desk, tmp_path: Path) -> None:
    assert desk([["园区", "年份", "原煤(吨)", None], ["A", 2020, 1, 5]], codes=["columns.unnamed"])
    (tmp_path / "a.csv").write_text("园区,年份,原煤(吨),\nA,2020,1,000\n", "utf-8")
    with pytest.warns(zc.DataWarning, match="a column with figures needs a heading"):
        zc.read(tmp_path / "a.csv")


def test_lists_dicts_and_masked_figures_in_frames() -> None:
    frame = pd.DataFrame({"园区": ["A", "B"], "年份": [2020, 2021], "原煤(吨)": [[1], 2]})
    with pytest.raises(zc.InputError, match=r"row 0.*number must be written in digits"):
        zc.read(frame)
    masked = {"zone": ["A", "B"], "year": [2020, 2020], "carrier": ["原煤"] * 2, "unit": ["t"] * 2}
    with pytest.warns(zc.DataWarning, match="blank"):
        activity = zc.read({"energy": {**masked, "quantity": np.ma.array([1.0, 99.0], mask=[False, True])}})
    assert str(activity.quantity[:, 0, 0, 0].tolist()) == "[1.0, nan]"


# -- zones -------------------------------------------------------------------------------------------------------------


def test_provinces_stated_beside_the_figures_fill_the_zones_table(desk: Desk) -> None:
    energy: Rows = [["园区", "年份", "省份", "电力(万千瓦时)"], ["A", 2020, "江苏", 1], ["A", 2021, None, 2]]
    bare: Rows = [["园区", "全称"], ["A", "AA"]]
    blank: Rows = [["园区", "全称", "省份"], ["A", "AA", None]]
    for zones in (bare, blank):
        desk({"园区": zones, "能源": energy})
        assert desk.activity.provinces.tolist() == ["32-jiangsu"]
        assert desk.activity.names.tolist() == ["AA"]
    other: dict[str, Rows] = {"园区": [["园区", "省份"], ["A", "上海"]], "能源": energy}
    assert desk.problems(other) == [("zone.places", "C2")]
    two: dict[str, Rows] = {
        "能源": energy,
        "经济": [["园区", "年份", "名称", "工业增加值(亿元)"], ["A", 2020, "甲区", 1]],
    }
    desk(two)
    assert (desk.activity.provinces.tolist(), desk.activity.names.tolist()) == (["32-jiangsu"], ["甲区"])


# -- said twice --------------------------------------------------------------------------------------------------------


def test_a_unit_or_a_price_year_that_is_said_twice(desk: Desk) -> None:
    rows: Rows = [["园区", "年份", "品种", "数量(万吨)", "单位"], ["A", 2020, "原煤", 9, "吨"]]
    assert desk.problems(rows) == [("columns.said_twice", "D1")]
    rows = [["园区", "年份", "原煤(吨)", "工业增加值(亿元，2015年价)", "价格年"], ["A", 2020, 1, 2, 2020]]
    assert desk.problems(rows) == [("columns.said_twice", "D1")]


def test_wide_columns_beside_a_long_table_are_told(desk: Desk) -> None:
    rows: Rows = [["园区", "年份", "能源品种", "消费量", "单位", "电力(万千瓦时)"], ["A", 2020, "原煤", 1, "吨", 7]]
    assert desk(rows, codes=["columns.unused"]) == {("A", "raw_coal", "2020"): 1.0}


@pytest.mark.parametrize(
    "heading", ["工业增加值（亿元，按2020年不变价计算）", "工业增加值(亿元)(2020年价)", "工业增加值（亿元）2020年价"]
)
def test_price_years_in_usual_wording(desk: Desk, heading: str) -> None:
    desk([["园区", "年份", "原煤(吨)", heading], ["A", 2020, 1, 2]])
    assert (desk.activity.price_year.tolist(), desk.activity.value_added_total.tolist()) == ([[2020]], [[20000.0]])


# -- all at once, sums, blanks -----------------------------------------------------------------------------------------


def test_bad_headings_and_bad_cells_come_together(desk: Desk) -> None:
    rows: Rows = [["园区", "年份", "原煤(万立方米)", "焦炭", "柴油(吨)"], ["A", 2020, 1, 2, "约3000"]]
    for on_error in ("raise", "set_aside"):
        found = desk.problems(rows, on_error=on_error)
        assert found == [("carrier.unit", "C1"), ("unit.missing", "D1"), ("number.text", "E2")]


def test_rows_of_sums_in_a_wide_table_are_left_out_and_told(desk: Desk) -> None:
    rows: Rows = [["园区", "年份", "原煤(吨)"], ["A", 2020, 1], ["合计", None, 1]]
    assert desk(rows, codes=["rows.sum"]) == {("A", "raw_coal", "2020"): 1.0}


def test_a_blank_value_added_and_an_empty_table_are_told(desk: Desk) -> None:
    desk([["园区", "年份", "原煤(吨)", "工业增加值(亿元)"], ["A", 2020, 1, None]], codes=["economy.blank"])
    desk([["园区", "年份", "原煤(吨)", "工业增加值(亿元)"]], codes=["tables.empty"])


def test_a_reported_total_without_its_basis_is_not_compared_and_that_is_told(desk: Desk) -> None:
    rows: Rows = [["园区", "年份", "柴油(吨)", "综合能源消费量(吨标准煤)"], ["A", 2020, 1, 99]]
    desk(rows)
    with pytest.warns(zc.DataWarning, match="a reported total is compared with its own rows where its basis is stated"):
        zc.account(desk.activity)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (
            ["表　号：205-1表", "文号：国统字〔2021〕117号", "有效期至：2022年1月", "综合机关名称：A园  2021年 1-12月"],
            ("A园", "2021"),
        ),
        (["单位详细名称： 示例 园区", "2023年1—12月"], ("示例 园区", "2023")),
        (["2023年1-12月  单位详细名称：B园 填表人：李四"], ("B园", "2023")),
        (["单位详细名称：A园", "2023年6月"], ("A园", None)),
        (["单位详细名称：A园", "2022年统计年报和2023年定期报表"], ("A园", None)),
    ],
)
def test_zone_and_year_in_the_titles_of_the_form(titles: list[str], expected: tuple[str, str | None]) -> None:
    found = constants_of_form("\n".join(titles))
    assert (found["zone"], found.get("year")) == expected


def test_the_form_as_it_is_printed(desk: Desk) -> None:
    rows: Rows = [
        ["能源购进、消费与库存"],
        ["综合机关名称：A园", "2021年1-12月"],
        ["能源名称", "计量单位", "代码", "年初库存量", "购进量", None, "消费量", None, None, None, "期末库存量"],
        [None, None, None, None, "实物量", "金额(千元)", "合计", "1.工业生产消费", None, "2.非工业生产消费", None],
        [None, None, None, None, None, None, None, None, "用于原材料", None, None],
        ["原煤", "吨", "01", 0, 10, 5, 9, 8, 0, 1, 1],
        ["其中：1.无烟煤", "吨", "02", 0, 0, 0, 3, 3, 0, 0, 0],
        ["其中：2.一般烟煤", "吨", "03", 0, 0, 0, 6, 5, 0, 1, 0],
        ["电力", "万千瓦时", "33", None, 7, 7, 7, 6, None, 1, None],
    ]
    assert desk(rows, "E3:F3", "G3:J3", "H4:I4", "A3:A5", "B3:B5", "C3:C5", codes=["form.read"]) == {
        ("A园", "anthracite", "2021"): 3.0,
        ("A园", "bituminous_coal", "2021"): 5.0,
        ("A园", "electricity", "2021"): 60.0,
    }


# -- CSV ---------------------------------------------------------------------------------------------------------------


def test_a_line_break_in_a_heading_of_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('园区,年份,原煤(吨),"电力(万千瓦时)\n(外购)",天然气(万立方米)\nA,2020,1,2,3\n', "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)
        found = amounts(zc.read(path))
    assert found[("A", "natural_gas", "2020")] == 30000.0
    path.write_text('zone,year,carrier,quantity,unit,"备注\n",use\nA,2020,raw coal,1,t,,feedstock\n', "utf-8")
    assert amounts(zc.read(path)) == {("A", "raw_coal", "feedstock", "2020"): 1.0}


def test_a_row_that_is_too_long_names_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("zone,year,carrier,quantity,unit\nA,2020,coke,1,t\nA,2021,coke,1,000,t\n", "utf-8")
    with pytest.raises(zc.InputError) as caught:
        zc.read(path)
    assert [(problem.code, problem.where.row) for problem in caught.value.problems] == [("file.syntax", 3)]


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_energy_that_nobody_used_needs_no_factor_and_no_word() -> None:
    columns = {
        "园区": ["A"],
        "年份": [2020],
        "柴油(吨)": [1.0],
        "生物质燃料(吨)": [0.0],
        "其他能源(tce)": [0.0],
        "液化天然气(吨)": [0.0],
    }
    account = zc.account(zc.read({"energy": columns}))  # warnings are errors here
    assert account.total("energy").tolist() == [[1.4571]]
    used = zc.read({"energy": {**columns, "生物质燃料(吨)": [1.0]}})
    with pytest.raises(zc.MethodError, match="biomass_fuel"):
        zc.account(used)


def test_an_account_of_nothing_shows_itself() -> None:
    for zones in ([], [zc.Zone(zone="A")]):
        account = zc.account(zc.Activity.from_records(zones))
        assert len(account.to_frame()) == 0
        assert "<table>" in account._repr_html_()
        assert account.to_dict()["rows"] == []


# -- the second look ---------------------------------------------------------------------------------------------------


def test_a_boundary_that_never_changes() -> None:
    money = {"zone": ["A"], "year": [2020], "value_added": [3.0], "unit": ["亿元"], "boundary": ["x"]}
    energy = {"zone": ["A"], "year": [2020], "carrier": ["原煤"], "quantity": [1.0], "unit": ["吨"]}
    assert not zc.read({"economy": money, "energy": energy}).warnings


def test_bad_headings_of_a_table_that_holds_nothing_else_are_not_lost(desk: Desk) -> None:
    good: Rows = [["园区", "年份", "原煤(吨)"], ["A", 2020, 1]]
    bad: Rows = [["园区", "年份", "省份", "原煤", "电力"], ["B", 2020, "江苏", 5, 6]]
    found = [("unit.missing", "D1"), ("unit.missing", "E1")]
    assert desk.problems({"a": good, "b": bad}) == desk.problems({"b": bad}) == found
    later: Rows = [["园区", "年份", "原煤", "电力(万千瓦时)"], ["B", 2020, 5, None]]
    assert desk.problems({"a": good, "b": later}, blank="not_used") == [("unit.missing", "C1")]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["表1 单位：吨标准煤"],
            ["园区", "年份", "原煤"],
            ["A", 2020, 1],
            ["表2 单位：万吨标准煤"],
            ["园区", "年份", "原煤"],
            ["B", 2020, 1],
        ],
        [
            ["本年"],
            ["园区", "年份", "原煤(吨)"],
            ["A", 2020, 1],
            ["上年同期情况说明表"],
            ["园区", "年份", "原煤(吨)"],
            ["A", 2020, 9],
        ],
    ],
)
def test_a_heading_under_another_title_is_another_table(desk: Desk, rows: Rows) -> None:
    with pytest.raises(zc.InputError, match="a table must stand once"):
        desk(rows)


def test_value_added_of_the_plan_or_of_last_year_is_not_read(desk: Desk) -> None:
    for group in ("计划", "上年", "2019年"):
        rows: Rows = [
            ["园区", "年份", group, "实际"],
            [None, None, "工业增加值(亿元)", "原煤(吨)"],
            ["A", 2020, 100, 5],
        ]
        desk(rows, codes=["columns.left"])
        assert np.isnan(desk.activity.value_added_total).all()


def test_a_heading_in_two_languages(desk: Desk) -> None:
    first: list[Any] = ["园区", "年份", "原煤(万吨)", "电力(亿千瓦时)"]
    data: list[Any] = ["A", 2020, 1, 2]
    assert desk([first, ["Zone", "Year", "Raw coal", "Electricity"], data]) == {
        ("A", "raw_coal", "2020"): 10000.0,
        ("A", "electricity", "2020"): 200000.0,
    }
    assert desk([first, ["Zone", "Year", "Raw coal (10^4 t)", "Electricity (10^8 kWh)"], data])
    contradiction = [first, ["Zone", "Year", "Raw coal (t)", "Electricity (10^8 kWh)"], data]
    assert desk.problems(contradiction) == [("columns.said_twice", "C2")]


def test_a_year_in_a_title_is_no_year_of_a_long_table(desk: Desk) -> None:
    rows: Rows = [
        ["能源消费表（折标系数采用2008年标准）"],
        ["园区", "能源品种", "消费量", "单位"],
        ["A", "原煤", 1, "吨"],
    ]
    with pytest.raises(zc.InputError, match="needs the columns year"):
        desk(rows)


def test_kinds_below_a_sum_are_parts(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "原煤(吨)", "其中", None],
        [None, None, None, "无烟煤(吨)", "褐煤(吨)"],
        ["A", 2020, 5, 2, 3],
    ]
    assert desk(rows, "D1:E1", codes=["columns.part"] * 2) == {("A", "raw_coal", "2020"): 5.0}
    rows = [["园区", "年份", "原煤(吨)", None, None], [None, None, "合计", "无烟煤", "一般烟煤"], ["A", 2020, 5, 2, 3]]
    assert desk(rows, "C1:E1", codes=["columns.part"] * 2) == {("A", "raw_coal", "2020"): 5.0}


@pytest.mark.parametrize(
    "group",
    [
        "发电用煤",
        "能源消费量（含自产）",
        "终端消费（不含发电）",
        "Production use",
        "Total final consumption of products",
    ],
)
def test_groups_of_consumption(desk: Desk, group: str) -> None:
    rows: Rows = [["园区", "年份", group, group], [None, None, "原煤(吨)", "焦炭(吨)"], ["A", 2020, 1, 2]]
    assert len(desk(rows)) == 2


@pytest.mark.parametrize("group", ["年末存量", "可供量", "出售", "进口", "损耗"])
def test_groups_that_are_no_consumption(desk: Desk, group: str) -> None:
    rows: Rows = [["园区", "年份", "消费", group], [None, None, "原煤(吨)", "焦炭(吨)"], ["A", 2020, 1, 2]]
    assert desk(rows, codes=["columns.left"]) == {("A", "raw_coal", "2020"): 1.0}


def test_purchased_power_as_a_group_is_grid_power(desk: Desk) -> None:
    rows: Rows = [["园区", "年份", "外购电", "燃料"], [None, None, "电力(万千瓦时)", "原煤(吨)"], ["A", 2020, 1, 2]]
    assert desk(rows)[("A", "electricity", "2020")] == 10.0


def test_consumption_and_purchase_below_a_carrier(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "原煤", None, "电力", None],
        [None, None, "消费量(吨)", "购进量(吨)", "消费量(万千瓦时)", "购进量(万千瓦时)"],
        ["A", 2020, 1, 9, 2, 9],
    ]
    assert desk(rows, "C1:D1", "E1:F1") == {("A", "raw_coal", "2020"): 1.0, ("A", "electricity", "2020"): 20.0}


def test_the_last_zone_before_another_table_is_not_a_title(desk: Desk) -> None:
    rows: Rows = [
        ["园区", "年份", "原煤(吨)"],
        ["A", 2020, 1],
        ["B"],
        ["园区", "年份", "工业增加值(亿元)"],
        ["A", 2020, 1],
    ]
    assert ("year.range", "B3") in desk.problems(rows)


def test_an_error_value_is_no_name(desk: Desk) -> None:
    sheets: dict[str, Rows] = {
        "园区": [["园区", "名称"], ["A", "x"]],
        "能源": [["园区", "年份", "品种", "数量", "单位"], ["A", 2020, "焦炭", 1, "吨"]],
    }
    desk.save(sheets)
    book = openpyxl.load_workbook(desk.path)
    book["园区"]["B2"].value = "#REF!"
    book["园区"]["B2"].data_type = "e"
    book.save(desk.path)
    with pytest.raises(zc.InputError, match="园区!B2"):
        zc.read(desk.path)
