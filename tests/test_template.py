"""The template: filled in as a person would, read, written and read again, it is the same book."""

import math
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

import zonecarbon as zc
from zonecarbon import messages, quality
from zonecarbon.cli import main
from zonecarbon.messages import Language
from zonecarbon.records.carrier_unit import form, heat_value_factor
from zonecarbon.records.cells import INDICATOR_UNITS, indicator_name, indicator_unit, parse_price_year
from zonecarbon.tabular import dropdowns, template
from zonecarbon.tabular.headings import heading
from zonecarbon.vocabulary import carriers, find_basis, find_carrier, find_province, find_use, indicators

EXAMPLE = Path(zc.__file__).parent / "data" / "example"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_form = pytest.mark.parametrize("wide", [False, True], ids=["long", "wide"])


def quietly(source: Any, **options: Any) -> zc.Activity:
    with warnings.catch_warnings(), mock.patch.object(quality, "inspect", return_value=()):
        warnings.simplefilter("ignore", zc.DataWarning)
        return zc.read(source, **options)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[bool, Language], Path]:
    folder = tmp_path_factory.mktemp("templates")
    return {
        (wide, language): zc.write_template(folder / f"{wide}-{language}.xlsx", wide=wide, language=language)
        for wide in (False, True)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def books(templates: "Templates") -> dict[tuple[bool, Language], Workbook]:
    """Return the templates as openpyxl sees them; tests only look at them."""
    return {which: openpyxl.load_workbook(path) for which, path in templates.items()}


@pytest.fixture(scope="module")
def light(templates: "Templates", tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[bool, Language], Path]:
    """Return the templates without their example, so that loading them again and again takes less long."""
    folder = tmp_path_factory.mktemp("light")
    with mock.patch.object(template, "_add_examples"):
        return {
            (wide, language): zc.write_template(folder / path.name, wide=wide, language=language)
            for (wide, language), path in templates.items()
        }


Templates = dict[tuple[bool, Language], Path]
Books = dict[tuple[bool, Language], Workbook]

# -- the example beside it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wide", "language"), [(False, "zh"), (True, "en"), (True, "zh")])
def test_the_example_reads_back_to_the_shipped_one(templates: Templates, wide: bool, language: Language) -> None:
    shipped, word = quietly(EXAMPLE), template.EXAMPLE[language].strip()
    again = quietly(templates[wide, language], sheets=word)
    assert again.input_hash == shipped.input_hash
    assert again.names.tolist() == shipped.names.tolist()
    assert again.quantity.tobytes() == shipped.quantity.tobytes()


@every_form
@every_language
def test_an_empty_template_has_no_zones_and_only_that_is_told(
    templates: Templates, wide: bool, language: Language
) -> None:
    with pytest.warns(zc.DataWarning, match="headings and no rows"):
        activity = zc.read(templates[wide, language])
    assert [problem.code for problem in activity.warnings] == ["tables.empty"]
    assert activity.zones.tolist() == []
    assert activity.quantity.size == 0


@every_form
@every_language
def test_it_is_small(templates: Templates, wide: bool, language: Language) -> None:
    assert templates[wide, language].stat().st_size < 400_000


# -- how it looks ------------------------------------------------------------------------------------------------------


@every_form
@every_language
def test_headings_are_locked_and_the_rest_is_free(books: Books, wide: bool, language: Language) -> None:
    book = books[wide, language]
    sheets = [sheet for sheet in book if not sheet.title.startswith((*template.EXAMPLE.values(), "lists"))]
    sheets = [sheet for sheet in sheets if sheet.title not in template.NOTES.values()]
    assert len(sheets) == (1 if wide else 5)
    for sheet in sheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert sheet.freeze_panes == "A2"
        for at, cell in enumerate(sheet[1], start=1):
            assert cell.protection.locked
            assert cell.font.bold
            assert cell.comment is not None
            column = sheet.column_dimensions[get_column_letter(at)]
            assert not column.protection.locked
            assert column.width >= 12


@every_form
@every_language
def test_every_heading_is_understood(books: Books, wide: bool, language: Language) -> None:
    book = books[wide, language]
    for sheet in book:
        if sheet.sheet_state == "hidden" or sheet.title in template.NOTES.values():
            continue
        found = [heading(str(cell.value)) for cell in sheet[1]]
        assert all(item.known for item in found), sheet.title
        for item in found:
            if item.kind == "carrier":
                form(item.name, item.unit)


@every_language
def test_names_are_kept_as_texts(books: Books, language: Language) -> None:
    sheet = books[False, language].worksheets[0]
    assert sheet.column_dimensions["A"].number_format == "@"


@every_language
def test_drop_downs(books: Books, language: Language) -> None:
    book = books[False, language]
    sheet = book.worksheets[2]
    names = {heading(str(cell.value)).name: get_column_letter(at) for at, cell in enumerate(sheet[1], start=1)}
    checks = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
    for name in ("zone", "year", "carrier", "quantity", "unit", "use", "supply", "ncv", "ncv_unit", "basis"):
        assert f"{names[name]}2:{names[name]}10001" in checks
    assert checks[f"{names['carrier']}2:{names['carrier']}10001"].formula1 == "list_carrier"
    unit = checks[f"{names['unit']}2:{names['unit']}10001"]
    assert unit.formula1 == f"INDIRECT(INDEX(list_group,MATCH(${names['carrier']}2,list_carrier,0)))"
    assert unit.errorStyle == "warning"  # another unit is read as well
    for check in checks.values():
        if str(check.formula1).startswith("list_"):
            assert check.formula1 in book.defined_names


@every_language
def test_lists_are_hidden_and_complete(books: Books, language: Language) -> None:
    book = books[False, language]
    sheet = book[dropdowns.LISTS]
    assert sheet.sheet_state == "hidden"
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value is not None] for column in sheet.columns}
    assert lists == {name: list(words) for name, words in dropdowns.word_lists(language).items()}
    for name, words in lists.items():
        first, last = book.defined_names[f"list_{name}"].attr_text.split("!")[1].replace("$", "").split(":")
        assert [row[0].value for row in sheet[f"{first}:{last}"]] == words


