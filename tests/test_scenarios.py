"""Scenarios as records: what they take, what they refuse and where, bases, and that files give them back unchanged."""

import copy
import json
import math
import pickle
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import zonecarbon as zc
from zonecarbon import catalog
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.records import Correlation, Overrides, Shift, Uncertainty
from zonecarbon.records import Path as DriverPath
from zonecarbon.vocabulary import GROUPS, carriers, find_carriers, group_of, read_rows

RATE = {"kind": "constant", "rate": 0.05}
OWN = {"shape": "normal", "sd": 0.01}
SHARED = {**OWN, "shared": True}
MOVES = {"name": "electrification", "source": ["fuels"], "target": "electricity", "path": RATE}


def sure(*shocks: dict[str, Any]) -> dict[str, Any]:
    return {**RATE, "uncertainty": list(shocks)}


def scenario(**fields: Any) -> zc.Scenario:
    return catalog.scenario({"name": "mine", **fields})


def problems(**fields: Any) -> list[tuple[str, str]]:
    """Return code and place of each problem of the one error that a scenario raises."""
    with pytest.raises(zc.ScenarioError) as caught:
        scenario(**fields)
    for problem in caught.value.problems:
        assert problem.where.source in {"scenario", "mine"}
        assert problem.text("zh") != problem.text("en")
    return [(problem.code, problem.where.column) for problem in caught.value.problems]


def of_path(**fields: Any) -> list[tuple[str, str]]:
    found = problems(value_added=fields)
    assert all(place.startswith("value_added") for _, place in found)
    return [(code, place.removeprefix("value_added").removeprefix(".")) for code, place in found]


# -- what is taken -------------------------------------------------------------------------------------------------


def test_numbers_may_be_written_with_a_percent_sign() -> None:
    for written in (0.05, "5 %", "0.05", "５％", np.float64(0.05)):
        assert DriverPath.model_validate({"kind": "constant", "rate": written}).rate == 0.05
    made = scenario(mix={"2030": {"煤": "40 %", "其他": "60 %"}})
    assert made.mix == {2030: {"煤": 0.4, "other": 0.6}}
    assert Uncertainty.model_validate({"shape": "normal", "sd": "1%", "rho": "50 %"}).rho == 0.5


def test_years_may_be_numbers_or_text() -> None:
    made = scenario(value_added={"kind": "table", "values": {"2022": 1, 2030: 1.4, "2040年": 2}, "after": "hold"})
    assert made.value_added is not None
    assert made.value_added.values == {2022: 1.0, 2030: 1.4, 2040: 2.0}
    assert made.value_added.interpolate == "linear"


def test_one_uncertainty_may_stand_without_a_list() -> None:
    for written in (OWN, [OWN], Uncertainty(shape="normal", sd=0.01)):
        made = DriverPath.model_validate({**RATE, "uncertainty": written})
        assert made.uncertainty == (Uncertainty(shape="normal", sd=0.01),)
    both = DriverPath.model_validate(sure(OWN, SHARED))
    assert [item.shared for item in both.uncertainty] == [False, True]


def test_defaults_of_a_kind_are_filled_in() -> None:
    def made(**fields: Any) -> DriverPath:
        return DriverPath.model_validate(fields)

    assert made(**RATE).after is None
    assert made(kind="linear", goal=1, year=2030).after == "hold"
    assert made(kind="geometric", goal=1, year=2030, after=None).after == "hold"
    assert made(kind="table", values={2022: 1}).after == "refuse"
    assert made(kind="table", values={2022: 1}, after="continue", interpolate="none").interpolate == "none"
    assert made(kind="logistic", goal=1, midpoint=2030, width=5).after is None
    assert Uncertainty.model_validate({"shape": "pert", "low": -1, "high": 1}).mode == 0.0
    assert Uncertainty.model_validate({"shape": "uniform", "low": -1, "high": 1}).mode is None


