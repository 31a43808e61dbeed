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
    """Trajectories of one zone and one pass, (year, draw) each, or (year, 1) where nothing varies."""

    value_added: FloatArray
    energy: FloatArray
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
    _ready: dict[tuple[str, int], FloatArray | None] = field(default_factory=dict)

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
        for number, own in enumerate(passes):
            yield number * WIDTH, self._block(zone, number, own)

    def _block(self, zone: int, number: int, own: tuple[FloatArray, ...]) -> Block:
        model = self.recipe.model
        found = {name: self._index(name, zone, number, own) for name in GROWING}
        varying = []
        for name in model.variables:
            index = found["grid_factor"] if name == "grid_factor" else self._moved(name, zone, number, own)
            varying.append(np.ones((1, 1)) if index is None else index)
        money, intensity, factor = (found[name] for name in GROWING[:3])
        both = _times(money, intensity)
        energy = _times(sum_of_products(_terms(model.energy, zone), varying), both)
        co2 = _times(sum_of_products(_terms(model.co2, zone), varying), both, factor)
        if (of_process := model.process[zone]).any():
            co2 = co2 + _times(of_process[:, None], money)
        return Block(_times(model.value_added[zone][:, None], money), energy, co2)

    def _index(self, driver: str, zone: int, number: int, own: tuple[FloatArray, ...]) -> FloatArray | None:
        """Return the relative index of a driver that grows (year, draw); None without shocks."""
        recipe = self.recipe
        mine = [(shock.shape, own[i], True) for i, shock in enumerate(recipe.own.shocks) if shock.driver == driver]
        ours = self._of_all(driver, number)
        if not mine and not ours:
            return None
        same = not mine and driver in recipe.model.uniform
        if same and (driver, number) in self._ready:
            return self._ready[driver, number]
        weight = recipe.model.weight[driver]
        index = _grow([*mine, *ours], weight[zone if len(weight) > 1 else 0])
        if same:
            self._ready[driver, number] = index
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
            pace = pace * np.exp(deviation) if shape.multiplies else pace + deviation
        moved = np.multiply(steps, np.maximum(pace, 0.0))
        for year in range(1, len(moved)):
            moved[year] += moved[year - 1]
        return np.clip(moved, 0.0, 1.0, out=moved)


def _grow(parts: Sequence[tuple[Shape, FloatArray, bool]], weight: FloatArray) -> FloatArray:
    """Return the index that deviations of a yearly rate add up to; those of the zone's own are overwritten."""
    total: FloatArray | None = None
    column = weight[:, None]
    for _, deviation, mine in [part for part in parts if not part[0].multiplies]:
        fits = mine and len(deviation) == len(weight)
        scaled = np.multiply(deviation, column, out=deviation if fits else None)
        total = scaled if total is None else np.add(total, scaled, out=total)
    if total is not None:
        np.add(total, 1.0, out=total)
    for _, deviation, mine in [part for part in parts if part[0].multiplies]:
        fits = mine and len(deviation) == len(weight)
        factor = np.exp(deviation, out=deviation if fits else None)
        if total is None:
            total = factor if len(factor) == len(weight) else np.repeat(factor, len(weight), axis=0)
        else:
            np.multiply(total, factor, out=total)
    return compound(np.empty((0, 0)) if total is None else total)


def _terms(terms: FloatArray, zone: int) -> list[FloatArray | None]:
    own = terms[:, zone]
    return [row[:, None] if row.any() else None for row in own]


def _times(first: FloatArray | None, *others: FloatArray | None) -> FloatArray:
    """Return the product of those that are there; 1 if none is."""
    given = [array for array in (first, *others) if array is not None]
    if not given:
        return np.ones((1, 1))
    result = given[0]
    for array in given[1:]:
        result = result * array
    return result


def trajectories(recipe: Recipe, zone: int, draws: int) -> Mapping[str, FloatArray]:
    """Return all trajectories of one zone, (year, draw) each: for what needs them whole."""
    shape = (len(recipe.model.years), draws)
    result = {name: np.empty(shape) for name in Block._fields}
    for first, block in Simulator(recipe, 0, draws).blocks(zone):
        width = min(WIDTH, draws - first)
        for name, array in block._asdict().items():
            wide = np.broadcast_to(array, (shape[0], WIDTH))
            result[name][:, first : first + width] = wide[:, :width]
    return result
