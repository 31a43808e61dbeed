"""What a planner of a zone met in checks, methods and reports, and what is said there since."""

import html
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon import cli
from zonecarbon.errors import InputError, MethodError, TargetError, ZoneCarbonWarning

HEAD = "园区,省份,年份,工业增加值(亿元，2020年价),电力(万千瓦时),原煤(吨)\n"
ROWS = "甲,湖北,2020,100,41000,20000\n甲,湖北,2021,108,42000,20500\n甲,湖北,2025,140,45000,21000\n"
GRID = "kind,region_id,data_year,reporting_year,value,unit,source_id\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command beside ``zone.csv``: exit code, standard output, standard error."""
    (tmp_path / "zone.csv").write_text(HEAD + ROWS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        try:
            code = cli.main(list(words))
        except SystemExit as ended:
            code = int(str(ended.code))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def zone(name: str = "A", money: float | None = 100.0, coke: float = 10.0, year: int = 2025) -> zc.Zone:
    return zc.Zone(
        zone=name,
        province="全国",
        energy=[zc.EnergyUse(carrier="coke", quantity=f"{coke} t", year=year)],
        value_added=[zc.ValueAdded(value_added=money, year=year, price_year=2020)],
    )


def quiet(function: Callable[..., Any], *args: Any, **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ZoneCarbonWarning)
        return function(*args, **more)


def target(**fields: Any) -> dict[str, Any]:
    row = {
        "id": "one",
        "indicator": "co2",
        "statistic": "aggregate",
        "operator": "<=",
        "threshold": "30",
        "unit": "tCO2",
    }
    return {"name": "own", "target": [{**row, "year": 2025, **fields}]}


# -- units ---------------------------------------------------------------------------------------------------------


def test_a_number_without_a_unit_is_said_to_have_none() -> None:
    uses = [
        zc.EnergyUse(carrier="电力", quantity=41000, year=2020),
        zc.EnergyUse(carrier="焦炭", quantity="1 万吨", year=2020),
        zc.EnergyUse(carrier="柴油", quantity=7, unit="t", year=2020),
        zc.EnergyUse(carrier="原煤", quantity=5.5, ncv="20 GJ/t", year=2020),
    ]
    process = [zc.ProcessOutput(product="glass", output=3, factor="0.2 tCO2/t", year=2020)]
    account = quiet(zc.account, zc.Zone(zone="A", province="湖北", energy=uses, process=process))
    explanation = account.explain("A", 2020)
    english, chinese = explanation.text(), explanation.text("zh")
    assert "records 1: 41000 (no unit given: MWh)" in english
    assert "records 1: 41000（未写单位：MWh）" in chinese
    assert "5.5, 20 GJ/t (no unit given: that of the carrier)" in english
    assert english.count("no unit given") == sum("no unit" in row for row in explanation.columns()["rows"])
    assert "no unit given: tCO2" not in english
    assert "1 万吨 (no" not in english
    assert "7 t (no" not in english


# -- bases and equivalent values -----------------------------------------------------------------------------------


def test_a_target_on_the_other_basis_says_how_to_account(run: Run) -> None:
    _, out, _ = run("check", "zone.csv", "--targets", "zero-carbon-park-910", "--lang", "zh")
    assert "--method zero-carbon-park-910 --set 'equivalent.electricity=... kgce/kWh'" in out
    found = quiet(zc.check, zone(), target(indicator="energy_tce", unit="tce", energy_basis="equivalent"))
    (reason,) = found.columns()["reason"]
    assert "basis='equivalent', equivalent={'electricity': '... kgce/kWh'}" in reason
    assert "--method" not in reason
    printed = {"zone": ["A"], "year": [2025], "energy_intensity": [0.2], "basis": ["calorific"]}
    own = target(indicator="energy_per_iva", unit="tce/万元", energy_basis="equivalent")
    (reason,) = zc.check(printed, own).columns()["reason"]
    assert "column basis" in reason
    assert "--set" not in reason


def test_what_is_advised_for_an_equivalent_value_works(run: Run) -> None:
    code, _, error = run("account", "zone.csv", "--set", "basis=equivalent")
    assert code == 2
    assert "2007, 2019-2020" in error
    words = re.search(r"\((--set equivalent\.[^)]*)\)", error)
    assert words is not None
    code, _, error = run("account", "zone.csv", "--set", "basis=equivalent", *words[1].split())
    assert code == 0, error


@pytest.mark.parametrize(("year", "advised"), [(2020, "same_year"), (2025, "2020")])
def test_the_year_advised_is_one_that_the_series_has(year: int, advised: str) -> None:
    use = zc.EnergyUse(carrier="电力", quantity="1 MWh", year=year)
    with pytest.raises(MethodError) as caught:
        zc.account(zc.Zone(zone="A", province="湖北", energy=[use]), basis="equivalent")
    assert caught.value.problems[0].values["year"] == advised
    quiet(
        zc.account,
        zc.Zone(zone="A", province="湖北", energy=[use]),
        basis="equivalent",
        equivalent={"electricity": {"series": "yearbook", "year": advised}},
    )


def test_an_equivalent_value_of_heat_has_no_series() -> None:
    use = zc.EnergyUse(carrier="热力", quantity="10 tce", basis="equivalent", year=2020)
    with pytest.raises(MethodError, match="kgce/GJ") as caught:
        zc.account(zc.Zone(zone="A", province="湖北", energy=[use]))
    assert caught.value.problems[0].code == "method.equivalent_none"


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        (["--basis", "equivalent"], "basis=equivalent"),
        (["--basis=equivalent"], "basis=equivalent"),
        (["--electricity-year"], "electricity_year=..."),
        (["--coefficients", "1 kgce/m3"], "coefficients.KEY=1 kgce/m3"),
    ],
)
def test_a_choice_of_the_method_is_no_option_but_is_told(run: Run, words: list[str], choice: str) -> None:
    code, _, error = run("check", "zone.csv", *words)
    assert code == 2
    assert f"--set '{choice}'" in error


