"""Read: a long CSV of energy, a million rows, fully validated into arrays.

The limit is the fastest bare read of the same file that is installed (pandas, pandas with pyarrow, pyarrow, polars): it
gives a table and no more. Ours gives an Activity: names and units looked up, quantities converted, repetitions and gaps
found, slips of units looked for. The file is synthetic: zones with twenty years of twelve carriers, growing smoothly.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal, rise_of, without

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
    """Yield the case."""
    rows = 4_800 if quick else ROWS
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "energy.csv", Path(folder) / "small.csv"
        write_file(path, rows)
        write_file(small, 240)
        ours(small)
        rise = rise_of(lambda: ours(path))
        yield _case(path, rows, rise)


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
        f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB",
        [*bare, Form("zc.read", "ours", lambda: ours(path))],
        [Goal("zc.read", "the fastest bare read", 1.8, among=names)],
        rounds=15,
        absent=absent,
        facts=[f"memory of zc.read: {rise / 1e6:.0f} MB at most, {rise / size:.1f} times the arrays of the answer"],
    )
