"""An ensemble as a table: one row a figure, with its unit and its standard error."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import FloatArray, IntArray, ObjectArray

if TYPE_CHECKING:
    from zonecarbon.projection.result import Ensemble

UNITS = {
    "co2": "tCO2",
    "energy": "tce",
    "value_added": "10^4 CNY",
    "co2_intensity": "tCO2/10^4 CNY",
    "energy_intensity": "tce/10^4 CNY",
}


def columns_of(ensemble: "Ensemble", places: int | None = None) -> dict[str, NDArray[Any]]:
    """Return the columns that :meth:`Ensemble.columns` describes, of all or of the first ``places`` zones."""
    rows = _Rows()
    for place, zone in enumerate([*map(str, ensemble.zones), ""][:places]):
        _levels_of(ensemble, rows, place, zone)
        _peaks_of(ensemble, rows, place, zone)
        _goals_of(ensemble, rows, place, zone)
    return rows.columns()


def count_of(ensemble: "Ensemble") -> int:
    """Return how many rows the columns have; zones differ in their budgets alone."""
    whole, last = _Rows(), len(ensemble.zones)
    _levels_of(ensemble, whole, last, "")
    _peaks_of(ensemble, whole, last, "")
    own = sum(goal.of_zones for goal in ensemble.goals)
    return (last + 1) * len(whole) + last * own + len(ensemble.goals) + len(ensemble.budgets)


def _levels_of(ensemble: "Ensemble", rows: "_Rows", place: int, zone: str) -> None:
    n, split = ensemble.spec.n_years, ensemble.spec.n_history
    names = _level_names(ensemble.levels)
    for number, what in enumerate(ensemble.indicators):
        path = ensemble.path(what, zone)
        rows.add(zone, what, ensemble.years[:split], "history", path[:split], UNITS[what])
        rows.add(zone, what, ensemble.years[split:], "path", path[split:], UNITS[what])
        span = slice(number * n, number * n + n)
        found = ensemble.statistics
        error = found.error[place, span]
        rows.add(zone, what, ensemble.model.years, "mean", found.mean[place, span], UNITS[what], error[:, -1])
        for at, name in enumerate(names):
            value = found.quantiles[place, span, at]
            rows.add(zone, what, ensemble.model.years, name, value, UNITS[what], error[:, at])
    for row, what in ((-2, "peak_co2"), (-1, "cumulative_co2")):
        value, error = ensemble.statistics.quantiles[place, row], ensemble.statistics.error[place, row]
        for at, name in enumerate(names):
            rows.add(zone, what, ensemble.model.years[-1:], name, value[at : at + 1], "tCO2", error[at : at + 1])


def _peaks_of(ensemble: "Ensemble", rows: "_Rows", place: int, zone: str) -> None:
    by, error = ensemble.statistics.peak[place], ensemble.statistics.peak_error[place]
    rows.add(zone, "peak_year", ensemble.years[:-1], "probability", np.diff(by[:-1], prepend=0.0), "1")
    rows.add(zone, "peak_year", ensemble.years[:-1], "probability_by", by[:-1], "1", error[:-1])
    rows.add(zone, "no_peak", ensemble.years[-1:], "probability", 1.0 - by[-2:-1], "1", error[-2:-1])


def _goals_of(ensemble: "Ensemble", rows: "_Rows", place: int, zone: str) -> None:
    found = ensemble.statistics
    for number, goal in enumerate(ensemble.goals):
        if zone and not goal.of_zones:
            continue
        value, error = found.flags[place, number], found.flag_error[place, number]
        rows.add(zone, goal.target.id, np.array([goal.year]), "probability", value[None], "1", error[None])
    if zone in ensemble.budgets:
        value, error = found.flags[place, -1:], found.flag_error[place, -1:]
        rows.add(zone, "cumulative_co2", ensemble.years[-1:], "within_budget", value, "1", error)


def _level_names(levels: FloatArray) -> list[str]:
    """Return ``q05``, ``q50``, ``q97.5``: the level in per cent."""
    texts = [f"{100 * level:.10g}" for level in levels.tolist()]
    return [f"q{'0' * (2 - len(text.partition('.')[0]))}{text}" for text in texts]


class _Rows:
    """Columns that grow by blocks of rows."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, str, IntArray, str, FloatArray, str, FloatArray | None]] = []

    def add(
        self,
        zone: str,
        indicator: str,
        years: IntArray,
        statistic: str,
        value: FloatArray,
        unit: str,
        error: FloatArray | None = None,
    ) -> None:
        """Add one row a year."""
        self._parts.append((zone, indicator, years, statistic, value, unit, error))

    def __len__(self) -> int:
        return sum(len(part[2]) for part in self._parts)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns."""
        counts = [len(part[2]) for part in self._parts]

        def words(values: Sequence[str]) -> ObjectArray:
            return np.repeat(np.array(values, dtype=object), counts)

        zone, indicator, year, statistic, value, unit, error = zip(*self._parts, strict=True)
        errors = [np.full(n, np.nan) if e is None else e for n, e in zip(counts, error, strict=True)]
        return {
            "zone": words(zone),
            "indicator": words(indicator),
            "year": np.concatenate(year),
            "statistic": words(statistic),
            "value": np.concatenate(value),
            "unit": words(unit),
            "standard_error": np.concatenate(errors),
        }
