"""What dashes stand for, which rows are notes, the form of energy, and words that are no zone."""

import csv
import datetime as dt
import math
import time
import warnings
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon.records.cells import sector_name, zone_name
from zonecarbon.tabular.marks import legend
from zonecarbon.tabular.notes import is_note
from zonecarbon.vocabulary import carrier_spellings, is_part, is_sum, province_spellings

NAN = math.nan
Rows = list[list[Any]]


def read(rows: Rows, tmp_path: Path, **options: Any) -> Any:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)
        return zc.read(tmp_path / "a.xlsx", **options)


def codes(rows: Rows, tmp_path: Path) -> list[str]:
    with pytest.raises(zc.InputError) as caught:
        read(rows, tmp_path)
    return [problem.code for problem in caught.value.problems]


# -- what marks stand for ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("注：“—”表示2020年未统计", {"—": NAN}),
        ("“—”表示统计资料不足", {"—": NAN}),
        ("x = fewer than 10 firms (withheld)", {"x": NAN}),
        ("x denotes data not shown (n<10)", {"x": NAN}),
        ("x = non-zero but not disclosed", {"x": NAN}),
        ("x = not surveyed", {"x": NAN}),
        ("x: suppressed", {"x": NAN}),
        ("“—”表示不为0但无法获得", {"—": NAN}),
        ("“—”为零散数据，未收集", {"—": NAN}),
        ("“—”表示未使用或未统计", {"—": NAN}),
        ("“*”表示按2020年价格计算", {}),
        ("x = fewer than 10 firms", {}),
        ("x = non-zero", {}),
        ("“—”表示不为零", {}),
        ("“—”表示样本不足3个单位", {}),
        ("“—”表示不足3个单位", {}),
        ("“—”表示0.5", {}),
        ("— = none (except 2020)", {}),
        ("Index: none", {}),
        ("Tax: 0", {}),
        ("f(x) = 0", {}),
        ("2019-2020: 0", {}),
        ("不详用“—”表示，零用“…”表示", {}),
        ("“x”表示无此项；x = see note 3", {}),
        ("“x”表示无此项；x = 不详", {"x": NAN}),
        ("注：—表示无此项，…表示不详", {"—": 0.0, "…": NAN}),
        ("- = nil … = unknown", {"—": 0.0, "…": NAN}),
        ("“—”表示无此项（即未使用），“#”表示其中的主要项", {"—": 0.0}),
        ("“—”表示零或不足本表最小单位", {"—": 0.0}),
        ("x = less than half the unit shown; n/a = not used", {"x": 0.0, "n.a.": 0.0}),
        ("注：“...”表示未使用", {"…": 0.0}),
        (
            "“…”表示数据不足本表最小单位数；“空格”表示该项统计指标数据不详或无该项数据；“#”表示其中的主要项。",
            {"…": 0.0, "空格": NAN},
        ),
    ],
)
def test_what_marks_stand_for(note: str, expected: dict[str, float]) -> None:
    assert str(legend([note])) == str(expected)


@pytest.mark.parametrize(
    "word", ["不详", "未统计", "无数据", "withheld", "not available", "not surveyed", "insufficient data"]
)
@given(
    before=st.sampled_from(["0，", "无此项，", "nil or ", "none, ", ""]),
    after=st.sampled_from(["", "，零", " (0)", "或无此项"]),
)
def test_unknown_wins_wherever_it_stands(word: str, before: str, after: str) -> None:
    assert str(legend([f"“—”表示{before}{word}{after}"])) == "{'—': nan}"


@pytest.mark.parametrize(
    "text",
    ["单位" + " " * 30000 + "x", "-" * 32767, "- " * 16000, "— " * 999, "“" * 1999, "“x" * 999,
     "“—”表示" * 330, "x=," * 660, "注" * 2000, " " * 1999, "n a" * 660, "x=" + "the value is " * 150],
)  # fmt: skip
def test_legends_are_read_in_linear_time(text: str) -> None:
    began = time.perf_counter()
    legend([text, "注：“—”表示无此项"])
    assert time.perf_counter() - began < 2


