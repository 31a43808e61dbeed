"""Effects that others have printed, and real panels against the formula in plain loops.

LMDIR's own expected figures, PyLMDI's six factors, the EDA panel with a fuel that vanishes, the zero-value cases of
Ang and Liu (2007) in closed form, 41 industrial sectors of China, and countries 2000-2018. Where a figure is not
printed by the source, its file says so (``tests/data/lmdi/README.md``).
"""

import csv
import json
import math
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/data/lmdi"
INDUSTRY = ROOT / "examples/china_industry_2019_2020"
COUNTRIES = ROOT / "examples/countries_2000_2018/countries.csv"
CLOSE = 1e-12

Table = dict[str, list[Any]]


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def plain_mean(a: float, b: float) -> float:
    """The textbook form, with its two limits; good to 1e-9 or so, which is enough against printed figures."""
    if a == 0.0 or b == 0.0:
        return 0.0
    return a if a == b else (b - a) / math.log(b / a)


# -- LMDIR -------------------------------------------------------------------------------------------------------------

LMDIR: dict[str, Any] = load("lmdir_simple.json")
X = LMDIR["inputs"]["X"]
YEARS = [int(year) for year in X]
PRODUCT = "v = factor1 * factor2 * factor3"


@pytest.fixture(scope="module")
def lmdir() -> Table:
    rows = [(f"sub{i}", int(year), *row) for year, both in X.items() for i, row in enumerate(both)]
    names = ("zone", "year", "factor1", "factor2", "factor3")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


@pytest.mark.parametrize("end", YEARS[1:])
def test_lmdir_single_years(lmdir: Table, end: int) -> None:
    """The figures have ten digits; 0 is exact (a factor that stays)."""
    expected = LMDIR["expected"]
    found = zc.decompose(lmdir, identity=PRODUCT, base=end - 1, end=end)
    assert found.factors == ("factor1", "factor2", "factor3")
    assert found.values("portfolio")[0].tolist() == [expected["V"][str(end - 1)], expected["V"][str(end)]]
    parts = np.array(expected["per_subsector_additive"][str(end)])
    assert found.effects("zone") == pytest.approx(parts, rel=1e-8, abs=1e-14)
    assert found.effects("portfolio")[0] == pytest.approx(expected["additive"][str(end)], rel=1e-8)
    ratios = zc.decompose(lmdir, identity=PRODUCT, base=end - 1, end=end, form="multiplicative")
    assert ratios.effects("portfolio")[0] == pytest.approx(expected["multiplicative"][str(end)], rel=1e-8)


def test_lmdir_chained_and_not(lmdir: Table) -> None:
    expected = LMDIR["expected"]
    chained = zc.decompose(lmdir, identity=PRODUCT, chained=True)
    assert chained.years == tuple(YEARS)
    steps = chained.effects("portfolio", steps=True)[0]
    assert steps == pytest.approx(np.array([expected["additive"][str(year)] for year in YEARS[1:]]), rel=1e-8)
    whole = chained.effects("portfolio")[0]
    assert whole == pytest.approx(expected["cumulative_additive_1974"], rel=1e-6)
    assert whole.sum() == pytest.approx(expected["total_change"]["additive"], abs=CLOSE * 338)
    ratio = zc.decompose(lmdir, identity=PRODUCT, chained=True, form="multiplicative").effects("portfolio")[0]
    assert ratio == pytest.approx(expected["cumulative_multiplicative_1974"], rel=1e-5)
    assert ratio.prod() == pytest.approx(expected["total_change"]["multiplicative"], rel=CLOSE)
    single = LMDIR["derived_single_period_1971_1974"]
    for form in ("additive", "multiplicative"):
        found = zc.decompose(lmdir, identity=PRODUCT, base=1971, end=1974, form=form)
        assert found.effects("portfolio")[0] == pytest.approx(single[form], rel=1e-8)
    assert "chained" in repr(chained)
    assert chained.provenance.to_dict()["choices"]["decompose"]["chained"] is True


