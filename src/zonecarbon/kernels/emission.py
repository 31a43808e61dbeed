"""Sums over flows: quantities times coefficients, for energy [tce] and CO2 [tCO2] alike, in one reading.

Decided here, by measurement (200,000 zones x 12 flows x 20 years = 384 MB, 31 groups of which one flow changes with the
years, one thread, numpy 2.4; minimum of interleaved rounds as a ratio to ``np.copyto`` of the quantities into existing
memory, 50 ms):

==================================================================================  =====
form, in blocks                                                                     ratio
==================================================================================  =====
both tables: ``matmul`` of (2, flow) with (flow, year) zone by zone, kept             1.2
... and one ``take``, multiply, add for the flow whose coefficient changes, kept      2.1
... and both ratios to value added, kept                                              2.6
both tables by ``einsum``, table after table (kept where many flows change)           3.7
... and both ratios                                                                   4.2
transposed into (flow, zone, year), multiply and add flow after flow                  4.5
``(quantity * coefficient[index]).sum(1)`` on the whole array, one table              6.3
==================================================================================  =====

* Most coefficients are the same in all years (heat values, factors of fuels); those of the grid are not. The steady
  ones of energy and CO2 make one small matrix for each province, and its product with a zone's (flow, year) is both
  sums at once. What changes is added flow by flow. Where more than a third of the flows change, and in very large
  products, which the library behind ``matmul`` might share among threads, ``einsum`` adds with whole tables.
* A zone's product has the same shape wherever the zone stands, so its bits depend neither on the block nor on the
  neighbours, nor on the coefficients of another province; one year is summed as two, for the same reason. They do
  depend on the number of flows, sectors and years: an account with another carrier may differ in the last digit. Strict
  order from flow to flow (``einsum``) would not, at 1.6 times the time.
* A block holds 131,072 values (1 MB), which with its sums stays in the second-level cache; twice and half of that are
  equally fast.
* The ratios are taken column by column while the sums of the block are in the cache.
* Unknown coefficients are the rare case (a province without a grid factor): they count 0 in the sum, and a second look
  at the zones concerned sets NaN where the quantity is not 0.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import ArrayLike, BoolArray, FloatArray, IntArray

__all__ = ["Tables", "sum_flows", "sum_tables"]

_BLOCK = 131_072
# A product of matrices above this may be given to several threads by the library behind matmul.
_LARGEST = 200_000


def sum_flows(
    quantity: ArrayLike,
    coefficient: ArrayLike,
    index: ArrayLike | None = None,
    out: FloatArray | None = None,
) -> FloatArray:
    """Sum quantity times coefficient over flows, and over sectors if there are any.

    Parameters
    ----------
    quantity : (zone, flow, year) or (zone, sector, flow, year)
        [carrier's own unit]. Fastest as float64 in C order; anything else is copied block by block.
    coefficient : (flow, year), or (group, flow, year) with ``index``
        [tce or tCO2 per carrier's own unit].
    index : (zone,) of int, optional
        The group (province) of each zone.
    out : (zone, year), optional
        float64 array to write into, in any order; the result is then this array.

    Returns
    -------
    (zone, year)
        [tce or tCO2], in Fortran order (each year is one contiguous column) unless ``out`` is given. NaN where any
        quantity of the zone and year is NaN, or where an unknown (NaN) coefficient meets a quantity that is not 0. An
        unknown coefficient of something that is not used counts 0. No flows at all give 0.

    Raises
    ------
    ValueError
        Shapes that do not fit, or a group that does not exist.

    Notes
    -----
    Extra memory is about 3 MB whatever the number of zones (more only if a single zone is larger than that).

    Examples
    --------
    Two zones use coal [t] and electricity [MWh]; the second one's grid factor is unknown, but it uses none.

    >>> quantity = [[[100.0], [50.0]], [[200.0], [0.0]]]
    >>> factor = [[[1.9], [0.6]], [[1.9], [float("nan")]]]
    >>> sum_flows(quantity, factor, index=[0, 1])
    array([[220.],
           [380.]])
    """
    table = np.asarray(coefficient, dtype=np.float64)
    result = sum_tables(quantity, table[..., np.newaxis, :, :], index, None if out is None else out[np.newaxis])
    return result[0] if out is None else out


def sum_tables(
    quantity: ArrayLike,
    coefficient: "ArrayLike | Tables",
    index: ArrayLike | None = None,
    out: FloatArray | None = None,
    per: FloatArray | None = None,
) -> FloatArray:
    """Sum quantity times each of several coefficient tables (energy and CO2), reading the quantities once.

    Parameters
    ----------
    quantity, index
        As for :func:`sum_flows`.
    coefficient : (table, flow, year), or (group, table, flow, year) with ``index``
        [tce, tCO2 ... per carrier's own unit]. Or :class:`Tables` made of them, which saves making them again.
    out : (table, zone, year), or (2 tables, zone, year) with ``per``, optional
        float64 array to write into, in any order.
    per : (zone, year), optional
        Value added [10^4 yuan], finite or NaN: after the sums come their ratios to it, taken while they are in the
        cache. No quantity may then be negative: a sum is looked at only where a coefficient is.

    Returns
    -------
    (table, zone, year), or (2 tables, zone, year) with ``per``
        Each table's sum as :func:`sum_flows` gives it, to the bit; then each ratio, NaN where ``per`` is not positive
        or the sum is negative.

    Raises
    ------
    ValueError
        Shapes that do not fit, or a group that does not exist.

    Examples
    --------
    100 t of coke: tce and tCO2 (the coefficients are made up).

    >>> sum_tables([[[100.0]]], [[[0.9714]], [[2.8]]]).round(6)
    array([[[ 97.14]],
           [[280.  ]]])
    """
    source = np.asarray(quantity)
    if source.ndim not in (3, 4):
        msg = f"quantity must be (zone, flow, year) or (zone, sector, flow, year); got {source.shape}"
        raise ValueError(msg)
    groups = None if index is None else np.asarray(index)
    tables = coefficient if isinstance(coefficient, Tables) else Tables(coefficient, groups is not None, source.shape)
    tables.require(source, groups)
    shape = (tables.n_tables * (1 if per is None else 2), source.shape[0], source.shape[-1])
    result = np.empty((shape[0], shape[2], shape[1])).transpose(0, 2, 1) if out is None else out
    if result.shape != shape or result.dtype != np.float64:
        msg = f"out must be float64 of shape {shape}; got {result.dtype} {result.shape}"
        raise ValueError(msg)
    _sum_blocks(source, tables, groups, per, result)
    return result


class Tables:
    """Coefficient tables made ready for :func:`sum_tables`: what is the same in all years, and the flows that change.

    Both are told apart by group and table, so that the bits of a zone depend neither on the coefficients of another
    group nor on the table beside.

    Parameters
    ----------
    coefficient : (table, flow, year), or (group, table, flow, year) if ``grouped``
        [tce, tCO2 ... per carrier's own unit].
    grouped : bool
        Whether there are groups.
    shape : (zone, flow, year) or (zone, sector, flow, year)
        Of the quantities; the number of zones does not matter.
    """

    def __init__(self, coefficient: ArrayLike, grouped: bool, shape: tuple[int, ...]) -> None:
        table = np.asarray(coefficient, dtype=np.float64, order="C")
        if table.ndim != 3 + grouped or table.shape[-2:] != shape[-2:]:
            form = "(group, flow, year) with an index" if grouped else "(flow, year)"
            given = (*table.shape[:-3], *table.shape[-2:])
            msg = f"coefficient must be {form} like quantity {shape}; got {given}"
            raise ValueError(msg)
        if not grouped:
            table = table[np.newaxis]
        if table.shape[-1] == 1:
            table = np.repeat(table, 2, axis=-1)  # one year is summed as two, like any other number of years
        self.inner = shape[1:]
        self.grouped = grouped
        holes = np.isnan(table)
        self.holes: BoolArray | None = holes if holes.any() else None
        self.signed = bool((table < 0.0).any())
        self._split(table if self.holes is None else np.where(holes, 0.0, table))

    def _split(self, known: FloatArray) -> None:
        n_groups, n_tables, n_flows, n_years = known.shape
        sectors = self.inner[0] if len(self.inner) == 3 else 1
        changes = (known != known[..., :1]).any(axis=3)
        of_table = changes.any(axis=0)
        large = 2 * sectors * n_flows * n_years > _LARGEST or not n_flows or not n_years
        self.n_groups, self.n_tables, self.n_years = n_groups, n_tables, n_years
        self.whole = {
            t: np.ascontiguousarray(known[:, t])
            for t in range(n_tables)
            if large or np.count_nonzero(of_table[t]) > max(1, n_flows // 3)
        }
        self.split = [t for t in range(n_tables) if t not in self.whole]
        # Always in pairs: how the library behind matmul adds a row depends on how many there are, and on the processor.
        pairs = -(-n_tables // 2)
        self.steady = np.zeros((n_groups, pairs, 2, sectors * n_flows))
        self.moving: list[tuple[int, int, FloatArray]] = []
        for t in self.split:
            self.steady[:, t // 2, t % 2] = np.tile(np.where(changes[:, t], 0.0, known[:, t, :, 0]), sectors)
            for flow in np.flatnonzero(of_table[t]).tolist():
                self.moving.append((t, flow, np.where(changes[:, t, flow, np.newaxis], known[:, t, flow], 0.0)))

    def require(self, source: NDArray[Any], groups: NDArray[Any] | None) -> None:
        """Refuse quantities and group numbers that do not fit."""
        if source.shape[1:] != self.inner or (groups is not None) != self.grouped:
            msg = f"quantity must be (zone, {self.inner}), with an index if there are groups; got {source.shape}"
            raise ValueError(msg)
        if groups is None:
            return
        if groups.shape != source.shape[:1] or (groups.size and groups.dtype.kind not in "iu"):
            msg = f"index must be one int for each of {source.shape[0]} zones; got {groups.dtype} {groups.shape}"
            raise ValueError(msg)
        if groups.size and not 0 <= int(groups.min()) <= int(groups.max()) < self.n_groups:
            msg = f"index must lie in 0..{self.n_groups - 1}; got {groups.min()}..{groups.max()}"
            raise ValueError(msg)


class _Room:
    """Memory for one block, used again and again."""

    def __init__(self, rows: int, inner: tuple[int, ...], tables: Tables) -> None:
        self.total = np.empty((rows, *tables.steady.shape[1:3], inner[-1]))
        taken = rows if tables.grouped else 0
        self.weight = np.empty((taken if tables.split else 0, *tables.steady.shape[1:]))
        self.factor = np.empty((rows if tables.moving else 0, inner[-1]))
        self.below = np.empty((inner[-1], rows))
        self.whole = np.empty((taken if tables.whole else 0, *inner[-2:]))


def _sum_blocks(
    source: NDArray[Any], tables: Tables, groups: NDArray[Any] | None, per: FloatArray | None, result: FloatArray
) -> None:
    """Fill ``result`` (table, zone, year) block by block."""
    inner = (*source.shape[1:-1], tables.n_years)
    size = _BLOCK // 4 if tables.whole else _BLOCK  # whole tables of coefficients lie beside the block
    rows = min(len(source), max(1, size // max(1, int(np.prod(inner)))))
    direct = _is_plain(source) and source.shape[-1] == inner[-1]
    spare = np.empty((0 if direct else rows, *inner))
    room = _Room(rows, inner, tables)
    for start in range(0, len(source), max(1, rows)):
        part = source[start : start + rows]
        n = len(part)
        block = part if direct else spare[:n]
        if not direct:
            np.copyto(block, part)
        chosen = None if groups is None else groups[start : start + n]
        with np.errstate(invalid="ignore"):
            total = _sum_one(block, tables, chosen, room)
        if tables.holes is not None:
            for number in range(tables.n_tables):
                _mark_unknown(total[:, number], block, tables.holes[:, number], chosen)
        own = result[:, start : start + n]
        for number in range(tables.n_tables):
            np.copyto(own[number], total[:, number, : own.shape[-1]])
        if per is not None:
            below = room.below[: own.shape[-1], :n].T
            np.copyto(below, per[start : start + n])
            _divide(own[: tables.n_tables], below, own[tables.n_tables :], tables.signed)


def _divide(sums: FloatArray, below: FloatArray, out: FloatArray, signed: bool) -> None:
    """Fill the ratios of sums (table, zone, year) to (zone, year); in Fortran order, column by column."""
    positive = bool(below.size) and float(below.min()) > 0.0
    with np.errstate(all="ignore"):
        for above, level in zip(sums, out, strict=True):
            np.divide(above, below, out=level)
            if not positive:
                np.copyto(level, np.nan, where=~(below > 0.0))
            if signed:
                np.copyto(level, np.nan, where=level < 0.0)


@np.errstate(over="ignore", invalid="ignore")  # a sum beyond the floats is infinite
def _sum_one(block: FloatArray, tables: Tables, chosen: IntArray | None, room: _Room) -> FloatArray:
    """Return the sums of one block (zone, table, year)."""
    n = len(block)
    pairs = room.total[:n]
    total = pairs.reshape(n, 2 * pairs.shape[1], pairs.shape[-1])
    if tables.split:
        weight = _taken(tables.steady, chosen, room.weight)
        np.matmul(weight, block.reshape(n, 1, -1, block.shape[-1]), out=pairs)
    for number, flow, own in tables.moving:
        used = block[..., flow, :] if block.ndim == 3 else block[..., flow, :].sum(axis=1)
        total[:, number] += np.multiply(used, _taken(own, chosen, room.factor), out=room.factor[:n])
    letters = "zfy" if block.ndim == 3 else "zsfy"
    for number, table in tables.whole.items():
        form = "fy" if chosen is None else "zfy"
        own = _taken(table, chosen, room.whole)
        np.einsum(f"{letters},{form}->zy", block, own, out=total[:, number])
    return total


def _taken(table: FloatArray, chosen: IntArray | None, room: FloatArray) -> FloatArray:
    """Return the part of a table (group, ...) that is each zone's, or all zones' where there is one group."""
    if chosen is None:
        return np.asarray(table[0])
    return np.take(table, chosen, axis=0, out=room[: len(chosen)], mode="clip")


def _is_plain(source: NDArray[Any]) -> bool:
    """Return whether each zone's values lie as aligned float64 in C order, so that no copy is needed."""
    flags = source[:1].flags
    return source.dtype == np.float64 and flags.c_contiguous and flags.aligned


def _mark_unknown(total: FloatArray, block: NDArray[Any], holes: BoolArray, chosen: NDArray[Any] | None) -> None:
    """Set NaN where an unknown coefficient meets a quantity that is not 0."""
    if chosen is None:
        rows: IntArray = np.arange(len(block))
        hidden = holes
    else:
        rows = np.flatnonzero(np.asarray(holes.any(axis=(1, 2)))[chosen])
        hidden = holes[chosen[rows]]
    used: BoolArray = np.not_equal(block[rows], 0.0)
    if used.ndim == 4:
        used = np.asarray(used.any(axis=1))
    total[rows] = np.where((used & hidden).any(axis=1), np.nan, total[rows])
