"""Charts in delicate cases: exact places, whose sum it is, what a check judged, axes of a caller."""

import math
import re
import warnings
from collections.abc import Callable
from itertools import combinations, pairwise
from time import process_time
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import zonecarbon as zc
from zonecarbon import notation, plots
from zonecarbon.messages import Language
from zonecarbon.plots import strips, words

NAN = math.nan
LANGUAGES: tuple[Language, ...] = ("en", "zh")
YEARS = [2019, 2020, 2021, 2022, 2023]
COAL = 0.9714  # tce per t of coke, so that figures are known


def an_account(quantity: Any, zones: list[str], years: list[int] = YEARS, **options: Any) -> zc.Account:
    shape = len(zones), len(years)
    given = {"flows": ["coke"], "value_added": np.full(shape, 100.0), "provinces": "江苏", **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(
            zc.Activity.from_arrays(np.array(quantity), zones=zones, years=years, price_year=2020, **given)
        )


def quietly(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return function(*args, **options)


def of_intensity(values: list[float]) -> zc.Account:
    return an_account(
        np.array(values)[:, None, None] * 100.0 / COAL, [f"z{at}" for at in range(len(values))], years=[2025]
    )


def by_gid(ax: Any, name: str) -> list[Any]:
    return [artist for artist in ax.get_children() if (artist.get_gid() or "").startswith(name)]


def pixels(figure: Any) -> Any:
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return canvas.get_renderer()


def written(ax: Any) -> str:
    """Return all texts of a chart, without the breaks of lines."""
    return " | ".join([*(text.get_text() for text in ax.texts), ax.get_xlabel()]).replace("\n", " ")


# -- S14: dots ---------------------------------------------------------------------------------------------------------


def test_a_dot_stands_at_its_own_figure_and_above_others_only_where_it_would_overlap() -> None:
    values = [0.15077, 0.309, 0.332, 0.342, 0.25, 0.9]
    ax: Any = plots.intensity_distribution(of_intensity(values), name_nearest=2)
    parts = by_gid(ax, "zones")
    shown = {float(x): float(y) for part in parts for x, y in zip(part.get_xdata(), part.get_ydata(), strict=True)}
    assert sorted(shown) == pytest.approx(sorted(values), rel=1e-12)
    size = parts[0].get_markersize()
    places = ax.transData.transform(list(shown.items())) * 72.0 / ax.figure.dpi
    for one, other in combinations(places.tolist(), 2):
        assert math.dist(one, other) >= size - 1e-6
    assert min(shown.values()) == shown[min(shown)] == shown[max(shown)]


def test_the_aggregate_of_equal_zones_is_above_their_dots() -> None:
    ax: Any = plots.intensity_distribution(of_intensity([0.25, 0.25, 0.25]))
    (mark,) = by_gid(ax, "aggregate")
    (dots,) = by_gid(ax, "zones")
    assert set(np.round(dots.get_xdata(), 12)) == {round(float(mark.get_xdata()[0]), 12)}


def test_too_many_dots_are_columns_that_end_at_the_limits_and_say_how_wide_they_are() -> None:
    account = of_intensity(np.exp(np.random.default_rng(1).normal(-1.0, 0.3, 3000)).tolist())
    ax: Any = plots.intensity_distribution(account)
    width = re.search(r"zones in columns about (\d+)% wide", written(ax))
    assert width
    edges = {float(x) for part in by_gid(ax, "zones") for x in part.get_path().vertices[:, 0]}
    assert {0.3, 0.4} <= {round(edge, 9) for edge in edges}
    boxes = by_gid(ax, "zones")[0].get_path().vertices.reshape(-1, 5, 2)[:, :4, 0]
    assert np.median(boxes.max(axis=1) / boxes.min(axis=1)) - 1 == pytest.approx(int(width[1]) / 100, abs=0.006)
    assert "柱宽约" in written(plots.intensity_distribution(account, language="zh"))


def test_six_hundred_dots_are_placed_in_less_than_50_ms() -> None:
    share = np.random.default_rng(3).uniform(0.0, 1.0, 600)
    strips.strip(share, [0.5], [1, 2], 60.0, 400.0, 150.0)
    start = process_time()
    found = strips.strip(share, [0.5], [1, 2], 60.0, 400.0, 150.0)
    assert process_time() - start < 0.05
    assert found.is_dots


def test_a_limit_never_runs_through_a_name() -> None:
    ax: Any = plots.intensity_distribution(of_intensity([0.28, 0.29, 0.31, 0.32, 0.38, 1.2]), highlight=["z0", "z1"])
    renderer = pixels(ax.figure)
    names = [text for text in ax.texts if text.get_text().startswith("z")]
    limits = [line for line in ax.lines if len({*line.get_xdata()}) == 1 and line.is_dashed()]
    assert len(limits) == 2
    crossed = 0
    for line in limits:
        x, y = ax.transData.transform(np.stack([line.get_xdata(), line.get_ydata()], axis=1)).T
        for low, high in pairwise(y.tolist()):
            for text in names:
                box = text.get_window_extent(renderer)
                if np.isfinite(low + high) and box.x0 < x[0] < box.x1:
                    assert not (low < box.y1 - 2 and high > box.y0 + 2), text.get_text()
                    crossed += 1
    assert crossed


# -- R4: whose sum -----------------------------------------------------------------------------------------------------


def test_a_sum_says_of_how_many_zones_it_is() -> None:
    quantity = np.random.default_rng(3).uniform(2e3, 6e3, (3, 1, 5))
    quantity[0, 0, -1] = NAN
    account = an_account(quantity, list("ABC"))
    cases: list[tuple[Any, tuple[Any, ...]]] = [
        (plots.fan, (quietly(zc.project, account, "policy", until=2030, draws=20, rng=1),)),
        (plots.stack, (account,)),
        (plots.waterfall, (quietly(zc.decompose, account, base=2019, end=2023, missing="leave_out"),)),
        (plots.tornado, (quietly(zc.tornado, account, "policy", until=2030, of="co2"),)),
    ]
    for chart, given in cases:
        assert "2 of 3 zones" in plots.describe(chart, *given)
        assert "3 个园区中 2 个" in plots.describe(chart, *given, language="zh")
        head = next(text.get_text() for text in chart(*given).texts if text.get_text().startswith("2 of 3 zones: "))
        assert "[" in head
        assert "all zones" not in written(chart(*given)).lower().replace("shared by all zones", "")


def test_of_a_table_with_zones_left_out_the_known_ones_are_counted() -> None:
    table: dict[str, Any] = {"zone": list("AABBCC"), "year": [2019, 2020] * 3, "x": [1.0, 2.0, 3.0, 4.0, 5.0, NAN],
             "y": [1.0] * 6}  # fmt: skip
    table["v"] = table["x"]
    change = quietly(zc.decompose, table, identity="v = x * y", unit="kg", missing="leave_out")
    assert "the 2 known zones" in plots.describe("waterfall", change)


def test_without_a_zone_left_there_is_a_notice_and_no_zero() -> None:
    quantity = np.full((2, 1, 5), 10.0)
    quantity[0, 0, 0] = quantity[1, 0, 4] = NAN
    account = an_account(quantity, ["A", "B"])
    change = quietly(zc.decompose, account, base=2019, end=2023, missing="leave_out")
    cases: list[tuple[Any, Any]] = [(plots.waterfall, change), (plots.stack, account)]
    for chart, given in cases:
        assert "not known" in plots.describe(chart, given)
        assert "not known" in written(chart(given))
        assert not re.search(r"\b0\b", written(chart(given)))


def test_the_only_zone_goes_by_its_name() -> None:
    account = an_account([[[5e3, 4e3, 3e3, 3e3, 2e3]]], ["Steelville"])
    ensemble = quietly(zc.project, account, "policy", until=2030, draws=20, rng=1)
    cases: list[tuple[Any, Any]] = [
        (plots.fan, ensemble), (plots.stack, account), (plots.waterfall, zc.decompose(account, base=2019, end=2023)),
        (plots.tornado, zc.tornado(account, "policy", until=2030, of="co2")),
        (plots.decoupling_path, zc.tapio(account)),
        (plots.intensity_distribution, account),
    ]  # fmt: skip
    for chart, given in cases:
        told = plots.describe(chart, given).replace("shared by all zones", "") + written(chart(given))
        assert "Steelville" in told
        assert "all zones" not in told.lower().replace("shared by all zones", "")


# -- R5, R16, R20, S20: words ------------------------------------------------------------------------------------------


def test_a_chance_claims_no_more_than_the_draws_can() -> None:
    account = an_account([[[5e3, 4e3, 3e3, 3e3, 2e3]]], ["A"])
    fall = {"kind": "constant", "rate": -0.05, "uncertainty": {"shape": "normal", "sd": 0.001}}
    ensemble = quietly(zc.project, account, {"name": "down", "energy_intensity": fall}, until=2030, draws=30, rng=1)
    assert ensemble.peak_probability(2030, "A") == 1.0
    assert f"peak before 2030: {notation.probability(1.0, 0.0, draws=30)}" in written(plots.fan(ensemble, "A"))


def test_a_driver_is_called_as_in_the_texts_of_the_tornado() -> None:
    found = zc.tornado(an_account([[[5e3, 4e3, 3e3, 3e3, 2e3]]], ["A"]), "policy", until=2030, of="co2")
    for language in LANGUAGES:
        told = found.text(language).replace("CO2", "CO₂")
        names = [label.get_text().replace("\n", " " if language == "en" else "")
                 for label in plots.tornado(found, language=language).get_yticklabels()]  # fmt: skip
        assert names
        for name, is_shared in zip(names, found.rows["shared"], strict=True):
            assert f"{name}: " in told or f"{name}：" in told
            assert name.endswith(")" if language == "en" else "）") is bool(is_shared)


def test_no_clause_is_empty_and_one_year_is_said_once() -> None:
    account = an_account([[[3.0]], [[4.0]]], ["A", "B"], years=[2024])
    told = plots.describe("intensity_distribution", account, limits=())
    assert ": ." not in told
    assert told.startswith("Energy per value added of 2 zones in 2024. All zones")
    once = plots.describe("stack", account)
    assert once.count("2024") == 1
    assert plots.describe("stack", account, language="zh").count("2024") == 1
    nothing = an_account([[[0.0] * 5]], ["A"])
    for language in LANGUAGES:
        said = plots.describe("stack", nothing, language=language)
        assert not re.search(r"[:：] ?[.。]", said)
    assert "shares of" not in written(plots.stack(nothing))


def test_texts_of_charts_write_co2_and_years_in_one_way() -> None:
    for english, chinese in words.TEXTS.values():
        assert "CO2" not in english + chinese
        assert not re.search(r"[\d}] 年", chinese)
    account = an_account([[[5e3, 4e3, 3e3, 3e3, 2e3]]], ["A"])
    ax: Any = plots.waterfall(zc.decompose(account, base=2019, end=2023))
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert not any("CO2" in text for text in (*names, written(ax)))


def test_upright_axes_reach_above_the_highest_value_and_the_first_year_keeps_off_the_zero() -> None:
    account = an_account([[[2100.0, 2050.0, 1900.0, 1500.0, 2101.0]]], ["A"])
    ensemble = quietly(zc.project, account, "policy", until=2040, draws=20, rng=1)
    shown: list[Any] = [plots.stack(account), plots.fan(ensemble, "A"), plots.fan(ensemble, "A", "energy")]
    for ax in shown:
        ticks = ax.get_yticks()
        tops = [float(np.nanmax(path.vertices[:, 1])) for path in (*(patch.get_path() for patch in ax.patches),
                *(one.get_paths()[0] for one in ax.collections)) if len(path.vertices) > 4]  # fmt: skip
        assert ticks[-1] >= max(tops) - 1e-9
        assert ax.get_ylim()[1] >= ticks[-1]
        first = ax.get_xticks()[0]
        pixels(ax.figure)
        zero, year = (labels[0].get_window_extent() for labels in (ax.get_yticklabels(), ax.get_xticklabels()))
        assert not zero.overlaps(year), first


# -- what reviewer 2 found ---------------------------------------------------------------------------------------------


def test_counts_and_colours_are_those_of_the_check_under_rounded_judgement() -> None:
    account = an_account(np.array([0.2996, 0.5, 0.2])[:, None, None] * np.full(5, 100.0 / COAL), list("ABC"))
    for judgement, count in (("full", 2), ("rounded", 1)):
        check = quietly(zc.check, account, targets="torch-2025", year=2023, base_year=2020, judgement=judgement)
        ax: Any = plots.intensity_distribution(check)
        assert f"below 0.3: {count} of 3" in plots.describe("intensity_distribution", check)
        below = [part for part in by_gid(ax, "zones") if part.get_markerfacecolor() == plots.style.CLASSES[0]]
        assert sum(len(part.get_xdata()) for part in below) == count
        assert ("rounded" in ax.get_xlabel()) is (judgement == "rounded")


def test_figures_of_a_net_seller_stand_in_the_picture() -> None:
    sold = zc.Flow("electricity", "export", "onsite_fossil")
    account = an_account([[[10.0] * 5, [9e4] * 5]], ["seller"], flows=["coke", sold])
    ax: Any = plots.waterfall(zc.decompose(account, base=2019, end=2023))
    renderer = pixels(ax.figure)
    frame = ax.get_window_extent()
    figures = [text for text in ax.texts if text.get_ha() == "right"]
    assert len(figures) > 4
    for text in figures:
        box = text.get_window_extent(renderer)
        assert frame.x0 - 1 <= box.x0
        assert box.x1 <= frame.x1 + 1


def test_a_long_name_is_shortened_and_not_the_quantity() -> None:
    zone = "A national high-tech industrial development zone in the far west " * 3
    account = an_account([[[5e3, 4e3, 3e3, 3e3, 2e3]]], [zone])
    ensemble = quietly(zc.project, account, "policy", until=2030, draws=20, rng=1)
    tornado = zc.tornado(account, "policy", until=2030, of="co2", year=2028, zone=zone)
    for ax, end in (
        (plots.stack(account), "…: energy by carrier [thousand tce]"), (plots.fan(ensemble, zone), "…: CO₂ [kt CO₂]"),
        (plots.tornado(tornado), "…: CO₂ in 2028 [kt CO₂]"),
        (plots.decoupling_path(zc.tapio(account), zone), "…: change of CO₂ in a period [%]"),
    ):  # fmt: skip
        assert any(text.get_text().endswith(end) for text in ax.texts)


def test_on_axes_of_a_caller_scales_are_ours_and_drawing_again_replaces() -> None:
    account = an_account([[[5e3, 4e3, 3e3, 3e3, 2e3]]], ["A"])
    ax: Any = Figure(figsize=(9, 5)).subplots()
    ax.set_yscale("log")
    ax.axhline(2.0, gid="theirs")
    plots.stack(account, ax=ax)
    assert ax.get_yscale() == "linear"
    first = written(ax), len(ax.get_children())
    plots.stack(account, ax=ax, language="zh")
    plots.stack(account, ax=ax)
    assert (written(ax), len(ax.get_children())) == first
    assert len(by_gid(ax, "theirs")) == 1


def test_names_beside_small_axes_keep_off_their_neighbours() -> None:
    account = an_account([[[5e3, 4e3, 3e3, 3e3, 2e3]]], ["A"])
    figure = Figure(figsize=(7, 3))
    left, right = figure.subplots(1, 2)
    plots.stack(account, ax=left)
    plots.waterfall(zc.decompose(account, base=2019, end=2023), ax=right)
    renderer = pixels(figure)
    for label in right.get_yticklabels():
        assert label.get_window_extent(renderer).x0 >= left.get_window_extent().x1


def test_an_aggregate_beyond_the_axis_is_said_and_does_not_stretch_it() -> None:
    sold = zc.Flow("electricity", "export", "onsite_fossil")
    seller = an_account(
        [[[10.0] * 5, [9e4] * 5], [[32.0] * 5, [0.0] * 5]], ["seller", "buyer"], flows=["coke", sold],
    )  # fmt: skip
    far = of_intensity([0.2, 0.35, 900.0])
    for account in (seller, far):
        ax: Any = plots.intensity_distribution(account)
        assert "not on the axis" in ax.get_xlabel()
        assert "not on the axis" in plots.describe("intensity_distribution", account)
        assert not by_gid(ax, "aggregate")
        assert ax.get_xlim()[1] < 20.0


def test_the_first_and_the_last_period_of_a_path_have_labels_apart() -> None:
    for co2 in ([100.0, 105.0, 100.0, 105.0], [100.0, 100.0, 100.0, 100.0]):
        ax: Any = plots.decoupling_path(zc.tapio(co2, [100.0, 110.0, 100.0, 110.0], years=[2020, 2021, 2022, 2023]))
        renderer = pixels(ax.figure)
        one, other = (text.get_window_extent(renderer) for text in ax.texts if re.match(r"20\d\d–", text.get_text()))
        assert not one.overlaps(other)


def test_large_figures_of_an_axis_stay_in_the_picture() -> None:
    ax: Any = plots.stack(an_account([[[1e15] * 5]], ["A"]))
    pixels(ax.figure)
    assert min(label.get_window_extent().x0 for label in ax.get_yticklabels()) > 0
