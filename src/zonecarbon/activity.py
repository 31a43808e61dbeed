"""Activity data (活动水平数据): what was used, by zone, sector, flow and year, and the value added it belongs to.

Decided here: one dense float64 array ``quantity[zone, sector, flow, year]``. A flow is one distinct (carrier, use,
supply) that occurs, in one unit; carrier, use and supply as three axes would be mostly empty. What is not used is 0,
what is not known is NaN: a carrier without a row is not used if the zone-year has any energy row, a zone-year without
any is unknown, a blank quantity is unknown. A long frame was considered and rejected: at 240 million rows it needs tens
of gigabytes and a group-by for every sum.

The arrays are read-only and never written to. Rows as they came (file, row number, figure, unit) are kept beside them
when the activity was read from tables or records, so that an audit can go back to the cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from zonecarbon import units
from zonecarbon._table import frozen, hash_arrays
from zonecarbon._typing import ArrayLike, BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.errors import InputError, Problem, Where
from zonecarbon.records import Zone
from zonecarbon.vocabulary import (
    REPORTED,
    Carrier,
    carriers,
    find_carrier,
    find_province,
    find_supply,
    find_use,
    is_sum,
)

NOMINAL = -1
NO_PRICE = 0
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Flow:
    """One distinct (carrier, use, supply) that occurs, and the unit its quantity is kept in.

    ``unit`` is the carrier's own (t, m3, GJ, MWh), GJ or tce for a fuel given by energy; ``basis`` goes with tce.
    A process flow has no carrier but a ``product``.
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
        return REPORTED.kind if self.carrier == REPORTED.id else carriers()[self.carrier].kind

    def name(self, language: str = "en") -> str:
        """Return carrier (or product), use and supply in words."""
        if not self.carrier:
            return self.product
        known: Mapping[str, Carrier] = {REPORTED.id: REPORTED, **carriers()}
        parts = [
            known[self.carrier].name(language),
            *(p for p in (self.use, self.supply) if p not in {"final", "grid"}),
        ]
        return ", ".join(part for part in parts if part)


class Cells(NamedTuple):
    """Checked figures with the position they belong to; NaN is a figure that is not known."""

    zone: IntArray
    sector: IntArray
    item: IntArray
    year: IntArray
    amount: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The energy rows as they came: where each stands and what it said."""

    cells: Cells
    number: IntArray
    source: str
    given: ObjectArray

    def of(self, zone: int, year: int) -> IntArray:
        """Return the positions of the rows of one zone and year."""
        return np.flatnonzero((self.cells.zone == zone) & (self.cells.year == year))


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
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
    indicator_basis
        The basis stated with each indicator, by name, each (zone, year): ``""``, ``calorific`` or ``equivalent``.
    boundary, coverage, deflator
        (zone, year) labels, or None.
    """

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
    process_factors: Mapping[str, str] = field(default_factory=dict, repr=False)
    rows: Rows | None = field(default=None, repr=False)
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

    @property
    def input_hash(self) -> str:
        """A short hash of everything a figure depends on."""
        labels = (self.zones, self.provinces, self.sectors, tuple(map(str, self.flows)), self.years)
        figures = (self.quantity, self.value_added, self.value_added_total, np.ascontiguousarray(self.price_year))
        known = {name: hash_arrays(array) for name, array in self.indicators.items()}
        return hash_arrays(*labels, *figures, known)

    def zone_index(self, zone: str) -> int:
        """Return the position of ``zone``.

        Raises
        ------
        InputError
            If there is no such zone.
        """
        found = np.flatnonzero(self.zones == zone)
        if not len(found):
            raise InputError("zone.unknown", name=zone)
        return int(found[0])

    def year_index(self, year: int) -> int:
        """Return the position of ``year``.

        Raises
        ------
        InputError
            If there is no such year.
        """
        found = np.flatnonzero(self.years == year)
        if not len(found):
            raise InputError("year.absent", year=year, years=", ".join(map(str, self.years.tolist())))
        return int(found[0])

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
    ) -> "Activity":
        """Return an activity over arrays that are not copied: the door for a million zones.

        Parameters
        ----------
        quantity
            (zone, flow, year), or (zone, sector, flow, year) with ``sectors``, in each carrier's own unit (t, m3, GJ,
            MWh). Not negative; NaN is not known.
        flows
            A carrier name, a (carrier, use, supply) tuple, a dict of those, or a :class:`Flow` each.
        zones, years
            Names and calendar years (rising).
        value_added
            (zone, year) or (zone, sector, year) [10^4 yuan].
        price_year
            Year of the prices, or ``"nominal"``.
        provinces
            One name for all zones, or one each.

        Raises
        ------
        InputError
            If shapes do not fit, or a figure is negative or infinite.

        Examples
        --------
        >>> activity = Activity.from_arrays([[[100.0], [5.0]]], flows=["raw_coal", "electricity"], zones=["A"],
        ...                                 years=[2020], value_added=[[300.0]], price_year=2020)
        >>> activity
        <Activity: 1 zones, 1 sectors, 2 flows, 2020-2020>
        """
        array = np.asarray(quantity, dtype=np.float64)
        if sectors is None and array.ndim == 3:
            array = array[:, None]
        names = _labels(zones)
        shape = (len(names), len(sectors or [""]), len(flows), len(year_list := _years(years)))
        if array.shape != shape:
            raise InputError("arrays.shape", what="quantity", got=array.shape, expected=shape)
        _check_amounts(array)
        money, total = _value_added(value_added, shape)
        return cls(
            zones=frozen(names),
            names=frozen(names),
            provinces=frozen(_provinces(provinces, len(names))),
            sectors=frozen(_labels(sectors or [""])),
            flows=tuple(to_flow(item) for item in flows),
            years=frozen(year_list),
            quantity=frozen(array),
            value_added=frozen(money),
            value_added_total=frozen(total),
            price_year=np.broadcast_to(np.int64(_price(price_year)), (shape[0], shape[3])),
            source="arrays",
        )

    @classmethod
    def from_records(cls, zones: Iterable[Zone]) -> "Activity":
        """Return the activity of zones written by hand. Several uses of the same carrier add up.

        Raises
        ------
        InputError
            If two zones have the same name, or value added of one zone-year is given twice.
        """
        return _from_records(tuple(zones))


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


