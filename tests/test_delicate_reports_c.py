"""Delicate cases of the command, of checks as text, and of rounded judgement: each was a fault once."""

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.cli import main
from zonecarbon.targets.turning import turning_point
from zonecarbon.targets.wording import margin_text, with_unit

pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
EMPTY = "the tables have headings and no rows"
TABLE = """园区,年份,省份,柴油(吨),电力（万千瓦时）,工业增加值(亿元，2020年价)
甲,2020,江苏,900,25000,12
甲,2025,江苏,700,29000,17
"""


def table(folder: Path, text: str = TABLE) -> str:
    path = folder / "zone.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def intensities(values: list[float], **more: Any) -> dict[str, Any]:
    count = len(values)
    zones = [f"Z{at}" for at in range(count)]
    return {"zone": zones, "year": [2022] * count, "energy_intensity": values, "value_added": [1.0] * count, **more}


# -- a template that is not filled in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("check",), ("account",), ("peaks",), ("report", "--out", "r.html")])
def test_a_table_without_rows_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([words[0], table(tmp_path, TABLE.splitlines()[0] + "\n"), *words[1:]]) == 2
    said = capsys.readouterr()
    assert said.err.count(EMPTY) == 1
    assert said.out == ""
    assert not Path("r.html").exists()


def test_peaks_of_an_empty_account_are_refused(tmp_path: Path) -> None:
    account = zc.account(zc.read(table(tmp_path, TABLE.splitlines()[0] + "\n")))
    with pytest.raises(zc.InputError) as caught:
        zc.find_peaks(account)
    assert caught.value.problems[0].code == "project.empty"
    with pytest.raises(zc.InputError) as caught:
        zc.report(zc.check(account))
    assert caught.value.problems[0].code == "report.empty"


# -- several scenarios, one seed ---------------------------------------------------------------------------------------


def test_several_scenarios_each_have_a_projection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[Any] = []
    monkeypatch.setattr("zonecarbon.reporting.report", lambda *results, **_: given.extend(results))
    (tmp_path / "r.html").touch()
    words = ["report", table(tmp_path), "--out", str(tmp_path / "r.html"), "--draws", "16", "--until", "2030"]
    assert main([*words, "--scenario", "policy", "--scenario", "deep", "--scenario", "policy"]) == 0
    found = [item for item in given if isinstance(item, zc.Ensemble)]
    assert [item.scenario.name for item in found] == ["policy", "deep"]
    assert [item.seed for item in found] == [1, 1]
    said = capsys.readouterr().err
    assert "projected: policy, 16 draws" in said
    assert "projected: deep, 16 draws" in said
    given.clear()
    assert main([*words, "--scenario", "none"]) == 0
    assert not [item for item in given if isinstance(item, zc.Ensemble)]
    assert main([*words, "--scenario", "none", "--scenario", "deep"]) == 2
    assert "--scenario none" in capsys.readouterr().err


def test_the_same_command_gives_the_same_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path)
    pages = []
    for seed in ([], [], ["--seed", "2"]):
        assert main(["report", "zone.csv", "--out", "r.html", "--draws", "16", "--until", "2030", *seed]) == 0
        pages.append(Path("r.html").read_bytes())
    assert pages[0] == pages[1] != pages[2]


# -- figures of a check ------------------------------------------------------------------------------------------------


def test_figures_of_a_check_have_their_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", table(tmp_path)])
    english = capsys.readouterr().out
    assert "5.94% a year (2025); limit ≥ 4%; margin +1.94 percentage points" in english
    assert "100.0% of zones (2025); limit ≥ 50%; margin +50.0 percentage points" in english
    assert "0.216 tce/10^4 CNY (2025); limit ≤ 0.4; margin +0.184 tce/10^4 CNY" in english
    assert "fraction" not in english
    main(["check", table(tmp_path), "--lang", "zh"])
    chinese = capsys.readouterr().out
    assert "年均 5.94%（2025 年）；限值 ≥ 4%；裕度 +1.94 个百分点" in chinese
    assert "100.0% 的园区（2025 年）；限值 ≥ 50%" in chinese
    assert "1 个园区中有 1 个低于 0.3" in chinese
    assert not any(word in chinese for word in ("翻转者", "占比）", "< 0.3", "无论未知"))


