"""Results as plain data that can be made into the same results again.

Decided here: a result is written as what it keeps, field by field, and read back along the types of these fields. A
field says which classes may stand in it; the data only choose among them, by name. So nothing outside of these classes
is ever made, nothing is imported, and no class of a host can be named: pickle, and class paths in the data, were
rejected for that. Arrays are written as base64 of their bytes with type, shape and order of the axes, because sums
depend on the last in the last digit. An object that stands in several places is written once.

The form of the state is no part of what is promised; that it can be read under the same schema id is.

Whatever else is wrong with the data is one :class:`~zonecarbon.errors.InputError`.
"""

import base64
import binascii
import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from zonecarbon.errors import InputError, Problem, ZoneCarbonError

_SAFE = 2**53  # whole numbers up to which every reader of JSON is exact
_PLAIN_KINDS = "biufmM"
_FAULTS = (
    ArithmeticError, AttributeError, binascii.Error, LookupError, MemoryError, RecursionError, SyntaxError, TypeError,
    ValueError,
)  # fmt: skip

ResultT = TypeVar("ResultT")


@runtime_checkable
class Written(Protocol):
    """What people write by hand: a record, which has a plain form of its own."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        ...

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Any:
        """Return the record."""
        ...

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema."""
        ...


class Abridged(Protocol):
    """An object that is written as another, smaller one, its ``Stand``."""

    Stand: Any

    def to_stand(self) -> Any:
        """Return what is written."""
        ...

    @classmethod
    def from_stand(cls, stand: Any) -> Any:
        """Return the object."""
        ...


def to_state(thing: Any) -> Any:
    """Return a result as JSON-ready data, for :func:`from_state`."""
    return _Writer().write(thing)


def from_state(data: Any, kind: type[ResultT]) -> ResultT:
    """Return the result that :func:`to_state` wrote.

    Raises
    ------
    InputError
        If the data is not what was written for a result of this kind.
    """
    try:
        found = _Reader().read(data, (kind,))
    except ZoneCarbonError:
        raise
    except _FAULTS as error:
        raise InputError("schema.state", result=kind.__name__, detail=_words_of(error)) from None
    if not isinstance(found, kind):
        raise InputError("schema.state", result=kind.__name__, detail=type(found).__name__)
    return found


def guarded(kind: type, look: Callable[[], Any]) -> Any:
    """Return what ``look`` returns; an error that it raises becomes one about the data a result was made of."""
    try:
        return look()
    except ZoneCarbonError:
        raise
    except _FAULTS as error:
        raise InputError("schema.state", result=kind.__name__, detail=_words_of(error)) from None


