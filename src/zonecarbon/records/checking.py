"""A file of the user as a record: what pydantic finds wrong becomes one error of ours, with a line per field."""

from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from zonecarbon.errors import (
    InputError,
    MeasureError,
    MethodError,
    Problem,
    ScenarioError,
    TargetError,
    Where,
    ZoneCarbonError,
)
from zonecarbon.vocabulary import nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ModelT = TypeVar("ModelT", bound=BaseModel)

# By name, so that the records can use this module too.
_ERRORS: dict[str, type[ZoneCarbonError]] = {
    **dict.fromkeys(("Zone", "EnergyUse", "ValueAdded", "ProcessOutput", "ReportedValue"), InputError),
    **dict.fromkeys(("TargetSet", "Target"), TargetError),
    "Scenario": ScenarioError,
    **dict.fromkeys(("MeasureSet", "Measure", "Price"), MeasureError),
}


def validated(model: type[ModelT], data: dict[str, Any], source: str) -> ModelT:
    """Return ``data`` as ``model``; what is wrong becomes one error with a line per field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # A list that lost its bad members is "too short" as well: said only where nothing else is wrong.
        items = [item for item in error.errors() if item["type"] != "too_short"] or error.errors()
        problems = [problem for item in items for problem in _problems(item, source, model)]
    raise _ERRORS.get(model.__name__, MethodError)(problems)


def _problems(item: "ErrorDetails", source: str, model: type[BaseModel]) -> list[Problem]:
    """Return what pydantic found in one field; an error of ours keeps its code, and so both languages.

    A record that is checked as a whole says itself which of its fields is wrong: that is added to the place.
    """
    ours = item.get("ctx", {}).get("error")
    if isinstance(ours, ZoneCarbonError):
        return [
            Problem(problem.code, problem.values, _where(source, *item["loc"], problem.where.column))
            for problem in ours.problems
        ]
    where, kind = _where(source, *item["loc"]), item["type"]
    if kind == "extra_forbidden" and (known := _fields_at(model, item["loc"][:-1])):
        name = str(item["loc"][-1])
        near = nearest(name, known)
        told = {"name": name, "known": ", ".join(known), "hint": f" ({near!r}?)" if near else ""}
        return [Problem("field.extra", told, where)]
    if kind == "literal_error":
        expected = str(item.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return [Problem("field.choice", {"value": item.get("input"), "known": expected}, where)]
    return [Problem("field.invalid", {"detail": item["msg"]}, where)]


def _fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the fields of the record that stands at a place within another."""
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            inner = [found for found in _records_in(model.model_fields[part].annotation) if found is not model]
            if len(inner) != 1:
                return ()
            model = inner[0]
    return tuple(model.model_fields)


def _records_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the records that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _records_in(part)]


def _where(source: str, *path: str | int) -> Where:
    return Where(source, column=".".join(str(part) for part in path if part != ""))
