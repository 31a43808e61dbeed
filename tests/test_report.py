"""The report: what it says is what the results say, whatever was typed, in both languages, in one safe file."""

import base64
import dataclasses
import hashlib
import re
import string
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon import plots
from zonecarbon.errors import InputError, MissingOptionalDependencyError, Problem
from zonecarbon.messages import Language
from zonecarbon.records.scenario import Scenario
from zonecarbon.reporting import Report, report
from zonecarbon.reporting.gathering import gather
from zonecarbon.reporting.words import WORDS, Say

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/zonecarbon/reporting"
REAL = ROOT / "examples/china_industry_2019_2020"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE zones; --",
    "{{ 7 * 7 }}{% raw %}",
    "x" * 300,
    "$\\alpha$ & \u202e<b>",
)
_WORDS = {"words_audit.py", "words_plans.py"}
VOID = {"meta", "link", "br", "img", "input", "hr", "col"}


# -- reading a page ----------------------------------------------------------------------------------------------------


@dataclass
class Node:
    tag: str
    attrs: dict[str, str]
    parent: "Node | None" = None
    inside: list["Node | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        yield self
        for item in self.inside:
            if isinstance(item, Node):
                yield from item.walk()

    def all(self, tag: str, **attrs: str) -> list["Node"]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            node
            for node in self.walk()
            if node.tag == tag and all(node.attrs.get(name) == value for name, value in wanted.items())
        ]

    def has(self, name: str) -> bool:
        return name in self.attrs.get("class", "").split()

    @property
    def text(self) -> str:
        parts = [item if isinstance(item, str) else item.text for item in self.inside]
        return re.sub(r"\s+", " ", "".join(parts)).strip()


class Tree(HTMLParser):
    """A page as nodes; a tag that is not closed where it must be is an error."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("", {})
        self.feed(text)
        self.close()
        assert self.at is self.root, f"{self.at.tag} is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"an attribute twice in {tag}"
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.inside.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.inside.append(Node(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.inside.append(data)


def tree(found: Report | str) -> Node:
    return Tree(found if isinstance(found, str) else found.html).root


def table_rows(table: Node) -> list[list[Node]]:
    return [[cell for cell in row.inside if isinstance(cell, Node)] for row in table.all("tbody")[0].all("tr")]


def figure_of(cell: Node) -> float:
    return float(cell.attrs["data-sort"] or "nan")


# -- what is reported --------------------------------------------------------------------------------------------------


def small(names: "tuple[str, ...]" = ("North", "South", "East", "West"), unknown: bool = True) -> zc.Account:
    """An account of a few zones over eight years; of the last zone nothing is known in the last year."""
    years = np.arange(2018, 2026)
    rng = np.random.default_rng(5)
    fall = np.linspace(1.0, 0.75, len(years))
    quantity = rng.uniform(500.0, 3000.0, (len(names), 3, 1)) * fall * rng.uniform(0.97, 1.03, (len(names), 3, 8))
    if unknown and len(names) > 1:
        quantity[-1, :, -1] = np.nan
    money = rng.uniform(4000.0, 9000.0, (len(names), 1)) * np.linspace(1.0, 1.4, len(years))
    flows = ["raw_coal", "electricity", ("heat", "final", "grid")]
    activity = zc.Activity.from_arrays(
        quantity, flows=flows, zones=list(names), years=years, value_added=money, price_year=2020, provinces="江苏"
    )
    return zc.account(activity)


def everything(account: zc.Account) -> list[Any]:
    """Every kind of result."""
    first, last = int(account.years[0]), int(account.years[-1])
    return [
        zc.check(account),
        zc.decompose(account, base=first, end=last),
        zc.decompose(account, of="energy", base=first, end=last),
        zc.tapio(account),
        zc.find_peaks(account),
        ensemble := zc.project(account, "policy", until=2040, draws=64, rng=3),
        zc.find_peaks(ensemble),
        zc.required(account, "peak", 2030, scenario="policy", draws=64),
        zc.tornado(account, "policy", until=2040),
    ]


@pytest.fixture(scope="module")
def account() -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return small()


@pytest.fixture(scope="module")
def results(account: zc.Account) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return everything(account)


@pytest.fixture(scope="module")
def pages(results: list[Any]) -> dict[str, Report]:
    return {language: report(*results, language=language, zones=["North", "West"]) for language in ("en", "zh")}


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        account = zc.account(zc.read(REAL))
        check = zc.check(account)
        parts = [check, zc.decompose(account, base=2019, end=2020), zc.tapio(account)]
        found = {lang: report(*parts, language=lang, zones=["食品制造业"]) for lang in ("en", "zh")}
    return {"account": account, "check": check, **found}


LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are not drawn, where a test is not about them; what they say is."""
    for name in ("decoupling_path", "fan", "intensity_distribution", "stack", "tornado", "waterfall"):
        monkeypatch.setattr(plots, name, lambda *of, language, **options: language)

    def to_svg(ax: str, title: str, description: str) -> str:
        return f'<svg role="img"><title>{escape(title)}</title><desc>{escape(description)}</desc></svg>'

    monkeypatch.setattr(plots, "to_svg", to_svg)


