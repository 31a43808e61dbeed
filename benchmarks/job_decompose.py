"""Decompose: exact effects on CO2 of 10,000 zones with ten sectors.

CO2 = A * VA_s/A * E_s/VA_s * C_s/E_s: activity, structure, intensity, factor, from value added, energy and CO2. The
limit is ``np.log`` of the four ratios, in blocks that stay in the cache: no form can avoid it. The goal is 1.6 times
that for chains of years and 2.0 from base to end: a row to be summed has ten values there, and one einsum over 10,000
such rows takes 0.10 ms where dividing and taking the logarithm take 0.27; five of them are needed. Sums by column
or by a product of matrices are slower (0.22 and 0.16 ms) and round otherwise. What a user would pick:

* numpy as a textbook has it, whole arrays and (b - a) / ln(b / a). It is right on this input, which has no zeros and no
  equal values;
* PyLMDI's way of working, written again and not its code: an object for each zone that loops over factors and sectors.
  Its log-mean of equal values is 0, so answers are compared where no value stays as it is;
* kaya-decomposition, which takes one region at a time and has one identity (six factors, no sectors). It is compared
  with ``decompose`` of a table under the same identity.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal, rise_of, without
from benchmarks.portfolios import account_of
from zonecarbon._typing import FloatArray
from zonecarbon.kernels.lmdi import effects

SECTORS, YEARS = 10, 20
BLOCK = 10_240
LOOPS, REGIONS = 200, 2
EXPONENTS = np.array([[1, 0, 0, 0], [-1, 1, 0, 0], [0, -1, 1, 0], [0, 0, -1, 1]])
# The identity of kaya-decomposition: its variables and units, and our names of the same columns.
KAYA = {
    "population": ("Population", "million"),
    "gdp": ("GDP|PPP", "billion USD_2010/yr"),
    "final": ("Final Energy", "EJ/yr"),
    "primary": ("Primary Energy", "EJ/yr"),
    "fossil": ("Primary Energy|Fossil", "EJ/yr"),
    "co2": ("Total Fossil Carbon", "Mt CO2/yr"),
    "net": ("Net Fossil Carbon", "Mt CO2/yr"),
}
IDENTITY = "co2 = population * gdp/population * final/gdp * primary/final * fossil/primary * co2/fossil"
Tables = list[FloatArray]


class PerZone:
    """PyLMDI's way of working, written again; not its code."""

    def __init__(self, value0: FloatArray, value1: FloatArray, factors0: Tables, factors1: Tables) -> None:
        self.value0, self.value1, self.factors0, self.factors1 = value0, value1, factors0, factors1

    @staticmethod
    def log_mean(a: float, b: float) -> float:
        """Return 0 for equal values, which is the fault that the comparison stays away from."""
        return 0.0 if a == b else float((b - a) / (np.log(b) - np.log(a)))

    def additive(self) -> list[float]:
        """Return the effect of each factor."""
        found = []
        for before, after in zip(self.factors0, self.factors1, strict=True):
            terms = [
                self.log_mean(v0, v1) * np.log(x1 / x0)
                for v0, v1, x0, x1 in zip(self.value0, self.value1, before, after, strict=True)
            ]
            found.append(float(sum(terms)))
        return found


def walks(zones: int, years: int, rng: np.random.Generator) -> Tables:
    """Return A, VA, E and C (zone, sector, year): yearly steps of 10 % in each factor."""

    def walk() -> FloatArray:
        steps = rng.normal(0.0, 0.1, (zones, SECTORS, years))
        steps[..., 0] += rng.normal(0.0, 1.0, (zones, SECTORS))
        return np.asarray(np.exp(np.cumsum(steps, axis=-1)))

    value_added = walk()
    energy = value_added * walk()
    return [value_added.sum(axis=1, keepdims=True), value_added, energy, energy * walk()]


def ends(tables: Tables, chained: bool) -> tuple[Tables, Tables]:
    """Return the starts and the ends of the years, or of the whole time as arrays of their own."""
    if chained:
        return [table[..., :-1] for table in tables], [table[..., 1:] for table in tables]
    return [table[..., :1].copy() for table in tables], [table[..., -1:].copy() for table in tables]


