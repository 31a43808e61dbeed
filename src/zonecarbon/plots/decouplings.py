"""The path of decoupling: what value added did, what CO2 did, period by period, over the areas of the eight states.

Decided here: the areas are drawn from the thresholds of the answer itself, so that a picture cannot contradict its
states. Both axes are percentages of a period. Points are joined in the order of time and go from light to dark; the
first and the last have their years, because twenty years of labels hide the path. An area is named where its name fits.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zonecarbon import messages, notation
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.decomposition import Decoupling
from zonecarbon.messages import Language
from zonecarbon.plots import scales, style
from zonecarbon.plots.lettering import LINE, width
from zonecarbon.plots.style import SMALL, Canvas
from zonecarbon.plots.words import capital, say
from zonecarbon.vocabulary import unknown_zone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# From the x axis to the right against the clock: state, and shade (darker: CO2 rises although value added does not).
_AREAS = (
    ("strong_decoupling", "#dcecf5"),
    ("weak_decoupling", "#eef5fa"),
    ("expansive_coupling", "#f7f5ee"),
    ("expansive_negative_decoupling", "#f8e8d8"),
    ("strong_negative_decoupling", "#f2d6be"),
    ("weak_negative_decoupling", "#f8e8d8"),
    ("recessive_coupling", "#f7f5ee"),
    ("recessive_decoupling", "#eef5fa"),
)
_EARLY, _LATE = np.array([0.55, 0.74, 0.86]), np.array([0.05, 0.24, 0.37])


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the path shows; changes in percent."""

    name: str
    who: str
    what: str
    starts: IntArray
    ends: IntArray
    x: FloatArray
    y: FloatArray
    states: list[str]
    thresholds: tuple[float, float, float]

    @property
    def known(self) -> BoolArray:
        """The periods that are known."""
        return np.asarray(np.isfinite(self.x) & np.isfinite(self.y))


def decoupling_path(
    decoupling: Decoupling, /, zone: str = "", *, ax: "Axes | None" = None, language: Language = "en"
) -> "Axes":
    """Draw the changes of value added and of CO2, period by period, over the areas of Tapio's states.

    Parameters
    ----------
    decoupling
        From :func:`zonecarbon.tapio`.
    zone
        A name; empty for all zones together, or for the one series that was judged.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes; periods that are not known are counted below, and the line has a gap.

    Raises
    ------
    InputError
        If it is no decoupling, or there is no such zone.

    Examples
    --------
    >>> from zonecarbon import tapio
    >>> ax = decoupling_path(tapio([100.0, 108.0, 100.0], [100.0, 110.0, 115.0], years=[2020, 2021, 2022]))
    >>> bool(ax.get_xlim()[1] > 10.0)
    True
    """
    drawn = style.canvas(ax, language, 330.0)
    facts = _read(decoupling, zone, language)
    drawn.fit(left=40.0, right=16.0, top=24.0, bottom=48.0)
    if not facts.known.any():
        drawn.notice(say("tapio_none", language, zone=facts.who))
        return style.finished(drawn)
    _limits(drawn, facts)
    _areas(drawn, facts)
    _path(drawn, facts)
    unknown = int((~facts.known).sum())
    note = say("tapio_unknown", language, count=unknown, n=len(facts.x)) if unknown else ""
    drawn.foot(capital(say("tapio_x", language)), note)
    drawn.head(say("tapio_y", language, what=facts.what), who=facts.who, name=facts.name)
    return style.finished(drawn)


def describe_decoupling_path(decoupling: Decoupling, zone: str = "", *, language: Language = "en") -> str:
    """Return what the path shows, in one or two sentences."""
    style.checked(language)
    facts = _read(decoupling, zone, language)
    if not facts.known.any():
        return capital(say("tapio_none", language, zone=facts.who), facts.name) + ("." if language == "en" else "。")
    counted = Counter(facts.states)
    states = [say("tapio_state", language, state=_state(name, language), count=n) for name, n in counted.most_common()]
    told = {
        "what": facts.what,
        "zone": facts.who,
        "count": len(facts.x),
        "start": int(facts.starts[0]),
        "end": int(facts.ends[-1]),
        "states": (", " if language == "en" else "，").join(states),
        "money": notation.percent(float(facts.x[-1]) / 100.0, language, 1, signed=True),
        "change": notation.percent(float(facts.y[-1]) / 100.0, language, 1, signed=True),
        "state": _state(facts.states[-1], language),
    }
    return capital(say("tapio_say", language, **told), facts.name)


