"""What reviewers found in parts, executors and blocks: each was a wrong figure, a lost row or a crash."""

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import zonecarbon as zc
from zonecarbon.kernels.lmdi import effects
from zonecarbon.kernels.trend import mann_kendall

pytest.importorskip("pyarrow")

POWER = "电力(万千瓦时)"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        yield


def _parts(path: Path, zones: int = 1) -> list[zc.Account]:
    return [zc.account(part) for part in zc.read_parts(path, size=zones)]


def _wide(path: Path, zones: list[Any], years: list[int] | None = None) -> Path:
    frame = {"园区": zones, "年份": years or [2020] * len(zones), POWER: np.arange(1.0, len(zones) + 1.0)}
    pd.DataFrame(frame).to_parquet(path)
    return path


def _energy(zones: list[Any], year: int = 2025) -> pd.DataFrame:
    n = len(zones)
    columns = {"carrier": ["electricity"] * n, "quantity": [100.0] * n, "unit": ["MWh"] * n}
    return pd.DataFrame({"zone": zones, "year": [year] * n, **columns})


def test_printed_figures_of_parts_have_one_unit(tmp_path: Path) -> None:
    _energy(["A", "B", "C"]).to_parquet(tmp_path / "energy.parquet")
    rows = [("B", 2025, "water_per_iva", 0.05, "m3/CNY"), ("C", 2025, "water_per_iva", 5.0, "m3/10^4 CNY")]
    columns = ["zone", "year", "indicator", "value", "unit"]
    pd.DataFrame(rows, columns=columns).to_parquet(tmp_path / "indicators.parquet")
    target = {"id": "m:w", "indicator": "water_per_iva", "statistic": "zone", "operator": "<=", "threshold": "8"}
    goal = {"name": "mine", "title_en": "m", "target": [{**target, "unit": "m3/10^4 CNY", "year": 2025}]}
    with pytest.raises(zc.InputError, match="water_per_iva must have one unit in all parts"):
        zc.check(iter(_parts(tmp_path)), goal)
    rows[0] = ("B", 2025, "water_per_iva", 500.0, "m3/10^4 CNY")
    pd.DataFrame(rows, columns=columns).to_parquet(tmp_path / "indicators.parquet")
    found = zc.check(iter(_parts(tmp_path)), goal).columns()["verdict"].tolist()
    assert found == ["unknown", "missed", "met"]


def test_a_zone_is_the_same_however_it_is_typed(tmp_path: Path) -> None:
    _energy([1, 2], 2020).to_parquet(tmp_path / "energy.parquet")
    money = {"zone": ["1", "2 "], "year": [2020] * 2, "value_added": [100.0, 200.0], "unit": ["万元"] * 2}
    pd.DataFrame({**money, "price_year": [2020] * 2}).to_parquet(tmp_path / "economy.parquet")
    parts = _parts(tmp_path)
    assert [part.zones.tolist() for part in parts] == [["1"], ["2"]]
    assert [part.value_added.tolist() for part in parts] == [[[100.0]], [[200.0]]]
    with pytest.raises(zc.InputError, match="A comes again"):
        _parts(_wide(tmp_path / "d.parquet", ["A", "B", "A "]))


def test_a_row_without_a_zone_goes_with_those_above_it(tmp_path: Path) -> None:
    path = _wide(tmp_path / "w.parquet", ["A", None, "A", "B"], [2020, 2020, 2021, 2020])
    with pytest.raises(zc.InputError) as caught:
        list(zc.read_parts(path, size=1))
    assert [problem.where.row for problem in caught.value.problems] == [1]
    path = _wide(tmp_path / "w.parquet", ["A", None, "B", None], [2020, 2020, 2021, 2021])
    parts = list(zc.read_parts(path, "set_aside", size=1))
    assert [part.zones.tolist() for part in parts] == [["A"], ["B"]]
    assert sum(len(part.set_aside) for part in parts) == 2


def test_zones_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    _wide(tmp_path / "o.parquet", list(pd.Categorical(["C", "A", "B"])))
    frame = pd.read_parquet(tmp_path / "o.parquet").astype({"园区": "category"})
    frame.to_parquet(tmp_path / "o.parquet")
    assert [part.zones.tolist() for part in _parts(tmp_path / "o.parquet", 3)] == [["C", "A", "B"]]


