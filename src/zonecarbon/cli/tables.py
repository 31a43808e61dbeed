"""``zonecarbon template | convert``: an empty workbook to fill in, and tables from one form into another."""

import argparse
import sys
from typing import Any

from zonecarbon import messages
from zonecarbon.cli.accounts import read_activity
from zonecarbon.cli.printing import say
from zonecarbon.tabular import write, write_template


def add_commands(commands: Any, data: argparse.ArgumentParser) -> None:
    """Add the commands about files."""
    command = commands.add_parser("template", help="write an empty workbook to fill in, with drop-downs and an example")
    command.add_argument("file", help="the workbook, such as zones.xlsx")
    command.add_argument("--wide", action="store_true", help="a row for each zone and year, a column for each carrier")
    _add_common(command)
    command.set_defaults(run=run_template)

    command = commands.add_parser("convert", parents=[data], help="read tables and write them in another form")
    command.add_argument("out", help="a workbook (.xlsx), or a folder")
    command.add_argument("--format", choices=("csv", "parquet", "xlsx"), help="form (default: by the ending, else csv)")
    _add_common(command)
    command.set_defaults(run=run_convert)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lang", "--language", dest="lang", choices=("en", "zh"), default="en", help="language of headings and texts"
    )
    command.add_argument("--overwrite", action="store_true", help="replace what is there")


def run_template(options: argparse.Namespace) -> int:
    """Write the template."""
    path = write_template(options.file, wide=options.wide, language=options.lang, overwrite=options.overwrite)
    say(messages.render("template.written", {"path": path}, options.lang))
    return 0


def run_convert(options: argparse.Namespace) -> int:
    """Read tables and write them; what was found on the way goes to standard error."""
    activity = read_activity(options)
    lines = [problem.text(options.lang) for problem in activity.warnings]
    if activity.set_aside:
        lines.append(messages.render("cli.aside", {"count": len(activity.set_aside)}, options.lang))
        lines += [problem.text(options.lang) for problem in activity.set_aside]
    if lines:
        print("\n".join(lines), file=sys.stderr)
    path = write(activity, options.out, format=options.format, language=options.lang, overwrite=options.overwrite)
    values = {"source": activity.source, "zones": len(activity.zones), "path": path}
    say(messages.render("template.converted", values, options.lang))
    return 0
