"""Decided here: no deadline for one example: a loaded machine misses it, and ``--durations`` shows what takes long.

``make test`` draws the same examples each time, so that it says the same of the same code; new ones are drawn by
``make explore`` and wherever ``ZONECARBON_EXAMPLES`` asks for more.
"""

import os

from hypothesis import settings

settings.register_profile("zonecarbon", deadline=None, derandomize=os.environ.get("ZONECARBON_EXAMPLES", "1") == "1")
settings.load_profile("zonecarbon")
