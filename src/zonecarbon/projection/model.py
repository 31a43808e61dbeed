"""The model of a projection: an account and a scenario as arrays by zone and year, without the shocks.

Decided here:

* Everything a scenario says without uncertainty is worked out once, as levels: value added, tce and tCO2 by zone and
  year. A trajectory is these levels times relative indices of what varies, so that drawing knows nothing of carriers:

      value added = V(y) g,   energy = g i sum_S e_S(y) x_S,   CO2 = g (i f sum_S c_S(y) x_S + p(y))

  g, i and f are the indices of value added, energy intensity and (at level ``kaya``) CO2 per tce, 1 without shocks; p
  is process CO2, which follows value added. x_S is the product of the uncertain shifts and of the grid index in a
  subset S: moving a share of a carrier is linear in the share, so energy and CO2 are multilinear in all of them, and
  the terms follow from the corners where each shift is 0 or 1. That holds for any number of carriers and sectors at no
  cost to the drawing.
* The base year is the last year of the account, whose own lines are the start: at no change a projection repeats it.
* Shifts follow each other: each takes its share of what is left, so shares of carriers sum to one whatever their paths.
* Only final use is shifted. What is exported, generated or used as feedstock follows the energy of its zone.
* All electricity of an account has one grid factor, that of exports and of own generation too, so all of it follows
  the grid factor's path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.accounting.coefficients import SIGN, find_coefficients
from zonecarbon.activity import Flow
from zonecarbon.catalog import default_catalog
from zonecarbon.errors import Problem, ScenarioError, Where
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.projection import paths
from zonecarbon.projection.growth import Growth, growth_of, money_of, multipliers, of_zones, some_of
from zonecarbon.records import Scenario, Shift
from zonecarbon.vocabulary import carriers, find_carriers, find_supply

_BLOCK = 1024
_SHIFTS = 6
_FIXED = {"process", "reported"}  # a reported total has no carriers to shift


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Levels without shocks, and how shocks act on them.

    Parameters
    ----------
    zones, history_years, years
        Labels; ``years`` are the projected ones.
    history
        ``energy`` [tce], ``co2`` [tCO2], ``value_added`` [10^4 yuan], each (zone, history year).
    value_added
        (zone, year) [10^4 yuan].
    variables
        What the terms are multiplied with, beside 1: uncertain shifts, then the grid index.
    energy, co2
        (term, zone, year) [tce], [tCO2]: one term for each subset of the variables.
    process
        (zone, year) [tCO2], follows value added alone.
    weight
        By driver that grows, 1 / (1 + rate) (zone or 1, year): turns a deviation of a rate into one of its index.
    planned
        By uncertain shift, the share moved (zone or 1, year).
    uniform
        Drivers whose path is the same in every zone.
    """

    zones: ObjectArray
    history_years: IntArray
    years: IntArray
    history: Mapping[str, FloatArray]
    value_added: FloatArray
    variables: tuple[str, ...]
    energy: FloatArray
    co2: FloatArray
    process: FloatArray
    weight: Mapping[str, FloatArray]
    planned: Mapping[str, FloatArray]
    uniform: frozenset[str] = frozenset()
    warnings: tuple[Problem, ...] = ()

    @property
    def base_year(self) -> int:
        """The last year of the account."""
        return int(self.history_years[-1])

    @property
    def known(self) -> dict[str, BoolArray]:
        """The zones (zone,) whose energy, CO2 and value added are known in the base year."""
        return {name: ~np.isnan(array[:, -1]) for name, array in self.history.items()}

    def of_zones(self, zones: Sequence[int]) -> "Model":
        """Return the model of some zones, without the warnings: what a job needs and no more."""
        at = list(zones)

        def rows(levels: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
            return {name: level[at] if len(level) > 1 else level for name, level in levels.items()}

        return replace(
            self,
            zones=self.zones[at],
            history=rows(self.history),
            value_added=self.value_added[at],
            energy=self.energy[:, at],
            co2=self.co2[:, at],
            process=self.process[at],
            weight=rows(self.weight),
            planned=rows(self.planned),
            warnings=(),
        )

    def sum_of_known(self, what: str, array: FloatArray) -> FloatArray:
        """Return the sum over the zones (first axis) in which a quantity is known; NaN if there are none."""
        known = self.known[what]
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(array[known].sum(axis=0) if known.any() else np.full(array.shape[1:], np.nan))

    def comparable(self, indicator: str) -> bool:
        """Return whether an indicator of all together has the same zones above and below the line, and any."""
        known = self.known
        top = known[indicator.removesuffix("_intensity")]
        same = not indicator.endswith("_intensity") or bool((top == known["value_added"]).all())
        return same and bool(top.any())

    def path(self, what: str) -> FloatArray:
        """Return history and path without shocks (zone, history and projected years) of energy, CO2 or value added."""
        own = {"value_added": self.value_added}.get(what)
        if own is None:
            own = self._without_shocks(self.energy if what == "energy" else self.co2)
            own = own + self.process if what == "co2" else own
        return np.concatenate((self.history[what], own), axis=1)

    def _without_shocks(self, terms: FloatArray) -> FloatArray:
        total = np.zeros(terms.shape[1:])
        for position, term in enumerate(terms):
            product = term
            for bit, variable in enumerate(self.variables):
                if position >> bit & 1 and variable in self.planned:
                    product = product * self.planned[variable]
            total = total + product
        return total


class Lines(NamedTuple):
    """Lines of the base year by zone, sector and flow, and what may happen to them."""

    energy: FloatArray
    co2: FloatArray
    flows: tuple[Flow, ...]
    per_tce: FloatArray  # tCO2/tce (zone, flow), NaN where a flow has no energy or no factor
    per_heat: FloatArray  # tce on the account's basis for 1 tce of heat content (flow,): 1 on the calorific basis
    final: BoolArray  # (flow,): may be shifted
    grid: BoolArray  # (flow,): CO2 follows the grid factor
    process: BoolArray  # (flow,): CO2 follows value added


def build(account: Account, scenario: Scenario, until: int) -> Model:
    """Return the model of a scenario that starts from the last year of an account.

    Raises
    ------
    ScenarioError
        If a path does not reach from the base year to ``until``, breaks a rule, or names what the account does not
        have.
    """
    base = int(account.years[-1])
    years = np.arange(base + 1, until + 1)
    growth = growth_of(account, scenario, base, years)
    uncertain = tuple(shift for shift in scenario.shift if shift.path.uncertainty)
    if len(uncertain) > _SHIFTS:
        raise ScenarioError("scenario.shifts", count=len(uncertain), limit=_SHIFTS)
    lines, warnings = lines_of(account, scenario)
    moved, said = moved_of(lines, scenario, growth, base, years)
    warnings = [*warnings, *said, *_untouched(account, scenario)]
    size = (2 ** len(uncertain), len(account.zones), len(years))
    energy, plain, electric, process = np.empty(size), np.empty(size), np.empty(size), np.empty(size[1:])
    for start in range(0, len(account.zones), _BLOCK):
        zones = slice(start, start + _BLOCK)
        part = _part(lines, zones, scenario, growth, moved, years, base)
        energy[:, zones], plain[:, zones], electric[:, zones], process[zones] = part
    grid_varies = scenario.grid_factor is not None and bool(scenario.grid_factor.uncertainty)
    co2 = np.concatenate((plain, electric)) if grid_varies else plain + electric
    energy = np.concatenate((energy, np.zeros_like(energy))) if grid_varies else energy
    names = [shift.name for shift in uncertain]
    return Model(
        zones=account.zones,
        history_years=account.years,
        years=years,
        history={what: account.total(what) for what in ("energy", "co2", "value_added")},
        value_added=money_of(account, scenario, growth),
        variables=(*names, "grid_factor") if grid_varies else tuple(names),
        energy=energy,
        co2=co2,
        process=process,
        weight={name: 1.0 / (1.0 + rate) for name, rate in growth.rates.items()},
        planned={name: moved[name] for name in names},
        uniform=frozenset(name for name, rate in growth.rates.items() if len(rate) == 1),
        warnings=tuple(warnings),
    )


# -- lines ---------------------------------------------------------------------------------------------------------


def lines_of(account: Account, scenario: Scenario, by_sector: bool | None = None) -> tuple[Lines, list[Problem]]:
    """Return the lines of the base year; at level ``kaya`` one for all energy and CO2.

    Sectors stay apart if ``by_sector``; unless that is said, only where the scenario tells them apart.
    """
    base = int(account.years[-1])
    by_sector = bool(scenario.sectors or scenario.structure) if by_sector is None else by_sector
    if scenario.level == "kaya":
        axes = ("zone", "sector", "year") if by_sector else ("zone", "year")
        energy, co2 = (account.total(what, by=axes)[..., -1] for what in ("energy", "co2"))
        shape = (len(account.zones), -1, 1)
        none = np.zeros(1, dtype=bool)
        per_tce = np.full((len(account.zones), 1), np.nan)
        return Lines(energy.reshape(shape), co2.reshape(shape), (), per_tce, np.ones(1), none, none, none), []
    energy, co2 = account.lines("energy", base), account.lines("co2", base)
    if not by_sector and energy.shape[1] > 1:
        energy, co2 = energy.sum(axis=1, keepdims=True), co2.sum(axis=1, keepdims=True)
    added = added_flows(account, scenario)
    flows = (*account.flows, *added)
    own = account.coefficients
    tables = [(own.energy[:, -1], own.co2[:, :, -1], own.provinces)]
    warnings: list[Problem] = []
    if added:
        catalog = account.catalog or default_catalog()
        more = find_coefficients(added, [base], account.activity.provinces, account.method, catalog)
        known = len(account.flows)
        there = _reached(account.flows, (energy != 0).any(axis=(0, 1)), added, scenario)
        said = find_coefficients(
            added, [base], account.activity.provinces, account.method, catalog, lambda at: bool(there[known + at])
        )
        warnings = [*said.warnings, *said.notes]
        tables.append((more.energy[:, 0], more.co2[:, :, 0], more.provinces))
        blank = np.zeros((*energy.shape[:2], len(added)))
        energy, co2 = np.concatenate((energy, blank), axis=2), np.concatenate((co2, blank), axis=2)
    tce = np.concatenate([table[0] for table in tables])
    factor = np.concatenate([table[1] for table in tables], axis=1)[own.group]
    with np.errstate(all="ignore"):
        per_tce = np.where(tce != 0, factor / tce, np.nan)
    sign = np.array([SIGN.get(flow.use, 1.0) for flow in flows])
    return Lines(
        energy,
        co2,
        flows,
        per_tce,
        per_heat=_per_heat(account, flows, tce, base),
        final=np.array([flow.use == "final" and flow.kind not in _FIXED for flow in flows], dtype=bool)
        & (tce != 0)
        & (sign > 0),
        grid=np.array([flow.kind == "electricity" for flow in flows], dtype=bool),
        process=np.array([flow.kind == "process" for flow in flows], dtype=bool),
    ), warnings


def _reached(flows: Sequence[Flow], there: BoolArray, added: Sequence[Flow], scenario: Scenario) -> BoolArray:
    """Return which flows hold energy at some time: no word is due of gas that no coal is there to turn into."""
    every = (*flows, *added)
    mixed = {name for row in scenario.mix.values() for key in row if key != "other" for name in find_carriers(key)}
    found = np.array([*there, *(flow.carrier in mixed for flow in added)], dtype=np.bool_)
    for shift in scenario.shift:
        target = _target(shift)
        sources = {i for word in shift.source for i in members(every, word, shift.source_supply)}
        if any(found[i] for i in sources):
            same = (target.carrier, target.use, target.supply)
            found |= np.array([(flow.carrier, flow.use, flow.supply) == same for flow in every])
    return found


def _untouched(account: Account, scenario: Scenario) -> list[Problem]:
    """Return the zones known by reported totals, for which the grid, the mix and the shifts do nothing."""
    acts = scenario.level == "carriers" and (scenario.grid_factor is not None or scenario.shift or scenario.mix)
    reported = [i for i, flow in enumerate(account.flows) if flow.kind == "reported"]
    if not acts or not reported:
        return []
    there = (np.nan_to_num(account.quantity[:, :, reported, -1]) > 0).any(axis=(1, 2))
    return [Problem("project.untouched", {"zones": some_of(account.zones[there])})] if there.any() else []


def _per_heat(account: Account, flows: Sequence[Flow], tce: FloatArray, base: int) -> FloatArray:
    """Return the tce of each flow for one tce of its heat content: what a shift moves is heat, on any basis."""
    if account.basis == "calorific":
        return np.ones(len(flows))
    method = account.method.model_copy(update={"basis": "calorific"})
    catalog = account.catalog or default_catalog()
    calorific = find_coefficients(flows, [base], account.activity.provinces, method, catalog).energy[:, 0]
    with np.errstate(all="ignore"):
        ratio = tce / calorific
    return np.where(np.isfinite(ratio) & (ratio > 0), ratio, 1.0)


def added_flows(account: Account, scenario: Scenario) -> tuple[Flow, ...]:
    """Return flows that a scenario moves energy to and that the account does not have."""
    wanted = [_target(shift) for shift in scenario.shift]
    for row in scenario.mix.values():
        for key in row:
            if key != "other" and not members(account.flows, key):
                wanted.append(plain_flow(find_carriers(key)[0]))
    known = {(flow.carrier, flow.use, flow.supply) for flow in account.flows}
    return tuple({flow: None for flow in wanted if (flow.carrier, flow.use, flow.supply) not in known})


def plain_flow(carrier: str, supply: str = "") -> Flow:
    """Return the flow of final use of a carrier, in its own unit."""
    known = carriers()[carrier]
    return Flow(carrier, "final", supply or find_supply("", known), known.unit)


def _target(shift: Shift) -> Flow:
    return plain_flow(shift.target, shift.target_supply)


def members(flows: Sequence[Flow], word: str, supply: str = "") -> list[int]:
    """Return the positions of the final uses of a carrier or a group of carriers."""
    names = set(find_carriers(word))
    return [
        i
        for i, flow in enumerate(flows)
        if flow.carrier in names and flow.use == "final" and supply in {"", flow.supply}
    ]


def _ends(lines: Lines, shift: Shift) -> tuple[list[int], int]:
    """Return the flows a shift takes from, and the one it goes to."""
    target = _target(shift)
    at = next(
        i
        for i, flow in enumerate(lines.flows)
        if (flow.carrier, flow.use, flow.supply) == (target.carrier, target.use, target.supply)
    )
    found = {i for word in shift.source for i in members(lines.flows, word, shift.source_supply)}
    return sorted(i for i in found if i != at and lines.final[i]), at


def moved_of(
    lines: Lines, scenario: Scenario, growth: Growth, base: int, years: IntArray
) -> tuple[dict[str, FloatArray], list[Problem]]:
    """Return, for each shift, the share of what is left of its source that has moved (zone or 1, year).

    A share of the target is reached in each year from what the mix and the shifts before it have left.
    """
    levels, problems = {}, []
    for shift in scenario.shift:
        levels[shift.name], found = _level(lines, shift, base, years)
        problems += found
    if not any(shift.measure == "share" for shift in scenario.shift):
        return levels, problems
    shape = (len(lines.energy), len(years))
    result = {
        shift.name: np.empty(shape) if shift.measure == "share" else levels[shift.name] for shift in scenario.shift
    }
    for start in range(0, len(lines.energy), _BLOCK):
        zones = slice(start, start + _BLOCK)
        mixed = mixed_of(lines.energy[zones], lines, scenario, base, years)
        for y in range(len(years)):
            weight = multipliers(growth, zones, y)[1][..., None]
            tce = lines.energy[zones] if mixed is None else mixed[..., y]
            for shift in scenario.shift:
                x = of_zones(levels[shift.name], zones)[:, y]
                if shift.measure == "share":
                    x = result[shift.name][zones, y] = _solved((tce * weight).sum(axis=1), lines, shift, x)
                tce = _shift(tce, tce, lines, _ends(lines, shift), x[:, None, None], shift.ratio)[0]
    return result, problems


def _level(lines: Lines, shift: Shift, base: int, years: IntArray) -> tuple[FloatArray, list[Problem]]:
    """Return the path of a shift as it is written (zone or 1, year), and what to say of it."""
    name = f"shift {shift.name}"
    if shift.measure == "moved":
        if shift.path.values and shift.path.values.get(base, 0.0) != 0.0:
            raise ScenarioError("scenario.moved_start", Where(column=name), year=base, value=shift.path.values[base])
        return paths.share(shift.path, np.zeros(1), base, years, name), []
    left, there = _heat_of(lines.energy.sum(axis=1), lines, shift)
    with np.errstate(all="ignore"):
        start = np.where(left + there > 0, there / (left + there), 0.0)
    level = paths.share(shift.path, start, base, years, name)
    falls = int((level < start[:, None] - EQUALITY).any(axis=1).sum())
    found = [Problem("project.beyond_goal", {"shift": shift.name, "count": falls})] if falls else []
    return level, found


def _heat_of(energy: FloatArray, lines: Lines, shift: Shift) -> tuple[FloatArray, FloatArray]:
    """Return the heat content of a shift's source and target (zone,) in tce."""
    source, target = _ends(lines, shift)
    heat = np.maximum(energy, 0.0) / lines.per_heat
    return heat[:, source].sum(axis=1), heat[:, target]


def _solved(energy: FloatArray, lines: Lines, shift: Shift, level: FloatArray) -> FloatArray:
    """Return the share of the source (zone,) that must move for the target to have the share ``level`` of both."""
    left, there = _heat_of(energy, lines, shift)
    with np.errstate(all="ignore"):
        # x left of the source becomes ratio x left of the target
        moved = (level * (left + there) - there) / (left * (level + shift.ratio * (1.0 - level)))
    return np.clip(np.nan_to_num(moved, nan=0.0, posinf=0.0, neginf=0.0), 0.0, 1.0)


# -- terms ---------------------------------------------------------------------------------------------------------


@np.errstate(over="ignore", invalid="ignore")  # what is beyond the floats is infinite
def _part(
    lines: Lines,
    zones: slice,
    scenario: Scenario,
    growth: Growth,
    moved: Mapping[str, FloatArray],
    years: IntArray,
    base: int,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the terms of some zones: energy, CO2 apart from the grid, CO2 of the grid, and process CO2."""
    co2 = lines.co2[zones]
    mixed = mixed_of(lines.energy[zones], lines, scenario, base, years)
    names = [shift.name for shift in scenario.shift if shift.path.uncertainty]
    shape = (2 ** len(names), len(co2), len(years))
    terms = [np.empty(shape) for _ in range(3)]
    process = np.empty(shape[1:])
    of_process = np.where(lines.process, co2, 0.0).sum(axis=2)
    for y in range(len(years)):
        by_money, by_energy, by_factor = multipliers(growth, zones, y)
        process[:, y] = (of_process * by_money).sum(axis=1)
        certain = {name: of_zones(level, zones)[:, y] for name, level in moved.items() if name not in names}
        for corner in range(shape[0]):
            x = {**certain, **{name: np.full(1, float(corner >> i & 1)) for i, name in enumerate(names)}}
            tce, tonnes = shifted(lines, zones, scenario, None if mixed is None else mixed[..., y], x)
            terms[0][corner, :, y] = (tce * by_energy[..., None]).sum(axis=(1, 2))
            tonnes = tonnes * (by_energy * by_factor)[..., None]
            terms[1][corner, :, y] = tonnes[..., ~lines.grid].sum(axis=(1, 2))
            terms[2][corner, :, y] = tonnes[..., lines.grid].sum(axis=(1, 2)) * growth.grid[0, y]
    return differences(terms[0]), differences(terms[1]), differences(terms[2]), process


@np.errstate(over="ignore", invalid="ignore")
def shifted(
    lines: Lines, zones: slice, scenario: Scenario, mixed: FloatArray | None, x: Mapping[str, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return energy and CO2 of the base year's lines with the mix and the shares moved of one later year."""
    tce, per_tce = lines.energy[zones], lines.per_tce[zones]
    tonnes = np.where(lines.process, 0.0, lines.co2[zones])
    if mixed is not None:
        changed = lines.final & (mixed != tce)
        tce = mixed
        tonnes = np.where(changed, np.where(tce == 0, 0.0, tce * per_tce[:, None]), tonnes)
    for shift in scenario.shift:
        tce, tonnes = _shift(
            tce, tonnes, lines, _ends(lines, shift), x[shift.name][:, None, None], shift.ratio, per_tce
        )
    return tce, tonnes


class FlowPaths(NamedTuple):
    """Energy [tce] and CO2 [tCO2] by flow without shocks, (zone, flow, year); the first year is the account's last."""

    flows: tuple[Flow, ...]
    years: IntArray
    energy: FloatArray
    co2: FloatArray


def flow_paths(account: Account, scenario: Scenario, until: int) -> FlowPaths:
    """Return energy and CO2 of each flow without shocks. At level ``kaya`` there are no flows: one line for all."""
    base = int(account.years[-1])
    years = np.arange(base + 1, until + 1)
    growth, (lines, _) = growth_of(account, scenario, base, years), lines_of(account, scenario)
    moved, every = moved_of(lines, scenario, growth, base, years)[0], slice(None)
    mixed = mixed_of(lines.energy, lines, scenario, base, years)
    shape = (len(account.zones), lines.energy.shape[2], len(years) + 1)
    energy, co2 = np.empty(shape), np.empty(shape)
    energy[..., 0], co2[..., 0] = lines.energy.sum(axis=1), lines.co2.sum(axis=1)
    of_process = np.where(lines.process, lines.co2, 0.0)
    for y in range(len(years)):
        by_money, by_energy, by_factor = (level[..., None] for level in multipliers(growth, every, y))
        x = {name: level[:, y] for name, level in moved.items()}
        tce, tonnes = shifted(lines, every, scenario, None if mixed is None else mixed[..., y], x)
        grid = np.where(lines.grid, growth.grid[0, y], 1.0)
        energy[..., y + 1] = (tce * by_energy).sum(axis=1)
        co2[..., y + 1] = (tonnes * (by_energy * by_factor * grid) + of_process * by_money).sum(axis=1)
    return FlowPaths(lines.flows, np.concatenate(([base], years)), energy, co2)


def mixed_of(energy: FloatArray, lines: Lines, scenario: Scenario, base: int, years: IntArray) -> FloatArray | None:
    """Return energy (zone, sector, flow, year) with the final uses at the shares of the scenario's mix."""
    if not scenario.mix:
        return None
    final = np.flatnonzero(lines.final)
    whole = energy[..., final].sum(axis=2, keepdims=True)
    with np.errstate(all="ignore"):
        share = np.where(whole > 0, energy[..., final] / whole, 0.0)
    keys = {key for row in scenario.mix.values() for key in row if key != "other"}
    place = {flow: i for i, flow in enumerate(final.tolist())}
    own = {key: [place[i] for i in members(lines.flows, key) if i in place] for key in keys}
    future = paths.fractions(scenario.mix, share, own, base, years)
    result = np.repeat(energy[..., None], len(years), axis=3)
    result[:, :, final] = np.where(whole[..., None] > 0, future * whole[..., None], energy[..., final, None])
    return result


def _shift(
    energy: FloatArray,
    co2: FloatArray,
    lines: Lines,
    ends: tuple[list[int], int],
    x: FloatArray,
    ratio: float,
    per_tce: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Return the lines with a share ``x`` of the sources' energy at the target.

    What moves is heat content, so that a kWh replaces a kWh and the basis of the account changes no CO2.
    """
    source, target = ends
    energy, co2 = energy.copy(), co2.copy()
    taken = np.where(energy[..., source] > 0, x, 0.0)
    heat = (energy[..., source] / lines.per_heat[source] * taken).sum(axis=2)
    amount = ratio * lines.per_heat[target] * heat
    energy[..., source] *= 1.0 - taken
    co2[..., source] *= 1.0 - taken
    energy[..., target] += amount
    if per_tce is not None:
        co2[..., target] += np.where(amount == 0, 0.0, amount * per_tce[:, None, target])
    return energy, co2


def differences(corners: FloatArray) -> FloatArray:
    """Turn values at the corners of a multilinear function into its terms, in place (Moebius transform)."""
    for bit in range(len(corners).bit_length() - 1):
        for position in range(len(corners)):
            if position >> bit & 1:
                corners[position] -= corners[position ^ (1 << bit)]
    return corners
