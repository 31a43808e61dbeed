"""The command line: ``zonecarbon account | check | decompose | tapio | peaks | project | plan | report``, and more.

Decided here: argparse, because the commands are few and it costs no import. A user's mistake is a sentence on standard
error and exit code 2, never a traceback. ``check`` ends with 0 when all judged targets are met, 1 when one is missed, 3
when none is missed and one is unknown, so that a script can act on it, and ``plan`` likewise; ``decompose`` ends with 3
when an effect is not known. Results go to standard output, everything else to standard error. Nothing is computed here.
``accounts``, ``changes``, ``futures``, ``plans``, ``quality`` and ``reports`` hold the commands on data, ``tables``
those on files, ``known`` and ``schemas`` those on what there is, ``printing`` how it is printed, ``helping`` what
``--help`` adds, ``ending`` what Ctrl-C does. They are loaded when the command runs, so that Ctrl-C while they load is
no traceback either.
"""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from zonecarbon import messages
from zonecarbon.cli import ending, helping
from zonecarbon.errors import InputError, Where, ZoneCarbonError, ZoneCarbonWarning
from zonecarbon.messages import Language


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments
        The words after ``zonecarbon``; those of the process if not given.

    Returns
    -------
    0, or for ``check`` and the goals of ``plan`` 1 (one is missed) or 3 (none is missed, one is unknown); 2 on bad
    input; 130 after Ctrl-C (of the process of the command; a host that gives ``arguments`` gets the
    ``KeyboardInterrupt``).
    """
    if arguments is not None:
        return _run(list(arguments))
    words = sys.argv[1:]
    language: Language = "zh" if "zh" in words or any(word.endswith("=zh") for word in words) else "en"
    try:
        with ending.heeding(messages.render("cli.stopped", {}, language)) as heed:
            try:
                return _run(words, heed.work)
            except BaseException:  # whatever an interrupt was turned into on its way
                if not heed.code:
                    raise
            return heed.code
    except ending.Stopped as stopped:  # in the last moment
        return stopped.code


def _run(words: list[str], begin: Callable[[], None] = lambda: None) -> int:
    """Run the command and return its exit code; ``begin`` is called when everything is loaded."""
    language: Language = "en"
    try:
        parser = _parser()
        begin()
        options, rest = parser.parse_known_args(words)
        options.words = words
        language = options.lang
        if rest:
            helping.refuse(options, rest)
        with warnings.catch_warnings():
            # What results warn of is printed by the commands, in the reader's language.
            warnings.simplefilter("ignore", ZoneCarbonWarning)
            code = int(options.run(options))
        ending.flush()
    except ZoneCarbonError as error:
        print(error.text(language), file=sys.stderr)
        return 2
    except BrokenPipeError:  # nobody reads on, as after head
        return 0
    except OSError as error:
        key, where = "write.refused", Where(messages.render("cli.stdout", {}, language))
        if error.filename is not None:  # a name that no file can have, or a file that went away meanwhile
            key, where = "file.unreadable", Where(str(error.filename)[:60])
        print(InputError(key, where, detail=error.strerror or str(error)).text(language), file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    from zonecarbon.cli import known, plans, portions, quality, reports, schemas, tables

    parser = argparse.ArgumentParser(
        prog="zonecarbon",
        description="Energy, CO2 and policy targets of high-tech zones. 国家高新区能耗、碳排放核算与目标检查。",
    )
    parser.add_argument("--version", action=helping.Version)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--format", choices=("table", "json", "csv"), default="table", help="form of the output")
    common.add_argument(
        "--lang", "--language", dest="lang", choices=("en", "zh"), default="en", help="language of texts"
    )
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("data", help="workbook, CSV file, or folder with zones.csv, economy.csv, energy.csv")
    data.add_argument("--blank", choices=("unknown", "not_used"), default="unknown", help="a blank of a wide table")
    data.add_argument("--mark", action="append", default=[], metavar="MARK=MEANING",
                        help="what a dash stands for: not_used or unknown, where no note says it")  # fmt: skip
    data.add_argument("--sheets", action="append", metavar="NAME",
                      help="sheets of a workbook: a name, or how names begin (default: all visible)")  # fmt: skip
    data.add_argument("--ignore-column", action="append", default=[], metavar="NAME",
                      help="a column to leave out, by its heading as a message prints it")  # fmt: skip
    data.add_argument("--set-aside", action="store_true", help="go on without bad rows instead of stopping")
    source = argparse.ArgumentParser(add_help=False, parents=[data])
    source.add_argument("--method", default="inventory", help="shipped name, or a TOML or JSON file")
    choice = "a choice of the method, such as basis=equivalent or equivalent.electricity='0.302 kgce/kWh'"
    source.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=choice)
    source.add_argument("--factors", action="append", default=[], metavar="FILE", help="a factor table of your own")
    parts: dict[str, Any] = {"type": int, "metavar": "ZONES", "help": "Parquet larger than memory: so many at a time"}
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("account", parents=[source, common], help="energy [tce] and CO2 [tCO2]")
    command.add_argument("--by", default="", metavar="AXES", help="axes such as carrier,year (default: zone and year)")
    command.add_argument("--explain", nargs=2, metavar=("ZONE", "YEAR"), help="every line of one zone and year")
    command.add_argument("--parts", **parts)
    command.set_defaults(run=portions.run_account)

    command = commands.add_parser("check", parents=[source, common], help="are the targets met?")
    command.add_argument("--targets", default="torch-2025", help="shipped set, or a TOML or JSON file")
    command.add_argument("--year", type=int, help="year judged")
    command.add_argument("--base-year", type=int, help="where rates start")
    command.add_argument("--judgement", choices=("full", "rounded"), default="full", help="rounded: GB/T 8170")
    command.add_argument("--parts", **parts)
    command.add_argument("--workers", type=int, default=1, help="threads; the figures do not depend on it")
    command.set_defaults(run=portions.run_check)

    _add_changes(commands, source, common)
    _add_futures(commands, source, common)
    plans.add_commands(commands, source, common)
    reports.add_commands(commands, source)
    _add_known(commands, common)
    command = commands.add_parser("schema", parents=[common], help="JSON Schemas of records and results")
    command.add_argument("name", nargs="?", default="", help="such as Zone or Account; the list if not given")
    command.set_defaults(run=schemas.run_schema)

    tables.add_commands(commands, data)
    quality.add_commands(commands, data, common)
    command = commands.add_parser("example", parents=[common], help="write the synthetic 169-zone example to a folder")
    command.add_argument("folder", nargs="?", default="zones", help="where to; made if it is not there")
    command.set_defaults(run=known.run_example)
    helping.complete(commands)
    return parser


def _add_known(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands about what there is."""
    from zonecarbon.cli import known

    for name, show, text in (
        ("factors", known.run_factors, "factor tables"),
        ("methods", known.run_methods, "accounting methods"),
        ("targets", known.run_targets, "target sets"),
        ("scenarios", known.run_scenarios, "scenarios"),
        ("carriers", known.run_carriers, "names and units of the energy carriers"),
    ):
        command = commands.add_parser(name, parents=[common], help=f"{text}: list, or show one")
        command.add_argument("what", nargs="?", choices=("list", "show"), default="list", help="all, or one in full")
        command.add_argument("item", nargs="?", default="", help="a table or carrier, a method, a set, a scenario")
        if name == "factors":
            command.add_argument("--factors", action="append", default=[], metavar="FILE", help="a table of your own")
        command.set_defaults(run=show)


