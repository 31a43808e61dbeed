"""``--parts N``: Parquet tables larger than memory, N zones at a time.

Decided here: what has to be known (warnings, rows set aside) is told once at the end, each text once, however many
parts said it; an error ends the work at its part. An account in parts is written as CSV, which can be done row by row.
"""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack

from zonecarbon import messages
from zonecarbon.accounting import Account, account
from zonecarbon.cli import accounts
from zonecarbon.cli.printing import Bar, print_table
from zonecarbon.errors import InputError
from zonecarbon.tabular import read_parts
from zonecarbon.targets import check


class Portions:
    """Accounts of the data named, one part after another, and what they said."""

    def __init__(self, options: argparse.Namespace) -> None:
        if options.sheets:
            raise InputError("cli.parts_sheets")
        self._options = options
        self._texts: dict[str, None] = {}
        self._zones = self._aside = 0

    def __iter__(self) -> Iterator[Account]:
        """Yield an account of each part."""
        options, bar = self._options, Bar()
        try:
            for part in read_parts(
                options.data,
                "set_aside" if options.set_aside else "raise",
                size=options.parts,
                blank=options.blank,
                marks=accounts.marks(options),
                ignore=options.ignore_column,
                progress=bar,
            ):
                result = account(part, options.method, factors=options.factors, **accounts.choices(options.set))
                self._hear(result)
                del part
                yield result
                del result
        finally:
            bar.end()

    def _hear(self, result: Account) -> None:
        language = self._options.lang
        problems = [*result.provenance.warnings, *result.activity.set_aside]
        self._texts.update(dict.fromkeys(problem.text(language) for problem in problems))
        self._zones += len(result.zones)
        self._aside += len(result.activity.set_aside)

    def say(self) -> None:
        """Tell on standard error what was read and what to know."""
        language = self._options.lang
        lines = [messages.render("cli.parts", {"source": self._options.data, "zones": self._zones}, language)]
        if self._aside:
            lines.append(messages.render("cli.aside", {"count": self._aside}, language))
        print("\n".join([*lines, *self._texts]), file=sys.stderr)


def run_account(options: argparse.Namespace) -> int:
    """Print the account, of all zones or part by part."""
    if options.parts is None:
        return accounts.run_account(options)
    if options.by or options.explain or options.format != "csv":
        raise InputError("cli.parts_csv")
    portions = Portions(options)
    for number, result in enumerate(portions):
        heading, _, body = accounts.ZoneTotals(result).to_csv().partition("\n")
        print(body if number else f"{heading}\n{body}", end="")
        del result
    portions.say()
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Print the verdicts, of an account of all zones or of parts."""
    if options.workers < 1:
        raise InputError("cli.workers", got=options.workers)
    with ExitStack() as stack:
        executor: Executor | None = None
        if options.workers > 1:
            executor = stack.enter_context(ThreadPoolExecutor(options.workers))
        if options.parts is None:
            return accounts.run_check(options, executor)
        portions = Portions(options)
        wanted = {"year": options.year, "base_year": options.base_year, "judgement": options.judgement}
        result = check(portions, options.targets, executor=executor, **wanted)
    portions.say()
    print_table(result, options, accounts.with_nearest(result, options.lang))
    return result.exit_code