def test_steps_follow_each_other_in_any_of_the_usual_forms() -> None:
    def spans(*steps: dict[str, Any]) -> Any:
        return DriverPath.model_validate(
            {"kind": "piecewise", "rates": [{"rate": 0.1, **step} for step in steps]}
        ).spans()

    assert spans({}) == ((None, None, 0.1),)
    assert spans({"until": 2025}, {}) == ((None, 2025, 0.1), (2026, None, 0.1))
    assert spans({}, {"start": 2026}) == ((None, 2025, 0.1), (2026, None, 0.1))
    assert spans({"start": 2020, "until": 2025}, {"start": 2026, "until": 2030}) == (
        (2020, 2025, 0.1),
        (2026, 2030, 0.1),
    )
    assert spans({}, {"start": 2026}, {"start": 2030})[1] == (2026, 2029, 0.1)


def test_carriers_and_supplies_of_a_shift_are_those_of_the_vocabulary() -> None:
    made = Shift.model_validate({**MOVES, "source": "煤", "target": "天然气"})
    assert (made.source, made.target, made.target_supply, made.source_supply) == (("煤",), "natural_gas", "", "")
    made = Shift.model_validate({**MOVES, "source": ["电"], "source_supply": "电网", "target_supply": "自建光伏"})
    assert (made.source_supply, made.target, made.target_supply) == ("grid", "electricity", "onsite_nonfossil")
    assert Shift.model_validate(MOVES).target_supply == "grid"
    # all electricity, whatever its supply, may move to one supply
    assert Shift.model_validate({**MOVES, "source": ["electricity"], "target_supply": "绿电直供"}).source_supply == ""


def test_drivers_are_those_that_have_a_path_at_the_level() -> None:
    made = scenario(level="kaya", value_added=RATE, co2_per_energy=RATE)
    assert [name for name, _ in made.drivers()] == ["value_added", "co2_per_energy"]
    made = scenario(grid_factor=RATE, shift=[MOVES])
    assert [name for name, _ in made.drivers()] == ["grid_factor", "electrification"]
    assert scenario().drivers() == ()
    assert scenario().level == "carriers"


# -- what is refused, and where ------------------------------------------------------------------------------------

PATHS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "no rate": ({"kind": "constant"}, [("scenario.fields_missing", "")]),
    "no kind": ({"rate": 0.1}, [("field.required", "kind")]),
    "other kind": ({"kind": "exponential", "rate": 0.1}, [("field.choice", "kind")]),
    "too much": ({**RATE, "goal": 1}, [("scenario.fields_extra", "")]),
    "after of a rate": ({**RATE, "after": "hold"}, [("scenario.fields_extra", "")]),
    "goal without year": ({"kind": "linear", "goal": 1}, [("scenario.fields_missing", "")]),
    "another word": ({**RATE, "speed": 1}, [("field.extra", "speed")]),
    "empty steps": ({"kind": "piecewise", "rates": []}, [("scenario.fields_missing", "")]),
    "empty table": ({"kind": "table", "values": {}}, [("scenario.fields_missing", "")]),
    "rate -100 %": ({"kind": "constant", "rate": "-100 %"}, [("scenario.rate", "rate")]),
    "rate of a step": (
        {"kind": "piecewise", "rates": [{"rate": -1.5, "until": 2025}, {"rate": 0.1}]},
        [("scenario.rate", "rates.0")],
    ),
    "gap": (
        {"kind": "piecewise", "rates": [{"rate": 0, "until": 2025}, {"rate": 0.1, "start": 2027}]},
        [("scenario.steps_gap", "rates.1")],
    ),
    "overlap": (
        {"kind": "piecewise", "rates": [{"rate": 0, "until": 2025}, {"rate": 0.1, "start": 2025}]},
        [("scenario.steps_overlap", "rates.1")],
    ),
    "turned round": (
        {"kind": "piecewise", "rates": [{"rate": 0, "start": 2028, "until": 2025}, {"rate": 0.1}]},
        [("scenario.steps_order", "rates.0")],
    ),
    "open in the middle": (
        {"kind": "piecewise", "rates": [{"rate": 0}, {"rate": 0.1}]},
        [("scenario.steps_open", "rates.1")],
    ),
    "narrow": ({"kind": "logistic", "goal": 1, "midpoint": 2030, "width": 0}, [("scenario.width", "width")]),
    "midpoint": ({"kind": "logistic", "goal": 1, "midpoint": 35, "width": 1}, [("scenario.midpoint", "midpoint")]),
    "true": ({"kind": "constant", "rate": True}, [("number.bool", "rate")]),
    "words": ({"kind": "constant", "rate": "fast"}, [("number.text", "rate")]),
    "nan": ({"kind": "constant", "rate": math.nan}, [("number.finite", "rate")]),
    "infinite": ({"kind": "table", "values": {2022: math.inf}}, [("number.finite", "values.2022")]),
    "year": ({"kind": "linear", "goal": 1, "year": 30}, [("year.range", "year")]),
    "two own": (sure(OWN, OWN), [("scenario.shocks", "uncertainty")]),
    "two shared": (sure(SHARED, OWN, SHARED), [("scenario.shocks", "uncertainty")]),
    "no sd": (sure({"shape": "normal"}), [("scenario.fields_missing", "uncertainty.0")]),
    "sd zero": (sure({"shape": "lognormal", "sd": 0}), [("scenario.sd", "uncertainty.0.sd")]),
    "sd of a uniform": (
        sure({"shape": "uniform", "low": 0, "high": 1, "sd": 1}),
        [("scenario.fields_extra", "uncertainty.0")],
    ),
    "limits": (sure({"shape": "uniform", "low": 1, "high": 1}), [("scenario.limits", "uncertainty.0")]),
    "mode outside": (sure({"shape": "pert", "low": 0.1, "high": 0.2}), [("scenario.limits", "uncertainty.0")]),
    "rho": (sure({**OWN, "rho": 1.1}), [("scenario.rho", "uncertainty.0.rho")]),
    "several": (
        {"kind": "logistic", "goal": 1, "width": -1, "uncertainty": sure(OWN, OWN)["uncertainty"]},
        [("scenario.fields_missing", ""), ("scenario.width", "width"), ("scenario.shocks", "uncertainty")],
    ),
}


