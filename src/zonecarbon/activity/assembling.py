"""From checked cells to arrays: scatter the figures, mark what is not known.

Decided here: what the readers know is a :class:`Draft` of columns, never a list of rows, so that a table of a million
rows and a handful of records take the same way.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from zonecarbon._table import frozen
from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.activity.model import Activity, Cells, Flow, Rows, to_labels
from zonecarbon.errors import Problem, Where
from zonecarbon.vocabulary import SUPPLIES, USES, carriers, find_indicator, nearest_indicator, suggestion

ItemT = TypeVar("ItemT")
AnswerT = TypeVar("AnswerT")
_BLOCK = 65_536  # rows whose positions stay in cache
_FEW = 4  # blocks: threads do not pay
_MOST_THREADS = 4
_NAMED = 20  # indicators in one warning


class Figures(NamedTuple):
    """Figures of indicators and the position they belong to; ``item`` counts in ``names`` and ``units``."""

    zone: IntArray
    item: IntArray
    year: IntArray
    value: FloatArray
    basis: ObjectArray
    names: Sequence[str] = ()
    units: Sequence[str] = ()


def no_figures() -> Figures:
    """Return no figures at all."""
    none = np.zeros(0, dtype=np.int64)
    return Figures(none, none, none, np.zeros(0), np.zeros(0, dtype=object))


@dataclass(slots=True)
class Draft:
    """Everything the readers know before the arrays are made."""

    zones: list[str]
    names: list[str]
    provinces: list[str]
    years: list[int]
    sectors: list[str]
    flows: list[Flow]
    energy: Cells
    economy: Cells
    price: IntArray
    labels: Mapping[str, ObjectArray]
    indicators: Figures
    rows: Rows | None = None
    economy_rows: Rows | None = None
    warnings: list[Problem] = field(default_factory=list)
    set_aside: list[Problem] = field(default_factory=list)
    set_aside_rows: dict[str, Any] = field(default_factory=dict)
    source: str = ""


def assemble(draft: Draft) -> Activity:
    """Return the activity of a draft: scatter the cells, mark what is not known."""
    draft = _in_order(draft)
    n_zones, n_years = len(draft.zones), len(draft.years)
    sectors = draft.sectors or [""]
    quantity, has_energy = _scatter_energy(
        draft.energy, draft.flows, (n_zones, len(sectors), len(draft.flows), n_years)
    )
    money, total = _scatter_economy(draft.economy, (n_zones, len(sectors), n_years))
    warnings = [*draft.warnings, *_without_gaps(money, total, quantity, draft), *_unfamiliar(draft)]
    price = np.zeros((n_zones, n_years), dtype=np.int64)
    price[draft.economy.zone, draft.economy.year] = draft.price
    indicators, indicator_units, indicator_basis = _scatter_indicators(draft.indicators, (n_zones, n_years))
    return Activity(
        zones=frozen(to_labels(draft.zones)),
        names=frozen(to_labels(draft.names)),
        provinces=frozen(to_labels(draft.provinces)),
        sectors=frozen(to_labels(sectors)),
        flows=tuple(draft.flows),
        years=frozen(np.array(draft.years, dtype=np.int64)),
        quantity=frozen(quantity),
        value_added=frozen(money),
        value_added_total=frozen(total),
        price_year=frozen(price),
        has_energy=frozen(has_energy),
        indicators=indicators,
        indicator_units=indicator_units,
        indicator_basis=indicator_basis,
        **{name: _scatter_labels(draft.labels.get(name), draft.economy, (n_zones, n_years)) for name in LABELS},
        rows=draft.rows,
        economy_rows=draft.economy_rows,
        warnings=tuple(warnings),
        set_aside=tuple(draft.set_aside),
        set_aside_rows=draft.set_aside_rows,
        source=draft.source,
    )


LABELS = ("boundary", "coverage", "deflator")


def _in_order(draft: Draft) -> Draft:
    """Return a draft whose flows and sectors stand in an order that rows and zones have no part in.

    Sums over them are then the same to the bit whichever zone comes first.
    """
    flow_at, flows = _sorted(draft.flows, flow_rank())
    sector_at, sectors = _sorted(draft.sectors or [""], lambda sector: sector)

    def moved(cells: Cells, is_energy: bool) -> Cells:
        item = _at(flow_at, cells.item) if is_energy else cells.item
        return cells._replace(sector=_at(sector_at, cells.sector), item=item)

    energy, rows, money = moved(draft.energy, True), draft.rows, draft.economy_rows
    if rows is not None:
        rows = replace(rows, cells=energy if rows.cells is draft.energy else moved(rows.cells, True))
    if money is not None:
        money = replace(money, cells=moved(money.cells, False))
    economy = moved(draft.economy, False)
    return replace(draft, flows=flows, sectors=sectors, energy=energy, economy=economy, rows=rows, economy_rows=money)


def flow_rank() -> Callable[[Flow], tuple[Any, ...]]:
    """Return the key by which flows are sorted."""
    rank = {word: at for at, word in enumerate((*carriers(), *USES, *SUPPLIES))}

    def key(flow: Flow) -> tuple[Any, ...]:
        return *(rank.get(word, len(rank)) for word in (flow.carrier, flow.use, flow.supply)), astuple(flow)

    return key


def _at(place: IntArray, codes: IntArray) -> IntArray:
    """Return the new place of each code; the codes themselves where nothing moves."""
    return codes if (place == np.arange(len(place))).all() else place[codes]


def _sorted(items: Sequence[ItemT], key: Callable[[ItemT], Any]) -> tuple[IntArray, list[ItemT]]:
    """Return where each item goes, and the items in order."""
    order = sorted(range(len(items)), key=lambda at: key(items[at]))
    place = np.zeros(len(items), dtype=np.int64)
    place[order] = np.arange(len(items))
    return place, [items[at] for at in order]


def _scatter_energy(
    cells: Cells, flows: Sequence[Flow], shape: tuple[int, int, int, int]
) -> tuple[FloatArray, BoolArray]:
    quantity, given = np.zeros(shape), np.zeros(shape, dtype=bool)
    flat, seen = quantity.reshape(-1), given.reshape(-1)

    def put(rows: slice) -> None:
        place = _place(cells, shape, rows)
        flat[place] = cells.amount[rows] + 0.0  # -0.0 becomes 0.0, as in a sum
        seen[place] = True

    def add(rows: slice) -> None:
        np.add.at(flat, _place(cells, shape, rows), cells.amount[rows])

    each_block(put, len(cells.zone))
    if np.count_nonzero(given) < len(cells.zone):  # some add up: in the order of the rows
        flat[:] = 0.0
        each_block(add, len(cells.zone), in_threads=False)
    is_energy = np.array([bool(flow.carrier) for flow in flows], dtype=bool)
    has_energy: BoolArray = np.logical_or.reduce(given if is_energy.all() else given[:, :, is_energy], axis=(1, 2))
    zones, years = np.nonzero(~has_energy)
    for item in np.flatnonzero(is_energy):
        quantity[zones, :, item, years] = np.nan
    return quantity, has_energy


def each_block(function: Callable[[slice], AnswerT], count: int, *, in_threads: bool = True) -> list[AnswerT]:
    """Return what a function says of each block of ``count`` rows; of many blocks in threads."""
    blocks = [slice(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK)]
    threads = min(_MOST_THREADS, cores()) if in_threads and len(blocks) >= _FEW else 1
    if threads < 2:
        return [function(rows) for rows in blocks]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, blocks))


def cores() -> int:
    """Return how many cores this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _place(cells: Cells, shape: tuple[int, int, int, int], rows: slice) -> IntArray:
    """Return the flat positions of some cells."""
    place = cells.zone[rows] * shape[1]
    if shape[1] > 1:
        place += cells.sector[rows]
    for size, column in ((shape[2], cells.item), (shape[3], cells.year)):
        place *= size
        place += column[rows]
    return place


