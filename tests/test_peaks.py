"""``find_peaks`` and ``mann_kendall`` as users call them, with plain recomputations beside them.

Orderings by brute force, scipy and pymannkendall; what no scaling may change; accounts whose peaks are feigned.
"""

import itertools
import json
import math
import pickle
import warnings
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pint
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import zonecarbon as zc

DATA = Path(__file__).parent / "data"
NAN = math.nan
YEARS = range(2010, 2021)
COLUMNS = ["zone", "status", "peak_year", "peak_value", "years_since", "p_value", "statistic", "plateau_start",
           "plateau_end", "plateau_width", "slope", "reason", "notes"]  # fmt: skip


# -- mann_kendall --------------------------------------------------------------------------------------------------


def _s(series: Sequence[float]) -> int:
    return sum((b > a) - (b < a) for a, b in itertools.combinations(series, 2))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_exact_is_the_share_of_the_orderings(series: list[int]) -> None:
    every = Counter(_s(order) for order in itertools.permutations(series))
    as_far = sum(count for s, count in every.items() if abs(s) >= abs(_s(series)))
    found = zc.mann_kendall(series)
    assert (found.s, found.p_value) == (_s(series), float(Fraction(as_far, every.total())))
    variance = Fraction(sum(s * s * count for s, count in every.items()), every.total())
    assert found.variance == pytest.approx(float(variance), rel=1e-14)


@pytest.mark.parametrize("n", [5, 7, 9])
def test_short_series_without_ties_equal_scipy(n: int) -> None:
    rows = np.random.default_rng(n).standard_normal((100, n)) + np.linspace(-2, 2, 100)[:, None] * np.arange(n)
    theirs = [stats.kendalltau(np.arange(n), row, method="exact").pvalue for row in rows]
    np.testing.assert_allclose(zc.mann_kendall(rows).p_value, theirs, rtol=1e-12)


