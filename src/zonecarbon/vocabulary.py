"""Names and their spellings: carriers, provinces, indicators, uses, supplies, words for sums.

Decided here: the vocabulary is data (``data/vocabulary/*.csv``) read with the standard library, so that records, the
catalog and the readers share one list without any of them importing pandas. A name matches when it is equal after
Unicode folding (full-width letters and brackets), case folding and removal of blanks, hyphens and underscores; nothing
is matched by likeness. A near miss is an error that names the nearest known spelling, because 山西 and 陕西, or coke
and coke gas, are near and not the same.

Sum words (煤合计, 合计, Total, 全国 among zones) are known too, so that a column or row of sums is refused by name
instead of being counted twice.
"""

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from zonecarbon.errors import InputError

USES = ("final", "transformation_in", "transformation_out", "feedstock", "export")
SUPPLIES = (
    "grid",
    "direct_nonfossil",
    "certificate",
    "onsite_nonfossil",
    "onsite_fossil",
    "fossil_heat",
    "nonfossil_heat",
)
# The words that forms and people use for them, the Chinese one of the forms first.
_USE_WORDS = {
    "final": ("终端消费", "终端", "消费", "工业生产消费"),
    "transformation_in": ("加工转换投入", "转换投入", "投入"),
    "transformation_out": ("加工转换产出", "转换产出", "产出"),
    "feedstock": ("用于原材料", "原料用能", "原材料", "原料"),
    "export": ("外供", "外销", "调出", "输出"),
}
_SUPPLY_WORDS = {
    "grid": ("电网", "外购", "外购电", "市电", "power grid", "public grid", "from the grid"),
    "direct_nonfossil": (
        "绿电直供", "直供", "非化石直供", "绿电直连", "direct green power", "direct green electricity",
        "direct renewable power", "direct supply of green power",
    ),
    "certificate": (
        "绿证",
        "绿色电力证书",
        "绿电交易",
        "certificates",
        "green certificate",
        "green certificates",
        "green electricity certificate",
        "green electricity certificates",
        "GEC",
        "traded green power",
        "green power trading",
        "green power certificate",
    ),
    "onsite_nonfossil": (
        "自发非化石",
        "自建光伏",
        "厂区光伏",
        "光伏",
        "分布式光伏",
        "自发光伏",
        "光伏发电",
        "自建风电",
        "solar",
        "pv",
        "solar pv",
        "photovoltaic",
        "photovoltaics",
        "solar power",
        "rooftop solar",
        "rooftop pv",
        "onsite solar",
        "onsite pv",
        "onsite wind",
        "onsite renewable",
        "onsite renewables",
        "distributed pv",
    ),
    "onsite_fossil": (
        "自备电厂",
        "自发化石",
        "自备",
        "captive",
        "captive power",
        "captive power plant",
        "own power plant",
    ),
    "fossil_heat": ("化石热力",),
    "nonfossil_heat": ("非化石热力",),
}  # fmt: skip
# Of these nobody can tell whether it comes with certificates, directly, or from one's own roof.
_GREEN_WORDS = (
    "绿电", "绿色电力", "可再生能源", "可再生能源电力", "非化石电力", "风电",
    "green", "green power", "green electricity", "renewable", "renewables", "renewable power", "nonfossil",
    "nonfossil power", "wind", "wind power",
)  # fmt: skip
_BASIS_WORDS = {
    "calorific": ("calorific", "当量值", "当量"),
    "equivalent": ("equivalent", "等价值", "等价"),
}
_ENERGY_SUPPLIES = {
    "electricity": ("grid", "direct_nonfossil", "certificate", "onsite_nonfossil", "onsite_fossil"),
    "heat": ("grid", "fossil_heat", "nonfossil_heat", "onsite_nonfossil", "onsite_fossil"),
}


