"""The commands about peaks and projections: output, seeds, tables of series, mistakes."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

import zonecarbon as zc
from zonecarbon.cli import main
from zonecarbon.cli.printing import Bar
from zonecarbon.records import Scenario


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A folder with two years of one zone."""
    (tmp_path / "zones.csv").write_text("zone,province\nA,江苏\n", "utf-8")
    rows = "A,2024,1000,万元,2020\nA,2025,1100,万元,2020\n"
    (tmp_path / "economy.csv").write_text(f"zone,year,value_added,unit,price_year\n{rows}", "utf-8")
    rows = "A,2024,焦炭,100,吨\nA,2025,焦炭,110,吨\n"
    (tmp_path / "energy.csv").write_text(f"zone,year,carrier,quantity,unit\n{rows}", "utf-8")
    return str(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_a_projection_is_repeated_by_the_seed_it_prints(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "project", folder, "--draws", "500")
    seed = text.split("seed ")[1].split(")")[0]
    assert said(capsys, "project", folder, "--draws", "500", "--seed", seed) == text
    assert said(capsys, "project", folder, "--draws", "500", "--seed", seed, "--workers", "2") == text
    assert said(capsys, "project", folder, "--draws", "500") != text


def test_a_projection_tells_the_probability_of_a_peak_by_the_years_of_plans(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("project", folder, "--draws", "256", "--seed", "7", "--until", "2040")
    paths = zc.project(zc.account(zc.read(folder)), "policy", until=2040, draws=256, rng=7)
    told = next(line for line in said(capsys, *words).splitlines() if line.startswith("Probability that the peak"))
    years = [year for year in (2025, 2030, 2035) if year > paths.base_year]
    assert re.findall(r"(?:: |; )(\d{4}) ", told) == [str(year) for year in years]
    for year in years:
        value = float(paths.peak_probability(year))
        assert f"{year} {value:.1%}" in told or value in {0.0, 1.0}
    assert "已达峰的概率" in said(capsys, *words, "--lang", "zh")
    assert "has come by" not in said(capsys, *words[:-1], "2030"), "a maximum in the last year is no peak"


def test_forms_of_a_projection(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("project", folder, "--scenario", "deep", "--draws", "200", "--seed", "7", "--until", "2035")
    rows = list(csv.DictReader(io.StringIO(said(capsys, *words, "--format", "csv"))))
    assert list(rows[0]) == ["zone", "indicator", "year", "statistic", "value", "unit", "standard_error"]
    found = json.loads(said(capsys, *words, "--format", "json"))
    assert found["provenance"]["choices"]["seed"] == "7"
    assert found["provenance"]["choices"]["scenario"]["name"] == "deep"
    assert "强化情景" in said(capsys, *words, "--lang", "zh")


def test_targets_none_and_a_budget(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("project", folder, "--draws", "200", "--seed", "7", "--targets", "none", "--budget", "1 MtCO2")
    text = said(capsys, *words)
    assert "torch-2025" not in text
    assert "Cumulative CO2 within 1 Mt" in text


def test_what_it_takes(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "required", folder, "energy-intensity-aggregate", "2030", "--zone", "")
    assert "nothing more is needed" in text
    words = ("required", folder, "peak", "2030", "--scenario", "policy", "--probability", "0.8", "--draws", "512")
    assert "energy intensity must fall" in said(capsys, *words)
    assert "能耗强度" in said(capsys, *words, "--lang", "zh")
    rows = list(csv.DictReader(io.StringIO(said(capsys, *words, "--format", "csv"))))
    assert [row["zone"] for row in rows] == ["", "A"]
    assert "budget" in said(capsys, "required", folder, "--budget", "2000 tCO2", "--until", "2035")
    assert main(["required", folder, "peak", "2030"]) == 2
    assert "scenario" in capsys.readouterr().err


def test_mistakes_end_with_2(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words, part in (
        (("--draws", "many"), "draws"),
        (("--until", "2020"), "until"),
        (("--scenario", "polcy"), "policy"),
        (("--budget", "5 t"), "tCO2"),
    ):
        assert main(["project", folder, *words]) == 2
        found = capsys.readouterr().err
        assert part in found
        assert "Traceback" not in found


def test_peaks_of_a_folder_and_of_a_table(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "A: rising" in said(capsys, "peaks", folder)
    values = [5, 9, 8, 7, 6, 5, 4]
    path = tmp_path / "series.csv"
    path.write_text("zone,year,value\n" + "".join(f"甲,{2013 + i},{v}\n" for i, v in enumerate(values)), "utf-8")
    assert "peaked in 2014 at 9" in said(capsys, "peaks", str(path), "--column", "value")
    assert "2014 年" in said(capsys, "peaks", str(path), "--column", "value", "--lang", "zh")


def test_a_table_of_series_with_bad_rows_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "series.csv"
    path.write_text("zone,year,co2\nA,2019,1\nA,2019,2\nA,x,3\nA,2021,many\n", "utf-8")
    assert main(["peaks", str(path)]) == 2
    found = capsys.readouterr().err
    assert all(f"row {row}" in found for row in (3, 4, 5))
    assert main(["peaks", str(path), "--column", "value"]) == 2
    assert "value" in capsys.readouterr().err


def test_scenarios_are_listed_shown_and_have_a_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert "baseline" in said(capsys, "scenarios", "list")
    assert Scenario.model_validate(json.loads(said(capsys, "scenarios", "show", "deep"))).name == "deep"
    assert json.loads(said(capsys, "schema", "Scenario"))["title"] == "Scenario"


def test_the_bar_shows_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.5, 2.0, 2.05, 3.0])
    monkeypatch.setattr("zonecarbon.cli.printing.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    bar = Bar()
    bar(1, 4)
    assert not capsys.readouterr().err
    bar(2, 4)
    bar(3, 4)
    bar(4, 4)
    shown = capsys.readouterr().err
    assert shown.count("\r") == 2
    assert "50%" in shown
    assert "100%" in shown
    bar.end()
    assert capsys.readouterr().err.startswith("\r ")
