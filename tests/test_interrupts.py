"""Outputs are whole or not there: interrupts at every line and at any moment, full disks, closed pipes, no orphans.

``ZONECARBON_EXAMPLES=8 pytest tests/test_interrupts.py`` stops each command eight times as often, at other moments.
"""

import contextlib
import errno
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import zonecarbon as zc
from zonecarbon.tabular.replacing import appearing, replacing
from zonecarbon.tabular.writing import FILES

MORE = int(os.environ.get("ZONECARBON_EXAMPLES", "1"))
MOMENTS = 2 if MORE == 1 else 5 * MORE
HERE = Path(__file__).resolve()
STOPPED = "stopped; no file is half-written"


# -- every line --------------------------------------------------------------------------------------------------------


def _interrupted_at(line: int, work: Callable[[], None]) -> bool:
    """Do the work with an interrupt at the n-th line of the module that replaces files; tell whether it came."""
    left = line
    came = False

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal left, came
        if not frame.f_code.co_filename.endswith("replacing.py"):
            return None
        if event == "line" and not came:
            left -= 1
            if left < 0:
                came = True
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            work()
    finally:
        sys.settrace(before)
    return came


def _contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def _every_line(tmp_path: Path, old: dict[str, str], new: dict[str, str], work: Callable[[Path], None]) -> None:
    """Interrupt the work at each line in turn; what is there is the old or the new, nothing else."""
    seen = set()
    for line in range(10_000):
        folder = tmp_path / f"at-{line}"
        folder.mkdir()
        for name, text in old.items():
            (folder / name).write_text(text)
        came = _interrupted_at(line, lambda folder=folder: work(folder))  # type: ignore[misc]
        found = _contents(folder)
        assert found in (old, new), f"line {line}: {found}"
        assert {path.name for path in folder.iterdir()} == {name.split("/")[0] for name in found}, f"line {line}"
        seen.add("old" if found == old else "new")
        if not came:
            assert found == new
            assert line > 10
            assert seen == {"old", "new"}
            return


def test_one_file_is_old_or_new_wherever_it_is_interrupted(tmp_path: Path) -> None:
    def work(folder: Path) -> None:
        with replacing([folder / "a.csv"]) as hidden:
            hidden[folder / "a.csv"].write_text("new")

    _every_line(tmp_path / "there", {"a.csv": "old"}, {"a.csv": "new"}, work) if _made(tmp_path / "there") else None
    _every_line(tmp_path / "not", {}, {"a.csv": "new"}, work) if _made(tmp_path / "not") else None


def _made(folder: Path) -> bool:
    folder.mkdir()
    return True


def test_several_files_are_all_old_or_all_new_wherever_they_are_interrupted(tmp_path: Path) -> None:
    def work(folder: Path) -> None:
        with replacing([folder / "a.csv", folder / "b.csv"], [folder / "c.csv"]) as hidden:
            for path in hidden.values():
                path.write_text("new")

    old = {"a.csv": "old", "b.csv": "old", "c.csv": "old"}
    _every_line(tmp_path, old, {"a.csv": "new", "b.csv": "new"}, work)


def test_a_folder_is_there_with_all_in_it_or_not_wherever_it_is_interrupted(tmp_path: Path) -> None:
    def work(folder: Path) -> None:
        with appearing(folder / "one/two") as made:
            (made / "a.csv").write_text("new")
            (made / "b.csv").write_text("new")

    _every_line(tmp_path, {"other": ""}, {"other": "", "one/two/a.csv": "new", "one/two/b.csv": "new"}, work)


# -- what the system refuses -------------------------------------------------------------------------------------------


