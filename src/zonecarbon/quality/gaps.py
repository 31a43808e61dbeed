"""What is missing, doubled or broken: gaps, zone-years without rows, a carrier beside its own parts, a new boundary."""

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.activity import NO_PRICE, Activity, Flow
from zonecarbon.errors import Problem, Where
from zonecarbon.notation import year_spans
from zonecarbon.quality.panels import PARTS, Found, found, joined
from zonecarbon.quality.series import blocks
from zonecarbon.records.cells import INDICATOR_UNITS
from zonecarbon.vocabulary import UNREAD, carriers

SHOWN = 50
_NAMED = 20  # zones in one warning
_CLOSE = 0.005


def find_gaps(activity: Activity) -> list[Problem]:
    """Return a warning for each carrier that vanishes in one year and comes back in the next.

    A carrier without a row counts as not used; where it was used the year before and the year after, a forgotten row is
    likelier.
    """
    if len(activity.years) < 3:
        return []
    problems: list[Problem] = []
    count = 0
    unread = [at for at, flow in enumerate(activity.flows) if flow.carrier == UNREAD.id]
    for block in blocks(activity.quantity.shape):
        gone = _gone(activity.quantity[block])
        if gone is None:
            continue
        if unread:  # the row is likely there, and was set aside: nothing counts as not used
            gone &= ~np.isnan(activity.quantity[block][:, :, unread, 1:-1]).any(axis=(1, 2), keepdims=True)
        count += int(gone.sum())
        places = np.argwhere(gone)[: SHOWN - len(problems)].tolist()
        problems += [_gap(activity, block.start + zone, sector, flow, year + 1) for zone, sector, flow, year in places]
    return shortened(problems, count)


def _gone(quantity: FloatArray) -> BoolArray | None:
    here = quantity[..., 1:-1] == 0
    if not here.any():
        return None
    gone: BoolArray = here & (quantity[..., :-2] > 0) & (quantity[..., 2:] > 0)
    return gone


def _gap(activity: Activity, zone: int, sector: int, flow: int, year: int) -> Problem:
    values = {"zone": activity.zones[zone], "year": int(activity.years[year]), "carrier": activity.flows[flow].name()}
    return Problem("quality.gap", values, Where(activity.source))


def find_missing(activity: Activity) -> list[Problem]:
    """Return a warning each of zone-years without energy and without value added, and of years that are left out.

    Where no zone has any, nothing is missing: the table is not about it. A printed figure stands for the rows.
    """
    if activity.has_energy is None or not activity.has_energy.size:
        return []
    printed = np.zeros(activity.has_energy.shape, dtype=bool)
    for name, values in activity.indicators.items():
        if name in INDICATOR_UNITS:
            printed |= ~np.isnan(values)
    has_energy, has_money = activity.has_energy | printed, activity.price_year != NO_PRICE
    problems = [_missing("quality.no_energy", ~has_energy, activity)] if activity.has_energy.any() else []
    problems += (
        [_missing("quality.no_money", activity.has_energy & ~has_money & ~printed, activity)] if has_money.any() else []
    )
    return [problem for problem in (*problems, _left_out(activity)) if problem is not None]


def _missing(code: str, missing: BoolArray, activity: Activity) -> Problem | None:
    """Return a warning that names the zones and years that are missing; of many zones the first twenty."""
    zones = np.flatnonzero(missing.any(axis=1))
    if not len(zones):
        return None
    spans = [year_spans(activity.years[missing[zone]].tolist(), "-") for zone in zones[:_NAMED].tolist()]
    names = [str(activity.zones[zone]) for zone in zones[:_NAMED].tolist()]
    more = f", ... ({len(zones)})" if len(zones) > _NAMED else ""
    if len(zones) > 1 and (missing[zones] == missing[zones[0]]).all():
        places = f"{', '.join(names)}{more} {spans[0]}"
    else:
        places = ", ".join(f"{name} {span}" for name, span in zip(names, spans, strict=True)) + more
    return Problem(code, {"places": places}, Where(activity.source))


def _left_out(activity: Activity) -> Problem | None:
    """Return a warning of years between others that have no data, if they are few: not of 2015, 2020, 2025."""
    years = activity.years.tolist()
    absent = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if not 0 < len(absent) < len(years) - 1:
        return None
    return Problem("quality.no_year", {"years": year_spans(absent, "-")}, Where(activity.source))


def find_parts(activity: Activity) -> Found | None:
    """Return each figure that is the sum of its own parts in the same zone, sector and year, within half a percent.

    Raw coal beside the kinds of coal it was split into, say: the same coal is likely to be counted twice.
    """
    parts = []
    for whole, own in _families(activity.flows):
        for block in blocks(activity.quantity[:, :, 0].shape):
            figure = activity.quantity[block, :, whole]
            total = np.zeros(figure.shape)
            for part in own:
                total += activity.quantity[block, :, part]
            same = (np.abs(total - figure) <= _CLOSE * figure) & (total > 0)
            if not same.any():
                continue
            zone, sector, year = np.nonzero(same)
            distance = np.log10(total[same] / figure[same])
            item = np.full(len(zone), whole, dtype=np.int64)
            parts.append(found(0, zone + block.start, sector, item, year, PARTS, distance, 0))
    return joined(parts) if parts else None


def parts_of(flows: tuple[Flow, ...], whole: int) -> list[int]:
    """Return the flows that are parts of a flow, of the same use, supply and unit."""
    flow = flows[whole]
    told = (flow.use, flow.supply, flow.unit, flow.basis)
    return [
        at
        for at, part in enumerate(flows)
        if part.carrier in carriers()
        and carriers()[part.carrier].parent == flow.carrier
        and (part.use, part.supply, part.unit, part.basis) == told
    ]


def _families(flows: tuple[Flow, ...]) -> list[tuple[int, list[int]]]:
    return [(whole, own) for whole in range(len(flows)) if (own := parts_of(flows, whole))]


def find_breaks(activity: Activity) -> list[Problem]:
    """Return a warning for each change of the boundary label of a zone; blank labels are as the one before."""
    if activity.boundary is None:
        return []
    zones = np.flatnonzero((activity.boundary != activity.boundary[:, :1]).any(axis=1))
    if not len(zones):
        return []
    names, codes = np.unique(activity.boundary[zones].astype(str), return_inverse=True)
    code = codes.reshape(len(zones), -1)
    given = names[code] != ""
    at = np.where(given, np.arange(code.shape[1]), -1)
    before = np.full_like(at, -1)
    before[:, 1:] = np.maximum.accumulate(at, axis=1)[:, :-1]
    old = np.take_along_axis(code, np.maximum(before, 0), axis=1)
    row, year = np.nonzero(given & (before >= 0) & (old != code))
    problems = [
        _break(activity, int(zones[i]), j, str(names[old[i, j]]), str(names[code[i, j]]))
        for i, j in zip(row[:SHOWN].tolist(), year[:SHOWN].tolist(), strict=True)
    ]
    return shortened(problems, len(row))


def _break(activity: Activity, zone: int, year: int, old: str, new: str) -> Problem:
    values = {"zone": activity.zones[zone], "year": int(activity.years[year]), "old": old, "new": new}
    return Problem("quality.boundary", values, Where(activity.source))


def shortened(problems: list[Problem], count: int) -> list[Problem]:
    """Return the problems shown and, if there are more, how many."""
    more = count - len(problems)
    return [*problems, Problem("and_more", {"count": more})] if more > 0 else problems