@every_language
def test_every_word_of_the_lists_is_read(language: Language) -> None:
    lists = dropdowns.word_lists(language)
    assert [find_carrier(str(word)).id for word in lists["carrier"][:2]] == ["electricity", "natural_gas"]
    assert {find_carrier(str(word)).id for word in lists["carrier"]} == set(carriers())
    for word, group in zip(lists["carrier"], lists["group"], strict=True):
        for unit in lists[str(group).removeprefix("list_")]:
            form(find_carrier(str(word)).id, str(unit))
    for find, name in ((find_province, "province"), (find_use, "use"), (find_basis, "basis")):
        assert all(find(str(word)) for word in lists[name])
    assert [parse_price_year(word) for word in lists["price_year"]][-1] == "nominal"
    for unit in lists["ncv_unit"]:
        assert heat_value_factor("natural_gas" if "m3" in str(unit) else "raw_coal", str(unit)) > 0
    assert [indicator_name(str(word)) for word in lists["indicator"]] == list(indicators())
    assert list(indicators())[:4] == list(INDICATOR_UNITS)
    fits = dict.fromkeys(INDICATOR_UNITS, 0)
    for name in fits:
        for unit in lists["indicator_unit"]:
            try:
                fits[name] += bool(indicator_unit(name, str(unit)))
            except zc.UnitError:
                continue
    assert min(fits.values()) >= 1


def test_every_sentence_is_used(books: Books) -> None:
    """Notes and comments have no grammar; but none is forgotten in a drawer."""
    told = set()
    for book in books.values():
        for sheet in book:
            for row in sheet.iter_rows(max_row=20):
                told |= {str(cell.value) for cell in row} | {cell.comment.text for cell in row if cell.comment}
    for code, texts in messages.TEXTS.items():
        if code.startswith("template.about."):
            assert set(texts) <= told, code
        if code.startswith("template.note."):
            shown = [any(text.split("{")[0] in line for line in told) for text in texts]
            assert shown == [True, True], code


# -- filled in by a person ---------------------------------------------------------------------------------------------

names = st.sampled_from(["示例园区", "A", "007", "1-2", "=1+1", "2020", "NA", "+x", "Zone 1"])
blanks = st.sampled_from([None, "", " "])


def figure_cells(draw: st.DrawFn) -> Any:
    """Draw a cell of a figure: a number, a text of one, or a blank."""
    value = draw(st.floats(0, 1e9) | st.integers(0, 10**6))
    text = st.sampled_from([f"{value:,.3f}", f" {value!r} "])
    return draw(st.just(value) | text | blanks)


