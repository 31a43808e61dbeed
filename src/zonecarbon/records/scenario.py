"""A scenario: where each driver goes and how sure that is, as data.

Decided here: a scenario of level ``kaya`` moves value added, energy per value added and CO2 per energy; one of level
``carriers`` moves the carriers themselves, by shifts from one to another or by a table of shares, and the factor of the
grid. The two cannot be mixed, since both would move CO2 per energy. A driver that is not given stays as it is in the
base year. Fields that are not given are those of the scenario named in ``base``, and a scenario with a base is checked
as a whole only when it has been put over it; ``base`` is then empty.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from zonecarbon._typing import Fields
from zonecarbon.errors import InputError, Problem, Where
from zonecarbon.records.base import Record, one_or_many
from zonecarbon.records.cells import sector_name, zone_name
from zonecarbon.records.checking import validated
from zonecarbon.records.correlation import Correlation
from zonecarbon.records.path import Figure, Path, refuse
from zonecarbon.records.zone import Year
from zonecarbon.vocabulary import carriers, find_carrier, find_carriers, find_supply, fold

REST = "other"
_REST_WORDS = {"other", "others", "其他", "其它", "其余"}
_LEVELS = {
    "kaya": ("value_added", "energy_intensity", "co2_per_energy"),
    "carriers": ("value_added", "energy_intensity", "grid_factor"),
}
_FOREIGN = {"kaya": ("grid_factor", "shift", "mix"), "carriers": ("co2_per_energy",)}
_OWN_WORDS = {"name", "title_zh", "title_en", "note_zh", "note_en"}
_SUM = 1e-9

Shares = dict[Year, dict[str, Figure]]
Table = dict[int, dict[str, float]]
ZoneName = Annotated[str, AfterValidator(zone_name)]
SectorName = Annotated[str, AfterValidator(sector_name)]


def one_or_more(value: Any) -> Any:
    """Return a list of texts; one text stands for a list of itself."""
    return (value,) if isinstance(value, str) else value


def known_carriers(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words as they are, if each is a carrier or a group of carriers."""
    for word in words:
        find_carriers(word)
    return words


def supply_of_source(supply: str, words: tuple[str, ...]) -> str:
    """Return the id of a supply of what words mean; empty: any supply."""
    found = [item for word in words for item in find_carriers(word)] if supply else []
    supplies = {find_supply(supply, carriers()[item]) for item in found}
    return next(iter(supplies - {""}), "") if found else supply


class Shift(Record):
    """Energy that moves from some carriers to another: coal to gas, fuels to electricity, grid power to one's own.

    Parameters
    ----------
    name, title_zh, title_en
        What it is called; names differ.
    target, target_supply
        The carrier that energy moves to, in any spelling, and how it is supplied (``onsite_nonfossil``,
        ``direct_nonfossil``, ``certificate``; the grid unless given).
    source, source_supply
        The carriers or groups (煤, ``fuels`` ...) that it moves from, and of electricity or heat only those so
        supplied (any supply unless given). The target itself is left out of the source.
    measure
        ``moved``: the path is the fraction of the source that has moved, 0 in the base year. ``share``: the path is the
        share of the target in source and target together, which starts at the zone's own.
    ratio
        Heat content of the target that replaces one of the source [tce/tce], above zero; below 1 where the target is
        used more efficiently.
    path
        The fraction or share over the years, from 0 to 1.

    Examples
    --------
    >>> path = {"kind": "linear", "goal": "30 %", "year": 2035}
    >>> shift = Shift(name="coal to gas", source="煤", target="天然气", path=path)
    >>> shift.source, shift.target, shift.measure, shift.ratio
    (('煤',), 'natural_gas', 'moved', 1.0)
    """

    name: Annotated[str, Field(min_length=1)]
    title_zh: str = ""
    title_en: str = ""
    target: str
    target_supply: str = Field(default="", validate_default=True)
    source: tuple[str, ...] = Field(min_length=1, json_schema_extra=one_or_many)
    source_supply: str = ""
    measure: Literal["moved", "share"] = "moved"
    ratio: Figure = 1.0
    path: Path

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            name: str,
            title_zh: str = ...,
            title_en: str = ...,
            target: str,
            target_supply: str = ...,
            source: str | Sequence[str],
            source_supply: str = ...,
            measure: Literal["moved", "share"] = ...,
            ratio: float | str = ...,
            path: Path | Fields,
        ) -> None: ...

    @field_validator("target")
    @classmethod
    def _carrier(cls, value: str) -> str:
        return find_carrier(value).id

    @field_validator("target_supply")
    @classmethod
    def _target_supply(cls, value: str, info: ValidationInfo) -> str:
        target = info.data.get("target")
        return find_supply(value, carriers()[target]) if target else value

    @field_validator("source", mode="before")
    @classmethod
    def _one_source(cls, value: Any) -> Any:
        return one_or_more(value)

    @field_validator("source")
    @classmethod
    def _sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return known_carriers(value)

    @field_validator("source_supply")
    @classmethod
    def _source_supply(cls, value: str, info: ValidationInfo) -> str:
        return supply_of_source(value, info.data.get("source", ()))

    @model_validator(mode="after")
    def _sound(self) -> "Shift":
        problems = []
        if self.ratio <= 0:
            problems.append(Problem("scenario.ratio", {"ratio": self.ratio}, Where(column="ratio")))
        found = {item for word in self.source for item in find_carriers(word)}
        # Electricity may move from any supply (none is said) to one; a fuel has none, so both are empty.
        if found == {self.target} and self.target_supply == self.source_supply:
            problems.append(Problem("scenario.shift_self", {"target": self.target}, Where(column="source")))
        refuse(problems)
        return self


