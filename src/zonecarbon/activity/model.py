"""The activity itself: flows, cells and the frozen arrays; see :mod:`zonecarbon.activity`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon._table import Column, Provenance, Table, described, frozen, hash_arrays
from zonecarbon._typing import ArrayLike, BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.activity.lines import count_lines, lines_of, zones_for
from zonecarbon.errors import InputError, Problem, Where, sealed
from zonecarbon.records import Zone
from zonecarbon.records.cells import parse_price_year, parse_year
from zonecarbon.terms import term
from zonecarbon.vocabulary import (
    carriers_of_flows,
    find_carrier,
    find_province,
    find_supply,
    find_use,
    unknown_zone,
)

NOMINAL = -1
NO_PRICE = 0
_BLOCK = 1024
_MONEY = "10^4 CNY"


@sealed
@dataclass(frozen=True, slots=True)
class Flow:
    """One distinct (carrier, use, supply) that occurs, and the unit its quantity is kept in.

    ``unit`` is the carrier's own (t, m3, GJ, MWh), GJ or tce for a fuel given by energy; ``basis`` goes with tce.
    A process flow has no carrier but a ``product``.

    Parameters
    ----------
    carrier
        An id of the vocabulary; empty for process CO2.
    use
        ``final``, ``transformation_in``, ``transformation_out``, ``feedstock`` or ``export``.
    supply
        Of electricity and heat, such as ``grid``; else empty.
    unit
        The carrier's own: t, m3, GJ, kWh ...
    basis
        Of electricity and heat given in tce: ``calorific`` or ``equivalent``; else empty.
    product
        Of process CO2: what is made.
    """

    carrier: str
    use: str = "final"
    supply: str = ""
    unit: str = ""
    basis: str = ""
    product: str = ""

    @property
    def kind(self) -> str:
        """``fuel``, ``electricity``, ``heat``, ``energy_medium``, ``reported`` or ``process``."""
        if not self.carrier:
            return "process"
        return carriers_of_flows()[self.carrier].kind

    def name(self, language: str = "en") -> str:
        """Return carrier (or product), use and supply in words.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        if not self.carrier:
            return self.product
        parts = [
            carriers_of_flows()[self.carrier].name(language),
            *(p for p in (self.use, self.supply) if p not in {"final", "grid"}),
        ]
        text = ", ".join(part for part in parts if part)
        return term(text, language) if language == "zh" else text


