"""Records typed by hand: what they take, what they refuse, and that JSON gives them back unchanged."""

import copy
import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import zonecarbon as zc
from zonecarbon import units
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.vocabulary import carrier_spellings, carriers, find_carrier, province_spellings, read_rows

RECORDS: tuple[type[BaseModel], ...] = (
    zc.EnergyUse,
    zc.ValueAdded,
    zc.ProcessOutput,
    zc.ReportedValue,
    zc.Zone,
    zc.Method,
    zc.Target,
    zc.TargetSet,
)
TAUGHT: Any = pint.UnitRegistry()
zc.define_into(TAUGHT)
UNTAUGHT: Any = pint.UnitRegistry()


def energy(**fields: Any) -> zc.EnergyUse:
    return zc.EnergyUse(**{"carrier": "raw_coal", "quantity": 1.0, "year": 2020, **fields})


def money(**fields: Any) -> zc.ValueAdded:
    return zc.ValueAdded(**{"value_added": 1.0, "year": 2020, "price_year": 2020, **fields})


def output(**fields: Any) -> zc.ProcessOutput:
    return zc.ProcessOutput(**{"product": "lime", "output": 1.0, "year": 2020, **fields})


def figure(**fields: Any) -> zc.ReportedValue:
    return zc.ReportedValue(**{"indicator": "co2", "value": 1.0, "year": 2020, **fields})


def refused(make: Callable[..., BaseModel], **fields: Any) -> list[str]:
    """Return the codes of the problems in the one kind of error a record may raise."""
    with pytest.raises(ZoneCarbonError) as caught:
        make(**fields)
    return [problem.code for problem in caught.value.problems]


# -- what is taken -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "amount", "kept"),
    [
        (3, "", 3.0, "t"),
        (3.5, "万吨", 35000.0, "t"),
        ("1,000 t", "", 1000.0, "t"),
        ("１，０００ 吨", "", 1000.0, "t"),
        ("3万吨标准煤", "", 30000.0, "tce"),
        ("1e3 kWh", "", 3.6, "GJ"),
        (Decimal("2.5"), "kt", 2500.0, "t"),
        (np.float32(2.5), "t", 2.5, "t"),
        (np.float64(2.5), "t", 2.5, "t"),
        (np.int64(7), "t", 7.0, "t"),
        (np.array(7.0), "t", 7.0, "t"),
        (0, "t", 0.0, "t"),
        (None, "t", None, "t"),
        (UNTAUGHT.Quantity(2, "kilotonne"), "", 2000.0, "t"),
        (UNTAUGHT.Quantity(2, "TJ"), "", 2000.0, "GJ"),
        (UNTAUGHT.Quantity(2, "tonne"), "kg", 2.0, "t"),
        (TAUGHT.Quantity(2, "万吨标准煤"), "", 20000.0, "tce"),
        (TAUGHT.Quantity(Decimal(2), "tonne"), "", 2.0, "t"),
    ],
)
def test_a_quantity_may_come_in_many_forms(value: Any, unit: str, amount: float | None, kept: str) -> None:
    use = energy(quantity=value, unit=unit)
    assert use.unit == kept
    assert use.quantity == (None if amount is None else pytest.approx(amount, rel=1e-12))
    assert use.quantity is None or type(use.quantity) is float


def test_electricity_and_heat_keep_their_own_unit_or_standard_coal_with_its_basis() -> None:
    power = energy(carrier="电力", quantity="1200 万千瓦时")
    assert (power.quantity, power.unit, power.basis, power.supply) == (12000.0, "MWh", "", "grid")
    coal = energy(carrier="电力", quantity="3 tce", basis="等价值")
    assert (coal.quantity, coal.unit, coal.basis) == (3.0, "tce", "equivalent")
    heat = energy(carrier="热力", quantity=3, unit="吨标准煤")
    assert (heat.unit, heat.basis) == ("tce", "calorific")
    from_pint = energy(carrier="电力", quantity=TAUGHT.Quantity(3, "tce"), basis="calorific")
    assert (from_pint.quantity, from_pint.unit, from_pint.basis) == (3.0, "tce", "calorific")


