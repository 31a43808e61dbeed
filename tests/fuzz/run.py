"""Fuzz the library: ``python tests/fuzz/run.py [--cases N] [--seed S] [--target T ...] [--engine atheris]``.

Decided here: the default engine is ours, in the standard library: a seeded mutation of a corpus, case by case from
seed, target and number alone, so that it runs wherever Python does, repeats to the byte, and can be divided among
processes. ``--engine atheris`` (the group ``fuzz``, where it has a wheel) takes the same targets, mutations and corpus,
and chooses by coverage of ``zonecarbon`` which cases to go on from; it is some times slower, so that it is for a search
of an hour, and the count of cases is the work of the other. hypothesis stays with the tests, where cases are
built and shrunk; a million cases from it would take a day.

A finding is printed with its key and kept in ``--findings``; the command then ends with 1. What is mended goes into
``corpus/<target>`` under a name that says what it is, where ``tests/test_fuzz_corpus.py`` replays it.
"""

import argparse
import contextlib
import gc
import hashlib
import importlib
import pkgutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FunctionType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import zonecarbon
from fuzz.guarding import Finding, Ran, Sandbox, limit_memory, peak_memory, run_case
from fuzz.targets import Target, targets

HERE = Path(__file__).parent
MILLION = 1_000_000
_SHOWN_KEYS = 30
_ROUNDS = 20


@dataclass(slots=True)
class Tally:
    """What came of the cases of one target."""

    target: Target
    cases: int = 0
    accepted: int = 0
    refused: int = 0
    longest: float = 0.0
    memory: float = 0.0
    seconds: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)
    faulty: int = 0

    def add(self, ran: Ran) -> None:
        """Count a case."""
        self.cases += 1
        self.longest = max(self.longest, ran.seconds)
        self.seconds += ran.seconds
        if ran.finding is not None:
            self.faulty += 1
            self.findings.setdefault(ran.finding.key, ran.finding)
        elif ran.accepted:
            self.accepted += 1
        else:
            self.refused += 1


def case(target: Target, seeds: Sequence[bytes], seed: int, number: int) -> bytes:
    """Return a case: the seeds as they are first, then mutations that depend on seed, target and number alone."""
    if number < len(seeds):
        return seeds[number]
    rng = Random(f"{seed}:{target.name}:{number}")
    return target.mutate(rng.choice(seeds), rng, seeds)


def fuzz(
    tally: Tally, seeds: Sequence[bytes], numbers: Iterable[int], seed: int, box: Sandbox, on: "Bar | None" = None
) -> None:
    """Run the cases of one target that have these numbers, and add them to its tally."""
    target = tally.target
    for number in numbers:
        try:
            data = case(target, seeds, seed, number)
        except RecursionError:  # of the mutation's own JSON, not of the library
            data = b"["
        tally.add(run_case(target.name, target.run, data, box, target.seconds))
        tally.memory = max(tally.memory, peak_memory())
        if on is not None:
            on(tally)


