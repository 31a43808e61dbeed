"""A plan under the uncertainty of a scenario and of its measures: how likely each goal is met.

Decided here:

* The measures act on the same shares whatever happens: twice the growth needs twice the photovoltaics. What varies is
  value added, energy intensity and the grid, as in ``project``, and the pace of the measures that say how uncertain
  they are. Energy and CO2 are multilinear in these paces, as they are in the shifts of a scenario, so that the terms
  follow from the corners where each measure is there or not, and drawing is that of ``project``, with its streams: a
  plan and a projection with the same seed meet the same shocks.
* At most six measures may be uncertain, the limit of a scenario's shifts. The scenario's own shifts are taken at their
  path without shocks, and a measure on products delivers what is planned.
* A goal is looked at draw by draw as its value relative to its limit. The quantile of that ratio says by how much the
  limit must be tightened for a probability, which is how :func:`zonecarbon.plan` plans for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._table import Column, Provenance, Table, described
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.activity.model import to_labels
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.errors import InputError, Problem, ScenarioError
from zonecarbon.indicators import INVERSE
from zonecarbon.kernels import target as rules
from zonecarbon.kernels.measure import act
from zonecarbon.messages import Language
from zonecarbon.planning.aims import inner_goal
from zonecarbon.planning.applying import with_quantity
from zonecarbon.planning.chain import CAPTURED, Chain, chain_of
from zonecarbon.planning.result import Plan
from zonecarbon.planning.weighing import figures_of
from zonecarbon.projection.goals import Goal, compile_goals, level_of
from zonecarbon.projection.growth import growth_of
from zonecarbon.projection.model import Model, differences
from zonecarbon.projection.simulating import Recipe, shock_groups, trajectories
from zonecarbon.records import Scenario
from zonecarbon.records.cells import is_whole
from zonecarbon.sampling import Shape, Shock, ShockGroup, to_seed

_UNCERTAIN = 6
_LEVELS = (0.05, 0.5, 0.95)
_STEP = 0.05, 20.0


@dataclass(slots=True, eq=False)
class Spread:
    """Goals draw by draw.

    Parameters
    ----------
    names, zones, years
        Of each row.
    relative
        For each row (draw,): the value over its limit, turned so that at most one is met; NaN where unknown.
    met
        For each row (draw,): whether it is met.
    path
        For each row the same ratio on the path without shocks; NaN where it is the tightened limit itself.
    """

    names: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    relative: list[FloatArray] = field(default_factory=list)
    met: list[BoolArray] = field(default_factory=list)
    path: list[float] = field(default_factory=list)
    tighter: Mapping[str, float] = field(default_factory=dict)

    def add(
        self, name: str, zone: str, year: int, relative: FloatArray, met: BoolArray, path: float = float("nan")
    ) -> None:
        """Add a row."""
        self.names.append(name)
        self.zones.append(zone)
        self.years.append(year)
        self.relative.append(relative)
        self.met.append(met)
        self.path.append(path)

    def room(self, row: int, probability: float) -> float:
        """Return what the limit of a row must be multiplied with to be met with a probability."""
        own = self.relative[row]
        if not np.isfinite(own).all():
            return float("nan")
        reached = float(np.quantile(own, probability, method="higher"))
        before = self.path[row] if np.isfinite(self.path[row]) else self.tighter.get(self.names[row], 1.0)
        # One plan at a time: a limit that falls to nothing at once would leave the next one without a plan.
        return float(np.clip(before / reached, *_STEP)) if reached > 0 else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Assurance(Table):
    """How likely the goals and the milestones of a plan are met.

    Parameters
    ----------
    plan, scenario
        The plan, and the scenario whose uncertainty was drawn; None: only that of the measures.
    draws, seed
        Trajectories, and what repeats them.
    rows
        One for each goal and zone it is asked of, and each milestone of all together: ``kind`` (goal or milestone),
        ``goal``, ``zone``, ``year``, ``probability``, ``error`` (its standard error), and ``low``, ``median``, ``high``
        (5 %, 50 %, 95 % of the value over its limit; at most 1 is met).
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "kind", "goal", "zone", "year", "probability", "error", "low", "median", "high",
        kind=Column("text", "goal, or milestone: what the plan has on the way"),
        goal=Column("text", "id of the goal, or indicator of the milestone"),
        error=Column("number", "standard error of the probability", "1"),
        low=Column("number", "5 % quantile of the value over its limit; at most 1 is met", "1"),
        median=Column("number", "median of the value over its limit", "1"),
        high=Column("number", "95 % quantile of the value over its limit", "1"),
    )  # fmt: skip

    plan: Plan = field(repr=False)
    scenario: Scenario | None
    draws: int
    seed: int
    rows: Mapping[str, NDArray[Any]] = field(repr=False)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row for each goal and milestone."""
        return dict(self.rows)

    @property
    def provenance(self) -> Provenance:
        """The choices of the plan, the scenario and the seed."""
        own = self.plan.provenance
        asked = {"draws": self.draws, "seed": str(self.seed)}
        if self.scenario is not None:
            asked["scenario"] = self.scenario.model_dump(exclude_defaults=True)
        return Provenance({**own.choices, **asked}, own.input_hash, own.warnings)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Those of the plan."""
        return self.plan.warnings

    def probability(self, goal: str, zone: str = "") -> float:
        """Return the probability that a goal is met.

        Parameters
        ----------
        goal
            Its id, or the part after the colon.
        zone
            A name; empty for all zones together.

        Raises
        ------
        InputError
            If there is no such goal, or not of that zone.
        """
        rows = self.rows
        for i, name in enumerate(rows["goal"]):
            if rows["kind"][i] == "goal" and rows["zone"][i] == zone and goal in {name, name.split(":")[-1]}:
                return float(rows["probability"][i])
        known = ", ".join(dict.fromkeys(rows["goal"][rows["kind"] == "goal"].tolist()))
        raise InputError("option", name="goal", value=goal, known=known)

    def text(self, language: Language = "en") -> str:
        """Return the probabilities in words.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        name = self.scenario.name if self.scenario else "-"
        lines = [messages.render("note.assurance", {"scenario": name, "draws": self.draws}, language)]
        rows = self.rows
        for i in range(len(rows["goal"])):
            told = {
                "goal": rows["goal"][i],
                "zone": rows["zone"][i] or messages.render("note.all_zones", {}, language),
                "year": int(rows["year"][i]),
                "p": f"{rows['probability'][i]:.1%}",
            }
            line = messages.render(f"note.assured_{rows['kind'][i]}", told, language)
            error = float(rows["error"][i])  # of what holds in every draw, or in none, there is none to be told
            told_error = messages.render("note.assured_error", {"error": f"{error:.1%}"}, language)
            lines.append(line + (told_error if error >= 0.0005 else ""))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Assurance: {len(self.rows['goal'])} rows, {self.draws} draws (seed {self.seed})>"

    def __str__(self) -> str:
        return self.text()


def assure(
    plan: Plan,
    scenario: "str | Any | None" = None,
    *,
    draws: int = 4096,
    rng: "np.random.Generator | int | None" = 0,
) -> Assurance:
    """Return how likely the goals and milestones of a plan are met under uncertainty.

    Parameters
    ----------
    plan
        Its measures act on the same shares in every draw.
    scenario
        Whose uncertainty is drawn; that of the plan unless given. Its path must start from the same account.
    draws, rng
        Trajectories of each zone, and their seed, as in :func:`zonecarbon.project`.

    Returns
    -------
    Assurance
        A row for each goal and zone it is asked of, and each yearly milestone of all together: probability and its
        standard error [1], quantiles of the value over its limit [1]. A draw in which a figure is NaN counts as not
        met; with a zone that is not known there are no milestones of all together.

    Raises
    ------
    InputError
        If an argument is not one of the above, or nothing is uncertain.

    Examples
    --------
    >>> from zonecarbon import Activity, account, plan
    >>> activity = Activity.from_arrays([[[1000.0]]], flows=["coke"], zones=["A"], years=[2025],
    ...                                 value_added=[[2000.0]], price_year=2025)
    >>> noisy = {"name": "noisy", "energy_intensity": {"kind": "constant", "rate": 0.0,
    ...          "uncertainty": {"shape": "normal", "sd": 0.01}}}
    >>> mine = {"name": "mine", "price_year": 2025, "price": [{"carrier": "coke", "price": "50 CNY/t"}],
    ...         "measure": [{"name": "tuning", "kind": "save", "source": "coke", "potential": "20 %"}]}
    >>> goal = {"name": "own", "target": [{"id": "intensity", "indicator": "energy_per_iva", "statistic": "aggregate",
    ...         "operator": "<=", "threshold": 0.45, "unit": "tce/10^4 CNY", "year": 2026}]}
    >>> found = plan(account(activity), mine, goal, [2026], scenario=noisy, capital=0)
    >>> assure(found).probability("intensity") > 0.99  # what costs nothing is done whole
    True
    """
    if not isinstance(plan, Plan):
        raise InputError("assure.plan", got=type(plan).__name__)
    if not is_whole(draws) or draws < 1:
        raise InputError("required.draws", got=str(draws))
    found = plan.scenario if scenario is None else find_scenario(scenario)
    seed = to_seed(rng)
    spread = spread_of(plan, int(draws), seed, found)
    goals = len(spread.names)
    _milestones(plan, spread, _drawn(plan, found, int(draws), seed))
    return Assurance(plan, found, int(draws), seed, _rows(spread, goals))


def _rows(spread: Spread, goals: int) -> dict[str, NDArray[Any]]:
    n = len(spread.names)

    p = np.array([float(met.mean()) for met in spread.met])
    draws = np.array([len(met) for met in spread.met])
    quantiles = np.array([np.quantile(own, _LEVELS) for own in spread.relative]).reshape(n, 3)
    return {
        "kind": to_labels(["goal"] * goals + ["milestone"] * (n - goals)),
        "goal": to_labels(spread.names),
        "zone": to_labels(spread.zones),
        "year": np.array(spread.years, dtype=np.int64),
        "probability": p,
        "error": np.sqrt(p * (1 - p) / draws),
        **{name: quantiles[:, i] for i, name in enumerate(("low", "median", "high"))},
    }


# -- drawing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Trajectories: (zone, year, draw) by quantity, and the years."""

    plan: Plan
    years: list[int]
    figures: Mapping[str, FloatArray]

    def values(self, zone: int | None) -> Any:
        """Return what gives a quantity of a zone or of all in a year: a number of the past, or one for each draw."""

        def of(what: str, year: int) -> FloatArray:
            if year in self.years:
                drawn = self.figures[what][:, self.years.index(year)]
                return np.asarray(drawn.sum(axis=0) if zone is None else drawn[zone])
            account = self.plan.account
            past = account.total(what)[:, account.activity.year_index(year)]
            return np.asarray(past.sum() if zone is None else past[zone])

        return of


