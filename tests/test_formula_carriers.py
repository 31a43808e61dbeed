"""Standard coal and CO2 of one carrier: the figures of an account, its choices in words, nothing silent."""

import inspect
import math
import warnings
from typing import Any

import numpy as np
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon.catalog import method
from zonecarbon.vocabulary import carriers

INVENTORY = method("inventory")
SETS = ("ncsc-2025", "ipcc-2006")
PROVINCE, YEAR = "江苏", 2022


def units_of(carrier: str) -> tuple[str, ...]:
    """Return the units in which a record takes the carrier."""
    known = carriers()[carrier]
    more = {"fuel": ("GJ", "tce"), "heat": ("tce",)}.get(known.kind, ())
    return tuple(dict.fromkeys((known.unit, *more)))


def accounted(use: zc.EnergyUse, **choices: Any) -> tuple[float, float] | None:
    """Return tce and tCO2 of an account of one use; nothing where it stops for want of a coefficient."""
    try:
        found = zc.account(zc.Zone(zone="A", province=PROVINCE, energy=[use]), media=True, **choices)
    except zc.MethodError:
        return None
    return float(found.total("energy")[0, 0]), float(found.total("co2")[0, 0])


@pytest.mark.filterwarnings("ignore::zonecarbon.FactorWarning")
@pytest.mark.parametrize("carrier", carriers())
def test_figures_are_those_of_an_account_to_the_bit(carrier: str) -> None:
    """Every carrier, by mass or volume, in GJ and in tce; what an account cannot tell is refused."""
    for unit in units_of(carrier):
        use = zc.EnergyUse(carrier=carrier, quantity=123.4567, unit=unit, year=YEAR)
        choices: Any = {"unit": unit}
        if carrier in INVENTORY.coefficients and unit == carriers()[carrier].unit:
            choices["coefficient"] = INVENTORY.coefficients[carrier]
        for fuels in SETS:
            expected = accounted(use, fuels=fuels)
            if expected is None or math.isnan(expected[1]):
                with pytest.raises(zc.FactorError):
                    zc.co2(123.4567, carrier, fuels=fuels, **choices)
            else:
                assert zc.co2(123.4567, carrier, fuels=fuels, province=PROVINCE, year=YEAR, **choices) == expected[1]
        if expected is None:
            with pytest.raises(zc.FactorError):
                zc.standard_coal(123.4567, carrier, **choices)
        else:
            assert zc.standard_coal(123.4567, carrier, **choices) == expected[0]


@given(
    quantity=st.floats(0, 1e9), heat=st.floats(1, 60), carrier=st.sampled_from(["coke", "natural_gas", "lng", "原煤"])
)
def test_a_measured_heat_value_is_that_of_an_account(quantity: float, heat: float, carrier: str) -> None:
    unit = "MJ/kg" if carriers().get(carrier, carriers()["raw_coal"]).unit == "t" else "MJ/m3"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        use = zc.EnergyUse.model_validate(
            {"carrier": carrier, "quantity": quantity, "ncv": heat, "ncv_unit": unit, "year": YEAR}
        )
        expected = accounted(use)
        assert expected is not None
        assert zc.standard_coal(quantity, carrier, ncv=heat, ncv_unit=unit) == expected[0]
        assert zc.co2(quantity, carrier, ncv=heat, ncv_unit=unit) == expected[1]
        assert zc.co2(quantity, carrier, ncv=f"{heat!r} {unit}") == expected[1]


@pytest.mark.parametrize("kind", ["provincial_average", "regional_average", "national_average", "national_residual"])
@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_electricity_is_that_of_an_account(kind: str, year: int) -> None:
    def found() -> float:
        return zc.co2(7.7, "电力", province=PROVINCE, year=year, electricity=kind, vintage="same_year")

    use = zc.EnergyUse(carrier="电力", quantity=7.7, year=year)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        expected = accounted(use, electricity=kind, vintage="same_year")
    assert expected is not None
    if math.isnan(expected[1]):
        with pytest.raises(zc.FactorError, match=str(year)):
            found()
    else:
        assert found() == expected[1]


def test_published_factors() -> None:
    # National average of 2022 (生态环境部 公告 2024年第33号) and the fossil factor of 910号 annex 4.
    assert zc.co2("1 万千瓦时", "电力", province="全国", year=2022) == pytest.approx(5.366)
    assert zc.co2("1 kWh", "电力", electricity="national_fossil", year=2022) == pytest.approx(0.8325e-3)
    assert zc.co2("1 GJ", "热力") == 0.11
    # 公共机构 worked example: coefficients of the training text.
    assert zc.standard_coal("12500 kWh", "electricity") == pytest.approx(1.53625)
    assert zc.standard_coal("6000 m3", "natural gas", coefficient="1.2143 kgce/m3") == pytest.approx(7.2858)
    # Jilin 2015, equivalent value: 0.30664 kgce/kWh, 114.63 10^8 kWh are 351.51 10^4 tce.
    bought = zc.standard_coal("114.63 亿千瓦时", "electricity", coefficient="0.30664 kgce/kWh")
    assert bought / 1e4 == pytest.approx(351.51, abs=0.02)


