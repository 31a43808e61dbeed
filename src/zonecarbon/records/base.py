"""What every record can do: plain data and back, with a JSON Schema that says what its constructor accepts.

Decided here: the plain data of a record has the fields that were given and no others, because a method, a target set or
a scenario takes the others from its base. The JSON Schema describes input: a quantity may be a number or a text, one
item may stand for a list of one. What pydantic reads leniently (whole numbers and flags written as text, which is what
a command line has) stands in the schema too, so that what the schema refuses, the constructor refuses.

A constructor raises what all else here raises, a ``ZoneCarbonError`` with a problem per field. pydantic makes records
within records, and a host's own model makes ours, without calling the class: there its ``ValidationError`` stays, which
web frameworks wait for. ``__init__`` would have been called there too, so it is the call of the class that is wrapped.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic.json_schema import GenerateJsonSchema

from zonecarbon.errors import InputError
from zonecarbon.records.checking import error_of, validated
from zonecarbon.records.docstrings import parameters, summary

KEY = "schema"
_REPR = 80  # characters of a field in the `repr` of a record


def _no_flag(value: Any, info: ValidationInfo) -> Any:
    """Refuse true and false where a whole number must stand."""
    if isinstance(value, bool):
        raise InputError("number.bool", value=value, name=info.field_name)
    return value


Whole = Annotated[int, BeforeValidator(_no_flag)]


class _Accepted(GenerateJsonSchema):
    """The schema of what pydantic accepts, its lenient readings included; the same with every release of pydantic."""

    def int_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().int_schema(schema), "type": ["integer", "string"]}

    def bool_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().bool_schema(schema), "type": ["boolean", "string", "number"]}

    def literal_schema(self, schema: Any) -> dict[str, Any]:
        found = super().literal_schema(schema)
        return {key: part for key, part in found.items() if key != "enum"} if "const" in found else found

    def generate_inner(self, schema: Any) -> dict[str, Any]:
        return dict(super().generate_inner(schema))  # pydantic 2.9 writes into what annotations share

    def model_schema(self, schema: Any) -> dict[str, Any]:
        found = super().model_schema(schema)
        return described(found, schema["cls"]) if "properties" in found else found


def described(schema: dict[str, Any], record: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a record with the words of its docstring and the units of its fields."""
    told, units = parameters(record.__doc__ or ""), getattr(record, "UNITS", {})
    schema = {**schema, "description": summary(record.__doc__ or "")}
    schema["properties"] = {
        name: {
            **{key: part for key, part in field.items() if key != "title"},
            **({"description": told[name]} if name in told else {}),
            **({"unit": units[name]} if name in units else {}),
        }
        for name, field in schema["properties"].items()
    }
    return schema


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as _Called
else:

    class _Called(type(BaseModel)):
        """Of records: a constructor raises an error of ours."""

        def __call__(cls, *args, **fields):
            try:
                return super().__call__(*args, **fields)
            except (ValidationError, UnicodeEncodeError) as error:
                found, cause = error_of(cls, error), error
            raise found from cause


class Record(BaseModel, metaclass=_Called):
    """Base of the records: frozen, no unknown fields, no silent conversion of booleans or texts."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=False)

    VERSION: ClassVar[int] = 1
    UNITS: ClassVar[Mapping[str, str]] = {}
    ALSO: ClassVar[tuple[str, ...]] = ()  # what may be given beside the fields that are kept

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the JSON Schema of what the constructor accepts as JSON."""
        kwargs.setdefault("schema_generator", _Accepted)
        return super().model_json_schema(*args, **kwargs)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Return the fields that differ from their defaults, long ones cut: a record may hold a million rows."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if field.is_required() or value != field.get_default(call_default_factory=True):
                yield name, _Short(value)

    def __hash__(self) -> int:
        return hash((type(self), *(_key(value) for value in self.__dict__.values())))

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready data, for :meth:`from_dict`, the constructor, or a file: the fields that were given."""
        return self.model_dump(mode="json", exclude_unset=True)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the record that plain data describe; a schema id in them (``schema``) is passed over.

        Raises
        ------
        ZoneCarbonError
            Of the kind of the record (``InputError``, ``MethodError``, ``TargetError``, ``ScenarioError``), with a
            problem for each field that is wrong.
        """
        if not isinstance(data, Mapping):
            raise InputError("schema.record", got=type(data).__name__)
        for text in _texts(data):
            if any("\ud800" <= sign <= "\udfff" for sign in text):  # half a character: nothing could write it again
                raise InputError("schema.text", text=ascii(text)[:60])
        return validated(cls, {name: part for name, part in data.items() if name != KEY}, "")


class _Short:
    """A value whose ``repr`` is short."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __repr__(self) -> str:
        value, few = self._value, 3
        if isinstance(value, (tuple, dict)) and len(value) > few:
            return f"<{len(value)} items>"
        text = repr(value)
        if len(text) <= _REPR:
            return text
        if isinstance(value, (tuple, dict)):
            return f"<{len(value)} items>"
        return f"{type(value).__name__}(...)" if isinstance(value, BaseModel) else f"{text[:_REPR]}..."


def _key(value: Any) -> Any:
    """Return something that can be hashed, equal for equal fields."""
    if isinstance(value, dict):
        return frozenset((name, _key(part)) for name, part in value.items())
    return tuple(map(_key, value)) if isinstance(value, (tuple, list)) else value


def _texts(data: Any) -> Iterator[str]:
    """Return every text in plain data, names of fields too."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for name, part in data.items():
            yield from _texts(name)
            yield from _texts(part)
    elif isinstance(data, (list, tuple)):
        for part in data:
            yield from _texts(part)


def as_written(**fields: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Return what puts into a JSON Schema how fields may be written, where that is more than what is kept."""

    def put(schema: dict[str, Any]) -> None:
        for name, written in fields.items():
            old = {key: part for key, part in schema["properties"].get(name, {}).items() if key in {"default", "title"}}
            schema["properties"][name] = {**old, **written}

    return put


def one_or_many(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema that one item may stand for a list of one."""
    items = {key: schema.pop(key) for key in ("items", "type") if key in schema}
    schema["anyOf"] = [items["items"], items]