def spread_of(plan: Plan, draws: int, rng: Any, scenario: Scenario | None = None) -> Spread:
    """Return the goals of a plan draw by draw.

    Raises
    ------
    InputError
        If nothing is uncertain.
    """
    drawn = _drawn(plan, scenario or plan.scenario, draws, to_seed(rng))
    spread = Spread(tighter=plan.tighter)
    goals = () if plan.goals is None else compile_goals(plan.goals, plan.account, int(plan.years[-1]))
    for goal in goals:
        if goal.reason is None and int(plan.years[0]) <= goal.year <= int(plan.years[-1]):
            _of_goal(plan, goal, drawn, spread)
    if plan.peak_by is not None:
        _of_peak("peak", plan.peak_by, drawn, spread)
    at = {name: i for i, name in enumerate(plan.account.zones.tolist())}
    for name, most in plan.budgets.items():
        figures = drawn.values(at.get(name))
        total = np.sum([figures("co2", int(year)) for year in plan.years], axis=0)
        spread.add(
            "budget", name, int(plan.years[-1]), total / most, total <= most, _of_path(plan, at.get(name)) / most
        )
    return spread


def _of_path(plan: Plan, zone: int | None) -> float:
    """Return the CO2 of all years of a plan without shocks [tCO2]."""
    figures = figures_of(plan.account, zone)
    return float(sum(figures("co2", int(year)) for year in plan.years))


