"""Pictures of a plan: the abatement curve, the wedges, and how likely its goals are met."""

import re
from collections.abc import Callable
from functools import cache
from itertools import combinations, pairwise
from typing import Any, Literal
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import zonecarbon as zc
from zonecarbon import plots
from zonecarbon._typing import FloatArray
from zonecarbon.messages import Language
from zonecarbon.plots import lettering

pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")

LANGUAGES: tuple[Language, ...] = ("en", "zh")
CHINESE = re.compile("[\u4e00-\u9fff\uff00-\uffef，。；：（）“”]")
NASTY = '<script>alert(1)</script> $x$ & "'
STILL = {"name": "still", "title_zh": "不变", "title_en": "Still", "value_added": {"kind": "constant", "rate": 0.02}}
SHAKY = {
    **STILL,
    "value_added": {
        "kind": "constant",
        "rate": 0.02,
        "uncertainty": {"shape": "normal", "sd": 0.03, "rho": 0.8, "shared": False},
    },
}
PRICES = [
    {"carrier": "raw_coal", "price": "800 CNY/t"},
    {"carrier": "electricity", "price": "0.6 CNY/kWh"},
    {"carrier": "electricity", "supply": "onsite_nonfossil", "price": "0 CNY/kWh"},
]


def saving(name: str, cost: float, potential: float = 0.1, carrier: str = "raw_coal") -> dict[str, Any]:
    title = {"title_en": f"Saving {name.upper()}", "title_zh": f"节能{name.upper()}"}
    running = f"{cost} CNY/tce"
    return {"name": name, "kind": "save", "source": carrier, "potential": potential, "running": running, **title}


def a_set(*measures: dict[str, Any]) -> dict[str, Any]:
    return {"name": "mine", "price_year": 2025, "discount_rate": 0.05, "price": PRICES, "measure": list(measures)}


def an_account(zones: tuple[str, ...] = ("A",)) -> zc.Account:
    quantity = np.array([[[9.0, 10.0], [40.0, 50.0]]]) * 1e3 * np.arange(1, len(zones) + 1)[:, None, None]
    activity = zc.Activity.from_arrays(
        quantity, flows=["raw_coal", "electricity"], zones=list(zones), years=[2024, 2025],
        value_added=np.full((len(zones), 2), 4e4), price_year=2020, provinces="江苏",
    )  # fmt: skip
    return zc.account(activity)


def target(name: str, indicator: str, operator: str, threshold: float, unit: str, **more: Any) -> dict[str, Any]:
    told = {"id": name, "indicator": indicator, "operator": operator, "threshold": threshold, "unit": unit}
    return {"statistic": "aggregate", "year": 2028, **told, **more}


def a_goal(*targets: dict[str, Any]) -> dict[str, Any]:
    return {"name": "own", "target": list(targets)}


CO2 = target("co2", "co2", "<=", 43_000, "tCO2")
RATE = target(
    "rate", "energy_per_iva", ">=", 0.03, "fraction per year", statistic="annual_rate", base_year=2025, year=2028
)
MIXED = a_set(saving("a", 200.0), saving("b", 5000.0), saving("c", 900.0, 0.2, "electricity"))


@cache
def results() -> dict[str, Any]:
    own = an_account()
    plan = zc.plan(own, MIXED, a_goal(CO2, RATE), [2026, 2027, 2028], scenario=SHAKY)
    many = a_set(*(saving(f"m{at:02d}", 100.0 * at**2 - 800.0, 0.05 + 0.002 * at) for at in range(12)))
    return {
        "account": own,
        "plan": plan,
        "curve": zc.abatement_curve(own, MIXED),
        "many": zc.abatement_curve(own, many),
        "one": zc.abatement_curve(own, a_set(saving("a", 200.0))),
        "earning": zc.abatement_curve(own, a_set(saving("a", 200.0), saving("b", 10.0))),
        "long": zc.plan(own, many, a_goal({**CO2, "threshold": 40_000}), [2026, 2027, 2028], scenario=STILL),
        "assurance": zc.assure(plan, draws=256, rng=1),
    }


