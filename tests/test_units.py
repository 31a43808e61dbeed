"""Units: the definitions, the spellings, the traps, and quantities of other registries."""

import contextlib
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from math import inf, isclose, isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonecarbon.errors import InputError, UnitError
from zonecarbon.units import (
    define_into,
    dimension,
    factor,
    is_quantity,
    known_units,
    magnitude,
    number,
    registry_of,
    split,
    to_quantity,
)
from zonecarbon.units.meaning import library, meaning
from zonecarbon.units.registries import _knows

ROOT = Path(__file__).parents[1]
NAMES = list(known_units())


def code(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value.problems[0].code)


def taught(**options: Any) -> Any:
    registry: Any = pint.UnitRegistry(**options)
    define_into(registry)
    return registry


# -- definitions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "to", "expected"),
    [
        ("tce", "GJ", 29.3076),  # GB/T 2589-2020
        ("kgce", "kJ", 29307.6),
        ("tce", "kcal", 7_000_000.0),
        ("GJ", "kgce", 1 / 0.0293076),
        ("kt", "t", 1000.0),  # a knot in pint
        ("Mt", "万吨", 100.0),
        ("cal", "J", 4.1868),  # 4.184 in pint
        ("大卡", "kJ", 4.1868),
        ("Nm3", "m3", 293.15 / 273.15),
        ("toe", "GJ", 41.868),
        ("toe", "tce", 41868 / 29307.6),
        ("度", "MJ", 3.6),
        ("百万千焦", "GJ", 1.0),
        ("百亿千焦", "kJ", 1e10),
        ("万百万千焦", "10^10 kJ", 1.0),
        ("10^4 tce/10^8 CNY", "tce/10^4 CNY", 1.0),
        ("tce/10^8 CNY", "tce/10^4 CNY", 1e-4),
        ("kgCO2/kWh", "tCO2/MWh", 1.0),
        ("kgce/MJ", "kgce/GJ", 1000.0),
        ("kgce/m3", "tce/10^4 m3", 10.0),
        ("10^4 kWh", "MWh", 10.0),
        ("kgce/kWh", "1", 29307.6 / 3600),
        ("tCO2/10^4 Nm3", "kgCO2/Nm3", 0.1),
        ("GJ/10^4 Nm3", "kJ/Nm3", 100.0),
        ("10^8 CNY/km2", "万元/ha", 100.0),
        ("亩", "m2", 2000 / 3),
        ("%", "fraction", 0.01),
        ("‰", "1", 0.001),
    ],
)
def test_definitions(unit: str, to: str, expected: float) -> None:
    assert factor(unit, to) == expected


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("kWh", "kWh"),
        ("MWh", "MWh"),
        ("GWh", "GWh"),
        ("TWh", "TWh"),
        ("J", "J"),
        ("PJ", "PJ"),
        ("EJ", "EJ"),
        ("t", "t"),
        ("kg", "kg"),
        ("g", "g"),
        ("Mt", "megatonne"),
        ("kt", "kilotonne"),
        ("m3", "m**3"),
        ("L", "L"),
        ("km2", "km**2"),
        ("ha", "hectare"),
        ("h", "h"),
        ("day", "day"),
        ("min", "minute"),
        ("toe", "toe"),
        ("kcal", "kilocal_it"),
        ("cal", "cal_it"),
        ("%", "percent"),
        ("t/MWh", "t/MWh"),
        ("kJ/kg", "kJ/kg"),
    ],
)
def test_physical_units_agree_with_pint(ours: str, theirs: str) -> None:
    oracle: Any = pint.UnitRegistry()
    for name in ("cal_it = 4.1868 * joule", "kilocal_it = 1000 * cal_it"):
        oracle.define(name)
    base = oracle.Quantity(1.0, theirs).to_base_units()
    si = {"energy": "J", "mass": "kg", "volume": "m3", "area": "m2", "time": "s", "mass/energy": "kg/J"}
    to = si.get(dimension(ours), {"dimensionless": "1", "energy/mass": "J/kg"}.get(dimension(ours), ""))
    assert isclose(base.magnitude, factor(ours, to), rel_tol=1e-12)


def test_pint_reads_the_same_file_alike() -> None:
    registry: Any = pint.UnitRegistry(str(ROOT / "src/zonecarbon/units.txt"), on_redefinition="raise")
    for name in known_units():
        root = registry.Quantity(1.0, name).to_root_units()
        ours = meaning(name)
        assert isclose(root.magnitude, float(ours.scale), rel_tol=1e-12), name
        assert {key: power for key, power in root.unit_items() if key != "fraction"} == ours.powers, name


