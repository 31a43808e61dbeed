"""What is not known, and which warnings are about which zone.

Decided here: a reader who meets "unknown" asks what is missing. So each zone-year that is looked at and not known is
told with its cause: the carriers without a quantity, those without a factor, value added. A warning belongs to a zone
by the data behind it, because its sentence names the first few zones only; one about the factors of a province belongs
to every zone of it.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from zonecarbon._typing import BoolArray
from zonecarbon.accounting import Account
from zonecarbon.activity import Flow
from zonecarbon.errors import Problem
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.projection import Ensemble
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.standing import Standing
from zonecarbon.reporting.view import Cell, Head, Notes, Section, Table, some
from zonecarbon.reporting.words import Say
from zonecarbon.vocabulary import provinces

_MOST_ROWS = 30
_CUT = "..."


def unknown_section(say: Say, stand: Standing | None, links: Mapping[str, str]) -> Section | None:
    """Return what is missing of the zones that are unknown in the years looked at."""
    if stand is None:
        return None
    places = _places(stand)
    heads = (Head(say("head.zone")), Head(say("head.year")), Head(say("unknowns.what")))
    rows = []
    for zone, year in places[:_MOST_ROWS]:
        name = str(stand.account.zones[zone])
        told = say("stop").join(causes(say, stand, zone, year))
        rows.append((Cell(name, name, href=links.get(name, "")), Cell(str(year), year), Cell(told)))
    more = len(places) - len(rows)
    note = say("unknowns.more", n=more) if more > 0 else ""
    return Section("unknown", say("unknowns.title"), some(Table("", say("unknowns.caption"), heads, tuple(rows), note)))


def unknown_notes(say: Say, stand: Standing, zone: int) -> Notes:
    """Return what is missing of one zone, a line for each year looked at."""
    told = [(year, causes(say, stand, zone, year)) for at, year in _places(stand, zone)]
    return Notes(tuple(say("unknowns.line", year=year, what=say("stop").join(found)) for year, found in told if found))


def _places(stand: Standing, zone: int | None = None) -> list[tuple[int, int]]:
    """Return zones and years (the one judged, and the base year) in which energy, CO2 or value added is not known."""
    found = []
    for year in (stand.year, *([stand.base] if stand.base is not None else [])):
        at = stand.account.activity.year_index(year)
        gone = np.isnan(stand.value_added[:, at])
        for what in ("energy", "co2"):
            gone |= np.isnan(getattr(stand, what)[:, at]) & ~stand.printed(what)[:, at]
        found += [(int(place), year) for place in np.flatnonzero(gone) if zone is None or place == zone]
    return sorted(found)


def causes(say: Say, stand: Standing, zone: int, year: int) -> list[str]:
    """Return what is missing for the figures of a zone in a year."""
    account, at = stand.account, stand.account.activity.year_index(year)
    told = []
    has = account.activity.has_energy
    if has is not None and not has[zone, at] and np.isnan(stand.energy[zone, at]):
        told.append(say("unknowns.nothing"))
    else:
        told += _missing_of_flows(say, account, zone, at)
    if np.isnan(stand.value_added[zone, at]):
        told.append(say("unknowns.value_added"))
    gone = [what for what in ("energy", "co2") if np.isnan(getattr(stand, what)[zone, at])]
    if gone and not told:
        told.append(say("unknowns.other", what=say("join").join(say(f"head.{what}") for what in gone)))
    return told


def _missing_of_flows(say: Say, account: Account, zone: int, at: int) -> list[str]:
    """Return the carriers without a quantity, and those with one but without a coefficient."""
    quantity, found = account.quantity[zone, :, :, at], account.coefficients
    tables = {
        "energy": found.energy[:, at],
        "co2": found.co2[found.group[zone], :, at],
    }
    blank = np.asarray(np.isnan(quantity).any(axis=0))
    used = (~np.isnan(quantity) & (quantity != 0)).any(axis=0)
    told = []
    if blank.any():
        told.append(say("unknowns.quantity", carriers=_named(say, account.flows, blank)))
    for what, table in tables.items():
        lost = np.asarray(np.isnan(table) & used)
        if lost.any():
            told.append(say(f"unknowns.{what}", carriers=_named(say, account.flows, lost)))
    return told


def _named(say: Say, flows: Sequence[Flow], mask: BoolArray) -> str:
    names = (flows[at].name(say.language) for at in np.flatnonzero(mask).tolist())
    return say("list").join(dict.fromkeys(names))


# -- warnings by zone --------------------------------------------------------------------------------------------------


def warnings_by_zone(material: Material) -> dict[str, list[Problem]]:
    """Return the warnings that are about each zone, in order."""
    zones = [str(zone) for zone in material.zones]
    found: dict[str, list[Problem]] = {zone: [] for zone in zones}
    regions: dict[str, set[str]] = {}
    if material.account is not None:
        known = provinces()
        for zone, province in zip(zones, material.account.activity.provinces.tolist(), strict=True):
            if province in known:
                regions[zone] = {str(province), known[province].name("en"), known[province].name("zh")}
    for problem in material.warnings:
        words = list(_words(problem.values))
        mask = _by_data(material, problem) if any(word.endswith(_CUT) for word in words) else None
        said = {part for word in words for part in (word, *_parts(word))}
        where = said | {part.split(" ", 1)[0] for part in said}  # "西藏 provincial_average" is about a province
        for at, zone in enumerate(zones):
            is_named = bool(zone) and (zone in said or not where.isdisjoint(regions.get(zone, ())))
            if is_named or (mask is not None and mask[at]):
                found[zone].append(problem)
    return found


def _words(values: Mapping[str, object]) -> list[str]:
    """Return every text among the values of a problem."""
    found: list[str] = []
    for value in values.values():
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
            found += [item for item in value if isinstance(item, str)]
    return found


def _parts(text: str) -> list[str]:
    """Return the items of a list of names; of ``name 2020`` the name too."""
    items = text.split(", ")
    return [*items, *(head for head, _, tail in (item.rpartition(" ") for item in items) if tail.isdigit())]


def _by_data(material: Material, problem: Problem) -> BoolArray | None:
    """Return the zones (zone,) that a warning is about, from the data behind it; None where only its words tell."""
    if problem.code.startswith("project."):
        for ensemble in material.ensembles:
            if problem in ensemble.warnings:
                return _by_ensemble(ensemble, problem)
    account = material.account
    if account is not None and problem.code in _BY_ACCOUNT:
        return _BY_ACCOUNT[problem.code](account, problem)
    for peaks in material.peaks:
        if problem in peaks.warnings and len(peaks.zone) == len(material.zones):
            return np.array([problem.code in str(codes).split(",") for codes in peaks.notes], dtype=bool)
    return None


def _by_ensemble(ensemble: Ensemble, problem: Problem) -> BoolArray | None:
    known, path, history = ensemble.model.known, ensemble.model.path("co2"), ensemble.spec.n_history
    if problem.code == "project.left_out":
        return ~known[str(problem.values.get("what"))]
    if problem.code == "project.gaps":
        return np.isnan(ensemble.model.history["co2"]).any(axis=1) & known["co2"]
    if problem.code == "project.lost":
        return np.isnan(path[:, history:]).any(axis=1) & known["co2"]
    if problem.code == "project.rises_again":
        past, ahead = path[:, :history], path[:, history:]
        below = ahead.max(axis=1) <= past.max(axis=1) * (1.0 + EQUALITY)
        return np.asarray((ahead.argmax(axis=1) == ahead.shape[1] - 1) & below)
    return None


def _net_sellers(account: Account, problem: Problem) -> BoolArray:
    sums = account.total("energy", by=("carrier", "zone", "year"))
    places = np.flatnonzero(account.carriers == problem.values.get("carrier"))
    return np.asarray((sums[places] < 0).any(axis=(0, 2)))


def _netted(account: Account, problem: Problem) -> BoolArray:
    """Return the zones whose quantities of a carrier were changed so that nothing counts twice."""
    given, counted = account.activity.quantity, account.quantity
    mask = np.zeros(len(account.zones), dtype=bool)
    for at, flow in enumerate(account.activity.flows):
        if flow.carrier == problem.values.get("carrier"):
            same = (given[:, :, at] == counted[:, :, at]) | np.isnan(given[:, :, at]) | np.isnan(counted[:, :, at])
            mask |= ~same.all(axis=(1, 2))
    return mask


def _no_money(account: Account, problem: Problem) -> BoolArray:
    return np.asarray(np.isnan(account.activity.value_added_total).any(axis=1))


_BY_ACCOUNT: Mapping[str, Callable[[Account, Problem], BoolArray]] = {
    "account.net_seller": _net_sellers,
    "account.generation_implied": _netted,
    "account.export_covered": _netted,
    "economy.gap": _no_money,
}
