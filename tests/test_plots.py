"""``zonecarbon.plots``: what is drawn is what the result says, in both languages, without touching the host."""

import math
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import combinations
from pathlib import Path as File
from string import Formatter
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import zonecarbon as zc
from zonecarbon import plots
from zonecarbon._typing import FloatArray
from zonecarbon.messages import Language
from zonecarbon.plots import lettering, strips, style, words
from zonecarbon.vocabulary import find_carrier

NAN = math.nan
YEARS = [2019, 2020, 2021, 2022, 2023]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
CHINESE = re.compile("[\u4e00-\u9fff\uff00-\uffef，。；：（）“”]")
NASTY = ("<script>alert(1)</script>", "$\\alpha$ & 'x\"", "a\x00b")
SOURCE = File(plots.__file__).parent


# -- results -----------------------------------------------------------------------------------------------------------


def an_account(names: tuple[str, ...] = ("A", "B", "C"), gap: bool = False, sells: bool = False) -> zc.Account:
    rng = np.random.default_rng(3)
    quantity = rng.uniform(20.0, 60.0, (len(names), 4, len(YEARS))) * np.array([1e3, 20.0, 3e2, 5e2])[:, None]
    if gap:
        quantity[0, 0, 2] = NAN
    sold = zc.Flow("electricity", "export", "onsite_fossil") if sells else "fuel_oil"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(
            zc.Activity.from_arrays(
                quantity,
                flows=["coke", "gasoline", "diesel_oil", sold],
                zones=list(names),
                years=YEARS,
                value_added=rng.uniform(4e4, 2e5, (len(names), len(YEARS))),
                price_year=2020,
                provinces="江苏",
            )
        )


def quietly(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return function(*args, **options)


@cache
def results() -> dict[str, Any]:
    account = an_account()
    return {
        "account": account,
        "ensemble": quietly(zc.project, account, "policy", until=2050, draws=400, rng=1),
        "change": zc.decompose(account, base=2019, end=2023),
        "ratio": zc.decompose(account, base=2019, end=2023, form="multiplicative"),
        "tornado": zc.tornado(account, "policy", until=2040, of="co2"),
        "states": zc.tapio(account),
    }


def charts() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    found = results()
    return {
        "distribution": (plots.intensity_distribution, (found["account"],)),
        "fan": (plots.fan, (found["ensemble"],)),
        "waterfall": (plots.waterfall, (found["change"],)),
        "ratio": (plots.waterfall, (found["ratio"], "A")),
        "stack": (plots.stack, (found["account"],)),
        "scope": (plots.stack, (found["account"], "B", "scope", "co2")),
        "tornado": (plots.tornado, (found["tornado"],)),
        "path": (plots.decoupling_path, (found["states"],)),
    }


NAMES = tuple(charts())


def drawn(name: str, language: Language = "en") -> str:
    chart, given_to = charts()[name]
    told = plots.describe(chart, *given_to, language=language)
    return plots.to_svg(chart(*given_to, language=language), name, told)


once = cache(drawn)  # for tests that only read it


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def pixels(ax: Any) -> Any:
    """Draw the figure of some axes as pixels."""
    canvas: Any = FigureCanvasAgg(ax.figure)
    canvas.draw()
    return canvas


def by_gid(ax: Any, name: str) -> list[Any]:
    return [artist for artist in ax.get_children() if (artist.get_gid() or "").startswith(name)]


def boxes(artist: Any) -> FloatArray:
    """Return left, bottom, right, top of the boxes of a patch."""
    corners = artist.get_path().vertices.reshape(-1, 5, 2)[:, :4]
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


# -- every chart -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_chart_is_svg_with_real_text_in_one_language(name: str, language: Language) -> None:
    svg = once(name, language)
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["class"] == "chart"
    assert {"width", "height"}.isdisjoint(root.attrib)
    assert [child.tag.split("}")[1] for child in root][:2] == ["title", "desc"]
    assert not any({"style", "id"} & set(node.attrib) for node in root.iter())
    assert not re.search(r"url\(|href|<!|<\?|<metadata|NaN|nan|inf", svg)
    found = " ".join([*texts(svg), root[1].text or ""])
    assert len(texts(svg)) > 4
    assert bool(CHINESE.search(found)) is (language == "zh")
    if language == "zh":
        rest = re.sub(r"CO₂|[A-C]\b|×|≥|LMDI|\d|[−+–.,%:/]", " ", found)
        assert re.findall(r"[a-z]{2,}", rest) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_holds_a_figure_and_ends_as_a_sentence(name: str) -> None:
    chart, given_to = charts()[name]
    for language, stop in zip(LANGUAGES, (".", "。"), strict=True):
        told = plots.describe(chart, *given_to, language=language)
        assert told == told.strip()
        assert told.endswith(stop)
        assert re.search(r"\d", told)
        assert plots.describe(chart.__name__, *given_to, language=language) == told


@pytest.mark.parametrize("name", NAMES)
def test_the_same_chart_gives_the_same_bytes(name: str) -> None:
    assert drawn(name) == once(name)


def test_threads_give_the_same_bytes() -> None:
    alone = [once(name, "zh") for name in NAMES]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda at: drawn(NAMES[at % len(NAMES)], "zh"), range(2 * len(NAMES))))
    assert together == alone * 2


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_host_is_touched_and_nothing_of_it_matters(name: str) -> None:
    before, plain = dict(mpl.rcParams), drawn(name)
    assert dict(mpl.rcParams) == before
    odd = {
        "axes.facecolor": "black", "text.color": "red", "font.size": 20.0, "axes.grid": True, "lines.linewidth": 9.0,
        "figure.facecolor": "black", "svg.fonttype": "path", "xtick.minor.visible": True, "axes.labelcolor": "red",
        "xtick.color": "red", "ytick.color": "red", "patch.force_edgecolor": True, "figure.autolayout": True,
        "lines.marker": "x", "lines.linestyle": "--", "axes.spines.left": False, "font.weight": "bold",
        "axes.labelweight": "bold", "path.simplify": False, "axes.axisbelow": False, "lines.dash_capstyle": "round",
        "xtick.alignment": "left", "axes.titlesize": 30.0, "figure.dpi": 40.0, "axes.unicode_minus": False,
    }  # fmt: skip
    with mpl.rc_context(odd):
        assert drawn(name) == plain


