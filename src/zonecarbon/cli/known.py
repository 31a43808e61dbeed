"""``zonecarbon factors | methods | targets | scenarios | carriers | example``: what is known and what ships."""

import argparse
import json
from importlib.resources import files
from typing import Any

from zonecarbon import messages
from zonecarbon.catalog import (
    NATION,
    CarrierList,
    FactorList,
    FactorRow,
    list_carriers,
    list_factors,
    list_methods,
    list_scenarios,
    list_targets,
    method,
    scenario,
)
from zonecarbon.cli.printing import brief, print_table, say, worded
from zonecarbon.errors import InputError, Where
from zonecarbon.tabular.files import path_of
from zonecarbon.tabular.replacing import appearing, replacing
from zonecarbon.vocabulary import carriers, find_carrier, find_province

_EXAMPLE = ("zones.csv", "economy.csv", "energy.csv", "README.md")


def run_factors(options: argparse.Namespace) -> int:
    """List the factor rows, or show those of a table, a carrier or a province."""
    known = list_factors(factors=options.factors)
    if options.what == "list" or options.item in {row.table for row in known.rows}:
        table = FactorList(tuple(row for row in known.rows if options.item in {"", row.table}))
        shown = ("table", "item", "group", "year", "value", "low", "high", "unit", "status")
        print_table(table, options, brief(table, shown, options.lang))
        return 0
    item, name = _item(options.item, {row.item for row in known.rows})
    rows = tuple(row for row in known.rows if _is_about(row, item))
    if not rows:
        raise InputError("cli.no_item", item=options.item)
    print_table(FactorList(rows), options, name + "\n".join(_row_text(row) for row in rows))
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


def run_methods(options: argparse.Namespace) -> int:
    """List the methods, or show one in full."""
    if options.what == "list":
        table = list_methods()
        print_table(table, options, brief(table, ("name", f"title_{options.lang}"), options.lang))
        return 0
    found = method(options.item or "inventory")
    print(json.dumps(found.model_dump(), ensure_ascii=False, indent=2))
    return 0


def run_targets(options: argparse.Namespace) -> int:
    """List the targets, or show those of a set with their wording."""
    table = list_targets(options.item if options.what == "show" else "")
    wording = "wording_zh" if options.lang == "zh" else "wording_en"
    shown = ("target", "statistic", "operator", "threshold", "unit", "year", "status")
    names = shown if options.what == "list" else (shown[0], "indicator", *shown[1:], wording)
    print_table(table, options, brief(table, names, options.lang))
    return 0


def run_scenarios(options: argparse.Namespace) -> int:
    """List the scenarios, or show one in full."""
    if options.what == "show":
        found = scenario(options.item or "policy")
        print(json.dumps(found.model_dump(exclude_defaults=True), ensure_ascii=False, indent=2))
    else:
        table = list_scenarios()
        print_table(table, options, brief(table, ("name", f"title_{options.lang}", "level", "drivers"), options.lang))
    return 0


def run_carriers(options: argparse.Namespace) -> int:
    """Print the vocabulary of carriers, or one of it with all its spellings."""
    table = list_carriers()
    if options.what == "show":
        if not options.item:
            raise InputError("carrier.blank")
        table = CarrierList((find_carrier(options.item),))
        print_table(table, options, worded(table, options.lang))
    else:
        print_table(table, options, brief(table, ("id", "name_zh", "name_en", "kind", "unit"), options.lang))
    return 0


def run_example(options: argparse.Namespace) -> int:
    """Write the synthetic example to a folder."""
    folder = path_of(options.folder)
    there = [name for name in _EXAMPLE if (folder / name).exists()]
    if there:
        raise InputError("cli.exists", Where(folder.name), path=", ".join(there))
    data = {name: files("zonecarbon").joinpath("data", "example", name).read_bytes() for name in _EXAMPLE}
    if folder.exists():
        with replacing([folder / name for name in data]) as hidden:
            for path, temporary in hidden.items():
                temporary.write_bytes(data[path.name])
    else:
        with appearing(folder) as made:
            for name, content in data.items():
                (made / name).write_bytes(content)
    say(messages.render("cli.example", {"path": options.folder}, options.lang))
    return 0
