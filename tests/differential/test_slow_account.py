"""Accounts against a slow second implementation: exact fractions, loops over rows, the shipped tables read by itself.

Written from ``docs/method.md`` alone. It shares with the library the CSV files and nothing else: no vocabulary, no
catalog, no unit registry. Numbers are exact (``fractions``), so what differs is the rounding of the library: at most
1e-12 of the sum of the parts, since a net figure cannot be better than what it is the difference of.

``ZONECARBON_EXAMPLES=50 pytest tests/differential`` runs fifty times the examples, others each time.
"""

import csv
import math
import os
import sys
import warnings
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zonecarbon as zc

MORE = int(os.environ.get("ZONECARBON_EXAMPLES", "1"))
profile = settings(
    max_examples=40 * MORE, deadline=None, derandomize=MORE == 1, suppress_health_check=[HealthCheck.too_slow]
)
DATA = Path(zc.__file__).parent / "data"
CLOSE = Fraction(1, 10**12)
TINY = Fraction(1, 10**300)  # where the floats themselves run out
GJ_PER_TCE = Fraction("29.3076")
M3_PER_NM3 = Fraction("293.15") / Fraction("273.15")


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / "factors" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


COAL = {(row["edition"], row["carrier_id"]): row for row in rows_of("standard_coal")}
FUEL = {(row["factor_set"], row["carrier_id"]): row for row in rows_of("fuel_co2")}
PROXY = {row["carrier_id"]: row["proxy_id"] for row in rows_of("proxies")}
GRID = {(row["kind"], row["region_id"], row["data_year"]): row for row in rows_of("grid_electricity")}
with (DATA / "vocabulary" / "provinces.csv").open(encoding="utf-8", newline="") as _file:
    REGION = {row["name_zh"]: (row["province_id"], row["region_id"]) for row in csv.DictReader(_file)}

# A unit as the table writes it, in the carrier's own unit (t, m3, MWh, GJ).
UNITS: dict[str, dict[str, Fraction]] = {
    "solid": {"t": Fraction(1), "万吨": Fraction(10_000), "kg": Fraction(1, 1000)},
    "gas": {"m3": Fraction(1), "万立方米": Fraction(10_000), "Nm3": M3_PER_NM3},
    "electricity": {"MWh": Fraction(1), "万千瓦时": Fraction(10), "kWh": Fraction(1, 1000)},
    "heat": {"GJ": Fraction(1), "MJ": Fraction(1, 1000), "百亿千焦": Fraction(10_000)},
}
HEAT_VALUES = {  # GJ per t, or per m3
    "GJ/t": Fraction(1),
    "kJ/kg": Fraction(1, 1000),
    "kJ/m3": Fraction(1, 10**6),
    "GJ/10^4 Nm3": 1 / (10_000 * M3_PER_NM3),
    "MJ/m3": Fraction(1, 1000),
}
KIND = {
    **dict.fromkeys(("raw_coal", "coke", "diesel", "lng", "lpg", "other_washed_coal", "firewood"), "solid"),
    "natural_gas": "gas",
    "other_energy": "energy",
    "electricity": "electricity",
    "heat": "heat",
}
NO_CARBON = {"direct_nonfossil", "onsite_nonfossil", "nonfossil_heat"}
EDITIONS = ("GB/T 2589-2020", "NBS-yearbook", "NBS-scheme")


class Row(NamedTuple):
    """A row of the energy table, or of the process table (``carrier`` empty, ``unit`` its factor in tCO2/t)."""

    zone: int
    year: int
    sector: str
    carrier: str
    quantity: float | None
    unit: str
    use: str = "final"
    supply: str = ""
    ncv: tuple[float, str] | None = None
    basis: str = ""


class Told(NamedTuple):
    """What the oracle says of a zone and year: the sum, and the size of what was added; None is unknown."""

    energy: Fraction | None
    co2: Fraction | None
    sizes: tuple[Fraction, Fraction]


# -- coefficients ------------------------------------------------------------------------------------------------------


