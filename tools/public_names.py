"""List every public name with its signature and one line: ``python tools/public_names.py [PART]``.

With a part, only the lines of names that contain it are printed. ``tools/build_docs.py`` makes the table of
``docs/api/index.md`` from the same list, and ``tests/test_api.py`` reads it.

Decided here: public are the names of ``zonecarbon.__all__`` and of ``__all__`` of the three modules that are public
themselves (``plots``, ``notation``, and ``records`` for the parts of a record), their methods, properties and fields,
and the options of the command line. Signatures are told as they stand in the source, because the names of types there
(``Language``, ``FloatArray``) say more than what they stand for.
"""

import argparse
import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from typing import Any

VALUES = {
    "__version__": "The release that is installed.",
    "notation.DIGITS": "Significant digits by kind of figure.",
    "notation.Kind": "The kinds of figures: which unit and how many digits.",
}
"""What has no docstring."""
MODULES = ("plots", "notation", "records")  # public beside `zonecarbon` itself


@dataclass(frozen=True)
class Entry:
    """A public name: what it is, its signature or type, its first sentence, and the module that it lives in."""

    name: str
    kind: str
    signature: str
    line: str
    module: str = ""


def first_line(thing: Any) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def signature_of(function: Any) -> str:
    """Return a signature as it is written in the source, without ``self``."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body[0]
    except (OSError, TypeError):
        return "(...)"
    if not isinstance(tree, ast.FunctionDef):
        return "(...)"
    arguments = tree.args
    arguments.args = [item for item in arguments.args if item.arg not in {"self", "cls"}]
    returned = f" -> {ast.unparse(tree.returns).strip(chr(39))}" if tree.returns else ""
    return f"({ast.unparse(arguments)}){returned}"


def homes() -> dict[str, tuple[str, Any]]:
    """Return each public name, with its module where it is not ``zonecarbon`` itself, and what it is."""
    import zonecarbon

    own = {name: getattr(zonecarbon, name) for name in zonecarbon.__all__}
    found = {name: ("", thing) for name, thing in own.items()}
    for module in MODULES:
        there = import_module(f"zonecarbon.{module}")
        theirs = {name: getattr(there, name) for name in there.__all__}
        found |= {f"{module}.{name}": (module, thing) for name, thing in theirs.items() if thing is not own.get(name)}
    return found


def top() -> list[Entry]:
    """Return functions and classes."""
    entries = []
    for name, (_, thing) in homes().items():
        module = getattr(thing, "__module__", "zonecarbon").split(".")[1:2]
        kind = "value" if name in VALUES else "class" if inspect.isclass(thing) else "function"
        signature = signature_of(thing) if kind == "function" else ""
        entries.append(Entry(name, kind, signature, VALUES.get(name) or first_line(thing), "".join(module)))
    return entries


def members(name: str, kind: type) -> Iterator[Entry]:
    """Return what a class has: fields, properties, methods; what all results or all records have is told once."""
    records: dict[str, Any] = getattr(kind, "model_fields", {})
    for field, info in records.items():
        yield Entry(f"{name}.{field}", "field", str(kind.__annotations__.get(field, "")), info.description or "")
    if is_dataclass(kind):
        for item in fields(kind):
            if not item.name.startswith("_"):
                yield Entry(f"{name}.{item.name}", "field", _type_name(item.type), "")
    parts: tuple[str, ...] = getattr(kind, "_fields", ())  # of a named tuple
    for part in parts:
        yield Entry(f"{name}.{part}", "field", _type_name(kind.__annotations__[part]), "")
    given = {item.name for item in fields(kind)} if is_dataclass(kind) else {*records, *parts}
    for word in dir(kind):
        home = next(there for there in kind.__mro__ if word in vars(there))
        shared = home.__name__ in {"Table", "Record", "Named", "ZoneCarbonError"} and home is not kind
        if word.startswith("_") or word in given or shared or not home.__module__.startswith("zonecarbon"):
            continue
        yield _member(f"{name}.{word}", inspect.getattr_static(kind, word), getattr(kind, word))


def _member(name: str, held: Any, seen: Any) -> Entry:
    if isinstance(held, property):
        returned = signature_of(held.fget).partition(" -> ")[2]
        return Entry(name, "property", returned, first_line(held))
    if callable(seen):
        return Entry(name, "method", signature_of(seen), first_line(seen))
    return Entry(name, "constant", type(seen).__name__, "")


def _type_name(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind).replace("zonecarbon.", "")


def options(parser: argparse.ArgumentParser, name: str = "zonecarbon") -> Iterator[Entry]:
    """Return the arguments of the command line, command by command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                yield Entry(f"{name} {word}", "command", "", inner.description or "")
                yield from options(inner, f"{name} {word}")
        elif not isinstance(action, argparse._HelpAction):
            words = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            told = f"{action.metavar or action.choices or ''} = {action.default!r}{' +' if action.nargs else ''}"
            yield Entry(f"{name} {words}", "option", told, action.help or "")


def everything() -> list[Entry]:
    """Return every public name."""
    from zonecarbon._table import Table
    from zonecarbon.cli import _parser
    from zonecarbon.records.base import Record

    found: list[Entry] = []
    shared = {"(each result)": Table, "(each record)": Record}
    for entry in top():
        found.append(entry)
        thing = homes()[entry.name][1]
        if inspect.isclass(thing):
            found += members(entry.name, thing)
    for name, kind in shared.items():
        found += members(name, kind)
    return [*found, *options(_parser())]


def main(arguments: Sequence[str]) -> int:
    """Print the list."""
    part = arguments[0] if arguments else ""
    for entry in everything():
        if part in entry.name:
            gap = "" if entry.signature.startswith("(") else " "
            print(f"{entry.kind:9}{entry.name}{gap}{entry.signature}  -- {entry.line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
