"""Methods, target sets, scenarios and measures: shipped ones by name, a user's by path or as a record.

Decided here: one rule for all. A name is one that ships; a path ends in ``.toml`` or ``.json``; a record is taken as
it is. What pydantic finds wrong in a file becomes one error of ours with a line per field, because the file is the
user's input like any table.
"""

import json
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from zonecarbon.errors import InputError, MeasureError, MethodError, ScenarioError, TargetError, Where, ZoneCarbonError
from zonecarbon.records import MeasureSet, Method, Scenario, TargetSet
from zonecarbon.records.checking import validated
from zonecarbon.records.method import ELECTRICITY_KINDS, is_factor
from zonecarbon.vocabulary import nearest, suggestion

DocumentT = TypeVar("DocumentT", MeasureSet, Method, Scenario, TargetSet)

_UNKNOWN: dict[str, tuple[type[ZoneCarbonError], str]] = {
    "measures": (MeasureError, "measure.unknown"),
    "methods": (MethodError, "method.unknown"),
    "scenarios": (ScenarioError, "scenario.unknown"),
    "targets": (TargetError, "target.unknown"),
}


def names(kind: str) -> tuple[str, ...]:
    """Return the names that ship: ``kind`` is ``measures``, ``methods``, ``scenarios`` or ``targets``."""
    folder = files("zonecarbon").joinpath("data", kind)
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def _shipped(kind: str, name: str) -> dict[str, Any]:
    text = files("zonecarbon").joinpath("data", kind, f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a null character in the name
        raise InputError("file.unreadable", Where(path.name), detail=str(error)) from None
    try:
        data = json.loads(text) if path.suffix.casefold() == ".json" else tomllib.loads(text)
    except ValueError as error:  # that of a whole number of more than 4300 digits too
        raise InputError("file.syntax", Where(path.name), detail=str(error)) from None
    except RecursionError:
        raise InputError("file.syntax", Where(path.name), detail="nested too deeply") from None
    if not isinstance(data, dict):
        raise InputError("file.syntax", Where(path.name), detail="a table of keys is needed at the top")
    return data


def _beside(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the fields of a file whose ``base`` is another file: found beside it, wherever one works."""
    base = data.get("base")
    if isinstance(base, str) and _is_path(base) and not Path(base).is_absolute():
        return {**data, "base": str(path.parent / base)}
    return data


def _is_path(reference: object) -> bool:
    return isinstance(reference, Path) or str(reference).endswith((".toml", ".json"))


def method(reference: "str | Path | Method | dict[str, Any]" = "inventory", **choices: Any) -> Method:
    """Return a complete method: every field given, by itself or by its ``base``.

    Parameters
    ----------
    reference
        A shipped name, a path to a TOML or JSON file, a :class:`~zonecarbon.Method`, or a dict of its fields.
    **choices
        Fields that stand before those of the method.

    Raises
    ------
    MethodError
        If the name is unknown or a field is wrong.

    Examples
    --------
    >>> method("inventory").fuels, method("inventory", fuels="ipcc-2006").name
    ('ncsc-2025', 'inventory*')
    """
    found = _complete(_method(reference), choices, ())
    if found.vintage == "fixed" and found.electricity_year is None:
        raise MethodError("method.fixed")
    if found.electricity not in ELECTRICITY_KINDS and not is_factor(found.electricity or ""):
        raise MethodError("method.electricity", text=found.electricity, known=", ".join(ELECTRICITY_KINDS))
    return found


def _method(reference: "str | Path | Method | dict[str, Any]") -> Method:
    return _document(Method, "methods", "method", reference)


def _document(model: type[DocumentT], kind: str, label: str, reference: Any) -> DocumentT:
    """Return a document from a record, a dict of its fields, a path, or the name of one that ships."""
    if isinstance(reference, model):
        return reference
    if isinstance(reference, dict):
        return validated(model, reference, label)
    if _is_path(reference):
        path = Path(reference)
        return validated(model, {"name": path.stem, **_beside(_read(path), path)}, path.name)
    known = names(kind)
    if reference not in known:
        error, code = _UNKNOWN[kind]
        raise error(code, name=reference, known=", ".join(known), nearest=suggestion(nearest(str(reference), known)))
    return validated(model, _shipped(kind, str(reference)), f"{reference}.toml")


def _complete(given: Method, choices: dict[str, Any], seen: tuple[str, ...]) -> Method:
    if choices:
        own = validated(Method, {**choices, "base": given.name or "inventory"}, "choices")
        return own.over(_complete(given, {}, seen))
    if given.base in seen:
        raise MethodError("method.base", name=given.name, base=given.base)
    base = _method(given.base)
    if base == given:  # a shipped method that is its own base
        return given
    return given.over(_complete(base, {}, (*seen, given.base) if base.base != base.name else ()))


def target_set(reference: "str | Path | TargetSet | dict[str, Any]") -> TargetSet:
    """Return a target set: a shipped name, a path to a TOML or JSON file, a record, or a dict of its fields.

    Raises
    ------
    TargetError
        If the name is unknown or a field is wrong.

    Examples
    --------
    >>> [target.id.split(":")[1] for target in target_set("torch-2025").target][:2]
    ['energy-intensity-aggregate', 'energy-intensity-share']
    """
    if isinstance(reference, str) and not _is_path(reference):
        return _shipped_targets(reference)
    return _document(TargetSet, "targets", "targets", reference)


@cache
def _shipped_targets(name: str) -> TargetSet:
    """Return a set that ships: frozen throughout, so the same record serves every check."""
    return _document(TargetSet, "targets", "targets", name)


def scenario(reference: "str | Path | Scenario | dict[str, Any]") -> Scenario:
    """Return a complete scenario: every field given, by itself or by its ``base``.

    Parameters
    ----------
    reference
        A shipped name, a path to a TOML or JSON file, a :class:`~zonecarbon.Scenario`, or a dict of its fields.

    Raises
    ------
    ScenarioError
        If the name is unknown or a field is wrong, alone or together with the base.

    Examples
    --------
    >>> mine = scenario({"name": "mine", "base": "policy", "shift": []})
    >>> [name for name, _ in mine.drivers()], mine.grid_factor == scenario("policy").grid_factor
    (['value_added', 'energy_intensity', 'grid_factor'], True)
    """
    found = _document(Scenario, "scenarios", "scenario", reference)
    seen = set()
    while found.base:
        if found.base in seen:
            raise ScenarioError("scenario.base", name=found.name, base=found.base)
        seen.add(found.base)
        found = found.over(_document(Scenario, "scenarios", "scenario", found.base))
    return found


def measure_set(reference: "str | Path | MeasureSet | dict[str, Any]") -> MeasureSet:
    """Return a set of measures: a shipped name, a path to a TOML or JSON file, a record, or a dict of its fields.

    Raises
    ------
    MeasureError
        If the name is unknown or a field is wrong, or the path is that of a workbook.

    Examples
    --------
    >>> [measure.kind for measure in measure_set("starter").measure][:2]
    ['save', 'save']
    """
    if isinstance(reference, (str, Path)) and str(reference).casefold().endswith((".xlsx", ".xlsm")):
        raise MeasureError("measure.workbook", path=str(reference))
    return _document(MeasureSet, "measures", "measures", reference)
