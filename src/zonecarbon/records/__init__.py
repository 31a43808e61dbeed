"""What people write by hand: zones, methods, targets, scenarios, measures.

Each is a frozen pydantic model with a JSON Schema.
"""

from zonecarbon.records.checking import problems_of
from zonecarbon.records.correlation import Correlation
from zonecarbon.records.measure import Measure, MeasureSet, Price, Site
from zonecarbon.records.method import Method
from zonecarbon.records.path import Path, Step, Uncertainty
from zonecarbon.records.scenario import Overrides, Scenario, Shift
from zonecarbon.records.target import Target, TargetSet
from zonecarbon.records.zone import EnergyUse, ProcessOutput, ReportedValue, ValueAdded, Zone

__all__ = [
    "Correlation",
    "EnergyUse",
    "Measure",
    "MeasureSet",
    "Method",
    "Overrides",
    "Path",
    "Price",
    "ProcessOutput",
    "ReportedValue",
    "Scenario",
    "Shift",
    "Site",
    "Step",
    "Target",
    "TargetSet",
    "Uncertainty",
    "ValueAdded",
    "Zone",
    "problems_of",
]
