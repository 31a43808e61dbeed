"""The command line: ``zonecarbon account | check | factors | methods | targets | carriers | example``.

Decided here: argparse, because the commands are few and it costs no import. A user's mistake is a sentence on standard
error and exit code 2, never a traceback. ``check`` ends with 0 when all judged targets are met, 1 when one is missed, 3
when none is missed and one is unknown, so that a script can act on it. Results go to standard output, everything else
to standard error. Nothing is computed here.
"""

import argparse
import csv
import json
import sys
import warnings
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from zonecarbon import messages
from zonecarbon._table import Provenance, Table
from zonecarbon.accounting import Account, account
from zonecarbon.activity import Activity
from zonecarbon.catalog import NATION, FactorList, FactorRow, decode, list_factors, list_methods, list_targets, method
from zonecarbon.errors import InputError, Where, ZoneCarbonError, ZoneCarbonWarning
from zonecarbon.kernels.intensity import ratio
from zonecarbon.messages import Language
from zonecarbon.tabular import read
from zonecarbon.targets import TargetCheck, check
from zonecarbon.vocabulary import carriers, find_carrier, find_province

_EXAMPLE = ("zones.csv", "economy.csv", "energy.csv", "README.md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments
        The words after ``zonecarbon``; those of the process if not given.

    Returns
    -------
    0, or for ``check`` 1 (a target is missed) or 3 (none is missed, one is unknown); 2 on bad input.
    """
    options = _parser().parse_args(arguments)
    language: Language = options.lang
    try:
        with warnings.catch_warnings():
            # What results warn of is printed by the commands, in the reader's language.
            warnings.simplefilter("ignore", ZoneCarbonWarning)
            return int(options.run(options))
    except ZoneCarbonError as error:
        print(error.text(language), file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zonecarbon",
        description="Energy, CO2 and policy targets of high-tech zones. 国家高新区能耗、碳排放核算与目标检查。",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--format", choices=("table", "json", "csv"), default="table", help="form of the output")
    common.add_argument("--lang", choices=("en", "zh"), default="en", help="language of texts")
    source = argparse.ArgumentParser(add_help=False)
    source.add_argument("data", help="folder with zones.csv, economy.csv, energy.csv")
    source.add_argument("--method", default="inventory", help="shipped name, or a TOML or JSON file")
    choice = "a choice of the method, such as basis=equivalent or equivalent.electricity='0.302 kgce/kWh'"
    source.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=choice)
    source.add_argument("--factors", action="append", default=[], metavar="FILE", help="a factor table of your own")
    source.add_argument("--set-aside", action="store_true", help="go on without bad rows instead of stopping")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("account", parents=[source, common], help="energy [tce] and CO2 [tCO2]")
    command.add_argument("--by", default="", metavar="AXES", help="axes such as carrier,year (default: zone and year)")
    command.add_argument("--explain", nargs=2, metavar=("ZONE", "YEAR"), help="every line of one zone and year")
    command.set_defaults(run=_account)

    command = commands.add_parser("check", parents=[source, common], help="are the targets met?")
    command.add_argument("--targets", default="torch-2025", help="shipped set, or a TOML or JSON file")
    command.add_argument("--year", type=int, help="year judged")
    command.add_argument("--base-year", type=int, help="where rates start")
    command.add_argument("--judgement", choices=("full", "rounded"), default="full", help="rounded: GB/T 8170")
    command.set_defaults(run=_check)

    for name, show, text in (
        ("factors", _factors, "factor tables"),
        ("methods", _methods, "accounting methods"),
        ("targets", _targets, "target sets"),
    ):
        command = commands.add_parser(name, parents=[common], help=f"{text}: list, or show one")
        command.add_argument("what", choices=("list", "show"))
        command.add_argument("item", nargs="?", default="", help="a table or carrier, a method, a target set")
        if name == "factors":
            command.add_argument("--factors", action="append", default=[], metavar="FILE", help="a table of your own")
        command.set_defaults(run=show)

    command = commands.add_parser("carriers", parents=[common], help="names and units of the energy carriers")
    command.set_defaults(run=_carriers)

    command = commands.add_parser("example", parents=[common], help="write the synthetic 169-zone example to a folder")
    command.add_argument("folder")
    command.set_defaults(run=_example)
    return parser


# -- commands ------------------------------------------------------------------------------------------------------


def _account(options: argparse.Namespace) -> int:
    result = _read_account(options)
    if options.explain:
        explanation = result.explain(options.explain[0], _whole(options.explain[1]))
        _print(explanation, options, explanation.text(options.lang))
        return 0
    table: Table = Totals(result, tuple(options.by.split(","))) if options.by else ZoneTotals(result)
    _print(table, options, table.to_text())
    return 0


def _check(options: argparse.Namespace) -> int:
    path = Path(options.data)
    if path.is_file() and path.suffix.casefold() == ".csv":
        evidence: Any = _columns(path)
    else:
        evidence = _read_account(options)
    result = check(
        evidence, options.targets, year=options.year, base_year=options.base_year, judgement=options.judgement
    )
    _print(result, options, _with_nearest(result, options.lang))
    return result.exit_code


def _with_nearest(result: TargetCheck, language: Language) -> str:
    parts = [result.text(language)]
    for block in result.blocks:
        found = result.nearest(block.target.id)
        if found:
            named = ", ".join(f"{item['zone']} {item['value']:.4g} ({item['change']:+.1%})" for item in found)
            parts.append(messages.render("cli.nearest", {"zones": named}, language))
    return "\n".join(parts)


def _factors(options: argparse.Namespace) -> int:
    known = list_factors(factors=options.factors)
    if options.what == "list" or options.item in {row.table for row in known.rows}:
        table = FactorList(tuple(row for row in known.rows if options.item in {"", row.table}))
        shown = ("table", "item", "group", "year", "value", "low", "high", "unit", "status")
        _print(table, options, _brief(table, shown))
        return 0
    item, name = _item(options.item, {row.item for row in known.rows})
    rows = tuple(row for row in known.rows if _is_about(row, item))
    if not rows:
        raise InputError("cli.no_item", item=options.item)
    _print(FactorList(rows), options, name + "\n".join(_row_text(row) for row in rows))
    return 0


def _item(word: str, items: set[str]) -> tuple[str, str]:
    """Return the id of what was asked for, a row's own, a carrier or a province, and its names."""
    if word in items and word not in carriers():
        return word, ""
    try:
        found: Any = find_carrier(word)
    except InputError:
        try:
            found = find_province(word)
        except InputError:
            raise InputError("cli.no_item", item=word) from None
    return found.id, f"{found.name('zh')} / {found.name('en')}\n"


def _is_about(row: FactorRow, item: str) -> bool:
    """Return whether a row is about an item; electricity has its equivalent values and the nation's grid factors."""
    if item == "electricity" and row.table in {"grid_electricity", "electricity_equivalent"}:
        return row.table == "electricity_equivalent" or row.item == NATION
    return row.item == item


def _row_text(row: FactorRow) -> str:
    value = f"{row.low:g} - {row.high:g}" if row.is_range else f"{row.value:g}"
    if row.table == "proxies":
        value = f"CO2 per unit of energy as {row.group}"
    head = f"{row.table}: {value} {row.unit}  [{row.label}]"
    return f"{head}\n    {row.note}" if row.note else head


def _methods(options: argparse.Namespace) -> int:
    if options.what == "list":
        table = list_methods()
        _print(table, options, _brief(table, ("name", f"title_{options.lang}")))
        return 0
    found = method(options.item or "inventory")
    print(json.dumps(found.model_dump(), ensure_ascii=False, indent=2))
    return 0


def _targets(options: argparse.Namespace) -> int:
    table = list_targets(options.item if options.what == "show" else "")
    wording = "wording_zh" if options.lang == "zh" else "wording_en"
    shown = ("target", "statistic", "operator", "threshold", "unit", "year", "status")
    _print(table, options, _brief(table, shown if options.what == "list" else (*shown, wording)))
    return 0


def _carriers(options: argparse.Namespace) -> int:
    table = Carriers()
    _print(table, options, table.to_text())
    return 0


def _example(options: argparse.Namespace) -> int:
    folder = Path(options.folder)
    there = [name for name in _EXAMPLE if (folder / name).exists()]
    if there:
        raise InputError("cli.exists", Where(folder.name), path=", ".join(there))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("file.unreadable", Where(folder.name), detail=error.strerror or str(error)) from None
    for name in _EXAMPLE:
        data = files("zonecarbon").joinpath("data", "example", name).read_bytes()
        (folder / name).write_bytes(data)
    print(messages.render("cli.example", {"path": options.folder}, options.lang))
    return 0


# -- parts ---------------------------------------------------------------------------------------------------------


def _read_account(options: argparse.Namespace) -> Account:
    activity = read(options.data, on_error="set_aside" if options.set_aside else "raise")
    result = account(activity, options.method, factors=options.factors, **_choices(options.set))
    _say(activity, result, options.lang)
    return result


def _say(activity: Activity, result: Account, language: Language) -> None:
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
        *(problem.text(language) for problem in result.provenance.warnings),
    ]
    if activity.set_aside:
        lines.append(messages.render("cli.aside", {"count": len(activity.set_aside)}, language))
        lines += [problem.text(language) for problem in activity.set_aside]
    print("\n".join(line for line in lines if line), file=sys.stderr)