def test_a_row_of_dashes_is_read_in_linear_time() -> None:
    began = time.perf_counter()
    legend([f"—{at % 7}" * 3 for at in range(8000)] + ["—"] * 8000)
    assert time.perf_counter() - began < 2


# -- which rows are notes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        ["注：2021 年为初步核算数"], ["注1 数据为初步数"], ["说明：见正文"], ["备注 略"], ["资料来源：统计局"],
        ["Note: preliminary"], ["Source: statistics office"], ["* 初步数"], ["※初步数"], ["①初步数"],
        ["1. 本表数据为初步核算数。"],
        ["“…”表示数据不足本表最小单位数"],
        ["本表能源消费量按当量值计算，不含原料用能，数据由各园区管理委员会填报并经审核。"],
        ["注：", "2021 年为初步核算数"], ["填报日期：", "2021-03-01"], ["报出日期：", dt.date(2021, 3, 1)],
        ["单位负责人：", "张三", "填表人：", "李四", "联系电话：", 5551234, "报出日期：", dt.date(2021, 3, 1)],
        ["单位负责人：张三　填表人：李四"],
    ],
)  # fmt: skip
def test_notes(cells: list[Any]) -> None:
    assert is_note(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["2.B"], ["注册园区B；经开区"], ["示例园区"], ["Source Valley Zone"], ["来源园"], ["备用园区"],
        ["1. 示例园区"], ["Notes Park"],
        ["非常长的园区名称" * 5], ["示例园区", "2020"], ["注册园区", "2020", "原煤"], ["备注", 5],
    ],
)  # fmt: skip
def test_rows_that_are_no_notes(cells: list[Any]) -> None:
    assert not is_note(cells)


def test_a_zone_without_figures_is_not_dropped_at_the_end(tmp_path: Path) -> None:
    rows: Rows = [["园区", "年份", "原煤(吨)"], ["甲", 2020, 1]]
    assert codes([*rows, ["2.B"]], tmp_path) == codes([rows[0], ["2.B"], rows[1]], tmp_path) != []
    assert read([*rows, ["填报日期：", "2021-03-01"]], tmp_path).zones == ("甲",)


# -- the form ----------------------------------------------------------------------------------------------------------

HEAD: Rows = [
    ["能源购进、消费与库存"],
    ["单位详细名称：示例园区", "2023年1—12月"],
    ["能源名称", "计量单位", "期末库存量", "消费量合计", "工业生产消费", "用于原材料", "非工业生产消费"],
    ["甲", "乙", 1, 2, 3, 4, 5],
]
COAL = ["原煤", "吨", 1, 90, 80, 5, 10]


def amounts(activity: Any) -> dict[str, float]:
    found = {}
    for at, flow in enumerate(activity.flows):
        name = flow.carrier if flow.use == "final" else f"{flow.carrier} {flow.use}"
        found[name] = float(activity.quantity[0, 0, at, 0])
    return found


def test_the_row_that_numbers_the_columns_is_skipped(tmp_path: Path) -> None:
    assert amounts(read([*HEAD, COAL], tmp_path)) == {"raw_coal": 75.0, "raw_coal feedstock": 5.0}


def test_names_are_unnumbered_as_often_as_they_are_numbered(tmp_path: Path) -> None:
    found = amounts(read([*HEAD, ["其中：1.无烟煤", "吨", 0, 3, 3, None, None]], tmp_path))
    assert found == {"anthracite": 3.0}


@pytest.mark.parametrize("total", [None, 0, 2])
def test_raw_material_without_use_is_an_error(tmp_path: Path, total: float | None) -> None:
    assert codes([*HEAD, COAL, ["柴油", "吨", 0, total, None, 3, None]], tmp_path) == ["form.raw_material"]


def test_blank_industrial_use_beside_a_total_is_unknown_and_said(tmp_path: Path) -> None:
    activity = read([*HEAD, COAL, ["电力", "万千瓦时", None, 7, None, None, 2]], tmp_path)
    assert math.isnan(amounts(activity)["electricity"])
    said = [problem for problem in activity.warnings if problem.code == "form.industrial_blank"]
    assert [(problem.where.cell, problem.values["name"]) for problem in said] == [("E6", "电力")]


