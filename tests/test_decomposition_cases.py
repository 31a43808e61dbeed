"""Decompositions of awkward data: what comes and goes, what is negative, unknown or badly typed; and the faces."""

import json
import math
import pickle
import re
import warnings
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.decomposition import parse_identity

CLOSE = 1e-12


def codes_of(call: Callable[[], Any], *parts: str) -> list[str]:
    """The codes of the problems of a call, whose texts must be whole in both languages and name some parts."""
    with pytest.raises(zc.InputError) as raised:
        call()
    for language in ("en", "zh"):
        text = raised.value.text(language)
        assert "{" not in text
        assert all(part in text for part in parts), text
    return [problem.code for problem in raised.value.problems]


def account_of(
    quantity: Any, money: Any, flows: Any = ("raw_coal", "natural_gas"), years: Any = (2021, 2022), **more: Any
) -> zc.Account:
    shape = np.shape(quantity)
    given: dict[str, Any] = {
        "flows": list(flows),
        "zones": [f"Z{i}" for i in range(shape[0])],
        "sectors": [f"S{i}" for i in range(shape[1])] if len(shape) == 4 else None,
        "price_year": 2020,
        "provinces": "全国",
    }
    return accounted(zc.Activity.from_arrays(quantity, years=list(years), value_added=money, **(given | more)))


def account_behind(found: zc.Decomposition) -> zc.Account:
    assert isinstance(found.source, zc.Account)
    return found.source


def accounted(source: Any, **choices: Any) -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(source, **choices)


def zone(
    name: str = "A", money: Any = (100.0, 110.0), *, prices: Any = 2020, years: Any = (2021, 2022), **more: Any
) -> zc.Zone:
    """A zone with some coal and value added in two years."""
    given = prices if isinstance(prices, tuple) else (prices,) * len(years)
    added = tuple(
        zc.ValueAdded(value_added=value, unit="万元", year=year, price_year=price)
        for value, year, price in zip(money, years, given, strict=True)
        if value is not None
    )
    energy = tuple(zc.EnergyUse(carrier="raw_coal", quantity=10.0 + year - 2021, year=year) for year in years)
    return zc.Zone(**({"zone": name, "province": "全国", "energy": energy, "value_added": added} | more))


def named(found: zc.Decomposition, level: str = "", row: int = 0) -> dict[str, float]:
    return dict(zip(found.factors_of(level), found.effects(level)[row].tolist(), strict=True))


def warned(found: zc.Decomposition) -> list[str]:
    for problem in found.warnings:
        for language in ("en", "zh"):
            assert "{" not in problem.text(language)
    return [problem.code for problem in found.warnings]


# -- what comes and goes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [False, True])
def test_a_carrier_comes_or_goes(back: bool) -> None:
    """Gas from 0 to 1000 m3 is a change of mix, and no other of its effects is anything but 0."""
    gas = [0.0, 1000.0][:: -1 if back else 1]
    found = zc.decompose(account_of([[[10.0, 12.0], gas]], [[100.0, 100.0]]))
    by = found.effects("zone", ["zone", "carrier"])
    labels = found.groups_by("zone", ["zone", "carrier"])["carrier"].tolist()
    gas_effects = dict(zip(found.factors, by[labels.index("natural_gas")].tolist(), strict=True))
    co2 = account_behind(found).total("co2", by=("zone", "carrier", "year"))[0, 1]
    assert gas_effects.pop("carrier_mix") == co2[1] - co2[0]
    assert set(gas_effects.values()) == {0.0}


def test_a_sector_comes() -> None:
    """With its value added, energy and CO2: all is a change of structure."""
    coal = [[[[10.0, 10.0]], [[0.0, 5.0]]]]
    found = zc.decompose(account_of(coal, [[[100.0, 100.0], [0.0, 50.0]]], ["raw_coal"]))
    change = float(np.diff(found.values("zone")[0])[0])
    assert warned(found) == []
    both = named(found)
    assert both["activity"] + both["sector_structure"] == pytest.approx(change, rel=CLOSE)
    assert all(
        abs(effect) < CLOSE * change for name, effect in both.items() if name not in {"activity", "sector_structure"}
    )
    new = found.effects("zone", ["zone", "sector"])[1]
    assert dict(zip(found.factors, new.tolist(), strict=True))["sector_structure"] == pytest.approx(change, rel=CLOSE)
    own = dict(zip(found.factors_of("sector"), found.effects("sector")[1].tolist(), strict=True))
    assert own["activity"] == pytest.approx(change, rel=CLOSE)
    intensity = zc.decompose(account_behind(found), "energy_intensity")
    assert np.isnan(intensity.values("sector")[1]).tolist() == [True, False]
    assert np.isnan(intensity.effects("sector")[1]).all()


def test_a_zone_comes_with_zero_value_added() -> None:
    account = account_of([[[10.0, 10.0]], [[0.0, 5.0]]], [[100.0, 100.0], [0.0, 50.0]], ["raw_coal"])
    found = zc.decompose(account)
    own, all_of = named(found, "zone", 1), named(found, "portfolio")
    change = float(np.diff(found.values("zone")[1])[0])
    assert own["activity"] == change
    assert all_of["activity"] + all_of["zone_structure"] == pytest.approx(change, rel=CLOSE)
    assert found.effects("portfolio", ["zone"])[1].tolist() == [0.0, change, 0.0, 0.0, 0.0]
    assert np.isnan(found.effects("zone", form="multiplicative")[1]).all()  # no ratio to nothing


