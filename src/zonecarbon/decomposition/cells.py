"""Cells: what a value is the sum of, each with its own factors.

Decided here: a source of cells hands out blocks of zones, each in a few *parts*, that is kinds of cells that follow the
same identity (fuels, the grid's electricity, processes). A part is a handful of arrays (zone, sector, cell, year), the
variables, which broadcast: a zone's value added is one number for all its sectors and carriers. Whatever is computed
runs over these blocks, so that memory does not grow with the number of zones. In memory each of a few years is one
piece (:func:`room`), because years are divided by each other: 10,000 zones take half as long as with the years inside.

Whose change is explained is the *level*: the ``portfolio`` of all zones, each ``zone``, or each ``sector`` of a zone.
It decides which factors there are (the portfolio alone has a structure between its zones) and, under LMDI-II, the
weights. A quotient that a user decomposes cell by cell (an intensity as a product of factors) is no sum: it has no
level above its cells. Where the parts of that change are shown is another question, ``by``.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.decomposition.identity import Identity
from zonecarbon.errors import Problem

_SHOWN = 20
FEW_YEARS = 8  # from so many on the kernel divides a table of years as one row
LEVELS = ("portfolio", "zone", "sector")


class Part(NamedTuple):
    """Cells of a block that follow the same identity; ``first`` is the place of the first one on the carrier axis."""

    identity: Identity
    variables: Sequence[FloatArray]
    first: int

    def value(self) -> FloatArray:
        """Return the value of each cell (zone, sector, cell, year)."""
        result: FloatArray | None = None
        named = zip(self.identity.variables, self.variables, strict=True)
        powers = [(self.identity.whole.get(name, 0), array) for name, array in named]
        for power, array in sorted(powers, key=lambda pair: pair[0] < 0):  # what is divided by comes last
            for _ in range(abs(power)):
                result = _times(result, array, power > 0)
        shape = np.broadcast_shapes(*(array.shape for array in self.variables))
        return np.ones(shape) if result is None else np.broadcast_to(result, shape)


def _times(result: FloatArray | None, array: FloatArray, is_over: bool) -> FloatArray:
    with np.errstate(all="ignore"):
        if is_over:
            return array if result is None else result * array
        if result is None:
            return 1.0 / array
        # 0/0: of what is never there it is 0; of what is not there in some of the years it is not known
        never = (array == 0.0).all(axis=-1, keepdims=True) & (result == 0.0)
        return np.where(never, 0.0, result / array)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A source of cells.

    Parameters
    ----------
    years
        The years used, in order: the ends of the periods.
    unit
        Of the value.
    warnings
        What a reader must know about the cells.
    """

    years: Sequence[Any]
    unit: str
    warnings: tuple[Problem, ...]

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int, int]:
        """How many zones, sectors and cells of a sector there are."""

    @abstractmethod
    def identities(self, level: str) -> dict[str, Identity]:
        """Return the identity of each kind of cell."""

    @abstractmethod
    def blocks(self, level: str) -> Iterator[tuple[slice, list[Part]]]:
        """Return the parts, block of zones by block of zones."""

    @abstractmethod
    def part(self, rows: slice) -> Self:
        """Return some zones, with nothing of the others: what a worker is sent."""

    @abstractmethod
    def keys(self, level: str) -> tuple[str, ...]:
        """Return the labels that tell the aggregates of a level apart."""

    @abstractmethod
    def default_by(self) -> tuple[str, ...]:
        """Return the labels by which effects are shown unless asked otherwise."""

    @abstractmethod
    def groups(self, by: Sequence[str]) -> tuple[IntArray, dict[str, NDArray[Any]]]:
        """Return the group of each (zone, sector), and the labels of each group."""

    @abstractmethod
    def carrier_labels(self) -> list[str]:
        """Return the label of each cell of a sector."""

    @property
    def is_ratio(self) -> bool:
        """Whether a user's identity has a quotient on its left, which is no sum over cells."""
        return False

    def constant_of(self, name: str) -> str:
        """Return at which coefficients a variable is counted, where that is not obvious."""
        del name
        return ""

    def only_level(self) -> str:
        """Return the one level a user's quotient has; empty where there are all."""
        return "sector" if self.is_ratio else ""

    def level(self) -> str:
        """Return whose change is explained unless asked otherwise."""
        if self.only_level():
            return self.only_level()
        return "zone" if "zone" in self.keys("zone") else "portfolio"

    def factors(self, level: str) -> tuple[str, ...]:
        """Return the names of the factors of a level, in the order of the identity; several are put in one order."""
        named = [identity.factors for identity in self.identities(level).values()]
        if len(named) == 1:
            return named[0]
        found = list(dict.fromkeys(name for names in named for name in names))
        return tuple(sorted(found, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER)))

    def values(self, level: str) -> FloatArray:
        """Return the value of each sector (zone, sector, year), in the unit of the level."""
        result = np.zeros((*self.shape[:2], len(self.years)))
        for rows, parts in self.blocks(level):
            for part in parts:
                result[rows] += part.value().sum(axis=2)
        return result


ORDER = (
    "activity",
    "zone_structure",
    "sector_structure",
    "energy_intensity",
    "process_intensity",
    "coefficient",
    "carrier_mix",
    "emission_factor",
    "grid_factor",
    "co2_per_energy",
    "not_attributed",
)
"""The factors of an account, in the order in which they are shown."""


def room(shape: tuple[int, ...]) -> FloatArray:
    """Return memory for (zone, sector, cell, year): few years one after another, many as a table for each cell."""
    if shape[-1] >= FEW_YEARS:
        return np.empty(shape)
    return np.empty((shape[-1], *shape[:-1])).transpose(*range(1, len(shape)), 0)


@np.errstate(over="ignore", invalid="ignore")  # a sum beyond the floats is infinite
def grouped(array: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the sums of (zone, sector, ...) over groups, (group, ...), in the order of zones and sectors.

    NaN stays NaN.
    """
    flat, rest = group.reshape(-1), array.shape[2:]
    rows = array.reshape(len(flat), *rest)
    if count == 1 and (flat == 0).all():
        return np.asarray(rows.sum(axis=0, keepdims=True))
    order = np.argsort(flat, kind="stable")
    present, starts = np.unique(flat[order], return_index=True)
    result = np.zeros((count, *rest))
    if len(present):
        result[present] = np.add.reduceat(rows[order], starts, axis=0)
    return result


def listed(names: NDArray[Any]) -> str:
    """Return names as text, at most twenty."""
    shown = ", ".join(map(str, names[:_SHOWN].tolist()))
    return f"{shown}, ... ({len(names)})" if len(names) > _SHOWN else shown