def _scatter_economy(cells: Cells, shape: tuple[int, int, int]) -> tuple[FloatArray, FloatArray]:
    money = np.full(shape, np.nan)
    money[cells.zone, cells.sector, cells.year] = cells.amount
    total = np.zeros((shape[0], shape[2]))
    order = np.argsort(cells.sector, kind="stable")  # the sum is the same to the bit in whatever order the rows came
    np.add.at(total, (cells.zone[order], cells.year[order]), cells.amount[order])
    given = np.zeros(total.shape, dtype=bool)
    given[cells.zone, cells.year] = True
    total[~given] = np.nan
    return money, total


def _without_gaps(money: FloatArray, total: FloatArray, quantity: FloatArray, draft: Draft) -> list[Problem]:
    """Set NaN in the total of zone-years that lack the value added of a sector at work, and return a warning.

    A sector that has value added in other years and energy in this one is missing here; the sum of the others is not
    the zone's value added. A sector that never has any is outside the statistics of the zone in all years alike.
    """
    if money.shape[1] < 2:
        return []
    unknown = np.isnan(money)
    busy = ((quantity != 0.0) & ~np.isnan(quantity)).any(axis=2)
    named = [at for at, sector in enumerate(draft.sectors) if sector]
    found = unknown & busy & ~unknown.all(axis=2, keepdims=True)
    gap = found[:, named].any(axis=1) & ~np.isnan(total)  # energy without a sector is the zone's
    for at in [at for at, sector in enumerate(draft.sectors) if not sector]:
        gap &= unknown[:, at]  # a total of the zone has all of its sectors
    if not gap.any():
        return []
    total[gap] = np.nan
    places = [f"{draft.zones[zone]} {draft.years[year]}" for zone, year in np.argwhere(gap)[:21].tolist()]
    listed = ", ".join(places[:20]) + (", ..." if len(places) > 20 else "")
    return [Problem("economy.gap", {"places": listed})]


def _unfamiliar(draft: Draft) -> list[Problem]:
    """Return a warning of the indicators that no shipped target or record knows: misspelt, or the user's own."""
    names = [name for name in draft.indicators.names if name and not find_indicator(name.removesuffix("_change"))]
    if not names:
        return []
    told = [f"{name!r}{suggestion(nearest_indicator(name))}" for name in names[:_NAMED]]
    listed = ", ".join(told) + (f", ... ({len(names)})" if len(names) > _NAMED else "")
    return [Problem("indicator.unfamiliar", {"names": listed}, Where(draft.source))]


def _scatter_labels(labels: ObjectArray | None, cells: Cells, shape: tuple[int, int]) -> ObjectArray | None:
    if labels is None or not (labels != "").any():
        return None
    array = np.full(shape, "", dtype=object)
    array[cells.zone, cells.year] = labels
    return frozen(array)


def _scatter_indicators(
    figures: Figures, shape: tuple[int, int]
) -> tuple[dict[str, FloatArray], dict[str, str], dict[str, ObjectArray]]:
    values: dict[str, FloatArray] = {}
    basis: dict[str, ObjectArray] = {}
    for item, name in enumerate(figures.names):
        rows = figures.item == item
        place = figures.zone[rows], figures.year[rows]
        value, stated = np.full(shape, np.nan), np.full(shape, "", dtype=object)
        value[place], stated[place] = figures.value[rows], figures.basis[rows]
        values[name], basis[name] = frozen(value), frozen(stated)
    return values, dict(zip(figures.names, figures.units, strict=True)), basis
