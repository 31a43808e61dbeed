"""The factors behind the figures: each with the standard or set that it is of, and the document that it was read from.

Decided here: the two are apart, because a coefficient of GB/T 2589-2020 that was compared with a transcription is not
one that was compared with the standard. A factor that is in no table is a choice: whose, is said. Factors that serve
several carriers or years are one row. On the page of a zone stands what the zone used: a year in which it bought no
electricity has no grid factor there.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from zonecarbon.accounting import Account
from zonecarbon.accounting.coefficients import Use
from zonecarbon.activity import Flow
from zonecarbon.catalog import method as find_method
from zonecarbon.catalog import names as names_of
from zonecarbon.notation import figure, year_spans
from zonecarbon.records import Method
from zonecarbon.reporting.documents import document
from zonecarbon.reporting.view import Cell, Head, Table
from zonecarbon.reporting.words import Say
from zonecarbon.vocabulary import carriers_of_flows, provinces

_CERTAINTY = "certainty"
_DEFINED = {"tce/tce", "tce/GJ", "tCO2/tCO2"}


def factors_table(say: Say, account: Account) -> Table:
    """Return every factor that was used, one row for the carriers and years that share it."""
    grouped: dict[tuple[Any, ...], list[Use]] = {}
    for use in account.coefficients.uses:
        key = (use.role, repr(use.value), use.unit, use.label, use.province, use.proxy)
        grouped.setdefault(key, []).append(use)
    names = ("carriers", "role", "factor_value", "unit", "region", "used_in", "standard", "data_year", "read_from")
    heads = (*(Head(say(f"head.{name}"), "", name == "factor_value") for name in names), Head(say("head.certainty")))
    rows = tuple(_row(say, account, uses) for uses in grouped.values())
    return Table("factors", say("audit.factors_caption"), heads, rows, say("audit.factors_note"), wide=True)


def _row(say: Say, account: Account, uses: Sequence[Use]) -> tuple[Cell, ...]:
    use = uses[0]
    told = say("join").join(dict.fromkeys(flow_name(say, item.flow) for item in uses))
    if use.proxy:
        told = say("proxy.by", text=told, proxy=_carrier(say, use.proxy))
    years = sorted({item.year for item in uses if item.year is not None})
    known = provinces()
    return (
        Cell(told),
        Cell(say.of("role", use.role)),
        Cell(say("unknown") if np.isnan(use.value) else f"{use.value:.6g}", use.value),
        Cell(use.unit.replace("CO2", "CO₂")),
        Cell(known[use.province].name(say.language) if use.province in known else ""),
        Cell(year_spans(years)),
        _standard(say, use),
        Cell("" if use.row is None or use.row.year is None else str(use.row.year)),
        _read_from(say, account.method, use),
        Cell(say("unknown") if np.isnan(use.value) else _certainty(say, account.method, use)),
    )


def _standard(say: Say, use: Use) -> Cell:
    """Return edition, set or kind; of a grid factor with the number of its notice."""
    if use.row is None:
        return Cell("")
    if use.row.origin != "shipped":
        return Cell(use.row.group, code=True)
    word = say.of("edition", use.row.group)
    notice = use.row.fields.get("notice") or ""
    lang = "zh-CN" if notice and say.language == "en" else ""
    return Cell(say("join").join(filter(None, (word, notice))), lang=lang, code=word == use.row.group and not notice)


def _read_from(say: Say, method: Method, use: Use) -> Cell:
    """Return the document that the figure was compared with, or whose choice it is."""
    row = use.row
    if row is None:
        return _origin(say, method, use)
    if row.origin != "shipped":
        return Cell(say("origin.file", file=row.origin))
    found = document(row.source_id) if row.source_id else None
    return Cell(row.source_id, code=bool(row.source_id)) if found is None else found.read(say)


def _origin(say: Say, method: Method, use: Use) -> Cell:
    """Return where a figure that is in no table comes from."""
    if np.isnan(use.value):
        return Cell(say("origin.none"))
    if _is_chosen(use):
        return Cell(say("origin.user" if is_users(method, use) else "origin.own_choice"))
    if use.label.startswith("supply "):
        return Cell(say("origin.supply", supply=say.of("supply", use.flow.supply)))
    return Cell(say("origin.unit" if use.unit in _DEFINED else "origin.rule"))


def _certainty(say: Say, method: Method, use: Use) -> str:
    if use.row is not None:
        return say.of(_CERTAINTY, use.row.status)
    return say.of(_CERTAINTY, "user" if _is_chosen(use) and is_users(method, use) else "choice")


def _is_chosen(use: Use) -> bool:
    head, colon, _ = use.label.partition(": ")
    return bool(colon) and ("chosen" in head or "choice" in head)


def is_users(method: Method, use: Use) -> bool:
    """Return whether a choice was made by the user: the shipped method does not make it."""
    own = names_of("methods")
    shipped = find_method(method.name if method.name in own else method.base if method.base in own else "inventory")
    kind, carrier = use.flow.kind, use.flow.carrier
    if use.flow.kind == "process":
        return method.process != shipped.process
    if use.role == "co2":
        field = "electricity" if kind == "electricity" else "heat"
        return bool(getattr(method, field) != getattr(shipped, field))
    if "equivalent value" in use.label:
        return method.equivalent.get(kind) != shipped.equivalent.get(kind)
    return method.coefficients.get(carrier) != shipped.coefficients.get(carrier)


def flow_name(say: Say, flow: Flow) -> str:
    """Return carrier or product, use and supply in words."""
    if not flow.carrier:
        return flow.product
    parts = [_carrier(say, flow.carrier)]
    parts += [say.of("use", flow.use)] if flow.use not in {"", "final"} else []
    parts += [say.of("supply", flow.supply)] if flow.supply not in {"", "grid"} else []
    told = say("join").join(parts[1:])
    return say("driver.supplied", name=parts[0], supply=told) if told else parts[0]


def _carrier(say: Say, name: str) -> str:
    known = carriers_of_flows()
    return known[name].name(say.language) if name in known else name


# -- the grid factors of a zone ----------------------------------------------------------------------------------------


def grid_factors(say: Say, account: Account, at: int) -> Table | None:
    """Return the factors of a zone's electricity by the years in which it had any: kind, data year and source."""
    province = str(account.activity.provinces[at])
    found: dict[tuple[Any, ...], tuple[Use, set[int]]] = {}
    for use in account.coefficients.uses:
        if use.role != "co2" or use.flow.kind != "electricity" or use.province not in {"", province}:
            continue
        years = _years_of(account, at, use)
        if years:
            key = (repr(use.value), id(use.row), use.label if use.row is None else "")
            found.setdefault(key, (use, set()))[1].update(years)
    if not found:
        return None
    heads = (
        Head(say("head.used_in")),
        Head(say("head.factor_value"), say("unit.tCO2/MWh"), True),
        Head(say("head.standard")),
        Head(say("head.data_year")),
        Head(say("head.read_from")),
    )
    rows = []
    for use, seen in sorted(found.values(), key=lambda item: min(item[1])):
        years = sorted(seen)
        rows.append(
            (
                Cell(year_spans(years), float(years[0])),
                Cell(figure(use.value, "number", say.language), use.value),
                _standard(say, use),
                Cell("" if use.row is None or use.row.year is None else str(use.row.year)),
                _read_from(say, account.method, use),
            )
        )
    return Table("", say("zone.factors_caption"), heads, tuple(rows))


def _years_of(account: Account, at: int, use: Use) -> list[int]:
    """Return the years in which a zone has a known quantity, not zero, of the flow that a factor is for."""
    if use.flow not in account.flows:
        return []
    there = account.quantity[at, :, account.flows.index(use.flow)]
    used = (np.nan_to_num(there) != 0).any(axis=0)
    years = account.years[used].tolist()
    return [year for year in years if use.year is None or year == use.year]
