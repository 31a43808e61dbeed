"""A page for each zone: its targets, its history, where it goes, why it changed, and what stands behind its figures."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import numpy as np

from zonecarbon.accounting import Account
from zonecarbon.accounting.coefficients import Use
from zonecarbon.errors import Problem
from zonecarbon.notation import figure
from zonecarbon.reporting import change as changes
from zonecarbon.reporting import outlook as outlooks
from zonecarbon.reporting.documents import document
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.pictures import row
from zonecarbon.reporting.portfolio import history_table, identity, key_figures, stacks
from zonecarbon.reporting.standing import Standing
from zonecarbon.reporting.verdicts import zone_cards
from zonecarbon.reporting.view import Block, Cell, Head, Notes, Section, Table, filled, some
from zonecarbon.reporting.words import Say

MOST_PAGES = 300
_AT_ONCE = 8  # zones a job: enough that handing over the results costs little
Progress = Callable[[int, int], None]


def chosen(material: Material, zones: Sequence[str] | None) -> list[str]:
    """Return the zones that get a page: those named, or all unless there are too many.

    Raises
    ------
    InputError
        If a zone that was named is not there.
    """
    if zones is not None:
        return [str(material.zones[material.place(zone)]) for zone in dict.fromkeys(zones)]
    fits = 1 < len(material.zones) <= MOST_PAGES  # of a single zone the overview is its page
    return [] if not fits else [str(zone) for zone in material.zones]


def anchors(material: Material, zones: Sequence[str]) -> dict[str, str]:
    """Return the place of each page; numbers, because names are anything that was typed."""
    places = {str(zone): at for at, zone in enumerate(material.zones)}
    return {zone: f"zone-{places[zone] + 1}" for zone in zones}


def zone_pages(
    say: Say,
    material: Material,
    stand: Standing | None,
    links: dict[str, str],
    progress: Progress | None,
    executor: Executor | None,
) -> tuple[Section, ...]:
    """Return a page for each zone in ``links``; an executor draws several at once, the pages are the same."""
    zones, warnings = list(links), material.warnings
    size = 1 if executor is None else _AT_ONCE
    parts = [{zone: links[zone] for zone in zones[start : start + size]} for start in range(0, len(zones), size)]
    jobs = [(say, material, stand, part, warnings) for part in parts]
    done = map(_pages, jobs) if executor is None else executor.map(_pages, jobs)
    pages: list[Section] = []
    for found in done:
        pages += found
        if progress is not None:
            progress(len(pages), len(zones))
    return tuple(pages)


def _pages(job: tuple[Say, Material, Standing | None, dict[str, str], tuple[Problem, ...]]) -> list[Section]:
    """Return the pages of a few zones."""
    say, material, stand, links, warnings = job
    return [
        _page(say, material, stand, zone, anchor, [w.text(say.language) for w in warnings if _is_about(w, zone)])
        for zone, anchor in links.items()
    ]


def _page(
    say: Say, material: Material, stand: Standing | None, zone: str, anchor: str, about: Sequence[str]
) -> Section:
    at = material.place(zone)
    own: tuple[Block, ...] = ()
    history: tuple[Block, ...] = ()
    factors: Table | None = None
    if stand is not None:
        own = identity(say, stand, at), key_figures(say, material, stand, at)
        history = stacks(say, stand, at), history_table(say, stand, at)
        factors = grid_factors(say, stand.account, at)
    sections = filled(
        [
            Section("", say("zone.targets"), some(zone_cards(say, material, zone))),
            Section("", say("zone.history"), some(*history)),
            Section("", say("zone.change"), some(*_ahead(say, material, zone))),
            Section("", say("zone.factors"), some(factors)),
            Section("", say("zone.warnings"), some(Notes(tuple(about)))),
        ]
    )
    return Section(anchor, zone or anchor, some(*own), sections)


def _ahead(say: Say, material: Material, zone: str) -> list[Block | None]:
    """Return whether a zone has peaked or will, where it goes, and why it changed."""
    changed = [change for change in material.changes if (change.zones == zone).any()]
    coupled = [coupling for coupling in material.couplings if (coupling.zones == zone).any()]
    charts = [
        *(outlooks.fan(say, ensemble, zone) for ensemble in material.ensembles),
        *(changes.waterfall(say, change, zone) for change in changed),
        *(changes.coupling_path(say, coupling, zone) for coupling in coupled),
    ]
    outlook = () if material.ensembles else material.outlooks  # an ensemble says the same, and more
    return [
        *(outlooks.data_peak_facts(say, peaks, zone) for peaks in material.peaks),
        *(outlooks.peak_facts(say, ensemble, zone) for ensemble in material.ensembles),
        *(outlooks.outlook_facts(say, found, zone) for found in outlook),
        row(*charts),
        *(changes.effects(say, change, zone) for change in changed),
    ]


def grid_factors(say: Say, account: Account, at: int) -> Table | None:
    """Return the grid factors of a zone by year: kind, data year and source; None where it has none."""
    province = str(account.activity.provinces[at])
    found: dict[tuple[float, int], list[Use]] = {}
    for use in account.coefficients.uses:
        if use.role == "co2" and use.year is not None and use.province == province and use.flow.kind == "electricity":
            found.setdefault((use.value, id(use.row)), []).append(use)
    heads = (
        Head(say("head.used_in")),
        Head(say("head.factor_value"), say("unit.tCO2/MWh"), True),
        Head(say("head.edition")),
        Head(say("head.data_year")),
        Head(say("head.source")),
    )
    rows = []
    for uses in found.values():
        value, source = uses[0].value, uses[0].row
        years = sorted({use.year for use in uses if use.year is not None})
        told = document(source.source_id) if source is not None else None
        rows.append(
            (
                Cell(spans(years), float(years[0])),
                Cell(figure(value, "number", say.language), value),
                Cell(say("origin.none") if source is None else say.of("edition", source.group)),
                Cell("" if source is None or source.year is None else str(source.year)),
                Cell("") if told is None else told.short(say),
            )
        )
    return Table("", say("zone.factors_caption"), heads, tuple(rows))


def spans(years: Sequence[int]) -> str:
    """Return years as spans.

    Examples
    --------
    >>> spans([2019, 2020, 2021, 2023]), spans([2020])
    ('2019–2021, 2023', '2020')
    """
    runs: list[list[int]] = []
    for item in years:
        if runs and item == runs[-1][1] + 1:
            runs[-1][1] = item
        else:
            runs.append([item, item])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def _is_about(problem: Problem, zone: str) -> bool:
    """Return whether a warning names a zone."""
    return any(_names(value, zone) for value in problem.values.values())


def _names(value: object, zone: str) -> bool:
    if isinstance(value, str):
        return bool(zone) and (value == zone or zone in value.split(", "))
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return any(_names(item, zone) for item in value)
    return False
