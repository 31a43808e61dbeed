"""A path of a scenario as numbers, year by year.

Decided here: a path is evaluated from the last year of the account (the base year) on, so nothing jumps there: a level
is 1 in the base year, a share is what it was. ``linear``, ``geometric`` and ``logistic`` are one formula with three
ways of saying how much of the way from start to goal is done. The S-curve is shifted and stretched to be nothing in the
base year and everything in the end; written with log(1 + exp(z)) it neither overflows nor divides 0 by 0, however
narrow it is and wherever its midpoint lies. What a record alone cannot know is checked here: years that no step has, a
table without the base year, a goal that is not ahead, a share outside 0 to 1. The horizon is a few dozen years, so
plain loops over years and steps are fine; shares are arrays over all zones.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from zonecarbon._typing import ArrayLike, FloatArray, IntArray
from zonecarbon.errors import ScenarioError, Where
from zonecarbon.records import Path, Uncertainty
from zonecarbon.records.scenario import REST

__all__ = ["check_bounds", "fractions", "growth", "rates", "share"]

Years: TypeAlias = Sequence[int] | IntArray

_ROUNDING = 1e-12
_WIDEST = 0.5  # of a lognormal shock; 1.5 is 1.5 %
_FASTEST = 1.0  # a level that more than doubles in a year is 6 for 6 %
_NORMAL_REACH = 8.0  # standard deviations; a normal number beyond comes once in 10**15
_TEN_TO_NINETY = math.log(81)  # 1 / (1 + exp(-x)) goes from 0.1 to 0.9 while x goes over this


def growth(path: Path, base_year: int, years: Years, name: str) -> FloatArray:
    """Return a level relative to the base year.

    Parameters
    ----------
    path
        Of value added, an intensity or a factor. ``goal`` is a multiple of the level in the base year.
    base_year
        Last year of the account, in which the level is 1.
    years
        Every year from the one after the base year to the horizon.
    name
        What the path is called in errors.

    Returns
    -------
    (year,) array
        Level [1], above zero.

    Raises
    ------
    ScenarioError
        If a year has no rate or value, a goal is not ahead, or the level falls to zero or more than doubles in a year.

    Examples
    --------
    >>> growth(Path(kind="constant", rate=0.1), 2020, [2021, 2022], "value_added").round(6).tolist()
    [1.1, 1.21]
    >>> growth(Path(kind="linear", goal=0.5, year=2022), 2020, [2021, 2022, 2023], "grid_factor").tolist()
    [0.75, 0.5, 0.5]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if path.kind in {"constant", "piecewise"}:
            levels = np.cumprod(1 + _yearly(path, base_year, years, name), dtype=np.float64)
        elif path.kind == "table":
            values = _table(path, None, base_year, [base_year, *years], name)
            _require_level(values, [base_year, *years], name)
            levels = values[1:] / values[0]
        else:
            if path.goal is not None and path.goal <= 0:
                raise ScenarioError("scenario.goal", Where(column=name), goal=path.goal, kind=path.kind)
            levels = _to_goal(path, np.ones(1), base_year, years, name)
    _require_level(levels, years, name)
    fast = np.flatnonzero(rates(levels) > _FASTEST)
    if fast.size:
        told = {"rate": float(rates(levels)[fast[0]]), "year": list(years)[fast[0]]}
        raise ScenarioError("scenario.rate_high", Where(column=name), **told)
    return levels


