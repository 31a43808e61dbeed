"""The verb: from an account, or from bare series, to peaks.

Decided here: a source becomes one array (zone, year) and is judged at once; names are looked at only to write a
message. An object that knows its own peaks (an ensemble of trajectories, which has counted them while it was made)
hands them over by its method ``_peak_rows``, so that this layer need not know it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import signature
from numbers import Integral, Real
from typing import Any, NamedTuple, Protocol, overload

import numpy as np

from zonecarbon._table import Provenance, frozen, hash_arrays
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.activity import Activity
from zonecarbon.activity.series import names_of, own_labels, refuse_long, years_of
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels import trend
from zonecarbon.kernels.peak import INSUFFICIENT, STATUSES, absent_year, judge
from zonecarbon.kernels.target import CodeArray
from zonecarbon.kernels.trend import Method
from zonecarbon.peaks import doubts
from zonecarbon.peaks.doubts import Doubt, Judged, Rule
from zonecarbon.peaks.outlook import Outlook
from zonecarbon.peaks.result import Peaks
from zonecarbon.peaks.trend import LONGEST, METHODS, figures
from zonecarbon.records import Zone

UNITS: Mapping[str, str] = {"co2": "tCO2", "energy": "tce"}


class Counted(Protocol):
    """What has counted its peaks already: an ensemble."""

    @property
    def provenance(self) -> Provenance:
        """What stands behind it."""

    def _peak_rows(self) -> dict[str, Any]: ...


@overload
def find_peaks(source: Counted) -> Outlook: ...


@overload
def find_peaks(
    source: Any,
    *,
    years: Any = None,
    zones: Any = None,
    alpha: float = 0.05,
    minimum_tail: int = 5,
    method: Method = "auto",
    slope: bool = False,
    what: str = "co2",
    plateau_tolerance: float = 0.05,
    dips: Sequence[int] = (2020, 2022),
) -> Peaks: ...


def find_peaks(
    source: Any,
    *,
    years: Any = None,
    zones: Any = None,
    alpha: float = 0.05,
    minimum_tail: int = 5,
    method: Method = "auto",
    slope: bool = False,
    what: str = "co2",
    plateau_tolerance: float = 0.05,
    dips: Sequence[int] = (2020, 2022),
) -> Peaks | Outlook:
    """Find the peak of each zone: year, level, status, and what could feign it.

    The peak is the first maximum; the years after it are tested for a trend (Mann-Kendall). No official rule exists for
    zones: the rule, where it is from and its limits stand in :mod:`zonecarbon.peaks`.

    Parameters
    ----------
    source
        An account; or values (zone, year) or (year,) in any unit: a list, an array, a Series, a DataFrame of zones by
        years, a quantity; or an ensemble, whose draws have each a first maximum, without a test.
    years : (year,), optional
        Calendar years of bare values, rising; without them those of a Series' index or a DataFrame's columns, else 0,
        1, 2 ... Uneven ones are taken as they are, with a warning.
    zones : (zone,), optional
        Names of bare values; without them a DataFrame's index, else empty.
    alpha
        Level of the two-sided test.
    minimum_tail
        Fewest years of data after the maximum that are tested. Below 5 nothing is significant at 5 %.
    method : {"auto", "exact", "normal"}
        How the p-value is found, see :func:`zonecarbon.mann_kendall`.
    slope
        Whether to compute the Theil-Sen slope of the tail.
    what : {"co2", "energy"}
        What of an account is judged.
    plateau_tolerance
        How far below the peak a year may be and still belong to the peak's plateau, as a fraction of the peak.
    dips
        Years in which a fall may be a passing one; the status without them is compared. ``()``: none.

    Returns
    -------
    Peaks
        One row a zone; of an ensemble an :class:`Outlook`, counted over its draws, to which the parameters do not
        apply. ``insufficient`` always has a reason. Warnings are in ``provenance.warnings``, in ``notes`` and
        in ``text()``; they change no status:

        * ``peak.grid_only``: with every year at the grid factors of the peak year (``Account.co2_at_factors_of``) a
          peak is none, or a fall since the maximum is none;
        * ``peak.dip``: without the years ``dips`` the status is another;
        * ``peak.boundary``: the boundary label changes; the status is then ``insufficient``;
        * ``peak.absent``: a year is absent from an otherwise even series, and the maximum may have been there; of an
          account, which is of calendar years, the status is then ``insufficient``.

    Raises
    ------
    InputError
        Parameters outside their range (all in one error), a source that is none of the above, years or zones that do
        not fit, infinite values.

    Examples
    --------
    >>> found = find_peaks([[5.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]],
    ...                    years=range(2013, 2020), zones=["A", "B"])
    >>> found.status.tolist(), found.peak_year.tolist()
    (['peaked', 'rising'], [2014.0, 2019.0])
    >>> print(found.text())
    2 zones, 2013-2019: peaked 1, plateau 0, rising 1, insufficient 0
    A: peaked in 2014 at 9, 5 years of data since, p = 0.017
    B: rising; the maximum is the last year, 2019, at 7
    """
    if hasattr(source, "_peak_rows"):
        given = {"years": years, "zones": zones, "alpha": alpha, "minimum_tail": minimum_tail, "method": method}
        given |= {"slope": slope, "what": what, "plateau_tolerance": plateau_tolerance, "dips": tuple(dips)}
        own = signature(find_peaks).parameters
        named = [name for name, value in given.items() if value != own[name].default]
        if named:
            raise InputError("peak.ensemble", names=", ".join(named))
        return Outlook(**source._peak_rows(), source=source.provenance)
    rule = Rule(alpha, minimum_tail, method)
    _require(rule, what, plateau_tolerance, dips)
    series = (
        _of_account(source, what, years, zones) if isinstance(source, Account) else _of_arrays(source, years, zones)
    )
    if method == "exact" and series.values.shape[1] - 1 > LONGEST:
        raise InputError("peak.exact_long", limit=LONGEST, n=series.values.shape[1] - 1)
    status, position, p_value = judge(series.values, None, *rule)
    absent = absent_year(series.years)
    if absent is not None and isinstance(source, Account):
        status[:], position[:], p_value[:] = INSUFFICIENT, -1, np.nan
    first = doubts.breaks(series.boundary) if series.boundary is not None else np.full(len(status), -1)
    status[first >= 0], p_value[first >= 0] = INSUFFICIENT, np.nan
    judged = Judged(series.zones, series.years, series.values, status, np.where(first >= 0, -1, position))
    found = [*doubts.of_boundary(judged, first), *_feigned(series, judged, rule, what, dips)]
    found += [] if absent is None else doubts.of_absent(judged, int(absent))
    statistic, slopes = _of_tails(series, position, p_value, slope)
    reason, reasons = _reasons(series, position, status, first, minimum_tail)
    choices = {**rule._asdict(), "slope": slope, "what": what}
    choices |= {"plateau_tolerance": plateau_tolerance, "dips": list(dips)}
    return Peaks(
        years=series.years,
        unit=series.unit,
        zone=series.zones,
        status=frozen(np.array(STATUSES, dtype=object)[status]),
        p_value=frozen(p_value),
        statistic=frozen(statistic),
        slope=frozen(slopes),
        reason=frozen(reason),
        reasons=reasons,
        notes=frozen(_notes(found, len(status))),
        warnings=tuple(doubt.problem for doubt in found),
        choices=choices,
        source=series.source,
        **_levels(series, position, plateau_tolerance),
    )


# -- what goes in --------------------------------------------------------------------------------------------------


class _Series(NamedTuple):
    """A source as arrays (zone, year)."""

    values: FloatArray
    zones: ObjectArray
    years: IntArray
    unit: str
    source: Account | Provenance
    boundary: ObjectArray | None = None


def _require(rule: Rule, what: str, plateau_tolerance: float, dips: Sequence[int]) -> None:
    """Refuse parameters outside their range, all at once."""
    tail = rule.minimum_tail
    good = (
        ("alpha", rule.alpha, "0 < alpha < 1", _is(rule.alpha, Real) and 0 < rule.alpha < 1),
        ("minimum_tail", tail, "minimum_tail >= 1", _is(tail, Integral) and tail >= 1),
        (
            "plateau_tolerance",
            plateau_tolerance,
            "0 <= plateau_tolerance < 1",
            _is(plateau_tolerance, Real) and 0 <= plateau_tolerance < 1,
        ),
        ("dips", dips, "dips = (year, ...)", _are_years(dips)),
    )
    problems = [
        Problem("peak.parameter", {"name": name, "rule": text, "value": str(value)})
        for name, value, text, is_good in good
        if not is_good
    ]
    for name, value, known in (("method", rule.method, METHODS), ("what", what, tuple(UNITS))):
        if value not in known:
            problems.append(Problem("option", {"name": name, "value": value, "known": ", ".join(known)}))
    if problems:
        raise InputError(problems)


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _are_years(years: object) -> bool:
    return isinstance(years, Iterable) and all(_is(year, Integral) for year in years)


def _of_account(account: Account, what: str, years: Any, zones: Any) -> _Series:
    given = [name for name, value in (("years", years), ("zones", zones)) if value is not None]
    if given:
        raise InputError("peak.labels", names=", ".join(given))
    values = account.total(what)
    if not values.size:
        raise InputError("project.empty")
    return _Series(values, account.zones, account.years, UNITS[what], account, account.activity.boundary)


def _of_arrays(source: Any, years: Any, zones: Any) -> _Series:
    refuse_long(source)
    if source is None or isinstance(source, (str, bytes, Mapping, Activity, Zone, Iterator)) or _has_zones(source):
        raise InputError("peak.source", got=type(source).__name__)
    values, unit = figures(source)
    if values.ndim > 2:
        raise InputError("arrays.shape", what="values", got=values.shape, expected="(zone, year)")
    rows = np.atleast_2d(values)
    if not rows.shape[1]:
        raise InputError("peak.series", got=str(values.shape))
    if np.isinf(rows).any():
        at = tuple(np.argwhere(np.isinf(rows))[0].tolist())
        raise InputError("number.finite", name=f"values {at}", value=float(rows[at]))
    own_zones, own_years = own_labels(source)
    time = years_of(own_years if years is None else years, rows.shape[1])
    names = names_of(own_zones if zones is None else zones, len(rows))
    provenance = Provenance({"source": "arrays"}, hash_arrays(rows, time, names))
    return _Series(rows, frozen(names), frozen(time), unit, provenance)


def _has_zones(source: Any) -> bool:
    """Return whether a list of zones came, which is to be accounted first."""
    return isinstance(source, Sequence) and any(isinstance(item, Zone) for item in source)


# -- what comes out ------------------------------------------------------------------------------------------------


def _feigned(series: _Series, judged: Judged, rule: Rule, what: str, dips: Sequence[int]) -> list[Doubt]:
    found = doubts.of_dips(judged, rule, dips)
    if isinstance(series.source, Account) and what == "co2":
        found = [*doubts.of_grid(judged, rule, series.source), *found]
    return found


def _of_tails(series: _Series, position: IntArray, p_value: FloatArray, slope: bool) -> tuple[FloatArray, FloatArray]:
    """Return S and the Theil-Sen slope of the tails that were tested; NaN elsewhere."""
    statistic, slopes = np.full((2, len(position)), np.nan)
    tested = ~np.isnan(p_value)
    if not tested.any():
        return statistic, slopes
    for start in np.unique(position[tested] + 1).tolist():
        rows = np.flatnonzero(tested & (position + 1 == start))
        tail = series.values[rows, start:]
        statistic[rows] = trend.mann_kendall(tail, "normal").s  # S is the same; this is the cheap way to it
        if slope:
            slopes[rows] = trend.theil_sen(tail, series.years[start:])
    return statistic, slopes


def _levels(series: _Series, position: IntArray, tolerance: float) -> dict[str, FloatArray]:
    """Return the columns that need no test: where the peak is, how high, and how wide."""
    rows = np.flatnonzero(position >= 0)
    at, years = position[rows], series.years.astype(np.float64)
    top = series.values[rows, at]
    with np.errstate(invalid="ignore"):  # of what is infinite
        first, last = _plateau(series.values[rows], at, top - tolerance * np.abs(top))
    found = {
        "peak_year": years[at],
        "peak_value": top,
        "years_since": years[-1] - years[at],
        "plateau_start": years[first],
        "plateau_end": years[last],
        "plateau_width": years[last] - years[first] + 1,
    }
    columns = {name: np.full(len(position), np.nan) for name in found}
    for name, column in columns.items():
        column[rows] = found[name]
    return {name: frozen(column) for name, column in columns.items()}


def _plateau(values: FloatArray, at: IntArray, floor: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the first and the last year around the peak from which on, up to which, no value is below the floor."""
    year = np.arange(values.shape[1])
    below = values < floor[:, np.newaxis]
    first = np.where(below & (year < at[:, np.newaxis]), year, -1).max(axis=1) + 1
    last = np.where(below & (year > at[:, np.newaxis]), year, values.shape[1]).min(axis=1) - 1
    return first, last


