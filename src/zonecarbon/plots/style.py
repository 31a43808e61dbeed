"""How charts look: colours, axes, ticks, and where texts stand.

Decided here: colours were searched so that any two of one chart stay apart for normal sight, for deuteranopia and
protanopia, and in lightness, so that grey print works; a test measures that. Colour never says anything alone: lines
have different strokes, bars have signed figures, parts have their names beside them. Text is dark (contrast at least
4.5 to white), whatever the colour of what it names.

Everything is set on the axes themselves, so that the rcParams of a host have no say and are not touched. Axes that a
chart makes for itself get margins that fit their texts; on axes that the caller gives only the content is ours.
"""

import contextlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import NullLocator

from zonecarbon import messages
from zonecarbon._typing import ObjectArray
from zonecarbon.errors import InputError, ZoneCarbonWarning
from zonecarbon.messages import Language
from zonecarbon.plots.lettering import LINE, chinese_font, families, is_wide, shortened, width
from zonecarbon.plots.words import capital, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

INK = "#222222"
MUTED = "#595959"
GRID = "#e4e4e4"
RULE = "#8a8a8a"
ACCENT = "#b33c00"  # marks and their words
BANDS = ("#dbe8f1", "#b3d0e3", "#86b4d1", "#5a97bd")  # of a fan, from the outside
MEDIAN = "#0b4f7a"
SERIES = ("#0b3c5d", "#56b4e9", "#7a4a1e", "#d55e00", "#202020", "#1f6fa8")  # parts of a whole, the largest first
OTHER = "#cfcfcf"
RISE, FALL, WHOLE = "#b33c00", "#6fb5de", "#33383d"  # effects up and down; what they lead from and to
LOW, HIGH = "#8cc6ec", "#0b4f7a"  # ends of a tornado
CLASSES = ("#0b3c5d", "#56b4e9", "#b8570b")  # zones below the first limit, between, above
SIZE, SMALL = 9.0, 8.0
WIDTH = 460.0  # of a chart [pt]
_LABELS = 24.0  # what the figures of an upright axis take [pt]

Axis = Literal["x", "y"]


