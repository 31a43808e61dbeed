"""``tornado`` and ``sobol_indices``: closed forms, projections with other rates, and brute force in plain numpy."""

import json
import math
import pickle
import sys
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.sampling import Seeds, Shape, Shock, ShockGroup
from zonecarbon.sensitivity.bars import _moments, _quantile

BASE, UNTIL = 2025, 2035
Z95 = NormalDist().inv_cdf(0.95)


def an_account(tce: Any = 500.0, past: tuple[float, ...] = ()) -> zc.Account:
    """Return zones that burn coke; ``past`` are earlier years relative to the last."""
    level = np.atleast_1d(np.asarray(tce, dtype=np.float64))
    energy = level[:, None] * np.array([*past, 1.0])
    activity = zc.Activity.from_arrays(
        energy[:, None, :],
        flows=[zc.Flow("coke", "final", "", "tce")],
        zones=[f"Z{i}" for i in range(len(level))],
        years=range(BASE - len(past), BASE + 1),
        value_added=np.full(energy.shape, 1000.0),
        price_year=2020,
    )
    return zc.account(activity)


def path(rate: float, shape: str = "", sd: float = 0.01, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": "constant", "rate": rate}
    if shape:
        told["uncertainty"] = {"shape": shape, **({"sd": sd} if "normal" in shape else {}), **more}
    return told


def kaya(money: dict[str, Any], intensity: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "mine", "level": "kaya", "value_added": money, "energy_intensity": intensity, **more}


def row_of(found: Any, driver: str) -> dict[str, Any]:
    return next(row for row in found.to_records() if row["driver"] == driver)


# -- tornado -------------------------------------------------------------------------------------------------------


def test_lognormal_shocks_of_the_whole_path_have_a_closed_form() -> None:
    account = an_account()
    scenario = kaya(path(0.05, "lognormal", 0.02, rho=1), path(-0.03, "lognormal", 0.01, rho=1))
    found = zc.tornado(account, scenario, until=UNTIL, of="co2")
    middle = float(account.total("co2")[0, -1]) * (1.05 * 0.97) ** 10
    assert found.rows["driver"].tolist() == ["value_added", "energy_intensity"]
    for driver, sd in (("value_added", 0.02), ("energy_intensity", 0.01)):
        row = row_of(found, driver)
        assert row["middle"] == pytest.approx(middle)
        assert (row["low_input"], row["high_input"]) == (pytest.approx(-sd * Z95), pytest.approx(sd * Z95))
        assert row["low"] == pytest.approx(middle * math.exp(-10 * sd * Z95))
        assert row["high"] == pytest.approx(middle * math.exp(10 * sd * Z95))
        assert row["swing"] == pytest.approx(row["high"] - row["low"])


@pytest.mark.parametrize("of", ["co2", "cumulative_co2", "peak_value", "peak_year"])
@pytest.mark.parametrize("zone", ["", "Z1"])
def test_a_held_shock_is_another_rate(of: Any, zone: str) -> None:
    """A deviation of a rate that is held through the path is a path with that rate: projected without shocks."""
    account = an_account([300.0, 500.0], past=(1.1, 0.9))
    shock = {"shape": "normal", "sd": 0.02, "rho": 0.4, "shared": True}
    money = {"kind": "constant", "rate": 0.03, "uncertainty": [shock, {"shape": "uniform", "low": -0.01, "high": 0.02}]}
    scenario = kaya(money, path(-0.035, "pert", low=-0.01, high=0.03))
    found = zc.tornado(account, scenario, until=UNTIL, of=of, zone=zone, low=0.1, high=0.8)
    assert len(found.rows["driver"]) == 3
    for row in found.to_records():
        for end in ("low", "high"):
            rates = {"value_added": 0.03, "energy_intensity": -0.035}
            rates[row["driver"]] += row[f"{end}_input"]
            told = kaya(path(rates["value_added"]), path(rates["energy_intensity"]))
            paths = zc.project(account, told, until=UNTIL)
            read: Any = {
                "co2": lambda made: made.path("co2", zone)[-1],
                "cumulative_co2": lambda made: made.cumulative(0.5, zone),
                "peak_value": lambda made: made.peak_value(0.5, zone),
                "peak_year": lambda made: np.nan_to_num(made.peak_year(0.5, zone), nan=UNTIL),
            }[of]
            assert row[end] == pytest.approx(float(read(paths)), rel=1e-12)


def test_shifts_and_the_grid_are_drivers_too() -> None:
    zone = zc.Zone(
        zone="A",
        energy=(
            zc.EnergyUse(carrier="anthracite", quantity="1000 tce", year=BASE),
            zc.EnergyUse(carrier="electricity", quantity="5000 MWh", year=BASE),
        ),
        value_added=(zc.ValueAdded(value_added="2000 万元", year=BASE, price_year=2020),),
    )
    account = zc.account(zone, electricity="0.6 kgCO2/kWh")
    pace = {"shape": "triangular", "low": -0.5, "high": 0.5}
    move = {"kind": "linear", "goal": 0.5, "year": UNTIL, "uncertainty": pace}
    scenario = {
        "name": "mine",
        "grid_factor": path(-0.04, "normal", 0.01, shared=True),
        "shift": [{"name": "gas", "title_zh": "煤改气", "source": "煤", "target": "natural_gas", "path": move}],
    }
    found = zc.tornado(account, scenario, until=UNTIL, of="co2")
    assert sorted(found.rows["driver"].tolist()) == ["gas", "grid_factor"]
    gas, grid = row_of(found, "gas"), row_of(found, "grid_factor")
    assert gas["low"] > gas["middle"] > gas["high"]  # slower than planned is more coal
    assert grid["low"] < grid["middle"] < grid["high"]
    assert grid["shared"] is True
    assert "煤改气" in found.text("zh")
    assert "the grid factor (shared by all zones)" in found.text()


@pytest.mark.parametrize(
    "shape",
    [
        Shape("uniform", low=-0.01, high=0.03),
        Shape("triangular", low=-0.01, mode=0.0, high=0.03),
        Shape("pert", low=-0.01, mode=0.0, high=0.03),
    ],
)
def test_moments_are_those_of_the_quantiles(shape: Shape) -> None:
    values = shape.quantile((np.arange(20_000) + 0.5) / 20_000)
    assert _moments(shape) == pytest.approx((values.mean(), values.std()), rel=1e-4)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 1.0])
