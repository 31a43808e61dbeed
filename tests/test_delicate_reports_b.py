"""What reviewers found in the audit trail, the scenarios and the workbook of a report."""

import math
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.messages import Language
from zonecarbon.projection import paths
from zonecarbon.projection.wording import conditional
from zonecarbon.records import Scenario
from zonecarbon.reporting.audit import audit
from zonecarbon.reporting.documents import documents, has_chinese
from zonecarbon.reporting.factors import factors_table, grid_factors
from zonecarbon.reporting.gathering import Material, gather
from zonecarbon.reporting.outlook import peak_facts, required_table, tornado_drivers, tornado_table
from zonecarbon.reporting.pace import pace, pace_table
from zonecarbon.reporting.scenarios import Scene, legs, scenes, sources_of, spreads, yearly
from zonecarbon.reporting.view import Section, Table, Text
from zonecarbon.reporting.words import Say
from zonecarbon.reporting.workbook import sheets_of
from zonecarbon.reporting.workbook_columns import Sheet
from zonecarbon.reporting.workbook_words import sheet_name, word

LANGUAGES: tuple[Language, ...] = ("en", "zh")
YEARS = [2021, 2022, 2023, 2024]


def made(**method: Any) -> zc.Account:
    flows = ["raw_coal", "electricity", ("electricity", "final", "onsite_nonfossil"), "natural_gas"]
    a = [[100.0, 110, 120, 130], [1000, 1100, 1200, 1300], [200, 0, 300, 400], [50, 50, 50, 60]]
    b = [[50.0, 60, 55, 50], [400, math.nan, 0, 700], [0, 0, 0, 0], [10, 20, 30, 40]]
    money = np.array([[2000.0, 2200, 2400, 2600], [1000, 1100, 1200, 1300]])
    names: dict[str, Any] = {"zones": ["A", "B"], "years": YEARS, "provinces": ["江苏", "广东"]}
    activity = zc.Activity.from_arrays(np.array([a, b]), flows=flows, value_added=money, price_year=2020, **names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zc.account(activity, **method)


@pytest.fixture(scope="module")
def account() -> zc.Account:
    return made()


@pytest.fixture(scope="module")
def ensemble(account: zc.Account) -> Any:
    return zc.project(account, "policy", draws=200, rng=1, until=2045, budget={"": 2e4, "A": 9e3})


@pytest.fixture(scope="module")
def material(account: zc.Account, ensemble: Any) -> Material:
    others = [
        zc.project(account, "baseline", draws=100, rng=1, until=2040),
        zc.check(account),
        zc.decompose(account, "co2", base=2021, end=2024),
        zc.required(account, budget=2e4, year=2040, scenario="policy", until=2045, draws=100),
        zc.tornado(account, "policy", of="co2", year=2035, until=2045),
    ]
    return gather([account, ensemble, *others])


def cells(table: Table, title: str) -> list[str]:
    at = [head.title for head in table.heads].index(title)
    return [row[at].text for row in table.rows]


def texts(section: Section) -> list[str]:
    found = [section.title]
    for block in section.blocks:
        if isinstance(block, Table):
            found += [block.caption, block.note, *(head.title for head in block.heads)]
            found += [
                cell.text for row in block.rows for cell in row if not cell.code and not cell.lang and not cell.cite
            ]
        elif isinstance(block, Text):
            found.append(block.text)
    return found


# -- scenarios ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_scenario_is_in_the_audit_trail_once_and_first(material: Material, language: Language) -> None:
    say = Say(language)
    found = [section for section in audit(say, material, "").sections if section.id.startswith("audit-scenario")]
    assert len(found) == 2  # policy stands behind an ensemble, a requirement and a tornado
    assert audit(say, material, "").sections[0] is not None
    assert audit(say, material, "").sections[0].id == "audit-scenario-1"
    for scene, section in zip(scenes(material), found, strict=True):
        told = "\n".join(texts(section))
        assert conditional(scene.scenario, language) in told
        assert say("certainty.assumption") in told
        if language == "en":
            assert not has_chinese(told)


def test_rates_and_levels_are_those_of_the_projection(ensemble: Any) -> None:
    scene = Scene(ensemble.scenario, 2024, 2045)
    years = list(range(2025, 2046))
    level = paths.growth(ensemble.scenario.energy_intensity, 2024, years, "energy_intensity")
    rows = [row for row in yearly(Say("en"), scene) if row[0] == "energy intensity"]
    assert [row[1] for row in rows] == years
    np.testing.assert_allclose([row[2] for row in rows], level)
    runs = [leg for leg in legs(Say("en"), scene) if leg.driver == "energy intensity"]
    assert [(leg.first, leg.last) for leg in runs] == [(2025, 2030), (2031, 2040), (2041, 2045)]
    np.testing.assert_allclose([leg.change for leg in runs], [-0.035, -0.03, -0.025], atol=1e-12)
    np.testing.assert_allclose(runs[-1].level, level[-1])
    np.testing.assert_allclose(math.prod((1 + leg.change) ** (leg.last - leg.first + 1) for leg in runs), level[-1])


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ({"kind": "linear", "goal": 0.5, "year": 2030}, [(2025, 2030, 0.5), (2031, 2040, 0.5)]),
        (
            {"kind": "geometric", "goal": 0.5, "year": 2034, "after": "continue"},
            [(2025, 2034, 0.5), (2035, 2040, None)],
        ),
        ({"kind": "table", "values": {2024: 2.0, 2030: 1.0}, "after": "hold"}, [(2025, 2030, 0.5), (2031, 2040, 0.5)]),
        ({"kind": "logistic", "goal": 0.5, "midpoint": 2030, "width": 5}, [(2025, 2030, None), (2031, 2040, None)]),
        ({"kind": "constant", "rate": 0.0}, [(2025, 2040, 1.0)]),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_path_is_said(path: dict[str, Any], ends: list[Any], language: Language) -> None:
    scenario = Scenario(name="mine", level="kaya", energy_intensity=path)
    found = [leg for leg in legs(Say(language), Scene(scenario, 2024, 2040)) if leg.driver != "x"][1:-1]
    assert [(leg.first, leg.last) for leg in found] == [end[:2] for end in ends]
    for leg, (_, _, level) in zip(found, ends, strict=True):
        assert leg.form
        assert level is None or leg.level == pytest.approx(level)


def test_what_is_not_given_is_said_to_stay() -> None:
    scene = Scene(Scenario(name="mine", level="kaya", value_added={"kind": "constant", "rate": 0.05}), 2024, 2030)
    still = [leg for leg in legs(Say("en"), scene) if leg.form == "stays as in the base year"]
    assert [leg.driver for leg in still] == ["energy intensity", "CO₂ per energy"]


def test_shares_mixes_zones_and_correlations_are_said() -> None:
    own = {"kind": "constant", "rate": 0.07}
    spread = {"shape": "triangular", "low": -0.02, "high": 0.01, "rho": 1.0}
    scenario = Scenario(
        name="mine",
        value_added={"kind": "constant", "rate": 0.05, "uncertainty": {"shape": "normal", "sd": 0.01}},
        energy_intensity={"kind": "constant", "rate": -0.02,
                          "uncertainty": {"shape": "uniform", "low": -0.01, "high": 0.01}},
        shift=[
            {"name": "gas", "source": "raw_coal", "target": "natural_gas", "measure": "share",
             "path": {"kind": "linear", "goal": 0.4, "year": 2030, "uncertainty": spread}},
        ],
        zones={"A": {"value_added": own}},
        correlation={"drivers": ["value_added", "energy_intensity"], "matrix": [[1, -0.5], [-0.5, 1]]},
    )  # fmt: skip
    mixed = Scenario(name="mixed", mix={2030: {"raw_coal": 0.25, "other": 0.75}})
    told = legs(Say("en"), Scene(scenario, 2024, 2030))
    assert [leg.change for leg in told if leg.driver == "value added, A"] == [pytest.approx(0.07)]
    gas = next(leg for leg in told if leg.driver == "gas")
    assert "raw coal to natural gas" in gas.form
    assert gas.level == pytest.approx(0.4)
    assert math.isnan(gas.change)  # each zone starts from its own share
    shares = [leg for leg in legs(Say("zh"), Scene(mixed, 2024, 2030)) if leg.is_share]
    assert [(leg.driver, leg.level) for leg in shares] == [("能源结构：原煤", 0.25), ("能源结构：其他", 0.75)]
    how = {one.driver: one for one in spreads(Say("en"), scenario)}
    assert "1.00 percentage points" in how["value added"].shape
    assert how["gas"].shape.startswith("triangular, from −2.00 to 1.00")
    assert "% of each year's step" in how["gas"].shape
    assert how["gas"].in_time == "drawn once for the whole path"


def test_documents_behind_scenarios_are_listed(material: Material) -> None:
    wanted = {name for scene in scenes(material) for name in sources_of(scene)}
    assert {"sc-2024-12", "fyp15-energy", "miit-2023-press", "mee-2024-12"} <= wanted
    section = next(part for part in audit(Say("en"), material, "").sections if part.id == "audit-sources")
    table = section.blocks[0]
    assert isinstance(table, Table)
    assert wanted <= set(cells(table, "Id"))


@pytest.mark.parametrize("zone", ["", "A"])
def test_the_own_past_stands_beside_the_scenario(ensemble: Any, zone: str) -> None:
    rows = {name: told for name, *told in pace(ensemble, zone)}
    money = ensemble.path("value_added", zone)
    at = {int(year): float(value) for year, value in zip(ensemble.years, money, strict=True)}
    first, past, soon, whole = rows["value_added"]
    assert first == 2021
    assert past == pytest.approx((at[2024] / at[2021]) ** (1 / 3) - 1)
    assert soon == pytest.approx((at[2029] / at[2024]) ** (1 / 5) - 1)
    assert whole == pytest.approx((at[2045] / at[2024]) ** (1 / 21) - 1)
    parts = [rows[name][1] for name in ("value_added", "energy_intensity", "co2_per_energy")]
    assert math.prod(1 + part for part in parts) == pytest.approx(1 + rows["co2"][1])
    table = pace_table(Say("zh"), ensemble, zone)
    assert table is not None
    assert len(table.rows) == 4


def test_the_past_at_current_prices_is_unknown() -> None:
    activity = zc.Activity.from_arrays(
        [[[100.0, 90.0]]], flows=["coke"], zones=["A"], years=[2023, 2024], value_added=[[200.0, 260.0]]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ensemble = zc.project(zc.account(activity), "baseline", draws=20, rng=1, until=2030)
    rows = {name: told for name, *told in pace(ensemble, "A")}
    assert math.isnan(rows["value_added"][1])
    assert math.isnan(rows["energy_intensity"][1])
    assert rows["co2"][1] == pytest.approx(-0.1)


# -- budgets, tornado --------------------------------------------------------------------------------------------------


def test_a_budget_stands_beside_the_sum(ensemble: Any, material: Material) -> None:
    for zone, budget in ensemble.budgets.items():
        facts = {fact.label: fact.cell for fact in peak_facts(Say("en"), ensemble, zone).items}
        assert facts["Budget, 2025 to 2045"].sort == budget
        assert facts["CO₂ from 2025 to 2045 (median)"].sort == float(ensemble.cumulative(0.5, zone))
        assert facts["Within the budget"].sort == ensemble.within_budget(zone)
    assert "Within the budget" not in {fact.label for fact in peak_facts(Say("en"), ensemble, "B").items}
    need = material.requirements[0]
    table = required_table(Say("en"), need, "x", {})
    at = [head.title for head in table.heads]
    assert [table.rows[0][at.index(name)].sort for name in ("Budget", "CO₂ to 2040 if it stays as it is")] == [
        2e4,
        float(need.rows["value"][0]),
    ]


def test_a_path_without_shocks_is_so_or_is_not(account: zc.Account) -> None:
    certain = zc.project(account, {"name": "mine", "value_added": {"kind": "constant", "rate": 0.0}}, until=2030, rng=1)
    assert certain.draws == 1
    told = [fact.cell.text for fact in peak_facts(Say("en"), certain, "A").items]
    assert "yes, without uncertainty" in told
    assert not any(text.startswith((">", "<")) for text in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_chart_and_tables_name_drivers_alike(material: Material, language: Language) -> None:
    say, tornado = Say(language), material.tornados[0]
    names = tornado_drivers(say, tornado)
    assert len(set(names)) == len(names)  # value added is there twice: each zone's own, and shared
    assert [row[0].text for row in tornado_table(say, tornado, "x").rows] == names
    sheet = next(sheet for sheet in sheets(material, language) if sheet.name == sheet_name("tornado", language))
    assert list(sheet.columns[0].values) == names


# -- choices and factors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_are_rows_without_code(material: Material, language: Language) -> None:
    section = next(part for part in audit(Say(language), material, "").sections if part.id == "audit-choices")
    table = section.blocks[0]
    assert isinstance(table, Table)
    for name, value in ((row[0].text, row[1]) for row in table.rows):
        assert not re.search(r"[{}\[\]]|\w_\w| = \[", name + ("" if "co2 = " in value.text else value.text)), name
        if language == "en":
            assert not has_chinese(name + value.text)
    names = [row[0].text for row in table.rows]
    assert len(set(names)) == len(names)
    wanted = {"en": "decomposition: form", "zh": "分解：形式"}
    assert wanted[language] in names


def test_a_factor_names_its_standard_and_what_it_was_read_from(account: zc.Account) -> None:
    table = factors_table(Say("en"), account)
    coal = next(row for row in table.rows if row[0].text == "raw coal" and row[1].text == "standard coal")
    assert coal[6].text == "GB/T 2589-2020"
    assert documents()["eps-cn-heatvalue"].title_en in coal[8].text
    gas = next(row for row in table.rows if row[0].text == "natural gas" and row[1].text == "standard coal")
    assert (gas[6].text, gas[8].text) == ("", "the method's own choice")
    assert all(row[8].text for row in table.rows)
    assert "compared with the document" in table.note
    own = factors_table(Say("en"), made(method=zc.Method(coefficients={"natural_gas": "1.21 kgce/m3"})))
    gas = next(row for row in own.rows if row[0].text == "natural gas" and row[1].text == "standard coal")
    assert gas[8].text == "given by the user"


def test_grid_factors_of_a_zone_are_of_the_years_it_used_them(account: zc.Account) -> None:
    of_b = grid_factors(Say("en"), account, 1)
    assert of_b is not None
    assert cells(of_b, "Used in") == ["2021", "2024"]  # unknown in 2022, none in 2023, no supply of its own
    of_a = grid_factors(Say("en"), account, 0)
    assert of_a is not None
    assert "2021, 2023–2024" in cells(of_a, "Used in")  # its own supply, counted as zero
    assert any("counted as zero" in text for text in cells(of_a, "Read from"))
    fixed = grid_factors(Say("en"), made(method=zc.Method(electricity="0.57 kgCO2/kWh")), 1)
    assert fixed is not None
    assert [(row[0].text, row[1].sort, row[4].text) for row in fixed.rows] == [
        ("2021, 2024", 0.57, "given by the user")
    ]


def test_sources_are_in_one_language() -> None:
    for document in documents().values():
        told = document.issued(Say("zh"))
        assert not re.search(r" and others| \(|repository|script|various|snapshot|newspaper", told), told
        assert "CO2" not in document.titled(Say("en")).text


# -- the workbook ------------------------------------------------------------------------------------------------------


def sheets(material: Material, language: Language) -> list[Sheet]:
    return sheets_of(material, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heading_and_its_cells_are_both_percentages_or_neither(material: Material, language: Language) -> None:
    for sheet in sheets(material, language):
        for column in sheet.columns:
            assert not re.search(r"[（(]%[)）]", column.title), (sheet.name, column.title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_workbook_give_a_change_one_sign(material: Material, language: Language) -> None:
    zones = next(sheet for sheet in sheets(material, language) if sheet.name == sheet_name("zones", language))
    change = next(column for column in zones.columns if column.title == Say(language)("head.fall"))
    account = material.account
    assert account is not None
    level = account.total("co2")[:, -1] / account.value_added[:, -1]
    before = account.total("co2")[:, 0] / account.value_added[:, 0]
    names = next(column for column in zones.columns if column.title == Say(language)("head.zone")).values.tolist()
    at = names.index("A")
    assert change.values[at] == pytest.approx((level[0] / before[0]) ** (1 / 3) - 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_scenarios_probabilities_and_remarks(material: Material, language: Language) -> None:
    found = {sheet.name: {c.title: c.values for c in sheet.columns} for sheet in sheets(material, language)}
    chances = found[sheet_name("chances", language)]
    ensemble = material.ensembles[0]
    ids, values = chances[word("id", language)], chances[word("chance", language)]
    for goal in ensemble.goals:
        if goal.reason is None:
            np.testing.assert_equal(values[ids.tolist().index(goal.target.id)], ensemble.probability(goal.target.id))
    assert sum(name == Say(language)("required.budget") for name in chances[word("target", language)]) == 2
    beside = found[sheet_name("compared", language)]
    median = beside[word("see_unit", language, title=Say(language).pick("Policy", "政策情景"))]
    assert median[0] == float(ensemble.quantile(0.5, "co2", "")[ensemble.years == 2030][0])
    years = found[sheet_name("path_years", language)]
    first = [name for name in years[word("scenario", language)] if name == years[word("scenario", language)][0]]
    assert len(first) == 7 * 21  # three drivers and four shifts to 2045
    assert len(found[sheet_name("pace", language)][word("past", language)]) == 2 * 3 * 4
    assert word("remarks", language) in found[sheet_name("summary", language)]
    units = found[sheet_name("summary", language)][word("unit", language)]
    assert {"en": "share of zones", "zh": "园区占比"}[language] in units


def test_the_history_of_a_single_zone_is_there_once() -> None:
    activity = zc.Activity.from_arrays(
        [[[100.0, 90.0]]],
        flows=["coke"],
        zones=["A"],
        years=[2023, 2024],
        value_added=[[200.0, 260.0]],
        price_year=2020,
    )
    history = next(s for s in sheets(gather([zc.account(activity)]), "en") if s.name == "History")
    assert history.columns[0].values.tolist() == ["A", "A"]


def test_a_workbook_with_scenarios_can_be_written(material: Material, tmp_path: Path) -> None:
    zc.report(*material.results, to=tmp_path / "a.xlsx", language="zh")
    assert (tmp_path / "a.xlsx").stat().st_size > 10_000


def test_current_prices_are_said_so() -> None:
    activity = zc.Activity.from_arrays(
        [[[100.0, 90.0]]], flows=["coke"], zones=["A"], years=[2023, 2024], value_added=[[200.0, 260.0]]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        account = zc.account(activity)
        check = zc.check(account)
    assert "prices of nominal" not in repr(audit(Say("en"), gather([check]), "")) + check.text("en")
    assert "value added at current prices" in check.text("en")
    assert "现价" in check.text("zh")
