"""A set of targets, as data: what is compared, with what, for whom, and in whose words.

Decided here: thresholds are kept as the text that was printed, because rounded judgement (GB/T 8170) compares at the
digits of the limit, and ``0.30`` and ``0.3`` are different limits then. A user's own set is a file of the same form.
An indicator may be called as a table of indicators calls it (``energy_intensity``, or in Chinese); the id is kept, so
that a known thing under another name is not unknown.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from zonecarbon._typing import Fields
from zonecarbon.errors import TargetError
from zonecarbon.records.base import Record, Whole
from zonecarbon.records.cells import FIRST_YEAR, LAST_YEAR
from zonecarbon.terms import find_term
from zonecarbon.vocabulary import find_indicator

Statistic = Literal[
    "aggregate",
    "share_of_zones",
    "zone",
    "annual_rate",
    "annual_change",
    "change_vs_base",
    "level",
    "project",
    "status",
]
MILESTONE = "milestone"
"""The role of what is expected on the way: judged in its own year alone."""
Operator = Literal["<=", "<", ">=", ">", "about", "some", "meets", "peaked"]


Year = Annotated[Whole, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
_RATES = {"annual_rate", "annual_change", "change_vs_base"}
_PERCENT = ("%", "percent", "per cent", "百分")
_COMPARISONS = {"<=", "<", ">=", ">"}


def percent_scale(unit: str) -> float:
    """Return how many of a fraction's unit make one: 100 for ``%`` and ``percent``, else 1."""
    return 100.0 if unit.strip().casefold().startswith(_PERCENT) else 1.0


def is_fraction(unit: str) -> bool:
    """Return whether a unit is one of shares, rates and other plain ratios.

    Examples
    --------
    >>> [is_fraction(unit) for unit in ("", "fraction per year", "%/a", "ratio", "tce", "个百分点")]
    [True, True, True, True, False, False]
    """
    word = unit.strip().casefold()
    return word in {"", "1", "ratio"} or word.startswith(("fraction", *_PERCENT))


_PER_INDUSTRIAL_VALUE_ADDED = {"energy_intensity": "energy_per_iva", "co2_intensity": "co2_per_iva"}


def indicator_id(word: str) -> str:
    """Return the indicator of targets that a word stands for; the word itself, if none is known by it.

    Examples
    --------
    >>> indicator_id("energy_intensity"), indicator_id("单位工业增加值综合能耗"), indicator_id("碳达峰")
    ('energy_per_iva', 'energy_per_iva', 'co2_peak')
    """
    found = find_indicator(word) or find_term(word, "indicator")
    return _PER_INDUSTRIAL_VALUE_ADDED.get(found, found) or word


_PRINTED = ("threshold", "inner_threshold", "applies_min", "applies_max")


def _as_printed(schema: dict[str, Any]) -> None:
    """Say in a JSON Schema that limits may be numbers too."""
    for name in _PRINTED:
        schema["properties"][name]["type"] = ["string", "number"]


