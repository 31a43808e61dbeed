"""The other two doors to an activity: arrays and records."""

from typing import Any

import numpy as np
import pytest

import zonecarbon as zc


def arrays(**changes: Any) -> zc.Activity:
    given: dict[str, Any] = {
        "quantity": np.ones((2, 1, 2)),
        "flows": ["原煤"],
        "zones": ["A", "B"],
        "years": [2020, 2021],
        "value_added": np.ones((2, 2)),
        "price_year": 2020,
    }
    given |= changes
    return zc.Activity.from_arrays(given.pop("quantity"), **given)


def refused(make: Any, **changes: Any) -> list[str]:
    with pytest.raises(zc.InputError) as caught:
        make(**changes)
    return [problem.code for problem in caught.value.problems]


def test_arrays_are_taken_as_they_are() -> None:
    quantity = np.ones((2, 1, 2))
    activity = arrays(quantity=quantity, provinces=["江苏", ""])
    assert np.shares_memory(activity.quantity, quantity)
    assert quantity.flags.writeable
    assert not activity.quantity.flags.writeable
    assert activity.provinces.tolist() == ["32-jiangsu", ""]
    assert activity.price_year.tolist() == [[2020, 2020]] * 2
    assert arrays(price_year="现价").price_year.tolist() == [[-1, -1]] * 2
    assert arrays(provinces="全国").provinces.tolist() == ["00-quanguo"] * 2
    assert np.isnan(arrays(value_added=None).value_added_total).all()
    by_sector = arrays(quantity=np.ones((2, 3, 1, 2)), sectors=["x", "y", "z"], value_added=np.ones((2, 3, 2)))
    assert by_sector.value_added_total.tolist() == [[3.0, 3.0]] * 2


@pytest.mark.parametrize(
    "flow",
    [
        "电力",
        ("electricity", "final", "grid"),
        {"carrier": "电力", "use": "终端"},
        zc.Flow("electricity", supply="grid"),
    ],
)
def test_a_flow_in_many_forms(flow: Any) -> None:
    assert arrays(flows=[flow]).flows == (zc.Flow("electricity", "final", "grid", "MWh"),)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": np.ones((2, 2))}, "arrays.shape"),
        ({"quantity": -np.ones((2, 1, 2))}, "arrays.amount"),
        ({"quantity": np.full((2, 1, 2), np.inf)}, "arrays.amount"),
        ({"value_added": np.ones(3)}, "arrays.shape"),
        ({"value_added": np.full((2, 2), np.inf)}, "number.finite"),
        ({"zones": ["A", "A"]}, "zone.duplicate"),
        ({"years": [2021, 2020]}, "years.rising"),
        ({"years": [2020, 2020]}, "years.rising"),
        ({"years": [2020.5, 2021]}, "year.range"),
        ({"years": ["x", "y"]}, "year.range"),
        ({"price_year": "old"}, "price_year"),
        ({"provinces": ["江苏"]}, "arrays.shape"),
        ({"provinces": "江芦"}, "province.unknown"),
        ({"flows": ["rawcole"]}, "carrier.unknown"),
        ({"flows": [("原煤", "burned")]}, "use.unknown"),
    ],
)
def test_arrays_that_do_not_fit(changes: dict[str, Any], code: str) -> None:
    assert refused(arrays, **changes) == [code]


@pytest.mark.parametrize("given", [(1, 2, 1), (1, 1), (1, 1, 1, 1, 2)])
def test_a_wrong_shape_is_told_in_the_axes_that_were_given(given: tuple[int, ...]) -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.Activity.from_arrays(np.ones(given), flows=["coke"], zones=["A"], years=[2020, 2021])
    assert caught.value.problems[0].values["got"] == given
    assert caught.value.problems[0].values["expected"] == (1, 1, 2)


def money(year: int = 2020, **fields: Any) -> zc.ValueAdded:
    return zc.ValueAdded(**{"value_added": 1.0, "year": year, "price_year": 2020, **fields})


def figure(value: float | None, unit: str, year: int = 2020) -> zc.ReportedValue:
    return zc.ReportedValue(indicator="water", value=value, unit=unit, year=year)


def records(**fields: Any) -> zc.Activity:
    return zc.Activity.from_records([zc.Zone(zone="A", **fields)])


def test_records_add_up_and_keep_one_unit() -> None:
    coal = [zc.EnergyUse(carrier="原煤", quantity=q, year=2021) for q in (1.0, 2.0)]
    lime = zc.ProcessOutput(product="lime", output=3, year=2020, factor="0.5 tCO2/t", sector="x")
    activity = records(energy=coal, process=lime, indicators=[figure(2, "m3"), figure(3, "万m3", 2021)])
    assert activity.years.tolist() == [2020, 2021]
    assert activity.sectors.tolist() == ["", "x"]
    assert activity.quantity[0, 0, 0, 1] == 3.0
    assert np.isnan(activity.quantity[0, 0, 0, 0])
    assert activity.quantity[0, 1, 1, 0] == pytest.approx(1.5)
    assert activity.indicators["water"].tolist() == [[2.0, 30000.0]]
    assert activity.indicator_units == {"water": "m3"}
    assert activity.rows is not None
    assert list(activity.rows.given) == ["1.0", "2.0", "3 t"]
    assert (activity.zone_index("A"), activity.year_index(2021)) == (0, 1)
    assert refused(activity.zone_index, zone="B") == ["zone.unknown"]
    assert refused(activity.year_index, year=1999) == ["year.absent"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"value_added": [money(), money()]}, "economy.duplicate"),
        ({"value_added": [money(), money(sector="x")]}, "economy.mixed"),
        ({"value_added": [money(sector="y", price_year=2015), money(sector="x")]}, "economy.prices"),
        ({"indicators": [figure(1, "m3"), figure(2, "m3")]}, "indicator.duplicate"),
        ({"indicators": [figure(1, "m3"), figure(2, "", 2021)]}, "unit.missing"),
    ],
)
def test_records_that_contradict_each_other(fields: dict[str, Any], code: str) -> None:
    assert refused(records, **fields) == [code]


def test_units_of_an_indicator_that_do_not_convert() -> None:
    with pytest.raises(zc.UnitError, match="a unit of volume is needed here"):
        records(indicators=[figure(1, "m3"), figure(2, "t", 2021)])


def test_two_zones_of_one_name() -> None:
    with pytest.raises(zc.InputError, match="'A' stands twice"):
        zc.Activity.from_records([zc.Zone(zone="A"), zc.Zone(zone="A")])


def test_the_hash_depends_on_every_figure() -> None:
    first = arrays()
    assert first.input_hash == arrays().input_hash
    for changes in (
        {"quantity": 2 * np.ones((2, 1, 2))},
        {"price_year": 2015},
        {"years": [2020, 2022]},
        {"provinces": "江苏"},
    ):
        assert arrays(**changes).input_hash != first.input_hash