def test_all_zero_sector_is_not_there() -> None:
    coal = [[[[10.0, 12.0]], [[0.0, 0.0]]]]
    account = account_of(coal, [[[100.0, 110.0], [0.0, 0.0]]], ["raw_coal"])
    found = zc.decompose(account)
    assert set(found.columns("zone", ["zone", "sector"])["sector"]) == {"S0"}
    assert not found.effects("sector")[1].any()
    for of in ("energy_intensity", "co2_intensity"):
        per_money = zc.decompose(account, of)
        assert per_money.effects("sector")[1].tolist() == [0.0] * len(per_money.factors_of("sector"))
        assert np.isfinite(per_money.effects("zone")).all()


@pytest.mark.parametrize(
    "money", [[[100.0, 100.0], [0.0, 0.0]], [[100.0, 100.0], [0.0, 50.0]], [[100.0, 90.0], [math.nan, math.nan]]]
)
def test_a_sector_with_energy_but_no_value_added(money: Any) -> None:
    """Its zone is taken as a whole, with a warning; the change is all there."""
    found = zc.decompose(account_of([[[[10.0, 12.0]], [[4.0, 5.0]]]], [money], ["raw_coal"]))
    if math.isnan(money[1][0]):
        assert np.isnan(found.effects("zone")).any()  # value added of the zone is unknown with it
        assert "decompose.unknown_value_added" in warned(found)
        return
    assert warned(found) == ["decompose.sectors"]
    values = found.values("zone")[0]
    assert found.effects("zone").sum() == pytest.approx(values[1] - values[0], abs=CLOSE * values.max())
    assert named(found).get("sector_structure", 0.0) == 0.0


# -- net sellers and signs ---------------------------------------------------------------------------------------------

HEAT = ("raw_coal", "heat", ("heat", "export"))


def seller(*heat: tuple[float, float]) -> zc.Account:
    """Coal, and heat (bought, sold) in each year."""
    bought, sold = zip(*heat, strict=True)
    return account_of([[[100.0, 120.0], bought, sold]], [[100.0, 110.0]], HEAT)


def test_a_net_seller_in_both_years_is_decomposed() -> None:
    found = zc.decompose(seller((10.0, 110.0), (10.0, 160.0)))
    values = found.values("zone")[0]
    assert found.effects("zone").sum() == pytest.approx(values[1] - values[0], abs=CLOSE * values.max())
    cells = found.effects("zone", ["zone", "carrier"])
    assert cells[1].sum() == pytest.approx(-50.0 * 0.11, rel=1e-9)
    assert cells[1, 0] < 0.0  # it grows with the zone: more is taken off


@pytest.mark.parametrize("lmdi", ["I", "II"])
def test_a_change_of_sign_names_the_cell(lmdi: Any) -> None:
    account = seller((10.0, 110.0), (110.0, 10.0))
    call = lambda: zc.decompose(account, lmdi=lmdi)  # noqa: E731
    assert set(codes_of(call, "Z0", "2021", "2022")) == {"decompose.sign"}


def test_a_change_of_sign_apart() -> None:
    account = seller((10.0, 110.0), (110.0, 10.0))
    found = zc.decompose(account, undefined="separate")
    assert found.factors[-1] == "not_attributed"
    values = found.values("zone")[0]
    assert found.effects("zone").sum() == pytest.approx(values[1] - values[0], abs=CLOSE * values.max())
    assert named(found)["not_attributed"] == pytest.approx(200.0 * 0.11, rel=1e-12)
    by = found.effects("zone", ["zone", "carrier"])
    assert by[0, -1] == 0.0
    assert by[1].tolist() == [*[0.0] * (by.shape[1] - 1), named(found)["not_attributed"]]
    ratio = found.effects("zone", form="multiplicative")[0]
    assert ratio.prod() == pytest.approx(values[1] / values[0], rel=1e-11)
    assert codes_of(lambda: zc.decompose(account, undefined="separate", lmdi="II")) == ["decompose.separate"]


def test_all_cells_without_a_limit_are_in_one_error() -> None:
    table = {"zone": ["A", "A", "B", "B"], "year": [0, 1, 0, 1], "gdp": [0, 1, 0, 2], "co2": [1, 2, 3, 4]}
    assert codes_of(lambda: zc.decompose(table, identity="co2 = gdp * co2/gdp"), "A", "B", "gdp") == [
        "decompose.infinite",
        "decompose.infinite",
    ]
    found = zc.decompose(table, identity="co2 = gdp * co2/gdp", undefined="separate")
    assert found.effects("zone").tolist() == [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]


# -- what is not known -------------------------------------------------------------------------------------------------


