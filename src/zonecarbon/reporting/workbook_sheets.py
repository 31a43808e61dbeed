"""What each sheet of the workbook holds: the same figures as the page, in columns, with every digit.

Decided here: a sheet appears if its result is given, as a section of the page does. Several results of a kind (two
scenarios) stand below each other where they have the same columns, else on sheets of their own. A table that a sheet
cannot hold (10 000 zones by 50 years by carriers) is given for all zones together, and the workbook says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.decomposition import Decomposition, Decoupling
from zonecarbon.notation import Kind, percent, scale_for
from zonecarbon.peaks import Outlook, Peaks
from zonecarbon.projection import Ensemble
from zonecarbon.reporting.change import state_word
from zonecarbon.reporting.figures import inner_text, limit_text
from zonecarbon.reporting.gathering import Material
from zonecarbon.reporting.labels import scenario_name
from zonecarbon.reporting.outlook import tornado_drivers
from zonecarbon.reporting.standing import limits, per, standing
from zonecarbon.reporting.verdicts import title_of
from zonecarbon.reporting.words import Say
from zonecarbon.reporting.workbook_columns import (
    PLAIN,
    Column,
    Sheet,
    figure_column,
    middle,
    percent_column,
    text_column,
    year_column,
)
from zonecarbon.reporting.workbook_words import sheet_name, unit_word, word
from zonecarbon.requirements import Requirement
from zonecarbon.sensitivity import Tornado
from zonecarbon.targets.result import VERDICTS
from zonecarbon.vocabulary import carriers_of_flows, provinces

ROWS = 1_048_575  # of a sheet, below its heading
_AMOUNTS: dict[str, Kind] = {
    "tCO2": "co2",
    "tce": "energy",
    "tCO2/万元": "co2_intensity",
    "tce/万元": "energy_intensity",
}
_TOTALS: tuple[Kind, ...] = ("energy", "co2", "value_added")


@dataclass(slots=True)
class Notebook:
    """The sheets made so far, and what had to be left out of them."""

    say: Say
    material: Material
    sheets: list[Sheet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, key: str, columns: Sequence[Column], number: int = 1) -> None:
        """Add a sheet if it holds anything."""
        if columns and len(columns[0].values):
            self.sheets.append(Sheet(sheet_name(key, self.say.language, number), tuple(columns)))

    def head(self, key: str, **values: object) -> str:
        """Return a heading of the workbook's own."""
        return word(key, self.say.language, **values)

    def fits(self, key: str, rows: int) -> bool:
        """Return whether a sheet can hold so many rows; if not, note that it has all zones together only."""
        if rows <= ROWS:
            return True
        name = sheet_name(key, self.say.language)
        self.notes.append(word("cut", self.say.language, sheet=name, n=f"{rows:,}"))
        return False


def results_sheets(book: Notebook) -> None:
    """Add the sheets of everything but the targets and the audit trail."""
    material = book.material
    _zones(book)
    if material.account is not None:
        _history(book, material.account)
        _by_carrier(book, material.account)
    _projections(book, material.ensembles)
    _peaks(book, material.peaks)
    for number, outlook in enumerate(material.outlooks, start=1):
        _outlook(book, outlook, number)
    for number, change in enumerate(material.changes, start=1):
        _change(book, change, number)
    for number, coupling in enumerate(material.couplings, start=1):
        _coupling(book, coupling, number)
    for number, need in enumerate(material.requirements, start=1):
        _required(book, need, number)
    for number, found in enumerate(material.tornados, start=1):
        _tornado(book, found, number)


# -- what is -----------------------------------------------------------------------------------------------------------


def _zones(book: Notebook) -> None:
    """Add the zones, ranked by energy intensity; those that are not known last."""
    say, material = book.say, book.material
    stand = standing(material)
    if stand is None:
        return
    at, account = stand.at, stand.account
    level = stand.intensity("energy")[:, at]
    order = np.argsort(np.where(np.isnan(level), np.inf, level), kind="stable")
    known = provinces()
    ids = [str(name) for name in account.activity.provinces[order]]
    energy_limits, co2_limits = limits(material, "tce/10^4 CNY"), limits(material, "tCO2/10^4 CNY")
    rank = np.where(np.isnan(level[order]), np.nan, np.arange(1.0, len(order) + 1))
    columns = [
        Column(say("head.rank"), rank, "0"),
        text_column(say("head.zone"), account.zones[order]),
        text_column(say("head.province"), [known[name].name(say.language) if name in known else "" for name in ids]),
        year_column(say("head.year"), np.full(len(order), stand.year)),
        _figures(book, "energy_intensity", level[order], limits=energy_limits),
        _figures(book, "co2_intensity", stand.intensity("co2")[order, at], limits=co2_limits),
        percent_column(say("head.fall"), -stand.yearly_fall()[order], "0.00%"),
        *(_figures(book, kind, getattr(stand, kind)[order, at]) for kind in _TOTALS),
        *_standing_to_targets(book, order),
        *_standing_to_peaks(book, order),
    ]
    book.add("zones", columns)


