"""The marginal abatement cost curve: a block for each measure, as wide as what it abates, as high as what that costs.

Decided here: blocks stand in the order of the curve, one after the other, and have numbers; a key below has their
names and figures, because names of measures are longer than blocks are wide. What earns hangs below the axis in the
light blue of a fall and the key says so in words. A short dark mark on each block is what the measure costs alone;
where it is away from the block's end, measures act on each other. The heights need not rise from left to right, and
the picture says that too. A measure that abates nothing in its place has no block; it stands in the key. A block that
would make all others flat is cut, with a white zigzag, and its figure stands in the key.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon import notation
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.messages import Language
from zonecarbon.notation import Scale
from zonecarbon.planning import AbatementCurve
from zonecarbon.plots import scales, style
from zonecarbon.plots.lettering import LINE, apart, shortened, width
from zonecarbon.plots.style import SMALL, Canvas
from zonecarbon.plots.words import capital, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 30  # measures in the picture
_BLOCKS = 190.0  # height of the blocks [pt]
_EMPTY = 120.0  # of a picture without blocks
_LEFT, _RIGHT, _TOP, _FOOT = 48.0, 14.0, 44.0, 34.0
_CUT = 6.0  # times the median height: a block beyond that is cut
_LEAST = 14.0  # from number to number [pt]
_GAP = 12.0  # between columns of the key [pt]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the curve shows, in its order: names, widths [tCO2], heights and heights alone [CNY/tCO2]."""

    zone: str
    who: str
    year: int
    names: list[str]
    widths: FloatArray
    heights: FloatArray
    alone: FloatArray
    scale: Scale
    left_out: int

    @property
    def has_block(self) -> BoolArray:
        """The measures that abate something in their place."""
        return np.asarray((self.widths > 0.0) & np.isfinite(self.heights))

    @property
    def edges(self) -> FloatArray:
        """Where the blocks begin and end, in the unit of the picture."""
        shown = np.where(self.has_block, self.scale.of(self.widths), 0.0)
        return np.concatenate(([0.0], np.cumsum(shown)))

    @property
    def cap(self) -> float:
        """How high a block is drawn at most."""
        sizes = np.abs(self.heights[self.has_block])
        middle = float(np.median(sizes)) if len(sizes) else 0.0
        high = sizes[sizes <= _CUT * middle]
        return 1.25 * float(high.max()) if middle > 0.0 and len(high) < len(sizes) else np.inf


def abatement_curve(curve: AbatementCurve, /, *, ax: "Axes | None" = None, language: Language = "en") -> "Axes":
    """Draw what a tonne of CO2 less costs, measure by measure, from the cheapest on.

    Parameters
    ----------
    curve
        From :func:`zonecarbon.abatement_curve`; its first thirty measures are drawn.
    ax
        Axes to draw on, with room for the key below; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes: width is CO2 abated by adding the measure, height the cost of a tonne. They say so where nothing
        is abated.

    Raises
    ------
    InputError
        If it is no abatement curve.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> own = zc.account(zc.Activity.from_arrays([[[1000.0]]], flows=["coke"], zones=["A"], years=[2025]))
    >>> mine = {"name": "mine", "price_year": 2025, "price": [{"carrier": "coke", "price": "800 CNY/t"}], "measure": [
    ...     {"name": "dear", "kind": "save", "source": "coke", "potential": 0.1, "running": "3000 CNY/tce"},
    ...     {"name": "cheap", "kind": "save", "source": "coke", "potential": 0.1, "running": "100 CNY/tce"}]}
    >>> ax = abatement_curve(zc.abatement_curve(own, mine))
    >>> [text.get_text() for text in ax.texts if text.get_text() in {"cheap", "dear"}]
    ['cheap', 'dear']
    """
    drawn = style.canvas(ax, language, _BLOCKS)
    facts = _read(curve, language)
    notes = _notes(facts, language)
    drawn.fit(left=_LEFT, right=_RIGHT, top=_TOP, bottom=_FOOT)
    lines = sum(len(style.wrapped(note, SMALL, drawn.size[0])) for note in notes)
    key = (len(facts.names) + 1.9) * SMALL * LINE * 1.1
    drawn.resize(_BLOCKS + _TOP + _FOOT + key + lines * SMALL * LINE)
    drawn.fit(left=_LEFT, right=_RIGHT, top=_TOP, bottom=_FOOT + key + lines * SMALL * LINE)
    if not facts.has_block.any():
        drawn.resize(_EMPTY)
        drawn.notice(say("macc_none", language, zone=facts.who, year=facts.year))
        return style.finished(drawn)
    _limits(drawn, facts)
    _blocks(drawn, facts)
    _numbers(drawn, facts)
    _key(drawn, facts, notes)
    earns = (facts.heights[facts.has_block] < 0.0).any()
    what = say("macc_price_earns", language, year=facts.year) if earns else say("macc_price", language, year=facts.year)
    drawn.head(say("with_unit", language, what=what, unit=_unit(language)), above=24.0, who=facts.who, name=facts.zone)
    drawn.foot(say("with_unit", language, what=say("macc_abated", language), unit=facts.scale.unit))
    return style.finished(drawn)


