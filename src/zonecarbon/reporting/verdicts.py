"""Targets as cards: met, missed or unknown, by how much, what is still needed, and in whose words.

Decided here: a card says nothing that ``check`` has not judged. A target of each zone is one card with counts on the
overview, and a card of its own on each zone's page. On a zone's page a target that counts zones is shown by that zone's
own test. Probabilities of a projection stand beside the verdict they belong to, with the scenario named; they belong
only to the very same target (every field, the base year of a rate) judged with all digits, as a projection does.
"""

import math
from collections import Counter

import numpy as np

from zonecarbon.kernels.target import MET, MISSED, round_half_even
from zonecarbon.notation import percent
from zonecarbon.records import Target
from zonecarbon.reporting.documents import document, has_chinese
from zonecarbon.reporting.figures import chance, inner_text, limit_text, margin_text, target_value, value_text
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import check_label, check_title, scenario_label, with_label
from zonecarbon.reporting.view import Card, Cards, Cell, Fact, Section, Text, filled, some
from zonecarbon.reporting.words import Say
from zonecarbon.targets import TargetCheck
from zonecarbon.targets.result import VERDICTS, Block
from zonecarbon.terms import is_term, term

_OF_COUNTS = {"note.count", "note.money", "note.peaks"}  # say nothing where nothing is known
_RATES = {"annual_rate"}


def verdict_sections(say: Say, material: Material) -> tuple[Section, ...]:
    """Return the targets of each check, as a section each."""
    return filled(
        [
            Section(
                f"targets-{number}",
                with_label(say, say("section.verdicts"), check_label(say, material, check)),
                some(
                    Text(head(say, check)),
                    Text(_applies_to(say, check)),
                    Cards(tuple(_card(say, material, check, b) for b in check.blocks)),
                ),
            )
            for number, check in enumerate(material.checks, start=1)
        ]
    )


def head(say: Say, check: TargetCheck) -> str:
    """Return which targets these are and how they were judged."""
    number = "" if say.language == "en" and has_chinese(check.document) else check.document  # the source has it
    title = f"{check_title(say, check)} {number}".strip()
    how = say.of("how", check.judgement)
    if not check.basis:
        return say("verdicts.head_no_basis", title=title, how=how)
    return say("verdicts.head", title=title, how=how, basis=say.of("basis", check.basis))


def _applies_to(say: Say, check: TargetCheck) -> str:
    """Return whom the targets were set for, where that is more than the zones of this data; else nothing."""
    whom = [block.target.applies_to for block in check.blocks if block.judged]
    kinds = {"zones": ("all national", "each national"), "nation": ("nation",), "province": ("province",)}
    for kind, words in kinds.items():
        if any(text.startswith(words) for text in whom):
            one = "_one" if len(check.zones) == 1 else ""
            return say(f"applies.{kind}{one}", n=len(check.zones))
    return ""


def overall(block: Block) -> str:
    """Return the verdict of a block as a word of the data; ``none`` where it is not judged, or of no zone."""
    if not block.judged or block.is_empty:
        return "none"
    return VERDICTS[block.overall]


def title_of(say: Say, target: Target) -> str:
    """Return what a target is about."""
    if target.statistic == "share_of_zones":
        return say("title.share", inner=inner_text(say, target))
    return indicator_name(say, target)


def indicator_name(say: Say, target: Target) -> str:
    """Return the name of what a target compares; of one without a name, the library's word for its indicator."""
    named = say.pick(target.indicator_en, target.indicator_zh)
    if not named and not is_term(target.indicator, "indicator"):  # the user's own: the wording tells more than an id
        named = say.pick(target.wording_en, target.wording_zh)
    return (named or term(target.indicator, say.language, "indicator")).replace("CO2", "CO₂")


