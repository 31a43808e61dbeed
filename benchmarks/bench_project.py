"""How far a projection is from drawing its random numbers, and from the plain way of writing it.

Run ``python benchmarks/bench_project.py [--zones 169] [--draws 100000] [--rounds 3] [--quick]``; nothing but zonecarbon
is needed. Level kaya, 40 years, a normal shock of its own on each of three drivers, every year anew: 120 normals a
trajectory.

Decided here:

* Two yardsticks. The normals alone: the same count by the same generator into one block that stays in the cache; no
  program that draws with numpy can be faster. The textbook: zone after zone, ``rng.normal`` for each driver, one
  ``cumprod`` (of the product, which is kind to it), ``argmax``, ``np.quantile`` by year, of the peak and of cumulative
  CO2, peak years, standard errors of means and probabilities, and the sums of all zones; it leaves out the standard
  errors of quantiles, which ``project`` has. It draws in slices, so that only its CO2 is held for all draws.
* All forms run in turn in one process; ratios are minimum over minimum. That medians agree is asserted first.
* ``got`` is processor time over wall time in the fastest round: below 1 (2 with two workers) the machine was doing
  something else, and wall times are too long; the ratio of processor times (``x cpu``) then says more.
* Memory is measured in children of their own, from the resident size that the account and one draw need. Quantiles are
  exact up to 65,536 draws, so that is where most is held.
"""

import argparse
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import zonecarbon as zc
from zonecarbon._typing import FloatArray

YEARS, HISTORY, BASE = 40, 6, 2025
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
RATES = {"value_added": 0.05, "energy_intensity": -0.03, "co2_per_energy": -0.025}
SD = 0.01
SLICE = 8192
MEMORY_ZONES = 4
# Form, compared with, at most: the goals of the design.
GOALS = (
    ("project, plain, CO2", "normals alone", 1.5),
    ("project, plain, CO2", "textbook numpy", 1 / 1.9),
    ("project, plain, CO2, 2 workers", "project, plain, CO2", 0.6),
)

Forms = dict[str, Callable[[], Any]]


class Times(NamedTuple):
    """Seconds of each round: of the wall clock and of the processor."""

    wall: list[float]
    cpu: list[float]


def account_of(zones: int) -> zc.Account:
    """Return an account of zones that burn coke, each a little more every year."""
    growth = np.linspace(1.0, 1.1, HISTORY)
    quantity = 1000.0 * growth * np.linspace(1.0, 2.0, zones)[:, None]
    return zc.account(
        zc.Activity.from_arrays(
            quantity[:, None],
            flows=["coke"],
            zones=[f"zone {i}" for i in range(zones)],
            years=range(BASE - HISTORY + 1, BASE + 1),
            value_added=3000.0 * growth * np.ones((zones, 1)),
            price_year=2020,
        )
    )


def scenario_of(name: str, **also: Any) -> dict[str, Any]:
    """Return a scenario with a normal shock on each driver, of the kind that ``also`` says."""
    mixing = also.pop("correlation", None)
    shock = {"shape": "normal", "sd": SD, **also}
    drivers = {driver: {"kind": "constant", "rate": rate, "uncertainty": shock} for driver, rate in RATES.items()}
    return {"name": name, "level": "kaya", **drivers, **({"correlation": mixing} if mixing else {})}


SCENARIOS = {
    "own": scenario_of("own"),
    "correlated": scenario_of(
        "correlated",
        rho=0.5,
        correlation={"drivers": list(RATES), "matrix": [[1, 0.3, -0.2], [0.3, 1, 0.1], [-0.2, 0.1, 1]]},
    ),
    "shared": scenario_of("shared", shared=True),
}


def project(account: zc.Account, draws: int, scenario: str = "own", **options: Any) -> zc.Ensemble:
    """Return the projection of one of the scenarios, from the same seed."""
    return zc.project(account, SCENARIOS[scenario], until=BASE + YEARS, draws=draws, rng=1, **options)


