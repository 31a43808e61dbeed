"""Texts in a CSV file that a spreadsheet would run as a formula, and back.

Decided here: a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break (or their full-width forms)
gets an apostrophe before it, as spreadsheets themselves mark text; so does one that begins with apostrophes and then
one of these. That makes the way back exact: reading takes off one apostrophe where, and only where, writing put one.
Figures are never touched: ``-5`` in a column of numbers is a number.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def escape(text: str) -> str:
    """Return a text as it is written into a CSV file.

    Examples
    --------
    >>> escape("=1+1"), escape("'=1+1"), escape("A=1"), escape("'A'")
    ("'=1+1", "''=1+1", 'A=1', "'A'")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescape(text: str) -> str:
    """Return the text that :func:`escape` was given.

    Examples
    --------
    >>> unescape("'=1+1"), unescape("=1+1"), unescape("'A'")
    ('=1+1', '=1+1', "'A'")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def escaped(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column with its texts as they are written into a CSV file; a column of numbers as it is."""
    if column.dtype.kind not in "OUS":
        return column
    texts = np.empty(len(column), dtype=object)
    texts[:] = [escape(value) if isinstance(value, str) else value for value in column.tolist()]
    return texts
