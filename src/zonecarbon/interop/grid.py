"""The rows of data in IAMC form, by variable, and their figures as arrays (region, year).

Decided here: a frame is taken as it comes (long or wide, of pyam or of pandas), its rows are kept by variable with the
position of region and year, and a variable becomes an array only when it is read. Nothing is filled in: what has no row
is NaN.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from zonecarbon import units
from zonecarbon._table import as_columns
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.errors import InputError, Problem, UnitError
from zonecarbon.interop.iamc import BASES, COLUMNS, TOTAL_CO2, VALUE_ADDED, comprehensive

KEYS = COLUMNS[:5]
SHOWN = 20
# What a zone that sells more than it buys may have below zero: money, and the net totals.
SIGNED = frozenset({VALUE_ADDED, TOTAL_CO2, *(comprehensive(basis) for basis in BASES)})
_A_YEAR = re.compile(r"\s*/\s*(?:yr|year|a)\s*$")


@dataclass(slots=True)
class Found:
    """What was met on the way: what must be mended, what a reader must know, and the variables that were read."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    read: set[str] = field(default_factory=set)


def long_of(data: Any) -> pd.DataFrame:
    """Return a frame with the seven columns, years as numbers; rows without a figure are dropped."""
    frame = data.data if hasattr(data, "as_pandas") else as_columns(data)
    if isinstance(frame, dict):
        frame = pd.DataFrame(frame)
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("value")
    if not isinstance(frame, pd.DataFrame):
        raise InputError("interop.frame", got=type(data).__name__)
    frame = frame.reset_index() if any(name is not None for name in frame.index.names) else frame.copy()
    frame.attrs = {}  # pandas copies them deeply at every step
    frame = frame.rename(columns={name: str(name).lower() for name in frame.columns})
    missing = [name for name in KEYS if name not in frame.columns]
    years = [name for name in frame.columns if re.fullmatch(r"x?\d{4}", str(name))]
    is_long = {"year", "value"} <= set(frame.columns)
    if missing or not (is_long or years):
        lacking = ", ".join([*missing, *([] if is_long or years else ["year", "value"])])
        raise InputError("interop.columns", missing=lacking, have=", ".join(map(str, frame.columns)))
    if not is_long:
        frame = frame.melt(id_vars=list(KEYS), value_vars=years, var_name="year", value_name="value")
    frame = frame[list(COLUMNS)].assign(**{name: _names(frame[name]) for name in KEYS})
    frame = frame.assign(
        year=_years(frame["year"].tolist()),
        value=_numbers(frame["value"]),
    )
    frame = frame.dropna(subset=["value"])
    for name in ("region", "variable"):
        if frame[name].isna().any():
            raise InputError("interop.blank", column=name)
    return frame


def _names(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of names; a list or a table in a cell is refused."""
    for cell in column[column.map(_is_nested).astype(bool)].head(1):
        raise InputError("interop.cell", column=str(column.name), got=type(cell).__name__)
    return column


def _is_nested(cell: Any) -> bool:
    return not isinstance(cell, Hashable)


def _years(given: Sequence[Any]) -> list[int]:
    known: dict[Any, int] = {}
    for year in given:
        if _is_nested(year):
            raise InputError("interop.year", value=str(year)[:60])
    for year in dict.fromkeys(given):
        text = str(year).removeprefix("x").removesuffix(".0")
        if not re.fullmatch(r"\d{4}", text):
            raise InputError("interop.year", value=str(year))
        known[year] = int(text)
    return [known[year] for year in given]


def _numbers(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return figures; what is blank is not known, what is no number is refused."""
    try:
        found = pd.to_numeric(column, errors="coerce").astype(np.float64)
    except OverflowError:  # a whole number beyond the floats
        raise InputError("interop.figure", value="a whole number beyond 1e308") from None
    bad = [cell for cell in column[found.isna() & column.notna()].tolist() if str(cell).strip()]
    if bad:
        raise InputError("interop.figure", value=str(bad[0]))
    return found


def chosen_of(frame: pd.DataFrame, model: str, scenario: str) -> pd.DataFrame:
    """Return the rows of one model and scenario; several are refused."""
    for name, wanted in (("model", model), ("scenario", scenario)):
        if wanted:
            frame = frame[frame[name] == wanted]
    pairs = frame[["model", "scenario"]].drop_duplicates()
    if len(pairs) != 1:
        named = "; ".join(f"{one}, {other}" for one, other in pairs.itertuples(index=False))
        raise InputError("interop.scenario", n=len(pairs), named=named or "-")
    return frame


class Grid(NamedTuple):
    """The rows by variable, and where each stands."""

    regions: list[str]
    years: list[int]
    rows: dict[str, pd.DataFrame]
    model: str = ""

    @property
    def shape(self) -> tuple[int, int]:
        """How many regions and years."""
        return len(self.regions), len(self.years)

    def has_rows(self, *variables: str) -> BoolArray:
        """Return (region, year): whether any of the variables has a row."""
        found = np.zeros(self.shape, dtype=bool)
        for rows in (self.rows[name] for name in variables if name in self.rows):
            found[rows["at_region"].to_numpy(), rows["at_year"].to_numpy()] = True
        return found

    def named(self, mask: BoolArray) -> str:
        """Return the regions and years of a mask (region, year) in words."""
        at_region, at_year = np.nonzero(mask)
        return places_of(self, (at_region, at_year), np.ones(len(at_year), dtype=bool))


def grid_of(frame: pd.DataFrame) -> Grid:
    """Return the rows of each variable with the positions of region and year."""
    region, regions = pd.factorize(frame["region"])
    year, years = pd.factorize(frame["year"], sort=True)
    placed = frame.assign(at_region=region, at_year=year)
    rows = {str(name): group for name, group in placed.groupby("variable", sort=True)}
    return Grid([str(name) for name in regions], [int(one) for one in years], rows, str(frame["model"].iloc[0]))


def array_of(grid: Grid, variable: str, factors: Mapping[str, float], found: Found) -> FloatArray:
    """Return (region, year) of a variable in the unit that the factors lead to; NaN where there is no row."""
    rows = grid.rows[variable]
    place = rows["at_region"].to_numpy(), rows["at_year"].to_numpy()
    scale = rows["unit"].map(dict(factors)).to_numpy(dtype=np.float64)
    with np.errstate(over="ignore"):  # infinite, and refused below
        amount = rows["value"].to_numpy(dtype=np.float64) * scale
    twice = rows.duplicated(["at_region", "at_year"]).to_numpy()
    bad = np.isinf(amount) | ((amount < 0) & (variable not in SIGNED))
    for code, mask in (("interop.twice", twice), ("interop.amount", bad)):
        if mask.any():
            found.problems.append(Problem(code, {"variable": variable, "places": places_of(grid, place, mask)}))
    values = np.full(grid.shape, np.nan)
    values[place] = amount
    return values


def places_of(grid: Grid, place: tuple[IntArray, IntArray], mask: Any) -> str:
    """Return the first places of a mask in words."""
    at = np.flatnonzero(mask)
    named = [f"{grid.regions[place[0][i]]} {grid.years[place[1][i]]}" for i in at[:SHOWN].tolist()]
    return ", ".join(named) + (", ..." if len(at) > SHOWN else "")


def physical(grid: Grid, variable: str, to: str, found: Found) -> FloatArray:
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
    return array_of(grid, variable, factors, found)