def _add_changes(commands: Any, source: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add the commands about what changed, and why."""
    from zonecarbon.cli import changes

    command = commands.add_parser(
        "decompose", parents=[source, common], help="why did it change? of data, or a table (CSV) with --identity"
    )
    kinds = ("co2", "energy", "co2_intensity", "energy_intensity")
    command.add_argument("--of", choices=kinds, help="what of the data (default: co2)")
    command.add_argument("--base", type=int, help="first year (default: that of the data)")
    command.add_argument("--end", type=int, help="last year (default: that of the data)")
    command.add_argument("--identity", help="such as 'co2 = value_added * energy/value_added * co2/energy'")
    command.add_argument("--time", help="of a table: the column of the time (default: year)")
    command.add_argument("--keys", help="of a table: the columns that tell its rows apart (default: those of --by)")
    command.add_argument("--absent", choices=("unknown", "zero"), help="of a table: what a cell without a row is")
    command.add_argument("--unit", help="of a table: the unit of the value")
    command.add_argument("--by", help="print a table by these: zone,sector,carrier; of a table some of its keys")
    command.add_argument("--level", choices=("portfolio", "zone", "sector"), help="whose change; prints a table of it")
    command.add_argument("--zone", help="one zone")
    command.add_argument("--sector", help="one sector of it, in words")
    command.add_argument("--merge", help="factors to show as one: structure,co2_per_energy,within_zones,...")
    forms = ("additive", "multiplicative")
    command.add_argument("--form", choices=forms, default="additive", help="differences, or ratios")
    command.add_argument("--lmdi", choices=("I", "II"), default="I", help="I adds up over zones and carriers")
    command.add_argument("--chained", action="store_true", help="year by year")
    command.add_argument("--leave-out", action="store_true", help="leave out what is not known in every year")
    command.add_argument("--separate", action="store_true", help="show what cannot be attributed as a term of its own")
    command.set_defaults(run=changes.run_decompose)

    command = commands.add_parser(
        "tapio", parents=[source, common], help="does CO2 decouple from value added? of data or a table of both"
    )
    command.add_argument("--base", type=int, help="where the one period starts (default: every year and the next)")
    command.add_argument("--end", type=int, help="where it ends")
    command.add_argument(
        "--thresholds", type=float, nargs=3, default=(0.0, 0.8, 1.2), metavar=("LOW", "FROM", "TO"),
        help="where weak decoupling begins, and the two ends of coupling",
    )  # fmt: skip
    command.add_argument("--split", action="store_true", help="which factor does it (of data)")
    command.set_defaults(run=changes.run_tapio)


def _add_futures(commands: Any, source: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add the commands about peaks and projections."""
    from zonecarbon.cli import futures

    command = commands.add_parser(
        "peaks", parents=[source, common], help="has CO2 peaked? of data or a table of series"
    )
    command.add_argument("--column", default="co2", help="of a table (CSV): the column of the values")
    command.add_argument("--alpha", type=float, default=0.05, help="level of the trend test")
    command.add_argument("--minimum-tail", type=int, default=5, help="fewest years after the maximum that are tested")
    command.set_defaults(run=futures.run_peaks)

    future = argparse.ArgumentParser(add_help=False)
    future.add_argument("--until", type=int, default=2060, help="last year of the projection")
    future.add_argument("--draws", default=None, help="number of trajectories, or auto")
    future.add_argument("--seed", type=int, help="repeats a run to the bit; printed with the result")

    command = commands.add_parser("project", parents=[source, future, common], help="where CO2 goes, when it peaks")
    command.add_argument("--scenario", default="policy", help="shipped name, or a TOML or JSON file (default: policy)")
    command.add_argument("--targets", default="torch-2025", help="shipped set, a file, or none")
    command.add_argument("--budget", help="CO2 budget of all zones from the next year on, such as '3 GtCO2'")
    command.add_argument("--sampling", choices=("antithetic", "plain", "sobol"), default="antithetic",
                         help="how shocks are drawn")  # fmt: skip
    command.add_argument("--precision", type=float, default=0.005, help="largest standard error, with --draws auto")
    command.add_argument("--workers", type=int, default=1, help="threads; the figures do not depend on it")
    command.set_defaults(run=futures.run_project)

    command = commands.add_parser("required", parents=[source, future, common], help="what it takes")
    command.add_argument("target", nargs="?", help="peak, or a target such as energy-intensity-aggregate")
    command.add_argument("year", nargs="?", type=int, help="when it must hold (default: the target's own year)")
    command.add_argument("--budget", help="in place of a target: CO2 of all zones from the next year to the year")
    command.add_argument("--scenario", help="shipped name or a file; without one, constant rates only")
    command.add_argument("--probability", type=float, default=0.5, help="with which it must hold under the scenario")
    drivers = ("energy_intensity", "co2_per_energy", "value_added")
    command.add_argument("--driver", choices=drivers, default="energy_intensity", help="what falls faster")
    command.add_argument("--targets", default="torch-2025", help="the set of the target")
    command.add_argument("--zone", help="one zone; all zones and each of them if not given")
    command.set_defaults(run=futures.run_required)
