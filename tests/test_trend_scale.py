"""Trend tests of many series: the forms for one, for a few and for a block give the same bits as one series alone."""

import math
from typing import Any

import numpy as np
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonecarbon._typing import FloatArray
from zonecarbon.kernels import trend
from zonecarbon.kernels.trend import mann_kendall, theil_sen

FORMS: dict[str, dict[str, int]] = {
    "at once": {"_FEW": 10**9},
    "by lags": {"_FEW": -1},
    "small blocks": {"_FEW": -1, "_BLOCK": 5, "_CHUNK": 17, "_TILE": 3},
    "by marking": {"_ROOM": 10**9},
    "by sorting": {"_ROOM": 0},
}


def _series(seed: int, count: int, n: int, *, ties: bool) -> FloatArray:
    """Random series, some with NaN, infinite values or a single value all along."""
    rng = np.random.default_rng(seed)
    series = rng.normal(size=(count, n))
    series = np.round(series, 1) if ties else series
    series[::7, n // 2] = np.nan
    series[3::11, 0] = np.inf
    series[4::11, -1] = -np.inf
    series[5::13] = 2.0
    return series


def _plain(values: FloatArray) -> tuple[float, float, float, float]:
    """The textbook: signs of all differences, ties by sorting, the normal form."""
    n = len(values)
    if np.isnan(values).any():
        return (math.nan,) * 4
    s = float(
        sum(np.sign(np.float64(b > a) - np.float64(b < a)) for i, a in enumerate(values) for b in values[i + 1 :])
    )
    _, sizes = np.unique(values, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - sum(int(t) * (int(t) - 1) * (2 * int(t) + 5) for t in sizes)) / 18.0
    z = (s - np.sign(s)) / math.sqrt(variance) if variance else 0.0
    return s, variance, float(z), math.erfc(abs(z) / math.sqrt(2.0))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("n", [1, 2, 8, 20, 40])
def test_every_form_has_the_same_bits(form: str, ties: bool, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    series = _series(n, 60, n, ties=ties)
    expected = np.array([_plain(row) for row in series]).T
    methods: tuple[Any, ...] = ("normal", "auto", "exact") if n <= 20 else ("normal",)
    alone = {method: [mann_kendall(row, method) for row in series] for method in methods}
    for name, value in FORMS[form].items():
        monkeypatch.setattr(trend, name, value)
    for method in methods:
        found = mann_kendall(series, method)
        for at, figure in enumerate(found):
            np.testing.assert_array_equal(figure, np.array([one[at] for one in alone[method]]))
    for figure, own in zip(mann_kendall(series, "normal"), expected, strict=True):
        np.testing.assert_array_equal(figure, own)


@pytest.mark.parametrize("ties", [False, True])
def test_equal_to_pymannkendall(ties: bool) -> None:
    rng = np.random.default_rng(4)
    series = rng.normal(size=(200, 20)) + 0.02 * np.arange(20)
    series = np.round(series, 1) if ties else series
    found = mann_kendall(series, "normal")
    for at, row in enumerate(series):
        peer = pymannkendall.original_test(row)
        assert (found.s[at], found.variance[at]) == (peer.s, peer.var_s)
        assert found.z[at] == pytest.approx(peer.z, abs=1e-15)
        assert found.p_value[at] == pytest.approx(peer.p, abs=1e-14)
        assert theil_sen(row) == pytest.approx(peer.slope, rel=1e-12)


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_patterns_of_ties(n: int, seed: int) -> None:
    """Few levels, so that every pattern comes: one series and many agree, exact and normal."""
    series = np.random.default_rng(seed).integers(0, 4, (9, n)).astype(np.float64)
    for method in ("exact", "normal"):
        many = mann_kendall(series, method)
        for at, row in enumerate(series):
            one = mann_kendall(row, method)
            assert [float(figure[at]) for figure in many] == [float(figure) for figure in one]


def test_long_series_leave_the_small_integers() -> None:
    """From 127 values on int8 and int16 would not do."""
    rng = np.random.default_rng(9)
    for n in (126, 127, 255, 256, 300):
        series = np.stack([np.arange(n, dtype=np.float64), -np.arange(n, dtype=np.float64), rng.normal(size=n)])
        series = np.concatenate([series, np.full((1, n), 3.0), np.round(series[2:], 0)])
        found = mann_kendall(series, "normal")
        assert found.s[:2].tolist() == [n * (n - 1) / 2, -n * (n - 1) / 2]
        np.testing.assert_array_equal(np.array(found), np.array([_plain(row) for row in series]).T)


def test_inputs_are_never_changed() -> None:
    series = _series(1, 40, 20, ties=True)
    before = series.tobytes()
    mann_kendall(series)
    theil_sen(series)
    assert series.tobytes() == before
