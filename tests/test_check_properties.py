"""What must hold of every verdict: monotone, exact at the limit, and unknown is never met.

The oracle for thresholds is :mod:`fractions`: the limit as printed, the figures as exact rationals.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc

AGGREGATE, SHARE, RATE = "energy-intensity-aggregate", "energy-intensity-share", "co2-intensity-annual"
RANK = {"missed": 0, "unknown": 1, "met": 2}
profile = settings(max_examples=150, deadline=None)


def table(energy: Sequence[float], money: Sequence[float], year: int = 2025) -> dict[str, list[Any]]:
    """Zones Z0, Z1 ... with an intensity of energy/money."""
    return {
        "zone": [f"Z{i}" for i in range(len(energy))],
        "year": [year] * len(energy),
        "energy_intensity": [e / m for e, m in zip(energy, money, strict=True)],
        "value_added": list(money),
    }


def verdicts(columns: dict[str, list[Any]], **options: Any) -> tuple[str, str]:
    found = zc.check(columns, **options)
    return found.verdict(AGGREGATE), found.verdict(SHARE)


def target(operator: str, threshold: str, statistic: str = "zone", **more: Any) -> zc.TargetSet:
    fields = {"indicator": "energy_per_iva", "unit": "tce/万元", "year": 2025, **more}
    row = {"id": "t", "statistic": statistic, "operator": operator, "threshold": threshold, **fields}
    return zc.TargetSet.model_validate({"name": "own", "target": [row]})


def of_one(value: float, operator: str, threshold: str) -> str:
    found = zc.check({"zone": ["A"], "year": [2025], "energy_intensity": [value]}, target(operator, threshold))
    return found.verdict("t")


positive = st.floats(1e-3, 1e6)
pairs = st.lists(st.tuples(positive, positive), min_size=1, max_size=12)


# -- against exact arithmetic ------------------------------------------------------------------------------------------


@profile
@given(pairs)
def test_aggregate_and_share_as_fractions_say(zones: list[tuple[float, float]]) -> None:
    """Far from the limit (1e-9) the verdict is that of exact arithmetic; at the limit the tests below decide."""
    columns = table([e for e, _ in zones], [m for _, m in zones])
    money = [Fraction(m) for m in columns["value_added"]]
    energy = [Fraction(i) * m for i, m in zip(columns["energy_intensity"], money, strict=True)]
    ratio = sum(energy, Fraction(0)) / sum(money, Fraction(0))
    found = zc.check(columns)
    assert float(found.block(AGGREGATE).value[0]) == pytest.approx(float(ratio), rel=1e-13)
    if abs(ratio - Fraction("0.4")) > Fraction("1e-9"):
        assert found.verdict(AGGREGATE) == ("met" if ratio <= Fraction("0.4") else "missed")
    if all(abs(Fraction(i) - Fraction("0.3")) > Fraction("1e-9") for i in columns["energy_intensity"]):
        below = sum(Fraction(i) < Fraction("0.3") for i in columns["energy_intensity"])
        assert found.block(SHARE).value[0] == below / len(zones)
        assert found.verdict(SHARE) == ("met" if 2 * below >= len(zones) else "missed")


def test_the_mean_of_ratios_is_not_the_aggregate() -> None:
    """A large zone at 0.5 and a small one at 0.1: the mean is 0.3, the aggregate 0.496."""
    assert verdicts(table([5000.0, 1.0], [10000.0, 10.0]))[0] == "missed"


# -- exactly at the limit ----------------------------------------------------------------------------------------------


@profile
@given(st.floats(1e-6, 1e12), st.sampled_from(["0.3", "0.4", "0.35", "0.6"]))
def test_a_limit_reached_through_a_division_is_the_limit(money: float, limit: str) -> None:
    """(0.3 m) / m is 0.3: not below it, and not above it. A comparison of bare floats gets some of these wrong."""
    value = (float(limit) * money) / money
    assert (of_one(value, "<", limit), of_one(value, "<=", limit)) == ("missed", "met")
    assert (of_one(value, ">", limit), of_one(value, ">=", limit)) == ("missed", "met")


@pytest.mark.parametrize("limit", ["0.3", "0.4", "0.2", "1e-9", "1e12"])
@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_one_ulp_is_equal(limit: str, steps: int) -> None:
    value = float(limit)
    value = np.nextafter(value, steps * math.inf) if steps else value
    assert of_one(float(value), "<", limit) == "missed"
    assert of_one(float(value), "<=", limit) == "met"


@pytest.mark.parametrize(
    ("off", "below", "at_most"), [(-1e-9, "met", "met"), (1e-9, "missed", "missed"), (0.0, "missed", "met")]
)
def test_a_billionth_is_not_equal(off: float, below: str, at_most: str) -> None:
    value = 0.3 * (1 + off)
    assert (of_one(value, "<", "0.3"), of_one(value, "<=", "0.3")) == (below, at_most)


def test_exactly_the_two_limits_of_28() -> None:
    """0.4 以下 includes 0.4; 低于 0.3 does not include 0.3; 50% of the zones is half of them."""
    assert verdicts(table([4000.0], [10000.0])) == ("met", "missed")
    assert verdicts(table([3000.0], [10000.0])) == ("met", "missed")
    assert verdicts(table([2999.0, 5001.0], [10000.0, 10000.0])) == ("met", "met")
    assert verdicts(table([2999.0, 5001.0, 4000.0], [10000.0] * 3)) == ("met", "missed")


@pytest.mark.parametrize(("met", "verdict"), [(84, "missed"), (85, "met")])
def test_half_of_169_is_85(met: int, verdict: str) -> None:
    assert verdicts(table([0.2] * met + [0.35] * (169 - met), [1.0] * 169))[1] == verdict


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        (0.96**5, "met"),
        (0.96 * 0.96 * 0.96 * 0.96 * 0.96, "met"),
        (float(Fraction(24, 25) ** 5), "met"),
        (0.96**5 * (1 + 1e-9), "missed"),
        (0.96**5 * (1 - 1e-9), "met"),
        (0.8154, "missed"),
    ],
)
def test_four_per_cent_a_year(last: float, verdict: str) -> None:
    columns = {"zone": ["A", "A"], "year": [2020, 2025], "co2_intensity": [1.0, last], "value_added": [1.0, 1.0]}
    assert zc.check(columns).verdict(RATE) == verdict


@profile
@given(st.floats(1e-3, 1e3), st.integers(1, 10))
def test_a_constant_rate_at_the_limit_is_met(start: float, years: int) -> None:
    """Whatever the level and the number of years, 4 % a year is 4 % a year."""
    columns = {
        "zone": ["A", "A"],
        "year": [2025 - years, 2025],
        "co2_intensity": [start, start * 0.96**years],
        "value_added": [7.0, 3.0],
    }
    assert zc.check(columns, base_year=2025 - years).verdict(RATE) == "met"


@pytest.mark.parametrize(
    ("value", "full", "rounded"),
    [(0.44, "missed", "met"), (0.45, "missed", "met"), (0.4500001, "missed", "missed"), (0.35, "met", "met")],
)
def test_rounded_judgement_shows_both(value: float, full: str, rounded: str) -> None:
    """GB/T 8170, one digit as printed, half to even: 0.45 is 0.4."""
    columns = table([value], [1.0])
    assert verdicts(columns)[0] == full
    found = zc.check(columns, judgement="rounded")
    assert found.verdict(AGGREGATE) == rounded
    block = found.block(AGGREGATE)
    assert block.value[0] == value
    assert block.compared[0] == pytest.approx(0.5 if value > 0.45 else 0.4)


def test_a_zone_at_two_digits_rounds_to_the_digit_of_its_limit() -> None:
    """0.25 rounds to 0.2, below 0.3; 0.26 to 0.3, not below. Full judgement has both below."""
    columns = table([0.26], [1.0])
    assert (verdicts(columns)[1], verdicts(columns, judgement="rounded")[1]) == ("met", "missed")
    assert verdicts(table([0.25], [1.0]), judgement="rounded")[1] == "met"


# -- monotone ----------------------------------------------------------------------------------------------------------


@profile
@given(pairs, st.integers(0, 11), st.floats(1.0, 10.0))
def test_more_energy_never_improves_a_verdict(zones: list[tuple[float, float]], which: int, factor: float) -> None:
    energy, money = [e for e, _ in zones], [m for _, m in zones]
    more = list(energy)
    more[which % len(more)] *= factor
    before, after = verdicts(table(energy, money)), verdicts(table(more, money))
    assert all(RANK[b] >= RANK[a] for b, a in zip(before, after, strict=True))


@profile
@given(pairs, st.integers(0, 11), st.floats(1.0, 10.0))
def test_more_value_added_never_worsens_a_verdict(zones: list[tuple[float, float]], which: int, factor: float) -> None:
    energy, money = [e for e, _ in zones], [m for _, m in zones]
    more = list(money)
    more[which % len(more)] *= factor
    before, after = verdicts(table(energy, money)), verdicts(table(energy, more))
    assert all(RANK[b] <= RANK[a] for b, a in zip(before, after, strict=True))


@profile
@given(pairs)
def test_order_of_rows_does_not_matter(zones: list[tuple[float, float]]) -> None:
    columns = table([e for e, _ in zones], [m for _, m in zones])
    turned = {name: column[::-1] for name, column in columns.items()}
    first, second = zc.check(columns), zc.check(turned)
    assert first.verdict(SHARE) == second.verdict(SHARE)
    assert first.block(AGGREGATE).value[0] == pytest.approx(second.block(AGGREGATE).value[0], rel=1e-13)


@profile
@given(st.lists(st.floats(0.05, 1.0), min_size=1, max_size=8))
def test_margin_and_verdict_agree(values: list[float]) -> None:
    """Positive margin is better; a required rate is 0 where met, and brings the value to the limit where not."""
    columns = {"zone": [f"Z{i}" for i in range(len(values))], "year": [2022] * len(values), "energy_intensity": values}
    found = zc.check(columns, target("<=", "0.4"), year=2022).columns()
    for value, verdict, margin, rate in zip(
        found["value"], found["verdict"], found["margin"], found["required_rate"], strict=True
    ):
        assert (verdict == "met") == (margin >= 0)
        assert margin == pytest.approx(0.4 - value, abs=1e-12)
        assert rate == (0 if verdict == "met" else pytest.approx(1 - (0.4 / value) ** (1 / 3), rel=1e-12))


# -- unknown is never met ----------------------------------------------------------------------------------------------


@profile
@given(pairs, st.sets(st.integers(0, 11)), st.sampled_from(["energy_intensity", "value_added"]))
def test_a_hole_turns_no_verdict_into_the_opposite(
    zones: list[tuple[float, float]], holes: set[int], column: str
) -> None:
    """Whatever is not known, what is said of the rest is right for every way the holes may be filled."""
    columns = table([e for e, _ in zones], [m for _, m in zones])
    whole = verdicts(columns)
    rows = {i % len(zones) for i in holes}
    holed = {**columns, column: [math.nan if i in rows else v for i, v in enumerate(columns[column])]}
    found = zc.check(holed)
    aggregate, share = found.verdict(AGGREGATE), found.verdict(SHARE)
    assert aggregate == ("unknown" if rows else whole[0])
    assert share in {whole[1], "unknown"}
    if column == "value_added":
        assert share == whole[1]  # the share counts zones: their weight does not matter
    elif rows:
        n, known = len(zones), [v for i, v in enumerate(columns["energy_intensity"]) if i not in rows]
        low = sum(v < 0.3 * (1 - 1e-12) for v in known)
        high = low + len(rows)
        assert share == ("met" if 2 * low >= n else "missed" if 2 * high < n else "unknown")
        assert (found.block(SHARE).lower[0], found.block(SHARE).upper[0]) == (low / n, high / n)
    for name in (AGGREGATE, SHARE):
        block = found.block(name)
        assert (found.verdict(name) == "unknown") == bool(block.reasons)


@profile
@given(pairs, st.integers(0, 11))
def test_a_hole_never_turns_missed_into_met(zones: list[tuple[float, float]], which: int) -> None:
    """Through an account: a blank quantity in one zone, against the same zone known."""

    def zone(i: int, energy: float | None, money: float) -> zc.Zone:
        uses = (zc.EnergyUse(carrier="coke", quantity=energy, year=2025),)
        return zc.Zone(
            zone=f"Z{i}", energy=uses, value_added=(zc.ValueAdded(value_added=money, year=2025, price_year=2020),)
        )

    whole = [zone(i, e, m) for i, (e, m) in enumerate(zones)]
    at = which % len(zones)
    holed = [zone(i, None if i == at else e, m) for i, (e, m) in enumerate(zones)]
    before, after = zc.check(zc.account(whole)), zc.check(zc.account(holed))
    assert after.verdict(AGGREGATE) == "unknown"
    assert after.verdict(SHARE) in {before.verdict(SHARE), "unknown"}
    assert after.exit_code != 0


@pytest.mark.parametrize("money", [0.0, math.nan])
def test_no_value_added_is_unknown(money: float) -> None:
    record = zc.Zone(
        zone="A",
        energy=(zc.EnergyUse(carrier="coke", quantity=1.0, year=2025),),
        value_added=(zc.ValueAdded(value_added=None if math.isnan(money) else money, year=2025, price_year=2020),),
    )
    found = zc.check(zc.account(record))
    assert (found.verdict(AGGREGATE), found.verdict(SHARE)) == ("unknown", "unknown")


def test_negative_value_added_of_one_zone_makes_its_intensity_unknown() -> None:
    """Its share is unknown; the aggregate stays a sum over a sum."""

    def zone(name: str, money: float) -> zc.Zone:
        return zc.Zone(
            zone=name,
            energy=(zc.EnergyUse(carrier="coke", quantity=1000.0, year=2025),),
            value_added=(zc.ValueAdded(value_added=money, year=2025, price_year=2020),),
        )

    found = zc.check(zc.account([zone("A", 10000.0), zone("B", -1000.0)]))
    share = found.block(SHARE)
    assert (share.lower[0], share.upper[0]) == (0.5, 1.0)
    assert found.verdict(SHARE) == "met"
    assert found.block(AGGREGATE).value[0] == pytest.approx(2 * 971.4 / 9000)


def test_every_unknown_row_has_a_reason() -> None:
    """In all shipped sets, over a table with hardly anything in it."""
    sets = sorted({str(name) for name in zc.list_targets().columns()["set"]})
    assert len(sets) == 8
    for name in sets:
        found = zc.check(
            {"zone": ["A", "B"], "year": [2022, 2022], "energy_intensity": [0.2, math.nan]}, name
        ).columns()
        for verdict, reason in zip(found["verdict"], found["reason"], strict=True):
            assert verdict != "unknown" or reason


# -- rates -------------------------------------------------------------------------------------------------------------


def levels(first: Sequence[float], last: Sequence[float], **more: Any) -> dict[str, list[Any]]:
    n = len(first)
    return {
        "zone": [f"Z{i}" for i in range(n)] * 2,
        "year": [2020] * n + [2025] * n,
        "co2_intensity": [*first, *last],
        "value_added": [10.0] * n + [20.0] * n,
        **{name: [column[0]] * n + [column[1]] * n for name, column in more.items()},
    }


def test_a_rate_across_prices_a_boundary_or_a_nominal_year_is_refused() -> None:
    good = levels([1.0], [0.5])
    assert zc.check(good).verdict(RATE) == "met"
    for more, code in (
        ({"price_year": ("2015", "2020")}, "reason.price"),
        ({"price_year": ("nominal", "nominal")}, "reason.nominal"),
        ({"boundary": ("old", "new")}, "reason.boundary"),
    ):
        found = zc.check(levels([1.0], [0.5], **more))
        assert found.verdict(RATE) == "unknown"
        assert [p.code for p in found.block(RATE).reasons] == [code]
    assert zc.check(levels([1.0], [0.5], price_year=("2020", "2020"), boundary=("x", "x"))).verdict(RATE) == "met"


@profile
@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(0.1, 5)), min_size=1, max_size=6))
def test_the_rate_is_that_of_the_aggregate(zones: list[tuple[float, float]]) -> None:
    """Equal weights here, so the aggregate is the mean: an oracle in one line."""
    found = zc.check(levels([a for a, _ in zones], [b for _, b in zones])).block(RATE)
    ratio = sum(b for _, b in zones) / sum(a for a, _ in zones)
    assert found.value[0] == pytest.approx(1 - ratio**0.2, abs=1e-12)


def test_the_required_rate_brings_the_rest_of_the_period_to_the_limit() -> None:
    """2 % in each of the first two years: the last three need 1 - (0.96^5/0.98^2)^(1/3)."""
    columns = {"zone": ["A", "A"], "year": [2020, 2022], "co2_intensity": [1.0, 0.98**2], "value_added": [1.0, 1.0]}
    block = zc.check(columns, year=2022).block(RATE)
    assert block.value[0] == pytest.approx(0.02, rel=1e-12)
    assert block.required_rate[0] == pytest.approx(1 - (0.96**5 / 0.98**2) ** (1 / 3), rel=1e-12)


# -- class limits of 910 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("energy", "ratio", "verdict", "limit"),
    [
        (1e6, 0.25, "met", 0.3),
        (np.nextafter(1e6, 0), 0.25, "met", 0.3),
        (999_999.0, 0.25, "missed", 0.2),
        (2e5, 0.2, "met", 0.2),
        (2e5, 0.2001, "missed", 0.2),
        (199_999.0, 0.0, "unknown", None),
        (5e6, 0.3, "met", 0.3),
        (5e6, 0.3001, "missed", 0.3),
    ],
)
def test_class_limits_of_910(energy: float, ratio: float, verdict: str, limit: float | None) -> None:
    """20 up to 100 x 10^4 tce: 0.2; exactly 100 belongs to the second class: 0.3; below 20 nothing is defined."""
    record = zc.Zone(
        zone="A",
        indicators=(
            zc.ReportedValue(indicator="total_energy", value=float(energy), year=2025, basis="equivalent"),
            zc.ReportedValue(indicator="co2", value=float(energy) * ratio, year=2025),
        ),
    )
    account = zc.account(record, "zero-carbon-park-910", equivalent={"electricity": "0.302 kgce/kWh"})
    columns = zc.check(account, "zero-carbon-park-910").columns()
    rows = [i for i, name in enumerate(columns["target"]) if "co2-per-energy" in name]
    assert len(rows) == 1
    assert columns["verdict"][rows[0]] == verdict
    if limit is not None:
        assert columns["threshold"][rows[0]] == limit
    else:
        assert "no target is defined here" in columns["reason"][rows[0]]
