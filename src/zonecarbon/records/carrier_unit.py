"""In which unit a quantity of a carrier is kept, given the unit it came in.

Decided here: a fuel is kept in its physical unit (t or m3), in GJ, or in tce, exactly as it was given, and never turned
from one into the other while reading: that step needs a heat value, and heat values belong to the accounting method.
So one carrier may have flows of several forms in one activity. A measured heat value turns the physical quantity into
GJ at once, because then the figure no longer depends on a table. Electricity is kept in MWh and heat in GJ; either in
tce only with the basis named, since one kWh is 0.1229 or about 0.3 kgce depending on it (heat in tce without a basis is
taken as calorific, as statistics print it).

The same function serves a record typed by hand and a column of a million rows (once per distinct unit), so the two
cannot disagree.
"""

from functools import lru_cache
from typing import NamedTuple

from zonecarbon import units
from zonecarbon.errors import InputError, UnitError
from zonecarbon.vocabulary import Carrier, carriers

STANDARD_COAL = ("tce", "kgce", "gce", "标准煤", "标煤")


class Form(NamedTuple):
    """The unit a quantity is kept in, the factor that brings it there, and the basis of a figure in tce."""

    unit: str
    factor: float
    basis: str = ""


def is_standard_coal(unit: str) -> bool:
    """Return whether ``unit`` is one of standard coal (tce, kgce, 吨标准煤 ...)."""
    return any(word in unit.casefold() for word in STANDARD_COAL)


@lru_cache(maxsize=4096)
def form(carrier_id: str, unit: str, basis: str = "", measured: bool = False) -> Form:
    """Return the form in which a quantity of ``carrier_id`` given in ``unit`` is kept.

    Parameters
    ----------
    carrier_id
        A carrier of the vocabulary.
    unit
        The unit as given; empty means the carrier's own.
    basis
        ``calorific``, ``equivalent`` or empty; only for electricity and heat in standard coal.
    measured
        Whether a measured heat value goes with the quantity, which then must be by mass or volume.

    Raises
    ------
    UnitError
        If the unit is unknown or does not fit the carrier.
    InputError
        If electricity comes in standard coal without a basis, or a fuel with the equivalent basis.

    Examples
    --------
    >>> form("raw_coal", "万吨")
    Form(unit='t', factor=10000.0, basis='')
    >>> form("raw_coal", "万吨标准煤")
    Form(unit='tce', factor=10000.0, basis='calorific')
    """
    carrier = carriers()[carrier_id]
    unit = unit or carrier.unit
    if basis not in {"", "calorific", "equivalent"}:
        raise InputError("basis.unknown", basis=basis)
    if is_standard_coal(unit) and not measured:
        return Form("tce", units.factor(unit, "tce"), _basis_of_coal(carrier, basis))
    if basis == "equivalent" and carrier.kind not in {"electricity", "heat"}:
        raise InputError("basis.fuel", carrier=carrier.id)
    if units.dimension(unit) == units.dimension(carrier.unit):
        return Form(carrier.unit, units.factor(unit, carrier.unit))
    if carrier.kind == "fuel" and units.dimension(unit) == "energy" and not measured:
        return Form("GJ", units.factor(unit, "GJ"))
    expected = units.dimension(carrier.unit)
    if carrier.kind == "heat" and {expected, units.dimension(unit)} == {"energy", "mass"}:
        code = "carrier.steam" if expected == "energy" else "carrier.steam_energy"
        raise UnitError(code, carrier=carrier.id, unit=unit)
    raise UnitError("carrier.unit", carrier=carrier.id, unit=unit, expected=expected, own=carrier.unit)


def _basis_of_coal(carrier: Carrier, basis: str) -> str:
    if carrier.kind == "electricity" and not basis:
        raise InputError("electricity.basis")
    if carrier.kind not in {"electricity", "heat"} and basis == "equivalent":
        raise InputError("basis.fuel", carrier=carrier.id)
    if carrier.kind == "energy_medium":
        raise UnitError("carrier.unit", carrier=carrier.id, unit="tce", expected="", own=carrier.unit)
    return basis or "calorific"


@lru_cache(maxsize=1024)
def heat_value_factor(carrier_id: str, ncv_unit: str) -> float:
    """Return the factor from ``ncv_unit`` to GJ per own unit of the carrier.

    Raises
    ------
    InputError
        If the carrier is not a fuel counted by mass or volume.
    UnitError
        If the unit is not energy per mass (or per volume, as the carrier is counted).
    """
    carrier = carriers()[carrier_id]
    if carrier.kind != "fuel" or carrier.unit not in {"t", "m3"}:
        raise InputError("ncv.carrier", carrier=carrier.id)
    if not ncv_unit:
        raise InputError("ncv.unit", carrier=carrier.id, example=f"GJ/{carrier.unit}")
    return units.factor(ncv_unit, f"GJ/{carrier.unit}")
