"""Docstrings of public names say what their signatures say: numpydoc looks at every one.

Checks that are off, and why:

- ``PR04`` (type of a parameter), ``RT02``: types stand in signatures, where mypy holds them; told twice they drift.
- ``SA01`` (See Also), ``ES01`` (extended summary): the pages of the API and the guides link and explain.
- ``RT01`` (Returns): a first sentence that begins with "Return" has said it. Where there is a section, it is checked.
- ``EX01`` (Examples): asked of functions; a class is shown where it is made.
- ``PR03`` (order): parameters that share a text stand together, so the order of the first of each is looked at.
- ``GL01``, ``GL08`` of nested things and ``SS05``: ruff has the rules of this house.
"""

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

validating = pytest.importorskip("numpydoc.validate", reason="numpydoc is of the group lint")

import zonecarbon as zc  # noqa: E402

OFF = {"PR04", "RT02", "SA01", "ES01", "RT01", "EX01", "PR03", "GL01", "SS05"}
# Not ours to describe: what pydantic hands on, and fields that a text of another field fills.
APART = {("PR01", "zonecarbon.TargetSet.model_json_schema"), ("PR02", "zonecarbon.EnergyUse")}


def _tool() -> Any:
    """Return ``tools/public_names.py``, which is no package."""
    path = Path(__file__).parents[1] / "tools" / "public_names.py"
    spec = importlib.util.spec_from_file_location("public_names", path)
    assert spec is not None and spec.loader is not None  # noqa: PT018
    module = importlib.util.module_from_spec(spec)
    sys.modules["public_names"] = module
    spec.loader.exec_module(module)
    return module


def public() -> Iterator[tuple[str, Any]]:
    """Return functions, classes and what classes define themselves, with their names."""
    for name, (_, thing) in _tool().homes().items():
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        yield f"zonecarbon.{name}", thing
        for word, member in vars(thing).items() if inspect.isclass(thing) else ():
            if not word.startswith("_") and (
                isinstance(member, (property, classmethod, staticmethod)) or inspect.isfunction(member)
            ):
                yield f"zonecarbon.{name}.{word}", member


NAMES = dict(public())


@cache
def faults(name: str) -> tuple[tuple[str, str], ...]:
    """Return what numpydoc finds: code and words."""
    return tuple(validating.validate(name)["errors"])


@pytest.mark.parametrize("name", NAMES)
def test_a_docstring_is_whole(name: str) -> None:
    found = {code: words for code, words in faults(name) if (code, name) not in APART}
    thing = NAMES[name]
    if inspect.isclass(thing) and issubclass(thing, zc.ZoneCarbonError) and thing is not zc.ZoneCarbonError:
        found.pop("PR01", None)  # made like their base
    assert {code: words for code, words in found.items() if code not in OFF} == {}


@pytest.mark.parametrize("name", [name for name, thing in NAMES.items() if inspect.isfunction(thing)])
def test_a_function_returns_what_it_says_and_parameters_come_in_their_order(name: str) -> None:
    validator = validating.Validator(validating.get_doc_object(validating.Validator._load_obj(name)))
    assert validator.returns or validator.summary.startswith(("Return", "Draw", "Write", "Teach", "Read", "Raise"))
    groups = [entry[0].split(",")[0].strip(" *") for entry in validator.doc["Parameters"]]
    order = [word.strip("*") for word in validator.signature_parameters]
    places = [order.index(word) for word in groups if word in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "name", [n for n, t in NAMES.items() if inspect.isfunction(t) and n.split(".")[-2][0].islower()]
)
def test_a_function_shows_how_it_is_used(name: str) -> None:
    assert "EX01" not in {code for code, _ in faults(name)}
