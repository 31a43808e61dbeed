"""The distribution of zones by energy per value added: who is below the limits, and who is nearest to them.

Decided here: every zone is a dot, because a planner looks for one zone and the ministry counts them; it stands at its
place on a logarithmic axis, since intensities differ by a factor and not by an amount, and above others only where they
would overlap. Where there are too many for dots (some hundreds) they are counted in columns, and the picture says how
wide those are. Zones are counted once each, as the target of the share does. The aggregate is no dot: it is a sum over
a sum, marked below the axis line. What is unknown, or beyond the axis, is counted in words and never drawn as 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from zonecarbon import notation
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.catalog import target_set
from zonecarbon.errors import InputError
from zonecarbon.kernels.target import EQUALITY, MET
from zonecarbon.messages import Language
from zonecarbon.plots import scales, style
from zonecarbon.plots.lettering import LINE, shortened, width
from zonecarbon.plots.strips import Strip, strip
from zonecarbon.plots.style import SMALL, Canvas
from zonecarbon.plots.words import capital, say
from zonecarbon.targets import TargetCheck
from zonecarbon.vocabulary import unknown_zone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INDICATOR = "energy_per_iva"
_BEYOND = 30.0  # times the largest limit, or the smallest divided by it: what lies farther is counted, not drawn
_FOOT = 24.0  # room below the dots for the aggregate [pt]
_NAME = 130.0  # the most room for the name of a zone [pt]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the distribution shows [tce per 10^4 yuan]."""

    names: list[str]
    values: FloatArray
    year: int | None
    basis: str
    limits: tuple[float, ...]
    mean: float
    mean_known: float
    known: int
    met: Mapping[float, BoolArray] = field(default_factory=dict)  # limits that a check judged: who is below
    is_rounded: bool = False

    @property
    def drawable(self) -> BoolArray:
        """The zones that a logarithmic axis can show within its range."""
        low, high = self.span
        with np.errstate(invalid="ignore"):
            return np.asarray((self.values >= low) & (self.values <= high))

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the axis."""
        every = np.array([*self.values, self.whole])
        every = every[np.nan_to_num(every) > 0.0]
        if not (len(every) or self.limits):
            return 0.1, 1.0
        middle = self.limits or [float(np.median(every))]
        least = min(*middle, max(float(every.min(initial=np.inf)), min(middle) / _BEYOND))
        most = max(*middle, min(float(every.max(initial=0.0)), max(middle) * _BEYOND))
        return least / 1.15, most * 1.15

    @property
    def whole(self) -> float:
        """The aggregate: of all zones, or of those known."""
        return self.mean if np.isfinite(self.mean) else self.mean_known

    @property
    def is_whole_off(self) -> bool:
        """Whether the aggregate is known and has no place on the axis."""
        low, high = self.span
        return bool(np.isfinite(self.whole) and not low <= self.whole <= high)

    def is_below(self, limit: float) -> BoolArray:
        """Return which zones are below a limit, as the check judged if it did."""
        if limit in self.met:
            return self.met[limit]
        with np.errstate(invalid="ignore"):
            return np.asarray(self.values < limit * (1.0 - EQUALITY))

    def below(self, limit: float) -> int:
        """Return how many zones are below a limit."""
        return int(self.is_below(limit).sum())

    @property
    def classes(self) -> IntArray:
        """How many limits each zone reaches."""
        found = np.zeros(len(self.values), dtype=np.int64)
        for limit in self.limits:
            found += np.isfinite(self.values) & ~self.is_below(limit)
        return found

    def nearest(self, count: int) -> list[int]:
        """Return the zones nearest to the first limit, relative to themselves, the nearest first."""
        if not self.limits or count <= 0:
            return []
        with np.errstate(all="ignore"):
            change = np.abs(self.limits[0] / self.values - 1.0)
        change[~self.drawable] = np.inf
        order = np.argsort(change, kind="stable")[:count]
        return [int(at) for at in order if np.isfinite(change[at])]


def intensity_distribution(
    result: TargetCheck | Account,
    /,
    *,
    year: int | None = None,
    limits: Sequence[float] | None = None,
    highlight: Sequence[str] = (),
    ax: "Axes | None" = None,
    language: Language = "en",
    name_nearest: int = 5,
) -> "Axes":
    """Draw every zone by its energy per value added, with the limits and the aggregate.

    Parameters
    ----------
    result
        A check of targets, or an account.
    year
        That of the check, or the last year in which a zone is known, unless given.
    limits
        Marked on the axis [tce per 10^4 yuan], the one that counts zones first: those of the targets checked, of an
        account those of ``torch-2025``, unless given.
    highlight
        Zones to name.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.
    name_nearest
        How many of the zones nearest to the first limit are named.

    Returns
    -------
    Axes
        The axes, horizontal and logarithmic. Zones that are not known are counted below.

    Raises
    ------
    InputError
        If it is no check or account, has no energy per value added, or there is no such year or zone.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[100.0]], [[40.0]]], flows=["coke"], zones=["A", "B"], years=[2025],
    ...                                 value_added=[[200.0], [300.0]], price_year=2020)
    >>> ax = intensity_distribution(account(activity))
    >>> ax.get_xscale(), bool(ax.get_xlim()[0] < 0.13)
    ('log', True)
    """
    style.checked(language)
    facts = _read(result, year, limits, language)
    marked = [_index(facts, name) for name in highlight]
    named = list(dict.fromkeys([*marked, *facts.nearest(name_nearest)]))
    drawn = style.canvas(ax, language, 180.0 + len(named) * SMALL * LINE)
    drawn.fit(left=26.0, right=20.0, top=38.0, bottom=54.0)
    if not np.isfinite(facts.values).any():
        drawn.notice(capital(say("dist_none", language, year=_in_year(facts, language))))
        return style.finished(drawn)
    drawn.ax.set_xscale("log")
    drawn.ax.set_xlim(*facts.span)
    ticks = scales.log_ticks(*facts.span)
    found = _zones(drawn, facts, named)
    drawn.ticks("x", ticks, [f"{tick:g}" for tick in ticks])
    _limit_lines(drawn, facts, found)
    if len(facts.names) > 1:
        _aggregate(drawn, facts)
    parts = (_counts(facts, language), _mark_words(facts, found, language))
    drawn.head(capital(_listed(parts, language)), above=15.0)
    drawn.foot(_axis_words(facts, language), _notes(facts, language))
    return style.finished(drawn)


def describe_intensity_distribution(
    result: TargetCheck | Account,
    /,
    *,
    year: int | None = None,
    limits: Sequence[float] | None = None,
    highlight: Sequence[str] = (),
    language: Language = "en",
    name_nearest: int = 5,
) -> str:
    """Return what the distribution shows, in a few sentences."""
    style.checked(language)
    facts = _read(result, year, limits, language)
    stop = "." if language == "en" else "。"
    if not np.isfinite(facts.values).any():
        return capital(say("dist_none", language, year=_in_year(facts, language))) + stop
    named = list(dict.fromkeys([*(_index(facts, name) for name in highlight), *facts.nearest(name_nearest)]))
    shown = [_named(facts, at, language) for at in named]
    nearest = ""
    if shown and facts.limits and len(facts.names) > 1:
        names = (", " if language == "en" else "、").join(shown)
        nearest = say("dist_nearest", language, limit=f"{facts.limits[0]:g}", names=names)
    notes = _notes(facts, language)
    name, counts = style.only("", facts.names), _counts(facts, language)
    told = {
        "who": name or say("dist_zones", language, n=len(facts.names)),
        "year": _in_year(facts, language),
        "counts": say("dist_once", language, counts=counts) if counts else "",
        "mean": capital(_mean_words(facts, language), name),
        "nearest": nearest + (capital(notes) + stop if notes else ""),
    }
    return say("dist_say", language, **told).strip()


def _in_year(facts: _Facts, language: Language) -> str:
    """Return the year in words; nothing for figures without one."""
    return "" if facts.year is None else say("dist_in", language, year=facts.year)


def _read(of: TargetCheck | Account, year: int | None, limits: Sequence[float] | None, language: Language) -> _Facts:
    style.required(of, (TargetCheck, Account), "intensity_distribution")
    wanted = _limits_of(of) if limits is None else tuple(float(limit) for limit in limits)
    if not all(limit > 0.0 and np.isfinite(limit) for limit in wanted):
        raise InputError("plot.limits", got=", ".join(f"{limit:g}" for limit in wanted))
    if isinstance(of, Account):
        return _of_account(of, year, wanted)
    blocks = [block for block in of.blocks if block.target.indicator == _INDICATOR]
    counted = next((block for block in blocks if block.inner is not None and len(block.inner) == len(of.zones)), None)
    years = [block.year for block in (counted, *blocks) if block is not None and block.year is not None]
    if isinstance(of.of, Account):
        own = _of_account(of.of, year if year is not None else next(iter(years), None), wanted)
        return own if counted is None or counted.year != own.year else _judged(own, of, counted)
    if counted is None or counted.inner is None or year not in {None, counted.year}:
        raise InputError("plot.no_intensity", year=year if year is not None else "-")
    whole = [block for block in blocks if block.target.statistic == "aggregate" and block.year == counted.year]
    whole = [block for block in whole if not block.target.applies_indicator]
    mean = float(whole[0].value[0]) if whole else np.nan
    names = [str(name) for name in of.zones]
    known = int(np.isfinite(counted.inner).sum())
    found = _Facts(names, np.array(counted.inner), counted.year, of.basis, wanted, mean, np.nan, known)
    return _judged(found, of, counted)


def _judged(facts: _Facts, of: TargetCheck, counted: Any) -> _Facts:
    """Return the facts with the values and verdicts of zones that a check has, so that a picture cannot differ."""
    target = counted.target
    if counted.inner_verdict is None or not target.inner_operator.startswith("<"):
        return facts
    met = np.asarray(counted.inner_verdict == MET)
    rounded = of.judgement == "rounded"
    return replace(facts, values=np.array(counted.inner), met={target.inner_limit: met}, is_rounded=rounded)


def _limits_of(of: TargetCheck | Account) -> tuple[float, ...]:
    """Return the limits of energy per value added: that which counts zones first, then those of all together."""
    targets = [block.target for block in of.blocks] if isinstance(of, TargetCheck) else target_set("torch-2025").target
    own = [target for target in targets if target.indicator == _INDICATOR]
    found = [*(target.inner_limit for target in own), *(target.limit for target in own if not target.inner_threshold)]
    return tuple(dict.fromkeys(limit for limit in found if limit > 0.0))


def _of_account(account: Account, year: int | None, limits: tuple[float, ...]) -> _Facts:
    energy, money = account.total("energy"), account.value_added
    with np.errstate(all="ignore"):
        intensity = np.where(money > 0.0, energy / money, np.nan)
    known_years = np.flatnonzero(np.isfinite(intensity).any(axis=0))
    if year is None:
        at = int(known_years[-1]) if len(known_years) else len(account.years) - 1
    else:
        found = np.flatnonzero(account.years == year)
        if not len(found):
            raise InputError("year.absent", year=year, years=f"{account.years[0]}-{account.years[-1]}")
        at = int(found[0])
    values = np.array(intensity[:, at])
    known = np.isfinite(values)
    some = float(energy[known, at].sum() / money[known, at].sum()) if known.any() else np.nan
    names = [str(name) for name in account.zones]
    mean = some if known.all() else np.nan
    return _Facts(names, values, int(account.years[at]), account.basis, limits, mean, some, int(known.sum()))


def _index(facts: _Facts, name: str) -> int:
    if name not in facts.names:
        raise unknown_zone(name, facts.names)
    return facts.names.index(name)


# -- drawing -----------------------------------------------------------------------------------------------------------


def _zones(drawn: Canvas, facts: _Facts, named: list[int]) -> Strip:
    """Draw a dot for each zone, or columns of too many, and the names; return where they stand."""
    across, down = drawn.size
    words = [_named(facts, at, drawn.language) for at in named]
    share = _share(facts, np.where(facts.drawable, _on_limits(facts), np.nan))
    cuts = [float(_share(facts, limit)) for limit in facts.limits]
    found = strip(share, cuts, named, style.widest(words) + 10.0, across, down - _FOOT - 4.0)
    drawn.ax.set_ylim(-_FOOT * found.unit, (down - _FOOT) * found.unit)
    filled = np.zeros(max(len(found.edges) - 1, 0))  # under rounded judgement a column may have zones of two classes
    for number, shade in enumerate(_shades(len(facts.limits))):
        chosen = (found.rows >= 0) & (facts.classes == number)
        if not chosen.any():
            continue
        if found.is_dots:
            heights = (found.rows[chosen] + 0.5) * found.step
            drawn.dots(facts.values[chosen], heights, shade, found.step, markeredgewidth=0.5, gid="zones")
        else:
            bins, many = np.unique(found.rows[chosen], return_counts=True)
            left, right = _place(facts, found.edges[bins]), _place(facts, found.edges[bins + 1])
            drawn.boxes(np.stack([left, filled[bins], right, filled[bins] + many], axis=1), shade, gid="zones")
            filled[bins] += many
    ticks = [] if found.is_dots else [tick for tick in scales.nice(0.0, found.most) if tick == int(tick)]
    drawn.ticks("y", ticks, scales.round_figures(ticks, drawn.language))
    drawn.line(list(facts.span), [0.0, 0.0], style.RULE, 0.8, zorder=1.5)
    drawn.ax.spines["bottom"].set_visible(False)
    for flag in found.flags:
        x, near, text = (float(_place(facts, part)) for part in (flag.x, flag.near, flag.text))
        # Behind the dots: one that stands on another has the line of that one behind it.
        drawn.line([x, x, near], [flag.foot, flag.y, flag.y], style.MUTED, 0.6, zorder=3.5)
        align = "left" if flag.text > flag.x else "right"
        label = words[named.index(flag.zone)]
        drawn.write(text, flag.y, label, size=SMALL, ha=align, va="center", zorder=6.0, bbox=_HALO)
        if found.is_dots:
            ring = {"markeredgecolor": style.ACCENT, "markeredgewidth": 1.3, "zorder": 5.5}
            drawn.dots([x], [flag.top], "none", found.step, **ring)
    return found


def _share(facts: _Facts, values: Any) -> FloatArray:
    """Return the place of values along the axis, 0 to 1."""
    low, high = np.log(facts.span)
    with np.errstate(all="ignore"):
        return np.asarray((np.log(values) - low) / (high - low), dtype=np.float64)


def _place(facts: _Facts, share: Any) -> FloatArray:
    """Return the values at places along the axis."""
    low, high = np.log(facts.span)
    return np.asarray(np.exp(low + np.asarray(share) * (high - low)), dtype=np.float64)


def _on_limits(facts: _Facts) -> FloatArray:
    """Return the values, those that count as equal to a limit on it: they belong to the column that begins there."""
    values = facts.values
    for limit in facts.limits:
        values = np.where(np.abs(values - limit) <= EQUALITY * limit, limit, values)
    return values


def _mark_words(facts: _Facts, found: Strip, language: Language) -> str:
    """Return what a mark is: a dot a zone, or how wide the columns are."""
    if found.is_dots:
        return say("dist_dot", language)
    ratio = float(np.median(_place(facts, found.edges[1:]) / _place(facts, found.edges[:-1])))
    return say("dist_count", language, width=notation.percent(ratio - 1.0, language, 0 if ratio > 1.02 else 1))


def _listed(parts: Sequence[str], language: Language) -> str:
    return ("; " if language == "en" else "；").join(filter(None, parts))


def _shades(limits: int) -> list[str]:
    """Return the colours of the zones below, between and above some limits."""
    low, middle, high = style.CLASSES
    return [low] if not limits else [low, *[middle] * (limits - 1), high]


_HALO = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "linewidth": 0.0}


def _named(facts: _Facts, at: int, language: Language) -> str:
    value = notation.figure(
        float(facts.values[at]), "energy_intensity", language, beside=facts.limits[0] if facts.limits else None
    )
    return say("dist_named", language, zone=shortened(facts.names[at], SMALL, _NAME), value=value)


def _limit_lines(drawn: Canvas, facts: _Facts, found: Strip) -> None:
    """Draw the limits, with gaps where names stand."""
    low, high = drawn.ax.get_ylim()
    point, across = drawn.per_point("y"), drawn.size[0]
    for limit in facts.limits:
        at = float(_share(facts, limit)) * across
        heights = [low + 0.55 * _FOOT * point]
        for flag in sorted(found.flags, key=lambda one: one.y):
            wide = width(_named(facts, flag.zone, drawn.language), SMALL) + 3.0
            side = 1.0 if flag.text > flag.x else -1.0
            ends = flag.text * across - 3.0 * side, flag.text * across + wide * side
            if min(ends) < at < max(ends):
                half = SMALL * LINE / 2.0 * point
                heights += [flag.y - half, np.nan, flag.y + half]
        drawn.line([limit] * (len(heights) + 1), [*heights, high], style.ACCENT, 1.0, dashes=(4.0, 2.0), zorder=1.8)
        drawn.write(limit, high + 1.0 * point, f"{limit:g}", size=SMALL, color=style.ACCENT, ha="center", va="bottom",
                    weight="bold")  # fmt: skip


def _aggregate(drawn: Canvas, facts: _Facts) -> None:
    """Mark the sum of energy over the sum of value added, below the dots."""
    value = facts.whole
    if np.isnan(value) or facts.is_whole_off:
        return
    point = drawn.per_point("y")
    drawn.dots([value], [-5.0 * point], style.INK, 8.0, marker="^", gid="aggregate", zorder=5.0)
    text = _mean_words(facts, drawn.language)
    low, high = np.log(facts.span)
    per = (high - low) / drawn.size[0]
    at = float(np.log(value)) + 7.0 * per
    is_right = at + width(text, SMALL) * per < high
    x = float(np.exp(at if is_right else np.log(value) - 7.0 * per))
    drawn.write(x, -11.0 * point, text, size=SMALL, ha="left" if is_right else "right", va="center", weight="bold",
                bbox=_HALO, zorder=5.0)  # fmt: skip


def _mean_words(facts: _Facts, language: Language) -> str:
    limit = min(facts.limits, key=lambda one: abs(one - np.nan_to_num(facts.mean_known)), default=None)
    if np.isfinite(facts.mean) or facts.known == len(facts.names):
        who = style.only("", facts.names) or say("all_zones", language)
        value = notation.figure(facts.mean, "energy_intensity", language, beside=limit)
        return say("dist_mean", language, who=shortened(who, SMALL, _NAME), value=value)
    who = say("known_zones", language, known=facts.known) if facts.known != 1 else say("known_zone", language)
    value = notation.figure(facts.mean_known, "energy_intensity", language, beside=limit)
    return say("dist_mean", language, who=who, value=value)


def _counts(facts: _Facts, language: Language) -> str:
    n = len(facts.names)
    shown = [say("dist_below", language, limit=f"{one:g}", count=facts.below(one), n=n) for one in sorted(facts.limits)]
    return ("; " if language == "en" else "；").join(shown)


def _axis_words(facts: _Facts, language: Language) -> str:
    unit = notation.scale_for("energy_intensity", facts.values, language).unit
    parts = [say("with_unit", language, what=say("energy_intensity", language), unit=unit)]
    if facts.year is not None:
        parts.append(say("dist_year", language, year=facts.year))
    if facts.basis:
        parts.append(say(f"basis_{facts.basis}", language))
    return capital((", " if language == "en" else "，").join(parts))


def _notes(facts: _Facts, language: Language) -> str:
    notes = [say("dist_rounded", language)] if facts.is_rounded else []
    unknown = int(np.isnan(facts.values).sum())
    low, high = facts.span
    with np.errstate(invalid="ignore"):
        less, more = facts.values < low, facts.values > high
    if unknown:
        notes.append(say("dist_unknown", language, count=unknown))
    if less.any():
        least = notation.figure(float(facts.values[less].max()), "energy_intensity", language)
        notes.append(say("dist_less", language, count=int(less.sum()), least=least))
    if more.any():
        most = notation.figure(float(facts.values[more].max()), "energy_intensity", language)
        notes.append(say("dist_more", language, count=int(more.sum()), most=most))
    if facts.is_whole_off and len(facts.names) > 1:
        notes.append(say("dist_mean_off", language, mean=_mean_words(facts, language)))
    return ("; " if language == "en" else "；").join(notes)
