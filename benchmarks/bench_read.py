"""Reading a long CSV of energy, fully validated into arrays, beside the fastest bare read of the same file.

    python benchmarks/bench_read.py [--rows 1000000] [--rounds 9]

The file is synthetic: zones with twenty years of twelve carriers, growing smoothly. A bare read (pandas, pandas with
pyarrow, pyarrow, polars, whichever are installed) gives a table and no more; ours gives an Activity: names and units
looked up, quantities converted, repetitions and gaps found, slips of units looked for. Rounds are interleaved; the
figure is the minimum. Memory is the peak of a fresh process above what the imports take, beside the arrays of the
answer.
"""

import argparse
import gc
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import zonecarbon as zc

CARRIERS = {
    "raw_coal": ("原煤", "吨"),
    "natural_gas": ("天然气", "万立方米"),
    "electricity": ("电力", "万千瓦时"),
    "diesel": ("柴油", "吨"),
    "heat": ("热力", "百万千焦"),
    "coke": ("焦炭", "吨"),
    "gasoline": ("汽油", "吨"),
    "lpg": ("液化石油气", "吨"),
    "fuel_oil": ("燃料油", "吨"),
    "lng": ("液化天然气", "吨"),
    "coke_oven_gas": ("焦炉煤气", "万立方米"),
    "kerosene": ("煤油", "吨"),
}
YEARS = range(2005, 2025)


def write_file(path: Path, rows: int) -> None:
    """Write a synthetic energy table."""
    rng = np.random.default_rng(5)
    zones = -(-rows // (len(YEARS) * len(CARRIERS)))
    level = rng.lognormal(8, 1.5, (zones, 1, len(CARRIERS)))
    growth = np.exp(np.cumsum(rng.normal(0.03, 0.06, (zones, len(YEARS), len(CARRIERS))), axis=1))
    amount = (level * growth).round(2).ravel().tolist()
    keys = [
        f"示例高新区{zone:05d},{year},{name},"
        for zone in range(zones)
        for year in YEARS
        for name, _ in CARRIERS.values()
    ]
    units = [unit for _, unit in CARRIERS.values()] * (zones * len(YEARS))
    lines = (f"{key}{value},{unit}\n" for key, value, unit in zip(keys[:rows], amount, units, strict=False))
    with path.open("w", encoding="utf-8") as file:
        file.write("zone,year,carrier,quantity,unit\n")
        file.writelines(lines)


def bare_reads(path: Path) -> dict[str, Callable[[], Any]]:
    """Return what reads the file without asking what is in it."""
    import pandas as pd

    reads: dict[str, Callable[[], Any]] = {"pandas": lambda: pd.read_csv(path)}
    for name, module in (("pyarrow", "pyarrow.csv"), ("polars", "polars")):
        try:
            library: Any = import_module(module)
        except ImportError:
            continue
        reads[name] = partial(library.read_csv, str(path))
        if name == "pyarrow":
            reads["pandas, pyarrow engine"] = lambda: pd.read_csv(path, engine="pyarrow")
    return reads


def ours(path: Path) -> zc.Activity:
    """Return the activity of the file, without its warnings printed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)
        return zc.read(path)


def array_bytes(activity: zc.Activity) -> int:
    """Return the bytes of the arrays of an activity, rows included."""
    assert activity.rows is not None
    arrays = [activity.quantity, activity.value_added, activity.value_added_total, activity.price_year]
    return sum(array.nbytes for array in (*arrays, *activity.rows.cells, activity.rows.number))


PEAK = """
import sys, warnings
import numpy, pandas, zonecarbon as zc
from zonecarbon.tabular import read
try:
    from pyarrow import csv, compute
except ImportError:
    pass
def peak():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return int(lines["VmHWM"].split()[0]) * 1024
warnings.simplefilter("ignore")
read(sys.argv[2])
before = peak()
activity = read(sys.argv[1])
print(peak() - before)
"""


def peak_bytes(path: Path, small: Path) -> int:
    """Return how far the peak memory of a fresh process rises while it reads, after a small file was read."""
    done = subprocess.run([sys.executable, "-c", PEAK, path, small], check=True, capture_output=True, text=True)
    return int(done.stdout)


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "energy.csv", Path(folder) / "small.csv"
        write_file(path, options.rows)
        write_file(small, 240)
        reads: dict[str, Callable[[], Any]] = {**bare_reads(path), "zonecarbon": lambda: ours(path)}
        activity = ours(path)
        assert activity.rows is not None
        assert len(activity.rows.number) == options.rows
        expected = float(reads["pandas"]()["quantity"].sum())
        factor = {"natural_gas": 1e4, "coke_oven_gas": 1e4, "electricity": 10.0}
        each = np.nansum(activity.quantity, axis=(0, 1, 3))
        total = sum(value / factor.get(flow.carrier, 1.0) for flow, value in zip(activity.flows, each, strict=True))
        assert abs(total - expected) <= 1e-9 * expected, (total, expected)
        times: dict[str, list[float]] = {name: [] for name in reads}
        for _ in range(options.rounds):
            for name, read in reads.items():
                gc.collect()
                start = time.perf_counter()
                read()
                times[name].append(time.perf_counter() - start)
        fastest = min(min(times[name]) for name in times if name != "zonecarbon")
        print(f"{options.rows} rows, {path.stat().st_size / 1e6:.0f} MB, {options.rounds} rounds, minimum (median)")
        for name, seconds in times.items():
            median = sorted(seconds)[len(seconds) // 2]
            print(
                f"  {name:24} {min(seconds):7.3f} s ({median:.3f})   {min(seconds) / fastest:5.2f} of the fastest bare"
            )
        peak, size = peak_bytes(path, small), array_bytes(activity)
        print(f"  peak memory {peak / 1e6:.0f} MB, arrays of the answer {size / 1e6:.0f} MB: {peak / size:.1f} times")


if __name__ == "__main__":
    main()
