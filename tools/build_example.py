"""Make the synthetic example that is shipped with the package: 169 invented zones, 2020 to 2024.

``python tools/build_example.py`` writes zones.csv, economy.csv and energy.csv to ``src/zonecarbon/data/example`` and
prints what they add up to; with ``--check`` it writes nothing and returns 1 if a file is not up to date.

No zone is real. The size of the portfolio is that of the national high-tech zones (169), and the level of the aggregate
intensity is of the order of what is published for them; everything else is drawn from a generator with a fixed seed.
Only ``random.random`` is drawn from, whose sequence Python keeps, so that the files can be made again anywhere.
"""

import csv
import io
import math
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "src/zonecarbon/data/example"
PROVINCES = ROOT / "tests/transcription/grid_electricity.csv"

SEED = 20210129
ZONES = 169
YEARS = (2020, 2021, 2022, 2023, 2024)
PRICE_YEAR = 2020
AGGREGATE = {2020: 0.410, 2021: 0.399, 2022: 0.389, 2023: 0.380, 2024: 0.371}  # tce per 10^4 yuan, calorific

# Calorific standard coal: tce per 10^4 kWh, per 10^4 m3, per t, per t, per GJ. The upper end is taken for natural gas.
COAL_VALUE = {"electricity": 1.229, "natural_gas": 13.3, "raw_coal": 0.7143, "diesel": 1.4571, "heat": 0.03412}
UNITS = {"electricity": "万千瓦时", "natural_gas": "万立方米", "raw_coal": "吨", "diesel": "吨", "heat": "吉焦"}
DECIMALS = {"electricity": 1, "natural_gas": 2, "raw_coal": 0, "diesel": 1, "heat": 0}

# Kind of zone: how many of a hundred, median intensity, and shares of energy in 2020.
KINDS = (
    (45, 0.20, {"electricity": 0.62, "natural_gas": 0.16, "diesel": 0.03, "heat": 0.16, "raw_coal": 0.03}),
    (35, 0.33, {"electricity": 0.45, "natural_gas": 0.20, "diesel": 0.03, "heat": 0.17, "raw_coal": 0.15}),
    (20, 0.75, {"electricity": 0.30, "natural_gas": 0.15, "diesel": 0.02, "heat": 0.13, "raw_coal": 0.40}),
)

Line = tuple[str, ...]


class Draws:
    """Normal and uniform numbers from one seeded stream of ``random.random``."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number between ``low`` and ``high``."""
        return low + (high - low) * self._random.random()

    def normal(self, mean: float, deviation: float) -> float:
        """Return a normal number, cut at three deviations so that no zone is absurd."""
        score = NormalDist().inv_cdf(self.uniform(0.0014, 0.9986))
        return mean + deviation * score


def province_names() -> list[str]:
    """Return the thirty provinces that have a published electricity factor."""
    with PROVINCES.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        return [row["region_zh"] for row in rows if row["kind"] == "provincial_average" and row["data_year"] == "2023"]


class Zone:
    """One invented zone: value added, energy and mix by year."""

    def __init__(self, number: int, province: str, draws: Draws) -> None:
        self.key = f"synthetic-{number:03d}"
        self.name = f"Synthetic zone {number:03d} / 示例园区{number:03d}"
        self.province = province
        score = draws.uniform(0, 100)
        kind = 0 if score < KINDS[0][0] else 1 if score < KINDS[0][0] + KINDS[1][0] else 2
        _, median, shares = KINDS[kind]
        growth = draws.normal(0.062, 0.03)
        first = 180 * math.exp(draws.normal(0, 0.8))
        self.value_added = [
            first * math.exp(growth * step + (draws.normal(0, 0.012) if step else 0)) for step in range(len(YEARS))
        ]
        intensity = median * math.exp(draws.normal(0, 0.32))
        saving = draws.normal(0.025, 0.02)
        self.intensity = [intensity * math.exp(-saving * step + draws.normal(0, 0.01)) for step in range(len(YEARS))]
        self.shares = {carrier: share * math.exp(draws.normal(0, 0.35)) for carrier, share in shares.items()}
        if kind == 0 and draws.uniform() < 0.5:
            del self.shares["raw_coal"]
        if draws.uniform() < 0.25:
            del self.shares["heat"]
        self.coal_exit = draws.uniform(0.02, 0.12)
        # The year a zone starts with on-site solar power or certificates, and how much of its electricity by 2024.
        self.solar_from = YEARS[int(draws.uniform(0, 4))] if draws.uniform() < 0.45 else 9999
        self.solar_share = draws.uniform(0.01, 0.08)
        self.certificates_from = YEARS[2 + int(draws.uniform(0, 2))] if draws.uniform() < 0.25 else 9999
        self.certificate_share = draws.uniform(0.03, 0.2)

    def mix(self, step: int) -> dict[str, float]:
        """Return shares of energy that add up to one: coal goes slowly, the rest takes its place."""
        weights = dict(self.shares)
        if "raw_coal" in weights:
            weights["raw_coal"] *= math.exp(-self.coal_exit * step)
        total = sum(weights.values())
        return {carrier: weight / total for carrier, weight in weights.items()}

    def electricity(self, year: int, quantity: float) -> list[tuple[str, float]]:
        """Return electricity by supply: grid, certificates, on-site solar."""
        progress = (year - YEARS[0] + 1) / len(YEARS)
        solar = quantity * self.solar_share * progress if year >= self.solar_from else 0.0
        green = quantity * self.certificate_share * progress if year >= self.certificates_from else 0.0
        supplies = [("grid", quantity - solar - green), ("certificate", green), ("onsite_nonfossil", solar)]
        return [(supply, value) for supply, value in supplies if value > 0]


