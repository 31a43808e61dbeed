"""What changes of the formulas no other test noticed: what an error says of its argument, and columns of texts."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pint
import pytest
import xarray as xr

import zonecarbon as zc
from zonecarbon.indicators import INDICATORS

NAN = math.nan
lib: Any = zc  # the signatures refuse some of what is tried here
COAL = 0.7143  # tce/t of raw coal, GB/T 2589-2020


def refused(
    call: Callable[[], Any], kind: type[zc.ZoneCarbonError] = zc.ZoneCarbonError
) -> list[tuple[str, dict[str, Any]]]:
    with pytest.raises(kind) as caught:
        call()
    return [(problem.code, problem.values) for problem in caught.value.problems]


def warned(call: Callable[[], Any]) -> tuple[Any, str]:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        result = call()
    return result, "\n".join(str(one.message) for one in seen if one.category is zc.FactorWarning)


@pytest.fixture(scope="module")
def registry() -> Any:
    ureg: Any = pint.UnitRegistry()
    zc.define_into(ureg)
    return ureg


class TestAmounts:
    """Numbers, texts and quantities to one unit; a second unit beside the figure's own is refused."""

    def test_a_text_without_a_unit_has_that_of_the_call(self) -> None:
        assert lib.standard_coal("100", "raw_coal", unit="kg") == pytest.approx(0.1 * COAL)
        assert refused(lambda: lib.standard_coal("100", "raw_coal"), zc.UnitError) == [("unit.text", {"text": "100"})]

    def test_two_units_are_refused(self, registry: Any) -> None:
        wanted = [("formula.two_units", {"unit": "kg", "own": "t"})]
        assert refused(lambda: lib.standard_coal("100 t", "raw_coal", unit="kg"), zc.InputError) == wanted
        [(code, values)] = refused(
            lambda: lib.standard_coal(registry.Quantity(1.0, "kg"), "raw_coal", unit="t"), zc.InputError
        )
        assert (code, values) == ("formula.two_units", {"unit": "t", "own": "kilogram"})

    def test_a_column_of_texts(self) -> None:
        column = np.array(["1 万吨", None, "2 t", "3 kg"], dtype=object)
        np.testing.assert_allclose(
            lib.standard_coal(column, "raw_coal"), [10000 * COAL, NAN, 2 * COAL, 0.003 * COAL], rtol=1e-12
        )
        np.testing.assert_allclose(
            lib.standard_coal(np.array(["1", "2"]), "raw_coal", unit="kg"), [0.001 * COAL, 0.002 * COAL]
        )
        assert np.isnan(lib.standard_coal(np.array([None, None]), "raw_coal")).all()
        assert lib.standard_coal([["1 t"], ["2 t"]], "raw_coal").shape == (2, 1)

    def test_a_column_of_texts_ends_in_one_unit(self) -> None:
        column = np.array(["1 t", "2 GJ"], dtype=object)
        assert refused(lambda: lib.standard_coal(column, "raw_coal"), zc.InputError) == [
            ("formula.forms", {"carrier": "raw_coal", "units": "t, GJ"})
        ]
        same = np.array(["1 tce", "2 tce"], dtype=object)
        np.testing.assert_allclose(lib.standard_coal(same, "raw_coal"), [1.0, 2.0])

    def test_electricity_comes_in_no_standard_coal(self) -> None:
        call = lambda: lib.standard_coal(1.0, "electricity", unit="tce")  # noqa: E731
        assert refused(call, zc.InputError) == [("formula.electricity", {"unit": "tce"})]

    @pytest.mark.parametrize(
        ("ncv", "unit"), [("20 GJ/t", ""), (20.0, "GJ/t"), (20_000.0, "kJ/kg"), (np.float64(20.0), "GJ/t")]
    )
    def test_a_measured_heat_value(self, ncv: Any, unit: str) -> None:
        assert lib.standard_coal(100.0, "raw_coal", ncv=ncv, ncv_unit=unit) == pytest.approx(2000 / 29.3076)

    def test_a_heat_value_as_a_quantity(self, registry: Any) -> None:
        ncv = registry.Quantity(20.0, "GJ/t")
        assert lib.standard_coal(100.0, "raw_coal", ncv=ncv) == pytest.approx(2000 / 29.3076)
        assert lib.standard_coal(100.0, "raw_coal", ncv=registry.Quantity(20.0, "MJ/kg")) == pytest.approx(
            2000 / 29.3076
        )

    @pytest.mark.parametrize("value", ["0 GJ/t", "-1 GJ/t"])
    def test_a_heat_value_is_above_0(self, value: str) -> None:
        assert refused(lambda: lib.standard_coal(1.0, "raw_coal", ncv=value), zc.InputError) == [
            ("ncv.positive", {"value": value})
        ]

    def test_an_unknown_heat_value_is_an_unknown_answer(self) -> None:
        assert math.isnan(lib.standard_coal(1.0, "raw_coal", ncv=NAN, ncv_unit="GJ/t"))

    @pytest.mark.parametrize("value", [[20.0, 21.0], np.array([20.0]), object()])
    def test_a_heat_value_is_one_figure(self, value: Any) -> None:
        assert refused(lambda: lib.standard_coal(1.0, "raw_coal", ncv=value, ncv_unit="GJ/t"), zc.InputError) == [
            ("formula.ncv", {"got": type(value).__name__})
        ]

    def test_a_heat_value_goes_with_the_own_unit_alone(self, registry: Any) -> None:
        """What comes in GJ or standard coal has its energy already; so does what is not known."""
        wanted = [("carrier.unit", {"carrier": "raw_coal", "unit": "GJ", "expected": "mass", "own": "t"})]
        for quantity, unit in (
            (100.0, "GJ"), (None, "GJ"), ("100 GJ", ""), (np.array(["100 GJ", "1 GJ"]), ""), (["100 GJ"], ""),
            (np.array([None, None]), "GJ"),
        ):  # fmt: skip
            call = lambda q=quantity, u=unit: lib.standard_coal(q, "raw_coal", unit=u, ncv="20 GJ/t")  # noqa: E731
            assert refused(call, zc.UnitError) == wanted
        for unit, own in (("GJ", "gigajoule"), ("tce", "tce")):
            amount = registry.Quantity(100.0, unit)
            bare = lambda amount=amount: lib.standard_coal(amount, "raw_coal", ncv="20 GJ/t")  # noqa: E731
            assert refused(bare, zc.UnitError) == [("unit.dimension", {"unit": own, "to": "t", "expected": "mass"})]
        assert lib.standard_coal("100 t", "raw_coal", ncv="20 GJ/t") == pytest.approx(2000 / 29.3076)

    def test_heat_values_that_are_none(self, registry: Any) -> None:
        assert math.isnan(lib.standard_coal(1.0, "raw_coal", ncv=pd.NA, ncv_unit="GJ/t"))
        several = registry.Quantity(np.array([20.0, 21.0]), "GJ/t")
        assert refused(lambda: lib.standard_coal(1.0, "raw_coal", ncv=several), zc.InputError) == [
            ("formula.ncv", {"got": "Quantity"})
        ]

    def test_what_is_not_known_is_still_of_a_unit(self) -> None:
        for quantity in (None, NAN, np.array([None, None])):
            call = lambda quantity=quantity: lib.standard_coal(quantity, "raw_coal", unit="foo")  # noqa: E731
            assert refused(call, zc.UnitError) == [("unit.unknown", {"unit": "foo"})]
        for quantity in (None, np.array([None, None])):
            call = lambda quantity=quantity: lib.standard_coal(quantity, "electricity", unit="tce")  # noqa: E731
            assert refused(call, zc.InputError) == [("formula.electricity", {"unit": "tce"})]

    @pytest.mark.parametrize(("carrier", "own"), [("steam_low_pressure", "mass"), ("compressed_air", "volume")])
    def test_energy_is_no_amount_of_what_is_weighed(self, registry: Any, carrier: str, own: str) -> None:
        call = lambda: lib.standard_coal(registry.Quantity(3.0, "GJ"), carrier)  # noqa: E731
        unit = {"mass": "t", "volume": "m3"}[own]
        assert refused(call, zc.UnitError) == [("unit.dimension", {"unit": "gigajoule", "to": unit, "expected": own})]

    def test_what_is_no_figure_is_told_with_the_unit_it_lacks(self) -> None:
        assert refused(lambda: lib.standard_coal(object(), "raw_coal"), zc.UnitError) == [
            ("unit.figure", {"value": "object", "to": "t"})
        ]
        call = lambda: lib.standard_coal(1.0, 5)  # noqa: E731
        assert refused(call, zc.InputError) == [("formula.text", {"name": "carrier", "value": "5"})]

    @pytest.mark.parametrize("unit", ["t", "kg", "tce", "GJ"])
    def test_a_column_of_quantities_is_left_as_it_was(self, registry: Any, unit: str) -> None:
        figures = np.array([1.0, 2.0, 3.0])
        quantity = registry.Quantity(figures, unit)
        first = lib.standard_coal(quantity, "raw_coal")
        again = lib.standard_coal(quantity, "raw_coal")
        np.testing.assert_array_equal(figures, [1.0, 2.0, 3.0])
        np.testing.assert_array_equal(first.m_as("tce"), again.m_as("tce"))
        per = {"t": COAL, "kg": COAL / 1000, "tce": 1.0, "GJ": 1 / 29.3076}[unit]
        np.testing.assert_allclose(first.m_as("tce"), np.array([1.0, 2.0, 3.0]) * per, rtol=1e-9)