class Cells(NamedTuple):
    """Checked figures with the position they belong to; NaN is a figure that is not known."""

    zone: IntArray
    sector: IntArray
    item: IntArray
    year: IntArray
    amount: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows as they came: where each stands and what it said.

    In a workbook ``sheet`` is the sheet and ``letters`` the column of each figure, so that an address can be made.
    """

    cells: Cells
    number: IntArray
    source: str
    given: Sequence[str]
    sheet: str = ""
    letters: Sequence[str] = ()

    def where(self, at: int, column: str = "") -> Where:
        """Return the place of the figure of row ``at``."""
        number = int(self.number[at])
        cell = f"{self.letters[at]}{number}" if len(self.letters) else ""
        return Where(self.source, self.sheet, number, column, cell)

    def of(self, zone: int, year: int) -> IntArray:
        """Return the positions of the rows of one zone and year."""
        return np.flatnonzero((self.cells.zone == zone) & (self.cells.year == year))


@dataclass(frozen=True, slots=True, eq=False)
class Activity(Table):
    """Frozen, validated arrays of activity data.

    Parameters
    ----------
    zones, names, provinces
        Name of each zone, its long name, and its province id (empty: not known).
    sectors
        Sectors; one empty name where energy is not split.
    flows
        The flows that occur.
    years
        Calendar years, rising.
    quantity
        (zone, sector, flow, year) in each flow's unit. NaN: not known. 0: not used.
    value_added
        (zone, sector, year) [10^4 yuan]; NaN where there is no row.
    value_added_total
        (zone, year) [10^4 yuan]: the sum of what was given for the zone; NaN if nothing, or anything is unknown.
    price_year
        (zone, year): the year of the prices; -1 nominal, 0 no value added.
    has_energy
        (zone, year): whether there is any energy row; None if the arrays alone say what is known.
    indicators
        Figures as printed by others, each (zone, year), by name; units in ``indicator_units``.
    indicator_units
        The unit of each indicator.
    indicator_basis
        The basis stated with each indicator, by name, each (zone, year): ``""``, ``calorific`` or ``equivalent``.
    boundary, coverage, deflator
        (zone, year) labels, or None.
    rows, economy_rows
        The rows of energy and of value added as they came, where there are any.
    warnings
        What looked odd.
    set_aside
        What was wrong with the rows set aside.
    set_aside_rows
        These rows, by table.
    source
        Where it was read from.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "sector", "carrier", "product", "use", "supply", "year", "quantity", "unit", "basis",
        basis=Column("text", "calorific or equivalent, of a quantity in standard coal"),
    )  # fmt: skip

    zones: ObjectArray
    names: ObjectArray
    provinces: ObjectArray
    sectors: ObjectArray
    flows: tuple[Flow, ...]
    years: IntArray
    quantity: FloatArray = field(repr=False)
    value_added: FloatArray = field(repr=False)
    value_added_total: FloatArray = field(repr=False)
    price_year: IntArray = field(repr=False)
    has_energy: BoolArray | None = field(default=None, repr=False)
    indicators: Mapping[str, FloatArray] = field(default_factory=dict, repr=False)
    indicator_units: Mapping[str, str] = field(default_factory=dict, repr=False)
    indicator_basis: Mapping[str, ObjectArray] = field(default_factory=dict, repr=False)
    boundary: ObjectArray | None = field(default=None, repr=False)
    coverage: ObjectArray | None = field(default=None, repr=False)
    deflator: ObjectArray | None = field(default=None, repr=False)
    rows: Rows | None = field(default=None, repr=False)
    economy_rows: Rows | None = field(default=None, repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    set_aside: tuple[Problem, ...] = field(default=(), repr=False)
    set_aside_rows: Mapping[str, Any] = field(default_factory=dict, repr=False)
    source: str = ""

    def __repr__(self) -> str:
        span = f"{self.years[0]}-{self.years[-1]}" if len(self.years) else "no years"
        aside = f", {len(self.set_aside)} problems set aside" if self.set_aside else ""
        return (
            f"<Activity: {len(self.zones)} zones, {len(self.sectors)} sectors, {len(self.flows)} flows, {span}{aside}>"
        )

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row for each zone, sector, flow and year whose quantity is not zero (or not known)."""
        return lines_of(self)

    def _head(self, rows: int) -> tuple[dict[str, NDArray[Any]], int]:
        """Return the first rows, made of the first zones alone, and how many there are."""
        counts = count_lines(self.quantity)
        first = lines_of(self, zones_for(counts, rows))
        return {name: column[:rows] for name, column in first.items()}, int(counts.sum())

    @property
    def provenance(self) -> Provenance:
        """Where it was read from, what was set aside, and a hash of the figures."""
        return Provenance(self._choices(), self.input_hash, self.warnings)

    def _choices(self) -> dict[str, Any]:
        return {"source": self.source, "set_aside": [problem.to_dict() for problem in self.set_aside]}

    @property
    def input_hash(self) -> str:
        """A short hash of everything a figure depends on."""
        labels = (self.zones, self.provinces, self.sectors, tuple(map(str, self.flows)), self.years)
        figures = (self.quantity, self.value_added, self.value_added_total, np.ascontiguousarray(self.price_year))
        told = [hash_arrays(name, array, self.indicator_units.get(name)) for name, array in self.indicators.items()]
        told += [hash_arrays(name, array) for name, array in self.indicator_basis.items()]
        others = (self.has_energy, self.boundary, self.coverage, self.deflator)
        return hash_arrays(*labels, *figures, sorted(told), *others)

    def zone_index(self, zone: str) -> int:
        """Return the position of ``zone``.

        Parameters
        ----------
        zone
            Its name.

        Raises
        ------
        InputError
            If there is no such zone.
        """
        found = np.flatnonzero(self.zones == zone)
        if not len(found):
            raise unknown_zone(zone, self.zones)
        return int(found[0])

    def year_index(self, year: int) -> int:
        """Return the position of ``year``.

        Parameters
        ----------
        year
            A calendar year.

        Raises
        ------
        InputError
            If there is no such year.
        """
        years: list[int] = self.years.tolist()
        if year not in years:
            raise InputError("year.absent", year=year, years=", ".join(map(str, years)))
        return years.index(year)

    @classmethod
    def from_arrays(
        cls,
        quantity: ArrayLike,
        *,
        flows: Sequence[Any],
        zones: ArrayLike,
        years: ArrayLike,
        value_added: ArrayLike | None = None,
        price_year: int | str = "nominal",
        provinces: "str | Sequence[str] | None" = None,
        sectors: Sequence[str] | None = None,
        copy: bool = False,
    ) -> "Activity":
        """Return an activity over arrays that are not copied unless asked for: the door for a million zones.

        Parameters
        ----------
        quantity
            (zone, flow, year), or (zone, sector, flow, year) with ``sectors``, in each carrier's own unit (t, m3, GJ,
            MWh); or a pint quantity around such an array, which is converted. Not negative; NaN is not known.
        flows
            A carrier name, a (carrier, use, supply) tuple, a dict of those, or a :class:`Flow` each.
        zones, years
            Names and calendar years (rising).
        value_added
            (zone, year) or (zone, sector, year) [10^4 yuan], or a quantity of money.
        price_year
            Year of the prices, or ``"nominal"``.
        provinces
            One name for all zones, or one each.
        sectors
            Their names, where ``quantity`` has an axis of them.
        copy
            Keep copies: later changes of the arrays given would otherwise change the activity, its accounts and their
            hash with them.

        Raises
        ------
        InputError
            If shapes do not fit, a zone stands twice, or a figure is none, negative or infinite.
        UnitError
            If the unit of a quantity does not fit a carrier, or money.

        Examples
        --------
        >>> activity = Activity.from_arrays([[[100.0], [5.0]]], flows=["raw_coal", "electricity"], zones=["A"],
        ...                                 years=[2020], value_added=[[300.0]], price_year=2020)
        >>> activity
        <Activity: 1 zones, 1 sectors, 2 flows, 2020-2020>
        """
        names, kinds = to_labels(zones), tuple(to_flow(item) for item in flows)
        if len(set(names)) < len(names):
            raise InputError("zone.duplicate", name=_first_twice(names))
        shape = (len(names), len(sectors or [""]), len(kinds), len(year_list := _years(years)))
        array = _amounts(quantity, kinds, shape, sectors is None)
        _check_amounts(array)
        money, total = _value_added(value_added, shape)
        if copy:
            array, money, total = array.copy(), money.copy(), total.copy()
        return cls(
            zones=frozen(names),
            names=frozen(names),
            provinces=frozen(_provinces(provinces, len(names))),
            sectors=frozen(to_labels(sectors or [""])),
            flows=kinds,
            years=frozen(year_list),
            quantity=frozen(array),
            value_added=frozen(money),
            value_added_total=frozen(total),
            price_year=np.broadcast_to(np.int64(price_code(parse_price_year(price_year))), (shape[0], shape[3])),
            source="arrays",
        )

    @classmethod
    def from_records(cls, zones: Iterable[Zone]) -> "Activity":
        """Return the activity of zones written by hand. Several uses of the same carrier add up.

        Parameters
        ----------
        zones
            Each with its years.

        Raises
        ------
        InputError
            If two zones have the same name, or value added of one zone-year is given twice.
        """
        from zonecarbon.activity.from_records import from_records

        return from_records(tuple(zones))


def to_flow(item: Any) -> Flow:
    """Return a flow from a carrier name, a (carrier, use, supply) tuple, a dict or a flow."""
    if isinstance(item, Flow):
        return item if item.unit else _complete(item.carrier, item.use, item.supply)
    if isinstance(item, str):
        return _complete(item)
    if isinstance(item, Mapping):
        return _complete(**item)
    return _complete(*item)


def _complete(carrier: str, use: str = "", supply: str = "") -> Flow:
    found = find_carrier(carrier)
    return Flow(found.id, find_use(use), find_supply(supply, found), found.unit)


def to_labels(values: Any) -> ObjectArray:
    """Return names as an array of Python texts."""
    array = np.empty(len(values), dtype=object)
    array[:] = [str(value) for value in values]
    return array


def _first_twice(names: ObjectArray) -> str:
    return next(str(name) for name, after in pairwise(sorted(names.tolist())) if name == after)


def _years(years: Any) -> IntArray:
    given = np.asarray(years)
    array = np.array([parse_year(year) for year in given.ravel().tolist()], dtype=np.int64)
    if given.ndim != 1 or (np.diff(array) <= 0).any():
        raise InputError("years.rising", years=array.tolist())
    return array


def _provinces(provinces: "str | Sequence[str] | None", count: int) -> ObjectArray:
    array = np.empty(count, dtype=object)
    if provinces is None or isinstance(provinces, str):
        array[:] = find_province(provinces).id if provinces else ""
        return array
    if len(provinces) != count:
        raise InputError("arrays.shape", what="provinces", got=(len(provinces),), expected=(count,))
    known = {name: find_province(name).id if name else "" for name in set(provinces)}
    array[:] = [known[name] for name in provinces]
    return array


def price_code(price_year: int | str) -> int:
    """Return a price year as arrays keep it: the year, or -1 for nominal."""
    return NOMINAL if price_year == "nominal" else int(price_year)


def _array(name: str, value: Any) -> Any:
    """Return an array, or the quantity around one: as an array it would lose its unit."""
    inner = value if isinstance(value, np.ndarray) else getattr(value, "data", None)  # xarray keeps its array there
    for one in (value, inner):
        if units.is_quantity(one):
            return one
    first = value
    while isinstance(first, (list, tuple)) and first:
        first = first[0]
    if units.is_quantity(first):
        raise InputError("arrays.quantities", name=name)
    try:
        return value if isinstance(value, np.ma.MaskedArray) else np.asarray(value)
    except (TypeError, ValueError):  # lists of different lengths
        raise InputError("arrays.numbers", name=name, got=type(value).__name__) from None


def _amounts(quantity: Any, flows: Sequence[Flow], shape: tuple[int, ...], without_sectors: bool) -> FloatArray:
    """Return (zone, sector, flow, year) in each flow's unit; plain numbers are in it already."""
    given = _array("quantity", quantity)
    got, expected = np.shape(given), shape
    if without_sectors and len(got) != 4:
        expected = (shape[0], *shape[2:])
        given = given[:, None] if len(got) == 3 else given
    if got != expected:
        raise InputError("arrays.shape", what="quantity", got=got, expected=expected)
    if _is_plain(given):
        return np.asarray(given, dtype=np.float64)
    parts = [units.magnitude(given[:, :, at], flow.unit) for at, flow in enumerate(flows)]
    return np.stack(parts, axis=2) if parts else np.empty(shape)


