"""Results in IAMC form: model, scenario, region, variable, unit, year, value.

Decided here, after the variable list that model comparisons share (IAMconsortium/common-definitions, June 2026):

* **Final energy is calorific, whatever the basis of the account.** ``Final Energy|Industry|...`` counts electricity by
  its heat content (3.6 GJ/MWh), heat by its GJ, fuels by standard coal x 29.3076 GJ/tce (fuels have one coefficient on
  both bases). It is final use, of whatever supply (electricity of the zone's own plant is used as much as bought
  electricity is), less what is sold on; feedstock is ``Final Energy|Non-Energy Use``; what goes into and comes out of
  transformation, and energy media, are no final energy. What was made here and sold was never used: listed output of
  transformation covers it. Where more is sold than used and no output is listed, final energy is not known. Where
  a figure is known only as standard coal of the equivalent basis, its heat content is not known, and the row is left
  out, and with it the rows of every branch above.
* **Comprehensive energy (综合能耗) is no IAMC variable**: it nets transformation, counts media, and on the equivalent
  basis electricity as the coal behind it. It gets a name of its own that says its basis, ``Comprehensive
  Energy|Industry [Calorific]`` or ``[Equivalent]``, and so do its intensities. Calling the equivalent figure final
  energy would overstate electricity about two and a half times.
* **Emissions**: combustion of fuels is ``Emissions|CO2|Energy|Demand|Industry`` (IPCC 1A2, which holds the power plants
  of industry itself), processes ``Emissions|CO2|Industrial Processes``. The list has no indirect emissions. As a branch
  (``...|Industry|Indirect``) they would be added into the direct ones by every tool that sums branches, so they stand
  beside: ``Emissions|CO2|Energy|Demand|Industry [Indirect]``, in the way the list marks other variants (``[NGHGI]``,
  ``[per capita]``); the zone's total is ``Emissions|CO2 [Direct and Indirect]``.
* **Value added** is ``Value Added|Industry`` in ``billion CNY_2020/yr``; the year is that of the prices, and nominal
  figures have none. The list's industry is ISIC B-F; industrial value added (工业增加值) is without construction (F).
* **Intensities have no "/yr"** (common-definitions, pull request 366).
* **Quantiles** are ``<variable>|50.0th Percentile``, as in the AR6 scenario database; the variable itself is history
  and the path without shocks. Their regions are zones, and one name for all zones together, whose quantiles are no
  sums.
* **What is not known has no row**: the format has no sign for it, and pyam drops NaN. It is never 0.
* A region is a zone. Sectors stay out: free labels are no ISIC classes.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.activity import NOMINAL, Flow
from zonecarbon.errors import DataWarning, InputError, MissingOptionalDependencyError, Problem
from zonecarbon.projection import Ensemble
from zonecarbon.vocabulary import UNREAD, read_rows

if TYPE_CHECKING:
    import pandas as pd
    import pyam

FINAL, FEEDSTOCK = "Final Energy|Industry", "Final Energy|Non-Energy Use"
DIRECT, INDIRECT = "Emissions|CO2|Energy|Demand|Industry", "Emissions|CO2|Energy|Demand|Industry [Indirect]"
PROCESS, TOTAL_CO2 = "Emissions|CO2|Industrial Processes", "Emissions|CO2 [Direct and Indirect]"
VALUE_ADDED = "Value Added|Industry"
CO2_INTENSITY = "Emission Intensity|CO2|Industry [Direct and Indirect]"
BASES = {"calorific": "[Calorific]", "equivalent": "[Equivalent]"}
COLUMNS = ("model", "scenario", "region", "variable", "unit", "year", "value")
_ROUNDING, _SHOWN = 1e-12, 20
_ENERGY, _CO2, _MONEY = "EJ", "Mt CO2", "billion CNY"


@cache
def fuels() -> Mapping[str, str]:
    """Return the IAMC fuel of each carrier; empty for what is no final energy."""
    return {row["carrier_id"]: row["fuel"] for row in read_rows("iamc", "fuels.csv")}


def _fuel(carrier: str) -> str:
    """Return the fuel of a carrier of an account; what could not be read is unknown other energy."""
    return fuels().get("other_energy" if carrier == UNREAD.id else carrier, "")


@cache
def listed() -> frozenset[str]:
    """Return the fuels of the list that stand below a total, groups of groups (``Solids``) among them."""
    return frozenset(branch for fuel in fuels().values() if fuel for branch in _upwards(fuel)) - {""}


def comprehensive(basis: str, intensity: bool = False) -> str:
    """Return the name of comprehensive energy, or of its intensity, on a basis."""
    return f"Comprehensive Energy{' Intensity' if intensity else ''}|Industry {BASES[basis]}"


class _Series(NamedTuple):
    """One variable: (region, year), in one unit or a unit each."""

    variable: str
    unit: str | ObjectArray
    values: FloatArray


def to_iamc(
    result: Account | Ensemble, *, model: str = "", scenario: str = "", portfolio: str = "All zones"
) -> "pd.DataFrame":
    """Return an account or an ensemble in the long format of the IAMC, a row each figure.

    Parameters
    ----------
    result
        An :class:`~zonecarbon.Account` or an :class:`~zonecarbon.Ensemble`.
    model, scenario
        What stands in these columns; ``zonecarbon`` with its version, and ``historical`` or the name of the scenario.
    portfolio
        The region of all zones of an ensemble together; an account has no such rows (its regions add up).

    Returns
    -------
    DataFrame
        ``model scenario region variable unit year value``. Energy in EJ/yr, CO2 in Mt CO2/yr, money in billion CNY of
        its price year; intensities without "/yr". What is not known has no row.

    Raises
    ------
    InputError
        If the result is of another kind, or a zone has the name of ``portfolio``.

    Warns
    -----
    DataWarning
        If more of a carrier is sold than finally used: its final energy is not known then, and has no row.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> activity = zc.Activity.from_arrays([[[1e6], [500.0]]], flows=["electricity", "coke"], zones=["A"], years=[2022])
    >>> frame = to_iamc(zc.account(activity, electricity="0.5 kgCO2/kWh"))
    >>> row = frame[frame["variable"] == "Final Energy|Industry|Electricity"].iloc[0]
    >>> row["region"], row["unit"], int(row["year"]), round(float(row["value"]), 6)
    ('A', 'EJ/yr', 2022, 0.0036)
    """
    frame, problems = _rows(result, model, scenario, portfolio)
    _warn(problems)
    return frame


def _warn(problems: Sequence[Problem]) -> None:
    if problems:
        warnings.warn("\n".join(problem.text() for problem in problems), DataWarning, stacklevel=3)


def _rows(
    result: Account | Ensemble, model: str, scenario: str, portfolio: str
) -> tuple["pd.DataFrame", list[Problem]]:
    """Return the rows of :func:`to_iamc`, and what a reader must know of them."""
    problems: list[Problem] = []
    if isinstance(result, Account):
        series = list(_of_account(result, problems))
        return _frame(series, result, result.zones, model, scenario or "historical"), problems
    if not isinstance(result, Ensemble):
        raise InputError("interop.result", got=type(result).__name__, what="to_iamc", known="Account, Ensemble")
    if portfolio in result.zones.tolist():
        raise InputError("interop.portfolio", name=portfolio)
    regions = np.array([*result.zones, portfolio], dtype=object)
    return _frame(list(_of_ensemble(result)), result, regions, model, scenario or result.scenario.name), problems


def to_pyam(
    result: Account | Ensemble, *, model: str = "", scenario: str = "", portfolio: str = "All zones"
) -> "pyam.IamDataFrame":
    """Return an account or an ensemble as a :class:`pyam.IamDataFrame`: the rows of :func:`to_iamc`.

    Method, basis, price years, input hash and version stand in its ``meta``; of an ensemble also draws, seed and
    sampling.

    Parameters
    ----------
    result, model, scenario, portfolio
        As for :func:`to_iamc`.

    Raises
    ------
    InputError
        As :func:`to_iamc`; or if no figure at all is known.
    MissingOptionalDependencyError
        If pyam is not installed.

    Examples
    --------
    >>> frame = to_pyam(account, scenario="observed")  # doctest: +SKIP
    >>> frame.filter(variable="Final Energy*").plot()  # doctest: +SKIP
    """
    try:
        import pyam
    except ImportError as error:
        raise MissingOptionalDependencyError("missing", package="pyam-iamc", extra="iamc") from error
    import pandas as pd

    frame, problems = _rows(result, model, scenario, portfolio)
    if frame.empty:
        raise InputError("interop.unknown", got=repr(result))
    _warn(problems)
    frame.attrs = {}  # pandas would copy them deeply at every step of pyam
    names = frame[["model", "scenario"]].drop_duplicates()
    meta = pd.DataFrame(_meta(result), index=pd.MultiIndex.from_frame(names))
    return pyam.IamDataFrame(frame, meta=meta)


def _meta(result: Account | Ensemble) -> dict[str, str | int]:
    account = result if isinstance(result, Account) else result.account
    found: dict[str, str | int] = {
        "method": account.method.name,
        "basis": account.basis,
        "price_years": ", ".join(account.price_years()),
        "input_hash": account.activity.input_hash,
        "zonecarbon_version": _version(),
    }
    if isinstance(result, Ensemble):
        found |= {"draws": result.draws, "seed": str(result.seed), "sampling": result.sampling}
    return {name: value for name, value in found.items() if value != ""}


def _version() -> str:
    from importlib.metadata import version

    return version("zonecarbon")


def _frame(
    series: Sequence[_Series], result: Account | Ensemble, regions: NDArray[Any], model: str, scenario: str
) -> "pd.DataFrame":
    """Return known figures as rows, in the order of variables, regions, years."""
    import pandas as pd

    known = [np.nonzero(~np.isnan(one.values)) for one in series]
    counts = [len(place[0]) for place in known]
    unit = [np.broadcast_to(np.asarray(one.unit, dtype=object), one.values.shape) for one in series]
    region, year = (np.concatenate([place[axis] for place in known]) for axis in (0, 1))
    frame = pd.DataFrame(
        {
            "model": model or f"zonecarbon {_version()}",
            "scenario": scenario,
            "region": regions[region],
            "variable": np.repeat(np.array([one.variable for one in series], dtype=object), counts),
            "unit": np.concatenate([all_units[place] for all_units, place in zip(unit, known, strict=True)]),
            "year": result.years[year],
            "value": np.concatenate([one.values[place] for one, place in zip(series, known, strict=True)]),
        },
        columns=list(COLUMNS),
    )
    frame.attrs["provenance"] = result.provenance.to_dict()
    return frame


# -- accounts ----------------------------------------------------------------------------------------------------------


def _of_account(account: Account, problems: list[Problem]) -> Iterator[_Series]:
    yield from _final_energy(account, problems)
    yield _energy(account.basis, account.total("energy"))
    yield from _emissions(account)
    yield from _money(account.value_added, account.activity.price_year)
    yield from _intensities(
        account.basis, account.total("energy"), account.total("co2"), account.value_added, account.activity.price_year
    )


def _energy(basis: str, tce: FloatArray) -> _Series:
    return _Series(comprehensive(basis), f"{_ENERGY}/yr", tce * units.factor("tce", _ENERGY))


def _final_energy(account: Account, problems: list[Problem]) -> Iterator[_Series]:
    """Return final energy by fuel, its parents and its total, calorific [EJ/yr]."""
    content = _heat_content(account)
    for name, use in ((FINAL, "final"), (FEEDSTOCK, "feedstock")):
        if use == "feedstock" and account.method.feedstock == "deduct":
            continue  # the coefficients are 0 then: the figure is not made
        # The total of final energy is there even where nothing is used: without it, nothing would be said of it.
        nothing = np.zeros((len(account.zones), len(account.years)))
        branches: dict[str, FloatArray] = {"": nothing} if use == "final" else {}
        for carrier, amount in _by_carrier(account, use, content, problems).items():
            for branch in _upwards(_fuel(carrier)):
                branches[branch] = branches[branch] + amount if branch in branches else amount
        for branch in sorted(branches):
            values = _where_by_rows(account, branches[branch]) * units.factor("GJ", _ENERGY)
            yield _Series(f"{name}|{branch}" if branch else name, f"{_ENERGY}/yr", values)


def _by_carrier(account: Account, use: str, content: FloatArray, problems: list[Problem]) -> dict[str, FloatArray]:
    """Return the final energy (or feedstock) of each carrier [GJ], (zone, year); where it is below zero, NaN.

    What is used counts as it was given: electricity of the zone's own plant is used too, although an account takes it
    out beside the fuel that made it. What is sold counts as netted: what the zone made and sold was never used.
    """
    used: dict[str, FloatArray] = {}
    sold: dict[str, FloatArray] = {}
    for at, flow in enumerate(account.flows):
        sign = _sign(flow, use)
        if not sign or not _fuel(flow.carrier):
            continue
        quantity = account.activity.quantity if sign > 0 else account.quantity
        amount = _times(quantity[:, :, at], content[at]).sum(axis=1)
        into, other = (used, sold) if sign > 0 else (sold, used)
        into[flow.carrier] = into.get(flow.carrier, 0.0) + amount
        other.setdefault(flow.carrier, np.zeros_like(amount))
    return {carrier: _left(account, carrier, used[carrier], sold[carrier], problems) for carrier in used}


def _left(account: Account, carrier: str, used: FloatArray, sold: FloatArray, problems: list[Problem]) -> FloatArray:
    """Return what is used less what is sold on; more sold than used was made here, and what is left is not known."""
    left = used - sold
    left[np.abs(left) <= _ROUNDING * used] = 0.0
    if (below := left < 0).any():
        places = [f"{account.zones[zone]} {account.years[year]}" for zone, year in np.argwhere(below)[:_SHOWN]]
        told = ", ".join(places) + (", ..." if below.sum() > _SHOWN else "")
        problems.append(Problem("interop.sold", {"carrier": carrier, "places": told}))
    return np.where(below, np.nan, left)


def _sign(flow: Flow, use: str) -> int:
    if flow.use == use:
        return 1
    # What is sold on was not used here; on-site non-fossil energy that leaves was never counted as used.
    return -1 if use == "final" and flow.use == "export" and flow.supply != "onsite_nonfossil" else 0


def _upwards(fuel: str) -> list[str]:
    """Return ``Solids|Coal``, ``Solids`` and the empty name of the total."""
    parts = fuel.split("|")
    return ["|".join(parts[:n]) for n in range(len(parts), -1, -1)]


def _heat_content(account: Account) -> FloatArray:
    """Return GJ per unit of each flow (flow, year); NaN where it is known on the equivalent basis only."""
    coefficients = account.coefficients.energy
    found = np.full(coefficients.shape, np.nan)
    for at, flow in enumerate(account.flows):
        if flow.unit in {"MWh", "GJ"}:
            found[at] = units.factor(flow.unit, "GJ")
        elif flow.unit == "tce" and flow.basis == "calorific":
            found[at] = units.factor("tce", "GJ")
        elif flow.kind == "fuel" or _is_calorific(account, flow):
            found[at] = coefficients[at] * units.factor("tce", "GJ")
    return found


def _is_calorific(account: Account, flow: Flow) -> bool:
    return account.basis == "calorific" or (flow.kind == "heat" and "heat" not in account.method.equivalent)


def _times(quantity: FloatArray, content: FloatArray) -> FloatArray:
    """Return the product; nothing used is nothing, whatever its heat content."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(quantity == 0.0, 0.0, quantity * content)


