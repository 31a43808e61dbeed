"""``required``: closed forms without uncertainty, quantiles with it, and ``project`` and ``check`` as oracles."""

import itertools
import json
import math
import pickle
import re
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon.requirements.courses import Course, meets
from zonecarbon.requirements.rates import Question
from zonecarbon.requirements.solving import checked, of_probability, steps, thresholds

NAN = math.nan
BASE = 2025
COLUMNS = ["zone", "target", "year", "status", "value", "threshold", "unit", "constant_rate", "driver", "probability",
           "rate_planned", "rate_needed", "extra_rate", "scaling", "probability_without", "probability_reached",
           "reason"]  # fmt: skip


def an_account(intensity: Any, money: Any = 1000.0, years: int = 2) -> zc.Account:
    """Return zones that burn coke; intensities (zone,) of the last year, the same in all before."""
    level = np.atleast_1d(np.asarray(intensity, dtype=np.float64))
    value_added = np.repeat(np.broadcast_to(money, level.shape)[:, None], years, axis=1)
    tce = level[:, None] * value_added
    names = [f"Z{i}" for i in range(len(level))]
    flows = [zc.Flow("coke", "final", "", "tce")]
    activity = zc.Activity.from_arrays(
        tce[:, None, :],
        flows=flows,
        zones=names,
        years=range(BASE - years + 1, BASE + 1),
        value_added=value_added,
        price_year=2020,
    )
    return zc.account(activity)


