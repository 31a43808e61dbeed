"""The waterfall of a decomposition: what it was, what each factor did, what it is.

Decided here: bars lie, because factors have long names. Additive effects stand on an axis of amounts; where the effects
are small beside the value the axis does not begin at 0, the outer bars are open to the left, and the picture says so.
Multiplicative effects stand on a logarithmic axis with the first year as 1, where equal ratios are equally long and
the bars still join. All figures of one picture have the same digits after the point, as a sum needs.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon import messages, notation
from zonecarbon._typing import FloatArray
from zonecarbon.decomposition import Decomposition
from zonecarbon.decomposition.of_account import AccountCells
from zonecarbon.errors import InputError
from zonecarbon.messages import Language
from zonecarbon.notation import Kind, Scale
from zonecarbon.plots import scales, style
from zonecarbon.plots.lettering import shortened, width
from zonecarbon.plots.style import SIZE, Canvas
from zonecarbon.plots.words import capital, say
from zonecarbon.vocabulary import unknown_zone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 22.0  # height of a bar and its gap [pt]
_NAMES = 150.0  # most room for the names [pt]
_CUT = 1 / 3  # of the larger value: from here on the effects are large enough for an axis from 0
_UNITS: dict[str, Kind] = {"tCO2": "co2", "tce": "energy"}
_CHANGES = 1e-9  # of the value: below this an effect is nothing but rounding


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the waterfall shows; additive in the unit of the value, multiplicative as ratios."""

    name: str
    who: str
    what: str
    base: int
    end: int
    first: float
    last: float
    factors: tuple[str, ...]
    effects: FloatArray
    kind: Kind
    scale: Scale
    is_ratio: bool
    has_zones: bool

    @property
    def is_known(self) -> bool:
        """Whether all of it is known, and can be drawn."""
        figures = np.array([self.first, self.last, *self.effects])
        return self.has_zones and bool(np.isfinite(figures).all() and not (self.is_ratio and (figures <= 0.0).any()))

    @property
    def levels(self) -> FloatArray:
        """Where the bars begin and end, from the first value to the last, as drawn."""
        if self.is_ratio:
            return np.concatenate(([0.0], np.cumsum(np.log(self.effects))))
        return np.asarray(self.scale.of(np.cumsum(np.concatenate(([self.first], self.effects)))))

    @property
    def places(self) -> int:
        """Digits after the point that the values deserve; one more if no effect had a digit otherwise."""
        largest = max(abs(self.first), abs(self.last)) / self.scale.size
        digits = notation.DIGITS[self.kind]
        places = max(0, digits - 1 - math.floor(math.log10(largest))) if largest > 0.0 else 0
        effect = float(np.abs(self.effects).max(initial=0.0)) / self.scale.size
        return places + 1 if 0.0 < effect < 5 * 10.0**-places else places