def _where_by_rows(account: Account, values: FloatArray) -> FloatArray:
    """Return figures with NaN in zone-years that have no energy rows: a reported total has no parts."""
    has_energy = account.activity.has_energy
    return values if has_energy is None else np.where(has_energy, values, np.nan)


def _emissions(account: Account) -> Iterator[_Series]:
    to, unit = units.factor("tCO2", _CO2), f"{_CO2}/yr"
    kinds = {flow.carrier: flow.kind for flow in account.flows}
    if not account.flows:
        by_carrier = np.zeros((0, len(account.zones), len(account.years)))
    else:
        by_carrier = account.total("co2", by=("carrier", "zone", "year"))
    for name, wanted in ((DIRECT, {"fuel"}), (INDIRECT, {"electricity", "heat"}), (PROCESS, {"process"})):
        rows = [at for at, carrier in enumerate(account.carriers.tolist()) if kinds[carrier] in wanted]
        if rows:
            values = by_carrier[rows].sum(axis=0)
            yield _Series(name, unit, _where_by_rows(account, values) * to)
    yield _Series(TOTAL_CO2, unit, account.total("co2") * to)


def _money(value_added: FloatArray, price: IntArray) -> Iterator[_Series]:
    if not np.isnan(value_added).all():
        yield _Series(VALUE_ADDED, _per_money(price, "", "/yr"), value_added * units.factor("10^4 CNY", "10^9 CNY"))


