"""How far accounting and checking a million zones are from copying their input.

Run ``python benchmarks/bench_account.py [--zones 1000000] [--rounds 7]``; nothing but zonecarbon is needed.

First the kernel, then the same through the public names: ``Account.total`` of energy and CO2 by zone and year, and
``check`` of the four targets of torch-2025 (which makes both totals, CO2 once more at the base year's grid factors, and
a trend test for every zone). Quantities are (zones, 12 flows, 20 years), 1.92 GB for a million zones; energy has one
coefficient table, CO2 one for each of 31 provinces. All forms run in turn in one process, so that what else the machine
does falls on all of them; the ratio is minimum over minimum, and equal answers are asserted first. ``np.copyto``
between existing arrays writes past the cache and is a flattering yardstick. The naive form needs twice its input on
top, so it runs on a part of the zones, beside a copy of that part.
"""

import argparse
import gc
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np

import zonecarbon as zc
from zonecarbon._typing import FloatArray
from zonecarbon.kernels.emission import sum_flows
from zonecarbon.vocabulary import provinces

FLOWS, YEARS, GROUPS = 12, 20, 31
NAIVE_ZONES = 100_000
CARRIERS = (
    *("raw_coal", "coke", "gasoline", "diesel", "fuel_oil", "lpg", "lng", "natural_gas", "crude_oil", "heat"),
    *("electricity", ("electricity", "final", "onsite_nonfossil")),
)
# No factor is published for them.
NO_FACTOR = ("54-xizang", "71-taiwan", "81-xianggang", "82-aomen")


def _fill(quantity: FloatArray, rng: np.random.Generator) -> None:
    """Fill in blocks, so that making the input needs no second one."""
    for start in range(0, len(quantity), 10_000):
        rng.standard_exponential(out=quantity[start : start + 10_000])


def _peak_mb() -> float:
    """Return the largest resident size so far [MB]."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _interleave(forms: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Run every form once a round and return the seconds of each."""
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    gc.disable()
    for _ in range(rounds):
        for name, form in forms.items():
            start = time.perf_counter()
            form()
            seconds[name].append(time.perf_counter() - start)
    gc.enable()
    return seconds


def _print(seconds: dict[str, list[float]], yardstick: str, cells: int) -> None:
    copy = min(seconds[yardstick])
    for name, taken in seconds.items():
        low, middle = min(taken), statistics.median(taken)
        print(
            f"{name:34s} {low * 1e3:10.3f} {middle * 1e3:10.3f} ms  {low / copy:6.2f} x copy"
            f"  {low / cells * 1e9:7.1f} ns per zone-year"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--zones", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    zones, rounds = options.zones, max(5, options.rounds)
    rng = np.random.default_rng(1)
    quantity = np.empty((zones, FLOWS, YEARS))
    _fill(quantity, rng)
    tce, co2 = rng.random((FLOWS, YEARS)), rng.random((GROUPS, FLOWS, YEARS))
    province = rng.integers(0, GROUPS, zones)
    target, energy, carbon = np.ones_like(quantity), np.ones((YEARS, zones)).T, np.ones((YEARS, zones)).T

    before = _peak_mb()
    sum_flows(quantity, tce, out=energy)
    sum_flows(quantity, co2, province, out=carbon)
    growth = _peak_mb() - before

    part = slice(0, min(zones, NAIVE_ZONES))
    some, some_target, some_province = quantity[part], target[part], province[part]
    np.testing.assert_allclose(carbon[part], (some * co2[some_province]).sum(1), rtol=1e-13)
    np.testing.assert_allclose(energy[part], (some * tce).sum(1), rtol=1e-13)

    print(f"{zones} zones x {FLOWS} flows x {YEARS} years, {quantity.nbytes / 1e9:.3f} GB, numpy {np.__version__}")
    print(f"{'':34s} {'min':>10s} {'median':>10s}")
    whole: dict[str, Callable[[], object]] = {
        "np.copyto": lambda: np.copyto(target, quantity),
        "sum_flows tce (one table)": lambda: sum_flows(quantity, tce, out=energy),
        "sum_flows CO2 (31 provinces)": lambda: sum_flows(quantity, co2, province, out=carbon),
    }
    _print(_interleave(whole, rounds), "np.copyto", zones * YEARS)
    print(f"naive, on {len(some)} zones")
    naive: dict[str, Callable[[], object]] = {
        "np.copyto (part)": lambda: np.copyto(some_target, some),
        "(q * EF[province]).sum(1)": lambda: (some * co2[some_province]).sum(1),
        "sum_flows CO2 (part)": lambda: sum_flows(some, co2, some_province, out=carbon[part]),
    }
    _print(_interleave(naive, rounds), "np.copyto (part)", len(some) * YEARS)
    print(f"peak memory of both sums above inputs and outputs: {growth:.1f} MB")
    _public(quantity, target, rng, rounds)


def _public(quantity: FloatArray, target: FloatArray, rng: np.random.Generator, rounds: int) -> None:
    """Measure account and check as a user calls them."""
    zones = len(quantity)
    known = [province for province in provinces() if province not in NO_FACTOR]
    activity = zc.Activity.from_arrays(
        quantity,
        flows=CARRIERS,
        zones=np.arange(zones),
        years=range(2006, 2006 + YEARS),
        value_added=rng.random((zones, YEARS)) + 1.0,
        price_year=2020,
        provinces=[known[i % len(known)] for i in range(zones)],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(activity)
    few = slice(0, 100)
    table = account.coefficients.energy
    np.testing.assert_allclose(account.total("energy")[few], (quantity[few] * table).sum(1), rtol=1e-12)
    before = _peak_mb()
    zc.check(account, "torch-2025")
    growth = _peak_mb() - before
    print("through the public names")
    public: dict[str, Callable[[], object]] = {
        "np.copyto": lambda: np.copyto(target, quantity),
        "account.total('energy')": lambda: account.total("energy"),
        "account.total('co2')": lambda: account.total("co2"),
        "check(account, 'torch-2025')": lambda: zc.check(account, "torch-2025"),
    }
    _print(_interleave(public, rounds), "np.copyto", zones * YEARS)
    print(f"peak memory of check above the account: {growth:.1f} MB")


if __name__ == "__main__":
    main()
