"""The documentation says what the library does: its code runs, its tables are the shipped ones, its words are complete.

Fences are tests: ``pycon`` is run as a doctest, in order, one session a page; ``console`` lines that begin with
``$ zonecarbon`` are run by the command line's own ``main``; a ``toml`` fence that opens with ``# name.toml`` becomes
that file. Each page runs in a folder that holds nothing but ``examples``.
"""

import ast
import contextlib
import csv
import dataclasses
import doctest
import importlib.util
import inspect
import io
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import zonecarbon as zc
from zonecarbon import cli
from zonecarbon.records import Path as Path_
from zonecarbon.records import Uncertainty

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
FENCE = re.compile(r"^```(pycon|console|toml)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# Pages that are there in both languages, with the same code; the landing page says the same with other code.
TWICE = [page for page in PAGES if page.replace(".md", ".zh.md") in PAGES and page != "index.md"]
TASKS = [page for page in PAGES if page.startswith("how/")]
# Words of programming, not of the field: everything else in a public signature must be in the glossary.
PLAIN = {"source", "on_error", "registry", "values", "code", "where", "blocks"}


def fences(page: str) -> list[tuple[str, str, int]]:
    """Return kind, text and first line of the fences of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [(found[1], found[2], text.count("\n", 0, found.start()) + 2) for found in FENCE.finditer(text)]


def builder() -> Any:
    if "_tool_build_docs" not in sys.modules:
        spec = importlib.util.spec_from_file_location("_tool_build_docs", ROOT / "tools/build_docs.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules["_tool_build_docs"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["_tool_build_docs"])
    return sys.modules["_tool_build_docs"]


def run_python(page: str, text: str, line: int, names: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(text, names, page, page, line - 1)
    test.globs = names
    out: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    runner.run(test, out=out.append, clear_globs=False)
    assert not runner.failures, "".join(out)


def run_console(page: str, text: str, line: int) -> None:
    commands = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    for command in commands:
        words, _, expected = command.partition("\n")
        if not words.startswith("zonecarbon "):
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            cli.main(shlex.split(words)[1:])
        same = doctest.OutputChecker().check_output(expected, printed.getvalue(), FLAGS)
        assert same, f"{page}, line {line}: $ {words}\nexpected\n{expected}\nprinted\n{printed.getvalue()}"


@pytest.mark.parametrize("page", [page for page in PAGES if fences(page)])
def test_what_a_page_shows_is_what_happens(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("examples").symlink_to(ROOT / "examples")
    names: dict[str, Any] = {"__name__": "__main__"}
    for kind, text, line in fences(page):
        if kind == "pycon":
            run_python(page, text, line, names)
        elif kind == "console":
            run_console(page, text, line)
        elif name := re.match(r"# (\S+\.toml)\n", text):
            Path(name[1]).write_text(text, encoding="utf-8")


def test_pages_that_must_run_do() -> None:
    assert {"tutorial.md", "tutorial-peak.md", "tutorial-change.md", "tables.md", "trust.md"} < set(TWICE)
    pages = ("index", "index.zh", "method", "targets", "scenarios", "projection", "decomposition")
    for page in (*TWICE, *TASKS, *(f"{name}.md" for name in pages)):
        assert any(kind == "pycon" for kind, _, _ in fences(page)), page


@pytest.mark.parametrize("page", TWICE)
def test_pages_in_two_languages_have_the_same_code(page: str) -> None:
    """The commands of a Chinese page ask for Chinese, so only what is typed is compared."""
    english, chinese = ([typed(*f[:2]) for f in fences(p)] for p in (page, page.replace(".md", ".zh.md")))
    assert english == chinese


def typed(kind: str, text: str) -> tuple[str, str]:
    """Return a fence; of commands without what they print and without their language."""
    if kind != "console":
        return kind, text
    return kind, "\n".join(re.sub(" --lang zh", "", line) for line in text.splitlines() if line.startswith("$ "))


def test_every_task_is_there_in_both_languages_and_says_what_can_go_wrong() -> None:
    english = [page for page in TASKS if not page.endswith(".zh.md")]
    assert len(english) >= 10
    assert sorted(TASKS) == sorted([*english, *(page.replace(".md", ".zh.md") for page in english)])
    for page in TASKS:
        text = (DOCS / page).read_text(encoding="utf-8")
        chinese = page.endswith(".zh.md")
        headings = ("## 看什么", "## 可能出什么问题") if chinese else ("## What to look at", "## What can go wrong")
        assert all(heading in text for heading in headings), page
        index = (DOCS / ("how-to.zh.md" if chinese else "how-to.md")).read_text(encoding="utf-8")
        assert f"({page})" in index


def test_chinese_pages_lead_to_chinese_pages() -> None:
    """A reader of the Chinese tree leaves it only for pages that have no Chinese twin, or by the switch at the top."""
    for page in (page for page in PAGES if page.endswith(".zh.md")):
        text = (DOCS / page).read_text(encoding="utf-8")
        for words, target in re.findall(r"\[([^\]]*)\]\(([^)#:]+\.md)", text):
            twin = (DOCS / page).parent / target.replace(".md", ".zh.md")
            assert not twin.is_file() or words in {"English", "英文页", "英文教程"}, f"{page}: {words} {target}"


def test_pages_of_scenarios_show_every_kind_of_path_and_uncertainty() -> None:
    """Each kind and shape that a record takes has a file on the page, and so is parsed and projected by the tests."""
    told = "\n".join(text for kind, text, _ in fences("scenarios.md") if kind == "toml")
    for record, field in ((Path_, "kind"), (Uncertainty, "shape")):
        for word in get_args(record.model_fields[field].annotation):
            assert f'{field} = "{word}"' in told, word


def test_no_python_fence_escapes_the_tests() -> None:
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        for found in re.finditer(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            compile(found[1], page, "exec")
            assert page == "units.md", f"{page}: write pycon, so that it runs"


def test_generated_pages_are_what_the_tool_makes() -> None:
    tool = builder()
    pages = {str(path): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    stale = [name for name, text in pages.items() if tool.filled(text) != text]
    assert stale == [], "run python tools/build_docs.py"
    used = {found[1] for text in pages.values() for found in re.finditer(r"<!-- generated: ([a-z-]+) -->", text)}
    assert used == set(tool.BLOCKS)


@pytest.mark.parametrize("name", ["basis", "architecture", "peak", "change", "tapio"])
def test_pictures_show_the_present_data(name: str) -> None:
    tool = builder()
    assert tool.stamped(name) == tool.stamp(name), "run python tools/build_docs.py"
    text = (DOCS / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
    assert "<text" in text
    assert not re.search(r"(?:href|src)=\"(?!#)", text)
    assert not re.search(r"url\((?!#)", text)


def test_picture_and_pages_have_the_counts_of_the_two_bases() -> None:
    calorific, equivalent = builder().sectors().below(0.3)
    picture = (DOCS / "pictures/basis.svg").read_text(encoding="utf-8")
    assert f"Below 0.3: {calorific} of 41 on the calorific basis" in picture
    assert f"{equivalent} of 41 on the equivalent basis" in picture
    method = re.sub(r"\s+", " ", (DOCS / "method.md").read_text(encoding="utf-8"))
    assert f"of the 41 industrial sectors of the demo, {calorific} are below 0.3" in method
    assert f"on one basis and {equivalent} on the other" in method
    assert f"当量值口径 {calorific} 个，等价值口径 {equivalent} 个" in (DOCS / "index.zh.md").read_text(
        encoding="utf-8"
    )


def test_tutorials_of_the_peak_say_what_the_picture_shows() -> None:
    fan = builder().fan()
    (year, level), by = max(fan.history, key=lambda point: point[1]), dict(fan.by)
    picture = (DOCS / "pictures/peak.svg").read_text(encoding="utf-8")
    assert f"highest so far: {year}, {level:.1f}" in picture
    assert f"by 2030: {100 * by[2030]:.0f} %" in picture
    assert "median {1}, 90 % of draws {0} to {2}".format(*fan.peak) in picture
    share = f"{100 * by[fan.years[0]]:.0f} %"
    english, chinese = ((DOCS / f"tutorial-peak{tag}.md").read_text(encoding="utf-8") for tag in ("", ".zh"))
    assert f"In {share} of the draws {year} stays the maximum" in english
    assert f"{share} 的抽样中，{year} 年始终是最大值" in chinese
    assert "the zone peaks in {1}".format(*fan.peak) in english


def test_pictures_of_the_change_have_the_figures_of_the_tutorial() -> None:
    told = builder().changes()
    change, tapio = ((DOCS / f"pictures/{name}.svg").read_text(encoding="utf-8") for name in ("change", "tapio"))
    assert f">{told.first:.0f}</text>" in change
    assert f">{told.last:.0f}</text>" in change
    for _, effect in told.factors:
        assert f"{effect:+.1f}".replace("-", "−") in change
    assert abs(told.first + sum(effect for _, effect in told.factors) - told.last) < 1e-6
    for _, parts in told.sectors:
        assert len(parts) == len(told.factors)
    for state, count in told.states:
        assert state == "unknown" or f"{state}: {count}" in tapio
    assert f"{len(told.countries)} countries" in tapio
    for name in told.shown:
        assert f">{name}</text>" in tapio


def test_tutorials_of_the_change_say_what_their_figures_are() -> None:
    """Figures in the prose that are not printed beside it: counts, and the size of the largest sectors."""
    told = builder().changes()
    large = [sum(parts) for _, parts in told.sectors if sum(parts) > 20]
    structure = [name for name, _ in told.factors].index("sector_structure")
    shares = [parts[structure] for _, parts in told.sectors]
    assert len(large) == 5
    assert max(shares) > sum(shares)  # "most of the structure effect stands in one line"
    assert told.sectors[shares.index(max(shares))][0] == "Smelting and rolling of ferrous metals"
    english, chinese = ((DOCS / f"tutorial-change{tag}.md").read_text(encoding="utf-8") for tag in ("", ".zh"))
    assert "Five sectors rise by more than 20 Mt" in english
    assert "五个行业上升超过 20 Mt" in chinese
    assert f"{len(told.countries)} of 169 countries" in english
    assert f"169 国中的 {len(told.countries)} 国" in chinese


def test_architecture_names_every_module_that_is_there() -> None:
    picture = (DOCS / "pictures/architecture.svg").read_text(encoding="utf-8")
    for there, missing in builder().layers():
        for name in (*there, *missing):
            assert f">{name}</text>" in picture


def test_factors_quoted_in_the_method_are_those_of_the_tables() -> None:
    text = (DOCS / "method.md").read_text(encoding="utf-8")
    with (ROOT / "src/zonecarbon/data/factors/heat.csv").open(encoding="utf-8", newline="") as handle:
        heat = {row["item_id"]: row["value"] for row in csv.DictReader(handle)}
    assert f"CO2 = GJ · {heat['heat_co2_default']}" in text
    assert f"{heat['heat_calorific']} kgce/GJ" in text
    assert f"1 kgce = {heat['kgce_definition']} kJ = 7000 kcal of {heat['kcal_2020']} kJ" in text
    fossil = [row for row in zc.list_factors("grid_electricity").rows if row.group == "national_fossil"]
    assert f"Σ electricity · {next(row.value for row in fossil if row.year == 2022)}" in text
    inventory = next(item for item in zc.list_methods().methods if item.name == "inventory")
    assert inventory.coefficients["natural_gas"] in text


def public_words() -> set[str]:
    words: set[str] = set(inspect.signature(zc.Activity.from_arrays).parameters)
    for name in zc.__all__:
        thing = getattr(zc, name)
        if inspect.isfunction(thing):
            words |= set(inspect.signature(thing).parameters)
        elif inspect.isclass(thing) and issubclass(thing, BaseModel):
            words |= set(thing.model_fields)
        elif dataclasses.is_dataclass(thing):
            words |= {item.name for item in dataclasses.fields(thing) if not item.name.startswith("_")}
    return words


def test_every_field_word_is_in_the_glossary() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    defined = set(re.findall(r"`([a-z_0-9]+)`", "\n".join(re.findall(r"^\| (.*?) \|", text, re.MULTILINE))))
    assert public_words() - defined - PLAIN == set()


def test_every_public_name_is_in_the_api_index() -> None:
    text = (DOCS / "api/index.md").read_text(encoding="utf-8")
    missing = [name for name in zc.__all__ if name != "__version__" and f"`zc.{name}" not in text]
    assert missing == []


def test_every_module_has_its_page_of_the_api() -> None:
    """``__main__`` only calls the command line."""
    told = "\n".join((DOCS / page).read_text(encoding="utf-8") for page in PAGES if page.startswith("api/"))
    modules = {module.name for module in pkgutil.iter_modules(zc.__path__)} - {"__main__", "_typing"}
    assert modules == set(re.findall(r"^::: zonecarbon\.(\w+)$", told, re.MULTILINE))


def test_examples_in_docstrings_stand_under_their_heading() -> None:
    """Without it the site shows them as quotations. The package's own docstring is on no page."""
    for path in sorted((ROOT / "src/zonecarbon").glob("*/**/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef))]:
            text = ast.get_docstring(node) or ""
            assert ">>> " not in text or "\nExamples\n---" in text, f"{path}: {getattr(node, 'name', 'module')}"


def test_pages_link_only_sources_that_may_be_followed() -> None:
    with (ROOT / "src/zonecarbon/data/sources.csv").open(encoding="utf-8", newline="") as handle:
        allowed = {row["address"].split(" ")[0] for row in csv.DictReader(handle) if row["address"]}
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        for address in re.findall(r"\]\((https?://[^)\s]+)\)", text):
            assert address in allowed, f"{page}: {address}"


def test_every_page_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page for page in PAGES if page not in text] == []


def test_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Run where the documentation tools are installed (``make docs`` does the same)."""
    pytest.importorskip("mkdocs")
    pytest.importorskip("mkdocstrings")
    pytest.importorskip("material")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(ROOT / "mkdocs.yml")]
    site = tmp_path / "site"
    done = subprocess.run([*command, "-d", str(site)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=\"(?:https?:)?//", text), f"{path}: fetches"
        if path.name != "404.html":
            assert f'<html lang="{"zh" if path.name.endswith(".zh.html") else "en"}"' in text, path
    for here, there, language in (("", ".zh", "zh"), (".zh", "", "en")):
        text = (site / f"how/check-my-zone{here}.html").read_text(encoding="utf-8")
        assert f'<a href="check-my-zone{there}.html" hreflang="{language}"' in text
