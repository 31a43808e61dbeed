"""The verb: from an activity and a method to an account, with everything a reader must know of."""

import warnings as python_warnings
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from zonecarbon._executing import require_executor
from zonecarbon._table import frozen, is_foreign
from zonecarbon.accounting.coefficients import SIGN, find_coefficients
from zonecarbon.accounting.netting import name_places, net
from zonecarbon.accounting.own_tables import doubts_of_own_tables
from zonecarbon.accounting.reported import compare_reported, with_reported
from zonecarbon.accounting.result import Account
from zonecarbon.accounting.totals import Totals
from zonecarbon.activity import Activity
from zonecarbon.catalog import FactorTables, catalog_with
from zonecarbon.catalog import method as find_method
from zonecarbon.errors import DataWarning, FactorWarning, InputError, Problem, Where
from zonecarbon.records import Method, Zone
from zonecarbon.vocabulary import UNREAD

_SHOWN = 20


def account(
    activity: "Activity | Zone | Iterable[Zone]",
    method: "str | Path | Method | dict[str, Any]" = "inventory",
    *,
    factors: "FactorTables" = (),
    executor: "Executor | None" = None,
    **choices: Any,
) -> Account:
    """Account comprehensive energy and CO2.

    Parameters
    ----------
    activity
        An :class:`~zonecarbon.Activity`, or zones written by hand.
    method
        ``inventory`` (default), ``zero-carbon-park-910``, a path to a TOML or JSON file, or a
        :class:`~zonecarbon.Method`.
    factors
        The user's own factor tables; their rows replace or extend the shipped ones, and the result says so. A CSV file,
        a DataFrame or a dict of columns, a list of rows (dicts), or a list of several files and tables.
    executor
        Any :class:`concurrent.futures.Executor`. The totals by zone and year are then made at once, in blocks of zones
        at the same time, and kept with the account, so that ``total``, ``totals`` and what is built on them do not make
        them again. The figures are the same to the bit.
    **choices
        Fields of :class:`~zonecarbon.Method` that stand before those of ``method``, for example
        ``basis="equivalent", equivalent={"electricity": "0.302 kgce/kWh"}``.

    Returns
    -------
    Account
        Energy [tce] and CO2 [tCO2] of every zone, sector, flow and year, with the row behind each coefficient.

    Raises
    ------
    MethodError
        If a carrier has no single standard-coal coefficient (all of them in one error, with the ways out), or the
        method lacks a choice.
    InputError
        If a record is not a zone, no zone has a figure of any year, or ``executor`` is not an executor.

    Warns
    -----
    FactorWarning
        Once, if a proxy, another edition or no CO2 factor at all is behind a figure; CO2 without a factor is NaN. Or if
        the user's own tables have rows without a source, or something in them does not count as it looks.
    DataWarning
        Once, if rows overlap (generation, exports), a zone sells more than it buys, or a reported total does not fit.

    Examples
    --------
    >>> from zonecarbon.records import EnergyUse, Zone
    >>> zone = Zone(zone="A", province="全国", energy=[EnergyUse(carrier="coke", quantity="100 t", year=2022)])
    >>> float(account([zone]).total("energy", by=())[()])
    97.14
    """
    require_executor(executor)
    activity = to_activity(activity)
    complete = find_method(method, **choices)
    catalog = catalog_with(factors)
    flows, quantity, problems = with_reported(activity, complete)
    problems += _unread(activity)

    def is_used(flow: int) -> bool:
        told = quantity[:, :, flow].any(axis=1)  # what is not known counts as used
        if flow < len(activity.flows) and flows[flow].carrier and activity.has_energy is not None:
            told &= activity.has_energy  # a zone and year without any row says nothing of this carrier
        return bool(told.any())

    coefficients = find_coefficients(flows, activity.years.tolist(), activity.provinces, complete, catalog, is_used)
    coefficients.warnings += doubts_of_own_tables(catalog, coefficients.uses, complete, flows, is_used)
    quantity, netted = net(quantity, flows, coefficients.energy, activity.zones, activity.years)
    result = Account(
        activity=activity,
        method=complete,
        flows=tuple(flows),
        quantity=frozen(quantity),
        coefficients=coefficients,
        warnings=(*problems, *netted, *coefficients.warnings, *coefficients.notes),
        catalog=catalog,
    )
    kept = None if executor is None else Totals(*(frozen(array) for array in result.totals(executor=executor)))
    found = _negative_purchases(result)
    for what in ("energy", "co2"):
        if activity.indicators and activity.has_energy is not None:
            own = result.total(what) if kept is None else getattr(kept, what)
            found += compare_reported(activity, result.basis, what, own)
    if found:
        result = replace(result, warnings=(*found, *result.warnings))  # what is odd in the data first, then factors
    object.__setattr__(result, "kept", kept)
    for problems_of_kind, kind in ((coefficients.warnings, FactorWarning), ((*problems, *netted, *found), DataWarning)):
        if problems_of_kind:
            text = "\n".join(problem.text() for problem in problems_of_kind)
            python_warnings.warn(text, kind, stacklevel=2)
    return result


def to_activity(activity: "Activity | Zone | Iterable[Zone]") -> Activity:
    """Return an activity from an activity, a zone, or zones."""
    if isinstance(activity, Activity):
        return activity
    if hasattr(activity, "iloc") or is_foreign(activity):
        raise InputError("records.table", got=type(activity).__name__)
    if isinstance(activity, Mapping) or not isinstance(activity, (Zone, Iterable)):
        raise InputError("records.zone", got=type(activity).__name__)
    zones = [activity] if isinstance(activity, Zone) else list(activity)
    for position, zone in enumerate(zones):
        if not isinstance(zone, Zone):
            raise InputError("records.zone", Where("records", "", position + 1), got=type(zone).__name__)
    if zones and not any(zone.energy or zone.value_added or zone.process or zone.indicators for zone in zones):
        raise InputError("records.nothing", zones=len(zones))
    return Activity.from_records(zones)


def _unread(activity: Activity) -> list[Problem]:
    """Return a warning of the zones and years in which a row was set aside because its carrier is not known."""
    which = [at for at, flow in enumerate(activity.flows) if flow.carrier == UNREAD.id]
    if not which or activity.has_energy is None:
        return []
    places = np.argwhere(np.isnan(activity.quantity[:, :, which]).any(axis=(1, 2)) & activity.has_energy)
    named = [f"{activity.zones[zone]} {activity.years[year]}" for zone, year in places[:_SHOWN].tolist()]
    told = ", ".join(named) + (f", ... ({len(places)})" if len(places) > _SHOWN else "")
    return [Problem("account.unread", {"places": told})]


def _negative_purchases(result: Account) -> list[Problem]:
    """Return a warning for each carrier of which more leaves than comes in."""
    if not any(SIGN.get(flow.use, 1.0) < 0 for flow in result.flows):
        return []
    problems = []
    secondary = {flow.carrier for flow in result.flows if flow.kind in {"electricity", "heat"}}
    sums = result.total("energy", by=("carrier", "zone", "year"))
    for carrier, by_zone in zip(result.carriers.tolist(), sums, strict=True):
        places = np.argwhere(by_zone < 0)
        if carrier in secondary and len(places):
            named = name_places(places, result.zones, result.years)
            problems.append(Problem("account.net_seller", {"carrier": carrier, "places": named}))
    return problems
