"""The plan: what is done where and when, what that costs, and what it reaches."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Column, Provenance, Table, described, frozen, to_frame
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.activity.model import to_labels
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels import target as rules
from zonecarbon.messages import Language
from zonecarbon.planning.weighing import Weighed, figures_of
from zonecarbon.planning.wording import text_of, unpriced
from zonecarbon.projection.goals import codes_of_zone, compile_goals
from zonecarbon.records import MeasureSet, Scenario, TargetSet
from zonecarbon.records.target import MILESTONE

LEVELS = ("measure", "goal", "year", "zone")
_DIGITS = 4
_MONEY = "10^4 CNY"
_PASSES = {rules.MET: "yes", rules.MISSED: "no", rules.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True, eq=False)
class Plan(Table):
    """The cheapest measures and timing that reach the goals, or come nearest to them.

    Parameters
    ----------
    reference, account
        The account without and with the measures, over its own years and those of the plan.
    measures, goals, scenario
        What was planned with, for, and from.
    years
        Years of the plan.
    names, counted_in
        Of the measures that have something to act on, in the order in which they act.
    shares
        By measure (zone, sector, source, year): the share of what those before it have left.
    built
        (measure, zone, plan year): what is built, in the unit of the measure.
    weighed
        Amounts, effects and costs by measure, zone and year.
    rows
        One for each goal and zone it is asked of: ``goal``, ``zone`` (empty: all together), ``year``, ``value`` in the
        account of the plan, ``operator``, ``limit``, ``unit``, ``shortfall`` (relative to the limit; 0 if met),
        ``shadow_price`` (what one more of this goal alone would save; NaN where a goal is out of reach and one more
        would go into coming nearer to it, or where too many goals are tied to try each) in ``shadow_unit``,
        ``probability`` (NaN unless planned for).
    reached
        Whether all goals that could be planned for are met. If not, this is the cheapest plan of those nearest.
    base
        The last year before the scenario.
    peak_by, budgets, capital, probability
        What was asked besides.
    not_planned
        Goals that could not be planned for, with the reason.
    tighter
        What multiplies the limit of each goal for the probability.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "measure", "year", "share", "amount", "unit", "built", "energy_tce", "co2_t", "capital", "cost",
        measure=Column("text", "name of the measure"),
        share=Column("number", "share of its source that the measure acts on, after those before it", "1"),
        amount=Column("number", "what the measure acts on in the year, in the unit of the row"),
        unit=Column("text", "unit of amount and built"),
        built=Column("number", "what is built in the year, in the unit of the row"),
        energy_tce=Column("number", "what the measure changes, added to those before it; below zero: saved", "tce"),
        co2_t=Column("number", "what the measure changes, added to those before it; below zero: saved", "tCO2"),
        capital=Column("number", "outlay of the year", _MONEY),
        cost=Column("number", "annuity, running cost and carriers of the year; below zero: it earns", _MONEY),
    )  # fmt: skip

    reference: Account = field(repr=False)
    account: Account = field(repr=False)
    measures: MeasureSet = field(repr=False)
    goals: TargetSet | None = field(repr=False)
    scenario: Scenario | None = field(repr=False)
    years: IntArray
    names: tuple[str, ...]
    counted_in: tuple[str, ...]
    shares: tuple[FloatArray, ...] = field(repr=False)
    built: FloatArray = field(repr=False)
    weighed: Weighed = field(repr=False)
    rows: Mapping[str, NDArray[Any]] = field(repr=False)
    reached: bool
    base: int
    peak_by: int | None = None
    budgets: Mapping[str, float] = field(default_factory=dict)
    capital: float | None = None
    not_planned: tuple[tuple[str, Problem], ...] = ()
    probability: float | None = None
    tighter: Mapping[str, float] = field(default_factory=dict)

    # -- figures ---------------------------------------------------------------------------------------------------

    @property
    def cost(self) -> float:
        """What the plan costs over its years, brought to the first [10^4 CNY]; below zero if it earns."""
        return float((self.weighed.yearly * self.weighed.discount).sum())

    @property
    def outlay(self) -> float:
        """What is laid out over the plan, not discounted [10^4 CNY]."""
        return float(self.weighed.capital.sum())

    @property
    def saved(self) -> dict[str, float]:
        """What the plan saves over its years: ``energy`` [tce] and ``co2`` [tCO2]."""
        return {"energy": -float(self.weighed.energy.sum()), "co2": -float(self.weighed.co2.sum())}

    @property
    def origin(self) -> Account:
        """The account up to the last year before the scenario, where a projection starts."""
        return before(self.reference, self.base)

    @property
    def complete(self) -> bool:
        """Whether every goal could be planned for; ``reached`` is about those that could."""
        return not self.not_planned

    @property
    def binding(self) -> list[str]:
        """The goals that cost something at the margin, are not reached, or keep the plan from coming nearer.

        Those of which no price is told are among them.
        """
        rows = self.rows
        tight = (rows["shortfall"] > 0) | (rows["shadow_price"] > 0) | unpriced(rows)
        return list(dict.fromkeys(rows["goal"][tight].tolist()))

    def targets(self, zone: str = "") -> TargetSet:
        """Return the plan's own path as a target set, for ``check`` to track: a limit for each year.

        Parameters
        ----------
        zone
            A zone of the plan, to be checked on an account of that zone; all together unless given.

        Returns
        -------
        TargetSet
            Energy and CO2 per value added, and CO2, at most what the plan has, rounded up to four digits.

        Raises
        ------
        InputError
            If there is no such zone, or a figure of it is not known in any year.
        """
        at = self._zone(zone)
        found = []
        for year in self.years.tolist():
            for indicator, unit, value in self._milestones(at, year):
                if math.isfinite(value) and value > 0:
                    told = {"id": f"{indicator}-{year}", "indicator": indicator, "unit": unit, "year": year}
                    found.append(
                        {**told, "statistic": "aggregate", "operator": "<=", "threshold": _up(value), "role": MILESTONE}
                    )
        if not found:
            raise InputError("plan.no_milestone", zone=zone or "-")
        title = {"title_en": "Milestones of the plan", "title_zh": "规划里程碑"}
        return TargetSet(name=f"plan-{zone}" if zone else "plan", **title, target=tuple(found))

    def _zone(self, zone: str) -> int | None:
        if not zone:
            return None
        known: list[str] = self.account.zones.tolist()
        if zone not in known:
            raise InputError("plan.zone", name=zone, known=", ".join(map(str, known[:10])))
        return known.index(zone)

    def _milestones(self, zone: int | None, year: int) -> list[tuple[str, str, float]]:
        column = self.account.activity.year_index(year)
        energy, co2, money = (
            float(own.sum() if zone is None else own[zone])
            for own in (self.account.total(what)[:, column] for what in ("energy", "co2", "value_added"))
        )
        per = money if money > 0 else math.nan
        return [
            ("energy_per_iva", "tce/10^4 CNY", energy / per),
            ("co2_per_iva", "tCO2/10^4 CNY", co2 / per),
            ("co2", "tCO2", co2),
        ]

    # -- faces -----------------------------------------------------------------------------------------------------

    @property
    def provenance(self) -> Provenance:
        """Measures, goals, scenario and what was asked besides; a hash of the input."""
        own = self.reference.provenance
        choices = {
            **own.choices,
            "measures": self.measures.model_dump(exclude_defaults=True),
            "goals": None if self.goals is None else self.goals.name,
            "scenario": None if self.scenario is None else self.scenario.model_dump(exclude_defaults=True),
            "peak_by": self.peak_by,
            "budget": dict(self.budgets),
            "capital": self.capital,
            "probability": self.probability,
        }
        return Provenance(choices, own.input_hash, (*own.warnings, *self.warnings))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a reader must know: idle measures, prices by a heat value, goals that it was not made for."""
        own = self.account.warnings[len(self.reference.warnings) :]
        said = (problem for problem in own if problem.code != "note.measures")
        return (*said, *(problem for _, problem in self.not_planned))

    def columns(self, level: str = "measure") -> dict[str, NDArray[Any]]:
        """Return columns: a row for each zone, measure and year in which it acts, each goal, each year, or each zone.

        The rows of zones say whether a zone passes a goal that counts zones, without and with the plan.

        Parameters
        ----------
        level
            ``measure``, ``goal``, ``year`` or ``zone``.

        Raises
        ------
        InputError
            If ``level`` is not ``measure``, ``goal``, ``year`` or ``zone``.
        """
        if level == "goal":
            return dict(self.rows)
        if level == "year":
            return self._by_year()
        if level == "zone":
            return self._by_zone()
        if level != "measure":
            raise InputError("option", name="level", value=level, known=", ".join(LEVELS))
        own = self.weighed
        measure, zone, year = np.nonzero((own.amount > 0) | (self.built > 0))
        order = np.lexsort((year, measure, zone))
        measure, zone, year = measure[order], zone[order], year[order]
        offset = len(self.account.years) - len(self.years)
        places = zip(measure.tolist(), zone.tolist(), (year + offset).tolist(), strict=True)
        share = np.array([self._share(*place) for place in places])
        return {
            "zone": self.account.zones[zone],
            "measure": to_labels(self.names)[measure],
            "year": self.years[year],
            "share": share.astype(np.float64),
            "amount": own.amount[measure, zone, year],
            "unit": to_labels(self.counted_in)[measure],
            "built": self.built[measure, zone, year],
            "energy_tce": own.energy[measure, zone, year],
            "co2_t": own.co2[measure, zone, year],
            "capital": own.capital[measure, zone, year],
            "cost": own.yearly[measure, zone, year],
        }

    def _share(self, measure: int, zone: int, year: int) -> float:
        return float(self.shares[measure][zone, ..., year].max())

    def _by_year(self) -> dict[str, NDArray[Any]]:
        """Return energy, CO2 and their intensities without and with the plan, and its cost, by zone and year."""
        n, at = len(self.account.zones), slice(-len(self.years), None)
        sums = {
            f"{what}{suffix}": own.total(what)[:, at]
            for suffix, own in (("_without", self.reference), ("", self.account))
            for what in ("energy", "co2")
        }
        money = self.account.total("value_added")[:, at]
        with np.errstate(all="ignore"):
            per = np.where(money > 0, money, np.nan)
            sums |= {f"{what}_intensity": sums[what] / per for what in ("energy", "co2")}
        own = self.weighed
        sums |= {"capital": own.capital.sum(axis=0), "cost": own.yearly.sum(axis=0)}
        zone, year = np.indices((n, len(self.years))).reshape(2, -1)
        columns = {"zone": self.account.zones[zone], "year": self.years[year]}
        return columns | {name: np.asarray(array).reshape(-1) for name, array in sums.items()}

    def _by_zone(self) -> dict[str, NDArray[Any]]:
        """Return, by zone, intensities in the last year without and with the plan, its cost, and what it changes."""
        money = self.account.total("value_added")[:, -1]
        per = np.where(money > 0, money, np.nan)
        columns: dict[str, NDArray[Any]] = {"zone": self.account.zones}
        for what in ("energy", "co2"):
            for suffix, own in (("_without", self.reference), ("", self.account)):
                columns[f"{what}_intensity{suffix}"] = own.total(what)[:, -1] / per
        spent = self.weighed
        columns["capital"] = spent.capital.sum(axis=(0, 2))
        columns["cost"] = (spent.yearly * spent.discount).sum(axis=(0, 2))
        for suffix, own in (("_without", self.reference), ("", self.account)):
            columns[f"passes{suffix}"] = self._passes(own)
        return columns

    def _passes(self, account: Account) -> NDArray[Any]:
        """Return whether each zone passes the first goal that counts zones: yes, no, unknown; empty without one."""
        result = np.full(len(account.zones), "", dtype=object)
        goals = () if self.goals is None else compile_goals(self.goals, account, int(self.years[-1]))
        counting = [goal for goal in goals if goal.reason is None and goal.target.statistic == "share_of_zones"]
        if counting:
            for zone in range(len(result)):
                code = int(codes_of_zone(counting[0], figures_of(account, zone)))
                result[zone] = _PASSES[code]
        return result

    def to_frame(self, level: str = "measure") -> Any:
        """Return a DataFrame of :meth:`columns`.

        Parameters
        ----------
        level
            ``measure``, ``goal``, ``year`` or ``zone``.
        """
        return to_frame(self.columns(level), self.provenance)

    def text(self, language: Language = "en") -> str:
        """Return the plan in words: cost, effect, measures, goals.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        return text_of(self, language)

    def __repr__(self) -> str:
        state = "reached" if self.reached else "not reached"
        span = f"{self.years[0]}-{self.years[-1]}"
        return f"<Plan: {len(self.account.zones)} zones, {span}, {len(self.names)} measures, goals {state}>"

    def __str__(self) -> str:
        return self.text()