@dataclass(frozen=True, slots=True)
class Canvas:
    """Axes to draw on, and whether they are our own."""

    ax: "Axes"
    language: Language
    own: bool
    before: frozenset[int]  # what the caller has on the axes

    def resize(self, height: float) -> None:
        """Give a figure of our own another height [pt]."""
        if self.own and isinstance(self.ax.figure, Figure):
            self.ax.figure.set_size_inches(WIDTH / 72.0, height / 72.0)

    def fit(self, left: float, right: float, top: float, bottom: float) -> None:
        """Give axes of our own their margins [pt]; those of a caller stay where they are."""
        if not self.own:
            return
        box, dpi = self.ax.figure.bbox, self.ax.figure.dpi
        width, height = float(box.width) * 72.0 / dpi, float(box.height) * 72.0 / dpi
        across, down = max(width - left - right, 40.0), max(height - top - bottom, 30.0)
        self.ax.set_position((left / width, bottom / height, across / width, down / height))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the axes [pt]."""
        box, dpi = self.ax.get_window_extent(), self.ax.figure.dpi
        return float(box.width) * 72.0 / dpi, float(box.height) * 72.0 / dpi

    def per_point(self, axis: Axis) -> float:
        """Return how much of an axis a point is."""
        low, high = self.ax.get_xlim() if axis == "x" else self.ax.get_ylim()
        return abs(high - low) / self.size[axis == "y"]

    # -- text ------------------------------------------------------------------------------------------------------

    def write(self, x: float, y: float, text: str, **options: Any) -> "Text":
        """Write a text at a place of the data; user's dollars stay dollars."""
        return self.ax.text(x, y, text, clip_on=False, **lettered(**options))

    def beside(self, x: float, y: float, text: str, **options: Any) -> "Text":
        """Write a text at a place in fractions of the axes."""
        return self.write(x, y, text, transform=self.ax.transAxes, **options)

    def foot(self, *lines: str) -> float:
        """Write what the axis is, and notes below it; return the room they take [pt]."""
        width = self.size[0]
        shown = [part for line in lines if line for part in wrapped(line, SMALL, width)]
        text = "\n".join(shown)
        self.ax.set_xlabel(text, labelpad=4.0, linespacing=LINE, **lettered(size=SMALL, color=MUTED))
        return len(shown) * SMALL * LINE

    def head(self, text: str, above: float = 6.0, who: str = "", name: str = "") -> None:
        """Write what the upright axis is above it, where a reader begins; a line above what stands there already.

        Whose it is comes before it, and is shortened if there is no room for both; ``name`` is a user's name, of which
        the first letter stays as it is.
        """
        across, height = self.size
        room = across + (80.0 if self.own else 0.0)
        if who:
            rest = say("colon", self.language, head="", rest=text)
            who = shortened(who, SMALL, max(room - width(rest, SMALL), 30.0))
            text = capital(say("colon", self.language, head=who, rest=text), who if name else "")
        self.beside(0.0, 1.0 + above / height, text, size=SMALL, color=MUTED, va="bottom")

    def room(self, side: Literal["left", "right"], most: float) -> float:
        """Return the room beside the axes for names, at most that of a figure of our own [pt].

        It goes to the edge of the figure or to the next axes, some of which their own labels need.
        """
        if self.own:
            return most
        figure, box = self.ax.figure, self.ax.get_window_extent()
        is_right, scale = side == "right", 72.0 / figure.dpi
        found = [float(figure.bbox.x1 - box.x1 if is_right else box.x0 - figure.bbox.x0) * scale]
        for other in figure.axes:
            near = other.get_window_extent()
            gap = float(near.x0 - box.x1 if is_right else box.x0 - near.x1) * scale
            if gap >= 0.0 and near.y0 < box.y1 and near.y1 > box.y0:
                found.append(gap - _LABELS * is_right)
        return max(min(*found, most), 0.0)

    def notice(self, text: str) -> None:
        """Say in the middle of the axes why there is no picture."""
        wide = self.size[0] * 0.9
        self.ax.set_xlim(0.0, 1.0)
        self.ax.set_ylim(0.0, 1.0)
        self.ticks("x", [], [])
        self.ticks("y", [], [])
        self.ax.spines["bottom"].set_visible(False)
        self.beside(0.5, 0.5, "\n".join(wrapped(text, SIZE, wide)), ha="center", va="center", color=MUTED)

    # -- marks -----------------------------------------------------------------------------------------------------

    def ticks(self, axis: Axis, places: Sequence[float], labels: Sequence[str], grid: bool = False) -> None:
        """Set the ticks of an axis, without marks; with thin lines across if asked."""
        low, high = self.ax.get_xlim() if axis == "x" else self.ax.get_ylim()
        which = self.ax.xaxis if axis == "x" else self.ax.yaxis
        align = {"ha": "center", "va": "top"} if axis == "x" else {"ha": "right", "va": "center_baseline"}
        sides = {"labelbottom": True, "labeltop": False} if axis == "x" else {"labelleft": True, "labelright": False}
        look = lettered(size=SMALL, color=MUTED, **align)
        which.set_tick_params(which="both", length=0.0, pad=3.0, labelrotation=0.0, **sides)
        which.set_ticks(list(places), list(labels), **look)
        which.set_minor_locator(NullLocator())
        self.ax.set_xlim(low, high) if axis == "x" else self.ax.set_ylim(low, high)
        if grid and len(places):
            draw = self.ax.vlines if axis == "x" else self.ax.hlines
            limits = self.ax.get_ylim() if axis == "x" else self.ax.get_xlim()
            draw(list(places), *limits, colors=GRID, linewidth=0.6, zorder=0.5)

    def line(self, x: Any, y: Any, color: str, thick: float = 1.4, **options: Any) -> Any:
        """Draw a line; what is not known is a gap."""
        options = {"solid_capstyle": "round", "marker": "", "linestyle": "-", "zorder": 3.0, **options}
        return self._added(Line2D(x, y, color=color, linewidth=thick, **options), "clip_on" in options)

    def dots(self, x: Any, y: Any, color: str, size: float = 5.0, **options: Any) -> Any:
        """Draw dots with a white rim."""
        look = {"markeredgecolor": "white", "markeredgewidth": 0.6, "zorder": 4.0, "marker": "o", **options}
        look = {"markerfacecolor": color, "markersize": size, "linestyle": "", **look}
        return self._added(Line2D(x, y, **look), "clip_on" in options)

    def _added(self, line: Line2D, is_free: bool) -> Line2D:
        """Add a line, which ``plot`` would do with guesses that are not needed here."""
        line.set_transform(self.ax.transData)
        if not is_free:
            line.set_clip_path(self.ax.patch)
        self.ax.add_line(line)
        return line

    def boxes(self, boxes: Any, color: str, zorder: float = 2.0, **options: Any) -> PathPatch:
        """Draw boxes of one colour as one path; each is (left, bottom, right, top)."""
        left, bottom, right, top = np.asarray(boxes, dtype=np.float64).reshape(-1, 4).T
        corners = np.stack([left, bottom, left, top, right, top, right, bottom, left, bottom], axis=1).reshape(-1, 2)
        codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(left))
        patch = PathPatch(
            Path(corners, codes.astype(Path.code_type)), facecolor=color, linewidth=0.0, zorder=zorder, **options
        )
        self.ax.add_patch(patch)
        return patch

    def area(self, outline: Any, color: str, zorder: float = 1.0) -> PolyCollection:
        """Fill an area."""
        found = PolyCollection([outline], facecolors=color, linewidths=0.0, zorder=zorder)
        self.ax.add_collection(found, autolim=False)
        return found


