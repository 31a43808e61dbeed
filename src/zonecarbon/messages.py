"""Every sentence a user reads, in English and Chinese.

Decided here: texts live in one table keyed by a short code, so that no sentence is built in two places and a test can
find a missing translation or a placeholder that only one language has. gettext was considered and rejected: two
languages and a few hundred sentences need no build step. Problems (errors, warnings) follow one grammar: *what must
hold; what came; (where is added by* :class:`zonecarbon.errors.Problem` *); what to do*.
"""

import math
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from zonecarbon.terms import Sentence, columns

Language: TypeAlias = Literal["en", "zh"]

# code: (English, Chinese). Placeholders are filled by str.format from the values of the problem.
TEXTS: dict[str, tuple[str, str]] = {
    # -- places and lists ------------------------------------------------------------------------------------------
    "and_more": ("... and {count} more", "……另有 {count} 处"),
    "place.row": ("row {row}", "第 {row} 行"),
    "place.column": ("column {column:column}", "列 {column:column}"),
    "place.here": ("the current folder", "当前文件夹"),
    "place.folder": ("the folder {folder}", "文件夹 {folder} "),
    "place.sheet": ("sheet {sheet}", "工作表 {sheet}"),
    # -- units -----------------------------------------------------------------------------------------------------
    "unit.unknown": (
        "a unit must be one that zonecarbon knows; got {unit!r}; write such as t, 万m3, GJ, 万千瓦时, tce or tCO2/MWh: the page "
        "'Units' of the documentation lists all",
        "单位须为本库已知的单位；收到 {unit!r}；请写作如 t、万m3、GJ、万千瓦时、tce、tCO2/MWh，全部单位见文档中的“Units 单位”一页",
    ),
    "unit.unknown_near": (
        "a unit must be one that zonecarbon knows; got {unit!r}; did you mean {name!r}? The page 'Units' of the "
        "documentation lists all",
        "单位须为本库已知的单位；收到 {unit!r}；是否为 {name!r}？全部单位见文档中的“Units 单位”一页",
    ),
    "unit.dimension": (
        "a unit of {expected:dimension} is needed here, such as {to!r}; got {unit!r}; give the figure in such a unit, or say "
        "which heat value or factor connects the two",
        "单位须与 {to!r} 同类（{expected:dimension}）；收到 {unit!r}；请换用此类单位，或给出换算所需的热值或因子",
    ),
    "unit.foreign": (
        "a quantity must be convertible to {to!r}; its registry does not know how ({detail}); call "
        "zonecarbon.define_into(registry) once, before making the quantity",
        "该量须能换算为 {to!r}；其单位注册表无法换算（{detail}）；请先调用一次 zonecarbon.define_into(registry)",
    ),
    "unit.conflict": (
        "define_into must not change what a registry already means; {name!r} is there as {theirs}, zonecarbon has "
        "{ours}; use a registry of its own, or rename that unit",
        "define_into 不得改变注册表已有单位的含义；{name!r} 已定义为 {theirs}，本库为 {ours}；请另建注册表或改名",
    ),
    "unit.text": (
        "text must be a number and a unit, such as '1000 t' or '3 万吨标准煤'; got {text!r}; write both",
        "文本须为“数值 单位”，例如 '1000 t' 或 '3 万吨标准煤'；收到 {text!r}；请写全",
    ),
    "unit.ambiguous": (
        "{unit!r} means two things ({meanings}); write the one that is meant",
        "{unit!r} 有两种含义（{meanings}）；请写明其一",
    ),
    "unit.carbon": (
        "emissions must be given as CO2; got {unit!r}, which counts carbon; multiply by 44/12 and write {name!r}",
        "排放须以二氧化碳计；收到 {unit!r}，为碳的质量；请乘以 44/12 并写作 {name!r}",
    ),
    "unit.untaught": (
        "an answer in {unit} needs a registry that knows it; this one has no {name!r}; call zonecarbon.define_into(registry) once",
        "以 {unit} 作答须单位注册表认识该单位；此注册表没有 {name!r}；请先调用一次 zonecarbon.define_into(registry)",
    ),
    "unit.unteachable": (
        "an answer in {unit} needs a registry that can be taught it; in this one {name!r} is {theirs}, so define_into refuses; use a registry "
        "of its own, rename that unit, or pass plain numbers",
        "以 {unit} 作答须单位注册表能学会该单位；此注册表中 {name!r} 为 {theirs}，define_into 因而拒绝；请另建注册表、改名，或传入纯数值",
    ),
    "unit.other": (
        "a name must mean in a registry what it means in zonecarbon; {name!r} is {theirs} in this one; use a registry of its own, rename that "
        "unit, or pass plain numbers",
        "注册表中的名称须与本库同义；{name!r} 在此注册表中为 {theirs}；请另建注册表、改名，或传入纯数值",
    ),
    "unit.registry": (
        "a pint registry is needed here; got {kind}; pass a pint.UnitRegistry",
        "此处需要 pint 单位注册表；收到 {kind}；请传入 pint.UnitRegistry",
    ),
    "unit.figure": (
        "a figure must be a number, text with a unit, a quantity, or an array of these, convertible to {to!r}; got "
        "{value}; convert it first",
        "数值须为数字、带单位的文本、带单位的量或其数组，并能换算为 {to!r}；收到 {value}；请先转换",
    ),
    "number.text": (
        "a number must be written in digits, such as 1234.5 or 1,234.5; got {text!r}; write digits only",
        "数字须以阿拉伯数字书写，例如 1234.5 或 1,234.5；收到 {text!r}；请只写数字",
    ),
    # -- names -----------------------------------------------------------------------------------------------------
    "carrier.unknown": (
        "a carrier must be one of the vocabulary; got {name!r}{nearest}; 'zonecarbon carriers' shows the names, in Python "
        "zonecarbon.list_carriers(); what is not among them is other_energy (其他能源), in tce or GJ",
        "能源品种须在品种表中；收到 {name!r}{nearest}；可用 zonecarbon carriers 查看名称（Python 中为 zonecarbon.list_carriers()）；表外能源请以吨标准煤或 GJ 填作其他能源（other_energy）",
    ),
    "carrier.group": (
        "a carrier must be one, and not a group; {name!r} is the group of {items:carrier}; write the one that is meant",
        "须填写单一品种而非类别；{name!r} 为类别，包括{items:carrier}；请填写具体品种",
    ),
    "carrier.blank": (
        "a row needs a carrier; the cell is blank; write its name",
        "每行须有能源品种；此格为空；请填写名称",
    ),
    "carrier.sum": (
        "a sum is no carrier and would count its parts twice; got {name!r}; leave this row or column out",
        "合计项不是能源品种，会与分项重复计算；收到 {name!r}；请删去此行或此列",
    ),
    "carrier.unit": (
        "{carrier:carrier} is counted in units of {expected:dimension}, such as {own}, or by energy (GJ, tce) if it is a fuel; got {unit!r}; "
        "convert it with a density or heat value of your own first",
        "{carrier:carrier}以{expected:dimension}单位（如 {own}）计量，燃料亦可按能量（GJ、tce）；收到 {unit!r}；请先用自备的密度或热值换算",
    ),
    "carrier.steam": (
        "{carrier:carrier} is counted by energy, and steam by mass needs its enthalpy, which is not known here; got {unit!r}; give its heat in "
        "GJ; low-pressure steam of GB/T 2589-2008 is the carrier 'steam_low_pressure'",
        "{carrier:carrier}以能量计，按质量计的蒸汽须有焓值，而此处未知；收到 {unit!r}；请以 GJ 填报其热量；GB/T 2589-2008 的低压蒸汽请填“蒸汽(低压)”",
    ),
    "carrier.steam_energy": (
        "{carrier:carrier} is counted by mass, such as t; got {unit!r}; heat of steam in GJ is the carrier 'heat'",
        "{carrier:carrier}以质量（如 t）计量；收到 {unit!r}；以 GJ 计的蒸汽热量请填“热力”",
    ),
    "province.unknown": (
        "a province must be one of China's or 全国; got {name!r}{nearest}; correct the spelling: "
        "zonecarbon.list_provinces() has all",
        "省份须为中国省级行政区或“全国”；收到 {name!r}{nearest}；请更正（全部写法见 zonecarbon.list_provinces()）",
    ),
    "use.unknown": (
        "use must be one of {known}; got {name!r}; leave it blank for final use",
        "用途须为 {known} 之一；收到 {name!r}；终端消费可留空",
    ),
    "supply.unknown": (
        "supply must be one of {known}, or grid, green certificate, solar, captive power, 电网, 直供, 绿证, 自发非化石, 自备电厂; got {name!r}; write "
        "one of them, or leave it blank where it is the grid",
        "供应方式须为 {known} 之一，或 电网、直供、绿证、自发非化石（自建光伏、风电）、自备电厂；收到 {name!r}；请填其一，仅电网供应可留空",
    ),
    "supply.green": (
        "supply must say how green power comes; {name!r} does not; write certificate (绿证, 绿电交易), direct_nonfossil (绿电直供) or "
        "onsite_nonfossil (自发自用)",
        "供应方式须说明绿电的来源；{name!r} 未说明；请填写绿证（含绿电交易）、绿电直供或自发非化石",
    ),
    "supply.carrier": (
        "supply of {carrier:carrier} must be one of {known}; got {name!r}; leave it blank for fuels",
        "{carrier:carrier}的供应方式须为 {known} 之一；收到 {name!r}；燃料请留空",
    ),
    "basis.unknown": (
        "basis must be calorific (当量值) or equivalent (等价值); got {basis!r}; write one of them",
        "口径须为 calorific（当量值）或 equivalent（等价值）；收到 {basis!r}；请写明其一",
    ),
    "basis.fuel": (
        "only electricity and heat have an equivalent value; got it for {carrier:carrier}; leave the basis blank",
        "只有电力和热力才有等价值；{carrier:carrier}却注明等价值；请将口径留空",
    ),
    "electricity.basis": (
        "electricity in standard coal needs its basis, since 1 kWh is 0.1229 or about 0.3 kgce; none came; "
        "give kWh, or basis calorific or equivalent",
        "以标准煤计的电力须注明口径（1 千瓦时为 0.1229 或约 0.3 千克标准煤）；未注明；请改用千瓦时，或注明当量值/等价值",
    ),
    "ncv.carrier": (
        "a heat value goes with a fuel by mass or volume; got it for {carrier:carrier}; leave it blank",
        "热值仅用于按质量或体积计量的燃料；{carrier:carrier}却给了热值；请留空",
    ),
    "ncv.unit": (
        "a heat value needs its unit; none came for {carrier:carrier}; write for example {example}",
        "热值须注明单位；{carrier:carrier}未注明；例如 {example}",
    ),
    "ncv.positive": (
        "a heat value must be a positive number; got {value!r}; correct it or leave it blank",
        "热值须为正数；收到 {value!r}；请更正或留空",
    ),
    "price_year": (
        "a price year must be a year or 'nominal' (现价); got {value!r}; write one of them",
        "价格基期须为年份或“现价”；收到 {value!r}；请写明其一",
    ),
    # -- figures ---------------------------------------------------------------------------------------------------
    "number.negative": (
        "{name:column} must not be negative; got {value!r}; the direction of a flow is its use (export, transformation_out)",
        "{name:column}不得为负；收到 {value!r}；流向请用“用途”表示（export、transformation_out）",
    ),
    "number.finite": (
        "{name:column} must be a finite number; got {value!r}; leave it blank (or None) where it is not known",
        "{name:column}须为有限数值；收到 {value!r}；未知请留空（或 None）",
    ),
    "number.bool": (
        "{name:column} must be a number; got {value!r}; write the figure",
        "{name:column}须为数值；收到 {value!r}；请填写数字",
    ),
    "number.scalar": (
        "{name} must be one number; got an array; give one record for each figure",
        "{name} 须为单个数值；收到数组；请每个数值写一条记录",
    ),
    "unit.missing": (
        "a figure needs its unit; the cell is blank; write one, such as {own}",
        "数值须注明单位；此格为空；请填写，例如 {own}",
    ),
    "formula.two_units": (
        "unit= is for plain numbers; got a figure in {own!r} and unit={unit!r}; leave unit= out",
        "unit= 只用于纯数值；收到单位为 {own!r} 的数值和 unit={unit!r}；请去掉 unit=",
    ),
    "formula.kinds": (
        "both levels must be quantities, or both plain numbers; one of each came; give both in the same way",
        "两个水平值须同为带单位的量，或同为数值；收到一带一不带；请统一",
    ),
    "formula.mixed": (
        "a list or table must hold quantities alone or plain numbers alone; {name} holds both; give all of them in the same way",
        "列表或表须全为带单位的量，或全为数值；{name} 两者都有；请统一",
    ),
    "formula.registries": (
        "the quantities of one call must be of one unit registry; {names} are of several; make them with one registry, or "
        "hand over plain numbers",
        "一次调用中的量须属于同一单位注册表；{names} 属于不同注册表；请用同一注册表生成，或改用数值",
    ),
    "formula.tables": (
        "the tables of one call must be of one kind; {kinds} came; turn them into one kind, or hand over single figures",
        "一次调用中的表须为同一类型；收到 {kinds}；请统一类型，或改用单个数值",
    ),
    "formula.axes": (
        "one table must have all the axes of the others; {name} has {axes} and {other} has not; broadcast {other} first",
        "须有一个表具备其他表的全部维度；{name} 有 {axes}，{other} 没有；请先扩展 {other}",
    ),
    "formula.labels": (
        "tables meet by their labels, in any order, and must have the same ones; {name} and {other} differ in {axis}: {labels}; "
        "reindex one to the other first (NaN is unknown)",
        "各表按标签对应（次序不限），标签须相同；{name} 与 {other} 的 {axis} 不同：{labels}；请先用 reindex 对齐（NaN 为未知）",
    ),
    "formula.doubled": (
        "tables meet by their labels, so each must stand once unless the order is the same; {axis} of {name} or {other} has "
        "one twice; make the labels distinct",
        "各表按标签对应，次序不同时标签不得重复；{name} 或 {other} 的 {axis} 有重复；请改为唯一标签",
    ),
    "formula.unlabelled": (
        "what goes with a table must be one figure or a table with the same labels; {name} is an array without labels; make "
        "it a {kind}",
        "与表同用者须为单个数值，或标签相同的表；{name} 为无标签数组；请改为 {kind}",
    ),
    "formula.shapes": (
        "arrays must have shapes that broadcast; got {shapes}; reshape one of them",
        "各数组形状须可广播；收到 {shapes}；请调整其一",
    ),
    "formula.offset": (
        "a level must be in a unit whose 0 is nothing, or a rate of it means nothing; got {unit!r}; convert it first, such as "
        "degrees Celsius to kelvin",
        "水平值须采用零点为“无”的单位，否则变化率无意义；收到 {unit!r}；请先换算，例如摄氏度换为开尔文",
    ),
    "formula.ncv": (
        "ncv must be one figure: a number with ncv_unit, a text or a quantity; got {got}; make a call for each heat value, or "
        "give the quantity in GJ",
        "ncv 须为单个热值：数值加 ncv_unit、带单位的文本或量；收到 {got}；请按热值分别调用，或以 GJ 给出数量",
    ),
    "formula.text": (
        "{name} must be a text; got {value}; write a name or a unit as the documentation shows it",
        "{name} 须为文本；收到 {value}；请按文档写出名称或单位",
    ),
    "formula.forms": (
        "the figures of one call must be of one form: by mass, volume, energy or standard coal; those of {carrier:carrier} are in "
        "{units}; make a call for each",
        "一次调用中的数量须为同一形式（质量、体积、热量或标准煤）；{carrier:carrier}含 {units}；请分别调用",
    ),
    "formula.electricity": (
        "electricity must be given in kWh here, since in standard coal it depends on the basis; got {unit!r}; give kWh",
        "此处电力须以千瓦时计，因标准煤取决于口径；收到 {unit!r}；请改用千瓦时",
    ),
    "formula.idle": (
        "a coefficient goes with a quantity that it converts; {carrier:carrier} in {unit} needs none here; leave it out",
        "折标系数仅用于需要折算的数量；{carrier:carrier}以 {unit} 计，此处用不到；请去掉",
    ),
    "formula.range": (
        "{carrier:carrier} needs one standard-coal coefficient; {edition} prints a range, {low} to {high} {unit}; give "
        "coefficient='... {unit}', or ncv and ncv_unit, or the quantity in GJ or tce",
        "{carrier:carrier}须有唯一的折标系数；{edition} 只给出范围 {low}～{high} {unit}；请给出 coefficient='… {unit}'，或热值 ncv 与 "
        "ncv_unit，或以 GJ、tce 给出数量",
    ),
    "formula.none": (
        "a factor for {item:carrier} is needed; {group} has none; give coefficient or factor, each with its unit, or for a fuel the "
        "quantity in GJ or tce",
        "需要{item:carrier}的因子；{group} 中没有；请给出带单位的 coefficient 或 factor，燃料亦可以 GJ、tce 给出数量",
    ),
    "formula.region": (
        "the region needs a {kind:grid} electricity factor; none is published for {region:grid}; choose another kind, or give "
        "factor='... kgCO2/kWh'",
        "该地区须有{kind:grid}电力因子；{region:grid}未公布；请改用其他类型，或给出 factor='… kgCO2/kWh'",
    ),
    "formula.year": (
        "the CO2 of electricity depends on the year of its use; none came; give year=, or factor='... kgCO2/kWh'",
        "电力的 CO2 取决于用电年份；未给出；请给出 year=，或 factor='… kgCO2/kWh'",
    ),
    "formula.province": (
        "a {kind:grid} factor needs the province in which electricity is used; none came; give province= (全国 for the national "
        "average), or factor='... kgCO2/kWh'",
        "{kind:grid}因子须有用电省份；未给出；请给出 province=（全国平均用“全国”），或 factor='… kgCO2/kWh'",
    ),
    "formula.vintage": (
        "the grid factor should be of the year of use, {year}; the {kind:grid} of {region:grid} has none, that of {other} stands in; give "
        "vintage='same_year' to refuse, or factor= where it is known",
        "电力因子应为用电年份 {year} 的；{region:grid}的{kind:grid}因子无该年数据，以 {other} 年代替；可用 vintage='same_year' 拒绝，或用 factor= 给出",
    ),
    "price.absent": (
        "a level at the price year wanted must be there; {year} came, levels stand at {known}; choose one of those",
        "所选价格基期须有对应数据；收到 {year}，现有 {known}；请从中选择",
    ),
    # -- tables and files ------------------------------------------------------------------------------------------
    "source.folder": (
        "the source must be a workbook, a CSV or Parquet file, a folder with energy.csv (and zones.csv, economy.csv), a frame or "
        "a mapping of tables; {path!r} is none; give one of these",
        "数据源须为工作簿、CSV 或 Parquet 文件、含 energy.csv（及 zones.csv、economy.csv）的文件夹、DataFrame 或表的映射；{path!r} 均不是；请给出其一",
    ),
    "path.empty": (
        "a file or folder must have a name; got an empty text; give a name, or '.' for the current folder",
        "文件或文件夹须有名称；收到空文本；请给出名称，当前文件夹请写 '.'",
    ),
    "source.kind": (
        "a source must be a path, or a table in memory: a frame, an Arrow table, rows as dicts, columns by name, or several of these by "
        "name; got {got}; pass its columns: frame.to_dict(as_series=False) or frame.to_pandas(), of what is lazy after collecting it",
        "数据源须为路径，或内存中的表：DataFrame、Arrow 表、由字典组成的行、按列的字典，或以名称对应的若干个；收到 {got}；请给出其各列："
        "frame.to_dict(as_series=False) 或 frame.to_pandas()，惰性对象请先取出数据",
    ),
    "columns.index": (
        "the columns of a frame are read, and not its index; the index has {names:column}; pass frame.reset_index()",
        "只读取 DataFrame 的列，不读取索引；索引中有 {names:column}；请传入 frame.reset_index()",
    ),
    "source.missing": (
        "the source must be there; there is no {path!r} in {folder}; check the name and the folder",
        "数据源须存在；{folder}中没有 {path!r}；请检查名称与所在文件夹",
    ),
    "source.empty": (
        "a file must hold a table; it is empty ({bytes} bytes, nothing but blanks); write the table, or give another file",
        "文件须含有表；该文件为空（{bytes} 字节，无任何内容）；请填写表格，或换用其他文件",
    ),
    "tables.none": (
        "there must be an energy or an indicators table; found {found}; add energy.csv with zone, year, carrier, quantity, "
        "unit",
        "须有 energy 或 indicators 表；现有 {found}；请添加 energy.csv（zone, year, carrier, quantity, unit）",
    ),
    "tables.unknown": (
        "tables must be named {known}; got {names}; rename them",
        "表名须为 {known}；收到 {names}；请改名",
    ),
    "tables.twice": (
        "a table must stand once; {names} all hold {table}; keep one of them",
        "每张表只能有一份；{names} 均为 {table}；请保留一份",
    ),
    "tables.form": (
        "a table must be a DataFrame or a mapping of columns of equal length; got something else ({detail}); correct it",
        "表须为 DataFrame 或等长列的映射；收到其他内容（{detail}）；请更正",
    ),
    "columns.missing": (
        "the table needs the columns {names:column}; it has {have:column}; add them",
        "表须有列 {names:column}；现有 {have:column}；请补充",
    ),
    "columns.unused": (
        "a column that is not known is not read; {name!r} is none of ours{nearest}; rename it if it should count",
        "不认识的列不会被读取；{name!r} 不在其列{nearest}；如需采用请改名",
    ),
    "columns.near": (
        "a column with figures that is nearly called as a carrier must be one, or be left out on purpose; {name!r} is no carrier{nearest}; "
        "rename it, or leave it out with ignore=[{name!r}] (--ignore-column {name!r})",
        "名称近似能源品种且有数值的列须为能源品种，或明确略去；{name!r} 不是能源品种{nearest}；请改名，或以 ignore=[{name!r}]（命令行 --ignore-column {name!r}）略去",
    ),
    "columns.energy": (
        "a column with figures in a unit of energy must be a carrier, or be left out on purpose; {name!r} is no carrier{nearest}; rename it, "
        "or leave it out with ignore=[{name!r}] (--ignore-column {name!r})",
        "以能量单位计且有数值的列须为能源品种，或明确略去；{name!r} 不是能源品种{nearest}；请改名，或以 ignore=[{name!r}]（命令行 --ignore-column {name!r}）略去",
    ),
    "columns.ignored": (
        "a column that ignore names is left out; {name!r} was left out on request, with all of its figures; nothing needs to be done",
        "ignore 所列的列不读取；{name!r} 已按要求略去，其数值均未计入；无需处理",
    ),
    "columns.ignore_missing": (
        "a column to leave out must be in a table; no table has {name!r}{nearest}; write its heading as the message about it has it",
        "要略去的列须在表中；各表均无 {name!r}{nearest}；请按相应提示中的表头书写",
    ),
    "columns.ignore_name": (
        "ignore must hold headings of columns; got {value!r}; write such as ignore=['备用(吨)']",
        "ignore 须为列的表头；收到 {value!r}；请写作如 ignore=['备用(吨)']",
    ),
    "columns.above_size": (
        "value added should cover what energy covers; {name!r} is of firms above designated size and is read as industrial value added; check "
        "that the energy is of the same firms",
        "增加值与能耗的统计范围应一致；{name!r} 为规模以上口径，按工业增加值读取；请核对能耗是否为同一口径",
    ),
    "columns.both": (
        "columns of a carrier by supply are added; {whole!r} and {name!r} are both counted; {whole!r} must be without what {name!r} has: if it "
        "contains it, take that off, or head the part with 其中; if not, head it with 另计 (in addition)",
        "同一能源按供应方式分列的各列相加；{whole!r} 与 {name!r} 均已计入；{whole!r} 不得包含 {name!r} 的数量：如已包含，请先扣除，或在分项表头前加“其中”；如未包含，可在表头注明“另计”，如 电力(绿证，另计)",
    ),
    "rows.sum": (
        "rows of sums are not read, so that nothing counts twice; {rows} are left out; nothing needs to be done",
        "合计行不读取，以免重复计算；已略去 {rows}；无需处理",
    ),
    "tables.empty": (
        "the tables have headings and no rows; there is nothing to account; fill them in",
        "各表只有表头而无数据行；没有可核算的内容；请填写",
    ),
    "columns.part": (
        "a part of another column is not read, so that nothing counts twice; {name!r} is one: 其中 (of which), or a kind beside its sum, says "
        "that the other column contains it; if it does not, take 其中 out of the heading; if use or supply differ, give the rest and the part "
        "as columns of their own",
        "另一列的其中项不读取，以免重复计算；{name!r} 为其中项：“其中”（或与合计并列的分项）表示其数量已包含在另一列中；如未包含，请去掉表头中的“其中”；如用途或供应方式不同，请将其余部分与该部分分列填写",
    ),
    "columns.left": (
        "a column of what is bought, made, stored, planned or of another year is no consumption; {name!r} is not read; rename its group if it "
        "should count",
        "购进、产出、库存、计划或其他年份的列不是消费量；{name!r} 不读取；如需采用请修改其上级表头",
    ),
    "columns.unnamed": (
        "a column with figures needs a heading; this one has none and is not read; give it one, or move the figures",
        "有数值的列须有表头；该列没有表头，不读取；请补充表头或移走数值",
    ),
    "columns.said_twice": (
        "a unit or a price year must be said once; {name!r} says it and the column {column:column} says it too; keep one of them",
        "单位或价格年只能说明一次；{name!r} 已说明，{column:column} 列又说明；请保留其一",
    ),
    "columns.sum": (
        "a column of sums is not read, so that nothing counts twice; {name!r} is one; nothing needs to be done",
        "合计列不读取，以免重复计算；{name!r} 为合计列；无需处理",
    ),
    "sheet.heading": (
        "a table must have a row of headings that we know, such as zone, year, carrier, quantity, unit, or 园区, 年份, 原煤(吨); none was "
        "found in the first rows; add one, or start from `zonecarbon template`",
        "表须有可识别的表头，例如 zone, year, carrier, quantity, unit，或 园区、年份、原煤(吨)；前若干行中未找到；请补充表头，或使用 `zonecarbon template` 模板",
    ),
    "sheet.unused": (
        "a sheet without a row of headings that we know is not read; {name!r} has none; rename its headings if it should count, or hide "
        "the sheet",
        "没有可识别表头的工作表不会被读取；{name!r} 没有；如需采用请修改表头，否则可隐藏该表",
    ),
    "sheet.missing": (
        "the sheets asked for must be there; {names} are not; the visible ones are {have}; choose from them",
        "所选工作表须存在；没有 {names}；可见的有 {have}；请从中选择",
    ),
    "sheet.merged": (
        "a figure belongs to one row; {value!r} stands in a cell merged over {rows} rows and columns; split the cell and give each its figure",
        "一个数值只属于一行；{value!r} 位于跨 {rows} 行列的合并单元格；请拆分单元格并逐格填写",
    ),
    "number.mark": (
        "{value!r} in place of a figure needs a meaning; no note of the sheet says what it stands for; write it below the table (such as "
        "注：“{value}”表示未使用), give marks={{{value!r}: 'not_used'}} or 'unknown' (--mark), or write the figure",
        "以 {value!r} 代替数值须有说明；表中注释未说明其含义；请在表下注明（如 注：“{value}”表示未使用），或给出 marks={{{value!r}: 'not_used'}} 或 'unknown'（命令行 --mark），或填写数值",
    ),
    "number.mark_unclear": (
        "{value!r} in place of a figure needs a meaning; the note says “{note}”, which may mean not used or not known; write such as "
        "注：“{value}”表示未使用, or “{value}”表示数据不详, or give marks={{{value!r}: 'not_used'}} or 'unknown' (--mark)",
        "以 {value!r} 代替数值须有说明；注释写作“{note}”，含义不明：是无此项（未使用），还是无数据？请写 注：“{value}”表示未使用，或 注：“{value}”表示数据不详；也可给出 marks={{{value!r}: 'not_used'}} 或 'unknown'（命令行 --mark）",
    ),
    "form.read": (
        "of the form 能源购进、消费与库存 one column counts; {column} is read, with 用于原材料 as feedstock where it is given; nothing needs to be "
        "done; energy that leaves converted is on another form: add it as rows of transformation_out",
        "能源购进、消费与库存表只取一列；读取 {column}，其中用于原材料的部分作为原料用能；无需处理；加工转换产出在另一张表中，请以 transformation_out 行补充",
    ),
    "form.parts": (
        "the kinds of a carrier should add up to it; {whole} is {amount}, its kinds {parts}; the whole is read and the kinds are left out; "
        "correct the form if the kinds should count",
        "分品种之和应等于其合计；{whole} 为 {amount}，分品种之和为 {parts}；读取合计，不读取分品种；如应采用分品种请更正",
    ),
    "form.raw_material": (
        "what is used as raw material is part of the use; {value!r} came as raw material where the use is {whole!r}; correct one of them",
        "用于原材料的数量是消费量的一部分；用于原材料为 {value!r}，而消费量为 {whole!r}；请更正其一",
    ),
    "form.industrial_blank": (
        "industrial use must be given where a carrier is used; it is blank for {name!r} with a total of {whole}, and stays unknown; write it, "
        "0 if all of it is other use",
        "有消费量的品种须填写工业生产消费；{name!r} 消费量合计为 {whole} 而该格为空，按未知处理；请填写，全部为非工业生产消费时填 0",
    ),
    "columns.twice": (
        "a column must stand once; {names} mean the same; keep one",
        "同一列只能出现一次；{names} 重复；请保留一列",
    ),
    "indicators.twice": (
        "an indicator must stand in one column; {names} are both {indicator:indicator}; keep one",
        "同一指标只能占一列；{names} 均为{indicator:indicator}；请保留一列",
    ),
    "columns.two_units": (
        "what is used of one kind must stand in one column; {names} mean the same in different units; convert the figures to one "
        "unit and add them up in one column, or use the long form, a row for each figure with its unit and a meter",
        "同一项用量须只占一列；{names} 含义相同而单位不同；请换算为同一单位，合并到一列，或改用长表：每个数值一行，注明单位和计量点",
    ),
    "file.unreadable": (
        "the file must be readable; it is not ({detail:system}); check its path and rights",
        "文件须可读取；无法读取（{detail:system}）；请检查路径与权限",
    ),
    "file.encoding": (
        "a file must be UTF-8 or GB18030; it is neither; save it as UTF-8 CSV",
        "文件须为 UTF-8 或 GB18030 编码；两者皆非；请另存为 UTF-8 CSV",
    ),
    "file.syntax": (
        "the file must be well formed; it is not ({detail}); correct it there",
        "文件格式须正确；有误（{detail}）；请在该处更正",
    ),
    "grid.columns": (
        "a table may have at most {limit:,} columns; {count:,} came; check what divides the columns, or save fewer",
        "表最多 {limit:,} 列；收到 {count:,} 列；请检查分隔符，或减少列数",
    ),
    "grid.cell": (
        "a cell may have at most {limit:,} characters; a longer one came; close its quotation mark, or shorten it",
        "单元格最多 {limit:,} 个字符；收到更长者；请补全引号或缩短内容",
    ),
    "grid.quote": (
        "a cell in quotation marks must end with one, before the next cell begins; it does not ({detail}); correct it, and "
        "double the marks inside a text",
        "带引号的单元格须在下一单元格之前以引号结束；有误（{detail}）；请更正，文本内的引号须成双",
    ),
    "grid.positions": (
        "rows times columns must be at most {limit:,}, all sheets together; this table reaches to {corner} ({rows:,} x "
        "{columns:,}); delete stray cells far from the table, or split it",
        "各表行数乘列数之和不得超过 {limit:,}；此表延伸至 {corner}（{rows:,} × {columns:,}）；请删除远离表格的零散单元格，或拆分",
    ),
    "workbook.broken": (
        "the file must be an xlsx workbook in good order; it is not ({detail}); open it in Excel or WPS and save it as .xlsx",
        "文件须为完好的 xlsx 工作簿；有误（{detail}）；请用 Excel 或 WPS 打开并另存为 .xlsx",
    ),
    "workbook.xls": (
        "a workbook must be .xlsx or .xlsm; this one has the older binary form (.xls, .et); open it in Excel or WPS and save "
        "it as .xlsx",
        "工作簿须为 .xlsx 或 .xlsm；此文件为旧的二进制格式（.xls、.et）；请用 Excel 或 WPS 打开并另存为 .xlsx",
    ),
    "workbook.strict": (
        "a workbook must be an ordinary .xlsx; this one is a Strict Open XML workbook; save it as 'Excel Workbook (.xlsx)'",
        "工作簿须为普通 .xlsx；此文件为 Strict Open XML 格式；请另存为“Excel 工作簿 (.xlsx)”",
    ),
    "workbook.encrypted": (
        "a workbook must be readable without a password; this one is encrypted; remove the password and save it again",
        "工作簿须无需密码即可读取；此文件已加密；请取消密码后另存",
    ),
    "workbook.doctype": (
        "the parts of a workbook must not declare a document type; {part} does; save it again from Excel or WPS",
        "工作簿各部分不得声明文档类型（DOCTYPE）；{part} 有此声明；请用 Excel 或 WPS 重新保存",
    ),
    "workbook.size": (
        "a workbook may be at most {limit:,.0f} MB, its parts unpacked; this one is {size:,.0f} MB; split it, or delete what is "
        "not needed",
        "工作簿解压后最多 {limit:,.0f} MB；此文件为 {size:,.0f} MB；请拆分或删去不需要的内容",
    ),
    "workbook.ratio": (
        "a workbook may be packed {limit:,} to 1; this one is packed {ratio:,.0f} to 1, like a file made to fill the memory; "
        "open it in Excel and save only the cells needed",
        "工作簿压缩比最多 {limit:,}；此文件为 {ratio:,.0f}，疑为压缩炸弹；请用 Excel 打开，仅保存所需单元格",
    ),
    "workbook.parts": (
        "a workbook may have at most {limit:,} parts; this one has {count:,}; delete embedded objects, or copy the tables to a new "
        "one",
        "工作簿最多含 {limit:,} 个部件；此文件有 {count:,} 个；请删除嵌入对象，或将表格复制到新工作簿",
    ),
    "workbook.tags": (
        "a workbook may have at most {limit:,} elements beside its filled cells; {part} goes beyond; clear formats and rules, or "
        "copy the values to a new one",
        "工作簿中非空单元格以外的元素最多 {limit:,} 个；{part} 已超出；请清除格式与规则，或将数值复制到新工作簿",
    ),
    "workbook.sheets": (
        "a workbook may have at most {limit:,} sheets; this one has more; split it",
        "工作簿最多 {limit:,} 张工作表；此文件更多；请拆分",
    ),
    "workbook.cells": (
        "a workbook may have at most {limit:,} filled cells; this one has more; split it, or save the tables as CSV",
        "工作簿最多 {limit:,} 个非空单元格；此文件更多；请拆分，或将各表另存为 CSV",
    ),
    "workbook.unreadable": (
        "a workbook may have at most {limit:,} cells that cannot be read, such as formulas that were never calculated; this one has "
        "more; open it in Excel or WPS, let it calculate, save it",
        "工作簿中无法读取的单元格（如从未计算的公式）最多 {limit:,} 个；此文件更多；请用 Excel 或 WPS 打开，计算后保存",
    ),
    "workbook.formula": (
        "a formula must have its result stored beside it; this one has none, as a program wrote it; open the workbook in Excel or "
        "WPS, let it calculate, save it",
        "公式须存有计算结果；此公式没有（由程序写入，从未计算）；请用 Excel 或 WPS 打开工作簿，计算后保存",
    ),
    "workbook.error_cell": (
        "a cell must hold a figure or a text; it holds the error {value}; correct its formula, or clear it",
        "单元格须为数字或文本；内容为错误值 {value}；请更正公式或清空",
    ),
    "workbook.date": (
        "a cell with a date format must hold a date from 1900 to 9999; it holds none; correct it, or give it a number format",
        "日期格式的单元格须为 1900 至 9999 年的日期；内容不是；请更正，或改为数字格式",
    ),
    "field.twice": (
        "a figure must be given once; {name!r} is another name of one that is given; leave one out",
        "同一数值只能给出一次；{name!r} 是已给出数值的另一名称；请去掉其一",
    ),
    "field.extra": (
        "a field must be one of {known}; got {name!r}; correct or remove it{hint}",
        "字段须为 {known} 之一；收到 {name!r}；请更正或删去{hint}",
    ),
    "field.choice": (
        "the field must be one of {known}; got {value!r}; choose one of them",
        "字段须为 {known} 之一；收到 {value!r}；请从中选择",
    ),
    "field.required": ("{name} must be given; it is missing; add it", "须给出 {name}；未给出；请补充"),
    "field.number": ("{name} must be a number; got {value!r}; correct it", "{name} 须为数值；收到 {value!r}；请更正"),
    "field.whole": (
        "{name} must be a whole number; got {value!r}; correct it",
        "{name} 须为整数；收到 {value!r}；请更正",
    ),
    "field.flag": (
        "{name} must be true or false; got {value!r}; write one of them",
        "{name} 须为 true 或 false；收到 {value!r}；请写其一",
    ),
    "field.list": (
        "{name} must be a list; got {value!r}; write the items in brackets",
        "{name} 须为列表；收到 {value!r}；请写作列表",
    ),
    "field.record": (
        "{name} must be a record, a table of its fields; got {value!r}; write names and values",
        "{name} 须为由各字段组成的记录；收到 {value!r}；请写明字段名与取值",
    ),
    "field.bound": (
        "the figure must be {limit}; got {value!r}; correct it",
        "数值须 {limit}；收到 {value!r}；请更正",
    ),
    "field.length": (
        "the number of items or characters must be {limit}; got {value!r}; correct it",
        "项数或字数须 {limit}；收到 {value!r}；请更正",
    ),
    "field.invalid": ("the field must be valid; {detail}; correct it", "字段须有效；{detail}；请更正"),
    "table.kind": (
        "a factor table must be a path, a frame or dict of columns, or rows as dicts; got {got}; give one of these, of a frame "
        "frame.to_dict(as_series=False) or frame.to_pandas()",
        "因子表须为文件路径、按列的数据表（DataFrame 或 dict），或由字典组成的行；收到 {got}；请改用其一，例如 frame.to_dict(as_series=False) 或 frame.to_pandas()",
    ),
    "table.lengths": (
        "the columns of a table must have the same length; got {lengths}; give a value for each row",
        "各列长度须相同；收到 {lengths}；请逐行给出取值",
    ),
    "table.unknown": (
        "a factor table is recognised by its columns; these are not known: {columns}; take those of one of these: {forms}",
        "因子表按列名识别；无法识别：{columns}；请采用以下之一的列名：{forms}",
    ),
    "table.blank": (
        "a row of factors needs its {column}; the cell is blank; write it, or leave the row out",
        "因子行须有 {column}；此格为空；请填写或删去此行",
    ),
    "table.duplicate": (
        "a factor must stand once; the same stands in row {row}; keep one of them",
        "同一因子只能出现一次；与第 {row} 行重复；请保留其一",
    ),
    "table.beside": (
        "a column should count or not look as if it did; {name!r} is kept for the record and changes no figure; {value:column} must contain "
        "what it stands for",
        "各列应参与计算；{name!r} 仅存档，不影响任何数值；请将其计入 {value:column}",
    ),
    "table.negative": (
        "a factor must be 0 or more; {name:column} is {value!r}; correct it",
        "因子须不小于 0；{name:column}为 {value!r}；请更正",
    ),
    "table.number": ("a factor must be a number; {detail}; correct it", "因子须为数值；{detail}；请更正"),
    "renamed.argument": (
        "{function}() takes {new} in place of {old}; {old} was given; it goes away in release {release}: write {new}",
        "{function}() 以 {new} 取代 {old}；收到 {old}；后者自 {release} 版起取消，请改写为 {new}",
    ),
    "renamed.name": (
        "{old} is now {new}; the old name was used; it goes away in release {release}: write {new}",
        "{old} 现为 {new}；使用了旧名称；后者自 {release} 版起取消，请改写为 {new}",
    ),
    "renamed.both": (
        "{function}() takes {new} or its old name {old}, not both; both were given; leave {old} out",
        "{function}() 只能接受 {new} 或其旧名 {old} 之一；两者均已给出；请去掉 {old}",
    ),
    "option": (
        "{name} must be one of {known}; got {value!r}; choose one of them",
        "{name} 须为 {known} 之一；收到 {value!r}；请从中选择",
    ),
    "account.axis": (
        "each name in by must be one of {known}, or its Chinese heading; got {value!r}{nearest}; choose one of them",
        "by 中每一项须为 {known} 之一，或其中文列名（园区、行业、能源流、能源品种、用途、供应方式、范围、年份）；收到 {value!r}{nearest}；请从中选择",
    ),
    "account.axis_twice": (
        "each axis in by counts once; got {value} twice; leave one out",
        "by 中每一项只能出现一次；{value} 重复；请删去多余的一项",
    ),
    "account.axes": (
        "by takes one of {known}, because each of them divides the same flows; got {value} together; use flow, which tells carrier, "
        "use and supply apart at once",
        "{known} 均为能源流的划分，by 中只能取其一；同时收到 {value}；如需同时按品种、用途和供应方式划分，请用 flow（能源流）",
    ),
    "records.nothing": (
        "an account needs a zone with figures of a year; got {zones} zones and no figure; add energy uses or value added",
        "核算须有至少一个园区的年度数据；收到 {zones} 个园区，均无数据；请补充能源消费或增加值",
    ),
    "records.zone": (
        "zones must be zonecarbon.Zone records; got {got}; make it a Zone, a mapping with zonecarbon.Zone.from_dict",
        "园区须为 zonecarbon.Zone 记录；收到 {got}；请改为 Zone，映射可用 zonecarbon.Zone.from_dict 转换",
    ),
    "slips.source": (
        "find_slips takes an Activity; got {got}; read a table first with zonecarbon.read(...), of an account take account.activity",
        "find_slips 须为 Activity；收到 {got}；表请先用 zonecarbon.read(…) 读取，核算结果请用 account.activity",
    ),
    "records.table": (
        "account takes an Activity, or zonecarbon.Zone records; got {got}; read a table first: zonecarbon.account(zonecarbon.read(...))",
        "account 须为 Activity 或 zonecarbon.Zone 记录；收到 {got}；表请先读取：zonecarbon.account(zonecarbon.read(…))",
    ),
    # -- writing ---------------------------------------------------------------------------------------------------
    "write.what": (
        "what is written must be an activity or a result; got {kind}; pass what zc.read or zc.account return",
        "写出的对象须为活动水平数据或结果；收到 {kind}；请传入 zc.read、zc.account 等的返回值",
    ),
    "write.ending": (
        "a result goes into a file that ends with one of {known}; got {path!r}; choose an ending, or give format=",
        "结果须写入以 {known} 之一结尾的文件；收到 {path!r}；请选择扩展名，或给出 format=",
    ),
    "write.tables": (
        "an activity is several tables and needs a folder or a workbook (.xlsx); got {path!r}; give a folder, with "
        "format='parquet' (--format parquet) for Parquet",
        "活动水平数据含多张表，须写入文件夹或工作簿（.xlsx）；收到 {path!r}；请给出文件夹，Parquet 请加 format='parquet'（--format parquet）",
    ),
    "write.folder": (
        "the name of a folder that is not there yet must have no ending; got {path!r}, which ends like a file; take "
        "the ending off, write .xlsx for a workbook, or make the folder first",
        "尚不存在的文件夹名称不得带扩展名；收到 {path!r}，像是文件名；请去掉扩展名，工作簿请写 .xlsx，或先建立该文件夹",
    ),
    "write.exists": (
        "nothing is overwritten unless it is said; there already: {names}; choose another place, or say overwrite=True "
        "(--overwrite)",
        "未经说明不覆盖已有文件；已存在：{names}；请另选位置，或指定 overwrite=True（--overwrite）",
    ),
    "write.refused": (
        "the system must allow writing; it does not ({detail:system}); check the path, the rights and the space left",
        "系统须允许写入；未能写入（{detail:system}）；请检查路径、权限与剩余空间",
    ),
    "write.rights": (
        "a file is written beside its place first, so its folder must allow new files; {folder} does not "
        "({detail:system}); change the rights of the folder, or write elsewhere",
        "文件先写在目标位置旁边，因此所在文件夹须允许新建文件；{folder} 不允许（{detail:system}）；请更改文件夹权限，或写到别处",
    ),
    "write.flow": (
        "a flow must be in a unit that tables can say; got {flow}; give t, m3, GJ, MWh or tce as the carrier has it",
        "能源流须采用表格可表达的单位；收到 {flow}；请按品种采用 t、m3、GJ、MWh 或 tce",
    ),
    "write.finite": (
        "figures must be finite; {name} has an infinite one; correct it before writing",
        "数值须为有限值；{name} 含无穷大；请先更正再写出",
    ),
    "write.zone": (
        "a zone must have a name that tables take, without blanks around it and no word for a sum; got {name!r}; rename "
        "it",
        "园区名称须可用于表格，首尾无空格，且不为合计用语；收到 {name!r}；请改名",
    ),
    "write.sign": (
        "a text must hold only signs that this form can keep; {text} has {sign}; take it out, or write another form "
        "(CSV, Parquet)",
        "文本只能含该格式可保存的字符；{text} 含 {sign}；请删除，或改写为其他格式（CSV、Parquet）",
    ),
    "write.length": (
        "a cell of a workbook holds at most {most} characters; the text that begins with {text!r} has {count}; shorten "
        "it, or write CSV or Parquet",
        "工作簿单元格最多容纳 {most} 个字符；以 {text!r} 开头的文本有 {count} 个；请缩短，或改写为 CSV、Parquet",
    ),
    "write.rows": (
        "a sheet of a workbook holds at most {most} rows; here are {count}; write a folder of CSV or Parquet instead",
        "工作簿的一张工作表最多 {most} 行；此处有 {count} 行；请改写为 CSV 或 Parquet 文件夹",
    ),
    # -- other tools: xarray, IAMC ---------------------------------------------------------------------------------
    "interop.large": (
        "the arrays must not take more than max_bytes ({most:.3g} GB); they would take {size:.3g} GB ({shape}); keep less, such "
        "as {hint}, or allow more with max_bytes=",
        "数组不得超过 max_bytes（{most:.3g} GB）；现需 {size:.3g} GB（{shape}）；请减少内容，例如 {hint}，或用 max_bytes= 放宽",
    ),
    "interop.result": (
        "{what} takes one of {known}; got {got}; hand over one of those, or use to_frame() of the result",
        "{what} 接受 {known} 之一；收到 {got}；请改用其中之一，或用结果的 to_frame()",
    ),
    "interop.by": (
        "by= chooses the axes of an Account or a Decomposition; got it with {got}; leave it out",
        "by= 用于选择 Account 或 Decomposition 的维度；此处为 {got}；请去掉该参数",
    ),
    "interop.portfolio": (
        "all zones together need a region name that no zone has; a zone is called {name!r} too; choose another with portfolio=",
        "全部园区合计的区域名不得与园区同名；已有园区名为 {name!r}；请用 portfolio= 另选",
    ),
    "interop.unknown": (
        "an IamDataFrame needs at least one figure that is known; {got} has none; see the warnings of the account",
        "IamDataFrame 至少须有一个已知数值；{got} 中没有；请查看核算的警告",
    ),
    "interop.frame": (
        "data must be a pyam.IamDataFrame or a DataFrame in IAMC form; got {got}; read it with pandas or pyam first",
        "数据须为 pyam.IamDataFrame 或 IAMC 格式的 DataFrame；收到 {got}；请先用 pandas 或 pyam 读入",
    ),
    "interop.columns": (
        "IAMC data must have model, scenario, region, variable, unit, and year and value or a column each year; missing: "
        "{missing}, there: {have}; rename or add them",
        "IAMC 数据须有 model、scenario、region、variable、unit 列，以及 year 与 value 列或逐年列；缺少：{missing}，现有：{have}；请改名或补上",
    ),
    "interop.cell": (
        "a cell of {column} must be a name or a figure; got a {got}; write one of them",
        "{column} 的单元格须为名称或数值；收到 {got}；请改写",
    ),
    "interop.blank": (
        "every row with a figure must name its {column}; one is blank; fill it in, or leave the row out",
        "每个有数值的行都须填写 {column}；有一行为空；请填写，或去掉该行",
    ),
    "interop.year": (
        "years must be whole calendar years; got {value!r}; sum shorter periods to years first",
        "年份须为整数公历年；收到 {value!r}；请先将更短的时段汇总为年",
    ),
    "interop.figure": (
        "figures must be numbers; got {value!r} in the value column; mend it, or leave the row out where it is not known",
        "数值须为数字；数值列中收到 {value!r}；请改正，未知时去掉该行",
    ),
    "interop.scenario": (
        "an activity is one model and scenario; the data has {n}: {named}; choose with model= and scenario=",
        "一份活动水平数据只对应一个模型和情景；数据中有 {n} 个：{named}；请用 model= 与 scenario= 选择",
    ),
    "interop.twice": (
        "a variable must stand once for a region and year; {variable} stands twice at {places}; keep one row of each",
        "同一区域和年份的变量只能出现一次；{variable} 在 {places} 重复；请各留一行",
    ),
    "interop.amount": (
        "energy and emissions must be finite and not negative; {variable} is not at {places}; mend the rows, or leave them out "
        "where they are not known",
        "能源与排放须为有限的非负数；{variable} 在 {places} 不是；请改正，未知时去掉该行",
    ),
    "interop.unit": (
        "a unit of {variable} must be an amount a year, such as {expected!r}; got {unit!r}; convert it first",
        "{variable} 的单位须为每年的量，例如 {expected!r}；收到 {unit!r}；请先换算",
    ),
    "interop.money": (
        "value added must be in yuan a year with the year of the prices, such as 'billion CNY_2020/yr' (without a year: "
        "nominal); got {unit!r}; convert it first, other currencies with an exchange rate of your choice",
        "增加值的单位须为每年的人民币金额并注明价格年，例如 'billion CNY_2020/yr'（无年份即现价）；收到 {unit!r}；请先换算，其他货币请自选汇率",
    ),
    "interop.absent": (
        "carriers= must name variables of energy that the data has; {names} is not among them; check the spelling",
        "carriers= 中的变量须为数据中已有的能源变量；{names} 不在其中；请核对拼写",
    ),
    "interop.nothing": (
        "the data must have final energy of industry by fuel; there is: {have}; name the carrier of a variable with carriers=, "
        "for example carriers={{'Final Energy|Industry|Solids': 'raw_coal'}}",
        "数据须含分品种的工业终端能源；现有：{have}；请用 carriers= 指明变量对应的品种，例如 carriers={{'Final Energy|Industry|Solids': 'raw_coal'}}",
    ),
    "interop.rest": (
        "{variable} must be the sum of its parts that have a carrier ({parts}); it differs by up to {share:.2%} at {places}; name "
        "carriers for the other parts with carriers=, or leave energy without a carrier out with rest='leave_out'",
        "{variable} 须等于其有对应品种的各部分之和（{parts}）；在 {places} 相差至多 {share:.2%}；请用 carriers= 指明其余部分的品种，或用 rest='leave_out' 舍去无品种的能源",
    ),
    "interop.left_out": (
        "{variable} is more than its parts that have a carrier ({parts}), by up to {share:.2%} at {places}; that energy is left "
        "out, as rest='leave_out' says; the zone's energy is too low by it",
        "{variable} 大于其有对应品种的各部分之和（{parts}），在 {places} 至多相差 {share:.2%}；按 rest='leave_out' 已舍去；园区能耗因此偏低",
    ),
    "interop.carriers": (
        "a group of fuels became one carrier by default: {told:carrier}; its CO2 is that of the carrier; name another with carriers=",
        "以下燃料组按默认对应为单一品种：{told:carrier}；其 CO2 按该品种计；可用 carriers= 另行指定",
    ),
    "interop.sold": (
        "no more can be sold on than was used or listed as output of transformation; of {carrier:carrier} more is sold at {places}; its "
        "final energy is not known there; list what was made as transformation_out",
        "转售量不得多于使用量，除非已列出加工转换产出；{carrier:carrier}在 {places} 售出更多；其终端能源在该处为未知；请将自产量列为 transformation_out",
    ),
    "interop.whole": (
        "region {name!r} stands for all zones together and was left out; it would count every zone twice; portfolio='' takes it "
        "as a zone",
        "区域 {name!r} 为全部园区合计，已略去；否则各园区会重复计算；如确为园区，请用 portfolio=''",
    ),
    "interop.medium": (
        "a carrier of final energy is a fuel, electricity or heat; carriers= has {carrier:carrier} for {variable}; an account would not "
        "count it; name a carrier that burns, or electricity or heat",
        "终端能源的品种须为燃料、电力或热力；carriers= 中 {variable} 对应{carrier:carrier}；核算不会计入；请改用燃料、电力或热力",
    ),
    "interop.uncarried": (
        "every part of final energy needs a carrier, or a fuel below it; energy without a carrier: {names}, at {places}; no total "
        "shows that it is counted elsewhere; name carriers= for it, give the total above it, or leave it out with rest='leave_out'",
        "终端能源的各部分须有对应品种或下级燃料；无品种的能源：{names}，位于 {places}；没有合计表明已在别处计入；请用 carriers= 指明品种，或补上上级合计，"
        "或用 rest='leave_out' 舍去",
    ),
    "interop.uncarried_left": (
        "energy without a carrier was left out: {names}; at {places}, as rest='leave_out' says; the zone's energy is too low by "
        "what of it is not counted elsewhere",
        "无品种的能源已舍去：{names}；位于 {places}（rest='leave_out'）；其中未在别处计入的部分使园区能耗偏低",
    ),
    "interop.unproved": (
        "{variable} and its parts ({parts}) agree at {places}, but not closely enough to show that the missing part is 0; it is "
        "not known there; give it a row, of 0 if nothing is used",
        "{variable} 与其各部分（{parts}）在 {places} 大致相符，但不足以证明缺少的部分为 0；该处视为未知；如未使用，请补一行 0",
    ),
    "interop.incomplete": (
        "{names} is missing at {places}, where the data should have it if all energy were known; energy there is not known as a "
        "whole, and the account has no total; give the missing rows, or the energy as it was measured",
        "{names} 在 {places} 缺失，若能源全部已知，数据中本应有该行；该处能源总量视为未知，核算不给出合计；请补上缺少的行，或改用实测的能源数据",
    ),
    "interop.negative_total": (
        "a reported total must not be negative; {variable} is at {places}; it was left out there, the rows of energy count",
        "填报的合计不得为负；{variable} 在 {places} 为负；该处已略去，以能源各行为准",
    ),
    "interop.unread": (
        "{n} variables were not read: {names}; an activity takes final energy of industry, value added and the totals of "
        "to_iamc; name carriers= for energy among them",
        "有 {n} 个变量未读入：{names}；活动水平数据只取工业终端能源、增加值及 to_iamc 的合计；其中的能源请用 carriers= 指明",
    ),
    "write.template": (
        "a template is a workbook, whose name ends with .xlsx; got {path!r}; name it so",
        "模板为工作簿，文件名须以 .xlsx 结尾；收到 {path!r}；请改名",
    ),
    # -- the template ----------------------------------------------------------------------------------------------
    "template.written": (
        "wrote {path}: fill it in, then run zonecarbon check {path}",
        "已写入 {path}：填好后运行 zonecarbon check {path} --lang zh",
    ),
    "template.converted": (
        "read {source}: {zones} zones; wrote {path}",
        "读取 {source}：{zones} 个园区；已写入 {path}",
    ),
    "template.about.zone_first": (
        "A name that identifies the zone; the other sheets use the same name.",
        "识别园区的名称；其他工作表须使用同一名称。",
    ),
    "template.about.zone": (
        "The zone, as on the first sheet.",
        "园区，与第一张工作表一致。",
    ),
    "template.about.name": (
        "Optional: the full name of the zone.",
        "可选：园区全称。",
    ),
    "template.about.province": (
        "The province, for the CO2 factor of electricity; China for the national average.",
        "所在省份，用于电力排放因子；“全国”取全国平均。",
    ),
    "template.about.year": (
        "The calendar year, such as 2024.",
        "年份，如 2024。",
    ),
    "template.about.sector": (
        "Optional: the industry, where figures are split by industry. No rows of sums.",
        "可选：分行业填报时的行业名称。不填合计行。",
    ),
    "template.about.value_added": (
        "Industrial value added; it covers the same enterprises as the energy. Blank: not known.",
        "工业增加值，与能源消费统计范围一致。空白表示未知。",
    ),
    "template.about.unit": (
        "The unit of the figure; the list offers the usual ones.",
        "数值的单位；下拉列表为常用单位。",
    ),
    "template.about.price_year": (
        "The year whose prices are used, such as 2020; nominal for current prices.",
        "价格基期，如 2020（2020 年价）；当年价填“现价”。",
    ),
    "template.about.boundary": (
        "Optional: a label of the zone's boundary; a new label marks a change of boundary.",
        "可选：园区边界的标记；边界调整时换用新标记。",
    ),
    "template.about.coverage": (
        "Optional: what is covered, such as industry above designated size.",
        "可选：统计范围，如规模以上工业。",
    ),
    "template.about.deflator": (
        "Optional: the index that made value added constant, in words.",
        "可选：折算不变价所用的指数，文字说明。",
    ),
    "template.about.carrier": (
        "The energy carrier; choose from the list or type any usual name.",
        "能源品种；可从列表选择，也可填常用名称。",
    ),
    "template.about.wide_carrier": (
        "Consumption in the unit of the heading. 0: not used. Blank: not known.",
        "消费量，单位见表头。0 表示未使用，空白表示未知。",
    ),
    "template.about.wide_beside": (
        "Consumption in the unit of the heading. It is not included in the column electricity and adds to it: write each kWh once. 0: not used. Blank: not known.",
        "消费量，单位见表头。不含在“电力”列之内，另行相加，每度电只填一次。0 表示未使用，空白表示未知。",
    ),
    "template.about.quantity": (
        "Consumption. Blank: not known. A carrier without a row is not used.",
        "消费量。空白表示未知；没有行的品种视为未使用。",
    ),
    "template.about.use": (
        "Optional: final (default), transformation_in, transformation_out, feedstock, export.",
        "可选：终端消费（默认）、加工转换投入、加工转换产出、用于原材料、外供。",
    ),
    "template.about.supply": (
        "Optional, for electricity and heat: grid (default), direct supply, certificates, own generation ... Each supply has a row of its own and adds to the others: the row of grid does not include it.",
        "可选，仅用于电力和热力：电网（默认）、绿电直供、绿证、自发非化石等。每种来源单独一行，相加计算：电网一行不含其他来源的电量。",
    ),
    "template.about.ncv": (
        "Optional: the measured net calorific value of the fuel.",
        "可选：燃料实测低位发热量。",
    ),
    "template.about.ncv_unit": (
        "The unit of the calorific value.",
        "低位发热量的单位。",
    ),
    "template.about.basis": (
        "Only where electricity, heat or a total is given in standard coal: calorific or equivalent.",
        "仅当电力、热力或总量以标准煤填报时：当量值或等价值。",
    ),
    "template.about.product": (
        "A product whose making emits process CO2, such as cement clinker.",
        "生产过程排放二氧化碳的产品，如水泥熟料。",
    ),
    "template.about.output": (
        "Output of the product. Blank: not known.",
        "产品产量。空白表示未知。",
    ),
    "template.about.factor": (
        "Optional: CO2 per unit of output, such as 0.53 tCO2/t.",
        "可选：单位产量二氧化碳排放，如 0.53 tCO2/t。",
    ),
    "template.about.indicator": (
        "A figure as a bulletin prints it; choose from the list or type a name of your own.",
        "公报公布的指标；可从列表选择，也可填自定义名称。",
    ),
    "template.about.value": (
        "The figure. Blank: not known.",
        "指标数值。空白表示未知。",
    ),
    "template.note.title": (
        "How to fill in this workbook",
        "填表说明",
    ),
    "template.note.long": (
        "Fill in the sheets zones, economy and energy; process and indicators only if there are such data. One row is one figure; columns with a grey heading are optional. Each heading has a note.",
        "请填写“园区”“工业增加值”“能源”三张工作表；“工业过程”“指标”如有再填。一行一个数值；灰色表头的列为可选列。表头均有批注。",
    ),
    "template.note.wide": (
        "One row for each zone and year; a column for each carrier, its unit in the heading. The name may stay blank; so may not a figure, under a grey heading neither: blank means not known, not zero. Each heading has a note.",
        "每个园区每年一行；每个能源品种一列，单位写在表头。名称可不填；数值（含灰色表头的列）不可留空，空白即为未知。表头均有批注。",
    ),
    "template.note.blank_long": (
        "A blank figure means not known, never zero. A carrier that is not used needs no row, or a row with 0.",
        "数值空白表示未知，不是零。未使用的品种不必填行，也可填 0。",
    ),
    "template.note.blank_wide": (
        "A blank cell means not known, never zero. Write 0 where a carrier is not used, or read the file with --blank not_used (in Python blank='not_used').",
        "空白表示未知，不是零。未使用的品种请填 0，或读取时指定 --blank not_used（Python 中为 blank='not_used'）。",
    ),
    "template.note.columns": (
        "Further carriers: write a heading with its unit to the right, such as {example}. A column that no zone needs: take the protection off (Review, Unprotect Sheet; there is no password) and delete it; left blank, it means not known.",
        "增加品种：在右侧空列写上带单位的表头，如 {example}。各园区都不用的列：撤销工作表保护（“审阅”—“撤销工作表保护”，无密码）后删除；留空即为未知。",
    ),
    "template.note.units": (
        "The list of units follows the carrier in the same row; other units and names that zonecarbon knows are read as well.",
        "单位列表随同一行的品种变化；本库已知的其他单位和名称同样可读。",
    ),
    "template.note.prices": (
        "Value added over the years must be at the prices of one year, such as 2020, for rates of decline; current prices are marked as such.",
        "计算下降率要求各年增加值按同一价格基期（如 2020 年价）填报；当年价须注明“现价”。",
    ),
    "template.note.sums": (
        "No rows or columns of sums: they would count twice.",
        "不填合计行、合计列，以免重复计算。",
    ),
    "template.note.locked": (
        "Only the headings are locked, without a password, so that they stay as they are.",
        "仅表头锁定（无密码），以免误改。",
    ),
    "template.note.example": (
        "The sheets whose names begin with “{sheets}” show 169 invented zones. They are not read with your data; zc.read('{file}', sheets='{sheets}') or --sheets {sheets} reads them.",
        "名称以“{sheets}”开头的工作表为 169 个虚构园区的示例，不会与您的数据一同读取；zc.read('{file}', sheets='{sheets}') 或 --sheets {sheets} 可读取示例。",
    ),
    "template.note.next": (
        "Then: zonecarbon check {file}",
        "填好后运行：zonecarbon check {file} --lang zh",
    ),
    # -- zones, years, rows ----------------------------------------------------------------------------------------
    "zone.blank": ("a row needs a zone; the cell is blank; write its name", "每行须有园区；此格为空；请填写名称"),
    "zone.sum": (
        "a sum over zones, or an average or rate of them, is no zone and would count twice; got {name!r}; leave this row out",
        "园区合计、平均或增长率不是园区，会重复计算；收到 {name!r}；请删去此行",
    ),
    "zone.part": (
        "a part of the row above is no zone and would count twice; got {name!r}; leave this row out",
        "上一行的其中项不是园区，会重复计算；收到 {name!r}；请删去此行",
    ),
    "sector.sum": (
        "a sum over sectors, or an average or rate of them, is no sector and would count twice; got {name!r}; leave this row out, or the sector blank",
        "行业合计、平均或增长率不是行业，会重复计算；收到 {name!r}；请删去此行，或将行业留空",
    ),
    "sector.part": (
        "a part of the row above is no sector and would count twice; got {name!r}; leave this row out, or split the sector into parts that add "
        "up and leave the whole out",
        "上一行的其中项不是行业，会重复计算；收到 {name!r}；请删去此行，或将该行业拆为互不重叠的部分并删去其合计",
    ),
    "product.blank": (
        "a row needs a product; it is blank; write its name",
        "每行须有产品；此格为空；请填写名称",
    ),
    "field.text": (
        "{name} must be text; got {value!r}; write it as text",
        "{name} 须为文本；收到 {value!r}；请写成文本",
    ),
    "zone.places": (
        "a zone has one province and one name in all of its rows; {name!r} has {value!r} here and {first!r} above; correct one of them",
        "同一园区各行的省份与名称须一致；{name!r} 此处为 {value!r}，上文为 {first!r}；请更正其一",
    ),
    "zone.duplicate": (
        "a zone must stand once; {name!r} stands twice; keep one row",
        "每个园区只能出现一次；{name!r} 重复；请保留一行",
    ),
    "zone.not_listed": (
        "a zone must be in the zones table; {name!r} is not{nearest}; correct the name or add the zone",
        "园区须在 zones 表中；{name!r} 不在其中{nearest}；请更正名称或补充该园区",
    ),
    "zone.unknown": (
        "the zone must be one of those there; got {name!r}{nearest}, there are {zones}; check the name",
        "园区须在现有园区之中；收到 {name!r}{nearest}，现有 {zones}；请检查名称",
    ),
    "year.date": (
        "a year must be a whole number from {first} to {last}; the cell shows the date {value}, which is what a spreadsheet makes of a "
        "year in a cell formatted as a date; format the cell as a number",
        "年份须为 {first} 至 {last} 的整数；单元格显示日期 {value}，这是电子表格把年份当作日期显示的结果；请把单元格格式改为数值",
    ),
    "year.range": (
        "a year must be a whole number from {first} to {last}; got {value!r}; correct it",
        "年份须为 {first} 至 {last} 的整数；收到 {value!r}；请更正",
    ),
    "year.absent": (
        "the year must be one of the data; got {year}, there is {years}; choose one of those",
        "年份须在数据之内；收到 {year}，现有 {years}；请从中选择",
    ),
    "years.rising": (
        "years must rise and not repeat; got {years}; sort them together with the data",
        "年份须递增且不重复；收到 {years}；请连同数据一起排序",
    ),
    "arrays.shape": (
        "{what} must have the shape {expected}; got {got}; check the order of the axes: zone, "
        "sector where there are any, flow, year",
        "{what} 的形状须为 {expected}；收到 {got}；请检查轴的顺序：园区、行业（如分行业）、流、年份",
    ),
    "arrays.quantities": (
        "{name} must be an array of numbers, or one quantity around an array; got a list of quantities; write "
        "Quantity(array, unit)",
        "{name} 须为数值数组，或包住整个数组的一个量；收到由量组成的列表；请写 Quantity(array, unit)",
    ),
    "arrays.numbers": (
        "{name} must be an array of numbers; got {got} that is none; give lists of one length, or an ndarray",
        "{name} 须为数值数组；收到的 {got} 不是；请给出等长的列表或 ndarray",
    ),
    "arrays.amount": (
        "quantities must be finite and not negative; got {value} at {place}; use NaN for what is not known",
        "数量须有限且非负；在 {place} 处收到 {value}；未知请用 NaN",
    ),
    "energy.duplicate": (
        "a zone, year, sector, carrier, use and supply must stand once; the same stands in row {row}; delete one if it is the "
        "same figure twice, add them up if they are two, or tell them apart in a column 'meter'",
        "同一园区、年份、行业、品种、用途、供应方式只能出现一次；与第 {row} 行重复；同一数据请删去一行，两笔数据请合并，或用“计量点”(meter) 列区分",
    ),
    "process.duplicate": (
        "a zone, year, sector, product and factor must stand once; the same stands in row {row}; add the two up, or tell "
        "them apart in a column 'meter'",
        "同一园区、年份、行业、产品、因子只能出现一次；与第 {row} 行重复；请合并，或用“计量点”(meter) 列区分",
    ),
    "economy.duplicate": (
        "value added of a zone, year and sector must stand once; {zone} {year} (sector {sector!r}) stands twice; keep one",
        "同一园区、年份、行业的增加值只能出现一次；{zone} {year}（行业 {sector!r}）重复；请保留一行",
    ),
    "economy.mixed": (
        "value added must be given by sector or for the whole zone, not both; {zone} {year} has both; keep one kind",
        "增加值须分行业或按全园区填报，不能兼有；{zone} {year} 两者皆有；请保留一种",
    ),
    "economy.gap": (
        "value added of a zone needs all sectors at work; at {places} a sector with energy has no row, though it has one in other "
        "years, and the zone's value added is unknown there; add the row",
        "园区增加值须含所有在产行业；{places} 有行业用能而无增加值行（其他年份有），该处园区增加值按未知处理；请补行",
    ),
    "economy.prices": (
        "value added of one zone and year must stand at one price year; {zone} {year} has two; bring them to one",
        "同一园区同一年份的增加值须为同一价格基期；{zone} {year} 有两种；请统一",
    ),
    "indicator.blank": (
        "a row needs the name of an indicator; the cell is blank; write it",
        "每行须有指标名称；此格为空；请填写",
    ),
    "indicator.duplicate": (
        "an indicator of a zone and year must stand once; {zone} {year} {name} stands twice; keep one edition",
        "同一园区同一年份的指标只能出现一次；{zone} {year} {name} 重复；请只保留一个版本",
    ),
    "indicator.unfamiliar": (
        "a target finds its indicator by name; {names} are names of no shipped target or record; correct the spelling, or leave "
        "them if a target of your own asks for them",
        "目标按名称查找指标；{names} 不是内置目标或记录所用的名称；如系笔误请更正，如为自定义目标的指标则可保留",
    ),
    "indicators.bases": (
        "one table must have one basis; got {bases}; check them apart",
        "同一张表须为同一口径；收到 {bases}；请分开检查",
    ),
    "indicators.change": (
        "a yearly change must be a fraction from -1 to 1, or have a % sign; got {value!r}; write -0.0767 or '-7.67%'",
        "年度变化率须为 -1 至 1 的小数，或带 % 号；收到 {value!r}；请写 -0.0767 或 '-7.67%'",
    ),
    "indicators.totals": (
        "there may be one row of sums; got {names}; keep one",
        "合计行至多一种；收到 {names}；请保留一种",
    ),
    "check.source": (
        "what is checked must be an account, zones, or a table of indicators; got {got}; account it first, or pass columns by "
        "name: frame.to_dict(as_series=False) or frame.to_pandas()",
        "检查对象须为核算结果、园区记录或指标表；收到 {got}；请先核算，或给出各列：frame.to_dict(as_series=False) 或 frame.to_pandas()",
    ),
    # -- factors and methods ---------------------------------------------------------------------------------------
    "factor.range": (
        "{carrier:carrier} needs one standard-coal coefficient; {edition} prints a range, {low} to {high} {unit}; give ncv and "
        "ncv_unit on its rows, or coefficients={{'{carrier}': '... {unit}'}} in the method (--set 'coefficients.{carrier}=... {unit}'), or the quantity in GJ or tce",
        "{carrier:carrier}须有唯一的折标系数；{edition} 只给出范围 {low}～{high} {unit}；请在数据行给出热值 ncv 与 ncv_unit，或在方法中用 "
        "coefficients={{'{carrier}': '… {unit}'}}（命令行 --set 'coefficients.{carrier}=… {unit}'）指定，或以 GJ、tce 填报",
    ),
    "factor.none": (
        "a factor for {item:carrier} is needed; {group} has none; add a row in a table of your own, or give the figure in GJ or tce",
        "需要{item:carrier}的因子；{group} 中没有；请用自备因子表补充，或以 GJ、tce 填报",
    ),
    "factor.steam": (
        "steam by mass needs a coefficient; {group} has none for {item:carrier}; give its heat in GJ as the carrier 'heat', or choose an edition "
        "that has one: {known}",
        "按质量计的蒸汽须有折标系数；{group} 中没有{item:carrier}；请将其热量以 GJ 填作“热力”，或选用有此系数的版本：{known}",
    ),
    "factor.set": (
        "a factor set or series must be one that is known; got {name!r}; known are {known}; choose one whole set",
        "因子集或系列须为已知者；收到 {name!r}；已知：{known}；请整套选用其一",
    ),
    "factor.table": (
        "the table must be one of {known}; got {table!r}; choose one of them",
        "表名须为 {known} 之一；收到 {table!r}；请从中选择",
    ),
    "factor.region": (
        "the region needs a {kind:grid} electricity factor; none is published for {region:grid}; choose another kind, or give "
        "electricity='... kgCO2/kWh' in the method (--set)",
        "该地区须有{kind:grid}电力因子；{region:grid}未公布；请改用其他类型，或在方法中用 electricity='… kgCO2/kWh'（命令行 --set）指定",
    ),
    "factor.year": (
        "the {kind:grid} factor of {region:grid} needs a row for {year}; there are {known}; choose one of those years, or vintage nearest",
        "{region:grid}的{kind:grid}因子须有 {year} 年的数据；现有 {known}；请选择其中年份，或采用 nearest",
    ),
    "factor.series_year": (
        "the series {series!r} must have the year {year}; it has {known}; choose one of those (--set "
        "equivalent.electricity.year=...), or give the value itself (--set 'equivalent.electricity=... kgce/kWh')",
        "系列 {series!r} 须有 {year} 年；现有 {known}；请选择其中年份（命令行 --set equivalent.electricity.year=…），或直接给出数值"
        "（命令行 --set 'equivalent.electricity=… kgce/kWh'）",
    ),
    "factor.kind": (
        "the kind of electricity factor must be a known one; got {kind!r}; choose provincial_average, regional_average, "
        "national_average, national_residual or national_fossil",
        "电力因子类型须为已知者；收到 {kind!r}；请选 provincial_average、regional_average、national_average、national_residual 或 "
        "national_fossil",
    ),
    "method.unknown": (
        "a method must be a shipped name, a path or a record; got {name!r}{nearest}; shipped are {known}",
        "方法须为随附名称、路径或记录；收到 {name!r}{nearest}；随附：{known}",
    ),
    "method.base": (
        "a method must end in a shipped one; {name!r} is based on {base!r}; name inventory as its base",
        "方法最终须以随附方法为基础；{name!r} 基于 {base!r}；请以 inventory 为基础",
    ),
    "method.sets_mixed": (
        "fuel factors must come from one whole set; got {sets}; choose one, and add single rows in a table of your own",
        "燃料因子须整套取自一个因子集；收到 {sets}；请选其一，个别行可用自备因子表补充",
    ),
    "method.bare_number": (
        "a choice must carry its unit as text; got {value!r} for {key}; write for example '1.33 kgce/m3'",
        "所选数值须带单位并写成文本；{key} 收到 {value!r}；例如 '1.33 kgce/m3'",
    ),
    "method.choice": (
        "a choice must be a finite number that is not negative, with its unit; got {text!r}; correct it",
        "所选数值须有限、非负并带单位；收到 {text!r}；请更正",
    ),
    "method.equivalent": (
        "the equivalent basis needs what one unit of {carrier:carrier} takes to make; method {method} has no value, and there is no "
        "default; give equivalent={{'{carrier}': '... {unit}'}} (--set 'equivalent.{carrier}=... {unit}') with the value of the "
        "year, or a series of the catalog with a year that it has ({known}): equivalent={{'{carrier}': {{'series': '{series}', "
        "'year': '{year}'}}}} (--set equivalent.{carrier}.series={series} --set equivalent.{carrier}.year={year})",
        "等价值口径须给出{carrier:carrier}的等价折标系数；方法 {method} 未给出，且无默认值；请用 equivalent={{'{carrier}': '… {unit}'}}（命令行 --set 'equivalent.{carrier}=… {unit}'）给出当年数值，"
        "或选用目录中的系列及其已有年份（{known}）：equivalent={{'{carrier}': {{'series': '{series}', 'year': '{year}'}}}}（命令行 --set "
        "equivalent.{carrier}.series={series} --set equivalent.{carrier}.year={year}）",
    ),
    "method.equivalent_none": (
        "the equivalent basis needs what one unit of {carrier:carrier} takes to make; method {method} has no value, and there is no "
        "default; give equivalent={{'{carrier}': '... {unit}'}} (--set 'equivalent.{carrier}=... {unit}') with the value of the year",
        "等价值口径须给出{carrier:carrier}的等价折标系数；方法 {method} 未给出，且无默认值；请用 equivalent={{'{carrier}': '… {unit}'}}（命令行 "
        "--set 'equivalent.{carrier}=… {unit}'）给出当年数值",
    ),
    "method.equivalent_year": (
        "the equivalent value of {carrier:carrier} is needed for {year}; given are {known}; add that year",
        "须有 {year} 年{carrier:carrier}的等价值；现有 {known}；请补充该年",
    ),
    "method.equivalent_key": (
        "equivalent values are for electricity and heat; got {keys}; remove it",
        "等价值仅用于电力与热力；收到 {keys}；请删去",
    ),
    "account.feedstock": (
        "only fuels are feedstock; got use=feedstock for {carrier:carrier}; write final",
        "只有燃料可作原料；{carrier:carrier}的用途为 feedstock；请改为 final",
    ),
    "account.nonfossil_output": (
        "on-site power from sun, wind or water is no transformation; got transformation_out with supply onsite_nonfossil for "
        "{carrier:carrier}; write what is used as final with that supply, and power made from fuel (biomass too) as onsite_fossil",
        "厂内风、光、水等非化石能源发电不是加工转换；{carrier:carrier}却为 transformation_out 且供应方式为 onsite_nonfossil；请将自用量写作 "
        "final（同一供应方式），由燃料（含生物质）所产者写作 onsite_fossil",
    ),
    "method.fixed": (
        "vintage fixed needs electricity_year; none is given; add the data year",
        "vintage 为 fixed 时须给出 electricity_year；未给出；请补充数据年份",
    ),
    "method.electricity": (
        "electricity must be one of {known}, or a value such as '0.6101 kgCO2/kWh'; got {text!r}; choose one",
        "electricity 须为 {known} 之一，或如 '0.6101 kgCO2/kWh' 的数值；收到 {text!r}；请选择",
    ),
    "method.equivalent_choice": (
        "an equivalent value must be one value, values by year, or a series with a year (a number, same_year or "
        "previous_year); got {got!r}; correct it",
        "等价值须为单一数值、分年数值，或系列加年份（数字、same_year 或 previous_year）；收到 {got!r}；请更正",
    ),
    # -- targets ---------------------------------------------------------------------------------------------------
    "target.unit_kind": (
        "target {target}: its unit must be one for {own}, in which its indicator is counted; got {unit!r}; write {example}",
        "目标 {target} 的单位须与其指标的单位 {own} 同类；收到 {unit!r}；请写 {example}",
    ),
    "target.unit_fraction": (
        "target {target}: the unit of {statistic} must be a fraction or per cent; got {unit!r}; write fraction or %",
        "目标 {target}：{statistic} 的单位须为比例或百分数；收到 {unit!r}；请写 fraction 或 %",
    ),
    "target.unknown": (
        "a target set must be a shipped name, a path or a record; got {name!r}{nearest}; shipped are {known}",
        "目标集须为随附名称、路径或记录；收到 {name!r}{nearest}；随附：{known}",
    ),
    "target.threshold": (
        "a threshold must be a number; got {value!r}; write for example 0.4",
        "阈值须为数值；收到 {value!r}；例如 0.4",
    ),
    "target.no_threshold": (
        "a comparison needs a threshold; {target} has none; add it",
        "比较须有阈值；{target} 没有；请补充",
    ),
    "target.no_inner": (
        "a target that counts zones needs inner_operator and inner_threshold; {target} lacks them; add the test of a zone",
        "按园区计数的目标须有 inner_operator 与 inner_threshold；{target} 缺少；请补充单个园区的判据",
    ),
    "target.share_operator": (
        'the operator of a share of zones must be "<=", "<", ">=" or ">"; {target} has {operator!r}; write a comparison',
        '园区占比的 operator 须为 "<="、"<"、">=" 或 ">"；{target} 为 {operator!r}；请改用比较符',
    ),
    "target.class": (
        "a class of zones needs an indicator and a limit, the lower one below the upper; {target} has applies_indicator "
        "{indicator!r}, applies_min {low!r}, applies_max {high!r}; complete it, or leave out all three",
        "园区类别须有指标和界限，且下限低于上限；{target} 的 applies_indicator 为 {indicator!r}，applies_min 为 {low!r}，applies_max 为 {high!r}；请补全，或三项都不填",
    ),
    "target.duplicate": (
        "target ids must differ; {targets} stands twice; rename one",
        "目标编号不得重复；{targets} 重复；请改名",
    ),
    # -- measures ---------------------------------------------------------------------------------------------------
    "measure.unknown": (
        "a set of measures must be a shipped name, a path or a record; got {name!r}{nearest}; shipped are {known}",
        "措施集须为随附名称、路径或记录；收到 {name!r}{nearest}；随附：{known}",
    ),
    "measure.money": (
        "a price or cost must be money per something, such as '0.65 CNY/kWh' or '1800 元/吨标准煤'; got {text!r}; write "
        "amount and unit, and divide a lump sum by the tce, kWh or t a year that it is for",
        "价格或费用须为“金额/单位”，例如 '0.65 CNY/kWh' 或 '1800 元/吨标准煤'；收到 {text!r}；请写明数值与单位，总投资须除以每年作用的量",
    ),
    "measure.amount": (
        "an amount must be a number that is not negative and a unit, such as '20000 MWh'; got {text!r}; write both",
        "数量须为非负数值加单位，例如 '20000 MWh'；收到 {text!r}；请写全",
    ),
    "measure.source": (
        "a measure must act on either carriers (source) or products (product); it has both or neither; give one of them",
        "措施须作用于能源品种（source）或产品（product）之一；现同时给出或均未给出；请只给其一",
    ),
    "measure.target": (
        "a measure that switches must have a target, and no other may; this one is of kind {kind}; add or remove the "
        "target, or change the kind",
        "替代类措施须有 target，其他类不得有；本措施类型为 {kind}；请补充或删去 target，或更改类型",
    ),
    "measure.product": (
        "process CO2 of a product can be saved or captured; this measure is of kind {kind}; write 'save' or 'capture'",
        "产品的过程排放只能削减或捕集；本措施类型为 {kind}；请改为 save 或 capture",
    ),
    "measure.share": (
        "a potential must be a share from 0 to 1; got {got:.6g}; write '30 %' or 0.3 for thirty per cent",
        "潜力须为 0 至 1 的比例；收到 {got:.6g}；百分之三十写作 '30 %' 或 0.3",
    ),
    "measure.ramp": (
        "a ramp must be from 1 to 100 years; got {got:.6g}; 1 is the whole potential in one year",
        "推广年限须为 1 至 100 年；收到 {got:.6g}；1 表示一年内可用尽潜力",
    ),
    "measure.capital_rate": (
        "the change of an outlay must be above -1 and at most 1 a year; got {got:.6g}; write '-3 %' for a fall of three "
        "per cent",
        "投资费用的年变化率须大于 -1 且不超过 1；收到 {got:.6g}；每年下降百分之三写作 '-3 %'",
    ),
    "measure.years": (
        "a measure must not end before it starts; it goes from {start} to {end}; correct start or end",
        "措施的结束年份不得早于开始年份；现为 {start} 年至 {end} 年；请更正",
    ),
    "measure.discount": (
        "a discount rate must be from 0 to below 1 a year; got {got:.6g}; write '6 %' or 0.06 for six per cent",
        "折现率须不小于 0 且小于 1；收到 {got:.6g}；百分之六写作 '6 %' 或 0.06",
    ),
    "measure.name": (
        "measures of a set must have names of their own; {name!r} stands twice; rename one",
        "同一措施集中名称不得重复；{name!r} 重复；请改名",
    ),
    "measure.other": (
        "what a measure requires or excludes must be another measure of the set; got {name!r}; the others are {known}",
        "所依赖或互斥的须为同一措施集中的其他措施；收到 {name!r}；其他措施：{known}",
    ),
    "measure.requires": (
        "a measure that another requires must be done entirely or not at all; {name!r} may be done in part; set whole = "
        "true for it",
        "被依赖的措施须为整体实施；{name!r} 可部分实施；请为其设置 whole = true",
    ),
    "measure.price_twice": (
        "a carrier must have one price for each supply; {carrier:carrier} ({supply}) has two; remove one",
        "每个品种的每种供应方式只能有一个价格；{carrier:carrier}（{supply}）有两个；请删去其一",
    ),
    "measure.price_supply": (
        "CO2 must have one price, without a supply; got the supply {supply!r}; remove it",
        "二氧化碳只有一个价格，不分供应方式；收到 supply {supply!r}；请删去",
    ),
    "measure.outlay": (
        "an outlay must not be negative; got {text!r}; write what a measure earns a year as a negative running cost",
        "投资不得为负；收到 {text!r}；每年的收益请写作负的运行费用",
    ),
    "plan.excluded": (
        "measures that exclude each other must not both be there; {name!r} excludes {others}; set one of them to 0",
        "互斥的措施不得同时实施；{name!r} 与 {others} 互斥；请将其一设为 0",
    ),
    "plan.required": (
        "a measure must not be there without what it requires; {name!r} requires {others}; adopt them too",
        "措施须与其所依赖的措施一并实施；{name!r} 依赖 {others}；请一并实施",
    ),
    "measure.price_uncertain": (
        "the path of a price must be without uncertainty, which a plan does not draw; this one has one; remove it",
        "价格路径不得带不确定性（规划不对价格抽样）；此处带有；请删去",
    ),
    "measure.price_unit": (
        "the price of a carrier must be for a unit that its quantities have; {carrier:carrier} is in {unit}, the price is "
        "{text!r}; give it for one of {units}",
        "价格的单位须与品种的计量单位相符；{carrier:carrier}以 {unit} 计，价格为 {text!r}；请按以下单位之一给出：{units}",
    ),
    "measure.price_heat": (
        "a price per {own} needs one heat value where the quantities are in {unit}; the price of {carrier:carrier} is "
        "{text!r}, and the method of the account has no single one; give the price per tce or GJ, or the heat value: "
        "coefficients={{'{carrier}': '... kgce/{own}'}} in the method",
        "品种以 {unit} 计而价格按 {own} 给出时须有唯一热值；{carrier:carrier}的价格为 {text!r}，核算方法中没有唯一热值；请按 tce 或 GJ "
        "给出价格，或在方法中给出 coefficients={{'{carrier}': '... kgce/{own}'}}",
    ),
    "measure.price_by_heat": (
        "a price by mass or volume of what is counted in {unit} goes through a heat value; that of {carrier:carrier}, {text}, "
        "is taken by {by}, the choice of the method; give it per tce or GJ where the zone's heat value is another",
        "以 {unit} 计的品种若按质量或体积给出价格，须经热值换算；{carrier:carrier}的价格 {text} 按核算方法的系数 {by} 换算；若园区实际热值不同，请按 "
        "tce 或 GJ 给出价格",
    ),
    "measure.price_co2": (
        "the price of CO2 must be per tonne of CO2; got {text!r}; write it so, as in '80 CNY/tCO2'",
        "二氧化碳的价格须按每吨二氧化碳给出；收到 {text!r}；例如 '80 CNY/tCO2'",
    ),
    "measure.no_price": (
        "every carrier that a measure changes must have a price; there is none of {flows:bracketed}; add them to the set, "
        "'0 CNY/MWh' for what is free",
        "措施所改变的每个品种都须有价格；缺少：{flows:bracketed}；请在措施集中补充，免费者写作 '0 CNY/MWh'",
    ),
    "measure.unit": (
        "a cost or limit must be for what the measure acts on, which is counted in {unit}; got {text!r}; give it per tce or "
        "GJ, or in the unit of the one carrier that it acts on",
        "费用或上限须对应措施的作用对象（以 {unit} 计）；收到 {text!r}；请按 tce 或 GJ 给出，或按其唯一作用品种的单位给出",
    ),
    "measure.extra": (
        "what a measure needs besides must be an amount of the carrier ({have}) per unit acted on ({unit}); {measure!r} has "
        "{text!r}; write it so, as in '0.25 MWh/tCO2'",
        "措施的附加用能须为“品种数量（{have}）/作用量（{unit}）”；{measure!r} 为 {text!r}；请按此写，例如 '0.25 MWh/tCO2'",
    ),
    "measure.product_units": (
        "the products of one measure must be counted in one unit; those of {measure!r} are in {units}; make a measure of "
        "each",
        "同一措施的产品须采用同一计量单位；{measure!r} 的产品单位为 {units}；请分为多项措施",
    ),
    "measure.zone": (
        "a measure must name zones that the account has; got {zone!r}; it has {known}",
        "措施所列园区须为核算中已有的园区；收到 {zone!r}；已有：{known}",
    ),
    "measure.sector": (
        "a measure must name sectors that the account has; got {sector!r}; it has {known}",
        "措施所列行业须为核算中已有的行业；收到 {sector!r}；已有：{known}",
    ),
    "measure.captured_twice": (
        "CO2 must be captured once; {a!r} and {b!r} act on the same source and together on more than all of it; lower a "
        "potential, or let one exclude the other",
        "二氧化碳只能捕集一次；{a!r} 与 {b!r} 作用于同一来源且合计超过全部；请降低潜力，或设为互斥",
    ),
    "measure.captured_early": (
        "a capture must come after all that takes its source away; {later!r} comes after {capture!r}; change the order of "
        "the set",
        "捕集须排在所有减少其来源的措施之后；{later!r} 位于 {capture!r} 之后；请调整顺序",
    ),
    "measure.idle": (
        "a measure must have something to act on; {measure!r} has nothing in this account and does nothing; check its carriers, "
        "supplies and sectors",
        "措施须有作用对象；本核算中没有 {measure!r} 的作用对象，该措施不起作用；请检查其品种、供应方式与行业",
    ),
    "measure.none": (
        "at least one measure must have something to act on; none of {measures} has; check the carriers, supplies and "
        "sectors that they name",
        "至少一项措施须有作用对象；{measures} 均没有；请检查其品种、供应方式与行业",
    ),
    "measure.workbook": (
        "a set must be a shipped name, a TOML or JSON file, a record or a dict; got the workbook {path!r}; read it first: "
        "zonecarbon.read_measures({path!r})",
        "措施集须为内置名称、TOML 或 JSON 文件、记录或字典；收到工作簿 {path!r}；请先读取：zonecarbon.read_measures({path!r})",
    ),
    "measure.sheet": (
        "a workbook of measures must have a visible sheet {name!r} ({own}) with a column {key!r}; its sheets are {known}; add "
        "it, or start from one that 'zonecarbon measures --out FILE.xlsx' writes",
        "措施工作簿须有可见的工作表 {name!r}（{own}），其中有 {key!r} 列；现有工作表：{known}；请补上，或用 zonecarbon measures --out FILE.xlsx 生成后再填",
    ),
    "measure.heading": (
        "a heading must be one of {known}; got {name!r}{hint}; correct it or delete the column",
        "表头须为 {known} 之一（或其中文名）；收到 {name!r}{hint}；请更正或删去该列",
    ),
    "measure.heading_twice": (
        "a column may stand once; {name!r} names one that is there already; delete one of them",
        "同一列只能出现一次；{name!r} 与前面的列重复；请删去其一",
    ),
    "measure.setting": (
        "a setting must be one of {known}, once; got {name!r}; correct it or delete the row",
        "设置项须为 {known} 之一（或其中文名），且不重复；收到 {name!r}；请更正或删去该行",
    ),
    "measure.site": (
        "what differs in a zone must be of a measure of the set, one of {known}; got {name!r}; correct the name",
        "分园区设置须对应本集中的措施（{known}）；收到 {name!r}；请更正名称",
    ),
    "measure.site_twice": (
        "a measure and a zone must stand in one row, with both named; got {name!r} and {zone!r} blank or twice; correct it",
        "每行须写明措施与园区，且不重复；{name!r} 与 {zone!r} 缺失或重复；请更正",
    ),
    "measure.json": (
        "the cell must hold JSON, as write_measures has it; got {text!r} ({detail}); correct it there",
        "该单元格须为 JSON（格式同 write_measures 所写）；收到 {text!r}（{detail}）；请更正",
    ),
    "measure.extra_text": (
        "what is needed besides must be carriers with amounts, such as 'electricity: 0.25 MWh/tCO2; heat: 1 GJ/tCO2', each "
        "once; got {text!r}; correct it",
        "附加用能须写成“品种：数量”，例如 '电力：0.25 MWh/tCO2；热力：1 GJ/tCO2'，且不重复；收到 {text!r}；请更正",
    ),
    "measure.price_paths": (
        "a price must have one path; got both a yearly change and a path; delete one of the two cells",
        "每个价格只能有一种路径；同时给出了年变化率与价格路径；请删去其一",
    ),
    # -- plans -----------------------------------------------------------------------------------------------------
    "plan.account": (
        "a plan must start from an account; got {got}; call zonecarbon.account(activity) first",
        "规划须以核算结果为起点；收到 {got}；请先调用 zonecarbon.account(activity)",
    ),
    "plan.no_measure": (
        "an adoption must be of a measure of the set; got {name!r}; the set has {known}",
        "实施程度须对应措施集中的措施；收到 {name!r}；措施集有：{known}",
    ),
    "plan.adoption": (
        "an adoption must be a number from 0 to 1; {name!r} has {got}; 1 is the whole potential",
        "实施程度须为 0 至 1 的数；{name!r} 为 {got}；1 表示用尽潜力",
    ),
    "plan.years": (
        "the years of a plan must follow each other and come after {base}, the last year of the account; got {got}; write "
        "range({first}, {last})",
        "规划年份须连续且晚于核算末年 {base}；收到 {got}；例如 range({first}, {last})",
    ),
    "plan.years_account": (
        "without a scenario the account must have the years of the plan, and one before them; it ends in {last}, the plan "
        "is for {first} to {until}; name a scenario",
        "未指定情景时，核算须包含规划年份及其前一年；核算末年为 {last}，规划为 {first} 至 {until} 年；请指定情景",
    ),
    "plan.no_goal": (
        "a plan must have something to reach; no goals, no peak_by and no budget came; give at least one",
        "规划须有目标；未给出 goals、peak_by 或 budget；请至少给出一项",
    ),
    "plan.peak_by": (
        "peak_by must be a year of the plan before its last ({first} to {last}); got {got}; a peak needs a year after it",
        "peak_by 须为规划末年之前的规划年份（{first} 至 {last}）；收到 {got}；达峰之后须至少还有一年",
    ),
    "plan.capital": (
        "the most that is laid out must be an amount of money that is not negative, such as '2 亿元'; got {got}; correct it",
        "投资上限须为非负金额，例如 '2 亿元'；收到 {got}；请更正",
    ),
    "plan.probability": (
        "a probability must be a number above 0 and below 1; got {got}; write 0.8 for eighty per cent",
        "概率须为大于 0 且小于 1 的数；收到 {got}；百分之八十写作 0.8",
    ),
    "plan.certain": (
        "a plan for a probability must have something uncertain in it; the scenario {scenario!r} and the measures have no "
        "uncertainty; name another scenario, or leave the probability out",
        "按概率规划须有不确定性；情景 {scenario!r} 与各项措施均无不确定性；请换用其他情景，或不给概率",
    ),
    "plan.cost_unknown": (
        "what measures cost must be known; CO2 has a price, and the CO2 of a flow is not known (a zone without a province, a "
        "grid without a factor); give the factor or leave the price of CO2 out",
        "措施的费用须已知；二氧化碳有价格，而某个能源流的二氧化碳未知（园区无省份，或电网无因子）；请给出因子，或不设二氧化碳价格",
    ),
    "plan.solver": (
        "the solver must come to an end; it says: {status}; plan fewer years or zones, or report the case",
        "求解器须得出结果；其返回：{status}；请减少年份或园区，或反馈该算例",
    ),
    "plan.nothing": (
        "a plan must have a goal that can be planned for; {goal} cannot: {why}; choose other years, another basis, or "
        "another goal",
        "规划须至少有一项可规划的目标；{goal} 不可规划：{why}；请更换年份、口径或目标",
    ),
    "plan.no_milestone": (
        "milestones need figures that are known; those of zone {zone} are not, in any year of the plan; plan for the zones "
        "that are known, or name one of them",
        "里程碑须有已知数值；园区 {zone} 在规划期内均未知；请只规划数据完整的园区，或指定其中之一",
    ),
    "plan.goal_year": (
        "the year of a goal must be one of the plan, {first} to {last}; it is {year}; choose other years for the plan",
        "目标年份须在规划期内（{first} 至 {last} 年）；该目标为 {year} 年；请另选规划期",
    ),
    "plan.no_zone": (
        "a goal for zones must be for at least one; none is of the class that it is for; choose another goal",
        "面向园区的目标须至少适用于一个园区；没有园区属于其适用类别；请更换目标",
    ),
    "plan.class_moved": (
        "a goal must be for the class that a zone is of after the plan; zone {zone} moves to another by what it saves; plan for the "
        "goal of that class",
        "目标须对应规划实施后园区所属的类别；园区 {zone} 因节能而改变类别；请按新类别的目标规划",
    ),
    "plan.peak_last": (
        "a peak must be before the last year of the plan; {year} is the last; let the plan go on for some years",
        "达峰年份须早于规划末年；{year} 为末年；请延长规划期",
    ),
    "plan.goal_unknown": (
        "what a goal is judged on must be known, and linear in what is planned; it is not (zone {zone}); give the missing data, or "
        "another goal",
        "目标所需的数值须已知，且与规划变量成线性关系；此处不满足（园区 {zone}）；请补充数据，或改用其他目标",
    ),
    "plan.zone": (
        "there is no zone {name!r} in this plan; the zones are {known}; name one of them, or '' for all together",
        "规划中没有园区 {name!r}；园区有：{known}；请选其一，或用 '' 表示合计",
    ),
    "assure.plan": (
        "a plan must come here; got {got}; call zonecarbon.plan(account, ...) first",
        "此处须为规划；收到 {got}；请先调用 zonecarbon.plan(account, ...)",
    ),
    "note.plan_reached": (
        "plan {years}, {zones} zones: all goals are reached at a cost of {cost} 10^4 CNY (prices of {price_year}, brought to the first year), with an outlay of {outlay} 10^4 CNY; {energy} tce and {co2} tCO2 are saved",
        "{years} 年规划，{zones} 个园区：全部目标可达，费用 {cost} 万元（{price_year} 年价格，折现至首年），投资 {outlay} 万元；累计节能 {energy} 吨标准煤、减排 {co2} 吨二氧化碳",
    ),
    "note.plan_part": (
        "plan {years}, {zones} zones: the goals that could be planned for are reached, {n} could not be planned for; cost {cost} 10^4 CNY (prices of {price_year}, brought to the first year), outlay {outlay} 10^4 CNY; {energy} tce and {co2} tCO2 are saved",
        "{years} 年规划，{zones} 个园区：可规划的目标均可达，另有 {n} 项无法规划；费用 {cost} 万元（{price_year} 年价格，折现至首年），投资 {outlay} 万元；累计节能 {energy} 吨标准煤、减排 {co2} 吨二氧化碳",
    ),
    "note.plan_nearest": (
        "plan {years}, {zones} zones: the goals cannot all be reached with these measures; the nearest plan costs {cost} 10^4 CNY (prices of {price_year}, brought to the first year), with an outlay of {outlay} 10^4 CNY; {energy} tce and {co2} tCO2 are saved",
        "{years} 年规划，{zones} 个园区：现有措施无法达到全部目标；最接近的方案费用 {cost} 万元（{price_year} 年价格，折现至首年），投资 {outlay} 万元；累计节能 {energy} 吨标准煤、减排 {co2} 吨二氧化碳",
    ),
    "note.plan_scenario": (
        "  without measures it goes on after {base} as in the scenario {scenario}",
        "  无措施时 {base} 年之后按情景“{scenario}”发展",
    ),
    "note.plan_as_given": (
        "  without measures it goes on as the account itself says of the years of the plan",
        "  无措施时按核算中规划各年的数据",
    ),
    "note.plan_measure": (
        "  {measure} ({status:status}): from {first} on; acts on {amount} {unit} in {last}, which saves {co2} tCO2 then; cost of all years {cost} 10^4 CNY",
        "  {measure}（{status:status}）：自 {first} 年起；{last} 年作用 {amount} {unit}，当年减排 {co2} 吨二氧化碳；规划期费用 {cost} 万元",
    ),
    "note.plan_met": (
        "  {goal}, {zone}, {year}: {value} against {limit}{unit}, met",
        "  {goal}，{zone}，{year} 年：{value}，限值 {limit}{unit}，达到",
    ),
    "note.plan_missed": (
        "  {goal}, {zone}, {year}: {value} against {limit}{unit}, {short} short, out of reach",
        "  {goal}，{zone}，{year} 年：{value}，限值 {limit}{unit}，差 {short} 无法达到",
    ),
    "note.plan_unclear": (
        "  {goal}, {zone}, {year}: against {limit}{unit}, not known: there is no such ratio in the account of the plan",
        "  {goal}，{zone}，{year} 年：限值 {limit}{unit}，未知：规划后的核算中该比值不成立",
    ),
    "note.plan_price": (", {price} CNY/tCO2", "，{price} 元/吨二氧化碳"),
    "note.plan_half": (
        "; it is done whole, and {part} of it stand by {last}",
        "；该措施须整体实施，至 {last} 年完成 {part}",
    ),
    "note.plan_probability": (
        "  limits are tightened so that each goal is met with a probability of {p}",
        "  限值已收紧，使各目标分别以 {p} 的概率达到",
    ),
    "note.plan_tighter": (" (planned for {by} less)", "（按收紧 {by} 规划）"),
    "note.plan_reaches": ("; with a probability of {p}", "；概率 {p}"),
    "note.plan_points": ("{points} percentage points", "{points} 个百分点"),
    "note.plan_goal_peak": ("highest CO2 by", "碳达峰年份"),
    "note.plan_goal_budget": ("CO2 of all years", "规划期二氧化碳总量"),
    "note.plan_goal_capital": ("outlay of all years", "规划期投资"),
    "plan.curve_year": (
        "the year of an abatement curve must be one of the account ({years}); got {year}; for a year to come call "
        "zonecarbon.extend(account, 'baseline', until={year}) first",
        "减排成本曲线的年份须为核算中的年份（{years}）；收到 {year}；今后年份请先调用 "
        "zonecarbon.extend(account, 'baseline', until={year})",
    ),
    "note.plan_shadow": (
        "; one more {unit} would save {price} CNY",
        "；放宽 1 {unit} 可节省 {price} 元",
    ),
    "note.plan_no_shadow_nearer": (
        "; no shadow price: more of it would bring the plan nearer to what is out of reach, and not save money",
        "；无影子价格：放宽后将用于接近无法达到的目标，而非节省费用",
    ),
    "note.plan_no_shadow_tied": (
        "; no shadow price is told: what it would save could not be told apart from what other goals would",
        "；不给出影子价格：放宽的作用无法与其他目标区分",
    ),
    "note.plan_no_shadow_either": (
        "; no shadow price is told: more of it would bring the plan nearer to what is out of reach, or what it would "
        "save could not be told apart from what other goals would",
        "；不给出影子价格：放宽后将用于接近无法达到的目标，或放宽的作用无法与其他目标区分",
    ),
    "note.plan_not": ("  {goal} is not planned for: {why}", "  {goal} 未纳入规划：{why}"),
    "note.curve": (
        "cost of CO2 abated in {year}, {zone}, measures of {set}, from the cheapest alone on",
        "{year} 年减排成本，{zone}，措施集“{set}”，按单独成本由低到高",
    ),
    "note.curve_row": (
        "  {measure} ({status:status}): {price} CNY/tCO2 for {co2} tCO2 more; alone {alone} CNY/tCO2 for {alone_co2} tCO2",
        "  {measure}（{status:status}）：新增减排 {co2} 吨，{price} 元/吨；单独实施 {alone_co2} 吨，{alone} 元/吨",
    ),
    "note.assurance": (
        "under the uncertainty of the scenario {scenario}, {draws} draws, the plan meets",
        "在情景“{scenario}”的不确定性下（抽样 {draws} 次），规划达到各目标的概率",
    ),
    "note.assured_goal": (
        "  {goal}, {zone}, {year}: with a probability of {p}",
        "  {goal}，{zone}，{year} 年：概率 {p}",
    ),
    "note.assured_milestone": (
        "  milestone {goal}, {year}: with a probability of {p}",
        "  里程碑 {goal}，{year} 年：概率 {p}",
    ),
    "note.assured_error": (" (+/- {error})", "（±{error}）"),
    "note.extended": (
        "{first} to {last} are no measurements: the account goes on from {base} under the scenario {scenario}",
        "{first} 至 {last} 年并非实测：由 {base} 年按情景“{scenario}”延伸",
    ),
    "note.measures": (
        "with measures of the set {set}, in this order: {measures}",
        "已计入措施集“{set}”的措施，按顺序为：{measures}",
    ),
    "scenario.level_flows": (
        "this needs a scenario of level carriers, which moves the flows of an account; {scenario!r} is of level {level}; "
        "name another",
        "此处需要层级为 carriers 的情景（按能源品种变化）；{scenario!r} 的层级为 {level}；请换用其他情景",
    ),
    # -- scenarios -------------------------------------------------------------------------------------------------
    "scenario.unknown": (
        "a scenario must be a shipped name, a path or a record; got {name!r}{nearest}; shipped are {known}",
        "情景须为随附名称、路径或记录；收到 {name!r}{nearest}；随附：{known}",
    ),
    "scenario.base": (
        "a scenario must in the end have a base without a base; {name!r} comes back to {base!r}; name another base",
        "情景的基础情景最终须不再有基础；{name!r} 又回到 {base!r}；请改用其他基础情景",
    ),
    "scenario.fields_missing": (
        "a record must have the fields of its kind; {kind} came without {fields}; add them, or change the kind",
        "记录须有其类型所需的字段；{kind} 缺少 {fields}；请补充，或更改类型",
    ),
    "scenario.fields_extra": (
        "a record must have only the fields of its kind, {allowed}; {kind} came with {fields}; remove them, or change the "
        "kind",
        "记录只能有其类型的字段（{allowed}）；{kind} 另有 {fields}；请删去，或更改类型",
    ),
    "scenario.rate": (
        "a rate must be above -100 % a year; {rate:.6g} came for the years {years}; write a smaller fall (0.05 or '5 %')",
        "年变化率须高于 -100 %；{years} 年收到 {rate:.6g}；请减小降幅（写作 0.05 或 '5 %'）",
    ),
    "scenario.rate_high": (
        "a level must not more than double in a year; it grows by {rate:.4g} in {year}; write '6 %' or 0.06 for six per "
        "cent, and a goal as a multiple of the base year (0.84 for 16 % less)",
        "水平一年内不得翻倍以上；{year} 年增长 {rate:.4g}；百分之六写作 '6 %' 或 0.06，目标写作基年的倍数（下降 16 % 为 0.84）",
    ),
    "scenario.steps_gap": (
        "every year must have a step; {year} has none; let the step before it go on, or start the next one there",
        "每一年都须有对应的阶段；{year} 年没有；请延长前一阶段，或让后一阶段从该年开始",
    ),
    "scenario.steps_overlap": (
        "steps must follow each other in order of years; {year} is in two; start the later one after the earlier one ends",
        "各阶段须按年份先后衔接；{year} 年同属两个阶段；请让后一阶段在前一阶段结束后开始",
    ),
    "scenario.steps_order": (
        "a step must not end before it starts; it goes from {first} to {last}; correct start or until",
        "阶段的结束不得早于开始；现为 {first} 年至 {last} 年；请更正 start 或 until",
    ),
    "scenario.steps_open": (
        "only the last step may be open; step {step} (counted from 0) does not say where it starts, nor the one before "
        "where it ends; add start or until",
        "只有最后一个阶段可以不限定；第 {step} 个阶段（从 0 计）未写开始，前一阶段也未写结束；请补充 start 或 until",
    ),
    "scenario.width": (
        "the width of an S-curve must be above zero years; got {width:.6g}; give the years from 10 % to 90 % of the way",
        "S 曲线的宽度须大于零（年）；收到 {width:.6g}；请给出从 10 % 到 90 % 所需的年数",
    ),
    "scenario.midpoint": (
        "the midpoint of an S-curve must be a year from {first} to {last}; got {midpoint:.6g}; give the year of the "
        "steepest change",
        "S 曲线的中点须为 {first} 至 {last} 的年份；收到 {midpoint:.6g}；请给出变化最快的年份",
    ),
    "scenario.sd": (
        "a standard deviation must be above zero and at most 0.5; got {sd:.6g}; write 0.015 or '1.5 %' for 1.5 percentage "
        "points, and leave the uncertainty out where there is none",
        "标准差须大于零且不超过 0.5；收到 {sd:.6g}；1.5 个百分点写作 0.015 或 '1.5 %'，无不确定性时请删去该项",
    ),
    "scenario.limits": (
        "limits must be in the order low <= mode <= high, with low < high; got {low}, {mode}, {high}; correct them",
        "上下限须满足 low <= mode <= high 且 low < high；收到 {low}、{mode}、{high}；请更正",
    ),
    "scenario.rho": (
        "rho must be from 0 (every year anew) to 1 (one draw for the whole path); got {rho:.6g}; correct it",
        "rho 须在 0（逐年独立）至 1（全程一次抽样）之间；收到 {rho:.6g}；请更正",
    ),
    "scenario.shocks": (
        "a path may have one shock of each zone's own and one shared by all zones; got {n} with two of one sort; join the "
        "two into one, or make one of them shared",
        "一条路径至多有一个各园区独立的冲击和一个共同冲击；收到 {n} 个，其中两个同类；请合并，或将其一设为共同冲击",
    ),
    "scenario.ratio": (
        "a ratio must be above zero tce of the target for a tce of the source; got {ratio:.6g}; correct it",
        "替代比须大于零（替代 1 吨标准煤来源所需目标品种的吨标准煤数）；收到 {ratio:.6g}；请更正",
    ),
    "scenario.shift_self": (
        "a shift must move energy to another carrier or supply; source and target are both {target}; change one of them",
        "转移须转向另一品种或另一供应方式；来源与目标同为 {target}；请更改其一",
    ),
    "scenario.shift_name": (
        "shifts must have names of their own, unlike the drivers'; {shift!r} is taken; rename it",
        "各转移的名称不得重复，也不得与驱动因素同名；{shift!r} 已被占用；请改名",
    ),
    "scenario.of_other_level": (
        "a scenario of level {level} must keep to its own drivers, {allowed}; this field is of the other level; remove it, "
        "or change the level",
        "层级为 {level} 的情景只能使用其驱动因素（{allowed}）；此字段属于另一层级；请删去，或更改层级",
    ),
    "scenario.structure_sectors": (
        "value added by sector must be given once; {sector} has a path of its own beside structure; remove one of the two",
        "分行业增加值只能给出一次；{sector} 在 structure 之外另有路径；请删去其一",
    ),
    "scenario.override_uncertain": (
        "the path of one zone or sector must be without uncertainty, which is the scenario's; {driver} has one; remove it "
        "there",
        "单个园区或行业的路径不得带不确定性（由情景统一给出）；{driver} 带有；请在该处删去",
    ),
    "scenario.share_sum": (
        "shares of a year must sum to one; those of {year} sum to {total:.10g}; correct them, or add 'other'",
        "同一年的份额之和须为 1；{year} 年之和为 {total:.10g}；请更正，或补充“其他”",
    ),
    "scenario.share_range": (
        "a share must be from 0 to 1; {item} in {year} has {share:.6g}; correct it",
        "份额须在 0 至 1 之间；{year} 年 {item} 为 {share:.6g}；请更正",
    ),
    "scenario.share_overlap": (
        "each carrier must stand in one word of a row; in {year} {carrier:carrier} is in {a!r} and in {b!r}; take one of them out",
        "一行中每个品种只能属于一个词；{year} 年{carrier:carrier}同属 {a!r} 与 {b!r}；请去掉其一",
    ),
    "scenario.share_members": (
        "a share above zero must have something to be a share of; {item} has {share:.6g} in {year} and nothing belongs to "
        "it here; give the share to another word",
        "大于零的份额须有所属对象；{year} 年 {item} 的份额为 {share:.6g}，而此处无所属；请将份额归于其他词",
    ),
    "scenario.correlation_size": (
        "a correlation matrix must have a row and a column for each of its {n} drivers; its rows have {rows} numbers; "
        "complete it",
        "相关矩阵的行数与列数须等于驱动因素个数 {n}；各行数字个数为 {rows}；请补全",
    ),
    "scenario.correlation_twice": (
        "each driver must stand once in a correlation; {drivers} stands twice; remove one",
        "相关矩阵中每个驱动因素只能出现一次；{drivers} 重复；请删去其一",
    ),
    "scenario.correlation_diagonal": (
        "a driver must have correlation 1 with itself; {driver} has {value:.6g}; write 1 on the diagonal",
        "驱动因素与自身的相关系数须为 1；{driver} 为 {value:.6g}；请将对角线写为 1",
    ),
    "scenario.correlation_symmetric": (
        "a correlation matrix must be symmetric; {pair} has {a:.6g} above and {b:.6g} below the diagonal; make them equal",
        "相关矩阵须对称；{pair} 在对角线上方为 {a:.6g}、下方为 {b:.6g}；请改为相等",
    ),
    "scenario.correlation_range": (
        "a correlation must be from -1 to 1; {pair} has {value:.6g}; correct it",
        "相关系数须在 -1 至 1 之间；{pair} 为 {value:.6g}；请更正",
    ),
    "scenario.correlation_definite": (
        "correlations must be possible together (positive semidefinite); {pair} with {value:.6g} does not fit the others; "
        "bring it nearer to zero",
        "各相关系数须能同时成立（半正定）；{pair} 的 {value:.6g} 与其他系数不相容；请使其更接近零",
    ),
    "scenario.correlation_driver": (
        "a correlation must be of drivers that have a path; {driver} has none here; take one of {known}, or add its path",
        "相关系数须针对有路径的驱动因素；此处 {driver} 没有路径；请采用 {known} 之一，或补充其路径",
    ),
    "scenario.correlation_certain": (
        "a correlated driver must have an uncertainty; {driver} has none; add one, or take it out of the correlation",
        "有相关关系的驱动因素须带不确定性；{driver} 没有；请补充，或将其移出相关矩阵",
    ),
    "scenario.correlation_scope": (
        "correlated drivers must have shocks of one scope; of {pair} one is each zone's own and the other shared by all; "
        "give both the same scope, or write 0",
        "有相关关系的驱动因素须有同一范围的冲击；{pair} 中一为各园区独立，一为共同；请统一范围，或写 0",
    ),
    "scenario.correlation_rho": (
        "correlated drivers must have the same rho; {pair} have {a:.6g} and {b:.6g}; make them equal",
        "有相关关系的驱动因素须有相同的 rho；{pair} 分别为 {a:.6g} 与 {b:.6g}；请改为相等",
    ),
    "scenario.goal": (
        "the goal of a level must be above zero, a multiple of the base year; got {goal:.6g} ({kind}); for 16 % less write "
        "0.84, for nearly nothing a small number",
        "水平的目标须大于零（为基年的倍数）；收到 {goal:.6g}（{kind}）；下降 16 % 写作 0.84，接近于零请写一个小数值",
    ),
    "scenario.goal_year": (
        "a goal year must be after the last year of the account, {base_year}; the goal is for {year}; give a later year",
        "目标年须晚于核算的最后一年 {base_year}；所给目标年为 {year}；请给出更晚的年份",
    ),
    "scenario.table_base": (
        "a table of a level must reach back to the last year of the account, {year}; it begins in {first}; add that year",
        "水平的年份表须追溯到核算的最后一年 {year}；现从 {first} 年开始；请补充该年",
    ),
    "scenario.table_year": (
        "a table without interpolation must have every year; {year} is missing; add it, or choose linear or geometric",
        "不插值的年份表须逐年给出；缺少 {year} 年；请补充，或选择 linear 或 geometric",
    ),
    "scenario.after": (
        "a path with after = 'refuse' must reach the horizon; it ends in {last} and {year} is asked for; add years, or "
        "choose hold or continue",
        "after = 'refuse' 的路径须覆盖到展望期末；它止于 {last} 年，而需要 {year} 年；请补充年份，或选择 hold 或 continue",
    ),
    "scenario.level": (
        "a level must be a number above zero in every year, so no rate may be -100 % or below; it comes to {level:.6g} in "
        "{year}; change the path there",
        "各年水平须为大于零的数值（年变化率不得为 -100 % 或更低）；{year} 年为 {level:.6g}；请更改该处路径",
    ),
    "scenario.share": (
        "a share must stay from 0 to 1; it comes to {share:.6g} in {year}; choose a smaller rate, or a goal with a year",
        "份额须保持在 0 至 1 之间；{year} 年为 {share:.6g}；请减小变化率，或改用带年份的目标",
    ),
    "scenario.geometric_zero": (
        "a geometric path must start and end above zero; it is zero or below in {year}; choose linear or logistic",
        "几何路径的起点与终点须大于零；{year} 年为零或更低；请选择 linear 或 logistic",
    ),
    "scenario.shifts": (
        "at most {limit} shifts may be uncertain; got {count}; take the uncertainty from some of them",
        "不确定的替代路径最多 {limit} 条；收到 {count} 条；请去掉其中一部分的不确定性",
    ),
    "scenario.no_zone": (
        "zones named must be zones of the account; not among them: {zones}; correct the names, the account has {known}",
        "所列园区须为核算结果中的园区；其中没有：{zones}；请更正名称，核算中有 {known}",
    ),
    "scenario.no_sector": (
        "sectors named must be sectors of the account; not among them: {sectors}; the account has {known}: give energy and "
        "value added by sector, or leave them out",
        "所列行业须为核算结果中的行业；其中没有：{sectors}；核算中有 {known}：请按行业提供能耗和增加值，或删去这些行业",
    ),
    # -- projections --------------------------------------------------------------------------------------------------
    "project.account": (
        "project needs an account; got {got}; call zonecarbon.account(...) first",
        "预测需要核算结果；收到 {got}；请先调用 zonecarbon.account(...)",
    ),
    "project.empty": (
        "the account must have at least one zone and one year; it has none; read data with rows first",
        "核算结果须至少有一个园区和一个年份；现在没有；请先读入有数据的表",
    ),
    "project.until": (
        "until must be a year from {first} to {last}; got {until!r}; the projection starts after the account's last year",
        "until 须为 {first} 到 {last} 的年份；收到 {until!r}；预测从核算的最后一年之后开始",
    ),
    "executor.kind": (
        "executor must be a concurrent.futures.Executor; got {got}; give a ThreadPoolExecutor, a ProcessPoolExecutor or"
        " Client.get_executor() of a dask cluster, or leave it out",
        "executor 须为 concurrent.futures.Executor；收到 {got}；请给出 ThreadPoolExecutor、ProcessPoolExecutor"
        " 或 dask 集群的 Client.get_executor()，或省略",
    ),
    "executor.closed": (
        "executor must take work; it refused: {detail}; use it inside its with block, or make a new one",
        "executor 须能接受任务；它拒绝了：{detail}；请在其 with 语句内使用，或新建一个",
    ),
    "parts.units": (
        "printed figures of {name} must have one unit in all parts; {first} and {other} came; write them in one unit",
        "各批次中 {name} 的单位须一致；先有 {first}，后有 {other}；请统一单位",
    ),
    "totals.out": (
        "out must be a float64 array of shape {want}; got {got}; make it with numpy.empty, or leave it out",
        "out 须为形状 {want} 的 float64 数组；收到 {got}；请用 numpy.empty 建立，或省略",
    ),
    "portions.size": (
        "size, the zones in a part, must be a whole number from 1; got {got}; 10000 is a good start",
        "每批园区数（size）须为不小于 1 的整数；收到 {got}；可从 10000 开始",
    ),
    "portions.source": (
        "what is read in parts must be a Parquet file, or a folder of them (energy.parquet ...); got {path}; write the"
        " table with DataFrame.to_parquet, or use read, which takes it whole",
        "分批读取的须为 Parquet 文件或其文件夹（energy.parquet 等）；收到 {path}；请用 DataFrame.to_parquet 转存，或用 read 整体读取",
    ),
    "portions.scattered": (
        "the rows of a zone must stand together to be read in parts; {zone} comes again after row {first} ({n} times a"
        " zone does); sort the table by zone and write it again",
        "分批读取时同一园区的行须相连；{zone} 在第 {first} 行之后再次出现（共 {n} 处）；请按园区排序后重新写出",
    ),
    "parts.twice": (
        "each zone must be in one part; {zones} came again; read the parts with read_parts, or give accounts of"
        " different zones",
        "每个园区只能在一个批次中；{zones} 重复出现；请用 read_parts 分批读取，或给出不同园区的核算结果",
    ),
    "parts.choices": (
        "accounts that are checked together must be made alike; {name} differs: {first} and {other}; use one method for"
        " all parts",
        "一并考核的核算结果须口径一致；{name} 不同：{first} 与 {other}；请对所有批次使用同一方法",
    ),
    "parts.kind": (
        "parts must all be accounts; got {got} after {n} of them; account each part first",
        "各批次须均为核算结果；第 {n} 个之后收到 {got}；请先对每批核算",
    ),
    "executor.broken": (
        "a worker must live until its job is done; the pool broke ({why}); the jobs without an answer are done again"
        " here, so that the result is whole; look for what ended the worker (often memory)",
        "执行器的工作进程须存活至任务完成；执行器已中断（{why}）；未得到答案的任务改在本进程重做，结果完整；请查明进程终止的原因（常为内存不足）",
    ),
    "project.helper": (
        "{name} must be {rule:rule}; got {got}; leave it out, or give one",
        "{name} 须为{rule:rule}；收到 {got}；请删去，或给出一个",
    ),
    "cli.parts_csv": (
        "an account in parts must be written as CSV by zone and year; got another form; add --format csv and leave out"
        " --by and --explain",
        "分批核算须按园区和年份输出 CSV；所选形式不符；请加 --format csv，并去掉 --by 与 --explain",
    ),
    "cli.parts_sheets": (
        "what is read in parts must be Parquet, which has no sheets; got --sheets; leave it out",
        "分批读取的须为 Parquet，无工作表；收到 --sheets；请去掉",
    ),
    "cli.workers": (
        "workers must be a whole number from 1; got {got}; 2 is one for each of two cores",
        "workers 须为不小于 1 的整数；收到 {got}；双核可用 2",
    ),
    "project.draws": (
        'draws must be a whole number from 1, or "auto"; got {got!r}; 10000 is a usual choice',
        'draws 须为不小于 1 的整数或 "auto"；收到 {got!r}；常用 10000',
    ),
    "project.quantiles": (
        "quantiles must lie between 0 and 1; got {got}; give fractions such as 0.05",
        "分位数须在 0 与 1 之间；收到 {got}；请用小数，如 0.05",
    ),
    "project.precise": (
        "precision must be a number above 0; got {got!r}; 0.005 is half a percentage point",
        "precision 须为大于 0 的数；收到 {got!r}；0.005 即半个百分点",
    ),
    "project.budget_value": (
        "a budget must be a finite number [tCO2]; got {got!r}; leave it out if it is not known",
        "预算须为有限的数 [tCO2]；收到 {got!r}；未知时请不要给出",
    ),
    "project.rng": (
        "rng must be a whole number from 0, a numpy Generator, or None; got {got}; give a seed such as 7",
        "rng 须为不小于 0 的整数、numpy 的 Generator 或 None；收到 {got}；请给出种子，如 7",
    ),
    "reason.outside": (
        "{year} is not among the years of the account and the projection, {first} to {last}",
        "{year} 年不在核算与预测的年份 {first} 至 {last} 之内",
    ),
    "note.project_goal": (
        "no probability for {target}: {reason}",
        "{target} 无法给出概率：{reason}",
    ),
    "project.left_out": (
        "all zones together need the {what:what} of every zone in the last year of the account; it is known for {known} of {n}, left out are {zones}; fill the gaps, or read the sum as that of the rest",
        "合计需要全部园区在核算最后一年的{what:what}；{n} 个园区中已知 {known} 个，未计入 {zones}；请补齐数据，或将合计视为其余园区之和",
    ),
    "project.gaps": (
        "a peak needs CO2 of every year; of {zones} some years up to {base} are not known; fill them, no peak year is told without",
        "判断达峰需要各年 CO2；{zones} 在 {base} 年及以前有年份未知；请补齐，否则不给出达峰年份",
    ),
    "project.constant": (
        "a scenario should say where each driver goes; {drivers:driver} are not given and stay as in {base}; give a path for each "
        "that will change",
        "情景应给出各驱动因素的路径；未给出{drivers:driver}，按 {base} 年不变处理；会变化的请给出路径",
    ),
    "project.rises": (
        "an intensity or a factor usually falls; {drivers:driver} rise up to {until}; check the sign of the rates",
        "强度与因子通常下降；{drivers:driver}至 {until} 年上升；请核对变化率的正负号",
    ),
    "project.lost": (
        "a projection of CO2 needs what every line emits; of {zones} it is not known: the scenario moves energy to a carrier "
        "without a CO2 factor there, or value added to a sector without energy; give the factor, the province, or the sector's data",
        "预测 CO2 需要各项的排放；{zones} 未知：情景将能源转向当地没有因子的品种，或将增加值转向没有能耗的行业；请补充因子、省份或行业数据",
    ),
    "project.untouched": (
        "shifts, mix and grid factor act on carriers; {zones} are known by reported totals, which follow value added and energy "
        "intensity alone; give energy by carrier to let them act",
        "品种替代、结构与电网因子作用于分品种能耗；{zones} 只有上报总量，仅随增加值与能耗强度变化；如需计入请提供分品种能耗",
    ),
    "project.beyond_goal": (
        "a share should rise to its goal; in {count} zones the shift {shift} starts above it and they stay where they are; "
        "set a higher goal, or a mix",
        "份额应向目标上升；{count} 个园区在替代路径 {shift} 上已高于目标，保持不变；请提高目标或改用 mix",
    ),
    "project.rises_again": (
        "a peak should be followed by a fall; {zones} rise to the end of the projection without shocks and stay below an old "
        "maximum only so far; look at the path, or at a later year",
        "达峰之后应下降；{zones} 在无冲击路径上直到预测末年仍在上升，只是尚未超过原有最高值；请查看路径或更晚的年份",
    ),
    "project.skipped": (
        "a peak needs every year; the account has {years} only; add the years between, a peak there would not be seen",
        "判断达峰需要逐年数据；核算只有 {years} 年；请补齐其间年份，否则其间的峰值无从得知",
    ),
    "project.precision": (
        "the largest standard error should be at most {precision:g}; it is {reached:.2g} with {draws} draws; give draws= for more",
        "最大标准误差应不超过 {precision:g}；抽样 {draws} 次后为 {reached:.2g}；可用 draws= 增加次数",
    ),
    "note.conditional": (
        "These probabilities hold under the scenario {scenario}; {assumed} of its {told} paths and spreads are assumptions",
        "以上概率以情景“{scenario}”为条件；其 {told} 项路径与不确定性中有 {assumed} 项为假设",
    ),
    "note.assumed": (" (marked so, or spreads without a status)", "（标明为假设，或为未注明来源状态的不确定性）"),
    "note.certain": ("yes, without uncertainty", "是（情景无不确定性）"),
    "note.certain_not": ("no, without uncertainty", "否（情景无不确定性）"),
    "note.all_draws": ("100 % (all of {n} draws)", "100 %（{n} 次抽样全部满足）"),
    "note.no_draw": ("0 % (none of {n} draws)", "0 %（{n} 次抽样均不满足）"),
    "note.all_zones": ("all zones", "全部园区"),
    "note.outlook_of": (
        "Under the scenario {scenario}, the highest of all years to {last} ({draws} draws, {sampling:sampling}, seed {seed}):",
        "情景“{scenario}”下，至 {last} 年各年中最高的年份（抽样 {draws} 次，{sampling:sampling}，种子 {seed}）：",
    ),
    "note.outlook_head": (
        "{n} zones, if the scenario holds: highest year within the data {peaked}, after it {projected}, none before the horizon "
        "{rising}, unknown {insufficient}; draws are counted, history is not tested",
        "{n} 个园区，按该情景推断：最高年份在数据期内 {peaked} 个，在其后 {projected} 个，期末前不出现 {rising} 个，未知 "
        "{insufficient} 个；以上为抽样计数，未作历史数据检验",
    ),
    "note.outlook_peaked": (
        "{zone}: highest year within the data, {peak_year}, at {value} CO2, in most draws (median year; {share} of draws: {first_year} to {last_year}); "
        "probability of a peak before {horizon}: {chance}",
        "{zone}：多数抽样的最高年份在数据期内，为 {peak_year} 年，{value} CO2（中位年份；{share} 的抽样在 {first_year} 至 {last_year} 年）；"
        "{horizon} 年前达峰的概率 {chance}",
    ),
    "note.outlook_projected": (
        "{zone}: peak in {peak_year} at {value} CO2 (medians; {share} of draws: {first_year} to {last_year}); probability of a peak before "
        "{horizon}: {chance}",
        "{zone}：{peak_year} 年达峰，峰值 {value} CO2（中位数；{share} 的抽样在 {first_year} 至 {last_year} 年）；"
        "{horizon} 年前达峰的概率 {chance}",
    ),
    "note.outlook_rising": (
        "{zone}: no peak before {horizon} in most draws; probability of a peak before it: {chance}",
        "{zone}：多数抽样在 {horizon} 年前不达峰；此前达峰的概率 {chance}",
    ),
    "note.outlook_unknown": (
        "{zone}: not known, because CO2 of some past years is not",
        "{zone}：未知，因为以往有年份的 CO2 未知",
    ),
    "note.project_head": (
        "Scenario {scenario}: {zones} zones, {first} to {last}, {draws} draws ({sampling:sampling}, seed {seed})",
        "{scenario}：{zones} 个园区，{first}—{last} 年，抽样 {draws} 次（{sampling:sampling}，种子 {seed}）",
    ),
    "note.project_co2": (
        "CO2 of all zones, median ({share} range): {rows}",
        "全部园区 CO2，中位数（{share} 区间）：{rows}",
    ),
    "note.project_peak_by": ("Probability that the peak has come by: {rows}", "到该年（含）已达峰的概率：{rows}"),
    "note.project_peak": (
        "Peak (highest of all years to {last}): median year {median} ({low} to {high}), at {value} CO2 (median); probability "
        "of a peak before {last}: {within}",
        "达峰（至 {last} 年各年最高）：中位年份 {median}（{low} 至 {high}），峰值中位数 {value} CO2；{last} 年前达峰的概率 {within}",
    ),
    "note.project_peak_unknown": (
        "Peak: not known, because CO2 of some years is not",
        "达峰：未知，因为有年份的 CO2 未知",
    ),
    "note.project_target": (
        "{target} in {year}: probability {p}",
        "{target}（{year} 年）：概率 {p}",
    ),
    "note.project_budget": (
        "Cumulative CO2 within {budget}: probability {p}",
        "累计 CO2 不超过 {budget}：概率 {p}",
    ),
    # -- pictures --------------------------------------------------------------------------------------------------
    "plot.result": (
        "{chart} must be given {needed}; got {got}; pass the result itself",
        "{chart} 需要 {needed}；收到 {got}；请传入计算结果本身",
    ),
    "plot.axes": (
        "ax must be matplotlib axes, or None; got {got}; pass axes, for example figure.add_subplot()",
        "ax 须为 matplotlib 坐标轴或 None；收到 {got}；请传入坐标轴，例如 figure.add_subplot()",
    ),
    "plot.chart": (
        "matplotlib axes or a figure must be given; got {got}; pass what a chart function returns",
        "须传入 matplotlib 坐标轴或图形；收到 {got}；请传入绘图函数的返回值",
    ),
    "plot.image": (
        "a chart for SVG must be of lines, areas and text; this figure has an image in it; save it with savefig",
        "转为 SVG 的图须只含线、面与文字；此图含有位图；请用 savefig 保存",
    ),
    "plot.limits": (
        "limits must be positive figures; got {got}; give them in tce per 10^4 yuan",
        "界限须为正数；收到 {got}；请以吨标准煤/万元给出",
    ),
    "plot.no_intensity": (
        "the check must hold energy per value added by zone; year {year} does not; pass an account, or a check of one",
        "考核结果须含各园区单位工业增加值综合能耗；{year} 年没有；请传入核算结果，或由核算结果所得的考核",
    ),
    "plot.no_font": (
        "a font with Chinese letters must be installed to draw them as pixels; none was found; install one, for "
        "example Noto Sans CJK SC (fonts-noto-cjk), or use zonecarbon.plots.to_svg, where text stays text",
        "将中文绘为像素图须安装中文字体；未找到；请安装一种，例如 Noto Sans CJK SC（fonts-noto-cjk），或使用 "
        "zonecarbon.plots.to_svg，其中文字保持为文字",
    ),
    "missing": (
        "{package} must be installed for this; it is not; pip install 'zonecarbon[{extra}]'",
        "此功能需要安装 {package}；现在没有；请运行 pip install 'zonecarbon[{extra}]'",
    ),
    "scenario.moved_start": (
        "nothing has moved in the base year, which is as the account has it; the table says {value:.6g} in {year}; count the "
        "share that moves from that year on, or use measure = 'share'",
        "基年以核算为准，尚无转移；表中 {year} 年为 {value:.6g}；请从该年起计算转移份额，或用 measure = 'share'",
    ),
    "scenario.deviation": (
        "an uncertainty must not bring a rate to -100 % or below; in {year} the rate {rate:.6g} may deviate by {lowest:.6g}; "
        "choose the shape lognormal, or a narrower one",
        "不确定性不得使年变化率达到 -100 % 或更低；{year} 年变化率 {rate:.6g} 的偏差可达 {lowest:.6g}；请采用 lognormal 或更窄的分布",
    ),
    # -- warnings --------------------------------------------------------------------------------------------------
    "account.proxies": (
        "{fuels} has no CO2 row for some carriers; the factor per unit of energy of a proxy stands in: {pairs:carrier}; give a row of "
        "your own, or proxies='refuse' (--set proxies=refuse)",
        "{fuels} 缺少部分品种的 CO2 因子；以替代品种的单位热值因子代替：{pairs:carrier}；可自备因子表，或用 proxies='refuse'（命令行 --set proxies=refuse）",
    ),
    "account.editions": (
        "{edition} has no standard-coal row for some carriers; another table stands in: {pairs:carrier}; give a measured heat value "
        "where there is one",
        "{edition} 缺少部分品种的折标系数；以其他表代替：{pairs:carrier}；如有实测热值请给出",
    ),
    "account.unread": (
        "every row needs a carrier that is known; rows whose carrier could not be read are set aside at {places}; energy and CO2 are "
        "unknown there until it is corrected",
        "每行的能源品种须可识别；以下园区和年份有品种无法识别而被搁置的行：{places}；更正之前其能耗与 CO2 均为未知",
    ),
    "account.no_co2": (
        "there is no CO2 factor under method {method} for {items:grid}; their CO2 is unknown (energy is accounted); add a row in a "
        "table of your own, choose one in the method, or name the province of the zone",
        "方法 {method} 下{items:grid}没有 CO2 因子；其 CO2 为未知（能耗照常核算）；请用自备因子表补充，在方法中指定，或填写园区所在省份",
    ),
    "account.certificates_twice": (
        "certificates count 0 and the rest at the {kind:grid} factor, which contains traded green power already: green power counts twice; only a "
        "residual factor goes with them; use electricity='national_residual' (--set electricity=national_residual)",
        "绿证按 0 计，其余按{kind:grid}因子计，而后者已含市场化绿电，绿电被重复计算；绿证只应与剩余因子同用；请用 electricity='national_residual'（命令行 --set electricity=national_residual）",
    ),
    "account.sets_idle": (
        "every set of a table of one's own should count; nothing uses {sets}, for the method names {known}; correct the "
        "name of the edition or factor set, or choose it in the method (editions, fuels)",
        "自备因子表的各因子集应被采用；未被采用：{sets}，而方法所用为 {known}；请更正版本或因子集名称，或在方法中选用（editions、fuels）",
    ),
    "account.rows_idle": (
        "every row of a table of one's own should count; these do not, though their carrier occurs: {rows:carrier}; check that the "
        "edition or factor set is one that the method uses",
        "自备因子表的各行应被采用；以下未被采用，而其品种出现于数据：{rows:carrier}；请检查版本或因子集名称是否为方法所用",
    ),
    "account.heat_value": (
        "energy and CO2 should stand on one heat value; that of a table of one's own counts for CO2 alone, energy stays at its coefficient "
        "(of the table / behind energy): {pairs:carrier}; to change energy too, give coefficients={{'{carrier}': '{choice}'}} "
        "(--set 'coefficients.{carrier}={choice}'), or ncv on the record instead",
        "能耗与 CO2 应以同一热值为据；自备因子表的热值仅用于 CO2，能耗仍按其折标系数（表中热值 / 能耗所据）：{pairs:carrier}；如须一并改变能耗，请用 "
        "coefficients={{'{carrier}': '{choice}'}}（命令行 --set 'coefficients.{carrier}={choice}'），或改在数据行填写 ncv",
    ),
    "account.heat_value_unit": (
        "a heat value of a table of one's own should be by mass or volume as its carrier is; these are not, and are not used: "
        "{items:carrier}; give them in the other unit",
        "自备因子表的热值须与品种同按质量或体积计；以下不符，未被采用：{items:carrier}；请换用相应单位",
    ),
    "account.grid_gap": (
        "a grid series of one's own should have every year within it; it has none for {items:grid}, where a shipped factor stands in; add "
        "rows for these years if it should not",
        "自备电网因子序列应逐年完整；缺少{items:grid}，以随附因子代替；如不应代替，请补充这些年份的行",
    ),
    "account.unsourced": (
        "every factor should name its source; these rows name none: {rows}; write it in the column source_id",
        "每个因子应注明来源；以下各行未注明：{rows}；请填写 source_id 列",
    ),
    "account.choice": (
        "{edition} prints a range for {carrier:carrier}, {low} to {high} {unit}; this library takes {choice}, a choice of its own; give a "
        "measured heat value, or coefficients={{'{carrier}': ...}} (--set 'coefficients.{carrier}=... {unit}'), where it is known",
        "{edition} 对{carrier:carrier}只给出范围 {low}～{high} {unit}；本库自行取 {choice}；如有实测热值请给出，或用 "
        "coefficients={{'{carrier}': …}}（命令行 --set 'coefficients.{carrier}=… {unit}'）指定",
    ),
    "account.certificates": (
        "certificates change nothing under the {kind:grid} factor, which contains traded green power already; electricity they cover counts "
        "at the factor; use electricity='national_residual' (--set electricity=national_residual) to let them count",
        "{kind:grid}因子已含市场化绿电，绿证不再抵减；绿证电力按该因子计；如需计入请用 electricity='national_residual'（命令行 --set electricity=national_residual）",
    ),
    "account.generation_implied": (
        "energy with supply onsite_fossil comes from fuel that is counted already; {places} list more use of {carrier:carrier} than "
        "generation, so the missing transformation_out is implied and nothing is counted twice; add the generation rows",
        "自备化石（onsite_fossil）供应的{carrier:carrier}来自已计入的燃料；{places} 的用量大于所列产出，已按缺失的加工转换产出处理以免重复；"
        "请补充产出行（transformation_out）",
    ),
    "account.export_covered": (
        "what leaves is subtracted once; in {places} the export of {carrier:carrier} is already covered by transformation_out and "
        "is not subtracted again; check that this is meant",
        "外供只扣除一次；{places} 的{carrier:carrier}外供已由加工转换产出扣除，不再重复扣除；请核对",
    ),
    "account.net_seller": (
        "more {carrier:carrier} leaves than comes in: {places}; its net energy is negative there; check that this is meant",
        "{carrier:carrier}净外供：{places}；该处净能耗为负；请核对",
    ),
    "account.reported_basis": (
        "a reported total counts only on the basis of the method ({basis:basis}); some are {bases:basis}; their energy is unknown; "
        "state the basis in the indicators table",
        "填报总量须与方法口径（{basis:basis}）一致才能采用；部分为{bases:basis}；其能耗为未知；请在指标表注明口径",
    ),
    "account.reported_unstated": (
        "a reported total is compared with its own rows where its basis is stated; some have none and are not compared; write 当量值 or "
        "等价值 into the heading or the column basis",
        "填报总量注明口径时才与分品种数据比对；部分总量未注明，未作比对；请在表头或 basis 列写明当量值或等价值",
    ),
    "account.reported_differs": (
        "the reported {what:what} of {zone} {year} should equal its own rows; reported {reported:.6g}, from the rows {own:.6g}; "
        "the rows count; find the difference",
        "{zone} {year} 填报的{what:what}应与分项一致；填报 {reported:.6g}，分项合计 {own:.6g}；以分项为准；请查明差异",
    ),
    "quantity.blank": (
        "a quantity is blank (row or cell {rows}); it counts as not known, not as zero; write 0 where nothing was used, or read a wide table with "
        "blank='not_used' (--blank not_used)",
        "数量为空（行或单元格 {rows}）；按未知处理而非零；确为零请填 0，宽表也可用 blank='not_used'（命令行 --blank not_used）读取",
    ),
    "economy.blank": (
        "value added is blank (row or cell {rows}); it counts as not known, and so do intensities over it; write it if it is known",
        "增加值为空（行或单元格 {rows}）；按未知处理，相应的强度也为未知；如已知请填写",
    ),
    "quality.no_energy": (
        "every zone needs its energy in every year; no row is there for {places}; energy and CO2 are unknown there; add the rows, with 0 "
        "where nothing was used",
        "各园区各年均须有能源数据；以下园区和年份没有能源数据行：{places}；其能耗与 CO2 为未知；请补充，未使用的填 0",
    ),
    "quality.no_money": (
        "a zone with energy needs its value added of that year; no row is there for {places}; intensities are unknown there; add the rows",
        "有能源数据的园区和年份须有工业增加值；以下没有工业增加值数据行：{places}；其强度为未知；请补充",
    ),
    "quality.no_year": (
        "years should follow each other; {years} have no data of any zone, the years around them do; add them if they were forgotten",
        "年份应连续；{years} 年没有任何园区的数据，而其前后年份均有；如系漏填请补充",
    ),
    "quality.gap": (
        "{carrier:carrier} of {zone} has no quantity in {year} but the year before and after; it counts as not used; add the row if "
        "it was forgotten",
        "{zone} 的{carrier:carrier}在 {year} 年无数量，而前后年均有；按未使用处理；如系漏填请补充",
    ),
    "quality.jump": (
        "{carrier:carrier} of {zone} in {year} is {ratio} times its other years, near 10^{power}; got {value} {unit}; if the unit "
        "slipped, it would be {likely} {unit} ({meant} for {unit})",
        "{zone} 的{carrier:carrier}在 {year} 年为其他年份的 {ratio} 倍，接近 10^{power}；收到 {value} {unit}；若为单位笔误，应为 {likely} {unit}（疑似将 {meant} 当作 {unit}）",
    ),
    "quality.change": (
        "{carrier:carrier} of {zone} is from {year} on {ratio} times the years before, near 10^{power}; got {value} {unit} in {year}; "
        "if the unit changed, that is {likely} {unit} as before ({meant} for {unit}, or the reverse before); give all years "
        "in one unit",
        "{zone} 的{carrier:carrier}自 {year} 年起为此前的 {ratio} 倍，接近 10^{power}；{year} 年收到 {value} {unit}；若为单位变更，按此前单位应为 {likely} {unit}（疑似将 {meant} 当作 {unit}，或此前相反）；各年请用同一单位",
    ),
    "quality.pair": (
        "{carrier:carrier} of {zone} in {year} is {ratio} times that in {other}, near 10^{power}; got {value} {unit} in {year}; if the "
        "unit slipped there, it would be {likely} {unit} ({meant} for {unit}); if in {other}, the reverse; look at both",
        "{zone} 的{carrier:carrier}在 {year} 年为 {other} 年的 {ratio} 倍，接近 10^{power}；{year} 年收到 {value} {unit}；若该年单位笔误，应为 {likely} {unit}（疑似将 {meant} 当作 {unit}）；若 {other} 年笔误则相反；请核对这两年",
    ),
    "quality.level": (
        "{carrier:carrier} of {zone} is in all its years {ratio} times what other zones make likely, near 10^{power}; got {value} {unit} "
        "in {year}; if the unit slipped, it would be {likely} {unit} ({meant} for {unit})",
        "{zone} 的{carrier:carrier}各年均为其他园区所示水平的 {ratio} 倍，接近 10^{power}；{year} 年收到 {value} {unit}；若为单位笔误，应为 {likely} {unit}（疑似将 {meant} 当作 {unit}）",
    ),
    "quality.swap": (
        "{carrier:carrier} and {other:carrier} of {zone} in {year} each fit the other's years; got {value} {unit} for {carrier:carrier}, "
        "{ratio} times what is likely; if the two were swapped, change them back",
        "{zone} 在 {year} 年的{carrier:carrier}与{other:carrier}互相符合对方的历年数值；{carrier:carrier}收到 {value} {unit}，为应有值的 {ratio} 倍；若两列互换，请换回",
    ),
    "quality.parts": (
        "a carrier and its parts must not both be counted; {carrier:carrier} of {zone} in {year} ({value} {unit}) is the sum of {other:carrier}; "
        "keep the one or the others",
        "同一能源的合计与分项不得重复计算；{zone} {year} 年的{carrier:carrier}（{value} {unit}）等于{other:carrier}之和；请只保留其一",
    ),
    "note.slips_none": (
        "no unit slip, swapped figure or doubled carrier was found",
        "未发现单位笔误、数值互换或重复计算的能源",
    ),
    "quality.boundary": (
        "a zone should keep its boundary; that of {zone} changes in {year} from {old!r} to {new!r}; rates across it are "
        "not taken",
        "园区边界应保持不变；{zone} 在 {year} 年由 {old!r} 变为 {new!r}；不跨边界计算变化率",
    ),
    # -- peaks -----------------------------------------------------------------------------------------------------
    "peak.parameter": (
        "a parameter must keep to {rule}; got {name} = {value}; correct it",
        "参数须满足 {rule}；收到 {name} = {value}；请更正",
    ),
    "peak.exact_long": (
        "an exact p-value is for at most {limit} values; got {n}; use method='auto', which is the same to many digits there",
        "精确 p 值最多用于 {limit} 个数值；收到 {n} 个；请用 method='auto'，此时两者几乎相同",
    ),
    "peak.ensemble": (
        "an ensemble has found its peaks already, without a test; got {names} as well; leave it out, or keep the draws and "
        "judge them as values",
        "集合的达峰年份在抽样时已确定，不作检验；另收到 {names}；请删去，或保留抽样后按数值判断",
    ),
    "peak.series": (
        "values must be a series over years, or several with time as the last axis; got {got}; pass a list or an array",
        "数值须为按年份排列的序列，或以时间为最后一轴的多个序列；收到 {got}；请传入列表或数组",
    ),
    "peak.source": (
        "peaks are found in an account, in values by zone and year, or in an ensemble; got {got}; call zonecarbon.account "
        "first, or pass the values with years= and zones=",
        "达峰判断的对象须为核算结果、园区×年份的数值或情景集合；收到 {got}；请先调用 zonecarbon.account，或传入数值并给出 years= 与 zones=",
    ),
    "peak.labels": (
        "an account has zones and years of its own; got {names} as well; leave it out",
        "核算结果自带园区与年份；另收到 {names}；请删去",
    ),
    "peak.grid_only": (
        "a peak should be the zone's own doing; with every year at the grid factors of the peak year the peak or fall "
        "is gone in {count} zones: {zones:bracketed} (status and change since the maximum, as accounted -> at those factors); see "
        "Account.co2_at_factors_of",
        "达峰应出自园区自身；各年均按峰值年电网因子计算，则 {count} 个园区的达峰或下降不复存在：{zones:bracketed}（括号内为状态与峰值以来变化：核算值 -> "
        "固定因子）；参见 Account.co2_at_factors_of",
    ),
    "peak.dip": (
        "a peak should not hang on passing dips; without {years} the status of {count} zones is another: {zones:bracketed}; look at "
        "the series before relying on it",
        "达峰不应取决于个别年份的短暂下降；剔除 {years} 年后 {count} 个园区状态改变：{zones:bracketed}；采用前请查看序列",
    ),
    "peak.boundary": (
        "a peak needs one boundary over all years; that of {count} zones changes: {zones}; give figures of one boundary",
        "达峰判断须全部年份边界一致；{count} 个园区边界有变：{zones}；请提供同一边界的数据",
    ),
    "series.long": (
        "a series must be zones by years (a row for each zone, a column for each year); got a table with a row for each zone "
        "and year; turn it: table.pivot(index={zone!r}, columns={year!r}, values={value!r})",
        "序列须为园区×年份（每园区一行，每年一列）；收到的表每园区每年一行；请先转换：table.pivot(index={zone!r}, columns={year!r}, values={value!r})",
    ),
    "peak.absent": (
        "a series needs every year; {year} is absent, and the maximum may have been there; add the year, blank if it is not "
        "known",
        "序列应逐年完整；缺少 {year} 年，最大值可能就在该年；请补充该年，未知可留空",
    ),
    # -- decoupling ------------------------------------------------------------------------------------------------
    "decompose.quantities": (
        "where columns are quantities, the left side of the identity must be a column too, because effects are in its unit; "
        "got quantities in {names} and no column {left}; add the column, or give plain numbers",
        "列为带单位的量时，恒等式左边也须为一列，因为各效应以其单位表示；{names} 为带单位的量，而没有列 {left}；请补充该列或给出纯数值",
    ),
    "decompose.price": (
        "value added must stand at one real price year over the years compared; that of {count} zones is at current prices or "
        "at two price years, and what rests on it is unknown: {zones}; deflate it (zonecarbon.deflate) or link the bases "
        "(zonecarbon.link_prices); if it stands at prices of one year, write that year in the heading: 工业增加值(亿元，2020年价)",
        "相比较年份的增加值须为同一不变价基期；{count} 个园区为现价或有两个基期，相关结果按未知处理：{zones}；请平减（zonecarbon.deflate）或衔接基期"
        "（zonecarbon.link_prices）；若本为某年不变价，请在表头写明价格年：工业增加值(亿元，2020年价)",
    ),
    "decompose.price_none": (
        "value added must stand at one real price year over the years compared; that of all {count} zones that have any is at "
        "current prices or at two price years; deflate it (zonecarbon.deflate) or link the bases (zonecarbon.link_prices); if it "
        "stands at prices of one year, write that year in the heading: 工业增加值(亿元，2020年价)",
        "相比较年份的增加值须为同一不变价基期；有数据的 {count} 个园区均为现价或有两个基期；请平减（zonecarbon.deflate）或衔接基期"
        "（zonecarbon.link_prices）；若本为某年不变价，请在表头写明价格年：工业增加值(亿元，2020年价)",
    ),
    "decompose.price_years": (
        "value added of all zones must stand at one price year to be summed; it stands at {prices}, so what is said of all "
        "zones together is unknown; bring them to one base (zonecarbon.deflate)",
        "各园区增加值须为同一价格基期方可汇总；现有 {prices}，全部园区合计的结果按未知处理；请统一基期（zonecarbon.deflate）",
    ),
    "decompose.boundary": (
        "a zone should keep its boundary over the years compared; that of {count} zones changes: {zones}; a part of the change "
        "is the boundary's, so give figures of one boundary",
        "相比较年份的园区边界应一致；{count} 个园区边界有变：{zones}；变化中含边界因素，请提供同一边界的数据",
    ),
    "tapio.source": (
        "decoupling is found in an account, in a decomposition, or in CO2 and value added by zone and year; got {got}; call "
        "zonecarbon.account first, or pass two arrays",
        "脱钩分析的对象须为核算结果、分解结果，或园区×年份的二氧化碳与增加值；收到 {got}；请先调用 zonecarbon.account，或传入两个数组",
    ),
    "tapio.value_added": (
        "CO2 alone says nothing of decoupling; value_added is not given; pass value added of the same zones and years",
        "仅有二氧化碳无法判断脱钩；未给出 value_added；请传入相同园区与年份的增加值",
    ),
    "tapio.swapped": (
        "CO2 stands first and value added second; {name} is in {unit}; swap the two",
        "先二氧化碳，后增加值；{name} 的单位为 {unit}；请对调",
    ),
    "tapio.own": (
        "{what} brings its own figures, zones and years; got {names} as well; leave it out",
        "{what} 自带数据、园区与年份；另收到 {names}；请删去",
    ),
    "tapio.of": (
        "the decomposition must be one of CO2 or energy; got {of!r}; decompose CO2 or energy itself, not an intensity",
        "分解对象须为二氧化碳或能耗；收到 {of!r}；请对 CO2 或能耗总量（而非强度）进行分解",
    ),
    "tapio.align": (
        "CO2 and value added must have the same {what} in the same order; got {first} and {second}; align the two tables",
        "二氧化碳与增加值的 {what} 须相同且顺序一致；收到 {first} 与 {second}；请对齐两张表",
    ),
    "tapio.series": (
        "a change needs values of two years at least, with time as the last axis; got {got}; pass a longer series",
        "变化至少需要两年的数值，且时间为最后一轴；收到 {got}；请传入更长的序列",
    ),
    "tapio.thresholds": (
        "thresholds must be three finite numbers that rise: where weak begins, and the two ends of coupling; got {got}; the "
        "usual ones are (0, 0.8, 1.2)",
        "阈值须为三个递增的有限数：弱脱钩起点与连结区间两端；收到 {got}；通常为 (0, 0.8, 1.2)",
    ),
    "tapio.periods": (
        "periods must be pairs of years of the data, the first before the second, given once, or else base and end; got {got}; "
        "choose from {years}",
        "时段须为数据中的两个年份，先早后晚，每个只给一次，或改用 base 与 end；收到 {got}；请从 {years} 中选择",
    ),
    # -- reasons and notes of verdicts -----------------------------------------------------------------------------
    "reason.direction": ("a direction, reported and not judged", "方向性要求，只报告不判定"),
    "reason.no_rule": (
        "reported, not judged: the document gives no hard rule ({operator:operator})",
        "只报告不判定：文件未给出硬性判据（{operator:operator}）",
    ),
    "reason.no_year": ("no data for {year}", "没有 {year} 年的数据"),
    "reason.no_base": (
        "no data for the base year {year}; give another: base_year= (--base-year)",
        "没有基年 {year} 的数据；请用 base_year=（命令行 --base-year）另行指定",
    ),
    "reason.base_needed": (
        "the target names no base year, and a rate needs one; give base_year= (--base-year)",
        "该目标未注明基年，而变化率须有基年；请用 base_year=（命令行 --base-year）指定",
    ),
    "reason.base_late": ("the base year {base} must be before {year}", "基年 {base} 须早于 {year}"),
    "reason.basis": (
        "the target is on the {wanted:basis} basis, the figures are {have:basis}; account with {python} (command line {words})",
        "目标口径为{wanted:basis}，数据口径为{have:basis}；请按 {python} 核算（命令行 {words}）",
    ),
    "reason.basis_printed": (
        "the target is on the {wanted:basis} basis, the figures are {have:basis}; give figures on that basis, and name it in "
        "the column basis",
        "目标口径为{wanted:basis}，数据口径为{have:basis}；请提供该口径的数据，并在 basis（口径）列注明",
    ),
    "reason.no_data": ("not known", "数据未知"),
    "reason.no_indicator": (
        "no figures for {indicator:indicator}; add them to the indicators table under its name or {indicator!r}",
        "没有{indicator:indicator}的数据；请在指标表中补充，指标名填此名或 {indicator!r}",
    ),
    "reason.not_projected": (
        "{indicator:indicator} is not projected: energy, CO2 and what is made of them and value added are; a check judges it",
        "{indicator:indicator}不在预测范围内：仅预测能耗、二氧化碳及其与增加值之比；请用检查（check）判定",
    ),
    "reason.class_projected": (
        "what the zones of a class ({indicator:indicator}) have together is not projected, as zones change class; a target of "
        "single zones is, and a check judges this one",
        "某类园区（按{indicator:indicator}划分）的合计不作预测，因园区会变更类别；单个园区的目标可以预测；此目标请用检查（check）判定",
    ),
    "reason.indicator_unknown": (
        "no indicator is called {name!r}; an account gives {known}; correct the name, or add figures of it to the indicators "
        "table",
        "没有名为 {name!r} 的指标；核算结果可给出 {known}；请更正名称，或在指标表中补充其数据",
    ),
    "reason.no_weights": (
        "{indicator:indicator} of all zones together needs value added or a published total",
        "{indicator:indicator}的总体水平须有增加值或公布的合计",
    ),
    "reason.no_class": (
        "no target is defined here: {indicator:indicator} is not from {low} to {high}",
        "此处未设目标：{indicator:indicator}不在 {low} 至 {high} 之间",
    ),
    "reason.class_unclear": (
        "whether the target is for this zone is not known: {indicator:indicator} is missing; add it (any figure outside the "
        "classes, such as 0, if the zone is in none)",
        "无法判断该目标是否适用于此园区：缺少{indicator:indicator}；请补充（若不属任何类别，可填类别之外的数，如 0）",
    ),
    "reason.class_unknown": (
        "the target is for zones whose {indicator:indicator} is from {low} to {high}, and it is not known of {zones}; add it "
        "(any figure outside, such as 0, if the zone is in no class)",
        "该目标只适用于{indicator:indicator}在 {low} 至 {high} 之间的园区，而 {zones} 缺少该数；请补充（若不属任何类别，可填类别之外的数，如 0）",
    ),
    "reason.none_known": (
        "known for 0 of {n} zones; not known: {zones}; missing in {year}: {missing:what}",
        "{n} 个园区均未知：{zones}；{year} 年缺少：{missing:what}",
    ),
    "reason.incomplete": (
        "known for {known} of {n} zones; the value is over those; not known: {zones}; missing in {year}: {missing:what}",
        "{n} 个园区中 {known} 个已知；数值为已知者合计；未知：{zones}；{year} 年缺少：{missing:what}",
    ),
    "reason.nominal": (
        "value added of {base} or {year} is at current prices; deflate it first (zonecarbon.deflate), or, if it stands at the "
        "prices of one year, write that year in the heading: 工业增加值(亿元，2020年价)",
        "{base} 或 {year} 年增加值为现价；请先平减（zonecarbon.deflate）；若本为某年不变价，请在表头写明价格年：工业增加值(亿元，2020年价)",
    ),
    "reason.price": (
        "{base} stands at prices of {old}, {year} at {new}; levels of two price bases are not compared; give one base, or "
        "the published yearly changes",
        "{base} 年价格基期为 {old}，{year} 年为 {new}；不同基期的水平不可比；请统一基期，或给出公布的年度变化率",
    ),
    "reason.boundary": (
        "the boundary changes between {base} and {year}: {zones}",
        "{base} 至 {year} 年间边界有变：{zones}",
    ),
    "reason.nothing_below": (
        "what it is divided by is not positive, so there is no ratio",
        "分母不为正，比值无从计算",
    ),
    "reason.value_added": ("value added is not positive, so there is no intensity", "增加值不为正，强度无从计算"),
    "reason.prices_mixed": (
        "value added of the zones stands at different prices ({prices:price}); bring it to one base before it is summed",
        "各园区增加值价格基期不同（{prices:price}）；请先统一基期再汇总",
    ),
    "reason.negative": (
        "more energy or CO2 leaves than comes in, so an intensity says nothing",
        "外供多于购入，强度无意义",
    ),
    "reason.unit": (
        "the figures are in '{have:unit}', the target is in '{want:unit}'; give them in that unit",
        "数据单位为“{have:unit}”，目标单位为“{want:unit}”；请统一",
    ),
    "note.no_price": (
        "the price base is not stated; the rate holds only if both years stand at one",
        "未注明价格基期；仅当两年同一基期时该变化率成立",
    ),
    "note.coverage": ("value added covers different things: {labels}", "增加值统计范围不一：{labels}"),
    "reason.peak": (
        "too few years after the maximum, or unknown ones, in {n} zones ({years} years of data)",
        "{n} 个园区最大值之后年数不足或有未知（共 {years} 年数据）",
    ),
    "note.published": ("from the published row {name!r}", "取自公布的合计行 {name!r}"),
    "note.price_nominal": ("value added at current prices", "增加值价格基期：现价"),
    "note.price": ("value added at prices of {prices:price}", "增加值价格基期：{prices:price}"),
    "note.price_switch": (
        "the price base changes from {old!r} to {new!r}: the two levels would give {naive}, which is not the change; chained "
        "from the published yearly changes it is {chained}",
        "价格基期由 {old!r} 改为 {new!r}：两个水平值相比为 {naive}，并非实际变化；由公布的年度变化率连乘为 {chained}",
    ),
    "note.class": (
        "over the {n} of {of} zones whose {indicator:indicator} is from {low} to {high}",
        "仅含{indicator:indicator}在 {low} 至 {high} 之间的园区（{of} 个中的 {n} 个）",
    ),
    "note.count": (
        "{met} of {n} zones are {operator:operator} {limit}",
        "{n} 个园区中有 {met} 个{operator:operator} {limit}",
    ),
    "note.count_known": (
        "{met} of the {known} known zones ({n} in all) are {operator:operator} {limit}",
        "已知的 {known} 个园区中有 {met} 个{operator:operator} {limit}（共 {n} 个）",
    ),
    "note.money": (
        "for information: zones that pass have {share} of value added",
        "供参考：达到该限值的园区占增加值的 {share}",
    ),
    "note.vintage": (
        "grid factor of {base}: data year {first}; of {year}: data year {last} (rule: {rule:vintage})",
        "{base} 年电网因子数据年份 {first}；{year} 年 {last}（规则：{rule:vintage}）",
    ),
    "note.grid": (
        "of {whole} a year, {zones} are the zones' own and {grid} the grid factor's",
        "年均 {whole} 中，园区自身贡献 {zones}，电网因子贡献 {grid}",
    ),
    "note.peaks": (
        "peaked {peaked}, plateau {plateau}, rising {rising}, insufficient {insufficient}",
        "已达峰 {peaked}，平台期 {plateau}，上升 {rising}，数据不足 {insufficient}",
    ),
    "reason.peak_unknown": (
        "{count} of {n} years are not known, the first is {year}",
        "{n} 年中有 {count} 年未知，最早为 {year} 年",
    ),
    "reason.peak_absent": (
        "no figures for {year}: the maximum may have been there; add the year (blank if it is not known)",
        "缺少 {year} 年的数据：最大值可能就在该年；请补充该年（未知可留空）",
    ),
    "reason.peak_boundary": ("the boundary changes in {year}", "边界于 {year} 年改变"),
    "reason.peak_short": (
        "{tail} years of data after the maximum, {minimum} are needed",
        "最大值之后仅有 {tail} 年数据，至少需要 {minimum} 年",
    ),
    "note.peak_head": (
        "{n} zones, {span}: peaked {peaked}, plateau {plateau}, rising {rising}, insufficient {insufficient}",
        "{n} 个园区，{span} 年：已达峰 {peaked}，平台期 {plateau}，上升 {rising}，数据不足 {insufficient}",
    ),
    "note.peak_peaked": (
        "{zone}: peaked in {year} at {value}, {tail} years of data since, p {p}",
        "{zone}：{year} 年达峰，峰值 {value}，其后 {tail} 年数据，p {p}",
    ),
    "note.peak_plateau": (
        "{zone}: plateau, no significant trend since the maximum of {year} at {value}, {tail} years of data since, p {p}",
        "{zone}：平台期，{year} 年最大值 {value} 之后无显著趋势，其后 {tail} 年数据，p {p}",
    ),
    "note.peak_rising": (
        "{zone}: rising; the maximum is the last year, {year}, at {value}",
        "{zone}：上升；最大值在最后一年 {year} 年，为 {value}",
    ),
    "note.peak_rising_again": (
        "{zone}: rising again after the maximum of {year} at {value}, {tail} years of data since, p {p}",
        "{zone}：{year} 年最大值 {value} 之后回落又上升，其后 {tail} 年数据，p {p}",
    ),
    "note.peak_insufficient": (
        "{zone}: cannot be told, {reason}; the maximum is {year} at {value}",
        "{zone}：数据不足，{reason}；最大值在 {year} 年，为 {value}",
    ),
    "note.peak_unknown": ("{zone}: cannot be told, {reason}", "{zone}：数据不足，{reason}"),
    "note.peak_slope": ("; {slope} a year since", "；其后年均 {slope}"),
    # -- what it takes, and what decides -------------------------------------------------------------------------------
    "required.account": (
        "required needs an account; got {got}; call zonecarbon.account(...) first",
        "required 需要核算结果；收到 {got}；请先调用 zonecarbon.account(...)",
    ),
    "required.question": (
        "either a target or a budget must be given; got target {target}, budget {budget}; give one of them",
        "须给出目标或预算之一；收到目标 {target}、预算 {budget}；请只给一个",
    ),
    "required.scenario": (
        "the year of a peak depends on where the drivers go; no scenario came; give scenario=, such as 'policy'",
        "达峰年份取决于各驱动因素的走向；没有给出情景；请给出 scenario=，例如 'policy'",
    ),
    "required.year": (
        "a year must be given, by the target or as an argument; none came; write it, such as 2030",
        "须有年份，由目标或参数给出；现在没有；请填写，例如 2030",
    ),
    "required.horizon": (
        "the year must lie from {first} to {last}; got {year}; give another year, or a later until=",
        "年份须在 {first} 到 {last} 之间；收到 {year}；请换一个年份，或将 until= 推后",
    ),
    "required.fraction": (
        "{name} must lie between 0 and 1; got {got}; 0.8 is a usual probability, 0.5 the usual limit",
        "{name} 须在 0 与 1 之间；收到 {got}；概率常用 0.8，上限常用 0.5",
    ),
    "required.draws": (
        "draws must be a whole number from 1; got {got}; 4096 is a usual choice",
        "draws 须为不小于 1 的整数；收到 {got}；常用 4096",
    ),
    "required.target": (
        "a target must be 'peak', a record, or an id of the set {set}; got {name!r}; there are {known}",
        "目标须为 'peak'、记录或目标集 {set} 中的编号；收到 {name!r}；其中有 {known}",
    ),
    "sensitivity.account": (
        "an account is needed; got {got}; call zonecarbon.account(...) first",
        "需要核算结果；收到 {got}；请先调用 zonecarbon.account(...)",
    ),
    "sensitivity.year": (
        "year is that of of='co2', from {first} to {last}, and of nothing else; got {year}; give it there, or leave it out",
        "year 只用于 of='co2'，在 {first} 到 {last} 之间；收到 {year}；请按此填写或不填",
    ),
    "sensitivity.levels": (
        "levels must rise from above 0 to below 1; got low {low}, high {high}; 0.05 and 0.95 are usual",
        "分位水平须大于 0、小于 1 且由低到高；收到 low {low}、high {high}；常用 0.05 和 0.95",
    ),
    "sensitivity.confidence": (
        "confidence must lie between 0 and 1; got {got}; 0.95 is usual",
        "confidence 须在 0 与 1 之间；收到 {got}；常用 0.95",
    ),
    "sensitivity.draws": (
        "draws must be a whole number from 2; got {got}; 1024 is a usual choice",
        "draws 须为不小于 2 的整数；收到 {got}；常用 1024",
    ),
    "sensitivity.certain": (
        "a scenario with uncertainty is needed; {scenario} has none; give a path an uncertainty",
        "需要带不确定性的情景；{scenario} 没有；请为某条路径给出 uncertainty",
    ),
    "reason.required_past": (
        "{year} is over: the account goes to {base}, and it was missed",
        "{year} 年已过：核算到 {base} 年，未达到",
    ),
    "reason.required_no_rate": (
        "no constant rate below 100% a year gets there",
        "任何低于每年 100% 的固定速率都达不到",
    ),
    "reason.required_limit": (
        "not even {limit} a year faster is enough; the probability is then {p}",
        "每年再快 {limit} 也不够；那时的概率为 {p}",
    ),
    "reason.required_by_zone": ("the target is one of each zone by itself", "该目标针对每个园区各自"),
    "reason.required_of_all": ("the limit is one on the sum of all zones", "该限值针对全部园区之和"),
    "reason.required_no_budget": ("no budget was given", "没有给出预算"),
    "reason.required_incomplete": (
        "zones that are not known could turn it either way",
        "结果取决于数据未知的园区",
    ),
    "reason.required_class": (
        "not known, or (by {indicator:indicator}) in no class that the target is for, in some draws at least",
        "未知，或按{indicator:indicator}至少在部分抽样中不属于该目标适用的类别",
    ),
    "note.driver_value_added": ("value added", "增加值"),
    "note.driver_energy_intensity": ("energy intensity", "能耗强度"),
    "note.driver_co2_per_energy": ("CO2 per energy", "单位能耗二氧化碳"),
    "note.driver_grid_factor": ("the grid factor", "电网因子"),
    "note.required_peak": ("peak", "达峰"),
    "note.required_budget": ("budget", "碳预算"),
    "note.required_head": ("{target}, {year}", "{target}，{year} 年"),
    "note.required_under": (
        "{target}, {year}; scenario {scenario} to {until}, {driver}, {draws} draws (seed {seed})",
        "{target}，{year} 年；情景 {scenario}（至 {until} 年），{driver}，抽样 {draws} 次（种子 {seed}）",
    ),
    "note.required_aim_peak": ("to peak by {year}", "{year} 年前（含）达峰"),
    "note.required_aim_budget": ("to stay within {limit} up to {year}", "到 {year} 年累计不超过 {limit}"),
    "note.required_aim_target": ("to meet {target} in {year}", "{year} 年达到 {target}"),
    "note.required_about": ("the target of {about}", "{about}目标"),
    "note.required_met": ("{zone}: {aim}, nothing more is needed", "{zone}：{aim}，已经满足"),
    "note.required_rate": (
        "{zone}: {aim}, a cut of {rate} a year from {base} on is needed",
        "{zone}：{aim}，自 {base} 年起须年均削减 {rate}",
    ),
    "note.required_sure": (
        "{zone}: {aim}, nothing more is needed: the probability is {without}, at least {p} is asked for",
        "{zone}：{aim}，无须更多：概率已有 {without}，要求不低于 {p}",
    ),
    "note.required_faster": (
        "{zone}: {aim} with probability {p}, {driver} must fall {needed} a year up to {year} instead of {planned}{times}",
        "{zone}：{aim}（概率 {p}），至 {year} 年{driver}须年均下降 {needed}，而不是 {planned}{times}",
    ),
    "note.required_changed": (
        "{zone}: {aim} with probability {p}, {driver} must change by {needed} a year up to {year} instead of {planned}",
        "{zone}：{aim}（概率 {p}），至 {year} 年{driver}须年均变化 {needed}，而不是 {planned}",
    ),
    "note.required_goes_on": (
        ", and as much faster in every later year to {until}, so that CO2 does not rise above the peak again",
        "，此后至 {until} 年每年同样加快，使 CO2 不再超过峰值",
    ),
    "note.required_own": (
        "; both rates include what {parts} {bring}: on average the scenario's own path of it is {own} a year and must be "
        "{needed}",
        "；两个速度均已包含{parts}{bring}的变化：情景中该因素自身的路径为年均 {own}，须为 {needed}",
    ),
    "note.required_on_top": (
        "; the second rate is what {parts} {bring}: {extra} a year must come on top of that",
        "；后一速度是{parts}{bring}的变化：在此之上每年须再降 {extra}",
    ),
    "note.required_brings": ("brings", "带来"),
    "note.required_bring": ("bring", "带来"),
    "note.required_and": (" and ", "、"),
    "note.required_grid": ("the grid", "电网"),
    "note.required_shift": ("shifts between carriers", "品种替代"),
    "note.required_mix": ("the mix of carriers", "品种结构"),
    "note.required_sectors": ("sectors", "行业变化"),
    "note.required_zones": ("the weights of zones", "各园区比重变化"),
    "note.required_times": (" ({times} times as fast)", "（快至 {times} 倍）"),
    "note.required_constant": (
        "; at a constant rate from {base} on, a cut of {rate} a year",
        "；按固定速率计，自 {base} 年起该指标年均削减 {rate}",
    ),
    "note.required_constant_co2": (
        "; at a constant rate from {base} on, a cut of CO2 by {rate} a year",
        "；按固定速率计，自 {base} 年起 CO2 年均削减 {rate}",
    ),
    "note.required_unreachable": (
        "{zone}: {aim} with probability {p} cannot be reached: {reason}",
        "{zone}：{aim}（概率 {p}）无法达到：{reason}",
    ),
    "note.required_unknown": ("{zone}: {aim}: unknown, {reason}", "{zone}：{aim}：未知，{reason}"),
    "note.required_counts": (
        "{n} zones: met {met}, reachable {reachable}, cannot be reached {cannot_be_reached}, unknown {unknown}",
        "{n} 个园区：已满足 {met}，可达 {reachable}，无法达到 {cannot_be_reached}，未知 {unknown}",
    ),
    "note.of_peak_year": ("the peak year", "达峰年份"),
    "note.of_peak_value": ("the highest CO2 [tCO2]", "CO2 峰值 [tCO2]"),
    "note.of_co2": ("CO2 in {year} [tCO2]", "{year} 年 CO2 [tCO2]"),
    "note.of_cumulative_co2": ("CO2 up to {year} [tCO2]", "到 {year} 年的累计 CO2 [tCO2]"),
    "note.tornado_head": (
        "What moves {of} ({scenario}, {zone}): {middle} without shocks; each shock alone at its {low} and {high} quantile",
        "{of}受什么影响（{scenario}，{zone}）：无冲击时为 {middle}；各冲击单独取 {low} 与 {high} 分位",
    ),
    "note.tornado_row": ("{driver}{shared}: {low} to {high}", "{driver}{shared}：{low} 至 {high}"),
    "note.shared": (" (shared by all zones)", "（各园区共有）"),
    "note.sobol_head": (
        "Shares of the variance of {of} ({scenario}, {zone}), {draws} draws, intervals of {confidence}",
        "{of}方差的构成（{scenario}，{zone}），抽样 {draws} 次，{confidence} 区间",
    ),
    "note.sobol_row": (
        "{driver}: {first} alone ({first_low} to {first_high}), {total} with interactions ({total_low} to {total_high})",
        "{driver}：自身 {first}（{first_low} 至 {first_high}），含交互 {total}（{total_low} 至 {total_high}）",
    ),
    "note.sobol_decides": ("{driver} decides {of} most", "对{of}影响最大的是{driver}"),
    "note.sobol_same": (
        "{of} does not vary, or is not known: there is nothing to share out",
        "{of}没有变化或未知：无从分解",
    ),
    # -- decoupling in words ---------------------------------------------------------------------------------------
    "state.unknown": ("unknown", "未知"),
    "state.undefined": ("undefined", "无定义"),
    "state.strong_decoupling": ("strong decoupling", "强脱钩"),
    "state.weak_decoupling": ("weak decoupling", "弱脱钩"),
    "state.expansive_coupling": ("expansive coupling", "扩张连结"),
    "state.expansive_negative_decoupling": ("expansive negative decoupling", "扩张负脱钩"),
    "state.strong_negative_decoupling": ("strong negative decoupling", "强负脱钩"),
    "state.weak_negative_decoupling": ("weak negative decoupling", "弱负脱钩"),
    "state.recessive_coupling": ("recessive coupling", "衰退连结"),
    "state.recessive_decoupling": ("recessive decoupling", "衰退脱钩"),
    "state.effort_strong": ("strong", "强"),
    "state.effort_relative": ("relative", "相对"),
    "state.effort_none": ("none", "无"),
    "state.effort_undefined": ("undefined", "无定义"),
    "note.tapio_of_co2": ("CO2", "二氧化碳"),
    "note.tapio_of_energy": ("energy", "能耗"),
    "note.tapio_co2": ("CO2 of {year} is not known", "{year} 年二氧化碳未知"),
    "note.tapio_energy": ("energy of {year} is not known", "{year} 年能耗未知"),
    "note.tapio_energy_start": ("energy of {year} is not positive", "{year} 年能耗不为正"),
    "note.tapio_money": ("value added of {year} is not known", "{year} 年增加值未知"),
    "note.tapio_co2_start": ("CO2 of {year} is not positive", "{year} 年二氧化碳不为正"),
    "note.tapio_money_start": ("value added of {year} is not positive", "{year} 年增加值不为正"),
    "note.tapio_level": (
        "value added does not change, so there is no elasticity",
        "增加值没有变化，弹性无定义",
    ),
    "note.tapio_zones": (
        "not known for {count} of {n} zones",
        "{n} 个园区中 {count} 个未知",
    ),
    "note.tapio_head": (
        "{n} zones, {periods} periods, {span}: {counts}",
        "{n} 个园区，{periods} 个时段，{span} 年：{counts}",
    ),
    "note.tapio_count": ("{state} {count}", "{state} {count}"),
    "note.tapio_row": (
        "{zone}, {start}-{end}: {state}, elasticity {e} ({what} {co2}, value added {money})",
        "{zone}，{start}-{end} 年：{state}，弹性 {e}（{what} {co2}，增加值 {money}）",
    ),
    "note.tapio_constant": (
        "{zone}, {start}-{end}: {state}, elasticity 0: {what} does not change while value added changes by {money}",
        "{zone}，{start}-{end} 年：{state}，弹性为 0：{what}不变，增加值变化 {money}",
    ),
    "note.tapio_none": ("{zone}, {start}-{end}: {state}, {reason}", "{zone}，{start}-{end} 年：{state}，{reason}"),
    "note.tapio_factor": (
        "; what decouples most is {factor} ({part} of the elasticity)",
        "；脱钩作用最大的是 {factor}（对弹性的贡献 {part}）",
    ),
    "note.tapio_no_factor": ("; no effect decouples", "；没有起脱钩作用的因素"),
    "note.tapio_effort": (", effort {effort} ({index})", "，减排努力：{effort}（{index}）"),
    "note.tapio_own_effort": (", without the grid's part {effort} ({index})", "，不计电网部分：{effort}（{index}）"),
    # -- decomposition ---------------------------------------------------------------------------------------------
    "identity.sides": (
        "an identity must have one '=', with a name on its left and factors on its right; got {text!r}; write it as "
        "'co2 = value_added * energy/value_added * co2/energy'",
        "恒等式须有一个等号，左边为名称，右边为因素之积；收到 {text!r}；请写作 'co2 = value_added * energy/value_added * co2/energy'",
    ),
    "identity.left": (
        "the left side of an identity must be one name; got {left!r} in {text!r}; write the quantity that is decomposed",
        "恒等式左边须为一个名称；收到 {text!r} 中的 {left!r}；请写被分解的量",
    ),
    "identity.sign": (
        "an identity is made of names, '*', '/' and brackets; got {rest!r} in {text!r}; put sums and numbers into a column",
        "恒等式只由名称、*、/ 和括号组成；收到 {text!r} 中的 {rest!r}；请把和或数字另列一栏",
    ),
    "identity.term": (
        "a factor must be a product or quotient of names; got {term!r} in {text!r}; look for a missing name, sign or bracket",
        "因素须为名称的积或商；收到 {text!r} 中的 {term!r}；请检查是否缺少名称、符号或括号",
    ),
    "identity.twice": (
        "each factor must stand once; got {names} more than once in {text!r}; leave the others out",
        "每个因素只能出现一次；{text!r} 中 {names} 重复出现；请删去重复的",
    ),
    "identity.false": (
        "the factors of an identity must multiply to its left side; {text!r} comes to {right}, not to {left}; mend the "
        "factors so that everything else cancels",
        "恒等式各因素之积须等于左边；{text!r} 得到 {right}，而非 {left}；请改正因素，使其余各项相消",
    ),
    "identity.coarse": (
        "the value of an identity must be that of its finest cells ({finest}), or it counts several times; got {names} in "
        "{text!r}; write it with the ending _{finest}, or without one",
        "恒等式的量须属于其中最细的单元（{finest}），否则会重复计算；{text!r} 中为 {names}；请改用后缀 _{finest} 或不加后缀",
    ),
    "identity.unequal": (
        "the factors must come to the column {left!r}; {key}: {left} is {value:.10g}, its factors {product:.10g}, in {text!r}; "
        "correct the figures, or rename the column so that the product is decomposed",
        "各因素之积须等于列 {left!r}；{key}：{left} 为 {value:.10g}，而各因素之积为 {product:.10g}（{text!r}）；请更正数据，或将该列改名以分解乘积",
    ),
    "identity.unequal_all": (
        "the factors must come to the column {left!r}; at {count} places they do not, the first is {key}: {left} is {value:.10g}, its "
        "factors {product:.10g}, in {text!r}; complete the identity, or rename the column so that the product is decomposed",
        "各因素之积须等于列 {left!r}；有 {count} 处不等，首处 {key}：{left} 为 {value:.10g}，而各因素之积为 {product:.10g}（{text!r}）；请补全恒等式，或将该列改名以分解乘积",
    ),
    "identity.by_carrier": (
        "a quotient by a carrier's quantity has no sum over carriers; got {names} below the line in {text!r}; relate it to a sector, a "
        "zone or a total",
        "除以单个品种的量后不能按品种相加；{text!r} 的分母为 {names}；请改为除以行业、园区或总量",
    ),
    "identity.names": (
        "an identity of an account is made of {known}; got {names}; use those names",
        "账户的恒等式可用的名称为 {known}；收到 {names}；请改用这些名称",
    ),
    "decompose.ratio": (
        "{of:what} is a quotient of cells, which has no sum; got level={level!r}; take level={only!r}, or decompose the quantities",
        "{of:what}为各单元之商，不能相加；收到 level={level!r}；请取 level={only!r}，或改为分解各量",
    ),
    "decompose.source": (
        "decompose needs an account, or a table with an identity; got {got}; call zonecarbon.account first, or pass columns by "
        "name: frame.to_dict(as_series=False) or frame.to_pandas()",
        "decompose 需要账户，或带恒等式的表；收到 {got}；请先调用 zonecarbon.account，或给出各列：frame.to_dict(as_series=False) 或 frame.to_pandas()",
    ),
    "decompose.identity": (
        "a table needs identity='value = factor * factor ...'; none came; its columns are {columns}; write one of them as "
        "the product of others",
        "对表分解须给出 identity='量 = 因素 * 因素 …'；未给出；现有列：{columns}；请将其中一列写为其他列之积",
    ),
    "decompose.table_only": (
        "{names} go with a table and its identity; the source is an account; leave them out",
        "{names} 只用于带恒等式的表；此处数据来源是账户；请删去",
    ),
    "decompose.no_account": (
        "value added is that of an account; a table was decomposed; take it from the table",
        "增加值取自账户；此处分解的是表；请直接取自该表",
    ),
    "decompose.years": (
        "a change needs two years; the data have {years}; add another year",
        "变化须有两个年份；数据仅有 {years}；请补充年份",
    ),
    "decompose.order": (
        "the base must come before the end; got {base} and {end}; exchange them or choose others",
        "基年须早于末年；收到 {base} 与 {end}；请调换或另选",
    ),
    "decompose.time_column": (
        "a table needs a column of the time; there is no {name!r} among {have}; name it with time='...' (--time)",
        "表须有时间列；{have} 中没有 {name!r}；请用 time='…'（命令行 --time）指明",
    ),
    "decompose.time": (
        "the times of a table must be of one kind, so that they have an order; got {got}; write years as numbers",
        "表中的时间须为同一类型，方可排序；收到 {got}；年份请写数字",
    ),
    "decompose.reserved": (
        "key columns must not have the names of a result's own columns ({taken}); got {names}; rename them",
        "键列不得与结果自身的列（{taken}）同名；收到 {names}；请改名",
    ),
    "decompose.nothing": (
        "missing='leave_out' must leave something to decompose; every cell is unknown in one of the years: {cells}; complete "
        "the figures",
        "missing='leave_out' 之后须有可分解的单元；所有单元在某一年份均有未知：{cells}；请补全数据",
    ),
    "decompose.twice": (
        "a row must be told from all others by its time and the columns {by}; {key} stands in row {first} already; name the "
        "column that tells them apart in by=[...], or add the rows up first",
        "每行须能由时间与列 {by} 区分；{key} 已在第 {first} 行；请在 by=[...] 中加上能区分它们的列，或先行合计",
    ),
    "decompose.zeros": (
        "zeros must be a number from 0 up to 0.001; got {value}; leave it out for the analytical limits",
        "zeros 须为 0 至 0.001 之间的数；收到 {value}；使用解析极限时请省略",
    ),
    "decompose.separate": (
        "undefined='separate' needs LMDI-I; got LMDI-II, whose shares would no longer add up to 1; choose lmdi='I'",
        "undefined='separate' 只用于 LMDI-I；收到 LMDI-II，其份额之和将不为 1；请选 lmdi='I'",
    ),
    "decompose.factor_twice": (
        "a factor must be in one group only; got {names} in several; choose groups that do not overlap",
        "每个因素只能属于一组；{names} 出现在多组；请选择互不重叠的组",
    ),
    "decompose.no_sector": (
        "a sector must be one of the zone's; got {sector!r} of {zone!r}; the sectors are {known}",
        "行业须为该园区所有；收到 {zone!r} 的 {sector!r}；现有行业：{known}",
    ),
    "decompose.of": (
        "an identity says itself what is decomposed; of={of!r} came with {identity!r}; leave one of them out",
        "恒等式已说明分解的量；同时给出了 of={of!r} 与 {identity!r}；请删去其一",
    ),
    "decompose.no_carriers": (
        "effects by carrier need cells by carrier; {of:what} has none; leave carrier out, or decompose CO2",
        "按品种显示须有分品种单元；{of:what}没有；请删去 carrier，或改为分解二氧化碳",
    ),
    "decompose.group_name": (
        "a group of factors must not have the name of a factor it is not; got {names}; choose another name",
        "因素组不得与其他因素同名；收到 {names}；请另取名称",
    ),
    "decompose.by": (
        "effects of level {level!r} can only be shown by {keys} and further columns: intensities, ratios and LMDI-II effects of "
        "different aggregates do not add up; got by={by}; add {keys}, or take level='portfolio'",
        "层级 {level!r} 的效应只能按 {keys}（及更细的列）显示：不同总体的强度、比值及 LMDI-II 效应不能相加；收到 by={by}；请加上 {keys}，或取 level='portfolio'",
    ),
    "decompose.sign": (
        "LMDI needs values that keep their sign; {cell:carrier}: {name} is {first:.6g} in {base} and {last:.6g} in {end}; correct the "
        "figures, take the purchases and sales apart, or pass undefined='separate' (--separate) to show the change as a term of its own",
        "LMDI 要求数值不变号；{cell:carrier}：{name} 在 {base} 年为 {first:.6g}，{end} 年为 {last:.6g}；请更正数据、将购入与外供分列，或以 undefined='separate'（命令行 --separate）将其变化单列",
    ),
    "decompose.infinite": (
        "a ratio must be finite in both years; {cell:carrier}: {name} is {first} in {base} and {last} in {end}, while what is related to "
        "it is not zero; complete the figures, or pass undefined='separate' (--separate) to show the change as a term of its own",
        "各比值在两年均须有限；{cell:carrier}：{name} 在 {base} 年为 {first}，{end} 年为 {last}，而与之相关的量不为零；请补全数据，或以 undefined='separate'（命令行 --separate）将其变化单列",
    ),
    "decompose.sectors": (
        "value added is not known, or not positive, for every sector that uses energy; these zones are taken as a whole, without a structure "
        "effect: {zones}; give value added by sector to see it",
        "并非所有用能行业都有正的增加值；以下园区按整体计算，不含结构效应：{zones}；给出分行业增加值即可分解",
    ),
    "decompose.idle": (
        "energy needs positive value added to be related to; these zones use energy with value added of zero or less in one of the "
        "years and are unknown: {zones}; look at their value added",
        "能耗须与正的增加值相对应；以下园区在某一年份有能耗而增加值为零或负，按未知处理：{zones}；请核对其增加值",
    ),
    "decompose.reported": (
        "zones known by their total alone in one of the years have no carriers to compare; carrier mix and factors are one effect, "
        "co2_per_energy: {zones}; give their carriers to split it",
        "以下园区在某一年份仅有总量，无法比较品种；品种结构与排放因子合为一项 co2_per_energy：{zones}；给出分品种数据即可拆分",
    ),
    "decompose.unknown_energy": (
        "energy must be known in every year used; of these zones it is not, and their effects and the portfolio's are unknown: "
        "{zones}; complete it, or pass missing='leave_out' (--leave-out)",
        "所用各年的综合能耗均须已知；以下园区未知，其效应及全体效应未知：{zones}；请补全，或用 missing='leave_out'（命令行 --leave-out）",
    ),
    "decompose.unknown_co2": (
        "CO2 must be known in every year used (see the warnings of the account); of these zones it is not, and their effects and the portfolio's are unknown: "
        "{zones}; complete it, or pass missing='leave_out' (--leave-out)",
        "所用各年的二氧化碳排放均须已知（原因见账户警告）；以下园区未知，其效应及全体效应未知：{zones}；请补全，或用 missing='leave_out'（命令行 --leave-out）",
    ),
    "decompose.unknown_value_added": (
        "value added must be known in every year used; of these zones it is not, and their effects and the portfolio's are unknown: "
        "{zones}; complete it, or pass missing='leave_out' (--leave-out)",
        "所用各年的增加值均须已知；以下园区未知，其效应及全体效应未知：{zones}；请补全，或用 missing='leave_out'（命令行 --leave-out）",
    ),
    "decompose.left_out": (
        "a sum over zones needs all of them in every year used; these are not known and are left out of it, as was asked: {zones}; "
        "complete them to have all",
        "合计须各园区所用年份齐全；以下园区数据不全，已按要求不计入合计：{zones}；补全后即可计入",
    ),
    "decompose.cells_unknown": (
        "a variable of these cells is not known in every year used; their effects and every sum with them are unknown: {cells}; "
        "complete them, or pass missing='leave_out' (--leave-out)",
        "以下单元在所用年份有变量未知；其效应及含其在内的合计均未知：{cells}；请补全，或用 missing='leave_out'（命令行 --leave-out）",
    ),
    "decompose.cells_left_out": (
        "a sum needs all cells in every year used; these are not known and are left out, as was asked: {cells}; complete them to "
        "have all",
        "合计须各单元所用年份齐全；以下单元数据不全，已按要求不计入：{cells}；补全后即可计入",
    ),
    "decompose.absent_unknown": (
        "each cell needs a row in every year used; these have none in one of them and are unknown there: {cells}; add the rows, or "
        "pass absent='zero' if there is nothing",
        "各单元在所用年份均须有数据行；以下单元缺行，按未知处理：{cells}；请补行，若确为零请用 absent='zero'",
    ),
    "decompose.absent_zero": (
        "each cell needs a row in every year used; these have none in one of them and count as zero there, as was asked: {cells}; "
        "add the rows if they are not zero",
        "各单元在所用年份均须有数据行；以下单元缺行，已按要求以零计：{cells}；若不为零请补行",
    ),
    "decompose.coefficient_own": (
        "an identity with energy needs one standard coal per unit; that of {flows:carrier} is not the same in every year, and the factors with "
        "energy contain that change; leave the identity out, or choose the calorific basis",
        "含能源的恒等式须以同一折标系数计；{flows:carrier}的系数逐年不同，含能源的各因素均含此变化；请不用恒等式，或采用当量值口径",
    ),
    "decompose.grid_years": (
        "the effect of the grid is that between the data years of its factors, which are not the years themselves ({years}; rule: "
        "{rule:vintage}); equal data years have no effect; give a series of your own to have each year's",
        "电网效应为其因子数据年份之间的变化，数据年份与年份不一致（{years}；规则：{rule:vintage}）；数据年份相同则效应为零；如需逐年效应，请自备因子序列",
    ),
    "decompose.coefficient": (
        "effects need one standard coal per unit; that of {flows:carrier} is not the same in every year, so energy is counted at the "
        "coefficients of {base}; what they change in energy itself is the effect 'coefficient'; choose the calorific basis to be "
        "without it",
        "各项效应须以同一折标系数计；{flows:carrier}的系数逐年不同，故能源按 {base} 年系数计；系数变化对能耗本身的影响单列为“折标系数”；采用当量值口径即可避免",
    ),
    "note.decompose_head": (
        "{who}: {of} {first} in {base}, {last} in {end} ({percent}); {how}; {effects}:",
        "{who}：{of} {base} 年 {first}，{end} 年 {last}（{percent}）；{how}；{effects}：",
    ),
    "note.decompose_unknown": (
        "{who}: {of} from {base} to {end} cannot be decomposed, because this is not known: {what}; the warnings say why",
        "{who}：{base} 至 {end} 年的{of}无法分解，以下未知：{what}；原因见警告",
    ),
    "note.decompose_unsplit": (
        "{who}: {of} {first} in {base}, {last} in {end} ({percent}); the change cannot be split into effects, because this is not "
        "known: {what}; the warnings say why",
        "{who}：{of} {base} 年 {first}，{end} 年 {last}（{percent}）；该变化无法分解为各项效应，以下未知：{what}；原因见警告",
    ),
    "note.some_variable": ("a variable of the factors", "某一因素所用的变量"),
    "note.effects_additive": ("effects and their percentage of {base}", "各项效应及其占 {base} 年的比例"),
    "note.effects_multiplicative": ("effects, which multiply to the ratio", "各项效应，其积为末年与基年之比"),
    "note.without_parts": (
        "; it is {up} in some zones and {down} in others",
        "（部分园区为 {up}，部分园区为 {down}）",
    ),
    "note.decompose_sector": ("{zone}, sector {sector}", "{zone}，行业 {sector}"),
    "note.decompose_ratio": (
        "{of} is a quotient and has no sum over {n} cells; look at one zone, or at the table",
        "{of} 为商，{n} 个单元不能相加；请查看单个园区或表格",
    ),
    "note.decompose_some": ("{known} of {n} zones together", "{n} 个园区中的 {known} 个合计"),
    "note.decompose_no_ratio": (
        "{who}: {of} {first} in {base}, {last} in {end}; a ratio from or to zero has no multiplicative effects; {how}",
        "{who}：{of} {base} 年 {first}，{end} 年 {last}；与零之比没有乘积形式的效应；{how}",
    ),
    "note.without_beyond": (
        "To {factor} alone {amount} are due, more than {of} is in {end}.",
        "仅{factor}一项即为 {amount}，超过 {end} 年的{of}。",
    ),
    "note.decompose_all": ("all {n} zones together", "全部 {n} 个园区合计"),
    "note.decompose_cells": ("all {n} cells together", "全部 {n} 个单元合计"),
    "note.form_additive": ("additive", "加和形式"),
    "note.form_multiplicative": ("multiplicative", "乘积形式"),
    "note.prices_nominal": ("current prices", "现价"),
    "note.prices": ("prices of {years}", "{years} 年价格"),
    "note.chained": ("chained year by year", "逐年链式"),
    "note.zeros": ("zeros replaced by {value}", "零值以 {value} 代替"),
    "note.without_higher": (
        "Without {factor}, {of} would have been {amount} ({percent}) higher in {end}{parts}.",
        "若无{factor}，{end} 年{of}将高出 {amount}（{percent}）{parts}。",
    ),
    "note.without_lower": (
        "Without {factor}, {of} would have been {amount} ({percent}) lower in {end}{parts}.",
        "若无{factor}，{end} 年{of}将低 {amount}（{percent}）{parts}。",
    ),
    "effect.co2": ("CO2", "二氧化碳排放"),
    "effect.energy": ("energy use", "综合能耗"),
    "effect.co2_intensity": ("CO2 per value added", "单位增加值二氧化碳排放"),
    "effect.energy_intensity": ("energy intensity", "能源强度"),
    "effect.activity": ("value added", "经济活动（增加值）"),
    "effect.zone_structure": ("structure between zones", "园区间结构"),
    "effect.sector_structure": ("structure between sectors", "行业结构"),
    "effect.process_intensity": ("process CO2 per value added", "单位增加值过程排放"),
    "effect.carrier_mix": ("carrier mix", "能源品种结构"),
    "effect.emission_factor": ("CO2 factors of fuels and heat", "燃料与热力排放因子"),
    "effect.grid_factor": ("grid factor", "电网排放因子"),
    "effect.coefficient": ("standard coal per unit", "折标系数"),
    "effect.co2_per_energy": ("CO2 per energy", "单位能耗二氧化碳排放"),
    "effect.not_attributed": ("not attributed", "未归因"),
    "effect.structure": ("structure", "结构"),
    "effect.between_zones": ("between zones", "园区之间"),
    "effect.within_zones": ("within zones", "园区内部"),
    "effect.unit_tce": ("ce", "标准煤"),
    "moved.zone_structure": ("the shift between zones", "园区间的结构变化"),
    "moved.sector_structure": ("the shift between sectors", "行业间的结构变化"),
    "moved.structure": ("the shift between zones and sectors", "园区间与行业间的结构变化"),
    "moved.between_zones": ("the shift between zones", "园区间的结构变化"),
    "moved.within_zones_rise": ("the rise within zones", "园区内部的上升"),
    "moved.within_zones_fall": ("the fall within zones", "园区内部的下降"),
    "moved.carrier_mix": ("the change of carriers", "能源品种结构的变化"),
    "moved.activity_rise": ("the growth of value added", "增加值的增长"),
    "moved.activity_fall": ("the fall of value added", "增加值的下降"),
    "moved.energy_intensity_rise": ("the rise in energy intensity", "能源强度的上升"),
    "moved.energy_intensity_fall": ("the fall in energy intensity", "能源强度的下降"),
    "moved.process_intensity_rise": ("the rise in process CO2 per value added", "单位增加值过程排放的上升"),
    "moved.process_intensity_fall": ("the fall in process CO2 per value added", "单位增加值过程排放的下降"),
    "moved.emission_factor_rise": ("the rise in the CO2 factors of fuels and heat", "燃料与热力排放因子的上升"),
    "moved.emission_factor_fall": ("the fall in the CO2 factors of fuels and heat", "燃料与热力排放因子的下降"),
    "moved.grid_factor_change": ("the change in the grid factor", "电网排放因子的变化"),
    "moved.grid_factor_rise": ("the rise in the grid factor", "电网排放因子的上升"),
    "moved.grid_factor_fall": ("the fall in the grid factor", "电网排放因子的下降"),
    "moved.co2_per_energy_rise": ("the rise in CO2 per energy", "单位能耗二氧化碳排放的上升"),
    "moved.co2_per_energy_fall": ("the fall in CO2 per energy", "单位能耗二氧化碳排放的下降"),
    "moved.other": ("the change in {factor}", "{factor}的变化"),
    # -- command line ----------------------------------------------------------------------------------------------
    "cli.words": (
        "{option} goes with the words alone; a table or another format was asked for; leave one of them out",
        "{option} 只用于文字输出；此处要求表格或其他格式；请删去其一",
    ),
    "cli.conflict": (
        "{first} and {second} cannot go together; both were given; leave one of them out",
        "{first} 与 {second} 不能同时使用；两者均已给出；请删去其一",
    ),
    "series.twice": (
        "a zone and a year may stand once in a table of series; {name} of {zone} in {year} stands twice; add the rows up first, or "
        "keep one version",
        "序列表中同一园区同一年份只能出现一次；{zone} {year} 年的 {name} 重复；请先合计，或只保留一个版本",
    ),
    "cli.parts": ("read {source} in parts: {zones} zones", "分批读取 {source}：{zones} 个园区"),
    "cli.sum_of_years": (
        "sums of {first}-{last}, {n} years; with year in --by each year by itself",
        "{first}—{last} 年（共 {n} 年）合计；如需逐年数值，请在 --by 中加上 year（年份）",
    ),
    "cli.read": ("read {source}: {zones} zones, {first}-{last}", "读取 {source}：{zones} 个园区，{first}—{last} 年"),
    "cli.method": ("method {method}: {title}; {basis}", "方法 {method}：{title}；{basis}"),
    "cli.left_out": ("not in the report: {part:part}, because: {reason}", "报告中未包含{part:part}，原因：{reason}"),
    "cli.planning": (
        "planning: {measures} measures of {set}, {zones} zones",
        "正在规划：{set} 的 {measures} 项措施，{zones} 个园区",
    ),
    "cli.wrote": ("wrote {path}", "已写入 {path}"),
    "cli.stdout": ("standard output", "标准输出"),
    "cli.stopped": ("stopped; no file is half-written", "已中断；没有写了一半的文件"),
    "cli.one_year": (
        "a change needs two years in which zones are known; the data have {years}; add a year",
        "分析变化须有两个数据已知的年份；数据中有 {years}；请补充年份",
    ),
    "cli.seed": ("seed {seed}", "种子 {seed}"),
    "cli.projected": ("projected: {scenario}, {draws} draws", "已完成预测：{scenario}，抽样 {draws} 次"),
    "cli.report": ("wrote {path} ({size})", "已写入 {path}（{size}）"),
    "cli.set": (
        "a choice must be written key=value, such as basis=equivalent or coefficients.natural_gas='1.21 kgce/m3'; got "
        "{text!r}; correct it",
        "选项须写成 key=value，例如 basis=equivalent 或 coefficients.natural_gas='1.21 kgce/m3'；收到 {text!r}；请更正",
    ),
    "cli.choice": (
        "an option must be one of the command; got {option}, a choice of the method; write --set '{choice}'",
        "选项须为该命令所有；收到 {option}，它是方法的选项；请写 --set '{choice}'",
    ),
    "cli.own_rows": (
        "rows of your own in use: {count} of {source}{years}",
        "采用了自备因子 {count} 行：{source}{years}",
    ),
    "cli.own_years": ("; data year {data} stands in for {years}", "；以数据年份 {data} 代替 {years} 年"),
    "cli.aside": ("{count} problems set aside:", "已搁置 {count} 处问题："),
    "cli.nearest": ("nearest to flipping: {zones}", "距改变判定最近的园区（括号内为所需变化）：{zones}"),
    "cli.exists": (
        "the folder must not hold these files yet; {path} does; choose another folder",
        "目标文件夹不得已有同名文件；{path} 已有；请另选文件夹",
    ),
    "cli.example": (
        "wrote a synthetic example of 169 zones (invented figures, no real zone) to {path}",
        "已将 169 个园区的合成示例（数字为虚构，非真实园区）写入 {path}",
    ),
    "cli.no_item": (
        "the item must be in a factor table; {item!r} is in none; 'zonecarbon factors list' shows them",
        "项目须在因子表中；{item!r} 不在任何表中；可用 zonecarbon factors list 查看",
    ),
    # -- results as data -------------------------------------------------------------------------------------------
    "schema.unknown": (
        "a schema must be of a record or a result; got {name!r}{hint}; zonecarbon.list_schemas() shows the names",
        "数据格式须为某类记录或结果的名称；收到 {name!r}{hint}；可用 zonecarbon.list_schemas() 查看名称",
    ),
    "schema.other": (
        "data of {expected} must stand here; got {got!r}; take what to_dict() of the same kind of result returned",
        "此处须为 {expected} 的数据；收到 {got!r}；请使用同类结果 to_dict() 的输出",
    ),
    "schema.unnamed": (
        "data must say by 'schema' what they are; these do not; if they are of a record, use {maker}.from_dict(data); a result "
        "is written by its to_dict()",
        "数据须以 'schema' 注明类别；此数据未注明；若为记录，请用 {maker}.from_dict(data)；结果请用 to_dict() 写出",
    ),
    "schema.no_digest": (
        "a state must come with the digest of the data; that of {result} has none; keep the whole of what to_dict() returned",
        "有 state 的数据须附 digest；{result} 的数据中没有；请完整保留 to_dict() 的输出",
    ),
    "schema.digest": (
        "data of {result} must be as to_dict() wrote them; they were changed: their digest is {own!r}, they say {stated!r}; "
        "write them anew",
        "{result} 的数据须与 to_dict() 写出时一致；数据有改动：按内容计算为 {own!r}，所载为 {stated!r}；请重新写出",
    ),
    "schema.no_state": (
        "a result can be made again only of data with its state; {result} has none; write it with to_dict(), without "
        "state=False",
        "重建结果须有 state 字段；{result} 的数据中没有；请用 to_dict() 写出，不要加 state=False",
    ),
    "schema.state": (
        "the state of a result must be as to_dict() wrote it; that of {result} is not ({detail}); write it anew",
        "结果的 state 须与 to_dict() 写出时一致；{result} 的已损坏（{detail}）；请重新写出",
    ),
    "schema.hash": (
        "the input hash must be that of the figures; the data says {stated!r}, its figures give {own!r}; write it anew",
        "输入哈希须与数值一致；数据所载为 {stated!r}，按数值计算为 {own!r}；请重新写出",
    ),
    "schema.record": (
        "a record must be an object with named fields; got {got}; pass a dict",
        "记录须为带字段名的对象；收到 {got}；请传入字典",
    ),
    "schema.text": (
        "a text must be valid Unicode; {text} holds half a character (a lone surrogate); send it whole, as UTF-8",
        "文本须为有效的 Unicode；{text} 含半个字符（孤立代理项）；请以 UTF-8 完整传送",
    ),
    "note.of.method": ("method", "核算方法"),
    "note.of.basis": ("basis", "口径"),
    "note.of.price_years": ("price years", "价格基期"),
    "note.of.targets": ("targets", "目标"),
    "note.of.judgement": ("judgement", "判定方式"),
    "note.of.scenario": ("scenario", "情景"),
    "note.is.calorific": ("calorific", "当量值"),
    "note.is.equivalent": ("equivalent", "等价值"),
    "note.is.full": ("full", "全数值"),
    "note.is.rounded": ("rounded", "修约值"),
    "note.is.nominal": ("nominal", "现价"),
    "note.rows_shown": ("{shown} of {count} rows", "共 {count} 行，显示 {shown} 行"),
    # -- report ----------------------------------------------------------------------------------------------------
    "report.empty": (
        "a report must be of at least one zone; the account has none, as of tables with headings and no rows; fill them in",
        "报告至少需要一个园区；账户中没有园区（例如各表只有表头而无数据行）；请填写数据",
    ),
    "report.nothing": (
        "a report must be given at least one result; got none; pass an account, a check or another result",
        "报告至少需要一项结果；未收到任何结果；请传入账户、判定或其他结果",
    ),
    "report.result": (
        "a report must be made of results: account, check, decompose, tapio, project, find_peaks, required, tornado; got {got}; "
        "pass what these functions return",
        "报告须由以下函数的结果生成：account、check、decompose、tapio、project、find_peaks、required、tornado；收到 {got}；请传入这些函数的返回值",
    ),
    "report.inputs": (
        "all results of a report must come from the same data; got different inputs ({results}); make them from one account",
        "同一份报告的结果须来自同一份数据；收到不同的输入（{results}）；请由同一账户生成",
    ),
    "report.methods": (
        "all results of a report must come from one accounting method; got {methods}; make a report for each method",
        "同一份报告的结果须采用同一核算方法；收到 {methods}；请分别生成报告",
    ),
    "report.factors": (
        "all results of a report must be made with the same factors; got results of different factor tables ({results}); "
        "make them from one account, or a report for each table",
        "同一份报告的结果须采用同一套因子；收到采用不同因子表的结果（{results}）；请由同一账户生成，或分别生成报告",
    ),
    "report.note": (
        "notes of a report must be a list of problems (code and values); got {got}; pass zonecarbon.errors.Problem",
        "报告说明须为问题（代码与取值）的列表；收到 {got}；请传入 zonecarbon.errors.Problem",
    ),
    "report.to": (
        "`to` must be a file name or a list of them, .html or .xlsx; got {got}; give a path",
        "`to` 须为 .html 或 .xlsx 文件名或其列表；收到 {got}；请给出路径",
    ),
    "report.ending": (
        "a report must be saved as .html or .xlsx; got {got}; end the file name in one of these",
        "报告须保存为 .html 或 .xlsx；收到 {got}；请更改文件名结尾",
    ),
    # -- results in words ------------------------------------------------------------------------------------------
    "basis.calorific": ("calorific basis (当量值)", "当量值"),
    "basis.equivalent": ("equivalent basis (等价值)", "等价值"),
    "basis.none": ("basis not stated", "未注明口径"),
    "verdict.met": ("met", "达标"),
    "verdict.missed": ("missed", "未达标"),
    "verdict.unknown": ("unknown", "未知"),
    "verdict.not_judged": ("not judged", "不判定"),
    "verdict.not_applicable": ("not applicable", "不适用"),
    "check.head": (
        "{title}; {basis}; judgement {judgement:judgement}",
        "{title}；{basis}；判定方式：{judgement:judgement}",
    ),
    "check.zones_none": (
        "{n} zones: {met} met, {missed} missed, {unknown} unknown",
        "{n} 个园区：{met} 达标，{missed} 未达标，{unknown} 未知",
    ),
    "check.no_zone": ("no zone is in this class", "没有属于此类的园区"),
    "check.zones": (
        "{n} zones: {met} met, {missed} missed, {unknown} unknown; lowest margins:",
        "{n} 个园区：{met} 达标，{missed} 未达标，{unknown} 未知；裕度最小者：",
    ),
    "check.recalled": (
        "the threshold is recalled: from memory, check before relying on it",
        "阈值状态：凭记忆，使用前请核对",
    ),
    "check.status": (
        "the status of the threshold is {status:status}: check it before relying on it",
        "阈值状态：{status:status}，使用前请核对",
    ),
    "check.limit": ("limit {operator} {threshold}", "限值 {operator} {threshold}"),
    "check.margin": ("margin {value}", "裕度 {value}"),
    "check.required_rise": ("still needed: a rise of {value} a year", "每年尚需上升 {value}"),
    "check.required_rate": ("still needed {value} a year", "每年尚需下降 {value}"),
    "check.bounds": (
        "between {lower} and {upper} whatever the unknown zones are",
        "视未知园区的实际情况，在 {lower} 至 {upper} 之间",
    ),
    "check.a_year": ("{value} a year", "年均 {value}"),
    "check.share_of": ("{value} {of}", "{value} {of}"),
    "check.points": ("{value} percentage points", "{value} 个百分点"),
    "explain.head": ("{zone} {year}, {basis}", "{zone} {year} 年，{basis}"),
    "explain.rows": ("as given: {rows}", "原始数据：{rows}"),
    "explain.unread": (
        "not counted: its carrier could not be read and the row was set aside; energy and CO2 are unknown",
        "未核算：品种无法识别，该行已搁置；能耗与 CO2 未知",
    ),
    "explain.own_unit": ("that of the carrier", "该品种自身单位"),
    "explain.no_unit": ("{given} (no unit given: {unit})", "{given}（未写单位：{unit}）"),
    "explain.biogenic": ("{co2} tCO2, biogenic: beside the sum", "{co2} tCO2，生物成因：不计入合计"),
    "explain.sum": ("sum: {energy} tce, {co2} tCO2", "合计：{energy} tce，{co2} tCO2"),
    "explain.intensity": (
        "per value added of {value_added} 万元: {energy} tce/万元, {co2} tCO2/万元",
        "按增加值 {value_added} 万元计：{energy} tce/万元，{co2} tCO2/万元",
    ),
}


