"""An account that goes on: the path of a scenario without its shocks, as an account of more years.

Decided here: what a scenario says without uncertainty is worked out flow by flow and kept as quantities, so that the
years to come are an :class:`~zonecarbon.Account` like those of the past and every verb works on them. Energy, CO2 and
value added by zone and year are those of ``project``. Coefficients of the years to come are those of the last year; the
grid's follow the scenario, which stands in the label of each. Quantities of a year to come are no measurements: the
account says so in its warnings.

A scenario of level ``kaya`` has no flows to go on with and is refused. What others print (``indicators``) is of the
past and stays out. A scenario with a ``mix`` that says nothing of sectors has shares of the whole zone, so its sectors
are summed.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import frozen
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.accounting.coefficients import Coefficients, Use, find_coefficients
from zonecarbon.activity import Activity, Flow
from zonecarbon.catalog import default_catalog
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.errors import InputError, Problem, ScenarioError
from zonecarbon.projection.growth import Growth, growth_of, money_of, multipliers
from zonecarbon.projection.model import Lines, added_flows, lines_of, mixed_of, moved_of, shifted
from zonecarbon.records import Scenario
from zonecarbon.records.cells import LAST_YEAR, is_whole

_BLOCK = 1024


def extend(account: Account, scenario: "str | Path | Scenario | dict[str, Any]", *, until: int = 2060) -> Account:
    """Return an account whose years go on under a scenario, without uncertainty.

    Parameters
    ----------
    account
        Its last year is where the scenario starts.
    scenario
        A shipped name, a path, a record or a dict of its fields, of level ``carriers``.
    until
        Last year.

    Returns
    -------
    Account
        Quantities (zone, sector, flow, year): the years of the account as they are, and those up to ``until``. Flows
        that the scenario moves energy to are added. What is NaN in the last year is NaN ever after.

    Raises
    ------
    ScenarioError
        If the scenario is of level ``kaya``, or breaks a rule.
    InputError
        If ``until`` is not after the account.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[100.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                 value_added=[[200.0]], price_year=2025)
    >>> growth = {"kind": "constant", "rate": 0.1}
    >>> longer = extend(account(activity), {"name": "mine", "value_added": growth}, until=2027)
    >>> longer.years.tolist(), longer.quantity[0, 0, 0].round(6).tolist()
    ([2025, 2026, 2027], [100.0, 110.0, 121.0])
    """
    if not isinstance(account, Account):
        raise InputError("project.account", got=type(account).__name__)
    if not len(account.years) or not len(account.zones):
        raise InputError("project.empty")
    base = int(account.years[-1])
    if not is_whole(until) or not base < until <= LAST_YEAR:
        raise InputError("project.until", until=until, first=base + 1, last=LAST_YEAR)
    found = find_scenario(scenario)
    if found.level != "carriers":
        raise ScenarioError("scenario.level_flows", scenario=found.name, level=found.level)
    years = np.arange(base + 1, int(until) + 1)
    growth = growth_of(account, found, base, years)
    by_sector = bool(found.sectors or found.structure) or not found.mix
    lines, said = lines_of(account, found, by_sector)
    added = added_flows(account, found)
    more = _more(account, added)
    quantity = _quantities(account, found, lines, growth, more, years)
    coefficients = _coefficients(account, added, more, growth, years, found.name)
    activity = _activity(account, found, growth, lines, quantity, years)
    note = Problem("note.extended", {"base": base, "scenario": found.name, "first": base + 1, "last": int(until)})
    return Account(
        activity=activity,
        method=account.method,
        flows=lines.flows,
        quantity=activity.quantity,
        coefficients=coefficients,
        warnings=(*account.warnings, *said, note),
        catalog=account.catalog,
    )


def _summed(array: FloatArray, sectors: int) -> FloatArray:
    """Return (zone, sector, ...) with as many sectors as wanted: all, or one."""
    return array if array.shape[1] == sectors else array.sum(axis=1, keepdims=True)


def _quantities(
    account: Account, scenario: Scenario, lines: Lines, growth: Growth, more: Coefficients, years: IntArray
) -> FloatArray:
    """Return (zone, sector, flow, year) in each flow's unit, the years of the account first."""
    base, past = int(account.years[-1]), len(account.years)
    given = _summed(account.quantity, lines.energy.shape[1])
    result = np.zeros((*lines.energy.shape, past + len(years)))
    result[:, :, : given.shape[2], :past] = given
    per_unit = np.concatenate((account.coefficients.energy[:, -1], more.energy[:, -1]))  # tce, in the last year
    moved = moved_of(lines, scenario, growth, base, years)[0]
    for start in range(0, len(account.zones), _BLOCK):
        zones = slice(start, start + _BLOCK)
        now, tce = result[zones, :, :, past - 1], lines.energy[zones]
        mixed = mixed_of(tce, lines, scenario, base, years)
        for y in range(len(years)):
            by_money, by_energy, _ = multipliers(growth, zones, y)
            x = {name: (level[zones] if len(level) > 1 else level)[:, y] for name, level in moved.items()}
            then = shifted(lines, zones, scenario, None if mixed is None else mixed[..., y], x)[0]
            with np.errstate(all="ignore"):
                kept = np.where(tce == then, now, now * (then / tce))
                amount = np.where((tce == 0) & (then != 0), then / per_unit, kept)
            amount *= np.where(lines.process, by_money[..., None], by_energy[..., None])
            result[zones, :, :, past + y] = amount
    return result


