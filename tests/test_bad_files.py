"""Bad files: damaged, hostile, of another kind, far too large. Only InputError comes out, soon, in little memory."""

import io
import random
import re
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart

import zonecarbon as zc
from zonecarbon.catalog import decode
from zonecarbon.tabular import grid, parts
from zonecarbon.tabular import workbook as reading
from zonecarbon.tabular.grid import csv_grid
from zonecarbon.tabular.workbook import read_workbook

SHEET = "xl/worksheets/sheet1.xml"
NEEDED = ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
          "xl/sharedStrings.xml", SHEET)  # fmt: skip
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ONE = b'<row r="1"><c r="A1"><v>1</v></c></row>'


def good() -> dict[str, bytes]:
    """Return the parts of a small workbook with texts, dates, formulas, a merged range, a chart and two sheets."""
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    for row in (["title"], ["园区", "year", "share"], ["苏州", 2020, 0.05], ["无锡", 2021, "=C3*2"]):
        sheet.append(row)
    sheet["C3"].number_format = "0%"
    sheet.merge_cells("A1:C1")
    sheet.add_chart(BarChart())
    book.create_sheet("hidden").sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        return with_shared_texts({name: archive.read(name) for name in archive.namelist()})


def with_shared_texts(contents: dict[str, bytes]) -> dict[str, bytes]:
    """Return a workbook with its texts in a part of their own, as Excel writes it; openpyxl puts them in the cells."""
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(found[1])
        return f't="s"><v>{len(texts) - 1}</v>'

    sheet = re.sub(r't="inlineStr"><is>(.*?)</is>', share, contents[SHEET].decode())
    assert len(texts) == 6
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    table = f'<sst xmlns="{MAIN}">' + "".join(f"<si>{text}</si>" for text in texts) + "</sst>"
    listed = contents["[Content_Types].xml"].replace(b"</Types>", override.encode())
    return {
        **contents,
        SHEET: sheet.encode(),
        "[Content_Types].xml": listed,
        "xl/sharedStrings.xml": table.encode(),
    }


GOOD = good()


