"""Shared type names, so that signatures read alike.

Decided here: arrays are always float64 inside (``FloatArray``); what a caller may pass is wider (``ArrayLike``).
``Columns`` is the one shape of a table that answers accept: anything from which a column can be had by its name, so
that a dict of lists and a DataFrame both work and pandas is not imported.
"""

from collections.abc import Iterator
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
ObjectArray: TypeAlias = NDArray[np.object_]
Basis: TypeAlias = Literal["calorific", "equivalent"]


class Columns(Protocol):
    """A table: ``table[name]`` is a column, iterating gives the names."""

    def __getitem__(self, name: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def keys(self) -> Any: ...


__all__ = [
    "ArrayLike",
    "Basis",
    "BoolArray",
    "Columns",
    "FloatArray",
    "IntArray",
    "ObjectArray",
]
