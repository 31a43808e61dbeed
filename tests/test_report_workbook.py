"""The report as a workbook: read back, every figure is the array's over the unit of its heading, to the bit."""

import math
import re
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

import zonecarbon as zc
from zonecarbon.errors import Problem
from zonecarbon.messages import Language
from zonecarbon.notation import scale_for
from zonecarbon.projection import project
from zonecarbon.reporting import workbook_columns, workbook_words
from zonecarbon.reporting.gathering import gather
from zonecarbon.reporting.workbook import sheets_of, write_report_workbook
from zonecarbon.reporting.workbook_columns import Column, Sheet, figure_column, percent_column
from zonecarbon.reporting.workbook_rows import Style, rows_of, styles_of
from zonecarbon.reporting.workbook_words import COLUMNS, SHEETS, WORDS, sheet_name
from zonecarbon.targets import check

pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.errors.ZoneCarbonWarning")

HOSTILE = ("=1+1", "+SUM(A1:A9)", "-2+3", "@here", "'quoted", "#REF!", '=HYPERLINK("http://a.b","c")', "<b>&amp;</b>")
ZONES = ["甲", *HOSTILE, "unknown one"]
YEARS = list(range(2015, 2025))
LANGUAGES: tuple[Language, ...] = ("en", "zh")
FLOWS = ["raw_coal", "natural_gas", "electricity"]
NOT_ENGLISH = re.compile("[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def account() -> zc.Account:
    rng = np.random.default_rng(5)
    quantity = rng.lognormal(9.0, 1.0, (len(ZONES), len(FLOWS), len(YEARS)))
    quantity[:, 1, :3] = 0.0
    money = rng.lognormal(11.0, 0.3, (len(ZONES), len(YEARS)))
    quantity[-1, 0, 4] = np.nan
    activity = zc.Activity.from_arrays(
        quantity,
        flows=FLOWS,
        zones=ZONES,
        years=YEARS,
        value_added=money,
        price_year=2020,
        provinces=["江苏"] * len(ZONES),
    )
    return zc.account(activity)


@pytest.fixture(scope="module")
def results(account: zc.Account) -> list[Any]:
    ensemble = project(account, "policy", until=2030, draws=32, rng=3)
    return [
        account,
        check(account, "torch-2025"),
        zc.decompose(account, "co2", missing="leave_out"),
        zc.decompose(account, "co2_intensity", missing="leave_out"),
        zc.tapio(account),
        zc.find_peaks(account),
        ensemble,
        zc.find_peaks(ensemble),
        zc.required(account, "energy-intensity-aggregate", 2030),
        zc.required(account, "peak", 2028, scenario="policy", until=2035, draws=16),
        zc.tornado(account, "policy", until=2030, of="co2"),
    ]


@pytest.fixture(scope="module", params=LANGUAGES)
def book(request: pytest.FixtureRequest, results: list[Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("book") / f"{request.param}.xlsx"
    note = Problem("cli.left_out", {"part": "change", "reason": Problem("cli.one_year", {"years": "2024"})})
    write_report_workbook(
        *results, path=path, language=request.param, title="=A1", command="zonecarbon report d", notes=[note]
    )
    return request.param, load_workbook(path)


def table(book: Any, key: str, number: int = 1) -> dict[str, list[Any]]:
    """Return a sheet as columns by heading."""
    language, found = book
    rows = list(found[sheet_name(key, language, number)].iter_rows(values_only=True))
    return {str(title): [row[at] for row in rows[1:]] for at, title in enumerate(rows[0])}


def numbers(column: list[Any]) -> np.ndarray[Any, Any]:
    assert not any(isinstance(value, str) for value in column)
    return np.array([math.nan if value is None else value for value in column], dtype=np.float64)


def starting(columns: dict[str, list[Any]], title: str) -> tuple[str, np.ndarray[Any, Any]]:
    """Return the unit and the numbers of the column whose heading begins with a title."""
    name = next(name for name in columns if re.split(r" ?[(（]", name)[0] == title)
    unit = re.search(r"[(（](.*)[)）]$", name)
    return (unit[1] if unit else ""), numbers(columns[name])


def size_of(kind: Any, unit: str, language: Language) -> float:
    """Return the size of a unit by its name."""
    sizes = {scale_for(kind, 10.0**power, language) for power in range(14)}
    return next(scale.size for scale in sizes if scale.unit == unit)


TITLES = {
    "energy": ("Energy", "综合能耗"),
    "co2": ("CO₂", "二氧化碳排放"),
    "value_added": ("Value added", "工业增加值"),
    "energy_intensity": ("Energy intensity", "能源强度"),
    "co2_intensity": ("CO₂ intensity", "碳排放强度"),
}


def equal(shown: np.ndarray[Any, Any], array: Any, size: float) -> bool:
    """Return whether figures are the array's over the unit to the bit."""
    return np.array_equal(shown, np.asarray(array, dtype=np.float64) / size, equal_nan=True)


@pytest.mark.parametrize("kind", TITLES)
def test_history_is_the_account_to_the_bit(book: Any, account: zc.Account, kind: Any) -> None:
    language, columns = book[0], table(book, "history")
    amounts = {name: account.total(name) for name in ("energy", "co2", "value_added")}
    amounts = {name: np.concatenate([array.sum(axis=0)[None], array]) for name, array in amounts.items()}
    amounts |= {f"{name}_intensity": amounts[name] / amounts["value_added"] for name in ("energy", "co2")}
    unit, shown = starting(columns, TITLES[kind][language == "zh"])
    assert equal(shown, amounts[kind].reshape(-1), size_of(kind, unit, language))
    assert np.isnan(shown).sum() >= (2 if kind != "value_added" else 0)  # unknown is blank, of the sum too
    assert not (shown == 0).any()
    assert next(iter(columns.values()))[:1] == [("all zones", "全部园区")[language == "zh"]]


def test_carriers_are_the_account_to_the_bit(book: Any, account: zc.Account) -> None:
    columns = table(book, "carriers")
    energy = account.total("energy", ("zone", "year", "carrier"))
    there = (energy != 0) | (account.total("co2", ("zone", "year", "carrier")) != 0)
    unit, shown = starting(columns, TITLES["energy"][book[0] == "zh"])
    assert equal(shown, energy[there], size_of("energy", unit, book[0]))
    assert len(shown) == energy.size - 3 * len(ZONES)  # the gas of the first three years is zero and has no row
    carriers = next(column for name, column in columns.items() if name in {"Carrier", "能源品种"})
    assert set(carriers) == (
        {"原煤", "天然气", "电力"} if book[0] == "zh" else {"raw coal", "natural gas", "electricity"}
    )


def test_verdicts_are_those_of_the_check(book: Any, results: list[Any]) -> None:
    columns, found = table(book, "summary"), results[1]
    words = {"met": ("met", "达标"), "missed": ("missed", "未达标"), "unknown": ("unknown", "未知")}
    judged = {block.target.id: block for block in found.blocks}
    ids, verdicts = columns[COLUMNS["id"][book[0] == "zh"]], columns[COLUMNS["verdict"][book[0] == "zh"]]
    assert ids == list(judged)
    for name, verdict in zip(ids, verdicts, strict=True):
        if judged[name].judged:
            assert verdict == words[found.verdict(name)][book[0] == "zh"]
    values = numbers(columns[COLUMNS["value"][book[0] == "zh"]])
    assert equal(values, [block.value[0] for block in found.blocks], 1.0)
    assert all(columns[COLUMNS["wording"][book[0] == "zh"]])
    assert all(columns[COLUMNS["source"][book[0] == "zh"]])
    fills = {cell.value: cell.fill.fgColor.rgb for cell in book[1].worksheets[0]["C"][1:]}
    assert len(set(fills.values())) == len(fills)  # each verdict has a look of its own, and its word


def test_zones_are_ranked_and_the_unknown_have_a_word(book: Any, account: zc.Account, results: list[Any]) -> None:
    columns = table(book, "zones")
    unit, level = starting(columns, TITLES["energy_intensity"][book[0] == "zh"])
    known = level[~np.isnan(level)]
    assert (np.diff(known) >= 0).all()
    inner = next(column for name, column in columns.items() if "0.3" in name)
    share = results[1].block("energy-intensity-share")
    passes = ("passes", "符合")[book[0] == "zh"]
    assert inner.count(passes) == int((share.inner_verdict == 1).sum()) > 0 or share.value[0] == 0
    zones = next(column for name, column in columns.items() if name in {"Zone", "园区"})
    assert sorted(map(str, zones)) == sorted(ZONES)
    assert unit


def test_projection_is_the_ensemble_to_the_bit(book: Any, results: list[Any]) -> None:
    columns, ensemble = table(book, "projection"), results[6]
    title = COLUMNS["quantile"][book[0] == "zh"].format(share="95%")
    name = next(name for name in columns if name.startswith(title))
    unit = re.search(r"[(（](.*)[)）]$", name)
    assert unit
    rows = np.concatenate([ensemble.quantile(0.95, "co2", "")[None], ensemble.quantile(0.95, "co2", None)])
    assert equal(numbers(columns[name]), rows.reshape(-1), size_of("co2", unit[1], book[0]))


def test_effects_add_up_and_are_the_decomposition(book: Any, results: list[Any]) -> None:
    columns, change = table(book, "change"), results[2]
    unit, shown = starting(columns, COLUMNS["effect"][book[0] == "zh"])
    both = np.concatenate([change.columns("portfolio")["effect"], change.columns()["effect"]])
    assert equal(shown, both, size_of("co2", unit, book[0]))


def test_text_is_never_a_formula(book: Any) -> None:
    seen = set()
    for sheet in book[1]:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if isinstance(cell.value, str) and cell.value in HOSTILE:
                    seen.add(cell.value)
                    assert cell.quotePrefix or not cell.value.startswith(tuple("=+-@'#"))
    assert seen == set(HOSTILE)
    assert "=A1" in {cell.value for cell in book[1][sheet_name("about", book[0])]["B"]}


def test_headings_name_units_and_sheets_are_set_up(book: Any) -> None:
    language, found = book
    plain = {"head.rank", "head.year", "head.from", "head.to", "head.elasticity", "head.factor_value"}
    from zonecarbon.reporting.words import WORDS as PAGE

    without = {PAGE[key][language == "zh"] for key in plain}
    without |= {
        COLUMNS[key][language == "zh"] for key in ("p_value", "peak_year", "first_year", "last_year", "first", "last")
    }
    assert len(found.sheetnames) >= 18
    for sheet in found:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions or sheet.auto_filter.ref.endswith(str(sheet.max_row))
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows == "$1:$1"
        for column in sheet.iter_cols():
            numbers_ = [cell for cell in column[1:] if isinstance(cell.value, (int, float))]
            if any(not cell.number_format.endswith("%") for cell in numbers_):  # a percentage names its unit itself
                title = column[0].value
                assert re.search("[(（].+[)）]", title) or title in without, (sheet.title, title)


def test_one_language_a_workbook(book: Any) -> None:
    """English but for names and documents; Chinese but for ids, units and names of factor sets."""
    language, found = book
    quoted = {workbook_words.SHEETS[key][language == "zh"] for key in ("factors", "sources", "choices", "about")}
    for sheet in found:
        titles = [str(cell.value) for cell in next(sheet.iter_rows(max_row=1))]
        for text in (sheet.title, *titles):
            if language == "en":
                assert not NOT_ENGLISH.search(text), text
            else:
                assert not re.search("[A-Za-z]{4,}", text.replace("tCO", "")), text
        if sheet.title in quoted or language == "en":
            continue
        for row in sheet.iter_rows(min_row=2, values_only=True):
            for text in row:
                if isinstance(text, str) and text not in ZONES:
                    left = re.sub(
                        r"torch-2025:[a-z0-9-]+|ncsc-\d+|GB/T|LMDI|Tapio|kgce|inventory|'[^']*'|\S+=\S+", "", text
                    )
                    left = re.sub("|".join(map(re.escape, sorted(ZONES, key=len, reverse=True))), "", left)
                    assert not re.search("[a-z_]{4,}", left) or "Account." in text, (sheet.title, text)


def test_sources_and_warnings_are_complete(book: Any, account: zc.Account, results: list[Any]) -> None:
    columns = table(book, "sources")
    ids = next(column for name, column in columns.items() if name in {"Id", "编号"})
    used = {use.row.source_id for use in account.coefficients.uses if use.row}
    assert used <= set(ids)
    assert "most-2021-28" in ids
    told = table(book, "warnings")[COLUMNS["warning"][book[0] == "zh"]]
    for problem in account.provenance.warnings:
        assert problem.text(book[0]) in told
    assert any("2024" in text for text in told)  # the note: what is not in the report, and why
    factors = table(book, "factors")
    name = next(name for name in factors if name in {"Value", "数值"})
    values = [value for value in factors[name] if value is not None]
    assert {use.value for use in account.coefficients.uses if not math.isnan(use.value)} == set(values)


def test_every_word_has_both_languages_and_names_fit() -> None:
    for texts in (*SHEETS.values(), *COLUMNS.values(), *WORDS.values()):
        english, chinese = texts
        assert english
        assert chinese
        assert not NOT_ENGLISH.search(english)
        assert NOT_ENGLISH.search(chinese) or chinese.startswith("{")
    for name in (name for names in SHEETS.values() for name in names):
        assert len(name) <= 28
        assert not set(name) & set("[]:*?/\\")
    source = "".join(path.read_text("utf-8") for path in Path(workbook_columns.__file__).parent.glob("workbook*.py"))
    unused = [key for key in (*COLUMNS, *SHEETS) if source.count(f'"{key}"') < 2]
    assert unused == []


def test_the_same_results_give_the_same_bytes(results: list[Any], tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_report_workbook(*results, path=first, language="en")
    time.sleep(2.1)  # the clock of a ZIP archive ticks in twos
    write_report_workbook(*results, path=second, language="en")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


@pytest.mark.parametrize("number", range(11))
def test_each_result_alone(results: list[Any], number: int) -> None:
    names = [sheet.name for sheet in sheets_of(gather([results[number]]), "en")]
    assert names[-1] == "About"
    assert len(names) == len(set(names)) > 2


def test_a_sign_that_no_workbook_holds_is_told(tmp_path: Path) -> None:
    activity = zc.Activity.from_arrays(
        [[[1.0]]], flows=["coke"], zones=["A\x07B"], years=[2024], value_added=[[1.0]], price_year=2020
    )
    with pytest.raises(zc.InputError, match="U\\+0007"):
        write_report_workbook(zc.account(activity), path=tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


# -- columns -----------------------------------------------------------------------------------------------------------


def test_no_figure_is_shown_on_the_wrong_side_of_a_limit() -> None:
    values = [0.300_04, 0.299_96, 0.3, 0.45, math.nan]
    column = figure_column("x", values, "energy_intensity", "en", limits=(0.3, 0.4))
    assert column.form == "#,##0.000"
    assert column.special == {0: "#,##0.00000", 1: "#,##0.00000"}


def test_small_zones_beside_their_sum_are_not_shown_as_zero() -> None:
    column = figure_column("x", [2e9, 30_000.0, 12_000.0, 25_000.0, 1e-7], "energy", "zh")
    assert column.title == "x（万吨标准煤）"
    assert column.form == "#,##0.000"


def test_a_column_of_unknowns_is_blank() -> None:
    sheet = Sheet("x", (figure_column("x", [math.nan, math.inf], "co2", "en"), percent_column("y", [0.1, math.nan])))
    numbers_of = {style: at for at, style in enumerate(sorted(styles_of(sheet)))}
    rows = b"".join(rows_of(sheet, ["A", "B"], numbers_of.__getitem__)).decode()
    assert rows == f'<row r="2"><c r="B2" s="{numbers_of[Style("0.0%")]}"><v>0.1</v></c></row><row r="3"></row>'


def test_rows_stream() -> None:
    """The rows of a large sheet are never in memory at once."""
    n = 16_000
    sheet = Sheet("x", tuple(Column(str(at), np.linspace(0.1, 1.0, n), "0.0") for at in range(8)))
    numbers_of = {style: at for at, style in enumerate(sorted(styles_of(sheet)))}
    blocks = rows_of(sheet, list("ABCDEFGH"), numbers_of.__getitem__)
    next(blocks)
    tracemalloc.start()
    size = sum(len(block) for block in blocks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 4e6
    assert peak < size / 2