@pytest.mark.parametrize("levels", [4, 40, None])
def test_thousands_of_series_equal_pymannkendall(levels: int | None) -> None:
    rng = np.random.default_rng(5)
    for n in (6, 10, 15):
        rows = rng.standard_normal((230, n)) if levels is None else rng.integers(0, levels, (230, n)).astype(float)
        rows += np.linspace(-0.2, 0.2, 230)[:, None].round(1) * np.arange(n)
        rows = rows[(rows != rows[:, :1]).any(axis=1)]
        ours, theirs = zc.mann_kendall(rows, "normal"), [pymannkendall.original_test(row) for row in rows]
        np.testing.assert_array_equal(ours.s, [test.s for test in theirs])
        np.testing.assert_allclose(ours.variance, [test.var_s for test in theirs], rtol=1e-13)
        np.testing.assert_allclose(ours.z, [test.z for test in theirs], rtol=1e-12)
        np.testing.assert_allclose(ours.p_value, [test.p for test in theirs], rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(ours.slope, [test.slope for test in theirs], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", ["holycross", "maxau"])
def test_printed_examples(name: str) -> None:
    case = json.loads((DATA / f"mann_kendall_{name}.json").read_text(encoding="utf-8"))
    found, expected, tolerance = zc.mann_kendall(case["inputs"]["x"]), case["expected"], case["tolerance"]
    assert found.s == expected["S"]
    assert found.variance == pytest.approx(expected["var_S"], rel=1e-12)
    assert found.z == pytest.approx(expected["Z"], abs=tolerance["Z_abs"])
    assert found.p_value == pytest.approx(expected["p_two_sided"], abs=tolerance["p_abs"])
    if "sen_slope" in expected:
        assert found.slope == pytest.approx(expected["sen_slope"], abs=1e-9)


def test_one_series_in_floats_out_many_in_arrays_out() -> None:
    one = zc.mann_kendall([3, 2, 1])
    assert [type(x) for x in (one.s, one.variance, one.z, one.p_value, one.slope)] == [float] * 5
    many = zc.mann_kendall(np.arange(24.0).reshape(2, 3, 4))
    assert {x.shape for x in (many.s, many.variance, many.z, many.p_value, many.slope)} == {(2, 3)}
    with pytest.raises(ValueError, match="read-only"):
        many.s[0] = 1
    again = pickle.loads(pickle.dumps(one))
    assert (again.s, again.slope) == (-3.0, -1.0)


class Wrapped:
    """Something like an xarray.DataArray around a quantity."""

    def __init__(self, data: Any) -> None:
        self.data = data


def test_kinds_of_series() -> None:
    series = [5.0, 4.0, 4.5, 2.0, 1.0]
    registry: Any = pint.UnitRegistry()
    quantity = registry.Quantity(np.array(series), "kilogram")
    kinds: list[Any] = [tuple(series), np.array(series), pd.Series(series, index=list("abcde")), quantity]
    kinds += [quantity.to("tonne"), Wrapped(quantity), np.ma.masked_array(series)]
    for kind in kinds:
        found = zc.mann_kendall(kind)
        assert (found.s, found.p_value) == (-8.0, 10 / 120)
    assert math.isnan(zc.mann_kendall([1.0, None, 3.0]).p_value)
    assert math.isnan(zc.mann_kendall([1.0, None, 3.0]).slope)


def test_the_input_is_neither_copied_nor_touched() -> None:
    values = np.array([[2.0, 1.0, NAN], [1.0, 2.0, 3.0]])
    found = zc.mann_kendall(values)
    assert np.shares_memory(found.values, values)
    assert values.flags.writeable
    assert found.slope.tolist()[1] == 1.0


def test_what_is_no_series_is_refused() -> None:
    with pytest.raises(zc.InputError, match="method must be one of auto, exact, normal"):
        zc.mann_kendall([1.0, 2.0], "z")  # type: ignore[arg-type]
    with pytest.raises(zc.InputError, match="time as the last axis; got 3"):
        zc.mann_kendall(3.0)
    for bad in (None, [True, False], np.array(["2020-01-01"], dtype="datetime64[D]")):
        with pytest.raises(zc.UnitError):
            zc.mann_kendall(bad)


# -- find_peaks: the columns ---------------------------------------------------------------------------------------

SERIES = {
    "peaked": [1.0, 2.0, 9.0, 9.0, 8.7, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0],
    "plateau": [1.0, 9.0, 8.9, 8.7, 8.6, 8.8, 8.7, 8.6, 8.8, 8.6, 8.7],
    "rising": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    "again": [9.0, 0.5, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
    "short": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0, 5.0, 4.0, 3.0, 2.0],
    "unknown": [1.0, 2.0, NAN, 4.0, 5.0, 6.0, 9.0, NAN, 4.0, 3.0, 2.0],
}


def peaks(**parameters: Any) -> zc.Peaks:
    return zc.find_peaks(list(SERIES.values()), years=YEARS, zones=list(SERIES), **parameters)


def test_columns() -> None:
    found = peaks(slope=True, dips=())
    frame = found.to_frame()
    assert list(frame) == COLUMNS
    assert frame["status"].tolist() == ["peaked", "plateau", "rising", "rising", "insufficient", "insufficient"]
    nan = pytest.approx([2012, 2011, 2020, 2010, 2016, NAN], nan_ok=True)
    assert frame["peak_year"].tolist() == nan
    assert frame["peak_value"].tolist() == pytest.approx([9, 9, 11, 9, 9, NAN], nan_ok=True)
    assert frame["years_since"].tolist() == pytest.approx([8, 9, 0, 10, 4, NAN], nan_ok=True)
    assert frame["plateau_start"].tolist() == pytest.approx([2012, 2011, 2020, 2010, 2016, NAN], nan_ok=True)
    assert frame["plateau_end"].tolist() == pytest.approx([2014, 2020, 2020, 2010, 2016, NAN], nan_ok=True)
    assert frame["plateau_width"].tolist() == pytest.approx([3, 10, 1, 1, 1, NAN], nan_ok=True)
    tails = {
        name: zc.mann_kendall(SERIES[name][start:]) for name, start in (("peaked", 3), ("plateau", 2), ("again", 1))
    }
    for name, test in tails.items():
        row = found.of(name)
        assert (row["statistic"], row["p_value"]) == (test.s, test.p_value)
        assert row["slope"] == pytest.approx(test.slope, rel=1e-12)
    for name in ("rising", "short", "unknown"):
        assert {found.of(name)[column] for column in ("statistic", "p_value", "slope")} == {None}
    assert frame["reason"].tolist() == [
        *[""] * 4,
        "4 years of data after the maximum, 5 are needed",
        "2 of 11 years are not known, the first is 2012",
    ]
    assert np.isnan(peaks().slope).all()


def test_parameters_are_open_and_in_the_provenance() -> None:
    found = peaks(alpha=0.1, minimum_tail=4, method="exact", plateau_tolerance=0.5, dips=(), slope=True)
    assert found.provenance.choices["peaks"] == {
        "alpha": 0.1,
        "minimum_tail": 4,
        "method": "exact",
        "slope": True,
        "what": "co2",
        "plateau_tolerance": 0.5,
        "dips": [],
    }
    assert found.of("short")["status"] == "peaked"
    assert found.of("short")["p_value"] == 2 / 24
    assert found.of("short")["plateau_end"] == 2017
    assert peaks(alpha=0.05, minimum_tail=4).of("short")["status"] == "plateau"  # four years cannot be significant
    assert found.provenance.input_hash == peaks().provenance.input_hash


def test_a_plateau_may_lie_before_the_maximum_and_below_zero() -> None:
    found = zc.find_peaks([[1.0, 9.6, 9.7, 10.0, 9.6, 9.4, 9.9], [-9.0, -5.2, -5.0, -5.3, -5.2, -5.1, -9.0]])
    assert list(zip(found.plateau_start.tolist(), found.plateau_end.tolist(), strict=True)) == [(1, 4), (1, 2)]
    flat = zc.find_peaks([0.0] * 8)
    assert (flat.of(0)["status"], flat.of(0)["plateau_width"], flat.of(0)["p_value"]) == ("plateau", 8, 1.0)


def test_uneven_years_count_as_years_in_the_columns_and_as_data_in_the_test() -> None:
    years = [1990, 1995, 2000, 2005, 2010, 2015, 2016]
    found = zc.find_peaks([1.0, 9.0, 8.0, 6.0, 4.0, 2.0, 1.6], years=years, slope=True)
    row = found.of(0)
    assert (row["status"], row["peak_year"], row["years_since"], row["plateau_width"]) == ("peaked", 1995, 21, 1)
    assert row["slope"] == pytest.approx(-0.4)
    assert "5 years of data since" in found.text()
    wide = zc.find_peaks([1.0, 9.0, 8.9, 8.8, 4.0, 2.0, 1.6], years=years).of(0)
    assert (wide["plateau_start"], wide["plateau_end"], wide["plateau_width"]) == (1995, 2005, 11)


def test_a_year_that_nobody_wrote_is_no_peak_of_an_account() -> None:
    """2013 is absent; bare series are taken as they are with a warning, of an account nothing is told."""
    years = [2010, 2011, 2012, 2014, 2015, 2016, 2017, 2018, 2019]
    series = [80.0, 92.0, 97.0, 96.0, 95.0, 94.0, 90.0, 88.0, 87.0]
    bare = zc.find_peaks([series], years=years, zones=["A"])
    assert (bare.of("A")["status"], bare.of("A")["notes"]) == ("peaked", "peak.absent")
    assert "2013 is absent" in bare.text()
    energy = [
        zc.EnergyUse(carrier="coke", quantity=amount, unit="t", year=year)
        for year, amount in zip(years, series, strict=True)
    ]
    money = [zc.ValueAdded(value_added=100.0, year=year, price_year=2020) for year in years]
    account = zc.account(zc.Zone(zone="A", province="江苏", energy=energy, value_added=money))
    row = zc.find_peaks(account).of("A")
    assert (row["status"], row["peak_year"]) == ("insufficient", None)
    assert (
        row["reason"] == "no figures for 2013: the maximum may have been there; add the year (blank if it is not known)"
    )
    some = {"id": "own:peak", "indicator": "co2_peak", "statistic": "status", "operator": "some", "year": 2019}
    check = zc.check(account, {"name": "own", "target": [some]})
    assert check.verdict("peak") == "unknown"
    assert [problem.code for problem in check.blocks[0].reasons] == ["reason.peak_absent"]
    paths = zc.project(account, "baseline", until=2022, draws=16, rng=1, targets={"name": "own", "target": [some]})
    assert paths.goals[0].past is not None
    assert paths.goals[0].past.tolist() == [-1]


@pytest.mark.parametrize("names", [("zone", "year"), ("园区", "年份")])
def test_a_long_table_is_told_how_to_be_turned(names: tuple[str, str]) -> None:
    columns = {names[0]: ["A", "A", "B", "B"], names[1]: [2020, 2021] * 2, "co2": [1.0, 2.0, 3.0, 4.0]}
    frame, long = pd.DataFrame(columns), f"index={names[0]!r}, columns={names[1]!r}, values='co2'"
    for verb in (zc.find_peaks, zc.mann_kendall, zc.tapio):
        for table in (frame, columns):
            with pytest.raises(zc.InputError) as caught:
                verb(table)
            assert long in caught.value.text()
            assert long in caught.value.text("zh")
    turned = frame.pivot(index=names[0], columns=names[1], values="co2")
    assert zc.find_peaks(turned).zone.tolist() == ["A", "B"]


@pytest.mark.parametrize("years", [[2010, 2015, 2020, 2025], [2019, 2020, 2021, 2022], [2020]])
def test_even_years_are_whole(years: list[int]) -> None:
    found = zc.find_peaks([[float(-year) for year in years]], years=years)
    assert found.warnings == ()


def test_words() -> None:
    found = peaks(slope=True, dips=())
    assert found.text().splitlines() == [
        "6 zones, 2010-2020: peaked 1, plateau 1, rising 2, insufficient 2",
        "peaked: peaked in 2012 at 9, 8 years of data since, p < 0.001; -1 a year since",
        "plateau: plateau, no significant trend since the maximum of 2011 at 9, 9 years of data since, p = 0.395; "
        "-0.01667 a year since",
        "rising: rising; the maximum is the last year, 2020, at 11",
        "again: rising again after the maximum of 2010 at 9, 10 years of data since, p < 0.001; +1 a year since",
        "short: cannot be told, 4 years of data after the maximum, 5 are needed; the maximum is 2016 at 9",
        "unknown: cannot be told, 2 of 11 years are not known, the first is 2012",
    ]
    chinese = found.text("zh").splitlines()
    assert chinese[0] == "6 个园区，2010-2020 年：已达峰 1，平台期 1，上升 2，数据不足 2"
    assert chinese[1] == "peaked：2012 年达峰，峰值 9，其后 8 年数据，p < 0.001；其后年均 -1"
    assert chinese[6] == "unknown：数据不足，11 年中有 2 年未知，最早为 2012 年"
    assert repr(found) == "<Peaks: 6 zones, 2010-2020: 1 peaked, 1 plateau, 2 rising, 2 insufficient>"
    assert str(found) == found.text()
    many = zc.find_peaks(np.arange(150.0).reshape(25, 6)).text()
    assert many.splitlines()[-2:] == ["#20: rising; the maximum is the last year, 5, at 119", "... and 5 more"]
    assert "at 12,346" in zc.find_peaks([1.0, 12345.6]).text()


def test_plain_data_pickle_and_html() -> None:
    found = peaks()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["rows"][5]["peak_year"] is None
    assert pickle.loads(pickle.dumps(found)).text("zh") == found.text("zh")
    assert "<table>" in found._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        found.peak_year[0] = 1.0
    for zone in ("nowhere", 6, -1):
        with pytest.raises(zc.InputError):
            found.of(zone)
    assert found.of(0) == found.of("peaked")


# -- find_peaks: what goes in --------------------------------------------------------------------------------------


def test_labels_of_tables_are_read() -> None:
    frame = pd.DataFrame(SERIES, index=list(YEARS)).T
    found = zc.find_peaks(frame)
    pd.testing.assert_frame_equal(found.to_frame(), peaks().to_frame())
    assert found.years.tolist() == list(YEARS)
    one = zc.find_peaks(frame.loc["peaked"])
    assert one.of(0)["peak_year"] == 2012
    assert one.zone.tolist() == [""]
    counted = zc.find_peaks(pd.DataFrame(list(SERIES.values())))
    assert (counted.of(0)["peak_year"], counted.zone.tolist()) == (2, [""] * 6)
    with pytest.raises(zc.InputError, match="year"):
        zc.find_peaks(
            pd.DataFrame({"year": [2020.0, 2021.0], "co2": [1.0, 2.0]})
        )  # a long table is none of zones by years


def test_a_quantity_keeps_its_unit() -> None:
    registry: Any = pint.UnitRegistry()
    found = zc.find_peaks(registry.Quantity(np.array(SERIES["peaked"]), "gram"), years=YEARS, zones="A")
    assert found.unit == "gram"
    assert "A: peaked in 2012 at 9 gram" in found.text()


def test_an_ensemble_hands_over_its_own() -> None:
    rows = {"zone": np.array(["A", ""], dtype=object), "status": np.array(["rising"] * 2, dtype=object)}

    class Ensemble:
        provenance = zc.find_peaks([1.0, 2.0]).provenance

        def _peak_rows(self) -> dict[str, Any]:
            return {"rows": rows, "horizon": 2060, "share": 0.9}

    found = zc.find_peaks(Ensemble())
    assert isinstance(found, zc.Outlook)
    assert found.of("A") == {"zone": "A", "status": "rising"}
    assert found.provenance is Ensemble.provenance


def test_parameters_outside_their_range_are_told_together() -> None:
    bad: dict[str, Any] = {
        "alpha": 0, "minimum_tail": 2.5, "method": "z", "what": "value_added", "plateau_tolerance": 1, "dips": 2020
    }  # fmt: skip
    with pytest.raises(zc.InputError) as caught:
        zc.find_peaks([1.0, 2.0], **bad)
    told = [problem.values["name"] for problem in caught.value.problems]
    assert told == ["alpha", "minimum_tail", "plateau_tolerance", "dips", "method", "what"]
    for name, value in (("alpha", True), ("alpha", NAN), ("minimum_tail", 0), ("dips", ("2020",))):
        with pytest.raises(zc.InputError, match=name):
            zc.find_peaks([1.0, 2.0], **{name: value})  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("source", "more", "says"),
    [
        (None, {}, "got NoneType"),
        ({"zone": ["A"]}, {}, "got dict"),
        ("zones.csv", {}, "got str"),
        ([zc.Zone(zone="A")], {}, "call zonecarbon.account first"),
        (zc.Zone(zone="A"), {}, "call zonecarbon.account first"),
        (np.ones((3, 0)), {}, "a series over years"),
        (np.ones((2, 2, 2)), {}, "shape"),
        ([1.0, math.inf], {}, "finite"),
        ([1.0, 2.0], {"years": [2020]}, "years must have the shape"),
        ([1.0, 2.0], {"years": [2021, 2020]}, "years must rise"),
        ([[1.0, 2.0]], {"zones": ["A", "B"]}, "zones must have the shape"),
        ([[1.0, 2.0]] * 3, {"zones": ["A", "B", "B"]}, "'B' stands twice"),
    ],
)
def test_what_does_not_fit_is_refused(source: Any, more: dict[str, Any], says: str) -> None:
    with pytest.raises(zc.InputError, match=says):
        zc.find_peaks(source, **more)


# -- find_peaks: what may not matter -------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 50), min_size=2, max_size=14), st.floats(1e-6, 1e6))
def test_a_positive_scale_moves_nothing(series: list[int], scale: float) -> None:
    one, other = zc.find_peaks(series), zc.find_peaks(np.array(series) * scale)
    for name in ("status", "peak_year", "years_since", "p_value", "statistic"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=10), st.integers(1, 20), st.floats(0.5, 0.99))
