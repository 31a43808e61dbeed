"""Find unit slips: what each check says, and every place told once.

Decided here: swapped figures are no slips, and a series in which a year stands away is not compared with other zones.
Two years that disagree are settled by the other zones, if these can say which of the two is wrong; else both are named,
as a pair.
"""

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity import Activity
from zonecarbon.errors import InputError
from zonecarbon.quality import zones
from zonecarbon.quality.gaps import find_parts
from zonecarbon.quality.panels import (
    CHANGE,
    LEVEL,
    PAIR,
    SLIP,
    VALUE_ADDED,
    Found,
    Panel,
    found,
    joined,
    nothing,
    panels,
)
from zonecarbon.quality.result import Slips, scales
from zonecarbon.quality.series import FAR, Verdicts, judge
from zonecarbon.quality.swaps import find_swaps

_DOUBT = 1.0  # decades by which one of two years must be further from other zones


def find_slips(activity: Activity) -> Slips:
    """Find figures that stand a unit away from their series, from other zones, or in each other's place.

    Parameters
    ----------
    activity
        From ``zc.read`` (which tells the same as warnings), ``Activity.from_arrays`` or records. It is not changed.

    Returns
    -------
    Slips
        A table with a row for each finding; ``kind`` is

        * ``slip``: one year stands near 10^3, 10^4 or 10^8 times what the years beside it make likely;
        * ``change``: from that year on, all do; told once, at the change;
        * ``level``: the whole series does, beside what other zones make likely; told at its first year;
        * ``swap``: two figures of one zone and year that fit each other's series;
        * ``pair``: the only two known years of a series stand so apart, and nothing says which of them is wrong: both;
        * ``parts``: a carrier that is the sum of its own parts (raw coal and its kinds), likely counted twice.

    Raises
    ------
    InputError
        If it is no activity.

    Notes
    -----
    Series of fewer than three known years are judged with the help of other zones alone (at least ten, and only for
    figures that differ little between zones). Zeros and unknown figures are no evidence; a small figure beside a zero
    is a start or an end. What is measured of recall and false alarms stands on the page about slips.

    Examples
    --------
    >>> from zonecarbon.activity import Activity
    >>> activity = Activity.from_arrays([[[500.0, 520.0, 5.3e5, 510.0]]], flows=["electricity"], zones=["A"],
    ...                                 years=[2020, 2021, 2022, 2023])
    >>> print(find_slips(activity).text())  # doctest: +NORMALIZE_WHITESPACE
    arrays: electricity of A in 2022 is 1030 times its other years, near 10^3; got 530000 MWh; if the unit
    slipped, it would be 530 MWh (kWh for MWh)
    """
    if not isinstance(activity, Activity):
        raise InputError("slips.source", got=type(activity).__name__)
    if not len(activity.zones) or not len(activity.years):
        return Slips(activity, nothing())
    told = panels(activity)
    years = activity.years
    swaps = find_swaps(told, years, lambda *place: scales(activity, place))
    verdicts = [judge(panel.values, np.flatnonzero(panel.wide(FAR)), years) for panel in told]
    parts = [_alone(panel, at, verdict) for at, (panel, verdict) in enumerate(zip(told, verdicts, strict=True))]
    parts += _beside_zones(told, verdicts)
    slips = _without(joined(parts), swaps)
    return Slips(activity, joined([part for part in (slips, swaps, find_parts(activity)) if part is not None]))


def _alone(panel: Panel, at: int, verdict: Verdicts) -> Found:
    """Return what the series of a panel say by themselves."""
    own = verdict.at(~verdict.pair)
    kind = np.where(own.change, CHANGE, SLIP)
    return found(at, *panel.split(own.series), own.year, kind, own.distance, own.power)


def _beside_zones(told: list[Panel], verdicts: list[Verdicts]) -> list[Found]:
    """Return what the other zones say: of flows and value added together, and of each indicator."""
    flows, money = told[:2]
    count = flows.values.shape[2]
    shape = (-1, count + 1)
    levels = np.concatenate([flows.levels.middle, money.levels.middle], axis=2).reshape(shape)
    skip = np.concatenate([_judged(flows, verdicts[0]), _judged(money, verdicts[1])], axis=2).reshape(shape)
    usual = zones.usual(levels)
    away = zones.strangers(levels, usual, skip)
    parts = []
    for at, panel in enumerate((flows, money)):
        mine = (away.item == count) == (at == 1)
        item = np.zeros(int(mine.sum()), dtype=np.int64) if at else away.item[mine]
        parts.append(_level(panel, at, away.row[mine], item, away.distance[mine], away.power[mine]))
        pair = verdicts[at].at(verdicts[at].pair)
        zone, sector, item = panel.split(pair.series)
        row = zone * flows.values.shape[1] + sector
        likely = zones.sizes(levels, usual, row, item + at * count)
        parts.append(_settled(panel, at, pair, likely))
    for at, panel in enumerate(told[2:], start=2):
        own = panel.levels.middle.reshape(-1, 1)
        away = zones.strangers(
            own, zones.usual(own, sized=False), _judged(panel, verdicts[at]).reshape(-1, 1), sized=False
        )
        pair = verdicts[at].at(verdicts[at].pair)
        parts.append(_settled(panel, at, pair, np.full(len(pair.year), np.nan)))
        if panel.what != VALUE_ADDED:
            parts.append(_level(panel, at, away.row, away.item, away.distance, away.power))
    return parts


def _judged(panel: Panel, verdict: Verdicts) -> BoolArray:
    """Return the series (zone, sector, item) of which something is told already."""
    judged = np.zeros(panel.values.shape[:-1], dtype=bool)
    judged.reshape(-1)[verdict.series] = True
    return judged


def _level(panel: Panel, at: int, row: IntArray, item: IntArray, distance: FloatArray, power: IntArray) -> Found:
    """Return whole series that stand away, at their first known year."""
    zone, sector = np.divmod(row, panel.values.shape[1])
    year = (panel.values[zone, sector, item] > 0).argmax(axis=1)
    return found(at, zone, sector, item, year, LEVEL, distance, power)


def _settled(panel: Panel, at: int, pair: Verdicts, likely: FloatArray) -> Found:
    """Return which of two years is wrong, by what other zones make likely; both where they do not say."""
    zone, sector, item = panel.split(pair.series)
    series = panel.values[zone, sector, item]
    first = (series > 0).argmax(axis=1)
    here = np.arange(len(first))
    early, late = (np.abs(np.log10(series[here, year]) - likely) for year in (first, pair.year))
    with np.errstate(invalid="ignore"):
        clear = np.abs(early - late) >= _DOUBT
        told = ~clear | (early > late), ~clear | (early <= late)
    years = first, pair.year
    return joined(
        [
            found(at, zone, sector, item, years[late], np.where(clear, SLIP, PAIR), pair.distance * sign,
                  pair.power * sign, np.where(clear, -2, years[not late])).at(told[late])
            for late, sign in ((0, -1), (1, 1))
        ]
    )  # fmt: skip


def _without(slips: Found, swaps: Found | None) -> Found:
    """Return the slips that are not one of two swapped figures."""
    if swaps is None:
        return slips
    taken = set(zip(*(column.tolist() for column in swaps[:5]), strict=True))
    kept = [place not in taken for place in zip(*(column.tolist() for column in slips[:5]), strict=True)]
    return slips.at(np.array(kept, dtype=bool))
