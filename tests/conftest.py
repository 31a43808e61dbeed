"""Decided here: no deadline for one example: a loaded machine misses it, and ``--durations`` shows what takes long."""

from hypothesis import settings

settings.register_profile("zonecarbon", deadline=None)
settings.load_profile("zonecarbon")