def factors_of(tables: Tables) -> Tables:
    """Return the four factors, each at full shape."""
    total, value_added, energy, co2 = tables
    return [np.broadcast_to(total, value_added.shape), value_added / total, energy / value_added, co2 / energy]


def textbook(start: Tables, end: Tables) -> FloatArray:
    """Return the effects as a textbook has them."""
    v0, v1 = start[3], end[3]
    mean = (v1 - v0) / np.log(v1 / v0)
    pairs = zip(factors_of(start), factors_of(end), strict=True)
    return np.stack([(mean * np.log(after / before)).sum(axis=1) for before, after in pairs], axis=-1)


def logs(start: Sequence[FloatArray], end: Sequence[FloatArray]) -> None:
    """Take the logarithms of the ratios of four tables, in blocks that stay in the cache."""
    shape = start[0].shape
    rows = max(1, BLOCK // (shape[1] * shape[2]))
    spare = np.empty((rows, *shape[1:]))
    for begin in range(0, shape[0], rows):
        for before, after in zip(start, end, strict=True):
            ratio = np.divide(after[begin : begin + rows], before[begin : begin + rows], out=spare[: shape[0] - begin])
            np.log(ratio, out=ratio)


def per_zone(start: Tables, end: Tables, zones: int) -> FloatArray:
    """Return the effects of some zones by an object for each zone and period."""
    before, after = factors_of([x[:zones] for x in start]), factors_of([x[:zones] for x in end])
    found = [
        [
            PerZone(
                start[3][zone, :, period],
                end[3][zone, :, period],
                [x[zone, :, period] for x in before],
                [x[zone, :, period] for x in after],
            ).additive()
            for period in range(start[3].shape[2])
        ]
        for zone in range(zones)
    ]
    return np.array(found)


def cases(quick: bool) -> Iterator[Case]:
    """Yield the cases: two sizes, a chain of years, the verb, and the identity of kaya-decomposition."""
    zones = 40 if quick else 10_000
    rng = np.random.default_rng(1)
    tables = walks(zones, 3 if quick else YEARS, rng)
    yield _kernel(tables, chained=False, goal=2.0)
    yield _kernel([table[:169] for table in tables], chained=False, goal=None)
    yield _kernel(tables, chained=True, goal=1.6)
    yield _verb(zones, rng)
    yield _identity(zones, rng, quick)


def _kernel(tables: Tables, chained: bool, goal: float | None) -> Case:
    start, end = ends(tables, chained)
    zones, _, periods = start[3].shape
    few = max(1, min(zones, LOOPS // periods))
    full = [start[1], *start[1:]], [end[1], *end[1:]]
    found, plain = effects(start, end, EXPONENTS).effect, textbook(start, end)
    near: Any = {"rtol": 1e-7, "atol": 1e-10 * float(np.abs(plain).max())}
    np.testing.assert_allclose(found, plain, **near)
    np.testing.assert_allclose(per_zone(start, end, few), plain[:few], **near)
    change = (end[3] - start[3]).sum(axis=1)
    larger = np.maximum(start[3].sum(axis=1), end[3].sum(axis=1))
    closure = float((np.abs(found.sum(axis=-1) - change) / larger).max())
    assert closure < 1e-12
    what = f"year chains of {periods} periods" if chained else "base to end"
    return Case(
        f"{what}, {zones:,} zones x {SECTORS} sectors x 4 factors",
        [
            Form("np.log of the ratios", "limit", lambda: logs(*full)),
            Form("effects", "ours", lambda: effects(start, end, EXPONENTS)),
            Form("numpy, textbook", "peer", lambda: textbook(start, end)),
            Form("PyLMDI's loop", "peer", lambda: per_zone(start, end, few), few / zones, 3),
        ],
        [] if goal is None else [Goal("effects", "np.log of the ratios", goal)],
        rounds=15,
        facts=[f"closure: {closure:.0e} of the larger total"],
    )


def _verb(zones: int, rng: np.random.Generator) -> Case:
    quantity = rng.lognormal(8.0, 1.0, (zones, SECTORS, 2, 2))
    activity = zc.Activity.from_arrays(
        quantity,
        flows=("raw_coal", "electricity"),
        zones=np.arange(zones),
        sectors=[f"s{i}" for i in range(SECTORS)],
        years=(2020, 2021),
        value_added=rng.lognormal(8.0, 1.0, (zones, SECTORS, 2)),
        price_year=2020,
        provinces="全国",
    )
    account = account_of(activity)
    start, end = ([quantity[..., year].copy()] * 4 for year in (0, 1))
    call = _quiet(lambda: zc.decompose(account, base=2020, end=2021))
    rise = rise_of(call)
    pool = ThreadPoolExecutor(2)

    def with_workers() -> zc.Decomposition:
        return zc.decompose(account, base=2020, end=2021, executor=pool)

    assert with_workers().effects("zone").tobytes() == call().effects("zone").tobytes(), "workers change the result"
    return Case(
        f"zc.decompose(account), {zones:,} zones x {SECTORS} sectors x 2 carriers",
        [
            Form("np.log of the ratios", "limit", lambda: logs(start, end)),
            Form("zc.decompose", "ours", call),
            Form("zc.decompose, two workers", "ours", _quiet(with_workers), workers=2),
        ],
        facts=[f"memory of zc.decompose: {rise / 1e6:.0f} MB above an account of {quantity.nbytes / 1e6:.0f} MB"],
    )


def _identity(zones: int, rng: np.random.Generator, quick: bool) -> Case:
    """Compare with kaya-decomposition, region by region, where it is installed."""
    steps = np.exp(rng.normal(0.0, 0.3, (len(KAYA), zones, 2)))
    values = dict(zip(KAYA, np.cumprod(steps, axis=0), strict=True))
    table = {
        "zone": np.repeat([f"region {i}" for i in range(zones)], 2),
        "year": np.tile([2020, 2021], zones),
        **{name: value.ravel() for name, value in values.items()},
    }
    call = _quiet(lambda: zc.decompose(table, identity=IDENTITY, base=2020, end=2021))
    forms = [Form("zc.decompose of a table", "ours", call)]
    absent = without("kaya_decomposition", "kaya-decomposition", heavy=quick)
    if not absent:
        some = min(zones, REGIONS)
        peer = _with_kaya(values, some)
        mine = np.asarray(call().effects("zone"))
        np.testing.assert_allclose(mine.reshape(zones, -1)[:some], peer(), rtol=1e-9)
        forms.append(Form("kaya-decomposition", "peer", peer, some / zones, 3))
    title = f"a table of {zones:,} regions, six factors, base to end"
    return Case(title, forms, rounds=7, absent=[absent] if absent else [])


def _with_kaya(values: dict[str, FloatArray], regions: int) -> Callable[[], FloatArray]:
    """Return a function that decomposes regions one by one with kaya-decomposition, without its correction."""
    import kaya_decomposition
    import pandas as pd
    import pyam

    rows = [
        ("m", "s", f"region {i}", *KAYA[name], year, float(values[name][i, k]))
        for name in KAYA
        for i in range(regions)
        for k, year in enumerate((2020, 2021))
    ]
    head = ["model", "scenario", "region", "variable", "unit", "year", "value"]
    frame = pyam.IamDataFrame(pd.DataFrame(rows, columns=head))
    given = kaya_decomposition.compute_kaya_factors(frame)
    each = [given.filter(region=f"region {i}") for i in range(regions)]

    def call() -> FloatArray:
        # It prints Gt: the sum over a period of one year is the effect, a thousandth of it.
        told = [
            kaya_decomposition.compute_lmdi_cumulative_sum(
                one, base_year=2020, periods=[(2020, 2021)], integration_method="endpoint", use_corrected=False
            )
            for one in each
        ]
        return np.array([one.to_numpy()[:, 0] * 1000.0 for one in told])

    return call


def _quiet(call: Callable[[], Any]) -> Callable[[], Any]:
    """Return the call, without its warnings printed."""

    def quiet() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
            return call()

    return quiet
