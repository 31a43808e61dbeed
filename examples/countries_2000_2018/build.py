"""Make the table of this example from the one it was taken from, and check it.

``python examples/countries_2000_2018/build.py SOURCE.csv`` keeps the columns of energy, GDP and CO2, writes
``countries.csv`` beside itself and prints what is in it. Standard library only, and no use of the library. No figure is
changed but GDP, which is written in 10^9 instead of 1; a blank stays a blank, because it means "not reported".
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
BILLION = 9  # digits

# Column of the origin -> column here.
KEPT = {
    "country": "zone",
    "iso_code": "iso_code",
    "year": "year",
    "gdp_implied_usd2011ppp": "gdp",
    "pe_twh": "energy",
    "co2_total_mt": "co2",
    "co2_coal_mt": "co2_coal",
    "co2_oil_mt": "co2_oil",
    "co2_gas_mt": "co2_gas",
}


def in_billions(text: str) -> str:
    """Return a whole number of dollars in 10^9 dollars, digit by digit."""
    digits = text.removesuffix(".0")
    if not digits:
        return ""
    padded = digits.zfill(BILLION + 1)
    return f"{padded[:-BILLION]}.{padded[-BILLION:]}".rstrip("0").rstrip(".")


def build(source: Path) -> list[dict[str, str]]:
    """Write the table and return its rows."""
    with source.open(encoding="utf-8", newline="") as handle:
        rows = [{new: row[old] for old, new in KEPT.items()} for row in csv.DictReader(handle)]
    for row in rows:
        row["gdp"] = in_billions(row["gdp"])
    with (HERE / "countries.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, KEPT.values(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows


def main(arguments: list[str]) -> int:
    """Build, and say how many countries have every year of what."""
    rows = build(Path(arguments[0]))
    years = {row["year"] for row in rows}
    print(f"{len(rows)} rows, {len({row['zone'] for row in rows})} countries, {min(years)} to {max(years)}")
    for names in (("gdp", "energy", "co2"), ("gdp", "energy", "co2", "co2_coal", "co2_oil", "co2_gas")):
        found: dict[str, int] = defaultdict(int)
        for row in rows:
            found[row["zone"]] += all(row[name] for name in names)
        print(f"complete in {', '.join(names)}: {sum(count == len(years) for count in found.values())} countries")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