def _more(account: Account, added: tuple[Flow, ...]) -> Coefficients:
    """Return the coefficients of flows that the account does not have, in its last year.

    What must be said of them was said when the lines of the scenario were made.
    """
    catalog = account.catalog or default_catalog()
    last = [int(account.years[-1])]
    return find_coefficients(added, last, account.activity.provinces, account.method, catalog, lambda _: False)


def with_flows(account: Account, added: tuple[Flow, ...]) -> Account:
    """Return an account with more flows, of which there is nothing yet; each year has coefficients of its own.

    Raises
    ------
    MethodError
        If one of them has no single standard-coal coefficient.
    """
    if not added:
        return account
    own, years = account.coefficients, account.years.tolist()
    catalog = account.catalog or default_catalog()
    more = find_coefficients(added, years, account.activity.provinces, account.method, catalog)
    _as_the_grid(account, added, more)
    blank = np.zeros((*account.quantity.shape[:2], len(added), len(years)))
    quantity = frozen(np.concatenate((account.quantity, blank), axis=2))
    flows = (*account.flows, *added)
    known = {problem.text() for problem in account.warnings}
    said = [problem for problem in (*more.warnings, *more.notes) if problem.text() not in known]
    joined = Coefficients(
        energy=np.concatenate((own.energy, more.energy)),
        co2=np.concatenate((own.co2, more.co2), axis=1),
        biogenic=np.concatenate((own.biogenic, more.biogenic)),
        group=own.group,
        provinces=own.provinces,
        uses=[*own.uses, *more.uses],
        warnings=own.warnings,
        notes=own.notes,
        vintages=own.vintages,
    )
    activity = replace(account.activity, flows=flows, quantity=quantity, rows=None)
    return replace(
        account,
        activity=activity,
        flows=flows,
        quantity=quantity,
        coefficients=joined,
        warnings=(*account.warnings, *said),
    )


def _as_the_grid(account: Account, added: tuple[Flow, ...], more: Coefficients) -> None:
    """Give new flows from the grid the factors that the account's own grid electricity has, in later years too."""
    own = [i for i, flow in enumerate(account.flows) if flow.kind == "electricity" and flow.supply == "grid"]
    if not own:
        return
    like = account.flows[own[0]]
    for i, flow in enumerate(added):
        if flow.kind == "electricity" and flow.supply in {"grid", "certificate"} and (more.co2[:, i] != 0).any():
            more.co2[:, i] = account.coefficients.co2[:, own[0]]
            more.uses[:] = [use for use in more.uses if not (use.flow == flow and use.role == "co2")]
            more.uses += [
                replace(use, flow=flow) for use in account.coefficients.uses if use.flow == like and use.role == "co2"
            ]


