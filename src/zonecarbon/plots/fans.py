"""The fan of a projection: history, what is likely, and when it peaks.

Decided here: what is drawn is what :meth:`Ensemble.quantile` says, nothing smoothed; bands are the pairs of levels that
the ensemble has (5 and 95 %, 25 and 75 %). The path without shocks is a line of its own, because it is not the median.
The peak is told in words beside its mark: the median year of the draws' own peaks, which is not the year in which the
median is highest, so it has a mark on the axis as well. Years that are not known are gaps.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon import notation
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.errors import InputError
from zonecarbon.messages import Language
from zonecarbon.notation import Kind, Scale
from zonecarbon.plots import scales, style
from zonecarbon.plots.lettering import LINE, apart, shortened, width
from zonecarbon.plots.style import SMALL, Canvas
from zonecarbon.plots.words import capital, say
from zonecarbon.projection import Ensemble

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_KINDS: tuple[Kind, ...] = ("co2", "energy", "value_added", "co2_intensity", "energy_intensity")
_RIGHT = 108.0  # room for the words at the right end [pt]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the fan shows; figures in the unit inside."""

    kind: Kind
    zone: str
    who: str
    years: IntArray
    base: int
    levels: list[float]
    quantiles: dict[float, FloatArray]
    certain: FloatArray
    scale: Scale
    scenario: str

    @property
    def past(self) -> BoolArray:
        """The years of the account."""
        return np.asarray(self.years <= self.base)

    @property
    def ahead(self) -> BoolArray:
        """The last year of the account and those of the projection."""
        return np.asarray(self.years >= self.base)

    @property
    def pairs(self) -> list[tuple[float, float]]:
        """Levels that make a band, the widest first."""
        low = [level for level in self.levels if level < 0.5 - 1e-9]
        return [(one, other) for one in low for other in self.levels if abs(one + other - 1.0) < 1e-9]

    @property
    def is_known(self) -> bool:
        """Whether there is anything to draw."""
        return bool(np.isfinite(np.concatenate([*self.quantiles.values(), self.certain])).any())


def fan(
    ensemble: Ensemble, /, zone: str = "", what: str = "co2", *, ax: "Axes | None" = None, language: Language = "en"
) -> "Axes":
    """Draw history and projection of a zone: median, bands, the path without shocks, and of CO2 when it peaks.

    Parameters
    ----------
    ensemble
        From :func:`zonecarbon.project`.
    zone
        A name; empty for all zones together.
    what
        ``co2``, ``energy``, ``value_added``, ``co2_intensity`` or ``energy_intensity``, if it was projected. The unit
        is chosen by size and stands above the axis.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes. Where nothing is known they say so; unknown years are gaps and are named below the axis.

    Raises
    ------
    InputError
        If it is no ensemble, there is no such zone, or ``what`` was not projected.

    Examples
    --------
    >>> from zonecarbon import Activity, account, project
    >>> activity = Activity.from_arrays([[[100.0, 105.0]]], flows=["coke"], zones=["A"], years=[2024, 2025],
    ...                                 value_added=[[200.0, 210.0]], price_year=2025)
    >>> ensemble = project(account(activity), "policy", until=2040, draws=100, rng=1)
    >>> ax = fan(ensemble, "A")
    >>> bool(ax.get_xlim()[0] <= 2024 and ax.get_xlim()[1] >= 2040)
    True
    """
    drawn = style.canvas(ax, language, 250.0)
    facts = _read(ensemble, zone, what, language)
    drawn.fit(left=44.0, right=_RIGHT, top=46.0, bottom=36.0)
    if not facts.is_known:
        drawn.notice(say("nothing", language, what=say(what, language), zone=facts.who))
        return style.finished(drawn)
    _limits(drawn, facts)
    _curves(drawn, facts)
    _ends(drawn, facts)
    _spans(drawn, facts)
    if what == "co2":
        _peak(drawn, ensemble, facts)
    gaps = facts.years[facts.past & np.isnan(facts.certain)].tolist()
    named = style.joined([str(year) for year in gaps], language, 5)
    drawn.foot(say("unknown_years", language, years=named) if gaps else "")
    words = say("with_unit", language, what=say(what, language), unit=facts.scale.unit)
    drawn.head(words, above=18.0, who=facts.who, name=facts.zone)
    return style.finished(drawn)


