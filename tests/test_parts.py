"""Tables larger than memory: parts of zones read, accounted and checked one after another give what the whole gives."""

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import zonecarbon as zc

pytest.importorskip("pyarrow")

PROVINCES = ("江苏", "北京", "广东", "四川", "内蒙古")
CARRIERS = (("raw_coal", "t", 900.0), ("electricity", "MWh", 40000.0), ("natural_gas", "10^4 m3", 80.0))
YEARS = (2020, 2021, 2022)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        yield


def _tables(zones: int = 23) -> dict[str, pd.DataFrame]:
    """Return made-up tables; some zones lack a carrier, a year, or the province."""
    rng = np.random.default_rng(11)
    energy, economy, places = [], [], []
    for zone in range(zones):
        name = f"Z{zone:03d}"
        places.append((name, PROVINCES[zone % len(PROVINCES)]))
        for year in YEARS[: 2 if zone == 7 else 3]:
            economy.append((name, year, float(rng.uniform(20, 90)), "亿元", 2020, "above_scale" if zone % 2 else ""))
            for carrier, unit, size in CARRIERS[: 2 if zone == 4 else 3]:
                energy.append((name, year, carrier, float(size * rng.uniform(0.5, 2.0)), unit, ""))
            if zone == 5:
                energy.append((name, year, "electricity", 900.0, "MWh", "direct_nonfossil"))
    return {
        "zones": pd.DataFrame(places, columns=["zone", "province"]),
        "economy": pd.DataFrame(economy, columns=["zone", "year", "value_added", "unit", "price_year", "coverage"]),
        "energy": pd.DataFrame(energy, columns=["zone", "year", "carrier", "quantity", "unit", "supply"]),
    }


def _written(folder: Path, tables: dict[str, pd.DataFrame], group: int = 50) -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", row_group_size=group, index=False)
    return folder


@pytest.mark.parametrize("zones", [1, 4, 10, 23, 100])
@pytest.mark.parametrize("group", [7, 1000])
def test_parts_are_the_whole(tmp_path: Path, zones: int, group: int) -> None:
    folder = _written(tmp_path / "data", _tables(), group)
    whole = zc.account(zc.read(folder))
    parts = [zc.account(part) for part in zc.read_parts(folder, size=zones)]
    assert [len(part.zones) for part in parts] == [min(zones, 23 - at) for at in range(0, 23, zones)]
    assert np.concatenate([part.zones for part in parts]).tolist() == whole.zones.tolist()
    for part in parts:
        at = whole.activity.zone_index(part.zones[0])
        years = np.searchsorted(whole.years, part.years)
        for what in ("energy", "co2"):
            own = whole.total(what)[at : at + len(part.zones)][:, years]
            np.testing.assert_allclose(part.total(what), own, rtol=1e-14)


@pytest.mark.parametrize("targets", ["torch-2025", "zero-carbon-park-910", "fyp14"])
@pytest.mark.parametrize("judgement", ["full", "rounded"])
def test_parts_are_checked_as_one(tmp_path: Path, targets: str, judgement: str) -> None:
    folder = _written(tmp_path / "data", _tables())
    whole = zc.check(zc.account(zc.read(folder)), targets, judgement=judgement)  # type: ignore[arg-type]
    parts = zc.check(
        (zc.account(part) for part in zc.read_parts(folder, size=4)),
        targets,
        judgement=judgement,  # type: ignore[arg-type]
    )
    with ThreadPoolExecutor(2) as pool:
        pooled = zc.check((zc.account(part) for part in zc.read_parts(folder, size=4)), targets, executor=pool,
                          judgement=judgement)  # type: ignore[arg-type]  # fmt: skip
    assert parts.text("en") == whole.text("en")
    for own in (parts, pooled):
        mine, theirs = own.to_frame(), whole.to_frame()
        assert list(mine.columns) == list(theirs.columns)
        for name in mine.columns:
            if mine[name].dtype.kind == "f":
                np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-12, err_msg=name)
            else:
                assert mine[name].tolist() == theirs[name].tolist(), name
    pd.testing.assert_frame_equal(parts.to_frame(), pooled.to_frame(), check_exact=True)
    told = parts.provenance
    assert told.choices["method"] == whole.provenance.choices["method"]
    assert {repr(use) for use in told.choices["factors"]} == {repr(use) for use in whole.provenance.choices["factors"]}


def test_tables_in_another_order_of_zones(tmp_path: Path) -> None:
    tables = _tables()
    sorted_down = {name: frame.sort_values("zone", ascending=False, kind="stable") for name, frame in tables.items()}
    mixed = {**tables, "economy": sorted_down["economy"], "zones": tables["zones"].sample(frac=1.0, random_state=3)}
    expected = {
        zone: (part.total("energy")[at], part.value_added[at], part.activity.provinces[at])
        for part in [zc.account(zc.read(_written(tmp_path / "a", tables)))]
        for at, zone in enumerate(part.zones)
    }
    seen = 0
    for part in map(zc.account, zc.read_parts(_written(tmp_path / "b", mixed, 9), size=5)):
        for at, zone in enumerate(part.zones):
            energy, money, province = expected[zone]
            years = slice(0, len(part.years))
            np.testing.assert_allclose(part.total("energy")[at], energy[years], rtol=1e-14)
            np.testing.assert_array_equal(part.value_added[at], money[years])
            assert part.activity.provinces[at] == province
            seen += 1
    assert seen == 23


