"""The account after measures: the same account with other quantities, so that every verb works on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from zonecarbon._table import frozen
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.accounting import Account
from zonecarbon.catalog import measure_set
from zonecarbon.errors import InputError, MeasureError, Problem
from zonecarbon.kernels.measure import act
from zonecarbon.planning.chain import Chain, Step, chain_of
from zonecarbon.records import MeasureSet


def apply_measures(
    account: Account,
    measures: "str | Path | MeasureSet | dict[str, Any]",
    adoption: "float | Mapping[str, float]" = 1.0,
    *,
    years: Iterable[int] | None = None,
) -> Account:
    """Return the account as it would be with measures: each acts on what those before it have left.

    Parameters
    ----------
    account
        Stays as it is.
    measures
        A shipped name, a path, a record or a dict of its fields.
    adoption
        How much of its potential each measure uses, from 0 to 1: one number, or one by name (not named: none). A limit
        holds in any case; measures that exclude each other cannot both be there, nor one without what it requires.
        Ramps and lifetimes belong to a plan and are not looked at.
    years
        The years in which the measures are there; all unless given.

    Returns
    -------
    Account
        Quantities (zone, sector, flow, year) in each flow's unit, with flows added where a measure needs them.
        Feedstock, exports and generation stay as they are. Of what is NaN nothing is taken, and it stays NaN; without
        potential, limit or source nothing changes.

    Raises
    ------
    MeasureError
        If a measure does not fit the account.
    InputError
        If an adoption is not from 0 to 1, or a name or a year is not there.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> before = account(Activity.from_arrays([[[1000.0]]], flows=["coke"], zones=["A"], years=[2025]))
    >>> measures = {"name": "mine", "price_year": 2025, "measure": [
    ...     {"name": "tuning", "kind": "save", "source": "coke", "potential": 0.1},
    ...     {"name": "insulation", "kind": "save", "source": "coke", "potential": 0.1}]}
    >>> float(apply_measures(before, measures).quantity.sum().round(6))
    810.0
    """
    if not isinstance(account, Account):
        raise InputError("plan.account", got=type(account).__name__)
    found = measure_set(measures)
    chain = chain_of(account, found)
    shares = shares_of(chain, _adoptions(adoption, found), _years(account, years))
    return account_after(chain, shares, [*chain.notes])


def _adoptions(adoption: Any, measures: MeasureSet) -> dict[str, float]:
    names = [measure.name for measure in measures.measure]
    given = dict(adoption) if isinstance(adoption, Mapping) else dict.fromkeys(names, adoption)
    problems = []
    for name, value in given.items():
        if name not in names:
            problems.append(Problem("plan.no_measure", {"name": name, "known": ", ".join(names)}))
        elif isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0 <= value <= 1:
            problems.append(Problem("plan.adoption", {"name": name, "got": str(value)}))
    if problems:
        raise InputError(problems)
    found = {name: float(given.get(name, 0.0)) for name in names}
    for measure in measures.measure:
        both = [name for name in measure.excludes if found[name] > 0]
        without = [name for name in measure.requires if found[name] == 0]
        if found[measure.name] > 0 and both:
            problems.append(Problem("plan.excluded", {"name": measure.name, "others": ", ".join(both)}))
        if found[measure.name] > 0 and without:
            problems.append(Problem("plan.required", {"name": measure.name, "others": ", ".join(without)}))
    if problems:
        raise InputError(problems)
    return found


def _years(account: Account, years: Iterable[int] | None) -> BoolArray:
    if years is None:
        return np.ones(len(account.years), dtype=np.bool_)
    result = np.zeros(len(account.years), dtype=np.bool_)
    result[[account.activity.year_index(int(year)) for year in years]] = True
    return result


def shares_of(chain: Chain, adoption: Mapping[str, float], years: BoolArray) -> list[FloatArray]:
    """Return the share (zone, sector, n, year) that each measure acts on at an adoption of its potential and limit."""
    quantity, shares = chain.account.quantity, list[FloatArray]()
    for step in chain.steps:
        share = _share(step, quantity, adoption[step.measure.name], years)
        quantity, _ = act(quantity, [step.act], [share])
        shares.append(share)
    return shares


def _share(step: Step, quantity: FloatArray, adoption: float, years: BoolArray) -> FloatArray:
    shape = (*quantity.shape[:2], len(step.act.source), quantity.shape[-1])
    share = np.zeros(shape)
    share[:] = (step.potential * adoption)[:, None, None, None]
    share[:, ~step.sectors] = 0.0
    share[..., ~years] = 0.0
    if np.isfinite(step.limit).any():
        amount = (quantity[:, :, step.act.source] * share * step.weight[:, None]).sum(axis=(1, 2))
        with np.errstate(all="ignore"):
            fits = np.where(amount > 0, np.minimum(1.0, adoption * step.limit[:, None] / amount), 1.0)
        share *= fits[:, None, None, :]
    return share


def account_after(chain: Chain, shares: Sequence[FloatArray], notes: Sequence[Problem] = ()) -> Account:
    """Return the account of a chain after its measures act on these shares."""
    account = chain.account
    quantity, _ = act(account.quantity, [step.act for step in chain.steps], shares)
    named = ", ".join(step.measure.name for step in chain.steps)
    note = Problem("note.measures", {"set": chain.measures.name, "measures": named})
    return replace(with_quantity(account, quantity), warnings=(*account.warnings, note, *notes))


def with_quantity(account: Account, quantity: FloatArray) -> Account:
    """Return an account with other quantities (zone, sector, flow, year) of its flows; no rows stand behind them."""
    activity = replace(account.activity, quantity=frozen(quantity), rows=None)
    return replace(account, activity=activity, quantity=frozen(quantity))


def require_steps(chain: Chain) -> None:
    """Refuse measures of which none has anything to act on.

    Raises
    ------
    MeasureError
        If there is nothing that any of them acts on.
    """
    if not chain.steps:
        names = ", ".join(measure.name for measure in chain.measures.measure)
        raise MeasureError("measure.none", measures=names)