def packed(contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return stream.getvalue()


BYTES = packed(GOOD)


def with_rows(rows: bytes, tail: bytes = b"", head: bytes = b"") -> bytes:
    data = b'<worksheet xmlns="%s">%s<sheetData>%s</sheetData>%s</worksheet>' % (MAIN.encode(), head, rows, tail)
    return packed({**GOOD, SHEET: data})


def replaced(part: str, old: bytes, new: bytes) -> bytes:
    assert old in GOOD[part]
    return packed({**GOOD, part: GOOD[part].replace(old, new)})


def refused(folder: Path, data: bytes, code: str, name: str = "bad.xlsx") -> zc.errors.Problem:
    """Return the one problem of a file, which must have ``code`` and name the file."""
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(zc.InputError) as caught:
        read_workbook(path)
    [problem] = caught.value.problems
    assert problem.code == code
    assert problem.where.source == name
    assert problem.text("zh") != problem.text("en")
    return problem


@contextmanager
def bounded(seconds: float, megabytes: float) -> Iterator[None]:
    """Fail if the block takes longer (of the processor) or allocates more."""
    tracemalloc.start()
    start = time.process_time()
    try:
        yield
        assert time.process_time() - start < seconds
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1e6
    finally:
        tracemalloc.stop()


def test_the_good_one_is_good(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(BYTES)
    [found] = read_workbook(tmp_path / "a.xlsx")
    assert found.cells[1:, 2].tolist() == ["share", "5%", None]
    assert list(found.unreadable) == [(3, 2)]


# -- other kinds of file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "workbook.broken"),
        (b"zone,year\nA,2020\n", "workbook.broken"),
        (b"<html><table></table></html>", "workbook.broken"),  # what some systems export as xls
        (b"PK", "workbook.broken"),
        (b"PK\x05\x06" + bytes(18), "workbook.broken"),  # an archive of nothing
        (b"PK\x03\x04" + bytes(4000), "workbook.broken"),
        (packed({"a.txt": b"a"}), "workbook.broken"),
        (packed({"a.xlsx": BYTES}), "workbook.broken"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "workbook.broken"),
        (parts_of_ole := b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook.xls"),
        (parts_of_ole + "EncryptedPackage".encode("utf-16-le") + bytes(600), "workbook.encrypted"),
    ],
)
def test_no_workbook(tmp_path: Path, data: bytes, code: str) -> None:
    refused(tmp_path, data, code)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(zc.InputError, match="No such file"):
        read_workbook(tmp_path / "none.xlsx")
    with pytest.raises(zc.InputError, match="no file"):
        read_workbook(tmp_path)


def test_strict_workbooks_are_named(tmp_path: Path) -> None:
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    for part in ("xl/workbook.xml", SHEET):
        refused(tmp_path, replaced(part, MAIN.encode(), strict), "workbook.strict")


def test_cells_in_a_namespace_that_openpyxl_skips_are_not_lost_in_silence(tmp_path: Path) -> None:
    assert "not a sheet" in str(refused(tmp_path, replaced(SHEET, MAIN.encode(), b"urn:other"), "workbook.broken"))


# -- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", sorted(set(GOOD) - {"xl/styles.xml"}))
def test_a_missing_part_is_refused_or_not_needed(tmp_path: Path, part: str) -> None:
    data = packed({name: content for name, content in GOOD.items() if name != part})
    if part in {*NEEDED, "xl/worksheets/sheet2.xml"}:
        problem = refused(tmp_path, data, "workbook.broken")
        assert part in str(problem)
    else:
        (tmp_path / "a.xlsx").write_bytes(data)
        assert len(read_workbook(tmp_path / "a.xlsx")) == 1


@pytest.mark.parametrize(
    "rows",
    [
        b"<row r='2'><c r='A2'><v>1</v></c></row><row r='1'><c r='A1'><v>2</v></c></row>",  # openpyxl loses the second
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1'><c r='B1'><v>2</v></c></row>",
        b"<row r='1'><c r='A1'><v>1</v></c><c r='A1'><v>2</v></c></row>",
        b"<row r='1'><c r='B1'><v>1</v></c><c r='A1'><v>2</v></c></row>",
        b"<row r='1'><c r='A2'><v>1</v></c></row>",
        b"<row r='17'><c r='A117'><v>1</v></c></row>",
        b"<row r='1'><c r='A1:B1'><v>1</v></c></row>",
        b"<row r='1'><c r='XFE1'><v>1</v></c></row>",
        b"<row r='1'><c r='1'><v>1</v></c></row>",
        b"<row r='1048577'><c r='A1048577'><v>1</v></c></row>",
        b"<row r='-1'><c><v>1</v></c></row>",
        b"<row r='x'><c><v>1</v></c></row>",
        b"<c r='A1'><v>1</v></c>",
        b"<row r='1'><c r='A1' t='s'><v>-1</v></c></row>",  # openpyxl takes the last text
        b"<row r='1'><c r='A1' t='s'><v>99</v></c></row>",
        b"<row r='1'><c r='A1'><v>abc</v></c></row>",
        b"<row r='1'><c r='A1' t='b'><v>x</v></c></row>",
        b"<row r='1'><c r='A1' t='d'><v>x</v></c></row>",
        b"<row r='1'><c r='A1' s='999'><v>1</v></c></row>",
        b"<row r='1'><c r='A1'><v></v><v>2</v></c></row>",
        b"<row r='1'><c r='A1'><f t='array' ref='A1:A0'>1</f></c></row>",
        b"<row r='1'><c r='A1'><v>1</v></row>",
        b"<row r='1'><c r='A1'><v>&undefined;</v></c></row>",
    ],
)
def test_cells_that_cannot_be_told(tmp_path: Path, rows: bytes) -> None:
    refused(tmp_path, with_rows(rows), "workbook.broken")


@pytest.mark.parametrize("reference", [b"A1:XFE1", b"A0:B2", b"B2:A1", b"", b"A:B"])
def test_merged_ranges_that_are_none(tmp_path: Path, reference: bytes) -> None:
    tail = b'<mergeCells><mergeCell ref="%s"/></mergeCells>' % reference
    refused(tmp_path, with_rows(ONE, tail), "workbook.broken")


def test_merged_ranges_on_top_of_each_other(tmp_path: Path) -> None:
    tail = b"<mergeCells>" + b'<mergeCell ref="A1:A5"/>' * 3 + b"</mergeCells>"
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(1, 6))
    assert "overlap" in str(refused(tmp_path, with_rows(rows, tail), "workbook.broken"))


def test_one_part_as_many_sheets(tmp_path: Path) -> None:
    data = replaced("xl/_rels/workbook.xml.rels", b"sheet2.xml", b"sheet1.xml")
    assert "share a part" in str(refused(tmp_path, data, "workbook.broken"))


def test_a_sheet_without_a_part(tmp_path: Path) -> None:
    assert "without a part" in str(
        refused(tmp_path, replaced("xl/workbook.xml", b'r:id="rId1"', b""), "workbook.broken")
    )


