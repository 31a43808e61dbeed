"""The main job on real published data: are the targets of 28号 met, and does the answer depend on the basis.

41 industrial sectors of China, 2019 and 2020, stand in for zones, because no energy table of a single zone is public.
Every figure below is computed when this runs; README.md beside it says where the data comes from and what is wrong
with it.
"""

import csv
import warnings
from pathlib import Path

import zonecarbon as zc

HERE = Path(__file__).parent
# The statistics' own coal-equivalent calculation of each year, from the catalog.
EQUIVALENT = {"electricity": {"series": "yearbook", "year": "same_year"}}


def main() -> None:
    """Print the answer."""
    warnings.simplefilter("ignore", zc.ZoneCarbonWarning)  # what they say is printed below
    activity = zc.read(HERE)
    calorific = zc.account(activity, "inventory")
    equivalent = zc.account(activity, "inventory", basis="equivalent", equivalent=EQUIVALENT)

    print("41 industrial sectors of China, 2019-2020, standing in for zones (no zone's own energy table is public).")
    print("Value added: current-price value added deflated with the GDP deflator, at 2020 prices; not real growth.")
    print("Final energy; no feedstock split, so burning naphtha, bitumen and lubricants overstates CO2.\n")

    print("Does the basis turn the verdict? Energy per value added [tce per 10^4 yuan], target 0.4, half below 0.3")
    for year in (2019, 2020):
        for account in (calorific, equivalent):
            check = zc.check(account, "torch-2025", year=year)
            total = float(check.block("energy-intensity-aggregate").value[0])
            count = check.block("energy-intensity-share").notes[0]
            print(
                f"  {year} {account.basis:10}  all together {total:.3f}"
                f" ({check.verdict('energy-intensity-aggregate')});"
                f"  {count} ({check.verdict('energy-intensity-share')})"
            )

    print("\nAll four targets, 2020 against 2019, calorific basis:\n")
    print(zc.check(calorific, "torch-2025", year=2020, base_year=2019))
    print("\nWhat stands behind it:")
    for warning in calorific.warnings:
        print(f"  {warning}")

    print("\nOther energy has no CO2 factor, so the CO2 target is unknown. Its bounds, each a labelled assumption:")
    bounds = {
        "other energy emits nothing": zc.account(activity, factors=HERE / "other_energy_zero.csv"),
        "other energy is all coal": zc.account(activity, proxy={"other_energy": "bituminous_coal"}),
        "and the grid at 0.6101 (recalled, data year 2015)": zc.account(
            activity, proxy={"other_energy": "bituminous_coal"}, electricity="0.6101 kgCO2/kWh"
        ),
    }
    for assumption, account in bounds.items():
        check = zc.check(account, "torch-2025", year=2020, base_year=2019)
        block = check.block("co2-intensity-annual")
        co2 = account.total("co2", by=("year",)) / 1e8
        print(
            f"  {assumption}: {co2[0]:.2f} -> {co2[1]:.2f} x 10^8 tCO2, reduction of CO2 per value added "
            f"{float(block.value[0]):+.2%} a year ({check.verdict('co2-intensity-annual')})"
        )

    print("\nOne line of the audit (zonecarbon account ... --explain 烟草制品业 2020 prints all of it):")
    explanation = calorific.explain("烟草制品业", 2020).text().splitlines()
    print("\n".join([explanation[0], *[line for line in explanation if "MWh" in line], explanation[-4]]))

    coal = bounds["other energy is all coal"]
    paths = peaks(coal)
    report(coal, paths)


def peaks(account: zc.Account) -> zc.Ensemble:
    """Print two peak statements, one about the future under assumptions, one about the past; return the first."""
    print("\nWhen does it peak? The 41 sectors from 2020 on, other energy counted as coal (an assumption), under the")
    print("shipped scenario 政策情景 / policy, all of whose rates after 2020 are assumptions with a stated spread:")
    paths = zc.project(account, "policy", until=2060, rng=28)
    print("  " + paths.text().replace("\n", "\n  "))

    print("\nAnd has the nation peaked? CO2 from fossil fuels and industry, 1990-2024 (Global Carbon Budget 2025):")
    with (HERE / "china_co2.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = zc.find_peaks(
        [[float(row["co2_mt"]) for row in rows]], years=[int(row["year"]) for row in rows], zones=["China"]
    )
    print(f"  {found.text().splitlines()[1]} (Mt CO2)")
    return paths


def report(account: zc.Account, paths: zc.Ensemble) -> None:
    """Write all of it as one page for a browser, with what two years and an assumption of the future allow."""
    results = (
        account,
        zc.check(account, "torch-2025", year=2020, base_year=2019),
        zc.decompose(account, base=2019, end=2020),
        zc.tapio(account),
        paths,
        zc.find_peaks(paths),
    )
    path = Path("report.html").resolve()
    title = "41 industrial sectors of China, standing in for zones (other energy counted as coal)"
    print("\nAll of it on one page, for every sector too (zc.report; `zonecarbon report` makes one of your own data):")
    try:
        zc.report(*results, to=path, title=title, language="en")
    except zc.MissingOptionalDependencyError as error:
        print(f"  {error}")
    else:
        print(f"  {path} ({path.stat().st_size / 1e6:.1f} MB): open it in a browser")


if __name__ == "__main__":
    main()
