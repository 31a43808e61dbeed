"""The verdicts: one block of rows for each target, columns for all of them.

Decided here: a block holds arrays, because a zone target over a million zones is a million rows; reasons are codes with
values and become sentences when someone reads them. ``unknown`` is a verdict of its own and always has a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._table import Column, Provenance, Table, described, plain
from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels.target import MET, MISSED, UNKNOWN
from zonecarbon.messages import Language
from zonecarbon.records import Target
from zonecarbon.records.target import decimals
from zonecarbon.targets.turning import turning_point
from zonecarbon.targets.wording import indicator_of, row_text

Verdict: TypeAlias = Literal["met", "missed", "unknown"]
NO_CLASS = "reason.no_class"
"""The reason of a zone that is in no class of a target."""
VERDICTS: dict[int, Verdict] = {MET: "met", MISSED: "missed", UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One target, judged: one row (``zone`` empty), or one row per zone it applies to.

    Of a target that counts zones, ``inner`` and ``inner_verdict`` are those of the zones in ``inner_zone``.
    """

    target: Target
    year: int | None
    base_year: int | None
    zone: ObjectArray
    value: FloatArray
    compared: FloatArray
    verdict: NDArray[np.int8]
    margin: FloatArray
    required_rate: FloatArray
    lower: FloatArray
    upper: FloatArray
    reason: IntArray
    reasons: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    inner: FloatArray | None = field(default=None, repr=False)
    inner_verdict: NDArray[np.int8] | None = field(default=None, repr=False)
    inner_zone: ObjectArray | None = field(default=None, repr=False)

    @property
    def judged(self) -> bool:
        """Whether the target has a rule that is applied; directions are reported only."""
        return self.target.judged

    @property
    def overall(self) -> int:
        """The verdict over its rows: missed if one is, met if all are; zones that are in no class do not count."""
        codes = self.counted
        if (codes == MISSED).any():
            return MISSED
        return MET if len(codes) and (codes == MET).all() else UNKNOWN

    @property
    def is_empty(self) -> bool:
        """Whether no zone is in the class of the target: it does not apply, and counts in no exit code."""
        return not len(self.zone)

    @property
    def counted(self) -> NDArray[np.int8]:
        """The verdicts of the rows that count: not those of zones that are in no class, unless there are no others."""
        outside = [at for at, problem in enumerate(self.reasons) if problem.code == NO_CLASS]
        inside = self.verdict[~np.isin(self.reason, outside)]
        return inside if len(inside) else self.verdict


