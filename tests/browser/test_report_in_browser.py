"""The report as a reader meets it: opened in Chromium from the disk, read, sorted, searched, printed, and listened to.

Bounds of time are generous, because machines that run tests are slow; what was measured is printed (``pytest -s``).
Screenshots and the printed report are kept in ``tests/browser/shots``.
"""

import math
import re
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page
from pypdfium2 import PdfDocument

SHOTS = Path(__file__).resolve().parent / "shots"
WORDS = {
    "en": {"met": "met", "missed": "missed", "unknown": "unknown"},
    "zh": {"met": "达标", "missed": "未达标", "unknown": "未知"},
}
A4 = (595.3, 841.9)  # points
# Scrolling may be smooth: wait until it is over, or for three seconds.
ARRIVED = """() => new Promise(done => {
    const end = performance.now() + 3000;
    const look = () => {
        const arrived = Math.abs(document.querySelector(location.hash).getBoundingClientRect().top) < 150;
        if (arrived || performance.now() > end) done(arrived); else requestAnimationFrame(look);
    };
    look();
})"""
MOST_BYTES = 10_000_000
LOAD, SORT, TASK, FRAME = 10.0, 1.0, 2.0, 2.0  # seconds
Written = Any
Open = Callable[..., Any]


def ranked(page: Page) -> Locator:
    """Return the table that can be sorted."""
    return page.locator("table:has(th button)").first


def column(page: Page, at: int) -> list[str]:
    """Return ``data-sort`` (or the text) of the cells of a column, of the rows that are shown."""
    found: list[str] = ranked(page).evaluate(
        """(table, at) => [...table.tBodies[0].rows].filter(row => !row.hidden)
            .map(row => row.cells[at].dataset.sort ?? row.cells[at].textContent.trim())""",
        at,
    )
    return found


def heads(page: Page) -> list[str]:
    """Return the heads of the table."""
    return [text.strip() for text in ranked(page).locator("thead th").all_inner_texts()]


def numbers(texts: Sequence[str]) -> list[float]:
    """Return figures; what is unknown is NaN."""
    return [float(text) if re.fullmatch(r"[-+0-9.eE]+", text) else math.nan for text in texts]


def has_order(values: Sequence[float], falling: bool) -> bool:
    """Whether the known figures are in order and the unknown ones come last."""
    known = [value for value in values if not math.isnan(value)]
    return list(values[: len(known)]) == known and known == sorted(known, reverse=falling)


def shot(page: Page, name: str, height: int = 0) -> None:
    """Keep a screenshot of the window, or of the page down to ``height``."""
    SHOTS.mkdir(exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 1280
    if height:
        box: Any = {"x": 0, "y": 0, "width": width, "height": height}
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True, clip=box)
    else:
        page.screenshot(path=SHOTS / f"{name}.png")
    print(f"\nscreenshot: {SHOTS / name}.png")