def fuzz_all(chosen: Sequence[Target], options: argparse.Namespace) -> list[Tally]:
    """Run all targets in rounds, so that a run that is stopped (Ctrl-C, ``--minutes``) has looked at each."""
    counts = _shares(chosen, options.cases)
    tallies, seeds = [Tally(target) for target in chosen], [target.seeds() for target in chosen]
    bar, end = Bar(sum(counts)), time.monotonic() + 60 * options.minutes
    with Sandbox() as box, contextlib.suppress(KeyboardInterrupt):
        for turn in range(_ROUNDS):
            for tally, own, count in zip(tallies, seeds, counts, strict=True):
                first, last = (options.start + count * at // _ROUNDS for at in (turn, turn + 1))
                fuzz(tally, own, range(first, last), options.seed, box, bar)
                if time.monotonic() > end:
                    return tallies
    return tallies


class Bar:
    """A bar of all cases on standard error, where it is a terminal; a line every minute where it is not."""

    def __init__(self, cases: int) -> None:
        self._todo, self._done = max(cases, 1), 0
        self._start = self._last = time.monotonic()
        self._every = 0.2 if sys.stderr.isatty() else 60.0

    def __call__(self, tally: Tally) -> None:
        """Count one more case."""
        self._done += 1
        now = time.monotonic()
        if now - self._last < self._every and self._done < self._todo:
            return
        self._last = now
        share = self._done / self._todo
        left = (now - self._start) * (1 - share) / share
        filled = "#" * round(30 * share)
        line = (
            f"[{filled:.<30}] {share:6.1%} {self._done:>9,} cases, {left:5.0f} s left, "
            f"{tally.target.name:<9} findings {len(tally.findings)}"
        )
        print(
            f"\r{line}" if self._every < 1 else line, end="" if self._every < 1 else "\n", file=sys.stderr, flush=True
        )


def table(tallies: Sequence[Tally]) -> str:
    """Return what came of it, a row a target, as Markdown."""
    lines = ["| target | cases | accepted | refused | findings | longest [ms] | processor [s] | memory [MB] |",
             "|---|--:|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for tally in tallies:
        counts = (tally.cases, tally.accepted, tally.refused, len(tally.findings))
        others = (tally.longest * 1e3, tally.seconds, tally.memory)
        parts = (*(f"{part:,}" for part in counts), *(f"{part:,.0f}" for part in others))
        lines.append(f"| {tally.target.name} | {' | '.join(parts)} |")
    total = (
        sum(tally.cases for tally in tallies),
        sum(tally.accepted for tally in tallies),
        sum(tally.refused for tally in tallies),
    )
    found = sum(len(tally.findings) for tally in tallies)
    longest = max((tally.longest for tally in tallies), default=0.0) * 1e3
    memory = max((tally.memory for tally in tallies), default=0.0)
    seconds = sum(tally.seconds for tally in tallies)
    whole = " | ".join(f"**{part:,}**" for part in (*total, found))
    return "\n".join([*lines, f"| **all** | {whole} | {longest:,.0f} | {seconds:,.0f} | {memory:,.0f} |"])


def keep(finding: Finding, folder: Path) -> Path:
    """Write the input of a finding to a folder and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(finding.data).hexdigest()[:12]
    path = folder / f"{finding.target}-{name}"
    path.write_bytes(finding.data)
    path.with_suffix(".txt").write_text(f"{finding.key}\n{finding.detail}", "utf-8", errors="backslashreplace")
    return path


def commit() -> str:
    """Return the commit that is checked out, with a plus if files of the library were changed since."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        words = ["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"]
        name = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
        words = ["git", "-C", str(HERE.parents[1]), "status", "--porcelain", "src"]
        changed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
        return name + ("+" if changed else "")
    return "unknown"


def write_results(tallies: Sequence[Tally], seed: int, path: Path) -> None:
    """Write the table with seed and commit."""
    when = time.strftime("%Y-%m-%d")
    command = f"python tests/fuzz/run.py --cases {sum(t.cases for t in tallies)} --seed {seed} --results"
    python = ".".join(map(str, sys.version_info[:2]))
    path.write_text(
        "# Fuzzing: the last long run\n\n"
        f"`{command}`, Python {python}, commit {commit()} (+: and changes), {when}.\n\n"
        "A finding is anything but an error of ours: another exception, a warning of numpy or pandas, more than the\n"
        "time of the target (5 s, commands 30 s, of the processor), more than 256 MB for one case, a file not\n"
        "named as output. A case that asks several questions counts as accepted if one of them was answered.\n"
        "Memory is the largest resident set of the process during the cases of the target.\n\n"
        f"{table(tallies)}\n",
        "utf-8",
    )


def _shares(chosen: Sequence[Target], cases: int) -> list[int]:
    whole = sum(target.share for target in chosen)
    return [max(1, round(cases * target.share / whole)) for target in chosen]


def _preload() -> None:
    """Load what the targets load on first use: a cache that a library writes then is no finding."""
    import matplotlib.font_manager  # noqa: F401
    import scipy.optimize  # noqa: F401

    sys.dont_write_bytecode = True


def _instrument(atheris: Any) -> None:
    """Have every function of the library tell where it goes; all that is loaded would take minutes."""
    for found in pkgutil.walk_packages(zonecarbon.__path__, "zonecarbon."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    functions = [item for item in gc.get_objects() if isinstance(item, FunctionType)]
    for function in functions:
        if (function.__module__ or "").startswith("zonecarbon"):
            with contextlib.suppress(Exception):  # what atheris cannot read stays as it is
                atheris.instrument_func(function)


def atheris_engine(target: Target, cases: int, seed: int, folder: Path) -> None:
    """Hand a target to atheris; it ends the process when it is done."""
    import atheris

    _instrument(atheris)
    box, seeds, corpus = Sandbox(), target.seeds(), Path(tempfile.mkdtemp(prefix="corpus-"))
    for number, data in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(data)
    seen: set[str] = set()

    def one(data: bytes) -> None:
        ran = run_case(target.name, target.run, data, box, target.seconds)
        if ran.finding is not None and ran.finding.key not in seen:
            seen.add(ran.finding.key)
            print(f"FINDING {target.name}: {ran.finding.key}: {keep(ran.finding, folder)}", flush=True)

    def mutate(data: bytes, most: int, number: int) -> bytes:
        with contextlib.suppress(RecursionError):
            return target.mutate(data, Random(number), seeds)[:most]
        return data

    box.__enter__()
    words = [sys.argv[0], f"-runs={cases}", f"-seed={seed or 1}", "-max_len=60000", "-print_final_stats=0", str(corpus)]
    atheris.Setup(words, one, custom_mutator=mutate)
    atheris.Fuzz()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the words ask for; return 1 if there are findings."""
    parser = argparse.ArgumentParser(description="Fuzz the library.")
    parser.add_argument("--cases", type=int, default=20_000, help="of all targets together, by their shares")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many")
    parser.add_argument("--target", action="append", choices=sorted(targets()), help="default: all")
    parser.add_argument("--engine", choices=("own", "atheris"), default="own")
    parser.add_argument("--findings", type=Path, default=Path(tempfile.gettempdir()) / "zonecarbon-findings")
    parser.add_argument("--results", action="store_true", help="write tests/fuzz/RESULTS.md")
    options = parser.parse_args(arguments)
    chosen = [targets()[name] for name in options.target or targets()]
    _preload()
    limit_memory()
    warnings.simplefilter("ignore")
    if options.engine == "atheris":
        if len(chosen) != 1:
            parser.error("atheris takes one --target")
        atheris_engine(chosen[0], options.cases, options.seed, options.findings)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tallies = fuzz_all(chosen, options)
    print("", file=sys.stderr)
    print(table(tallies))
    for tally in tallies:
        for finding in list(tally.findings.values())[:_SHOWN_KEYS]:
            print(f"\nFINDING {tally.target.name}: {finding.key}\n  kept: {keep(finding, options.findings)}")
            print("  " + "\n  ".join(finding.detail.strip().splitlines()[-3:]))
    if options.results:
        write_results(tallies, options.seed, HERE / "RESULTS.md")
    return 1 if any(tally.findings for tally in tallies) else 0


if __name__ == "__main__":
    raise SystemExit(main())