def test_an_account_without_zones(tmp_path: Path) -> None:
    assert zc.account([]).total("co2").shape[0] == 0
    assert zc.account([]).totals().co2_intensity.shape[0] == 0
    assert set(zc.check([]).columns()["verdict"]) == {"unknown"}
    path = _wide(tmp_path / "t.parquet", ["A", "合计", "B"], [2025] * 3)
    assert zc.check(iter(_parts(path))).text() == zc.check(zc.account(zc.read(path))).text()


def test_kept_totals_answer_like_others(tmp_path: Path) -> None:
    activity = zc.read(_wide(tmp_path / "k.parquet", ["A", "B"]))
    with ThreadPoolExecutor(2) as executor:
        kept = zc.account(activity, executor=executor)
    made = zc.account(activity)
    out = np.full((4, 2, 1), -1.0)
    kept.totals(out=out)
    np.testing.assert_array_equal(out[0], made.total("energy"))
    for wrong in (np.zeros(3), [1], np.broadcast_to(0.0, (4, 2, 1))):
        for account in (kept, made):
            with pytest.raises(zc.InputError, match="out must be"):
                account.totals(out=wrong)  # type: ignore[arg-type]
    with pytest.raises(zc.InputError, match="executor must be"):
        kept.totals(executor="nope")  # type: ignore[arg-type]
    assert kept.to_dict() == made.to_dict()
    ten = replace(kept, quantity=kept.quantity * 10.0)
    np.testing.assert_allclose(ten.total("energy"), made.total("energy") * 10.0)


def test_data_years_of_parts_are_joined() -> None:
    use = zc.EnergyUse(carrier="electricity", quantity="100 MWh", year=2022)
    one, two = (zc.account([zc.Zone(zone=name, province="江苏省", energy=[use])]) for name in "AB")
    two = replace(two, coefficients=replace(two.coefficients, vintages={2022: (2020,)}))
    seen = sorted({*one.coefficients.vintages[2022], 2020})
    assert zc.check([one, two]).provenance.choices["grid_data_years"] == {2022: seen}


def test_activities_are_accounted_first(tmp_path: Path) -> None:
    with pytest.raises(zc.InputError, match="account each part first"):
        zc.check(zc.read_parts(_wide(tmp_path / "p.parquet", ["A"])))  # type: ignore[arg-type]


@pytest.mark.parametrize("zones", ["3", None, float("inf"), float("nan"), True, 0])
def test_zones_in_a_part_are_a_whole_number(tmp_path: Path, zones: Any) -> None:
    with pytest.raises(zc.InputError, match="whole number from 1"):
        zc.read_parts(_wide(tmp_path / "p.parquet", ["A"]), size=zones)


def test_an_executor_that_takes_no_work(tmp_path: Path) -> None:
    activity = zc.read(_wide(tmp_path / "p.parquet", ["A"]))
    with pytest.raises(zc.InputError, match="got the class ThreadPoolExecutor"):
        zc.account(activity, executor=ThreadPoolExecutor)  # type: ignore[arg-type]
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(zc.InputError, match="inside its with block"):
        zc.account(activity, executor=pool)


def test_a_note_below_a_table_is_no_zone(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    path.write_text("zone,year,carrier,quantity,unit\nA,2020,electricity,5,MWh\nNote: figures are preliminary,,,,\n")
    assert zc.read(path).zones.tolist() == ["A"]


def test_words_of_another_encoding_that_are_utf8_by_chance(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_bytes(f"园区,年份,{POWER}\n平山,2020,1200\n".encode("gb18030"))
    assert zc.read(path).zones.tolist() == ["平山"]


@pytest.mark.parametrize("n", [8000, 10_000])
def test_a_long_constant_series_has_no_trend(n: int) -> None:
    found = mann_kendall(np.ones((2, n)))
    assert (found.p_value == 1.0).all()
    assert (found.variance == 0.0).all()
    rising = mann_kendall(np.arange(float(n)))
    assert rising.s == n * (n - 1) // 2
    assert rising.variance == n * (n - 1) * (2 * n + 5) / 18


def test_what_is_infinite_is_not_known() -> None:
    found = effects([[[0.0]], [[5.0]]], [[[0.0]], [[np.inf]]], [[1, -1], [0, 1]])
    assert np.isnan(found.effect).all()
