"""Measures: what a zone may do, what it costs, and what carriers cost, as data.

Decided here: a measure is one linear act on the energy flows. It takes a share of some flows away (``save``), turns it
into another flow (``switch``), or captures the CO2 of some flows (``capture``); whatever it needs besides stands in
``extra``. Efficiency, electrification, coal to gas, waste heat, rooftop photovoltaics, green power, process change and
CCUS are all of this form, so measures act one after another and their savings need never be added.

Measures act in the order in which the set lists them, each on what those before it have left: saving first, then
switching, then supply, then capture, is the usual order.

Figures with a unit are kept as the text that was written, because "0.65 CNY/kWh" is what a source prints; they are
read once here, so that a mistake is found where it was made. What a unit means for a flow is known only with an
account (a tonne of coal has the heat value of the account's method), so that is checked in :mod:`zonecarbon.planning`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from zonecarbon import units
from zonecarbon._typing import Fields
from zonecarbon.errors import MeasureError, Problem, UnitError, Where
from zonecarbon.records.base import Record, Whole, one_or_many
from zonecarbon.records.path import Figure, Path, Status, Uncertainty
from zonecarbon.records.scenario import SectorName, ZoneName, known_carriers, one_or_more, supply_of_source
from zonecarbon.records.zone import Year
from zonecarbon.vocabulary import carriers, find_carrier, find_carriers, find_supply

CO2 = "co2"
MONEY = "10^4 CNY"
"""What one unit of something may be, in the figures of a price or a cost."""
DENOMINATORS = ("tce", "t", "m3", "tCO2", "count")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise MeasureError(problems)


def per_unit(text: str) -> tuple[float, str]:
    """Return a cost or price as [10^4 CNY per unit] and what the unit is: a dimension of ``DENOMINATORS``.

    Raises
    ------
    MeasureError
        If it is no amount of money per something.
    """
    try:
        value, unit = units.split(text)
    except UnitError:
        raise MeasureError("measure.money", text=text) from None
    for below in DENOMINATORS:
        try:
            scale = units.factor(unit, f"{MONEY}/{below}")
        except UnitError:
            continue
        return value * scale, below
    raise MeasureError("measure.money", text=text)


def _money(value: Any) -> Any:
    if value not in ("", None) and (not isinstance(value, str) or not math.isfinite(per_unit(value)[0])):
        raise MeasureError("measure.money", text=str(value))
    return value


class Price(Record):
    """What a carrier costs, and how that changes.

    Parameters
    ----------
    carrier
        In any spelling, or a group (``fuels``, 煤 ...) for those of it that have no price of their own; or ``co2``,
        what a tonne of CO2 costs.
    supply
        Of electricity and heat: how it is supplied (the grid unless given).
    price
        Amount and unit, such as ``"0.65 CNY/kWh"`` or ``"900 元/吨"``; above or equal to zero unless it is a reward.
    path
        Its level over the years relative to the last year of the account; constant unless given.
    source_id, status, note_en, note_zh
        Where the figure comes from: ``verified``, ``recalled``, ``assumption`` or ``user``.

    Examples
    --------
    >>> Price(carrier="电力", price="0.65 CNY/kWh").carrier
    'electricity'
    """

    carrier: str
    supply: str = Field(default="", validate_default=True)
    price: str
    path: Path | None = None
    source_id: str = ""
    status: Status = "user"
    note_en: str = ""
    note_zh: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            carrier: str,
            supply: str = ...,
            price: str,
            path: Path | Fields | None = ...,
            source_id: str = ...,
            status: Status = ...,
            note_en: str = ...,
            note_zh: str = ...,
        ) -> None: ...

    @field_validator("carrier")
    @classmethod
    def _carrier(cls, value: str) -> str:
        if value.strip().casefold() in {CO2, "二氧化碳"}:
            return CO2
        found = find_carriers(value)
        return found[0] if len(found) == 1 else value.strip()

    @field_validator("supply")
    @classmethod
    def _supply(cls, value: str, info: ValidationInfo) -> str:
        carrier = info.data.get("carrier")
        return find_supply(value, carriers()[carrier]) if carrier and carrier in carriers() else value

    @field_validator("price")
    @classmethod
    def _price(cls, value: str) -> str:
        return str(_money(value))

    @model_validator(mode="after")
    def _sound(self) -> "Price":
        if self.carrier == CO2 and self.supply:
            raise MeasureError(Problem("measure.price_supply", {"supply": self.supply}, Where(column="supply")))
        if self.path is not None and self.path.uncertainty:
            raise MeasureError(Problem("measure.price_uncertain", {}, Where(column="path.uncertainty")))
        return self


class Site(Record):
    """What differs for a measure in one zone.

    Parameters
    ----------
    potential, limit, start
        As in :class:`Measure`; what is not given is the measure's.

    Examples
    --------
    >>> Site(limit="20000 MWh").potential is None
    True
    """

    potential: Figure | None = None
    limit: str | None = None
    start: Year | None = None

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            potential: float | str | None = ...,
            limit: str | None = ...,
            start: int | str | None = ...,
        ) -> None: ...


class Measure(Record):
    """One thing that a zone may do.

    Parameters
    ----------
    name, title_zh, title_en
        What it is called; names differ within a set.
    kind
        ``save``: the source is used less. ``switch``: the target takes its place. ``capture``: the source goes on, and
        its CO2 does not leave.
    source
        The carriers or groups (煤, ``fuels`` ...) it acts on; their final uses.
    source_supply
        Of electricity or heat only what is so supplied (any supply unless given).
    product
        In place of ``source``: the products whose process CO2 it acts on, as they are called in the account.
    sectors
        Only in these sectors; in all unless given.
    target, target_supply
        ``switch``: the carrier that takes the place of the source, and how it is supplied.
    ratio
        ``switch``: heat content of the target that replaces one of the source [tce/tce]; 0.3 for a heat pump.
    extra
        What it needs besides, by carrier: amount per unit acted on, such as ``{"electricity": "0.25 MWh/tCO2"}``.
    potential
        The share of the source, as the measures before have left it, that can be acted on at most, from 0 to 1.
    limit
        The most that can be acted on in a year, such as ``"20000 MWh"`` (in each zone).
    start, end
        First and last year in which it can be built; any year of the plan unless given.
    ramp
        Years from nothing to the whole potential (or ``limit``, where that is less), at the least: the share of it that
        is acted on rises by at most 1/``ramp`` a year. Keeping a share where the zone grows, and building again what is
        worn out, is no part of that.
    lifetime
        Years [a] that what was built works.
    capital
        Outlay for what acts on one unit a year, such as ``"1800 CNY/tce"`` or ``"3500 元/MWh"``.
    capital_rate
        Change of the outlay a year [fraction a year].
    running
        Cost for each unit acted on, beside the carriers themselves; below zero if it earns.
    whole
        Whether it is done entirely or not at all, in equal steps over the years of its ramp. What is not complete when
        the plan ends is said.
    requires, excludes
        Measures that must have been started by then; measures that cannot be done as well. What is required is
        ``whole``.
    zones
        What differs in single zones.
    uncertainty
        How far what is delivered may be from what is planned: of the pace of the measure, as for a shift of a scenario.
    source_id, status, note_en, note_zh
        Where the figures come from: ``verified``, ``recalled``, ``assumption`` or ``user``.

    Examples
    --------
    >>> boilers = Measure(name="heat pumps", kind="switch", source="天然气", target="电力", ratio=0.3, potential="40 %",
    ...                   capital="6000 CNY/tce", lifetime=15, ramp=5)
    >>> boilers.target, boilers.potential
    ('electricity', 0.4)
    """

    name: Annotated[str, Field(min_length=1)]
    title_zh: str = ""
    title_en: str = ""
    kind: Literal["save", "switch", "capture"]
    source: tuple[str, ...] = Field(default=(), json_schema_extra=one_or_many)
    source_supply: str = ""
    product: tuple[str, ...] = Field(default=(), json_schema_extra=one_or_many)
    sectors: tuple[SectorName, ...] = Field(default=(), json_schema_extra=one_or_many)
    target: str = ""
    target_supply: str = Field(default="", validate_default=True)
    ratio: Figure = 1.0
    extra: dict[str, str] = Field(default_factory=dict)
    potential: Figure = 1.0
    limit: str = ""
    start: Year | None = None
    end: Year | None = None
    ramp: Figure = 1.0
    lifetime: Whole = Field(default=15, ge=1, le=100)
    capital: str = ""
    capital_rate: Figure = 0.0
    running: str = ""
    whole: bool = False
    requires: tuple[str, ...] = Field(default=(), json_schema_extra=one_or_many)
    excludes: tuple[str, ...] = Field(default=(), json_schema_extra=one_or_many)
    zones: dict[ZoneName, Site] = Field(default_factory=dict)
    uncertainty: tuple[Uncertainty, ...] = Field(default=(), json_schema_extra=one_or_many)
    source_id: str = ""
    status: Status = "user"
    note_en: str = ""
    note_zh: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            name: str,
            title_zh: str = ...,
            title_en: str = ...,
            kind: Literal["save", "switch", "capture"],
            source: str | Sequence[str] = ...,
            source_supply: str = ...,
            product: str | Sequence[str] = ...,
            sectors: str | Sequence[str] = ...,
            target: str = ...,
            target_supply: str = ...,
            ratio: float | str = ...,
            extra: Mapping[str, str] = ...,
            potential: float | str = ...,
            limit: str = ...,
            start: int | str | None = ...,
            end: int | str | None = ...,
            ramp: float | str = ...,
            lifetime: int = ...,
            capital: str = ...,
            capital_rate: float | str = ...,
            running: str = ...,
            whole: bool = ...,
            requires: str | Sequence[str] = ...,
            excludes: str | Sequence[str] = ...,
            zones: Mapping[str, Site | Fields] = ...,
            uncertainty: Uncertainty | Fields | Sequence[Uncertainty | Fields] = ...,
            source_id: str = ...,
            status: Status = ...,
            note_en: str = ...,
            note_zh: str = ...,
        ) -> None: ...

    @field_validator("source", "product", "sectors", "requires", "excludes", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        return one_or_more(value)

    @field_validator("uncertainty", mode="before")
    @classmethod
    def _one_uncertainty(cls, value: Any) -> Any:
        return (value,) if isinstance(value, (dict, Uncertainty)) else value

    @field_validator("source")
    @classmethod
    def _sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return known_carriers(value)

    @field_validator("source_supply")
    @classmethod
    def _source_supply(cls, value: str, info: ValidationInfo) -> str:
        return supply_of_source(value, info.data.get("source", ()))

    @field_validator("target")
    @classmethod
    def _target(cls, value: str) -> str:
        return find_carrier(value).id if value else ""

    @field_validator("target_supply")
    @classmethod
    def _target_supply(cls, value: str, info: ValidationInfo) -> str:
        target = info.data.get("target")
        return find_supply(value, carriers()[target]) if target else value

    @field_validator("extra")
    @classmethod
    def _extra(cls, value: dict[str, str]) -> dict[str, str]:
        return {find_carrier(carrier).id: text for carrier, text in value.items()}

    @field_validator("capital", "running")
    @classmethod
    def _costs(cls, value: str) -> str:
        return str(_money(value))

    @model_validator(mode="after")
    def _sound(self) -> "Measure":
        problems = [*self._act(), *self._sizes()]
        scopes = [item.shared for item in self.uncertainty]
        if len(set(scopes)) < len(scopes):
            problems.append(Problem("scenario.shocks", {"n": len(scopes)}, Where(column="uncertainty")))
        _refuse(problems)
        return self

    def _act(self) -> list[Problem]:
        """Return what is wrong with what it acts on and what takes its place."""
        problems = []
        if bool(self.source) == bool(self.product):
            problems.append(Problem("measure.source", {}, Where(column="source")))
        if (self.kind == "switch") != bool(self.target):
            problems.append(Problem("measure.target", {"kind": self.kind}, Where(column="target")))
        if self.product and self.kind == "switch":
            problems.append(Problem("measure.product", {"kind": self.kind}, Where(column="product")))
        found = {item for word in self.source for item in find_carriers(word)}
        if self.target and found == {self.target} and self.target_supply == self.source_supply:
            problems.append(Problem("scenario.shift_self", {"target": self.target}, Where(column="source")))
        if self.ratio <= 0:
            problems.append(Problem("scenario.ratio", {"ratio": self.ratio}, Where(column="ratio")))
        return problems

    def _sizes(self) -> list[Problem]:
        """Return what is wrong with its figures."""
        problems = []
        shares = {"potential": self.potential}
        shares |= {f"zones.{name}.potential": own.potential for name, own in self.zones.items() if own.potential}
        for column, share in shares.items():
            if not 0 <= share <= 1:
                problems.append(Problem("measure.share", {"got": share}, Where(column=column)))
        limits = {"limit": self.limit} | {f"zones.{name}.limit": own.limit or "" for name, own in self.zones.items()}
        for column, text in limits.items():
            problems += _amount_problems(text, column)
        for carrier, text in self.extra.items():
            problems += _amount_problems(text, f"extra.{carrier}")
        if not 1 <= self.ramp <= 100:
            problems.append(Problem("measure.ramp", {"got": self.ramp}, Where(column="ramp")))
        if not -1 < self.capital_rate <= 1:
            problems.append(Problem("measure.capital_rate", {"got": self.capital_rate}, Where(column="capital_rate")))
        if self.capital and per_unit(self.capital)[0] < 0:
            problems.append(Problem("measure.outlay", {"text": self.capital}, Where(column="capital")))
        if self.start is not None and self.end is not None and self.end < self.start:
            problems.append(Problem("measure.years", {"start": self.start, "end": self.end}, Where(column="end")))
        return problems


def _amount_problems(text: str, column: str) -> list[Problem]:
    """Return why a text is no amount with a unit; nothing of an empty one."""
    if not text:
        return []
    try:
        value, _ = units.split(text)
    except UnitError:
        return [Problem("measure.amount", {"text": text}, Where(column=column))]
    return [] if value >= 0 else [Problem("measure.amount", {"text": text}, Where(column=column))]


class MeasureSet(Record):
    """Measures and the prices they are judged by.

    Parameters
    ----------
    name, title_zh, title_en, note_zh, note_en
        What it is called, and what a reader must know.
    price_year
        Year of the prices of all money in it.
    discount_rate
        What money is worth a year later, less [fraction a year].
    price
        What carriers cost. A carrier that a measure changes must have one.
    measure
        The measures, in the order in which they act.

    Examples
    --------
    >>> MeasureSet(name="mine", price_year=2025, discount_rate="6 %",
    ...            measure=[{"name": "LED", "kind": "save", "source": "电力", "potential": "5 %"}]).discount_rate
    0.06
    """

    name: str
    title_zh: str = ""
    title_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    price_year: Year
    discount_rate: Figure = 0.0
    price: tuple[Price, ...] = ()
    measure: tuple[Measure, ...] = Field(min_length=1)

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            name: str,
            title_zh: str = ...,
            title_en: str = ...,
            note_zh: str = ...,
            note_en: str = ...,
            price_year: int | str,
            discount_rate: float | str = ...,
            price: Sequence[Price | Fields] = ...,
            measure: Sequence[Measure | Fields],
        ) -> None: ...

    @model_validator(mode="after")
    def _sound(self) -> "MeasureSet":
        problems: list[Problem] = []
        if not 0 <= self.discount_rate < 1:
            problems.append(Problem("measure.discount", {"got": self.discount_rate}, Where(column="discount_rate")))
        names = [item.name for item in self.measure]
        for i, item in enumerate(self.measure):
            place = f"measure.{i}"
            if names.count(item.name) > 1:
                problems.append(Problem("measure.name", {"name": item.name}, Where(column=f"{place}.name")))
            for field in ("requires", "excludes"):
                for other in getattr(item, field):
                    if other not in names or other == item.name:
                        known = ", ".join(name for name in names if name != item.name)
                        told = {"name": other, "known": known or "-"}
                        problems.append(Problem("measure.other", told, Where(column=f"{place}.{field}")))
            for other in item.requires:
                if other in names and not self.measure[names.index(other)].whole:
                    problems.append(Problem("measure.requires", {"name": other}, Where(column=f"{place}.requires")))
        priced = [(item.carrier, item.supply) for item in self.price]
        for i, pair in enumerate(priced):
            if pair in priced[:i]:
                told = {"carrier": pair[0], "supply": pair[1] or "-"}
                problems.append(Problem("measure.price_twice", told, Where(column=f"price.{i}")))
        _refuse(problems)
        return self
