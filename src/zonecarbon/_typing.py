"""Shared type names, so that signatures read alike.

Decided here: arrays are always float64 inside (``FloatArray``); what a caller may pass is wider (``ArrayLike``).
``Columns`` is the one shape of a table that answers accept: anything from which a column can be had by its name, so
that a dict of lists and a DataFrame both work and pandas is not imported.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, SupportsFloat, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
ObjectArray: TypeAlias = NDArray[np.object_]
Basis: TypeAlias = Literal["calorific", "equivalent"]
Fields: TypeAlias = Mapping[str, Any]
"""A record as plain data."""


class Quantity(Protocol):
    """What a quantity of any pint registry has."""

    @property
    def magnitude(self) -> Any: ...
    @property
    def units(self) -> Any: ...


Given: TypeAlias = SupportsFloat | str | Quantity
"""A figure as people write it: a number, a text with its unit, or a quantity."""


class Columns(Protocol):
    """A table: ``table[name]`` is a column, iterating gives the names."""

    def __getitem__(self, name: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def keys(self) -> Any: ...


class ArrowStream(Protocol):
    """A table of Arrow, or a frame that hands one out."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


Tabular: TypeAlias = Columns | ArrowStream | Sequence[Mapping[str, Any]]
"""A table in memory: columns by name, a frame, an Arrow table, or rows as dicts."""

__all__ = [
    "ArrayLike",
    "ArrowStream",
    "Basis",
    "BoolArray",
    "Columns",
    "Fields",
    "FloatArray",
    "Given",
    "IntArray",
    "ObjectArray",
    "Quantity",
    "Tabular",
]