def test_pyplot_is_not_imported() -> None:
    code = "import sys, zonecarbon.plots; print('matplotlib.pyplot' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "False"


def test_without_matplotlib_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import zonecarbon as zc\n"
        "try:\n    import zonecarbon.plots\n"
        "except zc.MissingOptionalDependencyError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "zonecarbon[plot]" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_axes_of_a_caller_are_drawn_on_and_stay_in_place(name: str) -> None:
    figure = Figure(figsize=(9, 5))
    ax, other = figure.subplots(1, 2)
    place = ax.get_position().bounds
    chart, given_to = charts()[name]
    assert chart(*given_to, ax=ax) is ax
    assert ax.get_position().bounds == place
    assert not other.texts
    assert plots.to_svg(ax) == plots.to_svg(figure)
    pixels(ax)


@pytest.mark.parametrize("name", NAMES)
def test_texts_stay_in_the_picture_and_do_not_overlap(name: str) -> None:
    """Measured with matplotlib's own font, which is wider than what most readers have."""
    for language in LANGUAGES if lettering.chinese_font() else ("en",):
        chart, given_to = charts()[name]
        ax = chart(*given_to, language=language)
        canvas = pixels(ax)
        frame = ax.figure.bbox
        found = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
        shown = [text for text in found if text.get_text() and text.get_visible()]
        extents = [text.get_window_extent(canvas.get_renderer()) for text in shown]
        for text, box in zip(shown, extents, strict=True):
            assert box.x0 > frame.x0 - 2, text.get_text()
            assert box.x1 < frame.x1 + 2, text.get_text()
            assert box.y0 > frame.y0 - 2, text.get_text()
            assert box.y1 < frame.y1 + 2, text.get_text()
        for (one, a), (two, b) in combinations(zip(shown, extents, strict=True), 2):
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert wide < 3 or high < 0.3 * min(a.height, b.height), (one.get_text(), two.get_text())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_as_svg_lies_in_the_picture(name: str) -> None:
    root = ElementTree.fromstring(once(name))
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    for node in root.iter():
        if node.tag.endswith("}circle"):
            x, y, r = (float(node.attrib[key]) for key in ("cx", "cy", "r"))
            assert r < 12
            assert r <= x <= wide - r
            assert r <= y <= high - r
        if node.tag.endswith("}path"):
            for x, y in re.findall(r"[MLC ](-?[\d.]+) (-?[\d.]+)", node.attrib["d"]):
                assert -1 <= float(x) <= wide + 1
                assert -1 <= float(y) <= high + 1


def test_dots_of_svg_stand_where_they_stand_on_the_axes() -> None:
    ax = plots.decoupling_path(results()["states"])
    root = ElementTree.fromstring(plots.to_svg(ax))
    shown = [node for node in root.iter() if node.tag.endswith("}circle")]
    (line,) = by_gid(ax, "path")
    places = ax.transData.transform(np.stack([line.get_xdata(), line.get_ydata()], axis=1)) * 72 / ax.figure.dpi
    high = float(root.attrib["viewBox"].split()[3])
    assert len(shown) == len(places)
    for node, (x, y) in zip(shown, places, strict=True):
        assert float(node.attrib["cx"]) == pytest.approx(x, abs=0.06)
        assert float(node.attrib["cy"]) == pytest.approx(high - y, abs=0.06)


