"""A chart as SVG to put into a page: real text, no style attributes, no ids, the same bytes every time.

Decided here: a small renderer of our own instead of matplotlib's SVG backend and a clean-up after it. That backend
reads its choices (text as text, the salt of its ids) from rcParams, which all threads of a host share; it writes
``style`` attributes, which a strict content security policy forbids; and it needs an id for whatever is drawn twice or
clipped, and ids of two charts in a page must not meet. What is drawn here are paths, dots and text, which is all that
charts are made of, written as presentation attributes; what must be clipped stands in an ``svg`` of its own, which
clips by itself. So nothing global is touched, no lock is needed, and a chart is a third of the size.

Lengths are points, whatever the dpi of the figure; of what matplotlib hands over, places are pixels and line widths
points already. Images, hatches and gradients are not for such charts: an image is an error, a hatch is left out.
"""

import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure, SubFigure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from zonecarbon._locking import lock
from zonecarbon.errors import InputError
from zonecarbon.plots.lettering import ASCENT, DESCENT, STACK, width
from zonecarbon.plots.style import INK, SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # in XML, however escaped
_ANCHORS = {"left": (0.0, ""), "center": (0.5, ' text-anchor="middle"'), "right": (1.0, ' text-anchor="end"')}
_ROUND = np.asarray(Path.unit_circle().codes)  # moved and scaled, but never another curve, in the paths of dots
_CAPS = {"projecting": "square", "round": "round"}
_drawing = lock(again=True)  # matplotlib draws under a lock of all figures, which a fork meanwhile would leave closed


def to_svg(chart: "Axes | Figure", title: str = "", description: str = "") -> str:
    """Return a chart as SVG to put into a page.

    Parameters
    ----------
    chart
        Axes, as the chart functions return them, or a figure. The whole figure is drawn.
    title, description
        What a screen reader says: the name of the picture, and what it shows; see :func:`zonecarbon.plots.describe`.

    Returns
    -------
    str
        An ``svg`` element of class ``chart``: ``viewBox`` but no width or height, so that the page decides how
        large it is; presentation attributes only, no ids, no script, no reference to anything outside. All text
        is escaped; characters that XML does not allow are left out. The same chart gives the same text.

    Raises
    ------
    InputError
        If it is no axes or figure, or has an image in it.

    Notes
    -----
    Safe in threads, as far as each has a figure of its own: rcParams are neither read for this nor written.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> text = axes.set_title("甲 & 乙")
    >>> drawn = to_svg(axes, "Zones", "Two zones")
    >>> drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img"'), "甲 &amp; 乙" in drawn
    (True, True)
    """
    figure = chart if isinstance(chart, Figure) else getattr(chart, "figure", None)
    while isinstance(figure, SubFigure):
        figure = figure.figure
    if not isinstance(figure, Figure):
        raise InputError("plot.chart", got=type(chart).__name__)
    renderer = _Renderer(float(figure.bbox.width), float(figure.bbox.height), float(figure.dpi))
    with _drawing:
        figure.draw(renderer)
    box = f"0 0 {_number(renderer.width * renderer.scale)} {_number(renderer.height * renderer.scale)}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="{box}"'
    letters = f'font-family={quoteattr(STACK)} font-size="{_number(SIZE)}" fill="{INK}" stroke-linejoin="round"'
    told = "".join(
        f"<{tag}>{_text(words)}</{tag}>" for tag, words in (("title", title), ("desc", description)) if words
    )
    return f"{head} {letters}>{told}{renderer.markup()}</svg>"


def _number(value: float) -> str:
    """Return a length with a tenth of a point, as short as it can be."""
    shown = f"{value:.1f}"
    shown = shown.removesuffix(".0")
    return "0" if shown in {"-0", ""} else shown


def _text(words: str) -> str:
    return escape(_FORBIDDEN.sub("", words))


