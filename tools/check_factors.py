"""Check the shipped tables against a second copy, against each other and against physics.

``python tools/check_factors.py`` prints every finding and exits with 1 if there is one. Standard library only, so that
it runs before anything is installed. Each ``check_...`` function takes tables (lists of rows as texts) and returns its
findings as sentences; the tests call the same functions on broken copies.

Two kinds of check stand side by side. The copies (``tests/transcription`` with its ``SHA256SUMS``) find any edit of the
shipped files. The others hold for the numbers themselves, so they also find an error that is in both copies: a heat
value that does not fit its coefficient, two years swapped, a leading digit lost.
"""

import csv
import hashlib
import io
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src/zonecarbon/data"
TRANSCRIPTION = ROOT / "tests/transcription"

Row = dict[str, str]
Tables = Mapping[str, list[Row]]

# Transcribed file -> place below the shipped data. targets.csv is shipped as TOML, see build_targets.py.
SHIPPED = {
    "standard_coal.csv": "factors/standard_coal.csv",
    "fuel_co2.csv": "factors/fuel_co2.csv",
    "grid_electricity.csv": "factors/grid_electricity.csv",
    "electricity_equivalent.csv": "factors/electricity_equivalent.csv",
    "heat.csv": "factors/heat.csv",
    "energy_media.csv": "factors/energy_media.csv",
    "proxies.csv": "factors/proxies.csv",
    "carriers.csv": "vocabulary/carriers.csv",
    "observed.csv": "observed.csv",
    "sources.csv": "sources.csv",
}
# Shipped only: made by hand, no transcription.
OWN = {
    "columns.csv": "vocabulary/columns.csv",
    "groups.csv": "vocabulary/groups.csv",
    "indicators.csv": "vocabulary/indicators.csv",
    "provinces.csv": "vocabulary/provinces.csv",
    "sums.csv": "vocabulary/sums.csv",
    "terms.csv": "vocabulary/terms.csv",
}

KEYS = {
    "carriers.csv": ("carrier_id",),
    "standard_coal.csv": ("carrier_id", "edition"),
    "fuel_co2.csv": ("factor_set", "carrier_id"),
    "grid_electricity.csv": ("kind", "region_id", "data_year", "reporting_year"),
    "electricity_equivalent.csv": ("year", "basis", "series"),
    "proxies.csv": ("carrier_id",),
    "heat.csv": ("item_id",),
    "energy_media.csv": ("carrier_id", "edition"),
    "targets.csv": ("target_id",),
    "sources.csv": ("source_id",),
    "columns.csv": ("id",),
    "groups.csv": ("carrier_id",),
    "indicators.csv": ("id",),
    "provinces.csv": ("province_id",),
    "sums.csv": ("word", "kind"),
    "terms.csv": ("kind", "id"),
}
STATUS_COLUMNS = ("status", "ncv_status", "printed_status", "region_status")
STATUS_WORDS = {"verified", "recalled", "assumption"}
MAY_BE_EMPTY = {"ncv_status", "printed_status", "region_status"}

KJ_PER_KGCE = 29307.6
KCAL_PER_KGCE = 7000
KJ_PER_KCAL_2008 = 4.1816
COEFFICIENT_TOLERANCE = 1.5e-4
# Printed with the calorie of 4.1868 kJ in an edition that uses 4.1816 elsewhere.
OTHER_CALORIE = {("refinery_gas", "GB/T 2589-2008"): 4.1868}
CO2_PER_C = 44 / 12

GRID_YEARS = ("2021", "2022", "2023")
GRID_NATIONAL = {"2021": 0.5568, "2022": 0.5366, "2023": 0.5306}
GRID_ROSE_2023 = frozenset(["广东", "广西", "四川", "贵州", "云南", "重庆", "湖南", "江西", "福建", "青海"])
GRID_PROVINCES = 30
GRID_REGIONS = 7

