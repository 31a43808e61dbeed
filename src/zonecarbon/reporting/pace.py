"""How fast CO2 and what it is made of went so far, beside how fast they go under a scenario.

Decided here: a rate alone tells nobody whether it is bold; beside the own past it does. Both are mean yearly changes,
of the scenario's path without shocks. All together are the zones of which value added, energy and CO2 are known in the
base year, the same in every year.
"""

import math

import numpy as np

from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.notation import percent
from zonecarbon.projection import Ensemble
from zonecarbon.reporting.labels import scenario_name
from zonecarbon.reporting.view import Cell, Head, Table
from zonecarbon.reporting.words import Say

_SOON = 5  # years of the near future


def pace_table(say: Say, ensemble: Ensemble, zone: str = "") -> Table | None:
    """Return how fast value added, energy intensity, CO2 per energy and CO2 went, and go under the scenario."""
    base, until = ensemble.base_year, ensemble.until
    found = pace(ensemble, zone)
    if all(math.isnan(rate) for row in found for rate in row[2:]):
        return None
    ends = list(dict.fromkeys((min(base + _SOON, until), until)))
    rows = tuple(
        (
            Cell(say.of("driver", what)),
            _past(say, what, first, base, past),
            *(Cell(percent(rate, say.language, signed=True), rate) for rate in (soon, whole)[-len(ends) :]),
        )
        for what, first, past, soon, whole in found
    )
    heads = [Head(say("head.quantity")), Head(say("head.past"), "", True)]
    heads += [Head(say("head.soon", first=base, last=last), "", True) for last in ends]
    return Table("", say("pace.caption", scenario=scenario_name(say, ensemble)), tuple(heads), rows, say("pace.note"))


def _past(say: Say, what: str, first: float, base: int, rate: float) -> Cell:
    if not math.isnan(rate):
        told = percent(rate, say.language, signed=True)
        return Cell(say("pace.past", rate=told, first=round(first), last=base), rate)
    return Cell(say("unknown" if math.isnan(first) else "pace.prices"), math.nan)


def pace(ensemble: Ensemble, zone: str = "") -> list[tuple[str, float, float, float, float]]:
    """Return what CO2 is made of, and CO2, with the first known year and three mean yearly changes.

    From the first known year to the base year, over the next five years, and to the horizon. The past is unknown where
    value added is not at prices of one year; then the first year is given all the same.
    """
    years, base, until = ensemble.years, ensemble.base_year, ensemble.until
    found = []
    for what, series in _quantities(ensemble, zone).items():
        good = years[(series > 0) & (years < base)]
        first, past = math.nan, math.nan
        if len(good) and series[years == base][0] > 0:
            first = float(good[0])
            if what not in {"value_added", "energy_intensity"} or _one_price(ensemble.account, zone, int(first)):
                past = _rate(series, years, int(first), base)
        found.append(
            (what, first, past, _rate(series, years, base, min(base + _SOON, until)), _rate(series, years, base, until))
        )
    return found


def _quantities(ensemble: Ensemble, zone: str) -> dict[str, FloatArray]:
    """Return the factors of CO2 and CO2 by year, without shocks; of all together over the same zones."""
    if zone or ensemble.zones.size == 1:
        name = zone or str(ensemble.zones[0])
        money, energy, co2 = (ensemble.path(what, name) for what in ("value_added", "energy", "co2"))
    else:
        every = [ensemble.path(what) for what in ("value_added", "energy", "co2")]
        at = int(np.flatnonzero(ensemble.years == ensemble.base_year)[0])
        known = ~np.isnan(np.stack(every)[:, :, at]).any(axis=0)
        nothing = np.full(len(ensemble.years), np.nan)
        money, energy, co2 = (a[known].sum(axis=0) if known.any() else nothing for a in every)
    with np.errstate(all="ignore"):
        intensity, per_energy = np.where(money > 0, energy / money, np.nan), np.where(energy > 0, co2 / energy, np.nan)
    return {"value_added": money, "energy_intensity": intensity, "co2_per_energy": per_energy, "co2": co2}


def _one_price(account: Account, zone: str, first: int) -> bool:
    """Return whether value added of two years is at prices of one year, that is named and not current."""
    start = account.activity.year_index(first)
    prices = account.activity.price_year
    own = prices[account.activity.zone_index(zone)][None] if zone else prices
    ends = own[:, [start, -1]]
    return bool(((ends[:, 0] == ends[:, 1]) & (ends[:, 1] > 0)).all())


def _rate(series: FloatArray, years: IntArray, first: int, last: int) -> float:
    a, b = (float(series[np.flatnonzero(years == year)[0]]) for year in (first, last))
    return (b / a) ** (1 / (last - first)) - 1 if a > 0 and b > 0 and last > first else math.nan
