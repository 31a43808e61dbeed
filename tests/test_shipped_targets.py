"""The shipped target sets say what the transcribed table says, field by field."""

import csv
import importlib.util
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "src/zonecarbon/data/targets"
SETS = {
    "torch-2025": 5,
    "zero-carbon-park-910": 8,
    "near-zero-park-js": 20,
    "fyp14": 10,
    "fyp15": 7,
    "assessment-5-9": 14,
    "hj-274-2015": 11,
    "miit-green-park": 8,
}


def transcribed() -> list[dict[str, str]]:
    with (ROOT / "tests/transcription/targets.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def builder() -> Any:
    spec = importlib.util.spec_from_file_location("_tool_build_targets", ROOT / "tools/build_targets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_text(target: dict[str, Any]) -> dict[str, str]:
    """Return a target as the table has it: texts, one year column."""
    values = {key: str(value) for key, value in target.items()}
    assert not ("year" in values and "period" in values)
    values["year"] = values.get("year", "") or values.pop("period", "")
    values["target_id"] = values.pop("id")
    return values


def test_files_are_up_to_date() -> None:
    tool = builder()
    assert tool.stale(tool.build(transcribed())) == []


@pytest.mark.parametrize("name", SETS)
def test_every_field_is_the_transcribed_one(name: str) -> None:
    data = shipped(name)
    assert data["name"] == name
    assert data["title_zh"]
    assert data["title_en"]
    table = [row for row in transcribed() if row["target_set"] == name]
    assert len(table) == len(data["target"]) == SETS[name]
    for row, target in zip(table, data["target"], strict=True):
        values = as_text(target)
        for column, cell in row.items():
            if column != "target_set":
                assert values.get(column, "") == cell, (row["target_id"], column)
        extra = values.keys() - row.keys()
        assert extra <= {"indicator_en", "wording_en"}
        assert values["indicator_en"]
        assert ("wording_en" in values) == bool(row["wording_zh"])


def test_every_set_is_shipped() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {row["target_set"] for row in transcribed()} == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_form(name: str) -> None:
    for target in shipped(name)["target"]:
        assert "" not in target.values()
        assert target["id"].startswith(f"{name}:")
        for key in ("threshold", "inner_threshold", "applies_min", "applies_max"):
            assert isinstance(target.get(key, "0"), str)
            float(target.get(key, "0"))
        for key in ("digits", "year", "base_year"):
            assert isinstance(target.get(key, 0), int)
        for key in ("indicator_en", "wording_en"):
            english = target.get(key, "").replace("≤", "").replace("≥", "")
            assert english.isascii()


def test_thresholds_keep_their_printed_digits() -> None:
    targets = {target["id"]: target for name in SETS for target in shipped(name)["target"]}
    assert targets["zero-carbon-park-910:clean-energy-share"]["threshold"] == "0.90"
    assert targets["torch-2025:energy-intensity-aggregate"]["threshold"] == "0.4"
    assert targets["torch-2025:energy-intensity-aggregate"]["operator"] == "<="
    assert targets["torch-2025:energy-intensity-share"]["inner_operator"] == "<"
    assert targets["fyp14:new-project-non-fossil"]["period"] == "2024-2025"
    assert targets["assessment-5-9:control-coal"]["period"] == "yearly"
