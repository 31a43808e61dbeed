"""The answer: one row a zone, in columns, in words, and zone by zone.

Decided here: the columns are arrays (a million zones are a million rows) and a reason is a number that becomes a
sentence when someone reads it, as in :mod:`zonecarbon.targets`. Words are written for twenty zones; beyond that a
reader wants the counts and the frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._digits import in_digits
from zonecarbon._table import Column, Provenance, Table, described, plain
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
from zonecarbon.errors import Problem
from zonecarbon.messages import Language
from zonecarbon.vocabulary import unknown_zone

_SHOWN = 20
_ORDER = ("peaked", "plateau", "rising", "insufficient")


@dataclass(frozen=True, slots=True, eq=False)
class Peaks(Table):
    """The peak of each zone; all arrays are (zone,), and NaN means not known.

    Parameters
    ----------
    years
        The years of the data (year,).
    unit
        Of the values: tCO2, tce, that of a quantity, or empty.
    zone
        Names; empty where none were given.
    status
        ``peaked``, ``plateau``, ``rising`` or ``insufficient``.
    peak_year, peak_value
        The first maximum, whatever the status; NaN if a year is unknown.
    years_since
        Last year minus peak year.
    p_value, statistic
        Two-sided p and S of the Mann-Kendall test of the years after the peak; NaN where none was made.
    plateau_start, plateau_end, plateau_width
        The years around the peak without a break in which the values stay within ``plateau_tolerance`` below it, and
        how many calendar years that is, both ends counted (1: a sharp peak).
    slope
        Theil-Sen slope of the years after the peak [unit per year]; NaN unless asked for, and where none was tested.
    reason, reasons
        Why a status is ``insufficient``: a position in ``reasons``, -1 for none.
    notes
        Codes of the warnings about the zone, joined by commas.
    warnings
        What may feign a peak: the zones concerned, and what the status would be.
    choices
        The parameters.
    source
        The account judged, or the provenance of bare values.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "status", "peak_year", "peak_value", "years_since", "p_value", "statistic", "plateau_start",
        "plateau_end", "plateau_width", "slope", "reason", "notes",
        status=Column("text", "peaked, plateau, rising or insufficient"),
        statistic=Column("number", "S of the Mann-Kendall test of the years after the peak", "1"),
        plateau_start=Column("number", "first year of the plateau around the peak", "a"),
        plateau_end=Column("number", "last year of the plateau", "a"),
        plateau_width=Column("number", "calendar years of the plateau, both ends counted", "a"),
        notes=Column("text", "codes of the warnings about the zone, joined by commas"),
    )  # fmt: skip

    years: IntArray
    unit: str
    zone: ObjectArray = field(repr=False)
    status: ObjectArray = field(repr=False)
    peak_year: FloatArray = field(repr=False)
    peak_value: FloatArray = field(repr=False)
    years_since: FloatArray = field(repr=False)
    p_value: FloatArray = field(repr=False)
    statistic: FloatArray = field(repr=False)
    plateau_start: FloatArray = field(repr=False)
    plateau_end: FloatArray = field(repr=False)
    plateau_width: FloatArray = field(repr=False)
    slope: FloatArray = field(repr=False)
    reason: IntArray = field(repr=False)
    reasons: tuple[Problem, ...] = field(repr=False)
    notes: ObjectArray = field(repr=False)
    warnings: tuple[Problem, ...] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)
    source: Account | Provenance = field(default_factory=Provenance, repr=False)

    @property
    def provenance(self) -> Provenance:
        """The choices of the account and of the rule (under ``peaks``), and the warnings of both."""
        of = self.source.provenance if isinstance(self.source, Account) else self.source
        choices = {**of.choices, "peaks": dict(self.choices)}
        return Provenance(choices, of.input_hash, (*of.warnings, *self.warnings))

    def columns(self, language: Language = "en") -> dict[str, NDArray[Any]]:
        """Return one row a zone; reasons are sentences in ``language``.

        Parameters
        ----------
        language
            Of the reasons: ``en`` or ``zh``.
        """
        texts = np.empty(len(self.reasons) + 1, dtype=object)
        texts[:] = [*(problem.text(language) for problem in self.reasons), ""]
        return {
            "zone": self.zone,
            "status": self.status,
            "peak_year": self.peak_year,
            "peak_value": self.peak_value,
            "years_since": self.years_since,
            "p_value": self.p_value,
            "statistic": self.statistic,
            "plateau_start": self.plateau_start,
            "plateau_end": self.plateau_end,
            "plateau_width": self.plateau_width,
            "slope": self.slope,
            "reason": texts[self.reason],
            "notes": self.notes,
        }

    def units(self) -> dict[str, str]:
        """Return the units of the columns; value and slope have that of the series."""
        own = {"peak_value": self.unit, "slope": f"{self.unit}/a"} if self.unit else {}
        return {**Table.units(self), **own}

    def of(self, zone: str | int) -> dict[str, Any]:
        """Return the row of one zone as plain data: NaN is None.

        Parameters
        ----------
        zone
            Its name; where the values had no names, its position.

        Raises
        ------
        InputError
            If there is no such zone.
        """
        places = self.zone if isinstance(zone, str) else np.arange(len(self.zone))
        found = np.flatnonzero(places == zone)
        if not len(found):
            raise unknown_zone(zone, self.zone)
        return {name: plain(column[found[0]]) for name, column in self.columns().items()}

    @property
    def counts(self) -> dict[str, int]:
        """How many zones have each status."""
        return {status: int((self.status == status).sum()) for status in _ORDER}

    def text(self, language: Language = "en") -> str:
        """Return the counts, a sentence for each of the first twenty zones, and the warnings.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        span = f"{self.years[0]}-{self.years[-1]}"
        lines = [messages.render("note.peak_head", {"n": len(self.zone), "span": span, **self.counts}, language)]
        lines += [self._sentence(row, language) for row in range(min(len(self.zone), _SHOWN))]
        if len(self.zone) > _SHOWN:
            lines.append(messages.render("and_more", {"count": len(self.zone) - _SHOWN}, language))
        return "\n".join([*lines, *(warning.text(language) for warning in self.warnings)])

    def _sentence(self, row: int, language: Language) -> str:
        status = str(self.status[row])
        values: dict[str, Any] = {"zone": self.zone[row] or f"#{row + 1}", "reason": ""}
        if self.reason[row] >= 0:
            values["reason"] = self.reasons[self.reason[row]].text(language)
        if np.isnan(self.peak_year[row]):
            return messages.render("note.peak_unknown", values, language)
        values |= {"year": int(self.peak_year[row]), "p": _p(float(self.p_value[row]))}
        values["value"] = f"{_figure(float(self.peak_value[row]))} {self.unit}".strip()
        values["tail"] = len(self.years) - 1 - int(np.searchsorted(self.years, self.peak_year[row]))
        again = "_again" if status == "rising" and values["tail"] else ""
        sentence = messages.render(f"note.peak_{status}{again}", values, language)
        if not np.isnan(self.slope[row]):
            slope = {"slope": f"{in_digits(float(self.slope[row]), '+,.4g')} {self.unit}".strip()}
            sentence += messages.render("note.peak_slope", slope, language)
        return sentence

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items() if count)
        warned = ", ".join(dict.fromkeys(warning.code for warning in self.warnings))
        span = f"{self.years[0]}-{self.years[-1]}"
        return f"<Peaks: {len(self.zone)} zones, {span}: {counts or 'none'}{f'; warnings: {warned}' if warned else ''}>"

    def __str__(self) -> str:
        return self.text()


def _figure(value: float) -> str:
    """Return a figure with thousands separated, and with digits after the point only where it is small."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _p(value: float) -> str:
    return f"= {value:.3f}" if value >= 0.0005 else "< 0.001"