class _Renderer(RendererBase):
    """What matplotlib draws with: it gets paths, markers and texts in pixels and writes them as SVG in points."""

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width, self.height, self.scale = width, height, 72.0 / dpi
        self._flip = Affine2D().scale(self.scale, -self.scale).translate(0.0, height * self.scale)
        self._done: list[str] = []
        self._lines: tuple[str, list[str]] = ("", [])  # strokes of one look, gathered into one path

    def markup(self) -> str:
        """Return what was drawn."""
        self._flush()
        return "".join(self._done)

    # -- what matplotlib asks --------------------------------------------------------------------------------------

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure [px]."""
        return self.width, self.height

    def flipy(self) -> bool:
        """Return that heights of texts count from the top."""
        return True

    def points_to_pixels(self, points: Any) -> Any:
        """Return points in pixels of the figure."""
        return points / self.scale

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Return the measures of a line of text [px], without asking a font for glyphs it does not have."""
        size = prop.get_size_in_points()
        return width(s, size) / self.scale, (ASCENT + DESCENT) * size / self.scale, DESCENT * size / self.scale

    # -- what matplotlib draws -------------------------------------------------------------------------------------

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Any, rgbFace: Any = None) -> None:
        """Write a path."""
        look = self._look(gc, rgbFace)
        if not look:
            return
        points, codes = _segments(path, transform + self._flip)
        if codes.shape == _ROUND.shape and (codes == _ROUND).all():
            self._circle(points, look)
            return
        self._add(gc, _written(points, codes), look, points)

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Any,
        path: Path,
        trans: Any,
        rgbFace: Any = None,
    ) -> None:
        """Write a marker at each point of a path; round ones as the round ends of lines without length."""
        points, codes = _segments(path, trans)
        places = points[np.isin(codes, (Path.MOVETO, Path.LINETO))]
        if marker_path is Path.unit_circle() and _is_seen(rgbFace):
            self._dots(gc, places, marker_trans, rgbFace)
            return
        for x, y in places.tolist():
            self.draw_path(gc, marker_path, marker_trans + Affine2D().translate(x, y), rgbFace)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Write a line of text, anchored as it was aligned, so that another font does not shift it."""
        size = prop.get_size_in_points()
        align = mtext.get_horizontalalignment() if mtext is not None and angle in {0.0, 90.0} else "left"
        part, anchor = _ANCHORS.get(align, _ANCHORS["left"])
        if angle == 90.0:  # a rotated text is aligned along the other axis, which layout has done already
            part, anchor = _ANCHORS["center"]
        along = np.deg2rad(angle)
        place = (
            x * self.scale + part * width(s, size) * np.cos(along),
            y * self.scale - part * width(s, size) * np.sin(along),
        )
        x_shown, y_shown = (_number(float(value)) for value in place)
        at = f' x="{x_shown}" y="{y_shown}"'
        if angle:
            at = f' transform="translate({x_shown} {y_shown}) rotate({_number(-angle)})"'
        look = "" if size == SIZE else f' font-size="{_number(size)}"'
        colour = to_hex(gc.get_rgb())
        look += "" if colour == INK else f' fill="{colour}"'
        heavy = prop.get_weight() in {"bold", "heavy", "semibold", "demibold", "black"} or (
            isinstance(prop.get_weight(), int) and prop.get_weight() >= 600
        )
        look += ' font-weight="bold"' if heavy else ""
        self._flush()
        self._done.append(f"<text{at}{anchor}{look}>{_text(s)}</text>")

    def draw_image(self, *_: Any, **__: Any) -> None:
        """Refuse an image: it would not be text and lines."""
        raise InputError("plot.image")

    # -- how it is written -----------------------------------------------------------------------------------------

    def _look(self, gc: GraphicsContextBase, face: Any) -> str:
        """Return fill and stroke as attributes; empty if there is nothing to see."""
        line: Any = gc.get_rgb()
        fill, stroke = _is_seen(face), gc.get_linewidth() > 0.0 and _is_seen(line)
        if not (fill or stroke):
            return ""
        look = f' fill="{to_hex(face)}"{_opacity("fill", face)}' if fill else ' fill="none"'
        if not stroke:
            return look
        look += f' stroke="{to_hex(line)}"{_opacity("stroke", line)}'
        thick = _number2(gc.get_linewidth())
        look += f' stroke-width="{thick}"' if thick != "1" else ""
        dashes: Any = gc.get_dashes()[1]
        if dashes is not None:
            look += f' stroke-dasharray="{" ".join(_number(length) for length in dashes)}"'
        cap = _CAPS.get(str(gc.get_capstyle()))
        return look + (f' stroke-linecap="{cap}"' if cap and dashes is None else "")

    def _add(self, gc: GraphicsContextBase, written: str, look: str, points: Any) -> None:
        if not written:
            return
        view = self._view(gc, points)
        if not view and look.startswith(' fill="none"') and "opacity" not in look:
            if self._lines[0] != look:
                self._flush()
                self._lines = (look, [])
            self._lines[1].append(written)
            return
        self._flush()
        element = f'<path d="{written}"{look}/>'
        self._done.append(f"<svg{view}>{element}</svg>" if view else element)

    def _flush(self) -> None:
        look, parts = self._lines
        if parts:
            self._done.append(f'<path d="{"".join(parts)}"{look}/>')
        self._lines = ("", [])

    def _view(self, gc: GraphicsContextBase, points: Any) -> str:
        """Return the attributes of an ``svg`` that clips; empty if nothing stands out of the clip rectangle."""
        clip = gc.get_clip_rectangle()
        if clip is None or not len(points):
            return ""
        edges = self._flip.transform([[clip.x0, clip.y0], [clip.x1, clip.y1]])
        low, high = edges.min(axis=0), edges.max(axis=0)
        slack = gc.get_linewidth() + 0.5
        if (points.min(axis=0) >= low - slack).all() and (points.max(axis=0) <= high + slack).all():
            return ""
        x, y, across, down = (_number(float(value)) for value in (*low, *(high - low)))
        return f' x="{x}" y="{y}" width="{across}" height="{down}" viewBox="{x} {y} {across} {down}"'

    def _circle(self, points: Any, look: str) -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        (x, y), radius = ((low + high) / 2.0).tolist(), _number2(float(high[0] - low[0]) / 2.0)
        self._flush()
        self._done.append(f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{radius}"{look}/>')

    def _dots(self, gc: GraphicsContextBase, places: Any, marker: Any, face: Any) -> None:
        (x, _), (right, _) = marker.transform([(0.0, 0.0), (1.0, 0.0)]).tolist()
        thick, edge = 2.0 * abs(right - x) * self.scale, gc.get_linewidth()
        written = "".join(f"M{_number(x)} {_number(y)}h.01" for x, y in self._flip.transform(places).tolist())
        rim: Any = gc.get_rgb()
        looks = [(rim, thick + edge), (face, thick - edge)] if edge and _is_seen(rim) else [(face, thick)]
        self._flush()
        for colour, diameter in looks:
            stroke = f'stroke="{to_hex(colour)}"{_opacity("stroke", colour)} stroke-width="{_number2(diameter)}"'
            self._done.append(f'<path d="{written}" fill="none" {stroke} stroke-linecap="round"/>')


def _number2(value: float) -> str:
    """Return a line width, with a hundredth of a point."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _is_seen(colour: Any) -> bool:
    return colour is not None and not (len(colour) > 3 and colour[3] == 0.0)


