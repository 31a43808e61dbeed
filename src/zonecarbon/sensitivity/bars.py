"""One shock at a time."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._table import Column, Provenance, Table, described
from zonecarbon.accounting import Account
from zonecarbon.errors import Problem
from zonecarbon.messages import Language
from zonecarbon.projection.simulating import held
from zonecarbon.records import Scenario
from zonecarbon.sampling import Shape, Shock
from zonecarbon.sensitivity.study import Outcome, Say, Study, is_fraction, study_of


@dataclass(frozen=True, slots=True, eq=False)
class Tornado(Table):
    """How far each shock alone moves an outcome; see :func:`zonecarbon.tornado`.

    Parameters
    ----------
    study
        The account, the scenario and what was drawn; internal.
    of, year, zone, low, high
        What was asked; ``year`` is the last one that matters.
    rows
        ``driver``, ``shared`` (by all zones), ``low_input`` and ``high_input`` (the deviation held: of a rate [fraction
        a year], of a lognormal shock the logarithm of the factor, of a shift its pace), ``low`` and ``high`` (the
        outcome then), ``middle`` (without shocks), ``swing`` (the highest of the three less the lowest).
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "driver", "shared", "low_input", "high_input", "low", "high", "middle", "swing",
        shared=Column("flag", "whether all zones have the same shock"),
        low_input=Column("number", "the deviation held at the low quantile"),
        high_input=Column("number", "the deviation held at the high quantile"),
        low=Column("number", "the outcome at the low quantile"),
        high=Column("number", "the outcome at the high quantile"),
        middle=Column("number", "the outcome without shocks"),
        swing=Column("number", "highest less lowest of the three"),
    )  # fmt: skip

    study: Study = field(repr=False)
    of: str
    year: int
    zone: str
    low: float
    high: float
    rows: Mapping[str, NDArray[Any]] = field(repr=False)

    @property
    def provenance(self) -> Provenance:
        """Every choice, and those of the account."""
        return self.study.provenance(low=self.low, high=self.high)

    def units(self) -> dict[str, str]:
        """Return the unit of the outcome: years, or tCO2."""
        return dict.fromkeys(("low", "high", "middle", "swing"), "a" if self.of == "peak_year" else "tCO2")

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a shock, the widest first."""
        return dict(self.rows)

    def text(self, language: Language = "en") -> str:
        """Return the bars in words.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        say = Say(language, self.study, self.of)
        middle = say.figure(float(self.rows["middle"][0]))
        lines = [say("note.tornado_head", middle=middle, low=f"{self.low:g}", high=f"{self.high:g}")]
        for row in range(len(self.rows["driver"])):
            ends = {name: say.figure(float(self.rows[name][row])) for name in ("low", "high")}
            shared = messages.render("note.shared", {}, language) if self.rows["shared"][row] else ""
            lines.append(say("note.tornado_row", driver=say.driver(self.rows["driver"][row]), shared=shared, **ends))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


