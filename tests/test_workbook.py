"""Workbooks as grids: every kind of cell by value, and what is not read. Files are made with openpyxl and patched."""

import datetime
import re
import sys
import threading
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

import zonecarbon as zc
from zonecarbon.messages import TEXTS
from zonecarbon.tabular import parts, workbook
from zonecarbon.tabular.grid import Grid, column_letter, csv_grid
from zonecarbon.tabular.parts import Parts
from zonecarbon.tabular.workbook import read_workbook

SHEET = "xl/worksheets/sheet1.xml"


def save(folder: Path, fill: Callable[[Worksheet], Any], name: str = "book.xlsx") -> Path:
    """Return the path of a new workbook whose one sheet has been filled."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "energy"
    fill(sheet)
    book.save(folder / name)
    return folder / name


def rows_of(*rows: list[Any]) -> Callable[[Worksheet], None]:
    """Return what fills a sheet with rows."""

    def fill(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    return fill


def patch(path: Path, part: str, *changes: tuple[str, str]) -> Path:
    """Replace text in one part of a workbook; each must be there."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    text = contents[part].decode()
    for old, new in changes:
        text, count = re.subn(old, new, text)
        assert count, old
    contents[part] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def read_one(path: Path) -> Grid:
    [grid] = read_workbook(path)
    return grid


def sheet_of(folder: Path, rows: str, tail: str = "") -> Grid:
    """Return the grid of a sheet whose rows are given as XML."""
    path = save(folder, rows_of(["x"]))
    return read_one(patch(path, SHEET, (r"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>{tail}")))


# -- values --------------------------------------------------------------------------------------------------------


def test_values_come_as_they_are(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["园区", "year", None, " 1,234 "],
        ["苏州", 2020, 1.5, True],
        [None, "2020", -0.25, datetime.datetime(2020, 12, 31)],
    ]
    grid = read_one(save(tmp_path, rows_of(*rows)))
    assert (grid.source, grid.sheet, grid.merged, dict(grid.unreadable)) == ("book.xlsx", "energy", (), {})
    assert grid.cells.tolist() == rows
    assert [[type(cell) for cell in row] for row in grid.cells.tolist()] == [
        [type(cell) for cell in row] for row in rows
    ]


