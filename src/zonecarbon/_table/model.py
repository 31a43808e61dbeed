"""Provenance, and the mixin that every result has."""

import hashlib
import math
import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._locking import lock
from zonecarbon._table.columns import Column
from zonecarbon._table.escaping import escaped
from zonecarbon._table.printed import printer
from zonecarbon._table.shown import html_table
from zonecarbon._table.state import digest_of, from_state, guarded, to_state
from zonecarbon.errors import InputError, MissingOptionalDependencyError, Problem, sealed
from zonecarbon.messages import Language

if TYPE_CHECKING:
    import pandas as pd

_HTML_ROWS, _TITLE, _WARNED = 20, 200, 3
_OPTIONS = lock()  # pandas takes the width of Chinese characters from options that all threads share
UNNAMED = "no schema id"
_WRITTEN = ("schema", "result", "rows", "provenance", "state")
"""What the digest is of."""
_CHOICES = ("method", "basis", "price_years", "targets", "judgement", "scenario")
"""What a caption names of the choices, where a result has made them."""
_WORDED = ("calorific", "equivalent", "full", "rounded", "nominal")
"""Choices that are no names: a caption says them in its language."""


@sealed
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

    def __repr__(self) -> str:
        told = ", ".join(self.choices) or "none"
        return f"<Provenance: choices {told}; input {self.input_hash or 'unknown'}; {len(self.warnings)} warnings>"

    def __hash__(self) -> int:
        return hash((self.input_hash, self.warnings))  # the choices may hold lists

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
    """Mixin of results: everything that can be said from ``columns()`` and ``provenance``.

    A result names its columns in ``COLUMNS``: kind, unit and meaning of each. Tables without are only for printing.
    """

    __slots__ = ()

    COLUMNS: ClassVar[Mapping[str, Column]] = {}
    VERSION: ClassVar[int] = 1
    """Of the schema: raised when what hosts read changes its meaning or goes away."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse assignments: the second class that a dataclass with slots makes is the one that stays."""
        super().__init_subclass__(**options)
        if "__dataclass_params__" in vars(cls):
            sealed(cls)

    @abstractmethod
    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, each an array of the same length."""

    @property
    def provenance(self) -> Provenance:
        """What stands behind the result."""
        return Provenance()

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a reader must know; some results name here only what they add to that, :attr:`provenance` has it all."""
        return self.provenance.warnings

    def units(self) -> dict[str, str]:
        """Return the unit of each column that has one; where rows differ, the column ``unit`` says it instead."""
        return {name: column.unit for name, column in self.COLUMNS.items() if column.unit}

    def equals(self, other: object) -> bool:
        """Return whether ``other`` is the same result: of the same kind, with the same figures to the bit.

        ``==`` tells whether two names stand for one object, as with arrays, whose comparison is no yes or no. Choices,
        coefficients and warnings count; versions do not. What is not known equals what is not known.

        Parameters
        ----------
        other
            What to compare with.

        Examples
        --------
        >>> import copy
        >>> from zonecarbon import list_methods
        >>> methods = list_methods()
        >>> methods.equals(copy.deepcopy(methods)), methods == copy.deepcopy(methods)
        (True, False)
        """
        if self is other:
            return True
        if type(self) is not type(other) or not isinstance(other, Table):
            return False
        if not self.COLUMNS:
            return digest_of({"rows": self.to_records()}) == digest_of({"rows": other.to_records()})
        return digest_of({"state": to_state(self)}) == digest_of({"state": to_state(other)})

    # -- frames and text -------------------------------------------------------------------------------------------

    def to_frame(self) -> "pd.DataFrame":
        """Return a new DataFrame of ``columns()``; the choices are in its ``attrs['provenance']``."""
        return to_frame(self.columns(), self.provenance)

    def to_text(self, rows: int | None = None) -> str:
        """Return an aligned plain-text table (Chinese characters count double), at most ``rows`` rows."""
        import pandas as pd

        frame = self.to_frame()
        shown = {name: show for name in frame.columns if (show := printer(frame[name].to_numpy())) is not None}
        with _OPTIONS, pd.option_context("display.unicode.east_asian_width", True, "display.width", None):
            return frame.to_string(index=False, max_rows=rows, na_rep="", formatters=shown)

    def to_csv(self) -> str:
        """Return the rows as CSV text; unknown numbers are blank, and no text is one that a spreadsheet would run."""
        columns = {name: escaped(column) for name, column in self.columns().items()}
        return to_frame(columns, self.provenance).to_csv(index=False, lineterminator="\n")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the rows as an Arrow stream, through pandas: ``pyarrow.table(result)``, ``polars.DataFrame(result)``.

        Raises
        ------
        MissingOptionalDependencyError
            If pyarrow, which pandas needs for this, is not installed.
        """
        frame: Any = self.to_frame()
        try:
            return frame.__arrow_c_stream__(requested_schema)
        except ImportError:
            raise MissingOptionalDependencyError("missing", package="pyarrow", extra="parquet") from None

    # -- plain data ------------------------------------------------------------------------------------------------

    @classmethod
    def schema_id(cls) -> str:
        """Return the id of the JSON Schema of :meth:`to_dict`; empty for a table that has none.

        Examples
        --------
        >>> from zonecarbon import TargetCheck
        >>> TargetCheck.schema_id()
        'zonecarbon:target-check:1'
        """
        return f"zonecarbon:{kebab(cls.__name__)}:{cls.VERSION}" if cls.COLUMNS else ""

    def to_records(self) -> list[dict[str, Any]]:
        """Return one plain dict a row; unknown numbers are None."""
        columns = {name: plain(column) for name, column in self.columns().items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_dict(self, *, state: bool = True) -> dict[str, Any]:
        """Return JSON-ready data: schema id, kind of result, rows, provenance, and what :meth:`from_dict` needs.

        Parameters
        ----------
        state
            Whether to add the state from which the same result can be made again, and the digest of all; a host that
            only shows the rows needs none.
        """
        data: dict[str, Any] = {"schema": self.schema_id()} if self.schema_id() else {}
        data |= {"result": type(self).__name__, "rows": self.to_records(), "provenance": self.provenance.to_dict()}
        if not (state and self.COLUMNS):
            return data
        data["state"] = to_state(self)
        return {**data, "digest": digest_of(data)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the result that :meth:`to_dict` wrote; every figure is the same to the bit.

        The data may come from anyone: nothing but results of this library is made of it.

        Raises
        ------
        InputError
            If it is no such data, of another schema, without a state, or anything in it was changed on the way: the
            digest tells accidents, it is no signature.
        """
        got = schema_of(data)
        if got != cls.schema_id():
            raise InputError("schema.other", expected=cls.schema_id() or cls.__name__, got=got[:60])
        if data.get("state") is None:
            raise InputError("schema.no_state", result=cls.__name__)
        _check_digest(data, cls)
        found = from_state(data["state"], cls)
        own = guarded(cls, lambda: (found._head(1), repr(found), found.provenance.input_hash))[2]
        given = data.get("provenance")
        stated = given.get("input_hash", own) if isinstance(given, Mapping) else own
        if stated != own:
            raise InputError("schema.hash", stated=str(stated)[:60], own=own)
        return found

    # -- notebooks -------------------------------------------------------------------------------------------------

    def _head(self, rows: int) -> tuple[dict[str, NDArray[Any]], int]:
        """Return the first rows and how many there are; a result of millions of rows makes no more than it must."""
        columns = self.columns()
        length = len(next(iter(columns.values()), ()))
        if any(len(column) != length for column in columns.values()):
            raise ValueError("columns of different lengths")  # data of from_dict may say anything
        return {name: column[:rows] for name, column in columns.items()}, length

    def _choices(self) -> Mapping[str, Any]:
        """Return the choices that a caption names; a large result leaves out what takes long."""
        return self.provenance.choices

    def to_html(self, rows: int = _HTML_ROWS, language: Language = "en") -> str:
        """Return a short HTML table: units in the header, what it is and under which choices in the caption.

        It has no scripts and fetches nothing; whatever users typed is escaped. In ``language`` are the choices and the
        warnings of the caption and how many rows there are; what it is (the ``repr``), names of columns and ids stay.
        """
        columns, count = self._head(rows)
        shown = len(next(iter(columns.values()), ()))
        title, warned, _ = " ".join(repr(self).split()).removeprefix("<").removesuffix(">").partition("; warnings: ")
        caption = [title[:_TITLE], *_named(self._choices(), title, language)]
        if warned:  # a short text names codes; here is room for sentences
            caption += _warned(getattr(self, "warnings", ()), language)
        caption.append(messages.render("note.rows_shown", {"shown": shown, "count": count}, language))
        return html_table(columns, self.units(), caption)

    def _repr_html_(self) -> str:
        return self.to_html()


