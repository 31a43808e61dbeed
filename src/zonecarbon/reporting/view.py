"""What a page shows, as plain data: no result, no HTML.

Decided here: a page is sections of blocks (cards, tables, figures, facts, notes), whatever the result behind them, so
that one small template draws them all and a test can read verdicts and figures without parsing HTML. Texts are final:
words and figures are in the reader's language already. ``lang`` is given where a text is in another one (the official
wording of a Chinese target in an English report).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["cards", "facts", "table", "figures", "notes", "text"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and how it is shown.

    Parameters
    ----------
    text
        What is read.
    sort
        What a column is sorted by, all digits: a number, a text, or None (the text; unknown numbers are NaN).
    verdict
        ``met``, ``missed``, ``unknown`` or ``none``: shown with its sign beside the word.
    lang, code, cite, href
        Another language; whether it is an id or typed text; whether it names a document; the place in the page it leads
        to.
    """

    text: str
    sort: float | str | None = None
    verdict: str = ""
    lang: str = ""
    code: bool = False
    cite: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its title, its unit, and whether it holds numbers."""

    title: str
    unit: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``wide`` ones scroll by themselves, ``sortable`` and ``searchable`` ones get their controls.

    ``key`` is the column that heads each row.
    """

    id: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    wide: bool = False
    sortable: bool = False
    searchable: bool = False
    key: int = 0
    kind: Kind = "table"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what there is to say of it."""

    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Facts:
    """Short facts side by side; ``large`` ones are the figures that a reader looks for first."""

    items: tuple[Fact, ...]
    large: bool = False
    kind: Kind = "facts"


@dataclass(frozen=True, slots=True)
class Card:
    """A verdict: what is asked, what is (``when``: of which year), how far it is from the limit, in whose words."""

    title: str
    verdict: str
    word: str
    value: str
    limit: str
    facts: tuple[Fact, ...]
    reason: str = ""
    notes: tuple[str, ...] = ()
    when: str = ""
    wording: tuple[Cell, ...] = ()
    source: tuple[Cell, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Verdicts side by side."""

    items: tuple[Card, ...]
    kind: Kind = "cards"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: its SVG, what it shows, and that in a sentence with figures."""

    svg: str
    title: str
    caption: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Charts side by side where there is room."""

    items: tuple[Figure, ...]
    kind: Kind = "figures"


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reader must know, a line each."""

    items: tuple[str, ...]
    kind: Kind = "notes"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    kind: Kind = "text"


Block: TypeAlias = Cards | Facts | Table | Figures | Notes | Text


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    language: str
    title: str
    lead: str
    facts: tuple[Fact, ...]
    portfolio: tuple[Section, ...]
    zones: tuple[Section, ...]
    audit: Section
    banner: str = ""
    made_on: str = ""
    words: dict[str, str] = field(default_factory=dict)


def some(*blocks: Block | None) -> tuple[Block, ...]:
    """Return the blocks that hold anything."""
    return tuple(block for block in blocks if block is not None and _holds(block))


def _holds(block: Block) -> bool:
    if isinstance(block, Table):
        return bool(block.rows)
    return bool(block.text if isinstance(block, Text) else block.items)


def filled(sections: Sequence[Section | None]) -> tuple[Section, ...]:
    """Return the sections that hold anything."""
    return tuple(section for section in sections if section is not None and (section.blocks or section.sections))
