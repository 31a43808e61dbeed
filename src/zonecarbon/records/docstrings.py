"""What docstrings say, for JSON Schemas: one place for the words, read by people in both."""

import inspect
import re

_NAMES = re.compile(r"[a-z_]\w*(?:, [a-z_]\w*)*$")


def summary(docstring: str) -> str:
    r"""Return the first paragraph of a docstring on one line.

    Examples
    --------
    >>> summary("A zone\n    with its years.")
    'A zone with its years.'
    """
    return _plain(inspect.cleandoc(docstring).split("\n\n")[0])


def parameters(docstring: str) -> dict[str, str]:
    """Return the words about each parameter; several that stand together share theirs."""
    lines = inspect.cleandoc(docstring).splitlines()
    if "Parameters" not in lines:
        return {}
    told: dict[str, list[str]] = {}
    names: list[str] = []
    for at, line in enumerate(lines[lines.index("Parameters") + 2 :], start=lines.index("Parameters") + 2):
        if at + 1 < len(lines) and lines[at + 1].startswith("---"):
            break
        if _NAMES.match(line):
            names = line.split(", ")
        elif line.startswith(" "):
            for name in names:
                told.setdefault(name, []).append(line.strip())
    return {name: _plain(" ".join(words)) for name, words in told.items()}


def _plain(text: str) -> str:
    """Return text without the marks of code and references."""
    return " ".join(re.sub(r":\w+:`([^`]*)`", r"\1", text).replace("``", "").split())
