"""A file of the user as a record: what pydantic finds wrong becomes one error of ours, with a line per field."""

from collections.abc import Iterator, Mapping, Sized
from contextlib import contextmanager
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
from zonecarbon.vocabulary import nearest, suggestion

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ModelT = TypeVar("ModelT", bound=BaseModel)

_OURS = "zonecarbon.records."
# By module, so that the records can use this module too, and each part of a record is refused like the whole.
_ERRORS: dict[str, type[ZoneCarbonError]] = {
    "method": MethodError,
    "target": TargetError,
    **dict.fromkeys(("scenario", "path", "correlation"), ScenarioError),
    "measure": MeasureError,
}
# Kind of what pydantic found: our code. The sentence of pydantic is English and stays for what is in neither.
_CODES = {
    "missing": "field.required",
    **dict.fromkeys(("string_type", "string_sub_type", "string_unicode"), "field.text"),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "field.whole"),
    **dict.fromkeys(("float_type", "float_parsing"), "field.number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "field.flag"),
    **dict.fromkeys(("tuple_type", "list_type", "iterable_type"), "field.list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "field.record"),
    "finite_number": "number.finite",
}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_LENGTHS = {"min_length": "≥", "max_length": "≤"}
_REQUEST = {"body", "query", "path", "header", "cookie"}
_SHOWN = 60  # characters of a value in a sentence


def validated(model: type[ModelT], data: Mapping[str, Any], source: str) -> ModelT:
    """Return ``data`` as ``model``; what is wrong becomes one error with a line per field."""
    try:
        return model.model_validate(data)
    except (ValidationError, UnicodeEncodeError) as error:
        found = error_of(model, error, source)
    raise found


def error_of(model: type[BaseModel], error: ValidationError | UnicodeEncodeError, source: str = "") -> ZoneCarbonError:
    """Return what pydantic found wrong as an error of ours: of the kind of the record, with a problem per field."""
    if isinstance(error, UnicodeEncodeError):  # half a character, where pydantic has no kind of its own for it
        return InputError("schema.text", Where(source), text=ascii(error.object)[:_SHOWN])
    # A list that lost its bad members is "too short" as well: said only where nothing else is wrong.
    items = [item for item in error.errors() if item["type"] != "too_short"] or error.errors()
    ours = (part.__module__.rpartition(".")[2] for part in model.__mro__ if part.__module__.startswith(_OURS))
    kind = next((_ERRORS[name] for name in ours if name in _ERRORS), InputError)
    return kind([problem for item in items for problem in _problems(item, source, model)])


def problems_of(error: Any) -> list[Problem]:
    """Return what pydantic or a web framework found wrong as problems of ours, with code, place and both languages.

    A record that a host's own model or a framework makes raises what pydantic raises (FastAPI's
    ``RequestValidationError`` for the body of a request): this makes an ``InputError`` of it.

    Parameters
    ----------
    error
        An exception with ``errors()``, as pydantic and FastAPI have it; of any other the ``detail``, or its text.
        ``body``, ``query`` and the like, which stand first in the places of a request, become the source.

    Examples
    --------
    >>> import pydantic
    >>> from zonecarbon import Zone
    >>> class Order(pydantic.BaseModel):
    ...     zone: Zone
    >>> try:
    ...     Order(zone={"zone": "A", "energy": {"carrier": "coke", "year": 3}})
    ... except pydantic.ValidationError as error:
    ...     [(problem.code, problem.where.column) for problem in problems_of(error)]
    [('year.range', 'zone.energy.0.year')]
    """
    if not hasattr(error, "errors"):
        return [Problem("field.invalid", {"detail": str(getattr(error, "detail", error))}, Where("body"))]
    found: list[Problem] = []
    for item in error.errors():
        source, *path = item["loc"] or ("",)
        if source in _REQUEST:
            found += _problems(item | {"loc": tuple(path)}, str(source), BaseModel)
        else:
            found += _problems(item, "", BaseModel)
    return found


@contextmanager
def at(column: str) -> Iterator[None]:
    """Add a field to the place of what is raised within, where it says none."""
    try:
        yield
    except ZoneCarbonError as error:
        raise type(error)(_placed(error, column)) from None


def _placed(error: ZoneCarbonError, column: str) -> list[Problem]:
    return [p if p.where.column else Problem(p.code, p.values, Where(column=column)) for p in error.problems]


class Telling:
    """A context that adds what is raised within to a list of problems, with its field, and goes on."""

    def __init__(self, problems: list[Problem], column: str) -> None:
        self._problems, self._column = problems, column

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, ZoneCarbonError):
            return False
        self._problems += _placed(error, self._column)
        return True


def problems_in(model: type[BaseModel], data: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return what is wrong with the fields of a record."""
    try:
        model.model_validate(data)
    except (ValidationError, UnicodeEncodeError) as error:
        return error_of(model, error).problems
    return ()


def _problems(item: "ErrorDetails", source: str, model: type[BaseModel]) -> list[Problem]:
    """Return what pydantic found in one field; an error of ours keeps its code, and so both languages.

    A record that is checked as a whole says itself which of its fields is wrong: that is added to the place.
    """
    context = item.get("ctx", {})
    ours = context.get("error")
    if isinstance(ours, ZoneCarbonError):
        return [
            Problem(problem.code, problem.values, _where(source, *item["loc"], problem.where.column))
            for problem in ours.problems
        ]
    where, kind = _where(source, *item["loc"]), item["type"]
    if kind == "extra_forbidden" and (known := _fields_at(model, item["loc"][:-1])):
        name = str(item["loc"][-1])
        near = nearest(name, known)
        if name in known:  # another name of a figure that is given
            return [Problem("field.twice", {"name": name}, where)]
        told = {"name": name, "known": ", ".join(known), "hint": suggestion(near)}
        return [Problem("field.extra", told, where)]
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return [Problem("field.choice", {"value": item.get("input"), "known": expected}, where)]
    if kind in _CODES:
        name = str(item["loc"][-1]) if item["loc"] else model.__name__
        return [Problem(_CODES[kind], {"name": name, "value": _shown(item.get("input"))}, where)]
    return [_bounded(item, where) or Problem("field.invalid", {"detail": item["msg"]}, where)]


def _bounded(item: "ErrorDetails", where: Where) -> Problem | None:
    """Return the problem of a figure beyond its limit, or of a list or text that is too short or too long."""
    context, value = item.get("ctx", {}), item.get("input")
    for names, code in ((_BOUNDS, "field.bound"), (_LENGTHS, "field.length")):
        limit = next((f"{sign} {context[name]}" for name, sign in names.items() if name in context), "")
        if limit:
            long = code == "field.length" and isinstance(value, Sized)
            return Problem(code, {"limit": limit, "value": len(value) if long else _shown(value)}, where)
    return None


def _shown(value: Any) -> Any:
    """Return a value as a sentence shows it: numbers and flags as they are, the rest as a short text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the fields of the record that stands at a place within another."""
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            inner = [found for found in _records_in(model.model_fields[part].annotation) if found is not model]
            if len(inner) != 1:
                return ()
            model = inner[0]
    return (*model.model_fields, *getattr(model, "ALSO", ()))


def _records_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the records that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _records_in(part)]


def _where(source: str, *path: str | int) -> Where:
    return Where(source, column=".".join(str(part) for part in path if part != ""))