def canvas(ax: "Axes | None", language: str, height: float) -> Canvas:
    """Return the axes to draw on: those given, or new ones of a figure of their own, never of pyplot.

    Raises
    ------
    InputError
        If the language is not one of the two, or ``ax`` is no axes.
    """
    checked(language)
    own = ax is None
    if ax is None:
        figure = Figure(figsize=(WIDTH / 72.0, height / 72.0), dpi=144.0, facecolor="white")
        figure.set_layout_engine("none")
        FigureCanvasBase(figure)
        ax = figure.add_axes((0.1, 0.15, 0.8, 0.75))
    if not hasattr(ax, "add_patch"):
        raise InputError("plot.axes", got=type(ax).__name__)
    if not own:
        _cleared(ax)
    ax.set_autoscale_on(False)
    ax.set_axisbelow("line")
    ax.patch.set_visible(False)
    ax.grid(visible=False)
    for name, spine in ax.spines.items():
        spine.set_visible(name == "bottom")
    ax.spines["bottom"].set_color(RULE)
    ax.spines["bottom"].set_linewidth(0.8)
    before = frozenset() if own else frozenset(map(id, ax.get_children()))
    return Canvas(ax, language, own, before)  # type: ignore[arg-type]  # checked above


def _cleared(ax: "Axes") -> None:
    """Take away what was drawn here before by us, and scales that our figures are not meant for."""
    for artist in list(ax.artists):
        if isinstance(artist, FontNotice):
            for mark in (*artist.marks, artist):
                with contextlib.suppress(ValueError, NotImplementedError):  # the caller took it away
                    mark.remove()
    if ax.get_xscale() != "linear":
        ax.set_xscale("linear")
    if ax.get_yscale() != "linear":
        ax.set_yscale("linear")


def checked(language: str) -> None:
    """Refuse a language that is not there."""
    if language not in {"en", "zh"}:
        raise InputError("option", name="language", value=language, known="en, zh")


