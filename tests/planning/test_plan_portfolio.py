"""The ministry's question: which zones to bring under 0.3, at least cost, with the aggregate and a purse to keep."""

import itertools
import time
import warnings
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import zonecarbon as zc

TCE = 0.9714
STILL = {"name": "still", "value_added": {"kind": "constant", "rate": 0.0}}
SECONDS = 30.0
"""The whole portfolio takes a second or two on a quiet machine."""


def account_of(intensity: Any, money: Any) -> zc.Account:
    """Return zones that use coke alone, of an intensity [tce/10^4 CNY] and a value added [10^4 CNY]."""
    intensity, money = np.asarray(intensity, dtype=np.float64), np.asarray(money, dtype=np.float64)
    activity = zc.Activity.from_arrays(
        (intensity * money / TCE)[:, None, None], flows=["coke"], zones=[f"Z{i:03d}" for i in range(len(money))],
        years=[2025], value_added=money[:, None], price_year=2020,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def measures(**zones: Any) -> dict[str, Any]:
    own = {"name": "tuning", "kind": "save", "source": "coke", "potential": 0.5, "capital": "2000 CNY/tce",
           "lifetime": 5, **zones}  # fmt: skip
    price = [{"carrier": "coke", "price": "0 CNY/t"}]
    return {"name": "mine", "price_year": 2025, "price": price, "measure": [own]}


def goals(aggregate: float, share: float = 0.5, year: int = 2026) -> dict[str, Any]:
    row = {"indicator": "energy_per_iva", "year": year}
    unit = "tce/10^4 CNY"
    return {"name": "own", "target": [
        {**row, "id": "all", "statistic": "aggregate", "operator": "<=", "threshold": repr(aggregate), "unit": unit},
        {**row, "id": "half", "statistic": "share_of_zones", "operator": ">=", "threshold": repr(share),
         "unit": "fraction of zones", "inner_operator": "<", "inner_threshold": "0.3",
         "inner_unit": unit}]}  # fmt: skip


def below(found: zc.Plan) -> Any:
    return found.account.total("energy")[:, -1] / found.account.total("value_added")[:, -1] < 0.3


@pytest.mark.parametrize("seed", range(6))
def test_the_zones_brought_under_the_limit_are_the_cheap_ones(seed: int) -> None:
    """Six zones, half to be under 0.3: a zone costs what it must save, all sets of three are tried."""
    rng = np.random.default_rng(seed)
    intensity, money = rng.uniform(0.25, 0.58, 6), rng.uniform(500, 5000, 6)
    found = zc.plan(account_of(intensity, money), measures(), goals(9.0), [2026], scenario=STILL)
    tce = np.maximum(intensity - 0.3, 0) * money  # all are within half of their energy
    sets = {chosen: sum(tce[i] for i in chosen) for chosen in itertools.combinations(range(6), 3)}
    assert found.reached
    assert_allclose(found.outlay, min(sets.values()) * 2000 / 1e4, rtol=1e-4, atol=1e-6)
    cheapest = min(sets, key=lambda chosen: sets[chosen])
    assert below(found)[list(cheapest)].all()
    assert below(found).sum() == max(3, int((intensity < 0.3).sum()))


def test_the_aggregate_is_reached_at_the_same_time() -> None:
    """What the share leaves of the way to the aggregate is done wherever: each tce costs the same."""
    intensity, money = np.array([0.31, 0.5, 0.5, 0.55]), np.array([1000.0, 1000, 4000, 2000])
    total = (intensity * money).sum()
    found: Any = zc.plan(account_of(intensity, money), measures(), goals(0.4), [2026], scenario=STILL)
    assert found.reached
    assert_allclose(found.outlay, (total - 0.4 * money.sum()) * 2000 / 1e4, rtol=1e-4)
    assert below(found).sum() == 2
    verdicts = set(zc.check(found.account, found.goals).to_frame()["verdict"])
    assert verdicts == {"met"}


def portfolio() -> zc.Account:
    rng = np.random.default_rng(169)
    return account_of(rng.lognormal(np.log(0.42), 0.45, 169), rng.lognormal(8, 1, 169))


def test_all_169_zones_in_seconds() -> None:
    account = portfolio()
    asked = goals(0.4, year=2030)
    begun = time.perf_counter()
    free: Any = zc.plan(account, measures(), asked, range(2026, 2031), scenario=STILL)
    assert time.perf_counter() - begun < SECONDS
    assert free.reached
    assert below(free).sum() >= 85
    assert set(zc.check(free.account, free.goals).to_frame()["verdict"]) == {"met"}
    assert "missed" in set(zc.check(free.reference, free.goals).to_frame()["verdict"])


def test_a_purse_too_small_brings_as_many_zones_as_it_can() -> None:
    """Half of the money: it is not overspent, and no more zones could be bought than are."""
    rng = np.random.default_rng(2)
    intensity, money = rng.uniform(0.32, 0.58, 12), rng.uniform(500, 5000, 12)
    free: Any = zc.plan(account_of(intensity, money), measures(), goals(9.0), [2026], scenario=STILL)
    found = zc.plan(
        account_of(intensity, money), measures(), goals(9.0), [2026], scenario=STILL, capital=free.outlay / 2
    )
    assert not found.reached
    assert found.outlay <= free.outlay / 2 * (1 + 1e-6)
    prices = np.sort((intensity - 0.3) * money * 2000 / 1e4)
    assert below(found).sum() == int((np.cumsum(prices) * (1 + 1e-5) <= free.outlay / 2).sum())
