"""What looks odd in an activity: gaps, jumps near a power of ten, breaks of the boundary.

Decided here: nothing is changed and nothing is refused; a warning names the place, the ratio and what the likely cause
is. A jump is judged against the other years of the same flow in the same zone and sector, and only near 10^3, 10^4 and
10^8, the distances between the units that people swap (kgce and tce, kWh and 万kWh, 万 and 亿); a factor of ten or a
hundred is more often real.
"""

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.activity import Activity
from zonecarbon.errors import Problem, Where

_POWERS = (3, 4, 8)
_NEAR = 0.35
_SHOWN = 50


def inspect(activity: Activity) -> tuple[Problem, ...]:
    """Return everything odd about an activity, as warnings."""
    return (*find_gaps(activity), *find_jumps(activity), *find_breaks(activity))


def find_gaps(activity: Activity) -> list[Problem]:
    """Return a warning for each carrier that vanishes in one year and comes back in the next.

    A carrier without a row counts as not used; where it was used the year before and the year after, a forgotten row is
    likelier.
    """
    if len(activity.years) < 3:
        return []
    before, here, after = (activity.quantity[..., i : i - 2 or None] for i in range(3))
    gone = (here == 0) & (before > 0) & (after > 0)
    return [
        _problem("quality.gap", activity, place, 1, carrier=activity.flows[place[2]].name())
        for place in np.argwhere(gone)[:_SHOWN].tolist()
    ]


def find_jumps(activity: Activity) -> list[Problem]:
    """Return a warning for each quantity that stands near 10^3, 10^4 or 10^8 times the other years of its series."""
    if len(activity.years) < 3:
        return []
    exponent = _distance(activity.quantity)
    problems = []
    for power in (*_POWERS, *(-p for p in _POWERS)):
        for place in np.argwhere(np.abs(exponent - power) < _NEAR)[:_SHOWN].tolist():
            flow = activity.flows[place[2]]
            ratio = 10 ** float(exponent[tuple(place)])
            value = float(activity.quantity[tuple(place)])
            problems.append(
                _problem(
                    "quality.jump",
                    activity,
                    place,
                    0,
                    carrier=flow.name(),
                    ratio=f"{ratio:.3g}",
                    power=power,
                    value=f"{value:.6g}",
                    unit=flow.unit,
                    likely=f"{value / 10.0**power:.6g}",
                )
            )
    return problems


def _distance(quantity: FloatArray) -> FloatArray:
    """Return log10 of each figure over the median of the other years of its series; NaN where it cannot be said."""
    positive = quantity > 0
    logs = np.full(quantity.shape, np.nan)
    np.log10(quantity, out=logs, where=positive)
    result = np.full(quantity.shape, np.nan)
    enough = np.isfinite(logs).sum(axis=-1) >= 3
    series = logs[enough]
    for year in range(quantity.shape[-1]):
        others = np.delete(series, year, axis=-1)
        middle = np.nanmedian(others, axis=-1) if others.size else np.zeros(0)
        result[enough, year] = series[:, year] - middle
    return result


def find_breaks(activity: Activity) -> list[Problem]:
    """Return a warning for each change of the boundary label of a zone."""
    if activity.boundary is None:
        return []
    problems = []
    for zone, labels in enumerate(activity.boundary):
        named = [(year, label) for year, label in enumerate(labels) if label]
        for (_, old), (year, new) in zip(named, named[1:], strict=False):
            if old != new:
                values = {"zone": activity.zones[zone], "year": int(activity.years[year]), "old": old, "new": new}
                problems.append(Problem("quality.boundary", values, Where(activity.source)))
    return problems


def _problem(code: str, activity: Activity, place: list[int], offset: int, **values: object) -> Problem:
    zone, sector, flow, year = place
    row = _row(activity, (zone, sector, flow, year + offset))
    named = {"zone": activity.zones[zone], "year": int(activity.years[year + offset]), **values}
    source = activity.rows.source if activity.rows is not None and row is not None else activity.source
    return Problem(code, named, Where(source, "", row))


def _row(activity: Activity, place: tuple[int, int, int, int]) -> int | None:
    if activity.rows is None:
        return None
    cells = activity.rows.cells
    found = np.flatnonzero(
        (cells.zone == place[0]) & (cells.sector == place[1]) & (cells.item == place[2]) & (cells.year == place[3])
    )
    return int(activity.rows.number[found[0]]) if len(found) and found[0] < len(activity.rows.number) else None