def _card(say: Say, material: Material, check: TargetCheck, block: Block) -> Card:
    """Return the card of a target on the overview."""
    if block.is_empty:
        facts, value, reason = [], math.nan, say.message("check.no_zone")
    elif len(block.zone) == 1:
        facts = [*_passing(say, block), *_row_facts(say, block, 0)]
        reason = block.reasons[block.reason[0]].text(say.language) if block.reason[0] >= 0 else ""
        value = float(block.value[0])
        if block.target.operator == "some" and value == 0 and float(block.upper[0]) > 0:
            value = math.nan  # none is known to have peaked, and some are not known
    else:
        counts = {name: int((block.counted == code).sum()) for code, name in VERDICTS.items()}
        facts, value = [Fact(say("card.counts"), Cell(say("card.count", **counts)))], math.nan
        reason = _reasons(say, block)
    facts += [] if block.is_empty else _chances(say, material, check, block)
    verdict = overall(block)
    return Card(
        title=with_label(say, title_of(say, block.target), check_label(say, material, check)),
        verdict=verdict,
        word=say.message("verdict.not_applicable") if block.is_empty else say(f"verdict.{verdict}"),
        value=_value(say, block, value),
        limit=limit_text(say, block.target) if block.target.operator != "some" or block.judged else "",
        facts=tuple(facts),
        reason=reason,
        notes=_notes(say, block),
        when=_when(say, block, value),
        wording=_wording(say, block.target),
        source=_source(say, block.target),
        target=block.target.id,
    )


def _reasons(say: Say, block: Block) -> str:
    """Return why zones are unknown, each reason once with the zones it is of counted."""
    texts = Counter(block.reasons[at].text(say.language) for at in block.reason.tolist() if at >= 0)
    return say("stop").join(say("card.reason_of", n=count, reason=text) for text, count in texts.most_common())


def _passing(say: Say, block: Block) -> list[Fact]:
    """Return how many zones pass their own test in a target that counts zones."""
    if block.inner_verdict is None or len(block.inner_verdict) < 2:
        return []
    codes, n = block.inner_verdict, len(block.inner_verdict)
    met, known = int((codes == MET).sum()), int(((codes == MET) | (codes == MISSED)).sum())
    if not known:
        return []
    told = "card.passing_of" if known == n else "card.passing_known"
    return [Fact(say("card.passing"), Cell(say(told, met=met, known=known, n=n)))]


def _notes(say: Say, block: Block) -> tuple[str, ...]:
    """Return the notes; not the count that stands among the facts, nor what counts over nothing known or one zone."""
    codes = block.inner_verdict
    nothing = len(block.value) == 1 and math.isnan(block.value[0])
    nothing |= codes is not None and (len(codes) < 2 or not ((codes == MET) | (codes == MISSED)).any())
    left = [note for note in block.notes if note.code != "note.count" and not (nothing and note.code in _OF_COUNTS)]
    return tuple(note.text(say.language) for note in left)


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
        when = say("card.when_span", base=block.base_year, year=block.year)
    else:
        when = say("card.when", year=block.year)
    reason = block.reasons[block.reason[0]] if len(block.zone) == 1 and block.reason[0] >= 0 else None
    if reason is not None and reason.code == "reason.incomplete":
        zones = say("label.zones", known=reason.values["known"], n=reason.values["n"])
        when = with_label(say, when, zones)
    return when


def _row_facts(say: Say, block: Block, row: int) -> list[Fact]:
    target = block.target
    facts: list[Fact] = []
    compared = float(block.compared[row])
    if not math.isnan(compared) and compared != block.value[row]:
        told = value_text(say, compared, target.unit, target.limit)
        facts.append(Fact(say("card.compared"), Cell(told, compared)))
    margin = float(block.margin[row])
    if not math.isnan(margin):
        facts.append(Fact(say("card.margin"), Cell(margin_text(say, margin, target.unit, target.limit), margin)))
    facts += _needed(say, block, row)
    low, high = float(block.lower[row]), float(block.upper[row])
    if not math.isnan(low) and low != high and not math.isnan(block.value[row]):
        ends = {name: value_text(say, end, target.unit, target.limit) for name, end in (("low", low), ("high", high))}
        facts.append(Fact(say("card.bounds"), Cell(say("range", **ends))))
    return facts


