"""What is known: factor tables, methods, target sets, scenarios and measures, shipped or from the user's files.

The package has four modules: ``rows`` (a row and how a table is read), ``factors`` (look-ups that raise),
``documents`` (methods, target sets, scenarios and measures by name, path or record) and ``lists`` (all of it as tables
to read).
"""

from zonecarbon.catalog.documents import measure_set, method, names, scenario, target_set
from zonecarbon.catalog.factors import NATION, Catalog, default_catalog, kgce_per_own_unit
from zonecarbon.catalog.lists import (
    FactorList,
    MeasureList,
    MethodList,
    ScenarioList,
    TargetList,
    catalog_with,
    list_factors,
    list_measures,
    list_methods,
    list_scenarios,
    list_targets,
)
from zonecarbon.catalog.rows import FactorRow, decode

__all__ = [
    "NATION",
    "Catalog",
    "FactorList",
    "FactorRow",
    "MeasureList",
    "MethodList",
    "ScenarioList",
    "TargetList",
    "catalog_with",
    "decode",
    "default_catalog",
    "kgce_per_own_unit",
    "list_factors",
    "list_measures",
    "list_methods",
    "list_scenarios",
    "list_targets",
    "measure_set",
    "method",
    "names",
    "scenario",
    "target_set",
]
