"""Targets for a class of zones: what all of a class have together is what a check of its zones alone finds."""

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc

YEARS = (2020, 2021, 2022, 2023)
KINDS: dict[str, dict[str, Any]] = {
    "aggregate": {"indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=", "threshold": "0.3"},
    "level": {
        "indicator": "co2", "statistic": "level", "operator": "<=", "threshold": "0.01", "unit": "MtCO2",
    },
    "share": {
        "indicator": "energy_per_iva", "statistic": "share_of_zones", "operator": ">=", "threshold": "50",
        "unit": "%", "inner_operator": "<", "inner_threshold": "0.3", "inner_unit": "tce/10^4 CNY",
    },
    "rate": {
        "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=", "threshold": "4", "unit": "%",
        "base_year": 2021,
    },
    "change": {
        "indicator": "energy_per_iva", "statistic": "change_vs_base", "operator": "<=", "threshold": "-0.05",
        "unit": "fraction", "base_year": 2020,
    },
    "peak": {"indicator": "co2_peak", "statistic": "status", "operator": "some", "unit": ""},
    "green": {
        "indicator": "green_power_direct_supply_share", "statistic": "aggregate", "operator": ">=", "threshold": "20",
        "unit": "%",
    },
}  # fmt: skip
EAST = {"applies_indicator": "region", "applies_min": "1", "applies_max": "2"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        yield


def goal(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": f"own:{kind}", "unit": "tce/10^4 CNY", "year": 2023, **KINDS[kind], **more}


def goals(*targets: dict[str, Any]) -> zc.TargetSet:
    return zc.TargetSet.model_validate({"name": "own", "target": list(targets)})


def zone(name: str, seed: int, region: float | None) -> zc.Zone:
    rng = np.random.default_rng(seed)
    energy, money = [], []
    for year in YEARS:
        for supply in ("", "direct_nonfossil"):
            amount = float(rng.uniform(500.0, 3000.0))
            energy.append(zc.EnergyUse(carrier="electricity", quantity=amount, unit="MWh", year=year, supply=supply))
        energy.append(zc.EnergyUse(carrier="raw_coal", quantity=float(rng.uniform(100.0, 900.0)), unit="t", year=year))
        money.append(zc.ValueAdded(value_added=float(rng.uniform(2000.0, 4000.0)), year=year, price_year=2020))
    known = [] if region is None else [zc.ReportedValue(indicator="region", value=region, year=year) for year in YEARS]
    return zc.Zone(zone=name, province=("江苏", "四川")[seed % 2], energy=energy, value_added=money, indicators=known)


def printed(regions: list[float | None], seed: int) -> dict[str, list[Any]]:
    rng = np.random.default_rng(seed)
    cells = list(itertools.product(range(len(regions)), YEARS))
    return {
        "zone": [f"Z{i}" for i, _ in cells],
        "year": [year for _, year in cells],
        "energy_intensity": rng.uniform(0.2, 0.5, len(cells)).tolist(),
        "co2_per_iva": rng.uniform(0.5, 1.5, len(cells)).tolist(),
        "value_added": rng.uniform(100.0, 900.0, len(cells)).tolist(),
        "price_year": [2020] * len(cells),
        "region": [np.nan if (own := regions[i]) is None else own for i, _ in cells],
    }


def same(found: zc.TargetCheck, expected: zc.TargetCheck) -> None:
    one, other = found.columns(), expected.columns()
    for name in ("target", "verdict"):
        assert one[name].tolist() == other[name].tolist()
    for name in ("value", "margin", "required_rate", "lower", "upper"):
        assert one[name].tolist() == pytest.approx(other[name].tolist(), rel=1e-12, abs=1e-12, nan_ok=True)


some_regions = st.lists(st.sampled_from([1.0, 1.5, 2.0, 0.0]), min_size=1, max_size=5).filter(lambda x: 1.0 in x)


@settings(max_examples=25, deadline=None)
@given(some_regions, st.integers(0, 1000))
def test_a_class_together_is_its_zones_alone(regions: list[float], seed: int) -> None:
    """In an account, in accounts of parts, and in a table of printed figures."""
    zones = [zone(f"Z{i}", seed + i, region) for i, region in enumerate(regions)]
    inside = [own for own, region in zip(zones, regions, strict=True) if 1.0 <= region < 2.0]
    classed, plain = (goals(*(goal(kind, **more) for kind in KINDS)) for more in (EAST, {}))
    expected = zc.check(zc.account(inside), plain)
    same(zc.check(zc.account(zones), classed), expected)
    same(zc.check([zc.account(own) for own in zones], classed), expected)
    table = printed(list(regions), seed)
    mask = [1.0 <= region < 2.0 for region in table["region"]]
    alone = {name: list(itertools.compress(column, mask)) for name, column in table.items()}
    same(zc.check(table, classed), zc.check(alone, plain))


def test_the_zones_that_count_are_those_of_the_class() -> None:
    found = zc.check(printed([1.0, 2.0, 1.0], 3), goals(goal("share", **EAST)))
    (block,) = found.blocks
    assert block.inner_zone is not None
    assert block.inner_zone.tolist() == ["Z0", "Z2"]
    assert {row["zone"] for row in found.nearest("share")} == {"Z0", "Z2"}
    codes = [note.code for note in block.notes]
    assert codes[:2] == ["note.class", "note.count"]
    assert block.notes[0].values == {"indicator": "region", "low": "1", "high": "2", "n": 2, "of": 3}
    assert zc.TargetCheck.from_dict(found.to_dict()).to_dict() == found.to_dict()


@pytest.mark.parametrize("kind", KINDS)
def test_a_zone_of_unknown_class_makes_the_class_unknown(kind: str) -> None:
    source = zc.account([zone("A", 1, 1.0), zone("B", 2, None)])
    found = zc.check(source, goals(goal(kind, **EAST)))
    assert found.verdict(kind) == "unknown"
    (problem,) = found.blocks[0].reasons
    assert (problem.code, problem.values["zones"]) == ("reason.class_unknown", "B")


@pytest.mark.parametrize("kind", KINDS)
def test_a_class_without_zones_is_not_applicable(kind: str) -> None:
    source = zc.account([zone("A", 1, 5.0)])
    found = zc.check(source, goals(goal(kind, **EAST), goal("aggregate", id="own:all", threshold="9")))
    assert found.blocks[0].is_empty
    assert "[not applicable]" in found.text()
    assert (found.verdict("all"), found.exit_code) == ("met", 0)


def test_a_published_total_is_not_that_of_a_class() -> None:
    table = {
        "zone": ["A", "B", "Total"],
        "year": [2023] * 3,
        "energy_intensity": [0.25, 0.6, 0.5],
        "value_added": [10.0, 10.0, 20.0],
        "region": [1.0, 2.0, np.nan],
    }
    found = zc.check(table, goals(goal("aggregate"), goal("aggregate", id="own:east", **EAST)))
    assert found.columns()["value"].tolist() == [0.5, pytest.approx(0.25)]


@pytest.mark.parametrize("source", ["none", "outside"])
def test_the_order_of_targets_changes_no_verdict(source: str) -> None:
    """A zone without a class is unknown in each; one that is in none has one row, which counts for nothing."""
    table = printed([1.0, 2.0, None if source == "none" else 7.0], 5)
    each = {"statistic": "zone", "operator": "<=", "threshold": "0.9"}
    east = goal("aggregate", **EAST, **each) | {"id": "own:east"}
    west = goal("aggregate", **(EAST | {"applies_min": "2", "applies_max": "3"}), **each) | {"id": "own:west"}
    for order in ((east, west), (west, east)):
        found = zc.check(table, goals(*order))
        verdict = "unknown" if source == "none" else "met"
        assert (found.verdict("east"), found.verdict("west")) == (verdict, verdict)
        rows = found.columns()
        ours = rows["zone"] == "Z2"
        assert ours.sum() == (2 if source == "none" else 1)
        assert set(rows["verdict"][ours]) == {"unknown"}
        assert np.isnan(rows["margin"][ours]).all()
        assert found.exit_code == (3 if source == "none" else 0)


def test_a_class_together_is_not_projected() -> None:
    """Zones change class on the way; of single zones the class is followed."""
    source = zc.account([zone("A", 1, 1.0), zone("B", 2, 2.0)])
    found = zc.project(source, "baseline", until=2026, draws=16, rng=1, targets=goals(goal("aggregate", **EAST)))
    assert [reason.code for reason in _reasons(found)] == ["reason.class_projected"]


def _reasons(found: zc.Ensemble) -> list[Any]:
    return [goal.reason for goal in found.goals if goal.reason is not None]


def test_green_power_of_all_zones_is_a_ratio_of_sums() -> None:
    source = zc.account([zone("A", 1, 1.0), zone("B", 2, 2.0)])
    found = zc.check(source, goals(goal("green")))
    at = [i for i, flow in enumerate(source.flows) if flow.carrier == "electricity"]
    own = [i for i in at if source.flows[i].supply == "direct_nonfossil"]
    expected = 100 * source.quantity[:, :, own, -1].sum() / source.quantity[:, :, at, -1].sum()
    assert found.block("green").value[0] == pytest.approx(expected, rel=1e-13)


def power(zone: str, reported: float | None, *, direct: float = 0.0, grid: float | None = 0.0) -> zc.Zone:
    energy = [zc.EnergyUse(carrier="coke", quantity=1.0, unit="t", year=2023)]
    for supply, amount in (("", grid), ("direct_nonfossil", direct)):
        energy.append(zc.EnergyUse(carrier="electricity", quantity=amount, unit="MWh", year=2023, supply=supply))
    name = "green_power_direct_supply_share"
    told = [] if reported is None else [zc.ReportedValue(indicator=name, value=reported, year=2023)]
    return zc.Zone(zone=zone, province="江苏", energy=energy, indicators=told)


def test_a_reported_share_of_green_power_is_not_taken_for_no_power() -> None:
    target = goals(goal("green", threshold="50"))
    both = zc.check(zc.account([power("A", None, direct=60.0, grid=40.0), power("B", 0.05)]), target)
    assert both.verdict("green") == "unknown"
    for grid in (0.0, None):
        alone = zc.check(zc.account([power("A", 0.6, grid=grid)]), target)
        assert (alone.verdict("green"), alone.block("green").value.tolist()) == ("met", [60.0])
    nothing = zc.check(zc.account([power("A", None)]), target)
    assert [problem.code for problem in nothing.blocks[0].reasons] == ["reason.nothing_below"]


def test_power_that_is_counted_goes_before_a_reported_share() -> None:
    target = goals(goal("green", threshold="50"))
    counted = zc.check(zc.account([power("A", 0.05, direct=60.0, grid=40.0), power("B", None, direct=0.5)]), target)
    assert counted.block("green").value.tolist() == [pytest.approx(100 * 60.5 / 100.5, rel=1e-13)]


def test_a_reported_share_above_two_needs_its_sign() -> None:
    """75 is a percentage without its sign, and no share; 2 may be one."""
    target = goals(goal("green", threshold="50"))
    told = zc.check(zc.account([power("A", 75.0)]), target)
    assert told.verdict("green") == "unknown"
    assert [(problem.code, problem.values) for problem in told.blocks[0].reasons] == [
        ("reason.unit", {"have": "", "want": "%"})
    ]
    assert zc.check(zc.account([power("A", 2.0)]), target).block("green").value.tolist() == [200.0]
    name = "green_power_direct_supply_share"
    signed = power("A", None).model_copy(
        update={"indicators": (zc.ReportedValue(indicator=name, value=75, unit="%", year=2023),)}
    )
    assert zc.check(zc.account([signed]), target).block("green").value.tolist() == [75.0]


def test_zones_in_no_class_make_no_target_unknown_that_has_none() -> None:
    """Whatever the order: A is in the second class, B in none."""
    table = printed([2.5, 9.0], 7)
    each = {"statistic": "zone", "operator": "<=", "threshold": "0.9", "applies_indicator": "region"}
    first = goal("aggregate", **each, applies_min="1", applies_max="2") | {"id": "own:first"}
    second = goal("aggregate", **each, applies_min="2", applies_max="3") | {"id": "own:second"}
    for order in ((first, second), (second, first)):
        found = zc.check(table, goals(*order))
        assert (found.block("first").is_empty, found.verdict("second"), found.exit_code) == (True, "met", 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"applies_min": "3"},
        {"applies_indicator": "region"},
        {"applies_indicator": "region", "applies_min": "3", "applies_max": "1"},
        {"applies_indicator": "region", "applies_min": "3", "applies_max": "3.0"},
    ],
)
def test_a_class_is_an_indicator_and_a_range(fields: dict[str, str]) -> None:
    with pytest.raises(zc.TargetError) as caught:
        zc.Target.from_dict(goal("aggregate") | fields)
    assert [problem.code for problem in caught.value.problems] == ["target.class"]


