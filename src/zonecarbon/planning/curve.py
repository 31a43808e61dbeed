"""The marginal abatement cost curve of one year, with interactions.

Decided here: a measure stands in the curve twice. *Alone* is what it does to the account without any other measure;
these figures do not add up. *Added* is what it does when it joins those that are cheaper alone; the measures act in
the order of their set whatever the order of the curve, so that the increments add up to the account with all of them.
Ranked are the measures by their cost alone; an increment may still cost less than the one before it, because of what
the others have left, and that is shown as it is. What a measure that abates nothing costs a tonne is not known. One
that a cheaper one excludes adds nothing.

The cost of a year is annuity, running cost and what the carriers cost more or less, at the prices of that year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._table import Column, Provenance, Table, described
from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.activity.model import to_labels
from zonecarbon.catalog import measure_set
from zonecarbon.errors import InputError, Problem
from zonecarbon.messages import Language
from zonecarbon.planning.applying import require_steps, shares_of
from zonecarbon.planning.chain import Chain, Step, chain_of
from zonecarbon.planning.costs import Costs, costs_of
from zonecarbon.planning.result import before
from zonecarbon.planning.weighing import weigh
from zonecarbon.records import MeasureSet

_MONEY = "10^4 CNY"


@dataclass(frozen=True, slots=True, eq=False)
class AbatementCurve(Table):
    """What a tonne of CO2 less costs, measure by measure, from the cheapest on.

    Parameters
    ----------
    account, measures
        The account without measures, and the set.
    year, zone
        The year; the zone, empty for all together.
    rows
        One a measure, in the order of the curve.
    warnings
        What a reader must know.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "measure", "title_en", "title_zh", "alone_co2", "alone_energy", "alone_cost", "alone_price", "added_co2",
        "added_energy", "added_cost", "added_price", "cumulative_co2", "status",
        measure=Column("text", "name of the measure, from the cheapest alone on"),
        alone_co2=Column("number", "CO2 abated in the year by the measure alone", "tCO2"),
        alone_energy=Column("number", "energy saved in the year by the measure alone", "tce"),
        alone_cost=Column("number", "cost of the year alone; below zero: it earns", _MONEY),
        alone_price=Column("number", "cost of a tonne abated alone", "CNY/tCO2"),
        added_co2=Column("number", "CO2 abated by adding it to those before it in the curve", "tCO2"),
        added_energy=Column("number", "energy saved by adding it to those before it in the curve", "tce"),
        added_cost=Column("number", "cost of the year of adding it to those before it in the curve", _MONEY),
        added_price=Column("number", "cost of a tonne abated by adding it", "CNY/tCO2"),
        cumulative_co2=Column("number", "CO2 abated by it and those before it in the curve", "tCO2"),
        status=Column("text", "how sure its figures are: verified, recalled, assumption or user"),
    )  # fmt: skip

    account: Account = field(repr=False)
    measures: MeasureSet = field(repr=False)
    year: int
    zone: str
    rows: Mapping[str, NDArray[Any]] = field(repr=False)
    warnings: tuple[Problem, ...] = ()

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a measure, in the order of the curve."""
        return dict(self.rows)

    @property
    def provenance(self) -> Provenance:
        """The account, the measures, the year."""
        own = self.account.provenance
        asked = {"measures": self.measures.model_dump(exclude_defaults=True), "year": self.year, "zone": self.zone}
        return Provenance({**own.choices, **asked}, own.input_hash, (*own.warnings, *self.warnings))

    def text(self, language: Language = "en") -> str:
        """Return the curve in words, a line a measure.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        rows = self.rows
        titles = rows["title_zh" if language == "zh" else "title_en"]
        zone = self.zone or messages.render("note.all_zones", {}, language)
        lines = [messages.render("note.curve", {"zone": zone, "year": self.year, "set": self.measures.name}, language)]
        for i, name in enumerate(rows["measure"].tolist()):
            told = {
                "measure": titles[i] or name,
                "price": _said(rows["added_price"][i]),
                "co2": f"{rows['added_co2'][i]:,.0f}",
                "alone": _said(rows["alone_price"][i]),
                "alone_co2": f"{rows['alone_co2'][i]:,.0f}",
                "status": rows["status"][i],
            }
            lines.append(messages.render("note.curve_row", told, language))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<AbatementCurve: {len(self.rows['measure'])} measures, {self.year}>"

    def __str__(self) -> str:
        return self.text()


def _said(price: float) -> str:
    return "?" if np.isnan(price) else f"{price:,.0f}"


