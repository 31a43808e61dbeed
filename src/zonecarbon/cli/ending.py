"""How the command ends when it is stopped from outside, or when nobody reads what it prints.

Decided here:

* This is for the process of the command alone. A host that calls ``main([...])`` keeps its signals, and Ctrl-C reaches
  it as ``KeyboardInterrupt``, as everywhere in Python.
* Ctrl-C unwinds as an exception, so that everything under way tidies up after itself (hidden files of
  :mod:`zonecarbon.tabular.replacing` go, pools stop); then one line on standard error, and the exit code is 130. What
  schedulers and containers send (SIGTERM, 143) and a terminal that is closed (SIGHUP, 129) do the same. A signal that
  the parent had switched off stays off.
* While the command itself loads, nothing has been made yet and the process leaves at once: an exception in the middle
  of an import can come out of a C extension as something else.
* More signals within a second are the same one: wrappers pass on what the terminal sends to all. After that the process
  leaves at once, whatever is left behind: whoever insists means it. From when all is done, no signal is heeded.
* An interrupt that Python meets where nothing can be raised (a finaliser, a callback of a weak reference) would be
  printed and lost; it is thrown again.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

_STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_SAME, _AGAIN = 1.0, 0.02


class Stopped(KeyboardInterrupt):
    """The process was told to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


class Heed:
    """What a signal does to the command, by how far it has come.

    Parameters
    ----------
    told
        The line that is printed when the process stops.

    Attributes
    ----------
    code
        The exit code if it is stopping, else 0.
    taken
        The signals that it heeds.
    """

    def __init__(self, told: str) -> None:
        self._told = told
        self._stage = "loading"
        self._since = 0.0
        self.code = 0
        self.taken: list[int] = []

    def work(self) -> None:
        """From now on there is something to tidy up."""
        self._stage = "working"

    def end(self) -> None:
        """Nothing is left to stop; say so if it was stopped, and hand over what was printed."""
        self._stage = "done"
        for taken in self.taken:  # Python would give them back at its very end, and they would end the process
            signal.signal(taken, signal.SIG_IGN)
        if self.code:
            self._tell()
            discard()
            return
        try:
            flush()
        except OSError:
            discard()

    def __call__(self, number: int, frame: FrameType | None = None) -> None:
        """Stop."""
        if self._stage == "working":
            self._stage, self._since, self.code = "stopping", time.monotonic(), 128 + number
            raise Stopped(number)
        if self._stage == "loading" or (self._stage == "stopping" and time.monotonic() - self._since > _SAME):
            self._tell()
            os._exit(128 + number)

    def _tell(self) -> None:
        with suppress(OSError):
            os.write(2, f"{self._told}\n".encode())

    def throw_again(self, lost: Any) -> None:
        """Take the place of ``sys.unraisablehook``."""
        if not isinstance(lost.exc_value, Stopped):
            sys.__unraisablehook__(lost)
        elif self._stage == "stopping":
            number, self._stage, self.code = self.code - 128, "working", 0
            again = threading.Timer(_AGAIN, signal.raise_signal, [number])
            again.daemon = True
            again.start()


@contextmanager
def heeding(told: str) -> Iterator[Heed]:
    """Heed the signals that stop a process, in the way described above, until the process ends.

    Parameters
    ----------
    told
        The line that is printed when the process stops.
    """
    heed = Heed(told)
    if threading.current_thread() is threading.main_thread():
        for number in _STOPPING:
            if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                heed.taken.append(number)
                signal.signal(number, heed)
        sys.unraisablehook = heed.throw_again
    try:
        yield heed
    finally:
        try:
            heed.end()
        except Stopped:  # just before
            heed.end()


def flush() -> None:
    """Hand over what was printed."""
    if sys.stdout is not None:  # None: the process was started without one
        sys.stdout.flush()


def discard() -> None:
    """Throw away what could not be printed; Python would try again at the end, and complain."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