def number(text: str) -> Fraction:
    return Fraction(text.split(maxsplit=1)[0])


def tce_per_own(carrier: str, method: dict[str, Any]) -> Fraction:
    """Return tce per t, m3, MWh or GJ, calorific: the method's choice, else the first edition that has the carrier."""
    if carrier in method["coefficients"]:
        return number(method["coefficients"][carrier]) / (1000 if KIND[carrier] == "gas" else 1)
    row = next(COAL[edition, carrier] for edition in EDITIONS if (edition, carrier) in COAL)
    scale = {"kgce/kg": Fraction(1), "kgce/m3": Fraction(1, 1000), "kgce/kWh": Fraction(1), "kgce/MJ": Fraction(1)}[
        row["coefficient_unit"]
    ]
    return Fraction(row["coefficient"]) * scale


def heat_per_own(carrier: str, method: dict[str, Any], row: dict[str, str], proxied: bool) -> Fraction:
    """Return GJ per t or m3: of the factor set, else the choice, else the heat value of the standard-coal row."""
    by_volume = KIND[carrier] == "gas"
    if row["ncv"] and not proxied and ("m3" in row["ncv_unit"]) == by_volume:
        return Fraction(row["ncv"]) * HEAT_VALUES[row["ncv_unit"]]
    if carrier not in method["coefficients"]:
        coal = next(COAL[edition, carrier] for edition in EDITIONS if (edition, carrier) in COAL)
        if coal["ncv"]:
            return Fraction(coal["ncv"]) * HEAT_VALUES[coal["ncv_unit"]]
    return tce_per_own(carrier, method) * GJ_PER_TCE


def equivalent(carrier: str, method: dict[str, Any], year: int) -> Fraction:
    """Return tce per MWh or GJ on the equivalent basis."""
    choice = method["equivalent"][carrier]
    if isinstance(choice, dict) and "series" in choice:
        year = {"same_year": year, "previous_year": year - 1}.get(choice["year"], year)
        found = [r for r in rows_of("electricity_equivalent") if r["year"] == str(year) and r["basis"] == "generation"]
        return Fraction(found[0]["kgce_per_kwh"])
    text = choice[year] if isinstance(choice, dict) else choice
    return number(text) / (1000 if carrier == "heat" else 1)


def is_equivalent(row: Row, method: dict[str, Any]) -> bool:
    """Return whether a row of electricity or heat counts what made it; what nothing was burnt for, never does."""
    if method["basis"] != "equivalent" or row.supply == "onsite_nonfossil":
        return False
    return row.carrier == "electricity" or "heat" in method["equivalent"]


def own_units(row: Row, method: dict[str, Any]) -> Fraction:
    """Return MWh or GJ of a row of electricity or heat; standard coal goes back through what made it."""
    quantity = Fraction(row.quantity or 0.0)
    if row.unit != "tce":
        return quantity * UNITS[row.carrier][row.unit]
    if row.basis == "equivalent":
        return quantity / equivalent(row.carrier, method, row.year)
    return quantity / tce_per_own(row.carrier, method)


def energy_of(row: Row, method: dict[str, Any]) -> Fraction:
    """Return tce of a row, without its sign."""
    quantity = Fraction(row.quantity or 0.0)
    if not row.carrier or (row.use == "feedstock" and method["feedstock"] == "deduct"):
        return Fraction(0)
    if row.carrier in {"electricity", "heat"}:
        if row.use == "export" and row.supply == "onsite_nonfossil":
            return Fraction(0)
        wanted = is_equivalent(row, method)
        coefficient = equivalent(row.carrier, method, row.year) if wanted else tce_per_own(row.carrier, method)
        return own_units(row, method) * coefficient
    if row.unit in {"tce", "GJ"}:
        return quantity / (GJ_PER_TCE if row.unit == "GJ" else 1)
    quantity *= UNITS[KIND[row.carrier]][row.unit]
    if row.ncv is not None:
        return quantity * Fraction(row.ncv[0]) * HEAT_VALUES[row.ncv[1]] / GJ_PER_TCE
    return quantity * tce_per_own(row.carrier, method)


