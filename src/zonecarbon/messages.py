"""Every sentence a user reads, in English and Chinese.

Decided here: texts live in one table keyed by a short code, so that no sentence is built in two places and a test can
find a missing translation or a placeholder that only one language has. gettext was considered and rejected: two
languages and a few hundred sentences need no build step. Problems (errors, warnings) follow one grammar: *what must
hold; what came; (where is added by* :class:`zonecarbon.errors.Problem` *); what to do*.
"""

from collections.abc import Mapping
from typing import Any

from zonecarbon._typing import Language

# code: (English, Chinese). Placeholders are filled by str.format from the values of the problem.
TEXTS: dict[str, tuple[str, str]] = {
    # -- places and lists ------------------------------------------------------------------------------------------
    "and_more": ("... and {count} more", "……另有 {count} 处"),
    "place.row": ("row {row}", "第 {row} 行"),
    "place.column": ("column {column}", "列 {column}"),
    "place.sheet": ("sheet {sheet}", "工作表 {sheet}"),
    # -- units -----------------------------------------------------------------------------------------------------
    "unit.unknown": (
        "a unit must be one that zonecarbon knows; got {unit!r}{nearest}; see docs/units.md for the list",
        "单位须为本库已知的单位；收到 {unit!r}{nearest}；单位表见 docs/units.md",
    ),
    "unit.nearest": (", did you mean {name!r}?", "，是否为 {name!r}？"),
    "unit.dimension": (
        "a unit of {expected} is needed here, such as {to!r}; got {unit!r}; give the figure in such a unit, or say "
        "which heat value or factor connects the two",
        "此处需要 {expected} 类单位，例如 {to!r}；收到 {unit!r}；请换用此类单位，或给出换算所需的热值或因子",
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
}


def render(code: str, values: Mapping[str, Any], language: Language = "en") -> str:
    """Return the sentence ``code`` in ``language`` with ``values`` filled in.

    Examples
    --------
    >>> render("and_more", {"count": 3}, "zh")
    '……另有 3 处'
    """
    return TEXTS[code][0 if language == "en" else 1].format(**values)


def place(source: str, sheet: str, row: int | None, column: str, language: Language = "en") -> str:
    """Return a place in words; parts that are not known are left out.

    Examples
    --------
    >>> place("energy.csv", "", 7, "quantity")
    'energy.csv, row 7, column quantity'
    """
    parts = [source] if source else []
    if sheet:
        parts.append(render("place.sheet", {"sheet": sheet}, language))
    if row is not None:
        parts.append(render("place.row", {"row": row}, language))
    if column:
        parts.append(render("place.column", {"column": column}, language))
    return (", " if language == "en" else "，").join(parts)
