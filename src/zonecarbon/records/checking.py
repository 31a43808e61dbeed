"""A file of the user as a record: what pydantic finds wrong becomes one error of ours, with a line per field."""

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from zonecarbon.errors import MethodError, Problem, ScenarioError, TargetError, Where, ZoneCarbonError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ModelT = TypeVar("ModelT", bound=BaseModel)

# By name, so that the records can use this module too.
_ERRORS: dict[str, type[ZoneCarbonError]] = {"TargetSet": TargetError, "Scenario": ScenarioError}


def validated(model: type[ModelT], data: dict[str, Any], source: str) -> ModelT:
    """Return ``data`` as ``model``; what is wrong becomes one error with a line per field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # A list that lost its bad members is "too short" as well: said only where nothing else is wrong.
        items = [item for item in error.errors() if item["type"] != "too_short"] or error.errors()
        problems = [problem for item in items for problem in _problems(item, source)]
    raise _ERRORS.get(model.__name__, MethodError)(problems)


def _problems(item: "ErrorDetails", source: str) -> list[Problem]:
    """Return what pydantic found in one field; an error of ours keeps its code, and so both languages.

    A record that is checked as a whole says itself which of its fields is wrong: that is added to the place.
    """
    ours = item.get("ctx", {}).get("error")
    if isinstance(ours, ZoneCarbonError):
        return [
            Problem(problem.code, problem.values, _where(source, *item["loc"], problem.where.column))
            for problem in ours.problems
        ]
    return [Problem("field.invalid", {"detail": item["msg"]}, _where(source, *item["loc"]))]


def _where(source: str, *path: str | int) -> Where:
    return Where(source, column=".".join(str(part) for part in path if part != ""))
