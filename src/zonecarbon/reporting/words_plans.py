"""The words of the chapter on a plan: measures, goals, milestones, what is assumed.

Decided here: apart from :mod:`zonecarbon.reporting.words`, which has every word of the page beside it, because only a
report with a plan needs them.
"""

PLANS: dict[str, tuple[str, str]] = {
    # -- what is reached -------------------------------------------------------------------------------------------
    "plan.title": ("Plan {first}–{last}", "规划：{first}—{last} 年"),
    "plan.title_one": ("Plan {first}", "规划：{first} 年"),
    "plan.goals_are": ("Goals", "目标"),
    "plan.reached": ("all reached", "全部达到"),
    "plan.nearest": ("not all can be reached; this is the nearest", "不能全部达到；此为最接近的方案"),
    "plan.cost": ("Cost over the years", "规划期成本"),
    "plan.gain": ("Earned over the years", "规划期净收益"),
    "plan.outlay": ("Outlay", "投资"),
    "plan.energy": ("Energy saved", "节能量"),
    "plan.carbon": ("CO₂ saved", "减排量"),
    "plan.about": (
        "Money is at prices of {price_year}. Cost is what is paid for outlay in yearly parts, running and energy, less "
        "what is saved, brought to {first} at {rate} a year; the outlay is not. What is saved is against the path "
        "without measures, over all years of the plan.",
        "金额为 {price_year} 年价格。成本为投资的年均分摊、运行与用能费用之和减去节省的费用，"
        "按年 {rate} 折现至 {first} 年；投资不折现。"
        "节约量为规划期内各年合计，与无措施路径相比。",
    ),
    "plan.assured": (
        "Made so that each goal holds with a probability of {p}: its limits were drawn tighter for that.",
        "按每项目标以 {p} 的概率达成编制：为此收紧了限值。",
    ),
    "figure.plan": ("CO₂ without and with the plan, by measure", "二氧化碳排放：无措施与实施规划，分措施"),
    "figure.plan_intensity": ("Energy intensity without and with the plan", "能源强度：无措施与实施规划"),
    # -- measures --------------------------------------------------------------------------------------------------
    "plan.measures": ("Measures", "措施"),
    "plan.measures_caption": ("What is done, and what it does in {year}", "实施的措施及其 {year} 年效果"),
    "plan.measures_note": (
        "Each measure as it adds to those above it, in the order in which they act. Savings below 0 are use that "
        "it adds; costs below 0 are earned. Cost, and cost per tonne, are over all years, brought to the first.",
        "各措施按作用先后依次计入；能耗、减排小于 0 表示增加，成本小于 0 表示净收益。"
        "成本与每吨成本为规划期合计，均折现至首年。",
    ),
    "plan.unused": ("Not used: {names}.", "未采用：{names}。"),
    "plan.idle": ("Nothing to act on in this data: {names}.", "本数据中没有可作用的对象：{names}。"),
    "plan.none": ("No measure is needed or worth while.", "无需采取措施。"),
    "head.measure": ("Measure", "措施"),
    "head.first_year": ("First year", "起始年"),
    "head.amount": ("Acts on, in {year}", "{year} 年作用量"),
    "head.energy_saved": ("Energy saved", "节能量"),
    "head.co2_saved": ("CO₂ saved", "减排量"),
    "head.outlay": ("Outlay", "投资"),
    "head.cost": ("Cost", "成本"),
    "head.per_tonne": ("Cost per tonne", "每吨成本"),
    "unit.per_tonne": ("yuan per t CO₂", "元/吨 CO₂"),
    "head.figures": ("Figures", "数值来源"),
    # -- goals -----------------------------------------------------------------------------------------------------
    "plan.goals": ("Goals of the plan", "规划目标"),
    "plan.goals_caption": ("What was asked for, and what it costs at the margin", "规划要求及其边际成本"),
    "plan.goals_cut": ("{n} more are not listed; the workbook has all.", "另有 {n} 项未列出；完整列表见工作簿。"),
    "head.goal": ("Goal", "目标"),
    "head.with_plan": ("With the plan", "实施规划"),
    "head.verdict": ("Verdict", "判定"),
    "head.margin_cost": ("What it costs", "边际成本"),
    "plan.shadow": ("1 {unit} more would make it {price} yuan cheaper", "放宽 1 {unit} 可节省 {price} 元"),
    "plan.free": ("no price at the margin: more of it alone would save nothing", "无边际价格：单独放宽不节省费用"),
    "plan.nearer": (
        "no price: more of it would bring the plan nearer to what is out of reach",
        "无价格：放宽后将用于接近无法达到的目标",
    ),
    "plan.tied": ("no price told: not to be told apart from other goals", "不给出价格：无法与其他目标区分"),
    "plan.either": (
        "no price told: more of it would bring the plan nearer to what is out of reach, or it is tied to other goals",
        "不给出价格：放宽后将用于接近无法达到的目标，或无法与其他目标区分",
    ),
    "plan.short": ("{short} out of reach", "尚差 {short}"),
    "plan.no_price": ("–", "–"),
    "plan.goal_peak": ("CO₂ is highest in or before", "二氧化碳排放达峰不晚于"),
    "plan.goal_budget": ("CO₂ of all years of the plan", "规划期累计二氧化碳排放"),
    "plan.goal_capital": ("Outlay of all years of the plan", "规划期投资"),
    "shadow.tce": ("tce", "吨标准煤"),
    "shadow.tco": ("t CO₂", "吨 CO₂"),
    "shadow.money": ("× 10⁴ yuan", "万元"),
    "plan.not_planned": ("Not planned for", "未纳入规划的目标"),
    "plan.line": ("{what}: {told}", "{what}：{told}"),
    # -- years, zones ----------------------------------------------------------------------------------------------
    "plan.milestones": ("Milestones", "里程碑"),
    "plan.milestones_caption": ("Year by year with the plan", "实施规划逐年数据"),
    "head.co2_without": ("CO₂ without measures", "无措施二氧化碳排放"),
    "plan.zones": ("The plan by zone", "分园区规划"),
    "plan.zones_caption": ("Where the plan acts: zones by outlay", "规划的实施园区，按投资排序"),
    "plan.zones_cut": (
        "The first {shown} of {n} zones; the workbook has all.",
        "此处为 {n} 个园区中的前 {shown} 个；完整列表见工作簿。",
    ),
    "zone.plan": ("Plan", "规划"),
    # -- probability -----------------------------------------------------------------------------------------------
    "plan.chances": ("How sure that is", "达成把握"),
    "plan.chances_about": (
        "The measures are done as planned whatever happens. Probabilities are those of {scenario} ({draws} draws, seed "
        "{seed}), not of the world.",
        "无论情形如何，措施均按规划实施。概率以{scenario}为条件"
        "（{draws} 次抽样，随机种子 {seed}），并非现实世界的概率。",
    ),
    "plan.chances_none": ("the uncertainty of the measures alone", "措施自身的不确定性"),
    "plan.chances_scenario": ("the scenario {scenario}", "情景“{scenario}”"),
    "plan.chances_caption": (
        "Probability that each goal and each milestone is met",
        "各目标与里程碑的达成概率",
    ),
    "plan.chances_note": (
        "The last column: value over limit, median and the range of 90 % of draws; at most 1 is met.",
        "末列为数值与限值之比：中位数，括号内为 90% 抽样所在区间；不高于 1 为达成。",
    ),
    "head.ratio": ("Value over limit", "数值与限值之比"),
    "figure.assurance": ("Probability of goals and milestones", "目标与里程碑的达成概率"),
    "plan.milestone": ("milestone: {what}", "里程碑：{what}"),
    # -- curve -----------------------------------------------------------------------------------------------------
    "plan.curve": ("What a tonne less costs, {year}", "减排成本曲线（{year} 年）"),
    "figure.curve": ("Marginal abatement cost, {year}", "{year} 年边际减排成本"),
    "plan.curve_caption": (
        "Measures at their whole potential, from the cheapest alone on",
        "各措施全部潜力，按单独成本由低到高",
    ),
    "plan.curve_note": (
        "Added: joined to those above. Alone: without any other. Below 0 a tonne earns. Because measures change what "
        "is left for each other, cost need not rise from line to line.",
        "“依次加入”为加入其上各措施之后；“单独”为不实施其他措施时。成本小于 0 表示净收益。"
        "措施之间相互影响，因此成本不一定逐行递增。",
    ),
    "head.co2_added": ("CO₂ saved, added", "减排量，依次加入"),
    "head.co2_alone": ("CO₂ saved, alone", "减排量，单独"),
    "head.price_added": ("Per tonne, added", "每吨成本，依次加入"),
    "head.price_alone": ("Per tonne, alone", "每吨成本，单独"),
    "head.co2_sum": ("CO₂ saved so far", "累计减排量"),
    # -- what is assumed -------------------------------------------------------------------------------------------
    "plan.assumed": ("What the plan assumes", "规划的假设"),
    "plan.set": ("Measures", "措施集"),
    "plan.price_year": ("Prices of", "价格年份"),
    "plan.discount": ("Discount rate", "折现率"),
    "plan.scenario": ("Without measures", "无措施路径"),
    "plan.scenario_none": ("as the account goes on", "按核算数据自身各年"),
    "plan.statuses": ("Figures of measures and prices", "措施与价格的数值来源"),
    "plan.status": ("{status}: {n}", "{status} {n} 项"),
    "plan.prices_caption": ("What carriers cost", "能源品种价格"),
    "plan.costs_caption": ("What measures can do and cost", "措施的潜力与费用"),
    "head.carrier": ("Carrier", "能源品种"),
    "head.price": ("Price", "价格"),
    "head.potential": ("Potential", "潜力"),
    "head.ramp": ("Years to build", "建设年数"),
    "head.lifetime": ("Lifetime", "寿命"),
    "head.capital": ("Outlay", "投资"),
    "head.running": ("Running cost", "运行费用"),
    "unit.years": ("years", "年"),
    "choice.peak_by": ("peak by", "达峰年份要求"),
    "choice.budget": ("CO₂ budget (t)", "碳预算（吨）"),
    "choice.capital": ("largest outlay (10⁴ yuan)", "投资上限（万元）"),
    "choice.probability": ("probability of each goal", "各目标的达成概率"),
    "choice.zone": ("zone", "园区"),
    "carrier_group.fuels": ("other fuels", "其他燃料"),
    "carrier_group.coal": ("other coal", "其他煤"),
    "carrier_group.oil": ("other oil", "其他油品"),
    "carrier_group.gas": ("other gas", "其他燃气"),
    "carrier_group.heat": ("heat", "热力"),
    "carrier_group.co2": ("CO₂", "二氧化碳"),
}