def describe_fan(ensemble: Ensemble, zone: str = "", what: str = "co2", *, language: Language = "en") -> str:
    """Return what the fan shows, in one or two sentences."""
    style.checked(language)
    facts = _read(ensemble, zone, what, language)
    if not facts.is_known:
        return (
            capital(say("nothing", language, what=say(what, language), zone=facts.who), facts.zone)
            + _stop(language).strip()
        )
    low, high = facts.pairs[0] if facts.pairs else (0.5, 0.5)

    def figure(level: float, at: int) -> str:
        return notation.amount(float(facts.quantiles[level][at]), facts.kind, language)

    told = {
        "what": say(what, language),
        "zone": facts.who,
        "scenario": facts.scenario,
        "base": facts.base,
        "until": int(facts.years[-1]),
        "first": figure(0.5, int(facts.past.sum()) - 1),
        "last": figure(0.5, -1),
        "low": figure(low, -1),
        "high": figure(high, -1),
        "share": notation.percent(high - low, language, 0),
        "peak": "".join(capital(line) + _stop(language) for line in _peak_words(ensemble, facts, language))
        if what == "co2"
        else "",
    }
    is_known = np.isfinite(facts.quantiles[0.5][-1])
    sentence = say("fan_say", language, **told) if is_known else say("fan_say_unknown", language, **told)
    return capital(sentence, facts.zone).strip()


def _stop(language: Language) -> str:
    return ". " if language == "en" else "。"


def _read(ensemble: Ensemble, zone: str, what: str, language: Language) -> _Facts:
    style.required(ensemble, (Ensemble,), "fan")
    kind = next((kind for kind in _KINDS if kind == what and what in ensemble.indicators), None)
    if kind is None:
        raise InputError("option", name="what", value=what, known=", ".join(ensemble.indicators))
    zone = style.only(zone, ensemble.zones)
    levels = [float(level) for level in ensemble.levels]
    quantiles = {level: ensemble.quantile(level, what, zone) for level in levels}
    certain = ensemble.path(what, zone)
    scale = notation.scale_for(kind, np.concatenate([*quantiles.values(), certain]), language)
    told = ensemble.scenario
    title = (told.title_zh if language == "zh" else told.title_en) or told.name
    known = int(ensemble.model.known[what.removesuffix("_intensity")].sum())
    who = style.whose(zone, known, len(ensemble.zones), language)
    return _Facts(kind, zone, who, ensemble.years, ensemble.base_year, levels, quantiles, certain, scale, title)


def _limits(drawn: Canvas, facts: _Facts) -> None:
    shown = facts.scale.of(np.concatenate([*facts.quantiles.values(), facts.certain]))
    high, low = max(float(np.nanmax(shown)), 0.0), min(float(np.nanmin(shown)), 0.0)
    ticks, top = scales.upright(low, high)
    labels = scales.round_figures(ticks, drawn.language)
    drawn.fit(left=max(44.0, style.widest(labels) + 10.0), right=_RIGHT, top=46.0, bottom=36.0)
    drawn.ax.set_ylim(low - 0.05 * (top - low) * (low < 0.0), top)
    first, last = int(facts.years[0]), int(facts.years[-1])
    drawn.ax.set_xlim(first - scales.start(last - first, drawn.size[0]), last)
    drawn.ticks("y", ticks, labels, grid=True)
    few = max(2, min(6, int(drawn.size[0] / 36.0)))
    years = sorted({facts.base, *(int(year) for year in scales.nice(first, last, few) if year == int(year))})
    near = max((last - first) * 0.07, 24.0 * drawn.per_point("x"))
    years = [year for year in years if year == facts.base or abs(year - facts.base) > near]
    drawn.ticks("x", years, [str(year) for year in years])