@pytest.mark.parametrize("name", NAMES)
def test_sizes(name: str) -> None:
    assert len(once(name, "zh").encode()) < 9_000


# -- what users type ---------------------------------------------------------------------------------------------------


def test_names_are_text_whatever_they_hold() -> None:
    account = an_account(NASTY)
    ensemble = quietly(zc.project, account, "policy", until=2030, draws=50, rng=1)
    change = zc.decompose(account, base=2019, end=2023)
    states = zc.tapio(account)
    for zone, shown in zip(NASTY, ("<script>alert(1)</script>", NASTY[1], "ab"), strict=True):
        for ax in (
            plots.fan(ensemble, zone),
            plots.waterfall(change, zone),
            plots.stack(account, zone=zone),
            plots.decoupling_path(states, zone),
        ):
            svg = plots.to_svg(ax, zone, zone)
            assert "<script" not in svg
            assert any(shown in text for text in texts(svg))
            assert ElementTree.fromstring(svg)[0].text == shown
    assert any(NASTY[1] in text for text in texts(plots.to_svg(plots.intensity_distribution(account))))


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30))
def test_any_title_gives_svg_that_parses(text: str) -> None:
    figure = Figure()
    figure.text(0.5, 0.5, text, parse_math=False)
    ElementTree.fromstring(plots.to_svg(figure, text, text))


# -- figures: what is drawn is what the result says --------------------------------------------------------------------


def test_fan_lines_are_the_quantiles() -> None:
    ensemble = results()["ensemble"]
    for zone in ("", "B"):
        ax = plots.fan(ensemble, zone)
        (median,), (history,) = by_gid(ax, "median"), by_gid(ax, "history")
        size = ensemble.quantile(0.5, "co2", zone)[-1] / median.get_ydata()[-1]
        ahead = ensemble.years >= ensemble.base_year
        np.testing.assert_allclose(median.get_ydata() * size, ensemble.quantile(0.5, "co2", zone)[ahead])
        np.testing.assert_allclose(history.get_ydata() * size, ensemble.path("co2", zone)[: len(YEARS)])
        widest = next(artist for artist in ax.collections if len(np.asarray(artist.get_paths()[0].vertices)) > 20)
        outline = np.asarray(widest.get_paths()[0].vertices)[:-1]
        n = int(ahead.sum())
        np.testing.assert_allclose(outline[:n, 1] * size, ensemble.quantile(0.95, "co2", zone)[ahead])
        np.testing.assert_allclose(outline[n : 2 * n, 1][::-1] * size, ensemble.quantile(0.05, "co2", zone)[ahead])
        low, high = ax.get_ylim()
        assert low <= 0
        assert high >= outline[:, 1].max()
        (peak,) = by_gid(ax, "peak") or [None]
        year = ensemble.peak_year(0.5, zone)
        assert (peak is None) is bool(np.isnan(year))
        if peak is not None:
            assert peak.get_xdata()[0] == year


def test_fan_says_when_nothing_peaks() -> None:
    account = an_account()
    grow = {"kind": "constant", "rate": 0.06, "uncertainty": {"shape": "normal", "sd": 0.001}}
    ensemble = quietly(zc.project, account, {"name": "up", "value_added": grow}, until=2040, draws=50, rng=1)
    ax = plots.fan(ensemble, "A")
    assert not by_gid(ax, "peak")
    assert any("no peak within the horizon" in text.get_text() for text in ax.texts)
    assert "多数抽样在期限内未达峰" in plots.describe(plots.fan, ensemble, "A", language="zh")


def test_waterfall_bars_join_the_first_value_to_the_last() -> None:
    change = results()["change"]
    for zone in ("", "B"):
        ax = plots.waterfall(change, zone)
        ends = boxes(by_gid(ax, "ends")[0])
        values = change.values("zone" if zone else "portfolio")[1 if zone else 0]
        size = values[0] / ends[0, 2]
        assert ends[1, 2] * size == pytest.approx(values[-1])
        bars = np.concatenate([boxes(artist) for name in ("rise", "fall") for artist in by_gid(ax, name)])
        signs = np.concatenate(
            [np.full(len(boxes(a)), s) for n, s in (("rise", 1), ("fall", -1)) for a in by_gid(ax, n)]
        )
        assert (signs * (bars[:, 2] - bars[:, 0])).sum() * size == pytest.approx(values[-1] - values[0])
        effects = change.effects("zone" if zone else "portfolio")[1 if zone else 0]
        moved = effects[np.abs(effects) > 1e-6 * np.abs(effects).max()]
        np.testing.assert_allclose(np.sort(signs * (bars[:, 2] - bars[:, 0]) * size), np.sort(moved))
        assert ax.get_xlim()[1] > bars[:, 2].max()


