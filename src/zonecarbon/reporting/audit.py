"""How the figures were made: every choice, every factor with its source, warnings, versions, the input's hash.

Decided here: a choice that holds others has a row for each of them, in words; an id is shown as an id where there is no
word for it, because an auditor looks it up. Rows keep the digits that reproduce the calculation, unlike the figures for
eyes. Scenarios come first: they are what most of the probabilities rest on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from zonecarbon.accounting import Account
from zonecarbon.projection import Ensemble
from zonecarbon.reporting.documents import documents, has_chinese
from zonecarbon.reporting.factors import factors_table
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import scenario_label
from zonecarbon.reporting.scenarios import scenario_sections, scenes, sources_of
from zonecarbon.reporting.view import Cell, Fact, Facts, Head, Notes, Section, Table, Text, filled, some
from zonecarbon.reporting.words import Say
from zonecarbon.terms import term
from zonecarbon.vocabulary import carriers

_MOST_WARNINGS, _MOST_SET_ASIDE = 200, 100
_APART = {"method", "factors", "account", "set_aside", "grid_data_years", "price_years", "factor_tables_added", "basis"}
_ALSO_APART = {"scenario", "precision", "indicators", "levels", "keep", "quantiles", "source", "budgets"}
_OF_PLANS = {"measures", "goals"}  # stand in the chapter of the plan
_NOT_HERE = _APART | _ALSO_APART | _OF_PLANS
_WORDY = {"note_en", "note_zh", "title_en", "title_zh", "source_id"}  # said elsewhere, in the reader's language
_LONG = 20  # entries of a choice by zone: they stand in the tables of the answer
_CERTAINTY = "certainty"
_PART = "/"  # between a choice and a part of it


def audit(say: Say, material: Material, command: str) -> Section:
    """Return the audit trail."""
    account = material.account
    return Section(
        "audit",
        say("part.audit"),
        (),
        filled(
            [
                *scenario_sections(say, material),
                Section("audit-choices", say("audit.choices"), some(_choices(say, material))),
                Section(
                    "audit-factors",
                    say("audit.factors"),
                    some(None if account is None else factors_table(say, _with_flows(material, account))),
                ),
                Section("audit-sources", say("audit.sources"), some(_sources(say, material))),
                Section("audit-warnings", say("audit.warnings"), some(_warnings(say, material))),
                _set_aside(say, account),
                Section("audit-versions", say("audit.versions"), some(_versions(say, material, command))),
            ]
        ),
    )


def _with_flows(material: Material, account: Account) -> Account:
    """Return the account whose factors are shown: that of a plan has those of the carriers that measures bring too."""
    return material.plans[0].origin if material.plans else account


# -- choices -----------------------------------------------------------------------------------------------------------


def _choices(say: Say, material: Material) -> Table:
    found: dict[str, Cell] = {}
    if material.account is not None:
        found |= _method(say, material.account)
    several = len(material.ensembles) > 1
    for result in material.results:
        choices = {
            name: value
            for name, value in result.provenance.choices.items()
            if name not in _NOT_HERE and value not in (None, "", [], {}) and not _is_goals(name, value)
        }
        if several and isinstance(result, Ensemble):
            choices = {scenario_label(say, material, result): choices}
        for name, value in choices.items():
            _put(say, found, name, value)
    rows = tuple((_name(say, key), cell) for key, cell in found.items())
    return Table("", say("audit.choices_caption"), (Head(say("head.choice")), Head(say("head.value"))), rows)


def _put(say: Say, found: dict[str, Cell], name: str, value: Any) -> None:
    """Add the rows of a choice; with a number where another result chose otherwise."""
    number = 1
    rows = _rows_of(say, name, value)
    while any(found.get(row, cell) != cell for row, cell in rows.items()):
        number += 1
        rows = _rows_of(say, f"{name} {number}", value)
    found.update(rows)


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
            found |= _rows_of(say, name, value)
    seen = account.coefficients.vintages
    if seen:
        told = [say("audit.vintage", year=at, seen=", ".join(map(str, seen[at]))) for at in sorted(seen)]
        found[say("audit.vintages")] = Cell(say("stop").join(told))
    if account.catalog is not None and account.catalog.added:
        found[say("audit.added")] = Cell(", ".join(map(str, account.catalog.added)), code=True)
    return found


def _rows_of(say: Say, name: str, value: Any) -> dict[str, Cell]:
    """Return a choice as rows by name: a nested one has a row for each of its parts."""
    if not isinstance(value, Mapping):
        return {name: _chosen(say, value, name)}
    if len(value) > _LONG:
        return {name: Cell(say("audit.entries", n=len(value)))}
    found: dict[str, Cell] = {}
    for part, inner in value.items():
        if inner not in (None, "", [], {}, ()) and part not in _WORDY and not _is_by_zone(inner):
            found |= _rows_of(say, f"{name}{_PART}{part}", inner)
    return found


def _is_by_zone(value: Any) -> bool:
    """Return whether a choice has an entry for all together or each zone: those stand in the tables of the answer."""
    return isinstance(value, Mapping) and ("" in value or len(value) > _LONG)


def _name(say: Say, key: str) -> Cell:
    """Return what a choice is called, the whole before its part."""
    first, *parts = key.split(_PART)
    word, _, number = first.rpartition(" ") if first.rpartition(" ")[2].isdigit() else (first, "", "")
    told = say.of("choice", word) + (f" {number}" if number else "")
    named = say.knows("choice", word) or not _is_id(word)
    for part in parts:
        known = say.of("part_of", part) if say.knows("part_of", part) else _term(say, part)
        named = named and (known != part or not part.isascii())
        told = say("audit.part", whole=told, part=known)
    return Cell(told, code=not named and key.isascii() and "_" in key)


def _chosen(say: Say, value: Any, name: str = "") -> Cell:
    """Return a choice in words; what has no word is an id or typed text."""
    if isinstance(value, bool):
        return Cell(say("yes" if value else "no"))
    if isinstance(value, (list, tuple)):
        return _listed(say, value)
    if isinstance(value, (int, float)):
        is_year = isinstance(value, int) and 1900 <= value < 2200
        return Cell(str(value) if is_year else f"{value:,}" if isinstance(value, int) else f"{value:.12g}")
    for kind in ("option", "edition", name.rsplit(_PART, 1)[-1]):
        if say.knows(kind, str(value)):
            return Cell(say.of(kind, str(value)))
    word = _term(say, str(value)) if _is_id(str(value)) else str(value)
    return Cell(word, code=word == value)


def _listed(say: Say, value: Sequence[Any]) -> Cell:
    """Return a list joined; pairs of years as spans."""
    if all(isinstance(item, (list, tuple)) and len(item) == 2 for item in value):
        shown = [f"{first}–{last}" for first, last in value]
        return Cell(say("join").join(shown))
    cells = [_chosen(say, item) for item in value]
    return Cell(say("join").join(cell.text for cell in cells), code=any(cell.code for cell in cells))


def _is_id(text: str) -> bool:
    return text.isascii() and text.replace("_", "").isalnum() and text == text.lower() and not text.isdigit()


def _term(say: Say, text: str) -> str:
    """Return the word for an id of the vocabulary, or the id."""
    known = carriers()
    return known[text].name(say.language) if text in known else term(text, say.language).replace("CO2", "CO₂")


# -- sources, warnings, versions ---------------------------------------------------------------------------------------


def _sources(say: Say, material: Material) -> Table:
    used = [] if material.account is None else [u.row.source_id for u in material.account.coefficients.uses if u.row]
    used += [block.target.source_id for check in material.checks for block in check.blocks]
    used += [name for scene in scenes(material) for name in sources_of(scene)]
    for measures in [found.measures for found in material.plans] + [found.measures for found in material.curves]:
        used += [item.source_id for item in measures.price] + [item.source_id for item in measures.measure]
    known = documents()
    ids = [name for name in dict.fromkeys(used) if name in known]
    foreign = "zh-CN" if say.language == "en" else ""
    rows = []
    for name in ids:
        told = known[name]
        issuer = told.issued(say)
        rows.append(
            (
                told.titled(say),
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
