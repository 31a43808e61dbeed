"""The same kind out: containers, labels, registries, what is unknown, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zonecarbon as zc

REGISTRY: "pint.UnitRegistry[Any]" = pint.UnitRegistry()
zc.define_into(REGISTRY)
Q: Any = REGISTRY.Quantity

# name -> the formula of one argument, and its value at 2.0. All are proportional to it, or rates of it.
FORMULAS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "energy_intensity": (lambda x: zc.energy_intensity(x, 10.0), "tce"),
    "co2_intensity": (lambda x: zc.co2_intensity(x, 10.0), "tCO2"),
    "standard_coal": (lambda x: zc.standard_coal(x, "coke"), "t"),
    "co2": (lambda x: zc.co2(x, "coke"), "t"),
    "annual_reduction": (lambda x: zc.annual_reduction(x, 0.9 * x, 5), "t"),
    "required_rate": (lambda x: zc.required_rate(x, 0.9 * x, 5), "t"),
    "deflate": (lambda x: zc.deflate(x, 110.0, 100.0), "万元"),
}
formula = pytest.mark.parametrize(("function", "unit"), FORMULAS.values(), ids=FORMULAS)


@formula
def test_each_kind_is_answered_in_kind(function: Callable[[Any], Any], unit: str) -> None:
    expected = [function(2.0), function(3.0)]
    assert [type(value) for value in expected] == [float, float]
    for one in (np.float64(2.0), np.float32(2.0), np.int64(2), 2):
        assert type(function(one)) is float
        assert function(one) == pytest.approx(expected[0], rel=1e-6 if one.__class__ is np.float32 else 1e-15)
    for many in (np.array([2.0, 3.0]), np.array([2, 3])):
        assert type(function(many)) is np.ndarray
        np.testing.assert_array_equal(function(many), expected)
    square = function(np.array([[2.0], [3.0]]))
    assert square.shape == (2, 1)
    nought = function(np.array(2.0))
    assert type(nought) is np.ndarray
    assert nought.shape == ()
    series = function(pd.Series([2.0, 3.0], ["b", "a"], name="x"))
    pd.testing.assert_series_equal(series, pd.Series(expected, ["b", "a"], name="x"))
    frame = function(pd.DataFrame({2020: [2.0], 2021: [3.0]}, ["a"]))
    pd.testing.assert_frame_equal(frame, pd.DataFrame([expected], ["a"], [2020, 2021]))


@formula
def test_quantities_are_answered_in_their_registry(function: Callable[[Any], Any], unit: str) -> None:
    expected = [function(2.0), function(3.0)]
    one, many = function(Q(2.0, unit)), function(Q(np.array([2.0, 3.0]), unit))
    assert one._REGISTRY is REGISTRY
    assert many._REGISTRY is REGISTRY
    assert type(one.magnitude) is float
    assert type(many.magnitude) is np.ndarray
    assert one.magnitude == pytest.approx(expected[0], rel=1e-14)
    np.testing.assert_allclose(many.magnitude, expected, rtol=1e-14)
    assert one.units == many.units


@formula
def test_inputs_stay_and_answers_share_no_memory(function: Callable[[Any], Any], unit: str) -> None:
    for values in (np.array([2.0, 3.0]), np.array([110.0, 110.0])):
        for kind in (lambda x: x, lambda x: Q(x, unit), pd.Series):
            kept, whole = values.copy(), kind(values)
            answer = function(whole)
            bare = np.asarray(getattr(answer, "magnitude", answer))
            assert not np.shares_memory(bare, values)
            np.testing.assert_array_equal(values, kept)
    locked = np.array([2.0, 3.0])
    locked.flags.writeable = False
    function(locked)[0] = 1.0


def test_an_index_of_one_leaves_the_value_but_not_the_memory() -> None:
    values = np.array([1.0, 2.0])
    answer = zc.deflate(values, 100.0, 100.0)
    answer[0] = 5.0
    assert values[0] == 1.0


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA])
def test_what_is_not_known_stays_so(missing: Any) -> None:
    formulas: list[Callable[[Any], Any]] = [function for function, _ in list(FORMULAS.values())[:4]]
    formulas += [lambda x: zc.annual_reduction(x, 1.0, 5), lambda x: zc.deflate(x, 110, 100)]
    for function in formulas:
        assert np.isnan(function(missing))
        assert np.isnan(function([missing, 2.0])).tolist() == [True, False]
        column = function(pd.Series([missing, 2.0], dtype="Float64"))
        assert (column.dtype, column.isna().tolist()) == (np.dtype(float), [True, False])


@pytest.mark.parametrize(
    "wrong", [True, np.bool_(True), np.array([True]), [True], pd.Series([True]), "x", {}, object()]
)
def test_what_is_no_figure_is_refused(wrong: Any) -> None:
    for function in (zc.energy_intensity, zc.co2_intensity):
        with pytest.raises(zc.UnitError):
            function(wrong, 1.0)
        with pytest.raises(zc.UnitError):
            function(1.0, wrong)
    with pytest.raises(zc.UnitError):
        zc.co2(wrong, "coke")
    with pytest.raises(zc.UnitError):
        zc.annual_reduction(1.0, wrong, 5)
    with pytest.raises(zc.UnitError):
        zc.annual_reduction(1.0, 0.8, wrong)


def test_text_carries_its_unit() -> None:
    assert zc.energy_intensity("3 万吨标准煤", "10 亿元") == pytest.approx(0.3, rel=1e-15)
    np.testing.assert_allclose(zc.co2(["1 t", "500 kg"], "coke"), [zc.co2(1.0, "coke"), zc.co2(0.5, "coke")])
    with pytest.raises(zc.UnitError):
        zc.deflate("110 亿元", 110, 100)  # type: ignore[arg-type]


# -- labels --------------------------------------------------------------------------------------------------------


@given(order=st.permutations(range(5)), data=st.data())
def test_series_meet_by_label_whatever_their_order(order: list[int], data: st.DataObject) -> None:
    names = list("abcde")
    energy = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0], names)
    money = pd.Series([2.0, 3.0, 5.0, 7.0, 11.0], names).iloc[order]
    years = pd.Series([1, 2, 3, 4, 5], names).iloc[data.draw(st.permutations(range(5)))]
    pd.testing.assert_series_equal(zc.energy_intensity(energy, money), (energy / money).reindex(names))
    backwards = zc.energy_intensity(money, energy)
    assert backwards.index.tolist() == money.index.tolist()
    pd.testing.assert_series_equal(backwards.reindex(names), money / energy.reindex(names), check_names=False)
    rate = zc.annual_reduction(energy, money, years)
    for name in names:
        single = zc.annual_reduction(float(energy[name]), float(money[name]), int(years[name]))
        assert rate[name] == pytest.approx(single, rel=1e-14)


def test_frames_meet_by_both_labels() -> None:
    energy = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], ["a", "b"], [2020, 2021])
    money = pd.DataFrame([[8.0, 7.0], [6.0, 5.0]], ["b", "a"], [2021, 2020])
    pd.testing.assert_frame_equal(zc.energy_intensity(energy, money), energy / money)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (pd.Series([1.0, 2.0], ["a", "c"]), "b, c"),
        (pd.Series([1.0, 2.0, 3.0], ["a", "b", "c"]), "c"),
        (pd.Series([1.0, 2.0]), "a, b, 0"),
        (pd.Series([1.0, 2.0], ["b", "b"]), "twice"),
        ([1.0, 2.0], "without labels"),
        (np.array([1.0, 2.0]), "without labels"),
        (np.array([1.0]), "without labels"),
        (Q(np.array([1.0, 2.0]), "元"), "without labels"),
        (pd.DataFrame({"x": [1.0, 2.0]}, ["a", "b"]), "one kind"),
    ],
    ids=str,
)
def test_nothing_is_paired_by_position(other: Any, told: str) -> None:
    energy = pd.Series([1.0, 2.0], ["a", "b"])
    for pair in ((energy, other), (other, energy)):
        with pytest.raises(zc.InputError, match=told.split(",", maxsplit=1)[0]):
            zc.energy_intensity(*pair)
    with pytest.raises(zc.InputError, match=told):
        zc.energy_intensity(energy, other)


def test_the_same_labels_twice_in_the_same_order_are_one_table() -> None:
    energy = pd.Series([1.0, 2.0], ["a", "a"])
    assert zc.energy_intensity(energy, energy).tolist() == [1.0, 1.0]


def test_names_of_series_are_kept_as_pandas_keeps_them() -> None:
    one, same, other = (pd.Series([1.0], name=name) for name in ("x", "x", "y"))
    assert zc.energy_intensity(one, 1.0).name == "x"
    assert zc.energy_intensity(one, same).name == "x"
    assert zc.energy_intensity(one, other).name is None


def test_all_that_does_not_fit_is_told_at_once() -> None:
    other: Any = pint.UnitRegistry()
    zc.define_into(other)
    with pytest.raises(zc.InputError) as caught:
        zc.annual_reduction(
            pd.Series([Q(1, "t"), 1.0]),
            pd.Series([other.Quantity(1, "t")], ["a"]),
            [1, 2],  # type: ignore[call-overload]
        )
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["formula.mixed", "formula.registries", "formula.labels", "formula.unlabelled"]


def test_shapes_that_do_not_broadcast_are_named() -> None:
    assert zc.energy_intensity(np.ones((3, 1)), np.ones(2)).shape == (3, 2)
    with pytest.raises(zc.InputError, match=r"energy \(3,\), value_added \(2,\)"):
        zc.energy_intensity(np.ones(3), np.ones(2))
    with pytest.raises(zc.InputError, match=r"energy \(3,\)"):
        zc.energy_intensity(Q(np.ones(3), "tce"), np.ones(2))


def test_named_dimensions_meet_by_name_and_label() -> None:
    xr = pytest.importorskip("xarray")
    energy = xr.DataArray([[1.0, 2.0], [3.0, 4.0]], dims=("zone", "year"), name="energy", attrs={"units": "tce"},
                          coords={"zone": ["a", "b"], "year": [2020, 2021], "code": ("zone", [7, 8])})  # fmt: skip
    money = xr.DataArray([10.0, 20.0], dims="zone", coords={"zone": ["b", "a"]}, name="money")
    bare = energy.copy()
    bare.attrs = {}
    expected = bare / money.sel(zone=["a", "b"])
    for found in (
        zc.energy_intensity(energy, money),
        1 / zc.energy_intensity(money, energy),
        zc.energy_intensity(energy, money.expand_dims(year=[2021, 2020])),
    ):
        xr.testing.assert_allclose(found.drop_vars("code"), expected.drop_vars("code"))
        assert found.dims == ("zone", "year")
        assert (found.name, found.attrs) == (None, {})
    assert energy.attrs == {"units": "tce"}
    assert zc.co2(energy, "coke").coords["code"].values.tolist() == [7, 8]
    held = zc.energy_intensity(energy.copy(data=Q(energy.values, "ktce")), money)
    np.testing.assert_allclose(held.data.m_as("tce/万元"), 1000 * expected.values)
    bare = xr.DataArray([1.0, 2.0], dims="zone")
    assert zc.energy_intensity(bare, bare).values.tolist() == [1.0, 1.0]
    for strange in (money.rename(zone="sector"), bare, money.assign_coords(zone=["a", "c"]), pd.Series([1.0, 2.0])):
        with pytest.raises(zc.InputError):
            zc.energy_intensity(energy, strange)
    with pytest.raises(zc.InputError, match="zone"):
        zc.energy_intensity(bare, xr.DataArray([1.0, 2.0, 3.0], dims="zone"))


# -- registries ----------------------------------------------------------------------------------------------------


def test_any_taught_registry_answers_the_application_registry_too() -> None:
    host: Any = pint  # parts of which have no types
    before, lazy = host.get_application_registry().get(), host.LazyRegistry()
    zc.define_into(lazy)
    assert zc.co2(lazy.Quantity(1.0, "t"), "coke")._REGISTRY is lazy
    try:
        host.set_application_registry(lazy)
        for energy in (host.Quantity(4640, "tce"), host.get_application_registry().Quantity(4640, "tce")):
            assert zc.energy_intensity(energy, lazy.Quantity(1.0, "亿元")).m_as("tce/万元") == pytest.approx(0.464)
    finally:
        host.set_application_registry(before)


def test_two_registries_do_not_meet() -> None:
    other: Any = pint.UnitRegistry()
    zc.define_into(other)
    with pytest.raises(zc.InputError, match="one unit registry; energy, value_added"):
        zc.energy_intensity(Q(1, "tce"), other.Quantity(1, "元"))
    with pytest.raises(zc.InputError, match="registry"):
        zc.annual_reduction(Q(1, "t"), other.Quantity(1, "t"), 5)
    heat = zc.standard_coal(Q(1, "t"), "coke", ncv=other.Quantity(28, "GJ/t"))  # a choice, like a coefficient
    assert heat._REGISTRY is REGISTRY
    assert heat.m_as("tce") == zc.standard_coal(1.0, "coke", ncv="28 GJ/t")


def test_a_plain_number_beside_a_quantity_is_in_the_documented_unit() -> None:
    assert zc.energy_intensity(Q(1.0, "万吨标准煤"), 2.0).m_as("tce/万元") == pytest.approx(5000.0)
    assert zc.energy_intensity(1.0, Q(1.0, "亿元")).m_as("tce/亿元") == pytest.approx(1.0)
    assert zc.energy_intensity("1 tce", Q(1.0, "亿元")).m_as("tce/亿元") == pytest.approx(1.0)


def test_tables_and_lists_of_quantities() -> None:
    column = pd.Series([Q(1.0, "tce"), Q(500.0, "kgce"), None], ["a", "b", "c"], name="x")
    found = zc.energy_intensity(column, Q(1.0, "万元"))
    assert (found.index.tolist(), found.name) == (["a", "b", "c"], "x")
    np.testing.assert_allclose([value.m_as("tce/万元") for value in found], [1.0, 0.5, np.nan])
    beside = zc.energy_intensity(pd.Series([3.0], ["a"]), Q(1.0, "亿元"))
    assert beside["a"].m_as("tce/亿元") == pytest.approx(3.0)
    listed: Any = zc.co2([Q(1.0, "t"), Q(2.0, "kg")], "coke")
    np.testing.assert_allclose(listed.m_as("kgCO2"), [1000 * zc.co2(1.0, "coke"), 2 * zc.co2(1.0, "coke")])
    rates = zc.annual_reduction(column, pd.Series([Q(800.0, "kgce")] * 3, ["a", "b", "c"]), 5)
    assert float(rates["a"]) == pytest.approx(1 - 0.8 ** (1 / 5))
    with pytest.raises(zc.InputError, match="quantities alone"):
        zc.energy_intensity([Q(1.0, "tce"), 2.0], 1.0)


def test_rates_work_in_a_registry_that_was_taught_nothing() -> None:
    host: Any = pint.UnitRegistry()
    rate = zc.annual_reduction(host.Quantity(100.0, "knot"), host.Quantity(np.array([80.0, 100.0]), "knot"), [5, 5])
    assert rate._REGISTRY is host
    np.testing.assert_allclose(rate.magnitude, [1 - 0.8 ** (1 / 5), 0.0])
    assert zc.deflate(host.Quantity(110.0, "knot"), 110, 100).m_as("knot") == pytest.approx(100.0)


def test_years_are_plain_numbers() -> None:
    with pytest.raises(zc.UnitError, match="year"):
        zc.annual_reduction(Q(1.0, "t"), Q(0.8, "t"), Q(5, "year"))


def test_indices_are_alike_and_do_not_decide_the_kind() -> None:
    assert zc.deflate(110.0, Q(1.1, "dimensionless"), Q(100, "percent")) == pytest.approx(100.0)
    assert zc.deflate(Q(110.0, "亿元"), 110, 100).m_as("亿元") == pytest.approx(100.0)
    with pytest.raises(zc.InputError, match="both levels"):
        zc.deflate(110.0, Q(1.1, "dimensionless"), 1.0)


@given(value=st.floats(1e-3, 1e6), unit=st.sampled_from(["tce", "kgce", "万吨标准煤", "GJ", "MWh", "toe"]))
def test_the_unit_chosen_changes_nothing(value: float, unit: str) -> None:
    energy, money = Q(value, "tce").to(unit), Q(value / 1e4, "亿元")
    assert zc.energy_intensity(energy, money).m_as("tce/万元") == pytest.approx(1.0, rel=1e-12)
    assert float(zc.annual_reduction(energy, Q(0.8 * value, "tce"), 5)) == pytest.approx(1 - 0.8**0.2, rel=1e-10)
    fuel = zc.co2(Q(value * 1000, "kg"), "coke").m_as("tCO2")
    assert fuel == pytest.approx(zc.co2(value, "coke"), rel=1e-12)
    assert zc.co2(value / 1e4, "coke", unit="万吨") == pytest.approx(zc.co2(value, "coke"), rel=1e-12)