# -- PyLMDI ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", load("pylmdi_six_factor.json")["cases"], ids=["China", "US"])
def test_six_factors(case: dict[str, Any]) -> None:
    table: Table = {"year": [2017, 2018], "C": [case["C0"], case["CT"]]}
    table |= {name: [a, b] for name, a, b in zip(case["factors"], case["X0"], case["XT"], strict=True)}
    found = zc.decompose(table, identity=f"C = {' * '.join(case['factors'])}")
    assert found.factors == tuple(case["factors"])
    effects = found.effects("portfolio")[0]
    assert effects == pytest.approx(case["expected_effects"], rel=1e-9)
    assert effects.sum() == pytest.approx(case["dC"], abs=CLOSE * case["CT"])


# -- the panel with zeros ----------------------------------------------------------------------------------------------

PANEL: dict[str, Any] = load("eda_zero_panel.json")
KAYA = "co2 = building_area * energy_all/building_area * energy_fuel/energy_all * energy/energy_fuel * co2/energy"
EDA_NAMES = {
    "AE": "building_area",
    "DE": "energy_all/building_area",
    "IE": "energy_fuel/energy_all",
    "EM": "energy/energy_fuel",
    "EF": "co2/energy",
}


@pytest.fixture(scope="module")
def panel() -> Table:
    """The panel, with the totals of a year and of a fuel in a year as columns."""
    with (DATA / PANEL["inputs"]).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    table: Table = {
        "building": [row["buildingsector"] for row in rows],
        "fuel": [row["fuel"] for row in rows],
        "year": [int(row["year"]) for row in rows],
    }
    for name in ("co2", "energy", "building_area"):
        table[name] = [float(row[name]) for row in rows]
    of_year: dict[Any, float] = defaultdict(float)
    for year, fuel, amount in zip(table["year"], table["fuel"], table["energy"], strict=True):
        of_year[year] += amount
        of_year[year, fuel] += amount
    table["energy_all"] = [of_year[year] for year in table["year"]]
    table["energy_fuel"] = [of_year[pair] for pair in zip(table["year"], table["fuel"], strict=True)]
    return table


@pytest.mark.parametrize("period", PANEL["expected"])
def test_panel_with_a_vanishing_fuel(panel: Table, period: str) -> None:
    """Tolerance of the file: 1e-6 of a figure; effects of the constant factor are rounding, 1e-9 of the change."""
    base, end = map(int, period.split("-"))
    expected = PANEL["expected"][period]
    found = zc.decompose(panel, identity=KAYA, by=["building", "fuel"], base=base, end=end)
    effects = dict(zip(found.factors, found.effects("portfolio")[0].tolist(), strict=True))
    for name, effect in expected["effects"].items():
        assert effects[EDA_NAMES[name]] == pytest.approx(effect, rel=1e-6, abs=0.01), name
    assert sum(effects.values()) == pytest.approx(expected["dC"], abs=CLOSE * float(found.values().max()) + 5e-4)
    total = found.values("portfolio")[0]
    assert sum(effects.values()) == pytest.approx(total[1] - total[0], abs=CLOSE * total.max())


def test_the_vanishing_cell_goes_to_the_share_that_vanishes(panel: Table) -> None:
    """b2's third fuel ends in 2004; energy/energy_fuel vanishes with it and nothing else: all of its CO2 is there."""
    found = zc.decompose(panel, identity=KAYA, by=["building", "fuel"], base=2003, end=2004)
    labels = found.groups_by("portfolio", ["building", "fuel"])
    at = [pair == ("b2", "fuel3") for pair in zip(labels["building"], labels["fuel"], strict=True)].index(True)
    effects = dict(zip(found.factors, found.effects("portfolio", ["building", "fuel"])[at].tolist(), strict=True))
    assert effects.pop("energy/energy_fuel") == -6130.226
    assert set(effects.values()) == {0.0}


