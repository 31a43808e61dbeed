"""The ensemble: what was drawn, as statistics by zone, year and target.

Decided here: the last year of the account and all before it stand in every series, because a peak may lie there and a
fan chart starts there. All zones together have the empty name, as in ``check``; their quantiles come from sums of the
same draws, since quantiles of zones do not add. A probability that depends on what is not known is NaN.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Column, Provenance, Table, described
from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.messages import Language
from zonecarbon.projection.collecting import Collected, Spec
from zonecarbon.projection.goals import Goal
from zonecarbon.projection.model import FlowPaths, Model, flow_paths
from zonecarbon.projection.rows import UNITS, columns_of, count_of
from zonecarbon.projection.wording import tell
from zonecarbon.records import Scenario

_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble(Table):
    """Trajectories of an account under a scenario, as statistics; see :func:`zonecarbon.project`.

    Parameters
    ----------
    account, scenario
        Where it starts, and where it goes.
    model
        The drivers and the account as arrays; internal.
    spec
        What was asked to be counted; internal.
    goals
        The targets whose probability was counted.
    budgets
        Of cumulative CO2 [tCO2], by zone; the empty name is all zones together.
    statistics
        Arrays by zone, and for all together in the last place.
    draws, seed, sampling
        How many trajectories, and what repeats them.
    precision
        The largest standard error that was asked for, with ``draws="auto"``.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "indicator", "year", "statistic", "value", "unit", "standard_error"
    )

    account: Account = field(repr=False)
    scenario: Scenario = field(repr=False)
    model: Model = field(repr=False)
    spec: Spec = field(repr=False)
    goals: tuple[Goal, ...] = field(repr=False)
    budgets: Mapping[str, float] = field(repr=False)
    statistics: Collected = field(repr=False)
    draws: int
    seed: int
    sampling: str
    precision: float | None = None

    # -- labels ----------------------------------------------------------------------------------------------------

    @property
    def zones(self) -> ObjectArray:
        """Names of the zones; all together have the empty name and are not among them."""
        return self.model.zones

    @property
    def years(self) -> IntArray:
        """Years of the account and of the projection."""
        return np.concatenate((self.model.history_years, self.model.years))

    @property
    def base_year(self) -> int:
        """The last year of the account."""
        return self.model.base_year

    @property
    def until(self) -> int:
        """The last year of the projection."""
        return int(self.model.years[-1])

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that have quantiles."""
        return self.spec.indicators

    @property
    def levels(self) -> FloatArray:
        """The levels of the quantiles."""
        return self.spec.levels

    def _places(self, zone: str | None) -> "int | slice":
        if zone is None:
            return slice(0, len(self.zones))
        if zone == "":
            return len(self.zones)
        return self.account.activity.zone_index(zone)

    def _year(self, year: int) -> int:
        found = np.flatnonzero(self.years == year)
        if not len(found):
            raise InputError("year.absent", year=year, years=f"{self.years[0]}-{self.years[-1]}")
        return int(found[0])

    # -- figures ---------------------------------------------------------------------------------------------------

    def path(self, what: str = "co2", zone: str | None = None) -> FloatArray:
        """Return history and the path without shocks.

        Parameters
        ----------
        what
            ``co2`` [tCO2], ``energy`` [tce], ``value_added`` [10^4 yuan], ``co2_intensity`` or ``energy_intensity``
            [per 10^4 yuan].
        zone
            A name; ``""`` for all together; None for every zone.

        Returns
        -------
        FloatArray
            (zone, year), or (year,) for one zone. NaN where it is not known.

        Raises
        ------
        InputError
            If there is no such quantity or zone.
        """
        if what not in UNITS:
            raise InputError("option", name="what", value=what, known=", ".join(UNITS))
        if what.endswith("_intensity"):
            if zone == "" and not self.model.comparable(what):
                return np.full(len(self.years), np.nan)
            top, money = self.path(what.removesuffix("_intensity"), zone), self.path("value_added", zone)
            with np.errstate(all="ignore"):
                return np.where(money > 0, top / money, np.nan)
        every = self.model.path(what)
        if zone == "":
            return self.model.sum_of_known(what, every)
        return np.asarray(every[self._places(zone)])

    def quantile(self, level: float = 0.5, what: str = "co2", zone: str | None = None) -> FloatArray:
        """Return a quantile by year; in the years of the account it is the figure itself.

        Parameters
        ----------
        level
            From 0 to 1; 0.5 is the median.
        what
            An indicator, one of ``indicators``.
        zone
            A name; empty for all zones together, None for each.

        Returns
        -------
        FloatArray
            (zone, year), or (year,) for one zone or (``""``) all together.

        Raises
        ------
        InputError
            If the level or the quantity was not asked for in ``project``, or there is no such zone.
        """
        at = self._level(level)
        return self._joined(self.statistics.quantiles[..., at], what, zone)

    def mean(self, what: str = "co2", zone: str | None = None) -> FloatArray:
        """Return the mean by year, in the shape of :meth:`quantile`.

        Parameters
        ----------
        what
            An indicator, one of ``indicators``.
        zone
            A name; empty for all zones together, None for each.
        """
        return self._joined(self.statistics.mean, what, zone)

    def standard_error(self, level: float | None = 0.5, what: str = "co2", zone: str | None = None) -> FloatArray:
        """Return the standard error of a quantile, or with None of the mean, in the shape of :meth:`quantile`.

        Parameters
        ----------
        level
            That of the quantile; None for the mean.
        what
            An indicator, one of ``indicators``.
        zone
            A name; empty for all zones together, None for each.
        """
        at = len(self.levels) if level is None else self._level(level)
        return self._joined(self.statistics.error[..., at], what, zone, history=0.0)

    def _level(self, level: float) -> int:
        found = np.flatnonzero(np.isclose(self.levels, level)) if np.ndim(level) == 0 else np.empty(0)  # one a call
        if not len(found):
            raise InputError("option", name="level", value=level, known=", ".join(map(str, self.levels.tolist())))
        return int(found[0])

    def _joined(self, rows: FloatArray, what: str, zone: str | None, history: float | None = None) -> FloatArray:
        if what not in self.indicators:
            raise InputError("option", name="what", value=what, known=", ".join(self.indicators))
        n = self.spec.n_years
        start = self.indicators.index(what) * n
        own = rows[self._places(zone), start : start + n]
        past = self.path(what, zone)[..., : self.spec.n_history]
        if history is not None:
            past = np.full_like(past, history)
        return np.concatenate((past, own), axis=-1)

    @property
    def trajectories(self) -> Mapping[str, FloatArray]:
        """Every draw of each indicator (zone, year, draw) of the projected years, if ``keep="draws"``; else empty."""
        kept, n = self.statistics.draws, self.spec.n_years
        if not kept:
            return {}
        blank = np.full((self.spec.rows, self.draws), np.nan)
        whole = np.stack([kept.get(zone, blank) for zone in range(len(self.zones))])
        return {name: whole[:, i * n : (i + 1) * n] for i, name in enumerate(self.indicators)}

    def probability(self, target: str, zone: str = "") -> float:
        """Return the probability that a target holds in its year; NaN if that is not known.

        Parameters
        ----------
        target
            Its id, or the part after the colon.
        zone
            A name; empty for all zones together.

        Raises
        ------
        InputError
            If there is no such target or zone.
        """
        return float(self.statistics.flags[self._places(zone), self._goal(target)])

    def probability_error(self, target: str, zone: str = "") -> float:
        """Return the standard error of :meth:`probability`.

        Parameters
        ----------
        target
            Its id, or the part after the colon.
        zone
            A name; empty for all zones together.
        """
        return float(self.statistics.flag_error[self._places(zone), self._goal(target)])

    def _goal(self, target: str) -> int:
        names = [goal.target.id for goal in self.goals]
        for number, name in enumerate(names):
            if target in {name, name.split(":", 1)[-1]}:
                return number
        raise InputError("option", name="target", value=target, known=", ".join(names))

    def peak_probability(self, year: int, zone: str | None = "") -> FloatArray:
        """Return the probability that CO2 is highest, history included, in ``year`` or before, and lower after.

        A maximum in the last year of the projection is no peak, so that year gives the probability of a peak within the
        horizon.

        Parameters
        ----------
        year
            A calendar year.
        zone
            A name; empty for all zones together, None for each.

        Returns
        -------
        FloatArray
            A number for one zone or all together (``""``), (zone,) for None. NaN if the history has gaps.
        """
        at = min(self._year(year), len(self.years) - 2)
        return np.asarray(self.statistics.peak[self._places(zone), at])

    def peak_probability_error(self, year: int, zone: str | None = "") -> FloatArray:
        """Return the standard error of :meth:`peak_probability`.

        Parameters
        ----------
        year
            A calendar year.
        zone
            A name; empty for all zones together, None for each.
        """
        at = min(self._year(year), len(self.years) - 2)
        return np.asarray(self.statistics.peak_error[self._places(zone), at])

    def peak_year(self, level: float = 0.5, zone: str | None = "") -> FloatArray:
        """Return the year by which the peak has come with probability ``level``; NaN if not within the horizon.

        Parameters
        ----------
        level
            From 0 to 1; 0.5 is the median.
        zone
            A name; empty for all zones together, None for each.
        """
        return np.asarray(self._peak_years(level)[self._places(zone)])

    def _peak_years(self, level: float) -> FloatArray:
        """Return the year by which the peak has come with probability ``level``, of every zone and of all."""
        reached = self.statistics.peak[:, :-1] >= level - EQUALITY
        return np.where(reached.any(axis=1), self.years[reached.argmax(axis=1)].astype(np.float64), np.nan)

    def peak_value(self, level: float = 0.5, zone: str | None = "") -> FloatArray:
        """Return a quantile of the highest CO2 [tCO2] of history and path; NaN if CO2 of any year is not known.

        Parameters
        ----------
        level
            From 0 to 1; 0.5 is the median.
        zone
            A name; empty for all zones together, None for each.
        """
        return np.asarray(self.statistics.quantiles[self._places(zone), -2, self._level(level)])

    def cumulative(self, level: float = 0.5, zone: str | None = "") -> FloatArray:
        """Return a quantile of CO2 [tCO2] summed from the year after the account's last to the end; NaN if unknown.

        Parameters
        ----------
        level
            From 0 to 1; 0.5 is the median.
        zone
            A name; empty for all zones together, None for each.
        """
        return np.asarray(self.statistics.quantiles[self._places(zone), -1, self._level(level)])

    def within_budget(self, zone: str = "") -> float:
        """Return the probability that cumulative CO2 stays within the budget given; NaN if none was.

        Parameters
        ----------
        zone
            A name; empty for all zones together.
        """
        return float(self.statistics.flags[self._places(zone), -1])

    def by_flow(self) -> FlowPaths:
        """Return the flows, their years, and energy [tce] and CO2 [tCO2] of each without shocks (zone, flow, year).

        Internal: for the modules of this library.

        The years are the last of the account and those of the projection; the last of the account is the account's own.
        At level ``kaya`` there is one line for all energy.
        """
        return flow_paths(self.account, self.scenario, self.until)

    def worst_error(self) -> float:
        """Return the largest standard error: of probabilities, and of medians relative to themselves."""
        found = self.statistics
        n = self.spec.n_years * len(self.indicators)
        middle = self._level(0.5)
        with np.errstate(all="ignore"):
            relative = np.abs(found.error[:, :n, middle] / found.quantiles[:, :n, middle])
        parts = [relative, found.peak_error, found.flag_error]
        return max((float(np.nanmax(part)) for part in parts if (~np.isnan(part)).any()), default=0.0)

    def with_precision(self, precision: float) -> "Ensemble":
        """Return this ensemble with the precision that was asked for, so that it can say whether it was reached.

        Internal: for the modules of this library.

        Parameters
        ----------
        precision
            The largest standard error that was asked for.
        """
        return replace(self, precision=precision)

    # -- faces -----------------------------------------------------------------------------------------------------

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return zone, indicator, year, statistic, value, unit, standard_error: one row a figure.

        ``statistic`` is ``history``, ``path`` (without shocks), ``mean``, a quantile (``q05`` ...), ``probability`` (of
        a target in its year; that ``peak_year`` is that year; ``no_peak`` up to the horizon), ``probability_by`` (that
        the peak has come), ``within_budget``. All zones together have an empty zone. Figures of the whole horizon
        (``peak_co2``, ``cumulative_co2``, ``no_peak``) stand in its last year.
        """
        return columns_of(self)

    def _head(self, rows: int) -> tuple[dict[str, NDArray[Any]], int]:
        """Return the first rows, made of the first zone alone, and how many there are."""
        return {name: column[:rows] for name, column in columns_of(self, places=1).items()}, count_of(self)

    @property
    def provenance(self) -> Provenance:
        """Every choice: the scenario in full, draws, seed, sampling, targets, and those of the account."""
        own = self.account.provenance
        choices = {
            "scenario": self.scenario.model_dump(exclude_defaults=True),
            "until": self.until,
            "draws": self.draws,
            "precision": self.precision,
            "indicators": list(self.indicators),
            "levels": self.levels.tolist(),
            "keep": "draws" if self.spec.keep else None,
            "seed": str(self.seed),
            "sampling": self.sampling,
            "quantiles": "exact" if self.spec.exact else "histogram",
            "targets": {goal.target.id: goal.reason.text() if goal.reason else "" for goal in self.goals},
            "budgets": dict(self.budgets),
            "account": dict(own.choices),
        }
        return Provenance(choices, own.input_hash, (*own.warnings, *self.warnings))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a reader must know: zones left out, gaps, a precision that was not reached."""
        found = [*self.model.warnings]
        known = self.model.known
        for what in ("energy", "co2"):
            if not known[what].all():
                told = {"what": what, "known": int(known[what].sum()), "n": len(self.zones)}
                found.append(Problem("project.left_out", {**told, "zones": self._named(~known[what])}))
        gaps = np.isnan(self.model.history["co2"]).any(axis=1) & known["co2"]
        if gaps.any():
            named = self._named(gaps)
            found.append(Problem("project.gaps", {"zones": named, "base": self.base_year}))
        found += self._said_of_drivers()
        path = self.model.path("co2")
        ahead, past = path[:, self.spec.n_history :], path[:, : self.spec.n_history]
        again = (
            (ahead.argmax(axis=1) == ahead.shape[1] - 1)
            & (ahead.max(axis=1) <= past.max(axis=1) * (1.0 + EQUALITY))
            & (len(self.model.years) > 1)
        )
        if again.any():
            found.append(Problem("project.rises_again", {"zones": self._named(again)}))
        lost = known["co2"] & np.isnan(ahead).any(axis=1)
        if lost.any():
            found.append(Problem("project.lost", {"zones": self._named(lost)}))
        if (np.diff(self.model.history_years) > 1).any():
            found.append(Problem("project.skipped", {"years": ", ".join(map(str, self.model.history_years.tolist()))}))
        if self.precision is not None and (worst := self.worst_error()) > self.precision:
            found.append(
                Problem("project.precision", {"reached": worst, "precision": self.precision, "draws": self.draws})
            )
        return tuple(found)

    def _said_of_drivers(self) -> list[Problem]:
        """Return which drivers the scenario leaves out, and which intensities or factors rise."""
        given = dict(self.scenario.drivers())
        left = [name for name in ("value_added", "energy_intensity") if name not in given]
        found = [Problem("project.constant", {"drivers": ", ".join(left), "base": self.base_year})] if left else []
        falling = ("energy_intensity", "co2_per_energy", "grid_factor")
        # weight is 1 / (1 + rate), so a product below 1 is a level that has risen
        rise = [name for name in falling if name in given and (self.model.weight[name].prod(axis=1) < 1.0).any()]
        if rise:
            found.append(Problem("project.rises", {"drivers": ", ".join(rise), "until": self.until}))
        return found

    def _named(self, mask: BoolArray) -> str:
        named = [str(zone) for zone in self.zones[mask][:_SHOWN]]
        return ", ".join(named) + (", ..." if int(mask.sum()) > _SHOWN else "")

    def text(self, language: Language = "en") -> str:
        """Return the figures a planner asks for first, for all zones together.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        return tell(self, language)

    def _peak_rows(self) -> dict[str, Any]:
        """Return what ``find_peaks`` tells of this ensemble: columns by zone, and last for all together."""
        by = self.statistics.peak
        before, within = by[:, self.spec.n_history - 1], by[:, -2]
        status = np.select(
            [np.isnan(within), before > 0.5, within > 0.5], ["insufficient", "peaked", "projected"], "rising"
        )
        outer = float(self.levels[0]), float(self.levels[-1])
        first, median, last = (self._peak_years(level) for level in (outer[0], 0.5, outer[1]))
        rows: dict[str, NDArray[Any]] = {
            "zone": np.array([*self.zones, ""], dtype=object),
            "status": status.astype(object),
            "peak_year": median,
            "peak_value": self.statistics.quantiles[:, -2, self._level(0.5)],
            "years_since": self.base_year - median,
            "p_value": np.full(len(by), np.nan),
            "first_year": first,
            "last_year": last,
            "probability": within,
            "standard_error": self.statistics.peak_error[:, -2],
        }
        head = (self.scenario.title_en or self.scenario.name, self.scenario.title_zh or self.scenario.name)
        told = {"draws": self.draws, "sampling": self.sampling, "seed": self.seed}
        return {"rows": rows, "horizon": self.until, "share": outer[1] - outer[0], "scenario": head, "choices": told}

    def __repr__(self) -> str:
        return (
            f"<Ensemble: scenario {self.scenario.name}, {len(self.zones)} zones, {self.base_year}-{self.until}, "
            f"{self.draws} draws ({self.sampling}, seed {self.seed})>"
        )
