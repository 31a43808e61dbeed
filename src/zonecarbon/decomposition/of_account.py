"""The cells of an account: zone by sector by carrier, with the energy, CO2 and value added of each.

Decided here:

* A cell is a carrier, net of what is generated from it or leaves: the effect of a mix is about what a zone uses, not
  about its books. Electricity and heat that are not fossil are cells of their own, so that buying green power is a
  change of the zone's mix, never one of the grid's factor; power with certificates is only where the method counts
  them. Net amounts that only rounding keeps from 0 are 0.
* CO2 per energy is ``grid_factor`` for electricity and ``emission_factor`` for everything else: what the grid did is
  not the zone's doing. CO2 of processes has no energy: it is related to value added (``process_intensity``).
* A zone known by its total alone in any of the years has one cell and one factor ``co2_per_energy``: total against
  carriers would show as a change of mix that nobody made.
* A zone whose value added is not known, or not positive, for every sector that uses energy is taken as a whole, with a
  warning. A sector without value added and without energy is not there (0).
* Value added counts at one real price year (:mod:`zonecarbon.decomposition.comparable`) and where it is positive
  (:mod:`zonecarbon.decomposition.traits`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.activity import Flow
from zonecarbon.decomposition.cells import Cells, Part, room
from zonecarbon.decomposition.identity import Identity, make_identity
from zonecarbon.decomposition.traits import part_of, positions, used, zone_blocks
from zonecarbon.decomposition.variables import SHORT, finest, level_of, stem
from zonecarbon.errors import InputError
from zonecarbon.kernels.target import EQUALITY

_NAMES = {
    ("", "value_added_total"): "activity",
    ("", "value_added_zone"): "activity",
    ("", "value_added_sector"): "activity",
    ("value_added_total", "value_added_zone"): "zone_structure",
    ("value_added_zone", "value_added_sector"): "sector_structure",
}


@dataclass(frozen=True, slots=True)
class Pool:
    """Flows that net with each other: one cell of every sector."""

    kind: str
    label: str
    flows: tuple[int, ...]


def find_pools(flows: Sequence[Flow], *, certificates: bool) -> tuple[Pool, ...]:
    """Return the cells that flows make, kind by kind; totals that were reported are left out.

    ``certificates`` says whether they count; if not, power with one is the grid's like any other.
    """
    of_grid = {"", "grid", "onsite_fossil", "fossil_heat", *([] if certificates else ["certificate"])}
    found: dict[tuple[str, str, str], list[int]] = {}
    for at, flow in enumerate(flows):
        if flow.kind == "reported":
            continue
        if flow.kind == "process":
            key = ("process", flow.product, "")
        else:
            apart = "feedstock" if flow.use == "feedstock" else "" if flow.supply in of_grid else flow.supply
            key = ("grid" if flow.kind == "electricity" else "fuel", flow.carrier, apart)
        found.setdefault(key, []).append(at)
    kinds = ("fuel", "grid", "process")
    ordered = sorted(found, key=lambda key: kinds.index(key[0]))
    return tuple(Pool(key[0], key[1], tuple(found[key])) for key in ordered)


@dataclass(frozen=True, slots=True, eq=False)
class AccountCells(Cells):
    """Cells of an account; see the module.

    Parameters
    ----------
    account
        Where they are from.
    of
        What is decomposed.
    sectors
        Names; with an empty one for zones that are taken as a whole.
    pools
        The cells of every sector.
    money
        (zone, year) [10^4 yuan]: value added that counts; NaN where it does not.
    whole
        (zone,): taken as a whole, without sectors.
    reported
        (zone,): known by its total in one of the years at least.
    all_whole, any_reported
        Whether all zones are taken as a whole, and whether any is known by its total, the zones of other parts too.
    included
        (zone,): part of the portfolio.
    moved
        The flows whose standard coal per unit is not the same in all years.
    zeros
        What stands in the place of zeros; 0: nothing does.
    own
        The user's identity, or None.
    totals
        ``value_added_total``, ``energy_total`` and ``co2_total`` of the portfolio, each (year,).
    """

    account: Account
    of: str
    sectors: ObjectArray
    pools: tuple[Pool, ...]
    money: FloatArray
    whole: BoolArray
    reported: BoolArray
    included: BoolArray
    all_whole: bool
    any_reported: bool
    moved: tuple[str, ...] = ()
    zeros: float = 0.0
    own: Identity | None = None
    totals: Mapping[str, FloatArray] = field(default_factory=dict)

    # -- what there is ---------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int, int]:
        """Zones, sectors, cells of a sector."""
        return len(self.account.zones), len(self.sectors), len(self.carrier_labels())

    def carrier_labels(self) -> list[str]:
        """Return the carrier of each cell; one without a name where cells are not split."""
        is_split = self.of.startswith("co2") if self.own is None else finest(self.own) == "carrier"
        if not is_split:
            return [""]
        return [*(pool.label for pool in self.pools), *(["reported"] if self.any_reported else [])]

    @property
    def is_ratio(self) -> bool:
        """Whether the value of an identity of the user's is a quotient."""
        return self.own is not None and self.own.is_ratio

    def constant_of(self, name: str) -> str:
        """Return the year whose standard coal per unit energy is counted at, where that moves."""
        is_constant = name == "energy_constant" or (self._is_constant() and name.startswith("energy"))
        return f"tce/unit: {self.years[0]}" if is_constant else ""

    def only_level(self) -> str:
        """Return the one level of a quotient: that of what it is divided by."""
        if self.own is None or not self.own.is_ratio:
            return ""
        under = next(name for name, power in self.own.whole.items() if power < 0)
        end = level_of(stem(under), finest(self.own)) if under in SHORT else under.rsplit("_", 1)[1]
        return {"total": "portfolio", "zone": "zone"}.get(end, "sector")

    def part(self, rows: slice) -> Self:
        """Return some zones."""
        return replace(
            self,
            warnings=(),
            account=part_of(self.account, rows),
            money=self.money[rows],
            whole=self.whole[rows],
            reported=self.reported[rows],
            included=self.included[rows],
        )

    def keys(self, level: str) -> tuple[str, ...]:
        """Return the labels that tell the aggregates of a level apart."""
        return {"portfolio": (), "zone": ("zone",), "sector": ("zone", "sector")}[level]

    def default_by(self) -> tuple[str, ...]:
        """Return zone and sector."""
        return ("zone", "sector")

    def groups(self, by: Sequence[str]) -> tuple[IntArray, dict[str, NDArray[Any]]]:
        """Return the group of each (zone, sector), and the labels of each group."""
        by = tuple(dict.fromkeys(by))
        unknown = [name for name in by if name not in {"zone", "sector"}]
        if unknown:
            raise InputError("option", name="by", value=", ".join(by), known="zone, sector, carrier")
        n_zones, n_sectors = self.shape[:2]
        zone, sector = np.indices((n_zones, n_sectors))
        if set(by) == {"zone", "sector"}:
            flat = np.repeat(self.account.zones, n_sectors), np.tile(self.sectors, n_zones)
            return zone * n_sectors + sector, dict(zip(("zone", "sector"), flat, strict=True))
        if tuple(by) == ("zone",):
            return zone, {"zone": self.account.zones}
        if tuple(by) == ("sector",):
            return sector, {"sector": self.sectors}
        return np.zeros((n_zones, n_sectors), dtype=np.int64), {}

    # -- identities ------------------------------------------------------------------------------------------------

    def identities(self, level: str) -> dict[str, Identity]:
        """Return the identity of each kind of cell."""
        if self.own is not None:
            return {"own": self.own}
        chain = ["value_added_total", "value_added_zone", "value_added_sector"]
        chain = chain[("portfolio", "zone", "sector").index(level) :]
        if not self._has_sectors() and level != "sector":
            chain = chain[:-1]
        kinds = dict.fromkeys(pool.kind for pool in self.pools)
        if "energy" in self.of:
            middle = ["energy_constant"] if self.moved else []
            return {"energy": _chained(self.of, (*chain, *middle, "energy_sector"))}
        ends = {
            "fuel": ("energy_sector", "energy_carrier", "co2_carrier"),
            "grid": ("energy_sector", "energy_carrier", "co2_carrier"),
            "process": ("co2_carrier",),
            "reported": ("energy_sector", "co2_carrier"),
        }
        wanted = [*kinds, *(["reported"] if self.any_reported else [])]
        return {kind: _chained(self.of, (*chain, *ends[kind]), kind) for kind in wanted}

    def _has_sectors(self) -> bool:
        return len(self.sectors) > 1 and not self.all_whole

    # -- arrays ----------------------------------------------------------------------------------------------------

    def blocks(self, level: str) -> Iterator[tuple[slice, list[Part]]]:
        """Return the parts, block of zones by block of zones."""
        identities = self.identities(level)
        for rows in zone_blocks(self.account, len(self.years)):
            yield rows, self._parts(rows, identities, level)

    def _parts(self, rows: slice, identities: Mapping[str, Identity], level: str) -> list[Part]:
        names = list(dict.fromkeys(self._full(name) for own in identities.values() for name in own.variables))
        arrays = {name: self.totals[name].reshape(1, 1, 1, -1) for name in names if name in self.totals}
        if any(name in {"value_added_zone", "value_added_sector"} for name in names):
            arrays |= self._money(rows)
        for what in ("energy", "co2"):
            wanted = [name for name in names if name.startswith(what) and name not in {*arrays, "energy_constant"}]
            if wanted:
                at_year = self.years[0] if what == "energy" and self._is_constant() else None
                arrays |= _levels(what, self._pooled(what, rows, at_year), wanted)
        if "energy_constant" in names:
            arrays["energy_constant"] = _sum(self._pooled("energy", rows, self.years[0]), 2)
        if level == "portfolio" and not self.included[rows].all():
            arrays |= {name: self._within(own, rows) for name, own in arrays.items() if not name.endswith("_total")}
        if self.zeros:
            arrays = {name: _filled(array, self.zeros) for name, array in arrays.items()}
        parts = []
        for kind, identity in identities.items():
            at = self._places(kind)
            full = [self._full(name) for name in identity.variables]
            own = [arrays[name][:, :, at] if name.endswith("_carrier") else arrays[name] for name in full]
            parts.append(Part(identity, own, at.start))
        return parts

    def _places(self, kind: str) -> slice:
        """Return where the cells of a kind stand."""
        if kind in {"own", "energy"}:
            return slice(0, None)
        if kind == "reported":
            return slice(len(self.pools), None)
        at = [i for i, pool in enumerate(self.pools) if pool.kind == kind]
        return slice(at[0], at[-1] + 1)

    def _full(self, name: str) -> str:
        """Return the full name of a variable: ``co2`` is that of the finest cells an identity of the user's has."""
        return name if self.own is None or name not in SHORT else f"{name}_{level_of(name, finest(self.own))}"

    def _within(self, array: FloatArray, rows: slice) -> FloatArray:
        """Return a variable with nothing in the zones that are not part of the portfolio."""
        return np.where(self.included[rows][:, None, None, None], array, 0.0)

    def _money(self, rows: slice) -> dict[str, FloatArray]:
        """Return value added of the zones and of the sectors, (zone, sector, 1, year)."""
        money, at = self.money[rows], positions(self.account, self.years)
        zone = room((len(money), 1, 1, len(at)))
        zone[:, 0, 0] = money
        if len(self.sectors) == 1:
            return {"value_added_zone": zone, "value_added_sector": zone}
        given = self.account.activity.value_added[rows][..., at]
        sector = room((len(money), len(self.sectors), 1, len(at)))
        sector[:, given.shape[1] :] = 0.0
        sector[:, : given.shape[1], 0] = given
        if np.isnan(given).any():
            absent = np.isnan(given) & ~used(self.account, rows, at)
            sector[:, : given.shape[1], 0][absent] = 0.0
        unknown = np.isnan(money)
        if unknown.any():
            sector[np.broadcast_to(unknown[:, None, None], sector.shape)] = np.nan
        self._as_whole(sector[:, :, 0], money, rows)
        return {"value_added_zone": zone, "value_added_sector": sector}

    def _as_whole(self, sector: FloatArray, zone: FloatArray, rows: slice) -> None:
        """Put what a zone has in all into the sector without a name, where a zone is taken as a whole."""
        is_whole = self.whole[rows]
        if not is_whole.any():
            return
        sector[is_whole] = 0.0
        sector[is_whole, int(np.flatnonzero(self.sectors == "")[-1])] = zone[is_whole]

    def _is_constant(self) -> bool:
        """Return whether energy is counted at the coefficients of the base: of CO2 it is only what relates to it."""
        return bool(self.moved) and self.own is None and self.of.startswith("co2")

    def _pooled(self, what: str, rows: slice, at_year: int | None = None) -> FloatArray:
        """Return energy or CO2 of the cells (zone, sector, cell, year), those of reported totals last."""
        lines = self.account.lines(what, [int(year) for year in self.years], rows, at_year)
        n_zones, n_sectors, _, n_years = lines.shape
        cells = room((n_zones, max(n_sectors, len(self.sectors)), len(self.pools) + self.any_reported, n_years))
        cells[:, n_sectors:] = 0.0
        given = cells[:, :n_sectors]
        for place, pool in enumerate(self.pools):
            if len(pool.flows) == 1:
                np.add(lines[:, :, pool.flows[0]], 0.0, out=given[:, :, place])  # -0 is 0
                continue
            own = lines[:, :, list(pool.flows)]
            net, gross = own.sum(axis=2), np.abs(own).sum(axis=2)
            given[:, :, place] = np.where(np.abs(net) <= EQUALITY * gross, 0.0, net)
        if self.any_reported:
            here = self.reported[rows]
            given[:, :, -1] = 0.0
            given[here] = 0.0
            given[here, :, -1] = lines[here].sum(axis=2)
        if len(self.sectors) == 1:
            return _sum(cells, 1)
        if self.whole[rows].any():
            self._as_whole(cells, _sum(given, 1)[:, 0], rows)
        return cells


