"""The chapter on a plan: what it says is what the plan says, in both languages, whatever was typed."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

import zonecarbon as zc
from zonecarbon.errors import InputError
from zonecarbon.messages import Language
from zonecarbon.reporting import Report, report
from zonecarbon.reporting.gathering import gather
from zonecarbon.reporting.plan_goals import goal_value, margin_cost
from zonecarbon.reporting.words import Say
from zonecarbon.reporting.workbook import sheets_of
from zonecarbon.reporting.workbook_words import sheet_name

pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")

LANGUAGES: tuple[Language, ...] = ("en", "zh")
HOSTILE = "<script>alert(1)</script>"
SHAKY = {
    "name": "shaky", "title_en": "Shaky growth", "title_zh": "波动增长",
    "value_added": {"kind": "constant", "rate": 0.02, "uncertainty": {"shape": "normal", "sd": 0.03, "rho": 0.8,
                                                                     "shared": False}},
}  # fmt: skip
PRICES = [
    {"carrier": "coal", "price": "800 CNY/t", "status": "assumption", "note_en": "a round figure", "note_zh": "整数"},
    {"carrier": "electricity", "price": "0.6 CNY/kWh", "status": "assumption"},
]


def saving(name: str, cost: float, carrier: str = "raw_coal", **more: Any) -> dict[str, Any]:
    title = {"title_en": f"Saving {name.upper()}", "title_zh": f"节能{name.upper()}"}
    told = {"name": name, "kind": "save", "source": carrier, "potential": 0.2, "running": f"{cost} CNY/tce"}
    return {**told, **title, "status": "assumption", **more}


MEASURES = {
    "name": "mine", "title_en": "Measures of the test", "title_zh": "测试措施集", "price_year": 2025,
    "discount_rate": 0.05, "price": PRICES,
    "measure": [
        saving("a", 200.0),
        saving("b", 6000.0, "electricity", capital="9000 CNY/tce"),
        saving("c", 90_000.0),
        saving("d", 10.0, "natural_gas"),
    ],
}  # fmt: skip
GOALS: dict[str, Any] = {
    "name": "own",
    "target": [
        {"id": "level", "indicator": "energy_per_iva", "statistic": "zone", "operator": "<=", "threshold": 0.9,
         "unit": "tce/10^4 CNY", "year": 2028},
        {"id": "rate", "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=", "threshold": 0.055,
         "unit": "fraction per year", "year": 2028, "base_year": 2025},
        {"id": "other", "indicator": "renewable_share", "statistic": "aggregate", "operator": ">=", "threshold": 0.5,
         "unit": "fraction", "year": 2028},
    ],
}  # fmt: skip


def helpers() -> Any:
    """Return the tests of the report: they read a page as a tree, and refuse one that is not closed."""
    path = Path(__file__).with_name("test_report.py")
    spec = importlib.util.spec_from_file_location("_report_helpers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


PAGES = helpers()


def an_account(zones: tuple[str, ...] = ("North", "South")) -> zc.Account:
    quantity = np.array([[[9.0, 10.0], [40.0, 50.0]]]) * 1e3 * np.arange(1, len(zones) + 1)[:, None, None]
    activity = zc.Activity.from_arrays(
        quantity, flows=["raw_coal", "electricity"], zones=list(zones), years=[2024, 2025],
        value_added=np.full((len(zones), 2), 4e4), price_year=2020, provinces="江苏",
    )  # fmt: skip
    return zc.account(activity)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    own = an_account()
    plan = zc.plan(
        own, MEASURES, GOALS, [2026, 2027, 2028], scenario=SHAKY, peak_by=2027, budget="1 Mt CO2", capital="20 亿元"
    )
    curve = zc.abatement_curve(zc.extend(own, SHAKY, until=2028), MEASURES)
    return {"account": own, "plan": plan, "curve": curve, "assurance": zc.assure(plan, draws=128, rng=1)}


@pytest.fixture(scope="module")
def pages(found: dict[str, Any]) -> dict[str, Report]:
    return {language: report(*found.values(), zc.check(found["account"]), language=language) for language in LANGUAGES}


def chapter(page: Report) -> Any:
    return PAGES.tree(page).all("section", id="plan-1")[0]


def table(node: Any, caption: str) -> dict[str, list[Any]]:
    """Return a table of the chapter as columns by heading."""
    tables = [item for item in node.all("table") if item.all("caption")[0].text.startswith(caption)]
    heads = [cell.all("span")[0].text for cell in tables[0].all("thead")[0].all("th")]
    return dict(zip(heads, zip(*PAGES.table_rows(tables[0]), strict=True), strict=True))


def figures(cells: Any) -> list[float]:
    return [PAGES.figure_of(cell) for cell in cells]


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "test_headings_nest_ids_are_unique_and_links_lead_somewhere",
        "test_nothing_is_fetched_and_nothing_is_inline",
        "test_an_english_page_has_no_chinese_of_its_own",
        "test_a_chinese_page_has_full_width_punctuation",
    ],
)
def test_the_page_is_as_pages_must_be(name: str, language: Language, pages: dict[str, Report]) -> None:
    check = getattr(PAGES, name)
    check(pages, language) if "links" in name else check(pages)


def test_tables_and_charts_are_accessible(pages: dict[str, Report]) -> None:
    for language in LANGUAGES:
        node = chapter(pages[language])
        charts = node.all("svg", role="img")
        assert len(charts) == 4  # wedges, intensity, probabilities, curve
        assert all(chart.all("title")[0].text and chart.all("desc")[0].text for chart in charts)
        for item in node.all("table"):
            rows = PAGES.table_rows(item)
            assert all([cell.attrs.get("scope") for cell in row].count("row") == 1 for row in rows)
        regions = [div for div in node.all("div") if div.has("scroll")]
        assert all(div.attrs.get("tabindex") == "0" for div in regions)  # they scroll on a phone


def test_a_chinese_chapter_has_no_english_of_its_own(pages: dict[str, Report]) -> None:
    node = chapter(pages["zh"])
    for item in node.walk():
        if item.has("notes"):
            item.inside.clear()
    words = {word for text in PAGES.prose(node, set()) for word in re.findall(r"[A-Za-z]{2,}", text)}
    assert words <= {"CO", "North", "South"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_reached_is_what_the_plan_says(
    language: Language, pages: dict[str, Report], found: dict[str, Any]
) -> None:
    node, say, plan = chapter(pages[language]), Say(language), found["plan"]
    facts = {pair.all("dt")[0].text: pair.all("dd")[0].text for pair in node.all("dl")[0].all("div")}
    assert facts[say("plan.goals_are")] == say("plan.reached" if plan.reached else "plan.nearest")
    assert (say("plan.gain") in facts) == (plan.cost < 0)
    assert str(plan.measures.price_year) in node.text
    assert say("plan.scenario") in node.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_measures_are_those_of_the_plan(language: Language, pages: dict[str, Report], found: dict[str, Any]) -> None:
    plan, say, node = found["plan"], Say(language), chapter(pages[language])
    columns = table(node, say("plan.measures_caption", year=2028))
    used = np.flatnonzero(plan.weighed.amount.any(axis=(1, 2)))
    titles = {item.name: say.pick(item.title_en, item.title_zh) for item in plan.measures.measure}
    assert [cell.text for cell in columns[say("head.measure")]] == [titles[plan.names[at]] for at in used]
    co2, energy = (getattr(plan.weighed, name).sum(axis=1) for name in ("co2", "energy"))
    np.testing.assert_allclose(figures(columns[say("head.co2_saved")]), -co2[used, -1])
    np.testing.assert_allclose(figures(columns[say("head.energy_saved")]), -energy[used, -1])
    cost = (plan.weighed.yearly * plan.weighed.discount).sum(axis=(1, 2))
    np.testing.assert_allclose(figures(columns[say("head.cost")]), cost[used])
    assert sum(figures(columns[say("head.cost")])) == pytest.approx(plan.cost)
    assert sum(figures(columns[say("head.outlay")])) == pytest.approx(plan.outlay)
    saved = -(co2 * plan.weighed.discount).sum(axis=1)
    np.testing.assert_allclose(figures(columns[say("head.per_tonne")]), cost[used] * 1e4 / saved[used])
    assert {cell.text for cell in columns[say("head.figures")]} == {say("certainty.assumption")}
    assert say("plan.unused", names=titles["c"]) in node.text
    assert say("plan.idle", names=titles["d"]) in node.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_goals_have_their_verdict_and_their_price_in_words(
    language: Language, pages: dict[str, Report], found: dict[str, Any]
) -> None:
    plan, say, node = found["plan"], Say(language), chapter(pages[language])
    columns = table(node, say("plan.goals_caption"))
    values = plan.rows["value"].tolist()
    told = [goal_value(say, plan, at, value) for at, value in enumerate(values)]
    assert [cell.text for cell in columns[say("head.with_plan")]] == told
    words = [cell.text for cell in columns[say("head.margin_cost")]]
    assert words == [margin_cost(say, plan, at) for at in range(len(words))]
    price = plan.rows["shadow_price"]
    (tight,) = np.flatnonzero(price > 0.01)
    shown = f"{float(f'{price[tight] * 1e4:.4g}'):,.0f}"
    assert (shown if language == "en" else shown.replace(",", "")) in words[tight]
    assert plan.rows["goal"][tight] == "own:rate"
    verdicts = [cell.text for cell in columns[say("head.verdict")]]
    assert verdicts == [say("verdict.met")] * len(words)
    assert "renewable" in node.text.lower() or "可再生" in node.text  # what was not planned for, and why
    assert plan.not_planned[0][1].text(language) in node.text


def test_what_is_out_of_reach_says_by_how_much() -> None:
    own = an_account(("A",))
    goal = {"name": "own", "target": [{**GOALS["target"][0], "threshold": 0.01, "statistic": "aggregate"}]}
    plan = zc.plan(own, MEASURES, goal, [2026, 2027, 2028], scenario=SHAKY)
    assert not plan.reached
    for language in LANGUAGES:
        say, node = Say(language), chapter(report(plan, language=language))
        columns = table(node, say("plan.goals_caption"))
        assert columns[say("head.verdict")][0].text == say("verdict.missed")
        assert re.search(r"\d%", columns[say("head.margin_cost")][0].text)
        assert say("plan.nearest") in node.text


def test_a_goal_that_is_just_met_has_no_digits_of_the_solver(found: dict[str, Any]) -> None:
    plan = found["plan"]
    at = plan.rows["goal"].tolist().index("own:rate")
    assert goal_value(Say("en"), plan, at, float(plan.rows["value"][at])) == "fell 5.5% a year"


@pytest.mark.parametrize("language", LANGUAGES)
def test_milestones_zones_and_probabilities_are_those_of_the_results(
    language: Language, pages: dict[str, Report], found: dict[str, Any]
) -> None:
    plan, say, node = found["plan"], Say(language), chapter(pages[language])
    years = table(node, say("plan.milestones_caption"))
    energy, co2, money = (plan.account.total(what)[:, -3:].sum(axis=0) for what in ("energy", "co2", "value_added"))
    np.testing.assert_allclose(figures(years[say("head.co2")]), co2)
    np.testing.assert_allclose(figures(years[say("head.energy_intensity")]), energy / money)
    np.testing.assert_allclose(figures(years[say("head.co2_without")]), plan.reference.total("co2")[:, -3:].sum(axis=0))
    zones = table(node, say("plan.zones_caption"))
    outlay = plan.weighed.capital.sum(axis=(0, 2))
    np.testing.assert_allclose(figures(zones[say("head.outlay")]), np.sort(outlay)[::-1])
    chances = table(node, say("plan.chances_caption"))
    np.testing.assert_allclose(figures(chances[say("head.chance")]), found["assurance"].rows["probability"])
    curve = table(node, say("plan.curve_caption"))
    rows = found["curve"].rows
    np.testing.assert_allclose(figures(curve[say("head.co2_added")]), rows["added_co2"])
    np.testing.assert_allclose(figures(curve[say("head.price_alone")]), rows["alone_price"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_zones_have_the_plan_on_their_pages(
    language: Language, pages: dict[str, Report], found: dict[str, Any]
) -> None:
    plan, say = found["plan"], Say(language)
    article = PAGES.tree(pages[language]).all("article", id="zone-2")[0]
    columns = table(article, say("plan.measures_caption", year=2028))
    used = np.flatnonzero(plan.weighed.amount[:, 1].any(axis=1))
    np.testing.assert_allclose(figures(columns[say("head.co2_saved")]), -plan.weighed.co2[used, 1, -1])
    goals = table(article, say("plan.goals_caption"))
    assert len(goals[say("head.goal")]) == 1


def test_the_scenario_the_sources_and_the_factors_stand_in_the_audit_trail(pages: dict[str, Report]) -> None:
    audit = PAGES.tree(pages["en"]).all("section", id="audit")[0]
    assert "Shaky growth" in audit.text
    assert "CO₂ budget (t)" in audit.text
    assert "running" not in audit.all("section", id="audit-choices")[0].text  # measures stand in the chapter


# -- what was typed, and what goes together ----------------------------------------------------------------------------


def test_what_was_typed_is_text(found: dict[str, Any]) -> None:
    typed = {"title_en": HOSTILE, "title_zh": HOSTILE, "note_en": HOSTILE, "note_zh": HOSTILE}
    price = [{**PRICES[0], "note_en": HOSTILE}, PRICES[1]]
    measures = {**MEASURES, **typed, "price": price, "measure": [saving("a", 200.0, **typed)]}
    goal = {"name": "own", "target": [{**GOALS["target"][0], "indicator_en": HOSTILE, "indicator_zh": HOSTILE}]}
    own = an_account((HOSTILE,))
    plan = zc.plan(own, measures, goal, [2026, 2027, 2028], scenario={**SHAKY, "title_en": HOSTILE})
    parts = plan, zc.abatement_curve(own, measures), zc.assure(plan, draws=32, rng=1)
    page = PAGES.tree(report(*parts, language="en"))
    assert len(page.all("script")) == 1
    assert HOSTILE in page.all("section", id="plan-1")[0].text


def test_each_alone_and_two_plans_make_a_report(found: dict[str, Any]) -> None:
    for name in ("plan", "curve", "assurance"):
        page = PAGES.tree(report(found[name], language="en", zones=[]))
        assert page.all("section", id="curve-1" if name == "curve" else "plan-1")
        assert page.all("section", id="history")
    other = zc.plan(found["account"], {**MEASURES, "title_en": "Others"}, GOALS, [2026, 2027, 2028], scenario=SHAKY)
    page = PAGES.tree(report(found["plan"], other, language="en", zones=[]))
    titles = [page.all("section", id=f"plan-{at}")[0].all("h3")[0].text for at in (1, 2)]
    assert len(set(titles)) == 2
    assert "Others" in titles[1]


def test_plans_of_other_data_are_refused(found: dict[str, Any]) -> None:
    stranger = an_account(("North", "South", "East"))
    bigger = zc.Activity.from_arrays(
        found["account"].quantity[:, 0] * 1.01, flows=["raw_coal", "electricity"], zones=["North", "South"],
        years=[2024, 2025], value_added=np.full((2, 2), 4e4), price_year=2020, provinces="江苏",
    )  # fmt: skip
    for other in (stranger, zc.account(bigger)):
        for part in ("plan", "curve", "assurance"):
            with pytest.raises(InputError) as caught:
                report(other, found[part], language="en")
            assert caught.value.problems[0].code == "report.inputs"
    basis = zc.account(found["account"].activity, method=zc.Method(feedstock="deduct"))
    with pytest.raises(InputError) as caught:
        report(basis, found["plan"], language="en")
    assert caught.value.problems[0].code == "report.methods"


def test_the_same_plan_gives_the_same_bytes(found: dict[str, Any], pages: dict[str, Report]) -> None:
    again = report(*found.values(), zc.check(found["account"]), language="en")
    assert again.html == pages["en"].html


# -- the workbook ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_the_sheets_of_the_plan(language: Language, found: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    report(*found.values(), language=language, to=path)
    book = load_workbook(path)
    plan = found["plan"]
    sizes = {
        "plan": len(plan.columns()["zone"]),
        "plan_goals": len(plan.rows["goal"]),
        "plan_years": (len(plan.account.zones) + 1) * len(plan.years),
        "curve": len(found["curve"].rows["measure"]),
        "plan_chances": len(found["assurance"].rows["goal"]),
    }
    for key, size in sizes.items():
        rows = list(book[sheet_name(key, language)].iter_rows(values_only=True))
        assert len(rows) == size + 1
        for title in rows[0]:
            text = str(title)
            assert bool(re.search("[\u3400-\u9fff]", text)) is (language == "zh")
            assert language == "en" or not re.search("[A-Za-z]{4,}", text)
    goals = list(book[sheet_name("plan_goals", language)].iter_rows(min_row=2, values_only=True))
    np.testing.assert_array_equal([row[4] for row in goals], plan.rows["value"])
    assert {row[7] for row in goals} == {Say(language)("verdict.met")}


def test_sheets_have_all_zones_and_their_sum(found: dict[str, Any]) -> None:
    plan = found["plan"]
    (sheet,) = (item for item in sheets_of(gather([plan]), "en") if item.name == sheet_name("plan_years", "en"))
    columns = {re.split(r" \(", column.title)[0]: np.asarray(column.values) for column in sheet.columns}
    co2 = columns["CO₂"].astype(np.float64).reshape(3, -1)
    np.testing.assert_allclose(co2[0], co2[1:].sum(axis=0))
    np.testing.assert_allclose(
        co2[1:] / co2[1, 0], plan.account.total("co2")[:, -3:] / plan.account.total("co2")[0, -3]
    )