def test_waterfall_of_ratios_is_logarithmic() -> None:
    ratio = results()["ratio"]
    ax = plots.waterfall(ratio, "B")
    bars = np.concatenate([boxes(artist) for name in ("rise", "fall") for artist in by_gid(ax, name)])
    effects = ratio.effects("zone")[1]
    assert np.sort(bars[:, 2] - bars[:, 0]) == pytest.approx(
        np.sort(np.abs(np.log(effects[np.abs(effects - 1) > 1e-9])))
    )
    ends = by_gid(ax, "ends")[0].get_xdata()
    values = ratio.values("zone")[1]
    assert math.exp(ends[1] - ends[0]) == pytest.approx(values[-1] / values[0])


def test_waterfall_with_small_effects_says_that_its_axis_is_cut() -> None:
    table = {"zone": ["A"] * 2, "year": [2019, 2020], "x": [1000.0, 1001.0], "y": [1.0, 1.01], "v": [1000.0, 1011.01]}
    change = zc.decompose(table, identity="v = x * y", unit="kg")
    ax = plots.waterfall(change)
    assert ax.get_xlim()[0] > 0
    assert ax.get_xlabel() == "the axis does not begin at 0"
    assert any("[kg]" in text.get_text() for text in ax.texts)


def test_a_carrier_has_one_colour_in_all_charts_of_an_account() -> None:
    """Whatever zone and figure are drawn: coke is largest in A and in all, natural gas in B, electricity in CO2."""
    flows = ["coke", "natural_gas", "electricity", "diesel", "gasoline", "raw_coal", "lpg", "kerosene"]
    rows = [[900.0, 1e4, 1e3, 50.0, 40.0, 30.0, 1.0, 2.0], [10.0, 4e5, 2e3, 60.0, 1.0, 90.0, 300.0, 200.0]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(zc.Activity.from_arrays(
            np.array(rows)[:, :, None], flows=flows, zones=["A", "B"], years=[2025]
        ))  # fmt: skip
    largest = np.argsort(-account.total("energy", "carrier"))[:6]
    names = {find_carrier(str(account.labels("carrier")[at])).name_en for at in largest}
    colours: dict[str, set[Any]] = {}
    for zone in ("", "A", "B"):
        for what in ("energy", "co2"):
            ax = plots.stack(account, zone=zone, what=what)
            drawn = [(part.get_gid().removeprefix("part:"), part.get_facecolor()) for part in by_gid(ax, "part:")]
            assert len({colour for _, colour in drawn}) == len(drawn), "two parts of one chart stay apart"
            for name, colour in drawn:
                colours.setdefault(name, set()).add(colour)
    assert len(names & set(colours)) >= 4
    assert all(len(colours[name]) == 1 for name in names & set(colours))


def test_stack_sums_to_the_total() -> None:
    account = results()["account"]
    for by, what, zone in (("carrier", "energy", ""), ("carrier", "co2", "B"), ("scope", "co2", "")):
        ax = plots.stack(account, zone, by, what)  # type: ignore[arg-type]
        heights = dict.fromkeys(YEARS, 0.0)
        for part in by_gid(ax, "part:"):
            for left, bottom, right, top in boxes(part).tolist():
                heights[round((left + right) / 2)] += top - bottom
        total = account.total(what)
        total = total[1] if zone else total.sum(axis=0)
        shown = np.array(list(heights.values()))
        np.testing.assert_allclose(shown / shown[0], total / total[0])
        assert math.log10(total[0] / shown[0]) == pytest.approx(round(math.log10(total[0] / shown[0])))
        assert ax.get_ylim()[1] > shown.max()


def test_what_a_zone_sells_stands_below_zero_with_a_line_for_the_total() -> None:
    account = an_account(sells=True)
    ax = plots.stack(account, zone="A")
    assert ax.get_ylim()[0] < 0
    (line,) = by_gid(ax, "total")
    level = line.get_ydata()[~np.isnan(line.get_xdata())][::2]
    total = account.total("energy")[0]
    np.testing.assert_allclose(level / level[0], total / total[0])
    assert any(text.get_text().startswith("total") for text in ax.texts)


def test_small_parts_are_one_part_called_other() -> None:
    flows = ["coke", "gasoline", "kerosene", "diesel_oil", "fuel_oil"]
    quantity = np.array([[[100.0, 90.0], [1.0, 2.0], [1.5, 1.0], [40.0, 60.0], [0.5, 0.5]]])
    account = zc.account(
        zc.Activity.from_arrays(
            quantity, flows=flows, zones=["A"], years=[2020, 2021], value_added=[[100.0, 100.0]], price_year=2020
        )
    )
    ax = plots.stack(account)
    parts = by_gid(ax, "part:")
    assert len(parts) == 3
    (other,) = (text for text in ax.texts if text.get_text().startswith("other"))
    every = account.total("energy", by=("carrier", "year"))
    np.testing.assert_allclose(boxes(parts[2])[:, 3] - boxes(parts[2])[:, 1], every[[1, 2, 4]].sum(axis=0))
    assert other.get_text() == f"other {every[[1, 2, 4], 1].sum() / every[:, 1].sum():.0%}"
    assert parts[2].get_facecolor()[:3] == pytest.approx(to_rgb(style.OTHER))


def test_a_year_that_is_not_known_is_a_gap() -> None:
    account = an_account(gap=True)
    ax = plots.stack(account, zone="A")
    drawn_years = {round(float(box[:3:2].mean())) for part in by_gid(ax, "part:") for box in boxes(part)}
    assert drawn_years == set(YEARS) - {2021}
    assert "unknown: 2021" in ax.get_xlabel()
    assert [text.get_text() for text in ax.texts].count("?") == 1
    whole = plots.stack(account)
    assert "without 1 of 3 zones" in whole.get_xlabel()
    known = account.total("energy")[1:].sum(axis=0)
    shown = np.sum([boxes(part)[:, 3] - boxes(part)[:, 1] for part in by_gid(whole, "part:")], axis=0)
    np.testing.assert_allclose(shown / shown[0], known / known[0])


def test_pictures_of_what_is_not_known_say_so() -> None:
    nothing = zc.account(
        zc.Activity.from_arrays(
            np.full((1, 1, 2), NAN), flows=["coke"], zones=["A"], years=[2020, 2021], value_added=[[1.0, 2.0]],
            price_year=2020,
        )
    )  # fmt: skip
    ensemble = quietly(zc.project, nothing, "policy", until=2030, draws=20, rng=1)
    change = quietly(zc.decompose, nothing, base=2020, end=2021)
    states = quietly(zc.tapio, nothing)
    sensitive = quietly(zc.tornado, nothing, "policy", until=2030, of="co2")
    unknown: list[tuple[Callable[..., Any], Any]] = [
        (plots.intensity_distribution, nothing), (plots.fan, ensemble), (plots.stack, nothing),
        (plots.waterfall, change), (plots.decoupling_path, states), (plots.tornado, sensitive),
    ]  # fmt: skip
    for chart, result in unknown:
        for language, word in zip(LANGUAGES, ("known", "未知"), strict=True):
            svg = plots.to_svg(chart(result, language=language))
            assert word in " ".join(texts(svg)), chart
            assert word in plots.describe(chart, result, language=language)
            assert "nan" not in svg.lower()


def test_tornado_bars_end_at_the_outcomes() -> None:
    found = results()["tornado"]
    ax = plots.tornado(found)
    low, high = (boxes(by_gid(ax, name)[0]) for name in ("low", "high"))
    middle = float(found.rows["middle"][0])
    for rows, ends in ((low, found.rows["low"]), (high, found.rows["high"])):
        inner = np.where(ends < middle, rows[:, 2], rows[:, 0])
        outer = np.where(ends < middle, rows[:, 0], rows[:, 2])
        np.testing.assert_allclose(outer / inner, ends / middle)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert len(names) == len(found.rows["driver"])
    assert not any("_" in name for name in names)


def test_path_points_are_the_changes_and_lie_in_the_area_of_their_state() -> None:
    rng = np.random.default_rng(5)
    series = 100 * np.cumprod(1 + rng.normal(0.0, 0.08, (2, 25)), axis=1)
    states = zc.tapio(series[0], series[1], years=list(range(2000, 2025)))
    ax = plots.decoupling_path(states)
    (line,) = by_gid(ax, "path")
    np.testing.assert_allclose(line.get_ydata() / 100, states.co2_change)
    np.testing.assert_allclose(line.get_xdata() / 100, states.value_added_change)
    names = [name.replace("_", " ") for name, _ in plots.decouplings._AREAS]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    box = np.array([[left, low], [right, low], [right, high], [left, high]])
    rays = plots.decouplings._rays(states.thresholds)
    for x, y, state in zip(line.get_xdata(), line.get_ydata(), states.state, strict=True):
        at = names.index(state)
        outline = mpl.path.Path(plots.decouplings._between(box, rays[at], rays[(at + 1) % 8]))
        assert outline.contains_point((x, y), radius=1e-9) or outline.contains_point((x, y), radius=-1e-9), state
        assert left < x < right
        assert low < y < high
    areas = [plots.decouplings._between(box, rays[at], rays[(at + 1) % 8]) for at in range(8)]
    sizes = [abs(np.sum(a[:, 0] * np.roll(a[:, 1], -1) - np.roll(a[:, 0], -1) * a[:, 1])) / 2 for a in areas if len(a)]
    assert sum(sizes) == pytest.approx((right - left) * (high - low))
    shown = " ".join(text.get_text() for text in ax.texts)
    assert "2000–2001" in shown
    assert "2023–2024" in shown


# -- the distribution --------------------------------------------------------------------------------------------------


def many_zones(count: int, spread: float = 0.5) -> zc.Account:
    rng = np.random.default_rng(8)
    value = np.full((count, 1), 1000.0)
    quantity = np.exp(rng.normal(math.log(0.35), spread, (count, 1, 1))) * 1000.0 / 0.9714
    return zc.account(
        zc.Activity.from_arrays(
            quantity, flows=["coke"], zones=[f"z{at}" for at in range(count)], years=[2025], value_added=value,
            price_year=2020,
        )
    )  # fmt: skip


@pytest.mark.parametrize("count", [5, 169, 10_000])
def test_every_zone_is_a_dot_or_is_counted(count: int) -> None:
    account = many_zones(count)
    ax = plots.intensity_distribution(account)
    parts = by_gid(ax, "zones")
    if count < 1000:
        assert sum(len(part.get_xdata()) for part in parts) == count
        places = {(x, y) for part in parts for x, y in zip(part.get_xdata(), part.get_ydata(), strict=True)}
        assert len(places) == count
    else:
        assert sum((boxes(part)[:, 3] - boxes(part)[:, 1]).sum() for part in parts) == count
    values = account.total("energy")[:, 0] / 1000.0
    words_of = " ".join(text.get_text() for text in ax.texts)
    assert f"Below 0.3: {(values < 0.3).sum()} of {count}" in words_of
    (mark,) = by_gid(ax, "aggregate")
    assert mark.get_xdata()[0] == pytest.approx(values.mean())
    assert len(plots.to_svg(ax).encode()) < 40_000
    nearest = [f"z{at}" for at in np.argsort(np.abs(0.3 / values - 1))[:5]]
    named = {text.get_text().split(" ")[0] for text in ax.texts}
    assert set(nearest) <= named


def test_dots_lie_on_their_side_of_the_limits() -> None:
    account = many_zones(169, 0.1)
    values = account.total("energy")[:, 0] / 1000.0
    ax = plots.intensity_distribution(account)
    sides = {part.get_markerfacecolor(): part.get_xdata() for part in by_gid(ax, "zones")}
    below, between, above = (sides.get(colour, np.zeros(0)) for colour in style.CLASSES)
    assert [len(side) for side in (below, between, above)] == [
        (values < 0.3).sum(), ((values >= 0.3) & (values < 0.4)).sum(), (values >= 0.4).sum(),
    ]  # fmt: skip
    assert below.max() < between.min()
    assert between.max() < above.min()


def test_unknown_and_far_zones_are_counted_in_words() -> None:
    account = zc.account(
        zc.Activity.from_arrays(
            [[[300.0]], [[NAN]], [[90_000.0]], [[0.0]], [[250.0]]], flows=["coke"], zones=list("ABCDE"), years=[2025],
            value_added=[[1000.0]] * 5, price_year=2020,
        )
    )  # fmt: skip
    ax = plots.intensity_distribution(account)
    assert "1 unknown" in ax.get_xlabel()
    assert "1 above the axis (up to 87.4)" in ax.get_xlabel()
    assert "1 below the axis (0 or less)" in ax.get_xlabel()
    assert sum(len(part.get_xdata()) for part in by_gid(ax, "zones")) == 2
    assert "the 4 known zones 22.0 not on the axis" in ax.get_xlabel().replace("\n", " ")
    assert not by_gid(ax, "aggregate")
    assert "已知的 4 个园区" in plots.describe(plots.intensity_distribution, account, language="zh")


def test_a_check_gives_the_year_and_the_zones_of_its_target() -> None:
    account = an_account()
    check = quietly(zc.check, account, targets="torch-2025")
    ax = plots.intensity_distribution(check, highlight=["B"], name_nearest=0)
    assert "2023" in ax.get_xlabel()
    assert any(text.get_text().startswith("B ") for text in ax.texts)


@settings(deadline=None)
@given(
    st.lists(st.floats(0.0, 0.999), min_size=1, max_size=60),
    st.floats(200.0, 500.0),
    st.floats(60.0, 200.0),
)
def test_dots_never_overlap_and_columns_end_at_the_limit(share: list[float], across: float, room: float) -> None:
    places = np.array(share)
    found = strips.strip(places, [0.5], [0], 50.0, across, room)
    assert len(found.flags) == 1
    if not found.is_dots:
        assert 0.5 in found.edges
        inside = (found.edges[found.rows] <= places) & (places < found.edges[found.rows + 1])
        assert inside.all()
        return
    assert found.most * found.step <= room
    for (one, low), (other, high) in combinations(zip(places * across, found.rows, strict=True), 2):
        assert low != high or abs(one - other) >= found.step - 1e-9
    near = np.abs(places - places[0]) * across < found.step
    assert found.rows[0] == found.rows[near].max()


# -- words, letters, colours -------------------------------------------------------------------------------------------


def test_no_key_is_missing_or_unused_and_placeholders_agree() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("*.py") if path.name != "words.py")
    used = set(re.findall(r"""say\(\s*f?["']([a-z_0-9]+)["']""", source))
    used |= {"dist_dot", "dist_count", "fan_past", "fan_peak"}
    made = ("stack_scope_", "stack_by_", "basis_", "tornado_")
    plain = {"energy", "co2", "value_added", "energy_intensity", "co2_intensity"}
    for key, pair in words.TEXTS.items():
        assert key in used | plain or key.startswith(made), key
        fields = [sorted(name for _, name, _, _ in Formatter().parse(text) if name) for text in pair]
        assert fields[0] == fields[1], key
        assert not CHINESE.search(pair[0]), key
    assert {key for key in used if not key.endswith("_")} <= set(words.TEXTS)