@pytest.mark.parametrize("case", PATHS)
def test_paths_refuse(case: str) -> None:
    fields, expected = PATHS[case]
    assert of_path(**fields) == expected


MATRIX = {"drivers": ["value_added", "energy_intensity"], "matrix": [[1, 0.5], [0.5, 1]]}
BOTH = {"value_added": sure(OWN), "energy_intensity": sure(OWN)}
BOUND = [[1, 0.99, 0.0], [0.99, 1, 0.7], [0.0, 0.7, 1]]

SCENARIOS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "kaya with carriers": (
        {"level": "kaya", "grid_factor": RATE, "shift": [MOVES], "mix": {2030: {"other": 1}}},
        [("scenario.of_other_level", place) for place in ("grid_factor", "shift", "mix")],
    ),
    "carriers with CO2 per energy": (
        {
            "level": "carriers",
            "co2_per_energy": RATE,
            "zones": {"A": {"co2_per_energy": RATE}},
            "sectors": {"化工": {"co2_per_energy": RATE}},
        },
        [
            ("scenario.of_other_level", place)
            for place in ("co2_per_energy", "zones.A.co2_per_energy", "sectors.化工.co2_per_energy")
        ],
    ),
    "level unsaid": ({"co2_per_energy": RATE}, [("scenario.of_other_level", "co2_per_energy")]),
    "shares sum": ({"mix": {2030: {"煤": 0.5, "气": 0.4}}}, [("scenario.share_sum", "mix.2030")]),
    "shares empty": ({"structure": {2030: {}}}, [("scenario.share_sum", "structure.2030")]),
    "share negative": (
        {"structure": {2030: {"a": 1.2, "b": -0.2}, 2040: {"a": 1}}},
        [("scenario.share_range", "structure.2030")] * 2,
    ),
    "carrier twice": ({"mix": {2030: {"煤": 0.5, "raw_coal": 0.5}}}, [("scenario.share_overlap", "mix.2030")]),
    "no carrier": ({"mix": {2030: {"coale": 0.5, "other": 0.5}}}, [("carrier.unknown", "mix.2030")]),
    "shift twice": ({"shift": [MOVES, MOVES]}, [("scenario.shift_name", f"shift.{i}.name") for i in (0, 1)]),
    "shift called like a driver": (
        {"shift": [{**MOVES, "name": "grid_factor"}]},
        [("scenario.shift_name", "shift.0.name")],
    ),
    "shift without a name": ({"shift": [{**MOVES, "name": ""}]}, [("field.length", "shift.0.name")]),
    "shift to itself": (
        {"shift": [{**MOVES, "source": "天然气", "target": "natural_gas"}]},
        [("scenario.shift_self", "shift.0.source")],
    ),
    "grid to grid": (
        {"shift": [{**MOVES, "source": "电", "source_supply": "grid"}]},
        [("scenario.shift_self", "shift.0.source")],
    ),
    "shift from nothing": ({"shift": [{**MOVES, "source": []}]}, [("field.length", "shift.0.source")]),
    "shift from nowhere": ({"shift": [{**MOVES, "source": "peat"}]}, [("carrier.unknown", "shift.0.source")]),
    "shift to a group": ({"shift": [{**MOVES, "target": "煤合计"}]}, [("carrier.sum", "shift.0.target")]),
    "supply of a fuel": (
        {"shift": [{**MOVES, "source_supply": "onsite_nonfossil"}]},
        [("supply.carrier", "shift.0.source_supply")],
    ),
    "supply of heat": (
        {"shift": [{**MOVES, "target_supply": "nonfossil_heat"}]},
        [("supply.carrier", "shift.0.target_supply")],
    ),
    "ratio": ({"shift": [{**MOVES, "ratio": 0}]}, [("scenario.ratio", "shift.0.ratio")]),
    "path of a shift": (
        {"shift": [{**MOVES, "path": {"kind": "linear", "goal": 1}}]},
        [("scenario.fields_missing", "shift.0.path")],
    ),
    "uncertain zone": (
        {"zones": {"A": {"value_added": sure(OWN)}}},
        [("scenario.override_uncertain", "zones.A.value_added.uncertainty")],
    ),
    "sum of zones": ({"zones": {"全国": {"value_added": RATE}}}, [("zone.sum", "zones.全国.[key]")]),
    "structure and sectors": (
        {"structure": {2030: {"化工": 1}}, "sectors": {"化工": {"value_added": RATE, "energy_intensity": RATE}}},
        [("scenario.structure_sectors", "sectors.化工.value_added")],
    ),
    "matrix too small": (
        {**BOTH, "correlation": {**MATRIX, "matrix": [[1, 0.5]]}},
        [("scenario.correlation_size", "correlation.matrix")],
    ),
    "driver twice in a matrix": (
        {**BOTH, "correlation": {**MATRIX, "drivers": ["value_added"] * 2}},
        [("scenario.correlation_twice", "correlation.drivers")],
    ),
    "diagonal": (
        {**BOTH, "correlation": {**MATRIX, "matrix": [[1, 0.5], [0.5, 0.9]]}},
        [("scenario.correlation_diagonal", "correlation.matrix.1.1")],
    ),
    "not symmetric": (
        {**BOTH, "correlation": {**MATRIX, "matrix": [[1, 0.5], [0.4, 1]]}},
        [("scenario.correlation_symmetric", "correlation.matrix.0.1")],
    ),
    "above one": (
        {**BOTH, "correlation": {**MATRIX, "matrix": [[1, 1.5], [1.5, 1]]}},
        [("scenario.correlation_range", "correlation.matrix.0.1")],
    ),
    "impossible together": (
        {
            **BOTH,
            "grid_factor": sure(OWN),
            "correlation": {"drivers": ["value_added", "energy_intensity", "grid_factor"], "matrix": BOUND},
        },
        [("scenario.correlation_definite", "correlation.matrix.0.1")],
    ),
    "driver without a path": (
        {"value_added": sure(OWN), "correlation": MATRIX},
        [("scenario.correlation_driver", "correlation")],
    ),
    "driver that is certain": (
        {**BOTH, "energy_intensity": RATE, "correlation": MATRIX},
        [("scenario.correlation_certain", "correlation")],
    ),
    "own with shared": (
        {**BOTH, "energy_intensity": sure(SHARED), "correlation": MATRIX},
        [("scenario.correlation_scope", "correlation")],
    ),
    "unequal rho": (
        {**BOTH, "energy_intensity": sure({**OWN, "rho": 0.5}), "correlation": MATRIX},
        [("scenario.correlation_rho", "correlation")],
    ),
    "unknown field": ({"colour": 1}, [("field.extra", "colour")]),
    "unknown level": ({"level": "both"}, [("field.choice", "level")]),
}


