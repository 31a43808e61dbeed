"""``zonecarbon plan | measures``: what shall we do, at what cost.

Decided here: ``plan`` ends with 0 when all goals are reached, 1 when one is not, 3 when a goal could not be planned
for, whatever the reason: the codes of ``check``. Measures may be a workbook. ``--curve`` prints the abatement curve in
place of a plan and so needs no solver. The seed is always the same unless another is given, so that the same command
gives the same plan. Files that are there are kept unless ``--overwrite`` is given, and that is found out before the
work.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zonecarbon import messages, units
from zonecarbon._table import Provenance, Table
from zonecarbon.accounting import Account
from zonecarbon.catalog import list_measures, measure_set
from zonecarbon.catalog.lists import MeasureList
from zonecarbon.cli.accounts import read_account
from zonecarbon.cli.futures import draws_of
from zonecarbon.cli.printing import Chosen, print_table, say, worded
from zonecarbon.errors import InputError, MeasureError, Problem, Where
from zonecarbon.planning import Assurance, Plan, abatement_curve, assure, plan
from zonecarbon.planning.result import LEVELS
from zonecarbon.projection import extend
from zonecarbon.records import MeasureSet, TargetSet
from zonecarbon.tabular import write, write_measures
from zonecarbon.tabular.measures import read_placed
from zonecarbon.tabular.replacing import replacing
from zonecarbon.tabular.writing import refuse_existing

_DRAWS = 4096
_SPAN = re.compile(r"([0-9]{4})\s*(?:-|–|—|~|至)\s*([0-9]{4})")
_NO_YEAR = -1  # --curve without a year


def add_commands(commands: Any, source: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add the commands about plans and measures."""
    command = commands.add_parser("plan", parents=[source, common], help="the cheapest measures that reach the goals")
    command.add_argument("--measures", default="starter", help="shipped set, or a workbook, TOML or JSON file")
    command.add_argument("--goals", help="target set: shipped name, or a TOML or JSON file")
    command.add_argument("--years", metavar="FIRST-LAST", help="years of the plan (default: the five after the data)")
    command.add_argument(
        "--scenario",
        default="baseline",
        help="how it goes on without measures: shipped name, a file, or none (default: baseline)",
    )
    command.add_argument("--peak-by", type=int, metavar="YEAR", help="CO2 of all zones is highest by this year")
    command.add_argument("--budget", action="append", default=[], metavar="[ZONE=]AMOUNT",
                         help="CO2 of all years of the plan, such as '3 MtCO2'; of one zone: A='1 MtCO2'")  # fmt: skip
    command.add_argument("--capital", help="the most that is laid out, such as '5 亿元' or '500 million CNY'")
    command.add_argument(
        "--probability", type=_probability, metavar="P", help="with which each goal must hold, such as 0.8"
    )
    command.add_argument("--draws", help=f"trajectories for probabilities (default: {_DRAWS})")
    command.add_argument("--seed", type=int, default=0, help="another seed draws other trajectories (default: 0)")
    command.add_argument("--level", choices=LEVELS, help="print a table of these rows (CSV, JSON: measure)")
    command.add_argument("--assure", action="store_true", help="how likely goals and milestones are, as well")
    command.add_argument("--curve", nargs="?", type=int, const=_NO_YEAR, metavar="YEAR",
                         help="in place of a plan: what a tonne of CO2 less costs, measure by measure")  # fmt: skip
    command.add_argument("--zone", default="", help="one zone, of --curve and --milestones")
    command.add_argument("--out", metavar="FILE", help="write the rows too: .csv, .xlsx, .json or .parquet")
    command.add_argument("--milestones", metavar="FILE.json", help="write the path of the plan, for check --targets")
    command.add_argument("--overwrite", action="store_true", help="replace files that are there")
    command.set_defaults(run=run_plan)

    command = commands.add_parser(
        "measures", parents=[common], help="list the measures of a set, or write them as a workbook to edit"
    )
    command.add_argument("names", nargs="*", metavar="NAME",
                         help="a shipped set (default: all), or a workbook, TOML or JSON file")  # fmt: skip
    command.add_argument("--out", metavar="FILE.xlsx", help="write the set as a workbook (default set: starter)")
    command.add_argument("--overwrite", action="store_true", help="replace what is there")
    command.set_defaults(run=run_measures)


