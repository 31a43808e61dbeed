"""The tornado: how far each shock alone moves an outcome.

Decided here: a bar goes from the outcome without shocks to the outcome at each quantile of the shock, dark for the high
one and light for the low one, with the figures at the ends. Where both lie on one side (an outcome that has its extreme
in between) they share the row, one above the other. A peak year at the end of the horizon is printed as "≥", because it
only says that no peak came before.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon import messages, notation
from zonecarbon._typing import FloatArray
from zonecarbon.messages import Language
from zonecarbon.notation import Kind, Scale
from zonecarbon.plots import scales, style
from zonecarbon.plots.lettering import apart, shortened, width
from zonecarbon.plots.style import SIZE, SMALL, Canvas
from zonecarbon.plots.words import capital, say
from zonecarbon.sensitivity import Tornado
from zonecarbon.sensitivity.study import Say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 24.0
_NAMES = 170.0
_MOST = 20
_KINDS: dict[str, Kind] = {"peak_value": "co2", "co2": "co2", "cumulative_co2": "cumulative_co2"}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the tornado shows, in years or in the unit that is printed."""

    zone: str
    who: str
    what: str
    drivers: list[str]
    low: FloatArray
    high: FloatArray
    middle: float
    levels: tuple[float, float]
    kind: Kind | None  # None: years
    scale: Scale
    horizon: float

    @property
    def is_known(self) -> bool:
        """Whether there is anything to draw."""
        return bool(len(self.drivers) and np.isfinite(self.middle))


def tornado(result: Tornado, /, *, ax: "Axes | None" = None, language: Language = "en") -> "Axes":
    """Draw how far each shock alone moves an outcome, the widest first.

    Parameters
    ----------
    result
        From :func:`zonecarbon.tornado`; its first twenty shocks are drawn.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes; they say so where the outcome is not known. A shock whose outcome is not known has no bar and
        says so.

    Raises
    ------
    InputError
        If it is no tornado.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> activity = zc.Activity.from_arrays([[[100.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                    value_added=[[200.0]], price_year=2025)
    >>> ax = tornado(zc.tornado(zc.account(activity), "policy", until=2040, of="co2"))
    >>> len(ax.get_yticklabels()) > 1
    True
    """
    drawn = style.canvas(ax, language, 120.0)
    facts = _read(result, language)
    most = drawn.room("left", _NAMES + 8.0) - 8.0
    names = ["\n".join(shortened(line, SIZE, most) for line in name.split("\n")) for name in facts.drivers]
    drawn.resize(len(names) * _ROW + 84.0)
    drawn.fit(left=style.widest(names, SIZE) + 14.0, right=16.0, top=48.0, bottom=28.0)
    if not facts.is_known:
        drawn.notice(say("tornado_none", language, what=facts.what, zone=facts.who))
        return style.finished(drawn)
    _limits(drawn, facts)
    _bars(drawn, facts)
    drawn.ticks("y", list(range(len(names))), names)
    for label in drawn.ax.get_yticklabels():
        label.set(size=SIZE, color=style.INK)
    _legend(drawn, facts)
    return style.finished(drawn)


def describe_tornado(result: Tornado, *, language: Language = "en") -> str:
    """Return what the tornado shows, in one sentence."""
    style.checked(language)
    facts = _read(result, language)
    if not facts.is_known:
        return capital(say("tornado_none", language, what=facts.what, zone=facts.who), facts.zone) + (
            "." if language == "en" else "。"
        )
    bars = [
        say(
            "tornado_bar",
            language,
            driver=driver.replace("\n", " " if language == "en" else ""),
            low=_figure(low, facts, language),
            high=_figure(high, facts, language),
        )
        for driver, low, high in zip(facts.drivers, facts.low.tolist(), facts.high.tolist(), strict=True)
    ]
    unit = f" {facts.scale.unit}" if facts.scale.unit else ""
    told = {
        "what": facts.what,
        "zone": facts.who,
        "middle": _figure(facts.middle, facts, language) + unit,
        "low": notation.percent(facts.levels[0], language, 0),
        "high": notation.percent(facts.levels[1], language, 0),
        "bars": ("; " if language == "en" else "；").join(bars),
    }
    return capital(say("tornado_say", language, **told), facts.zone)


def _read(result: Tornado, language: Language) -> _Facts:
    style.required(result, (Tornado,), "tornado")
    rows = {name: column[:_MOST] for name, column in result.rows.items()}
    drivers = [
        _driver(result, str(name), bool(is_shared), language)
        for name, is_shared in zip(rows["driver"].tolist(), rows["shared"].tolist(), strict=True)
    ]
    kind = _KINDS.get(result.of)
    values = np.concatenate([rows["low"], rows["high"], rows["middle"]]).astype(np.float64)
    scale = Scale(1.0, "") if kind is None else notation.scale_for(kind, values, language)
    middle = float(rows["middle"][0]) if drivers else np.nan
    horizon = float(result.study.recipe.model.years[-1])
    what = say(f"tornado_{result.of}", language, year=result.year)
    known = result.study.recipe.model.known["co2"]
    zone = style.only(result.zone, result.study.account.zones)
    who = style.whose(zone, int(known.sum()), len(known), language)
    low, high = (np.asarray(rows[name], dtype=np.float64) for name in ("low", "high"))
    return _Facts(zone, who, what, drivers, low, high, middle, (result.low, result.high), kind, scale, horizon)