def make_zones() -> list[Zone]:
    """Return the zones: every province has at least five."""
    draws = Draws(SEED)
    names = province_names()
    return [Zone(number, names[(number - 1) % len(names)], draws) for number in range(1, ZONES + 1)]


def table(header: str, lines: Sequence[Line]) -> str:
    """Return a table as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(lines)
    return out.getvalue()


def amount(value: float, decimals: int) -> str:
    """Return a number with at most ``decimals`` decimals."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def energy_lines(zone: Zone, step: int, scale: float) -> list[Line]:
    """Return the rows of the energy table for one zone and year."""
    year = YEARS[step]
    tce = zone.value_added[step] * 1e4 * zone.intensity[step] * scale
    lines: list[Line] = []
    for carrier, share in zone.mix(step).items():
        quantity = tce * share / COAL_VALUE[carrier]
        supplies = zone.electricity(year, quantity) if carrier == "electricity" else [("", quantity)]
        lines += [
            (zone.key, str(year), carrier, amount(value, DECIMALS[carrier]), UNITS[carrier], "final", supply)
            for supply, value in supplies
        ]
    return lines


def build() -> dict[str, str]:
    """Return file name -> text."""
    zones = make_zones()
    energy: list[Line] = []
    for step, year in enumerate(YEARS):
        value_added = sum(zone.value_added[step] for zone in zones)
        drawn = sum(zone.value_added[step] * zone.intensity[step] for zone in zones) / value_added
        for zone in zones:
            energy += energy_lines(zone, step, AGGREGATE[year] / drawn)
    economy = [
        (zone.key, str(year), amount(zone.value_added[step], 2), "亿元", str(PRICE_YEAR))
        for step, year in enumerate(YEARS)
        for zone in zones
    ]
    return {
        "zones.csv": table("zone,name,province", [(zone.key, zone.name, zone.province) for zone in zones]),
        "economy.csv": table("zone,year,value_added,unit,price_year", economy),
        "energy.csv": table("zone,year,carrier,quantity,unit,use,supply", energy),
    }


def describe(files: dict[str, str]) -> list[str]:
    """Return per year the aggregate intensity, zones below 0.3, energy and value added, from the texts themselves."""
    value_added = {
        (row["zone"], int(row["year"])): float(row["value_added"])
        for row in csv.DictReader(io.StringIO(files["economy.csv"]))
    }
    energy = dict.fromkeys(value_added, 0.0)
    for row in csv.DictReader(io.StringIO(files["energy.csv"])):
        energy[row["zone"], int(row["year"])] += float(row["quantity"]) * COAL_VALUE[row["carrier"]] / 1e4
    lines = []
    for year in YEARS:
        keys = [key for key in value_added if key[1] == year]
        total, money = sum(energy[key] for key in keys), sum(value_added[key] for key in keys)
        below = sum(energy[key] / value_added[key] < 0.3 for key in keys)
        lines.append(
            f"{year}: {total / money:.4f} tce/10^4 yuan, {below} of {len(keys)} zones < 0.3, {total:.0f} x 10^4 tce"
        )
    return lines


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` say which are not up to date."""
    files = build()
    if "--check" in arguments:
        old = [name for name, text in files.items() if (FOLDER / name).read_text(encoding="utf-8") != text]
        print("\n".join(f"{name} is not up to date" for name in old) or "up to date")
        return 1 if old else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name:12} {text.count(chr(10)) - 1:5} rows {len(text.encode()):7} bytes")
    print("\n".join(describe(files)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
