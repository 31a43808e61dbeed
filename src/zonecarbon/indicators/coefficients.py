"""What a quantity of a carrier is multiplied with: coefficients and factors, chosen, given or looked up.

Decided here: coefficients are looked up by the function that accounts use, for one flow, and remembered; a factor that
is given per energy is a factor set of one row, so that heat values are found in the same way. What accounting says in
words of tables and methods ("on its rows", "in the method") is said in words of arguments.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from zonecarbon import units
from zonecarbon.accounting.coefficients import find_coefficients
from zonecarbon.activity import Flow
from zonecarbon.catalog import Catalog, FactorRow, default_catalog
from zonecarbon.catalog import method as find_method
from zonecarbon.catalog.rows import GRID_KINDS
from zonecarbon.errors import FactorError, InputError, MethodError, Problem, UnitError, ZoneCarbonError
from zonecarbon.records.cells import parse_year
from zonecarbon.vocabulary import carriers, find_province

_GIVEN = "given"
_ANY_YEAR = 2020  # coefficients of fuels and heat have no year
_NATIONAL = ("national_average", "national_residual", "national_fossil")
# What accounting says of a table or a method, in the words of a formula.
_WORDS = {
    "factor.range": "formula.range",
    "factor.none": "formula.none",
    "factor.steam": "formula.none",
    "factor.region": "formula.region",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What an account would use: tce and tCO2 per unit of the flow, and what must be said about it."""

    energy: float
    co2: float
    warnings: tuple[Problem, ...]


@lru_cache(maxsize=1024)
def find_for(
    flow: Flow,
    editions: tuple[str, ...],
    coefficient: float | None = None,
    fuels: str = "",
    proxies: str = "refuse",
    per_energy: float | None = None,
) -> Found:
    """Return the coefficients of an account of this flow alone; a factor given [tCO2/GJ] is a factor set of one row."""
    catalog, choices = default_catalog(), dict[str, Any]()
    if per_energy is not None and flow.kind == "heat":
        choices["heat"] = f"{per_energy!r} tCO2/GJ"
    elif per_energy is not None:
        fuels = _GIVEN
        catalog = Catalog({**catalog.tables, "fuel_co2": (_row(flow.carrier, per_energy),)})
    if fuels:
        choices["fuels"] = fuels
    method = find_method("inventory", editions=editions, proxies=proxies, media=True, **choices)
    own = {} if coefficient is None else {flow.carrier: f"{coefficient!r} tce/{flow.unit}"}
    method = method.model_copy(update={"coefficients": own})  # without inventory's own choice
    try:
        found = find_coefficients([flow], [_ANY_YEAR], np.array([""], dtype=object), method, catalog)
    except ZoneCarbonError as error:
        raise _in_words_of_formulas(error) from None
    # A factor that was given counts, whatever the carbon is made of.
    total = found.co2[0, 0, 0] + (found.biogenic[0, 0] if per_energy is not None else 0.0)
    return Found(float(found.energy[0, 0]), float(total), tuple(found.warnings))


def _row(carrier: str, per_energy: float) -> FactorRow:
    nothing = float("nan")
    return FactorRow(
        "fuel_co2", carrier, _GIVEN, None, per_energy, "tCO2/GJ", nothing, nothing, "", "user", "", _GIVEN, {}
    )


def refuse_no_texts(**choices: Any) -> None:
    """Raise for each choice that is no text, before it is looked up anywhere; editions may be several."""
    problems = []
    for name, choice in choices.items():
        several = choice if name == "edition" and isinstance(choice, (tuple, list)) else (choice,)
        wrong = [item for item in several if not isinstance(item, str)]
        if wrong or not several:
            shown = repr(wrong[0] if wrong else choice)[:60]
            problems.append(Problem("formula.text", {"name": name, "value": shown}))
    if problems:
        raise InputError(problems)


def to_editions(edition: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one edition or several as several."""
    return (edition,) if isinstance(edition, str) else tuple(edition)


def _is_given(choice: Any) -> bool:
    return choice is not None and not (isinstance(choice, str) and not choice)


def to_coefficient(choice: Any, flow: Flow, idle: bool) -> float | None:
    """Return the coefficient that was chosen; refuse one that nothing would be done with."""
    if idle and _is_given(choice):
        raise InputError("formula.idle", carrier=flow.carrier, unit=flow.unit)
    return _choice("coefficient", choice, f"tce/{flow.unit}")


def _choice(name: str, choice: Any, to: str) -> float | None:
    """Return a choice (a text or a quantity) in the unit ``to``; None if there is none."""
    if not _is_given(choice):
        return None
    if not (isinstance(choice, str) or units.is_quantity(choice)):
        raise MethodError("method.bare_number", key=name, value=choice)
    value = units.magnitude(choice, to)
    if not isinstance(value, float) or not np.isfinite(value) or value < 0:
        raise MethodError("method.choice", text=str(choice))
    return value


def to_factor(factor: Any, flow: Flow) -> tuple[float | None, float | None]:
    """Return a factor that was given: per unit of the flow, or else per energy [tCO2/GJ]."""
    carbon = carriers()[flow.carrier].carbon_class
    by_energy = flow.kind in {"fuel", "heat"} and carbon != "none"
    try:
        direct = _choice("factor", factor, f"tCO2/{flow.unit}")
    except UnitError:
        if not by_energy:
            raise
    else:
        if direct is None or flow.unit != "tce" or not by_energy:
            return direct, None
    return None, _choice("factor", factor, "tCO2/GJ")


def require_place(kind: str, province: str) -> None:
    """Refuse a kind of grid factor or a province that is none, of whatever carrier: a slip is one everywhere."""
    if kind not in GRID_KINDS:
        raise FactorError("option", name="electricity", value=kind, known=", ".join(GRID_KINDS))
    if province:
        find_province(province)


def grid_factor(kind: str, province: str, year: int | None, vintage: str) -> tuple[float, list[Problem]]:
    """Return the grid factor [tCO2/MWh], and a warning if it is that of another year."""
    problems = []
    if year is None:
        problems.append(Problem("formula.year"))
    if not province and kind not in _NATIONAL:
        problems.append(Problem("formula.province", {"kind": kind}))
    if year is None or problems:
        raise InputError(problems)
    place, year = find_province(province).id if province else "", parse_year(year)
    try:
        row = default_catalog().electricity(kind, place, year, vintage)
    except FactorError as error:
        raise _in_words_of_formulas(error) from None
    if row.year != year:
        region = row.fields.get("region_zh") or row.item
        problems = [Problem("formula.vintage", {"kind": row.group, "region": region, "year": year, "other": row.year})]
    return row.value * units.factor(row.unit, "tCO2/MWh"), problems


def _in_words_of_formulas(error: ZoneCarbonError) -> ZoneCarbonError:
    problems = [Problem(_WORDS.get(problem.code, problem.code), problem.values) for problem in error.problems]
    kind = FactorError if any(problem.code in _WORDS for problem in error.problems) else type(error)
    return kind(problems)
