"""``zonecarbon report``: everything the data say, in one file.

Decided here: the command computes what a report can show and leaves out what cannot be computed (one year has no
change, a zone without a province no CO2), saying so on standard error and in the report; only bad input stops it. The
change is that between the first and the last year in which most zones are known, of the zones known in both. The seed
is always the same unless another is given, so that the same command gives the same report; it is in the command line
that the report prints. Several scenarios share it, and so meet the same shocks. Output that is there is replaced, as a
whole or not at all: a report is made again and again from the same line.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from zonecarbon import catalog
from zonecarbon.accounting import Account
from zonecarbon.cli.accounts import read_account
from zonecarbon.cli.futures import draws_of
from zonecarbon.cli.printing import Bar, say
from zonecarbon.decomposition import decompose, tapio
from zonecarbon.errors import InputError, Problem, ScenarioError, Where, ZoneCarbonError
from zonecarbon.peaks import find_peaks
from zonecarbon.projection import Ensemble, project
from zonecarbon.targets import check

_SCENARIO = "policy"
_SEED = 1
_SHARES = {"account": 5, "targets": 2, "change": 3, "decoupling": 2, "peaks": 3, "projection": 45, "report": 40}
"""How long each part takes, about, for the bar."""


def add_commands(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the command that writes a report."""
    command = commands.add_parser(
        "report", parents=[source], help="one file for a mayor to read and an auditor to check: HTML, or a workbook"
    )
    command.add_argument("--out", action="append", required=True, metavar="FILE",
                         help="report.html or report.xlsx; may be given for each")  # fmt: skip
    command.add_argument("--targets", default="torch-2025", help="shipped set, a file, or none")
    command.add_argument("--year", type=int, help="year judged")
    command.add_argument("--base-year", type=int, help="where rates start")
    told = "shipped name, a TOML or JSON file, or none (default: policy); repeat it to compare several"
    command.add_argument("--scenario", action="append", metavar="NAME", help=told)
    command.add_argument("--until", type=int, default=2060, help="last year of the projection")
    command.add_argument("--draws", default=None, help="number of trajectories, or auto")
    command.add_argument("--seed", type=int, default=_SEED, help="another seed draws other trajectories (default: 1)")
    command.add_argument("--workers", type=int, default=1, help="threads; the figures do not depend on it")
    command.add_argument("--title", default="", help="title of the report")
    command.add_argument("--zones", help="zones that get pages of their own, such as A,B (default: all, up to 300)")
    told = "language of the report and of texts"
    command.add_argument("--lang", "--language", dest="lang", choices=("en", "zh"), default="en", help=told)
    command.set_defaults(run=run_report)


def run_report(options: argparse.Namespace) -> int:
    """Write the report, and tell where it is."""
    from zonecarbon.reporting import report  # charts and templates: only this command needs them
    from zonecarbon.reporting.result import paths_of

    paths = paths_of(options.out)
    _refuse_early(options, paths)
    bar = Bar()
    with ExitStack() as stack:
        stack.callback(bar.end)
        parts = _Parts(options, stages(bar, _SHARES), bar.end)
        results = parts.compute(stack)
        report(
            *results,
            to=paths,
            language=options.lang,
            title=options.title,
            command=command_line(options.words, parts.seed),
            zones=names(options.zones),
            notes=parts.notes,
            progress=parts.on("report"),
        )
    for note in parts.notes:
        print(note.text(options.lang), file=sys.stderr)
    if parts.seed is not None:
        print(Problem("cli.seed", {"seed": parts.seed}).text(options.lang), file=sys.stderr)
    for path in paths:
        size = f"{path.stat().st_size / 1e6:.1f} MB"
        say(Problem("cli.report", {"path": path, "size": size}).text(options.lang))
    return 0


def _refuse_early(options: argparse.Namespace, paths: Sequence[Path]) -> None:
    """Raise what would otherwise be found after minutes of work."""
    problems = []
    if options.scenario and "none" in options.scenario and len(set(options.scenario)) > 1:
        problems.append(Problem("cli.conflict", {"first": "--scenario none", "second": "--scenario"}))
    if options.workers < 1:
        problems.append(Problem("cli.workers", {"got": options.workers}))
    for path in paths:
        if not path.parent.is_dir():
            problems.append(Problem("write.refused", {"detail": "No such file or directory"}, Where(str(path))))
        elif path.is_dir():
            problems.append(Problem("write.refused", {"detail": "Is a directory"}, Where(str(path))))
    for name in options.scenario or ():
        try:
            if name != "none":
                catalog.scenario(name)
        except ZoneCarbonError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


