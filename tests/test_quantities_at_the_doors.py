"""Quantities of a host's registry at every door: converted or refused, never stripped of their unit."""

from decimal import Decimal
from typing import Any

import numpy as np
import pint
import pytest

import zonecarbon as zc

REGISTRY: Any = pint.UnitRegistry()
zc.define_into(REGISTRY)
Q = REGISTRY.Quantity


def coke(quantity: Any, value_added: Any = ((10.0, 20.0),), **options: Any) -> zc.Activity:
    return zc.Activity.from_arrays(
        quantity, flows=["coke"], zones=["A"], years=[2021, 2022], value_added=value_added, price_year=2020, **options
    )


def test_arrays_are_converted_to_the_unit_of_each_flow() -> None:
    plain = zc.account(coke([[[1.0, 2.0]]])).total("energy")
    np.testing.assert_allclose(zc.account(coke(Q([[[1e3, 2e3]]], "kg"))).total("energy"), plain, rtol=1e-12)
    np.testing.assert_allclose(zc.account(coke([[["1 t", "2000 kg"]]])).total("energy"), plain, rtol=1e-12)
    money = zc.account(coke([[[1.0, 2.0]]], Q([[1.0, 2.0]], "亿元"))).total("value_added")
    np.testing.assert_allclose(money, [[1e4, 2e4]], rtol=1e-12)


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        ([[[Q(1.0, "t"), Q(2.0, "kg")]]], "arrays.quantities"),
        (Q([[[1.0, 2.0]]], "MWh"), "unit.dimension"),
        ([[[True, False]]], "unit.figure"),
        ([[[1.0, 2.0], [1.0]]], "arrays.numbers"),
    ],
)
def test_arrays_that_are_no_amounts_are_refused(quantity: Any, code: str) -> None:
    with pytest.raises(zc.ZoneCarbonError) as caught:
        coke(quantity)
    assert caught.value.problems[0].code == code


def test_what_a_mask_hides_is_not_known() -> None:
    masked = np.ma.masked_array([[[1.0, 2.0]]], [[[True, False]]])
    np.testing.assert_array_equal(coke(masked).quantity[0, 0, 0], [np.nan, 2.0])


def test_a_copy_is_not_changed_with_what_was_given() -> None:
    quantity = np.array([[[1.0, 2.0]]])
    kept, shared = coke(quantity, copy=True), coke(quantity)
    quantity[:] = 9.0
    assert kept.quantity.tolist() == [[[[1.0, 2.0]]]]
    assert shared.quantity.tolist() == [[[[9.0, 9.0]]]]


def table(co2: Any) -> dict[str, Any]:
    return {"zone": ["A", "A"], "year": [2020, 2025], "gdp": Q(np.array([100.0, 140.0]), "亿元"), "co2": co2}


def test_the_value_of_a_decomposition_is_converted() -> None:
    identity = "co2 = gdp * co2/gdp"
    plain = zc.decompose(table([120.0, 123.0]), identity=identity, unit="t").effects()
    held = zc.decompose(table(Q(np.array([120.0, 123.0]), "t")), identity=identity)
    assert "120 t in 2020" in held.text()
    np.testing.assert_allclose(held.effects(), plain, rtol=1e-12)
    converted = zc.decompose(table(Q(np.array([120.0, 123.0]), "t")), identity=identity, unit="kg")
    np.testing.assert_allclose(converted.effects(), 1e3 * plain, rtol=1e-12)
    with pytest.raises(zc.UnitError):
        zc.decompose(table(Q(np.array([120.0, 123.0]), "m")), identity=identity, unit="kt")
    with pytest.raises(zc.InputError, match="no column x"):
        zc.decompose(table([1.0, 2.0]), identity="x = gdp * co2")


@pytest.mark.parametrize("quantity", [Q(3.0, "t"), "3 t", ["3 t"]])
def test_a_second_unit_is_refused(quantity: Any) -> None:
    with pytest.raises(zc.InputError, match="unit= is for plain numbers"):
        zc.standard_coal(quantity, "raw_coal", unit="万吨")


def test_a_text_without_a_unit_takes_the_one_given() -> None:
    assert zc.standard_coal("3", "raw_coal", unit="万吨") == zc.standard_coal("3 万吨", "raw_coal")


def test_a_slip_in_what_does_not_matter_is_a_slip() -> None:
    with pytest.raises(zc.FactorError, match="electricity"):
        zc.co2(1.0, "coke", electricity="bogus")
    with pytest.raises(zc.ZoneCarbonError, match="nowhere"):
        zc.co2(1.0, "coke", province="nowhere")


def test_a_list_of_quantities_is_a_series() -> None:
    assert zc.find_peaks([Q(1.0, "t"), Q(1100.0, "kg")], years=[2020, 2025]).peak_value.tolist() == [1.1]
    assert zc.mann_kendall([Q(1.0, "t"), Q(1100.0, "kg"), Q(0.0012, "kilotonne")]).s == 3.0
    with pytest.raises(zc.UnitError):
        zc.mann_kendall([Q(1.0, "t"), Q(1.0, "m")])


def test_decimals_in_an_array_are_figures() -> None:
    values = np.array([Decimal(3), Decimal(4)], dtype=object)
    found = zc.standard_coal(Q(values, "t"), "raw_coal")
    np.testing.assert_allclose(found.m_as("tce"), [3 * 0.7143, 4 * 0.7143], rtol=1e-12)
