"""The commands about what changed: decoupling of a folder and of a table, forms, languages, mistakes."""

import csv
import io
import json
from pathlib import Path

import pytest

from zonecarbon.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A folder with three years of one zone; coke grows by 5 % and then falls, value added grows by 10 %."""
    (tmp_path / "zones.csv").write_text("zone,province\nA,江苏\n", "utf-8")
    rows = "".join(f"A,{year},{money},万元,2020\n" for year, money in ((2023, 1000), (2024, 1100), (2025, 1210)))
    (tmp_path / "economy.csv").write_text(f"zone,year,value_added,unit,price_year\n{rows}", "utf-8")
    rows = "".join(f"A,{year},焦炭,{coal},吨\n" for year, coal in ((2023, 100), (2024, 105), (2025, 101)))
    (tmp_path / "energy.csv").write_text(f"zone,year,carrier,quantity,unit\n{rows}", "utf-8")
    return str(tmp_path)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "both.csv"
    rows = "A,2019,100,200\nA,2020,108,220\nB,2019,50,90\nB,2020,60,\n"
    path.write_text(f"zone,year,co2,value_added\n{rows}", "utf-8")
    return str(path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_decoupling_of_a_folder(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "tapio", folder)
    assert "A, 2023-2024: weak decoupling, elasticity 0.5 (CO2 +5.0%, value added +10.0%)" in text
    assert "A, 2024-2025: strong decoupling" in text
    ends = said(capsys, "tapio", folder, "--base", "2023", "--end", "2025")
    assert "A, 2023-2025: weak decoupling, elasticity 0.04762" in ends
    assert "A，2023-2025 年：弱脱钩" in said(capsys, "tapio", folder, "--base", "2023", "--lang", "zh")


def test_decoupling_of_a_table(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "tapio", table)
    assert "A, 2019-2020: expansive coupling, elasticity 0.8" in text
    assert "B, 2019-2020: unknown, value added of 2020 is not known" in text
    assert "A, 2019-2020: weak decoupling" in said(capsys, "tapio", table, "--thresholds", "0", "0.9", "1.1")


def test_forms(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(said(capsys, "tapio", table, "--format", "csv"))))
    assert [row["state"] for row in rows] == ["expansive coupling", "unknown"]
    assert rows[1]["elasticity"] == ""
    data = json.loads(said(capsys, "tapio", table, "--format", "json"))
    assert data["result"] == "Decoupling"
    assert data["provenance"]["choices"]["tapio"]["periods"] == [[2019, 2020]]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--base", "2018"), "2018"),
        (("--base", "2020", "--end", "2019"), "2019, 2020"),
        (("--thresholds", "1", "0", "2"), "thresholds"),
    ],
)
def test_mistakes_end_with_2(table: str, words: tuple[str, ...], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tapio", table, *words]) == 2
    found = capsys.readouterr().err
    assert part in found
    assert "Traceback" not in found


def test_all_problems_of_a_table_are_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "both.csv"
    path.write_text("zone,year,co2,value_added\nA,2019,1,many\nA,x,3,3\nA,2021,few,1\nA,2021,1,1\n", "utf-8")
    assert main(["tapio", str(path)]) == 2
    found = capsys.readouterr().err
    assert all(f"row {row}" in found for row in (2, 3, 4))
    assert found.count("row 3") == 1
    path.write_text("zone,year,co2\nA,2019,1\n", "utf-8")
    assert main(["tapio", str(path)]) == 2
    assert "value_added" in capsys.readouterr().err