# -- plan --------------------------------------------------------------------------------------------------------------


def run_plan(options: argparse.Namespace) -> int:
    """Print a plan, or the abatement curve; the exit code says whether the goals are reached."""
    _refuse_early(options)
    with placing(options.measures) as measures:
        return _run_plan(options, measures)


def _run_plan(options: argparse.Namespace, measures: MeasureSet) -> int:
    account = read_account(options)
    if options.zone:
        account.activity.zone_index(options.zone)  # raises where there is no such zone
    if options.curve is not None:
        return _run_curve(options, account, measures)
    told = {"measures": len(measures.measure), "zones": len(account.zones), "set": measures.name}
    print(messages.render("cli.planning", told, options.lang), file=sys.stderr, flush=True)
    found = plan(
        account,
        measures,
        options.goals,
        years_of(options.years),
        scenario=_scenario(options),
        peak_by=options.peak_by,
        budget=budget_of(options.budget),
        capital=options.capital,
        probability=options.probability,
        draws=_draws(options),
        rng=options.seed,
    )
    sure = assure(found, draws=_draws(options), rng=options.seed) if options.assure else None
    milestones = found.targets(options.zone) if options.milestones else None
    _print(found, sure, options)
    if options.out:
        _write(_level(found, options.level), options)
    if milestones is not None:
        _write_milestones(milestones, options)
    return exit_code(found)


def exit_code(found: Plan) -> int:
    """Return 0: all goals are reached; 1: one is not; 3: one, or all, could not be planned for."""
    if not found.reached:
        return 1
    return 0 if found.complete else 3


def _probability(text: str) -> float:
    """Return a probability, which may be written in per cent."""
    try:
        return units.number(text, percent=True)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run_curve(options: argparse.Namespace, account: Account, measures: MeasureSet) -> int:
    """Print the curve of a year of the data, or of one to come under the scenario."""
    last, scenario = int(account.years[-1]), _scenario(options)
    asked = years_of(options.years) or [last]
    year = options.curve if options.curve != _NO_YEAR else asked[-1]
    if scenario is not None and isinstance(year, int) and year > last:
        account = extend(account, scenario, until=year)
    curve = abatement_curve(account, measures, year, zone=options.zone)
    print_table(curve, options, curve.text(options.lang))
    if options.out:
        _write(curve, options)
    return 0


def _refuse_early(options: argparse.Namespace) -> None:
    """Raise what would otherwise be found after the work, or be passed over."""
    problems = []
    planning = {
        "--goals": options.goals, "--peak-by": options.peak_by, "--budget": options.budget, "--level": options.level,
        "--capital": options.capital, "--probability": options.probability, "--assure": options.assure,
        "--milestones": options.milestones,
    }  # fmt: skip
    if options.curve is not None:
        given = [name for name, value in planning.items() if value not in (None, [], False)]
        problems += [Problem("cli.conflict", {"first": "--curve", "second": name}) for name in given]
    if options.assure and options.format == "csv":
        problems.append(Problem("cli.words", {"option": "--assure"}))
    if options.milestones and not options.milestones.casefold().endswith(".json"):
        problems.append(Problem("write.ending", {"path": options.milestones, "known": ".json"}))
    for path in (Path(name) for name in (options.out, options.milestones) if name):
        if not path.parent.is_dir():
            problems.append(Problem("write.refused", {"detail": "No such file or directory"}, Where(str(path))))
        try:
            refuse_existing(path, options.overwrite)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def measures_of(reference: str) -> MeasureSet:
    """Return the set that a word of the command line names: what ships, a workbook, or a TOML or JSON file."""
    with placing(reference) as found:
        return found