def required(result: Any, kinds: tuple[type, ...], chart: str) -> None:
    """Refuse a result of another kind."""
    if not isinstance(result, kinds):
        needed = " | ".join(kind.__name__ for kind in kinds)
        raise InputError("plot.result", chart=chart, needed=needed, got=type(result).__name__)


def only(zone: str, names: "Sequence[str] | ObjectArray") -> str:
    """Return a zone's name; that of the only zone if none is asked for."""
    return zone or (str(names[0]) if len(names) == 1 else "")


def whose(name: str, known: int, n: int, language: Language) -> str:
    """Return a zone's name, or whose sum is shown: of all zones, or of how many of them.

    Examples
    --------
    >>> whose("A", 1, 3, "en"), whose("", 3, 3, "en"), whose("", 2, 3, "en"), whose("", 2, 3, "zh")
    ('A', 'all zones', '2 of 3 zones', '3 个园区中 2 个')
    """
    return name or (say("some_zones", language, known=known, n=n) if 0 < known < n else say("all_zones", language))


def lettered(**options: Any) -> dict[str, Any]:
    """Return the properties of a text: our fonts, our ink, no mathematics between dollars."""
    plain = {"size": SIZE, "color": INK, "weight": "normal", "style": "normal", "parse_math": False, "usetex": False}
    return {"family": families(), **plain, **options}


class FontNotice(Artist):
    """An artist without a shape: it knows what we drew, and says once that Chinese cannot be drawn as pixels."""

    _told = False

    def __init__(self, marks: Sequence[Artist] = ()) -> None:
        super().__init__()
        self.marks = tuple(marks)

    def draw(self, renderer: Any) -> None:
        """Warn, if what draws needs glyphs: our SVG does not, the reader's machine has them."""
        if FontNotice._told or chinese_font() or type(renderer).__module__ == "zonecarbon.plots.svg":
            return
        if any(map(is_wide, _texts_of(self.axes))):
            FontNotice._told = True
            warnings.warn(messages.render("plot.no_font", {}, "en"), ZoneCarbonWarning, stacklevel=2)


def _texts_of(ax: Any) -> str:
    return "".join(str(text.get_text()) for text in (*ax.texts, ax.xaxis.label, *ax.get_yticklabels()))


def finished(drawn: Canvas) -> "Axes":
    """Return the axes, which say so when they are drawn as pixels without a font for their text."""
    notice = FontNotice([] if drawn.own else [one for one in drawn.ax.get_children() if id(one) not in drawn.before])
    notice.set_in_layout(False)
    drawn.ax.add_artist(notice)
    return drawn.ax


def wrapped(text: str, size: float, most: float) -> list[str]:
    """Return lines that are not wider than ``most`` [pt]: broken at blanks, and after Chinese letters and commas.

    Examples
    --------
    >>> wrapped("one two three", 9.0, 45.0)
    ['one two', 'three']
    """
    lines: list[str] = []
    for given in text.split("\n"):
        line = ""
        for piece in _pieces(given):
            if line and width((line + piece).rstrip(), size) > most:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """Return the parts between which a line may break."""
    pieces, piece = [], ""
    for letter, after in zip(text, [*text[1:], " "], strict=True):
        piece += letter
        may = letter == " " or (is_wide(letter) and letter not in "（“") or is_wide(after)
        if may and after not in "，。；：、）”":
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


def widest(texts: Sequence[str], size: float = SMALL) -> float:
    """Return the width of the widest of some texts [pt]; 0 without any."""
    return max((width(text, size) for text in texts), default=0.0)


def joined(names: Sequence[str], language: Language, most: int = 3) -> str:
    """Return names as a list, the first few."""
    shown = (", " if language == "en" else "、").join(names[:most])
    return shown if len(names) <= most else say("and_more", language, names=shown, count=len(names) - most)
