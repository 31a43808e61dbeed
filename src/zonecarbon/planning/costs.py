"""What measures cost: outlay, running cost and what the carriers cost more or less, in 10^4 CNY.

Decided here:

* Money is at the prices of the set's price year. A sum of a later year counts less by the discount rate; sums are
  brought to the first year of the plan.
* Outlay is paid as an annuity over the lifetime, at the discount rate, in the years of the plan in which what was built
  works. A measure that outlives the plan is so charged only for the years that the plan sees, and nothing is built
  early or late for the sake of the horizon.
* A carrier that a measure changes must have a price. None is never zero: free sunlight is written as "0 CNY/MWh".
* A price per tonne or m3 of a carrier whose quantities came as energy goes through the one heat value that the method
  of the account would take for such a tonne, and that is said. Where the method has none, the price is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zonecarbon import units
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.activity import Flow
from zonecarbon.errors import MeasureError, MethodError, Problem, UnitError, Where
from zonecarbon.planning.chain import Chain, Step, cost_in_unit, heat_of_flow
from zonecarbon.projection import paths
from zonecarbon.projection.model import plain_flow
from zonecarbon.records import Price
from zonecarbon.records.carrier_unit import is_standard_coal
from zonecarbon.records.measure import CO2, MONEY
from zonecarbon.vocabulary import carriers, find_carriers


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Costs of the steps of a chain in the years of a plan.

    Parameters
    ----------
    years
        The years of the plan.
    discount : (year,)
        What a sum of each year is worth in the first.
    capital : (step, year)
        Outlay for one unit built in a year [10^4 CNY].
    annuity : (step,)
        Share of the outlay that is paid in each year of the lifetime.
    running : (step,)
        [10^4 CNY] for each unit and year.
    price : (flow, year)
        [10^4 CNY] for one unit of each flow; NaN where none is given and none is needed.
    co2 : (year,)
        [10^4 CNY] for a tonne of CO2; zero without a price.
    notes
        Which prices were brought to another unit by a heat value, and by which.
    """

    years: IntArray
    discount: FloatArray
    capital: FloatArray
    annuity: FloatArray
    running: FloatArray
    price: FloatArray
    co2: FloatArray
    notes: tuple[Problem, ...] = ()

    def of_amount(self, step: Step, at: int) -> FloatArray:
        """Return what each unit of a source (n, year) acted on costs a year, beside outlay [10^4 CNY per own unit]."""
        span = _span(self.years, step)
        total = self.running[at] * step.weight[..., span]
        if step.act.takes:
            total = total - _known(self.price[step.act.source])
        for target, gain in step.act.gains:
            total = total + gain_in(gain, span)[:, 0] * _known(self.price[target])
        return np.asarray(total)


def _known(price: FloatArray) -> FloatArray:
    """Return prices; those that are not needed count nothing."""
    return np.nan_to_num(price, nan=0.0)


def _span(years: IntArray, step: Step) -> slice:
    n = step.weight.shape[-1]
    return slice(n - len(years), n)


def gain_in(gain: FloatArray, span: slice) -> FloatArray:
    """Return a gain (zone or 1, sector or 1, n, year) in some years."""
    return gain[..., span] if gain.shape[-1] > 1 else gain


def annuity_of(rate: float, lifetime: int) -> float:
    """Return the share of an outlay [1/a] that is paid each year over its lifetime [a], at a rate of discount [1/a].

    The capital recovery factor r / (1 - (1 + r)^-n); 1/n at a rate of zero.

    Examples
    --------
    >>> annuity_of(0.0, 10), round(annuity_of(0.08, 15), 6)
    (0.1, 0.11683)
    """
    return 1.0 / lifetime if rate == 0 else rate / -float(np.expm1(-lifetime * np.log1p(rate)))


def costs_of(chain: Chain, years: IntArray, base: int) -> Costs:
    """Return the costs of a chain in some years, the last of its account; price paths start after ``base``.

    Raises
    ------
    MeasureError
        If a carrier that a measure changes has no price (all of them in one error), or a cost or price does not fit.
    """
    rate = chain.measures.discount_rate
    problems: list[Problem] = []
    capital, running = np.zeros((len(chain.steps), len(years))), np.zeros(len(chain.steps))
    for i, step in enumerate(chain.steps):
        measure = step.measure
        try:
            outlay = cost_in_unit(measure.capital, step, chain.account, chain.heat, "capital")
            running[i] = cost_in_unit(measure.running, step, chain.account, chain.heat, "running")
        except MeasureError as error:
            place = f"measure.{measure.name}"
            problems += [
                Problem(found.code, found.values, Where(chain.measures.name, column=f"{place}.{found.where.column}"))
                for found in error.problems
            ]
            continue
        since = chain.measures.price_year
        capital[i] = outlay * (1.0 + measure.capital_rate) ** np.maximum(years - since, 0)
    notes: list[Problem] = []
    price, missing = _prices(chain, years, base, problems, notes)
    if missing:
        problems.append(Problem("measure.no_price", {"flows": ", ".join(missing)}, Where(chain.measures.name)))
    if problems:
        raise MeasureError(problems)
    return Costs(
        years=years,
        discount=(1.0 + rate) ** -(years - years[0]).astype(np.float64),
        capital=capital,
        annuity=np.array([annuity_of(rate, step.measure.lifetime) for step in chain.steps]),
        running=running,
        price=price,
        co2=_of_co2(chain, years, base),
        notes=tuple(notes),
    )


