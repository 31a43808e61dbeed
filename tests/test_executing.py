"""``in_order``: the answers of the jobs in their order, each once, whatever the executor does to them."""

import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon._executing import in_order, require_executor, workers_of

MANY = 200


class _Later(Executor):
    """An executor that does jobs in an order of its own: only when an answer is waited for, the last first.

    ``breaks_at`` is the number of the job with which it breaks: what has no answer then never gets one. If
    ``refuses``, it says so when the next job comes; else it goes on taking jobs that fail.
    """

    def __init__(self, breaks_at: int | None = None, refuses: bool = True) -> None:
        self.breaks_at, self.refuses = breaks_at, refuses
        self.broken = False
        self.taken = 0
        self.futures: list[Future[Any]] = []
        self._todo: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if self.broken and self.refuses:
            raise BrokenExecutor("no worker left")
        future: Future[Any] = _Waking(self)
        self.futures.append(future)
        self._todo.append((future, lambda: fn(*args, **kwargs)))
        self.broken = self.broken or self.taken == self.breaks_at
        self.taken += 1
        if self.broken:
            self.wake()
        return future

    def wake(self) -> None:
        """Do, or break, all that is waiting."""
        while self._todo:
            future, work = self._todo.pop()
            if not future.set_running_or_notify_cancel():
                continue
            if self.broken:
                future.set_exception(BrokenExecutor("a worker was killed"))
                continue
            try:
                future.set_result(work())
            except Exception as error:
                future.set_exception(error)


class _Waking(Future[Any]):
    def __init__(self, owner: _Later) -> None:
        super().__init__()
        self._owner = owner

    def result(self, timeout: float | None = None) -> Any:
        self._owner.wake()
        return super().result(timeout)


class _Workers(_Later):
    """As above, and it says how many jobs it does at once."""

    def __init__(self, workers: int) -> None:
        super().__init__()
        self._max_workers = workers


def _numbered(seen: list[int], count: int = MANY) -> Iterator[tuple[int]]:
    """Yield jobs, and note each that is read."""
    for number in range(count):
        seen.append(number)
        yield (number,)


def _square(number: int) -> int:
    return number * number


@given(st.lists(st.integers()), st.integers(1, 5))
def test_answers_come_in_the_order_of_the_jobs_each_once(numbers: list[int], workers: int) -> None:
    jobs = [(number,) for number in numbers]
    expected = [number * number for number in numbers]
    for executor in (None, _Later(), _Workers(workers)):
        assert list(in_order(executor, _square, jobs)) == expected


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 3), max_size=60), st.integers(1, 4))
def test_threads_that_take_unlike_times_answer_in_order(waits: list[int], workers: int) -> None:
    pause = threading.Event()

    def wait(number: int, milliseconds: int) -> int:
        pause.wait(milliseconds / 1000)
        return number

    with ThreadPoolExecutor(workers) as pool:
        assert list(in_order(pool, wait, enumerate(waits))) == list(range(len(waits)))


@pytest.mark.parametrize(
    ("executor", "most"), [(None, 1), (_Workers(1), 3), (_Workers(4), 9), (_Later(), 17)], ids=["here", "1", "4", "?"]
)
def test_jobs_are_read_only_a_little_ahead(executor: Executor | None, most: int) -> None:
    seen: list[int] = []
    for done, answer in enumerate(in_order(executor, _square, _numbered(seen)), start=1):
        assert answer == (done - 1) ** 2
        assert len(seen) <= done + most - 1
    assert len(seen) == MANY


def test_nothing_is_done_before_it_is_asked_for() -> None:
    seen: list[int] = []
    in_order(_Later(), _square, _numbered(seen))
    assert not seen


def _fails_at_seven(number: int) -> int:
    if number == 7:
        raise ZeroDivisionError("seven")
    return number


@pytest.mark.parametrize("executor", [None, _Workers(2), _Later()], ids=["here", "2", "?"])
def test_an_error_of_a_job_is_the_callers_and_cancels_the_rest(executor: "_Later | None") -> None:
    seen: list[int] = []
    answers = in_order(executor, _fails_at_seven, _numbered(seen))
    assert [next(answers) for _ in range(7)] == list(range(7))
    with pytest.raises(ZeroDivisionError, match="seven"):
        next(answers)
    assert len(seen) < MANY
    if executor is not None:
        assert all(future.done() for future in executor.futures)
    with pytest.raises(StopIteration):
        next(answers)


def test_an_error_of_what_makes_the_jobs_cancels_too() -> None:
    def jobs() -> Iterator[tuple[int]]:
        yield from ((number,) for number in range(3))
        raise OSError("no more")

    executor = _Later()
    with pytest.raises(OSError, match="no more"):
        list(in_order(executor, _square, jobs()))
    assert len(executor.futures) == 3
    assert all(future.cancelled() for future in executor.futures)


def test_who_stops_asking_cancels_what_is_under_way() -> None:
    executor = _Workers(2)
    answers = in_order(executor, _square, _numbered([]))
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert all(future.done() for future in executor.futures)


@pytest.mark.parametrize("refuses", [True, False])
@given(st.integers(0, 60), st.integers(0, 70))
def test_a_pool_that_breaks_loses_nothing_and_says_so_once(refuses: bool, count: int, breaks_at: int) -> None:
    done: list[int] = []

    def work(number: int) -> int:
        done.append(number)
        return number

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answers = list(in_order(_Later(breaks_at, refuses), work, _numbered([], count)))
    assert answers == list(range(count))
    assert sorted(done) == answers  # what the pool had done is not done again
    assert [warning.category for warning in caught] == [zc.ZoneCarbonWarning] * (breaks_at < count)
    assert all("again here" in str(warning.message) for warning in caught)


def test_a_pool_that_is_broken_already_does_nothing_and_all_is_done_here() -> None:
    executor = _Later()
    executor.broken = True
    with pytest.warns(zc.ZoneCarbonWarning, match="no worker left"):
        assert list(in_order(executor, _square, [(2,), (3,)])) == [4, 9]
    assert not executor.futures


def test_a_lost_job_that_fails_here_too_is_told() -> None:
    with (
        pytest.warns(zc.ZoneCarbonWarning, match="no worker left"),
        pytest.raises(ZeroDivisionError, match="seven"),
    ):
        list(in_order(_Later(3), _fails_at_seven, _numbered([])))


def test_what_is_said_of_workers() -> None:
    assert workers_of(None) == 1
    assert workers_of(_Workers(3)) == 3
    assert workers_of(_Later()) == 0
    odd: Any = _Workers(3)
    odd._max_workers = "three"
    assert workers_of(odd) == 0
    with ThreadPoolExecutor(2) as pool:
        assert workers_of(pool) == 2
        require_executor(pool)
    require_executor(None)


@pytest.mark.parametrize("what", [2, "threads", object()])
def test_what_is_no_executor_is_refused(what: Any) -> None:
    with pytest.raises(zc.InputError, match="executor must be"):
        require_executor(what)