class Target(Record):
    """One target.

    Parameters
    ----------
    id
        ``set:name``.
    indicator
        What is compared: ``energy_per_iva``, ``co2_per_iva``, ``co2_per_energy``, ``co2_peak``, or any name that the
        indicators table uses; a known name or alias in English or Chinese becomes the id.
    indicator_zh, indicator_en
        The indicator as the document calls it, and in English.
    statistic
        ``aggregate`` (sum over sum), ``share_of_zones`` (each zone once; the test of a zone is in the ``inner_``
        fields), ``zone`` (each zone), ``annual_rate`` (geometric yearly reduction), ``annual_change``,
        ``change_vs_base``, ``level``, ``project``, ``status``.
    operator, threshold, digits, unit
        The comparison; ``digits`` are the decimals of the limit as printed.
    inner_operator, inner_threshold, inner_unit
        Of a share of zones: the test that each zone is put to.
    year, base_year
        When it must hold, and what a rate or change starts from.
    period
        In words, where it is no single year.
    energy_basis
        ``calorific``, ``equivalent`` or ``not_stated``.
    role
        ``target`` (or ``core``, ``guiding`` ...), ``direction`` (reported, never judged) or ``milestone`` (judged in
        its own year alone, not in the last one before it with data).
    applies_to
        Which zones it is for, in words.
    applies_indicator, applies_min, applies_max
        The class of zones it is for: minimum included, maximum not.
    status, wording_zh, wording_en, source_id, interpretation
        Where it comes from and how it is read.
    """

    model_config = ConfigDict(json_schema_extra=_as_printed)

    id: str
    indicator: str
    indicator_zh: str = ""
    indicator_en: str = ""
    statistic: Statistic
    operator: Operator
    threshold: str = ""
    digits: Whole | None = Field(default=None, ge=0, le=12)
    unit: str = ""
    inner_operator: Literal["", "<=", "<", ">=", ">"] = ""
    inner_threshold: str = ""
    inner_unit: str = ""
    year: Year | None = None
    base_year: Year | None = None
    period: str = ""
    energy_basis: Literal["", "calorific", "equivalent", "not_stated"] = ""
    role: str = "target"
    applies_to: str = ""
    applies_indicator: str = ""
    applies_min: str = ""
    applies_max: str = ""
    wording_zh: str = ""
    wording_en: str = ""
    source_id: str = ""
    status: str = "user"
    interpretation: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            id: str,
            indicator: str,
            indicator_zh: str = ...,
            indicator_en: str = ...,
            statistic: Statistic,
            operator: Operator,
            threshold: str | float = ...,
            digits: int | None = ...,
            unit: str = ...,
            inner_operator: Literal["", "<=", "<", ">=", ">"] = ...,
            inner_threshold: str | float = ...,
            inner_unit: str = ...,
            year: int | None = ...,
            base_year: int | None = ...,
            period: str = ...,
            energy_basis: Literal["", "calorific", "equivalent", "not_stated"] = ...,
            role: str = ...,
            applies_to: str = ...,
            applies_indicator: str = ...,
            applies_min: str | float = ...,
            applies_max: str | float = ...,
            wording_zh: str = ...,
            wording_en: str = ...,
            source_id: str = ...,
            status: str = ...,
            interpretation: str = ...,
        ) -> None: ...

    @field_validator(*_PRINTED, mode="before")
    @classmethod
    def _as_printed(cls, value: Any) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = repr(value)
        if isinstance(value, str) and value and not _is_finite(value):
            raise TargetError("target.threshold", value=value)
        return value

    @field_validator("indicator", "applies_indicator", mode="after")
    @classmethod
    def _known(cls, value: str) -> str:
        return indicator_id(value)

    @model_validator(mode="after")
    def _complete(self) -> "Target":
        if self.operator in _COMPARISONS and not self.threshold:
            raise TargetError("target.no_threshold", target=self.id)
        if self.statistic == "share_of_zones" and not (self.inner_operator and self.inner_threshold):
            raise TargetError("target.no_inner", target=self.id)
        if self.statistic == "share_of_zones" and self.operator not in _COMPARISONS:
            raise TargetError("target.share_operator", target=self.id, operator=self.operator)
        limits = [float(limit) for limit in (self.applies_min, self.applies_max) if limit]
        if bool(limits) != bool(self.applies_indicator) or limits != sorted(set(limits)):
            low, high = self.applies_min, self.applies_max
            raise TargetError("target.class", target=self.id, indicator=self.applies_indicator, low=low, high=high)
        if (self.statistic in _RATES or self.statistic == "share_of_zones") and not is_fraction(self.unit):
            raise TargetError("target.unit_fraction", target=self.id, statistic=self.statistic, unit=self.unit)
        return self

    @property
    def limit(self) -> float:
        """The threshold as a number; NaN where there is none."""
        return float(self.threshold) if self.threshold else float("nan")

    @property
    def inner_limit(self) -> float:
        """The threshold of the test per zone; NaN where there is none."""
        return float(self.inner_threshold) if self.inner_threshold else float("nan")

    @property
    def printed_digits(self) -> int:
        """Decimals of the limit as printed."""
        if self.digits is not None:
            return self.digits
        return decimals(self.threshold)

    @property
    def judged(self) -> bool:
        """Whether there is a rule that can be applied; directions and ``about`` are reported only."""
        has_rule = self.operator in _COMPARISONS or (self.operator == "some" and self.indicator == "co2_peak")
        return self.role != "direction" and self.statistic != "project" and has_rule


def _is_finite(printed: str) -> bool:
    try:
        return Decimal(printed).is_finite()
    except ArithmeticError:
        return False


def decimals(printed: str) -> int:
    """Return the number of decimals of a printed number.

    Examples
    --------
    >>> decimals("0.40"), decimals("3")
    (2, 0)
    """
    exponent = Decimal(printed or "0").as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class TargetSet(Record):
    """Targets that were set together in one document.

    Parameters
    ----------
    name
        Its id.
    title_zh, title_en
        Titles.
    document
        Number and title of the document.
    target
        The targets.
    """

    name: str
    title_zh: str = ""
    title_en: str = ""
    document: str = ""
    target: tuple[Target, ...] = Field(min_length=1)

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            name: str,
            title_zh: str = ...,
            title_en: str = ...,
            document: str = ...,
            target: Sequence[Target | Fields],
        ) -> None: ...

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the JSON Schema of what the constructor accepts as JSON: within a set, targets need no id."""
        schema = super().model_json_schema(*args, **kwargs)
        target = schema["$defs"]["Target"]
        target["required"] = [name for name in target["required"] if name != "id"]
        target["properties"]["id"] = {"description": "set:name, or the name alone; its number in the set if not given"}
        return schema

    @model_validator(mode="before")
    @classmethod
    def _name_ids(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("target"), (list, tuple)):
            name = data.get("name", "")
            rows = [
                {**row, "id": row["id"] if ":" in str(row.get("id", "")) else f"{name}:{row.get('id', i + 1)}"}
                if isinstance(row, dict)
                else row
                for i, row in enumerate(data["target"])
            ]
            data = {**data, "target": rows}
        return data

    @model_validator(mode="after")
    def _ids_differ(self) -> "TargetSet":
        ids = [target.id for target in self.target]
        if len(set(ids)) != len(ids):
            raise TargetError("target.duplicate", targets=", ".join(sorted({i for i in ids if ids.count(i) > 1})))
        return self