def _labels(values: Any) -> ObjectArray:
    array = np.empty(len(values), dtype=object)
    array[:] = [str(value) for value in values]
    return array


def _years(years: Any) -> IntArray:
    array = np.asarray(years, dtype=np.int64)
    if array.ndim != 1 or (np.diff(array) <= 0).any():
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


def _price(price_year: int | str) -> int:
    return NOMINAL if price_year == "nominal" else int(price_year)


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
    money = np.asarray(value_added, dtype=np.float64)
    if money.shape == (n_zones, n_years):
        if n_sectors == 1:
            return money[:, None], money
        return np.broadcast_to(np.nan, (n_zones, n_sectors, n_years)), money
    if money.shape != (n_zones, n_sectors, n_years):
        raise InputError("arrays.shape", what="value_added", got=money.shape, expected=(n_zones, n_years))
    return money, money.sum(axis=1)


# -- from rows to arrays -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Draft:
    """Everything the readers know before the arrays are made."""

    zones: list[str]
    names: list[str]
    provinces: list[str]
    years: list[int]
    sectors: list[str]
    flows: list[Flow]
    energy: Cells
    economy: Cells
    price: IntArray
    labels: Mapping[str, list[str]]
    indicators: list[tuple[int, str, int, float, str, str]]
    process_factors: dict[str, str] = field(default_factory=dict)
    rows: Rows | None = None
    warnings: list[Problem] = field(default_factory=list)
    set_aside: list[Problem] = field(default_factory=list)
    set_aside_rows: dict[str, Any] = field(default_factory=dict)
    source: str = ""


