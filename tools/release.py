"""Build the sdist and the wheel twice, look into them, and use the wheel where nothing else of ours is.

``python tools/release.py`` needs git, a package index and the group ``release`` (``make release``). Decided here:

* What is built is what is committed; changes that are not are named. ``--tree`` builds the tree as it stands.
* Twice: other folders, another hour, time zone, umask, hash seed and order of making. Times in the archives are that of
  the last commit. The same bytes need the same version of hatchling, so that is pinned and no build is isolated.
* A wheel made from the sdist must be the wheel made from the tree.
* Contents are compared with the list of files of git, both ways. Texts must not hold folders or the name of this
  machine, nor anything that looks like a key.
* The wheel is installed in an environment with nothing but what it requires, and used from an empty folder with
  another home: the example, each command's help, and each thing that needs an extra, which must say which extra.
* Then with all extras and the tests, from the unpacked sdist: the tests import the installed wheel.
"""

import argparse
import base64
import csv
import hashlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECRETS = re.compile(
    rb"BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bpypi-[A-Za-z0-9_-]{32,}|://[^/\s:@]+:[^/\s:@]+@"
)
# What a release never holds, wherever it lies.
UNWANTED = re.compile(
    r"(^|/)(__pycache__|\.venv[^/]*|\.git|\.hypothesis|[^/]*cache|dist|site)(/|$)|\.(pyc|so|orig|rej|tmp)$"
)
# Beside what pyproject.toml lists: what hatchling adds to an sdist.
ADDED = {"PKG-INFO", ".gitignore", "pyproject.toml"}
# One command for each thing that needs an extra, in a folder with the example; and the extra that it must name.
NEED_EXTRAS: Sequence[tuple[str, Sequence[str]]] = (
    ("excel", ("template", "t.xlsx")),
    ("excel", ("convert", "zones", "o.xlsx")),
    ("excel", ("measures", "show", "starter", "--out", "m.xlsx")),
    ("excel", ("account", "some.xlsx")),
    ("parquet", ("convert", "zones", "o", "--format", "parquet")),
    ("parquet", ("account", "some.parquet")),
    ("parquet", ("check", "some.parquet", "--parts", "10")),
    ("plan", ("plan", "zones", "--measures", "starter", "--years", "2026-2028", "--budget", "9 GtCO2")),
    ("report", ("report", "zones", "--out", "r.html")),
    ("report", ("report", "zones", "--out", "r.xlsx")),
    ("sobol", ("project", "zones", "--until", "2030", "--sampling", "sobol")),
)
CALLS: Mapping[str, str] = {
    "iamc": "zc.to_pyam(account)",
    "plot": "import zonecarbon.plots",
    "sobol": "zc.sobol_indices(account, 'baseline', until=2030)",
    "xarray": "zc.to_xarray(account)",
}
TESTS = ("tests/test_api.py", "tests/test_shipped_data.py", "tests/test_shipped_targets.py", "tests/test_supply.py",
         "tests/test_units.py", "tests/test_records.py", "tests/test_workbook.py", "tests/test_cli.py",
         "tests/test_layers.py", "tests/published")  # fmt: skip

Told = Callable[..., subprocess.CompletedProcess[str]]  # the command line of the wheel, called with words


