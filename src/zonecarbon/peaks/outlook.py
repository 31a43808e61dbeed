"""The peaks of an ensemble: when, how high, and how sure, counted over its draws.

Decided here: an ensemble has found the peak of each draw while it was made (the first maximum of history and path,
without a test), so there is nothing left to judge; what is told is where the middle half and the tails lie. The status
is what more than half of the draws say: ``peaked`` (the maximum is in the account's own years), ``projected`` (it comes
before the horizon), ``rising`` (no peak before the horizon). It is no test result and has no p-value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._table import Column, Provenance, Table, described, plain
from zonecarbon.errors import Problem
from zonecarbon.messages import Language
from zonecarbon.vocabulary import unknown_zone

_SHOWN = 20
_ORDER = ("peaked", "projected", "rising", "insufficient")


@dataclass(frozen=True, slots=True, eq=False)
class Outlook(Table):
    """When each zone of an ensemble peaks; a row each, and one with an empty zone for all together.

    Parameters
    ----------
    rows
        Columns: ``zone``, ``status``, ``peak_year`` (median; NaN if beyond the horizon), ``peak_value`` (median of the
        highest CO2 [tCO2]), ``years_since`` (the last year of the account minus the median year; negative: ahead),
        ``p_value`` (NaN: no test was made), ``first_year`` and ``last_year`` (the outer quantiles of the year; NaN if
        beyond the horizon), ``probability`` (of a peak before the horizon), ``standard_error`` (of that).
    horizon, share
        The last year of the projection; the share of draws between ``first_year`` and ``last_year``.
    scenario, choices
        What it is conditional on (English, Chinese); draws, sampling and seed.
    source
        What stands behind the ensemble.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "status", "peak_year", "peak_value", "years_since", "p_value", "first_year", "last_year",
        "probability", "standard_error",
        status=Column("text", "peaked, projected, rising or insufficient: what most draws say"),
        peak_value=Column("number", "median of the highest CO2", "tCO2"),
        p_value=Column("number", "null: no test was made", "1"),
        first_year=Column("number", "lower quantile of the peak year; null: beyond the horizon", "a"),
        last_year=Column("number", "upper quantile of the peak year; null: beyond the horizon", "a"),
        standard_error=Column("number", "of the probability", "1"),
    )  # fmt: skip

    rows: Mapping[str, NDArray[Any]] = field(repr=False)
    horizon: int
    share: float
    scenario: tuple[str, str] = ("", "")
    choices: Mapping[str, Any] = field(default_factory=dict)
    source: Provenance = field(default_factory=Provenance, repr=False)

    @property
    def provenance(self) -> Provenance:
        """That of the ensemble."""
        return self.source

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Those of the ensemble."""
        return self.source.warnings

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a zone, and one for all together."""
        return dict(self.rows)

    def of(self, zone: str = "") -> dict[str, Any]:
        """Return the row of one zone, or of all together, as plain data: NaN is None.

        Parameters
        ----------
        zone
            A name; empty for all zones together.

        Raises
        ------
        InputError
            If there is no such zone.
        """
        found = np.flatnonzero(self.rows["zone"] == zone)
        if not len(found):
            raise unknown_zone(zone, self.rows["zone"])
        return {name: plain(column[found[0]]) for name, column in self.rows.items()}

    @property
    def counts(self) -> dict[str, int]:
        """How many zones have each status."""
        status = self.rows["status"][self.rows["zone"] != ""]
        return {name: int((status == name).sum()) for name in _ORDER}

    def text(self, language: Language = "en") -> str:
        """Return a sentence for all zones together, the counts, and a sentence for each of the first twenty zones.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        n = len(self.rows["zone"]) - 1
        head = messages.render("note.outlook_head", {"n": n, **self.counts}, language)
        scenario = self.scenario[1 if language == "zh" else 0]
        span = {"last": self.horizon, "scenario": scenario, **self.choices}
        lines = [messages.render("note.outlook_of", span, language), self._sentence(n, language), head]
        lines += [self._sentence(row, language) for row in range(min(n, _SHOWN))]
        if n > _SHOWN:
            lines.append(messages.render("and_more", {"count": n - _SHOWN}, language))
        return "\n".join(lines)

    def _sentence(self, at: int, language: Language) -> str:
        row = {name: column[at] for name, column in self.rows.items()}
        zone = row["zone"] or messages.render("note.all_zones", {}, language)
        if row["status"] == "insufficient":
            return messages.render("note.outlook_unknown", {"zone": zone}, language)
        error = row["standard_error"]
        chance = f"{row['probability']:.1%}" + (f" ± {error:.1%}" if error >= 0.0005 else "")
        values = {"zone": zone, "horizon": self.horizon, "chance": chance, "share": f"{self.share:.0%}"}
        values |= {name: self._year(row[name]) for name in ("peak_year", "first_year", "last_year")}
        values["value"] = messages.tonnes(float(row["peak_value"]), language)
        return messages.render(f"note.outlook_{row['status']}", values, language)

    def _year(self, year: float) -> str:
        return f">{self.horizon - 1}" if np.isnan(year) else f"{year:.0f}"

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items() if count)
        return f"<Outlook: {len(self.rows['zone']) - 1} zones, to {self.horizon}: {counts or 'none'}>"

    def __str__(self) -> str:
        return self.text()
