"""Account: energy [tce], CO2 [tCO2] and both intensities by zone and year.

The limit is ``np.copyto`` of the quantities between existing arrays: the bytes that must be touched. It writes past the
cache, so nothing that also computes can come near it. What a user would write instead: one numpy expression over the
whole arrays (it needs twice its input on top, so it runs on a part of the zones); pandas with merges and a grouped sum;
pyam with a unit conversion for each carrier and an aggregation. pyam's conversion has one factor for all years and
places, so it does energy alone.

Memory that is new for each answer has to be given by the system, page by page: 640 MB take as long as the copy of
1.92 GB. ``totals`` without ``out=`` therefore stands beside a copy and a new array of that size that is
filled, and its goals are 2.0 times that, 1.3 times with two workers. A copy by two threads, a row without a goal, says
what two cores gain of one memory.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import numpy as np

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal, rise_of, without
from benchmarks.portfolios import portfolio
from zonecarbon._typing import FloatArray

Four = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
TWICE, FRESH = "np.copyto of the quantities, two workers", "np.copyto of the quantities and filling a new answer"
NAIVE, PANDAS, PYAM = 100_000, 2_000, 40


def four(account: zc.Account, executor: Executor | None = None, out: FloatArray | None = None) -> Four:
    """Return energy, CO2 and both intensities by zone and year."""
    made = account.totals(executor=executor, out=out)
    return made.energy, made.co2, made.energy_intensity, made.co2_intensity


def copied_by_two(pool: Executor, target: FloatArray, quantity: FloatArray) -> None:
    """Copy one half in each of two threads, which do not hold each other up: what two cores gain of one memory."""
    middle = len(target) // 2
    list(pool.map(np.copyto, (target[:middle], target[middle:]), (quantity[:middle], quantity[middle:])))


def copied_and_filled(target: FloatArray, quantity: FloatArray, size: int) -> None:
    """Copy, and write as many values as an answer has into memory that is new."""
    np.copyto(target, quantity)
    np.empty(size).fill(0.0)


def naive(quantity: FloatArray, tables: tuple[FloatArray, FloatArray, FloatArray], group: Any) -> Four:
    """Return the same as one would write it: whole arrays."""
    energy, co2, money = tables
    tce = (quantity * energy).sum(1)
    carbon = (quantity * co2[group]).sum(1)
    return tce, carbon, tce / money, carbon / money


def with_pandas(account: zc.Account, zones: int) -> Any:
    """Return a function that does the same from a long table by merges and a grouped sum."""
    import pandas as pd

    quantity = account.quantity[:zones, 0]
    n, flows, years = quantity.shape
    keys = pd.MultiIndex.from_product([range(n), range(flows), range(years)], names=["zone", "flow", "year"])
    table = keys.to_frame(index=False)
    table["quantity"], table["group"] = quantity.ravel(), np.repeat(account.coefficients.group[:n], flows * years)
    places = pd.MultiIndex.from_product([range(flows), range(years)], names=["flow", "year"])
    energy = pd.Series(account.coefficients.energy.ravel(), places, name="tce").reset_index()
    groups = range(len(account.coefficients.co2))
    places = pd.MultiIndex.from_product([groups, range(flows), range(years)], names=["group", "flow", "year"])
    co2 = pd.Series(account.coefficients.co2.ravel(), places, name="co2").reset_index()
    money = pd.Series(
        account.value_added[:n].ravel(), pd.MultiIndex.from_product([range(n), range(years)], names=["zone", "year"])
    )

    def call() -> pd.DataFrame:
        joined = table.merge(energy, on=["flow", "year"]).merge(co2, on=["group", "flow", "year"])
        joined["energy"], joined["carbon"] = joined.quantity * joined.tce, joined.quantity * joined.co2
        found = joined.groupby(["zone", "year"])[["energy", "carbon"]].sum()
        found["energy_intensity"] = found.energy / money
        found["co2_intensity"] = found.carbon / money
        return found

    return call


def with_pyam(account: zc.Account, zones: int) -> Any:
    """Return a function that sums the energy of zones with pyam, one unit conversion for each carrier."""
    import pandas as pd
    import pyam

    names = [f"c{i}" for i in range(len(account.flows))]
    quantity = account.quantity[:zones, 0]
    keys = [[f"zone {i}" for i in range(zones)], [f"Energy|{name}" for name in names], account.years.tolist()]
    table = pd.MultiIndex.from_product(keys, names=["region", "variable", "year"]).to_frame(index=False)
    table["value"] = quantity.ravel()
    table["unit"] = table.variable.str.removeprefix("Energy|")  # every carrier has a unit of its own
    frame = pyam.IamDataFrame(table, model="m", scenario="s")
    factors = account.coefficients.energy[:, 0].tolist()
    assert (account.coefficients.energy == account.coefficients.energy[:, :1]).all()

    def call() -> Any:
        each = frame
        for name, factor in zip(names, factors, strict=True):
            each = each.convert_unit(name, to="tce", factor=factor)
        return each.aggregate("Energy")

    return call


def cases(quick: bool) -> Iterator[Case]:
    """Yield the cases: a portfolio beyond the caches, and that of all national zones."""
    yield _large(2_000 if quick else 1_000_000)
    yield _small(20 if quick else 169, quick)


def _large(zones: int) -> Case:
    account = portfolio(zones)
    quantity = account.quantity[:, 0]
    target = np.ones_like(quantity)
    rise = rise_of(lambda: four(account))
    part = min(zones, NAIVE)
    tables = (account.coefficients.energy, account.coefficients.co2, account.value_added[:part])
    group = account.coefficients.group[:part]
    few = slice(0, min(100, zones))
    expected = naive(quantity[few], (tables[0], tables[1], tables[2][few]), group[few])
    one = four(account)
    for mine, other in zip(one, expected, strict=True):
        np.testing.assert_allclose(mine[few], other, rtol=1e-12)
    out = np.zeros((4, quantity.shape[2], zones)).transpose(0, 2, 1)
    size = out.size
    outputs = sum(array.nbytes for array in one)
    pool = ThreadPoolExecutor(2)
    for mine, other in zip(one, four(account, pool, out), strict=True):
        assert mine.tobytes() == other.tobytes(), "workers change the result"
    del one
    return Case(
        f"{zones:,} zones x {quantity.shape[1]} flows x {quantity.shape[2]} years, {quantity.nbytes / 1e9:.2f} GB",
        [
            Form("np.copyto of the quantities", "limit", lambda: np.copyto(target, quantity)),
            Form(TWICE, "limit", lambda: copied_by_two(pool, target, quantity), workers=2),
            Form(FRESH, "limit", lambda: copied_and_filled(target, quantity, size)),
            Form("totals into given memory", "ours", lambda: four(account, None, out)),
            Form("totals into given memory, two workers", "ours", lambda: four(account, pool, out), workers=2),
            Form("totals", "ours", lambda: four(account)),
            Form("totals, two workers", "ours", lambda: four(account, pool), workers=2),
            Form("numpy, whole arrays", "peer", lambda: naive(quantity[:part], tables, group), part / zones, 3),
        ],
        [
            Goal("totals into given memory", "np.copyto of the quantities", 3.1),
            Goal("totals", FRESH, 2.0),
            Goal("totals into given memory, two workers", "np.copyto of the quantities", 1.9),
            Goal("totals, two workers", FRESH, 1.3),
        ],
        facts=[f"memory of totals: {rise / 1e6:.0f} MB at most, of that {outputs / 1e6:.0f} MB the answer"],
    )


def _small(zones: int, quick: bool) -> Case:
    account = portfolio(zones)
    quantity = account.quantity[:, 0]
    target = np.ones_like(quantity)
    tables = (account.coefficients.energy, account.coefficients.co2, account.value_added)
    group = account.coefficients.group
    one, pool = four(account), ThreadPoolExecutor(2)
    forms = [
        Form("np.copyto of the quantities", "limit", lambda: np.copyto(target, quantity)),
        Form("totals", "ours", lambda: four(account)),
        Form("totals, two workers", "ours", lambda: four(account, pool), workers=2),
        Form("numpy, whole arrays", "peer", lambda: naive(quantity, tables, group)),
    ]
    table = with_pandas(account, zones)
    np.testing.assert_allclose(table().to_numpy().reshape(zones, -1, 4), np.stack(one, axis=-1), rtol=1e-12)
    forms.append(Form("pandas, merge and group", "peer", table, rounds=5))
    absent = without("pyam", "pyam", heavy=quick)
    if not absent:
        some = min(zones, PYAM)
        frame = with_pyam(account, some)
        found = frame().data.set_index(["region", "year"])["value"]
        for zone in range(some):
            np.testing.assert_allclose(found.loc[f"zone {zone}"], one[0][zone], rtol=1e-12)
        forms.append(Form("pyam, energy alone", "peer", frame, some / zones, 3))
    return Case(
        f"{zones:,} zones x {quantity.shape[1]} flows x {quantity.shape[2]} years",
        forms,
        [Goal("totals", "", 100e-6)],
        absent=[absent] if absent else [],
    )