def abatement_curve(
    account: Account,
    measures: "str | Path | MeasureSet | dict[str, Any]" = "starter",
    year: int | None = None,
    *,
    zone: str = "",
) -> AbatementCurve:
    """Return what a tonne of CO2 less costs, measure by measure, each at its whole potential.

    Parameters
    ----------
    account
        Without measures; :func:`zonecarbon.extend` makes one of a year to come.
    measures
        A shipped set, a path, a record or a dict of its fields.
    year
        A year of the account; the last unless given.
    zone
        A zone; all together unless given.

    Returns
    -------
    AbatementCurve
        A row a measure: tCO2 and tce a year, 10^4 CNY a year, CNY/tCO2, alone and added to those that are cheaper
        alone. A cost below zero is one that earns. The cost of a tonne is NaN where nothing is abated, and the figures
        of CO2 are NaN where a zone's CO2 is not known; name a zone then.

    Raises
    ------
    MeasureError
        If a measure, a cost or a price does not fit the account, or a price is missing.
    InputError
        If there is no such year or zone.

    Examples
    --------
    >>> from zonecarbon import Activity, account
    >>> own = account(Activity.from_arrays([[[1000.0]]], flows=["coke"], zones=["A"], years=[2025]))
    >>> mine = {"name": "mine", "price_year": 2025, "price": [{"carrier": "coke", "price": "800 CNY/t"}],
    ...         "measure": [
    ...     {"name": "dear", "kind": "save", "source": "coke", "potential": 0.1, "running": "3000 CNY/tce"},
    ...     {"name": "cheap", "kind": "save", "source": "coke", "potential": 0.1, "running": "100 CNY/tce"}]}
    >>> found = abatement_curve(own, mine)
    >>> found.columns()["measure"].tolist(), bool(found.columns()["alone_price"][0] < 0)
    (['cheap', 'dear'], True)
    """
    if not isinstance(account, Account):
        raise InputError("plan.account", got=type(account).__name__)
    found = measure_set(measures)
    last = int(account.years[-1]) if year is None else int(year)
    if last not in set(account.years.tolist()):
        raise InputError("plan.curve_year", year=last, years=f"{account.years[0]}-{account.years[-1]}")
    if zone:
        account.activity.zone_index(zone)
    chain = chain_of(before(account, last), found)
    require_steps(chain)
    years = chain.account.years[-1:]
    costs = costs_of(chain, years, last - 1)
    at = chain.account.activity.zone_index(zone) if zone else None
    names = [step.measure.name for step in chain.steps]
    alone = [_effect(chain, costs, [name], at) for name in names]
    order = sorted(range(len(names)), key=lambda i: (_rank(alone[i]), i))
    added, whole = [], np.zeros(3)
    chosen: list[int] = []
    for i in order:
        if any(_exclude(chain.steps[i], chain.steps[other]) for other in chosen):
            added.append(np.zeros(3))  # a cheaper one stands in its way
            continue
        chosen.append(i)
        then = _effect(chain, costs, [names[other] for other in chosen], at)
        with np.errstate(invalid="ignore"):  # of what is infinite
            added.append(then - whole)
        whole = then
    return AbatementCurve(account, found, last, zone, _rows(chain, order, alone, added), (*chain.notes, *costs.notes))


def _exclude(first: Step, second: Step) -> bool:
    """Return whether two measures cannot both be done."""
    return second.measure.name in first.measure.excludes or first.measure.name in second.measure.excludes


@np.errstate(over="ignore", invalid="ignore")  # what is beyond the floats is infinite
def _effect(chain: Chain, costs: Costs, chosen: Sequence[str], zone: int | None) -> FloatArray:
    """Return CO2 abated, energy saved and cost of the year with some measures whole."""
    years = np.zeros(len(chain.account.years), dtype=np.bool_)
    years[-1] = True
    adoption = {step.measure.name: float(step.measure.name in chosen) for step in chain.steps}
    shares = shares_of(chain, adoption, years)
    weighed = weigh(chain, costs, shares, np.zeros((len(chain.steps), len(chain.account.zones), 1)))
    outlay = weighed.amount * (costs.capital * costs.annuity[:, None])[:, None]
    cost = weighed.running + weighed.carriers + outlay
    figures = (-weighed.co2, -weighed.energy, cost)
    return np.array([float(own.sum() if zone is None else own[:, zone].sum()) for own in figures])


def _rank(effect: FloatArray) -> tuple[bool, float]:
    """Return what measures are ranked by: cost a tonne; those that abate nothing come last."""
    price = _price(effect)
    return bool(np.isnan(price)), float(np.nan_to_num(price))


def _price(effect: FloatArray) -> float:
    """Return the cost of a tonne [CNY/tCO2]; NaN where nothing is abated."""
    saved, cost = float(effect[0]), float(effect[2])  # floats of Python are silent beyond the largest
    return cost * 1e4 / saved if saved > 0 else float("nan")


def _rows(chain: Chain, order: Sequence[int], alone: Sequence[FloatArray], added: Sequence[FloatArray]) -> Any:
    steps = [chain.steps[i] for i in order]

    rows: dict[str, NDArray[Any]] = {"measure": to_labels([step.measure.name for step in steps])}
    for name in ("title_en", "title_zh"):
        rows[name] = to_labels([getattr(step.measure, name) for step in steps])
    for prefix, effects in (("alone", [alone[i] for i in order]), ("added", added)):
        table = np.array(effects).reshape(-1, 3)
        rows |= {f"{prefix}_{name}": table[:, i] for i, name in enumerate(("co2", "energy", "cost"))}
        rows[f"{prefix}_price"] = np.array([_price(effect) for effect in effects])
    rows["cumulative_co2"] = np.cumsum(rows["added_co2"])
    rows["status"] = to_labels([step.measure.status for step in steps])
    return {name: rows[name] for name in AbatementCurve.COLUMNS}