@dataclass(frozen=True, slots=True, eq=False)
class TargetCheck(Table):
    """Whether targets are met, by how much, and what is still needed.

    Parameters
    ----------
    name, title_en, title_zh
        The target set.
    document
        Number and title of the document.
    judgement
        ``full`` (all digits) or ``rounded`` (GB/T 8170, to the digits of the limit as printed). Rounded, a margin is
        that of the rounded value (``compared``), and what is still needed leads to the value that rounds across.
    basis
        Basis of energy: ``calorific``, ``equivalent``, or empty where the source does not say.
    zones
        All zones, in order.
    blocks
        What was found for each target; internal.
    of
        The account, or what stands behind printed indicators.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "target", "zone", "year", "value", "operator", "threshold", "unit", "verdict", "margin", "required_rate",
        "lower", "upper", "reason", "judged", "compared", "status",
        status=Column("text", "how sure the wording of the target is: verified, recalled, assumption or user"),
    )  # fmt: skip

    name: str
    title_en: str
    title_zh: str
    document: str
    judgement: str
    basis: str
    zones: ObjectArray
    blocks: tuple[Block, ...]
    of: Account | Provenance = field(repr=False, default_factory=Provenance)

    @property
    def provenance(self) -> Provenance:
        """The choices behind the figures and the judgement."""
        source = self.of.provenance if isinstance(self.of, Account) else self.of
        return Provenance(self._choices(), source.input_hash, source.warnings)

    def _choices(self) -> dict[str, Any]:
        own = self.of._choices() if isinstance(self.of, Account) else self.of.choices
        return {**own, "targets": self.name, "judgement": self.judgement, "basis": self.basis}

    def columns(self, language: Language = "en") -> dict[str, NDArray[Any]]:
        """Return one row per target and, for zone targets, per zone; ``zone`` is empty for aggregates and counts.

        Parameters
        ----------
        language
            Of the reasons: ``en`` or ``zh``.
        """
        sizes = [len(block.zone) for block in self.blocks]

        def spread(get: Any) -> NDArray[Any]:
            return np.repeat(np.array([get(block) for block in self.blocks], dtype=object), sizes)

        def joined(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(block, name) for block in self.blocks])

        words = np.array([VERDICTS[code] for code in (MET, MISSED, UNKNOWN)], dtype=object)
        return {
            "target": spread(lambda block: block.target.id),
            "zone": joined("zone"),
            "year": np.array(spread(lambda block: np.nan if block.year is None else block.year), dtype=np.float64)
            if any(block.year is None for block in self.blocks)
            else np.array(spread(lambda block: block.year), dtype=np.int64),
            "value": joined("value"),
            "operator": spread(lambda block: block.target.operator),
            "threshold": np.array(spread(lambda block: block.target.limit), dtype=np.float64),
            "unit": spread(lambda block: block.target.unit),
            "verdict": words[np.select([joined("verdict") == MET, joined("verdict") == MISSED], [0, 1], 2)],
            "margin": joined("margin"),
            "required_rate": joined("required_rate"),
            "lower": joined("lower"),
            "upper": joined("upper"),
            "reason": np.concatenate([_reasons(block, language) for block in self.blocks]),
            "judged": np.array(spread(lambda block: block.judged), dtype=bool),
            "compared": joined("compared"),
            "status": spread(lambda block: block.target.status),
        }

    def block(self, target: str) -> Block:
        """Return the block of a target, by its id or the part after the colon.

        Parameters
        ----------
        target
            Its id, or the part after the colon.

        Raises
        ------
        InputError
            If there is no such target in the set.
        """
        for block in self.blocks:
            if target in {block.target.id, block.target.id.split(":", 1)[-1]}:
                return block
        raise InputError("option", name="target", value=target, known=", ".join(b.target.id for b in self.blocks))

    def verdict(self, target: str) -> Verdict:
        """Return the verdict of a target; of a zone target: missed if any zone misses it, else unknown if any is.

        Parameters
        ----------
        target
            Its id, or the part after the colon.
        """
        return VERDICTS[self.block(target).overall]

    def nearest(self, target: str, count: int = 5) -> list[dict[str, Any]]:
        """Return the zones nearest to flipping a target that counts zones, nearest first.

        Each has ``zone``, ``value``, ``below`` (passes its own test now) and ``change``, the relative change that
        flips it: to the limit, or under rounded judgement to the value that rounds across it.

        Parameters
        ----------
        target
            Its id, or the part after the colon.
        count
            The most zones that are returned.
        """
        block = self.block(target)
        if block.inner is None or block.inner_verdict is None or block.inner_zone is None:
            return []
        digits = decimals(block.target.inner_threshold)
        limit, _ = turning_point(block.target.inner_operator, block.target.inner_limit, digits, self.judgement)
        with np.errstate(invalid="ignore", divide="ignore"):
            change = limit / block.inner - 1
        order = np.argsort(np.where(np.isfinite(change), np.abs(change), np.inf), kind="stable")[:count]
        return [
            {
                "zone": str(block.inner_zone[i]),
                "value": float(block.inner[i]),
                "below": bool(block.inner_verdict[i] == MET),
                "change": float(change[i]),
            }
            for i in order.tolist()
            if np.isfinite(change[i])
        ]

    @property
    def exit_code(self) -> int:
        """0: all judged targets met; 1: one missed; 3: none missed, one unknown."""
        codes = [block.overall for block in self.blocks if block.judged and not block.is_empty]
        if MISSED in codes:
            return 1
        return 0 if codes and all(code == MET for code in codes) else 3

    def _head(self, rows: int) -> tuple[dict[str, NDArray[Any]], int]:
        """Return the first rows, made of the first of each block alone, and how many there are."""
        first = [rows_where(np.arange(len(block.zone)) < rows, block) for block in self.blocks]
        columns = replace(self, blocks=tuple(first)).columns() if first else {}
        return {name: column[:rows] for name, column in columns.items()}, sum(len(b.zone) for b in self.blocks)

    def to_dict(self, *, state: bool = True) -> dict[str, Any]:
        """Return JSON-ready data, with wording, notes and the zones nearest to flipping.

        Parameters
        ----------
        state
            Whether to add what :meth:`from_dict` needs.
        """
        data = Table.to_dict(self, state=state)
        data["targets"] = [
            {
                "id": block.target.id,
                "wording_zh": block.target.wording_zh,
                "wording_en": block.target.wording_en,
                "interpretation": block.target.interpretation,
                "source_id": block.target.source_id,
                "status": block.target.status,
                "judged": block.judged,
                "year": block.year,
                "base_year": block.base_year,
                "verdict": VERDICTS[block.overall],
                "notes": [note.to_dict() for note in block.notes],
                "nearest": plain(self.nearest(block.target.id)),
            }
            for block in self.blocks
        ]
        return data

    def text(self, language: Language = "en") -> str:
        """Return the verdicts in words, one target a paragraph.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        title = self.title_zh if language == "zh" else self.title_en
        head = {"title": f"{title or self.name} {self.document}".strip(), "judgement": self.judgement}
        head["basis"] = messages.render(f"basis.{self.basis}" if self.basis else "basis.none", {}, language)
        return "\n".join(
            [messages.render("check.head", head, language), *(self._text_of(b, language) for b in self.blocks)]
        )

    def _text_of(self, block: Block, language: Language) -> str:
        target = block.target
        name = indicator_of(target, language)
        verdict = messages.render(f"verdict.{VERDICTS[block.overall]}", {}, language)
        if block.is_empty:
            verdict = messages.render("verdict.not_applicable", {}, language)
        elif not block.judged:
            verdict = messages.render("verdict.not_judged", {}, language)
        lines = [f"[{verdict}] {target.id}  {name}"]
        if target.wording_zh and language == "zh":
            lines.append(f"    {target.wording_zh}")
        elif target.wording_en and language == "en":
            lines.append(f"    {target.wording_en}")
        if target.status not in {"verified", "user"}:
            code = "check.recalled" if target.status == "recalled" else "check.status"
            lines.append("    " + messages.render(code, {"status": target.status}, language))
        lines += [f"    {line}" for line in self._figures(block, language)]
        lines += [f"    {note.text(language)}" for note in block.notes]
        return "\n".join(lines)

    def _figures(self, block: Block, language: Language) -> list[str]:
        if len(block.zone) == 1 and not block.zone[0]:
            return [row_text(block, 0, language)]
        if block.is_empty:
            return [messages.render("check.no_zone", {}, language)]
        codes = block.counted
        counts = {"n": len(codes), "met": int((codes == MET).sum()), "missed": int((codes == MISSED).sum())}
        counts["unknown"] = int((codes == UNKNOWN).sum())
        if np.isnan(block.margin).all():  # nothing to rank: the reasons, each once
            told = dict.fromkeys(block.reasons[at].text(language) for at in block.reason.tolist() if at >= 0)
            return [messages.render("check.zones_none", counts, language), *list(told)[:5]]
        lines = [messages.render("check.zones", counts, language)]
        colon = "：" if language == "zh" else ": "
        order = np.argsort(np.where(np.isnan(block.margin), np.inf, block.margin), kind="stable")[:5]
        return [*lines, *(f"{block.zone[i]}{colon}{row_text(block, int(i), language)}" for i in order)]

    def __repr__(self) -> str:
        verdicts = ", ".join(
            f"{block.target.id.split(':', 1)[-1]} {VERDICTS[block.overall]}"
            for block in self.blocks
            if block.judged and not block.is_empty
        )
        return f"<TargetCheck: {self.name}, {verdicts or 'nothing judged'}>"

    def __str__(self) -> str:
        return self.text()