@pytest.mark.parametrize("case", SCENARIOS)
def test_scenarios_refuse(case: str) -> None:
    fields, expected = SCENARIOS[case]
    assert problems(**fields) == expected


def test_all_paths_are_told_of_at_once() -> None:
    found = problems(
        value_added={"kind": "constant", "rate": -2},
        energy_intensity={"kind": "piecewise", "rates": [{"rate": 0, "until": 2025}, {"rate": 0, "start": 2030}]},
        mix={2030: {"coal": 0.7, "other": 0.2}, 2040: {"coal": 0.7, "gas": 0.4}},
        shift=[{**MOVES, "target": "peat"}],
    )
    assert found == [
        ("scenario.rate", "value_added.rate"),
        ("scenario.steps_gap", "energy_intensity.rates.1"),
        ("carrier.unknown", "shift.0.target"),
        ("scenario.share_sum", "mix.2030"),
        ("scenario.share_sum", "mix.2040"),
    ]


def test_an_error_names_the_year_and_the_pair() -> None:
    with pytest.raises(zc.ScenarioError, match=r"column mix\.2030: shares .*; those of 2030 sum to 0\.9;"):
        scenario(mix={2030: {"coal": 0.7, "other": 0.2}})
    with pytest.raises(zc.ScenarioError, match=r"value_added, energy_intensity has 1\.5"):
        scenario(**BOTH, correlation={**MATRIX, "matrix": [[1, 1.5], [1.5, 1]]})
    with pytest.raises(zc.ScenarioError, match=r"-1\.5 came for the years …–2025"):
        scenario(value_added={"kind": "piecewise", "rates": [{"rate": -1.5, "until": 2025}, {"rate": 0}]})