def test_other_unknown_options_have_the_usage_of_their_command(run: Run) -> None:
    for words in (
        ["check", "zone.csv", "--colour", "red"],
        ["check", "zone.csv", "more"],
        ["methods", "list", "--basis=x"],
    ):
        code, _, error = run(*words)
        assert code == 2
        assert error.startswith(f"usage: zonecarbon {words[0]}")
        assert "unrecognized arguments" in error


# -- verdicts ------------------------------------------------------------------------------------------------------


def test_the_reason_says_what_is_missing() -> None:
    found = quiet(zc.check, zone(money=None))
    block = found.block("energy-intensity-aggregate")
    assert block.reasons[0].text() == "known for 0 of 1 zones; not known: A; missing in 2025: value_added"
    assert "2025 年缺少：增加值" in found.text("zh")
    assert "value_added" in found.to_frame().reason[1]
    some = quiet(zc.check, [zone("A"), zone("B", None), zone("C", -1.0)])
    assert some.block("energy-intensity-aggregate").reasons[0].values["missing"] == "value_added"
    negative = quiet(zc.check, [zone("A", coke=1e6), zone("C", -1.0)]).block("energy-intensity-share")
    assert negative.reasons[0].values["missing"] == "positive_value_added"


def test_a_name_that_is_no_indicator_is_told_and_those_that_are_listed() -> None:
    (reason,) = quiet(zc.check, zone(), target(indicator="co2_t")).columns("zh")["reason"]
    assert "没有名为 'co2_t' 的指标" in reason
    assert " co2," in reason
    (reason,) = quiet(zc.check, zone(), target(indicator="solid_waste_use_rate", unit="%")).columns("zh")["reason"]
    assert reason == "没有工业固体废物综合利用率的数据；请在指标表中补充，指标名填此名或 'solid_waste_use_rate'"


@pytest.mark.parametrize(
    ("indicator", "unit", "written"), [("co2", "万吨", "万吨二氧化碳"), ("energy_tce", "t", "万吨标准煤")]
)
def test_a_target_in_a_unit_of_another_kind_is_named_and_what_to_write_works(
    indicator: str, unit: str, written: str
) -> None:
    with pytest.raises(TargetError) as caught:
        quiet(zc.check, zone(), target(indicator=indicator, unit=unit))
    text = caught.value.text("zh")
    assert "own:one" in text
    assert written in text
    assert quiet(zc.check, zone(), target(indicator=indicator, unit=written)).verdict("one") == "met"
    with pytest.raises(TargetError, match="bushel"):
        quiet(zc.check, zone(), target(indicator=indicator, unit="bushel"))


