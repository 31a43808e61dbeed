"""Statistics of draws: quantiles, histograms, and variances from replicates, against numpy and the definitions."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose, assert_array_equal

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.kernels.draws import (
    Histogram,
    Sizes,
    bins_of,
    density_slope,
    sorted_quantiles,
    variance_of_sums,
)


def quantiles(values: FloatArray, levels: FloatArray) -> FloatArray:
    """As an ensemble takes them: of a copy that is sorted."""
    return sorted_quantiles(np.sort(values, axis=-1), levels)


def replicate_variance(counts: IntArray, sizes: IntArray) -> FloatArray:
    """As an ensemble takes it: from sums over the last axis."""
    told = Sizes(len(sizes), int(sizes.sum()), int((sizes * sizes).sum()))
    return variance_of_sums(counts.sum(axis=-1), (counts**2).sum(axis=-1), (counts * sizes).sum(axis=-1), told)


LEVELS = np.array([0.0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1.0])


@given(
    arrays.arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 40)), elements=st.floats(-1e6, 1e6, width=32))
)
def test_quantiles_are_those_of_numpy(values: FloatArray) -> None:
    expected = np.quantile(values, LEVELS, axis=-1).T
    assert_allclose(quantiles(values, LEVELS), expected, rtol=1e-12, atol=1e-9)


def test_quantiles_leave_the_input_and_keep_unknown_rows_unknown() -> None:
    values = np.array([[3.0, 1.0, 2.0], [3.0, np.nan, 2.0]])
    before = values.copy()
    found = quantiles(values, np.array([0.0, 0.5]))
    assert_array_equal(found, [[1.0, 2.0], [np.nan, np.nan]])
    assert_array_equal(values, before)


def test_the_slope_of_quantiles_is_one_over_the_density() -> None:
    ordered = np.sort(np.random.default_rng(2).standard_normal((1, 100_000)), axis=1)
    levels = np.array([0.05, 0.5, 0.95])
    z = np.array([-1.6448536, 0.0, 1.6448536])
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    assert_allclose(density_slope(ordered, levels)[0], 1 / density, rtol=0.05)


# -- histograms --------------------------------------------------------------------------------------------------------


def filled(values: FloatArray, first: int = 4096) -> Histogram:
    histogram = Histogram(bins_of(values[:, :first]))
    histogram.add(values)
    return histogram


def test_a_histogram_comes_within_two_thousandths_of_exact() -> None:
    z = np.random.default_rng(3).standard_normal((4, 200_000))
    sd = np.array([0.01, 0.1, 0.3, 0.6])[:, None]
    values = 1e5 * np.exp(sd * z)
    levels = np.array([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
    exact = np.quantile(values, levels, axis=1).T
    assert_allclose(filled(values).quantiles(levels), exact, rtol=2e-3)


def test_a_histogram_of_values_on_both_sides_of_zero() -> None:
    values = np.random.default_rng(4).normal(0.5, 2.0, (1, 200_000))
    exact = np.quantile(values, LEVELS[1:-1], axis=1).T
    assert_allclose(filled(values).quantiles(LEVELS[1:-1]), exact, atol=2e-3 * 2.0 * 4)


def test_later_values_of_another_sign_are_counted_below_the_bins() -> None:
    """The first draws were all positive, so the bins are logarithmic; the counts of all others still hold."""
    values = np.concatenate((np.full((1, 4096), 1.0) + np.arange(4096) / 4096, np.full((1, 4096), -3.0)), axis=1)
    histogram = filled(values)
    found = histogram.quantiles(np.array([0.0, 0.75]))
    assert histogram.counts.sum() == 8192
    assert found[0, 0] == -3.0
    assert found[0, 1] == pytest.approx(1.5, abs=0.01)


def test_extremes_are_the_extremes() -> None:
    values = np.random.default_rng(5).standard_normal((3, 10_000))
    found = filled(values).quantiles(np.array([0.0, 1.0]))
    assert_array_equal(found, np.stack((values.min(axis=1), values.max(axis=1)), axis=1))


@pytest.mark.parametrize("constant", [0.0, 7.25, -3.0, 1e12, 1e-9])
def test_constant_rows_are_constant(constant: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = filled(np.full((1, 5000), constant)).quantiles(LEVELS)
    assert_allclose(found, np.full((1, len(LEVELS)), constant), rtol=1e-11, atol=0)


def test_unknown_rows_are_unknown_and_disturb_no_others() -> None:
    values = np.random.default_rng(6).uniform(1, 2, (3, 5000))
    alone = filled(values).quantiles(LEVELS)
    values[1, 4999] = np.nan  # after the bins were fixed
    values[2] = np.nan
    found = filled(values).quantiles(LEVELS)
    assert_array_equal(found[0], alone[0])
    assert np.isnan(found[1:]).all()


def test_merging_is_adding() -> None:
    values = np.random.default_rng(7).standard_normal((2, 30_000))
    whole, parts = filled(values), Histogram(bins_of(values[:, :4096]))
    for start in (0, 7_000, 20_000):
        part = Histogram(parts.bins)
        part.add(values[:, start : {0: 7_000, 7_000: 20_000, 20_000: 30_000}[start]])
        parts.merge(part)
    assert_array_equal(parts.counts, whole.counts)
    assert_array_equal(parts.quantiles(LEVELS), whole.quantiles(LEVELS))


# -- replicates --------------------------------------------------------------------------------------------------------


def by_hand(counts: IntArray, sizes: IntArray) -> float:
    """Variance of sum(c) / sum(n) from the spread of c - n p between replicates, written out."""
    p, n, total = counts.sum() / sizes.sum(), len(sizes), float(sizes.sum())
    return float(
        sum((c - k * p) ** 2 for c, k in zip(counts.tolist(), sizes.tolist(), strict=True)) / total**2 * n / (n - 1)
    )


@given(st.lists(st.tuples(st.integers(1, 64), st.integers(0, 64)), min_size=2, max_size=30))
def test_the_variance_is_that_of_the_definition(pairs: list[tuple[int, int]]) -> None:
    sizes = np.array([size for size, _ in pairs])
    counts = np.array([min(size, count) for size, count in pairs])
    assert float(replicate_variance(counts, sizes)) == pytest.approx(by_hand(counts, sizes), rel=1e-9, abs=1e-15)


def test_equal_replicates_give_the_variance_of_their_mean() -> None:
    counts = np.random.default_rng(8).binomial(64, 0.3, (5, 40))
    shares = counts / 64
    expected = shares.var(axis=1, ddof=1) / 40
    assert_allclose(replicate_variance(counts, np.full(40, 64)), expected, rtol=1e-12)


@pytest.mark.parametrize("k", [0, 3, 50, 100])
def test_single_draws_are_binomial(k: int) -> None:
    flags = np.zeros(100, dtype=np.int64)
    flags[:k] = 1
    p = k / 100
    assert float(replicate_variance(flags, np.ones(100, dtype=np.int64))) == pytest.approx(p * (1 - p) / 99, abs=1e-18)


def test_one_replicate_has_no_variance_and_constant_counts_none() -> None:
    assert np.isnan(replicate_variance(np.array([[3], [0]]), np.array([64]))).all()
    assert float(replicate_variance(np.array([5, 5, 5]), np.array([10, 10, 10]))) == 0.0


def test_sums_say_the_same_as_replicates() -> None:
    counts, sizes = np.array([[3, 5, 2], [0, 8, 1]]), np.array([8, 8, 3])
    sums = variance_of_sums(
        counts.sum(axis=1), (counts**2).sum(axis=1), (counts * sizes).sum(axis=1), Sizes(3, 19, 137)
    )
    assert_allclose(sums, [by_hand(row, sizes) for row in counts], rtol=1e-12)


def test_sorted_quantiles_take_any_leading_axes() -> None:
    values = np.random.default_rng(9).standard_normal((2, 3, 11))
    found = sorted_quantiles(np.sort(values, axis=-1), LEVELS)
    assert_allclose(found, np.moveaxis(np.quantile(values, LEVELS, axis=-1), 0, -1), rtol=1e-12)