# Net heat value of one kg or one m3, in kgce: what the fuel can have, whatever the table. A lost leading digit, a
# neighbour's value or a gross heat value of hydrogen falls outside.
HEAT_BOUNDS: dict[str, tuple[float, float]] = {
    "raw_coal": (0.5, 0.95),
    "anthracite": (0.8, 1.05),
    "coking_coal": (0.8, 1.05),
    "bituminous_coal": (0.6, 0.95),
    "lignite": (0.3, 0.6),
    "cleaned_coal": (0.8, 1.0),
    "other_washed_coal": (0.2, 0.9),
    "washed_middlings": (0.2, 0.6),
    "coal_slime": (0.2, 0.6),
    "briquettes": (0.4, 0.8),
    "gangue": (0.15, 0.4),
    "coke": (0.93, 1.0),
    "other_coking_products": (1.0, 1.45),
    "coal_tar": (0.93, 1.3),
    "crude_benzene": (1.35, 1.45),
    "coke_oven_gas": (0.55, 0.65),
    "blast_furnace_gas": (0.1, 0.15),
    "converter_gas": (0.22, 0.32),
    "other_gas": (0.15, 0.7),
    "producer_gas": (0.15, 0.25),
    "heavy_oil_catalytic_gas": (0.6, 0.75),
    "heavy_oil_thermal_gas": (1.1, 1.3),
    "coke_gas": (0.5, 0.6),
    "pressure_gasification_gas": (0.45, 0.6),
    "water_gas": (0.3, 0.42),
    "calcium_carbide_furnace_gas": (0.3, 0.45),
    "crude_oil": (1.4, 1.47),
    "gasoline": (1.46, 1.54),
    "aviation_gasoline": (1.46, 1.54),
    "kerosene": (1.46, 1.54),
    "jet_kerosene": (1.46, 1.54),
    "diesel": (1.44, 1.49),
    "fuel_oil": (1.36, 1.45),
    "residual_oil": (1.36, 1.45),
    "naphtha": (1.39, 1.55),
    "lubricants": (1.35, 1.45),
    "paraffin_wax": (1.33, 1.45),
    "white_spirit": (1.36, 1.5),
    "bitumen": (1.3, 1.4),
    "petroleum_coke": (1.05, 1.15),
    "lpg": (1.6, 1.75),
    "refinery_gas": (1.5, 1.7),
    "other_petroleum_products": (1.35, 1.45),
    "natural_gas": (1.05, 1.36),
    "oilfield_natural_gas": (1.25, 1.4),
    "gasfield_natural_gas": (1.15, 1.3),
    "coalbed_methane": (1.0, 1.25),
    "coal_mine_gas": (0.45, 0.6),
    "lng": (1.4, 1.8),
    "hydrogen": (0.32, 0.35),
    "methanol_fuel": (0.65, 0.8),
    "ethanol_fuel": (0.88, 0.95),
    "bioethanol": (0.88, 0.95),
    "firewood": (0.4, 0.65),
    "charcoal": (0.9, 1.1),
    "agricultural_waste": (0.35, 0.6),
    "municipal_waste": (0.1, 0.5),
    "municipal_waste_biogenic": (0.1, 0.5),
    "industrial_waste_fuel": (0.2, 0.8),
    "bio_gasoline": (0.85, 1.0),
    "biodiesel": (0.9, 1.47),
    "other_liquid_biofuels": (0.85, 1.3),
    "biogas": (0.65, 0.9),
    "other_energy": (1.0, 1.0),
}
# kgce per unit of what is not burnt here: heat per MJ, steam per kg, electricity per kWh (calorific), media per t, m3
# or kg.
OTHER_BOUNDS: dict[str, tuple[float, float]] = {
    "heat": (0.0341, 0.03413),
    "steam_low_pressure": (0.085, 0.15),
    "electricity": (0.1228, 0.123),
    "new_water": (0.05, 0.3),
    "softened_water": (0.3, 0.7),
    "deaerated_water": (0.7, 1.2),
    "compressed_air": (0.03, 0.05),
    "blast_air": (0.02, 0.04),
    "oxygen": (0.3, 0.5),
    "nitrogen": (0.5, 0.8),
    "nitrogen_byproduct": (0.3, 0.5),
    "carbon_dioxide_gas": (0.15, 0.3),
    "acetylene": (7.5, 9.0),
    "calcium_carbide": (1.8, 2.3),
}
EQUIVALENT_BOUNDS = (0.25, 0.45)
# kgCO2 per GJ with full oxidation or 0.90 and more of it.
CO2_BOUNDS: dict[str, tuple[float, float]] = {
    "anthracite": (90, 105),
    "coking_coal": (85, 100),
    "bituminous_coal": (85, 100),
    "lignite": (92, 108),
    "power_coal": (88, 103),
    "cleaned_coal": (80, 100),
    "other_washed_coal": (80, 100),
    "briquettes": (90, 115),
    "coke": (95, 110),
    "coal_tar": (75, 85),
    "crude_benzene": (78, 86),
    "coke_oven_gas": (40, 52),
    "blast_furnace_gas": (240, 275),
    "converter_gas": (170, 190),
    "other_gas": (40, 52),
    "calcium_carbide_furnace_gas": (130, 155),
    "crude_oil": (69, 76),
    "gasoline": (66, 71),
    "aviation_gasoline": (67, 72),
    "kerosene": (69, 73),
    "jet_kerosene": (69, 73),
    "diesel": (71, 76),
    "fuel_oil": (74, 79),
    "naphtha": (69, 75),
    "lubricants": (71, 75),
    "paraffin_wax": (71, 75),
    "white_spirit": (71, 75),
    "bitumen": (77, 83),
    "petroleum_coke": (94, 102),
    "lpg": (60, 66),
    "refinery_gas": (52, 68),
    "other_petroleum_products": (70, 76),
    "natural_gas": (54, 58),
    "lng": (54, 58),
    "firewood": (105, 115),
    "charcoal": (105, 115),
    "agricultural_waste": (95, 105),
    "animal_dung": (95, 105),
    "municipal_waste_biogenic": (95, 105),
    "bio_gasoline": (68, 73),
    "biodiesel": (68, 73),
    "other_liquid_biofuels": (77, 82),
    "biogas": (52, 57),
    "other_biogas": (52, 57),
}
GRID_BOUNDS = {"national_fossil": (0.8, 0.9), "provincial_average": (0.08, 0.95)}
GRID_BOUNDS_ELSE = (0.2, 0.95)


