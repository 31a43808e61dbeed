"""Columns of a wide table that are not read, and what is said of them: a misspelt carrier is none of the user's own."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import zonecarbon as zc
from zonecarbon.cli import main
from zonecarbon.tabular.headings import heading
from zonecarbon.tabular.unread import near_carrier
from zonecarbon.vocabulary import nearest, unknown_zone

WIDE: dict[str, list[Any]] = {
    "园区": ["甲", "乙"],
    "年度": [2020, 2020],
    "原煤(吨)": [10.0, 20.0],
    "电力(万千瓦时)": [5.0, 6.0],
    "工业增加值(亿元)": [1.0, 2.0],
}


def read(extra: dict[str, list[Any]], **options: Any) -> zc.Activity:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.read({"energy": {**WIDE, **extra}}, **options)


def refused(extra: dict[str, list[Any]], **options: Any) -> list[zc.Problem]:
    with pytest.raises(zc.InputError) as caught:
        read(extra, **options)
    return list(caught.value.problems)


def account(activity: zc.Activity) -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def told(extra: dict[str, list[Any]], **options: Any) -> list[tuple[str, str]]:
    return [(problem.code, problem.where.column) for problem in read(extra, **options).warnings]


@pytest.mark.parametrize(
    ("name", "code", "suggestion"),
    [
        ("原媒(吨)", "columns.near", "原煤"),
        ("焦碳（吨）", "columns.near", "焦炭"),
        ("生物质颗粒(吨)", "columns.near", "生物质燃料"),
        ("原煤消费量(吨)", "columns.near", "原煤"),
        ("煤炭（万吨）", "columns.near", "原煤"),
        ("raw cole (t)", "columns.near", "raw coal"),
        ("天燃气(万立方米)", "columns.near", "天然气"),
        ("原媒", "columns.near", "原煤"),
        ("光伏发电量(万千瓦时)", "columns.energy", ""),
        ("余热回收(GJ)", "columns.energy", ""),
        ("节能量(吨标准煤)", "columns.energy", ""),
        ("Electrcity (kWh)", "columns.energy", "electricity"),
    ],
)
def test_a_column_that_may_be_energy_use_is_an_error(name: str, code: str, suggestion: str) -> None:
    (problem,) = refused({name: [None, 3.0]})
    assert (problem.code, problem.where.column) == (code, name)
    for language in ("en", "zh"):
        assert f"ignore=[{name!r}]" in problem.text(language)
        assert f"({suggestion!r}?)" in problem.text(language) or not suggestion


@pytest.mark.parametrize(
    "name",
    ["水泥(吨)", "粗钢(吨)", "电费(万元)", "占地面积(平方米)", "单位产值能耗(kWh/m2)", "单位增加值电耗(kWh/万元)",
     "焦炭产量(吨)", "二氧化碳排放总量(万吨)", "从业人员(人)", "原值", "code", "GDP(亿元)", "用水量(吨)"],
)  # fmt: skip
def test_a_column_of_the_users_own_stays_a_warning(name: str) -> None:
    assert told({name: [1.0, 2.0]}) == [("columns.unused", name)]


@pytest.mark.parametrize("cells", [[None, None], [0, 0.0], ["", "0"], ["—", "无"]])
def test_a_column_without_figures_stays_a_warning(cells: list[Any]) -> None:
    assert told({"原媒(吨)": cells}) == [("columns.unused", "原媒(吨)")]


def test_the_figures_may_be_texts_codes_or_numbers() -> None:
    for cells in (
        ["1,200", None],
        pd.Categorical(["7", None]),
        np.array([0.0, 2.0]),
        pd.array([None, 3], dtype="Int64"),
    ):
        assert [problem.code for problem in refused({"原媒(吨)": cells})] == ["columns.near"]  # type: ignore[dict-item]


def test_it_comes_with_all_other_problems() -> None:
    found = refused({"原媒(吨)": [1, 2], "电力（万千瓦时）": [1, 2], "柴油(吨)": ["—", 1], "汽油(斤斤)": [1, 1]})
    assert sorted(problem.code for problem in found) == ["columns.near", "columns.twice", "number.mark", "unit.unknown"]


def test_a_column_can_be_left_out_on_request() -> None:
    plain = read({})
    left = read({"原媒(吨)": [1, 2], "光伏发电量（万千瓦时）": [1, 2]}, ignore=["原媒(吨)", "光伏发电量(万千瓦时)"])
    assert left.input_hash == plain.input_hash
    codes = [(problem.code, problem.where.column) for problem in left.warnings]
    assert codes == [("columns.ignored", "原媒(吨)"), ("columns.ignored", "光伏发电量（万千瓦时）")]
    assert [p.code for p in account(left).provenance.warnings][:2] == ["columns.ignored", "columns.ignored"]
    assert read({"原煤（吨）": [1, 2]}, ignore="原煤(吨)").flows == plain.flows[1:]  # both of that name


@pytest.mark.parametrize(
    ("ignore", "code"),
    [(["原媒(吨)", "没有"], "columns.ignore_missing"), ([3], "columns.ignore_name"), ([" "], "columns.ignore_name")],
)
def test_what_is_ignored_must_be_there(ignore: Any, code: str) -> None:
    assert [problem.code for problem in refused({"原媒(吨)": [1, 2]}, ignore=ignore)] == [code]


def test_set_aside_its_zones_and_years_are_unknown() -> None:
    activity = read({"原媒(吨)": [None, 3.0]}, on_error="set_aside")
    assert [(p.code, p.where.row) for p in activity.set_aside] == [("columns.near", 1)]
    energy = account(activity).total("energy")[:, 0]
    assert np.isnan(energy).tolist() == [False, True]
    assert energy[0] == account(read({})).total("energy")[0, 0]
    rows = activity.set_aside_rows["energy"]
    assert rows[["carrier", "unit", "quantity"]].to_numpy().tolist() == [["原媒(吨)", "吨", 3.0]]


def test_in_parts_too(tmp_path: Path) -> None:
    path = tmp_path / "wide.parquet"
    pd.DataFrame({**WIDE, "原媒(吨)": [1.0, 2.0]}).to_parquet(path)
    with pytest.raises(zc.InputError, match="原媒"):
        list(zc.read_parts(path, size=1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        parts = list(zc.read_parts(path, size=1, ignore=["原媒(吨)"]))
    assert [[p.code for p in part.warnings] for part in parts] == [["columns.ignored"]] * 2


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "w.csv"
    pd.DataFrame({**WIDE, "原媒(吨)": [1.0, 2.0]}).to_csv(path, index=False)
    assert main(["account", str(path), "--lang", "zh"]) == 2
    assert "--ignore-column '原媒(吨)'" in capsys.readouterr().err
    assert main(["account", str(path), "--lang", "zh", "--ignore-column", "原媒(吨)"]) == 0
    assert "已按要求略去" in capsys.readouterr().err


def test_a_heading_in_two_rows_is_judged_by_name_and_unit(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["园区", "年份", "原煤", "原媒", "水泥"], [None, None, "吨", "吨", "吨"], ["甲", 2020, 1, 2, 3]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(zc.InputError) as caught:
        zc.read(tmp_path / "a.xlsx")
    assert [(p.code, p.where.cell) for p in caught.value.problems] == [("columns.near", "D2")]


def test_a_part_is_left_out_and_the_word_explained() -> None:
    activity = read({"其中：绿电(万千瓦时)": [1, 2]})
    assert [problem.code for problem in activity.warnings] == ["columns.part"]
    assert "其中" in activity.warnings[0].text("en")
    assert "已包含在另一列" in activity.warnings[0].text("zh")


def test_two_supplies_of_one_carrier_are_added_and_told() -> None:
    green = "电力-绿电直供(万千瓦时)"
    activity = read({green: [1, 0]})
    assert [(problem.code, problem.where.column) for problem in activity.warnings] == [("columns.both", green)]
    assert account(activity).total("energy")[0, 0] > account(read({})).total("energy")[0, 0]
    assert told({green: [0, None]}, blank="not_used") == []


def test_value_added_above_designated_size_is_read_and_told() -> None:
    table = {"园区": ["甲"], "年份": [2020], "原煤(吨)": [1]}
    for name in ("规上工业增加值（亿元）", "规模以上工业增加值(亿元，2020年价)"):
        assert heading(name).kind == "value_added"
        with pytest.warns(zc.DataWarning, match="above designated size"):
            activity = zc.read({"energy": {**table, name: [3.0]}})
        assert activity.value_added_total.tolist() == [[30000.0]]
    with pytest.warns(zc.DataWarning, match="'工业增加值'"):
        zc.read({"energy": {**table, "工业增价值(亿元)": [3.0]}})


@pytest.mark.parametrize(
    "row",
    [["合计", None], ["甲", "合计"], [None, "合计"], [" 总计：", 2020]],
)
def test_rows_of_sums_by_zone_or_year(row: list[Any]) -> None:
    columns = {"园区": ["甲", "乙", row[0]], "年度": [2020, 2020, row[1]], "原煤(吨)": [1, 2, 3]}
    with pytest.warns(zc.DataWarning, match="rows of sums"):
        activity = zc.read({"energy": columns})
    assert activity.quantity[:, 0, 0, 0].tolist() == [1.0, 2.0]


def test_a_sum_is_told_by_a_number_column_where_the_zone_is_blank_alone() -> None:
    columns: dict[str, list[Any]] = {
        "序号": [1, 2, "合计"],
        "园区": ["甲", "乙", None],
        "年份": [2020, 2020, None],
        "原煤(吨)": [1, 2, 3],
    }
    with pytest.warns(zc.DataWarning, match=r"合计 \(2\)"):
        assert zc.read({"energy": columns}).zones.tolist() == ["甲", "乙"]
    columns["园区"][2], columns["年份"][2] = "丙", 2020
    assert zc.read({"energy": columns}).zones.tolist() == ["甲", "乙", "丙"]


def test_a_note_that_says_nothing_clear_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("园区,年份,原煤(吨),电力(万千瓦时)\n甲,2020,—,3\n注：“—”表示无。\n", encoding="utf-8")
    with pytest.raises(zc.InputError) as caught:
        zc.read(path)
    (problem,) = caught.value.problems
    assert problem.code == "number.mark_unclear"
    assert "注释写作“无”，含义不明" in problem.text("zh")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        assert zc.read(path, marks={"—": "not_used"}).quantity.ravel().tolist()[0] == 0.0


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff"])
def test_an_empty_file_is_called_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(text, encoding="utf-8")
    for command in ("check", "account", "peaks"):
        assert main([command, str(path), "--lang", "zh"]) == 2
        assert capsys.readouterr().err.startswith("empty.csv：文件须含有表；该文件为空")


@pytest.mark.parametrize("command", ["check", "peaks"])
def test_a_file_of_headings_alone_is_called_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    path = tmp_path / "head.csv"
    path.write_text("zone,year,co2\n")
    assert main([command, str(path), "--lang", "zh"]) == 2
    assert capsys.readouterr().err.startswith("head.csv：各表只有表头")


@pytest.mark.parametrize(
    ("path", "folder"), [("nofile.csv", "当前文件夹"), ("data/no.xlsx", "文件夹 data "), ("none", "当前")]
)
def test_a_file_that_is_not_there(
    path: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", path, "--lang", "zh"]) == 2
    err = capsys.readouterr().err
    assert folder in err
    assert f"没有 {Path(path).name!r}" in err


def test_an_unknown_zone_is_told_what_there_is() -> None:
    names = [f"园{number}" for number in range(12)]
    text = unknown_zone("园3x", names).text()
    assert "('园3'?)" in text
    assert "园9, ... (12)" in text
    assert "园10" not in text
    with pytest.raises(zc.InputError, match="甲, 乙"):
        account(read({})).explain("丙", 2020)


def test_suggestions_know_what_is_typed_for_one_another() -> None:
    known = ["原油", "原煤", "焦炭", "煤泥", "粗苯", "汽油"]
    assert [nearest(name, known) for name in ("原媒", "焦碳", "气油", "水泥", "粗钢")] == [
        "原煤",
        "焦炭",
        "汽油",
        "",
        "",
    ]
    assert near_carrier("电费", "万元") == near_carrier("电力占比", "%") == ""


def test_chinese_texts_name_carriers_columns_and_plain_figures() -> None:
    years = list(range(2018, 2024))
    table = {"zone": ["甲"] * 6, "year": years, "carrier": ["原煤"] * 6, "unit": ["t"] * 6}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        activity = zc.read({"energy": {**table, "quantity": [5, 5.1, 4.9, 5, 5.2, 52000]}})
    text = "\n".join(problem.text("zh") for problem in activity.warnings)
    assert "的原煤在 2023 年" in text
    assert "raw coal" not in text
    assert "e+" not in text
    with pytest.raises(zc.InputError) as caught:
        zc.read({"energy": {**table, "quantity": [-1] * 6}})
    assert (
        caught.value.problems[0]
        .text("zh")
        .startswith("energy，第 0 行，列 实物量（quantity）：实物量（quantity）不得为负")
    )
