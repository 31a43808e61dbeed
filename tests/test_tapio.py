"""``zc.tapio`` as users call it: arrays, tables, quantities, accounts, decompositions; words, reasons, refusals."""

import json
import math
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon._typing import FloatArray
from zonecarbon.decomposition.cells import listed
from zonecarbon.decomposition.comparable import comparable
from zonecarbon.kernels import decoupling as kernel
from zonecarbon.messages import TEXTS

NAN = math.nan
YEARS = [2019, 2020, 2021]
CO2 = [[100.0, 104.0, 103.0], [50.0, 60.0, 60.0], [80.0, NAN, 70.0]]
MONEY = [[200.0, 220.0, 240.0], [90.0, 100.0, 100.0], [10.0, 11.0, 12.0]]
NAMES = ["A", "B", "C"]
COLUMNS = ["zone", "start", "end", "co2_change", "value_added_change", "elasticity", "state", "reason"]


def found(**more: Any) -> zc.Decoupling:
    return zc.tapio(CO2, MONEY, **{"years": YEARS, "zones": NAMES, **more})


# -- arrays --------------------------------------------------------------------------------------------------------


def test_every_year_and_the_next() -> None:
    result = found()
    assert result.state.tolist() == [
        ["weak decoupling", "strong decoupling"],
        ["expansive negative decoupling", "undefined"],
        ["unknown", "unknown"],
    ]
    np.testing.assert_allclose(result.elasticity[0], [0.4, (-1 / 104) / (20 / 220)], rtol=1e-12)
    np.testing.assert_allclose(result.co2_change[:2], [[0.04, -1 / 104], [0.2, 0.0]], rtol=1e-12)
    np.testing.assert_allclose(result.value_added_change[1], [1 / 9, 0.0], rtol=1e-12)
    assert (result.starts.tolist(), result.ends.tolist()) == ([2019, 2020], [2020, 2021])
    assert result.counts["undefined"] == 1
    assert result.counts["unknown"] == 2
    assert list(result.counts) == [*kernel.STATES[2:], "unknown", "undefined"]


def test_periods_asked_for() -> None:
    assert found(base=2019, end=2021).state[:, 0].tolist() == ["weak decoupling", "expansive negative decoupling",
                                                              "strong decoupling"]  # fmt: skip
    assert found(end=2020).ends.tolist() == [2020]
    assert found(base=2020).starts.tolist() == [2020]
    several = found(periods=[(2019, 2021), (2020, 2021)])
    assert several.state.shape == (3, 2)
    np.testing.assert_array_equal(several.elasticity[:, 0], found(base=2019, end=2021).elasticity[:, 0])
    np.testing.assert_array_equal(several.elasticity[:, 1], found().elasticity[:, 1])
    assert several.provenance.choices["tapio"] == {
        "thresholds": [0.0, 0.8, 1.2],
        "periods": [[2019, 2021], [2020, 2021]],
    }
    positions = zc.tapio(CO2[0], MONEY[0], base=0, end=2)
    assert (positions.starts.tolist(), positions.ends.tolist()) == ([0], [2])
    gap = zc.tapio([1.0, 2.0], [1.0, 3.0], years=[2010, 2020])
    assert (gap.starts.tolist(), gap.ends.tolist()) == ([2010], [2020])


def test_one_series_and_many_axes() -> None:
    one = zc.tapio(CO2[0], MONEY[0], years=YEARS, zones="A")
    assert one.state.shape == (2,)
    assert one.state.tolist() == found().state[0].tolist()
    deep = np.broadcast_to(np.array(CO2)[:, None], (3, 4, 3))
    many = zc.tapio(deep, np.broadcast_to(np.array(MONEY)[:, None], (3, 4, 3)), years=YEARS)
    assert many.elasticity.shape == many.reason.shape == (3, 4, 2)
    np.testing.assert_array_equal(many.state[:, 2], found().state)
    assert len(many.to_frame()) == 24
    assert many.to_frame()["reason"].tolist()[-1] == "CO2 of 2020 is not known"


def test_thresholds_are_a_parameter() -> None:
    assert found(thresholds=(0.0, 0.3, 0.5)).state[0, 0] == "expansive coupling"
    assert found(thresholds=[0.0, 0.3, 0.5]).thresholds == (0.0, 0.3, 0.5)


