"""``zonecarbon peaks | project | required``: has CO2 peaked, where does it go, what would it take."""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.cli.accounts import columns, is_table, read_account
from zonecarbon.cli.printing import Bar, print_table
from zonecarbon.errors import InputError, Problem, Where, ZoneCarbonError
from zonecarbon.peaks import find_peaks
from zonecarbon.projection import project
from zonecarbon.records.cells import parse_year
from zonecarbon.requirements import required
from zonecarbon.units import number

_REQUIRED_DRAWS = 4096


def run_peaks(options: argparse.Namespace) -> int:
    """Print whether CO2 has peaked, of the data or of a table of series."""
    rule: dict[str, Any] = {"alpha": options.alpha, "minimum_tail": options.minimum_tail}
    path = Path(options.data)
    if is_table(path):
        values, years, zones = series(path, options.column)
        found = find_peaks(values, years=years, zones=zones, **rule)
    else:
        found = find_peaks(read_account(options), **rule)
    print_table(found, options, found.text(options.lang))
    return 0


def run_project(options: argparse.Namespace) -> int:
    """Print a projection; with CSV or JSON all of its figures."""
    if options.workers < 1:
        raise InputError("cli.workers", got=options.workers)
    account = read_account(options)
    bar = Bar()
    with ExitStack() as stack:
        executor = stack.enter_context(ThreadPoolExecutor(options.workers)) if options.workers > 1 else None
        stack.callback(bar.end)
        result = project(
            account,
            options.scenario,
            until=options.until,
            draws=draws_of(options.draws, "auto"),
            rng=options.seed,
            targets=None if options.targets == "none" else options.targets,
            budget=options.budget,
            executor=executor,
            sampling=options.sampling,
            precision=options.precision,
            progress=bar,
        )
    if options.format != "table":  # the head has the seed
        print(result.text(options.lang).splitlines()[0], file=sys.stderr)
    print_table(result, options, result.text(options.lang))
    return 0


def run_required(options: argparse.Namespace) -> int:
    """Print what a target, a peak or a budget takes."""
    account = read_account(options)
    result = required(
        account,
        options.target,
        options.year,
        budget=options.budget,
        scenario=options.scenario,
        probability=options.probability,
        driver=options.driver,
        zone=options.zone,
        targets=options.targets,
        until=options.until,
        draws=_whole_draws(options.draws),
        rng=options.seed or 0,
    )
    print_table(result, options, result.text(options.lang))
    return 0


def _whole_draws(text: str | None) -> int:
    found = draws_of(text, _REQUIRED_DRAWS)
    if found == "auto":
        raise InputError("project.draws", got=text)
    return found


def draws_of(text: str | None, default: Any) -> int | Literal["auto"]:
    """Return the number of draws, ``"auto"``, or the default where nothing is given."""
    if text is None:
        return default  # type: ignore[no-any-return]
    if text == "auto":
        return "auto"
    if not (text.isascii() and text.isdigit()):
        raise InputError("project.draws", got=text)
    return int(text)


def series(path: Path, column: str) -> tuple[FloatArray, list[int], list[str]]:
    """Return the values (zone, year) of a table of zone, year and value; a year that is not there is unknown."""
    table = columns(path)
    wanted = ("zone", "year", column)
    missing = [name for name in wanted if name not in table]
    if missing:
        raise InputError("columns.missing", Where(path.name), names=", ".join(missing), have=", ".join(table))
    problems: list[Problem] = []
    cells: dict[tuple[str, int], float] = {}
    for row, (zone, year, value) in enumerate(zip(*(table[name] for name in wanted), strict=True), start=2):
        try:
            key = zone.strip(), parse_year(year)
            if key in cells:
                told = {"zone": key[0], "year": key[1], "name": column}
                problems.append(Problem("series.twice", told, Where(path.name, "", row)))
            cells[key] = number(value) if value.strip() else float("nan")
        except ZoneCarbonError as error:
            problems += [Problem(p.code, p.values, Where(path.name, "", row)) for p in error.problems]
    if problems:
        raise InputError(problems)
    zones, years = list(dict.fromkeys(zone for zone, _ in cells)), sorted({year for _, year in cells})
    values = [[cells.get((zone, year), float("nan")) for year in years] for zone in zones]
    return np.array(values).reshape(len(zones), len(years)), years, zones
