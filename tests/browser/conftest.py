"""Reports made for the browser, and pages that remember all that went wrong in them.

``make browser-test`` runs this folder; ``make test`` leaves it out, because it needs Chromium and its own packages.
Playwright drives the Chromium that is installed: it downloads no browser of its own.
"""

import importlib.util
import os
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

import zonecarbon as zc

HERE = Path(__file__).resolve().parent
SHOTS = HERE / "shots"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Runs before the page's own script: what its content policy stops, and what keeps the page from answering [ms].
WATCH = """
window.violations = [];
window.longTasks = [];
document.addEventListener("securitypolicyviolation",
    event => window.violations.push(`${event.violatedDirective} ${event.blockedURI} line ${event.lineNumber}`));
new PerformanceObserver(list => list.getEntries().forEach(entry => window.longTasks.push(entry.duration)))
    .observe({type: "longtask", buffered: true});
"""
HOSTILE = (
    "<script>window.hacked=1</script>",
    '"><img src=x onerror="window.hacked=1">',
    "<svg onload=window.hacked=1>",
    "</title></style></script><script>alert(1)</script>",
    "'; DROP TABLE zones; --",
    "{{ 7 * 7 }} {% raw %} ${7*7} $\\alpha$",
    "javascript:window.hacked=1",
    "很长的名称" * 60,
)


@dataclass(frozen=True)
class Written:
    """A report that lies on the disk, and what it was made of."""

    path: Path
    language: str
    results: list[Any]
    seconds: float

    @property
    def account(self) -> zc.Account:
        """What was accounted."""
        account: zc.Account = self.results[0]
        return account

    @property
    def check(self) -> zc.TargetCheck:
        """What was checked."""
        check: zc.TargetCheck = self.results[1]
        return check


@dataclass
class Visit:
    """An open page and what it did."""

    page: Page
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        """Remember a dialog and close it."""
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def unfold(self) -> None:
        """Lay out everything at once: what is off the screen is otherwise not measured."""
        self.page.evaluate(
            """() => {
                document.querySelectorAll("*").forEach(node => {
                    if (getComputedStyle(node).contentVisibility === "auto") node.style.contentVisibility = "visible";
                });
                document.querySelectorAll("details").forEach(node => { node.open = true; });
            }"""
        )

    def all_troubles(self) -> list[str]:
        """Return errors, messages of the console, dialogs, and what the content policy stopped."""
        return self.troubles + [str(line) for line in self.page.evaluate("window.violations")]


Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    names = (os.environ.get("ZONECARBON_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    assert path, "no Chromium is here: run make browser-test"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a file in a window of its own: ``visit(path, width=1280, **context)``."""
    contexts = []

    def visit_(path: Path, width: int = 1280, height: int = 900, **options: Any) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        seen = Visit(page)
        page.on("console", lambda message: seen.troubles.append(f"console: {message.type} {message.text}"))
        page.on("pageerror", lambda error: seen.troubles.append(f"error: {error}"))
        page.on("dialog", seen.dismiss)
        page.on("request", lambda request: seen.requests.append(request.url))
        page.goto(path.as_uri(), wait_until="load")
        return seen

    yield visit_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def tool() -> ModuleType:
    """Return ``tools/synthetic_report.py``."""
    spec = importlib.util.spec_from_file_location("_synthetic_report", HERE.parents[1] / "tools/synthetic_report.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def write(tool: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Written]:
    """Write a report of an invented portfolio: ``write("en", zones=8, years=6, draws=256, title="", ...)``."""

    def write_(
        language: Literal["en", "zh"], draws: int = 256, title: str = "", command: str = "", **portfolio: Any
    ) -> Written:
        path = tmp_path_factory.mktemp("report") / "report.html"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", zc.ZoneCarbonWarning)  # the report tells of them
            results = tool.answers(tool.synthetic(language=language, **portfolio), draws)
            started = time.perf_counter()
            zc.report(*results, to=path, language=language, title=title, command=command)
        return Written(path, language, results, time.perf_counter() - started)

    return write_


@pytest.fixture(scope="session")
def large(write: Callable[..., Written], tool: ModuleType) -> Written:
    """The report of 169 zones and 25 years, in Chinese."""
    return write("zh", zones=169, years=25, draws=1024, title=tool.TITLES["zh"].format(zones=169))


@pytest.fixture(scope="session", params=["en", "zh"])
def small(request: pytest.FixtureRequest, write: Callable[..., Written]) -> Written:
    """A report with every part, in each language; one zone is unknown in the last year."""
    return write(request.param, zones=8, years=10, unknown=[(5, 2018)], command="zonecarbon report zones.xlsx")


@pytest.fixture(scope="session")
def hostile(write: Callable[..., Written]) -> Written:
    """A report of zones whose names are programs."""
    return write("en", draws=0, zones=10, years=8, names=HOSTILE, title=HOSTILE[0], command=HOSTILE[3])
