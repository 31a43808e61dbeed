"""Log-means and effects: 50 digits, limits approached from outside, the faults of other packages, and stable bits."""

import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zonecarbon._typing import FloatArray
from zonecarbon.kernels import lmdi
from zonecarbon.kernels.lmdi import effects, log_mean

mp = mpmath.mp.clone() if hasattr(mpmath.mp, "clone") else mpmath.mp
mp.dps = 50
ln, mpf = mp.ln, mp.mpf

# CO2 = A * VA_s/A * E_s/VA_s * C_s/E_s: activity, structure, intensity, factor.
CHAIN = np.array([[1, 0, 0, 0], [-1, 1, 0, 0], [0, -1, 1, 0], [0, 0, -1, 1]])
MAGNITUDES = [5e-324, 3e-320, 1e-308, 1e-300, 1e-150, 1e-9, 0.3, 1.0, 7.0, 1e9, 1e150, 1e300, 1.7e308]
APART = [1e-16, 2.3e-16, 1e-14, 1e-9, 1e-6, 1e-3, 0.1, 0.5, 0.84, 0.86, 0.95, 0.999]


def _exact_mean(a: float, b: float) -> Any:
    return mpf(a) if a == b else (mpf(b) - mpf(a)) / ln(mpf(b) / mpf(a))


def _pairs() -> list[tuple[float, float]]:
    pairs = [(a, b) for a in MAGNITUDES for b in MAGNITUDES]
    pairs += [(a, a * factor) for a in MAGNITUDES[2:-1] for x in APART for factor in (1.0 + x, 1.0 - x)]
    pairs += [(a, float(np.nextafter(a, 0.0))) for a in MAGNITUDES]
    return [(x, y) for a, b in pairs for x, y in ((a, b), (b, a)) if a and b]


def _error(found: float, exact: Any) -> float:
    """Return the relative error; below the normal numbers, that of one unit is none."""
    off = abs(mpf(found) - exact)
    return 0.0 if off <= mpf(5e-324) else float(off / exact)


@pytest.fixture(name="case")
def _case() -> tuple[list[FloatArray], list[FloatArray]]:
    return _make(60, 7, 2, 3)