def describe_abatement_curve(curve: AbatementCurve, *, language: Language = "en") -> str:
    """Return what the curve shows, in a few sentences."""
    style.checked(language)
    facts = _read(curve, language)
    if not facts.has_block.any():
        stop = "." if language == "en" else "。"
        return capital(say("macc_none", language, zone=facts.who, year=facts.year), facts.zone) + stop
    blocks = facts.has_block
    earns = blocks & (facts.heights < 0.0)
    parts = [
        say(
            "macc_part",
            language,
            name=name,
            co2=_tonnes(facts, at, language, unit=True),
            cost=_cost(facts, at, language),
        )
        for at, name in enumerate(facts.names)
        if blocks[at]
    ]
    told = {
        "zone": facts.who,
        "year": facts.year,
        "total": notation.amount(float(facts.widths[blocks].sum()), "co2", language),
        "earned": notation.amount(float(facts.widths[earns].sum()), "co2", language),
        "parts": ("; " if language == "en" else "；").join(parts),
    }
    return capital(say("macc_say", language, **told), facts.zone)


def _read(curve: AbatementCurve, language: Language) -> _Facts:
    style.required(curve, (AbatementCurve,), "abatement_curve")
    rows = curve.rows
    titles = rows["title_zh" if language == "zh" else "title_en"].tolist()
    names = [str(title or name) for title, name in zip(titles, rows["measure"].tolist(), strict=True)]
    zone = style.only(curve.zone, curve.account.zones)
    n = len(curve.account.zones)
    added, price, alone = (
        np.asarray(rows[name], dtype=np.float64)[:_MOST] for name in ("added_co2", "added_price", "alone_price")
    )
    scale = notation.scale_for("co2", np.where(added > 0.0, added, 0.0), language)
    left_out = max(0, len(names) - _MOST)
    who = style.whose(zone, n, n, language)
    return _Facts(zone, who, curve.year, names[:_MOST], added, price, alone, scale, left_out)


def _unit(language: Language) -> str:
    return say("macc_unit", language)


def _notes(facts: _Facts, language: Language) -> list[str]:
    """Return what a reader must know: what the marks are, and that heights need not rise."""
    notes = [say("macc_alone", language)]
    if facts.left_out:
        notes.append(say("macc_left_out", language, count=facts.left_out))
    return [("; " if language == "en" else "；").join(notes)]


# -- the blocks --------------------------------------------------------------------------------------------------------


def _limits(drawn: Canvas, facts: _Facts) -> None:
    blocks, cap = facts.has_block, facts.cap
    shown = np.concatenate([facts.heights[blocks], facts.alone[blocks], [0.0]])
    shown = np.clip(shown[np.isfinite(shown)], -cap, cap)
    low, high = float(shown.min()), float(shown.max())
    span = (high - low) or 1.0
    drawn.ax.set_xlim(0.0, float(facts.edges[-1]))
    drawn.ax.set_ylim(low - 0.08 * span * (low < 0.0), high + 0.06 * span * (high > 0.0) + 0.12 * span * (high <= 0.0))
    drawn.ax.spines["bottom"].set_visible(low >= 0.0)
    ticks = scales.nice(low, high)
    drawn.ticks("y", ticks, scales.round_figures(ticks, drawn.language), grid=True)
    ends = scales.nice(0.0, float(facts.edges[-1]), 6)
    drawn.ticks("x", ends, scales.round_figures(ends, drawn.language))