@pytest.mark.parametrize(
    ("ncv", "ncv_unit"),
    [
        (20.908, "GJ/t"),
        ("20.908 GJ/t", ""),
        (20908, "kJ/kg"),
        (UNTAUGHT.Quantity(20.908, "GJ/tonne"), ""),
        (np.float64(20.908), "MJ/kg"),
    ],
)
def test_a_measured_heat_value_makes_gj(ncv: Any, ncv_unit: str) -> None:
    use = energy(quantity="2 t", ncv=ncv, ncv_unit=ncv_unit)
    assert use.quantity == pytest.approx(41.816, rel=1e-12)
    assert (use.unit, use.basis) == ("GJ", "")


def test_a_heat_value_by_volume_as_a_quantity() -> None:
    use = energy(carrier="天然气", quantity="2 万m3", ncv=UNTAUGHT.Quantity(36, "MJ/m**3"))
    assert use.quantity == pytest.approx(720.0, rel=1e-12)


def test_the_words_of_the_user_are_kept() -> None:
    assert energy(quantity="1.2 万吨").given == "1.2 万吨"
    assert energy(quantity=3, unit="t", ncv=20, ncv_unit="GJ/t").given == "3 t, 20 GJ/t"
    assert energy(quantity=None).given == ""


@pytest.mark.parametrize("row", read_rows("vocabulary", "carriers.csv"), ids=lambda row: row["carrier_id"])
def test_a_carrier_in_every_spelling(row: dict[str, str]) -> None:
    spellings = [row["carrier_id"], row["name_zh"], row["name_en"]]
    spellings += row["aliases_zh"].split("|") + row["aliases_en"].split("|")
    for spelling in filter(None, spellings):
        for written in (spelling, f" {spelling.upper()} ", spelling.replace("(", "（").replace(")", "）")):
            assert energy(carrier=written, quantity=None).carrier == row["carrier_id"]


def test_province_in_any_usual_spelling() -> None:
    for spelling in ("江苏", "江苏省", "苏", "Jiangsu", "CN-JS", "32", "JIANG SU"):
        assert zc.Zone(zone="A", province=spelling).province == "32-jiangsu"
    assert zc.Zone(zone="A", province="陕西").province != zc.Zone(zone="A", province="山西").province
    assert zc.Zone(zone="A", province="全国").province == "00-quanguo"
    assert zc.Zone(zone="A").province == zc.Zone(zone="A", province=" ").province == ""
    assert len(set(province_spellings().values())) == 35


@pytest.mark.parametrize("year", [2020, 2020.0, "2020", "２０２０年", "2020.0", np.int64(2020), np.float64(2020)])
def test_year_as_number_or_text(year: Any) -> None:
    assert energy(year=year).year == money(year=year).year == output(year=year).year == figure(year=year).year == 2020
    assert money(price_year=year).price_year == 2020
    assert type(energy(year=year).year) is int


@pytest.mark.parametrize(
    ("given_as", "expected"), [("现价", "nominal"), ("Nominal", "nominal"), ("2020年价", 2020), ("2020 prices", 2020)]
)
def test_price_year_in_words(given_as: str, expected: int | str) -> None:
    assert money(price_year=given_as).price_year == expected


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"value_added": "12 亿元"}, 120000.0),
        ({"value_added": 12, "unit": "亿元"}, 120000.0),
        ({"value_added": -3}, -3.0),
        ({"value_added": None}, None),
        ({"value_added": TAUGHT.Quantity(12, "亿元")}, 120000.0),
        ({"value_added": Decimal("1.5"), "unit": "万元"}, 1.5),
    ],
)
def test_value_added_is_kept_in_ten_thousand_yuan(fields: dict[str, Any], amount: float | None) -> None:
    record = money(**fields)
    assert record.value_added == (None if amount is None else pytest.approx(amount, rel=1e-12))
    assert record.unit == "万元"


