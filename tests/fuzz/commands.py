"""The command line as a target: words from the real parser with odd values, in a folder whose changes are seen.

Decided here: the parser itself says which commands and options there are, so that a new option is fuzzed without a word
here. A case is a text of words, one a line. What it names after ``--out``, ``--milestones``, or as the output of
``template``, ``convert`` and ``example`` may appear or change; nothing else may. Long work that a user may well ask for
(a million trajectories) is no fault, so that numbers of draws stay small.
"""

import argparse
import contextlib
import functools
import io
import os
from collections.abc import Sequence
from random import Random
from typing import Any

from fuzz import mutating
from fuzz.guarding import Escaped, Fault, Sandbox
from zonecarbon.cli import _parser, main

ENDS = {0, 1, 2, 3}
_FILES = {
    "data.csv": "园区,年份,省份,工业增加值(亿元，2020年价),原煤(吨),电力(万千瓦时)\nA,2020,江苏,3,100,1200\n"
    "A,2021,江苏,4,110,1300\nB,2020,全国,4,110,1300\nB,2021,全国,5,90,1200\n",
    "pair.csv": "zone,year,co2,value_added\nA,2020,5,7\nA,2021,6,8\nA,2022,5.5,9\n"
    "B,2020,5,7\nB,2021,nan,8\nB,2022,5.5,9\n",
    "odd.csv": "zone,year,co2,value_added\nA,2020,1e308,1e-310\nA,²,x,\nB\n\nB,2021,1,2,3,4\n",
    "bad.csv": "zone,year,carrier,quantity,unit\nA,2020,原煤,-5,t\nA,x,火,1e400,t\n",
    "empty.csv": "",
    "mine.toml": 'name = "mine"\nbase = "inventory"\nfuels = "ipcc-2006"\n',
    "loop.toml": 'name = "loop"\nbase = "loop.toml"\n',
    "broken.json": '{"name": ',
    "scenario.json": '{"name": "s", "base": "baseline"}',
    "folder/zones.csv": "zone,province\nA,江苏\n",
    "folder/economy.csv": "zone,year,value_added,unit,price_year\nA,2020,3,亿元,2020\nA,2021,4,亿元,2020\n",
    "folder/energy.csv": "zone,year,carrier,quantity,unit\nA,2020,原煤,100,t\nA,2021,电力,12,万千瓦时\n",
}
_OUTPUTS = (
    "out.csv", "out.xlsx", "out.html", "out.json", "out.parquet", "out", "sub/out.csv", "data.csv", "folder", ".",
    "..", "", "out.exe", "nul\x01.csv", "园.xlsx", "a" * 300, "out.csv/x", "-",
)  # fmt: skip
_VALUES = (
    "A", "B", "A,B", "zone,year", "carrier", "year", "policy", "deep", "baseline", "none", "auto", "8", "2020",
    "2021", "2025", "2030", "2060", "0.5", "80%", "3 MtCO2", "A=1 MtCO2", "5 亿元", "basis=equivalent",
    "equivalent.electricity=0.302 kgce/kWh", "coefficients.natural_gas=1.3 kgce/m3", "basis=x", "basis.y=z",
    "basis=x.y", "a.b.c=d", "=", "—=not_used", "-=unknown", "x", "torch-2025", "zero-carbon-park-910", "peak",
    "energy-intensity-aggregate", "co2 = value_added * co2/value_added", "2026-2030", "starter", "Account", "Zone",
    "electricity", "江苏",
)  # fmt: skip
_SLOW = {"report": 0.005, "plan": 0.05, "factors": 0.05, "project": 0.1, "required": 0.15, "schema": 0.2}
_DRAWS = (
    "8", "16", "0", "-1", "x", "1.5", "", "９", "²",
)  # fmt: skip


