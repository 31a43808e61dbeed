"""An activity from rows in IAMC form: energy by fuel, industrial value added, reported totals.

Decided here:

* A fuel of the IAMC (``Solids|Coal``) is a group; an account needs a carrier. The default of each group is a table
  (``data/iamc/fuels.csv``), every choice that was taken by default is told in one warning, and ``carriers=`` says
  otherwise. Groups with a group inside (``Solids``, ``Liquids``, ``Gases``, the total) have no default: coal or biomass
  is not to be guessed.
* Fuels enter as GJ, so that energy goes in and out without a coefficient: EJ -> GJ -> tce is 29.3076 GJ/tce.
  Electricity enters as MWh (3.6 GJ), heat as GJ; the account gives them their standard coal.
* **A missing row is not 0.** Where a branch is given (``Final Energy|Industry``) and what stands below it adds up to
  it, a missing part of it is nothing: the branch proves it. Else the missing part is not known. A region and year
  without any row of energy is not known at all.
* What a branch has beyond its parts is energy without a carrier. It is refused, with the places, unless
  ``rest="leave_out"``; parts that add up to more than the branch are refused likewise. The tolerance is that of pyam
  (relative 1e-5): such data is printed rounded.
* ``Comprehensive Energy|Industry [...]`` and ``Emissions|CO2 [Direct and Indirect]`` (what ``to_iamc`` writes) become
  reported totals: they stand for zone-years without rows of energy, and are compared with the rows elsewhere.
* Everything else in the frame is listed in a warning, never read by resemblance; the account makes anew what
  ``to_iamc`` derives (emissions of fuels and of electricity, intensities).
"""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from zonecarbon import quality, units
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.activity import NOMINAL, Activity, Cells, Draft, Figures, Flow, assemble
from zonecarbon.activity.model import to_labels
from zonecarbon.errors import DataWarning, InputError, Problem, UnitError
from zonecarbon.interop.iamc import (
    BASES,
    CO2_INTENSITY,
    COLUMNS,
    DIRECT,
    FEEDSTOCK,
    FINAL,
    INDIRECT,
    TOTAL_CO2,
    VALUE_ADDED,
    comprehensive,
)
from zonecarbon.vocabulary import find_carrier, find_province, find_supply, read_rows

_KEYS = COLUMNS[:5]
_SHOWN = 20
_SAME = 1e-5
_USES = {FINAL: "final", FEEDSTOCK: "feedstock"}
_A_YEAR = re.compile(r"\s*/\s*(?:yr|year|a)\s*$")
_MONEY = re.compile(r"(?P<size>billion|million)\s+CNY(?:_(?P<year>\d{4}))?\s*/\s*(?:yr|year|a)")


