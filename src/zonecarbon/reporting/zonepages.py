"""A page for each zone: its targets, its history, where it goes, why it changed, and what stands behind its figures."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from zonecarbon.errors import Problem
from zonecarbon.projection import Ensemble
from zonecarbon.reporting import change as changes
from zonecarbon.reporting import outlook as outlooks
from zonecarbon.reporting.factors import grid_factors
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import is_covered, outlook_label, peaks_label, scenario_label
from zonecarbon.reporting.pace import pace_table
from zonecarbon.reporting.pictures import row
from zonecarbon.reporting.plans import zone_plans
from zonecarbon.reporting.portfolio import history_table, identity, key_figures, stacks
from zonecarbon.reporting.standing import Standing
from zonecarbon.reporting.unknowns import unknown_notes, warnings_by_zone
from zonecarbon.reporting.verdicts import zone_cards
from zonecarbon.reporting.view import Block, Notes, Section, Table, Text, filled, some
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
    zones, warnings = list(links), warnings_by_zone(material) if links else {}
    size = 1 if executor is None else _AT_ONCE
    parts = [{zone: links[zone] for zone in zones[start : start + size]} for start in range(0, len(zones), size)]
    jobs = [(say, material, stand, part, {zone: warnings[zone] for zone in part}) for part in parts]
    done = map(_pages, jobs) if executor is None else executor.map(_pages, jobs)
    pages: list[Section] = []
    for found in done:
        pages += found
        if progress is not None:
            progress(len(pages), len(zones))
    return tuple(pages)


def _pages(job: tuple[Say, Material, Standing | None, dict[str, str], dict[str, list[Problem]]]) -> list[Section]:
    """Return the pages of a few zones."""
    say, material, stand, links, warnings = job
    return [
        _page(say, material, stand, zone, anchor, [w.text(say.language) for w in warnings[zone]])
        for zone, anchor in links.items()
    ]


def _page(
    say: Say, material: Material, stand: Standing | None, zone: str, anchor: str, about: Sequence[str]
) -> Section:
    at = material.place(zone)
    own: tuple[Block, ...] = ()
    history: tuple[Block, ...] = ()
    figures: Section | None = None
    unknown: Notes | None = None
    factors: Table | None = None
    if stand is not None:
        own = (identity(say, stand, at),)
        figures = Section("", say("section.figures", year=stand.year), some(key_figures(say, material, stand, at)))
        unknown = unknown_notes(say, stand, at)
        history = stacks(say, stand, at), history_table(say, stand, at)
        factors = grid_factors(say, stand.account, at)
    change, scenarios = _ahead(say, material, zone)
    sections = filled(
        [
            figures,
            Section("", say("unknowns.title"), some(unknown)) if unknown is not None else None,
            Section("", say("zone.targets"), some(zone_cards(say, material, zone))),
            Section("", say("zone.history"), some(*history)),
            Section("", say("zone.change"), some(*change), filled(scenarios)),
            *zone_plans(say, material, zone),
            Section("", say("zone.factors"), some(factors)),
            Section("", say("zone.warnings"), some(Notes(tuple(about)))),
        ]
    )
    return Section(anchor, zone or anchor, some(*own), sections)


def _ahead(say: Say, material: Material, zone: str) -> tuple[list[Block | None], list[Section]]:
    """Return whether a zone has peaked or will, where it goes, and why it changed; several scenarios a part each."""
    changed = [change for change in material.changes if (change.zones == zone).any()]
    coupled = [coupling for coupling in material.couplings if (coupling.zones == zone).any()]
    charts = [
        *(changes.waterfall(say, change, zone) for change in changed),
        *(changes.coupling_path(say, coupling, zone) for coupling in coupled),
    ]
    blocks: list[Block | None] = []
    for peaks in material.peaks:
        blocks += [Text(peaks_label(say, material, peaks)), outlooks.data_peak_facts(say, peaks, zone)]
    scenarios = [
        Section(
            "",
            say("section.outlook_of", scenario=outlook_label(say, material, found)),
            some(outlooks.outlook_facts(say, found, zone)),
        )
        for found in material.outlooks
        if not is_covered(material, found)
    ]
    if len(material.ensembles) == 1:
        ensemble = material.ensembles[0]
        blocks.append(outlooks.peak_facts(say, ensemble, zone))
        charts.insert(0, outlooks.fan(say, ensemble, zone))
        tables = [pace_table(say, ensemble, zone)]
    else:
        scenarios += [_scenario(say, material, ensemble, zone) for ensemble in material.ensembles]
        tables = []
    return [*blocks, row(*charts), *tables, *(changes.effects(say, change, zone) for change in changed)], scenarios


def _scenario(say: Say, material: Material, ensemble: Ensemble, zone: str) -> Section:
    """Return where a zone goes under one of several scenarios."""
    return Section(
        "",
        say("section.projection", scenario=scenario_label(say, material, ensemble)),
        some(
            outlooks.peak_facts(say, ensemble, zone),
            row(outlooks.fan(say, ensemble, zone)),
            pace_table(say, ensemble, zone),
        ),
    )