def waterfall(
    decomposition: Decomposition,
    /,
    zone: str = "",
    sector: str = "",
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw how a value went from one year to the other: a bar for each factor, with its figure.

    Parameters
    ----------
    decomposition
        From :func:`zonecarbon.decompose`; its effects from the first year to the last are drawn.
    zone, sector
        Whose change; all zones together if not given.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes; they say so where anything is not known. A multiplicative decomposition has a logarithmic axis.

    Raises
    ------
    InputError
        If it is no decomposition, there is no such zone or sector, or what is asked for is several quotients, of which
        there is no whole.

    Examples
    --------
    >>> from zonecarbon import Activity, account, decompose
    >>> activity = Activity.from_arrays([[[100.0, 90.0]]], flows=["coke"], zones=["A"], years=[2020, 2025],
    ...                                 value_added=[[200.0, 240.0]], price_year=2020)
    >>> ax = waterfall(decompose(account(activity), base=2020, end=2025))
    >>> [text.get_text() for text in ax.get_yticklabels()][1:3]
    ['value added', 'energy intensity']
    """
    drawn = style.canvas(ax, language, 120.0)
    facts = _read(decomposition, zone, sector, language)
    names = [shortened(name, SIZE, drawn.room("left", _NAMES + 8.0) - 8.0) for name in _names(facts, language)]
    drawn.resize((len(names) + 0.2) * _ROW + 62.0)
    drawn.fit(left=style.widest(names, SIZE) + 14.0, right=14.0, top=22.0, bottom=38.0)
    if not facts.is_known:
        drawn.notice(say("fall_none", language, what=facts.what, zone=facts.who, base=facts.base, end=facts.end))
        return style.finished(drawn)
    is_cut = _limits(drawn, facts)
    _bars(drawn, facts, is_cut)
    rows = list(range(len(names)))
    drawn.ticks("y", rows, names)
    for label in drawn.ax.get_yticklabels():
        label.set(size=SIZE, color=style.INK)
    head = facts.what
    if facts.is_ratio:
        drawn.foot(say("fall_ratio", language, what=facts.what, year=facts.base))
    else:
        head = say("with_unit", language, what=head, unit=facts.scale.unit) if facts.scale.unit else head
        drawn.foot(say("fall_cut", language) if is_cut else "")
    drawn.head(head, who=facts.who, name=facts.name)
    return style.finished(drawn)


def describe_waterfall(
    decomposition: Decomposition, zone: str = "", sector: str = "", *, language: Language = "en"
) -> str:
    """Return what the waterfall shows, in one sentence."""
    style.checked(language)
    facts = _read(decomposition, zone, sector, language)
    told = {"what": facts.what, "zone": facts.who, "base": facts.base, "end": facts.end}
    stop = "." if language == "en" else "。"
    if not facts.is_known:
        return capital(say("fall_none", language, **told), facts.name) + stop
    figures = _figures(facts, language)
    unit = f" {facts.scale.unit}" if facts.scale.unit else ""
    effects = [f"{_effect(name, language)} {figure}" for name, figure in zip(facts.factors, figures[1:-1], strict=True)]
    first, last = figures[0] + unit, figures[-1] + unit
    if facts.is_ratio:
        first, last = (_amount(value, facts, language) for value in (facts.first, facts.last))
    joined = (", " if language == "en" else "，").join(effects)
    return capital(say("fall_say", language, first=first, last=last, effects=joined, **told), facts.name)


def _read(decomposition: Decomposition, zone: str, sector: str, language: Language) -> _Facts:
    style.required(decomposition, (Decomposition,), "waterfall")
    level, rows = _place(decomposition, zone, sector)
    is_ratio = decomposition.form == "multiplicative"
    if len(rows) > 1 and (is_ratio or decomposition.lmdi != "I" or decomposition.of.endswith("_intensity")):
        raise InputError("decompose.by", level=level, by="zone, sector", keys=", ".join(decomposition.labels(level)))
    value = decomposition.values(level)[rows].sum(axis=0)
    found = decomposition.effects(level)[rows]
    effects = found[0] if is_ratio and len(found) else found.sum(axis=0)
    first, last = float(value[0]), float(value[-1])
    if not is_ratio:  # what only rounding keeps from 0
        effects = np.where(np.abs(effects) <= _CHANGES * max(abs(first), abs(last)), 0.0, effects)
    kind, scale = _kind(decomposition, np.array([first, last]), language)
    name = " ".join(part for part in (zone, sector) if part) or style.only("", decomposition.zones)
    known, n = _summed(decomposition)
    is_table = known == n > 1 and any(one.code == "decompose.cells_left_out" for one in decomposition.warnings)
    who = name or (say("known_zones", language, known=n) if is_table else style.whose("", known, n, language))
    years = int(decomposition.base), int(decomposition.end)
    what = _effect(decomposition.of, language)
    factors = decomposition.factors_of(level)
    return _Facts(name, who, what, *years, first, last, factors, effects, kind, scale, is_ratio, known > 0)


def _summed(result: Decomposition) -> tuple[int, int]:
    """Return how many zones are in the sum over all, and how many there are; of a table only the former are there."""
    cells, n = result.cells, len(result.zones)
    return (int(cells.included.sum()) if isinstance(cells, AccountCells) else n), n


def _place(result: Decomposition, zone: str, sector: str) -> tuple[str, list[int]]:
    """Return the level of what is asked for, and which of its aggregates it is."""
    wanted = {"zone": zone, "sector": sector}
    if not zone and result.level == "zone" and len(result.zones) == 1:
        wanted["zone"] = str(result.zones[0])
    only = result.cells.only_level()
    level = result.level if only else "sector" if sector else "zone" if wanted["zone"] else "portfolio"
    labels, count = result.labels(level), len(result.values(level))
    match = np.ones(count, dtype=bool)
    for name, word in wanted.items():
        if not word:
            continue
        match &= np.asarray(labels[name] == word, dtype=bool) if name in labels else np.zeros(count, dtype=bool)
        if name == "zone" and not match.any():
            raise unknown_zone(word, result.zones)
    if not match.any():
        known = "; ".join(dict.fromkeys(labels.get("sector", np.zeros(0, dtype=object)).tolist())) or "-"
        raise InputError("decompose.no_sector", zone=zone or "?", sector=sector, known=known)
    if only and match.sum() > 1:
        raise InputError("decompose.ratio", of=result.of, level="portfolio", only=level)
    return level, np.flatnonzero(match).tolist()


def _kind(result: Decomposition, values: FloatArray, language: Language) -> tuple[Kind, Scale]:
    if result.of in {"co2_intensity", "energy_intensity"} and result.unit.startswith(("tCO2", "tce")):
        kind: Kind = "co2_intensity" if result.of == "co2_intensity" else "energy_intensity"
        return kind, notation.scale_for(kind, values, language)
    if result.unit in _UNITS:
        return _UNITS[result.unit], notation.scale_for(_UNITS[result.unit], values, language)
    return "number", Scale(1.0, "" if result.unit == "1" else result.unit.replace("CO2", "CO₂"))


def _effect(name: str, language: Language) -> str:
    """Return a factor or a value in words; one of the user's own is a word already."""
    if name == "co2":
        return say("co2", language)
    code = f"effect.{name}"
    shown = messages.render(code, {}, language) if code in messages.TEXTS else name
    return shown.replace("CO2", "CO₂") if code in messages.TEXTS else shown


def _names(facts: _Facts, language: Language) -> list[str]:
    ends = [say("fall_value", language, what=facts.what, year=year) for year in (facts.base, facts.end)]
    return [ends[0], *(_effect(name, language) for name in facts.factors), ends[1]]


def _figures(facts: _Facts, language: Language) -> list[str]:
    """Return the figures beside the bars."""
    if facts.is_ratio:
        ratios = [1.0, *facts.effects.tolist(), math.exp(float(facts.levels[-1]))]
        return [say("fall_times", language, ratio=f"{ratio:.4g}") for ratio in ratios]
    values = [facts.first, *facts.effects.tolist(), facts.last]
    shown = []
    for at, value in enumerate(values):
        sign = "+" if 0 < at < len(values) - 1 else ""
        text = f"{value / facts.scale.size:{sign},.{facts.places}f}"
        bare = text.strip("+-0.,")
        text = text.lstrip("+-") if not bare else text.replace("-", "−")
        shown.append(text if language == "en" else text.replace(",", ""))
    return shown


def _amount(value: float, facts: _Facts, language: Language) -> str:
    shown = notation.figure(value, facts.kind, language, facts.scale)
    return f"{shown} {facts.scale.unit}".strip()


def _limits(drawn: Canvas, facts: _Facts) -> bool:
    """Set the axes; return whether the amounts do not begin at 0."""
    levels = facts.levels
    low, high = float(levels.min()), float(levels.max())
    is_cut = not facts.is_ratio and (high - low) < _CUT * max(abs(low), abs(high)) and low * high > 0.0
    if not (facts.is_ratio or is_cut):
        low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or abs(high) or 1.0
    if is_cut:
        low, high = (low - 0.35 * span, high) if low > 0 else (low, high + 0.35 * span)
    room = max(width(text, SIZE) for text in _figures(facts, drawn.language)) + 10.0
    across = drawn.size[0]
    extra = (high - low or span) * room / max(across - room, 40.0)
    if _is_leftward(facts):
        drawn.ax.set_xlim(low - extra, high)
    else:
        drawn.ax.set_xlim(low - 0.02 * span * facts.is_ratio, high + extra)
    drawn.ax.set_ylim(len(facts.factors) + 1.6, -0.6)
    _axis_ticks(drawn, facts, low, high)
    return is_cut


def _is_leftward(facts: _Facts) -> bool:
    """Return whether the bars go from the right to the left: a net seller's, with the figures at their left ends."""
    return not facts.is_ratio and facts.first <= 0.0 and facts.last <= 0.0 and facts.first + facts.last < 0.0


def _axis_ticks(drawn: Canvas, facts: _Facts, low: float, high: float) -> None:
    if not facts.is_ratio:
        ticks = scales.nice(low, high)
        drawn.ticks("x", ticks, scales.round_figures(ticks, drawn.language), grid=True)
        return
    ratios = scales.log_ticks(math.exp(low), math.exp(high) * (1 + 1e-12)) if high > low else [1.0]
    drawn.ticks("x", [math.log(ratio) for ratio in ratios], [f"{ratio:g}" for ratio in ratios], grid=True)


def _bars(drawn: Canvas, facts: _Facts, is_cut: bool) -> None:
    levels, edge = facts.levels.tolist(), drawn.ax.get_xlim()[0] if is_cut else 0.0
    if is_cut and levels[0] < 0.0:
        edge = drawn.ax.get_xlim()[1]
    last, half = len(levels), 0.36
    step = drawn.per_point("x")
    if facts.is_ratio:
        drawn.dots([levels[0], levels[-1]], [0, last], style.WHOLE, 8.0, marker="D", gid="ends")
    else:
        ends = [(min(edge, x), y - half, max(edge, x), y + half) for x, y in ((levels[0], 0), (levels[-1], last))]
        drawn.boxes(ends, style.WHOLE, gid="ends")
        if is_cut:
            for row in (0, last):
                x = edge + (9.0 if edge < levels[0] else -9.0) * step
                zigzag = np.array([[0.0, half], [-2.5, half / 3], [2.5, -half / 3], [0.0, -half]])
                drawn.line(x + zigzag[:, 0] * step, row - zigzag[:, 1], "white", 2.0, zorder=3.0)
    pairs = list(pairwise(levels))
    for colour, sign, name in ((style.RISE, 1, "rise"), (style.FALL, -1, "fall")):
        rows = [(a, row - half, b, row + half) for row, (a, b) in enumerate(pairs, 1) if (b - a) * sign > 0]
        if rows:
            drawn.boxes([(min(a, b), y0, max(a, b), y1) for a, y0, b, y1 in rows], colour, gid=name)
    for row, level in enumerate(levels):
        drawn.line([level, level], [row - half if row else row, row + 1 + half], style.RULE, 0.6, zorder=2.5)
    side = -1.0 if _is_leftward(facts) else 1.0
    far = [levels[0], *(side * max(side * a, side * b) for a, b in pairs), levels[-1]]
    for row, (x, text) in enumerate(zip(far, _figures(facts, drawn.language), strict=True)):
        weight, align = "bold" if row in {0, last} else "normal", "left" if side > 0.0 else "right"
        drawn.write(x + side * 5.0 * step, row, text, va="center", ha=align, weight=weight)