def test_labels_are_moved_apart_and_no_farther_than_needed() -> None:
    assert lettering.apart([0.0, 10.0], 2.0) == [0.0, 10.0]
    assert lettering.apart([5.0, 5.0, 5.0], 2.0) == [3.0, 5.0, 7.0]
    assert lettering.apart([], 1.0) == []


@settings(deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(0.1, 5.0))
def test_labels_keep_their_order_and_distance(places: list[float], gap: float) -> None:
    moved = np.array(lettering.apart(places, gap))
    order = np.argsort(places, kind="stable")
    assert (np.diff(moved[order]) >= gap - 1e-6).all()


def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lettering, style):
        monkeypatch.setattr(module, "chinese_font", lambda: "")
    monkeypatch.setattr(style.FontNotice, "_told", False)


def test_without_a_chinese_font_svg_is_the_same_and_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [once(name, "zh") for name in NAMES]
    without_fonts(monkeypatch)
    assert lettering.families() == ["DejaVu Sans"]
    assert [drawn(name, "zh") for name in NAMES] == before
    assert "Noto Sans CJK SC" in before[0]


def test_without_a_chinese_font_pixels_warn_once_and_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    without_fonts(monkeypatch)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            pixels(plots.stack(results()["account"], language="zh"))
            pixels(plots.stack(results()["account"]))
    ours = [str(one.message) for one in caught if issubclass(one.category, zc.ZoneCarbonWarning)]
    assert len(ours) == 1
    assert "Noto Sans CJK SC" in ours[0]


