"""Decoupling: published states and indices, an oracle in exact fractions, borders to the last digit."""

import csv
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zonecarbon._typing import FloatArray
from zonecarbon.kernels.decoupling import (
    EFFORTS,
    STATES,
    UNDEFINED,
    UNKNOWN,
    effort_index,
    effort_state,
    elasticity_parts,
    tapio,
)

DATA = Path(__file__).parents[1] / "data"
NAN, INF = math.nan, math.inf
NEAR = (0.8 * (1 - 1e-9), 0.8 * (1 + 1e-9), 1.2 * (1 - 1e-9), 1.2 * (1 + 1e-9))


def word(*values: Any, **more: Any) -> str:
    return STATES[int(tapio(*values, **more).state)]


def with_elasticity(e: float, growth: float, start: float = 100.0) -> str:
    """Return the state of CO2 that grows by ``e`` times the growth of value added."""
    return word(start, start * (1.0 + e * growth), start, start * (1.0 + growth))


def rows(*path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(DATA.joinpath(*path).read_text("utf-8").splitlines()))


def index_cases() -> list[dict[str, Any]]:
    path = DATA / "decoupling" / "lmdi_decoupling_index.json"
    return list(json.loads(path.read_text("utf-8"))["cases"])


# -- published -----------------------------------------------------------------------------------------------------


def test_the_states_of_a_real_zone() -> None:
    zones = json.loads((DATA / "worked_examples" / "zone_headlines.json").read_text("utf-8"))
    facts = next(zone["facts"] for zone in zones if zone["id"] == "zhengzhou-etdz-tapio")
    for span in ("2011_2016", "2016_2020"):
        assert with_elasticity(facts[f"tapio_{span}"], 0.4) == facts[f"state_{span}"]


def test_thirty_provinces_in_2018() -> None:
    """Growth of value added is what energy and its intensity imply; the sum of the two would be off by up to 2 %."""
    table = rows("official_intensity", "provinces_2018_energy_intensity_change.csv")
    assert len(table) == 30
    energy, intensity = (
        1.0 + np.array([float(row[name]) for row in table]) / 100.0
        for name in ("energy_growth_pct", "gdp_energy_intensity_change_pct")
    )
    found = tapio(1.0, energy, 1.0, energy / intensity)
    printed = np.array([float(row["derived_tapio"]) for row in table])
    assert np.abs(found.elasticity - printed).max() <= 0.0005 + 1e-9
    assert [STATES[code] for code in found.state] == [row["derived_state"] for row in table]
    assert len(set(found.state.tolist())) == 2


@pytest.mark.parametrize("what", ["energy", "electricity"])
def test_eighteen_years_of_fujian(what: str) -> None:
    """Printed elasticities of exactly 0.80 and 1.20 are coupling, though the growth of GDP comes from a division."""
    classes = []
    for row in rows("decoupling", "fujian_elasticity_1990_2007.csv"):
        growth, e = float(row[f"{what}_growth_pct"]), Fraction(row[f"{what}_elasticity"])
        found = tapio(100.0, 100.0 + growth, 100.0, 100.0 + growth / float(e))
        assert found.elasticity == pytest.approx(float(e), rel=1e-12)
        is_coupling = Fraction("0.8") <= e <= Fraction("1.2")
        weak = "weak decoupling" if e < Fraction("0.8") else "expansive negative decoupling"
        assert STATES[found.state] == ("expansive coupling" if is_coupling else weak)
        classes.append((int(row["year"]), STATES[found.state]))
    expected = {"energy": [2002], "electricity": [2000, 2002, 2003]}[what]
    assert [year for year, state in classes if state == "expansive negative decoupling"] == expected
    if what == "electricity":
        assert {dict(classes)[year] for year in (1992, 1996, 2005)} == {"expansive coupling"}