def plain(text: str) -> str:
    """Return a text without white space, and with each character as it is typed.

    A printed page has a space where digits meet Chinese, and a font's glyph of a radical may stand for the character.
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def printed(path: Path, pictures: int = 0) -> tuple[list[tuple[float, float]], list[str]]:
    """Return size [points] and text of each page; keep pictures of the first ones beside the file."""
    pages = list(PdfDocument(path))
    for number, page in enumerate(pages[:pictures], start=1):
        page.render(scale=1.25).to_pil().save(path.with_name(f"{path.stem}-page-{number}.png"))
    return [page.get_size() for page in pages], [plain(page.get_textpage().get_text_range()) for page in pages]


def overflow(page: Page) -> list[str]:
    """Return what stands out at the right of the window, if the page can be scrolled sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right >
                window.innerWidth + 1).slice(0, 8).map(node => node.outerHTML.slice(0, 100))"""
    )
    return found


# -- 169 zones, 25 years ------------------------------------------------------------------------------------------


def test_a_large_report_opens_and_is_quiet(large: Written, visit: Open) -> None:
    """One file, no network, nothing stopped by its own content policy, no frozen page."""
    size = large.path.stat().st_size
    seen = visit(large.path)
    times = seen.page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    # The end of the page is laid out when one goes there, and must not make one wait.
    frame = seen.page.evaluate(
        """() => new Promise(done => {
            const start = performance.now();
            window.scrollTo(0, document.documentElement.scrollHeight);
            requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
        })"""
    )
    seen.page.wait_for_timeout(300)
    tasks = seen.page.evaluate("window.longTasks")
    nodes = seen.page.evaluate("document.querySelectorAll('*').length")
    print(
        f"\n{size / 1e6:.2f} MB, {nodes} elements, written in {large.seconds:.1f} s; "
        f"loaded in {times['loadEventEnd']:.0f} ms, longest tasks {sorted(map(round, tasks))[-3:]} ms, "
        f"to the end in {frame:.0f} ms"
    )
    assert seen.all_troubles() == []
    assert seen.requests == [large.path.as_uri()]
    assert size < MOST_BYTES
    assert times["loadEventEnd"] < LOAD * 1000
    assert max(tasks, default=0) < TASK * 1000
    assert frame < FRAME * 1000


def test_a_large_report_is_sorted_at_once(large: Written, visit: Open) -> None:
    page = visit(large.path).page
    at = next(index for index, head in enumerate(heads(page)) if "能源强度" in head)
    taken = page.evaluate(
        """at => new Promise(done => {
            const table = document.querySelector("table:has(th button)");
            const start = performance.now();
            table.tHead.rows[0].cells[at].querySelector("button").click();
            requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
        })""",
        at,
    )
    print(f"\nsorted in {taken:.0f} ms")
    values = numbers(column(page, at))
    assert len(values) == 169
    assert has_order(values, falling=False) or has_order(values, falling=True)
    assert taken < SORT * 1000
    shot(page, "large-zh-sorted")


def test_the_zones_are_in_the_table_with_all_digits(large: Written, visit: Open) -> None:
    """What is sorted by is the figure itself, not what is printed of it."""
    page = visit(large.path).page
    at = next(index for index, head in enumerate(heads(page)) if "能源强度" in head)
    account = large.account
    told = account.total("energy")[:, -1] / account.value_added[:, -1]
    assert sorted(numbers(column(page, at))) == pytest.approx(sorted(told.tolist()), rel=1e-15)


def test_a_large_report_prints_on_a4(large: Written, visit: Open) -> None:
    """Every zone begins a page; the text is text, Chinese too."""
    seen = visit(large.path)
    SHOTS.mkdir(exist_ok=True)
    path = SHOTS / "large-zh.pdf"
    seen.page.pdf(path=path, prefer_css_page_size=True)
    sizes, texts = printed(path)
    print(f"\nprinted: {path}, {len(texts)} pages, {path.stat().st_size / 1e6:.1f} MB")
    assert len(texts) > 169
    for size in sizes:  # tables too wide for it lie on their side
        assert sorted(size) == pytest.approx(A4, abs=1.5)
    assert "达标" in texts[0] + texts[1]
    names = [plain(str(zone)) for zone in large.account.zones]
    begins = [next((name for name in names if name in text[:80]), "") for text in texts]
    assert [name for name in names if name not in begins] == [], "each zone begins a page"
    assert [number for number, text in enumerate(texts, start=1) if len(text) < 20] == [], "no empty page"


# -- every part, both languages -----------------------------------------------------------------------------------


def test_every_part_is_quiet(small: Written, visit: Open) -> None:
    seen = visit(small.path)
    seen.unfold()
    seen.page.wait_for_timeout(100)
    assert seen.all_troubles() == []
    assert seen.requests == [small.path.as_uri()]


def test_the_verdicts_are_those_of_the_check(small: Written, visit: Open) -> None:
    """In the order of the check, each with the word of its verdict in a card that can be seen."""
    page = visit(small.path).page
    cards = page.locator("main .card").filter(visible=True)
    for block in small.check.blocks:
        verdict = small.check.verdict(block.target.id)
        name = block.target.indicator_zh if small.language == "zh" else block.target.indicator_en
        card = cards.filter(has_text=name.replace("CO2", "CO₂"))
        assert card.count() >= 1, block.target.id
        if block.judged:
            words = card.filter(has=page.get_by_text(WORDS[small.language][verdict], exact=True))
            assert words.count() >= 1, (block.target.id, verdict)


@pytest.mark.parametrize("key", ["click", "Enter", "Space"])
def test_a_column_is_sorted_by_mouse_and_by_keyboard(small: Written, visit: Open, key: str) -> None:
    """First one way, then the other; the head says which; unknown zones stay last."""
    page = visit(small.path).page
    table = ranked(page)
    names = column(page, 1)
    at = next(index for index, head in enumerate(heads(page)) if ("CO₂ intensity" in head or "碳排放强度" in head))
    head = table.locator("thead th").nth(at)
    states = []
    for _ in range(2):
        if key == "click":
            head.locator("button").click()
        else:
            head.locator("button").focus()
            page.keyboard.press(key)
        states.append(head.get_attribute("aria-sort"))
        assert has_order(numbers(column(page, at)), falling=states[-1] == "descending")
    assert sorted(map(str, states)) == ["ascending", "descending"]
    assert table.locator("thead th[aria-sort=ascending], thead th[aria-sort=descending]").count() == 1
    assert sorted(column(page, 1)) == sorted(names), "no zone is lost"


def test_a_zone_is_found(small: Written, visit: Open) -> None:
    page = visit(small.path).page
    box = page.get_by_role("searchbox")
    box.fill("003")
    shown = ranked(page).locator("tbody tr").filter(visible=True)
    assert shown.count() == 1
    assert "003" in shown.inner_text()
    live = page.locator("[aria-live], [role=status], output").filter(visible=True).first
    assert re.search(r"\b1\b", live.inner_text())
    box.fill("nothing is called this")
    assert shown.count() == 0
    box.fill("")
    assert shown.count() == 8


def test_a_zone_is_gone_to(small: Written, visit: Open) -> None:
    """Its name in the table leads to its page, which stands at the top of the window then."""
    page = visit(small.path).page
    for link in (ranked(page).locator("tbody a").nth(2), ranked(page).locator("tbody a").last):
        name = link.inner_text()
        link.click()
        assert page.evaluate(ARRIVED)
        assert name in page.locator(":target").inner_text()


def test_links_lead_somewhere(small: Written, visit: Open) -> None:
    lost = visit(small.path).page.evaluate(
        """[...document.querySelectorAll("a[href]")].map(link => link.getAttribute("href"))
            .filter(href => !href.startsWith("#") || !document.getElementById(decodeURIComponent(href.slice(1))))"""
    )
    assert lost == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_stands_out_at_the_side(small: Written, visit: Open, width: int) -> None:
    seen = visit(small.path, width=width, height=844 if width == 390 else 900)
    shot(seen.page, f"small-{small.language}-{width}-top")
    seen.unfold()
    assert overflow(seen.page) == []
    shot(seen.page, f"small-{small.language}-{width}", height=9000)


def test_print_keeps_words_and_leaves_controls(small: Written, visit: Open) -> None:
    seen = visit(small.path)
    seen.page.emulate_media(media="print")
    assert seen.page.get_by_role("searchbox").filter(visible=True).count() == 0
    seen.page.emulate_media()
    path = SHOTS / f"small-{small.language}.pdf"
    SHOTS.mkdir(exist_ok=True)
    seen.page.pdf(path=path, prefer_css_page_size=True)
    _, texts = printed(path, pictures=3)
    text = "".join(texts)
    assert len(texts) > 8
    assert plain("zonecarbon report zones.xlsx") in text, "the command that made it"
    for zone in small.account.zones:
        assert plain(str(zone)) in text


def test_it_is_accessible(small: Written, visit: Open) -> None:
    """axe-core finds nothing against WCAG 2 A and AA; contrast was measured, not skipped."""
    seen = visit(small.path)
    seen.unfold()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(seen.page, options={"runOnly": tags}).response
    told = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + "; ".join(f"{node['target']} {node.get('failureSummary', '')}" for node in rule["nodes"][:3])
        for rule in found["violations"]
    ]
    assert told == []
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}


def test_everything_is_reached_by_the_keyboard(small: Written, visit: Open) -> None:
    """The first stop is the link that skips the contents; each stop can be seen."""
    page = visit(small.path).page
    page.keyboard.press("Tab")
    first = page.evaluate("[document.activeElement.tagName, document.activeElement.getAttribute('href')]")
    assert first[0] == "A"
    assert first[1].startswith("#")
    for _ in range(30):
        outline = page.evaluate(
            """() => { const node = document.activeElement, style = getComputedStyle(node), box =
                node.getBoundingClientRect(); return [node.outerHTML.slice(0, 80), style.outlineStyle !== "none" ||
                style.boxShadow !== "none", box.width > 1 && box.height > 1]; }"""
        )
        assert outline[1:] == [True, True], outline[0]
        page.keyboard.press("Tab")


def test_it_is_read_without_scripts(small: Written, visit: Open) -> None:
    """Verdicts, tables and charts are there; what does nothing is not."""
    page = visit(small.path, java_script_enabled=False).page
    assert page.locator("main .card").filter(visible=True).count() >= len(small.check.blocks)
    assert page.get_by_role("searchbox").filter(visible=True).count() == 0
    rows = page.locator("table", has=page.locator("caption")).first.locator("tbody tr")
    assert rows.first.is_visible()
    assert page.locator("main svg text").first.is_visible()
    for zone in small.account.zones:
        assert page.get_by_role("heading", name=str(zone)).count() >= 1


def test_chinese_characters_are_drawn(small: Written, visit: Open) -> None:
    """No boxes: in the fonts of the text and of the charts each character has a shape of its own."""
    if not shutil.which("fc-list"):
        pytest.skip("no fc-list to tell whether there are Chinese fonts")
    page = visit(small.path).page
    families = page.evaluate(
        """() => [...new Set([...document.querySelectorAll("h1, td, svg text")]
            .map(node => getComputedStyle(node).fontFamily))]"""
    )
    assert families
    for family in families:
        drawn = page.evaluate(
            """family => ["\\u0378", ..."高新区碳达峰吨元₂"].map(character => {
                const canvas = document.createElement("canvas");
                canvas.width = canvas.height = 60;
                const pen = canvas.getContext("2d");
                pen.font = `40px ${family}`;
                pen.fillText(character, 5, 45);
                return canvas.toDataURL();
            })""",
            family,
        )
        assert len(set(drawn)) == len(drawn), f"a box in {family}"


# -- names that are programs --------------------------------------------------------------------------------------


def test_names_are_text(hostile: Written, visit: Open) -> None:
    """Whatever a zone is called is shown, and nothing of it runs."""
    seen = visit(hostile.path)
    seen.unfold()
    page = seen.page
    box = page.get_by_role("searchbox")
    box.fill("<script>")
    box.fill("")
    ranked(page).locator("thead button").nth(1).click()
    for at in range(len(hostile.account.zones)):
        ranked(page).locator("tbody a").nth(at).click()
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None
    assert seen.all_troubles() == []
    assert seen.requests == [hostile.path.as_uri()]
    shown = ranked(page).locator("tbody a").all_inner_texts()
    assert sorted(map(plain, shown)) == sorted(plain(str(zone)) for zone in hostile.account.zones)
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    shot(page, "hostile", height=6000)


def test_names_do_not_break_the_page(hostile: Written, visit: Open) -> None:
    seen = visit(hostile.path, width=390, height=844)
    seen.unfold()
    assert overflow(seen.page) == []