def test_every_indicator_of_an_account_is_in_the_page_and_judged() -> None:
    from zonecarbon.targets.evidence import DERIVED

    page = (Path(__file__).parents[1] / "docs/targets.md").read_text(encoding="utf-8")
    table = page.split("Indicators that an account gives:")[1].split("Any other name")[0]
    others = {"indicator", "fraction", "ratio", "zone", "zones", "status"}
    assert set(re.findall(r"`([a-z0-9_]+)`", table)) - others == set(DERIVED)
    for name in ("co2", "energy_tce", "total_energy", "value_added"):
        unit = {"co2": "tCO2", "value_added": "万元"}.get(name, "tce")
        assert quiet(zc.check, zone(), target(indicator=name, unit=unit, threshold="1e9")).verdict("one") == "met"


def test_a_class_without_a_zone_is_not_applicable_and_spoils_no_exit_code(tmp_path: Path) -> None:
    def of_class(name: str, low: str, high: str) -> dict[str, Any]:
        row = {"id": name, "indicator": "co2_per_energy", "statistic": "zone", "operator": "<=", "threshold": "9"}
        limits = {"applies_indicator": "energy_tce", "applies_min": low, "applies_max": high}
        return {**row, **limits, "unit": "tCO2/tce", "year": 2025}

    goals = {"name": "own", "target": [of_class("small", "0", "100"), of_class("large", "100", "")]}
    found = quiet(zc.check, zone(), goals)
    assert found.verdict("large") == "unknown"
    assert found.exit_code == 0
    assert "[not applicable] own:large" in found.text()
    assert "[不适用] own:large" in found.text("zh")
    path = tmp_path / "r.html"
    quiet(zc.report, found, to=path, language="zh")
    page = path.read_text(encoding="utf-8")
    assert "不适用" in page
    assert "没有属于此类的园区" in page


def test_targets_without_a_title_have_the_name_of_their_indicator() -> None:
    own = target(indicator="energy_per_iva", unit="tce/万元")
    assert "own:one  单位工业增加值综合能耗\n" in quiet(zc.check, zone(), own).text("zh")


def test_a_margin_in_per_cent_is_in_percentage_points() -> None:
    own = target(
        indicator="energy_per_iva", statistic="share_of_zones", operator=">=", threshold="60", unit="%",
        inner_operator="<", inner_threshold="0.3", inner_unit="tce/万元",
    )  # fmt: skip
    assert "裕度 +40.0 个百分点" in quiet(zc.check, zone(), own).text("zh")


def test_current_prices_tell_how_to_write_the_price_year(run: Run, tmp_path: Path) -> None:
    (tmp_path / "now.csv").write_text((HEAD + ROWS).replace("，2020年价", "，现价"), encoding="utf-8")
    _, out, _ = run("check", "now.csv", "--lang", "zh")
    assert "工业增加值(亿元，2020年价)" in out


# -- factors of one's own ------------------------------------------------------------------------------------------


def test_a_grid_row_of_ones_own_is_named_like_a_shipped_one_and_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "grid.csv").write_text(
        f"{GRID}provincial_average,湖北,2024,,0.39,kgCO2/kWh,省厅函5号\n", encoding="utf-8"
    )
    _, out, error = run("account", "zone.csv", "--factors", "grid.csv", "--explain", "甲", "2025", "--lang", "zh")
    assert "[湖北 省级平均、数据年份 2024、省厅函5号、自备、grid.csv" in out
    assert "无公告号" not in out
    assert "采用了自备因子 1 行：grid.csv" in error
    assert "以数据年份 2024 代替 2025 年" in error
    _, out, _ = run("account", "zone.csv", "--factors", "grid.csv", "--explain", "甲", "2025")
    assert "[Hubei provincial_average, data year 2024" in out
    _, _, error = run("account", "zone.csv")
    assert "in use" not in error


