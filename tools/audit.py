"""What the library depends on: licences of all that an installation brings, and vulnerabilities of what is pinned.

``python tools/audit.py`` needs an environment with all extras (``make audit``). Decided here:

* ``docs/dependencies.md`` is written by this command from the metadata of what is installed. Tests hold it to
  ``pyproject.toml`` and to the licences allowed below, so that a dependency is not added in passing.
* Allowed is what a host under any licence may install and hand on: permissive licences, and MPL and LGPL, which bind
  changes of the package itself alone. Anything else is an exception with a reason, and no exception is required.
* Vulnerabilities are asked of pip-audit. It reports "no known vulnerabilities" and success when its service knows none
  of the packages, as behind a mirror; so the packages that it did not look up are counted, and without an answer for
  all of them this says NOT RUN.
* ``--advisories FOLDER`` reads a copy of the PyPA advisory database instead, without any network.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/dependencies.md"
# What each direct dependency is for: one that is not here is not allowed.
PURPOSE: Mapping[str, str] = {
    "dask": "workers on many machines",
    "jinja2": "the page of a report",
    "matplotlib": "charts",
    "numpy": "arrays: all arithmetic",
    "openpyxl": "workbooks, in and out",
    "pandas": "frames in and out; CSV",
    "pint": "units",
    "pyam-iamc": "scenario tables of the IAMC",
    "pyarrow": "Parquet; fast CSV",
    "pydantic": "records that people write by hand",
    "scipy": "HiGHS for plans; Sobol nets",
    "xarray": "labelled arrays out",
}
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "CC0-1.0", "ISC", "LGPL-3.0-only", "MIT", "MIT-CMU",
    "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
EXCEPTIONS: Mapping[str, str] = {
    "iam-units": "GPL. It comes with pyam alone, and nothing of ours imports it; who hands on a product that must stay "
    "free of it leaves out the extras `iamc` and `all`: `to_iamc` writes the same table with pandas",
    "scse-toolkit": "its metadata state no licence. It comes with ixmp4, which comes with pyam alone: as above",
}
# What metadata say where they have no licence expression: the end of a classifier, or the first line of the text.
SAID: Sequence[tuple[str, str]] = (
    (r"GNU GENERAL PUBLIC", "GPL-3.0"),
    (r"LGPL|Lesser", "LGPL-3.0-only"),
    (r"Mozilla|MPL", "MPL-2.0"),
    (r"Python Software Foundation|PSF", "PSF-2.0"),
    (r"ISC\b", "ISC"),
    (r"BSD-2", "BSD-2-Clause"),
    (r"BSD.3|BSD-3", "BSD-3-Clause"),
    (r"Apache", "Apache-2.0"),
    (r"\bMIT\b", "MIT"),
    (r"BSD", "BSD"),
)


class Row(NamedTuple):
    """A package of the list: whether pyproject.toml names it, for which parts, and its version and licence."""

    package: str
    version: str
    licence: str
    parts: tuple[str, ...]
    is_direct: bool
    bound: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, look for vulnerabilities, and return 1 if something is found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--advisories", type=Path, help="a copy of the PyPA advisory database: no network is needed")
    parser.add_argument("--licences", action="store_true", help="the list of licences alone")
    options = parser.parse_args(arguments)
    rows = collected()
    PAGE.write_text(page(rows), encoding="utf-8")
    bad = [row for row in rows if not is_allowed(row.package, row.licence)]
    for row in bad:
        print(f"licence not allowed: {row.package} {row.version}: {row.licence or 'none stated'}")
    print(
        f"licences: {len(rows)} packages, {len(bad)} not allowed, {len(EXCEPTIONS)} exceptions; written to {PAGE.name}"
    )
    if options.licences:
        return int(bool(bad))
    known = advised(options.advisories, pinned()) if options.advisories else asked()
    return int(bool(bad or known))


# -- licences ----------------------------------------------------------------------------------------------------------


def project() -> dict[str, Any]:
    """Return the table ``project`` of pyproject.toml."""
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"])


def pinned() -> dict[str, str]:
    """Return the versions of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split(";")[0].strip().split("==") for line in lines if "==" in line and not line.startswith("#"))