def test_a_zone_without_energy_rows_in_one_year_is_unknown() -> None:
    lacking = zone("B", energy=(zc.EnergyUse(carrier="raw_coal", quantity=1.0, year=2021),))
    account = accounted([zone("A"), lacking])
    found = zc.decompose(account)
    assert warned(found) == ["decompose.unknown_energy", "decompose.unknown_co2"]
    assert np.isnan(found.effects("zone")).any(axis=1).tolist() == [False, True]
    assert np.isnan(found.effects("portfolio").sum())
    rest = zc.decompose(account, missing="leave_out")
    assert warned(rest) == ["decompose.left_out"]
    alone = zc.decompose(accounted([zone("A")]))
    assert rest.effects("portfolio") == pytest.approx(alone.effects("portfolio"), abs=1e-12)
    assert rest.values("portfolio") == pytest.approx(alone.values("portfolio"), rel=CLOSE)
    assert np.isnan(rest.effects("zone")[1]).any()


def test_the_headline_names_what_is_not_known() -> None:
    """CO2 that is known is told, and only the value added that is not is said to be missing."""
    found = zc.decompose(accounted([zone("A"), zone("B", (None, 110.0))]))
    for of in ("", "B"):
        english, chinese = (found.text(language, of).splitlines()[0] for language in ("en", "zh"))
        assert "not known: value added (2021);" in english
        assert "以下未知：增加值 (2021)；" in chinese
        first, last = found.values("zone").sum(axis=0) if not of else found.values("zone")[1]
        assert f"{last / first - 1:+.1%}" in english
    intensity = zc.decompose(accounted([zone("A"), zone("B", (None, 110.0))]), "co2_intensity").text("zh")
    assert "以下未知：增加值 (2021)；" in intensity.splitlines()[0]
    lacking = zone("B", energy=(zc.EnergyUse(carrier="raw_coal", quantity=1.0, year=2021),))
    energy = zc.decompose(accounted([zone("A"), lacking]), "energy").text().splitlines()[0]
    assert "not known: energy (2022);" in energy
    own = zc.decompose(accounted([zone("A"), lacking]), identity="co2 = energy * co2/energy").text().splitlines()[0]
    assert "not known: energy (2022), CO2 (2022);" in own
    table = zc.decompose({**TABLE, "gdp": [None, 1.0, 2.0, 3.0]}, identity=KAYA).text().splitlines()[0]
    assert "a variable of the factors" in table


def test_a_zone_known_by_its_total_alone() -> None:
    """In one year: mix and factors are one effect, and no change of mix is made up."""
    economy = {"value_added": [100, 110], "unit": ["万元"] * 2, "price_year": [2020] * 2}
    account = accounted(
        zc.read(
            {
                "zones": {"zone": ["A"], "province": ["全国"]},
                "economy": {"zone": ["A", "A"], "year": [2021, 2022], **economy},
                "energy": {"zone": ["A"], "year": [2021], "carrier": ["raw_coal"], "quantity": [10.0], "unit": ["t"]},
                "indicators": {
                    "zone": ["A", "A"],
                    "year": [2022, 2022],
                    "indicator": ["total_energy", "co2"],
                    "value": [8.0, 21.0],
                    "unit": ["tce", "tCO2"],
                    "basis": ["calorific", ""],
                },
            }
        )
    )
    found = zc.decompose(account)
    assert warned(found)[0] == "decompose.reported"
    effects = named(found)
    assert "co2_per_energy" in effects
    assert effects["carrier_mix"] == 0.0


@pytest.mark.parametrize(
    ("prices", "money"), [("nominal", (100.0, 110.0)), ((2020, 2021), (100.0, 110.0)), (2020, (None, 110.0))]
)
def test_value_added_that_does_not_compare(prices: Any, money: Any) -> None:
    """Alone: an error or, if it is merely not known, NaN. Beside a good zone: unknown, with a warning."""
    bad = zone("B", money, prices=prices)
    if prices != 2020:
        assert codes_of(lambda: zc.decompose(accounted([bad]))) == ["decompose.price_none"]
    found = zc.decompose(accounted([zone("A"), bad]))
    assert warned(found)[-1] == "decompose.unknown_value_added"
    assert np.isnan(found.effects("zone")).any(axis=1).tolist() == [False, True]
    rest = zc.decompose(accounted([zone("A"), bad]), missing="leave_out")
    assert np.isfinite(rest.effects("portfolio")).all()
    # CO2 over energy needs no prices
    free = zc.decompose(accounted([bad]), identity="co2 = energy * co2/energy")
    assert np.isfinite(free.effects("zone")).all()


def test_two_zones_at_two_price_years_cannot_be_summed() -> None:
    found = zc.decompose(accounted([zone("A"), zone("B", prices=2015)]))
    assert "decompose.price_years" in warned(found)
    assert np.isfinite(found.effects("zone")).all()
    assert np.isnan(found.effects("portfolio")).any()


def test_a_boundary_that_changes_is_told() -> None:
    added = tuple(
        zc.ValueAdded(value_added=100.0, unit="万元", year=year, price_year=2020, boundary=label)
        for year, label in ((2021, "old"), (2022, "new"))
    )
    found = zc.decompose(accounted([zone("A", value_added=added)]))
    assert warned(found) == ["decompose.boundary"]
    assert np.isfinite(found.effects("zone")).all()


