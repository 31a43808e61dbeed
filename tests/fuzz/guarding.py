"""What a case may not do: raise anything but an error of ours, take long, take much memory, write where nobody asked.

Decided here: time is that of the processor (a busy machine makes no finding), stopped by a signal where there are
signals. Memory is the growth of the largest resident set of the process; where the system lets a process forget what
was largest before (Linux, 0.1 ms), a case after a large one is seen too. A limit on the address space keeps a runaway
case from taking the machine along. Writing is watched by an audit hook, which sees every
``open``, ``mkdir``, ``rename`` and ``remove`` that Python does and refuses what lies outside the sandbox, so that no
case can harm the machine it runs on; what is inside, the targets compare with what was named.
"""

import contextlib
import io
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from zonecarbon.errors import ZoneCarbonError, ZoneCarbonWarning

MOST_MEMORY = 256  # MB that one case may add
_ADDRESSES = 6 << 30  # bytes beyond what the process has at the start
_LONGEST_TEXT = 200_000  # characters of an error
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}


class TooSlow(BaseException):
    """A case used up its time."""


class Escaped(BaseException):
    """A case tried to write outside the sandbox (in ``folder``), or to start something."""

    def __init__(self, told: str, folder: str = "") -> None:
        super().__init__(told)
        self.folder = folder


class Fault(AssertionError):
    """A target found that the library broke a promise of its own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one case did that it must not do; ``key`` is the same for the same fault."""

    target: str
    key: str
    detail: str
    data: bytes = field(repr=False)


# -- the sandbox -------------------------------------------------------------------------------------------------------

_watched: list[str] = []
_is_hooked: list[bool] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    """Refuse to write outside the watched folder; asleep while there is none."""
    if not _watched:
        return
    if event == "open":
        path, mode, flags = args
        writes = any(sign in mode for sign in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
        paths = [path] if writes else []
    elif event in _CHANGES:
        paths = [arg for arg in args[:2] if isinstance(arg, (str, bytes))]
    elif event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"}:
        raise Escaped(f"{event} {args!r:.200}")
    else:
        return
    for path in paths:
        if isinstance(path, int):
            continue
        full = os.path.realpath(os.fsdecode(path))
        if not (full + os.sep).startswith(_watched[0] + os.sep):
            raise Escaped(f"{event} {full}", os.path.dirname(full))


class Sandbox:
    """A folder in memory where there is one: ``work`` is the current folder, ``home`` and ``tmp`` must stay empty."""

    def __init__(self) -> None:
        memory = "/dev/shm"
        fast = memory if os.access(memory, os.W_OK) else None
        self.root = Path(os.path.realpath(tempfile.mkdtemp(prefix="zonecarbon-fuzz-", dir=fast)))
        self.work, self.home, self.tmp = (self.root / name for name in ("work", "home", "tmp"))
        for folder in (self.work, self.home, self.tmp):
            folder.mkdir()
        self._before: dict[str, str | None] = {}
        self._old_folder, self._old_temp = os.getcwd(), tempfile.tempdir

    def __enter__(self) -> "Sandbox":
        for name, value in (("HOME", self.home), ("TMPDIR", self.tmp)):
            self._before[name] = os.environ.get(name)
            os.environ[name] = str(value)
        tempfile.tempdir = str(self.tmp)
        os.chdir(self.work)
        if not _is_hooked:
            sys.addaudithook(_watch)  # cannot be taken away again, but sleeps
            _is_hooked.append(True)
        return self

    def __exit__(self, *_: object) -> None:
        os.chdir(self._old_folder)
        tempfile.tempdir = self._old_temp
        for name, value in self._before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        shutil.rmtree(self.root, ignore_errors=True)

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Refuse writing outside meanwhile; a module that a case is the first to import is not compiled to a file."""
        compiled = sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        _watched.append(str(self.root))
        try:
            yield
        finally:
            _watched.clear()
            sys.dont_write_bytecode = compiled

    def put(self, name: str, data: bytes) -> Path:
        """Write a file of the work folder and return its path."""
        path = self.work / name
        path.write_bytes(data)
        return path

    def listing(self) -> dict[str, tuple[int, int]]:
        """Return size and time of every file and folder in the sandbox."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in (*folders, *files):
                path = os.path.join(folder, name)
                about = os.lstat(path)
                size = 0 if os.path.isdir(path) else about.st_size
                found[os.path.relpath(path, self.root)] = (size, about.st_mtime_ns if size else 0)
        return found

    def clear(self) -> None:
        """Empty the three folders."""
        for folder in (self.work, self.home, self.tmp):
            for item in os.scandir(folder):
                if item.is_dir(follow_symlinks=False):
                    shutil.rmtree(item.path, ignore_errors=True)
                else:
                    os.unlink(item.path)


# -- one case ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Ran:
    """How one case went."""

    accepted: bool
    seconds: float
    finding: Finding | None = None


def limit_memory() -> None:
    """Bound the address space of this process, where that can be done."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + _ADDRESSES,) * 2)


def _forget_peak() -> None:
    """Start the largest resident set anew, where that can be done."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def peak_memory() -> float:
    """Return the largest resident set of this process so far [MB]; 0 where that is not known."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / 1e6 if sys.platform == "darwin" else peak / 1e3)


@contextlib.contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, frame: FrameType | None) -> None:
        at = "" if frame is None else f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
        raise TooSlow(f"longer than {seconds:g} s, at {at}")

    old = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


def run_case(name: str, run: Callable[[bytes, Sandbox], None], data: bytes, box: Sandbox, seconds: float) -> Ran:
    """Run one case under all bounds; nothing but KeyboardInterrupt comes out."""
    _forget_peak()
    memory, start = peak_memory(), time.process_time()
    accepted, error = False, None
    try:
        with box.watched(), warnings.catch_warnings(), _no_longer_than(seconds):
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", ZoneCarbonWarning)
            try:
                run(data, box)
                accepted = True
            except ZoneCarbonError as refused:
                check_refusal(refused)
    except KeyboardInterrupt:
        raise
    except BaseException as caught:
        error = caught
    took = time.process_time() - start
    finding = None
    if error is not None:
        finding = Finding(name, _key(error), _detail(error), data)
    elif took > seconds:
        finding = Finding(name, "slow, in code that no signal stops", f"{took:.1f} s", data)
    elif (grown := peak_memory() - memory) > MOST_MEMORY:
        finding = Finding(name, "memory", f"{grown:.0f} MB", data)
    return Ran(accepted, took, finding)


def check_refusal(error: ZoneCarbonError) -> None:
    """Raise unless an error can be shown: in both languages, as strict JSON, and not endless."""
    import json

    json.dumps(error.to_dict(), allow_nan=False)
    for text in (error.text("en"), error.text("zh")):
        text.encode("utf-8", "backslashreplace")
        if not text.strip():
            raise Fault("an error without a word")
        if len(text) > _LONGEST_TEXT:
            raise Fault(f"an error of {len(text)} characters")


def _key(error: BaseException) -> str:
    """Return kind of error and the innermost place in the library."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "zonecarbon" in frame.filename]
    place = f"{Path(ours[-1].filename).parent.name}/{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "-"
    return f"{type(error).__name__} at {place}"


def _detail(error: BaseException) -> str:
    text = io.StringIO()
    traceback.print_exception(type(error), error, error.__traceback__, limit=-12, file=text)
    return text.getvalue()[-4000:]
