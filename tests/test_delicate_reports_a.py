"""Delicate places of the overview, the cards and the zones' pages: what must not be told wrongly."""

import dataclasses
import importlib
import warnings
from typing import Any, TypeAlias

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.errors import InputError
from zonecarbon.messages import Language
from zonecarbon.notation import probability
from zonecarbon.records import Target
from zonecarbon.reporting import report
from zonecarbon.reporting.comparison import compared
from zonecarbon.reporting.figures import margin_text
from zonecarbon.reporting.gathering import gather
from zonecarbon.reporting.standing import standing
from zonecarbon.reporting.unknowns import warnings_by_zone
from zonecarbon.reporting.words import Say

_REPORTS: Any = importlib.import_module("tests.test_report")  # by name: a type checker knows that file by another
LANGUAGES, figure_of, small = _REPORTS.LANGUAGES, _REPORTS.figure_of, _REPORTS.small
table_rows, tree, quick = _REPORTS.table_rows, _REPORTS.tree, _REPORTS.quick
Node: TypeAlias = Any
pytestmark = [
    pytest.mark.usefixtures("quick"),
    pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning"),
]
OWN: dict[str, Any] = {
    "id": "own:intensity",
    "indicator": "energy_per_iva",
    "indicator_en": "Energy per value added",
    "indicator_zh": "单位增加值能耗",
    "statistic": "aggregate",
    "operator": "<=",
    "threshold": "0.1",
    "unit": "tce/10^4 CNY",
    "year": 2035,
}
SHARE = {
    "id": "own:share",
    "indicator": "energy_output_rate",
    "statistic": "share_of_zones",
    "operator": ">=",
    "threshold": "0.5",
    "unit": "fraction of zones",
    "inner_operator": ">=",
    "inner_threshold": "5",
    "inner_unit": "10^4 CNY/tce",
    "year": 2025,
}


@pytest.fixture(scope="module")
def account() -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: zc.Account = small()
        return made


def simple(quantity: Any, money: Any, zones: "list[str]", **more: Any) -> zc.Account:
    """An account of coke in 2024 and 2025."""
    activity = zc.Activity.from_arrays(
        np.asarray(quantity, dtype=float)[:, None, :], flows=["coke"], zones=zones, years=[2024, 2025],
        value_added=np.asarray(money, dtype=float), price_year=2020, **more,
    )  # fmt: skip
    return zc.account(activity)


def cards_of(page: Node, target: str) -> list[Node]:
    found: list[Node] = page.all("article", data_target=target)
    return found


def facts_of(card: Node) -> dict[str, str]:
    return {row.all("dt")[0].text: row.all("dd")[0].text for row in card.all("div") if row.all("dt")}


# -- what may stand together -------------------------------------------------------------------------------------------


def test_accounts_with_other_factors_are_refused(account: zc.Account) -> None:
    """Same input and method, but twice the coefficients: two figures of one thing."""
    other = dataclasses.replace(
        account, coefficients=dataclasses.replace(account.coefficients, energy=account.coefficients.energy * 2)
    )
    with pytest.raises(InputError, match="same factors"):
        report(account, zc.check(other))
    assert gather([account, zc.check(account), zc.tapio(account)]).account is account


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"to": 5}, "report.to"),
        ({"to": [1]}, "report.to"),
        ({"notes": ["x"]}, "report.note"),
        ({"notes": 5}, "report.note"),
    ],
)
def test_arguments_of_another_type_are_refused(account: zc.Account, options: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        report(account, **options)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    ("source", "zones", "told"),
    [
        ("synthetic data, seed 1", ["A"], True),
        ("合成数据（随机种子 1）", ["A"], True),
        ("survey of synthetic fibres", ["A"], False),
        ("arrays", ["合成纤维园", "Synthetic Fibre Park"], False),
    ],
)
def test_only_the_mark_of_the_library_makes_data_synthetic(source: str, zones: list[str], told: bool) -> None:
    found = simple([[100.0, 90.0]] * len(zones), [[200.0, 200.0]] * len(zones), zones)
    marked = dataclasses.replace(found, activity=dataclasses.replace(found.activity, source=source))
    assert gather([marked]).is_synthetic is told


# -- probabilities -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draws", [1, 2, 30, 64, 1000, 100_000])
def test_no_probability_is_claimed_beyond_three_over_the_draws(draws: int) -> None:
    high, low = probability(1.0, 0.0, draws=draws), probability(0.0, 0.0, draws=draws)
    assert high.startswith(">")
    assert float(high[1:-1]) / 100 <= max(0.0, 1 - 3 / draws) + 1e-9
    assert float(low[1:-1]) / 100 >= min(1.0, 3 / draws) - 1e-9