def test_a_font_that_is_there_draws_chinese_without_a_warning() -> None:
    if not lettering.chinese_font():
        pytest.skip("no Chinese font is installed")
    for name in NAMES:
        chart, given_to = charts()[name]
        pixels(chart(*given_to, language="zh"))  # warnings are errors


def linear(colour: str) -> FloatArray:
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def lab(light: FloatArray) -> FloatArray:
    matrix = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                       [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
    xyz = matrix @ light / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear light.
SIGHT = {
    "normal": np.eye(3),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
}  # fmt: skip
PALETTES = {
    "series": (*style.SERIES, style.OTHER),
    "effects": (style.RISE, style.FALL, style.WHOLE),
    "tornado": (style.LOW, style.HIGH),
    "classes": style.CLASSES,
    "bands": (*style.BANDS[:2], style.MEDIAN),
}


@pytest.mark.parametrize("name", PALETTES)
def test_colours_stay_apart_for_every_sight_and_in_grey(name: str) -> None:
    for one, other in combinations(PALETTES[name], 2):
        for sight, matrix in SIGHT.items():
            seen = [lab(np.clip(matrix @ linear(colour), 0.0, 1.0)) for colour in (one, other)]
            least = 10.0 if name == "bands" else 20.0
            assert np.linalg.norm(seen[0] - seen[1]) > least, (one, other, sight)
        assert abs(lab(linear(one))[0] - lab(linear(other))[0]) > 8.0, (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_text_has_contrast_to_what_is_behind_it(name: str) -> None:
    chart, given_to = charts()[name]
    ax = chart(*given_to)
    shades = [shade for _, shade in plots.decouplings._AREAS] if name == "path" else []
    found = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
    for colour in {text.get_color() for text in found if text.get_text()}:
        for behind in ("#ffffff", *shades):
            light, dark = sorted((luminance(colour), luminance(behind)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (colour, behind)


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_with_a_code() -> None:
    found = results()
    wrong: list[tuple[Callable[[], Any], str]] = [
        (lambda: plots.fan(found["account"]), "plot.result"),
        (lambda: plots.stack(found["ensemble"]), "plot.result"),
        (lambda: plots.waterfall(found["states"]), "plot.result"),
        (lambda: plots.tornado(found["change"]), "plot.result"),
        (lambda: plots.decoupling_path(found["change"]), "plot.result"),
        (lambda: plots.intensity_distribution(found["change"]), "plot.result"),
        (lambda: plots.fan(found["ensemble"], ax="axes"), "plot.axes"),  # type: ignore[arg-type]
        (lambda: plots.to_svg("picture"), "plot.chart"),  # type: ignore[arg-type]
        (lambda: plots.intensity_distribution(found["account"], limits=(0.0,)), "plot.limits"),
        (lambda: plots.fan(found["ensemble"], "nowhere"), "zone.unknown"),
        (lambda: plots.stack(found["account"], zone="nowhere"), "zone.unknown"),
        (lambda: plots.waterfall(found["change"], "nowhere"), "zone.unknown"),
        (lambda: plots.decoupling_path(found["states"], "nowhere"), "zone.unknown"),
        (lambda: plots.intensity_distribution(found["account"], highlight=["nowhere"]), "zone.unknown"),
        (lambda: plots.intensity_distribution(found["account"], year=1999), "year.absent"),
        (lambda: plots.fan(found["ensemble"], what="money"), "option"),
        (lambda: plots.fan(found["ensemble"], language="fr"), "option"),  # type: ignore[arg-type]
        (lambda: plots.stack(found["account"], by="year"), "option"),  # type: ignore[arg-type]
        (lambda: plots.describe("pie", found["account"]), "option"),
        (lambda: plots.describe("fan", found["ensemble"], language="fr"), "option"),
        (lambda: plots.waterfall(found["change"], "A", "nowhere"), "decompose.no_sector"),
        (lambda: plots.waterfall(found["ratio"], sector="nowhere"), "decompose.no_sector"),
    ]
    for call, code in wrong:
        with pytest.raises(zc.InputError) as caught:
            call()
        assert caught.value.problems[0].code == code


def test_an_image_is_refused_and_what_stands_out_is_clipped_without_ids() -> None:
    figure = Figure()
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    ax.plot([0, 1], [0, 5])
    ax.set_ylim(0, 1)
    svg = plots.to_svg(figure)
    nested = [node for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}svg")]
    assert len(nested) == 2
    assert "viewBox" in nested[1].attrib
    ax.imshow(np.zeros((2, 2)))
    with pytest.raises(zc.InputError) as caught:
        plots.to_svg(figure)
    assert caught.value.problems[0].code == "plot.image"


def test_a_zone_that_is_unknown_in_the_base_year_has_a_history_and_no_fan() -> None:
    quantity = np.full((12, 1, 5), 100.0)
    quantity[3, 0, 4] = np.nan
    activity = zc.Activity.from_arrays(
        quantity, flows=["coke"], zones=[f"Z{n}" for n in range(12)], years=range(2020, 2025),
        value_added=np.full((12, 5), 50.0), price_year=2020,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        ensemble = zc.project(zc.account(activity), "policy", until=2030, draws=64, rng=1)
    assert "<svg" in plots.to_svg(plots.fan(ensemble, "Z3"))
    assert "unknown after" in plots.describe(plots.fan, ensemble, "Z3")
    assert "此后未知" in plots.describe(plots.fan, ensemble, "Z3", language="zh")


def test_the_limits_are_those_of_the_targets() -> None:
    account = zc.account(
        zc.Activity.from_arrays([[[100.0]], [[40.0]]], flows=["coke"], zones=["A", "B"], years=[2025],
                                value_added=[[200.0], [300.0]], price_year=2020)
    )  # fmt: skip
    rows = {row["target"]: row for row in zc.list_targets("torch-2025").to_records()}
    limit = float(rows["torch-2025:energy-intensity-aggregate"]["threshold"])
    shown = texts(plots.to_svg(plots.intensity_distribution(account)))
    assert f"{limit:g}" in shown
    assert shown == texts(plots.to_svg(plots.intensity_distribution(zc.check(account), name_nearest=5)))
    own = plots.describe("intensity_distribution", account, limits=(0.35,))
    assert "below 0.35: 1 of 2" in own
    assert f"below {limit:g}" not in own