def from_pyam(
    data: Any,
    *,
    carriers: Mapping[str, str] | None = None,
    provinces: "str | Mapping[str, str] | None" = None,
    model: str = "",
    scenario: str = "",
    rest: Literal["raise", "leave_out"] = "raise",
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
        What happens where a branch has more than its parts: energy that has no carrier.

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
        variable of energy has a carrier, a figure is negative or stands twice, a unit is not one of energy a year or of
        yuan a year, branches and parts do not fit.

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
    rows = _chosen(_long(data), model, scenario)
    grid = _grid(rows)
    found = _Found()
    flows, cells = _energy(grid, dict(carriers or {}), rest, found)
    draft = _draft(grid, flows, cells, provinces, found)
    if found.problems:
        raise InputError(found.problems)
    activity = assemble(draft)
    activity = replace(activity, warnings=(*activity.warnings, *quality.inspect(activity)))
    if activity.warnings:
        text = "\n".join(problem.text() for problem in activity.warnings)
        warnings.warn(text, DataWarning, stacklevel=2)
    return activity


@dataclass(slots=True)
class _Found:
    """What was met on the way: what must be mended, what a reader must know, and the variables that were read."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    read: set[str] = field(default_factory=set)


# -- frames ------------------------------------------------------------------------------------------------------------


def _long(data: Any) -> pd.DataFrame:
    """Return a frame with the seven columns, years as numbers; rows without a figure are dropped."""
    frame = data.data if hasattr(data, "as_pandas") else data
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("value")
    if not isinstance(frame, pd.DataFrame):
        raise InputError("interop.frame", got=type(data).__name__)
    frame = frame.reset_index() if any(name is not None for name in frame.index.names) else frame.copy()
    frame.attrs = {}  # pandas copies them deeply at every step
    frame = frame.rename(columns={name: str(name).lower() for name in frame.columns})
    missing = [name for name in _KEYS if name not in frame.columns]
    years = [name for name in frame.columns if re.fullmatch(r"x?\d{4}", str(name))]
    is_long = {"year", "value"} <= set(frame.columns)
    if missing or not (is_long or years):
        lacking = ", ".join([*missing, *([] if is_long or years else ["year", "value"])])
        raise InputError("interop.columns", missing=lacking, have=", ".join(map(str, frame.columns)))
    if not is_long:
        frame = frame.melt(id_vars=list(_KEYS), value_vars=years, var_name="year", value_name="value")
    frame = frame[list(COLUMNS)]
    frame = frame.assign(
        year=_years(frame["year"].tolist()),
        value=_numbers(frame["value"]),
    )
    return frame.dropna(subset=["value"])


def _years(given: Sequence[Any]) -> list[int]:
    known: dict[Any, int] = {}
    for year in dict.fromkeys(given):
        text = str(year).removeprefix("x").removesuffix(".0")
        if not re.fullmatch(r"\d{4}", text):
            raise InputError("interop.year", value=str(year))
        known[year] = int(text)
    return [known[year] for year in given]


def _numbers(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return figures; what is blank is not known, what is no number is refused."""
    found = pd.to_numeric(column, errors="coerce").astype(np.float64)
    bad = found.isna() & column.notna() & (column.astype(str).str.strip() != "")
    if bad.any():
        raise InputError("interop.figure", value=str(column[bad].iloc[0]))
    return found


def _chosen(frame: pd.DataFrame, model: str, scenario: str) -> pd.DataFrame:
    for name, wanted in (("model", model), ("scenario", scenario)):
        if wanted:
            frame = frame[frame[name] == wanted]
    pairs = frame[["model", "scenario"]].drop_duplicates()
    if len(pairs) != 1:
        named = "; ".join(f"{one}, {other}" for one, other in pairs.itertuples(index=False))
        raise InputError("interop.scenario", n=len(pairs), named=named or "-")
    return frame


class _Grid(NamedTuple):
    """The rows by variable, and where each stands."""

    regions: list[str]
    years: list[int]
    rows: dict[str, pd.DataFrame]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.regions), len(self.years)


def _grid(frame: pd.DataFrame) -> _Grid:
    """Return the rows of each variable with the positions of region and year."""
    region, regions = pd.factorize(frame["region"])
    year, years = pd.factorize(frame["year"], sort=True)
    placed = frame.assign(at_region=region, at_year=year)
    rows = {str(name): group for name, group in placed.groupby("variable", sort=True)}
    return _Grid([str(name) for name in regions], [int(one) for one in years], rows)


def _array(grid: _Grid, variable: str, factors: Mapping[str, float], found: _Found) -> FloatArray:
    """Return (region, year) of a variable in the unit that the factors lead to; NaN where there is no row."""
    rows = grid.rows[variable]
    place = rows["at_region"].to_numpy(), rows["at_year"].to_numpy()
    scale = rows["unit"].map(dict(factors)).to_numpy(dtype=np.float64)
    amount = rows["value"].to_numpy(dtype=np.float64) * scale
    twice = rows.duplicated(["at_region", "at_year"]).to_numpy()
    bad = np.isinf(amount) | ((amount < 0) & (variable != VALUE_ADDED))
    for code, mask in (("interop.twice", twice), ("interop.amount", bad)):
        if mask.any():
            found.problems.append(Problem(code, {"variable": variable, "places": _places(grid, place, mask)}))
    values = np.full(grid.shape, np.nan)
    values[place] = amount
    return values