def kaya(growth: float = 0.05, fall: float = -0.03, shock: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a scenario of constant rates; the shock is that of the energy intensity."""
    told = {"kind": "constant", "rate": fall} | ({} if shock is None else {"uncertainty": shock})
    grown = {"kind": "constant", "rate": growth}
    return {"name": "mine", "level": "kaya", "value_added": grown, "energy_intensity": told, **more}


def lognormal(sd: float = 0.01, **more: Any) -> dict[str, Any]:
    return {"shape": "lognormal", "sd": sd, **more}


def steeper(scenario: dict[str, Any], extra: float, until: int) -> dict[str, Any]:
    """Return the scenario with the path of the energy intensity (a constant rate) as a table that falls faster."""
    path = scenario["energy_intensity"]
    levels = {year: ((1 + path["rate"]) * (1 - extra)) ** (year - BASE) for year in range(BASE, until + 1)}
    table = {"kind": "table", "values": levels, "interpolate": "none"}
    return {**scenario, "energy_intensity": {**table, "uncertainty": path.get("uncertainty", [])}}


# -- constant rates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.3, 0.4, 0.5, 1.0])
def test_constant_rate_of_a_limit(level: float) -> None:
    row = zc.required(an_account(level), "energy-intensity-aggregate", 2030).of()
    wanted = max(0.0, 1 - (0.4 / level) ** (1 / 5))
    assert row["constant_rate"] == pytest.approx(wanted, abs=1e-12)
    assert row["status"] == ("met" if level <= 0.4 else "reachable")
    assert (row["value"], row["threshold"]) == (pytest.approx(level), 0.4)


@pytest.mark.parametrize(
    "target",
    [
        {"statistic": "aggregate", "operator": "<=", "threshold": "0.4", "unit": "tce/10^4 CNY"},
        {"statistic": "aggregate", "operator": "<", "threshold": "400", "unit": "kgce/10^4 CNY"},
        {"statistic": "annual_rate", "operator": ">=", "threshold": "0.04", "unit": "fraction per year"},
        {"statistic": "change_vs_base", "operator": "<=", "threshold": "-18", "unit": "%"},
    ],
)
def test_constant_rate_is_that_of_check(target: dict[str, Any]) -> None:
    given_base = {} if target["statistic"] == "aggregate" else {"base_year": 2024}
    record = {"id": "own:t", "indicator": "energy_per_iva", "year": 2030, **target, **given_base}
    account = an_account([0.5, 0.7], [100.0, 300.0])
    theirs = zc.check(account, {"name": "own", "target": [record]}, year=BASE).to_records()[0]["required_rate"]
    found = zc.required(account, record)
    assert theirs > 0
    assert found.of()["constant_rate"] == pytest.approx(theirs, rel=1e-9)


def test_a_rate_over_a_period_ahead_is_the_rate_itself() -> None:
    record = {"id": "own:t", "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=",
              "threshold": "0.04", "unit": "fraction per year", "year": 2035, "base_year": 2030}  # fmt: skip
    assert zc.required(an_account(0.5), record).of()["constant_rate"] == pytest.approx(0.04)


def test_what_must_rise_has_the_rate_of_its_inverse() -> None:
    record = {"id": "own:t", "indicator": "energy_output_rate", "statistic": "level", "operator": ">=",
              "threshold": "2.5", "unit": "10^4 CNY/tce", "year": 2030}  # fmt: skip
    assert zc.required(an_account(0.5), record).of()["constant_rate"] == pytest.approx(1 - (0.4 / 0.5) ** (1 / 5))


def test_a_share_of_zones_takes_what_the_last_zone_needed_takes() -> None:
    levels = [0.2, 0.31, 0.4, 0.5, 0.9]
    found = zc.required(an_account(levels), "energy-intensity-share", 2030)
    rates = [max(0.0, 1 - (0.3 / level) ** (1 / 5)) for level in levels]
    assert found.rows["constant_rate"][1:] == pytest.approx(rates, abs=1e-9)
    row = found.of()
    assert row["constant_rate"] == pytest.approx(rates[2], abs=1e-9)  # 3 of 5 are the first share of 50 % or more
    assert (row["value"], row["threshold"], row["unit"]) == (pytest.approx(0.2), 0.5, "1")


@given(st.floats(0.05, 0.99), st.integers(1, 35))
def test_constant_rate_of_a_budget_is_its_geometric_sum(share: float, years: int) -> None:
    account = an_account(0.5)
    now = float(account.total("co2")[0, -1])
    row = zc.required(account, budget=share * now * years, year=BASE + years).of()
    assert now * sum((1 - row["constant_rate"]) ** t for t in range(1, years + 1)) == pytest.approx(
        share * now * years, rel=1e-12
    )
    assert row["value"] == pytest.approx(now * years)


def test_a_budget_of_what_is_emitted_is_met_and_one_of_nothing_cannot_be() -> None:
    account = an_account([0.5, 0.4])
    now = float(account.total("co2")[:, -1].sum())
    assert zc.required(account, budget=now * 10, year=2035).of()["status"] == "met"
    row = zc.required(account, budget="0 tCO2", year=2035).of()
    assert (row["status"], row["constant_rate"]) == ("cannot be reached", None)
    mine = zc.required(account, budget={"Z1": "1 ktCO2", "": "3 ktCO2"}, year=2035)
    assert mine.rows["zone"].tolist() == ["", "Z1"]
    assert mine.rows["threshold"].tolist() == [3000.0, 1000.0]


# -- under a scenario without uncertainty --------------------------------------------------------------------------


def test_extra_rate_of_a_limit() -> None:
    row = zc.required(an_account(0.6), "energy-intensity-aggregate", 2035, scenario=kaya()).of()
    extra = 1 - (0.4 / (0.6 * 0.97**10)) ** (1 / 10)
    assert row["extra_rate"] == pytest.approx(extra, abs=1e-9)
    assert row["rate_planned"] == pytest.approx(0.03)
    assert row["rate_needed"] == pytest.approx(1 - 0.97 * (1 - extra))
    assert row["rate_needed"] == pytest.approx(row["constant_rate"], abs=1e-9)
    assert row["scaling"] == pytest.approx(math.log(0.97 * (1 - extra)) / math.log(0.97))
    assert (row["probability_without"], row["probability_reached"], row["status"]) == (0, 1, "reachable")


@pytest.mark.parametrize("driver", ["energy_intensity", "co2_per_energy", "value_added"])
def test_extra_rate_of_a_budget_is_its_sum(driver: Any) -> None:
    account, until = an_account(0.5), 2045
    now = float(account.total("co2")[0, -1])
    budget = 0.6 * sum(now * (1.05 * 0.97) ** t for t in range(1, 21))
    row = zc.required(account, budget=budget, scenario=kaya(), until=until, driver=driver).of()
    pace = 1.05 * 0.97 * (1 - row["extra_rate"])
    assert now * sum(pace**t for t in range(1, 21)) == pytest.approx(budget, rel=1e-8)


@pytest.mark.parametrize(("before", "after"), [(0.05, 0.01), (0.08, 0.03)])
def test_extra_rate_of_a_peak_in_piecewise_growth(before: float, after: float) -> None:
    rates = [{"rate": before, "until": 2030}, {"rate": after}]
    scenario = kaya(fall=0.0, value_added={"kind": "piecewise", "rates": rates})
    found = zc.required(an_account(0.5), "peak", 2030, scenario=scenario)
    assert found.of()["extra_rate"] == pytest.approx(1 - 1 / (1 + after), abs=1e-9)
    later = zc.required(an_account(0.5), "peak", 2026, scenario=scenario).of()["extra_rate"]
    growth = [(1 + before) ** min(t, 5) * (1 + after) ** max(t - 5, 0) for t in range(36)]
    slowest = max((growth[t] / growth[1]) ** (1 / (t - 1)) for t in range(2, 36))
    never = max(growth[t] ** (1 / t) for t in range(1, 36))  # below the level of the last year of the account: peaked
    assert later == pytest.approx(1 - 1 / min(slowest, never), abs=1e-9)


def test_a_peak_by_the_last_year_is_one_within_the_horizon() -> None:
    scenario = kaya(fall=0.0, growth=0.04)
    last, before = (
        zc.required(an_account(0.5), "peak", year, scenario=scenario, until=2040).of() for year in (2040, 2039)
    )
    assert last["extra_rate"] == before["extra_rate"] == pytest.approx(1 - 1 / 1.04, abs=1e-9)


def test_a_budget_counts_up_to_its_year() -> None:
    account = an_account(0.5)
    now = float(account.total("co2")[0, -1])
    budget = 0.9 * sum(now * (1.05 * 0.97) ** t for t in range(1, 6))
    row = zc.required(account, budget=budget, year=2030, scenario=kaya(), until=2050).of()
    pace = 1.05 * 0.97 * (1 - row["extra_rate"])
    assert now * sum(pace**t for t in range(1, 6)) == pytest.approx(budget, rel=1e-8)
    assert row["rate_planned"] == pytest.approx(0.03)


def test_a_scenario_that_is_fast_enough_needs_no_more() -> None:
    found = zc.required(an_account(0.5), "peak", 2030, scenario=kaya(growth=0.02))
    row = found.of()
    assert (row["status"], row["extra_rate"], row["scaling"]) == ("met", 0, 1)
    assert "nothing more is needed" in found.text()


def test_history_counts_for_a_peak() -> None:
    activity = zc.Activity.from_arrays(
        [[[90.0, 100.0, 50.0]]], flows=["coke"], zones=["A"], years=[2023, 2024, 2025], value_added=[[200.0] * 3],
        price_year=2020,
    )  # fmt: skip
    account = zc.account(activity)
    past = zc.required(account, "peak", 2024, scenario=kaya(fall=0.0), until=2045).of()
    assert past["extra_rate"] == pytest.approx(1 - (2 / 1.05**20) ** (1 / 20), abs=1e-9)  # never above twice 2025
    over = zc.required(account, "peak", 2023, scenario=kaya(), until=2045)
    assert (over.of()["status"], over.reasons[0].code) == ("cannot be reached", "reason.required_past")


def test_drivers_that_do_not_act_cannot_reach() -> None:
    account = an_account(0.6)
    row = zc.required(account, "energy-intensity-aggregate", 2035, scenario=kaya(), driver="co2_per_energy").of()
    assert (row["status"], row["extra_rate"], row["probability_reached"]) == ("cannot be reached", None, 0)
    row = zc.required(account, "energy-intensity-aggregate", 2035, scenario=kaya(), limit=0.005).of()
    assert row["status"] == "cannot be reached"
    assert "0%" in row["reason"]


# -- with uncertainty ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("probability", [0.4, 0.6, 0.9])
def test_a_lognormal_shock_has_a_closed_form(probability: float) -> None:
    sd = 0.02
    scenario = kaya(shock=lognormal(sd, rho=1))
    row = zc.required(
        an_account(0.6), "energy-intensity-aggregate", 2035, scenario=scenario, probability=probability, draws=16_384
    ).of()
    z = NormalDist().inv_cdf(probability)
    wanted = 1 - (0.4 / (0.6 * 0.97**10)) ** (1 / 10) * math.exp(-sd * z)
    assert row["extra_rate"] == pytest.approx(wanted, abs=sd * 0.03)


@pytest.mark.parametrize("probability", [0.333, 0.8, 1.0])
def test_the_answer_is_an_order_statistic_of_the_draws(probability: float) -> None:
    account, scenario = an_account([0.6, 0.7]), kaya(shock=lognormal(0.03, rho=0.5))
    kept = zc.project(
        account, scenario, until=2035, draws=500, rng=3, keep="draws", indicators=["energy", "value_added"]
    ).trajectories
    energy, money = (kept[name].sum(axis=0)[-1] for name in ("energy", "value_added"))
    smallest = np.sort(np.maximum(0.0, 1 - (0.4 * money / energy) ** (1 / 10)))
    row = zc.required(
        account, "energy-intensity-aggregate", 2035, scenario=scenario, probability=probability, until=2035, draws=500,
        rng=3,
    ).of()  # fmt: skip
    assert row["extra_rate"] == pytest.approx(smallest[math.ceil(probability * 500) - 1], abs=1e-9)
    assert row["probability_reached"] >= probability
    assert row["probability_without"] == (energy / money <= 0.4).mean()


QUESTIONS = [
    ({"target": "peak", "year": 2030}, lambda paths: paths.peak_probability(2030)),
    ({"target": "energy-intensity-aggregate", "year": 2035}, lambda paths: paths.probability("t")),
    ({"budget": 28_000.0}, lambda paths: paths.within_budget()),
]


@pytest.mark.parametrize(("question", "read"), QUESTIONS)
def test_projecting_the_steeper_scenario_gives_the_same_probability(question: dict[str, Any], read: Any) -> None:
    account, until = an_account([0.6, 0.5]), 2045
    scenario = kaya(shock=lognormal(0.02, rho=0.3), growth=0.06)
    same: dict[str, Any] = {"until": until, "draws": 1000, "rng": 11}
    found = zc.required(account, **question, scenario=scenario, probability=0.8, **same).of()
    assert found["status"] == "reachable"
    own = {"id": "own:t", "indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=",
           "threshold": "0.4", "unit": "tce/10^4 CNY", "year": 2035}  # fmt: skip
    for extra, enough in ((found["extra_rate"], True), (found["extra_rate"] - 1e-6, False), (0.0, False)):
        told = steeper(scenario, extra, until)
        paths = zc.project(
            account, told, targets={"name": "own", "target": [own]}, budget=question.get("budget"), **same
        )
        assert (float(read(paths)) >= 0.8) is enough
        if enough:
            assert float(read(paths)) == pytest.approx(found["probability_reached"], abs=1e-12)
    assert float(read(paths)) == pytest.approx(found["probability_without"], abs=1e-12)


def test_shocks_that_add_to_a_rate_are_nearly_the_same() -> None:
    account, until = an_account(0.5), 2045
    scenario = kaya(shock={"shape": "normal", "sd": 0.01, "rho": 0.5}, growth=0.06)
    found = zc.required(account, "peak", 2030, scenario=scenario, probability=0.8, until=until).of()
    again = zc.project(account, steeper(scenario, found["extra_rate"], until), until=until, draws=4096, rng=0)
    assert float(again.peak_probability(2030)) == pytest.approx(0.8, abs=0.02)


def with_process() -> zc.Account:
    """Return a zone of which a quarter of the CO2 is process CO2."""
    zone = zc.Zone(
        zone="A",
        energy=(zc.EnergyUse(carrier="coke", quantity="1000 tce", year=BASE),),
        value_added=(zc.ValueAdded(value_added="2000 万元", year=BASE, price_year=2020),),
        process=(zc.ProcessOutput(product="lime", output="1500 t", year=BASE),),
    )
    return zc.account(zone, process={"lime": "0.7 tCO2/t"})


@pytest.mark.parametrize("question", [{"target": "peak", "year": 2032}, {"budget": "85 ktCO2"}])
def test_process_co2_is_left_as_it_is(question: dict[str, Any]) -> None:
    account, until = with_process(), 2045
    growth = {"kind": "piecewise", "rates": [{"rate": 0.05, "until": 2032}, {"rate": 0.01}]}
    scenario = {**kaya(fall=-0.005, shock=lognormal(0.01)), "level": "carriers", "value_added": growth}
    same: dict[str, Any] = {"until": until, "draws": 512, "rng": 2}
    row = zc.required(account, **question, scenario=scenario, probability=0.7, **same).of()
    assert row["status"] == "reachable"
    told = steeper(scenario, row["extra_rate"], until)
    paths = zc.project(account, told, budget=question.get("budget"), **same)
    found = paths.within_budget() if "budget" in question else float(paths.peak_probability(2032))
    assert found == pytest.approx(row["probability_reached"], abs=1e-12)
    assert row["probability_reached"] >= 0.7


def test_shares_and_some_peaks_are_counted_draw_by_draw() -> None:
    levels = [0.28, 0.5, 0.6, 0.7]
    account, scenario = an_account(levels), kaya(shock=lognormal(0.02, rho=0.5), growth=0.06)
    same: dict[str, Any] = {"until": 2040, "draws": 500, "rng": 5}
    kept = zc.project(account, scenario, keep="draws", indicators=["energy_intensity", "co2"], **same).trajectories
    row = zc.required(account, "energy-intensity-share", 2035, scenario=scenario, probability=0.8, **same).of()

    def passing(extra: float) -> float:
        below = kept["energy_intensity"][:, 9] * (1 - extra) ** 10 < 0.3
        return float((below.mean(axis=0) >= 0.5).mean())

    assert row["status"] == "reachable"
    assert passing(row["extra_rate"] + 1e-9) >= 0.8 > passing(row["extra_rate"] - 1e-6)

    def peaked(extra: float) -> float:
        path = kept["co2"] * (1 - extra) ** np.arange(1, 16)[:, None]
        whole = np.concatenate((np.repeat(account.total("co2")[:, :, None], 500, axis=2), path), axis=1)
        position = whole.argmax(axis=1)
        return float(((position <= 6) & (position < 16)).any(axis=0).mean())

    row = zc.required(account, "co2-peak-some", 2030, scenario=scenario, probability=0.9, **same).of()
    assert row["status"] == "reachable"
    assert peaked(row["extra_rate"] + 1e-9) >= 0.9 > peaked(row["extra_rate"] - 1e-6)
    assert row["probability_without"] == peaked(0.0)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=4, unique=True))
def test_more_certainty_never_takes_less(probabilities: list[float]) -> None:
    account, scenario = an_account(0.5), kaya(shock=lognormal(0.03), growth=0.06)
    extra = [
        zc.required(account, "peak", 2032, scenario=scenario, probability=p, until=2040, draws=64).of()["extra_rate"]
        for p in sorted(probabilities)
    ]
    assert all(a <= b for a, b in itertools.pairwise(extra))


def test_one_zone_alone_is_that_zone_among_all() -> None:
    account, scenario = an_account([0.6, 0.5, 0.4]), kaya(shock=lognormal(), growth=0.06)
    every = zc.required(account, "peak", 2030, scenario=scenario, draws=256)
    assert every.rows["zone"].tolist() == ["", "Z0", "Z1", "Z2"]
    for zone in ("", "Z1"):
        alone = zc.required(account, "peak", 2030, scenario=scenario, draws=256, zone=zone)
        assert alone.of(zone) == every.of(zone)
        assert len(alone.rows["zone"]) == 1


# -- process CO2 ---------------------------------------------------------------------------------------------------


def a_course(burnt: Any, process: Any, past: Any) -> Course:
    """Return one draw of CO2 of energy and of process CO2."""
    columns = [np.asarray(values, dtype=np.float64)[:, None] for values in (burnt, process)]
    years = np.arange(BASE - len(past) + 1, BASE + 1)
    blank = np.full((len(columns[0]), 1), NAN)
    return Course(years, {"co2": np.asarray(past, dtype=np.float64)}, blank, blank, *columns)


def test_where_process_co2_grows_a_faster_fall_can_undo_a_peak() -> None:
    """The bump that is the peak goes away, and what is left rises: the condition holds on a window of rates only."""
    question = Question("peak", BASE + 1, None, {})

    def holds(own: Course, extra: Any) -> Any:
        return meets(question, own, "", "energy_intensity", extra)

    rising = a_course([6.0, 5.0, 5.0, 1.0], [1.0, 2.0, 2.5, 5.2], [5.0])
    assert [int(holds(rising, np.array([d]))[0]) for d in (0.0, 0.1, 0.45)] == [0, 1, 0]
    answer = checked(of_probability(thresholds(holds, rising, 0.5), 1.0), holds, rising, 1.0, 0.5)
    left = 1 - answer.extra
    assert 6 * left + 1 == pytest.approx(5 * left**3 + 2.5, abs=1e-8)
    # Two draws whose windows do not overlap: either can be reached, both together cannot.
    late = a_course([6.0, 5.0, 30.0, 1.0], [1.0, 2.0, 0.0, 0.0], [5.0])
    both = Course(
        rising.years, rising.history, rising.value_added, rising.energy,
        np.hstack((rising.burnt, late.burnt)), np.hstack((rising.process, late.process)),
    )  # fmt: skip
    smallest = thresholds(holds, both, 0.5)
    assert np.isfinite(smallest).all()
    assert checked(of_probability(smallest, 0.5), holds, both, 0.5, 0.5).reached == 0.5
    assert math.isinf(checked(of_probability(smallest, 1.0), holds, both, 1.0, 0.5).extra)


def test_a_rate_that_is_undone_is_sought_further_up() -> None:
    """One draw holds early on, one late and later on both: what counts is that enough hold at one rate."""
    early, late = (0.1, 0.2), (0.3, 0.45)

    def holds(own: Course, extra: Any) -> Any:
        at = float(extra[0])
        return np.array([int(low <= at <= high or at >= 0.4) for low, high in (early, late)])

    course = a_course([1.0], [0.0], [1.0])
    answer = checked(of_probability(np.array([0.1, 0.3]), 1.0), holds, course, 1.0, 0.5)
    assert answer.extra == pytest.approx(0.4, abs=1e-9)
    assert answer.reached == 1.0


def test_enough_draws_are_never_fewer_than_asked_for() -> None:
    smallest = np.array([0.3, 0.0, 0.1, math.inf])
    assert [of_probability(smallest, p).extra for p in (0.25, 0.26, 0.5, 0.51, 0.76)] == [0.0, 0.1, 0.1, 0.3, math.inf]
    assert of_probability(smallest, 0.76).reached == 0.75
    assert math.isnan(of_probability(np.array([0.1, NAN]), 0.5).extra)


def test_the_steps_end_at_the_limit_and_begin_close() -> None:
    assert steps(0.5)[-1] == 0.5
    assert (np.diff(steps(0.5)) > 0).all()
    assert steps(0.5)[0] < 0.005


# -- what is not known ---------------------------------------------------------------------------------------------


def test_an_unknown_zone_makes_all_together_unknown_and_leaves_the_others() -> None:
    account = an_account([0.6, NAN])
    for scenario in (None, kaya()):
        found = zc.required(account, "energy-intensity-aggregate", 2035, scenario=scenario)
        assert found.rows["status"].tolist() == ["unknown", "reachable", "unknown"]
        assert all(found.columns()["reason"][[0, 2]])
        assert math.isnan(found.rows["constant_rate"][0])
    budget = zc.required(account, budget="1 ktCO2", scenario=kaya())
    assert budget.of()["status"] == "unknown"


def test_a_gap_in_the_history_leaves_a_peak_unknown() -> None:
    activity = zc.Activity.from_arrays(
        [[[NAN, 100.0]], [[90.0, 100.0]]], flows=["coke"], zones=["A", "B"], years=[2024, 2025],
        value_added=[[200.0] * 2] * 2, price_year=2020,
    )  # fmt: skip
    found = zc.required(zc.account(activity), "peak", 2030, scenario=kaya())
    assert dict(zip(found.rows["zone"], found.rows["status"], strict=True)) == {
        "": "unknown",
        "A": "unknown",
        "B": "reachable",
    }
    assert math.isnan(found.rows["extra_rate"][0])


def test_a_peak_of_all_together_says_which_zones_it_leaves_out() -> None:
    found = zc.required(an_account([0.5, NAN]), "peak", 2030, scenario=kaya())
    assert found.of()["extra_rate"] == found.of("Z0")["extra_rate"] > 0
    assert [note.code for note in found.warnings] == ["project.left_out"]
    assert "left out are Z1" in found.text()
    assert found.provenance.warnings[-1] == found.warnings[0]


def test_a_share_that_unknown_zones_cannot_turn_is_known() -> None:
    sure = zc.required(an_account([0.2, 0.2, NAN]), "energy-intensity-share", 2030, scenario=kaya())
    assert sure.of()["status"] == "met"
    open_ = zc.required(an_account([0.2, 0.5, NAN]), "energy-intensity-share", 2030, scenario=kaya())
    assert open_.of()["status"] == "unknown"
    assert zc.required(an_account([0.2, 0.5, NAN]), "energy-intensity-share", 2030).of()["status"] == "unknown"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("overall-direction", "reason.direction"),
        ("co2-intensity-annual", "reason.outside"),  # its base year 2020 is not there
        ("zero-carbon-park-910:co2-per-energy-small", "reason.basis"),
        ("hj-274-2015:renewable-share", "reason.not_projected"),
    ],
)
def test_targets_that_cannot_be_judged_are_unknown_with_the_reason(target: str, code: str) -> None:
    for scenario in (None, kaya()):
        found = zc.required(an_account(0.5), target, 2030, scenario=scenario)
        assert found.rows["status"].tolist() == ["unknown"]
        assert [problem.code for problem in found.reasons] == [code]


def test_a_limit_on_a_sum_is_not_one_of_a_zone() -> None:
    record = {"id": "own:cap", "indicator": "total_energy", "statistic": "level", "operator": "<=",
              "threshold": "500", "unit": "tce", "year": 2030}  # fmt: skip
    found = zc.required(an_account([0.3, 0.5]), record, scenario=kaya())
    assert found.rows["zone"].tolist() == [""]
    assert found.of()["extra_rate"] == pytest.approx(1 - (500 / (800 * (1.05 * 0.97) ** 5)) ** (1 / 5), abs=1e-9)
    assert zc.required(an_account([0.3, 0.5]), record, zone="Z1").of("Z1")["status"] == "unknown"


def test_a_target_of_each_zone_has_no_row_for_all() -> None:
    record = {"id": "own:each", "indicator": "energy_per_iva", "statistic": "zone", "operator": "<",
              "threshold": "0.4", "unit": "tce/10^4 CNY", "year": 2030}  # fmt: skip
    found = zc.required(an_account([0.3, 0.5]), record)
    assert found.rows["zone"].tolist() == ["Z0", "Z1"]
    assert found.rows["status"].tolist() == ["met", "reachable"]
    assert zc.required(an_account([0.3, 0.5]), record, zone="").of()["status"] == "unknown"


def test_a_target_of_a_class_says_nothing_of_other_zones() -> None:
    record = {"id": "own:class", "indicator": "energy_per_iva", "statistic": "zone", "operator": "<=",
              "threshold": "0.4", "unit": "tce/10^4 CNY", "year": 2030, "applies_indicator": "energy_tce",
              "applies_min": "200", "applies_max": "2000"}  # fmt: skip
    account = an_account([0.5, 0.6], [100.0, 1000.0])  # 50 and 600 tce, which grow by 2 % a year
    for scenario in (None, kaya()):
        found = zc.required(account, record, scenario=scenario)
        assert found.rows["status"].tolist() == ["unknown", "reachable"]
        assert found.reasons[0].code == "reason.required_class"
        assert found.rows["constant_rate"][1] == pytest.approx(1 - (0.4 / 0.6) ** (1 / 5))


def test_a_year_that_is_over_is_decided() -> None:
    for scenario in (None, kaya()):
        found = zc.required(an_account([0.6, 0.3]), "energy-intensity-aggregate", 2025, scenario=scenario)
        assert found.rows["status"].tolist() == ["cannot be reached", "cannot be reached", "met"]
        assert {problem.code for problem in found.reasons} == {"reason.required_past"}


# -- arguments and faces -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ({}, ["required.question"]),
        ({"target": "peak", "budget": 1.0}, ["required.question", "required.scenario", "required.year"]),
        ({"target": "peak", "year": 2030}, ["required.scenario"]),
        ({"target": "peak", "scenario": "policy"}, ["required.year"]),
        ({"target": "peak", "scenario": "policy", "year": 2061}, ["required.horizon"]),
        ({"budget": 1.0, "year": 2025}, ["required.horizon"]),
        ({"budget": 1.0, "until": 2025}, ["project.until"]),
        ({"budget": math.inf}, ["project.budget_value"]),
        ({"budget": {"X": 1.0}}, ["scenario.no_zone"]),
        ({"target": "no-such"}, ["required.target"]),
        ({"target": "energy-intensity-share", "zone": "X"}, ["zone.unknown"]),
        (
            {
                "target": "peak",
                "year": 2030,
                "scenario": "policy",
                "probability": 0,
                "limit": 1,
                "driver": "x",
                "draws": 0,
            },
            ["required.fraction", "required.fraction", "option", "required.draws"],
        ),
    ],
)
def test_arguments_that_cannot_be_are_refused_at_once(arguments: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.required(an_account(0.5), **arguments)
    assert [problem.code for problem in caught.value.problems] == codes


def test_an_account_is_needed() -> None:
    with pytest.raises(zc.InputError, match="needs an account"):
        zc.required([1.0], "peak", 2030)  # type: ignore[arg-type]


def test_a_target_by_any_of_its_names() -> None:
    account = an_account(0.5)
    record = next(item for item in _torch() if item.id.endswith("intensity-aggregate"))
    for target in ("energy-intensity-aggregate", "torch-2025:energy-intensity-aggregate", record, record.model_dump()):
        assert zc.required(account, target, 2030).target == "torch-2025:energy-intensity-aggregate"
    assert zc.required(account, "torch-2025:co2-peak-some", scenario=kaya(), targets="fyp15").year == 2025


def _torch() -> Any:
    from zonecarbon.catalog import target_set

    return target_set("torch-2025").target


def test_the_faces() -> None:
    account = an_account([0.6, 0.2, NAN])
    found = zc.required(account, "peak", 2030, scenario=kaya(shock=lognormal(), growth=0.06), draws=64, probability=0.8)
    assert list(found.columns()) == COLUMNS
    assert list(found.to_frame()) == COLUMNS
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["rows"][0]["driver"] == "energy_intensity"
    assert "to peak by 2030 with probability 80%, energy intensity must fall" in found.text()
    assert "times as fast" in found.text()
    assert "能耗强度须年均下降" in found.text("zh")
    assert "未知" in found.text("zh")
    assert str(found) == found.text()
    assert repr(found) == "<Requirement: peak 2030, under mine, probability 0.8, 4 rows>"
    assert found.counts == {"met": 0, "reachable": 2, "cannot be reached": 0, "unknown": 1}
    assert pickle.loads(pickle.dumps(found)).text() == found.text()
    assert found.provenance.choices["required"]["probability"] == 0.8
    with pytest.raises(zc.InputError, match="zone"):
        found.of("no such")
    many = zc.required(an_account(np.linspace(0.1, 0.9, 30)), "energy-intensity-share", 2030)
    assert many.text().splitlines()[-1].startswith("30 zones: met")


def test_an_intensity_that_may_rise_is_told_as_a_change() -> None:
    found = zc.required(an_account(0.39), "energy-intensity-aggregate", 2030, scenario=kaya(fall=0.02))
    assert "instead of +2.00%" in found.text()
    assert found.of()["rate_planned"] == pytest.approx(-0.02)


def test_the_same_seed_gives_the_same_and_nothing_is_changed() -> None:
    account, scenario = an_account(0.5), kaya(shock=lognormal(), growth=0.06)
    before = account.total("co2").copy()
    first, again = (zc.required(account, "peak", 2030, scenario=scenario, draws=128, rng=9).of() for _ in range(2))
    assert first == again
    np.testing.assert_array_equal(account.total("co2"), before)


# -- what else is in the rates -------------------------------------------------------------------------------------


def burning(*zones: str) -> zc.Account:
    """Return zones with coal and electricity; each one grows as the scenario says."""
    n = len(zones)
    activity = zc.Activity.from_arrays(
        [[[50_000.0], [100_000.0]]] * n, flows=["raw_coal", "electricity"], zones=zones, years=[BASE],
        value_added=[[100_000.0]] * n, price_year=2020, provinces="全国",
    )  # fmt: skip
    return zc.account(activity)


def shifting(rate: float = -0.03, **more: Any) -> dict[str, Any]:
    """Return growth, a fall of intensity, and coal that goes to electricity, of which half as much is needed."""
    shift = {"name": "boilers", "source": "raw_coal", "target": "electricity", "ratio": 0.5,
             "path": {"kind": "linear", "goal": 0.4, "year": 2030}}  # fmt: skip
    told = {"kind": "constant", "rate": rate}
    return {"name": "mine", "value_added": {"kind": "constant", "rate": 0.05}, "energy_intensity": told,
            "shift": [shift], **more}  # fmt: skip


def asking(limit: float) -> dict[str, Any]:
    row = {"id": "i", "indicator": "energy_per_iva", "statistic": "zone", "operator": "<=", "threshold": repr(limit),
           "unit": "tce/10^4 CNY", "year": 2030}  # fmt: skip
    return {"name": "own", "target": [row]}


def intensity_of(account: zc.Account, scenario: dict[str, Any]) -> float:
    longer = zc.extend(account, scenario, until=2030)
    return float(longer.total("energy")[0, -1] / longer.total("value_added")[0, -1])


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_the_rate_to_write_into_a_scenario_with_a_shift_is_told_and_does_it() -> None:
    """The shift brings part of the fall; the needed rate of the whole, written as the driver's own, overshoots."""
    account = burning("A")
    limit = 0.85 * intensity_of(account, shifting())
    found = zc.required(account, "own:i", scenario=shifting(), targets=asking(limit), zone="A")
    row = found.of("A")
    assert row["rate_planned"] > 0.03 + 1e-3
    line = next(line for line in found.text().splitlines() if line.startswith("A:"))
    assert "include what shifts between carriers bring" in line
    own, needed = (float(part) / 100 for part in re.findall(r"(-[0-9.]+)%", line))
    assert own == -0.03
    assert needed == pytest.approx(-(1 - 0.97 * (1 - row["extra_rate"])), abs=5e-5)
    assert intensity_of(account, shifting(needed)) == pytest.approx(limit, rel=5e-4)
    assert intensity_of(account, shifting(-row["rate_needed"])) < 0.97 * limit
    chinese = next(line for line in found.text("zh").splitlines() if line.startswith("A："))
    assert "品种替代" in chinese
    assert f"{needed:+.2%}" in chinese


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_nothing_is_said_where_the_rate_is_the_one_of_the_scenario() -> None:
    account = burning("A")
    alone = shifting() | {"shift": []}
    found = zc.required(account, "own:i", scenario=alone, targets=asking(0.3), zone="A")
    assert found.of("A")["rate_planned"] == pytest.approx(0.03, abs=1e-9)
    assert "include" not in found.text()
    assert "包含" not in found.text("zh")


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_a_driver_without_a_path_of_its_own_says_what_comes_on_top() -> None:
    scenario = shifting() | {"grid_factor": {"kind": "constant", "rate": -0.02}}
    found = zc.required(burning("A"), "own:i", scenario=scenario, zone="A", driver="co2_per_energy",
                        targets={"name": "own", "target": [asking(1.0)["target"][0] | {
                            "indicator": "co2_per_iva", "unit": "tCO2/10^4 CNY", "threshold": "0.9"}]})  # fmt: skip
    row = found.of("A")
    assert row["status"] == "reachable"
    text = found.text()
    assert "the second rate is what the grid and shifts between carriers bring: " in text
    assert "both" not in text
    assert "后一速度是电网、品种替代带来的变化" in found.text("zh")
    assert f"{row['extra_rate']:.2%} a year must come on top" in text


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_zones_with_paths_of_their_own_are_compared_with_these() -> None:
    """B falls by 1 % a year of its own accord; all together by what the weights of zones make of 3 and 1 %."""
    slower = {"B": {"energy_intensity": {"kind": "constant", "rate": -0.01}}}
    scenario = shifting() | {"shift": [], "zones": slower}
    found = zc.required(burning("A", "B"), "own:i", scenario=scenario, targets=asking(0.3))
    lines = {line.split(":")[0]: line for line in found.text().splitlines()}
    assert all("include" not in lines[zone] for zone in ("A", "B"))
    assert "instead of 1.00%" in lines["B"]
    together = {"name": "own", "target": [asking(0.3)["target"][0] | {"statistic": "aggregate"}]}
    found = zc.required(burning("A", "B"), "own:i", scenario=scenario, targets=together)
    line = next(line for line in found.text().splitlines() if "all zones:" in line)
    assert "instead of" in line
    assert "include" not in line  # there is no one path that could be written


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_one_part_brings_and_several_bring() -> None:
    own = asking(1.0)["target"][0] | {"indicator": "co2_per_iva", "unit": "tCO2/10^4 CNY", "threshold": "0.9"}
    scenario = shifting() | {"grid_factor": {"kind": "constant", "rate": -0.02}, "shift": []}
    found = zc.required(burning("A"), "own:i", scenario=scenario, zone="A", driver="co2_per_energy",
                        targets={"name": "own", "target": [own]})  # fmt: skip
    assert "the second rate is what the grid brings: " in found.text()
    mixed = shifting() | {"shift": [], "zones": {"B": {"value_added": {"kind": "constant", "rate": 0.2}}}}
    together = {"name": "own", "target": [asking(0.2)["target"][0] | {"statistic": "aggregate"}]}
    found = zc.required(burning("A", "B"), "own:i", scenario=mixed, targets=together)
    assert "weights of zones" not in found.text()  # they use alike, so weights change nothing


@pytest.mark.parametrize("rate", [-0.02, -0.06])
@pytest.mark.parametrize("where", ["zones", "sectors"])
@pytest.mark.parametrize("zone", ["A", ""])
@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_no_path_is_told_where_a_zone_or_a_sector_has_its_own(where: str, zone: str, rate: float) -> None:
    """The scenario's 3 % is then not the path of that zone or sector, with a shift or without."""
    activity = zc.Activity.from_arrays(
        [[[[50_000.0], [100_000.0]], [[20_000.0], [10_000.0]]]], flows=["raw_coal", "electricity"], zones=["A"],
        years=[BASE], sectors=["x", "y"], value_added=[[[60_000.0], [40_000.0]]], price_year=2020, provinces="全国",
    )  # fmt: skip
    account = zc.account(activity)
    own = {"A" if where == "zones" else "x": {"energy_intensity": {"kind": "constant", "rate": rate}}}
    shifts: list[list[Any]] = [shifting()["shift"], []]
    for shift in shifts:
        scenario = shifting() | {where: own, "shift": shift}
        longer = zc.extend(account, scenario, until=2030)
        limit = 0.85 * float(longer.total("energy")[0, -1] / longer.total("value_added")[0, -1])
        target = asking(limit)["target"][0] | ({} if zone else {"statistic": "aggregate"})
        found = zc.required(account, "own:i", scenario=scenario, targets={"name": "own", "target": [target]}, zone=zone)
        assert "instead of" in found.text()
        assert "include" not in found.text()
        assert "包含" not in found.text("zh")


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_another_zone_with_its_own_path_takes_nothing_from_this_one() -> None:
    scenario = shifting() | {"zones": {"B": {"energy_intensity": {"kind": "constant", "rate": -0.01}}}}
    found = zc.required(burning("A", "B"), "own:i", scenario=scenario, targets=asking(0.2))
    lines = {line.split(":")[0]: line for line in found.text().splitlines()}
    assert (
        "include what shifts between carriers bring: on average the scenario's own path of it is -3.00%" in lines["A"]
    )
    assert "include" not in lines["B"]


def test_nothing_is_said_where_only_process_co2_moves_the_driver_as_well() -> None:
    """CO2 per energy rises where process CO2 keeps up with value added and energy does not: no part is to be named."""
    told = {"name": "mine", "value_added": {"kind": "constant", "rate": 0.05},
            "energy_intensity": {"kind": "constant", "rate": -0.03}}  # fmt: skip
    account = with_process()
    now = float(account.total("co2")[0, -1] / account.total("value_added")[0, -1])
    own = asking(1.0)["target"][0] | {"indicator": "co2_per_iva", "unit": "tCO2/10^4 CNY", "threshold": repr(0.6 * now)}
    found = zc.required(account, "own:i", scenario=told, driver="co2_per_energy",
                        targets={"name": "own", "target": [own]})  # fmt: skip
    row = found.of(str(account.zones[0]))
    assert row["status"] == "reachable"
    assert row["rate_planned"] < -1e-3
    assert not re.search(r"both rates|second rate|what +bring", found.text())
