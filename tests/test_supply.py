"""What we depend on: each bound pinned and tested, each licence known, each release looked into."""

import importlib.util
import re
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
requirements = pytest.importorskip("packaging.requirements")
SPEC = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def tool(name: str) -> Any:
    """Return a command of ``tools`` as a module."""
    if (known := f"_tool_{name}") not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, ROOT / f"tools/{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


def lowest(text: str) -> str:
    """Return the lower bound of a requirement, and check that there is no other."""
    (bound,) = requirements.Requirement(text).specifier
    assert bound.operator == ">="
    return str(bound.version)


def direct() -> dict[str, str]:
    """Return the lower bound of each direct dependency."""
    extras = SPEC["project"]["optional-dependencies"]
    words = [
        *SPEC["project"]["dependencies"],
        *(text for key in extras if key not in {"all", "test"} for text in extras[key]),
    ]
    return {tool("audit").normal(requirements.Requirement(text).name): lowest(text) for text in words}


def table(heading: str) -> dict[str, list[str]]:
    """Return the rows of a table of the page, by package."""
    part = (ROOT / "docs/dependencies.md").read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return {row[0]: row for row in rows[2:]}


# -- versions ----------------------------------------------------------------------------------------------------------


def test_each_lower_bound_is_what_the_lowest_set_installs() -> None:
    """On Python 3.11 and 3.12; on 3.13 the first version with a wheel may stand beside it."""
    pins: dict[str, set[str]] = {}
    for line in (ROOT / "constraints-oldest.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            wanted = requirements.Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"python_version": "3.11"}):
                pins.setdefault(wanted.name, set()).add(str(wanted.specifier))
    for name, bound in direct().items():
        (pin,) = pins[name]
        assert requirements.Requirement(f"{name}{pin}").specifier.contains(bound), (name, bound, pin)


def test_each_bound_has_its_tests_and_the_version_below_it() -> None:
    from packaging.version import Version

    bounds, told = tool("matrix").BOUNDS, direct()
    assert set(bounds) == set(told)
    for name, bound in bounds.items():
        assert Version(bound.below) < Version(told[name])
        assert all((ROOT / test).exists() for test in bound.tests), name
    assert all((ROOT / test).exists() for test in tool("matrix").SELECTION)


def test_everything_that_is_named_is_pinned() -> None:
    pins = tool("audit").pinned()
    groups = [text for group in SPEC["dependency-groups"].values() for text in group if isinstance(text, str)]
    extras = [text for texts in SPEC["project"]["optional-dependencies"].values() for text in texts]
    for text in [*SPEC["project"]["dependencies"], *groups, *extras]:
        name = tool("audit").normal(requirements.Requirement(text).name)
        assert name in {*pins, "zonecarbon"}, f"{name} must be pinned in constraints.txt"
        if name != "zonecarbon":
            assert requirements.Requirement(text).specifier.contains(pins[name]), text


def test_both_lists_of_test_packages_are_one() -> None:
    assert SPEC["project"]["optional-dependencies"]["test"] == SPEC["dependency-groups"]["test"]


def test_a_python_that_is_not_here_is_not_run() -> None:
    assert tool("matrix").python_of("2.99") is None
    text = tool("matrix").page({"3.12 pinned": {"result": "NOT RUN", "why": "python3.12 is not here"}})
    assert "NOT RUN: python3.12 is not here" in text
    assert f"{ROOT}" not in tool("matrix").cell_text(f"error in {ROOT}/tests | x")


# -- licences ----------------------------------------------------------------------------------------------------------


def test_page_lists_each_direct_dependency_with_its_bound_and_pin() -> None:
    rows, pins = table("Named by us"), tool("audit").pinned()
    assert {name: row[1] for name, row in rows.items()} == {name: f">={bound}" for name, bound in direct().items()}
    for name, row in {**rows, **table("What they bring")}.items():
        assert pins[name] in row, f"{name}: run make audit"


def test_each_licence_is_allowed_or_an_exception_with_a_reason() -> None:
    audit = tool("audit")
    found = {name: row[3] for name, row in table("Named by us").items()}
    found |= {name: row[2] for name, row in table("What they bring").items()}
    assert len(found) > 100
    assert not {name: licence for name, licence in found.items() if not audit.is_allowed(name, licence)}
    required = {*(name for name, row in table("Named by us").items() if row[4] == "required"),
                *(name for name, row in table("What they bring").items() if row[3] == "required")}  # fmt: skip
    assert not required & set(audit.EXCEPTIONS)
    assert not audit.is_allowed("iam", "GPL-3.0")
    assert not audit.is_allowed("some", "")
    assert audit.is_allowed("some", "GPL-3.0 OR MIT")
    assert not audit.is_allowed("some", "GPL-3.0 AND MIT")


def test_licences_on_the_page_are_those_of_what_is_installed() -> None:
    audit, pins = tool("audit"), tool("audit").pinned()
    found = {name: row[3] for name, row in table("Named by us").items()}
    found |= {name: row[2] for name, row in table("What they bring").items()}
    compared = 0
    for name, licence in found.items():
        try:
            is_pinned = metadata.version(name) == pins[name]
        except metadata.PackageNotFoundError:
            continue
        if is_pinned:
            compared += 1
            assert (audit.licence_of(name) or "not stated") == licence, f"{name}: run make audit"
    assert compared or metadata.version("numpy") != pins["numpy"]


# -- vulnerabilities ---------------------------------------------------------------------------------------------------


def test_a_service_that_knows_nothing_is_no_clean_bill(capsys: pytest.CaptureFixture[str]) -> None:
    audit = tool("audit")
    assert audit.answered([{"name": "numpy", "skip_reason": "Dependency not found"}]) == []
    told = capsys.readouterr().out
    assert "NOT RUN for 1 of 1 packages" in told
    assert "known in" not in told
    bad = {"name": "numpy", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.19"]}]}
    assert audit.answered([bad, {"name": "pint", "version": "1", "vulns": []}]) == [
        "numpy 1.0: PYSEC-1, mended in 1.19"
    ]


def test_an_advisory_holds_for_its_versions() -> None:
    hits = tool("audit").hits
    span = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.19.0"}]}
    advisory = {"affected": [{"ranges": [span], "versions": ["2.0rc1"]}]}
    assert [hits(advisory, version) for version in ("1.18.5", "1.19.0", "2.4.6", "2.0rc1")] == [
        True,
        False,
        False,
        True,
    ]
    ended = {"affected": [{"ranges": [span | {"events": [{"introduced": "1.2"}, {"last_affected": "1.4"}]}]}]}
    assert [hits(ended, version) for version in ("1.1", "1.2", "1.4", "1.4.1")] == [False, True, True, False]


# -- releases ----------------------------------------------------------------------------------------------------------


def test_archives_are_looked_into(tmp_path: Path) -> None:
    release = tool("release")
    for name in ("src/a/__pycache__/b.pyc", ".venv/x", "tests/.hypothesis/y", "a.orig", "dist/a.whl"):
        with pytest.raises(release.Trouble, match="must not have"):
            release.clean("it", {name: b""})
    for data in (b"-----BEGIN RSA " + b"PRIVATE KEY-----", b"AKIA" + b"A" * 16, b"https://me:word" + b"@host/x"):
        with pytest.raises(release.Trouble, match="looks like a key"):
            release.clean("it", {"a.txt": data})
    with pytest.raises(release.Trouble, match="tells of this machine"):
        release.clean("it", {"a.txt": f"made in {ROOT}/src".encode()})
    release.clean("it", {"tests/test_a.py": b"https://example.org/a", "src/a/py.typed": b""})
    with pytest.raises(release.Trouble, match="missing"):
        release.compare("it", {"a"}, {"a", "b"})
    with pytest.raises(release.Trouble, match="another hash"):
        release.check_record({"a": b"1", "x.dist-info/RECORD": b"a,sha256=none,1\nx.dist-info/RECORD,,\n"})
    one, two = tmp_path / "1/a", tmp_path / "2/a"
    for path, data in ((one, b"1"), (two, b"2")):
        path.parent.mkdir()
        path.write_bytes(data)
    with pytest.raises(release.Trouble, match="not the same"):
        release.same([one], [two], "twice")


def test_sdist_takes_what_its_own_commands_need() -> None:
    """The Makefile reads the constraints, the documentation its settings: an sdist without them cannot be tested."""
    taken = set(SPEC["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])
    assert {"constraints.txt", "constraints-oldest.txt", "mkdocs.yml", "CONTRIBUTING.md", "Makefile", "tests"} <= taken
    named = set(re.findall(r"\bconstraints[a-z-]*\.txt", (ROOT / "Makefile").read_text("utf-8")))
    assert named <= taken


def test_each_extra_has_a_use_that_names_it() -> None:
    release, extras = tool("release"), set(SPEC["project"]["optional-dependencies"]) - {"all", "test", "dask"}
    assert {extra for extra, _ in release.NEED_EXTRAS} | set(release.CALLS) == extras


def test_standard_library_reads_what_is_released(tmp_path: Path) -> None:
    release = tool("release")
    path = tmp_path / "a-1.tar.gz"
    (tmp_path / "PKG-INFO").write_text("x")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(tmp_path / "PKG-INFO", "a-1/PKG-INFO")
    assert (release.unpack(path, tmp_path / "out") / "PKG-INFO").read_text() == "x"
    assert not zipfile.is_zipfile(path)