class Trouble(Exception):
    """A release that must not be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a release in ``dist``, and return 0 if nothing is wrong with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", action="store_true", help="the tree as it stands instead of the last commit")
    parser.add_argument("--all", action="store_true", help="the whole suite against the wheel instead of a part")
    parser.add_argument("--no-tests", action="store_true", help="without the tests against the wheel")
    options = parser.parse_args(arguments)
    if not (ROOT / ".git").exists():
        print("NOT RUN: a release is made from a clone; this is none")
        return 0
    with tempfile.TemporaryDirectory() as room:
        try:
            for line in steps(Path(room), options):
                print(line, flush=True)
        except Trouble as trouble:
            print(f"FAILED: {trouble}")
            return 1
    return 0


def steps(room: Path, options: argparse.Namespace) -> Iterator[str]:
    """Do everything, a line for each step that is done."""
    if changed := git("status", "--porcelain").splitlines():
        yield f"{len(changed)} files differ from the last commit: {'in' if options.tree else 'not in'} this release"
    contents = contents_of(is_tree=options.tree)  # read once: others may work in the tree meanwhile
    files = list(contents)
    epoch = git("log", "-1", "--format=%ct").strip()
    first = build(room / "one", contents, epoch, {"TZ": "UTC", "PYTHONHASHSEED": "1"}, 0o022)
    second = build(room / "other place" / "two", dict(reversed(contents.items())), epoch,
                   {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2", "LC_ALL": "C"}, 0o077)  # fmt: skip
    yield same(first, second, "twice")
    sdist, wheel = first
    yield same([wheel], [from_sdist(sdist, room / "again", epoch)], "the wheel from the sdist")
    yield from look(sdist, wheel, files)
    run([sys.executable, "-m", "twine", "check", "--strict", str(sdist), str(wheel)], room)
    yield "twine check --strict: passed"
    yield from use(wheel, room / "bare")
    if not options.no_tests:
        yield test(sdist, wheel, room / "tested", options.all)
    (ROOT / "dist").mkdir(exist_ok=True)
    for path in first:
        shutil.copy2(path, ROOT / "dist" / path.name)
        yield f"dist/{path.name}: {path.stat().st_size:,} bytes, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"


def git(*words: str) -> str:
    """Return what git says."""
    return run(["git", "-c", "core.quotepath=off", *words], ROOT)


def run(command: Sequence[str], folder: Path, **environment: str) -> str:
    """Return what a command prints; a command that fails is trouble."""
    told = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise Trouble(
            f"{' '.join(map(str, command[-6:]))} ended with {told.returncode}\n{(told.stdout + told.stderr)[-3000:]}"
        )
    return told.stdout


# -- building ----------------------------------------------------------------------------------------------------------


def contents_of(is_tree: bool) -> dict[str, bytes]:
    """Return the files of the last commit; with the tree, those that git would take from it."""
    if is_tree:
        names = git("ls-files", "-co", "--exclude-standard").splitlines()
        return {name: (ROOT / name).read_bytes() for name in sorted(set(names)) if (ROOT / name).is_file()}
    told = subprocess.run(["git", "archive", "--format=tar", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(told.stdout)) as archive:
        return {item.name: _read(archive, item) for item in archive if item.isfile()}


def build(
    folder: Path, contents: Mapping[str, bytes], epoch: str, environment: Mapping[str, str], mask: int
) -> list[Path]:
    """Return an sdist and a wheel, made in a folder from a copy of the files."""
    source = folder / "zonecarbon"
    before = os.umask(mask)
    try:
        for name, data in contents.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (time.time() - 3_600 * mask,) * 2)
        command = [
            sys.executable,
            "-m",
            "build",
            "--no-isolation",
            "--sdist",
            "--wheel",
            "--outdir",
            str(folder / "dist"),
        ]
        run([*command, str(source)], folder, SOURCE_DATE_EPOCH=epoch, **environment)
    finally:
        os.umask(before)
    return sorted((folder / "dist").iterdir(), key=lambda path: path.suffix != ".gz")


def _read(archive: tarfile.TarFile, item: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(item)
    return file.read() if file else b""


def from_sdist(sdist: Path, folder: Path, epoch: str) -> Path:
    """Return a wheel made from an sdist."""
    source = unpack(sdist, folder)
    run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder / "dist"), str(source)],
        folder, SOURCE_DATE_EPOCH=epoch)  # fmt: skip
    return next((folder / "dist").iterdir())


def unpack(sdist: Path, folder: Path) -> Path:
    """Return the folder of an unpacked sdist."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


