"""Quantities of a host: the one door to pint."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isclose
from typing import Any

import numpy as np

from zonecarbon._locking import lock
from zonecarbon._typing import FloatArray
from zonecarbon.errors import Problem, UnitError
from zonecarbon.units.figures import is_quantity, magnitude
from zonecarbon.units.meaning import NOTHING, Term, dimension, library, meaning, meaning_of, product_text, read_unit

# The names by which a registry may know a base unit of ours; the first one it knows is taken.
_BASE_NAMES: dict[str, tuple[str, ...]] = {
    "kilogram": ("kilogram", "kg", "gram", "g"),
    "meter": ("meter", "metre", "m"),
    "second": ("second", "s"),
    "CNY": ("CNY", "yuan", "RMB", "元", "renminbi", "人民币元"),
    "tCO2": ("tCO2", "kgCO2", "gCO2"),
}
_PHYSICAL = {"kilogram": "[mass]", "meter": "[length]", "second": "[time]"}
_PINT_SAYS_NO = (AttributeError, TypeError, ValueError, KeyError)  # UndefinedUnitError, DimensionalityError, syntax
_teaching = lock()


def registry_of(value: object) -> Any | None:
    """Return the pint registry that a quantity belongs to; None if the value is no quantity.

    Examples
    --------
    >>> registry_of(3.0) is None
    True
    """
    return getattr(value, "_REGISTRY", None) if is_quantity(value) else None


def _knows(registry: Any, name: str) -> bool:
    try:
        registry.parse_units(name)
    except _PINT_SAYS_NO:
        return False
    return True


def _serves(registry: Any, root: str, name: str) -> bool:
    """Tell whether ``name`` is there and is what our base unit is: a mass, or money that is nothing physical."""
    if name in _PHYSICAL:
        return _knows(registry, name)
    try:
        kinds = dict(registry.Quantity(1, name).dimensionality)
    except _PINT_SAYS_NO:
        return False
    if root in _PHYSICAL:
        return kinds == {_PHYSICAL[root]: 1}
    return not set(kinds) <= set(_PHYSICAL.values())


def _anchor(registry: Any, root: str) -> str:
    return next((name for name in _BASE_NAMES[root] if _serves(registry, root, name)), "")


def _in_their_names(registry: Any, powers: Mapping[str, int]) -> Term | None:
    """Return the product of base units in the registry's names; the scale is that of the product in our units."""
    term = NOTHING
    for root, power in powers.items():
        if root == "count":  # no dimension in pint
            continue
        name = _anchor(registry, root)
        if not name:
            return None
        term = term.times(Term(library().names[name].scale, {name: 1}).to_the(power))
    return term


def from_quantity(value: Any, to: str) -> float | FloatArray:
    """Return the figures of a host's quantity in ``to``, converted by the host's own registry first."""
    from pint import errors

    target, registry = meaning(to), registry_of(value)
    theirs = _in_their_names(registry, target.powers)
    if theirs is None:
        missing = next(root for root in target.powers if root != "count" and not _anchor(registry, root))
        taken = next((name for name in _BASE_NAMES[missing] if _knows(registry, name)), "")
        if taken:
            raise UnitError("unit.other", name=taken, theirs=_described(registry, taken))
        raise UnitError("unit.foreign", to=to, detail=f"{value.units} -> {missing}")
    if isinstance(value.magnitude, np.ndarray) and value.magnitude.dtype.kind == "O":  # Decimals, in any registry
        value = type(value)(magnitude(value.magnitude, "1"), value.units)
    try:
        figures = value.m_as(product_text(theirs.powers))
    except (errors.DimensionalityError, errors.OffsetUnitCalculusError, errors.LogarithmicUnitCalculusError) as error:
        raise UnitError("unit.dimension", unit=str(value.units), to=to, expected=dimension(to)) from error
    except _PINT_SAYS_NO as error:
        raise UnitError("unit.foreign", to=to, detail=str(error)) from error
    ratio = theirs.scale / target.scale
    figures = magnitude(figures, to)
    change, by = (np.multiply, float(ratio)) if ratio >= 1 else (np.divide, float(1 / ratio))  # 1/ratio is often whole
    if isinstance(figures, np.ndarray) and not np.may_share_memory(figures, value.magnitude):
        # What pint has just made is ours: a further array of a million figures costs more than the change.
        return figures if by == 1.0 else change(figures, by, out=figures)
    return figures * by if ratio >= 1 else figures / by


def _means(registry: Any, name: str, ours: Term) -> bool:
    theirs = _in_their_names(registry, ours.powers)
    if theirs is None:
        return False
    try:
        figure = float(registry.Quantity(1, name).m_as(product_text(theirs.powers)))
    except _PINT_SAYS_NO:
        return False
    return isclose(figure * float(theirs.scale), float(ours.scale), rel_tol=1e-9)