def test_a_grid_row_without_its_data_year_is_refused_for_no_year_would_find_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "grid.csv").write_text(f"{GRID}provincial_average,湖北,,2024,0.39,kgCO2/kWh,x\n", encoding="utf-8")
    code, _, error = run("account", "zone.csv", "--factors", "grid.csv")
    assert code == 2
    assert "data_year" in error


def test_a_carrier_outside_the_vocabulary_is_other_energy(run: Run, tmp_path: Path) -> None:
    table = "factor_set,carrier_id,co2_per_energy,co2_per_energy_unit,source_id\nncsc-2025,{},1.5,tCO2/tce,x\n"
    (tmp_path / "f.csv").write_text(table.format("生物甲醇"), encoding="utf-8")
    code, _, error = run("account", "zone.csv", "--factors", "f.csv", "--lang", "zh")
    assert code == 2
    assert "其他能源（other_energy）" in error
    (tmp_path / "f.csv").write_text(table.format("其他能源"), encoding="utf-8")
    (tmp_path / "o.csv").write_text("园区,年份,其他能源(吨标准煤)\n甲,2025,100\n", encoding="utf-8")
    code, out, _ = run("account", "o.csv", "--factors", "f.csv", "--format", "json")
    assert code == 0
    assert json.loads(out)["rows"][0]["co2_t"] == pytest.approx(150.0)


# -- what is printed -----------------------------------------------------------------------------------------------


def test_each_warning_is_printed_once(run: Run) -> None:
    for words in ([], ["--explain", "甲", "2025"]):
        _, out, error = run("account", "zone.csv", *words)
        assert (out + error).count("proxies=refuse") == 1, words
    _, out, error = run("account", "zone.csv", "--explain", "甲", "2025", "--format", "csv")
    assert "proxies=refuse" in error


def test_warnings_on_the_data_come_before_those_on_factors() -> None:
    sold = [zc.EnergyUse(carrier="电力", quantity="9 MWh", year=2025, use="export")]
    both = zc.Zone(zone="A", province="湖北", energy=[*sold, zc.EnergyUse(carrier="原煤", quantity="1 t", year=2025)])
    codes = [problem.code for problem in quiet(zc.account, both).warnings]
    assert "account.proxies" in codes
    assert "account.net_seller" in codes
    assert codes.index("account.net_seller") < codes.index("account.proxies")


def test_a_mapping_for_a_zone_is_told_what_makes_it_one() -> None:
    for given in ({"zone": "A"}, [{"zone": "A"}]):
        with pytest.raises(InputError, match=r"got dict; .*Zone\.from_dict"):
            zc.account(given)  # type: ignore[arg-type]


def test_a_series_without_a_name_has_its_number_in_warnings_too() -> None:
    peaks = zc.find_peaks([[1, 2, 3, 9, 9.5, 9.3, 9, 8, 6, 7.0]], years=np.arange(2015, 2025))
    assert peaks.warnings
    assert all("#1" in problem.text() for problem in peaks.warnings)


def test_what_is_past_has_a_verdict_and_no_probability_in_a_report(run: Run, tmp_path: Path) -> None:
    goals = {
        "name": "own",
        "target": [
            {**target(threshold="1e9", year=2021)["target"][0], "id": "past"},
            {**target(threshold="1", year=2025)["target"][0], "id": "now"},
            {**target(threshold="1e9", year=2030)["target"][0], "id": "later"},
        ],
    }
    (tmp_path / "own.json").write_text(json.dumps(goals), encoding="utf-8")
    words = ["--targets", "own.json", "--out", "r.html", "--draws", "200", "--until", "2032", "--lang", "zh"]
    code, _, error = run("report", "zone.csv", *words)
    assert code == 0, error
    page = re.sub(r"<[^>]+>", "|", (tmp_path / "r.html").read_text(encoding="utf-8"))
    page = re.sub(r"[\s|]*\|[\s|]*", "|", html.unescape(page))
    table = page.split("|目标|要求|概率|")[1].split("|")
    assert [table[at] for at in (2, 5)] == ["达标", "未达标"]
    assert "%" in table[8]


