"""From a question to one row a zone, and one for all together.

Decided here: the rows are those for which the question has a meaning. A limit on a ratio is asked of all zones together
and of each zone by itself; a limit on a sum (tce, tCO2) of all together only; a target of each zone of the zones only;
a budget of those that were given one. What is unknown or cannot be reached always has a reason.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.errors import Problem
from zonecarbon.kernels import target as rules
from zonecarbon.projection.goals import Goal
from zonecarbon.projection.model import Model
from zonecarbon.projection.simulating import Recipe
from zonecarbon.requirements.courses import Course, Courses, meets
from zonecarbon.requirements.rates import Question, Start, at_least, constant_rates, no_rates
from zonecarbon.requirements.solving import UNKNOWN, Answer, checked, of_probability, thresholds

_NAMED = 5
_MADE_OF = {
    "energy_intensity": ("energy", "value_added"),
    "co2_per_energy": ("co2", "energy"),
    "value_added": ("value_added", ""),
}


@dataclass(slots=True)
class Task:
    """One question, and its answers as they come: arrays by zone, and last for all together."""

    account: Account
    question: Question
    start: Start
    driver: str
    probability: float
    limit: float
    reasons: list[Problem] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict)

    def places(self, zone: str | None) -> list[int]:
        """Return the rows that are asked for: all together first."""
        n, goal = len(self.start.zones), self.question.goal
        if zone:
            return [self.account.activity.zone_index(zone)]
        if zone == "":
            return [n]
        every = range(n)
        if self.question.name == "budget":
            at = {name: i for i, name in enumerate((*self.start.zones.tolist(), ""))}
            return sorted((at[name] for name in self.question.budgets), key=lambda place: -1 if place == n else place)
        if goal is not None and (goal.reason is not None or _of_sum(goal)):
            return [n]
        if goal is not None and goal.target.statistic == "zone":
            return list(every)
        return [n, *every]

    def columns(self, with_scenario: bool) -> dict[str, Any]:
        """Return the columns of every zone and of all together; without a scenario those of one are unknown."""
        n = len(self.start.zones) + 1
        unknown = {name: np.full(n, np.nan) for name in ("rate_planned", "rate_needed", "scaling")}
        unknown |= {name: np.full(n, np.nan) for name in ("extra_rate", "probability_without", "probability_reached")}
        own = np.empty(n, dtype=object)
        own[:] = [*self.start.zones.tolist(), ""]
        return {"zone": own, **self._found, **({} if with_scenario else unknown)}

    def add_rates(self, places: list[int]) -> None:
        """Fill in the constant rates, and the status as long as there is no other."""
        n = len(self.start.zones) + 1
        goal = self.question.goal
        if goal is not None and goal.reason is not None:
            rate, value, threshold, unit = no_rates(n)
        else:
            rate, value, threshold, unit = constant_rates(self.question, self.start)
        self._found |= {"value": value, "threshold": threshold, "unit": unit, "constant_rate": rate}
        self._found |= {"status": np.full(n, "unknown", dtype=object), "reason": np.full(n, -1)}
        for place in places:
            why = self._why_not(place)
            if why is not None:
                rate[place] = np.nan
                self._tell(place, "unknown", why)
            elif math.isnan(rate[place]):
                self._tell(place, "cannot be reached", self._no_rate(place))
            else:
                self._tell(place, "met" if rate[place] == 0 else "reachable")

    def _tell(self, place: int, status: str, why: Problem | None = None) -> None:
        self._found["status"][place] = status
        self._found["reason"][place] = -1 if why is None else self._number(why)

    def _number(self, why: Problem) -> int:
        key = f"{why.code} {why.values}"
        if key not in self._numbers:
            self._numbers[key] = len(self.reasons)
            self.reasons.append(why)
        return self._numbers[key]

    def _no_rate(self, place: int) -> Problem:
        if self._is_over(place):
            return Problem("reason.required_past", {"year": self.question.year, "base": self.start.base})
        return Problem("reason.required_no_rate", {})

    def _is_over(self, place: int) -> bool:
        """Return whether the account decides: its year is over, and of a peak, there was more CO2 after it."""
        year, years = self.question.year, self.start.years
        if year > self.start.base or not self.question.of_peak:
            return year <= self.start.base
        return bool(years[self.start.history["co2"][place].argmax()] > year)

    def _why_not(self, place: int) -> Problem | None:
        """Return why nothing can be said of a row, scenario or not."""
        question, goal, n = self.question, self.question.goal, len(self.start.zones)
        if goal is not None and goal.reason is not None:
            return goal.reason
        if goal is not None and place == n and goal.target.statistic == "zone":
            return Problem("reason.required_by_zone", {})
        if goal is not None and place < n and _of_sum(goal):
            return Problem("reason.required_of_all", {})
        if question.name == "budget" and ("" if place == n else self.start.zones[place]) not in question.budgets:
            return Problem("reason.required_no_budget", {})
        if question.of_peak:
            gaps = np.isnan(self.start.history["co2"][place]).any() and not (question.counts_zones and place == n)
            return Problem("reason.no_data", {}) if gaps else None
        needs = {"co2"} if goal is None else goal.needs
        if place == n and not question.counts_zones and not all(self.start.complete[name] for name in needs):
            return Problem("reason.required_incomplete", {})
        if goal is not None and goal.counts_zones and place == n:
            return None if self._share_is_known() else Problem("reason.required_incomplete", {})
        if np.isnan(self._found["value"][place]):
            return Problem("reason.no_data", {})
        if goal is not None and goal.target.applies_indicator and math.isnan(self._found["constant_rate"][place]):
            return Problem("reason.required_class", {"indicator": goal.target.applies_indicator})
        return None

    def _share_is_known(self) -> bool:
        return not math.isnan(self._found["constant_rate"][-1]) or not np.isnan(self._found["value"][:-1]).any()

    def notes(self, places: list[int]) -> tuple[Problem, ...]:
        """Return what a reader must know: zones without CO2 are left out of the peak of all together."""
        n = len(self.start.zones)
        left = np.isnan(self.start.history["co2"][:-1, -1])
        if not self.question.of_peak or self.question.counts_zones or n not in places or not left.any():
            return ()
        named = ", ".join(map(str, self.start.zones[left][:_NAMED])) + (", ..." if left.sum() > _NAMED else "")
        told = {"what": "co2", "known": int(n - left.sum()), "n": n, "zones": named}
        return (Problem("project.left_out", told),)

    # -- under a scenario ------------------------------------------------------------------------------------------

    def solve(self, recipe: Recipe, draws: int, places: list[int]) -> None:
        """Fill in what it takes under a scenario; the status is then that of the scenario."""
        n = len(self.start.zones)
        for name in ("extra_rate", "probability_without", "probability_reached"):
            self._found[name] = np.full(n + 1, np.nan)
        counted = self.question.counts_zones and n in places
        asked = [place for place in places if not self._is_hopeless(place)]
        each = list(range(n)) if counted and n in asked else [place for place in asked if place < n]
        kept: list[FloatArray] = []
        courses = Courses(recipe, draws, summed=n in asked and not counted)
        for place, course in courses.each(each):
            smallest = thresholds(self._meets(place), course, self.limit)
            if counted and n in asked:
                kept.append(np.broadcast_to(smallest, (draws,)))
            if place in asked:
                self._answer(place, self._solved(place, course, smallest))
        if counted and n in asked:
            self._answer(n, self._together(np.stack(kept)))
        self._add_pace(recipe.model)

    def _is_hopeless(self, place: int) -> bool:
        """Return whether it is known already that nothing can be said."""
        status, goal = self._found["status"][place], self.question.goal
        in_class = goal is not None and goal.target.applies_indicator != "" and place < len(self.start.zones)
        no_share = self.question.counts_zones and place == len(self.start.zones)
        return bool(status == "unknown") and not in_class and not no_share

    def _meets(self, place: int) -> Any:
        zone = "" if place == len(self.start.zones) else str(self.start.zones[place])

        def of(course: Course, extra: FloatArray) -> rules.CodeArray:
            return meets(self.question, course, zone, self.driver, extra)

        return of

    def _solved(self, place: int, course: Course, smallest: FloatArray) -> Answer:
        answer = of_probability(smallest, self.probability)
        return checked(answer, self._meets(place), course, self.probability, self.limit)

    def _together(self, smallest: FloatArray) -> Answer:
        """Return the answer for a number of zones: the same whatever the unknown zones are, or unknown."""
        goal = self.question.goal
        if goal is None:
            return UNKNOWN
        both = [
            of_probability(at_least(np.where(np.isnan(smallest), other, smallest), goal), self.probability)
            for other in (np.inf, 0.0)
        ]
        return both[0] if both[0] == both[1] else UNKNOWN

    def _answer(self, place: int, answer: Answer) -> None:
        extra = answer.extra
        self._found["extra_rate"][place] = extra if math.isfinite(extra) else math.nan
        self._found["probability_without"][place] = answer.without
        self._found["probability_reached"][place] = answer.reached
        if math.isnan(extra):
            goal, n = self.question.goal, len(self.start.zones)
            why = Problem("reason.required_incomplete" if place == n else "reason.no_data", {})
            if goal is not None and goal.target.applies_indicator:
                why = Problem("reason.required_class", {"indicator": goal.target.applies_indicator})
            self._tell(place, "unknown", why)
        elif math.isinf(extra):
            why = Problem("reason.required_limit", {"limit": f"{self.limit:.0%}", "p": f"{answer.reached:.1%}"})
            self._tell(place, "cannot be reached", self._no_rate(place) if self._is_over(place) else why)
        else:
            self._tell(place, "met" if extra == 0 else "reachable")

    def _planned(self, model: Model) -> FloatArray:
        """Return the driver without shocks (zone and all together, year), with sectors, shifts and the grid."""
        parts = {name: model.path(name) for name in ("value_added", "energy", "co2")}
        parts = {name: np.vstack((array, model.sum_of_known(name, array))) for name, array in parts.items()}
        above, below = _MADE_OF[self.driver]
        with np.errstate(all="ignore"):
            return np.asarray(parts[above] / parts[below] if below else parts[above])

    def _add_pace(self, model: Model) -> None:
        """Fill in how fast the driver falls on average up to the year, by the scenario and as needed."""
        years = self.question.year - self.start.base
        years = years if years > 0 else len(model.years)  # a peak of the past has still to remain one
        at = len(model.history_years) - 1
        level = self._planned(model)[:, at + years] / self._planned(model)[:, at]
        written = 1.0 / np.prod(model.weight[self.driver][:, :years], axis=1)
        level = np.where(np.isnan(level), written[0] if len(written) == 1 else np.append(written, np.nan), level)
        planned = 1.0 - level ** (1.0 / years)
        planned[np.abs(planned) < rules.EQUALITY] = 0.0
        extra = self._found["extra_rate"]
        needed = 1.0 - (1.0 - planned) * (1.0 - extra)
        with np.errstate(all="ignore"):
            scaling = np.where(planned != 0, np.log1p(-needed) / np.log1p(-planned), np.nan)
        self._found |= {"rate_planned": planned, "rate_needed": needed, "scaling": scaling}


def _of_sum(goal: Goal) -> bool:
    """Return whether the limit is on a sum over zones, so that it says nothing of one zone."""
    return goal.of_all and not goal.is_rate and len(goal.needs) == 1
