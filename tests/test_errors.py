"""Errors as data: every sentence in two languages, one grammar, and errors that survive pickling and JSON."""

import ast
import copy
import json
import pickle
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon import errors, messages
from zonecarbon.errors import Problem, Where, ZoneCarbonError

SOURCE = Path(zc.__file__).parent
# Codes that are no problems: places, names of verdicts, results in words. They follow no grammar.
OTHER = ("place", "verdict", "check", "explain", "reason", "note", "cli", "effect", "moved", "and_more", "report",
         "template", "state")  # fmt: skip
KINDS = (
    zc.InputError,
    zc.UnitError,
    zc.FactorError,
    zc.MethodError,
    zc.TargetError,
    zc.ScenarioError,
    zc.MissingOptionalDependencyError,
)


def placeholders(text: str) -> list[tuple[str, str, str]]:
    """Return name, conversion and format of each placeholder."""
    parsed = string.Formatter().parse(text)
    return sorted((name, conversion or "", spec or "") for _, name, spec, conversion in parsed if name is not None)


def texts_in_source() -> dict[str, set[str]]:
    """Return every text constant of the source, docstrings left out, with the files it stands in."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        arguments = (argument for call in calls for argument in call.args)
        nodes = arguments if path.name == "messages.py" else ast.walk(tree)  # the table itself is no use of a code
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.setdefault(node.value, set()).add(path.name)
    return found


def codes_given() -> dict[str, set[str]]:
    """Return the codes that are handed to errors, problems and render, by the call they stand in."""
    found: dict[str, set[str]] = {}
    makers = {kind.__name__ for kind in KINDS} | {"Problem", "render", "ZoneCarbonError"}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in makers and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.setdefault(first.value, set()).add(path.name)
            if name == "report" and len(node.args) >= 3 and isinstance(node.args[2], ast.Constant):
                found.setdefault(str(node.args[2].value), set()).add(path.name)
    return found


@pytest.mark.parametrize("code", messages.TEXTS)
def test_both_languages_have_the_same_placeholders(code: str) -> None:
    english, chinese = messages.TEXTS[code]
    assert english.strip()
    assert chinese.strip()
    assert placeholders(english) == placeholders(chinese)


def test_every_code_used_is_there() -> None:
    given = codes_given()
    assert len(given) > 60
    missing = {code: files for code, files in given.items() if code not in messages.TEXTS}
    assert missing == {}


def test_every_code_there_is_used() -> None:
    used = texts_in_source()
    families = {text.removesuffix(".") for text in used if text.endswith(".")}
    built = {code for code in messages.TEXTS if code.rsplit(".", 1)[0] in families | {"verdict", "basis", "place"}}
    assert {code for code in messages.TEXTS if is_problem(code)} - set(used) - built == set()


def is_problem(code: str) -> bool:
    words = ("basis.calorific", "basis.equivalent", "basis.none")
    return code.split(".", maxsplit=1)[0] not in OTHER and code not in words


@pytest.mark.parametrize("code", [code for code in messages.TEXTS if is_problem(code)])
def test_one_grammar(code: str) -> None:
    """What must hold; what came; what to do."""
    for text, mark in zip(messages.TEXTS[code], (";", "；"), strict=True):
        parts = [part.strip() for part in text.split(mark)]
        assert len(parts) >= 3 or code == "unit.ambiguous", text
        assert all(parts), text
        assert not text.endswith((".", "。")), text


@pytest.mark.parametrize("code", messages.TEXTS)
def test_every_sentence_can_be_rendered(code: str) -> None:
    values = {name: 1.5 if spec else f"<{name}>" for name, _, spec in placeholders(messages.TEXTS[code][0])}
    for language in ("en", "zh"):
        assert messages.render(code, values, language)


# -- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "builtin"),
    list(zip(KINDS, (ValueError, ValueError, LookupError, *[ValueError] * 3, ImportError), strict=True)),
)
def test_errors_are_also_what_plain_callers_expect(kind: type[ZoneCarbonError], builtin: type[Exception]) -> None:
    assert issubclass(kind, builtin)
    assert issubclass(kind, zc.ZoneCarbonError)
    with pytest.raises(builtin, match="a row needs a zone"):
        raise kind("zone.blank")


def test_warnings_have_one_base() -> None:
    assert issubclass(zc.DataWarning, zc.ZoneCarbonWarning)
    assert issubclass(zc.FactorWarning, zc.ZoneCarbonWarning)
    assert issubclass(zc.ZoneCarbonWarning, UserWarning)


def problem(row: int = 7, **values: Any) -> Problem:
    return Problem("zone.sum", {"name": "全国", **values}, Where("energy.csv", "", row, "zone"))


@pytest.mark.parametrize("kind", KINDS)
def test_errors_survive_pickle_and_copy(kind: type[ZoneCarbonError]) -> None:
    error = kind([problem(), problem(8)])
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert again.problems == error.problems
        assert str(again) == str(error)


def test_values_of_the_reader_are_plain_numbers() -> None:
    columns = {"zone": ["A"], "year": [2020], "carrier": ["coke"], "quantity": np.array([-3]), "unit": ["t"]}
    with pytest.raises(zc.InputError) as caught:
        zc.read({"energy": columns})
    assert caught.value.to_dict()["problems"][0]["values"] == {"name": "quantity", "value": -3}


def test_errors_of_the_reader_survive_pickle() -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.read({"energy": {"zone": ["A"], "year": [1], "carrier": [""], "quantity": ["x"], "unit": ["t"]}})
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert json.loads(json.dumps(again.to_dict(), allow_nan=False)) == again.to_dict()


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (3, 3),
        (None, None),
        (np.float64(1.5), 1.5),
        ((1, "b", {2}), [1, "b", [2]]),
        (1j, "1j"),
    ],
)
def test_to_dict_is_json(value: Any, plain: Any) -> None:
    data = zc.InputError([problem(extra=value)]).to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    found = data["problems"][0]
    assert found["values"] == {"name": "全国", "extra": plain}
    assert (found["code"], found["source"], found["row"], found["column"]) == ("zone.sum", "energy.csv", 7, "zone")
    assert found["en"].startswith("energy.csv, row 7, column zone: a sum over zones")
    assert found["zh"].startswith("energy.csv，第 7 行，列 园区（zone）：园区合计")


@pytest.mark.parametrize(("count", "lines", "last"), [(20, 20, "energy.csv, row 20"), (21, 21, "... and 1 more")])
def test_problems_beyond_twenty_are_counted(count: int, lines: int, last: str) -> None:
    error = zc.InputError([problem(row + 1) for row in range(count)])
    assert len(error.problems) == len(error.to_dict()["problems"]) == count
    assert len(str(error).splitlines()) == lines
    assert str(error).splitlines()[-1].startswith(last)
    assert error.text("zh").splitlines()[-1].startswith("energy.csv，第 20 行" if count == 20 else "……另有 1 处")


def test_a_problem_alone_and_by_code() -> None:
    assert zc.InputError(problem()).problems == (problem(),)
    by_code = zc.InputError("zone.sum", Where("energy.csv", "", 7, "zone"), name="全国")
    assert by_code.problems == (problem(),)
    assert str(problem()) == problem().text("en")
    assert Where("book.xlsx", "energy", 3).text("en") == "book.xlsx, sheet energy, row 3"
    assert Where().text() == ""


def test_a_missing_value_is_a_fault_of_ours_and_is_seen() -> None:
    with pytest.raises(KeyError):
        errors.InputError("zone.sum")