def test_a_steady_fall_is_a_peak_from_the_fifth_year_on(history: list[float], fall: int, rate: float) -> None:
    top = max(history) + 1.0
    tail = top * rate ** np.arange(1, fall + 1)
    found = zc.find_peaks([*history, top, *tail])
    assert found.status[0] == ("peaked" if fall >= 5 else "insufficient")
    assert found.of(0)["peak_year"] == len(history)
    assert found.of(0)["years_since"] == fall


@given(st.lists(st.one_of(st.integers(0, 9), st.just(NAN)), min_size=1, max_size=12).filter(lambda x: NAN in x))
def test_a_year_that_is_not_known_tells_nothing_and_warns_of_nothing(series: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        row = zc.find_peaks(series).of(0)
    assert row["status"] == "insufficient"
    assert row["reason"]
    assert {row[name] for name in COLUMNS[2:11]} == {None}


def test_a_million_zones_as_each_alone() -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 30, (1_000_000, 12)).astype(np.float64)
    values[::1000, 4] = NAN
    found = zc.find_peaks(values, years=range(2013, 2025))
    columns = found.columns()
    for row in rng.integers(0, len(values), 150).tolist():
        alone = zc.find_peaks(values[row], years=range(2013, 2025)).columns()
        for name in COLUMNS:
            np.testing.assert_array_equal(columns[name][row : row + 1], alone[name], name)
    assert (np.flatnonzero(np.isnan(found.peak_year)) % 1000 == 0).all()
    assert sum(found.counts.values()) == len(values)


