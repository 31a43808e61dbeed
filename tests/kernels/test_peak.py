"""Peaks: the rule spelled out by hand, its limits, and a plain loop over series with scipy beside the blocks."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zonecarbon._typing import FloatArray
from zonecarbon.kernels import peak
from zonecarbon.kernels.peak import INSUFFICIENT, PEAKED, PLATEAU, RISING, STATUSES, Peak, judge

NAN = math.nan


def test_words_and_codes() -> None:
    words = {INSUFFICIENT: "insufficient", RISING: "rising", PEAKED: "peaked", PLATEAU: "plateau"}
    assert {code: STATUSES[code] for code in words} == words


@pytest.mark.parametrize(
    ("series", "status", "position"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], RISING, 5),
        ([1.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0], PEAKED, 1),
        ([9.0, 8.0, 7.0, 6.0, 5.0, 4.0], PEAKED, 0),
        ([1.0, 9.0, 8.0, 7.0, 6.0, 5.0], INSUFFICIENT, 1),
        ([1.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0], RISING, 1),
        ([1.0, 9.0, 5.0, 7.0, 6.0, 5.0, 7.0], PLATEAU, 1),
        ([1.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0], PLATEAU, 1),
        ([5.0] * 8, PLATEAU, 0),
        ([5.0] * 5, INSUFFICIENT, 0),
        ([0.0] * 8, PLATEAU, 0),
        ([3.0, 9.0, 8.0, 9.0, 7.0, 6.0], INSUFFICIENT, 1),
        ([1.0, 2.0], RISING, 1),
        ([2.0, 1.0], INSUFFICIENT, 0),
        ([2.0, 2.0], INSUFFICIENT, 0),
        ([7.0], INSUFFICIENT, 0),
        ([], INSUFFICIENT, -1),
        ([1.0, 9.0, 8.0, 7.0, 6.0, 5.0, NAN], INSUFFICIENT, -1),
        ([NAN, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0], INSUFFICIENT, -1),
        ([1.0, 2.0, NAN, 4.0], INSUFFICIENT, -1),
        ([-9.0, -1.0, -2.0, -3.0, -4.0, -5.0, -6.0], PEAKED, 1),
    ],
)
def test_the_rule(series: list[float], status: int, position: int) -> None:
    found = judge(series)
    assert (int(found.status), int(found.position)) == (status, position)


def test_p_values_are_those_of_the_tail() -> None:
    found = judge([[9.0, 5.0, 4.0, 3.0, 2.0, 1.0], [9.0, 4.0, 5.0, 3.0, 2.0, 1.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    # five values: S = 10 has 2/120, S = 8 has 10/120
    np.testing.assert_allclose(found.p_value, [2 / 120, 10 / 120, NAN], rtol=1e-15)
    assert found.status.tolist() == [PEAKED, PLATEAU, RISING]


def test_parameters_are_open() -> None:
    series = [9.0, 4.0, 5.0, 3.0, 2.0, 1.0]
    assert judge(series, alpha=0.1).status == PEAKED
    assert judge(series, alpha=10 / 120).status == PEAKED
    assert judge(series, minimum_tail=6).status == INSUFFICIENT
    assert judge([9.0, 4.0, 3.0, 2.0, 1.0], minimum_tail=4, alpha=0.1).status == PEAKED
    assert judge([9.0, 1.0], minimum_tail=1).status == PLATEAU
    falling = [9.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    assert judge(falling, alpha=0.02).status == PEAKED
    assert judge(falling, alpha=0.02, method="normal").status == PLATEAU


def test_years_are_checked() -> None:
    assert judge([1.0, 2.0, 3.0], [2005, 2010, 2020]).status == RISING
    for years in ([2020, 2021], [2020, 2022, 2021], [2020, 2020, 2021]):
        with pytest.raises(ValueError, match="years must be"):
            judge([1.0, 2.0, 3.0], years)
    with pytest.raises(ValueError, match="minimum_tail"):
        judge([1.0, 2.0, 3.0], minimum_tail=0)


def _plain(series: FloatArray, alpha: float, minimum_tail: int) -> tuple[int, int]:
    """Judge one series as the rule reads; scipy knows the exact test without ties."""
    first = int(np.flatnonzero(series == series.max())[0])
    tail = series[first + 1 :]
    if len(tail) < minimum_tail:
        return (RISING if first == len(series) - 1 else INSUFFICIENT), first
    test: Any = stats.kendalltau(np.arange(len(tail)), tail, method="exact")
    if test.pvalue > alpha:
        return PLATEAU, first
    return (PEAKED if test.statistic < 0 else RISING), first


@pytest.mark.parametrize("minimum_tail", [3, 5])
def test_vector_equals_a_plain_loop(minimum_tail: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(6)
    rows = rng.standard_normal((400, 11)) - 0.35 * np.linspace(-4.0, 4.0, 400)[:, np.newaxis] * np.arange(11.0)
    rows.setflags(write=False)
    # a tail may have 10 values, where "auto" is no longer the exact test that scipy makes
    found = judge(rows, minimum_tail=minimum_tail, method="exact")
    expected = [_plain(row, 0.05, minimum_tail) for row in rows]
    assert list(zip(found.status.tolist(), found.position.tolist(), strict=True)) == expected
    assert {status for status, _ in expected} == {RISING, PEAKED, PLATEAU, INSUFFICIENT}
    monkeypatch.setattr(peak, "_BLOCK", 7)
    for whole, blocks in zip(found, judge(rows, minimum_tail=minimum_tail, method="exact"), strict=True):
        np.testing.assert_array_equal(whole, blocks)
    shaped = judge(rows.reshape(4, 100, 11), minimum_tail=minimum_tail, method="exact")
    np.testing.assert_array_equal(shaped.status.ravel(), found.status)


def test_neighbours_are_irrelevant() -> None:
    rows = np.random.default_rng(7).integers(0, 6, (200, 14)).astype(float)
    found = judge(rows)
    with_more = judge(np.vstack([np.full((1, 14), NAN), rows, rows[::-1]]))
    for name in Peak._fields:
        one, more = getattr(found, name), getattr(with_more, name)
        np.testing.assert_array_equal(more[1:201], one)
        np.testing.assert_array_equal(more[201:], one[::-1])


def test_shapes() -> None:
    assert judge(np.ones((3, 2, 6))).status.shape == (3, 2)
    assert judge(np.ones((0, 6))).status.shape == (0,)
    assert judge(np.ones((2, 0))).position.tolist() == [-1, -1]
    assert judge([1.0, 2.0]).status.dtype == np.int8


@given(st.lists(st.integers(0, 9), min_size=2, max_size=16))
def test_scale_and_history_before_the_peak_are_irrelevant(series: list[int]) -> None:
    values = np.array(series, dtype=float)
    found = judge(values)
    scaled = judge(values * 4.0)
    assert tuple(map(str, scaled)) == tuple(map(str, found))
    longer = judge(np.concatenate([[-2.0, -1.0], values]))
    assert longer.position == found.position + 2
    assert longer.status == found.status


@given(st.lists(st.integers(0, 9), min_size=7, max_size=16))
def test_a_new_record_is_rising(series: list[int]) -> None:
    assert judge([*series, 10]).status == RISING