def test_unit_of_co2_does_not_matter(panel: Table) -> None:
    """EDA takes ln 0 as 0: its effects then depend on the unit of CO2."""
    in_kilotonnes = {**panel, "co2": [value / 1000.0 for value in panel["co2"]]}
    found = [
        zc.decompose(table, identity=KAYA, by=["building", "fuel"], chained=True).effects("portfolio")[0]
        for table in (panel, in_kilotonnes)
    ]
    assert found[1] * 1000.0 == pytest.approx(found[0], abs=CLOSE * 5e8)


# -- zero values: Ang and Liu (2007), in closed form -------------------------------------------------------------------
#
# Two fuels, C = Q * E/Q * M * U with M = E_i/E and U = C_i/E_i. Fuel 2 has, from the base to the end:

ANG = "co2 = output * energy/output * fuel/energy * co2/fuel"


def ang_table(second: Sequence[tuple[float, float]]) -> Table:
    """Fuel 1 has 80 -> 90 of energy and 160 -> 171 of CO2; ``second`` is (energy, CO2) of fuel 2 at both ends."""
    fuel = [80.0, second[0][0], 90.0, second[1][0]]
    total = [fuel[0] + fuel[1]] * 2 + [fuel[2] + fuel[3]] * 2
    return {
        "carrier": ["one", "two"] * 2,
        "year": [0, 0, 1, 1],
        "output": [10.0, 10.0, 12.0, 12.0],
        "energy": total,
        "fuel": fuel,
        "co2": [160.0, second[0][1], 171.0, second[1][1]],
    }


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        # Case: E_i0 = C_i0 = 0 (a fuel is introduced): its CO2 belongs to the mix, which is what left zero.
        ([(0.0, 0.0), (10.0, 30.0)], [0.0, 0.0, 30.0, 0.0]),
        # The reverse: a fuel is given up.
        ([(10.0, 30.0), (0.0, 0.0)], [0.0, 0.0, -30.0, 0.0]),
        # Case: energy without CO2 (the factor is zero) that gets CO2: all of it belongs to the factor.
        ([(10.0, 0.0), (10.0, 30.0)], [0.0, 0.0, 0.0, 30.0]),
        # Energy without CO2 in both years, or a fuel that is never used: nothing.
        ([(10.0, 0.0), (20.0, 0.0)], [0.0] * 4),
        ([(0.0, 0.0), (0.0, 0.0)], [0.0] * 4),
    ],
    ids=["introduced", "given up", "factor from zero", "never any CO2", "never used"],
)
def test_zero_cases_of_ang_and_liu(second: Sequence[tuple[float, float]], expected: list[float]) -> None:
    found = zc.decompose(ang_table(second), identity=ANG, by="carrier")
    rows = found.effects("portfolio", "carrier")
    assert rows[1].tolist() == expected
    table = ang_table(second)
    weight = plain_mean(160.0, 171.0)
    ratios = [1.2, table["energy"][2] / 12.0 / (table["energy"][0] / 10.0), 0.0, 171.0 / 90.0 / 2.0]
    ratios[2] = (90.0 / table["energy"][2]) / (80.0 / table["energy"][0])
    assert rows[0] == pytest.approx([weight * math.log(ratio) for ratio in ratios], rel=1e-12, abs=1e-12)


def test_energy_that_appears_with_the_output_and_with_the_factor() -> None:
    """All factors but one leave zero together: each takes its equal part of V; a ratio 0/0 takes the other year's."""
    table: Table = {"year": [0, 1], "a": [0.0, 5.0], "b": [0.0, 4.0]}
    both = zc.decompose(table, identity="v = a * b")
    assert both.effects()[0].tolist() == [10.0, 10.0]
    ratio = zc.decompose({**table, "b": [0.0, 20.0]}, identity="b = a * b/a")
    assert ratio.effects()[0].tolist() == [20.0, 0.0]


