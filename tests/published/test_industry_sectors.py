"""41 industrial sectors, 2019 and 2020: the yearbook's totals on both bases, and what the basis does to targets.

The figures are official statistics (see examples/china_industry_2019_2020/README.md, also for the cautions); the
sectors stand in for zones and are none.
"""

import csv
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/china_industry_2019_2020"
ORACLE: dict[str, Any] = json.loads(
    (ROOT / "tests/data/china_industry_2019/oracle_totals_2019.json").read_text(encoding="utf-8")
)
# Each row of the yearbook is rounded to 0.01 in some 30 places; the sectors close within 0.3 x 10^4 tce (README).
TOLERANCE = 0.3
EQUIVALENT: dict[str | int, str | int] = {"series": "yearbook", "year": "same_year"}
AGGREGATE = "energy-intensity-aggregate"
SHARE = "energy-intensity-share"


@cache
def activity() -> zc.Activity:
    return zc.read(EXAMPLE)


def accounted(basis: str, **choices: Any) -> zc.Account:
    if basis == "equivalent":
        choices["equivalent"] = {"electricity": EQUIVALENT}
    with pytest.warns(zc.FactorWarning):
        return zc.account(activity(), basis=basis, **choices)


@pytest.fixture(scope="module")
def calorific() -> zc.Account:
    return accounted("calorific")


@pytest.fixture(scope="module")
def equivalent() -> zc.Account:
    return accounted("equivalent")


def published() -> list[dict[str, str]]:
    with (EXAMPLE / "published.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize(
    ("basis", "column"),
    [("calorific", "total_calorific_10ktce"), ("equivalent", "total_coal_equiv_10ktce")],
)
def test_every_sector_and_year_closes_to_its_published_total(basis: str, column: str) -> None:
    account = accounted(basis)
    total = account.total("energy") / 1e4
    rows = published()
    assert len(rows) == 82
    assert total.shape == (41, 2)
    for row in rows:
        zone, year = account.activity.zone_index(row["zone"]), account.activity.year_index(int(row["year"]))
        assert total[zone, year] == pytest.approx(float(row[column]), abs=TOLERANCE), row


def _sector(case: dict[str, Any]) -> zc.Zone:
    """One sector of the oracle; its two sums enter as single fuels in standard coal, where the name does not matter."""
    names = {"coal_total": "raw_coal", "petroleum_total": "crude_oil"}
    uses = [
        zc.EnergyUse(carrier=names.get(name, name), quantity=value, unit="万吨标准煤", year=2019)
        for name, value in case["inputs_10ktce"].items()
    ]
    power = zc.EnergyUse(carrier="electricity", quantity=case["electricity_1e8kwh"], unit="亿千瓦时", year=2019)
    return zc.Zone(zone=case["sector_cn"], province="全国", energy=(*uses, power))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (zc.Method(), "expected_calorific_10ktce"),
        (
            zc.Method(basis="equivalent", equivalent={"electricity": "0.2989 kgce/kWh"}),
            "expected_coal_equiv_10ktce",
        ),
    ],
    ids=["calorific", "equivalent"],
)
def test_thirteen_sectors_with_their_own_electricity(method: zc.Method, expected: str) -> None:
    """These 13 have the yearbook's own kWh, so nothing is derived: 0.3 is the oracle's tolerance (rounded inputs)."""
    cases = ORACLE["cases"]
    assert len(cases) == 13
    with pytest.warns(zc.FactorWarning):
        account = zc.account([_sector(case) for case in cases], method)
    found = account.total("energy")[:, 0] / 1e4
    assert found == pytest.approx([case[expected] for case in cases], abs=TOLERANCE)


@pytest.mark.parametrize(
    ("basis", "year", "aggregate", "below"),
    [
        ("calorific", 2019, 0.7278, 24),
        ("calorific", 2020, 0.7564, 24),
        ("equivalent", 2019, 0.9937, 16),
        ("equivalent", 2020, 1.0312, 15),
    ],
)
def test_aggregate_and_number_of_sectors_below(basis: str, year: int, aggregate: float, below: int) -> None:
    """Figures of build.py beside the data, which is written without the library; four digits are printed there."""
    check = zc.check(accounted(basis), year=year)
    assert check.basis == basis
    assert check.block(AGGREGATE).value[0] == pytest.approx(aggregate, abs=5e-5)
    assert check.verdict(AGGREGATE) == "missed"
    share = check.block(SHARE)
    assert share.value[0] == below / 41
    assert share.lower[0] == share.upper[0] == below / 41
    # 28号 does not state the basis, and it decides: 24 of 41 are more than half, 16 and 15 are not.
    assert check.verdict(SHARE) == ("met" if below > 20 else "missed")


def test_the_basis_turns_the_verdict_of_exactly_eight_sectors(calorific: zc.Account, equivalent: zc.Account) -> None:
    """24 and 16 below 0.3 in 2019: the equivalent value only adds, so the 16 are among the 24. Counted here by hand."""
    money = calorific.value_added[:, 0]
    low, high = (account.total("energy")[:, 0] / money < 0.3 for account in (calorific, equivalent))
    assert (int(low.sum()), int(high.sum()), int((low & ~high).sum()), int((high & ~low).sum())) == (24, 16, 8, 0)