def _places(grid: _Grid, place: tuple[IntArray, IntArray], mask: Any) -> str:
    at = np.flatnonzero(mask)
    named = [f"{grid.regions[place[0][i]]} {grid.years[place[1][i]]}" for i in at[:_SHOWN].tolist()]
    return ", ".join(named) + (", ..." if len(at) > _SHOWN else "")


def _physical(grid: _Grid, variable: str, to: str, found: _Found) -> FloatArray:
    """Return a variable given in a unit a year, such as ``EJ/yr``, in ``to``."""
    factors: dict[str, float] = {}
    for unit in grid.rows[variable]["unit"].unique():
        factors[unit] = np.nan
        if not _A_YEAR.search(str(unit)):
            values = {"variable": variable, "unit": str(unit), "expected": f"{to}/yr"}
            found.problems.append(Problem("interop.unit", values))
            continue
        try:
            factors[unit] = units.factor(_A_YEAR.sub("", str(unit)), to)
        except UnitError as error:
            found.problems += error.problems
    return _array(grid, variable, factors, found)


# -- energy ------------------------------------------------------------------------------------------------------------


@cache
def default_carriers() -> Mapping[str, str]:
    """Return the carrier that stands for each fuel when reading."""
    return {row["fuel"]: row["carrier_id"] for row in read_rows("iamc", "fuels.csv") if row["reads"] == "true"}


def _energy(
    grid: _Grid, carriers: Mapping[str, str], rest: str, found: _Found
) -> tuple[list[Flow], list[tuple[int, FloatArray]]]:
    """Return the flows, and for each variable with a carrier the position of its flow and its (region, year)."""
    chosen = {name: find_carrier(carrier).id for name, carrier in carriers.items()}
    absent = [name for name in chosen if name not in grid.rows]
    if absent:
        found.problems.append(Problem("interop.absent", {"names": ", ".join(absent)}))
    flows: dict[Flow, int] = {}
    cells: list[tuple[int, FloatArray]] = []
    guessed: dict[str, str] = {}
    for top, use in _USES.items():
        tree = {name: name.removeprefix(top).removeprefix("|") for name in grid.rows if _is_in(name, top)}
        mapped = {name: chosen.get(name) or default_carriers().get(fuel, "") for name, fuel in tree.items()}
        leaves = [name for name, carrier in mapped.items() if carrier and not _below(name, mapped)]
        values = {name: _physical(grid, name, "GJ", found) for name in tree if name in leaves or _below(name, leaves)}
        found.read |= set(values)
        _settle(grid, values, leaves, rest, found)
        for name in leaves:
            if name not in chosen and _is_group(tree[name]):
                guessed[name] = mapped[name]
            flow = _flow(mapped[name], use)
            amount = values[name] / units.factor("MWh", "GJ") if flow.unit == "MWh" else values[name]
            cells.append((flows.setdefault(flow, len(flows)), amount))
    if guessed:
        told = ", ".join(f"{name} -> {carrier}" for name, carrier in guessed.items())
        found.warnings.append(Problem("interop.carriers", {"told": told}))
    return list(flows), cells


@cache
def _is_group(fuel: str) -> bool:
    """Return whether several carriers are this fuel."""
    return sum(row["fuel"] == fuel for row in read_rows("iamc", "fuels.csv")) > 1


def _is_in(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}|")


def _below(name: str, others: "Mapping[str, str] | Sequence[str]") -> list[str]:
    """Return which of ``others`` (with a carrier, if they are a mapping) stand below a variable."""
    carried = [key for key, carrier in others.items() if carrier] if isinstance(others, Mapping) else others
    return [other for other in carried if other.startswith(f"{name}|")]


def _flow(carrier: str, use: str) -> Flow:
    known = find_carrier(carrier)
    unit = "MWh" if known.kind == "electricity" else "GJ"
    return Flow(known.id, use, find_supply("", known), unit)


