"""Targets as cards: met, missed or unknown, by how much, what is still needed, and in whose words.

Decided here: a card says nothing that ``check`` has not judged. A target of each zone is one card with counts on the
overview, and a card of its own on each zone's page. On a zone's page a target that counts zones is shown by that zone's
own test. Probabilities of a projection stand beside the verdict they belong to, with the scenario named.
"""

import math
from collections.abc import Sequence

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.kernels.target import MET, MISSED
from zonecarbon.notation import percent, probability
from zonecarbon.projection import Ensemble
from zonecarbon.records import Target
from zonecarbon.reporting.documents import document, has_chinese
from zonecarbon.reporting.figures import inner_text, limit_text, margin_text, target_value, value_text
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.view import Card, Cards, Cell, Fact, Section, Text, filled, some
from zonecarbon.reporting.words import Say
from zonecarbon.targets import TargetCheck
from zonecarbon.targets.result import VERDICTS, Block

_RATES = {"annual_rate"}


def verdict_sections(say: Say, material: Material) -> tuple[Section, ...]:
    """Return the targets of each check, as a section each."""
    many = len(material.checks) > 1
    return filled(
        [
            Section(
                f"targets-{number}",
                (say.pick(check.title_en, check.title_zh) or check.name) if many else say("section.verdicts"),
                some(Text(head(say, check)), Cards(tuple(_card(say, material, check, b) for b in check.blocks))),
            )
            for number, check in enumerate(material.checks, start=1)
        ]
    )


def head(say: Say, check: TargetCheck) -> str:
    """Return which targets these are and how they were judged."""
    number = "" if say.language == "en" and has_chinese(check.document) else check.document  # the source has it
    title = f"{say.pick(check.title_en, check.title_zh) or check.name} {number}".strip()
    how = say.of("how", check.judgement)
    if not check.basis:
        return say("verdicts.head_no_basis", title=title, how=how)
    return say("verdicts.head", title=title, how=how, basis=say.of("basis", check.basis))


def overall(block: Block) -> str:
    """Return the verdict of a block as a word of the data; ``none`` where it is not judged."""
    if not block.judged:
        return "none"
    if (block.verdict == MISSED).any():
        return VERDICTS[MISSED]
    return VERDICTS[MET] if len(block.verdict) and (block.verdict == MET).all() else "unknown"


def title_of(say: Say, target: Target) -> str:
    """Return what a target is about."""
    if target.statistic == "share_of_zones":
        return say("title.share", inner=inner_text(say, target))
    return (say.pick(target.indicator_en, target.indicator_zh) or target.indicator).replace("CO2", "CO₂")


def _card(say: Say, material: Material, check: TargetCheck, block: Block) -> Card:
    """Return the card of a target on the overview."""
    if len(block.zone) == 1:
        facts = _row_facts(say, block, 0)
        reason = block.reasons[block.reason[0]].text(say.language) if block.reason[0] >= 0 else ""
        value = float(block.value[0])
    else:
        counts = {name: int((block.verdict == code).sum()) for code, name in VERDICTS.items()}
        facts, reason, value = [Fact(say("card.counts"), Cell(say("card.count", **counts)))], "", math.nan
    facts += _chances(say, material.ensembles, block.target)
    verdict = overall(block)
    return Card(
        title=title_of(say, block.target),
        verdict=verdict,
        word=say(f"verdict.{verdict}"),
        value=_value(say, block, value),
        limit=limit_text(say, block.target) if block.target.operator != "some" or block.judged else "",
        facts=tuple(facts),
        reason=reason,
        notes=tuple(note.text(say.language) for note in block.notes),
        when=_when(say, block, value),
        wording=_wording(say, block.target),
        source=_source(say, block.target),
        target=block.target.id,
    )


def _value(say: Say, block: Block, value: float) -> str:
    """Return the value in large letters; nothing where there is no single one."""
    if math.isnan(value):
        return say("unknown") if block.judged and len(block.zone) == 1 else ""
    return target_value(say, value, block.target)


def _when(say: Say, block: Block, value: float) -> str:
    """Return which year, or which years, a value is of."""
    if math.isnan(value) or not block.year:
        return ""
    if block.target.statistic in _RATES and block.base_year:
        return say("card.when_span", base=block.base_year, year=block.year)
    return say("card.when", year=block.year)


def _row_facts(say: Say, block: Block, row: int) -> list[Fact]:
    target = block.target
    facts: list[Fact] = []
    compared = float(block.compared[row])
    if not math.isnan(compared) and compared != block.value[row]:
        facts.append(Fact(say("card.compared"), Cell(value_text(say, compared, target.unit), compared)))
    margin = float(block.margin[row])
    if not math.isnan(margin):
        facts.append(Fact(say("card.margin"), Cell(margin_text(say, margin, target.unit), margin)))
    facts += _needed(say, block, row)
    low, high = float(block.lower[row]), float(block.upper[row])
    if not math.isnan(low) and low != high:
        ends = {"low": value_text(say, low, target.unit), "high": value_text(say, high, target.unit)}
        facts.append(Fact(say("card.bounds"), Cell(say("range", **ends))))
    return facts