@pytest.mark.parametrize("case", index_cases(), ids=lambda case: str(case["period"]))
def test_the_index_of_central_asia(case: dict[str, Any]) -> None:
    """delta = -(dC - activity) / activity; it is the sum of its parts, and all have the published status."""
    parts = np.array([case[f"delta_{name}"] for name in ("pop", "int", "str")])
    activity = 37.0
    effects = -parts * activity
    total = activity + effects.sum()
    index = effort_index(effects, activity)
    np.testing.assert_allclose(index, parts, rtol=1e-12)
    assert -(total - activity) / activity == pytest.approx(index.sum(), rel=1e-12)
    assert index.sum() == pytest.approx(case["delta"], abs=2e-4)
    short = {"strong": "SD", "relative": "RD", "none": "ND"}
    found = [short[EFFORTS[code]] for code in effort_state([index.sum(), *index])]
    assert found == case["published_status"]


def test_there_are_22_years_of_it() -> None:
    assert len(index_cases()) == 22


# -- the eight states ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("co2", "value", "e", "state"),
    [
        (95, 110, -0.5, "strong decoupling"),
        (104, 110, 0.4, "weak decoupling"),
        (110, 110, 1.0, "expansive coupling"),
        (120, 110, 2.0, "expansive negative decoupling"),
        (105, 90, -0.5, "strong negative decoupling"),
        (96, 90, 0.4, "weak negative decoupling"),
        (90, 90, 1.0, "recessive coupling"),
        (80, 90, 2.0, "recessive decoupling"),
        (100, 110, 0.0, "weak decoupling"),
        (100, 90, 0.0, "weak negative decoupling"),
        (-20, 110, -12.0, "strong decoupling"),
        (0, 110, -10.0, "strong decoupling"),
        (0, 0, 1.0, "recessive coupling"),
        (100, -10, 0.0, "weak negative decoupling"),
    ],
)
def test_signs_first(co2: float, value: float, e: float, state: str) -> None:
    found = tapio(100.0, co2, 100.0, value)
    assert found.elasticity == pytest.approx(e, rel=1e-12)
    assert STATES[found.state] == state


def test_no_change_is_a_plain_zero() -> None:
    for value in (90.0, 110.0):
        assert str(tapio(100.0, 100.0, 100.0, value).elasticity) == "0.0"


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ((100, 110, 100, 100), UNDEFINED),
        ((100, 100, 100, 100), UNDEFINED),
        ((0, 10, 100, 110), UNDEFINED),
        ((-5, 10, 100, 110), UNDEFINED),
        ((100, 110, 0, 10), UNDEFINED),
        ((100, 110, -10, 10), UNDEFINED),
        ((0, 0, 0, 0), UNDEFINED),
        ((100, 110, 0.1 + 0.2, 0.3), UNDEFINED),
        *(((*[100.0] * at, bad, *[100.0] * (3 - at)), UNKNOWN) for at in range(4) for bad in (NAN, INF, -INF)),
        ((0, NAN, 0, 0), UNKNOWN),
    ],
)
def test_what_has_no_elasticity(values: tuple[Any, ...], state: int) -> None:
    found = tapio(*values)
    assert np.isnan(found.elasticity)
    assert found.state == state


@pytest.mark.parametrize("growth", [0.1, 0.07, 1e-3, -0.1, -0.03, 3.0])
def test_borders(growth: float) -> None:
    """Both ends of coupling belong to it, one ulp on either side is the same number, one part in 1e9 is another."""
    inside = "expansive coupling" if growth > 0 else "recessive coupling"
    below, above = (
        ("weak decoupling", "expansive negative decoupling")
        if growth > 0
        else ("weak negative decoupling", "recessive decoupling")
    )
    for limit in (0.8, 1.2):
        for e in (limit, math.nextafter(limit, 0), math.nextafter(limit, 2)):
            assert with_elasticity(e, growth) == inside
    assert [with_elasticity(e, growth) for e in NEAR] == [below, inside, inside, above]


