"""Courses: history and trajectories of one zone, or of all together, and what a faster fall of one driver does to them.

Decided here: CO2 is kept in two parts, that of energy, which a fall of the energy intensity moves, and process CO2,
which follows value added alone. Both come out of the engine unchanged: it is run on a model whose value added is 1 and
whose process CO2 is nothing, so it returns the index of value added and the CO2 of energy, and the rest is multiplied
here. Shared shocks are drawn once for all zones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.trajectory import compound
from zonecarbon.projection.goals import codes_of_all, codes_of_zone
from zonecarbon.projection.model import Model
from zonecarbon.projection.simulating import Recipe, Simulator
from zonecarbon.requirements.rates import Question
from zonecarbon.sampling import WIDTH

ACTS = {
    "energy_intensity": frozenset({"energy", "burnt"}),
    "co2_per_energy": frozenset({"burnt"}),
    "value_added": frozenset({"value_added", "energy", "burnt", "process"}),
}
"""What each driver moves: value added, energy, CO2 of energy, process CO2."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """History (year,) by quantity, and trajectories (year, draw), or (year, 1) where nothing varies.

    ``energy`` [tce], ``burnt`` (CO2 of energy) and ``process`` [tCO2], ``value_added`` [10^4 yuan].
    """

    years: IntArray  # those of the account
    history: Mapping[str, FloatArray]
    value_added: FloatArray
    energy: FloatArray
    burnt: FloatArray
    process: FloatArray

    @property
    def draws(self) -> int:
        """Number of draws."""
        return max(int(array.shape[1]) for array in (self.value_added, self.energy, self.burnt, self.process))

    def at(self, which: IntArray) -> "Course":
        """Return some of the draws."""
        names = ("value_added", "energy", "burnt", "process")
        parts = {name: getattr(self, name) for name in names}
        return replace(self, **{name: own[:, which] if own.shape[1] > 1 else own for name, own in parts.items()})

    def co2(self, driver: str, extra: FloatArray) -> FloatArray:
        """Return CO2 (year, draw) where a driver falls faster by ``extra`` (draw,) or (1,) [fraction a year]."""
        pace = compound(np.repeat(1.0 - extra[None], len(self.burnt), axis=0))
        total = self.burnt * pace
        if self.process.any():
            total += self.process * pace if "process" in ACTS[driver] else self.process
        return np.asarray(total)

    def value(self, what: str, year: int, driver: str, extra: FloatArray) -> FloatArray:
        """Return energy, CO2 or value added of a calendar year."""
        base = int(self.years[-1])
        if year <= base:
            return np.asarray(self.history[what][self.years.tolist().index(year)])
        pace, row = (1.0 - extra) ** (year - base), year - base - 1
        moved = {
            name: getattr(self, name)[row] * (pace if name in ACTS[driver] else 1.0)
            for name in (("burnt", "process") if what == "co2" else (what,))
        }
        return np.asarray(sum(moved.values()))


def meets(question: Question, course: Course, zone: str, driver: str, extra: FloatArray) -> rules.CodeArray:
    """Return, for each draw, whether the condition holds (met, missed, unknown) where a driver falls faster."""
    goal, n = question.goal, course.draws
    if goal is not None and not question.of_peak:

        def values(what: str, year: int) -> FloatArray:
            return course.value(what, year, driver, extra)

        codes: Any = codes_of_zone(goal, values) if goal.of_zones else codes_of_all(goal, values)
    elif question.of_peak:
        codes = _peaks(question.year, course, course.co2(driver, extra))
    else:
        total = course.co2(driver, extra)[: question.year - int(course.years[-1])].sum(axis=0)
        codes = rules.compare(total, "<=", question.budgets.get(zone, np.nan))
    return np.broadcast_to(np.asarray(codes, dtype=np.int8), (n,))


def _peaks(year: int, course: Course, co2: FloatArray) -> FloatArray:
    """Return whether CO2 is highest in or before a year, and not in the last year of all.

    The first maximum is there if and only if nothing later exceeds what was reached until then, history counted.
    """
    base, past = int(course.years[-1]), course.history["co2"]
    ahead = min(max(year - base, 0), len(co2) - 1)  # a maximum in the last year is no peak
    low = -np.inf
    early = co2[:ahead].max(axis=0, initial=max(past[course.years <= year], default=low))
    late = co2[ahead:].max(axis=0, initial=max(past[course.years > year], default=low))
    return np.where(
        np.isnan(early + late),
        rules.UNKNOWN,
        np.where(late <= early + rules.EQUALITY * np.abs(early), rules.MET, rules.MISSED),
    )


@dataclass(slots=True)
class Courses:
    """The courses of a recipe, zone by zone, and their sums if these are wanted."""

    recipe: Recipe
    draws: int
    summed: bool = False

    def each(self, zones: "list[int]") -> Iterator[tuple[int, Course]]:
        """Yield the course of each zone, and with place n, after the last, that of all together if it is wanted."""
        model = self.recipe.model
        bare = replace(model, value_added=np.ones_like(model.value_added), process=np.zeros_like(model.process))
        simulator = Simulator(replace(self.recipe, model=bare), 0, self.draws)
        sums = _Sums(model) if self.summed else None
        for zone in range(len(model.zones)) if self.summed else zones:
            course = self._course(simulator, model, zone)
            if sums is not None:
                sums.add(zone, course)
            if zone in zones:
                yield zone, course
        if sums is not None:
            yield len(model.zones), sums.course()

    def _course(self, simulator: Simulator, model: Model, zone: int) -> Course:
        parts: dict[str, FloatArray] = {}
        for first, block in simulator.blocks(zone):
            for name, array in block._asdict().items():
                if array is not None:
                    wide = parts.setdefault(name, np.empty((len(model.years), self.draws)))
                    width = min(WIDTH, self.draws - first)
                    wide[:, first : first + width] = array[:, :width]
        growth, process = parts["value_added"], model.process[zone][:, None]
        return Course(
            model.history_years,
            {name: array[zone] for name, array in model.history.items()},
            model.value_added[zone][:, None] * growth,
            parts.get("energy", np.full((len(model.years), 1), np.nan)),
            parts["co2"],
            process * growth if process.any() else process,
        )


class _Sums:
    """Sums over the zones in which a quantity is known, as a projection makes them."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._known: Mapping[str, BoolArray] = model.known
        self._parts: dict[str, FloatArray] = {}

    def add(self, zone: int, course: Course) -> None:
        """Take in a zone."""
        for name in ("value_added", "energy", "burnt", "process"):
            if self._known[name if name in self._known else "co2"][zone]:
                own = getattr(course, name)
                self._parts[name] = own if name not in self._parts else self._parts[name] + own

    def course(self) -> Course:
        """Return the sums as a course; NaN where no zone is known."""
        model = self._model
        blank = np.full((len(model.years), 1), np.nan)
        history = {name: model.sum_of_known(name, array) for name, array in model.history.items()}
        names = ("value_added", "energy", "burnt", "process")
        return Course(model.history_years, history, **{name: self._parts.get(name, blank) for name in names})
