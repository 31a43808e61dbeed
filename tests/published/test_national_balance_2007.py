"""China's energy balance of 2007 through the library: physical quantities in, the printed standard coal out.

Nobody here wrote the figures: they are tables 4-1 and 4-2 of the China Energy Statistical Yearbook 2008 (see the README
beside the data). The year's own coefficients come from the user, in the three ways a user has: in the method, as a
factor table, and as a measured heat value on the row.
"""

import csv
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import zonecarbon as zc

DATA = Path(__file__).resolve().parents[1] / "data/national_balance_2007"
ORACLE: dict[str, Any] = json.loads((DATA / "oracle_phys_to_tce.json").read_text(encoding="utf-8"))
CASES = ("total_final", "industry", "transport")

# The column of the yearbook -> the carrier here, its unit as printed, and the unit of the coefficient beside it
# (10^4 tce per printed unit = so much per ...).
NAMES = {"other_petroleum": "other_petroleum_products"}
UNITS = {"10^4 t": ("万吨", "tce/t", 1.0), "10^8 m3": ("亿立方米", "kgce/m3", 0.1)}
SECONDARY = {"heat": ("百亿千焦", "kgce/MJ", 1.0), "electricity": ("亿千瓦时", "kgce/kWh", 0.1)}
SUMS = ("coal_total", "petroleum_total")
# 10^4 tce per 10^8 kWh of electricity at the yearbook's coal-equivalent calculation (hydro power 16669.0 / 4852.64).
SERIES: dict[str | int, str | int] = {"series": "yearbook", "year": "same_year"}


def unit_of(column: str) -> tuple[str, str, float]:
    """Return the printed unit, the unit of a coefficient, and what turns 10^4 tce per printed unit into it."""
    if column in SECONDARY:
        return SECONDARY[column]
    text = ORACLE["physical_units"][column]
    return UNITS.get(text, ("万吨标准煤", "", 1.0))


def coefficient(column: str) -> str:
    _, unit, scale = unit_of(column)
    return f"{ORACLE['factors_used_by_NBS_10ktce_per_unit'][column] * scale!r} {unit}"


def coefficients() -> dict[str, str]:
    """Return the year's own coefficients as a method takes them; other energy is given in standard coal."""
    columns = ORACLE["factors_used_by_NBS_10ktce_per_unit"]
    return {NAMES.get(column, column): coefficient(column) for column in columns if column != "other_energy"}


def factor_table(path: Path) -> Path:
    """Write the same coefficients as a user's factor table and return its path."""
    lines = ["carrier_id,edition,coefficient,coefficient_unit,source_id,status"]
    for carrier, text in coefficients().items():
        value, unit = text.split(" ")
        lines.append(f"{carrier},NBS 2007,{value},{unit},cesy-2008-4-1,verified")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def zone(name: str, physical: Mapping[str, float]) -> zc.Zone:
    uses = [
        zc.EnergyUse(carrier=NAMES.get(column, column), quantity=quantity, unit=unit_of(column)[0], year=2007)
        for column, quantity in physical.items()
    ]
    return zc.Zone(zone=name, province="全国", energy=tuple(uses))


