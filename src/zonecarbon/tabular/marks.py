"""Marks in place of figures: dashes, dots, x; and the legend that says what they stand for.

Decided here: a mark has no meaning of its own. The same dash is "not used" in one table and "not known" in the next, so
it is read as the notes of its sheet say (``“—”表示无此项``), or as the caller says, and is an error otherwise.

A note makes a mark zero only if the whole of what it says is one of a few expressions (无此项, 不足本表最小单位, nil):
``not surveyed``, ``fewer than 10 firms`` and ``non-zero`` hold words of zero and mean something else. Words for unknown
(不详, 未统计, withheld) win wherever they stand. Whatever is neither leaves the mark without a meaning, and so does a
mark that two notes explain in two ways. Texts are searched in linear time and up to a length, because a sheet may come
from anyone.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from zonecarbon.errors import InputError

_LONGEST = 2000  # characters of a text in which marks are looked for; a longer one is no legend
_BLANKS = r"[^\S\n]{0,4}"
_MARK = r"[—–―\-－─]{1,40}|…{1,20}|\.{3,6}|[xX×✕]|[/\\*]|n[./]?\s?a\.?|空格|blank"
_OTHER = r"[#＃+△▲※†‡①-⑩]"  # explained in the same notes, never in place of a figure
_MEANS = (
    r"(?:(?:均|都|即|则)?(?:表示|代表|为|指)|[=＝:：]"
    r"|(?<![a-z])(?:means?|denotes?|stands\ for|is|are|represents?|indicates?)\b)"
)
_EXPLAINED = re.compile(
    rf"(?:[“\"'「『‘‹«]{_BLANKS}(?P<quoted>[^“”\"'「」『』‘’\n]{{1,40}}?){_BLANKS}[”\"'」』’›»]"
    rf"|(?P<bare>{_MARK}|{_OTHER}){_BLANKS}[”\"'」』’】\])）]?){_BLANKS}{_MEANS}",
    re.IGNORECASE,
)
# Before a mark without quotation marks stands nothing, a sign or the word for a note: the x of "Index: none" is none.
_BEFORE = re.compile(
    r"(?:^|[，,;；。：:、!?！？\n|“\"'「『‘]|[.\s]\s|　|(?:注释?|附注|说明|备注|notes?|legend|key)\s?[0-9]{0,2})\s{0,4}"
    r"[(\[（【]?\s{0,4}$",
    re.IGNORECASE,
)
_AFTER_SIGN = re.compile(r"(?:^|[\s\W])$")
_REVERSED = re.compile(r"[用以]\s{0,2}$")  # 不详用“—”表示: the meaning stands before
_END = re.compile(r"[;；。\n]|\.(?=\s|$)")

_UNKNOWN = re.compile(
    r"不详|缺|未知|保密|涉密|秘密|隐去|暂无|不可得|不可用|不完整|无法|未能|不能|不便|尚未|不予|不掌握|不公[布开]|不披露|没有调查"
    r"|未(?:经|作|做|被|曾|予)?(?:统计|收集|调查|填|报|上报|公布|公开|披露|提供|发布|取得|获|得到|掌握|核算|监测|测|列|纳入|开展|进行)"
    r"|(?:无|没有)(?:该|此|相关|可用|可靠)?(?:项|指标)?(?:统计)?(?:数据|资料|数字|统计|信息)"
    r"|(?:资料|数据|样本|信息|数字)不(?:全|足(?!.{0,4}单位))"
    r"|unknown|not\s(?:\w+\s)?(?:available|known|shown|disclosed|survey|collected|reported|recorded|measured|published"
    r"|provided|released|estimated|obtain|compiled|covered|yet|stated|given|supplied|ascertain)"
    r"|unavailable|missing|confidential|no\s(?:\w+\s)?(?:data|information|figure|estimate)|\bn\.?\s?a\b|n/a"
    r"|suppress|withheld|withhold|undisclosed|unpublished|unreported|insufficient|incomplete|unreliable|secre|privacy"
    r"|redacted|pending"
)
_SMALLEST = (
    r"(?:(?:本表|表中|所列|该表)?的?最小(?:计量|统计)?单位(?:数值?)?(?:的?(?:一半|1/2))?"
    r"|(?:半个|0\.5个?)单位|单位数?的?一半)"
)
_ZERO = re.compile(
    r"(?:即|表示|指)?(?:该|此|本|当)?(?:年|地区|园区|企业|单位|项|品种|能源品种|能源|指标|统计指标)?"
    r"(?:数据|数值|数字|数量|消费量)?(?:实际)?"
    rf"(?:无此项|没有此项|(?:无|没有)(?:此|该)项消费|(?:未|不|没有)使用|(?:无|没有|未)消费|为?零|为?0"
    rf"|(?:不足|小于|不到){_SMALLEST})"
    r"|(?:the\s|this\s)?(?:(?:carrier|fuel|value|quantity|amount|figure|magnitude|it)\s)?(?:(?:is|was|are)\s)?(?:exactly\s)?"
    r"(?:0|nil|zero|none|not\sused|not\sconsumed|no\sconsumption|negligible|does\snot\soccur|not\soccurring"
    r"|less\sthan\s(?:half|0\.5|one[\s-]half)(?:\sof)?(?:\sthe|\sa)?(?:\s(?:smallest|final|last))?\s(?:units?|digit)"
    r"(?:\s(?:shown|used|employed))?)"
)
_PARTS = re.compile(r"[,，、()\[\]|]|或者?|以及|\bor\b")
_AROUND = " \t\r　“”\"'「」『』‘’.。!"
_EMPTY_WORDS = {"", "下同"}


class _Explained(NamedTuple):
    """A mark that a text explains, and the text after it as far as the explanation goes."""

    mark: str
    meaning: str


def legend(texts: Sequence[str]) -> dict[str, float]:
    """Return what the notes say that dashes stand for: 0 (not used) or NaN (not known).

    A mark whose meaning is neither is not in the answer, and then a cell that holds it is an error.

    Examples
    --------
    >>> legend(["注：“—”表示无此项，“…”表示数据不足本表最小单位；x = not available"])
    {'—': 0.0, '…': 0.0, 'x': nan}
    >>> legend(["“—”表示2020年未统计", "* = fewer than 10 firms"])
    {'—': nan}
    """
    found: dict[str, list[float | None]] = {}
    for text in dict.fromkeys(texts):
        for item in _explained(text):
            if item.mark and not set(_PARTS.split(item.meaning)) <= _EMPTY_WORDS:
                found.setdefault(item.mark, []).append(_meaning(item.meaning))
    said = {name: _agreed(meanings) for name, meanings in found.items()}
    return {name: value for name, value in said.items() if value is not None}


def unclear(texts: Sequence[str]) -> dict[str, str]:
    """Return the marks that notes explain in words that may mean either, and those words (``“—”表示无。``: 无).

    Examples
    --------
    >>> unclear(["注：“—”表示无。"]), unclear(["注：“—”表示无此项"])
    ({'—': '无'}, {})
    """
    clear = legend(texts)
    said = (item for text in dict.fromkeys(texts) for item in _explained(text))
    return {item.mark: item.meaning for item in said if item.mark and item.meaning and item.mark not in clear}


def explains_a_mark(text: str) -> bool:
    """Return whether a text begins with a mark and what it stands for (``“#”表示其中的主要项``)."""
    if len(text) > _LONGEST:
        return False
    found = _EXPLAINED.match(text, len(text) - len(text.lstrip()))
    return found is not None and (found["bare"] is not None or len(found["quoted"].strip()) <= 6)


def mark(text: str) -> str:
    """Return a dash, dots or another mark in one spelling: its length does not matter."""
    text = text.strip().casefold()
    if text and set(text) <= set("—–―-－─"):
        return "—"
    if text and set(text) <= set("….") and (len(text) > 2 or "…" in text):
        return "…"
    return {"×": "x", "✕": "x", "na": "n.a.", "n/a": "n.a.", "n.a": "n.a.", "n. a.": "n.a."}.get(text, text)


def is_mark(text: str) -> bool:
    """Return whether a cell holds a mark in place of a figure."""
    return mark(text) in {"—", "…", "x", "n.a.", "/", "\\", "*"}


def given_marks(marks: Mapping[str, str] | None) -> dict[str, float]:
    """Return what a caller says that marks stand for: ``not_used`` or ``zero`` is 0, ``unknown`` NaN.

    Raises
    ------
    InputError
        If a meaning is none of these.

    Examples
    --------
    >>> given_marks({"--": "not_used", "n/a": "unknown"})
    {'—': 0.0, 'n.a.': nan}
    """
    meanings = {"not_used": 0.0, "zero": 0.0, "unknown": float("nan")}
    for text, meaning in (marks or {}).items():
        if meaning not in meanings:
            raise InputError("option", name=f"marks[{text!r}]", value=meaning, known=", ".join(meanings))
    return {mark(text): meanings[meaning] for text, meaning in (marks or {}).items()}


def _explained(text: str) -> Iterator[_Explained]:
    """Yield the marks that a text explains; the mark is empty if it is none that stands in place of a figure."""
    if len(text) > _LONGEST:
        return
    found = [match for match in _EXPLAINED.finditer(text) if _stands_apart(text, match)]
    for at, match in enumerate(found):
        stop = found[at + 1].start() if at + 1 < len(found) else len(text)
        end = _END.search(text, match.end(), stop)
        name = mark(match["quoted"] or match["bare"])
        known = is_mark(name) or name in {"空格", "blank"}
        reverse = _REVERSED.search(text, max(0, match.start() - 4), match.start())
        yield _Explained(
            name if known and not reverse else "", _plain(text[match.end() : end.start() if end else stop])
        )


def _stands_apart(text: str, match: re.Match[str]) -> bool:
    """Return whether a match is a mark by itself, not the end of a word or a sign within a sentence."""
    if match["quoted"]:
        return True
    start = match.start()
    if _BEFORE.search(text, max(0, start - 20), start):
        return True
    return not match["bare"][0].isalpha() and bool(_AFTER_SIGN.search(text, max(0, start - 1), start))


def _plain(meaning: str) -> str:
    """Return a meaning in one spelling: letters narrow and small, one blank between words, none beside Chinese."""
    words = " ".join(unicodedata.normalize("NFKC", meaning).casefold().split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", words).strip(_AROUND)


def _meaning(meaning: str) -> float | None:
    """Return 0, NaN, or None for what a note says of a mark."""
    if _UNKNOWN.search(meaning):
        return math.nan
    parts = [part.strip(_AROUND) for part in _PARTS.split(meaning)]
    return 0.0 if all(part in _EMPTY_WORDS or _ZERO.fullmatch(part) for part in parts) else None


def _agreed(meanings: Sequence[float | None]) -> float | None:
    """Return the one meaning of a mark: unknown wins, and zero needs that nobody says anything else."""
    if any(value is not None and math.isnan(value) for value in meanings):
        return math.nan
    return None if None in meanings else 0.0
