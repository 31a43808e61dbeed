"""How far an exact decomposition is from taking its logarithms, and from how others do it.

Run ``python benchmarks/bench_decompose.py [--zones 10000] [--rounds 15]``; nothing but zonecarbon is needed.

CO2 = A * VA_s/A * E_s/VA_s * C_s/E_s over 10 sectors: activity, structure, intensity, factor, from value added, energy
and CO2. Base to end and year chains (20 years), for 169 zones and for ``--zones``. Each case runs four forms on the
same arrays in turn in one process, so that what else the machine does falls on all of them; ratios are minimum over
minimum, and equal answers are asserted first:

* ``effects``, with the exact log-mean, zeros as limits, and no more memory than a block;
* the plain numpy form: factors, logarithms, and (b - a) / ln(b / a) of whole arrays. It is right on this input, which
  has no zeros and no equal values;
* ``np.log`` of the four ratios of the variables in blocks: the work that no form can avoid;
* PyLMDI's way of working, written again; not its code: an object for each zone and period that loops over factors and
  sectors. Its log-mean of equal values is 0, so answers are compared where no value stays as it is. It runs on a part
  of the zones and is scaled.

Then the cost of zeros, and the public verb on an account.
"""

import argparse
import gc
import statistics
import time
import tracemalloc
import warnings
from collections.abc import Callable

import numpy as np

import zonecarbon as zc
from zonecarbon._typing import FloatArray
from zonecarbon.kernels.lmdi import effects

SECTORS, YEARS = 10, 20
FLOOR_BLOCK = 10_240
SHORT = 0.02  # seconds that a form is given in a round
LOOPS = 400  # objects of PyLMDI's way in one round
EXPONENTS = np.array([[1, 0, 0, 0], [-1, 1, 0, 0], [0, -1, 1, 0], [0, 0, -1, 1]])
Tables = list[FloatArray]
Forms = dict[str, Callable[[], object]]


class _PerZone:
    """PyLMDI's way of working, written again; not its code."""

    def __init__(self, value0: FloatArray, value1: FloatArray, factors0: Tables, factors1: Tables) -> None:
        self.value0, self.value1, self.factors0, self.factors1 = value0, value1, factors0, factors1

    @staticmethod
    def log_mean(a: float, b: float) -> float:
        """Return 0 for equal values, which is the fault that the comparison stays away from."""
        return 0.0 if a == b else float((b - a) / (np.log(b) - np.log(a)))

    def additive(self) -> list[float]:
        """Return the effect of each factor."""
        effects = []
        for before, after in zip(self.factors0, self.factors1, strict=True):
            terms = [
                self.log_mean(v0, v1) * np.log(x1 / x0)
                for v0, v1, x0, x1 in zip(self.value0, self.value1, before, after, strict=True)
            ]
            effects.append(float(sum(terms)))
        return effects


def _tables(zones: int, years: int, rng: np.random.Generator) -> Tables:
    """Return A, VA, E and C (zone, sector, year): yearly steps of 10 % in each factor."""

    def walk() -> FloatArray:
        steps = rng.normal(0.0, 0.1, (zones, SECTORS, years))
        steps[..., 0] += rng.normal(0.0, 1.0, (zones, SECTORS))
        return np.asarray(np.exp(np.cumsum(steps, axis=-1)))

    value_added = walk()
    energy = value_added * walk()
    return [value_added.sum(axis=1, keepdims=True), value_added, energy, energy * walk()]


def _ends(tables: Tables, chained: bool) -> tuple[Tables, Tables]:
    """Return the starts and the ends of the years, or of the whole time as arrays of their own."""
    if chained:
        return [table[..., :-1] for table in tables], [table[..., 1:] for table in tables]
    return [table[..., :1].copy() for table in tables], [table[..., -1:].copy() for table in tables]


def _factors(tables: Tables) -> Tables:
    total, value_added, energy, co2 = tables
    spread = np.broadcast_to(total, value_added.shape)
    return [spread, value_added / total, energy / value_added, co2 / energy]


def _plain(start: Tables, end: Tables) -> FloatArray:
    """Return the effects as a textbook has them."""
    v0, v1 = start[3], end[3]
    mean = (v1 - v0) / np.log(v1 / v0)
    pairs = zip(_factors(start), _factors(end), strict=True)
    return np.stack([(mean * np.log(after / before)).sum(axis=1) for before, after in pairs], axis=-1)


