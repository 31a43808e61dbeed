"""Tables in memory come as callers have them: frames of any library, Arrow tables, rows as dicts, columns."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import zonecarbon as zc
from zonecarbon._table import as_columns
from zonecarbon.cli import main

ENERGY: dict[str, list[Any]] = {
    "zone": ["A", "A"], "year": [2020, 2025], "province": ["江苏", "江苏"], "carrier": ["焦炭", "焦炭"],
    "quantity": [100.0, None], "unit": ["t", "t"],
}  # fmt: skip
CHANGE: dict[str, list[Any]] = {
    "zone": ["A", "A"], "year": [2020, 2025], "gdp": [100.0, 140.0], "energy": [50.0, 56.0], "co2": [120.0, 123.0],
}  # fmt: skip
LEVELS: dict[str, list[Any]] = {"zone": ["A", "B"], "year": [2025, 2025], "energy_intensity": [0.3, 0.2]}
FACTORS: dict[str, list[Any]] = {
    "factor_set": ["ncsc-2025"], "carrier_id": ["焦炭"], "co2_per_energy": [100.0],
    "co2_per_energy_unit": ["kgCO2/GJ"], "source_id": ["certificate"],
}  # fmt: skip
IDENTITY = "co2 = gdp * energy/gdp * co2/energy"


def rows(table: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def of(library: str, make: str) -> Callable[[dict[str, list[Any]]], Any]:
    def made(table: dict[str, list[Any]]) -> Any:
        return getattr(pytest.importorskip(library), make)(table)

    return made


class Frame:
    """What is asked of a frame of polars, which need not be installed."""

    def __init__(self, table: dict[str, list[Any]]) -> None:
        self._table = table

    def get_columns(self) -> list[Any]:
        return list(self._table.values())

    def to_dict(self, *, as_series: bool = True) -> dict[str, list[Any]]:
        assert not as_series
        return self._table


KINDS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "columns": dict,
    "pandas": pd.DataFrame,
    "like polars": Frame,
    "polars": of("polars", "DataFrame"),
    "Arrow table": of("pyarrow", "table"),
    "Arrow batch": of("pyarrow", "record_batch"),
    "rows": rows,
    "tuple of rows": lambda table: tuple(rows(table)),
}


def read(source: Any) -> zc.Activity:
    with pytest.warns(zc.DataWarning):  # a blank quantity
        return zc.read(source)


@pytest.mark.parametrize("kind", KINDS)
def test_every_door_for_tables_takes_every_kind(kind: str) -> None:
    make = KINDS[kind]
    for source in (make(ENERGY), {"energy": make(ENERGY)}):
        assert np.array_equal(read(source).quantity.ravel(), [100.0, np.nan], equal_nan=True)
    check = zc.check(make(LEVELS))
    assert check.verdict("energy-intensity-share") == zc.check(LEVELS).verdict("energy-intensity-share")
    change = zc.decompose(make(CHANGE), identity=IDENTITY)
    assert change.effects().tolist() == zc.decompose(CHANGE, identity=IDENTITY).effects().tolist()
    activity = zc.Activity.from_arrays([[[1.0]]], flows=["coke"], zones=["A"], years=[2020])
    for factors in (make(FACTORS), [make(FACTORS)]):
        if kind == "tuple of rows" and isinstance(factors, list):
            continue
        found = zc.account(activity, factors=factors)
        assert found.catalog is not None
        assert len(found.catalog.added) == 1


@pytest.mark.parametrize("kind", ["lazy frame", "reader", "series", "number", "nothing", "numbers"])
def test_what_is_no_table_is_told_how_to_become_one(kind: str) -> None:
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    made: dict[str, Callable[[], Any]] = {
        "lazy frame": lambda: pl.DataFrame(LEVELS).lazy(),
        "reader": lambda: pa.table(LEVELS).to_reader(),
        "series": lambda: pl.Series([1, 2]),
        "number": lambda: 3,
        "nothing": lambda: None,
        "numbers": lambda: [1, 2],
    }
    source = made[kind]()
    calls: list[Callable[[], Any]] = [lambda: zc.read(source), lambda: zc.decompose(source, identity=IDENTITY)]
    calls += [] if kind == "numbers" else [lambda: zc.check(source)]
    calls += [] if kind in {"nothing", "numbers", "number"} else [lambda: zc.read({"energy": source})]
    for call in calls:
        with pytest.raises(zc.InputError, match=r"frame\.to_dict\(as_series=False\) or frame\.to_pandas\(\)"):
            call()


@pytest.mark.parametrize(
    ("source", "said"),
    [(pd.DataFrame(ENERGY), r"zonecarbon\.read"), (3, "must be zonecarbon.Zone"), (None, "got NoneType")],
)
def test_account_and_find_slips_say_what_to_do_with_a_table(source: Any, said: str) -> None:
    with pytest.raises(zc.InputError, match=said):
        zc.account(source)
    with pytest.raises(zc.InputError, match="find_slips takes an Activity"):
        zc.find_slips(source)


def test_rows_may_lack_a_cell_and_zones_are_no_rows() -> None:
    assert as_columns(({"a": 1}, {"b": 2})) == {"a": [1, None], "b": [None, 2]}
    zones = [{"zone": "A", "energy": [{"carrier": "coke"}]}]
    assert as_columns(zones) is zones
    with pytest.raises(zc.InputError, match="Zone records"):
        zc.check(zones)


def test_a_mapping_of_tables_under_wrong_names_is_no_table() -> None:
    for table in (ENERGY, rows(ENERGY), pd.DataFrame(ENERGY)):
        with pytest.raises(zc.InputError, match="tables must be named"):
            zc.read({"consumption": table})


def test_no_library_of_frames_is_imported_for_a_look() -> None:
    code = (
        "import sys, zonecarbon as zc; zc.check([{'zone': 'A', 'year': 2025, 'energy_intensity': 0.3}]);"
        "sys.exit(sum(name in sys.modules for name in ('polars', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0


def test_a_frame_of_polars_is_made_of_a_result() -> None:
    pl = pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    assert pl.DataFrame(zc.check(LEVELS)).columns == list(zc.check(LEVELS).columns())


# -- places --------------------------------------------------------------------------------------------------------


def row_of(call: Callable[[], Any]) -> int | None:
    with pytest.raises(zc.InputError) as caught:
        call()
    return caught.value.problems[0].where.row


@pytest.mark.parametrize("kind", KINDS)
def test_rows_in_memory_are_counted_from_0(kind: str) -> None:
    make = KINDS[kind]
    bad = {**CHANGE, "co2": ["120", "much"], "gdp": ["1", "2"], "energy": ["1", "2"]}
    assert row_of(lambda: zc.decompose(make(bad), identity=IDENTITY)) == 1
    assert row_of(lambda: zc.check(make({**LEVELS, "zone": ["A", ""]}))) == 1
    assert row_of(lambda: zc.read(make({**ENERGY, "carrier": ["焦炭", "much"]}))) == 1
    activity = zc.Activity.from_arrays([[[1.0]]], flows=["coke"], zones=["A"], years=[2020])
    two = {name: cells * 2 for name, cells in FACTORS.items()}
    assert row_of(lambda: zc.account(activity, factors=make({**two, "carrier_id": ["焦炭", "much"]}))) == 1


def test_rows_of_a_file_are_counted_from_its_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("zone,year,gdp,energy,co2\nA,2020,1,1,1\nA,2025,1,1,much\n", encoding="utf-8")
    assert main(["decompose", str(path), "--identity", IDENTITY]) == 2
    assert "row 3, column co2" in capsys.readouterr().err
    path.write_text("zone,year,energy_intensity\nA,2025,0.3\n,2025,0.3\n", encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert "row 3, column zone" in capsys.readouterr().err


@pytest.mark.parametrize("index", [["zone"], ["zone", "year"], ["year"]])
def test_a_column_in_the_index_is_told_of(index: list[str]) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: zc.read(pd.DataFrame(ENERGY).set_index(index)),
        lambda: zc.check(pd.DataFrame(LEVELS).set_index(index)),
        lambda: zc.decompose(pd.DataFrame(CHANGE).set_index(index), identity=IDENTITY),
    ]
    for call in calls:
        with pytest.raises(zc.InputError, match=rf"the index has .*{index[0]}.*reset_index\(\)"):
            call()
    with pytest.raises(zc.InputError, match="the index has 园区"):
        zc.read(pd.DataFrame({**ENERGY, "园区": ENERGY["zone"]}).drop(columns="zone").set_index("园区"))
    read(pd.DataFrame(ENERGY).set_index("zone", drop=False))
    read(pd.DataFrame(ENERGY).rename_axis("mine"))
