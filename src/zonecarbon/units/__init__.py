"""Units: what a text means, how one unit converts to another, and the one door to pint.

Decided here:

* Inside the library every figure is a plain float64 in a fixed unit. A unit is text at the boundary: ``factor`` turns
  it into one number, cached, and the whole column is multiplied once (a pint quantity per row costs 100 us a row).
* ``units.txt`` is written in pint's definition format, but the library reads it itself, as exact fractions, and opens
  pint only when a quantity comes in or goes out. A private ``pint.UnitRegistry(None)`` was the other way: it costs
  about 100 ms of import in every run that meets "10^4 t", parses behind a lock (pint is not thread-safe, pint#2039),
  needs its prefixes switched off ("Pa" is a petayear) and the multiplier 万 switched on. The cost of ours is a grammar
  of some sixty lines, and a test that pint, reading the same file, finds the same numbers.
* Reading is pure and ends in caches, so threads need no lock on first use.
* A unit text may hold names, powers of ten, ``* / **`` and parentheses, nothing else; nothing is evaluated. A power of
  ten belongs to the unit after it ("tce/10^4 CNY"). What has two readings is refused, not guessed (方, ton, mj, a/b*c).
* A host's quantities convert in the host's own registry, down to kilogram, meter, second, CNY and tCO2; the rest is
  our factor. Arithmetic between two registries gives wrong numbers silently (pint#1914), so there is none.
* Nothing global is defined or configured: ``define_into`` teaches a registry when its owner asks, and
  ``pint.get_application_registry()`` is read at the call.
* Money and CO2 are dimensions of their own, ``[renminbi]`` and ``[carbon_dioxide]``. ``[currency]`` would be the usual
  name, but pint lets a second base unit into a dimension and then converts 1 : 1.
* No year (365 or 365.25 days?), no power units, no carbon (tC): each would convert something that needs a factor.
"""

from zonecarbon.units.figures import is_quantity, magnitude, number, split
from zonecarbon.units.meaning import dimension, factor, known_units
from zonecarbon.units.registries import define_into, registry_of, to_quantity

__all__ = [
    "define_into",
    "dimension",
    "factor",
    "is_quantity",
    "known_units",
    "magnitude",
    "number",
    "registry_of",
    "split",
    "to_quantity",
]