@dataclass(frozen=True, slots=True)
class Carrier:
    """An energy carrier: its id, names, the unit it is kept in, what kind it is and where its carbon comes from."""

    id: str
    name_zh: str
    name_en: str
    unit: str
    kind: Literal["fuel", "heat", "electricity", "energy_medium", "reported", "process"]
    carbon_class: str
    parent: str = ""
    form_unit_zh: str = ""
    yearbook_unit_zh: str = ""

    def name(self, language: str = "en") -> str:
        """Return the name in ``language``."""
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True, slots=True)
class Province:
    """A province, autonomous region or municipality, or the nation (``00-quanguo``)."""

    id: str
    name_zh: str
    name_en: str
    region: str

    def name(self, language: str = "en") -> str:
        """Return the name in ``language``."""
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that documents ask for: its id and names."""

    id: str
    name_zh: str
    name_en: str

    def name(self, language: str = "en") -> str:
        """Return the name in ``language``."""
        return self.name_zh if language == "zh" else self.name_en


_BLANKS = re.compile(r"[\s_\-]+")


def fold(name: str) -> str:
    """Return ``name`` in the form in which names are compared.

    Examples
    --------
    >>> fold(" Coke－Oven Gas ") == fold("coke_oven_gas")
    True
    """
    name = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return _BLANKS.sub("", name.casefold())


def read_rows(*parts: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file below ``zonecarbon/data``."""
    text = files("zonecarbon").joinpath("data", *parts).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


_UNITS = {"m**3": "m3"}

REPORTED = Carrier("reported", "填报总量", "reported total", "tce", "reported", "mixed")
# Of rows that were set aside because their carrier could not be read: something was used, nobody knows what.
UNREAD = Carrier("unrecognised", "未识别品种", "unrecognised carrier", "tce", "fuel", "mixed")


@cache
def carriers() -> Mapping[str, Carrier]:
    """Return every carrier by id."""
    rows = read_rows("vocabulary", "carriers.csv")
    return {
        row["carrier_id"]: Carrier(
            row["carrier_id"],
            row["name_zh"],
            row["name_en"],
            _UNITS.get(row["unit"], row["unit"]),
            row["kind"],  # type: ignore[arg-type]
            row["carbon_class"],
            row["parent_id"],
            row["form_unit_zh"],
            row["yearbook_unit_zh"],
        )
        for row in rows
    }


@cache
def provinces() -> Mapping[str, Province]:
    """Return every province by id; the nation is ``00-quanguo``."""
    return {
        row["province_id"]: Province(row["province_id"], row["name_zh"], row["name_en"], row["region_id"])
        for row in read_rows("vocabulary", "provinces.csv")
    }


@cache
def indicators() -> Mapping[str, Indicator]:
    """Return every indicator that tables and records may report, by id."""
    names = ("id", "name_zh", "name_en")
    return {row["id"]: Indicator(*(row[name] for name in names)) for row in read_rows("vocabulary", "indicators.csv")}


@cache
def carriers_of_flows() -> Mapping[str, Carrier]:
    """Return what the flows of an account may have as their carrier: the vocabulary, and what only readers make."""
    return {REPORTED.id: REPORTED, UNREAD.id: UNREAD, **carriers()}


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    index: dict[str, str] = {}
    for spelling, key in pairs:
        folded = fold(spelling)
        if folded and index.setdefault(folded, key) != key:
            msg = f"{spelling!r} stands for both {index[folded]!r} and {key!r}"
            raise AssertionError(msg)
    return index


@cache
def carrier_spellings() -> Mapping[str, str]:
    """Return folded spelling -> carrier id."""
    rows = read_rows("vocabulary", "carriers.csv")
    names = ("carrier_id", "name_zh", "name_en")
    return _index(
        (spelling, row["carrier_id"])
        for row in rows
        for spelling in [
            *(row[name] for name in names),
            *row["aliases_zh"].split("|"),
            *row["aliases_en"].split("|"),
        ]
    )


@cache
def indicator_spellings() -> Mapping[str, str]:
    """Return folded spelling -> indicator id: the names of the shipped targets, as they word a level."""
    names = ("id", "name_zh", "name_en")
    return _index(
        (spelling, row["id"])
        for row in read_rows("vocabulary", "indicators.csv")
        for spelling in [
            *(row[name] for name in names),
            *row["aliases_zh"].split("|"),
            *row["aliases_en"].split("|"),
        ]
    )


@cache
def province_spellings() -> Mapping[str, str]:
    """Return folded spelling -> province id."""
    names = ("province_id", "code", "name_zh", "name_zh_full", "short_zh", "name_en", "pinyin")
    return _index(
        (spelling, row["province_id"])
        for row in read_rows("vocabulary", "provinces.csv")
        for spelling in [*(row[name] for name in names), *row["aliases"].split("|")]
    )


@cache
def _words(which: Literal["use", "supply"]) -> Mapping[str, str]:
    keys, words = (USES, _USE_WORDS) if which == "use" else (SUPPLIES, _SUPPLY_WORDS)
    return _index((spelling, key) for key in keys for spelling in (key, *words[key]))


