"""A scenario: where each driver goes and how sure that is, as data.

Decided here: a scenario of level ``kaya`` moves value added, energy per value added and CO2 per energy; one of level
``carriers`` moves the carriers themselves, by shifts from one to another or by a table of shares, and the factor of the
grid. The two cannot be mixed, since both would move CO2 per energy. A driver that is not given stays as it is in the
base year. Fields that are not given are those of the scenario named in ``base``, and a scenario with a base is checked
as a whole only when it has been put over it; ``base`` is then empty.

Shocks of two drivers may be correlated, each zone's own with each zone's own and shared with shared; correlating an own
with a shared shock would make a zone's own luck the nation's, so it is refused.
"""

import math
from itertools import combinations
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from zonecarbon.errors import InputError, Problem, ScenarioError, Where
from zonecarbon.records.cells import sector_name, zone_name
from zonecarbon.records.checking import validated
from zonecarbon.records.path import Figure, Path, Step, Uncertainty, one_or_many
from zonecarbon.records.zone import Record, Year
from zonecarbon.vocabulary import carriers, find_carrier, find_carriers, find_supply, fold

__all__ = ["REST", "Correlation", "Overrides", "Path", "Scenario", "Shift", "Step", "Uncertainty"]

REST = "other"
_REST_WORDS = {"other", "others", "其他", "其它", "其余"}
_LEVELS = {
    "kaya": ("value_added", "energy_intensity", "co2_per_energy"),
    "carriers": ("value_added", "energy_intensity", "grid_factor"),
}
_FOREIGN = {"kaya": ("grid_factor", "shift", "mix"), "carriers": ("co2_per_energy",)}
_OWN_WORDS = ("name", "title_zh", "title_en", "note_zh", "note_en")
_SUM, _EXACT = 1e-9, 1e-12

Shares = dict[Year, dict[str, Figure]]
ZoneName = Annotated[str, AfterValidator(zone_name)]
SectorName = Annotated[str, AfterValidator(sector_name)]


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise ScenarioError(problems)


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
        Energy of the target that replaces one unit of the source [tce/tce], above zero; below 1 where the target is
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
        return (value,) if isinstance(value, str) else value

    @field_validator("source")
    @classmethod
    def _sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            find_carriers(word)
        return value

    @field_validator("source_supply")
    @classmethod
    def _source_supply(cls, value: str, info: ValidationInfo) -> str:
        found = [item for word in info.data.get("source", ()) for item in find_carriers(word)] if value else []
        supplies = {find_supply(value, carriers()[item]) for item in found}
        return next(iter(supplies - {""}), "") if found else value

    @model_validator(mode="after")
    def _sound(self) -> "Shift":
        problems = []
        if self.ratio <= 0:
            problems.append(Problem("scenario.ratio", {"ratio": self.ratio}, Where(column="ratio")))
        found = {item for word in self.source for item in find_carriers(word)}
        # A fuel has no supplies; electricity may move from any supply to another.
        if found == {self.target} and self.target_supply in {"", self.source_supply}:
            problems.append(Problem("scenario.shift_self", {"target": self.target}, Where(column="source")))
        _raise(problems)
        return self


