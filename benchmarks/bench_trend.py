"""How long trend tests of many series take, beside how others do them.

Run ``python benchmarks/bench_trend.py [--series 1000000] [--rounds 7]``; pymannkendall is compared with if it is there.

Series of 20 years, without ties and with (figures printed to one digit). Each case runs these forms on the same array
in turn in one process; ratios are minimum over minimum, and equal answers are asserted first:

* ``mann_kendall`` with S, variance given the ties, z and two-sided p of the normal form;
* the textbook numpy form: the signs of all differences, S, and p without a correction for ties by ``math.erfc`` on the
  distinct z, 50,000 series at a time so that it fits into memory; and the same in blocks that stay in the cache, which
  textbooks do not have;
* ``np.copy`` of the array;
* pymannkendall's ``original_test`` on a part of the series, scaled.

Then one series alone, and the Theil-Sen slope beside the textbook form (median of all slopes).
"""

import argparse
import math
import statistics
import time
from collections.abc import Callable

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.kernels.trend import mann_kendall, theil_sen

YEARS, PART, SLOPES = 20, 300, 20_000
WHOLE, CACHED = 50_000, 2_048  # series in a block
Forms = dict[str, Callable[[], object]]


def _textbook(series: FloatArray, rows: int = WHOLE) -> tuple[FloatArray, FloatArray]:
    """Return S and the p-value without a correction for ties."""
    n = series.shape[1]
    early, late = np.triu_indices(n, k=1)
    s = np.empty(len(series))
    for start in range(0, len(series), rows):
        block = series[start : start + rows]
        s[start : start + rows] = np.sign(block[:, late] - block[:, early]).sum(axis=1)
    distinct, place = np.unique(np.abs(s), return_inverse=True)
    deviation = math.sqrt(2.0 * n * (n - 1) * (2 * n + 5) / 18.0)
    p_value = np.array([math.erfc(max(size - 1.0, 0.0) / deviation) for size in distinct.tolist()])
    return s, p_value[place]


def _textbook_slope(series: FloatArray) -> FloatArray:
    early, late = np.triu_indices(series.shape[1], k=1)
    return np.asarray(np.median((series[:, late] - series[:, early]) / (late - early), axis=1))


def _peer(series: FloatArray) -> list[tuple[float, float, float]] | None:
    """Return S, variance and p of pymannkendall, or None without it."""
    try:
        from pymannkendall import original_test
    except ImportError:
        return None
    return [(found.s, found.var_s, found.p) for found in map(original_test, series)]


def _assert_equal(series: FloatArray, ties: bool) -> None:
    found = mann_kendall(series, "normal")
    s, p_value = _textbook(series)
    np.testing.assert_array_equal(found.s, s)
    if not ties:
        np.testing.assert_allclose(found.p_value, p_value, rtol=1e-12)
    peer = _peer(series[:PART])
    if peer is not None:
        own = np.stack([found.s, found.variance, found.p_value], axis=-1)[:PART]
        np.testing.assert_allclose(own, peer, rtol=1e-12, atol=1e-13)


def _interleave(forms: Forms, rounds: int) -> dict[str, list[float]]:
    """Run every form in every round and return the seconds of each."""
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    for _ in range(rounds):
        for name, form in forms.items():
            start = time.perf_counter()
            form()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def _print(seconds: dict[str, list[float]], counts: dict[str, int]) -> None:
    first = next(iter(seconds))
    ours = min(seconds[first]) / counts[first]
    for name, taken in seconds.items():
        low, middle = (figure / counts[name] for figure in (min(taken), statistics.median(taken)))
        ratio = "" if name == first else f"   = {low / ours:8.2f} x {first}"
        print(f"  {name:40s} {low * 1e9:12.0f} {middle * 1e9:12.0f} ns per series{ratio}")


def _compare(count: int, rounds: int, ties: bool) -> None:
    rng = np.random.default_rng(1)
    series = rng.normal(size=(count, YEARS))
    series = np.round(series, 1) if ties else series
    _assert_equal(series[: min(count, 20_000)], ties)
    forms: Forms = {
        "mann_kendall": lambda: mann_kendall(series, "normal"),
        "textbook numpy, p without ties": lambda: _textbook(series),
        "the same in blocks for the cache": lambda: _textbook(series, CACHED),
        "np.copy": series.copy,
    }
    counts = dict.fromkeys(forms, count)
    if _peer(series[:2]) is not None:
        forms["pymannkendall"] = lambda: _peer(series[:PART])
        counts["pymannkendall"] = PART
    print(f"{count} series of {YEARS} years, {'ties' if ties else 'no ties'}; minimum and median of {rounds} rounds")
    _print(_interleave(forms, rounds), counts)


def _slopes(rounds: int) -> None:
    series = np.random.default_rng(2).normal(size=(SLOPES, YEARS))
    np.testing.assert_allclose(theil_sen(series), _textbook_slope(series), rtol=1e-12, atol=1e-15)
    forms: Forms = {"theil_sen": lambda: theil_sen(series), "textbook numpy": lambda: _textbook_slope(series)}
    print(f"slopes of {SLOPES} series of {YEARS} years")
    _print(_interleave(forms, rounds), dict.fromkeys(forms, SLOPES))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--series", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print(f"numpy {np.__version__}")
    for ties in (False, True):
        _compare(options.series, max(3, options.rounds), ties)
    _slopes(max(3, options.rounds))
    one = np.random.default_rng(3).normal(size=YEARS)
    taken = []
    for _ in range(2000):
        start = time.perf_counter()
        mann_kendall(one)
        taken.append(time.perf_counter() - start)
    print(f"one series: {min(taken) * 1e6:.0f} us, median {statistics.median(taken) * 1e6:.0f} us")


if __name__ == "__main__":
    main()
