"""Final consumption of 30 provinces in 2007: physical units through an Activity, cross-foot, names and sums.

Only what the table itself says is tested: the parts by sector add up to its own total. (The coefficients of the
provinces are not printed, so no standard coal.)
"""

import csv
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc

DATA = Path(__file__).resolve().parents[1] / "data/provincial_balance_2007"
SECTORS = ("agriculture", "industry", "construction", "transport", "trade", "residential", "other")
SUMS = ("coal_total", "petroleum_total")
NAMES = {"other_petroleum": "other_petroleum_products"}
# Printed unit -> ours, and how much of the flow's own unit (t, m3, GJ, MWh, tce) one of it is.
UNITS = {
    "10^4 t": ("万吨", 1e4),
    "10^8 m3": ("亿立方米", 1e8),
    "10^10 kJ (万百万千焦)": ("百亿千焦", 1e4),
    "10^8 kWh": ("亿千瓦时", 1e5),
    "10^4 tce": ("万吨标准煤", 1e4),
}
# Errors of the source: these rows do not add up. Printed total, less the sum of the parts.
KNOWN = {
    ("Zhejiang", "lpg"): 5.03,
    ("Zhejiang", "natural_gas"): -1.7131,
    ("Shandong", "other_coking_products"): -53.157,
}
# Figures have two decimals or all digits; seven of them and a total are good to 8 x 0.005 at worst, 0.01 in fact.
ROUNDING = 0.0101


@cache
def rows() -> tuple[dict[str, str], ...]:
    with (DATA / "final_consumption.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def activity() -> zc.Activity:
    table: dict[str, list[Any]] = {name: [] for name in ("zone", "year", "sector", "carrier", "quantity", "unit")}
    for row in rows():
        if row["fuel"] in SUMS:
            continue
        for sector in SECTORS:
            values = (row["province"], 2007, sector, NAMES.get(row["fuel"], row["fuel"]), row[f"final_{sector}"])
            for name, value in zip(table, (*values, UNITS[row["unit"]][0]), strict=True):
                table[name].append(value)
    provinces = {row["province"]: row["province_cn"] for row in rows()}
    return zc.read({"zones": {"zone": list(provinces), "province": list(provinces.values())}, "energy": table})


def test_shape() -> None:
    assert len(rows()) == 660
    found = activity()
    assert (len(found.zones), len(found.sectors), len(found.flows), found.years.tolist()) == (30, 7, 20, [2007])
    assert np.isfinite(found.quantity).all()


def test_sectors_add_up_to_the_printed_total() -> None:
    """597 of 600 rows; the three that do not are named above, with their gaps."""
    found = activity()
    total = found.quantity.sum(axis=1)[..., 0]
    carriers = [flow.carrier for flow in found.flows]
    gaps = {}
    for row in rows():
        if row["fuel"] in SUMS:
            continue
        at = found.zone_index(row["province"]), carriers.index(NAMES.get(row["fuel"], row["fuel"]))
        gap = float(row["final_total"]) - total[at] / UNITS[row["unit"]][1]
        if abs(gap) > ROUNDING:
            gaps[row["province"], row["fuel"]] = gap
    assert gaps == {key: pytest.approx(value, abs=1e-3) for key, value in KNOWN.items()}


def test_the_national_sum_of_an_account_is_that_of_its_provinces() -> None:
    """Energy by sector, by province and over all agree; tce by a choice for every carrier without one coefficient."""
    choices = {"coke_oven_gas": "0.6 kgce/m3", "other_gas": "0.2 kgce/m3"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        account = zc.account(activity(), coefficients=choices)
    whole = float(account.total("energy", by=()))
    assert whole > 1e9
    for axis in ("zone", "sector", "carrier"):
        assert account.total("energy", by=(axis,)).sum() == pytest.approx(whole, rel=1e-12)
    assert account.total("energy", by=("zone", "sector")).sum(axis=1) == pytest.approx(
        account.total("energy", by=("zone",)), rel=1e-12
    )


@pytest.mark.parametrize("column", ["province", "province_cn"])
def test_every_spelling_of_a_province_resolves(column: str) -> None:
    """30 provinces, in pinyin without blanks and in Chinese; both to the same one."""
    ids = {row["province_cn"]: zc.Zone(zone="x", province=row[column]).province for row in rows()}
    assert len(set(ids.values())) == 30
    assert ids["陕西"] == "61-shaanxi"
    assert ids["山西"] == "14-shanxi"
    assert ids["内蒙古"] == "15-neimenggu"
    assert dict(zip(activity().zones, activity().provinces, strict=True)) == {
        row["province"]: ids[row["province_cn"]] for row in rows()
    }


def test_sum_columns_are_refused_row_by_row() -> None:
    """60 of the 660 rows are sums; every one is named with its place, and set aside they leave nothing behind."""
    table: dict[str, list[Any]] = {
        "zone": [row["province"] for row in rows()],
        "year": [2007] * 660,
        "carrier": [NAMES.get(row["fuel"], row["fuel"]) for row in rows()],
        "quantity": [row["final_industry"] for row in rows()],
        "unit": [UNITS[row["unit"]][0] for row in rows()],
    }
    with pytest.raises(zc.InputError) as caught:
        zc.read({"energy": table})
    problems = caught.value.problems
    assert {problem.code for problem in problems} == {"carrier.sum"}
    assert sorted(p.where.row for p in problems if p.where.row is not None) == [
        i for i, row in enumerate(rows()) if row["fuel"] in SUMS
    ]
    with pytest.warns(zc.DataWarning, match="other coking products of Zhejiang"):  # 0.1 where others have hundreds
        aside = zc.read({"energy": table}, on_error="set_aside")
    assert len(aside.set_aside) == 60
    assert np.isfinite(aside.quantity).all()
    assert len(aside.flows) == 20


def test_the_sums_would_count_twice() -> None:
    """Coal total is its four parts and petroleum total its eight, within rounding, but for Zhejiang's LPG."""
    parts = {
        "coal_total": ("raw_coal", "cleaned_coal", "other_washed_coal", "briquettes"),
        "petroleum_total": (
            "crude_oil", "gasoline", "kerosene", "diesel", "fuel_oil", "lpg", "refinery_gas", "other_petroleum",
        ),
    }  # fmt: skip
    printed = {(row["province"], row["fuel"]): float(row["final_total"]) for row in rows()}
    far = {
        (province, name): printed[province, name] - sum(printed[province, part] for part in members)
        for name, members in parts.items()
        for province in activity().zones
    }
    assert {key: gap for key, gap in far.items() if abs(gap) > ROUNDING} == {
        ("Zhejiang", "petroleum_total"): pytest.approx(-5.029, abs=1e-3)
    }
