"""Trend: the Mann-Kendall test of a million series of twenty years, with p-values; without ties and with.

The limit is a copy of the series. The textbook form, on a part of the series, takes the signs of all 190 differences of
whole arrays, and the normal p-value of each distinct S. It knows no correction for ties, so with ties its p-values are
not compared. The same in blocks that stay in the cache is what one writes after looking for a while. pymannkendall
tests one series at a time, and finds its slope too.
"""

import math
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.measuring import Case, Form, Goal, rise_of, without
from zonecarbon._typing import FloatArray
from zonecarbon.kernels.trend import mann_kendall, theil_sen

SERIES, YEARS, BLOCK = 1_000_000, 20, 2_048
TEXTBOOK, ONE_BY_ONE, SLOPES = 50_000, 200, 20_000


def walks(series: int) -> FloatArray:
    """Return random walks with a drift of either sign (series, year)."""
    rng = np.random.default_rng(4)
    found = np.empty((series, YEARS))
    for start in range(0, series, 100_000):
        part = found[start : start + 100_000]
        rng.standard_normal(out=part)
        part += rng.normal(0.0, 0.2, (len(part), 1))
        np.cumsum(part, axis=1, out=part)
    return found


def textbook(series: FloatArray, block_size: int = SERIES) -> tuple[FloatArray, FloatArray]:
    """Return S and the p-value without a correction for ties."""
    n = series.shape[1]
    early, late = np.triu_indices(n, k=1)
    s = np.empty(len(series))
    for start in range(0, len(series), block_size):
        block = series[start : start + block_size]
        s[start : start + block_size] = np.sign(block[:, late] - block[:, early]).sum(axis=1)
    distinct, place = np.unique(np.abs(s), return_inverse=True)
    deviation = math.sqrt(2.0 * n * (n - 1) * (2 * n + 5) / 18.0)
    p_value = np.array([math.erfc(max(size - 1.0, 0.0) / deviation) for size in distinct.tolist()])
    return s, p_value[place]


def cases(quick: bool) -> Iterator[Case]:
    """Yield the cases."""
    series = walks(500 if quick else SERIES)
    few = 3 if quick else ONE_BY_ONE
    yield _case(series, few, ties=False)
    yield _case(np.round(series, 0, out=series), few, ties=True)


def _case(series: FloatArray, count: int, ties: bool) -> Case:
    target = np.ones_like(series)
    some, few, slopes = series[:TEXTBOOK], series[:count], series[:SLOPES]
    mine = mann_kendall(series)
    s, p_value = textbook(some)
    np.testing.assert_array_equal(mine.s[: len(some)], s)
    if not ties:
        np.testing.assert_allclose(mine.p_value[: len(some)], p_value, rtol=1e-12)
    forms = [
        Form("np.copyto of the series", "limit", lambda: np.copyto(target, series)),
        Form("mann_kendall", "ours", lambda: mann_kendall(series)),
        Form("numpy, signs of all differences", "peer", lambda: textbook(some), len(some) / len(series)),
        Form("the same in blocks", "peer", lambda: textbook(some, BLOCK), len(some) / len(series)),
    ]
    goals = [Goal("mann_kendall", "numpy, signs of all differences", 6.0, at_least=True)]
    absent = without("pymannkendall", "pymannkendall")
    if not absent:
        test: Any = import_module("pymannkendall").original_test
        told = [test(one) for one in few]
        np.testing.assert_array_equal(mine.s[: len(few)], [one.s for one in told])
        np.testing.assert_allclose(mine.p_value[: len(few)], [one.p for one in told], rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(theil_sen(few), [one.slope for one in told], rtol=1e-12, atol=1e-15)
        forms.append(Form("pymannkendall", "peer", lambda: [test(one) for one in few], len(few) / len(series)))
        goals.append(Goal("mann_kendall", "pymannkendall", 2000.0, at_least=True))
    forms.append(Form("theil_sen (slopes)", "ours", lambda: theil_sen(slopes), len(slopes) / len(series), 3))
    rise = rise_of(lambda: mann_kendall(series))
    return Case(
        f"{len(series):,} series x {YEARS} years, {'with' if ties else 'without'} ties",
        forms,
        goals,
        absent=[absent] if absent else [],
        facts=[f"memory of mann_kendall: {rise / 1e6:.0f} MB at most, of that {series.nbytes / 5e6:.0f} MB the answer"],
    )
