"""A zone as a person writes it: energy uses, value added, process output, reported figures.

Decided here: pydantic for what hands write, because it names the field and the value that is wrong, exports a JSON
Schema and costs microseconds a record; never for table rows, which are checked as columns
(:mod:`zonecarbon.tabular`) with the same functions. Numbers are in the canonical unit, text carries its unit, and a
quantity of any pint registry is converted through its own registry; what is stored is a plain float in the canonical
unit with that unit beside it, so a record survives JSON. ``given`` keeps the words of the user for the audit.

``quantity=None`` is "not known" and stays so. Field names are those of the table's columns.
"""

import math
from collections.abc import Mapping, Sequence
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, SupportsFloat

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from zonecarbon import units
from zonecarbon._typing import Fields, Given
from zonecarbon.errors import InputError, Problem, UnitError, ZoneCarbonError
from zonecarbon.records.base import Record, as_written, one_or_many
from zonecarbon.records.carrier_unit import STANDARD_COAL, form, heat_value_factor, is_standard_coal
from zonecarbon.records.cells import (
    FIRST_YEAR,
    INDICATOR_UNITS,
    LAST_YEAR,
    indicator_name,
    indicator_unit,
    parse_price_year,
    parse_year,
    process_factor,
    product_name,
    sector_name,
    text,
    zone_name,
)
from zonecarbon.records.checking import Telling, at, problems_in
from zonecarbon.vocabulary import (
    Carrier,
    carriers,
    find_basis,
    find_carrier,
    find_province,
    find_supply,
    find_use,
    is_sum,
)

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), BeforeValidator(parse_year)]
Words = Annotated[str, AfterValidator(str.strip)]
Sector = Annotated[str, AfterValidator(sector_name)]


def check_amount(value: float | None, column: str) -> float | None:
    """Return ``value`` if it is a finite number that is not negative, or None; raise otherwise."""
    if value is None:
        return None
    if not math.isfinite(value):
        raise InputError("number.finite", value=value, name=column)
    if value < 0:
        raise InputError("number.negative", value=value, name=column)
    return float(value)