def test_tables_bring_their_labels() -> None:
    co2, money = (pd.DataFrame(values, index=NAMES, columns=YEARS) for values in (CO2, MONEY))
    pd.testing.assert_frame_equal(zc.tapio(co2, money).to_frame(), found().to_frame())
    pd.testing.assert_frame_equal(zc.tapio(co2, np.array(MONEY)).to_frame(), found().to_frame())
    pd.testing.assert_frame_equal(zc.tapio(CO2, money).to_frame(), found().to_frame())
    series = zc.tapio(co2.loc["A"], money.loc["A"])
    assert series.starts.tolist() == [2019, 2020]
    assert series.zones.tolist() == [""]
    counted = zc.tapio(pd.DataFrame(CO2), pd.DataFrame(MONEY))
    assert (counted.starts.tolist(), counted.zones.tolist()) == ([0, 1], ["", "", ""])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda money: money.iloc[[1, 0, 2]], "the same zones in the same order; got 'A' and 'B'"),
        (lambda money: money.rename(columns={2020: 2018}), "the same years in the same order; got 2020 and 2018"),
    ],
)
def test_tables_are_not_aligned_in_silence(change: Any, says: str) -> None:
    co2, money = (pd.DataFrame(values, index=NAMES, columns=YEARS) for values in (CO2, MONEY))
    with pytest.raises(zc.InputError, match=says):
        zc.tapio(co2, change(money))


def test_quantities_of_any_registry() -> None:
    one: Any = pint.UnitRegistry()
    other: Any = pint.UnitRegistry()
    zc.define_into(one)
    mixed = zc.tapio(one.Quantity(np.array(CO2) / 1e6, "MtCO2"), other.Quantity(np.array(MONEY), "gram"), years=YEARS)
    np.testing.assert_allclose(mixed.elasticity, found().elasticity, rtol=1e-9)
    assert mixed.state.tolist() == found().state.tolist()
    assert zc.tapio(one.Quantity(np.array(CO2), "tCO2"), MONEY).state.tolist() == found().state.tolist()


def test_levels_that_stand_in_each_others_place_are_refused() -> None:
    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    co2, money = registry.Quantity(np.array(CO2), "tCO2"), registry.Quantity(np.array(MONEY), "亿元")
    for pair in ((money, co2), (money, MONEY), (CO2, co2)):
        with pytest.raises(zc.InputError, match="swap"):
            zc.tapio(*pair)
    assert zc.tapio(co2, money, years=YEARS).state.tolist() == found().state.tolist()


# -- reasons and words ---------------------------------------------------------------------------------------------


def test_whatever_has_no_elasticity_says_why() -> None:
    cases: dict[str, tuple[Sequence[float], Sequence[float]]] = {
        "": ([1.0, 2.0], [1.0, 2.0]),
        "CO2 of 2019 is not known": ([NAN, 2.0], [1.0, NAN]),
        "CO2 of 2020 is not known": ([1.0, NAN], [1.0, NAN]),
        "value added of 2019 is not known": ([1.0, 2.0], [NAN, NAN]),
        "value added of 2020 is not known": ([0.0, 2.0], [1.0, NAN]),
        "CO2 of 2019 is not positive": ([0.0, 2.0], [1.0, 1.0]),
        "value added of 2019 is not positive": ([1.0, 2.0], [-1.0, 1.0]),
        "value added does not change, so there is no elasticity": ([1.0, 2.0], [0.1 + 0.2, 0.3]),
    }
    co2, money = ([pair[at] for pair in cases.values()] for at in (0, 1))
    result = zc.tapio(co2, money, years=[2019, 2020])
    assert result.to_frame()["reason"].tolist() == list(cases)
    assert result.state[:, 0].tolist() == ["expansive coupling", *["unknown"] * 4, *["undefined"] * 3]