def assemble(draft: Draft) -> Activity:
    """Return the activity of a draft: scatter the cells, mark what is not known."""
    n_zones, n_years = len(draft.zones), len(draft.years)
    sectors = draft.sectors or [""]
    quantity, has_energy = _scatter_energy(
        draft.energy, draft.flows, (n_zones, len(sectors), len(draft.flows), n_years)
    )
    money, total = _scatter_economy(draft.economy, (n_zones, len(sectors), n_years))
    price = np.zeros((n_zones, n_years), dtype=np.int64)
    price[draft.economy.zone, draft.economy.year] = draft.price
    indicators, indicator_units, indicator_basis = _scatter_indicators(draft.indicators, (n_zones, n_years))
    return Activity(
        zones=frozen(_labels(draft.zones)),
        names=frozen(_labels(draft.names)),
        provinces=frozen(_labels(draft.provinces)),
        sectors=frozen(_labels(sectors)),
        flows=tuple(draft.flows),
        years=frozen(np.array(draft.years, dtype=np.int64)),
        quantity=frozen(quantity),
        value_added=frozen(money),
        value_added_total=frozen(total),
        price_year=frozen(price),
        has_energy=frozen(has_energy),
        indicators=indicators,
        indicator_units=indicator_units,
        indicator_basis=indicator_basis,
        **{name: _scatter_labels(draft.labels.get(name), draft.economy, (n_zones, n_years)) for name in _LABELS},
        process_factors=draft.process_factors,
        rows=draft.rows,
        warnings=tuple(draft.warnings),
        set_aside=tuple(draft.set_aside),
        set_aside_rows=draft.set_aside_rows,
        source=draft.source,
    )


_LABELS = ("boundary", "coverage", "deflator")


def _scatter_energy(
    cells: Cells, flows: Sequence[Flow], shape: tuple[int, int, int, int]
) -> tuple[FloatArray, BoolArray]:
    quantity = np.zeros(shape)
    has_energy = np.zeros((shape[0], shape[3]), dtype=bool)
    is_energy = np.array([bool(flow.carrier) for flow in flows], dtype=bool)
    rows = np.flatnonzero(is_energy[cells.item]) if len(flows) else slice(0)
    has_energy[cells.zone[rows], cells.year[rows]] = True
    np.add.at(quantity, (cells.zone, cells.sector, cells.item, cells.year), cells.amount)
    zones, years = np.nonzero(~has_energy)
    for item in np.flatnonzero(is_energy):
        quantity[zones, :, item, years] = np.nan
    return quantity, has_energy


def _scatter_economy(cells: Cells, shape: tuple[int, int, int]) -> tuple[FloatArray, FloatArray]:
    money = np.full(shape, np.nan)
    money[cells.zone, cells.sector, cells.year] = cells.amount
    total = np.zeros((shape[0], shape[2]))
    np.add.at(total, (cells.zone, cells.year), cells.amount)
    given = np.zeros(total.shape, dtype=bool)
    given[cells.zone, cells.year] = True
    total[~given] = np.nan
    return money, total


def _scatter_labels(labels: list[str] | None, cells: Cells, shape: tuple[int, int]) -> ObjectArray | None:
    if not labels or not any(labels):
        return None
    array = np.full(shape, "", dtype=object)
    array[cells.zone, cells.year] = labels
    return frozen(array)


def _scatter_indicators(
    figures: list[tuple[int, str, int, float, str, str]], shape: tuple[int, int]
) -> tuple[dict[str, FloatArray], dict[str, str], dict[str, ObjectArray]]:
    indicators: dict[str, FloatArray] = {}
    indicator_units: dict[str, str] = {}
    basis: dict[str, ObjectArray] = {}
    for zone, name, year, value, unit, stated in figures:
        indicators.setdefault(name, np.full(shape, np.nan))[zone, year] = value
        indicator_units.setdefault(name, unit)
        basis.setdefault(name, np.full(shape, "", dtype=object))[zone, year] = stated
    stated_basis = {name: frozen(array) for name, array in basis.items()}
    return {name: frozen(array) for name, array in indicators.items()}, indicator_units, stated_basis


# -- records -------------------------------------------------------------------------------------------------------