def number(text: str) -> float:
    """Return the number, or NaN if the text is none; NaN fails every comparison, so it is found."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def near(value: float, expected: float, tolerance: float) -> bool:
    """Return whether two numbers differ by at most ``tolerance``; false for NaN."""
    return abs(value - expected) <= tolerance


def read_table(path: Path) -> list[Row]:
    """Return the rows of a table; a row that is too long or too short raises ``ValueError``."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), restkey="", restval=None))
    for line, row in enumerate(rows, 2):
        if "" in row or None in row.values():
            msg = f"{path.name}: row {line} has more or fewer cells than the header"
            raise ValueError(msg)
    return rows


def read_shipped(data: Path = DATA) -> dict[str, list[Row]]:
    """Return every shipped table by file name."""
    return {name: read_table(data / place) for name, place in (SHIPPED | OWN).items()}


def hashes(folder: Path) -> dict[str, str]:
    """Return file name -> SHA-256 of every table in ``folder``."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))}


def check_hashes(transcription: Path = TRANSCRIPTION) -> list[str]:
    """Compare the transcription with its list of hashes."""
    lines = (transcription / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    found = hashes(transcription)
    return [
        f"transcription/{name}: {'not listed in SHA256SUMS' if name not in listed else 'missing or changed'}"
        for name in sorted(listed.keys() | found.keys())
        if listed.get(name) != found.get(name)
    ]


def check_copies(data: Path = DATA, transcription: Path = TRANSCRIPTION) -> list[str]:
    """Compare the shipped tables with the transcription: rows first, which names the cell, then bytes."""
    findings = []
    for name, place in SHIPPED.items():
        ours, theirs = (data / place).read_bytes(), (transcription / name).read_bytes()
        if ours.startswith(b"\xef\xbb\xbf") or b"\r" in ours or not ours.endswith(b"\n"):
            findings.append(f"{name}: must be UTF-8 without a byte order mark, with LF line ends")
        if ours == theirs:
            continue
        findings.append(f"{name}: bytes differ from the transcription")
        try:
            rows, expected = read_table(data / place), read_table(transcription / name)
        except ValueError as error:
            findings.append(str(error))
            continue
        if len(rows) != len(expected):
            findings.append(f"{name}: {len(rows)} rows, transcription has {len(expected)}")
        for line, (row, other) in enumerate(zip(rows, expected, strict=False), 2):
            findings += [
                f"{name}: row {line}, {column}: {row.get(column)!r}, transcription has {other.get(column)!r}"
                for column in sorted(row.keys() | other.keys())
                if row.get(column) != other.get(column)
            ]
    return findings


def check_keys(tables: Tables) -> list[str]:
    """Look for two rows with one key."""
    findings = []
    for name, columns in KEYS.items():
        counts = Counter(tuple(row[column] for column in columns) for row in tables.get(name, []))
        findings += [f"{name}: {count} rows with key {key}" for key, count in counts.items() if count > 1]
    return findings


def check_references(tables: Tables) -> list[str]:
    """Look for sources, carriers and provinces that are named and not listed."""
    known = {
        "source_id": {row["source_id"] for row in tables["sources.csv"]},
        "source_id_2": {row["source_id"] for row in tables["sources.csv"]} | {""},
        "carrier_id": {row["carrier_id"] for row in tables["carriers.csv"]},
        "proxy_id": {row["carrier_id"] for row in tables["carriers.csv"]},
        "parent_id": {row["carrier_id"] for row in tables["carriers.csv"]} | {""},
    }
    return [
        f"{name}: row {line}, {column}: {row[column]!r} is not listed"
        for name, rows in tables.items()
        for line, row in enumerate(rows, 2)
        for column in known.keys() & row.keys()
        if row[column] not in known[column]
    ]


def check_status(tables: Tables) -> list[str]:
    """Look for status words other than verified, recalled, assumption."""
    return [
        f"{name}: row {line}, {column}: {row[column]!r} is no status word"
        for name, rows in tables.items()
        for line, row in enumerate(rows, 2)
        for column in STATUS_COLUMNS
        if column in row and row[column] not in STATUS_WORDS and not (column in MAY_BE_EMPTY and not row[column])
    ]


def _pairs(row: Row) -> Iterator[tuple[str, str]]:
    """Yield coefficient column and heat value column that belong together, where both are given."""
    for coefficient, ncv in (("coefficient", "ncv"), ("range_low", "ncv_low"), ("range_high", "ncv_high")):
        if row[coefficient] and row[ncv]:
            yield coefficient, ncv
    if row["range_low"] and not row["range_high"] and row["ncv"]:
        yield "range_low", "ncv"


def expected_coefficient(row: Row, heat_value: float) -> float:
    """Return the standard-coal coefficient that a heat value gives in the edition of ``row``."""
    if row["edition"] == "GB/T 2589-2020":
        return heat_value / KJ_PER_KGCE
    if row["edition"] == "GB/T 2589-2008":
        calorie = OTHER_CALORIE.get((row["carrier_id"], row["edition"]), KJ_PER_KCAL_2008)
        return heat_value / calorie / KCAL_PER_KGCE
    if row["edition"] == "NBS-scheme":
        return heat_value / KCAL_PER_KGCE
    return float("nan")


def check_standard_coal(rows: list[Row]) -> list[str]:
    """Compare standard-coal coefficients with their heat values, and ranges and values with what the fuel can have."""
    findings = []
    for line, row in enumerate(rows, 2):
        where = f"standard_coal.csv: row {line}, {row['carrier_id']}, {row['edition']}"
        if not row["coefficient"] and not row["range_low"]:
            findings.append(f"{where}: neither a coefficient nor a range")
        for coefficient, ncv in _pairs(row):
            value, expected = number(row[coefficient]), expected_coefficient(row, number(row[ncv]))
            if not near(value, expected, COEFFICIENT_TOLERANCE):
                findings.append(f"{where}: {coefficient} {row[coefficient]} but {ncv} {row[ncv]} gives {expected:.5f}")
        for low, high in (("range_low", "range_high"), ("ncv_low", "ncv_high")):
            if row[high] and not number(row[low]) < number(row[high]):
                findings.append(f"{where}: {low} {row[low]} is not below {high} {row[high]}")
        bounds = (HEAT_BOUNDS | OTHER_BOUNDS).get(row["carrier_id"])
        if bounds is None:
            findings.append(f"{where}: no bounds are known for this carrier")
            continue
        findings += [
            f"{where}: {column} {row[column]} is outside {bounds[0]} to {bounds[1]} (a digit lost?)"
            for column in ("coefficient", "range_low", "range_high")
            if row[column] and not bounds[0] <= number(row[column]) <= bounds[1]
        ]
    return findings


def check_small_tables(tables: Tables) -> list[str]:
    """Check energy media, heat constants and the equivalent value of electricity against what they can be."""
    findings = []
    for row in tables["energy_media.csv"]:
        low, high = OTHER_BOUNDS.get(row["carrier_id"], (1.0, 0.0))
        if not low <= number(row["coefficient"]) <= high:
            findings.append(f"energy_media.csv: {row['carrier_id']}: {row['coefficient']} is outside {low} to {high}")
    low, high = EQUIVALENT_BOUNDS
    for row in tables["electricity_equivalent.csv"]:
        value = number(row["kgce_per_kwh"])
        where = f"electricity_equivalent.csv: {row['year']} {row['series']}"
        if not low <= value <= high:
            findings.append(f"{where}: {row['kgce_per_kwh']} is outside {low} to {high}")
        if not near(value * 1000, number(row["coal_rate_g_per_kwh"]), 1e-9):
            findings.append(f"{where}: {row['kgce_per_kwh']} kgce/kWh is not {row['coal_rate_g_per_kwh']} g/kWh")
    constants = {row["item_id"]: number(row["value"]) for row in tables["heat.csv"]}
    expected = {
        "heat_co2_default": (0.11, 0),
        "heat_co2_nonfossil_910": (0, 0),
        "heat_calorific": (1e6 / KJ_PER_KGCE, 1e-3),
        "steam_low_pressure_energy": (900 * KJ_PER_KCAL_2008 / 1000, 1e-3),
        "kgce_definition": (KCAL_PER_KGCE * 4.1868, 1e-9),
        "kcal_2008": (KJ_PER_KCAL_2008, 0),
        "kcal_2020": (4.1868, 0),
    }
    findings += [
        f"heat.csv: {item}: {constants.get(item)}, expected {value:.6g}"
        for item, (value, tolerance) in expected.items()
        if not near(constants.get(item, float("nan")), value, tolerance)
    ]
    return findings


def check_fuel_co2(rows: list[Row]) -> list[str]:
    """Check carbon content x oxidation x 44/12, its product with the heat value, and what the fuel can have."""
    findings = []
    for line, row in enumerate(rows, 2):
        where = f"fuel_co2.csv: row {line}, {row['factor_set']}, {row['carrier_id']}"
        per_energy = number(row["co2_per_energy"])
        low, high = CO2_BOUNDS.get(row["carrier_id"], (1.0, 0.0))
        if not low <= per_energy <= high:
            findings.append(f"{where}: {row['co2_per_energy']} kgCO2/GJ is outside {low} to {high}")
        if row["co2_per_energy_printed"] and not near(per_energy, number(row["co2_per_energy_printed"]), 0.51):
            findings.append(f"{where}: {per_energy} kgCO2/GJ is far from the printed {row['co2_per_energy_printed']}")
        if row["value_origin"] != "derived":
            continue
        oxidation, ncv = number(row["oxidation"]), number(row["ncv"])
        if not 0.9 <= oxidation <= 1:
            findings.append(f"{where}: oxidation {row['oxidation']} is outside 0.9 to 1")
        exact = number(row["carbon_content"]) * 1000 * oxidation * CO2_PER_C
        if row["carbon_content_unit"] != "tC/GJ" or not near(per_energy, exact, 0.51e-4):
            findings.append(f"{where}: co2_per_energy {row['co2_per_energy']}, the product is {exact:.5f}")
        if not near(number(row["co2_per_unit"]), ncv * exact / 1000, 0.51e-6):
            findings.append(f"{where}: co2_per_unit {row['co2_per_unit']}, the product is {ncv * exact / 1000:.7f}")
        findings += _heat_value_findings(row, ncv, where)
    return findings


def _heat_value_findings(row: Row, ncv: float, where: str) -> list[str]:
    """Check the heat value of a CO2 row; gases by mass (IPCC) have another scale and are left out."""
    gas_by_mass = (
        row["ncv_unit"] == "GJ/t" and ("gas" in row["carrier_id"].split("_")) and row["factor_set"] == "ipcc-2006"
    )
    if gas_by_mass and row["carrier_id"] != "refinery_gas":
        return []
    if row["carrier_id"] in {"other_biogas"}:
        return []
    scale = {"GJ/t": 1e3, "GJ/10^4 Nm3": 1e2}.get(row["ncv_unit"], float("nan"))
    low, high = HEAT_BOUNDS.get(row["carrier_id"], (1.0, 0.0))
    if low <= ncv * scale / KJ_PER_KGCE <= high:
        return []
    return [f"{where}: ncv {row['ncv']} {row['ncv_unit']} is outside {low} to {high} kgce"]


def check_proxies(tables: Tables, factor_set: str = "ncsc-2025") -> list[str]:
    """Check that a proxy stands for a carrier without a row, and has a row itself."""
    known = {row["carrier_id"] for row in tables["fuel_co2.csv"] if row["factor_set"] == factor_set}
    findings = []
    for row in tables["proxies.csv"]:
        if row["carrier_id"] in known:
            findings.append(f"proxies.csv: {row['carrier_id']} has a row in {factor_set}, it needs no proxy")
        if row["proxy_id"] not in known:
            findings.append(f"proxies.csv: {row['proxy_id']}, proxy of {row['carrier_id']}, has no row in {factor_set}")
    return findings


def check_grid(rows: list[Row]) -> list[str]:
    """Check the electricity factors: national values, coverage, bounds, and who rose from 2022 to 2023."""
    findings = []
    by_kind: dict[str, dict[tuple[str, str], float]] = {}
    for line, row in enumerate(rows, 2):
        value = number(row["value"])
        low, high = GRID_BOUNDS.get(row["kind"], GRID_BOUNDS_ELSE)
        if not low <= value <= high:
            findings.append(
                f"grid_electricity.csv: row {line}, {row['region_zh']}: {row['value']} is outside {low} to {high}"
            )
        if row["data_year"] in GRID_YEARS:
            by_kind.setdefault(row["kind"], {})[row["region_zh"], row["data_year"]] = value
    national = by_kind.get("national_average", {})
    for year, expected in GRID_NATIONAL.items():
        value = national.get(("全国", year), float("nan"))
        residual = by_kind.get("national_residual", {}).get(("全国", year), float("nan"))
        fossil = by_kind.get("national_fossil", {}).get(("全国", year), float("nan"))
        if value != expected:
            findings.append(f"grid_electricity.csv: national average {year} is {value}, expected {expected}")
        if not value < residual < fossil:
            findings.append(
                f"grid_electricity.csv: {year}: average {value} < residual {residual} < fossil {fossil} must hold"
            )
    for kind, count in (("provincial_average", GRID_PROVINCES), ("regional_average", GRID_REGIONS)):
        table = by_kind.get(kind, {})
        findings += [
            f"grid_electricity.csv: {kind} {year}: {found} regions, expected {count}"
            for year in GRID_YEARS
            if (found := sum(1 for _, row_year in table if row_year == year)) != count
        ]
    provinces = by_kind.get("provincial_average", {})
    change = {
        name: provinces[name, "2023"] - provinces[name, "2022"]
        for name, year in provinces
        if year == "2023" and (name, "2022") in provinces
    }
    rose = {name for name, step in change.items() if step > 0}
    fell = {name for name, step in change.items() if step < 0}
    if rose != GRID_ROSE_2023 or len(fell) != GRID_PROVINCES - len(GRID_ROSE_2023):
        odd = " ".join(sorted(rose ^ GRID_ROSE_2023)) or "none"
        findings.append(
            f"grid_electricity.csv: 2022 to 2023 {len(fell)} fell and {len(rose)} rose, not 20 and 10; odd: {odd}"
        )
    return findings


def fold(name: str) -> str:
    """Return ``name`` in the form in which names are compared: width, case, blanks, hyphens, underscores set aside."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().replace("-", " ").replace("_", " ").split())