@functools.cache
def _commands() -> dict[str, argparse.ArgumentParser]:
    actions = _parser()._actions
    found = next(action for action in actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def _value(action: argparse.Action, rng: Random) -> str:
    if action.choices and rng.random() < 0.9:
        return str(rng.choice(list(action.choices)))
    if action.dest == "draws":
        return rng.choice(_DRAWS)
    if action.dest in {"data", "folder"} or rng.random() < 0.1:
        return rng.choice(("data.csv", "data.csv", "folder", "pair.csv", rng.choice(list(_FILES)), mutating.word(rng)))
    if action.dest in {"out", "milestones", "file"}:
        return rng.choice(_OUTPUTS)
    if action.type is int and rng.random() < 0.6:
        return rng.choice(("2020", "2021", "2022", "2025", "2030", "1", "0", "-1", "99999", "9" * 30))
    return rng.choice(_VALUES) if rng.random() < 0.7 else mutating.word(rng)[:500]


def made(rng: Random) -> list[str]:
    """Return a command with options of its own and values that they may or may not have."""
    known = _commands()
    name = rng.choice(list(known))
    while rng.random() > _SLOW.get(name, 1.0):
        name = rng.choice(list(known))
    words = [name]
    for action in known[name]._actions:
        if isinstance(action, argparse._HelpAction) and rng.random() > 0.005:
            continue
        takes = 0 if action.nargs == 0 else action.nargs if isinstance(action.nargs, int) else 1
        if not action.option_strings:
            words += [_value(action, rng) for _ in range(takes) if action.nargs not in {"?", "*"} or rng.random() < 0.7]
        elif action.required or rng.random() < (0.9 if action.dest == "draws" else 0.18):
            words += [rng.choice(action.option_strings), *(_value(action, rng) for _ in range(takes))]
    return words


def of_command(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return a new command, or one with a word changed, lost, doubled or moved."""
    words = made(rng) if rng.random() < 0.7 else data.decode("utf-8", "surrogateescape").split("\n")
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        at = rng.randrange(len(words) + 1)
        kind = rng.randrange(5)
        if kind == 0 and len(words) > 1:
            del words[min(at, len(words) - 1)]
        elif kind == 1 and at < len(words):
            words.insert(at, words[at])
        elif kind == 2 and 0 < at < len(words):
            words[at] = mutating.word(rng)[:500]
        elif kind == 3 and 0 < at < len(words):
            words[at] = mutating.of_line(words[at].encode("utf-8", "surrogateescape"), rng, ()).decode(
                "utf-8", "surrogateescape"
            )[:500]
        else:
            words.insert(
                at, rng.choice(("--lang=zh", "--format=json", "--format=csv", "--overwrite", "--", rng.choice(_VALUES)))
            )
    return "\n".join(word.replace("\n", " ") for word in words).encode("utf-8", "surrogateescape")


def _words(data: bytes) -> list[str]:
    """Return the words as an operating system would hand them over, without the heavy work a user may ask for."""
    words = [word.replace("\x00", "") for word in data.decode("utf-8", "surrogateescape").split("\n")]
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if len(name) > 3 and "--draws".startswith(name) and name.startswith("--d"):
            if equals:
                words[at] = name + "=" + _few(value)
            elif at + 1 < len(words):
                words[at + 1] = _few(words[at + 1])
    return words


def _few(value: str) -> str:
    try:
        return value if int(value) <= 64 else "16"
    except ValueError:
        return "16" if value == "auto" else value


def run_command(data: bytes, box: Sandbox) -> None:
    """Run a command; raise where it does not end as documented, or something changes that it was not told to change."""
    words = _words(data)
    for name, text in _FILES.items():
        path = box.work / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    before = box.listing()
    out, said = (
        io.TextIOWrapper(io.BytesIO(), "utf-8", how, write_through=True) for how in ("strict", "backslashreplace")
    )
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
            try:
                code: Any = main(words)
            except SystemExit as end:  # argparse's way out
                code = end.code
            except Escaped as stopped:  # a place outside that a word names is no escape, but is not written to here
                if stopped.folder not in {
                    os.path.dirname(os.path.realpath(box.work / word)) for word in _outputs(words)
                }:
                    raise
                return
        _check_end(code, said)
        _check_changes(before, box, words)
    finally:
        box.clear()


def _check_end(code: Any, said: io.TextIOWrapper) -> None:
    text = said.buffer.getvalue().decode() if isinstance(said.buffer, io.BytesIO) else ""
    if code not in ENDS:
        raise Fault(f"ended with {code!r}: {text[-300:]}")
    if "Traceback" in text:
        raise Fault(text[-600:])
    if code == 2 and not text.strip():
        raise Fault("ended with 2 and said nothing")


def _check_changes(before: dict[str, tuple[int, int]], box: Sandbox, words: Sequence[str]) -> None:
    after = box.listing()
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    named = [os.path.realpath(box.work / path) for path in _outputs(words)]
    for name in changed:
        full = str(box.root / name)
        if not any((full + os.sep).startswith(path + os.sep) or path.startswith(full + os.sep) for path in named):
            raise Fault(f"{name} was not named as output; named: {named}")


def _outputs(words: Sequence[str]) -> list[str]:
    """Return every word that may name an output."""
    found = []
    for at, word in enumerate(words):
        name, _, value = word.partition("=")
        if name.startswith(("--o", "--mi")):
            found.append(value or "".join(words[at + 1 : at + 2]))
    if words and words[0] in {"template", "convert", "example"}:
        found += [*words[1:], "zones"]  # where `example` puts it unless told
    return [path for path in found if path]
