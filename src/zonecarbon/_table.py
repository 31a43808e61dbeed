"""What every result can do: columns, frames, plain data, a short text and a short HTML table; and its provenance.

Decided here: a result hands out ``columns()``, a dict of equally long arrays, and everything else is made of it: a
DataFrame when asked (pandas is imported then, not before), a JSON-ready dict, a ``__repr__`` of one line and a table
for notebooks. A DataFrame as the result itself was considered and rejected: it cannot be frozen, has no place for the
choices behind the figures, and costs the import of pandas in every host.
"""

import hashlib
import html
import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

_HTML_ROWS = 20


@dataclass(frozen=True, slots=True)
class Provenance:
    """What stands behind a result: the choices, a hash of the input, the versions, and what was warned of."""

    choices: Mapping[str, Any] = field(default_factory=dict)
    input_hash: str = ""
    warnings: tuple[Problem, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        """Versions of this library and of numpy, read when asked."""
        from importlib.metadata import version

        return {"zonecarbon": version("zonecarbon"), "numpy": np.__version__}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "choices": plain(dict(self.choices)),
            "input_hash": self.input_hash,
            "versions": self.versions,
            "warnings": [problem.to_dict() for problem in self.warnings],
        }


def plain(value: Any) -> Any:
    """Return ``value`` as JSON-ready data: numpy scalars and arrays become Python ones, NaN and infinity None."""
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view of ``array``; the array itself stays as it is."""
    view = array.view()
    view.flags.writeable = False
    return view


def hash_arrays(*parts: Any) -> str:
    """Return a short, stable hash of arrays and texts, to tell whether two results had the same input."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray) and part.dtype != object:
            digest.update(str((part.shape, part.dtype.str)).encode())
            digest.update(np.ascontiguousarray(part).data)
        else:
            digest.update(repr(part.tolist() if isinstance(part, np.ndarray) else part).encode())
    return digest.hexdigest()[:16]


def to_frame(columns: Mapping[str, NDArray[Any]], provenance: Provenance) -> "pd.DataFrame":
    """Return a DataFrame that shares no memory with ``columns``."""
    import pandas as pd

    frame = pd.DataFrame({name: column.copy() for name, column in columns.items()})
    frame.attrs["provenance"] = provenance.to_dict()
    return frame


class Table:
    """Mixin of results: everything that can be said from ``columns()`` and ``provenance``."""

    __slots__ = ()

    @abstractmethod
    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, each an array of the same length."""

    @property
    def provenance(self) -> Provenance:
        """What stands behind the result."""
        return Provenance()

    def to_frame(self) -> "pd.DataFrame":
        """Return a new DataFrame of ``columns()``; the choices are in its ``attrs['provenance']``."""
        return to_frame(self.columns(), self.provenance)

    def to_text(self, rows: int | None = None) -> str:
        """Return an aligned plain-text table (Chinese characters count double), at most ``rows`` rows."""
        import pandas as pd

        with pd.option_context("display.unicode.east_asian_width", True, "display.width", None):
            return self.to_frame().to_string(index=False, max_rows=rows, na_rep="")

    def to_csv(self) -> str:
        """Return the rows as CSV text; unknown numbers are blank."""
        return self.to_frame().to_csv(index=False, lineterminator="\n")

    def to_records(self) -> list[dict[str, Any]]:
        """Return one plain dict a row; unknown numbers are None."""
        columns = {name: plain(column) for name, column in self.columns().items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready data: the kind of result, its rows and its provenance."""
        return {"result": type(self).__name__, "rows": self.to_records(), "provenance": self.provenance.to_dict()}

    def _repr_html_(self) -> str:
        """Return a short table for notebooks; whatever users typed is escaped."""
        columns = self.columns()
        length = len(next(iter(columns.values()), ()))
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_cell(column[i]))}</td>" for column in columns.values()) + "</tr>"
            for i in range(min(length, _HTML_ROWS))
        )
        more = f"<caption>{html.escape(repr(self))}</caption>"
        return f"<table>{more}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return "" if math.isnan(value) else f"{value:.6g}"
    return str(value)
