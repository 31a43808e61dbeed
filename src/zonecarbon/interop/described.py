"""What stands beside the arrays of a Dataset: units, long names, and the provenance as attributes that files keep.

Decided here:

* No figure is converted on the way out. ``units`` is the name the library itself uses (``tce``, ``tCO2``, ``万元``): a
  pint registry that ``define_into`` has taught reads every one of them, so that ``Dataset.pint.quantify`` works and
  tonnes of CO2 do not add to tonnes of coal.
* The CF conventions want a text that UDUNITS reads, and UDUNITS knows no standard coal, no CO2 and no money. ``tce``
  has an exact UDUNITS text all the same, because a UDUNITS unit may have a factor: ``29.3076 GJ``. It stands in the
  attribute ``udunits``, and ``to_xarray(..., units="udunits")`` puts it in ``units`` for tools that read CF. pint
  refuses a factor in a unit, so one text cannot serve both. CO2 is ``t`` there, as CF itself counts it (the substance
  is in the name); money has no text and therefore no ``units``. Energy in GJ was considered and rejected: it would
  convert, and the figure would no longer be the one of the account.
* Every figure says its unit: in ``units``, or, where it differs along an axis (targets, flows), in the coordinate that
  ``units_in`` names. What has none: words, and calendar years.
* CF has no standard name for any of these quantities; ``long_name`` has the English and the Chinese name.
* Attributes are texts and numbers only. None, True and nested dicts are what ``to_netcdf`` fails on, so choices and
  warnings are JSON texts. Names along an axis have a fixed width; words by zone (verdicts, reasons) stay references to
  a few texts, because a million reasons of two hundred letters each would be gigabytes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon._table import Provenance
from zonecarbon.errors import InputError

UnitStyle: TypeAlias = Literal["own", "udunits"]


class Kind(NamedTuple):
    """A quantity: the library's unit, the text of UDUNITS (empty: none), its name, and how years were summed.

    ``units_in`` names the coordinate that has the units, where they differ along an axis.
    """

    unit: str
    udunits: str
    long_name: str
    is_sum: bool = False
    units_in: str = ""


class Variable(NamedTuple):
    """One variable of a Dataset: the names of its axes, its values, and its kind or its attributes."""

    dims: tuple[str, ...]
    values: NDArray[Any]
    about: "Kind | str"


class Parts(NamedTuple):
    """What a Dataset is made of."""

    variables: dict[str, Variable]
    coords: dict[str, Variable]
    attrs: dict[str, Any]


TCE = f"{units.factor('tce', 'GJ'):.15g} GJ"
KINDS: Mapping[str, Kind] = {
    "energy": Kind("tce", TCE, "comprehensive energy consumption 综合能耗", True),
    "co2": Kind("tCO2", "t", "carbon dioxide emissions 二氧化碳排放量", True),
    "biogenic_co2": Kind("tCO2", "t", "biogenic carbon dioxide emissions, not in co2 生物成因二氧化碳", True),
    "value_added": Kind("万元", "", "industrial value added [10^4 yuan] 工业增加值", True),
    "energy_intensity": Kind("tce/万元", "", "energy per industrial value added 单位工业增加值综合能耗"),
    "co2_intensity": Kind("tCO2/万元", "", "CO2 per industrial value added 单位工业增加值二氧化碳排放量"),
}
# Other units that results print, and what UDUNITS reads.
_PRINTED: Mapping[str, tuple[str, str]] = {
    "tce": ("tce", TCE),
    "tCO2": ("tCO2", "t"),
    "10^4 CNY": ("万元", ""),
    "tce/10^4 CNY": ("tce/万元", ""),
    "tCO2/10^4 CNY": ("tCO2/万元", ""),
    "1": ("1", "1"),
}


def fraction(name: str) -> Kind:
    """Return the kind of a fraction, a ratio or a probability."""
    return Kind("1", "1", name)


def varied(name: str) -> Kind:
    """Return the kind of figures whose units differ along an axis, and stand in its coordinate ``unit``."""
    return Kind("", "", name, units_in="unit")


def printed(unit: str, name: str) -> Kind:
    """Return the kind of a quantity whose unit a result prints."""
    own, udunits = _PRINTED.get(unit, (unit, ""))
    return Kind(own, udunits, name)


def a_year(unit: str, name: str) -> Kind:
    """Return the kind of a change of such a quantity by calendar year."""
    own, udunits, *_ = printed(unit, name)
    return Kind(f"{own}/year" if own else "", f"{udunits}/year" if udunits else "", name)


def attributes(about: "Kind | str", style: UnitStyle) -> dict[str, str]:
    """Return the attributes of a variable."""
    if isinstance(about, str):
        return {"long_name": about} if about else {}
    chosen = about.udunits if style == "udunits" else about.unit
    other = ("zonecarbon_unit", about.unit) if style == "udunits" else ("udunits", about.udunits)
    found = {"units": chosen, "long_name": about.long_name, other[0]: other[1], "units_in": about.units_in}
    if about.is_sum:
        found["cell_methods"] = "year: sum"
    if about.unit == "tce":
        found["comment"] = f"1 tce = {TCE} (GB/T 2589)"
    return {name: text for name, text in found.items() if text}


def of_result(kind: str, provenance: Provenance, **others: Any) -> dict[str, Any]:
    """Return the attributes of a Dataset: what it is, the choices, versions, input hash and warnings."""
    found = {
        "title": f"zonecarbon {kind}",
        **{name: value if isinstance(value, (int, float)) else str(value) for name, value in others.items()},
        "input_hash": provenance.input_hash,
        "choices": _json(provenance.to_dict()["choices"]),
        "warnings": _json([problem.to_dict() for problem in provenance.warnings]),
        **{f"{name}_version": version for name, version in provenance.versions.items()},
    }
    return {name: value for name, value in found.items() if value != ""}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def texts(values: Any) -> NDArray[Any]:
    """Return labels as texts of a fixed width: an array of Python objects is not a type that files have."""
    return np.array([str(value) for value in values], dtype=str)


def labels(name: str, values: Any, about: str = "") -> dict[str, Variable]:
    """Return one coordinate of an axis."""
    array = np.asarray(values)
    return {name: Variable((name,), array if array.dtype.kind in "iuf" else texts(values), about)}


def require_room(dims: Sequence[str], sizes: Mapping[str, int], arrays: int, max_bytes: int, hint: str) -> None:
    """Refuse arrays that would take more than ``max_bytes``.

    Raises
    ------
    InputError
        Naming the size, and what to do.
    """
    cells = arrays * int(np.prod([sizes[name] for name in dims], dtype=np.float64))
    if cells * 8 > max_bytes:
        shape = ", ".join(f"{name} {sizes[name]}" for name in dims)
        raise InputError("interop.large", size=cells * 8 / 1e9, most=max_bytes / 1e9, shape=shape, hint=hint)