class Correlation(Record):
    """Correlation between the shocks of drivers, the same in every year.

    Each zone's own shocks are correlated with each other, and shared shocks with each other. Two drivers that are
    correlated need a shock of the same scope, and the same ``rho`` there.

    Parameters
    ----------
    drivers
        ``value_added``, ``energy_intensity``, ``co2_per_energy``, ``grid_factor`` or names of shifts.
    matrix
        A row and a column for each driver, symmetric, ones on the diagonal, positive semidefinite.

    Examples
    --------
    >>> Correlation(drivers=("value_added", "energy_intensity"), matrix=[[1, -0.5], [-0.5, 1]]).matrix[0]
    (1.0, -0.5)
    """

    drivers: tuple[str, ...]
    matrix: tuple[tuple[Figure, ...], ...]

    @model_validator(mode="after")
    def _sound(self) -> "Correlation":
        n = len(self.drivers)
        if len(self.matrix) != n or any(len(row) != n for row in self.matrix):
            shape = " + ".join(str(len(row)) for row in self.matrix)
            raise ScenarioError("scenario.correlation_size", Where(column="matrix"), n=n, rows=shape)
        if len(set(self.drivers)) < n:
            twice = ", ".join(sorted({name for name in self.drivers if self.drivers.count(name) > 1}))
            raise ScenarioError("scenario.correlation_twice", Where(column="drivers"), drivers=twice)
        _raise(self._entries() or self._definite())
        return self

    def pairs(self) -> tuple[tuple[str, str, float], ...]:
        """Return each pair of drivers with a correlation that is not zero."""
        index = combinations(range(len(self.drivers)), 2)
        found = ((self.drivers[i], self.drivers[j], self.matrix[i][j]) for i, j in index)
        return tuple(pair for pair in found if pair[2] != 0)

    def _entries(self) -> list[Problem]:
        problems = []
        for i, name in enumerate(self.drivers):
            if abs(self.matrix[i][i] - 1) > _EXACT:
                problems.append(self._at(i, i, "scenario.correlation_diagonal", driver=name, value=self.matrix[i][i]))
        for i, j in combinations(range(len(self.drivers)), 2):
            a, b = self.matrix[i][j], self.matrix[j][i]
            pair = f"{self.drivers[i]}, {self.drivers[j]}"
            if abs(a - b) > _EXACT:
                problems.append(self._at(i, j, "scenario.correlation_symmetric", pair=pair, a=a, b=b))
            elif abs(a) > 1:
                problems.append(self._at(i, j, "scenario.correlation_range", pair=pair, value=a))
        return problems

    def _definite(self) -> list[Problem]:
        """Name the pair that the most negative direction leans on most, where the matrix is no correlation."""
        if not self.drivers:
            return []
        matrix = np.array(self.matrix, dtype=np.float64)
        values, vectors = np.linalg.eigh(matrix)
        if values[0] >= -_SUM:
            return []
        leaning = np.abs(np.outer(vectors[:, 0], vectors[:, 0]) * matrix)
        np.fill_diagonal(leaning, 0)
        i, j = sorted(divmod(int(leaning.argmax()), len(matrix)))
        pair = f"{self.drivers[i]}, {self.drivers[j]}"
        return [self._at(i, j, "scenario.correlation_definite", pair=pair, value=self.matrix[i][j])]

    @staticmethod
    def _at(i: int, j: int, code: str, **values: Any) -> Problem:
        return Problem(code, values, Where(column=f"matrix.{i}.{j}"))


class Overrides(Record):
    """Paths of one zone or one sector in place of those of the scenario; the uncertainty stays the scenario's.

    Examples
    --------
    >>> Overrides(value_added={"kind": "constant", "rate": "7 %"}).value_added.rate
    0.07
    """

    value_added: Path | None = None
    energy_intensity: Path | None = None
    co2_per_energy: Path | None = None

    @model_validator(mode="after")
    def _certain(self) -> "Overrides":
        _raise(
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

    @field_validator("mix", "structure")
    @classmethod
    def _rest(cls, value: dict[int, dict[str, float]]) -> dict[int, dict[str, float]]:
        return {year: {_share_name(word): share for word, share in row.items()} for year, row in value.items()}

    @model_validator(mode="after")
    def _sound(self) -> "Scenario":
        problems = [*_share_problems("mix", self.mix), *_share_problems("structure", self.structure)]
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
        _raise(problems)
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

    def drivers(self) -> tuple[tuple[str, Path], ...]:
        """Return name and path of each driver that has one: the levels in order, then the shifts."""
        levels = [(name, getattr(self, name)) for name in _LEVELS[self.level]]
        shifts = ((shift.name, shift.path) for shift in self.shift)
        return (*((name, path) for name, path in levels if path is not None), *shifts)

    def over(self, base: Self) -> Self:
        """Return this scenario with the fields that it does not give taken from ``base``.

        ``zones`` and ``sectors`` are put together name by name; of all else the whole field counts. The name, the
        titles and the notes are this scenario's own (without a name: that of the base with a star).

        Raises
        ------
        ScenarioError
            If the two together are no sound scenario.
        """
        fields = type(self).model_fields
        merged = {name: getattr(base, name) for name in fields if name not in _OWN_WORDS}
        for name in self.model_fields_set:
            value = getattr(self, name)
            merged[name] = {**merged[name], **value} if name in {"zones", "sectors"} else value
        merged |= {"base": base.base, "name": self.name or f"{base.name}*"}
        return validated(type(self), merged, self.name or base.name)


def _share_name(word: str) -> str:
    return REST if fold(word) in _REST_WORDS else word.strip()


def _share_problems(field: str, table: dict[int, dict[str, float]]) -> list[Problem]:
    problems = []
    for year, row in table.items():
        where = Where(column=f"{field}.{year}")
        total = math.fsum(row.values())
        if abs(total - 1) > _SUM:
            problems.append(Problem("scenario.share_sum", {"year": year, "total": total}, where))
        problems += [
            Problem("scenario.share_range", {"item": word, "year": year, "share": share}, where)
            for word, share in row.items()
            if not 0 <= share <= 1
        ]
        problems += [] if field == "structure" else _mix_names(year, row, where)
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
