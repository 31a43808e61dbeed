"""How far checking a year of ten million zones is from the logarithms it takes, and what the verb takes beside a copy.

Run ``python benchmarks/bench_check.py [--zones 10000000] [--rounds 11]``; nothing but zonecarbon is needed.

A year is one contiguous column, 2 % of the zones are not known. The job: the ratio of the sums against 0.4, which zones
are below 0.3 and their share, the geometric yearly rate of CO2 intensity of every zone. The floor is the rate alone,
``-expm1(log(end / start) / years)`` in pieces of 16,384 into the same memory. Equal answers are asserted first; all
forms run in turn, and ratios are minimum over minimum.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.kernels.intensity import ratio, reduction_rate
from zonecarbon.kernels.tally import Tally, tally
from zonecarbon.kernels.target import CodeArray, aggregate, compare, share

YEARS, LIMIT, BELOW = 5, 0.4, 0.3
CHUNK = 16_384


def _columns(zones: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return energy, value added, and CO2 intensity of the base and the end year."""
    rng = np.random.default_rng(1)
    money = rng.random(zones) + 0.5
    energy, start = money * rng.random(zones) * 0.7, rng.random(zones) + 0.5
    end = start * (0.6 + 0.5 * rng.random(zones))
    for column in (energy, start, end):
        column[rng.random(zones) < 0.02] = np.nan
    return energy, money, start, end


def floor(start: FloatArray, end: FloatArray, out: FloatArray) -> None:
    """Take the logarithms and exponentials of the rates, and nothing else."""
    for at in range(0, len(out), CHUNK):
        piece = out[at : at + CHUNK]
        np.divide(end[at : at + CHUNK], start[at : at + CHUNK], out=piece)
        np.log(piece, out=piece)
        np.divide(piece, YEARS, out=piece)
        np.expm1(piece, out=piece)
        np.negative(piece, out=piece)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--zones", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    energy, money, start, end = _columns(options.zones)
    out, rate, codes = np.empty(options.zones), np.empty(options.zones), np.empty(options.zones, dtype=np.int8)

    def one_pass(codes: CodeArray = codes) -> Tally:
        reduction_rate(start, end, YEARS, out=rate)
        found = tally(energy, money, "<", BELOW, codes)
        compare(found.aggregate().value, "<=", LIMIT)
        found.share(0.5)
        return found

    def one_by_one() -> CodeArray:
        reduction_rate(start, end, YEARS)
        flags = compare(ratio(energy, money), "<", BELOW)
        compare(aggregate(energy, money).value, "<=", LIMIT)
        share(flags, 0.5)
        return flags

    assert one_pass().aggregate() == aggregate(energy, money)
    np.testing.assert_array_equal(codes, one_by_one())
    floor(start, end, out)
    np.testing.assert_allclose(rate, out, rtol=1e-12, atol=1e-16)

    forms: dict[str, Callable[[], object]] = {
        "floor: log and expm1 of the rate": lambda: floor(start, end, out),
        "tally and reduction_rate, out given": one_pass,
        "    reduction_rate alone": lambda: reduction_rate(start, end, YEARS, out=rate),
        "    tally alone": lambda: tally(energy, money, "<", BELOW, codes),
        "kernels one by one, new memory": one_by_one,
    }
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    gc.disable()
    for _ in range(options.rounds):
        for name, form in forms.items():
            begin = time.perf_counter()
            form()
            seconds[name].append(time.perf_counter() - begin)
    gc.enable()
    print(f"{options.zones} zones, numpy {np.__version__}")
    least, *_ = (min(taken) for taken in seconds.values())
    for name, taken in seconds.items():
        low, middle = min(taken), statistics.median(taken)
        print(f"{name:38s} {low * 1e3:8.1f} {middle * 1e3:8.1f} ms  {low / least:5.2f} x floor")


if __name__ == "__main__":
    main()