def test_a_table_of_chances_says_of_which_year_they_are_and_heads_its_columns_apart(run: Run, tmp_path: Path) -> None:
    """Missed today and likely by the year are two things, and each is said of its year."""
    (tmp_path / "own.json").write_text(json.dumps(target(threshold="1e9", year=2030)), encoding="utf-8")
    words = ["--targets", "own.json", "--out", "r.html", "--draws", "200", "--until", "2032"]
    code, _, error = run("report", "zone.csv", *words)
    assert code == 0, error
    page = re.sub(r"<[^>]+>", "|", (tmp_path / "r.html").read_text(encoding="utf-8"))
    page = re.sub(r"[\s|]*\|[\s|]*", "|", html.unescape(page))
    last = max(int(row.split(",")[2]) for row in ROWS.split())
    assert "|Target|What is asked|Probability|" in page
    assert f"the verdicts are of the data, up to {last}." in page
    assert f"Probability in 2030 (the verdict is of {last}), " in page


@pytest.mark.parametrize(("unit", "limit"), [("%", "20%"), ("fraction", "20")])
def test_zones_are_counted_below_a_limit_in_its_unit(unit: str, limit: str) -> None:
    uses = [zc.EnergyUse(carrier="electricity", supply="direct_nonfossil", quantity="1 GWh", year=2025)]
    money = [zc.ValueAdded(value_added="1 亿元", year=2025, price_year=2020)]
    account = quiet(zc.account, [zc.Zone(zone=name, province="江苏", energy=uses, value_added=money) for name in "AB"])
    own = {"id": "s", "indicator": "green_power_direct_supply_share", "statistic": "share_of_zones", "operator": ">=",
           "threshold": "0.5", "unit": "fraction of zones", "inner_operator": ">=", "inner_threshold": "20",
           "inner_unit": unit, "year": 2025}  # fmt: skip
    text = zc.check(account, {"name": "own", "target": [own]}).text()
    assert f"of 2 zones are >= {limit}\n" in text


def test_no_standard_error_is_printed_as_nothing() -> None:
    """Where all draws agree, or nearly, there is no error that one digit could show."""
    account = quiet(zc.account, [zone(coke=10.0)])
    spread = {"shape": "normal", "sd": 0.01}
    path: dict[str, Any] = {"kind": "constant", "rate": 0.02, "uncertainty": spread}
    scenario = {"name": "own", "value_added": path}
    prices = [{"carrier": "coke", "price": "0 CNY/t"}]
    saving = {"name": "less", "kind": "save", "source": "coke", "potential": 0.1, "running": "1 CNY/tce"}
    mine = {"name": "mine", "price_year": 2025, "price": prices, "measure": [saving]}
    found = quiet(zc.plan, account, mine, target(threshold="1e6", year=2027), [2026, 2027], scenario=scenario)
    sure = zc.assure(found, draws=256)
    assert (sure.rows["error"] < 0.0005).any()
    assert (sure.rows["error"] >= 0.0005).any()
    for language in ("en", "zh"):
        assert "0.0%）" not in sure.text(language)
        assert "0.0%)" not in sure.text(language)
    assert sure.text().count("+/-") == (sure.rows["error"] >= 0.0005).sum()
    wide = {**path, "rate": -0.02, "uncertainty": {"shape": "normal", "sd": 0.05}}
    falling = {"name": "falls", "value_added": wide}
    paths = quiet(zc.project, account, falling, until=2060, draws=8192, rng=1, targets=None)
    assert 0 < zc.find_peaks(paths).rows["standard_error"][0] < 0.0005
    assert "± 0.0%" not in zc.find_peaks(paths).text()


@pytest.mark.parametrize(("status", "assumed"), [({}, 1), ({"status": "user"}, 0)])
def test_what_counts_as_an_assumption_is_said_where_there_is_one(status: dict[str, str], assumed: int) -> None:
    path = {"kind": "constant", "rate": 0.02, "uncertainty": {"shape": "normal", "sd": 0.01}, **status}
    paths = quiet(zc.project, quiet(zc.account, [zone()]), {"name": "own", "value_added": path}, until=2030, draws=64,
                  rng=1, targets=None)  # fmt: skip
    text = paths.text()
    assert f"{assumed} of its 2 paths and spreads are assumptions" in text
    assert ("(marked so, or spreads without a status)" in text) is (assumed > 0)
