"""Ways to a plausible wrong figure that were found by reading, each kept out by a test."""

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.cli import main

EQUIVALENT: dict[str, Any] = {"basis": "equivalent", "equivalent": {"electricity": "0.302 kgce/kWh"}}


def account(quantity: Any, flows: list[Any], years: list[int], money: Any, **choices: Any) -> zc.Account:
    sectors = choices.pop("sectors", None)
    array = np.asarray(quantity, dtype=float)
    activity = zc.Activity.from_arrays(
        array,
        flows=flows,
        zones=[f"Z{i}" for i in range(len(array))],
        years=years,
        value_added=money,
        price_year=2025,
        provinces="全国",
        sectors=sectors,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity, **choices)


def constant(rate: float, **more: Any) -> dict[str, Any]:
    return {"kind": "constant", "rate": rate, **more}


def project(made: zc.Account, fields: dict[str, Any] | str, until: int = 2035, **more: Any) -> zc.Ensemble:
    scenario = fields if isinstance(fields, str) else {"name": "mine", **fields}
    return zc.project(made, scenario, until=until, targets=more.pop("targets", None), **{"rng": 1, **more})


def shift(**fields: Any) -> dict[str, Any]:
    return {"name": "s", "source": "raw_coal", "target": "natural_gas", **fields}


PV = shift(
    source="electricity",
    source_supply="grid",
    target="electricity",
    target_supply="onsite_nonfossil",
    path={"kind": "linear", "goal": 0.5, "year": 2030},
)


@pytest.mark.parametrize("scenario", ["policy", "deep"])
def test_the_basis_of_the_account_changes_no_co2(scenario: str) -> None:
    quantity, flows = [[[1e5], [1e3]]], ["raw_coal", "electricity"]
    found = [
        project(account(quantity, flows, [2025], [[3e5]], **choices), scenario, 2060, draws=64).path()
        for choices in ({}, EQUIVALENT)
    ]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-12)


def test_own_power_replaces_grid_power_kwh_for_kwh() -> None:
    before = account([[[1e4], [1e6]]], ["raw_coal", "electricity"], [2025], [[3e6]], **EQUIVALENT)
    flows = ["raw_coal", "electricity", ("electricity", "final", "onsite_nonfossil")]
    after = account([[[1e4], [0.5e6], [0.5e6]]], flows, [2025], [[3e6]], **EQUIVALENT)
    found = project(before, {"shift": [PV]}, 2030)
    assert found.path("energy")[0, -1] == pytest.approx(after.total("energy")[0, 0], rel=1e-12)
    assert found.path("co2")[0, -1] == pytest.approx(after.total("co2")[0, 0], rel=1e-12)


@pytest.mark.parametrize("rate", [0.03, 0.05, 0.07])
def test_rounding_decides_no_peak_year(rate: float) -> None:
    fields = {"level": "kaya", "value_added": constant(rate), "energy_intensity": constant(1 / (1 + rate) - 1)}
    found = project(account([[[100.0]]], ["coke"], [2025], [[300.0]]), fields, 2040)
    assert float(found.peak_year()) == 2025
    assert float(found.peak_probability(2030)) == 1.0


def test_a_scenario_without_change_peaks_where_history_does() -> None:
    source = np.random.default_rng(0)
    flows = ["raw_coal", "diesel", "electricity", "coke"]
    made = account(source.random((200, 4, 2)) * 1e5, flows, [2024, 2025], source.random((200, 2)) * 1e6)
    total = made.total("co2")
    expected = np.where(total[:, 1] > total[:, 0], 2025, 2024)
    assert project(made, {}).peak_year(0.5, None).tolist() == expected.tolist()


def test_what_is_planned_is_told_whoever_the_scenario_tells_it_of() -> None:
    made = account([[[[1e5]], [[5e4]]]], ["coke"], [2025], [[[1e6], [2e6]]], sectors=["chem", "elec"])
    fall = {"energy_intensity": constant(-0.05)}
    told = [{"sectors": {"chem": fall, "elec": fall}}, fall]
    found = [
        zc.required(made, budget=3e6, year=2035, scenario={"name": "x", "level": "kaya", **one}, until=2040).of("")
        for one in told
    ]
    for name in ("rate_planned", "rate_needed", "extra_rate", "scaling"):
        assert found[0][name] == pytest.approx(found[1][name], rel=1e-6), name
    assert found[0]["rate_planned"] == pytest.approx(0.05)


def share_of_power(paths: zc.Ensemble) -> float:
    found = paths.by_flow()
    power = [i for i, flow in enumerate(found.flows) if flow.carrier == "electricity"]
    return float(found.energy[0, power, -1].sum() / found.energy[0, :, -1].sum())


POWER = shift(
    name="power",
    source=["raw_coal", "natural_gas"],
    target="electricity",
    measure="share",
    ratio=0.8,
    path={"kind": "linear", "goal": 0.45, "year": 2035},
)
MIXED = account([[[1e5], [2e7], [1e5]]], ["raw_coal", "natural_gas", "electricity"], [2025], [[3e6]])


@pytest.mark.parametrize(
    "before",
    [
        {},
        {"mix": {2035: {"raw_coal": 0.3, "natural_gas": 0.4, "electricity": 0.3}}},
        {"shift": [shift(ratio=0.9, path={"kind": "linear", "goal": 0.5, "year": 2035})]},
    ],
)
def test_a_share_is_reached_whatever_came_before(before: dict[str, Any]) -> None:
    fields = {**before, "shift": [*before.get("shift", []), POWER]}
    assert share_of_power(project(MIXED, fields)) == pytest.approx(0.45, rel=1e-12)


