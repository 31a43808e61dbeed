"""Trajectories of one zone after another, pass by pass of 1024 draws.

Decided here: a job has everything it needs to draw (the model's levels, the shock groups, the seed), so that it runs in
any thread or process, and draws the shared shocks anew for itself, once for all of its zones. The index of a driver
that no zone has a shock or a path of its own for is the same everywhere and made once a pass.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.kernels.trajectory import compound, sum_of_products
from zonecarbon.projection.model import Model
from zonecarbon.records import Scenario
from zonecarbon.sampling import STREAM, WIDTH, Design, Seeds, Shape, Shock, ShockGroup

GROWING = ("value_added", "energy_intensity", "co2_per_energy", "grid_factor")


class Block(NamedTuple):
    """Trajectories of one zone and one pass, (year, draw) each, or (year, 1) where nothing varies; None: not asked."""

    value_added: FloatArray | None
    energy: FloatArray | None
    co2: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """What is drawn: a model, its shocks, and which random numbers."""

    model: Model
    own: ShockGroup
    shared: ShockGroup
    seed: int
    design: Design = "antithetic"
    net: int = STREAM
    by_driver: tuple[tuple[str, int], ...] = ()
    needs: frozenset[str] = frozenset({"value_added", "energy", "co2"})

    def seeds(self, zone: str = "") -> Seeds:
        """Return the streams of a zone, or of the shared shocks."""
        name = ("own", zone) if zone else ("shared",)
        return Seeds(self.seed, name, shuffled=bool(zone), by_driver=self.by_driver)


def shock_groups(scenario: Scenario) -> tuple[ShockGroup, ShockGroup]:
    """Return a scenario's shocks: those of each zone's own, and the shared ones."""
    groups: list[ShockGroup] = []
    for shared in (False, True):
        shocks = tuple(
            Shock(name, Shape(told.shape, *_figures(told)), told.rho)
            for name, path in scenario.drivers()
            for told in path.uncertainty
            if told.shared is shared
        )
        groups.append(ShockGroup(shocks, _mixing(scenario, [shock.driver for shock in shocks])))
    return groups[0], groups[1]


def _figures(told: object) -> tuple[float, ...]:
    given = [getattr(told, name) for name in ("sd", "low", "mode", "high")]
    return tuple(math.nan if value is None else float(value) for value in given)


def _mixing(scenario: Scenario, drivers: Sequence[str]) -> FloatArray | None:
    """Return the Cholesky factor of the correlations between some drivers; None if there are none."""
    if scenario.correlation is None:
        return None
    matrix = np.eye(len(drivers))
    told = {name: i for i, name in enumerate(scenario.correlation.drivers)}
    for i, first in enumerate(drivers):
        for j, second in enumerate(drivers):
            if i != j and first in told and second in told:
                matrix[i, j] = scenario.correlation.matrix[told[first]][told[second]]
    return None if (matrix == np.eye(len(drivers))).all() else _cholesky(matrix)


def _cholesky(matrix: FloatArray) -> FloatArray:
    """Return the lower factor of a correlation matrix, which may be singular (a correlation of 1)."""
    lower = np.zeros_like(matrix)
    for j in range(len(matrix)):
        pivot = matrix[j, j] - lower[j, :j] @ lower[j, :j]
        if pivot > 1e-12:
            lower[j, j] = math.sqrt(pivot)
            lower[j + 1 :, j] = (matrix[j + 1 :, j] - lower[j + 1 :, :j] @ lower[j, :j]) / lower[j, j]
    return lower


@dataclass(slots=True)
class Simulator:
    """Draws ``start`` to ``stop`` of a recipe; ``start`` is a multiple of 4096."""

    recipe: Recipe
    start: int
    stop: int
    _shared: list[tuple[FloatArray, ...]] = field(default_factory=list)
    _ready: "dict[tuple[str, int], _Index]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        recipe = self.recipe
        if recipe.shared.shocks:
            n_years = len(recipe.model.years)
            passes = recipe.shared.passes(n_years, self.start, self.stop, recipe.seeds(), recipe.design, recipe.net)
            self._shared = [tuple(array.copy() for array in deviations) for deviations in passes]

    def blocks(self, zone: int) -> Iterator[tuple[int, Block]]:
        """Yield the trajectories of a zone: the first draw of the pass within this range, and the block."""
        recipe, model = self.recipe, self.recipe.model
        seeds = recipe.seeds(str(model.zones[zone]))
        passes = recipe.own.passes(len(model.years), self.start, self.stop, seeds, recipe.design, recipe.net)
        levels = _levels(model, zone)
        for number, own in enumerate(passes):
            yield number * WIDTH, self._block(zone, levels, number, own)

    def _block(self, zone: int, levels: "_Levels", number: int, own: tuple[FloatArray, ...]) -> Block:
        """Return what is needed; growth that nothing is told of on its own is compounded with the rest at once."""
        model, needs = self.recipe.model, self.recipe.needs
        alone, varying = levels.process is not None or "value_added" in needs, []
        for name in model.variables:
            varying.append(
                self._index("grid_factor", zone, number, own).level()
                if name == "grid_factor"
                else self._moved(name, zone, number, own)
            )
        money, intensity, factor = (self._index(name, zone, number, own) for name in GROWING[:3])
        money = money.compounded() if alone else money
        both = money.times(intensity)
        energy = None
        if "energy" in needs:
            both = both.compounded()
            energy = both.of(sum_of_products(levels.energy, varying))
        co2 = both.times(factor).of(sum_of_products(levels.co2, varying))
        if levels.process is not None:
            co2 = co2 + money.of(levels.process)
        return Block(money.of(levels.value_added) if "value_added" in needs else None, energy, co2)

    def _index(self, driver: str, zone: int, number: int, own: tuple[FloatArray, ...]) -> "_Index":
        """Return the relative index of a driver that grows."""
        recipe = self.recipe
        mine = [(shock.shape, own[i], True) for i, shock in enumerate(recipe.own.shocks) if shock.driver == driver]
        ours = self._of_all(driver, number)
        if not mine and not ours:
            return _Index()
        same = not mine and driver in recipe.model.uniform
        if same and (driver, number) in self._ready:
            return self._ready[driver, number]
        weight = recipe.model.weight[driver]
        index = _Index(factor=_grow([*mine, *ours], weight[zone if len(weight) > 1 else 0]))
        if same:
            index = self._ready[driver, number] = index.compounded()
        return index

    def _of_all(self, driver: str, number: int) -> list[tuple[Shape, FloatArray, bool]]:
        shocks = self.recipe.shared.shocks
        return [
            (shock.shape, self._shared[number][i], False) for i, shock in enumerate(shocks) if shock.driver == driver
        ]

    def _moved(self, shift: str, zone: int, number: int, own: tuple[FloatArray, ...]) -> FloatArray:
        """Return the share moved (year, draw): each planned step, faster or slower by the deviation."""
        planned = self.recipe.model.planned[shift]
        path = planned[zone if len(planned) > 1 else 0]
        steps = np.diff(path, prepend=0.0)[:, None]
        mine = [(shock.shape, own[i], True) for i, shock in enumerate(self.recipe.own.shocks) if shock.driver == shift]
        pace: FloatArray = np.ones((1, 1))
        for shape, deviation, _ in [*mine, *self._of_all(shift, number)]:
            told = deviation * shape.scale
            pace = pace * np.exp(told) if shape.multiplies else pace + told
        moved = np.multiply(steps, np.maximum(pace, 0.0))
        for year in range(1, len(moved)):
            moved[year] += moved[year - 1]
        return np.asarray(np.clip(moved, 0.0, 1.0, out=moved))


@dataclass(frozen=True, slots=True)
class _Index:
    """A relative index (year, draw): the product of levels, and of yearly factors still to be compounded.

    None is 1. ``factor`` may be written to, ``index`` not.
    """

    index: FloatArray | None = None
    factor: FloatArray | None = None

    def times(self, other: "_Index") -> "_Index":
        return _Index(_times(self.index, other.index), _times_into(self.factor, other.factor))

    def compounded(self) -> "_Index":
        """Return the same with nothing left to compound; the factors of this one are used up."""
        if self.factor is None:
            return self
        level = compound(self.factor)
        return _Index(level if self.index is None else np.multiply(level, self.index, out=level))

    def level(self) -> FloatArray:
        """Return the index itself."""
        whole = self.compounded().index
        return np.ones((1, 1)) if whole is None else whole

    def of(self, levels: FloatArray) -> FloatArray:
        """Return levels times the index."""
        if self.factor is None:
            with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the floats is infinite
                return levels if self.index is None else levels * self.index
        whole = compound(self.factor)
        if self.index is not None:
            np.multiply(whole, self.index, out=whole)
        return np.multiply(whole, levels, out=whole)


def _grow(parts: Sequence[tuple[Shape, FloatArray, bool]], weight: FloatArray) -> FloatArray:
    """Return the yearly factors that deviations of a rate make; those of the zone's own are overwritten."""
    total: FloatArray | None = None
    for shape, deviation, mine in [part for part in parts if not part[0].multiplies]:
        fits = mine and len(deviation) == len(weight)
        scaled = np.multiply(deviation, (shape.scale * weight)[:, None], out=deviation if fits else None)
        total = scaled if total is None else np.add(total, scaled, out=total)
    if total is not None:
        np.add(total, 1.0, out=total)
    for shape, deviation, mine in [part for part in parts if part[0].multiplies]:
        fits = mine and len(deviation) == len(weight)
        logs = np.multiply(deviation, shape.scale, out=deviation if fits else None)
        factor = np.exp(logs, out=logs)
        if total is None:
            total = factor if len(factor) == len(weight) else np.repeat(factor, len(weight), axis=0)
        else:
            np.multiply(total, factor, out=total)
    return np.empty((0, 0)) if total is None else total