def grid_factor(province: str, year: int, method: dict[str, Any]) -> Fraction | None:
    """Return tCO2/MWh: of the province, its region or the nation; the nearest year read, the earlier on a tie."""
    kind = method["electricity"]
    if kind[0].isdigit():
        return number(kind)
    place, region = REGION[province] if province else ("", "")
    if kind.startswith("national") or place == "00-quanguo":
        place, kind = "00-quanguo", kind if kind.startswith("national") else "national_average"
    elif kind == "regional_average":
        place = region
    if method["vintage"] == "nearest":
        read = [int(y) for k, p, y in GRID if (k, p) == (kind, place) and GRID[k, p, y]["status"] == "verified"]
        wanted = min(sorted(read), key=lambda data_year: abs(data_year - year), default=0)
    else:
        wanted = method["electricity_year"] if method["vintage"] == "fixed" else year
    row = GRID.get((kind, place, str(wanted)))
    return None if row is None else Fraction(row["value"])


def co2_of(row: Row, province: str, method: dict[str, Any]) -> Fraction | None:
    """Return tCO2 of a row, without its sign; None if it is not known."""
    if not row.carrier:
        return Fraction(row.quantity or 0.0) * number(row.unit) if row.unit else None
    if row.use == "feedstock" or row.supply in NO_CARBON or row.carrier == "firewood":
        return Fraction(0)
    if row.carrier == "heat":
        return own_units(row, method) * number("0.11" if method["heat"] == "default" else method["heat"])
    if row.carrier == "electricity":
        if row.supply == "certificate" and "zero" in (method["certificates"], _residual(method)):
            return Fraction(0)
        factor = grid_factor(province, row.year, method)
        return None if factor is None else own_units(row, method) * factor
    proxied = (method["fuels"], row.carrier) not in FUEL
    name = PROXY.get(row.carrier, "") if proxied and method["proxies"] == "use" else row.carrier
    found = FUEL.get((method["fuels"], name))
    if found is None:
        return None
    quantity = Fraction(row.quantity or 0.0)
    if row.unit in {"tce", "GJ"}:
        heat = quantity * (GJ_PER_TCE if row.unit == "tce" else 1)
    elif row.ncv is not None:
        heat = quantity * UNITS[KIND[row.carrier]][row.unit] * Fraction(row.ncv[0]) * HEAT_VALUES[row.ncv[1]]
    else:
        heat = quantity * UNITS[KIND[row.carrier]][row.unit] * heat_per_own(row.carrier, method, found, proxied)
    return heat * Fraction(found["co2_per_energy"]) / 1000


def _residual(method: dict[str, Any]) -> str:
    return "zero" if method["electricity"] == "national_residual" else ""


# -- netting and sums --------------------------------------------------------------------------------------------------


def shares_kept(rows: Iterable[Row], method: dict[str, Any]) -> dict[tuple[str, str], Fraction]:
    """Return, by carrier, which share of own use and of exports counts, so that max(P, U + X) is what is taken off."""
    sums: dict[tuple[str, str], Fraction] = {}
    for row in rows:
        role = role_of(row)
        if role:
            at = (row.carrier, role)
            sums[at] = sums.get(at, Fraction(0)) + energy_of(row, method)
    shares = {}
    for carrier in {carrier for carrier, _ in sums}:
        used, made, sold = (sums.get((carrier, role), Fraction(0)) for role in ("U", "P", "X"))
        taken = max(made, used + sold)
        # U - max(P, U + X) = U' - P - X': own use up to what was made, and of the exports what is over.
        kept = min(used, made)
        over = kept - made + taken - used
        shares[carrier, "U"] = kept / used if used else Fraction(1)
        shares[carrier, "X"] = over / sold if sold else Fraction(1)
    return shares


