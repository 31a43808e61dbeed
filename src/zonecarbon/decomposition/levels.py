"""What ``tapio`` takes: CO2 and value added as arrays (row, year), from an account, a decomposition, or two tables.

Decided here: two tables must bring the same labels in the same order, and nothing is aligned in silence. Prices are
looked at period by period: a zone whose price base changes in 2021 loses the period across the change and keeps the
others. A boundary that changes is told and changes no state. A decomposition is known by what it can do (``values``,
``value_added``, ``periods``), so that this module need not know its class.
"""

from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from zonecarbon import units
from zonecarbon._table import Provenance, hash_arrays
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.activity import Activity
from zonecarbon.activity.model import to_labels
from zonecarbon.activity.series import names_of, own_labels, refuse_long, years_of
from zonecarbon.decomposition.comparable import price_over, refuse_all, warnings_of
from zonecarbon.decomposition.from_account import grid_note
from zonecarbon.errors import InputError, Problem, UnitError
from zonecarbon.records import Zone


class Levels(NamedTuple):
    """Levels (row, year), the places of the periods among the years, and what else the source knows.

    ``stated`` are the price years (row, year) of an account's value added, ``prices`` what they come to in each period.
    """

    co2: FloatArray
    money: FloatArray
    years: IntArray
    at: IntArray
    zones: ObjectArray
    lead: tuple[int, ...]
    source: Account | Provenance
    stated: IntArray | None = None
    prices: Sequence[IntArray] = ()
    warnings: tuple[Problem, ...] = ()
    decomposition: Any = None
    of: str = "co2"


def of_account(account: Account, asked: Mapping[str, Any]) -> Levels:
    """Return the levels of an account; ``asked`` is what :func:`zonecarbon.tapio` was told of periods.

    Raises
    ------
    InputError
        If value added is nowhere at one real price year, or periods are none of the account.
    """
    at = _places(account.years, **asked)
    prices = [price_over(account, pair) for pair in at.tolist()]
    worst, best = np.minimum.reduce(prices), np.maximum.reduce(prices)
    refuse_all(np.asarray(np.where(best > 0, best, worst), dtype=np.int64))
    spans = [range(start, end + 1) for start, end in at.tolist()]
    warnings = warnings_of(account, worst < 0, prices, spans)
    warnings = (*warnings, *grid_note(account, account.years[np.unique(at)].tolist()))
    lead = (len(account.zones),)
    co2, money, stated = account.total("co2"), account.value_added, account.activity.price_year
    return Levels(co2, money, account.years, at, account.zones, lead, account, stated, prices, warnings)


def of_decomposition(found: Any) -> Levels:
    """Return the levels of a decomposition at the ends of its own periods.

    It has warned of prices and boundaries itself, but its value added is as the account has it.

    Raises
    ------
    InputError
        If it is one of an intensity.
    """
    if found.of not in {"co2", "energy"}:
        raise InputError("tapio.of", of=found.of)
    years = np.asarray(found.years)
    at = _places(years, None, None, np.asarray(found.periods).tolist())
    zones = to_labels(found.zones)
    source = getattr(found, "provenance", Provenance())
    co2, money = found.values("zone"), found.value_added("zone")
    plain = Levels(co2, money, years, at, zones, (len(zones),), source, decomposition=found, of=found.of)
    account = getattr(found, "source", None)
    if not isinstance(account, Account):
        return plain
    places = [account.activity.year_index(year) for year in years.tolist()]
    prices = [price_over(account, [places[start], places[end]]) for start, end in at.tolist()]
    stated = account.activity.price_year[:, places]
    return plain._replace(stated=stated, prices=prices)