# -- structure ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_nest_ids_are_unique_and_links_lead_somewhere(pages: dict[str, Report], language: str) -> None:
    page = tree(pages[language])
    levels = [int(node.tag[1]) for node in page.walk() if re.fullmatch(r"h[1-6]", node.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [node.attrs["id"] for node in page.walk() if "id" in node.attrs]
    assert len(set(ids)) == len(ids)
    links = [node.attrs["href"] for node in page.walk() if node.tag in {"a", "use"}]
    assert len(links) > 10
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    named = [node.attrs[name] for node in page.walk() for name in ("aria-labelledby", "for") if name in node.attrs]
    assert all(name in ids for name in named)


@pytest.mark.parametrize("language", LANGUAGES)
def test_landmarks_language_charts_and_tables_are_accessible(pages: dict[str, Report], language: str) -> None:
    page = tree(pages[language])
    assert page.all("html")[0].attrs["lang"] == {"en": "en", "zh": "zh-CN"}[language]
    assert [len(page.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert page.all("head")[0].all("title")[0].text == page.all("h1")[0].text
    charts = page.all("svg", role="img")
    assert len(charts) > 10
    assert all(chart.all("title")[0].text and chart.all("desc")[0].text for chart in charts)
    for table in page.all("table"):
        assert table.all("caption")[0].text
        heads = table.all("thead")[0].all("th", scope="col")
        rows = table_rows(table)
        assert rows
        assert all(len(row) == len(heads) for row in rows)
        assert all([cell.attrs.get("scope") for cell in row].count("row") == 1 for row in rows)
    tools = [node for node in page.all("div") if node.has("tools")]
    assert tools
    assert all("hidden" in node.attrs for node in tools)  # until the script runs


def test_the_page_forbids_everything_but_its_own_style_and_script(pages: dict[str, Report]) -> None:
    page = tree(pages["en"])
    (policy,) = (node.attrs["content"] for node in page.all("meta") if "http-equiv" in node.attrs)
    told = {part.split(" ", 1)[0]: part.split(" ", 1)[1] for part in policy.split("; ")}
    assert told["default-src"] == told["base-uri"] == told["form-action"] == "'none'"
    for tag in ("style", "script"):
        (node,) = page.all(tag)
        (text,) = (part for part in node.inside if isinstance(part, str))
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert told[f"{tag}-src"] == f"'sha256-{digest}'"


def test_nothing_is_fetched_and_nothing_is_inline(pages: dict[str, Report]) -> None:
    page = tree(pages["zh"])
    for node in page.walk():
        assert "style" not in node.attrs
        assert not [name for name in node.attrs if name.startswith("on")]
        assert node.tag not in {"link", "img", "iframe", "object", "embed", "base", "form", "audio", "video"}
        assert not {"src", "srcset", "action", "data", "poster", "background"} & set(node.attrs)
        for name, value in node.attrs.items():
            if name not in {"xmlns", "xmlns:xlink"}:
                assert "http" not in value.replace("http-equiv", ""), (node.tag, name, value)
    style = page.all("style")[0].text
    assert "url(" not in style
    assert "@import" not in style


# -- what was typed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_typed_is_text_wherever_it_stands(language: Language, request: pytest.FixtureRequest) -> None:
    if language == "en":  # one of the two with all charts
        request.getfixturevalue("quick")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        account = small(HOSTILE)
        parts = [zc.check(account), zc.tapio(account), zc.find_peaks(account)]
    typed = "<img src=x onerror=alert(2)>"
    found = report(*parts, language=language, title=typed, command=typed, made_on=typed, zones=list(HOSTILE))
    page = tree(found)
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert not page.all("b")
    assert page.all("h1")[0].text == typed
    headings = [node.text for node in page.all("h3") if node.attrs.get("id", "").startswith("zone-")]
    assert headings == [re.sub(r"\s+", " ", name) for name in HOSTILE]
    assert "49" not in headings[3]


def test_names_that_no_file_can_hold_and_an_empty_sector_are_written(tmp_path: Path) -> None:
    table = {
        "zones": {"zone": ["A"], "province": ["江苏"]},
        "economy": {"zone": ["A"], "year": [2022], "sector": [""], "value_added": [10], "unit": ["亿元"],
                    "price_year": [2020]},
        "energy": {"zone": ["A"], "year": [2022], "sector": [""], "carrier": ["电力"], "quantity": [2],
                   "unit": ["亿千瓦时"]},
    }  # fmt: skip
    found = report(zc.account(zc.read(table)), title="lone \ud800 surrogate", language="en", to=tmp_path / "a.html")
    assert "lone ? surrogate" in (tmp_path / "a.html").read_text("utf-8")
    assert found.html.encode("utf-8")


# -- figures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_are_those_of_the_check(real: dict[str, Any], language: Language) -> None:
    check, page = real["check"], tree(real[language])
    cards = [node for node in page.all("section", id="targets-1")[0].all("article") if node.has("card")]
    assert [card.attrs["data-target"] for card in cards] == [block.target.id for block in check.blocks]
    say = Say(language)
    for card, block in zip(cards, check.blocks, strict=True):
        wanted = check.verdict(block.target.id) if block.judged else "none"
        assert card.attrs["data-verdict"] == wanted
        assert card.has(wanted)
        stamp = next(node for node in card.all("p") if node.has("stamp"))
        assert stamp.text == say(f"verdict.{wanted}")
        assert stamp.all("use")[0].attrs["href"] == f"#sign-{wanted}"
        quoted = [node.text for node in card.all("blockquote")]
        assert re.sub(r"\s+", " ", block.target.wording_zh) in quoted
    assert {card.attrs["data-verdict"] for card in cards} == {"met", "missed", "unknown", "none"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ranked_table_has_the_figures_of_the_arrays(real: dict[str, Any], language: Language) -> None:
    account, check = real["account"], real["check"]
    (table,) = tree(real[language]).all("table", id="zones")
    energy, co2, money = (account.total(what)[:, 1] for what in ("energy", "co2", "value_added"))
    inner = check.block("energy-intensity-share")
    place = {str(zone): at for at, zone in enumerate(account.zones)}
    rows = table_rows(table)
    assert len(rows) == 41
    assert [figure_of(row[0]) for row in rows] == list(range(1, 42))
    say = Say(language)
    for row in rows:
        at = place[row[1].text]
        np.testing.assert_array_equal(figure_of(row[3]), energy[at] / money[at])
        np.testing.assert_array_equal(figure_of(row[4]), co2[at] / money[at])
        np.testing.assert_array_equal(figure_of(row[6]), energy[at])
        np.testing.assert_array_equal(figure_of(row[7]), co2[at])
        assert row[8].text == say(f"counted.{['missed', 'met', 'unknown'][_code(inner.inner_verdict[at])]}")
        shown = float(row[3].text.replace(",", ""))
        assert (shown < 0.3) == (energy[at] / money[at] < 0.3)
        if np.isnan(co2[at]):
            assert row[7].text == row[4].text == say("unknown")
    level = [figure_of(row[3]) for row in rows]
    assert level == sorted(level)


def _code(code: int) -> int:
    from zonecarbon.kernels.target import MET, MISSED

    return {MISSED: 0, MET: 1}.get(int(code), 2)


@pytest.mark.usefixtures("quick")
def test_no_figure_is_rounded_across_its_limit() -> None:
    """0.30004 is not below 0.3, in the table, on the card and beside it."""
    activity = zc.Activity.from_arrays(
        [[[300.04 / 0.1229 * 10]], [[299.96 / 0.1229 * 10]]], flows=["electricity"], zones=["A", "B"], years=[2025],
        value_added=[[1e4], [1e4]], price_year=2020, provinces="江苏",
    )  # fmt: skip
    account = zc.account(activity)
    level = account.total("energy")[:, 0] / 1e4
    page = tree(report(zc.check(account), language="en"))
    cells = {row[1].text: row[3].text for row in table_rows(page.all("table", id="zones")[0])}
    for name, value in zip(("A", "B"), level, strict=True):
        assert (float(cells[name]) < 0.3) == (value < 0.3)
        assert cells[name] != "0.300"


def test_the_yearly_fall_is_unknown_across_a_border_or_prices(account: zc.Account) -> None:
    from zonecarbon.reporting.standing import standing

    stand = standing(gather([account]))
    assert stand is not None
    fall = stand.yearly_fall()
    level = account.total("co2") / account.total("value_added")
    np.testing.assert_allclose(fall[:3], 1 - (level[:3, -1] / level[:3, 0]) ** (1 / 7), rtol=1e-12)
    assert np.isnan(fall[3])
    activity = zc.Activity.from_arrays(
        [[[10.0, 9.0]]], flows=["coke"], zones=["A"], years=[2020, 2021], value_added=[[100.0, 110.0]]
    )
    nominal = standing(gather([zc.account(activity)]))
    assert nominal is not None
    assert np.isnan(nominal.yearly_fall()).all()


@pytest.mark.usefixtures("quick")
def test_a_rate_says_whether_it_fell_or_rose() -> None:
    """A rate of fall of -3.8 % is a rise: the sign alone would be read as a fall."""
    for change, english, chinese in ((1.05, "rose", "年均上升"), (0.95, "fell", "年均下降")):
        activity = zc.Activity.from_arrays(
            [[[1e4, 1e4 * change]]], flows=["coke"], zones=["A"], years=[2020, 2021], value_added=[[1e5, 1e5]],
            price_year=2020, provinces="江苏",
        )  # fmt: skip
        check = zc.check(zc.account(activity))
        for language, word in zip(LANGUAGES, (english, chinese), strict=True):
            page = tree(report(check, language=language))
            (card,) = page.all("article", data_target="torch-2025:co2-intensity-annual")
            value = next(node for node in card.all("p") if node.has("value"))
            assert word in value.text
            assert "5.0%" in value.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_says_so(pages: dict[str, Report], language: Language) -> None:
    page = tree(pages[language])
    word = Say(language)("unknown")
    (zone,) = page.all("article", id="zone-4")
    figures = next(node for node in zone.all("dl") if node.has("large"))
    shown = [node.text for node in figures.all("dd")]
    assert shown.count(word) == 4  # energy, CO2 and both intensities; value added is known
    cards = [node for node in zone.all("article") if node.has("card")]
    assert [card.attrs["data-verdict"] for card in cards] == ["unknown"]
    for cell in page.walk():
        if cell.attrs.get("data-sort") == "" and cell.tag == "td":
            assert cell.text not in {"0", "0.0%", "0.00"}


def test_a_portfolio_with_an_unknown_zone_counts_the_known(pages: dict[str, Report]) -> None:
    page = tree(pages["en"])
    figures = page.all("section", id="figures")[0].all("dd")
    assert figures[0].text == "unknown (3 of 4 zones known)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_projection_shows_peak_and_probabilities(pages: dict[str, Report], results: list[Any], language: str) -> None:
    ensemble = next(item for item in results if isinstance(item, zc.Ensemble))
    page = tree(pages[language])
    (section,) = page.all("section", id="projection-1")
    (chart,) = section.all("svg", role="img")
    assert chart.all("desc")[0].text == re.sub(
        r"\s+", " ", plots.describe("fan", ensemble, "", "co2", language=language)
    )
    rows = table_rows(section.all("table")[0])
    shown = [figure_of(row[2]) for row in rows]
    goals = [goal.target.id for goal in ensemble.goals if goal.reason is None]
    np.testing.assert_array_equal(shown, [ensemble.probability(name) for name in goals])


def test_effects_in_the_table_add_up_to_the_change(results: list[Any], pages: dict[str, Report]) -> None:
    """Of the first zone, whose every year is known."""
    change = next(item for item in results if isinstance(item, zc.Decomposition) and item.of == "energy")
    page = tree(pages["en"])
    (zone,) = page.all("article", id="zone-1")
    tables = [t for t in zone.all("table") if t.all("caption")[0].text.startswith("Effects on energy")]
    effects = [figure_of(row[1]) for row in table_rows(tables[0])]
    value = change.values("zone")[0]
    assert sum(effects) == pytest.approx(value[-1] - value[0], rel=1e-9)


# -- the audit trail ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_factor_used_stands_in_the_audit_trail(real: dict[str, Any], language: Language) -> None:
    account, page = real["account"], tree(real[language])
    (table,) = page.all("table", id="factors")
    shown = {figure_of(row[2]) for row in table_rows(table) if "data-sort" in row[2].attrs}
    used = {use.value for use in account.coefficients.uses}
    np.testing.assert_array_equal(sorted(shown), sorted(used))
    sources = {use.row.source_id for use in account.coefficients.uses if use.row is not None}
    ids = {node.text for node in page.all("section", id="audit-sources")[0].all("code")}
    assert sources <= ids
    assert "most-2021-28" in ids


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_audit_trail_has_method_warnings_hash_versions_and_command(account: zc.Account, language: Language) -> None:
    found = report(account, language=language, zones=[], command="zonecarbon report data --out report.html")
    text = tree(found).all("section", id="audit")[0].text
    for wanted in ("ncsc-2025", account.provenance.input_hash, "zonecarbon report data", np.__version__):
        assert wanted in text
    for problem in account.provenance.warnings:
        assert re.sub(r"\s+", " ", problem.text(language)) in text


@pytest.mark.usefixtures("quick")
def test_rows_set_aside_are_told() -> None:
    table = {
        "zones": {"zone": ["A"], "province": ["江苏"]},
        "economy": {"zone": ["A"], "year": [2022], "value_added": [10], "unit": ["亿元"], "price_year": [2020]},
        "energy": {"zone": ["A", "A"], "year": [2022, 2022], "carrier": ["电力", "no such fuel"], "quantity": [2, 3],
                   "unit": ["亿千瓦时", "t"]},
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        activity = zc.read(table, on_error="set_aside")
        found = report(zc.account(activity), language="en")
    section = tree(found).all("section", id="audit-set-aside")[0]
    assert "no such fuel" in section.text


@pytest.mark.usefixtures("quick")
def test_synthetic_data_is_called_synthetic(account: zc.Account) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        invented = small()
        told = dataclasses.replace(invented.activity, source="synthetic data, seed 28: no zone is real")
        invented = zc.account(told)
    assert WORDS["banner.synthetic"][0] in tree(report(invented, language="en", zones=[])).all("header")[0].text
    assert WORDS["banner.synthetic"][0] not in tree(report(account, language="en", zones=[])).all("header")[0].text


# -- languages ---------------------------------------------------------------------------------------------------------


def test_every_word_has_both_languages_and_the_same_values() -> None:
    for key, (english, chinese) in WORDS.items():
        if not key.startswith("unit."):
            assert english, key
            assert chinese, key
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, chinese)]
        assert names[0] == names[1], key
        assert not re.search(r"[\u3400-\u9fff]", english), key


def test_no_word_is_missing_and_none_is_idle() -> None:
    sources = [path for path in SOURCE.rglob("*") if path.suffix in {".py", ".j2"} and path.name not in _WORDS]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    text = text.replace(
        (SOURCE / "words.py").read_text("utf-8"), (SOURCE / "words.py").read_text("utf-8").split("WORDS")[0]
    )
    said = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)+|[a-z_]+)"', text))
    called = set(re.findall(r'say\(\s*"([^"]+)"', text))
    assert called <= set(WORDS)
    families = set(re.findall(r'f"([a-z_]+)\.\{', text)) | set(re.findall(r'\.(?:of|knows)\(\s*"([a-z_]+)"', text))
    families |= {"certainty", "edition", "option"}
    idle = [key for key in WORDS if key not in said and key.split(".")[0] not in families]
    assert not idle


CODES = {"synthetic", "North", "South", "East", "West", "GB", "LMDI", "Tapio", "Mann", "Kendall", "zonecarbon", "numpy",
         "NCSC", "IPCC", "Theil", "Sen", "MDPI", "nan", "T", "tce", "Account", "co_at_factors_of", "CO", "tCO",
         "GJ", "MWh", "kgce", "proxies", "refuse", "p", "t", "I", "II", "S", "arrays"}  # fmt: skip


def prose(node: Node, skip: "set[str]") -> Iterator[str]:
    """Return the texts of a page in its own language: not code, not quoted wording, not titles of documents."""
    if node.tag in {"code", "cite", "style", "script", "footer"} or ("lang" in node.attrs and node.tag != "html"):
        return
    if node.attrs.get("id") in skip:
        return
    for item in node.inside:
        if isinstance(item, str):
            yield item
        else:
            yield from prose(item, skip)


def test_an_english_page_has_no_chinese_of_its_own(pages: dict[str, Report]) -> None:
    found = [text for text in prose(tree(pages["en"]), set()) if re.search(r"[\u3400-\u9fff\uff00-\uffef]", text)]
    assert not found


def test_a_chinese_page_has_no_english_of_its_own(pages: dict[str, Report]) -> None:
    """But names, units, codes of standards; sentences of warnings are tested with the messages."""
    page = tree(pages["zh"])
    for node in page.walk():
        if node.has("notes") or node.has("reason"):
            node.inside.clear()
    words = {
        word
        for text in prose(page, {"audit-sources"})
        for word in re.findall(r"[A-Za-z]+", text)
        if word not in CODES and len(word) > 1
    }
    assert not words


def test_a_chinese_page_has_full_width_punctuation(pages: dict[str, Report]) -> None:
    wrong = [t for t in prose(tree(pages["zh"]), {"audit-sources"}) if re.search(r"[\u4e00-\u9fff] ?[,;!?](?! ?\d)", t)]
    assert not [text for text in wrong if "synthetic" not in text]


# -- one file, atomic, the same bytes ----------------------------------------------------------------------------------


def test_the_same_results_give_the_same_bytes(account: zc.Account) -> None:
    check = zc.check(account)
    one, two = (report(check, language="zh", zones=["East"]).html for _ in range(2))
    assert one == two
    assert one != report(check, language="zh", zones=["East"], made_on="2026-01-01").html
    assert not re.search(r"20\d\d-\d\d-\d\d \d\d:", one)


@pytest.mark.usefixtures("quick")
def test_a_report_is_written_whole_or_not_at_all(
    account: zc.Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.html"
    path.write_text("before", "utf-8")
    check = zc.check(account)
    with pytest.raises(InputError) as refused:
        report(check, to=[path, tmp_path / "no" / "folder.html"], zones=[])
    assert refused.value.problems[0].code == "write.refused"
    assert path.read_text("utf-8") == "before"
    assert [item.name for item in tmp_path.iterdir()] == ["out.html"]
    found = report(check, to=path, zones=[])
    assert path.read_bytes() == found.html.encode("utf-8")
    assert found.save(str(path)) is found
    assert [item.name for item in tmp_path.iterdir()] == ["out.html"]


def test_an_ending_that_is_none_of_a_report_is_refused_before_work_is_done(account: zc.Account) -> None:
    with pytest.raises(InputError) as refused:
        report(account, to="report.pdf")
    assert refused.value.problems[0].code == "report.ending"


def test_a_notebook_shows_a_line(pages: dict[str, Report]) -> None:
    for found in pages.values():
        assert len(repr(found)) < 200
        assert len(found._repr_html_()) < 400
        assert "MB" in repr(found)


# -- results -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_each_result_alone_makes_a_report(results: list[Any], account: zc.Account) -> None:
    for result in (account, *results):
        page = tree(report(result, language="en", zones=[]))
        assert page.all("section", id="audit")
        assert len(page.all("h2")) == 2
    bare = zc.find_peaks([5.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0], years=range(2015, 2022), zones=["A"])
    assert "peaked" in tree(report(bare, language="en")).text
    series = zc.tapio([100.0, 108.0, 100.0], [100.0, 110.0, 115.0], years=[2020, 2021, 2022])
    assert "strong decoupling" in tree(report(series, language="en")).text


def test_a_check_and_a_decomposition_of_tables_make_a_report() -> None:
    table = {"zone": ["A", "A"], "year": [2024, 2025], "energy_per_iva": [0.42, 0.39]}
    page = tree(report(zc.check(table), language="en"))
    assert page.all("article", data_target="torch-2025:energy-intensity-aggregate")
    rows = {"year": [2000, 2010], "gdp": [1.0, 2.0], "energy": [3.0, 4.0], "co2": [5.0, 6.0]}
    change = zc.decompose(rows, identity="co2 = gdp * energy/gdp * co2/energy", time="year", base=2000, end=2010)
    assert "energy/gdp" in tree(report(change, language="zh")).text


@pytest.mark.usefixtures("quick")
def test_two_scenarios_stand_side_by_side(account: zc.Account) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        both = [zc.project(account, name, until=2035, draws=32, rng=1) for name in ("policy", "baseline")]
    page = tree(report(*both, language="en", zones=[]))
    assert [len(page.all("section", id=f"projection-{n}")) for n in (1, 2)] == [1, 1]


def test_results_of_other_data_or_another_method_are_refused(account: zc.Account) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = small(("North", "South"))
        basis = zc.account(
            account.activity, method=zc.Method(basis="equivalent", equivalent={"electricity": "0.302 kgce/kWh"})
        )
    for second, code in ((other, "report.inputs"), (basis, "report.methods")):
        with pytest.raises(InputError) as refused:
            report(zc.check(account), zc.check(second))
        assert refused.value.problems[0].code == code


@pytest.mark.parametrize(("parts", "code"), [((), "report.nothing"), ((1, "a"), "report.result")])
def test_what_is_no_result_is_refused(parts: tuple[Any, ...], code: str) -> None:
    with pytest.raises(InputError) as refused:
        report(*parts)
    assert {problem.code for problem in refused.value.problems} == {code}


@pytest.mark.usefixtures("quick")
def test_zones_that_get_pages(account: zc.Account) -> None:
    called: list[tuple[int, int]] = []
    page = tree(
        report(account, language="en", zones=["East", "East"], progress=lambda done, of: called.append((done, of)))
    )
    assert [node.attrs["id"] for node in page.all("article")] == ["zone-3"]
    assert called == [(1, 1)]
    with pytest.raises(InputError) as refused:
        report(account, zones=["Nowhere"])
    assert refused.value.problems[0].code == "zone.unknown"
    many = zc.Activity.from_arrays(
        np.full((301, 1, 1), 5.0), flows=["coke"], zones=[f"z{n}" for n in range(301)], years=[2025],
        value_added=np.full((301, 1), 50.0), price_year=2020,
    )  # fmt: skip
    page = tree(report(zc.account(many), language="en"))
    assert not page.all("article")
    assert len(table_rows(page.all("table", id="zones")[0])) == 301


@pytest.mark.usefixtures("quick")
def test_pages_drawn_by_an_executor_are_the_same(account: zc.Account) -> None:
    from concurrent.futures import ThreadPoolExecutor

    called: list[int] = []
    parts = [zc.tapio(account), zc.find_peaks(account)]
    with ThreadPoolExecutor(2) as executor:
        found = report(*parts, executor=executor, progress=lambda done, of: called.append(done))
    assert found.html == report(*parts).html
    assert called[-1] == 4


@pytest.mark.usefixtures("quick")
def test_notes_say_what_is_not_in_the_report(account: zc.Account) -> None:
    note = Problem("report.nothing")
    page = tree(report(account, language="zh", zones=[], notes=[note]))
    assert note.text("zh") in page.all("section", id="not-in-this-report")[0].text


def test_without_jinja2_the_extra_is_named(account: zc.Account, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from zonecarbon.reporting import page

    page._template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingOptionalDependencyError) as missing:
        report(account, zones=[])
    assert missing.value.problems[0].values == {"package": "jinja2", "extra": "report"}


@pytest.mark.parametrize(("package", "name"), [("matplotlib", "r.html"), ("openpyxl", "r.xlsx")])
def test_whatever_a_report_lacks_its_own_extra_is_named(
    account: zc.Account, package: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not ``plot`` or ``excel``, which leave a report without jinja2; and no bare ImportError."""
    import sys

    for known in [name for name in sys.modules if name.split(".")[0] == package or name.startswith("zonecarbon.plots")]:
        monkeypatch.delitem(sys.modules, known)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delattr("zonecarbon.plots", raising=False)
    with pytest.raises(MissingOptionalDependencyError) as missing:
        report(account, to=tmp_path / name)
    assert missing.value.problems[0].values == {"package": package, "extra": "report"}
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("quick")
def test_targets_of_single_zones_have_cards_on_their_pages(account: zc.Account) -> None:
    check = zc.check(account, targets="near-zero-park-js")
    found = report(check, language="zh", zones=["North"])
    page = tree(found)
    (zone,) = page.all("article", id="zone-1")
    cards = {node.attrs["data-target"]: node.attrs["data-verdict"] for node in zone.all("article") if node.has("card")}
    columns = check.columns()
    wanted = {
        target: verdict if judged else "none"
        for target, name, verdict, judged in zip(
            columns["target"], columns["zone"], columns["verdict"], columns["judged"], strict=True
        )
        if name == "North"
    }
    assert wanted
    assert cards == wanted


@pytest.mark.usefixtures("quick")
def test_scenarios_of_the_user_are_named_as_typed(account: zc.Account) -> None:
    path = {"kind": "constant", "rate": -0.02}
    mine = Scenario.model_validate({"name": "<i>mine</i>", "energy_intensity": path})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ensemble = zc.project(account, mine, until=2030, draws=1, rng=1)
    page = tree(report(ensemble, language="en", zones=[]))
    assert not page.all("i")
    assert "<i>mine</i>" in page.all("section", id="projection-1")[0].text