def charts() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    found = results()
    return {
        "curve": (plots.abatement_curve, (found["curve"],)),
        "many": (plots.abatement_curve, (found["many"],)),
        "one": (plots.abatement_curve, (found["one"],)),
        "earning": (plots.abatement_curve, (found["earning"],)),
        "plan": (plots.plan, (found["plan"],)),
        "energy": (plots.plan, (found["plan"], "", "energy")),
        "intensity": (plots.plan, (found["plan"], "A", "energy_intensity")),
        "long": (plots.plan, (found["long"],)),
        "assurance": (plots.assurance, (found["assurance"],)),
    }


NAMES = ("curve", "many", "one", "earning", "plan", "energy", "intensity", "long", "assurance")


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def by_gid(ax: Any, name: str) -> list[Any]:
    return [artist for artist in ax.get_children() if (artist.get_gid() or "").startswith(name)]


def boxes(ax: Any, name: str) -> FloatArray:
    """Return left, bottom, right, top of the boxes of a colour."""
    found = [artist.get_path().vertices.reshape(-1, 5, 2)[:, :4] for artist in by_gid(ax, name)]
    corners = np.concatenate(found) if found else np.zeros((0, 4, 2))
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


# -- every picture -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_is_svg_with_real_text_in_one_language(name: str, language: Language) -> None:
    chart, given = charts()[name]
    told = plots.describe(chart, *given, language=language)
    svg = plots.to_svg(chart(*given, language=language), name, told)
    root = ElementTree.fromstring(svg)
    assert not any({"style", "id"} & set(node.attrib) for node in root.iter())
    assert not re.search(r"url\(|href|NaN|nan|inf", svg)
    found = " ".join([*texts(svg), told])
    assert bool(CHINESE.search(found)) is (language == "zh")
    if language == "zh":
        assert re.findall(r"[a-z]{2,}", found) == []
    assert told == told.strip()
    assert told.endswith("." if language == "en" else "。")
    assert plots.to_svg(chart(*given, language=language), name, told) == svg
    assert len(svg.encode()) < 12_000


@pytest.mark.parametrize("name", NAMES)
def test_texts_stay_in_the_picture_and_do_not_overlap(name: str) -> None:
    for language in LANGUAGES if lettering.chinese_font() else ("en",):
        chart, given = charts()[name]
        ax = chart(*given, language=language)
        canvas: Any = FigureCanvasAgg(ax.figure)
        canvas.draw()
        found = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
        shown = [text for text in found if text.get_text() and text.get_visible()]
        extents = [text.get_window_extent(canvas.get_renderer()) for text in shown]
        frame = ax.figure.bbox
        for text, box in zip(shown, extents, strict=True):
            assert frame.x0 - 2 < box.x0 < box.x1 < frame.x1 + 2, text.get_text()
            assert frame.y0 - 2 < box.y0 < box.y1 < frame.y1 + 2, text.get_text()
        for (one, a), (two, b) in combinations(zip(shown, extents, strict=True), 2):
            wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert wide < 3 or high < 0.3 * min(a.height, b.height), (one.get_text(), two.get_text())


@pytest.mark.parametrize("name", ["curve", "plan", "assurance"])
def test_axes_of_a_caller_stay_in_place(name: str) -> None:
    figure = Figure(figsize=(9, 5))
    ax, other = figure.subplots(1, 2)
    place = ax.get_position().bounds
    chart, given = charts()[name]
    assert chart(*given, ax=ax) is ax
    assert ax.get_position().bounds == place
    assert not other.texts


# -- the curve ---------------------------------------------------------------------------------------------------------


