"""Mutation testing: change the library in one small place at a time and see whether a test notices.

``python tools/mutate.py run kernels.peak`` (or a whole package, ``kernels``) runs what has not been run, and can be
stopped and started again; ``show KEY`` prints a change, ``again KEY...`` runs it anew, ``report`` writes
``tests/mutation/RESULTS.md`` and ``survivors.toml``, ``check`` tells which listed survivors are no longer in the code.

Decided here: mutmut makes the changes (``tools/mutants.py``), we run them (``tools/mutant_runner.py``): one process for
each, as mutmut's rival cosmic-ray has it, would take half a day, and mutmut itself leaves out what is decorated.
Changes of a module are run in an order drawn with a fixed seed, so that whatever has been run at any time is a random
sample. The state is ``.mutation`` (not in git); a function that changes, or ``again``, makes its changes new.

The score is killed and timed out of all that were run, less those shown to be equivalent.
"""

import argparse
import difflib
import json
import math
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tools.mutant_runner import Runner, options, path_of  # noqa: E402
from tools.mutants import Mutant, key_of, mutants_of  # noqa: E402

STATE = ROOT / ".mutation"
FOLDER = ROOT / "tests/mutation"
SEED = 28
UNSEEN = "not tested because nobody has looked at it yet"
HEAD = """# Made by `python tools/mutate.py report`: changes of the code that no test notices. Only the reasons are
# written by hand; each begins with "equivalent: " (no input tells the change from the code) or "not tested because ".
"""

Outcome = dict[str, Any]


def modules(names: Sequence[str]) -> list[str]:
    """Return the modules of packages (``kernels``) and modules (``kernels.peak``)."""
    found = []
    for name in names:
        path = path_of(f"zonecarbon.{name}")
        if path.name != "__init__.py":
            found.append(f"zonecarbon.{name}")
            continue
        found += [f"zonecarbon.{name}" + (f".{f.stem}" if f != path else "") for f in sorted(path.parent.glob("*.py"))]
    return found


def plan() -> dict[str, Any]:
    """Return which tests are for which package."""
    with (FOLDER / "plan.toml").open("rb") as file:
        return tomllib.load(file)


def outcomes(module: str) -> dict[str, Outcome]:
    """Return the last outcome of each change that has been run."""
    path = STATE / f"{module}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {line["key"]: line for line in map(json.loads, lines)}


def known(mutants: Sequence[Mutant]) -> dict[str, Outcome]:
    """Return the outcomes that hold: of functions that have not changed."""
    told = {key: told for module in {m.module for m in mutants} for key, told in outcomes(module).items()}
    return {m.key: told[m.key] for m in mutants if m.key in told and told[m.key]["digest"] == m.digest}


def run(names: Sequence[str], sample: int | None = None, again: str = "", keys: Sequence[str] = ()) -> None:
    """Run what has not been run: ``sample`` of each module at most; ``again`` names outcomes to run anew."""
    STATE.mkdir(exist_ok=True)
    for package in sorted({name.partition(".")[0] for name in names}):
        queue: list[Mutant] = []
        for module in modules([name for name in names if name.partition(".")[0] == package]):
            if keys and not outcomes(module).keys() & set(keys):
                continue
            mutants = mutants_of(module, path_of(module))
            told = known(mutants)
            random.Random(SEED).shuffle(mutants)
            old = {k for k, o in told.items() if o["outcome"] not in again.split(",") or not again}
            queue += [m for m in mutants[:sample] if (m.key in keys if keys else m.key not in old)]
        _run(package, queue)


