"""``zonecarbon account | check``: what the data say."""

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np

from zonecarbon import messages
from zonecarbon._table import FileColumns, Provenance, Table
from zonecarbon.accounting import Account, account, axes_of
from zonecarbon.activity import Activity, Flow
from zonecarbon.catalog import decode
from zonecarbon.cli.printing import print_table, worded
from zonecarbon.errors import InputError, Problem, Where
from zonecarbon.kernels.intensity import ratio
from zonecarbon.messages import Language
from zonecarbon.notation import percent
from zonecarbon.records import Target
from zonecarbon.tabular import holds_energy, read
from zonecarbon.targets import TargetCheck, check
from zonecarbon.targets.wording import level_text

_WORDS = ("carrier", "use", "supply", "scope")


def run_account(options: argparse.Namespace) -> int:
    """Print the account."""
    result = read_account(options)
    if options.explain:
        explanation = result.explain(options.explain[0], whole(options.explain[1]))
        print_table(explanation, options, explanation.text(options.lang))
        return 0
    by = axes_of([name.strip() for name in options.by.replace("，", ",").split(",")]) if options.by else ()
    table: Table = Totals(result, by) if by else ZoneTotals(result)
    text = worded(table, options.lang, _WORDS, {"flow": flow_words(result.flows)})
    print_table(table, options, "\n".join([*_sum_of_years(result, by, options.lang), text]))
    return 0


def flow_words(flows: Sequence[Flow]) -> dict[str, str]:
    """Return the Chinese name of each flow by its English one."""
    return {flow.name(): flow.name("zh") for flow in flows}


def _sum_of_years(result: Account, by: Sequence[str], language: Language) -> list[str]:
    """Return a line that tells that figures are sums of years, where they are."""
    years = result.years
    if not by or "year" in by or len(years) < 2:
        return []
    told = {"first": years[0], "last": years[-1], "n": len(years)}
    return [messages.render("cli.sum_of_years", told, language)]


def run_check(options: argparse.Namespace, executor: Executor | None = None) -> int:
    """Print the verdicts; the exit code says whether all are met."""
    path = Path(options.data)
    if is_table(path):
        evidence: Any = columns(path)
    else:
        evidence = read_account(options)
    wanted = {"year": options.year, "base_year": options.base_year, "judgement": options.judgement}
    result = check(evidence, options.targets, executor=executor, **wanted)
    print_table(result, options, with_nearest(result, options.lang))
    return result.exit_code


def with_nearest(result: TargetCheck, language: Language) -> str:
    """Return the verdicts, and for a share that is missed the zones nearest to their limit."""
    parts = [result.text(language)]
    for block in result.blocks:
        found = result.nearest(block.target.id)
        if found:
            parts.append(messages.render("cli.nearest", {"zones": _named(block.target, found, language)}, language))
    return "\n".join(parts)


def _named(target: Target, nearest: Sequence[Mapping[str, Any]], language: Language) -> str:
    """Return zones with their value and the change that flips them."""
    values = [level_text(item["value"], target.inner_limit, target.inner_unit, language) for item in nearest]
    changes = [percent(item["change"], language, signed=True, beside=0.0) for item in nearest]
    told = zip(nearest, values, changes, strict=True)
    opened, closed, between = ("（", "）", "、") if language == "zh" else (" (", ")", ", ")
    return between.join(f"{item['zone']} {value}{opened}{change}{closed}" for item, value, change in told)


def read_account(options: argparse.Namespace) -> Account:
    """Return the account of the data named, and tell on standard error what was read.

    Raises
    ------
    InputError
        If no row is left: of a template that is not filled in nothing can be told.
    """
    activity = read_activity(options)
    if not len(activity.zones):
        raise InputError([*activity.set_aside] or [Problem("tables.empty", {}, Where(activity.source))])
    result = account(activity, options.method, factors=options.factors, **choices(options.set))
    is_told = bool(getattr(options, "explain", None)) and options.format == "table"  # the explanation ends with them
    say(activity, result, options.lang, with_warnings=not is_told)
    return result


def is_table(path: Path) -> bool:
    """Return whether a path is a table of figures for one command (CSV), not tables of energy use."""
    return path.is_file() and path.suffix.casefold() == ".csv" and not holds_energy(path)


def read_activity(options: argparse.Namespace) -> Activity:
    """Return the data named, read as the options say."""
    return read(
        options.data,
        on_error="set_aside" if options.set_aside else "raise",
        blank=options.blank,
        marks=marks(options),
        sheets=options.sheets[0] if options.sheets and len(options.sheets) == 1 else options.sheets,
        ignore=options.ignore_column,
    )


def marks(options: argparse.Namespace) -> dict[str, str]:
    """Return what marks in place of figures mean, as the options say."""
    return dict(word.split("=", 1) if "=" in word else (word, "") for word in options.mark)


