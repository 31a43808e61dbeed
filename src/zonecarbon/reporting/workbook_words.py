"""The words of the workbook that the page has not: names of sheets, headings of columns that only a sheet has.

Decided here: the name of a sheet has at most 31 characters and no brackets, colons,
slashes or wildcards, which is what spreadsheets take.
"""

from zonecarbon.messages import Language
from zonecarbon.terms import term

SHEETS: dict[str, tuple[str, str]] = {
    "summary": ("Summary", "摘要"),
    "zones": ("Zones", "园区"),
    "verdicts": ("Verdicts by zone", "分园区判定"),
    "history": ("History", "历史"),
    "carriers": ("Energy by carrier", "分品种"),
    "projection": ("Projection", "预测"),
    "compared": ("Scenarios", "情景对比"),
    "chances": ("Probabilities", "达成概率"),
    "paths": ("Scenario paths", "情景路径"),
    "spreads": ("Scenario uncertainty", "情景不确定性"),
    "path_years": ("Scenario paths by year", "情景路径逐年"),
    "pace": ("Past and scenario", "历史与情景"),
    "peaks": ("Peaks by the data", "达峰判断"),
    "outlook": ("Peaks by the projection", "预测达峰"),
    "change": ("Decomposition", "变化分解"),
    "coupling": ("Decoupling", "脱钩"),
    "required": ("What it takes", "所需速度"),
    "tornado": ("Sensitivity", "敏感性"),
    "plan": ("Plan", "规划"),
    "plan_goals": ("Plan, goals", "规划目标"),
    "plan_years": ("Plan by year", "规划逐年"),
    "curve": ("Abatement cost", "减排成本"),
    "plan_chances": ("Plan, probabilities", "规划达成概率"),
    "factors": ("Factors", "因子"),
    "sources": ("Sources", "资料来源"),
    "choices": ("Choices", "方法与选项"),
    "warnings": ("What to know", "数据提示"),
    "about": ("About", "关于"),
}

COLUMNS: dict[str, tuple[str, str]] = {
    "set": ("Target set", "目标集"),
    "id": ("Id", "编号"),
    "target": ("Target", "目标"),
    "verdict": ("Verdict", "判定"),
    "value": ("Value (see unit)", "实际值（见单位列）"),
    "limit": ("Limit", "限值"),
    "threshold": ("Limit (see unit)", "限值（见单位列）"),
    "unit": ("Unit", "单位"),
    "margin": ("Margin (see unit)", "裕度（见单位列）"),
    "required_rate": ("Yearly fall still needed", "每年尚需下降"),
    "lower": ("Lower bound (see unit)", "下界（见单位列）"),
    "upper": ("Upper bound (see unit)", "上界（见单位列）"),
    "counts": ("Zones met, missed, unknown", "达标、未达标、未知园区数"),
    "reason": ("Why", "原因"),
    "remarks": ("Remarks", "备注"),
    "error": ("Standard error", "标准误差"),
    "driver": ("Driver", "驱动因素"),
    "form": ("Path", "路径"),
    "first": ("First year", "起始年"),
    "last": ("Last year", "终止年"),
    "change": ("Change a year", "年均变化"),
    "level": ("Level at the end (base year = 1)", "期末水平（基年=1）"),
    "points": ("Change of the share a year", "占比年均变化"),
    "share": ("Share at the end", "期末占比"),
    "level_in": ("Level (base year = 1)", "水平（基年=1）"),
    "share_in": ("Share", "占比"),
    "change_in": ("Change from the year before", "较上年变化"),
    "points_in": ("Change of the share from the year before", "占比较上年变化"),
    "shape": ("Distribution of a year's deviation", "逐年偏差的分布"),
    "in_time": ("From year to year", "逐年关系"),
    "scope": ("Across zones", "园区之间"),
    "certainty": ("Certainty", "可靠程度"),
    "why": ("Notes", "说明"),
    "chance": ("Probability", "概率"),
    "past": ("Own past, change a year", "自身历史年均变化"),
    "soon": ("Next five years, change a year", "其后五年年均变化"),
    "whole": ("To the horizon, change a year", "至预测期末年均变化"),
    "quantity": ("Quantity", "指标"),
    "wording": ("Wording", "原文"),
    "source": ("Source", "出处"),
    "status": ("Certainty of the wording", "原文可靠程度"),
    "carrier": ("Carrier", "能源品种"),
    "scenario": ("Scenario", "情景"),
    "period": ("Period", "时段"),
    "path": ("CO₂ without shocks", "无冲击的二氧化碳排放"),
    "quantile": ("CO₂, {share} quantile", "二氧化碳排放 {share} 分位"),
    "median": ("{what}, median", "{what}中位数"),
    "years_since": ("Years since (a)", "已过年数（年）"),
    "p_value": ("p of the trend since", "其后趋势检验 p 值"),
    "first_year": ("Peak year, low quantile", "达峰年低分位"),
    "last_year": ("Peak year, high quantile", "达峰年高分位"),
    "peak_year": ("Peak year", "达峰年"),
    "peak_value": ("Peak level", "峰值"),
    "shared": ("Shared by all zones", "各园区共同"),
    "middle": ("Without shocks", "无冲击时"),
    "probability": ("Probability of a peak before {until}", "{until} 年前达峰概率"),
    "effect": ("Effect", "影响"),
    "effect_ratio": ("Effect (factor)", "影响（倍数）"),
    "co2_change": ("Change of CO₂", "二氧化碳变化"),
    "energy_change": ("Change of energy", "能耗变化"),
    "money_change": ("Change of value added", "增加值变化"),
    "constant_rate": ("Same rate every year", "每年等速"),
    "rate_planned": ("Planned a year", "情景年均"),
    "rate_needed": ("Needed a year", "所需年均"),
    "extra_rate": ("More than planned, a year", "每年额外"),
    "probability_without": ("Probability as planned", "现情景概率"),
    "probability_reached": ("Probability at the extra rate", "额外速度下概率"),
    "share_of_left": ("Share of what others left", "占其前措施剩余量的比例"),
    "acts_on": ("Acts on (see unit)", "作用量（见单位列）"),
    "built": ("Built in the year (see unit)", "当年新建（见单位列）"),
    "out_of_reach": ("Out of reach", "差距"),
    "one_more": ("One tonne more saves (yuan)", "放宽一吨可节省（元）"),
    "energy_without": ("Energy without measures", "无措施综合能耗"),
    "ratio_low": ("Value over limit, 5% quantile (ratio)", "数值与限值之比，5% 分位（比值）"),
    "ratio_median": ("Value over limit, median (ratio)", "数值与限值之比，中位数（比值）"),
    "ratio_high": ("Value over limit, 95% quantile (ratio)", "数值与限值之比，95% 分位（比值）"),
    "warning": ("What to know", "提示"),
    "kind": ("Kind", "类别"),
    "item": ("Item", "项目"),
    "content": ("Content", "内容"),
}