def _figures(book: Notebook, kind: Kind, values: Any, **more: Any) -> Column:
    return figure_column(book.say(f"head.{kind}"), values, kind, book.say.language, **more)


def _standing_to_targets(book: Notebook, order: "np.ndarray[Any, Any]") -> list[Column]:
    """Return how each zone stands to the targets that count zones or are of zones."""
    say, zones, found = book.say, book.material.zones[order].tolist(), []
    for check in book.material.checks:
        for block in check.blocks:
            if block.inner_verdict is not None and block.inner_zone is not None:
                codes = dict(zip(block.inner_zone.tolist(), block.inner_verdict.tolist(), strict=True))
                title, words = inner_text(say, block.target), "counted"
            elif block.judged and len(block.zone) and block.zone[0]:
                codes = dict(zip(block.zone.tolist(), block.verdict.tolist(), strict=True))
                title, words = f"{title_of(say, block.target)}: {limit_text(say, block.target)}", "verdict"
            else:
                continue
            verdicts = [VERDICTS[codes[zone]] if zone in codes else "" for zone in zones]
            texts = [say(f"{words}.{verdict}") if verdict else "" for verdict in verdicts]
            found.append(text_column(title, texts, verdicts))
    return found


def _standing_to_peaks(book: Notebook, order: "np.ndarray[Any, Any]") -> list[Column]:
    say, zones, found = book.say, book.material.zones[order].tolist(), []
    for peaks in book.material.peaks:
        status = dict(zip(peaks.zone.tolist(), peaks.status.tolist(), strict=True))
        found.append(text_column(say("head.peak"), [say.of("peak", str(status.get(z, "insufficient"))) for z in zones]))
    for ensemble in book.material.ensembles:
        title = book.head("probability", until=ensemble.until)
        if len(book.material.ensembles) > 1:
            title += f" – {scenario_name(say, ensemble)}"
        found.append(percent_column(title, ensemble.peak_probability(ensemble.until, None)[order]))
    return found


def _history(book: Notebook, account: Account) -> None:
    """Add energy, CO2, value added and intensities of every zone and year; first all zones together."""
    amounts = {kind: account.total(kind) for kind in _TOTALS}
    every = {kind: np.concatenate([array.sum(axis=0)[None], array]) for kind, array in amounts.items()}
    names, n_years = [book.head("all"), *account.zones.tolist()], len(account.years)
    if len(account.zones) == 1:  # it is all there is
        every, names = amounts, names[1:]
    if not book.fits("history", len(names) * n_years):
        every, names = {kind: array[:1] for kind, array in every.items()}, names[:1]
    money = every["value_added"]
    levels: dict[Kind, FloatArray] = {
        "energy_intensity": per(every["energy"], money),
        "co2_intensity": per(every["co2"], money),
    }
    lines = {"energy_intensity": limits(book.material, "tce/10^4 CNY")}
    lines["co2_intensity"] = limits(book.material, "tCO2/10^4 CNY")
    columns = [
        text_column(book.say("head.zone"), np.repeat(np.array(names, dtype=object), n_years)),
        year_column(book.say("head.year"), np.tile(account.years, len(names))),
        *(_figures(book, kind, every[kind].reshape(-1)) for kind in _TOTALS),
        *(_figures(book, kind, array.reshape(-1), limits=lines[kind]) for kind, array in levels.items()),
    ]
    book.add("history", columns)


def _by_carrier(book: Notebook, account: Account) -> None:
    """Add energy and CO2 by zone, year and carrier, where either is not zero."""
    say, by = book.say, ("zone", "year", "carrier")
    energy, co2 = account.total("energy", by), account.total("co2", by)
    zones = account.zones
    if not book.fits("carriers", int(((energy != 0) | (co2 != 0)).sum())):
        energy, co2 = energy.sum(axis=0)[None], co2.sum(axis=0)[None]
        zones = np.array([book.head("all")], dtype=object)
    zone, year, carrier = np.nonzero((energy != 0) | (co2 != 0))
    names = np.array([_carrier(book, str(name)) for name in account.carriers], dtype=object)
    columns = [
        text_column(say("head.zone"), zones[zone]),
        year_column(say("head.year"), account.years[year]),
        text_column(book.head("carrier"), names[carrier]),
        _figures(book, "energy", energy[zone, year, carrier]),
        _figures(book, "co2", co2[zone, year, carrier]),
    ]
    book.add("carriers", columns)


