"""The plan as a mixed-integer programme: what measures act on, what is built, and what that does to energy and CO2.

Decided here:

* A measure acts on a share of what those before it have left, which is a product of two unknowns if the unknown is the
  share. With the *amount* acted on as the unknown it is linear: an amount is at most the potential times what is left,
  and what is left is the reference less earlier amounts. So interactions are exact, not approximated, and without
  measures that are ``whole`` or exclude each other the programme has no whole numbers at all.
* Amounts are by zone, class of sectors, source and year. Sectors that the same measures act on form one class; within
  it every sector has the same share.
* What is built in a year works for the lifetime; amounts are at most what works. Each year the share of the potential
  that a measure acts on rises by at most 1/ramp. A share is a quotient of two unknowns where earlier measures take from
  the potential; what may be *added* is not: 1/ramp of what they have left that year, beside what was there the year
  before, grown or shrunk as its source does without measures; where the limit is less than the potential, as the lesser
  of the two. What keeps a share where the zone grows, and what takes the place of what is worn out, is built as well,
  and is no part of the pace. A pace in units of the largest potential
  of the plan was there before: a longer plan of a growing zone then built faster.
* A ``whole`` measure starts in one year or never; its amount is then its ramp times its potential of what is left, or
  times its limit where that is less, by limits with a large number that is the largest the amount can be. It is built
  anew after its lifetime as long as it may be built, and ends with what was built last.
* Amounts are counted in the largest energy of their zone, so that the solver sees numbers near one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.accounting.coefficients import SIGN
from zonecarbon.planning.chain import Chain, Step
from zonecarbon.planning.costs import Costs, gain_in


@dataclass(slots=True)
class Rows:
    """Rows of a programme, as they are added: lower <= a x <= upper."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, terms: Iterable[tuple[int, float]], lower: float = -np.inf, upper: float = np.inf) -> int:
        """Add a row and return its position."""
        at = len(self.lower)
        for column, value in terms:
            if value != 0.0:
                self.row.append(at)
                self.column.append(column)
                self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)
        return at


Line = tuple[float, dict[int, float]]
"""A constant and coefficients by column."""


@dataclass(slots=True)
class Amount:
    """One unknown amount: of a step, a zone, a class of sectors, a source (its place among the step's) and a year."""

    step: int
    zone: int
    group: int
    source: int
    year: int
    most: float