def _per_money(price: IntArray, before: str, after: str) -> ObjectArray:
    """Return units with the price year of each zone and year; nominal money has none."""
    names = {year: "" if year in {NOMINAL, 0} else f"_{year}" for year in np.unique(price).tolist()}
    found = np.full(price.shape, "", dtype=object)
    for year, name in names.items():
        found[price == year] = f"{before}{_MONEY}{name}{after}"
    return found


def _intensities(
    basis: str, energy: FloatArray, co2: FloatArray, money: FloatArray, price: IntArray
) -> Iterator[_Series]:
    if np.isnan(money).all():
        return
    billions = np.where(money > 0, money * units.factor("10^4 CNY", "10^9 CNY"), np.nan)
    ej, mt = energy * units.factor("tce", _ENERGY), co2 * units.factor("tCO2", _CO2)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        levels = ej / billions, mt / billions
    yield _Series(comprehensive(basis, intensity=True), _per_money(price, f"{_ENERGY}/", ""), levels[0])
    yield _Series(CO2_INTENSITY, _per_money(price, f"{_CO2}/", ""), levels[1])


# -- ensembles ---------------------------------------------------------------------------------------------------------


def percentile(level: float) -> str:
    """Return the last part of a quantile's name, as the AR6 database writes it.

    Examples
    --------
    >>> percentile(0.5), percentile(0.025)
    ('50.0th Percentile', '2.5th Percentile')
    """
    return f"{float(f'{100 * level:.10g}')}th Percentile"


