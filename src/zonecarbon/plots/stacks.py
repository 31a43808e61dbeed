"""What a total is made of, year by year: carriers or scopes, one upon the other.

Decided here: bars and not areas, because a year is a figure and a gap must be seen as one. A zone's year that is not
known is a gap with a question mark. All zones together are those known in every year, and the picture says how many are
left out: a sum whose zones come and go would show changes that nobody made. Parts below 3 % of the total in every year,
and those beyond the sixth, are joined as "other". A carrier has one colour in all charts of an account: the six with
most energy have theirs for good, any other takes one that its chart leaves free. What leaves a zone (electricity sold)
stands below 0, and then a line of dashes has the total.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from zonecarbon import notation
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.errors import InputError
from zonecarbon.messages import Language
from zonecarbon.notation import Kind, Scale
from zonecarbon.plots import scales, style
from zonecarbon.plots.lettering import LINE, apart, shortened, width
from zonecarbon.plots.style import SMALL, Canvas
from zonecarbon.plots.words import capital, say
from zonecarbon.vocabulary import carriers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SMALL_PART = 0.03
_MOST = len(style.SERIES)
_RIGHT = 134.0  # room for the names at the right [pt]
_OTHER = "\x00other"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the stack shows: parts (part, year) in the unit inside, the largest first."""

    zone: str
    who: str
    kind: Kind
    by: str
    years: IntArray
    names: list[str]
    colours: list[str]
    parts: FloatArray
    total: FloatArray
    scale: Scale
    zones: int
    left_out: int

    @property
    def known(self) -> BoolArray:
        """The years that are known."""
        return np.asarray(np.isfinite(self.total))


def stack(
    account: Account,
    /,
    zone: str = "",
    by: Literal["carrier", "scope"] = "carrier",
    what: Literal["energy", "co2"] = "energy",
    *,
    ax: "Axes | None" = None,
    language: Language = "en",
) -> "Axes":
    """Draw what energy or CO2 is made of, by year.

    Parameters
    ----------
    account
        From :func:`zonecarbon.account`.
    zone
        A name; empty for all zones that are known in every year.
    by
        ``carrier`` or ``scope``.
    what
        ``energy`` or ``co2``.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes. The bars of a year sum to ``account.total(what)``; a year that is not known is a gap.

    Raises
    ------
    InputError
        If it is no account, there is no such zone, or ``by`` or ``what`` is another.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[100.0, 90.0], [10.0, 30.0]]], flows=["coke", "gasoline"], zones=["A"],
    ...                                 years=[2020, 2025], value_added=[[200.0, 240.0]], price_year=2020)
    >>> ax = stack(account(activity), by="carrier", what="energy")
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['2020', '2025']
    """
    drawn = style.canvas(ax, language, 250.0)
    facts = _read(account, by, what, zone, language)
    drawn.fit(left=44.0, right=_RIGHT, top=24.0, bottom=46.0)
    if not facts.known.any():
        drawn.notice(say("nothing", language, what=say(what, language), zone=facts.who))
        return style.finished(drawn)
    _limits(drawn, facts)
    _bars(drawn, facts)
    _names(drawn, facts)
    words = say(f"stack_by_{by}", language, what=say(what, language))
    drawn.head(say("with_unit", language, what=words, unit=facts.scale.unit), who=facts.who, name=facts.zone)
    last = np.flatnonzero(facts.known)[-1]
    shares = say("stack_shares", language, year=int(facts.years[last])) if facts.total[last] > 0.0 else ""
    drawn.foot(shares, _notes(facts, language))
    return style.finished(drawn)


def describe_stack(
    account: Account,
    zone: str = "",
    by: Literal["carrier", "scope"] = "carrier",
    what: Literal["energy", "co2"] = "energy",
    *,
    language: Language = "en",
) -> str:
    """Return what the stack shows, in one or two sentences."""
    style.checked(language)
    facts = _read(account, by, what, zone, language)
    stop = "." if language == "en" else "。"
    if not facts.known.any():
        return capital(say("nothing", language, what=say(what, language), zone=facts.who), facts.zone) + stop
    years, total = facts.years[facts.known], facts.total[facts.known]
    told = {
        "what": say(what, language),
        "zone": facts.who,
        "start": int(years[0]),
        "end": int(years[-1]),
        "first": notation.amount(float(total[0]), facts.kind, language),
        "last": notation.amount(float(total[-1]), facts.kind, language),
        "parts": (", " if language == "en" else "，").join(_shares(facts, language)),
    }
    notes = _notes(facts, language)
    told["notes"] = capital(notes) + stop if notes else ""
    sentence = say("stack_say", language, **told) if len(years) > 1 else say("stack_say_one", language, **told)
    sentence = sentence if told["parts"] else say("stack_say_none", language, **told)
    return capital(sentence, facts.zone).strip()