def test_words() -> None:
    result = zc.tapio([*CO2, [5.0, 5.0, 5.0]], [*MONEY, [10.0, 11.0, 9.0]], years=YEARS, zones=[*NAMES, "D"])
    assert result.text().splitlines() == [
        "4 zones, 2 periods, 2019-2021: strong decoupling 1, weak decoupling 2, expansive negative decoupling 1, "
        "weak negative decoupling 1, unknown 2, undefined 1",
        "all 4 zones together, 2019-2020: unknown, not known for 1 of 4 zones",
        "all 4 zones together, 2020-2021: unknown, not known for 1 of 4 zones",
        "A, 2019-2020: weak decoupling, elasticity 0.4 (CO2 +4.0%, value added +10.0%)",
        "A, 2020-2021: strong decoupling, elasticity -0.1058 (CO2 -1.0%, value added +9.1%)",
        "B, 2019-2020: expansive negative decoupling, elasticity 1.8 (CO2 +20.0%, value added +11.1%)",
        "B, 2020-2021: undefined, value added does not change, so there is no elasticity",
        "C, 2019-2020: unknown, CO2 of 2020 is not known",
        "C, 2020-2021: unknown, CO2 of 2020 is not known",
        "D, 2019-2020: weak decoupling, elasticity 0: CO2 does not change while value added changes by +10.0%",
        "D, 2020-2021: weak negative decoupling, elasticity 0: CO2 does not change while value added changes by -18.2%",
    ]
    chinese = result.text("zh").splitlines()
    assert chinese[3] == "A，2019-2020 年：弱脱钩，弹性 0.4（二氧化碳 +4.0%，增加值 +10.0%）"
    assert chinese[6] == "B，2020-2021 年：无定义，增加值没有变化，弹性无定义"
    assert chinese[9] == "D，2019-2020 年：弱脱钩，弹性为 0：二氧化碳不变，增加值变化 +10.0%"
    assert repr(found()) == (
        "<Decoupling: 3 zones, 2 periods, 2019-2021: 1 strong decoupling, 1 weak decoupling, "
        "1 expansive negative decoupling, 2 unknown, 1 undefined>"
    )
    assert str(result) == result.text()
    many = zc.tapio(np.ones((25, 2)), np.ones((25, 2))).text().splitlines()
    assert (len(many), many[-1], many[2][:3]) == (23, "... and 5 more", "#1,")


def test_the_states_in_chinese() -> None:
    chinese = [
        "未知",
        "无定义",
        "强脱钩",
        "弱脱钩",
        "扩张连结",
        "扩张负脱钩",
        "强负脱钩",
        "弱负脱钩",
        "衰退连结",
        "衰退脱钩",
    ]
    assert [TEXTS[f"state.{state.replace(' ', '_')}"] for state in kernel.STATES] == list(
        zip(kernel.STATES, chinese, strict=True)
    )


def test_columns_plain_data_pickle_and_html() -> None:
    result = found()
    assert list(result.to_frame()) == COLUMNS
    assert result.to_frame(language="zh")["reason"].tolist()[4] == "2020 年二氧化碳未知"
    data = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert data["rows"][4]["elasticity"] is None
    assert pickle.loads(pickle.dumps(result)).text("zh") == result.text("zh")
    assert "<table>" in result._repr_html_()
    for array in (result.elasticity, result.code, result.co2_change, result.value_added_change, result.reason):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0
    with pytest.raises(zc.InputError, match="zone, portfolio"):
        result.to_frame(level="factor")
    with pytest.raises(zc.InputError, match="portfolio"):
        zc.tapio(CO2[0], MONEY[0]).columns(level="portfolio")


def test_all_zones_together_are_the_sums() -> None:
    whole = found().to_frame(level="portfolio")
    assert whole["zone"].tolist() == ["", ""]
    assert whole["reason"].tolist() == ["not known for 1 of 3 zones"] * 2
    two = zc.tapio(CO2[:2], MONEY[:2], years=YEARS)
    alone = zc.tapio(np.sum(CO2[:2], axis=0), np.sum(MONEY[:2], axis=0), years=YEARS, zones=[""])
    pd.testing.assert_frame_equal(two.to_frame(level="portfolio"), alone.to_frame())
    assert two.whole is not None
    assert two.whole.state.tolist() == ["expansive coupling", "strong decoupling"]


# -- what does not fit ---------------------------------------------------------------------------------------------


BAD_PERIODS: list[dict[str, Any]] = [
    {"base": 2018},
    {"base": 2021},
    {"base": 2021, "end": 2019},
    {"periods": []},
    {"periods": 2020},
    {"periods": [2019, 2020]},
    {"periods": [(2019, 2020, 2021)]},
    {"periods": [(2019, 2019)]},
    {"periods": [("2019", "2020")]},
    {"periods": [(2019, 2020), (2019, 2020)]},
    {"periods": [(2019, 2020)], "base": 2019},
]


