"""Where a row belongs: zones, years, sectors."""

from collections.abc import Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity import Cells
from zonecarbon.activity.assembling import each_block
from zonecarbon.errors import InputError
from zonecarbon.records.cells import parse_year, sector_name, zone_name
from zonecarbon.tabular.codes import combinations, narrow, occurring
from zonecarbon.tabular.sheet import Sheet
from zonecarbon.vocabulary import are_plain, find_province, nearest, suggestion

_HINTS = 20
_HINTED = 5000


class Positions:
    """Names in the order in which they first occur, and their position."""

    def __init__(self) -> None:
        self.names: list[Any] = []
        self._at: dict[Any, int] = {}

    def at(self, name: Any) -> int:
        """Return the position of ``name``, a new one if it has none."""
        if name not in self._at:
            self._at[name] = len(self.names)
            self.names.append(name)
        return self._at[name]

    def of(self, codes: IntArray, found: Sequence[Any]) -> IntArray:
        """Return the position of each row."""
        if codes.strides == (0,) and len(codes) and len(found) == 1:
            return np.broadcast_to(np.int64(self.at(found[0])), codes.shape)
        used = occurring(codes, len(found))
        places = [self.at(name) if used[code] else 0 for code, name in enumerate(found)]
        return taken(narrow(places, len(self.names)), codes)


class Zones:
    """The zones: those of the zones table, or those that occur.

    Names and provinces that other tables state beside their figures (``beside``) fill what the zones table leaves
    blank; where they contradict it, or each other, that is reported.
    """

    def __init__(self, sheet: Sheet | None, beside: Sequence[Sheet] = ()) -> None:
        self.names: list[str] = []
        self.long_names: list[str] = []
        self.provinces: list[str] = []
        self._at: dict[str, int] = {}
        self._hints = 0
        self._closed = False
        if sheet is not None:
            self._read(sheet)
            self._closed = True
        for other in beside:
            self._read_beside(other)

    def _read(self, sheet: Sheet) -> None:
        codes, found = sheet.mapped("zone", zone_name, "")
        name_codes, names = sheet.mapped("name", str, "")
        province_codes, provinces = sheet.mapped("province", _province, "")
        legible = np.array([bool(name) for name in found], dtype=bool)[codes]
        rows = np.flatnonzero(legible)
        same, first = combinations(codes[rows])
        origin = np.arange(len(sheet), dtype=np.int64)
        origin[rows] = rows[first[same]]
        again = origin != np.arange(len(sheet))
        sheet.report(again & ~sheet.bad, "zone", "zone.duplicate", lambda row: {"name": found[codes[row]]})
        unsure = set(codes[again & (province_codes != province_codes[origin])].tolist())
        for row in rows[first].tolist():
            code = int(codes[row])
            province = "" if code in unsure else provinces[province_codes[row]]
            self._add(found[code], names[name_codes[row]], province)

    def _read_beside(self, sheet: Sheet) -> None:
        """Take names and provinces from another table; a blank is as stated elsewhere."""
        codes, words = sheet.texts("zone")
        name_codes, names = sheet.mapped("name", str, "")
        province_codes, provinces = sheet.mapped("province", _province, "")
        stated: dict[str, dict[int, Any]] = {"province": {}, "name": {}}
        for row in range(len(sheet)):
            try:
                at = self.find(words[codes[row]])
            except InputError:
                continue  # told where its figures are judged
            for column, value in (("province", provinces[province_codes[row]]), ("name", names[name_codes[row]])):
                kept = self.provinces if column == "province" else self.long_names
                is_open = not kept[at] or (column == "name" and kept[at] == self.names[at])
                if not value or kept[at] == value:
                    continue
                if not is_open:
                    first = stated[column].get(at, kept[at])
                    sheet.report_one(row, column, "zone.places", name=self.names[at], first=first)
                    if column == "province":
                        kept[at] = ""  # unknown: two were stated
                    continue
                kept[at] = value
                stated[column][at] = sheet.cell(column, row)

    def _add(self, zone: str, name: str = "", province: str = "") -> int:
        self._at[zone] = len(self.names)
        self.names.append(zone)
        self.long_names.append(name or zone)
        self.provinces.append(province)
        return self._at[zone]

    def find(self, word: str, plain: bool = False) -> int:
        """Return the position of the zone called ``word``; a new one if there is no zones table.

        Raises
        ------
        InputError
            If the word is blank, a sum, or not in the zones table.
        """
        if word in self._at:
            return self._at[word]
        zone = zone_name(word, plain)
        if self._closed:
            raise InputError("zone.not_listed", name=zone, nearest=self._hint(zone))
        return self._add(zone)

    def _hint(self, zone: str) -> str:
        """Return the nearest name; comparing costs, so only the first few unknown names get one."""
        self._hints += 1
        found = nearest(zone, self.names) if self._hints <= _HINTS and len(self.names) <= _HINTED else ""
        return suggestion(found)