def test_what_pydantic_is_asked_to_check_raises_what_pydantic_raises() -> None:
    with pytest.raises(ValidationError, match="shares of a year must sum to one"):
        zc.Scenario.model_validate({"mix": {2030: {"coal": 0.5}}})


def test_correlations_that_are_sound() -> None:
    one = scenario(**BOTH, correlation=MATRIX).correlation
    assert one is not None
    assert one.pairs() == (("value_added", "energy_intensity", 0.5),)
    # a pair without correlation may be of two scopes and two rho
    both = {"value_added": sure(OWN), "energy_intensity": sure({**SHARED, "rho": 0.5})}
    scenario(**both, correlation={**MATRIX, "matrix": [[1, 0], [0, 1]]})
    # the shocks of the scope that both have are the ones correlated
    scenario(value_added=sure(OWN, SHARED), energy_intensity=sure(OWN), correlation=MATRIX)
    shift = {**MOVES, "path": sure(OWN)}
    named = {"drivers": ["value_added", "electrification"], "matrix": [[1, -1], [-1, 1]]}
    assert scenario(value_added=sure(OWN), shift=[shift], correlation=named).correlation is not None
    assert Correlation(drivers=(), matrix=()).pairs() == ()


@given(st.integers(1, 5), st.integers(0, 2**32 - 1), st.floats(-0.3, 0.3))
def test_a_matrix_is_refused_exactly_where_it_has_a_negative_eigenvalue(n: int, seed: int, push: float) -> None:
    factors = np.random.default_rng(seed).normal(size=(n, n + 1))
    matrix = np.corrcoef(factors).reshape(n, n) + push * (1 - np.eye(n))
    matrix = np.clip((matrix + matrix.T) / 2, -1, 1)
    np.fill_diagonal(matrix, 1)
    lowest = np.linalg.eigvalsh(matrix)[0]
    data = {"drivers": [f"d{i}" for i in range(n)], "matrix": matrix.tolist()}
    if lowest > -1e-10:
        Correlation.model_validate(data)
    elif lowest < -1e-8:
        with pytest.raises(ValidationError, match="possible together"):
            Correlation.model_validate(data)


# -- a base --------------------------------------------------------------------------------------------------------