def schema_of(data: Any) -> str:
    """Return the schema id that data give, or in words what they are instead."""
    if not isinstance(data, Mapping):
        return type(data).__name__
    return str(data["schema"]) if "schema" in data else UNNAMED


def _check_digest(data: Mapping[str, Any], result: type[Table]) -> None:
    """Raise if the data are not those that were written; names that a host added beside ours are none of them."""
    stated = data.get("digest")
    if stated is None:
        raise InputError("schema.no_digest", result=result.__name__)
    own = guarded(result, lambda: digest_of({name: data[name] for name in _WRITTEN}))
    if stated != own:
        raise InputError("schema.digest", result=result.__name__, stated=str(stated)[:80], own=own)


def kebab(name: str) -> str:
    """Return the name of a class as ids have it.

    Examples
    --------
    >>> kebab("SobolIndices")
    'sobol-indices'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _warned(problems: tuple[Problem, ...], language: Language) -> list[str]:
    """Return the first warning of each kind as a sentence."""
    first = {problem.code: problem for problem in reversed(problems)}
    return [problem.text(language) for problem in reversed(first.values())][:_WARNED]


def _named(choices: Mapping[str, Any], title: str, language: Language) -> list[str]:
    """Return the choices that a reader asks for first, in one line, without those that the title names.

    Those of the account count too.
    """
    inner = choices.get("account")
    known = {**(inner if isinstance(inner, Mapping) else {}), **choices}
    method = known.get("method")
    if isinstance(method, Mapping):
        known = {"basis": method.get("basis"), **known, "method": method.get("name")}
    scenario = known.get("scenario")
    if isinstance(scenario, Mapping):
        known["scenario"] = scenario.get("name")
    if language != "en":
        title = ""  # which is English
    told = [name for name in _CHOICES if known.get(name) and ", ".join(_listed(known[name])) not in title]
    colon, comma, semicolon = (": ", ", ", "; ") if language == "en" else ("：", "、", "；")
    words = {name: comma.join(_word(item, language) for item in _listed(known[name])) for name in told}
    parts = [f"{messages.render(f'note.of.{name}', {}, language)}{colon}{word}" for name, word in words.items()]
    return [semicolon.join(parts)] if parts else []


def _listed(value: Any) -> list[str]:
    return list(map(str, value)) if isinstance(value, (list, tuple, Mapping)) else [str(value)]


def _word(choice: str, language: Language) -> str:
    """Return a choice in words; names and ids stay."""
    return messages.render(f"note.is.{choice}", {}, language) if choice in _WORDED else choice
