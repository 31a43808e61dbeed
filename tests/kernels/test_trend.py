"""Mann-Kendall and Theil-Sen: printed examples, every ordering by brute force, scipy and pymannkendall beside them."""

import itertools
import json
import math
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zonecarbon._typing import FloatArray
from zonecarbon.kernels import trend
from zonecarbon.kernels.trend import mann_kendall, theil_sen

NAN = math.nan
_DATA = Path(__file__).parents[1] / "data"


def _published(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((_DATA / f"mann_kendall_{name}.json").read_text(encoding="utf-8"))
    return data


def _s(series: tuple[float, ...]) -> int:
    return sum((b > a) - (b < a) for a, b in itertools.combinations(series, 2))


def _brute(series: tuple[float, ...]) -> tuple[Fraction, Fraction]:
    """Return variance and p-value over all orderings."""
    every = Counter(_s(order) for order in itertools.permutations(series))
    total, size = sum(every.values()), abs(_s(series))
    variance = Fraction(sum(s * s * count for s, count in every.items()), total)
    return variance, Fraction(sum(count for s, count in every.items() if abs(s) >= size), total)


@pytest.mark.parametrize("name", ["holycross", "maxau"])
def test_printed_examples(name: str) -> None:
    case = _published(name)
    result, expected, tolerance = mann_kendall(case["inputs"]["x"]), case["expected"], case["tolerance"]
    assert result.s == expected["S"]
    assert float(result.variance) == pytest.approx(expected["var_S"], rel=1e-12)
    assert float(result.z) == pytest.approx(expected["Z"], abs=tolerance["Z_abs"])
    assert float(result.p_value) == pytest.approx(expected["p_two_sided"], abs=tolerance["p_abs"])


def test_printed_sen_slope() -> None:
    case = _published("holycross")
    assert float(theil_sen(case["inputs"]["x"])) == pytest.approx(case["expected"]["sen_slope"], abs=1e-9)


@pytest.mark.parametrize(
    ("n", "s", "upper_tail"),
    # Kendall (1975), table A.1, as reprinted by Gilbert (1987), table A18: P(S >= s), three digits
    [
        (4, 6, 0.042),
        (5, 8, 0.042),
        (5, 10, 0.0083),
        (6, 11, 0.028),
        (7, 15, 0.015),
        (8, 16, 0.031),
        (9, 20, 0.022),
        (10, 23, 0.023),
    ],
)
def test_printed_table_of_s(n: int, s: int, upper_tail: float) -> None:
    series = next(order for order in _orderings(n) if _s(order) == s)
    assert float(mann_kendall(series, "exact").p_value) / 2 == pytest.approx(upper_tail, abs=6e-4)


def _orderings(n: int) -> list[tuple[float, ...]]:
    """Return orderings whose S runs through all values: a falling series whose largest value moves to the end, ..."""
    orders, series = [], [float(n - i) for i in range(n)]
    orders.append(tuple(series))
    for last in range(n - 1, 0, -1):
        for i in range(last):
            series[i], series[i + 1] = series[i + 1], series[i]
            orders.append(tuple(series))
    return orders


def test_exact_equals_every_ordering_for_every_pattern_of_ties() -> None:
    for n in range(1, 6):
        for series in itertools.product(range(n), repeat=n):
            if sorted(set(series)) != list(range(len(set(series)))):
                continue
            values = tuple(float(v) for v in series)
            result = mann_kendall(values, "exact")
            variance, p_value = _brute(values)
            assert result.s == _s(values)
            assert float(result.variance) == pytest.approx(float(variance), rel=1e-14)
            assert float(result.p_value) == float(p_value)


@pytest.mark.parametrize("seed", range(12))
def test_exact_equals_every_ordering_of_six_and_seven(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = tuple(rng.integers(0, 2 + seed % 5, 6 + seed % 2).astype(float).tolist())
    variance, p_value = _brute(values)
    result = mann_kendall(values)
    assert float(result.variance) == pytest.approx(float(variance), rel=1e-14)
    assert float(result.p_value) == float(p_value)


@pytest.mark.parametrize("n", [2, 5, 8, 9, 12, 20, 33])
def test_exact_without_ties_equals_scipy(n: int) -> None:
    rows = np.random.default_rng(n).standard_normal((40, n))
    rows += np.linspace(0.0, 2.0, 40)[:, np.newaxis] * np.linspace(0.0, 1.0, n)
    ours = mann_kendall(rows, "exact").p_value
    theirs = [stats.kendalltau(np.arange(n), row, method="exact").pvalue for row in rows]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize("n", [16, 20])
def test_exact_of_long_series_with_ties_is_near_the_normal_form(n: int) -> None:
    rows = np.random.default_rng(n).integers(0, 6, (60, n)).astype(float)
    exact, normal = mann_kendall(rows, "exact").p_value, mann_kendall(rows, "normal").p_value
    np.testing.assert_allclose(exact, normal, atol=0.012)
    assert np.abs(exact - normal).max() > 1e-4


@pytest.mark.parametrize("n", [3, 9, 10, 14, 20, 41])
@pytest.mark.parametrize("levels", [3, 12, None])
def test_normal_equals_pymannkendall(n: int, levels: int | None) -> None:
    rng = np.random.default_rng(n)
    rows = rng.standard_normal((250, n)) if levels is None else rng.integers(0, levels, (250, n)).astype(float)
    rows = rows[(rows != rows[:, :1]).any(axis=1)]
    ours = mann_kendall(rows, "normal")
    theirs = [pymannkendall.original_test(row) for row in rows]
    np.testing.assert_array_equal(ours.s, [test.s for test in theirs])
    np.testing.assert_allclose(ours.variance, [test.var_s for test in theirs], rtol=1e-14)
    np.testing.assert_allclose(ours.z, [test.z for test in theirs], rtol=1e-13)
    np.testing.assert_allclose(ours.p_value, [test.p for test in theirs], rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(theil_sen(rows), [test.slope for test in theirs], rtol=1e-13, atol=1e-15)


def test_auto_changes_at_ten_values() -> None:
    rng = np.random.default_rng(0)
    for n, same in ((9, "exact"), (10, "normal")):
        rows = rng.standard_normal((50, n))
        np.testing.assert_array_equal(mann_kendall(rows).p_value, mann_kendall(rows, same).p_value)  # type: ignore[arg-type]
        assert (mann_kendall(rows, "exact").p_value != mann_kendall(rows, "normal").p_value).any()


@pytest.mark.parametrize("method", ["auto", "exact", "normal"])
@pytest.mark.parametrize("n", [1, 2, 5, 9, 10, 20])
def test_constant_series(n: int, method: trend.Method) -> None:
    result = mann_kendall(np.full((2, n), 7.5), method)
    np.testing.assert_array_equal(np.stack(result), [[0.0] * 2, [0.0] * 2, [0.0] * 2, [1.0] * 2])


@pytest.mark.parametrize("method", ["exact", "normal"])
def test_unknown_values_and_their_neighbours(method: trend.Method) -> None:
    rows = np.random.default_rng(1).integers(0, 5, (30, 8)).astype(float)
    clean = np.stack(mann_kendall(rows, method))
    rows[4, 2] = NAN
    rows[9] = NAN
    rows.setflags(write=False)
    result = np.stack(mann_kendall(rows, method))
    assert np.isnan(result[:, [4, 9]]).all()
    rest = np.delete(np.arange(30), [4, 9])
    np.testing.assert_array_equal(result[:, rest], clean[:, rest])
    slopes = theil_sen(rows)
    assert np.flatnonzero(np.isnan(slopes)).tolist() == [4, 9]


@pytest.mark.parametrize("shape", [(6,), (1, 6), (4, 6)])
def test_arguments_are_not_written_to(shape: tuple[int, ...]) -> None:
    values = np.asfortranarray(np.arange(24.0)[: math.prod(shape)].reshape(shape))
    values[..., 3] = NAN
    before = values.copy()
    mann_kendall(values)
    theil_sen(values)
    np.testing.assert_array_equal(values, before)


def test_patterns_of_ties_are_told_apart() -> None:
    pairs = np.repeat(np.arange(9.0), 2)
    triples = np.concatenate([np.repeat([0.0, 1.0], 3), np.arange(2.0, 14.0)])
    rows = np.stack([pairs, triples])[:, np.random.default_rng(1).permutation(18)]
    together = mann_kendall(rows, "exact").p_value
    np.testing.assert_array_equal(together, [mann_kendall(row, "exact").p_value for row in rows])
    assert together[0] != together[1]


def test_shapes() -> None:
    assert mann_kendall(np.ones((3, 2, 5))).s.shape == (3, 2)
    assert mann_kendall(np.ones((0, 5))).p_value.shape == (0,)
    assert np.isnan(mann_kendall(np.ones((3, 0))).p_value).all()
    assert mann_kendall([1.0, 2.0]).s.shape == ()
    assert theil_sen(np.ones((3, 2, 5))).shape == (3, 2)
    assert np.isnan(theil_sen([[1.0]])).all()
    assert np.isnan(theil_sen(np.ones((2, 0)))).all()
    with pytest.raises(ValueError, match="method must be"):
        mann_kendall([1.0], "approximate")  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["exact", "normal"])
@pytest.mark.parametrize("ties", [True, False])
def test_vector_equals_scalar_over_blocks(method: trend.Method, ties: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(8).standard_normal((100, 8))
    rows = np.round(rows, 0 if ties else 9)
    whole = np.stack(mann_kendall(rows, method), axis=-1)
    slopes = theil_sen(rows)
    np.testing.assert_array_equal(np.stack([np.stack(mann_kendall(row, method)) for row in rows]), whole)
    np.testing.assert_array_equal([float(theil_sen(row)) for row in rows], slopes)
    monkeypatch.setattr(trend, "_BLOCK", 7)
    monkeypatch.setattr(trend, "_PAIRS", 100)
    np.testing.assert_array_equal(np.stack(mann_kendall(rows, method), axis=-1), whole)
    np.testing.assert_array_equal(theil_sen(rows), slopes)
    np.testing.assert_array_equal(np.stack(mann_kendall(np.asfortranarray(rows), method), axis=-1), whole)


@pytest.mark.parametrize("n", [126, 127, 128, 140, 300])
def test_long_series_do_not_overflow(n: int) -> None:
    rising = np.arange(float(n))
    result = mann_kendall(np.stack([rising, -rising, np.ones(n), rising // 2]))
    untied = n * (n - 1) / 2
    np.testing.assert_array_equal(result.s, [untied, -untied, 0.0, untied - n // 2])
    assert result.variance[0] == n * (n - 1) * (2 * n + 5) / 18
    assert result.variance[3] == pytest.approx((n * (n - 1) * (2 * n + 5) - n // 2 * 18) / 18)


_series = st.lists(st.integers(-4, 4).map(float), min_size=2, max_size=9)


@given(_series)
def test_reversal_negation_and_monotone_maps(series: list[float]) -> None:
    values = np.array(series)
    result = mann_kendall(values)
    for other, sign in ((values[::-1], -1), (-values, -1), (np.exp(values), 1), (values * 1024.0 + 3.0, 1)):
        changed = mann_kendall(other)
        assert changed.s == sign * result.s
        assert changed.variance == result.variance
        assert changed.p_value == result.p_value
    assert 0.0 < result.p_value <= 1.0
    assert theil_sen(-values) == -theil_sen(values)


@given(st.integers(2, 9))
def test_p_value_falls_as_s_grows(n: int) -> None:
    rows = np.array(_orderings(n))
    result = mann_kendall(rows)
    order = np.argsort(np.abs(result.s), kind="stable")
    assert (np.diff(result.p_value[order]) <= 0.0).all()
    assert result.p_value.min() == pytest.approx(2.0 / math.factorial(n), rel=1e-15)


def test_infinite_values_are_ordered_and_have_no_slope() -> None:
    rows: FloatArray = np.array([[1.0, 2.0, math.inf, math.inf], [-math.inf, 0.0, 1.0, math.inf]])
    np.testing.assert_array_equal(mann_kendall(rows).s, [5.0, 6.0])
    assert np.isnan(theil_sen(rows)).all()


def test_theil_sen_with_years_between() -> None:
    years = np.array([2005.0, 2010.0, 2012.0, 2020.0])
    values = np.array([[1.0, 11.0, 15.0, 31.0], [1.0, 2.0, 50.0, 3.0]])
    slopes = [(b - a) / (t - s) for (a, s), (b, t) in itertools.combinations(zip(values[1], years, strict=True), 2)]
    np.testing.assert_allclose(theil_sen(values, years), [2.0, float(np.median(slopes))], rtol=1e-15)
    for bad in ([1.0, 2.0, 3.0], [1.0, 2.0, 2.0, 3.0], [4.0, 3.0, 2.0, 1.0], [1.0, NAN, 2.0, 3.0]):
        with pytest.raises(ValueError, match="years must be"):
            theil_sen(values, bad)