def _summary(co2: FloatArray, history: FloatArray) -> dict[str, FloatArray]:
    """Return what ``project`` says of one zone, from all its trajectories (draw, year)."""
    draws = len(co2)
    peak = np.maximum(co2.max(axis=1), history.max())
    position = np.where(co2.max(axis=1) > history.max(), co2.argmax(axis=1) + HISTORY, history.argmax())
    by = np.bincount(position, minlength=HISTORY + YEARS).cumsum() / draws
    return {
        "quantiles": np.quantile(co2, LEVELS, axis=0),
        "mean": co2.mean(axis=0),
        "mean_error": co2.std(axis=0, ddof=1) / np.sqrt(draws),
        "peak": np.quantile(peak, LEVELS),
        "cumulative": np.quantile(co2.sum(axis=1), LEVELS),
        "peak_by": by,
        "peak_by_error": np.sqrt(by * (1.0 - by) / draws),
    }


def textbook(history: FloatArray, draws: int) -> list[dict[str, FloatArray]]:
    """Return the summaries of every zone and of all together, from the CO2 of the past (zone, year)."""
    total, found = np.zeros((draws, YEARS)), []
    for zone, past in enumerate(history):
        rng = np.random.default_rng([1, zone])
        co2 = np.empty((draws, YEARS))
        for start in range(0, draws, SLICE):
            n = min(SLICE, draws - start)
            factor = np.ones((n, YEARS))
            for rate in RATES.values():
                factor *= 1.0 + rng.normal(rate, SD, (n, YEARS))
            co2[start : start + n] = past[-1] * np.cumprod(factor, axis=1)
        total += co2
        found.append(_summary(co2, past))
    return [*found, _summary(total, history.sum(axis=0))]


