"""The words behind ids: what ``raw_coal`` or ``transformation_out`` is called in a sentence.

Decided here: the values of a problem stay ids, because hosts and scripts read them; a sentence says them in words.
Which ones is written in the sentence itself, as a format: ``{carrier:carrier}`` is the name of a carrier,
``{carrier}`` the id as people type it. The words are data (``data/vocabulary/terms.csv`` and the names of carriers and
provinces), read once when a sentence first needs them. This module is below almost everything and so reads them with
the standard library alone.

English sentences keep the ids, which are English words and what people type and search for. Only whole ids are
replaced, and none that stands in quotation marks, in a path, or behind a dash: what people typed is not translated
unless it is spelled exactly like an id.
"""

import csv
import re
import string
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from zonecarbon._digits import in_digits

SPEC = "term"
_BRACKETED = "bracketed"
_COLUMN = "column"
_CARRIER = "carrier"
# A word that may be an id: not part of a longer word, a path, an option or a quotation.
_ID = re.compile(r"(?<![\w'\"“‘./\-])[a-z][a-z0-9_]*(?![\w'\"”’./\-])")
_PART = re.compile(r"[a-z][a-z0-9_]*")
_QUOTIENT = re.compile(r"[a-z0-9_]+[/*][a-z0-9_]+")
_CHINESE_MARKS = ((", ", "、"), (" -> ", " → "), ("; ", "；"), (": ", "："))


@cache
def _terms(kind: str, language: str) -> Mapping[str, str]:
    """Return id -> words: those of the kind go before those of others with the same id."""
    rows = [(row["kind"], row["id"], row[language]) for row in _rows("terms.csv")]
    for spelling in ("carrier_id", "name_en"):
        rows += [(_CARRIER, row[spelling], row[f"name_{language}"]) for row in _rows("carriers.csv")]
    for row in _rows("provinces.csv"):
        rows += [("grid", row[spelling], row[f"name_{language}"]) for spelling in ("province_id", "name_zh")]
    found: dict[str, str] = {}
    for _, name, words in sorted(rows, key=lambda row: row[0] != kind):
        found.setdefault(name, words)
    return found


@cache
def _phrases(kind: str) -> tuple[str, ...]:
    """Return the terms of a kind that are no single words of an id, the longest first."""
    names = [row["id"] for row in _rows("terms.csv") if row["kind"] == kind]
    names += [row["name_zh"] for row in _rows("provinces.csv") if kind in {"grid", "label"}]
    return tuple(sorted((name for name in names if not _PART.fullmatch(name)), key=len, reverse=True))


@cache
def kinds() -> frozenset[str]:
    """Return the kinds of terms; each is a format of its own, as in ``{expected:dimension}``."""
    return frozenset({SPEC, _BRACKETED, _COLUMN, _CARRIER, *(row["kind"] for row in _rows("terms.csv"))})