def _blocks(drawn: Canvas, facts: _Facts) -> None:
    edges, cap = facts.edges, facts.cap
    heights = np.clip(facts.heights, -cap, cap)
    thin = 0.5 * drawn.per_point("x")
    for colour, sign, name in ((style.RISE, 1.0, "costs"), (style.FALL, -1.0, "earns")):
        chosen = np.flatnonzero(facts.has_block & (heights * sign > 0.0))
        boxes = []
        for at in chosen.tolist():
            left, right, height = float(edges[at]), float(edges[at + 1]), float(heights[at])
            inset = min(thin, 0.25 * (right - left))
            boxes.append((left + inset, min(0.0, height), right - inset, max(0.0, height)))
        if boxes:
            drawn.boxes(boxes, colour, gid=name)
    drawn.line(list(drawn.ax.get_xlim()), [0.0, 0.0], style.INK, 1.0, zorder=3.0, gid="zero")
    _cuts(drawn, facts)
    _marks(drawn, facts)


def _cuts(drawn: Canvas, facts: _Facts) -> None:
    """Draw a white zigzag through the blocks that go on beyond the picture."""
    cap, edges, point = facts.cap, facts.edges, drawn.per_point("y")
    for at in np.flatnonzero(facts.has_block & (np.abs(facts.heights) > cap)).tolist():
        y = float(np.sign(facts.heights[at])) * (cap - 9.0 * point)
        x = np.linspace(edges[at], edges[at + 1], 5)
        drawn.line(x, y + np.array([-2.0, 2.0, -2.0, 2.0, -2.0]) * point, "white", 2.0, zorder=3.2, gid="cut")


def _marks(drawn: Canvas, facts: _Facts) -> None:
    """Mark on each block what the measure costs alone, if the picture goes so far."""
    edges, (low, high) = facts.edges, drawn.ax.get_ylim()
    x, y = [], []
    for at in np.flatnonzero(facts.has_block & np.isfinite(facts.alone)).tolist():
        if low <= facts.alone[at] <= high:
            middle, half = float(edges[at] + edges[at + 1]) / 2.0, float(edges[at + 1] - edges[at]) * 0.32
            half = max(half, 2.0 * drawn.per_point("x"))
            x += [middle - half, middle + half, np.nan]
            y += [float(facts.alone[at])] * 2 + [np.nan]
    drawn.line(x, y, "white", 3.6, zorder=3.4, solid_capstyle="butt")
    drawn.line(x, y, style.INK, 1.8, zorder=3.5, solid_capstyle="butt", gid="alone")


def _numbers(drawn: Canvas, facts: _Facts) -> None:
    """Write the number of each block above the picture, with a thin line down to it; numbers keep apart."""
    blocks = np.flatnonzero(facts.has_block).tolist()
    edges, (_, top) = facts.edges, drawn.ax.get_ylim()
    step, point = drawn.per_point("x"), drawn.per_point("y")
    middles = [float(edges[at] + edges[at + 1]) / 2.0 for at in blocks]
    gap = min(_LEAST, drawn.size[0] / max(len(blocks), 1)) * step
    places = apart(middles, gap, gap / 2.0, float(edges[-1]) - gap / 2.0)
    cap = facts.cap
    for at, middle, place in zip(blocks, middles, places, strict=True):
        end = max(0.0, min(float(facts.heights[at]), cap))
        drawn.line([middle, middle, place], [end, top, top + 7.0 * point], style.RULE, 0.5, zorder=0.8, clip_on=False)
        drawn.write(place, top + 8.0 * point, str(at + 1), size=SMALL, ha="center", va="bottom")


# -- the key -----------------------------------------------------------------------------------------------------------