def test_no_zones() -> None:
    found = zc.find_peaks(np.ones((0, 4)))
    assert len(found.to_frame()) == 0
    assert found.text() == "0 zones, 0-3: peaked 0, plateau 0, rising 0, insufficient 0"


# -- what feigns a peak --------------------------------------------------------------------------------------------

FALLING_GRID = {2015 + i: 0.8 - 0.05 * i for i in range(10)}


@pytest.fixture
def own_grid(tmp_path: Path) -> Path:
    """Return a table of grid factors that fall every year."""
    lines = [f"provincial_average,江苏,{year},,{value},kgCO2/kWh,made" for year, value in FALLING_GRID.items()]
    path = tmp_path / "grid.csv"
    path.write_text(
        "\n".join(["kind,region_id,data_year,reporting_year,value,unit,source_id", *lines]), encoding="utf-8"
    )
    return path


def account(years: Sequence[int], flows: Sequence[str], zones: dict[str, Any], **choices: Any) -> zc.Account:
    activity = zc.Activity.from_arrays(
        list(zones.values()), flows=flows, zones=list(zones), years=years, provinces="江苏"
    )
    return zc.account(activity, **choices)


def codes(found: zc.Peaks) -> list[str]:
    return [problem.code for problem in found.warnings]


def test_a_peak_of_the_grid_alone(own_grid: Path) -> None:
    years, flat = list(FALLING_GRID), [100.0] * 10
    zones = {
        "grid": [[0.0] * 10, flat],
        "own": [[100.0, 90, 80, 70, 60, 50, 40, 30, 20, 10], flat],
        "grows": [[0.0] * 10, [100.0, 101, 102, 103, 104, 105, 106, 107, 108, 109]],
        "no power": [flat, [0.0] * 10],
    }
    whole = account(years, ["coke", "electricity"], zones, factors=own_grid)
    found = zc.find_peaks(whole, dips=())
    assert found.status.tolist() == ["peaked", "peaked", "peaked", "plateau"]
    assert found.notes.tolist() == ["peak.grid_only", "", "peak.grid_only", ""]
    problem = found.warnings[0]
    assert codes(found) == ["peak.grid_only"]
    assert problem.values["count"] == 2
    assert problem.values["zones"] == ("grid (peaked -56.2% -> plateau +0.0%), grows (peaked -52.3% -> rising +9.0%)")
    assert problem.text("zh") in found.text("zh")
    assert "warnings: peak.grid_only" in repr(found)
    assert found.provenance.warnings[-1] == problem
    assert found.provenance.choices["method"] == whole.provenance.choices["method"]
    assert not zc.find_peaks(whole, what="energy", dips=()).warnings
    fixed = account(years, ["coke", "electricity"], zones, factors=own_grid, vintage="fixed", electricity_year=2020)
    assert zc.find_peaks(fixed, dips=()).warnings == ()