def _magnitude(value: Any, to: str, column: str) -> float | None:
    """Return a number, a text with a unit, or a quantity as a float in ``to``."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise InputError("number.bool", value=value, name=column)
    result = units.magnitude(value, to)
    if not isinstance(result, float):
        raise InputError("number.scalar", name=column)
    return result


class _Figure(Record):
    """A record of one figure, whose fields are read together before each is looked at by itself.

    What is wrong with the figure would hide what is wrong with the other fields: these are looked at beside a figure
    that is right (``NEUTRAL``), and all problems come at once.
    """

    NEUTRAL: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def _canonical(cls, data: Any) -> Any:
        """Return the fields with the figure in its kept unit."""
        return data

    @model_validator(mode="before")
    @classmethod
    def _to_canonical(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        try:
            return cls._canonical(dict(data))
        except ZoneCarbonError as error:
            rest = {name: part for name, part in data.items() if name not in {*cls.NEUTRAL, *cls.ALSO}}
            others = problems_in(cls, {**cls.NEUTRAL, **rest})
            if not others:
                raise
            raise InputError([*error.problems, *others]) from None


_TEXT = {"type": ["string", "null"]}
_ANY = {"type": ["number", "string", "null"]}
_AMOUNT = {**_ANY, "minimum": 0}
_WORDS = dict.fromkeys(("unit", "use", "supply", "given", "ncv_unit"), _TEXT)


class EnergyUse(_Figure):
    """One use of one carrier in one year.

    Parameters
    ----------
    carrier
        Name of the carrier in Chinese or English, its id, or another spelling of :func:`zonecarbon.list_carriers`.
    quantity
        A number in ``unit`` (or, without one, in the carrier's own: t, m3, GJ, MWh), a text such as ``"3 万吨"``, a
        quantity of any pint registry, or None where it is not known. Not negative; the direction is ``use``.
    year
        The calendar year.
    unit
        Unit of a plain number.
    use
        ``final``, ``transformation_in``, ``transformation_out``, ``feedstock`` or ``export``.
    supply
        Of electricity and heat: ``grid`` (default), ``direct_nonfossil``, ``certificate``, ``onsite_nonfossil``,
        ``onsite_fossil``, ``fossil_heat``, ``nonfossil_heat``; or a word for it, such as ``solar`` or 绿证.
    ncv, ncv_unit
        A measured net calorific value of a fuel, as number and unit or as a text.
    basis
        ``calorific`` or ``equivalent``, where electricity or heat is given in standard coal.
    sector
        Industry, where energy is known by sector.
    given
        The figure as it was given; filled in.

    Examples
    --------
    >>> use = EnergyUse(carrier="原煤", quantity="1.2 万吨", year=2020)
    >>> use.carrier, use.quantity, use.unit
    ('raw_coal', 12000.0, 't')
    """

    model_config = ConfigDict(json_schema_extra=as_written(quantity=_AMOUNT, ncv=_ANY, **_WORDS, basis=_TEXT))
    UNITS: ClassVar[Mapping[str, str]] = {"quantity": "that of unit; else t, m3, GJ or MWh, the carrier's own"}
    ALSO: ClassVar[tuple[str, ...]] = ("ncv", "ncv_unit")
    NEUTRAL: ClassVar[Mapping[str, Any]] = {
        "carrier": "coke", "quantity": None, "unit": "", "use": "", "supply": "", "basis": "", "given": "",
    }  # fmt: skip

    carrier: str
    quantity: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    unit: str = ""
    year: Year
    use: str = "final"
    supply: str = ""
    basis: Literal["", "calorific", "equivalent"] = ""
    sector: Sector = ""
    given: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            carrier: str,
            quantity: Given | None = ...,
            year: SupportsFloat | str,
            unit: str | None = ...,
            use: str | None = ...,
            supply: str | None = ...,
            ncv: Given | None = ...,
            ncv_unit: str | None = ...,
            basis: str | None = ...,
            sector: str = ...,
            given: str | None = ...,
        ) -> None: ...

    @classmethod
    def _canonical(cls, data: Any) -> Any:
        if "carrier" not in data:  # what the figure means is not known without: the carrier alone is said to be missing
            return {name: value for name, value in data.items() if name not in {"quantity", "ncv", "ncv_unit"}}
        problems: list[Problem] = []
        carrier: Carrier | None = None
        unit, basis, kept = "", "", ("", "")
        with Telling(problems, "carrier"):
            carrier = find_carrier(text(data["carrier"], "carrier"))
            data["carrier"] = carrier.id
        with Telling(problems, "use"):
            data["use"] = find_use(text(data.get("use"), "use"))
        with Telling(problems, "supply"):
            if carrier is not None:
                data["supply"] = find_supply(text(data.get("supply"), "supply"), carrier)
        ncv, ncv_unit = data.pop("ncv", None), data.pop("ncv_unit", None)
        with Telling(problems, "ncv_unit"):
            ncv_unit = text(ncv_unit, "ncv_unit")
        with Telling(problems, "unit"):
            unit = text(data.get("unit"), "unit")
        with Telling(problems, "basis"):
            basis = find_basis(text(data.get("basis"), "basis"))
        value, amount = data.get("quantity"), None
        with Telling(problems, "given"):
            data["given"] = text(data.get("given"), "given") or _words(value, unit, ncv, ncv_unit)
        if carrier is None and is_sum(str(data["carrier"]), "carrier"):
            pass  # of a sum nothing else matters
        elif carrier is None or {problem.where.column for problem in problems} & {"unit", "ncv_unit", "basis"}:
            with Telling(problems, "quantity"):
                _check_legible(value, unit)
        else:
            before = len(problems)
            with Telling(problems, "quantity"):
                amount, kept = _kept(carrier.id, value, unit, basis, ncv is not None)
            if ncv is not None and len(problems) == before:  # of an amount in a wrong unit it may be right as it is
                with Telling(problems, "ncv"):
                    amount, kept = _with_heat_value(carrier.id, amount, ncv, ncv_unit), ("GJ", "")
        if problems:
            raise InputError(problems)
        return {**data, "quantity": amount, "unit": kept[0], "basis": kept[1]}


def _check_legible(value: Any, unit: str) -> None:
    """Raise what is wrong with a figure whatever it is a figure of."""
    if isinstance(value, str):
        value, own = units.split(value)
        unit = own or unit
    if unit and not units.is_quantity(value):
        units.dimension(unit)


def _with_ncv(given: Signature) -> Signature:
    """Return the signature with what may be given and is not kept, so that `help` and an editor show it."""
    also = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default)
        for name, default in zip(EnergyUse.ALSO, (None, ""), strict=True)
    ]
    return given.replace(parameters=[*given.parameters.values(), *also])


EnergyUse.__signature__ = _with_ncv(EnergyUse.__signature__)


def _words(value: Any, unit: str, ncv: Any, ncv_unit: str) -> str:
    if value is None:
        return ""
    words = f"{value} {unit}".strip()
    return f"{words}, {ncv} {ncv_unit}".strip() if ncv is not None else words


def _kept(carrier_id: str, value: Any, unit: str, basis: str, measured: bool) -> tuple[float | None, tuple[str, str]]:
    """Return the amount in its kept unit, and that unit with its basis."""
    place = "unit"
    if isinstance(value, str):
        value, unit_of_text = units.split(value)
        unit, place = unit_of_text or unit, "quantity" if unit_of_text else "unit"
    if units.is_quantity(value):
        unit, place = unit or _unit_of(carrier_id, value), "quantity"
        value = units.magnitude(value, unit)
    with at(place):
        kept = form(carrier_id, unit, basis, measured)
    amount = check_amount(_magnitude(value, kept.unit, "quantity"), "quantity")
    return (None if amount is None else amount * kept.factor), (kept.unit, kept.basis)


def _unit_of(carrier_id: str, value: Any) -> str:
    """Return the unit in which a quantity of a host is read: standard coal, GJ of a fuel, or the carrier's own."""
    if is_standard_coal(str(value.units)):
        return "tce"
    carrier = carriers()[carrier_id]
    return "GJ" if carrier.kind == "fuel" and _is_energy(value) else carrier.unit


def _is_energy(value: Any) -> bool:
    try:
        units.magnitude(value, "GJ")
    except UnitError:
        return False
    return True


def _with_heat_value(carrier_id: str, amount: float | None, ncv: Any, ncv_unit: str) -> float | None:
    if isinstance(ncv, str):
        ncv, ncv_unit = units.split(ncv)
    elif units.is_quantity(ncv) and not ncv_unit:
        ncv_unit = f"GJ/{carriers()[carrier_id].unit}"
    factor = heat_value_factor(carrier_id, ncv_unit)
    heat = _magnitude(ncv, ncv_unit, "ncv")
    if heat is None or not math.isfinite(heat) or heat <= 0:
        raise InputError("ncv.positive", value=ncv)
    return None if amount is None else amount * heat * factor  # in the order of tables and formulas, for the same bits


class ValueAdded(_Figure):
    """Industrial value added of one year, in 10^4 yuan (万元) at a stated price year.

    Parameters
    ----------
    value_added
        A number in ``unit`` (without one: 万元), a text such as ``"12 亿元"``, a quantity, or None. May be negative.
    year
        Calendar year.
    price_year
        The year whose prices are used, or ``"nominal"`` for current prices.
    unit
        Of ``value_added``; 10^4 yuan unless given.
    sector
        Empty where the zone is not split.
    boundary
        A label of the zone's boundary; a change of label marks a break.
    coverage
        What is covered, for example ``above-scale industry``.
    deflator
        What made it constant, in words; printed with every rate.

    Examples
    --------
    >>> ValueAdded(value_added="12 亿元", year=2020, price_year=2020).value_added
    120000.0
    """

    model_config = ConfigDict(json_schema_extra=as_written(value_added=_ANY, amount=_ANY, value=_ANY, unit=_TEXT))
    UNITS: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("value_added", "amount", "value"), "that of unit; else 10^4 CNY"
    )
    ALSO: ClassVar[tuple[str, ...]] = ("amount", "value")
    NEUTRAL: ClassVar[Mapping[str, Any]] = {"value_added": None, "unit": ""}

    value_added: float | None = Field(
        default=None, allow_inf_nan=False, validation_alias=AliasChoices("value_added", "amount", "value")
    )
    year: Year
    price_year: int | Literal["nominal"]
    unit: str = "万元"
    sector: Sector = ""
    boundary: Words = ""
    coverage: Words = ""
    deflator: Words = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            value_added: Given | None = ...,
            year: SupportsFloat | str,
            price_year: SupportsFloat | str,
            unit: str | None = ...,
            sector: str = ...,
            boundary: str = ...,
            coverage: str = ...,
            deflator: str = ...,
            amount: Given | None = ...,
            value: Given | None = ...,
        ) -> None: ...

    @field_validator("price_year", mode="before")
    @classmethod
    def _price_year(cls, value: Any) -> Any:
        return parse_price_year(value)

    @classmethod
    def _canonical(cls, data: Any) -> Any:
        data = dict(data)
        key = next((name for name in ("value_added", "amount", "value") if name in data), "value_added")
        with at("unit"):
            unit = text(data.get("unit"), "unit") or "万元"
        value = data.pop(key, None)
        with at("value_added"):
            place = "value_added" if isinstance(value, str) else "unit"
            if isinstance(value, str):
                value, unit = units.split(value)
            amount = _magnitude(value, unit, "value_added")
            if amount is not None and not math.isfinite(amount):
                raise InputError("number.finite", value=amount, name="value_added")
            if units.is_quantity(value):
                amount, unit = _magnitude(value, "万元", "value_added"), "万元"
        with at(place):
            factor = units.factor(unit, "万元")
        return {**data, "value_added": None if amount is None else amount * factor, "unit": "万元"}