@pytest.mark.parametrize(
    ("co2", "money", "more", "says"),
    [
        (None, None, {}, "got NoneType"),
        ("zones.csv", [1.0], {}, "got str"),
        ({"co2": [1.0]}, [1.0], {}, "got dict"),
        ([zc.Zone(zone="A")], [1.0], {}, "call zonecarbon.account first"),
        ([1.0, 2.0], "x", {}, "got str"),
        ([1.0, 2.0], None, {}, "value_added is not given"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], {}, "value_added must have the shape"),
        ([1.0], [1.0], {}, "two years"),
        (1.0, 1.0, {}, "two years"),
        ([1.0, math.inf], [1.0, 2.0], {}, r"co2 \(1,\)"),
        ([1.0, 2.0], [-math.inf, 2.0], {}, r"value_added \(0,\)"),
        ([1.0, 2.0], [1.0, 2.0], {"years": [2020]}, "years must have the shape"),
        ([1.0, 2.0], [1.0, 2.0], {"years": [2021, 2020]}, "years must rise"),
        ([[1.0, 2.0]] * 2, [[1.0, 2.0]] * 2, {"zones": ["A"]}, "zones must have the shape"),
        ([[1.0, 2.0]] * 2, [[1.0, 2.0]] * 2, {"zones": ["A", "A"]}, "'A' stands twice"),
        *(
            ([1.0, 2.0, 3.0], [1.0, 2.0, 4.0], {"years": YEARS, **more}, "pairs of years of the data")
            for more in BAD_PERIODS
        ),
        *(
            ([1.0, 2.0], [1.0, 3.0], {"thresholds": bad}, "three finite numbers that rise")
            for bad in ((0.0, 0.8), (0.0, 1.2, 0.8), (0.0, "a", 1.2), 0.8, (0.0, NAN, 1.2))
        ),
    ],
)
def test_what_does_not_fit_is_refused(co2: Any, money: Any, more: dict[str, Any], says: str) -> None:
    with pytest.raises(zc.InputError, match=says):
        zc.tapio(co2, money, **more)


def test_text_is_no_figure() -> None:
    with pytest.raises(zc.UnitError):
        zc.tapio(["many", "few"], [1.0, 2.0])


# -- properties ----------------------------------------------------------------------------------------------------

LEVEL = st.one_of(st.integers(-5, 300).map(float), st.just(NAN))
PAIRS = st.lists(st.tuples(LEVEL, LEVEL, LEVEL, LEVEL), min_size=1, max_size=6)


