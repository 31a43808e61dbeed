"""JSON Schemas of everything that goes in and comes out as data, and the way back from data to results.

Decided here: a schema has an id with a version, ``zonecarbon:account:1``. Records are described by what their
constructors accept; results by their columns, which name kind and unit (``"unit"``) of each, and by the parts that all
results have. A schema of a result says nothing of its ``state``: what stands in it may change, and that the same
version reads it is a promise of :meth:`from_dict`, not of the schema. Draft 2020-12; one file for each, without
references to others, so that a host needs nothing but the one it asks for.

The classes are named here one by one: what is not named has no schema, and :func:`from_dict` makes nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._table import UNNAMED, Column, Table, described, json_columns, kebab, schema_of
from zonecarbon.accounting import Account, Explanation
from zonecarbon.activity import Activity
from zonecarbon.catalog import CarrierList, FactorList, MeasureList, MethodList, ProvinceList, ScenarioList, TargetList
from zonecarbon.decomposition import Decomposition, Decoupling
from zonecarbon.errors import InputError
from zonecarbon.peaks import Outlook, Peaks, Trend
from zonecarbon.planning import AbatementCurve, Assurance, Plan
from zonecarbon.projection import Ensemble
from zonecarbon.quality import Slips
from zonecarbon.records import (
    EnergyUse,
    Measure,
    MeasureSet,
    Method,
    Price,
    ProcessOutput,
    ReportedValue,
    Scenario,
    Target,
    TargetSet,
    ValueAdded,
    Zone,
)
from zonecarbon.records.base import Record
from zonecarbon.records.docstrings import summary
from zonecarbon.requirements import Requirement
from zonecarbon.sensitivity import SobolIndices, Tornado
from zonecarbon.targets import TargetCheck
from zonecarbon.vocabulary import nearest, suggestion

DIALECT = "https://json-schema.org/draft/2020-12/schema"

RECORDS: tuple[type[Record], ...] = (
    EnergyUse, Measure, MeasureSet, Method, Price, ProcessOutput, ReportedValue, Scenario, Target, TargetSet,
    ValueAdded, Zone,
)  # fmt: skip
RESULTS: tuple[type[Table], ...] = (
    AbatementCurve, Account, Activity, Assurance, CarrierList, Decomposition, Decoupling, Ensemble, Explanation,
    FactorList, MeasureList, MethodList, Outlook, Peaks, Plan, ProvinceList, Requirement, ScenarioList, Slips,
    SobolIndices, TargetCheck, TargetList, Tornado, Trend,
)  # fmt: skip
_ERROR = "Error"
_VERSION_OF_ERRORS = 1

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "One thing that is wrong or worth knowing, and where.",
    "properties": {
        "code": {"type": "string", "description": "stable: a host may act on it"},
        "values": {"type": "object", "description": "what the sentence is made with"},
        "source": {"type": "string", "description": "file or table; empty: not known"},
        "sheet": {"type": "string", "description": "sheet of a workbook"},
        "row": {"type": ["integer", "null"], "description": "as a person counts: the header is row 1"},
        "column": {"type": "string", "description": "name of the column or field"},
        "cell": {"type": "string", "description": "address in a workbook, such as D17"},
        "en": {"type": "string", "description": "the sentence in English; may be reworded"},
        "zh": {"type": "string", "description": "the sentence in Chinese; may be reworded"},
    },
    "required": ["code", "values", "source", "sheet", "row", "column", "cell", "en", "zh"],
}
_PROVENANCE: dict[str, Any] = {
    "type": "object",
    "description": "Every choice, a hash of the input, versions, warnings.",
    "properties": {
        "choices": {"type": "object"},
        "input_hash": {"type": "string", "description": "the same for the same input"},
        "versions": {"type": "object", "additionalProperties": {"type": "string"}},
        "warnings": {"type": "array", "items": {"$ref": "#/$defs/Problem"}},
    },
    "required": ["choices", "input_hash", "versions", "warnings"],
}


@dataclass(frozen=True, slots=True, eq=False)
class SchemaList(Table):
    """The schemas that there are.

    Parameters
    ----------
    names
        Of records and results, and ``Error``.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "name", "kind", "id", "about",
        kind=Column("text", "record (goes in), result (comes out) or error"),
        id=Column("text", "id with version"),
        about=Column("text", "what it describes"),
    )  # fmt: skip

    names: tuple[str, ...]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return name, kind, id, about."""
        schemas = [json_schema(name) for name in self.names]
        parts = {
            "name": self.names,
            "kind": [_kind(name) for name in self.names],
            "id": [schema["$id"] for schema in schemas],
            "about": [schema["description"] for schema in schemas],
        }
        return {name: np.array(list(column), dtype=object) for name, column in parts.items()}

    def __repr__(self) -> str:
        return f"<SchemaList: {', '.join(self.names)}>"


def list_schemas() -> SchemaList:
    """Return the schemas that there are: of records, of results, and of errors as data.

    Examples
    --------
    >>> list_schemas().to_records()[0]["id"]
    'zonecarbon:abatement-curve:1'
    """
    return SchemaList(tuple(sorted([*_RECORDS, *_RESULTS, _ERROR])))


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record, of ``to_dict()`` of a result, or of an error.

    Parameters
    ----------
    name
        As in :func:`list_schemas`: ``Zone``, ``Account`` ..., ``Error``; an id does as well.

    Raises
    ------
    InputError
        If there is no such schema.

    Examples
    --------
    >>> schema = json_schema("Account")
    >>> schema["$id"], schema["properties"]["rows"]["items"]["properties"]["co2_t"]["unit"]
    ('zonecarbon:account:1', 'tCO2')
    """
    name = _IDS.get(str(name), str(name))
    if name == _ERROR:
        return _of_errors()
    if name in _RECORDS:
        record = _RECORDS[name]
        return {"$schema": DIALECT, "$id": _record_id(record), **record.model_json_schema()}
    if name in _RESULTS:
        return _of_result(_RESULTS[name])
    known = [*_RECORDS, *_RESULTS, _ERROR]
    raise InputError("schema.unknown", name=name[:60], hint=suggestion(nearest(name, known)))