def test_a_file_keeps_its_rights_and_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "kept" / "real.csv", tmp_path / "link.csv"
    real.parent.mkdir()
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    with replacing([link]) as hidden:
        assert hidden[link].parent == real.parent
        assert stat.S_IMODE(hidden[link].stat().st_mode) == 0o600
        hidden[link].write_text("new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    real.unlink()
    with replacing([link]) as hidden:  # it points to nothing
        hidden[link].write_text("again")
    assert link.is_symlink()
    assert real.read_text() == "again"
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(real.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    reader.start()
    zc.write(zc.list_methods(), pipe, format="json", overwrite=True)
    reader.join(10)
    assert json.loads(found[0])["result"] == "MethodList"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_file_that_is_protected_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may be allowed everything
    with pytest.raises(
        zc.InputError, match=r"a\.csv: the system must allow writing; it does not \(Permission denied\)"
    ):
        zc.write(zc.list_methods(), path, overwrite=True)
    assert _contents(tmp_path) == {"a.csv": "old"}


def test_a_folder_that_allows_no_new_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(zc.InputError, match="its folder must allow new files") as caught:
        zc.write(zc.list_methods(), tmp_path / "a.csv")
    assert caught.value.problems[0].values["folder"] == str(tmp_path.resolve())
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(zc.InputError, match="its folder must allow new files"):
        zc.write(_activity(), tmp_path / "folder")
    assert not list(tmp_path.iterdir())


def test_if_the_second_cannot_be_moved_the_first_is_put_back(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "new.csv", tmp_path / "b.csv"]
    paths[0].write_text("old")
    (tmp_path / "c.csv").write_text("old")
    with (  # noqa: PT012
        pytest.raises(zc.InputError, match="the system must allow writing"),
        replacing(paths, [tmp_path / "c.csv"]) as hidden,
    ):
        for path in hidden.values():
            path.write_text("new")
        paths[2].mkdir()
        (paths[2] / "in it").write_text("")
    assert _contents(tmp_path) == {"a.csv": "old", "c.csv": "old", "b.csv/in it": ""}


def test_without_hard_links_it_is_put_back_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    test_if_the_second_cannot_be_moved_the_first_is_put_back(tmp_path)


def test_a_folder_as_target_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "b.html").mkdir()
    with pytest.raises(zc.InputError, match="Is a directory"):
        zc.report(zc.account(_activity()), to=[tmp_path / "a.html", tmp_path / "b.html"], language="en")
    assert [path.name for path in tmp_path.iterdir()] == ["b.html"]


def test_a_folder_that_goes_away_while_it_is_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with (  # noqa: PT012
        pytest.raises(zc.InputError, match="No such file or directory"),
        replacing([folder / "a.csv"]) as hidden,
    ):
        hidden[folder / "a.csv"].write_text("new")
        hidden[folder / "a.csv"].unlink()
        folder.rmdir()
    assert not list(tmp_path.iterdir())


def _activity() -> zc.Activity:
    return zc.Activity.from_arrays(
        [[[100.0, 90.0, 80.0]], [[50.0, 60.0, 70.0]]], flows=["coke"], zones=["A", "B"], years=[2022, 2023, 2024],
        value_added=[[200.0, 220.0, 240.0], [90.0, 95.0, 99.0]], price_year=2020,
    )  # fmt: skip


WRITERS: dict[str, Callable[[Path], Any]] = {
    "csv": lambda folder: zc.write(zc.list_factors(), folder / "new.csv"),
    "json": lambda folder: zc.write(zc.list_factors(), folder / "new.json"),
    "parquet": lambda folder: zc.write(zc.list_factors(), folder / "new.parquet"),
    "xlsx": lambda folder: zc.write(zc.list_factors(), folder / "new.xlsx"),
    "activity": lambda folder: zc.write(_activity(), folder / "new.xlsx"),
    "tables": lambda folder: zc.write(_activity(), folder / "new", format="parquet"),
    "template": lambda folder: zc.write_template(folder / "new.xlsx"),
    "measures": lambda folder: zc.write_measures("starter", folder / "new.xlsx"),
    "page": lambda folder: zc.report(zc.account(_activity()), to=folder / "new.html"),
    "report": lambda folder: zc.report(zc.account(_activity()), to=[folder / "a.xlsx", folder / "b.html"]),
    "replaced": lambda folder: zc.write(zc.list_factors(), folder / "old.csv", overwrite=True),
}


@contextlib.contextmanager
def _disk_of(size: int) -> Iterator[None]:
    """No file can grow over this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", WRITERS)
def test_a_full_disk_is_told_and_leaves_what_was_there(kind: str, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("old")
    with (
        _disk_of(1000),
        pytest.raises(
            zc.InputError, match=r"^(new\S*|old\.csv|a\.xlsx|b\.html|test_\S+): the system must allow writing"
        ),
    ):
        WRITERS[kind](tmp_path)
    assert _contents(tmp_path) == {"old.csv": "old"}
    assert len(list(tmp_path.iterdir())) == 1


# -- the command -------------------------------------------------------------------------------------------------------

# What each command is given, and what it writes.
COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    "report": (
        ["report", "data", "--out", "r.html", "--out", "r.xlsx", "--draws", "64", "--workers", "2", "--until", "2035"],
        ["r.html", "r.xlsx"],
    ),
    "plan": (
        ["plan", "data", "--out", "p.xlsx", "--milestones", "m.json", "--overwrite", "--peak-by", "2028"],
        ["p.xlsx", "m.json"],
    ),
    "project": (["project", "data", "--draws", "4096", "--workers", "2", "--format", "csv"], []),
    "account": (["account", "data", "--by", "zone,year,carrier", "--format", "csv"], []),
    "check": (["check", "data", "--format", "json", "--workers", "2"], []),
    "workbook": (["convert", "data", "c.xlsx", "--overwrite"], ["c.xlsx"]),
    "tables": (["convert", "data", "tables", "--overwrite"], [f"tables/{name}.csv" for name in FILES]),
    "template": (["template", "t.xlsx", "--overwrite"], ["t.xlsx"]),
    "measures": (["measures", "--out", "s.xlsx", "--overwrite"], ["s.xlsx"]),
    "example": (["example", "made"], ["made/energy.csv", "made/README.md"]),
}  # fmt: skip

# Does each run of a list in a process of its own that starts with everything loaded (or nothing, where it is told so):
# makes it, waits for the moment, sends the signal, and tells how it ended.
DRIVER = """
import json, os, signal, subprocess, sys, time

def run(job):
    out, err = open(job["out"], "wb"), open(job["err"], "wb")
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.setpgid(0, 0)
        os.chdir(job["folder"])
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.argv = ["zonecarbon", *job["words"]]
        from zonecarbon import cli
        parser = cli._parser
        cli._parser = lambda: os.write(write, b".") and parser()  # signals are heeded from here on
        return cli.main()
    os.close(write)
    os.read(read, 1)
    os.close(read)
    began = time.monotonic()
    while time.monotonic() - began < job["after"]:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(min(0.005, job["after"]))
    for number in job["signals"]:
        os.kill(pid, number)
    for _ in range(12000):
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.005)
    else:
        os.kill(pid, signal.SIGKILL)
    took = time.monotonic() - began
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        os.killpg(pid, 0)
        alone = False
    except ProcessLookupError:
        alone = True
    print(json.dumps({"code": code, "took": took, "alone": alone}), flush=True)

