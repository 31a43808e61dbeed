"""What the heading of a column means: a column of ours, a carrier with its unit, value added, a reported figure.

Decided here: a heading is read with the vocabulary that records use, after its unit is taken off: in brackets of any
kind (``原煤(吨)``, ``天然气（万立方米）``, ``Natural gas [10^4 m3]``), after a blank, a comma or a slash (``电力
万千瓦时``). A bracket that is no unit belongs to the name (``甲醇(用作燃料)``) or says the use or the supply
(``电力(光伏)(万千瓦时)``, ``原煤-用于原材料(吨)``). Nothing is matched by likeness: what is not understood is
reported by its cell.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from zonecarbon import units
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.vocabulary import (
    carrier_spellings,
    carriers,
    find_basis,
    find_indicator,
    find_supply,
    find_use,
    fold,
    is_sum,
)

WORDS = {
    "zone": ("zone", "园区", "高新区", "园区名称", "高新区名称", "单位名称", "单位详细名称"),
    "name": ("name", "名称", "全称", "园区全称"),
    "province": ("province", "省份", "省", "所在省份", "地区", "所在省", "所在地区"),
    "year": ("year", "年份", "年度", "年", "统计年度"),
    "sector": ("sector", "行业", "部门", "行业名称"),
    "value_added": (
        *("value_added", "工业增加值", "增加值", "industrial value added", "value added"),
        *("规上工业增加值", "规模以上工业增加值"),
    ),
    "unit": ("unit", "单位", "计量单位"),
    "price_year": ("price_year", "价格年", "价格基期", "价格", "price year"),
    "boundary": ("boundary", "边界"),
    "coverage": ("coverage", "统计范围"),
    "deflator": ("deflator", "平减指数"),
    "carrier": ("carrier", "能源品种", "品种", "能源", "能源名称"),
    "quantity": ("quantity", "数量", "消费量", "实物量", "消费量合计", "消费合计", "能源消费量"),
    "use": ("use", "用途", "使用方式"),
    "supply": ("supply", "供应方式", "来源", "供应", "供电方式", "供能方式", "电力来源"),
    "ncv": ("ncv", "热值", "低位发热量", "低位发热量（热值）", "低位热值", "发热量"),
    "ncv_unit": ("ncv_unit", "热值单位"),
    "basis": ("basis", "口径"),
    "meter": ("meter", "计量点", "表号"),
    "product": ("product", "产品"),
    "output": ("output", "产量"),
    "factor": ("factor", "排放因子"),
    "indicator": ("indicator", "指标", "指标名称"),
    "value": ("value", "数值", "值"),
    # Of the form 能源购进、消费与库存.
    "industrial_use": ("工业生产消费", "工业生产消费量", "生产消费", "生产用"),
    "raw_material": ("用于原材料", "用作原材料", "用作原料材料", "其中用于原材料", "用于原料"),
    "other_use": ("非工业生产消费", "非工业生产消费量", "非生产消费", "非生产用"),
}
NAMES = {fold(word): name for name, words in WORDS.items() for word in words}
FIGURES = {"quantity", "value_added", "output", "value", "ncv", "industrial_use", "raw_material", "other_use"}
FORM = ("industrial_use", "raw_material", "other_use")

# Columns that people keep for themselves, and those of the form that are no consumption.
OWN = {
    fold(word)
    for word in (
        *("note", "notes", "remark", "remarks", "comment", "id", "no", "备注", "说明", "序号", "编号", "注"),
        *("代码", "能源代码", "行次", "年初库存", "年初库存量", "期初库存量", "期末库存", "期末库存量", "年末库存量"),
        *("购进量", "购进金额", "金额", "购自省外", "购进量实物量", "购进量合计", "购进量金额", "运输工具消费"),
        *("合计中运输工具消费", "采用折标系数", "参考折标系数", "折标系数", "折标准煤系数"),
    )
}
_BRACKETS = str.maketrans("（）［］【】〔〕｛｝０１２３４５６７８９．", "()[][][]{}0123456789.")
APART = {"zh": "另计", "en": "in addition"}  # beside a supply: what the carrier's own column does not hold
_APART = {fold(word) for word in (*APART.values(), "另行相加", "不含在内", "extra")}
_LAST_BRACKET = re.compile(
    r"^(?P<name>.*?)\s*[(\[{](?P<inside>[^()\[\]{}]*(?:\([^()]*\)[^()\[\]{}]*)*)[)\]}]$", re.DOTALL
)
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_LAST_WORD = re.compile(r"^(?P<name>.+?)(?:\s*[,，、:：/|]\s*|\s+|_)(?P<inside>\S.*)$", re.DOTALL)
_PRICE = re.compile(
    r"按?\s*(?P<year>(?:19|20)[0-9]{2})\s*年?\s*(?:不变价格?|可比价格?|价格?|constant prices?|prices?)(?:计算)?",
    re.IGNORECASE,
)
_NOMINAL = re.compile(r"按?(?:当年价格?|现价|现行价格?)(?:计算)?|nominal|current prices?", re.IGNORECASE)
_PART = re.compile(r"^\s*(?:[(]?[0-9一二三四五六七八九十]{1,2}[)、.．]?\s*)?(?:其中|#|of which)", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^\s*(?:[(]?[0-9一二三四五六七八九十]{1,2}[)]|[0-9]{1,2}\s*[.、．]|[一二三四五六七八九十]+、|#|其中\s*[:：]?|\*)\s*"
)
_JOINTS = re.compile(r"\s*[-—–:：/、,，|]\s*|\s*[(\[]\s*|\s*[)\]]\s*")


class Heading(NamedTuple):
    """What a heading means.

    ``kind`` is ``column`` (``name`` is one of ours), ``carrier``, ``value_added``, ``indicator``, ``sum`` (of carriers:
    not read), ``part`` (其中 ...: of another column, not read), ``left`` (what is bought, made, planned: not read),
    ``own`` (the user's: not read), ``ignored`` (left out on request), or ``unknown``. ``whole`` says that it stands as
    the sum of its group; ``apart`` that it says itself that no other column holds it (另计).
    """

    kind: str
    text: str
    name: str = ""
    unit: str = ""
    use: str = ""
    supply: str = ""
    basis: str = ""
    price: str = ""
    whole: bool = False
    apart: bool = False

    @property
    def known(self) -> bool:
        """Whether it is one that tables are recognised by."""
        return self.kind not in {"unknown", "own", "part", "left", "ignored"}


_LONGEST = 200  # signs; what is longer is a note, and to look for names and units in it takes long


@lru_cache(maxsize=8192)
def heading(text: str) -> Heading:
    """Return what a heading means.

    Examples
    --------
    >>> heading("天然气（万立方米）")[2:4], heading("电力 万千瓦时")[2:4], heading("Natural gas [10^4 m3]")[2:4]
    (('natural_gas', '万立方米'), ('electricity', '万千瓦时'), ('natural_gas', '10^4 m3'))
    >>> heading("电力（光伏）（万千瓦时）")[2:6]
    ('electricity', '万千瓦时', '', 'onsite_nonfossil')
    >>> heading("工业增加值（亿元，2020年价）")[2:8]
    ('value_added', '亿元', '', '', '', '2020')
    """
    shown = " ".join(text.split())
    if len(shown) > _LONGEST:
        return Heading("unknown", shown, shown)
    plain = unnumbered(shown)
    if plain != shown and _PART.match(shown.translate(_BRACKETS)) and (found := heading(plain)).kind == "carrier":
        return found._replace(kind="part", text=shown)
    price, bare = _price_beside(plain)
    if price and (found := heading(bare)).kind == "value_added":
        return found._replace(text=shown, price=price)
    plain = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", " ", plain)
    for name, unit in _splits(plain):
        price, rest, own = _price(name, unit)
        basis, own = _basis_beside(own)
        meant = _named(rest, own)
        if meant:
            return meant._replace(text=shown, unit=own, price=price, basis=meant.basis or basis)
    if re.sub(r"[:：,，.。]", "", fold(plain)) in OWN:
        return Heading("own", shown)
    name, unit = next((pair for pair in _splits(plain) if pair[1]), (plain, ""))
    return Heading("unknown", shown, name, unit)


def _price_beside(text: str) -> tuple[str, str]:
    """Return the price year that a heading says anywhere, and the heading without it."""
    found = _PRICE.search(text) or _NOMINAL.search(text)
    if not found:
        return "", text
    rest = text[: found.start()] + text[found.end() :]
    rest = re.sub(
        r"[(\[]\s*[,，、;；]?\s*[)\]]", "", re.sub(r"([(\[])\s*[,，、;；]\s*|\s*[,，、;；]\s*([)\]])", r"\1\2", rest)
    )
    return (found["year"] if "year" in found.re.groupindex else "nominal"), rest.strip(" ,，、;；")


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, unit) in the order of likelihood: with a unit that is one, then the whole as a name."""
    for pattern in (_LAST_BRACKET, _LAST_WORD):
        rest = text
        while found := pattern.match(rest):
            name, inside = found["name"].strip(), (found["inside"] + text[len(rest) :]).strip()
            if is_unit(inside) or _price(name, inside)[0] or _basis_beside(inside)[0]:
                yield name, inside
            if pattern is _LAST_BRACKET or len(inside) > 40:
                break
            longer = _LAST_WORD.match(rest[found.end("name") :].lstrip(" ,，、:：/|_"))
            if longer is None:
                break
            # "Natural gas 10^4 m3": the name may be longer than its first word
            cut = len(rest) - len(longer["inside"])
            name, inside = text[:cut].rstrip(" ,，、:：/|_"), text[cut:]
            if is_unit(inside):
                yield name, inside
            break
    for found in _BRACKET.finditer(text):
        if is_unit(found[1].strip()):
            yield (text[: found.start()] + text[found.end() :]).strip(), found[1].strip()
    words = text.split(" ")
    for at in range(len(words) - 1, 0, -1):
        name, inside = " ".join(words[:at]), " ".join(words[at:])
        if is_unit(inside):
            yield name, inside
    yield text, ""


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Return whether ``text`` is a unit that we know.

    Examples
    --------
    >>> is_unit("万吨标准煤"), is_unit("光伏"), is_unit("10^4 m3")
    (True, False, True)
    """
    if not text or text.isdecimal():
        return False
    try:
        units.dimension(text)
    except ZoneCarbonError:
        return False
    return True


def _price(name: str, unit: str) -> tuple[str, str, str]:
    """Return the price year that name or unit say, and both without it."""
    for text in (name, unit):
        found, nominal = _PRICE.search(text), _NOMINAL.search(text)
        span = found or nominal
        if span:
            price = found["year"] if found else "nominal"
            left = re.sub(r"^[\s,，、;；()\[\]]+|[\s,，、;；(\[]+$", "", text[: span.start()] + text[span.end() :])
            left = left.strip().removesuffix("()").removesuffix("[]").rstrip(" ,，")
            return (price, left, unit) if text is name and text != unit else (price, name, left)
    return "", name, unit


def _named(name: str, unit: str) -> Heading | None:
    """Return what a name without its unit means; None if nothing."""
    folded = fold(name)
    column = NAMES.get(folded)
    if column == "value_added":
        return Heading("value_added", "", column)
    if column:  # a zone has no unit: "Zone 1" is a name, not a heading
        return Heading("column", "", column) if not unit or column in FIGURES else None
    if folded in carrier_spellings():
        return Heading("carrier", "", carrier_spellings()[folded])
    plain, basis = _basis(name)
    reported = find_indicator(plain)
    if reported and (unit or fold(reported) != fold(plain)):
        return Heading("indicator", "", reported, basis=basis)
    if folded and is_sum(name, "carrier"):
        return Heading("sum", "", name)
    return _with_use(name)


def _basis_beside(unit: str) -> tuple[str, str]:
    """Return the basis that stands beside a unit (``当量值，万吨标准煤``), and the unit without it."""
    parts = re.split(r"\s*[,，、;；]\s*", unit)
    for part in parts:
        basis = _find_basis(part)
        if basis:
            return basis, ", ".join(other for other in parts if other != part)
    return "", unit


def _find_basis(text: str) -> str:
    try:
        return find_basis(text)
    except ZoneCarbonError:
        return ""


def _basis(name: str) -> tuple[str, str]:
    for part in _JOINTS.split(name):
        basis = _find_basis(part)
        if basis:
            return "".join(_JOINTS.split(name)).replace(part, ""), basis
    return name, ""


def _with_use(name: str) -> Heading | None:
    """Return a carrier whose use or supply stands beside its name."""
    parts = [part for part in _JOINTS.split(name) if part]
    found = [carrier_spellings()[fold(part)] for part in parts if fold(part) in carrier_spellings()]
    if len(parts) < 2 or len(set(found)) != 1:
        return None
    use = supply = basis = ""
    apart = False
    for part in parts:
        if fold(part) in carrier_spellings():
            continue
        if fold(part) in _APART:
            apart = True
            continue
        if _find_basis(part):
            basis = _find_basis(part)
            continue
        try:
            use = find_use(part)
            continue
        except ZoneCarbonError:
            pass
        try:
            supply = find_supply(part, carriers()[found[0]])
        except ZoneCarbonError:
            return None
    if apart and not supply:
        return None
    return Heading("carrier", "", found[0], use=use, supply=supply, basis=basis, apart=apart)


def of_parts(parts: tuple[str, ...]) -> Heading:
    """Return what a heading of several rows means, its parts from the top to the bottom.

    The last part is the heading, those above it groups. A last part that is a unit, a use or a supply belongs to the
    one above it; a group that says use or supply counts; below a group of what is bought, made, stored, planned or of
    another year nothing is read.

    Examples
    --------
    >>> of_parts(("能源消费", "原煤", "吨"))[2:4], of_parts(("购进量", "原煤(吨)")).kind
    (('raw_coal', '吨'), 'left')
    >>> of_parts(("电力(万千瓦时)", "光伏"))[2:6], of_parts(("外供", "热力(GJ)"))[2:5]
    (('electricity', '万千瓦时', '', 'onsite_nonfossil'), ('heat', 'GJ', 'export'))
    """
    parts = tuple(dict.fromkeys(part for part in (" ".join(part.split()) for part in parts) if part))
    if not parts:
        return Heading("own", "")
    if len(parts) == 1:
        return heading(parts[0])
    text = " / ".join(parts)
    unit = parts[-1].strip("()（）[]")
    if is_unit(unit) and (inner := of_parts(parts[:-1])).kind not in {"own", "unknown"} and not inner.unit:
        return inner._replace(text=text, unit=unit)
    last = _below(heading(parts[-2]), heading(parts[-1]), parts)
    if last.kind in {"carrier", "indicator", "sum", "value_added"} or last.name in {"quantity", *FORM}:
        for group in parts[:-1]:
            last = _in_group(group, last)
    elif last.kind == "unknown" and any(_LEFT_OUT.search(part) for part in parts):
        last = last._replace(kind="own")
    elif last.kind == "unknown" and is_unit(unit):
        last = last._replace(name=unnumbered(parts[-2]), unit=unit)
    return last._replace(text=text)


def _below(above: Heading, last: Heading, parts: tuple[str, ...]) -> Heading:
    """Return what a heading means below the one above it."""
    if above.kind == "carrier" and last.kind != "carrier":
        if last.kind == "sum":
            return above._replace(whole=True)
        if last.name == "quantity":
            return above._replace(unit=last.unit or above.unit)
        joined = heading(f"{carriers()[above.name].name_zh}-{last.name or parts[-1]}")
        if joined.kind == "carrier" and last.kind != "column":
            return joined._replace(unit=last.unit or above.unit)
        raw = last.name == "raw_material"
        return above._replace(use="feedstock", unit=last.unit or above.unit) if raw else last
    if above.name == "quantity" and last.kind == "sum":
        return above
    if last.known:
        return last._replace(unit=last.unit or (above.unit if last.kind != "column" else ""))
    joined = heading(f"{parts[-2]}-{parts[-1]}")
    return joined if joined.known else last


def _in_group(group: str, item: Heading) -> Heading:
    """Return what a column means below a group."""
    found = heading(group)
    if found.name == "raw_material" and item.kind == "carrier":
        return item._replace(use="feedstock")
    if found.known or item.kind == "own":
        return item
    if item.kind == "carrier":
        joined = heading(f"{carriers()[item.name].name_zh}-{unnumbered(group)}")
        if joined.kind == "carrier" and (joined.use or joined.supply):
            return item._replace(use=item.use or joined.use, supply=item.supply or joined.supply)
    if _PART.match(group.translate(_BRACKETS)):
        return item._replace(kind="part")
    plain = _BRACKET.sub("", group.translate(_BRACKETS))  # 能源消费量（不含自产） is consumption
    if _YEAR.fullmatch(plain) or (_LEFT_OUT.search(plain) and not _WHOLE_FORM.search(plain)):
        return item._replace(kind="left")
    return item


# Groups below which nothing is consumption of the row's year.
_LEFT_OUT = re.compile(
    "购进|购入|外购|采购|库存|存量|可供|出售|销售|进口|调入|产出|产量|自产|生产量|发电量|供热量|回收|损失|损耗|折标|金额|价格"
    "|上年|去年|同期|计划|目标|预测|增速|增长|占比|比重"
    r"|\bpurchase|\bstocks?\b|\boutput|\bproduction\b(?! use)|\bproduced|\bprevious|\blast year|\bplan|\bforecast",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\s*(?:19|20)[0-9]{2}\s*年?度?\s*")
_WHOLE_FORM = re.compile("购进.*消费|消费.*购进")


def is_of_which(text: str) -> bool:
    """Return whether a heading says that it is part of another (``其中：无烟煤``).

    Examples
    --------
    >>> is_of_which("其中：绿电(万千瓦时)"), is_of_which("1.其中 规上"), is_of_which("原煤(吨)")
    (True, True, False)
    """
    return bool(_PART.match(text[:_LONGEST].translate(_BRACKETS)))


def is_left_out(text: str) -> bool:
    """Return whether a name is of what is bought, made, stored or planned, which is no consumption (``焦炭产量``)."""
    return bool(_LEFT_OUT.search(text))


def unnumbered(text: str) -> str:
    """Return a text without the number or the ``其中`` before it.

    Examples
    --------
    >>> unnumbered("1.无烟煤"), unnumbered("其中：褐煤"), unnumbered("原煤")
    ('无烟煤', '褐煤', '原煤')
    """
    text = text.translate(_BRACKETS)
    while (shorter := _NUMBERING.sub("", text).strip()) != text:
        text = shorter
    return text
