"""The path without measures, the path with a plan, and what each measure takes away in between.

Decided here: wedges hang from the path without measures in the order in which the measures act, and end at the path
with the plan; their names stand at the right in the same order, with what each takes away in the last year. The six
largest have a wedge of their own, the others are one. A measure that adds (electricity that a heat pump needs, under a
grid of coal) has no wedge: the others then make up for it above the path without measures, and a note says how much.

Intensities are ratios, whose wedges would depend on the order of division, so they have two lines. A goal is a mark at
its limit in its year; one on a rate stands where that rate leads from its base year. Only goals of the zone shown are
marked, or of all together. Zones that are not known in a year of the plan are left out, and counted.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zonecarbon import notation
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.errors import InputError
from zonecarbon.messages import Language
from zonecarbon.notation import Kind, Scale
from zonecarbon.planning import Plan
from zonecarbon.plots import goals, scales, style
from zonecarbon.plots.lettering import LINE, apart, shortened, width
from zonecarbon.plots.style import SMALL, Canvas
from zonecarbon.plots.words import capital, say
from zonecarbon.records import Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

What = Literal["co2", "energy", "co2_intensity", "energy_intensity"]
_KINDS: tuple[Kind, ...] = ("co2", "energy", "co2_intensity", "energy_intensity")
_INDICATORS = {
    "co2": ("co2",),
    "energy": ("total_energy", "energy_tce"),
    "co2_intensity": ("co2_per_iva",),
    "energy_intensity": ("energy_per_iva",),
}
_MOST = len(style.SERIES)
_RIGHT = 192.0  # room for the names at the right [pt]
_TOP, _BOTTOM, _HEIGHT = 40.0, 24.0, 250.0
_CUT = 0.5  # of the highest: where all that is shown lies above, the axis of wedges does not begin at 0
_OTHER = "\x00other"
_NOTHING = 1e-3  # of all that is taken away: less is no wedge


@dataclass(frozen=True, slots=True)
class _Mark:
    """A goal: its year, its limit in the unit inside, and the limit in words."""

    year: int
    level: float
    target: Target


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the picture shows, in the unit inside; wedges (wedge, year) are what is taken away, from the top."""

    zone: str
    who: str
    kind: Kind
    base: int
    years: IntArray
    reference: FloatArray
    planned: FloatArray
    names: list[str]
    wedges: FloatArray
    adds: list[tuple[str, float]]
    marks: list[_Mark]
    scale: Scale
    zones: int
    left_out: int

    @property
    def ahead(self) -> BoolArray:
        """The years of the plan, and the one before them."""
        return np.asarray(self.years >= self.base)

    @property
    def is_known(self) -> bool:
        """Whether there is anything to draw."""
        return bool(np.isfinite(self.planned[self.ahead]).any())


def plan(
    result: Plan, /, zone: str = "", what: What = "co2", *, ax: "Axes | None" = None, language: Language = "en"
) -> "Axes":
    """Draw history, the path without measures, what each measure takes away, and the path with the plan.

    Parameters
    ----------
    result
        From :func:`zonecarbon.plan`.
    zone
        A name; empty for all zones together that are known in every year of the plan.
    what
        ``co2`` or ``energy``, with wedges; ``co2_intensity`` or ``energy_intensity``, with two lines.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes. Where nothing is known they say so.

    Raises
    ------
    InputError
        If it is no plan, there is no such zone, or ``what`` is another.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> activity = zc.Activity.from_arrays([[[1000.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                    value_added=[[2000.0]], price_year=2025)
    >>> mine = {"name": "mine", "price_year": 2025, "price": [{"carrier": "coke", "price": "50 CNY/t"}], "measure": [
    ...         {"name": "tuning", "kind": "save", "source": "coke", "potential": "20 %", "capital": "700 CNY/t"}]}
    >>> found = zc.plan(zc.account(activity), mine, years=[2026, 2027], scenario="baseline", budget="5800 tCO2")
    >>> ax = plan(found)
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['2025', '2026', '2027']
    """
    drawn = style.canvas(ax, language, _HEIGHT)
    facts = _read(result, what, zone, language)
    drawn.fit(left=44.0, right=_RIGHT, top=_TOP, bottom=_BOTTOM)
    if not facts.is_known:
        drawn.notice(say("nothing", language, what=say(what, language), zone=facts.who))
        return style.finished(drawn)
    notes = _notes(facts, language) + ([say("fall_cut", language)] if _lowest(facts) > 0.0 else [])
    lines = sum(len(style.wrapped(note, SMALL, drawn.size[0])) for note in notes)
    bottom = _BOTTOM + lines * SMALL * LINE
    drawn.resize(_HEIGHT + bottom - _BOTTOM)
    drawn.fit(left=44.0, right=_RIGHT, top=_TOP, bottom=bottom)
    _limits(drawn, facts, bottom)
    _wedges(drawn, facts)
    _paths(drawn, facts)
    _names(drawn, facts)
    _spans(drawn, facts)
    _goals(drawn, facts)
    words = say("with_unit", language, what=say(what, language), unit=facts.scale.unit)
    drawn.head(words, above=18.0, who=facts.who, name=facts.zone)
    drawn.foot(*notes)
    return style.finished(drawn)


