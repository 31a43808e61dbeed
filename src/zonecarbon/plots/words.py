"""Every text of the charts, by key: (English, Chinese).

Decided here: texts of pictures stand beside the pictures and not among the messages, because they are labels and half
sentences that mean something only there; what a reader may meet elsewhere (states of Tapio, effects, drivers, bases)
comes from the messages. A test finds keys that are missing, unused, or have other placeholders in the other language.
"""

from typing import Any

from zonecarbon.messages import Language

TEXTS: dict[str, tuple[str, str]] = {
    # -- everywhere ------------------------------------------------------------------------------------------------
    "and_more": ("{names} and {count} more", "{names}等，另有 {count} 个"),
    "all_zones": ("all zones", "全部园区"),
    "some_zones": ("{known} of {n} zones", "{n} 个园区中 {known} 个"),
    "known_zone": ("the one known zone", "已知的 1 个园区"),
    "known_zones": ("the {known} known zones", "已知的 {known} 个园区"),
    "colon": ("{head}: {rest}", "{head}：{rest}"),
    "with_unit": ("{what} [{unit}]", "{what}（{unit}）"),
    "nothing": ("{what} of {zone} is not known", "{zone}的{what}未知"),
    "unknown_years": ("unknown: {years}", "未知：{years}"),
    "energy": ("energy", "综合能耗"),
    "co2": ("CO₂", "二氧化碳排放"),
    "value_added": ("value added", "工业增加值"),
    "energy_intensity": ("energy per value added", "单位工业增加值综合能耗"),
    "co2_intensity": ("CO₂ per value added", "单位工业增加值二氧化碳排放"),
    "basis_calorific": ("calorific basis", "当量值"),
    "basis_equivalent": ("equivalent basis", "等价值"),
    # -- distribution ----------------------------------------------------------------------------------------------
    "dist_year": ("{year}", "{year}年"),
    "dist_count": ("zones in columns about {width} wide", "柱高为园区数，柱宽约 {width}"),
    "dist_dot": ("each dot a zone", "每点为一个园区"),
    "dist_below": ("below {limit}: {count} of {n}", "低于 {limit}：{n} 个中 {count} 个"),
    "dist_unknown": ("{count} unknown", "{count} 个未知"),
    "dist_less": ("{count} below the axis ({least} or less)", "{count} 个低于坐标轴下限（不高于 {least}）"),
    "dist_more": ("{count} above the axis (up to {most})", "{count} 个高于坐标轴上限（最高 {most}）"),
    "dist_mean": ("{who} {value}", "{who} {value}"),
    "dist_mean_off": ("{mean} not on the axis", "{mean}，在坐标轴之外"),
    "dist_rounded": ("counted by rounded values (GB/T 8170)", "按修约值计数（GB/T 8170）"),
    "dist_none": (
        "energy per value added{year} is not known for any zone",
        "各园区{year}单位工业增加值综合能耗均未知",
    ),
    "dist_say": (
        "Energy per value added of {who}{year}{counts}. {mean}. {nearest}",
        "{who}{year}的单位工业增加值综合能耗{counts}。{mean}。{nearest}",
    ),
    "dist_zones": ("{n} zones", "{n} 个园区"),
    "dist_in": (" in {year}", " {year}年"),
    "dist_once": (", each zone once: {counts}", "，各园区计一次：{counts}"),
    "dist_nearest": ("Nearest to {limit}: {names}. ", "最接近 {limit} 的园区：{names}。"),
    "dist_named": ("{zone} {value}", "{zone} {value}"),
    # -- fan -------------------------------------------------------------------------------------------------------
    "fan_history": ("history", "历史"),
    "fan_scenario": ("scenario {scenario}", "情景：{scenario}"),
    "fan_median": ("median", "中位数"),
    "fan_certain": ("no shocks", "无冲击"),
    "fan_level": ("{level}", "{level} 分位"),
    "fan_peak": ("median peak year {year}", "达峰年份中位数 {year}年"),
    "fan_past": ("highest in {year} (median)", "最高值在 {year}年（中位数）"),
    "fan_range": ("{share} of draws: {first} to {last}", "{share} 的抽样：{first}至{last}"),
    "fan_year": ("{year}", "{year}年"),
    "fan_beyond": ("after {year}", "{year}年之后"),
    "fan_within": ("peak before {year}: {chance}", "{year}年前达峰：{chance}"),
    "fan_no_peak": ("no peak within the horizon in most draws", "多数抽样在期限内未达峰"),
    "fan_no_history": ("peak unknown: the history has gaps", "达峰未知：历史数据有缺"),
    "fan_say_unknown": (
        "{what} of {zone}, scenario {scenario}: {first} in {base}, unknown after. {peak}",
        "{zone}的{what}，情景“{scenario}”：{base}年 {first}，此后未知。{peak}",
    ),
    "fan_say": (
        "{what} of {zone}, scenario {scenario}: {first} in {base}, median {last} in {until} ({low} to {high} in "
        "{share} of draws). {peak}",
        "{zone}的{what}，情景“{scenario}”：{base}年 {first}，{until}年中位数 {last}（{share} 的抽样在 {low} 至 "
        "{high}）。{peak}",
    ),
    # -- waterfall -------------------------------------------------------------------------------------------------
    "fall_ratio": ("{what}, {year} = 1, logarithmic", "{what}，{year}年 = 1，对数坐标"),
    "fall_cut": ("the axis does not begin at 0", "坐标轴不从 0 开始"),
    "fall_none": (
        "{what} of {zone} in {base} or {end}, or an effect on it, is not known",
        "{zone} {base} 或 {end}年的{what}或其某项效应未知",
    ),
    "fall_times": ("×{ratio}", "×{ratio}"),
    "fall_say": (
        "{what} of {zone} went from {first} in {base} to {last} in {end}: {effects}.",
        "{zone}的{what}由 {base}年的 {first} 变为 {end}年的 {last}：{effects}。",
    ),
    "fall_value": ("{what} {year}", "{what} {year}年"),
    # -- stack -----------------------------------------------------------------------------------------------------
    "stack_other": ("other", "其他"),
    "stack_part": ("{name} {share}", "{name} {share}"),
    "stack_scope_1": ("scope 1, direct", "范围一：燃料与过程"),
    "stack_scope_2": ("scope 2, purchased", "范围二：电力与热力"),
    "stack_scope_unsplit": ("reported total", "上报总量，未拆分"),
    "stack_scope_": ("feedstock, media", "不计范围：原料、耗能工质"),
    "stack_process": ("processes", "工业过程"),
    "stack_total": ("total", "合计"),
    "stack_by_carrier": ("{what} by carrier", "分品种{what}"),
    "stack_by_scope": ("{what} by scope", "分范围{what}"),
    "stack_left_out": (
        "without {count} of {n} zones not known in every year",
        "不含 {n} 个园区中有年份未知的 {count} 个",
    ),
    "stack_shares": ("shares of {year}", "占比为 {year}年"),
    "stack_say": (
        "{what} of {zone}: {first} in {start}, {last} in {end}. In {end}: {parts}. {notes}",
        "{zone}的{what}：{start}年 {first}，{end}年 {last}。{end}年构成：{parts}。{notes}",
    ),
    "stack_say_one": (
        "{what} of {zone}: {last} in {end}, of it {parts}. {notes}",
        "{zone}的{what}：{end}年 {last}，其中{parts}。{notes}",
    ),
    "stack_say_none": (
        "{what} of {zone}: {first} in {start}, {last} in {end}. {notes}",
        "{zone}的{what}：{start}年 {first}，{end}年 {last}。{notes}",
    ),
    # -- tornado ---------------------------------------------------------------------------------------------------
    "tornado_peak_year": ("peak year", "达峰年份"),
    "tornado_peak_value": ("highest CO₂", "二氧化碳峰值"),
    "tornado_co2": ("CO₂ in {year}", "{year}年二氧化碳排放"),
    "tornado_cumulative_co2": ("CO₂ up to {year}, cumulative", "到 {year}年的累计二氧化碳排放"),
    "tornado_middle": ("no shocks {value}", "无冲击 {value}"),
    "tornado_low": ("at its {level} quantile", "取 {level} 分位"),
    "tornado_no_peak": ("≥{year}", "≥{year}"),
    "tornado_none": ("{what} of {zone} is not known", "{zone}的{what}未知"),
    "tornado_say": (
        "{what} of {zone} is {middle} without shocks; each shock alone at its {low} and {high} quantile: {bars}.",
        "{zone}，{what}在无冲击时为 {middle}；各冲击单独取 {low} 与 {high} 分位：{bars}。",
    ),
    "tornado_bar": ("{driver} {low} and {high}", "{driver} {low} 与 {high}"),
    # -- decoupling ------------------------------------------------------------------------------------------------
    "tapio_x": ("change of value added in a period [%]", "各期工业增加值变化（%）"),
    "tapio_y": ("change of {what} in a period [%]", "各期{what}变化（%）"),
    "tapio_unknown": ("{count} of {n} periods unknown", "{n} 期中 {count} 期未知"),
    "tapio_none": ("no change of {zone} is known", "{zone}各期变化均未知"),
    "tapio_say": (
        "{what} and value added of {zone}, {count} periods from {start} to {end}: {states}. In the last period value "
        "added changed by {money} and {what} by {change}: {state}.",
        "{zone}：{start} 至 {end}年共 {count} 期的{what}与工业增加值：{states}。最后一期工业增加值变化 {money}，"
        "{what}变化 {change}：{state}。",
    ),
    "tapio_state": ("{state} {count}", "{state} {count} 期"),
    "tapio_span": ("{start}–{end}", "{start}–{end}"),
    # -- abatement curve -------------------------------------------------------------------------------------------
    "macc_price": ("cost of a tonne of CO₂ less in {year}", "{year}年每减排一吨二氧化碳的成本"),
    "macc_price_earns": (
        "cost of a tonne of CO₂ less in {year}, below 0 it earns",
        "{year}年每减排一吨二氧化碳的成本，0 以下为净收益",
    ),
    "macc_unit": ("yuan per t CO₂", "元/吨 CO₂"),
    "macc_abated": ("CO₂ abated in the year, measure after measure", "当年减排量，按措施累加"),
    "macc_abates": ("CO₂ abated", "减排量"),
    "macc_a_tonne": ("a tonne, added", "每吨，依次加入"),
    "macc_a_tonne_alone": ("a tonne, alone", "每吨，单独实施"),
    "macc_earns": ("earns {cost}", "净收益 {cost}"),
    "macc_adds": ("adds {co2}", "增排 {co2}"),
    "macc_alone": (
        "Each block is what the measure adds to those left of it; a dark mark is its cost alone. What measures leave "
        "to each other changes their cost, so heights need not rise",
        "每个色块为该措施加入其左侧各措施后新增的减排；深色短线为单独实施时的成本。措施之间相互影响，因此高度不一定递增",
    ),
    "macc_left_out": ("{count} dearer measures are not drawn", "另有 {count} 项成本更高的措施未画出"),
    "macc_none": ("no measure abates CO₂ of {zone} in {year}", "{year}年没有措施能减少{zone}的二氧化碳排放"),
    "macc_part": ("{name} {co2}, {cost}", "{name} {co2}，{cost}"),
    "macc_say": (
        "{zone}, {year}: {total} abated in all, {earned} of it by measures that earn. In yuan per tonne: {parts}.",
        "{zone}，{year}年：共减排 {total}，其中 {earned} 来自有净收益的措施。单位为元/吨：{parts}。",
    ),
    # -- goals of a plan -------------------------------------------------------------------------------------------
    "goal_falls": ("falls {limit} a year", "年均下降 {limit}"),
    "goal_rises": ("rises {limit} a year", "年均提高 {limit}"),
    "goal_change_a_year": ("{limit} a year", "年均变化 {limit}"),
    "goal_change": ("change {limit}", "变化 {limit}"),
    "goal_share": ("{limit} of zones {inner}", "{limit} 的园区 {inner}"),
    "goal_peak": ("CO₂ peak by {year}", "{year}年前碳达峰"),
    "goal_peak_some": ("some zones peaked by {year}", "{year}年前部分园区达峰"),
    "goal_budget": ("CO₂ budget to {year}", "至 {year}年碳预算"),
    "goal_limit": ("{what} {limit}, {year}", "{year}年{what} {limit}"),
    # -- plan ------------------------------------------------------------------------------------------------------
    "plan_span": ("plan", "规划"),
    "plan_without": ("without measures", "无措施"),
    "plan_with": ("with the plan", "实施规划"),
    "plan_other": ("other measures", "其他措施"),
    "plan_goal": ("goal {limit}", "目标 {limit}"),
    "plan_added": ("what measures add, and others make up for: {parts}", "措施自身增加、由其他措施抵消的部分：{parts}"),
    "plan_left_out": (
        "without {count} of {n} zones not known in every year of the plan",
        "不含 {n} 个园区中规划期内有年份未知的 {count} 个",
    ),
    "plan_say": (
        "{what} of {zone} in {until}: {without} without measures, {planned} with the plan",
        "{zone} {until}年{what}：无措施 {without}，实施规划 {planned}",
    ),
    "plan_say_parts": ("by measure [{unit}]: {parts}", "分措施（{unit}）：{parts}"),
    "plan_say_goal": ("{limit} in {year}", "{year}年 {limit}"),
    "plan_say_goals": ("goals: {goals}", "目标：{goals}"),
    # -- assurance -------------------------------------------------------------------------------------------------
    "assured_head": (
        "probability that a goal or a milestone is met, scenario {scenario}",
        "目标与里程碑的达成概率，情景：{scenario}",
    ),
    "assured_measures": ("certain, measures uncertain", "确定，仅措施不确定"),
    "assured_bars": (
        "{draws} draws; bars: two standard errors",
        "{draws} 次抽样；线段为两倍标准误差",
    ),
    "assured_left_out": ("{count} more are not drawn", "另有 {count} 项未画出"),
    "assured_none": ("the plan has no goal and no milestone", "规划没有目标和里程碑"),
    "assured_part": ("{name}: {chance}", "{name}：{chance}"),
    "assured_say": (
        "Probability under the scenario {scenario}: {parts}.",
        "情景“{scenario}”下的达成概率：{parts}。",
    ),
    "assured_say_milestones": (
        "Milestones of the plan: {low} to {high}.",
        "规划各年里程碑：{low} 至 {high}。",
    ),
}


def say(key: str, language: Language, **values: Any) -> str:
    """Return a text, filled in.

    Examples
    --------
    >>> say("dist_unknown", "zh", count=3), say("energy", "en")
    ('3 个未知', 'energy')
    """
    return TEXTS[key][0 if language == "en" else 1].format(**values)


def capital(text: str, name: str = "") -> str:
    """Return a text with a capital letter at its start, unless a user's name stands there.

    Examples
    --------
    >>> capital("all zones"), capital("zone-7: energy", "zone-7")
    ('All zones', 'zone-7: energy')
    """
    return text if name and text.startswith(name) else text[:1].upper() + text[1:]
