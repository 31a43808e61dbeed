"""Write a report of an invented portfolio that is as large as the real one: 169 zones, 25 years, 12 carriers.

``python tools/synthetic_report.py --out report.html [--zones 169] [--years 25] [--draws 2048] [--lang zh]``. No zone is
real, and the report says so in its title and in the source of its data. It is what the browser tests open, and what
tells how long a full report takes and how large it is.

Decided here: the portfolio is made from arrays, without a file, so that a test can ask for any size and any names; each
zone is drawn from a stream of its own, so that the first zones of a large portfolio are those of a small one.
"""

import argparse
import dataclasses
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import zonecarbon as zc
from zonecarbon._typing import FloatArray

SEED = 28
LAST_YEAR = 2024
PRICE_YEAR = 2020
# Carrier, use and supply; tce per unit (t, m3, MWh, GJ), only so that an invented zone has the intensity drawn for it;
# share of energy of a zone that lives of electricity, and of one that lives of coal.
FLOWS: tuple[tuple[str, str, float, float, float], ...] = (
    ("electricity", "grid", 0.1229, 0.56, 0.22),
    ("electricity", "onsite_nonfossil", 0.1229, 0.02, 0.01),
    ("heat", "", 0.03412, 0.14, 0.11),
    ("natural_gas", "", 0.00133, 0.16, 0.12),
    ("raw_coal", "", 0.7143, 0.02, 0.34),
    ("cleaned_coal", "", 0.9, 0.005, 0.05),
    ("coke", "", 0.9714, 0.005, 0.08),
    ("lng", "", 1.7572, 0.01, 0.005),
    ("gasoline", "", 1.4714, 0.02, 0.005),
    ("diesel", "", 1.4571, 0.03, 0.02),
    ("fuel_oil", "", 1.4286, 0.008, 0.015),
    ("lpg", "", 1.7143, 0.02, 0.005),
    ("kerosene", "", 1.4714, 0.01, 0.005),
)
PROVINCES = ("北京", "江苏", "广东", "山西", "陕西", "四川", "内蒙古", "湖北", "浙江", "河北")
NAMES = {"en": "Synthetic zone {:03d}", "zh": "合成园区{:03d}"}
SOURCES = {"en": "synthetic data, seed {seed}: no zone is real", "zh": "合成数据（随机种子 {seed}），并无真实园区"}
TITLES = {"en": "{zones} synthetic zones: energy, CO2 and targets", "zh": "{zones} 个合成园区：能耗、碳排放与目标"}


def _path(draws: np.random.Generator, years: int, mean: float, spread: float, noise: float) -> FloatArray:
    """Return a path that starts at 1 and grows by a rate drawn once, with noise each year."""
    steps = draws.normal(mean, spread) + np.append(0.0, draws.normal(0.0, noise, years - 1))
    steps[0] = 0.0
    result: FloatArray = np.exp(np.cumsum(steps))
    return result


def _zone(number: int, years: int) -> tuple[FloatArray, FloatArray]:
    """Return quantity by flow and year, and value added [10^4 yuan], of one invented zone."""
    draws = np.random.default_rng([SEED, number])
    coal = float(draws.beta(0.6, 1.4))  # 0: lives of electricity; 1: of coal
    light, heavy = (np.array([flow[at] for flow in FLOWS]) for at in (3, 4))
    weights = ((1 - coal) * light + coal * heavy) * np.exp(draws.normal(0.0, 0.5, len(FLOWS)))
    weights[draws.random(len(FLOWS)) < 0.15] = 0.0
    weights[0] = max(weights[0], 0.1)
    time_ = np.arange(years)
    mix = np.repeat(weights[:, None], years, axis=1)
    solid = [at for at, flow in enumerate(FLOWS) if flow[0] in {"raw_coal", "cleaned_coal", "coke"}]
    mix[solid] *= np.exp(-draws.uniform(0.01, 0.09) * time_)
    mix[1] *= np.clip((time_ - draws.integers(0, years)) / 5.0, 0.0, 1.0)
    mix /= mix.sum(axis=0)
    value_added = 4e5 * np.exp(draws.normal(0.0, 0.8)) * _path(draws, years, 0.065, 0.02, 0.015)
    intensity = 0.62 * np.exp(1.6 * coal - 0.35 + draws.normal(0.0, 0.3)) * _path(draws, years, -0.03, 0.012, 0.015)
    quantity = mix * value_added * intensity / np.array([flow[2] for flow in FLOWS])[:, None]
    return quantity, value_added


def synthetic(
    zones: int = 169,
    years: int = 25,
    language: str = "en",
    names: Sequence[str] = (),
    unknown: Sequence[tuple[int, int]] = (),
) -> zc.Activity:
    """Return the invented portfolio.

    Parameters
    ----------
    zones, years
        How many; the last year is 2024.
    language
        Of the names and the source.
    names
        Names of the first zones, instead of those made here.
    unknown
        Position of a zone and year whose energy is not known.
    """
    made = [_zone(number, years) for number in range(zones)]
    quantity = np.stack([one[0] for one in made])
    for zone, year in unknown:
        quantity[zone, :, year - LAST_YEAR - 1] = np.nan
    given = [*names, *(NAMES[language].format(number + 1) for number in range(len(names), zones))]
    activity = zc.Activity.from_arrays(
        quantity,
        flows=[(carrier, "final", supply) if supply else carrier for carrier, supply, *_ in FLOWS],
        zones=given,
        years=range(LAST_YEAR - years + 1, LAST_YEAR + 1),
        value_added=np.stack([one[1] for one in made]),
        price_year=PRICE_YEAR,
        provinces=[PROVINCES[number % len(PROVINCES)] for number in range(zones)],
    )
    return dataclasses.replace(activity, source=SOURCES[language].format(seed=SEED))


def answers(activity: zc.Activity, draws: int) -> list[Any]:
    """Return the account and every answer that the history allows; a projection if ``draws`` is not 0."""
    account = zc.account(activity)
    first, last = int(activity.years[0]), int(activity.years[-1])
    result: list[Any] = [account]
    result.append(zc.check(account, "torch-2025", year=last, base_year=max(first, min(PRICE_YEAR, last - 1))))
    result.append(zc.decompose(account, base=first, end=last))
    result.append(zc.tapio(account))
    if not draws:
        return [*result, zc.find_peaks(account)]
    paths = zc.project(account, "policy", until=2060, draws=draws, rng=SEED)
    return [*result, paths, zc.find_peaks(paths), zc.tornado(account, "policy", of="co2", year=2040)]


def main() -> int:
    """Make the portfolio, answer, write, and say how long each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--zones", type=int, default=169)
    parser.add_argument("--years", type=int, default=25)
    parser.add_argument("--draws", type=int, default=2048, help="0: no projection")
    parser.add_argument("--out", type=Path, default=Path("synthetic_report.html"))
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    options = parser.parse_args()
    warnings.simplefilter("ignore", zc.ZoneCarbonWarning)  # the report prints them
    started = time.perf_counter()
    results = answers(synthetic(options.zones, options.years, options.lang), options.draws)
    answered = time.perf_counter()
    title = TITLES[options.lang].format(zones=options.zones)
    zc.report(*results, to=options.out, language=options.lang, title=title)
    written = time.perf_counter()
    print(
        f"{options.out}: {options.zones} zones x {options.years} years, {options.out.stat().st_size / 1e6:.2f} MB; "
        f"answers {answered - started:.1f} s, report {written - answered:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
