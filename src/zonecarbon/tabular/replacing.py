"""Files that come whole or not at all: everything that this library writes goes through here.

Decided here:

* A file is written under a hidden name beside its place (``.zonecarbon-...``) and renamed when it is whole. So a full
  disk, an error or an interrupt leaves what was there before, and the hidden files are taken away.
* Several files of one answer come all or none. If the system refuses one on the way (on Windows a workbook that is
  open), what was moved already is put back; an interrupt between two renames finishes them first. A folder that was not
  there appears by one rename. Only a process that is killed outright, or a machine that loses power, in the moment
  between two renames can leave some of several files new and some old, each of them whole, and hidden files.
* Writing through a link writes the file that it points to. A file keeps its rights; one that must not be written to is
  refused, though the folder would allow a rename. The folder has to allow new files.
* What is no file (a pipe, ``/dev/stdout``) has nothing to keep and is written to directly.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from zonecarbon.errors import InputError, Where

_NO_NEW_FILES = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(slots=True)
class _Move:
    """One thing to be moved: where to, the hidden file, and where what was there is kept until all are moved."""

    target: Path
    hidden: Path | None  # None: nothing comes to this place, what is there goes
    former: Path
    done: bool = False


@contextmanager
def replacing(paths: Sequence[Path], leaving: Iterable[Path] = ()) -> Iterator[dict[Path, Path]]:
    """Give a temporary path for each of ``paths``, beside it; move all into place when everything is written.

    Parameters
    ----------
    paths
        Files, all in folders that are there.
    leaving
        Files that go when those of ``paths`` come.

    Raises
    ------
    InputError
        If the system refuses.
    """
    token = f".zonecarbon-{uuid4().hex}"
    moves = [_move_of(path, f"{token}-{at}") for at, path in enumerate(paths)]
    gone = [_Move(path, None, path.with_name(f"{token}-{len(moves) + at}-old")) for at, path in enumerate(leaving)]
    where = Where(paths[0].name if len(paths) == 1 else paths[0].parent.name)
    hidden = [path for move in (*moves, *gone) for path in (move.hidden, move.former) if path is not None]
    try:
        try:
            for move in moves:
                _begin(move, where)
            yield {path: move.hidden or path for path, move in zip(paths, moves, strict=True)}
            _move_all([*(move for move in moves if move.hidden), *gone])
        except OSError as error:
            raise InputError("write.refused", where, detail=error.strerror or str(error)) from None
        finally:
            _tidy(hidden)
    except KeyboardInterrupt:  # it may have come while tidying up
        _tidy(hidden)
        raise


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """Give a temporary folder for one that is not there yet, which appears with all that is in it.

    Folders above it that are not there appear with it.

    Raises
    ------
    InputError
        If the system refuses.
    """
    folder = Path(os.path.realpath(folder))
    top = folder
    while not top.parent.exists():
        top = top.parent
    hidden = top.with_name(f".zonecarbon-{uuid4().hex}")
    try:
        inner = hidden / folder.relative_to(top)
        inner.mkdir(parents=True)
        yield inner
        hidden.rename(top)
    except OSError as error:
        raise _refused(error, Where(folder.name), top.parent) from None
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _move_of(path: Path, name: str) -> _Move:
    target = Path(os.path.realpath(path))
    former = target.with_name(f"{name}-old")
    if path.exists() and not path.is_file() and not path.is_dir():
        return _Move(path, None, former)
    return _Move(target, target.with_name(f"{name}{path.suffix}"), former)


def _begin(move: _Move, where: Where) -> None:
    """Make the hidden file, so that what the system refuses is known before the work."""
    if move.hidden is None:
        return
    if move.target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    there = move.target.exists()
    if there and not os.access(move.target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    try:
        # What replaces a file that others cannot read is not readable to them while it is written either.
        os.close(os.open(move.hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if there else 0o666))
    except OSError as error:
        raise _refused(error, where, move.target.parent) from None


def _refused(error: OSError, where: Where, folder: Path) -> InputError:
    """Return the error that says what must allow writing."""
    detail = error.strerror or str(error)
    if error.errno in _NO_NEW_FILES:
        return InputError("write.rights", where, folder=str(folder), detail=detail)
    return InputError("write.refused", where, detail=detail)


def _move_all(moves: Sequence[_Move]) -> None:
    """Move everything into place; if the system refuses one, put back what was there and raise."""
    try:
        try:
            _move(moves)
        except KeyboardInterrupt:
            _move(moves, again=True)  # a few renames, so that there are not some old and some new
            raise
    except OSError:
        for move in moves:
            if move.done:
                _put_back(move)
        raise


def _move(moves: Sequence[_Move], again: bool = False) -> None:
    for move in moves:
        if move.done:
            continue
        if move.hidden is None:
            if move.target.exists():
                move.target.replace(move.former)
        elif not again or move.hidden.exists():  # the interrupt may have come right after the rename
            if move.target.exists():
                move.hidden.chmod(stat.S_IMODE(move.target.stat().st_mode))
                if len(moves) > 1:
                    _keep(move.target, move.former)
            move.hidden.replace(move.target)
        move.done = True


def _keep(path: Path, former: Path) -> None:
    """Keep what is at ``path`` under another name as well; at no moment is there nothing."""
    former.unlink(missing_ok=True)
    try:
        os.link(path, former)
    except OSError:  # a system without hard links
        shutil.copy2(path, former)


def _tidy(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _put_back(move: _Move) -> None:
    with suppress(OSError):
        if move.former.exists():
            move.former.replace(move.target)
        else:
            move.target.unlink(missing_ok=True)
