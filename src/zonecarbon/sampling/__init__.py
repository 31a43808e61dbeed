"""Random numbers: keyed streams, shapes of uncertainty, and shocks drawn block by block.

``shapes`` says how far a rate may lie from its path, ``streams`` which random numbers belong to which zone, driver and
block of draws, ``shocks`` draws the deviations: plain, antithetic, or from scrambled Sobol nets (scipy, an extra).
"""

from zonecarbon.sampling.shapes import Shape
from zonecarbon.sampling.shocks import (
    DESIGNS,
    STREAM,
    WIDTH,
    Design,
    Seeds,
    Shock,
    ShockGroup,
    net_size,
    replicate_size,
    whole_draws,
)
from zonecarbon.sampling.streams import generator, to_seed

__all__ = [
    "DESIGNS",
    "STREAM",
    "WIDTH",
    "Design",
    "Seeds",
    "Shape",
    "Shock",
    "ShockGroup",
    "generator",
    "net_size",
    "replicate_size",
    "to_seed",
    "whole_draws",
]