# What each kind of name must not be: ``figure`` is an average, a growth rate or a share in the place of a zone.
_SUMS = {"carrier": {"carrier"}, "zone": {"zone", "figure"}, "total": {"zone"}}
_BEFORE_WORD = re.compile(r"^(?:[0-9一二三四五六七八九十.、,:()*#]|[a-z]{1,3}[.、)])+")
_AFTER_WORD = re.compile(r"(?:[\[(【][^()\[\]【】]*[)\]】]|[0-9.。、,:;*#]+)$")


@cache
def _sum_words(kind: str) -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in read_rows("vocabulary", "sums.csv") if row["kind"] in _SUMS[kind])


def _bare(folded: str) -> str:
    """Return a folded name without the numbering before it, and the signs and brackets after it."""
    folded = _BEFORE_WORD.sub("", folded)
    for _ in range(3):  # a colon, a bracket, a colon
        folded = _AFTER_WORD.sub("", folded)
    return folded.strip("()")


def is_sum(name: str, kind: Literal["carrier", "zone", "total"]) -> bool:
    """Return whether ``name`` is a word for a sum of carriers or of zones (煤合计, Total, 全国).

    Numbering, colons, blanks and brackets around the word do not matter. Among zones a word for another figure about
    them (平均, 增长率) counts as well, because it is no zone either; ``total`` is a sum of zones alone.

    Examples
    --------
    >>> is_sum("煤合计", "carrier"), is_sum("全国", "zone"), is_sum("raw coal", "carrier")
    (True, True, False)
    >>> is_sum("一、总 计（A+B）", "zone"), is_sum("平均", "zone"), is_sum("平均", "total"), is_sum("合计园", "zone")
    (True, True, False, False)
    """
    folded, words = fold(name), _sum_words(kind)
    return folded in words or (len(folded) <= _LONGEST_SUM and _bare(folded) in words)


_LONGEST_SUM = 120  # characters of a name in which a sum word is looked for


def is_part(name: str) -> bool:
    """Return whether a row is a part of the row above it (``其中：规上``).

    Examples
    --------
    >>> is_part("（1）其中：规上"), is_part("of which: chemicals"), is_part("中关村")
    (True, True, False)
    """
    return _BEFORE_WORD.sub("", fold(name)[:_LONGEST_SUM]).startswith(_PARTS)


_PARTS = ("其中", "ofwhich")


def are_plain(names: Iterable[str]) -> bool:
    """Return whether no word for a sum of zones or a part occurs anywhere in ``names``: then none of them is one.

    A look at all of them together, for long lists: each by itself takes ten times as long.

    Examples
    --------
    >>> are_plain(["中关村", "苏州"]), are_plain(["中关村", "全国先进园"])
    (True, False)
    """
    together = fold("|".join(names))
    letters = set(together)
    words = [word for word in (*_PARTS, *_sum_words("zone")) if letters.issuperset(word)]
    return not any(word in together for word in words)


# Characters that are typed for one another, by sound or shape: 原媒, 焦碳, 气油, 天燃气. A general rule of one wrong
# character was considered and rejected: 水泥 is not 煤泥, and 粗钢 not 粗苯.
_CONFUSED = ("煤媒梅霉", "炭碳叹谈", "油由", "气汽", "柴材财紫", "焦交胶蕉", "原源元", "力利立", "氢轻清青", "蒸正争",
             "蜡腊", "然燃", "液夜", "褐竭", "热执")  # fmt: skip