def test_negative_or_idle_value_added_is_unknown() -> None:
    for money in ((100.0, -5.0), (0.0, 10.0)):
        found = zc.decompose(accounted([zone("A"), zone("B", money)]))
        assert "decompose.idle" in warned(found)
        assert np.isnan(found.effects("zone")).any(axis=1).tolist() == [False, True]


def test_certificates_count_for_nothing() -> None:
    """Under an average factor: power with a certificate is the grid's. Where they count, they change the mix."""
    flows = ["electricity", ("electricity", "final", "certificate")]
    account = account_of([[[100.0, 50.0], [0.0, 50.0]]], [[100.0, 100.0]], flows)
    counted = accounted(account.activity, certificates="zero")
    assert named(zc.decompose(counted))["carrier_mix"] < -20.0
    found = zc.decompose(account)
    values = found.values("zone")[0]
    assert found.effects("zone").sum() == pytest.approx(values[1] - values[0], abs=CLOSE * values.max())
    effects = named(found)
    # only the grid's factor has changed: energy and value added have not
    assert effects["grid_factor"] == pytest.approx(values[1] - values[0], abs=1e-9)


def test_green_power_is_the_zones_mix() -> None:
    flows = ["electricity", ("electricity", "final", "direct_nonfossil")]
    account = account_of([[[100.0, 50.0], [0.0, 50.0]]], [[100.0, 100.0]], flows)
    effects = named(zc.decompose(account))
    weight_of_grid = effects["grid_factor"]
    assert effects["carrier_mix"] < 0.0
    assert abs(weight_of_grid) < abs(effects["carrier_mix"])
    assert set(effects) == {"activity", "zone_structure", "energy_intensity", "carrier_mix", "grid_factor"} - {
        "zone_structure"
    }


def test_processes_are_related_to_value_added() -> None:
    account = accounted(
        zc.Zone(
            zone="A",
            province="全国",
            energy=zone().energy,
            value_added=zone().value_added,
            process=[
                zc.ProcessOutput(product="cement_clinker", output=value, factor="0.5 tCO2/t", year=year)
                for value, year in ((5, 2021), (7, 2022))
            ],
        )
    )
    found = zc.decompose(account)
    assert "process_intensity" in found.factors
    values = found.values("zone")[0]
    assert found.effects("zone").sum() == pytest.approx(values[1] - values[0], abs=CLOSE * values.max())
    cells = found.groups_by("zone", ["carrier", "zone"])["carrier"].tolist()
    assert len(cells) == 2


def test_equal_values() -> None:
    """L(y, y) = y: opposite moves of equal size, where some software says 0."""
    table = {"year": [0, 1], "a": [100.0, 125.0], "b": [1.0, 0.8]}
    found = zc.decompose(table, identity="v = a * b").effects()[0]
    assert found == pytest.approx([100 * math.log(1.25), -100 * math.log(1.25)], rel=1e-13)
    ratio = zc.decompose(table, identity="v = a * b", form="multiplicative").effects()[0]
    assert ratio == pytest.approx([1.25, 0.8], rel=1e-13)


# -- tables as people have them ----------------------------------------------------------------------------------------

KAYA = "co2 = gdp * energy/gdp * co2/energy"
TABLE: dict[str, list[Any]] = {
    "zone": ["A", "A", "B", "B"],
    "year": [2020, 2025, 2020, 2025],
    "gdp": [100.0, 150.0, 30.0, 20.0],
    "energy": [50.0, 60.0, 9.0, 9.0],
    "co2": [100.0, 114.0, 20.0, 18.0],
}


def test_sources_of_a_table() -> None:
    """Lists, arrays, a DataFrame; texts, blanks around, Chinese names: the same bits; the input stays as it was."""
    import pandas as pd

    before = deepcopy(TABLE)
    expected = zc.decompose(TABLE, identity=KAYA).effects("zone").tobytes()
    frame = pd.DataFrame(TABLE, index=[7, 3, 5, 1])
    kept = frame.copy()
    texts = {name: [str(value) for value in column] for name, column in TABLE.items()}
    for source in ({name: np.array(column) for name, column in TABLE.items()}, frame, texts):
        assert zc.decompose(source, identity=KAYA).effects("zone").tobytes() == expected
    assert before == TABLE
    pd.testing.assert_frame_equal(frame, kept)
    chinese = dict(zip(("园区", "年份", "增加值", "能耗", "排放"), TABLE.values(), strict=True))
    found = zc.decompose(chinese, identity="排放 = 增加值 × 能耗÷增加值 × 排放÷能耗", time="年份", by="园区")
    assert found.effects("portfolio", ["园区"]).tobytes() == expected
    assert found.factors == ("增加值", "能耗/增加值", "排放/能耗")
    assert list(found.columns())[:3] == ["zone", "sector", "园区"]
    assert found.level == "portfolio"


def test_factors_are_named_as_written_without_blanks() -> None:
    found = zc.decompose({**TABLE, "x 1": TABLE["gdp"]}, identity=" co2=gdp*( energy / gdp )* co2 /energy ")
    assert found.factors in {("gdp", "energy/gdp", "co2/energy"), ("gdp", "(energy/gdp)", "co2/energy")}


