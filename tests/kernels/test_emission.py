"""Sums over flows: published sums, limits, exact fractions, and bits that do not depend on the neighbours."""

import os
import subprocess
import sys
import textwrap
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.kernels import emission
from zonecarbon.kernels.emission import sum_flows, sum_tables

ZONES, FLOWS, YEARS, GROUPS = 613, 12, 20, 31


@pytest.fixture(name="case", params=["all change", "two change", "none changes"])
def _case(request: pytest.FixtureRequest) -> tuple[FloatArray, FloatArray, IntArray]:
    """Quantities, coefficients of which some change with the years, and groups."""
    rng = np.random.default_rng(3)
    quantity = rng.lognormal(3.0, 4.0, (ZONES, FLOWS, YEARS))
    coefficient = rng.random((GROUPS, FLOWS, YEARS))
    if request.param != "all change":
        steady = [flow for flow in range(FLOWS) if request.param == "none changes" or flow not in (4, 10)]
        coefficient[:, steady] = coefficient[:, steady, :1]
    return quantity, coefficient, rng.integers(0, GROUPS, ZONES)


def _exact(quantity: FloatArray, coefficient: FloatArray, index: IntArray, zone: int, year: int) -> Fraction:
    pairs = zip(quantity[zone, :, year].tolist(), coefficient[index[zone], :, year].tolist(), strict=True)
    return sum((Fraction(q) * Fraction(c) for q, c in pairs), start=Fraction(0))


def test_standard_coal_of_gb2589_coefficients() -> None:
    # GB/T 2589-2020: raw coal 0.7143, coke 0.9714, diesel 1.4571 kgce/kg; electricity 0.1229 kgce/kWh
    quantity = np.array([[[1000.0], [200.0], [10.0], [5000.0]]])
    coefficient = np.array([[0.7143], [0.9714], [1.4571], [0.1229]])
    assert sum_flows(quantity, coefficient)[0, 0] == pytest.approx(714.3 + 194.28 + 14.571 + 614.5, rel=1e-15)


