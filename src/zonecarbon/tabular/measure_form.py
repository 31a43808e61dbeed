"""The form of a workbook of measures: its sheets, their columns, and how a cell says a field.

Decided here: a column is a field of the record, by its name or a Chinese word. What a plain cell cannot say without
loss is said in JSON, told from plain words by its first sign: a text with blanks at its ends, with signs that XML
cannot hold or that begins like JSON stands in quotation marks; a list whose items hold a semicolon stands in square
brackets. So every record can be written, and what a person types needs none of this.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from zonecarbon.errors import MeasureError
from zonecarbon.messages import Language
from zonecarbon.terms import term
from zonecarbon.vocabulary import SUPPLIES, carriers, find_carriers, fold, word_of

# What XML cannot hold, a carriage return, which it turns into a line feed, and what spreadsheets read as a sign.
_LOST = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_SEPARATORS = re.compile("[;；、\n]")
_COLON = re.compile("[:：]")
_FLAGS = {**dict.fromkeys(("yes", "是", "√", "✓"), True), **dict.fromkeys(("no", "否", "×"), False)}
_PARTED: Mapping[Language, str] = {"en": "; ", "zh": "；"}
_WHOLE: Mapping[Language, str] = {"en": "yes", "zh": "是"}

KINDS = {"save": ("save", "节约", "节能"), "switch": ("switch", "替代"), "capture": ("capture", "捕集", "ccus", "ccs")}
_KIND_OF = {fold(word): kind for kind, words in KINDS.items() for word in words}
_STATUSES = ("verified", "recalled", "assumption", "user")

_TAIL = {
    "status": ("status", "数据状态", "状态"),
    "source_id": ("source_id", "出处", "数据来源", "来源"),
    "note_zh": ("note_zh", "说明", "备注", "中文说明", "note", "notes", "remark", "remarks"),
    "note_en": ("note_en", "英文说明", "英文备注"),
}


class Form(NamedTuple):
    """A sheet: its names, the column that it is known by, and its columns with their words (English, Chinese, others).

    ``spare`` are columns that are written only where they are needed.
    """

    names: tuple[str, ...]
    key: str
    words: Mapping[str, tuple[str, ...]]
    spare: tuple[str, ...] = ()

    def name(self, language: Language) -> str:
        """Return what the sheet is called."""
        return self.names[0 if language == "en" else 1]

    def heading(self, column: str, language: Language) -> str:
        """Return what a column is called."""
        return self.words[column][0 if language == "en" else 1]

    def column(self, heading: str) -> str:
        """Return the column that a heading names; empty if none."""
        folded = fold(heading)
        return next((name for name, words in self.words.items() if folded in map(fold, words)), "")


FORMS: Mapping[str, Form] = {
    "settings": Form(
        ("settings", "设置", "setting", "基本设置"),
        "item",
        {"item": ("item", "项目"), "value": ("value", "取值", "值", "数值")},
    ),
    "measures": Form(
        ("measures", "措施", "measure", "措施表"),
        "name",
        {
            "name": ("name", "名称", "措施", "措施名称", "measure"),
            "title_zh": ("title_zh", "中文标题", "标题"),
            "title_en": ("title_en", "英文标题", "title"),
            "kind": ("kind", "方式", "类型", "作用方式"),
            "source": ("source", "作用对象", "对象", "被替代能源"),
            "source_supply": ("source_supply", "对象供应方式"),
            "product": ("product", "作用产品", "产品"),
            "sectors": ("sectors", "行业", "sector", "适用行业"),
            "target": ("target", "替代能源", "替代为"),
            "target_supply": ("target_supply", "替代能源供应方式"),
            "ratio": ("ratio", "替代比", "替代比例"),
            "extra": ("extra", "附加用能", "附加消耗"),
            "potential": ("potential", "潜力", "潜力比例", "最大比例"),
            "limit": ("limit", "年度上限", "年上限", "上限"),
            "start": ("start", "最早年份", "起始年", "起始年份"),
            "end": ("end", "最晚年份", "截止年", "截止年份", "终止年"),
            "ramp": ("ramp", "推广年数", "爬坡年数"),
            "lifetime": ("lifetime", "使用年限", "寿命"),
            "capital": ("capital", "单位投资", "投资"),
            "capital_rate": ("capital_rate", "投资年变化率"),
            "running": ("running", "运行费用", "单位运行费用", "运维费用"),
            "whole": ("whole", "整体实施"),
            "requires": ("requires", "前置措施"),
            "excludes": ("excludes", "互斥措施"),
            "uncertainty": ("uncertainty", "不确定性"),
            **_TAIL,
        },
        ("uncertainty",),
    ),
    "prices": Form(
        ("prices", "价格", "price", "能源价格"),
        "carrier",
        {
            "carrier": ("carrier", "能源品种", "品种", "能源"),
            "supply": ("supply", "供应方式"),
            "price": ("price", "价格", "单价"),
            "price_change": ("price_change", "价格年变化率"),
            "path": ("path", "价格路径"),
            **_TAIL,
        },
        ("path",),
    ),
    "sites": Form(
        ("sites", "分园区", "site", "zones", "园区"),
        "measure",
        {
            "measure": ("measure", "措施", "措施名称"),
            "zone": ("zone", "园区", "高新区", "园区名称"),
            "potential": ("potential", "潜力", "潜力比例", "最大比例"),
            "limit": ("limit", "年度上限", "年上限", "上限"),
            "start": ("start", "最早年份", "起始年", "起始年份"),
        },
    ),
}
SETTINGS = {
    "name": ("name", "名称", "措施集名称"),
    "title_zh": ("title_zh", "中文标题", "标题"),
    "title_en": ("title_en", "英文标题", "title"),
    "price_year": ("price_year", "价格年份", "价格年", "价格基期"),
    "discount_rate": ("discount_rate", "折现率", "贴现率"),
    "note_zh": ("note_zh", "说明", "备注", "中文说明"),
    "note_en": ("note_en", "英文说明", "英文备注"),
}
PERCENT = {"potential", "capital_rate", "discount_rate", "price_change"}
LISTS = {"source", "product", "sectors", "requires", "excludes"}
_JSON = {"uncertainty", "path"}
_FIGURES = {"ratio", "ramp", "lifetime", "start", "end", "price_year", *PERCENT}


def setting(word: str) -> str:
    """Return the setting that a word names; empty if none."""
    folded = fold(word)
    return next((name for name, words in SETTINGS.items() if folded in map(fold, words)), "")


# -- from cells --------------------------------------------------------------------------------------------------------


def read_cell(column: str, value: Any) -> Any:
    """Return what a cell that is not blank says of a field, for the constructor of the record.

    Raises
    ------
    MeasureError
        If it is JSON that cannot be read, or no carriers with their amounts.
    """
    if column in _FIGURES:
        return _moment(value)
    text = _text(value)
    if column in LISTS:
        return _list(text)
    if column == "extra":
        return _amounts(text)
    if column in _JSON:
        return _parsed(text)
    if column == "whole":
        return value if isinstance(value, bool) else _FLAGS.get(text.casefold(), text)
    if column == "kind":
        return _KIND_OF.get(fold(text), text)
    if column == "status":
        return {term(word, "zh", "status"): word for word in _STATUSES}.get(text, text)
    return text


def is_blank(value: Any) -> bool:
    """Return whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def _text(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else str(_moment(value))
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            found = json.loads(text)
        except ValueError:
            return text
        return found if isinstance(found, str) else text
    return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MeasureError("measure.json", text=text[:60], detail=str(error)[:120]) from None


def _list(text: str) -> Any:
    if text.startswith("["):
        return _parsed(text)
    return [item.strip() for item in _SEPARATORS.split(text) if item.strip()]


def _amounts(text: str) -> Any:
    """Return carrier -> amount of ``electricity: 0.25 MWh/tCO2; 天然气：3 m3/tCO2``."""
    if text.startswith("{"):
        return _parsed(text)
    found: dict[str, str] = {}
    for part in _list(text):
        carrier, *amount = (word.strip() for word in _COLON.split(part, maxsplit=1))
        if not carrier or not amount or not amount[0] or carrier in found:
            raise MeasureError("measure.extra_text", text=text[:60])
        found[carrier] = amount[0]
    return found


# -- into cells --------------------------------------------------------------------------------------------------------


def text_of(value: str | None) -> str | None:
    """Return a text as a cell holds it; None where there is none."""
    if not value:
        return None
    return value if _is_plain(value) else json_of(value)


def list_of(items: Iterable[str], language: Language) -> str | None:
    """Return a list as a cell holds it."""
    items = list(items)
    if not items:
        return None
    plain = all(_is_plain(item) and not _SEPARATORS.search(item) for item in items)
    return _PARTED[language].join(items) if plain else json_of(items)


def amounts_of(extra: Mapping[str, str], language: Language) -> str | None:
    """Return amounts by carrier as a cell holds them."""
    parts = {carrier_of(carrier, language): text for carrier, text in extra.items()}
    plain = all(_is_plain(text) and not _SEPARATORS.search(text) for text in parts.values())
    if not plain:
        return json_of(dict(extra))
    colon = ": " if language == "en" else "："
    return _PARTED[language].join(f"{carrier}{colon}{text}" for carrier, text in parts.items()) or None


def json_of(value: Any) -> str:
    """Return JSON that a cell can hold."""
    text = json.dumps(value, ensure_ascii=False)
    if _LOST.search(text):
        text = json.dumps(value, ensure_ascii=True).replace("_x", "\\u005fx").replace("\x7f", "\\u007f")
    return text


def _is_plain(text: str) -> bool:
    return bool(text) and text == text.strip() and text[0] not in '"[{' and not _LOST.search(text)


def carrier_of(carrier: str, language: Language) -> str:
    """Return what a carrier is called, where that says the same; groups and the words of users stay."""
    known = carriers().get(carrier)
    if language == "en" or known is None or find_carriers(known.name_zh) != (carrier,):
        return carrier
    return known.name_zh


def supply_of(supply: str, language: Language, known: bool) -> str | None:
    """Return what a supply is called; one that no carrier has checked stays as it is."""
    return word_of(supply, language) if known and supply in SUPPLIES else text_of(supply)


def kind_of(kind: str, language: Language) -> str:
    """Return what a kind of measure is called."""
    return KINDS[kind][0 if language == "en" else 1]


def status_of(status: str, language: Language) -> str:
    """Return what a status is called."""
    return status if language == "en" else term(status, "zh", "status")


def whole_of(whole: bool, language: Language) -> str | None:
    """Return yes, or nothing."""
    return _WHOLE[language] if whole else None