@pytest.mark.parametrize("blank", [None, "", "  ", math.nan, "nan"])
def test_blank_figures_are_not_known(blank: Any) -> None:
    found = zc.decompose({**TABLE, "gdp": [100.0, blank, 30.0, 20.0]}, identity=KAYA)
    assert np.isnan(found.effects("zone")).any(axis=1).tolist() == [True, False]
    assert warned(found) == ["decompose.cells_unknown"]


def test_bad_figures_are_told_with_their_rows() -> None:
    table = {**TABLE, "gdp": ["1,000", "many", "1", "2"], "co2": [1.0, math.inf, 2.0, "?"]}
    with pytest.raises(zc.InputError) as raised:
        zc.decompose(table, identity=KAYA)
    assert [(p.code, p.where.row, p.where.column) for p in raised.value.problems] == [
        ("number.text", 1, "gdp"),
        ("number.text", 3, "co2"),
        ("number.finite", 1, "co2"),
    ]


def test_rows_that_stand_twice() -> None:
    table = {name: [*column, column[0]] for name, column in TABLE.items()}
    with pytest.raises(zc.InputError, match="row 0") as raised:
        zc.decompose(table, identity=KAYA)
    assert [(p.code, p.where.row) for p in raised.value.problems] == [("decompose.twice", 4)]
    # rows of years that are not used do not matter
    other = {name: [*column, *column[:1] * 2] for name, column in TABLE.items()}
    other["year"][-2:] = [2030, 2030]
    zc.decompose(other, identity=KAYA, base=2020, end=2025)


def test_missing_rows() -> None:
    table = {name: column[:3] for name, column in TABLE.items()}
    found = zc.decompose(table, identity=KAYA)
    assert warned(found) == ["decompose.absent_unknown", "decompose.cells_unknown"]
    assert np.isnan(found.effects("zone")).any(axis=1).tolist() == [False, True]
    zero = zc.decompose(table, identity=KAYA, absent="zero")
    assert warned(zero) == ["decompose.absent_zero"]
    assert zero.effects("zone")[1].tolist() == [-20.0, 0.0, 0.0]
    rest = zc.decompose(table, identity=KAYA, missing="leave_out")
    assert rest.zones.tolist() == ["A"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("co2", "identity.sides"),
        ("co2 = ", "identity.sides"),
        ("co2 = gdp = energy", "identity.sides"),
        ("", "identity.sides"),
        ("co2*2 = gdp", "identity.sign"),
        ("co2/gdp = energy", "identity.left"),
        ("* = gdp", "identity.left"),
        (" = gdp", "identity.sides"),
        ("co2 = gdp + energy", "identity.sign"),
        ("co2 = 2 * gdp", "identity.sign"),
        ("co2 = gdp ** energy", "identity.term"),
        ("co2 = gdp * * energy", "identity.term"),
        ("co2 = gdp *", "identity.term"),
        ("co2 = * gdp", "identity.term"),
        ("co2 = gdp / / energy", "identity.term"),
        ("co2 = gdp energy", "identity.term"),
        ("co2 = (gdp * energy", "identity.term"),
        ("co2 = gdp) * energy", "identity.term"),
        ("co2 = ()", "identity.term"),
        ("co2 = (gdp)(energy)", "identity.term"),
        ("co2 = /gdp", "identity.term"),
        ("co2 = gdp * gdp", "identity.twice"),
        ("co2 = gdp * co2/energy", "identity.false"),
        ("co2 = co2 * co2/energy * energy", "identity.false"),
        ("co2 = energy/co2", "identity.false"),
        ("v = gdp/gdp", "identity.false"),
        ("v = gdp * energy/gdp * one/energy / one", "identity.false"),
    ],
)
def test_texts_that_are_no_identity(text: str, code: str) -> None:
    assert codes_of(lambda: parse_identity(text)) == [code]


@pytest.mark.parametrize(
    ("text", "factors", "whole"),
    [
        ("v = a", ("a",), {"a": 1}),
        ("v = a / b", ("a/b",), {"a": 1, "b": -1}),
        ("v = a * (b * c) / d", ("a", "(b*c)/d"), {"a": 1, "b": 1, "c": 1, "d": -1}),
        ("v = a / (b / c)", ("a/(b/c)",), {"a": 1, "b": -1, "c": 1}),
        ("v = a/(b*(c/d))", ("a/(b*(c/d))",), {"a": 1, "b": -1, "c": -1, "d": 1}),
        ("v = a/b/c", ("a/b/c",), {"a": 1, "b": -1, "c": -1}),
    ],
)
def test_texts_that_are(text: str, factors: tuple[str, ...], whole: dict[str, int]) -> None:
    found = parse_identity(text)
    assert (found.factors, found.whole) == (factors, whole)