def test_blocks_are_as_wide_as_what_is_added_and_as_high_as_its_cost() -> None:
    curve = results()["curve"]
    ax = plots.abatement_curve(curve)
    found = np.concatenate([boxes(ax, "earns"), boxes(ax, "costs")])
    found = found[np.argsort(found[:, 0])]
    width, price = curve.rows["added_co2"], curve.rows["added_price"]
    height = np.where(np.abs(found[:, 1]) > np.abs(found[:, 3]), found[:, 1], found[:, 3])
    np.testing.assert_allclose(height, price)
    size = width.sum() / ax.get_xlim()[1]
    np.testing.assert_allclose((found[:, 2] - found[:, 0]) * size, width, rtol=0.05)  # but for the white between
    assert (price < 0).sum() == len(boxes(ax, "earns")) > 0


def test_marks_are_what_measures_cost_alone() -> None:
    """A pump abates more where photovoltaics feed it, so that what it costs alone lies above its block."""
    pump = {"name": "pump", "kind": "switch", "source": "raw_coal", "target": "electricity", "ratio": 0.3,
            "potential": 0.5, "running": "2000 CNY/tce"}  # fmt: skip
    sun = {"name": "sun", "kind": "switch", "source": "electricity", "source_supply": "grid", "target": "electricity",
           "target_supply": "onsite_nonfossil", "potential": 0.6}  # fmt: skip
    curve = zc.abatement_curve(an_account(), a_set(pump, sun))
    alone, added = curve.rows["alone_price"], curve.rows["added_price"]
    assert (np.abs(alone - added) > 10).any()
    (marks,) = by_gid(plots.abatement_curve(curve), "alone")
    heights = np.array(marks.get_ydata(), dtype=np.float64)
    np.testing.assert_allclose(np.unique(heights[np.isfinite(heights)]), np.unique(alone))


def test_what_earns_is_below_the_axis_and_says_so() -> None:
    for language, word in zip(LANGUAGES, ("earns", "净收益"), strict=True):
        ax = plots.abatement_curve(results()["earning"], language=language)
        assert (boxes(ax, "earns")[:, 3] <= 0).all()
        assert not len(boxes(ax, "costs"))
        told = [text.get_text() for text in ax.texts]
        assert sum(text.startswith(f"{word} ") for text in told) == 4  # added and alone, of two measures
        assert word in plots.describe("abatement_curve", results()["earning"], language=language)


def test_every_measure_stands_in_the_key_in_the_order_of_the_curve() -> None:
    curve = results()["many"]
    ax = plots.abatement_curve(curve)
    told = [text.get_text() for text in ax.texts]
    names = [text for text in told if text.startswith("Saving")]
    assert names == [f"Saving {name.upper()}" for name in curve.rows["measure"]]
    assert [str(at) for at in range(1, 13)] == [text for text in told if text.isdigit()][:12]


def test_a_block_that_would_flatten_the_others_is_cut() -> None:
    own = a_set(saving("a", 1000.0), saving("b", 1200.0), saving("c", 1100.0), saving("d", 900_000.0))
    curve = zc.abatement_curve(an_account(), own)
    ax = plots.abatement_curve(curve)
    assert len(by_gid(ax, "cut")) == 1
    assert ax.get_ylim()[1] < curve.rows["added_price"].max() / 10
    assert any("300,000" in text.get_text() or "3" in text.get_text()[:1] for text in ax.texts)


def test_nothing_abated_says_so() -> None:
    curve = zc.abatement_curve(an_account(), a_set(saving("a", 100.0, 0.0)))
    for language, word in zip(LANGUAGES, ("no measure", "没有措施"), strict=True):
        ax = plots.abatement_curve(curve, language=language)
        assert any(word in text.get_text() for text in ax.texts)
        assert word in plots.describe("abatement_curve", curve, language=language).lower()


