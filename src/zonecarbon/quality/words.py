"""Where a finding stands and how it was written: the row, the figure and unit as given, the unit likely meant.

Decided here: the rows of all findings are looked up at once, through the zones concerned; a table of a million rows is
passed over once. Where several rows make up one figure, the largest is named.

A unit meant is looked for among those that people swap (kgce and tce, kWh and 万kWh, m3 and 万m3, 万元 and 亿元), by
its size: a figure 10^4 too large beside ``万kWh`` was written in kWh.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from zonecarbon import units
from zonecarbon._typing import IntArray
from zonecarbon.activity import Rows
from zonecarbon.errors import ZoneCarbonError

_UNITS = (
    ("kg", "t", "kt", "万t", "亿t"),
    ("kgce", "tce", "万tce", "亿tce"),
    ("kWh", "MWh", "万kWh", "GWh", "亿kWh"),
    ("m3", "千m3", "万m3", "亿m3"),
    ("MJ", "GJ", "万GJ", "TJ", "PJ"),
    ("元", "千元", "万元", "亿元"),
    ("kgCO2", "tCO2", "万tCO2", "亿tCO2"),
    ("kgce/万元", "tce/万元", "tce/亿元"),
    ("kgCO2/万元", "tCO2/万元", "tCO2/亿元"),
)


_CHINESE = {
    "kg": "千克", "t": "吨", "kt": "千吨", "kgce": "千克标准煤", "tce": "吨标准煤", "kWh": "千瓦时", "MWh": "兆瓦时",
    "m3": "立方米", "MJ": "兆焦", "GJ": "吉焦", "TJ": "太焦", "kgCO2": "千克CO2", "tCO2": "吨CO2",
}  # fmt: skip


class Written(NamedTuple):
    """A figure and its unit as they stand in the table."""

    figure: float
    unit: str


@cache
def likely_unit(unit: str, power: int) -> str:
    """Return the unit in which a figure was written that is 10^power too large in ``unit``; empty if none is usual.

    Examples
    --------
    >>> likely_unit("万千瓦时", 4), likely_unit("tce", 3), likely_unit("m3", -4), likely_unit("t", -8)
    ('kWh', 'kgce', '万m3', '亿t')
    """
    for family in _UNITS:
        for other in family:
            try:
                ratio = units.factor(other, unit)
            except ZoneCarbonError:
                break  # of another dimension, as are all of its family
            if abs(ratio * 10.0**power - 1.0) < 1e-9:
                return other
    return ""


def in_chinese(unit: str) -> str:
    """Return a unit in Chinese words.

    Examples
    --------
    >>> in_chinese("万kWh"), in_chinese("tce/亿元"), in_chinese("吨")
    ('万千瓦时', '吨标准煤/亿元', '吨')
    """
    return re.sub("[A-Za-z0-9]+", lambda found: _CHINESE.get(found[0], found[0]), unit)


def rows_of(rows: Rows | None, shape: tuple[int, ...], wanted: Sequence[IntArray]) -> IntArray:
    """Return the row of each wanted (zone, sector, item, year); -1 where there is none."""
    if rows is None or not len(wanted[0]):
        return np.full(len(wanted[0]), -1)
    cells = rows.cells
    concerned = np.zeros(shape[0], dtype=bool)
    concerned[wanted[0]] = True
    at = np.flatnonzero(concerned[cells.zone])
    places = (cells.zone[at], cells.sector[at], cells.item[at], cells.year[at])
    keys, goal = np.ravel_multi_index(places, shape), np.ravel_multi_index(tuple(wanted), shape)
    order = np.lexsort((np.nan_to_num(cells.amount[at]), keys))  # the largest of a place is its last
    place = np.searchsorted(keys[order], goal, side="right") - 1
    if not len(at):
        return np.full(len(goal), -1)
    row = at[order[np.maximum(place, 0)]]
    same = (place >= 0) & (keys[order[np.maximum(place, 0)]] == goal)
    found: IntArray = np.where(same & (row < len(rows.number)), row, -1)
    return found


def written(rows: Rows | None, row: int, amount: float, unit: str) -> Written:
    """Return the figure of a row as it was given, or ``amount`` in ``unit`` where that cannot be read."""
    text = str(rows.given[row]).split(", ")[0] if rows is not None and 0 <= row < len(rows.given) else ""
    if not text:
        return Written(amount, unit)
    try:
        figure, own = units.split(text)
    except ZoneCarbonError:
        try:
            figure, own = units.number(text), unit
        except ZoneCarbonError:
            return Written(amount, unit)
    return Written(figure, own or unit)