class ProcessOutput(_Figure):
    """Output of a product whose making emits process CO2 (cement clinker, lime, ammonia ...).

    ``factor`` is the CO2 per unit of output, a text such as ``"0.53 tCO2/t"``; without it the method must have one.

    Parameters
    ----------
    product
        Such as ``cement_clinker``, or its name.
    output
        How much was made; a text may hold the unit too.
    unit
        Of ``output``.
    year
        Calendar year.
    sector
        Empty where the zone is not split.
    factor
        Of its own, such as ``0.52 tCO2/t``; that of the method unless given.
    given
        The figure as it was given; filled in.
    """

    model_config = ConfigDict(json_schema_extra=as_written(output=_AMOUNT, unit=_TEXT, given=_TEXT))
    UNITS: ClassVar[Mapping[str, str]] = {"output": "that of unit; else t"}
    NEUTRAL: ClassVar[Mapping[str, Any]] = {"output": None, "unit": "", "given": ""}

    product: Annotated[str, AfterValidator(product_name)]
    output: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    unit: str = "t"
    year: Year
    sector: Sector = ""
    factor: Annotated[str, AfterValidator(process_factor)] = ""
    given: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            product: str,
            output: Given | None = ...,
            year: SupportsFloat | str,
            unit: str | None = ...,
            sector: str = ...,
            factor: str = ...,
            given: str | None = ...,
        ) -> None: ...

    @classmethod
    def _canonical(cls, data: Any) -> Any:
        with at("unit"):
            value, unit = data.get("output"), text(data.get("unit"), "unit") or "t"
        with at("given"):
            own = isinstance(value, str) or units.is_quantity(value)  # which have their unit in them
            given = text(data.get("given"), "given") or _words(value, "" if own else unit, None, "")
        place = "output" if isinstance(value, str) else "unit"
        with at("output"):
            if isinstance(value, str):
                value, unit = units.split(value)
            if units.is_quantity(value):
                value, unit = units.magnitude(value, "t"), "t"
            amount = check_amount(_magnitude(value, unit, "output"), "output")
        with at(place):
            amount = None if amount is None else amount * units.factor(unit, "t")
        return {**data, "output": amount, "unit": "t", "given": given}


