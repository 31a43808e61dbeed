"""How good the statistics of an ensemble are: closed forms, stated errors that are right, no bias, what never changes.

Where all shocks are lognormal, ln CO2 of a year is normal with a variance in closed form, so quantiles, means and
probabilities are known; peaks are known where the horizon is short. Seeds are fixed: a run is the same every time.
"""

import math
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import zonecarbon as zc
from zonecarbon._typing import FloatArray
from zonecarbon.projection import Ensemble, project
from zonecarbon.sampling import DESIGNS

BASE = 2025
COKE = 28.470 * 107.1e-3  # tCO2 per t
CLOSE = 1e-12
profile = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def coke(tonnes: Sequence[float], years: int = 1, money: float = 300.0) -> zc.Account:
    """Return an account of zones that burn coke alone: their CO2 is proportional to it."""
    quantity = np.repeat(np.asarray(tonnes, dtype=np.float64)[:, None, None], years, axis=2)
    activity = zc.Activity.from_arrays(
        quantity,
        flows=["coke"],
        zones=[f"Z{i:02d}" for i in range(len(tonnes))],
        years=range(BASE - years + 1, BASE + 1),
        value_added=np.full((len(tonnes), years), money),
        price_year=2020,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def constant(rate: float, *shocks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "constant", "rate": rate, "uncertainty": list(shocks)}


def lognormal(sd: float, **more: Any) -> dict[str, Any]:
    return {"shape": "lognormal", "sd": sd, **more}


def normal(sd: float, **more: Any) -> dict[str, Any]:
    return {"shape": "normal", "sd": sd, **more}


# -- lognormal shocks: everything in closed form -----------------------------------------------------------------------

SDS = (0.03, 0.02, 0.01, 0.015)


def all_lognormal(rho: float) -> dict[str, Any]:
    return {
        "name": "lognormal",
        "level": "kaya",
        "value_added": constant(0.04, lognormal(SDS[0], rho=rho), lognormal(SDS[1], rho=rho, shared=True)),
        "energy_intensity": constant(-0.03, lognormal(SDS[2], rho=rho)),
        "co2_per_energy": constant(-0.005, lognormal(SDS[3], rho=rho, shared=True)),
    }


def summed_variance(rho: float, years: int) -> FloatArray:
    """Return the variance of the sum of the first y terms of a stationary AR(1) with unit variance, y = 1 ... years."""
    lag = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    matrix = np.where(lag == 0, 1.0, float(rho) ** np.maximum(lag, 1))
    return np.array([matrix[:y, :y].sum() for y in range(1, years + 1)])


def test_the_variance_of_sums_is_that_of_its_limits() -> None:
    assert_array_equal(summed_variance(0.0, 6), np.arange(1, 7))
    assert_array_equal(summed_variance(1.0, 6), np.arange(1, 7) ** 2)
    rho, y = 0.6, 6
    known = (y * (1 - rho**2) - 2 * rho * (1 - rho**y)) / (1 - rho) ** 2
    assert summed_variance(rho, y)[-1] == pytest.approx(known, rel=CLOSE)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("rho", [0.0, 0.6, 1.0])
def test_quantiles_and_means_of_lognormal_shocks(design: Any, rho: float) -> None:
    found = project(
        coke([100.0]), all_lognormal(rho), until=BASE + 8, draws=16_384, rng=20, targets=None, sampling=design,
        quantiles=[0.05, 0.5, 0.95],
    )  # fmt: skip
    years = np.arange(1, 9)
    path = 100 * COKE * (1.04 * 0.97 * 0.995) ** years
    sd = np.sqrt(sum(s * s for s in SDS) * summed_variance(rho, 8))
    assert_allclose(found.path("co2", "Z00")[1:], path, rtol=CLOSE)
    reach = 6 if design == "sobol" else 4.5  # of eight replicates the error itself is uncertain
    for level in (0.05, 0.5, 0.95):
        exact = path * np.exp(stats.norm.ppf(level) * sd)
        error = found.standard_error(level, "co2", "Z00")[1:]
        # The median of mirrored lognormal draws is the path itself, whatever is drawn: its stated error is 0.
        assert (np.abs(found.quantile(level, "co2", "Z00")[1:] - exact) < reach * error + 1e-8 * path).all(), level
        assert (error < 0.02 * path).all()
    mean, error = found.mean("co2", "Z00")[1:], found.standard_error(None, "co2", "Z00")[1:]
    assert (np.abs(mean - path * np.exp(sd**2 / 2)) < reach * error).all()


# -- the stated errors -------------------------------------------------------------------------------------------------

SEEDS, DRAWS, LAST = 120, 1024, BASE + 5
LIMIT = 100 * COKE * 1.02
HILL = {
    "name": "hill",
    "level": "kaya",
    "value_added": {
        "kind": "piecewise",
        "rates": [{"rate": 0.03, "until": BASE + 2}, {"rate": -0.01}],
        "uncertainty": [lognormal(0.02, rho=0.4), lognormal(0.01, shared=True)],
    },
    "energy_intensity": constant(-0.005, lognormal(0.015)),
}
GOAL = {"name": "t", "target": [{"id": "level", "indicator": "co2", "statistic": "level", "operator": "<=",
        "threshold": repr(LIMIT), "unit": "tCO2", "year": LAST}]}  # fmt: skip
STATISTICS = ("mean", "median", "q95", "peak", "target")
SKEW = HILL | {"energy_intensity": constant(-0.005, {"shape": "triangular", "low": -0.01, "mode": -0.01, "high": 0.07})}


@cache
def repeated(design: Any, skew: bool) -> tuple[FloatArray, FloatArray]:
    """Return estimates and their stated errors (seed, statistic)."""
    account, values, errors = coke([100.0]), [], []
    for seed in range(SEEDS):
        one = project(
            account,
            SKEW if skew else HILL,
            until=LAST,
            draws=DRAWS,
            rng=seed,
            targets=GOAL,
            sampling=design,
            indicators=["co2"],
        )
        values.append(
            [
                one.mean("co2", "Z00")[-1],
                one.quantile(0.5, "co2", "Z00")[-1],
                one.quantile(0.95, "co2", "Z00")[-1],
                float(one.peak_probability(BASE + 3, "Z00")),
                one.probability("level"),
            ]
        )
        errors.append(
            [
                one.standard_error(None, "co2", "Z00")[-1],
                one.standard_error(0.5, "co2", "Z00")[-1],
                one.standard_error(0.95, "co2", "Z00")[-1],
                float(one.peak_probability_error(BASE + 3, "Z00")),
                one.probability_error("level"),
            ]
        )
    return np.array(values), np.array(errors)


@pytest.mark.parametrize("skew", [False, True])
@pytest.mark.parametrize("design", DESIGNS)
def test_stated_errors_are_the_spread_between_seeds(design: Any, skew: bool) -> None:
    """The spread of 120 estimates is itself known to 6.5 %; a quarter is near four times that.

    With 600 seeds all ratios lay between 0.93 and 1.05.
    """
    values, errors = repeated(design, skew)
    spread = values.std(axis=0, ddof=1)
    assert (spread > 0).all()
    ratio = errors.mean(axis=0) / spread
    if design == "antithetic" and not skew:  # mirrored lognormal draws: the median is the path, whatever is drawn
        assert spread[1] < 1e-6 * values[0, 1]
        ratio[1] = 1.0
    assert_allclose(ratio, 1.0, atol=0.25, err_msg=str(dict(zip(STATISTICS, ratio.tolist(), strict=True))))


@pytest.mark.parametrize("design", DESIGNS)
def test_estimates_have_no_bias(design: Any) -> None:
    """Mean and probability have closed forms; the peak's probability has a large plain sample."""
    values, _ = repeated(design, False)
    centre, error = values.mean(axis=0), values.std(axis=0, ddof=1) / math.sqrt(SEEDS)
    path = 100 * COKE * 1.03**2 * 0.99**3 * 0.995**5
    variance = 0.02**2 * summed_variance(0.4, 5)[-1] + 5 * (0.01**2 + 0.015**2)
    exact = {
        "mean": path * math.exp(variance / 2),
        "median": path,
        "q95": path * math.exp(stats.norm.ppf(0.95) * math.sqrt(variance)),
        "target": stats.norm.cdf(math.log(LIMIT / path) / math.sqrt(variance)),
    }
    many = project(
        coke([100.0]), HILL, until=LAST, draws=150_000, rng=10**6, targets=None, sampling="plain", indicators=["co2"]
    )
    exact["peak"] = float(many.peak_probability(BASE + 3, "Z00"))
    extra = {"peak": float(many.peak_probability_error(BASE + 3, "Z00")), "q95": 0.002 * error[2] * math.sqrt(SEEDS)}
    for at, name in enumerate(STATISTICS):
        assert abs(centre[at] - exact[name]) < 4 * math.hypot(error[at], extra.get(name, 0.0)) + 1e-7 * exact[name], (
            name
        )


def test_pairs_and_nets_are_better_than_plain_draws() -> None:
    spread = {design: repeated(design, False)[0].std(axis=0) for design in DESIGNS}
    assert spread["antithetic"][0] < 0.1 * spread["plain"][0]
    assert spread["sobol"][0] < 0.1 * spread["plain"][0]
    assert (spread["sobol"] < spread["plain"]).all()


def test_errors_fall_with_the_root_of_the_draws() -> None:
    account = coke([100.0])
    few, many = (
        project(account, SKEW, until=LAST, draws=n, rng=1, targets=GOAL, indicators=["co2"]).statistics
        for n in (4096, 65_536)
    )
    ratio = few.error / many.error  # of both from the first 2048 draws; quantiles also take the density around them
    assert_allclose(ratio[..., -1], 4.0, rtol=1e-12)
    assert_allclose(ratio, 4.0, rtol=0.5)
    assert np.median(ratio) == pytest.approx(4.0, rel=0.1)
    assert few.flag_error[-1, 0] / many.flag_error[-1, 0] == pytest.approx(4.0, rel=0.35)


# -- sums of zones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("n", [1, 4, 16])
def test_own_shocks_average_out_and_shared_ones_do_not(design: Any, n: int) -> None:
    """One year, normal shocks: the sum over n like zones is normal with relative sd / sqrt(n), or sd."""
    sd, width = 0.05, stats.norm.ppf(0.95) - stats.norm.ppf(0.05)
    for shared, expected in ((False, sd / math.sqrt(n)), (True, sd)):
        fields = {"name": "t", "value_added": constant(0.0, normal(sd, shared=shared))}
        found = project(
            coke([100.0] * n),
            fields,
            until=BASE + 1,
            draws=16_384,
            rng=5,
            targets=None,
            sampling=design,
            indicators=["co2"],
        )
        low, high = (float(found.quantile(level, "co2", "")[-1]) for level in (0.05, 0.95))
        assert (high - low) / width / (n * 100 * COKE) == pytest.approx(expected, rel=0.04)
        zone = found.quantile(0.95, "co2", "Z00")[-1] - found.quantile(0.05, "co2", "Z00")[-1]
        assert zone / width / (100 * COKE) == pytest.approx(sd, rel=0.04)
        error = float(found.standard_error(0.95, "co2", "")[-1])
        exact = n * 100 * COKE * (1 + stats.norm.ppf(0.95) * expected)
        assert abs(high - exact) < 6 * error


@pytest.mark.parametrize("design", DESIGNS)
def test_zones_with_shocks_of_their_own_are_independent(design: Any) -> None:
    """Also with Sobol nets, whose points are the same for all zones before they are scrambled and shuffled."""
    fields = {"name": "t", "value_added": constant(0.0, normal(0.05))}
    found = project(
        coke([100.0] * 6), fields, until=BASE + 2, draws=16_384, rng=5, targets=None, sampling=design, keep="draws",
        indicators=["co2"],
    )  # fmt: skip
    table = np.asarray(np.corrcoef(found.trajectories["co2"].reshape(12, -1)))
    zone = np.arange(12) // 2
    assert np.abs(table[zone[:, None] != zone]).max() < 5 / math.sqrt(16_384 / 2)


# -- peaks in closed form ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("rate", [-0.02, 0.0, 0.03])
def test_a_peak_in_the_base_year_is_a_first_year_below_it(design: Any, rate: float) -> None:
    found = peaked([rate], 0.02, design)
    exact = stats.norm.cdf(-math.log1p(rate) / 0.02)
    near(found, BASE, exact)
    assert math.isnan(float(found.peak_year(0.999)))


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("rate", [-0.03, -0.01, 0.0, 0.02])
def test_a_peak_in_the_first_of_two_years_is_a_second_year_below_it(design: Any, rate: float) -> None:
    """The first year lies 15 standard deviations above the history, so that this never counts."""
    found = peaked([0.35, rate], 0.02, design)
    exact = stats.norm.cdf(-math.log1p(rate) / 0.02)
    near(found, BASE + 1, exact)
    assert float(found.peak_probability(BASE)) == 0.0
    assert float(found.peak_probability(BASE + 2)) == float(found.peak_probability(BASE + 1))


def test_three_years_of_peaks_by_two_normal_orthants() -> None:
    """P(peak by the first year) = P(z2 < a, z2 + z3 < b): a bivariate normal probability of scipy."""
    found = peaked([0.35, -0.01, 0.012], 0.02, "antithetic")
    a, b = -math.log(0.99) / 0.02, -(math.log(0.99) + math.log(1.012)) / 0.02
    both = stats.multivariate_normal([0, 0], [[1, 1], [1, 2]]).cdf(np.array([a, b]))
    near(found, BASE + 1, float(both))
    # By the second year: the third is not higher than both before it.
    c = -math.log(1.012) / 0.02
    # P(third highest) = P(-z3 < -c, -(z2 + z3) < -b); the covariance of -z3 and -(z2 + z3) is 1.
    third = 1 - stats.multivariate_normal([0, 0], [[1, 1], [1, 2]]).cdf(np.array([-c, -b]))
    near(found, BASE + 2, float(third))


def peaked(rates: Sequence[float], sd: float, design: Any) -> Ensemble:
    steps = [{"rate": rate, "until": BASE + 1 + i} for i, rate in enumerate(rates)]
    path = {"kind": "piecewise", "rates": steps, "uncertainty": [lognormal(sd)]}
    return project(
        coke([100.0]), {"name": "t", "value_added": path}, until=BASE + len(rates), draws=16_384, rng=8, targets=None,
        sampling=design, indicators=["co2"],
    )  # fmt: skip


def near(found: Ensemble, year: int, exact: float) -> None:
    for zone in ("", "Z00"):
        error = float(found.peak_probability_error(year, zone))
        assert abs(float(found.peak_probability(year, zone)) - exact) < max(5 * error, 1e-3), zone
        assert error < 0.005


# -- what never changes ------------------------------------------------------------------------------------------------

rates = st.lists(st.floats(-0.08, 0.08), min_size=2, max_size=6)
amounts = st.lists(st.floats(1.0, 1e5), min_size=1, max_size=3)


def drawn(account: zc.Account, steps: Sequence[float], sd: float = 0.02, **more: Any) -> Ensemble:
    path = {"kind": "piecewise", "rates": [{"rate": rate, "until": BASE + 1 + i} for i, rate in enumerate(steps)]}
    fields = {"name": "t", "value_added": {**path, "uncertainty": [normal(sd)] if sd else []}}
    return project(account, fields, until=BASE + len(steps), draws=200, rng=1, targets=None, **more)


@profile
@given(amounts, rates, st.floats(1e-3, 1e6))
def test_a_factor_on_the_quantities_is_one_on_co2_and_moves_no_peak(
    tonnes: list[float], steps: list[float], factor: float
) -> None:
    one, other = drawn(coke(tonnes), steps), drawn(coke([factor * t for t in tonnes]), steps)
    assert_allclose(other.statistics.quantiles[:, :-1, 2] / one.statistics.quantiles[:, :-1, 2], factor, rtol=1e-9)
    assert_allclose(other.statistics.error, factor * one.statistics.error, rtol=1e-5, atol=1e-9 * factor)
    assert_array_equal(other.statistics.peak[:-1], one.statistics.peak[:-1])
    assert_allclose(other.path("co2"), factor * one.path("co2"), rtol=1e-12)


@profile
@given(rates, st.floats(-0.05, 0.05))
def test_a_constant_on_the_growth_moves_the_path_as_the_formula_says(steps: list[float], more: float) -> None:
    account = coke([100.0])
    found = drawn(account, [rate + more for rate in steps], sd=0)
    expected = 100 * COKE * np.cumprod([1 + rate + more for rate in steps])
    assert_allclose(found.path("co2", "Z00")[1:], expected, rtol=CLOSE)
    ratio = found.path("co2", "Z00")[1:] / drawn(account, steps, sd=0).path("co2", "Z00")[1:]
    assert_allclose(ratio, np.cumprod([1 + more / (1 + rate) for rate in steps]), rtol=1e-11)


@profile
@given(amounts, rates, st.floats(0.001, 0.1), st.sampled_from(DESIGNS))
def test_quantiles_are_ordered_and_probabilities_only_rise(
    tonnes: list[float], steps: list[float], sd: float, design: Any
) -> None:
    found = drawn(coke(tonnes, years=2), steps, sd=sd, sampling=design)
    assert (np.diff(found.statistics.quantiles, axis=-1) >= 0).all()
    by = found.statistics.peak
    assert (np.diff(by, axis=1) >= 0).all()
    assert (by[:, -1] == 1.0).all()  # every draw has a maximum, if only in the last year
    assert (by >= 0).all()
    assert (by <= 1).all()
    years = [float(found.peak_year(level)) for level in (0.05, 0.5, 0.95)]
    known = [year for year in years if not math.isnan(year)]
    assert known == sorted(known)
    assert years[: len(known)] == known  # once beyond the horizon, always beyond
    frame = found.columns()
    in_a_year = frame["value"][(frame["indicator"] == "peak_year") & (frame["statistic"] == "probability")]
    none = frame["value"][frame["indicator"] == "no_peak"]
    assert_allclose(in_a_year.reshape(len(tonnes) + 1, -1).sum(axis=1) + none, 1.0, atol=1e-12)


@profile
@given(rates)
def test_a_mirrored_sample_has_the_mean_of_its_path_in_the_first_year(steps: list[float]) -> None:
    """Normal shocks are linear in the first year, and pairs cancel: no chance is left in whole replicates."""
    path = {"kind": "piecewise", "rates": [{"rate": rate, "until": BASE + 1 + i} for i, rate in enumerate(steps)]}
    fields = {"name": "t", "value_added": {**path, "uncertainty": [normal(0.03)]}}
    found = project(coke([100.0]), fields, until=BASE + len(steps), draws=256, rng=1, targets=None)
    assert found.mean("co2", "Z00")[1] == pytest.approx(found.path("co2", "Z00")[1], rel=1e-13)
    assert found.standard_error(None, "co2", "Z00")[1] < 1e-12 * found.path("co2", "Z00")[1]