def damaged(seed: int) -> bytes:
    """Return the good workbook with some bytes changed, cut out, repeated or cut off; or one part so, packed again."""
    chance = random.Random(seed)
    names = [name for name in GOOD if not name.startswith(("xl/charts", "xl/drawings", "docProps", "xl/theme"))]
    name = chance.choice(names) if chance.random() < 0.6 else ""
    data = bytearray(GOOD[name] if name else BYTES)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(max(len(data), 1))
        length = chance.choice((1, 4, 100))
        kind = chance.randrange(4)
        if kind == 0 and data:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[at : at + length]
        elif len(data) > 100:
            data = data[: max(at, 50)] if chance.random() < 0.2 else data
            data[-1] ^= 1 << chance.randrange(8)
    return packed({**GOOD, name: bytes(data)}) if name else bytes(data)


def test_whatever_is_damaged_reads_or_is_refused(tmp_path: Path) -> None:
    outcomes = {"read": 0, "refused": 0}
    slowest = 0.0
    for seed in range(300):
        path = tmp_path / "fuzz.xlsx"
        path.write_bytes(damaged(seed))
        start = time.process_time()
        try:
            read_workbook(path)
            outcomes["read"] += 1
        except zc.InputError as error:
            error.text("zh")
            outcomes["refused"] += 1
        slowest = max(slowest, time.process_time() - start)
    assert min(outcomes.values()) > 30, outcomes
    assert slowest < 2


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(BYTES) - 1))
def test_whatever_is_cut_off_is_refused(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.xlsx"
    path.write_bytes(BYTES[:length])
    with pytest.raises(zc.InputError):
        read_workbook(path)


# -- hostile -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", NEEDED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_document_type_in_any_part(tmp_path: Path, part: str, encoding: str) -> None:
    """A billion laughs, before openpyxl sees it."""
    text = GOOD[part].decode()
    if text.startswith("<?xml"):
        text = text[text.index("?>") + 2 :]
    laughs = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>{text}'
    with bounded(5, 40):
        problem = refused(tmp_path, packed({**GOOD, part: bomb.encode(encoding)}), "workbook.doctype")
    assert problem.values == {"part": part}


def stated(data: bytes, part: str, size: int) -> bytes:
    """Return an archive whose directory states another size of a part."""
    changed = bytearray(data)
    at = changed.rindex(b"PK\x01\x02", 0, changed.rindex(part.encode()))
    struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)


BOMB = packed({**GOOD, SHEET: bytes(40_000_000)})


@pytest.mark.parametrize(
    ("data", "code"), [(BOMB, "workbook.ratio"), (stated(BOMB, SHEET, 2**32 - 2), "workbook.size")]
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, data: bytes, code: str) -> None:
    with bounded(3, 10):
        refused(tmp_path, data, code)


def test_a_part_that_is_larger_than_stated_is_not_unpacked_further(tmp_path: Path) -> None:
    with bounded(3, 10):
        refused(tmp_path, stated(BOMB, SHEET, 100), "workbook.broken")


def test_passwords_and_packings_of_zip(tmp_path: Path) -> None:
    data = bytearray(BYTES)
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    refused(tmp_path, bytes(data), "workbook.encrypted")
    problem = refused(tmp_path, packed(GOOD, zipfile.ZIP_BZIP2), "workbook.broken")
    assert "compression" in str(problem)


def test_a_tag_without_end_and_a_tag_with_a_million_attributes(tmp_path: Path) -> None:
    attributes = b" ".join(b'a%d=""' % at for at in range(700_000))
    with bounded(15, 60):
        problem = refused(tmp_path, with_rows(ONE, head=b"<x " + attributes + b"/>"), "workbook.broken")
    assert "without end" in str(problem)