def _state(name: str, language: Language) -> str:
    return messages.render(f"state.{name.replace(' ', '_')}", {}, language)


def _read(result: Decoupling, zone: str, language: Language) -> _Facts:
    style.required(result, (Decoupling,), "decoupling_path")
    of, at = result, None
    names = [str(name) for name in result.zones]
    if zone:
        if zone not in names:
            raise unknown_zone(zone, names)
        at = names.index(zone)
    elif result.whole is not None:
        of = result.whole
    elif result.co2_change.ndim > 1 and len(names) > 1:
        raise unknown_zone(zone, names)

    def row(values: Any) -> Any:
        return np.asarray(values)[0 if at is None else at] if np.ndim(values) > 1 else np.asarray(values)

    name = zone or (names[0] if len(names) == 1 else "")
    who = name or say("all_zones", language)
    states = [str(state) for state in row(of.state)]
    x, y = 100.0 * row(of.value_added_change), 100.0 * row(of.co2_change)
    return _Facts(name, who, say(result.of, language), of.starts, of.ends, x, y, states, result.thresholds)


def _limits(drawn: Canvas, facts: _Facts) -> None:
    """Set axes that hold all points and the origin, with room around."""
    for values, set_limits in ((facts.x, drawn.ax.set_xlim), (facts.y, drawn.ax.set_ylim)):
        known = np.append(values[facts.known], 0.0)
        low, high = float(known.min()), float(known.max())
        room = max((high - low) * 0.12, 0.5)
        # Some of the other side of 0, so that a reader sees where the areas meet.
        least = 0.1 * (high - low)
        set_limits(min(low - room, -least), max(high + room, least))
    for axis, limits in (("x", drawn.ax.get_xlim()), ("y", drawn.ax.get_ylim())):
        ticks = scales.nice(*limits, 6)
        drawn.ticks(axis, ticks, scales.round_figures(ticks, drawn.language))  # type: ignore[arg-type]
    drawn.ax.spines["bottom"].set_visible(False)


def _areas(drawn: Canvas, facts: _Facts) -> None:
    (left, right), (low, high) = drawn.ax.get_xlim(), drawn.ax.get_ylim()
    box = np.array([[left, low], [right, low], [right, high], [left, high]])
    rays = _rays(facts.thresholds)
    points = _along(facts)
    for number, (state, shade) in enumerate(_AREAS):
        outline = _between(box, rays[number], rays[(number + 1) % len(rays)])
        if len(outline) < 3:
            continue
        drawn.area(outline, shade, zorder=0.45)
        _name(drawn, outline, _state(state, drawn.language), points)
    for slope in facts.thresholds:
        if slope:
            outline = _between(box, np.array([-1.0, -slope]), np.array([1.0, slope]))
            ends = [corner for corner in outline if abs(corner[1] - slope * corner[0]) < 1e-9 * (1 + abs(corner).max())]
            if len(ends) > 1:
                x, y = np.array([ends[0], ends[-1]]).T
                drawn.line(x, y, "white", 1.4, zorder=0.6)
    drawn.line([left, right], [0.0, 0.0], style.RULE, 0.8, zorder=1.0)
    drawn.line([0.0, 0.0], [low, high], style.RULE, 0.8, zorder=1.0)


def _along(facts: _Facts) -> FloatArray:
    """Return points along the path, which names keep away from."""
    points = np.stack([facts.x, facts.y], axis=1)
    steps = np.linspace(0.0, 1.0, 8)[:, None, None]
    between = (points[:-1] + steps * (points[1:] - points[:-1])).reshape(-1, 2)
    every = np.concatenate([points, between])
    return np.asarray(every[np.isfinite(every).all(axis=1)])


def _rays(thresholds: tuple[float, float, float]) -> FloatArray:
    """Return the directions from the origin that part the states, against the clock from straight down."""
    strong, weak, outer = thresholds
    right = [[0.0, -1.0], [1.0, strong], [1.0, weak], [1.0, outer], [0.0, 1.0]]
    left = [[-1.0, -strong], [-1.0, -weak], [-1.0, -outer]]
    return np.array(right + left)