def _coefficients(
    account: Account, added: tuple[Flow, ...], more: Coefficients, growth: Growth, years: IntArray, scenario: str
) -> Coefficients:
    """Return the coefficients of all years: the last year's go on, the grid's as the scenario says."""
    own, past = account.coefficients, len(account.years)
    energy = np.concatenate((own.energy, np.repeat(more.energy, past, axis=-1)))
    biogenic = np.concatenate((own.biogenic, np.repeat(more.biogenic, past, axis=-1)))
    co2 = np.concatenate((own.co2, np.repeat(more.co2, past, axis=-1)), axis=1)
    uses = [*own.uses, *more.uses]
    flows = (*account.flows, *added)
    factor = np.ones((len(flows), len(years)))
    factor[[flow.kind == "electricity" for flow in flows]] = growth.grid[0]
    ahead = [np.repeat(table[..., -1:], len(years), axis=-1) for table in (energy, co2, biogenic)]
    base = int(account.years[-1])
    return Coefficients(
        energy=np.concatenate((energy, ahead[0]), axis=-1),
        co2=np.concatenate((co2, ahead[1] * factor), axis=-1),
        biogenic=np.concatenate((biogenic, ahead[2]), axis=-1),
        group=own.group,
        provinces=own.provinces,
        uses=uses + _later(uses, base, years, growth.grid[0], scenario),
        vintages={**own.vintages, **{int(year): own.vintages[base] for year in years if base in own.vintages}},
    )


def _later(uses: list[Use], base: int, years: IntArray, grid: FloatArray, scenario: str) -> list[Use]:
    """Return the factors of the years to come where the last year's are told by year."""
    result = []
    for use in uses:
        if use.year != base:
            continue
        moves = use.flow.kind == "electricity" and use.role == "co2"
        for year, level in zip(years.tolist(), grid.tolist(), strict=True):
            times = level if moves else 1.0
            label = f"{use.label} x {times:.6g} ({scenario}, {base} to {year})" if times != 1.0 else use.label
            result.append(replace(use, year=year, value=use.value * times, label=label))
    return result


def _activity(
    account: Account, scenario: Scenario, growth: Growth, lines: Lines, quantity: FloatArray, years: IntArray
) -> Activity:
    own = account.activity
    sectors = lines.energy.shape[1]
    money = _summed(own.value_added, sectors)
    level = growth.value_added[:, None] if growth.by_sector is None else growth.by_sector
    total = money_of(account, scenario, growth)
    unknown = account.unknown()
    has_energy = None if unknown is None else _held(~unknown, len(years))
    return Activity(
        zones=own.zones,
        names=own.names,
        provinces=own.provinces,
        sectors=own.sectors if sectors == len(own.sectors) else _one_sector(),
        flows=lines.flows,
        years=frozen(np.concatenate((own.years, years))),
        quantity=frozen(quantity),
        value_added=frozen(np.concatenate((money, money[..., -1:] * level), axis=-1)),
        value_added_total=frozen(np.concatenate((own.value_added_total, total), axis=-1)),
        price_year=_held(own.price_year, len(years)),
        has_energy=has_energy,
        **_labels(own, len(years)),
        warnings=own.warnings,
        set_aside=own.set_aside,
        source=f"{own.source}, extended by {scenario.name}",
    )


def _labels(own: Activity, n: int) -> Mapping[str, Any]:
    named = {name: getattr(own, name) for name in ("boundary", "coverage", "deflator")}
    return {name: None if array is None else _held(array, n) for name, array in named.items()}


def _held(array: NDArray[Any], n: int) -> NDArray[Any]:
    """Return (zone, year) with the last year repeated ``n`` times."""
    return frozen(np.concatenate((array, np.repeat(array[:, -1:], n, axis=1)), axis=1))


def _one_sector() -> NDArray[Any]:
    array = np.empty(1, dtype=object)
    array[:] = [""]
    return frozen(array)