def _make(
    zones: int, sectors: int, carriers: int, periods: int, seed: int = 1
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return A (zone), VA (zone, sector), E and C (zone, sector, carrier) at the start and the end of each period."""
    rng = np.random.default_rng(seed)
    va = rng.lognormal(0.0, 1.0, (zones, sectors, 1, periods + 1))
    energy = va * rng.lognormal(0.0, 1.0, (zones, sectors, carriers, periods + 1))
    co2 = energy * rng.lognormal(0.0, 0.3, energy.shape)
    tables = [va.sum(axis=1, keepdims=True), va, energy, co2]
    return [table[..., :-1] for table in tables], [table[..., 1:] for table in tables]


def _both(
    start: Sequence[FloatArray], end: Sequence[FloatArray], function: Callable[[FloatArray], FloatArray]
) -> tuple[list[FloatArray], list[FloatArray]]:
    return [function(x) for x in start], [function(x) for x in end]


def _single(start: Sequence[float], end: Sequence[float]) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return one zone with one period."""
    return [np.array([[float(x)]]) for x in start], [np.array([[float(x)]]) for x in end]


def _oracle(start: Sequence[FloatArray], end: Sequence[FloatArray], powers: FloatArray) -> FloatArray:
    """Return the effects (zone, period, factor) by a loop over cells and 50 digits."""
    shape = np.broadcast_shapes(*(x.shape for x in start))
    a, b = ([np.broadcast_to(x, shape) for x in arrays] for arrays in (start, end))
    result = np.zeros((shape[0], shape[-1], len(powers)))
    for place in np.ndindex(shape):
        logs = [ln(mpf(float(y[place])) / mpf(float(x[place]))) for x, y in zip(a, b, strict=True)]
        v0, v1 = (
            mp.fprod(mpf(float(x[place])) ** int(n) for x, n in zip(arrays, powers.sum(axis=0), strict=True))
            for arrays in (a, b)
        )
        mean = v0 if v0 == v1 else (v1 - v0) / ln(v1 / v0)
        for factor, row in enumerate(powers):
            term = mean * sum(int(n) * log for n, log in zip(row, logs, strict=True))
            result[place[0], place[-1], factor] += float(term)
    return result


def _same(first: lmdi.Effects, second: lmdi.Effects, zones: Any = slice(None)) -> None:
    """Require the same bits for some zones of the first."""
    for one, two in zip(first[:3], second[:3], strict=True):
        np.testing.assert_array_equal(one[zones], two)


def _hurt(start: list[FloatArray], end: list[FloatArray]) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return them with zeros, unknown values, equal values and deep falls in zones 5, 6, 11 and 12."""
    start, end = [x.copy() for x in start], [x.copy() for x in end]
    start[2][5, 2, 1] = end[2][5, 2, 1] = start[3][5, 2, 1] = end[3][5, 2, 1] = 0.0
    start[3][6, 1, 0, 1] = 0.0
    end[2][11, 3, 1, 2] = np.nan
    end[3][11, 0, 0, 0] = -1.0
    end[3][12, 0, 0, 0] = start[3][12, 0, 0, 0]
    end[3][12, 1, 0, 0] = 1e-3 * start[3][12, 1, 0, 0]
    end[3][12, 2, 0, 0] = 1e-40 * start[3][12, 2, 0, 0]
    return start, end


# --- the log-mean


def test_log_mean_to_50_digits() -> None:
    pairs = _pairs()
    found = log_mean(*np.array(pairs).T)
    worst = max(_error(mean, _exact_mean(a, b)) for mean, (a, b) in zip(found.tolist(), pairs, strict=True))
    assert worst <= 1e-15


def test_log_means_of_effects_to_50_digits() -> None:
    pairs = _pairs()
    a, b = np.array(pairs).T[:, :, np.newaxis]
    found = effects([a], [b], [[1]])
    worst = max(_error(w, _exact_mean(x, y)) for w, (x, y) in zip(found.weight[:, 0].tolist(), pairs, strict=True))
    assert worst <= 1e-15
    larger = np.maximum(np.abs(a), np.abs(b))  # the log of a quotient is as exact as the quotient
    off = np.abs(found.effect[..., 0] - (b - a))
    assert (off <= 4.0 * np.finfo(float).eps * larger + 1e-320).all()  # a log-mean near 5e-324 has no digits to give


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_log_mean_of_equal_values_is_the_value(y: float) -> None:
    assert log_mean(y, y) == y


@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300))
def test_log_mean_is_symmetric_odd_and_between_its_values(a: float, b: float) -> None:
    mean = float(log_mean(a, b))
    assert log_mean(-a, -b) == -mean
    assert log_mean(b, a) == pytest.approx(mean, rel=1e-15)
    assert min(a, b) * (1 - 1e-15) <= mean <= 0.5 * a * (1 + 1e-15) + 0.5 * b


def test_log_mean_of_zero_nan_and_different_signs() -> None:
    nan, inf = np.nan, np.inf
    assert log_mean([0.0, 3.0, 0.0, -2.0], [3.0, 0.0, 0.0, 0.0]).tolist() == [0.0] * 4
    assert np.isnan(log_mean([-1.0, 1.0, nan, 0.0, 1.0, inf, 1e-300], [1.0, -1.0, 1.0, nan, nan, 1.0, -1e300])).all()
    assert log_mean([[1.0], [4.0]], [1.0, 4.0]).shape == (2, 2)
    assert log_mean(1.0, 4.0).shape == ()


# --- effects


@pytest.mark.parametrize("size", [(3, 4, 1, 1), (2, 3, 2, 1), (2, 3, 2, 3), (1, 1, 1, 1), (2, 1, 3, 11)])
def test_effects_equal_a_scalar_loop(size: tuple[int, int, int, int]) -> None:
    start, end = _make(*size)
    found = effects(start, end, CHAIN)
    exact = _oracle(start, end, CHAIN)
    np.testing.assert_allclose(found.effect, exact, rtol=1e-12, atol=1e-14 * np.abs(exact).max())
    weight = np.vectorize(lambda a, b: float(_exact_mean(a, b)))(start[3], end[3]).sum(axis=(1, 2))
    np.testing.assert_allclose(found.weight, weight, rtol=1e-14)
    assert not found.apart.any()
    assert found.undefined.shape == (0, 4)


def test_factors_as_variables_and_whole_powers() -> None:
    start, end = _make(3, 4, 2, 2)
    first, last = ([x[0], x[1] / x[0], x[2] / x[1], x[3] / x[2]] for x in (start, end))
    np.testing.assert_allclose(effects(first, last, np.eye(4)).effect, effects(start, end, CHAIN).effect, rtol=1e-11)
    powers = np.array([[2, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, -1]])
    np.testing.assert_allclose(effects(start, end, powers).effect, _oracle(start, end, powers), rtol=1e-11)


def test_closure(case: tuple[list[FloatArray], list[FloatArray]]) -> None:
    start, end = case
    v0, v1 = (x[3].sum(axis=(1, 2)) for x in (start, end))
    found = effects(start, end, CHAIN)
    assert (np.abs(found.effect.sum(-1) - (v1 - v0)) <= 1e-14 * np.maximum(v0, v1)).all()


def test_kept_axes_add_up(case: tuple[list[FloatArray], list[FloatArray]]) -> None:
    start, end = case
    by_zone, by_sector, by_cell = (effects(start, end, CHAIN, keep=keep) for keep in (1, 2, 3))
    assert by_sector.effect.shape == (60, 7, 3, 4)
    assert by_cell.effect.shape == (60, 7, 2, 3, 4)
    assert by_cell.weight.shape == (60, 7, 2, 3)
    np.testing.assert_allclose(by_sector.effect.sum(axis=1), by_zone.effect, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(by_cell.effect.sum(axis=2), by_sector.effect, rtol=1e-11, atol=1e-13)


def test_vector_equals_scalar() -> None:
    start, end = _hurt(*_make(14, 4, 2, 3))
    for keep in (1, 2, 3):
        whole = effects(start, end, CHAIN, keep=keep)
        for zone in range(14):
            for period in range(3):
                at = (slice(zone, zone + 1), ..., slice(period, period + 1))
                one = effects([x[at] for x in start], [x[at] for x in end], CHAIN, keep=keep)
                np.testing.assert_allclose(
                    one.effect[0, ..., 0, :], whole.effect[zone, ..., period, :], rtol=1e-12, atol=1e-13
                )


def test_arguments_are_not_written_to(case: tuple[list[FloatArray], list[FloatArray]]) -> None:
    start, end = _hurt(*case)
    before = [x.copy() for x in (*start, *end)]
    for x in (*start, *end):
        x.setflags(write=False)
    effects(start, end, CHAIN)
    for x, y in zip((*start, *end), before, strict=True):
        np.testing.assert_array_equal(x, y)


# --- bits


@pytest.mark.parametrize("block", [1, 50, 300, 100_000])
@pytest.mark.parametrize("size", [(60, 7, 2, 1), (60, 7, 2, 3), (60, 7, 1, 11), (60, 1, 1, 1)])
def test_bits_depend_neither_on_the_block_nor_on_other_zones(
    monkeypatch: pytest.MonkeyPatch, block: int, size: tuple[int, int, int, int]
) -> None:
    start, end = _make(*size)
    if size == (60, 7, 2, 3):
        hurt = effects(*_hurt(start, end), CHAIN)
        clean = np.setdiff1d(np.arange(60), [5, 6, 11, 12])
        _same(hurt, effects(*_both(start, end, lambda x: x[clean]), CHAIN), clean)
        start, end = _hurt(start, end)
    whole = effects(start, end, CHAIN)
    monkeypatch.setattr(lmdi, "_BLOCK", block)
    again = effects(start, end, CHAIN)
    _same(whole, again)
    np.testing.assert_array_equal(whole.undefined, again.undefined)
    for zones in (slice(12, 13), slice(3, 44), slice(None, None, -1), np.array([6, 59, 12])):
        part = effects([x[zones] for x in start], [x[zones] for x in end], CHAIN)
        _same(whole, part, zones)


@pytest.mark.parametrize("block", [1, 50, 100_000])
def test_bits_of_shares_do_not_depend_on_the_block(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    start, end = _make(40, 7, 2, 9)
    totals = (start[3].sum(axis=(1, 2), keepdims=True), end[3].sum(axis=(1, 2), keepdims=True))
    whole = effects(start, end, CHAIN, totals=totals)
    monkeypatch.setattr(lmdi, "_BLOCK", block)
    _same(whole, effects(start, end, CHAIN, totals=totals))


@pytest.mark.parametrize("powers", [CHAIN, np.eye(4)])
def test_year_chains_have_the_bits_of_copies(powers: FloatArray) -> None:
    start, end = _make(30, 5, 2, 19)
    assert lmdi._Ends(start[3], end[3]).find_table().years is not None
    _same(effects(start, end, powers), effects(*_both(start, end, np.copy), powers))
    table = np.concatenate([start[3], end[3][..., -1:]], axis=-1)
    table[3, 2, 1, 4:9] = 0.0
    table[4, 4, 1, 7] = np.nan
    table[5, 1, 1] = table[5, 1, 1, 0]
    table[6, 1, 1, -1] = -1.0  # beside the first year of the next cell in memory
    start[3], end[3] = table[..., :-1], table[..., 1:]
    chain, copy = effects(start, end, powers), effects(start, [*end[:3], end[3].copy()], powers)
    _same(chain, copy)
    np.testing.assert_array_equal(chain.undefined, copy.undefined)


def test_year_chains_with_what_is_the_same_in_all_periods() -> None:
    start, end = _make(4, 3, 1, 12)
    first, last = [start[0][..., :1], *start[1:]], [start[0][..., 5:6], *end[1:]]
    spread = [np.broadcast_to(x, start[0].shape) for x in (first[0], last[0])]
    for powers in (CHAIN, np.eye(4)):
        found = effects(first, last, powers)
        np.testing.assert_allclose(
            found.effect, effects([spread[0], *first[1:]], [spread[1], *last[1:]], powers).effect
        )


def test_memory_is_flat() -> None:
    start, end = _make(4_000, 10, 2, 1)
    tracemalloc.start()
    found = effects(start, end, CHAIN)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3e6 + found.effect.nbytes + found.weight.nbytes


# --- limits

EPS = mpf(10) ** -(10**12)  # in the place of 0: the limits are reached as 1/ln(eps)


def _by_approach(start: Sequence[float], end: Sequence[float], powers: FloatArray) -> list[float]:
    a, b = ([mpf(x) if x else EPS for x in values] for values in (start, end))
    v0, v1 = (mp.fprod(x ** int(n) for x, n in zip(y, powers.sum(axis=0), strict=True)) for y in (a, b))
    mean = v0 if v0 == v1 else (v1 - v0) / (ln(v1) - ln(v0))
    logs = [ln(y) - ln(x) for x, y in zip(a, b, strict=True)]
    return [float(mean * sum(int(n) * log for n, log in zip(row, logs, strict=True))) for row in powers]


LIMITS = {
    "sector appears": ([10, 0, 0, 0], [12, 3, 6, 9], CHAIN, [0, 9, 0, 0]),
    "sector vanishes": ([10, 3, 6, 9], [12, 0, 0, 0], CHAIN, [0, -9, 0, 0]),
    "zone appears": ([0, 0, 0, 0], [12, 3, 6, 9], CHAIN, [9, 0, 0, 0]),
    "carrier appears": ([10, 2, 0, 0], [12, 3, 6, 9], CHAIN, [0, 0, 9, 0]),
    "carrier vanishes": ([10, 2, 5, 8], [12, 3, 0, 0], CHAIN, [0, 0, -8, 0]),
    "factor becomes zero": ([10, 2, 5, 8], [12, 3, 6, 0], CHAIN, [0, 0, 0, -8]),
    "factor was zero": ([10, 2, 5, 0], [12, 3, 6, 9], CHAIN, [0, 0, 0, 9]),
    "not used in both years": ([10, 2, 0, 0], [12, 3, 0, 0], CHAIN, [0, 0, 0, 0]),
    "biogenic in both years": ([10, 2, 5, 0], [12, 3, 6, 0], CHAIN, [0, 0, 0, 0]),
    "two vanish together": ([4, 5, 2, 8], [0, 0, 3, 7], np.eye(4), [-160, -160, 0, 0]),
    "three appear together": ([0, 0, 0, 8], [2, 3, 4, 5], np.eye(4), [40, 40, 40, 0]),
    "one vanishes twice as fast": ([2, 5, 1, 1], [0, 0, 1, 1], np.diag([2, 1, 1, 1]), [-40 / 3, -20 / 3 * 1.0, 0, 0]),
    "one vanishes as another appears": ([0, 5, 2, 8], [4, 0, 3, 7], np.eye(4), [0, 0, 0, 0]),
}


@pytest.mark.parametrize("name", LIMITS)
def test_zeros_are_limits(name: str) -> None:
    start, end, powers, expected = LIMITS[name]
    found = effects(*_single(start, end), powers)
    assert found.effect[0, 0].tolist() == pytest.approx(expected, rel=1e-15, abs=0.0)
    assert not len(found.undefined)
    assert _by_approach(start, end, powers) == pytest.approx(found.effect[0, 0], rel=1e-10, abs=1e-9)


def test_a_variable_that_is_zero_in_both_years_has_no_limit_beside_a_value() -> None:
    """Energy of a sector without value added: an intensity that is infinite twice has no ratio."""
    found = effects(*_single([10, 0, 5, 8], [10, 0, 10, 16]), CHAIN)
    assert found.effect[0, 0].tolist() == [0, 0, 0, 0]
    assert found.undefined.tolist() == [[0, 0]]
    assert found.apart.tolist() == [[8.0]]
    nothing = effects(*_single([10, 0, 0, 0], [12, 0, 0, 0]), CHAIN)
    assert nothing.effect[0, 0].tolist() == [0, 0, 0, 0]
    assert not len(nothing.undefined)


def test_limits_close_and_stay_beside_other_cells() -> None:
    start, end = _make(5, 6, 2, 2)
    for x in start[1:]:
        x[2, 1], x[2, 5] = 0.0, 0.0
    end[3][3, 2, 0] = 0.0
    found = effects(start, end, CHAIN)
    v0, v1 = (x[3].sum(axis=(1, 2)) for x in (start, end))
    assert (np.abs(found.effect.sum(-1) - (v1 - v0)) <= 1e-12 * np.maximum(v0, v1)).all()
    assert not len(found.undefined)


def test_quotients_beyond_the_floats() -> None:
    pairs = [(1e-200, 1e200), (1e200, 1e-200), (1e-10, 1e-322), (3e-322, 2.0), (8e307, 1e-5)]
    for a, b in pairs:
        found = effects([[[a]], [[1.0]]], [[[b]], [[3.0]]], [[1, 0], [-1, 1]])
        exact = float((ln(mpf(3.0)) - ln(mpf(b) / mpf(a))) * 2 / ln(mpf(3.0)))
        assert found.effect[0, 0, 1] == pytest.approx(exact, rel=1e-14)
        found = effects([[[a]], [[a]]], [[[2 * a]], [[b]]], [[1, 0], [-1, 1]])
        assert found.effect[0, 0, 0] == pytest.approx(float(_exact_mean(a, b) * ln(mpf(2 * a) / mpf(a))), rel=1e-14)


# --- what has no limit, and what is not known


def test_unknown_values_stay_in_their_cell_and_its_sums(case: tuple[list[FloatArray], list[FloatArray]]) -> None:
    start, end = case
    clean = effects(start, end, CHAIN, keep=2)
    start, end = [x.copy() for x in start], [x.copy() for x in end]
    end[2][7, 3, 1, 1] = np.nan
    start[2][8, 3, 1, 1] = np.inf
    start[1][9, 2, 0, 0] = np.nan
    for x in (start[2], start[3], end[2], end[3]):  # nothing is used, but it is not known of whom
        x[9, 2, :, 0] = 0.0
    found = effects(start, end, CHAIN, keep=2)
    is_nan = np.zeros(found.weight.shape, dtype=bool)
    is_nan[7, 3, 1] = is_nan[8, 3, 1] = is_nan[9, 2, 0] = True
    for array, was in ((found.effect, clean.effect), (found.weight, clean.weight)):
        assert np.isnan(array[is_nan]).all()
        np.testing.assert_array_equal(array[~is_nan], was[~is_nan])
    assert not len(found.undefined)
    assert np.isnan(effects(start, end, CHAIN).effect).all(axis=-1).sum() == 3


def test_a_change_of_sign_is_told_apart() -> None:
    start, end = _make(4, 3, 2, 2)
    start[3][2, 1, 0, 1], end[3][2, 1, 0, 1] = 5.0, -3.0  # a net seller of heat
    found = effects(start, end, CHAIN)
    assert found.undefined.tolist() == [[2, 1, 0, 1]]
    others = log_mean(start[3], end[3])
    others[2, 1, 0, 1] = 0.0
    np.testing.assert_allclose(found.weight, others.sum(axis=(1, 2)), rtol=1e-14)
    assert found.apart.sum() == found.apart[2, 1] == -8.0
    change = end[3].sum(axis=(1, 2)) - start[3].sum(axis=(1, 2))
    np.testing.assert_allclose(found.effect.sum(-1) + found.apart, change, rtol=1e-12)


@pytest.mark.parametrize(
    ("start", "end", "apart"),
    [
        ([10, 0, 5, 8], [10, 3, 6, 9], 1.0),  # energy without value added
        ([10, 2, 5, 8], [10, 0, 6, 9], 1.0),
        ([10, 0, 5, 0], [10, 3, 6, 9], 9.0),  # and no CO2 of it: intensity is infinite all the same
        ([10, 2, 0, 8], [10, 3, 6, 9], 1.0),  # CO2 without energy
        ([10, -2, 0, 0], [10, 3, 6, 9], 9.0),  # appears as the value added changes its sign
    ],
)
def test_a_factor_without_a_limit_is_told_apart(start: list[float], end: list[float], apart: float) -> None:
    found = effects(*_single(start, end), CHAIN)
    assert found.undefined.tolist() == [[0, 0]]
    assert found.apart.tolist() == [[apart]]
    assert not found.effect.any()


def test_negative_in_both_years_is_fine() -> None:
    start, end = _make(3, 4, 2, 1)
    plain = effects(start, end, CHAIN, keep=3)
    for x in (start[2], end[2], start[3], end[3]):
        x[1, 2, 1] *= -1.0
    found = effects(start, end, CHAIN, keep=3)
    np.testing.assert_array_equal(found.effect[1, 2, 1], -plain.effect[1, 2, 1])
    np.testing.assert_array_equal(found.effect[0], plain.effect[0])


# --- LMDI-II


def test_lmdi_2_closes_after_scaling() -> None:
    start, end = _make(6, 4, 2, 3)
    start[3][2, 1, 0] = end[3][2, 1, 0] = start[2][2, 1, 0] = end[2][2, 1, 0] = 0.0
    totals = (start[3].sum(axis=(1, 2), keepdims=True), end[3].sum(axis=(1, 2), keepdims=True))
    found = effects(start, end, CHAIN, totals=totals)
    t0, t1 = (total[:, 0, 0] for total in totals)
    scaled = found.effect * (log_mean(t0, t1) / found.weight)[..., np.newaxis]
    np.testing.assert_allclose(scaled.sum(-1), t1 - t0, rtol=1e-12)
    # by hand, for one zone and period: weights L(share, share) over their sum
    a, b = ([np.broadcast_to(x, (6, 4, 2, 3))[0, ..., 1].ravel() for x in y] for y in (start, end))
    share = log_mean(a[3] / t0[0, 1], b[3] / t1[0, 1])
    by_hand = log_mean(t0[0, 1], t1[0, 1]) * (share / share.sum() * np.log(b[2] / b[1] * a[1] / a[2])).sum()
    assert scaled[0, 1, 2] == pytest.approx(by_hand, rel=1e-12)
    assert scaled[0, 1, 2] != pytest.approx(effects(start, end, CHAIN).effect[0, 1, 2], rel=1e-6)


def test_lmdi_2_of_an_unknown_total_is_unknown() -> None:
    start, end = _make(3, 4, 1, 1)
    totals = [x[3].sum(axis=1, keepdims=True) for x in (start, end)]
    totals[0][1] = np.nan
    start[3][1, 2] = end[3][1, 2] = 0.0  # not used, but a share of what is not known
    found = effects(start, end, CHAIN, totals=(totals[0], totals[1]))
    assert np.isnan(found.effect[1]).all()
    sectors = effects(start, end, CHAIN, keep=2, totals=(totals[0], totals[1]))
    assert np.isnan(sectors.effect[1]).all()
    assert np.isfinite(found.effect[[0, 2]]).all()


# --- the faults of other packages


def test_an_unchanged_sector_is_not_left_out() -> None:
    # PyLMDI takes L(y, y) = 0 and finds [0, 30, 0]: CO2 100 -> 100, activity +25 %, its share -20 %
    a, b = _single([100, 1, 1], [125, 0.8, 1])
    found = effects(a, b, np.eye(3))
    assert found.weight[0, 0] == pytest.approx(100.0, rel=1e-15)
    assert found.effect[0, 0].tolist() == pytest.approx([22.314355131420976, -22.314355131420976, 0.0], rel=1e-14)


def test_zeros_do_not_make_effects_depend_on_the_unit() -> None:
    # EDA takes ln 0 = 0: its factor effect goes from -537 to -299 as CO2 is given in kg
    start, end = _make(3, 4, 2, 2)
    start[3][:, 1, 1] = end[3][:, 2, 0] = 0.0
    tonnes = effects(start, end, CHAIN).effect
    kilograms = effects([*start[:3], start[3] * 1000.0], [*end[:3], end[3] * 1000.0], CHAIN).effect
    np.testing.assert_allclose(kilograms, tonnes * 1000.0, rtol=1e-12, atol=1e-10)


def test_falls_are_not_clipped() -> None:
    # kaya-decomposition corrects effects to be non-negative: all 0 while CO2 falls
    a, b = _single([100, 50, 20], [90, 40, 10])
    found = effects(a, b, [[1, 0, 0], [-1, 1, 0], [0, -1, 1]]).effect[0, 0]
    assert (found < 0.0).all()
    assert found.sum() == pytest.approx(-10.0, rel=1e-14)


def test_zeros_are_not_replaced_by_small_numbers() -> None:
    # whep puts 1e-12 for 0 and splits by it; the limit gives all of the change to what vanished
    a, b = _single([100, 50], [130, 0])
    assert effects(a, b, [[1, 0], [-1, 1]]).effect[0, 0].tolist() == [0.0, -50.0]


def test_near_equality_keeps_its_digits() -> None:
    # (b - a) / (ln b - ln a) is 3e-8 off where they are 1e-9 apart
    a, b = 1e6, 1e6 * (1.0 + 1e-9)
    found = effects([[[a]]], [[[b]]], [[1]])
    assert _error(float(found.weight[0, 0]), _exact_mean(a, b)) <= 3e-16


# --- properties

amounts = st.floats(1e-6, 1e6)
cells = st.lists(st.tuples(*[st.one_of(amounts, amounts, st.just(0.0))] * 6), min_size=1, max_size=6)


def _table(rows: Sequence[Sequence[float]]) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return VA, E, C of one zone; what has no energy has no CO2, what has no value added has none of both."""
    a, b = np.array(rows)[:, :3].T.copy(), np.array(rows)[:, 3:].T.copy()
    for x in (a, b):
        x[1][x[0] == 0.0] = 0.0
        x[2][x[1] == 0.0] = 0.0
    return [x[np.newaxis, :, np.newaxis] for x in a], [x[np.newaxis, :, np.newaxis] for x in b]


SHORT = np.array([[1, 0, 0], [-1, 1, 0], [0, -1, 1]])


@settings(max_examples=60, deadline=None)
@given(cells)
def test_closure_time_reversal_units_and_order(rows: list[tuple[float, ...]]) -> None:
    start, end = _table(rows)
    found = effects(start, end, SHORT).effect[0, 0]
    large = max(start[2].sum(), end[2].sum())
    size = 1e-12 * max(large, np.abs(found).max())
    assert abs(found.sum() - (end[2].sum() - start[2].sum())) <= 1e-12 * large
    assert not len(effects(start, end, SHORT).undefined)
    back = effects(end, start, SHORT).effect[0, 0]
    np.testing.assert_allclose(back, -found, rtol=1e-11, atol=size)
    units = (1e-4, 29.3076, 1000.0)
    scaled = ([x * unit for x, unit in zip(y, units, strict=True)] for y in (start, end))
    other = effects(next(scaled), next(scaled), SHORT).effect[0, 0]
    np.testing.assert_allclose(other, found * 1000.0, rtol=1e-11, atol=1000.0 * size)
    turned = effects(start[::-1], end[::-1], SHORT[::-1, ::-1]).effect[0, 0]
    np.testing.assert_allclose(turned[::-1], found, rtol=1e-11, atol=size)


# --- what is refused


@pytest.mark.parametrize(
    ("start", "end", "exponents", "keep", "text"),
    [
        ([], [], [[1.0]], 1, "exponents"),
        ([[[1.0]]], [[[1.0]], [[1.0]]], [[1.0]], 1, "exponents"),
        ([[[1.0]]], [[[1.0]]], [1.0], 1, "exponents"),
        ([[[1.0]]], [[[1.0]]], [[0.5]], 1, "whole powers"),
        ([[[1.0]]], [[[1.0]]], [[0.0]], 1, "whole powers"),
        ([[1.0]], [[1.0]], [[1.0]], 1, "axes"),
        ([[[1.0]]], [[[1.0]]], [[1.0]], 2, "keep"),
        ([[[1.0]]], [[[1.0]]], [[1.0]], 0, "keep"),
        ([[[1.0, 2.0]]], [[[1.0, 2.0, 3.0]]], [[1.0]], 1, "broadcast"),
    ],
)
def test_what_does_not_fit_is_refused(start: Any, end: Any, exponents: Any, keep: int, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        effects(start, end, exponents, keep=keep)


def test_totals_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        effects([[[1.0]]], [[[1.0]]], [[1.0]], totals=([[1.0, 2.0]], [[1.0, 2.0]]))
    with pytest.raises(ValueError, match="axes"):
        effects([[[1.0]]], [[[1.0]]], [[1.0]], totals=(1.0, 1.0))


def test_no_zones() -> None:
    found = effects([np.ones((0, 3, 2))], [np.ones((0, 3, 2))], [[1]])
    assert found.effect.shape == (0, 2, 1)