def test_a_probability_belongs_to_the_very_same_target(account: zc.Account) -> None:
    """Same id, another limit: no probability; nor beside a rounded judgement, nor of what has happened."""
    known = small(unknown=False)
    own = {"name": "own", "target": [OWN]}
    stricter = {"name": "own", "target": [{**OWN, "threshold": "0.05"}]}
    ensemble = zc.project(known, "policy", until=2040, draws=32, rng=1, targets=own)
    cases = (
        (zc.check(known, own, year=2025), True),
        (zc.check(known, stricter, year=2025), False),
        (zc.check(known, own, year=2025, judgement="rounded"), False),
    )
    for check, has in cases:
        (card,) = cards_of(tree(report(check, ensemble, language="en", zones=[])), "own:intensity")
        assert any(label.startswith("Probability") for label in facts_of(card)) is has
    torch = zc.project(known, "policy", until=2040, draws=32, rng=1)
    page = tree(report(zc.check(known), torch, language="en", zones=[]))
    assert not [node for card in cards_of(page, "torch-2025:energy-intensity-aggregate") for node in card.all("dt")
                if node.text.startswith("Probability")]  # fmt: skip


# -- margins -----------------------------------------------------------------------------------------------------------


def test_a_margin_is_exact_only_where_check_says_equal() -> None:
    say = Say("en")
    assert margin_text(say, 5.55e-17, "fraction of zones", 0.5) == "exactly at the target"
    assert margin_text(say, 0.0, "tce/10^4 CNY", 0.4) == "exactly at the target"
    assert margin_text(say, -4e-6, "fraction per year", 0.04) == "0.0004 percentage points short of the target"
    assert "short" in margin_text(say, -1e-9, "tce/10^4 CNY", 0.4)


def test_bounds_stay_on_their_side_of_the_limit() -> None:
    zones = [f"Z{number}" for number in range(2001)]
    level = np.where(np.arange(2001) < 999, 10.0, 900.0)
    quantity = np.repeat(level[:, None], 2, axis=1)
    quantity[-1, 1] = np.nan  # 999 of 2001 pass, perhaps 1000: 49.98 %, never 50.0 %
    check = zc.check(simple(quantity, np.full((2001, 2), 1000.0), zones), year=2025)
    (card,) = cards_of(tree(report(check, language="en", zones=[])), "torch-2025:energy-intensity-share")
    bounds = facts_of(card)["Whatever the unknown zones are"]
    assert "50.0%" not in bounds
    assert facts_of(card)["Zones that pass"] == "999 of 2000 known, 2001 in all"


# -- several of a kind -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_checks_and_two_scenarios_are_told_apart(account: zc.Account, language: Language) -> None:
    checks = [zc.check(account), zc.check(account, year=2024), zc.check(account, judgement="rounded")]
    ensembles = [zc.project(account, "policy", until=2040, draws=32, rng=seed) for seed in (3, 4)]
    page = tree(report(*checks, *ensembles, *map(zc.find_peaks, ensembles), language=language, zones=["North"]))
    titles = [node.text for node in page.walk() if node.tag == "h3"]
    assert len(set(titles)) == len(titles)
    assert len([title for title in titles if "2024" in title]) == 1
    (table,) = page.all("table", id="zones")
    heads = [node.text for node in table.all("th", scope="col")]
    assert len(set(heads)) == len(heads)
    captions = [node.text for node in page.all("section", id="spread")[0].all("caption")]
    assert len(set(captions)) == len(captions) == 3
    (zone,) = page.all("article", id="zone-1")
    own = [node.text for node in zone.walk() if node.tag in {"h4", "h5"}]
    assert len(set(own)) == len(own)
    assert len([text for text in own if "2040" in text]) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_scenarios_stand_side_by_side(account: zc.Account, language: Language) -> None:
    own = {"name": "own", "target": [OWN]}
    ensembles = [
        zc.project(account, "policy", until=2040, draws=32, rng=3, targets=own),
        zc.project(account, "policy", until=2038, draws=32, rng=4),
    ]
    rows = compared(Say(language), ensembles)
    medians = [row for row in rows if row.kind == "co2"]
    years = (2030, 2035, 2038)
    for row, at in zip(medians, years, strict=True):
        shown = [cell.sort for cell in row.cells]
        assert shown == [e.quantile(0.5, "co2", "")[list(e.years).index(at)] for e in ensembles]
    (target,) = [row for row in rows if row.kind == "probability"][1:]
    assert target.cells[1].text == "–"  # the second did not judge it
    (table,) = tree(report(*ensembles, language=language, zones=[])).all("table", id="scenarios-table")
    assert len(table_rows(table)) == len(rows)