def spellings(row: Row) -> set[str]:
    """Return every spelling of a province, folded."""
    columns = ("province_id", "code", "name_zh", "name_zh_full", "short_zh", "name_en", "pinyin")
    words = [*(row[column] for column in columns), *row["aliases"].split("|")]
    return {fold(word) for word in words if word}


def check_provinces(rows: list[Row], grid: list[Row]) -> list[str]:
    """Check that no spelling stands for two provinces, and that ids and regions fit the electricity factors."""
    findings = []
    owner: dict[str, str] = {}
    for row in rows:
        for word in sorted(spellings(row)):
            if owner.setdefault(word, row["province_id"]) != row["province_id"]:
                findings.append(f"provinces.csv: {word!r} stands for {owner[word]} and {row['province_id']}")
    ids = {row["province_id"]: row for row in rows}
    values: dict[tuple[str, str], list[float]] = {}
    for row in grid:
        if row["kind"] != "provincial_average":
            continue
        province = ids.get(row["region_id"])
        if province is None or (province["name_zh"], province["code"]) != (row["region_zh"], row["region_code"]):
            findings.append(f"provinces.csv: {row['region_id']} {row['region_zh']} is missing or has another name")
            continue
        values.setdefault((province["region_id"], row["data_year"]), []).append(number(row["value"]))
    for row in grid:
        if row["kind"] != "regional_average" or row["data_year"] not in GRID_YEARS:
            continue
        members = values.get((row["region_id"], row["data_year"]), [])
        if not members or not min(members) <= number(row["value"]) <= max(members):
            findings.append(
                f"provinces.csv: {row['region_id']} {row['data_year']}: {row['value']} is outside its provinces"
            )
    return findings


