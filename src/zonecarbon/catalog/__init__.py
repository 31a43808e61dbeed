"""What is known: factor tables, methods, target sets, scenarios and measures, shipped or from the user's files.

The package has seven modules: ``rows`` (a row and how a table is read), ``unread`` (columns of the user's tables that
change nothing), ``factors`` (look-ups that raise),
``documents`` (methods, target sets, scenarios and measures by name, path or record), ``bases`` (how to account on the
basis of a target), ``lists`` (all of it as tables to read) and ``spellings`` (the vocabulary as tables).
"""

from zonecarbon.catalog.bases import wrong_basis
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
from zonecarbon.catalog.rows import FactorRow, FactorTables, decode
from zonecarbon.catalog.spellings import CarrierList, ProvinceList, list_carriers, list_provinces
from zonecarbon.catalog.unread import unread_columns

__all__ = [
    "NATION",
    "CarrierList",
    "Catalog",
    "FactorList",
    "FactorRow",
    "FactorTables",
    "MeasureList",
    "MethodList",
    "ProvinceList",
    "ScenarioList",
    "TargetList",
    "catalog_with",
    "decode",
    "default_catalog",
    "kgce_per_own_unit",
    "list_carriers",
    "list_factors",
    "list_measures",
    "list_methods",
    "list_provinces",
    "list_scenarios",
    "list_targets",
    "measure_set",
    "method",
    "names",
    "scenario",
    "target_set",
    "unread_columns",
    "wrong_basis",
]
