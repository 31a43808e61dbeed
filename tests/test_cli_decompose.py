"""``zonecarbon decompose`` of a folder and of a table: forms, languages, choices, mistakes."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from zonecarbon.cli import main

KAYA = "co2 = gdp * energy/gdp * co2/energy"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Two zones over three years; A burns gas from 2024 on."""
    (tmp_path / "zones.csv").write_text("zone,province\nA,江苏\nB,山东\n", "utf-8")
    money = ((2023, 1000, 500), (2024, 1100, 400), (2025, 1210, 450))
    rows = "".join(f"A,{year},{a},万元,2020\nB,{year},{b},万元,2020\n" for year, a, b in money)
    (tmp_path / "economy.csv").write_text(f"zone,year,value_added,unit,price_year\n{rows}", "utf-8")
    coal = ((2023, 100, 40), (2024, 80, 50), (2025, 70, 45))
    rows = "".join(f"A,{year},焦炭,{a},吨\nB,{year},焦炭,{b},吨\n" for year, a, b in coal)
    rows += "A,2024,天然气,9000,m3\nA,2025,天然气,12000,m3\n"
    (tmp_path / "energy.csv").write_text(f"zone,year,carrier,quantity,unit\n{rows}", "utf-8")
    return str(tmp_path)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "countries.csv"
    rows = "A,2000,100,50,100\nA,2018,150,60,114\nB,2000,10,5,9\nB,2018,20,,18\n"
    path.write_text(f"zone,year,gdp,energy,co2\n{rows}", "utf-8")
    return str(path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["decompose", *words]) == 0
    return capsys.readouterr().out


def rows_of(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(said(capsys, *words, "--format", "csv"))))


def test_in_words(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, folder)
    assert "all 2 zones together: CO2" in text
    assert "in 2023" in text
    assert "in 2025" in text
    assert "carrier mix" in text
    assert "Without " in text
    chinese = said(capsys, folder, "--lang", "zh")
    assert "能源品种结构" in chinese
    assert "若无" in chinese
    one = said(capsys, folder, "--zone", "B", "--of", "energy_intensity")
    assert one.startswith("B: energy intensity")


def test_rows(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(capsys, folder)
    assert list(rows[0]) == ["zone", "sector", "factor", "start", "end", "effect", "unit"]
    assert {row["zone"] for row in rows} == {"A", "B"}
    assert {(row["start"], row["end"], row["unit"]) for row in rows} == {("2023", "2025", "tCO2")}
    whole = rows_of(capsys, folder, "--level", "portfolio")
    assert {row["zone"] for row in whole} == {""}
    change = sum(float(row["effect"]) for row in whole)
    assert sum(float(row["effect"]) for row in rows) == pytest.approx(change, abs=1e-9)
    fine = rows_of(capsys, folder, "--level", "portfolio", "--by", "zone,carrier", "--chained")
    assert {row["carrier"] for row in fine} == {"coke", "natural_gas"}
    assert {(row["start"], row["end"]) for row in fine} == {("2023", "2024"), ("2024", "2025")}
    assert sum(float(row["effect"]) for row in fine) == pytest.approx(change, abs=1e-9)


def test_choices(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(capsys, folder, "--form", "multiplicative", "--lmdi", "II", "--base", "2024", "--end", "2025")
    assert {(row["start"], row["unit"]) for row in rows} == {("2024", "1")}
    merged = rows_of(capsys, folder, "--merge", "between_zones,within_zones", "--level", "portfolio")
    assert [row["factor"] for row in merged] == ["activity", "between_zones", "within_zones"]
    own = rows_of(capsys, folder, "--identity", "co2 = energy * co2/energy", "--separate")
    assert {row["factor"] for row in own} == {"energy", "co2/energy", "not_attributed"}
    data: dict[str, Any] = json.loads(said(capsys, folder, "--format", "json", "--of", "energy"))
    assert data["provenance"]["choices"]["decompose"]["of"] == "energy"
    assert len(data["rows"]) == 4
    text = said(capsys, folder, "--by", "zone")
    assert "factor" in text.splitlines()[0]


def test_a_table(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decompose", table, "--identity", KAYA, "--format", "csv"]) == 3  # B is not known
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert [row["factor"] for row in rows[:3]] == ["gdp", "energy/gdp", "co2/energy"]
    assert float(rows[0]["effect"]) == pytest.approx(43.3228, abs=5e-5)  # 14 / ln 1.14 * ln 1.5
    assert rows[4]["effect"] == ""  # not known
    assert "B" in printed.err
    rest = rows_of(capsys, table, "--identity", KAYA, "--leave-out")
    assert {row["zone"] for row in rest} == {"A"}
    assert main(["decompose", table, "--identity", KAYA, "--format", "json"]) == 3
    data = json.loads(capsys.readouterr().out)
    assert data["rows"][4]["effect"] is None
    text = said(capsys, table, "--identity", KAYA, "--leave-out", "--lang", "zh")
    assert "energy/gdp" in text


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--base", "2019"), ("2019", "2023, 2024, 2025")),
        (("--base", "2025", "--end", "2023"), ("2025", "2023")),
        (("--merge", "nonsense"), ("nonsense", "structure")),
        (("--by", "park"), ("park",)),
        (("--zone", "C"), ("C",)),
        (("--identity", "co2 = gdp * co2/gdp"), ("gdp", "value_added")),
        (("--identity", "co2 = energy"), ("energy",)),
        (("--separate", "--lmdi", "II"), ("LMDI-I",)),
        (("--lmdi", "II", "--by", "carrier"), ("carrier", "zone")),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_mistakes_end_with_2(
    folder: str, words: tuple[str, ...], parts: tuple[str, ...], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decompose", folder, *words, "--lang", language]) == 2
    printed = capsys.readouterr()
    assert all(part in printed.err for part in parts)
    assert "Traceback" not in printed.err
    assert not printed.out


def test_mistakes_in_a_table(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, part in (
        ((), "identity="),
        (("--identity", "co2 = gdp"), "114"),
        (("--identity", "co2 = people * co2/people"), "people"),
        (("--identity", KAYA, "--time", "when"), "when"),
        (("--identity", KAYA, "--by", "zone,park"), "park"),
    ):
        assert main(["decompose", table, *words]) == 2
        assert part in capsys.readouterr().err
    path = tmp_path / "bad.csv"
    path.write_text("zone,year,gdp,co2\nA,2000,1,2\nA,2000,2,3\nA,2001,some,2\n", "utf-8")
    assert main(["decompose", str(path), "--identity", "co2 = gdp * co2/gdp"]) == 2
    assert "row 3" in capsys.readouterr().err
    assert main(["decompose", str(tmp_path / "nothing.csv"), "--identity", KAYA]) == 2