# -- what is not known -------------------------------------------------------------------------------------------------


def test_unknown_zones_say_what_is_missing() -> None:
    found = simple(
        [[100.0, np.nan], [100.0, 90.0], [50.0, 40.0]], [[200.0, 220.0], [200.0, np.nan], [99.0, 99.0]], list("ABC")
    )
    page = tree(report(zc.check(found, year=2025), language="en"))
    (section,) = page.all("section", id="unknown")
    rows = [[cell.text for cell in row] for row in table_rows(section.all("table")[0])]
    assert rows == [["A", "2025", "no quantity of coke"], ["B", "2025", "no value added"]]
    (zone,) = page.all("article", id="zone-1")
    assert "2025: no quantity of coke" in zone.text
    assert not tree(report(zc.check(simple([[1.0, 1.0]] * 2, [[9.0, 9.0]] * 2, ["A", "B"])), language="en")).all(
        "section", id="unknown"
    )


def test_where_nothing_is_known_nothing_is_counted() -> None:
    check = zc.check(simple([[100.0, np.nan]], [[200.0, 220.0]], ["A"]), year=2025)
    for language in LANGUAGES:
        (card,) = cards_of(tree(report(check, language=language)), "torch-2025:energy-intensity-share")
        assert "0.0%" not in card.text
        assert not [node for node in card.all("li") if "0" in node.text]


def test_a_portfolio_of_some_zones_says_so(account: zc.Account) -> None:
    change = zc.decompose(account, base=2018, end=2025, missing="leave_out")
    ensemble = zc.project(account, "policy", until=2040, draws=32, rng=3)
    page = tree(report(change, ensemble, zc.check(account), language="en", zones=[]))
    titles = [node.text for node in page.all("h3")]
    assert len([title for title in titles if title.endswith("(3 of 4 zones)")]) == 2
    (card,) = cards_of(page, "torch-2025:energy-intensity-aggregate")
    assert "(3 of 4 zones)" in next(node.text for node in card.all("p") if node.has("value"))


