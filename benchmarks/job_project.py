"""Project: 169 zones x 100,000 draws x 40 years.

Level kaya, a normal shock of its own on each of three drivers, every year anew: 120 normals a trajectory. The limit is
the normals alone: the same count by the same generator into one block that stays in the cache. The textbook runs on a
part of the zones: zone after zone, ``rng.normal`` for each driver, one ``cumprod`` (of the product, which is kind to
it), ``argmax``, ``np.quantile`` by year, of the peak and of cumulative CO2, peak years, standard errors of means and
probabilities, and the sums of all zones. It leaves out the standard errors of quantiles, which ``project`` has, and
draws in slices, so that only its CO2 is held for all draws. What users run by default (antithetic pairs, four
indicators, targets) is measured on a part of the zones too.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal, rise_of
from benchmarks.portfolios import coke_zones
from zonecarbon._typing import FloatArray

ZONES, DRAWS, PART = 169, 100_000, 13
YEARS, HISTORY, BASE = 40, 6, 2025
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
RATES = {"value_added": 0.05, "energy_intensity": -0.03, "co2_per_energy": -0.025}
SD = 0.01
SLICE = 8192
SHOCK = {"shape": "normal", "sd": SD}
SCENARIO = {
    "name": "own",
    "level": "kaya",
    **{driver: {"kind": "constant", "rate": rate, "uncertainty": SHOCK} for driver, rate in RATES.items()},
}
PLAIN: dict[str, Any] = {"targets": None, "indicators": ("co2",), "sampling": "plain"}


def project(account: zc.Account, draws: int, **options: Any) -> zc.Ensemble:
    """Return the projection, from the same seed."""
    return zc.project(account, SCENARIO, until=BASE + YEARS, draws=draws, rng=1, **options)


def summary(co2: FloatArray, history: FloatArray) -> dict[str, FloatArray]:
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
        found.append(summary(co2, past))
    return [*found, summary(total, history.sum(axis=0))]


def normals(zones: int, draws: int) -> None:
    """Draw as many normals, and do nothing with them."""
    source = np.random.Generator(np.random.SFC64(1))
    block = np.empty((YEARS, 1024))
    for _ in range(-(-len(RATES) * zones * draws // 1024)):
        source.standard_normal(out=block)


def same(first: zc.Ensemble, second: zc.Ensemble) -> bool:
    """Return whether two ensembles have the same statistics, to the bit."""
    names = ("quantiles", "mean", "error", "peak", "peak_error", "flags", "flag_error")
    pairs = ((getattr(first.statistics, name), getattr(second.statistics, name)) for name in names)
    return all(a.tobytes() == b.tobytes() for a, b in pairs)


def cases(quick: bool) -> Iterator[Case]:
    """Yield the case."""
    zones, draws, part = (3, 512, 2) if quick else (ZONES, DRAWS, PART)
    account, some = coke_zones(zones), coke_zones(part)
    history = some.total("co2")
    assert history.shape == (part, HISTORY)
    check = min(draws, 4096)
    mine, other = project(some, check, **PLAIN), textbook(history, check)
    for zone, name in enumerate(mine.zones):
        error = mine.standard_error(0.5, zone=str(name))[HISTORY:]
        difference = mine.quantile(0.5, zone=str(name))[HISTORY:] - other[zone]["quantiles"][2]
        assert (np.abs(difference) < 6.0 * np.sqrt(2.0) * error).all(), "medians differ"
    pool = ThreadPoolExecutor(2)
    assert same(mine, project(some, check, executor=pool, **PLAIN)), "workers change the result"
    rise = rise_of(lambda: project(some, draws, **PLAIN))
    share = part / zones
    yield Case(
        f"{zones} zones x {draws:,} draws x {YEARS} years, 120 normals a trajectory",
        [
            Form("the normals alone", "limit", lambda: normals(zones, draws)),
            Form("project, plain, CO2", "ours", lambda: project(account, draws, **PLAIN)),
            Form("project, two workers", "ours", lambda: project(account, draws, executor=pool, **PLAIN), workers=2),
            Form("project, as it comes", "ours", lambda: project(some, draws), share, 2),
            Form("project, as it comes, two workers", "ours", lambda: project(some, draws, executor=pool), share, 2, 2),
            Form("numpy, zone after zone", "peer", lambda: textbook(history, draws), share, 2),
        ],
        [
            Goal("project, plain, CO2", "the normals alone", 1.5),
            Goal("project, two workers", "project, plain, CO2", 0.6),
        ],
        rounds=3,
        facts=[f"memory of project: {rise / 1e6:.0f} MB at most above the account"],
    )
