"""The vocabulary as tables to read: every carrier and every province, with all their spellings.

Decided here: what a name may be is a table, and no enum in a JSON Schema: case, blanks, widths and listed aliases
are all taken (:mod:`zonecarbon.vocabulary`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Column, Table, described
from zonecarbon.vocabulary import Carrier, Province, carriers, group_of, provinces, read_rows

_NAMES = {
    "id": Column("text", "id, as results have it"),
    "name_zh": Column("text", "name in Chinese"),
    "name_en": Column("text", "name in English"),
    "aliases": Column("text", "further spellings, with | between them"),
}


@dataclass(frozen=True, slots=True, eq=False)
class CarrierList(Table):
    """Energy carriers: names and spellings, the unit that each is kept in, and its group.

    Parameters
    ----------
    carriers
        The carriers.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "id", "name_zh", "name_en", "aliases", "kind", "group", "unit", "carbon_class",
        **_NAMES,
        kind=Column("text", "fuel, heat, electricity or energy_medium"),
        group=Column("text", "coal, oil, gas, electricity, heat or other"),
        unit=Column("text", "the carrier's own unit, of a plain number without one"),
        carbon_class=Column("text", "where its carbon comes from: fossil, biogenic, none ..."),
    )  # fmt: skip

    carriers: tuple[Carrier, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return id, names, spellings, kind, group, unit and class of carbon."""
        spelt = _aliases("carriers.csv", "carrier_id", "aliases_zh", "aliases_en")
        found = [
            (item.id, item.name_zh, item.name_en, spelt[item.id], item.kind, group_of(item.id), item.unit,
             item.carbon_class)
            for item in self.carriers
        ]  # fmt: skip
        return _columns(self.COLUMNS, found)

    def __repr__(self) -> str:
        return f"<CarrierList: {len(self.carriers)} carriers>"


@dataclass(frozen=True, slots=True, eq=False)
class ProvinceList(Table):
    """Provinces and the nation, with their spellings and the region of the grid.

    Parameters
    ----------
    provinces
        The provinces.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "id", "name_zh", "name_en", "aliases", "region",
        **_NAMES,
        region=Column("text", "id of the regional grid; empty where there is none"),
    )  # fmt: skip

    provinces: tuple[Province, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return id, names, spellings and region."""
        spelt = _aliases("provinces.csv", "province_id", "code", "name_zh_full", "short_zh", "pinyin", "aliases")
        found = [(item.id, item.name_zh, item.name_en, spelt[item.id], item.region) for item in self.provinces]
        return _columns(self.COLUMNS, found)

    def __repr__(self) -> str:
        return f"<ProvinceList: {len(self.provinces)} provinces>"


def _aliases(table: str, key: str, *columns: str) -> dict[str, str]:
    rows = read_rows("vocabulary", table)
    return {row[key]: "|".join(row[column] for column in columns if row[column]) for row in rows}


def _columns(names: Mapping[str, Column], rows: Sequence[tuple[str, ...]]) -> dict[str, NDArray[Any]]:
    return {name: np.array([row[i] for row in rows], dtype=object) for i, name in enumerate(names)}


def list_carriers() -> CarrierList:
    """Return every energy carrier, with its names and spellings, group and own unit.

    Examples
    --------
    >>> [row["id"] for row in list_carriers().to_records() if row["group"] == "gas"][:2]
    ['natural_gas', 'oilfield_natural_gas']
    """
    return CarrierList(tuple(carriers().values()))


def list_provinces() -> ProvinceList:
    """Return every province and the nation, with the spellings that are taken.

    Examples
    --------
    >>> [row["name_zh"] for row in list_provinces().to_records() if "Shanxi" in row["name_en"]]
    ['山西']
    """
    return ProvinceList(tuple(provinces().values()))
