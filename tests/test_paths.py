"""Paths of scenarios as numbers: closed forms in exact fractions, limits, and every error with its path and year."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon.projection.paths import check_bounds, fractions, growth, rates, share
from zonecarbon.records import Path

BASE = 2022
YEARS = list(range(2023, 2041))


def path(**fields: Any) -> Path:
    return Path.model_validate(fields)


def level(years: list[int] | None = None, **fields: Any) -> Any:
    return growth(path(**fields), BASE, years or YEARS, "value_added")


def part(start: Any = 0.0, years: list[int] | None = None, **fields: Any) -> Any:
    return share(path(**fields), start, BASE, years or YEARS, "green_power")


def problem(call: Callable[..., Any], *arguments: Any, **fields: Any) -> tuple[str, str, dict[str, Any]]:
    """Return code, path and values of the one problem of a ScenarioError."""
    with pytest.raises(zc.ScenarioError) as caught:
        call(*arguments, **fields)
    (found,) = caught.value.problems
    assert found.where.column in found.text("en")
    return found.code, found.where.column, found.values


# -- levels, against exact fractions -------------------------------------------------------------------------------


def test_a_constant_rate_compounds() -> None:
    exact = [Fraction("1.055") ** (year - BASE) for year in YEARS]
    np.testing.assert_allclose(level(kind="constant", rate="5.5 %"), [float(x) for x in exact], rtol=1e-14)
    assert level(kind="constant", rate=0).tolist() == [1.0] * len(YEARS)


STEPS = {
    "until": [{"rate": "5 %", "until": 2025}, {"rate": -0.02, "until": 2030}, {"rate": 0.01}],
    "start": [{"rate": "5 %"}, {"rate": -0.02, "start": 2026}, {"rate": 0.01, "start": 2031}],
    "both": [
        {"rate": "5 %", "start": 2020, "until": 2025},
        {"rate": -0.02, "start": 2026, "until": 2030},
        {"rate": 0.01, "start": 2031, "until": 2050},
    ],
}


@pytest.mark.parametrize("form", STEPS)
def test_piecewise_rates_compound_in_whichever_form_the_steps_are_given(form: str) -> None:
    exact, value = [], Fraction(1)
    for year in YEARS:
        value *= 1 + (Fraction("0.05") if year <= 2025 else Fraction("-0.02") if year <= 2030 else Fraction("0.01"))
        exact.append(float(value))
    found = level(kind="piecewise", rates=STEPS[form])
    np.testing.assert_allclose(found, exact, rtol=1e-14)
    np.testing.assert_allclose(rates(found)[[2, 3, 7, 8]], [0.05, -0.02, -0.02, 0.01], atol=1e-14)


def test_geometric_reaches_its_goal_at_one_rate() -> None:
    found = level(kind="geometric", goal=0.5, year=2032)
    exact = [float(Decimal("0.5") ** (Decimal(min(year, 2032) - BASE) / 10)) for year in YEARS]
    np.testing.assert_allclose(found, exact, rtol=1e-14)
    assert found[YEARS.index(2032)] == found[-1] == 0.5
    on = level(kind="geometric", goal=0.5, year=2032, after="continue")
    np.testing.assert_allclose(rates(on), 0.5**0.1 - 1, rtol=1e-12)


def test_linear_goes_in_equal_steps() -> None:
    found = level(kind="linear", goal=0.6, year=2032)
    exact = [float(1 - Fraction(4, 10) * Fraction(min(year, 2032) - BASE, 10)) for year in YEARS]
    np.testing.assert_allclose(found, exact, rtol=1e-14)
    on = level(kind="linear", goal=0.6, year=2032, after="continue")
    np.testing.assert_allclose(np.diff(on), -0.04, rtol=1e-12)


@pytest.mark.parametrize("unit", [1.0, 0.5306, 1e4])
def test_only_ratios_of_a_table_count(unit: float) -> None:
    values = {2020: 1.2 * unit, 2022: unit, 2026: 0.8 * unit, 2030: 0.4 * unit}
    found = level([2023, 2024, 2026, 2028, 2030], kind="table", values=values)
    np.testing.assert_allclose(found, [0.95, 0.9, 0.8, 0.6, 0.4], rtol=1e-14)
    found = level([2023, 2026, 2028], kind="table", values=values, interpolate="geometric")
    np.testing.assert_allclose(found, [0.8**0.25, 0.8, math.sqrt(0.32)], rtol=1e-14)


def test_a_base_year_between_two_years_of_a_table() -> None:
    values = {"2020": 2.0, "2024": 1.0}
    found = level([2023, 2024], kind="table", values=values)
    np.testing.assert_allclose(found, [1.25 / 1.5, 1 / 1.5], rtol=1e-14)


def test_a_table_after_its_last_year() -> None:
    values = {2022: 1.0, 2023: 0.9, 2024: 0.8}
    assert level([2024, 2025, 2026], kind="table", values=values, after="hold").tolist() == [0.8] * 3
    for how in ("linear", "none"):
        found = level([2023, 2024, 2025, 2026], kind="table", values=values, after="continue", interpolate=how)
        np.testing.assert_allclose(found, [0.9, 0.8, 0.7, 0.6], rtol=1e-14)
    found = level([2024, 2025], kind="table", values=values, after="continue", interpolate="geometric")
    np.testing.assert_allclose(found, [0.8, 0.8 * 0.8 / 0.9], rtol=1e-14)
    assert level(kind="table", values={2022: 7.0}, after="continue").tolist() == [1.0] * len(YEARS)


def s_curve(start: float, goal: float, midpoint: float, width: float, years: list[int]) -> list[float]:
    """Return the formula of the documentation, without any care for overflow."""

    def logistic(year: float) -> float:
        return 1 / (1 + math.exp(-(year - midpoint) * math.log(81) / width))

    return [start + (goal - start) * (logistic(year) - logistic(BASE)) / (1 - logistic(BASE)) for year in years]


@pytest.mark.parametrize(("midpoint", "width"), [(2030, 10), (2030.5, 3), (2015, 20), (2060, 15)])
def test_the_s_curve_is_its_formula(midpoint: float, width: float) -> None:
    found = level(kind="logistic", goal=0.3, midpoint=midpoint, width=width)
    np.testing.assert_allclose(found, s_curve(1, 0.3, midpoint, width, YEARS), rtol=1e-11)
    found = part(0.2, kind="logistic", goal=0.7, midpoint=midpoint, width=width)
    np.testing.assert_allclose(found, s_curve(0.2, 0.7, midpoint, width, YEARS), rtol=1e-11)


def test_limits_of_the_s_curve() -> None:
    far = list(range(2023, 2101))
    step = part(0.0, far, kind="logistic", goal=0.8, midpoint=2030.5, width=1e-9)
    assert step.tolist() == [0.0] * 8 + [0.8] * 70
    done = part(0.0, far, kind="logistic", goal=0.8, midpoint=2010, width=1e-9)
    assert done.tolist() == [0.8] * 78
    slow = part(0.0, far, kind="logistic", goal=0.8, midpoint=2050, width=8)
    assert slow[far.index(2050)] == pytest.approx(0.4, rel=1e-6)
    assert slow[far.index(2054)] == pytest.approx(0.8 * 0.9, rel=1e-5)
    assert slow[far.index(2046)] == pytest.approx(0.8 * 0.1, rel=1e-4)
    assert slow[-1] == pytest.approx(0.8, rel=1e-10)
    assert slow[0] < 1e-4  # no step where the path begins


def test_rates_are_those_of_the_level() -> None:
    found = rates([[1.1, 1.1, 0.55], [2.0, 1.0, np.nan]])
    np.testing.assert_allclose(found, [[0.1, 0.0, -0.5], [1.0, -0.5, np.nan]], rtol=1e-12, atol=1e-14)


def test_years_may_come_as_an_array() -> None:
    years = np.array(YEARS)
    for fields in ({"kind": "constant", "rate": 0.1}, {"kind": "table", "values": {2022: 1, 2040: 3}}):
        found = growth(path(**fields), BASE, years, "x")
        assert found.tolist() == level(**fields).tolist()


# -- shares --------------------------------------------------------------------------------------------------------

OWN = np.array([0.0, 0.1, 0.25])
OF_SHARES: dict[str, dict[str, Any]] = {
    "constant": {"kind": "constant", "rate": 0.01},
    "piecewise": {"kind": "piecewise", "rates": [{"rate": 0.02, "until": 2025}, {"rate": "0.5 %"}]},
    "table from later": {"kind": "table", "values": {2030: 0.4, 2040: 0.6}},
    "table": {"kind": "table", "values": {2020: 0.3, 2040: 0.6}},
    "linear": {"kind": "linear", "goal": 0.5, "year": 2030},
    "logistic": {"kind": "logistic", "goal": 0.5, "midpoint": 2030, "width": 12},
}


@pytest.mark.parametrize("form", OF_SHARES)
def test_many_starts_at_once_are_each_alone(form: str) -> None:
    together = part(OWN, **OF_SHARES[form])
    assert together.shape == (3, len(YEARS))
    for start, row in zip(OWN.tolist(), together, strict=True):
        alone = part(start, **OF_SHARES[form])
        assert alone.shape == (len(YEARS),)
        assert alone.tolist() == row.tolist()
    assert part(OWN.reshape(3, 1), **OF_SHARES[form]).shape == (3, 1, len(YEARS))


def test_shares_by_hand() -> None:
    years = [2023, 2024, 2025, 2026]
    np.testing.assert_allclose(part(0.1, years, kind="constant", rate="2 %"), [0.12, 0.14, 0.16, 0.18], rtol=1e-14)
    steps = [{"rate": 0.1, "until": 2024}, {"rate": -0.05}]
    np.testing.assert_allclose(part(0.1, years, kind="piecewise", rates=steps), [0.2, 0.3, 0.25, 0.2], rtol=1e-14)
    np.testing.assert_allclose(part(0.1, years, kind="linear", goal=0.5, year=2026), [0.2, 0.3, 0.4, 0.5], rtol=1e-14)
    found = part(0.1, years, kind="geometric", goal=0.4, year=2024)
    np.testing.assert_allclose(found, [0.2, 0.4, 0.4, 0.4], rtol=1e-14)
    found = part(0.1, years, kind="table", values={2024: 0.5, 2026: 0.7})
    np.testing.assert_allclose(found, [0.3, 0.5, 0.6, 0.7], rtol=1e-14)
    found = part(0.1, years, kind="table", values={2022: 0.4, 2026: 0.8})  # starts at its own 0.1
    np.testing.assert_allclose(found, [0.275, 0.45, 0.625, 0.8], rtol=1e-14)
    found = part(0.1, years[:2], kind="table", values={2023: 0.3, 2024: 0.1}, interpolate="none")
    assert found.tolist() == [0.3, 0.1]


def test_an_unknown_start_stays_unknown_and_the_others_go_on() -> None:
    start = np.array([np.nan, 0.2])
    for fields in (*OF_SHARES.values(), {"kind": "geometric", "goal": 0.4, "year": 2030}):
        found = part(start, **fields)
        assert not np.isnan(found[1]).any()
    assert np.isnan(part(start, **OF_SHARES["linear"])[0]).all()
    assert start[1] == 0.2


def test_rounding_beyond_the_limits_is_put_on_them() -> None:
    years = list(range(2023, 2033))
    found = part(0.0, years, kind="constant", rate=0.1)
    assert np.cumsum([0.1] * 10)[-1] != 1.0
    assert found[-1] <= 1.0
    assert found[-1] == pytest.approx(1.0, abs=1e-15)
    fall = part(np.array(0.3), years[:3], kind="constant", rate=-0.1)
    assert 0 <= fall[-1] < 1e-15


# -- tables of shares ----------------------------------------------------------------------------------------------

MEMBERS = {"coal": [0, 1], "gas": [2], "electricity": [3]}
SHARES = np.array([[0.3, 0.3, 0.1, 0.3], [0.0, 0.0, 0.0, 1.0], [0.5, 0.0, 0.5, 0.0]])


def test_shares_of_items_go_in_straight_lines() -> None:
    table = {2024: {"coal": 0.2, "other": 0.8}, 2026: {"coal": 0.0, "gas": 0.5, "electricity": 0.5}}
    found = fractions(table, SHARES, MEMBERS, BASE, [2023, 2024, 2025, 2026, 2027])
    assert found.shape == (3, 4, 5)
    np.testing.assert_allclose(found[0, :, 1], [0.1, 0.1, 0.2, 0.6], rtol=1e-12)  # proportions within a key stay
    np.testing.assert_allclose(found[0, :, 0], [0.2, 0.2, 0.15, 0.45], rtol=1e-12)
    np.testing.assert_allclose(found[0, :, 2], [0.05, 0.05, 0.35, 0.55], rtol=1e-12)
    np.testing.assert_allclose(found[..., 3], [[0, 0, 0.5, 0.5]] * 3, rtol=1e-12)
    np.testing.assert_array_equal(found[..., 4], found[..., 3])  # held after the last row
    np.testing.assert_allclose(found[1, :, 1], [0.2, 0, 0, 0.8], rtol=1e-12)  # none had coal: the first stands for all
    np.testing.assert_allclose(found[2, :, 1], [0.2, 0, 0.8, 0], rtol=1e-12)


def test_rows_that_have_passed_do_not_count() -> None:
    later = {2030: {"coal": 0.2, "other": 0.8}}
    both = {2020: {"coal": 1.0}, 2022: {"coal": 0.9, "gas": 0.1}, **later}
    np.testing.assert_array_equal(
        fractions(both, SHARES, MEMBERS, BASE, YEARS), fractions(later, SHARES, MEMBERS, BASE, YEARS)
    )


def test_unknown_shares_stay_unknown() -> None:
    own = SHARES.copy()
    own[0] = np.nan
    found = fractions({2030: {"coal": 0.2, "other": 0.8}}, own, MEMBERS, BASE, YEARS)
    assert np.isnan(found[0]).all()
    assert not np.isnan(found[1:]).any()


# -- errors name the path, the year and the rule -------------------------------------------------------------------

LEVEL_ERRORS: dict[str, tuple[dict[str, Any], str, int | None]] = {
    "first step late": ({"kind": "piecewise", "rates": [{"rate": 0, "start": 2025}]}, "scenario.steps_gap", 2023),
    "last step short": ({"kind": "piecewise", "rates": [{"rate": 0, "until": 2035}]}, "scenario.steps_gap", 2036),
    "table begins late": ({"kind": "table", "values": {2025: 1, 2040: 2}}, "scenario.table_base", 2022),
    "no base year": (
        {"kind": "table", "values": {2021: 1, 2040: 2}, "interpolate": "none"},
        "scenario.table_year",
        2022,
    ),
    "a year missing": (
        {"kind": "table", "values": {2022: 1, 2023: 1, 2040: 2}, "interpolate": "none"},
        "scenario.table_year",
        2024,
    ),
    "table too short": ({"kind": "table", "values": {2022: 1, 2030: 2}}, "scenario.after", 2031),
    "goal too early": ({"kind": "linear", "goal": 2, "year": 2030, "after": "refuse"}, "scenario.after", 2031),
    "goal zero": ({"kind": "linear", "goal": 0, "year": 2030}, "scenario.goal", None),
    "goal negative": ({"kind": "geometric", "goal": -1, "year": 2030}, "scenario.goal", None),
    "S-curve to zero": ({"kind": "logistic", "goal": 0, "midpoint": 2030, "width": 5}, "scenario.goal", None),
    "goal in the base year": ({"kind": "linear", "goal": 2, "year": 2022}, "scenario.goal_year", 2022),
    "goal in the past": ({"kind": "geometric", "goal": 2, "year": 2010}, "scenario.goal_year", 2010),
    "on to zero": ({"kind": "linear", "goal": 0.5, "year": 2025, "after": "continue"}, "scenario.level", 2028),
    "zero in a table": ({"kind": "table", "values": {2022: 1, 2030: 0, 2040: 1}}, "scenario.level", 2030),
    "zero in the base year": ({"kind": "table", "values": {2022: 0, 2040: 1}}, "scenario.level", 2022),
    "too large": ({"kind": "constant", "rate": 1e300}, "scenario.level", 2024),
    "geometric through zero": (
        {"kind": "table", "values": {2022: 1, 2030: 0, 2040: 1}, "interpolate": "geometric"},
        "scenario.geometric_zero",
        2030,
    ),
}


@pytest.mark.parametrize("case", LEVEL_ERRORS)
def test_errors_of_levels(case: str) -> None:
    fields, code, year = LEVEL_ERRORS[case]
    found = problem(level, **fields)
    assert found[:2] == (code, "value_added")
    assert found[2].get("year") == year


SHARE_ERRORS: dict[str, tuple[float, dict[str, Any], str, int]] = {
    "above one": (0.5, {"kind": "constant", "rate": 0.1}, "scenario.share", 2028),
    "below zero": (0.25, {"kind": "constant", "rate": -0.1}, "scenario.share", 2025),
    "goal above one": (0.5, {"kind": "linear", "goal": 1.5, "year": 2032}, "scenario.share", 2028),
    "on above one": (0.5, {"kind": "linear", "goal": 0.8, "year": 2025, "after": "continue"}, "scenario.share", 2028),
    "table above one": (0.5, {"kind": "table", "values": {2030: 0.6, 2040: 20}}, "scenario.share", 2031),
    "geometric from zero": (0.0, {"kind": "geometric", "goal": 0.5, "year": 2030}, "scenario.geometric_zero", 2022),
    "geometric to zero": (0.5, {"kind": "geometric", "goal": 0, "year": 2030}, "scenario.geometric_zero", 2030),
    "geometric table from zero": (
        0.0,
        {"kind": "table", "values": {2030: 0.5, 2040: 0.5}, "interpolate": "geometric"},
        "scenario.geometric_zero",
        2022,
    ),
    "gap": (0.5, {"kind": "piecewise", "rates": [{"rate": 0, "until": 2030}]}, "scenario.steps_gap", 2031),
    "table too short": (0.5, {"kind": "table", "values": {2030: 0.5}}, "scenario.after", 2031),
    "goal in the past": (0.5, {"kind": "linear", "goal": 0.5, "year": 2020}, "scenario.goal_year", 2020),
    "table later, every year": (
        0.5,
        {"kind": "table", "values": {2024: 0.5, 2040: 0.5}, "interpolate": "none"},
        "scenario.table_year",
        2023,
    ),
}


@pytest.mark.parametrize("case", SHARE_ERRORS)
def test_errors_of_shares(case: str) -> None:
    start, fields, code, year = SHARE_ERRORS[case]
    found = problem(part, np.array([start, 0.5]), **fields)
    assert found[:2] == (code, "green_power")
    assert found[2]["year"] == year
    assert type(found[2]["year"]) is int


def test_the_share_that_is_told_is_the_farthest_out() -> None:
    _, _, values = problem(part, np.array([0.0, 0.5, 0.9]), kind="constant", rate=0.2)
    assert values == {"year": 2023, "share": pytest.approx(1.1)}


def test_errors_of_tables_of_shares() -> None:
    past = {2020: {"coal": 1.0}, 2021: {"coal": 1.0}}
    found = problem(fractions, past, SHARES, MEMBERS, BASE, YEARS)
    assert found == ("scenario.goal_year", "mix", {"year": 2021, "base_year": 2022})
    missing = {2030: {"coal": 0.5, "oil": 0.5}}
    found = problem(fractions, missing, SHARES, MEMBERS, BASE, YEARS)
    assert found == ("scenario.share_members", "mix.2030", {"item": "oil", "share": 0.5, "year": 2030})
    none_left = {2030: {"coal": 0.5, "gas": 0.2, "electricity": 0.2, "other": 0.1}}
    found = problem(fractions, none_left, SHARES, MEMBERS, BASE, YEARS, name="structure")
    assert found == ("scenario.share_members", "structure.2030", {"item": "other", "share": 0.1, "year": 2030})
    nothing = {2030: {"coal": 1.0, "oil": 0.0}}
    assert fractions(nothing, SHARES, MEMBERS, BASE, YEARS).shape == (3, 4, len(YEARS))


# -- how far down shocks may reach ---------------------------------------------------------------------------------

REACH: dict[str, tuple[list[dict[str, Any]], float | None]] = {
    "nothing": ([], None),
    "normal": ([{"shape": "normal", "sd": 0.1}], None),
    "normal too wide": ([{"shape": "normal", "sd": 0.12}], -0.96),
    "uniform": ([{"shape": "uniform", "low": -0.8, "high": 0.8}], None),
    "uniform too wide": ([{"shape": "uniform", "low": -0.96, "high": 0.8}], -0.96),
    "triangular too wide": ([{"shape": "triangular", "low": -1, "high": 0.8}], -1.0),
    "pert too wide": ([{"shape": "pert", "low": -1, "high": 0.8}], -1.0),
    "lognormal": ([{"shape": "lognormal", "sd": 0.4}], None),
    "both together": (
        [{"shape": "normal", "sd": 0.1}, {"shape": "uniform", "low": -0.2, "high": 0.2, "shared": True}],
        -1.0,
    ),
    "two normal together": ([{"shape": "normal", "sd": 0.06}, {"shape": "normal", "sd": 0.06, "shared": True}], -0.96),
}


@pytest.mark.parametrize("case", REACH)
def test_shocks_must_leave_a_rate_above_minus_one(case: str) -> None:
    shocks, lowest = REACH[case]
    steps = [{"rate": 0.05, "until": 2025}, {"rate": -0.05}]
    made = path(kind="piecewise", rates=steps, uncertainty=shocks)
    levels = growth(made, BASE, YEARS, "value_added")
    if lowest is None:
        check_bounds(made, levels, "value_added", YEARS)
        return
    code, place, values = problem(check_bounds, made, levels, "value_added", YEARS)
    assert (code, place) == ("scenario.deviation", "value_added")
    assert values["lowest"] == pytest.approx(lowest)
    assert values["year"] == 2026
    with pytest.raises(zc.ScenarioError, match="lognormal"):
        check_bounds(made, levels, "value_added", YEARS)


# -- properties ----------------------------------------------------------------------------------------------------

RATES = st.floats(-0.3, 0.3)
GOALS = st.floats(0.01, 10)
LEVELS = st.one_of(
    st.builds(lambda rate: {"kind": "constant", "rate": rate}, RATES),
    st.builds(
        lambda values, year: {
            "kind": "piecewise",
            "rates": [{"rate": values[0], "until": year}, *({"rate": rate, "start": year + 1} for rate in values[1:])],
        },
        st.lists(RATES, min_size=2, max_size=2),
        st.integers(2015, 2050),
    ),
    st.builds(lambda goal, year: {"kind": "linear", "goal": goal, "year": year}, GOALS, st.integers(2023, 2060)),
    st.builds(lambda goal, year: {"kind": "geometric", "goal": goal, "year": year}, GOALS, st.integers(2023, 2060)),
    st.builds(
        lambda goal, midpoint, width: {"kind": "logistic", "goal": goal, "midpoint": midpoint, "width": width},
        GOALS,
        st.floats(1990, 2090),
        st.floats(0.01, 80),
    ),
    st.builds(
        lambda values, how: {
            "kind": "table",
            "values": dict(zip((2020, 2023, 2031, 2044), values, strict=True)),
            "interpolate": how,
            "after": "hold",
        },
        st.lists(GOALS, min_size=4, max_size=4),
        st.sampled_from(["linear", "geometric"]),
    ),
)


@given(LEVELS, st.integers(2023, 2060))
def test_levels_are_above_zero_and_their_rates_make_them_again(fields: dict[str, Any], until: int) -> None:
    years = list(range(BASE + 1, until + 1))
    try:
        found = growth(path(**fields), BASE, years, "x")
    except zc.ScenarioError as error:
        if error.problems[0].code != "scenario.rate_high":
            raise
        return
    assert found.shape == (len(years),)
    assert (found > 0).all()
    np.testing.assert_allclose(np.cumprod(1 + rates(found)), found, rtol=1e-9)
    try:
        longer = growth(path(**fields), BASE, [*years, until + 1], "x")
    except zc.ScenarioError:  # the level more than doubles only later
        return
    np.testing.assert_array_equal(longer[:-1], found)  # the horizon changes nothing before it


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.floats(0, 1), st.sampled_from(["linear", "logistic"]))
def test_shares_stay_between_their_start_and_their_goal(starts: list[float], goal: float, kind: str) -> None:
    way: dict[str, Any] = {"year": 2035} if kind == "linear" else {"midpoint": 2030, "width": 15}
    found = part(np.array(starts), kind=kind, goal=goal, **way)
    low, high = np.minimum(starts, goal)[:, None], np.maximum(starts, goal)[:, None]
    assert ((found >= low - 1e-12) & (found <= high + 1e-12)).all()
    assert ((found >= 0) & (found <= 1)).all()


@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda parts: sum(parts) > 0.01),
    st.lists(
        st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda row: sum(row) > 0.01), min_size=1, max_size=3
    ),
)
def test_shares_of_items_sum_to_one(parts: list[float], rows: list[list[float]]) -> None:
    own = np.array(parts) / math.fsum(parts)
    keys = ("coal", "gas", "other")
    table = {
        2025 + 5 * i: dict(zip(keys, (x / math.fsum(row) for x in row), strict=True)) for i, row in enumerate(rows)
    }
    found = fractions(table, own, MEMBERS, BASE, YEARS)
    np.testing.assert_allclose(found.sum(axis=0), 1, rtol=1e-12)
    assert ((found >= 0) & (found <= 1 + 1e-12)).all()
    for year, row in table.items():
        if year in YEARS:
            at = found[:, YEARS.index(year)]
            np.testing.assert_allclose([at[:2].sum(), at[2], at[3]], list(row.values()), atol=1e-12)


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({"kind": "constant", "rate": 6}, 2021),
        ({"kind": "constant", "rate": "6"}, 2021),
        ({"kind": "piecewise", "rates": [{"rate": 0.05, "until": 2024}, {"rate": 5}]}, 2025),
        ({"kind": "linear", "goal": 84, "year": 2035}, 2021),
    ],
)
def test_six_is_not_six_per_cent(fields: dict[str, Any], year: int) -> None:
    with pytest.raises(zc.ScenarioError) as error:
        growth(path(**fields), 2020, range(2021, 2040), "value_added")
    assert [problem.code for problem in error.value.problems] == ["scenario.rate_high"]
    assert error.value.problems[0].values["year"] == year
    assert growth(path(kind="constant", rate=1.0), 2020, [2021], "value_added").tolist() == [2.0]


def test_a_lognormal_spread_of_150_per_cent_is_refused() -> None:
    wide = path(kind="constant", rate=0.05, uncertainty={"shape": "lognormal", "sd": 1.5})
    with pytest.raises(zc.ScenarioError, match=r"1\.5 %"):
        check_bounds(wide, growth(wide, 2020, [2021], "x"), "x", [2021])
