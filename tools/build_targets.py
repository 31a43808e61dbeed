"""Make the shipped target sets from the table of targets.

``python tools/build_targets.py`` reads ``tests/transcription/targets.csv`` and writes one file per target set to
``src/zonecarbon/data/targets``; with ``--check`` it writes nothing and returns 1 if a file is not up to date.

Thresholds stay texts, because rounded judgement needs the digits as printed (0.90 is not 0.9). English names and
translations stand here: they are ours, the Chinese wording is the document's.
"""

import csv
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests/transcription/targets.csv"
FOLDER = ROOT / "src/zonecarbon/data/targets"

INTEGERS = ("digits", "year", "base_year")
COLUMNS = (
    "indicator",
    "indicator_zh",
    "indicator_en",
    "statistic",
    "operator",
    "threshold",
    "digits",
    "unit",
    "inner_operator",
    "inner_threshold",
    "inner_unit",
    "year",
    "period",
    "base_year",
    "energy_basis",
    "role",
    "applies_to",
    "applies_indicator",
    "applies_min",
    "applies_max",
    "wording_zh",
    "wording_en",
    "source_id",
    "status",
    "interpretation",
)

# Set -> title_zh, title_en, document.
SETS = {
    "torch-2025": (
        "国家高新区绿色发展专项行动实施方案",
        "Special action plan for green development of national high-tech zones: targets for 2025",
        "国科发火〔2021〕28号",
    ),
    "zero-carbon-park-910": (
        "国家级零碳园区建设指标体系（试行）",
        "Indicator system for national zero-carbon parks (trial)",
        "发改环资〔2025〕910号 附件3、附件4",
    ),
    "near-zero-park-js": (
        "（近）零碳园区绩效参考值",
        "Near-zero-carbon park performance reference values (20 indicators; issuer Jiangsu from memory)",
        "",
    ),
    "fyp14": (
        "“十四五”节能降碳目标（2021—2025年）",
        "Energy and carbon targets of the 14th five-year plan period (2021-2025)",
        "“十四五”规划纲要；“十四五”节能减排综合工作方案；工业能效提升行动计划；国发〔2024〕12号",
    ),
    "fyp15": (
        "“十五五”节能降碳目标（2026—2030年）",
        "Energy and carbon targets of the 15th five-year plan period (2026-2030)",
        "国家应对气候变化“十五五”规划；新型能源体系建设“十五五”规划；碳达峰碳中和综合评价考核办法",
    ),
    "assessment-5-9": (
        "碳达峰碳中和综合评价考核办法：5项控制指标和9项支撑指标",
        "Comprehensive assessment of carbon peaking and neutrality: five control and nine support indicators",
        "碳达峰碳中和综合评价考核办法（2026年4月）",
    ),
    "hj-274-2015": (
        "国家生态工业示范园区标准",
        "Standard for national demonstration eco-industrial parks (thresholds from memory)",
        "HJ 274-2015",
    ),
    "miit-green-park": (
        "绿色工业园区评价要求（引领值）",
        "MIIT green industrial park evaluation: lead values for the score (from memory)",
        "",
    ),
}