_SENTENCES: Mapping[str, Sentence] = {language: Sentence(language) for language in ("en", "zh")}

_TONNES: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "Gt"), (1e6, "Mt"), (1.0, "t")),
    "zh": ((1e8, "亿吨"), (1e4, "万吨"), (1.0, "吨")),
}


def tonnes(value: float, language: Language = "en") -> str:
    """Return an amount in the unit people say it in, with four digits that count.

    Examples
    --------
    >>> tonnes(8_239_945_152.0), tonnes(8_239_945_152.0, "zh"), tonnes(527.43), tonnes(float("nan"))
    ('8.24 Gt', '82.4 亿吨', '527.4 t', '?')
    """
    if math.isnan(value):
        return "?"
    size, unit = next((step for step in _TONNES[language] if abs(value) >= step[0]), _TONNES[language][-1])
    shown = value / size
    return f"{shown:,.0f} {unit}" if abs(shown) >= 1000 else f"{shown:.4g} {unit}"


_LONGEST = 4000  # signs of one value in a sentence


def render(code: str, values: Mapping[str, Any], language: Language = "en") -> str:
    """Return the sentence ``code`` in ``language`` with ``values`` filled in.

    A placeholder with the format of a kind of term (``{carrier:carrier}``) is said in words; see
    :mod:`zonecarbon.terms`.

    Examples
    --------
    >>> render("and_more", {"count": 3}, "zh"), render("ncv.carrier", {"carrier": "heat"}, "zh")
    ('……另有 3 处', '热值仅用于按质量或体积计量的燃料；热力却给了热值；请留空')
    """
    shown = {name: _shortened(value) for name, value in values.items()}
    return str(_SENTENCES[language].vformat(TEXTS[code][0 if language == "en" else 1], (), shown))


def _shortened(value: Any) -> Any:
    """Return a value as it is, but a text of many pages by its two ends: a cell may hold a whole file."""
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[: _LONGEST // 2]} … {value[-_LONGEST // 4 :]}"
    return value


def place(source: str, sheet: str, row: int | None, column: str, cell: str = "", language: Language = "en") -> str:
    """Return a place in words; parts that are not known are left out.

    Examples
    --------
    >>> place("energy.csv", "", 7, "quantity")
    'energy.csv, row 7, column quantity'
    >>> place("zones.xlsx", "energy", 17, "quantity", "D17")
    'zones.xlsx, energy!D17 (quantity)'
    """
    parts = [source] if source else []
    if cell:
        address = f"{sheet}!{cell}" if sheet else cell
        parts.append(f"{address} ({columns(column, language)})" if column else address)
        return (", " if language == "en" else "，").join(parts)
    if sheet:
        parts.append(render("place.sheet", {"sheet": sheet}, language))
    if row is not None:
        parts.append(render("place.row", {"row": row}, language))
    if column:
        parts.append(render("place.column", {"column": column}, language))
    return (", " if language == "en" else "，").join(parts)
