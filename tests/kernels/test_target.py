"""Verdicts: the thresholds of 28号, the rounding of GB/T 8170, the bounds of a share; decimal beside each."""

import itertools
import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zonecarbon.kernels import target
from zonecarbon.kernels.target import (
    MET,
    MISSED,
    UNKNOWN,
    Operator,
    aggregate,
    compare,
    margin,
    round_half_even,
    share,
)

NAN = math.nan
INF = math.inf
OPERATORS: tuple[Operator, ...] = get_args(Operator)
_any = st.floats(allow_nan=True, allow_infinity=True)


def test_codes() -> None:
    assert (MET, MISSED, UNKNOWN) == (1, 0, -1)
    assert compare(1.0, "<", 2.0).dtype == np.int8


def test_the_thresholds_of_28_hao() -> None:
    assert compare(0.4, "<=", 0.4) == MET
    assert compare(0.4000001, "<=", 0.4) == MISSED
    assert compare(0.3, "<", 0.3) == MISSED
    assert compare(0.2999999, "<", 0.3) == MET
    assert compare(1.0 - (0.96**5) ** 0.2, ">=", 0.04) == MET
    assert compare(0.0399999, ">=", 0.04) == MISSED


@pytest.mark.parametrize("value", [0.1 * 3, 0.3 * (1 - 1e-13), 0.3, math.nextafter(0.3, 0)])
def test_rounding_noise_is_equality(value: float) -> None:
    assert [int(compare(value, operator, 0.3)) for operator in OPERATORS] == [MET, MISSED, MET, MISSED]
    assert [float(margin(value, operator, 0.3)) for operator in OPERATORS] == [0.0] * 4


def test_the_width_of_equality() -> None:
    assert compare(1.0 + 2e-12, "<=", 1.0) == MISSED
    assert compare(1.0 + 0.9e-12, "<=", 1.0) == MET
    assert compare(-1e9 - 0.5e-3, ">=", -1e9) == MET
    assert compare(1e-13, "<=", 0.0) == MISSED
    assert compare(0.301, "<=", 0.3, rtol=0.01) == MET
    assert margin(0.301, "<=", 0.3, rtol=0.01) == 0.0


@pytest.mark.parametrize("operator", OPERATORS)
def test_unknown_and_infinite(operator: Operator) -> None:
    np.testing.assert_array_equal(compare([NAN, 1.0, NAN], operator, [1.0, NAN, NAN]), [UNKNOWN] * 3)
    assert np.isnan(margin([NAN, 1.0], operator, [1.0, NAN])).all()
    low, high = int(compare(-INF, operator, 1.0)), int(compare(INF, operator, 1.0))
    assert (low, high) == ((MET, MISSED) if operator in ("<=", "<") else (MISSED, MET))
    assert compare(1.0, operator, INF) == low
    assert compare(INF, operator, INF) == (MET if operator in ("<=", ">=") else MISSED)
    assert margin(INF, operator, INF) == 0.0
    assert abs(margin(INF, operator, 1.0)) == INF


def test_extreme_numbers_give_no_warning() -> None:
    assert compare(1.7e308, "<=", -1.7e308) == MISSED
    assert margin(1.7e308, "<=", -1.7e308) == -INF


def test_bad_operator() -> None:
    for kernel in (compare, margin):
        with pytest.raises(ValueError, match="operator must be"):
            kernel(1.0, "==", 1.0)  # type: ignore[arg-type]


@given(_any, _any)
def test_operators_agree_with_each_other(value: float, threshold: float) -> None:
    codes = {operator: int(compare(value, operator, threshold)) for operator in OPERATORS}
    if math.isnan(value) or math.isnan(threshold):
        assert set(codes.values()) == {UNKNOWN}
        return
    assert codes["<="] == 1 - codes[">"]
    assert codes[">="] == 1 - codes["<"]
    assert codes["<="] + codes[">="] >= 1
    for operator in OPERATORS:
        gap = float(margin(value, operator, threshold))
        assert (gap >= 0.0 if operator in ("<=", ">=") else gap > 0.0) == (codes[operator] == MET)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_compare_equals_fractions(value: float, threshold: float) -> None:
    v, t = Fraction(value), Fraction(threshold)
    equal = abs(v - t) <= Fraction(1e-12) * max(abs(v), abs(t))
    assert compare(value, "<", threshold) == int(v < t and not equal)
    assert compare(value, ">=", threshold) == int(v > t or equal)


