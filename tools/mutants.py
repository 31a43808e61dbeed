"""Mutants: one small change of a module each, made with the operators of mutmut.

Decided here: mutmut knows what to change, and we decide where and how it is run (``tools/mutate.py``). Its own runner
leaves out decorated functions (properties, caches), class bodies and constants, and copies every function once for each
change; ours puts the changed code into the running function, see ``tools/mutant_runner.py``.

Not changed, because no test should depend on it: texts (wording, codes, labels; operators of texts are left out), what
only type checkers read (annotations, ``if TYPE_CHECKING``, ``cast``, aliases of types), ``__all__``, decorators,
descriptions of columns, the wording of errors of kernels (``msg``), and ``strict=`` of ``zip``, which guards what no
input reaches.
"""

import ast
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_swap_op

__all__ = ["Mutant", "key_of", "mutants_of"]

OPERATORS = [(kind, operator) for kind, operator in mutation_operators if operator.__name__ != "operator_string"]
_BLANKS = re.compile(r"\s+")
_TYPES = m.Subscript() | m.BinaryOperation(operator=m.BitOr()) | m.Call(func=m.Name("TypeVar"))
# What has an operator: mutmut compares every node with patterns, which takes most of the time.
_SWAPPED = (cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation, cst.ComparisonTarget, cst.AugAssign)
# Where nothing is changed, neither the node nor what is inside it.
_LEFT = (
    m.Annotation()
    | m.Decorator()
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Call(func=m.Name("cast") | m.Name("TypeVar") | m.Name("Column") | m.Name("described"))
    | m.Assign(targets=[m.AssignTarget(m.Name("__all__") | m.Name("msg"))])
    | m.Raise(exc=m.Call(args=[m.Arg(m.Name("msg"))]))
    | m.Arg(keyword=m.Name("strict"))
)
_CHECKED = (cst.Annotation, cst.Decorator, cst.If, cst.Call, cst.Assign, cst.AnnAssign, cst.Raise, cst.Arg)


@dataclass(frozen=True)
class Mutant:
    """One change.

    Parameters
    ----------
    key
        Eight letters that stay the same as long as module, function, line and change do.
    module, function
        ``zonecarbon.kernels.peak`` and the qualified name in it; no name for what runs at import.
    line, change
        The text of the line or lines, and what it becomes.
    number
        Tells apart changes that read alike in a function.
    lines
        First and last line of the statement (its head, if it has a body).
    source
        The whole module with the change.
    digest
        Of the function without the change: a known outcome holds as long as this does.
    """

    key: str
    module: str
    function: str
    line: str
    change: str
    number: int
    lines: tuple[int, int]
    source: str
    digest: str


def mutants_of(module: str, path: Path) -> list[Mutant]:
    """Return all mutants of a module, in the order of its lines."""
    text = path.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text))
    finder = _Finder(wrapper)
    wrapper.module.visit(finder)
    lines = text.splitlines(keepends=True)
    stamps = _stamps(text)
    found: list[Mutant] = []
    seen = Counter[tuple[str, str, str]]()
    for spot in finder.spots:
        top = "".join(lines[spot.top[0] - 1 : spot.top[1]])
        changed = _put(spot, top)
        old, new = _difference(top, changed)
        if old == new:
            continue
        seen[spot.function, old, new] += 1
        number = seen[spot.function, old, new]
        name = key_of(module, spot.function, old, new, number)
        source = "".join([*lines[: spot.top[0] - 1], changed, *lines[spot.top[1] :]])
        stamp = stamps.get(spot.function) or _digest(_bare(ast.parse(top)))
        found.append(Mutant(name, module, spot.function, old, new, number, spot.lines, source, stamp))
    return sorted(found, key=lambda mutant: mutant.lines)


def _stamps(text: str) -> dict[str, str]:
    """Return a digest of the code of each outermost function, by its qualified name; docstrings do not count."""
    parts: dict[str, list[str]] = {}

    def look(body: list[ast.stmt], before: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{before}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                parts.setdefault(before + node.name, []).append(_bare(node))

    look(ast.parse(text).body, "")
    return {name: _digest("".join(codes)) for name, codes in parts.items()}


def _bare(node: ast.AST) -> str:
    """Return the code without texts that stand alone."""
    for inner in ast.walk(node):
        body = getattr(inner, "body", None)
        if isinstance(body, list):
            inner.body = [part for part in body if not _is_text(part)]  # type: ignore[attr-defined]
    return ast.dump(node)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def key_of(module: str, function: str, line: str, change: str, number: int) -> str:
    """Return the key of a change."""
    return _digest(repr((module, function, line, change, number)))


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]