def test_dashes_in_columns_that_are_not_read_need_no_meaning(tmp_path: Path) -> None:
    assert amounts(read([*HEAD, ["柴油", "吨", 0, "—", 3, None, "—"]], tmp_path)) == {"diesel": 3.0}
    assert codes([*HEAD, ["柴油", "吨", 0, "—", None, None, None]], tmp_path) == ["number.mark"]


def test_raw_material_beside_unknown_use_is_known(tmp_path: Path) -> None:
    found = amounts(read([*HEAD, ["柴油", "吨", 0, 7, None, 3, None]], tmp_path))
    assert math.isnan(found["diesel"])
    assert found["diesel feedstock"] == 3.0


def test_a_total_that_is_all_other_use_leaves_no_industrial_use(tmp_path: Path) -> None:
    activity = read([*HEAD, COAL, ["汽油", "吨", None, 7, None, None, 7], ["柴油", "吨", *[None] * 5]], tmp_path)
    assert set(amounts(activity)) == {"raw_coal", "raw_coal feedstock"}
    assert "form.industrial_blank" not in [problem.code for problem in activity.warnings]


def test_a_cell_that_cannot_be_read_stays_as_an_unknown_quantity(tmp_path: Path) -> None:
    rows = [*HEAD, COAL, ["电力", "万千瓦时", None, 7, "=3+4", None, None], ["1.无烟煤", "吨", 1, 9, "?", None, None]]
    aside = read(rows, tmp_path, on_error="set_aside")
    found = amounts(aside)
    assert found["raw_coal"] == 75.0
    assert np.isnan([found["electricity"], found["anthracite"]]).all()


# -- words that are no zone --------------------------------------------------------------------------------------------

SUMS = [
    "平均",
    "全市平均",
    "共计",
    "合计：",
    "总 计(A+B)",
    "一、合计",
    "高新区 合计：",
    "增长率",
    "（一）小计",
    "合计（万吨）",
    "（合计）",
    "１．总计",
]
ZONES = [
    *(
        "中关村",
        "合肥",
        "合肥高新区",
        "共青城",
        "共和",
        "总部基地",
        "平均台",
        "比如县",
        "全州",
        "合计园",
        "1",
        "一",
        "2.B",
        "A+B",
    ),
    *("其他", "Total Park", "南京高新区（江宁园）", "增长谷", "西安"),
]


@pytest.mark.parametrize("word", SUMS)
def test_sum_words_are_seen_through_their_dress(word: str) -> None:
    assert is_sum(word, "zone")
    for name, code in ((zone_name, "zone.sum"), (sector_name, "sector.sum")):
        with pytest.raises(zc.InputError) as caught:
            name(word)
        assert caught.value.problems[0].code == code


@pytest.mark.parametrize("word", ["其中：规上", "其中:化工", "（1）其中：规上", "of which: chemicals"])
def test_parts_of_other_rows_are_refused(word: str) -> None:
    for name, code in ((zone_name, "zone.part"), (sector_name, "sector.part")):
        with pytest.raises(zc.InputError) as caught:
            name(word)
        assert caught.value.problems[0].code == code


@pytest.mark.parametrize("word", ZONES)
def test_names_of_zones_are_not_hit(word: str) -> None:
    assert zone_name(word) == sector_name(word) == word


def test_names_that_are_shipped_are_not_hit() -> None:
    nation = {"全国", "nationwide", "total", "全国平均"}
    assert not [word for word in carrier_spellings() if is_sum(word, "carrier")]
    assert {word for word in province_spellings() if is_sum(word, "zone") or is_part(word)} <= nation
    folder = files("zonecarbon").joinpath("data", "example")
    for name in ("zones.csv", "energy.csv", "economy.csv"):
        for row in csv.DictReader(folder.joinpath(name).read_text(encoding="utf-8-sig").splitlines()):
            assert zone_name(row["zone"]) == row["zone"]
            assert sector_name(row.get("sector") or "") == (row.get("sector") or "")


def test_an_average_is_no_total() -> None:
    assert is_sum("平均", "zone")
    assert not is_sum("平均", "total")
    assert is_sum("合计", "total")