@pytest.mark.parametrize(("value", "shown"), [(0.400_04, "0.40004"), (0.399_96, "0.39996"), (0.4, "0.400")])
def test_no_figure_is_rounded_across_its_limit(value: float, shown: str) -> None:
    text = zc.check(intensities([value])).text()
    assert f"{shown} tce/10^4 CNY" in text


def test_units_of_a_users_own() -> None:
    assert with_unit("12%", "%", "zh") == "12%"
    assert with_unit("1.2", "tCO2/万元", "en") == "1.2 tCO2/万元"
    assert margin_text(0.0, "fraction of zones", "zh") == "0 个百分点"
    assert margin_text(-1e-9, "fraction per year", "en").startswith("−0.0")


# -- what is not known -------------------------------------------------------------------------------------------------


def test_nothing_known_has_no_counts() -> None:
    found = zc.check(intensities([math.nan, math.nan]))
    block = found.block("energy-intensity-share")
    assert block.notes == ()
    assert block.reasons[0].code == "reason.none_known"
    assert "0 of 2 zones are" not in found.text()
    assert "of value added" not in found.text()
    some = zc.check(intensities([0.2, math.nan])).block("energy-intensity-share")
    assert [note.code for note in some.notes] == ["note.count_known", "note.money"]


def test_a_set_without_base_year_says_how_to_give_one() -> None:
    activity = zc.Activity.from_arrays(
        [[[100.0, 90.0]]],
        flows=["coke"],
        zones=["A"],
        years=[2024, 2025],
        value_added=[[200.0, 220.0]],
        price_year=2020,
    )
    found = zc.check(zc.account(activity), "hj-274-2015")
    reason = found.block("co2-annual").reasons[0]
    assert reason.code == "reason.base_needed"
    for language in ("en", "zh"):
        assert "--base-year" in reason.text(language)
        assert "base_year=" in reason.text(language)
        assert "?" not in reason.text(language)


# -- rounded judgement -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize(("limit", "digits"), [(0.3, 1), (0.4, 1), (0.04, 2), (2.0, 0), (0.35, 1), (-0.32, 2)])
def test_a_verdict_turns_where_it_is_said_to(operator: Any, limit: float, digits: int) -> None:
    edge, _ = turning_point(operator, limit, digits, "rounded")

    def met(value: float) -> bool:
        target = zc.kernels.target
        return bool(target.compare(target.round_half_even(value, digits), operator, limit) == target.MET)

    assert met(edge - 1e-9) is not met(edge + 1e-9)


def test_rounded_needs_lead_to_what_rounds_across() -> None:
    """0.266 rounds to 0.3, which is not below 0.3: it must fall below 0.25, not rise to 0.3."""
    found = zc.check(intensities([0.266, 0.28]), judgement="rounded")
    share = found.block("energy-intensity-share")
    assert found.verdict("energy-intensity-share") == "missed"
    nearest = found.nearest("energy-intensity-share")
    assert [item["zone"] for item in nearest] == ["Z0", "Z1"]
    assert nearest[0]["change"] == pytest.approx(0.25 / 0.266 - 1)
    assert float(share.required_rate[0]) == pytest.approx(1 - (0.25 / 0.266) ** (1 / 3))
    whole = zc.check(intensities([0.46]), judgement="rounded").block("energy-intensity-aggregate")
    assert float(whole.required_rate[0]) == pytest.approx(1 - (0.45 / 0.46) ** (1 / 3))
    assert float(whole.margin[0]) == pytest.approx(-0.1)  # that of 0.5, as the verdict


def test_the_rate_that_is_needed_is_enough_and_never_negative() -> None:
    for judgement in ("full", "rounded"):
        for value in np.linspace(0.2, 0.6, 81).round(4).tolist():
            block = zc.check(intensities([value]), judgement=judgement).block("energy-intensity-aggregate")
            rate = float(block.required_rate[0])
            assert rate >= 0
            later = {**intensities([value * (1 - rate) ** 3]), "year": [2025]}
            assert zc.check(later, judgement=judgement).verdict("energy-intensity-aggregate") == "met", (
                value,
                judgement,
            )