@st.composite
def filled(draw: st.DrawFn, language: Language) -> dict[str, list[dict[str, Any]]]:
    lists = dropdowns.word_lists(language)
    zones = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    years = draw(st.lists(st.sampled_from([2020, 2021, "2022", "2023年"]), min_size=1, max_size=3, unique=True))
    places = [(zone, year) for zone in zones for year in years]

    def pick(name: str) -> Any:
        return draw(st.sampled_from(list(lists[name])))

    zone_rows = [
        {"zone": zone, "province": draw(st.sampled_from(lists["province"]) | blanks), "name": draw(names | blanks)}
        for zone in zones
    ]
    money = [
        {"zone": zone, "year": year, "value_added": figure_cells(draw), "unit": pick("money"),
         "price_year": pick("price_year"), "boundary": draw(blanks | st.just("扩区"))}
        for zone, year in places if draw(st.booleans())
    ]  # fmt: skip
    energy = []
    for zone, year in places:
        for at in draw(st.lists(st.integers(0, len(lists["carrier"]) - 1), unique=True, max_size=3)):
            unit = pick(str(lists["group"][at]).removeprefix("list_"))
            energy.append({"zone": zone, "year": year, "carrier": lists["carrier"][at], "quantity": figure_cells(draw),
                           "unit": unit, "use": draw(st.sampled_from(lists["use"]) | blanks)})  # fmt: skip
    return {"zones": zone_rows, "economy": money, "energy": energy}


def fill(path: Path, rows: dict[str, list[dict[str, Any]]], target: Path) -> Path:
    """Type rows into the sheets of a template, below the headings, and save it elsewhere."""
    book = openpyxl.load_workbook(path)
    for sheet, table in zip(book.worksheets, rows.values(), strict=False):
        place = {heading(str(cell.value)).name: at for at, cell in enumerate(sheet[1], start=1)}
        for at, row in enumerate(table, start=2):
            for name, value in row.items():
                cell = sheet.cell(at, place[name], value)
                if isinstance(value, str):
                    cell.data_type = "s"  # the column is formatted as text
    book.save(target)
    return target


def test_a_filled_template_reads_writes_and_reads_alike(light: Templates) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(LANGUAGES).flatmap(lambda language: st.tuples(st.just(language), filled(language))))
    def check(drawn: tuple[Language, dict[str, list[dict[str, Any]]]]) -> None:
        language, rows = drawn
        with tempfile.TemporaryDirectory() as folder:
            activity = quietly(fill(light[False, language], rows, Path(folder) / "filled.xlsx"))
            assert activity.zones.tolist() == [row["zone"] for row in rows["zones"]]
            again = quietly(zc.write(activity, Path(folder) / "again.xlsx", language=language))
            assert again.input_hash == activity.input_hash
            assert again.names.tolist() == activity.names.tolist()
            once_more = quietly(zc.write(again, Path(folder) / "folder"))
            assert once_more.input_hash == activity.input_hash
            assert once_more.quantity.tobytes() == activity.quantity.tobytes()

    check()


@every_language
def test_a_person_fills_in_the_long_form(light: Templates, language: Language, tmp_path: Path) -> None:
    zh = language == "zh"
    rows: dict[str, list[dict[str, Any]]] = {
        "zones": [{"zone": "甲", "province": "江苏"}, {"zone": "乙", "province": "陕西"}],
        "economy": [
            {
                "zone": "甲",
                "year": 2023,
                "value_added": "1,200",
                "unit": "亿元" if zh else "10^8 CNY",
                "price_year": 2020,
            },
            {"zone": "乙", "year": 2023, "value_added": 80, "unit": "亿元", "price_year": "2020年价"},
        ],
        "energy": [
            {"zone": "甲", "year": 2023, "carrier": "原煤" if zh else "raw coal", "quantity": 5, "unit": "万吨"},
            {"zone": "甲", "year": 2023, "carrier": "电力", "quantity": None, "unit": "万千瓦时", "supply": "光伏"},
            {"zone": "乙", "year": 2023, "carrier": "heat", "quantity": 0.1, "unit": "百万千焦"},
        ],
    }
    activity = quietly(fill(light[False, language], rows, tmp_path / "a.xlsx"))
    assert activity.zones.tolist() == ["甲", "乙"]
    assert activity.provinces.tolist() == ["32-jiangsu", "61-shaanxi"]
    assert activity.value_added_total.tolist() == [[12_000_000.0], [800_000.0]]
    assert [flow.carrier for flow in activity.flows] == ["raw_coal", "heat", "electricity"]
    quantity = activity.quantity[:, 0, :, 0]
    assert quantity[0, 0] == 50_000.0
    assert math.isnan(quantity[0, 2])
    assert quantity[1].tolist() == [0.0, 0.1, 0.0]