def _needed(say: Say, block: Block, row: int) -> list[Fact]:
    """Return the yearly rate still needed; nothing where a rate has no meaning."""
    rate, target = float(block.required_rate[row]), block.target
    if rate == 0:
        text = say("card.needed_none")
    elif not math.isnan(rate):
        text = say("card.needed_rate", value=percent(rate, say.language), year=target.year)
    elif target.year and block.year and block.year >= target.year and block.verdict[row] == MISSED:
        text = say("card.needed_late")
    else:
        return []
    return [Fact(say("card.needed"), Cell(text, rate))]


def _chances(say: Say, ensembles: Sequence[Ensemble], target: Target, zone: str = "") -> list[Fact]:
    """Return the probability of a target under each scenario that judged it."""
    facts = []
    for ensemble in ensembles:
        goal = next((goal for goal in ensemble.goals if goal.target.id == target.id), None)
        if goal is None or goal.reason is not None or (zone and not goal.of_zones):
            continue
        value, error = ensemble.probability(target.id, zone), ensemble.probability_error(target.id, zone)
        told = Cell(probability(value, error, say.language), value)
        facts.append(Fact(say("card.chance", scenario=scenario_name(say, ensemble)), told))
    return facts


def scenario_name(say: Say, ensemble: Ensemble) -> str:
    """Return the title of a scenario."""
    scenario = ensemble.scenario
    return say.pick(scenario.title_en, scenario.title_zh) or scenario.name


def _wording(say: Say, target: Target) -> tuple[Cell, ...]:
    """Return the official wording; in an English report beside its translation."""
    official = Cell(target.wording_zh, lang="zh-CN" if say.language == "en" else "")
    translated = Cell(target.wording_en.replace("CO2", "CO₂").replace("10^4", "10⁴"))
    cells = [translated, official] if say.language == "en" else [official]
    return tuple(cell for cell in cells if cell.text)


def _source(say: Say, target: Target) -> tuple[Cell, ...]:
    """Return the document of a target and how sure its wording is."""
    found = document(target.source_id)
    if found is None:
        return (Cell(say("card.user")),) if not target.source_id else (Cell(target.source_id, code=True),)
    return (*found.cells(say), Cell(say.of("status", target.status)))


# -- one zone ----------------------------------------------------------------------------------------------------------


def zone_cards(say: Say, material: Material, zone: str) -> Cards:
    """Return the verdicts of a zone: targets of zones, and its own test in targets that count zones."""
    cards = []
    for check in material.checks:
        places = np.flatnonzero(check.zones == zone)
        for block in check.blocks:
            rows = np.flatnonzero(block.zone == zone)
            if len(rows):
                cards.append(_zone_card(say, material, block, int(rows[0]), zone))
            elif block.inner is not None and block.inner_verdict is not None and len(places):
                code = int(block.inner_verdict[places[0]])
                cards.append(_counted_card(say, block, block.inner, code, int(places[0])))
    return Cards(tuple(cards))


def _zone_card(say: Say, material: Material, block: Block, row: int, zone: str) -> Card:
    verdict = VERDICTS[int(block.verdict[row])] if block.judged else "none"
    return Card(
        title=title_of(say, block.target),
        verdict=verdict,
        word=say(f"verdict.{verdict}"),
        value=_value(say, block, float(block.value[row])),
        limit=limit_text(say, block.target),
        facts=tuple([*_row_facts(say, block, row), *_chances(say, material.ensembles, block.target, zone)]),
        reason=block.reasons[block.reason[row]].text(say.language) if block.reason[row] >= 0 else "",
        when=_when(say, block, float(block.value[row])),
        target=block.target.id,
    )


def _counted_card(say: Say, block: Block, inner: FloatArray, code: int, place: int) -> Card:
    """Return how a zone counts in a target that counts zones."""
    target, value = block.target, float(inner[place])
    word = {"met": "in", "missed": "out"}.get(VERDICTS[code], "unknown")
    margin = (target.inner_limit - value) * (1.0 if target.inner_operator in {"<", "<="} else -1.0)
    facts = [Fact(say("card.counts"), Cell(say(f"counts.{word}")))]
    if not math.isnan(margin):
        facts.append(Fact(say("card.margin"), Cell(margin_text(say, margin, target.inner_unit), margin)))
    return Card(
        title=say("zone.counted", limit=inner_text(say, target)),
        verdict=VERDICTS[code],
        word=say(f"counted.{VERDICTS[code]}"),
        value=value_text(say, value, target.inner_unit, target.inner_limit),
        limit=inner_text(say, target),
        facts=tuple(facts),
        when=_when(say, block, value),
        target=target.id,
    )