class TestChoices:
    """A choice that cannot be is refused by its name, with what came."""

    @pytest.mark.parametrize("name", ["unit", "ncv_unit", "edition", "fuels", "electricity", "province"])
    def test_a_choice_is_a_text(self, name: str) -> None:
        call = lambda: lib.co2(1.0, "coke", **{name: 3})  # noqa: E731
        assert refused(call, zc.InputError) == [("formula.text", {"name": name, "value": "3"})]

    @pytest.mark.parametrize("name", ["unit", "ncv_unit", "edition"])
    def test_a_choice_of_standard_coal_is_a_text(self, name: str) -> None:
        call = lambda: lib.standard_coal(1.0, "coke", **{name: 3})  # noqa: E731
        assert refused(call, zc.InputError) == [("formula.text", {"name": name, "value": "3"})]

    def test_what_is_chosen_answers_quantities_too(self, registry: Any) -> None:
        amount = registry.Quantity(2.0, "t")
        assert lib.standard_coal(amount, "coke", coefficient="0.9 tce/t").m_as("tce") == pytest.approx(1.8)
        assert lib.co2(amount, "coke", factor="2.9 tCO2/t").m_as("tCO2") == pytest.approx(5.8)
        assert lib.co2(amount, "coke").m_as("tCO2") == pytest.approx(lib.co2(2.0, "coke"))

    def test_a_factor_per_energy_counts_whatever_the_carbon_is_made_of(self) -> None:
        heat, _ = warned(lambda: lib.standard_coal(10.0, "firewood"))
        value, said = warned(lambda: lib.co2(10.0, "firewood", factor="0.1 tCO2/GJ"))
        assert value == pytest.approx(0.1 * 29.3076 * heat, rel=1e-3)  # the table prints both, rounded
        assert "firewood" in said

    def test_what_is_no_text_is_shown_in_short(self) -> None:
        assert refused(lambda: lib.co2(1.0, 5, unit=[1]), zc.InputError) == [
            ("formula.text", {"name": "carrier", "value": "5"}), ("formula.text", {"name": "unit", "value": "[1]"})
        ]  # fmt: skip
        for edition, shown in (((), "()"), (("NBS-yearbook", 3), "3"), (["x", None], "None")):
            call = lambda edition=edition: lib.standard_coal(1.0, "coke", edition=edition)  # noqa: E731
            assert refused(call, zc.InputError) == [("formula.text", {"name": "edition", "value": shown})]
        [(_, values)] = refused(lambda: lib.co2(1.0, "coke", unit=[1] * 100))
        assert len(values["value"]) == 60

    @pytest.mark.parametrize(("name", "known"), [("proxies", "use, refuse"), ("vintage", "nearest, same_year")])
    def test_one_of_two(self, name: str, known: str) -> None:
        call = lambda: lib.co2(1.0, "coke", **{name: "x"})  # noqa: E731
        assert refused(call, zc.InputError) == [("option", {"name": name, "value": "x", "known": known})]

    def test_a_kind_of_grid_and_a_province_are_known_whatever_the_carrier(self) -> None:
        [(code, values)] = refused(lambda: lib.co2(1.0, "coke", electricity="x"), zc.FactorError)
        assert (code, values["name"], values["value"]) == ("option", "electricity", "x")
        assert "provincial_average" in values["known"].split(", ")
        assert refused(lambda: lib.co2(1.0, "coke", province="nowhere"))

    @pytest.mark.parametrize("name", ["factor", "coefficient"])
    def test_a_factor_has_a_unit(self, name: str) -> None:
        carrier = "coke" if name == "factor" else "natural_gas"
        call = lambda: lib.co2(1.0, carrier, **{name: 2.9})  # noqa: E731
        assert refused(call, zc.MethodError) == [("method.bare_number", {"key": name, "value": 2.9})]

    def test_a_factor_is_not_negative_and_may_be_0(self) -> None:
        assert lib.co2(5.0, "coke", factor="0 tCO2/t") == 0.0
        assert refused(lambda: lib.co2(1.0, "coke", factor="-1 tCO2/t"), zc.MethodError) == [
            ("method.choice", {"text": "-1 tCO2/t"})
        ]

    def test_a_factor_per_energy(self) -> None:
        """100 t x 28.435 GJ/t x 0.1 tCO2/GJ; of standard coal 29.3076 GJ/tce."""
        assert lib.co2(100.0, "coke", factor="0.1 tCO2/GJ", ncv="28.435 GJ/t") == pytest.approx(284.35)
        assert lib.co2(100.0, "coke", factor="0.1 tCO2/GJ", unit="GJ") == pytest.approx(10.0)
        assert lib.co2(1.0, "coke", factor="0.1 tCO2/GJ", unit="tce") == pytest.approx(2.93076)
        assert lib.co2(1.0, "coke", factor="2.5 tCO2/tce", unit="tce") == pytest.approx(2.5)
        assert lib.co2(1.0, "firewood", factor="0.1 tCO2/GJ", unit="GJ") == pytest.approx(0.1)
        assert refused(lambda: lib.co2(1.0, "electricity", factor="0.1 tCO2/m3"), zc.UnitError)

    def test_a_factor_per_energy_of_heat(self) -> None:
        """Standard coal of heat goes back through its coefficient, steam through its own; no table is told of."""
        assert warned(lambda: lib.co2(2.0, "heat", factor="0.1 tCO2/GJ")) == (0.2, "")
        found = warned(lambda: lib.co2(2.0, "heat", factor="0.1 tCO2/GJ", unit="tce"))
        assert found == (pytest.approx(0.2 / 0.03412, rel=1e-12), "")
        steam = lambda: lib.co2(2.0, "steam_low_pressure", factor="0.1 tCO2/GJ", edition="GB/T 2589-2008")  # noqa: E731
        assert warned(steam) == (pytest.approx(0.2 * 0.1286 * 29.3076, rel=1e-12), "")

    @pytest.mark.parametrize("unit", ["GJ", "tce"])
    def test_a_coefficient_that_nothing_is_done_with(self, unit: str) -> None:
        call = lambda: lib.standard_coal(1.0, "coke", unit=unit, coefficient="0.9 tce/t")  # noqa: E731
        assert refused(call, zc.InputError) == [("formula.idle", {"carrier": "coke", "unit": unit})]
        call = lambda: lib.co2(1.0, "coke", factor="2.9 tCO2/t", coefficient="0.9 tce/t")  # noqa: E731
        assert refused(call, zc.InputError) == [("formula.idle", {"carrier": "coke", "unit": "t"})]
        assert lib.standard_coal(2.0, "coke", coefficient="0.9 tce/t") == pytest.approx(1.8)

    def test_choices_of_two_of_one_and_of_none(self, registry: Any) -> None:
        """Two tce/t are two; one edition needs no list; what is infinite or several is no choice."""
        assert lib.standard_coal(5.0, "coke", coefficient="2 tce/t") == 10.0
        assert lib.standard_coal(2.0, "naphtha", edition="NBS-yearbook") == 3.0
        for value in (math.inf, np.array([0.9, 0.8])):
            choice = registry.Quantity(value, "tce/t")
            call = lambda choice=choice: lib.standard_coal(1.0, "coke", coefficient=choice)  # noqa: E731
            assert refused(call, zc.MethodError) == [("method.choice", {"text": str(choice)})]

    def test_electricity_has_a_year_and_a_place(self) -> None:
        wanted = [("formula.year", {}), ("formula.province", {"kind": "provincial_average"})]
        assert refused(lambda: lib.co2(1.0, "electricity"), zc.InputError) == wanted
        assert refused(lambda: lib.co2(1.0, "electricity", year=2022), zc.InputError) == wanted[1:]
        assert refused(lambda: lib.co2(1.0, "electricity", province="江苏"), zc.InputError) == wanted[:1]
        national = lib.co2(1.0, "electricity", year=2022, electricity="national_average")
        assert national == pytest.approx(0.5366)
        assert lib.co2(1.0, "electricity", year=2022, province="全国") == national

    def test_another_year_of_the_grid_is_said(self) -> None:
        value, said = warned(lambda: lib.co2(1.0, "electricity", year=2060, province="江苏"))
        assert value > 0
        assert "2060" in said
        assert "Jiangsu" in said
        assert lib.co2(1.0, "electricity", year=2022, province="江苏") > 0  # without a warning
        call = lambda: lib.co2(1.0, "electricity", year=2060, province="江苏", vintage="same_year")  # noqa: E731
        assert refused(call, zc.FactorError)

    def test_a_proxy_is_said_or_refused(self) -> None:
        value, said = warned(lambda: lib.co2(1.0, "coal_slime", unit="GJ"))
        assert value > 0
        assert said
        assert refused(lambda: lib.co2(1.0, "coal_slime", unit="GJ", proxies="refuse"), zc.FactorError)

    def test_no_fossil_carbon_is_0(self) -> None:
        assert lib.co2(5.0, "firewood", unit="GJ") == 0.0
        assert lib.co2(5.0, "compressed_air") == 0.0


