"""The answer: one row for all together and for each zone, in columns and in words.

Decided here: rates are fractions a year and positive where something falls, as in ``check``; a driver that must grow
has a negative rate. They are those of what comes of the scenario: where shifts, a mix, sectors or the grid move the
driver as well, the sentence says so, and what the path that the scenario writes of it would have to be; where a zone or
a sector has a path of its own there is no one path to write, and nothing is said of it. Words are written for twenty
rows; beyond that a reader wants the counts and the frame.
"""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._table import Column, Provenance, Table, described, plain
from zonecarbon.accounting import Account
from zonecarbon.catalog import target_set
from zonecarbon.errors import Problem, TargetError
from zonecarbon.messages import Language
from zonecarbon.projection.paths import growth
from zonecarbon.records import Path, Scenario
from zonecarbon.targets.wording import indicator_of
from zonecarbon.vocabulary import unknown_zone

_SHOWN = 20
_FIRST = ("value", "threshold", "unit", "constant_rate")
_UNDER = ("rate_planned", "rate_needed", "extra_rate", "scaling", "probability_without", "probability_reached")
_SEEN = 5e-5
"""Rates that differ by less are printed alike."""
_ONE = {"grid", "mix"}
"""What is one thing in a sentence: it brings, others bring."""
_STATUSES = ("met", "reachable", "cannot be reached", "unknown")