def test_no_spelling_twice() -> None:
    lines = (ROOT / "src/zonecarbon/units.txt").read_text("utf-8").splitlines()
    rows = [line.split(" = ") for line in lines if line and not line.startswith("#")]
    assert all(len(row) == 2 or (row[2] == "_" and len(row) > 3) for row in rows)
    names = [name for row in rows for name in (row[0], *row[3:])]
    assert len(names) == len(set(names))
    assert tuple(names) == known_units()


def test_listed_multiples_are_what_the_rule_gives() -> None:
    tens = {"千": 3, "万": 4, "百万": 6, "亿": 8, "百亿": 10}
    for name in NAMES:
        for word, power in tens.items():
            rest = name.removeprefix(word)
            if rest != name and rest in NAMES:
                assert factor(name, rest) == 10**power, name


# -- spellings ---------------------------------------------------------------------------------------------------------

# One kind a line, "|" between the spellings of the same unit.
SAME = """
10^4 t | 万吨 | 万t | 1e4 t | 1E4t | 10**4 t | 10 ^ 4 t | 10⁴ t | １０^４ ｔ | 10000 t | 10^4*t | 10^4·t | 万 吨
10^4 tce | 万吨标准煤 | 万吨标煤 | 万tce | 万 吨标准煤 | 10⁴tce | 万吨 标准煤 | (10^4 tce) | （10^4 tce）
10^8 kWh | 亿千瓦时 | 亿kWh | 亿度 | 亿 kWh | 10^5 MWh | 亿kW·h | 亿千瓦·时 | 10⁸ kW·h
10^4 kWh | 万千瓦时 | 万度 | 万kWh | 万kwh
m3 | m³ | ㎥ | 立方米 | m^3 | m**3 | ｍ３ | M3
Nm3 | Nm³ | NM³ | Nm^3 | 标m³ | 标m^3 | 标方 | 标准立方米
10^4 m3 | 万立方米 | 万m3 | 万m³ | 万m^3 | 万㎥
10^8 m3 | 亿立方米 | 亿m3
10^4 Nm3 | 万标方 | 万标准立方米 | 万Nm3 | 万Nm³
10^4 km2 | 万平方公里 | 万km^2 | 万km²
10^4 CNY | 万元 | 10^4 yuan | 10⁴ RMB | 万人民币元 | 10 千元
10^8 CNY | 亿元 | 10^8元 | 10^2 百万元
10^7 CNY | 千万元
10^12 CNY | 万亿元
10^4 tCO2 | 万吨CO2 | 万吨CO₂ | 万吨二氧化碳 | 万tCO2 | 10^4 t CO2 | 万吨 CO2 | 10 kt CO2
10^10 kJ | 百亿千焦 | 万百万千焦
tce/10^4 CNY | 吨标准煤/万元 | tce/万元 | 吨标准煤每万元 | tce／万元 | tce/(10^4 CNY) | 10^4 tce/亿元
tce/万元 | tce ÷ 万元 | tce·万元⁻¹ | tce*(10^4 CNY)^-1
kgce/kWh | kgce/(kW·h) | kgce/（kW·h） | kgce/kW·h | 千克标准煤/千瓦时 | tce/MWh | kgce/(kW h)
kgCO2/kWh | tCO2/MWh | 千克二氧化碳/千瓦时 | kg CO2/kWh
GJ/t | GJ·t⁻¹ | MJ/kg | 吉焦/吨 | GJ*t^-1
kg | 千克 | 公斤 | Kg | \ufeffkg
m2*s/kg | s*m2/kg
"""
SPELLINGS = [[unit.strip(" ") for unit in line.split("|")] for line in SAME.strip().splitlines()]


@pytest.mark.parametrize(("unit", "other"), [(unit, other) for unit, *others in SPELLINGS for other in others])
def test_spellings(unit: str, other: str) -> None:
    assert factor(other, unit) == 1.0
    assert factor(unit, other) == 1.0
    assert dimension(unit) == dimension(other)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_reads_and_is_documented(name: str) -> None:
    assert factor(name, name) == 1.0
    assert factor(f"万{name}" if name[0] not in "十百千万亿" else f"10^4 {name}", name) == 1e4
    page = (ROOT / "docs/units.md").read_text("utf-8")
    assert re.search(rf"(?<!\S){re.escape(name)}(?=[\s;,])", page)