def check_sums(tables: Tables) -> list[str]:
    """Check that no word for a sum is also a carrier."""
    names = ("carrier_id", "name_zh", "name_en")
    carriers = {
        fold(word)
        for row in tables["carriers.csv"]
        for word in [*(row[name] for name in names), *row["aliases_zh"].split("|"), *row["aliases_en"].split("|")]
    }
    return [
        f"sums.csv: {row['word']}: is a carrier, or its kind {row['kind']!r} is none of carrier, zone, figure"
        for row in tables["sums.csv"]
        if (row["kind"] == "carrier" and fold(row["word"]) in carriers)
        or row["kind"] not in {"carrier", "zone", "figure"}
    ]


def check_tables(tables: Tables) -> list[str]:
    """Run every check that needs no second copy."""
    return [
        *check_keys(tables),
        *check_references(tables),
        *check_status(tables),
        *check_standard_coal(tables["standard_coal.csv"]),
        *check_small_tables(tables),
        *check_fuel_co2(tables["fuel_co2.csv"]),
        *check_proxies(tables),
        *check_grid(tables["grid_electricity.csv"]),
        *check_provinces(tables["provinces.csv"], tables["grid_electricity.csv"]),
        *check_sums(tables),
    ]


def check(data: Path = DATA, transcription: Path = TRANSCRIPTION) -> list[str]:
    """Run every check."""
    findings = check_hashes(transcription) + check_copies(data, transcription)
    try:
        tables = read_shipped(data)
        targets = {"targets.csv": read_table(transcription / "targets.csv")}
    except ValueError as error:
        return [*findings, str(error)]
    return findings + check_tables(tables | targets)


def main() -> int:
    """Print the findings and a line per table; return 1 if there are findings."""
    findings = check()
    for finding in findings:
        print(finding)
    if not findings:
        for name, rows in read_shipped().items():
            print(f"{name:30} {len(rows):4} rows")
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
