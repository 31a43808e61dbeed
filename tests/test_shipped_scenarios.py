"""The shipped scenarios: every number has a source or says that it is assumed; computed rates are computed again."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon import catalog
from zonecarbon.projection.paths import check_bounds, growth, share
from zonecarbon.records import Path as DriverPath
from zonecarbon.records import Uncertainty
from zonecarbon.vocabulary import find_carriers

DATA = Path(zc.__file__).parent / "data"
NAMES = ("baseline", "policy", "deep")
TITLES = {"baseline": "基准情景", "policy": "政策情景", "deep": "强化情景"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def raw(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"))


def rows(*parts: str) -> list[dict[str, str]]:
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def numbers(name: str) -> Iterator[tuple[str, DriverPath | Uncertainty]]:
    """Yield each path and each uncertainty of a scenario."""
    for driver, path in catalog.scenario(name).drivers():
        yield driver, path
        yield from ((f"{driver}.uncertainty", item) for item in path.uncertainty)


def path_of(name: str, driver: str) -> DriverPath:
    return dict(catalog.scenario(name).drivers())[driver]


def test_these_ship() -> None:
    assert set(catalog.names("scenarios")) == set(NAMES)
    for name, title in TITLES.items():
        made = catalog.scenario(name)
        assert (made.name, made.title_zh, made.level, made.base) == (name, title, "carriers", "")
        for text in (made.note_zh, made.title_zh):
            assert CHINESE.search(text)
        assert made.title_en.isascii()
        assert made.note_en


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_a_source_or_says_in_both_languages_that_it_is_assumed(name: str) -> None:
    sources = {row["source_id"] for row in rows("sources.csv")}
    found = list(numbers(name))
    assert len(found) >= 7
    for place, item in found:
        assert item.status in {"verified", "assumption"}, place
        assert not item.source_id or item.source_id in sources, place
        assert item.source_id or item.status == "assumption", place
        assert CHINESE.search(item.note_zh), place
        assert len(item.note_en) > 20, place
        if item.status == "assumption":
            assert "假设" in item.note_zh, place
            assert "ssum" in item.note_en, place


def test_sources_named_in_notes_are_there() -> None:
    sources = {row["source_id"] for row in rows("sources.csv")}
    named = {"most-2021-28", "miit-2023-press", "mee-2024-12", "mee-2025-47", "sc-2024-12", "fyp15-energy"}
    assert named <= sources
    written = " ".join(item.note_en + item.source_id for name in NAMES for _, item in numbers(name))
    assert all(source in written for source in named)


# -- rates that were computed --------------------------------------------------------------------------------------


def first_rate(name: str, driver: str) -> float:
    path = path_of(name, driver)
    return path.rate if path.rate is not None else path.rates[0].rate


def per_year(start: float, end: float, years: int) -> float:
    return float(round((end / start) ** (1 / years) - 1, 4))


def observed(year: str) -> float:
    (value,) = (
        float(row["value"])
        for row in rows("observed.csv")
        if (row["entity"], row["indicator"], row["year"]) == ("national high-tech zones", "energy_per_iva", year)
    )
    return value


def grid(year: str) -> float:
    (value,) = {
        float(row["value"])
        for row in rows("factors", "grid_electricity.csv")
        if (row["kind"], row["data_year"], row["status"]) == ("national_average", year, "verified")
    }
    return value


def target(name: str, target_id: str) -> float:
    return {item.id: item for item in catalog.target_set(name).target}[f"{name}:{target_id}"].limit


def test_the_baseline_goes_on_as_observed() -> None:
    assert first_rate("baseline", "energy_intensity") == per_year(observed("2019"), observed("2022"), 3)
    assert first_rate("baseline", "grid_factor") == per_year(grid("2021"), grid("2023"), 2)


def test_the_policy_rates_are_those_of_the_documents() -> None:
    assert first_rate("policy", "energy_intensity") == target("fyp14", "2024-energy-per-iva")
    shares = target("fyp14", "2025-non-fossil-power"), target("fyp15", "non-fossil-power")
    assert first_rate("policy", "grid_factor") == round(per_year(1 - shares[0], 1 - shares[1], 5), 3)
    cut = target("torch-2025", "co2-intensity-annual")
    left = (1 - cut) / (1 + first_rate("policy", "energy_intensity")) - 1
    assert f"{-left:.2%}".replace("%", " %") in path_of("policy", "energy_intensity").note_en
    assert first_rate("deep", "energy_intensity") == -cut


# -- how they lie to each other ------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [2015, 2022, 2025, 2030])
@pytest.mark.parametrize("name", NAMES)
def test_they_go_on_from_any_usual_year_to_2100(name: str, base: int) -> None:
    years = list(range(base + 1, 2101))
    for driver, path in catalog.scenario(name).drivers():
        if driver in {"value_added", "energy_intensity", "grid_factor"}:
            levels = growth(path, base, years, driver)
            assert (np.diff(levels) > 0).all() if driver == "value_added" else (np.diff(levels) < 0).all()
            check_bounds(path, levels, driver, years)
        else:
            moved = share(path, 0.0, base, years, driver)
            assert ((moved > 0) & (moved <= (path.goal or 0))).all()
            assert (np.diff(moved) >= 0).all()


def test_each_does_more_than_the_one_before() -> None:
    years = list(range(2024, 2061))
    for driver in ("energy_intensity", "grid_factor"):
        low, middle, high = (
            growth(path_of(name, driver), 2023, years, driver) for name in ("deep", "policy", "baseline")
        )
        assert (low < middle).all()
        assert (middle < high).all()
    assert len({str(path_of(name, "value_added")) for name in NAMES}) == 1
    policy, deep = catalog.scenario("policy"), catalog.scenario("deep")
    assert catalog.scenario("baseline").shift == ()
    assert [item.name for item in policy.shift] == [item.name for item in deep.shift]
    for one, other in zip(policy.shift, deep.shift, strict=True):
        assert (one.source, one.target, one.target_supply, one.ratio) == (
            other.source,
            other.target,
            other.target_supply,
            other.ratio,
        )
        moved = [share(item.path, 0.0, 2023, years, item.name) for item in (one, other)]
        assert (moved[0] < moved[1]).all()


def test_by_products_of_steel_and_coke_stay_where_they_are() -> None:
    left = {"coke", "blast_furnace_gas", "converter_gas", "coke_oven_gas", "coking_coal", "cleaned_coal", "naphtha"}
    for shift in catalog.scenario("deep").shift:
        assert not left & {item for word in shift.source for item in find_carriers(word)}


def test_certificates_count_for_nothing_so_none_is_used() -> None:
    assert {shift.target_supply for shift in catalog.scenario("deep").shift} == {
        "",
        "grid",
        "onsite_nonfossil",
        "direct_nonfossil",
    }


# -- as tables and as a schema -------------------------------------------------------------------------------------


def test_the_list() -> None:
    listed = zc.list_scenarios()
    frame = listed.to_frame()
    assert list(frame["name"]) == ["baseline", "deep", "policy"]
    assert list(frame.columns) == ["name", "title_en", "title_zh", "level", "drivers", "status", "note_en", "note_zh"]
    assert list(frame["status"]) == ["assumption"] * 3
    assert frame["drivers"][0] == "value_added, energy_intensity, grid_factor"
    assert listed.to_dict()["rows"][0]["title_zh"] == "基准情景"


@pytest.mark.parametrize("name", NAMES)
def test_files_come_back_from_json(name: str) -> None:
    record = zc.Scenario.model_validate(raw(name))
    again = zc.Scenario.model_validate_json(record.model_dump_json())
    assert again == record
    assert catalog.scenario(again) == catalog.scenario(record) == catalog.scenario(name)
    whole = catalog.scenario(name)
    assert zc.Scenario.model_validate_json(whole.model_dump_json()) == whole


def fits(data: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Return whether data are valid by the schema, as the jsonschema package sees it."""
    return bool(jsonschema.Draft202012Validator(schema).is_valid(data))


@pytest.mark.parametrize("name", NAMES)
def test_the_json_schema_takes_the_files_and_refuses_what_is_none(name: str) -> None:
    schema = zc.Scenario.model_json_schema()
    data = raw(name)
    assert fits(data, schema)
    intensity = data["energy_intensity"]
    table = {"kind": "table", "values": {"2030": "5 %"}}
    assert fits({**data, "value_added": table, "mix": {"2030": {"煤": 1}}}, schema)
    for wrong in (
        {"colour": "green"},
        {"level": "both"},
        {"energy_intensity": {**intensity, "kind": "exponential"}},
        {"energy_intensity": {**intensity, "status": "sure"}},
        {"energy_intensity": {**intensity, "uncertainty": {"shape": "normal", "sigma": 1}}},
        {"energy_intensity": {**intensity, "rates": [{"until": 2030}]}},
        {"energy_intensity": {**intensity, "year": 30}},
        {"shift": [{"name": "x"}]},
        {"mix": {"2030": 1}},
    ):
        assert not fits({**data, **wrong}, schema), wrong