def test_documented_names_are_known() -> None:
    page = (ROOT / "docs/units.md").read_text("utf-8")
    table = page[page.index("| kind ") :].split("\n\n")[0]
    for row in [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]:
        for unit in row[1].split(";")[0].split():
            assert factor(unit, unit) == 1.0


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("t", "mass"),
        ("万m3", "volume"),
        ("Nm3", "volume"),
        ("tce", "energy"),
        ("kWh", "energy"),
        ("tCO2", "co2"),
        ("万元", "money"),
        ("km2", "area"),
        ("km", "length"),
        ("h", "time"),
        ("%", "dimensionless"),
        ("人", "count"),
        ("1", "dimensionless"),
        ("tce/万元", "energy/money"),
        ("万元/tce", "money/energy"),
        ("GJ/t", "energy/mass"),
        ("tCO2/10^4 Nm3", "co2/volume"),
        ("t/10^4 CNY", "mass/money"),
        ("m3/10^4 CNY", "volume/money"),
        ("1/GJ", "1/energy"),
        ("kgce/m3", "energy/volume"),
        ("tce/人", "energy/count"),
        ("1/m", "1/length"),
        ("t*h", "mass*time"),
        ("tce*tCO2/CNY", "CNY ** -1 * kilogram ** 1 * meter ** 2 * second ** -2 * tCO2 ** 1"),
    ],
)
def test_dimension(unit: str, kind: str) -> None:
    assert dimension(unit) == kind


TRAPS = """
unit.ambiguous: 方 | 万方 | 亿方 | 元/方 | ton | tons | tCO2e | MtCO2e | 万吨CO2当量 | 吨二氧化碳当量 | CO2e | kgCO2-eq
unit.ambiguous: mj | mJ | mwh | mWh | MT | mt | nm3 | Cal | 吨煤 | tce/t*h | kJ/kg·h
unit.carbon: tC | tC/GJ | 万吨碳 | kgC
unit.unknown: | M | 万 | 亿 | Pa | 亿万亿吨 | 亿万吨 | 万万元 | 煤合计 | 万1 | 万元**2
unit.unknown: a | 年 | kW | USD | degC | °C | ℃
unit.unknown: 2 t | 104 t | 1.5 t | 000 GJ | 3 | 0 | nan | 1e400 t | 10**999 t | 10**4 10**4 t | t 10^4 | t t | ½ t
unit.unknown: tce//h | (t | t) | () | ((((t | t+t | t-t | -t | m** | *t | /t | t**2.5 | t**99 | t,kg | t;kg | t=1 | t[0]
unit.unknown: __import__('os') | t.real | lambda: t | 元（2020年价）
unit.unknown_near: 标煤 | kgec | tonn | 吨标准没 | kWhh | ktcee
"""
REFUSED = [
    (line.split(": ", 1)[0], unit.strip())
    for line in TRAPS.strip().replace("unknown: |", "unknown:  |").splitlines()
    for unit in line.split(":", 1)[1].split("|")
] + [("unit.unknown", text) for text in (" ", "t" * 500, "(" * 100)]


@pytest.mark.parametrize(("expected", "unit"), REFUSED)
def test_traps(expected: str, unit: str) -> None:
    for ask in (lambda: factor(unit, "t"), lambda: factor("t", unit), lambda: dimension(unit)):
        with pytest.raises(UnitError) as error:
            ask()
        assert code(error) == expected
        assert error.value.text("zh")


@pytest.mark.parametrize("unit", [None, nan, 3, b"t"])
def test_a_unit_that_is_no_text(unit: Any) -> None:
    with pytest.raises(UnitError):
        factor(unit, "t")


def test_did_you_mean() -> None:
    for unit, near in {"kgec": "kgce", "标煤": "吨标煤", "万吨标准没": "万吨标准煤", "kgec/kWh": "kgce"}.items():
        with pytest.raises(UnitError, match=f"did you mean '{near}'"):
            factor(unit, "t")


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("t", "tce"),
        ("t", "tCO2"),
        ("m3", "GJ"),
        ("t", "m3"),
        ("tce/h", "tce"),
        ("kgce/m3", "kgce/kg"),
        ("CNY", "t"),
        ("tce/万元", "万元/tce"),
        ("count", "1"),
        ("tCO2", "tce"),
    ],
)
def test_wrong_dimension(unit: str, to: str) -> None:
    with pytest.raises(UnitError) as error:
        factor(unit, to)
    assert code(error) == "unit.dimension"
    assert error.value.problems[0].values == {"unit": unit, "to": to, "expected": dimension(to)}


