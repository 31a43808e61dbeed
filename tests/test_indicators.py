"""The formulas for scripts: floats, arrays, Series and quantities in, the same kind out."""

import math

import numpy as np
import pandas as pd
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zonecarbon as zc


@pytest.fixture(scope="module")
def registry() -> "pint.UnitRegistry[float]":
    taught: pint.UnitRegistry[float] = pint.UnitRegistry()
    zc.define_into(taught)
    return taught


def test_published_rates() -> None:
    # 国科发火〔2021〕28号 and the MIIT press conference of 2023-12-12: 0.464 (2019), 0.423, 0.4 (2025).
    assert round(100 * zc.required_rate(0.464, 0.4, 6), 4) == 2.4433
    assert round(100 * zc.annual_reduction(0.464, 0.423, 3), 4) == 3.0367
    assert round(100 * zc.required_rate(0.423, 0.4, 3), 4) == 1.8463
    # 11th five-year plan: 20 % in five years is 4.3648 % a year, not 4 %.
    assert round(100 * zc.annual_reduction(1.0, 0.8, 5), 4) == 4.3648
    assert round(zc.energy_intensity(222468.0, 182321.0), 4) == 1.2202


def test_scalars_arrays_and_series_agree() -> None:
    energy, money = np.array([30.0, 50.0, 10.0]), np.array([100.0, 0.0, -5.0])
    arrays = zc.energy_intensity(energy, money)
    scalars = [zc.energy_intensity(float(e), float(m)) for e, m in zip(energy, money, strict=True)]
    assert all(isinstance(value, float) for value in scalars)
    np.testing.assert_array_equal(arrays, scalars)
    index = ["a", "b", "c"]
    series = zc.energy_intensity(pd.Series(energy, index), pd.Series(money, index))
    pd.testing.assert_series_equal(series, pd.Series([0.3, np.nan, np.nan], index))
    assert list(zc.annual_reduction(pd.Series([1.0, 1.0], ["x", "y"]), 0.8, 5).index) == ["x", "y"]


def test_quantities_answer_in_their_own_registry(registry: "pint.UnitRegistry[float]") -> None:
    energy, money = registry.Quantity(4640.0, "tce"), registry.Quantity(1.0, "亿元")
    answer = zc.energy_intensity(energy, money)
    assert answer._REGISTRY is registry
    assert math.isclose(answer.m_as("tce/万元"), 0.464)
    assert math.isclose(answer.m_as("kgce/元"), 0.0464)
    co2 = zc.co2_intensity(registry.Quantity(np.array([1.0, 2.0]), "万吨CO2"), money)
    np.testing.assert_allclose(co2.m_as("tCO2/万元"), [1.0, 2.0])
    coal = zc.standard_coal(registry.Quantity(2.0, "万吨"), "原煤")
    assert math.isclose(coal.m_as("tce"), 14286.0)
    rate = zc.annual_reduction(registry.Quantity(1.0, "GJ"), registry.Quantity(800.0, "MJ"), 5)
    assert rate.dimensionless  # what dividing them in the host would give
    assert math.isclose(rate.m_as("percent"), 4.36475, rel_tol=1e-6)
    assert math.isclose(float(rate), 0.0436475, rel_tol=1e-6)


def test_an_untaught_registry_is_told_what_to_do() -> None:
    host: pint.UnitRegistry[float] = pint.UnitRegistry()
    # What it gives is understood (t, J) ...
    assert zc.EnergyUse(carrier="coke", quantity=host.Quantity(1000.0, "kg"), year=2020).quantity == 1.0
    # ... but it cannot be answered in tce, and a mass is no CO2.
    with pytest.raises(zc.UnitError, match="define_into"):
        zc.standard_coal(host.Quantity(1000.0, "kg"), "coke")
    with pytest.raises(zc.UnitError, match="define_into"):
        zc.co2_intensity(host.Quantity(1.0, "tonne"), 1.0)


def test_energy_and_money_do_not_take_each_other(registry: "pint.UnitRegistry[float]") -> None:
    with pytest.raises(zc.UnitError):
        zc.energy_intensity(registry.Quantity(1.0, "t"), 1.0)
    with pytest.raises(zc.UnitError):
        zc.co2_intensity(registry.Quantity(1.0, "t"), registry.Quantity(1.0, "元"))
    with pytest.raises(zc.InputError, match="both levels"):
        zc.annual_reduction(registry.Quantity(1.0, "t"), 1.0, 5)  # type: ignore[call-overload]
    with pytest.raises(zc.UnitError, match="tce"):
        zc.annual_reduction(registry.Quantity(1.0, "tce"), registry.Quantity(1.0, "t"), 5)


def test_prices() -> None:
    assert zc.deflate(110.0, 110.0, 100.0) == 100.0
    np.testing.assert_allclose(zc.deflate([110.0, 121.0], [110.0, 121.0], 100.0), [100.0, 100.0])
    linked = zc.link_prices([90.0, 100.0, 129.6, 140.0], [2015, 2015, 2020, 2020], [0.0, 0.0, 0.08, 0.0])
    np.testing.assert_allclose(linked, [108.0, 120.0, 129.6, 140.0])
    back = zc.link_prices([90.0, 100.0, 129.6, 140.0], [2015, 2015, 2020, 2020], [0.0, 0.0, 0.08, 0.0], price_year=2015)
    np.testing.assert_allclose(back, [90.0, 100.0, 108.0, 116.666667])
    with pytest.raises(zc.InputError, match="2010"):
        zc.link_prices([1.0, 2.0], [2015, 2015], [0.0, 0.0], price_year=2010)


def test_standard_coal_asks_where_the_standard_prints_a_range() -> None:
    with pytest.raises(zc.FactorError, match=r"1\.1000 to 1\.3300"):
        zc.standard_coal(1.0, "natural_gas")
    assert math.isclose(zc.standard_coal("1 万立方米", "天然气", coefficient="1.2143 kgce/m3"), 12.143)
    assert zc.standard_coal("29.3076 GJ", "naphtha") == pytest.approx(1.0, rel=1e-15)


@given(
    energy=st.floats(1e-6, 1e12),
    money=st.floats(1e-6, 1e12),
    scale=st.floats(1e-3, 1e3),
)
def test_intensity_does_not_depend_on_the_size_of_the_zone(energy: float, money: float, scale: float) -> None:
    assert zc.energy_intensity(energy * scale, money * scale) == pytest.approx(
        zc.energy_intensity(energy, money), rel=1e-12
    )


@given(level=st.floats(1e-3, 1e3), rate=st.floats(-0.5, 0.5), years=st.integers(1, 40))
def test_a_constant_rate_is_found_again(level: float, rate: float, years: int) -> None:
    assert zc.annual_reduction(level, level * (1 - rate) ** years, years) == pytest.approx(rate, abs=1e-12)
