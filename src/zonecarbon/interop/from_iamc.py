"""An activity from rows in IAMC form: energy by fuel, industrial value added, reported totals.

Decided here:

* A fuel of the IAMC (``Solids|Coal``) is a group; an account needs a carrier. The default of each group is a table
  (``data/iamc/fuels.csv``), every choice that was taken by default is told in one warning, and ``carriers=`` says
  otherwise. Groups with a group inside (``Solids``, ``Liquids``, ``Gases``, the total) have no default: coal or biomass
  is not to be guessed. An energy medium is no carrier of final energy, and is refused: no account would count it.
* Fuels enter as GJ, so that energy goes in and out without a coefficient: EJ -> GJ -> tce is 29.3076 GJ/tce.
  Electricity enters as MWh (3.6 GJ), heat as GJ; the account gives them their standard coal.
* **A missing row is not 0.** Where a branch is given (``Final Energy|Industry``) and what stands below it adds up to
  it, a missing part of it is nothing: the branch proves it. Else the missing part is not known. A region and year
  without any row of energy is not known at all; ``settling`` says when fuels that have rows are not all of it.
* What a branch has beyond its parts is energy without a carrier. It is refused, with the places, unless
  ``rest="leave_out"``; parts that add up to more than the branch are refused likewise.
* The region of all zones together, which an ensemble has beside its zones, is no zone: it is left out by its name.
* ``Comprehensive Energy|Industry [...]`` and ``Emissions|CO2 [Direct and Indirect]`` (what ``to_iamc`` writes) become
  reported totals: they stand for zone-years without rows of energy, and are compared with the rows elsewhere. Rows
  stand before totals, because a total has no carriers; the account warns where both differ by more than 1 percent,
  as they do for a zone with a power plant of its own. A total below zero (a zone that sells more than it buys) is no
  figure that an activity takes; it is left out with a warning.
* Everything else in the frame is listed in a warning, never read by resemblance; the account makes anew what
  ``to_iamc`` derives (emissions of fuels and of electricity, intensities).
"""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from zonecarbon import quality, units
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.activity import NOMINAL, Activity, Cells, Draft, Figures, Flow, assemble
from zonecarbon.activity.model import to_labels
from zonecarbon.errors import DataWarning, InputError, Problem
from zonecarbon.interop.grid import SHOWN, Found, Grid, array_of, chosen_of, grid_of, long_of, physical
from zonecarbon.interop.iamc import (
    BASES,
    CO2_INTENSITY,
    DIRECT,
    FEEDSTOCK,
    FINAL,
    INDIRECT,
    TOTAL_CO2,
    VALUE_ADDED,
    comprehensive,
)
from zonecarbon.interop.settling import Rest, below, is_own, report_uncarried, settle, unknown_rest
from zonecarbon.vocabulary import find_carrier, find_province, find_supply, read_rows

if TYPE_CHECKING:
    import pandas as pd

_USES = {FINAL: "final", FEEDSTOCK: "feedstock"}
_MONEY = re.compile(r"(?P<size>billion|million)\s+CNY(?:_(?P<year>\d{4}))?\s*/\s*(?:yr|year|a)")


