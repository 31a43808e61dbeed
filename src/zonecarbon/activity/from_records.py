"""An activity from zones written by hand."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from zonecarbon import units
from zonecarbon.activity.assembling import LABELS, Draft, Figures, assemble
from zonecarbon.activity.model import Activity, Cells, Flow, Rows, price_code, to_labels
from zonecarbon.errors import InputError, Problem, Where
from zonecarbon.records import EnergyUse, ProcessOutput, ReportedValue, Zone
from zonecarbon.records.cells import common_unit

ItemT = TypeVar("ItemT")


def from_records(zones: Sequence[Zone]) -> Activity:
    """Return the activity of zones written by hand; see :meth:`zonecarbon.Activity.from_records`."""
    problems = _doubled(zones)
    if problems:
        raise InputError(problems)
    years = _years(zones)
    year_at = {year: i for i, year in enumerate(years)}
    sectors = _sectors(zones) or [""]
    sector_at = {sector: i for i, sector in enumerate(sectors)}
    flows: dict[Flow, int] = {}
    energy, given = [], []
    for z, zone in enumerate(zones):
        records: tuple[EnergyUse | ProcessOutput, ...] = (*zone.energy, *zone.process)
        for record in records:
            flow, amount = _flow(record)
            at = flows.setdefault(flow, len(flows))
            energy.append((z, sector_at[record.sector], at, year_at[record.year], amount))
            given.append(record.given)
    money = [(z, item) for z, zone in enumerate(zones) for item in zone.value_added]
    economy = [(z, sector_at[m.sector], 0, year_at[m.year], _amount(m.value_added)) for z, m in money]
    cells = _to_cells(energy)
    return assemble(
        Draft(
            zones=[zone.zone for zone in zones],
            names=[zone.name or zone.zone for zone in zones],
            provinces=[zone.province for zone in zones],
            years=years,
            sectors=sectors,
            flows=list(flows),
            energy=cells,
            economy=_to_cells(economy),
            price=np.array([price_code(item.price_year) for _, item in money], dtype=np.int64),
            labels={name: to_labels([getattr(item, name) for _, item in money]) for name in LABELS},
            indicators=_figures(zones, year_at),
            rows=Rows(cells, np.arange(1, len(given) + 1), "records", given),
            source="records",
        )
    )


def _years(zones: Sequence[Zone]) -> list[int]:
    years: set[int] = set()
    for zone in zones:
        years.update(item.year for item in zone.energy)
        years.update(item.year for item in zone.process)
        years.update(item.year for item in zone.value_added)
        years.update(item.year for item in zone.indicators)
    return sorted(years)


def _sectors(zones: Sequence[Zone]) -> list[str]:
    sectors: dict[str, None] = {}
    for zone in zones:
        sectors.update(dict.fromkeys(item.sector for item in zone.energy))
        sectors.update(dict.fromkeys(item.sector for item in zone.value_added))
        sectors.update(dict.fromkeys(item.sector for item in zone.process))
    return list(sectors)


def _flow(record: EnergyUse | ProcessOutput) -> tuple[Flow, float]:
    if isinstance(record, ProcessOutput):
        flow, scale = process_flow(record.product, record.factor)
        return flow, _amount(record.output) * scale
    return Flow(record.carrier, record.use, record.supply, record.unit, record.basis), _amount(record.quantity)


def process_flow(product: str, factor: str) -> tuple[Flow, float]:
    """Return the flow of a process and what a tonne of output is in it: 1 t, or tCO2 where it has its own factor."""
    if not factor:
        return Flow("", "process", "", "t", product=product), 1.0
    value, unit = units.split(factor)
    return Flow("", "process", "", "tCO2", product=product), value * units.factor(unit, "tCO2/t")


def _figures(zones: Sequence[Zone], year_at: Mapping[int, int]) -> Figures:
    """Return the reported values as columns, each indicator in one unit."""
    records = [(z, item) for z, zone in enumerate(zones) for item in zone.indicators]
    at: dict[str, int] = {}
    kept: dict[str, str] = {}
    for _, record in records:
        at.setdefault(record.indicator, len(at))
        if record.unit:
            kept.setdefault(record.indicator, record.unit)
    return Figures(
        np.array([z for z, _ in records], dtype=np.int64),
        np.array([at[record.indicator] for _, record in records], dtype=np.int64),
        np.array([year_at[record.year] for _, record in records], dtype=np.int64),
        np.array([_in_unit(record, kept.get(record.indicator, "")) for _, record in records], dtype=np.float64),
        to_labels([record.basis for _, record in records]),
        list(at),
        [kept.get(name, "") for name in at],
    )


def _in_unit(record: ReportedValue, kept: str) -> float:
    return math.nan if record.value is None else record.value * common_unit(record.unit, kept)


def _to_cells(rows: Sequence[tuple[int, int, int, int, float]]) -> Cells:
    zone, sector, item, year = np.array([row[:4] for row in rows], dtype=np.int64).reshape(-1, 4).T
    return Cells(zone, sector, item, year, np.array([row[4] for row in rows], dtype=np.float64))


def _amount(value: float | None) -> float:
    return float("nan") if value is None else value


def _doubled(zones: Sequence[Zone]) -> list[Problem]:
    """Return what stands twice and may stand once only."""
    where = Where("records")
    names = [zone.zone for zone in zones]
    problems = [Problem("zone.duplicate", {"name": name}, where) for name in _twice(names)]
    for zone in zones:
        for year, sector in _twice((money.year, money.sector) for money in zone.value_added):
            values = {"zone": zone.zone, "year": year, "sector": sector}
            problems.append(Problem("economy.duplicate", values, where))
        for year, name in _twice((item.year, item.indicator) for item in zone.indicators):
            problems.append(Problem("indicator.duplicate", {"zone": zone.zone, "year": year, "name": name}, where))
        kinds = {(money.year, bool(money.sector)) for money in zone.value_added}
        for year in _twice(year for year, _ in kinds):
            problems.append(Problem("economy.mixed", {"zone": zone.zone, "year": year}, where))
        prices = {(money.year, money.price_year) for money in zone.value_added}
        for year in _twice(year for year, _ in prices):
            problems.append(Problem("economy.prices", {"zone": zone.zone, "year": year}, where))
    return problems


def _twice(items: Iterable[ItemT]) -> list[ItemT]:
    return [item for item, count in Counter(items).items() if count > 1]