def normal(name: str) -> str:
    """Return the name of a package as an index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the lower bound and the parts (``required``, or extras) of each direct dependency."""
    told = project()
    parts = {"required": told["dependencies"]} | told["optional-dependencies"]
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for part, words in parts.items():
        if part in {"all", "test"}:  # the one names the others, the other is for developers
            continue
        for word in words:
            name = normal(Requirement(word).name)
            found[name] = (str(Requirement(word).specifier), (*found.get(name, ("", ()))[1], part))
    return found


def collected() -> list[Row]:
    """Return all that an installation with all extras brings, by name; what is not installed is an error."""
    told = project()
    parts = {"required": told["dependencies"]} | told["optional-dependencies"]
    wanted: dict[str, set[str]] = {}
    for part, words in parts.items():
        if part not in {"all", "test"}:
            for name in _brought(words):
                wanted.setdefault(name, set()).add(part)
    named, pins = direct(), pinned()
    rows = []
    for name, found in sorted(wanted.items()):
        if name not in pins:
            raise SystemExit(f"constraints.txt must pin all that is installed; {name} is not there; add it")
        in_parts = ("required",) if "required" in found else tuple(sorted(found))
        rows.append(Row(name, pins[name], licence_of(name), in_parts, name in named, named.get(name, ("",))[0]))
    return rows


def _brought(words: Iterable[str]) -> set[str]:
    found: set[str] = set()
    done: set[tuple[str, tuple[str, ...]]] = set()
    stack = [Requirement(word) for word in words]
    while stack:
        wanted = stack.pop()
        name, extras = normal(wanted.name), tuple(sorted(wanted.extras))
        if (name, extras) in done:
            continue
        done.add((name, extras))
        found.add(name)
        for text in metadata.requires(name) or ():
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                stack.append(needed)
    return found


def licence_of(package: str) -> str:
    """Return the licence of an installed package; empty if it states none."""
    told: Any = metadata.metadata(package)  # a message of email, which its protocol does not say
    if expression := told.get("License-Expression"):
        return str(expression)
    classes = [
        text.split("::")[-1].strip() for text in told.get_all("Classifier") or () if text.startswith("License ::")
    ]
    text = " ".join((told.get("License") or "").split())[:120]
    exact = [text] if re.fullmatch(r"[A-Za-z0-9.\- ]{2,24}", text) else []  # more exact than "BSD License"
    for said in (*exact, *classes, text):
        for pattern, licence in SAID:
            if re.search(pattern, said, re.IGNORECASE if "GNU" in pattern else 0):
                return licence
    return ""


def is_allowed(package: str, licence: str) -> bool:
    """Return whether a licence expression asks nothing that is not allowed, or is an exception."""
    if package in EXCEPTIONS:
        return True
    choices = [re.split(r"\s+AND\s+", choice.strip(" ()")) for choice in re.split(r"\s+OR\s+", licence)]
    return any(all(part.strip(" ()") in ALLOWED for part in choice) for choice in choices)


def page(rows: Sequence[Row]) -> str:
    """Return the page of the documentation."""
    return "\n".join([*_page(rows), ""])


def _page(rows: Sequence[Row]) -> Iterator[str]:
    yield "# Dependencies and licences"
    yield ""
    yield "zonecarbon itself is under BSD-3-Clause. Four packages are required; everything else is an extra. Versions"
    yield "are those of `constraints.txt`, licences those that the packages state. Written by `make audit`"
    yield "(`tools/audit.py`); which versions are tested says `tools/matrix.py`."
    yield ""
    yield "## Named by us"
    yield ""
    yield "| package | lowest | pinned | licence | needed for | what for |"
    yield "|---|---|---|---|---|---|"
    for row in sorted(rows, key=lambda row: ("required" not in row.parts, row.package)):
        if row.is_direct:
            told = direct()[row.package][1]
            parts = "required" if "required" in told else "extra " + ", ".join(f"`{part}`" for part in told)
            yield f"| {row.package} | {row.bound} | {row.version} | {row.licence} | {parts} | {PURPOSE[row.package]} |"
    yield ""
    yield "## What they bring"
    yield ""
    yield "Most of it comes with the extra `iamc`: pyam brings ixmp4 with a database and a web server."
    yield ""
    yield "| package | pinned | licence | comes with |"
    yield "|---|---|---|---|"
    for row in rows:
        if not row.is_direct:
            yield f"| {row.package} | {row.version} | {row.licence or 'not stated'} | {', '.join(row.parts)} |"
    yield ""
    yield "## What is allowed"
    yield ""
    yield f"{', '.join(sorted(ALLOWED))}:"
    yield "permissive licences, and MPL and LGPL, which bind changes of the package itself."
    yield "A test fails on any other, except:"
    yield ""
    for name, reason in EXCEPTIONS.items():
        yield f"- **{name}**: {reason}."