def _reasons(
    series: _Series, position: IntArray, status: CodeArray, first: IntArray, minimum_tail: int
) -> tuple[IntArray, tuple[Problem, ...]]:
    """Return why a status is ``insufficient``: a number a zone, -1 where it is not, and what the numbers mean."""
    unknown, n = np.isnan(series.values), series.values.shape[1]
    kind = np.where(status != INSUFFICIENT, 0, np.where(position < 0, 1, np.where(first >= 0, 2, 3)))
    kind = np.where((kind == 1) & ~unknown.any(axis=1), 4, kind)
    short = np.where(kind == 3, n - 1 - position, 0)
    detail = np.where(kind == 1, unknown.argmax(axis=1), np.where(kind == 2, first, short))
    count = np.where(kind == 1, unknown.sum(axis=1), 0)
    base = n + 1
    distinct, inverse = np.unique((kind * base + detail) * base + count, return_inverse=True)
    problems = []
    for key in distinct[distinct >= base * base].tolist():
        which, about, how_many = key // base // base, key // base % base, key % base
        year = int(series.years[min(about, n - 1)])
        if which == 1:
            problems.append(Problem("reason.peak_unknown", {"count": how_many, "n": n, "year": year}))
        elif which == 2:
            problems.append(Problem("reason.peak_boundary", {"year": year}))
        elif which == 4:
            problems.append(Problem("reason.peak_absent", {"year": int(absent_year(series.years) or 0)}))
        else:
            problems.append(Problem("reason.peak_short", {"tail": about, "minimum": minimum_tail}))
    return inverse.reshape(len(status)) - (len(distinct) - len(problems)), tuple(problems)


def _notes(found: Sequence[Doubt], count: int) -> ObjectArray:
    """Return the codes of the warnings about each zone, joined."""
    notes = np.full(count, "", dtype=object)
    for doubt in found:
        between = np.where(notes[doubt.where] == "", "", ", ").astype(object)  # numpy below 2 adds no texts
        notes[doubt.where] += between + doubt.problem.code
    return notes
