"""Kernels of trajectories against numpy's own way and against brute force over subsets."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from zonecarbon._typing import FloatArray
from zonecarbon.kernels.trajectory import compound, first_maximum, sum_of_products, unbuffered


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (2, 3), (40, 1024)])
def test_compounding_is_a_running_product(shape: tuple[int, int]) -> None:
    factors = np.random.default_rng(1).uniform(0.8, 1.2, shape)
    expected = np.cumprod(factors, axis=0)
    found = compound(factors)
    assert found is factors
    assert_array_equal(found, expected)


@pytest.mark.parametrize("k", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("gaps", [False, True])
def test_a_sum_of_products_is_the_sum_over_all_subsets(k: int, gaps: bool) -> None:
    rng = np.random.default_rng(10 * k + gaps)
    terms: list[FloatArray | None] = [rng.standard_normal((5, 1)) for _ in range(2**k)]
    if gaps:
        terms = [term if i % 3 else None for i, term in enumerate(terms)]
    variables = [rng.uniform(-1, 1, (5, 8)) for _ in range(k)]
    before = [None if term is None else term.copy() for term in terms], [one.copy() for one in variables]
    expected = np.zeros((5, 8))
    for position, bits in enumerate(product((0, 1), repeat=k)):
        del position
        index = sum(bit << i for i, bit in enumerate(bits))
        term = terms[index]
        if term is not None:
            expected += term * np.prod(
                [v if bit else np.ones_like(v) for v, bit in zip(variables, bits, strict=True)], axis=0
            )
    found = sum_of_products(terms, variables)
    np.testing.assert_allclose(np.broadcast_to(found, (5, 8)), expected, rtol=1e-13, atol=1e-14)
    for term, old in zip(terms, before[0], strict=True):
        assert (term is None) == (old is None)
        if term is not None and old is not None:
            assert_array_equal(term, old)
    for one, was in zip(variables, before[1], strict=True):
        assert_array_equal(one, was)


def test_no_terms_at_all_are_zero() -> None:
    assert_array_equal(sum_of_products([None, None], [np.ones((3, 4))]), np.zeros((1, 1)))


def test_unknown_terms_stay_unknown() -> None:
    found = sum_of_products([np.array([[1.0], [np.nan]]), np.ones((2, 1))], [np.zeros((2, 3))])
    assert_array_equal(np.isnan(found), [[False] * 3, [True] * 3])


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=5),
    st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=5),
)
def test_the_first_maximum_is_that_of_the_whole_series(history: list[int], path: list[list[int]]) -> None:
    """Five values for ten years: ties within the history, within the path, and between the two."""
    past, future = np.array(history, dtype=float), np.array(path, dtype=float)
    position, value = first_maximum(future, float(past.max()), int(past.argmax()), len(past))
    for draw in range(3):
        whole = history + [row[draw] for row in path]
        assert position[draw] == whole.index(max(whole))
        assert value[draw] == max(whole)


def test_a_short_buffer_lasts_as_long_as_the_block_and_changes_no_figure() -> None:
    values, column = np.random.default_rng(2).uniform(1, 2, (40, 1024)), np.linspace(0.5, 1.5, 40)[:, None]
    before, plain = np.getbufsize(), values * column
    with unbuffered(1024):
        assert np.getbufsize() == 1024
        assert_array_equal(values * column, plain)
        with pytest.raises(ZeroDivisionError), unbuffered(64):
            raise ZeroDivisionError
        assert np.getbufsize() == 1024
    assert np.getbufsize() == before


def test_positions_of_more_years_than_a_byte_counts() -> None:
    path = np.random.default_rng(3).uniform(1, 2, (300, 50))
    position, value = first_maximum(path, 0.0, 0, 2)
    assert_array_equal(position, path.argmax(axis=0) + 2)
    assert_array_equal(value, path.max(axis=0))