def _opacity(what: str, colour: Any) -> str:
    opaque = len(colour) < 4 or colour[3] == 1.0
    return "" if opaque else f' {what}-opacity="{_number2(float(colour[3]))}"'


def _segments(path: Path, transform: Any) -> tuple[Any, Any]:
    """Return vertices and codes of a path in its place, without what is not a number."""
    cleaned = path.cleaned(transform=transform, remove_nans=True, simplify=False, curves=True)
    points, codes = np.asarray(cleaned.vertices), np.asarray(cleaned.codes)
    kept = codes != Path.STOP
    points, codes = points[kept], codes[kept]
    closed = np.flatnonzero(codes == Path.CLOSEPOLY)  # its own point means nothing, and is often the origin
    points[closed] = points[np.maximum(closed - 1, 0)]
    return points, codes


def _written(points: Any, codes: Any) -> str:
    """Return the data of a path: absolute, level and upright lines shortened."""
    parts: list[str] = []
    before, x_before, y_before = 0, "", ""
    for (x, y), code in zip(points.tolist(), codes.tolist(), strict=True):
        x_shown, y_shown = _number(x), _number(y)
        if code == Path.CLOSEPOLY:
            parts.append("z")
        elif code == Path.LINETO and y_shown == y_before:
            parts.append(f"H{x_shown}" if x_shown != x_before else "")
        elif code == Path.LINETO and x_shown == x_before:
            parts.append(f"V{y_shown}")
        else:
            letter = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}[code]
            goes_on = code == before and code != Path.MOVETO and parts[-1][:1] not in "HV"
            parts.append(f"{' ' if goes_on else letter}{x_shown} {y_shown}")
        if code != Path.CLOSEPOLY:
            x_before, y_before = x_shown, y_shown
        before = code
    return "".join(parts)