def test_small_numbers_in_the_place_of_zeros_only_come_near(panel: Table) -> None:
    """1e-12, as much software has it: the answer is then another, still closes, and says what was done."""
    limits = zc.decompose(panel, identity=KAYA, by=["building", "fuel"], base=2003, end=2004)
    small = zc.decompose(panel, identity=KAYA, by=["building", "fuel"], base=2003, end=2004, zeros=1e-12)
    change = float(np.diff(limits.values("portfolio")[0])[0])
    assert small.effects("portfolio").sum() == pytest.approx(change, rel=1e-9)
    assert small.provenance.to_dict()["choices"]["decompose"]["zeros"] == 1e-12
    assert limits.provenance.to_dict()["choices"]["decompose"]["zeros"] == "limits"
    off = np.abs(small.effects("portfolio") - limits.effects("portfolio")).max()
    assert 0.0 < off < 0.1 * 6130.226
    assert "1e-12" in small.text()


# -- Tianjin: effects without inputs -----------------------------------------------------------------------------------


def test_tianjin_as_a_chain() -> None:
    """No inputs are printed, so nothing is decomposed; inputs that have these very effects exist, and give them back.

    Factors exp(cumulated effect / L) of a value with the published changes, on a level L that is taken here (the paper
    prints no level): the yearly effects must come out, and the sums of the table.
    """
    published = load("tianjin_effects.json")
    yearly = published["rows"][:-1]
    names = list(yearly[0]["effects"])
    level = [9000.0]
    factors: dict[str, list[float]] = {name: [1.0] for name in names}
    factors[names[0]][0] = level[0]
    for row in yearly:
        change = sum(row["effects"].values())
        assert change == pytest.approx(row["published_total"], abs=0.0151)  # five roundings of 0.005, less in the print
        level.append(level[-1] + change)
        weight = plain_mean(level[-2], level[-1])
        for name in names:
            factors[name].append(factors[name][-1] * math.exp(row["effects"][name] / weight))
    table: Table = {"year": list(range(2000, 2017)), **factors}
    found = zc.decompose(table, identity=f"co2 = {' * '.join(names)}", chained=True)
    steps = found.effects(steps=True)[0]
    assert steps == pytest.approx(np.array([list(row["effects"].values()) for row in yearly]), abs=1e-7)
    whole = dict(zip(names, found.effects()[0].tolist(), strict=True))
    assert found.factors == tuple(names)
    assert whole == pytest.approx(published["rows"][-1]["effects"], abs=published["tolerance_abs"] + 1e-9)


# -- 41 sectors of industry --------------------------------------------------------------------------------------------


@cache
def industry() -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(zc.read(INDUSTRY), factors=INDUSTRY / "other_energy_zero.csv")


@cache
def as_sectors() -> zc.Account:
    """The same figures as 41 sectors of one zone."""
    whole = industry().activity
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        one = zc.Activity.from_arrays(
            whole.quantity[:, 0][None],
            flows=whole.flows,
            zones=["China"],
            years=whole.years,
            value_added=whole.value_added[:, 0][None],
            price_year=2020,
            provinces="全国",
            sectors=whole.zones.tolist(),
        )
        return zc.account(one, factors=INDUSTRY / "other_energy_zero.csv")


