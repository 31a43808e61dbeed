"""The answer: effects by factor, of the portfolio, of zones, of sectors, down to carriers, in columns and in words.

Decided here: a decomposition keeps the effects of its usual level and its cells, and computes whatever else is asked of
it, so that the carriers of ten thousand zones are never made unless someone looks at them. Two questions are kept
apart: whose change (``level``) and where its parts are shown (``by``). Effects of one level add up (additive) or
multiply (multiplicative) to its change, whatever ``by`` is. Under LMDI-I the zones' effects on energy or CO2 also add
up to the portfolio's: their activity effects to its activity and the structure between zones. An intensity of the
portfolio is no sum of the zones' intensities: the portfolio's own effects, shown by zone, are each zone's part in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Column, Provenance, Table, described, frozen, to_frame
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.decomposition.attributing import NOT_ATTRIBUTED, Attribution, Weights, attribute, size_of, spread
from zonecarbon.decomposition.cells import LEVELS, Cells, grouped
from zonecarbon.decomposition.of_account import AccountCells
from zonecarbon.decomposition.wording import describe, is_known, sentences
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels.lmdi import log_mean
from zonecarbon.kernels.target import EQUALITY
from zonecarbon.messages import Language

if TYPE_CHECKING:
    import pandas as pd

Form = Literal["additive", "multiplicative"]


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition(Table):
    """Why a value changed between two years.

    Parameters
    ----------
    of
        What is decomposed: ``co2``, ``energy``, ``co2_intensity``, ``energy_intensity``, or the left side of an
        identity.
    unit
        Of additive effects; multiplicative ones have none (1).
    years
        The years used: base and end, or all from base to end if ``chained``.
    form, lmdi, chained, undefined, missing, zeros
        The choices: additive or multiplicative; LMDI ``I`` or ``II``; year by year; what happens to cells without a
        limit, and to zones that are not known; what stands in the place of zeros (0: the limits).
    cells
        What is summed.
    own
        The effects of the usual level, by sector.
    groups
        Factors that are shown as one: name and members; empty: each for itself.
    source
        The account, or the provenance of a table.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described("zone", "sector", "factor", "start", "end", "effect", "unit")

    of: str
    unit: str
    years: tuple[Any, ...]
    form: Form
    lmdi: Weights
    chained: bool
    undefined: str
    missing: str
    zeros: float
    cells: Cells = field(repr=False)
    own: Attribution = field(repr=False)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    source: Account | Provenance = field(default_factory=Provenance, repr=False)

    # -- labels ----------------------------------------------------------------------------------------------------

    @property
    def base(self) -> Any:
        """First year."""
        return self.years[0]

    @property
    def end(self) -> Any:
        """Last year."""
        return self.years[-1]

    @property
    def periods(self) -> NDArray[Any]:
        """(period, 2): start and end of each step."""
        return frozen(np.array(list(zip(self.years[:-1], self.years[1:], strict=True))))

    @property
    def level(self) -> str:
        """Whose change is shown unless asked otherwise: each zone's, or where there are none the portfolio's."""
        return self.cells.level()

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors of the usual level."""
        return self.factors_of(self.level)

    @property
    def zones(self) -> ObjectArray:
        """Names of the zones; one empty name where there are none."""
        found = self.cells.groups(self.cells.keys("zone"))[1]
        return found.get("zone", np.array([""], dtype=object))

    @property
    def identities(self) -> tuple[str, ...]:
        """The identities that were decomposed at the usual level, as text: one for each kind of cell."""
        return self.identities_of(self.level)

    def identities_of(self, level: str) -> tuple[str, ...]:
        """Return the identities of a level, as text.

        Parameters
        ----------
        level
            ``portfolio``, ``zone`` or ``sector``.
        """
        found = self.cells.identities(self._level(level))
        return tuple(dict.fromkeys(identity.text for identity in found.values()))

    def factors_of(self, level: str) -> tuple[str, ...]:
        """Return the names of the factors of a level.

        Parameters
        ----------
        level
            ``portfolio``, ``zone`` or ``sector``.
        """
        names = [*self.cells.factors(self._level(level)), *([NOT_ATTRIBUTED] if self.undefined == "separate" else [])]
        return tuple(dict.fromkeys(self._group_of(name) for name in names))

    def labels(self, level: str = "") -> dict[str, NDArray[Any]]:
        """Return the labels of the aggregates of a level, in the order of :meth:`values`.

        Parameters
        ----------
        level
            ``portfolio``, ``zone`` or ``sector``; the usual one unless given.
        """
        return self.cells.groups(self.cells.keys(self._level(level)))[1]

    def _level(self, level: str) -> str:
        if level and level not in LEVELS:
            raise InputError("option", name="level", value=level, known=", ".join(LEVELS))
        if level and level != self.level and self.cells.only_level():
            raise InputError("decompose.ratio", of=self.of, level=level, only=self.level)
        return level or self.level

    # -- figures ---------------------------------------------------------------------------------------------------

    def values(self, level: str = "") -> FloatArray:
        """Return the value of each aggregate of a level (aggregate, year), in ``unit``; see :meth:`labels`.

        Parameters
        ----------
        level
            ``portfolio``, ``zone`` or ``sector``; the usual one unless given.
        """
        level = self._level(level)
        group, labels = self.cells.groups(self.cells.keys(level))
        return frozen(grouped(self.cells.values(level), group, size_of(labels)))

    def value_added(self, level: str = "zone") -> FloatArray:
        """Return value added (zone, year) [10^4 yuan] of an account, or of its portfolio (1, year), where it counts.

        Parameters
        ----------
        level
            ``zone`` or ``portfolio``.

        Raises
        ------
        InputError
            If a table was decomposed.
        """
        if not isinstance(self.cells, AccountCells):
            raise InputError("decompose.no_account")
        return frozen(self.cells.money if level == "zone" else self.cells.totals["value_added_total"][None])

    def effects(
        self,
        level: str = "",
        by: Sequence[str] | None = None,
        *,
        steps: bool = False,
        form: Form | None = None,
    ) -> FloatArray:
        """Return the effects of the factors.

        Parameters
        ----------
        level : {"portfolio", "zone", "sector"}
            Whose change is explained; each zone's own unless said.
        by
            Where the parts are shown: of an account ``zone``, ``sector``, ``carrier``; of a table its key columns.
            Without it, the aggregates of the level.
        steps
            Whether the steps of a chain are kept apart.
        form
            ``additive`` or ``multiplicative``; that of the decomposition unless said.

        Returns
        -------
        FloatArray
            (group, factor), or with ``steps`` (group, period, factor), in the unit of the value or as ratios. The
            groups are those of :meth:`groups_by`, the factors those of :meth:`factors_of`. NaN where anything in a
            sum is not known.

        Raises
        ------
        InputError
            If there is no such level or label; if ``by`` mixes aggregates whose effects do not add up.
        """
        return frozen(self._shown(level, by, form or self.form).summed(steps=steps))

    def groups_by(self, level: str = "", by: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
        """Return the labels of the groups of :meth:`effects`, one array for each of ``by``.

        Parameters
        ----------
        level
            As of :meth:`effects`.
        by
            As of :meth:`effects`.
        """
        return dict(self._shown(level, by, "additive").labels)

    def _shown(self, level: str, by: Sequence[str] | None, form: Form) -> "_Shown":
        """Return the effects of every step by group."""
        level = self._level(level)
        keys = self.cells.keys(level)
        by = keys if by is None else (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
        self._require_by(level, keys, by, form)
        is_split = "carrier" in by and isinstance(self.source, Account)
        if is_split and self.cells.carrier_labels() == [""]:
            raise InputError("decompose.no_carriers", of=self.of)
        found = self._merged(self._attribute(level, split=is_split))
        effect = found.effect
        if form == "multiplicative":
            total = spread(self.cells, level, self.cells.values(level))
            with np.errstate(all="ignore"):
                mean = log_mean(total[..., :-1], total[..., 1:])
                mean[(total[..., :-1] == 0.0) | (total[..., 1:] == 0.0)] = np.nan
                effect = effect / (mean[:, :, None, :, None] if is_split else mean[..., None])
        outer = [name for name in by if name != "carrier" or not is_split]
        group, labels = self.cells.groups(outer)
        effect = grouped(effect, group, size_of(labels))
        if is_split:
            effect, labels = _by_carrier(effect, labels, self.cells.carrier_labels())
        return _Shown(effect, labels, form)

    def _there(self, level: str, shown: "_Shown") -> IntArray:
        """Return the groups that have anything in any year, or of which something is not known."""
        if "carrier" in shown.labels and isinstance(self.source, Account):
            return np.flatnonzero(np.nan_to_num(shown.effect, nan=1.0).any(axis=(1, 2)))
        group, labels = self.cells.groups(tuple(shown.labels))
        return np.flatnonzero(grouped(np.abs(self.cells.values(level)), group, size_of(labels)).any(axis=1))

    def _require_by(self, level: str, keys: Sequence[str], by: Sequence[str], form: Form) -> None:
        """Refuse to add up what does not: intensities, ratios, and the effects of LMDI-II, of several aggregates."""
        is_sum = not (self.of.endswith("_intensity") or self.cells.is_ratio)
        adds = self.lmdi == "I" and form == "additive" and is_sum
        lacking = [key for key in keys if key not in by]
        if lacking and not adds:
            raise InputError("decompose.by", level=level, by=", ".join(by) or "-", keys=", ".join(keys))

    def _attribute(self, level: str, *, split: bool) -> Attribution:
        if level == self.level and not split:
            return self.own
        return attribute(self.cells, level, self.lmdi, split=split, separate=self.undefined == "separate")

    def _group_of(self, factor: str) -> str:
        return next((name for name, members in self.groups.items() if factor in members), factor)

    def _merged(self, found: Attribution) -> Attribution:
        """Return effects of the groups of factors that were asked for."""
        if not self.groups:
            return found
        names = [self._group_of(factor) for factor in found.factors]
        distinct = tuple(dict.fromkeys(names))
        merged = np.zeros((*found.effect.shape[:-1], len(distinct)))
        for at, name in enumerate(names):
            merged[..., distinct.index(name)] += found.effect[..., at]
        return Attribution(merged, distinct)

    # -- faces -----------------------------------------------------------------------------------------------------

    def columns(self, level: str = "", by: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
        """Return one row for each group, step and factor; groups with nothing in any year are left out.

        Parameters
        ----------
        level, by
            As in :meth:`effects`; without ``by`` an account is shown by zone and sector, a table by all its key
            columns, the portfolio in all.
        """
        if by is None:
            by = () if level == "portfolio" else self.cells.default_by()
        level = self._level(level)
        shown, factors = self._shown(level, by, self.form), self.factors_of(level)
        places = self._there(level, shown)
        effect = self._without_noise(shown.summed(steps=True)[places])
        group, period, factor = (axis.reshape(-1) for axis in np.indices(effect.shape))
        count = len(group)
        empty = np.full(count, "", dtype=object)
        named = {name: label[places][group] for name, label in shown.labels.items()}
        columns = {"zone": named.pop("zone", empty), "sector": named.pop("sector", empty), **named}
        starts, ends = self.periods[:, 0], self.periods[:, 1]
        unit = self.unit if self.form == "additive" else "1"
        return {
            **columns,
            "factor": np.array(factors, dtype=object)[factor],
            "start": starts[period],
            "end": ends[period],
            "effect": effect.reshape(-1),
            "unit": np.full(count, unit, dtype=object),
        }

    def units(self) -> dict[str, str]:
        """Return the unit of the effects; ratios have none (1)."""
        return {"effect": self.unit if self.form == "additive" else "1"}

    def _without_noise(self, effect: FloatArray) -> FloatArray:
        """Return effects with 0 for what only rounding keeps from it, for readers of tables."""
        if self.form == "multiplicative":
            return effect
        largest = np.abs(effect).max(axis=-1, keepdims=True, initial=0.0)
        return np.where(np.abs(effect) <= EQUALITY * largest, 0.0, effect)

    def to_frame(self, level: str = "", by: Sequence[str] | None = None) -> "pd.DataFrame":
        """Return a DataFrame of :meth:`columns`.

        Parameters
        ----------
        level
            As of :meth:`effects`.
        by
            As of :meth:`effects`.
        """
        return to_frame(self.columns(level, by), self.provenance)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a reader must know."""
        return self.cells.warnings

    @property
    def provenance(self) -> Provenance:
        """The choices of the account and of the decomposition, and the warnings of both."""
        of = self.source.provenance if isinstance(self.source, Account) else self.source
        own = {
            "of": self.of,
            "identities": list(self.identities),
            "years": list(self.years),
            "form": self.form,
            "lmdi": f"LMDI-{self.lmdi}",
            "chained": self.chained,
            "undefined": self.undefined,
            "missing": self.missing,
            "zeros": self.zeros or "limits",
            "groups": {name: list(members) for name, members in self.groups.items()},
        }
        return Provenance({**of.choices, "decompose": own}, of.input_hash, (*of.warnings, *self.warnings))

    def text(self, language: Language = "en", zone: str = "", sector: str = "") -> str:
        """Return the change, its parts, :meth:`sentences` and the warnings; of all together, or of one zone.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        zone
            A name; empty for all zones together.
        sector
            One sector of it; empty for all.
        """
        told = [warning.text(language) for warning in self.warnings]
        return "\n".join([*describe(self, language, zone, sector), *self.sentences(language, zone, sector), *told])

    def is_known(self, zone: str = "", sector: str = "") -> bool:
        """Return whether the change that :meth:`text` explains, and all of its effects, are known.

        Parameters
        ----------
        zone
            A name; empty for all zones together.
        sector
            One sector of it; empty for all.
        """
        return is_known(self, zone, sector)

    def sentences(self, language: Language = "en", zone: str = "", sector: str = "") -> list[str]:
        """Return what the value would have been in the last year without each effect.

        ``V_end - effect`` of an additive effect, ``V_end / effect`` of a multiplicative one: a reading of the effects,
        not a forecast of what would have happened.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        zone, sector
            One zone, or one of its sectors; all together if not given. Where zones differ in the direction of an
            effect, a sentence about all says so.

        Raises
        ------
        InputError
            If there is no such zone or sector.
        """
        return sentences(self, language, zone, sector)

    def __repr__(self) -> str:
        shape = f"{len(self.zones)} zones" if self.level == "zone" else f"{self.cells.shape[0]} cells"
        how = f"LMDI-{self.lmdi}, {self.form}{', chained' if self.chained else ''}"
        return f"<Decomposition of {self.of}: {shape}, {self.base}-{self.end}, {how}>"

    def __str__(self) -> str:
        return self.text()


