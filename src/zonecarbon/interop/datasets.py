"""An Account or an Activity as an xarray Dataset.

Decided here:

* Arrays go out, never a long frame that is pivoted: an account is filled in year by year from its lines, so that what
  is held beside the result is one year of lines. Its size is known before; beyond ``max_bytes`` it is refused, with the
  size and with ``by``, which keeps fewer axes (a million zones with carriers and scopes are gigabytes; by zone and year
  they are not).
* A combination that does not occur (electricity in scope 1) is 0: nothing is used there. What is not known is NaN, as
  everywhere. ``xarray`` leaves NaN out of sums unless told otherwise; the attribute ``comment`` of the Dataset says to
  write ``sum(..., skipna=False)``, which agrees with :meth:`zonecarbon.Account.total`.
* Money is by zone and year (and by sector, where it is split), never by carrier. Intensities are given where zones and
  years are kept apart: over several price years they would mean nothing.
* An Activity is not copied: its quantities are the read-only array itself.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Provenance
from zonecarbon._typing import FloatArray
from zonecarbon.accounting import Account
from zonecarbon.accounting.result import scope_of
from zonecarbon.activity import Activity, Flow
from zonecarbon.decomposition import Decomposition, Decoupling
from zonecarbon.errors import InputError, MissingOptionalDependencyError
from zonecarbon.indicators import co2_intensity, energy_intensity
from zonecarbon.interop import answers
from zonecarbon.interop.described import (
    KINDS,
    Parts,
    UnitStyle,
    Variable,
    attributes,
    labels,
    of_result,
    require_room,
    texts,
    varied,
)
from zonecarbon.peaks import Outlook, Peaks
from zonecarbon.projection import Ensemble
from zonecarbon.targets import TargetCheck
from zonecarbon.vocabulary import provinces

if TYPE_CHECKING:
    import xarray as xr

_AXES = ("zone", "sector", "carrier", "scope", "year")
_FLOW_AXES = ("flow", "carrier", "use", "supply", "scope")
_SKIPNA = "NaN is not known; sum with skipna=False, or what is not known counts as nothing"


def to_xarray(
    result: Any, *, by: Sequence[str] | None = None, units: UnitStyle = "own", max_bytes: int = 2**31
) -> "xr.Dataset":
    """Return a result, or an activity, as an :class:`xarray.Dataset`.

    Parameters
    ----------
    result
        An :class:`~zonecarbon.Account` (zone, sector, carrier, scope, year), :class:`~zonecarbon.Activity` (zone,
        sector, flow, year), :class:`~zonecarbon.TargetCheck` (target, zone), :class:`~zonecarbon.Decomposition` (zone,
        factor, period), :class:`~zonecarbon.Decoupling` (zone, period), :class:`~zonecarbon.Ensemble` (zone, year,
        statistic), :class:`~zonecarbon.Peaks` or :class:`~zonecarbon.Outlook` (zone).
    by
        The axes to keep: of an account any of ``zone``, ``sector``, ``flow``, ``carrier``, ``use``, ``supply``,
        ``scope``, ``year``; all others are summed. Of a decomposition as in :meth:`zonecarbon.Decomposition.effects`.
    units : {"own", "udunits"}
        What stands in ``units``: the library's names (``tce``, ``tCO2``, ``万元``), which a pint registry reads after
        :func:`zonecarbon.define_into`; or texts that UDUNITS reads (``29.3076 GJ``, ``t``; none for money), for tools
        that follow the CF conventions. Figures are the same either way.
    max_bytes
        The most that the arrays may take.

    Returns
    -------
    xarray.Dataset
        Each figure with ``long_name`` and ``units``, or, where units differ along an axis (targets, flows), with
        ``units_in``: the coordinate that has them. Words and calendar years have none, nor has a series whose unit was
        not said. Method, basis, choices, versions, input hash and warnings as
        attributes that ``to_netcdf`` keeps. What belongs to all zones together has the prefix ``portfolio_``: it is
        never a zone among zones. NaN is not known; write ``sum(..., skipna=False)``.

    Raises
    ------
    InputError
        If this kind of result has no such form, an axis is unknown, or the arrays would be larger than ``max_bytes``.
    MissingOptionalDependencyError
        If xarray is not installed.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> activity = zc.Activity.from_arrays([[[100.0], [5.0]]], flows=["coke", "electricity"], zones=["A"], years=[2022],
    ...                                    value_added=[[300.0]], price_year=2020)
    >>> data = zc.to_xarray(zc.account(activity, electricity="0.5 kgCO2/kWh"))
    >>> dict(data.energy.sizes)
    {'zone': 1, 'sector': 1, 'carrier': 2, 'scope': 2, 'year': 1}
    >>> float(data.energy.sel(carrier="coke", scope="1").item()), data.energy.attrs["units"]
    (97.14, 'tce')
    """
    try:
        import xarray
    except ImportError as error:
        raise MissingOptionalDependencyError("missing", package="xarray", extra="xarray") from error
    if units not in {"own", "udunits"}:
        raise InputError("option", name="units", value=units, known="own, udunits")
    parts = _parts(result, by, max_bytes)
    return xarray.Dataset(
        {name: _made(variable, units) for name, variable in parts.variables.items()},
        {name: _made(variable, units) for name, variable in parts.coords.items()},
        {**parts.attrs, "comment": _SKIPNA, **({"Conventions": "CF-1.11"} if units == "udunits" else {})},
    )


def _made(variable: Variable, style: UnitStyle) -> tuple[tuple[str, ...], NDArray[Any], dict[str, str]]:
    return variable.dims, variable.values, attributes(variable.about, style)


def _parts(result: Any, by: Sequence[str] | None, max_bytes: int) -> Parts:
    chosen = (by,) if isinstance(by, str) else None if by is None else tuple(by)
    if isinstance(result, Account):
        return _account(result, _AXES if chosen is None else chosen, max_bytes)
    if isinstance(result, Decomposition):
        return answers.decomposition(result, chosen, max_bytes)
    makers: Mapping[type, Any] = {
        Activity: _activity,
        TargetCheck: answers.check,
        Decoupling: answers.decoupling,
        Ensemble: answers.ensemble,
        Peaks: answers.peaks,
        Outlook: answers.outlook,
    }
    maker = makers.get(type(result))
    if maker is None:
        known = ", ".join(["Account", "Decomposition", *(kind.__name__ for kind in makers)])
        raise InputError("interop.result", got=type(result).__name__, what="to_xarray", known=known)
    if chosen is not None:
        raise InputError("interop.by", got=type(result).__name__)
    found: Parts = maker(result, max_bytes)
    return found


# -- accounts ----------------------------------------------------------------------------------------------------------


def _account(account: Account, by: tuple[str, ...], max_bytes: int) -> Parts:
    known = ("zone", "sector", *_FLOW_AXES, "year")
    if set(by) - set(known) or len(set(by)) != len(by):
        raise InputError("option", name="by", value=", ".join(by), known=", ".join(known))
    names = {axis: _labels_of(account, axis) for axis in by}
    sizes = {axis: len(values) for axis, values in names.items()}
    require_room(by, sizes, 2, max_bytes, 'by=("zone", "year")')
    variables = {
        "energy": Variable(by, _summed(account, "energy", by, names), KINDS["energy"]),
        "co2": Variable(by, _summed(account, "co2", by, names), KINDS["co2"]),
        **_biogenic(account, by),
        **_money(account, by),
    }
    coords: dict[str, Variable] = {}
    for axis, values in names.items():
        coords |= labels(axis, values, _ABOUT.get(axis, ""))
    attrs = of_result(
        "account",
        account.provenance,
        method=account.method.name,
        basis=account.basis,
        price_years=", ".join(account.price_years()),
    )
    return Parts(variables, {**coords, **_of_zones(account.activity, by)}, attrs)


_ABOUT = {
    "zone": "zone 园区",
    "sector": "sector 行业; empty where energy is not split",
    "carrier": "energy carrier 能源品种; empty for process CO2",
    "scope": "1: fuels and processes; 2: electricity and heat; unsplit: a reported total; empty: feedstock and media",
    "year": "calendar year",
}


def _labels_of(account: Account, axis: str) -> NDArray[Any]:
    if axis == "flow":
        return texts(flow_names(account.flows))
    return account.labels(axis)


def flow_names(flows: Sequence[Flow]) -> list[str]:
    """Return a name for each flow, no two alike: where the same flow occurs in two units, the unit is in it."""
    names = [flow.name() for flow in flows]
    long = [
        f"{name} ({' '.join(part for part in (flow.unit, flow.basis) if part)})"
        for name, flow in zip(names, flows, strict=True)
    ]
    return [name if names.count(name) == 1 else other for name, other in zip(names, long, strict=True)]


def _summed(account: Account, what: str, by: tuple[str, ...], names: Mapping[str, NDArray[Any]]) -> FloatArray:
    """Return energy or CO2 by any axes, those of flows densely, one year of lines at a time."""
    of_flows = [axis for axis in by if axis in _FLOW_AXES]
    if not of_flows or (len(of_flows) == 1 and of_flows != ["flow"]):
        return account.total(what, by=by)
    places = [tuple(_place(account, axis, names[axis], at) for axis in of_flows) for at in range(len(account.flows))]
    outer = [axis for axis in ("zone", "sector") if axis in by]
    gone = tuple(at for at, axis in enumerate(("zone", "sector")) if axis not in by)
    kept = [*outer, *of_flows, *(["year"] if "year" in by else [])]
    found = np.zeros([len(names[axis]) for axis in kept])
    for t, year in enumerate(account.years.tolist()):
        lines = account.lines(what, year)
        for at, place in enumerate(places):
            target: Any = (*([slice(None)] * len(outer)), *place, *([t] if "year" in by else []))
            found[target] += lines[:, :, at].sum(axis=gone)
    return np.asarray(found.transpose([kept.index(axis) for axis in by]))


def _place(account: Account, axis: str, names: NDArray[Any], at: int) -> int:
    if axis == "flow":
        return at
    flow = account.flows[at]
    label = scope_of(flow) if axis == "scope" else getattr(flow, axis)
    return int(np.flatnonzero(names == label)[0])


def _biogenic(account: Account, by: tuple[str, ...]) -> dict[str, Variable]:
    if not np.nan_to_num(account.coefficients.biogenic, nan=1.0).any():
        return {}
    axes = tuple(axis for axis in by if axis not in _FLOW_AXES)
    return {"biogenic_co2": Variable(axes, account.total("biogenic_co2", by=axes), KINDS["biogenic_co2"])}


def _money(account: Account, by: tuple[str, ...]) -> dict[str, Variable]:
    axes = tuple(axis for axis in by if axis in {"zone", "year"})
    if len(axes) < 2:
        return {}
    money = account.total("value_added", by=axes)
    found = {
        "value_added": Variable(axes, money, KINDS["value_added"]),
        "energy_intensity": Variable(
            axes, np.asarray(energy_intensity(account.total("energy", by=axes), money)), KINDS["energy_intensity"]
        ),
        "co2_intensity": Variable(
            axes, np.asarray(co2_intensity(account.total("co2", by=axes), money)), KINDS["co2_intensity"]
        ),
    }
    if "sector" in by and any(account.sectors):
        split = tuple(axis for axis in by if axis in {"zone", "sector", "year"})
        about = KINDS["value_added"]._replace(
            long_name="industrial value added of each sector [10^4 yuan] 分行业增加值"
        )
        found["sector_value_added"] = Variable(split, account.total("value_added", by=split), about)
    return found


def _of_zones(activity: Activity, by: Sequence[str]) -> dict[str, Variable]:
    """Return what is known of zones, and of their years: province, price year, labels of a boundary and its like."""
    found: dict[str, Variable] = {}
    if "zone" in by:
        found["zone_name"] = Variable(("zone",), texts(activity.names), "long name of the zone")
        if any(activity.provinces):
            known = provinces()
            named = [known[place].name_en if place in known else place for place in activity.provinces.tolist()]
            found["province"] = Variable(("zone",), texts(activity.provinces), "province 省份, id")
            found["province_name"] = Variable(("zone",), texts(named), "province")
    if {"zone", "year"} <= set(by):
        axes = ("zone", "year")
        about = "year of the prices of value_added; -1: nominal; 0: no value added"
        found["price_year"] = Variable(axes, np.ascontiguousarray(activity.price_year), about)
        for name in ("boundary", "coverage", "deflator"):
            array = getattr(activity, name)
            if array is not None:
                found[name] = Variable(axes, array.astype(str), f"{name} as labelled in the data")
    return found


# -- activities --------------------------------------------------------------------------------------------------------


def _activity(activity: Activity, max_bytes: int) -> Parts:
    """Return the quantities themselves: nothing is copied, so nothing is too large."""
    flows = activity.flows
    axes = ("zone", "sector", "flow", "year")
    kind = KINDS["value_added"]
    variables = {
        "quantity": Variable(
            axes, activity.quantity, varied("quantity of each flow, in the unit of the flow 活动水平")
        ),
        "value_added": Variable(("zone", "year"), activity.value_added_total, kind),
    }
    if any(activity.sectors):
        about = kind._replace(long_name="industrial value added of each sector [10^4 yuan] 分行业增加值")
        variables["sector_value_added"] = Variable(("zone", "sector", "year"), activity.value_added, about)
    coords = {
        **labels("zone", activity.zones, _ABOUT["zone"]),
        **labels("sector", activity.sectors, _ABOUT["sector"]),
        **labels("flow", flow_names(flows), "carrier (or product), use and supply"),
        **labels("year", activity.years, _ABOUT["year"]),
        **_of_zones(activity, axes),
    }
    for name in ("carrier", "use", "supply", "unit", "basis", "product"):
        coords[name] = Variable(("flow",), texts(getattr(flow, name) for flow in flows), f"{name} of the flow")
    provenance = Provenance({"source": activity.source}, activity.input_hash, activity.warnings)
    return Parts(variables, coords, of_result("activity", provenance, source=activity.source))
