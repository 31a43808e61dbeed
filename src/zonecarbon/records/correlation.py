"""Which shocks of a scenario move together.

Decided here: each zone's own shocks are correlated with its own, and shared shocks with shared ones; correlating an own
with a shared shock would make one zone's luck the nation's, so it is refused (where the scenario is checked). A matrix
that no random numbers can have is an error that names the pair it leans on most, not mended in silence.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import model_validator

from zonecarbon.errors import Problem, ScenarioError, Where
from zonecarbon.records.base import Record
from zonecarbon.records.path import Figure, refuse

_ROUNDING = 1e-9


class Correlation(Record):
    """Correlation between the shocks of drivers, the same in every year.

    Each zone's own shocks are correlated with each other, and shared shocks with each other. Two drivers that are
    correlated need a shock of the same scope, and the same ``rho`` there.

    Parameters
    ----------
    drivers
        ``value_added``, ``energy_intensity``, ``co2_per_energy``, ``grid_factor`` or names of shifts.
    matrix
        A row and a column for each driver, symmetric, ones on the diagonal, positive semidefinite.

    Examples
    --------
    >>> Correlation(drivers=("value_added", "energy_intensity"), matrix=[[1, -0.5], [-0.5, 1]]).matrix[0]
    (1.0, -0.5)
    """

    drivers: tuple[str, ...]
    matrix: tuple[tuple[Figure, ...], ...]

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            drivers: Sequence[str],
            matrix: Sequence[Sequence[float | str]],
        ) -> None: ...

    @model_validator(mode="after")
    def _sound(self) -> "Correlation":
        n = len(self.drivers)
        if len(self.matrix) != n or any(len(row) != n for row in self.matrix):
            shape = " + ".join(str(len(row)) for row in self.matrix)
            raise ScenarioError("scenario.correlation_size", Where(column="matrix"), n=n, rows=shape)
        if len(set(self.drivers)) < n:
            twice = ", ".join(sorted({name for name in self.drivers if self.drivers.count(name) > 1}))
            raise ScenarioError("scenario.correlation_twice", Where(column="drivers"), drivers=twice)
        refuse(self._entries() or self._definite())
        return self

    def pairs(self) -> tuple[tuple[str, str, float], ...]:
        """Return each pair of drivers with a correlation that is not zero."""
        index = combinations(range(len(self.drivers)), 2)
        found = ((self.drivers[i], self.drivers[j], self.matrix[i][j]) for i, j in index)
        return tuple(pair for pair in found if pair[2] != 0)

    def _entries(self) -> list[Problem]:
        problems = []
        for i, name in enumerate(self.drivers):
            if abs(self.matrix[i][i] - 1) > _ROUNDING:
                problems.append(self._at(i, i, "scenario.correlation_diagonal", driver=name, value=self.matrix[i][i]))
        for i, j in combinations(range(len(self.drivers)), 2):
            a, b = self.matrix[i][j], self.matrix[j][i]
            pair = f"{self.drivers[i]}, {self.drivers[j]}"
            if abs(a - b) > _ROUNDING:
                problems.append(self._at(i, j, "scenario.correlation_symmetric", pair=pair, a=a, b=b))
            elif abs(a) > 1:
                problems.append(self._at(i, j, "scenario.correlation_range", pair=pair, value=a))
        return problems

    def _definite(self) -> list[Problem]:
        """Name the pair that the most negative direction leans on most, where the matrix is no correlation."""
        if not self.drivers:
            return []
        matrix = np.array(self.matrix, dtype=np.float64)
        values, vectors = np.linalg.eigh(matrix)
        if values[0] >= -_ROUNDING:
            return []
        leaning = np.abs(np.outer(vectors[:, 0], vectors[:, 0]) * matrix)
        np.fill_diagonal(leaning, 0)
        i, j = sorted(divmod(int(leaning.argmax()), len(matrix)))
        pair = f"{self.drivers[i]}, {self.drivers[j]}"
        return [self._at(i, j, "scenario.correlation_definite", pair=pair, value=self.matrix[i][j])]

    @staticmethod
    def _at(i: int, j: int, code: str, **values: Any) -> Problem:
        return Problem(code, values, Where(column=f"matrix.{i}.{j}"))