@dataclass(frozen=True, slots=True, eq=False)
class Requirement(Table):
    """What it takes; see :func:`zonecarbon.required`. NaN is not known, or not to be had.

    Parameters
    ----------
    account, scenario
        Where it starts, and under what; None without a scenario.
    target, year
        Id of the target, ``peak`` or ``budget``, and when it must hold.
    driver, probability, limit
        What falls faster, how sure the outcome must be, and the largest extra rate that counts.
    until, draws, seed
        Of the projection; 0 draws without a scenario.
    rows
        Columns by row: ``zone`` (empty: all together), ``status``, ``value`` (the indicator in the last year of the
        account; of a budget, CO2 if it stayed as it is; of a share of zones, the share), ``threshold``, ``unit``,
        ``constant_rate`` [fraction a year], and under the scenario ``rate_planned`` and ``rate_needed`` (mean yearly
        rates of the driver up to the year, of all together weighted with the base year), ``extra_rate``, ``scaling``
        (how many times as fast), ``probability_without`` and ``probability_reached`` (at the extra rate; where it
        cannot be reached, at the limit), ``reason`` (a place in ``reasons``, -1 for none).
    reasons
        Why a row has the status it has.
    warnings
        What a reader must know besides: zones that all together leaves out.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "target", "year", "status", *_FIRST, "driver", "probability", *_UNDER, "reason",
        status=Column("text", "met, reachable, cannot be reached or unknown"),
        target=Column("text", "id of the target, peak or budget"),
        constant_rate=Column("number", "yearly rate that does it, the same every year", "1/a"),
        rate_planned=Column("number", "mean yearly fall of the driver under the scenario", "1/a"),
        rate_needed=Column("number", "mean yearly fall of the driver that does it", "1/a"),
        extra_rate=Column("number", "what is added to the fall of each year", "1/a"),
        scaling=Column("number", "how many times as fast", "1"),
        probability_without=Column("number", "probability under the scenario as it is", "1"),
        probability_reached=Column("number", "probability at the extra rate, or at its limit", "1"),
    )  # fmt: skip

    account: Account = field(repr=False)
    scenario: Scenario | None = field(repr=False)
    target: str
    year: int
    driver: str
    probability: float
    until: int
    limit: float
    draws: int
    seed: int
    rows: Mapping[str, NDArray[Any]] = field(repr=False)
    reasons: tuple[Problem, ...] = field(default=(), repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)

    @property
    def provenance(self) -> Provenance:
        """Every choice, and those of the account."""
        own = self.account.provenance
        asked: dict[str, Any] = {"target": self.target, "year": self.year, "probability": self.probability}
        asked |= {
            "driver": self.driver,
            "thresholds": dict(zip(self.rows["zone"], self.rows["threshold"].tolist(), strict=True)),
        }
        choices: dict[str, Any] = {"required": asked, "account": dict(own.choices)}
        if self.scenario is not None:
            choices["scenario"] = self.scenario.model_dump(exclude_defaults=True)
            asked |= {"until": self.until, "limit": self.limit, "draws": self.draws, "seed": str(self.seed)}
        return Provenance(choices, own.input_hash, (*own.warnings, *self.warnings))

    def columns(self, language: Language = "en") -> dict[str, NDArray[Any]]:
        """Return one row for all together (empty zone) and for each zone; reasons are sentences in ``language``.

        Parameters
        ----------
        language
            Of the reasons: ``en`` or ``zh``.
        """
        rows, n = self.rows, len(self.rows["zone"])
        texts = np.empty(len(self.reasons) + 1, dtype=object)
        texts[:] = [*(problem.text(language) for problem in self.reasons), ""]
        return {
            "zone": rows["zone"],
            "target": np.full(n, self.target, dtype=object),
            "year": np.full(n, self.year),
            "status": rows["status"],
            **{name: rows[name] for name in _FIRST},
            "driver": np.full(n, self.driver if self.scenario else "", dtype=object),
            "probability": np.full(n, self.probability if self.scenario else np.nan),
            **{name: rows[name] for name in _UNDER},
            "reason": texts[rows["reason"]],
        }

    def of(self, zone: str = "", language: Language = "en") -> dict[str, Any]:
        """Return the row of a zone, or of all together (``""``), as plain data: NaN is None.

        Parameters
        ----------
        zone
            A name; empty for all zones together.
        language
            Of the reasons: ``en`` or ``zh``.

        Raises
        ------
        InputError
            If there is no row of that zone.
        """
        found = np.flatnonzero(self.rows["zone"] == zone)
        if not len(found):
            raise unknown_zone(zone, self.rows["zone"])
        return {name: plain(column[found[0]]) for name, column in self.columns(language).items()}

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of zones have each status."""
        status = self.rows["status"][self.rows["zone"] != ""]
        return {name: int((status == name).sum()) for name in _STATUSES}

    # -- words -----------------------------------------------------------------------------------------------------

    def text(self, language: Language = "en") -> str:
        """Return what it takes in words, a sentence each for the first twenty rows.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        say = _Say(language)
        head = {"target": self._name(say), "year": self.year}
        if self.scenario is None:
            lines = [say("note.required_head", **head)]
        else:
            title = (self.scenario.title_zh if language == "zh" else self.scenario.title_en) or self.scenario.name
            driver = say(f"note.driver_{self.driver}")
            lines = [
                say(
                    "note.required_under",
                    **head,
                    scenario=title,
                    driver=driver,
                    until=self.until,
                    draws=self.draws,
                    seed=self.seed,
                )
            ]
        n = len(self.rows["zone"])
        lines += [self._sentence(say, row) for row in range(min(n, _SHOWN))]
        if n > _SHOWN:
            counts = {name.replace(" ", "_"): count for name, count in self.counts.items()}
            lines.append(say("note.required_counts", n=sum(counts.values()), **counts))
        return "\n".join([*lines, *(note.text(language) for note in self.warnings)])

    def _name(self, say: "_Say") -> str:
        if self.target in {"peak", "budget"}:
            return say(f"note.required_{self.target}")
        about = say.about(self.target)
        return f"{about}（{self.target}）" if about else self.target

    def _aim(self, say: "_Say") -> str:
        """Return a target within a sentence: the head has its id."""
        return say("note.required_about", about=about) if (about := say.about(self.target)) else self.target

    def _sentence(self, say: "_Say", row: int) -> str:
        rows = {name: column[row] for name, column in self.rows.items()}
        zone = rows["zone"] or say("note.all_zones")
        kind = self.target if self.target in {"peak", "budget"} else "target"
        limit = f"{rows['threshold']:,.0f} {rows['unit']}" if kind == "budget" else ""
        aim = say(f"note.required_aim_{kind}", target=self._aim(say), year=self.year, limit=limit)
        said = {"zone": zone, "aim": aim, "p": f"{self.probability:.0%}"}
        if rows["status"] in {"unknown", "cannot be reached"}:
            why = self.reasons[rows["reason"]].text(say.language) if rows["reason"] >= 0 else "?"
            code = "note.required_unknown" if rows["status"] == "unknown" else "note.required_unreachable"
            return say(code, **said, reason=why) + self._constant(say, rows)
        if self.scenario is None:
            code = "note.required_met" if rows["status"] == "met" else "note.required_rate"
            return say(code, **said, base=int(self.account.years[-1]), rate=_percent(rows["constant_rate"]))
        if rows["status"] == "met":
            return say("note.required_sure", **said, without=f"{rows['probability_without']:.1%}")
        return self._faster(say, rows, said) + self._constant(say, rows)

    def _faster(self, say: "_Say", rows: Mapping[str, Any], said: Mapping[str, Any]) -> str:
        """Return how much faster the driver must fall or, where the scenario lets it rise, how else it must change."""
        needed, planned = rows["rate_needed"], rows["rate_planned"]
        falls = planned >= 0
        told = {"needed": _percent(needed) if falls else _signed(-needed)}
        told["planned"] = _percent(planned) if falls else _signed(-planned)
        code = "note.required_faster" if falls else "note.required_changed"
        times = ""
        if falls and rows["scaling"] < math.inf:  # NaN where nothing is planned
            times = say("note.required_times", times=f"{rows['scaling']:.2g}")
        sentence = say(code, **said, **told, year=self.year, driver=say(f"note.driver_{self.driver}"), times=times)
        goes_on = self.target == "peak" and self.until > self.year
        sentence += say("note.required_goes_on", until=self.until) if goes_on else ""
        return sentence + self._beside(say, rows)

    def _beside(self, say: "_Say", rows: Mapping[str, Any]) -> str:
        """Return what else is in the rates, and what that means for the path that the scenario writes of the driver."""
        if self._overridden(str(rows["zone"])):  # there is no one path that could be written
            return ""
        own, extra = self._written(), float(rows["extra_rate"])
        parts = [*self._others(), *(["zones"] if not rows["zone"] and len(self.account.zones) > 1 else [])]
        if not parts or abs(float(rows["rate_planned"]) - (own or 0.0)) < _SEEN or math.isnan(extra):
            return ""
        one = len(parts) == 1 and parts[0] in _ONE
        told = {
            "parts": say("note.required_and").join(say(f"note.required_{part}") for part in parts),
            "bring": say("note.required_brings" if one else "note.required_bring"),
        }
        if own is None:
            return say("note.required_on_top", **told, extra=_percent(extra))
        needed = 1.0 - (1.0 - own) * (1.0 - extra)
        return say("note.required_own", **told, own=_signed(-own), needed=_signed(-needed))

    def _overridden(self, zone: str) -> bool:
        """Return whether a sector, or the zone (of all: any of them), has a path of its own of the driver."""
        if self.scenario is None:
            return False
        zones = [zone] if zone else self.account.zones.tolist()
        own = [*self.scenario.sectors.values(), *(self.scenario.zones.get(name) for name in zones)]
        return any(each is not None and getattr(each, self.driver) is not None for each in own)

    def _written(self) -> float | None:
        """Return the mean yearly fall of the driver's own path in the scenario; None without."""
        base = int(self.account.years[-1])
        years = range(base + 1, (self.year if self.year > base else self.until) + 1)
        path: Path | None = getattr(self.scenario, self.driver)
        if path is None:
            return None
        return 1.0 - math.pow(float(growth(path, base, years, self.driver)[-1]), 1.0 / len(years))

    def _others(self) -> list[str]:
        """Return what of the scenario may move the driver beside its own path."""
        found = self.scenario
        if found is None:
            return []
        carriers = self.driver != "value_added" and found.level == "carriers"
        there = {
            "grid": carriers and self.driver == "co2_per_energy" and found.grid_factor is not None,
            "shift": carriers and bool(found.shift),
            "mix": carriers and bool(found.mix),
            "sectors": bool(found.sectors or found.structure),
        }
        return [part for part, is_there in there.items() if is_there]

    def _constant(self, say: "_Say", rows: Mapping[str, Any]) -> str:
        rate = rows["constant_rate"]
        if self.scenario is None or math.isnan(rate) or rate == 0:
            return ""
        code = "note.required_constant_co2" if self.target == "budget" else "note.required_constant"
        return say(code, rate=_percent(rate), base=int(self.account.years[-1]))

    def __repr__(self) -> str:
        under = f"under {self.scenario.name}, probability {self.probability:g}, " if self.scenario else ""
        return f"<Requirement: {self.target} {self.year}, {under}{len(self.rows['zone'])} rows>"

    def __str__(self) -> str:
        return self.text()


def _percent(rate: float) -> str:
    return f"{rate:.2%}"


def _signed(rate: float) -> str:
    return f"{rate:+.2%}"


@dataclass(frozen=True, slots=True)
class _Say:
    language: Language

    def __call__(self, code: str, **values: Any) -> str:
        return messages.render(code, values, self.language)

    def about(self, target: str) -> str:
        """Return what a target is about in Chinese, as far as a shipped set says it; an English id says it itself."""
        if self.language == "en":
            return ""
        with suppress(TargetError):
            for own in target_set(target.partition(":")[0]).target:
                if own.id == target:
                    return indicator_of(own, self.language)
        return ""