class _Shown(NamedTuple):
    """Effects (group, period, factor), or their logarithms if they multiply, and the labels of the groups."""

    effect: FloatArray
    labels: Mapping[str, NDArray[Any]]
    form: Form

    def summed(self, *, steps: bool) -> FloatArray:
        """Return the effects of the steps, or of all of them together."""
        result = self.effect if steps else self.effect.sum(axis=1)
        if self.form == "additive":
            return np.asarray(result)
        with np.errstate(over="ignore"):  # a ratio beyond the floats is infinite
            return np.asarray(np.exp(result))


def _by_carrier(
    effect: FloatArray, labels: Mapping[str, NDArray[Any]], carriers: Sequence[str]
) -> tuple[FloatArray, dict[str, NDArray[Any]]]:
    """Return effects (group, cell, period, factor) by group and carrier, and their labels."""
    distinct = list(dict.fromkeys(carriers))
    place: IntArray = np.array([distinct.index(carrier) for carrier in carriers], dtype=np.int64)
    summed = grouped(np.swapaxes(effect, 0, 1)[:, None], place[:, None], len(distinct))
    rows = np.swapaxes(summed, 0, 1).reshape(-1, *effect.shape[2:])
    named: dict[str, NDArray[Any]] = {name: np.repeat(label, len(distinct)) for name, label in labels.items()}
    return rows, {**named, "carrier": np.tile(np.array(distinct, dtype=object), len(effect))}
