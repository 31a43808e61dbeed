"""The path of one driver over the years, and how uncertain it is.

Decided here: a path is one of six kinds, each with its own few fields, and a field that is not of its kind is an error
and not ignored. What depends on the account (the base year, the horizon, a start value) is checked where a path is
evaluated (:mod:`zonecarbon.projection.paths`); everything else is checked here. Numbers may be written as text with a
percent sign, because rates are spoken of so. Defaults that depend on the kind are filled in, so that the record that
comes back from JSON is the record that went in.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator, model_validator

from zonecarbon import units
from zonecarbon._typing import Fields
from zonecarbon.errors import InputError, Problem, ScenarioError, Where
from zonecarbon.records.base import Record, one_or_many
from zonecarbon.records.cells import FIRST_YEAR, LAST_YEAR
from zonecarbon.records.zone import Year

Status = Literal["verified", "recalled", "assumption", "user"]

_KINDS = {
    "constant": ("rate",),
    "piecewise": ("rates",),
    "table": ("values", "interpolate", "after"),
    "linear": ("goal", "year", "after"),
    "geometric": ("goal", "year", "after"),
    "logistic": ("goal", "midpoint", "width"),
}
_DEFAULTS: dict[Any, dict[str, Any]] = {
    "table": {"interpolate": "linear", "after": "refuse"},
    "linear": {"after": "hold"},
    "geometric": {"after": "hold"},
}
_SHAPES = {
    "normal": ("sd",),
    "lognormal": ("sd",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
}


def _figure(value: Any, info: ValidationInfo) -> Any:
    """Return a number, or a text such as ``"5 %"``, as a finite float."""
    name = info.field_name or "value"
    if isinstance(value, str):
        return units.number(value, percent=True)
    if isinstance(value, bool):
        raise InputError("number.bool", value=value, name=name)
    if not isinstance(value, Real):
        return value
    try:
        figure = float(value)
    except OverflowError:  # a whole number beyond the floats
        figure = math.inf
    if not math.isfinite(figure):
        raise InputError("number.finite", value=figure, name=name)
    return figure


Figure = Annotated[float, BeforeValidator(_figure), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})]


def _fields(kind: str, allowed: Iterable[str], given: Iterable[str]) -> list[Problem]:
    """Return what a record of one kind lacks and what it has too much."""
    allowed, given = tuple(allowed), set(given)
    missing, extra = [name for name in allowed if name not in given], sorted(given - set(allowed))
    problems = []
    if missing:
        problems.append(Problem("scenario.fields_missing", {"kind": kind, "fields": ", ".join(missing)}))
    if extra:
        values = {"kind": kind, "fields": ", ".join(extra), "allowed": ", ".join(allowed)}
        problems.append(Problem("scenario.fields_extra", values))
    return problems


def _with_defaults(data: Any, key: str, defaults: dict[Any, dict[str, Any]]) -> Any:
    """Return the input with the defaults of its kind; the input itself stays as it is."""
    if not isinstance(data, dict):
        return data
    kind = data.get(key)
    own = defaults.get(kind, {}) if isinstance(kind, str) else {}
    return {**data, **{name: value for name, value in own.items() if data.get(name) is None}}


def refuse(problems: list[Problem]) -> None:
    """Raise all problems as one error, if there are any."""
    if problems:
        raise ScenarioError(problems)


class Uncertainty(Record):
    """How far the yearly rate of a path may be from what the path says.

    Each draw takes one deviation a year. ``normal``, ``uniform``, ``triangular`` and ``pert`` are added to the rate;
    ``lognormal`` multiplies 1 + rate by exp(``sd`` x a standard normal number), so it cannot fall below -100 %. Of a
    shift they are of its pace, which is 1 as planned: 0.1 is a tenth more of each year's step.

    Parameters
    ----------
    shape
        ``normal`` or ``lognormal`` (with ``sd``), ``uniform`` (with ``low``, ``high``), ``triangular`` or ``pert``
        (with ``low``, ``mode``, ``high``).
    sd
        Standard deviation of a year's rate [fraction a year; 0.01 is one percentage point], above zero; of
        ``lognormal`` that of ln(1 + rate).
    low, mode, high
        Limits and most likely value of the deviation [fraction a year]; ``mode`` is 0 unless given.
    shared
        Whether all zones get the same shock (the grid, national growth) or each zone its own.
    rho
        Correlation from one year to the next, AR(1), from 0 (every year anew) to 1 (one draw for the whole path).
    source_id, status, note_en, note_zh
        Where the numbers come from: ``verified``, ``recalled``, ``assumption`` or ``user``.

    Examples
    --------
    >>> Uncertainty(shape="normal", sd="1 %", shared=True, rho=0.5).sd
    0.01
    >>> Uncertainty(shape="triangular", low=-0.02, high=0.01).mode
    0.0
    """

    shape: Literal["normal", "lognormal", "uniform", "triangular", "pert"]
    sd: Figure | None = None
    low: Figure | None = None
    mode: Figure | None = None
    high: Figure | None = None
    shared: bool = False
    rho: Figure = 0.0
    source_id: str = ""
    status: Status = "assumption"
    note_en: str = ""
    note_zh: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            shape: Literal["normal", "lognormal", "uniform", "triangular", "pert"],
            sd: float | str | None = ...,
            low: float | str | None = ...,
            mode: float | str | None = ...,
            high: float | str | None = ...,
            shared: bool = ...,
            rho: float | str = ...,
            source_id: str = ...,
            status: Status = ...,
            note_en: str = ...,
            note_zh: str = ...,
        ) -> None: ...

    @model_validator(mode="before")
    @classmethod
    def _mode(cls, data: Any) -> Any:
        return _with_defaults(data, "shape", {"triangular": {"mode": 0.0}, "pert": {"mode": 0.0}})

    @model_validator(mode="after")
    def _sound(self) -> "Uncertainty":
        given = [name for name in ("sd", "low", "mode", "high") if getattr(self, name) is not None]
        problems = _fields(self.shape, _SHAPES[self.shape], given)
        if self.sd is not None and self.sd <= 0:
            problems.append(Problem("scenario.sd", {"sd": self.sd}, Where(column="sd")))
        if self.low is not None and self.high is not None:
            mode = self.low if self.mode is None else self.mode
            if not (self.low < self.high and self.low <= mode <= self.high):
                values = {"low": self.low, "mode": "-" if self.mode is None else self.mode, "high": self.high}
                problems.append(Problem("scenario.limits", values))
        if not 0 <= self.rho <= 1:
            problems.append(Problem("scenario.rho", {"rho": self.rho}, Where(column="rho")))
        refuse(problems)
        return self


class Step(Record):
    """One rate for a run of years.

    Parameters
    ----------
    rate
        Change from the year before [fraction a year]; of a share, points a year.
    start, until
        First and last year with this rate. Without ``start`` a step follows the one before, and the first reaches back
        to any base year; without ``until`` it ends where the next starts, and the last goes on for ever.

    Examples
    --------
    >>> Step(rate="5 %", until=2030).rate
    0.05
    """

    rate: Figure
    start: Year | None = None
    until: Year | None = None

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            rate: float | str,
            start: int | str | None = ...,
            until: int | str | None = ...,
        ) -> None: ...


class Path(Record):
    """The path of one driver from the base year on.

    A driver that is a level (value added, intensity, grid factor) is taken relative to the base year, which is 1; a
    share has its own value in the base year and is absolute.

    Parameters
    ----------
    kind
        ``constant`` (``rate``), ``piecewise`` (``rates``), ``table`` (``values``), ``linear`` or ``geometric``
        (``goal`` reached in ``year``), ``logistic`` (an S-curve: ``goal``, ``midpoint``, ``width``).
    rate
        Change a year [fraction a year; of a share, points a year].
    rates
        Steps of rates, one after the other without a gap.
    values, interpolate
        Value by year; of a level in any unit, since only ratios count. Between years ``linear``, ``geometric`` or
        ``none`` (every year is given).
    goal, year
        Multiple of the base-year level, or the share, and the year in which it is reached.
    midpoint, width
        Year of the steepest change, and years from 10 % to 90 % of the way [a], above zero. ``goal`` is approached.
    after
        Past the last year of ``table``, ``linear``, ``geometric``: ``hold`` the value, ``continue`` the last change, or
        ``refuse``. ``refuse`` for a table unless given, else ``hold``.
    uncertainty
        None, one, or two: at most one of each zone's own and one shared by all zones.
        One without a status is the user's where the path says ``status="user"``.
    source_id, status, note_en, note_zh
        Where the numbers come from: ``verified``, ``recalled``, ``assumption`` or ``user``.

    Examples
    --------
    >>> Path(kind="piecewise", rates=[{"rate": "5 %", "until": 2030}, {"rate": 0.03}]).spans()
    ((None, 2030, 0.05), (2031, None, 0.03))
    >>> Path(kind="linear", goal=0.5, year=2035).after
    'hold'
    """

    kind: Literal["constant", "piecewise", "table", "linear", "geometric", "logistic"]
    rate: Figure | None = None
    rates: tuple[Step, ...] = ()
    values: dict[Year, Figure] = Field(default_factory=dict)
    interpolate: Literal["linear", "geometric", "none"] | None = None
    goal: Figure | None = None
    year: Year | None = None
    midpoint: Figure | None = None
    width: Figure | None = None
    after: Literal["hold", "continue", "refuse"] | None = None
    uncertainty: tuple[Uncertainty, ...] = Field(default=(), json_schema_extra=one_or_many)
    source_id: str = ""
    status: Status = "user"
    note_en: str = ""
    note_zh: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            kind: Literal["constant", "piecewise", "table", "linear", "geometric", "logistic"],
            rate: float | str | None = ...,
            rates: Sequence[Step | Fields] = ...,
            values: Mapping[int, float | str] | Mapping[str, float | str] = ...,
            interpolate: Literal["linear", "geometric", "none"] | None = ...,
            goal: float | str | None = ...,
            year: int | str | None = ...,
            midpoint: float | str | None = ...,
            width: float | str | None = ...,
            after: Literal["hold", "continue", "refuse"] | None = ...,
            uncertainty: Uncertainty | Fields | Sequence[Uncertainty | Fields] = ...,
            source_id: str = ...,
            status: Status = ...,
            note_en: str = ...,
            note_zh: str = ...,
        ) -> None: ...

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, data: Any) -> Any:
        return _with_defaults(_with_own_spread(data), "kind", _DEFAULTS)

    @field_validator("uncertainty", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        return (value,) if isinstance(value, (dict, Uncertainty)) else value

    @model_validator(mode="after")
    def _sound(self) -> "Path":
        names = {name for fields in _KINDS.values() for name in fields}
        problems = _fields(
            self.kind, _KINDS[self.kind], [name for name in names if getattr(self, name) not in (None, (), {})]
        )
        if self.width is not None and self.width <= 0:
            problems.append(Problem("scenario.width", {"width": self.width}, Where(column="width")))
        if self.midpoint is not None and not FIRST_YEAR <= self.midpoint <= LAST_YEAR:
            values = {"midpoint": self.midpoint, "first": FIRST_YEAR, "last": LAST_YEAR}
            problems.append(Problem("scenario.midpoint", values, Where(column="midpoint")))
        if self.rate is not None and self.rate <= -1:
            problems.append(Problem("scenario.rate", {"rate": self.rate, "years": "…"}, Where(column="rate")))
        scopes = [item.shared for item in self.uncertainty]
        if len(set(scopes)) < len(scopes):
            problems.append(Problem("scenario.shocks", {"n": len(scopes)}, Where(column="uncertainty")))
        refuse([*problems, *self._step_problems()])
        return self

    def spans(self) -> tuple[tuple[int | None, int | None, float], ...]:
        """Return first year, last year and rate of each step; None is open: before the first, after the last."""
        steps, spans = self.rates, []
        before: int | None = None
        for i, step in enumerate(steps):
            first = step.start if step.start is not None else before
            follows = steps[i + 1].start if i + 1 < len(steps) else None
            last = step.until if step.until is not None else None if follows is None else follows - 1
            spans.append((first, last, step.rate))
            before = None if last is None else last + 1
        return tuple(spans)

    def _step_problems(self) -> list[Problem]:
        spans, problems = self.spans(), []
        for i, (first, last, rate) in enumerate(spans):
            if rate <= -1:
                years = f"{first or '…'}–{last or '…'}"
                problems.append(_step(i, "scenario.rate", rate=rate, years=years))
            if first is not None and last is not None and first > last:
                problems.append(_step(i, "scenario.steps_order", first=first, last=last))
        for i, ((_, last, _), (first, _, _)) in enumerate(pairwise(spans), start=1):
            if last is None or first is None:
                problems.append(_step(i, "scenario.steps_open", step=i))
            elif first > last + 1:
                problems.append(_step(i, "scenario.steps_gap", year=last + 1))
            elif first <= last:
                problems.append(_step(i, "scenario.steps_overlap", year=first))
        return problems


def _with_own_spread(data: Any) -> Any:
    """Return the data of a path; a spread that does not say whose it is is the user's where the path is said to be."""
    given = data.get("uncertainty") if isinstance(data, dict) and data.get("status") == "user" else None
    if not given:
        return data
    spreads = given if isinstance(given, (list, tuple)) else [given]
    own = [{"status": "user", **one} if isinstance(one, dict) else one for one in spreads]
    return {**data, "uncertainty": own}


def _step(i: int, code: str, **values: Any) -> Problem:
    return Problem(code, values, Where(column=f"rates.{i}"))