def test_value_added_under_its_other_name() -> None:
    assert zc.ValueAdded.model_validate({"amount": "3 亿元", "year": 2020, "price_year": 2020}).value_added == 30000.0


def test_process_output_and_its_factor() -> None:
    made = output(output="3 万吨", factor="0.53 tCO2/t")
    assert (made.output, made.unit, made.factor) == (30000.0, "t", "0.53 tCO2/t")
    assert output(output=UNTAUGHT.Quantity(3, "kg")).output == pytest.approx(0.003)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"indicator": "综合能耗", "value": "3 万吨标准煤", "basis": "当量值"}, ("total_energy", 30000.0, "tce")),
        ({"indicator": "co2", "value": 5, "unit": "万吨二氧化碳"}, ("co2", 50000.0, "tCO2")),
        ({"indicator": "co2", "value": 5}, ("co2", 5.0, "tCO2")),
        ({"indicator": "energy_intensity", "value": 45, "unit": "kgce/万元"}, ("energy_intensity", 0.045, "tce/万元")),
        ({"indicator": "share", "value": 12, "unit": "%"}, ("share", 0.12, "1")),
        ({"indicator": "share", "value": "12%"}, ("share", 0.12, "1")),
        ({"indicator": "score", "value": 80, "unit": "分"}, ("score", 80.0, "分")),
        ({"indicator": "co2", "value": None}, ("co2", None, "tCO2")),
    ],
)
def test_reported_values(fields: dict[str, Any], expected: tuple[str, float | None, str]) -> None:
    record = figure(**fields)
    amount = expected[1] if expected[1] is None else pytest.approx(expected[1], rel=1e-12)
    assert (record.indicator, record.value, record.unit) == (expected[0], amount, expected[2])


# -- what is refused -----------------------------------------------------------------------------------------------

QUANTITIES: dict[str, tuple[Any, str]] = {
    "true": (True, "number.bool"),
    "numpy true": (np.True_, "unit.figure"),
    "nan": (math.nan, "number.finite"),
    "inf": (math.inf, "number.finite"),
    "negative": (-1.0, "number.negative"),
    "negative text": ("-1 t", "number.negative"),
    "nan quantity": (UNTAUGHT.Quantity(math.nan, "tonne"), "number.finite"),
    "number without unit": ("3", "unit.text"),
    "words": ("many t", "unit.text"),
    "unknown unit": ("3 tonnen", "unit.unknown_near"),
    "two readings": ("3 ton", "unit.ambiguous"),
    "wrong dimension": ("3 m2", "carrier.unit"),
    "temperature": (UNTAUGHT.Quantity(3, "degC"), "unit.dimension"),
    "wrong quantity": (UNTAUGHT.Quantity(3, "second"), "unit.dimension"),
    "array": (np.array([1.0, 2.0]), "number.scalar"),
    "list": ([1.0, 2.0], "number.scalar"),
    "array quantity": (UNTAUGHT.Quantity(np.array([1.0, 2.0]), "tonne"), "number.scalar"),
    "complex": (1j, "unit.figure"),
    "object": (object(), "unit.figure"),
    "dict": ({"value": 3}, "unit.figure"),
    "huge": (10**400, "unit.figure"),
}


@pytest.mark.parametrize("case", QUANTITIES)
def test_energy_refuses(case: str) -> None:
    value, code = QUANTITIES[case]
    assert refused(energy, quantity=value) == [code]