def before(account: Account, year: int) -> Account:
    """Return an account without the years after ``year``."""
    if int(account.years[-1]) <= year:
        return account
    n = int((account.years <= year).sum())
    own, table = account.activity, account.coefficients
    labels: dict[str, Any] = {
        name: None if (array := getattr(own, name)) is None else frozen(array[:, :n])
        for name in ("has_energy", "boundary", "coverage", "deflator")
    }
    quantity = frozen(account.quantity[..., :n])
    activity = replace(
        own,
        years=frozen(own.years[:n]),
        quantity=quantity,
        value_added=frozen(own.value_added[..., :n]),
        value_added_total=frozen(own.value_added_total[:, :n]),
        price_year=frozen(own.price_year[:, :n]),
        rows=None,
        indicators={},
        indicator_units={},
        indicator_basis={},
        **labels,
    )
    coefficients = replace(
        table, energy=table.energy[..., :n], co2=table.co2[..., :n], biogenic=table.biogenic[..., :n]
    )
    return replace(account, activity=activity, quantity=quantity, coefficients=coefficients)


def _up(value: float) -> str:
    """Return a limit with four digits that is not below the value."""
    exact = Decimal(value)
    exponent = exact.adjusted() - _DIGITS + 1
    return format(exact.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_CEILING), "f")