def _choices(words: Sequence[str]) -> dict[str, Any]:
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


def _columns(path: Path) -> dict[str, list[str]]:
    """Return the columns of an indicators table, as text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("file.unreadable", Where(path.name), detail=error.strerror or str(error)) from None
    rows = list(csv.DictReader(decode(data, path.name).splitlines()))
    return {name: [row[name] or "" for row in rows] for name in (rows[0] if rows else {}) if name}


def _whole(text: str) -> int:
    if not text.isdigit():
        raise InputError("year.range", value=text, first=1949, last=2100)
    return int(text)


class Carriers(Table):
    """The vocabulary of carriers."""

    def columns(self) -> dict[str, Any]:
        """Return id, both names, kind and the unit each is kept in."""
        known = list(carriers().values())
        names = ("id", "name_zh", "name_en", "kind", "unit")
        return {name: np.array([getattr(item, name) for item in known], dtype=object) for name in names}


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


def _brief(table: Table, names: Sequence[str]) -> str:
    return _Chosen(table, names).to_text()


class _Chosen(Table):
    """Some columns of a table."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self._table, self._names = table, names

    def columns(self) -> dict[str, Any]:
        """Return the columns that were chosen."""
        columns = self._table.columns()
        return {name: columns[name] for name in self._names}


def _print(table: Table, options: argparse.Namespace, text: str) -> None:
    if options.format == "json":
        print(json.dumps(table.to_dict(), ensure_ascii=False, indent=2))
    elif options.format == "csv":
        print(table.to_csv(), end="")
    else:
        print(text)
