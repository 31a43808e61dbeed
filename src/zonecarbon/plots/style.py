"""How charts look: colours, axes, ticks, and where texts stand.

Decided here: colours were searched so that any two of one chart stay apart for normal sight, for deuteranopia and
protanopia, and in lightness, so that grey print works; a test measures that. Colour never says anything alone: lines
have different strokes, bars have signed figures, parts have their names beside them. Text is dark (contrast at least
4.5 to white), whatever the colour of what it names.

Everything is set on the axes themselves, so that the rcParams of a host have no say and are not touched. Axes that a
chart makes for itself get margins that fit their texts; on axes that the caller gives only the content is ours.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator, NullLocator

from zonecarbon import messages
from zonecarbon.errors import InputError, ZoneCarbonWarning
from zonecarbon.messages import Language
from zonecarbon.plots.lettering import LINE, chinese_font, families, is_wide, shortened, width
from zonecarbon.plots.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

INK = "#222222"
MUTED = "#595959"
GRID = "#e4e4e4"
RULE = "#8a8a8a"
ACCENT = "#b33c00"  # marks and their words
BLUE = "#0b3c5d"
BANDS = ("#dbe8f1", "#b3d0e3", "#86b4d1", "#5a97bd")  # of a fan, from the outside
MEDIAN = "#0b4f7a"
SERIES = ("#0b3c5d", "#56b4e9", "#7a4a1e", "#d55e00", "#202020", "#1f6fa8")  # parts of a whole, the largest first
OTHER = "#cfcfcf"
RISE, FALL, WHOLE = "#b33c00", "#6fb5de", "#33383d"  # effects up and down; what they lead from and to
LOW, HIGH = "#8cc6ec", "#0b4f7a"  # ends of a tornado
CLASSES = ("#0b3c5d", "#56b4e9", "#b8570b")  # zones below the first limit, between, above
SIZE, SMALL = 9.0, 8.0
WIDTH = 460.0  # of a chart [pt]

Axis = Literal["x", "y"]


@dataclass(frozen=True, slots=True)
class Canvas:
    """Axes to draw on, and whether they are our own."""

    ax: "Axes"
    language: Language
    own: bool

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

    def head(self, text: str, above: float = 6.0) -> None:
        """Write what the upright axis is above it, where a reader begins; a line above what stands there already."""
        width, height = self.size
        shown = shortened(text, SMALL, width + 80.0)
        self.beside(0.0, 1.0 + above / height, shown, size=SMALL, color=MUTED, va="bottom")

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
        which.set_ticks(list(places), list(labels), **look)
        which.set_minor_locator(NullLocator())
        which.set_tick_params(which="both", length=0.0, pad=3.0, labelrotation=0.0, **sides)
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
    ax.set_autoscale_on(False)
    ax.set_axisbelow("line")
    ax.patch.set_visible(False)
    ax.grid(visible=False)
    for name, spine in ax.spines.items():
        spine.set_visible(name == "bottom")
    ax.spines["bottom"].set_color(RULE)
    ax.spines["bottom"].set_linewidth(0.8)
    return Canvas(ax, language, own)  # type: ignore[arg-type]  # checked above


def checked(language: str) -> None:
    """Refuse a language that is not there."""
    if language not in {"en", "zh"}:
        raise InputError("option", name="language", value=language, known="en, zh")


def required(result: Any, kinds: tuple[type, ...], chart: str) -> None:
    """Refuse a result of another kind."""
    if not isinstance(result, kinds):
        needed = " | ".join(kind.__name__ for kind in kinds)
        raise InputError("plot.result", chart=chart, needed=needed, got=type(result).__name__)


def lettered(**options: Any) -> dict[str, Any]:
    """Return the properties of a text: our fonts, our ink, no mathematics between dollars."""
    plain = {"size": SIZE, "color": INK, "weight": "normal", "style": "normal", "parse_math": False, "usetex": False}
    return {"family": families(), **plain, **options}


class FontNotice(Artist):
    """An artist without a shape, which says once that Chinese cannot be drawn as pixels."""

    _told = False

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
    notice = FontNotice()
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


@cache
def _locator(count: int) -> MaxNLocator:
    return MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10])


def nice(low: float, high: float, count: int = 4) -> list[float]:
    """Return few round figures between two.

    Examples
    --------
    >>> nice(0.0, 37.0), nice(0.0, 0.0)
    ([0.0, 10.0, 20.0, 30.0], [0.0])
    """
    if not low < high:
        return [low]
    slack = (high - low) * 1e-9
    found = _locator(count).tick_values(low, high)
    return [float(round(value, 12)) + 0.0 for value in found if low - slack <= value <= high + slack]


def round_figures(values: Sequence[float], language: Language) -> list[str]:
    """Return the figures of ticks, all with the same digits after the point.

    Examples
    --------
    >>> round_figures([0.0, 2.5, 5.0], "en"), round_figures([-1000.0, 0.0], "en"), round_figures([1000.0], "zh")
    (['0.0', '2.5', '5.0'], ['−1,000', '0'], ['1000'])
    """
    places = 0
    while places < 9 and any(abs(value - round(value, places)) > 1e-9 * max(abs(value), 1e-9) for value in values):
        places += 1
    shown = [f"{value + 0.0:,.{places}f}".replace("-", "−") for value in values]
    return shown if language == "en" else [text.replace(",", "") for text in shown]


def widest(texts: Sequence[str], size: float = SMALL) -> float:
    """Return the width of the widest of some texts [pt]; 0 without any."""
    return max((width(text, size) for text in texts), default=0.0)


def joined(names: Sequence[str], language: Language, most: int = 3) -> str:
    """Return names as a list, the first few."""
    shown = (", " if language == "en" else "、").join(names[:most])
    return shown if len(names) <= most else say("and_more", language, names=shown, count=len(names) - most)


def log_ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Return few round figures of a logarithmic axis between two positive ones.

    Examples
    --------
    >>> log_ticks(0.03, 3.0), log_ticks(0.9, 1.3)
    ([0.05, 0.1, 0.2, 0.5, 1.0, 2.0], [0.9, 1.0, 1.1, 1.2, 1.3])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = [step * 10.0**power for power in range(first, last + 1) for step in steps]
        inside = [float(f"{value:.3g}") for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(inside) <= count:
            break
    return inside if len(inside) > 2 else nice(low, high, count)