def describe_plan(result: Plan, zone: str = "", what: What = "co2", *, language: Language = "en") -> str:
    """Return what the picture shows, in a few sentences."""
    style.checked(language)
    facts = _read(result, what, zone, language)
    stop = ". " if language == "en" else "。"
    if not facts.is_known:
        return capital(say("nothing", language, what=say(what, language), zone=facts.who), facts.zone) + stop.strip()
    told = {
        "what": say(what, language),
        "zone": facts.who,
        "until": int(facts.years[-1]),
        "without": notation.amount(float(facts.reference[-1]), facts.kind, language),
        "planned": notation.amount(float(facts.planned[-1]), facts.kind, language),
    }
    sentences = [say("plan_say", language, **told)]
    if facts.names:
        parts = [f"{_title(name, language)} {_size(facts, at, language)}" for at, name in enumerate(facts.names)]
        joined = (", " if language == "en" else "，").join(parts)
        sentences.append(say("plan_say_parts", language, parts=joined, unit=facts.scale.unit))
    if facts.marks:
        marks = [
            say("plan_say_goal", language, limit=goals.limit(mark.target, language), year=mark.year)
            for mark in facts.marks
        ]
        sentences.append(say("plan_say_goals", language, goals=style.joined(marks, language, 5)))
    sentences += [note for note in _notes(facts, language) if note]
    return "".join(capital(sentence, facts.zone) + stop for sentence in sentences).strip()


# -- reading -----------------------------------------------------------------------------------------------------------


def _read(result: Plan, what: str, zone: str, language: Language) -> _Facts:
    style.required(result, (Plan,), "plan")
    kind = next((kind for kind in _KINDS if kind == what), None)
    if kind is None:
        raise InputError("option", name="what", value=what, known=", ".join(_KINDS))
    zone = style.only(zone, result.account.zones)
    rows, left_out = _rows(result, zone)
    reference, planned = (_levels(own, kind, rows) for own in (result.reference, result.account))
    n = len(result.account.zones)
    names: list[str] = []
    wedges: FloatArray = np.zeros((0, len(reference)))
    adds: list[tuple[str, float]] = []
    if not kind.endswith("_intensity") and np.isfinite(planned).any():
        names, wedges, adds = _parts(result, kind, rows, language)
    marks = _marks(result, kind, zone, rows)
    scale = _scale(kind, np.concatenate([reference, planned, [mark.level for mark in marks]]), wedges, language)
    who = style.whose(zone, n - left_out, n, language)
    years = result.account.years
    return _Facts(
        zone, who, kind, result.base, years, reference, planned, names, wedges, adds, marks, scale, n, left_out
    )


def _rows(result: Plan, zone: str) -> tuple[BoolArray, int]:
    """Return which zones are shown, and how many are left out because a year of the plan is not known."""
    if zone:
        at = result.account.activity.zone_index(zone)
        return np.arange(len(result.account.zones)) == at, 0
    ahead = slice(-len(result.years), None)
    known = np.ones(len(result.account.zones), dtype=np.bool_)
    for own in (result.reference, result.account):
        for what in ("energy", "co2"):
            known &= np.isfinite(own.total(what)[:, ahead]).all(axis=1)
    return known, int((~known).sum())


