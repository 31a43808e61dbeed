"""What is known, as tables to read: factors, methods, target sets, scenarios, measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Column, Table, described
from zonecarbon.catalog.documents import measure_set, method, names, scenario, target_set
from zonecarbon.catalog.factors import Catalog, default_catalog
from zonecarbon.catalog.rows import FactorRow, FactorTables
from zonecarbon.records import Measure, MeasureSet, Method, Scenario, TargetSet

_STATUS = Column("text", "how sure it is: verified, recalled, assumption or user")
_METHOD_CHOICES = (
    "basis", "editions", "fuels", "proxies", "electricity", "vintage", "certificates", "heat", "feedstock", "media",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class FactorList(Table):
    """Factor rows, with source and status."""

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "table", "item", "group", "year", "value", "low", "high", "unit", "source_id", "status", "origin", "note",
        table=Column("text", "name of the table"),
        item=Column("text", "what the row is for: a carrier, a region"),
        group=Column("text", "edition, factor set, kind or series"),
        year=Column("whole", "data year; null where there is none"),
        low=Column("number", "lower end of a printed range, in the unit of the row"),
        high=Column("number", "upper end of a printed range, in the unit of the row"),
        status=_STATUS,
        origin=Column("text", "shipped, or the user's file with its hash"),
    )  # fmt: skip

    rows: tuple[FactorRow, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return table, item, group, year, value, low, high, unit, source_id, status, origin, note."""
        text = ("table", "item", "group", "unit", "source_id", "status", "origin", "note")
        columns: dict[str, NDArray[Any]] = {
            name: np.array([getattr(row, name) for row in self.rows], dtype=object) for name in text
        }
        for name in ("value", "low", "high"):
            columns[name] = np.array([getattr(row, name) for row in self.rows], dtype=np.float64)
        years = [np.nan if row.year is None else row.year for row in self.rows]
        columns["year"] = np.array(years, dtype=np.float64)
        order = (
            "table",
            "item",
            "group",
            "year",
            "value",
            "low",
            "high",
            "unit",
            "source_id",
            "status",
            "origin",
            "note",
        )
        return {name: columns[name] for name in order}

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<FactorList: {len(self.rows)} rows>"