def _needed(say: Say, block: Block, row: int) -> list[Fact]:
    """Return the yearly rate still needed; nothing where a rate has no meaning."""
    rate, target = float(block.required_rate[row]), block.target
    if rate == 0:
        text = say("card.needed_none")
    elif not math.isnan(rate):
        text = say("card.needed_rate", value=percent(rate, say.language, beside=0.0), year=target.year)
    elif target.year and block.year and block.year >= target.year and block.verdict[row] == MISSED:
        text = say("card.needed_late")
    else:
        return []
    return [Fact(say("card.needed"), Cell(text, rate))]


def _chances(say: Say, material: Material, check: TargetCheck, block: Block, zone: str = "") -> list[Fact]:
    """Return the probability of the target of a block under each scenario that judged the very same one."""
    if check.judgement != "full":
        return []
    facts, target = [], block.target
    for ensemble in material.ensembles:
        goal = next((goal for goal in ensemble.goals if goal.target == target), None)
        if goal is None or goal.reason is not None or (zone and not goal.of_zones):
            continue
        if goal.is_rate and goal.base_year != block.base_year:
            continue
        if goal.year <= ensemble.base_year:  # no draw decides what has happened: the verdict stands above
            continue
        value, error = ensemble.probability(target.id, zone), ensemble.probability_error(target.id, zone)
        told = chance(say, value, error, ensemble.draws)
        if target.operator == "some" and goal.past is None and not math.isnan(value):
            told = say("card.chance_peak", value=told)
        named = {"scenario": scenario_label(say, material, ensemble), "year": goal.year}
        then = (
            block.judged and block.year is not None and block.year < goal.year
        )  # missed today, and yet likely by the year
        label = say("card.chance_then", judged=block.year, **named) if then else say("card.chance", **named)
        facts.append(Fact(label, Cell(told, value)))
    return facts


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
        for block in check.blocks:
            rows = np.flatnonzero(block.zone == zone)
            places = np.flatnonzero(block.inner_zone == zone)
            if len(rows):
                cards.append(_zone_card(say, material, check, block, int(rows[0]), zone))
            elif block.inner is not None and block.inner_verdict is not None and len(places):
                code = int(block.inner_verdict[places[0]])
                label = check_label(say, material, check)
                value = float(block.inner[places[0]])
                cards.append(_counted_card(say, block, value, code, label, check.judgement == "rounded"))
    return Cards(tuple(cards))


def _zone_card(say: Say, material: Material, check: TargetCheck, block: Block, row: int, zone: str) -> Card:
    verdict = VERDICTS[int(block.verdict[row])] if block.judged else "none"
    return Card(
        title=with_label(say, title_of(say, block.target), check_label(say, material, check)),
        verdict=verdict,
        word=say(f"verdict.{verdict}"),
        value=_value(say, block, float(block.value[row])),
        limit=limit_text(say, block.target),
        facts=tuple([*_row_facts(say, block, row), *_chances(say, material, check, block, zone)]),
        reason=block.reasons[block.reason[row]].text(say.language) if block.reason[row] >= 0 else "",
        when=_when(say, block, float(block.value[row])),
        target=block.target.id,
    )


def _counted_card(say: Say, block: Block, value: float, code: int, label: str, is_rounded: bool) -> Card:
    """Return how a zone counts in a target that counts zones."""
    target = block.target
    word = {"met": "in", "missed": "out"}.get(VERDICTS[code], "unknown")
    digits = len(target.inner_threshold.partition(".")[2])
    compared = float(round_half_even(value, digits)) if is_rounded else value
    margin = (target.inner_limit - compared) * (1.0 if target.inner_operator in {"<", "<="} else -1.0)
    rounded = [Fact(say("card.compared"), Cell(f"{compared:.{digits}f}", compared))] if is_rounded else []
    facts = [*rounded, Fact(say("card.counts"), Cell(say(f"counts.{word}")))]
    if not math.isnan(margin):
        facts.append(
            Fact(say("card.margin"), Cell(margin_text(say, margin, target.inner_unit, target.inner_limit), margin))
        )
    return Card(
        title=with_label(say, say("zone.counted", limit=inner_text(say, target)), label),
        verdict=VERDICTS[code],
        word=say(f"counted.{VERDICTS[code]}"),
        value=value_text(say, value, target.inner_unit, target.inner_limit),
        limit=inner_text(say, target),
        facts=tuple(facts),
        when=_when(say, block, value),
        target=target.id,
    )