def _levels(what: str, cells: FloatArray, wanted: Sequence[str]) -> dict[str, FloatArray]:
    """Return cells, and their sums by sector and by zone, as far as they are wanted."""
    found = {f"{what}_carrier": cells}
    if wanted != [f"{what}_carrier"]:
        found[f"{what}_sector"] = _sum(cells, 2)
    if f"{what}_zone" in wanted:
        found[f"{what}_zone"] = _sum(found[f"{what}_sector"], 1)
    return found


@np.errstate(over="ignore", invalid="ignore")
def _sum(array: FloatArray, axis: int) -> FloatArray:
    """Return the sums over a short axis, which stays with length 1; ``sum`` would go over it for each of the others."""
    lead: tuple[Any, ...] = (slice(None),) * axis
    count = array.shape[axis]
    if count == 1:
        return array
    total = room((*array.shape[:axis], 1, *array.shape[axis + 1 :]))
    target = total[(*lead, 0)]
    target[...] = array[(*lead, 0)] if count else 0.0
    for at in range(1, count):
        np.add(target, array[(*lead, at)], out=target)
    return total


@lru_cache(maxsize=256)
def _chained(of: str, chain: tuple[str, ...], kind: str = "") -> Identity:
    """Return the identity of a chain of variables, each related to the one before."""
    names = dict(_NAMES)
    for money in ("value_added_zone", "value_added_sector", "value_added_total"):
        names[money, "energy_sector"] = "energy_intensity"
        names[money, "co2_carrier"] = "process_intensity"
        names[money, "energy_constant"] = "energy_intensity"
    names["energy_constant", "energy_sector"] = "coefficient"
    names["energy_sector", "energy_carrier"] = "carrier_mix"
    names["energy_carrier", "co2_carrier"] = "grid_factor" if kind == "grid" else "emission_factor"
    names["energy_sector", "co2_carrier"] = "co2_per_energy"
    steps = list(zip(["", *chain[:-1]], chain, strict=True))
    left = of
    if of.endswith("_intensity"):
        left, steps = f"{chain[-1]}/{chain[0]}", steps[1:]
    factors = [(names[step], {step[1]: 1, step[0]: -1} if step[0] else {step[1]: 1}) for step in steps]
    text = f"{left} = " + " * ".join(f"{over}/{under}" if under else over for under, over in steps)
    return make_identity(text, left, factors)


def _filled(array: FloatArray, zeros: float) -> FloatArray:
    """Return a variable with a small number in the place of zeros, except where it is zero in all years."""
    return np.where((array == 0.0) & (array != 0.0).any(axis=-1, keepdims=True), zeros, array)
