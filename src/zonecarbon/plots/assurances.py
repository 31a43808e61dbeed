"""How likely a plan meets its goals and milestones: a dot each, with what counting draws leaves open.

Decided here: a line for each goal, then one for each milestone, because a reader asks "which", not "how are they
distributed". The line at 80 % is what plans are commonly made for; a plan that was made for another probability has its
line there. Bars are two standard errors to each side: how sure the probability itself is, given the scenario. Of very
many goals (one for each zone) the least likely are shown, and the others counted.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon import notation
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.messages import Language
from zonecarbon.planning import Assurance
from zonecarbon.plots import goals, style
from zonecarbon.plots.lettering import shortened
from zonecarbon.plots.style import SMALL, Canvas
from zonecarbon.plots.words import capital, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 14.0  # height of a line [pt]
_NAMES = 215.0  # most room for the names [pt]
_FIGURES = 46.0  # for the probabilities at the right [pt]
_GOALS, _MILESTONES = 20, 18
_USUAL = 0.8


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the picture shows: goals first, then milestones."""

    names: list[str]
    is_goal: BoolArray
    chance: FloatArray
    error: FloatArray
    wanted: float
    scenario: str
    draws: int
    left_out: int


def assurance(result: Assurance, /, *, ax: "Axes | None" = None, language: Language = "en") -> "Axes":
    """Draw how likely each goal and each milestone of a plan is met.

    Parameters
    ----------
    result
        From :func:`zonecarbon.assure`. Of more than twenty goals the least likely are drawn.
    ax
        Axes to draw on; without them a figure is made.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        The axes. What is not known has no dot and says so.

    Raises
    ------
    InputError
        If it is no assurance.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> activity = zc.Activity.from_arrays([[[1000.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                    value_added=[[2000.0]], price_year=2025)
    >>> mine = {"name": "mine", "price_year": 2025, "price": [{"carrier": "coke", "price": "50 CNY/t"}], "measure": [
    ...         {"name": "tuning", "kind": "save", "source": "coke", "potential": "20 %", "capital": "700 CNY/t"}]}
    >>> found = zc.plan(zc.account(activity), mine, years=[2026, 2027], budget="5800 tCO2")
    >>> ax = assurance(zc.assure(found, draws=64))
    >>> [text.get_text() for text in ax.get_yticklabels()][0]
    'CO₂ budget to 2027'
    """
    drawn = style.canvas(ax, language, 120.0)
    facts = _read(result, language)
    names = [shortened(name, SMALL, drawn.room("left", _NAMES + 8.0) - 8.0) for name in facts.names]
    gap = 0.7 * bool(facts.is_goal.any() and not facts.is_goal.all())
    drawn.resize((len(names) + gap) * _ROW + 82.0)
    drawn.fit(left=style.widest(names, SMALL) + 14.0, right=_FIGURES, top=36.0, bottom=46.0)
    if not names:
        drawn.notice(say("assured_none", language))
        return style.finished(drawn)
    places = np.arange(len(names)) + gap * ~facts.is_goal
    drawn.ax.set_xlim(0.0, 1.0)
    drawn.ax.set_ylim(float(places[-1]) + 0.7, -0.7)
    ticks = [at / 5 for at in range(6)]
    drawn.ticks("x", ticks, [notation.percent(tick, language, 0) for tick in ticks], grid=True)
    drawn.ticks("y", places.tolist(), names)
    for label in drawn.ax.get_yticklabels():
        label.set(color=style.INK)
    _wanted(drawn, facts)
    _dots(drawn, facts, places)
    drawn.head(say("assured_head", language, scenario=facts.scenario), above=18.0)
    drawn.foot(*_notes(facts, language))
    return style.finished(drawn)


def describe_assurance(result: Assurance, *, language: Language = "en") -> str:
    """Return what the picture shows, in a few sentences."""
    style.checked(language)
    facts = _read(result, language)
    stop = "." if language == "en" else "。"
    if not facts.names:
        return capital(say("assured_none", language)) + stop
    parts = [
        say("assured_part", language, name=name, chance=_chance(facts, at, language))
        for at, name in enumerate(facts.names)
        if facts.is_goal[at]
    ]
    milestones = facts.chance[~facts.is_goal]
    told = {"scenario": facts.scenario, "parts": ("; " if language == "en" else "；").join(parts)}
    sentences = [say("assured_say", language, **told)] if parts else []
    if len(milestones):
        low, high = (
            notation.probability(float(end), 1.0, language, facts.draws) for end in (milestones.min(), milestones.max())
        )
        sentences.append(say("assured_say_milestones", language, low=low, high=high))
    return " ".join(sentences) if language == "en" else "".join(sentences)


