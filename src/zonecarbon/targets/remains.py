"""What targets ask of an account beside its evidence: all that is left of an account of some zones once it was read.

Decided here: the names are those of :class:`~zonecarbon.Account`, so that the rules read one like the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from zonecarbon._typing import BoolArray, FloatArray, IntArray, ObjectArray
from zonecarbon.accounting import Account
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

    def of_zones(self, which: BoolArray) -> "Remains":
        """Return what remains of some of the zones."""
        labels = (None if array is None else array[which] for array in (self.activity.deflator, self.activity.coverage))
        fixed = {year: co2[which] for year, co2 in self.fixed.items()}
        return replace(self, activity=Labels(*labels), quantity=self.quantity[which], fixed=fixed)


def remains_of(account: Account, base_years: Iterable[int]) -> Remains:
    """Return what is left of an account; ``base_years`` are those whose grid factors a rate may ask for."""
    electric = [at for at, flow in enumerate(account.flows) if flow.carrier == "electricity" and flow.use == "final"]
    alike = len(set(account.coefficients.vintages.values())) <= 1
    fixed = {
        year: account.total("co2") if alike else account.co2_at_factors_of(year)
        for year in base_years
        if year in account.years
    }
    told = account.provenance
    return Remains(
        activity=Labels(account.activity.deflator, account.activity.coverage),
        coefficients=Vintages(account.coefficients.vintages),
        method=account.method,
        basis=account.basis,
        flows=tuple(account.flows[at] for at in electric),
        quantity=account.quantity[:, :, electric].sum(axis=1, keepdims=True),
        fixed=fixed,
        years=account.years,
        choices=told.choices,
        input_hash=told.input_hash,
        warnings=told.warnings,
    )