def _province(word: str) -> str:
    return find_province(word).id if word else ""


class Places(NamedTuple):
    """Of each row: its zone, its year and sector as codes, and whether zone and year are legible."""

    zone: IntArray
    zones: Sequence[str]
    year: IntArray
    years: Sequence[int]
    sector: IntArray
    sectors: Sequence[str]
    legible: BoolArray

    def at(self, row: int) -> dict[str, Any]:
        """Return zone and year of a row, as messages name them."""
        return {"zone": self.zones[int(self.zone[row])], "year": self.years[int(self.year[row])]}

    def sector_at(self, row: int) -> str:
        """Return the sector of a row."""
        return self.sectors[int(self.sector[row])]

    def cells(self, keep: BoolArray, item: IntArray, amount: FloatArray, years: Positions, sectors: Positions) -> Cells:
        """Return the rows to keep as cells."""
        columns = (self.zone, self.sector, item, self.year)
        columns = columns if keep.all() else tuple(column[keep] for column in columns)  # type: ignore[assignment]
        zone, sector, item, year = columns
        amount = amount if len(zone) == len(amount) else amount[keep]
        wide = widened(zone, sectors.of(sector, self.sectors), item, years.of(year, self.years))
        return Cells(wide[0], wide[1], wide[2], wide[3], amount)


def places(sheet: Sheet, zones: Zones) -> Places:
    """Return where each row belongs; what is not legible is reported."""
    plain = are_plain(sheet.texts("zone")[1])
    zone_codes, found = sheet.mapped("zone", lambda word: zones.find(word, plain), -1)
    year, years = sheet.mapped("year", parse_year, -1)
    sector, sectors = sheet.mapped("sector", sector_name, "")
    zone = taken(narrow(found, len(zones.names)), zone_codes)
    if -1 not in found and -1 not in years:
        return Places(zone, zones.names, year, years, sector, sectors, np.ones(len(sheet), dtype=bool))
    legible = (zone >= 0) & (np.array(years, dtype=np.int64)[year] >= 0)
    return Places(np.maximum(zone, 0), zones.names, year, years, sector, sectors, legible)


def taken(place: NDArray[Any], codes: IntArray) -> IntArray:
    """Return the place of each code; the codes themselves where each is its own place."""
    if (place == np.arange(len(place))).all():
        return codes
    places = np.empty(len(codes), dtype=place.dtype)

    def take(rows: slice) -> None:
        places[rows] = place[codes[rows]]

    each_block(take, len(codes))
    return places


def widened(*columns: NDArray[Any]) -> list[IntArray]:
    """Return codes as int64, which other modules may reckon with."""
    wide = [column if column.dtype == np.int64 else np.empty(len(column), dtype=np.int64) for column in columns]

    def copy(rows: slice) -> None:
        for whole, column in zip(wide, columns, strict=True):
            if whole is not column:
                whole[rows] = column[rows]

    each_block(copy, len(columns[0]))
    return wide


def ranked(cells: Cells, rank: IntArray) -> Cells:
    """Return cells with years in calendar order."""
    return cells._replace(year=rank[cells.year]) if (rank != np.arange(len(rank))).any() else cells


def joined(parts: Sequence[Cells]) -> Cells:
    """Return cells one after the other."""
    parts = [part for part in parts if len(part.zone)] or list(parts[:1])
    return parts[0] if len(parts) == 1 else Cells(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def no_cells() -> Cells:
    """Return no cells."""
    none = np.zeros(0, dtype=np.int64)
    return Cells(none, none, none, none, np.zeros(0))


def letters_of(sheet: Sheet, column: str, rows: BoolArray) -> Sequence[str]:
    """Return the letter of the column in which the figure of each row stands; nothing where there are no letters."""
    if sheet.spots is not None and sheet.spots.letters and column not in sheet.letters:
        return _Letters(sheet.spots.letters, sheet.spots.which[rows])
    letter = sheet.letters.get(column, "")
    return _Letters([letter], np.zeros(int(rows.sum()), dtype=np.int8)) if letter else ()


class _Letters(Sequence[str]):
    """A letter a row, kept as codes."""

    def __init__(self, letters: Sequence[str], which: Any) -> None:
        self._letters, self._which = letters, which

    def __len__(self) -> int:
        return len(self._which)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        return (
            _Letters(self._letters, self._which[at]) if isinstance(at, slice) else self._letters[int(self._which[at])]
        )
