"""Notes below a table: trailing rows that are sentences and no figures.

Decided here: a row is a note only if it looks like one; anything else is a row of the table, and is judged as one. A
zone whose figures are missing (``2.B`` and nothing else) must not vanish because it is the last.
"""

import re
from collections.abc import Sequence
from typing import Any

from zonecarbon.tabular.marks import explains_a_mark

_NOTE = re.compile(
    r"\s*(?:[（(\[【]?(?:注释?|附注|说明|备注|(?:资料|数据)?来源)[）)\]】]?(?:\s*[:：.．、]|\s*[0-9０-９①-⑳]|\s|$)"
    r"|[（(\[]?(?:notes?|remarks?|legend|sources?)[）)\]]?(?:\s*[0-9]{0,2}\s*[:：]|\s*[0-9]{0,2}\.\s|\s*$)"
    r"|(?:notes?|remarks?)\s?[0-9]{1,2}\b"
    r"|[*＊※†‡①-⑳]"
    r"|[（(]?[0-9]{1,2}[、.．)）].{4,}[。；;]\s*$)",
    re.IGNORECASE | re.DOTALL,
)
_FOOTER = re.compile(
    r"\s*(?:填报日期|填表日期|制表日期|报出日期|报送日期|填表人|填报人|制表人|审核人|复核人|单位负责人|统计负责人|部门负责人"
    r"|联系人|联系电话)\s*(?:[:：]|$|\s)"
)
_SENTENCE = re.compile(r"[。.][”\"’）)]?\s*$")
_LONG = 30
_MOST = 200


def is_figure(cell: Any) -> bool:
    """Return whether a cell holds a figure (or a date, or a truth value): anything but text."""
    if cell is None:
        return False
    if not isinstance(cell, str):
        return True
    try:
        float(cell.strip().replace(",", "").removesuffix("%"))
    except ValueError:
        return False
    return True


def is_note(cells: Sequence[Any]) -> bool:
    """Return whether the cells of a row, blanks left out, are a note.

    A single cell is one if it begins with a word or a sign for a note, says what a mark stands for, or is a long
    sentence. The labels at the foot of a form are notes with whatever stands beside them, be it a date.

    Examples
    --------
    >>> is_note(["注：2020 年数据为初步核算数。"]), is_note(["示例园区", "2020", "原煤", "12", "吨"])
    (True, False)
    >>> is_note(["2.B"]), is_note(["注册园区B；经开区"]), is_note(["填报日期：", "2021-03-01"])
    (False, False, True)
    """
    first = cells[0]
    if not isinstance(first, str):
        return False
    if _FOOTER.match(first):
        return True
    if len(cells) > 4 or any(is_figure(cell) for cell in cells):
        return False
    if len(cells) == 1:
        return bool(_NOTE.match(first)) or _is_sentence(first) or explains_a_mark(first)
    is_label = first.rstrip().endswith((":", "："))
    return bool(_NOTE.match(first)) and (is_label or all(_NOTE.match(str(cell)) for cell in cells))


def _is_sentence(text: str) -> bool:
    return len(text) > _LONG and bool(_SENTENCE.search(text[-8:]))


def note_rows(columns: Sequence[Any], size: int) -> tuple[int, list[str]]:
    """Return where the body of a table ends, before the notes and blanks at its bottom, and the notes."""
    end, notes = size, list[str]()
    while end > max(0, size - _MOST):
        cells = [column[end - 1] for column in columns]
        texts = [cell for cell in cells if cell is not None and cell == cell and str(cell).strip()]  # noqa: PLR0124
        if texts and not is_note(texts):
            break
        notes += map(str, texts)
        end -= 1
    return end, notes[::-1]