def role_of(row: Row) -> str:
    """Return U, P or X for what takes part in netting."""
    if not row.carrier or row.supply in NO_CARBON | {"certificate"}:
        return ""
    if row.use == "final":
        return "U" if row.supply == "onsite_fossil" else ""
    return {"transformation_out": "P", "export": "X"}.get(row.use, "")


def tell(rows: list[Row], province: str, method: dict[str, Any], sector: str | None = None) -> Told:
    """Return energy and CO2 of the rows of one zone and year (of one sector of it)."""
    if not any(row.carrier for row in rows):
        return Told(None, None, (Fraction(1), Fraction(1)))
    shares = shares_kept(rows, method)
    sums: list[Fraction | None] = [Fraction(0), Fraction(0)]
    sizes = [Fraction(0), Fraction(0)]
    for row in rows:
        if sector is not None and row.sector != sector:
            continue
        kept = shares.get((row.carrier, role_of(row)), Fraction(1)) if role_of(row) else Fraction(1)
        sign = -1 if row.use in {"transformation_out", "export"} else 1
        one = row._replace(quantity=1.0)  # what one unit would count: zero means that the quantity does not matter
        for i, (amount, each) in enumerate(
            (
                (energy_of(row, method), energy_of(one, method)),
                (co2_of(row, province, method), co2_of(one, province, method)),
            )
        ):
            if each == 0 or row.quantity == 0 or (kept == 0 and row.quantity is not None):
                continue
            if row.quantity is None or amount is None:
                sums[i] = None
                continue
            sizes[i] += abs(amount)
            if sums[i] is not None:
                sums[i] += sign * kept * amount  # type: ignore[operator]
    return Told(sums[0], sums[1], (sizes[0], sizes[1]))


# -- books at random ---------------------------------------------------------------------------------------------------

INVENTORY: dict[str, Any] = {
    "basis": "calorific", "coefficients": {"natural_gas": "1.3300 kgce/m3"}, "equivalent": {}, "fuels": "ncsc-2025",
    "proxies": "use", "electricity": "provincial_average", "vintage": "nearest", "electricity_year": None,
    "certificates": "no_effect", "heat": "default", "feedstock": "count",
}  # fmt: skip
PARK = INVENTORY | {
    "basis": "equivalent", "electricity": "national_fossil", "vintage": "fixed", "electricity_year": 2022,
    "certificates": "zero", "feedstock": "deduct",
}  # fmt: skip
YEARS = range(2018, 2027)
PLACES = ("全国", "江苏", "陕西", "山西", "广东", "内蒙古", "西藏", "台湾", "")

amounts = st.one_of(
    st.floats(0.0, 1e7, allow_nan=False), st.integers(0, 1000).map(float), st.sampled_from([0.0, 0.0, 1.0, None])
)
SECONDARY = {
    "electricity": [
        *(("final", s) for s in ("", "grid", "direct_nonfossil", "certificate", "onsite_nonfossil", "onsite_fossil")),
        *(("transformation_out", s) for s in ("", "onsite_fossil")),
        *(("export", s) for s in ("", "onsite_nonfossil", "direct_nonfossil", "onsite_fossil")),
    ],
    "heat": [
        *(("final", s) for s in ("", "fossil_heat", "nonfossil_heat", "onsite_fossil")),
        ("transformation_out", ""),
        ("export", ""),
        ("export", "nonfossil_heat"),
    ],
}
FUEL_USES = ("final", "final", "transformation_in", "transformation_out", "feedstock", "export")