def to_quantity(value: object, unit: str, registry: Any = None) -> Any:
    """Return a pint quantity of the host's registry.

    Parameters
    ----------
    value
        What :func:`magnitude` takes: a number or an array is in ``unit`` already.
    unit
        The unit of the result. A name that means something else there (``kt`` is a knot) is written in base units.
    registry
        A registry that was taught; by default the application registry of the moment.

    Returns
    -------
    pint.Quantity
        The quantity [unit], of ``registry``.

    Raises
    ------
    UnitError
        The registry was not taught our units, or ``value`` does not convert to ``unit``.

    Examples
    --------
    >>> import pint
    >>> registry = pint.UnitRegistry()
    >>> define_into(registry)
    >>> round(to_quantity(3, "tce", registry).m_as("GJ"), 9)
    87.9228
    """
    if registry is None:
        import pint

        registry = pint.get_application_registry()  # type: ignore[no-untyped-call]
    _require_known(registry, unit)
    figures = magnitude(value, unit)
    scale, there = read_unit(unit).scale, NOTHING
    for name, power in read_unit(unit).powers.items():
        ours = meaning_of(name, unit)
        term = Term(Fraction(1), {name: 1}) if _knows(registry, name) and _means(registry, name, ours) else ours
        there = there.times(term.to_the(power))
    scale *= there.scale
    powers = {name: power for name, power in there.powers.items() if name != "count"}
    with np.errstate(over="ignore"):  # what is too large for a float is infinite in any unit
        answer = figures if scale == 1 else figures * float(scale)
    return registry.Quantity(answer, product_text(powers))


def _require_known(registry: Any, unit: str) -> None:
    """Raise if a registry does not know what an answer in a unit needs: money or CO2, and names that are ours."""
    ours, needed = library(), read_unit(unit).powers
    for name in [root for root in ("CNY", "tCO2") if root in meaning(unit).powers] + [*needed]:
        if name not in ours.taught and name not in _BASE_NAMES:
            continue
        if not _knows(registry, name):
            conflict = next(_conflicts(registry), None)
            if conflict is not None:
                values = {"unit": unit, "name": conflict.values["name"], "theirs": conflict.values["theirs"]}
                raise UnitError("unit.unteachable", **values)
            raise UnitError("unit.untaught", name=name, unit=unit)
        if name in {"CNY", "tCO2", "tce"} and not _means(registry, name, ours.names[name]):
            raise UnitError("unit.other", name=name, theirs=_described(registry, name))


def define_into(registry: Any) -> None:
    """Teach a host's pint registry the units of zonecarbon: coal equivalent, yuan, CO2, and the Chinese spellings.

    Names that are there with the same meaning are left alone, so that a second call does nothing. A currency that
    the registry has (``CNY = 0.14 USD``) stays, and 万元 is ten thousand of it. Nothing that the registry knows is
    redefined: ``kt`` stays a knot, ``cal`` stays 4.184 J.

    Parameters
    ----------
    registry
        A ``pint.UnitRegistry``, lazy or not, or ``pint.get_application_registry()``.

    Raises
    ------
    UnitError
        A name is there with another meaning, each of them listed; then nothing was defined.

    Examples
    --------
    >>> import pint
    >>> registry = pint.UnitRegistry()
    >>> define_into(registry)
    >>> round(registry.Quantity(1, "万吨标准煤").m_as("TJ"), 6)
    293.076
    """
    if not all(hasattr(registry, name) for name in ("define", "parse_units", "Quantity")):
        raise UnitError("unit.registry", kind=type(registry).__name__)
    with _teaching:
        problems = list(_conflicts(registry))
        if problems:
            raise UnitError(problems)
        for definition in list(_definitions(registry)):
            registry.define(definition)


def _conflicts(registry: Any) -> Iterator[Problem]:
    """Yield what stands in the way: a name with another meaning, or a dimension whose base unit is not ours."""
    ours = library()
    missing = {root for root in _BASE_NAMES if not _anchor(registry, root)}
    for root in missing:
        kind = ours.bases[root]
        taken = [name for name in _BASE_NAMES[root] if _knows(registry, name)]
        if taken:
            values = {"name": taken[0], "theirs": _described(registry, taken[0]), "ours": f"{root} {kind}"}
            yield Problem("unit.conflict", values)
        elif _has_dimension(registry, kind):  # a second base unit would convert to the first one 1 : 1
            yield Problem("unit.conflict", {"name": kind, "theirs": "? (base unit)", "ours": f"{root} (base unit)"})
    for name in ours.taught:
        if name not in missing and _knows(registry, name) and not _means(registry, name, ours.names[name]):
            values = {"name": name, "theirs": _described(registry, name), "ours": str(ours.names[name])}
            yield Problem("unit.conflict", values)


def _has_dimension(registry: Any, kind: str) -> bool:
    try:
        registry.get_compatible_units(kind)
    except (ValueError, KeyError):
        return False
    return True


def _described(registry: Any, name: str) -> str:
    try:
        return str(registry.Quantity(1, name).to_root_units())
    except _PINT_SAYS_NO:
        return name


def _definitions(registry: Any) -> Iterator[str]:
    """Yield the definitions that the registry lacks, each in base units."""
    ours = library()
    anchors = {root: _anchor(registry, root) for root in _BASE_NAMES}
    for root, anchor in anchors.items():
        if not anchor:
            yield f"{root} = {ours.bases[root]}"
        elif not _knows(registry, root):
            yield _definition(root, Term(1 / ours.names[anchor].scale, {anchor: 1}))
    for name in ours.taught:
        if name not in anchors and not _knows(registry, name):
            yield _definition(name, ours.names[name])


def _definition(name: str, term: Term) -> str:
    return f"{name} = {term.scale.numerator} / {term.scale.denominator} * {product_text(term.powers)}"
