"""``zonecarbon decompose | tapio``: why it changed, and whether CO2 lets go of value added."""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from zonecarbon._table import Provenance, Table
from zonecarbon.cli.accounts import columns, is_table, read_account
from zonecarbon.cli.futures import series
from zonecarbon.cli.printing import Chosen, print_table, worded
from zonecarbon.decomposition import Decomposition, Decoupling, decompose, tapio
from zonecarbon.errors import InputError, Problem
from zonecarbon.vocabulary import unknown_zone


def run_decompose(options: argparse.Namespace) -> int:
    """Print why energy, CO2 or an intensity changed: in words, or as a table of effects.

    Returns 3 if something that is printed is not known, else 0.
    """
    found = _decomposed(options)
    in_words = options.format == "table" and not (options.level or options.by)
    by, is_table = _names(options.by), _is_table(options)
    if is_table and not options.keys:
        by = None  # they are all of its keys
    elif by and options.zone and "zone" not in by:
        by = ["zone", *by]
    table = Effects(found, options.level or "", by, options.zone or "")
    if in_words:
        shown = found.text(options.lang, options.zone or "", options.sector or "")
    else:  # the words have the warnings
        if options.sector:
            raise InputError("cli.words", option="--sector")
        print("".join(warning.text(options.lang) + "\n" for warning in found.warnings), end="", file=sys.stderr)
        kept = _without_empty(table)
        ids = () if is_table else ("carrier", "factor")  # names of a table are the user's, an "energy" too
        shown = worded(kept, options.lang, ids) if options.format == "table" else ""
    print_table(table, options, shown)
    if in_words:
        return 0 if found.is_known(options.zone or "", options.sector or "") else 3
    return 3 if np.isnan(table.columns()["effect"]).any() else 0


def _is_table(options: argparse.Namespace) -> bool:
    """Return whether the data are a table of their own; with an identity any CSV file is."""
    path = Path(options.data)
    return is_table(path) or (bool(options.identity) and path.suffix.casefold() == ".csv")


def _decomposed(options: argparse.Namespace) -> Decomposition:
    """Return the decomposition that was asked for, of data or of a table."""
    asked: dict[str, Any] = {"base": options.base, "end": options.end, "identity": options.identity}
    asked |= {"form": options.form, "lmdi": options.lmdi, "chained": options.chained}
    asked |= {"undefined": "separate" if options.separate else "raise", "factors": _names(options.merge)}
    asked["missing"] = "leave_out" if options.leave_out else "unknown"
    own = {"time": options.time, "by": _names(options.keys), "absent": options.absent, "unit": options.unit}
    asked |= {name: value for name, value in own.items() if value is not None}
    if options.identity and options.of:
        raise InputError("cli.conflict", first="--of", second="--identity")
    if options.by is not None and not _names(options.by):
        raise InputError("option", name="--by", value=options.by, known="zone, sector, carrier")
    path = Path(options.data)
    if not _is_table(options):
        return decompose(read_account(options), options.of, **asked)
    of_data = {"--of": options.of, "--set": options.set, "--factors": options.factors}
    of_data["--method"] = "" if options.method == "inventory" else options.method
    if given := ", ".join(name for name, value in of_data.items() if value):
        raise InputError("cli.conflict", first=given, second=path.name)
    if options.by and not options.keys:
        asked["by"] = _names(options.by)
    return decompose(columns(path), **asked)


def _without_empty(table: Table) -> Table:
    """Return a table without its empty key columns, which are there for programs, not for readers."""
    columns = table.columns()
    return Chosen(table, [name for name, column in columns.items() if column.dtype != object or (column != "").any()])


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


class Effects(Table):
    """The effects of one level, shown by some labels, of all zones or of one."""

    def __init__(self, found: Decomposition, level: str, by: list[str] | None, zone: str) -> None:
        self._found, self._level, self._by, self._zone = found, level, by, zone

    @property
    def provenance(self) -> Provenance:
        """What stands behind the decomposition."""
        return self._found.provenance

    def columns(self) -> dict[str, Any]:
        """Return one row for each group, step and factor."""
        columns = self._found.columns(self._level, self._by)
        if not self._zone:
            return columns
        rows = columns["zone"] == self._zone
        if not (columns["zone"] != "").any():
            raise InputError("cli.conflict", first="--zone", second="--level portfolio")
        if not rows.any():
            raise unknown_zone(self._zone, columns["zone"])
        return {name: column[rows] for name, column in columns.items()}


def run_tapio(options: argparse.Namespace) -> int:
    """Print the decoupling state of each zone and period, of the data or of a table of CO2 and value added."""
    asked: dict[str, Any] = {"base": options.base, "end": options.end}
    low, inner, outer = options.thresholds
    limits = (low, inner, outer)
    path = Path(options.data)
    if is_table(path):
        if options.split:
            raise InputError("cli.conflict", first="--split", second=path.name)
        found = tapio(**_pair(path), **asked, thresholds=limits)
    elif options.split:
        is_chain = options.base is None and options.end is None
        found = tapio(decompose(read_account(options), chained=is_chain, **asked), thresholds=limits)
    else:
        found = tapio(read_account(options), **asked, thresholds=limits)
    print_table(Parts(found) if options.split else found, options, found.text(options.lang))
    return 0


class Parts(Table):
    """The elasticity by factor."""

    def __init__(self, found: Decoupling) -> None:
        self._found = found

    @property
    def provenance(self) -> Provenance:
        """What stands behind the decoupling."""
        return self._found.provenance

    def columns(self) -> dict[str, Any]:
        """Return one row for each zone, period and factor."""
        return self._found.columns(level="factor")


def _pair(path: Path) -> dict[str, Any]:
    """Return CO2 and value added (zone, year) of a table of zone, year, co2 and value_added; all problems at once."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in ("co2", "value_added"):
        try:
            values[column], values["years"], values["zones"] = series(path, column)
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InputError(problems)
    return values