def tornado(
    account: Account,
    scenario: "str | Path | Scenario | dict[str, Any]",
    *,
    until: int = 2060,
    of: Outcome = "peak_year",
    year: int | None = None,
    zone: str = "",
    low: float = 0.05,
    high: float = 0.95,
) -> Tornado:
    """Return how far each shock alone moves an outcome: held at a low and at a high quantile, all others left out.

    Parameters
    ----------
    account, scenario, until
        As in :func:`zonecarbon.project`.
    of
        ``peak_year``, ``peak_value`` (the highest CO2 of history and path), ``co2`` (of ``year``), ``cumulative_co2``
        (after the last year of the account) [tCO2].
    year
        Of ``co2``; ``until`` unless given.
    zone
        A name, or ``""`` for all together; own shocks then take their quantile in every zone at once.
    low, high
        Quantiles. Of a shock that is drawn every year it is the quantile of its mean over the years (up to ``year``).

    Returns
    -------
    Tornado
        A row for each shock, the widest first.

    Raises
    ------
    InputError
        If an argument is not one of the above, or the scenario has no uncertainty.
    ScenarioError
        If the scenario breaks a rule or does not reach from the account to ``until``.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[100.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                 value_added=[[200.0]], price_year=2025)
    >>> sure = {"kind": "constant", "rate": 0.03, "uncertainty": {"shape": "normal", "sd": 0.01, "rho": 1}}
    >>> fall = {"kind": "constant", "rate": -0.02, "uncertainty": {"shape": "uniform", "low": -0.01, "high": 0.01}}
    >>> found = tornado(account(activity), {"name": "mine", "value_added": sure, "energy_intensity": fall},
    ...                 until=2035, of="co2")
    >>> found.rows["driver"].tolist(), (found.rows["high"] > found.rows["low"]).tolist()
    (['value_added', 'energy_intensity'], [True, True])
    """
    problems = []
    if not (is_fraction(low) and is_fraction(high) and low < high):
        problems.append(Problem("sensitivity.levels", {"low": str(low), "high": str(high)}))
    study = study_of(account, scenario, until, of, year, zone, problems)
    recipe = study.recipe
    shocks = [*((shock, False) for shock in recipe.own.shocks), *((shock, True) for shock in recipe.shared.shocks)]
    span = study.year - recipe.model.base_year
    inputs = np.array([[_quantile(shock, p, span) for p in (low, high)] for shock, _ in shocks])
    given = []
    for number, (shock, _) in enumerate(shocks):  # columns: none, then low and high of each shock
        columns = np.zeros((1, 1 + 2 * len(shocks)))
        columns[0, 1 + 2 * number : 3 + 2 * number] = inputs[number] / shock.shape.scale
        given.append(columns)
    split, total = len(recipe.own.shocks), np.zeros((len(recipe.model.years), 1 + 2 * len(shocks)))
    for chosen, block in zip(study.zones, held(recipe, given[:split], given[split:]), strict=True):
        if chosen:
            total += block.co2
    found = study.outcome(total)
    ends, middle = found[1:].reshape(-1, 2), np.full(len(shocks), found[0])
    swing = np.maximum(ends.max(axis=1), middle) - np.minimum(ends.min(axis=1), middle)
    order = np.argsort(-np.nan_to_num(swing), kind="stable")
    rows = {
        "driver": np.array([shock.driver for shock, _ in shocks], dtype=object),
        "shared": np.array([is_shared for _, is_shared in shocks]),
        "low_input": inputs[:, 0],
        "high_input": inputs[:, 1],
        "low": ends[:, 0],
        "high": ends[:, 1],
        "middle": middle,
        "swing": swing,
    }
    return Tornado(study, of, study.year, zone, low, high, {name: column[order] for name, column in rows.items()})


def _quantile(shock: Shock, p: float, years: int) -> float:
    """Return the quantile of a shock's mean over some years."""
    shape = shock.shape
    if shock.rho == 1.0 or years == 1:
        return float(shape.quantile(p))
    mean, sd = _moments(shape)
    lags = np.arange(1, years)
    spread = math.sqrt(years + 2.0 * float(((years - lags) * shock.rho**lags).sum())) / years
    found = mean + sd * spread * NormalDist().inv_cdf(p)
    return found if math.isnan(shape.low) else min(max(found, shape.low), shape.high)


def _moments(shape: Shape) -> tuple[float, float]:
    """Return mean and standard deviation of a deviation."""
    low, mode, high = shape.low, shape.mode, shape.high
    if shape.kind in {"normal", "lognormal"}:
        return 0.0, shape.sd
    if shape.kind == "uniform":
        return (low + high) / 2.0, (high - low) / math.sqrt(12.0)
    if shape.kind == "triangular":
        squares = low * low + mode * mode + high * high - low * mode - low * high - mode * high
        return (low + mode + high) / 3.0, math.sqrt(squares / 18.0)
    mean = (low + 4.0 * mode + high) / 6.0
    return mean, math.sqrt((mean - low) * (high - mean) / 7.0)
