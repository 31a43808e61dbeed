"""The same kind out: what a formula takes, and the form in which it answers.

Decided here:

* A formula is arithmetic on plain float64. What comes in is taken apart once (labels, registry, figures), what goes out
  is put together once. So the formulas stay one line each and cannot differ in what they accept.
* The labels decide the container, the registry decides what is in it: a table (Series, DataFrame, DataArray) if one
  came, else an array if one came (0-d too), else one figure; of quantities if one came, else of plain numbers. One
  quantity beside a table therefore makes a table of quantities. Numpy scalars and whole numbers are answered as float.
* An array or DataArray without axes (0-d) is answered in kind where it is alone; beside what has axes it is one figure.
* Tables meet by label, never by position: the same labels in another order are put into the order of the first table;
  other labels are refused. An outer join, which pandas does, was considered and rejected: a misspelt zone would turn
  into two unknown rows. So was an array beside a Series, which pandas pairs by position.
* A name of a Series stays if all Series have it, as in pandas. Attributes of a DataArray go: its unit is another one.
* None and NA are NaN: not known, alone as in an array. A bool is no figure.
* Quantities of two registries are refused: each call has one registry to answer in (and pint#1914).
* Tables are known by what they can do, so that neither pandas nor xarray nor pint is imported here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import isnan
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import units
from zonecarbon.errors import InputError, Problem, UnitError

if TYPE_CHECKING:
    import pandas as pd
    import pint
    import xarray as xr
    from pint.facets.plain import PlainQuantity

    Series: TypeAlias = pd.Series[Any]
    Quantity: TypeAlias = pint.Quantity[Any]
    # Some type checkers know a quantity that was just made only by its base class.
    Quantities: TypeAlias = Quantity | PlainQuantity[Any] | Sequence[Quantity | None]
    OneQuantity: TypeAlias = Quantity | PlainQuantity[Any]
else:
    Series = Quantity = Quantities = OneQuantity = Any

# What has neither labels nor a unit: one number, or an array of numbers, None being not known.
Number: TypeAlias = float | np.floating[Any] | np.integer[Any] | Decimal | Fraction | None
_Row: TypeAlias = Sequence[Number]
Arrays: TypeAlias = Number | NDArray[Any] | _Row | Sequence[_Row] | Sequence[Sequence[_Row]]
# Where figures have a unit, a text may stand for each of them.
Figure: TypeAlias = Number | str
Figures: TypeAlias = Arrays | str | Sequence[Figure] | Sequence[Sequence[Figure]]
# Tables of two axes and more.
FrameT = TypeVar("FrameT", "pd.DataFrame", "xr.DataArray")

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that came: itself, and the labels of each axis by name (None: a dimension without labels)."""

    itself: Any
    axes: dict[str, Any]

    @property
    def kind(self) -> str:
        return "DataArray" if _is_array_of_names(self.itself) else ("Series", "DataFrame")[len(self.axes) - 1]