@pytest.mark.parametrize(
    ("constant", "limit", "data", "code"),
    [
        ("MOST_PARTS", 5, BYTES, "workbook.parts"),
        ("MOST_BYTES", 1000, BYTES, "workbook.size"),
        ("MOST_SHEETS", 1, BYTES, "workbook.sheets"),
        ("MOST_CELLS", 5, BYTES, "workbook.cells"),
        ("MOST_CELLS", 2, with_rows(b""), "workbook.cells"),  # texts, used or not
        ("MOST_TAGS", 20, BYTES, "workbook.tags"),
        ("MOST_TAGS", 250, with_rows(b"<row><c><v>1</v>" + b"<v>1</v>" * 300 + b"</c></row>"), "workbook.tags"),
        ("MOST_TAGS", 250, with_rows(b"<row>" + b"<x/>" * 300 + b"</row>"), "workbook.tags"),
        ("MOST_TAGS", 250, with_rows(b"", head=b"<cols>" + b"<col/>" * 300 + b"</cols>"), "workbook.tags"),
        ("MOST_BLANKS", 50, with_rows(b"<row><c/><c/></row>" * 30), "workbook.tags"),
        ("MOST_CHARACTERS", 40, with_rows(b"<row><c><v>" + b"1" * 41 + b"</v></c></row>"), "grid.cell"),
        ("MOST_UNREADABLE", 2, with_rows(b"<row><c><f t='array' ref='A1:A3'>1</f></c></row>"), "workbook.unreadable"),
        (
            "MOST_UNREADABLE",
            2,
            with_rows(b"<row>" + b"<c t='e'><v>#N/A</v></c>" * 3 + b"</row>"),
            "workbook.unreadable",
        ),
    ],
)
def test_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, constant: str, limit: int, data: bytes, code: str
) -> None:
    monkeypatch.setattr(parts, constant, limit)
    refused(tmp_path, data, code)


def test_the_file_itself_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    refused(tmp_path, BYTES, "workbook.size")


def test_a_stray_cell_in_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with bounded(5, 20):
        problem = refused(tmp_path, with_rows(ONE + far), "grid.positions")
    assert (problem.values["corner"], problem.where.sheet) == ("XFD1048576", "Sheet")
    array = b'<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>'
    with bounded(5, 20):
        refused(tmp_path, with_rows(array), "workbook.unreadable")


def test_positions_count_over_all_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    book["Sheet"]["B3"] = 1
    book.create_sheet("second")["B3"] = 1
    book.save(tmp_path / "a.xlsx")
    monkeypatch.setattr(grid, "MOST_POSITIONS", 12)
    assert len(read_workbook(tmp_path / "a.xlsx")) == 2
    monkeypatch.setattr(grid, "MOST_POSITIONS", 11)
    with pytest.raises(zc.InputError, match="second"):
        read_workbook(tmp_path / "a.xlsx")


# -- CSV -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["," * 4_000_000, "a\n" + ",".join(["x"] * 20_000)])
def test_csv_with_far_too_many_columns(text: str) -> None:
    with bounded(10, 20), pytest.raises(zc.InputError, match="at most 16,384 columns"):
        csv_grid(text, "wide.csv")


def test_csv_of_empty_rows_is_empty() -> None:
    with bounded(20, 20):
        assert csv_grid(",,,\n" * 30_000, "a.csv").cells.shape == (0, 0)


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ('a,b\n1,"2\n3,4\n', "grid.quote", 2),
        ('a,b\n"1"x,2\n', "grid.quote", 2),
        ('a,b\n1,"' + "2,3\n" * 50_000, "grid.cell", 2),
        ("a,b\n" + "x" * 200_000, "grid.cell", 2),
        ("a\0,b\n", "file.encoding", None),
    ],
)
def test_csv_that_cannot_be_told(text: str, code: str, row: int | None) -> None:
    with pytest.raises(zc.InputError) as caught:
        csv_grid(text, "bad.csv")
    [problem] = caught.value.problems
    assert (problem.code, problem.where.source, problem.where.row) == (code, "bad.csv", row)


def test_one_wide_row_among_many_does_not_fill_the_memory() -> None:
    with bounded(10, 60), pytest.raises(zc.InputError, match="reaches to"):
        csv_grid("a,b\n" * 5_000 + "x," * 9_999 + "x\n", "a.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_that_excel_writes(encoding: str) -> None:
    found = csv_grid(decode("园区\t年份\n苏州\t2020\n".encode(encoding), "a.csv"), "a.csv")
    assert found.cells.tolist() == [["园区", "年份"], ["苏州", "2020"]]


@pytest.mark.parametrize(
    "data",
    [
        "zone,é\n".encode("latin-1"),
        "zone,2020\n".encode("utf-16-le"),  # without a mark it is ASCII with NULs
        b"\xff\xfea",  # half a character
        b"\xff\xfe\x00\x00a\x00\x00\x00",  # UTF-32
        bytes(range(256)),
    ],
)
def test_encodings_that_are_none(data: bytes) -> None:
    with pytest.raises(zc.InputError) as caught:
        csv_grid(decode(data, "a.csv"), "a.csv")
    assert caught.value.problems[0].code == "file.encoding"


def test_errors_survive_as_data(tmp_path: Path) -> None:
    problem: Any = refused(tmp_path, packed({"a": b"b"}), "workbook.broken").to_dict()
    assert set(problem) >= {"code", "values", "source", "en", "zh"}