@pytest.mark.parametrize(
    "shape",
    [Shape("normal", sd=0.01), Shape("lognormal", sd=0.02), Shape("triangular", low=-0.01, mode=0.0, high=0.03)],
)
def test_the_quantile_is_that_of_the_mean_of_drawn_shocks(shape: Shape, rho: float) -> None:
    shock, years = Shock("x", shape, rho), 30
    passes = ShockGroup((shock,)).passes(years, 0, 32_768, Seeds(1, ("own", "A")), "antithetic")
    means = np.concatenate([array.mean(axis=0) for (array,) in passes]) * shape.scale
    spread, near = float(means.std()), 0.05 if shape.scale != 1.0 else 0.3  # the central limit, of skewed shocks
    for p in (0.05, 0.5, 0.95):
        assert _quantile(shock, p, years) == pytest.approx(float(np.quantile(means, p)), abs=near * spread)


def test_a_quantile_stays_within_the_shape() -> None:
    shape = Shape("uniform", low=-0.01, high=0.01)
    assert _quantile(Shock("x", shape, 0.99), 0.999, 2) == 0.01
    assert _quantile(Shock("x", shape, 0.3), 0.05, 1) == pytest.approx(-0.009)


def test_own_shocks_of_all_zones_move_together() -> None:
    account = an_account([100.0, 400.0])
    scenario = kaya(path(0.05, "lognormal", 0.02, rho=1), path(-0.03))
    whole = zc.tornado(account, scenario, until=UNTIL, of="co2")
    parts = [zc.tornado(account, scenario, until=UNTIL, of="co2", zone=zone) for zone in ("Z0", "Z1")]
    for name in ("low", "middle", "high"):
        assert whole.rows[name] == pytest.approx(sum(part.rows[name] for part in parts))


def test_co2_of_an_earlier_year_knows_only_the_years_before() -> None:
    account, scenario = an_account(), kaya(path(0.05, "normal", 0.02), path(-0.03))
    early = row_of(zc.tornado(account, scenario, until=UNTIL, of="co2", year=2027), "value_added")
    assert early["high_input"] == pytest.approx(0.02 / math.sqrt(2) * Z95)
    assert early["middle"] == pytest.approx(float(account.total("co2")[0, -1]) * (1.05 * 0.97) ** 2)


# -- Sobol' indices ------------------------------------------------------------------------------------------------


def closed(variances: list[float]) -> tuple[list[float], list[float]]:
    """Return first and total indices of a product of lognormal numbers, from the variances of their logarithms."""
    total = sum(variances)
    first = [math.expm1(own) / math.expm1(total) for own in variances]
    return first, [math.expm1(-own) / math.expm1(-total) for own in variances]