def test_margin() -> None:
    assert margin(0.25, "<=", 0.4) == 0.4 - 0.25
    assert margin(0.5, "<", 0.4) == 0.4 - 0.5
    assert margin(0.05, ">=", 0.04) == 0.05 - 0.04
    assert margin(0.03, ">", 0.04) == 0.03 - 0.04


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.35, 1, 0.4),
        (0.45, 1, 0.4),
        (0.25, 1, 0.2),
        (-0.25, 1, -0.2),
        (2.675, 2, 2.68),
        (1.005, 2, 1.0),
        (1.015, 2, 1.02),
        (0.145, 2, 0.14),
        (2.5, 0, 2.0),
        (3.5, 0, 4.0),
        # the examples of GB/T 8170-2008, 3.2: 12.1498, 1268 to 13e2, 1.050, 2500 to 2e3, 3500 to 4e3
        (12.1498, 1, 12.1),
        (12.1498, 0, 12.0),
        (1268.0, -2, 1300.0),
        (1.05, 1, 1.0),
        (2500.0, -3, 2000.0),
        (3500.0, -3, 4000.0),
        # rounded once, not step by step: 15.4546 -> 15, not 15.455 -> 15.46 -> 15.5 -> 16
        (15.4546, 0, 15.0),
        (1e300, 3, 1e300),
        (1e300, 22, 1e300),
        (1.7e308, 300, 1.7e308),
        (5e-324, 1, 0.0),
        (4503599627370497.5, 0, 4503599627370498.0),
        (1234567890123.4565, 3, 1234567890123.456),
        (123.0, -25, 0.0),
        (0.1, 30, 0.1),
    ],
)
def test_round_half_even_on_the_digits(value: float, digits: int, expected: float) -> None:
    assert float(round_half_even(value, digits)) == expected


def test_round_half_even_limits() -> None:
    result = round_half_even([NAN, INF, -INF, -0.04, -0.0], 1)
    np.testing.assert_array_equal(result, [NAN, INF, -INF, 0.0, 0.0])
    assert not np.signbit(result[3:]).any()
    assert round_half_even(np.empty((0, 3)), 1).shape == (0, 3)
    assert np.isnan(round_half_even([NAN], 40)).all()


def _decimal(value: float, digits: int) -> float:
    quantum = Decimal((0, (1,), -digits))
    return float(Decimal(repr(value)).quantize(quantum, ROUND_HALF_EVEN, Context(prec=1000))) + 0.0


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-30, 30))
@example(2.675, 2)
def test_round_half_even_equals_decimal(value: float, digits: int) -> None:
    assert float(round_half_even(value, digits)) == _decimal(value, digits)


def test_round_half_even_where_powers_of_ten_are_no_floats() -> None:
    for digits in (22, 23, 24, 29):
        for number in range(1, 200):
            value = float(f"{number}.2e-{digits}")
            assert float(round_half_even(value, digits)) == float(f"{number}e-{digits}")
            assert float(round_half_even(number * 10.0**digits, -digits)) == _decimal(number * 10.0**digits, -digits)


@given(st.integers(-(10**9), 10**9), st.integers(1, 8), st.integers(0, 4))
def test_round_half_even_of_written_ties(number: int, digits: int, more: int) -> None:
    value = float(f"{number}5e-{digits + 1}")
    assert float(round_half_even(value, digits)) == _decimal(value, digits)
    assert float(round_half_even(value, digits + 1 + more)) == value


def test_round_half_even_vector_equals_scalar_and_keeps_its_argument() -> None:
    values = np.random.default_rng(2).integers(-3000, 3000, (50, 40)) / 1000.0
    values.setflags(write=False)
    rounded = round_half_even(values, 2)
    assert rounded.tolist() == [[_decimal(v, 2) for v in row] for row in values.tolist()]


