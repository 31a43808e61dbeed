"""Run the jobs, each in a process of its own, so that memory and caches of one do not touch the next."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT, measured, quiet_environment, with_a_second_core
from benchmarks.reporting import RESULTS, circumstances, forms_table, goals_table, write_parts

JOBS = ("account", "check", "project", "decompose", "trend", "read", "units", "start", "zone")
MARK = "measured:"


def main(words: Sequence[str]) -> int:
    """Measure the jobs, print the tables, and write them if all jobs were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--jobs", default=",".join(JOBS), help=f"some of {','.join(JOBS)}; then nothing is written")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: do the forms work and agree?")
    parser.add_argument("--rounds", type=int, default=0, help="rounds of every case, instead of its own number")
    parser.add_argument("--to", type=Path, help="write the tables to this file")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.child:
        _child(options.child, options.quick, options.rounds)
        return 0
    jobs = options.jobs.split(",")
    unknown = [job for job in jobs if job not in JOBS]
    if unknown:
        parser.error(f"jobs are {', '.join(JOBS)}; got {', '.join(unknown)}")
    found, failed = {}, []
    for job in jobs:
        start = time.perf_counter()
        cases = in_child(job, options.quick, options.rounds)
        print(f"{job}: {time.perf_counter() - start:.0f} s" if cases else f"{job}: FAILED", file=sys.stderr, flush=True)
        if cases:
            found[job] = cases
        else:
            failed.append(job)
    line = circumstances(_command(options)) + (f" FAILED: {', '.join(failed)}." if failed else "")
    line += f" Two threads take {with_a_second_core():.2f} of the time of one for logarithms in the cache."
    goals, forms = f"{line}\n\n{goals_table(found)}", f"{line}\n\n{forms_table(found)}"
    print(f"{goals}\n\n{forms_table(found)}")
    path = options.to or (RESULTS if jobs == list(JOBS) and not options.quick else None)
    if path is not None:
        write_parts(path, goals=goals, forms=forms)
    return int(bool(failed))


def _command(options: argparse.Namespace) -> str:
    """Return the command that measured, without where it wrote."""
    told = "python -m benchmarks"
    told += f" --jobs {options.jobs}" if options.jobs != ",".join(JOBS) else ""
    told += " --quick" if options.quick else ""
    return told + (f" --rounds {options.rounds}" if options.rounds else "")


def in_child(job: str, quick: bool, rounds: int) -> list[dict[str, Any]]:
    """Return the cases of a job, measured in a process of its own; none if it failed, which it says on stderr."""
    command = [sys.executable, "-m", "benchmarks", "--child", job, "--rounds", str(rounds)]
    done = subprocess.run(
        [*command, *(["--quick"] if quick else [])],
        cwd=ROOT,
        env=quiet_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = [line.removeprefix(MARK) for line in done.stdout.splitlines() if line.startswith(MARK)]
    return [json.loads(line) for line in told] if done.returncode == 0 else []


def _child(job: str, quick: bool, rounds: int) -> None:
    for case in import_module(f"benchmarks.job_{job}").cases(quick):
        print(MARK + json.dumps(measured(case, rounds)), flush=True)