# -- the plan ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["co2", "energy"])
def test_wedges_lie_between_the_paths_and_are_what_measures_take_away(what: Literal["co2", "energy"]) -> None:
    plan = results()["plan"]
    ax = plots.plan(plan, what=what)
    (without,), (planned,), (history,) = by_gid(ax, "without"), by_gid(ax, "planned"), by_gid(ax, "history")
    reference, account = (own.total(what).sum(axis=0) for own in (plan.reference, plan.account))
    size = reference[-1] / without.get_ydata()[-1]
    np.testing.assert_allclose(without.get_ydata() * size, reference[-4:])
    np.testing.assert_allclose(planned.get_ydata() * size, account[-4:])
    np.testing.assert_allclose(history.get_ydata() * size, reference[:2])
    change = getattr(plan.weighed, what).sum(axis=1)
    wedges = by_gid(ax, "wedge:")
    assert len(wedges) == int((change[:, -1] < -1e-3 * reference[-1]).sum()) > 1
    ends = []
    for wedge in wedges:
        outline = wedge.get_paths()[0].vertices
        at_end = outline[np.isclose(outline[:, 0], 2028), 1] * size
        ends.append((at_end.max(), at_end.min()))
    assert ends[0][0] == pytest.approx(reference[-1], rel=1e-3)
    assert ends[-1][1] == pytest.approx(account[-1])
    for (_, low), (high, _) in pairwise(ends):
        assert low == pytest.approx(high)
    taken = [high - low for high, low in ends]
    np.testing.assert_allclose(sorted(taken), sorted(-change[:, -1][-change[:, -1] > 1e-3 * reference[-1]]))


def test_the_legend_has_the_order_of_the_wedges() -> None:
    plan = results()["plan"]
    ax = plots.plan(plan)
    names = [artist.get_gid().partition(":")[2] for artist in by_gid(ax, "wedge:")]
    beside = [text for text in ax.texts if text.get_text().startswith("Saving")]
    assert [text.get_text().rpartition(" ")[0] for text in beside] == names
    heights = [text.get_position()[1] for text in beside]
    assert heights == sorted(heights, reverse=True)


def test_goals_are_marked_at_their_limit() -> None:
    plan = results()["plan"]
    (goal,) = by_gid(plots.plan(plan), "goal")
    (planned,) = by_gid(plots.plan(plan), "planned")
    size = plan.account.total("co2").sum(axis=0)[-1] / planned.get_ydata()[-1]
    np.testing.assert_allclose([goal.get_xdata()[0], goal.get_ydata()[0] * size], [2028, 43_000])
    ax = plots.plan(plan, what="energy_intensity")
    (goal,) = by_gid(ax, "goal")
    base = plan.account.total("energy")[0, 1] / plan.account.total("value_added")[0, 1]
    assert goal.get_ydata()[0] == pytest.approx(base * 0.97**3)
    assert not by_gid(ax, "wedge:")
    assert any("≥3%" in text.get_text() for text in ax.texts)


def test_more_than_six_wedges_are_joined_and_add_up() -> None:
    plan = results()["long"]
    used = int(plan.weighed.amount.any(axis=(1, 2)).sum())
    assert used > 7
    ax = plots.plan(plan)
    wedges = by_gid(ax, "wedge:")
    assert len(wedges) == 7
    outline = wedges[-1].get_paths()[0].vertices
    (planned,) = by_gid(ax, "planned")
    assert outline[:, 1].min() == pytest.approx(planned.get_ydata().min())
    assert any(text.get_text().startswith("other measures") for text in ax.texts)


def test_what_a_measure_adds_is_said() -> None:
    """A pump that swaps little coal for much electricity adds CO2; the photovoltaics make up for it."""
    pump = {"name": "pump", "kind": "switch", "source": "raw_coal", "target": "electricity", "ratio": 3.0,
            "potential": 0.2, "title_en": "Pump", "running": "-9000 CNY/tce"}  # fmt: skip
    sun = {"name": "sun", "kind": "switch", "source": "electricity", "source_supply": "grid", "target": "electricity",
           "target_supply": "onsite_nonfossil", "potential": 0.6, "title_en": "Sun"}  # fmt: skip
    plan = zc.plan(an_account(), a_set(pump, sun), None, [2026, 2027], scenario=STILL, budget="100 kt CO2")
    assert plan.weighed.co2[0, 0, -1] > 0
    ax = plots.plan(plan)
    assert "Pump" in ax.xaxis.label.get_text()
    assert [artist.get_gid() for artist in by_gid(ax, "wedge:")] == ["wedge:Sun"]
    assert "Pump" in plots.describe("plan", plan)


