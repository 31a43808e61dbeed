"""The sheets of the workbook about targets: one row a target, and one row a zone where a target is of zones.

Decided here: value, limit, margin and bounds stand in the unit of the target, named in a column, with every digit; a
fraction is shown as a percentage. A value gets as many places as put it on its true side of the limit.
"""

import math
from typing import Any

import numpy as np

from zonecarbon.reporting.documents import document
from zonecarbon.reporting.figures import limit_text
from zonecarbon.reporting.verdicts import overall, title_of
from zonecarbon.reporting.workbook_columns import (
    Column,
    beside,
    number_format,
    percent_column,
    text_column,
    year_column,
)
from zonecarbon.reporting.workbook_sheets import Notebook
from zonecarbon.reporting.workbook_words import unit_word
from zonecarbon.targets import TargetCheck
from zonecarbon.targets.result import VERDICTS, Block

_PLACES, _PERCENT_PLACES = 3, 1
_FIGURES = ("value", "threshold", "margin", "required_rate", "lower", "upper")


def targets_sheets(book: Notebook) -> None:
    """Add the summary, and the verdicts by zone where a target is of zones."""
    pairs = [(check, block) for check in book.material.checks for block in check.blocks]
    _summary(book, pairs)
    for number, (_, block) in enumerate([pair for pair in pairs if not _is_of_all(pair[1])], start=1):
        _by_zone(book, block, number)


def _is_of_all(block: Block) -> bool:
    return len(block.zone) == 1 and not block.zone[0]


def _summary(book: Notebook, pairs: list[tuple[TargetCheck, Block]]) -> None:
    say, blocks = book.say, [block for _, block in pairs]
    verdicts = [overall(block) for block in blocks]
    figures = {name: np.array([_figure(block, name) for block in blocks], dtype=np.float64) for name in _FIGURES}
    sources = [document(block.target.source_id) for block in blocks]
    notes = [say("stop").join(note.text(say.language) for note in block.notes) for block in blocks]
    reasons = [_reason(book, block) for block in blocks]
    columns = [
        text_column(book.head("set"), [say.pick(check.title_en, check.title_zh) or check.name for check, _ in pairs]),
        text_column(book.head("target"), [title_of(say, block.target) for block in blocks]),
        text_column(book.head("verdict"), [say(f"verdict.{verdict}") for verdict in verdicts], verdicts),
        year_column(say("head.year"), [block.year or math.nan for block in blocks]),
        *_columns(book, blocks, figures),
        text_column(book.head("counts"), [_counts(block) for block in blocks]),
        text_column(book.head("reason"), reasons),
        text_column(book.head("remarks"), notes),
        text_column(book.head("wording"), [say.pick(b.target.wording_en, b.target.wording_zh) for b in blocks]),
        text_column(
            book.head("source"), [" ".join(c.text for c in found.cells(say)) if found else "" for found in sources]
        ),
        text_column(book.head("status"), [say.of("status", block.target.status) for block in blocks]),
        text_column(book.head("id"), [block.target.id for block in blocks]),
    ]
    book.add("summary", columns)


def _figure(block: Block, name: str) -> float:
    """Return a figure of a target of all zones together; NaN where it is of each zone."""
    if name == "threshold":
        return block.target.limit
    return float(getattr(block, name)[0]) if _is_of_all(block) else math.nan


def _reason(book: Notebook, block: Block) -> str:
    return block.reasons[block.reason[0]].text(book.say.language) if _is_of_all(block) and block.reason[0] >= 0 else ""


def _counts(block: Block) -> str:
    """Return how many zones meet, miss, are unknown; of a target that counts zones, by its own test of each."""
    codes = block.inner_verdict if _is_of_all(block) else block.counted
    return "" if codes is None else " / ".join(str(int((codes == code).sum())) for code in VERDICTS)


def _by_zone(book: Notebook, block: Block, number: int) -> None:
    say, n = book.say, len(block.zone)
    verdicts = [VERDICTS[int(code)] if block.judged else "none" for code in block.verdict]
    figures = {name: np.asarray(getattr(block, name), dtype=np.float64) for name in _FIGURES if name != "threshold"}
    figures["threshold"] = np.full(n, block.target.limit)
    reasons = [block.reasons[at].text(say.language) if at >= 0 else "" for at in block.reason.tolist()]
    columns = [
        text_column(book.head("target"), [title_of(say, block.target)] * n),
        text_column(say("head.zone"), block.zone),
        text_column(book.head("verdict"), [say(f"verdict.{verdict}") for verdict in verdicts], verdicts),
        year_column(say("head.year"), np.full(n, math.nan if block.year is None else block.year)),
        *_columns(book, [block] * n, figures),
        text_column(book.head("reason"), reasons),
    ]
    book.add("verdicts", columns, number)


def _columns(book: Notebook, blocks: list[Block], figures: dict[str, Any]) -> list[Column]:
    """Return value, limit, unit, margin, yearly rate and bounds, each row in the unit and the digits of its target."""
    say = book.say
    forms = [_form(block, value) for block, value in zip(blocks, figures["value"].tolist(), strict=True)]
    special = {at: form for at, form in enumerate(forms) if form}
    mixed = {name: Column(book.head(name), figures[name], "General", special) for name in _FIGURES}
    units = [unit_word(block.target.unit, say.language) for block in blocks]
    return [
        mixed["value"],
        text_column(book.head("limit"), [limit_text(say, block.target) for block in blocks]),
        mixed["threshold"],
        text_column(book.head("unit"), units),
        mixed["margin"],
        percent_column(book.head("required_rate"), figures["required_rate"], "0.00%"),
        mixed["lower"],
        mixed["upper"],
    ]


def _form(block: Block, value: float) -> str:
    """Return the number format of a row; empty for numbers as they are."""
    unit, limit = block.target.unit, block.target.limit
    if unit.startswith("fraction"):
        return number_format(beside(value * 100, limit * 100, _PERCENT_PLACES), percent=True)
    return number_format(beside(value, limit, _PLACES)) if "/" in unit else ""
