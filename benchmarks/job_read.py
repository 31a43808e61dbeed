"""Read: a long CSV of energy, a million rows, fully validated into arrays.

The limit is the fastest bare read of the same file that is installed (pandas, pandas with pyarrow, pyarrow, polars): it
gives a table and no more. Ours gives an Activity: names and units looked up, quantities converted, repetitions and gaps
found, slips of units looked for. The file is synthetic: zones with twenty years of twelve carriers, growing smoothly.

The goal is on one core for all alike: pyarrow and polars, which read with as many threads as there are cores, are told
to take one. The same reads with all cores are further rows, without a goal, in a process of their own, because polars
asks once how many threads it may have.
"""

import multiprocessing
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal, on_cores, rise_of, without

ROWS = 1_000_000
YEARS = range(2005, 2025)
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
POLARS = "POLARS_MAX_THREADS"
OURS = "zc.read"
PER_UNIT = {"natural_gas": 1e4, "coke_oven_gas": 1e4, "electricity": 10.0}


def write_file(path: Path, rows: int) -> None:
    """Write a synthetic energy table, some zones at a time."""
    rng = np.random.default_rng(5)
    each = len(YEARS) * len(CARRIERS)
    keys = [f",{year},{name}," for year in YEARS for name, _ in CARRIERS.values()]
    units = [f",{unit}\n" for _, unit in CARRIERS.values()] * len(YEARS)
    with path.open("w", encoding="utf-8") as file:
        file.write("zone,year,carrier,quantity,unit\n")
        for zone in range(-(-rows // each)):
            level = rng.lognormal(8, 1.5, (1, len(CARRIERS)))
            growth = np.exp(np.cumsum(rng.normal(0.03, 0.06, (len(YEARS), len(CARRIERS))), axis=0))
            amount = (level * growth).round(2).ravel().tolist()[: rows - zone * each]
            lines = zip(keys, amount, units, strict=False)
            name = f"示例高新区{zone:05d}"
            file.writelines(f"{name}{key}{value}{unit}" for key, value, unit in lines)


def bare_reads(path: Path) -> tuple[dict[str, Callable[[], Any]], list[str]]:
    """Return what reads the file without asking what is in it, and what is not installed."""
    import pandas as pd

    reads: dict[str, Callable[[], Any]] = {"pandas": lambda: pd.read_csv(path)}
    absent = []
    for name, module in (("pyarrow", "pyarrow.csv"), ("polars", "polars")):
        try:
            library: Any = import_module(module)
        except ImportError:
            absent.append(without(module, name))
            continue
        reads[name] = partial(library.read_csv, str(path))
    if "pyarrow" in reads:
        reads["pandas with pyarrow"] = lambda: pd.read_csv(path, engine="pyarrow")
    return reads, absent


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


def cases(quick: bool) -> Iterator[Case]:
    """Yield the case, on one core and with all of them."""
    rows = 4_800 if quick else ROWS
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "energy.csv", Path(folder) / "small.csv"
        write_file(path, rows)
        write_file(small, 240)
        with _one_thread():
            ours(small)
            rise = rise_of(lambda: ours(path))
            yield _case(path, rows, rise)
        spawned = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, spawned, initializer=_start, initargs=(str(small),)) as worker:
            yield _all_cores(path, rows, worker)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let pyarrow have one thread; polars, if nothing imported it before, and what is started here."""
    pyarrow: Any = import_module("pyarrow") if not without("pyarrow", "") else None
    threads = pyarrow.cpu_count() if pyarrow else 0
    os.environ[POLARS] = "1"
    if pyarrow:
        pyarrow.set_cpu_count(1)
    try:
        with on_cores(1):
            import_module("pandas")
            yield
    finally:
        del os.environ[POLARS]
        if pyarrow:
            pyarrow.set_cpu_count(threads)


def _case(path: Path, rows: int, rise: float) -> Case:
    reads, absent = bare_reads(path)
    activity = ours(path)
    assert activity.rows is not None
    assert len(activity.rows.number) == rows
    expected = float(reads["pandas"]()["quantity"].sum())
    each = np.nansum(activity.quantity, axis=(0, 1, 3))
    total = sum(value / PER_UNIT.get(flow.carrier, 1.0) for flow, value in zip(activity.flows, each, strict=True))
    np.testing.assert_allclose(total, expected, rtol=1e-9)
    bare = [Form(f"bare read, {name}", "limit", call) for name, call in reads.items()]
    names = [form.name for form in bare]
    size = array_bytes(activity)
    return Case(
        _title(path, rows),
        [*bare, Form("zc.read", "ours", lambda: ours(path))],
        [Goal("zc.read", "the fastest bare read", 1.8, among=names)],
        rounds=15,
        absent=absent,
        facts=[f"memory of zc.read: {rise / 1e6:.0f} MB at most, {rise / size:.1f} times the arrays of the answer"],
    )


def _title(path: Path, rows: int) -> str:
    return f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB"


def _all_cores(path: Path, rows: int, worker: Executor) -> Case:
    """Return the same reads by a process that was never told to take one thread."""
    cores = os.cpu_count() or 1
    names = bare_reads(path)[0]

    def call(name: str) -> Callable[[], None]:
        return lambda: worker.submit(_elsewhere, name, str(path)).result()

    bare = [Form(f"bare read, {name}", "limit", call(name), workers=cores) for name in names]
    ours_too = Form("zc.read", "ours", call(OURS), workers=cores)
    return Case(f"{_title(path, rows)}, all {cores} cores", [*bare, ours_too], rounds=15)


def _start(small: str) -> None:
    """Import what reads, in the process that has all cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    for name in (*bare_reads(Path(small))[0], OURS):
        _elsewhere(name, small)


def _elsewhere(name: str, path: str) -> None:
    """Read a file and let the answer go."""
    ours(Path(path)) if name == OURS else bare_reads(Path(path))[0][name]()