def test_each_zone_at_the_factors_of_its_own_peak_year(own_grid: Path) -> None:
    """A zone that peaks late is compared with the late factor: what the grid did before is none of its business."""
    rng = np.random.default_rng(8)
    years, time = list(FALLING_GRID), np.arange(10.0)
    zones = {
        f"Z{i}": [
            60 - (2.0 + i % 5) * abs(time - i % 6) + rng.random(10),
            80 + (i % 9) * 4.0 * time + rng.random(10) * 9,
        ]
        for i in range(180)
    }
    whole = account(years, ["coke", "electricity"], zones, factors=own_grid)
    found, co2 = zc.find_peaks(whole, dips=()), whole.total("co2")

    at_factors_of = {year: whole.co2_at_factors_of(year) for year in years}

    def is_gone(zone: int, year: int) -> bool:
        at, status = int(co2[zone].argmax()), zc.find_peaks(co2[zone]).status[0]
        fixed = at_factors_of[year][zone]
        if status == "peaked":
            return bool(zc.find_peaks(fixed).status[0] != "peaked")
        return bool(status != "rising" and co2[zone, -1] < co2[zone, at] and fixed[-1] >= fixed[at] * (1 - 1e-12))

    own = [is_gone(zone, years[int(co2[zone].argmax())]) for zone in range(180)]
    assert (found.notes == "peak.grid_only").tolist() == own
    assert own != [is_gone(zone, years[0]) for zone in range(180)]
    assert own != [is_gone(zone, years[-1]) for zone in range(180)]
    assert 30 < sum(own) < 150
    assert found.warnings[0].values["zones"].count("Z") == 5
    assert found.warnings[0].values["zones"].endswith(", ...")


