"""``zonecarbon decompose | tapio``: why it changed, and whether CO2 lets go of value added."""

import argparse
import sys
from pathlib import Path
from typing import Any

from zonecarbon._table import Provenance, Table
from zonecarbon.cli.accounts import columns, read_account
from zonecarbon.cli.futures import series
from zonecarbon.cli.printing import Chosen, print_table
from zonecarbon.decomposition import Decomposition, decompose, tapio
from zonecarbon.errors import InputError, Problem


def run_decompose(options: argparse.Namespace) -> int:
    """Print why energy, CO2 or an intensity changed; with CSV or JSON all effects, with a table an identity's."""
    asked: dict[str, Any] = {"base": options.base, "end": options.end, "identity": options.identity}
    asked |= {"form": options.form, "lmdi": options.lmdi, "chained": options.chained}
    asked |= {"undefined": "separate" if options.separate else "raise", "factors": _names(options.merge)}
    asked["missing"] = "leave_out" if options.leave_out else "unknown"
    path, by = Path(options.data), _names(options.by)
    if path.is_file() and path.suffix.casefold() == ".csv":
        found = decompose(columns(path), time=options.time, by=by, **asked)
    else:
        found = decompose(read_account(options), options.of, **asked)
    table = Effects(found, options.level or "", by)
    in_words = options.format == "table" and not (options.level or by)
    if not in_words:  # the words have them
        print("".join(warning.text(options.lang) + "\n" for warning in found.warnings), end="", file=sys.stderr)
    shown = found.text(options.lang, options.zone or "") if in_words else _without_empty(table).to_text()
    print_table(table, options, shown)
    return 0


def _without_empty(table: Table) -> Table:
    """Return a table without its empty key columns, which are there for programs, not for readers."""
    columns = table.columns()
    return Chosen(table, [name for name, column in columns.items() if column.dtype != object or (column != "").any()])


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


class Effects(Table):
    """The effects of one level, shown by some labels."""

    def __init__(self, found: Decomposition, level: str, by: list[str] | None) -> None:
        self._found, self._level, self._by = found, level, by

    @property
    def provenance(self) -> Provenance:
        """What stands behind the decomposition."""
        return self._found.provenance

    def columns(self) -> dict[str, Any]:
        """Return one row for each group, step and factor."""
        return self._found.columns(self._level, self._by)


def run_tapio(options: argparse.Namespace) -> int:
    """Print the decoupling state of each zone and period, of the data or of a table of CO2 and value added."""
    asked = {"base": options.base, "end": options.end, "thresholds": tuple(options.thresholds)}
    path = Path(options.data)
    if path.is_file() and path.suffix.casefold() == ".csv":
        found = tapio(**_pair(path), **asked)
    else:
        found = tapio(read_account(options), **asked)
    print_table(found, options, found.text(options.lang))
    return 0


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