def share(path: Path, start: ArrayLike, base_year: int, years: Years, name: str) -> FloatArray:
    """Return a share that starts at each zone's own.

    Parameters
    ----------
    path
        A constant or piecewise rate is points a year; goals and tables are the share itself. The first value of a table
        after the base year is reached from ``start`` on a straight (or geometric) line; earlier ones do not count, so
        that nothing jumps.
    start
        (...,) array of shares in the base year [1], from 0 to 1; NaN where unknown.
    base_year, years, name
        As in :func:`growth`.

    Returns
    -------
    (..., year) array
        Share [1], from 0 to 1; what is outside by rounding alone is put on the limit. NaN where the start is unknown
        and counts.

    Raises
    ------
    ScenarioError
        If a year has no rate or value, a goal is not ahead, a geometric path starts from 0, or a share leaves 0 to 1.

    Examples
    --------
    >>> share(Path(kind="linear", goal=0.5, year=2022), [0.1, 0.3], 2020, [2021, 2022], "green").round(6).tolist()
    [[0.3, 0.5], [0.4, 0.5]]
    """
    own = np.asarray(start, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        if path.kind in {"constant", "piecewise"}:
            result = own[..., None] + np.cumsum(_yearly(path, base_year, years, name))
        elif path.kind == "table":
            ahead = {year: value for year, value in path.values.items() if year > base_year}
            rest = path.model_copy(update={"values": ahead}) if ahead else path
            result = _table(rest, own, base_year, years, name) if ahead else own[..., None]
        else:
            if path.kind == "geometric" and (own <= 0).any():
                raise _error("scenario.geometric_zero", name, year=base_year)
            if path.kind == "geometric" and (path.goal or 0) <= 0:
                raise _error("scenario.geometric_zero", name, year=path.year or base_year)
            result = _to_goal(path, own[..., None], base_year, years, name)
    result = np.array(np.broadcast_to(result, (*own.shape, len(years))))
    _require_share(result, years, name)
    return np.clip(result, 0, 1, out=result)


def fractions(
    table: Mapping[int, Mapping[str, float]],
    base: ArrayLike,
    members: Mapping[str, Sequence[int]],
    base_year: int,
    years: Years,
    *,
    name: str = "mix",
) -> FloatArray:
    """Return shares of items that go in straight lines from the base year through the rows of a table.

    Within a key of the table the proportions of the base year stay; where no member of a key has a share in the base
    year, the first member stands for all. Past the last row shares stay. Rows up to the base year do not count.

    Parameters
    ----------
    table
        Shares by year and key, each row with sum 1; ``other`` is all items that no other key of the row has.
    base
        (..., item) array of shares in the base year [1]; NaN where unknown.
    members
        Positions of the items of each key.
    base_year, years, name
        As in :func:`growth`.

    Returns
    -------
    (..., item, year) array
        Shares [1]; they sum to one wherever those of the base year do.

    Raises
    ------
    ScenarioError
        If no row is ahead, or a key with a share has no items.

    Examples
    --------
    >>> table, members = {2022: {"coal": 0.4, "other": 0.6}}, {"coal": [0, 1]}
    >>> fractions(table, [0.6, 0.2, 0.2], members, 2020, [2021, 2022]).round(6).T.tolist()
    [[0.45, 0.15, 0.4], [0.3, 0.1, 0.6]]
    """
    own = np.asarray(base, dtype=np.float64)
    ahead = sorted(year for year in table if year > base_year)
    if not ahead:
        raise _error("scenario.goal_year", name, year=max(table, default=base_year), base_year=base_year)
    rows = [own, *(_row(table[year], own, members, f"{name}.{year}", year) for year in ahead)]
    at, t = _places([base_year, *ahead], years)
    return _between(np.stack(rows, axis=-1), at, np.minimum(t, 1), geometric=False)


def rates(levels: ArrayLike) -> FloatArray:
    """Return the change of a level from the year before, for a level that is 1 in the base year.

    Parameters
    ----------
    levels
        (..., year) array, relative to the base year [1].

    Returns
    -------
    (..., year) array
        Rate [fraction a year].

    Examples
    --------
    >>> rates([1.1, 1.21]).round(6).tolist()
    [0.1, 0.1]
    """
    own = np.asarray(levels, dtype=np.float64)
    before = np.concatenate([np.ones((*own.shape[:-1], 1)), own[..., :-1]], axis=-1)
    change: FloatArray = own / before - 1
    return change


def check_bounds(path: Path, levels: FloatArray, name: str, years: Years) -> None:
    """Refuse an uncertainty that can push a yearly rate to -100 % or below.

    The lowest deviations of a path's own and shared shock are added; a normal one is taken to reach 8 standard
    deviations down, a lognormal one only multiplies.

    Parameters
    ----------
    path
        Of a level.
    levels
        (year,) array from :func:`growth`.
    name, years
        As in :func:`growth`.

    Raises
    ------
    ScenarioError
        If there is a year in which 1 + rate + lowest deviation is not above zero, or a lognormal shock is wider than
        any yearly rate could be.

    Examples
    --------
    >>> path = Path(kind="constant", rate=-0.05, uncertainty={"shape": "normal", "sd": 0.01})
    >>> check_bounds(path, growth(path, 2020, [2021], "energy_intensity"), "energy_intensity", [2021])
    """
    wide = [item.sd for item in path.uncertainty if item.shape == "lognormal" and (item.sd or 0) > _WIDEST]
    if wide:
        raise ScenarioError("scenario.sd", Where(column=name), sd=wide[0])
    lowest = sum(_lowest(item) for item in path.uncertainty)
    yearly = rates(levels)
    bad = 1 + yearly + lowest <= 0
    if bad.any():
        i = int(bad.argmax())
        raise _error("scenario.deviation", name, year=years[i], rate=float(yearly[i]), lowest=lowest)


def _lowest(item: Uncertainty) -> float:
    if item.shape == "lognormal":
        return 0.0
    return -_NORMAL_REACH * (item.sd or 0) if item.shape == "normal" else item.low or 0.0


def _error(code: str, name: str, year: int, **values: Any) -> ScenarioError:
    return ScenarioError(code, Where(column=name), year=int(year), **values)


def _yearly(path: Path, base_year: int, years: Years, name: str) -> FloatArray:
    """Return the rate of each year of a constant or piecewise path."""
    spans = path.spans() if path.kind == "piecewise" else ((None, None, path.rate or 0.0),)
    found = np.full(len(years), np.nan)
    for first, last, rate in spans:
        inside = [(first is None or first <= year) and (last is None or year <= last) for year in years]
        found[inside] = rate
    missing = np.isnan(found)
    if missing.any():
        raise _error("scenario.steps_gap", name, year=years[int(missing.argmax())])
    return found


def _to_goal(path: Path, start: FloatArray, base_year: int, years: Years, name: str) -> FloatArray:
    """Return ``start`` on its way to the goal of a linear, geometric or logistic path."""
    goal = path.goal or 0.0
    done = _s_curve(path, base_year, years) if path.kind == "logistic" else _done(path, base_year, years, name)
    if path.kind == "geometric":
        moving: FloatArray = start * (goal / start) ** done
        return moving
    on_line: FloatArray = start + (goal - start) * done
    return on_line


def _done(path: Path, base_year: int, years: Years, name: str) -> FloatArray:
    """Return how much of the way to ``year`` is done."""
    end = path.year or base_year
    if end <= base_year:
        raise _error("scenario.goal_year", name, year=end, base_year=base_year)
    if path.after == "refuse":
        _require_end(end, years, name)
    done = (np.asarray(years, dtype=np.float64) - base_year) / (end - base_year)
    return done if path.after == "continue" else np.minimum(done, 1)


def _s_curve(path: Path, base_year: int, years: Years) -> FloatArray:
    """Return (L(year) - L(base)) / (1 - L(base)), L(year) = 1 / (1 + exp(-z))."""
    midpoint, width = path.midpoint or 0.0, path.width or 1.0
    z = (np.array([base_year, *years], dtype=np.float64) - midpoint) * (_TEN_TO_NINETY / width)
    not_done = np.logaddexp(0, z)  # minus the logarithm of 1 - L
    done: FloatArray = -np.expm1(not_done[0] - not_done[1:])
    return done


def _table(path: Path, start: FloatArray | None, base_year: int, years: Years, name: str) -> FloatArray:
    """Return the values of a table in ``years``; ``start`` is the value in the base year if the table begins later."""
    known, exact = sorted(path.values), path.interpolate == "none"
    nodes: list[Any] = [np.float64(path.values[year]) for year in known]
    if path.after == "refuse":
        _require_end(known[-1], years, name)
    if exact:
        missing = [year for year in years if year <= known[-1] and year not in path.values]
        if missing:
            raise _error("scenario.table_year", name, year=missing[0])
    elif known[0] > base_year:
        if start is None:
            raise _error("scenario.table_base", name, year=base_year, first=known[0])
        known, nodes = [base_year, *known], [start, *nodes]
    geometric = path.interpolate == "geometric"
    values = np.stack(np.broadcast_arrays(*nodes), axis=-1)
    if geometric and (values <= 0).any():
        at_zero = (values <= 0).reshape(-1, len(known)).any(axis=0)
        raise _error("scenario.geometric_zero", name, year=known[int(at_zero.argmax())])
    at, t = _places(known, years)
    return _between(values, at, t if path.after == "continue" else np.minimum(t, 1), geometric)


def _places(known: Sequence[int], years: Years) -> tuple[IntArray, FloatArray]:
    """Return the node before each year (never the last of several), and how far the year is towards the next."""
    nodes, wanted = np.asarray(known, dtype=np.float64), np.asarray(years, dtype=np.float64)
    if len(nodes) == 1:
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted))
    at = np.clip(np.searchsorted(nodes, wanted, side="right") - 1, 0, len(nodes) - 2)
    return at, (wanted - nodes[at]) / (nodes[at + 1] - nodes[at])