@st.composite
def a_row(draw: st.DrawFn, zone: int, carriers: list[str], years: list[int], has_equivalent: tuple[str, ...]) -> Row:
    carrier = draw(st.sampled_from(carriers))
    year, sector = draw(st.sampled_from(years)), draw(st.sampled_from(["", "", "化工"]))
    quantity = draw(amounts)
    if not carrier:
        return Row(zone, year, sector, "", quantity, draw(st.sampled_from(["0.53 tCO2/t", "2 tCO2/t", ""])))
    kind = KIND[carrier]
    if kind in SECONDARY:
        use, supply = draw(st.sampled_from(SECONDARY[kind]))
        unit = draw(st.sampled_from([*UNITS[kind], "tce"]))
        bases = ["calorific", *(["equivalent"] if carrier in has_equivalent else [])]
        basis = draw(st.sampled_from(bases)) if unit == "tce" else ""
        return Row(zone, year, sector, carrier, quantity, unit, use, supply, None, basis)
    unit = draw(st.sampled_from([*UNITS.get(kind, {}), "tce", "GJ"]))
    ncv = None
    if unit not in {"tce", "GJ"} and draw(st.integers(0, 3)) == 0:
        low, of = (30.0, "MJ/m3") if kind == "gas" else (20.0, draw(st.sampled_from(["GJ/t", "kJ/kg"])))
        ncv = (draw(st.floats(low, low * 1.5)) * (1000.0 if of == "kJ/kg" else 1.0), of)
    return Row(zone, year, sector, carrier, quantity, unit, draw(st.sampled_from(FUEL_USES)), "", ncv)


