"""Make the tables of the demo from the published ones, and check them against the published totals.

``python examples/china_industry_2019_2020/build.py`` reads ``raw/`` and writes ``zones.csv``, ``economy.csv``,
``energy.csv`` (the library's input) and ``published.csv`` (what the yearbook prints, for tests) beside itself, then
prints the check and returns 1 if a sector does not close. Standard library only, and no use of the library: the figures
are independent of it.
"""

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
YEARS = (2019, 2020)
PRICE_YEAR = 2020
DEFLATOR = "GDP deflator (current-price series)"

# kgce/kWh x 10 = 10^4 tce per 10^8 kWh: calorific value, and the yearbook's coal-equivalent calculation of each year.
CALORIFIC = 1.229
EQUIVALENT = {2019: 2.9891, 2020: 2.9799}
TOLERANCE = 0.3  # 10^4 tce
LIMIT = 0.3  # tce per 10^4 yuan

# Column of the origin -> carrier of the library. Sums (coal_total, petroleum_total) and electricity are not here.
CARRIERS = {
    "raw_coal": "raw_coal",
    "cleaned_coal": "cleaned_coal",
    "other_washed_coal": "other_washed_coal",
    "briquettes": "briquettes",
    "coke": "coke",
    "coke_oven_gas": "coke_oven_gas",
    "blast_furnace_gas": "blast_furnace_gas",
    "converter_gas": "converter_gas",
    "other_gas": "other_gas",
    "other_coking_products": "other_coking_products",
    "crude_oil": "crude_oil",
    "gasoline": "gasoline",
    "kerosene": "kerosene",
    "diesel": "diesel",
    "fuel_oil": "fuel_oil",
    "naphtha": "naphtha",
    "lubricants": "lubricants",
    "paraffin": "paraffin_wax",
    "white_spirit": "white_spirit",
    "bitumen": "bitumen",
    "petroleum_coke": "petroleum_coke",
    "lpg": "lpg",
    "refinery_gas": "refinery_gas",
    "other_petroleum": "other_petroleum_products",
    "natural_gas": "natural_gas",
    "lng": "lng",
    "heat": "heat",
    "other_energy": "other_energy",
}

NAMES = {
    "煤炭开采和洗选业": "Coal mining and washing",
    "石油和天然气开采业": "Oil and gas extraction",
    "黑色金属矿采选业": "Ferrous metal ore mining and dressing",
    "有色金属矿采选业": "Non-ferrous metal ore mining and dressing",
    "非金属矿采选业": "Non-metal ore mining and dressing",
    "开采专业及辅助性活动": "Support activities for mining",
    "其他采矿业": "Other mining",
    "农副食品加工业": "Processing of farm and sideline food",
    "食品制造业": "Food products",
    "酒、饮料和精制茶制造业": "Liquor, beverages and refined tea",
    "烟草制品业": "Tobacco products",
    "纺织业": "Textiles",
    "纺织服装、服饰业": "Clothing and accessories",
    "皮革、毛皮、羽毛及其制品和制鞋业": "Leather, fur, feather products and footwear",
    "木材加工和木、竹、藤、棕、草制品业": "Wood, bamboo, rattan, palm and straw products",
    "家具制造业": "Furniture",
    "造纸和纸制品业": "Paper and paper products",
    "印刷和记录媒介复制业": "Printing and reproduction of recorded media",
    "文教、工美、体育和娱乐用品制造业": "Cultural, educational, craft, sports and leisure goods",
    "石油、煤炭及其他燃料加工业": "Petroleum, coal and other fuel processing",
    "化学原料和化学制品制造业": "Chemical raw materials and chemical products",
    "医药制造业": "Pharmaceuticals",
    "化学纤维制造业": "Chemical fibres",
    "橡胶和塑料制品业": "Rubber and plastic products",
    "非金属矿物制品业": "Non-metallic mineral products",
    "黑色金属冶炼和压延加工业": "Smelting and rolling of ferrous metals",
    "有色金属冶炼和压延加工业": "Smelting and rolling of non-ferrous metals",
    "金属制品业": "Metal products",
    "通用设备制造业": "General machinery",
    "专用设备制造业": "Special-purpose machinery",
    "汽车制造业": "Motor vehicles",
    "铁路、船舶、航空航天和其他运输设备制造业": "Railway, ship, aerospace and other transport equipment",
    "电气机械和器材制造业": "Electrical machinery and equipment",
    "计算机、通信和其他电子设备制造业": "Computers, communication and other electronic equipment",
    "仪器仪表制造业": "Measuring instruments",
    "其他制造业": "Other manufacturing",
    "废弃资源综合利用业": "Recovery and use of waste resources",
    "金属制品、机械和设备修理业": "Repair of metal products, machinery and equipment",
    "电力、热力生产和供应业": "Production and supply of electricity and heat",
    "燃气生产和供应业": "Production and supply of gas",
    "水的生产和供应业": "Production and supply of water",
}