@pytest.mark.parametrize("case", [case for case in QUANTITIES if case not in {"wrong dimension"}])
@pytest.mark.parametrize("make", [money, output, figure], ids=["money", "output", "figure"])
def test_other_records_refuse_the_same_without_a_crash(make: Callable[..., BaseModel], case: str) -> None:
    value, _ = QUANTITIES[case]
    name = {"money": "value_added", "output": "output", "figure": "value"}[make.__name__]
    if case.startswith("negative") and make is not output:
        value = "3 m2"  # value added and changes may be negative
    assert refused(make, **{name: value})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"carrier": "rawcole"}, "carrier.unknown"),
        ({"carrier": "煤合计"}, "carrier.sum"),
        ({"carrier": ""}, "carrier.blank"),
        ({"carrier": None}, "carrier.blank"),
        ({"carrier": 5}, "field.text"),
        ({"unit": "parsec"}, "unit.unknown"),
        ({"unit": "m3"}, "carrier.unit"),
        ({"unit": 5}, "field.text"),
        ({"unit": []}, "field.text"),
        ({"use": "burned"}, "use.unknown"),
        ({"use": 1}, "field.text"),
        ({"supply": "certificate"}, "supply.carrier"),
        ({"supply": "sun"}, "supply.unknown"),
        ({"basis": "both"}, "basis.unknown"),
        ({"basis": []}, "field.text"),
        ({"unit": "tce", "basis": "equivalent"}, "basis.fuel"),
        ({"carrier": "electricity", "unit": "tce"}, "electricity.basis"),
        ({"carrier": "electricity", "quantity": TAUGHT.Quantity(3, "tce")}, "electricity.basis"),
        ({"ncv": 20}, "ncv.unit"),
        ({"ncv": 0, "ncv_unit": "GJ/t"}, "ncv.positive"),
        ({"ncv": -1, "ncv_unit": "GJ/t"}, "ncv.positive"),
        ({"ncv": math.nan, "ncv_unit": "GJ/t"}, "ncv.positive"),
        ({"ncv": True, "ncv_unit": "GJ/t"}, "number.bool"),
        ({"ncv": 20, "ncv_unit": "GJ/m3"}, "unit.dimension"),
        ({"ncv": 20, "ncv_unit": 3}, "field.text"),
        ({"ncv": 20, "ncv_unit": "GJ/t", "unit": "tce"}, "carrier.unit"),
        ({"carrier": "electricity", "ncv": 20, "ncv_unit": "GJ/t"}, "ncv.carrier"),
        ({"year": 1948}, "year.range"),
        ({"year": 2101}, "year.range"),
        ({"year": 2020.5}, "year.range"),
        ({"year": "last"}, "year.range"),
        ({"year": True}, "year.range"),
        ({"year": None}, "year.range"),
        ({"year": math.nan}, "year.range"),
        ({"sector": "合计"}, "sector.sum"),
        ({"colour": "black"}, "field.extra"),
    ],
)
def test_energy_refuses_fields(fields: dict[str, Any], code: str) -> None:
    assert refused(energy, **fields) == [code]


@pytest.mark.parametrize(
    ("make", "fields", "code"),
    [
        (money, {"price_year": "old"}, "price_year"),
        (money, {"price_year": True}, "price_year"),
        (money, {"price_year": None}, "price_year"),
        (money, {"unit": "t"}, "unit.dimension"),
        (money, {"unit": []}, "field.text"),
        (money, {"unit": "USD"}, "unit.unknown"),
        (money, {"colour": 1}, "field.extra"),
        (output, {"product": " "}, "product.blank"),
        (output, {"factor": "0.53"}, "unit.text"),
        (output, {"factor": "0.53 tCO2/m3"}, "unit.dimension"),
        (output, {"factor": "-0.53 tCO2/t"}, "number.negative"),
        (output, {"output": -1}, "number.negative"),
        (output, {"unit": "m3"}, "unit.dimension"),
        (figure, {"indicator": " "}, "indicator.blank"),
        (figure, {"indicator": 5}, "field.text"),
        (figure, {"unit": "tce"}, "unit.dimension"),
        (figure, {"indicator": "综合能耗", "unit": "tce", "basis": "x"}, "basis.unknown"),
        (zc.Zone, {"zone": "全国"}, "zone.sum"),
        (zc.Zone, {"zone": "  "}, "zone.blank"),
        (zc.Zone, {"zone": "A", "province": "Jiangxu"}, "province.unknown"),
        (zc.Zone, {"zone": "A", "province": 32}, "field.text"),
        (zc.Zone, {"zone": "A", "energy": [{"carrier": "coal dust", "year": 2020}]}, "carrier.unknown"),
        (zc.Method, {"fuels": ["ncsc-2025", "ipcc-2006"]}, "method.sets_mixed"),
        (zc.Method, {"coefficients": {"natural_gas": 1.33}}, "method.bare_number"),
        (zc.Method, {"coefficients": {"gas of nature": "1 kgce/m3"}}, "carrier.unknown"),
        (zc.Method, {"equivalent": {"coal": "1 kgce/kg"}}, "method.equivalent_key"),
        (zc.Method, {"basis": "both"}, "basis.unknown"),
        (zc.Method, {"colour": 1}, "field.extra"),
    ],
)
def test_other_records_refuse_fields(make: Callable[..., BaseModel], fields: dict[str, Any], code: str) -> None:
    assert refused(make, **fields) == [code]


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(zc.InputError, match="'raw coal'"):
        energy(carrier="raw cole")
    with pytest.raises(zc.InputError, match="江苏"):
        zc.Zone(zone="A", province="江苏生")


