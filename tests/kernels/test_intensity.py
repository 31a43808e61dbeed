"""Intensities, rates and price bases: published values, limits, and 50 digits of mpmath beside each formula."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonecarbon.kernels.intensity import deflate, growth_chain, link, ratio, reduction_rate, required_rate

NAN = math.nan
INF = math.inf
_levels = st.floats(1e-6, 1e6)
_years = st.integers(1, 60)


def _rate(start: float, end: float, years: float) -> float:
    with mpmath.workdps(50):
        return float(1 - (mpmath.mpf(end) / mpmath.mpf(start)) ** (1 / mpmath.mpf(years)))


def test_ratio_limits() -> None:
    top = [1.0, 0.0, 1.0, 1.0, NAN, 1.0, 1.0, -3.0]
    bottom = [4.0, 4.0, 0.0, -4.0, 4.0, NAN, INF, 4.0]
    np.testing.assert_array_equal(ratio(top, bottom), [0.25, 0.0, NAN, NAN, NAN, NAN, NAN, -0.75])
    assert np.isnan(ratio(0.0, 0.0))
    assert np.isnan(ratio(1.0, -0.0))
    assert ratio(1e308, 1e-308) == INF


def test_ratio_broadcasts() -> None:
    assert ratio(np.ones((3, 1, 4)), np.full((2, 1), 2.0)).shape == (3, 2, 4)


def test_published_rates() -> None:
    # 28号: 4 % a year over five years is -18.4627 %; 20 % over five years is 4.3648 % a year; 18 % is 3.89 % a year
    assert 1.0 - growth_chain([-0.04] * 5)[-1] == pytest.approx(0.184627, abs=5e-7)
    assert reduction_rate(1.0, 0.8, 5) == pytest.approx(0.043648, abs=5e-7)
    assert reduction_rate(100.0, 82.0, 5) == pytest.approx(0.0389, abs=5e-5)
    # the zones together: 0.464 (2022) to 0.423 (2025); 0.4 in six years from 0.464, in three from 0.423
    assert reduction_rate(0.464, 0.423, 3) == pytest.approx(0.0304, abs=5e-5)
    assert required_rate(0.464, 0.4, 6) == pytest.approx(0.024433, abs=5e-7)
    assert required_rate(0.423, 0.4, 3) == pytest.approx(0.0185, abs=5e-5)


def test_reduction_rate_limits() -> None:
    start = [3.0, 3.0, 0.0, -1.0, 3.0, NAN, 3.0, 3.0, 3.0, 3.0, INF, 3.0, 3.0]
    end = [3.0, 0.0, 3.0, 3.0, -1.0, 3.0, NAN, 2.0, 2.0, 2.0, 3.0, INF, 2.0]
    span = [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, NAN, 0.0, -1.0, 5.0, 5.0, INF]
    np.testing.assert_array_equal(reduction_rate(start, end, span), [0.0, 1.0] + [NAN] * 11)
    assert not np.signbit(reduction_rate(3.0, 3.0, 5))


@given(_levels, _levels, _years)
def test_reduction_rate_equals_mpmath(start: float, end: float, years: int) -> None:
    assert float(reduction_rate(start, end, years)) == pytest.approx(_rate(start, end, years), rel=1e-13, abs=1e-16)


@given(_levels, st.floats(-1e-9, 1e-9), _years)
def test_reduction_rate_near_zero_loses_only_the_division(start: float, change: float, years: int) -> None:
    end = start * (1.0 + change)
    assert float(reduction_rate(start, end, years)) == pytest.approx(_rate(start, end, years), abs=2.3e-16)


@given(st.floats(1e-3, 1e3), st.floats(0.0, 0.5), st.integers(1, 40))
def test_reduction_rate_inverts_the_chain(start: float, rate: float, years: int) -> None:
    end = start * float(growth_chain(np.full(years, -rate))[-1])
    assert float(reduction_rate(start, end, years)) == pytest.approx(rate, abs=1e-13)


@given(_levels, _levels, _levels, _years)
def test_reduction_rate_falls_as_the_end_rises(start: float, end: float, other: float, years: int) -> None:
    low, high = sorted((end, other))
    assert reduction_rate(start, low, years) >= reduction_rate(start, high, years)


def test_required_rate_limits() -> None:
    value = [0.3, 0.3, 0.3, 0.5, 0.5, 0.5, NAN, 0.5, 0.5, 0.0, 0.5, INF]
    limit = [0.3, 0.4, 0.4, 0.4, 0.4, 0.0, 0.4, NAN, -1.0, 0.0, 0.4, 0.4]
    years = [5.0, 5.0, 0.0, 0.0, -2.0, 5.0, 5.0, 5.0, 5.0, 5.0, NAN, 5.0]
    expected = [0.0, 0.0, 0.0, NAN, NAN, 1.0, NAN, NAN, NAN, 0.0, NAN, NAN]
    np.testing.assert_array_equal(required_rate(value, limit, years), expected)


def test_required_rate_is_zero_where_the_verdict_is_met() -> None:
    assert 0.1 * 3 > 0.3
    assert required_rate(0.1 * 3, 0.3, 5) == 0.0


@given(_levels, _levels, _years)
def test_required_rate_equals_mpmath(value: float, threshold: float, years: int) -> None:
    expected = _rate(value, threshold, years) if value > threshold * (1.0 + 1e-12) else 0.0
    assert float(required_rate(value, threshold, years)) == pytest.approx(expected, rel=1e-13, abs=1.1e-12)


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0), _years)
def test_required_rate_reaches_the_threshold(value: float, threshold: float, years: int) -> None:
    rate = float(required_rate(value, threshold, years))
    assert rate >= 0.0
    assert value * (1.0 - rate) ** years == pytest.approx(min(value, threshold), rel=1e-11)


def test_growth_chain_limits() -> None:
    chain = growth_chain([[0.1, 0.1, 0.1], [0.1, NAN, 0.1], [0.1, -1.0, 0.1], [0.1, -1.5, 0.1]])
    expected = [[1.1, 1.1 * 1.1, 1.1 * 1.1 * 1.1], [1.1, NAN, NAN], [1.1, 0.0, 0.0], [1.1, NAN, NAN]]
    np.testing.assert_allclose(chain, expected, rtol=1e-15)
    assert growth_chain(np.empty((2, 0))).shape == (2, 0)


def test_deflate() -> None:
    nominal = [110.0, 120.0, 7.1, 0.0, NAN, 1.0, 1.0, 1.0, 1.0]
    index = [110.0, 150.0, 103.7, 90.0, 90.0, 0.0, -1.0, NAN, 100.0]
    base = [100.0, 100.0, 103.7, 100.0, 100.0, 100.0, 100.0, 100.0, 0.0]
    np.testing.assert_allclose(deflate(nominal, index, base), [100.0, 80.0, 7.1, 0.0] + [NAN] * 5, rtol=1e-15)
    assert 0.1 * 3.0 / 3.0 != 0.1
    assert deflate(0.1, 3.0, 3.0) == 0.1


def test_link_by_hand_over_two_breaks() -> None:
    levels = [80.0, 100.0, 121.0, 150.0, 300.0, 330.0]
    bases = [2010, 2010, 2015, 2015, 2020, 2020]
    changes = [9.0, 9.0, 0.1, 9.0, 0.25, 9.0]
    # 100 * 1.1 = 110 is 121: times 1.1; 150 * 1.25 = 187.5 is 300: times 1.6
    expected = [80.0 * 1.76, 100.0 * 1.76, 121.0 * 1.6, 150.0 * 1.6, 300.0, 330.0]
    np.testing.assert_allclose(link(levels, bases, changes), expected, rtol=1e-15)
    middle = [80.0 * 1.1, 100.0 * 1.1, 121.0, 150.0, 300.0 / 1.6, 330.0 / 1.6]
    np.testing.assert_allclose(link(levels, bases, changes, anchor=2), middle, rtol=1e-15)
    first = [80.0, 100.0, 121.0 / 1.1, 150.0 / 1.1, 300.0 / 1.76, 330.0 / 1.76]
    np.testing.assert_allclose(link(levels, bases, changes, anchor=0), first, rtol=1e-15)


def test_linked_growth_is_the_published_growth() -> None:
    linked = link([100.0, 121.0], [2015, 2020], [NAN, 0.08])
    assert linked[1] / linked[0] == pytest.approx(1.08, rel=1e-15)


def test_link_without_a_break_changes_nothing_and_needs_no_growth() -> None:
    levels = np.array([[0.1, 0.7, NAN, 0.0, -0.3]])
    np.testing.assert_array_equal(link(levels, [2020] * 5, [NAN] * 5), levels)


@pytest.mark.parametrize(
    ("levels", "bases", "changes"),
    [
        ([1.0, 2.0, 3.0, 4.0], [2015, 2015, 2020, 2020], [0.0, 0.0, NAN, 0.0]),
        ([1.0, NAN, 3.0, 4.0], [2015, 2015, 2020, 2020], [0.0, 0.0, 0.1, 0.0]),
        ([1.0, 0.0, 3.0, 4.0], [2015, 2015, 2020, 2020], [0.0, 0.0, 0.1, 0.0]),
        ([1.0, -2.0, 3.0, 4.0], [2015, 2015, 2020, 2020], [0.0, 0.0, -1.5, 0.0]),
        ([1.0, 2.0, 3.0, 4.0], [2015, 2015, 2020, 2020], [0.0, 0.0, -1.0, 0.0]),
        ([1.0, 2.0, 3.0, 4.0], [2015, NAN, 2020, 2020], [0.0, 0.1, 0.1, 0.0]),
    ],
)
def test_what_cannot_be_bridged_is_unknown_beyond_it_only(
    levels: list[float], bases: list[float], changes: list[float]
) -> None:
    np.testing.assert_array_equal(link(levels, bases, changes), [NAN, NAN, 3.0, 4.0])
    kept = [levels[0], NAN if math.isnan(bases[1]) else levels[1], NAN, NAN]
    np.testing.assert_array_equal(link(levels, bases, changes, anchor=0), kept)


def test_link_with_an_unknown_anchor_or_none() -> None:
    assert np.isnan(link([1.0, 2.0], [2020, NAN], [0.0, 0.1])).all()
    with pytest.raises(IndexError):
        link([1.0, 2.0], [2020, 2020], [0.0, 0.1], anchor=2)


def test_years_at_the_anchors_base_stay_even_when_the_base_comes_back() -> None:
    linked = link([100.0, 50.0, 120.0], [2020, 2015, 2020], [0.0, 0.1, 0.1])
    np.testing.assert_array_equal(linked[[0, 2]], [100.0, 120.0])


def test_vector_equals_scalar() -> None:
    rng = np.random.default_rng(5)
    start, end, span = rng.random((40, 7)), rng.random((40, 7)), rng.integers(1, 9, 7)
    for kernel in (reduction_rate, required_rate, deflate):
        whole = kernel(start, end, span)
        single = [[float(kernel(start[i, j], end[i, j], span[j])) for j in range(7)] for i in range(40)]
        np.testing.assert_array_equal(whole, single)
    bases, changes = rng.choice([2015.0, 2020.0], (40, 7)), rng.random((40, 7))
    linked = link(start, bases, changes)
    for i in range(40):
        np.testing.assert_array_equal(linked[i], link(start[i], bases[i], changes[i]))
    np.testing.assert_array_equal(growth_chain(start)[3], growth_chain(start[3]))


def test_arguments_are_not_written_to() -> None:
    value = np.array([1.0, 0.0, NAN, -2.0])
    value.setflags(write=False)
    for kernel in (reduction_rate, required_rate, deflate, link):
        kernel(value, value, value)
    ratio(value, value)
    growth_chain(value)
    np.testing.assert_array_equal(value, [1.0, 0.0, NAN, -2.0])


_any = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 1e-200, 1e200, INF, -INF, NAN]), _levels)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.tobytes() == other.tobytes() or bool(np.isnan(one).all() and np.isnan(other).all())


@given(_any, _any, st.one_of(_any, _years))
def test_one_number_has_the_bits_that_it_has_in_an_array(first: float, last: float, years: float) -> None:
    rate = reduction_rate(first, last, years)
    assert isinstance(rate, np.ndarray)
    assert _same(rate, reduction_rate([first, 1.0], [last, 1.0], [years, 1.0])[0])
    assert _same(ratio([first], [last]), ratio([first, 1.0], [last, 1.0])[:1])