class TestLabels:
    """What does not fit together is named."""

    @pytest.mark.parametrize(("n", "shown"), [(1, "a0"), (3, "a0, a1, a2"), (4, "a0, a1, a2, ...")])
    def test_labels_that_lack(self, n: int, shown: str) -> None:
        energy = pd.Series(1.0, index=["x", *(f"a{i}" for i in range(n))])
        money = pd.Series(1.0, index=["x"])
        [(code, values)] = refused(lambda: lib.energy_intensity(energy, money), zc.InputError)
        assert (code, values["labels"]) == ("formula.labels", shown)
        assert (values["name"], values["other"], values["axis"]) == ("value_added", "energy", "index")
        [(_, values)] = refused(lambda: lib.energy_intensity(money, energy), zc.InputError)
        assert values["labels"] == shown

    def test_labels_twice(self) -> None:
        energy, money = pd.Series([1.0, 2.0], index=["a", "a"]), pd.Series([1.0, 2.0], index=["a", "b"])
        wanted = [("formula.doubled", {"name": "value_added", "other": "energy", "axis": "index"})]
        assert refused(lambda: lib.energy_intensity(energy, money), zc.InputError) == wanted
        assert refused(lambda: lib.energy_intensity(money, energy), zc.InputError) == wanted
        assert lib.energy_intensity(energy, energy).tolist() == [1.0, 1.0]

    def test_frames_meet_on_both_axes(self) -> None:
        energy = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], index=["a", "b"], columns=[2020, 2021])
        money = pd.DataFrame([[40.0, 30.0], [20.0, 10.0]], index=["b", "a"], columns=[2021, 2020])
        found = lib.energy_intensity(energy, money)
        assert found.to_numpy().tolist() == [[0.1, 0.1], [0.1, 0.1]]
        assert found.index.tolist() == ["a", "b"]
        assert found.columns.tolist() == [2020, 2021]

    def test_kinds_of_tables(self) -> None:
        series, frame = pd.Series([1.0]), pd.DataFrame([[1.0]])
        assert refused(lambda: lib.energy_intensity(series, frame), zc.InputError) == [
            ("formula.tables", {"kinds": "DataFrame, Series"})
        ]
        assert refused(lambda: lib.energy_intensity(series, np.array([1.0])), zc.InputError) == [
            ("formula.unlabelled", {"name": "value_added", "kind": "Series"})
        ]

    def test_a_name_stays_where_all_have_it(self) -> None:
        one, two = pd.Series([1.0], name="x"), pd.Series([2.0], name="y")
        assert lib.energy_intensity(one, one).name == "x"
        assert lib.energy_intensity(one, two).name is None
        assert lib.energy_intensity(one, 2.0).name == "x"

    def test_shapes(self) -> None:
        call = lambda: lib.energy_intensity(np.ones(2), np.ones(3))  # noqa: E731
        assert refused(call, zc.InputError) == [("formula.shapes", {"shapes": "energy (2,), value_added (3,)"})]

    def test_units_of_levels(self, registry: Any) -> None:
        one, other = registry.Quantity(1.0, "t"), registry.Quantity(1.0, "m")
        [(code, values)] = refused(lambda: lib.annual_reduction(one, other, 1), zc.UnitError)
        assert (code, values["unit"], values["to"]) == ("unit.dimension", "meter", str(one.units))
        assert values["expected"] == "[mass]"
        assert refused(lambda: lib.annual_reduction(one, 1.0, 1), zc.InputError) == [("formula.kinds", {})]
        assert refused(lambda: lib.annual_reduction(object(), 1.0, 1), zc.UnitError) == [
            ("unit.figure", {"value": "object", "to": "1"})
        ]
        half = lib.annual_reduction(one, registry.Quantity(500.0, "kg"), 1)
        assert float(half) == 0.5
        warm = registry.Quantity(20.0, "degC")
        [(code, values)] = refused(lambda: lib.annual_reduction(warm, warm, 1), zc.UnitError)
        assert (code, values["unit"]) == ("formula.offset", "degree_Celsius")

    def test_one_figure_among_many(self) -> None:
        """A figure without axes goes with a table, and a table without axes with an array."""
        found = lib.energy_intensity(pd.Series([1.0, 2.0]), np.array(2.0))
        assert found.tolist() == [0.5, 1.0]
        named = xr.DataArray(4.0, name="x")
        assert lib.energy_intensity(named, 2.0).item() == 2.0
        many = lib.energy_intensity(named, np.array([1.0, 2.0]))
        assert isinstance(many, np.ndarray)
        assert many.tolist() == [4.0, 2.0]

    def test_a_table_of_one_quantity_stays_one(self, registry: Any) -> None:
        found = lib.energy_intensity(xr.DataArray(registry.Quantity(np.array(4.0), "tce")), 2.0)
        assert found.shape == ()
        assert found.data.m_as("tce/万元") == 2.0

    def test_what_holds_figures(self) -> None:
        """Whatever numpy can read is figures; a ragged list is none."""
        assert lib.energy_intensity(pd.Index([1.0, 2.0]), 2.0).tolist() == [0.5, 1.0]
        assert refused(lambda: lib.energy_intensity([[1.0], [1.0, 2.0]], 2.0), zc.UnitError) == [
            ("unit.figure", {"value": "list", "to": "tce"})
        ]

    def test_mixed_and_foreign_quantities(self, registry: Any) -> None:
        mixed = np.array([registry.Quantity(1.0, "t"), 2.0], dtype=object)
        assert refused(lambda: lib.annual_reduction(mixed, mixed, 1), zc.InputError)[0] == (
            "formula.mixed", {"name": "start"}
        )  # fmt: skip
        gap = np.array([registry.Quantity(2.0, "t"), None], dtype=object)
        found = lib.annual_reduction(gap, registry.Quantity(1.0, "t"), 1)
        np.testing.assert_array_equal(found.magnitude, [0.5, NAN])
        square = np.array([[*gap], [*gap[::-1]]], dtype=object)
        found = lib.annual_reduction(square, registry.Quantity(1.0, "t"), 1)
        np.testing.assert_array_equal(found.magnitude, [[0.5, NAN], [NAN, 0.5]])

    def test_a_scale_of_which_the_registry_makes_nothing(self, registry: Any) -> None:
        loud = registry.Quantity(20.0, "dB * m")
        [(code, values)] = refused(lambda: lib.annual_reduction(loud, loud, 1), zc.UnitError)
        assert (code, values["unit"]) == ("formula.offset", str(loud.units))