def _is_plain(given: Any) -> bool:
    return isinstance(given, np.ndarray) and given.dtype.kind in "iuf" and not isinstance(given, np.ma.MaskedArray)


def _check_amounts(array: FloatArray) -> None:
    for start in range(0, len(array), _BLOCK):
        block = array[start : start + _BLOCK]
        bad = (block < 0) | np.isinf(block)
        if bad.any():
            at = np.argwhere(bad)[0]
            place = (start + int(at[0]), *(int(i) for i in at[1:]))
            raise InputError("arrays.amount", value=float(array[place]), place=place)


def _value_added(value_added: ArrayLike | None, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    n_zones, n_sectors, _, n_years = shape
    if value_added is None:
        empty = np.broadcast_to(np.nan, (n_zones, n_sectors, n_years))
        return empty, empty[:, 0]
    given = _array("value_added", value_added)
    money = np.asarray(given if _is_plain(given) else units.magnitude(given, _MONEY), dtype=np.float64)
    if np.isinf(money).any():
        at = tuple(int(i) for i in np.argwhere(np.isinf(money))[0])
        raise InputError("number.finite", name=f"value_added {at}", value=float(money[at]))
    if money.shape == (n_zones, n_years):
        if n_sectors == 1:
            return money[:, None], money
        return np.broadcast_to(np.nan, (n_zones, n_sectors, n_years)), money
    if money.shape != (n_zones, n_sectors, n_years):
        raise InputError("arrays.shape", what="value_added", got=money.shape, expected=(n_zones, n_years))
    return money, money.sum(axis=1)