def from_pyam(
    data: Any,
    *,
    carriers: Mapping[str, str] | None = None,
    provinces: "str | Mapping[str, str] | None" = None,
    model: str = "",
    scenario: str = "",
    rest: Rest = "raise",
    portfolio: str = "All zones",
) -> Activity:
    """Return an activity from data in IAMC form.

    Parameters
    ----------
    data
        A :class:`pyam.IamDataFrame`, or a DataFrame in IAMC form: long (a row each figure, ``year`` and ``value``) or
        wide (a column each year). pyam itself is not needed.
    carriers
        The carrier of a variable, such as ``{"Final Energy|Industry|Solids|Coal": "bituminous_coal"}``; before the
        defaults, which are told in a warning.
    provinces
        The province of all regions, or of each; without one the CO2 of electricity is not known.
    model, scenario
        Which of several; needed only if there are several.
    rest : {"raise", "leave_out"}
        What happens to energy that has no carrier: what a branch has beyond its parts, a branch without a fuel below.
    portfolio
        The region of all zones together, as :func:`to_iamc` names it for an ensemble. It is left out, with a warning,
        unless it is the only region; ``""`` takes every region as a zone.

    Returns
    -------
    Activity
        Regions as zones. Read are ``Final Energy|Industry|...`` and ``Final Energy|Non-Energy Use|...`` (feedstock) in
        any unit of energy a year, ``Value Added|Industry`` in ``billion CNY_2020/yr`` or ``million CNY/yr`` (nominal),
        and the totals that :func:`to_iamc` writes. ``warnings`` tells the carriers taken by default and the variables
        that were not read.

    Raises
    ------
    InputError
        If there are several scenarios and none is chosen, or a column is missing; then, all problems at once: no
        variable of energy has a carrier, a carrier is none of final energy, a figure is negative or stands twice, a
        unit is not one of energy a year or of yuan a year, branches and parts do not fit, energy has no carrier.

    Warns
    -----
    DataWarning
        Once, with everything in ``activity.warnings``.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({
    ...     "model": "m", "scenario": "s", "region": "A", "unit": "EJ/yr",
    ...     "variable": ["Final Energy|Industry", "Final Energy|Industry|Electricity"], 2020: [0.0036, 0.0036]})
    >>> from_pyam(frame, carriers={"Final Energy|Industry|Electricity": "electricity"}).quantity.item()
    1000000.0
    """
    if rest not in {"raise", "leave_out"}:
        raise InputError("option", name="rest", value=rest, known="raise, leave_out")
    found = Found()
    grid = grid_of(_zones_of(chosen_of(long_of(data), model, scenario), portfolio, found))
    flows, cells = _energy(grid, dict(carriers or {}), rest, is_own(data, grid), found)
    draft = _draft(grid, flows, cells, provinces, found)
    if found.problems:
        raise InputError(found.problems)
    activity = assemble(draft)
    activity = replace(activity, warnings=(*activity.warnings, *quality.inspect(activity)))
    if activity.warnings:
        text = "\n".join(problem.text() for problem in activity.warnings)
        warnings.warn(text, DataWarning, stacklevel=2)
    return activity


# -- energy ------------------------------------------------------------------------------------------------------------


@cache
def default_carriers() -> Mapping[str, str]:
    """Return the carrier that stands for each fuel when reading."""
    return {row["fuel"]: row["carrier_id"] for row in read_rows("iamc", "fuels.csv") if row["reads"] == "true"}


def _energy(
    grid: Grid, carriers: Mapping[str, str], rest: Rest, is_own_frame: bool, found: Found
) -> tuple[list[Flow], list[tuple[int, FloatArray]]]:
    """Return the flows, and for each variable with a carrier the position of its flow and its (region, year)."""
    chosen = _carriers_of(grid, carriers, found)
    flows: dict[Flow, int] = {}
    cells: list[tuple[int, FloatArray]] = []
    guessed: dict[str, str] = {}
    whole_tree: dict[str, str] = {}
    read: dict[str, FloatArray] = {}
    carried: list[str] = []
    for top, use in _USES.items():
        tree = {name: name.removeprefix(top).removeprefix("|") for name in grid.rows if _is_in(name, top)}
        mapped = {name: chosen.get(name) or default_carriers().get(fuel, "") for name, fuel in tree.items()}
        leaves = [name for name, carrier in mapped.items() if carrier and not below(name, mapped)]
        values = {name: physical(grid, name, "GJ", found) for name in tree if name in leaves or below(name, leaves)}
        settle(grid, values, leaves, rest, found)
        for name in leaves:
            if name not in chosen and _is_group(tree[name]):
                guessed[name] = mapped[name]
            flow = _flow(mapped[name], use)
            amount = values[name] / units.factor("MWh", "GJ") if flow.unit == "MWh" else values[name]
            cells.append((flows.setdefault(flow, len(flows)), amount))
        whole_tree, read, carried = whole_tree | tree, read | values, carried + leaves
    found.read |= set(read)
    report_uncarried(grid, whole_tree, read, carried, rest, found)
    more = unknown_rest(grid, is_own_frame, read, carried, found)
    if more is not None:  # a figure that is not known, of a carrier that is not known
        cells.append((flows.setdefault(_flow("other_energy", "final"), len(flows)), more))
    if guessed:
        told = ", ".join(f"{name} -> {carrier}" for name, carrier in guessed.items())
        found.warnings.append(Problem("interop.carriers", {"told": told}))
    return list(flows), cells