def test_shipped_factors_feign_a_fall_that_is_too_short_to_be_tested() -> None:
    whole = account(range(2018, 2026), ["electricity"], {"A": [[90, 95, 99, 100, 100, 100, 100, 100]]})
    found = zc.find_peaks(whole)
    assert found.of("A")["status"] == "insufficient"
    assert found.of("A")["peak_year"] == 2021
    assert "peak.grid_only" in found.of("A")["notes"]
    assert "insufficient -" in found.warnings[0].values["zones"]


def test_a_peak_that_hangs_on_dips() -> None:
    years = range(2014, 2025)
    series: dict[str, list[float]] = {
        "steady": [10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5],
        "dips": [8.0, 9, 10, 9.1, 9.1, 9.9, 8.2, 8.3, 7.0, 7.6, 7.5],
        "grows": np.arange(11.0).tolist(),
        "unknown in a dip": [10, 9.5, 9, 8.5, 8, 7.5, NAN, 6.5, 6, 5.5, 5],
    }
    found = zc.find_peaks(list(series.values()), years=years, zones=list(series))
    without = zc.find_peaks([np.delete(row, [6, 8]) for row in series.values()])
    assert [found.status[1], without.status[1]] == ["peaked", "plateau"]
    assert found.notes.tolist() == ["", "peak.dip", "", ""]
    assert found.warnings[0].values == {"count": 1, "zones": "dips (peaked -> plateau)", "years": "2020, 2022"}
    for none in ((), (2000,)):
        assert zc.find_peaks(list(series.values()), years=years, dips=none).warnings == ()
    assert zc.find_peaks([4.0, 5.0], years=[2020, 2022]).warnings == ()  # nothing would be left