def test_a_definition_must_fit_its_column() -> None:
    table = {"year": [0, 1], "v": [6.0, 21.0], "a": [2.0, 4.0], "b": [3.0, 5.0]}
    assert codes_of(lambda: zc.decompose(table, identity="v = a * b"), "21", "20") == ["identity.unequal"]
    found = zc.decompose({**table, "v": [6.0 + 1e-12, 20.0]}, identity="v = a * b")
    assert found.effects().sum() == pytest.approx(14.0)
    # what is not known in the column proves nothing
    zc.decompose({**table, "v": [6.0, None]}, identity="v = a * b")


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"base": 2019}, "year.absent"),
        ({"end": 2030}, "year.absent"),
        ({"base": 2025, "end": 2025}, "decompose.order"),
        ({"time": "when"}, "decompose.time_column"),
        ({"by": "park"}, "columns.missing"),
        ({"identity": "co2 = people * co2/people"}, "columns.missing"),
        ({"identity": None}, "decompose.identity"),
        ({"form": "additiv"}, "option"),
        ({"lmdi": 1}, "option"),
        ({"undefined": "drop"}, "option"),
        ({"missing": "zero"}, "option"),
        ({"absent": "none"}, "option"),
        ({"chained": "yes"}, "option"),
        ({"zeros": -1e-9}, "decompose.zeros"),
        ({"zeros": math.nan}, "decompose.zeros"),
        ({"zeros": "1e-9"}, "decompose.zeros"),
        ({"zeros": None}, "decompose.zeros"),
    ],
)
def test_bad_choices_for_a_table(choice: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {"identity": KAYA, **choice}
    assert codes_of(lambda: zc.decompose(TABLE, **given)) == [code]


def test_bad_choices_are_told_at_once() -> None:
    wrong: dict[str, Any] = {"form": "x", "lmdi": "III", "zeros": 2.0}
    assert codes_of(lambda: zc.decompose(TABLE, identity=KAYA, **wrong)) == ["option", "option", "decompose.zeros"]


@pytest.mark.parametrize("blank", [None, math.nan, np.datetime64("NaT")])
def test_a_row_without_a_year_is_refused(blank: Any) -> None:
    """NaN has no place in an order: a sorted list with one turns base and end round."""
    for row in (0, 1, 3):
        years = [blank if at == row else year for at, year in enumerate(TABLE["year"])]
        call = partial(zc.decompose, {**TABLE, "year": years}, identity=KAYA)
        assert codes_of(call) == ["decompose.time"]


@pytest.mark.parametrize("name", ["factor", "start", "end", "effect", "unit"])
def test_key_columns_are_not_overwritten(name: str) -> None:
    table = {**TABLE, name: TABLE["zone"]}
    call = partial(zc.decompose, table, identity=KAYA, by=[name])
    assert codes_of(call, name) == ["decompose.reserved"]
    zc.decompose(table, identity=KAYA)  # beside the keys it does no harm


def test_nothing_left() -> None:
    call = partial(zc.decompose, {**TABLE, "gdp": [None] * 4}, identity=KAYA, missing="leave_out")
    assert codes_of(call, "A") == ["decompose.nothing"]


def test_bad_tables() -> None:
    assert codes_of(lambda: zc.decompose({**TABLE, "year": [2020, "x", 2020, 2025]}, identity=KAYA)) == [
        "decompose.time"
    ]
    one = {name: column[:1] for name, column in TABLE.items()}
    assert codes_of(lambda: zc.decompose(one, identity=KAYA)) == ["decompose.years"]
    empty: dict[str, list[Any]] = {name: [] for name in TABLE}
    assert codes_of(lambda: zc.decompose(empty, identity=KAYA)) == ["decompose.years"]
    short = {**TABLE, "gdp": [1.0]}
    assert codes_of(lambda: zc.decompose(short, identity=KAYA)) == ["arrays.shape"]
    short = {**TABLE, "zone": ["A"]}
    assert codes_of(lambda: zc.decompose(short, identity=KAYA)) == ["arrays.shape"]
    sources: list[Any] = [[1, 2], "table.csv", None, 5.0]
    for source in sources:
        assert codes_of(partial(zc.decompose, source, identity=KAYA)) == ["decompose.source"]


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"base": 2022, "end": 2021}, "decompose.order"),
        ({"base": 2021, "end": 2021}, "decompose.order"),
        ({"base": 2010}, "year.absent"),
        ({"of": "money"}, "option"),
        ({"by": ["zone"]}, "decompose.table_only"),
        ({"time": "t"}, "decompose.table_only"),
        ({"absent": "zero"}, "decompose.table_only"),
        ({"unit": "t"}, "decompose.table_only"),
        ({"identity": "co2 = gdp * co2/gdp"}, "identity.names"),
    ],
)
def test_bad_choices_for_an_account(choice: dict[str, Any], code: str) -> None:
    account = accounted([zone()])
    assert codes_of(lambda: zc.decompose(account, **choice)) == [code]


@pytest.mark.parametrize("year", ["x", 2021.5, "2021.5", math.nan, [2021]])
def test_years_that_are_none(year: Any) -> None:
    """Neither a bare ValueError nor the year before the point."""
    account = accounted([zone()])
    assert len(codes_of(lambda: zc.decompose(account, base=year))) == 1
    assert len(codes_of(lambda: zc.decompose(account, end=year))) == 1