def _carrier(book: Notebook, name: str) -> str:
    if not name:
        return book.head("process")
    known = carriers_of_flows()
    return known[name].name(book.say.language) if name in known else name


# -- where it goes -----------------------------------------------------------------------------------------------------


def _projections(book: Notebook, ensembles: Sequence[Ensemble]) -> None:
    """Add the quantiles of CO2 by year, and the medians of energy and value added where the ensemble has them."""
    groups: dict[tuple[Any, ...], list[Ensemble]] = {}
    for ensemble in ensembles:
        groups.setdefault((tuple(ensemble.levels.tolist()), ensemble.indicators), []).append(ensemble)
    for number, group in enumerate(groups.values(), start=1):
        rows = sum((len(item.zones) + 1) * len(item.years) for item in group)
        _projection(book, group, number, book.fits("projection", rows))


def _projection(book: Notebook, group: Sequence[Ensemble], number: int, with_zones: bool) -> None:
    say, language = book.say, book.say.language

    def of(what: str, level: float | None) -> FloatArray:
        return np.concatenate([_rows(item, what, level, with_zones).reshape(-1) for item in group])

    labels: dict[str, list[Any]] = {"scenario": [], "zone": [], "year": [], "period": []}
    for item in group:
        names = [book.head("all"), *(item.zones.tolist() if with_zones else [])]
        n = len(item.years)
        labels["scenario"] += [scenario_name(say, item)] * (n * len(names))
        labels["zone"] += [name for name in names for _ in range(n)]
        labels["year"] += item.years.tolist() * len(names)
        words = [book.head("observed" if year <= item.base_year else "ahead") for year in item.years.tolist()]
        labels["period"] += words * len(names)
    columns = [
        text_column(book.head("scenario"), labels["scenario"]),
        text_column(say("head.zone"), labels["zone"]),
        year_column(say("head.year"), labels["year"]),
        text_column(book.head("period"), labels["period"]),
    ]
    first, path = group[0], of("co2", None)
    scale = scale_for("co2", middle(path), language)
    columns.append(figure_column(book.head("path"), path, "co2", language, scale=scale))
    for level in first.levels.tolist() if "co2" in first.indicators else []:
        title = book.head("quantile", share=percent(level, language, digits=0 if level * 100 % 1 == 0 else 1))
        columns.append(figure_column(title, of("co2", level), "co2", language, scale=scale))
    for kind in (kind for kind in ("energy", "value_added") if kind in first.indicators):
        title = book.head("median", what=say(f"head.{kind}"))
        columns.append(figure_column(title, of(kind, 0.5), kind, language))
    book.add("projection", columns, number)


def _rows(ensemble: Ensemble, what: str, level: float | None, with_zones: bool) -> FloatArray:
    """Return all zones together, then each zone (row, year): a quantile, or without a level the path."""

    def get(zone: str | None) -> FloatArray:
        return ensemble.path(what, zone) if level is None else ensemble.quantile(level, what, zone)

    whole = get("")[None]
    return np.concatenate([whole, get(None)]) if with_zones else whole


def _peaks(book: Notebook, found: Sequence[Peaks]) -> None:
    for number, peaks in enumerate(found, start=1):
        say = book.say
        kind = _AMOUNTS.get(peaks.unit, "number")
        reasons = [peaks.reasons[at].text(say.language) if at >= 0 else "" for at in peaks.reason.tolist()]
        columns = [
            text_column(say("head.zone"), peaks.zone),
            text_column(say("head.status"), [say.of("peak", str(status)) for status in peaks.status]),
            year_column(book.head("peak_year"), peaks.peak_year),
            _with_unit(book, book.head("peak_value"), peaks.peak_value, kind, peaks.unit),
            Column(book.head("years_since"), np.asarray(peaks.columns()["years_since"], dtype=np.float64), "0"),
            Column(book.head("p_value"), np.asarray(peaks.p_value, dtype=np.float64), "0.000"),
            text_column(book.head("reason"), reasons),
        ]
        book.add("peaks", columns, number)


def _with_unit(book: Notebook, title: str, values: Any, kind: Kind, unit: str) -> Column:
    """Return a column of figures; a unit that the notation does not know is shown as it came."""
    if kind == "number" and unit:
        title = word("with_unit", book.say.language, title=title, unit=unit)
    return figure_column(title, values, kind, book.say.language)


def _outlook(book: Notebook, outlook: Outlook, number: int) -> None:
    say, rows = book.say, outlook.rows
    columns = [
        text_column(book.head("scenario"), [outlook.scenario[say.language == "zh"]] * len(rows["zone"])),
        text_column(say("head.zone"), [zone or book.head("all") for zone in rows["zone"]]),
        text_column(say("head.status"), [say.of("outlook", str(status)) for status in rows["status"]]),
        *(year_column(book.head(name), rows[name]) for name in ("peak_year", "first_year", "last_year")),
        figure_column(book.head("peak_value"), rows["peak_value"], "co2", say.language),
        percent_column(book.head("probability", until=outlook.horizon), rows["probability"]),
    ]
    book.add("outlook", columns, number)