def _between(box: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the part of a box between two rays from the origin, against the clock, at most half a turn apart."""
    outline = _cut(box, np.array([-first[1], first[0]]))
    return _cut(outline, np.array([second[1], -second[0]]))


def _cut(outline: FloatArray, inside: FloatArray) -> FloatArray:
    """Return the part of a convex outline on the side of a line through the origin to which ``inside`` points."""
    kept: list[FloatArray] = []
    side = outline @ inside if len(outline) else np.zeros(0)
    for at in range(len(outline)):
        here, there = side[at], side[(at + 1) % len(outline)]
        if here >= 0.0:
            kept.append(outline[at])
        if here * there < 0.0:
            kept.append(outline[at] + (outline[(at + 1) % len(outline)] - outline[at]) * here / (here - there))
    return np.array(kept).reshape(-1, 2)


def _name(drawn: Canvas, outline: FloatArray, text: str, points: FloatArray) -> None:
    """Write the name of an area where it fits and hides no point; leave it out if it does not fit."""
    half = np.array([width(text, SMALL) / 2 * drawn.per_point("x"), SMALL * LINE / 2 * drawn.per_point("y")]) * 1.08
    low, high = outline.min(axis=0) + half, outline.max(axis=0) - half
    if (low > high).any():
        return
    grid = np.stack(np.meshgrid(*(np.linspace(a, b, 11) for a, b in zip(low, high, strict=True))), -1).reshape(-1, 2)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    edges = np.roll(outline, -1, axis=0) - outline
    away = grid[:, None, None] + corners[:, None] - outline  # (place, corner, edge, 2)
    cross = edges[:, 0] * away[..., 1] - edges[:, 1] * away[..., 0]
    fits = (cross >= -1e-12).all(axis=(1, 2))
    if not fits.any():
        return
    scale = half / half.max() + 1e-12
    distance = np.abs((grid[:, None] - points) / half).max(axis=2).min(axis=1)
    middle = np.abs((grid - outline.mean(axis=0)) / (scale * np.ptp(outline, axis=0).max())).sum(axis=1)
    best = np.argmax(np.where(fits, np.minimum(distance, 2.0) - 0.1 * middle, -np.inf))
    if distance[best] < 0.6:
        return
    drawn.write(
        float(grid[best, 0]),
        float(grid[best, 1]),
        text,
        size=SMALL,
        color=style.MUTED,
        ha="center",
        va="center",
        zorder=1.5,
    )


def _path(drawn: Canvas, facts: _Facts) -> None:
    drawn.line(facts.x, facts.y, style.RULE, 1.0, zorder=3.0, gid="path")
    places = np.flatnonzero(facts.known)
    part = np.linspace(0.0, 1.0, len(places))[:, None]
    colours = _EARLY + (_LATE - _EARLY) * part
    drawn.ax.scatter(
        facts.x[places], facts.y[places], s=30.0, c=colours, edgecolors="white", linewidths=0.7, zorder=4.0, marker="o"
    )
    taken = np.zeros((0, 2))
    for at in dict.fromkeys((int(places[0]), int(places[-1]))):
        words = say("tapio_span", drawn.language, start=int(facts.starts[at]), end=int(facts.ends[at]))
        taken = np.concatenate([taken, _year(drawn, facts, at, words, taken)])


def _year(drawn: Canvas, facts: _Facts, at: int, words: str, taken: FloatArray) -> FloatArray:
    """Write the years of a point on the side where the path leaves most room; return points over the text.

    ``taken`` are such points of texts that stand there already.
    """
    point = np.array([drawn.per_point("x"), drawn.per_point("y")])
    here, path = np.array([facts.x[at], facts.y[at]]), _along(facts)
    half = np.array([width(words, SMALL) / 2 * 1.1, SMALL / 2]) * point
    low, high = np.array([drawn.ax.get_xlim(), drawn.ax.get_ylim()]).T
    best, place = -np.inf, here
    for side in ((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1)):
        far = np.array([6.0, 6.0]) * (0.7 if all(side) else 1.3)
        middle = here + np.array(side) * (half + far * point)
        if (middle - half < low).any() or (middle + half > high).any():
            continue
        room = min(float(np.abs((path - middle) / (half + 2.0 * point)).max(axis=1).min()), 1.5)
        if len(taken):  # over the path is bad, over another text is worse
            apart = float(np.abs((taken - middle) / (half + 2.0 * point)).max(axis=1).min())
            room -= 2.0 * (apart < 1.0)
        if room > best:
            best, place = room, middle
    if best == -np.inf:
        place = np.clip(here + half + 4.0 * point, low + half, high - half)
    drawn.write(
        float(place[0]), float(place[1]), words, size=SMALL, weight="bold", ha="center", va="center", zorder=5.0
    )
    along, up = np.meshgrid(np.linspace(-1.0, 1.0, 9), [-1.0, 0.0, 1.0])
    return np.asarray(place + np.stack([along.ravel(), up.ravel()], axis=1) * half)