# Chinese name as printed -> English name.
NAMES = {
    "单位工业增加值综合能耗": "Comprehensive energy consumption per unit of industrial value added",
    "单位工业增加值综合能耗(当量值)": (
        "Comprehensive energy consumption per unit of industrial value added (calorific value)"
    ),
    "单位工业增加值二氧化碳排放量": "CO2 emissions per unit of industrial value added",
    "碳达峰": "Carbon peak reached",
    "总体目标": "Overall aim",
    "单位能耗碳排放": "CO2 emissions per unit of energy consumed",
    "清洁能源消费占比": "Share of clean energy in energy consumption",
    "园区企业产出产品单位能耗": "Energy use per unit of product of the park's firms",
    "工业固体废弃物综合利用率": "Utilisation rate of industrial solid waste",
    "余热/余冷/余压综合利用率": "Utilisation rate of waste heat, cold and pressure",
    "工业用水重复利用率": "Reuse rate of industrial water",
    "绿色电力直接供应比例": "Share of directly supplied green power in park electricity",
    "企业能效水平达到行业标杆比例": "Share of firms at the benchmark energy efficiency of their industry",
    "绿色工厂、绿色供应链管理企业占比": "Share of firms that are green factories or have green supply chain management",
    "清洁生产审核企业数量占比": "Share of firms with a cleaner-production audit",
    "参与“智改数转”诊断的规上企业数量占比": "Share of above-scale firms with a smart and digital upgrade diagnosis",
    "非化石能源消费占比": "Share of non-fossil energy in energy consumption",
    "可再生电力消费占比(含绿证)": "Share of renewable power in electricity consumption (certificates included)",
    "终端电气化率": "Electrification rate of final energy use",
    "新建建筑中二星及以上绿色建筑占比": "Share of new buildings with two or more green building stars",
    "货物清洁运输比例": "Share of freight moved by clean transport",
    "园区新能源、清洁能源动力交通工具保有量占比": "Share of new-energy and clean-energy vehicles in the park's fleet",
    "一般工业固体废物综合利用率": "Utilisation rate of general industrial solid waste",
    "工业余热回收利用率": "Recovery rate of industrial waste heat",
    "开展碳排放核查企业占比": "Share of firms with verified carbon emissions",
    "开展碳足迹核算认证企业占比": "Share of firms with certified product carbon footprints",
    "规上企业环境信息披露率": "Share of above-scale firms that disclose environmental information",
    "绿色低碳技术研究与试验发展经费投入强度": "R&D spending intensity in green and low-carbon technology",
    "省级以上绿色低碳相关创新平台(工程中心、重点实验室、科研机构等)": (
        "Green and low-carbon innovation platforms of provincial or higher level "
        "(engineering centres, key laboratories, research institutes)"
    ),
    "单位国内生产总值二氧化碳排放": "CO2 emissions per unit of GDP",
    "单位国内生产总值能源消耗": "Energy consumption per unit of GDP",
    "规模以上工业单位增加值能耗": "Energy consumption per unit of value added of above-scale industry",
    "规模以上工业单位增加值能源消耗": "Energy consumption per unit of value added of above-scale industry",
    "非化石能源发电量占比": "Share of non-fossil energy in power generation",
    "新上高耗能项目的非化石能源消费比例": "Share of non-fossil energy in new energy-intensive projects",
    "全国碳排放权交易市场覆盖行业单位产品二氧化碳排放": (
        "CO2 emissions per unit of product in the industries of the national emissions trading system"
    ),
    "碳排放强度": "Carbon intensity (CO2 per unit of GDP)",
    "煤炭消费总量和石油消费总量": "Total coal consumption and total oil consumption",
    "新能源发电量占比": "Share of new energy (wind and solar) in power generation",
    "碳排放总量": "Total carbon emissions",
    "碳排放强度降低": "Reduction of carbon intensity",
    "煤炭消费总量": "Total coal consumption",
    "石油消费总量": "Total oil consumption",
    "单位地区生产总值能源消耗降低": "Reduction of energy consumption per unit of regional GDP",
    "清洁能源电量占比": "Share of clean energy in electricity",
    "工业能耗和碳排放降低": "Reduction of industrial energy consumption and carbon emissions",
    "“两高”项目碳排放置换和节能降碳审查": (
        "Carbon replacement and energy and carbon review of energy- and emission-intensive projects"
    ),
    "城乡建设绿色低碳转型": "Green and low-carbon transition of urban and rural construction",
    "交通运输绿色低碳转型": "Green and low-carbon transition of transport",
    "公共机构碳排放强度降低": "Reduction of the carbon intensity of public institutions",
    "碳排放权交易市场覆盖行业碳排放控制": (
        "Control of carbon emissions in the industries of the emissions trading system"
    ),
    "森林蓄积量增长": "Growth of forest stock volume",
    "综合能耗弹性系数": "Elasticity of comprehensive energy consumption",
    "可再生能源使用比例": "Share of renewable energy used",
    "单位工业增加值二氧化碳排放量年均削减率": (
        "Average yearly reduction rate of CO2 emissions per unit of industrial value added"
    ),
    "单位工业增加值新鲜水耗": "Fresh water use per unit of industrial value added",
    "单位工业增加值废水排放量": "Waste water discharge per unit of industrial value added",
    "工业固体废物综合利用率": "Utilisation rate of industrial solid waste",
    "单位工业增加值固废产生量": "Solid waste generated per unit of industrial value added",
    "主要污染物排放弹性系数": "Elasticity of main pollutant discharge",
    "能源产出率": "Energy output rate (value added per unit of energy)",
    "清洁能源使用率": "Rate of clean energy use",
    "水资源产出率": "Water output rate (value added per unit of water)",
    "土地资源产出率": "Land output rate (value added per unit of land)",
    "单位工业增加值二氧化碳排放量年均消减率": (
        "Average yearly reduction rate of CO2 emissions per unit of industrial value added"
    ),
}