_SIMPLE = st.sampled_from(NAMES)
_SCALED = st.builds(lambda power, name: f"10^{power} {name}", st.integers(0, 12), _SIMPLE)
_UNIT = st.one_of(_SIMPLE, _SCALED, st.builds(lambda a, b: f"{a}/{b}", _SCALED, _SCALED))


@given(_UNIT, st.data())
def test_there_and_back(unit: str, data: st.DataObject) -> None:
    to = data.draw(
        _UNIT.filter(lambda other: dimension(other) == dimension(unit)) if "/" not in unit else st.just(unit)
    )
    assert isclose(factor(unit, to) * factor(to, unit), 1.0, rel_tol=4e-16)


@given(st.integers(0, 12), _SIMPLE)
def test_powers_of_ten_are_exact(power: int, name: str) -> None:
    ways = [
        f"10^{power} {name}",
        f"10**{power}{name}",
        f"1e{power} {name}",
        f"1{'0' * power} {name}",
        f"10^{power}·{name}",
    ]
    assert {factor(way, name) for way in ways} == {float(10**power)}


@given(st.text(alphabet="tceTCO2万亿千吨方元/*^(). 0123456789eE·×²⁴％", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UnitError):
        assert factor(text, text) == 1.0


# -- numbers and figures in text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", 3.0),
        (" 3.5 ", 3.5),
        ("１，０００．５", 1000.5),
        ("1,234,567", 1234567.0),
        ("-2", -2.0),
        ("−2", -2.0),
        ("+2", 2.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("0.1", 0.1),
        ("1.2×10^4", 12000.0),
        ("10⁴", 10000.0),
        ("\u3000 7\xa0", 7.0),
        ("1,000.25", 1000.25),
        ("0", 0.0),
        ("1.2×10⁻⁴", 1.2e-4),
        ("10²", 100.0),
    ],
)
def test_number(text: str, expected: float) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,00",
        "1,0000",
        ",100",
        "1,",
        "1,000,00",
        "12%",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "1e999",
        "3 t",
        "1 000",
        "1_000",
        "0x10",
        "1.2.3",
        "--1",
        "一",
        "٣",
        "12²",
        "①",
        "½",
        "3.5万",
        "1e",
        "e3",
        "1;2",
        "2^3",
        None,
        3.0,
        True,
    ],
)
def test_no_number(text: Any) -> None:
    with pytest.raises(InputError) as error:
        number(text)
    assert code(error) == "number.text"


def test_percent() -> None:
    assert [number(text, percent=True) for text in ("12%", "１２％", "0.1 %", "-4%", "12")] == [
        0.12,
        0.12,
        0.001,
        -0.04,
        12.0,
    ]
    with pytest.raises(InputError):
        number("12%%", percent=True)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_reads_what_python_writes(value: float) -> None:
    assert number(repr(value)) == value
    if abs(value) < 1e15:
        assert number(f"{value:,.6f}") == float(f"{value:.6f}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 GJ", (1000.0, "GJ")),
        ("１，０００ GJ", (1000.0, "GJ")),
        ("1e3 kWh", (1000.0, "kWh")),
        ("3tce", (3.0, "tce")),
        ("3 万吨标准煤", (3.0, "万吨标准煤")),
        ("0.36165 kgce/kWh", (0.36165, "kgce/kWh")),
        ("10 10^4 t", (10.0, "10^4 t")),
        ("10^4 t", (1e4, "t")),
        ("1.2×10^4 t", (12000.0, "t")),
        ("5 10⁴ t", (5.0, "10**4 t")),
        ("12 %", (12.0, "%")),
        ("12%", (12.0, "%")),
        ("-3 t", (-3.0, "t")),
        ("10万吨", (10.0, "万吨")),
        ("3EJ", (3.0, "EJ")),
        ("3 1e4 t", (3.0, "1e4 t")),
        ("5 m³", (5.0, "m³")),
        ("３吨", (3.0, "吨")),
        ("1.33 kgce/m3", (1.33, "kgce/m3")),
    ],
)
def test_split(text: str, expected: tuple[float, str]) -> None:
    assert split(text) == expected
    assert magnitude(text, expected[1]) == expected[0]


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "",
        "tce",
        "1 000 GJ",
        "1 100 GJ",
        "1,00 GJ",
        "3-5 t",
        "1.2.3 t",
        "约3吨",
        "1/3 t",
        "3 /t",
        "1 2 t",
        "nan t",
        "1e999 t",
        "inf t",
        "3 ; t",
        None,
        3.0,
    ],
)
def test_no_figure(text: Any) -> None:
    with pytest.raises(UnitError) as error:
        split(text)
    assert code(error) == "unit.text"