def _carriers_of(grid: Grid, carriers: Mapping[str, str], found: Found) -> dict[str, str]:
    """Return the id of the carrier chosen for each variable; report what is no energy of the data, or no carrier."""
    chosen = {name: find_carrier(carrier) for name, carrier in carriers.items()}
    absent = [name for name in chosen if name not in grid.rows or not any(_is_in(name, top) for top in _USES)]
    if absent:
        found.problems.append(Problem("interop.absent", {"names": ", ".join(absent)}))
    for name, carrier in chosen.items():
        if carrier.kind not in {"fuel", "electricity", "heat"}:
            found.problems.append(Problem("interop.medium", {"variable": name, "carrier": carrier.id}))
    return {name: carrier.id for name, carrier in chosen.items()}


def _zones_of(frame: "pd.DataFrame", portfolio: str, found: Found) -> "pd.DataFrame":
    """Return the rows of zones: all zones together are no zone beside them."""
    is_whole = frame["region"] == portfolio
    if not portfolio or not is_whole.any() or is_whole.all():
        return frame
    found.warnings.append(Problem("interop.whole", {"name": portfolio}))
    return frame[~is_whole]


@cache
def _is_group(fuel: str) -> bool:
    """Return whether several carriers are this fuel."""
    return sum(row["fuel"] == fuel for row in read_rows("iamc", "fuels.csv")) > 1


def _is_in(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}|")


def _flow(carrier: str, use: str) -> Flow:
    known = find_carrier(carrier)
    unit = "MWh" if known.kind == "electricity" else "GJ"
    return Flow(known.id, use, find_supply("", known), unit)


# -- the draft ---------------------------------------------------------------------------------------------------------


def _draft(
    grid: Grid,
    flows: list[Flow],
    cells: list[tuple[int, FloatArray]],
    provinces: "str | Mapping[str, str] | None",
    found: Found,
) -> Draft:
    economy, price = _economy(grid, found)
    indicators = _totals(grid, found)
    if not cells and not len(indicators.value):
        near = [name for name in grid.rows if name.startswith("Final Energy")]
        found.problems.append(Problem("interop.nothing", {"have": ", ".join(near or list(grid.rows)[:SHOWN]) or "-"}))
    derived = {DIRECT, INDIRECT, CO2_INTENSITY, *(comprehensive(basis, intensity=True) for basis in BASES)}
    unread = [name for name in grid.rows if name not in found.read | derived]
    if unread:
        more = "" if len(unread) <= SHOWN else ", ..."
        listed = ", ".join(unread[:SHOWN]) + more
        found.warnings.append(Problem("interop.unread", {"n": len(unread), "names": listed}))
    return Draft(
        zones=grid.regions,
        names=grid.regions,
        provinces=_provinces(provinces, grid.regions),
        years=grid.years,
        sectors=[""],
        flows=flows,
        energy=_cells(grid, cells),
        economy=economy,
        price=price,
        labels={},
        indicators=indicators,
        warnings=found.warnings,
        source="IAMC",
    )


