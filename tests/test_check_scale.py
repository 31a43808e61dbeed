"""Checking many zones: the same answers as the plain forms, to the last bit where the rules ask for it.

The plain forms (one band for each value, one reading for each row) are kept here as oracles.
"""

import math
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.kernels import intensity, peak
from zonecarbon.kernels.blocks import BLOCK, in_blocks
from zonecarbon.kernels.tally import Tally, merged, tally
from zonecarbon.kernels.target import MET, MISSED, UNKNOWN, CodeArray, Operator, aggregate, compare, margin, share
from zonecarbon.targets import judging
from zonecarbon.targets.evidence import Evidence, from_columns
from zonecarbon.targets.printed import read_words

NAN, INF = math.nan, math.inf
OPERATORS: tuple[Operator, ...] = get_args(Operator)
anything = st.floats(allow_nan=True, allow_infinity=True)
profile = settings(max_examples=80, deadline=None)


# -- one threshold: an interval of floats ------------------------------------------------------------------------------


def equal(value: FloatArray, threshold: float, rtol: float) -> BoolArray:
    """Return where value and threshold count as equal, by the band of each value (DESIGN 4.7)."""
    with np.errstate(all="ignore"):
        band = rtol * np.maximum(np.abs(value), abs(threshold))
        near = (np.abs(value - threshold) <= band) & (band < np.inf)
    return np.asarray(near | (value == threshold))


def codes_by_band(value: FloatArray, operator: Operator, threshold: float, rtol: float) -> CodeArray:
    better = value < threshold if operator in ("<=", "<") else value > threshold
    same = equal(value, threshold, rtol)
    good = (better | same) if operator in ("<=", ">=") else (better & ~same)
    return np.where(np.isnan(value) | math.isnan(threshold), UNKNOWN, np.where(good, MET, MISSED)).astype(np.int8)


def margins_by_band(value: FloatArray, operator: Operator, threshold: float, rtol: float) -> FloatArray:
    with np.errstate(all="ignore"):
        gap = threshold - value if operator in ("<=", "<") else value - threshold
    return np.where(equal(value, threshold, rtol), 0.0, gap)


def around(threshold: float, rtol: float) -> list[float]:
    """Return floats about both ends of the band, a few steps each way, and others."""
    found = [0.0, -0.0, INF, -INF, NAN, threshold, -threshold, 5e-324, 1.7e308, -1.7e308]
    for end in (threshold * (1.0 - rtol), threshold / (1.0 - rtol), threshold * (1.0 + rtol)):
        up = down = end
        for _ in range(5):
            found += [up, down]
            up, down = math.nextafter(up, INF), math.nextafter(down, -INF)
    return found


@profile
@given(anything, st.sampled_from([1e-12, 0.0, 1e-16, 1e-9, 0.01, 0.25]), st.lists(anything, max_size=5))
@example(0.3, 1e-12, [0.1 * 3])
@example(0.0, 1e-12, [])
@example(5e-324, 0.25, [])
@example(2.3e-308, 1e-12, [])
@example(-1.7976931348623157e308, 0.25, [])
@example(INF, 1e-12, [])
@example(NAN, 1e-12, [0.0])
def test_one_comparison_is_the_band(threshold: float, rtol: float, more: list[float]) -> None:
    value = np.array([*around(threshold, rtol), *more])
    for operator in OPERATORS:
        expected = codes_by_band(value, operator, threshold, rtol)
        np.testing.assert_array_equal(compare(value, operator, threshold, rtol), expected)
        np.testing.assert_array_equal(compare(value, operator, np.full(value.shape, threshold), rtol), expected)
        gaps = margins_by_band(value, operator, threshold, rtol)
        np.testing.assert_array_equal(margin(value, operator, threshold, rtol), gaps)


def test_a_wide_band_still_has_its_own_test() -> None:
    value = np.array([-3.0, 0.0, 0.4, 0.6, 1.0, 3.0, NAN])
    for rtol in (0.5, 0.9, 1.0, 3.0):
        for operator in OPERATORS:
            np.testing.assert_array_equal(
                compare(value, operator, 1.0, rtol), codes_by_band(value, operator, 1.0, rtol)
            )


# -- pieces ------------------------------------------------------------------------------------------------------------


