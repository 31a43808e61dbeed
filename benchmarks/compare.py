"""Compare two commits on one machine: ``python -m benchmarks compare OLD NEW [--jobs a,b] [--instructions]``.

Decided here:

* Each commit is checked out beside the other (``git worktree``, in a temporary folder that is removed at the end) and
  put before everything else on the path of Python; the work and the libraries are the same for both. Every process says
  which zonecarbon it ran.
* A round is two processes, one of each commit, in an order that alternates. What is compared is processor time, which
  what else the machine does disturbs less than the clock: the least of several calls, after a first that does not
  count.
* The verdict, from the ratios new to old of the rounds: ``slower`` if their median and the ratio of the minima are both
  above 1.03 and three quarters of the rounds are above 1; ``faster`` the same downwards; else ``same``. Two equal
  commits get ``same`` in nearly all runs, a slowdown of 10 % is told in nearly all.
* ``--instructions`` counts instructions with valgrind: those of three calls less those of one, halved, so that imports
  and inputs cancel. They repeat to 0.1 % where timing is too noisy, see no cache and no memory, and take the code paths
  of a processor without AVX-512. The verdict is then drawn at 1 %.
* Exit code 1 if a job became slower, so that a script can stop on it.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.measuring import ROOT, quiet_environment
from benchmarks.reporting import circumstances, digits, seconds_text, table

BAND, COUNTED_BAND = 1.03, 1.01
CALLS, COUNTED = 7, 3
# Work of 20 to 300 ms a call, and for valgrind, which is fifty times slower, of a few.
TIMED: dict[str, dict[str, int]] = {
    "account": {"zones": 30_000},
    "check": {"zones": 20_000},
    "project": {"zones": 4, "years": 40, "draws": 4096},
    "decompose": {"zones": 2_000},
    "trend": {"zones": 50_000, "years": 20},
    "read": {"zones": 50_000},
    "units": {"zones": 1_000_000},
}
SMALL: dict[str, dict[str, int]] = {
    "account": {"zones": 4_000},
    "check": {"zones": 300},
    "project": {"zones": 1, "years": 20, "draws": 512},
    "decompose": {"zones": 50},
    "trend": {"zones": 2_000, "years": 20},
    "read": {"zones": 1_000},
    "units": {"zones": 200_000},
}


def main(words: Sequence[str]) -> int:
    """Compare and print; return 1 if something became slower."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare", description=__doc__)
    parser.add_argument("old", help="a commit")
    parser.add_argument("new", help="another; a folder with src/zonecarbon will do for both")
    parser.add_argument("--jobs", default=",".join(TIMED), help=f"some of {','.join(TIMED)}")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--instructions", action="store_true", help="count instructions with valgrind instead")
    options = parser.parse_args(words)
    jobs = options.jobs.split(",")
    unknown = [job for job in jobs if job not in TIMED]
    if unknown:
        parser.error(f"jobs are {', '.join(TIMED)}; got {', '.join(unknown)}")
    if options.instructions and shutil.which("valgrind") is None:
        print("NOT COUNTED: valgrind is not installed")
        return 0
    with checked_out(options.old) as old, checked_out(options.new) as new:
        if options.instructions:
            rows = [counted(job, old, new) for job in jobs]
        else:
            rows = [timed(job, old, new, options.rounds) for job in jobs]
    command = f"python -m benchmarks compare {_shown(options.old)} {_shown(options.new)}"
    print(f"{circumstances(command + (' --instructions' if options.instructions else ''))}\n")
    what = "instructions" if options.instructions else "processor time"
    print(table(("job", f"{what}, old", "new", "new / old", "single rounds", "verdict"), rows))
    return int(any("slower" in cell for row in rows for cell in row))