def test_a_wide_table(tmp_path: Path) -> None:
    wide = pd.DataFrame({
        "园区": np.repeat([f"园区{i}" for i in range(9)], 2),
        "年份": [2020, 2021] * 9,
        "省份": np.repeat(["江苏", "北京", "广东"], 6),
        "工业增加值(亿元，2020年价)": np.linspace(10.0, 60.0, 18),
        "原煤(吨)": np.linspace(100.0, 900.0, 18),
        "电力(万千瓦时)": np.linspace(50.0, 10.0, 18),
    })  # fmt: skip
    wide.to_parquet(tmp_path / "wide.parquet", row_group_size=4)
    whole = zc.account(zc.read(tmp_path / "wide.parquet"))
    parts = [zc.account(part) for part in zc.read_parts(tmp_path / "wide.parquet", size=2)]
    np.testing.assert_allclose(np.concatenate([part.total("co2") for part in parts]), whole.total("co2"), rtol=1e-14)


def test_bad_rows_keep_their_number(tmp_path: Path) -> None:
    tables = _tables()
    energy = tables["energy"]
    energy.loc[150, "quantity"] = -3.0
    parts = zc.read_parts(_written(tmp_path / "data", tables, 16), size=4)
    good = []
    with pytest.raises(zc.InputError) as caught:
        good += list(parts)
    where = caught.value.problems[0].where
    assert (where.source, where.row, where.column) == ("energy.parquet", 150, "quantity")


def test_a_zone_in_two_places_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    tables = _tables()
    energy = tables["energy"]
    tables["energy"] = pd.concat([energy.iloc[3:], energy.iloc[:3]])
    with pytest.raises(zc.InputError, match="Z000 comes again after row") as caught:
        next(zc.read_parts(_written(tmp_path / "data", tables), size=4))
    assert caught.value.problems[0].where.row == len(energy) - 3


def test_what_cannot_be_read_in_parts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("zone,year\n")
    for source in (tmp_path / "a.csv", tmp_path, tmp_path / "none.parquet"):
        with pytest.raises(zc.InputError, match=r"Parquet|there is no 'none\.parquet'"):
            next(zc.read_parts(source))
    pd.DataFrame({"year": [2020]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(zc.InputError, match="zone"):
        next(zc.read_parts(tmp_path / "b.parquet"))
    for zones in (0, -1, 2.5):
        with pytest.raises(zc.InputError, match="whole number"):
            zc.read_parts(tmp_path / "b.parquet", size=zones)  # type: ignore[arg-type]


def test_parts_that_do_not_go_together(tmp_path: Path) -> None:
    folder = _written(tmp_path / "data", _tables())
    first, second = [zc.account(part) for part in zc.read_parts(folder, size=12)]
    with pytest.raises(zc.InputError, match="Z000"):
        zc.check([first, second, first])
    other = zc.account(second.activity, basis="equivalent", equivalent={"electricity": "0.302 kgce/kWh"})
    with pytest.raises(zc.InputError, match="method"):
        zc.check([first, other])
    with pytest.raises(zc.InputError, match="Activity"):
        zc.check([first, second.activity])  # type: ignore[arg-type]


def test_one_part_at_a_time_is_alive(tmp_path: Path) -> None:
    import gc
    import weakref

    folder = _written(tmp_path / "data", _tables())
    alive: list[weakref.ref[Any]] = []
    most = 0

    def accounts() -> Iterator[zc.Account]:
        nonlocal most
        for part in zc.read_parts(folder, size=3):
            gc.collect()
            base = part.quantity.base if part.quantity.base is not None else part.quantity
            alive.append(weakref.ref(base))
            most = max(most, sum(ref() is not None for ref in alive))
            yield zc.account(part)
            del part, base

    zc.check(accounts())
    assert len(alive) == 8
    assert most <= 2


def test_the_command_reads_in_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from zonecarbon.cli import main

    folder = _written(tmp_path / "data", _tables())
    assert main(["account", str(folder), "--format", "csv"]) == 0
    whole = pd.read_csv(StringIO(capsys.readouterr().out))
    assert main(["account", str(folder), "--parts", "5", "--format", "csv"]) == 0
    said = capsys.readouterr()
    parts = pd.read_csv(StringIO(said.out))
    there = whole[~((whole["zone"] == "Z007") & (whole["year"] == 2022))].reset_index(drop=True)
    here = parts[~((parts["zone"] == "Z007") & (parts["year"] == 2022))].reset_index(drop=True)
    pd.testing.assert_frame_equal(here, there, rtol=1e-12)
    assert "23 zones" in said.err
    assert said.err.count("raw_coal -> bituminous_coal") == 1
    code = main(["check", str(folder), "--lang", "zh"])
    expected = capsys.readouterr().out
    assert main(["check", str(folder), "--lang", "zh", "--parts", "5", "--workers", "2"]) == code
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    "words", [["account", "--parts", "5"], ["account", "--parts", "-5", "--format", "csv"],
              ["check", "--parts", "5", "--sheets", "x"], ["check", "--workers", "0"]],
)  # fmt: skip
def test_the_command_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    from zonecarbon.cli import main

    folder = _written(tmp_path / "data", _tables(3))
    assert main([words[0], str(folder), *words[1:]]) == 2
    assert "must be" in capsys.readouterr().err
