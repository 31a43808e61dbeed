"""The Mann-Kendall test as a verb: any series in, numbers of the same shape out.

Decided here: the test asks only which of two values is larger, so a quantity is taken in the unit it has and S, z and p
are plain numbers. The Theil-Sen slope takes longer than the test, so it is computed when someone asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, get_args

import numpy as np
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon._table import Column, Table, described, frozen
from zonecarbon._typing import FloatArray
from zonecarbon.activity.series import refuse_long
from zonecarbon.errors import InputError, UnitError
from zonecarbon.kernels import trend
from zonecarbon.kernels.trend import Method

METHODS: tuple[str, ...] = get_args(Method)
LONGEST = 200
"""Values up to which an exact p-value is found; its tables grow with the square of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend(Table):
    """A Mann-Kendall test; each figure is a float for one series, else an array of the leading shape.

    Parameters
    ----------
    s
        Rising pairs minus falling pairs.
    variance
        Of ``s``, given the ties.
    z
        Normal deviate with continuity correction, whatever the method.
    p_value
        Two-sided.
    values
        The series tested (not a copy); :attr:`slope` is computed from them.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "series", "s", "variance", "z", "p_value", "slope", series=Column("whole", "position of the series")
    )

    s: Any
    variance: Any
    z: Any
    p_value: Any
    values: FloatArray = field(repr=False)

    @property
    def slope(self) -> Any:
        """Theil-Sen slope, the median over all pairs [unit of the values per step of the last axis].

        NaN for fewer than two values, and where one is unknown. Computed anew each time.
        """
        return in_kind(trend.theil_sen(self.values))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a series, in order."""
        figures = {name: np.ravel(getattr(self, name)) for name in ("s", "variance", "z", "p_value", "slope")}
        return {"series": np.arange(len(figures["s"])), **figures}


def mann_kendall(values: Any, method: Method = "auto") -> Trend:
    """Test each series for a monotone trend, two-sided.

    Parameters
    ----------
    values : (..., year)
        Series in any unit: a list, an array, a Series, or a quantity of any pint registry, taken in its own unit. Time
        is the last axis; the steps need not be even.
    method : {"auto", "exact", "normal"}
        ``exact``: the permutation distribution given the ties; ``normal``: with the corrections for continuity and
        ties; ``auto``: exact up to 9 values.

    Returns
    -------
    Trend
        ``s``, ``variance``, ``z``, ``p_value``, ``slope``: floats for one series, else arrays of the leading shape. NaN
        for a series with an unknown value and for one without values. A constant series, or a single value, has s = 0,
        z = 0 and p = 1.

    Raises
    ------
    InputError
        A method that is none of the three, ``exact`` for more than 200 values, or a single number.
    UnitError
        What is no figure: text without digits, booleans, dates.

    References
    ----------
    H. B. Mann, Econometrica 13 (1945) 245; M. G. Kendall, Rank Correlation Methods (1975); P. K. Sen, J. Am. Stat.
    Assoc. 63 (1968) 1379.

    Examples
    --------
    >>> found = mann_kendall([9.0, 8.0, 6.0, 5.0, 1.0])
    >>> found.s, round(found.p_value, 4), found.slope
    (-10.0, 0.0167, -1.75)
    >>> mann_kendall([[1.0, 2.0, 3.0], [4.0, 4.0, 4.0]]).s
    array([3., 0.])
    """
    if method not in METHODS:
        raise InputError("option", name="method", value=method, known=", ".join(METHODS))
    refuse_long(values)
    series = figures(values)[0]
    if method == "exact" and series.shape[-1] > LONGEST:
        raise InputError("peak.exact_long", limit=LONGEST, n=series.shape[-1])
    s, variance, z, p_value = (in_kind(array) for array in trend.mann_kendall(series, method))
    return Trend(s, variance, z, p_value, frozen(series))


def figures(values: Any) -> tuple[FloatArray, str]:
    """Return a series or several as float64, and the unit they have (empty where they are plain numbers).

    Raises
    ------
    InputError
        If it is a single number.
    UnitError
        If it is no figure.
    """
    unit = ""
    if isinstance(values, (list, tuple)) and values and all(units.is_quantity(value) for value in values):
        values = _joined(values)
    inner = values
    if not (units.is_quantity(values) or isinstance(values, np.ndarray)):
        inner = getattr(values, "data", None)  # xarray keeps a quantity inside
    if units.is_quantity(inner):
        unit, values = str(inner.units), inner.magnitude
    array = np.asarray(units.magnitude(values, "1"))
    if not array.ndim:
        raise InputError("peak.series", got=repr(values)[:60])
    return array, unit


def _joined(values: Sequence[Any]) -> Any:
    """Return a list of quantities as one quantity, in the unit of the first."""
    first = values[0]
    for value in values:
        if units.registry_of(value) is not units.registry_of(first):
            raise InputError("formula.registries", names="values")
        if not value.is_compatible_with(first.units):
            raise UnitError("unit.dimension", unit=str(value.units), to=str(first.units), expected=str(first.units))
    return type(first)([value.m_as(first.units) for value in values], first.units)


def in_kind(array: FloatArray) -> Any:
    """Return the one figure of a single series as a float, else the array, read-only."""
    return frozen(array) if array.ndim else float(array)
