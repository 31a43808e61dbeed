"""The account: what a zone's energy and CO2 are, and everything that stands behind the figures.

Decided here: an account keeps quantities and coefficients and computes what is asked of it. The detail of a million
zones (240 million figures) is never made unless someone asks for it; a total runs over the quantities once, in blocks.
What follows: two accounts of the same activity under two methods share the big array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import Column, Provenance, Table, described, frozen, to_frame
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.accounting.axes import OF_FLOWS, axes_of
from zonecarbon.accounting.coefficients import SIGN, Coefficients, Use
from zonecarbon.accounting.explanation import Explanation, explain
from zonecarbon.accounting.reported import reported_here
from zonecarbon.accounting.totals import Totals, make_totals
from zonecarbon.activity import Activity, Flow
from zonecarbon.activity.lines import count_lines, zones_for
from zonecarbon.catalog import Catalog
from zonecarbon.errors import InputError, Problem
from zonecarbon.kernels.emission import Tables, sum_flows, sum_tables
from zonecarbon.records import Method

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

WHAT = ("energy", "co2", "biogenic_co2", "value_added")


@dataclass(frozen=True, slots=True, eq=False)
class Account(Table):
    """Comprehensive energy [tce] and CO2 [tCO2] of an activity under a method.

    Parameters
    ----------
    activity, method
        What was measured, and the complete method.
    flows
        The flows counted: those of the activity, and ``reported`` ones for zone-years known only by their total.
    quantity
        (zone, sector, flow, year): the quantities that count, in each flow's unit, after netting.
    coefficients
        Energy [tce] and CO2 [tCO2] per unit, without sign, with the rows behind them.
    warnings
        What a reader must know: proxies, missing factors, netting, reported totals that do not fit.
    catalog
        The factor tables that were looked up, the user's own among them.

    Attributes
    ----------
    kept
        The totals, where they were made with the account; None: made when asked for. A copy with other fields, and what
        is read back from :meth:`to_dict`, has none.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "zone", "sector", "carrier", "use", "supply", "scope", "year", "energy_tce", "co2_t"
    )

    activity: Activity
    method: Method
    flows: tuple[Flow, ...]
    quantity: FloatArray = field(repr=False)
    coefficients: Coefficients = field(repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    catalog: Catalog | None = field(default=None, repr=False)
    kept: Totals | None = field(default=None, init=False, repr=False)
    _ready: dict[tuple[str, ...], tuple[Tables | None, IntArray | None]] = field(
        default_factory=dict, init=False, repr=False
    )

    # -- labels ----------------------------------------------------------------------------------------------------

    @property
    def zones(self) -> ObjectArray:
        """Names of the zones."""
        return self.activity.zones

    @property
    def sectors(self) -> ObjectArray:
        """Names of the sectors; one empty name where energy is not split."""
        return self.activity.sectors

    @property
    def years(self) -> IntArray:
        """Calendar years."""
        return self.activity.years

    @property
    def carriers(self) -> ObjectArray:
        """Distinct carriers, in the order of the flows; empty for process CO2."""
        return self.labels("carrier")

    @property
    def scopes(self) -> ObjectArray:
        """Distinct scopes: ``1``, ``2``, ``unsplit`` (a reported total), or empty (feedstock, media)."""
        return self.labels("scope")

    @property
    def basis(self) -> str:
        """``calorific`` or ``equivalent``."""
        return self.method.basis or ""

    def labels(self, axis: str) -> NDArray[Any]:
        """Return the labels along an axis of :meth:`total`.

        Parameters
        ----------
        axis
            ``zone``, ``sector``, ``carrier``, ``use``, ``supply``, ``scope``, ``flow`` or ``year``.

        Raises
        ------
        InputError
            If there is no such axis.
        """
        (axis,) = axes_of((axis,))
        if axis == "zone":
            return self.zones
        if axis == "sector":
            return self.sectors
        if axis == "year":
            return self.years
        return _array(list(dict.fromkeys(self._of_flows(axis))))

    def _of_flows(self, axis: str) -> list[str]:
        if axis == "flow":
            return [flow.name() for flow in self.flows]
        if axis == "scope":
            return [scope_of(flow) for flow in self.flows]
        return [getattr(flow, axis) for flow in self.flows]

    # -- figures ---------------------------------------------------------------------------------------------------

    @property
    def energy(self) -> FloatArray:
        """Comprehensive energy (zone, sector, flow, year) [tce]."""
        return self._detail(self._signed(self.coefficients.energy), None)

    @property
    def co2(self) -> FloatArray:
        """CO2 (zone, sector, flow, year) [tCO2]; biogenic CO2 is not in it."""
        return self._detail(self._signed(self.coefficients.co2), self.coefficients.group)

    @property
    def value_added(self) -> FloatArray:
        """Industrial value added (zone, year) [10^4 yuan] at the price year of the activity."""
        return self.activity.value_added_total

    def total(self, what: str = "energy", by: Sequence[str] = ("zone", "year")) -> FloatArray:
        """Return sums of energy, CO2 or value added.

        Parameters
        ----------
        what
            ``energy`` [tce], ``co2`` [tCO2], ``biogenic_co2`` [tCO2], ``value_added`` [10^4 yuan].
        by
            The axes to keep, in the order wanted: ``zone``, ``sector``, ``flow``, ``carrier``, ``use``, ``supply``,
            ``scope`` (one of the five flow axes at a time), ``year``, or their Chinese headings. All others are summed:
            without ``year`` a figure is the sum of all years.

        Returns
        -------
        FloatArray
            An array with one axis for each name in ``by``, labelled by :meth:`labels`. NaN where anything in the sum
            is not known. (zone, year) comes in Fortran order: a year is one contiguous column.

        Raises
        ------
        InputError
            If there is no such quantity or axis, an axis stands twice, or two of them divide the flows.
        """
        by = axes_of(by)
        if what not in WHAT:
            raise InputError("option", name="what", value=what, known=", ".join(WHAT))
        flow_axes = [axis for axis in by if axis in OF_FLOWS]
        if what == "value_added":
            return self._money(by)
        if self.kept is not None and by == ("zone", "year") and what in {"energy", "co2"}:
            return np.asarray(getattr(self.kept, what).copy(order="K"))
        if by == ("zone", "year"):
            tables, group = self.tables(what)
            if tables is not None:
                return self._known(sum_tables(self.quantity_of_zones, tables, group)[0], slice(None))
        coefficient, group = self._table(what)
        if flow_axes:
            parts = [self._sum(_only(coefficient, rows), group, by) for rows in self._members(flow_axes[0])]
            array, axes = np.stack(parts, axis=-1), [*self._kept(by), flow_axes[0]]
        else:
            array, axes = self._sum(coefficient, group, by), self._kept(by)
        for axis in [axis for axis in axes if axis not in by]:
            array, axes = array.sum(axis=axes.index(axis)), [a for a in axes if a != axis]
        return np.asarray(array.transpose([axes.index(axis) for axis in by]) if by else array)

    def totals(self, *, executor: "Executor | None" = None, out: FloatArray | None = None) -> Totals:
        """Return energy, CO2 and their intensities by zone and year, from one reading of the quantities.

        Parameters
        ----------
        executor
            Any :class:`concurrent.futures.Executor`, to make blocks of zones at the same time. The figures are the same
            to the bit. Threads pay from about 100,000 zone-years; sending the quantities to processes costs more than
            adding them up.
        out
            (4, zone, year) of float64, best in Fortran order, to write energy, CO2 and the intensities into; new memory
            costs more than the figures do.

        Returns
        -------
        Totals
            ``energy`` [tce], ``co2`` [tCO2], ``value_added`` [10^4 yuan], ``energy_intensity`` [tce per 10^4 yuan],
            ``co2_intensity`` [tCO2 per 10^4 yuan], (zone, year) each. The sums are those of :meth:`total`; an intensity
            is NaN where value added is not positive, or more energy leaves the zone than comes in.

        Raises
        ------
        InputError
            If ``executor`` is not one, or ``out`` does not fit.

        Examples
        --------
        >>> from zonecarbon.records import EnergyUse, ValueAdded, Zone
        >>> coke = [EnergyUse(carrier="coke", quantity="100 t", year=2022)]
        >>> money = [ValueAdded(value_added="500 万元", year=2022, price_year=2020)]
        >>> from zonecarbon.accounting import account
        >>> found = account([Zone(zone="A", province="全国", energy=coke, value_added=money)]).totals()
        >>> float(found.energy[0, 0]), float(found.energy_intensity[0, 0])
        (97.14, 0.19428)
        """
        return make_totals(self, executor, out)

    @staticmethod
    def _kept(by: Sequence[str]) -> list[str]:
        return ["zone", "sector", "year"] if "sector" in by else ["zone", "year"]

    def _members(self, axis: str) -> list[list[int]]:
        labels = self._of_flows(axis)
        return [[i for i, label in enumerate(labels) if label == wanted] for wanted in dict.fromkeys(labels)]

    def _table(self, what: str) -> tuple[FloatArray, IntArray | None]:
        """Return signed coefficients and groups."""
        if what == "energy":
            return self._signed(self.coefficients.energy), None
        if what == "co2":
            return self._signed(self.coefficients.co2), self.coefficients.group
        if what != "biogenic_co2":
            raise InputError("option", name="what", value=what, known="energy, co2, biogenic_co2")
        return self._signed(self.coefficients.biogenic), None

    def _signed(self, coefficient: FloatArray) -> FloatArray:
        sign = np.array([SIGN.get(flow.use, 1.0) for flow in self.flows])
        return np.asarray(coefficient * sign[:, None])

    def _sum(
        self, coefficient: FloatArray, group: IntArray | None, by: Sequence[str], years: slice = slice(None)
    ) -> FloatArray:
        """Return (zone, year), or (zone, sector, year) if ``by`` has sectors; of some years."""
        quantity, coefficient = self._live(coefficient)
        quantity, coefficient = quantity[..., years], coefficient[..., years]
        n_zones, n_sectors, n_flows, n_years = quantity.shape
        if group is not None and len(coefficient) == 1:
            coefficient, group = coefficient[0], None
        if n_sectors == 1 and "sector" not in by:
            return self._known(sum_flows(quantity[:, 0], coefficient, group), years)
        if "sector" not in by:
            return self._known(sum_flows(quantity, coefficient, group), years)
        rows = quantity.reshape(n_zones * n_sectors, n_flows, n_years)
        spread = None if group is None else np.repeat(group, n_sectors)
        return self._known(sum_flows(rows, coefficient, spread).reshape(n_zones, n_sectors, n_years), years)

    def tables(self, *whats: str) -> tuple[Tables | None, IntArray | None]:
        """Return coefficients of energy, CO2 or biogenic CO2 for one kernel, and the group of each zone.

        Internal: for the modules of this library.

        No groups where all zones are of one; no tables if the sums are not over all flows.

        Parameters
        ----------
        *whats
            ``energy``, ``co2`` or ``biogenic_co2``, each once; energy and CO2 if none is given.
        """
        whats = whats or ("energy", "co2")
        if whats not in self._ready:  # made once; two threads at the same time make the same
            self._ready[whats] = self._make_tables(whats)
        return self._ready[whats]

    def _make_tables(self, whats: tuple[str, ...]) -> tuple[Tables | None, IntArray | None]:
        given = [self._table(what) for what in whats]
        if any(self._live(table)[0] is not self.quantity for table, _ in given):
            return None, None
        group = next((own for table, own in given if own is not None and len(table) != 1), None)
        same = [table[0] if own is not None and group is None else table for table, own in given]
        sums = np.stack(np.broadcast_arrays(*same), axis=-3)
        return Tables(sums, group is not None, self.quantity_of_zones.shape), group

    @property
    def quantity_of_zones(self) -> FloatArray:
        """The quantities as kernels take them: (zone, flow, year) where energy is not split by sector.

        Internal: for the modules of this library.
        """
        return self.quantity[:, 0] if self.quantity.shape[1] == 1 else self.quantity

    def _live(self, coefficient: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Leave out flows that count nothing here, if their quantity is not known: it does not matter then."""
        counts = (coefficient != 0).any(axis=tuple(i for i in range(coefficient.ndim) if i != coefficient.ndim - 2))
        idle = np.flatnonzero(~counts)
        if not any(np.isnan(self.quantity[:, :, flow]).any() for flow in idle):
            return self.quantity, coefficient
        return self.quantity[:, :, counts], coefficient[..., counts, :]

    def _known(self, total: FloatArray, years: slice) -> FloatArray:
        """Set NaN in zone-years about which nothing is known."""
        unknown = self.unknown()
        if unknown is None:
            return total
        zone, year = np.nonzero(unknown[:, years])
        total[zone, ..., year] = np.nan
        return total

    def unknown(self) -> NDArray[np.bool_] | None:
        """Return (zone, year) of which nothing is known; None if there are none."""
        has_energy = self.activity.has_energy
        if has_energy is None or has_energy.all():
            return None
        return ~(has_energy | reported_here(self.activity))

    def lines(
        self, what: str, year: int | Sequence[int], zones: slice = slice(None), at_year: int | None = None
    ) -> FloatArray:
        """Return energy [tce] or CO2 [tCO2] of every line of one year (zone, sector, flow).

        Internal: for the modules of this library.

        With several years (zone, sector, flow, year); ``zones`` are the positions wanted; with ``at_year`` quantities
        count at the coefficients of that year.

        Parameters
        ----------
        what
            ``energy`` or ``co2``.
        year
            A calendar year of the account, or several.
        zones
            Some zones, by position.
        at_year
            With several years: whose coefficients are taken; those of each year unless given.

        Raises
        ------
        InputError
            If there is no such year, or ``what`` is neither ``energy`` nor ``co2``.
        """
        if what not in {"energy", "co2"}:
            raise InputError("option", name="what", value=what, known="energy, co2")
        coefficient, group = self._table(what)
        if isinstance(year, (int, np.integer)):
            at: Any = slice(index := self.activity.year_index(int(year)), index + 1)
            return self._detail(coefficient[..., at], group, at, zones)[..., 0]
        at = [self.activity.year_index(int(wanted)) for wanted in year]
        used = at if at_year is None else [self.activity.year_index(at_year)] * len(at)
        return self._detail(coefficient[..., used], group, at, zones)

    def _detail(
        self, coefficient: FloatArray, group: IntArray | None, span: Any = slice(None), zones: slice = slice(None)
    ) -> FloatArray:
        table = coefficient if group is None else coefficient[group[zones]][:, None]
        quantity = self.quantity[zones][..., span]
        with np.errstate(over="ignore"):  # what is beyond the floats is infinite
            result = np.multiply(quantity, table)
        if not np.isfinite(coefficient).all():
            result[(quantity == 0) & np.isnan(result)] = 0.0
        if (coefficient == 0).any():
            result[np.broadcast_to(table == 0, result.shape)] = 0.0
        if (unknown := self.unknown()) is not None:  # a zone-year without any row: not even what has no factor is 0
            result[np.isnan(quantity) & unknown[zones][:, None, None, span]] = np.nan
        return frozen(result)

    def _money(self, by: Sequence[str]) -> FloatArray:
        if bad := [axis for axis in by if axis in OF_FLOWS]:
            raise InputError("option", name="by", value=", ".join(bad), known="zone, sector, year")
        axes = self._kept(by)
        array = self.activity.value_added if "sector" in by else self.activity.value_added_total
        for axis in [axis for axis in axes if axis not in by]:
            array, axes = array.sum(axis=axes.index(axis)), [a for a in axes if a != axis]
        return np.asarray(array.transpose([axes.index(axis) for axis in by]) if by else array)

    def co2_at_factors_of(self, year: int, of: int | None = None) -> FloatArray:
        """Return CO2 (zone, year) [tCO2] with every year at the grid factors of ``year``; of one year alone (zone, 1).

        What is left of a fall in CO2 is the zone's own doing; the rest is the grid's.

        Parameters
        ----------
        year
            Whose grid factors are taken.
        of
            One year; every year unless given.
        """
        at = self.activity.year_index(year)
        index = None if of is None else self.activity.year_index(of)
        years = slice(None) if index is None else slice(index, index + 1)
        ready = ("co2", str(at), str(index))
        if ready not in self._ready:
            self._ready[ready] = self._make_tables_at(at, years)
        tables, group = self._ready[ready]
        if tables is None:
            return self._sum(self._at_factors_of(at), self.coefficients.group, ("zone", "year"), years)
        return self._known(sum_tables(self.quantity_of_zones[..., years], tables, group)[0], years)

    def _at_factors_of(self, at: int) -> FloatArray:
        """Return the signed coefficients of CO2 with those of electricity in one year in all years."""
        coefficient = self._signed(self.coefficients.co2)
        electric = [i for i, flow in enumerate(self.flows) if flow.kind == "electricity"]
        coefficient[:, electric] = coefficient[:, electric, at : at + 1]
        return coefficient

    def _make_tables_at(self, at: int, years: slice) -> tuple[Tables | None, IntArray | None]:
        coefficient, group = self._at_factors_of(at), self.coefficients.group
        if self._live(coefficient)[0] is not self.quantity:
            return None, None
        table = coefficient[..., np.newaxis, :, years]
        if len(table) == 1:
            return Tables(table[0], False, self.quantity_of_zones[..., years].shape), None
        return Tables(table, True, self.quantity_of_zones[..., years].shape), group

    # -- faces -----------------------------------------------------------------------------------------------------

    def columns(self, level: str = "") -> dict[str, NDArray[Any]]:
        """Return columns: every line, or with ``level="zone"`` one row per zone and year.

        A line is a zone, sector, carrier, use, supply, scope and year whose quantity is not zero (or not known).

        Parameters
        ----------
        level
            Empty for every line, or ``zone``.
        """
        if level == "zone":
            return self._zone_columns()
        if level:
            raise InputError("option", name="level", value=level, known="zone")
        return self._lines(slice(None))

    def _lines(self, zones: slice) -> dict[str, NDArray[Any]]:
        """Return the lines of some zones."""
        keys = self._line_keys()
        distinct = list(dict.fromkeys(keys)) or [("", "", "", "")]  # no flows: no lines of a flow without a name
        energy, co2 = (self._detail(*self._table(what), zones=zones) for what in ("energy", "co2"))
        used = self.quantity[zones] != 0
        parts: list[tuple[NDArray[Any], ...]] = []
        for key in distinct:
            rows = [i for i, own in enumerate(keys) if own == key]
            zone, sector, year = np.nonzero(used[:, :, rows].any(axis=2))
            lines = [array[:, :, rows].sum(axis=2)[zone, sector, year] for array in (energy, co2)]
            parts.append((zone, sector, np.full(len(zone), distinct.index(key)), year, *lines))
        zone, sector, key_at, year, tce, tonnes = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((key_at, sector, year, zone))
        words = [_array(list(column))[key_at] for column in zip(*distinct, strict=True)]
        columns: dict[str, NDArray[Any]] = {"zone": self.zones[zones][zone], "sector": self.sectors[sector]}
        columns |= dict(zip(("carrier", "use", "supply", "scope"), words, strict=True))
        columns |= {"year": self.years[year], "energy_tce": tce, "co2_t": tonnes}
        return {name: column[order] for name, column in columns.items()}

    def _line_keys(self) -> list[tuple[str, str, str, str]]:
        return [(flow.carrier, flow.use, flow.supply, scope_of(flow)) for flow in self.flows]

    def _head(self, rows: int) -> tuple[dict[str, NDArray[Any]], int]:
        """Return the first lines, made of the first zones alone, and how many there are."""
        keys = self._line_keys()
        members = [[i for i, own in enumerate(keys) if own == key] for key in dict.fromkeys(keys)]
        counts = count_lines(self.quantity, members)
        first = self._lines(zones_for(counts, rows))
        return {name: column[:rows] for name, column in first.items()}, int(counts.sum())

    def _zone_columns(self) -> dict[str, NDArray[Any]]:
        shape = (len(self.zones), len(self.years))
        zone, year = np.indices(shape).reshape(2, -1)
        return {
            "zone": self.zones[zone],
            "year": self.years[year],
            "energy_tce": self.total("energy").reshape(-1),
            "co2_t": self.total("co2").reshape(-1),
            "value_added": self.activity.value_added_total.reshape(-1),
        }

    def to_frame(self, level: str = "") -> "pd.DataFrame":
        """Return a DataFrame of :meth:`columns`.

        Parameters
        ----------
        level
            Empty for every line, or ``zone``.
        """
        return to_frame(self.columns(level), self.provenance)

    @property
    def provenance(self) -> Provenance:
        """Every choice, every factor row, and a hash of the input."""
        return Provenance(self._choices(), self.activity.input_hash, (*self.activity.warnings, *self.warnings))

    def _choices(self) -> dict[str, Any]:
        return {
            "method": self.method.model_dump(exclude_defaults=True),
            "factors": [_use_to_dict(use) for use in self.coefficients.uses],
            "factor_tables_added": list(self.catalog.added if self.catalog else ()),
            "grid_data_years": {year: list(seen) for year, seen in self.coefficients.vintages.items()},
            "price_years": self.price_years(),
            "set_aside": [problem.to_dict() for problem in self.activity.set_aside],
        }

    def price_years(self) -> list[str]:
        """Return the distinct price years of the value added, in words."""
        distinct = sorted(set(np.unique(self.activity.price_year).tolist()) - {0})
        return ["nominal" if year == -1 else str(year) for year in distinct]

    def explain(self, zone: str, year: int) -> Explanation:
        """Return every line of one zone and year: quantity x coefficient = tce, x factor = tCO2, and the sums.

        Parameters
        ----------
        zone
            Its name.
        year
            A calendar year of the account.

        Raises
        ------
        InputError
            If there is no such zone or year.
        """
        place = self.activity.zone_index(zone), self.activity.year_index(year)
        return explain(self, *place)

    def __repr__(self) -> str:
        span = f"{self.years[0]}-{self.years[-1]}" if len(self.years) else "no years"
        return (
            f"<Account: {len(self.zones)} zones, {len(self.flows)} flows, {span}, method {self.method.name}, "
            f"{self.basis} basis>"
        )


def scope_of(flow: Flow) -> str:
    """Return the one scope a flow has: ``1`` fuels and processes, ``2`` electricity and heat, ``unsplit``, or none."""
    if flow.use == "feedstock" or flow.kind == "energy_medium":
        return ""
    return {"electricity": "2", "heat": "2", "reported": "unsplit"}.get(flow.kind, "1")


def _only(coefficient: FloatArray, rows: Sequence[int]) -> FloatArray:
    """Return the coefficients of some flows, the others zero."""
    result = np.zeros_like(coefficient)
    result[..., rows, :] = coefficient[..., rows, :]
    return result


def _array(values: Sequence[Any]) -> ObjectArray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _use_to_dict(use: Use) -> dict[str, Any]:
    return {
        "carrier": use.flow.carrier or use.flow.product,
        "use": use.flow.use,
        "supply": use.flow.supply,
        "role": use.role,
        "value": use.value,
        "unit": use.unit,
        "year": use.year,
        "province": use.province,
        "proxy": use.proxy,
        "label": use.label,
        "status": use.row.status if use.row else "choice",
        "source_id": use.row.source_id if use.row else "",
    }