WORDS: dict[str, tuple[str, str]] = {
    "a": ("year", "年"),
    "see_unit": ("{title} (see unit)", "{title}（见单位列）"),
    "with_range": ("{title}, with range", "{title}，含区间"),
    "tonnes": ("t CO₂", "吨 CO₂"),
    "unit.tCO2": ("t CO₂", "吨 CO₂"),
    "unit.fraction": ("share", "占比"),
    "unit.year": ("year", "年"),
    "unit.10^4 CNY": ("10⁴ yuan", "万元"),
    "unit.fraction of zones": ("share of zones", "园区占比"),
    "unit.fraction per year": ("rate a year", "年均变化率"),
    "unit.fraction of park electricity": ("share of the park's electricity", "占园区用电的比例"),
    "unit.ratio": ("ratio", "比值"),
    "process": ("process emissions", "工业过程排放"),
    "all": ("all zones", "全部园区"),
    "observed": ("history", "历史"),
    "ahead": ("projection", "预测"),
    "with_unit": ("{title} ({unit})", "{title}（{unit}）"),
    "cut": (
        "{sheet}: all zones together only, because a sheet cannot hold {n} rows",
        "{sheet}：仅含全部园区合计，因为一张工作表容不下 {n} 行",
    ),
    "kind.note": ("not in the report", "未包含"),
    "kind.warning": ("warning", "提示"),
    "kind.aside": ("row set aside", "搁置行"),
    "kind.workbook": ("this workbook", "本工作簿"),
    "about.title": ("Title", "标题"),
    "about.synthetic": ("Note", "说明"),
    "about.command": ("Command that made it", "生成命令"),
}


def sheet_name(key: str, language: Language, number: int = 1) -> str:
    """Return the name of a sheet; the second of a kind has a number.

    Examples
    --------
    >>> sheet_name("change", "zh"), sheet_name("change", "en", 2)
    ('变化分解', 'Decomposition 2')
    """
    name = SHEETS[key][language == "zh"]
    return name if number == 1 else f"{name} {number}"


def word(key: str, language: Language, **values: object) -> str:
    """Return a word of the workbook, or the heading of one of its columns.

    Examples
    --------
    >>> word("quantile", "zh", share="5%"), word("all", "en")
    ('二氧化碳排放 5% 分位', 'all zones')
    """
    texts = COLUMNS[key] if key in COLUMNS else WORDS[key]
    return texts[language == "zh"].format(**values)


def unit_word(unit: str, language: Language) -> str:
    """Return a unit as a column of units names it: what a cell shows as a percentage is a share or a rate there.

    Examples
    --------
    >>> unit_word("fraction per year", "en"), unit_word("tce/10^4 CNY", "zh")
    ('rate a year', '吨标准煤/万元')
    """
    return word(f"unit.{unit}", language) if f"unit.{unit}" in WORDS else term(unit, language, "unit").strip("（）")