def _driver(result: Tornado, name: str, is_shared: bool, language: Language) -> str:
    """Return a shock as the texts of the tornado say it, on two lines if it is long."""
    words = Say(language, result.study, result.of).driver(name).replace("CO2", "CO₂")
    shared = messages.render("note.shared", {}, language).replace("CO2", "CO₂") if is_shared else ""
    return words + shared if width(words + shared, SIZE) <= _NAMES else f"{words}\n{shared.strip()}".strip()


def _figure(value: float, facts: _Facts, language: Language) -> str:
    if facts.kind is not None or np.isnan(value):
        return notation.figure(value, facts.kind or "number", language, facts.scale)
    return say("tornado_no_peak", language, year=f"{value:.0f}") if value >= facts.horizon else f"{value:.0f}"


def _limits(drawn: Canvas, facts: _Facts) -> None:
    values = facts.scale.of(np.concatenate([facts.low, facts.high, [facts.middle]]))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    span = (high - low) or max(abs(high) * 0.1, 1.0)
    ends = [_figure(float(value), facts, drawn.language) for value in np.concatenate([facts.low, facts.high])]
    room = max(width(text, SMALL) for text in ends) + 8.0
    extra = span * room / max(drawn.size[0] - 2 * room, 40.0)
    drawn.ax.set_xlim(low - extra, high + extra)
    drawn.ax.set_ylim(len(facts.drivers) - 0.45, -0.55)
    ticks = scales.nice(low, high)
    if facts.kind is None:
        ticks = [tick for tick in ticks if tick == int(tick)]
        drawn.ticks("x", ticks, [f"{tick:.0f}" for tick in ticks], grid=True)
    else:
        drawn.ticks("x", ticks, scales.round_figures(ticks, drawn.language), grid=True)


def _bars(drawn: Canvas, facts: _Facts) -> None:
    of = facts.scale.of
    middle = float(of(facts.middle))
    step = drawn.per_point("x")
    light: list[tuple[float, float, float, float]] = []
    dark: list[tuple[float, float, float, float]] = []
    for row, (low, high) in enumerate(zip(of(facts.low).tolist(), of(facts.high).tolist(), strict=True)):
        if not (np.isfinite(low) and np.isfinite(high)):
            drawn.write(middle + 5 * step, row, _figure(np.nan, facts, drawn.language), va="center", size=SMALL)
            continue
        is_one_sided = (low - middle) * (high - middle) > 0.0
        upper, lower = ((row - 0.36, row), (row, row + 0.36)) if is_one_sided else ((row - 0.34, row + 0.34),) * 2
        light.append((min(low, middle), upper[0], max(low, middle), upper[1]))
        dark.append((min(high, middle), lower[0], max(high, middle), lower[1]))
        for value, raw, (top, foot) in ((low, facts.low[row], upper), (high, facts.high[row], lower)):
            is_left = value < middle or (value == middle and value is low and high >= middle)
            words = _figure(float(raw), facts, drawn.language)
            align = "right" if is_left else "left"
            x = value + (-4.0 if is_left else 4.0) * step
            drawn.write(x, (top + foot) / 2, words, size=SMALL, ha=align, va="center")
    for boxes, colour, name in ((light, style.LOW, "low"), (dark, style.HIGH, "high")):
        drawn.boxes(boxes, colour, gid=name)
    drawn.line([middle, middle], [len(facts.drivers) - 0.5, -0.5], style.INK, 1.0, zorder=3.5)


def _legend(drawn: Canvas, facts: _Facts) -> None:
    """Say above the bars what the middle is, and which end is which, on the side where it lies in the first row."""
    language = drawn.language
    unit = facts.scale.unit
    head = say("with_unit", language, what=facts.what, unit=unit) if unit else facts.what
    drawn.head(head, above=34.0, who=facts.who, name=facts.zone)
    middle, low, high = (float(facts.scale.of(value)) for value in (facts.middle, facts.low[0], facts.high[0]))
    words = [say("tornado_low", language, level=notation.percent(level, language, 0)) for level in facts.levels]
    words.append(say("tornado_middle", language, value=_figure(facts.middle, facts, language)))
    step = drawn.per_point("x")
    sizes = [width(text, SMALL) + 14.0 for text in words]
    side = 1.0 if np.nan_to_num(high) >= np.nan_to_num(low) else -1.0
    gap = (sizes[2] / 2 + max(sizes[:2]) / 2 + 4.0) * step
    wanted = [middle - side * gap, middle + side * gap, middle]
    left, right = drawn.ax.get_xlim()
    room = [size * step for size in sizes]
    order = np.argsort(wanted)
    limits = left + room[order[0]] / 2, right - room[order[-1]] / 2
    places = apart(wanted, room, *limits)
    y = -0.6 - 10.0 * drawn.per_point("y")
    for place, text, colour in zip(places, words, (style.LOW, style.HIGH, ""), strict=True):
        drawn.write(place + (5.0 * step if colour else 0.0), y, text, size=SMALL, ha="center", va="center")
        if colour:
            at = place - (width(text, SMALL) / 2 + 2.0) * step
            drawn.dots([at], [y], colour, 6.5, marker="s", clip_on=False)