_SOUNDS = str.maketrans({character: group[0] for group in _CONFUSED for character in group})


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the known spelling most like ``name``, or nothing.

    Characters that are typed for one another do not count, so that one of them in a name of two is found.

    Examples
    --------
    >>> known = ["原油", "原煤", "焦炭", "汽油", "煤泥", "raw coal"]
    >>> nearest("原媒", known), nearest("焦碳", known), nearest("气油", known), nearest("raw cole", known)
    ('原煤', '焦炭', '汽油', 'raw coal')
    >>> nearest("水泥", known)
    ''
    """
    by_fold = {fold(known): known for known in names}
    folded = fold(name)
    sound = folded.translate(_SOUNDS)
    found = [known for known in by_fold if known.translate(_SOUNDS) == sound]
    found = found or difflib.get_close_matches(folded, by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""


def likeness(name: str, other: str) -> float:
    """Return how like two names are, from 0 to 1; characters that are typed for one another are the same.

    Examples
    --------
    >>> likeness("原媒", "原煤"), likeness("原盐", "原煤")
    (1.0, 0.5)
    """
    first, second = (fold(word).translate(_SOUNDS) for word in (name, other))
    return 1.0 if first == second else difflib.SequenceMatcher(None, first, second).ratio()


_MEMBERS = 6  # carriers of a group that a message names
_NAMED = 10  # zones that a message about an unknown one names
_COMPARED = 5000  # to find the nearest of more takes seconds


def unknown_zone(name: object, zones: Iterable[object]) -> InputError:
    """Return the error of a zone that is not there, with the nearest and the first ten of those that are.

    Examples
    --------
    >>> str(unknown_zone("临江", ["临江高新区", "示例高新区"]))
    "the zone must be one of those there; got '临江' ('临江高新区'?), there are 临江高新区, 示例高新区; check the name"
    """
    names = [word for word in dict.fromkeys(str(zone) for zone in zones) if word]
    near = ""
    if isinstance(name, str) and name.strip() and len(names) <= _COMPARED:
        near = _within(fold(name), names) or nearest(name, names)
    some = few(names, _NAMED)
    return InputError("zone.unknown", name=name, nearest=suggestion(near), zones=some or "-")


def _within(folded: str, names: Iterable[str]) -> str:
    """Return the one name that holds a part that was given."""
    found = [name for name in names if folded in fold(name)]
    return found[0] if len(found) == 1 else ""


def few(names: Sequence[str], most: int) -> str:
    """Return names for a message: the first of many, and how many there are.

    Examples
    --------
    >>> few(["A", "B", "C"], 2), few(["A", "B"], 2)
    ('A, B, ... (3)', 'A, B')
    """
    return ", ".join(names[:most]) + (f", ... ({len(names)})" if len(names) > most else "")


def suggestion(found: str) -> str:
    """Return how a message asks whether a near name was meant; nothing where none is near.

    Examples
    --------
    >>> suggestion("原煤"), suggestion("")
    (" ('原煤'?)", '')
    """
    return f" ({found!r}?)" if found else ""


def find_carrier(name: str) -> Carrier:
    """Return the carrier called ``name`` (id, Chinese or English name, or a listed alias).

    Raises
    ------
    InputError
        If the name is blank or no carrier is called so; the message names the nearest known one, and says when the word
        is a sum, or a group and of which carriers.

    Examples
    --------
    >>> find_carrier("天然气（气态）").id
    'natural_gas'
    """
    if not isinstance(name, str):
        raise InputError("carrier.unknown", name=name, nearest="")
    found = carrier_spellings().get(fold(name))
    if found is not None:
        return carriers()[found]
    if not name.strip():
        raise InputError("carrier.blank")
    if is_sum(name, "carrier"):
        raise InputError("carrier.sum", name=name)
    group = _group_words().get(fold(name))
    members = [item.id for item in carriers().values() if group not in {None, "other"} and _is_in(item, str(group))]
    if len(members) > 1:
        raise InputError("carrier.group", name=name, items=few(members, _MEMBERS))
    names = [text for carrier in carriers().values() for text in (carrier.id, carrier.name_zh, carrier.name_en)]
    raise InputError("carrier.unknown", name=name, nearest=suggestion(members[0] if members else nearest(name, names)))


def find_indicator(name: str) -> str:
    """Return the id of the indicator called ``name`` (id, Chinese or English name, or a listed alias); else nothing.

    Examples
    --------
    >>> find_indicator("工业固体废弃物综合利用率"), find_indicator("Reuse rate of industrial water")
    ('solid_waste_use_rate', 'water_reuse_rate')
    """
    return indicator_spellings().get(fold(name), "")


def nearest_indicator(name: str) -> str:
    """Return the known name most like that of an indicator, in its language; or nothing.

    Examples
    --------
    >>> nearest_indicator("工业固废利用率"), nearest_indicator("water_reuse"), nearest_indicator("得分")
    ('工业固体废物综合利用率', 'water_reuse_rate', '')
    """
    language = "en" if name.isascii() else "zh"
    names = [item.name(language) for item in indicators().values()]
    return nearest(name, [*indicators(), *names] if language == "en" else names)


GROUPS = ("coal", "oil", "gas", "electricity", "heat", "other")
_GROUP_WORDS = {
    "coal": ("煤", "煤炭", "煤品"),
    "oil": ("油", "石油", "油品"),
    "gas": ("气", "燃气"),
    "electricity": ("电", "power"),
    "heat": ("热", "蒸汽", "外购蒸汽"),
    "other": ("其他", "其它"),
    "fuels": ("燃料",),
}


@cache
def _groups() -> Mapping[str, str]:
    return {row["carrier_id"]: row["group"] for row in read_rows("vocabulary", "groups.csv")}


@cache
def _group_words() -> Mapping[str, str]:
    return _index((word, group) for group, words in _GROUP_WORDS.items() for word in (group, *words))


def group_of(carrier_id: str) -> str:
    """Return the group of a carrier: ``coal``, ``oil``, ``gas``, ``electricity``, ``heat`` or ``other``.

    What an account holds beside carriers (a total that was only reported, process output) is ``other``.

    Examples
    --------
    >>> group_of("coke"), group_of("lng"), group_of("biogas")
    ('coal', 'gas', 'other')
    """
    return _groups().get(carrier_id, "other")


def find_carriers(word: str) -> tuple[str, ...]:
    """Return the ids of the carriers that a word means: those of a group, or the one carrier called so.

    Parameters
    ----------
    word
        A group in English or Chinese (煤, 油, 气, 电, 热, 其他; ``fuels`` or 燃料 is every fuel), or a carrier in any
        spelling. A word that is both is the group: ``heat`` is all heat, 热力 the carrier.

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> find_carriers("热"), find_carriers("原煤"), len(find_carriers("gas"))
    (('heat', 'steam_low_pressure', 'waste_heat'), ('raw_coal',), 6)
    """
    group = _group_words().get(fold(word))
    if group is None:
        return (find_carrier(word).id,)
    return tuple(carrier.id for carrier in carriers().values() if _is_in(carrier, group))


def _is_in(carrier: Carrier, group: str) -> bool:
    return carrier.kind == "fuel" if group == "fuels" else group_of(carrier.id) == group


def find_province(name: str) -> Province:
    """Return the province called ``name``, in any usual spelling (江苏, 江苏省, 苏, Jiangsu, CN-JS, 32).

    Raises
    ------
    InputError
        If no province is called so.

    Examples
    --------
    >>> find_province("陕西省").name_en, find_province("Shanxi").name_zh, find_province("全国").id
    ('Shaanxi', '山西', '00-quanguo')
    """
    found = province_spellings().get(fold(name))
    if found is None:
        names = [text for item in provinces().values() for text in (item.name_zh, item.name_en)]
        raise InputError("province.unknown", name=name, nearest=suggestion(nearest(name, names)))
    return provinces()[found]


def find_use(name: str) -> str:
    """Return the use called ``name``: one of ``USES`` or its Chinese word; empty means ``final``."""
    if not name:
        return "final"
    found = _words("use").get(fold(name))
    if found is None:
        raise InputError("use.unknown", name=name, known=", ".join(USES))
    return found


def word_of(word: str, language: str = "en") -> str:
    """Return a use, a supply or a basis in ``language``: in Chinese the first of its words.

    Examples
    --------
    >>> word_of("feedstock", "zh"), word_of("grid", "zh"), word_of("calorific", "zh"), word_of("grid")
    ('用于原材料', '电网', '当量值', 'grid')
    """
    if language == "en":
        return word
    return {**_USE_WORDS, **_SUPPLY_WORDS, **{key: words[1:] for key, words in _BASIS_WORDS.items()}}[word][0]


def find_basis(name: str) -> str:
    """Return ``calorific`` or ``equivalent`` for its English or Chinese word; empty stays empty.

    Raises
    ------
    InputError
        If it is neither.
    """
    for basis, words in _BASIS_WORDS.items():
        if fold(name) in words:
            return basis
    if name:
        raise InputError("basis.unknown", basis=name)
    return ""


def find_supply(name: str, carrier: Carrier) -> str:
    """Return the supply called ``name`` for ``carrier``; empty means ``grid`` for electricity and heat.

    Raises
    ------
    InputError
        If there is no such supply, or the carrier has no supplies (a fuel).
    """
    allowed = _ENERGY_SUPPLIES.get(carrier.kind, ())
    if not name:
        return "grid" if allowed else ""
    found = _words("supply").get(fold(name))
    if found is None and carrier.kind == "electricity" and fold(name) in map(fold, _GREEN_WORDS):
        raise InputError("supply.green", name=name)
    if found is None:
        raise InputError("supply.unknown", name=name, known=", ".join(allowed or SUPPLIES))
    if found not in allowed:
        if found == "grid" and not allowed:
            return ""
        raise InputError("supply.carrier", name=found, carrier=carrier.id, known=", ".join(allowed) or "-")
    return found
