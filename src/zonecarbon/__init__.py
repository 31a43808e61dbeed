"""Energy and CO2 accounting, policy targets and carbon peaks for China's national high-tech zones.

>>> import zonecarbon as zc
>>> activity = zc.read({
...     "zones": {"zone": ["示例园区"], "province": ["全国"]},
...     "economy": {"zone": ["示例园区"], "year": [2022], "value_added": [10], "unit": ["亿元"], "price_year": [2020]},
...     "energy": {"zone": ["示例园区"], "year": [2022], "carrier": ["电力"], "quantity": [2], "unit": ["亿千瓦时"]},
... })
>>> account = zc.account(activity, method="inventory")
>>> float(account.total("energy")[0, 0]), float(account.total("co2")[0, 0].round(6))
(24580.0, 107320.0)

Decided here: everything is loaded when it is first asked for (PEP 562), so that a host pays for what it uses; the names
under ``TYPE_CHECKING`` are for type checkers and editors. Importing changes nothing: no logging, no registry, no
warnings filter.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zonecarbon._locking import lock

if TYPE_CHECKING:
    from zonecarbon import notation as notation
    from zonecarbon import plots as plots
    from zonecarbon import records as records
    from zonecarbon.accounting import Account as Account
    from zonecarbon.accounting import Explanation as Explanation
    from zonecarbon.accounting import Totals as Totals
    from zonecarbon.accounting import account as account
    from zonecarbon.activity import Activity as Activity
    from zonecarbon.activity import Flow as Flow
    from zonecarbon.catalog import list_carriers as list_carriers
    from zonecarbon.catalog import list_factors as list_factors
    from zonecarbon.catalog import list_measures as list_measures
    from zonecarbon.catalog import list_methods as list_methods
    from zonecarbon.catalog import list_provinces as list_provinces
    from zonecarbon.catalog import list_scenarios as list_scenarios
    from zonecarbon.catalog import list_targets as list_targets
    from zonecarbon.decomposition import Decomposition as Decomposition
    from zonecarbon.decomposition import Decoupling as Decoupling
    from zonecarbon.decomposition import decompose as decompose
    from zonecarbon.decomposition import tapio as tapio
    from zonecarbon.errors import DataWarning as DataWarning
    from zonecarbon.errors import FactorError as FactorError
    from zonecarbon.errors import FactorWarning as FactorWarning
    from zonecarbon.errors import InputError as InputError
    from zonecarbon.errors import MeasureError as MeasureError
    from zonecarbon.errors import MethodError as MethodError
    from zonecarbon.errors import MissingOptionalDependencyError as MissingOptionalDependencyError
    from zonecarbon.errors import Problem as Problem
    from zonecarbon.errors import RenamedWarning as RenamedWarning
    from zonecarbon.errors import ScenarioError as ScenarioError
    from zonecarbon.errors import TargetError as TargetError
    from zonecarbon.errors import UnitError as UnitError
    from zonecarbon.errors import ZoneCarbonError as ZoneCarbonError
    from zonecarbon.errors import ZoneCarbonWarning as ZoneCarbonWarning
    from zonecarbon.indicators import annual_reduction as annual_reduction
    from zonecarbon.indicators import chain_changes as chain_changes
    from zonecarbon.indicators import co2 as co2
    from zonecarbon.indicators import co2_intensity as co2_intensity
    from zonecarbon.indicators import deflate as deflate
    from zonecarbon.indicators import energy_intensity as energy_intensity
    from zonecarbon.indicators import link_prices as link_prices
    from zonecarbon.indicators import required_rate as required_rate
    from zonecarbon.indicators import standard_coal as standard_coal
    from zonecarbon.interop import from_pyam as from_pyam
    from zonecarbon.interop import to_iamc as to_iamc
    from zonecarbon.interop import to_pyam as to_pyam
    from zonecarbon.interop import to_xarray as to_xarray
    from zonecarbon.peaks import Outlook as Outlook
    from zonecarbon.peaks import Peaks as Peaks
    from zonecarbon.peaks import Trend as Trend
    from zonecarbon.peaks import find_peaks as find_peaks
    from zonecarbon.peaks import mann_kendall as mann_kendall
    from zonecarbon.planning import AbatementCurve as AbatementCurve
    from zonecarbon.planning import Assurance as Assurance
    from zonecarbon.planning import Plan as Plan
    from zonecarbon.planning import abatement_curve as abatement_curve
    from zonecarbon.planning import apply_measures as apply_measures
    from zonecarbon.planning import assure as assure
    from zonecarbon.planning import plan as plan
    from zonecarbon.projection import Ensemble as Ensemble
    from zonecarbon.projection import extend as extend
    from zonecarbon.projection import project as project
    from zonecarbon.quality import Slips as Slips
    from zonecarbon.quality import find_slips as find_slips
    from zonecarbon.records import EnergyUse as EnergyUse
    from zonecarbon.records import Measure as Measure
    from zonecarbon.records import MeasureSet as MeasureSet
    from zonecarbon.records import Method as Method
    from zonecarbon.records import Price as Price
    from zonecarbon.records import ProcessOutput as ProcessOutput
    from zonecarbon.records import ReportedValue as ReportedValue
    from zonecarbon.records import Scenario as Scenario
    from zonecarbon.records import Target as Target
    from zonecarbon.records import TargetSet as TargetSet
    from zonecarbon.records import ValueAdded as ValueAdded
    from zonecarbon.records import Zone as Zone
    from zonecarbon.reporting import Report as Report
    from zonecarbon.reporting import report as report
    from zonecarbon.requirements import Requirement as Requirement
    from zonecarbon.requirements import required as required
    from zonecarbon.schemas import SchemaList as SchemaList
    from zonecarbon.schemas import from_dict as from_dict
    from zonecarbon.schemas import json_schema as json_schema
    from zonecarbon.schemas import list_schemas as list_schemas
    from zonecarbon.sensitivity import SobolIndices as SobolIndices
    from zonecarbon.sensitivity import Tornado as Tornado
    from zonecarbon.sensitivity import sobol_indices as sobol_indices
    from zonecarbon.sensitivity import tornado as tornado
    from zonecarbon.tabular import read as read
    from zonecarbon.tabular import read_measures as read_measures
    from zonecarbon.tabular import read_parts as read_parts
    from zonecarbon.tabular import write as write
    from zonecarbon.tabular import write_measures as write_measures
    from zonecarbon.tabular import write_template as write_template
    from zonecarbon.targets import TargetCheck as TargetCheck
    from zonecarbon.targets import check as check
    from zonecarbon.units import define_into as define_into
    from zonecarbon.units import to_quantity as to_quantity

# Public name -> where it lives.
_PLACES = {
    "accounting": ("Account", "Explanation", "Totals", "account"),
    "activity": ("Activity", "Flow"),
    "catalog": (
        "list_carriers",
        "list_factors",
        "list_measures",
        "list_methods",
        "list_provinces",
        "list_scenarios",
        "list_targets",
    ),
    "decomposition": ("Decomposition", "Decoupling", "decompose", "tapio"),
    "errors": (
        "DataWarning",
        "FactorError",
        "FactorWarning",
        "InputError",
        "MeasureError",
        "MethodError",
        "MissingOptionalDependencyError",
        "Problem",
        "RenamedWarning",
        "ScenarioError",
        "TargetError",
        "UnitError",
        "ZoneCarbonError",
        "ZoneCarbonWarning",
    ),
    "indicators": (
        "annual_reduction",
        "chain_changes",
        "co2",
        "co2_intensity",
        "deflate",
        "energy_intensity",
        "link_prices",
        "required_rate",
        "standard_coal",
    ),
    "interop": ("from_pyam", "to_iamc", "to_pyam", "to_xarray"),
    "peaks": ("Outlook", "Peaks", "Trend", "find_peaks", "mann_kendall"),
    "planning": (
        "AbatementCurve",
        "Assurance",
        "Plan",
        "abatement_curve",
        "apply_measures",
        "assure",
        "plan",
    ),
    "projection": ("Ensemble", "extend", "project"),
    "quality": ("Slips", "find_slips"),
    "records": (
        "EnergyUse",
        "Measure",
        "MeasureSet",
        "Method",
        "Price",
        "ProcessOutput",
        "ReportedValue",
        "Scenario",
        "Target",
        "TargetSet",
        "ValueAdded",
        "Zone",
    ),
    "reporting": ("Report", "report"),
    "requirements": ("Requirement", "required"),
    "schemas": ("SchemaList", "from_dict", "json_schema", "list_schemas"),
    "sensitivity": ("SobolIndices", "Tornado", "sobol_indices", "tornado"),
    "tabular": ("read", "read_measures", "read_parts", "write", "write_measures", "write_template"),
    "targets": ("TargetCheck", "check"),
    "units": ("define_into", "to_quantity"),
}
_MODULES = ("notation", "plots", "records")  # families under a name of their own, as `zonecarbon.plots.fan`
_RENAMED: dict[str, tuple[str, str]] = {}  # old name: new name, the release without the old one (`_deprecating`)
_loading = lock(again=True)
_HOME = {name: module for module, names in _PLACES.items() for name in names}

__all__ = sorted([*_HOME, "__version__"])  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("zonecarbon")
    if name in _HOME:
        with _loading:  # modules that import each other, first asked for by two threads, would be seen half made
            value = getattr(import_module(f"zonecarbon.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return import_module(f"zonecarbon.{name}")
    if name in _RENAMED:
        from zonecarbon._deprecating import renamed_name

        return getattr(import_module("zonecarbon"), renamed_name(name, _RENAMED))
    msg = f"module 'zonecarbon' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES])