jobs = json.loads(sys.stdin.readline())
while jobs:
    if jobs["warm"]:
        import zonecarbon.cli, zonecarbon.plots, scipy.optimize, zonecarbon.reporting.page
        zonecarbon.cli._parser()
    code = run(jobs)
    if code is not None:
        sys.exit(code)
    jobs = json.loads(sys.stdin.readline())
"""


class Driver:
    """Starts commands and stops them."""

    def __init__(self, warm: bool) -> None:
        self.warm = warm
        self._process = subprocess.Popen(
            [sys.executable, "-c", DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip

    def run(self, words: list[str], folder: Path, after: float, *signals: int) -> tuple[dict[str, Any], str, str]:
        """Return how a command ended that got signals after a time, what it printed, and what it said."""
        out, err = folder.with_name(f"{folder.name}.out"), folder.with_name(f"{folder.name}.err")
        told = {
            "out": str(out), "err": str(err), "folder": str(folder), "words": words, "after": after,
            "signals": signals, "warm": self.warm,
        }  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline()), out.read_text(), err.read_text()

    def close(self) -> None:
        """End."""
        assert self._process.stdin is not None
        self._process.stdin.write("null\n")
        self._process.stdin.close()
        assert self._process.wait(20) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(name="driver", scope="module")
def _driver() -> Iterator[Driver]:
    driver = Driver(warm=True)
    yield driver
    driver.close()


@pytest.fixture(name="cold", scope="module")
def _cold() -> Iterator[Driver]:
    driver = Driver(warm=False)
    yield driver
    driver.close()


@pytest.fixture(name="data", scope="module")
def _data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of tables of six zones of the example."""
    folder = tmp_path_factory.mktemp("six")
    shipped = Path(zc.__file__).parent / "data" / "example"
    zones = {f"synthetic-{number:03d}" for number in range(1, 7)}
    for name in ("zones.csv", "economy.csv", "energy.csv"):
        heading, *rows = (shipped / name).read_text("utf-8-sig").splitlines()
        kept = [row for row in rows if row.split(",")[0] in zones]
        assert kept
        (folder / name).write_text("\n".join([heading, *kept]) + "\n", "utf-8")
    return folder