# -- vulnerabilities ---------------------------------------------------------------------------------------------------


def asked() -> list[str]:
    """Ask pip-audit about what is pinned; print what it says, and NOT RUN where it did not look."""
    command = [sys.executable, "-m", "pip_audit", "-r", "constraints.txt", "--no-deps", "--disable-pip",
               "--timeout", "15", "-f", "json", "--progress-spinner", "off"]  # fmt: skip
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(told.stdout)["dependencies"]
    except (ValueError, KeyError):
        lines = told.stderr.strip().splitlines() or ["pip-audit is not installed"]
        print(f"vulnerabilities: NOT RUN: pip-audit had no answer: {lines[-1][:160]}")
        return []
    return answered(packages)


def answered(packages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Print what pip-audit found, and return it; packages that it skipped are no clean bill."""
    skipped = [item for item in packages if "skip_reason" in item]
    known = [
        f"{item['name']} {item['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none'}"
        for item in packages
        for found in item.get("vulns", ())
    ]
    for line in known:
        print(f"vulnerable: {line}")
    looked = len(packages) - len(skipped)
    if skipped:
        print(
            f"vulnerabilities: NOT RUN for {len(skipped)} of {len(packages)} packages: {skipped[0]['skip_reason'][:80]}"
        )
    if looked:
        print(f"vulnerabilities: {len(known)} known in the {looked} packages that were looked up")
    return known


def advised(folder: Path, pins: Mapping[str, str]) -> list[str]:
    """Return the advisories of a copy of the database that hold for the versions that are pinned."""
    import yaml  # type: ignore[import-untyped]

    if not (folder / "vulns").is_dir():
        raise SystemExit(f"{folder.name} must be a copy of the PyPA advisory database with a folder vulns; it has none")
    known, last = [], ""
    for path in sorted((folder / "vulns").glob("*/*.yaml")):
        advisory = yaml.safe_load(path.read_text("utf-8"))
        last = max(last, str(advisory.get("published", ""))[:10])
        if (
            (version := pins.get(normal(path.parent.name)))
            and not advisory.get("withdrawn")
            and hits(advisory, version)
        ):
            known.append(f"{path.parent.name} {version}: {advisory['id']}")
    for line in known:
        print(f"vulnerable: {line}")
    print(
        f"vulnerabilities: {len(known)} in {len(pins)} pinned versions, by advisories up to {last}; later ones unknown"
    )
    return known


def hits(advisory: Mapping[str, Any], version: str) -> bool:
    """Return whether an advisory holds for a version: it is listed, or lies in a range of versions."""
    for affected in advisory.get("affected", ()):
        if version in {str(item) for item in affected.get("versions", ())}:
            return True
        for span in affected.get("ranges", ()):
            if span["type"] == "ECOSYSTEM" and _lies_in(span["events"], Version(version)):
                return True
    return False


def _lies_in(events: Sequence[Mapping[str, str]], version: Version) -> bool:
    is_hit = False
    for event in events:
        try:
            at = {kind: Version(str(text)) for kind, text in event.items()}
        except InvalidVersion:
            continue
        if "introduced" in at and version >= at["introduced"]:
            is_hit = True
        if ("fixed" in at and version >= at["fixed"]) or ("last_affected" in at and version > at["last_affected"]):
            is_hit = False
    return is_hit


if __name__ == "__main__":
    sys.exit(main())