def test_only_values_near_a_tie_go_through_decimal(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def spy(value: str | tuple[int, tuple[int, ...], int]) -> Decimal:
        seen.append(value)
        return Decimal(value)

    monkeypatch.setattr(target, "Decimal", spy)
    round_half_even(np.random.default_rng(4).random(10_000), 2)
    assert len(seen) == 1  # the quantum
    round_half_even([0.1, 2.675, 0.2], 2)
    assert seen[2:] == ["2.675"]


def test_half_of_169_zones() -> None:
    assert share([MET] * 85 + [MISSED] * 84, 0.5).verdict == MET
    assert share([MET] * 84 + [MISSED] * 85, 0.5).verdict == MISSED


def test_unknown_zones_leave_the_verdict_open_only_if_they_decide() -> None:
    assert share([MET] * 85 + [UNKNOWN] * 84, 0.5).verdict == MET
    assert share([MET] * 80 + [UNKNOWN] * 4 + [MISSED] * 85, 0.5).verdict == MISSED
    open_case = share([MET] * 80 + [UNKNOWN] * 5 + [MISSED] * 84, 0.5)
    assert open_case.verdict == UNKNOWN
    assert (int(open_case.met), int(open_case.unknown), open_case.n) == (80, 5, 169)
    assert (float(open_case.lower), float(open_case.upper)) == (80 / 169, 85 / 169)


def test_share_of_nothing() -> None:
    nothing = share(np.empty((3, 0), dtype=np.int8), 0.5)
    np.testing.assert_array_equal(nothing.verdict, [UNKNOWN] * 3)
    assert np.isnan(nothing.lower).all()
    assert np.isnan(nothing.upper).all()
    assert nothing.n == 0


@pytest.mark.parametrize("operator", OPERATORS)
def test_share_equals_trying_every_outcome(operator: Operator) -> None:
    for codes in itertools.product([MET, MISSED, UNKNOWN], repeat=4):
        options = [[code] if code != UNKNOWN else [MET, MISSED] for code in codes]
        verdicts = {int(compare(sum(done) / 4, operator, 0.5)) for done in itertools.product(*options)}
        expected = verdicts.pop() if len(verdicts) == 1 else UNKNOWN
        assert share(codes, 0.5, operator).verdict == expected


@given(st.lists(st.sampled_from([MET, MISSED, UNKNOWN]), min_size=1, max_size=30), st.randoms())
def test_order_of_zones_is_irrelevant(codes: list[int], random: object) -> None:
    result = share(codes, 0.5)
    assert share(codes[::-1], 0.5) == result
    assert share(sorted(codes), 0.5) == result
    assert result.lower <= result.upper


def test_share_works_along_the_last_axis() -> None:
    codes = np.random.default_rng(1).integers(-1, 2, (3, 4, 9))
    threshold = np.array([0.25, 0.5, 0.75, 1.0])
    result = share(codes, threshold)
    for i, j in itertools.product(range(3), range(4)):
        single = share(codes[i, j], threshold[j])
        assert tuple(float(part) for part in single) == (
            result.met[i, j],
            result.unknown[i, j],
            9,
            result.lower[i, j],
            result.upper[i, j],
            result.verdict[i, j],
        )


def test_aggregate_weighs_by_the_denominator() -> None:
    result = aggregate([10.0, 90.0], [100.0, 100.0])
    assert (float(result.value), int(result.known), result.n, bool(result.complete)) == (0.5, 2, 2, True)
    assert aggregate([10.0, 90.0], [100.0, 300.0]).value == 0.25


def test_aggregate_of_incomplete_zones() -> None:
    result = aggregate([[10.0, NAN, 5.0], [NAN, NAN, 1.0]], [[100.0, 7.0, NAN], [1.0, 1.0, NAN]])
    np.testing.assert_array_equal(result.value, [0.1, NAN])
    np.testing.assert_array_equal(result.known, [1, 0])
    np.testing.assert_array_equal(result.complete, [False, False])


def test_aggregate_with_one_unknown_zone_is_not_complete() -> None:
    assert aggregate([[1.0, 2.0], [NAN, 2.0]], [1.0, 1.0]).complete.tolist() == [True, False]
    assert aggregate([[1.0, 2.0], [1.0, 2.0]], [[1.0, 1.0], [NAN, 1.0]]).complete.tolist() == [True, False]


def test_aggregate_limits() -> None:
    assert np.isnan(aggregate([1.0, 1.0], [5.0, -5.0]).value)
    assert np.isnan(aggregate([1.0, 1.0], [5.0, -6.0]).value)
    assert np.isnan(aggregate([1.0], [INF]).value)
    assert aggregate([1.0, 1.0], [5.0, -1.0]).value == 0.5
    nothing = aggregate(np.empty((2, 0)), np.empty((2, 0)))
    assert np.isnan(nothing.value).all()
    assert not nothing.complete.any()


@given(st.lists(st.tuples(st.floats(0.0, 1e6), st.floats(1.0, 1e6)), min_size=1, max_size=50))
def test_aggregate_equals_fractions(pairs: list[tuple[float, float]]) -> None:
    top, bottom = zip(*pairs, strict=True)
    exact = sum(map(Fraction, top)) / sum(map(Fraction, bottom))
    assert float(aggregate(top, bottom).value) == pytest.approx(float(exact), rel=1e-13, abs=0.0)
    assert float(aggregate(top[::-1], bottom[::-1]).value) == pytest.approx(float(exact), rel=1e-13, abs=0.0)


def test_arguments_are_not_written_to() -> None:
    value = np.array([1.0, NAN, 0.3])
    value.setflags(write=False)
    compare(value, "<", value)
    margin(value, "<", value)
    aggregate(value, value)
    round_half_even(value, 0)


_edges = st.sampled_from([0.0, -0.0, 0.3, 0.1 * 3, 1e-300, 1e308, INF, -INF, NAN])


@given(st.one_of(_any, _edges), st.sampled_from(OPERATORS), st.one_of(_edges, st.floats(-10.0, 10.0)))
def test_one_number_is_judged_as_in_an_array(value: float, operator: Operator, limit: float) -> None:
    for rule in (compare, margin):
        one, many = rule(value, operator, limit), rule([value, 1.0], operator, limit)
        assert one.shape == ()
        assert one.dtype == many.dtype
        assert one.tobytes() == many[0].tobytes() or (np.isnan(one) and np.isnan(many[0]))


@given(st.one_of(_any, _edges), st.one_of(_any, _edges))
@example(-0.0, 1.0)
@example(1.0, 0.0)
def test_one_zone_is_divided_as_a_row_of_a_table(above: float, below: float) -> None:
    one, many = aggregate([above], [below]), aggregate([[above], [1.0]], [[below], [1.0]])
    assert one.n == many.n == 1
    for mine, other in ((one.value, many.value), (one.known, many.known), (one.complete, many.complete)):
        assert mine.dtype == other.dtype
        assert mine.tobytes() == other[0].tobytes() or (np.isnan(mine) and np.isnan(other[0]))