@dataclass(slots=True)
class Arguments:
    """The arguments of one call: taken apart, checked against each other, and the answer put together.

    Parameters
    ----------
    given
        The arguments by name: numbers, texts, arrays, lists, tables, quantities.

    Raises
    ------
    InputError
        With everything that does not fit together: registries, labels, kinds of tables, shapes.
    """

    given: dict[str, Any]
    _bare: dict[str, Any] = field(default_factory=dict)
    _tables: dict[str, _Table] = field(default_factory=dict)
    _orders: dict[tuple[str, str], NDArray[np.intp]] = field(default_factory=dict)
    _first: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.given.items():
            axes = _axes(value)
            if axes is not None:
                self._tables[name] = _Table(value, axes)
            self._bare[name] = _without_labels(value, axes)
        if any(_has_axes(value) for value in self._bare.values()):  # one figure with a name is one figure then
            self._tables = {name: table for name, table in self._tables.items() if table.axes}
        problems = [*self._of_registries(), *self._of_tables(), *self._of_shapes()]
        if problems:
            raise InputError(problems)

    # -- figures -------------------------------------------------------------------------------------------------------

    def figures(self, name: str, unit: str) -> Any:
        """Return an argument as plain numbers in ``unit``, in the order of the answer."""
        return self.read(name, lambda value: units.magnitude(value, unit))

    def read(self, name: str, reader: Callable[[Any], Any]) -> Any:
        """Return an argument as plain numbers, by a reader of what has no labels."""
        value = self._bare[name]
        return self._arranged(name, np.nan if is_missing(value) else reader(value))

    def levels(self, *names: str) -> list[Any]:
        """Return levels as plain numbers in one unit: that of the first quantity, or whichever the numbers are in.

        Raises
        ------
        InputError
            If some are quantities and some are plain numbers, or a figure is no number.
        UnitError
            If they are of different kinds.
        """
        known = [name for name in names if not is_missing(self._bare[name])]
        carrying = [name for name in known if name in self._first]
        if not carrying:
            return [self.figures(name, "1") for name in names]
        if len(carrying) < len(known):
            raise InputError("formula.kinds")
        unit = self._first[carrying[0]].units
        return [self.read(name, lambda value: _in_unit(value, unit)) for name in names]

    def unit_of(self, name: str) -> Any:
        """Return the unit of the first quantity in an argument; None if it holds none."""
        return self._first[name].units if name in self._first else None

    # -- the answer ----------------------------------------------------------------------------------------------------

    def answer(self, result: Any, unit: Any) -> Any:
        """Return a result in kind.

        Parameters
        ----------
        result
            Plain numbers.
        unit
            Their unit: a text of ours, ``"1"`` for a fraction, a unit of the host's registry; None: they are plain
            numbers whatever came.
        """
        array = np.asarray(result, dtype=np.float64)
        registry = units.registry_of(next(iter(self._first.values()), None)) if unit is not None else None
        table = self._pattern()
        figures: Any = array if table or any(_is_many(value) for value in self._bare.values()) else float(array)
        filled = figures if registry is None else _quantity(figures, unit, registry)
        return filled if table is None else self._labelled(table, filled)

    def _labelled(self, table: _Table, filled: Any) -> Any:
        if table.kind == "DataArray":
            if units.is_quantity(filled):  # one figure would lose its shape
                filled = type(filled)(np.asarray(filled.magnitude), filled.units)
            answer = table.itself.copy(data=filled)
            answer.attrs, answer.name = {}, self._name()
            return answer
        values = filled if isinstance(filled, np.ndarray) else _one_by_one(filled)
        if table.kind == "Series":
            return type(table.itself)(values, index=table.itself.index, name=self._name())
        return type(table.itself)(values, index=table.itself.index, columns=table.itself.columns)

    def _name(self) -> Any:
        names = [table.itself.name for table in self._tables.values()]
        return names[0] if all(name == names[0] for name in names) else None

    # -- labels --------------------------------------------------------------------------------------------------------

    def _pattern(self) -> _Table | None:
        """Return the table whose labels the answer has: the first with all the axes that occur."""
        return max(self._tables.values(), key=lambda table: len(table.axes), default=None)

    def _arranged(self, name: str, figures: Any) -> Any:
        """Return figures with their axes and labels in the order of the answer."""
        table, pattern = self._tables.get(name), self._pattern()
        if table is None or pattern is None:
            return figures
        array = np.asarray(figures, dtype=np.float64)
        own = list(table.axes)
        for at, axis in enumerate(own):
            order = self._orders.get((name, axis))
            array = array if order is None else array.take(order, axis=at)
        array = array.transpose([own.index(axis) for axis in pattern.axes if axis in own])
        return array[tuple(slice(None) if axis in own else np.newaxis for axis in pattern.axes)]

    # -- what does not fit together ------------------------------------------------------------------------------------

    def _of_registries(self) -> Iterator[Problem]:
        registries: dict[int, list[str]] = {}
        for name, value in self._bare.items():
            found = list(_quantities(value))
            if found:
                self._first[name] = found[0]
            if any(not units.is_quantity(item) and not is_missing(item) for item in _items(value, bool(found))):
                yield Problem("formula.mixed", {"name": name})
            for registry in {id(units.registry_of(quantity)) for quantity in found}:
                registries.setdefault(registry, []).append(name)
        if len(registries) > 1:
            names = dict.fromkeys(name for names in registries.values() for name in names)
            yield Problem("formula.registries", {"names": ", ".join(names)})

    def _of_tables(self) -> Iterator[Problem]:
        pattern = self._pattern()
        if pattern is None:
            return
        kinds = {table.kind for table in self._tables.values()}
        if len(kinds) > 1:
            yield Problem("formula.tables", {"kinds": ", ".join(sorted(kinds))})
            return
        first = next(name for name, table in self._tables.items() if table is pattern)
        for name, table in self._tables.items():
            strange = [axis for axis in table.axes if axis not in pattern.axes]
            if strange:
                yield Problem("formula.axes", {"name": name, "axes": ", ".join(strange), "other": first})
            for axis in pattern.axes:
                if axis in table.axes and table is not pattern:
                    yield from self._order(name, axis, table.axes[axis], first, pattern.axes[axis])
        for name, value in self._bare.items():
            if name not in self._tables and _has_axes(value):
                yield Problem("formula.unlabelled", {"name": name, "kind": pattern.kind})

    def _order(self, name: str, axis: str, own: Any, first: str, wanted: Any) -> Iterator[Problem]:
        """Note where each label that is wanted stands in ``own``; yield what makes that impossible."""
        values = {"name": name, "other": first, "axis": axis}
        if own is None or wanted is None:
            sizes = [table.itself.sizes[axis] for table in (self._tables[name], self._tables[first])]
            if (own is None) != (wanted is None) or sizes[0] != sizes[1]:
                yield Problem("formula.labels", {**values, "labels": " / ".join(map(str, sizes))})
            return
        if own.equals(wanted):
            return
        if not (own.is_unique and wanted.is_unique):
            yield Problem("formula.doubled", values)
            return
        order = own.get_indexer(wanted)
        lacking = [*wanted[order < 0], *own[wanted.get_indexer(own) < 0]]
        if lacking:
            shown = ", ".join(map(str, lacking[:_SHOWN])) + (", ..." if len(lacking) > _SHOWN else "")
            yield Problem("formula.labels", {**values, "labels": shown})
        self._orders[name, axis] = order

    def _of_shapes(self) -> Iterator[Problem]:
        shapes = {name: np.shape(getattr(value, "magnitude", value)) for name, value in self._bare.items()
                  if isinstance(value, np.ndarray) or units.is_quantity(value)}  # fmt: skip
        if self._tables:
            return
        try:
            np.broadcast_shapes(*shapes.values())
        except (RuntimeError, ValueError):  # RuntimeError: more axes than numpy can have
            text = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            yield Problem("formula.shapes", {"shapes": text})


