"""What feigns a peak: the grid's factor, the years 2020 and 2022, a change of the boundary, a year that is absent.

Decided here: each doubt is a second judgement of the same series by the same rule, so that a warning says what the
status would be, not that something "may" matter. The grid's share is taken at the factors of each zone's *own* peak
year; peak years with the same factors (all before the first data year, under ``nearest``) share one computation.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zonecarbon._digits import in_digits
from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.errors import Problem
from zonecarbon.kernels.peak import PEAKED, RISING, STATUSES, judge
from zonecarbon.kernels.target import EQUALITY, CodeArray
from zonecarbon.kernels.trend import Method

GRID, DIP, BOUNDARY, ABSENT = "peak.grid_only", "peak.dip", "peak.boundary", "peak.absent"
_SHOWN = 5


class Rule(NamedTuple):
    """The parameters of the judgement."""

    alpha: float
    minimum_tail: int
    method: Method


class Judged(NamedTuple):
    """Series and what the rule says of them; position -1 where nothing may be said (a year unknown, a boundary)."""

    zones: ObjectArray
    years: IntArray
    values: FloatArray
    status: CodeArray
    position: IntArray


class Doubt(NamedTuple):
    """A warning, and the zones it is about."""

    problem: Problem
    where: BoolArray


def breaks(boundary: ObjectArray) -> IntArray:
    """Return the position of the first year whose boundary is not that stated before, -1 where there is none.

    A blank label states nothing.
    """
    first = np.full(len(boundary), -1, dtype=np.int64)
    last = np.full(len(boundary), "", dtype=object)
    for year in range(boundary.shape[1]):
        here = boundary[:, year]
        stated = (here != "").astype(bool)
        changed = stated & (last != "").astype(bool) & (here != last).astype(bool)
        first[changed & (first < 0)] = year
        last = np.where(stated, here, last)
    return first


def of_boundary(judged: Judged, first: IntArray) -> list[Doubt]:
    """Return the zones whose boundary changes, with the first year of the new one (``first`` from :func:`breaks`)."""
    where = first >= 0
    told = [f"{_name(judged, i)} ({judged.years[first[i]]})" for i in _first_few(where)]
    return _doubts(BOUNDARY, where, told)


def of_absent(judged: Judged, year: int) -> list[Doubt]:
    """Return the zones that are judged though a year is absent from an otherwise even series."""
    where = judged.position >= 0
    return [Doubt(Problem(ABSENT, {"year": year}), where)] if where.any() else []


def of_dips(judged: Judged, rule: Rule, dips: Sequence[int]) -> list[Doubt]:
    """Return the zones whose status changes when the years ``dips`` are left out."""
    left_out = set(dips)
    keep = np.array([year not in left_out for year in judged.years.tolist()], dtype=bool)
    if keep.all() or not keep.any():
        return []
    rows, without = np.flatnonzero(judged.position >= 0), judged.status.copy()
    without[rows] = judge(judged.values[rows][:, keep], None, *rule).status
    where = without != judged.status
    told = [f"{_name(judged, i)} ({STATUSES[judged.status[i]]} -> {STATUSES[without[i]]})" for i in _first_few(where)]
    return _doubts(DIP, where, told, years=", ".join(map(str, judged.years[~keep].tolist())))


def of_grid(judged: Judged, rule: Rule, account: Account) -> list[Doubt]:
    """Return the zones whose peak, or fall since the maximum, is gone at the grid factors of the peak year.

    Where the status is ``plateau`` or ``insufficient`` there is no peak to lose; what is looked at then is whether the
    last year is below the maximum by more than rounding.
    """
    rows = np.flatnonzero((judged.position >= 0) & (judged.status != RISING))
    values, at, status = judged.values[rows], judged.position[rows], judged.status[rows]
    line = np.arange(len(rows))
    top, fixed = values[line, at], _at_own_factors(account, at, rows)
    if fixed is None:
        return []
    again, fixed_top = judge(fixed, None, *rule), fixed[line, at]
    with np.errstate(invalid="ignore"):  # of what is infinite
        only_grid = _is_below(values[:, -1], top) & ~_is_below(fixed[:, -1], fixed_top)
    gone = np.where(status == PEAKED, again.status != PEAKED, only_grid) & (again.position >= 0)
    where = np.zeros(len(judged.status), dtype=bool)
    where[rows[gone]] = True
    told = [
        f"{_name(judged, rows[i])} ({STATUSES[status[i]]} {_change(top[i], values[i, -1])} -> "
        f"{STATUSES[again.status[i]]} {_change(fixed_top[i], fixed[i, -1])})"
        for i in _first_few(gone)
    ]
    return _doubts(GRID, where, told)


def _is_below(last: FloatArray, top: FloatArray) -> BoolArray:
    """Return whether ``last`` is below ``top`` by more than sums of the same figures may differ by."""
    return np.asarray(last < top - EQUALITY * np.abs(top))


def _at_own_factors(account: Account, position: IntArray, rows: IntArray) -> FloatArray | None:
    """Return CO2 (row, year) of the zones ``rows`` at the grid factors of the year at ``position`` (row,).

    None if all years have the same factors.
    """
    electric = [i for i, flow in enumerate(account.flows) if flow.kind == "electricity"]
    factors = account.coefficients.co2[:, electric]
    first = [_first_like(factors, year) for year in range(factors.shape[-1])]
    if not len(rows) or len(set(first)) == 1:
        return None
    like = np.array(first)[position]
    fixed = np.empty((len(rows), factors.shape[-1]))
    for year in np.unique(like).tolist():
        chosen = like == year
        fixed[chosen] = account.co2_at_factors_of(int(account.years[year]))[rows[chosen]]
    return fixed


def _first_like(factors: FloatArray, year: int) -> int:
    """Return the first year with the factors of ``year``."""
    same = (np.array_equal(factors[..., i], factors[..., year], equal_nan=True) for i in range(year))
    return next((i for i, is_same in enumerate(same) if is_same), year)


def _change(start: float, end: float) -> str:
    return f"{(end - start) / abs(start):+.1%}" if start else in_digits(end, "+.6g")


def _name(judged: Judged, row: int) -> str:
    """Return the name of a zone; where the values had none, its number, as in the text of the answer."""
    return judged.zones[row] or f"#{row + 1}"


def _first_few(where: BoolArray) -> list[int]:
    return [int(i) for i in np.flatnonzero(where)[:_SHOWN]]


def _doubts(code: str, where: BoolArray, told: Sequence[str], **values: str) -> list[Doubt]:
    """Return a warning that counts the zones and names the first few, or nothing if there is no such zone."""
    count = int(where.sum())
    if not count:
        return []
    named = ", ".join(told) + (", ..." if count > len(told) else "")
    return [Doubt(Problem(code, {"count": count, "zones": named, **values}), where)]
