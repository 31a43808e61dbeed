"""Run mutants: collect the tests once, then one fork for each mutant, with only the tests that reach its line.

Decided here: starting Python and collecting tests takes seconds, a fork hundredths of one. So a plugin of pytest takes
the place of its loop over tests. It runs all tests once under coverage, in a fork (which lines does each test reach,
how long does it take, which fail without any change and are left out), and keeps that as long as neither the tests nor
the package change. For each mutant a fork puts the changed code into the functions that are there already (their
``__code__``, so that every name bound to a function has the change) and runs the tests that reach the line until one
fails: those that found the last changes of this function first, then the fast ones. What runs at import (constants,
fields, defaults of arguments) gets a process of its own that imports the changed module.

A mutant that survives is run against the tests of ``seconds`` seconds, the fastest first. Examples of hypothesis are
few, always the same and not made smaller, so a score from here is a lower bound of what the suite finds.
"""

import contextlib
import gc
import hashlib
import importlib
import importlib.abc
import importlib.util
import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tools.mutants import Mutant  # noqa: E402

__all__ = ["Runner", "options", "path_of"]

KILLED, SURVIVED, TIMEOUT, NOT_REACHED, INVALID = "killed", "survived", "timeout", "not reached", "invalid"
MEMORY = 8 << 30  # a changed size may ask for any amount
_NOT_POSSIBLE = "?"


