"""The door to HiGHS, through scipy (the extra ``plan``).

Decided here: three runs at most. The first has every goal met. If there is none, the second makes the shortfalls as
small as they can be, and the third is the cheapest plan that comes so near. HiGHS runs in one thread from the same
start, so the same programme has the same answer.

A shadow price is what a little more of one goal alone saves: the slope, to that side, of the cost of the linear
programme that is left when the whole numbers are held. The marginals of a solver are that where there is but one set of
them; two goals that ask the same have many, and loosening one of them saves nothing. So they are tried in two random
directions, and where these disagree each goal is loosened alone, among the changes that what is tight allows. Goals
that no column ties to each other, as those of single zones, are loosened at once. What is worth nothing in any one of
the many sets saves nothing, so most of the goals that ask the same need no programme of their own; of others that are
tied, 50 are tried one after the other, and the rest has no price. That both directions agree is proof for all goals of
a part together, and not for one of them, so no goal is left out for that. Where a goal is out of reach, more of another
one may bring the plan nearer to it, whatever that costs: then there is no price, and none is told.
"""

from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.errors import MeasureError, MissingOptionalDependencyError, ZoneCarbonError
from zonecarbon.planning.aims import Aims, shortfalls
from zonecarbon.planning.programme import Programme

_GAP = 1e-7
_OPTIMAL, _INFEASIBLE = 0, 2
_AS_NEAR = 1e-7
_FREE = 1e-9
_TIGHT = 1e-7
_SAME = 1e-6
_FEW = 2
ALONE = 50
"""Goals of one part that are loosened one by one at most: each is a linear programme."""


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
    prices = _shadow(made, aims, cost / size, upper, found, reached)
    return Solved(found, reached, shortfalls(aims, found), prices * size)


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


def _shadow(
    made: Programme, aims: Aims, cost: FloatArray, upper: FloatArray, found: FloatArray, reached: bool
) -> FloatArray:
    """Return what one unit more of each goal would save, with the whole numbers held (goal,); NaN where unknown."""
    whole = np.array(made.whole)
    lower, above = np.array(made.lower), upper.copy()
    lower[whole] = above[whole] = np.round(found[whole])
    held = Held.of(made, lower, above)
    rows = held.positions([aim.row for aim in aims.found])
    best = held.run(cost)
    if best is None:
        return np.full(len(aims.found), np.nan)
    prices = np.maximum(-best.ineqlin.marginals[rows], 0.0)
    if not reached:
        prices[_nearer(made, aims, held, rows)] = np.nan
    priced = np.flatnonzero(prices > _FREE)
    if len(priced):
        prices[priced] = held.at_the_margin(cost, best.x, rows[priced], prices[priced])
    return np.asarray(prices / np.array([aim.scale for aim in aims.found]))