def test_defaults_in_the_signature_are_those_of_inventory() -> None:
    for function in (zc.co2, zc.standard_coal):
        shown = inspect.signature(function).parameters
        for name, field in (("edition", "editions"), *((n, n) for n in ("fuels", "proxies", "electricity", "vintage"))):
            if name in shown:
                assert shown[name].default == getattr(INVENTORY, field), name
    assert INVENTORY.heat == "default"
    assert set(INVENTORY.coefficients) == {"natural_gas"}  # which the formulas ask for


def test_what_stands_in_is_warned_of_where_the_script_calls() -> None:
    calls: dict[str, tuple[Any, dict[str, Any]]] = {
        "raw_coal -> bituminous_coal": (zc.co2, {"carrier": "raw_coal"}),
        "naphtha: NBS-yearbook": (zc.standard_coal, {"carrier": "naphtha"}),
        "that of 2021 stands in": (zc.co2, {"carrier": "electricity", "province": "江苏", "year": 2015}),
    }
    for told, (function, arguments) in calls.items():
        for _ in range(2):  # at each call: the coefficient is remembered, the warning is not forgotten
            with pytest.warns(zc.FactorWarning, match=told) as caught:
                function(1.0, **arguments)
            assert [warning.filename for warning in caught] == [__file__]


def test_what_stands_in_can_be_refused() -> None:
    with pytest.raises(zc.FactorError, match="raw_coal"):
        zc.co2(1.0, "raw_coal", proxies="refuse")
    with pytest.raises(zc.FactorError, match="naphtha"):
        zc.standard_coal(1.0, "naphtha", edition="GB/T 2589-2020")
    with pytest.raises(zc.FactorError, match="2015"):
        zc.co2(1.0, "electricity", province="江苏", year=2015, vintage="same_year")
    for choices in ({"proxies": "no"}, {"vintage": "fixed"}):
        with pytest.raises(zc.InputError, match="must be one of"):
            zc.co2(1.0, "coke", **choices)  # type: ignore[call-overload]


def test_a_range_is_asked_for() -> None:
    for function in (zc.standard_coal, zc.co2):
        with pytest.raises(zc.FactorError, match=r"1\.1000 to 1\.3300.*coefficient=.*ncv"):
            function(1.0, "natural_gas")
        assert math.isfinite(function(1.0, "natural_gas", coefficient="1.21 kgce/m3"))
        assert math.isfinite(function(1.0, "natural_gas", unit="GJ"))
        assert math.isfinite(function(1.0, "natural_gas", ncv="36 MJ/m3"))


def test_electricity_asks_for_place_and_year() -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.co2(1.0, "electricity")
    assert [problem.code for problem in caught.value.problems] == ["formula.year", "formula.province"]
    with pytest.raises(zc.FactorError, match="Tibet"):
        zc.co2(1.0, "electricity", province="西藏", year=2022)
    with pytest.raises(zc.InputError, match="江东"):
        zc.co2(1.0, "electricity", province="江东", year=2022)
    with pytest.raises(zc.FactorError, match="some_average"):
        zc.co2(1.0, "electricity", province="江苏", year=2022, electricity="some_average")