def _from_records(zones: tuple[Zone, ...]) -> Activity:
    problems = _doubled(zones)
    if problems:
        raise InputError(problems)
    sectors = _in_order(record.sector for zone in zones for record in (*zone.energy, *zone.value_added, *zone.process))
    years = sorted(
        {r.year for z in zones for r in (*z.energy, *z.value_added, *z.process, *z.indicators)}  # type: ignore[attr-defined]
    )
    year_at = {year: i for i, year in enumerate(years)}
    sector_at = {sector: i for i, sector in enumerate(sectors)}
    flows: dict[Flow, int] = {}
    process_factors: dict[str, str] = {}
    energy, given = [], []
    for z, zone in enumerate(zones):
        for use in zone.energy:
            flow = Flow(use.carrier, use.use, use.supply, use.unit, use.basis)
            at = flows.setdefault(flow, len(flows))
            energy.append((z, sector_at[use.sector], at, year_at[use.year], _amount(use.quantity)))
            given.append(use.given)
        for output in zone.process:
            flow, amount = process_flow(output.product, output.factor, _amount(output.output))
            at = flows.setdefault(flow, len(flows))
            energy.append((z, sector_at[output.sector], at, year_at[output.year], amount))
            given.append(output.given)
    economy = [
        (z, sector_at[money.sector], 0, year_at[money.year], _amount(money.value_added), money)
        for z, zone in enumerate(zones)
        for money in zone.value_added
    ]
    cells = to_cells(energy)
    texts = np.empty(len(given), dtype=object)
    texts[:] = given
    return assemble(
        Draft(
            zones=[zone.zone for zone in zones],
            names=[zone.name or zone.zone for zone in zones],
            provinces=[zone.province for zone in zones],
            years=years,
            sectors=sectors,
            flows=list(flows),
            energy=cells,
            economy=to_cells([row[:5] for row in economy]),
            price=np.array([_price(row[5].price_year) for row in economy], dtype=np.int64),
            labels={name: [getattr(row[5], name) for row in economy] for name in _LABELS},
            indicators=[
                (z, item.indicator, year_at[item.year], _amount(item.value), item.unit, item.basis)
                for z, zone in enumerate(zones)
                for item in zone.indicators
            ],
            process_factors=process_factors,
            rows=Rows(cells, np.arange(1, len(given) + 1), "records", texts),
            source="records",
        )
    )


def process_flow(product: str, factor: str, amount: float) -> tuple[Flow, float]:
    """Return the flow of a process and its amount: tonnes of output, or tCO2 where the row has its own factor."""
    if not factor:
        return Flow("", "process", "", "t", product=product), amount
    value, unit = units.split(factor)
    return Flow("", "process", "", "tCO2", product=product), amount * value * units.factor(unit, "tCO2/t")


def to_cells(rows: Sequence[tuple[Any, ...]]) -> Cells:
    """Return cells from (zone, sector, item, year, amount) tuples."""
    table = list(zip(*rows, strict=True)) if rows else [()] * 5
    places = [np.array(column, dtype=np.int64) for column in table[:4]]
    return Cells(places[0], places[1], places[2], places[3], np.array(table[4], dtype=np.float64))


def _amount(value: float | None) -> float:
    return float("nan") if value is None else value


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names)) or [""]


def _doubled(zones: tuple[Zone, ...]) -> list[Problem]:
    problems, seen = [], set()
    for zone in zones:
        if is_sum(zone.zone, "zone"):
            problems.append(Problem("zone.sum", {"name": zone.zone}, Where("records")))
        if zone.zone in seen:
            problems.append(Problem("zone.duplicate", {"name": zone.zone}, Where("records")))
        seen.add(zone.zone)
        places = [(money.year, money.sector) for money in zone.value_added]
        for year, sector in sorted({place for place in places if places.count(place) > 1}):
            problems.append(
                Problem("economy.duplicate", {"zone": zone.zone, "year": year, "sector": sector}, Where("records"))
            )
        figures = [(item.year, item.indicator) for item in zone.indicators]
        for year, name in sorted({figure for figure in figures if figures.count(figure) > 1}):
            problems.append(
                Problem("indicator.duplicate", {"zone": zone.zone, "year": year, "name": name}, Where("records"))
            )
        problems += [
            Problem("economy.mixed", {"zone": zone.zone, "year": year}, Where("records"))
            for year in sorted(mixed_years(places))
        ]
    return problems


def mixed_years(places: Iterable[tuple[int, str]]) -> set[int]:
    """Return the years that have value added both with and without a sector: the total would count twice."""
    by_year: dict[int, set[bool]] = {}
    for year, sector in places:
        by_year.setdefault(year, set()).add(bool(sector))
    return {year for year, kinds in by_year.items() if len(kinds) > 1}