@dataclass(frozen=True, slots=True, eq=False)
class MethodList(Table):
    """Accounting methods that ship, every choice in a row."""

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "name", "title_en", "title_zh", *_METHOD_CHOICES,
        **{name: Column("text", f"choice {name} of the method") for name in _METHOD_CHOICES},
    )  # fmt: skip

    methods: tuple[Method, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return name, title_en, title_zh, and the choices of each method."""
        return {
            name: np.array([str(getattr(item, name)) for item in self.methods], dtype=object)
            for name in ("name", "title_en", "title_zh", *_METHOD_CHOICES)
        }

    def __repr__(self) -> str:
        return f"<MethodList: {', '.join(item.name for item in self.methods)}>"


@dataclass(frozen=True, slots=True, eq=False)
class TargetList(Table):
    """Targets of one or more sets, with wording, source and status."""

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "set", "target", "indicator", "statistic", "operator", "threshold", "unit", "energy_basis", "role", "status",
        "year", "base_year", "wording_zh", "wording_en", "interpretation", "source_id",
        set=Column("text", "name of the set"),
        threshold=Column("text", "the limit as printed"),
        energy_basis=Column("text", "calorific, equivalent, not_stated, or empty"),
        role=Column("text", "target, or direction (never judged)"),
        status=_STATUS,
        wording_zh=Column("text", "wording of the document"),
        wording_en=Column("text", "the wording in English"),
        interpretation=Column("text", "how the wording is read"),
    )  # fmt: skip

    sets: tuple[TargetSet, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return set, target, indicator, statistic, operator, threshold, unit, year, status, wording, source."""
        pairs = [(item.name, target) for item in self.sets for target in item.target]
        fields = ("indicator", "statistic", "operator", "threshold", "unit", "energy_basis", "role", "status")
        texts = ("wording_zh", "wording_en", "interpretation", "source_id")
        columns: dict[str, NDArray[Any]] = {
            "set": np.array([name for name, _ in pairs], dtype=object),
            "target": np.array([target.id for _, target in pairs], dtype=object),
        }
        for name in fields:
            columns[name] = np.array([getattr(target, name) for _, target in pairs], dtype=object)
        for name in ("year", "base_year"):
            years = [np.nan if getattr(target, name) is None else getattr(target, name) for _, target in pairs]
            columns[name] = np.array(years, dtype=np.float64)
        for name in texts:
            columns[name] = np.array([getattr(target, name) for _, target in pairs], dtype=object)
        return columns

    def __repr__(self) -> str:
        return f"<TargetList: {', '.join(item.name for item in self.sets)}>"


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioList(Table):
    """Scenarios that ship, one a row."""

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "name", "title_en", "title_zh", "level", "drivers", "status", "note_en", "note_zh",
        level=Column("text", "kaya or carriers"),
        drivers=Column("text", "names of the drivers that have a path"),
        status=Column("text", "how sure the numbers of its paths are"),
    )  # fmt: skip

    scenarios: tuple[Scenario, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return name, titles, level, drivers, how sure their numbers are, and what a reader must know."""
        rows = [
            {
                **{name: getattr(item, name) for name in ("name", "title_en", "title_zh", "level")},
                "drivers": ", ".join(name for name, _ in item.drivers()),
                "status": ", ".join(sorted({path.status for _, path in item.drivers()})),
                **{name: getattr(item, name) for name in ("note_en", "note_zh")},
            }
            for item in self.scenarios
        ]
        return {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}

    def __repr__(self) -> str:
        return f"<ScenarioList: {', '.join(item.name for item in self.scenarios)}>"


@dataclass(frozen=True, slots=True, eq=False)
class MeasureList(Table):
    """Measures of one or more sets, one a row: what each acts on, what it costs, and how sure that is."""

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "set", "name", "title_en", "title_zh", "kind", "source", "target", "ratio", "potential", "limit", "ramp",
        "lifetime", "capital", "running", "price_year", "status", "source_id", "note_en", "note_zh",
        set=Column("text", "name of the set"),
        kind=Column("text", "save, switch or capture"),
        source=Column("text", "carriers, groups or products it acts on"),
        target=Column("text", "what takes their place; empty: nothing"),
        ratio=Column("number", "heat content of the target for one of the source", "tce/tce"),
        potential=Column("number", "share of the source that can be acted on at most", "1"),
        limit=Column("text", "the most that can be acted on in a year, with its unit; empty: no limit"),
        ramp=Column("number", "years from nothing to the whole potential", "a"),
        lifetime=Column("whole", "years that what was built works", "a"),
        capital=Column("text", "outlay for what acts on one unit a year, with its unit"),
        running=Column("text", "cost of each unit acted on, with its unit"),
        price_year=Column("whole", "year of the prices"),
        status=_STATUS,
    )  # fmt: skip

    sets: tuple[MeasureSet, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a measure, in the order in which they act."""
        pairs = [(item, measure) for item in self.sets for measure in item.measure]
        columns: dict[str, NDArray[Any]] = {"set": np.array([item.name for item, _ in pairs], dtype=object)}
        for name in ("name", "title_en", "title_zh", "kind"):
            columns[name] = np.array([getattr(measure, name) for _, measure in pairs], dtype=object)
        columns["source"] = np.array([_acted_on(measure) for _, measure in pairs], dtype=object)
        columns["target"] = np.array([_said_of(measure.target, measure.target_supply) for _, measure in pairs], object)
        for name in ("ratio", "potential", "limit", "ramp", "lifetime", "capital", "running"):
            kind = object if name in {"limit", "capital", "running"} else np.int64 if name == "lifetime" else np.float64
            columns[name] = np.array([getattr(measure, name) for _, measure in pairs], dtype=kind)
        columns["price_year"] = np.array([item.price_year for item, _ in pairs], dtype=np.int64)
        for name in ("status", "source_id", "note_en", "note_zh"):
            columns[name] = np.array([getattr(measure, name) for _, measure in pairs], dtype=object)
        return columns

    def __repr__(self) -> str:
        return f"<MeasureList: {', '.join(item.name for item in self.sets)}>"


def _acted_on(measure: Measure) -> str:
    return _said_of(", ".join((*measure.source, *measure.product)), measure.source_supply)


def _said_of(carrier: str, supply: str) -> str:
    return f"{carrier} ({supply})" if supply and supply != "grid" else carrier


def catalog_with(factors: FactorTables = ()) -> Catalog:
    """Return the shipped factor tables with the user's in their place: files, or tables in memory."""
    found = default_catalog().with_tables(factors)
    return found if found.added else default_catalog()


def list_factors(table: str = "", factors: FactorTables = ()) -> FactorList:
    """Return the factor rows of one table (``standard_coal``, ``fuel_co2`` ...) or of all.

    Parameters
    ----------
    table
        Name of a table; empty for all.
    factors
        The user's own tables, whose rows replace or extend the shipped ones: as in :func:`zonecarbon.account`.

    Raises
    ------
    FactorError
        If there is no such table.

    Examples
    --------
    >>> [row.value for row in list_factors("standard_coal").rows if row.item == "coke"][0]
    0.9714
    """
    return FactorList(catalog_with(factors).rows(table))


def list_methods() -> MethodList:
    """Return the methods that ship, complete.

    Examples
    --------
    >>> list_methods()
    <MethodList: inventory, zero-carbon-park-910>
    """
    return MethodList(tuple(method(name) for name in names("methods")))


def list_targets(name: str = "") -> TargetList:
    """Return the targets of one set, or of all sets that ship.

    Parameters
    ----------
    name
        A set; all that ship unless given.

    Raises
    ------
    TargetError
        If there is no such set.

    Examples
    --------
    >>> [row["target"] for row in list_targets("torch-2025").to_records()][:2]
    ['torch-2025:energy-intensity-aggregate', 'torch-2025:energy-intensity-share']
    """
    return TargetList(tuple(target_set(item) for item in ((name,) if name else names("targets"))))


def list_scenarios() -> ScenarioList:
    """Return the scenarios that ship, complete.

    Examples
    --------
    >>> list_scenarios()
    <ScenarioList: baseline, deep, policy>
    """
    return ScenarioList(tuple(scenario(name) for name in names("scenarios")))


def list_measures(name: str = "") -> MeasureList:
    """Return the measures of one set, or of all sets that ship, with what is known of their figures.

    Parameters
    ----------
    name
        A set; all that ship unless given.

    Raises
    ------
    MeasureError
        If there is no such set.

    Examples
    --------
    >>> list_measures()
    <MeasureList: starter>
    """
    return MeasureList(tuple(measure_set(item) for item in ((name,) if name else names("measures"))))