def by_hand(of: str, between: str) -> dict[str, float]:
    """LMDI-I of the 41 sectors in loops, from the totals of the account by carrier; 60 carriers come or go."""
    account = industry()
    money = account.value_added
    energy = account.total("energy", by=("zone", "carrier", "year"))
    co2 = account.total("co2", by=("zone", "carrier", "year"))
    effects: dict[str, float] = defaultdict(float)
    total = money.sum(axis=0)
    per_money = of.endswith("_intensity")
    for z in range(41):
        whole = energy[z].sum(axis=0)
        rows: Iterable[tuple[str, Any, Any]] = (
            [("", whole, whole)]
            if of.startswith("energy")
            else zip(account.carriers.tolist(), energy[z], co2[z], strict=True)
        )
        for carrier, e, c in rows:
            if not c.any():
                continue
            value = c / total if per_money else c
            if not c.all():  # a carrier of a sector that goes on: its share in the energy is what appears or vanishes
                effects["carrier_mix"] += value[1] - value[0]
                continue
            weight = plain_mean(*value.tolist())

            def add(name: str, ratio: Any, weight: float = weight) -> None:
                effects[name] += weight * math.log(ratio[1] / ratio[0])

            if not per_money:
                add("activity", total)
            add(between, money[z] / total)
            add("energy_intensity", whole / money[z])
            if of.startswith("co2"):
                add("carrier_mix", e / whole)
                add("grid_factor" if carrier == "electricity" else "emission_factor", c / e)
    return effects


@pytest.mark.parametrize("source", [industry, as_sectors], ids=["zones", "sectors"])
@pytest.mark.parametrize("of", ["co2", "energy", "co2_intensity", "energy_intensity"])
def test_41_sectors(of: Any, source: Callable[[], zc.Account]) -> None:
    account = source()
    between = "zone_structure" if source is industry else "sector_structure"
    found = zc.decompose(account, of, base=2019, end=2020)
    effects = dict(zip(found.factors_of("portfolio"), found.effects("portfolio")[0].tolist(), strict=True))
    if source is as_sectors:
        assert effects.pop("zone_structure") == 0.0
    total = found.values("portfolio")[0]
    assert sum(effects.values()) == pytest.approx(total[1] - total[0], abs=CLOSE * total.max())
    expected = by_hand(of, between)
    assert set(expected) == set(effects)
    for name, effect in expected.items():
        assert effects[name] == pytest.approx(effect, abs=1e-9 * total.max()), name
    known = account.total("co2" if of.startswith("co2") else "energy").sum(axis=0)
    under = account.value_added.sum(axis=0) if of.endswith("_intensity") else 1.0
    assert total == pytest.approx(known / under, rel=1e-13)


def test_41_sectors_as_zones_or_as_sectors_are_the_same_change() -> None:
    found = [
        zc.decompose(source(), base=2019, end=2020, factors=["activity", "structure"])
        for source in (industry, as_sectors)
    ]
    merged = [
        dict(zip(one.factors_of("portfolio"), one.effects("portfolio")[0].tolist(), strict=True)) for one in found
    ]
    assert merged[0] == pytest.approx(merged[1], abs=CLOSE * 1e10)
    assert len(merged[0]) == 6


# -- countries ---------------------------------------------------------------------------------------------------------

SIMPLE = "co2 = gdp * energy/gdp * co2/energy"
BY_FUEL = "co2 = gdp * energy/gdp * co2/energy"


FUELS = ("co2_coal", "co2_oil", "co2_gas")


@cache
def countries(*more: str) -> dict[str, dict[int, dict[str, float]]]:
    """The countries with every figure in all 19 years."""
    names = ("gdp", "energy", "co2", *more)
    found: dict[str, dict[int, dict[str, float]]] = defaultdict(dict)
    with COUNTRIES.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if all(row[name] for name in names):
                found[row["zone"]][int(row["year"])] = {name: float(row[name]) for name in names}
    return {name: years for name, years in found.items() if len(years) == 19}


def country_table() -> Table:
    rows = [(name, year, *figures.values()) for name, years in countries().items() for year, figures in years.items()]
    names = ("zone", "year", "gdp", "energy", "co2")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def fuel_table() -> Table:
    """One row for each country, fuel and year; coal, oil and gas are not all the CO2 of a country."""
    table: Table = defaultdict(list)
    for name, years in countries(*FUELS).items():
        for year, figures in years.items():
            for fuel in ("coal", "oil", "gas"):
                row = {"zone": name, "year": year, "carrier": fuel, **figures, "co2": figures[f"co2_{fuel}"]}
                for column in ("zone", "year", "carrier", "gdp", "energy", "co2"):
                    table[column].append(row[column])
    return dict(table)