@st.composite
def a_method(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return a shipped method, what is chosen on top, and both together as the oracle reads them."""
    name, base = draw(st.sampled_from([("inventory", INVENTORY), ("zero-carbon-park-910", PARK)]))
    choices: dict[str, Any] = {}
    fixed = {"electricity": "0.302 kgce/kWh"}
    by_year = {"electricity": {year: f"0.{3100 - 7 * (year - 2018)} kgce/kWh" for year in YEARS}}
    both = {"electricity": "0.36165 kgce/kWh", "heat": "45.29 kgce/GJ"}
    # The series has 2007, 2019 and 2020 alone, so one of its years is named.
    series = {"electricity": {"series": "yearbook", "year": "2019"}}
    if name != "inventory" or draw(st.booleans()):
        choices["basis"] = "equivalent"
        choices["equivalent"] = draw(st.sampled_from([fixed, by_year, both, series]))
    options: dict[str, list[Any]] = {
        "coefficients": [{"natural_gas": "1.21 kgce/m3"}, {"coke": "0.95 kgce/kg"}],
        "fuels": ["ncsc-2026", "ndrc-24-sector", "provincial-guideline-2025", "ipcc-2006"],
        "proxies": ["refuse"],
        "electricity": [
            "regional_average", "national_average", "national_residual", "national_fossil", "0.6101 kgCO2/kWh",
        ],
        "certificates": ["zero", "no_effect"],
        "heat": ["0.098 tCO2/GJ"],
        "feedstock": ["count", "deduct"],
    }  # fmt: skip
    for field, values in options.items():
        if draw(st.integers(0, 3)) == 0:
            choices[field] = draw(st.sampled_from(values))
    if draw(st.booleans()):
        choices["vintage"] = draw(st.sampled_from(["nearest", "same_year", "fixed"]))
        if choices["vintage"] == "fixed":
            choices["electricity_year"] = draw(st.sampled_from([2021, 2022, 2023]))
    elif "electricity" in choices and name != "inventory":
        choices["vintage"] = "nearest"  # the year of 910号 belongs to its own factor
    whole = {**base, **choices, "coefficients": {**base["coefficients"], **choices.get("coefficients", {})}}
    if series["electricity"] in whole["equivalent"].values():
        whole["equivalent"] = {"electricity": "0.29891 kgce/kWh"}
    return name, choices, whole


Case = tuple[list[Row], list[str], tuple[str, dict[str, Any], dict[str, Any]]]


@st.composite
def a_case(draw: st.DrawFn) -> Case:
    method = draw(a_method())
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4))
    carriers = draw(st.lists(st.sampled_from([*KIND, "", "electricity"]), min_size=1, max_size=6, unique=True))
    # Few years and carriers, so that rows meet and net with each other.
    years = draw(st.lists(st.sampled_from(YEARS), min_size=1, max_size=3, unique=True))
    rows = [
        row
        for zone in range(len(places))
        for row in draw(st.lists(a_row(zone, carriers, years, tuple(method[2]["equivalent"])), min_size=1, max_size=12))
    ]
    return rows, places, method


def zones_of(rows: list[Row], places: list[str]) -> list[zc.Zone]:
    zones = []
    for i, place in enumerate(places):
        mine = [row for row in rows if row.zone == i]
        uses = [
            zc.EnergyUse(
                carrier=row.carrier, quantity=row.quantity, unit=row.unit, year=row.year, use=row.use,
                supply=row.supply, sector=row.sector, basis=row.basis,
                ncv=row.ncv[0] if row.ncv else None, ncv_unit=row.ncv[1] if row.ncv else "",
            )
            for row in mine
            if row.carrier
        ]  # fmt: skip
        made = [
            zc.ProcessOutput(
                product="clinker" if row.unit else "lime",
                output=row.quantity, year=row.year, sector=row.sector, factor=row.unit,
            )
            for row in mine
            if not row.carrier
        ]  # fmt: skip
        zones.append(zc.Zone(zone=f"Z{i}", province=place, energy=uses, process=made))
    return zones


def accounted(zones: Any, name: str = "inventory", choices: dict[str, Any] | None = None) -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(zones, name, **(choices or {}))


def agrees(found: float, expected: Fraction | None, size: Fraction) -> bool:
    if expected is None or math.isnan(found):
        return expected is None and math.isnan(found)
    return abs(Fraction(float(found)) - expected) <= CLOSE * size + TINY


@profile
@given(a_case())
def test_account_by_zone_and_year(case: Case) -> None:
    rows, places, (name, choices, method) = case
    account = accounted(zones_of(rows, places), name, choices)
    energy, co2 = account.total("energy"), account.total("co2")
    totals = account.totals()
    assert np.array_equal(totals.energy, energy, equal_nan=True)
    assert np.array_equal(totals.co2, co2, equal_nan=True)
    for z, place in enumerate(places):
        for y, year in enumerate(account.years.tolist()):
            told = tell([row for row in rows if (row.zone, row.year) == (z, year)], place, method)
            assert agrees(energy[z, y], told.energy, told.sizes[0]), (z, year, energy[z, y], told)
            assert agrees(co2[z, y], told.co2, told.sizes[1]), (z, year, co2[z, y], told)


@profile
@given(a_case())
def test_account_by_sector(case: Case) -> None:
    """What is netted is taken off every row of the zone alike, whatever its sector."""
    rows, places, (name, choices, method) = case
    rows = [row._replace(quantity=1.0) if row.quantity is None else row for row in rows]
    account = accounted(zones_of(rows, places), name, choices)
    energy, co2 = (account.total(what, by=("zone", "sector", "year")) for what in ("energy", "co2"))
    for z, place in enumerate(places):
        for y, year in enumerate(account.years.tolist()):
            mine = [row for row in rows if (row.zone, row.year) == (z, year)]
            whole = tell(mine, place, method)
            for s, sector in enumerate(account.sectors.tolist()):
                told = tell(mine, place, method, sector)
                assert agrees(energy[z, s, y], told.energy, whole.sizes[0]), (z, sector, year, told)
                assert agrees(co2[z, s, y], told.co2, whole.sizes[1]), (z, sector, year, told)


@st.composite
def a_book_to_net(draw: st.DrawFn) -> list[Row]:
    """Return own use, generation, exports and purchases of one carrier in one zone and year, each in two sectors."""
    carrier = draw(st.sampled_from(["electricity", "heat"]))
    unit = "MWh" if carrier == "electricity" else "GJ"
    roles = [("final", "onsite_fossil"), ("transformation_out", ""), ("export", ""), ("final", "")]
    some = st.one_of(st.integers(0, 9).map(float), st.floats(0.0, 1e6))
    return [
        Row(0, 2022, sector, carrier, draw(some), unit, use, supply)
        for use, supply in roles
        for sector in ("", "化工")
        if draw(st.integers(0, 5))
    ]


@profile
@given(a_book_to_net())
def test_netting(rows: list[Row]) -> None:
    """Generation, own use and exports of one carrier together, which books of many carriers seldom have."""
    if not rows:
        return
    account = accounted(zones_of(rows, ["全国"]))
    told = tell(rows, "全国", INVENTORY)
    assert agrees(account.total("energy")[0, 0], told.energy, told.sizes[0])
    assert agrees(account.total("co2")[0, 0], told.co2, told.sizes[1])


# -- value added and intensities -----------------------------------------------------------------------------------

money = st.one_of(st.none(), st.floats(-1e6, 1e7), st.sampled_from([0.0, 1.0, 1e5]))


@st.composite
def a_book_with_money(draw: st.DrawFn) -> tuple[list[Row], dict[tuple[int, str, int], float | None]]:
    sectors = draw(st.sampled_from([("",), ("化工", "电子")]))
    zones, years = draw(st.integers(1, 3)), (2020, 2021, 2022)
    cells = [(z, s, y) for z in range(zones) for s in sectors for y in years]
    rows = [
        Row(z, y, s, "coke", draw(st.one_of(st.none(), st.floats(0.0, 1e6))), "t")
        for z, s, y in cells
        if draw(st.integers(0, 4))
    ]
    values = {cell: draw(money) for cell in cells if draw(st.integers(0, 5))}
    return rows, values


@profile
@given(a_book_with_money())
def test_value_added_and_intensities(book: tuple[list[Row], dict[tuple[int, str, int], float | None]]) -> None:
    rows, values = book
    n = 1 + max([row.zone for row in rows] + [z for z, _, _ in values], default=-1)
    if not rows or n == 0:
        return
    zones = [
        zc.Zone(
            zone=f"Z{i}",
            province="全国",
            energy=[
                zc.EnergyUse(carrier="coke", quantity=r.quantity, year=r.year, sector=r.sector)
                for r in rows
                if r.zone == i
            ],
            value_added=[
                zc.ValueAdded(value_added=v, year=y, sector=s, price_year=2020)
                for (z, s, y), v in values.items()
                if z == i
            ],
        )
        for i in range(n)
    ]  # fmt: skip
    account = accounted(zones)
    totals = account.totals()
    for z in range(n):
        for y, year in enumerate(account.years.tolist()):
            told = tell([row for row in rows if (row.zone, row.year) == (z, year)], "全国", INVENTORY)
            amount = value_added_of(z, year, rows, values)
            size = sum((abs(Fraction(v)) for (a, _, b), v in values.items() if (a, b) == (z, year) and v), Fraction(0))
            assert agrees(totals.value_added[z, y], amount, size), (z, year, totals.value_added[z, y], amount)
            for found, part in ((totals.energy_intensity, told.energy), (totals.co2_intensity, told.co2)):
                known = part is not None and amount is not None and amount > CLOSE * size
                if amount is not None and 0 < abs(amount) <= CLOSE * size:
                    continue  # what two sectors leave of each other by rounding
                level = part / amount if known else None  # type: ignore[operator]
                if level is not None and abs(level) > sys.float_info.max:
                    assert math.isinf(found[z, y])
                    continue
                slack = abs(level or 0) * (1 + size / (amount or 1)) if known else Fraction(0)
                assert agrees(found[z, y], level, slack), (z, year, found[z, y], level)


def value_added_of(
    zone: int, year: int, rows: list[Row], values: dict[tuple[int, str, int], float | None]
) -> Fraction | None:
    """Return the zone's value added: unknown without a row, with a blank one, or where a sector lacks that year.

    A sector lacks it if it is known to use energy in this year and has value added in others, but not in this one.
    """
    here = {s: v for (z, s, y), v in values.items() if (z, y) == (zone, year)}
    if not here or None in here.values():
        return None
    for sector in {row.sector for row in rows if (row.zone, row.year) == (zone, year) and row.quantity}:
        others = [v for (z, s, _), v in values.items() if (z, s) == (zone, sector) and v is not None]
        if sector not in here and others:
            return None
    return sum((Fraction(v) for v in here.values() if v is not None), Fraction(0))
