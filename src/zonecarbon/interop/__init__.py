"""Handing results to other tools, and taking data from them: xarray, and the long format of the IAMC (pyam).

The package has seven modules: ``described`` (units and attributes), ``datasets`` (an Account and an Activity as an
xarray Dataset), ``answers`` (the other results), ``iamc`` (names, units and rows in IAMC form), ``from_iamc`` (from
IAMC rows to an Activity), ``grid`` (those rows as arrays), ``settling`` (branches and their parts). Each says what was
decided.
"""

from zonecarbon.interop.datasets import to_xarray
from zonecarbon.interop.from_iamc import from_pyam
from zonecarbon.interop.iamc import to_iamc, to_pyam

__all__ = ["from_pyam", "to_iamc", "to_pyam", "to_xarray"]