def _of_goal(plan: Plan, goal: Goal, drawn: Drawn, spread: Spread) -> None:
    target = goal.target
    if target.operator == "some":
        _of_peak(target.id, goal.year, drawn, spread, each=True)
    elif target.statistic == "share_of_zones":
        _of_share(plan, goal, drawn, spread)
    else:
        rows = [row for row in range(len(plan.rows["goal"])) if plan.rows["goal"][row] == target.id]
        at = {name: i for i, name in enumerate(plan.account.zones.tolist())}
        for row in rows:
            zone = str(plan.rows["zone"][row])
            relative = _relative(goal, drawn.values(at[zone] if zone else None))
            path = float(_relative(goal, figures_of(plan.account, at[zone] if zone else None))[0])
            spread.add(target.id, zone, goal.year, relative, relative <= 1.0 + rules.EQUALITY, path)


def _relative(goal: Goal, values: Any) -> FloatArray:
    """Return the value over its limit for each draw, turned so that at most one is met."""
    target = goal.target
    value = level_of(target.indicator, values, goal.year)
    limit, least = goal.limit, target.operator in {">=", ">"}
    if goal.is_rate and goal.base_year is not None:
        before = level_of(target.indicator, values, goal.base_year)
        value = value / before
        if target.statistic == "annual_rate":
            limit, least = (1.0 - goal.limit) ** (goal.year - goal.base_year), not least
            if target.indicator in INVERSE:
                limit, least = 1.0 / limit, not least
        else:
            limit = 1.0 + goal.limit
    return np.atleast_1d(limit / value if least else value / limit)