@dataclass(slots=True)
class Programme:
    """Columns and rows of the programme, without goals.

    Parameters
    ----------
    chain, costs
        What is planned with, and what it costs.
    zones
        Positions of the zones that are planned for: those whose energy is known.
    groups
        (sector,): the class of each sector.
    scale : (zone,)
        The unit in which amounts of a zone are counted.
    """

    chain: Chain
    costs: Costs
    zones: IntArray
    groups: IntArray
    scale: FloatArray
    rows: Rows = field(default_factory=Rows)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    amounts: dict[int, Amount] = field(default_factory=dict)
    unit_costs: list[FloatArray] = field(default_factory=list)
    own: dict[tuple[int, int], dict[int, list[int]]] = field(default_factory=dict)
    potential: dict[int, Line] = field(default_factory=dict)
    built: dict[tuple[int, int, int], int] = field(default_factory=dict)
    starts: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    energy: dict[tuple[int, int], Line] = field(default_factory=dict)
    co2: dict[tuple[int, int], Line] = field(default_factory=dict)
    outlay: dict[int, float] = field(default_factory=dict)

    def amounts_in(self, step: int, zone: int) -> dict[int, list[int]]:
        """Return the columns of the amounts of a step in a zone, by year."""
        return self.own.get((step, zone), {})

    def column(self, lower: float, upper: float, cost: float = 0.0, whole: bool = False) -> int:
        """Add an unknown and return its position."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.cost.append(cost)
        self.whole.append(whole)
        return len(self.lower) - 1

    @property
    def years(self) -> IntArray:
        """The years of the plan."""
        return self.costs.years

    @property
    def offset(self) -> int:
        """Where the first year of the plan stands in the account."""
        return len(self.chain.account.years) - len(self.years)


def programme_of(chain: Chain, costs: Costs) -> Programme:
    """Return the programme of a chain: amounts, what is built, and energy and CO2 by zone and year as lines in them."""
    account, years = chain.account, costs.years
    known = np.isfinite(account.total("energy")[:, -len(years) :]).all(axis=1)
    known &= np.isfinite(account.quantity[..., -len(years) :]).all(axis=(1, 2, 3))
    groups = _classes(chain)
    heat = np.where(np.isfinite(chain.heat), chain.heat, 0.0)[:, -len(years) :]
    size = (account.quantity[..., -len(years) :] * heat).sum(axis=(1, 2)).max(axis=1)
    result = Programme(
        chain=chain,
        costs=costs,
        zones=np.flatnonzero(known),
        groups=groups,
        scale=np.where(np.isfinite(size) & (size > 0), size, 1.0),
        unit_costs=[costs.of_amount(step, at) for at, step in enumerate(chain.steps)],
    )
    for zone in result.zones.tolist():
        _add_zone(result, zone)
    return result


def _classes(chain: Chain) -> IntArray:
    """Return the class of each sector: sectors that the same measures act on are one."""
    n = len(chain.account.sectors)
    if not chain.steps:
        return np.zeros(n, dtype=np.int64)
    table = np.stack([step.sectors for step in chain.steps])
    return np.unique(table, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _add_zone(made: Programme, zone: int) -> None:
    chain = made.chain
    account, span = chain.account, slice(made.offset, None)
    reference = _reference(made, zone, span)
    sign = np.array([SIGN.get(flow.use, 1.0) for flow in account.flows])
    group = int(account.coefficients.group[zone])
    per_energy = np.nan_to_num(account.coefficients.energy[:, span] * sign[:, None])
    per_co2 = account.coefficients.co2[group][:, span] * sign[:, None]
    energy, co2 = account.total("energy")[zone, span], account.total("co2")[zone, span]
    for y in range(len(made.years)):
        made.energy[zone, y] = (float(energy[y]), {})
        made.co2[zone, y] = (float(co2[y]), {})
        for kind in range(reference.shape[0]):
            _add_amounts(made, zone, kind, y, reference[kind, :, y], per_energy[:, y], per_co2[:, y])
    for at, step in enumerate(chain.steps):
        _add_building(made, zone, at, step)
        if step.measure.whole:
            _add_whole(made, zone, at, step)
    _add_conditions(made, zone)


def _reference(made: Programme, zone: int, span: slice) -> FloatArray:
    """Return (class, flow, year) of the account without measures."""
    quantity = made.chain.account.quantity[zone][..., span]
    kinds = int(made.groups.max()) + 1
    result = np.zeros((kinds, *quantity.shape[1:]))
    for sector, kind in enumerate(made.groups.tolist()):
        result[kind] += quantity[sector]
    return result


def _acts_on(made: Programme, step: Step, kind: int) -> bool:
    return bool(step.sectors[made.groups == kind].any())


def _add_amounts(
    made: Programme, zone: int, kind: int, y: int, reference: FloatArray, per_energy: FloatArray, per_co2: FloatArray
) -> None:
    """Add the amounts of all measures of one zone, class and year, each bounded by what those before it have left."""
    left: list[Line] = [(float(quantity), {}) for quantity in reference]
    most = reference.astype(np.float64).copy()
    at_year = made.offset + y
    scale, discount = float(made.scale[zone]), float(made.costs.discount[y])
    for at, step in enumerate(made.chain.steps):
        if not _acts_on(made, step, kind) or not _open(made, step, zone, y):
            continue
        share = float(step.potential[zone])
        if share == 0.0 or step.limit[zone] == 0.0:
            continue
        weights = _weights(step, zone, at_year)
        costs = made.unit_costs[at]
        costs = costs[zone if len(costs) > 1 else 0, :, y]
        taken: list[tuple[int, int, float]] = []
        for place, source in enumerate(step.act.source.tolist()):
            weight = float(weights[place])
            if not weight > 0.0 or not most[source] > 0.0:
                continue
            own = scale / weight  # units of the source for one of the column
            bound = min(share * float(most[source]) / own, float(step.limit[zone]) / scale)
            column = made.column(0.0, bound)
            made.amounts[column] = Amount(at, zone, kind, place, y, bound)
            made.own.setdefault((at, zone), {}).setdefault(y, []).append(column)
            constant, terms = left[source]
            can = share * constant / own, {other: share * value / own for other, value in terms.items()}
            made.potential[column] = can
            made.rows.add([(column, 1.0), *((other, -value) for other, value in can[1].items())], upper=can[0])
            taken.append((column, place, own))
        for column, place, own in taken:
            source = int(step.act.source[place])
            change = _change(made, step, zone, place, at_year, own)
            money = float(costs[place]) * own
            for flow, units in change.items():
                _into(left, flow, column, units)
                made.energy[zone, y][1][column] = made.energy[zone, y][1].get(column, 0.0) + units * per_energy[flow]
                if per_co2[flow] != 0.0:
                    tonnes = units * float(per_co2[flow])
                    made.co2[zone, y][1][column] = made.co2[zone, y][1].get(column, 0.0) + tonnes
            if made.costs.co2[y] != 0.0:
                money += float(made.costs.co2[y]) * made.co2[zone, y][1].get(column, 0.0)
            made.cost[column] += discount * money
            for flow, units in change.items():
                if units > 0:
                    most[flow] += units * made.amounts[column].most


def _open(made: Programme, step: Step, zone: int, y: int) -> bool:
    """Return whether anything of a measure can work in a year: building has begun by then."""
    return int(step.first[zone]) <= int(made.years[y]) and int(step.last[zone]) >= int(made.years[0])


def _weights(step: Step, zone: int, at_year: int) -> FloatArray:
    """Return units of the measure for one unit of each source (n,)."""
    table = step.weight[zone if len(step.weight) > 1 else 0]
    return np.asarray(table[:, at_year])


def _change(made: Programme, step: Step, zone: int, place: int, at_year: int, own: float) -> dict[int, float]:
    """Return what one of a column does to flows, in their units."""
    change: dict[int, float] = {}
    source = int(step.act.source[place])
    if step.act.takes:
        change[source] = -own
    for target, gain in step.act.gains:
        table = gain_in(gain, slice(at_year, at_year + 1))
        value = table[zone if table.shape[0] > 1 else 0, 0, place if table.shape[2] > 1 else 0, 0]
        change[target] = change.get(target, 0.0) + float(value) * own
    return change


def _into(left: list[Line], flow: int, column: int, units: float) -> None:
    constant, terms = left[flow]
    left[flow] = (constant, {**terms, column: terms.get(column, 0.0) + units})


def _window(made: Programme, step: Step, zone: int) -> list[int]:
    """Return the positions of the years in which a measure can be built."""
    return [y for y, year in enumerate(made.years.tolist()) if step.first[zone] <= year <= step.last[zone]]


def _add_building(made: Programme, zone: int, at: int, step: Step) -> None:
    """Add what is built each year: amounts are at most what works, and building has a pace."""
    amounts = made.amounts_in(at, zone)
    if not amounts:
        return
    scale, costs, lifetime = float(made.scale[zone]), made.costs, step.measure.lifetime
    limit = float(step.limit[zone]) / scale
    most = min(max(sum(made.amounts[own].most for own in columns) for columns in amounts.values()), limit)
    works: dict[int, list[int]] = {}
    for v in _window(made, step, zone):
        last = min(v + lifetime, len(made.years))
        outlay = float(costs.capital[at, v]) * scale
        charged = outlay * float(costs.annuity[at]) * float(costs.discount[v:last].sum())
        column = made.column(0.0, most if step.measure.whole else np.inf, charged)
        made.built[at, zone, v] = column
        made.outlay[column] = outlay
        for y in range(v, last):
            works.setdefault(y, []).append(column)
    for y, columns in sorted(amounts.items()):
        own = [(column, 1.0) for column in columns]
        made.rows.add([*own, *((column, -1.0) for column in works.get(y, []))], upper=0.0)
        if np.isfinite(limit):
            made.rows.add(own, upper=limit)
    if not step.measure.whole:
        _add_pace(made, zone, at, step, amounts)


def _add_pace(made: Programme, zone: int, at: int, step: Step, amounts: dict[int, list[int]]) -> None:
    """Bound by how much the share acted on rises in a year, and what is built for that.

    It is a share of the potential or of the limit, whichever is less, so there is a row for each. What was there the
    year before is carried by the same factor as what it is a share of: in a shrinking zone a potential above the limit
    would else hold back what is a share of the limit.
    """
    ramp, limit = step.measure.ramp, float(step.limit[zone]) / float(made.scale[zone])
    before: list[int] = []
    for y in range(len(made.years)):
        columns = amounts.get(y, [])
        part, less = _part(made, columns, ramp)
        kept, within = _carried(made, before, columns, limit)
        own, new = [(column, 1.0) for column in columns], _new(made, zone, at, step, y)
        bounds = [(part, less, kept)]
        if np.isfinite(limit):
            bounds.append((limit / ramp, [], within))
        for most, terms, by in bounds:
            if own:
                made.rows.add(_terms(own, terms, _times(by, -1.0)), upper=most)
            if new:
                grown = {column: max(factor - 1.0, 0.0) for column, factor in by.items()}
                made.rows.add(_terms(new, terms, _times(grown, -1.0)), upper=most)
        before = columns or before


def _carried(
    made: Programme, before: list[int], columns: list[int], limit: float
) -> tuple[dict[int, float], dict[int, float]]:
    """Return how amounts of the year before are carried into this one: below the potential, and below the limit.

    Where the limit is less than the potential in neither year, as their sources. Else as the lesser of the two; below
    the potential, which earlier measures may bring under a limit, as their sources where these grow more.
    """
    kept = _kept(made, before, columns)
    then, now = _alone(made, before), _alone(made, columns)
    if max(then, now) <= limit:
        return kept, kept
    by = min(now, limit) / min(then, limit) if then > 0 else 1.0
    return {own: max(factor, by) for own, factor in kept.items()}, dict.fromkeys(before, by)


def _part(made: Programme, columns: list[int], ramp: float) -> tuple[float, list[tuple[int, float]]]:
    """Return 1/ramp of the potential of a year as the measures before have left it: a constant, and minus the terms."""
    constant, terms = summed([made.potential[column] for column in columns])
    return constant / ramp, [(other, -value / ramp) for other, value in terms.items()]


def _kept(made: Programme, before: list[int], columns: list[int]) -> dict[int, float]:
    """Return, for each amount of the year before, how its source grows without measures."""
    now = {(made.amounts[own].group, made.amounts[own].source): own for own in columns}
    kept = {}
    for own in before:
        there = made.potential[own][0]
        then = now.get((made.amounts[own].group, made.amounts[own].source))
        if then is None:
            kept[own] = 0.0
        else:  # of what only measures bring there is no path without them
            kept[own] = made.potential[then][0] / there if there > 0 else 1.0
    return kept


def _new(made: Programme, zone: int, at: int, step: Step, y: int) -> list[tuple[int, float]]:
    """Return what is built in a year less what was built a lifetime ago."""
    built = made.built.get((at, zone, y))
    if built is None:
        return []
    old = made.built.get((at, zone, y - step.measure.lifetime))
    return [(built, 1.0)] + ([(old, -1.0)] if old is not None else [])


def _alone(made: Programme, columns: list[int]) -> float:
    """Return the potential of some amounts without any measure."""
    return sum(made.potential[own][0] for own in columns)


def _times(terms: Mapping[int, float], factor: float) -> list[tuple[int, float]]:
    return [(column, factor * value) for column, value in terms.items()]


def _terms(*parts: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    return [term for part in parts for term in part]


def _add_whole(made: Programme, zone: int, at: int, step: Step) -> None:
    """Add the year in which a whole measure starts, and that it then acts on its part of the potential."""
    amounts = made.amounts_in(at, zone)
    if not amounts:
        return
    window = _window(made, step, zone)
    starts = {s: made.column(0.0, 1.0, whole=True) for s in window}
    ends = {s: s + ((window[-1] - s) // step.measure.lifetime + 1) * step.measure.lifetime for s in window}
    made.starts[at, zone] = starts
    made.rows.add([(column, 1.0) for column in starts.values()], upper=1.0)
    limit = float(step.limit[zone]) / float(made.scale[zone])
    for y, columns in amounts.items():
        begun = [(column, s) for s, column in starts.items() if s <= y < ends[s]]
        for column in columns:
            most = made.amounts[column].most
            made.rows.add([(column, 1.0), *((start, -most) for start, _ in begun)], upper=0.0)
        limited = limit < sum(_highest(made, *made.potential[column]) for column in columns)
        by_limit = made.column(0.0, 1.0, whole=True) if limited and begun else None
        for start, s in begun:
            part = min(1.0, (y - s + 1) / step.measure.ramp)
            if by_limit is not None:
                _tie(made, [(column, 1.0) for column in columns], part * limit, start, (by_limit, 1.0))
            for column in columns:
                constant, terms = made.potential[column]
                row = [(column, 1.0), *((other, -part * value) for other, value in terms.items())]
                _tie(made, row, part * constant, start, None if by_limit is None else (by_limit, 0.0))


def _highest(made: Programme, constant: float, terms: Mapping[int, float]) -> float:
    """Return more than a line can be."""
    return constant + sum(max(factor * made.upper[at], 0.0) for at, factor in terms.items())


def _tie(
    made: Programme, row: list[tuple[int, float]], value: float, start: int, only: tuple[int, float] | None
) -> None:
    """Let a row be at most ``value`` if ``start`` is one, and at least that where the column in ``only`` is its number.

    If ``start`` is zero the row may be anything that its columns can be.
    """
    high = max(_highest(made, -value, dict(row)), 0.0)
    low = max(_highest(made, value, {at: -factor for at, factor in row}), 0.0)
    made.rows.add([*row, (start, high)], upper=value + high)
    if only is None:
        made.rows.add([*row, (start, -low)], lower=value - low)
        return
    column, number = only
    terms = [*row, (start, -low), (column, -low if number else low)]
    made.rows.add(terms, lower=value - low - (low if number else 0.0))


def _add_conditions(made: Programme, zone: int) -> None:
    """Add what excludes and what requires each other."""
    at = {step.measure.name: i for i, step in enumerate(made.chain.steps)}
    used: dict[int, int] = {}
    for i, step in enumerate(made.chain.steps):
        for other in step.measure.excludes:
            if other in at:
                pair = [(_used(made, zone, i, used), 1.0), (_used(made, zone, at[other], used), 1.0)]
                made.rows.add(pair, upper=1.0)
        for other in step.measure.requires:
            starts = made.starts.get((at[other], zone), {}) if other in at else {}
            for y, columns in made.amounts_in(i, zone).items():
                begun = [column for s, column in starts.items() if s <= y]
                for column in columns:
                    most = made.amounts[column].most
                    made.rows.add([(column, 1.0), *((start, -most) for start in begun)], upper=0.0)


def _used(made: Programme, zone: int, at: int, used: dict[int, int]) -> int:
    """Return the column that is one if a measure is used at all in a zone."""
    if at not in used:
        used[at] = made.column(0.0, 1.0, whole=True)
        for columns in made.amounts_in(at, zone).values():
            for column in columns:
                made.rows.add([(column, 1.0), (used[at], -made.amounts[column].most)], upper=0.0)
    return used[at]


def amounts_of(made: Programme, solution: FloatArray) -> list[FloatArray]:
    """Return what each step acts on (zone, class, n, plan year), in the unit of each source."""
    account, kinds = made.chain.account, int(made.groups.max()) + 1
    result = [np.zeros((len(account.zones), kinds, len(step.act.source), len(made.years))) for step in made.chain.steps]
    for column, amount in made.amounts.items():
        step = made.chain.steps[amount.step]
        weight = float(_weights(step, amount.zone, made.offset + amount.year)[amount.source])
        value = max(0.0, float(solution[column])) * float(made.scale[amount.zone]) / weight
        result[amount.step][amount.zone, amount.group, amount.source, amount.year] = value
    return result


def built_of(made: Programme, solution: FloatArray) -> FloatArray:
    """Return what is built (step, zone, plan year), in the unit of each measure."""
    result = np.zeros((len(made.chain.steps), len(made.chain.account.zones), len(made.years)))
    for (at, zone, v), column in made.built.items():
        result[at, zone, v] = max(0.0, float(solution[column])) * float(made.scale[zone])
    for at, step in enumerate(made.chain.steps):
        if not made.costs.capital[at].any():  # what costs nothing to build the solver builds without need
            result[at] = _needed(sum_of_amounts(made, solution, at), step.measure.lifetime)
    return result


def sum_of_amounts(made: Programme, solution: FloatArray, at: int) -> FloatArray:
    """Return what a step acts on (zone, plan year), in the unit of the measure."""
    result = np.zeros((len(made.chain.account.zones), len(made.years)))
    for column, amount in made.amounts.items():
        if amount.step == at:
            result[amount.zone, amount.year] += max(0.0, float(solution[column])) * float(made.scale[amount.zone])
    return result


def _needed(amount: FloatArray, lifetime: int) -> FloatArray:
    """Return the least that must be built each year (zone, year) for amounts, each working for a lifetime."""
    built = np.zeros_like(amount)
    for y in range(amount.shape[1]):
        works = built[:, max(0, y - lifetime + 1) : y].sum(axis=1)
        built[:, y] = np.maximum(amount[:, y] - works, 0.0)
    return built


def summed(lines: Sequence[Line]) -> Line:
    """Return the sum of lines."""
    terms: dict[int, float] = {}
    for _, own in lines:
        for column, value in own.items():
            terms[column] = terms.get(column, 0.0) + value
    return float(sum(constant for constant, _ in lines)), terms