Row = dict[str, str]


def read(name: str) -> list[Row]:
    """Return the rows of a raw table."""
    with (HERE / "raw" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write(name: str, header: str, rows: list[tuple[str, ...]]) -> None:
    """Write a table beside this file."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def electricity(row: Row) -> float:
    """Return electricity in 10^8 kWh, from the two published totals: they differ by nothing else."""
    difference = float(row["total_coal_equiv_10ktce"]) - float(row["total_calorific_10ktce"])
    return difference / (EQUIVALENT[int(row["year"])] - CALORIFIC)


def energy_rows(row: Row) -> list[tuple[str, ...]]:
    """Return the rows of the energy table for one sector and year."""
    zone, year = row["sector_cn"], row["year"]
    rows = [
        (zone, year, carrier, row[column], "万吨标准煤", "calorific" if carrier == "heat" else "")
        for column, carrier in CARRIERS.items()
    ]
    return [*rows, (zone, year, "electricity", repr(electricity(row)), "亿千瓦时", "")]


def build() -> None:
    """Write the four tables."""
    energy = sorted(read("sector_final_energy_2019_2020.csv"), key=lambda row: row["year"])
    economy = {(row["sector_cn"], row["year"]): row for row in read("sector_value_added_const2019.csv")}
    write("zones.csv", "zone,name,province", [(zone, name, "全国") for zone, name in NAMES.items()])
    write(
        "economy.csv",
        "zone,year,value_added,unit,price_year,deflator",
        [
            (zone, str(year), economy[zone, str(year)]["va_const2019_1e8cny"], "亿元", str(PRICE_YEAR), DEFLATOR)
            for year in YEARS
            for zone in NAMES
        ],
    )
    write("energy.csv", "zone,year,carrier,quantity,unit,basis", [line for row in energy for line in energy_rows(row)])
    write(
        "published.csv",
        "zone,year,total_calorific_10ktce,total_coal_equiv_10ktce",
        [
            (row["sector_cn"], row["year"], row["total_calorific_10ktce"], row["total_coal_equiv_10ktce"])
            for row in energy
        ],
    )


def load(name: str) -> list[Row]:
    """Return the rows of a built table."""
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def totals(year: int, coefficient: float) -> dict[str, float]:
    """Return energy by sector in 10^4 tce, electricity with ``coefficient`` (10^4 tce per 10^8 kWh)."""
    result = dict.fromkeys(NAMES, 0.0)
    for row in load("energy.csv"):
        if int(row["year"]) == year:
            factor = coefficient if row["carrier"] == "electricity" else 1.0
            result[row["zone"]] += factor * float(row["quantity"])
    return result


def check() -> bool:
    """Print what the built tables give beside what is published; return whether every sector closes."""
    published = {(row["zone"], int(row["year"])): row for row in load("published.csv")}
    value_added = {(row["zone"], int(row["year"])): float(row["value_added"]) for row in load("economy.csv")}
    closes = len(published) == len(value_added) == len(NAMES) * len(YEARS)
    print("year  basis       aggregate tce/10^4 yuan  sectors < 0.3  largest gap to the published total, 10^4 tce")
    for year in YEARS:
        for basis, coefficient, column in (
            ("calorific", CALORIFIC, "total_calorific_10ktce"),
            ("equivalent", EQUIVALENT[year], "total_coal_equiv_10ktce"),
        ):
            total = totals(year, coefficient)
            gap = max(abs(total[zone] - float(published[zone, year][column])) for zone in NAMES)
            below = sum(total[zone] / value_added[zone, year] < LIMIT for zone in NAMES)
            aggregate = sum(total.values()) / sum(value_added[zone, year] for zone in NAMES)
            closes = closes and gap <= TOLERANCE
            print(f"{year}  {basis:10}  {aggregate:23.4f}  {below:13}  {gap:.3f}")
    print("every sector closes" if closes else "a sector does not close")
    return closes


def main() -> int:
    """Build and check."""
    build()
    return 0 if check() else 1


if __name__ == "__main__":
    sys.exit(main())