def _provinces(given: "str | Mapping[str, str] | None", regions: Sequence[str]) -> list[str]:
    named = given if isinstance(given, Mapping) else dict.fromkeys(regions, given or "")
    return [find_province(named[region]).id if named.get(region) else "" for region in regions]


def _cells(grid: Grid, cells: list[tuple[int, FloatArray]]) -> Cells:
    """Return a cell for every flow of each region and year that has any row of energy; NaN where it has none itself."""
    if not cells:
        none = np.zeros(0, dtype=np.int64)
        return Cells(none, none, none, none, np.zeros(0))
    any_row = ~np.isnan([amount for _, amount in cells]).all(axis=0)
    zone, year = np.nonzero(any_row)
    count = len(zone)
    return Cells(
        np.tile(zone, len(cells)),
        np.zeros(count * len(cells), dtype=np.int64),
        np.repeat(np.array([item for item, _ in cells], dtype=np.int64), count),
        np.tile(year, len(cells)),
        np.concatenate([amount[zone, year] for _, amount in cells]),
    )


def _economy(grid: Grid, found: Found) -> tuple[Cells, IntArray]:
    """Return value added [10^4 yuan] and the price year of each figure."""
    none = np.zeros(0, dtype=np.int64)
    if VALUE_ADDED not in grid.rows:
        return Cells(none, none, none, none, np.zeros(0)), none
    found.read.add(VALUE_ADDED)
    rows = grid.rows[VALUE_ADDED]
    factors: dict[str, float] = {}
    prices: dict[str, int] = {}
    for unit in (str(unit) for unit in rows["unit"].unique()):
        money = _MONEY.fullmatch(unit.strip())
        if money is None:
            found.problems.append(Problem("interop.money", {"unit": unit}))
            factors[unit], prices[unit] = np.nan, NOMINAL
            continue
        factors[unit] = units.factor({"billion": "10^9 CNY", "million": "10^6 CNY"}[money["size"]], "10^4 CNY")
        prices[unit] = int(money["year"]) if money["year"] else NOMINAL
    values = array_of(grid, VALUE_ADDED, factors, found)
    price = np.zeros(grid.shape, dtype=np.int64)
    price[rows["at_region"].to_numpy(), rows["at_year"].to_numpy()] = rows["unit"].map(prices).to_numpy(dtype=np.int64)
    zone, year = np.nonzero(~np.isnan(values))
    none = np.zeros(len(zone), dtype=np.int64)
    return Cells(zone, none, none, year, values[zone, year]), price[zone, year]


def _totals(grid: Grid, found: Found) -> Figures:
    """Return the totals of energy and CO2 that ``to_iamc`` writes, as reported values."""
    by_basis = {comprehensive(basis): basis for basis in BASES}
    energy = [name for name in by_basis if name in grid.rows][:1]
    parts = [(name, "total_energy", "tce", by_basis[name]) for name in energy]
    parts += [(TOTAL_CO2, "co2", "tCO2", "")] if TOTAL_CO2 in grid.rows else []
    figures: list[tuple[IntArray, IntArray, IntArray, FloatArray, ObjectArray]] = []
    for at, (name, _, unit, basis) in enumerate(parts):
        found.read.add(name)
        values = physical(grid, name, unit, found)
        if (values < 0).any():
            told = {"variable": name, "places": grid.named(values < 0)}
            found.warnings.append(Problem("interop.negative_total", told))
        zone, year = np.nonzero(values >= 0)
        stated = to_labels([basis] * len(zone))
        figures.append((zone, np.full(len(zone), at, dtype=np.int64), year, values[zone, year], stated))
    if not figures:
        none = np.zeros(0, dtype=np.int64)
        return Figures(none, none, none, np.zeros(0), np.zeros(0, dtype=object))
    zone, item, year, value, stated = (np.concatenate(column) for column in zip(*figures, strict=True))
    names, own = [indicator for _, indicator, _, _ in parts], [unit for _, _, unit, _ in parts]
    return Figures(zone, item, year, value, stated, names, own)