def test_an_account_of_one_year_has_no_change() -> None:
    account = accounted([zone(money=(100.0,), years=(2021,))])
    assert codes_of(lambda: zc.decompose(account)) == ["decompose.years"]


def test_an_identity_of_the_users_on_an_account() -> None:
    account = account_of([[[10.0, 12.0], [5e3, 4e3]]], [[100.0, 110.0]])
    own = zc.decompose(account, identity="co2 = value_added * energy/value_added * co2/energy")
    table = {
        "year": [2021, 2022],
        "m": account.value_added[0],
        "e": account.total("energy")[0],
        "c": account.total("co2")[0],
    }
    expected = zc.decompose(table, identity="c = m * e/m * c/e").effects()
    assert own.effects("zone") == pytest.approx(expected, rel=1e-12)
    full = "co2 = value_added_zone * energy_sector/value_added_zone * energy_carrier/energy_sector * co2/energy_carrier"
    fine = zc.decompose(account, identity=full)
    usual = zc.decompose(account)
    assert fine.effects("zone").sum() == pytest.approx(usual.effects("zone").sum(), rel=1e-12)
    assert fine.effects("zone")[0, :3] == pytest.approx(usual.effects("zone")[0, :3], rel=1e-12)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("co2 = energy", "identity.false"),
        ("energy = value_added * energy/value_added * co2/energy", "identity.false"),
        ("co2_intensity = energy/value_added", "identity.false"),
        ("co2_zone = energy_carrier * co2_zone/energy_carrier", "identity.coarse"),
        ("co2_total = value_added_total * co2_total/value_added_total", "identity.coarse"),
        ("energy = value_added_sector * energy_zone/value_added_sector", "identity.coarse"),
    ],
)
def test_a_name_of_an_account_must_mean_what_it_means(text: str, code: str) -> None:
    """A definition cannot be held against a column here: energy under the name of CO2, or CO2 of a zone per carrier."""
    account = account_of([[[10.0, 12.0], [5e3, 4e3]]], [[100.0, 110.0]])
    assert codes_of(lambda: zc.decompose(account, identity=text)) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "co2 = value_added * energy/value_added * co2_carrier/energy",
        "co2_intensity = energy/value_added * co2/energy",
        "energy_sector = value_added_zone * value_added_sector/value_added_zone * energy_sector/value_added_sector",
        "co2_carrier = value_added_total * co2_carrier/value_added_total",
        "co2 = energy_total * energy/energy_total * co2/energy",
        "wealth = value_added",
    ],
)
def test_identities_of_an_account(text: str) -> None:
    coal = [
        [[[10.0, 12.0], [4e3, 5e3]], [[4.0, 5.0], [9.0, 1.0]]],
        [[[1.0, 3.0], [5.0, 2e3]], [[2.0, 2.0], [1e3, 7.0]]],
    ]
    account = account_of(coal, [[[100.0, 110.0], [50.0, 70.0]], [[20.0, 60.0], [30.0, 20.0]]])
    found = zc.decompose(account, identity=text)
    level = found.level  # of a quotient: its cells, here one for each zone
    value = found.values(level)
    left = text.split("=", maxsplit=1)[0].strip().split("_", maxsplit=1)[0]
    known = account.value_added if left == "wealth" else account.total(left)
    known = known / account.value_added if "intensity" in text else known
    assert value == pytest.approx(known, rel=1e-12)
    assert found.effects(level).sum(axis=1) == pytest.approx(value[:, 1] - value[:, 0], abs=CLOSE * value.max())


# -- faces -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def found() -> zc.Decomposition:
    coal = [
        [[[10.0, 12.0], [4e3, 5e3]], [[4.0, 5.0], [0.0, 0.0]]],
        [[[1.0, 3.0], [0.0, 2e3]], [[2.0, 2.0], [1e3, 0.0]]],
    ]
    money = [[[100.0, 110.0], [50.0, 70.0]], [[20.0, 60.0], [30.0, 20.0]]]
    return zc.decompose(account_of(coal, money), base=2021, end=2022)


def test_columns_of_frames(found: zc.Decomposition) -> None:
    """DESIGN section 7: the order, keys that were not given present and empty, no sum rows, start and end are years."""
    frame = found.to_frame()
    assert list(frame.columns) == ["zone", "sector", "factor", "start", "end", "effect", "unit"]
    assert len(frame) == 4 * len(found.factors)
    assert set(frame["start"]) == {2021}
    assert set(frame["end"]) == {2022}
    assert set(frame["unit"]) == {"tCO2"}
    assert frame.groupby("factor")["effect"].sum().sum() == pytest.approx(np.diff(found.values("portfolio")[0])[0])
    whole = found.to_frame("portfolio")
    assert list(whole.columns) == list(frame.columns)
    assert set(whole["zone"]) == set(whole["sector"]) == {""}
    by = found.to_frame("zone", ["zone", "carrier"])
    assert list(by.columns) == ["zone", "sector", "carrier", "factor", "start", "end", "effect", "unit"]
    assert set(by["sector"]) == {""}
    table = zc.decompose(
        {k: v for k, v in TABLE.items() if k != "zone"} | {"park": TABLE["zone"]}, identity=KAYA, by="park"
    )
    assert list(table.to_frame().columns) == ["zone", "sector", "park", "factor", "start", "end", "effect", "unit"]
    assert set(table.to_frame()["factor"]) == {"gdp", "energy/gdp", "co2/energy"}
    ratio = zc.decompose(account_behind(found), form="multiplicative")
    assert set(ratio.to_frame()["unit"]) == {"1"}