def path_of(module: str) -> Path:
    """Return the file of a module of the library."""
    path = ROOT / "src" / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def options(files: Sequence[str], room: Path) -> list[str]:
    """Return the arguments of pytest, which loads no plugins that happen to be installed."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    quiet = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--capture=sys"]
    quiet += ["-o", "addopts=--strict-markers --import-mode=importlib --doctest-modules"]
    return [*quiet, f"--basetemp={room}", f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml"), *files]


@dataclass
class Runner:
    """The plugin: runs the mutants and hands each outcome to ``done``.

    Parameters
    ----------
    mutants
        In the order in which they are run.
    done
        Called with each mutant, its outcome, the test that found it and the seconds it took.
    kept
        File for what each test reaches.
    packages
        Names below ``zonecarbon`` whose lines are looked at.
    seconds
        How long the tests for one mutant may take together, without a change.
    slowest
        Tests that take longer are left out [s].
    """

    mutants: Sequence[Mutant]
    done: Callable[[Mutant, str, str, float], None]
    kept: Path
    packages: Sequence[str]
    seconds: float
    slowest: float
    _finders: dict[str, Counter[str]] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Make examples of hypothesis few, the same each time, and not smaller once one fails."""
        _few_examples(items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the mutants in place of the tests."""
        items = {item.nodeid: item for item in session.items}
        known = self._reached(items)
        for module in [mutant.module for mutant in self.mutants] + known["modules"]:
            with contextlib.suppress(Exception):  # what the tests load on the way is there before the forks
                importlib.import_module(module)
        _warm()
        gc.collect()
        gc.freeze()
        functions: dict[str, list[FunctionType]] = {}
        for mutant in self.mutants:
            if mutant.module not in functions:
                functions = {mutant.module: _functions(path_of(mutant.module))}
                _compiled(path_of(mutant.module))
                _caches()
            start = time.monotonic()
            outcome, test = self._run(mutant, items, known, functions[mutant.module])
            self.done(mutant, outcome, test, time.monotonic() - start)
        return True

    def _run(
        self, mutant: Mutant, items: dict[str, pytest.Item], known: dict[str, Any], functions: list[FunctionType]
    ) -> tuple[str, str]:
        try:
            compile(mutant.source, mutant.module, "exec")
        except (SyntaxError, ValueError):
            return INVALID, ""
        names, taken = self._chosen(mutant, known)
        if not names:
            return NOT_REACHED, ""
        limit = 20.0 + 10.0 * taken  # on the wall
        answer = _NOT_POSSIBLE
        if mutant.function:
            answer = _forked(lambda: _try(mutant, functions, [items[name] for name in names]), limit)
        if answer == _NOT_POSSIBLE:
            answer = _apart(mutant, names, limit)
        if answer in {"", TIMEOUT}:
            return answer or SURVIVED, ""
        self._finders.setdefault(mutant.module + mutant.function, Counter())[answer] += 1
        self._finders.setdefault(mutant.module, Counter())[answer] += 1
        return KILLED, answer

    def _chosen(self, mutant: Mutant, known: dict[str, Any]) -> tuple[list[str], float]:
        """Return the tests that reach the lines, the likely ones first, and how long they take together."""
        reached = known["lines"].get(mutant.module, {})
        lines = range(mutant.lines[0], mutant.lines[1] + 1)
        names = {name for line in lines for name in reached.get(str(line), ())}
        if not mutant.function:
            files = {name.partition("::")[0] for tests in reached.values() for name in tests}
            names = {name for name in known["seconds"] if name.partition("::")[0] in files}
        own = self._finders.get(mutant.module + mutant.function, Counter())
        all_ = self._finders.get(mutant.module, Counter())
        chosen, taken = [], 0.0
        for name in sorted(names, key=lambda name: (-own[name], -all_[name], known["seconds"][name], name)):
            if taken + known["seconds"][name] > self.seconds * (1.0 if mutant.function else 0.5):
                break
            chosen.append(name)
            taken += known["seconds"][name]
        return chosen, taken

    def _reached(self, items: dict[str, pytest.Item]) -> dict[str, Any]:
        """Return, by module and line, the tests that reach it, and the seconds of each test.

        All are run anew when the package has changed, else those of the files that have.
        """
        folders = [ROOT / "src/zonecarbon" / package for package in self.packages]
        package = _stamp([path for folder in folders for path in sorted(folder.glob("*.py"))])
        stamps = {str(path.relative_to(ROOT)): _stamp([path]) for path in sorted({i.path for i in items.values()})}
        old: dict[str, Any] = json.loads(self.kept.read_text()) if self.kept.is_file() else {}
        if old.get("package") != package:
            old = {"stamps": {}, "seconds": {}, "left_out": [], "modules": [], "lines": {}}
        same = {name for name, stamp in stamps.items() if old["stamps"].get(name) == stamp}
        new = [item for item in items.values() if str(item.path.relative_to(ROOT)) not in same]
        if new:
            print(f"looking what {len(new)} tests reach", flush=True)
            _forked(lambda: self._look(new), 3600.0, silent=False)
            made: dict[str, Any] = json.loads(self.kept.read_text())
            old = _merged({name for name in items if name not in {item.nodeid for item in new}}, old, made)
            self.kept.write_text(json.dumps(old | {"package": package, "stamps": stamps}))
        return old

    def _look(self, items: list[pytest.Item]) -> str:
        import coverage

        folders = [str(ROOT / "src/zonecarbon" / package) for package in self.packages]
        seconds: dict[str, float] = {}
        left_out = []
        cover = coverage.Coverage(data_file=None, config_file=False, source=folders, messages=False)
        cover.start()
        for item, after in _pairs(items):
            cover.switch_context(item.nodeid)
            start = time.process_time()  # not the clock on the wall: others may be at work
            failed = _fails(item, after)
            taken = time.process_time() - start
            if failed or taken > self.slowest:
                left_out.append(item.nodeid)
                print(f"left out: {item.nodeid}, {'fails' if failed else f'{taken:.1f} s'}", flush=True)
            else:
                seconds[item.nodeid] = taken
        cover.stop()
        data = cover.get_data()
        lines: dict[str, dict[int, list[str]]] = {}
        for name in data.measured_files():
            module = ".".join(Path(name).relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
            by_line = data.contexts_by_lineno(name)
            lines[module] = {line: [c for c in contexts if c in seconds] for line, contexts in by_line.items()}
        loaded = sorted(
            name for name in sys.modules if name.startswith(("zonecarbon", "hypothesis", "numpy", "pandas"))
        )
        made = {"seconds": seconds, "left_out": left_out, "modules": loaded, "lines": lines}
        self.kept.write_text(json.dumps(made))
        return ""


def _merged(same: set[str], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return what was known of the tests that are the same, and what is new."""
    seconds = {name: taken for name, taken in old["seconds"].items() if name in same} | new["seconds"]
    lines: dict[str, dict[str, list[str]]] = {}
    for part in (old["lines"], new["lines"]):
        for module, by_line in part.items():
            for line, names in by_line.items():
                there = [name for name in names if name in seconds and (part is new["lines"] or name in same)]
                lines.setdefault(module, {}).setdefault(line, []).extend(there)
    left_out = [name for name in old["left_out"] if name in same] + new["left_out"]
    modules = sorted({*old["modules"], *new["modules"]})
    return {"seconds": seconds, "left_out": left_out, "modules": modules, "lines": lines}


def _stamp(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _pairs(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    yield from zip(items, [*items[1:], None], strict=True)


def _fails(item: pytest.Item, after: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol
    from _pytest.warnings import catch_warnings_for_item

    item.repr_failure = lambda *_, **__: "failed"  # type: ignore[method-assign]  # to tell how takes longer than the test
    with catch_warnings_for_item(item.config, item.ihook, "runtest", item):  # its own marks of warnings to ignore
        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=after))


def _warm() -> None:
    """Let hypothesis make its tables before the forks."""
    from hypothesis import given, settings
    from hypothesis import strategies as st

    @settings(database=None, deadline=None, max_examples=5)
    @given(st.floats(), st.integers(), st.text())
    def nothing(number: float, count: int, text: str) -> None:
        pass

    nothing()


def _few_examples(items: list[pytest.Item]) -> None:
    from hypothesis import HealthCheck, Phase, settings

    for item in items:
        test: Any = getattr(item, "obj", None)
        test = getattr(test, "__func__", test)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is None and not hasattr(test, "hypothesis"):
            continue
        own = own or settings()
        test._hypothesis_internal_use_settings = settings(
            own,
            max_examples=min(own.max_examples, 10),
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )


def _functions(path: Path) -> list[FunctionType]:
    """Return all functions of a file that are there, however they are wrapped."""
    gc.unfreeze()
    there = [f for f in gc.get_objects() if type(f) is FunctionType and f.__code__.co_filename == str(path)]
    gc.freeze()
    return there


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _put_in(mutant: Mutant, functions: Sequence[FunctionType]) -> bool:
    """Put the changed code into the functions; return whether that was possible."""
    path = path_of(mutant.module)
    old = [c for c in _codes(_compiled(path)) if _within(c, mutant)]
    new = [c for c in _codes(compile(mutant.source, str(path), "exec")) if _within(c, mutant)]
    tops = [[c for c in codes if c.co_qualname == mutant.function] for codes in (old, new)]
    if [c.co_qualname for c in old] != [c.co_qualname for c in new]:
        old, new = tops
    if len(old) != len(new):
        return False
    changed = {before: after for before, after in zip(old, new, strict=True) if before != after}
    done = False
    for function in functions:
        after = changed.get(function.__code__)
        if after is not None:
            if len(after.co_freevars) != len(function.__code__.co_freevars):
                return False
            function.__code__ = after
            done = True
    return done


@cache
def _caches() -> list[Any]:
    """Return all functions of the library that remember."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("zonecarbon")]
    return [thing for module in modules for thing in vars(module).values() if type(thing) is type(_compiled)]


@cache
def _compiled(path: Path) -> CodeType:
    return compile(path.read_text(encoding="utf-8"), str(path), "exec")


def _within(code: CodeType, mutant: Mutant) -> bool:
    return code.co_qualname == mutant.function or code.co_qualname.startswith(mutant.function + ".<locals>")


def _try(mutant: Mutant, functions: Sequence[FunctionType], items: Sequence[pytest.Item]) -> str:
    """Return the name of the first test that fails, or nothing."""
    if not _put_in(mutant, functions):
        return _NOT_POSSIBLE
    for kept in _caches():
        kept.cache_clear()
    return next((item.nodeid for item, after in _pairs(items) if _fails(item, after)), "")


def _forked(work: Callable[[], str], limit: float, *, silent: bool = True) -> str:
    """Return what ``work`` returns in a fork, :data:`TIMEOUT` if it takes too long, or how it ended."""
    mine, its = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.setsid()
            os.close(mine)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            if silent:
                nowhere = os.open(os.devnull, os.O_RDWR)
                for stream in (0, 1, 2):
                    os.dup2(nowhere, stream)
            os.write(its, work().encode())
            code = 0
        finally:
            os._exit(code)
    os.close(its)
    ready, _, _ = select.select([mine], [], [], limit)
    answer = os.read(mine, 65536).decode() if ready else TIMEOUT
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    os.close(mine)
    if not answer and os.waitstatus_to_exitcode(status) not in {0, -signal.SIGKILL}:
        return "the process ended"
    return answer


# A process of its own, for what runs when a module is imported.


def _apart(mutant: Mutant, names: Sequence[str], limit: float) -> str:
    with tempfile.TemporaryDirectory() as folder:
        order = Path(folder) / "order.json"
        given = {"module": mutant.module, "source": mutant.source, "names": list(names), "room": folder + "/tests"}
        order.write_text(json.dumps(given))
        command = [sys.executable, __file__, str(order)]
        process = subprocess.Popen(
            command, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            told, _ = process.communicate(timeout=limit + 60.0)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return TIMEOUT
    last = told.strip().splitlines()[-1:] or ["import"]
    return last[0].removeprefix("found by:").strip() if last[0].startswith("found by:") else "import"


class _Changed(importlib.abc.MetaPathFinder):
    """Imports the changed source in place of the file."""

    def __init__(self, module: str, source: str) -> None:
        self.module, self.source = module, source

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        """Return the changed module."""
        if fullname != self.module:
            return None
        place, source = str(path_of(fullname)), self.source

        class Loader(SourceFileLoader):
            def get_code(self, fullname: str) -> CodeType:
                return compile(source, place, "exec", dont_inherit=True)

        return importlib.util.spec_from_file_location(fullname, place, loader=Loader(fullname, place))


class _UntilOneFails:
    """The plugin of the process apart: the tests in the order given, until one fails."""

    def __init__(self, names: Sequence[str], changed: _Changed) -> None:
        self.names, self.changed = names, changed
        self.found = "import"  # unless the loop is reached: collecting imports all

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Stand before what pytest itself imports with, which has come by now."""
        sys.meta_path.insert(0, self.changed)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """As in the fork."""
        _few_examples(items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests."""
        if session.testsfailed:
            return True
        there = {item.nodeid: item for item in session.items}
        items = [there[name] for name in self.names if name in there]
        self.found = next((item.nodeid for item, after in _pairs(items) if _fails(item, after)), "")
        return True


def _alone(order: Path) -> None:
    given = json.loads(order.read_text())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    plugin = _UntilOneFails(given["names"], _Changed(given["module"], given["source"]))
    files = sorted({name.split("::")[0] for name in given["names"]})
    pytest.main(options(files, Path(given["room"])), plugins=[plugin])
    print(f"\nfound by: {plugin.found}")


if __name__ == "__main__":
    _alone(Path(sys.argv[1]))
