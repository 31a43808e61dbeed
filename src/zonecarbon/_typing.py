"""Shared type names, so that signatures read alike.

Decided here: arrays are always float64 inside (``FloatArray``); what a caller may pass is wider (``ArrayLike``).
``Columns`` is the one shape of a table that answers accept: any mapping from column name to a sequence, so that a
DataFrame works without pandas being imported.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
ObjectArray: TypeAlias = NDArray[np.object_]
Columns: TypeAlias = Mapping[str, Sequence[Any] | NDArray[Any]]
Language: TypeAlias = Literal["en", "zh"]
Basis: TypeAlias = Literal["calorific", "equivalent"]

__all__ = [
    "ArrayLike",
    "Basis",
    "BoolArray",
    "Columns",
    "FloatArray",
    "IntArray",
    "Language",
    "ObjectArray",
]
