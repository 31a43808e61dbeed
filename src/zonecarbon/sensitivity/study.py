"""What tornado and indices look at: one number of a projection, and how it is told."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from zonecarbon import messages
from zonecarbon._digits import in_digits
from zonecarbon._table import Provenance
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.accounting import Account
from zonecarbon.catalog import scenario as find_scenario
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels.trajectory import first_maximum
from zonecarbon.messages import Language
from zonecarbon.projection.model import build
from zonecarbon.projection.simulating import Recipe, shock_groups
from zonecarbon.records import Scenario
from zonecarbon.records.cells import LAST_YEAR, is_whole

Outcome: TypeAlias = Literal["peak_year", "peak_value", "co2", "cumulative_co2"]
_OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What is looked at: one number of a projection."""

    account: Account
    scenario: Scenario
    recipe: Recipe
    of: str
    year: int
    zone: str

    @property
    def zones(self) -> BoolArray:
        """The zones that are summed up: one, or all whose CO2 is known."""
        model = self.recipe.model
        return model.known["co2"] if self.zone == "" else np.asarray(model.zones == self.zone)

    def outcome(self, co2: FloatArray) -> FloatArray:
        """Return the number looked at (draw,) from CO2 (year, draw)."""
        model = self.recipe.model
        chosen = self.zones
        history = model.history["co2"][chosen].sum(axis=0)
        if not chosen.any():
            return np.full(co2.shape[1], np.nan)
        if self.of == "co2":
            return np.array(co2[self.year - model.base_year - 1])
        if self.of == "cumulative_co2":
            return np.asarray(co2.sum(axis=0))
        if np.isnan(history).any():
            return np.full(co2.shape[1], np.nan)
        position, value = first_maximum(co2, float(history.max()), int(history.argmax()), len(history))
        years = np.concatenate((model.history_years, model.years)).astype(np.float64)
        found = years[position] if self.of == "peak_year" else value
        return np.where(np.isnan(co2).any(axis=0), np.nan, found)

    def provenance(self, **choices: Any) -> Provenance:
        """Return every choice, and those of the account."""
        own = self.account.provenance
        asked = {"of": self.of, "year": self.year, "zone": self.zone, **choices}
        told = {"sensitivity": asked, "scenario": self.scenario.model_dump(exclude_defaults=True)}
        return Provenance({**told, "account": dict(own.choices)}, own.input_hash, own.warnings)


def study_of(
    account: Account,
    scenario: Any,
    until: Any,
    of: str,
    year: Any,
    zone: str,
    problems: Sequence[Problem],
) -> Study:
    """Return what is looked at; raise one error for all that is wrong with the arguments."""
    if not isinstance(account, Account):
        raise InputError("sensitivity.account", got=type(account).__name__)
    if not len(account.years) or not len(account.zones):
        raise InputError("project.empty")
    found, base = [*problems], int(account.years[-1])
    good = is_whole(until) and base < until <= LAST_YEAR
    if not good:
        found.append(Problem("project.until", {"until": until, "first": base + 1, "last": LAST_YEAR}))
    if of not in _OUTCOMES:
        found.append(Problem("option", {"name": "of", "value": of, "known": ", ".join(_OUTCOMES)}))
    if year is not None and (of != "co2" or not is_whole(year) or not base < year <= (until if good else year)):
        found.append(Problem("sensitivity.year", {"first": base + 1, "last": until, "year": year}))
    if found:
        raise InputError(found)
    if zone:
        account.activity.zone_index(zone)
    told = find_scenario(scenario)
    own, shared = shock_groups(told)
    if not (own.shocks or shared.shocks):
        raise InputError("sensitivity.certain", scenario=told.name)
    recipe = Recipe(build(account, told, until), own, shared, 0, "plain", needs=frozenset({"co2"}))
    return Study(account, told, recipe, of, int(until if year is None else year), zone)


def is_fraction(value: Any) -> bool:
    """Return whether a value lies between 0 and 1."""
    return not isinstance(value, bool) and isinstance(value, Real) and 0 < float(value) < 1


@dataclass(frozen=True, slots=True)
class Say:
    """Words of one study in one language."""

    language: Language
    study: Study
    of: str

    def __call__(self, code: str, **values: Any) -> str:
        """Return a sentence; what the study is about is filled in."""
        told, chinese = self.study.scenario, self.language == "zh"
        title = (told.title_zh if chinese else told.title_en) or told.name
        zone = self.study.zone or messages.render("note.all_zones", {}, self.language)
        of = messages.render(f"note.of_{self.of}", {"year": self.study.year}, self.language)
        return messages.render(code, {"of": of, "scenario": title, "zone": zone, **values}, self.language)

    def figure(self, value: float) -> str:
        """Return a year or tonnes; the last year of the path says only that there is no peak before."""
        if math.isnan(value):
            return "?"
        if self.of != "peak_year":
            return in_digits(value, ".4g")
        return f"≥{value:.0f}" if value == self.study.recipe.model.years[-1] else f"{value:.0f}"

    def driver(self, name: str) -> str:
        """Return the names of drivers and shifts as a reader knows them."""
        titles = {shift.name: (shift.title_en, shift.title_zh) for shift in self.study.scenario.shift}
        words = []
        for part in name.split(" + "):
            code = f"note.driver_{part}"
            known = messages.render(code, {}, self.language) if code in messages.TEXTS else part
            words.append(titles.get(part, ("", ""))[self.language == "zh"] or known)
        return " + ".join(words)