@pytest.mark.parametrize("chained", [False, True])
def test_countries(chained: bool) -> None:
    table = country_table()
    found = zc.decompose(table, identity=SIMPLE, base=2000, end=2018, chained=chained)
    names = list(countries())
    assert len(names) == 162
    assert found.zones.tolist() == names
    effects, values = found.effects("zone"), found.values("zone")
    size = np.abs(values).max(axis=1)
    assert (np.abs(effects.sum(axis=1) - (values[:, -1] - values[:, 0])) <= CLOSE * size).all()
    years = range(2000, 2019) if chained else (2000, 2018)
    for name, row, scale in zip(names, effects.tolist(), size.tolist(), strict=True):
        series = [countries()[name][year] for year in years]
        expected = [0.0, 0.0, 0.0]
        for a, b in pairwise(series):
            weight = plain_mean(a["co2"], b["co2"])
            expected[0] += weight * math.log(b["gdp"] / a["gdp"])
            expected[1] += weight * math.log(b["energy"] / b["gdp"] / (a["energy"] / a["gdp"]))
            expected[2] += weight * math.log(b["co2"] / b["energy"] / (a["co2"] / a["energy"]))
        assert row == pytest.approx(expected, abs=1e-8 * scale), name


@pytest.mark.parametrize("chained", [False, True])
def test_countries_by_fuel(chained: bool) -> None:
    """Coal that some countries stop or start to burn is in there; nothing may get lost, in either form."""
    table = fuel_table()
    assert 0.0 in table["co2"]
    found = zc.decompose(table, identity=BY_FUEL, base=2000, end=2018, chained=chained)
    values, effects = found.values("zone"), found.effects("zone")
    assert (np.abs(effects.sum(axis=1) - (values[:, -1] - values[:, 0])) <= CLOSE * np.abs(values).max(axis=1)).all()
    by_fuel = found.effects("zone", ["zone", "carrier"])
    assert by_fuel.reshape(len(values), 3, -1).sum(axis=1) == pytest.approx(effects, rel=1e-9, abs=1e-9)
    all_together, total = found.effects("portfolio")[0], found.values("portfolio")[0]
    assert all_together == pytest.approx(effects.sum(axis=0), abs=CLOSE * total.max())
    assert all_together.sum() == pytest.approx(total[-1] - total[0], abs=CLOSE * total.max())
    ratio = found.effects("portfolio", form="multiplicative")[0]
    assert ratio.prod() == pytest.approx(total[-1] / total[0], rel=CLOSE * 20)


def test_incomplete_countries_are_unknown_and_named() -> None:
    """A blank GDP is not zero: effects of that country are unknown, and so are those of all; left out, they are not."""
    with COUNTRIES.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    table = {name: [row[name] for row in rows] for name in ("zone", "year", "gdp", "energy", "co2")}
    found = zc.decompose(table, identity=SIMPLE, base=2000, end=2018)
    lacking = {row["zone"] for row in rows if row["year"] in {"2000", "2018"} and not (row["gdp"] and row["energy"])}
    assert lacking
    nan = np.isnan(found.effects("zone")).any(axis=1)
    assert set(found.zones[nan]) == lacking
    assert np.isnan(found.effects("portfolio")).any()
    assert [problem.code for problem in found.warnings] == ["decompose.cells_unknown"]
    rest = zc.decompose(table, identity=SIMPLE, base=2000, end=2018, missing="leave_out")
    assert not set(rest.zones) & lacking
    assert rest.effects("zone").tobytes() == found.effects("zone")[~nan].tobytes()
