"""How the figures were made: every choice, every factor with its source, warnings, versions, the input's hash.

Decided here: a factor that serves several carriers or years is one row, so that a page stays readable and nothing is
lost. Ids of choices are shown as ids where there is no word for them: an auditor looks them up. Rows keep the digits
that reproduce the calculation, unlike the figures for eyes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zonecarbon._table import plain
from zonecarbon.accounting import Account
from zonecarbon.accounting.coefficients import Use
from zonecarbon.activity import Flow
from zonecarbon.records.path import Path, Uncertainty
from zonecarbon.reporting.documents import document, documents, has_chinese
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.view import Cell, Fact, Facts, Head, Notes, Section, Table, Text, filled, some
from zonecarbon.reporting.words import Say
from zonecarbon.reporting.zonepages import spans
from zonecarbon.vocabulary import REPORTED, carriers, provinces

_MOST_WARNINGS, _MOST_SET_ASIDE = 200, 100
_APART = {"method", "factors", "account", "set_aside", "grid_data_years", "price_years", "factor_tables_added", "basis"}
_ALSO_APART = {"scenario", "precision", "indicators", "levels", "keep", "quantiles", "source", "budgets"}
_WORDY = {"note_en", "note_zh", "title_en", "title_zh", "source_id"}  # said elsewhere, in the reader's language
_LONG = 20  # entries of a choice by zone: they stand in the tables of the answer
_CERTAINTY = "certainty"


def audit(say: Say, material: Material, command: str) -> Section:
    """Return the audit trail."""
    account = material.account
    return Section(
        "audit",
        say("part.audit"),
        (),
        filled(
            [
                Section("audit-choices", say("audit.choices"), some(_choices(say, material))),
                Section(
                    "audit-factors", say("audit.factors"), some(None if account is None else _factors(say, account))
                ),
                Section("audit-sources", say("audit.sources"), some(_sources(say, material))),
                Section("audit-warnings", say("audit.warnings"), some(_warnings(say, material))),
                _set_aside(say, account),
                Section("audit-versions", say("audit.versions"), some(_versions(say, material, command))),
            ]
        ),
    )


# -- choices -----------------------------------------------------------------------------------------------------------


def _choices(say: Say, material: Material) -> Table:
    found: dict[str, Cell] = {}
    if material.account is not None:
        found |= _method(say, material.account)
    for told in material.provenances:
        for name, value in told.choices.items():
            if name in _APART | _ALSO_APART or value in (None, "", [], {}) or _is_goals(name, value):
                continue
            key, number = name, 2
            while key in found and found[key] != _chosen(say, value):
                key, number = f"{name} {number}", number + 1
            found[key] = _chosen(say, value)
    rows = tuple((_name(say, key), cell) for key, cell in found.items())
    return Table("", say("audit.choices_caption"), (Head(say("head.choice")), Head(say("head.value"))), rows)


def _is_goals(name: str, value: Any) -> bool:
    """Return whether this is what a projection judged: it stands beside the target set already."""
    return name == "targets" and isinstance(value, Mapping)


def _method(say: Say, account: Account) -> dict[str, Cell]:
    """Return every choice of the method, and what the account found on the way."""
    method = account.method.model_dump()
    title = say.pick(account.method.title_en, account.method.title_zh)
    found = {"name": Cell(title)} if title else {"name": Cell(account.method.name, code=True)}
    for name, value in method.items():
        if say.knows("choice", name) and name != "name" and value not in (None, "", {}, ()):
            found[name] = _chosen(say, value)
    seen = account.coefficients.vintages
    if seen:
        told = [say("audit.vintage", year=at, seen=", ".join(map(str, seen[at]))) for at in sorted(seen)]
        found[say("audit.vintages")] = Cell(say("stop").join(told))
    if account.catalog is not None and account.catalog.added:
        found[say("audit.added")] = Cell(", ".join(map(str, account.catalog.added)), code=True)
    return found


def _name(say: Say, key: str) -> Cell:
    word, _, number = key.partition(" ")
    if say.knows("choice", key):
        return Cell(say.of("choice", key))
    if number.isdigit() and say.knows("choice", word):
        return Cell(f"{say.of('choice', word)} {number}")
    return Cell(key, code=key.isascii() and "_" in key)


def _chosen(say: Say, value: Any) -> Cell:
    """Return a choice in words, or as the data it is."""
    if isinstance(value, bool):
        return Cell(say("yes" if value else "no"))
    if isinstance(value, str):
        word = value if not say.knows("option", value) else say.of("option", value)
        word = say.of("edition", value) if say.knows("edition", value) else word
        return Cell(word, code=word == value)
    if isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
        return Cell(", ".join(map(str, value)), code=True)
    if isinstance(value, (Mapping, list, tuple)):
        return Cell(_written(value), code=True)
    return Cell(f"{value:,}" if isinstance(value, int) and value > 9999 else str(value), code=True)


def _written(value: Any) -> str:
    """Return data as it is, but for what a list of zones would make endless."""
    if isinstance(value, Mapping):
        kept = {name: part for name, part in value.items() if part not in (None, "", [], {}) and name not in _WORDY}
        kept = {name: part for name, part in kept.items() if not (isinstance(part, Mapping) and len(part) > _LONG)}
        return "; ".join(f"{name} = {_written_part(part)}" for name, part in kept.items())
    return _written_part(value)


def _written_part(part: Any) -> str:
    return part if isinstance(part, str) else json.dumps(plain(part), ensure_ascii=False)


def _scenarios(say: Say, material: Material) -> list[Section]:
    """Return what each scenario assumes: its words, its numbers, and how sure they are."""
    found = [ensemble.scenario for ensemble in material.ensembles]
    found += [need.scenario for need in material.requirements if need.scenario is not None]
    found += [tornado.study.scenario for tornado in material.tornados]
    distinct = {repr(scenario): scenario for scenario in found}
    heads = (
        Head(say("head.driver")),
        Head(say("head.assumed")),
        Head(say("head.numbers")),
        Head(say("head.certainty")),
    )
    sections = []
    for number, scenario in enumerate(distinct.values(), start=1):
        names = {shift.name: say.pick(shift.title_en, shift.title_zh) or shift.name for shift in scenario.shift}
        rows = []
        for name, path in scenario.drivers():
            parts: tuple[Path | Uncertainty, ...] = (path, *path.uncertainty)
            for part in parts:
                told = part.model_dump(exclude_defaults=True, exclude={"uncertainty", "status", *_WORDY})
                rows.append(
                    (
                        Cell(names.get(name) or say.of("driver", name)),
                        Cell(say.pick(part.note_en, part.note_zh)),
                        Cell(_written(told), code=True),
                        Cell(say.of(_CERTAINTY, part.status)),
                    )
                )
        title = say.pick(scenario.title_en, scenario.title_zh) or scenario.name
        table = Table("", say("audit.scenario_caption"), heads, tuple(rows))
        about = Text(say.pick(scenario.note_en, scenario.note_zh))
        sections.append(Section(f"audit-scenario-{number}", say("audit.scenario", scenario=title), some(about, table)))
    return sections


# -- factors -----------------------------------------------------------------------------------------------------------


def _factors(say: Say, account: Account) -> Table:
    """Return every factor that was used, one row for the carriers and years that share it."""
    grouped: dict[tuple[Any, ...], list[Use]] = {}
    for use in account.coefficients.uses:
        key = (use.role, repr(use.value), use.unit, use.label, use.province, use.proxy)
        grouped.setdefault(key, []).append(use)
    heads = (
        Head(say("head.carriers")),
        Head(say("head.role")),
        Head(say("head.factor_value"), "", True),
        Head(say("head.unit")),
        Head(say("head.region")),
        Head(say("head.used_in")),
        Head(say("head.edition")),
        Head(say("head.data_year")),
        Head(say("head.source")),
        Head(say("head.certainty")),
    )
    rows = tuple(_factor_row(say, uses) for uses in grouped.values())
    return Table("factors", say("audit.factors_caption"), heads, rows, wide=True)


def _factor_row(say: Say, uses: Sequence[Use]) -> tuple[Cell, ...]:
    use = uses[0]
    row = use.row
    names = list(dict.fromkeys(flow_name(say, item.flow) for item in uses))
    told = say("join").join(names)
    if use.proxy:
        told = say("proxy.by", text=told, proxy=_carrier(say, use.proxy))
    years = sorted({item.year for item in uses if item.year is not None})
    known = provinces()
    return (
        Cell(told),
        Cell(say.of("role", use.role)),
        Cell(say("unknown") if np.isnan(use.value) else f"{use.value:.6g}", use.value),
        Cell(use.unit),
        Cell(known[use.province].name(say.language) if use.province in known else ""),
        Cell(spans(years)),
        _edition(say, use),
        Cell("" if row is None or row.year is None else str(row.year)),
        _source(say, use),
        Cell(say.of(_CERTAINTY, row.status if row else "choice")),
    )


def _edition(say: Say, use: Use) -> Cell:
    if use.row is None:
        return _origin(say, use)
    if use.row.origin != "shipped":
        return Cell(say("origin.file", file=use.row.origin))
    return Cell(say.of("edition", use.row.group), code=not say.knows("edition", use.row.group))


def _origin(say: Say, use: Use) -> Cell:
    """Return where a figure that is in no table comes from."""
    if np.isnan(use.value):
        return Cell(say("origin.none"))
    head, colon, _ = use.label.partition(": ")
    if colon and ("chosen" in head or "choice" in head):
        return Cell(say("origin.method"))
    return Cell(say("origin.unit" if use.unit in {"tce/tce", "tce/GJ", "tCO2/tCO2"} else "origin.rule"))


def _source(say: Say, use: Use) -> Cell:
    if use.row is None or not use.row.source_id:
        return Cell("")
    found = document(use.row.source_id)
    return Cell(use.row.source_id, code=True) if found is None else found.short(say)


def flow_name(say: Say, flow: Flow) -> str:
    """Return carrier or product, use and supply in words."""
    if not flow.carrier:
        return flow.product
    name = REPORTED.name(say.language) if flow.carrier == REPORTED.id else _carrier(say, flow.carrier)
    parts = [name]
    parts += [say.of("use", flow.use)] if flow.use not in {"", "final"} else []
    parts += [say.of("supply", flow.supply)] if flow.supply not in {"", "grid"} else []
    return f"{parts[0]} ({say('join').join(parts[1:])})" if len(parts) > 1 else parts[0]


def _carrier(say: Say, name: str) -> str:
    known = carriers()
    return known[name].name(say.language) if name in known else name


# -- sources, warnings, versions ---------------------------------------------------------------------------------------


def _sources(say: Say, material: Material) -> Table:
    used = [] if material.account is None else [u.row.source_id for u in material.account.coefficients.uses if u.row]
    used += [block.target.source_id for check in material.checks for block in check.blocks]
    for ensemble in material.ensembles:
        used += [name for _, path in ensemble.scenario.drivers() for name in getattr(path, "sources", ())]
    known = documents()
    ids = [name for name in dict.fromkeys(used) if name in known]
    foreign = "zh-CN" if say.language == "en" else ""
    rows = []
    for name in ids:
        told = known[name]
        title = say.pick(told.title_en, told.title_zh)
        issuer = told.issued(say)
        rows.append(
            (
                Cell(title, lang=foreign if has_chinese(title) else "", cite=True),
                Cell(issuer, lang=foreign if has_chinese(issuer) else "", cite=True),
                Cell(say.of(_CERTAINTY, told.status)),
                Cell(name, code=True),
            )
        )
    heads = (
        Head(say("head.document")),
        Head(say("head.issuer")),
        Head(say("head.certainty")),
        Head(say("head.id")),
    )
    return Table("", say("audit.sources_caption"), heads, tuple(rows))


def _warnings(say: Say, material: Material) -> Notes:
    method = None if material.account is None else material.account.method
    note = "" if method is None else say.pick(method.note_en, method.note_zh)
    found = [*([note] if note else []), *(problem.text(say.language) for problem in material.warnings)]
    rest = len(found) - _MOST_WARNINGS
    return Notes((*found[:_MOST_WARNINGS], *([say("audit.more", n=rest)] if rest > 0 else [])))


def _set_aside(say: Say, account: Account | None) -> Section | None:
    found = () if account is None else account.activity.set_aside
    if not found:
        return None
    texts = [problem.text(say.language) for problem in found[:_MOST_SET_ASIDE]]
    rest = len(found) - len(texts)
    notes = Notes((*texts, *([say("audit.more", n=rest)] if rest > 0 else [])))
    about = Text(say("audit.set_aside_about", n=len(found)))
    return Section("audit-set-aside", say("audit.set_aside"), some(about, notes))


def _versions(say: Say, material: Material, command: str) -> Facts:
    items = [
        Fact(say("audit.version_of", name=name), Cell(version, code=True))
        for name, version in material.provenances[0].versions.items()
    ]
    if material.input_hash:
        items.append(Fact(say("audit.hash"), Cell(material.input_hash, code=True)))
    if command:
        items.append(Fact(say("audit.command"), Cell(command, code=True)))
    return Facts(tuple(items))
