"""Measures on the flows of an account: which flows each acts on, how much of them, and what takes their place.

Decided here:

* What a measure acts on is counted in heat content, tce on the calorific basis whatever the basis of the account, so
  that a kWh replaces a kWh; of a product in its own unit; and for ``capture`` in tCO2. This is the *unit of the
  measure*; its costs and limits are brought to it.
* Only final use is acted on, as by the shifts of a scenario. What is exported, generated or feedstock stays.
* Captured CO2 is a flow of its own that leaves (a process flow, unit tCO2, use ``export``), so the account after
  measures shows it, and energy knows nothing of it.
* A measure whose source an account does not have does nothing there, and that is said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from zonecarbon import units
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.accounting.coefficients import find_coefficients
from zonecarbon.activity import Flow
from zonecarbon.catalog import default_catalog
from zonecarbon.errors import MeasureError, Problem, UnitError, Where
from zonecarbon.kernels.measure import Act
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.projection.extending import with_flows
from zonecarbon.projection.model import members, plain_flow
from zonecarbon.records import Measure, MeasureSet
from zonecarbon.records.carrier_unit import is_standard_coal
from zonecarbon.records.cells import LAST_YEAR
from zonecarbon.records.measure import per_unit

CAPTURED = Flow(carrier="", use="export", unit="tCO2", product="captured CO2")
_FIXED = {"process", "reported"}


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One measure on one account.

    Parameters
    ----------
    measure, act
        The record, and what it does to flows.
    unit
        The unit of the measure: ``tce``, ``tCO2``, or that of a product.
    weight : (zone or 1, n, year)
        Units of the measure for one unit of each source.
    potential : (zone,)
        Share of the source that can be acted on.
    limit : (zone,)
        The most that can be acted on in a year, in the unit of the measure; infinite where nothing is said.
    first, last : (zone,)
        Years in which it can be built.
    sectors : (sector,)
        Whether it acts there.
    """

    measure: Measure
    act: Act
    unit: str
    weight: FloatArray
    potential: FloatArray
    limit: FloatArray
    first: IntArray
    last: IntArray
    sectors: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The measures of a set on an account that has all the flows they need."""

    account: Account
    measures: MeasureSet
    steps: tuple[Step, ...]
    heat: FloatArray  # (flow, year): tce of heat content for one unit
    notes: tuple[Problem, ...] = ()


def chain_of(account: Account, measures: MeasureSet) -> Chain:
    """Return the measures on an account.

    Raises
    ------
    MeasureError
        If a zone, a sector or a unit of a measure does not fit the account; all problems at once.
    MethodError
        If a carrier that a measure needs has no single standard-coal coefficient.
    """
    _check_names(account, measures)
    longer = with_flows(account, needed_flows(account, measures))
    heat = heat_of(longer)
    steps, notes, problems = list[Step](), list[Problem](), list[Problem]()
    for i, measure in enumerate(measures.measure):
        source = _sources(longer, measure, heat)
        if not len(source):
            notes.append(Problem("measure.idle", {"measure": measure.name}))
            continue
        try:
            steps.append(_step(longer, measure, source, heat))
        except MeasureError as error:
            problems += [
                Problem(
                    problem.code, problem.values, Where(measures.name, column=f"measure.{i}.{problem.where.column}")
                )
                for problem in error.problems
            ]
    problems += [*_captured_twice(steps, measures), *_captured_early(steps, measures)]
    if problems:
        raise MeasureError(problems)
    return Chain(longer, measures, tuple(steps), heat, tuple(notes))


def needed_flows(account: Account, measures: MeasureSet) -> tuple[Flow, ...]:
    """Return the flows that measures bring and that an account does not have."""
    flows = {_key(flow): flow for flow in account.flows}
    own = len(flows)  # fewer than the flows of the account, where energy and CO2 are both reported
    for measure in measures.measure:  # in order: one may act on what another has brought
        flows |= {_key(flow): flow for flow in _needed(measure, tuple(flows.values())) if _key(flow) not in flows}
    return tuple(flows.values())[own:]


def _key(flow: Flow) -> tuple[str, ...]:
    return flow.carrier, flow.use, flow.supply, flow.product


def _check_names(account: Account, measures: MeasureSet) -> None:
    """Refuse zones and sectors that the account does not have."""
    zones, sectors, problems = set(account.zones.tolist()), set(account.sectors.tolist()), []
    for i, measure in enumerate(measures.measure):
        for name in sorted(set(measure.zones) - zones):
            told = {"zone": name, "known": ", ".join(map(str, account.zones[:10]))}
            problems.append(Problem("measure.zone", told, Where(measures.name, column=f"measure.{i}.zones.{name}")))
        for name in sorted(set(measure.sectors) - sectors):
            told = {"sector": name, "known": ", ".join(map(str, account.sectors[:10])) or "-"}
            problems.append(Problem("measure.sector", told, Where(measures.name, column=f"measure.{i}.sectors")))
    if problems:
        raise MeasureError(problems)


def _needed(measure: Measure, flows: tuple[Flow, ...]) -> list[Flow]:
    """Return the flows that a measure adds to, if there is anything to act on."""
    if not _members(flows, measure):
        return []
    needed = [plain_flow(measure.target, measure.target_supply)] if measure.target else []
    needed += [plain_flow(carrier) for carrier in measure.extra]
    return [*needed, CAPTURED] if measure.kind == "capture" else needed


def _members(flows: tuple[Flow, ...], measure: Measure) -> list[int]:
    if measure.product:
        names = set(measure.product)
        return [
            i for i, flow in enumerate(flows) if flow.kind == "process" and flow.use != "export"
            and flow.product in names
        ]  # fmt: skip
    return sorted({i for word in measure.source for i in members(flows, word, measure.source_supply)})


def _sources(account: Account, measure: Measure, heat: FloatArray) -> IntArray:
    """Return the flows that a measure acts on: those with heat content, and not the target itself."""
    target = _key(plain_flow(measure.target, measure.target_supply)) if measure.target else None
    found = [i for i in _members(account.flows, measure) if _key(account.flows[i]) != target]
    if not measure.product:
        found = [i for i in found if account.flows[i].kind not in _FIXED and (heat[i] > 0).all()]
    return np.array(found, dtype=np.int64)


def heat_of(account: Account) -> FloatArray:
    """Return the heat content (flow, year) of one unit of each flow [tce], whatever the basis of the account."""
    if account.basis == "calorific":
        return account.coefficients.energy
    return _heat(account, account.flows, lambda _: False)


def heat_of_flow(account: Account, flow: Flow) -> FloatArray:
    """Return the heat content (year,) [tce] of one unit of a flow, by what the method of the account would take for it.

    Raises
    ------
    MethodError
        If the method has no single standard-coal coefficient for it.
    """
    return np.asarray(_heat(account, (flow,), lambda _: True)[0])


def _heat(account: Account, flows: Sequence[Flow], is_used: Callable[[int], bool]) -> FloatArray:
    method = account.method.model_copy(update={"basis": "calorific"})
    catalog = account.catalog or default_catalog()
    years, provinces = account.years.tolist(), account.activity.provinces
    return find_coefficients(flows, years, provinces, method, catalog, is_used).energy


def _step(account: Account, measure: Measure, source: IntArray, heat: FloatArray) -> Step:
    flows = [account.flows[i] for i in source]
    weight, unit = _weight(account, measure, source, heat)
    at = {_key(flow): i for i, flow in enumerate(account.flows)}
    gains: list[tuple[int, FloatArray]] = []
    if measure.target:
        to = at[_key(plain_flow(measure.target, measure.target_supply))]
        with np.errstate(over="ignore"):
            gains.append((to, (measure.ratio * heat[source] / heat[to])[None, None]))
    for carrier, text in measure.extra.items():
        to = at[_key(plain_flow(carrier))]
        per = _extra(text, account.flows[to], heat[to], unit, measure, (flows, heat[source]))
        gains.append((to, weight[:, None] * per))
    if measure.kind == "capture":
        gains.append((at[_key(CAPTURED)], _co2_of(account, source)[:, None]))
    own = [measure.zones.get(str(zone)) for zone in account.zones]
    limit = _in_unit(measure.limit, unit, flows, heat[source], "limit") if measure.limit else np.inf
    limits = [
        _in_unit(site.limit, unit, flows, heat[source], "zones") if site and site.limit else limit for site in own
    ]
    shares = [measure.potential if site is None or site.potential is None else site.potential for site in own]
    starts = [measure.start if site is None or site.start is None else site.start for site in own]
    inside = [not measure.sectors or name in measure.sectors for name in account.sectors.tolist()]
    return Step(
        measure=measure,
        act=Act(source, measure.kind != "capture", tuple(gains)),
        unit=unit,
        weight=weight,
        potential=np.array(shares, dtype=np.float64),
        limit=np.array(limits, dtype=np.float64),
        first=np.array([start or 0 for start in starts], dtype=np.int64),
        last=np.full(len(own), measure.end or LAST_YEAR, dtype=np.int64),
        sectors=np.array(inside, dtype=np.bool_),
    )


def _weight(account: Account, measure: Measure, source: IntArray, heat: FloatArray) -> tuple[FloatArray, str]:
    """Return units of the measure per unit of each source (zone or 1, n, year), and that unit."""
    if measure.kind == "capture":
        return _co2_of(account, source), "tCO2"
    if not measure.product:
        return heat[source][None], "tce"
    own = {account.flows[i].unit for i in source}
    if len(own) > 1:
        told = {"measure": measure.name, "units": ", ".join(sorted(own))}
        raise MeasureError(Problem("measure.product_units", told, Where(column="product")))
    return np.ones((1, len(source), len(account.years))), own.pop()


def _co2_of(account: Account, source: IntArray) -> FloatArray:
    """Return tCO2 for one unit of each source (zone, n, year)."""
    table = account.coefficients
    return np.asarray(table.co2[:, source][table.group])


def _extra(
    text: str, flow: Flow, heat: FloatArray, unit: str, measure: Measure, sources: tuple[Sequence[Flow], FloatArray]
) -> FloatArray:
    """Return units of a flow needed for one unit of the measure (year,) or one number."""
    value, written = units.split(text)
    top, _, below = written.rpartition("/")
    try:
        by_energy = unit == "tce" and not is_standard_coal(below)
        scale = _tce_of_one(below, *sources) if by_energy else units.factor(below, unit)
        if is_standard_coal(top) or flow.unit == "tce":  # heat content, into whatever the flow is counted in
            tce = units.factor(top, "tce") if is_standard_coal(top) else _heat_of(top)
            return np.asarray(value * tce / heat / scale)
        return np.asarray(value * units.factor(top, flow.unit) / scale)
    except UnitError:
        told = {"text": text, "have": flow.unit, "unit": unit, "measure": measure.name}
        raise MeasureError(Problem("measure.extra", told, Where(column="extra"))) from None


def _heat_of(unit: str) -> float:
    """Return tce of one unit of energy."""
    return units.factor(unit, "GJ") / units.factor("tce", "GJ")


def _in_unit(text: str, unit: str, flows: Sequence[Flow], heat: FloatArray, column: str) -> float:
    """Return an amount in the unit of a measure: electricity through its own coefficient, as the account counts it."""
    value, written = units.split(text)
    try:
        if unit != "tce" or is_standard_coal(written):
            return value * units.factor(written, unit)
        return value * _tce_of_one(written, flows, heat)
    except UnitError:
        told = {"text": text, "unit": unit}
        raise MeasureError(Problem("measure.unit", told, Where(column=column))) from None


def _tce_of_one(written: str, flows: Sequence[Flow], heat: FloatArray) -> float:
    """Return tce of one unit of what a measure acts on; the sources must agree on it."""
    own = {flow.unit for flow in flows}
    unit = next(iter(own))
    if len(own) > 1 or unit == "tce" or units.dimension(unit) != units.dimension(written):  # tce has a basis of its own
        return _heat_of(written)
    if unit != "GJ" and len(np.unique(heat[:, 0])) > 1:
        raise UnitError("unit.text", text=written)
    return units.factor(written, unit) * float(heat[0, 0])


def cost_in_unit(text: str, step: Step, account: Account, heat: FloatArray, column: str) -> float:
    """Return a cost [10^4 CNY per unit of the measure].

    Raises
    ------
    MeasureError
        If what the cost is for cannot be brought to the unit of the measure.
    """
    if not text:
        return 0.0
    value, below = per_unit(text)
    written = units.split(text)[1].rpartition("/")[2]
    flows = [account.flows[i] for i in step.act.source]
    try:
        if step.unit != "tce" or is_standard_coal(written):
            return value * units.factor(step.unit, below)
        own = units.factor(written.strip("()（） ") or below, below)
        return value * own / _tce_of_one(written, flows, heat[step.act.source])
    except UnitError:
        told = {"text": text, "unit": step.unit}
        raise MeasureError(Problem("measure.unit", told, Where(column=column))) from None


def _captured_twice(steps: Sequence[Step], measures: MeasureSet) -> list[Problem]:
    """Refuse captures that together could take more CO2 from a flow than it has."""
    capturing = [step for step in steps if step.measure.kind == "capture"]
    problems = []
    for i, step in enumerate(capturing):
        own = set(step.act.source.tolist())
        beside = [
            other
            for other in capturing[:i]
            if own & set(other.act.source.tolist())
            and other.measure.name not in step.measure.excludes
            and step.measure.name not in other.measure.excludes
        ]
        if beside and (sum(other.potential for other in beside) + step.potential > 1 + EQUALITY).any():
            told = {"a": ", ".join(other.measure.name for other in beside), "b": step.measure.name}
            problems.append(Problem("measure.captured_twice", told, Where(measures.name)))
    return problems


def _captured_early(steps: Sequence[Step], measures: MeasureSet) -> list[Problem]:
    """Refuse measures that take away what an earlier one has captured the CO2 of."""
    problems = []
    for i, step in enumerate(steps):
        for other in steps[i + 1 :]:
            same = set(step.act.source.tolist()) & set(other.act.source.tolist())
            if step.measure.kind == "capture" and other.act.takes and same:
                told = {"capture": step.measure.name, "later": other.measure.name}
                problems.append(Problem("measure.captured_early", told, Where(measures.name)))
    return problems
