"""Sums over flows: quantities times coefficients, for energy [tce] and CO2 [tCO2] alike.

Decided here, by measurement (200,000 zones x 12 flows x 20 years = 384 MB, 31 groups, one thread, numpy 2.4; minimum of
seven interleaved rounds as a ratio to ``np.copyto`` of the quantities into existing memory, 54 ms):

=================================================================  =====
form, in blocks of about 256 zones                                 ratio
=================================================================  =====
``einsum`` with one coefficient table (kept: ``index=None``)         1.6
``take`` the zones' coefficients, ``einsum`` (kept: ``index``)       2.1
``take``, multiply, add halves of the flow axis                      3.3
``take``, multiply, ``add.reduce(axis=1)``                           3.7
one table: multiply, then ``matmul`` with a row of ones              1.9
one table: twenty ``matmul``, one for each year                      2.0
one table: flow by flow multiply and add                             5.1
``(quantity * coefficient[index]).sum(1)`` on the whole array        6.3
=================================================================  =====

* ``einsum`` over blocks that lie in C order adds flow after flow into each (zone, year), so the answer depends neither
  on the block nor on the neighbours: the bits are the same for any block size, order or number of zones, and for a
  subset of years. With a single year numpy would make the flow axis its inner loop and add in another order; one year
  is therefore summed as two equal ones.
* A kernel for energy and CO2 in one pass was measured at 3.3 against 3.6 for two calls. That is within noise, so there
  is no such kernel.
* A block holds 65,536 values (0.5 MB, and as much for the coefficients taken), which stays in the second-level cache.
  Blocks of 128 to 512 zones are equally fast; 32 zones cost half as much again.
* Unknown coefficients are the rare case (a province without a grid factor): they count 0 in the sum, and a second look
  at the zones concerned sets NaN where the quantity is not 0.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import ArrayLike, BoolArray, FloatArray, IntArray

__all__ = ["sum_flows"]

_BLOCK = 65_536


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
    Extra memory is about 1 MB whatever the number of zones (more only if a single zone is larger than that).

    Examples
    --------
    Two zones use coal [t] and electricity [MWh]; the second one's grid factor is unknown, but it uses none.

    >>> quantity = [[[100.0], [50.0]], [[200.0], [0.0]]]
    >>> factor = [[[1.9], [0.6]], [[1.9], [float("nan")]]]
    >>> sum_flows(quantity, factor, index=[0, 1])
    array([[220.],
           [380.]])
    """
    source = np.asarray(quantity)
    table = np.asarray(coefficient, dtype=np.float64, order="C")
    groups = None if index is None else np.asarray(index)
    _require_shapes(source, table, groups)
    shape = (source.shape[0], source.shape[-1])
    result = np.empty(shape[::-1]).T if out is None else out
    if result.shape != shape or result.dtype != np.float64:
        msg = f"out must be float64 of shape {shape}; got {result.dtype} {result.shape}"
        raise ValueError(msg)
    if shape[1] == 1:
        table = np.repeat(table, 2, axis=-1)
    _sum_blocks(source, table, groups, result)
    return result


def _require_shapes(source: NDArray[Any], table: FloatArray, groups: NDArray[Any] | None) -> None:
    """Refuse shapes and group numbers that do not fit together."""
    if source.ndim not in (3, 4):
        msg = f"quantity must be (zone, flow, year) or (zone, sector, flow, year); got {source.shape}"
        raise ValueError(msg)
    wanted = 2 if groups is None else 3
    if table.ndim != wanted or table.shape[-2:] != source.shape[-2:]:
        form = "(flow, year)" if groups is None else "(group, flow, year) with an index"
        msg = f"coefficient must be {form} like quantity {source.shape}; got {table.shape}"
        raise ValueError(msg)
    if groups is None:
        return
    if groups.shape != source.shape[:1] or (groups.size and groups.dtype.kind not in "iu"):
        msg = f"index must be one int for each of {source.shape[0]} zones; got {groups.dtype} {groups.shape}"
        raise ValueError(msg)
    if groups.size and not 0 <= int(groups.min()) <= int(groups.max()) < len(table):
        msg = f"index must lie in 0..{len(table) - 1}; got {groups.min()}..{groups.max()}"
        raise ValueError(msg)


def _sum_blocks(source: NDArray[Any], table: FloatArray, groups: NDArray[Any] | None, result: FloatArray) -> None:
    """Fill ``result`` block by block, with three buffers that are used again and again."""
    inner = (*source.shape[1:-1], table.shape[-1])
    rows = min(len(source), max(1, _BLOCK // max(1, int(np.prod(inner)))))
    holes = np.isnan(table)
    known = np.where(holes, 0.0, table) if holes.any() else table
    direct = _is_plain(source) and source.shape[-1] == inner[-1]
    spare = np.empty((0 if direct else rows, *inner))
    taken = np.empty((0 if groups is None else rows, *table.shape[-2:]))
    total = np.empty((rows, inner[-1]))
    letters = "zfy" if source.ndim == 3 else "zsfy"
    for start in range(0, len(source), max(1, rows)):
        part = source[start : start + rows]
        n = len(part)
        block = part if direct else spare[:n]
        if not direct:
            np.copyto(block, part)
        chosen = None if groups is None else groups[start : start + n]
        if chosen is None:
            np.einsum(f"{letters},fy->zy", block, known, out=total[:n])
        else:
            np.take(known, chosen, axis=0, out=taken[:n], mode="clip")
            np.einsum(f"{letters},zfy->zy", block, taken[:n], out=total[:n])
        if known is not table:
            _mark_unknown(total[:n], block, holes, chosen)
        np.copyto(result[start : start + n], total[:n, : result.shape[1]])


def _is_plain(source: NDArray[Any]) -> bool:
    """Return whether each zone's values lie as aligned float64 in C order, so that no copy is needed."""
    flags = source[:1].flags
    return source.dtype == np.float64 and flags.c_contiguous and flags.aligned


def _mark_unknown(total: FloatArray, block: NDArray[Any], holes: BoolArray, chosen: NDArray[Any] | None) -> None:
    """Set NaN where an unknown coefficient meets a quantity that is not 0."""
    if chosen is None:
        rows: IntArray = np.arange(len(block))
        hidden = holes[np.newaxis]
    else:
        rows = np.flatnonzero(np.asarray(holes.any(axis=(1, 2)))[chosen])
        hidden = holes[chosen[rows]]
    used: BoolArray = np.not_equal(block[rows], 0.0)
    if used.ndim == 4:
        used = np.asarray(used.any(axis=1))
    total[rows] = np.where((used & hidden).any(axis=1), np.nan, total[rows])