def _read(account: Account, by: str, what: str, zone: str, language: Language) -> _Facts:
    style.required(account, (Account,), "stack")
    if by not in {"carrier", "scope"}:
        raise InputError("option", name="by", value=by, known="carrier, scope")
    if what not in {"energy", "co2"}:
        raise InputError("option", name="what", value=what, known="energy, co2")
    kind: Kind = "energy" if what == "energy" else "co2"
    found = account.total(what, by=("zone", by, "year"))
    every = account.total(what)
    zone = style.only(zone, account.zones)
    if zone:
        at = account.activity.zone_index(zone)
        parts, total, left_out = found[at], every[at], 0
    else:
        whole = np.isfinite(every).all(axis=1)
        parts, total = found[whole].sum(axis=0), every[whole].sum(axis=0)
        left_out = int((~whole).sum())
        if not whole.any():
            total = np.full(len(account.years), np.nan)
    every_name = [_name(str(label), by, language) for label in account.labels(by)]
    names, parts = _joined(every_name, np.where(np.isfinite(total), parts, np.nan))
    colours = _colours(names, _ranked(account, by, every_name))
    scale = notation.scale_for(kind, np.append(np.abs(parts).sum(axis=0), 0.0), language)
    who = style.whose(zone, len(account.zones) - left_out, len(account.zones), language)
    return _Facts(zone, who, kind, by, account.years, names, colours, parts, total, scale, len(account.zones), left_out)


def _name(label: str, by: str, language: Language) -> str:
    if by == "scope":
        return say(f"stack_scope_{label}", language)
    known = carriers().get(label)
    return known.name(language) if known else label or say("stack_process", language)


def _ranked(account: Account, by: str, names: list[str]) -> list[str]:
    """Return all parts of an account, those with most energy first: an order that no zone and no figure changes."""
    size = np.abs(np.nan_to_num(account.total("energy", by=(by, "year")))).sum(axis=1)
    return [names[at] for at in np.argsort(-size, kind="stable").tolist()]


def _colours(names: list[str], ranked: list[str]) -> list[str]:
    """Return a colour for each part; what is joined is grey."""
    own = dict(zip(ranked, style.SERIES, strict=False))
    free = iter([colour for colour in style.SERIES if colour not in {own.get(name) for name in names}])
    return [style.OTHER if name == _OTHER else own.get(name) or next(free) for name in names]


def _joined(names: list[str], parts: FloatArray) -> tuple[list[str], FloatArray]:
    """Return the parts that are worth a name, the largest first, and all others as one."""
    size = np.nan_to_num(np.abs(parts))
    whole = size.sum(axis=0)
    with np.errstate(all="ignore"):
        share = np.nan_to_num(size / whole).max(axis=1, initial=0.0)
    order = np.argsort(-size.sum(axis=1), kind="stable").tolist()
    there = [at for at in order if size[at].any()]
    large = [at for at in there if share[at] >= _SMALL_PART][:_MOST]
    rest = [at for at in there if at not in large]
    if len(rest) == 1 and len(large) < _MOST:
        large, rest = [*large, *rest], []
    shown, rows = [names[at] for at in large], [parts[at] for at in large]
    if rest:
        shown.append(_OTHER)
        rows.append(parts[rest].sum(axis=0))
    return shown, np.array(rows).reshape(len(rows), parts.shape[1])


def _shares(facts: _Facts, language: Language) -> list[str]:
    """Return the parts with their shares of the last known year."""
    at = int(np.flatnonzero(facts.known)[-1])
    total = float(facts.total[at])
    shown = []
    for name, part in zip(facts.names, facts.parts[:, at].tolist(), strict=True):
        title = say("stack_other", language) if name == _OTHER else name
        share = notation.percent(part / total, language, 0) if total > 0.0 else ""
        shown.append(say("stack_part", language, name=title, share=share).strip())
    return shown


def _notes(facts: _Facts, language: Language) -> str:
    notes = []
    if facts.left_out:
        notes.append(say("stack_left_out", language, count=facts.left_out, n=facts.zones))
    gaps = [str(year) for year in facts.years[~facts.known].tolist()]
    if gaps:
        notes.append(say("unknown_years", language, years=style.joined(gaps, language, 6)))
    return ("; " if language == "en" else "；").join(notes)