def _levels(account: object, kind: str, rows: BoolArray) -> FloatArray:
    """Return a level by year, of the zones shown together; NaN where one of them is not known."""

    def total(what: str) -> FloatArray:
        found = np.asarray(account.total(what), dtype=np.float64)[rows]  # type: ignore[attr-defined]
        return np.asarray(found.sum(axis=0) if len(found) else np.full(found.shape[1], np.nan))

    above = total(kind.removesuffix("_intensity"))
    if not kind.endswith("_intensity"):
        return above
    below = total("value_added")
    with np.errstate(all="ignore"):
        return np.asarray(np.where(below > 0.0, above / below, np.nan))


def _parts(
    result: Plan, kind: str, rows: BoolArray, language: Language
) -> tuple[list[str], FloatArray, list[tuple[str, float]]]:
    """Return the wedges (wedge, year) in the order in which measures act; and what measures add in the last year."""
    change = (result.weighed.co2 if kind == "co2" else result.weighed.energy)[:, rows].sum(axis=1)
    n = len(result.account.years)
    size = np.zeros((len(change), n))
    size[:, n - change.shape[1] :] = -change
    titles = {item.name: (item.title_zh if language == "zh" else item.title_en) for item in result.measures.measure}
    names = [titles.get(name) or name for name in result.names]
    least = _NOTHING * max(float(np.abs(size).sum(axis=0).max(initial=0.0)), 1e-9)
    adds = [(names[at], -float(size[at, -1])) for at in range(len(names)) if size[at, -1] < -least]
    saved = np.maximum(size, 0.0)
    there = [at for at in range(len(names)) if saved[at].max() > least]
    large = sorted(sorted(there, key=lambda at: -float(saved[at].sum()))[:_MOST])
    rest = [at for at in there if at not in large]
    shown, wedges = [names[at] for at in large], [saved[at] for at in large]
    if rest:
        shown.append(_OTHER)
        wedges.append(saved[rest].sum(axis=0))
    return shown, np.array(wedges).reshape(len(wedges), n), adds


def _scale(kind: Kind, levels: FloatArray, wedges: FloatArray, language: Language) -> Scale:
    """Return the unit: one in which wedges have a digit before the point, if the levels fit on an axis then."""
    largest = float(np.nanmax(np.abs(levels), initial=0.0))
    size = float(np.abs(wedges).sum(axis=0).max(initial=0.0))
    scale = notation.scale_for(kind, size or largest, language)
    return scale if largest / scale.size < 1e5 else notation.scale_for(kind, largest, language)


def _marks(result: Plan, kind: str, zone: str, rows: BoolArray) -> list[_Mark]:
    """Return the goals on what is shown, of the zone shown or of all together."""
    found = []
    table = result.rows
    alone = len(result.account.zones) == 1
    for at, name in enumerate(table["goal"].tolist()):
        target = goals.target_of(result, name)
        of = str(table["zone"][at])
        fits = of == zone or (alone and not of)
        if target is None or not fits or target.indicator not in _INDICATORS[kind]:
            continue
        year = int(table["year"][at])
        level = _level(result, target, float(table["limit"][at]), year, rows, kind)
        if np.isfinite(level):
            found.append(_Mark(year, level, target))
    return found


def _level(result: Plan, target: Target, limit: float, year: int, rows: BoolArray, kind: str) -> float:
    """Return where a limit stands on the axis: as it is, or where a rate leads from its base year."""
    if target.statistic in {"aggregate", "level", "zone"}:
        return limit
    if target.statistic == "share_of_zones" or not (target.statistic == "annual_rate" or target.base_year):
        return float("nan")
    base = target.base_year if target.base_year is not None else year - 1
    years = result.account.years.tolist()
    if base not in years:
        return float("nan")
    before = float(_levels(result.account, kind, rows)[years.index(base)])
    return before * (1.0 - limit) ** (year - base) if target.statistic == "annual_rate" else before * (1.0 + limit)


def _title(name: str, language: Language) -> str:
    return say("plan_other", language) if name == _OTHER else name


def _size(facts: _Facts, at: int, language: Language) -> str:
    """Return what a wedge takes away in the last year, without its unit."""
    value = -float(facts.wedges[at, -1])
    return notation.figure(value, facts.kind, language, facts.scale) if value else "0"


def _notes(facts: _Facts, language: Language) -> list[str]:
    notes = []
    if facts.adds:
        parts = [f"{name} {notation.amount(value, facts.kind, language)}" for name, value in facts.adds]
        notes.append(say("plan_added", language, parts=style.joined(parts, language)))
    if facts.left_out:
        notes.append(say("plan_left_out", language, count=facts.left_out, n=facts.zones))
    return notes