def _run(package: str, queue: list[Mutant]) -> None:
    print(f"{package}: {len(queue)} to run", flush=True)
    if not queue:
        return
    counts = Counter[str]()

    def done(mutant: Mutant, outcome: str, test: str, seconds: float) -> None:
        counts[outcome] += 1
        line = {"key": mutant.key, "digest": mutant.digest, "outcome": outcome, "test": test, "seconds": seconds}
        with (STATE / f"{mutant.module}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        if outcome != "killed":
            print(f"{mutant.key} {outcome}: {mutant.module}.{mutant.function}: {mutant.line} -> {mutant.change}")
        if sum(counts.values()) % 100 == 0:
            print(dict(counts), flush=True)

    settings = plan()
    files = [f for f in settings["packages"][package] if (ROOT / f).exists()] + [f"src/zonecarbon/{package}"]
    kept = STATE / f"reached-{package}.json"
    runner = Runner(queue, done, kept, [package], settings["seconds"], settings["slowest"])
    with tempfile.TemporaryDirectory() as room:
        pytest.main(options(files, Path(room) / "tests"), plugins=[runner])
    print(dict(counts), flush=True)


def show(keys: Sequence[str]) -> None:
    """Print changes as differences."""
    for mutant in (m for module in modules(list(plan()["packages"])) for m in mutants_of(module, path_of(module))):
        if mutant.key in keys:
            path = path_of(mutant.module)
            old = path.read_text(encoding="utf-8").splitlines()
            name = str(path.relative_to(ROOT))
            print("\n".join(difflib.unified_diff(old, mutant.source.splitlines(), name, mutant.key, lineterm="")))


@dataclass
class Row:
    """What one module came to."""

    module: str
    mutants: int
    counts: Counter[str]
    equivalent: int

    @property
    def tested(self) -> int:
        """How many have been run."""
        return sum(self.counts.values())

    @property
    def found(self) -> int:
        """How many a test noticed."""
        return self.counts["killed"] + self.counts["timeout"]

    def texts(self) -> list[str]:
        """Return the cells of the table."""
        survived = self.counts["survived"] + self.counts["not reached"]
        counts = [self.mutants, self.tested, self.counts["killed"], survived, self.counts["timeout"], self.equivalent]
        return [self.module, *map(str, counts), _score(self)]


def _score(row: Row) -> str:
    """Return the score, with its 95 % interval (Wilson) if not all were run."""
    n = row.tested - row.equivalent
    if not n:
        return "-"
    p = row.found / n
    if row.tested == row.mutants:
        return f"{p:.1%}"
    z = 1.96
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return f"{p:.1%} ({low:.1%} to {high:.1%})"


def listed() -> dict[str, dict[str, Any]]:
    """Return the survivors of the file by key."""
    path = FOLDER / "survivors.toml"
    if not path.is_file():
        return {}
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
    return {key_of(e["module"], e["function"], e["line"], e["change"], e.get("number", 1)): e for e in entries}


def report() -> None:
    """Write the table and the list of survivors; keep the reasons, and what is told of modules without a state here."""
    page, entries = FOLDER / "RESULTS.md", listed()
    old = page.read_text(encoding="utf-8") if page.is_file() else "# Mutation testing\n\n| module |\n"
    before = {row.module: row for row in _rows_of(old)}
    rows: list[Row] = []
    texts = [HEAD]
    for module in modules(list(plan()["packages"])):
        mutants, name = mutants_of(module, path_of(module)), module.removeprefix("zonecarbon.")
        told = known(mutants)
        mutants = [m for m in mutants if m.key not in told or told[m.key]["outcome"] != "invalid"]
        told = {m.key: told[m.key] for m in mutants if m.key in told}
        if not mutants:
            continue
        if not told:
            rows.append(before.get(name, Row(name, len(mutants), Counter(), 0)))
            texts += [_entry(key, entry) for key, entry in entries.items() if entry["module"] == module]
            continue
        left = [m for m in mutants if m.key in told and told[m.key]["outcome"] in {"survived", "not reached"}]
        reasons = [entries.get(m.key, {}).get("reason", UNSEEN) for m in left]
        texts += [_entry(m.key, _fields(m) | {"reason": r}) for m, r in zip(left, reasons, strict=True)]
        equivalent = sum(reason.startswith("equivalent") for reason in reasons)
        rows.append(Row(name, len(mutants), Counter(o["outcome"] for o in told.values()), equivalent))
    (FOLDER / "survivors.toml").write_text("".join(texts), encoding="utf-8")
    table = "\n".join(_table(rows))
    page.write_text(f"{old.split('| module |')[0]}{table}\n", encoding="utf-8")
    print(table)


def _rows_of(page: str) -> Iterator[Row]:
    """Yield the rows of modules of a page."""
    for line in page.splitlines():
        name, *cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if len(cells) == 7 and cells[0].isdigit() and "*" not in name:
            mutants, _, killed, survived, timeout, equivalent = map(int, cells[:6])
            yield Row(name, mutants, Counter(killed=killed, survived=survived, timeout=timeout), equivalent)


def _fields(mutant: Mutant) -> dict[str, Any]:
    return {
        "module": mutant.module,
        "function": mutant.function,
        "line": mutant.line,
        "change": mutant.change,
        "number": mutant.number,
    }


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| module | mutants | run | killed | survived | timeout | equivalent | score |"
    yield "|---|---|---|---|---|---|---|---|"
    for package in dict.fromkeys(row.module.partition(".")[0] for row in rows):
        own = [row for row in rows if row.module.partition(".")[0] == package]
        yield from ("| " + " | ".join(row.texts()) + " |" for row in own)
        counts = sum((row.counts for row in own), Counter[str]())
        whole = Row(f"**{package}**", sum(r.mutants for r in own), counts, sum(r.equivalent for r in own))
        yield "| " + " | ".join(whole.texts()) + " |"


def _entry(key: str, entry: dict[str, Any]) -> str:
    lines = [f"{name} = {_text(entry[name])}\n" for name in ("module", "function", "line", "change")]
    if entry.get("number", 1) > 1:
        lines.append(f"number = {entry['number']}\n")
    return f"\n[[survivor]] # {key}\n{''.join(lines)}reason = {_text(entry['reason'])}\n"


def _text(value: str) -> str:
    """Return a string of TOML: literal where it can be."""
    return f"'{value}'" if "'" not in value else json.dumps(value, ensure_ascii=False)


def check() -> int:
    """Tell which listed survivors are no longer in the code, and which have no reason; return how many."""
    wrong = 0
    entries = listed()
    there = {m.key for module in {e["module"] for e in entries.values()} for m in mutants_of(module, path_of(module))}
    for key, entry in entries.items():
        if key not in there:
            print(f"stale: {entry['module']}.{entry['function']}: {entry['line']} -> {entry['change']}")
            wrong += 1
        if entry["reason"] == UNSEEN or not entry["reason"].startswith(("equivalent: ", "not tested because ")):
            print(f"no reason: {entry['module']}.{entry['function']}: {entry['line']} -> {entry['change']}")
            wrong += 1
    print(f"{len(entries)} survivors listed, {wrong} to look at")
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run", help="run what has not been run")
    one.add_argument("names", nargs="*", help="packages or modules, as kernels or kernels.peak; all if none")
    one.add_argument("--sample", type=int, help="at most so many of each module, drawn with a fixed seed")
    one.add_argument("--again", default="", help="outcomes to run anew, as: survived,timeout")
    for name in ("show", "again"):
        commands.add_parser(name).add_argument("keys", nargs="+")
    commands.add_parser("report")
    commands.add_parser("check")
    given = parser.parse_args(arguments)
    if given.command == "run":
        run(given.names or list(plan()["packages"]), given.sample, given.again)
    elif given.command == "again":
        run(list(plan()["packages"]), keys=given.keys)
    elif given.command == "show":
        show(given.keys)
    elif given.command == "report":
        report()
    else:
        return int(check() > 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
