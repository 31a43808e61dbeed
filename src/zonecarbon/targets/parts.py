"""Accounts of zones in parts, checked as one.

Decided here: of each account only what a target needs is kept, by zone and year: energy, CO2, value added, printed
figures, labels, the electricity supplied directly, and CO2 at the grid factors of the base years. Quantities by
carrier, which are what does not fit into memory, are let go before the next part comes. The verdicts are those of one
account of all zones.

Parts have to be made alike: one method, one basis, units of printed figures that agree, every zone once. Years may
differ; a year that a part does not have is not known there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._executing import in_order
from zonecarbon._table import Provenance, hash_arrays
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.activity import Flow
from zonecarbon.errors import InputError
from zonecarbon.records import Method
from zonecarbon.targets.evidence import Evidence, from_account
from zonecarbon.targets.remains import Labels, Remains, Vintages, remains_of

_SHOWN = 10


def from_parts(accounts: Iterable[Account], base_years: Iterable[int], executor: Executor | None = None) -> Evidence:
    """Return the evidence of accounts that each have some of the zones; they are taken one after another.

    Raises
    ------
    InputError
        If a part is no account, parts were not made alike, or a zone is in two of them.
    """
    bases = tuple(sorted(set(base_years)))
    parts: list[Evidence] = []
    units: dict[str, str] = {}
    for part in in_order(executor, _remains_of, zip(_checked(accounts), repeat(bases))):
        _require_alike(parts[0] if parts else part, part, units)
        parts.append(part)
    if not parts:
        raise InputError("check.source", got="nothing")
    first = parts[0]
    zones = np.concatenate([part.zones for part in parts])
    _require_once(zones)
    years = np.unique(np.concatenate([part.years for part in parts]))
    spread = _Spread(parts, years)
    remains = [part.account for part in parts if isinstance(part.account, Remains)]
    names = list(dict.fromkeys(chain.from_iterable(part.levels for part in parts)))
    return Evidence(
        zones=zones,
        years=years,
        basis=first.basis,
        levels={name: spread.figures([part.levels.get(name) for part in parts]) for name in names},
        energy=spread.figures([part.energy for part in parts]),
        co2=spread.figures([part.co2 for part in parts]),
        value_added=spread.figures([part.value_added for part in parts]),
        price=spread.codes([part.price for part in parts]),
        price_names=first.price_names,
        boundary=spread.words([part.boundary for part in parts]),
        units=units,
        account=_joined(remains, spread, years),
        provenance=_provenance(remains),
    )


def _checked(accounts: Iterable[Account]) -> Iterator[Account]:
    """Yield the accounts; none is held while the next one is made."""
    number = 0
    for account in accounts:
        if not isinstance(account, Account):
            raise InputError("parts.kind", got=type(account).__name__, n=number)
        number += 1  # noqa: SIM113 - enumerate keeps the last account until it has the next one
        yield account
        del account


def _remains_of(account: Account, base_years: Sequence[int]) -> Evidence:
    """Return the evidence of a part, without the account."""
    return replace(from_account(account), account=remains_of(account, base_years))


def _require_alike(first: Evidence, other: Evidence, units: dict[str, str]) -> None:
    """Refuse a part that was made in another way; ``units`` are those of the printed figures so far."""
    one, two = first.account, other.account
    assert one is not None
    assert two is not None
    for name, here, there in (("method", one.method, two.method), ("basis", one.basis, two.basis)):
        if here != there:
            words = [value.name if isinstance(value, Method) else str(value) for value in (here, there)]
            raise InputError("parts.choices", name=name, first=words[0], other=words[1])
    tables = [remains.choices["factor_tables_added"] for remains in (one, two) if isinstance(remains, Remains)]
    if len(tables) == 2 and tables[0] != tables[1]:
        words = [", ".join(map(str, table)) or "-" for table in tables]
        raise InputError("parts.choices", name="factors", first=words[0], other=words[1])
    for name, level in other.levels.items():
        unit = other.units.get(name, "")
        if np.isnan(level).all():
            continue
        if units.setdefault(name, unit) != unit:
            raise InputError("parts.units", name=name, first=units[name] or "-", other=unit or "-")


def _require_once(zones: ObjectArray) -> None:
    names, counts = np.unique(zones.astype(str), return_counts=True)
    if len(names) == len(zones):
        return
    raise InputError("parts.twice", zones=", ".join(names[counts > 1][:_SHOWN].tolist()))


class _Spread:
    """Puts arrays of the parts, each with its own years, under each other."""

    def __init__(self, parts: Sequence[Evidence], years: IntArray) -> None:
        self._sizes = [len(part.zones) for part in parts]
        self._at = [np.searchsorted(years, part.years) for part in parts]
        self._years = len(years)

    def _filled(self, arrays: Sequence[NDArray[Any] | None], empty: Any, kind: Any) -> NDArray[Any]:
        result = np.full((self._years, sum(self._sizes)), empty, dtype=kind).T
        start = 0
        for array, size, at in zip(arrays, self._sizes, self._at, strict=True):
            if array is not None:
                result[start : start + size, at] = array
            start += size
        return result

    def figures(self, arrays: Sequence[FloatArray | None]) -> FloatArray:
        """Return (zone, year) of figures, NaN where a part has none."""
        return self._filled(arrays, np.nan, np.float64)

    def codes(self, arrays: Sequence[IntArray | None]) -> IntArray | None:
        """Return (zone, year) of codes, 0 where a part has none; None if no part has any."""
        return None if all(array is None for array in arrays) else self._filled(arrays, 0, np.int64)

    def words(self, arrays: Sequence[ObjectArray | None]) -> ObjectArray | None:
        """Return (zone, year) of labels, empty where a part has none; None if no part has any."""
        return None if all(array is None for array in arrays) else self._filled(arrays, "", object)


def _joined(parts: Sequence[Remains], spread: _Spread, years: IntArray) -> Remains:
    """Return what remains of all parts together."""
    flows = tuple(dict.fromkeys(chain.from_iterable(part.flows for part in parts)))
    used = [spread.figures([_used(part, flow) for part in parts]) for flow in flows]
    nothing = spread.figures([None] * len(parts))
    seen: dict[int, set[int]] = {}
    for part in parts:
        for year, data_years in part.coefficients.vintages.items():
            seen.setdefault(year, set()).update(data_years)
    return replace(
        parts[0],
        activity=Labels(
            spread.words([part.activity.deflator for part in parts]),
            spread.words([part.activity.coverage for part in parts]),
        ),
        years=years,
        coefficients=Vintages({year: tuple(sorted(seen[year])) for year in sorted(seen)}),
        flows=flows,
        quantity=np.stack(used, axis=1)[:, np.newaxis] if used else nothing[:, np.newaxis, np.newaxis][:, :, :0],
        fixed={
            year: spread.figures([part.fixed.get(year) for part in parts])
            for year in sorted({year for part in parts for year in part.fixed})
        },
    )


def _used(part: Remains, flow: Flow) -> FloatArray:
    """Return the quantity of a flow (zone, year); 0 in a part that has no such flow."""
    if flow in part.flows:
        return np.asarray(part.quantity[:, 0, part.flows.index(flow)])
    return np.zeros((part.quantity.shape[0], part.quantity.shape[-1]))


def _merged(tables: Sequence[Mapping[Any, Any]]) -> dict[Any, Any]:
    """Return tables of choices as one; lists under the same key are joined."""
    result: dict[Any, Any] = {}
    for table in tables:
        for key, told in table.items():
            old = result.get(key)
            both = isinstance(old, list) and isinstance(told, list)
            result[key] = sorted({*old, *told}) if both else told  # type: ignore[misc]
    return result


def _provenance(parts: Sequence[Remains]) -> Provenance:
    """Return the choices of all parts: lists and tables joined, and one hash of all inputs."""
    choices = dict(parts[0].choices)
    for name, told in choices.items():
        others = [part.choices[name] for part in parts]
        if isinstance(told, list):
            choices[name] = list({repr(item): item for item in chain.from_iterable(others)}.values())
        elif isinstance(told, dict) and name != "method":
            choices[name] = _merged(others)
    warnings = {problem.text(): problem for part in parts for problem in part.warnings}
    return Provenance(choices, hash_arrays([part.input_hash for part in parts]), tuple(warnings.values()))