def digest_of(parts: Mapping[str, Any]) -> str:
    """Return a hash over plain data: the same however they travelled as JSON.

    Names may come in another order and 1.0 as 1, which some writers of JSON make of it. It is no signature: whoever
    changes the data on purpose can make it anew.

    Examples
    --------
    >>> digest_of({"a": 1.0, "b": None}) == digest_of(json.loads('{"b": null, "a": 1}'))
    True
    """
    text = json.dumps(_settled(parts), sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def _settled(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {name: _settled(part) for name, part in value.items()}
    return [_settled(part) for part in value] if isinstance(value, (list, tuple)) else value


def _words_of(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


# -- writing -------------------------------------------------------------------------------------------------------


class _Writer:
    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no id is given twice

    def write(self, value: Any) -> Any:
        """Return a value as JSON-ready data."""
        if value is None or isinstance(value, (bool, str)):
            return str(value) if isinstance(value, str) else value
        if isinstance(value, (int, float, np.generic)):
            return self._number(value)
        if isinstance(value, Sequence) and not hasattr(value, "_fields"):
            items = [self.write(item) for item in value]
            return {"tuple": items} if isinstance(value, tuple) else items
        if isinstance(value, Mapping):
            return {"map": [[self.write(key), self.write(item)] for key, item in value.items()]}
        if isinstance(value, (set, frozenset)):
            return {"set": [self.write(item) for item in sorted(value, key=repr)]}
        if isinstance(value, date):
            return {"moment" if isinstance(value, datetime) else "date": value.isoformat()}
        return self._once(value)

    def _number(self, value: Any) -> Any:
        if isinstance(value, (np.datetime64, np.timedelta64)):
            return self._once(np.asarray(value))
        item = value.item() if isinstance(value, np.generic) else value
        if isinstance(item, float) and not math.isfinite(item):
            return {"float": str(item)}
        return {"int": str(item)} if isinstance(item, int) and abs(item) > _SAFE else item

    def _once(self, value: Any) -> Any:
        """Return what may stand in several places, the second time as a number."""
        if id(value) in self._seen:
            return {"same": self._seen[id(value)]}
        data = self._object(value)
        if isinstance(data, str):  # what is no data of ours is kept in its own words
            return data
        self._seen[id(value)] = len(self._kept)
        self._kept.append(value)
        return data

    def _object(self, value: Any) -> Any:
        kind = type(value)
        if isinstance(value, np.ndarray):
            return self._array(value)
        if hasattr(value, "to_stand"):
            return {kind.__name__: self.write(value.to_stand())}
        if isinstance(value, Written):
            return {kind.__name__: value.to_dict()}
        if is_dataclass(kind) or hasattr(value, "_fields"):
            return {kind.__name__: {name: self.write(getattr(value, name)) for name in names_of(kind)}}
        if hasattr(value, "columns") and hasattr(value, "attrs"):  # rows of a table that were set aside
            return {"frame": [[str(name), self.write(value[name].to_numpy())] for name in value.columns]}
        return str(value)

    def _array(self, array: NDArray[Any]) -> Any:
        if array.dtype.kind not in _PLAIN_KINDS:
            return {"array": [self.write(item) for item in array.ravel().tolist()], "dtype": "O", "shape": array.shape}
        axes = list(range(array.ndim))
        if not array.flags.c_contiguous and all(array.strides):
            axes.sort(key=lambda axis: -abs(array.strides[axis]))
        packed = np.ascontiguousarray(array.transpose(axes))
        packed = packed.astype(packed.dtype.newbyteorder("<"), copy=False)
        text = base64.b64encode(packed.tobytes()).decode("ascii")
        data = {"array": text, "dtype": packed.dtype.str, "shape": list(array.shape)}
        return data if axes == sorted(axes) else {**data, "axes": axes}


def names_of(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass or a named tuple."""
    if is_dataclass(kind):
        return tuple(item.name for item in fields(kind) if item.init)
    return tuple(getattr(kind, "_fields", ()))


# -- reading -------------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self) -> None:
        self._made: list[Any] = []

    def read(self, data: Any, hints: Sequence[Any]) -> Any:
        """Return the value, which must be of one of the types in ``hints``."""
        if isinstance(data, list):
            item = _inside(hints, (list, Sequence))
            return [self.read(part, item) for part in data]
        if not isinstance(data, dict):
            return _scalar(data, hints)
        name = next((key for key in data if key not in {"dtype", "shape", "axes"}), "")
        reader = getattr(self, f"_read_{name}", None) if name in _TAGS else None
        if reader is not None:
            return reader(data, hints)
        return self._keep(self._instance(name, data[name], hints))

    def _keep(self, value: Any) -> Any:
        self._made.append(value)
        return value

    def _instance(self, name: str, data: Any, hints: Sequence[Any]) -> Any:
        kind = classes_of(tuple(hint for hint in hints if isinstance(hint, type))).get(name)
        if kind is None:
            raise TypeError(f"no {name!r} can stand here")
        if hasattr(kind, "from_stand"):
            stand: Any = kind
            return stand.from_stand(self.read(data, (stand.Stand,)))
        if hasattr(kind, "model_json_schema"):
            record: Any = kind
            return record.from_dict(data)
        known = hints_of(kind)
        if not isinstance(data, dict) or set(data) != set(known):
            raise TypeError(f"fields of {name}")
        made = kind(**{field: self.read(data[field], known[field]) for field in known})
        if isinstance(made, Problem):
            made.to_dict()  # a code that is unknown, or values that its sentence lacks, are told now and not when shown
        return made

    def _read_same(self, data: Any, hints: Sequence[Any]) -> Any:
        at = data["same"]
        if isinstance(at, bool) or not isinstance(at, int) or at < 0:
            raise TypeError("same")
        found = self._made[at]
        kinds = tuple(hint for hint in hints if isinstance(hint, type))
        if isinstance(found, np.ndarray):
            _inside(hints, (np.ndarray, Sequence))
        elif not isinstance(found, tuple(classes_of(kinds).values())):
            raise TypeError("same")
        return found

    def _read_tuple(self, data: Any, hints: Sequence[Any]) -> Any:
        items = _list(data["tuple"])
        known = [get_args(hint) for hint in hints if get_origin(hint) is tuple]
        fixed = [args for args in known if Ellipsis not in args]
        for args in fixed:
            if len(args) == len(items):
                return tuple(self.read(item, options(arg)) for item, arg in zip(items, args, strict=True))
        if fixed and len(fixed) == len(known):
            raise TypeError("length of a tuple")
        item = _inside(hints, (tuple, Sequence))
        return tuple(self.read(part, item) for part in items)

    def _read_set(self, data: Any, hints: Sequence[Any]) -> Any:
        item = _inside(hints, (frozenset, set))
        return frozenset(self.read(part, item) for part in _list(data["set"]))

    def _read_map(self, data: Any, hints: Sequence[Any]) -> Any:
        inside = _args(hints, (dict, Mapping))
        keys, items = (options(inside[0]), options(inside[1])) if len(inside) == 2 else ((Any,), (Any,))
        return {self.read(key, keys): self.read(item, items) for key, item in map(_list, _list(data["map"]))}

    def _read_array(self, data: Any, hints: Sequence[Any]) -> Any:
        args = _args(hints, (np.ndarray, Sequence))
        array = self._figures(data) if data["dtype"] != "O" else self._objects(data)
        wanted = next((get_args(arg)[0] for arg in args if get_origin(arg) is np.dtype), Any)
        if wanted is not Any and np.dtype(wanted).kind != array.dtype.kind:
            raise TypeError(f"array of {array.dtype}")
        if array.dtype.kind in "mM" and not array.ndim:
            return self._keep(array[()])
        array.flags.writeable = False
        return self._keep(array)

    def _figures(self, data: Any) -> NDArray[Any]:
        dtype, shape = np.dtype(str(data["dtype"])), _shape(data)
        if dtype.kind not in _PLAIN_KINDS or dtype.fields is not None:
            raise TypeError(f"array of {dtype}")
        axes = data.get("axes", list(range(len(shape))))
        if sorted(axes) != list(range(len(shape))):
            raise ValueError("axes")
        flat = np.frombuffer(bytearray(base64.b64decode(data["array"], validate=True)), dtype=dtype)
        array = flat.reshape([shape[axis] for axis in axes]).transpose(np.argsort(axes))
        return array.astype(dtype.newbyteorder("="), copy=False)

    def _objects(self, data: Any) -> NDArray[Any]:
        items, shape = _list(data["array"]), _shape(data)
        array = np.empty(len(items), dtype=object)
        array[:] = [self.read(item, (Any,)) for item in items]
        return array.reshape(shape)

    def _read_frame(self, data: Any, hints: Sequence[Any]) -> Any:
        _inside(hints, ())
        import pandas as pd

        return self._keep(
            pd.DataFrame({str(name): self.read(column, (Any,)).copy() for name, column in map(_list, data["frame"])})
        )

    def _read_int(self, data: Any, hints: Sequence[Any]) -> Any:
        return _scalar(int(str(data["int"])), hints)

    def _read_float(self, data: Any, hints: Sequence[Any]) -> Any:
        return _scalar(float(str(data["float"])), hints)

    def _read_date(self, data: Any, hints: Sequence[Any]) -> Any:
        _inside(hints, (date,))
        return date.fromisoformat(data["date"])

    def _read_moment(self, data: Any, hints: Sequence[Any]) -> Any:
        _inside(hints, (date,))
        return datetime.fromisoformat(data["moment"])


_TAGS = frozenset(name.removeprefix("_read_") for name in vars(_Reader) if name.startswith("_read_"))


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError("a list must stand here")
    return data


def _shape(data: Mapping[str, Any]) -> list[int]:
    shape = list(data["shape"])
    if any(isinstance(size, bool) or not isinstance(size, int) or size < 0 for size in shape):
        raise TypeError("shape")
    return shape


def _scalar(value: Any, hints: Sequence[Any]) -> Any:
    """Return a text, number, flag or None if one of the hints allows it; a whole number may stand for a float."""
    for hint in hints:
        if hint is Any or hint is type(value) or (value is None and hint is NoneType):
            return value
        if get_origin(hint) is Literal and value in get_args(hint):
            return value
    if float in hints and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    raise TypeError(f"{value!r}"[:60])


def _args(hints: Sequence[Any], origins: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the type arguments of the first hint with one of the origins; Any has none."""
    for hint in hints:
        if get_origin(hint) in origins or hint in origins:
            return get_args(hint)
    if Any not in hints:
        raise TypeError("a value of another kind must stand here")
    return ()


def _inside(hints: Sequence[Any], origins: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the types that the items of a container may have."""
    args = [arg for arg in _args(hints, origins) if arg is not Ellipsis]
    return options(args[0]) if args else (Any,)


def options(hint: Any) -> tuple[Any, ...]:
    """Return the types that a hint allows, one by one."""
    hint = _meant(hint)
    if get_origin(hint) in {Union, UnionType}:
        return tuple(option for part in get_args(hint) for option in options(part))
    return (hint,)


def _meant(hint: Any) -> Any:
    """Return what an alias stands for: ``NDArray[float64]`` is one where numpy is 2.5 and Python 3.12."""
    meant = getattr(get_origin(hint) or hint, "__value__", None)
    if meant is None:
        return hint
    args = get_args(hint)
    return _meant(meant[args] if args else meant)


@lru_cache(maxsize=256)
def hints_of(kind: type) -> dict[str, tuple[Any, ...]]:
    """Return the types that each field of a class may have."""
    hints = get_type_hints(kind)
    return {name: options(hints[name]) for name in names_of(kind)}


def classes_of(kinds: tuple[type, ...]) -> dict[str, type]:
    """Return the classes that may stand where one of ``kinds`` is wanted, by name: these and those derived."""
    return {kind.__name__: kind for start in kinds for kind in _derived(start)}


def _derived(kind: type) -> Iterator[type]:
    """Return a class and those derived from it, as they stand in a module of ours."""
    ours = kind.__module__.partition(".")[0] == __name__.partition(".")[0]
    if not ours or getattr(sys.modules.get(kind.__module__), kind.__name__, None) is not kind:
        return
    if names_of(kind) or hasattr(kind, "model_json_schema"):
        yield kind
    for child in kind.__subclasses__():
        yield from _derived(child)