# Chinese wording -> our translation. A bare limit such as ≥90% is kept as it is.
WORDINGS = {
    "到2025年，国家高新区单位工业增加值综合能耗降至0.4吨标准煤/万元以下": (
        "by 2025 the comprehensive energy consumption of national high-tech zones per unit of industrial value added "
        "falls to 0.4 tce per 10^4 yuan or below"
    ),
    "其中50%的国家高新区单位工业增加值综合能耗低于0.3吨标准煤/万元": (
        "among them 50 % of the national high-tech zones have a comprehensive energy consumption per unit of "
        "industrial value added lower than 0.3 tce per 10^4 yuan"
    ),
    "单位工业增加值二氧化碳排放量年均削减率4%以上": (
        "CO2 emissions per unit of industrial value added are cut by 4 % or more a year on average"
    ),
    "部分高新区实现碳达峰": "some of the high-tech zones reach their carbon peak",
    (
        "率先实现联合国2030年可持续发展议程、工业废水近零排放、碳达峰、园区绿色发展治理能力现代化等目标，"
        "部分高新区率先实现碳中和"
    ): (
        "be the first to achieve the United Nations 2030 Agenda for Sustainable Development, near-zero discharge of "
        "industrial waste water, the carbon peak and modern governance of green park development; some of the "
        "high-tech zones are the first to reach carbon neutrality"
    ),
    "≤0.2吨/吨标准煤（年综合能源消费量20~100万吨标准煤的园区）": (
        "≤0.2 t/tce (parks with a yearly comprehensive energy consumption of 0.2 to 1 million tce)"
    ),
    "≤0.3吨/吨标准煤（年综合能源消费量≥100万吨标准煤的园区）": (
        "≤0.3 t/tce (parks with a yearly comprehensive energy consumption of 1 million tce or more)"
    ),
    "达到或优于二级能耗限额标准": "reach or be better than level 2 of the energy quota standard",
    "园区用电应优先通过绿色电力直接供应满足，原则上直接供应比例不低于50%": (
        "the electricity of the park should first be met by directly supplied green power; in principle the share of "
        "direct supply is not lower than 50 %"
    ),
    "≤0.35吨标准煤/万元": "≤0.35 tce per 10^4 yuan",
    "≤0.6吨二氧化碳/万元": "≤0.6 tCO2 per 10^4 yuan",
    "到2025年，全国单位国内生产总值能源消耗比2020年下降13.5%": (
        "by 2025 the energy consumption per unit of GDP of the nation falls by 13.5 % from 2020"
    ),
    (
        "2024年，单位国内生产总值能源消耗和二氧化碳排放分别降低2.5%左右、3.9%左右，"
        "规模以上工业单位增加值能源消耗降低3.5%左右"
    ): (
        "in 2024 energy consumption and CO2 emissions per unit of GDP fall by about 2.5 % and about 3.9 %, and energy "
        "consumption per unit of value added of above-scale industry by about 3.5 %"
    ),
    "非化石能源消费占比达到18.9%左右": "the share of non-fossil energy in consumption reaches about 18.9 %",
    "2025年，非化石能源消费占比达到20%左右": "in 2025 the share of non-fossil energy in consumption reaches about 20 %",
    "到2025年底，全国非化石能源发电量占比达到39%左右": (
        "by the end of 2025 the share of non-fossil energy in the power generation of the nation reaches about 39 %"
    ),
    "“十四五”后两年新上高耗能项目的非化石能源消费比例不得低于20%": (
        "in the last two years of the 14th five-year plan the share of non-fossil energy in the consumption of new "
        "energy-intensive projects must not be lower than 20 %"
    ),
    "到2030年，单位国内生产总值二氧化碳排放较2025年降低17%": (
        "by 2030 CO2 emissions per unit of GDP fall by 17 % from 2025"
    ),
    "全国碳排放权交易市场覆盖行业单位产品二氧化碳排放比2025年下降3%左右": (
        "CO2 emissions per unit of product in the industries of the national emissions trading system fall by about "
        "3 % from 2025"
    ),
    "非化石能源消费占比达到25%左右": "the share of non-fossil energy in consumption reaches about 25 %",
    "2030年碳排放强度比2005年降低65%以上": "in 2030 carbon intensity is 65 % or more below 2005",
    "实现煤炭消费总量和石油消费总量达峰": "total coal consumption and total oil consumption reach their peak",
    "5项控制指标": "five control indicators",
    "9项支撑指标": "nine support indicators",
}