def _curves(drawn: Canvas, facts: _Facts) -> None:
    past, ahead, of = facts.past, facts.ahead, facts.scale.of
    years = facts.years[ahead]
    for at, (low, high) in enumerate(facts.pairs):
        below, above = of(facts.quantiles[low][ahead]), of(facts.quantiles[high][ahead])
        known = np.isfinite(below) & np.isfinite(above)
        if known.sum() > 1:
            upper = np.stack([years[known], above[known]], axis=1)
            lower = np.stack([years[known], below[known]], axis=1)[::-1]
            shade = style.BANDS[min(at, len(style.BANDS) - 1)]
            drawn.area(np.concatenate([upper, lower]), shade, zorder=1.0 + 0.1 * at)
    if not np.allclose(facts.certain, facts.quantiles[0.5], equal_nan=True):
        drawn.line(years, of(facts.certain[ahead]), style.INK, 1.1, dashes=(4.0, 2.5), gid="certain", zorder=2.6)
    drawn.line(years, of(facts.quantiles[0.5][ahead]), style.MEDIAN, 2.0, gid="median")
    drawn.line(facts.years[past], of(facts.certain[past]), style.INK, 2.0, gid="history")
    alone = _alone(facts.certain[past])
    if alone.any():
        drawn.dots(facts.years[past][alone], of(facts.certain[past][alone]), style.INK, 4.5)


def _alone(values: FloatArray) -> BoolArray:
    """Return the known years without a known neighbour, which a line does not show."""
    known = np.isfinite(values)
    beside = np.zeros_like(known)
    beside[1:] |= known[:-1]
    beside[:-1] |= known[1:]
    return np.asarray(known & ~beside)


def _ends(drawn: Canvas, facts: _Facts) -> None:
    """Name the lines at their right ends."""
    language = drawn.language
    ends: list[tuple[float, str, str]] = []
    for level in facts.levels:
        value = float(facts.quantiles[level][-1])
        if not np.isfinite(value):
            continue
        name = say("fan_median", language)
        if level != 0.5:
            digits = 0 if abs(level * 100 - round(level * 100)) < 1e-9 else 1
            name = say("fan_level", language, level=notation.percent(level, language, digits))
        figure = notation.figure(value, facts.kind, language, facts.scale)
        ends.append((float(facts.scale.of(value)), f"{name} {figure}", style.MEDIAN if level == 0.5 else style.MUTED))
    certain = float(facts.certain[-1])
    if np.isfinite(certain) and not np.allclose(facts.certain, facts.quantiles[0.5], equal_nan=True):
        words = f"{say('fan_certain', language)} {notation.figure(certain, facts.kind, language, facts.scale)}"
        ends.append((float(facts.scale.of(certain)), words, style.INK))
    room = max(drawn.room("right", _RIGHT) - 14.0, 12.0)
    point, (low, high) = drawn.per_point("y"), drawn.ax.get_ylim()
    places = apart([value for value, _, _ in ends], SMALL * LINE * point, low + 5 * point, high - 3 * point)
    start, step = int(facts.years[-1]), drawn.per_point("x")
    x = np.tile([start, start + 4 * step, start + 9 * step, np.nan], len(ends))
    y = [level for place, (value, _, _) in zip(places, ends, strict=True) for level in (value, value, place, np.nan)]
    drawn.line(x, y, style.RULE, 0.6, clip_on=False)
    for place, (_, words, colour) in zip(places, ends, strict=True):
        heavy = "bold" if colour == style.MEDIAN else "normal"
        shown = shortened(words, SMALL, room)
        drawn.write(start + 11 * step, place, shown, size=SMALL, color=colour, va="center", weight=heavy)


