"""Shares of the variance."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Column, Provenance, Table, described
from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.errors import MissingOptionalDependencyError, Problem
from zonecarbon.messages import Language
from zonecarbon.projection.simulating import Recipe, Simulator
from zonecarbon.records import Scenario
from zonecarbon.records.cells import is_whole
from zonecarbon.sampling import WIDTH, ShockGroup, to_seed
from zonecarbon.sensitivity.study import Outcome, Say, Study, is_fraction, study_of

_RESAMPLES = 999
_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class SobolIndices(Table):
    """Shares of the variance of an outcome by driver; see :func:`zonecarbon.sobol_indices`.

    Parameters
    ----------
    study
        The account, the scenario and what was drawn; internal.
    of, year, zone, draws, seed, confidence
        What was asked, and what repeats it; ``year`` is the last one that matters.
    rows
        ``driver``, ``first`` (share of the variance that it brings alone), ``total`` (with its interactions), and for
        each the ends of the interval, ``first_low``, ``first_high``, ``total_low``, ``total_high``.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "driver", "first", "first_low", "first_high", "total", "total_low", "total_high",
        first=Column("number", "share of the variance that the driver brings alone", "1"),
        first_low=Column("number", "lower end of its interval", "1"),
        first_high=Column("number", "upper end of its interval", "1"),
        total=Column("number", "share of the variance with its interactions", "1"),
        total_low=Column("number", "lower end of its interval", "1"),
        total_high=Column("number", "upper end of its interval", "1"),
    )  # fmt: skip

    study: Study = field(repr=False)
    of: str
    year: int
    zone: str
    draws: int
    seed: int
    confidence: float
    rows: Mapping[str, NDArray[Any]] = field(repr=False)

    @property
    def provenance(self) -> Provenance:
        """Every choice, and those of the account."""
        choices = {"draws": self.draws, "seed": str(self.seed), "confidence": self.confidence}
        return self.study.provenance(**choices)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a driver, the largest total first."""
        return dict(self.rows)

    def text(self, language: Language = "en") -> str:
        """Return the shares in words; the first line after the head names what decides.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        say = Say(language, self.study, self.of)
        lines = [say("note.sobol_head", draws=self.draws, confidence=f"{self.confidence:.0%}")]
        if np.isnan(self.rows["total"]).any():
            return "\n".join([*lines, say("note.sobol_same")])
        lines.append(say("note.sobol_decides", driver=say.driver(self.rows["driver"][0])))
        shares = [name for name in self.rows if name != "driver"]
        for row in range(len(self.rows["driver"])):
            shown = {name: f"{round(float(self.rows[name][row]), 2) + 0.0:.2f}" for name in shares}  # no -0.00
            lines.append(say("note.sobol_row", driver=say.driver(self.rows["driver"][row]), **shown))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


def sobol_indices(
    account: Account,
    scenario: "str | Path | Scenario | dict[str, Any]",
    *,
    until: int = 2060,
    of: Outcome = "peak_year",
    year: int | None = None,
    zone: str = "",
    draws: int = 1024,
    rng: "np.random.Generator | int | None" = 0,
    confidence: float = 0.95,
) -> SobolIndices:
    """Return which share of the variance of an outcome each driver brings: alone, and with its interactions.

    Needs scipy (the extra ``sobol``).

    Parameters
    ----------
    account, scenario, until
        As in :func:`zonecarbon.project`.
    of, year, zone
        As in :func:`zonecarbon.tornado`.
    draws
        Of each of the groups + 2 runs; taken up to the next power of two, as scipy's estimator wants it. The default
        tells 0.1 from 0.3; four times as many halve the intervals.
    rng
        Seed, generator, or None for fresh entropy.
    confidence
        Of the bootstrap intervals.

    Returns
    -------
    SobolIndices
        A row for each driver (correlated drivers share one), the largest total first. First-order indices sum to at
        most 1, total ones to at least 1, but for sampling noise, which can also make them slightly negative. NaN if
        the outcome does not vary or is not known.

    Raises
    ------
    InputError
        If an argument is not one of the above, or the scenario has no uncertainty.
    MissingOptionalDependencyError
        If scipy is not installed.

    Notes
    -----
    I. M. Sobol', Mathematics and Computers in Simulation 55 (2001) 271-280; A. Saltelli et al., Computer Physics
    Communications 181 (2010) 259-270, table 2 (b) and (f).

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> activity = Activity.from_arrays([[[100.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                 value_added=[[200.0]], price_year=2025)
    >>> def path(rate, sd):
    ...     return {"kind": "constant", "rate": rate, "uncertainty": {"shape": "normal", "sd": sd}}
    >>> scenario = {"name": "mine", "value_added": path(0.03, 0.02), "energy_intensity": path(-0.02, 0.01)}
    >>> found = sobol_indices(account(activity), scenario, until=2035, of="co2")  # variances are as 4 to 1
    >>> found.rows["driver"].tolist(), found.rows["total"].round(1).tolist()
    (['value_added', 'energy_intensity'], [0.8, 0.2])
    """
    problems = []
    if not is_whole(draws) or draws < 2:
        problems.append(Problem("sensitivity.draws", {"got": str(draws)}))
    if not is_fraction(confidence):
        problems.append(Problem("sensitivity.confidence", {"got": str(confidence)}))
    study = study_of(account, scenario, until, of, year, zone, problems)
    stats, seed, draws = _stats(), to_seed(rng), 1 << (int(draws) - 1).bit_length()
    first, second = replace(study.recipe, seed=seed), replace(study.recipe, seed=_other(seed))
    groups = _groups(study.recipe)
    a, b = (_run(study, recipe, draws) for recipe in (first, second))
    mixed = np.stack(
        [
            _run(study, replace(first, by_driver=tuple((driver, second.seed) for driver in group)), draws)
            for group in groups
        ]
    )
    index, interval = _indices(stats, a, b, mixed, confidence, seed)
    names = [" + ".join(group) for group in groups]
    rows: dict[str, NDArray[Any]] = {"driver": np.array(names, dtype=object)}
    for number, name in enumerate(("first", "total")):
        rows |= {name: index[number], f"{name}_low": interval[0][number], f"{name}_high": interval[1][number]}
    order = np.argsort(-np.nan_to_num(rows["total"]), kind="stable")
    ordered = {name: column[order] for name, column in rows.items()}
    return SobolIndices(study, of, study.year, zone, draws, seed, confidence, ordered)


