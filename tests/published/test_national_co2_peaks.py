"""National CO2 of 36 countries, 1990-2024, through ``zc.find_peaks``; every row recomputed here in plain Python.

A country is no zone; the series are real, have all shapes, and their history is known. The recomputation knows nothing
of the library: S by pairs, the normal form with ``statistics.NormalDist``, the exact form from scipy (without ties).
"""

import csv
import functools
import itertools
import math
from collections import Counter
from pathlib import Path
from statistics import NormalDist, median
from typing import Any

import pytest
from scipy import stats

import zonecarbon as zc

DATA = Path(__file__).resolve().parents[1] / "data/national_co2/national_co2_1990_2024.csv"
KINDS = ("total", "coal", "oil", "gas")
YEARS = list(range(1990, 2025))


@functools.cache
def table(kind: str) -> dict[str, list[float]]:
    """Return the series by country [Mt CO2]; blank is unknown."""
    result: dict[str, list[float]] = {}
    with DATA.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            result.setdefault(row["country"], []).append(float(row[f"co2_{kind}_mt"] or "nan"))
    assert {len(series) for series in result.values()} == {len(YEARS)}
    return result


@functools.cache
def found(kind: str = "total", **parameters: Any) -> zc.Peaks:
    series = table(kind)
    return zc.find_peaks(list(series.values()), years=YEARS, zones=list(series), **parameters)


# -- history -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "status", "year"),
    [
        ("United Kingdom", "peaked", 1991),
        ("Germany", "peaked", 1990),  # the first year of the data
        ("France", "peaked", 1991),
        ("USA", "peaked", 2005),
        ("Japan", "peaked", 2013),
        ("Italy", "peaked", 2005),
        ("Spain", "peaked", 2005),
        ("Sweden", "peaked", 1996),
        ("Denmark", "peaked", 1996),
        ("Ukraine", "peaked", 1990),
        ("South Africa", "peaked", 2008),
        ("Canada", "plateau", 2007),
        ("Brazil", "plateau", 2014),
        ("South Korea", "plateau", 2018),
        ("Russia", "rising", 1990),  # climbs back from the collapse of the 1990s: no peak that was left behind
        ("India", "rising", 2024),
        ("China", "rising", 2024),
        ("Viet Nam", "rising", 2024),
        ("Pakistan", "insufficient", 2021),
    ],
)
def test_peaks_that_are_known(country: str, status: str, year: int) -> None:
    row = found().of(country)
    assert (row["status"], row["peak_year"], row["years_since"]) == (status, year, 2024 - year)


def test_china_is_rising_until_a_later_year_is_lower() -> None:
    china = table("total")["China"]
    assert china[-1] == max(china) == pytest.approx(12289, abs=1)
    row = zc.find_peaks([*china, china[-1] * 0.99], years=[*YEARS, 2025]).of(0)
    assert (row["status"], row["peak_year"]) == ("insufficient", 2024)
    assert row["reason"].startswith("1 years of data after the maximum")


def test_levels_and_plateaus() -> None:
    usa = found(slope=True).of("USA")
    assert usa["peak_value"] == max(table("total")["USA"])
    assert (usa["plateau_start"], usa["plateau_end"]) == (2000, 2008)
    assert -100 < usa["slope"] < -30
    assert found().of("United Kingdom")["plateau_end"] == 1993
    narrow, wide = found(plateau_tolerance=0.0), found(plateau_tolerance=0.2)
    assert set(narrow.plateau_width.tolist()) == {1.0}
    assert (wide.plateau_width >= found().plateau_width).all()


def test_five_years_are_easily_a_plateau_of_the_pandemic() -> None:
    """South Korea's tail is six years: without 2020 and 2022 four are left, and nothing can be told."""
    notes = dict(zip(found().zone.tolist(), found().notes.tolist(), strict=True))
    assert notes["South Korea"] == "peak.dip"
    assert notes["United Kingdom"] == notes["USA"] == notes["India"] == ""
    assert found().warnings[0].code == "peak.dip"


# -- every country, every fuel -------------------------------------------------------------------------------------


def trend_of(tail: list[float]) -> tuple[int, float]:
    """Return S and the two-sided p-value."""
    s = sum((b > a) - (b < a) for a, b in itertools.combinations(tail, 2))
    n, ties = len(tail), [count for count in Counter(tail).values() if count > 1]
    if n <= 9:
        assert not ties, "scipy has no exact test with ties"
        return s, float(stats.kendalltau(range(n), tail, method="exact").pvalue)
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    z = (s - math.copysign(1, s)) / math.sqrt(variance) if s and variance else 0.0
    return s, 2 * (1 - NormalDist().cdf(abs(z)))


def judged(series: list[float]) -> dict[str, Any]:
    """Return what the rule says of one series, read from its wording."""
    if any(math.isnan(value) for value in series):
        return {"status": "insufficient", "peak_year": None, "p_value": None, "statistic": None, "slope": None}
    at = series.index(max(series))
    tail = series[at + 1 :]
    row: dict[str, Any] = {"peak_year": YEARS[at], "peak_value": series[at], "years_since": len(tail)}
    floor = series[at] * 0.95
    start, end = at, at
    while start > 0 and series[start - 1] >= floor:
        start -= 1
    while end < len(series) - 1 and series[end + 1] >= floor:
        end += 1
    row |= {"plateau_start": YEARS[start], "plateau_end": YEARS[end], "plateau_width": end - start + 1}
    if len(tail) < 5:
        return {
            **row,
            "status": "insufficient" if tail else "rising",
            "p_value": None,
            "statistic": None,
            "slope": None,
        }
    s, p = trend_of(tail)
    slopes = [(tail[j] - tail[i]) / (j - i) for i, j in itertools.combinations(range(len(tail)), 2)]
    status = "plateau" if p > 0.05 else "peaked" if s < 0 else "rising"
    return {**row, "status": status, "p_value": p, "statistic": s, "slope": median(slopes)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_recomputed(kind: str) -> None:
    rows = found(kind, slope=True).to_records()
    assert len(rows) == 36
    for row, (country, series) in zip(rows, table(kind).items(), strict=True):
        assert row["zone"] == country
        expected = judged(series)
        for name, value in expected.items():
            if isinstance(value, float):
                assert row[name] == pytest.approx(value, rel=1e-9, abs=1e-12), (country, name)
            else:
                assert row[name] == value, (country, name)
        assert bool(row["reason"]) == (row["status"] == "insufficient")
    assert {row["status"] for row in rows} == {"peaked", "plateau", "rising", "insufficient"}


@pytest.mark.parametrize("kind", KINDS)
def test_dips_recomputed(kind: str) -> None:
    kept = [i for i, year in enumerate(YEARS) if year not in (2020, 2022)]
    for row, series in zip(found(kind).to_records(), table(kind).values(), strict=True):
        without = zc.find_peaks([series[i] for i in kept]).of(0)
        changed = row["peak_year"] is not None and without["status"] != row["status"]
        assert row["notes"] == ("peak.dip" if changed else "")


def test_a_fuel_without_a_figure_is_unknown() -> None:
    blank = {(kind, name) for kind in KINDS for name, series in table(kind).items() if math.isnan(sum(series))}
    assert {name for _, name in blank} == {"Singapore"}
    for kind, name in blank:
        row = found(kind).of(name)
        assert (row["status"], row["peak_year"]) == ("insufficient", None)
        assert "not known" in row["reason"]