@contextmanager
def placing(reference: str) -> Iterator[MeasureSet]:
    """Give the measures of a word of the command line; a problem with those of a workbook is told with its cell."""
    if not reference.casefold().endswith((".xlsx", ".xlsm")):
        yield measure_set(reference)
        return
    found, placed = read_placed(reference)
    try:
        yield found
    except MeasureError as error:
        problems = [placed(item) if item.where.source == found.name else item for item in error.problems]
        raise MeasureError(problems) from None


def years_of(text: str | None) -> list[Any] | None:
    """Return the years of ``2026-2030`` or ``2026``; a text that is neither is refused where years are."""
    if text is None:
        return None
    span = _SPAN.fullmatch(text.strip())
    if span:
        return list(range(int(span[1]), int(span[2]) + 1)) or [text]
    return [int(text)] if text.isascii() and text.isdigit() else [text]


def budget_of(words: list[str]) -> str | dict[str, str] | None:
    """Return one budget, or one by zone; what has no zone is of all together."""
    pairs = [word.rpartition("=")[::2] for word in words]
    if len({zone for zone, _ in pairs}) < len(pairs):
        raise InputError("cli.conflict", first="--budget", second="--budget")
    return {zone: text.strip() for zone, text in pairs} or None


def _scenario(options: argparse.Namespace) -> str | None:
    return None if options.scenario == "none" else str(options.scenario)


def _draws(options: argparse.Namespace) -> int:
    found = draws_of(options.draws, _DRAWS)
    if found == "auto":
        raise InputError("project.draws", got=options.draws)
    return found


class PlanRows(Table):
    """The rows of a plan of one level."""

    def __init__(self, found: Plan, level: str) -> None:
        self._plan, self._level = found, level

    @property
    def provenance(self) -> Provenance:
        """What stands behind the plan."""
        return self._plan.provenance

    def columns(self) -> dict[str, Any]:
        """Return the rows of the level."""
        return self._plan.columns(self._level)


def _level(found: Plan, level: str | None) -> Table:
    return found if level in {None, "measure"} else PlanRows(found, str(level))


def _print(found: Plan, sure: Assurance | None, options: argparse.Namespace) -> None:
    table = _level(found, options.level)
    if options.format == "json" and sure is not None:
        parts = [
            {name: part for name, part in item.to_dict(state=False).items() if name != "schema"}
            for item in (table, sure)
        ]
        print(json.dumps({**parts[0], "assurance": parts[1]}, ensure_ascii=False, indent=2))
        return
    text = found.text(options.lang) if options.level is None else worded(table, options.lang, ("passes",))
    print_table(table, options, text)
    if sure is not None:
        print(sure.text(options.lang))


def _write(table: Table, options: argparse.Namespace) -> None:
    write(table, options.out, overwrite=options.overwrite)
    _wrote(options.out, options)


def _write_milestones(found: TargetSet, options: argparse.Namespace) -> None:
    path = Path(options.milestones)
    text = json.dumps(found.to_dict(), ensure_ascii=False, indent=1)
    with replacing([path]) as hidden:
        hidden[path].write_text(text + "\n", encoding="utf-8")
    _wrote(path, options)


def _wrote(path: "str | Path", options: argparse.Namespace) -> None:
    print(messages.render("cli.wrote", {"path": path}, options.lang), file=sys.stderr)


# -- measures ----------------------------------------------------------------------------------------------------------


def run_measures(options: argparse.Namespace) -> int:
    """List measures, or write a set as a workbook."""
    words = options.names[1:] if options.names[:1] in (["list"], ["show"]) else options.names
    if len(words) > 1:
        raise InputError("cli.conflict", first=words[0], second=words[1])
    if options.out:
        found = measures_of(words[0] if words else "starter")
        write_measures(found, options.out, language=options.lang, overwrite=options.overwrite)
        say(messages.render("cli.wrote", {"path": options.out}, options.lang))
        return 0
    table = MeasureList((measures_of(words[0]),)) if words else list_measures()
    title = f"title_{options.lang}"
    shown = ("set", "name", title, "kind", "potential", "lifetime", "capital", "status")
    print_table(table, options, worded(Chosen(table, shown), options.lang, ("kind", "status")))
    return 0