@pytest.mark.parametrize(("size", "interactions"), [(0.01, 0.02), (0.05, 0.2)])
def test_indices_of_a_product_have_a_closed_form(size: float, interactions: float) -> None:
    """CO2 is a product of lognormal numbers: nearly additive if these vary little, with interactions if much."""
    sd = {"value_added": 1.2 * size, "energy_intensity": 0.8 * size, "co2_per_energy": 0.4 * size}
    told = {name: path(0.0, "lognormal", own, rho=1) for name, own in sd.items()}
    found = zc.sobol_indices(an_account(), {"name": "mine", "level": "kaya", **told}, until=UNTIL, of="co2", draws=4096)
    first, total = closed([(10 * own) ** 2 for own in sd.values()])
    assert sum(total) - sum(first) == pytest.approx(interactions, rel=0.7)
    for number, driver in enumerate(sd):
        row = row_of(found, driver)
        assert row["first"] == pytest.approx(first[number], abs=0.06)
        assert row["total"] == pytest.approx(total[number], abs=0.06)
        assert row["first_low"] < row["first"] < row["first_high"]
        assert row["total_low"] < row["total"] < row["total_high"]


def test_yearly_shocks_of_one_driver_are_one_group() -> None:
    """The logarithm of CO2 is linear: shares are those of the variances, with rho 1 counting years squared."""
    scenario = kaya(path(0.02, "lognormal", 0.01), path(-0.02, "lognormal", 0.003, rho=1))
    found = zc.sobol_indices(an_account(), scenario, until=UNTIL, of="co2", draws=2048)
    first, _ = closed([10 * 0.01**2, (10 * 0.003) ** 2])
    assert row_of(found, "value_added")["first"] == pytest.approx(first[0], abs=0.05)
    assert found.rows["first"].sum() == pytest.approx(1.0, abs=0.05)
    assert found.rows["total"].sum() == pytest.approx(1.0, abs=0.05)


def test_own_shocks_cancel_between_zones_and_shared_ones_do_not() -> None:
    own = path(0.02, "lognormal", 0.01, rho=1)
    scenario = kaya(own, path(-0.02, "lognormal", 0.01, rho=1, shared=True))
    found = zc.sobol_indices(an_account([100.0] * 4), scenario, until=UNTIL, of="co2", draws=2048)
    assert row_of(found, "energy_intensity")["first"] == pytest.approx(0.8, abs=0.05)
    assert row_of(found, "value_added")["total"] == pytest.approx(0.2, abs=0.05)
    alone = zc.sobol_indices(an_account([100.0] * 4), scenario, until=UNTIL, of="co2", draws=2048, zone="Z2")
    assert alone.rows["first"] == pytest.approx([0.5, 0.5], abs=0.06)


def test_the_peak_year_by_brute_force() -> None:
    """Plain numpy, and another estimator: outcomes that share one driver's numbers, correlated (Sobol' 1993)."""
    rng, n = np.random.default_rng(4), 40_000
    growth = np.array([0.06] * 5 + [0.01] * 10)

    def shocks() -> list[Any]:
        return [0.02 * rng.standard_normal((n, 1)), 0.012 * rng.standard_normal((n, 15))]

    def peak(money: Any, intensity: Any) -> Any:
        co2 = np.cumprod((1 + growth + money) * (1 - 0.03 + intensity), axis=1)
        return np.concatenate((np.ones((n, 1)), co2), axis=1).argmax(axis=1)

    (a, b), (c, d) = shocks(), shocks()
    wanted = [float(np.corrcoef(peak(a, b), peak(*other))[0, 1]) for other in ((a, d), (c, b))]
    rates = [{"rate": 0.06, "until": 2030}, {"rate": 0.01}]
    money = {"kind": "piecewise", "rates": rates, "uncertainty": {"shape": "normal", "sd": 0.02, "rho": 1}}
    scenario = kaya(money, path(-0.03, "normal", 0.012))
    found = zc.sobol_indices(an_account(), scenario, until=2040, draws=4096)
    first = [row_of(found, name)["first"] for name in ("value_added", "energy_intensity")]
    total = [row_of(found, name)["total"] for name in ("value_added", "energy_intensity")]
    assert first == pytest.approx(wanted, abs=0.05)
    assert total == pytest.approx([1 - wanted[1], 1 - wanted[0]], abs=0.05)  # with two, the rest is the other's
    assert "value added decides the peak year most" in found.text()


def test_correlated_drivers_are_one_group() -> None:
    correlation = {"drivers": ["value_added", "energy_intensity"], "matrix": [[1, -0.5], [-0.5, 1]]}
    scenario = kaya(
        path(0.02, "lognormal", 0.01),
        path(-0.02, "lognormal", 0.01),
        co2_per_energy=path(0.0, "lognormal", 0.01),
        correlation=correlation,
    )
    found = zc.sobol_indices(an_account(), scenario, until=UNTIL, of="co2", draws=2048)
    assert sorted(found.rows["driver"].tolist()) == ["co2_per_energy", "value_added + energy_intensity"]
    assert found.rows["first"] == pytest.approx([0.5, 0.5], abs=0.06)  # 1 + 1 - 2 x 0.5 against 1
    assert "能耗强度" in found.text("zh")


