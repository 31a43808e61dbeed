"""Notes below a table: trailing rows that are sentences and no figures."""

import re
from collections.abc import Sequence
from typing import Any

_NOTE = re.compile(
    r"^\s*(?:[（(]?(?:注|附注|说明|备注|资料来源|数据来源|来源|填表人|审核人|单位负责人|统计负责人|报出日期|联系电话"
    r"|notes?|sources?|remarks?|legend)[）)]?(?:\s*[0-9]*\s*[:：.、]|\b)|[*※①②③④⑤]|[0-9]{1,2}[、.．)）]\s*\D)",
    re.IGNORECASE,
)
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

    Examples
    --------
    >>> is_note(["注：2020 年数据为初步核算数。"]), is_note(["示例园区", "2020", "原煤", "12", "吨"])
    (True, False)
    """
    first = cells[0]
    if not isinstance(first, str) or len(cells) > 4 or any(is_figure(cell) for cell in cells):
        return False
    if len(cells) == 1:
        return bool(_NOTE.match(first)) or len(first) > _LONG or any(sign in first for sign in "。；;“")
    is_label = len(cells) == 2 and first.rstrip().endswith((":", "："))
    return bool(_NOTE.match(first)) and (is_label or all(_NOTE.match(str(cell)) for cell in cells))


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