def _tonnes(facts: _Facts, at: int, language: Language, unit: bool = False) -> str:
    """Return what a measure abates in its place; of one that adds to CO2, that it does."""
    value = float(facts.widths[at])
    shown = notation.figure(abs(value), "co2", language, facts.scale)
    shown = f"{shown} {facts.scale.unit}" if unit else shown
    return say("macc_adds", language, co2=shown) if value < 0.0 else shown


def _cost(facts: _Facts, at: int, language: Language) -> str:
    """Return what a tonne costs, or earns, in words with the figure."""
    value = float(facts.heights[at])
    if not np.isfinite(value):
        return "–"
    figure = notation.figure(abs(value), "number", language, Scale(1.0, ""))
    figure = _whole(abs(value), language) if abs(value) >= 1.0 else figure
    return say("macc_earns", language, cost=figure) if value < 0.0 else figure


def _whole(value: float, language: Language) -> str:
    text = f"{float(f'{value:.4g}'):,.0f}"
    return text if language == "en" else text.replace(",", "")


def _key(drawn: Canvas, facts: _Facts, notes: list[str]) -> None:
    """Write number, name, CO2 and cost of each measure below the axis, in columns."""
    language, (across, down) = drawn.language, drawn.size
    heads = [
        say("with_unit", language, what=say("macc_abates", language), unit=facts.scale.unit),
        say("with_unit", language, what=say("macc_a_tonne", language), unit=_unit(language)),
        say("with_unit", language, what=say("macc_a_tonne_alone", language), unit=_unit(language)),
    ]
    rows = range(len(facts.names))
    alone = _Facts(**{name: getattr(facts, name) for name in facts.__slots__} | {"heights": facts.alone})
    columns = [
        [_tonnes(facts, at, language) for at in rows],
        [_cost(facts, at, language) for at in rows],
        [_cost(alone, at, language) for at in rows],
    ]
    heads = [_broken(head) for head in heads]
    sizes = [
        max(style.widest(column), *(width(line, SMALL) for line in head.split("\n")))
        for head, column in zip(heads, columns, strict=True)
    ]
    left = -(_LEFT - 10.0) if drawn.own else 0.0
    number = width("00", SMALL) + 4.0
    right = across + (_RIGHT - 6.0 if drawn.own else 0.0)
    ends = [right - sum(sizes[at + 1 :]) - _GAP * (len(sizes) - 1 - at) for at in range(len(sizes))]
    room = max(ends[0] - sizes[0] - _GAP - left - number - 12.0, 30.0)
    line = SMALL * LINE * 1.1
    y = -_FOOT - 0.2 * line

    def put(x: float, below: float, text: str, **options: object) -> None:
        drawn.beside(x / across, below / down, text, size=SMALL, **options)

    for head, end in zip(heads, ends, strict=True):
        put(end, y, head, ha="right", va="center", color=style.MUTED, linespacing=1.0)
    y -= 1.4 * line
    for at, name in enumerate(facts.names):
        place = y - at * line
        put(left + number, place, str(at + 1), ha="right", va="center_baseline")
        if facts.has_block[at]:
            colour = style.FALL if facts.heights[at] < 0.0 else style.RISE
            x, inside = (left + number + 6.0) / across, place / down
            drawn.dots([x], [inside + 0.15 * SMALL / down], colour, 5.5, marker="s", clip_on=False).set_transform(
                drawn.ax.transAxes
            )
        put(left + number + 12.0, place, shortened(name, SMALL, room), va="center_baseline")
        for column, end in zip(columns, ends, strict=True):
            put(end, place, column[at], ha="right", va="center_baseline")
    y -= (len(facts.names) - 0.25) * line
    text = "\n".join(part for note in notes for part in style.wrapped(note, SMALL, right - left))
    put(left, y, text, va="top", color=style.MUTED, linespacing=LINE)


def _broken(head: str) -> str:
    """Return a heading with its unit on a line of its own."""
    for mark in (" [", "（"):
        if mark in head:
            first, rest = head.split(mark, 1)
            return f"{first}\n{mark.strip()}{rest}"
    return head