def test_a_person_fills_in_the_wide_form(light: Templates, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(light[True, "zh"])
    sheet = book.worksheets[0]
    place = {str(cell.value): at for at, cell in enumerate(sheet[1], start=1)}
    assert "天然气(万立方米)" in place
    sheet.cell(1, len(place) + 1, "无烟煤(万吨)")  # a carrier of one's own, to the right
    place["无烟煤(万吨)"] = len(place) + 1
    row: dict[str, Any] = dict.fromkeys((text for text in place if heading(text).kind == "carrier"), 0)
    row |= {
        "园区": "甲",
        "省份": "江苏",
        "年份": 2023,
        "工业增加值(亿元)": 12.5,
        "价格年": 2020,
        "电力(万千瓦时)": 3000,
    }
    row |= {"无烟煤(万吨)": 2, "柴油(吨)": None}
    for text, value in row.items():
        sheet.cell(2, place[text], value)
    book.save(tmp_path / "wide.xlsx")
    activity = quietly(tmp_path / "wide.xlsx")
    amounts = {f.name(): float(q) for f, q in zip(activity.flows, activity.quantity[0, 0, :, 0], strict=True) if q != 0}
    assert math.isnan(amounts.pop("diesel oil"))
    assert amounts == {"anthracite": 20_000.0, "electricity": 30_000.0}
    assert activity.value_added_total.tolist() == [[125_000.0]]
    again = quietly(zc.write(activity, tmp_path / "again"))
    assert again.input_hash == activity.input_hash
    assert quietly(tmp_path / "wide.xlsx", blank="not_used").quantity.sum() == 50_000.0


# -- options and the command line --------------------------------------------------------------------------------------


def test_options(tmp_path: Path) -> None:
    for path, language, code in (("a.csv", "en", "write.template"), ("a.xlsx", "de", "option")):
        with pytest.raises(zc.InputError) as caught:
            zc.write_template(tmp_path / path, language=language)  # type: ignore[arg-type]
        assert caught.value.problems[0].code == code
    (tmp_path / "mine.xlsx").write_bytes(b"mine")
    with pytest.raises(zc.InputError, match=r"mine\.xlsx"):
        zc.write_template(tmp_path / "mine.xlsx", wide=True)
    assert (tmp_path / "mine.xlsx").read_bytes() == b"mine"
    zc.write_template(tmp_path / "mine.xlsx", wide=True, overwrite=True)
    assert openpyxl.load_workbook(tmp_path / "mine.xlsx").sheetnames[0] == "data"


def test_without_openpyxl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(zc.MissingOptionalDependencyError, match="excel"):
        zc.write_template(tmp_path / "a.xlsx")


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook, folder, parquet = tmp_path / "z.xlsx", tmp_path / "csv", tmp_path / "parquet"
    assert main(["template", str(workbook), "--wide", "--lang", "zh"]) == 0
    assert "填好后运行" in capsys.readouterr().out
    assert main(["template", str(workbook)]) == 2
    assert "z.xlsx" in capsys.readouterr().err
    assert main(["template", str(workbook), "--wide", "--lang", "zh", "--overwrite"]) == 0
    assert main(["convert", str(workbook), str(folder), "--sheets", "示例", "--lang", "zh"]) == 0
    assert "169 个园区" in capsys.readouterr().out
    assert main(["convert", str(folder), str(parquet), "--format", "parquet"]) == 0
    assert main(["convert", str(folder), str(parquet), "--format", "parquet"]) == 2
    assert quietly(parquet).input_hash == quietly(EXAMPLE).input_hash


def test_convert_tells_what_was_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    rows = "zone,year,carrier,quantity,unit\nA,2020,焦炭,1,t\nA,2020,没有这种,1,t\nA,2020,原煤,,t\n"
    (tmp_path / "in" / "energy.csv").write_text(rows, "utf-8")
    assert main(["convert", str(tmp_path / "in"), str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    capsys.readouterr()
    assert main(["convert", str(tmp_path / "in"), str(tmp_path / "out"), "--set-aside"]) == 0
    said = capsys.readouterr().err
    assert "没有这种" in said
    assert "row 3" in said
    unknown = np.isnan(quietly(tmp_path / "out").quantity).sum()
    assert unknown == 2
