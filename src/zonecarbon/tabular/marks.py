"""Marks in place of figures: dashes, dots, x; and the legend that says what they stand for.

Decided here: a mark has no meaning of its own. The same dash is "not used" in one table and "not known" in the next, so
it is read as the notes of its sheet say (``“—”表示无此项``), or as the caller says, and is an error otherwise.
"""

import re
from collections.abc import Mapping, Sequence

from zonecarbon.errors import InputError

_MARK = r"(?:—+|–+|―+|-+|－+|─+|…+|\.{3,6}|[xX×✕]|/|\\|\*|n\.?\s?a\.?|空格|blank)"
_MEANS = r"(?:表示|代表|为|指|means?|denotes?|stands for|is|=|＝|:|：)"
_LEGEND = re.compile(
    rf"[“\"'「『【\[(（‘]?\s*(?P<mark>{_MARK})\s*[”\"'」』】\])）’]?\s*{_MEANS}\s*(?P<meaning>[^;；。\n“\"「『‘]{{1,60}})",
    re.IGNORECASE,
)
_UNKNOWN = (
    *("不详", "缺", "未知", "保密", "不公布", "未公布", "无数据", "无该项数据", "没有数据", "暂无", "不可得"),
    *("unknown", "not available", "missing", "confidential", "no data", "n.a.", "suppressed"),
)
_ZERO = (
    *("无此项", "没有此项", "未使用", "不使用", "没有使用", "零", "为0", "0", "无消费", "没有消费", "不足", "小于"),
    *("nil", "zero", "not used", "none", "less than", "negligible", "does not occur", "not applicable"),
)


def legend(texts: Sequence[str]) -> dict[str, float]:
    """Return what the notes say that dashes stand for: 0 (not used) or NaN (not known).

    Examples
    --------
    >>> legend(["注：“—”表示无此项，“…”表示数据不足本表最小单位；x = not available"])
    {'—': 0.0, '…': 0.0, 'x': nan}
    """
    found: dict[str, float] = {}
    for text in texts:
        for match in _LEGEND.finditer(text):
            meaning = match["meaning"].casefold()
            if any(word in meaning for word in _UNKNOWN):
                found[mark(match["mark"])] = float("nan")
            elif any(word in meaning for word in _ZERO):
                found[mark(match["mark"])] = 0.0
    return found


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
