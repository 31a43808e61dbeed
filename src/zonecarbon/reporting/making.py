"""The verb: from results to a report.

Decided here: nothing is computed that was not asked for; a section appears if its result is given. The page carries no
time of its own making unless it is told one, so that the same results give the same bytes.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from zonecarbon.errors import InputError, Problem
from zonecarbon.messages import Language
from zonecarbon.reporting.audit import audit
from zonecarbon.reporting.gathering import Material, gather
from zonecarbon.reporting.labels import scenario_label
from zonecarbon.reporting.portfolio import overview
from zonecarbon.reporting.result import Report, paths_of
from zonecarbon.reporting.standing import standing
from zonecarbon.reporting.view import Cell, Fact, Page
from zonecarbon.reporting.words import Say
from zonecarbon.reporting.zonepages import Progress, anchors, chosen, zone_pages


def report(
    *results: Any,
    to: "str | Path | Sequence[str | Path] | None" = None,
    language: Language = "en",
    title: str = "",
    command: str = "",
    zones: Sequence[str] | None = None,
    notes: Sequence[Problem] = (),
    made_on: str = "",
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Report:
    """Return a report on results: one HTML page that needs no network, and the same tables as a workbook.

    Parameters
    ----------
    *results
        In any order: an account, checks, decompositions, decouplings, ensembles, peaks, requirements, tornados, plans
        with their abatement curves and assurances, all of the same data and method. Those not given are left out; the
        account is taken from the others if need be.
    to
        Where it is saved, ``.html`` or ``.xlsx`` by the ending, or a list of both; not at all if not given.
    language
        ``en`` or ``zh``.
    title
        Of the page; made of the zones and years if not given.
    command
        The command line that made it, for the audit trail.
    zones
        The zones that get a page of their own; all if not given, none if there are more than 300.
    notes
        What is not in the report, and why.
    made_on
        A date as it shall be printed. Without one the same results give the same bytes.
    progress
        Called with the pages done and to do.
    executor
        Draws the zones' pages several at once; drawing is Python, so processes help and threads do not. The page is the
        same to the byte.

    Returns
    -------
    Report
        Its ``html`` is the page; ``save`` writes it.

    Raises
    ------
    InputError
        If there is no result, one of an unknown kind, or results of different data or methods; if a zone is not there;
        if a file name ends otherwise, or the system refuses.
    MissingOptionalDependencyError
        If the extra ``report`` is not installed.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> activity = zc.Activity.from_arrays([[[100.0, 90.0]]], flows=["coke"], zones=["A"], years=[2024, 2025],
    ...                                    value_added=[[200.0, 220.0]], price_year=2020)
    >>> check = zc.check(zc.account(activity))
    >>> found = report(check, language="en", title="Zone A")
    >>> found
    <Report: Zone A (en), ... MB>
    >>> "<h1>Zone A</h1>" in found.html
    True
    """
    paths = None if to is None else paths_of(to)
    if language not in {"en", "zh"}:
        raise InputError("option", name="language", value=language, known="en, zh")
    material = gather(results, notes)
    wanted = chosen(material, [zones] if isinstance(zones, str) else zones)
    say = Say(language)
    name = title or _title(say, material)
    found = Report(
        name,
        language,
        partial(_page, say, material, wanted, name, command, made_on, progress, executor),
        partial(_workbook, material, language, name, command),
    )
    if paths is None:
        found.html  # noqa: B018 - made now, so that what is wrong is told here
        return found
    return found.save(paths)


def _page(
    say: Say,
    material: Material,
    wanted: Sequence[str],
    title: str,
    command: str,
    made_on: str,
    progress: Progress | None,
    executor: Executor | None,
) -> str:
    """Return the HTML."""
    from zonecarbon.reporting.page import render

    stand, links = standing(material), anchors(material, wanted)
    return render(
        Page(
            language=say.language,
            title=title,
            lead="",
            facts=_facts(say, material),
            portfolio=overview(say, material, stand, links),
            zones=zone_pages(say, material, stand, links, progress, executor),
            audit=audit(say, material, command),
            banner=say("banner.synthetic") if material.is_synthetic else "",
            made_on=made_on,
            words=_words(say, material),
        )
    )


def _workbook(material: Material, language: Language, title: str, command: str, path: Path, name: str) -> None:
    from zonecarbon.reporting.workbook import save_report_workbook

    save_report_workbook(material, path, language, title, command, name)


def _title(say: Say, material: Material) -> str:
    """Return what the report is about."""
    count = len(material.zones)
    if count == 1:
        return say("title.one", zone=str(material.zones[0]))
    return say("title.many", n=count) if count else say("title.none")


def _facts(say: Say, material: Material) -> tuple[Fact, ...]:
    """Return who, what, which years, by which method, in a line."""
    account = material.account
    facts = [Fact(say("fact.zones"), Cell(str(len(material.zones))))] if len(material.zones) else []
    if account is not None:
        years = account.years.tolist()
        span = say("one_year", first=years[0]) if len(years) == 1 else say("span", first=years[0], last=years[-1])
        told = say.pick(account.method.title_en, account.method.title_zh)
        facts += [
            Fact(say("fact.years"), Cell(span)),
            Fact(say("fact.method"), Cell(told or account.method.name, code=not told)),
            Fact(say("fact.basis"), Cell(say.of("basis", account.basis))),
            Fact(say("fact.prices"), Cell(_prices(say, account.price_years()))),
        ]
        if account.activity.source:
            facts.append(Fact(say("fact.source"), Cell(account.activity.source, code=True)))
    facts += [
        Fact(say("fact.scenario"), Cell(scenario_label(say, material, ensemble))) for ensemble in material.ensembles
    ]
    return tuple(facts)


def _prices(say: Say, years: Sequence[str]) -> str:
    if not years:
        return say("unknown")
    if len(years) > 1:
        words = [say("prices.nominal") if item == "nominal" else item for item in years]
        return say("prices.mixed", years=say("join").join(words))
    return say("prices.nominal") if years[0] == "nominal" else say("prices.of", years=years[0])


def _words(say: Say, material: Material) -> dict[str, str]:
    """Return what the template says of itself."""
    keys = ["skip", "nav", "to_top", "part.zones", "part.audit", "ranked.search", "fact.made_on"]
    keys += ["card.why", "card.source", "card.limit"]
    told = {"version": version("zonecarbon"), "hash": material.input_hash}
    words = {key.replace(".", "_"): say(key) for key in keys}
    words["part_portfolio"] = say("part.portfolio" if len(material.zones) > 1 else "part.one")
    words["footer"] = say("footer" if material.input_hash else "footer.no_hash", **told)
    words["count"] = say("ranked.count", shown="{shown}", n="{n}")
    words["sort"] = say("ranked.sort", column="{column}")
    return words
