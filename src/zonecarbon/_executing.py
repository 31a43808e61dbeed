"""Work that is cut into jobs, done here or on any executor, with the answers in the order of the jobs.

Decided here:

* One small door for ``executor=`` of every verb: any :class:`concurrent.futures.Executor` will do (threads, processes,
  ``dask.distributed.Client.get_executor()``). Answers are used in the order of the jobs, each once, whatever order they
  come in; so a sum over jobs has the same bits with any number of workers.
* Only a few jobs are under way at a time, so that neither what is sent nor what comes back piles up.
* A job is a pure function of its arguments. If a pool breaks because one of its processes was killed, the jobs without
  an answer are done again, here, and a warning says so: nothing is lost and nothing counts twice. A cluster that moves
  the jobs of a dead worker to another by itself (dask) is not disturbed.
* A job that raises stops the work: what is under way is cancelled, and the error is the caller's.
"""

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, TypeVar

from zonecarbon.errors import InputError, Problem, ZoneCarbonWarning

__all__ = ["in_order", "require_executor", "workers_of"]

_AHEAD_UNKNOWN = 16

AnswerT = TypeVar("AnswerT")


def require_executor(executor: object) -> None:
    """Refuse what is neither None nor an executor.

    Raises
    ------
    InputError
        If it has no ``submit``.
    """
    if isinstance(executor, type):
        raise InputError("executor.kind", got=f"the class {executor.__name__}")
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise InputError("executor.kind", got=type(executor).__name__)


def workers_of(executor: Executor | None) -> int:
    """Return how many jobs an executor does at once: 1 without one, 0 if it does not say."""
    if executor is None:
        return 1
    told = getattr(executor, "_max_workers", None)
    return int(told) if isinstance(told, int) and told > 0 else 0


def in_order(
    executor: Executor | None, function: Callable[..., AnswerT], jobs: Iterable[tuple[Any, ...]]
) -> Iterator[AnswerT]:
    """Yield ``function(*job)`` of every job, in the order of the jobs.

    Parameters
    ----------
    executor
        Where to do them; None does one after another here, when it is asked for.
    function, jobs
        A function of a module (so that a process can find it), and its arguments. ``jobs`` is read only as far ahead
        as there are workers for it.

    Warns
    -----
    ZoneCarbonWarning
        If the pool broke and the rest was done here.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     list(in_order(pool, pow, [(2, 3), (3, 2)]))
    [8, 9]
    """
    if executor is None:
        for job in jobs:
            answer = function(*job)
            del job  # before the next one is made
            yield answer
            del answer  # likewise: an answer may be large
        return
    ahead = 2 * workers_of(executor) or _AHEAD_UNKNOWN
    waiting: deque[tuple[tuple[Any, ...], Future[AnswerT] | None]] = deque()
    broken = False
    try:
        for job in jobs:
            future, broken = _submitted(None if broken else executor, function, job, broken)
            waiting.append((job, future))
            del future
            if len(waiting) > ahead:
                answer, broken = _answer(function, *waiting.popleft(), broken)
                yield answer
                del answer
        while waiting:
            answer, broken = _answer(function, *waiting.popleft(), broken)
            yield answer
            del answer
    finally:
        for _, left in waiting:
            if left is not None:
                left.cancel()


def _submitted(
    executor: Executor | None, function: Callable[..., AnswerT], job: tuple[Any, ...], broken: bool
) -> tuple[Future[AnswerT] | None, bool]:
    """Return the future of a job, or None if the pool is broken."""
    if executor is None:
        return None, broken
    try:
        return executor.submit(function, *job), broken
    except BrokenExecutor as error:
        return None, _told(error, broken)
    except RuntimeError as error:  # what concurrent.futures raises after shutdown
        raise InputError("executor.closed", detail=str(error)) from error


def _answer(
    function: Callable[..., AnswerT], job: tuple[Any, ...], future: Future[AnswerT] | None, broken: bool
) -> tuple[AnswerT, bool]:
    """Return the answer of a job, done again here if its worker was lost."""
    if future is not None:
        try:
            return future.result(), broken
        except BrokenExecutor as error:
            broken = _told(error, broken)
    return function(*job), broken


def _told(error: BrokenExecutor, told: bool) -> bool:
    """Warn, once, that the pool broke."""
    if not told:
        problem = Problem("executor.broken", {"why": str(error) or type(error).__name__})
        warnings.warn(problem.text(), ZoneCarbonWarning, stacklevel=4)
    return True
