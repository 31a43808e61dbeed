"""What tells two results of one kind apart on a page.

Decided here: a single check or scenario goes by its title alone. Of several each heading, column and figure says which
one it is of: a check by its years and its judgement, a scenario by its horizon and seed where two have one title. Where
all that is the same a number is left.
"""

from collections.abc import Sequence

from zonecarbon._typing import ObjectArray
from zonecarbon.peaks import Outlook, Peaks
from zonecarbon.projection import Ensemble
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.words import Say
from zonecarbon.targets import TargetCheck


def scenario_name(say: Say, ensemble: Ensemble) -> str:
    """Return the title of a scenario."""
    scenario = ensemble.scenario
    return say.pick(scenario.title_en, scenario.title_zh) or scenario.name


def scenario_label(say: Say, material: Material, ensemble: Ensemble) -> str:
    """Return the title of a scenario, with horizon and seed where another ensemble has the same title."""
    titles = [scenario_name(say, item) for item in material.ensembles]
    ends = [say("label.ends", until=item.until, seed=item.seed) for item in material.ensembles]
    return apart(say, titles, ends, _place(material.ensembles, ensemble))


def outlook_label(say: Say, material: Material, outlook: Outlook) -> str:
    """Return the title of the scenario behind the peaks of a projection, told apart in the same way."""
    titles = [say.pick(*item.scenario) for item in material.outlooks]
    ends = [
        say("label.ends", until=item.horizon, seed=item.choices.get("seed", say("unknown")))
        for item in material.outlooks
    ]
    return apart(say, titles, ends, _place(material.outlooks, outlook))


def peaks_label(say: Say, material: Material, peaks: Peaks) -> str:
    """Return what a test of peaks is of, and of which years, if there are several; else nothing."""
    if len(material.peaks) < 2:
        return ""
    kinds = {"tCO2": say("head.co2"), "tce": say("head.energy")}
    titles = [kinds.get(item.unit, item.unit) for item in material.peaks]
    ends = [say("span", first=item.years[0], last=item.years[-1]) for item in material.peaks]
    together = [with_label(say, title, end) if title else end for title, end in zip(titles, ends, strict=True)]
    return apart(say, together, [""] * len(together), _place(material.peaks, peaks))


def is_covered(material: Material, outlook: Outlook) -> bool:
    """Return whether an ensemble of the report is behind the peaks of a projection: it says the same, and more."""
    told = [(e.scenario.title_en or e.scenario.name, e.until, str(e.seed)) for e in material.ensembles]
    return (outlook.scenario[0], outlook.horizon, str(outlook.choices.get("seed"))) in told


def check_title(say: Say, check: TargetCheck) -> str:
    """Return the title of a target set."""
    return say.pick(check.title_en, check.title_zh) or check.name


def check_label(say: Say, material: Material, check: TargetCheck) -> str:
    """Return what tells a check from the others of the report; nothing of a single one."""
    if len(material.checks) < 2:
        return ""
    titles = [check_title(say, item) for item in material.checks]
    years = [years_of(say, item) for item in material.checks]
    how = [say.of("how_short", item.judgement) for item in material.checks]
    basis = [say.of("basis", item.basis) if item.basis else "" for item in material.checks]
    parts = [years]
    parts += [titles] if len(set(titles)) > 1 else []
    parts += [column for column in (how, basis) if len(set(column)) > 1]
    names = [say("join").join(part for part in row if part) for row in zip(*parts, strict=True)]
    return apart(say, names, [""] * len(names), _place(material.checks, check))


def years_of(say: Say, check: TargetCheck) -> str:
    """Return the years that the targets of a check were judged in."""
    years = sorted({block.year for block in check.blocks if block.judged and block.year})
    years = years or sorted({block.year for block in check.blocks if block.year})
    return say("join").join(say("one_year", first=item) for item in years)


def with_label(say: Say, title: str, label: str) -> str:
    """Return a title with what tells it apart, if anything does."""
    return say("label.with", name=title, more=label) if label else title


def only(zones: ObjectArray) -> str:
    """Return the name of the zone where there is a single one; else nothing."""
    return str(zones[0]) if len(zones) == 1 else ""


def _place(items: Sequence[object], wanted: object) -> int:
    return next((at for at, item in enumerate(items) if item is wanted), 0)


def apart(say: Say, names: Sequence[str], ends: Sequence[str], at: int) -> str:
    """Return a name; with its ending, then with a number, where others have the same."""
    if list(names).count(names[at]) < 2:
        return names[at]
    full = [say("join").join(part for part in pair if part) for pair in zip(names, ends, strict=True)]
    if full.count(full[at]) < 2:
        return full[at]
    return say("label.number", name=full[at], number=full[: at + 1].count(full[at]))
