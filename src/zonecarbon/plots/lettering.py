"""Letters: which fonts are asked for, how wide a text is, and labels that keep out of each other's way.

Decided here: fonts are given text by text, as a list of families, so that nothing global (rcParams) is touched: the
first installed font that has Chinese, then the one that matplotlib always brings. An SVG keeps its text as text and
names a whole stack of families, so that the reader's machine has the last word.

Widths are measured without drawing: an em for a Chinese character, the advance of the widest usual sans serif (that of
matplotlib) for all others. Whatever font the reader has, labels are then rather too far apart than too close. Because
nothing is asked of a font that it does not have, no warning of missing glyphs can come of it.
"""

import contextlib
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib import font_manager, get_data_path
from matplotlib.ft2font import FT2Font

from zonecarbon._locking import lock

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
)
"""Families with Chinese glyphs, the best first."""
STACK = ", ".join((*CHINESE_FONTS[:9], "DejaVu Sans", "sans-serif"))
"""The families that an SVG asks for."""

ASCENT, DESCENT = 0.76, 0.21  # of an em, of a line of text
LINE = 1.2  # em from line to line
_FILES = re.compile(
    r"sans.?cjk|sourcehansans|notosanssc|msyh|pingfang|simhei|wqy|hiragino|droidsansfallback", re.IGNORECASE
)
_LOCK = lock()


@cache
def chinese_font() -> str:
    """Return the first installed family with Chinese glyphs; empty if there is none."""
    with _LOCK:
        installed = {font.name for font in font_manager.fontManager.ttflist}
        if installed.isdisjoint(CHINESE_FONTS):
            installed |= _newly_installed()
    return next((name for name in CHINESE_FONTS if name in installed), "")


def _newly_installed() -> set[str]:
    """Return Chinese fonts that matplotlib's list lacks, and tell it of them: it makes that list once and keeps it."""
    before = {font.fname for font in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in before and _FILES.search(path):
            with contextlib.suppress(OSError, RuntimeError):
                font_manager.fontManager.addfont(path)
    return {font.name for font in font_manager.fontManager.ttflist}


def families() -> list[str]:
    """Return the families for a text that matplotlib draws."""
    found = chinese_font()
    return [found, "DejaVu Sans"] if found else ["DejaVu Sans"]


def is_wide(letter: str) -> bool:
    """Return whether a letter takes a whole em, as Chinese ones do."""
    return unicodedata.east_asian_width(letter) in "WF"


def width(text: str, size: float) -> float:
    r"""Return the width of the longest line of a text [pt].

    Examples
    --------
    >>> width("万吨", 9.0), width("il", 9.0) < width("WM", 9.0), width("a\nbbb", 9.0) == width("bbb", 9.0)
    (18.0, True, True)
    """
    return size * max(sum(map(_advance, line)) for line in text.split("\n"))


@cache
def _advance(letter: str) -> float:
    """Return how far a letter moves the pen [em]."""
    if is_wide(letter):
        return 1.0
    with _LOCK:  # one font object, whatever the thread
        font, letters = _font()
        if ord(letter) not in letters:
            return 0.0 if unicodedata.combining(letter) else 0.7
        return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536.0 / 100.0


@cache
def _font() -> tuple[Any, frozenset[int]]:
    font = FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf")
    font.set_size(100.0, 72.0)
    return font, frozenset(font.get_charmap())


def apart(
    places: Sequence[float], gap: "float | Sequence[float]", low: float = -np.inf, high: float = np.inf
) -> list[float]:
    """Return places moved as little as possible (least squares) so that neighbours keep their distance.

    Parameters
    ----------
    places
        Where labels would stand, in any order; the order along the axis is kept.
    gap
        The distance between neighbours; one number, or the room that each label takes.
    low, high
        Where the first and the last label may stand at most. If there is no room for all, ``low`` holds.

    Examples
    --------
    >>> apart([1.0, 1.0, 5.0], 2.0), apart([3.0, 3.0], 1.0, high=3.0)
    ([0.0, 2.0, 5.0], [2.0, 3.0])
    """
    wanted = np.asarray(places, dtype=np.float64)
    order = np.argsort(wanted, kind="stable")
    room = np.broadcast_to(np.asarray(gap, dtype=np.float64), wanted.shape)[order]
    offset = np.concatenate(([0.0], np.cumsum((room[:-1] + room[1:]) / 2.0))) if len(wanted) else np.zeros(0)
    # Without the gaps the places must only not fall: pool neighbours that do (isotonic regression).
    pools: list[tuple[float, int]] = []
    for value in wanted[order] - offset:
        mean, count = float(value), 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        pools.append((mean, count))
    flat = np.concatenate([np.full(count, mean) for mean, count in pools]) if pools else np.zeros(0)
    top = high - (offset[-1] if len(offset) else 0.0)
    result = np.empty_like(wanted)
    result[order] = np.maximum(np.minimum(flat, top), low) + offset
    return [float(value) for value in result]


def shortened(text: str, size: float, most: float) -> str:
    """Return a text that is not wider than ``most`` [pt], with an ellipsis where it was cut.

    Examples
    --------
    >>> shortened("abc", 9.0, 100.0), shortened("一二三四五", 9.0, 30.0)
    ('abc', '一二…')
    """
    text = text.replace("\n", " ")
    if width(text, size) <= most:
        return text
    while text and width(text + "…", size) > most:
        text = text[:-1]
    return text + "…"
