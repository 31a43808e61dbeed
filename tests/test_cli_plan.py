"""The commands about plans and measures: output, exit codes, files, mistakes."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

import zonecarbon as zc
from zonecarbon.catalog import measure_set, target_set
from zonecarbon.cli import main

pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.ZoneCarbonWarning")

TABLE = """\
园区,省份,年份,原煤（万吨）,天然气（万立方米）,电力（万千瓦时）,"工业增加值(亿元，2020年价)"
甲,江苏,2020,2,9000,25000,40
甲,江苏,2025,2,9500,29000,52
乙,浙江,2020,1,3000,15000,30
乙,浙江,2025,1,3500,16000,40
"""
GOAL = """\
[[target]]
id = "intensity"
indicator = "energy_per_iva"
statistic = "aggregate"
operator = "<="
threshold = {limit}
unit = "tce/万元"
year = {year}
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two zones, and goals that are easy, out of reach, and of another time."""
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text(TABLE, "utf-8")
    for name, limit, year in (("easy", 0.25, 2028), ("hard", 0.05, 2028), ("late", 0.2, 2050)):
        Path(f"{name}.toml").write_text(GOAL.format(limit=limit, year=year), "utf-8")
    return "data.csv"


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(words) == code, capsys.readouterr().err
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    return told.err


PLAN = ("plan", "data.csv", "--years", "2026-2028", "--goals", "easy.toml")


def test_a_plan_says_what_is_done_and_what_is_reached(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    account = zc.account(zc.read(data))
    expected = zc.plan(account, "starter", "easy.toml", range(2026, 2029))
    assert said(capsys, *PLAN) == expected.text() + "\n"
    assert said(capsys, *PLAN, "--language", "zh") == expected.text("zh") + "\n"
    assert said(capsys, *PLAN, "--lang", "zh") == expected.text("zh") + "\n"


def test_the_exit_code_is_that_of_a_check(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(PLAN) == 0
    assert main(["plan", data, "--years", "2026-2028", "--goals", "hard.toml"]) == 1
    told = capsys.readouterr()
    assert "out of reach" in told.out
    assert "planning: 6 measures of starter, 2 zones" in told.err
    assert main(["plan", data, "--goals", "late.toml"]) == 2, "nothing can be planned for"
    assert main(["plan", data, "--budget", "1 tCO2", "--years", "2026"]) == 1
    assert main(["plan", data, "--years", "2026-2028"]) == 2, "no goal"


def test_a_goal_that_needs_what_is_not_known_is_not_reached(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(data).write_text(TABLE.replace("浙江", "西藏"), "utf-8")
    words = ("plan", data, "--years", "2026-2028", "--goals", "easy.toml", "--peak-by", "2027")
    assert "peak" in said(capsys, *words, code=3)


def test_a_price_of_co2_needs_co2_that_is_known(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    record = measure_set("starter").to_dict()
    record["price"] = [*record["price"], {"carrier": "co2", "price": "90 CNY/tCO2"}]
    Path("mine.json").write_text(json.dumps(record), "utf-8")
    said(capsys, *PLAN, "--measures", "mine.json")
    Path(data).write_text(TABLE.replace("浙江", "西藏"), "utf-8")
    assert "the price of CO2" in refused(capsys, *PLAN, "--measures", "mine.json")


def test_levels_and_forms(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = zc.plan(zc.account(zc.read(data)), "starter", "easy.toml", range(2026, 2029))
    for level in ("measure", "goal", "year", "zone"):
        rows = list(csv.DictReader(io.StringIO(said(capsys, *PLAN, "--level", level, "--format", "csv"))))
        columns = found.columns(level)
        assert list(rows[0]) == list(columns)
        assert len(rows) == len(columns["zone"])
        assert json.loads(said(capsys, *PLAN, "--level", level, "--format", "json"))["rows"]
        heading = said(capsys, *PLAN, "--level", level, "--lang", "zh").splitlines()[0]
        assert "园区" in heading
        assert "_" not in heading
    whole = json.loads(said(capsys, *PLAN, "--format", "json", "--assure", "--draws", "64"))
    assert whole["result"] == "Plan"
    assert whole["assurance"]["rows"][0]["goal"] == "easy:intensity"
    assert whole["provenance"]["choices"]["measures"]["name"] == "starter"


def test_what_is_asked_besides(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--budget", "9 MtCO2", "--budget", "甲=8 MtCO2", "--capital", "3 亿元", "--peak-by", "2027")
    rows = said(capsys, *PLAN, *words, "--level", "goal", "--format", "csv")
    found = [(row["goal"], row["zone"]) for row in csv.DictReader(io.StringIO(rows))]
    assert found == [("easy:intensity", ""), ("peak", ""), ("budget", ""), ("budget", "甲"), ("capital", "")]
    assert "probability" in said(capsys, *PLAN, "--assure", "--draws", "64")
    likely = ("--probability", "0.9", "--draws", "256")
    first = said(capsys, *PLAN, *likely, "--seed", "7")
    assert first == said(capsys, *PLAN, *likely, "--seed", "7")


def test_an_account_of_the_future_needs_no_scenario(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("now.toml").write_text(GOAL.format(limit=0.3, year=2025), "utf-8")
    words = ("plan", data, "--scenario", "none", "--years", "2025", "--goals", "now.toml")
    assert "plan 2025-2025" in said(capsys, *words)


def test_measures_of_a_workbook_a_file_and_a_name(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    expected = said(capsys, *PLAN)
    assert said(capsys, "measures", "starter", "--out", "mine.xlsx", "--lang", "zh") == "已写入 mine.xlsx\n"
    assert said(capsys, *PLAN, "--measures", "mine.xlsx") == expected
    Path("mine.json").write_text(json.dumps(measure_set("starter").to_dict()), "utf-8")
    assert said(capsys, *PLAN, "--measures", "mine.json") == expected
    assert "'starter'" in refused(capsys, *PLAN, "--measures", "startr")
    with pytest.raises(zc.MeasureError, match="read_measures"):
        zc.plan(zc.account(zc.read(data)), "mine.xlsx", "easy.toml")


def test_a_site_may_name_a_title_and_a_wrong_zone_is_told_with_its_cell(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "measures", "starter", "--out", "mine.xlsx", "--lang", "zh")
    book = load_workbook("mine.xlsx")
    name, title = (cell.value for cell in book["措施"][2][:2])
    book["分园区"].append([title, "nowhere", 0.1])
    book.save("mine.xlsx")
    assert list(zc.read_measures("mine.xlsx").measure[0].zones) == ["nowhere"]
    assert zc.read_measures("mine.xlsx").measure[0].name == name
    told = refused(capsys, *PLAN, "--measures", "mine.xlsx")
    assert "mine.xlsx, 分园区!B2" in told
    assert "got 'nowhere'" in told


def test_files_are_written_and_kept(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = ("--out", "plan.xlsx", "--milestones", "path.json")
    said(capsys, *PLAN, *files)
    told = refused(capsys, *PLAN, *files)
    assert "plan.xlsx" in told
    assert "path.json" in told, "both at once, and before the work"
    assert "planning" not in told
    said(capsys, *PLAN, *files, "--overwrite")
    said(capsys, *PLAN, "--out", "plan.json")
    again = zc.from_dict(json.loads(Path("plan.json").read_text("utf-8")))
    assert again.text() + "\n" == said(capsys, *PLAN)
    said(capsys, *PLAN, "--level", "goal", "--out", "goals.csv")
    assert Path("goals.csv").read_text("utf-8-sig").startswith("goal,zone,year")
    assert "path.txt" in refused(capsys, *PLAN, "--milestones", "path.txt")
    assert "No such file" in refused(capsys, *PLAN, "--out", "nowhere/plan.csv")


def test_milestones_are_targets_of_a_check(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, *PLAN, "--milestones", "path.json")
    found = zc.plan(zc.account(zc.read(data)), "starter", "easy.toml", range(2026, 2029))
    assert target_set("path.json") == found.targets()
    assert zc.check(found.account, "path.json").exit_code == 0
    assert main(["check", data, "--targets", "path.json"]) == 3  # none of its years has data yet
    assert "plan:energy_per_iva-2028" in capsys.readouterr().out
    said(capsys, *PLAN, "--milestones", "one.json", "--zone", "乙")
    assert target_set("one.json") == found.targets("乙")


def test_the_curve_stands_in_place_of_a_plan(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    account = zc.account(zc.read(data))
    now = zc.abatement_curve(account, "starter")
    assert said(capsys, "plan", data, "--curve") == now.text() + "\n"
    later = zc.abatement_curve(zc.extend(account, "policy", until=2030), "starter", 2030, zone="乙")
    words = ("plan", data, "--curve", "2030", "--scenario", "policy", "--zone", "乙")
    assert said(capsys, *words, "--lang", "zh") == later.text("zh") + "\n"
    rows = list(csv.DictReader(io.StringIO(said(capsys, *words, "--format", "csv", "--out", "curve.csv"))))
    assert [row["measure"] for row in rows] == later.columns()["measure"].tolist()
    assert Path("curve.csv").is_file()
    assert said(capsys, "plan", data, "--curve", "--years", "2026-2030").startswith("cost of CO2 abated in 2030")
    told = refused(capsys, "plan", data, "--curve", "--goals", "easy.toml", "--assure")
    assert "--goals" in told
    assert "--assure" in told
    assert "2030" in refused(capsys, "plan", data, "--curve", "2030", "--scenario", "none")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--years", "soon"), "soon"),
        (("--years", "2028-2026"), "2028-2026"),
        (("--draws", "auto"), "auto"),
        (("--budget", "1 t", "--budget", "2 t"), "--budget"),
        (("--budget", "丙=1 tCO2"), "丙"),
        (("--capital", "3 t"), "3 t"),
        (("--probability", "2"), "2"),
        (("--assure", "--format", "csv"), "--assure"),
        (("--scenario", "no such"), "no such"),
        (("--goals", "no such"), "no such"),
        (("--zone", "丙", "--milestones", "x.json"), "丙"),
    ],
)
def test_mistakes_are_sentences(
    words: tuple[str, ...], part: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data
    assert part in refused(capsys, *PLAN, *words)


def test_without_scipy_the_error_names_the_extra(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("scipy", "scipy.optimize", "scipy.sparse"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "zonecarbon[plan]" in refused(capsys, *PLAN)
    assert "tCO2" in said(capsys, "plan", data, "--curve"), "which needs no solver"


def test_measures_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "measures")
    assert "efficient-motors" in text
    for words in (("list",), ("show", "starter"), ("starter",)):
        assert said(capsys, "measures", *words) == text
    chinese = said(capsys, "measures", "--lang", "zh")
    assert "电机与照明能效提升" in chinese
    assert "节约" in chinese
    assert "假设" in chinese
    rows = json.loads(said(capsys, "measures", "--format", "json"))["rows"]
    assert rows == zc.list_measures().to_records()
    path = tmp_path / "mine.xlsx"
    said(capsys, "measures", "--out", str(path))
    assert zc.read_measures(path) == measure_set("starter")
    assert said(capsys, "measures", str(path)) == text
    assert "mine.xlsx" in refused(capsys, "measures", "--out", str(path))
    said(capsys, "measures", "--out", str(path), "--overwrite")
    assert "'starter'" in refused(capsys, "measures", "startr")
    assert "two" in refused(capsys, "measures", "one", "two")