class Overrides(Record):
    """Paths of one zone or one sector in place of those of the scenario; the uncertainty stays the scenario's.

    Parameters
    ----------
    value_added, energy_intensity, co2_per_energy
        The path of the driver; that of the scenario unless given.

    Examples
    --------
    >>> Overrides(value_added={"kind": "constant", "rate": "7 %"}).value_added.rate
    0.07
    """

    value_added: Path | None = None
    energy_intensity: Path | None = None
    co2_per_energy: Path | None = None

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            value_added: Path | Fields | None = ...,
            energy_intensity: Path | Fields | None = ...,
            co2_per_energy: Path | Fields | None = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _certain(self) -> "Overrides":
        refuse(
            [
                Problem("scenario.override_uncertain", {"driver": name}, Where(column=f"{name}.uncertainty"))
                for name, path in self
                if path is not None and path.uncertainty
            ]
        )
        return self


class Scenario(Record):
    """Where the drivers of energy and CO2 go after the last year of an account.

    Parameters
    ----------
    name, title_zh, title_en, note_zh, note_en
        What it is called, and what a reader of the result must know; never taken from the base.
    base
        A shipped scenario, a path or nothing: its fields stand where this one gives none.
    level
        ``kaya`` (value added x energy per value added x CO2 per energy) or ``carriers`` (value added x energy per
        value added, then carriers and the grid).
    value_added, energy_intensity
        Paths of value added and of energy per value added, relative to the base year.
    co2_per_energy
        Level ``kaya``: CO2 per energy, relative to the base year.
    grid_factor
        Level ``carriers``: CO2 per unit of grid electricity, relative to the base year.
    shift
        Level ``carriers``: energy that moves between carriers, one shift after the other.
    mix
        Level ``carriers``: shares of final energy by year and carrier or group, sum 1; ``other`` (其他) is all that a
        row does not name. Straight lines between the base year and the years given.
    structure
        Shares of value added by year and sector, in the same form.
    correlation
        Correlation between the shocks of drivers.
    zones, sectors
        Paths of single zones or sectors in place of these.

    Examples
    --------
    >>> scenario = Scenario(name="mine", level="kaya", value_added={"kind": "constant", "rate": "5 %"})
    >>> [(name, path.rate) for name, path in scenario.drivers()]
    [('value_added', 0.05)]
    """

    name: str = ""
    title_zh: str = ""
    title_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    base: str = ""
    level: Literal["kaya", "carriers"] = "carriers"
    value_added: Path | None = None
    energy_intensity: Path | None = None
    co2_per_energy: Path | None = None
    grid_factor: Path | None = None
    shift: tuple[Shift, ...] = ()
    mix: Shares = Field(default_factory=dict)
    structure: Shares = Field(default_factory=dict)
    correlation: Correlation | None = None
    zones: dict[ZoneName, Overrides] = Field(default_factory=dict)
    sectors: dict[SectorName, Overrides] = Field(default_factory=dict)

    if TYPE_CHECKING:  # what may be given, which is more than what is kept

        def __init__(
            self,
            *,
            name: str = ...,
            title_zh: str = ...,
            title_en: str = ...,
            note_zh: str = ...,
            note_en: str = ...,
            base: str = ...,
            level: Literal["kaya", "carriers"] = ...,
            value_added: Path | Fields | None = ...,
            energy_intensity: Path | Fields | None = ...,
            co2_per_energy: Path | Fields | None = ...,
            grid_factor: Path | Fields | None = ...,
            shift: Sequence[Shift | Fields] = ...,
            mix: Mapping[Any, Mapping[str, float | str]] = ...,
            structure: Mapping[Any, Mapping[str, float | str]] = ...,
            correlation: Correlation | Fields | None = ...,
            zones: Mapping[str, Overrides | Fields] = ...,
            sectors: Mapping[str, Overrides | Fields] = ...,
        ) -> None: ...

    @field_validator("mix", "structure")
    @classmethod
    def _shares(cls, value: Table, info: ValidationInfo) -> Table:
        table = {year: {_share_name(word): share for word, share in row.items()} for year, row in value.items()}
        refuse(_share_problems(table, of_carriers=info.field_name == "mix"))
        return table

    @model_validator(mode="after")
    def _sound(self) -> "Scenario":
        problems: list[Problem] = []
        if not self.base or "level" in self.model_fields_set:
            problems += self._of_other_level()
        names = [*_LEVELS["kaya"], "grid_factor", *(shift.name for shift in self.shift)]
        for i, shift in enumerate(self.shift):
            if names.count(shift.name) > 1:
                problems.append(Problem("scenario.shift_name", {"shift": shift.name}, Where(column=f"shift.{i}.name")))
        if self.structure:
            problems += [
                Problem("scenario.structure_sectors", {"sector": name}, Where(column=f"sectors.{name}.value_added"))
                for name, own in self.sectors.items()
                if own.value_added is not None
            ]
        if self.correlation is not None and not self.base:
            problems += self._uncorrelated(self.correlation)
        refuse(problems)
        return self

    def _of_other_level(self) -> list[Problem]:
        places = [(field, getattr(self, field)) for field in _FOREIGN[self.level]]
        if self.level == "carriers":
            for part, rows in (("zones", self.zones), ("sectors", self.sectors)):
                places += [(f"{part}.{name}.co2_per_energy", own.co2_per_energy) for name, own in rows.items()]
        allowed = ", ".join(_LEVELS[self.level] + (("shift", "mix") if self.level == "carriers" else ()))
        return [
            Problem("scenario.of_other_level", {"level": self.level, "allowed": allowed}, Where(column=place))
            for place, value in places
            if value not in (None, (), {})
        ]

    def _uncorrelated(self, correlation: Correlation) -> list[Problem]:
        """Return why drivers cannot be correlated: not there, no shock, none of one scope, unequal rho."""
        paths = dict(self.drivers())
        problems: list[Problem] = []
        rho = {name: {item.shared: item.rho for item in path.uncertainty} for name, path in paths.items()}
        where = Where(column="correlation")
        for name in correlation.drivers:
            if name not in paths:
                values = {"driver": name, "known": ", ".join(paths) or "-"}
                problems.append(Problem("scenario.correlation_driver", values, where))
            elif not rho[name]:
                problems.append(Problem("scenario.correlation_certain", {"driver": name}, where))
        for a, b, _ in correlation.pairs():
            both = rho.get(a, {}).keys() & rho.get(b, {}).keys()
            pair = f"{a}, {b}"
            if rho.get(a) and rho.get(b) and not both:
                problems.append(Problem("scenario.correlation_scope", {"pair": pair}, where))
            for scope in sorted(both):
                if rho[a][scope] != rho[b][scope]:
                    both_rho = {"pair": pair, "a": rho[a][scope], "b": rho[b][scope]}
                    problems.append(Problem("scenario.correlation_rho", both_rho, where))
        return problems

    @model_serializer(mode="wrap")
    def _given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write only what is given where there is a base: a None that is written would stand before the base's."""
        data: dict[str, Any] = handler(self)
        return {name: value for name, value in data.items() if not self.base or name in self.model_fields_set}

    def drivers(self) -> tuple[tuple[str, Path], ...]:
        """Return name and path of each driver that has one: the levels in order, then the shifts."""
        levels = [(name, getattr(self, name)) for name in _LEVELS[self.level]]
        shifts = ((shift.name, shift.path) for shift in self.shift)
        return (*((name, path) for name, path in levels if path is not None), *shifts)

    def over(self, base: Self) -> Self:
        """Return this scenario with the fields that it does not give taken from ``base``, and with its base.

        ``zones`` and ``sectors`` are put together name by name; of all else the whole field counts. The name, the
        titles and the notes are this scenario's own (without a name: that of the base with a star).

        Parameters
        ----------
        base
            The scenario that fills in.

        Raises
        ------
        ScenarioError
            If the two together are no sound scenario.
        """
        merged = {name: getattr(base, name) for name in base.model_fields_set - _OWN_WORDS}
        for name in self.model_fields_set:
            value = getattr(self, name)
            merged[name] = {**merged.get(name, {}), **value} if name in {"zones", "sectors"} else value
        merged |= {"base": base.base, "name": self.name or f"{base.name}*"}
        return validated(type(self), merged, self.name or base.name)


