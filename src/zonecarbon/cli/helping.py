"""What ``--help`` says beyond the options: what a command is for, its defaults, its exit codes; and ``--version``.

Decided here: each command tells all of this itself, from the one line that the list of commands has, so that nobody
needs the pages to write a script. Exit codes are the same words everywhere; they are a promise (``docs/stability.md``).
"""

import argparse
from collections.abc import Sequence
from typing import Any

from zonecarbon.errors import InputError

_BAD_INPUT = "2 on bad input, 130 after Ctrl-C"
_VERDICTS = "0 if all are met, 1 if one is missed, 3 if none is missed and one is unknown"
CODES = {
    "check": f"{_VERDICTS}; {_BAD_INPUT}",
    "plan": f"0 if all goals are reached, 1 if one is not, 3 if one could not be planned for; {_BAD_INPUT}",
    "decompose": f"0, 3 if something that it prints is not known; {_BAD_INPUT}",
    "slips": f"0, 1 if it finds any; {_BAD_INPUT}",
}
"""Exit codes of the commands that have more than two."""


class Defaults(argparse.HelpFormatter):
    """A help text that ends with the default of an option, where there is one and the text does not tell it."""

    def _get_help_string(self, action: argparse.Action) -> str:
        text = action.help or ""
        plain = isinstance(action.default, (str, int, float)) and not isinstance(action.default, bool)
        if not plain or action.default in {"", argparse.SUPPRESS} or "(default" in text:
            return text
        return f"{text} (default: %(default)s)".strip()


class Version(argparse.Action):
    """Print the version and end; it is looked up only then."""

    def __init__(self, option_strings: Any, dest: str, **_: Any) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help="show the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Print it."""
        import zonecarbon

        print(f"zonecarbon {zonecarbon.__version__}")
        parser.exit()


def complete(commands: Any) -> None:
    """Give each command what it is for, the defaults of its options, and its exit codes."""
    for told in commands._choices_actions:  # argparse keeps the one line of a command nowhere else
        command = commands.choices[told.dest]
        words = f"{told.help[:1].upper()}{told.help[1:]}"
        command.description = words if words.endswith("?") else f"{words}."
        command.epilog = f"Exit codes: {CODES.get(told.dest, f'0; {_BAD_INPUT}')}."
        command.formatter_class = Defaults
        command.set_defaults(parser=command)


def refuse(options: argparse.Namespace, rest: Sequence[str]) -> None:
    """Refuse words that a command does not know, with its own usage; a choice of the method is told how to be made.

    Raises
    ------
    InputError
        If one of them is the name of a choice of the method.
    """
    if hasattr(options, "set"):
        from zonecarbon.records import Method  # pydantic: only for this message

        for at, word in enumerate(rest):
            name, equals, _ = word.removeprefix("--").replace("-", "_").partition("=")
            if not word.startswith("--") or name not in Method.model_fields:
                continue
            following = rest[at + 1] if at + 1 < len(rest) and not rest[at + 1].startswith("-") else "..."
            inner = ".KEY" if "dict" in str(Method.model_fields[name].annotation) else ""
            given = word.partition("=")[2] if equals else following
            raise InputError("cli.choice", option=word.partition("=")[0], choice=f"{name}{inner}={given}")
    options.parser.error(f"unrecognized arguments: {' '.join(rest)}")