def _stats() -> Any:
    try:
        return import_module("scipy.stats")
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="scipy", extra="sobol") from None


def _other(seed: int) -> int:
    """Return the seed of the second run, which has nothing to do with the first."""
    return to_seed(np.random.default_rng(seed))


def _groups(recipe: Recipe) -> tuple[tuple[str, ...], ...]:
    """Return the drivers that have shocks; those that are correlated belong together."""
    of: dict[str, tuple[str, ...]] = {}
    for group in (recipe.own, recipe.shared):
        for shock in group.shocks:
            of.setdefault(shock.driver, (shock.driver,))
        for one, other in _correlated(group):
            if of[one] != of[other]:
                both = (*of[one], *of[other])
                of |= dict.fromkeys(both, both)
    return tuple(dict.fromkeys(of.values()))


def _correlated(group: ShockGroup) -> list[tuple[str, str]]:
    if group.mixing is None:
        return []
    pairs = np.argwhere(np.tril(group.mixing, -1) != 0).tolist()
    return [(group.shocks[j].driver, group.shocks[i].driver) for i, j in pairs]


def _run(study: Study, recipe: Recipe, draws: int) -> FloatArray:
    """Return the outcome of each draw."""
    total = np.zeros((len(recipe.model.years), draws))
    simulator = Simulator(recipe, 0, draws)
    for zone in np.flatnonzero(study.zones).tolist():
        for first, block in simulator.blocks(zone):
            width = min(WIDTH, draws - first)
            total[:, first : first + width] += block.co2[:, :width]
    return study.outcome(total)


def _indices(
    stats: Any, a: FloatArray, b: FloatArray, mixed: FloatArray, confidence: float, seed: int
) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    """Return first and total indices (2, group), and the ends of their intervals."""
    n, shape = len(a), (2, len(mixed))
    both = np.concatenate((a, b))
    if np.isnan(both).any() or not np.ptp(both):
        unknown = np.full(shape, np.nan)
        return unknown, (unknown, unknown)
    if len(mixed) == 1:
        return np.ones(shape), (np.ones(shape), np.ones(shape))

    whole = np.concatenate((a[None], b[None], mixed)).T.copy()  # a draw is then one piece of memory

    def estimate(which: NDArray[Any]) -> FloatArray:
        some = whole[which].T
        drawn = {"f_A": some[:1], "f_B": some[1:2], "f_AB": some[2:, None]}
        found = stats.sobol_indices(func=drawn, n=n)
        return np.stack((found.first_order, found.total_order))

    made = stats.bootstrap(
        (np.arange(n),),
        estimate,
        n_resamples=_RESAMPLES,
        batch=max(1, _AT_ONCE // n),
        vectorized=False,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return estimate(np.arange(n)), (made.confidence_interval.low, made.confidence_interval.high)
