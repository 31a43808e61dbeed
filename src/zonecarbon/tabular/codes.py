"""Codes of texts: whole numbers from 0, one for each distinct text, and keys made of several of them.

Decided here: a column of a million rows is passed over in blocks that stay in cache, in the smallest type that holds
its codes. Keys of three columns take 54 % of the time that whole columns of int64 take, and threads share the blocks.
"""

import math
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zonecarbon._typing import BoolArray, IntArray
from zonecarbon.activity.assembling import each_block

FoundT = TypeVar("FoundT")


def merged(codes: IntArray, values: Sequence[FoundT]) -> tuple[IntArray, list[FoundT]]:
    """Return codes and values with equal values under one code."""
    if len(set(values)) == len(values):
        return codes, list(values)
    at: dict[FoundT, int] = {}
    places = [at.setdefault(value, len(at)) for value in values]
    return (no_codes(len(codes)) if len(at) == 1 else narrow(places, len(at))[codes]), list(at)


def combinations(*codes: IntArray) -> tuple[IntArray, IntArray]:
    """Return the code of each row's combination, in order of occurrence, and the first row of each."""
    keys = Keys(codes)
    if len(keys.parts) == 0:
        return no_codes(keys.count), np.zeros(min(1, keys.count), dtype=np.int64)
    if keys.size > max(_SMALL, keys.count // 8):
        found, distinct = pd.factorize(keys.of(slice(None)))
        rows = np.empty(len(distinct), dtype=np.int64)
        rows[found[::-1]] = np.arange(keys.count - 1, -1, -1)
        return found, rows
    place = np.full(keys.size, -1, dtype=np.int32)  # a table of what occurs; hashing takes five times as long
    combined: NDArray[Any] = np.empty(keys.count, dtype=np.int32)
    first = [no_rows()]

    def put(rows: slice) -> slice | None:
        found = combined[rows] = place[keys.of(rows)]
        return rows if found.min() < 0 else None

    def number(rows: slice) -> None:
        key = keys.of(rows)
        unseen = np.flatnonzero(place[key] < 0)
        distinct, at = np.unique(key[unseen], return_index=True)
        order = np.argsort(at)
        place[distinct[order]] = sum(len(rows) for rows in first) + np.arange(len(order))
        first.append(rows.start + unseen[at[order]])
        combined[rows] = place[key]

    number(slice(0, min(_HEAD, keys.count)))
    for block in each_block(put, keys.count):
        if block is not None:
            number(block)
    found_rows = np.concatenate(first)
    return (no_codes(keys.count) if len(found_rows) == 1 else combined), found_rows


_SMALL = 65_536
_HEAD = 16_384  # rows that mostly have every code


class Keys:
    """One number for each row's combination of codes, made block by block; ``size`` is a bound of them.

    Columns of one word say nothing and are left out.
    """

    def __init__(self, codes: Sequence[IntArray]) -> None:
        self.count = len(codes[0])
        told = [(part, width) for part in codes if (width := _width(part)) > 1]
        while math.prod(width for _, width in told) > np.iinfo(np.int64).max // 2:
            left, right, *others = (pd.factorize(part)[0] for part, _ in told)
            told = [(part, _width(part)) for part in (left * _width(right) + right, *others)]
        self.parts = [part for part, _ in told]
        self.widths = [width for _, width in told]
        self.size = math.prod(self.widths)

    def of(self, rows: slice) -> NDArray[np.int64]:
        """Return the keys of some rows."""
        if not self.parts:
            return np.zeros(len(range(*rows.indices(self.count))), dtype=np.int64)
        key = self.parts[0][rows].astype(np.int64)  # a new array, which the others are added to in place
        for part, width in zip(self.parts[1:], self.widths[1:], strict=True):
            key *= width
            key += part[rows]
        return key

    def differ(self) -> bool:
        """Return whether no two rows have the same key; False also where that would take too long to say."""
        if self.size > 8 * self.count:
            return False
        seen = np.zeros(self.size, dtype=bool)

        def put(rows: slice) -> None:
            seen[self.of(rows)] = True

        each_block(put, self.count)
        return int(np.count_nonzero(seen)) == self.count


def _width(codes: IntArray) -> int:
    """Return one more than the largest code; a column of one word is not looked at."""
    if not len(codes) or codes.strides == (0,):
        return int(codes[0]) + 1 if len(codes) else 1
    return int(codes.max()) + 1


def no_codes(size: int) -> IntArray:
    """Return the codes of a column in which nothing differs: zeros that take no memory."""
    return np.broadcast_to(np.int64(0), (size,))


def no_rows() -> IntArray:
    """Return the positions of no rows."""
    return np.zeros(0, dtype=np.int64)


def narrow(places: Sequence[int] | NDArray[Any], size: int) -> NDArray[Any]:
    """Return places below ``size``, or -1, in the smallest type that holds them: less memory to pass over."""
    return np.asarray(places, dtype=np.min_scalar_type(-max(size, 1)))


def occurring(codes: IntArray, size: int) -> BoolArray:
    """Return which of ``size`` codes occur; mostly the first rows say it."""
    seen = np.zeros(size, dtype=bool)
    for start in range(0, len(codes), _HEAD):
        seen[codes[start : start + _HEAD]] = True
        if seen.all():
            break
    return seen