# -- magnitude ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [3.0, 3, np.float64(3), np.float32(3), np.int64(3), Decimal(3), Fraction(3), np.array(3.0), "3 tce", "3000 kgce"],
)
def test_scalars(value: object) -> None:
    figure = magnitude(value, "tce")
    assert type(figure) is float
    assert figure == 3.0


@pytest.mark.parametrize(
    "value",
    [
        True,
        np.True_,
        None,
        1j,
        np.complex128(1),
        b"3 t",
        np.datetime64("2020"),
        {},
        {1.0},
        object(),
        pd.NaT,
        [True],
        np.array([True]),
        [1j],
        [[1.0], [1.0, 2.0]],
        [object()],
        np.array(["2020"], dtype="M8[Y]"),
        Decimal("sNaN"),
        10**400,
    ],
)
def test_what_is_no_figure(value: object) -> None:
    with pytest.raises(UnitError) as error:
        magnitude(value, "t")
    assert code(error) == "unit.figure"


def test_plain_arrays_are_taken_as_they_are() -> None:
    array = np.array([1.0, nan, inf])
    assert magnitude(array, "t") is array
    for value in ([1, 2], (1, 2), np.array([1, 2], dtype=np.int8), pd.Series([1, 2]), pd.Series([1, 2], dtype="Int64")):
        figures = magnitude(value, "t")
        assert isinstance(figures, np.ndarray)
        assert figures.dtype == np.float64
        assert figures.tolist() == [1.0, 2.0]


def test_what_is_missing_in_an_array_is_nan() -> None:
    masked = np.ma.array([1.0, 2.0], mask=[False, True])  # type: ignore[no-untyped-call, unused-ignore]
    for value in ([1.0, None], pd.Series([1, None], dtype="Int64"), masked, ["1 t", None]):
        first, second = magnitude(value, "t")  # type: ignore[misc]
        assert first == 1.0
        assert isnan(second)


def test_text_in_arrays_needs_units() -> None:
    assert np.array_equal(magnitude(["1 t", "2 kg"], "kg"), [1000.0, 2.0])
    assert np.array_equal(magnitude(pd.Series(["1 t", "2 万吨"]), "t"), [1.0, 20000.0])
    for bare in (["1", "2"], pd.Series(["1"])):
        with pytest.raises(UnitError):
            magnitude(bare, "t")


# -- quantities of other registries ------------------------------------------------------------------------------------


def test_untaught_registry_gives_physical_quantities() -> None:
    host: Any = pint.UnitRegistry()
    assert magnitude(host.Quantity(29.3076, "GJ"), "tce") == 1.0
    assert magnitude(host.Quantity(5, "t"), "kg") == 5000.0
    assert isclose(magnitude(host.Quantity(3, "MWh"), "kWh"), 3000.0, rel_tol=1e-15)
    assert isclose(magnitude(host.Quantity(1, "t/MWh"), "kg/kWh"), 1.0, rel_tol=1e-15)
    assert magnitude(host.Quantity(12, "percent"), "1") == 0.12
    assert magnitude(host.Quantity(1, "kcal"), "kJ") == pytest.approx(4.184, rel=1e-15)  # their calorie


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("kt", "t"),
        ("GJ", "t"),
        ("degC", "t"),
        ("delta_degC", "J"),
        ("dBm", "J"),
        ("t", "1"),
        ("m**3", "t"),
        ("degC", "1"),
    ],
)
def test_wrong_dimension_of_a_quantity(unit: str, to: str) -> None:
    with pytest.raises(UnitError) as error:
        magnitude(pint.UnitRegistry().Quantity(3.0, unit), to)
    assert code(error) == "unit.dimension"


@pytest.mark.parametrize("to", ["tCO2", "tce/10^4 CNY", "CNY", "kgCO2/kWh"])
def test_untaught_registry_is_told_of_define_into(to: str) -> None:
    with pytest.raises(UnitError, match=r"zonecarbon\.define_into\(registry\)") as error:
        magnitude(pint.UnitRegistry().Quantity(3.0, "kg"), to)
    assert code(error) == "unit.foreign"


