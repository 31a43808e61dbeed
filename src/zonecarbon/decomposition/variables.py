"""The names that an identity of an account may be made of: three quantities, each of the cells of four levels.

``co2_zone`` is the CO2 of a zone, whatever its cells are; ``co2`` alone is that of the finest cells which the identity
speaks of. Value added has no carriers: beside carriers it is that of the sector.
"""

from zonecarbon.decomposition.identity import Identity

SHORT = ("value_added", "energy", "co2")
VARIABLES = (
    *(f"{name}_{level}" for name in SHORT for level in ("total", "zone", "sector")),
    "energy_carrier",
    "co2_carrier",
)


def finest(identity: Identity) -> str:
    """Return the finest cells that an identity speaks of."""
    ends = {name.rsplit("_", 1)[-1] for name in identity.variables if name not in SHORT}
    return next((level for level in ("carrier", "sector") if level in ends), "zone")


def level_of(name: str, level: str) -> str:
    """Return of which level a quantity is beside cells of ``level``."""
    return "sector" if name == "value_added" and level == "carrier" else level


def stem(name: str) -> str:
    """Return a name without the cells it is of."""
    stem, _, level = name.rpartition("_")
    return stem if level in {"total", "zone", "sector", "carrier"} else name