class _Parts:
    """The results of one report, computed one after the other; what cannot be is left out and noted."""

    def __init__(
        self,
        options: argparse.Namespace,
        on: Callable[[str], Callable[[int, int], None]],
        clear: Callable[[], None] = lambda: None,
    ) -> None:
        self._options, self.on, self._clear = options, on, clear
        self.notes: list[Problem] = []
        self.seed: int | None = None

    def compute(self, stack: ExitStack) -> list[Any]:
        """Return every result that there can be, the account first."""
        options = self._options
        account = read_account(options)
        for zone in names(options.zones) or ():
            account.activity.zone_index(zone)  # raises where there is no such zone
        for year in (options.year, options.base_year):
            if year is not None:
                account.activity.year_index(year)  # as well
        self.on("account")(1, 1)
        found: list[Any] = [account]
        if options.targets != "none":
            found.append(self._do("targets", lambda: self._check(account)))
        found.append(self._do("change", lambda: change_of(account)))
        found.append(self._do("decoupling", lambda: tapio(account)))
        found.append(self._do("peaks", lambda: find_peaks(account)))
        found += self._ahead(account, stack)
        return [result for result in found if result is not None]

    def _do(self, part: str, make: Callable[[], Any]) -> Any:
        """Return what is made; where it cannot be, note why and return None."""
        try:
            made = make()
        except ZoneCarbonError as error:
            if self._is_asked(part, error):
                raise
            self.notes.append(Problem("cli.left_out", {"part": part, "reason": error.problems[0]}))
            made = None
        self.on(part)(1, 1)
        return made

    def _is_asked(self, part: str, error: ZoneCarbonError) -> bool:
        """Return whether an error is of what was asked for; the usual scenario that does not fit the data is not."""
        is_usual = self._options.scenario is None and isinstance(error, ScenarioError)
        return part == "targets" or (part == "projection" and not is_usual)

    def _check(self, account: Account) -> Any:
        return check(account, self._options.targets, year=self._options.year, base_year=self._options.base_year)

    def _ahead(self, account: Account, stack: ExitStack) -> list[Any]:
        """Return the projection under each scenario and what it says of peaks."""
        named = list(dict.fromkeys(self._options.scenario or [_SCENARIO]))
        if named == ["none"]:
            return []
        many = self._options.workers > 1
        executor = stack.enter_context(ThreadPoolExecutor(self._options.workers)) if many else None
        found = []
        for at, scenario in enumerate(named):
            ensemble = self._do("projection", lambda: self._project(account, scenario, at / len(named), executor))  # noqa: B023
            if ensemble is not None:
                self.seed = ensemble.seed
                found += [ensemble, find_peaks(ensemble)]
                if len(named) > 1:
                    self._clear()  # the bar would stand on the same line
                    told = {"scenario": ensemble.scenario.name, "draws": ensemble.draws}
                    print(Problem("cli.projected", told).text(self._options.lang), file=sys.stderr)
        return found

    def _project(self, account: Account, scenario: str, start: float, executor: ThreadPoolExecutor | None) -> Ensemble:
        options = self._options
        return project(
            account,
            scenario,
            until=options.until,
            draws=draws_of(options.draws, "auto"),
            rng=options.seed,
            targets=None if options.targets == "none" else options.targets,
            executor=executor,
            progress=self._share(start),
        )

    def _share(self, start: float) -> Callable[[int, int], None]:
        """Return the progress function of one of several projections, which begins when ``start`` of them are done."""
        on, count = self.on("projection"), len(set(self._options.scenario or [_SCENARIO]))
        return lambda done, todo: on(round(1000 * (start + done / max(todo, 1) / count)), 1000)


def change_of(account: Account) -> Any:
    """Return the decomposition of CO2 between the first and the last year in which most zones are known.

    Raises
    ------
    InputError
        If there are no two such years.
    """
    known = (~np.isnan(account.total("co2")) & ~np.isnan(account.value_added)).sum(axis=0)
    years = account.years[known == known.max(initial=0)] if known.max(initial=0) else account.years[:0]
    if len(years) < 2:
        raise InputError("cli.one_year", years=", ".join(map(str, account.years.tolist())) or "-")
    base, end = int(years[0]), int(years[-1])
    return decompose(account, "co2", base=base, end=end, missing="leave_out", undefined="separate")


def stages(bar: Callable[[int, int], None], shares: Mapping[str, int]) -> Callable[[str], Callable[[int, int], None]]:
    """Return what gives a progress function for each stage of one bar."""
    whole = sum(shares.values())
    before = dict(zip(shares, np.cumsum([0, *shares.values()]).tolist(), strict=False))

    def of(stage: str) -> Callable[[int, int], None]:
        return lambda done, todo: bar(round(1000 * (before[stage] + shares[stage] * done / max(todo, 1))), 1000 * whole)

    return of


def command_line(words: Sequence[str], seed: int | None) -> str:
    """Return the command as it can be typed again, with the seed that was drawn if none was given.

    Examples
    --------
    >>> command_line(["report", "my data", "--out", "report.html"], 7)
    "zonecarbon report 'my data' --out report.html --seed 7"
    """
    given = any(word == "--seed" or word.startswith("--seed=") for word in words)
    drawn = [] if given or seed is None else ["--seed", str(seed)]
    return shlex.join(["zonecarbon", *words, *drawn])


def names(text: str | None) -> list[str] | None:
    """Return names separated by commas, Chinese ones too; None where nothing is said."""
    if text is None:
        return None
    return [name.strip() for name in text.replace("，", ",").split(",") if name.strip()]