def accounted(source: Any, method: Any = "inventory", **more: Any) -> zc.Account:
    """Account, past the warnings about CO2 (other energy has no factor), which are not the matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        return zc.account(source, method, **more)


def by_carrier(account: zc.Account) -> dict[str, float]:
    """Return 10^4 tce by carrier of an account of one zone and year."""
    figures = account.total("energy", by=("carrier",))
    return {str(name): float(value) / 1e4 for name, value in zip(account.carriers, figures, strict=True)}


def as_table(case: str) -> dict[str, dict[str, list[Any]]]:
    physical = ORACLE["cases"][case]["physical"]
    columns: dict[str, list[Any]] = {
        "zone": [case] * len(physical),
        "year": [2007] * len(physical),
        "carrier": [NAMES.get(column, column) for column in physical],
        "quantity": list(physical.values()),
        "unit": [unit_of(column)[0] for column in physical],
    }
    return {"zones": {"zone": [case], "province": ["全国"]}, "energy": columns}


def check_case(account: zc.Account, case: str) -> None:
    """Compare each carrier with the table.

    Tolerance 2e-6: the coefficients are printed with four or five figures, the tables carry all digits; only raw coal
    (0.72476 for a mean of 0.724759...) differs, by 1e-6.
    """
    expected = ORACLE["cases"][case]["expected_std_10ktce"]
    found = by_carrier(account)
    assert found.keys() == {NAMES.get(column, column) for column in expected}
    for column, value in expected.items():
        assert found[NAMES.get(column, column)] == pytest.approx(value, rel=2e-6), column
    total = float(account.total("energy")[0, 0]) / 1e4
    assert total == pytest.approx(ORACLE["cases"][case]["expected_total_calorific_10ktce"], rel=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_coefficients_in_the_method(case: str) -> None:
    physical = ORACLE["cases"][case]["physical"]
    check_case(accounted([zone(case, physical)], zc.Method(coefficients=coefficients())), case)


@pytest.mark.parametrize("case", CASES)
def test_coefficients_as_a_factor_table(case: str, tmp_path: Path) -> None:
    activity = zc.read(as_table(case))
    # The edition of the table is asked for first; the shipped choice for natural gas must go, or it would stand before
    # every table. There is no way to take a choice back, so the choice is stated: it is the same 1.33.
    path = factor_table(tmp_path / "nbs2007.csv")
    method = zc.Method(editions=("NBS 2007", "GB/T 2589-2020"), coefficients={"natural_gas": "1.33 kgce/m3"})
    account = accounted(activity, method, factors=path)
    check_case(account, case)
    behind = {row["carrier"]: row for row in account.provenance.choices["factors"] if row["role"] == "energy"}
    assert "nbs2007.csv (sha256 " in behind["raw_coal"]["label"]
    assert behind["raw_coal"]["source_id"] == "cesy-2008-4-1"
    assert [text.split(" ")[1] for text in account.provenance.choices["factor_tables_added"]] == ["nbs2007.csv"]


def test_the_printed_coefficients_of_the_standard_are_not_those_of_the_year() -> None:
    """GB/T 2589 alone misses raw coal by 1.4 %: 0.7143 against the year's 0.7248.

    Not a figure of the source; it fixes that the two are far apart, so that the tests above can fail.
    """
    physical = {"raw_coal": ORACLE["cases"]["industry"]["physical"]["raw_coal"]}
    plain = by_carrier(accounted([zone("industry", physical)]))["raw_coal"]
    printed = ORACLE["cases"]["industry"]["expected_std_10ktce"]["raw_coal"]
    assert plain / printed - 1 == pytest.approx(0.7143 / 0.72476 - 1, abs=2e-6)


def heat_equivalent() -> float:
    """Return 10^4 tce per 10^10 kJ of heat that closes the coal-equivalent total of final consumption."""
    case = ORACLE["cases"]["total_final"]
    added = case["expected_total_coal_equiv_10ktce"] - case["expected_total_calorific_10ktce"]
    physical = case["physical"]
    return float(0.0341 + (added - physical["electricity"] * (3.4350 - 1.229)) / physical["heat"])


@pytest.mark.parametrize(("case", "rel"), [("total_final", 1e-6), ("industry", 1e-5), ("transport", 1e-5)])
def test_equivalent_basis_with_heat(case: str, rel: float) -> None:
    """Electricity from the shipped series of 2007; heat by the one value that closes total final consumption.

    That value (0.0447) is derived from the total, so the total proves little; industry and transport were not used
    and close to 1e-5 (the series has four digits, 0.34350 for 0.343504).
    """
    heat = heat_equivalent()
    assert heat == pytest.approx(0.0447, abs=5e-5)
    method = zc.Method(
        basis="equivalent",
        coefficients=coefficients(),
        equivalent={"electricity": SERIES, "heat": f"{heat!r} kgce/MJ"},
    )
    account = accounted([zone(case, ORACLE["cases"][case]["physical"])], method)
    expected = ORACLE["cases"][case]["expected_total_coal_equiv_10ktce"]
    assert account.basis == "equivalent"
    assert float(account.total("energy")[0, 0]) / 1e4 == pytest.approx(expected, rel=rel)
    series = next(row for row in account.provenance.choices["factors"] if row["carrier"] == "electricity")
    assert series["value"] == pytest.approx(0.3435)
    assert "data year 2007" in series["label"]


def test_without_a_heat_value_the_equivalent_basis_misses_by_the_heat() -> None:
    """Heat stays at its calorific value unless the method gives another: the total is then short by 1.1 %."""
    case = ORACLE["cases"]["total_final"]
    method = zc.Method(basis="equivalent", coefficients=coefficients(), equivalent={"electricity": SERIES})
    account = accounted([zone("final", case["physical"])], method)
    short = case["expected_total_coal_equiv_10ktce"] - float(account.total("energy")[0, 0]) / 1e4
    assert short == pytest.approx(case["physical"]["heat"] * (heat_equivalent() - 0.0341), rel=1e-4)


@pytest.mark.parametrize("name", SUMS)
def test_sum_columns_are_no_carriers(name: str) -> None:
    with pytest.raises(ValueError, match="a sum is no carrier"):
        zc.EnergyUse(carrier=name, quantity=1.0, year=2007)
    table = {
        "zone": ["A", "A"],
        "year": [2007, 2007],
        "carrier": ["coke", name],
        "quantity": [1, 2],
        "unit": ["t", "t"],
    }
    with pytest.raises(zc.InputError, match="a sum is no carrier") as caught:
        zc.read({"energy": table})
    assert [(problem.code, problem.where.row) for problem in caught.value.problems] == [("carrier.sum", 1)]
    aside = zc.read({"energy": table}, on_error="set_aside")
    assert float(accounted(aside).total("energy")[0, 0]) == pytest.approx(0.9714, rel=1e-12)


# -- the whole balance, row by row -------------------------------------------------------------------------------------


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# Rows with the sign of their figures: supply and use are used; what leaves is exported; in the transformation block
# what is put in is negative and what comes out positive.
# The two tables contradict each other in the sign of kerosene here (a known error of the source).
WRONG_SIGN = {("5.出 口 量(-)", "kerosene"), ("6.外轮、机在我国加油量(-)", "kerosene")}
# One table has three or four digits only in these rows: factors scatter by up to 0.3 %.
FEW_DIGITS = {"5.出 口 量(-)": 3e-3, "6.外轮、机在我国加油量(-)": 1e-4, "7.库存增(-)、减(+)量": 3e-3}


def rows() -> list[Any]:
    """Return physical and standard rows in pairs; from the transformation block on, in order of the table."""
    return [
        pytest.param(i, a, b, id=f"{i}-{a['item_en'][:24].strip()}")
        for i, (a, b) in enumerate(zip(table("national_balance_2007_physical.csv"), STANDARD, strict=True))
    ]


STANDARD = table("national_balance_2007_standard_10ktce.csv")


def use_of(position: int, item: str, quantity: float) -> str:
    """Return the use that gives a figure its sign in the account."""
    if 10 <= position <= 18:
        return "transformation_in" if quantity < 0 else "transformation_out"
    return "export" if quantity < 0 else "final"


@pytest.mark.parametrize(("position", "physical", "standard"), rows())
def test_every_row_of_the_balance(position: int, physical: dict[str, str], standard: dict[str, str]) -> None:
    """Every row by carrier. Raw coal comes with its own heat value on the row, as a laboratory would give it.

    In the transformation block input counts up and output down, so an account is the balance with the sign turned.
    Tolerance 2e-6 as above, except in the rows with few digits.
    """
    item = physical["item_cn"]
    uses, expected = [], {}
    for column in ORACLE["factors_used_by_NBS_10ktce_per_unit"]:
        if not physical[column] or not standard[column] or (item, column) in WRONG_SIGN:
            continue
        quantity, printed = float(physical[column]), float(standard[column])
        if quantity == 0:
            continue
        fields: dict[str, Any] = {}
        if column == "raw_coal":
            fields = {"ncv": printed / quantity * 29307.6, "ncv_unit": "kJ/kg"}
        carrier, use = NAMES.get(column, column), use_of(position, item, quantity)
        unit = unit_of(column)[0]
        uses.append(zc.EnergyUse(carrier=carrier, quantity=abs(quantity), unit=unit, year=2007, use=use, **fields))
        expected[carrier] = -printed if 10 <= position <= 18 else printed
    assert expected
    method = zc.Method(coefficients=coefficients())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)  # a row of exports sells more than it buys
        found = by_carrier(accounted([zc.Zone(zone=item, province="全国", energy=tuple(uses))], method))
    assert found == pytest.approx(expected, rel=FEW_DIGITS.get(item, 2e-6))


@pytest.mark.parametrize("item", ["水电", "核电"])
def test_primary_electricity_on_both_bases(item: str) -> None:
    """Hydro and nuclear power have one carrier, so the row gives the equivalent value: 3.43504 x 10^4 tce / 10^8 kWh.

    Tolerance 2e-5: the shipped series prints 0.34350.
    """
    place = next(i for i, row in enumerate(STANDARD) if row["item_cn"] == item)
    quantity = float(table("national_balance_2007_physical.csv")[place]["electricity"])
    record = zone(item, {"electricity": quantity})
    calorific = zc.account([record]).total("energy")[0, 0] / 1e4
    assert calorific == pytest.approx(float(STANDARD[place]["energy_calorific"]), rel=1e-6)
    method = zc.Method(basis="equivalent", equivalent={"electricity": SERIES})
    equivalent = zc.account([record], method).total("energy")[0, 0] / 1e4
    assert equivalent == pytest.approx(float(STANDARD[place]["energy_coal_equiv"]), rel=2e-5)


def test_losses_on_the_equivalent_basis() -> None:
    """The row of losses was not used for the heat value either; it has electricity, heat and two carriers more."""
    place = next(i for i, row in enumerate(STANDARD) if row["item_en"] == "Loss")
    physical = table("national_balance_2007_physical.csv")[place]
    columns = [c for c in ORACLE["factors_used_by_NBS_10ktce_per_unit"] if physical[c]]
    method = zc.Method(
        basis="equivalent",
        coefficients=coefficients(),
        equivalent={"electricity": SERIES, "heat": f"{heat_equivalent()!r} kgce/MJ"},
    )
    account = accounted([zone("loss", {c: float(physical[c]) for c in columns})], method)
    expected = float(STANDARD[place]["energy_coal_equiv"])
    assert account.total("energy")[0, 0] / 1e4 == pytest.approx(expected, rel=1e-4)