def test_the_two_bases_never_meet_in_one_sum(calorific: zc.Account, equivalent: zc.Account) -> None:
    """They differ by electricity alone, by (k - 1.229) a unit; a table that holds both is refused."""
    difference = equivalent.total("energy", by=("carrier", "year")) - calorific.total("energy", by=("carrier", "year"))
    names = equivalent.carriers.tolist()
    power = names.index("electricity")
    assert np.delete(difference, power, axis=0) == pytest.approx(0.0, abs=0)
    used = calorific.activity.quantity[:, 0, power].sum(axis=0)  # MWh
    assert difference[power] == pytest.approx(used * (np.array([0.29891, 0.29799]) - 0.1229), rel=1e-12)
    table = {
        "zone": ["A", "B"],
        "year": [2019, 2019],
        "energy_intensity": [0.2, 0.3],
        "value_added": [1.0, 1.0],
        "basis": ["calorific", "equivalent"],
    }
    with pytest.raises(zc.InputError, match="one table must have one basis"):
        zc.check(table)


def test_a_basis_without_its_coefficient_is_refused() -> None:
    with pytest.raises(zc.MethodError) as caught:
        zc.account(activity(), basis="equivalent")
    assert [problem.code for problem in caught.value.problems] == ["method.equivalent"]


def test_a_year_outside_the_series_is_refused() -> None:
    """No silent neighbour: the yearbook series has 2007, 2019 and 2020 only."""
    with pytest.raises(zc.MethodError, match="must have the year 2018; it has 2007, 2019, 2020"):
        zc.account(
            zc.Zone(zone="A", energy=(zc.EnergyUse(carrier="electricity", quantity=1.0, year=2018),)),
            basis="equivalent",
            equivalent={"electricity": EQUIVALENT},
        )


# -- CO2 ---------------------------------------------------------------------------------------------------------------


def grid_factors(account: zc.Account) -> set[tuple[int, float, str]]:
    rows = account.provenance.choices["factors"]
    return {
        (row["year"], row["value"], row["label"])
        for row in rows
        if row["carrier"] == "electricity" and row["role"] == "co2"
    }


def test_the_grid_factor_is_named(calorific: zc.Account) -> None:
    """There is no verified factor for 2019 and 2020: the nearest data year, 2021, stands in for both, and says so."""
    assert dict(calorific.coefficients.vintages) == {2019: (2021,), 2020: (2021,)}
    for year, value, label in grid_factors(calorific):
        assert year in {2019, 2020}
        assert value == pytest.approx(0.5568)
        assert "national_average" in label
        assert "data year 2021" in label
        assert "公告2024年第12号" in label
    assert len(grid_factors(calorific)) == 2
    assert calorific.provenance.choices["grid_data_years"] == {2019: [2021], 2020: [2021]}


def test_another_grid_factor_changes_electricity_alone(calorific: zc.Account) -> None:
    """0.6101 kgCO2/kWh (the factor of 2015, from memory) instead of 0.5568: plain arithmetic on the MWh."""
    other = accounted("calorific", electricity="0.6101 kgCO2/kWh")
    names = other.carriers.tolist()
    power = names.index("electricity")
    difference = other.total("co2", by=("carrier", "year")) - calorific.total("co2", by=("carrier", "year"))
    unknown = names.index("other_energy")
    assert np.delete(difference, [power, unknown], axis=0) == pytest.approx(0.0, abs=0)
    used = calorific.activity.quantity[:, 0, power].sum(axis=0)
    assert difference[power] == pytest.approx(used * (0.6101 - 0.5568), rel=1e-9)
    assert {label for _, _, label in grid_factors(other)} == {"chosen: 0.6101 kgCO2/kWh"}
    assert not other.coefficients.vintages
    assert other.total("energy") == pytest.approx(calorific.total("energy"), abs=0)


def test_other_energy_has_no_factor_so_co2_is_unknown_not_zero() -> None:
    with pytest.warns(zc.FactorWarning, match="no CO2 factor under method inventory for other_energy") as caught:
        account = zc.account(activity())
    assert len(caught) == 1
    names = account.carriers.tolist()
    co2 = account.total("co2")
    assert np.isfinite(account.total("energy")).all()
    used = account.activity.quantity[:, 0, names.index("other_energy")] > 0
    assert 0 < used.sum() < used.size
    assert np.array_equal(np.isnan(co2), used)
    by_carrier = account.total("co2", by=("zone", "carrier", "year"))
    assert np.array_equal(np.isnan(by_carrier).any(axis=1), used)
    check = zc.check(account, year=2020, base_year=2019)
    rate = check.block("co2-intensity-annual")
    assert check.verdict("co2-intensity-annual") == "unknown"
    assert rate.reasons[0].code == "reason.incomplete"
    assert (rate.reasons[0].values["known"], rate.reasons[0].values["n"]) == (int((~used[:, 0]).sum()), 41)


def test_a_proxy_of_the_users_own_makes_it_known() -> None:
    """Other energy at the factor of bituminous coal: 94.6 kgCO2/GJ x 29.3076 GJ/tce, and nothing is unknown."""
    with pytest.warns(zc.FactorWarning, match="other_energy -> bituminous_coal"):
        account = zc.account(activity(), proxy={"other_energy": "bituminous_coal"})
    assert np.isfinite(account.total("co2")).all()
    at = account.carriers.tolist().index("other_energy")
    found = account.total("co2", by=("carrier",))[at]
    tce = account.total("energy", by=("carrier",))[at]
    assert found == pytest.approx(tce * 94.6 * 29.3076 / 1000, rel=1e-12)


def test_the_price_note_stands_beside_the_verdict(calorific: zc.Account) -> None:
    """Value added is at 2020 prices by the GDP deflator; a reader must see it."""
    check = zc.check(calorific, year=2020)
    assert "2020" in " ".join(note.text() for note in check.block(AGGREGATE).notes)
    assert calorific.activity.deflator is not None
    assert set(calorific.activity.deflator.ravel()) == {"GDP deflator (current-price series)"}


def test_reading_gives_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = zc.read(EXAMPLE)
    assert (len(read.zones), len(read.years), len(read.flows)) == (41, 2, 29)