def columns(n: int, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """Return energy and value added of a year, with what can be wrong about them."""
    rng = np.random.default_rng(seed)
    money = rng.random(n) + 0.5
    energy = money * rng.random(n) * 0.6
    for array, odd in ((energy, (NAN, -1.0, 0.0, INF)), (money, (NAN, 0.0, -1.0, INF))):
        for value in odd:
            array[rng.random(n) < 0.01] = value
    energy[rng.random(n) < 0.02] = NAN
    return energy, money


def plain_rate(first: FloatArray, last: FloatArray, years: float) -> FloatArray:
    with np.errstate(all="ignore"):
        rate = 0.0 - np.expm1(np.log(last / first) * (1.0 / years))
    valid = (first > 0.0) & (first < np.inf) & (last >= 0.0) & (last < np.inf)
    return np.where(valid, rate, np.nan)


def plain_ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        return np.where((bottom > 0.0) & (bottom < np.inf), top / bottom, np.nan)


@pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17])
def test_pieces_are_the_whole(n: int) -> None:
    energy, money = columns(n)
    np.testing.assert_array_equal(intensity.ratio(energy, money), plain_ratio(energy, money))
    np.testing.assert_array_equal(intensity.reduction_rate(money, energy, 5), plain_rate(money, energy, 5.0))
    np.testing.assert_array_equal(compare(energy, "<", 0.3), codes_by_band(energy, "<", 0.3, 1e-12))


@pytest.mark.parametrize("order", ["C", "F"])
def test_pieces_of_two_axes(order: Any) -> None:
    energy, money = (np.array(a.reshape(-1, 4), order=order) for a in columns(4 * BLOCK))
    np.testing.assert_array_equal(intensity.ratio(energy, money), plain_ratio(energy, money))
    np.testing.assert_array_equal(intensity.reduction_rate(money, energy, 3), plain_rate(money, energy, 3.0))
    every = intensity.reduction_rate(money, energy, np.array([1.0, 2.0, 3.0, NAN]))
    np.testing.assert_array_equal(every[:, 2], plain_rate(money[:, 2], energy[:, 2], 3.0))
    assert np.isnan(every[:, 3]).all()


def test_a_kernel_sees_pieces_only_where_they_line_up() -> None:
    seen: list[tuple[int, ...]] = []

    def kernel(out: FloatArray, *inputs: FloatArray) -> None:
        seen.append(out.shape)

    in_blocks(kernel, np.empty(2 * BLOCK + 1), np.empty(2 * BLOCK + 1), np.array(1.0))
    assert seen == [(BLOCK,), (BLOCK,), (1,)]
    in_blocks(kernel, np.empty((2 * BLOCK, 2)), np.empty(2))
    assert seen[3:] == [(2 * BLOCK, 2)]


def test_out_is_written_to_and_must_fit() -> None:
    out = np.empty(3)
    assert intensity.ratio([1.0, 2.0, 3.0], 2.0, out=out) is out
    assert intensity.reduction_rate([1.0, 2.0, 3.0], 2.0, 1.0, out=out) is out
    np.testing.assert_array_equal(out, [-1.0, 0.0, plain_rate(np.array(3.0), np.array(2.0), 1.0)])
    with pytest.raises(ValueError, match="out must be float64 of shape"):
        intensity.ratio([1.0, 2.0, 3.0], 2.0, out=np.empty(2))
    with pytest.raises(ValueError, match="out must be float64 of shape"):
        intensity.ratio([1.0, 2.0, 3.0], 2.0, out=np.empty(3, dtype=np.float32))


@profile
@given(anything, anything, anything)
@example(1.0, 1.0, 5e-324)
@example(2.0, 1.0, 5e-324)
def test_a_rate_alone_is_a_rate_among_others(first: float, last: float, years: float) -> None:
    alone = float(intensity.reduction_rate(first, last, years))
    among = intensity.reduction_rate([first, NAN, 0.0, INF], [last, 1.0, 1.0, INF], years)
    np.testing.assert_array_equal(among, [alone, NAN, NAN, NAN])
    if 0.0 < first < INF and last == first and 0.0 < years < INF:
        assert alone == 0.0


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(1.0, INF, NAN), (INF, 1.0, NAN), (1e300, 1e-300, 1.0), (1e-300, 1e300, -INF), (1.0, 0.0, 1.0), (-1.0, -2.0, NAN)],
)
def test_one_odd_zone_among_plain_ones(first: float, last: float, expected: float) -> None:
    """A ratio that is 0 or infinite may be a level that is, or two that are far apart."""
    rates = intensity.reduction_rate([1.0, first], [1.0, last], 0.5)
    np.testing.assert_array_equal(rates, [0.0, expected])


