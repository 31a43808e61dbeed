"""The command line: output, exit codes, both languages, and no traceback for a user's mistake."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from zonecarbon.cli import main

DEMO = str(Path(__file__).parents[1] / "examples" / "china_industry_2019_2020")


def write(folder: Path, *, coal: str = "100", money: str = "1000", province: str = "江苏", year: str = "2025") -> str:
    folder.mkdir(exist_ok=True)
    (folder / "zones.csv").write_text(f"zone,province\nA,{province}\n", "utf-8")
    (folder / "economy.csv").write_text(f"zone,year,value_added,unit,price_year\nA,{year},{money},万元,2020\n", "utf-8")
    (folder / "energy.csv").write_text(f"zone,year,carrier,quantity,unit\nA,{year},焦炭,{coal},吨标准煤\n", "utf-8")
    return str(folder)


INTENSITY = """
name = "mine"
[[target]]
id = "intensity"
indicator = "energy_per_iva"
statistic = "aggregate"
operator = "<="
threshold = "0.4"
unit = "tce/10^4 CNY"
year = 2025
"""


@pytest.fixture
def target(tmp_path: Path) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(INTENSITY, "utf-8")
    return str(path)


@pytest.mark.parametrize(("coal", "code"), [("100", 0), ("400", 0), ("401", 1), ("", 3)])
def test_check_ends_with_the_verdict(tmp_path: Path, target: str, coal: str, code: int) -> None:
    assert main(["check", write(tmp_path / "d", coal=coal), "--targets", target]) == code


def test_bad_input_ends_with_2_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "d", coal="-5", province="江西苏")
    assert main(["check", folder]) == 2
    said = capsys.readouterr().err
    assert "energy.csv, row 2, column quantity" in said
    assert "zones.csv, row 2, column province" in said
    assert "Traceback" not in said
    assert main(["check", folder, "--lang", "zh"]) == 2
    assert "energy.csv，第 2 行，列 实物量（quantity）" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["account", "no-such-folder"],
        ["check", "no-such.csv"],
        ["account", DEMO, "--method", "inventroy"],
        ["account", DEMO, "--set", "basis"],
        ["account", DEMO, "--set", "basis=both"],
        ["account", DEMO, "--set", "basis=equivalent"],
        ["account", DEMO, "--by", "planet"],
        ["account", DEMO, "--explain", "Atlantis", "2019"],
        ["account", DEMO, "--explain", "烟草制品业", "last"],
        ["account", DEMO, "--factors", "no-such.csv"],
        ["check", DEMO, "--targets", "torch-2026"],
        ["factors", "show", "unobtainium"],
        ["targets", "show", "nothing"],
        ["methods", "show", "nothing"],
    ],
)
def test_mistakes_are_sentences(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.strip()
    assert "Traceback" not in said


def test_the_demo_data_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", DEMO, "--year", "2020", "--base-year", "2019", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    verdicts = {row["target"]: row["verdict"] for row in data["rows"]}
    assert verdicts == {
        "torch-2025:energy-intensity-aggregate": "missed",
        "torch-2025:energy-intensity-share": "met",
        "torch-2025:co2-intensity-annual": "unknown",
        "torch-2025:co2-peak-some": "unknown",
        "torch-2025:overall-direction": "unknown",
    }
    assert data["provenance"]["choices"]["grid_data_years"] == {"2019": [2021], "2020": [2021]}
    equivalent = ["--set", "basis=equivalent", "--set", "equivalent.electricity.series=yearbook"]
    assert main(["check", DEMO, "--year", "2019", "--format", "csv", *equivalent]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert round(float(rows[0]["value"]), 3) == 0.994
    assert rows[1]["verdict"] == "missed"


def test_account_by_axes_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", DEMO, "--by", "scope,year", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["scope"], row["year"]) for row in rows] == [("1", "2019"), ("1", "2020"), ("2", "2019"), ("2", "2020")]
    assert main(["account", DEMO, "--explain", "烟草制品业", "2020", "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "原始数据：energy.csv" in shown
    assert "合计：" in shown


def test_both_languages_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", DEMO, "--lang", "zh"])
    shown = capsys.readouterr().out
    assert "未达标" in shown
    assert "missed" not in shown
    main(["check", DEMO])
    assert "未达标" not in capsys.readouterr().out


def test_an_indicators_table_is_checked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bulletin.csv"
    path.write_text("zone,year,energy_intensity\nA,2025,0.2\nB,2025,0.31\n", "utf-8-sig")
    assert main(["check", str(path)]) == 3
    assert "1 of 2 zones are < 0.3" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["factors", "methods", "targets"])
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_lists(what: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([what, "list", "--format", form]) == 0
    assert capsys.readouterr().out.strip()


def test_a_user_table_shows_where_a_row_comes_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.csv"
    path.write_text("carrier_id,edition,coefficient,coefficient_unit\n焦炭,GB/T 2589-2020,0.98,kgce/kg\n", "utf-8")
    assert main(["factors", "show", "coke", "--factors", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "0.98 kgce/kg" in shown
    assert "own.csv (sha256 " in shown


def test_the_example_is_written_labelled_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "example")
    assert main(["example", folder]) == 0
    assert "synthetic" in capsys.readouterr().out
    assert main(["check", folder]) in {0, 1, 3}
    assert "96 of 169 zones" in capsys.readouterr().out
    assert main(["example", folder]) == 2


def test_python_dash_m_runs(tmp_path: Path, target: str) -> None:
    command = [sys.executable, "-m", "zonecarbon", "check", write(tmp_path / "d"), "--targets", target]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("mine")


def test_help_and_wrong_words() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    with pytest.raises(SystemExit) as caught:
        main(["chekc"])
    assert caught.value.code == 2