def test_small_changes_of_large_numbers_are_still_equal() -> None:
    """The differences have lost seven digits, the figures as written have an elasticity of exactly 0.8 and 1.2."""
    assert word(1000000.0, 1000000.08, 1000000.0, 1000000.1) == "expansive coupling"
    assert word(1000000.0, 1000000.12, 1000000.0, 1000000.1) == "expansive coupling"
    assert word(1000000.0, 1000000.0799, 1000000.0, 1000000.1) == "weak decoupling"
    assert word(1000000.0, 1000000.1201, 1000000.0, 1000000.1) == "expansive negative decoupling"


def test_changes_that_are_rounding() -> None:
    """Within 1e-12 of the larger value there is no change; beyond it there is one, of either sign."""
    assert word(100.0, 110.0, 1.0, 1.0 + 9e-13) == "undefined"
    assert word(100.0, 110.0, 1.0, 1.0 + 2e-12) == "expansive negative decoupling"
    assert word(100.0, 110.0, 1.0, 1.0 - 2e-12) == "strong negative decoupling"
    assert word(1.0, 1.0 - 9e-13, 100.0, 110.0) == "weak decoupling"
    assert word(1.0, 1.0 - 2e-12, 100.0, 110.0) == "strong decoupling"


def test_thresholds_are_a_parameter() -> None:
    assert word(100, 109, 100, 110, thresholds=(0.0, 1.0, 1.0)) == "weak decoupling"
    assert word(100, 110, 100, 110, thresholds=(0.0, 1.0, 1.0)) == "expansive coupling"
    assert word(100, 101, 100, 110, thresholds=(0.2, 0.8, 1.2)) == "strong decoupling"
    assert word(100, 102, 100, 110, thresholds=(0.2, 0.8, 1.2)) == "weak decoupling"
    for bad in ((0.8, 0.0, 1.2), (0.0, 1.2, 0.8), (0.0, NAN, 1.2), (0.0, 0.8, INF), (0.0, 0.8)):
        with pytest.raises(ValueError, match="three rising numbers"):
            tapio(1.0, 1.0, 1.0, 2.0, bad)  # type: ignore[arg-type]


def exact(c0: int, c1: int, g0: int, g1: int) -> str:
    """Return the state in exact fractions, as the table of the reference is written."""
    if c0 <= 0 or g0 <= 0 or g1 == g0:
        return "undefined"
    e = Fraction(c1 - c0, c0) / Fraction(g1 - g0, g0)
    grows = g1 > g0
    if e < 0:
        return "strong decoupling" if grows else "strong negative decoupling"
    if e < Fraction("0.8"):
        return "weak decoupling" if grows else "weak negative decoupling"
    if e <= Fraction("1.2"):
        return "expansive coupling" if grows else "recessive coupling"
    return "expansive negative decoupling" if grows else "recessive decoupling"


WHOLE = st.integers(-20, 400)


@given(WHOLE, WHOLE, WHOLE, WHOLE, st.sampled_from([1, 10, 1000]))
def test_as_in_exact_fractions(c0: int, c1: int, g0: int, g1: int, finer: int) -> None:
    assert word(c0 / finer, c1 / finer, g0 / finer, g1 / finer) == exact(c0, c1, g0, g1)


@given(WHOLE, WHOLE, WHOLE, WHOLE, st.floats(1e-9, 1e9), st.floats(1e-9, 1e9))
def test_units_do_not_matter(c0: int, c1: int, g0: int, g1: int, of_co2: float, of_money: float) -> None:
    one = tapio(c0, c1, g0, g1)
    other = tapio(c0 * of_co2, c1 * of_co2, g0 * of_money, g1 * of_money)
    assert one.state == other.state
    np.testing.assert_allclose(one.elasticity, other.elasticity, rtol=1e-9, atol=1e-12)


@given(st.integers(1, 400), WHOLE, st.integers(1, 400), WHOLE)
def test_a_falling_and_a_growing_zone_mirror_each_other(c0: int, c1: int, g0: int, g1: int) -> None:
    """Both changes turned about give the same elasticity, and the other four states in the same order."""
    assume(g1 != g0)
    one, other = tapio(c0, c1, g0, g1), tapio(c0, 2 * c0 - c1, g0, 2 * g0 - g1)
    assert one.elasticity == other.elasticity
    assert abs(int(one.state) - int(other.state)) == 4