@pytest.mark.parametrize("name", ["碳达峰", "CO2 peak", "co2_peak"])
def test_a_peak_is_known_by_its_names(name: str) -> None:
    assert zc.Target(**{**goal("peak"), "indicator": name}).indicator == "co2_peak"


# -- tables that are none ----------------------------------------------------------------------------------------------


def problem_of(table: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    with pytest.raises(zc.InputError) as caught:
        zc.check(table)
    (problem,) = caught.value.problems
    return problem.code, problem.values


def test_columns_of_other_lengths_and_single_values_are_refused() -> None:
    table = {"zone": ["A", "B"], "year": [2025, 2025], "value_added": [1.0, 1.0]}
    for levels in ([0.2], [0.2, 0.25, 0.9]):
        code, values = problem_of(table | {"energy_intensity": levels})
        assert (code, values["lengths"]) == (
            "table.lengths", f"zone 2, year 2, value_added 2, energy_intensity {len(levels)}",
        )  # fmt: skip
    assert problem_of({"zone": "A", "year": 2025, "energy_intensity": 0.2})[0] == "table.lengths"


def test_two_columns_of_one_indicator_are_refused() -> None:
    table = {"zone": ["A"], "year": [2025], "energy_intensity": [0.2], "单位工业增加值能耗": [0.5]}
    code, values = problem_of(table)
    assert (code, values["names"]) == ("indicators.twice", "energy_intensity, 单位工业增加值能耗")
    assert problem_of(table | {"energy_intensity_change": [0.1]})[0] == "indicators.twice"
