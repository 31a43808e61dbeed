"""What can go wrong, as data.

Decided here: one base class, few subclasses, each also a ``ValueError``, ``LookupError`` or ``ImportError`` so that
pydantic, pytest and plain callers understand them. An error holds a tuple of :class:`Problem`, because a table with
forty bad rows should be mended in one go. A problem keeps its message key and its values, not a finished sentence: the
command line prints it in Chinese or English, a web host takes ``to_dict()`` and shows it beside the cell.

The sentences follow one grammar: *what must hold; what came; where; what to do*. They stand in
:mod:`zonecarbon.messages`.
"""

import math
from collections.abc import Iterable
from dataclasses import FrozenInstanceError, dataclass, field
from typing import Any, NamedTuple, NoReturn, TypeVar

from zonecarbon import messages
from zonecarbon.messages import Language

__all__ = [
    "NOWHERE",
    "DataWarning",
    "FactorError",
    "FactorWarning",
    "InputError",
    "MeasureError",
    "MethodError",
    "MissingOptionalDependencyError",
    "Problem",
    "RenamedWarning",
    "ScenarioError",
    "TargetError",
    "UnitError",
    "Where",
    "ZoneCarbonError",
    "ZoneCarbonWarning",
]

_SHOWN = 20


class Where(NamedTuple):
    """The place of a problem: file or table, sheet, row as a person counts it (the header is row 1), column.

    In a workbook ``cell`` is the address (``D17``); row and column are known as well.
    """

    source: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""

    def text(self, language: Language = "en") -> str:
        """Return the place as words, for example ``energy.csv, row 7, column quantity`` or ``a.xlsx, energy!D17``."""
        return messages.place(self.source, self.sheet, self.row, self.column, self.cell, language)


NOWHERE = Where()


def _refused(self: Any, name: str, *_: Any) -> NoReturn:
    """Refuse to set or delete an attribute."""
    raise FrozenInstanceError(f"cannot change {name!r} of {type(self).__name__}")


_ClassT = TypeVar("_ClassT", bound=type)


def sealed(cls: _ClassT) -> _ClassT:
    """Return a frozen dataclass with slots that refuses each assignment by the one error for it.

    A dataclass with slots is made anew from a class, and what the first one was given to refuse fails in the second
    with a ``TypeError`` for names that are no fields (until Python 3.13).
    """
    cls.__setattr__ = cls.__delattr__ = _refused  # type: ignore[method-assign,assignment]
    return cls


@sealed
@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or worth knowing: a message key, the values that belong in it, and the place.

    Parameters
    ----------
    code
        The key of the message; it is stable.
    values
        What the sentence is made with.
    where
        The place.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    where: Where = NOWHERE

    def text(self, language: Language = "en") -> str:
        """Return the whole sentence in ``language``.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        sentence = messages.render(self.code, self.values, language)
        place = self.where.text(language)
        return f"{place}{': ' if language == 'en' else '：'}{sentence}" if place else sentence

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for a web host: code, values, place and the sentence in both languages."""
        return {
            "code": self.code,
            "values": {key: _plain(value) for key, value in self.values.items()},
            **self.where._asdict(),
            "en": self.text("en"),
            "zh": self.text("zh"),
        }

    def __str__(self) -> str:
        return self.text()

    def __hash__(self) -> int:
        return hash((self.code, self.where))  # the values may hold lists


def _plain(value: Any) -> Any:
    """Return a value as strict JSON takes it: numpy scalars as Python ones, NaN and infinity as text."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    item = value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
    if isinstance(item, float) and not math.isfinite(item):
        return str(item)
    return item if isinstance(item, (bool, int, float, str)) or item is None else str(item)


class ZoneCarbonError(Exception):
    """Base of all errors that this library raises on purpose.

    Parameters
    ----------
    problems
        A message key (then ``values`` fills it) or the problems themselves.
    where
        The place, where one key is given.
    **values
        What the message needs.
    """

    def __init__(self, problems: str | Problem | Iterable[Problem], where: Where = NOWHERE, **values: Any) -> None:
        if isinstance(problems, str):
            problems = (Problem(problems, values, where),)
        elif isinstance(problems, Problem):
            problems = (problems,)
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.text())

    def text(self, language: Language = "en") -> str:
        """Return every problem, one a line; beyond twenty the rest is counted.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        lines = [problem.text(language) for problem in self.problems[:_SHOWN]]
        rest = len(self.problems) - _SHOWN
        if rest > 0:
            lines.append(messages.render("and_more", {"count": rest}, language))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: the kind of error and each problem."""
        return {"error": type(self).__name__, "problems": [problem.to_dict() for problem in self.problems]}

    def __reduce__(self) -> tuple[type["ZoneCarbonError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class InputError(ZoneCarbonError, ValueError):
    """A table, a record or a file does not hold what it must."""


class UnitError(ZoneCarbonError, ValueError):
    """A unit is unknown, or of the wrong dimension."""


class FactorError(ZoneCarbonError, LookupError):
    """A coefficient or factor was asked for that does not exist, or that needs a choice first."""


class MethodError(ZoneCarbonError, ValueError):
    """An accounting method lacks a choice, or its choices do not fit together."""


class TargetError(ZoneCarbonError, ValueError):
    """A target set is unknown or not well formed."""


class ScenarioError(ZoneCarbonError, ValueError):
    """A scenario is unknown, not well formed, or does not fit the account that it goes on from."""


class MeasureError(ZoneCarbonError, ValueError):
    """A set of measures is unknown, not well formed, or does not fit the account that it is for."""


class MissingOptionalDependencyError(ZoneCarbonError, ImportError):
    """A package of one of the extras is not installed."""


class ZoneCarbonWarning(UserWarning):
    """Base of all warnings of this library, so that a host can filter them."""


class FactorWarning(ZoneCarbonWarning):
    """A proxy, a fallback or a missing factor is behind a figure."""


class RenamedWarning(ZoneCarbonWarning, FutureWarning):
    """A name or an argument is used that a later release will not have."""


class DataWarning(ZoneCarbonWarning):
    """The data looks odd: a jump, a gap, a carrier that vanishes, a reported total that does not fit."""
