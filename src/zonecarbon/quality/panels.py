"""The series of an activity that are checked: quantities, value added, reported indicators.

Decided here: every table is looked at as (zone, sector, item, year), without a copy, so that each check is written
once. Value added is checked by sector; the zone's total only where no sector has any, because it is their sum.
"""

from typing import Any, NamedTuple

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity import Activity
from zonecarbon.quality.series import Levels, levels

QUANTITY, VALUE_ADDED = "quantity", "value_added"
KINDS = ("slip", "change", "level", "swap", "parts", "pair")
SLIP, CHANGE, LEVEL, SWAP, PARTS, PAIR = range(6)


class Panel(NamedTuple):
    """One table: what it is, its figures (zone, sector, item, year), the level of each series, which are checked."""

    what: str
    values: FloatArray
    levels: Levels
    checked: BoolArray | None = None

    def wide(self, far: float) -> BoolArray:
        """Return which series (zone, sector, item) span more than ``far`` decades."""
        wide: BoolArray = self.levels.width > far
        return wide if self.checked is None else wide & self.checked

    def split(self, series: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Return zone, sector and item of flat positions of series."""
        zone, sector, item = np.unravel_index(series, self.values.shape[:-1])
        return zone, sector, item


class Found(NamedTuple):
    """What was found: panel, zone, sector, item, year (positions), kind, log10 of figure over likely, power of ten.

    ``other`` is the item of the same panel of flows, or -1 for value added, that a figure was swapped with; -2: none.
    Of a pair it is the position of the other year.
    """

    panel: IntArray
    zone: IntArray
    sector: IntArray
    item: IntArray
    year: IntArray
    kind: IntArray
    distance: FloatArray
    power: IntArray
    other: IntArray

    def at(self, rows: IntArray | BoolArray) -> "Found":
        """Return some of the findings."""
        columns: Any = [column[rows] for column in self]
        return Found(*columns)


def found(panel: int, zone: IntArray, sector: IntArray, item: IntArray, year: IntArray, kind: IntArray | int,
          distance: FloatArray, power: IntArray | int, other: IntArray | int = -2) -> Found:  # fmt: skip
    """Return findings of one panel."""
    count = len(zone)

    def full(value: IntArray | int) -> IntArray:
        return np.full(count, value, dtype=np.int64) if isinstance(value, int) else value

    return Found(full(panel), zone, sector, item, year, full(kind), distance, full(power), full(other))


def nothing() -> Found:
    """Return no findings."""
    none = np.zeros(0, dtype=np.int64)
    return found(0, none, none, none, none, SLIP, np.zeros(0), none)


def joined(parts: list[Found]) -> Found:
    """Return findings as one, in the order of panel, zone, sector, item and year."""
    columns: Any = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort(columns[4::-1])
    return Found(*(column[order] for column in columns))


def panels(activity: Activity) -> list[Panel]:
    """Return the tables of an activity; the first two are quantities and value added by sector."""
    money = activity.value_added[:, :, None, :]
    told = [
        Panel(QUANTITY, activity.quantity, levels(activity.quantity)),
        Panel(VALUE_ADDED, money, levels(money)),
    ]
    if len(activity.sectors) > 1:
        total = activity.value_added_total[:, None, None, :]
        alone: BoolArray = np.logical_and.reduce(np.isnan(told[1].levels.middle), axis=1, keepdims=True)
        told.append(Panel(VALUE_ADDED, total, levels(total), alone))
    for name, values in activity.indicators.items():
        told.append(Panel(name, values[:, None, None, :], levels(values[:, None, None, :])))
    return told
