"""Look-ups in the factor tables. They raise; they never guess.

Decided here: a look-up returns the row, not the number, so that a result can name it. What has no row, only a range, no
such year or no such region is a :class:`~zonecarbon.errors.FactorError` that says what there is instead. Turning a
missing CO2 factor into an unknown figure is the business of accounting, not of the catalog.

The vintage rule ``nearest`` looks at rows read in a source only: a row from memory (the 2015 national average) is used
when its year is asked for by name, and then its status stands in the result. On a tie the earlier year is taken.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from zonecarbon import units
from zonecarbon._table import as_columns, is_foreign, is_row, is_table
from zonecarbon.catalog.rows import GRID_KINDS, FactorRow, FactorTables, merge, read_table, shipped, take_table
from zonecarbon.errors import FactorError, InputError, Where
from zonecarbon.vocabulary import carriers, provinces

NATION = "00-quanguo"


class OwnRows(NamedTuple):
    """What a user's files changed in a catalog: their rows, and what they are called."""

    rows: tuple[FactorRow, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """The factor tables behind an account: the shipped ones, with the user's rows in their place."""

    tables: Mapping[str, tuple[FactorRow, ...]] = field(repr=False)
    added: tuple[str, ...] = ()
    Stand: ClassVar[type] = OwnRows

    def to_stand(self) -> OwnRows:
        """Return what makes it differ from the shipped one: a result that is written keeps no copy of what ships."""
        return OwnRows(tuple(row for row in self.rows() if row.origin != "shipped"), self.added)

    @classmethod
    def from_stand(cls, stand: OwnRows) -> "Catalog":
        """Return the shipped catalog with the user's rows in their place."""
        tables = default_catalog().tables
        for table in dict.fromkeys(row.table for row in stand.rows):
            tables = merge(tables, table, [row for row in stand.rows if row.table == table])
        return cls(tables, stand.added)

    def with_tables(self, given: FactorTables) -> "Catalog":
        """Return a catalog in which the rows of the user's files or tables replace or extend the tables."""
        tables, added = self.tables, list(self.added)
        for source, item in _sources(given):
            name, rows = read_table(item) if isinstance(item, (str, Path)) else take_table(item, source)
            tables = merge(tables, name, rows)
            added.append(f"{name}: {rows[0].origin if rows else source}")
        return Catalog(tables, tuple(added))

    def rows(self, table: str = "") -> tuple[FactorRow, ...]:
        """Return the rows of one table, or of all."""
        if table and table not in self.tables:
            raise FactorError("factor.table", table=table, known=", ".join(self.tables))
        return tuple(row for name, rows in self.tables.items() if table in {"", name} for row in rows)

    def standard_coal(self, carrier: str, editions: Iterable[str]) -> FactorRow:
        """Return the standard-coal row of ``carrier`` in the first of ``editions`` that has one.

        Raises
        ------
        FactorError
            ``factor.range`` if that row is a range, ``factor.none`` (of steam ``factor.steam``) if no edition has one.
        """
        editions = tuple(editions)
        for edition in editions:
            for table in ("standard_coal", "energy_media"):
                for row in self.tables[table]:
                    if row.item == carrier and row.group == edition:
                        if math.isnan(row.value):
                            low, high = (row.fields.get(name) or "..." for name in ("range_low", "range_high"))
                            raise FactorError(
                                "factor.range", carrier=carrier, edition=edition, low=low, high=high, unit=row.unit
                            )
                        return row
        known, group = carriers().get(carrier), " / ".join(editions)
        if known is not None and known.kind == "heat" and known.unit == "t":
            have = dict.fromkeys(row.group for row in self.tables["standard_coal"] if row.item == carrier)
            raise FactorError("factor.steam", item=carrier, group=group, known=", ".join(have) or "-")
        raise FactorError("factor.none", item=carrier, group=group)

    def fuel_co2(self, carrier: str, factor_set: str, proxies: Mapping[str, str] | None = None) -> FactorRow:
        """Return the CO2 row of ``carrier`` in one whole factor set, or of its proxy if ``proxies`` are given.

        A proxy without a row of its own is followed to its own proxy.

        Raises
        ------
        FactorError
            If there is no such set, or the carrier has no row in it (and no proxy that has one).
        """
        in_set = {row.item: row for row in self.tables["fuel_co2"] if row.group == factor_set}
        if not in_set:
            sets = sorted({row.group for row in self.tables["fuel_co2"]})
            raise FactorError("factor.set", name=factor_set, known=", ".join(sets))
        name, seen = carrier, {carrier}
        while name not in in_set:
            name = (proxies or {}).get(name, "")
            if not name or name in seen:
                raise FactorError("factor.none", item=carrier, group=factor_set)
            seen.add(name)
        return in_set[name]

    def proxies(self) -> dict[str, str]:
        """Return the named proxies: carrier without a row -> carrier whose factor per unit of energy stands in."""
        return {row.item: row.group for row in self.tables["proxies"]}

    def electricity(
        self, kind: str, province: str, year: int, vintage: str = "nearest", fixed: int | None = None
    ) -> FactorRow:
        """Return the grid factor of ``province`` (an id of the vocabulary) for ``year``.

        Parameters
        ----------
        kind
            ``provincial_average``, ``regional_average``, ``national_average``, ``national_residual`` or
            ``national_fossil``. The nation takes the national average where a province is asked for.
        vintage, fixed
            ``nearest`` data year, the ``same_year``, or the ``fixed`` one.

        Raises
        ------
        FactorError
            If the region has no factor (Tibet, Hong Kong, Macao, Taiwan) or there is none for that year.
        """
        kind, region = _region(kind, province)
        rows = {
            row.year: row
            for row in self.tables["grid_electricity"]
            if row.group == kind and row.item == region and row.year is not None
        }
        if not rows:
            name = provinces()[province].name_zh if province in provinces() else province or "?"
            raise FactorError("factor.region", kind=kind, region=name)
        if vintage == "nearest":
            read = [data_year for data_year, row in rows.items() if row.status != "recalled"]
            if read:
                return rows[min(sorted(read), key=lambda data_year: abs(data_year - year))]
        return _of_year(rows, fixed if vintage == "fixed" else year, kind, region)

    def heat(self, item: str) -> FactorRow:
        """Return a row of the heat table by its id."""
        for row in self.tables["heat"]:
            if row.item == item:
                return row
        raise FactorError("factor.none", item=item, group="heat")

    def equivalent_years(self) -> dict[str, list[int]]:
        """Return the years, rising, of each series of equivalent values of electricity; none of fixed values."""
        found: dict[str, set[int]] = {}
        for row in self.tables["electricity_equivalent"]:
            if row.year is not None:
                found.setdefault(row.group, set()).add(row.year)
        return {name: sorted(years) for name, years in sorted(found.items(), reverse=True)}

    def equivalent(self, series: str, year: int) -> FactorRow:
        """Return the equivalent value of electricity of ``year`` from the series that begins with ``series``.

        Raises
        ------
        FactorError
            If no series, or more than one, begins so, or it has no such year.
        """
        known = sorted({row.group for row in self.tables["electricity_equivalent"]})
        names = [name for name in known if name == series] or [name for name in known if name.startswith(series)]
        if len(names) != 1 or not series:
            raise FactorError("factor.set", name=series, known="; ".join(known))
        rows = {
            row.year: row
            for row in self.tables["electricity_equivalent"]
            if row.group == names[0] and row.year is not None
        }
        if year not in rows:
            have = ", ".join(map(str, sorted(rows))) or "-"
            raise FactorError("factor.series_year", series=names[0], year=year, known=have)
        return rows[year]


def _sources(given: FactorTables) -> list[tuple[str, Any]]:
    """Return each table of the user with what it is called: the name of a file, or its place among the arguments.

    Dicts of single values are rows; those of one list make one table.
    """
    whole = given if isinstance(given, (list, tuple)) else as_columns(given)
    items: list[Any] = [whole]
    if isinstance(whole, Iterable) and not isinstance(whole, (str, Path)) and not is_table(whole):
        items = [item if is_row(item) else as_columns(item) for item in whole] if not is_foreign(whole) else [whole]
    rows = [item for item in items if is_row(item)]
    found: list[tuple[str, Any]] = []
    for i, item in enumerate(items):
        if isinstance(item, (str, Path)):
            found.append((Path(item).name, item))
        elif is_row(item):
            if item is rows[0]:
                names = dict.fromkeys(name for row in rows for name in row)
                found.append((f"factors[{i}]", {name: [row.get(name) for row in rows] for name in names}))
        elif is_table(item):
            found.append((f"factors[{i}]", item))
        else:
            raise InputError("table.kind", Where(f"factors[{i}]"), got=type(item).__name__)
    return found


def _of_year(rows: Mapping[int, FactorRow], year: int | None, kind: str, region: str) -> FactorRow:
    if year is None or year not in rows:
        have = ", ".join(map(str, sorted(rows)))
        own = next(iter(rows.values())).fields.get("region_zh")  # its name, which sentences translate
        name = own or (provinces()[region].name_zh if region in provinces() else region)
        raise FactorError("factor.year", kind=kind, region=name, year=year, known=have)
    return rows[year]


def _region(kind: str, province: str) -> tuple[str, str]:
    """Return the kind and region id to look for."""
    if kind in {"provincial_average", "regional_average"} and province == NATION:
        return "national_average", NATION
    if kind == "provincial_average":
        return kind, province
    if kind == "regional_average":
        return kind, provinces()[province].region if province in provinces() else ""
    if kind not in GRID_KINDS:
        raise FactorError("factor.kind", kind=kind)
    return kind, NATION


@cache
def default_catalog() -> Catalog:
    """Return the shipped tables."""
    return Catalog(shipped())


def kgce_per_own_unit(row: FactorRow, own: str) -> float:
    """Return the coefficient of ``row`` in tce per ``own`` unit (t, m3, GJ, MWh)."""
    return row.value * units.factor(row.unit, f"tce/{own}")
