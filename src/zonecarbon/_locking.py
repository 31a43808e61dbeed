"""Locks that a fork does not leave closed.

Decided here: a process that forks while another thread holds a lock gives the child a lock that nobody will open,
and the child hangs at its next use. So a fork waits for the few short moments in which these locks are held; that way
what they guard is whole in the child as well.
"""

import os
import threading


def lock(*, again: bool = False) -> "threading.Lock | threading.RLock":
    """Return a lock, of a module: it is known until the process ends; ``again``: its own thread may take it twice."""
    made = threading.RLock() if again else threading.Lock()
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(before=made.acquire, after_in_parent=made.release, after_in_child=made.release)
    return made
