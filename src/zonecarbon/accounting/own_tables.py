"""What a reader must know of the user's own factor tables behind an account: said once each, and nothing is refused.

Decided here: a row of the user's stands as it is given. But what looks as if it counted and does not, is told of: a
column that is not read, a heat value that moves CO2 and leaves energy, a year within a series of one's own for which a
shipped row stands in. So is a row that names no source. A figure that is that of the shipped row is not told of.
"""

import math
import re
from collections.abc import Callable, Collection, Sequence

from zonecarbon import units
from zonecarbon.accounting.coefficients import Use, is_inventorys
from zonecarbon.activity import Flow
from zonecarbon.catalog import Catalog, FactorRow, unread_columns
from zonecarbon.errors import Problem
from zonecarbon.notation import year_spans
from zonecarbon.records import Method
from zonecarbon.vocabulary import few, provinces

_SHOWN = 10
_PLACE = re.compile(r"own table (.*), row ([0-9]+): no source given", re.DOTALL)
_ROUNDED = 5e-4  # a printed coefficient has four digits


def doubts_of_own_tables(
    catalog: Catalog, uses: Sequence[Use], method: Method, flows: Sequence[Flow], is_used: Callable[[int], bool]
) -> list[Problem]:
    """Return what there is to say of the user's rows; nothing where there are none.

    Parameters
    ----------
    catalog, uses, method
        The factor tables, the factors behind the figures, and the complete method.
    flows, is_used
        The flows of the account, and whether one has a quantity anywhere.
    """
    own = [row for row in catalog.rows() if row.origin != "shipped"]
    if not own:
        return []
    used = {flow for position, flow in enumerate(flows) if is_used(position)}
    uses = [use for use in uses if use.flow in used]
    chosen = [carrier for carrier, choice in method.coefficients.items() if not is_inventorys(carrier, choice)]
    found = [*unread_columns(own), *_gaps(own, uses), *_heat_values(uses, chosen)]
    return [*found, *_unsourced(uses)]


def _unsourced(uses: Sequence[Use]) -> list[Problem]:
    """Return a warning of the rows behind figures that name no source."""
    rows: dict[str, set[int]] = {}
    for use in uses:
        if use.row is not None and not use.row.has_source and (place := _PLACE.fullmatch(use.row.source_id)):
            rows.setdefault(place[1], set()).add(int(place[2]))
    told = [f"{source} ({year_spans(sorted(numbers), '-')})" for source, numbers in rows.items()]
    return [Problem("account.unsourced", {"rows": few(told, _SHOWN)})] if told else []


def _gaps(own: Sequence[FactorRow], uses: Sequence[Use]) -> list[Problem]:
    """Return a warning of the years within a grid series of the user's for which a shipped row stands in."""
    series: dict[tuple[str, str], set[int]] = {}
    for row in own:
        if row.table == "grid_electricity" and row.year is not None:
            series.setdefault((row.group, row.item), set()).add(row.year)
    gaps: dict[tuple[str, str], set[int]] = {}
    for use in uses:
        used = use.row
        if used is None or use.year is None or used.table != "grid_electricity" or used.origin != "shipped":
            continue
        years = series.get((used.group, used.item), set())
        if years and min(years) < use.year < max(years):
            gaps.setdefault((used.group, used.item), set()).add(use.year)
    names = [
        f"{provinces()[item].name_zh if item in provinces() else item} {kind} {year_spans(sorted(years), '-')}"
        for (kind, item), years in gaps.items()
    ]
    return [Problem("account.grid_gap", {"items": few(names, _SHOWN)})] if names else []


def _heat_values(uses: Sequence[Use], chosen: Collection[str]) -> list[Problem]:
    """Return a warning of heat values of the user's that count for CO2 alone, or not at all."""
    energy = {use.flow: use for use in uses if use.role == "energy" and use.year is None}
    pairs: list[str] = []
    choices: list[tuple[str, str]] = []
    idle: dict[str, None] = {}
    for use in uses:
        row = use.row
        if row is None or row.origin == "shipped" or row.table != "fuel_co2" or use.flow.unit in {"GJ", "tce"}:
            continue
        coefficient = energy.get(use.flow)
        if use.role == "co2" and not use.proxy and row.heat_value[1] and not _is_used(row, use.flow, uses):
            idle[f"{use.flow.carrier} ({row.heat_value[1]})"] = None
        if use.role != "heat_value" or coefficient is None or use.flow.carrier in chosen:
            continue
        if coefficient.row is not None and coefficient.row.origin != "shipped":
            continue
        behind = coefficient.value * units.factor("tce", "GJ")
        if not math.isclose(use.value, behind, rel_tol=_ROUNDED):
            pairs.append(f"{use.flow.carrier}: {use.value:.6g} / {behind:.6g} {use.unit}")
            choices.append((use.flow.carrier, f"{use.value / units.factor('tce', 'GJ'):.6g} tce/{use.flow.unit}"))
    found = []
    if choices:
        carrier, choice = choices[0]
        found.append(
            Problem(
                "account.heat_value",
                {"pairs": few(list(dict.fromkeys(pairs)), _SHOWN), "carrier": carrier, "choice": choice},
            )
        )
    if idle:
        found.append(Problem("account.heat_value_unit", {"items": few(list(idle), _SHOWN)}))
    return found


def _is_used(row: FactorRow, flow: Flow, uses: Sequence[Use]) -> bool:
    return any(use.role == "heat_value" and use.row is row and use.flow == flow for use in uses)