class _Levels(NamedTuple):
    """What the indices of one zone multiply, (year, 1) each; None: nothing."""

    value_added: FloatArray
    energy: list[FloatArray | None]
    co2: list[FloatArray | None]
    process: FloatArray | None


def _levels(model: Model, zone: int) -> _Levels:
    def column(row: FloatArray) -> FloatArray | None:
        return row[:, None] if row.any() else None

    energy, co2 = ([column(row) for row in terms[:, zone]] for terms in (model.energy, model.co2))
    return _Levels(model.value_added[zone][:, None], energy, co2, column(model.process[zone]))


def _times(first: FloatArray | None, second: FloatArray | None) -> FloatArray | None:
    if first is None or second is None:
        return second if first is None else first
    return np.asarray(first * second)


def _times_into(first: FloatArray | None, second: FloatArray | None) -> FloatArray | None:
    """Return the product in the memory of the first."""
    if first is None or second is None:
        return second if first is None else first
    return np.multiply(first, second, out=first)


def held(recipe: Recipe, own: Sequence[FloatArray], shared: Sequence[FloatArray]) -> Iterator[Block]:
    """Yield the trajectories of each zone where deviations are given, not drawn.

    For each shock of the two groups an array (1, draw) or (year, draw), divided by the ``scale`` of its shape; every
    zone gets the same.
    """
    simulator = Simulator(recipe, 0, 0)
    simulator._shared = [tuple(shared)]
    for zone in range(len(recipe.model.zones)):
        again = tuple(array.copy() for array in own)  # those of its own are written to
        yield simulator._block(zone, _levels(recipe.model, zone), 0, again)


def trajectories(recipe: Recipe, zone: int, draws: int) -> Mapping[str, FloatArray]:
    """Return all trajectories of one zone, (year, draw) each: for what needs them whole."""
    shape = (len(recipe.model.years), draws)
    result = {name: np.empty(shape) for name in Block._fields}
    for first, block in Simulator(recipe, 0, draws).blocks(zone):
        width = min(WIDTH, draws - first)
        for name, array in block._asdict().items():
            wide = np.broadcast_to(np.nan if array is None else array, (shape[0], WIDTH))
            result[name][:, first : first + width] = wide[:, :width]
    return result
