"""From an account to its cells: what is known of its zones, what must be told, and the identity of the user, if any.

Decided here: what a reader must know (zones taken as a whole, zones that are not known, data years of grid factors,
standard coal that changes) is found before anything is computed and travels with the cells as warnings.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from zonecarbon._table import frozen
from zonecarbon._typing import BoolArray
from zonecarbon.accounting import Account
from zonecarbon.decomposition.cells import listed
from zonecarbon.decomposition.comparable import Comparable, comparable
from zonecarbon.decomposition.identity import Identity, parse_identity
from zonecarbon.decomposition.of_account import AccountCells, find_pools
from zonecarbon.decomposition.traits import find_traits, positions
from zonecarbon.decomposition.variables import SHORT, VARIABLES, finest, level_of, stem
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels.target import EQUALITY

if TYPE_CHECKING:
    from concurrent.futures import Executor

UNITS: Mapping[str, str] = {
    "co2": "tCO2",
    "energy": "tce",
    "co2_intensity": "tCO2/万元",
    "energy_intensity": "tce/万元",
}
UNKNOWN: Mapping[str, str] = {
    "value_added": "decompose.unknown_value_added",
    "energy": "decompose.unknown_energy",
    "co2": "decompose.unknown_co2",
}


def cells_of(
    account: Account,
    of: str,
    years: Sequence[int],
    *,
    identity: str | None,
    leave_out: bool,
    zeros: float,
    executor: "Executor | None" = None,
) -> AccountCells:
    """Return the cells of an account over some years; see :func:`zonecarbon.decompose`.

    Raises
    ------
    InputError
        If value added of no zone can be compared over the years, or an identity names what an account does not have.
    """
    own = None if identity is None else _own_identity(identity)
    wanted = _wanted(of, own)
    prices = Comparable(np.ones(len(account.zones), dtype=bool), one_price=True, warnings=())
    if "value_added" in wanted:
        prices = comparable(account, years)
    traits = find_traits(account, years)
    money = np.where(prices.usable[:, None], traits.money, np.nan)
    at = positions(account, years)
    totals_of = account.totals(executor=executor)
    levels = {"value_added": money, "energy": totals_of.energy[:, at], "co2": totals_of.co2[:, at]}
    known = ~np.logical_or.reduce([np.isnan(levels[what]).any(axis=1) for what in wanted])
    lacking = traits.lacking & ("value_added" in wanted)
    sectors, whole, warnings = account.sectors, traits.reported | lacking, list(prices.warnings)
    if own is not None and finest(own) == "zone":
        sectors, whole = np.array([""], dtype=object), np.ones(len(whole), dtype=bool)
    elif len(sectors) > 1:
        warnings += _about("decompose.sectors", account, lacking & ~traits.reported & known)
        if whole.any() and not (sectors == "").any():
            sectors = np.array([*sectors.tolist(), ""], dtype=object)
    warnings += _about("decompose.reported", account, traits.reported)
    warnings += _about("decompose.idle", account, traits.idle & ("value_added" in wanted))
    if leave_out:
        warnings += _about("decompose.left_out", account, ~known)
    else:
        for what in wanted:
            warnings += _about(UNKNOWN[what], account, np.isnan(levels[what]).any(axis=1))
    if "co2" in wanted:
        warnings += grid_note(account, years)
    moved = _moved(account, years)
    if moved and own is None:
        warnings.append(Problem("decompose.coefficient", {"flows": ", ".join(moved), "base": years[0]}))
    elif moved and "energy" in wanted:
        warnings.append(Problem("decompose.coefficient_own", {"flows": ", ".join(moved)}))
    included = known if leave_out else np.ones(len(known), dtype=bool)
    with np.errstate(over="ignore", invalid="ignore"):
        totals = {f"{name}_total": level[included].sum(axis=0) for name, level in levels.items()}
    if not prices.one_price:
        totals["value_added_total"] = np.full(len(years), np.nan)
    unit = UNITS[of] if own is None else UNITS.get(own.left, "")
    return AccountCells(
        years=tuple(years),
        unit=unit,
        warnings=tuple(warnings),
        account=account,
        of=of,
        sectors=sectors,
        pools=find_pools(account.flows, certificates=_certificates_count(account)),
        money=frozen(money),
        moved=moved,
        whole=whole,
        reported=traits.reported,
        included=included,
        all_whole=bool(whole.all()),
        any_reported=bool(traits.reported.any()),
        zeros=zeros,
        own=own,
        totals=totals,
    )


def _certificates_count(account: Account) -> bool:
    """Return whether power with a certificate has another factor than that of the grid."""
    return account.method.certificates == "zero" or account.method.electricity == "national_residual"


def _wanted(of: str, own: Identity | None) -> list[str]:
    """Return which of value added, energy and CO2 are needed."""
    if own is None:
        return [name for name in SHORT if name != "co2" or of.startswith("co2")]
    names = {name if name in SHORT else name.rsplit("_", 1)[0] for name in own.variables}
    return [name for name in SHORT if name in names]


def _about(code: str, account: Account, which: BoolArray) -> list[Problem]:
    return [Problem(code, {"zones": listed(account.zones[which])})] if which.any() else []


def _own_identity(text: str) -> Identity:
    identity = parse_identity(text)
    known = {*SHORT, *VARIABLES}
    unknown = [name for name in identity.variables if name not in known]
    if unknown:
        raise InputError("identity.names", names=", ".join(unknown), known=", ".join((*SHORT, *VARIABLES)))
    _require_meant(identity)
    return identity


def _require_meant(identity: Identity) -> None:
    """Refuse a value that is not what its name says, or that is coarser than its cells and would count repeatedly."""
    cells = finest(identity)
    coarse = [
        name
        for name, power in identity.whole.items()
        if power > 0
        and (
            (cells == "carrier" and stem(name) == "value_added")
            or (name not in SHORT and name != f"{stem(name)}_{level_of(stem(name), cells)}")
        )
    ]
    if coarse:
        raise InputError("identity.coarse", text=identity.text, names=", ".join(coarse), finest=cells)
    under = [name for name, power in identity.whole.items() if power < 0]
    if cells == "carrier" and any(name.endswith("_carrier") or name in {"energy", "co2"} for name in under):
        raise InputError("identity.by_carrier", text=identity.text, names=", ".join(under))
    left = stem(identity.left)
    wanted = {over: 1, "value_added": -1} if (over := left.removesuffix("_intensity")) != left else {left: 1}
    found = {stem(name): power for name, power in identity.whole.items()}
    if (left in UNITS or left in SHORT) and (found != wanted or len(found) != len(identity.whole)):
        right = identity.text.split("=")[1].strip()
        raise InputError("identity.false", text=identity.text, left=identity.left, right=right)


def grid_note(account: Account, years: Sequence[int]) -> list[Problem]:
    """Return of which data years the grid factors are, where those are not the years themselves."""
    seen = account.coefficients.vintages
    if all(tuple(seen.get(year, (year,))) == (year,) for year in years):
        return []
    told = "; ".join(f"{year}: {', '.join(map(str, seen[year]))}" for year in years if year in seen)
    return [Problem("decompose.grid_years", {"years": told, "rule": account.method.vintage})]


def _moved(account: Account, years: Sequence[int]) -> tuple[str, ...]:
    """Return the flows whose standard coal per unit is not the same in all years."""
    table = account.coefficients.energy[:, positions(account, years)]
    low, high = table.min(axis=1, initial=np.inf), table.max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        moves = high - low > EQUALITY * np.maximum(np.abs(low), np.abs(high))
    return tuple(flow.name() for flow, has_moved in zip(account.flows, moves.tolist(), strict=True) if has_moved)