def test_empty_rows_and_columns_at_the_end_are_cut_those_within_stay(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B3"] = 7
        sheet["F20"].number_format = "0%"  # formatted, never filled
        sheet["G4"] = ""

    assert read_one(save(tmp_path, fill)).cells.tolist() == [[None, None], [None, None], [None, 7]]


def test_a_blank_sheet_is_an_empty_grid(tmp_path: Path) -> None:
    assert read_one(save(tmp_path, lambda _: None)).cells.shape == (0, 0)


@pytest.mark.parametrize("reference", ["A1", "A1:XFD1048576", "A1:A2"])
def test_the_stated_dimension_is_not_trusted(tmp_path: Path, reference: str) -> None:
    path = save(tmp_path, rows_of(*[[1, 2]] * 3))
    patch(path, SHEET, ('<dimension ref="[^"]*"', f'<dimension ref="{reference}"'))
    assert read_one(path).cells.tolist() == [[1, 2]] * 3


def test_formatted_empty_rows_cost_nothing(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{row}"><c r="A{row}" s="0"/><c r="B{row}"/></row>' for row in range(3, 50_003))
    grid = sheet_of(tmp_path, f'<row r="2"><c r="B2"><v>1</v></c></row>{empty}')
    assert grid.cells.tolist() == [[None, None], [None, 1]]


def test_rows_and_cells_without_addresses(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>"
    assert sheet_of(tmp_path, rows).cells.tolist() == [[1, None, 3], [None] * 3, [4, None, None]]


def test_any_namespace_prefix(tmp_path: Path) -> None:
    path = save(tmp_path, rows_of([5, "text"]))
    patch(path, SHEET, (r"<(/?)(?=\w)", r"<\1x:"), ("xmlns=", "xmlns:x="))
    assert read_one(path).cells.tolist() == [[5, "text"]]


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (0.05, "0%", "5%"),
        (0.07, "0.00%", "7%"),  # 0.07 * 100 is 7.000000000000001
        (0.1234567, "0.0%", "12.34567%"),
        (1, "0%", "100%"),
        (0, "0%", "0%"),
        (-0.125, "0.0%;[Red]-0.0%", "-12.5%"),
        (1.5, '#,##0.0%;"-"', "150%"),
        (1e-9, "0%", "0.0000001%"),
        (5.5, '0.0"%"', "5.5%"),  # shown as 5.5%, and means it
        (5, r"0\%", "5%"),
        (5, '0.0;0"%"', 5),  # of negative numbers only
        (5, "0;-0%", 5),
        (5, "0_%", 5),  # as wide as a percent sign, which is not shown
        (5, "0", 5),
        (5.25, "#,##0", 5.25),
        (1234.5, '"¥"#,##0', 1234.5),
    ],
)
def test_percent_cells_come_as_exact_text(tmp_path: Path, value: float, number_format: str, expected: Any) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = value
        sheet["A1"].number_format = number_format

    [[found]] = read_one(save(tmp_path, fill)).cells.tolist()
    assert found == expected
    assert type(found) is type(expected)


@given(st.decimals(-1000, 1000, places=6, allow_nan=False))
def test_a_percentage_has_the_digits_of_its_number(percentage: Any) -> None:
    from decimal import Decimal

    class Cell:
        number_format = "0.00%"

    text, reason = workbook._read(Cell(), float(percentage / 100))  # type: ignore[arg-type]
    assert reason is None
    assert isinstance(text, str)
    assert Decimal(text.removesuffix("%")) == Decimal(repr(float(percentage / 100))) * 100
    assert "E" not in text


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_dates_in_both_systems(tmp_path: Path, epoch: int) -> None:
    def fill(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        if epoch == 1904:
            sheet.parent.epoch = CALENDAR_MAC_1904
        sheet.append([datetime.datetime(2020, 1, 1), datetime.date(2021, 6, 30), datetime.time(8, 30)])
        sheet.append([datetime.timedelta(days=1, hours=2)])

    cells = read_one(save(tmp_path, fill)).cells
    assert cells[0].tolist() == [datetime.datetime(2020, 1, 1), datetime.datetime(2021, 6, 30), "08:30:00"]
    assert cells[1, 0] == "1 day, 2:00:00"


def test_iso_dates(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1" t="d"><v>2020-05-06</v></c><c r="B1" t="d"><v>2020-05-06T07:08:09</v></c></row>'
    assert sheet_of(tmp_path, row).cells.tolist() == [
        [datetime.date(2020, 5, 6), datetime.datetime(2020, 5, 6, 7, 8, 9)]
    ]


@pytest.mark.parametrize("number", ["1e10", "-5"])
def test_a_number_that_is_no_date(tmp_path: Path, number: str) -> None:
    path = save(tmp_path, rows_of([datetime.datetime(2020, 1, 1), 1]))
    grid = read_one(patch(path, SHEET, (r"<v>43831</v>", f"<v>{number}</v>")))
    assert grid.cells.tolist() == [[None, 1]]
    assert grid.unreadable == {(0, 0): ("workbook.date", {})}


def test_rich_text_is_plain_and_escapes_are_openpyxls(tmp_path: Path) -> None:
    rich = CellRichText("原煤", TextBlock(InlineFont(b=True), "（吨）"))
    path = save(tmp_path, rows_of([rich, "a\nb"]))
    assert read_one(path).cells.tolist() == [["原煤（吨）", "a\nb"]]
    inline = '<row r="1"><c r="A1" t="inlineStr"><is><r><t>x</t></r><r><t> y</t></r></is></c></row>'
    assert sheet_of(tmp_path, inline).cells.tolist() == [["x y"]]


# -- formulas and errors -------------------------------------------------------------------------------------------


def test_formulas_count_by_their_stored_result(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1" t="b"><f>1=1</f><v>1</v></c>'
        '<c r="E1"><f>0</f><v>0.5</v></c></row>'
    )
    grid = sheet_of(tmp_path, rows)
    assert grid.cells.tolist() == [[2, "a", None, True, 0.5]]
    assert not grid.unreadable


def test_a_formula_without_a_stored_result_is_found(tmp_path: Path) -> None:
    grid = read_one(save(tmp_path, rows_of(["zone", 1], ["A", 2, "=B1+B2"])))
    assert grid.cells.tolist() == [["zone", 1, None], ["A", 2, None]]
    assert grid.unreadable == {(1, 2): ("workbook.formula", {})}


def test_formulas_alone_still_have_a_place(tmp_path: Path) -> None:
    grid = sheet_of(tmp_path, '<row r="3"><c r="B3"><f>1</f></c></row>')
    assert grid.cells.shape == (3, 2)
    assert list(grid.unreadable) == [(2, 1)]


def test_an_array_formula_is_missing_in_its_whole_range(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = 1
        sheet["B1"] = ArrayFormula("B1:B3", "=A1:A3*2")

    grid = read_one(save(tmp_path, fill))
    assert grid.cells.shape == (3, 2)
    assert sorted(grid.unreadable) == [(0, 1), (1, 1), (2, 1)]


def test_zeros_that_nobody_calculated_are_not_zero(tmp_path: Path) -> None:
    """XlsxWriter stores 0 beside each formula and asks that the workbook be calculated when it is opened."""
    rows = (
        '<row r="1"><c r="A1"><v>0</v></c><c r="B1"><f>SUM(D1:D9)</f><v>0</v></c><c r="C1"><f>2</f><v>2</v></c>'
        '<c r="D1"><f>0</f><v>0.0</v></c></row>'
    )
    path = save(tmp_path, rows_of([1]))
    patch(path, SHEET, ("<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>"))
    grid = read_one(path)
    assert grid.cells.tolist() == [[0, None, 2, 0.0]]
    assert grid.unreadable == {(0, 1): ("workbook.formula", {})}
    grid = read_one(patch(path, "xl/workbook.xml", (' fullCalcOnLoad="1"', "")))  # as Excel saves it
    assert grid.cells.tolist() == [[0, 0, 2, 0.0]]
    assert not grid.unreadable


def test_the_pass_does_not_depend_on_where_its_chunks_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_CHUNK", 1)
    row = '<row r="1"><c r="A1"><f>1/4</f><v>0.25</v></c><c r="B1"><f>0</f><v>0</v></c><c r="C1"><v>12</v></c></row>'
    grid = sheet_of(tmp_path, row)
    assert grid.cells.tolist() == [[0.25, None, 12]]
    assert list(grid.unreadable) == [(0, 1)]


def test_error_values_are_unreadable_and_named(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="e"><f>B9</f><v>#REF!</v></c><c r="B1" t="str"><v>#REF!</v></c>'
        '<c r="C1" t="e"><v>#DIV/0!</v></c><c r="D1" t="e"><v>#VALUE!</v></c><c r="E1"><v>1E+999</v></c></row>'
    )
    grid = sheet_of(tmp_path, rows)
    assert grid.cells.tolist() == [[None, "#REF!", None, None, None]]
    assert grid.unreadable == {
        (0, 0): ("workbook.error_cell", {"value": "#REF!"}),
        (0, 2): ("workbook.error_cell", {"value": "#DIV/0!"}),
        (0, 3): ("workbook.error_cell", {"value": "#VALUE!"}),
        (0, 4): ("workbook.error_cell", {"value": "inf"}),
    }


def test_reasons_can_be_said_in_both_languages() -> None:
    for code, values in [workbook._FORMULA, workbook._NO_DATE, ("workbook.error_cell", {"value": "#REF!"})]:
        problem = zc.errors.Problem(code, values, zc.errors.Where("a.xlsx", "energy", 17, "quantity", "D17"))
        assert str(problem).startswith("a.xlsx, energy!D17 (quantity): ")
        assert all(text.format(**values) for text in TEXTS[code])


# -- merged ranges -------------------------------------------------------------------------------------------------


def test_merged_ranges_keep_their_first_cell_and_are_cut_to_the_cells(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["title", None, None])
        sheet.append(["苏州", 1, 2])
        sheet.append([None, 3, 4])
        sheet.merge_cells("A1:F1")  # wider than the table
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("H20:I21")  # empty

    grid = read_one(save(tmp_path, fill))
    assert grid.merged == ((0, 0, 0, 2), (1, 0, 2, 0))
    assert grid.cells.tolist() == [["title", None, None], ["苏州", 1, 2], [None, 3, 4]]


def test_what_stands_under_a_merged_range_is_not_seen(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><f>1</f></c></row>'
    grid = sheet_of(tmp_path, rows, '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>')
    assert grid.cells.tolist() == [[1]]
    assert (grid.merged, grid.unreadable) == ((), {})


# -- which sheets --------------------------------------------------------------------------------------------------


def parts_opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that will have the name of each part that is opened."""
    opened: list[str] = []
    inner = Parts.open

    def note(self: Any, name: Any, *args: Any, **options: Any) -> Any:
        opened.append(getattr(name, "filename", name))
        return inner(self, name, *args, **options)

    monkeypatch.setattr(Parts, "open", note)
    return opened


def test_visible_sheets_only_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    names = ["能源 消费", "it's", "hidden", "very", "a!b", "&<>'\""]
    for name in names:
        book.create_sheet(name)["A1"] = name
    book["hidden"].sheet_state = "hidden"
    book["very"].sheet_state = "veryHidden"
    book.remove(book["Sheet"])
    chart = BarChart()
    book.create_chartsheet("chart", 1).add_chart(chart)
    book.save(tmp_path / "a.xlsx")
    opened = parts_opened(monkeypatch)
    grids = read_workbook(tmp_path / "a.xlsx")
    assert not [part for part in opened if re.search("chart|drawing|theme|docProps", part)]
    assert [grid.sheet for grid in grids] == [name for name in names if name not in {"hidden", "very"}]
    assert [grid.cells.tolist() for grid in grids] == [[[grid.sheet]] for grid in grids]


def test_hidden_rows_and_columns_are_read(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([1, 2])
        sheet.append([3, 4])
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    assert read_one(save(tmp_path, fill)).cells.tolist() == [[1, 2], [3, 4]]


def test_macros_and_links_are_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path, rows_of([1]), "macro.xlsm")
    macro = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    patch(path, "[Content_Types].xml", (r"application/vnd[^\"]*sheet\.main\+xml", macro))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"no macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"no xml")
    opened = parts_opened(monkeypatch)
    assert read_one(path).cells.tolist() == [[1]]
    assert set(opened) <= {
        "[Content_Types].xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        SHEET,
    }  # fmt: skip


# -- warnings ------------------------------------------------------------------------------------------------------


def noisy(folder: Path) -> Path:
    """Return a workbook that openpyxl warns of: its style sheet is empty."""
    path = save(folder, rows_of([1, 2]), "noisy.xlsx")
    return patch(path, "xl/styles.xml", (r"(?s)(<styleSheet[^>]*>).*(</styleSheet>)", r"\1\2"))


def test_warnings_of_openpyxl_stay_inside_and_filters_as_they_were(tmp_path: Path) -> None:
    path = noisy(tmp_path)
    with pytest.warns(UserWarning, match="no stylesheet"):
        openpyxl.load_workbook(path).close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = list(warnings.filters)
        assert read_one(path).cells.tolist() == [[1, 2]]
        assert warnings.filters == before
        path.write_bytes(b"PK")
        with pytest.raises(zc.InputError):
            read_workbook(path)
        assert warnings.filters == before


def test_threads_read_side_by_side(tmp_path: Path) -> None:
    path = noisy(tmp_path)
    before = list(warnings.filters)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                assert read_one(path).cells.tolist() == [[1, 2]]
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert warnings.filters == before


def test_without_openpyxl_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path, rows_of([1]))
    monkeypatch.setitem(sys.modules, "openpyxl.reader.excel", None)
    with pytest.raises(zc.MissingOptionalDependencyError, match=r"zonecarbon\[excel\]"):
        read_workbook(path)


# -- letters and CSV -----------------------------------------------------------------------------------------------


@given(st.integers(0, 18_277))
def test_letters_are_those_of_openpyxl(index: int) -> None:
    assert column_letter(index) == get_column_letter(index + 1)


def test_no_letter_below_zero() -> None:
    with pytest.raises(ValueError, match="counted from zero"):
        column_letter(-1)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("\n\n,,\n", []),
        ("a,b\n1\n\n,x,\n", [["a", "b"], ["1", None], [None, None], [None, "x"]]),
        ("\ufeffa, b \r\n1,2\r3,4", [["a", " b "], ["1", "2"], ["3", "4"]]),
        ('a,"b\nc"\n"1,000","say ""x"""\n', [["a", "b\nc"], ["1,000", 'say "x"']]),
        ("title\na\tb\tc\n1,000\t2,000\t3\n4\t5\t6\n", [["title", None, None], ["a", "b", "c"], ["1,000", "2,000", "3"],
                                                        ["4", "5", "6"]]),
        ("a;b\n1,5;2,5\n", [["a", "b"], ["1,5", "2,5"]]),
        ("note; more\na,b\n1,2\n", [["note; more", None], ["a", "b"], ["1", "2"]]),
    ],
)  # fmt: skip
def test_csv(text: str, rows: list[list[str | None]]) -> None:
    grid = csv_grid(text, "a.csv")
    assert grid.cells.tolist() == rows
    assert (grid.source, grid.sheet) == ("a.csv", "")


@given(st.lists(st.lists(st.text("ab,;\t\"' \n1", max_size=5), min_size=2, max_size=4), min_size=1, max_size=6))
def test_csv_gives_back_what_was_written(rows: list[list[str]]) -> None:
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream).writerows([["x", "y", "z", "z"], *rows])
    cells = csv_grid(stream.getvalue(), "a.csv").cells.tolist()
    padded = [[cell or None for cell in row] + [None] * (4 - len(row)) for row in rows]
    while padded and not any(padded[-1]):
        padded.pop()
    assert cells[1:] == padded
