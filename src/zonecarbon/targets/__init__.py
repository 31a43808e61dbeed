"""Targets: are they met, by how much, and what is still needed.

``evidence`` brings an account or a table of printed indicators to one form, ``parts`` accounts of some zones each,
``judging`` and ``rates`` know the kinds of targets, ``comparing`` what they share, ``result`` holds the verdicts.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from zonecarbon._executing import require_executor
from zonecarbon._table import as_columns, is_foreign, is_table
from zonecarbon._typing import Tabular
from zonecarbon.accounting import Account, account
from zonecarbon.activity import Activity
from zonecarbon.catalog import target_set
from zonecarbon.errors import InputError
from zonecarbon.records import TargetSet, Zone
from zonecarbon.targets.classes import keep_classes
from zonecarbon.targets.evidence import Evidence, from_account, from_columns
from zonecarbon.targets.judging import judge
from zonecarbon.targets.parts import from_parts
from zonecarbon.targets.result import Block, TargetCheck


def check(
    source: "Account | Activity | Zone | Iterable[Zone] | Iterable[Account] | Tabular",
    targets: "str | Path | TargetSet | dict[str, Any]" = "torch-2025",
    *,
    year: int | None = None,
    base_year: int | None = None,
    judgement: Literal["full", "rounded"] = "full",
    executor: "Executor | None" = None,
) -> TargetCheck:
    """Check targets.

    Parameters
    ----------
    source
        An account; zones written by hand or an activity (accounted with ``inventory``); accounts that each have some of
        the zones, such as ``(account(part) for part in read_parts("zones.parquet"))``, of which only what is judged is
        kept; or a table of printed indicators (a frame of pandas or polars, an Arrow table, rows as dicts, any mapping
        of columns): ``zone``, ``year`` and ``energy_intensity`` [tce per 10^4 yuan], optionally
        ``co2_intensity``, ``value_added``, ``basis``, ``price_year``, ``boundary``, and published yearly changes as
        fractions (``energy_intensity_change``), which bridge a change of price base.
    targets
        A shipped set (``torch-2025``, ``zero-carbon-park-910``, ``near-zero-park-js``, ``fyp14``, ``fyp15``,
        ``hj-274-2015``, ``miit-green-park``, ``assessment-5-9``), a path to a file of the same form, or a record.
    year
        The year judged; without it the target's own year, or the last before it with data.
    base_year
        Where rates start; without it the target's own.
    judgement
        ``full``, or ``rounded``: GB/T 8170 to the digits of the limit as printed.
    executor
        Any :class:`concurrent.futures.Executor`, to sum blocks of zones, or parts, at the same time; the verdicts and
        figures are the same to the bit.

    Returns
    -------
    TargetCheck
        A verdict for each target: ``met``, ``missed``, or ``unknown`` with the reason. Unknown is never met.

    Raises
    ------
    TargetError
        If the set is unknown or not well formed.
    InputError
        If the source is none of the above, its rows are bad, or accounts of parts were not made alike.

    Examples
    --------
    >>> table = {"zone": ["A", "B"], "year": [2025, 2025], "energy_intensity": [0.2, 0.3], "value_added": [1.0, 1.0]}
    >>> found = check(table)
    >>> found.verdict("energy-intensity-aggregate"), found.verdict("energy-intensity-share")
    ('met', 'met')
    """
    if judgement not in {"full", "rounded"}:
        raise InputError("option", name="judgement", value=judgement, known="full, rounded")
    require_executor(executor)
    goals = target_set(targets)
    bases = [base_year] if base_year is not None else [goal.base_year for goal in goals.target]
    evidence = _evidence(source, [base for base in bases if base is not None], executor)
    blocks = [judge(target, evidence, year, base_year, judgement, executor) for target in goals.target]
    return TargetCheck(
        name=goals.name,
        title_en=goals.title_en,
        title_zh=goals.title_zh,
        document=goals.document,
        judgement=judgement,
        basis=evidence.basis,
        zones=evidence.zones,
        blocks=keep_classes(blocks),
        of=evidence.account if isinstance(evidence.account, Account) else evidence.provenance,
    )


def _evidence(source: Any, base_years: list[int], executor: "Executor | None") -> Evidence:
    if isinstance(source, Account):
        return from_account(source, executor)
    if isinstance(source, (Activity, Zone)):
        return from_account(account(source), executor)
    source = as_columns(source)
    if is_table(source):
        return from_columns(source)
    if isinstance(source, Iterable) and not isinstance(source, (str, bytes)) and not is_foreign(source):
        items = iter(source)
        head = list(islice(items, 1))
        if head and isinstance(head[0], Activity):
            raise InputError("parts.kind", got="Activity", n=0)
        are_accounts = bool(head) and isinstance(head[0], Account)
        everything = chain(_taken_from(head), items)
        if are_accounts:
            return from_parts(everything, base_years, executor)
        return from_account(account(everything), executor)
    raise InputError("check.source", got=type(source).__name__)


def _taken_from(items: list[Any]) -> Iterator[Any]:
    """Yield the items and forget them: an account of a part is let go before the next one comes."""
    while items:
        yield items.pop(0)


__all__ = ["Block", "Evidence", "TargetCheck", "check"]