def _reasons(block: Block, language: Language) -> NDArray[Any]:
    texts = np.empty(len(block.reasons) + 1, dtype=object)
    texts[:] = [*(problem.text(language) for problem in block.reasons), ""]
    return texts[block.reason]


def one_row(
    target: Target,
    year: int | None,
    base_year: int | None,
    *,
    value: float = float("nan"),
    compared: float | None = None,
    verdict: int = UNKNOWN,
    margin: float = float("nan"),
    required_rate: float = float("nan"),
    bounds: tuple[float, float] = (float("nan"), float("nan")),
    reason: Problem | None = None,
    notes: Sequence[Problem] = (),
    **inner: Any,
) -> Block:
    """Return a block of one row for all zones together."""
    own = (value, value if compared is None else compared, margin, required_rate, *bounds)
    measured, judged, gap, rate, low, high = np.array(own, dtype=np.float64).reshape(6, 1)
    zone = np.empty(1, dtype=object)
    zone[:] = [""]
    return Block(
        target,
        year,
        base_year,
        zone,
        measured,
        judged,
        np.array([verdict], dtype=np.int8),
        gap,
        rate,
        low,
        high,
        np.array([-1 if reason is None else 0]),
        () if reason is None else (reason,),
        tuple(notes),
        **inner,
    )


def rows_where(mask: BoolArray, block: Block) -> Block:
    """Return a zone block with the rows of ``mask`` only."""
    names = ("zone", "value", "compared", "verdict", "margin", "required_rate", "lower", "upper", "reason")
    picked = {name: getattr(block, name)[mask] for name in names}
    return replace(block, **picked)