class ReportedValue(_Figure):
    """A figure as a bulletin prints it: ``total_energy`` (with its basis), ``co2``, an intensity, or a share.

    ``energy_intensity_change`` and ``co2_intensity_change`` are yearly changes as fractions (-0.0767). Any other name
    is kept as it is, in the unit given, for the indicators that targets name (``solid_waste_use_rate`` ...).

    Parameters
    ----------
    indicator
        Such as ``total_energy``, ``co2``, ``energy_per_iva``.
    value
        The figure; a text may hold the unit too.
    year
        Calendar year.
    unit
        Of ``value``.
    basis
        Of energy: ``calorific`` or ``equivalent``.
    """

    model_config = ConfigDict(json_schema_extra=as_written(value=_ANY, unit=_TEXT, basis=_TEXT))
    UNITS: ClassVar[Mapping[str, str]] = {"value": "that of unit; else the indicator's own"}
    NEUTRAL: ClassVar[Mapping[str, Any]] = {"indicator": "co2", "value": None, "unit": "", "basis": ""}

    indicator: str
    value: float | None = Field(default=None, allow_inf_nan=False)
    year: Year
    unit: str = ""
    basis: Literal["", "calorific", "equivalent"] = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            indicator: str,
            value: Given | None = ...,
            year: SupportsFloat | str,
            unit: str | None = ...,
            basis: str | None = ...,
        ) -> None: ...

    @classmethod
    def _canonical(cls, data: Any) -> Any:
        if "indicator" not in data:
            return {name: value for name, value in data.items() if name != "value"}
        with at("indicator"):
            name = indicator_name(text(data["indicator"], "indicator"))
        to = INDICATOR_UNITS.get(name, "")
        with at("unit"):
            value, unit = data.get("value"), text(data.get("unit"), "unit") or to
        place = "value" if isinstance(value, str) else "unit"
        with at("value"):
            if isinstance(value, str):
                value, unit = units.split(value)
            if units.is_quantity(value):
                unit = to or str(value.units)
                value = units.magnitude(value, unit)
            amount = _magnitude(value, unit or "1", "value")
            with at(place):
                factor, unit = indicator_unit(name, unit)
            if amount is not None and not math.isfinite(amount):
                raise InputError("number.finite", value=amount, name="value")
            if name in INDICATOR_UNITS:
                check_amount(amount, "value")
        amount = None if amount is None else amount * factor
        with at("basis"):
            basis = find_basis(text(data.get("basis"), "basis"))
        return {**data, "indicator": name, "value": amount, "unit": unit, "basis": basis}