def test_a_plan_that_does_nothing_has_two_equal_paths() -> None:
    dear = a_set(saving("a", 90_000.0))
    plan = zc.plan(an_account(), dear, a_goal({**CO2, "threshold": 1e6}), [2026, 2027, 2028], scenario=STILL)
    assert not plan.weighed.amount.any()
    ax = plots.plan(plan)
    (without,), (planned,) = by_gid(ax, "without"), by_gid(ax, "planned")
    np.testing.assert_allclose(without.get_ydata(), planned.get_ydata())
    assert not by_gid(ax, "wedge:")


def test_zones_have_pictures_of_their_own_and_names_are_text() -> None:
    own = an_account(("A", NASTY))
    goal = a_goal(target("each", "energy_per_iva", "<=", 0.6, "tce/10^4 CNY", statistic="zone"))
    plan = zc.plan(own, MIXED, goal, [2026, 2027, 2028], scenario=STILL)
    whole, one = plots.plan(plan), plots.plan(plan, zone=NASTY)
    sums = [by_gid(ax, "planned")[0].get_ydata()[-1] for ax in (whole, one)]
    assert sums[0] > sums[1]
    assert not by_gid(plots.plan(plan, what="energy_intensity"), "goal")
    assert len(by_gid(plots.plan(plan, NASTY, "energy_intensity"), "goal")) == 1
    svg = plots.to_svg(one, NASTY, NASTY)
    assert "<script" not in svg
    assert any(NASTY in text for text in texts(svg))


# -- the assurance -----------------------------------------------------------------------------------------------------


def test_dots_are_the_probabilities_with_their_errors() -> None:
    found = results()["assurance"]
    ax = plots.assurance(found)
    rows = found.rows
    for kind in ("goal", "milestone"):
        (dots,) = by_gid(ax, f"{kind}s")
        np.testing.assert_allclose(np.sort(dots.get_xdata()), np.sort(rows["probability"][rows["kind"] == kind]))
    (line,) = by_gid(ax, "wanted")
    assert list(line.get_xdata()) == [0.8, 0.8]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[0] == "CO₂ ≤43 kt CO₂, 2028"
    assert len(names) == len(rows["goal"])


def test_of_many_goals_the_least_likely_are_drawn_and_the_others_counted() -> None:
    own = an_account(tuple(f"z{at:02d}" for at in range(30)))
    goal = a_goal(target("each", "energy_per_iva", "<=", 5.0, "tce/10^4 CNY", statistic="zone"))
    plan = zc.plan(own, MIXED, goal, [2026, 2027, 2028], scenario=SHAKY)
    found = zc.assure(plan, draws=64, rng=1)
    ax = plots.assurance(found)
    (dots,) = by_gid(ax, "goals")
    least = np.sort(found.rows["probability"][found.rows["kind"] == "goal"])[:20]
    np.testing.assert_allclose(np.sort(dots.get_xdata()), least)
    assert "10" in ax.xaxis.label.get_text()


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_with_a_code() -> None:
    found = results()
    wrong: list[tuple[Callable[[], Any], str]] = [
        (lambda: plots.plan(found["curve"]), "plot.result"),
        (lambda: plots.abatement_curve(found["plan"]), "plot.result"),
        (lambda: plots.assurance(found["plan"]), "plot.result"),
        (lambda: plots.plan(found["plan"], what="money"), "option"),  # type: ignore[arg-type]
        (lambda: plots.plan(found["plan"], zone="nowhere"), "zone.unknown"),
        (lambda: plots.plan(found["plan"], language="fr"), "option"),  # type: ignore[arg-type]
    ]
    for call, code in wrong:
        with pytest.raises(zc.InputError) as caught:
            call()
        assert caught.value.problems[0].code == code