def test_frames_of_chains_have_a_row_for_each_year() -> None:
    table = {"year": [2019, 2020, 2022], "a": [1.0, 2.0, 3.0], "b": [3.0, 2.0, 2.0]}
    frame = zc.decompose(table, identity="v = a * b", chained=True).to_frame()
    assert list(zip(frame["start"], frame["end"], strict=True)) == [(2019, 2020)] * 2 + [(2020, 2022)] * 2
    assert frame["effect"].sum() == pytest.approx(3.0)


def test_faces_are_plain_and_whole(found: zc.Decomposition) -> None:
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["result"] == "Decomposition"
    assert len(data["rows"]) == 4 * len(found.factors)
    chosen = data["provenance"]["choices"]["decompose"]
    assert chosen["of"] == "co2"
    assert chosen["lmdi"] == "LMDI-I"
    assert chosen["years"] == [2021, 2022]
    assert chosen["zeros"] == "limits"
    assert len(repr(found)) < 120
    assert "\n" not in repr(found)
    assert "<table>" in found._repr_html_()
    again = pickle.loads(pickle.dumps(found))
    assert again.effects("zone").tobytes() == found.effects("zone").tobytes()
    assert again.to_dict() == found.to_dict()
    unknown = zc.decompose({**TABLE, "gdp": [None, 1.0, 2.0, 3.0]}, identity=KAYA)
    json.dumps(unknown.to_dict(), allow_nan=False)
    with pytest.raises(ValueError, match="read-only"):
        found.effects("zone")[0, 0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        found.values("zone")[0, 0] = 0.0


CODE_NAMES = ("zone_structure", "sector_structure", "energy_intensity", "carrier_mix", "emission_factor", "grid_factor")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["additive", "multiplicative"])
@pytest.mark.parametrize("of", ["co2", "energy", "co2_intensity", "energy_intensity"])
def test_texts_have_no_code_names(found: zc.Decomposition, of: Any, form: Any, language: Any) -> None:
    result = zc.decompose(account_behind(found), of, form=form, undefined="separate")
    for name in ("", "Z0"):
        text = result.text(language, name)
        assert not [word for word in (*CODE_NAMES, "not_attributed", "co2_per", "process_", "_") if word in text]
        assert "nan" not in text
        if language == "zh":
            assert not re.search(r"[a-z]{4,}", text.replace("LMDI", "")), text
    assert codes_of(lambda: result.text(language, "nowhere")) == ["zone.unknown"]


def test_sentences_say_what_the_numbers_say(found: zc.Decomposition) -> None:
    values, effects = found.values("portfolio")[0], named(found, "portfolio")
    sentences = found.sentences("en")
    assert sentences
    biggest = max(effects, key=lambda name: abs(effects[name]))
    share = abs(effects[biggest] / values[1])
    assert f"({share:.1%})" in sentences[0]
    assert ("lower" if effects[biggest] > 0 else "higher") in sentences[0]
    assert all(("higher" in line) != ("lower" in line) for line in sentences)
    assert len(found.sentences("zh")) == len(sentences)


def test_sentences_name_the_direction() -> None:
    """Value added grows and the intensity falls; then the other way round."""
    up = {"year": [0, 1], "activity": [10.0, 20.0], "energy_intensity": [5.0, 4.0]}
    rise, fall = zc.decompose(up, identity="co2 = activity * energy_intensity", unit="tCO2").sentences("en")
    assert rise.startswith("Without the growth of value added, CO2 would have been ")
    assert rise.endswith(" lower in 1.")
    assert fall.startswith("Without the fall in energy intensity, CO2 would have been ")
    assert fall.endswith(" higher in 1.")
    down = {**up, "year": [1, 0]}
    first, second = zc.decompose(down, identity="co2 = activity * energy_intensity", unit="tCO2").sentences("zh")
    assert first.startswith("若无增加值的下降")
    assert "将高出" in first
    assert second.startswith("若无能源强度的上升")
    assert "将低" in second


def test_labels_that_are_not_there(found: zc.Decomposition) -> None:
    assert codes_of(lambda: found.effects("park")) == ["option"]
    assert codes_of(lambda: found.effects("zone", ["park"])) == ["option"]
    table = zc.decompose(TABLE, identity=KAYA)
    assert codes_of(lambda: table.effects("zone", ["carrier"])) == ["option"]
    assert codes_of(table.value_added) == ["decompose.no_account"]
    account = account_behind(found)
    assert codes_of(lambda: zc.decompose(account, "energy").effects("zone", ["zone", "gas"])) == ["option"]
    assert found.value_added("portfolio").tolist() == [[200.0, 260.0]]
