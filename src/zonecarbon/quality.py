"""What looks odd in an activity: gaps, jumps near a power of ten, breaks of the boundary.

Decided here: nothing is changed and nothing is refused; a warning names the place, the ratio and what the likely cause
is. A jump is judged against the other years of the same flow in the same zone and sector, and only near 10^3, 10^4 and
10^8, the distances between the units that people swap (kgce and tce, kWh and 万kWh, 万 and 亿); a factor of ten or a
hundred is more often real.
"""

from itertools import pairwise

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
    places = np.argwhere(gone)
    problems = [
        _problem("quality.gap", activity, place, 1, carrier=activity.flows[place[2]].name())
        for place in places[:_SHOWN].tolist()
    ]
    return _shortened(problems, len(places))


def find_jumps(activity: Activity) -> list[Problem]:
    """Return a warning for each quantity that stands near 10^3, 10^4 or 10^8 times the other years of its series."""
    if len(activity.years) < 3:
        return []
    exponent = _distance(activity.quantity)
    near = np.zeros(exponent.shape, dtype=bool)
    for power in (*_POWERS, *(-p for p in _POWERS)):
        near |= np.abs(exponent - power) < _NEAR
    places = np.argwhere(near)
    problems = [_jump(activity, place, float(exponent[tuple(place)])) for place in places[:_SHOWN].tolist()]
    return _shortened(problems, len(places))


def _jump(activity: Activity, place: list[int], exponent: float) -> Problem:
    flow = activity.flows[place[2]]
    power = round(exponent)
    value = float(activity.quantity[tuple(place)])
    values = {
        "carrier": flow.name(),
        "ratio": f"{10**exponent:.3g}",
        "power": power,
        "value": f"{value:.6g}",
        "unit": flow.unit,
        "likely": f"{value / 10.0**power:.6g}",
    }
    return _problem("quality.jump", activity, place, 0, **values)


def _distance(quantity: FloatArray) -> FloatArray:
    """Return log10 of each figure over the median of the other years of its series; NaN where it cannot be said."""
    positive = quantity > 0
    enough = positive.sum(axis=-1) >= 3
    logs = np.full((int(enough.sum()), quantity.shape[-1]), np.nan)
    np.log10(quantity[enough], out=logs, where=positive[enough])
    result = np.full(quantity.shape, np.nan)
    for year in range(quantity.shape[-1]):
        result[enough, year] = logs[:, year] - _median(np.delete(logs, year, axis=-1))
    return result


def _median(series: FloatArray) -> FloatArray:
    """Return the median of what is known along the last axis (np.nanmedian takes ten times as long)."""
    ordered = np.sort(series, axis=-1)  # NaN goes last
    known = np.isfinite(series).sum(axis=-1, keepdims=True)
    middle = (np.take_along_axis(ordered, at, axis=-1) for at in ((known - 1) // 2, known // 2))
    median: FloatArray = np.mean([*middle], axis=0)[..., 0]
    return median


def find_breaks(activity: Activity) -> list[Problem]:
    """Return a warning for each change of the boundary label of a zone."""
    if activity.boundary is None:
        return []
    problems = []
    for zone in np.flatnonzero((activity.boundary != activity.boundary[:, :1]).any(axis=1)).tolist():
        labels = zip(activity.years.tolist(), activity.boundary[zone], strict=True)
        named = [(year, label) for year, label in labels if label]
        for (_, old), (year, new) in pairwise(named):
            if old != new:
                values = {"zone": activity.zones[zone], "year": year, "old": old, "new": new}
                problems.append(Problem("quality.boundary", values, Where(activity.source)))
    return _shortened(problems[:_SHOWN], len(problems))


def _shortened(problems: list[Problem], count: int) -> list[Problem]:
    """Return the problems shown and, if there are more, how many."""
    more = count - len(problems)
    return [*problems, Problem("and_more", {"count": more})] if more else problems


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