def _of_share(plan: Plan, goal: Goal, drawn: Drawn, spread: Spread) -> None:
    """Add a share of zones: relative is the limit's own zone, the one that decides, over the limit of a zone."""
    n = len(plan.account.zones)
    each, wanted = inner_goal(goal, n)
    values = np.stack([_relative(each, drawn.values(zone)) for zone in range(n)])
    limit, operator = each.limit, each.target.operator
    figures = (level_of(each.target.indicator, drawn.values(zone), each.year) for zone in range(n))
    codes = np.stack([np.atleast_1d(rules.compare(own, operator, limit)) for own in figures])  # type: ignore[arg-type]
    needed = max(wanted, 1)
    deciding = _deciding(values, needed)
    path = np.stack([_relative(each, figures_of(plan.account, zone)) for zone in range(n)])
    spread.add(
        goal.target.id,
        "",
        goal.year,
        deciding,
        (codes == rules.MET).sum(axis=0) >= needed,
        float(_deciding(path, needed)[0]),
    )


def _deciding(values: FloatArray, needed: int) -> FloatArray:
    """Return the ratio (draw,) of the zone (zone, draw) with which enough pass; unknown ones come last."""
    return np.asarray(np.sort(np.where(np.isnan(values), np.inf, values), axis=0)[min(needed, len(values)) - 1])


def _of_peak(name: str, by: int, drawn: Drawn, spread: Spread, *, each: bool = False) -> None:
    """Add a peak: CO2 after a year over the highest in or before it."""
    years, account = drawn.years, drawn.plan.account
    zones: list[int | None] = list(range(len(account.zones))) if each else [None]
    found = []
    for zone in zones:
        figures = drawn.values(zone)
        path = np.stack([np.atleast_1d(figures("co2", year)) for year in years])
        past = [float(figures("co2", int(year))) for year in account.years if int(year) not in years]
        early = path[[i for i, year in enumerate(years) if year <= by]]
        late = path[[i for i, year in enumerate(years) if year > by]]
        high = np.max(np.concatenate((early, np.full((1, path.shape[1]), max(past, default=-np.inf)))), axis=0)
        found.append(late.max(axis=0) / high)
    relative = np.min(np.stack(found), axis=0)
    spread.add(name, "", by, relative, relative <= 1.0 + rules.EQUALITY)


def _milestones(plan: Plan, spread: Spread, drawn: Drawn) -> None:
    """Add what the plan has each year, of all zones together."""
    try:
        targets = plan.targets().target
    except InputError:  # a zone is not known, and so not all together
        return
    figures = drawn.values(None)
    for target in targets:
        assert target.year is not None
        value = level_of(target.indicator, figures, target.year)
        relative = np.atleast_1d(value / target.limit)
        if np.isfinite(relative).all():
            spread.add(target.id.split(":")[-1], "", target.year, relative, relative <= 1.0 + rules.EQUALITY)


def _drawn(plan: Plan, scenario: Scenario | None, draws: int, seed: int) -> Drawn:
    """Return trajectories of every zone under a plan."""
    chain = chain_of(plan.reference, plan.measures)
    model, own, shared = _model(plan, chain, scenario)
    if not (own.shocks or shared.shocks):
        raise InputError("plan.certain", scenario=scenario.name if scenario else "-")
    recipe = Recipe(model, own, shared, seed)
    zones = range(len(model.zones))
    each = [trajectories(recipe, zone, draws) for zone in zones]
    names = ("value_added", "energy", "co2")
    return Drawn(plan, model.years.tolist(), {name: np.stack([one[name] for one in each]) for name in names})