def _settle(grid: _Grid, values: dict[str, FloatArray], leaves: Sequence[str], rest: str, found: _Found) -> None:
    """Make missing parts 0 where a branch proves it; report where branch and parts do not fit."""
    branches = sorted((name for name in values if name not in leaves), key=lambda name: -name.count("|"))
    for branch in branches:
        whole, below = values[branch], _below(branch, leaves)
        parts = np.nansum([values[name] for name in below], axis=0)
        missing = np.isnan([values[name] for name in below]).any(axis=0)
        with np.errstate(invalid="ignore"):
            gap = whole - parts
            fits = np.abs(gap) <= _SAME * np.maximum(np.abs(whole), parts)
        for name in below:
            values[name][fits & np.isnan(values[name])] = 0.0
        wrong = ~np.isnan(whole) & ~fits & ((gap < 0) | ~missing)
        if wrong.any():
            at_region, at_year = np.nonzero(wrong)
            told = {"variable": branch, "parts": ", ".join(below), "share": float(np.abs(gap / whole)[wrong].max())}
            problem = Problem(
                "interop.rest" if rest == "raise" or (gap[wrong] < 0).any() else "interop.left_out",
                {**told, "places": _places(grid, (at_region, at_year), np.ones(len(at_year), dtype=bool))},
            )
            (found.problems if problem.code == "interop.rest" else found.warnings).append(problem)


# -- the draft ---------------------------------------------------------------------------------------------------------


def _draft(
    grid: _Grid,
    flows: list[Flow],
    cells: list[tuple[int, FloatArray]],
    provinces: "str | Mapping[str, str] | None",
    found: _Found,
) -> Draft:
    economy, price = _economy(grid, found)
    indicators = _totals(grid, found)
    if not cells and not len(indicators.value):
        near = [name for name in grid.rows if name.startswith("Final Energy")]
        found.problems.append(Problem("interop.nothing", {"have": ", ".join(near or list(grid.rows)[:_SHOWN]) or "-"}))
    derived = {DIRECT, INDIRECT, CO2_INTENSITY, *(comprehensive(basis, intensity=True) for basis in BASES)}
    unread = [name for name in grid.rows if name not in found.read | derived]
    if unread:
        more = "" if len(unread) <= _SHOWN else ", ..."
        listed = ", ".join(unread[:_SHOWN]) + more
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


def _cells(grid: _Grid, cells: list[tuple[int, FloatArray]]) -> Cells:
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


def _economy(grid: _Grid, found: _Found) -> tuple[Cells, IntArray]:
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
    values = _array(grid, VALUE_ADDED, factors, found)
    price = np.zeros(grid.shape, dtype=np.int64)
    price[rows["at_region"].to_numpy(), rows["at_year"].to_numpy()] = rows["unit"].map(prices).to_numpy(dtype=np.int64)
    zone, year = np.nonzero(~np.isnan(values))
    none = np.zeros(len(zone), dtype=np.int64)
    return Cells(zone, none, none, year, values[zone, year]), price[zone, year]


def _totals(grid: _Grid, found: _Found) -> Figures:
    """Return the totals of energy and CO2 that ``to_iamc`` writes, as reported values."""
    by_basis = {comprehensive(basis): basis for basis in BASES}
    energy = [name for name in by_basis if name in grid.rows][:1]
    parts = [(name, "total_energy", "tce", by_basis[name]) for name in energy]
    parts += [(TOTAL_CO2, "co2", "tCO2", "")] if TOTAL_CO2 in grid.rows else []
    figures: list[tuple[IntArray, IntArray, IntArray, FloatArray, ObjectArray]] = []
    for at, (name, _, unit, basis) in enumerate(parts):
        found.read.add(name)
        values = _physical(grid, name, unit, found)
        zone, year = np.nonzero(~np.isnan(values))
        stated = to_labels([basis] * len(zone))
        figures.append((zone, np.full(len(zone), at, dtype=np.int64), year, values[zone, year], stated))
    if not figures:
        none = np.zeros(0, dtype=np.int64)
        return Figures(none, none, none, np.zeros(0), np.zeros(0, dtype=object))
    zone, item, year, value, stated = (np.concatenate(column) for column in zip(*figures, strict=True))
    names, own = [indicator for _, indicator, _, _ in parts], [unit for _, _, unit, _ in parts]
    return Figures(zone, item, year, value, stated, names, own)