def _read(result: Assurance, language: Language) -> _Facts:
    style.required(result, (Assurance,), "assurance")
    rows, plan = result.rows, result.plan
    is_goal = np.asarray(rows["kind"] == "goal", dtype=np.bool_)
    chance = np.asarray(rows["probability"], dtype=np.float64)
    every = np.flatnonzero(is_goal)
    chosen = every
    if len(every) > _GOALS:
        least = every[np.argsort(np.nan_to_num(chance[every], nan=-1.0), kind="stable")[:_GOALS]]
        chosen = np.sort(least)
    milestones = np.flatnonzero(~is_goal)[-_MILESTONES:]
    kinds = [str(rows["goal"][at]).rsplit("-", 1)[0] for at in milestones.tolist()]
    milestones = milestones[sorted(range(len(kinds)), key=lambda at: kinds.index(kinds[at]))]
    kept = np.concatenate([chosen, milestones]).astype(np.int64)
    names = []
    for at in kept.tolist():
        name, zone, year = str(rows["goal"][at]), str(rows["zone"][at]), int(rows["year"][at])
        words = goals.goal(plan, name, zone, year, language) if is_goal[at] else goals.milestone(name, year, language)
        names.append(capital(words, zone))
    wanted = plan.probability if plan.probability is not None else _USUAL
    told = result.scenario
    scenario = say("assured_measures", language)
    if told is not None:
        scenario = (told.title_zh if language == "zh" else told.title_en) or told.name
    error = np.asarray(rows["error"], dtype=np.float64)
    return _Facts(
        names, is_goal[kept], chance[kept], error[kept], wanted, scenario, result.draws, len(chance) - len(kept)
    )


def _chance(facts: _Facts, at: int, language: Language) -> str:
    return notation.probability(float(facts.chance[at]), float(facts.error[at]), language, facts.draws)


def _notes(facts: _Facts, language: Language) -> list[str]:
    notes = [say("assured_bars", language, draws=f"{facts.draws:,}" if language == "en" else str(facts.draws))]
    if facts.left_out:
        notes.append(say("assured_left_out", language, count=facts.left_out))
    return notes


def _wanted(drawn: Canvas, facts: _Facts) -> None:
    """Draw the line of the probability that is wanted, with its figure above."""
    low, high = drawn.ax.get_ylim()
    drawn.line([facts.wanted] * 2, [low, high], style.ACCENT, 1.0, dashes=(4.0, 2.5), zorder=2.0, gid="wanted")
    words = notation.percent(facts.wanted, drawn.language, 0)
    drawn.write(
        facts.wanted, high - 3.0 * drawn.per_point("y"), words, size=SMALL, color=style.ACCENT, ha="center", va="bottom"
    )


def _dots(drawn: Canvas, facts: _Facts, places: FloatArray) -> None:
    for mask, colour, name in ((facts.is_goal, style.MEDIAN, "goals"), (~facts.is_goal, style.MUTED, "milestones")):
        known = mask & np.isfinite(facts.chance)
        if not known.any():
            continue
        chance, error = facts.chance[known], 2.0 * np.nan_to_num(facts.error[known])
        ends = np.clip(np.stack([chance - error, chance + error, np.full(len(chance), np.nan)], axis=1), 0.0, 1.0)
        drawn.line(ends.reshape(-1), np.repeat(places[known], 3), colour, 2.0, zorder=3.0, solid_capstyle="butt")
        drawn.dots(chance, places[known], colour, 6.0, gid=name, clip_on=False)
    x = 1.0 + 9.0 * drawn.per_point("x")
    for at, place in enumerate(places.tolist()):
        weight = "bold" if facts.is_goal[at] else "normal"
        drawn.write(x, place, _chance(facts, at, drawn.language), size=SMALL, va="center", weight=weight)