def test_a_factor_that_is_given_counts() -> None:
    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    for factor in ("0.5366 kgCO2/kWh", registry.Quantity(0.5366, "kgCO2/kWh")):
        assert zc.co2(2.0, "electricity", factor=factor) == pytest.approx(1.0732)
    assert zc.co2(2.0, "coke", factor="3 tCO2/t") == 6.0
    assert zc.co2(2.0, "hydrogen", factor="3 tCO2/m3") == 6.0
    assert zc.co2(2.0, "heat", factor="0.1 tCO2/GJ") == 0.2
    assert zc.co2("1 tce", "coke", factor="0.1 tCO2/GJ") == pytest.approx(2.93076)
    # Per energy of a fuel by mass: its heat value is that of the coefficients, 28.47 GJ/t for coke.
    heat = zc.co2(1.0, "coke") / zc.co2(1.0, "coke", unit="GJ")
    assert zc.co2(1.0, "coke", factor="0.1 tCO2/GJ") == pytest.approx(0.1 * heat)
    assert zc.co2(1.0, "coke", factor="0.1 tCO2/GJ", ncv="30 GJ/t") == pytest.approx(3.0)
    with pytest.warns(zc.FactorWarning, match="firewood"):  # another edition; it counts, though it is biogenic
        assert zc.co2(1.0, "firewood", factor="0.1 tCO2/GJ") > 1.0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"carrier": "coke", "factor": 3.0}, "unit"),
        ({"carrier": "coke", "factor": "-3 tCO2/t"}, "not negative"),
        ({"carrier": "coke", "factor": "3 tCO2/km"}, "tCO2/GJ"),
        ({"carrier": "electricity", "factor": "3 tCO2/t"}, "tCO2/MWh"),
        ({"carrier": "hydrogen", "factor": "3 tCO2/GJ"}, "unit"),
        ({"carrier": "coke", "unit": "GJ", "coefficient": "1 kgce/kg"}, "leave it out"),
        ({"carrier": "coke", "factor": "3 tCO2/t", "coefficient": "1 kgce/kg"}, "leave it out"),
        ({"carrier": "coke", "ncv": "28 GJ/t", "coefficient": "1 kgce/kg"}, "leave it out"),
        ({"carrier": "coke", "ncv": 28.0}, "unit"),
        ({"carrier": "coke", "ncv": "0 GJ/t"}, "positive"),
        ({"carrier": "coke", "ncv": "28 GJ/m3"}, "unit"),
        ({"carrier": "electricity", "ncv": "28 GJ/t"}, "heat value"),
        ({"carrier": "coke", "fuels": "mine"}, "ncsc-2025"),
        ({"carrier": "coke", "unit": "km"}, "unit"),
        ({"carrier": "煤合计"}, "sum"),
    ],
    ids=str,
)
def test_choices_that_cannot_be_are_refused(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(zc.ZoneCarbonError, match=told):
        zc.co2(1.0, **arguments)


def test_standard_coal_is_told_by_its_name() -> None:
    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    # Pint turns 1 MWh into 0.1228 tce, the standard into 0.1229: so no electricity in tce, in whatever dress.
    for electricity in ("1 tce", registry.Quantity(1, "tce"), ["1 MWh", "1 吨标准煤"]):
        with pytest.raises(zc.InputError, match="kWh"):
            zc.co2(electricity, "electricity", province="全国", year=2022)
        with pytest.raises(zc.InputError, match="kWh"):
            zc.standard_coal(electricity, "electricity")
    assert zc.standard_coal(registry.Quantity(3, "tce"), "coke").m_as("tce") == 3.0
    assert zc.standard_coal(registry.Quantity(29.3076, "GJ"), "coke").m_as("tce") == pytest.approx(1.0)
    assert zc.standard_coal("1 tce", "heat") == 1.0
    with pytest.raises(zc.InputError, match="coke are in t, tce"):
        zc.co2(["1 t", "1 tce"], "coke")


def test_limits() -> None:
    assert zc.co2(0.0, "coke") == 0.0
    assert zc.co2(-2.0, "coke") == -zc.co2(2.0, "coke")
    assert zc.co2([], "coke").tolist() == []
    np.testing.assert_array_equal(zc.co2([1.0, None], "coke"), [zc.co2(1.0, "coke"), np.nan])
    for carrier in ("hydrogen", "waste_heat"):  # no fossil carbon
        assert zc.co2(5.0, carrier) == 0.0


@given(quantity=st.floats(0, 1e12), more=st.floats(0, 1e12))
def test_more_is_more(quantity: float, more: float) -> None:
    assert zc.co2(quantity + more, "coke") >= zc.co2(quantity, "coke")
    assert zc.standard_coal(quantity + more, "coke") >= zc.standard_coal(quantity, "coke")


@given(level=st.floats(1e-3, 1e6), rate=st.floats(-0.5, 0.5), years=st.integers(1, 40))
def test_reducing_by_the_rate_gives_the_end(level: float, rate: float, years: int) -> None:
    end = level * (1 - rate) ** years
    assert level * (1 - zc.annual_reduction(level, end, years)) ** years == pytest.approx(end, rel=1e-11)
    needed = zc.required_rate(level, end, years)
    assert level * (1 - needed) ** years <= max(level, end) * (1 + 1e-11)
    assert needed == pytest.approx(max(rate, 0.0), abs=1e-12)


@given(nominal=st.floats(-1e9, 1e9), index=st.floats(1, 1e3), base=st.floats(1, 1e3))
def test_deflating_there_and_back(nominal: float, index: float, base: float) -> None:
    there = zc.deflate(nominal, index, base)
    assert zc.deflate(there, base, index) == pytest.approx(nominal, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("unit", ["t", "万吨", "metric_ton", "kilogram", "tce"])
def test_a_column_is_not_written_to_and_each_of_its_figures_is_as_alone(unit: str) -> None:
    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    figures = np.array([1.0, -0.0, np.nan, 3.0])
    kept = figures.copy()
    is_text = unit in {"t", "万吨"}
    column = figures if is_text else registry.Quantity(figures, unit)

    def coal(value: Any) -> Any:
        answer = zc.standard_coal(value, "raw_coal", unit=unit if is_text else "")
        return getattr(answer, "magnitude", answer)

    first, again = coal(column), coal(column)
    assert figures.tobytes() == kept.tobytes()
    assert first.tobytes() == again.tobytes()
    assert not np.may_share_memory(first, figures)
    assert coal(column[3]) == first[3]
