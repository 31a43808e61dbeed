"""What a report is made of: results sorted by kind, and what they have in common.

Decided here: results come in any order, several of a kind too (two scenarios side by side). The account is taken from
whichever result has one. All must stand on the same input, the same method and the same factors: a verdict beside a
chart of other data would be a lie, and two bases never meet on one page. A plan stands on an account that goes on and
has flows of its own, so its input has another hash: it is compared by its figures in the years before the plan.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zonecarbon._table import Provenance
from zonecarbon._typing import ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.decomposition import Decomposition, Decoupling
from zonecarbon.errors import InputError, Problem
from zonecarbon.peaks import Outlook, Peaks
from zonecarbon.planning import AbatementCurve, Assurance, Plan
from zonecarbon.projection import Ensemble
from zonecarbon.requirements import Requirement
from zonecarbon.sensitivity import Tornado
from zonecarbon.targets import TargetCheck
from zonecarbon.vocabulary import unknown_zone

_FACTS = (Account, TargetCheck, Decomposition, Decoupling, Ensemble, Peaks, Outlook, Requirement, Tornado)
_PLANS = (Plan, AbatementCurve, Assurance)
KINDS = (*_FACTS, *_PLANS)
_SAME = 1e-9  # relative: what a plan adds up may differ in the last digits
# What this library writes itself over data that it made up: the source, or ids and names of its shipped example. Any
# other "synthetic" is part of somebody's name (a zone of synthetic fibres is real).
_SYNTHETIC_SOURCES = ("synthetic data", "合成数据")
_EXAMPLE_ZONE = re.compile(r"synthetic-(\d{3}) Synthetic zone \1 / 示例园区\1")


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The results of a report, by kind; ``notes`` say what is not in it and why."""

    results: tuple[Any, ...]
    account: Account | None
    checks: tuple[TargetCheck, ...]
    changes: tuple[Decomposition, ...]
    couplings: tuple[Decoupling, ...]
    ensembles: tuple[Ensemble, ...]
    peaks: tuple[Peaks, ...]
    outlooks: tuple[Outlook, ...]
    requirements: tuple[Requirement, ...]
    tornados: tuple[Tornado, ...]
    plans: tuple[Plan, ...] = ()
    curves: tuple[AbatementCurve, ...] = ()
    assurances: tuple[Assurance, ...] = ()
    notes: tuple[Problem, ...] = ()
    zones: ObjectArray = field(default_factory=lambda: np.zeros(0, dtype=object), repr=False)

    @property
    def provenances(self) -> list[Provenance]:
        """What stands behind each result, the account first."""
        first = [self.account] if self.account is not None and self.account not in self.results else []
        return [result.provenance for result in (*first, *self.results)]

    @property
    def input_hash(self) -> str:
        """The hash of the input; empty where no result has one."""
        return next((told.input_hash for told in self.provenances if told.input_hash), "")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a reader must know, each once."""
        found: list[Problem] = []
        for told in self.provenances:
            found += [problem for problem in told.warnings if problem not in found]
        return tuple(found)

    @property
    def is_synthetic(self) -> bool:
        """Whether the source of the data says that it is made up, or the zones are those of the shipped example."""
        if self.account is None:
            return False
        of = self.account.activity
        named = (f"{zone} {name}" for zone, name in zip(of.zones.tolist(), of.names.tolist(), strict=True))
        is_example = len(of.zones) > 0 and all(_EXAMPLE_ZONE.fullmatch(text) for text in named)
        return is_example or of.source.strip().casefold().startswith(_SYNTHETIC_SOURCES)

    def place(self, zone: str) -> int:
        """Return the position of a zone in the account.

        Raises
        ------
        InputError
            If there is no such zone.
        """
        found = np.flatnonzero(self.zones == zone)
        if not len(found):
            raise unknown_zone(zone, self.zones)
        return int(found[0])


def gather(results: Sequence[Any], notes: Sequence[Problem] = ()) -> Material:
    """Return results sorted by kind.

    Raises
    ------
    InputError
        If nothing is given, if something is no result that a report knows, if two results are not of the same input,
        method or factors, or if a note is none.
    """
    wrong_notes = [note for note in _each(notes) if not isinstance(note, Problem)]
    if wrong_notes:
        raise InputError("report.note", got=type(wrong_notes[0]).__name__)
    wrong = [Problem("report.result", {"got": type(item).__name__}) for item in results if not isinstance(item, KINDS)]
    if not results:
        wrong = [Problem("report.nothing")]
    if wrong:
        raise InputError(wrong)
    accounts = [account for result in results for account in _accounts(result)]
    if any(not len(account.zones) for account in accounts):
        raise InputError("report.empty")
    _require_same([item for item in results if not isinstance(item, _PLANS)], accounts)
    accounts = _with_plans(results, accounts)

    def of(kind: type) -> tuple[Any, ...]:
        return tuple(result for result in results if isinstance(result, kind))

    return Material(
        results=tuple(results),
        account=accounts[0] if accounts else None,
        checks=of(TargetCheck),
        changes=of(Decomposition),
        couplings=of(Decoupling),
        ensembles=of(Ensemble),
        peaks=of(Peaks),
        outlooks=of(Outlook),
        requirements=of(Requirement),
        tornados=of(Tornado),
        plans=_plans(results),
        curves=of(AbatementCurve),
        assurances=of(Assurance),
        notes=tuple(notes),
        zones=accounts[0].zones if accounts else _zones(results),
    )


def _plans(results: Sequence[Any]) -> tuple[Plan, ...]:
    """Return the plans, and those behind an assurance, each once."""
    found = [result for result in results if isinstance(result, Plan)]
    behind = [result.plan for result in results if isinstance(result, Assurance)]
    return tuple({id(plan): plan for plan in (*found, *behind)}.values())


def _with_plans(results: Sequence[Any], accounts: list[Account]) -> list[Account]:
    """Return the accounts, with those that plans start from where there is no other; refuse plans of other data."""
    starts = [(type(plan).__name__, plan.origin) for plan in _plans(results)]
    curves = [(type(result).__name__, result.account) for result in results if isinstance(result, AbatementCurve)]
    first = accounts or [account for _, account in (*starts, *curves)][:1]
    for name, other in (*starts, *curves):
        if any(not len(account.zones) for account in (other, *first)):
            raise InputError("report.empty")
        if other.method.model_dump() != first[0].method.model_dump():
            methods = [f"{account.method.name} ({account.basis})" for account in (first[0], other)]
            raise InputError("report.methods", methods=", ".join(methods))
        if not _agree(first[0], other):
            hashes = [account.provenance.input_hash for account in (first[0], other)]
            raise InputError("report.inputs", results=f"Account {hashes[0]}, {name} {hashes[1]}")
    return first


def _agree(one: Account, other: Account) -> bool:
    """Return whether two accounts have the same zones and, in the years of both, the same figures."""
    if not np.array_equal(one.zones, other.zones):
        return False
    years = np.intersect1d(one.years, other.years)
    at, to = np.searchsorted(one.years, years), np.searchsorted(other.years, years)
    return all(
        np.allclose(one.total(what)[:, at], other.total(what)[:, to], rtol=_SAME, atol=0.0, equal_nan=True)
        for what in ("energy", "co2", "value_added")
    )


def _accounts(result: Any) -> Iterator[Account]:
    """Return the account behind a result, if there is one; not of a plan, whose account goes on."""
    if isinstance(result, _PLANS):
        return
    if isinstance(result, Tornado):
        yield result.study.account
        return
    places = {TargetCheck: "of", Decomposition: "source", Decoupling: "source", Peaks: "source"}
    own = result if isinstance(result, Account) else getattr(result, places.get(type(result), "account"), None)
    if isinstance(own, Account):
        yield own


def _require_same(results: Sequence[Any], accounts: Sequence[Account]) -> None:
    """Refuse results of different inputs, or of one input under different methods."""
    hashes: dict[str, str] = {}
    for result in results:
        if found := result.provenance.input_hash:
            hashes.setdefault(found, type(result).__name__)
    if len(hashes) > 1:
        told = ", ".join(f"{name} {found}" for found, name in hashes.items())
        raise InputError("report.inputs", results=told)
    distinct = list({id(account): account for account in accounts}.values())
    methods = [account.method.model_dump() for account in distinct]
    if any(method != methods[0] for method in methods):
        raise InputError("report.methods", methods=", ".join(f"{a.method.name} ({a.basis})" for a in distinct))
    factors = [used for result in results if (used := _factors(result.provenance.choices)) is not None]
    if any(used != factors[0] for used in factors) or not all(_same_factors(distinct[0], a) for a in distinct):
        raise InputError("report.factors", results=", ".join(type(result).__name__ for result in results))


def _same_factors(one: Account, other: Account) -> bool:
    """Return whether two accounts count with the same coefficients, whatever their tables are called."""
    return all(
        np.array_equal(getattr(one.coefficients, name), getattr(other.coefficients, name), equal_nan=True)
        for name in ("energy", "co2", "biogenic")
    )


def _factors(choices: Mapping[str, Any]) -> frozenset[tuple[str, ...]] | None:
    """Return the factors that the choices of a result name; None where they name none, as of a table."""
    found = choices.get("account", choices)
    if not isinstance(found, Mapping) or "factors" not in found:
        return None
    keys = ("carrier", "use", "supply", "role", "value", "unit", "year", "province")
    return frozenset(tuple(str(use.get(key)) for key in keys) for use in found["factors"])


def _each(items: Any) -> list[Any]:
    """Return the items of a list; what is none is its only item."""
    return list(items) if isinstance(items, Sequence) and not isinstance(items, str) else [items]


def _zones(results: Sequence[Any]) -> ObjectArray:
    """Return the zones of the first result that names any."""
    for result in results:
        found = result.zone if isinstance(result, Peaks) else getattr(result, "zones", None)
        if isinstance(result, Outlook):
            found = result.rows["zone"][:-1]
        if found is not None and len(found) and any(found):
            return np.array([str(zone) for zone in found], dtype=object)
    return np.zeros(0, dtype=object)