@pytest.mark.parametrize(
    "host",
    [
        taught(),
        taught(on_redefinition="raise"),
        taught(case_sensitive=False),
        taught(system="cgs"),
        taught(force_ndarray=True),
        taught(autoconvert_offset_to_baseunit=True),
        taught(non_int_type=Decimal),
        taught(filename=None),
    ],
)
def test_taught_registries(host: Any) -> None:
    for unit, to, expected in [
        ("万吨标准煤", "tce", 1e4),
        ("tce/万元", "tce/10^4 CNY", 1.0),
        ("MtCO2", "万吨CO2", 100.0),
        ("tce", "GJ", 29.3076),
        ("亿千瓦时", "10^8 kWh", 1.0),
        ("吨", "t", 1.0),
        ("kgCO2/千瓦时", "tCO2/MWh", 1.0),
        ("Nm3", "m3", 293.15 / 273.15),
        ("大卡", "cal", 1000.0),
        ("yuan", "元", 1.0),
        ("千焦", "J", 1000.0),
    ]:
        figure = magnitude(host.Quantity(1, unit), to)
        assert np.ndim(figure) in (0, 1)
        assert np.allclose(figure, expected, rtol=1e-14, atol=0), unit
    with pytest.raises(UnitError) as error:
        magnitude(host.Quantity(1, "吨"), "tCO2")
    assert code(error) == "unit.dimension"


def test_no_error_of_pint_leaks() -> None:
    host: Any = pint.UnitRegistry(non_int_type=Decimal)  # before pint 0.26 it cannot multiply its own float
    found: Any = None
    try:
        found = magnitude(host.Quantity(1.5, "GJ"), "tce")
    except UnitError as error:
        found = error.problems[0].code
    assert found in ("unit.foreign", pytest.approx(1.5 / 29.3076, rel=1e-12))


def test_every_taught_name_means_the_same_there() -> None:
    host = taught()
    for name in library().taught:
        assert isclose(magnitude(host.Quantity(1, name), name), 1.0, rel_tol=1e-13), name
    assert host.Quantity(1, "tce") + host.Quantity(29.3076, "GJ") == host.Quantity(2, "tce")
    with pytest.raises(pint.DimensionalityError):
        host.Quantity(1, "tce") + host.Quantity(1, "tCO2")


def test_array_quantities() -> None:
    host = taught()
    array = np.array([[1.0, 2.0], [3.0, nan]])
    given_ = host.Quantity(array, "万tce")
    figures = magnitude(given_, "tce")
    assert np.array_equal(figures, array * 1e4, equal_nan=True)
    assert np.array_equal(array, [[1.0, 2.0], [3.0, nan]], equal_nan=True)
    assert given_.units == host.Unit("万tce")
    assert np.array_equal(magnitude(host.Quantity(np.array([1, 2]), "t"), "kg"), [1000.0, 2000.0])
    other: Any = pint.UnitRegistry()
    mixed = magnitude([host.Quantity(1, "tce"), other.Quantity(29.3076, "GJ"), None, 4], "tce")
    assert np.array_equal(mixed, [1.0, 1.0, nan, 4.0], equal_nan=True)
    for bad in (host.Quantity(1j, "t"), host.Quantity(np.array([1j]), "t")):
        with pytest.raises(UnitError, match="a figure must be"):
            magnitude(bad, "t")


def test_a_quantity_inside_a_wrapper_keeps_its_unit() -> None:
    class Wrapper:
        data = pint.UnitRegistry().Quantity(np.array([1.0]), "t")

        def __array__(self) -> Any:
            raise AssertionError

    assert np.array_equal(magnitude(Wrapper(), "kg"), [1000.0])


def test_is_quantity_and_registry_of() -> None:
    host: Any = pint.UnitRegistry()
    value = host.Quantity(1, "t")
    assert is_quantity(value)
    assert registry_of(value) is host
    for other in (1.0, 1, "1 t", None, np.ones(2), pd.Series([1.0]), registry_of(value), [value]):
        assert not is_quantity(other)
        assert registry_of(other) is None


# -- define_into -------------------------------------------------------------------------------------------------------


def _names(registry: Any) -> set[str]:
    return {name for name in known_units() if _knows(registry, name)}