# -- drawing -----------------------------------------------------------------------------------------------------------


def _tops(facts: _Facts) -> FloatArray:
    """Return where the wedges begin and end (wedge + 1, year), from the top to the path with the plan."""
    below = np.cumsum(facts.wedges[::-1], axis=0)[::-1]
    return np.concatenate([facts.planned + below, facts.planned[None]])


def _shown(facts: _Facts) -> FloatArray:
    """Return all that the picture must hold, in its unit."""
    levels = [facts.reference, facts.planned, [mark.level for mark in facts.marks], _tops(facts)[0][facts.ahead]]
    return np.asarray(facts.scale.of(np.concatenate(levels)))


def _lowest(facts: _Facts) -> float:
    """Return where the axis begins: at 0, or higher where wedges would be thin slices of a tall picture."""
    shown = _shown(facts)
    high, low = float(np.nanmax(shown)), float(np.nanmin(shown))
    if low < _CUT * high or not facts.names:
        return min(low, 0.0)
    below = scales.nice(0.0, max(low - 0.25 * (high - low), 0.0), 6)
    return below[-1]


def _limits(drawn: Canvas, facts: _Facts, bottom: float) -> None:
    high, low = max(float(np.nanmax(_shown(facts))), 0.0), _lowest(facts)
    ticks, top = scales.upright(low, high)
    labels = scales.round_figures(ticks, drawn.language)
    drawn.fit(left=max(44.0, style.widest(labels) + 10.0), right=_RIGHT, top=_TOP, bottom=bottom)
    drawn.ax.set_ylim(low - 0.05 * (top - low) * (low < 0.0), top)
    first, last = int(facts.years[0]), int(facts.years[-1])
    drawn.ax.set_xlim(first - scales.start(last - first, drawn.size[0]), last)
    drawn.ticks("y", ticks, labels, grid=True)
    few = max(2, min(7, int(drawn.size[0] / 34.0)))
    years = {first, last, facts.base, *(int(year) for year in scales.nice(first, last, few) if year == int(year))}
    near = 26.0 * drawn.per_point("x")
    kept = [last]
    for year in [facts.base, first, *sorted(years)]:
        if first <= year <= last and all(abs(year - other) >= near for other in kept):
            kept.append(year)
    drawn.ticks("x", sorted(kept), [str(year) for year in sorted(kept)])


def _colours(facts: _Facts) -> list[str]:
    count = len(facts.names)
    return [style.OTHER if facts.names[at] == _OTHER else style.SERIES[at] for at in range(count)]


def _wedges(drawn: Canvas, facts: _Facts) -> None:
    tops, years = facts.scale.of(_tops(facts)), facts.years
    chosen = np.flatnonzero(facts.ahead & np.isfinite(facts.planned))
    for at, colour in enumerate(_colours(facts)):
        upper = np.stack([years[chosen], tops[at][chosen]], axis=1)
        lower = np.stack([years[chosen], tops[at + 1][chosen]], axis=1)[::-1]
        patch = drawn.area(np.concatenate([upper, lower]), colour, zorder=1.5)
        patch.set_gid(f"wedge:{facts.names[at]}")
    for at in range(1, len(facts.names)):
        drawn.line(years[chosen], tops[at][chosen], "white", 0.6, zorder=1.8)


def _paths(drawn: Canvas, facts: _Facts) -> None:
    of, years, ahead = facts.scale.of, facts.years, facts.ahead
    past = years <= facts.base
    drawn.line(years[ahead], of(facts.reference[ahead]), style.INK, 1.3, dashes=(4.0, 2.5), gid="without", zorder=3.2)
    drawn.line(years[ahead], of(facts.planned[ahead]), style.MEDIAN, 2.2, gid="planned", zorder=3.4)
    drawn.line(years[past], of(facts.reference[past]), style.INK, 2.0, gid="history", zorder=3.3)
    drawn.dots(years[past], of(facts.reference[past]), style.INK, 3.6, markeredgewidth=0.0, zorder=3.5)