# -- messages name the command line's form -----------------------------------------------------------------------------


def test_warnings_name_the_options_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "园区,年份,省份,原煤(吨),天然气(万立方米),工业增加值(亿元，2020年价)\n甲,2024,江苏,10,,1\n"
    main(["account", table(tmp_path, text), "--lang", "zh"])
    said = capsys.readouterr().err
    assert "--blank not_used" in said
    assert "--set proxies=refuse" in said
    assert "--set 'coefficients.natural_gas=… kgce/m3'" in said


@pytest.mark.parametrize(("fuel", "warned"), [("柴油", False), ("原煤", True)])
def test_a_projection_warns_only_of_carriers_that_come_into_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fuel: str, warned: bool
) -> None:
    """The scenario turns coal into gas: without coal there is nothing to say of gas."""
    path = table(tmp_path, TABLE.replace("柴油", fuel))
    assert main(["project", path, "--draws", "16", "--until", "2030"]) == 0
    said = capsys.readouterr()
    assert ("natural_gas" in said.out + said.err) is warned


def test_names_of_a_users_own_factors_are_not_translated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "park,year,gdp,energy,co2\nA,2020,100,50,120\nA,2025,140,56,123\n"
    words = ["decompose", table(tmp_path, text), "--identity", "co2 = gdp * energy/gdp * co2/energy", "--by", "park"]
    assert main([*words, "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "energy/gdp" in said
    assert "co2/energy" in said


def test_the_grid_s_part_is_of_the_zones_known_in_both_years() -> None:
    """A zone that is gone in the end year must not count as a fall."""
    quantity = np.array([[[100.0, 90.0]], [[100.0, 90.0]], [[1e5, np.nan]]])
    activity = zc.Activity.from_arrays(
        quantity, flows=["electricity"], zones=["A", "B", "C"], years=[2021, 2023], provinces="江苏",
        value_added=np.full((3, 2), 100.0), price_year=2020,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(activity, vintage="same_year")
        check = zc.check(account, year=2023, base_year=2021)
        both = zc.check(zc.account(_of(activity, 2), vintage="same_year"), year=2023, base_year=2021)
    notes = [note for note in check.block("co2-intensity-annual").notes if note.code == "note.grid"]
    alone = [note for note in both.block("co2-intensity-annual").notes if note.code == "note.grid"]
    assert [note.values for note in notes] == [note.values for note in alone]
    assert len(notes) == 1


def _of(activity: zc.Activity, count: int) -> zc.Activity:
    return zc.Activity.from_arrays(
        activity.quantity[:count, 0], flows=["electricity"], zones=activity.zones[:count].tolist(), years=[2021, 2023],
        provinces="江苏", value_added=activity.value_added_total[:count], price_year=2020,
    )  # fmt: skip


def test_shares_are_of_the_known_zones() -> None:
    quantity = np.array([[[10.0]], [[10.0]], [[np.nan]]])
    activity = zc.Activity.from_arrays(
        quantity, flows=["coke"], zones=["A", "B", "C"], years=[2024], value_added=[[100.0], [10.0], [890.0]],
        price_year=2020,
    )  # fmt: skip
    notes = zc.check(zc.account(activity)).block("energy-intensity-share").notes
    said = {note.code: note.values for note in notes}
    counted = said["note.count_known"]
    assert (counted["met"], counted["known"], counted["n"]) == (1, 2, 3)
    assert said["note.money"]["share"] == "90.9%"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scenario", "policy", "--scenario", "polcy"], "polcy"),
        (["--year", "1999"], "1999"),
        (["--base-year", "2999"], "2999"),
    ],
)
def test_what_is_asked_for_and_not_there_stops_the_command(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.csv"
    data.write_text(
        "园区,年份,省份,电力(万千瓦时),工业增加值(亿元，2020年价)\n甲,2023,江苏,100,3\n甲,2024,江苏,90,3\n", "utf-8"
    )
    assert main(["report", str(data), "--out", str(tmp_path / "r.html"), "--draws", "16", *words]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


def test_a_folder_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.html").mkdir()
    assert main(["report", "nowhere.csv", "--out", str(tmp_path / "r.html")]) == 2
    assert "r.html" in capsys.readouterr().err
