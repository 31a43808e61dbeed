"""How value added, energy intensity and factors grow, by zone and sector, without the shocks.

Decided here: levels are relative to the base year and have one row where all zones have the same path, so that a
million zones cost nothing. What a scenario says of sectors multiplies what it says of their zone, so that the shocks
of a zone act on all of its sectors alike.
"""

from dataclasses import dataclass, field

import numpy as np

from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.errors import Problem, ScenarioError
from zonecarbon.projection import paths
from zonecarbon.records import Path, Scenario

_SHOWN = 10


@dataclass(slots=True)
class Growth:
    """Levels relative to the base year, by zone and sector."""

    value_added: FloatArray  # (zone or 1, year)
    intensity: FloatArray
    factor: FloatArray
    grid: FloatArray  # (1, year)
    by_sector: FloatArray | None = None  # value added (zone, sector, year)
    sector_intensity: FloatArray | None = None  # (zone or 1, sector, year), relative to the zone's
    sector_factor: FloatArray | None = None  # likewise
    rates: dict[str, FloatArray] = field(default_factory=dict)


def growth_of(account: Account, scenario: Scenario, base: int, years: IntArray) -> Growth:
    """Return the growth that a scenario means for an account.

    Raises
    ------
    ScenarioError
        If it names zones or sectors that the account does not have, or a path breaks a rule.
    """
    unknown = [name for name in scenario.zones if name not in set(account.zones.tolist())]
    named = {*scenario.sectors, *(name for row in scenario.structure.values() for name in row if name != "other")}
    missing = sorted(named - set(account.sectors.tolist()))
    problems = (
        [Problem("scenario.no_zone", {"zones": ", ".join(unknown), "known": some_of(account.zones)})] if unknown else []
    )
    problems += (
        [Problem("scenario.no_sector", {"sectors": ", ".join(missing), "known": some_of(account.sectors)})]
        if missing
        else []
    )
    if problems:
        raise ScenarioError(problems)
    names = ("value_added", "energy_intensity", "co2_per_energy", "grid_factor")
    money, intensity, factor, grid = (_by_zone(account, scenario, name, base, years) for name in names)
    result = Growth(money, intensity, factor, grid)
    _sectors(account, scenario, result, base, years)
    shown = {
        "value_added": result.value_added,
        "energy_intensity": result.intensity,
        "co2_per_energy": result.factor,
        "grid_factor": result.grid,
    }
    for name, level in shown.items():
        result.rates[name] = paths.rates(level)
        path = getattr(scenario, name)
        if path is not None:
            for row in level:
                paths.check_bounds(path, row, name, years)
    return result


def some_of(names: ObjectArray) -> str:
    """Return the first names of many."""
    return ", ".join(map(str, names[:_SHOWN])) + (", ..." if len(names) > _SHOWN else "")


def _by_zone(account: Account, scenario: Scenario, name: str, base: int, years: IntArray) -> FloatArray:
    """Return the level of a driver (zone or 1, year): the scenario's, and a zone's own where it has one."""
    path = getattr(scenario, name)
    level = np.ones((1, len(years))) if path is None else paths.growth(path, base, years, name)[None]
    told = {zone: getattr(words, name, None) for zone, words in scenario.zones.items()}
    own: dict[str, Path] = {zone: path for zone, path in told.items() if path is not None}
    if not own:
        return level
    result = np.repeat(level, len(account.zones), axis=0)
    at = {zone: i for i, zone in enumerate(account.zones.tolist())}
    for zone, path in own.items():
        result[at[zone]] = paths.growth(path, base, years, f"zones.{zone}.{name}")
    return result


def _sectors(account: Account, scenario: Scenario, growth: Growth, base: int, years: IntArray) -> None:
    """Fill in what differs between sectors, if the scenario says anything of sectors."""
    if not scenario.sectors and not scenario.structure:
        return
    names = account.sectors.tolist()
    money = account.activity.value_added[:, :, -1]
    shape = (len(account.zones), len(names), len(years))
    growth.sector_intensity = np.ones((len(growth.intensity), len(names), len(years)))
    growth.sector_factor = np.ones((len(growth.factor), len(names), len(years)))
    if scenario.structure:
        share = money / money.sum(axis=1, keepdims=True)
        members = {key: [names.index(key)] for row in scenario.structure.values() for key in row if key != "other"}
        future = paths.fractions(scenario.structure, share, members, base, years, name="structure")
        with np.errstate(all="ignore"):
            ratio = np.where(share[..., None] > 0, future / share[..., None], np.where(future > 0, np.nan, 1.0))
        growth.by_sector = growth.value_added[:, None] * ratio
    else:
        growth.by_sector = np.broadcast_to(growth.value_added[:, None], shape).copy()
    for name, words in scenario.sectors.items():
        at = names.index(name)
        if words.value_added is not None:
            growth.by_sector[:, at] = paths.growth(words.value_added, base, years, f"sectors.{name}.value_added")
        for key, whole, relative in (
            ("energy_intensity", growth.intensity, growth.sector_intensity),
            ("co2_per_energy", growth.factor, growth.sector_factor),
        ):
            if (path := getattr(words, key)) is not None:  # in place of the zones' own paths too
                relative[:, at] = paths.growth(path, base, years, f"sectors.{name}.{key}") / whole


def money_of(account: Account, scenario: Scenario, growth: Growth) -> FloatArray:
    """Return value added (zone, year): the sum over sectors where these grow on their own.

    A structure moves value added between sectors and leaves the sum as it is, also where a sector is new and its energy
    unknown.
    """
    now = account.value_added[:, -1:]
    if growth.by_sector is None or scenario.structure:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(now * growth.value_added)
    parts = account.activity.value_added[:, :, -1:]
    total = np.nansum(np.where(parts == 0, 0.0, parts * growth.by_sector), axis=1)
    total[np.isnan(parts).any(axis=(1, 2))] = np.nan
    return np.asarray(total)


def of_zones(level: FloatArray, zones: slice) -> FloatArray:
    """Return the rows of some zones, or the one row of all."""
    return level[zones] if len(level) > 1 else level


def multipliers(growth: Growth, zones: slice, y: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what multiplies process CO2, energy, and CO2 besides, each (zone or 1, sector or 1)."""

    def of(level: FloatArray) -> FloatArray:
        return of_zones(level, zones)[:, y, None]

    money = of(growth.value_added) if growth.by_sector is None else growth.by_sector[zones, :, y]
    energy, factor = money * of(growth.intensity), of(growth.factor)
    if growth.sector_intensity is not None and growth.sector_factor is not None:
        energy = energy * of_zones(growth.sector_intensity, zones)[..., y]
        factor = factor * of_zones(growth.sector_factor, zones)[..., y]
    return money, np.asarray(energy), np.asarray(factor)