def _share_name(word: str) -> str:
    return REST if fold(word) in _REST_WORDS else word.strip()


def _share_problems(table: Table, *, of_carriers: bool) -> list[Problem]:
    problems = []
    for year, row in table.items():
        where = Where(column=str(year))
        total = math.fsum(row.values())
        if abs(total - 1) > _SUM:
            problems.append(Problem("scenario.share_sum", {"year": year, "total": total}, where))
        problems += [
            Problem("scenario.share_range", {"item": word, "year": year, "share": share}, where)
            for word, share in row.items()
            if not 0 <= share <= 1
        ]
        problems += _mix_names(year, row, where) if of_carriers else []
    return problems


def _mix_names(year: int, row: dict[str, float], where: Where) -> list[Problem]:
    """Return words that are no carriers, and carriers that two words of one row mean."""
    problems: list[Problem] = []
    owner: dict[str, str] = {}
    for word in row:
        try:
            found = () if word == REST else find_carriers(word)
        except InputError as error:
            problems += [Problem(problem.code, problem.values, where) for problem in error.problems]
            continue
        twice = [item for item in found if item in owner]
        if twice:
            values = {"year": year, "a": owner[twice[0]], "b": word, "carrier": twice[0]}
            problems.append(Problem("scenario.share_overlap", values, where))
        owner |= dict.fromkeys(found, word)
    return problems