def normals(zones: int, draws: int) -> None:
    """Draw as many normals, and do nothing with them."""
    source = np.random.Generator(np.random.SFC64(1))
    block = np.empty((YEARS, 1024))
    for _ in range(-(-len(RATES) * zones * draws // 1024)):
        source.standard_normal(out=block)


def interleave(forms: Forms, rounds: int) -> dict[str, Times]:
    """Run every form once a round and return the times of each."""
    times = {name: Times([], []) for name in forms}
    gc.disable()
    for _ in range(rounds):
        for name, form in forms.items():
            wall, cpu = time.perf_counter(), time.process_time()
            form()
            times[name].wall.append(time.perf_counter() - wall)
            times[name].cpu.append(time.process_time() - cpu)
            gc.collect()
    gc.enable()
    return times


def print_times(times: dict[str, Times], trajectories: int) -> None:
    """Print microseconds per trajectory and the ratios to the yardsticks."""
    floor, plain = times["normals alone"], times["textbook numpy"]
    print(
        f"{'':34s} {'min us':>8s} {'median':>8s} {'x normals':>10s} {'(x cpu)':>8s} {'x textbook':>11s} {'(x cpu)':>8s}"
        f" {'got':>5s}"
    )
    for name, (wall, cpu) in times.items():
        best = int(np.argmin(wall))
        print(
            f"{name:34s} {wall[best] / trajectories * 1e6:8.2f} {np.median(wall) / trajectories * 1e6:8.2f}"
            f" {wall[best] / min(floor.wall):10.2f} {min(cpu) / min(floor.cpu):8.2f}"
            f" {wall[best] / min(plain.wall):11.2f} {min(cpu) / min(plain.cpu):8.2f} {cpu[best] / wall[best]:5.2f}"
        )


def print_goals(times: dict[str, Times]) -> None:
    """Print each goal, what was reached by the wall clock, and whether the machine was free enough to tell."""
    print("goals")
    for name, against, limit in GOALS:
        reached = min(times[name].wall) / min(times[against].wall)
        verdict = "reached" if reached <= limit else "MISSED"
        print(f"  {name} / {against}: {reached:.2f}, at most {limit:.2f}: {verdict}")
    got = [cpu[int(np.argmin(wall))] / min(wall) for name, (wall, cpu) in times.items() if "workers" not in name]
    if min(got) < 0.95:
        print(f"  other processes took up to {1 - min(got):.0%} of a core: wall times are too long")


def _same(first: zc.Ensemble, second: zc.Ensemble) -> bool:
    names = ("quantiles", "mean", "error", "peak", "peak_error", "flags", "flag_error")
    pairs = ((getattr(first.statistics, name), getattr(second.statistics, name)) for name in names)
    return all(a.tobytes() == b.tobytes() for a, b in pairs)


def compare(zones: int, draws: int, rounds: int) -> None:
    """Measure project against both yardsticks, and its options against each other."""
    account = account_of(zones)
    history = account.total("co2")
    assert history.shape == (zones, HISTORY)
    some = project(account, 4096, sampling="plain", targets=None, indicators=("co2",))
    other = textbook(history, 4096)
    for zone, name in enumerate(some.zones[:3]):
        error = some.standard_error(0.5, zone=str(name))[HISTORY:]
        difference = some.quantile(0.5, zone=str(name))[HISTORY:] - other[zone]["quantiles"][2]
        assert (np.abs(difference) < 6.0 * np.sqrt(2.0) * error).all(), "medians differ"
    one: dict[str, Any] = {"targets": None, "indicators": ("co2",)}
    plain: dict[str, Any] = {**one, "sampling": "plain"}
    with ThreadPoolExecutor(2) as pool:
        assert _same(some, project(account, 4096, executor=pool, **plain)), "workers change the result"
        forms: Forms = {
            "normals alone": lambda: normals(zones, draws),
            "textbook numpy": lambda: textbook(history, draws),
            "project, plain, CO2": lambda: project(account, draws, **plain),
            "project, plain, CO2, 2 workers": lambda: project(account, draws, executor=pool, **plain),
            "project, antithetic, CO2": lambda: project(account, draws, **one),
            "project, default (4, targets)": lambda: project(account, draws),
            "project, default, 2 workers": lambda: project(account, draws, executor=pool),
            "project, correlated, plain, CO2": lambda: project(account, draws, "correlated", **plain),
            "project, shared, plain, CO2": lambda: project(account, draws, "shared", **plain),
        }
        print(f"{zones} zones x {draws} draws x {YEARS} years, best of {rounds}, numpy {np.__version__}")
        print(f"load before {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores")
        times = interleave(forms, rounds)
        print(f"load after  {os.getloadavg()[0]:.2f}")
    print_times(times, zones * draws)
    print_goals(times)
    print("  two workers give the same statistics to the bit: yes")


def _peak_mb() -> float:
    """Return the largest resident size of this process [MB].

    On Linux ``ru_maxrss`` of a child starts with that of its parent; ``VmHWM`` does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line)
        return float(told["VmHWM"].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _child(draws: int, form: str) -> None:
    """Print the peak memory of one projection, or, without draws, of importing and making the account."""
    account = account_of(MEMORY_ZONES)
    if draws and form == "textbook":
        textbook(account.total("co2"), draws)
    elif draws:
        options: dict[str, Any] = {"indicators": ("co2",), "targets": None} if form == "one" else {}
        project(account, draws, **options)
    elif form != "textbook":
        project(account, 1, indicators=("co2",), targets=None)  # what is imported on the way
    print(_peak_mb())


def memory(counts: list[int]) -> None:
    """Print how much memory projections take above what making the account does."""

    def peak(draws: int, form: str) -> float:
        command = [sys.executable, str(Path(__file__).resolve()), "--child", str(draws), "--form", form]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    print(f"memory above the account [MB], {MEMORY_ZONES} zones x {YEARS} years")
    print(f"{'draws':>10s} {'CO2 alone':>12s} {'default':>12s} {'textbook':>12s}")
    base = {form: peak(0, form) for form in ("one", "default", "textbook")}
    for draws in counts:
        told = [peak(draws, form) - base[form] for form in base]
        print(f"{draws:10d} " + " ".join(f"{value:12.1f}" for value in told), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--zones", type=int, default=169)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="4096 draws, and memory up to 100,000")
    parser.add_argument("--part", choices=("all", "time", "memory"), default="all")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--form", default="one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        _child(options.child, options.form)
        return
    draws = 4096 if options.quick else options.draws
    if options.part != "memory":
        compare(options.zones, draws, options.rounds)
    if options.part != "time":
        memory([1_000, 10_000, 65_536, 100_000, *([] if options.quick else [1_000_000])])


if __name__ == "__main__":
    main()
