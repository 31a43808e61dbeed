"""The path of a plan is that of ``project``; probabilities are those of closed forms and of a slow simulation."""

import math
import warnings
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import zonecarbon as zc

SD, BASE = 0.03, {"kind": "constant", "rate": 0.0}


def account_of(coke: list[float], power: list[float], sectors: int = 1) -> zc.Account:
    quantity = np.stack((coke, power), axis=1)[:, None, :, None] * np.ones((1, sectors, 1, 1)) / sectors
    money = np.full((len(coke), sectors, 1), 1000.0 / sectors)
    activity = zc.Activity.from_arrays(
        quantity, flows=["coke", "electricity"], zones=[f"Z{i}" for i in range(len(coke))], years=[2025],
        value_added=money, price_year=2020, provinces="全国", sectors=[f"s{i}" for i in range(sectors)],
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def normal(sd: float = SD, **more: Any) -> dict[str, Any]:
    return {"shape": "normal", "sd": sd, **more}


def measures(**more: Any) -> dict[str, Any]:
    own = {"name": "tuning", "kind": "save", "source": "coke", "potential": 0.6, "running": "300 CNY/tce", **more}
    return {"name": "mine", "price_year": 2025, "price": [{"carrier": "coke", "price": "0 CNY/t"}], "measure": [own]}


def goals(limit: float, **more: Any) -> dict[str, Any]:
    row = {"id": "g", "indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=", "year": 2027}
    return {"name": "own", "target": [{**row, "unit": "tce/10^4 CNY", "threshold": repr(limit), **more}]}


# -- the path ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["baseline", "policy", "deep"])
@pytest.mark.parametrize("sectors", [1, 3])
def test_extend_is_the_path_of_project_without_shocks(scenario: str, sectors: int) -> None:
    account = account_of([1000.0, 300.0], [5000.0, 700.0], sectors)
    longer = zc.extend(account, scenario, until=2045)
    paths = zc.project(account, scenario, until=2045, draws=2, rng=1)
    for what in ("energy", "co2", "value_added"):
        assert_allclose(longer.total(what)[:, 1:], paths.model.path(what)[:, -20:], rtol=1e-9, err_msg=what)


# -- probabilities -----------------------------------------------------------------------------------------------------


def uncertain(**more: Any) -> dict[str, Any]:
    """Return a scenario whose energy intensity alone is uncertain: lognormal, independent years."""
    own = {"shape": "lognormal", "sd": SD, **more}
    return {"name": "uncertain", "value_added": BASE, "energy_intensity": {**BASE, "uncertainty": own}}


def test_one_lognormal_shock_a_year_is_known_in_closed_form() -> None:
    """ln of the intensity after two years is normal with a standard deviation of sd x sqrt(2)."""
    account = account_of([1000.0], [0.0])
    found = zc.plan(account, measures(), goals(0.7 * 0.9714), range(2026, 2028), scenario=uncertain())
    sure = zc.assure(found, draws=20_000, rng=3)
    level = found.account.total("energy")[0, -1] / 1000 / (0.7 * 0.9714)
    for mean in (0.0, -(SD**2)):  # a lognormal shock keeps its median or its mean
        exact = NormalDist(mean, SD * math.sqrt(2)).cdf(-math.log(level))
        if abs(sure.probability("g") - exact) < 4 * math.sqrt(0.25 / 20_000):
            break
    else:
        pytest.fail(f"{sure.probability('g')} is not {exact}")


def test_a_measure_alone_that_may_deliver_less_has_the_probability_of_the_normal_distribution() -> None:
    """No scenario shock: energy is linear in what is delivered, so the goal holds on one side of the plan: a half."""
    account = account_of([1000.0], [0.0])
    still = {"name": "still", "value_added": BASE}
    own = measures(uncertainty={"shape": "normal", "sd": 0.05})
    found = zc.plan(account, own, goals(0.7 * 0.9714, year=2026), [2026], scenario=still)
    sure = zc.assure(found, draws=20_000, rng=5)
    assert abs(sure.probability("g") - 0.5) < 4 * math.sqrt(0.25 / 20_000) + 1e-4
    loose = zc.assure(zc.plan(account, own, goals(0.9714 * 0.8, year=2026), [2026], scenario=still, probability=0.9),
                      draws=20_000, rng=6)  # fmt: skip
    assert loose.probability("g") > 0.9 - 4 * math.sqrt(0.09 / 4096)


def slow(account: zc.Account, cut: float, limit: float, draws: int, seed: int) -> float:
    """Return the probability that two zones together meet the limit in 2027: loops and draws of its own."""
    rng, met = np.random.default_rng(seed), 0
    coke = account.quantity[:, 0, 0, 0]
    for _ in range(draws):
        energy, money = 0.0, 0.0
        shared = rng.normal(size=2)
        for zone in range(2):
            growth, intensity = 1.0, 1.0
            for year in range(2):
                growth *= 1 + 0.05 + 0.02 * shared[year]
                intensity *= 1 - 0.02 + SD * rng.normal()
            energy += coke[zone] * 0.9714 * growth * intensity * (1 - cut)
            money += 1000.0 * growth
        met += energy / money <= limit
    return met / draws


def test_a_portfolio_under_a_shared_shock_as_a_slow_simulation_has_it() -> None:
    account = account_of([1000.0, 600.0], [0.0, 0.0])
    grows = {"kind": "constant", "rate": 0.05, "uncertainty": normal(0.02, shared=True)}
    falls = {"kind": "constant", "rate": -0.02, "uncertainty": normal()}
    scenario = {"name": "both", "value_added": grows, "energy_intensity": falls}
    own = measures(whole=True, potential=0.2)
    limit = 0.8 * 0.98**2 * 0.8 * 0.9714 * 1.02
    found = zc.plan(account, own, goals(limit), range(2026, 2028), scenario=scenario)
    assert found.reached
    assert_allclose([share[:, 0, 0, -1] for share in found.shares], 0.2, rtol=1e-9)
    draws, trials = 20_000, 8000
    expected = slow(account, 0.2, limit, trials, 11)
    probability = zc.assure(found, draws=draws, rng=12).probability("g")
    assert 0.05 < expected < 0.95
    assert abs(probability - expected) < 4 * math.sqrt(expected * (1 - expected) * (1 / draws + 1 / trials))


@pytest.mark.parametrize("asked", [0.6, 0.8, 0.95])
def test_a_plan_for_a_probability_has_it_and_costs_no_less(asked: float) -> None:
    account = account_of([1000.0, 600.0], [0.0, 0.0])
    options: Any = {"scenario": uncertain(), "years": range(2026, 2028)}
    plain = zc.plan(account, measures(), goals(0.55), **options)
    sure = zc.plan(account, measures(), goals(0.55), probability=asked, **options)
    assert sure.reached
    assert sure.cost > plain.cost
    error = math.sqrt(asked * (1 - asked) / 4096)
    assert zc.assure(sure).probability("g") >= asked - 1e-9 - error
    fresh = zc.assure(sure, draws=20_000, rng=99).probability("g")
    assert abs(fresh - asked) < 4 * error + 0.01, "as asked, and not much more"
    assert zc.assure(plain).probability("g") < asked


def test_draws_are_repeatable() -> None:
    found = zc.plan(account_of([1000.0], [0.0]), measures(), goals(0.6), range(2026, 2028), scenario=uncertain())
    one, two, other = (zc.assure(found, rng=seed).columns()["median"].tolist() for seed in (1, 1, 2))
    assert one == two != other


@pytest.mark.parametrize(("operator", "part", "inner"), [(">=", "0.5", "<"), ("<=", "0.5", ">=")])
def test_a_share_of_zones_is_counted_draw_by_draw(operator: str, part: str, inner: str) -> None:
    """Two alike zones with own shocks, each in with probability p: at least one passes with 1 - (1 - p)^2."""
    account = account_of([1000.0, 1000.0], [0.0, 0.0])
    own = {"statistic": "share_of_zones", "operator": operator, "unit": "fraction of zones", "inner_operator": inner,
           "inner_threshold": "0.79", "inner_unit": "tce/10^4 CNY", "year": 2026}  # fmt: skip
    made = measures(whole=True, potential=0.2, running="-1 CNY/tce")  # it earns, so both do it
    found = zc.plan(account, made, goals(0.5, **own | {"threshold": part}), [2026], scenario=uncertain())
    sure = zc.assure(found, draws=20_000, rng=8)
    each = zc.plan(account, made, goals(0.79, statistic="zone", year=2026), [2026], scenario=uncertain())
    p = zc.assure(each, draws=20_000, rng=9).probability("g", "Z0")
    assert 0.3 < p < 0.95
    assert abs(sure.probability("g") - (1 - (1 - p) ** 2)) < 6 * math.sqrt(0.25 / 20_000)


@pytest.mark.parametrize(("indicator", "turned"), [("energy_per_iva", False), ("energy_output_rate", True)])
def test_a_rate_is_as_likely_as_the_level_it_leads_to(indicator: str, turned: bool) -> None:
    """A cut of 20 % a year over two years is an intensity of 0.64 of the first; a rise of its inverse is the same."""
    account = account_of([1000.0], [0.0])
    row = {"indicator": indicator, "statistic": "annual_rate", "operator": ">=", "unit": "fraction per year"}
    rate = zc.plan(account, measures(), goals(0.2, base_year=2025, **row), range(2026, 2028), scenario=uncertain())
    level = zc.plan(account, measures(), goals(0.64 * 0.9714), range(2026, 2028), scenario=uncertain())
    assert turned or math.isclose(rate.cost, level.cost, rel_tol=1e-5)
    assert rate.reached
    found = [zc.assure(own, draws=20_000, rng=4).probability("g") for own in (rate, level)]
    assert abs(found[0] - found[1]) < 0.01
