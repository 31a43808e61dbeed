"""What leaves the zone is subtracted once.

Decided here: comprehensive energy is net of what leaves. The same megawatt-hour can leave the books twice: as output
of transformation and again as export; and energy generated on site from fuel can be counted twice: as the fuel and
again as its use. Forms differ in which of these rows they have. So for each carrier, per zone and year over all
sectors, with

* ``P`` output of transformation, ``U`` final use with supply ``onsite_fossil``, ``X`` exports (of fossil supply),

what is subtracted is ``max(P, U + X)``: generation that is not listed is implied by its use and export, and an export
that surplus generation already covers is not subtracted again. Complete books (``P = U + X``), books with purchases and
exports alone, and books with total use and generation all give purchases minus sales.

It is carried out on the quantities: ``U`` becomes ``min(U, P)`` and ``X`` becomes ``max(0, X - max(0, P - U))``, so
that every line stays quantity times coefficient. The quantities are copied only if there is something to net. A plain
sum of signed rows was considered and rejected: it subtracts the exports of a zone with a power plant twice.
"""

from collections.abc import Sequence

import numpy as np

from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.activity import Flow
from zonecarbon.errors import Problem

_NONFOSSIL = {"onsite_nonfossil", "direct_nonfossil", "certificate", "nonfossil_heat"}
_SHOWN = 20
_ROUNDING = 1e-12


def net(
    quantity: FloatArray, flows: Sequence[Flow], energy: FloatArray, zones: ObjectArray, years: IntArray
) -> tuple[FloatArray, list[Problem]]:
    """Return the quantities that count, and a warning where a row was already covered by another.

    Parameters
    ----------
    quantity
        (zone, sector, flow, year). Returned as it is where nothing needs netting.
    energy
        (flow, year) tce per unit, so that flows of one carrier in different units (MWh, tce) net with each other.

    Returns
    -------
    (zone, sector, flow, year), and the warnings.
    """
    problems: list[Problem] = []
    result = quantity
    for members in _pools(flows):
        own, out, export = (_of(members, flows, role) for role in ("own", "out", "export"))
        if not own and not (out and export):
            continue
        used, made, sold = (_sum(quantity, energy, part) for part in (own, out, export))
        with np.errstate(invalid="ignore", divide="ignore"):
            keep_used = np.where(used > 0, np.minimum(used, made) / used, 1.0)
            surplus = np.maximum(0.0, made - used)
            keep_sold = np.where(sold > 0, np.maximum(0.0, sold - surplus) / sold, 1.0)
        # What differs from all or nothing by rounding only is all or nothing.
        keep_used[np.abs(keep_used - 1.0) < _ROUNDING] = 1.0
        keep_sold[np.abs(keep_sold - 1.0) < _ROUNDING] = 1.0
        keep_sold[keep_sold < _ROUNDING] = 0.0
        if not ((keep_used != 1).any() or (keep_sold != 1).any()):
            continue
        if result is quantity:
            result = quantity.copy()
        for part, keep in ((own, keep_used), (export, keep_sold)):
            for position in part:
                result[:, :, position] *= keep[:, None]
        carrier = flows[members[0]].carrier
        problems += _warn("account.generation_implied", carrier, keep_used, zones, years)
        # Books that list all of it, P = U + X, are as they should be: nothing to warn of.
        complete = np.isclose(made, used + sold, rtol=1e-9, atol=0.0)
        problems += _warn("account.export_covered", carrier, np.where(complete, 1.0, keep_sold), zones, years)
    return result, problems


def _pools(flows: Sequence[Flow]) -> list[list[int]]:
    """Return positions of flows of the same carrier."""
    pools: dict[str, list[int]] = {}
    for position, flow in enumerate(flows):
        if flow.kind in {"fuel", "electricity", "heat"} and flow.supply not in _NONFOSSIL:
            pools.setdefault(flow.carrier, []).append(position)
    return list(pools.values())


def _of(members: Sequence[int], flows: Sequence[Flow], role: str) -> list[int]:
    def is_of(flow: Flow) -> bool:
        if role == "own":
            return flow.use == "final" and flow.supply == "onsite_fossil"
        return flow.use == ("transformation_out" if role == "out" else "export")

    return [position for position in members if is_of(flows[position])]


def _sum(quantity: FloatArray, energy: FloatArray, positions: Sequence[int]) -> FloatArray:
    """Return tce of some flows, (zone, year)."""
    total = np.zeros((quantity.shape[0], quantity.shape[3]))
    for position in positions:
        total += quantity[:, :, position].sum(axis=1) * energy[position]
    return total


def _warn(code: str, carrier: str, keep: FloatArray, zones: ObjectArray, years: IntArray) -> list[Problem]:
    places = np.argwhere(keep < 1)
    if not len(places):
        return []
    return [Problem(code, {"carrier": carrier, "places": name_places(places, zones, years)})]


def name_places(places: IntArray, zones: ObjectArray, years: IntArray) -> str:
    """Return places (zone, year) in words, some of many."""
    named = ", ".join(f"{zones[z]} {years[y]}" for z, y in places[:_SHOWN].tolist())
    return named + (", ..." if len(places) > _SHOWN else "")