def _put(spot: "_Spot", top: str) -> str:
    """Return the statement of the module with the new text in its place."""
    lines = top.splitlines(keepends=True)
    start = sum(map(len, lines[: spot.start[0] - spot.top[0]])) + spot.start[1]
    end = sum(map(len, lines[: spot.end[0] - spot.top[0]])) + spot.end[1]
    old, new = spot.old, spot.new
    if top[start:end] != old:  # the place of some operators is without the blanks around them
        old, new = old.strip(), new.strip()
    if _BLANKS.sub("", top[start:end]) != _BLANKS.sub("", old):  # what follows is less indented, inside brackets
        raise RuntimeError(f"line {spot.start[0]}: {top[start:end]!r} is not {old!r}")
    return top[:start] + new + top[end:]


@dataclass(frozen=True)
class _Spot:
    """A change by its place: lines from 1, columns from 0; ``top`` are the lines of the statement of the module."""

    top: tuple[int, int]
    start: tuple[int, int]
    end: tuple[int, int]
    old: str
    new: str
    function: str
    lines: tuple[int, int]


class _Finder(cst.CSTVisitor):
    """Collects what can be changed, with the function that holds it."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.spots: list[_Spot] = []
        self._module = wrapper.module
        self._positions: Any = wrapper.resolve(PositionProvider)
        self._names: list[tuple[cst.CSTNode, str]] = []
        self._statements: list[cst.CSTNode] = []
        self._at_definition: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note where we are, and what can be changed here."""
        if isinstance(node, _CHECKED) and (m.matches(node, _LEFT) or (not self._names and _is_alias(node))):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append((node, node.name.value))
        if isinstance(node, cst.BaseCompoundStatement | cst.SimpleStatementLine):
            self._statements.append(node)
        if isinstance(node, cst.Parameters) and isinstance(
            self._names[-1][0] if self._names else None, cst.FunctionDef
        ):
            self._at_definition.append(node)
        if self._statements:
            self._change(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Forget where we were."""
        for stack in (self._statements, self._at_definition):
            if stack and stack[-1] is original_node:
                stack.pop()
        if self._names and self._names[-1][0] is original_node:
            self._names.pop()

    def _change(self, node: cst.CSTNode) -> None:
        for kind, operator in OPERATORS:
            if isinstance(node, _SWAPPED if operator is operator_swap_op else kind):
                for new in operator(node):
                    if not _only_strict(node, new):
                        self.spots.append(self._spot(node, new))

    def _spot(self, node: cst.CSTNode, new: cst.CSTNode) -> _Spot:
        place, top = self._positions[node], self._positions[self._statements[0]]
        first = min([top.start.line, *(self._positions[d].start.line for d in _decorators(self._statements[0]))])
        return _Spot(
            top=(first, top.end.line),
            start=(place.start.line, place.start.column),
            end=(place.end.line, place.end.column),
            old=self._text(node, node),
            new=self._text(new, node),
            function=self._function(),
            lines=self._lines(),
        )

    def _text(self, node: cst.CSTNode, original: cst.CSTNode) -> str:
        """Return the text without the parentheses around it, which stand outside the place of the original."""
        if type(node) is type(original) and isinstance(node, cst.BaseExpression):
            node = node.with_changes(lpar=[], rpar=[])
        return self._module.code_for_node(node)

    def _function(self) -> str:
        """Return the outermost function with its classes; nothing for what runs when the module is imported."""
        names = []
        for node, name in self._names:
            names.append(name)
            if isinstance(node, cst.FunctionDef):
                return "" if self._at_definition else ".".join(names)
        return ""

    def _lines(self) -> tuple[int, int]:
        place = self._positions[self._statements[-1]]
        body = getattr(self._statements[-1], "body", None)
        if isinstance(body, cst.IndentedBlock) and body.body:
            return place.start.line, max(place.start.line, self._positions[body.body[0]].start.line - 1)
        return place.start.line, place.end.line


def _decorators(node: cst.CSTNode) -> list[cst.CSTNode]:
    return list(getattr(node, "decorators", ()))


def _is_alias(node: cst.CSTNode) -> bool:
    """Return whether the statement only names a type (``Name = Literal[...]``, ``A | B``)."""
    return m.matches(node, m.Assign(value=_TYPES) | m.AnnAssign(annotation=m.Annotation(m.Name("TypeAlias"))))


def _only_strict(node: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Return whether all that went is ``strict=`` of a call."""
    if not isinstance(node, cst.Call) or not isinstance(new, cst.Call):
        return False
    guards = [arg for arg in node.args if m.matches(arg, m.Arg(keyword=m.Name("strict")))]
    return bool(guards) and not any(_same(arg, guards[0]) for arg in new.args)


def _same(arg: cst.Arg, other: cst.Arg) -> bool:
    return arg.deep_equals(other)


def _difference(old: str, new: str) -> tuple[str, str]:
    """Return what stands between the common first and the common last lines, each on one line."""
    left, right = old.splitlines(), new.splitlines()
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return _joined(left[start : len(left) - end]), _joined(right[start : len(right) - end])


def _joined(lines: list[str]) -> str:
    return _BLANKS.sub(" ", " ".join(lines)).strip()