def _logs(start: Tables, end: Tables) -> None:
    """Take the logarithms of four full ratios, in blocks that stay in the cache."""
    shape = start[3].shape
    rows = max(1, FLOOR_BLOCK // (shape[1] * shape[2]))
    spare = np.empty((rows, *shape[1:]))
    pairs = list(zip([start[1], *start[1:]], [end[1], *end[1:]], strict=True))
    for begin in range(0, shape[0], rows):
        for before, after in pairs:
            ratio = np.divide(after[begin : begin + rows], before[begin : begin + rows], out=spare[: shape[0] - begin])
            np.log(ratio, out=ratio)


def _per_zone(start: Tables, end: Tables, zones: int) -> FloatArray:
    """Return the effects of some zones by an object for each zone and period."""
    before, after = _factors([x[:zones] for x in start]), _factors([x[:zones] for x in end])
    found = [
        [
            _PerZone(
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


def _peak_mb(form: Callable[[], object]) -> float:
    """Return the most memory that a call holds at once, its answer with it [MB]."""
    tracemalloc.start()
    form()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def _interleave(forms: Forms, rounds: int) -> dict[str, list[float]]:
    """Run every form in every round, short ones several times, and return the seconds of one call of each."""
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    calls = dict.fromkeys(forms, 1)
    gc.disable()
    for _ in range(rounds):
        for name, form in forms.items():
            start = time.perf_counter()
            for _ in range(calls[name]):
                form()
            seconds[name].append((time.perf_counter() - start) / calls[name])
            calls[name] = max(1, int(SHORT / min(seconds[name])))
    gc.enable()
    return seconds


def _print(name: str, low: float, middle: float, ours: float, cells: int) -> None:
    ratio = "" if low == ours else f"   effects = {ours / low:6.3f} x of it, it = {low / ours:7.2f} x effects"
    print(f"  {name:30s} {low * 1e3:11.3f} {middle * 1e3:11.3f} ms {low / cells * 1e9:8.1f} ns per cell{ratio}")


def _compare(tables: Tables, chained: bool, rounds: int) -> None:
    """Measure one case and print it."""
    start, end = _ends(tables, chained)
    zones, _, periods = start[3].shape
    few = max(1, min(zones, LOOPS // periods))
    found = effects(start, end, EXPONENTS).effect
    growth = _peak_mb(lambda: effects(start, end, EXPONENTS))
    plain_growth = _peak_mb(lambda: _plain(start, end))
    plain = _plain(start, end)
    np.testing.assert_allclose(found, plain, rtol=1e-7, atol=1e-10 * float(np.abs(plain).max()))
    np.testing.assert_allclose(_per_zone(start, end, few), plain[:few], rtol=1e-7, atol=1e-10 * np.abs(plain).max())
    change = (end[3] - start[3]).sum(axis=1)
    larger = np.maximum(start[3].sum(axis=1), end[3].sum(axis=1))
    closure = float((np.abs(found.sum(axis=-1) - change) / larger).max())
    cells = zones * SECTORS * periods
    forms: Forms = {
        "effects": lambda: effects(start, end, EXPONENTS),
        "plain numpy": lambda: _plain(start, end),
        "np.log of the ratios": lambda: _logs(start, end),
        "PyLMDI's way": lambda: _per_zone(start, end, few),
    }
    seconds = _interleave(forms, rounds)
    what = f"year chains, {periods} periods" if chained else "base to end"
    print(f"{what}: {zones} zones x {SECTORS} sectors; closure {closure:.0e} of the larger total")
    print(f"  {'':30s} {'min':>11s} {'median':>11s}")
    ours = min(seconds["effects"])
    for name, taken in seconds.items():
        is_part = name == "PyLMDI's way"
        scale = zones / few if is_part else 1.0
        label = f"{name} ({few} zones, scaled)" if is_part else name
        _print(label, min(taken) * scale, statistics.median(taken) * scale, ours, cells)
    answer = found.nbytes * 1.25 / 1e6
    print(
        f"  memory above the input: effects {growth:.1f} MB, of that {answer:.1f} MB the answer;"
        f" plain numpy {plain_growth:.1f} MB"
    )


def _zeros(tables: Tables, rounds: int, rng: np.random.Generator) -> None:
    """Measure what zeros cost."""
    start, end = _ends(tables, chained=False)
    unused, new = rng.random(start[3].shape) < 0.5, rng.random(start[3].shape) < 0.01
    idle = [[x[0], *(np.where(unused, 0.0, table) for table in x[1:])] for x in (start, end)]
    appearing = [start[0], *(np.where(new, 0.0, table) for table in start[1:])]
    forms: Forms = {
        "effects": lambda: effects(start, end, EXPONENTS),
        "half of the cells not used": lambda: effects(idle[0], idle[1], EXPONENTS),
        "1 % of the cells appear": lambda: effects(appearing, end, EXPONENTS),
    }
    seconds = _interleave(forms, rounds)
    print(f"zeros, base to end: {len(start[3])} zones x {SECTORS} sectors")
    for name, taken in seconds.items():
        _print(name, min(taken), statistics.median(taken), min(seconds["effects"]), start[3].size)


def _public(zones: int, rounds: int, rng: np.random.Generator) -> None:
    """Measure the verb on an account of two carriers, base to end."""
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(activity)
        growth = _peak_mb(lambda: zc.decompose(account, base=2020, end=2021))
        start = [quantity[..., 0].copy()] * 4
        end = [quantity[..., 1].copy()] * 4
        forms: Forms = {
            "decompose": lambda: zc.decompose(account, base=2020, end=2021),
            "np.log of four ratios": lambda: _logs(start, end),
        }
        seconds = _interleave(forms, rounds)
    print(f"decompose(account): {zones} zones x {SECTORS} sectors x 2 carriers, base to end")
    low = {name: min(taken) for name, taken in seconds.items()}
    for name, taken in seconds.items():
        print(f"  {name:30s} {low[name] * 1e3:11.3f} {statistics.median(taken) * 1e3:11.3f} ms")
    ratio = low["decompose"] / low["np.log of four ratios"]
    print(f"  decompose = {ratio:.1f} x np.log; memory above the account: {growth:.1f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--zones", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    rounds = max(5, options.rounds)
    rng = np.random.default_rng(1)
    print(f"numpy {np.__version__}, minimum of {rounds} interleaved rounds")
    for zones in (169, options.zones):
        tables = _tables(zones, YEARS, rng)
        for chained in (False, True):
            _compare(tables, chained, rounds)
    _zeros(tables, rounds, rng)
    _public(options.zones, rounds, rng)


if __name__ == "__main__":
    main()
