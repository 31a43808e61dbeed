"""Rewrite what docs/ and README.md show as printed, by running it: ``python tools/refresh_outputs.py``.

Only the lines after a prompt (``>>>``) or a command (``$ zonecarbon``) are replaced, and only where they differ; an
output that leaves something out (a hash, or a line ``...``) is left as it is. Read the diff before committing it: the
pages are tests, and this makes them agree with whatever the library does.
"""

import contextlib
import doctest
import io
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from zonecarbon import cli

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(pycon|python|console|toml)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)

LEFT_OUT = re.compile(r"sha256 \.\.\.|^\s*\.\.\.$", re.MULTILINE)


class _Refresher(doctest.DocTestRunner):
    """A runner that remembers what differs instead of reporting it."""

    def __init__(self) -> None:
        super().__init__(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
        self.found: list[tuple[doctest.Example, str]] = []

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self.found.append((example, got))


def refreshed_python(text: str, names: dict[str, Any]) -> str:
    """Return a session with its outputs as they are printed now."""
    test = doctest.DocTestParser().get_doctest(text, names, "page", "page", 0)
    test.globs = names
    runner = _Refresher()
    runner.run(test, out=lambda _: None, clear_globs=False)
    lines = text.split("\n")
    for example, got in reversed(runner.found):
        start = example.lineno + example.source.count("\n")
        count = example.want.count("\n")
        if not LEFT_OUT.search(example.want):
            lines[start : start + count] = got.rstrip("\n").split("\n") if got.strip() else []
    return "\n".join(lines)


def refreshed_console(text: str) -> str:
    """Return commands with their outputs as they are printed now."""
    parts = re.split(r"^(?=\$ )", text, flags=re.MULTILINE)
    for i, part in enumerate(parts):
        words, _, shown = part.partition("\n")
        if not words.startswith("$ zonecarbon ") or LEFT_OUT.search(shown):
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            cli.main(shlex.split(words)[2:])
        if not doctest.OutputChecker().check_output(shown, printed.getvalue(), doctest.NORMALIZE_WHITESPACE):
            parts[i] = f"{words}\n{printed.getvalue()}"
    return "".join(parts)


def refreshed(text: str) -> str:
    """Return a page with its outputs as they are printed now; run in a folder with nothing but the examples."""
    names: dict[str, Any] = {"__name__": "__main__"}

    def one(found: re.Match[str]) -> str:
        kind, body = found[1], found[2]
        if kind in {"pycon", "python"}:
            body = refreshed_python(body, names)
        elif kind == "console":
            body = refreshed_console(body)
        elif name := re.match(r"# (\S+\.toml)\n", body):
            Path(name[1]).write_text(body, encoding="utf-8")
        return found[0].replace(found[2], body) if body != found[2] else found[0]

    return FENCE.sub(one, text)


def main() -> int:
    """Refresh every page."""
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            Path("examples").symlink_to(ROOT / "examples")
            new = refreshed(text)
        if new != text:
            path.write_text(new, encoding="utf-8")
            print(f"refreshed {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