def same(one: Sequence[Path], two: Sequence[Path], what: str) -> str:
    """Return that two builds are the same to the byte."""
    for a, b in zip(one, two, strict=True):
        if a.name != b.name or a.read_bytes() != b.read_bytes():
            raise Trouble(f"{what}: {a.name} and {b.name} are not the same; compare their contents")
    return f"{what}: the same bytes of {', '.join(path.name for path in one)}"


# -- looking -----------------------------------------------------------------------------------------------------------


def look(sdist: Path, wheel: Path, files: Sequence[str]) -> Iterator[str]:
    """Return what was found in the archives, and raise on what must not be there or is not."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    check_record(inside)
    wanted = {name.removeprefix("src/") for name in files if name.startswith("src/zonecarbon/")}
    info = {name for name in inside if ".dist-info/" in name}
    compare("the wheel", set(inside) - info, wanted)
    for end in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"):
        if not any(name.endswith(f".dist-info/{end}") for name in info):
            raise Trouble(f"the wheel must have {end}; it has {sorted(info)}")
    if "zonecarbon/py.typed" not in inside:
        raise Trouble("the wheel must have py.typed")
    with tarfile.open(sdist) as archive:
        source = {item.name.split("/", 1)[1]: _read(archive, item) for item in archive if item.isfile()}
    left_out = {name for name in files if name.split("/")[0] in {".ci"}}
    compare("the sdist", set(source) - ADDED, set(files) - ADDED - left_out)
    for name, texts in (("the wheel", inside), ("the sdist", source)):
        clean(name, texts)
        yield f"{name}: {len(texts)} files, all that git has and no other; no folders of this machine, no keys"


def compare(what: str, found: set[str], wanted: set[str]) -> None:
    """Raise if the contents are not those of git."""
    if found != wanted:
        raise Trouble(f"{what}: missing {sorted(wanted - found)[:9]}, not of git {sorted(found - wanted)[:9]}")


def check_record(inside: Mapping[str, bytes]) -> None:
    """Raise if RECORD does not hold for each file of a wheel."""
    name = next(name for name in inside if name.endswith(".dist-info/RECORD"))
    rows = {row[0]: row[1] for row in csv.reader(io.StringIO(inside[name].decode()))}
    if set(rows) != set(inside):
        raise Trouble(f"RECORD names other files: {sorted(set(rows) ^ set(inside))[:9]}")
    for path, told in rows.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(inside[path]).digest()).rstrip(b"=").decode()
        if path != name and told != f"sha256={digest}":
            raise Trouble(f"RECORD has another hash of {path}")


def clean(what: str, texts: Mapping[str, bytes]) -> None:
    """Raise if something in an archive tells of this machine, or is a key or a cache."""
    places = {str(ROOT), str(Path.home()), sys.prefix, sys.base_prefix}
    traces = [place.encode() for place in places if place.count("/") > 1] + [socket.gethostname().encode()]
    for name, data in texts.items():
        if UNWANTED.search(name):
            raise Trouble(f"{what} must not have {name}")
        if found := SECRETS.search(data):
            raise Trouble(f"{what}: {name} has what looks like a key: {found[0][:24]!r}")
        for trace in traces:
            if len(trace) > 6 and trace in data:
                raise Trouble(f"{what}: {name} tells of this machine: {trace.decode()!r}")


# -- using -------------------------------------------------------------------------------------------------------------


def environment_of(folder: Path, *wanted: str) -> Path:
    """Return the folder of the commands of a new environment with what is wanted, pinned."""
    run([sys.executable, "-m", "venv", str(folder)], folder.parent)
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    python = str(commands / "python")
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(ROOT / "constraints.txt"),
         *wanted], folder)  # fmt: skip
    run([python, "-m", "pip", "check"], folder)
    return commands


def use(wheel: Path, room: Path) -> Iterator[str]:
    """Use a wheel with nothing but what it requires, and return what was done."""
    room.mkdir()
    commands = environment_of(room / "venv", str(wheel))
    cwd, home = room / "empty", room / "home"
    cwd.mkdir()
    home.mkdir()
    clear = {"HOME": str(home), "PYTHONPATH": "", "PYTHONSAFEPATH": "1"}

    def told(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(commands / "zonecarbon"), *words], cwd=cwd, env=os.environ | clear,
                              capture_output=True, text=True, check=False)  # fmt: skip

    python = str(commands / "python")
    place = run([python, "-c", "import zonecarbon; print(zonecarbon.__file__)"], cwd, **clear).strip()
    if str(room) not in place:
        raise Trouble(f"the wheel must be what is imported; {place} was")
    names = run([python, "-c", "import zonecarbon as zc; [getattr(zc, name) for name in zc.__all__ if name != 'plots'];"
                 " print(len(zc.__all__))"], cwd, **clear).strip()  # fmt: skip
    yield f"bare environment: pip check passed; {names} public names are there"
    for words, wanted in ((("example", "zones"), {0}), (("account", "zones"), {0}), (("check", "zones"), {0, 1, 3}),
                          (("decompose", "zones"), {0, 3}), (("peaks", "zones"), {0}), (("carriers",), {0}),
                          (("project", "zones", "--until", "2030", "--draws", "64"), {0})):  # fmt: skip
        done = told(*words)
        if done.returncode not in wanted or not done.stdout or "Traceback" in done.stderr:
            raise Trouble(f"zonecarbon {' '.join(words)} ended with {done.returncode}\n{done.stderr[-2000:]}")
    listed = re.findall(r"^    ([a-z]+)\b", told("--help").stdout.split("positional arguments:")[1], re.MULTILINE)
    for command in listed:
        if (done := told(command, "--help")).returncode or not done.stdout.startswith("usage: "):
            raise Trouble(f"zonecarbon {command} --help ended with {done.returncode}\n{done.stderr[-2000:]}")
    yield f"bare environment: the example was accounted, checked and projected; {len(listed)} commands have help"
    _doors(told, cwd, python, clear)
    yield f"bare environment: {len(NEED_EXTRAS) + len(CALLS)} uses of extras that are not there each name their extra"


def _doors(told: Told, cwd: Path, python: str, clear: Mapping[str, str]) -> None:
    with zipfile.ZipFile(cwd / "some.xlsx", "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
    (cwd / "some.parquet").write_bytes(b"PAR1PAR1")
    for extra, words in NEED_EXTRAS:
        done = told(*words)
        if done.returncode != 2 or f"zonecarbon[{extra}]" not in done.stderr or "Traceback" in done.stderr:
            raise Trouble(f"zonecarbon {' '.join(words)} must name the extra {extra}; it said\n{done.stderr[-1500:]}")
    for extra, call in CALLS.items():
        code = ("import warnings; warnings.simplefilter('ignore')\nimport zonecarbon as zc\n"
                f"account = zc.account(zc.read('zones'))\ntry:\n    {call}\n"
                "except zc.MissingOptionalDependencyError as error:\n    print(error)")  # fmt: skip
        if f"zonecarbon[{extra}]" not in (text := run([python, "-c", code], cwd, **clear)):
            raise Trouble(f"{call} must name the extra {extra}; it said {text}")


def test(sdist: Path, wheel: Path, room: Path, is_whole: bool) -> str:
    """Return what the tests of the sdist say of the installed wheel."""
    room.mkdir()
    commands = environment_of(room / "venv", f"{wheel}[test]")
    source = unpack(sdist, room)
    tests = () if is_whole else TESTS
    python = str(commands / "python")
    code = "import zonecarbon; print(zonecarbon.__file__)"
    if str(room / "venv") not in run([python, "-c", code], source, PYTHONPATH=""):
        raise Trouble("the tests must import the installed wheel")
    lines = run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *tests], source, PYTHONPATH="")
    return f"tests of the sdist on the installed wheel: {lines.strip().splitlines()[-1]}"


if __name__ == "__main__":
    sys.exit(main())