def test_a_goal_below_the_start_is_told() -> None:
    low = {**POWER, "path": {"kind": "linear", "goal": 0.05, "year": 2035}}
    found = project(MIXED, {"shift": [low]})
    assert "project.beyond_goal" in [note.code for note in found.warnings]
    assert share_of_power(found) == pytest.approx(share_of_power(project(MIXED, {})), rel=1e-12)


def test_nothing_jumps_at_the_base_year() -> None:
    jump = shift(path={"kind": "table", "values": {2025: 0.2, 2035: 0.5}})
    with pytest.raises(zc.ScenarioError, match="base year"):
        project(MIXED, {"shift": [jump]})
    share = {**POWER, "path": {"kind": "table", "values": {2025: 0.5, 2035: 0.6}}}
    path = project(MIXED, {"shift": [share]}).path()[0]
    steps = np.diff(path)
    assert steps[0] == pytest.approx(steps[1], rel=0.1)


def test_an_intensity_over_nothing_is_unknown_and_silent() -> None:
    made = account([[[100.0, 110.0]], [[50.0, 60.0]]], ["coke"], [2024, 2025], [[300.0, 0.0], [200.0, 210.0]])
    doubt = {"value_added": constant(0.05, uncertainty={"shape": "normal", "sd": 0.01})}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = project(made, {"level": "kaya", **doubt}, 2028, draws=200)
    assert np.isnan(found.mean("co2_intensity", "Z0")[2:]).all()
    assert np.isfinite(found.mean("co2_intensity", "Z1")[2:]).all()


def test_zones_known_by_a_total_say_that_shifts_do_nothing() -> None:
    economy = {"zone": ["A"], "year": [2025], "value_added": [42], "unit": ["亿元"], "price_year": [2025]}
    told = {"zone": ["A"], "year": [2025], "indicator": ["co2"], "value": [26e4], "unit": ["tCO2"]}
    activity = zc.read({"zones": {"zone": ["A"], "province": ["江苏"]}, "economy": economy, "indicators": told})
    assert "project.untouched" in [note.code for note in project(zc.account(activity), "deep", draws=64).warnings]


def test_a_past_peak_is_judged_as_check_does() -> None:
    years = list(range(2018, 2026))
    made = account([[[5.0, 4, 5, 4, 5, 4, 5, 4]]], ["coke"], years, [[9.0] * 8])
    found = project(made, {"value_added": constant(-0.01)}, targets="torch-2025")
    assert zc.check(made, "torch-2025").verdict("co2-peak-some") == "missed"
    assert found.probability("co2-peak-some") == 0.0
    fallen = account([[[5.0, 9, 8, 7, 6, 5, 4, 3]]], ["coke"], years, [[9.0] * 8])
    assert project(fallen, {}, targets="torch-2025").probability("co2-peak-some") == 1.0


def test_an_old_maximum_hides_no_rise() -> None:
    made = account([[[100.0, 50.0, 51.0]]], ["coke"], [2023, 2024, 2025], [[3.0, 3.0, 3.0]])
    found = project(made, {"value_added": constant(0.015)}, 2060)
    assert float(found.peak_year()) == 2023
    assert "project.rises_again" in [note.code for note in found.warnings]
    assert "project.rises_again" not in [note.code for note in project(made, {}, 2060).warnings]


def test_quantiles_keep_their_names() -> None:
    doubt = {"value_added": constant(0.05, uncertainty={"shape": "normal", "sd": 0.01})}
    found = project(MIXED, doubt, draws=300, quantiles=[0.0001, 0.0004, 0.05, 0.975, 0.9999])
    names = {name for name in found.columns()["statistic"] if name.startswith("q")}
    assert names == {"q00.01", "q00.04", "q05", "q50", "q97.5", "q99.99"}
    assert {"indicators", "levels", "precision", "keep"} <= set(found.provenance.choices)


def test_a_base_is_found_beside_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.json").write_text(json.dumps({"base": "deep", "value_added": constant(0.01)}), "utf-8")
    (tmp_path / "more.json").write_text(json.dumps({"base": "own.json", "grid_factor": constant(0.0)}), "utf-8")
    monkeypatch.chdir("/")
    found = zc.project(MIXED, str(tmp_path / "more.json"), until=2030, draws=64, targets=None)
    assert found.scenario.value_added is not None
    assert found.scenario.value_added.rate == 0.01


@pytest.mark.parametrize(
    "more", [{"budget": [1, 2]}, {"budget": {1: 5}}, {"executor": 2}, {"progress": 3}, {"budget": {"Z9": 1.0}}]
)
def test_what_cannot_be_used_is_told(more: dict[str, Any]) -> None:
    with pytest.raises(zc.InputError):
        project(MIXED, {}, **more)


def test_more_ways_to_be_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(zc.InputError, match="auto"):
        zc.mann_kendall(np.arange(300.0), method="exact")
    with pytest.raises(zc.InputError, match="alpha"):
        zc.find_peaks(project(MIXED, {}), alpha=0.1)
    assert main(["example", str(tmp_path / "ex")]) == 0
    assert main(["project", str(tmp_path / "ex"), "--draws", "²"]) == 2
    assert main(["project", str(tmp_path / "ex"), "--workers", "0"]) == 2
    capsys.readouterr()
    assert main(["project", str(tmp_path / "ex"), "--draws", "64", "--until", "2026", "--format", "csv"]) == 0
    assert "seed" in capsys.readouterr().err


def test_a_budget_is_in_the_provenance() -> None:
    asked = zc.required(MIXED, budget=5e6, year=2035).provenance.choices["required"]
    assert asked["thresholds"] == {"": 5e6}
    assert not math.isnan(asked["year"])