def test_equals_exact_fractions(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    total = sum_flows(quantity, coefficient, index)
    for zone in range(0, ZONES, 41):
        for year in (0, 7, 19):
            exact = _exact(quantity, coefficient, index, zone, year)
            assert abs(Fraction(float(total[zone, year])) - exact) <= exact * Fraction(FLOWS, 2**53)


def test_years_are_contiguous_columns(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    total = sum_flows(*case)
    assert total.shape == (ZONES, YEARS)
    assert total.dtype == np.float64
    assert total[:, 3].flags.c_contiguous


def test_arguments_are_not_written_to(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    coefficient[2, 3] = np.nan
    before = (quantity.copy(), coefficient.copy(), index.copy())
    for part in case:
        part.setflags(write=False)
    sum_flows(quantity, coefficient, index)
    for now, then in zip(case, before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("years", [1, 2, 3, 20])
@pytest.mark.parametrize("zones_per_block", [1, 7, 100, 256, 10_000])
def test_bits_do_not_depend_on_the_block(
    case: tuple[FloatArray, FloatArray, IntArray], monkeypatch: pytest.MonkeyPatch, zones_per_block: int, years: int
) -> None:
    quantity, coefficient, index = case[0][..., :years].copy(), case[1][..., :years], case[2]
    coefficient[5, 4] = np.nan
    whole = sum_flows(quantity, coefficient, index)
    shared = sum_flows(quantity, coefficient[0])
    monkeypatch.setattr(emission, "_BLOCK", zones_per_block * FLOWS * max(years, 2))
    np.testing.assert_array_equal(sum_flows(quantity, coefficient, index), whole)
    np.testing.assert_array_equal(sum_flows(quantity, coefficient[0]), shared)


def test_bits_do_not_depend_on_neighbours_years_layout_or_table(
    case: tuple[FloatArray, FloatArray, IntArray],
) -> None:
    quantity, coefficient, index = case
    total = sum_flows(quantity, coefficient, index)
    order: IntArray = np.random.default_rng(0).permutation(ZONES)
    np.testing.assert_array_equal(sum_flows(quantity[order], coefficient, index[order]), total[order])
    np.testing.assert_array_equal(sum_flows(quantity[:100], coefficient, index[:100]), total[:100])
    np.testing.assert_array_equal(sum_flows(quantity[::-1], coefficient, index[::-1]), total[::-1])
    for year in (0, 13):  # other shapes are other sums of the library behind matmul
        part = slice(year, year + 1)
        np.testing.assert_allclose(
            sum_flows(quantity[..., part], coefficient[..., part], index), total[:, part], rtol=1e-14
        )
    flow_last = np.swapaxes(np.ascontiguousarray(np.swapaxes(quantity, 1, 2)), 1, 2)
    for layout in (np.asfortranarray(quantity), flow_last):
        np.testing.assert_array_equal(sum_flows(layout, coefficient, index), total)
        np.testing.assert_array_equal(sum_flows(layout, np.asfortranarray(coefficient), index), total)
        shared = sum_flows(quantity, coefficient[0])
        np.testing.assert_array_equal(sum_flows(layout, coefficient[0]), shared)
        np.testing.assert_array_equal(sum_flows(layout, np.asfortranarray(coefficient[0])), shared)
    np.testing.assert_array_equal(
        sum_flows(quantity, coefficient[4], None), sum_flows(quantity, coefficient, index * 0 + 4)
    )


def test_vector_equals_scalar(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    total = sum_flows(quantity, coefficient, index)
    for zone in (0, 300, 612):
        for year in (0, 19):
            expected = 0.0
            for flow in range(FLOWS):
                expected += quantity[zone, flow, year] * coefficient[index[zone], flow, year]
            assert total[zone, year] == pytest.approx(expected, rel=1e-15)


def test_sectors_are_summed(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    sectors = np.stack([quantity, 2.0 * quantity, quantity[::-1]], axis=1)
    expected = sum_flows(sectors.sum(axis=1), coefficient, index)
    np.testing.assert_allclose(sum_flows(sectors, coefficient, index), expected, rtol=1e-14)
    np.testing.assert_allclose(
        sum_flows(sectors, coefficient[0]), sum_flows(sectors.sum(axis=1), coefficient[0]), rtol=1e-14
    )
    sectors[3, 1, 5, 7] = np.nan
    assert np.argwhere(np.isnan(sum_flows(sectors, coefficient, index))).tolist() == [[3, 7]]


def test_unknown_quantity_is_unknown_in_its_own_cell_only(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    known = sum_flows(quantity, coefficient, index)
    quantity[17, 4, 9] = np.nan
    coefficient[:, 4] = 0.0
    total = sum_flows(quantity, coefficient, index)
    assert np.argwhere(np.isnan(total)).tolist() == [[17, 9]]
    assert not np.isnan(known).any()


@pytest.mark.parametrize("sectors", [0, 2])
@pytest.mark.parametrize("grouped", [True, False])
def test_unknown_coefficient(grouped: bool, sectors: int) -> None:
    quantity = np.ones((4, 3, 2))
    quantity[0, 1] = 0.0
    quantity[1, 1, 0] = 0.0
    quantity[3, 1] = np.nan
    if sectors:
        quantity = np.stack([np.zeros((4, 3, 2)), quantity], axis=1)
    table = np.array([[[2.0, 2.0], [np.nan, np.nan], [3.0, 3.0]], [[2.0, 2.0], [5.0, 5.0], [3.0, 3.0]]])
    nan = np.nan
    if grouped:
        total = sum_flows(quantity, table, [0, 0, 1, 0])
        expected = [[5.0, 5.0], [5.0, nan], [10.0, 10.0], [nan, nan]]
    else:
        total = sum_flows(quantity, table[0])
        expected = [[5.0, 5.0], [5.0, nan], [nan, nan], [nan, nan]]
    np.testing.assert_array_equal(total, expected)


def test_unknown_factor_of_one_group_leaves_the_others_bits(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    total = sum_flows(quantity, coefficient, index)
    coefficient[9, 11] = np.nan
    hidden = sum_flows(quantity, coefficient, index)
    np.testing.assert_array_equal(np.isnan(hidden).all(axis=1), index == 9)
    np.testing.assert_array_equal(hidden[index != 9], total[index != 9])


def test_infinite_coefficient_of_nothing_is_unknown_without_a_warning() -> None:
    assert np.isnan(sum_flows([[[0.0], [1.0]]], [[np.inf], [1.0]])).all()


def test_out_is_filled_and_returned(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    out = np.empty((ZONES, YEARS))
    assert sum_flows(quantity, coefficient, index, out=out) is out
    np.testing.assert_array_equal(out, sum_flows(quantity, coefficient, index))


def test_tables_together_are_the_tables_alone(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    energy = np.broadcast_to(np.linspace(0.1, 2.0, FLOWS)[:, None], (FLOWS, YEARS))
    tables = np.stack([np.broadcast_to(energy, coefficient.shape), coefficient, 2.0 * coefficient], axis=1)
    tables[3, 1, 5] = np.nan
    together = sum_tables(quantity, tables, index)
    assert together.shape == (3, ZONES, YEARS)
    assert together[1, :, 3].flags.c_contiguous
    for number in range(3):
        np.testing.assert_array_equal(together[number], sum_flows(quantity, tables[:, number], index))
    np.testing.assert_array_equal(sum_tables(quantity, tables[4])[1], sum_flows(quantity, tables[4, 1]))
    out = np.empty((3, ZONES, YEARS))
    assert sum_tables(quantity, tables, index, out=out) is out
    np.testing.assert_array_equal(out, together)


def test_bits_depend_on_the_coefficients_of_the_own_group_alone(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    quantity, coefficient, index = case
    total = sum_flows(quantity, coefficient, index)
    coefficient[index[0], 4] = np.linspace(0.2, 0.7, YEARS)
    coefficient[index[0], 7, 3:] = 0.25
    moved = sum_flows(quantity, coefficient, index)
    np.testing.assert_array_equal(moved[index != index[0]], total[index != index[0]])
    assert (moved[index == index[0]] != total[index == index[0]]).any()


def test_sums_of_many_sectors_are_not_given_to_the_matrix_product() -> None:
    rng = np.random.default_rng(5)
    quantity, coefficient = rng.random((3, 90, 30, 40)), np.broadcast_to(rng.random((30, 1)), (30, 40))
    np.testing.assert_allclose(sum_flows(quantity, coefficient), (quantity * coefficient).sum((1, 2)), rtol=1e-13)


def test_integers_and_float32_are_taken(case: tuple[FloatArray, FloatArray, IntArray]) -> None:
    _, coefficient, index = case
    whole = np.arange(ZONES * FLOWS * YEARS).reshape(ZONES, FLOWS, YEARS) % 1000
    expected = sum_flows(whole.astype(np.float64), coefficient, index)
    np.testing.assert_array_equal(sum_flows(whole, coefficient, index), expected)
    np.testing.assert_array_equal(sum_flows(whole.astype(np.float32), coefficient, index), expected)


@pytest.mark.parametrize("shape", [(0, 3, 4), (5, 0, 4), (5, 3, 0), (5, 2, 0, 4)])
def test_empty_axes(shape: tuple[int, ...]) -> None:
    total = sum_flows(np.ones(shape), np.ones(shape[-2:]))
    np.testing.assert_array_equal(total, np.zeros((shape[0], shape[-1])))
    grouped = sum_flows(np.ones(shape), np.ones((1, *shape[-2:])), np.zeros(shape[0], dtype=int))
    np.testing.assert_array_equal(grouped, total)


@pytest.mark.parametrize(
    ("coefficient", "index", "words"),
    [
        (np.ones((2, 4)), None, "coefficient must be"),
        (np.ones((5, 3, 4)), None, "coefficient must be"),
        (np.ones((3, 4)), [0] * 6, "coefficient must be"),
        (np.ones((5, 3, 4)), [0] * 5, "index must be one int"),
        (np.ones((5, 3, 4)), [0.0] * 6, "index must be one int"),
        (np.ones((5, 3, 4)), [0, 1, 2, 3, 4, 5], "index must lie in 0..4"),
        (np.ones((5, 3, 4)), [0, 1, 2, 3, 4, -1], "index must lie in 0..4"),
    ],
)
def test_bad_shapes_are_refused(coefficient: FloatArray, index: list[int] | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sum_flows(np.ones((6, 3, 4)), coefficient, index)


def test_bad_quantity_and_out_are_refused() -> None:
    with pytest.raises(ValueError, match="quantity must be"):
        sum_flows(np.ones((3, 4)), np.ones((3, 4)))
    with pytest.raises(ValueError, match="out must be"):
        sum_flows(np.ones((6, 3, 4)), np.ones((3, 4)), out=np.empty((6, 3)))
    with pytest.raises(ValueError, match="out must be"):
        sum_flows(np.ones((6, 3, 4)), np.ones((3, 4)), out=np.empty((6, 4), dtype=np.float32))


def test_memory_is_a_few_blocks() -> None:
    quantity = np.ones((20_000, FLOWS, YEARS))
    out = np.empty((20_000, YEARS))
    coefficient, index = np.ones((GROUPS, FLOWS, YEARS)), np.arange(20_000) % GROUPS
    tracemalloc.start()
    sum_flows(quantity, coefficient, index, out=out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000 < quantity.nbytes / 10


_cells = st.integers(-(10**9), 10**9).map(lambda number: number / 1024.0)


@given(hnp.arrays(np.float64, (3, 4, 2), elements=_cells), st.sampled_from([0.25, 2.0, 1024.0, -1.0]))
def test_scaling_by_a_power_of_two_is_exact(quantity: FloatArray, factor: float) -> None:
    coefficient = np.linspace(0.1, 3.0, 8).reshape(4, 2)
    np.testing.assert_array_equal(sum_flows(factor * quantity, coefficient), factor * sum_flows(quantity, coefficient))


@pytest.mark.parametrize("processor", ["Nehalem", "Haswell"])
def test_tables_together_are_the_tables_alone_on_other_processors(processor: str) -> None:
    """OpenBLAS adds the rows of a product in another order on some; it can be told which to take the machine for."""
    code = """
        import numpy as np
        from zonecarbon.kernels.emission import sum_flows, sum_tables
        rng = np.random.default_rng(3)
        quantity, tables = rng.lognormal(3.0, 4.0, (60, 12, 20)), np.repeat(rng.random((5, 12, 1)), 20, axis=2)
        together = sum_tables(quantity, tables)
        for one, table in zip(together, tables, strict=True):
            assert np.array_equal(one, sum_flows(quantity, table))
    """
    environment = {**os.environ, "OPENBLAS_CORETYPE": processor}
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, env=environment)