def translate(wording: str) -> str:
    """Return our English for a Chinese wording; a bare limit (≥90%, 100%) needs none."""
    bare = wording.lstrip("≥≤").rstrip("%").replace(".", "")
    if not wording or bare.isdigit():
        return wording
    return WORDINGS[wording]


def entry(row: dict[str, str]) -> dict[str, str | int]:
    """Return one target as it stands in the file: empty values left out, years and digits as integers."""
    year = row["year"]
    values = {
        **row,
        "year": year if year.isdigit() else "",
        "period": "" if year.isdigit() else year,
        "indicator_en": NAMES[row["indicator_zh"]],
        "wording_en": translate(row["wording_zh"]),
    }
    target: dict[str, str | int] = {"id": row["target_id"]}
    for column in COLUMNS:
        if values[column]:
            target[column] = int(values[column]) if column in INTEGERS else values[column]
    return target


def toml(values: dict[str, str | int]) -> str:
    """Return keys and values as TOML; JSON's escapes are TOML's for these texts."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())


def build(rows: list[dict[str, str]]) -> dict[str, str]:
    """Return target set -> text of its file."""
    files = {}
    for name, (title_zh, title_en, document) in SETS.items():
        head: dict[str, str | int] = {"name": name, "title_zh": title_zh, "title_en": title_en}
        if document:
            head["document"] = document
        targets = [toml(entry(row)) for row in rows if row["target_set"] == name]
        comment = "# Made by tools/build_targets.py; edit the table or the tool, not this file.\n"
        files[name] = comment + toml(head) + "".join(f"\n[[target]]\n{target}" for target in targets)
    left = {row["target_set"] for row in rows} - files.keys()
    if left:
        msg = f"no title for target sets {sorted(left)}"
        raise ValueError(msg)
    return files


def stale(files: dict[str, str], folder: Path = FOLDER) -> list[str]:
    """Return the names of files that differ from ``files``, are missing, or are left over."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.toml")}
    return sorted(name for name in files.keys() | found.keys() if files.get(name) != found.get(name))


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` say which are not up to date."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        files = build(list(csv.DictReader(handle)))
    if "--check" in arguments:
        names = stale(files)
        print("\n".join(f"{name}.toml is not up to date" for name in names) or "up to date")
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (FOLDER / f"{name}.toml").write_text(text, encoding="utf-8", newline="\n")
        print(f"{name:24} {text.count('[[target]]'):3} targets")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