def test_printed_intensities_count_and_are_marked() -> None:
    found = simple([[100.0, np.nan], [100.0, 90.0]], [[2000.0, 2200.0], [200.0, 210.0]], ["A", "B"])
    printed = np.array([[np.nan, 0.25], [np.nan, np.nan]])
    activity = dataclasses.replace(
        found.activity,
        indicators={"energy_intensity": printed},
        indicator_basis={"energy_intensity": np.full((2, 2), "calorific", dtype=object)},
        has_energy=np.array([[True, False], [True, True]]),
    )
    account = zc.account(activity)
    check = zc.check(account, year=2025)
    page = tree(report(check, language="en"))
    (table,) = page.all("table", id="zones")
    first = table_rows(table)[0]
    assert [first[0].text, first[1].text, first[2].text] == ["1", "A", "0.250 (as printed)"]
    assert figure_of(first[2]) == 0.25
    stand = standing(gather([check]))
    assert stand is not None
    assert stand.energy[0, 1] == pytest.approx(0.25 * 2200.0)
    block = check.block("energy-intensity-aggregate")
    assert stand.energy[:, 1].sum() / stand.value_added[:, 1].sum() == pytest.approx(float(block.value[0]))


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_of_zones_above_a_limit_is_never_below_it(account: zc.Account, language: Language) -> None:
    check = zc.check(account, {"name": "own", "target": [SHARE]}, year=2025)
    page = tree(report(check, language=language))
    text = page.all("main")[0].text
    own = "".join(card.text for card in cards_of(page, "own:share"))
    assert {"en": "below", "zh": "低于"}[language] not in own.replace("不低于", "")
    assert "energy_output_rate" not in text.split({"en": "How these figures", "zh": "数据与方法"}[language])[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_requirement_is_called_by_its_indicator_and_limit(language: Language) -> None:
    known = small(unknown=False)
    need = zc.required(known, Target(**OWN))
    page = tree(report(need, language=language, zones=[]))
    (section,) = page.all("section", id="required-1")
    title = section.all("h3")[0].text
    assert "own:" not in title
    assert "0.1" in title
    beside = tree(
        report(need, zc.check(known, {"name": "own", "target": [OWN]}, year=2025), language=language, zones=[])
    )
    named = beside.all("section", id="required-1")[0].all("h3")[0].text
    assert str(OWN[f"indicator_{language}"]) in named


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ensemble_never_says_that_a_zone_has_peaked(language: Language) -> None:
    known = small(("A",), unknown=False)
    outlook = zc.find_peaks(zc.project(known, "policy", until=2040, draws=32, rng=3))
    assert outlook.of("")["status"] == "peaked"
    (section,) = tree(report(outlook, language=language)).all("section", id="outlook-1")
    status = section.all("dd")[0].text
    assert (
        status
        == {"en": "highest year within the data, if the scenario holds", "zh": "最高年份在数据期内（按情景推断）"}[
            language
        ]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_targets_of_all_zones_say_that_they_are_judged_for_these(account: zc.Account, language: Language) -> None:
    say = Say(language)
    many = tree(report(zc.check(account), language=language, zones=[]))
    assert say("applies.zones", n=4) in many.all("section", id="targets-1")[0].text
    one = tree(report(zc.check(small(("A",), unknown=False)), language=language))
    assert say("applies.zones_one") in one.all("section", id="targets-1")[0].text
    assert not one.all("section", id="spread")


def test_a_class_without_zones_says_so_and_reasons_are_counted(account: zc.Account) -> None:
    target = {**OWN, "statistic": "zone", "applies_indicator": "energy_tce", "applies_min": "1e9", "year": 2025}
    none = zc.check(account, {"name": "own", "target": [target]}, year=2025)
    (card,) = cards_of(tree(report(none, language="en", zones=[])), "own:intensity")
    assert "3 zones: no target is defined here" in card.text
    assert "1 zones: whether the target is for this zone is not known" in card.text
    known = zc.check(small(("A",), unknown=False), {"name": "own", "target": [target]}, year=2025)
    (card,) = cards_of(tree(report(known, language="en", zones=[])), "own:intensity")
    assert "no target is defined here" in card.text
    some = zc.check(account, {"name": "own", "target": [{**OWN, "statistic": "zone"}]}, year=2025)
    (card,) = cards_of(tree(report(some, language="en", zones=[])), "own:intensity")
    assert "1 zones: not known" in card.text


# -- years, ranks, warnings --------------------------------------------------------------------------------------------


def test_the_year_is_that_of_the_targets_even_if_none_is_of_value_added(account: zc.Account) -> None:
    target = {**OWN, "indicator": "co2_per_energy", "unit": "tCO2/tce", "threshold": "2"}
    check = zc.check(account, {"name": "own", "target": [target]}, year=2022)
    stand = standing(gather([check]))
    assert stand is not None
    assert stand.year == 2022
    page = tree(report(check, language="en"))
    assert next(node.text for node in page.all("article", id="zone-1")[0].all("h4")) == "Key figures of 2022"


def test_equal_zones_share_a_rank_and_unknown_ones_sort_last(account: zc.Account) -> None:
    found = simple([[100.0, 90.0], [100.0, 90.0], [300.0, 300.0], [1.0, np.nan]], np.full((4, 2), 200.0), list("ABCD"),
                   provinces=["江苏", "北京", "", "江苏"])  # fmt: skip
    page = tree(report(zc.check(found, year=2025), zc.find_peaks(found), language="en", zones=[]))
    (table,) = page.all("table", id="zones")
    heads = [node.text for node in table.all("th", scope="col")]
    rows = table_rows(table)
    assert [row[0].text for row in rows] == ["1", "1", "3", "–"]
    last = rows[-1]
    verdict = next(at for at, head in enumerate(heads) if head.startswith("below"))
    peak = heads.index("Peak by the data")
    assert [last[at].attrs["data-sort"] for at in (0, verdict, peak)] == ["", "", ""]
    assert [row[2].attrs["data-sort"] for row in rows] == ["Jiangsu", "Beijing", "", "Jiangsu"]


def test_a_warning_reaches_the_zones_that_it_has_no_room_to_name() -> None:
    names = tuple(f"Z{number}" for number in range(30))
    found = small(names, unknown=False)
    quantity = np.array(found.activity.quantity)
    quantity[:, :, :, -1] = np.nan
    lost = zc.account(dataclasses.replace(found.activity, quantity=quantity))
    ensemble = zc.project(lost, "policy", until=2030, draws=16, rng=1)
    material = gather([ensemble])
    assert any("..." in str(w.values) for w in material.warnings)
    told = warnings_by_zone(material)
    assert {problem.code for problem in told["Z29"]} == {problem.code for problem in told["Z0"]}
    assert "project.left_out" in {problem.code for problem in told["Z29"]}