def _folder(path: Path, data: Path, old: list[str]) -> Path:
    """Make a folder to work in, with old files in it."""
    path.mkdir()
    (path / "data").symlink_to(data)
    for name in old:
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text("old")
    return path


def _is_whole(path: Path, reference: Path) -> bool:
    """Tell whether a file is what an undisturbed run writes."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as found, zipfile.ZipFile(reference) as wanted:
            return found.testzip() is None and found.namelist() == wanted.namelist()
    return path.read_bytes() == reference.read_bytes()


def _verify(folder: Path, reference: Path, files: list[str], old: bool) -> bool:
    """Check that each file is old, or not there, or whole; nothing else is there; return whether all are new."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    wanted = {path.relative_to(reference).as_posix() for path in reference.rglob("*") if path.is_file()}
    assert there <= wanted | (set(files) if old else set()), f"left behind: {there - wanted}"
    new = [name for name in there if (folder / name).read_bytes() != b"old"]
    assert all(_is_whole(folder / name, reference / name) for name in new)
    if old:
        assert set(files) - set(new) <= there | (set(files) - wanted)
    return set(new) >= wanted


@pytest.mark.parametrize("name", COMMANDS if MORE > 1 else ["report", "tables"])
def test_a_command_stopped_at_any_moment(name: str, data: Path, tmp_path: Path, driver: Driver) -> None:
    words, files = COMMANDS[name]
    reference = _folder(tmp_path / "whole", data, [])
    ended, whole, said = driver.run(words, reference, 60.0)
    assert ended["code"] in {0, 1, 3}, said
    assert files or whole
    moments = random.Random(f"{name}{MORE}")
    stopped = 0
    for number in range(MOMENTS):
        old = files if number % 2 and name != "example" else []
        folder = _folder(tmp_path / f"run-{number}", data, old)
        after = 0.0 if number == 0 else moments.uniform(0.0, ended["took"])
        kind = signal.SIGTERM if number % 5 == 4 else signal.SIGINT
        found, printed, told = driver.run(words, folder, after, kind)
        assert found["alone"], "a process is left"
        assert "Traceback" not in told, told
        assert "Exception ignored" not in told, told
        assert found["took"] - after < 20.0
        new = _verify(folder, reference, files, bool(old))
        if found["code"] == ended["code"]:
            assert new
            assert printed == whole or "seed" in told or name == "project"
            assert STOPPED not in told
        else:
            assert found["code"] == 128 + kind
            assert told.endswith(f"{STOPPED}\n")
            stopped += 1
    assert stopped


