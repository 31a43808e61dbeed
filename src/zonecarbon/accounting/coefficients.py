"""The coefficients of an account: tce and tCO2 per unit of each flow, with the row behind each.

Decided here: everything a method chooses is turned into two small tables, energy ``(flow, year)`` and CO2 ``(group,
flow, year)`` with one group per province, and a list of the rows they came from. The big arrays are then touched once,
by one kernel, whatever the method. What has no standard-coal coefficient stops the account, with every such carrier in
one error: energy would be wrong without it. What has no CO2 factor becomes NaN, with one warning: energy still holds.

Signs: final use, transformation input and feedstock count up; transformation output and export count down. Electricity
generated from fuel on site takes the coefficient and factor of bought electricity, so that it cancels against its use;
on-site non-fossil electricity counts its calorific value and no CO2, and what of it is exported was never counted.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zonecarbon import units
from zonecarbon._typing import FloatArray, IntArray, ObjectArray
from zonecarbon.activity import Flow
from zonecarbon.catalog import Catalog, FactorRow, kgce_per_own_unit
from zonecarbon.catalog import method as find_method
from zonecarbon.errors import FactorError, MethodError, Problem, ZoneCarbonError
from zonecarbon.notation import year_spans
from zonecarbon.records import Method
from zonecarbon.records.method import ELECTRICITY_KINDS
from zonecarbon.vocabulary import UNREAD, carriers, provinces

SIGN = {"final": 1.0, "transformation_in": 1.0, "feedstock": 1.0, "transformation_out": -1.0, "export": -1.0}
_NO_CO2_SUPPLY = {"direct_nonfossil", "onsite_nonfossil", "nonfossil_heat"}
_SERIES = "yearbook"  # the series that a message recommends: the one read in a source
_HEAT_DEFAULT, _HEAT_NONFOSSIL = "heat_co2_default", "heat_co2_nonfossil_910"


@dataclass(frozen=True, slots=True)
class Use:
    """One factor as it was used: for which flow, in which role, its value and the row or choice behind it.

    ``role`` is ``energy``, ``heat_value`` or ``co2``; ``year`` and ``province`` are empty where it does not depend on
    them; ``proxy`` is the carrier that stands in.
    """

    flow: Flow
    role: str
    value: float
    unit: str
    label: str
    year: int | None = None
    province: str = ""
    proxy: str = ""
    row: FactorRow | None = None


@dataclass(slots=True)
class Coefficients:
    """Coefficients, without sign, and what is behind them."""

    energy: FloatArray
    co2: FloatArray
    biogenic: FloatArray
    group: IntArray
    provinces: list[str]
    uses: list[Use] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    vintages: dict[int, tuple[int, ...]] = field(default_factory=dict)


def find_coefficients(
    flows: Sequence[Flow],
    years: Sequence[int],
    provinces: ObjectArray,
    method: Method,
    catalog: Catalog,
    is_used: Callable[[int], bool] = lambda _: True,
) -> Coefficients:
    """Return the coefficients of ``flows`` under a complete ``method``.

    ``is_used`` tells whether a flow has a quantity anywhere; it is asked only where a coefficient is missing or needs a
    word, and for a flow of zeros nothing is missing and no word is due.

    Raises
    ------
    MethodError
        One error with every carrier that has no single standard-coal coefficient, or whose equivalent value is missing.
    """
    # In order of name, so that adding a zone changes no group that matters and no bit of another zone's row.
    distinct = sorted(set(provinces.tolist()))
    at = {province: i for i, province in enumerate(distinct)}
    shape = (len(flows), len(years))
    result = Coefficients(
        energy=np.zeros(shape),
        co2=np.zeros((len(distinct), *shape)),
        biogenic=np.zeros(shape),
        group=np.array([at[province] for province in provinces.tolist()], dtype=np.int64),
        provinces=distinct,
    )
    finder = _Finder(list(years), method, catalog, result)
    problems: list[Problem] = []
    for position, flow in enumerate(flows):
        told = finder.told()
        try:
            result.energy[position] = finder.energy(flow)
        except ZoneCarbonError as error:
            if is_used(position):
                problems += [p for p in error.problems if p not in problems]
        if finder.told() != told and not is_used(position):
            finder.forget(told)
    if problems:
        raise MethodError(problems)
    for position, flow in enumerate(flows):
        told = finder.told()
        finder.co2(position, flow)
        if finder.told() != told and not is_used(position):
            finder.forget(told)
    finder.warn(flows)
    return result


@dataclass(slots=True)
class _Finder:
    years: list[int]
    method: Method
    catalog: Catalog
    result: Coefficients
    proxied: dict[str, str] = field(default_factory=dict)
    fallback: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    coal: dict[str, FactorRow] = field(default_factory=dict)

    def told(self) -> tuple[dict[str, str], dict[str, str], list[str], list[Problem]]:
        """Return what there is to tell a reader so far."""
        return dict(self.proxied), dict(self.fallback), list(self.missing), list(self.result.notes)

    def forget(self, told: tuple[dict[str, str], dict[str, str], list[str], list[Problem]]) -> None:
        """Go back to what there was to tell."""
        self.proxied, self.fallback, self.missing = told[:3]
        self.result.notes[:] = told[3]

    def use(self, *args: Any, **kwargs: Any) -> None:
        """Note a factor as used."""
        self.result.uses.append(Use(*args, **kwargs))

    # -- energy ----------------------------------------------------------------------------------------------------

    def energy(self, flow: Flow) -> Any:
        """Return tce per unit of ``flow``, one number or one a year."""
        if flow.kind == "process" or (flow.carrier == "reported" and flow.unit == "tCO2"):
            return 0.0
        if flow.carrier == "reported":
            return 1.0 if flow.basis == self.method.basis else math.nan
        if flow.carrier == UNREAD.id:  # of an amount that is not known, nor what it is an amount of
            return 1.0
        if flow.use == "feedstock" and flow.kind != "fuel":
            raise MethodError("account.feedstock", carrier=flow.carrier)
        if flow.use == "feedstock" and self.method.feedstock == "deduct":
            self.use(flow, "energy", 0.0, f"tce/{flow.unit}", "feedstock deducted by the method")
            return 0.0
        if flow.kind == "energy_medium" and not self.method.media:
            self.use(flow, "energy", 0.0, f"tce/{flow.unit}", "energy media are not counted by the method")
            return 0.0
        if flow.kind in {"electricity", "heat"}:
            return self._secondary(flow)
        if flow.unit in {"tce", "GJ"}:
            value = units.factor(flow.unit, "tce")
            self.use(flow, "energy", value, f"tce/{flow.unit}", "given by energy; 1 tce = 29.3076 GJ (GB/T 2589)")
            return value
        value, label, row = self._coal(flow.carrier, flow.unit)
        self.use(flow, "energy", value, f"tce/{flow.unit}", label, row=row)
        return value

    def _coal(self, carrier: str, unit: str) -> tuple[float, str, FactorRow | None]:
        """Return tce per ``unit`` of a carrier by the method's choice or the printed coefficient."""
        choice = self._choice(carrier)
        if choice is not None:
            return _given(choice, f"tce/{unit}"), self._whose(carrier, choice), None
        row = self._coal_row(carrier)
        if row.group != (self.method.editions or ("",))[0]:
            self.fallback[carrier] = row.group
        return kgce_per_own_unit(row, unit), row.label, row

    def _choice(self, carrier: str) -> str | None:
        """Return the method's choice of coefficient; a row of the user's own table stands before inventory's choice."""
        choice = self.method.coefficients.get(carrier)
        rows = self.catalog.tables["standard_coal"] if is_inventorys(carrier, choice) else ()
        editions = self.method.editions or ()
        own = [row for row in rows if row.item == carrier and row.origin != "shipped" and row.group in editions]
        return None if own else choice

    def _whose(self, carrier: str, choice: str) -> str:
        """Return a choice of coefficient in words: the user's, or the shipped method's, which a reader must know of."""
        if not is_inventorys(carrier, choice):
            return f"chosen: {choice}"
        try:
            self.catalog.standard_coal(carrier, self.method.editions or ())
        except FactorError as error:
            note = Problem("account.choice", {**error.problems[0].values, "carrier": carrier, "choice": choice})
            if note not in self.result.notes:
                self.result.notes.append(note)
        return f"inventory's choice: {choice}"

    def _coal_row(self, carrier: str) -> FactorRow:
        if carrier not in self.coal:
            self.coal[carrier] = self.catalog.standard_coal(carrier, self.method.editions or ())
        return self.coal[carrier]

    def _secondary(self, flow: Flow) -> Any:
        """Return tce per MWh, GJ, t or tce of electricity or heat, on the method's basis."""
        if flow.use == "transformation_out" and flow.supply == "onsite_nonfossil":
            raise MethodError("account.nonfossil_output", carrier=flow.carrier)
        if flow.use == "export" and flow.supply == "onsite_nonfossil":
            self.use(flow, "energy", 0.0, f"tce/{flow.unit}", "exported on-site non-fossil energy was never counted")
            return 0.0
        wanted = self._basis_of(flow)
        if flow.unit != "tce":
            return self._equivalent(flow) if wanted == "equivalent" else self._calorific(flow)
        if flow.basis == wanted:
            self.use(flow, "energy", 1.0, "tce/tce", f"given in standard coal, {flow.basis}")
            return 1.0
        plain = self._plain(flow)
        calorific, equivalent = self._calorific(plain, note=False), self._equivalent(plain, note=False)
        ratio = equivalent / calorific if wanted == "equivalent" else calorific / equivalent
        for year, value, whole in zip(self.years, ratio, equivalent, strict=True):
            steps = (whole, calorific) if wanted == "equivalent" else (calorific, whole)
            label = f"given in standard coal, {flow.basis}; {steps[0]:.12g} / {steps[1]:.12g} tce/{plain.unit}"
            self.use(flow, "energy", float(value), "tce/tce", label, year=year)
        return ratio

    def _basis_of(self, flow: Flow) -> str:
        """Return the basis a secondary flow counts on: heat is calorific unless the method says what made it."""
        says = flow.carrier == "electricity" or "heat" in self.method.equivalent
        equivalent = self.method.basis == "equivalent" and flow.supply != "onsite_nonfossil" and says
        return "equivalent" if equivalent else "calorific"

    @staticmethod
    def _plain(flow: Flow) -> Flow:
        """Return a flow given in standard coal as one in MWh or GJ."""
        return Flow(flow.carrier, flow.use, flow.supply, "MWh" if flow.kind == "electricity" else "GJ")

    def _calorific(self, flow: Flow, note: bool = True) -> float:
        """Return tce per unit of a secondary flow by the printed coefficient."""
        carrier = "heat" if flow.unit == "GJ" else flow.carrier
        value, label, row = self._coal(carrier, flow.unit)
        if note:
            self.use(flow, "energy", value, f"tce/{flow.unit}", label, row=row)
        return value

    def _equivalent(self, flow: Flow, note: bool = True) -> FloatArray:
        """Return tce per unit of a secondary flow on the equivalent basis, one a year."""
        carrier, own = ("electricity", "MWh") if flow.kind == "electricity" else ("heat", "GJ")
        choice = self.method.equivalent.get(carrier)
        if choice is None:
            raise self._no_equivalent(carrier, own)
        values = np.empty(len(self.years))
        for i, year in enumerate(self.years):
            per_own, label, row = self._equivalent_of(choice, carrier, own, year)
            values[i] = per_own if flow.unit == own else per_own * self._per_unit(flow)
            if note:
                self.use(flow, "energy", float(values[i]), f"tce/{flow.unit}", label, year=year, row=row)
        return values

    def _no_equivalent(self, carrier: str, own: str) -> MethodError:
        """Return the error of a missing equivalent value, with the years that each series of the catalog has."""
        values = {"method": self.method.name, "carrier": carrier, "unit": "kgce/kWh" if own == "MWh" else f"kgce/{own}"}
        known = self.catalog.equivalent_years() if carrier == "electricity" else {}
        if not known:
            return MethodError(Problem("method.equivalent_none", values))
        named = next((name for name in known if name.startswith(_SERIES)), next(iter(known)))
        series = _SERIES if named.startswith(_SERIES) else named
        year = "same_year" if set(self.years) <= set(known[named]) else str(known[named][-1])
        told = "; ".join(f"{name}: {year_spans(years, '-')}" for name, years in known.items())
        return MethodError(Problem("method.equivalent", {**values, "series": series, "year": year, "known": told}))

    def _per_unit(self, flow: Flow) -> Any:
        """Return MWh (electricity) or GJ (heat) per unit of a secondary flow, one number or one a year.

        A figure in standard coal goes back through the coefficient that made it, so that tce -> GJ -> tce is exact;
        steam by mass through its own coefficient and 29.3076 GJ/tce.
        """
        if flow.unit in {"MWh", "GJ"}:
            return 1.0
        if flow.unit == "tce":
            plain = self._plain(flow)
            made = self._equivalent(plain, note=False) if flow.basis == "equivalent" else self._calorific(plain, False)
            return 1.0 / made
        return self._calorific(flow, note=False) * units.factor("tce", "GJ")

    def _equivalent_of(
        self, choice: "str | Mapping[Any, Any]", carrier: str, own: str, year: int
    ) -> tuple[float, str, FactorRow | None]:
        if isinstance(choice, str):
            return _given(choice, f"tce/{own}"), f"equivalent value, chosen: {choice}", None
        if "series" in choice:
            wanted = choice.get("year", "same_year")
            row_year = {"same_year": year, "previous_year": year - 1}.get(str(wanted))
            row = self.catalog.equivalent(str(choice["series"]), int(wanted) if row_year is None else row_year)
            return row.value * units.factor(row.unit, f"tce/{own}"), f"equivalent value, {row.label}", row
        by_year = {int(key): value for key, value in choice.items()}
        if year not in by_year:
            raise MethodError("method.equivalent_year", carrier=carrier, year=year, known=", ".join(map(str, by_year)))
        return _given(str(by_year[year]), f"tce/{own}"), f"equivalent value, chosen for {year}: {by_year[year]}", None

    # -- CO2 -------------------------------------------------------------------------------------------------------

    def co2(self, position: int, flow: Flow) -> None:
        """Fill tCO2 per unit of ``flow``: for each group and year."""
        target = self.result.co2[:, position]
        if flow.carrier == "reported":
            target[:] = 1.0 if flow.unit == "tCO2" else 0.0
        elif flow.carrier == UNREAD.id:
            target[:] = math.nan
        elif flow.kind == "process":
            target[:] = self._process(flow)
        elif flow.use == "feedstock":
            self.use(flow, "co2", 0.0, f"tCO2/{flow.unit}", "feedstock is not burnt")
        elif flow.kind == "energy_medium":
            self.use(flow, "co2", 0.0, f"tCO2/{flow.unit}", "media carry no CO2 of their own here")
        elif flow.kind == "electricity":
            self._electricity(position, flow)
        elif flow.kind == "heat":
            target[:] = self._heat(flow)
        else:
            self._fuel(position, flow)

    def _process(self, flow: Flow) -> float:
        if flow.unit == "tCO2":
            self.use(flow, "co2", 1.0, "tCO2/tCO2", "factor given on the row")
            return 1.0
        text = self.method.process.get(flow.product)
        if text is None:
            self.missing.append(f"{flow.product} (process)")
            self.use(flow, "co2", math.nan, "tCO2/t", "no factor")
            return math.nan
        value = _given(text, "tCO2/t")
        self.use(flow, "co2", value, "tCO2/t", f"chosen: {text}")
        return value

    def _fuel(self, position: int, flow: Flow) -> None:
        known = carriers()[flow.carrier]
        if known.carbon_class == "none":
            self.use(flow, "co2", 0.0, f"tCO2/{flow.unit}", "no carbon")
            return
        proxies = {**self.catalog.proxies(), **self.method.proxy} if self.method.proxies == "use" else {}
        try:
            row = self.catalog.fuel_co2(flow.carrier, self.method.fuels or "", proxies)
        except FactorError as error:
            if error.problems[0].code == "factor.set":
                raise
            self._no_fuel_row(position, flow, known.carbon_class)
            return
        proxy = row.item if row.item != flow.carrier else ""
        if proxy:
            self.proxied[flow.carrier] = proxy
        per_energy = row.value * units.factor(row.unit, "tCO2/GJ")
        heat = self._heat_per_unit(flow, row, proxy)
        self.use(flow, "co2", per_energy, "tCO2/GJ", row.label, proxy=proxy, row=row)
        value = per_energy * heat
        if known.carbon_class == "biogenic" or row.fields.get("carbon_class") == "biogenic":
            self.result.biogenic[position] = value
        else:
            self.result.co2[:, position] = value

    def _no_fuel_row(self, position: int, flow: Flow, carbon_class: str) -> None:
        if carbon_class == "biogenic":
            self.result.biogenic[position] = math.nan
            self.use(flow, "co2", 0.0, f"tCO2/{flow.unit}", "biogenic: apart from the total; no factor in the set")
            return
        self.missing.append(flow.carrier)
        self.result.co2[:, position] = math.nan
        self.use(flow, "co2", math.nan, f"tCO2/{flow.unit}", f"no row in {self.method.fuels}")

    def _heat_per_unit(self, flow: Flow, row: FactorRow, proxy: str) -> float:
        """Return GJ per unit of a fuel flow: measured, of the factor set, or of the standard-coal row."""
        if flow.unit in {"GJ", "tce"}:
            return units.factor(flow.unit, "GJ")
        to = f"GJ/{flow.unit}"
        heat, unit = row.heat_value
        if unit and not proxy and _fits(unit, to):
            value = heat * units.factor(unit, to)
            self.use(flow, "heat_value", value, to, row.label, row=row)
            return value
        choice = self._choice(flow.carrier)
        if choice is not None:
            value = _given(choice, f"tce/{flow.unit}") * units.factor("tce", "GJ")
            self.use(flow, "heat_value", value, to, f"29.3076 GJ/tce x {self._whose(flow.carrier, choice)}")
            return value
        coal = self._coal_row(flow.carrier)
        heat, unit = coal.heat_value
        if unit and _fits(unit, to):
            value = heat * units.factor(unit, to)
            self.use(flow, "heat_value", value, to, coal.label, row=coal)
            return value
        value = kgce_per_own_unit(coal, flow.unit) * units.factor("tce", "GJ")
        self.use(flow, "heat_value", value, to, f"coefficient x 29.3076 GJ/tce: {coal.label}", row=coal)
        return value

    def _heat(self, flow: Flow) -> Any:
        if flow.supply in _NO_CO2_SUPPLY:
            row = self.catalog.heat(_HEAT_NONFOSSIL)
            self.use(flow, "co2", 0.0, "tCO2/GJ", row.label, row=row)
            return 0.0
        if carriers()[flow.carrier].carbon_class == "none":
            self.use(flow, "co2", 0.0, f"tCO2/{flow.unit}", "recovered heat: its fuel is counted where it is burnt")
            return 0.0
        if self.method.heat in {"default", None}:
            row = self.catalog.heat(_HEAT_DEFAULT)
            per_energy, label = row.value * units.factor(row.unit, "tCO2/GJ"), row.label
            self.use(flow, "co2", per_energy, "tCO2/GJ", label, row=row)
        else:
            per_energy = _given(str(self.method.heat), "tCO2/GJ")
            self.use(flow, "co2", per_energy, "tCO2/GJ", f"chosen: {self.method.heat}")
        return per_energy * self._per_unit(flow)

    def _electricity(self, position: int, flow: Flow) -> None:
        zero = flow.supply in _NO_CO2_SUPPLY
        if flow.supply == "certificate":
            zero = self.method.certificates == "zero" or self.method.electricity == "national_residual"
            self._show_certificates(flow, zero)
        if zero:
            self.use(flow, "co2", 0.0, "tCO2/MWh", f"supply {flow.supply}: 0")
            return
        per_unit = self._per_unit(flow)
        kind = self.method.electricity or ""
        if kind not in ELECTRICITY_KINDS:
            value = _given(kind, "tCO2/MWh")
            self.use(flow, "co2", value, "tCO2/MWh", f"chosen: {kind}")
            self.result.co2[:, position] = value * per_unit
            return
        for group, province in enumerate(self.result.provinces):
            for i, year in enumerate(self.years):
                self.result.co2[group, position, i] = self._grid(flow, kind, province, year)
        self.result.co2[:, position] *= per_unit

    def _show_certificates(self, flow: Flow, zero: bool) -> None:
        """Warn where certificates change nothing, or are counted beside a factor that contains them already."""
        kind = self.method.electricity or ""
        if flow.supply == "certificate" and kind.endswith("_average"):
            code = "account.certificates_twice" if zero else "account.certificates"
            problem = Problem(code, {"kind": kind})
            if problem not in self.result.notes:
                self.result.notes.append(problem)

    def _grid(self, flow: Flow, kind: str, province: str, year: int) -> float:
        method = self.method
        try:
            row = self.catalog.electricity(kind, province, year, method.vintage or "", method.electricity_year)
        except FactorError as error:
            words = error.problems[0].values
            label = f"{words['region']} {kind}" if province else f"electricity of zones without a province ({kind})"
            label += f" {year}" if error.problems[0].code == "factor.year" else ""
            if label not in self.missing:
                self.missing.append(label)
            self.use(flow, "co2", math.nan, "tCO2/MWh", "no grid factor", year=year, province=province)
            return math.nan
        value = row.value * units.factor(row.unit, "tCO2/MWh")
        self.use(
            flow,
            "co2",
            value,
            "tCO2/MWh",
            _grid_label(row),
            year=year,
            province=province,
            row=row,
        )
        seen = self.result.vintages.get(year, ())
        if row.year is not None and row.year not in seen:
            self.result.vintages[year] = tuple(sorted((*seen, row.year)))
        return value

    def _idle_sets(self, occurs: set[str]) -> list[str]:
        """Return the sets of the user's tables that the method does not name, where no row of theirs is told of.

        A name that is misspelt shows whatever the data hold.
        """
        named = {"standard_coal": self.method.editions or (), "fuel_co2": (self.method.fuels,)}
        own = [row for name in named for row in self.catalog.tables[name] if row.origin != "shipped"]
        told = {row.group for row in own if row.item in occurs}
        return list(dict.fromkeys(row.group for row in own if row.group not in {*named[row.table], *told}))

    def warn(self, flows: Sequence[Flow]) -> None:
        """Turn what was noted on the way into warnings, one of a kind."""
        used = {id(use.row) for use in self.result.uses}
        occurs = {flow.carrier for flow in flows}
        idle = [
            f"{row.item} ({row.group})"
            for row in (*self.catalog.tables["standard_coal"], *self.catalog.tables["fuel_co2"])
            if row.origin != "shipped" and row.item in occurs and id(row) not in used
        ]
        if idle:
            self.result.warnings.append(Problem("account.rows_idle", {"rows": ", ".join(idle)}))
        sets = self._idle_sets(occurs)
        if sets:
            own = ", ".join(filter(None, (*(self.method.editions or ()), self.method.fuels)))
            self.result.warnings.append(Problem("account.sets_idle", {"sets": ", ".join(sets), "known": own}))
        if self.proxied:
            pairs = ", ".join(f"{a} -> {b}" for a, b in self.proxied.items())
            self.result.warnings.append(Problem("account.proxies", {"pairs": pairs, "fuels": self.method.fuels}))
        if self.fallback:
            pairs = ", ".join(f"{a}: {b}" for a, b in self.fallback.items())
            first = (self.method.editions or ("",))[0]
            self.result.warnings.append(Problem("account.editions", {"pairs": pairs, "edition": first}))
        if self.missing:
            items = ", ".join(dict.fromkeys(self.missing))
            self.result.warnings.append(Problem("account.no_co2", {"items": items, "method": self.method.name}))


def _grid_label(row: FactorRow) -> str:
    """Return a grid row in words: the region by its Chinese name, which sentences translate, and the notice.

    A row of the user's own has the name of the region too, and needs no notice where it names a source.
    """
    region = row.fields.get("region_zh") or (provinces()[row.item].name_zh if row.item in provinces() else row.item)
    notice = row.fields.get("notice") or ("" if row.origin != "shipped" and row.source_id else "no notice")
    return f"{region} {row.label}" + (f" ({notice})" if notice else "")


def _fits(unit: str, to: str) -> bool:
    """Return whether a set's heat value is by mass or volume as the flow is: ipcc-2006 has natural gas by mass."""
    return units.dimension(unit) == units.dimension(to)


def is_inventorys(carrier: str, choice: str | None) -> bool:
    """Return whether a choice of coefficient is that of the shipped method, which nobody chose."""
    return choice is not None and find_method("inventory").coefficients.get(carrier) == choice


def _given(text: str, to: str) -> float:
    """Return a choice such as ``"1.33 kgce/m3"`` in the unit ``to``."""
    value, unit = units.split(text)
    if not (math.isfinite(value) and value >= 0):
        raise MethodError("method.choice", text=text)
    return value * units.factor(unit, to)