def _between(values: FloatArray, at: IntArray, t: FloatArray, geometric: bool) -> FloatArray:
    """Return values between a node and the next, exact at both."""
    before, next_one = values[..., at], values[..., np.minimum(at + 1, values.shape[-1] - 1)]
    found: FloatArray = before ** (1 - t) * next_one**t if geometric else before * (1 - t) + next_one * t
    return found


def _row(
    row: Mapping[str, float], own: FloatArray, members: Mapping[str, Sequence[int]], name: str, year: int
) -> FloatArray:
    """Return the shares of items that one row of a table asks for."""
    named = {item for key in row if key != REST for item in members.get(key, ())}
    rest = [item for item in range(own.shape[-1]) if item not in named]
    result = np.zeros_like(own)
    for key, fraction in row.items():
        items = list(rest if key == REST else members.get(key, ()))
        if items:
            result[..., items] = fraction * _proportions(own[..., items])
        elif fraction > 0:
            raise _error("scenario.share_members", name, item=key, share=fraction, year=year)
    return result


def _proportions(parts: FloatArray) -> FloatArray:
    """Return parts over their sum; where the sum is 0 the first part is all."""
    total = parts.sum(axis=-1, keepdims=True)
    alone = np.zeros_like(parts)
    alone[..., 0] = 1
    np.divide(parts, total, out=alone, where=total != 0)
    return alone


def _require_end(end: int, years: Years, name: str) -> None:
    past = [year for year in years if year > end]
    if past:
        raise _error("scenario.after", name, year=past[0], last=end)


def _require_level(levels: FloatArray, years: Years, name: str) -> None:
    bad = ~(np.isfinite(levels) & (levels > 0))
    if bad.any():
        i = int(bad.argmax())
        raise _error("scenario.level", name, year=years[i], level=float(levels[i]))


def _require_share(shares: FloatArray, years: Years, name: str) -> None:
    outside = (shares < -_ROUNDING) | (shares > 1 + _ROUNDING)
    if outside.any():
        i = int(outside.reshape(-1, len(years)).any(axis=0).argmax())
        found = shares[..., i][outside[..., i]]
        raise _error("scenario.share", name, year=years[i], share=float(found[np.abs(found - 0.5).argmax()]))
