"""Targets for a class of zones: which zones are in it, and what all of them together are judged on.

Decided here: a class is a range of an indicator in the year judged. A target on single zones has a row for each zone of
its class; one on all zones together (a sum, a share, a rate, a peak) is judged on the zones of its class and no other.
A zone whose class is not known may be in any: it is unknown in every class, and makes what all together have unknown.
A zone known to be in none has one row, in the first target of its kind that has zones, so that nobody overlooks it; it
counts for no verdict where others are in the classes. The order of the targets therefore changes no verdict. The
published total of all zones is not that of a class.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.accounting import Account
from zonecarbon.errors import Problem
from zonecarbon.kernels import intensity
from zonecarbon.kernels import target as rules
from zonecarbon.records import Target
from zonecarbon.targets.comparing import not_comparable, zone_names
from zonecarbon.targets.evidence import Evidence
from zonecarbon.targets.remains import remains_of
from zonecarbon.targets.result import Block, rows_where

OUTSIDE, UNCLEAR = 1, 2
"""The codes of the reasons that a zone is in no class, and that its class is not known."""
_GROWTH = "value_added_growth"


def limits(target: Target) -> dict[str, str]:
    """Return the range of a class, for messages."""
    return {"indicator": target.applies_indicator, "low": target.applies_min or "-", "high": target.applies_max or "-"}


def class_codes(target: Target, evidence: Evidence, at: int, base: int | None) -> Any:
    """Return (zone,) codes: 1 in the class of a target, 0 not in it, -1 not known."""
    if not target.applies_indicator:
        return np.ones(len(evidence.zones), dtype=np.int8)
    if target.applies_indicator == _GROWTH:
        grown = growth(evidence, at, base)
        level = None if grown is None else grown[1]
    else:
        level = evidence.level(target.applies_indicator, at)
    if level is None:
        return np.full(len(evidence.zones), -1, dtype=np.int8)
    inside = np.ones(len(level), dtype=np.int8)
    if target.applies_min:
        operator = ">" if target.applies_indicator == _GROWTH else ">="
        inside = np.minimum(inside, rules.compare(level, operator, float(target.applies_min)))  # type: ignore[arg-type]
    if target.applies_max:
        inside = np.minimum(inside, rules.compare(level, "<", float(target.applies_max)))
    return np.where(np.isnan(level), -1, inside)


def growth(evidence: Evidence, at: int, base: int | None) -> tuple[FloatArray, FloatArray] | None:
    """Return relative growth of energy and value added since the base year (or the year before)."""
    start = evidence.at(base if base is not None else int(evidence.years[at]) - 1)
    if evidence.energy is None or evidence.value_added is None or start is None or start == at:
        return None
    if not_comparable(evidence, "value_added", start, at) is not None:
        return None
    return tuple(intensity.ratio(a[:, at], a[:, start]) - 1 for a in (evidence.energy, evidence.value_added))  # type: ignore[return-value]


def unclear(target: Target, evidence: Evidence, codes: Any) -> Problem | None:
    """Return which zones have no known class, if there are any."""
    unknown = codes < 0
    if len(unknown) and not unknown.any():
        return None
    return Problem("reason.class_unknown", {**limits(target), "zones": zone_names(evidence, unknown) or "-"})


def of_class(evidence: Evidence, inside: BoolArray, base: int | None) -> Evidence:
    """Return the evidence of some zones alone; ``base`` is the year whose grid factors a rate may ask for."""

    def some(array: Any) -> Any:
        return None if array is None else array[inside]

    rest = evidence.account
    if isinstance(rest, Account):
        rest = remains_of(rest, () if base is None else (base,))
    return replace(
        evidence,
        zones=evidence.zones[inside],
        levels={name: some(level) for name, level in evidence.levels.items()},
        energy=some(evidence.energy),
        co2=some(evidence.co2),
        value_added=some(evidence.value_added),
        changes={name: some(change) for name, change in evidence.changes.items()},
        totals={},
        total_changes={},
        total_price=None,
        total_name="",
        price=some(evidence.price),
        boundary=some(evidence.boundary),
        account=None if rest is None else rest.of_zones(inside),
    )


def keep_classes(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Keep, of targets on the zones of classes, the rows of the class that a zone is in, or may be in.

    A zone in no class keeps one row, in the first of them that has zones.
    """
    groups: dict[tuple[str, str], list[Block]] = {}
    for block in blocks:
        if _is_of_class(block):
            groups.setdefault((block.target.indicator, block.target.applies_indicator), []).append(block)
    result = []
    for block in blocks:
        if not _is_of_class(block):
            result.append(block)
            continue
        members = groups[block.target.indicator, block.target.applies_indicator]
        outside = [member.reason == OUTSIDE for member in members]
        host = next((at for at, own in enumerate(outside) if not own.all()), 0)
        at = members.index(block)
        keep = ~outside[at] | (np.all(outside, axis=0) if at == host else False)
        result.append(rows_where(keep, block))
    return tuple(result)


def _is_of_class(block: Block) -> bool:
    """Return whether a block has a row for each zone that may be in its class."""
    return bool(block.target.applies_indicator and block.zone.size and block.zone[0])