def _model(plan: Plan, chain: Chain, scenario: Scenario | None) -> tuple[Model, ShockGroup, ShockGroup]:
    """Return the model of a plan, and the shocks of each zone's own and shared."""
    account, base = plan.account, plan.base
    ahead = account.years > base
    years = account.years[ahead]
    uncertain = [i for i, step in enumerate(chain.steps) if step.measure.uncertainty]
    if len(uncertain) > _UNCERTAIN:
        raise ScenarioError("scenario.shifts", count=len(uncertain), limit=_UNCERTAIN)
    names = [f"measure {chain.steps[i].measure.name}" for i in uncertain]
    levels = {name: plan.shares[i].max(axis=(1, 2))[:, ahead] for name, i in zip(names, uncertain, strict=True)}
    energy, plain, grid, process = _corners(plan, chain, uncertain, ahead)
    groups = (ShockGroup(()), ShockGroup(())) if scenario is None else shock_groups(scenario)
    own, shared = (_with_measures(group, chain, uncertain, names, shared=at == 1) for at, group in enumerate(groups))
    rates = {} if scenario is None else growth_of(plan.origin, scenario, base, years).rates
    model = Model(
        zones=account.zones,
        history_years=account.years[~ahead],
        years=years,
        history={what: account.total(what)[:, ~ahead] for what in ("energy", "co2", "value_added")},
        value_added=account.total("value_added")[:, ahead],
        variables=(*names, "grid_factor"),
        energy=np.concatenate((energy, np.zeros_like(energy))),
        co2=np.concatenate((plain, grid)),
        process=process,
        weight={name: 1.0 / (1.0 + rate) for name, rate in rates.items()},
        planned=levels,
        uniform=frozenset(name for name, rate in rates.items() if len(rate) == 1),
    )
    return model, own, shared


def _with_measures(
    group: ShockGroup, chain: Chain, uncertain: Sequence[int], names: Sequence[str], *, shared: bool
) -> ShockGroup:
    """Return the shocks of a scenario and of the measures, which hang together with nothing."""
    more = []
    for i, name in zip(uncertain, names, strict=True):
        for told in chain.steps[i].measure.uncertainty:
            if told.shared is shared:
                figures = [getattr(told, part) for part in ("sd", "low", "mode", "high")]
                shape = Shape(told.shape, *(float("nan") if value is None else float(value) for value in figures))
                more.append(Shock(name, shape, told.rho))
    mixing = group.mixing
    if mixing is not None and more:
        whole = np.eye(len(mixing) + len(more))
        whole[: len(mixing), : len(mixing)] = mixing
        mixing = whole
    return ShockGroup((*group.shocks, *more), mixing)


def _corners(
    plan: Plan, chain: Chain, uncertain: Sequence[int], ahead: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the terms of energy, CO2 but for the grid, CO2 of the grid, and process CO2 (zone, year)."""
    shape = (2 ** len(uncertain), len(plan.account.zones), int(ahead.sum()))
    energy, plain, grid = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    kinds = np.array([flow.kind for flow in plan.reference.flows])
    captured = np.array([flow == CAPTURED for flow in plan.reference.flows])
    acts = [step.act for step in chain.steps]
    planned, _ = act(plan.reference.quantity, acts, plan.shares)
    process = _lines(plan, planned)[1][:, (kinds == "process") & ~captured][..., ahead].sum(axis=1)
    for corner in range(shape[0]):
        shares = list(plan.shares)
        for bit, i in enumerate(uncertain):
            level = shares[i].max(axis=(1, 2), keepdims=True)
            with np.errstate(all="ignore"):
                full = np.where(level > 0, shares[i] / level, 0.0)
            shares[i] = full if corner >> bit & 1 else np.zeros_like(full)
        quantity, _ = act(plan.reference.quantity, acts, shares)
        tce, tonnes = _lines(plan, quantity)
        energy[corner] = tce[..., ahead].sum(axis=1)
        electric = kinds == "electricity"
        grid[corner] = tonnes[:, electric][..., ahead].sum(axis=1)
        plain[corner] = tonnes[:, ~electric & ((kinds != "process") | captured)][..., ahead].sum(axis=1)
    return differences(energy), differences(plain), differences(grid), process


def _lines(plan: Plan, quantity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return energy and CO2 (zone, flow, year) of other quantities under the account of a plan."""
    other = with_quantity(plan.reference, quantity)
    return other.energy.sum(axis=1), other.co2.sum(axis=1)