def _nearer(made: Programme, aims: Aims, held: "Held", rows: IntArray) -> BoolArray:
    """Return the goals of which one more would make the shortfalls of others smaller (goal,)."""
    short = [aim.short for aim in aims.found if not aim.hard]
    apart, above = np.zeros(len(made.cost)), held.upper.copy()
    apart[short], above[short] = 1.0, np.inf
    found = replace(held, upper=above).run(apart)
    if found is None:
        return np.ones(len(aims.found), dtype=np.bool_)
    return np.asarray(-found.ineqlin.marginals[rows] > _FREE)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The linear programme that is left when the whole numbers are held: matrix x <= most, lower <= x <= upper."""

    matrix: Any
    most: FloatArray
    place: IntArray
    lower: FloatArray
    upper: FloatArray

    @classmethod
    def of(cls, made: Programme, lower: FloatArray, upper: FloatArray) -> "Held":
        """Return the programme between bounds of its columns."""
        matrix, low, high = _matrix(made), np.array(made.rows.lower), np.array(made.rows.upper)
        one, other = np.isfinite(high), np.isfinite(low)
        both = _scipy("sparse").vstack([matrix[one], -matrix[other]]).tocsr()
        return cls(both, np.concatenate((high[one], -low[other])), np.cumsum(one) - 1, lower, upper)

    def positions(self, rows: list[int]) -> IntArray:
        """Return where rows of the programme that have an upper limit stand here."""
        return np.asarray(self.place[rows])

    def run(self, cost: FloatArray) -> Any | None:
        """Return the cheapest columns and what the rows are worth; None if there are none."""
        bounds = np.stack((self.lower, self.upper), axis=1)
        found = _scipy("optimize").linprog(cost, A_ub=self.matrix, b_ub=self.most, bounds=bounds, method="highs")
        return found if found.status == _OPTIMAL else None

    def at_the_margin(self, cost: FloatArray, x: FloatArray, rows: IntArray, prices: FloatArray) -> FloatArray:
        """Return what a little more of each row alone saves, where the prices found may be some of many.

        NaN where a row is tied with ``ALONE`` others that were tried before it.
        """
        room = self.most - self.matrix @ x
        tight = room <= _TIGHT
        if not tight[rows].all():
            return np.full(len(rows), np.nan)
        down, up = self.lower - x >= -_TIGHT, self.upper - x <= _TIGHT
        cone = Held(
            self.matrix[tight],
            np.zeros(int(tight.sum())),
            np.cumsum(tight) - 1,
            np.where(down, 0.0, -np.inf),
            np.where(up, 0.0, np.inf),
        )
        at = cone.place[rows]
        of_row, of_column = cone.parts(np.flatnonzero(down & up))
        part, parts = of_row[at], int(max(of_row.max(), of_column.max())) + 1

        free = np.zeros(len(rows), dtype=np.bool_)

        def saved(which: IntArray, more: FloatArray) -> FloatArray:
            """Return what more of some rows saves in each part; what is worth nothing then saves nothing alone."""
            cone.most[:] = 0.0
            cone.most[at[which]] = more
            found = cone.run(cost)
            if found is None:
                return np.full(parts, np.nan)
            free[:] |= -found.ineqlin.marginals[at] <= _FREE
            return np.asarray(np.bincount(of_column, weights=-cost * found.x, minlength=parts), dtype=np.float64)

        every, alone = np.arange(len(rows)), np.ones(len(rows), dtype=np.bool_)
        if len(rows) > _FEW:  # two directions: one price, or some of many
            some = np.random.default_rng(0).uniform(1.0, 2.0, len(rows))
            here = np.bincount(part, weights=prices * some, minlength=parts)
            both = [np.isclose(own, here, rtol=_SAME, atol=0.0) for own in (saved(every, some), -saved(every, -some))]
            alone = ~(both[0] & both[1])[part]
        result = np.where(alone, np.nan, prices)
        for _ in range(_FEW):  # of goals that ask the same, one at most is worth something, and each time another
            which = np.flatnonzero(alone & ~free)
            if len(which):
                saved(which, np.ones(len(which)))
        result[alone & free] = 0.0
        turns = _turns(part, alone & ~free)
        for turn in range(min(int(turns.max()) + 1, ALONE)):
            which = np.flatnonzero(turns == turn)
            result[which] = np.maximum(saved(which, np.ones(len(which)))[part[which]], 0.0)
        return result

    def parts(self, still: IntArray) -> tuple[IntArray, IntArray]:
        """Return the part of each row and of each column; parts share no column but such as cannot move."""
        moves = np.ones(self.matrix.shape[1])
        moves[still] = 0.0
        shared = (self.matrix @ _scipy("sparse").diags(moves)).tocsr()
        shared.eliminate_zeros()
        both = _scipy("sparse").bmat([[None, shared], [shared.T, None]])
        found = _scipy("sparse.csgraph").connected_components(both, directed=False)[1]
        return found[: shared.shape[0]], found[shared.shape[0] :]


def _turns(part: IntArray, alone: BoolArray) -> IntArray:
    """Return when each row has its turn, those of a part one after the other; -1 for those that need none."""
    turns, next_of = np.full(len(part), -1), dict.fromkeys(part.tolist(), 0)
    for i in np.flatnonzero(alone).tolist():
        own = int(part[i])
        turns[i], next_of[own] = next_of[own], next_of[own] + 1
    return turns
