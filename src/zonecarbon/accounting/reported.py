"""Zone-years known only by a total that somebody else reported.

Decided here: such a total enters as one flow of its own, carrier ``reported``, in the scope ``unsplit``; it is never
split over carriers by a guess. It counts on its own basis only. Beside energy rows the rows count, and the reported
figure is compared with them.
"""

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import FloatArray
from zonecarbon.activity import Activity, Flow
from zonecarbon.errors import Problem
from zonecarbon.records import Method

# A reported total that differs from its own rows by more is worth a word (DESIGN of this library, not a standard).
_REPORTED_TOLERANCE = 0.01


def reported_here(activity: Activity) -> NDArray[np.bool_]:
    """Return (zone, year): no energy rows, but a reported total of energy or CO2."""
    shape = (len(activity.zones), len(activity.years))
    figures = [activity.indicators[name] for name in ("total_energy", "co2") if name in activity.indicators]
    found = np.zeros(shape, dtype=bool)
    for figure in figures:
        found |= ~np.isnan(figure)
    return found if activity.has_energy is None else found & ~activity.has_energy


def with_reported(activity: Activity, method: Method) -> tuple[list[Flow], FloatArray, list[Problem]]:
    """Return flows and quantities with a ``reported`` flow for zone-years known only by their total."""
    here = reported_here(activity)
    if not here.any():
        return list(activity.flows), activity.quantity, []
    shape = activity.quantity.shape
    empty = np.full((shape[0], shape[3]), np.nan)
    energy, co2 = (activity.indicators.get(name, empty) for name in ("total_energy", "co2"))
    stated = activity.indicator_basis.get("total_energy", np.full(empty.shape, "", dtype=object))
    bases = sorted(set(stated[here & ~np.isnan(energy)].tolist())) or [method.basis or ""]
    flows = [Flow("reported", "final", "", "tce", basis) for basis in bases]
    parts = []
    for basis in bases:
        part = np.where(stated == basis, energy, 0.0)
        if basis == bases[0]:
            part = np.where(np.isnan(energy), np.nan, part)
        parts.append(np.where(here, part, 0.0))
    flows.append(Flow("reported", "final", "", "tCO2"))
    parts.append(np.where(here, co2, 0.0))
    quantity = np.zeros((shape[0], shape[1], shape[2] + len(flows), shape[3]))
    quantity[:, :, : shape[2]] = activity.quantity
    zones, years = np.nonzero(here)
    # The total stands for everything in its zone-year: fuels, and the processes too where CO2 is reported.
    for position, flow in enumerate(activity.flows):
        if flow.carrier:
            quantity[zones, :, position, years] = 0.0
        else:
            told = ~np.isnan(co2[zones, years])
            quantity[zones[told], :, position, years[told]] = 0.0
    for position, part in enumerate(parts, start=shape[2]):
        quantity[:, 0, position] = part
    other = [basis or "not stated" for basis in bases if basis != method.basis]
    problems = [Problem("account.reported_basis", {"bases": ", ".join(other), "basis": method.basis})] if other else []
    return [*activity.flows, *flows], quantity, problems


def compare_reported(activity: Activity, basis: str, what: str, own: FloatArray) -> list[Problem]:
    """Return a warning for each reported total of energy or CO2 that its own rows do not give.

    Parameters
    ----------
    what, own
        ``energy`` or ``co2``, and what the rows give, (zone, year).
    """
    name = {"energy": "total_energy", "co2": "co2"}[what]
    if name not in activity.indicators or activity.has_energy is None:
        return []
    reported = activity.indicators[name]
    comparable = activity.has_energy & np.isfinite(reported) & np.isfinite(own)
    unstated: list[Problem] = []
    if what == "energy":
        if (comparable & (activity.indicator_basis[name] == "")).any():
            unstated = [Problem("account.reported_unstated", {})]
        comparable &= activity.indicator_basis[name] == basis
    with np.errstate(all="ignore"):
        far = comparable & (np.abs(own / reported - 1) > _REPORTED_TOLERANCE)
    problems = unstated
    for zone, year in np.argwhere(far).tolist():
        values = {"zone": activity.zones[zone], "year": int(activity.years[year]), "what": what}
        values |= {"reported": float(reported[zone, year]), "own": float(own[zone, year])}
        problems.append(Problem("account.reported_differs", values))
    return problems
