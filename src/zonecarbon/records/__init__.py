"""What people write by hand: zones, methods, targets, scenarios. Each is a frozen pydantic model with a JSON Schema."""

from zonecarbon.records.correlation import Correlation
from zonecarbon.records.method import Method
from zonecarbon.records.path import Path, Step, Uncertainty
from zonecarbon.records.scenario import Overrides, Scenario, Shift
from zonecarbon.records.target import Target, TargetSet
from zonecarbon.records.zone import EnergyUse, ProcessOutput, ReportedValue, ValueAdded, Zone

__all__ = [
    "Correlation",
    "EnergyUse",
    "Method",
    "Overrides",
    "Path",
    "ProcessOutput",
    "ReportedValue",
    "Scenario",
    "Shift",
    "Step",
    "Target",
    "TargetSet",
    "Uncertainty",
    "ValueAdded",
    "Zone",
]