def _prices(
    chain: Chain, years: IntArray, base: int, problems: list[Problem], notes: list[Problem]
) -> tuple[FloatArray, list[str]]:
    """Return the price of each flow that a measure changes, and the names of those that have none."""
    flows = chain.account.flows
    changed = {int(i) for step in chain.steps for i in step.act.source if step.act.takes}
    changed |= {target for step in chain.steps for target, _ in step.act.gains}
    price, missing = np.full((len(flows), len(years)), np.nan), list[str]()
    given = _priced(chain.measures.price)
    for i in sorted(changed):
        flow = flows[i]
        if flow.kind == "process":
            price[i] = 0.0  # output and captured CO2 are no carriers that are bought
            continue
        found = given.get((flow.carrier, flow.supply))
        if found is None:
            supply = f" (supply {flow.supply})" if flow.supply and flow.supply != "grid" else ""
            missing.append(f"{flow.carrier}{supply}")
            continue
        try:
            per_unit = _per_unit(found, flow, chain.heat[i, -len(years) :])
        except UnitError:
            per_unit = _by_heat_value(chain, found, flow, i, problems, notes)[-len(years) :]
        price[i] = per_unit * _level(found, base, years)
    return price, missing


def _members(price: Price) -> int:
    """Return how many carriers a price is for."""
    return 1 if price.carrier == CO2 else len(find_carriers(price.carrier))


def _priced(prices: Sequence[Price]) -> dict[tuple[str, str], Price]:
    """Return the price of each carrier and supply: its own before that of a group it belongs to."""
    found: dict[tuple[str, str], Price] = {}
    for own in (False, True):
        for item in sorted(prices, key=lambda item: -_members(item)):  # a narrower group stands before a wider one
            if item.carrier != CO2 and (item.carrier in carriers()) is own:
                found |= {(carrier, item.supply): item for carrier in find_carriers(item.carrier)}
    return found


def _per_unit(price: Price, flow: Flow, heat: FloatArray) -> FloatArray:
    """Return a price [10^4 CNY per unit of the flow] (year,)."""
    value, unit = units.split(price.price)
    below = unit.rpartition("/")[2]
    try:
        if flow.unit != "tce" and not is_standard_coal(below):
            return np.full(len(heat), value * units.factor(unit, f"{MONEY}/{flow.unit}"))
    except UnitError:  # by energy, of a flow by mass or volume: through its heat content
        pass
    return np.asarray(value * units.factor(unit, f"{MONEY}/tce") * heat)


def _by_heat_value(
    chain: Chain, price: Price, flow: Flow, at: int, problems: list[Problem], notes: list[Problem]
) -> FloatArray:
    """Return a price by mass or volume [10^4 CNY per unit of the flow] (year,) of a flow that is counted as energy."""
    value, unit = units.split(price.price)
    plain = plain_flow(flow.carrier, flow.supply)
    own = plain.unit
    told = {"text": price.price, "carrier": flow.carrier, "unit": flow.unit, "own": own}
    where = Where(chain.measures.name, column="price")
    try:
        per_own = value * units.factor(unit, f"{MONEY}/{own}")
    except UnitError:
        wanted = ", ".join(dict.fromkeys((own, "tce", "GJ")))
        _once(problems, Problem("measure.price_unit", {**told, "units": wanted}, where))
        return np.full(chain.heat.shape[1], np.nan)
    try:
        heat = heat_of_flow(chain.account, plain)
    except MethodError:
        _once(problems, Problem("measure.price_heat", told, where))
        return np.full(chain.heat.shape[1], np.nan)
    by = f"{heat[0] * units.factor('tce', 'kgce'):.6g} kgce/{own}"
    _once(notes, Problem("measure.price_by_heat", {**told, "by": by}))
    return np.asarray(per_own / heat * chain.heat[at])


def _once(problems: list[Problem], problem: Problem) -> None:
    """Add a problem, unless that price has it: two uses of a carrier have one price, whatever each is counted in."""
    what = (problem.code, problem.values["carrier"], problem.values["text"])
    if what not in {(other.code, other.values.get("carrier"), other.values.get("text")) for other in problems}:
        problems.append(problem)


def _level(price: Price, base: int, years: IntArray) -> FloatArray:
    if price.path is None:
        return np.ones(len(years))
    every = np.arange(base + 1, int(years[-1]) + 1)
    return paths.growth(price.path, base, every, f"price {price.carrier}")[-len(years) :]


def _of_co2(chain: Chain, years: IntArray, base: int) -> FloatArray:
    found = next((item for item in chain.measures.price if item.carrier == CO2), None)
    if found is None:
        return np.zeros(len(years))
    value, unit = units.split(found.price)
    try:
        return value * units.factor(unit, f"{MONEY}/tCO2") * _level(found, base, years)
    except UnitError:
        raise MeasureError("measure.price_co2", Where(chain.measures.name, column="price"), text=found.price) from None