def from_dict(data: Mapping[str, Any]) -> Any:
    """Return the result or record that ``to_dict()`` wrote; ``data["schema"]`` says of which kind.

    The data may come from anyone: nothing is made of it but results and records of this library. Data of a record have
    no ``schema`` unless the host adds it (``zonecarbon:zone:1``), and are refused without it; ``Zone.from_dict`` needs
    none.

    Parameters
    ----------
    data
        What ``to_dict()`` of a result or a record returned, or the same after JSON.

    Raises
    ------
    InputError
        If the schema is not one of :func:`list_schemas`, or the data are not what was written. What is wrong with a
        record is an error of its kind.

    Examples
    --------
    >>> from zonecarbon import list_methods
    >>> from_dict(list_methods().to_dict())
    <MethodList: inventory, zero-carbon-park-910>
    """
    told = schema_of(data)
    if told == UNNAMED:
        raise InputError("schema.unnamed", maker=f"zonecarbon.{_record_like(data)}")
    name = _IDS.get(told, "")
    found: Any = _RECORDS.get(name) or _RESULTS.get(name)
    if found is None:
        raise InputError("schema.other", expected=_nearest_id(told), got=told[:60])
    return found.from_dict(data)


def _record_like(data: Mapping[str, Any]) -> str:
    """Return the name of the record whose fields the data have most of; a zone where nothing tells."""
    names = {name: record.model_json_schema()["properties"] for name, record in _RECORDS.items()}
    return max(("Zone", *names), key=lambda name: len(set(data) & set(names[name])))


def _nearest_id(told: str) -> str:
    """Return the id that this library reads in the place of another: of the same kind, or how an id looks."""
    known = [name for name in _IDS if name.rpartition(":")[0] == told.rpartition(":")[0]]
    return known[0] if known else "zonecarbon:<kind>:<version> (see zonecarbon.list_schemas())"


def _of_result(result: type[Table]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": result.schema_id(),
        "title": result.__name__,
        "description": summary(result.__doc__ or ""),
        "type": "object",
        "properties": {
            "schema": {"const": result.schema_id()},
            "result": {"const": result.__name__},
            "rows": {"type": "array", "items": json_columns(result.COLUMNS)},
            "provenance": _PROVENANCE,
            "state": {"description": "What from_dict makes the same result of; its form may change."},
            "digest": {
                "type": "string",
                "description": "hash over the five above: tells changes on the way, no forgery",
            },
        },
        "required": ["schema", "result", "rows", "provenance"],
        "dependentRequired": {"state": ["digest"]},
        "$defs": {"Problem": _PROBLEM},
    }


def _of_errors() -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": f"zonecarbon:{kebab(_ERROR)}:{_VERSION_OF_ERRORS}",
        "title": _ERROR,
        "description": "An error as data: what to_dict() of it returns.",
        "type": "object",
        "properties": {
            "error": {"type": "string", "description": "name of the class"},
            "problems": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Problem"}},
        },
        "required": ["error", "problems"],
        "$defs": {"Problem": _PROBLEM},
    }


def _record_id(record: type[Record]) -> str:
    return f"zonecarbon:{kebab(record.__name__)}:{record.VERSION}"


def _kind(name: str) -> str:
    return "record" if name in _RECORDS else "result" if name in _RESULTS else "error"


_RECORDS: dict[str, type[Record]] = {record.__name__: record for record in RECORDS}
_RESULTS: dict[str, type[Table]] = {result.__name__: result for result in (*RESULTS, SchemaList)}
_IDS = {
    **{_record_id(record): name for name, record in _RECORDS.items()},
    **{result.schema_id(): name for name, result in _RESULTS.items()},
    f"zonecarbon:{kebab(_ERROR)}:{_VERSION_OF_ERRORS}": _ERROR,
}
