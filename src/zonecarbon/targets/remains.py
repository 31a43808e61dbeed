"""What targets ask of an account beside its evidence: all that is left of an account of some zones once it was read.

Decided here: the names are those of :class:`~zonecarbon.Account`, so that the rules read one like the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.activity import Flow
from zonecarbon.errors import Problem
from zonecarbon.records import Method


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Labels by zone and year, as an activity has them."""

    deflator: ObjectArray | None
    coverage: ObjectArray | None


@dataclass(frozen=True, slots=True, eq=False)
class Vintages:
    """Data years of the grid factor, as the coefficients of an account have them."""

    vintages: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Remains:
    """What targets ask of an account beside its evidence, without its quantities by carrier."""

    activity: Labels
    coefficients: Vintages
    method: Method
    basis: str
    flows: tuple[Flow, ...]
    quantity: FloatArray
    """Electricity used (zone, sector, flow, year), directly supplied and other."""
    fixed: Mapping[int, FloatArray]
    """CO2 (zone, year) [tCO2] at the grid factors of a base year."""
    years: IntArray
    choices: Mapping[str, Any]
    input_hash: str
    warnings: tuple[Problem, ...]

    def co2_at_factors_of(self, year: int, of: int) -> FloatArray:
        """Return CO2 (zone, 1) [tCO2] of one year at the grid factors of ``year``."""
        return self.fixed[year][:, self.years == of]
