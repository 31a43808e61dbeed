"""An activity as rows: one for each zone, sector, flow and year whose quantity is not zero, or not known.

Decided here: the first rows of a million zones are made of the first zones alone; how many there are in all is counted
in blocks, so that nothing as large as the quantities is made to show twenty lines.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import FloatArray, IntArray

if TYPE_CHECKING:
    from zonecarbon.activity.model import Activity

_BLOCK = 1024
_OF_FLOWS = ("carrier", "product", "use", "supply", "unit", "basis")


def lines_of(activity: "Activity", zones: slice = slice(None)) -> dict[str, NDArray[Any]]:
    """Return the rows of some zones, in the order of zones, sectors and years."""
    quantity = activity.quantity[zones]
    zone, sector, year, flow = np.nonzero(quantity.swapaxes(2, 3) != 0)
    columns: dict[str, NDArray[Any]] = {"zone": activity.zones[zones][zone], "sector": activity.sectors[sector]}
    for name in _OF_FLOWS:
        columns[name] = np.array([getattr(item, name) for item in activity.flows], dtype=object)[flow]
    columns |= {"year": activity.years[year], "quantity": quantity[zone, sector, flow, year]}
    return {name: columns[name] for name in activity.COLUMNS}


def count_lines(quantity: FloatArray, members: Sequence[Sequence[int]] | None = None) -> IntArray:
    """Return how many lines each zone has (zone,); flows that are one line together are told by their places."""
    counts = np.zeros(len(quantity), dtype=np.int64)
    for start in range(0, len(counts), _BLOCK):
        used = quantity[start : start + _BLOCK] != 0
        if members is not None and len(members) < used.shape[2]:
            used = np.stack([used[:, :, list(places)].any(axis=2) for places in members], axis=2)
        counts[start : start + _BLOCK] = np.count_nonzero(used, axis=(1, 2, 3))
    return counts


def zones_for(counts: IntArray, rows: int) -> slice:
    """Return the first zones that have so many lines together."""
    return slice(int(np.searchsorted(np.cumsum(counts), rows)) + 1)
