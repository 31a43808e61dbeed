"""The inputs that several jobs share: portfolios of zones of any size, made by the public names alone.

Decided here: they work with older commits of zonecarbon too (``compare``), so nothing newer than needed is asked of it.
"""

import warnings

import numpy as np

import zonecarbon as zc
from zonecarbon._typing import FloatArray

CARRIERS = (
    *("raw_coal", "coke", "gasoline", "diesel", "fuel_oil", "lpg", "lng", "natural_gas", "crude_oil", "heat"),
    *("electricity", ("electricity", "final", "onsite_nonfossil")),
)
PROVINCES = ("江苏", "上海", "浙江", "北京", "广东", "四川", "山东", "湖北", "陕西", "全国")
FIRST = 2001
KAYA = ("value_added", "energy_intensity", "co2_per_energy")


def quantities(zones: int, flows: int, years: int, seed: int = 1) -> FloatArray:
    """Return positive figures (zone, flow, year), made in blocks so that no second array is needed."""
    rng = np.random.default_rng(seed)
    found = np.empty((zones, flows, years))
    for start in range(0, zones, 10_000):
        rng.standard_exponential(out=found[start : start + 10_000])
    return found


def portfolio(zones: int, years: int = 20, flows: int = 12, seed: int = 1) -> zc.Account:
    """Return an account of zones in ten provinces."""
    rng = np.random.default_rng(seed + 1)
    return account_of(
        zc.Activity.from_arrays(
            quantities(zones, flows, years, seed),
            flows=CARRIERS[-flows:],
            zones=np.arange(zones),
            years=range(FIRST, FIRST + years),
            value_added=rng.random((zones, years)) + 1.0,
            price_year=2020,
            provinces=[PROVINCES[i % len(PROVINCES)] for i in range(zones)],
        )
    )


def coke_zones(zones: int, history: int = 6, base: int = 2025) -> zc.Account:
    """Return an account of zones that burn coke, each a little more every year: where projections start."""
    growth = np.linspace(1.0, 1.1, history)
    quantity = 1000.0 * growth * np.linspace(1.0, 2.0, zones)[:, None]
    return account_of(
        zc.Activity.from_arrays(
            quantity[:, None],
            flows=["coke"],
            zones=[f"zone {i}" for i in range(zones)],
            years=range(base - history + 1, base + 1),
            value_added=3000.0 * growth * np.ones((zones, 1)),
            price_year=2020,
        )
    )


def account_of(activity: zc.Activity) -> zc.Account:
    """Return the account of an activity, without its warnings printed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)