def target(**fields: Any) -> zc.Target:
    row = {"id": "s:a", "indicator": "x", "statistic": "aggregate", "operator": "<=", "threshold": "0.40"}
    return zc.Target(**{**row, **fields})


def test_targets_keep_the_limit_as_printed() -> None:
    assert (target().threshold, target().printed_digits, target().limit) == ("0.40", 2, 0.4)
    assert target(threshold=0.4).printed_digits == 1
    assert target(digits=3).printed_digits == 3
    assert not target(role="direction").judged
    assert target().judged


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"threshold": "low"}, "target.threshold"),
        ({"threshold": ""}, "target.no_threshold"),
        ({"threshold": "NaN"}, "target.threshold"),
        ({"threshold": math.inf}, "target.threshold"),
        ({"threshold": True}, "field.text"),
        ({"statistic": "share_of_zones"}, "target.no_inner"),
        (
            {"statistic": "share_of_zones", "operator": "some", "inner_operator": "<", "inner_threshold": "0.3"},
            "target.share_operator",
        ),
        ({"statistic": "median"}, "field.choice"),
        ({"digits": -1}, "field.bound"),
    ],
)
def test_targets_refuse(fields: dict[str, Any], code: str) -> None:
    assert refused(target, **fields) == [code]


def test_a_target_set_names_its_targets_and_refuses_the_same_twice() -> None:
    row = {"indicator": "x", "statistic": "aggregate", "operator": "<=", "threshold": "0.4"}
    made = zc.TargetSet.model_validate({"name": "mine", "target": [{**row, "id": "a"}, row]})
    assert [item.id for item in made.target] == ["mine:a", "mine:2"]
    twice = {"name": "mine", "target": [{**row, "id": "a"}] * 2}
    assert refused(zc.TargetSet.from_dict, data=twice) == ["target.duplicate"]
    assert refused(zc.TargetSet.from_dict, data={"name": "mine", "target": []}) == ["field.length"]


# -- what comes back -----------------------------------------------------------------------------------------------

AMOUNTS = st.none() | st.floats(0, 1e15, allow_nan=False)
YEARS = st.integers(1949, 2100)
WORDS = st.text('化工钢铁 "\\é,;', max_size=6)


@st.composite
def energy_uses(draw: st.DrawFn) -> zc.EnergyUse:
    carrier = find_carrier(draw(st.sampled_from(sorted(carrier_spellings().values()))))
    unit, basis = carrier.unit, ""
    if carrier.kind in {"fuel", "electricity", "heat"}:
        unit = draw(st.sampled_from([carrier.unit, "tce"] + (["GJ"] if carrier.kind == "fuel" else [])))
    if unit == "tce" and carrier.kind in {"electricity", "heat"}:
        basis = draw(st.sampled_from(["calorific", "equivalent"]))
    use = draw(st.sampled_from(["final", "export", "feedstock", "投入"]))
    return zc.EnergyUse(
        carrier=carrier.id,
        quantity=draw(AMOUNTS),
        unit=unit,
        basis=basis,
        year=draw(YEARS),
        use=use,
        sector=draw(WORDS),
    )