def test_fields_that_are_not_given_are_those_of_the_base() -> None:
    base = catalog.scenario("policy")
    mine = scenario(base="policy", grid_factor=RATE)
    assert mine.base == ""
    assert mine.name == "mine"
    assert mine.title_zh == mine.note_zh == ""  # what a scenario is called is its own
    assert mine.grid_factor == DriverPath.model_validate(RATE)
    assert (mine.value_added, mine.energy_intensity, mine.shift) == (
        base.value_added,
        base.energy_intensity,
        base.shift,
    )
    assert scenario(base="policy", shift=[]).shift == ()
    assert catalog.scenario({"base": "policy"}).name == "policy*"
    assert catalog.scenario(mine) == mine


def test_putting_over_is_the_same_in_either_order() -> None:
    low, middle, high = (
        zc.Scenario.model_validate(fields)
        for fields in (
            {"name": "low", "value_added": RATE, "zones": {"A": {"value_added": RATE}, "B": {"value_added": RATE}}},
            {"name": "middle", "base": "low", "shift": [MOVES], "zones": {"B": {"energy_intensity": RATE}}},
            {"name": "high", "base": "middle", "value_added": None, "grid_factor": RATE},
        )
    )
    found = high.over(middle).over(low)
    assert found == high.over(middle.over(low))
    assert (found.value_added, len(found.shift), found.base, found.name) == (None, 1, "", "high")
    assert found.zones["A"].value_added is not None
    assert found.zones["B"] == Overrides.model_validate({"energy_intensity": RATE})


def test_a_scenario_over_its_base_is_checked_as_a_whole() -> None:
    assert problems(base="policy", level="kaya") == [
        ("scenario.of_other_level", place) for place in ("grid_factor", "shift")
    ]
    assert problems(base="policy", co2_per_energy=RATE) == [("scenario.of_other_level", "co2_per_energy")]
    known = {"drivers": ["value_added", "energy_intensity"], "matrix": [[1, -0.3], [-0.3, 1]]}
    assert scenario(base="baseline", correlation=known).correlation is not None
    assert problems(base="baseline", correlation=known, energy_intensity=RATE) == [
        ("scenario.correlation_certain", "correlation")
    ]