# -- why it changed ----------------------------------------------------------------------------------------------------


def _change(book: Notebook, change: Decomposition, number: int) -> None:
    """Add the effects: of all together if they have a sum, then of the usual level."""
    parts = [change.columns("portfolio")] if not change.cells.is_ratio and change.level != "portfolio" else []
    parts.append(change.columns())
    table = {name: np.concatenate([part[name] for part in parts]) for name in ("zone", "sector", "factor", "effect")}
    ends = {name: np.concatenate([part[name] for part in parts]) for name in ("start", "end")}
    say, adds = book.say, change.form == "additive"
    columns = [
        text_column(say("head.zone"), [zone or book.head("all") for zone in table["zone"]]),
        *([text_column(word("kind", say.language), table["sector"])] if any(table["sector"]) else []),
        _moments(say("head.from"), ends["start"]),
        _moments(say("head.to"), ends["end"]),
        text_column(say("head.factor"), [say.message(f"effect.{name}", str(name)) for name in table["factor"]]),
    ]
    kind = _AMOUNTS.get(change.unit, "number") if adds else "number"
    title = book.head("effect" if adds else "effect_ratio")
    columns.append(_with_unit(book, title, table["effect"], kind, change.unit if adds else ""))
    book.add("change", columns, number)


def _moments(title: str, values: Any) -> Column:
    """Return years, or the texts that a table of the user's own has for its times."""
    return year_column(title, values) if np.asarray(values).dtype.kind in "iuf" else text_column(title, values)


def _coupling(book: Notebook, coupling: Decoupling, number: int) -> None:
    say = book.say
    parts = [coupling.columns("portfolio", say.language)] if coupling.whole is not None else []
    parts.append(coupling.columns(language=say.language))
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns = [
        text_column(say("head.zone"), [zone or book.head("all") for zone in table["zone"]]),
        year_column(say("head.from"), table["start"]),
        year_column(say("head.to"), table["end"]),
        percent_column(book.head("energy_change" if coupling.of == "energy" else "co2_change"), table["co2_change"]),
        percent_column(book.head("money_change"), table["value_added_change"]),
        Column(say("head.elasticity"), np.asarray(table["elasticity"], dtype=np.float64), "0.000"),
        text_column(say("head.state"), [state_word(say, str(state)) for state in table["state"]]),
        text_column(book.head("reason"), table["reason"]),
    ]
    book.add("coupling", columns, number)


# -- what it takes, what it depends on ---------------------------------------------------------------------------------


def _required(book: Notebook, need: Requirement, number: int) -> None:
    say, rows = book.say, need.columns(book.say.language)
    n = len(rows["zone"])
    names = ["constant_rate"]
    if need.scenario is not None:
        names += ["rate_planned", "rate_needed", "extra_rate", "probability_without", "probability_reached"]
    columns = [
        text_column(say("head.target"), [say.of("required", need.target)] * n),
        year_column(say("head.year"), np.full(n, need.year)),
        text_column(say("head.zone"), [zone or say("required.all") for zone in rows["zone"]]),
        text_column(say("head.status"), [say.of("required_status", str(status)) for status in rows["status"]]),
        Column(book.head("value"), np.asarray(rows["value"], dtype=np.float64), PLAIN),
        Column(book.head("threshold"), np.asarray(rows["threshold"], dtype=np.float64), PLAIN),
        text_column(book.head("unit"), [unit_word(str(unit), say.language) for unit in rows["unit"]]),
        *(percent_column(book.head(name), rows[name], "0.00%") for name in names),
        text_column(book.head("reason"), rows["reason"]),
    ]
    book.add("required", columns, number)


def _tornado(book: Notebook, found: Tornado, number: int) -> None:
    language, names = book.say.language, ("low", "middle", "high", "swing")
    columns = [text_column(book.say("head.driver"), tornado_drivers(book.say, found))]
    shared = [book.say("yes" if flag else "no") for flag in found.rows["shared"]]
    columns.append(text_column(book.head("shared"), shared))
    scale = scale_for("co2", np.concatenate([found.rows[name] for name in names[:3]]), language)
    for name in names:
        title = book.head("middle") if name == "middle" else book.say(f"head.{name}")
        if found.of == "peak_year":
            columns.append(year_column(word("with_unit", language, title=title, unit=book.head("a")), found.rows[name]))
        else:
            columns.append(figure_column(title, found.rows[name], "co2", language, scale=scale))
    book.add("tornado", columns, number)
