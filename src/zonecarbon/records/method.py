"""An accounting method: the whole set of choices, as data.

Decided here: every choice that moves a figure is a field, none has a default in code. A field that is not given is
taken from the method named in ``base`` (``inventory`` unless said otherwise), which is a file in ``data/methods``; the
complete method is printed with every result. Presets plus keyword arguments spread over functions were considered and
rejected: two results could then differ by an argument nobody kept.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from zonecarbon import units
from zonecarbon._typing import Quantity
from zonecarbon.errors import InputError, MethodError, UnitError
from zonecarbon.records.base import Record, Whole
from zonecarbon.vocabulary import find_basis, find_carrier

ELECTRICITY_KINDS = (
    "provincial_average",
    "regional_average",
    "national_average",
    "national_residual",
    "national_fossil",
)


def _as_written(schema: dict[str, Any]) -> None:
    """Say in a JSON Schema that the basis may be a Chinese word and one edition may stand for a list."""
    schema["properties"]["basis"]["anyOf"] = [{"type": "string"}, {"type": "null"}]
    schema["properties"]["editions"]["anyOf"].append({"type": "string"})


class Method(Record):
    """A set of accounting choices. Fields that are not given are those of ``base``.

    Parameters
    ----------
    name, title_en, title_zh
        What the method is called in results.
    base
        The shipped method that fills the fields not given.
    basis
        ``calorific`` (当量值) or ``equivalent`` (等价值).
    editions
        Editions of standard-coal coefficients in order: the first that has a row for a carrier is used. A range without
        a choice is an error, not a reason to go to the next.
    coefficients
        Choices per carrier, for example ``{"natural_gas": "1.33 kgce/m3"}``; they stand before any table.
    equivalent
        What made the secondary energy, ``{"electricity": ..., "heat": ...}``: one value (``"0.36165 kgce/kWh"``), a
        value by year (``{2019: "0.29891 kgce/kWh"}``), or a series of the catalog
        (``{"series": "yearbook", "year": "same_year"}``). No default for electricity.
    fuels
        One whole set of fuel CO2 factors: ``ncsc-2025``, ``ncsc-2026``, ``ndrc-24-sector``,
        ``provincial-guideline-2025``, ``ipcc-2006``, or a set of the user's own table.
    proxies
        ``use`` the named proxy of a carrier without a row, or ``refuse`` (its CO2 is then unknown).
    proxy
        Further proxies, ``{"other_energy": "bituminous_coal"}``.
    electricity
        Kind of grid factor (``provincial_average`` ...), or one value such as ``"0.6101 kgCO2/kWh"`` or a quantity.
    vintage, electricity_year
        Data year of the grid factor: ``nearest``, ``same_year``, or ``fixed`` (then ``electricity_year`` says which).
    certificates
        ``no_effect`` (under an average factor) or ``zero``.
    heat
        CO2 of fossil or unspecified purchased heat, for example ``"0.11 tCO2/GJ"``; ``default`` is the catalog's row.
    feedstock
        ``count`` feedstock as energy, or ``deduct`` it. It is never combustion CO2.
    media
        Whether energy media (water, compressed air ...) count; off where their electricity is metered inside.
    process
        CO2 per unit of output by product, ``{"cement_clinker": "0.53 tCO2/t"}``.
    note_en, note_zh
        What a reader of the result must know.

    Examples
    --------
    >>> Method(basis="equivalent", equivalent={"electricity": "0.302 kgce/kWh"}).base
    'inventory'
    """

    model_config = ConfigDict(json_schema_extra=_as_written)

    name: str = ""
    title_en: str = ""
    title_zh: str = ""
    base: str = "inventory"
    basis: Literal["calorific", "equivalent"] | None = None
    editions: tuple[str, ...] | None = None
    coefficients: dict[str, str] = Field(default_factory=dict)
    equivalent: dict[str, str | dict[str | int, str | Whole]] = Field(default_factory=dict)
    fuels: str | None = None
    proxies: Literal["use", "refuse"] | None = None
    proxy: dict[str, str] = Field(default_factory=dict)
    electricity: str | None = None
    vintage: Literal["nearest", "same_year", "fixed"] | None = None
    electricity_year: Whole | None = None
    certificates: Literal["no_effect", "zero"] | None = None
    heat: str | None = None
    feedstock: Literal["count", "deduct"] | None = None
    media: bool | None = None
    process: dict[str, str] = Field(default_factory=dict)
    note_en: str = ""
    note_zh: str = ""

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            name: str = ...,
            title_en: str = ...,
            title_zh: str = ...,
            base: str = ...,
            basis: str | None = ...,
            editions: str | Sequence[str] | None = ...,
            coefficients: Mapping[str, str | Quantity] = ...,
            equivalent: Mapping[str, str | Quantity | Mapping[Any, Any]] = ...,
            fuels: str | None = ...,
            proxies: Literal["use", "refuse"] | None = ...,
            proxy: Mapping[str, str] = ...,
            electricity: str | Quantity | None = ...,
            vintage: Literal["nearest", "same_year", "fixed"] | None = ...,
            electricity_year: int | None = ...,
            certificates: Literal["no_effect", "zero"] | None = ...,
            heat: str | Quantity | None = ...,
            feedstock: Literal["count", "deduct"] | None = ...,
            media: bool | None = ...,
            process: Mapping[str, str | Quantity] = ...,
            note_en: str = ...,
            note_zh: str = ...,
        ) -> None: ...

    @field_validator("basis", mode="before")
    @classmethod
    def _basis(cls, value: Any) -> Any:
        return find_basis(value) or None if isinstance(value, str) else value

    @field_validator("editions", mode="before")
    @classmethod
    def _one_edition(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("fuels", mode="before")
    @classmethod
    def _whole_set(cls, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            raise MethodError("method.sets_mixed", sets=", ".join(map(str, value)))
        return value

    @field_validator("electricity", "heat", mode="before")
    @classmethod
    def _quantity(cls, value: Any, info: ValidationInfo) -> Any:
        return value if value is None else _text(value, info.field_name)

    @field_validator("process", mode="before")
    @classmethod
    def _quantities(cls, value: Any) -> Any:
        return {key: _text(item, key) for key, item in value.items()} if isinstance(value, dict) else value

    @field_validator("coefficients", "proxy", mode="before")
    @classmethod
    def _carrier_ids(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {find_carrier(str(key)).id: _text(item, key) for key, item in value.items()}

    @field_validator("equivalent", mode="before")
    @classmethod
    def _equivalent(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        value = {_carrier_id(key): item for key, item in value.items()}
        unknown = sorted(set(value) - {"electricity", "heat"})
        if unknown:
            raise MethodError("method.equivalent_key", keys=", ".join(map(str, unknown)))
        for item in value.values():
            if isinstance(item, dict) and not _is_equivalent(item):
                raise MethodError("method.equivalent_choice", got=str(item))
        return {key: _by_year(item) if isinstance(item, dict) else _text(item, key) for key, item in value.items()}

    def over(self, base: Self) -> Self:
        """Return this method with the fields that it does not give taken from ``base``.

        Parameters
        ----------
        base
            The method that fills in.
        """
        merged = base.model_dump()
        for field in self.model_fields_set:
            value = getattr(self, field)
            merged[field] = {**merged[field], **value} if isinstance(value, dict) else value
        if self.model_fields_set & {"electricity", "vintage"} and "electricity_year" not in self.model_fields_set:
            merged["electricity_year"] = None if merged["vintage"] != "fixed" else merged["electricity_year"]
        if not self.name and self.model_fields_set - {"base"}:
            merged["name"] = f"{base.name}*"
        return type(self).model_validate(merged)


def is_factor(text: str) -> bool:
    """Return whether a text is a CO2 factor of electricity, such as ``"0.6101 kgCO2/kWh"``."""
    try:
        value, unit = units.split(text)
        return value * units.factor(unit, "tCO2/MWh") >= 0
    except UnitError:
        return False


def _carrier_id(name: Any) -> str:
    try:
        return find_carrier(str(name)).id
    except InputError:
        return str(name)


def _is_equivalent(choice: dict[Any, Any]) -> bool:
    """Return whether a choice is a series with a year, or values by year."""
    if "series" in choice:
        year = str(choice.get("year", "same_year"))
        return set(choice) <= {"series", "year"} and (year in {"same_year", "previous_year"} or year.isdecimal())
    return bool(choice) and all(str(key).isdecimal() for key in choice)


def _by_year(choice: dict[Any, Any]) -> dict[Any, Any]:
    """Return a choice with its years as numbers: JSON and TOML have only texts for keys."""
    return {int(key) if str(key).isdecimal() else key: value for key, value in choice.items()}


def _text(value: Any, key: Any) -> str:
    """Return a choice as text; a quantity becomes ``"number unit"``, a bare number is refused."""
    if units.is_quantity(value) and np.ndim(value.magnitude) == 0:
        return f"{float(value.magnitude)!r} {value.units:~C}"  # short names: those that people type
    if not isinstance(value, str):
        raise MethodError("method.bare_number", key=key, value=value)
    return value
