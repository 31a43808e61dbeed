"""The command ``zonecarbon report``: one file of everything the data say, and what is left out is said."""

import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

import zonecarbon as zc
from zonecarbon.cli import main
from zonecarbon.cli.reports import change_of, command_line, names, stages

SHORT = ("--draws", "16", "--until", "2030")
pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")


def data(folder: Path, years: tuple[int, ...] = (2022, 2023, 2024), zones: tuple[str, ...] = ("A", "B")) -> str:
    folder.mkdir()
    (folder / "zones.csv").write_text("zone,province\n" + "".join(f"{zone},江苏\n" for zone in zones), "utf-8")
    rows = [(zone, year, 100 + 7 * at - 3 * (year - 2020)) for at, zone in enumerate(zones) for year in years]
    money = "".join(f"{zone},{year},{amount * 4},万元,2020\n" for zone, year, amount in rows)
    energy = "".join(f"{zone},{year},焦炭,{amount},t\n{zone},{year},电力,{amount},MWh\n" for zone, year, amount in rows)
    (folder / "economy.csv").write_text(f"zone,year,value_added,unit,price_year\n{money}", "utf-8")
    (folder / "energy.csv").write_text(f"zone,year,carrier,quantity,unit\n{energy}", "utf-8")
    return str(folder)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_and_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    folder, page, book = data(tmp_path / "data"), tmp_path / "r.html", tmp_path / "r.xlsx"
    page.write_text("old", "utf-8")
    words = ["report", folder, "--out", str(page), "--out", str(book), "--lang", language, "--title", "My <b> report"]
    assert main([*words, *SHORT]) == 0
    said = capsys.readouterr()
    assert str(page) in said.out
    assert str(book) in said.out
    text = page.read_text("utf-8")
    assert "<h1>My &lt;b&gt; report</h1>" in text
    sheets = load_workbook(book, read_only=True).sheetnames
    assert {"en": "Projection", "zh": "预测"}[language] in sheets
    assert {"en": "Decomposition", "zh": "变化分解"}[language] in sheets
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_command_that_is_printed_repeats_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, first = data(tmp_path / "my data"), tmp_path / "first.xlsx"
    assert main(["report", folder, "--out", str(first), *SHORT]) == 0
    seed = next(line.split()[-1] for line in capsys.readouterr().err.splitlines() if line.startswith("seed "))
    about = load_workbook(first)["About"]
    command = next(str(row[1].value) for row in about.iter_rows() if row[0].value == "Command that made it")
    words = shlex.split(command)
    assert words[:3] == ["zonecarbon", "report", folder]
    assert words[-2:] == ["--seed", seed]
    again = [str(tmp_path / "again.xlsx") if word == str(first) else word for word in words[1:]]
    assert main(again) == 0
    sheets = [load_workbook(tmp_path / name)["Projection"].values for name in ("first.xlsx", "again.xlsx")]
    assert [list(sheet) for sheet in sheets[:1]] == [list(sheet) for sheet in sheets[1:]]


def test_what_cannot_be_is_left_out_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, page, book = data(tmp_path / "data", years=(2024,)), tmp_path / "r.html", tmp_path / "r.xlsx"
    words = ["report", folder, "--out", str(page), "--out", str(book), "--scenario", "none"]
    assert main(words) == 0
    said = capsys.readouterr().err
    assert (
        "not in the report: change, because: a change needs two years in which zones are known; the data have 2024"
        in said
    )
    assert "seed" not in said
    assert "a change needs two years" in page.read_text("utf-8")
    assert "Decomposition" not in load_workbook(book).sheetnames
    assert main([*words, "--lang", "zh"]) == 0
    said = capsys.readouterr().err
    assert "报告中未包含变化分解，原因：分析变化须有两个数据已知的年份；数据中有 2024；请补充年份" in said
    assert "分析变化须有两个数据已知的年份" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--out", "r.pdf"), ".html or .xlsx"),
        (("--out", "nowhere/r.html"), "nowhere"),
        (("--out", "r.html", "--workers", "0"), "workers"),
        (("--out", "r.html", "--zones", "A,Nobody"), "Nobody"),
        (("--out", "r.html", "--targets", "nothing"), "nothing"),
        (("--out", "r.html", "--scenario", "nothing"), "nothing"),
        (("--out", "r.html", "--until", "2020"), "until"),
        (("--out", "r.html", "--draws", "many"), "draws"),
    ],
)
def test_what_was_asked_for_wrongly_stops(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    told: str,
) -> None:
    folder = data(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    assert main(["report", folder, *words]) == 2
    assert told in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_chosen_zones_and_no_targets(tmp_path: Path) -> None:
    folder, page = data(tmp_path / "data", zones=("A", "B", "丙")), tmp_path / "r.html"
    words = ["report", folder, "--out", str(page), "--zones", "A， 丙", "--targets", "none", "--scenario", "none"]
    assert main(words) == 0
    assert page.stat().st_size > 10_000


def test_the_change_is_of_the_years_that_most_zones_know() -> None:
    quantity = np.full((3, 1, 4), 10.0)
    quantity[0, 0, 0] = quantity[2, 0, 3] = np.nan  # two zones know the first and the last year, all the middle two
    activity = zc.Activity.from_arrays(
        quantity * [1.0, 0.9, 0.8, 0.7], flows=["coke"], zones=["A", "B", "C"], years=[2021, 2022, 2023, 2024],
        value_added=np.full((3, 4), 100.0), price_year=2020,
    )  # fmt: skip
    change = change_of(zc.account(activity))
    assert (change.base, change.end) == (2022, 2023)
    values = change.values("portfolio")[0]
    assert change.effects("portfolio").sum() == pytest.approx(values[1] - values[0], rel=1e-12)


def test_no_year_known_is_told() -> None:
    activity = zc.Activity.from_arrays(
        [[[np.nan, np.nan]]], flows=["coke"], zones=["A"], years=[2021, 2022], value_added=[[1.0, 1.0]], price_year=2020
    )
    with pytest.raises(zc.InputError) as caught:
        change_of(zc.account(activity))
    assert caught.value.problems[0].code == "cli.one_year"


def test_helpers() -> None:
    assert command_line(["report", "x", "--seed=7"], 7) == "zonecarbon report x --seed=7"
    assert command_line(["report", "x"], None) == "zonecarbon report x"
    assert names(None) is None
    assert names(" 甲，B ,, C") == ["甲", "B", "C"]
    seen: list[tuple[int, int]] = []
    on = stages(lambda done, todo: seen.append((done, todo)), {"a": 1, "b": 3})
    on("a")(1, 1)
    on("b")(1, 2)
    on("b")(2, 2)
    assert [done / todo for done, todo in seen] == [0.25, 0.625, 1.0]


def test_from_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = data(tmp_path / "d")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["zonecarbon", "report", "d", "--out", "r.html", "--scenario", "none"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("wrote r.html")
    assert "zonecarbon report d --out r.html --scenario none" in (tmp_path / "r.html").read_text("utf-8")
    assert Path(folder).is_dir()