class TestFormulas:
    """Values by hand, and years that do not fit."""

    def test_every_indicator_has_the_unit_of_its_formula(self) -> None:
        assert INDICATORS["co2_per_iva"] == "tCO2/万元"
        assert lib.co2_intensity("3 万吨CO2", "1 亿元") == pytest.approx(3.0)
        assert lib.energy_intensity("3 万吨标准煤", "1 亿元") == pytest.approx(3.0)

    def test_rates(self) -> None:
        assert lib.annual_reduction(1.0, 0.25, 2) == 0.5
        assert lib.required_rate(1.0, 0.25, 2) == 0.5
        assert lib.required_rate(0.2, 0.25, 2) == 0.0
        for call in (lib.annual_reduction, lib.required_rate):
            with pytest.raises(zc.UnitError):
                call(1.0, 0.25, "2 t")

    def test_constant_prices(self, registry: Any) -> None:
        assert lib.deflate(110.0, 1.1, 1.0) == pytest.approx(100.0)
        index, base = registry.Quantity(110.0, "percent"), registry.Quantity(1.0, "")
        assert lib.deflate(110.0, index, base) == pytest.approx(100.0)
        assert type(lib.deflate(110.0, index, base)) is float
        found = lib.deflate(registry.Quantity(110.0, "t"), index, base)
        assert found.m_as("t") == pytest.approx(100.0)

    def test_linked_prices(self) -> None:
        levels, years, growth = [90.0, 100.0, 129.6], [2015, 2015, 2020], [0.0, 0.0, 0.08]
        np.testing.assert_allclose(lib.link_prices(levels, years, growth, 2015), [90.0, 100.0, 108.0])
        np.testing.assert_allclose(lib.link_prices(levels, years, growth, 2020), [108.0, 120.0, 129.6])
        both = lib.link_prices([levels, levels], years, growth, 2015)
        np.testing.assert_allclose(both, [[90.0, 100.0, 108.0]] * 2)
        cube = lib.link_prices([[levels, levels]], [[years, years]], growth, 2015)
        assert cube.shape == (1, 2, 3)
        np.testing.assert_allclose(cube[0, 1], [90.0, 100.0, 108.0])
        assert refused(lambda: lib.link_prices(levels, years, growth, 2010), zc.InputError) == [
            ("price.absent", {"year": 2010, "known": "2015, 2020"})
        ]
        for rows, shapes in (
            (([1.0, 2.0], [2015] * 3, [0.0] * 3), "(2,), (3,), (3,)"),
            (([], [], []), "(0,), (0,), (0,)"),
            ((1.0, 2015, 0.0), "(), (), ()"),
        ):
            call = lambda rows=rows: lib.link_prices(*rows)  # noqa: E731
            assert refused(call, zc.InputError) == [("formula.shapes", {"shapes": shapes})]
        assert refused(lambda: lib.link_prices(["x"], [2015], [0.0]), zc.UnitError) == [
            ("unit.figure", {"to": "1", "value": "['x']"})
        ]
        [(_, values)] = refused(lambda: lib.chain_changes(["x" * 100]), zc.UnitError)
        assert len(values["value"]) == 60