def _names(drawn: Canvas, facts: _Facts) -> None:
    """Name the paths and the wedges at the right, from the top down."""
    language = drawn.language
    tops = facts.scale.of(_tops(facts))[:, -1]
    figures = [
        notation.figure(float(value), facts.kind, language, facts.scale)
        for value in (facts.reference[-1], facts.planned[-1])
    ]
    told = [(float(facts.scale.of(facts.reference[-1])), say("plan_without", language), figures[0], "", style.INK)]
    for at, (name, colour) in enumerate(zip(facts.names, _colours(facts), strict=True)):
        middle = float(tops[at] + tops[at + 1]) / 2.0
        told.append((middle, _title(name, language), _size(facts, at, language), colour, style.INK))
    told.append((float(facts.scale.of(facts.planned[-1])), say("plan_with", language), figures[1], "", style.MEDIAN))
    point, (low, high) = drawn.per_point("y"), drawn.ax.get_ylim()
    wanted = [item[0] for item in told]
    for at in range(1, len(wanted)):  # from the top down, whatever the heights are
        wanted[at] = min(wanted[at], wanted[at - 1] - 1e-9 * max(high, 1e-9))
    places = apart(wanted, SMALL * LINE * point, low + 5 * point, high + 12 * point)
    edge, step = float(facts.years[-1]), drawn.per_point("x")
    room = max(drawn.room("right", _RIGHT) - 24.0, 12.0)
    for place, (level, name, figure, colour, ink) in zip(places, told, strict=True):
        drawn.line(
            [edge, edge + 3 * step, edge + 9 * step], [level, level, place], style.RULE, 0.6, clip_on=False, zorder=1.0
        )
        if colour:
            drawn.dots([edge + 14 * step], [place], colour, 6.5, marker="s", clip_on=False)
        text = f"{shortened(name, SMALL, room - width(' ' + figure, SMALL))} {figure}"
        weight = "normal" if colour else "bold"
        x = edge + (20 if colour else 11) * step
        drawn.write(x, place, text, size=SMALL, color=ink, va="center", weight=weight)


def _spans(drawn: Canvas, facts: _Facts) -> None:
    """Draw the border between what was and what is planned, and name both sides above the picture."""
    low, high = drawn.ax.get_ylim()
    first = drawn.ax.get_xlim()[0]
    point, step, size = drawn.per_point("y"), drawn.per_point("x"), drawn.size[0]
    if not first <= facts.base < facts.years[-1]:
        return
    drawn.line([facts.base, facts.base], [low, high], style.RULE, 0.8, zorder=2.0)
    words, place = say("fan_history", drawn.language), high + 2 * point
    if (facts.base - first) / step > width(words, SMALL) + 8.0:
        drawn.write(facts.base - 4 * step, place, words, size=SMALL, color=style.MUTED, ha="right", va="bottom")
    told = shortened(say("plan_span", drawn.language), SMALL, size - (facts.base - first) / step)
    drawn.write(facts.base + 4 * step, place, told, size=SMALL, color=style.MUTED, va="bottom")


def _goals(drawn: Canvas, facts: _Facts) -> None:
    """Mark the goals, and write the limits below: below the paths for a goal among them, else below its mark."""
    point, step = drawn.per_point("y"), drawn.per_point("x")
    low, high = drawn.ax.get_ylim()
    if not facts.marks:
        return
    levels = [float(facts.scale.of(mark.level)) for mark in facts.marks]
    years = [mark.year for mark in facts.marks]
    drawn.dots(years, levels, style.ACCENT, 7.5, marker="D", clip_on=False, zorder=5.0, gid="goal")
    texts = [
        say("plan_goal", drawn.language, limit=goals.limit(mark.target, drawn.language, facts.scale))
        for mark in facts.marks
    ]
    top, planned = (facts.scale.of(array) for array in (_tops(facts)[0], facts.planned))
    wanted = []
    for year, level, text in zip(years, levels, texts, strict=True):
        near = (facts.years <= year) & (facts.years >= year - (width(text, SMALL) + 10.0) * step - 1.0)
        beneath = float(np.nanmin(np.append(planned[near], level)))
        is_above = bool((level > np.nan_to_num(top[near], nan=-np.inf) + 18.0 * point).all())
        wanted.append((level if is_above else beneath) - 11.0 * point)
    places = apart(wanted, SMALL * LINE * point, low + 6 * point, high)
    for year, place, text in zip(years, places, texts, strict=True):
        drawn.write(year - 2 * step, place, text, size=SMALL, color=style.ACCENT, ha="right", va="center", zorder=6.0)