def _of_ensemble(ensemble: Ensemble) -> Iterator[_Series]:
    price = _prices(ensemble)
    for what in ensemble.indicators:
        for statistic, values in _statistics(ensemble, what):
            for variable, unit, figures in _of_indicator(ensemble.account.basis, what, values, price):
                yield _Series(f"{variable}|{statistic}" if statistic else variable, unit, figures)


def _statistics(ensemble: Ensemble, what: str) -> Iterator[tuple[str, FloatArray]]:
    """Return each statistic (zones and all together, year)."""
    yield "", np.vstack([ensemble.path(what), ensemble.path(what, "")])
    yield "Mean", np.vstack([ensemble.mean(what), ensemble.mean(what, "")])
    for level in ensemble.levels.tolist():
        yield percentile(level), np.vstack([ensemble.quantile(level, what), ensemble.quantile(level, what, "")])


def _prices(ensemble: Ensemble) -> IntArray:
    """Return the price year (zones and all together, year): projected value added keeps the prices of the base year.

    All together have one where their zones have one; else 0.
    """
    history = ensemble.account.activity.price_year
    ahead = np.repeat(history[:, -1:], len(ensemble.model.years), axis=1)
    zones = np.concatenate((history, ahead), axis=1)
    low = np.where(zones == 0, np.iinfo(np.int64).max, zones).min(axis=0)
    high = np.where(zones == 0, np.iinfo(np.int64).min, zones).max(axis=0)
    return np.vstack([zones, np.where(low == high, low, 0)])


def _of_indicator(basis: str, what: str, values: FloatArray, price: IntArray) -> Iterator[_Series]:
    priced = np.where(price == 0, np.nan, values)  # money of mixed price years is no sum
    if what == "energy":
        yield _energy(basis, values)
    elif what == "co2":
        yield _Series(TOTAL_CO2, f"{_CO2}/yr", values * units.factor("tCO2", _CO2))
    elif what == "value_added":
        yield from _money(priced, price)
    else:
        per = units.factor("10^4 CNY", "10^9 CNY")
        own, top, name = ("tCO2", _CO2, CO2_INTENSITY)
        if what == "energy_intensity":
            own, top, name = ("tce", _ENERGY, comprehensive(basis, intensity=True))
        yield _Series(name, _per_money(price, f"{top}/", ""), priced * (units.factor(own, top) / per))