def test_define_into_is_idempotent_and_redefines_nothing() -> None:
    host: Any = pint.UnitRegistry(on_redefinition="raise")
    before = {
        name: host.Quantity(1, name).to_root_units() for name in ("kt", "cal", "t", "GJ", "kWh", "toe", "ton", "Pa")
    }
    define_into(host)
    first = set(host)
    define_into(host)
    assert set(host) == first
    assert {name: host.Quantity(1, name).to_root_units() for name in before} == before
    assert host.Quantity(1, "kt").check("[speed]")
    assert set(library().taught) <= _names(host)


@pytest.mark.parametrize(
    ("theirs", "name"),
    [
        (["tce = 7 * GJ"], "tce"),
        (["tce = [coal]"], "tce"),
        (["tCO2 = tonne"], "tCO2"),  # else coal adds to CO2
        (["CO2 = [carbon_dioxide]"], "[carbon_dioxide]"),  # else 1 tCO2 = 1 CO2, silently
        (["CNY = 1"], "CNY"),
        (["万元 = 3 * kg"], "万元"),
        (["CNY = [money]", "yuan = 2 * CNY"], "yuan"),
        (["吨 = 907 * kg"], "吨"),
        (["tce = nonsense"], "tce"),
    ],
)
def test_conflicts_leave_the_registry_alone(theirs: list[str], name: str) -> None:
    host: Any = pint.UnitRegistry()
    for definition in theirs:
        host.define(definition)
    before = _names(host)
    with pytest.raises(UnitError) as error:
        define_into(host)
    assert {problem.code for problem in error.value.problems} == {"unit.conflict"}
    assert name in [problem.values["name"] for problem in error.value.problems]
    assert _names(host) == before


def test_all_conflicts_are_listed() -> None:
    host: Any = pint.UnitRegistry()
    host.define("吨 = 3 * kg")
    host.define("吉焦 = 3 * J")
    with pytest.raises(UnitError) as error:
        define_into(host)
    assert [problem.values["name"] for problem in error.value.problems] == ["吨", "吉焦"]


def test_a_host_with_its_own_currency() -> None:
    host: Any = pint.UnitRegistry()
    host.define("USD = [currency]")
    host.define("CNY = 0.14 * USD")
    assert magnitude(host.Quantity(7, "USD"), "元") == pytest.approx(50.0, rel=1e-14)
    define_into(host)
    assert host.Quantity(1, "万元").m_as("USD") == pytest.approx(1400.0)
    assert magnitude(host.Quantity(1.4, "USD/GJ"), "CNY/GJ") == pytest.approx(10.0)
    assert magnitude(to_quantity(3, "万元", host), "元") == pytest.approx(30000.0)


def test_a_currency_without_yuan_never_equals_it() -> None:
    host: Any = pint.UnitRegistry()
    host.define("USD = [currency]")
    define_into(host)
    with pytest.raises(pint.DimensionalityError):
        host.Quantity(1, "CNY").to("USD")


def test_a_host_with_carbon_units() -> None:  # as openscm-units has it
    host: Any = pint.UnitRegistry()
    for definition in ("C = [carbon]", "CO2 = 12 / 44 * C", "tCO2 = t * CO2"):
        host.define(definition)
    define_into(host)
    assert magnitude(host.Quantity(3, "kgCO2"), "tCO2") == pytest.approx(0.003)
    assert magnitude(host.Quantity(12, "t*C"), "tCO2") == pytest.approx(44.0)
    with pytest.raises(UnitError, match="co2"):
        magnitude(host.Quantity(3, "t"), "tCO2")


def test_small_registries() -> None:
    small: Any = pint.UnitRegistry(None)
    for definition in ("gram = [mass]", "metre = [length]", "second = [time]"):
        small.define(definition)
    assert magnitude(small.Quantity(5000, "gram"), "kg") == 5.0
    define_into(small)
    assert magnitude(small.Quantity(5, "吨") + small.Quantity(1, "gram"), "g") == pytest.approx(5_000_001.0)
    other: Any = pint.UnitRegistry(None)
    other.define("pound = [mass]")
    with pytest.raises(UnitError, match=r"\[mass\]"):
        define_into(other)


def test_lazy_and_application_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    lazy: Any = pint.registry.LazyRegistry()  # type: ignore[no-untyped-call]
    define_into(lazy)
    assert magnitude(lazy.Quantity(1, "tce"), "GJ") == pytest.approx(29.3076)
    app = pint.get_application_registry()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(app, "_registry", pint.UnitRegistry())
    with pytest.raises(UnitError, match="define_into"):
        to_quantity(3, "tce")
    define_into(app)
    quantity = to_quantity(3, "tce")
    assert registry_of(quantity) is app.get()
    assert magnitude(quantity, "tce") == 3.0