def _limits(drawn: Canvas, facts: _Facts) -> None:
    shown = np.nan_to_num(facts.scale.of(facts.parts))
    high = float(np.where(shown > 0.0, shown, 0.0).sum(axis=0).max())
    low = float(np.where(shown < 0.0, shown, 0.0).sum(axis=0).min())
    ticks, top = scales.upright(low, high)
    labels = scales.round_figures(ticks, drawn.language)
    drawn.fit(left=max(44.0, style.widest(labels) + 10.0), right=_RIGHT, top=24.0, bottom=46.0)
    drawn.ax.set_ylim(low - 0.05 * (top - low) * (low < 0.0), top)
    first, last = int(facts.years[0]), int(facts.years[-1])
    drawn.ax.set_xlim(first - max(0.6, scales.start(last - first, drawn.size[0])), last + 0.6)
    drawn.ticks("y", ticks, labels, grid=True)
    years = [int(year) for year in facts.years]
    if len(years) > 8:
        years = [int(year) for year in scales.nice(first, last, 7) if year in years]
        years = [first, *(year for year in years if first + 1 < year < last - 1), last]
    drawn.ticks("x", years, [str(year) for year in years])
    if low < 0.0:
        drawn.ax.spines["bottom"].set_visible(False)
        drawn.line(list(drawn.ax.get_xlim()), [0.0, 0.0], style.RULE, 0.8, zorder=3.0)


def _bars(drawn: Canvas, facts: _Facts) -> None:
    shown = facts.scale.of(facts.parts)
    up, down = np.zeros(len(facts.years)), np.zeros(len(facts.years))
    for name, part, colour in zip(facts.names, shown, facts.colours, strict=True):
        base = np.where(part < 0.0, down, up)
        boxes = [
            (year - 0.38, min(start, start + size), year + 0.38, max(start, start + size))
            for year, start, size in zip(facts.years.tolist(), base.tolist(), part.tolist(), strict=True)
            if np.isfinite(size) and size != 0.0
        ]
        drawn.boxes(boxes, colour, gid=f"part:{name}")
        step = np.nan_to_num(part)
        up, down = up + np.where(step > 0.0, step, 0.0), down + np.where(step < 0.0, step, 0.0)
    low, high = drawn.ax.get_ylim()
    for year in facts.years[~facts.known].tolist():
        drawn.write(year, max(low, 0.0) + 0.03 * (high - low), "?", ha="center", color=style.ACCENT, weight="bold")
    if (np.nan_to_num(shown) < 0.0).any():
        half = np.array([-0.46, 0.46, np.nan])
        x = (facts.years[:, None] + half).reshape(-1)
        y = np.repeat(facts.scale.of(facts.total), 3)
        drawn.line(x, y, "white", 4.2, zorder=4.0, solid_capstyle="butt")
        drawn.line(x, y, style.ACCENT, 2.4, zorder=4.1, solid_capstyle="butt", gid="total")


def _names(drawn: Canvas, facts: _Facts) -> None:
    """Name the parts at the right, at the height of the last known bar."""
    at = int(np.flatnonzero(facts.known)[-1])
    shown = np.nan_to_num(facts.scale.of(facts.parts[:, at]))
    up = down = 0.0
    middles = []
    for size in shown.tolist():
        start = down if size < 0.0 else up
        middles.append(start + size / 2.0)
        up, down = up + max(size, 0.0), down + min(size, 0.0)
    words = _shares(facts, drawn.language)
    if (shown < 0.0).any():
        total = notation.figure(float(facts.total[at]), facts.kind, drawn.language, facts.scale)
        middles.append(float(facts.scale.of(facts.total[at])))
        words.append(f"{say('stack_total', drawn.language)} {total}")
    point, (low, high) = drawn.per_point("y"), drawn.ax.get_ylim()
    places = apart(middles, SMALL * LINE * point, low + 5 * point, high - 3 * point)
    start, step = float(facts.years[at]) + 0.38, drawn.per_point("x")
    edge = drawn.ax.get_xlim()[1]
    room = max(drawn.room("right", _RIGHT) - 22.0, 12.0)
    for number, (middle, place, text) in enumerate(zip(middles, places, words, strict=True)):
        elbow = [start + 2 * step, edge + 1 * step, edge + 7 * step]
        drawn.line(elbow, [middle, middle, place], style.RULE, 0.6, clip_on=False, zorder=1.0)
        colour = style.ACCENT if number == len(facts.names) else style.INK
        name, blank, share = text.rpartition(" ")
        shown_text = shortened(name, SMALL, room - width(blank + share, SMALL)) + blank + share
        if number < len(facts.names):
            swatch = facts.colours[number]
            drawn.dots([edge + 12 * step], [place], swatch, 6.5, marker="s", clip_on=False)
        drawn.write(edge + 18 * step, place, shown_text, size=SMALL, color=colour, va="center")
