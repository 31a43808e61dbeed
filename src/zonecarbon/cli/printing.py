"""How the command line prints: a table of chosen columns, JSON, CSV, and a bar for long work.

Decided here: the bar is drawn on standard error, only on a terminal and only after a second, so that scripts and short
runs see nothing of it.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zonecarbon import messages
from zonecarbon._table import Table
from zonecarbon.messages import Language
from zonecarbon.terms import term

_WIDTH = 40
_AFTER, _EVERY = 1.0, 0.1


def say(text: str) -> None:
    """Print a line that names a file; of a name that is no text on this system, the bytes."""
    print(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def brief(
    table: Table, names: Sequence[str], language: Language, own: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """Return some columns of a table as text; ``own`` as of :func:`worded`."""
    return worded(Chosen(table, names), language, own=own)


def worded(
    table: Table, language: Language, values: Sequence[str] = (), own: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """Return a table as text: headings in the language, and the words of some columns (``values``) too.

    English headings are the names of the columns themselves. ``own`` has words of single columns that are no terms.
    """
    return table.to_text() if language == "en" else Worded(table, values, own or {}).to_text()


class Chosen(Table):
    """Some columns of a table."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self._table, self._names = table, names

    def columns(self) -> dict[str, Any]:
        """Return the columns that were chosen."""
        columns = self._table.columns()
        return {name: columns[name] for name in self._names}


class Worded(Table):
    """A table with Chinese headings; ids in some of its columns are said in words."""

    def __init__(self, table: Table, values: Sequence[str], own: Mapping[str, Mapping[str, str]]) -> None:
        self._table, self._values, self._own = table, values, own

    def columns(self) -> dict[str, Any]:
        """Return the columns under their Chinese names."""
        columns = self._table.columns()
        for name in dict.fromkeys([*self._values, *self._own]):
            if name in columns:
                own = self._own.get(name, {})
                columns[name] = np.array([own.get(item) or _word(item) for item in columns[name]], dtype=object)
        return {term(name, "zh", "column"): column for name, column in columns.items()}


def _word(item: Any) -> Any:
    if not isinstance(item, str) or not item:
        return item
    code = f"effect.{item}"
    return messages.render(code, {}, "zh") if code in messages.TEXTS else term(item, "zh")


def print_table(table: Table, options: argparse.Namespace, text: str) -> None:
    """Print a result in the form asked for; ``text`` is what people read."""
    if options.format == "json":
        shown = {name: part for name, part in table.to_dict(state=False).items() if name != "schema"}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    elif options.format == "csv":
        print(table.to_csv(), end="")
    else:
        print(text)


class Bar:
    """A bar of the work done, as ``project`` reports it."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._shown = False

    def __call__(self, done: int, todo: int) -> None:
        """Draw the bar anew."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._start < _AFTER or (now - self._last < _EVERY and done < todo):
            return
        self._last, self._shown = now, True
        filled = round(_WIDTH * done / max(todo, 1))
        left = (now - self._start) * (todo - done) / max(done, 1)
        bar = "#" * filled + "." * (_WIDTH - filled)
        print(f"\r[{bar}] {done / max(todo, 1):4.0%}  {left:4.0f} s", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the bar away."""
        if self._shown:
            print("\r" + " " * (_WIDTH + 20) + "\r", end="", file=sys.stderr, flush=True)