@pytest.mark.parametrize("what", [None, 3, "registry", object()])
def test_define_into_needs_a_registry(what: object) -> None:
    with pytest.raises(UnitError) as error:
        define_into(what)
    assert code(error) == "unit.registry"


# -- to_quantity -------------------------------------------------------------------------------------------------------


def test_to_quantity() -> None:
    host = taught()
    for unit in (
        "tce",
        "万吨标准煤",
        "10^4 tce",
        "tce/10^4 CNY",
        "kt",
        "cal",
        "标方",
        "万度",
        "kgCO2/kWh",
        "人",
        "%",
        "m3",
        "1",
    ):
        quantity = to_quantity(3, unit, host)
        assert registry_of(quantity) is host
        assert magnitude(quantity, unit) == pytest.approx(3.0, rel=1e-14), unit
    assert str(to_quantity(3, "万吨标准煤", host)) == "3.0 万吨标准煤"
    assert to_quantity(3, "kt", host).check("[mass]")
    assert to_quantity([1, 2], "tce", host).m_as("GJ").tolist() == pytest.approx([29.3076, 58.6152])
    assert to_quantity("3 kgce", "tce", host).m_as("kgce") == pytest.approx(3.0)
    assert to_quantity(pint.UnitRegistry().Quantity(1, "GJ"), "GJ", host).units == host.Unit("GJ")


def test_to_quantity_needs_a_taught_registry() -> None:
    with pytest.raises(UnitError, match="define_into") as error:
        to_quantity(3, "tce", pint.UnitRegistry())
    assert code(error) == "unit.untaught"
    with pytest.raises(UnitError) as error:
        to_quantity(3, "nonsense", taught())


# -- as a guest --------------------------------------------------------------------------------------------------------


def _run(program: str) -> str:
    path = [str(ROOT / "src"), *filter(None, sys.path)]
    program = f"import sys; sys.path[:0] = {path!r}\n" + program
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program], check=True, capture_output=True, text=True
    ).stdout


def test_text_and_numbers_load_no_pint() -> None:
    _run(
        "from zonecarbon import units\n"
        "assert not {'pint', 'pandas', 'pydantic'} & set(sys.modules)\n"
        "units.factor('10^4 tce', '万kWh'), units.magnitude('3 t', 'kg'), units.magnitude([1, 2], 'kg')\n"
        "assert not {'pint', 'pandas', 'pydantic'} & set(sys.modules)\n"
    )


def test_application_registry_is_left_alone() -> None:
    _run(
        "import pint\n"
        "app = pint.get_application_registry()\n"
        "pint.Quantity(3, 'GJ').to('kJ')\n"
        "before = set(app.get()._units)\n"
        "from zonecarbon import units\n"
        "host = pint.UnitRegistry()\n"
        "units.define_into(host)\n"
        "units.magnitude(host.Quantity(3, 'tce/万元'), 'tce/元'), units.to_quantity(3, '万吨标准煤', host)\n"
        "units.magnitude(pint.Quantity(3, 'GJ'), 'tce')\n"
        "assert set(app.get()._units) == before\n"
        "assert pint.get_application_registry() is app and 'tce' not in before and str(pint.Unit('kt')) == 'knot'\n"
    )


def test_sixteen_threads_on_first_use() -> None:
    _run(
        "import threading\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from zonecarbon import units\n"
        "sys.setswitchinterval(1e-6)\n"
        "gate = threading.Barrier(16)\n"
        "def use(_):\n"
        "    gate.wait()\n"
        "    names = ('tce', '万元', 'kgCO2/kWh', '吨')\n"
        "    return [units.factor(f'10^4 {name}', name) for name in names] + [units.factor('tce', 'GJ')]\n"
        "with ThreadPoolExecutor(16) as pool:\n"
        "    assert list(pool.map(use, range(16))) == [[1e4] * 4 + [29.3076]] * 16\n"
    )


def test_threads_teach_one_registry_once() -> None:
    _run(
        "import threading, pint\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from zonecarbon import units\n"
        "host = pint.UnitRegistry(on_redefinition='raise')\n"
        "host.Quantity(1, 't').to('kg')\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    list(pool.map(lambda _: units.define_into(host), range(8)))\n"
        "assert units.magnitude(host.Quantity(1, '万tce'), 'tce') == 1e4\n"
    )