def _shown(name: str) -> str:
    """Return a commit as it is, and of a folder its last part."""
    return Path(name).name if Path(name).is_dir() else name


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Yield the folder ``src`` of a commit, checked out for the time; or of a folder."""
    if Path(commit).is_dir():
        yield Path(commit).resolve() / "src"
        return
    with tempfile.TemporaryDirectory() as room:
        place = Path(room) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", place, commit], cwd=ROOT, check=True)
        try:
            yield place / "src"
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", place], cwd=ROOT, check=True)


def _command(job: str, size: dict[str, int], times: int) -> list[str]:
    words = [word for name, value in size.items() for word in (f"--{name}", str(value))]
    return [sys.executable, "-m", "benchmarks.workloads", job, *words, "--times", str(times)]


def _run(job: str, size: dict[str, int], source: Path, times: int) -> list[float]:
    """Return the processor seconds of each call.

    Raises
    ------
    RuntimeError
        If it was another zonecarbon that ran.
    """
    done = subprocess.run(
        _command(job, size, times),
        cwd=ROOT,
        env=quiet_environment(PYTHONPATH=str(source)),
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    if Path(told["where"]) != source / "zonecarbon":
        msg = f"zonecarbon of {source} was asked for; got {told['where']}"
        raise RuntimeError(msg)
    return [float(value) for value in told["cpu"]]


def timed(job: str, old: Path, new: Path, rounds: int) -> tuple[str, ...]:
    """Return the row of a job from processor times."""
    seconds: dict[Path, list[float]] = {old: [], new: []}
    for turn in range(rounds):
        for source in (old, new) if turn % 2 == 0 else (new, old):
            seconds[source].append(min(_run(job, TIMED[job], source, CALLS + 1)[1:]))
    ratios = [b / a for a, b in zip(seconds[old], seconds[new], strict=True)]
    low, high = min(seconds[old]), min(seconds[new])
    quartiles = [float(np.quantile(ratios, q)) for q in (0.25, 0.75)]
    spread = f"{digits(statistics.median(ratios))} ({digits(quartiles[0])}–{digits(quartiles[1])})"
    return job, seconds_text(low), seconds_text(high), f"{high / low:.3f}", spread, verdict(ratios, high / low)


def verdict(ratios: Sequence[float], of_minima: float, band: float = BAND) -> str:
    """Return ``slower``, ``same`` or ``faster`` from the ratios new to old.

    Slower if the median and the ratio of the minima are above ``band`` and three quarters of the ratios above 1.
    """
    low, middle, high = (float(np.quantile(ratios, q)) for q in (0.25, 0.5, 0.75))
    if min(middle, of_minima) > band and low > 1.0:
        return "**slower**"
    if max(middle, of_minima) < 1.0 / band and high < 1.0:
        return "faster"
    return "same"


def counted(job: str, old: Path, new: Path) -> tuple[str, ...]:
    """Return the row of a job from counts of instructions."""
    for source in (old, new):
        _run(job, SMALL[job], source, 1)  # compiles what is not compiled, and tells that it is the right one
    with ThreadPoolExecutor(2) as pool:  # counts do not mind company
        before, after = pool.map(lambda source: instructions(job, source), (old, new))
    ratio = after / before
    return job, f"{before:,}", f"{after:,}", f"{ratio:.4f}", "", verdict([ratio], ratio, COUNTED_BAND)


def instructions(job: str, source: Path) -> int:
    """Return the instructions of one call, after a first."""
    few, many = (_instructions(job, source, times) for times in (1, COUNTED))
    return round((many - few) / (COUNTED - 1))


def _instructions(job: str, source: Path, times: int) -> int:
    """Return the instructions of a process that calls a job some times."""
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run(
        [*valgrind, *_command(job, SMALL[job], times), "--budget", "1e9"],
        cwd=ROOT,
        env=quiet_environment(PYTHONPATH=str(source)),
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if found is None:
        msg = f"valgrind printed no count: {done.stderr[-500:]}"
        raise RuntimeError(msg)
    return int(found[1].replace(",", ""))