def test_a_base_must_not_come_back(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(f"base = '{two}'", encoding="utf-8")
    two.write_text(f"base = '{one}'", encoding="utf-8")
    for place in (one, two):
        with pytest.raises(zc.ScenarioError, match="comes back to") as caught:
            catalog.scenario(place)
        assert caught.value.problems[0].code == "scenario.base"


# -- files and what comes back -------------------------------------------------------------------------------------

FILE = """
title_en = "Mine"
level = "carriers"
[value_added]
kind = "piecewise"
rates = [{ rate = "5 %", until = 2030 }, { rate = 0.03 }]
[[value_added.uncertainty]]
shape = "triangular"
low = -0.02
high = 0.01
[grid_factor]
kind = "table"
values = { 2022 = 0.5366, 2023 = 0.5306, 2035 = 0.3 }
after = "continue"
uncertainty = { shape = "lognormal", sd = 0.01, shared = true, rho = 0.5 }
[[shift]]
name = "coal to gas"
source = "煤"
target = "天然气"
measure = "share"
path = { kind = "logistic", goal = 0.6, midpoint = 2032, width = 10 }
[mix]
2030 = { "煤" = 0.2, "电" = 0.5, "其他" = 0.3 }
[sectors."化工".energy_intensity]
kind = "linear"
goal = 0.7
year = 2035
"""


def test_a_file_in_toml_or_json_is_the_record(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(FILE, encoding="utf-8")
    data = tomllib.loads(FILE)
    (tmp_path / "mine.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    before = copy.deepcopy(data)
    record = catalog.scenario({"name": "mine", **data})
    assert data == before
    assert catalog.scenario(tmp_path / "mine.toml") == catalog.scenario(str(tmp_path / "mine.json")) == record
    for again in (
        zc.Scenario.model_validate_json(record.model_dump_json()),
        zc.Scenario.model_validate(record.model_dump()),
        pickle.loads(pickle.dumps(record)),
        copy.deepcopy(record),
    ):
        assert again == record
        assert again.model_dump_json() == record.model_dump_json()
    assert record.mix == {2030: {"煤": 0.2, "电": 0.5, "other": 0.3}}


def test_a_scenario_with_a_base_comes_back_with_only_what_it_gives() -> None:
    given_ = zc.Scenario.model_validate({"name": "mine", "base": "policy", "shift": []})
    assert json.loads(given_.model_dump_json()) == {"name": "mine", "base": "policy", "shift": []}
    again = zc.Scenario.model_validate_json(given_.model_dump_json())
    assert again == given_
    assert catalog.scenario(again) == catalog.scenario(given_)
    assert catalog.scenario(again).value_added is not None


def test_a_name_that_does_not_ship() -> None:
    with pytest.raises(zc.ScenarioError, match="'policy'") as caught:
        catalog.scenario("polici")
    assert caught.value.problems[0].code == "scenario.unknown"
    with pytest.raises(zc.ScenarioError, match="shipped are baseline, deep, policy"):
        scenario(base="nowhere")


def test_a_broken_file_names_itself(tmp_path: Path) -> None:
    place = tmp_path / "bad.toml"
    place.write_text(FILE.replace("0.5366", "'x'"), encoding="utf-8")
    with pytest.raises(zc.ScenarioError, match=r"bad\.toml, column grid_factor\.values\.2022: a number") as caught:
        catalog.scenario(place)
    assert "bad.toml，列 grid_factor.values.2022：" in caught.value.text("zh")


def test_records_are_frozen() -> None:
    made = scenario(value_added=RATE)
    with pytest.raises(ValidationError, match="frozen"):
        made.name = "other"  # type: ignore[misc]


# -- groups of carriers --------------------------------------------------------------------------------------------


def test_every_carrier_is_in_one_group_that_of_its_parent() -> None:
    rows = read_rows("vocabulary", "groups.csv")
    assert [row["carrier_id"] for row in rows] == list(carriers())
    assert {row["group"] for row in rows} == set(GROUPS)
    for carrier in carriers().values():
        assert not carrier.parent or group_of(carrier.id) == group_of(carrier.parent)
        if carrier.kind in {"electricity", "heat"}:
            assert group_of(carrier.id) == carrier.kind
        elif carrier.kind == "energy_medium" or carrier.carbon_class in {"biogenic", "none", "mixed"}:
            assert group_of(carrier.id) == "other"
        else:
            assert group_of(carrier.id) in {"coal", "oil", "gas"}


def test_carriers_that_a_word_means() -> None:
    groups = [find_carriers(word) for word in ("煤", "油", "气", "电", "热", "其他")]
    assert [group[0] for group in groups] == ["raw_coal", "crude_oil", "natural_gas", "electricity", "heat", "hydrogen"]
    assert sorted(item for group in groups for item in group) == sorted(carriers())
    for chinese, english in (
        ("煤炭", "Coal"),
        ("石油", "oil"),
        ("燃气", "GAS"),
        ("电", "electricity"),
        ("燃料", "fuels"),
    ):
        assert find_carriers(chinese) == find_carriers(english)
    gases = ("natural_gas", "oilfield_natural_gas", "gasfield_natural_gas", "coalbed_methane", "coal_mine_gas", "lng")
    assert find_carriers("气") == gases
    assert set(find_carriers("fuels")) == {item.id for item in carriers().values() if item.kind == "fuel"}
    assert find_carriers("Natural Gas") == find_carriers("天然气") == ("natural_gas",)
    assert find_carriers("热力") == ("heat",)
    assert group_of("reported") == group_of("") == "other"
    for word, code in (("coale", "carrier.unknown"), ("煤合计", "carrier.sum"), (" ", "carrier.blank")):
        with pytest.raises(zc.InputError) as caught:
            find_carriers(word)
        assert caught.value.problems[0].code == code


def test_a_typo_is_told_with_what_was_meant() -> None:
    with pytest.raises(zc.ScenarioError) as error:
        find_scenario(
            {"name": "x", "energy_intensty": {}, "value_added": {"kind": "linaer", "uncertanty": 1, "goal": 2}}
        )
    text, chinese = error.value.text(), error.value.text("zh")
    for said in (text, chinese):
        assert "energy_intensity" in said
        assert "'uncertainty'" in said
        assert "constant, piecewise" in said
        assert "Extra inputs" not in said
