"""Worked examples that others printed: standard coal, saved energy, required rates, and official target assessments."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import zonecarbon as zc

DATA = Path(__file__).resolve().parents[1] / "data/worked_examples"


def oracle(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# -- a public institution: litres, kilograms, cubic metres, kilowatt-hours -> tce --------------------------------------

INSTITUTION = oracle("public_institution.json")


def in_kilograms(row: dict[str, Any]) -> str:
    """Return quantity and unit as text; litres become kilograms by the density that the example states."""
    if row["unit"] == "L":
        return f"{row['quantity'] * row['density_kg_per_L']!r} kg"
    return f"{row['quantity']} {row['unit']}"


@pytest.mark.parametrize("row", INSTITUTION["inputs"], ids=lambda row: str(row["carrier"]))
def test_standard_coal_of_each_row(row: dict[str, Any]) -> None:
    """Printed with three decimals (raw coal 1.4286 as 1.429): 0.0006. Recomputed: 1e-5, its digits."""
    choice = f"{row['coefficient']} {row['coefficient_unit']}"
    found = zc.standard_coal(in_kilograms(row), row["carrier"], coefficient=choice)
    assert found == pytest.approx(row["published_tce"], abs=6e-4)
    assert found == pytest.approx(row["recomputed_tce"], abs=1e-5)
    if row["carrier"] != "natural gas":
        assert zc.standard_coal(in_kilograms(row), row["carrier"]) == pytest.approx(found, rel=1e-12)


def test_the_institution_as_an_account() -> None:
    uses = tuple(zc.EnergyUse(carrier=r["carrier"], quantity=in_kilograms(r), year=2012) for r in INSTITUTION["inputs"])
    with pytest.warns(zc.FactorWarning):
        account = zc.account(
            zc.Zone(zone="机关", province="全国", energy=uses), coefficients={"natural_gas": "1.2143 kgce/m3"}
        )
    total = float(account.total("energy")[0, 0])
    expected, tolerance, base = (INSTITUTION[name] for name in ("expected", "tolerance", "denominators"))
    assert total == pytest.approx(expected["total_tce"], abs=tolerance["total_abs"])
    assert total == pytest.approx(INSTITUTION["own_check"]["total"], abs=5e-4)
    assert total / base["floor_area_m2"] == pytest.approx(expected["tce_per_m2"], abs=tolerance["per_m2_abs"])
    assert total / base["persons"] == pytest.approx(expected["tce_per_person"], abs=tolerance["per_person_abs"])


def test_litres_of_gasoline_are_refused_without_a_density() -> None:
    """Gasoline is counted by mass; the library has no density and says so instead of guessing one."""
    with pytest.raises(zc.UnitError, match="density"):
        zc.standard_coal("12340 L", "gasoline")
    with pytest.raises(ValueError, match="density"):
        zc.EnergyUse(carrier="gasoline", quantity="12340 L", year=2012)


def test_natural_gas_has_no_coefficient_of_its_own() -> None:
    with pytest.raises(zc.FactorError, match=r"1\.1000 to 1\.3300 kgce/m3"):
        zc.standard_coal("6000 m3", "natural gas")


# -- saved energy, a five-year target --------------------------------------------------------------------------------


def test_energy_saved() -> None:
    case = oracle("energy_saving_quantity.json")
    base, report = (case["inputs"][name] for name in ("base", "report"))
    first, last = (zc.energy_intensity(item["energy_tce"], item["output_10kCNY"]) for item in (base, report))
    assert first == pytest.approx(case["expected"]["intensity_base"], abs=1e-12)
    assert last == pytest.approx(case["expected"]["intensity_report"], abs=1e-12)
    assert (first - last) * report["output_10kCNY"] == pytest.approx(case["expected"]["energy_saved_tce"], abs=1e-6)


def test_twenty_per_cent_in_five_years_is_436_a_year() -> None:
    """4.3648 % is printed with four decimals (5e-5); 20/5 = 4 % is the common mistake."""
    case = oracle("five_year_target.json")
    inputs, expected = case["inputs"], case["expected"]
    rate = 100 * zc.annual_reduction(1.0, 1 - inputs["cut_pct"] / 100, inputs["years"])
    assert rate == pytest.approx(expected["annual_rate_pct"], abs=case["tolerance"]["rate_abs"])
    # 10^4 tce per 10^8 yuan is tce per 10^4 yuan; as quantities the units do it, 10^4 apart on both sides
    found = zc.energy_intensity(inputs["energy_10ktce_2005"] * 1e4, inputs["gdp_2005_100M_CNY"] * 1e4)
    assert found == pytest.approx(expected["intensity_2005_tce_per_10kCNY"], abs=5e-5)
    goal = {
        "name": "fyp11",
        "target": [
            {
                "id": "cut",
                "indicator": "energy_per_iva",
                "statistic": "change_vs_base",
                "operator": "<=",
                "threshold": "-0.2",
                "unit": "fraction",
                "base_year": 2005,
                "year": 2010,
            }
        ],
    }
    table = {"zone": ["全部"] * 2, "year": [2005, 2006], "energy_intensity": [found, found]}
    block = zc.check(table, goal, year=2006).block("cut")
    assert block.required_rate[0] == pytest.approx(1 - 0.8 ** (1 / 4), rel=1e-12)


# -- headline figures of real parks ----------------------------------------------------------------------------------

PARKS = {case["id"]: case for case in oracle("zone_headlines.json")}


def test_growth_of_a_park_with_rising_co2() -> None:
    case = PARKS["maanshan-etda"]
    first, last = case["facts"]["tCO2_2016"], case["facts"]["tCO2_2021"]
    assert last / first == pytest.approx(case["expected"]["change_ratio"], abs=5e-7)
    assert -100 * zc.annual_reduction(first, last, 5) == pytest.approx(case["expected"]["cagr_pct"], abs=5e-5)


def test_growth_and_intensity_of_the_beijing_park_are_consistent() -> None:
    """CO2 +94 % and its intensity -20 %: output x 2.425. Emissions of 2005: 3.16/1.94 (four decimals printed)."""
    case = PARKS["beijing-bda"]
    facts, expected = case["facts"], case["expected"]
    start = facts["MtCO2e_2010"] / (1 + facts["growth_2005_2010_pct"] / 100)
    assert start == pytest.approx(expected["MtCO2e_2005"], abs=5e-5)
    output = expected["implied_output_ratio"]
    first, last = zc.co2_intensity([start, facts["MtCO2e_2010"]], [1.0, output])
    assert 100 * (last / first - 1) == pytest.approx(facts["intensity_change_pct"], abs=0.01)


# -- Jilin: the equivalent value of electricity has a year -------------------------------------------------------------

JILIN = oracle("jilin.json")
YEARS = (2014, 2015)
BY_YEAR = {year: f"{JILIN['expected'][f'kgce_per_kWh_{year}']} kgce/kWh" for year in YEARS}


def jilin_zones() -> list[zc.Zone]:
    """One zone for each row of the balance; what flows out of the province is an export."""
    zones = []
    for row in rows("jilin_electricity_2014_2015.csv"):
        uses = []
        for year in YEARS:
            amount = float(row[f"kwh_1e8_{year}"])
            use = "export" if amount < 0 else "final"
            uses.append(zc.EnergyUse(carrier="电力", quantity=abs(amount), unit="亿千瓦时", year=year, use=use))
        zones.append(zc.Zone(zone=row["item"], province="吉林", energy=tuple(uses)))
    return zones


def check_jilin(account: zc.Account) -> None:
    """Tolerance: two decimals of 10^8 kWh (0.0155 x 10^4 tce) and of tce (0.005), five digits of the coefficient.

    The oracle says 0.02 for all rows; thermal power of 2015 is 0.025 apart, within the digits of its coefficient.
    """
    found = account.total("energy") / 1e4
    for i, row in enumerate(rows("jilin_electricity_2014_2015.csv")):
        for j, year in enumerate(YEARS):
            digits = 0.0155 + 0.005 + 5e-5 * abs(float(row[f"kwh_1e8_{year}"]))
            assert found[i, j] == pytest.approx(float(row[f"tce_10k_{year}"]), abs=digits), (row["item"], year)


def test_jilin_with_a_value_by_year() -> None:
    with pytest.warns(zc.DataWarning, match="outflow 2014, outflow 2015"):
        account = zc.account(jilin_zones(), basis="equivalent", equivalent={"electricity": BY_YEAR})
    assert account.total("energy").shape == (17, 2)
    check_jilin(account)


def test_jilin_as_a_series_of_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "jilin.csv"
    lines = [
        f"{year},{float(text.split()[0]) * 1000},{text.split()[0]},generation,jilin,book"
        for year, text in BY_YEAR.items()
    ]
    path.write_text(
        "\n".join(["year,coal_rate_g_per_kwh,kgce_per_kwh,basis,series,source_id", *lines]), encoding="utf-8"
    )
    method = zc.Method(basis="equivalent", equivalent={"electricity": {"series": "jilin", "year": "same_year"}})
    with pytest.warns(zc.DataWarning):
        check_jilin(zc.account(jilin_zones(), method, factors=path))


def test_one_year_for_both_or_the_calorific_value_misses() -> None:
    """The balance is on the equivalent basis: 0.1229 gives 40 % of it, and the value of 2014 misses 2015 by 0.65 %."""
    final = [zone for zone in jilin_zones() if zone.zone == "final_total"]
    printed = next(r for r in rows("jilin_electricity_2014_2015.csv") if r["item"] == "final_total")
    wrong = zc.account(final, basis="equivalent", equivalent={"electricity": BY_YEAR[2014]}).total("energy")[0, 1] / 1e4
    assert wrong / float(printed["tce_10k_2015"]) - 1 == pytest.approx(0.00652, abs=1e-4)
    calorific = zc.account(final).total("energy")[0, 0] / 1e4
    assert calorific / float(printed["tce_10k_2014"]) == pytest.approx(0.1229 / 0.30864, rel=1e-4)


# -- required rates of 28号 --------------------------------------------------------------------------------------------


def test_required_rates_of_the_plan() -> None:
    case = oracle("htz_targets.json")
    facts, expected, tolerance = case["facts"], case["expected"], case["tolerance"]["abs"]
    first, later = facts["iva_energy_intensity_2019_tce_per_10kCNY"], facts["later_value"]["tce_per_10kCNY"]
    goal = facts["target_2025_mean"]
    assert 100 * zc.required_rate(first, goal, 6) == pytest.approx(
        expected["required_rate_2019_2025_pct"], abs=tolerance
    )
    assert 100 * zc.annual_reduction(first, later, 3) == pytest.approx(
        expected["achieved_rate_2019_2022_pct"], abs=tolerance
    )
    assert 100 * zc.required_rate(later, goal, 3) == pytest.approx(
        expected["required_rate_2022_2025_pct"], abs=tolerance
    )
    assert 100 * (1 - zc.chain_changes([-0.04] * 5)[-1]) == pytest.approx(
        expected["cumulative_5y_at_4pct"], abs=tolerance
    )
    shipped = {target.id.split(":")[1]: target for target in zc.list_targets("torch-2025").sets[0].target}
    assert shipped["energy-intensity-aggregate"].limit == goal
    assert shipped["energy-intensity-share"].inner_limit == facts["target_2025_half_of_zones_below"]
    assert 100 * shipped["co2-intensity-annual"].limit == facts["co2_per_iva_annual_cut_pct_min"]


@pytest.mark.parametrize(("year", "level", "key"), [(2019, 0.464, "2019_2025"), (2022, 0.423, "2022_2025")])
def test_the_same_through_check_with_the_published_total(year: int, level: float, key: str) -> None:
    """The group figure as the bulletin prints it is a row of totals, not a zone."""
    expected = oracle("htz_targets.json")["expected"][f"required_rate_{key}_pct"]
    block = zc.check({"zone": ["国家高新区合计"], "year": [year], "energy_intensity": [level]}).block(
        "energy-intensity-aggregate"
    )
    assert (block.value[0], block.verdict[0], block.year) == (level, 0, year)
    assert 100 * block.required_rate[0] == pytest.approx(expected, abs=5e-4)
    assert block.margin[0] == pytest.approx(0.4 - level)


def test_park_reference_values_are_those_of_the_shipped_set() -> None:
    values = oracle("htz_targets.json")["park_reference_values"]
    shipped = {t.indicator: t for t in zc.list_targets("near-zero-park-js").sets[0].target}
    assert shipped["energy_per_iva"].limit == values["iva_energy_intensity_calorific_max"]
    assert shipped["energy_per_iva"].energy_basis == "calorific"
    assert shipped["co2_per_iva"].limit == values["co2_per_iva_max_t_per_10kCNY"]


# -- the assessment of 20 provinces in 2007 ----------------------------------------------------------------------------

PROVINCES = rows("provinces_2007_targets.csv")


def passed(row: dict[str, str]) -> str:
    """The official rating: everything but 未完成 has passed."""
    return "missed" if row["official_rating"] == "未完成" else "met"


@pytest.mark.parametrize("row", PROVINCES, ids=lambda row: row["province"])
def test_each_province_against_its_own_target(row: dict[str, str]) -> None:
    """A target record per province. Margins go down to 0.01 points; the figures have two decimals, so 1e-9 is exact."""
    goal = {
        "name": "2007",
        "target": [
            {
                "id": "cut",
                "indicator": "energy_cut",
                "statistic": "zone",
                "operator": ">=",
                "threshold": row["target_pct"].lstrip("-"),
                "digits": 2,
                "unit": "percent",
                "year": 2007,
            }
        ],
    }
    table = {"zone": [row["province"]], "year": [2007], "energy_cut": [-float(row["actual_pct"])]}
    for found in (zc.check(table, goal), zc.check(table, goal, judgement="rounded")):
        assert found.verdict("cut") == passed(row)
        assert found.block("cut").margin[0] == pytest.approx(float(row["margin_pp"]), abs=1e-9)


@pytest.mark.parametrize("row", PROVINCES, ids=lambda row: row["province"])
def test_each_province_by_its_change_from_levels(row: dict[str, str]) -> None:
    """The same as a yearly change of a level: 1 in 2006 and 1 + change in 2007; 0.01 points is far beyond 1e-12."""
    goal = {
        "name": "2007",
        "target": [
            {
                "id": "change",
                "indicator": "energy_per_iva",
                "statistic": "annual_change",
                "operator": "<=",
                "threshold": row["target_pct"],
                "unit": "%",
                "year": 2007,
            }
        ],
    }
    level = 1 + float(row["actual_pct"]) / 100
    table = {"zone": [row["province"]] * 2, "year": [2006, 2007], "energy_intensity": [1.0, level]}
    found = zc.check(table, goal)
    assert found.verdict("change") == passed(row)
    assert found.block("change").margin[0] == pytest.approx(float(row["margin_pp"]), abs=1e-9)


def test_all_provinces_in_one_table() -> None:
    """Completion (actual over target) at least 1: sixteen of twenty, as the announcement rates them."""
    table = {
        "zone": [row["province"] for row in PROVINCES],
        "year": [2007] * 20,
        "completion": [float(row["actual_pct"]) / float(row["target_pct"]) for row in PROVINCES],
    }
    common = {"indicator": "completion", "unit": "fraction", "year": 2007}
    goal = {
        "name": "2007",
        "target": [
            {"id": "each", "statistic": "zone", "operator": ">=", "threshold": "1", **common},
            {
                "id": "share",
                "statistic": "share_of_zones",
                "operator": ">=",
                "threshold": "0.8",
                "inner_operator": ">=",
                "inner_threshold": "1",
                **common,
            },
        ],
    }
    found = zc.check(table, goal)
    verdicts = found.columns()["verdict"][:20]
    assert verdicts.tolist() == [passed(row) for row in PROVINCES]
    assert (verdicts == "missed").sum() == 4
    assert found.block("share").value[0] == 0.8
    assert found.verdict("share") == "met"
    for value, row in zip(found.block("each").value, PROVINCES, strict=True):
        assert value == pytest.approx(float(row["completion_ratio"]), abs=5e-5)
    nearest = [item["zone"] for item in found.nearest("share", 3)]
    assert set(nearest) == {"辽宁", "江西", "福建"}


# -- 901 enterprises in 2009 -------------------------------------------------------------------------------------------


def test_shares_of_the_enterprise_ratings() -> None:
    """Counts by rating give the published shares to 0.006 points (two decimals printed, one of them cut off)."""
    case = oracle("enterprise_ratings.json")
    inputs, expected = case["inputs"], case["expected"]
    counts = {name: inputs[name] for name in ("exceed", "met", "basic", "unmet")}
    assert sum(counts.values()) == inputs["n"] == 901
    ranks = [rank for rank, count in zip((3, 2, 1, 0), counts.values(), strict=True) for _ in range(count)]
    table = {"zone": [f"E{i}" for i in range(901)], "year": [2009] * 901, "rating": [float(rank) for rank in ranks]}

    def share(operator: str, limit: str) -> float:
        goal = {
            "name": "ratings",
            "target": [
                {
                    "id": "share",
                    "indicator": "rating",
                    "statistic": "share_of_zones",
                    "operator": ">=",
                    "threshold": "95",
                    "unit": "%",
                    "inner_operator": operator,
                    "inner_threshold": limit,
                    "inner_unit": "1",
                    "year": 2009,
                }
            ],
        }
        return float(zc.check(table, goal).block("share").value[0])

    tolerance = case["tolerance"]["pct_abs"]
    assert share(">=", "1") == pytest.approx(expected["passed_pct"], abs=tolerance)
    assert share(">", "2") == pytest.approx(expected["exceed_pct"], abs=tolerance)
    assert share("<", "1") == pytest.approx(expected["unmet_pct"], abs=tolerance)
    assert share(">=", "2") - share(">", "2") == pytest.approx(expected["met_pct"], abs=tolerance)
