"""The answer of ``tapio``: a state for each zone and period, in columns and in words.

Decided here: codes are kept and become words when someone reads them, because a million zones over twenty periods are
twenty million words; the same holds for reasons. The state of all zones together is an answer of its own beside them
(``whole``), never a row among them, and never the sum or the mean of their elasticities: it is that of the summed CO2
and the summed value added.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._digits import in_digits
from zonecarbon._table import Column, Provenance, Table, described, to_frame
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels.decoupling import EFFORTS, STATES, UNDEFINED, effort_state
from zonecarbon.kernels.target import EQUALITY, CodeArray
from zonecarbon.messages import Language

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20


@dataclass(frozen=True, slots=True, eq=False)
class Decoupling(Table):
    """Whether CO2 decouples from value added; arrays are (zone, period), of a single series (period,).

    Parameters
    ----------
    of
        ``co2``, or ``energy`` where that was decomposed; ``co2_change`` is then the change of energy.
    zones
        Names (zone,); empty where none were given.
    starts, ends
        The years of each period (period,); positions where no years were given.
    thresholds
        Where weak decoupling begins, and the two ends of coupling.
    elasticity
        Relative change of CO2 over that of value added; NaN where it is unknown or undefined.
    code
        The state, as a position in :data:`zonecarbon.kernels.decoupling.STATES`; :attr:`state` has the words.
    co2_change, value_added_change
        Relative to the start of the period, as fractions.
    reason, reasons
        Why there is no elasticity: a position in ``reasons``, -1 for none.
    whole
        The same of all zones together (period,): unknown if any zone is. None for a single series.
    summed
        How many zones are taken together; 0 where each is judged for itself.
    factors, parts
        Of a decomposition: its factors, and the elasticity by factor (zone, period, factor), which sums to
        ``elasticity``.
    activity
        The name of the factor that is activity.
    index
        Of a decomposition: how much of what activity added each other factor took back (zone, period, factor); NaN for
        activity itself, and where activity added nothing.
    warnings
        What a reader must know of prices and boundaries.
    source
        The account, or the provenance of what was given.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "start", "end", "co2_change", "value_added_change", "elasticity", "state", "reason"
    )

    of: str
    zones: ObjectArray = field(repr=False)
    starts: IntArray
    ends: IntArray
    thresholds: tuple[float, float, float]
    elasticity: FloatArray = field(repr=False)
    code: CodeArray = field(repr=False)
    co2_change: FloatArray = field(repr=False)
    value_added_change: FloatArray = field(repr=False)
    reason: IntArray = field(repr=False)
    reasons: tuple[Problem, ...] = field(repr=False)
    whole: "Decoupling | None" = field(default=None, repr=False)
    summed: int = 0
    factors: tuple[str, ...] = ()
    activity: str = ""
    parts: FloatArray | None = field(default=None, repr=False)
    index: FloatArray | None = field(default=None, repr=False)
    warnings: tuple[Problem, ...] = ()
    source: Account | Provenance = field(default_factory=Provenance, repr=False)

    @property
    def state(self) -> ObjectArray:
        """The states in words, such as ``weak decoupling``, ``undefined`` or ``unknown``."""
        return np.array(STATES, dtype=object)[self.code]

    @property
    def effort(self) -> FloatArray | None:
        """How much of what activity added all other factors took back (zone, period); None without factors."""
        if self.index is None:
            return None
        return np.asarray(self.index[..., [factor != self.activity for factor in self.factors]].sum(axis=-1))

    @property
    def counts(self) -> dict[str, int]:
        """How many periods of zones are in each state."""
        found = np.bincount(self.code.reshape(-1), minlength=len(STATES))
        return dict(zip((*STATES[2:], *STATES[:2]), (*found[2:].tolist(), *found[:2].tolist()), strict=True))

    @property
    def provenance(self) -> Provenance:
        """The choices behind the figures and of this answer (under ``tapio``), and the warnings of both."""
        of = self.source.provenance if isinstance(self.source, Account) else self.source
        periods = np.stack([self.starts, self.ends], axis=-1).tolist()
        choices = {**of.choices, "tapio": {"thresholds": list(self.thresholds), "periods": periods}}
        return Provenance(choices, of.input_hash, (*of.warnings, *self.warnings))

    # -- tables ----------------------------------------------------------------------------------------------------

    def columns(self, level: str = "zone", language: Language = "en") -> dict[str, NDArray[Any]]:
        """Return one row for each zone and period; changes are fractions, reasons are sentences in ``language``.

        Parameters
        ----------
        level
            ``zone``; ``portfolio``: one row a period, of all zones together; ``factor``: of a decomposition, one row
            for each zone, period and factor.
        language
            Of the reasons.

        Raises
        ------
        InputError
            If there is no such level.
        """
        if level == "portfolio" and self.whole is not None:
            return self.whole.columns(language=language)
        if level == "factor" and self.parts is not None and self.index is not None:
            return self._factor_columns(self.parts, self.index)
        if level != "zone":
            known = ("zone", *(["portfolio"] if self.whole else []), *(["factor"] if self.factors else []))
            raise InputError("option", name="level", value=level, known=", ".join(known))
        return {
            **self._keys(),
            "co2_change": self.co2_change.reshape(-1),
            "value_added_change": self.value_added_change.reshape(-1),
            "elasticity": self.elasticity.reshape(-1),
            "state": self.state.reshape(-1),
            "reason": self._texts(language)[self.reason.reshape(-1)],
        }

    def _keys(self) -> dict[str, NDArray[Any]]:
        count = len(self.zones)
        zone = np.repeat(self.zones, len(self.starts))
        return {"zone": zone, "start": np.tile(self.starts, count), "end": np.tile(self.ends, count)}

    def _factor_columns(self, parts: FloatArray, index: FloatArray) -> dict[str, NDArray[Any]]:
        count = len(self.factors)
        names = np.empty(count, dtype=object)
        names[:] = self.factors
        columns = {name: np.repeat(column, count) for name, column in self._keys().items()}
        effort = np.array(EFFORTS, dtype=object)[effort_state(index)]
        effort[..., names == self.activity] = ""
        return {
            **columns,
            "factor": np.tile(names, self.code.size),
            "elasticity": parts.reshape(-1),
            "index": index.reshape(-1),
            "effort": effort.reshape(-1),
        }

    def _texts(self, language: Language) -> ObjectArray:
        """Return the reasons as sentences; none comes last, where -1 finds it."""
        texts = np.empty(len(self.reasons) + 1, dtype=object)
        texts[:] = [*(problem.text(language) for problem in self.reasons), ""]
        return texts

    def to_frame(self, level: str = "zone", language: Language = "en") -> "pd.DataFrame":
        """Return a DataFrame of :meth:`columns`.

        Parameters
        ----------
        level
            As of :meth:`columns`.
        language
            Of the reasons: ``en`` or ``zh``.
        """
        return to_frame(self.columns(level, language), self.provenance)

    # -- words -----------------------------------------------------------------------------------------------------

    def text(self, language: Language = "en") -> str:
        """Return the counts, a sentence for each of the first twenty zones and periods, and the warnings.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        many = {word: count for word, count in self.counts.items() if count}
        told = [
            messages.render("note.tapio_count", {"state": _word(word, language), "count": count}, language)
            for word, count in many.items()
        ]
        counts = (", " if language == "en" else "，").join(told)
        head = {
            "n": self.summed or len(self.zones),
            "periods": len(self.starts),
            "counts": counts,
            "span": self._span(),
        }
        lines = [messages.render("note.tapio_head", head, language)]
        if self.whole is not None and len(self.zones) > 1:
            lines += [self.whole._sentence(row, language) for row in range(min(self.whole.code.size, _SHOWN))]
        lines += [self._sentence(row, language) for row in range(min(self.code.size, _SHOWN))]
        if self.code.size > _SHOWN:
            lines.append(messages.render("and_more", {"count": self.code.size - _SHOWN}, language))
        return "\n".join([*lines, *(warning.text(language) for warning in self.warnings)])

    def _span(self) -> str:
        return f"{self.starts.min()}-{self.ends.max()}"

    def _sentence(self, row: int, language: Language) -> str:
        zone, period = divmod(row, len(self.starts))
        at = np.unravel_index(row, self.code.shape)
        values: dict[str, Any] = {
            "zone": self._who(zone, language),
            "start": self.starts[period],
            "end": self.ends[period],
            "state": _word(STATES[self.code[at]], language),
        }
        if self.code[at] <= UNDEFINED:
            values["reason"] = self._texts(language)[self.reason[at]]
            return messages.render("note.tapio_none", values, language)
        e = float(self.elasticity[at])
        values["what"] = messages.render(f"note.tapio_of_{self.of}", {}, language)
        values |= {"e": _figure(e), "co2": f"{self.co2_change[at]:+.1%}"}
        values["money"] = f"{self.value_added_change[at]:+.1%}"
        sentence = messages.render("note.tapio_row" if e else "note.tapio_constant", values, language)
        return sentence + self._which_decouples(at, language)

    def _who(self, zone: int, language: Language) -> str:
        if self.summed:
            return messages.render("note.decompose_all", {"n": self.summed}, language)
        return self.zones[zone] or f"#{zone + 1}"

    def _which_decouples(self, at: Any, language: Language) -> str:
        """Return which factor lowers CO2 most, and how much of what activity added was taken back."""
        if self.parts is None or self.effort is None or np.isnan(self.parts[at]).any():
            return ""
        # While value added falls, what lowers CO2 has a positive part: it is the effect that counts.
        effect = self.parts[at] * np.sign(self.value_added_change[at])
        effect[np.abs(effect) <= EQUALITY * np.abs(effect).max()] = 0.0  # rounding
        effect[[factor == self.activity for factor in self.factors]] = np.inf
        best = int(effect.argmin())
        if effect[best] < 0.0:
            values = {"factor": _effect(self.factors[best], language), "part": _figure(float(self.parts[at][best]))}
            found = messages.render("note.tapio_factor", values, language)
        else:
            found = messages.render("note.tapio_no_factor", {}, language)
        index = float(self.effort[at])
        if np.isnan(index):
            return found
        word = messages.render(f"state.effort_{EFFORTS[int(effort_state(index))]}", {}, language)
        found += messages.render("note.tapio_effort", {"effort": word, "index": _figure(index)}, language)
        if "grid_factor" not in self.factors or self.index is None:
            return found
        own = index - float(self.index[at][self.factors.index("grid_factor")])
        word = messages.render(f"state.effort_{EFFORTS[int(effort_state(own))]}", {}, language)
        return found + messages.render("note.tapio_own_effort", {"effort": word, "index": _figure(own)}, language)

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {word}" for word, count in self.counts.items() if count)
        warned = ", ".join(dict.fromkeys(warning.code for warning in self.warnings))
        size = f"{len(self.zones)} zones, {len(self.starts)} periods, {self._span()}"
        return f"<Decoupling: {size}: {counts or 'none'}{f'; warnings: {warned}' if warned else ''}>"

    def __str__(self) -> str:
        return self.text()


def _word(state: str, language: Language) -> str:
    return messages.render(f"state.{state.replace(' ', '_')}", {}, language)


def _effect(factor: str, language: Language) -> str:
    """Return a factor in words; one of the user's own identity is a word already."""
    code = f"effect.{factor}"
    return messages.render(code, {}, language) if code in messages.TEXTS else factor


def _figure(value: float) -> str:
    return in_digits(value, ".4g")