def bounded(name: str, labels: Sequence[str]) -> zc.Zone:
    """Return a zone whose coke falls from 2014 on, with the boundary labels of 2014 onwards."""
    return zc.Zone(
        zone=name,
        energy=[zc.EnergyUse(carrier="coke", quantity=100.0 - i, year=2014 + i) for i in range(len(labels))],
        value_added=[
            zc.ValueAdded(value_added="1 亿元", year=2014 + i, price_year=2020, boundary=label)
            for i, label in enumerate(labels)
        ],
    )


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_a_boundary_that_changes() -> None:
    zones = {
        "kept": ["a"] * 7,
        "blank": ["a", "", "a", "", "", "a", ""],
        "moved": ["", "a", "", "b", "b", "", "b"],
        "back": ["a", "a", "b", "a", "a", "a", "a"],
        "never told": [""] * 7,
    }
    whole = zc.account([bounded(name, labels) for name, labels in zones.items()])
    found = zc.find_peaks(whole)
    rows = dict(zip(found.zone.tolist(), found.to_records(), strict=True))
    assert {name for name, row in rows.items() if row["notes"]} == {"moved", "back"}
    assert {name for name, row in rows.items() if row["status"] == "peaked"} == set(zones) - {"moved", "back"}
    assert rows["moved"]["status"] == "insufficient"
    assert rows["moved"]["reason"] == "the boundary changes in 2017"
    assert rows["moved"]["p_value"] is None
    assert rows["moved"]["statistic"] is None
    assert rows["moved"]["peak_year"] == 2014
    assert codes(found) == ["peak.boundary"]
    assert found.warnings[0].values["zones"] == "moved (2017), back (2016)"
    assert "边界于 2017 年改变" in found.text("zh")


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_counts_are_those_of_the_target() -> None:
    """``check`` judges the same rule: some zones have peaked."""
    rng = np.random.default_rng(2)
    zones = {f"Z{i}": [np.abs(rng.standard_normal(12).cumsum() + 9)] for i in range(60)}
    whole = account(range(2014, 2026), ["coke"], zones)
    note = zc.check(whole, "torch-2025", year=2025).block("co2-peak-some").notes[0].values
    assert zc.find_peaks(whole).counts == {name: note[name] for name in ("peaked", "plateau", "rising", "insufficient")}