def _rows(name: str) -> list[dict[str, str]]:
    text = files("zonecarbon").joinpath("data", "vocabulary", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _carrier_names() -> re.Pattern[str]:
    """Return what finds the English names of carriers that are several words, such as raw coal."""
    names = sorted((row["name_en"] for row in _rows("carriers.csv") if " " in row["name_en"]), key=len, reverse=True)
    return re.compile(rf"(?<![\w'\"“‘./\-])(?:{'|'.join(map(re.escape, names))})(?![\w'\"”’./\-])")


@cache
def _columns() -> Mapping[str, str]:
    return {row["id"]: f"{row['zh']}（{row['id']}）" for row in _rows("columns.csv")}


def columns(text: str, language: str = "en") -> str:
    """Return names of columns, separated by commas, in a language: in Chinese with the id that people type in brackets.

    Examples
    --------
    >>> columns("zone, ncv", "zh"), columns("原煤(吨)", "zh"), columns("zone, ncv")
    ('园区（zone）、热值（ncv）', '原煤(吨)', 'zone, ncv')
    """
    names = text.split(", ")
    if language == "en" or not any(name in _columns() for name in names):
        return text
    return "、".join(_columns().get(name, name) for name in names)


def term(text: str, language: str = "en", kind: str = SPEC) -> str:
    """Return a text with every id in it replaced by what it is called.

    Parameters
    ----------
    text
        An id, or a text with ids in it.
    language
        ``en`` or ``zh``.
    kind
        Which of several meanings is meant, such as ``dimension``; any if not given. ``bracketed``: only what stands in
        brackets holds ids, as where each name of a zone is followed by its state.

    Returns
    -------
    str
        The text in words; what is no id stays as it is.

    Examples
    --------
    >>> term("raw_coal -> bituminous_coal, coke", "zh"), term("transformation_out", "en")
    ('原煤 → 一般烟煤、焦炭', 'output of transformation')
    >>> term("energy/mass", "zh", "dimension"), term("'raw_coal'", "zh"), term("some words", "en")
    ('能量/质量', "'raw_coal'", 'some words')
    >>> term("rising (peaked -> plateau)", "zh", "bracketed"), term("西藏 provincial_average", "en", "grid")
    ('rising (已达峰 → 平台期)', 'Tibet provincial average')
    """
    if kind == _BRACKETED:
        return re.sub(r"\(([^()]*)\)", lambda match: f"({term(match[1], language)})", text)
    known = _terms(kind, language)
    if text in known:
        return known[text]
    for phrase in _phrases(kind):
        text = text.replace(phrase, known[phrase])
    if kind == _CARRIER and language == "zh":
        text = _carrier_names().sub(lambda match: known[match[0]], text)
    pattern = _PART if _QUOTIENT.fullmatch(text) else _ID
    text = pattern.sub(lambda match: known.get(match[0], match[0]), text)
    if language == "zh":
        for mark, own in _CHINESE_MARKS:
            text = text.replace(mark, own)
    return text


@cache
def is_term(text: str, kind: str) -> bool:
    """Return whether a text is an id of a kind.

    Examples
    --------
    >>> is_term("energy_per_iva", "indicator"), is_term("co2_t", "indicator")
    (True, False)
    """
    return any(row["kind"] == kind and row["id"] == text for row in _rows("terms.csv"))


@cache
def find_term(word: str, kind: str) -> str:
    """Return the id of a kind that is called ``word`` in English or Chinese, in small letters or not; else nothing.

    Examples
    --------
    >>> find_term("碳达峰", "indicator"), find_term("co2 PEAK", "indicator"), find_term("peak", "indicator")
    ('co2_peak', 'co2_peak', '')
    """
    rows = [row for row in _rows("terms.csv") if row["kind"] == kind]
    names = {row[column].casefold(): row["id"] for row in rows for column in ("en", "zh", "id")}
    return names.get(word.strip().casefold(), "")


def said(text: str, language: str, kind: str = SPEC) -> str:
    """Return a text as a sentence in a language says it: in Chinese every id in words, in English ids as they are.

    An id is English and what people type; a Chinese name of a province is put in English.

    Examples
    --------
    >>> said("raw_coal", "zh", "carrier"), said("raw_coal", "en", "carrier"), said("西藏", "en", "grid")
    ('原煤', 'raw_coal', 'Tibet')
    """
    if kind == _COLUMN:
        return columns(text, language)
    if language == "zh":
        return term(text, language, kind)
    for name in _phrases(kind):
        if not name.isascii():
            text = text.replace(name, _terms(kind, language)[name])
    return text


class Sentence(string.Formatter):
    """Fills a sentence in one language; values that are formatted as a term are said as :func:`said` has it."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value as the sentence wants it; a problem within a problem is said in its language."""
        if not format_spec and callable(text := getattr(value, "text", None)):
            return str(text(self._language))
        if format_spec and format_spec in kinds():
            return said(str(value), self._language, format_spec)
        if isinstance(value, float) and format_spec.endswith("g"):
            return in_digits(value, format_spec)
        return str(super().format_field(value, format_spec))
