"""Why it changed: effects of a decomposition, and decoupling, of all together or of one zone."""

import math
from typing import Any

import numpy as np

from zonecarbon.decomposition import Decomposition, Decoupling
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.notation import Kind, figure, percent, scale_for, year
from zonecarbon.reporting.figures import column, rates
from zonecarbon.reporting.labels import only, with_label
from zonecarbon.reporting.pictures import picture
from zonecarbon.reporting.view import Cell, Figure, Head, Table
from zonecarbon.reporting.words import Say

_UNITS: dict[str, Kind] = {
    "tCO2": "co2",
    "tce": "energy",
    "tCO2/万元": "co2_intensity",
    "tce/万元": "energy_intensity",
}


def name_of(say: Say, change: Decomposition) -> str:
    """Return what is decomposed, in words."""
    return say.of("of", change.of)


def waterfall(say: Say, change: Decomposition, zone: str = "") -> Figure | None:
    """Return the chart of the effects of all together, or of one zone."""
    title = say("figure.waterfall", of=name_of(say, change), base=change.base, end=change.end)
    title = with_label(say, title, zone or only(change.zones))
    try:
        known = change.is_known(zone)
    except ZoneCarbonError:
        return None
    return picture(say, title, "waterfall", change, zone, known=known)


def effects(say: Say, change: Decomposition, zone: str = "") -> Table | None:
    """Return the effects as a table; None where they are of no single whole."""
    try:
        level, place = _place(change, zone)
        effect, value = change.effects(level)[place], change.values(level)[place]
        if not change.is_known(zone):  # the sentence in the place of the chart says so
            return None
    except (ZoneCarbonError, IndexError):
        return None
    factors = change.factors_of(level)
    kind: Kind = _UNITS.get(change.unit, "number")
    adds = change.form == "additive"
    scale = scale_for(kind, [value[0], value[-1], *effect.tolist()], say.language)
    heads = [Head(say("head.factor")), Head(say("head.effect"), scale.unit or change.unit if adds else "", True)]
    if adds:
        heads.append(Head(say("head.share", base=change.base), "", True))
    rows: list[tuple[Cell, ...]] = []
    for factor, amount in zip(factors, effect.tolist(), strict=True):
        if factor == "zone_structure" and (zone or only(change.zones)):
            continue  # of a single zone there is nothing between zones
        name = Cell(say.message(f"effect.{factor}", factor), factor)
        if not adds:
            rows.append((name, Cell(f"× {figure(amount, 'number', say.language)}", amount)))
            continue
        clean = 0.0 if abs(amount) <= EQUALITY * max(abs(value[0]), abs(value[-1])) else amount  # rounding
        share = clean / value[0] if value[0] else math.nan
        shown = figure(clean, kind, say.language, scale, signed=True)
        rows.append((name, Cell(shown, amount), Cell(percent(share, say.language, signed=True), share)))
    caption = say("effects.caption" if adds else "effects.caption_ratio", of=name_of(say, change))
    return Table("", caption, tuple(heads), tuple(rows), note=say("effects.about", lmdi=f"LMDI-{change.lmdi}"))


def _place(change: Decomposition, zone: str) -> tuple[str, int]:
    """Return the level of what is shown, and which of its aggregates it is."""
    if not zone:
        level = "portfolio" if not change.cells.is_ratio else change.level
        return level, 0 if len(change.values(level)) == 1 else 10**9
    labels = change.labels("zone").get("zone", np.zeros(0, dtype=object))
    return "zone", int(np.flatnonzero(labels == zone)[0])


# -- decoupling --------------------------------------------------------------------------------------------------------


def coupling_path(say: Say, coupling: Decoupling, zone: str = "") -> Figure | None:
    """Return the path of the periods of all together, or of one zone."""
    title = say("figure.decoupling_energy" if coupling.of == "energy" else "figure.decoupling")
    title = with_label(say, title, zone or only(coupling.zones))
    told = _periods(coupling, zone)
    known = told is None or not np.isnan(told["co2_change"] + told["value_added_change"]).all()
    return picture(say, title, "decoupling_path", coupling, zone, known=known)


def coupling_table(say: Say, coupling: Decoupling, zone: str = "") -> Table | None:
    """Return the states of all together, or of one zone, by period."""
    told = _periods(coupling, zone)
    if told is None:
        return None
    changed = "head.energy_change" if coupling.of == "energy" else "head.co2_change"
    columns = [
        (Head(say("head.from")), [Cell(year(item), item) for item in told["starts"].tolist()]),
        (Head(say("head.to")), [Cell(year(item), item) for item in told["ends"].tolist()]),
        rates(say, say(changed), told["co2_change"], signed=True),
        rates(say, say("head.money_change"), told["value_added_change"], signed=True),
        column(say, say("head.elasticity"), told["elasticity"], "number"),
        (Head(say("head.state")), [Cell(state_word(say, item), item) for item in told["state"].tolist()]),
    ]
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    return Table("", say("tapio.caption"), tuple(head for head, _ in columns), rows)


def _periods(coupling: Decoupling, zone: str) -> dict[str, Any] | None:
    """Return the columns (period,) of all together, or of one zone; None where there are none."""
    told, at = coupling, 0
    if zone:
        at = int(np.flatnonzero(coupling.zones == zone)[0])
    elif coupling.whole is not None:
        told = coupling.whole
    elif coupling.elasticity.ndim > 1 and len(coupling.zones) > 1:
        return None
    arrays = {name: getattr(told, name) for name in ("co2_change", "value_added_change", "elasticity", "state")}
    own = {name: array if array.ndim == 1 else array[at] for name, array in arrays.items()}
    return {"starts": told.starts, "ends": told.ends, **own}


def state_word(say: Say, state: str) -> str:
    """Return a Tapio state in words."""
    return say.message(f"state.{state.replace(' ', '_')}", state)


def state_counts(say: Say, coupling: Decoupling) -> str:
    """Return how many periods of zones are in each state."""
    told = [
        say("tapio.count", state=state_word(say, state), count=count)
        for state, count in coupling.counts.items()
        if count
    ]
    return say("tapio.counts", counts=say("join").join(told))