# -- a tally -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 1, 50, BLOCK, 2 * BLOCK + 5])
@pytest.mark.parametrize("operator", OPERATORS)
def test_a_tally_is_sum_ratio_comparison_and_count(n: int, operator: Operator) -> None:
    energy, money = columns(n)
    level = plain_ratio(energy, money)
    expected = codes_by_band(np.where(level < 0, NAN, level), operator, 0.3, 1e-12)
    codes = np.empty(n, dtype=np.int8)
    found = tally(energy, money, operator, 0.3, codes)
    np.testing.assert_array_equal(codes, expected)
    assert tally(energy, money, operator, 0.3) == found or math.isinf(found.above)
    assert found.share(0.5) == share(expected, 0.5) or n == 0
    for ours, theirs in zip(found.aggregate(), aggregate(energy, money), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_tallies_of_parts() -> None:
    energy, money = (np.abs(column) for column in columns(5 * BLOCK))
    energy[np.isinf(energy)] = money[np.isinf(money)] = 1.0
    whole = tally(energy, money, "<", 0.3)
    parts = [tally(energy[i : i + BLOCK], money[i : i + BLOCK], "<", 0.3) for i in range(0, 5 * BLOCK, BLOCK)]
    assert merged(parts) == whole  # cut between pieces: to the bit
    other = merged([tally(energy[:1000], money[:1000], "<", 0.3), tally(energy[1000:], money[1000:], "<", 0.3)])
    assert other[2:] == whole[2:]
    assert other[:2] == pytest.approx(whole[:2], rel=1e-14)
    known = ~np.isnan(energy + money)
    assert whole.above == pytest.approx(math.fsum(energy[known]), rel=1e-14)
    assert merged([]) == Tally(0.0, 0.0, 0, 0, 0, 0)


def test_what_cannot_be_tallied() -> None:
    for wrong in (([1.0], [1.0, 2.0], 0.3), ([[1.0]], [[1.0]], 0.3), ([1.0], [1.0], NAN)):
        with pytest.raises(ValueError, match="two columns, and the limit a number"):
            tally(wrong[0], wrong[1], "<", wrong[2])
    with pytest.raises(ValueError, match="operator must be"):
        tally([1.0], [1.0], "==", 0.3)  # type: ignore[arg-type]


# -- peaks and executors -----------------------------------------------------------------------------------------------


def test_the_first_maximum() -> None:
    rng = np.random.default_rng(2)
    rows = rng.integers(0, 5, (500, 7)).astype(float)
    rows[rng.random(rows.shape) < 0.02] = NAN
    rows[0] = -INF
    expected = np.where(np.isnan(rows).any(axis=1), -1, rows.argmax(axis=1))
    for order in (rows, np.asfortranarray(rows)):
        np.testing.assert_array_equal(peak.judge(order).position, expected)


def portfolio(zones: int) -> zc.Account:
    rng = np.random.default_rng(6)
    activity = zc.Activity.from_arrays(
        rng.random((zones, 2, 8)),
        flows=("raw_coal", "coke"),
        zones=np.arange(zones),
        years=range(2018, 2026),
        value_added=rng.random((zones, 8)) + 1.0,
        price_year=2020,
        provinces=["32-jiangsu"] * zones,
    )
    return zc.account(activity)


@pytest.fixture(scope="module", params=["threads", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    made: Executor
    if request.param == "threads":
        made = ThreadPoolExecutor(2)
    else:
        made = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    with made as pool:
        yield pool


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")
def test_an_executor_changes_no_bit(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_ZONES", 300)
    account = portfolio(1000)
    alone, shared = zc.check(account), zc.check(account, executor=executor)
    for ours, theirs in zip(shared.blocks, alone.blocks, strict=True):
        for name in ("value", "compared", "verdict", "margin", "required_rate", "lower", "upper", "reason"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
        assert (ours.reasons, ours.notes) == (theirs.reasons, theirs.notes)


# -- what is known of a portfolio --------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.sampled_from(["", "a", "b"]), min_size=4, max_size=4), min_size=1, max_size=9))
def test_a_boundary_breaks_where_two_labels_are_stated(labels: list[list[str]]) -> None:
    boundary = np.array(labels, dtype=object)
    none = np.empty(len(labels), dtype=object)
    evidence = Evidence(none, np.arange(4), "", {}, boundary=boundary)
    for span in (slice(0, 4), slice(1, 3), np.array([True, False, False, True])):
        expected = [len({label for label in row if label}) > 1 for row in boundary[:, span]]
        assert evidence.broken(span).tolist() == expected


def test_the_year_judged_is_the_last_with_data() -> None:
    table = {"zone": ["A"] * 3, "year": [2022, 2023, 2024], "energy_intensity": [0.2, 0.3, NAN]}
    assert zc.check(table).block("energy-intensity-share").year == 2023
    assert zc.check({**table, "energy_intensity": [None] * 3}).block("energy-intensity-share").year == 2024


# -- tables of printed indicators --------------------------------------------------------------------------------------

ZONES = [*"ABCDE", " A ", "", None, NAN, 1, 1.0, True, "合计", "Total", "平均"]
YEARS = [2020, "2021", "2022年", 2023.0, np.int64(2024), 1800, "20x", NAN, None, True]
FIGURES = [0.1, 3, "0.3", "1,234.5", None, NAN, "", np.float64(0.4), np.float32(0.5), "abc", -1.0, INF, True]
CHANGES = [-0.1, "5%", 0.02, None, "", 2.0, "abc", "300%"]
LABELS = ["2020", 2020, 2020.0, None, NAN, "nominal", "现价", " x "]


def seen(table: Any) -> Any:
    """Return everything that comes of a table, in a form that compares."""
    try:
        found = from_columns(table)
    except ZoneCarbonError as error:
        return [(problem.code, str(problem.values), problem.where) for problem in error.problems]
    arrays = {name: repr(np.asarray(getattr(found, name)).tolist()) for name in ("zones", "years", "price", "boundary")}
    figures = (found.levels, found.changes, found.totals, found.total_changes)
    return arrays, [{name: repr(a.tolist()) for name, a in of.items()} for of in figures], found.price_names


@profile
@given(st.data())
def test_columns_say_what_their_rows_say(data: st.DataObject) -> None:
    """A column of numbers, the same cells as a list, and as objects; and problems are those of each row alone."""
    n = data.draw(st.integers(1, 5))

    def cells(of: list[Any]) -> list[Any]:
        return data.draw(st.lists(st.sampled_from(of), min_size=n, max_size=n))

    table = {
        "zone": cells(ZONES),
        "year": cells(YEARS),
        "energy_intensity": cells(FIGURES),
        "energy_intensity_change": cells(CHANGES),
        "other": cells(FIGURES),
        "price_year": cells(LABELS),
        "boundary": cells(LABELS),
    }
    as_objects = {}
    for name, column in table.items():
        as_objects[name] = np.empty(n, dtype=object)
        as_objects[name][:] = column
    found = seen(table)
    assert seen(as_objects) == found
    if not isinstance(found, list):
        return
    alone = [(place, problem) for place in range(n) for problem in of_row(table, place)]
    rows = {"number.text", "number.negative", "indicators.change", "year.range", "zone.blank", "zone.sum"}
    told = sorted((where.row, code, where.column) for code, _, where in found if code in rows)
    assert told == sorted((row, code, column) for row, (code, column) in alone)


def of_row(table: dict[str, list[Any]], row: int) -> list[tuple[str, str]]:
    """Return what is wrong with one row by itself; a column that is no figure in the whole table is left out."""
    whole = [v for v in table["other"] if str(v) not in {"None", "nan", ""}]
    keep = bool(whole) and all(v is not True and v != "abc" for v in whole)
    one = {name: [column[row]] for name, column in table.items() if keep or name != "other"}
    found = seen(one)
    return [(code, where.column) for code, _, where in found] if isinstance(found, list) else []


def test_numbers_of_a_column_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from zonecarbon.targets import printed

    def refuse(*_: object) -> Any:
        raise AssertionError

    table = {
        "zone": [f"Z{i}" for i in range(1000)],
        "year": np.repeat(np.arange(1950, 2075), 8),
        "co2_intensity": [0.5] * 1000,
    }
    monkeypatch.setattr(printed, "_cell_by_cell", refuse)
    found = from_columns(table)
    assert found.levels["co2_per_iva"].shape == (1000, 125)


def test_equal_cells_may_be_different_texts() -> None:
    assert read_words([1, 1.0, True, "1", None, NAN, " a "]).rows() == ["1", "1.0", "True", "1", "", "", "a"]
    assert read_words([2020.0, NAN, 2021.0]).rows() == ["2020.0", "", "2021.0"]


def test_a_bad_row_of_a_long_column_is_named() -> None:
    figures = np.full(1000, 0.5)
    figures[[7, 990]] = -1.0, INF
    years = [2020] * 1000
    years[3] = 1800
    zones = [f"Z{i}" for i in range(1000)]
    zones[20] = zones[10]
    with pytest.raises(ZoneCarbonError) as caught:
        from_columns({"zone": zones, "year": years, "energy_intensity": figures})
    told = [(problem.code, problem.where.row, problem.where.column) for problem in caught.value.problems]
    assert told == [
        ("year.range", 3, "year"),
        ("number.negative", 7, "energy_intensity"),
        ("number.negative", 990, "energy_intensity"),
        ("indicator.duplicate", 20, ""),
    ]
