"""Fixed work for ``growth`` and ``compare``: one job at one size, in a process that does nothing else.

``python -m benchmarks.workloads JOB [--zones N] [--years N] [--draws N] [--times N]`` prints, as JSON, the seconds of
the clock and of the processor of each call, the rise of the peak memory in the first one, and where zonecarbon lies.
``--times 0`` makes the input and stops, so that instructions can be counted without it.

Decided here: public names alone, those that are there since the first version, so that an older commit can be measured
by the same file. Inputs are small where a job is measured against many zones: three flows, ten years.
"""

import argparse
import json
import math
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import zonecarbon as zc
from benchmarks.job_read import CARRIERS, YEARS, write_file
from benchmarks.measuring import rise_of
from benchmarks.portfolios import account_of, coke_zones, portfolio, quantities

FLOWS, SECTORS = 3, 5
RATES = {"value_added": 0.05, "energy_intensity": -0.03, "co2_per_energy": -0.025}
SCENARIO = {
    "name": "own",
    "level": "kaya",
    **{
        driver: {"kind": "constant", "rate": rate, "uncertainty": {"shape": "normal", "sd": 0.01}}
        for driver, rate in RATES.items()
    },
}


class Size(NamedTuple):
    """How large a job is; each takes what concerns it."""

    zones: int = 1000
    years: int = 10
    draws: int = 1000


def account(size: Size, _: Path) -> Callable[[], object]:
    """Sum energy and CO2 by zone and year, and divide by value added."""
    made = portfolio(size.zones, size.years, FLOWS)
    totals: Any = getattr(made, "totals", None)
    if totals is not None:
        call: Callable[[], object] = totals
        return call

    def apart() -> object:
        money, energy, co2 = made.total("value_added"), made.total("energy"), made.total("co2")
        return energy, co2, energy / money, co2 / money

    return apart


def check(size: Size, _: Path) -> Callable[[], object]:
    """Check the targets of torch-2025."""
    made = portfolio(size.zones, size.years, FLOWS)
    return lambda: zc.check(made)


def project(size: Size, _: Path) -> Callable[[], object]:
    """Project CO2; ``years`` is the horizon."""
    made = coke_zones(size.zones)
    until = int(made.years[-1]) + size.years
    return lambda: zc.project(
        made, SCENARIO, until=until, draws=size.draws, rng=1, targets=None, indicators=("co2",), sampling="plain"
    )


def decompose(size: Size, _: Path) -> Callable[[], object]:
    """Decompose the change of CO2 of zones with sectors, base to end."""
    made = account_of(
        zc.Activity.from_arrays(
            quantities(size.zones, SECTORS * 2, 2).reshape(size.zones, SECTORS, 2, 2) + 0.1,
            flows=("raw_coal", "electricity"),
            zones=np.arange(size.zones),
            sectors=[f"s{i}" for i in range(SECTORS)],
            years=(2020, 2021),
            value_added=quantities(size.zones, SECTORS, 2, seed=2) + 0.1,
            price_year=2020,
            provinces="全国",
        )
    )
    return lambda: zc.decompose(made, base=2020, end=2021)


def trend(size: Size, _: Path) -> Callable[[], object]:
    """Test random walks for a trend."""
    series = np.random.default_rng(1).standard_normal((size.zones, size.years))
    return lambda: zc.mann_kendall(series)


def read(size: Size, folder: Path) -> Callable[[], object]:
    """Read a long table; ``zones`` is its rows."""
    path = folder / f"energy-{size.zones}.csv"
    if not path.exists():
        write_file(path, size.zones)
    warm = folder / "warm.csv"
    write_file(warm, len(YEARS) * len(CARRIERS))
    zc.read(warm)
    return lambda: zc.read(path)


def units(size: Size, _: Path) -> Callable[[], object]:
    """Convert a column of figures and multiply it with a coefficient."""
    figures = np.random.default_rng(1).random(size.zones)
    return lambda: zc.standard_coal(figures, "raw_coal", unit="万吨")


JOBS: dict[str, Callable[[Size, Path], Callable[[], object]]] = {
    "account": account,
    "check": check,
    "project": project,
    "decompose": decompose,
    "trend": trend,
    "read": read,
    "units": units,
}


def run(job: str, size: Size, folder: Path, times: int, budget: float) -> dict[str, Any]:
    """Make the input and call the job, ``times`` times or until the budget of seconds is used up."""
    warnings.simplefilter("ignore")
    call = JOBS[job](size, folder)
    wall: list[float] = []
    cpu: list[float] = []

    def timed() -> None:
        clock, processor = time.perf_counter(), time.process_time()
        call()
        wall.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - processor)

    rise = rise_of(timed) if times else math.nan
    while len(wall) < times and sum(wall) < budget:
        timed()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"wall": wall, "cpu": cpu, "rise": rise, "peak": peak, "where": str(Path(zc.__file__).parent)}


def main() -> None:
    """Measure one job and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=JOBS)
    for name, value in Size()._asdict().items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds after which no call begins")
    parser.add_argument("--folder", type=Path, help="where tables to be read are kept")
    options = parser.parse_args()
    size = Size(options.zones, options.years, options.draws)
    with tempfile.TemporaryDirectory() as spare:
        print(json.dumps(run(options.job, size, options.folder or Path(spare), options.times, options.budget)))


if __name__ == "__main__":
    main()