def test_a_single_driver_has_it_all_and_a_constant_outcome_nothing_to_share() -> None:
    alone = zc.sobol_indices(an_account(), kaya(path(0.02, "normal"), path(-0.02)), until=UNTIL, of="co2", draws=64)
    assert alone.to_records()[0]["total"] == 1.0
    falling = kaya(path(0.0, "lognormal", 0.001), path(-0.2, "lognormal", 0.001))
    found = zc.sobol_indices(an_account(), falling, until=UNTIL, of="peak_year", draws=64)
    assert np.isnan(found.rows["first"]).all()
    assert "nothing to share out" in found.text()


def test_draws_are_taken_up_to_a_power_of_two_and_a_seed_repeats_them() -> None:
    scenario = kaya(path(0.02, "lognormal"), path(-0.02, "lognormal"))
    found, again, other = (
        zc.sobol_indices(an_account(), scenario, until=UNTIL, of="co2", draws=100, rng=seed) for seed in (5, 5, 6)
    )
    assert found.draws == 128
    for name, column in found.rows.items():
        np.testing.assert_array_equal(column, again.rows[name])
    assert found.rows["first"].tolist() != other.rows["first"].tolist()


def test_scipy_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(zc.MissingOptionalDependencyError, match=r"zonecarbon\[sobol\]"):
        zc.sobol_indices(an_account(), kaya(path(0.02, "normal"), path(-0.02, "normal")), until=UNTIL)
    assert zc.tornado(an_account(), kaya(path(0.02, "normal"), path(-0.02)), until=UNTIL).rows["driver"].tolist()


# -- what is not known, arguments, faces ---------------------------------------------------------------------------


def test_a_gap_in_the_history_leaves_the_peak_unknown() -> None:
    account, scenario = an_account(past=(math.nan,)), kaya(path(0.02, "normal"), path(-0.02, "normal"))
    found = zc.tornado(account, scenario, until=UNTIL)
    assert np.isnan(found.rows["swing"]).all()
    assert "?" in found.text()
    assert np.isnan(zc.sobol_indices(account, scenario, until=UNTIL, draws=64).rows["total"]).all()
    assert not np.isnan(zc.tornado(account, scenario, until=UNTIL, of="co2").rows["swing"]).any()


@pytest.mark.parametrize("verb", [zc.tornado, zc.sobol_indices])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"of": "energy"}, "option"),
        ({"until": 2025}, "project.until"),
        ({"year": 2030}, "sensitivity.year"),
        ({"of": "co2", "year": 2036}, "sensitivity.year"),
        ({"zone": "X"}, "zone.unknown"),
        ({"scenario": kaya(path(0.02), path(-0.02))}, "sensitivity.certain"),
        ({"account": 1.0}, "sensitivity.account"),
    ],
)
def test_arguments_that_cannot_be_are_refused(verb: Any, arguments: dict[str, Any], code: str) -> None:
    whole = {"account": an_account(), "scenario": kaya(path(0.02, "normal"), path(-0.02)), "until": UNTIL, **arguments}
    with pytest.raises(zc.InputError) as caught:
        verb(**whole)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_own_arguments_are_refused_with_the_others() -> None:
    scenario = kaya(path(0.02, "normal"), path(-0.02))
    with pytest.raises(zc.InputError) as caught:
        zc.tornado(an_account(), scenario, until=1, low=0.9, high=0.1)
    assert [problem.code for problem in caught.value.problems] == ["sensitivity.levels", "project.until"]
    with pytest.raises(zc.InputError) as caught:
        zc.sobol_indices(an_account(), scenario, until=UNTIL, draws=1, confidence=1.0)
    assert [problem.code for problem in caught.value.problems] == ["sensitivity.draws", "sensitivity.confidence"]


def test_the_faces() -> None:
    scenario = kaya(path(0.06, "normal", 0.02), path(-0.02, "normal", shared=True), title_en="Mine", title_zh="我的")
    bars = zc.tornado(an_account(), scenario, until=UNTIL)
    shares = zc.sobol_indices(an_account(), scenario, until=UNTIL, draws=128, of="cumulative_co2")
    assert list(bars.columns()) == ["driver", "shared", "low_input", "high_input", "low", "high", "middle", "swing"]
    names = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    assert list(shares.to_frame()) == ["driver", *names]
    for found in (bars, shares):
        assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["rows"]
        assert pickle.loads(pickle.dumps(found)).text() == found.text() == str(found)
        assert found.provenance.choices["sensitivity"]["zone"] == ""
    assert bars.text().startswith("What moves the peak year (Mine, all zones): ≥2035 without shocks")
    assert "我的" in shares.text("zh")
    assert not np.signbit(bars.rows["swing"]).any()