@given(PAIRS, st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_units_do_not_matter(values: list[tuple[float, ...]], of_co2: float, of_money: float) -> None:
    table = np.array(values)
    one, other = zc.tapio(table[:, :2], table[:, 2:]), zc.tapio(table[:, :2] * of_co2, table[:, 2:] * of_money)
    np.testing.assert_array_equal(one.code, other.code)
    np.testing.assert_array_equal(one.reason, other.reason)
    np.testing.assert_allclose(one.elasticity, other.elasticity, rtol=1e-9, atol=1e-12)


@settings(max_examples=30)
@given(PAIRS)
def test_every_row_is_itself_and_has_a_reason_or_an_elasticity(values: list[tuple[float, ...]]) -> None:
    table = np.array(values)
    frame = zc.tapio(table[:, :2], table[:, 2:]).to_frame()
    assert ((frame["reason"] == "") == frame["elasticity"].notna()).all()
    assert (frame["state"].isin(["unknown", "undefined"]) == frame["elasticity"].isna()).all()
    for at, line in enumerate(values):
        alone = zc.tapio(line[:2], line[2:]).to_frame()
        pd.testing.assert_frame_equal(frame.iloc[[at]].reset_index(drop=True), alone)


def test_many_zones_as_the_kernel_has_them() -> None:
    rng = np.random.default_rng(4)
    co2, money = rng.integers(0, 50, (2, 200_000, 6)).astype(np.float64)
    co2[::1000, 3] = NAN
    before = co2.copy()
    result = zc.tapio(co2, money, years=range(2015, 2021))
    expected = kernel.tapio(co2[:, :-1], co2[:, 1:], money[:, :-1], money[:, 1:])
    np.testing.assert_array_equal(result.code, expected.state)
    np.testing.assert_array_equal(result.elasticity, expected.elasticity)
    np.testing.assert_array_equal(co2, before)
    assert sum(result.counts.values()) == result.code.size


def test_no_zones() -> None:
    empty = zc.tapio(np.ones((0, 4)), np.ones((0, 4)))
    assert len(empty.to_frame()) == 0
    assert list(empty.to_frame()) == COLUMNS
    assert empty.text().startswith("0 zones, 3 periods")


# -- accounts ------------------------------------------------------------------------------------------------------


def account(
    money: Mapping[str, Sequence[Any]],
    prices: Mapping[str, Sequence[Any]] | None = None,
    boundary: Mapping[str, Sequence[str]] | None = None,
    coal: Mapping[str, Sequence[Any]] | None = None,
) -> zc.Account:
    """Return an account of zones that burn coke, over the years from 2019 on; None is a row that is not there."""
    years = range(2019, 2019 + len(next(iter(money.values()))))
    keys = [(zone, at, year) for zone in money for at, year in enumerate(years)]
    economy = [
        {
            "zone": zone,
            "year": year,
            "value_added": money[zone][at],
            "unit": "万元",
            "price_year": prices[zone][at] if prices else 2020,
            "boundary": boundary[zone][at] if boundary else "",
        }
        for zone, at, year in keys
        if money[zone][at] is not None
    ]
    burnt = [
        {"zone": zone, "year": year, "carrier": "焦炭", "quantity": coal[zone][at] if coal else 100 + at, "unit": "t"}
        for zone, at, year in keys
    ]
    tables: dict[str, Any] = {"zones": {"zone": list(money), "province": ["江苏"] * len(money)}}
    tables |= {name: {key: [row[key] for row in rows] for key in rows[0]} for name, rows in
               (("economy", economy), ("energy", burnt))}  # fmt: skip
    return zc.account(zc.read(tables))


@pytest.mark.filterwarnings("ignore::zonecarbon.ZoneCarbonWarning")
class TestAccounts:
    """Prices and boundaries decide what may be compared."""

    def test_totals_of_the_account(self) -> None:
        own = account({"A": [1000, 1100, 1200], "B": [500, 400, 450]})
        result = zc.tapio(own)
        bare = zc.tapio(own.total("co2"), own.value_added, years=own.years, zones=own.zones)
        pd.testing.assert_frame_equal(result.to_frame(), bare.to_frame())
        pd.testing.assert_frame_equal(result.to_frame(level="portfolio"), bare.to_frame(level="portfolio"))
        assert result.state.tolist() == [
            ["weak decoupling", "weak decoupling"],
            ["strong negative decoupling", "weak decoupling"],
        ]
        assert result.provenance.input_hash == own.provenance.input_hash
        assert result.warnings == ()

    def test_a_zone_at_current_prices_is_unknown_and_so_is_the_sum(self) -> None:
        own = account({"A": [1000, 1100], "B": [500, 550]}, {"A": ["nominal", "nominal"], "B": [2020, 2020]})
        result = zc.tapio(own)
        assert result.state[:, 0].tolist() == ["unknown", "weak decoupling"]
        frame = result.to_frame()
        assert "current prices; deflate it first" in frame["reason"][0]
        assert np.isnan(frame["value_added_change"][0])
        assert frame["co2_change"][0] == pytest.approx(0.01)
        assert result.to_frame(level="portfolio")["reason"].tolist() == ["not known for 1 of 2 zones"]
        assert [problem.code for problem in result.warnings] == ["decompose.price"]
        assert "1 zones" in result.text()
        assert "zonecarbon.deflate" in result.text()
        assert "decompose.price" in repr(result)

    def test_a_change_of_base_costs_the_period_across_it(self) -> None:
        own = account(
            {"A": [1000, 1100, 1500, 1600], "B": [1, 2, 3, 4]}, {"A": [2015, 2015, 2020, 2020], "B": [2020] * 4}
        )
        result = zc.tapio(own)
        assert result.state[0].tolist() == ["weak decoupling", "unknown", "weak decoupling"]
        assert result.to_frame()["reason"][1].startswith("2020 stands at prices of 2015, 2021 at 2020")
        whole = result.to_frame(level="portfolio")["reason"].tolist()
        assert [text.split(" (")[0] for text in whole] == [
            "value added of the zones stands at different prices",
            "not known for 1 of 2 zones",
            "",
        ]
        assert [problem.code for problem in result.warnings] == ["decompose.price", "decompose.price_years"]
        assert zc.tapio(own, base=2021, end=2022).warnings == ()

    def test_no_zone_at_one_real_price_year_is_refused(self) -> None:
        for prices in (["nominal", "nominal"], [2015, 2020], ["nominal", 2020]):
            own = account({"A": [1000, 1100]}, {"A": prices})
            with pytest.raises(zc.InputError, match=r"zonecarbon.deflate.*zonecarbon.link_prices"):
                zc.tapio(own)
            with pytest.raises(zc.InputError, match="link_prices"):
                comparable(own, [2019, 2020])

    def test_value_added_that_is_not_there_is_no_problem_of_prices(self) -> None:
        own = account({"A": [1000, 1100, 1200], "B": [None, None, None], "C": [1, None, 2]})
        result = zc.tapio(own)
        assert result.to_frame()["reason"].tolist()[2:] == [
            "value added of 2019 is not known",
            "value added of 2020 is not known",
            "value added of 2020 is not known",
            "value added of 2020 is not known",
        ]
        assert result.warnings == ()

    def test_a_blank_at_current_prices_is_blank(self) -> None:
        own = account(
            {"A": [1, 2], "B": [1, ""], "C": [1, 2]}, {"A": ["nominal"] * 2, "B": [2020, "nominal"], "C": [2020] * 2}
        )
        reasons = zc.tapio(own).to_frame()["reason"].tolist()
        assert reasons[0].startswith("value added of 2019 or 2020 is at current prices")
        assert reasons[1:] == ["value added of 2020 is not known", ""]

    def test_no_value_added_at_all_is_unknown(self) -> None:
        activity = zc.Activity.from_arrays(np.ones((1, 1, 2)), flows=["coke"], zones=["A"], years=[2019, 2020])
        result = zc.tapio(zc.account(activity))
        assert result.to_frame()["reason"].tolist() == ["value added of 2019 is not known"]

    def test_a_boundary_that_moves_is_told_and_changes_no_state(self) -> None:
        money = {"A": [1000, 1100, 1200, 1300], "B": [1000, 1100, 1200, 1300], "C": [1000, 1100, 1200, 1300]}
        plain = zc.tapio(account(money))
        own = account(
            money, boundary={"A": ["one", "one", "two", "two"], "B": ["one", "", "", "two"], "C": ["", "x", "x", ""]}
        )
        result = zc.tapio(own, periods=[(2019, 2022)])
        assert [problem.code for problem in result.warnings] == ["decompose.boundary"]
        assert result.warnings[0].values == {"count": 2, "zones": "A (2021), B (2022)"}
        assert result.warnings[0] in result.provenance.warnings
        steps = zc.tapio(own)
        assert steps.warnings[0].values == {"count": 1, "zones": "A (2021)"}
        np.testing.assert_array_equal(steps.elasticity, plain.elasticity)
        assert zc.tapio(own, base=2019, end=2020).warnings == ()

    @pytest.mark.parametrize("more", [{"value_added": [1.0]}, {"years": [2020]}, {"zones": ["A"]}])
    def test_an_account_has_its_own_figures(self, more: dict[str, Any]) -> None:
        with pytest.raises(zc.InputError, match=next(iter(more))):
            zc.tapio(account({"A": [1000, 1100]}), **more)

    def test_one_year_is_no_change(self) -> None:
        with pytest.raises(zc.InputError, match="two years"):
            zc.tapio(account({"A": [1000]}))

    def test_comparable(self) -> None:
        own = account(
            {name: [100, 110, 120] for name in "ABCDE"} | {"F": [None] * 3},
            {"A": [2020] * 3, "B": ["nominal"] * 3, "C": [2015, 2015, 2020], "D": [2015] * 3,
             "E": [2020, "nominal", 2020], "F": [2020] * 3},
        )  # fmt: skip
        found = comparable(own, [2019, 2020, 2021])
        assert found.usable.tolist() == [True, False, False, True, False, True]
        assert not found.one_price
        assert [problem.code for problem in found.warnings] == ["decompose.price", "decompose.price_years"]
        assert found.warnings[0].values == {"count": 3, "zones": "B, C, E"}
        assert found.warnings[1].values == {"prices": "2015, 2020"}
        ends = comparable(own, [2019, 2021])
        assert ends.usable.tolist() == [True, False, False, True, True, True]
        assert comparable(own, [2021]).usable.tolist() == [True, False, True, True, True, True]
        with pytest.raises(zc.InputError, match="2018"):
            comparable(own, [2018, 2020])

    def test_one_price_year_for_all(self) -> None:
        own = account({"A": [100, 110], "B": [None, 110]}, {"A": [2020] * 2, "B": [2020] * 2})
        found = comparable(own, [2019, 2020])
        assert (found.usable.tolist(), found.one_price, found.warnings) == ([True, True], True, ())

    def test_long_lists_are_cut(self) -> None:
        names = np.array([f"Z{i}" for i in range(30)])
        assert listed(names[:20]) == ", ".join(names[:20])
        assert listed(names).endswith("Z19, ... (30)")


# -- decompositions ------------------------------------------------------------------------------------------------


@dataclass
class StandIn:
    """What ``tapio`` asks of a decomposition: three zones, two periods, three factors."""

    of: str = "co2"
    factors: tuple[str, ...] = ("activity", "energy_intensity", "grid_factor")
    zones: tuple[str, ...] = ("A", "B", "C")
    years: tuple[int, ...] = (2019, 2020, 2021)
    levels: FloatArray = field(
        default_factory=lambda: np.array([[100.0, 104.0, 94.0], [50.0, 60.0, 60.0], [100.0, 80.0, 80.0]])
    )
    money: FloatArray = field(
        default_factory=lambda: np.array([[200.0, 220.0, 240.0], [90.0, 100.0, 100.0], [100.0, 90.0, NAN]])
    )
    by_factor: FloatArray = field(
        default_factory=lambda: np.array(
            [
                [[10.0, -5.0, -1.0], [9.0, -8.0, -11.0]],
                [[6.0, 3.0, 1.0], [0.0, 2.0, -2.0]],
                [[-10.0, -2.0, -8.0], [NAN, 1.0, -1.0]],
            ]
        )
    )

    @property
    def periods(self) -> Any:
        return np.array([[2019, 2020], [2020, 2021]])

    def effects(self, *, level: str, by: tuple[str, ...], steps: bool) -> FloatArray:
        assert (level, by, steps) == ("zone", ("zone",), True)
        return self.by_factor

    def values(self, level: str) -> FloatArray:
        assert level == "zone"
        return self.levels

    def value_added(self, level: str) -> FloatArray:
        assert level == "zone"
        return self.money


def test_the_elasticity_is_split_by_factor() -> None:
    result = zc.tapio(StandIn())
    bare = zc.tapio(StandIn().levels, StandIn().money, years=YEARS, zones=NAMES)
    np.testing.assert_array_equal(result.elasticity, bare.elasticity)
    assert result.parts is not None
    assert result.index is not None
    assert result.effort is not None
    assert result.parts.shape == (3, 2, 3)
    np.testing.assert_allclose(result.parts.sum(axis=-1), result.elasticity, rtol=1e-12)
    np.testing.assert_allclose(result.parts[0, 0], [1.0, -0.5, -0.1], rtol=1e-12)
    np.testing.assert_allclose(result.index[0], [[NAN, 0.5, 0.1], [NAN, 8 / 9, 11 / 9]], rtol=1e-12)
    np.testing.assert_allclose(result.effort, [[0.6, 19 / 9], [-4 / 6, NAN], [NAN, NAN]], rtol=1e-12)


def test_a_row_for_each_factor() -> None:
    frame = zc.tapio(StandIn()).to_frame(level="factor")
    assert list(frame) == ["zone", "start", "end", "factor", "elasticity", "index", "effort"]
    assert len(frame) == 18
    second = frame[(frame["zone"] == "A") & (frame["start"] == 2020)]
    assert second["factor"].tolist() == list(StandIn.factors)
    assert second["effort"].tolist() == ["", "relative", "strong"]
    assert frame[frame["zone"] == "B"]["effort"].tolist() == ["", "none", "none", "", "undefined", "undefined"]
    assert zc.tapio(StandIn()).to_frame(level="portfolio")["reason"].tolist() == ["", "not known for 1 of 3 zones"]


def test_text_says_which_effect_decouples() -> None:
    head, _, _, *rest = zc.tapio(StandIn()).text().splitlines()  # then all zones together, two periods
    lines = [head, *rest]
    intensity, grid = (TEXTS[f"effect.{name}"][0] for name in ("energy_intensity", "grid_factor"))
    assert lines[1].endswith(
        f"; what decouples most is {intensity} (-0.5 of the elasticity), effort relative (0.6), "
        "without the grid's part relative (0.5)"
    )
    assert lines[2].endswith(
        f"; what decouples most is {grid} (-1.163 of the elasticity), effort strong (2.111), "
        "without the grid's part relative (0.8889)"
    )
    assert lines[3].endswith("; no effect decouples, effort none (-0.6667), without the grid's part none (-0.5)")
    assert lines[4].endswith("undefined, value added does not change, so there is no elasticity")
    # value added falls: what lowers CO2 is a positive part, and there is no growth to take back
    assert lines[5].endswith(f"; what decouples most is {grid} (0.8 of the elasticity)")
    chinese = zc.tapio(StandIn()).text("zh").splitlines()
    assert chinese[3].startswith("A，2019-2020 年：弱脱钩，弹性 0.4")
    assert "，减排努力：相对（0.6）" in chinese[3]
    own = zc.tapio(StandIn(factors=("activity", "co2/energy", "heat")))
    assert "most is co2/energy (" in own.text()


def test_no_growth_is_no_effort_even_where_rounding_leaves_some() -> None:
    effects = StandIn().by_factor.copy()
    effects[1, 1, 0] = 1e-14
    result = zc.tapio(StandIn(by_factor=effects))
    assert result.index is not None
    assert result.state[1, 1] == "undefined"
    assert np.isnan(result.index[1, 1]).all()


def test_without_a_factor_of_activity_there_is_no_index() -> None:
    result = zc.tapio(StandIn(factors=("population", "wealth", "intensity")))
    assert result.index is not None
    assert np.isnan(result.index).all()
    assert set(result.to_frame(level="factor")["effort"]) == {"undefined"}
    named = zc.tapio(StandIn(factors=("wealth", "value_added", "intensity")))
    assert named.activity == "value_added"


def test_one_period_over_the_ends() -> None:
    class Ends(StandIn):
        @property
        def periods(self) -> Any:
            return np.array([[2019, 2021]])

    result = zc.tapio(Ends(years=(2019, 2021), levels=StandIn().levels[:, ::2], money=StandIn().money[:, ::2],
                           by_factor=StandIn().by_factor.sum(axis=1, keepdims=True)))  # fmt: skip
    assert result.starts.tolist() == [2019]
    np.testing.assert_allclose(result.elasticity[0], (-6 / 100) / 0.2, rtol=1e-12)
    assert result.parts is not None
    np.testing.assert_allclose(result.parts.sum(axis=-1)[:2], result.elasticity[:2], rtol=1e-12)


def test_ratios_are_asked_for_as_differences() -> None:
    class Ratios(StandIn):
        form = "multiplicative"

        def effects(self, *, level: str, by: tuple[str, ...], steps: bool, form: str = "") -> FloatArray:
            assert form == "additive"
            return super().effects(level=level, by=by, steps=steps)

    assert zc.tapio(Ratios()).text() == zc.tapio(StandIn()).text()


def test_a_decomposition_of_an_intensity_is_refused() -> None:
    with pytest.raises(zc.InputError, match="co2_intensity"):
        zc.tapio(StandIn(of="co2_intensity"))
    levels = StandIn().levels.copy()
    levels[1, 2], levels[2, 0] = NAN, 0.0
    energy, co2 = (zc.tapio(StandIn(of=of, levels=levels)) for of in ("energy", "co2"))
    assert energy.text().replace("(energy ", "(CO2 ").replace("energy of 20", "CO2 of 20") == co2.text()
    assert "energy of 2021 is not known" in energy.text()
    assert "energy of 2019 is not positive" in energy.text()
    assert "能耗 +4.0%" in energy.text("zh")
    refused: dict[str, Any] = {"value_added": [1.0], "base": 2019, "periods": [(2019, 2020)], "zones": ["A"]}
    for name, value in refused.items():
        with pytest.raises(zc.InputError, match=name):
            zc.tapio(StandIn(), **{name: value})


@pytest.mark.filterwarnings("ignore::zonecarbon.ZoneCarbonWarning")
def test_prices_count_in_a_decomposition_as_well() -> None:
    money = {"A": [1000, 1100, 1200], "B": [500, 550, 600], "C": [1, 2, 3]}
    own = account(money, {"A": ["nominal"] * 3, "B": [2020] * 3, "C": [2015, 2015, 2020]})
    for chained in (True, False):
        result = zc.tapio(zc.decompose(own, of="co2", base=2019, end=2021, chained=chained))
        bare = zc.tapio(own) if chained else zc.tapio(own, base=2019, end=2021)
        periods = result.state.shape[1]
        assert result.to_frame()["reason"].tolist()[: 2 * periods] == bare.to_frame()["reason"].tolist()[: 2 * periods]
        assert result.state[:2].tolist() == bare.state[:2].tolist()
        assert result.state[0, 0] == "unknown"
        assert set(result.state[2]) == {"unknown"}  # a chain across two price bases has no step that counts
        assert result.to_frame(level="portfolio")["state"].unique().tolist() == ["unknown"]


@pytest.mark.filterwarnings("ignore::zonecarbon.ZoneCarbonWarning")
@pytest.mark.parametrize("chained", [True, False])
def test_a_real_decomposition(chained: bool) -> None:
    own = account({"A": [1000, 1100, 1200], "B": [500, 400, 450]}, coal={"A": [100, 90, 130], "B": [10, 11, 30]})
    result = zc.tapio(zc.decompose(own, of="co2", base=2019, end=2021, chained=chained))
    bare = zc.tapio(own) if chained else zc.tapio(own, base=2019, end=2021)
    assert result.state.tolist() == bare.state.tolist()
    np.testing.assert_allclose(result.elasticity, bare.elasticity, rtol=1e-12)
    assert result.parts is not None
    np.testing.assert_allclose(result.parts.sum(axis=-1), bare.elasticity, rtol=1e-10, atol=1e-12)