def of_arrays(co2: Any, asked: Mapping[str, Any], value_added: Any, years: Any, zones: Any) -> Levels:
    """Return the levels of two arrays, tables or quantities (..., year).

    Raises
    ------
    InputError, UnitError
        If they are no figures, or shapes, labels or periods do not fit.
    """
    first = _figures(co2, "co2", not_in="万元")
    if value_added is None:
        raise InputError("tapio.value_added")
    second = _figures(value_added, "value_added", not_in="tCO2")
    if first.shape != second.shape:
        raise InputError("arrays.shape", what="value_added", got=second.shape, expected=first.shape)
    if not first.ndim or first.shape[-1] < 2:
        raise InputError("tapio.series", got=str(first.shape))
    own = [own_labels(source) for source in (co2, value_added)]
    own_zones, own_years = (
        _one(what, *pair) for what, pair in zip(("zones", "years"), zip(*own, strict=True), strict=True)
    )
    lead, rows = first.shape[:-1], int(np.prod(first.shape[:-1]))
    time = years_of(own_years if years is None else years, first.shape[-1])
    names = names_of(own_zones if zones is None else zones, rows)
    provenance = Provenance({"source": "arrays"}, hash_arrays(first, second, time, names))
    flat = (rows, first.shape[-1])
    return Levels(first.reshape(flat), second.reshape(flat), time, _places(time, **asked), names, lead, provenance)


def _figures(values: Any, name: str, not_in: str) -> FloatArray:
    """Return values as float64; the unit of a quantity cancels, but tells what stands in the wrong place."""
    refuse_long(values)
    refused = (str, bytes, Mapping, Activity, Zone, Iterator)
    has_zones = isinstance(values, Sequence) and any(isinstance(item, Zone) for item in values)
    if values is None or isinstance(values, refused) or has_zones:
        raise InputError("tapio.source", got=type(values).__name__)
    is_plain = isinstance(values, np.ndarray) or units.is_quantity(values)
    inner = values if is_plain else getattr(values, "data", None)  # xarray keeps a quantity inside
    bare: Any = getattr(inner, "magnitude", values) if units.is_quantity(inner) else values
    if units.is_quantity(inner):
        _require_other(inner, not_in, name)
    if isinstance(bare, Sequence) and any(units.is_quantity(item) for item in bare):
        first = next(item for item in bare if units.is_quantity(item))
        bare = [units.magnitude(item, str(first.units)) for item in bare]
    array = np.asarray(units.magnitude(bare, "1"))
    if np.isinf(array).any():
        place = tuple(np.argwhere(np.isinf(array))[0].tolist())
        raise InputError("number.finite", name=f"{name} {place}", value=float(array[place]))
    return array


def _require_other(quantity: Any, unit: str, name: str) -> None:
    """Raise if a quantity is of the kind that belongs in the other place."""
    try:
        units.magnitude(type(quantity)(1.0, quantity.units), unit)
    except UnitError:
        return
    raise InputError("tapio.swapped", name=name, unit=str(quantity.units))


def _one(what: str, first: list[Any] | None, second: list[Any] | None) -> list[Any] | None:
    """Return the labels of two tables, which must be the same if both have them."""
    if first is not None and second is not None and first != second:
        apart = next(at for at, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1])
        raise InputError("tapio.align", what=what, first=repr(first[apart]), second=repr(second[apart]))
    return second if first is None else first


def _places(years: IntArray, base: Any, end: Any, periods: Any) -> IntArray:
    """Return the positions (period, 2) of the years where each period starts and ends."""
    known = years.tolist()
    if len(known) < 2:
        raise InputError("tapio.series", got=str(known))
    if periods is None and base is None and end is None:
        return np.stack([np.arange(len(known) - 1), np.arange(1, len(known))], axis=-1)
    one = [(known[0] if base is None else base, known[-1] if end is None else end)]
    asked = one if periods is None else list(periods) if isinstance(periods, Sequence | np.ndarray) else []
    found = [_place(known, pair) for pair in asked]
    is_twofold = periods is not None and not (base is None and end is None)
    if is_twofold or not found or None in found or len(set(found)) < len(found):
        told = {"base": base, "end": end, "periods": periods}
        got = ", ".join(f"{name}={value}" for name, value in told.items() if value is not None)
        raise InputError("tapio.periods", got=got, years=", ".join(map(str, known)))
    return np.array(found, dtype=np.int64)


def _place(known: Sequence[int], pair: Any) -> tuple[int, int] | None:
    """Return where a period starts and ends among the years, or None if it is no period of them."""
    if not isinstance(pair, Sequence | np.ndarray) or len(pair) != 2:
        return None
    if not all(isinstance(year, Integral) and year in known for year in pair):
        return None
    return (known.index(pair[0]), known.index(pair[1])) if pair[0] < pair[1] else None