@st.composite
def zones(draw: st.DrawFn) -> zc.Zone:
    sums = st.floats(-1e12, 1e12)
    prices = st.just("nominal") | YEARS
    added = st.builds(
        zc.ValueAdded, value_added=st.none() | sums, year=YEARS, price_year=prices, unit=st.sampled_from(["亿元", "元"])
    )
    made = st.builds(zc.ProcessOutput, product=st.just("lime"), output=AMOUNTS, year=YEARS)
    names = st.sampled_from(["energy_intensity_change", "绿地率"])
    shown = st.builds(zc.ReportedValue, indicator=names, value=st.none() | sums, year=YEARS)
    return zc.Zone(
        zone=draw(st.sampled_from(["A", "示例园区", 'quo"te'])),
        province=draw(st.sampled_from(["", "江苏", "Shaanxi"])),
        energy=draw(st.lists(energy_uses(), max_size=3)),
        value_added=draw(st.lists(added, max_size=2)),
        process=draw(st.lists(made, max_size=2)),
        indicators=draw(st.lists(shown, max_size=2)),
    )


@given(zones())
def test_json_gives_a_zone_back(zone: zc.Zone) -> None:
    assert zc.Zone.model_validate_json(zone.model_dump_json()) == zone
    assert zc.Zone.model_validate(zone.model_dump()) == zone


@pytest.mark.parametrize(
    "record",
    [
        zc.Method(name="m", basis="equivalent", equivalent={"electricity": {2019: "0.3 kgce/kWh"}}, media=True),
        zc.Method(equivalent={"electricity": {"series": "yearbook", "year": "same_year"}}, editions="NBS-yearbook"),
        target(),
        zc.TargetSet(name="s", target=(target(),)),
        energy(quantity="2 t", ncv="20 GJ/t"),
    ],
)
def test_json_gives_other_records_back(record: BaseModel) -> None:
    again = type(record).model_validate_json(record.model_dump_json())
    assert again.model_dump_json() == record.model_dump_json()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_json_schema_is_there_and_refuses_unknown_fields(record: type[BaseModel]) -> None:
    schema = record.model_json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["additionalProperties"] is False
    assert schema["description"]


def test_the_schema_says_what_a_year_and_a_quantity_are() -> None:
    fields = zc.EnergyUse.model_json_schema()["properties"]
    assert (fields["year"]["minimum"], fields["year"]["maximum"]) == (1949, 2100)
    assert {"minimum": 0, "type": ["number", "string", "null"]}.items() <= fields["quantity"].items()


def test_inputs_are_not_modified() -> None:
    row = {"carrier": "原煤", "quantity": "1.2 万吨", "year": "2020年", "ncv": 20, "ncv_unit": "GJ/t"}
    zone = {"name": "A", "energy": [row], "value_added": {"value_added": "3 亿元", "year": 2020, "price_year": 2020}}
    before = copy.deepcopy(zone)
    zc.Zone.model_validate(zone)
    assert zone == before
    quantity = UNTAUGHT.Quantity(3, "kilotonne")
    energy(quantity=quantity)
    assert str(quantity) == "3 kilometric_ton"


@pytest.mark.parametrize("record", [energy(), money(), output(), figure(), zc.Zone(zone="A"), zc.Method(), target()])
def test_records_are_frozen(record: BaseModel) -> None:
    name = next(iter(type(record).model_fields))
    with pytest.raises(ValidationError):
        setattr(record, name, "x")


def test_one_record_stands_for_a_list_of_one() -> None:
    assert zc.Zone(zone="A", energy=energy()).energy == (energy(),)


def test_every_carrier_has_a_unit_that_is_known() -> None:
    for carrier in carriers().values():
        assert units.dimension(carrier.unit) in {"mass", "volume", "energy"}