def test_two_signals_are_one(data: Path, tmp_path: Path, driver: Driver) -> None:
    """What passes a signal on that the terminal sends to all."""
    words, _ = COMMANDS["report"]
    found, printed, told = driver.run(
        words, _folder(tmp_path / "run", data, []), 0.1, signal.SIGINT, signal.SIGTERM, signal.SIGINT
    )
    assert found["code"] in {130, 143}
    assert told.count(STOPPED) == 1
    assert "Traceback" not in told
    assert not printed
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"data"}


@pytest.mark.parametrize("after", [0.0, 0.05, 0.3, 0.6][: 1 + MORE])
def test_a_command_stopped_while_it_loads(after: float, data: Path, tmp_path: Path, cold: Driver) -> None:
    found, printed, told = cold.run(["account", "data"], _folder(tmp_path / "run", data, []), after, signal.SIGINT)
    assert (found["code"], printed) == (130, "")
    assert told.endswith(f"{STOPPED}\n")
    assert "Traceback" not in told


def test_the_line_is_in_the_readers_language(data: Path, tmp_path: Path, driver: Driver) -> None:
    words = ["account", "data", "--lang", "zh"]
    found, _, told = driver.run(words, _folder(tmp_path / "run", data, []), 0.0, signal.SIGINT)
    assert found["code"] == 130
    assert told.endswith("已中断；没有写了一半的文件\n")


def _shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    line = line.replace("zonecarbon", f"'{sys.executable}' -m zonecarbon")
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "line", ["account data --by zone,year,carrier", "--help", "factors list --format json"][: 1 + 2 * (MORE > 1)]
)
def test_nobody_reads_on(line: str, data: Path, tmp_path: Path) -> None:
    found = _shell(f"zonecarbon {line} 2>err | head -c 1; echo ${{PIPESTATUS[0]}}", _folder(tmp_path / "run", data, []))
    assert found.stdout[1:].strip() == "0"
    assert "Broken" not in (tmp_path / "run" / "err").read_text()
    assert "Traceback" not in (tmp_path / "run" / "err").read_text()


def test_what_is_printed_finds_no_space(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("the system has no /dev/full")
    found = _shell("zonecarbon carriers --lang zh > /dev/full", tmp_path)
    assert found.returncode == 2
    assert found.stderr.splitlines()[-1].startswith("标准输出：")
    assert "Traceback" not in found.stderr


def test_a_host_keeps_its_signals_and_gets_its_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    from zonecarbon import cli
    from zonecarbon.cli import known

    def interrupt(*_: Any) -> int:
        raise KeyboardInterrupt

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    monkeypatch.setattr(known, "run_carriers", interrupt)
    with pytest.raises(KeyboardInterrupt):
        cli.main(["carriers"])
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


# -- pools -------------------------------------------------------------------------------------------------------------

POOLS = """
import signal, sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
import zonecarbon as zc

if __name__ == "__main__":
    kind = sys.argv[1]
    activity = zc.Activity.from_arrays([[[100.0, 90.0, 80.0]]] * 60, flows=["coke"], zones=[f"Z{i}" for i in range(60)],
        years=[2022, 2023, 2024], value_added=[[200.0, 220.0, 240.0]] * 60, price_year=2020)
    account = zc.account(activity)
    pool = ThreadPoolExecutor(2) if kind == "threads" else ProcessPoolExecutor(
        2, get_context(kind), signal.signal, (signal.SIGINT, signal.SIG_IGN))  # as docs/embedding.md advises
    told = []
    def tell(done, todo):
        if not told:
            told.append(print("begun", flush=True))
    try:
        with pool:
            zc.project(account, "policy", until=2060, draws=2_000_000, rng=1, executor=pool, progress=tell)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.parametrize("whole_group", [False, True][:MORE], ids=["parent", "group"][:MORE])
@pytest.mark.parametrize("kind", ["threads", "fork", "spawn", "forkserver"] if MORE > 1 else ["threads", "spawn"])
def test_a_pool_leaves_no_processes(kind: str, whole_group: bool, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(POOLS)
    with subprocess.Popen(
        [sys.executable, str(script), kind], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
        try:
            assert process.wait(60) == 130
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("processes are left")
