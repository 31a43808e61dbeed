"""What people write by hand: zones, methods, targets. Each is a frozen pydantic model with a JSON Schema."""

from zonecarbon.records.method import Method
from zonecarbon.records.target import Target, TargetSet
from zonecarbon.records.zone import EnergyUse, ProcessOutput, ReportedValue, ValueAdded, Zone

__all__ = ["EnergyUse", "Method", "ProcessOutput", "ReportedValue", "Target", "TargetSet", "ValueAdded", "Zone"]