def _as_zone(schema: dict[str, Any]) -> None:
    """Say in a JSON Schema that one item may stand for a list, and that two fields go by other names too."""
    fields = schema["properties"]
    for name in ("energy", "value_added", "process", "indicators"):
        one_or_many(fields[name])
    fields["economy"] = fields["value_added"]
    schema["required"] = [name for name in schema["required"] if name != "zone"]
    schema["anyOf"] = [{"required": ["zone"]}, {"required": ["name"]}]


class Zone(Record):
    """A zone with its years.

    Parameters
    ----------
    zone
        A name that identifies it.
    name
        Its full name, for print.
    province
        In any usual spelling; 全国 takes the national average grid factor. Without one, electricity has no grid factor.
    energy, value_added, process, indicators
        Lists of :class:`EnergyUse`, :class:`ValueAdded`, :class:`ProcessOutput`, :class:`ReportedValue`.

    Examples
    --------
    >>> zone = Zone(
    ...     zone="示例园区",
    ...     province="江苏",
    ...     energy=[EnergyUse(carrier="电力", quantity="1200 万千瓦时", year=2020)],
    ...     value_added=[ValueAdded(value_added="3 亿元", year=2020, price_year=2020)],
    ... )
    >>> zone.province
    '32-jiangsu'
    """

    model_config = ConfigDict(json_schema_extra=_as_zone)
    ALSO: ClassVar[tuple[str, ...]] = ("economy",)

    zone: str
    name: Words = ""
    province: str = ""
    energy: tuple[EnergyUse, ...] = ()
    value_added: tuple[ValueAdded, ...] = Field(default=(), validation_alias=AliasChoices("value_added", "economy"))
    process: tuple[ProcessOutput, ...] = ()
    indicators: tuple[ReportedValue, ...] = ()

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            zone: str = ...,
            name: str = ...,
            province: str = ...,
            energy: EnergyUse | Fields | Sequence[EnergyUse | Fields] = ...,
            value_added: ValueAdded | Fields | Sequence[ValueAdded | Fields] = ...,
            process: ProcessOutput | Fields | Sequence[ProcessOutput | Fields] = ...,
            indicators: ReportedValue | Fields | Sequence[ReportedValue | Fields] = ...,
            economy: ValueAdded | Fields | Sequence[ValueAdded | Fields] = ...,
        ) -> None: ...

    @model_validator(mode="before")
    @classmethod
    def _name_is_zone(cls, data: Any) -> Any:
        if isinstance(data, dict) and "zone" not in data and "name" in data:
            data = {**data, "zone": data["name"]}
        return data

    @field_validator("zone")
    @classmethod
    def _name(cls, value: str) -> str:
        return zone_name(value)

    @field_validator("province")
    @classmethod
    def _province(cls, value: str) -> str:
        return find_province(value).id if value.strip() else ""

    @field_validator("energy", "value_added", "process", "indicators", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, (Record, dict)) else value


__all__ = [
    "INDICATOR_UNITS",
    "STANDARD_COAL",
    "EnergyUse",
    "ProcessOutput",
    "ReportedValue",
    "ValueAdded",
    "Zone",
]
