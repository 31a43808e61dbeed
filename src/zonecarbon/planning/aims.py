"""Goals as rows of a programme: what must hold, by how much it fails, and what another tonne would be worth.

Decided here:

* A ratio of energy or CO2 to value added, or of CO2 to energy, is at most its limit where top - limit x bottom is at
  most zero, which is linear, since value added is given. A rate compares two years and is linear in the same way, the
  first of them in the past or in the plan.
* A share of zones counts the zones that pass, each with a whole number of its own. "Peaked by" has one for each year
  that may be the highest: no later year is above it.
* Each goal has a shortfall, relative to its limit. It is zero; only where not all goals can be met together it is let
  go, and the plan that comes nearest is the one with the smallest sum of shortfalls.
* Limits are kept with a millionth of themselves to spare, so that what a solver calls equal is met when ``check`` looks
  at the account of the plan; "below" is strict by the same margin.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import Problem
from zonecarbon.indicators import INVERSE
from zonecarbon.planning.programme import Line, Programme, summed
from zonecarbon.projection.goals import PARTS, Goal
from zonecarbon.records import Target

SPARE = 1e-6


@dataclass(slots=True)
class Aim:
    """One goal in a programme.

    Parameters
    ----------
    name, zone, year
        The goal; the zone it is asked of (empty: all together); the year.
    row, short
        Its row, whose shadow price is wanted, and the column of its shortfall; -1 where there is none.
    unit
        Of what one more is worth: ``tce`` or ``tCO2``.
    scale
        What its row was divided by.
    limit
        Of a budget or an outlay: the most that is allowed.
    hard
        Whether it must hold even where goals are not reached: money that is not there cannot be spent.
    """

    name: str
    zone: str
    year: int
    row: int = -1
    short: int = -1
    unit: str = ""
    scale: float = 1.0
    limit: float = float("nan")
    hard: bool = False


@dataclass(slots=True)
class Aims:
    """The goals of a programme, and those that could not be put into it, with the reason."""

    made: Programme
    found: list[Aim] = field(default_factory=list)
    not_planned: list[tuple[str, Problem]] = field(default_factory=list)

    # -- figures ---------------------------------------------------------------------------------------------------

    def line(self, what: str, year: int, zone: int | None) -> Line:
        """Return energy, CO2 or value added of a calendar year, of a zone or of all, as a line."""
        if zone is None:
            return summed([self.line(what, year, int(each)) for each in range(len(self.made.chain.account.zones))])
        y = year - int(self.made.years[0])
        if what in {"energy", "co2"} and y >= 0:
            unknown = (np.nan, dict[int, float]())
            return (self.made.energy if what == "energy" else self.made.co2).get((zone, y), unknown)
        account = self.made.chain.account
        return float(account.total(what)[zone, account.activity.year_index(year)]), {}

    def add(self, goal: Goal, tighter: float = 1.0) -> None:
        """Add one goal; ``tighter`` multiplies what it allows."""
        if goal.reason is not None:
            self.not_planned.append((goal.target.id, goal.reason))
            return
        problem = self._beyond(goal)
        if problem is not None:
            self.not_planned.append((goal.target.id, problem))
        elif goal.target.operator == "some":
            self.peak(goal.year, goal.target.id, each=True, tighter=tighter)
        elif goal.target.statistic == "share_of_zones":
            self._share(goal, tighter)
        elif goal.target.statistic == "zone":
            self._of_zones(goal, tighter)
        else:
            self._level(goal, None, "", tighter)

    def _beyond(self, goal: Goal) -> Problem | None:
        first, last = int(self.made.years[0]), int(self.made.years[-1])
        if goal.target.operator == "some" and goal.year == last:
            return Problem("plan.peak_last", {"year": last})
        if first <= goal.year <= last:
            return None
        return Problem("plan.goal_year", {"year": goal.year, "first": first, "last": last})

    def _of_zones(self, goal: Goal, tighter: float) -> None:
        """Add a goal of each zone that it is for."""
        concerned = 0
        for zone, name in enumerate(self.made.chain.account.zones.tolist()):
            energy = self.line("energy", goal.year, zone)[0]
            if goal.target.applies_indicator and not np.isfinite(energy):
                self.not_planned.append((goal.target.id, Problem("plan.goal_unknown", {"zone": name})))
            elif in_class(goal.target, energy):
                concerned += 1
                self._level(goal, zone, name, tighter)
        if not concerned:
            self.not_planned.append((goal.target.id, Problem("plan.no_zone", {})))

    def _stays(self, bottom: Line) -> None:
        """Keep what is divided by above zero: nothing over nothing is no ratio."""
        if bottom[1]:
            self.made.rows.add(bottom[1].items(), lower=-(1.0 - SPARE) * bottom[0])

    # -- levels and rates ------------------------------------------------------------------------------------------

    def _level(self, goal: Goal, zone: int | None, name: str, tighter: float) -> None:
        top, bottom, factor, least = self._sides(goal, zone, goal.limit, tighter)
        line = _minus(top, bottom, factor)
        if not _is_known(line, bottom):
            self.not_planned.append((goal.target.id, Problem("plan.goal_unknown", {"zone": name or "-"})))
            return
        unit = "tCO2" if PARTS[goal.target.indicator][0] == "co2" else "tce"
        self._stays(bottom)
        if least:
            line = _minus((0.0, {}), line, 1.0)
        aim = Aim(goal.target.id, name, goal.year, unit=unit)
        self._at_most(line, abs(bottom[0] * factor), aim, instead=abs(top[0]))
        if PARTS[goal.target.indicator][0] == "value_added":  # the row is in money: what a tonne more would allow
            aim.scale /= factor

    def _sides(self, goal: Goal, zone: int | None, limit: float, tighter: float) -> tuple[Line, Line, float, bool]:
        """Return top, bottom, what the bottom is multiplied with, and whether the top must be at least that."""
        target = goal.target
        top_name, bottom_name, _ = PARTS[target.indicator]
        top = self.line(top_name, goal.year, zone)
        bottom = self.line(bottom_name, goal.year, zone) if bottom_name else (1.0, {})
        least = target.operator in {">=", ">"}
        if not goal.is_rate or goal.base_year is None:
            return top, bottom, limit * (1.0 / tighter if least else tighter), least
        before_top = self.line(top_name, goal.base_year, zone)
        before_bottom = self.line(bottom_name, goal.base_year, zone) if bottom_name else (1.0, {})
        if target.statistic == "annual_rate":
            kept, least = (1.0 - limit) ** (goal.year - goal.base_year), target.operator in {"<=", "<"}
            if target.indicator in INVERSE:  # a yearly cut of intensity is a yearly rise of its inverse
                kept, least = 1.0 / kept, not least
        else:
            kept = 1.0 + limit
        kept *= 1.0 / tighter if least else tighter
        if before_bottom[1] or (bottom[1] and before_top[1]):
            return (np.nan, {}), (1.0, {}), 1.0, least  # a ratio of two unknowns
        if bottom[1]:
            return top, bottom, kept * before_top[0] / before_bottom[0], least
        return top, before_top, kept * bottom[0] / before_bottom[0], least

    def _at_most(self, line: Line, limit: float, aim: Aim, instead: float) -> None:
        """Add a row: a line is at most zero, but for a shortfall, relative to its limit or to something ``instead``."""
        scale = limit or instead or 1.0
        spare = SPARE if limit > 0 else 0.0  # below nothing there is nothing to spare
        aim.short = self.made.column(0.0, 0.0)
        terms = [(column, value / scale) for column, value in line[1].items()]
        aim.row = self.made.rows.add([*terms, (aim.short, -1.0)], upper=-line[0] / scale - spare)
        aim.scale = scale
        self.found.append(aim)

    # -- shares, peaks, budgets ------------------------------------------------------------------------------------

    def _share(self, goal: Goal, tighter: float) -> None:
        """Add a share of zones: each that counts must pass."""
        passes, scale = list[int](), float(len(self.made.chain.account.zones))
        inner, wanted = inner_goal(goal, int(scale))
        for zone in self.made.zones.tolist():
            top, bottom, factor, least = self._sides(inner, zone, goal.inner, tighter)
            line = _minus(top, bottom, factor)
            if least:
                line = _minus((0.0, {}), line, 1.0)
            if not _is_known(line, bottom):
                continue  # unknown counts as not passing
            self._stays(bottom)
            column = self.made.column(0.0, 1.0, whole=True)
            size = abs(bottom[0] * factor) or 1.0
            line = (line[0] / size, {at: value / size for at, value in line[1].items()})
            self._if(column, line, -SPARE)
            passes.append(column)
        if wanted > len(passes) < scale:  # the zones that are not known decide
            self.not_planned.append((goal.target.id, Problem("plan.goal_unknown", {"zone": "-"})))
            return
        aim = Aim(goal.target.id, "", goal.year, unit="zones", scale=1.0)
        aim.short = self.made.column(0.0, 0.0)
        terms = [(column, -1.0) for column in passes]
        aim.row = self.made.rows.add([*terms, (aim.short, -scale)], upper=-float(wanted))
        self.found.append(aim)

    def _if(self, column: int, line: Line, most: float) -> None:
        """Add a row: where ``column`` is one, a line is at most ``most``."""
        high = line[0] + sum(max(value * self.made.upper[at], 0.0) for at, value in line[1].items())
        large = max(high - most, 0.0)
        self.made.rows.add([*line[1].items(), (column, large)], upper=most - line[0] + large)

    def peak(self, by: int, name: str, *, each: bool = False, tighter: float = 1.0) -> None:
        """Add that CO2 is highest in or before a year: of all together, or of at least one zone (``each``)."""
        zones: list[int | None] = list(self.made.zones.tolist()) if each else [None]
        chosen = list[int]()
        for zone in zones:
            chosen += self._peaks(by, zone, tighter)
        aim = Aim(name, "", by)
        aim.short = self.made.column(0.0, 0.0)
        if not chosen:
            self.not_planned.append((name, Problem("plan.goal_unknown", {"zone": "-"})))
            return
        aim.row = self.made.rows.add([*((column, -1.0) for column in chosen), (aim.short, -1.0)], upper=-1.0)
        self.found.append(aim)

    def _peaks(self, by: int, zone: int | None, tighter: float) -> list[int]:
        """Return a column for each year up to ``by`` that may be the highest: no year after ``by`` is above it."""
        account = self.made.chain.account
        lines = {int(year): self.line("co2", int(year), zone) for year in account.years}
        if not all(np.isfinite(line[0]) and np.isfinite(list(line[1].values())).all() for line in lines.values()):
            return []
        first = int(self.made.years[0])
        past = max((year for year in lines if year < first), key=lambda year: lines[year][0], default=None)
        high = [year for year in lines if first <= year <= by] + ([past] if past is not None and past <= by else [])
        size = max(abs(line[0]) for line in lines.values()) or 1.0
        columns = []
        for year in high:
            column = self.made.column(0.0, 1.0, whole=True)
            for later in (later for later in lines if later > by):
                line = _minus(lines[later], lines[year], tighter)
                self._if(column, (line[0] / size, {at: value / size for at, value in line[1].items()}), -SPARE)
            columns.append(column)
        return columns

    def budget(self, limit: float, zone: int | None, name: str, tighter: float = 1.0) -> None:
        """Add that CO2 of all years of the plan is at most ``limit`` [tCO2]."""
        most = limit * tighter
        line = summed([self.line("co2", int(year), zone) for year in self.made.years])
        if not np.isfinite(line[0]) or not np.isfinite(list(line[1].values())).all():
            self.not_planned.append(("budget", Problem("plan.goal_unknown", {"zone": name or "-"})))
            return
        aim = Aim("budget", name, int(self.made.years[-1]), unit="tCO2", limit=limit)
        self._at_most((line[0] - most, line[1]), abs(most), aim, instead=abs(line[0]))

    def capital(self, most: float) -> None:
        """Add that no more than ``most`` [10^4 CNY] is laid out over the plan."""
        aim = Aim("capital", "", int(self.made.years[-1]), unit="10^4 CNY", limit=most, hard=True)
        size = max(most, 1.0)
        aim.short = self.made.column(0.0, 0.0)
        terms = [(column, value / size) for column, value in self.made.outlay.items()]
        aim.row = self.made.rows.add([*terms, (aim.short, -1.0)], upper=most / size)
        aim.scale = size
        self.found.append(aim)


_OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


def inner_goal(goal: Goal, zones: int) -> tuple[Goal, int]:
    """Return what a share asks of single zones, and of how many: at most a tenth above is nine tenths not above."""
    target, count = goal.target, goal.limit * zones
    operator, least = target.inner_operator, target.operator in {">=", ">"}
    low, high = int(np.floor(count + SPARE)), int(np.ceil(count - SPARE))
    wanted = {">=": high, ">": low + 1, "<=": zones - low, "<": zones - high + 1}[target.operator]
    own = target.model_copy(update={"operator": operator if least else _OPPOSITE[operator], "statistic": "zone"})
    return Goal(own, goal.year, goal.base_year, goal.inner), wanted


def in_class(target: Target, energy: float) -> bool:
    """Return whether a zone with this energy [tce] is of the class that a target is for."""
    low = float(target.applies_min) if target.applies_min else -np.inf
    high = float(target.applies_max) if target.applies_max else np.inf
    return not target.applies_indicator or bool(low <= energy < high)


def _is_known(line: Line, bottom: Line) -> bool:
    """Return whether a goal can be looked at: all figures are known, and what is divided by is above zero."""
    return bool(np.isfinite([line[0], *line[1].values()]).all()) and bottom[0] > 0


def _minus(first: Line, second: Line, times: float) -> Line:
    terms = dict(first[1])
    for column, value in second[1].items():
        terms[column] = terms.get(column, 0.0) - times * value
    return first[0] - times * second[0], terms


Tighter = Callable[[str], float]
"""What multiplies the limit of a goal, by its name."""


def add_goals(made: Programme, goals: "tuple[Goal, ...]", tighter: Tighter = lambda _: 1.0) -> Aims:
    """Return the goals of a programme."""
    aims = Aims(made)
    for goal in goals:
        aims.add(goal, tighter(goal.target.id))
    return aims


def shortfalls(aims: Aims, solution: FloatArray) -> FloatArray:
    """Return the shortfall of each goal, relative to its limit."""
    return np.array([max(float(solution[aim.short]), 0.0) for aim in aims.found])