FIGURE = st.one_of(st.integers(-3, 50).map(float), st.sampled_from([NAN, INF, 1e-300, 1e300]))


@given(st.lists(st.tuples(FIGURE, FIGURE, FIGURE, FIGURE), min_size=1, max_size=8))
def test_a_batch_is_each_alone(values: list[tuple[Any, ...]]) -> None:
    table = np.array(values)
    whole = tapio(*table.T)
    for at, line in enumerate(values):
        alone = tapio(*line)
        assert alone.elasticity.shape == ()
        np.testing.assert_array_equal(alone.elasticity, whole.elasticity[at])
        assert alone.state == whole.state[at]
    assert whole.state.dtype == np.int8
    grid = tapio(table[:, :1], table[:, 1], table[:, 2], table[:, 3])
    assert grid.state.shape == (len(values), len(values))
    np.testing.assert_array_equal(np.diagonal(grid.state), whole.state)


def test_arguments_are_not_written_to() -> None:
    values = np.array([[100.0, NAN], [104.0, 1.0], [100.0, 2.0], [110.0, 3.0]])
    before = values.copy()
    tapio(*values)
    elasticity_parts(values.T, values[0], values[2], values[3])
    effort_index(values.T, values[0])
    np.testing.assert_array_equal(values, before)


# -- by effect -----------------------------------------------------------------------------------------------------

EFFECT = st.integers(-60, 60).map(float)


@given(st.lists(EFFECT, min_size=1, max_size=6), st.integers(1, 400), st.integers(1, 400), WHOLE)
def test_parts_sum_to_the_elasticity(effects: list[float], c0: int, g0: int, g1: int) -> None:
    found = tapio(c0, c0 + sum(effects), g0, g1)
    parts = elasticity_parts(effects, c0, g0, g1)
    assert parts.shape == (len(effects),)
    np.testing.assert_allclose(parts.sum(), found.elasticity, rtol=1e-9, atol=1e-12)


def test_parts_are_not_known_where_the_elasticity_is_not() -> None:
    effects = np.array([[9.0, -5.0]] * 6)
    parts = elasticity_parts(effects, [100, 0, -1, NAN, 100, 100], [50, 50, 50, 50, 50, 0], [55, 55, 55, 55, 50, 55])
    np.testing.assert_allclose(parts[0], [0.9, -0.5], rtol=1e-12)
    assert np.isnan(parts[1:]).all()
    half = elasticity_parts([NAN, 1.0], 100, 50, 55)
    assert np.isnan(half).tolist() == [True, False]


def test_effort_needs_growth() -> None:
    effects = np.array([-5.0, 1.0, 0.0])
    index = effort_index([effects] * 5, [10.0, 0.0, -10.0, NAN, INF])
    np.testing.assert_allclose(index[0], [0.5, -0.1, 0.0], rtol=1e-15)
    assert not np.signbit(index[0][2])
    assert np.isnan(index[1:]).all()
    assert [EFFORTS[code] for code in effort_state(index[1])] == ["undefined"] * 3


def test_borders_of_effort() -> None:
    values: FloatArray = np.array([1.0, 1.0 - 1e-13, 1.0 - 1e-9, 7.0, 1e-9, 0.0, -0.0, -1e-9, NAN, INF])
    words = ["strong", "strong", "relative", "strong", "relative", "none", "none", "none", "undefined", "strong"]
    assert [EFFORTS[code] for code in effort_state(values)] == words
    assert effort_state(0.5).dtype == np.int8


@given(st.lists(EFFECT, min_size=1, max_size=5), st.integers(1, 90))
def test_an_effort_of_one_is_no_change_of_co2(effects: list[float], activity: int) -> None:
    whole = effort_index(effects, activity).sum()
    word = EFFORTS[int(effort_state(whole))]
    change = activity + sum(effects)
    assert (word == "strong") == (change <= 0)
    assert (word == "none") == (change >= activity)