def is_missing(value: object) -> bool:
    """Tell whether a single value is not known: None, NA or NaN.

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing(0.0), is_missing("")
    (True, True, False, False)
    """
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and isnan(value))


def _is_array_of_names(value: Any) -> bool:
    return all(hasattr(value, name) for name in ("dims", "indexes", "sizes", "data"))


def _axes(value: Any) -> dict[str, Any] | None:
    """Return the labels of a table by axis; None if the value is no table."""
    if units.is_quantity(value):  # asked for what it lacks, a quantity prints its figures into the error
        return None
    if _is_array_of_names(value):
        return {dim: value.indexes.get(dim) for dim in value.dims}
    if hasattr(value, "index") and hasattr(value, "to_numpy"):
        return dict(zip(("index", "columns"), value.axes, strict=False))
    return None


def _without_labels(value: Any, axes: dict[str, Any] | None) -> Any:
    """Return a figure, a quantity, or an ndarray (of figures, texts, quantities)."""
    if units.is_quantity(value):
        return value
    if _is_array_of_names(value):
        return value.data
    if axes is not None:
        return np.asarray(value)
    if is_missing(value) or isinstance(value, (str, bytes, Real, Decimal, np.generic, np.ndarray)):
        return value
    if isinstance(value, Sequence):
        return _from_list(value)
    return np.asarray(value) if hasattr(value, "__array__") else value


def _from_list(value: Any) -> Any:
    """Return an array of a list; a ragged one stays, so that it is refused as any other thing that is no figure."""
    if any(units.is_quantity(item) for item in value):  # as an array they would lose their units
        return np.fromiter(value, dtype=object, count=len(value))
    try:
        return np.asarray(value)
    except (TypeError, ValueError):
        return list(value)


def _is_many(value: Any) -> bool:
    return isinstance(getattr(value, "magnitude", value) if units.is_quantity(value) else value, (np.ndarray, list))


def _has_axes(value: Any) -> bool:
    return isinstance(value, list) or (_is_many(value) and np.ndim(getattr(value, "magnitude", value)) > 0)


def _items(value: Any, wanted: bool) -> Iterable[Any]:
    return value.ravel() if wanted and isinstance(value, np.ndarray) and value.dtype == object else ()


def _quantities(value: Any) -> Iterator[Any]:
    if units.is_quantity(value):
        yield value
    yield from (item for item in _items(value, wanted=True) if units.is_quantity(item))


def _in_unit(value: Any, unit: Any) -> Any:
    """Return quantities as plain numbers in a unit of their own registry; a ratio of degrees Celsius means nothing."""
    if isinstance(value, np.ndarray):
        found = [np.nan if is_missing(item) else _in_unit(item, unit) for item in value.ravel()]
        return np.array(found, dtype=np.float64).reshape(value.shape)
    for scale in dict.fromkeys((value.units, unit)):
        if not _begins_at_nothing(units.registry_of(value), scale):
            raise UnitError("formula.offset", unit=str(scale))
    if not value.is_compatible_with(unit):  # asked second: of a decibel times a metre pint cannot say
        raise UnitError("unit.dimension", unit=str(value.units), to=str(unit), expected=str(unit.dimensionality))
    return units.magnitude(value.m_as(unit), "1")


def _begins_at_nothing(registry: Any, unit: Any) -> bool:
    """Tell whether 0 of a unit is nothing: not so of degrees Celsius and of decibels."""
    try:
        return bool(registry.Quantity(0.0, unit).to_base_units().magnitude == 0.0)
    except (ArithmeticError, AttributeError, TypeError, ValueError):  # what pint says of powers of degrees
        return False


def _quantity(figures: Any, unit: Any, registry: Any) -> Any:
    if unit == "1":
        return registry.Quantity(figures, "dimensionless")
    return units.to_quantity(figures, unit, registry) if isinstance(unit, str) else registry.Quantity(figures, unit)


def _one_by_one(quantity: Any) -> NDArray[np.object_]:
    """Return the elements of a quantity as an array of quantities, which is how a Series holds them."""
    array = np.empty(quantity.shape, dtype=object)
    for place in np.ndindex(array.shape):
        array[place] = quantity[place]
    return array