def test_an_account_has_labels_of_its_own() -> None:
    whole = account([2020, 2021], ["coke"], {"A": [[1.0, 2.0]], "B": [[2.0, NAN]]})
    found = zc.find_peaks(whole)
    assert found.unit == "tCO2"
    assert found.status.tolist() == ["rising", "insufficient"]
    assert "A: rising; the maximum is the last year, 2021, at 6.098 tCO2" in found.text()
    assert zc.find_peaks(whole, what="energy").unit == "tce"
    assert zc.find_peaks(whole, what="energy").of("A")["peak_value"] == pytest.approx(1.9428)
    with pytest.raises(zc.InputError, match="got years, zones as well"):
        zc.find_peaks(whole, years=[1, 2], zones=["A", "B"])


def test_zones_of_every_status_in_one_account_are_looked_at_where_they_stand() -> None:
    """The grid is looked at for some zones only, which need not be the first."""
    years = [2018, 2019, 2020, 2021, 2022, 2023, 2024]
    series = {"rising": [1, 2, 3, 4, 5, 6, 7], "peaked": [1, 9, 8, 7, 6, 5, 4], "short": [1, 2, 3, 4, 5, 9, 8]}
    quantity = np.array([[values, values] for values in series.values()], dtype=float)
    flows = ["electricity", "coke"]
    activity = zc.Activity.from_arrays(quantity, flows=flows, zones=list(series), years=years, provinces="全国")
    found = zc.find_peaks(zc.account(activity))
    alone = [
        zc.find_peaks(
            zc.account(zc.Activity.from_arrays(row[None], flows=flows, zones=[name], years=years, provinces="全国"))
        )
        for name, row in zip(series, quantity, strict=True)
    ]
    assert found.status.tolist() == [one.status[0] for one in alone]
    assert found.notes.tolist() == [one.notes[0] for one in alone]
    assert (
        zc.find_peaks(
            zc.account(
                zc.Activity.from_arrays(
                    quantity[::-1], flows=flows, zones=list(series)[::-1], years=years, provinces="全国"
                )
            )
        ).notes.tolist()
        == found.notes.tolist()[::-1]
    )