def _spans(drawn: Canvas, facts: _Facts) -> None:
    """Draw the border between what was and what may be, and name both sides above the picture."""
    low, high = drawn.ax.get_ylim()
    drawn.line([facts.base, facts.base], [low, high], style.RULE, 0.8, zorder=2.0)
    point, step = drawn.per_point("y"), drawn.per_point("x")
    size = drawn.size[0]
    share = (facts.base - drawn.ax.get_xlim()[0]) / np.ptp(drawn.ax.get_xlim())
    words = say("fan_history", drawn.language)
    place = high - 2 * point
    if size * share > 40.0:
        drawn.write(facts.base - 4 * step, place, words, size=SMALL, color=style.MUTED, ha="right", va="bottom")
    told = shortened(say("fan_scenario", drawn.language, scenario=facts.scenario), SMALL, size * (1 - share) + 80.0)
    drawn.write(facts.base + 4 * step, place, told, size=SMALL, color=style.MUTED, va="bottom")


def _peak_words(ensemble: Ensemble, facts: _Facts, language: Language) -> list[str]:
    """Return when it peaks and how sure that is."""
    within = float(ensemble.peak_probability(ensemble.until, facts.zone))
    if not np.isfinite(within):
        return [say("fan_no_history", language)]
    error = float(ensemble.peak_probability_error(ensemble.until, facts.zone))
    chance = notation.probability(within, error, language, draws=ensemble.draws)
    sure = say("fan_within", language, year=ensemble.until, chance=chance)
    year = float(ensemble.peak_year(0.5, facts.zone))
    if not np.isfinite(year):
        return [say("fan_no_peak", language), sure]
    lines = [say("fan_past" if year <= ensemble.base_year else "fan_peak", language, year=int(year))]
    if facts.pairs:
        first, last = (float(ensemble.peak_year(level, facts.zone)) for level in facts.pairs[0])
        shown = [_year(end, ensemble, language) for end in (first, last)]
        share = notation.percent(facts.pairs[0][1] - facts.pairs[0][0], language, 0)
        lines.append(say("fan_range", language, share=share, first=shown[0], last=shown[1]))
    return [*lines, sure]


def _year(year: float, ensemble: Ensemble, language: Language) -> str:
    if np.isnan(year):
        return say("fan_beyond", language, year=ensemble.until - 1)
    return say("fan_year", language, year=f"{year:.0f}")


def _peak(drawn: Canvas, ensemble: Ensemble, facts: _Facts) -> None:
    """Mark the median peak year on the median, and say in the emptier corner what it is and how sure."""
    lines = _peak_words(ensemble, facts, drawn.language)
    year = float(ensemble.peak_year(0.5, facts.zone))
    low, high = drawn.ax.get_ylim()
    first, last = drawn.ax.get_xlim()
    point = drawn.per_point("y")
    rows = len(lines) * SMALL * LINE
    bottom = max(low, 0.0) + 6.0 * point
    step = drawn.per_point("x")
    wide = max(width(line, SMALL) for line in lines)
    place = facts.base + 6 * step
    if facts.base < year < facts.base + (wide + 10) * step:  # beside the line of the peak, not across it
        place = year + 6 * step
    spread = facts.quantiles[facts.levels[0]]
    near = np.asarray(facts.scale.of(spread[facts.ahead]))[: max(2, int(0.6 * facts.ahead.sum()))]
    if (near < bottom + rows * point).any():  # of a zone that is not known: no
        bottom = high - (rows + 8.0) * point  # the curves are low: write above them
        place = first + 0.45 * (last - first) if np.isfinite(year) and year < facts.base + 5 else place
    end = last + (60.0 * step if drawn.own else 0.0)
    drawn.write(
        max(min(place, end - wide * step), first),
        bottom + rows * point,
        "\n".join(lines),
        size=SMALL,
        color=style.ACCENT,
        va="top",
        linespacing=LINE,
        zorder=6.0,
    )
    at = np.flatnonzero(facts.years == year)
    if not len(at) or not np.isfinite(facts.quantiles[0.5][at[0]]):
        return
    level = float(facts.scale.of(facts.quantiles[0.5][at[0]]))
    drawn.line([year, year], [max(low, 0.0), level], style.ACCENT, 0.9, dashes=(1.5, 2.0), zorder=3.5)
    drawn.dots([year], [level], style.ACCENT, 7.0, marker="D", gid="peak")
    drawn.dots([year], [max(low, 0.0)], style.ACCENT, 5.0, marker="^", clip_on=False)
