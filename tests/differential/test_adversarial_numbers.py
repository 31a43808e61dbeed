"""Numbers that are meant to hurt: the ends of floats, limits met to the last digit, nothing, one, a million, disorder.

Each part is a line of the list of adversarial numbers. What must hold is the design's: a difference of 1e-12 is none,
unknown is never met and never 0, a ratio to what is not positive is unknown, disorder is an error or changes nothing.
pytest turns warnings of numpy into errors, so a silent overflow would show as well.
"""

import itertools
import math
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest

import zonecarbon as zc

COKE = 0.9714  # tce for one tonne
GROWTH = {"name": "growth", "value_added": {"kind": "constant", "rate": 0.05}}
KAYA = {**GROWTH, "level": "kaya"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Leave out the library's own words; numpy's stay errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        yield


def account_of(coke: Any, money: Any, years: Sequence[int], **more: Any) -> zc.Account:
    """Return an account of coke [t] and value added, (zone, year) each."""
    quantity = np.asarray(coke, dtype=float)[:, None, :]
    names = more.pop("zones", [f"Z{i}" for i in range(len(quantity))])
    activity = zc.Activity.from_arrays(
        quantity, flows=["coke"], zones=names, years=list(years), value_added=money, price_year=2020, provinces="全国"
    )
    return zc.account(activity, **more)


def goal(operator: str, threshold: str, **more: Any) -> Any:
    row = {"id": "t", "indicator": "energy_per_iva", "statistic": "zone", "operator": operator, "threshold": threshold}
    return {"name": "own", "target": [{**row, "unit": "tce/万元", "year": 2025, **more}]}


def verdict_of(levels: Sequence[float], target: Any, **options: Any) -> str:
    n = len(levels)
    table = {"zone": [f"Z{i}" for i in range(n)], "year": [2025] * n, "energy_intensity": list(levels)}
    return zc.check({**table, "value_added": [1.0] * n}, target, **options).verdict("t")


# -- 1e-300 to 1e300, subnormals -----------------------------------------------------------------------------------

SCALES = [1e-300, 1e-150, 1e-30, 1.0, 1e30, 1e150, 1e300]


@pytest.mark.parametrize("size", SCALES)
def test_every_answer_at_the_ends_of_floats(size: float) -> None:
    """All that is linear scales with the quantities, all that is a ratio does not."""
    coke, money = np.array([[1.0, 0.8, 0.5], [2.0, 2.5, 3.0]]), np.array([[4.0, 5.0, 6.0], [7.0, 9.0, 8.0]])
    years = [2020, 2021, 2025]
    plain, scaled = account_of(coke, money, years), account_of(coke * size, money, years)
    for one, other in zip(plain.totals(), scaled.totals(), strict=True):
        factor = 1.0 if np.array_equal(one, plain.value_added) else size
        np.testing.assert_allclose(other / factor, one, rtol=1e-12)
    for level, form in itertools.product(("zone", "portfolio"), ("additive", "multiplicative")):
        first, second = (zc.decompose(a, base=2020, end=2025, form=form).effects(level) for a in (plain, scaled))  # type: ignore[call-overload]
        factor = size if form == "additive" else 1.0
        np.testing.assert_allclose(second / factor, first, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(zc.tapio(scaled).elasticity, zc.tapio(plain).elasticity, rtol=1e-12)
    assert zc.find_peaks(scaled).columns()["status"].tolist() == zc.find_peaks(plain).columns()["status"].tolist()
    for scenario in (GROWTH, KAYA):
        here, there = (zc.project(a, scenario, until=2030, targets=None) for a in (plain, scaled))
        np.testing.assert_allclose(there.path("co2") / size, here.path("co2"), rtol=1e-12)
        assert np.array_equal(there.peak_year(zone=None), here.peak_year(zone=None), equal_nan=True)


@pytest.mark.parametrize("size", SCALES)
def test_value_added_at_the_ends_of_floats(size: float) -> None:
    account = account_of([[3.0, 2.0]], [[size, size / 2]], [2020, 2025])
    found = account.totals().energy_intensity[0]
    np.testing.assert_allclose(found, [3.0 * COKE / size, 4.0 * COKE / size], rtol=1e-12)
    check = zc.check(account, goal("<=", "0.4"))
    assert check.verdict("t") == ("met" if found[1] < 0.4 else "missed")
    rate = zc.check(account, goal(">=", "0.04", statistic="annual_rate", unit="fraction", base_year=2020))
    assert rate.block("t").value[0] == pytest.approx(1 - (4 / 3) ** 0.2, rel=1e-12)


@pytest.mark.parametrize("small", [5e-324, 1e-320, 1e-310, 2.2250738585072014e-308])
def test_subnormal_quantities_are_no_zeros_and_no_errors(small: float) -> None:
    """What a float cannot hold finer is good to its own last digit."""
    account = account_of([[small * 4, small * 4]], [[1.0, 2.0]], [2020, 2025])
    assert account.total("energy")[0, 0] == pytest.approx(small * 4 * COKE, abs=5e-324)
    assert account.total("co2")[0, 0] > 0
    assert zc.check(account, goal("<=", "0.4")).verdict("t") == "met"
    effects = zc.decompose(account).effects("zone")
    assert np.isfinite(effects).all()
    assert abs(effects.sum()) <= 4 * 5e-324
    assert np.isfinite(zc.project(account, GROWTH, until=2030, targets=None).path("co2")).all()


@pytest.mark.parametrize("small", [5e-324, 1e-310])
def test_a_subnormal_denominator_is_never_met(small: float) -> None:
    account = account_of([[1.0, 1.0]], [[small, small]], [2020, 2025])
    check = zc.check(account, goal("<=", "0.4"))
    assert check.verdict("t") != "met"
    assert zc.check(account).verdict("energy-intensity-aggregate") != "met"


@pytest.mark.parametrize(
    ("a", "b"), [(1e-300, 1e300), (5e-324, 1e300), (1e-300, 2e-300), (1e300, 1.0000000001e300), (3e-310, 5e-310)]
)
def test_decompose_over_the_whole_range_of_floats(a: float, b: float) -> None:
    """The textbook quotient in 60 digits: one factor rises from a to b, the other falls by a half."""
    mp = mpmath.mp.clone()
    mp.dps = 60
    table = {"year": [2020, 2025], "x": [a, b], "y": [1.0, 0.5]}
    found = zc.decompose(table, identity="v = x * y").effects()[0]
    start, end = mp.mpf(a), mp.mpf(b) / 2
    mean = start if start == end else (end - start) / mp.log(end / start)
    want = [mean * mp.log(mp.mpf(b) / mp.mpf(a)), mean * mp.log(mp.mpf(1) / 2)]
    for have, exact in zip(found.tolist(), want, strict=True):
        assert abs(have - exact) <= 1e-12 * max(start, end) * (1 + abs(mp.log(mp.mpf(b) / a))) + mp.mpf(2) ** -1070


# -- limits: one last digit is equal, 1e-9 is not ------------------------------------------------------------------

LIMITS = ["0.3", "0.4", "0.464", "0.04", "0.1", "1", "3", "100", "1e-300", "1e300", "123456.789"]


def holds(operator: str, side: int) -> bool:
    """Return whether a value below (-1), at (0) or above (1) a limit meets it."""
    return {"<": side < 0, "<=": side <= 0, ">": side > 0, ">=": side >= 0}[operator]


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("limit", LIMITS)
def test_exact_limits_of_a_zone(limit: str, operator: str) -> None:
    exact = float(limit)
    values = {
        exact: 0,
        math.nextafter(exact, math.inf): 0,
        math.nextafter(exact, 0.0): 0,
        exact * (1 + 0.9e-12): 0,
        exact * (1 - 0.9e-12): 0,
        exact * (1 + 1.1e-12): 1,
        exact * (1 - 1.1e-12): -1,
        exact * (1 + 1e-9): 1,
        exact * (1 - 1e-9): -1,
    }
    found = {value: verdict_of([value], goal(operator, limit)) for value in values}
    assert found == {value: "met" if holds(operator, side) else "missed" for value, side in values.items()}


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
def test_exact_limits_of_an_aggregate_and_a_share(operator: str) -> None:
    exact = 0.3
    for value, side in {
        exact: 0,
        0.1 * 3: 0,
        math.nextafter(exact, 0.0): 0,
        exact * (1 + 1e-9): 1,
        exact * (1 - 1e-9): -1,
    }.items():
        expected = "met" if holds(operator, side) else "missed"
        assert verdict_of([value] * 7, goal(operator, "0.3", statistic="aggregate")) == expected
        inner = {"inner_operator": operator, "inner_threshold": "0.3", "inner_unit": "tce/万元", "unit": "fraction"}
        assert verdict_of([value, value], goal(">=", "0.5", statistic="share_of_zones", **inner)) == expected


@pytest.mark.parametrize(("n", "needed"), [(3, 1), (7, 3), (169, 84), (10, 7), (1000, 700)])
def test_exact_shares(n: int, needed: int) -> None:
    """A share that is a fraction no float has, as printed with all its digits: the count decides."""
    inner = {"inner_operator": "<", "inner_threshold": "0.3", "inner_unit": "tce/万元", "unit": "fraction"}
    target = goal(">=", repr(needed / n), statistic="share_of_zones", **inner)
    percent = goal(">=", repr(100 * (needed / n)), statistic="share_of_zones", **{**inner, "unit": "%"})
    for met, expected in ((needed - 1, "missed"), (needed, "met"), (needed + 1, "met")):
        levels = [0.1] * met + [0.5] * (n - met)
        assert verdict_of(levels, target) == expected
        assert verdict_of(levels, percent) == expected


@pytest.mark.parametrize("years", [1, 2, 5, 10, 15])
@pytest.mark.parametrize("cut", ["0.04", "0.135", "0.5", "0.001"])
def test_exact_rates(cut: str, years: int) -> None:
    """0.96^5 is 4 % a year; a last digit of either end changes no verdict, 1e-9 of an end does."""
    base, end = 0.7, 0.7 * (1 - float(cut)) ** years

    def verdict(last: float, operator: str) -> str:
        table = {"zone": ["A", "A"], "year": [2025 - years, 2025], "energy_intensity": [base, last]}
        target = goal(operator, cut, statistic="annual_rate", unit="fraction", base_year=2025 - years)
        return zc.check({**table, "value_added": [1.0, 1.0]}, target).verdict("t")

    # The rate is 1e-3 of the level at the least, so a last digit of the level is 1e-13 of the rate.
    for value, side in {
        end: 0,
        math.nextafter(end, 1.0): 0,
        math.nextafter(end, 0.0): 0,
        end * (1 - 1e-9): 1,
        end * (1 + 1e-9): -1,
    }.items():
        for operator in (">=", ">"):
            assert verdict(value, operator) == ("met" if holds(operator, side) else "missed"), (value, operator)


def test_a_limit_of_zero_is_met_by_zero_alone() -> None:
    """There is no relative difference to 0: the smallest float is above it."""
    for value, side in ((0.0, 0), (5e-324, 1), (1e-300, 1)):
        for operator in ("<=", "<", ">=", ">"):
            assert verdict_of([value], goal(operator, "0")) == ("met" if holds(operator, side) else "missed")


def test_rounded_judgement_at_its_turns() -> None:
    """Half to even on the decimal digits: 0.45 goes to 0.4, a last digit more to 0.5; digits of the limit count."""
    for value, limit, expected in [
        (0.45, "0.4", "met"),
        (math.nextafter(0.45, 1.0), "0.4", "missed"),
        (math.nextafter(0.45, 0.0), "0.4", "met"),
        (0.35, "0.3", "missed"),
        (math.nextafter(0.35, 0.0), "0.3", "met"),
        (0.45, "0.40", "missed"),
        (0.405, "0.40", "met"),
        (0.415, "0.41", "missed"),
        (2.5, "2", "met"),
        (3.5, "3", "missed"),
    ]:
        assert verdict_of([value], goal("<=", limit), judgement="rounded") == expected, (value, limit)


@pytest.mark.parametrize(
    ("indicator", "unit", "expected"),
    [("energy_tce", "万tce", 3.0), ("total_energy", "万tce", 3.0), ("co2", "kgCO2", 3e4 * 29.3076 * 107.1)],
)
def test_a_limit_on_a_sum_is_in_its_own_unit(indicator: str, unit: str, expected: float) -> None:
    """30,000 tce are 3 x 10^4 tce: below a limit of 5 x 10^4 tce, not 30,000 above it."""
    use = zc.EnergyUse(carrier="coke", quantity=30000.0, unit="tce", year=2025)
    account = zc.account([zc.Zone(zone="A", province="全国", energy=[use])])
    found = zc.check(account, goal("<=", "5", statistic="aggregate", indicator=indicator, unit=unit))
    assert found.block("t").value[0] == pytest.approx(expected, rel=1e-12)


# -- value added that is none, energy that is none ---------------------------------------------------------------------


@pytest.mark.parametrize("money", [0.0, -0.0, -5.0, -1e300, -5e-324, math.nan])
def test_value_added_that_is_not_positive(money: float) -> None:
    """The zone's intensities are unknown and so is whatever needs them; energy, CO2 and the other zone stay."""
    account = account_of([[100.0, 90.0], [50.0, 60.0]], [[money, money], [100.0, 110.0]], [2021, 2025])
    totals = account.totals()
    assert np.isnan(totals.energy_intensity[0]).all()
    assert np.isnan(totals.co2_intensity[0]).all()
    assert totals.energy[0].tolist() == [100.0 * COKE, 90.0 * COKE]
    zone = zc.check(account, goal("<=", "1e6")).columns()["verdict"].tolist()
    assert zone == ["unknown", "met"]
    share = zc.check(account).block("energy-intensity-share")
    assert (share.lower[0], share.upper[0]) == (0.0, 0.5)
    change = zc.decompose(account)
    assert np.isnan(change.effects("zone")[0]).all()
    assert np.isfinite(change.effects("zone")[1]).all()
    assert np.isnan(change.effects("portfolio")).any()
    assert zc.tapio(account).state[0, 0] in {"undefined", "unknown"}
    paths = zc.project(account, GROWTH, until=2027, targets=None)
    assert np.isnan(paths.path("energy_intensity", "Z0")).all()
    assert np.isfinite(paths.path("co2", "Z1")).all()


def test_sums_with_a_loss_are_known_where_they_are_positive() -> None:
    """A known loss is part of the sum; a sum that is not positive has no ratio."""
    for loss, known in ((-10.0, True), (-110.0, False), (-1e300, False)):
        account = account_of([[10.0], [10.0]], [[loss], [110.0]], [2025])
        block = zc.check(account, goal("<=", "0.4", statistic="aggregate")).block("t")
        assert bool(np.isfinite(block.value[0])) is known
        if known:
            assert block.value[0] == pytest.approx(20 * COKE / (110.0 + loss), rel=1e-12)


def test_all_energy_is_zero() -> None:
    """Zero is known: intensities are 0 and met, what is divided by energy is unknown, nothing changes."""
    account = account_of([[0.0, 0.0]] * 2, [[1.0, 2.0]] * 2, [2021, 2025])
    totals = account.totals()
    assert not totals.energy.any()
    assert not totals.co2_intensity.any()
    check = zc.check(account, base_year=2021)
    assert check.verdict("energy-intensity-aggregate") == "met"
    assert check.verdict("co2-intensity-annual") == "unknown"
    per_energy = goal("<=", "2", indicator="co2_per_energy", unit="tCO2/tce")
    assert zc.check(account, per_energy).columns()["verdict"].tolist() == ["unknown"] * 2
    for of in ("co2", "energy", "co2_intensity"):
        assert not zc.decompose(account, of=of).effects("portfolio").any()
    assert zc.tapio(account).state.tolist() == [["undefined"]] * 2
    paths = zc.project(account, GROWTH, until=2027, targets=None)
    assert not paths.path("co2").any()
    assert zc.extend(account, GROWTH, until=2027).total("co2").any() is np.False_


# -- one ---------------------------------------------------------------------------------------------------------------


def test_one_year_of_one_zone() -> None:
    account = account_of([[5.0]], [[20.0]], [2025])
    check = zc.check(account)
    assert check.verdict("energy-intensity-aggregate") == ("met" if 5 * COKE / 20 <= 0.4 else "missed")
    assert check.verdict("co2-intensity-annual") == "unknown"
    assert check.verdict("co2-peak-some") == "unknown"
    assert zc.find_peaks(account).columns()["status"].tolist() == ["insufficient"]
    for refused in (zc.decompose, zc.tapio):
        with pytest.raises(zc.InputError):
            refused(account)
    paths = zc.project(account, KAYA, until=2026, targets=None)
    co2 = 5 * 28.470 * 0.1071
    assert paths.path("co2", "Z0").tolist() == pytest.approx([co2, co2 * 1.05], rel=1e-12)
    assert math.isnan(float(paths.peak_year()))  # the maximum is in the last year


# -- a million, and one that is not known --------------------------------------------------------------------------


def test_a_million_zones_with_one_unknown() -> None:
    """In seconds of work, and the one is found: sums are unknown, shares have bounds, nobody else's figures move."""
    n, at = 1_000_000, 765_432
    coke = np.random.default_rng(1).random((n, 2)) + 0.1
    money = np.full((n, 2), 3.0)
    known = account_of(coke, money, [2020, 2025], zones=np.arange(n).astype(str))
    coke[at, 1] = math.nan
    start = time.process_time()
    account = account_of(coke, money, [2020, 2025], zones=np.arange(n).astype(str))
    totals, before = account.totals(), known.totals()
    found = zc.check(account)
    change = zc.decompose(account).effects("portfolio")
    peaks = zc.find_peaks(account).columns()["status"]
    spent = time.process_time() - start
    assert spent < 10.0
    for now, then in zip(totals, before, strict=True):
        changed = np.flatnonzero((now != then).any(axis=1))
        assert changed.tolist() in ([at], [])
    assert np.isnan(totals.energy[at, 1])
    assert not np.isnan(totals.energy[:, 0]).any()
    assert found.verdict("energy-intensity-aggregate") == "unknown"
    assert "999999" in str(found.columns()["reason"][0]).replace(",", "")
    share = found.block("energy-intensity-share")
    assert share.upper[0] - share.lower[0] == pytest.approx(1e-6, rel=1e-9)
    assert np.isnan(change).all()
    assert peaks[at] == "insufficient"


# -- disorder ----------------------------------------------------------------------------------------------------------


def record(years: Sequence[int], name: str = "A") -> zc.Zone:
    """Return a zone with coke of year - 2000 tce, its rows in the order of ``years``."""
    return zc.Zone(
        zone=name,
        province="全国",
        energy=[zc.EnergyUse(carrier="coke", quantity=float(y - 2000), unit="tce", year=y) for y in years],
        value_added=[zc.ValueAdded(value_added=10.0 + y - 2000, year=y, price_year=2020) for y in years],
    )


def test_years_in_any_order_are_the_same_account() -> None:
    years = [2019, 2020, 2022, 2025]
    sorted_ = zc.account([record(years)])
    for order in itertools.permutations(years):
        mixed = zc.account([record(order)])
        assert mixed.years.tolist() == years
        assert np.array_equal(mixed.total("co2"), sorted_.total("co2"))
        rows = {"zone": ["A"] * 4, "year": list(order), "energy_intensity": [y / 5000 for y in order]}
        assert zc.check(rows).columns()["value"][0] == 2025 / 5000
        values = {"year": list(order), "x": [float(y) for y in order]}
        assert zc.decompose(values, identity="v = x", chained=True).effects()[0, 0] == pytest.approx(6.0, rel=1e-12)


@pytest.mark.parametrize("years", [[2022, 2020, 2021], [2022, 2022, 2023], [2023, 2022, 2021]])
def test_arrays_refuse_years_that_do_not_rise(years: list[int]) -> None:
    """A column without its name cannot be put in order, so disorder is an error."""
    with pytest.raises(zc.InputError, match="rise"):
        account_of([[1.0, 2.0, 3.0]], [[1.0, 1.0, 1.0]], years)
    with pytest.raises(zc.InputError, match="rise"):
        zc.find_peaks([3.0, 1.0, 2.0], years=years)
    with pytest.raises(zc.InputError, match="rise"):
        zc.tapio([3.0, 1.0, 2.0], [1.0, 2.0, 3.0], years=years)


def test_gaps_between_years_count_as_years() -> None:
    """A rate over a gap takes the calendar; a change against the year before needs that year; a chain steps over."""
    account = zc.account([record([2019, 2022, 2025])])
    rate = zc.check(account, goal(">=", "0.04", statistic="annual_rate", unit="fraction", base_year=2019))
    level = {y: (y - 2000) / (10.0 + y - 2000) for y in (2019, 2022, 2025)}
    assert rate.block("t").value[0] == pytest.approx(1 - (level[2025] / level[2019]) ** (1 / 6), rel=1e-12)
    change = zc.check(account, goal("<=", "-0.04", statistic="annual_change", unit="fraction"))
    assert change.verdict("t") == "unknown"
    assert zc.decompose(account, chained=True).periods.tolist() == [[2019, 2022], [2022, 2025]]
    paths = zc.project(account, GROWTH, until=2027, targets=None)
    assert paths.years.tolist() == [2019, 2022, 2025, 2026, 2027]
    with_hole = zc.account([record([2019, 2022, 2025]), record([2019, 2020, 2021, 2022, 2023, 2024, 2025], "B")])
    assert np.isnan(with_hole.total("energy")[with_hole.activity.zone_index("A")]).sum() == 4
    assert with_hole.total("energy")[with_hole.activity.zone_index("B")].tolist() == [float(n) for n in range(19, 26)]


def test_what_stands_twice_is_refused() -> None:
    with pytest.raises(zc.InputError, match="once"):
        zc.account([record([2025]), record([2025])])
    with pytest.raises(zc.InputError, match="once"):
        zc.account([record([2025, 2025])])
    with pytest.raises(zc.InputError, match="once"):
        account_of([[1.0], [2.0]], [[1.0], [1.0]], [2025], zones=["A", "A"])
    with pytest.raises(zc.InputError, match="once"):
        zc.check({"zone": ["A", "A"], "year": [2025, 2025], "energy_intensity": [0.1, 0.2]})
    with pytest.raises(zc.InputError):
        zc.decompose({"year": [2020, 2020, 2025], "x": [1.0, 2.0, 3.0]}, identity="v = x")
