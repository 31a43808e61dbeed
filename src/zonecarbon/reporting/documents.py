"""The documents behind factors and targets: title, issuer and number of each source.

Decided here: the list of sources ships with the data and is read once. A document is named, never linked: most copies
in the web sit on unrelated domains, and the page must not fetch anything.
"""

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zonecarbon.reporting.view import Cell
from zonecarbon.reporting.words import Say

_LETTERS = re.compile(r"\s*\([A-Za-z]+\)")
_RECALLED = " (number from memory)"  # as the list of sources marks it
# What the list of sources says in English where no issuer is named, and its other remarks.
_SAID: tuple[tuple[str, str], ...] = (
    (" (open model repository)", "（开放模型库）"),
    (" (newspaper)", "（报纸）"),
    (" (issuer from memory)", "（发布机构凭记忆）"),
    (" (snapshot)", "（快照）"),
    (" and others", "等"),
    (", ", "、"),
    ("public code repository", "公开代码库"),
    ("public analysis script", "公开分析脚本"),
    ("various", "多种来源"),
)
_WHO = {"国家发展改革委 and others": "NDRC and others"}  # the one issuer that is named in two languages at once


@dataclass(frozen=True, slots=True)
class Document:
    """A source, as it is quoted."""

    id: str
    title_zh: str
    title_en: str
    issuer: str
    number: str
    date: str
    status: str

    def cells(self, say: Say) -> tuple[Cell, ...]:
        """Return its title and number; in English the translated title, with the number in its own language."""
        cells = [self.titled(say)]
        number = self.number.removesuffix(_RECALLED)
        if number:
            lang = "zh-CN" if say.language == "en" and has_chinese(number) else ""
            cells.append(Cell(number, lang=lang, cite=True))
        if number != self.number:
            cells.append(Cell(say("number.recalled")))
        return tuple(cells)

    def short(self, say: Say) -> Cell:
        """Return its number, or its title where it has none."""
        return self.cells(say)[1 if self.number else 0]

    def issued(self, say: Say) -> str:
        """Return issuer, number and date; the issuer's English letters are for English readers."""
        number = self.number.removesuffix(_RECALLED)
        recalled = say("number.recalled") if number != self.number else ""
        parts = (self.by(say), number, recalled, _in_chinese(self.date) if say.language == "zh" else self.date)
        return say("join").join(part for part in parts if part)

    def by(self, say: Say) -> str:
        """Return the issuer."""
        if say.language == "en":
            return _WHO.get(self.issuer, self.issuer)
        return _LETTERS.sub("", _in_chinese(self.issuer))

    def titled(self, say: Say) -> Cell:
        """Return its title."""
        title = say.pick(self.title_en, self.title_zh).replace("CO2", "CO₂")
        return Cell(title, lang="zh-CN" if say.language == "en" and has_chinese(title) else "", cite=True)

    def read(self, say: Say) -> Cell:
        """Return its title and issuer: what a figure was compared with."""
        title, issuer = self.titled(say), self.by(say)
        text = f"{title.text}{say('join')}{issuer}" if issuer else title.text
        return Cell(text, lang="zh-CN" if say.language == "en" and has_chinese(text) else "", cite=True)


def _in_chinese(text: str) -> str:
    for english, chinese in _SAID:
        text = text.replace(english, chinese)
    return text


@cache
def documents() -> dict[str, Document]:
    """Return all documents by id."""
    text = files("zonecarbon").joinpath("data", "sources.csv").read_text(encoding="utf-8-sig")
    return {
        row["source_id"]: Document(
            row["source_id"],
            row["title_zh"],
            row["title_en"],
            row["issuer"],
            row["document_number"],
            row["date"],
            row["status"],
        )
        for row in csv.DictReader(io.StringIO(text))
    }


def document(source_id: str) -> Document | None:
    """Return a document, or None where there is none of that id.

    Examples
    --------
    >>> found = document("most-2021-28")
    >>> found.number if found else ""
    '国科发火〔2021〕28号'
    """
    return documents().get(source_id)


def has_chinese(text: str) -> bool:
    """Return whether a text has Chinese characters.

    Examples
    --------
    >>> has_chinese("国科发火"), has_chinese("GB/T 2589")
    (True, False)
    """
    return any("\u3400" <= letter <= "\u9fff" for letter in text)