def say(activity: Activity, result: Account, language: Language, with_warnings: bool = True) -> None:
    """Tell on standard error what was read, what was chosen and what to know."""
    head = {
        "source": activity.source,
        "zones": len(activity.zones),
        "first": activity.years[0] if len(activity.years) else "-",
        "last": activity.years[-1] if len(activity.years) else "-",
    }
    title = result.method.title_zh if language == "zh" else result.method.title_en
    basis = messages.render(f"basis.{result.basis}", {}, language)
    lines = [
        messages.render("cli.read", head, language),
        messages.render("cli.method", {"method": result.method.name, "title": title, "basis": basis}, language),
        *own_rows(result, language),
    ]
    if with_warnings:
        lines += [problem.text(language) for problem in result.provenance.warnings]
    if activity.set_aside:
        lines.append(messages.render("cli.aside", {"count": len(activity.set_aside)}, language))
        lines += [problem.text(language) for problem in activity.set_aside]
    print("\n".join(line for line in lines if line), file=sys.stderr)


def own_rows(result: Account, language: Language) -> list[str]:
    """Return, for each factor table of the user's own, how many of its rows are in use and for which other years."""
    uses = [use for use in result.coefficients.uses if use.row is not None and use.row.origin != "shipped"]
    lines = []
    for source in dict.fromkeys(use.row.origin for use in uses if use.row is not None):
        own = [(use.row, use.year) for use in uses if use.row is not None and use.row.origin == source]
        other: dict[int, set[int]] = {}
        for row, year in own:
            if row.table == "grid_electricity" and year is not None and row.year not in {None, year}:
                other.setdefault(int(row.year or 0), set()).add(year)
        told = [
            messages.render("cli.own_years", {"data": data, "years": ", ".join(map(str, sorted(years)))}, language)
            for data, years in sorted(other.items())
        ]
        values = {"count": len({id(row) for row, _ in own}), "source": source, "years": "".join(told)}
        lines.append(messages.render("cli.own_rows", values, language))
    return lines


def choices(words: Sequence[str]) -> dict[str, Any]:
    """Return ``["basis=equivalent", "equivalent.electricity=0.3 kgce/kWh"]`` as fields of a method."""
    fields: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        name, dot, inner = key.strip().partition(".")
        if not equals or not name or (dot and not inner):
            raise InputError("cli.set", text=word)
        if dot:
            at, series_dot, part = inner.partition(".")
            target = fields.setdefault(name, {})
            if series_dot:
                target.setdefault(at, {})[part] = value
            else:
                target[at] = value
        else:
            fields[name] = value.split(",") if name == "editions" else value
    return fields


def columns(path: Path) -> dict[str, list[str]]:
    """Return the columns of an indicators table, as text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("file.unreadable", Where(path.name), detail=error.strerror or str(error)) from None
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise InputError("source.empty", Where(path.name), bytes=len(data))
    reader = csv.DictReader(decode(data, path.name).splitlines())
    rows, names = list(reader), [name for name in reader.fieldnames or [] if name]
    if not rows:
        raise InputError("tables.empty", Where(path.name))
    return FileColumns({name: [row[name] or "" for row in rows] for name in names})


def whole(text: str) -> int:
    """Return a year given as a word."""
    if not text.isdigit():
        raise InputError("year.range", value=text, first=1949, last=2100)
    return int(text)


class ZoneTotals(Table):
    """Energy, CO2, value added and both intensities by zone and year."""

    def __init__(self, result: Account) -> None:
        self._result = result

    @property
    def provenance(self) -> Provenance:
        """What stands behind the account."""
        return self._result.provenance

    def columns(self) -> dict[str, Any]:
        """Return one row a zone and year."""
        columns = self._result.columns("zone")
        columns["energy_intensity"] = ratio(columns["energy_tce"], columns["value_added"])
        columns["co2_intensity"] = ratio(columns["co2_t"], columns["value_added"])
        return columns


class Totals(Table):
    """Energy and CO2 by the axes asked for."""

    def __init__(self, result: Account, by: tuple[str, ...]) -> None:
        self._result, self._by = result, by

    @property
    def provenance(self) -> Provenance:
        """What stands behind the account."""
        return self._result.provenance

    def columns(self) -> dict[str, Any]:
        """Return one row for each combination of the axes."""
        energy, co2 = (self._result.total(what, by=self._by) for what in ("energy", "co2"))
        places = np.indices(energy.shape).reshape(energy.ndim, -1)
        columns = {axis: self._result.labels(axis)[at] for axis, at in zip(self._by, places, strict=True)}
        return {**columns, "energy_tce": energy.reshape(-1), "co2_t": co2.reshape(-1)}
