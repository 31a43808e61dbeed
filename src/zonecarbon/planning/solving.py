"""The door to HiGHS, through scipy (the extra ``plan``).

Decided here: three runs at most. The first has every goal met. If there is none, the second makes the shortfalls as
small as they can be, and the third is the cheapest plan that comes so near. Shadow prices are those of the linear
programme that is left when the whole numbers are held. HiGHS runs in one thread from the same start, so the same
programme has the same answer.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import MeasureError, MissingOptionalDependencyError, ZoneCarbonError
from zonecarbon.planning.aims import Aims, shortfalls
from zonecarbon.planning.programme import Programme

_GAP = 1e-7
_OPTIMAL, _INFEASIBLE = 0, 2
_AS_NEAR = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The answer: columns, whether all goals are met, shortfalls, and what each goal costs at the margin."""

    columns: FloatArray
    reached: bool
    short: FloatArray
    shadow: FloatArray


def _scipy(name: str) -> Any:
    try:
        return import_module(f"scipy.{name}")
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="scipy", extra="plan") from None


def solve(made: Programme, aims: Aims) -> Solved:
    """Return the cheapest plan that meets the goals, or the cheapest of those that come nearest.

    Raises
    ------
    MeasureError
        If a cost is not known: of CO2, where it has a price and a flow no factor.
    MissingOptionalDependencyError
        If scipy is not installed.
    ZoneCarbonError
        If the solver gives up.
    """
    cost = np.array(made.cost)
    if not np.isfinite(cost).all():
        raise MeasureError("plan.cost_unknown")
    size = float(np.abs(cost).max(initial=0.0)) or 1.0
    upper = np.array(made.upper)
    found = _run(made, cost / size, upper)
    reached = found is not None
    if found is None:
        short = [aim.short for aim in aims.found if not aim.hard]
        upper[short] = np.inf
        apart = np.zeros(len(cost))
        apart[short] = 1.0
        nearest = _run(made, apart, upper)
        if nearest is None:
            raise ZoneCarbonError("plan.solver", status="infeasible without goals")
        upper[short] = np.maximum(nearest[short], 0.0) + _AS_NEAR
        found = _run(made, cost / size, upper)
        found = nearest if found is None else found
    return Solved(found, reached, shortfalls(aims, found), _shadow(made, aims, cost / size, upper, found) * size)


def _matrix(made: Programme) -> Any:
    rows = made.rows
    shape = (len(rows.lower), len(made.cost))
    return _scipy("sparse").csr_matrix((rows.value, (rows.row, rows.column)), shape=shape)


def _run(made: Programme, cost: FloatArray, upper: FloatArray) -> FloatArray | None:
    """Return the cheapest columns; None if there are none."""
    optimize = _scipy("optimize")
    constraints = optimize.LinearConstraint(_matrix(made), made.rows.lower, made.rows.upper)
    found = optimize.milp(
        cost,
        integrality=np.array(made.whole, dtype=np.int64),
        bounds=optimize.Bounds(made.lower, upper),
        constraints=constraints,
        options={"mip_rel_gap": _GAP},
    )
    if found.status == _OPTIMAL:
        return np.asarray(found.x, dtype=np.float64)
    if found.status == _INFEASIBLE:
        return None
    raise ZoneCarbonError("plan.solver", status=str(found.message))


def _shadow(made: Programme, aims: Aims, cost: FloatArray, upper: FloatArray, found: FloatArray) -> FloatArray:
    """Return what one unit more of each goal would save, with the whole numbers held (goal,); NaN where unknown."""
    optimize = _scipy("optimize")
    whole = np.array(made.whole)
    lower, above = np.array(made.lower), upper.copy()
    lower[whole] = above[whole] = np.round(found[whole])
    matrix, low, high = _matrix(made), np.array(made.rows.lower), np.array(made.rows.upper)
    one, other = np.isfinite(high), np.isfinite(low)
    sparse = _scipy("sparse")
    held = optimize.linprog(
        cost,
        A_ub=sparse.vstack([matrix[one], -matrix[other]]),
        b_ub=np.concatenate((high[one], -low[other])),
        bounds=np.stack((lower, above), axis=1),
        method="highs",
    )
    if held.status != _OPTIMAL:
        return np.full(len(aims.found), np.nan)
    at = np.cumsum(one) - 1
    prices = [-float(held.ineqlin.marginals[at[aim.row]]) / aim.scale for aim in aims.found]
    return np.maximum(np.array(prices, dtype=np.float64), 0.0)
