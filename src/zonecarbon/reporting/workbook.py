"""The report as a workbook: the same tables, with every digit, for those who go on calculating.

Decided here: rows are streamed (:mod:`zonecarbon.reporting.workbook_rows`), so that memory does not grow with them, and
the file is packed without times, so that the same results give the same bytes. A text is never a formula. Cells of
verdicts have a fill that is told apart without colour vision (light blue, orange, grey) and always the word. Every
sheet prints on A4 across, its heading on each page.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from zonecarbon.errors import MissingOptionalDependencyError, Problem
from zonecarbon.messages import Language
from zonecarbon.reporting.audit import audit
from zonecarbon.reporting.gathering import Material, gather
from zonecarbon.reporting.view import Section, Table
from zonecarbon.reporting.words import Say
from zonecarbon.reporting.workbook_columns import PLAIN, TEXT, Column, Sheet, text_column
from zonecarbon.reporting.workbook_plans import plans_sheets
from zonecarbon.reporting.workbook_rows import Style, rows_of, styles_of
from zonecarbon.reporting.workbook_scenarios import scenario_sheets
from zonecarbon.reporting.workbook_sheets import Notebook, results_sheets
from zonecarbon.reporting.workbook_targets import targets_sheets
from zonecarbon.reporting.workbook_words import word

if TYPE_CHECKING:
    from openpyxl import Workbook

_LONGEST = 32_000  # a cell of a spreadsheet holds little more; a longer warning is cut, and ends so
_WIDEST, _NARROWEST, _LOOKED_AT = 60, 8, 200
_FILLS = {"met": "DCE9F7", "missed": "F9DCC4", "unknown": "E8E8E8"}
_HEAD_FILL = "F2F2F2"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP archive knows
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_report_workbook(
    *results: Any,
    path: "str | Path",
    language: Language = "zh",
    title: str = "",
    command: str = "",
    notes: Sequence[Problem] = (),
) -> None:
    """Write results as a workbook.

    Parameters
    ----------
    *results, language, title, command, notes
        As in :func:`zonecarbon.report`.
    path
        The file.

    Raises
    ------
    InputError
        As :func:`zonecarbon.report`; if a text holds a sign that a workbook cannot keep.
    MissingOptionalDependencyError
        If openpyxl is not installed.
    """
    from zonecarbon.tabular.replacing import replacing

    with replacing([Path(path)]) as hidden:
        save_report_workbook(gather(results, notes), hidden[Path(path)], language, title, command, Path(path).name)


def save_report_workbook(
    material: Material, path: Path, language: Language, title: str, command: str, name: str
) -> None:
    """Write a workbook to a path that is moved to its place later; errors say ``name``."""
    from zonecarbon.tabular.saving import check_sheet

    sheets = sheets_of(material, language, title, command)
    for sheet in sheets:
        check_sheet(sheet.name, {column.title: column.values for column in sheet.columns}, name)
    _save(sheets, path)


def sheets_of(material: Material, language: Language, title: str = "", command: str = "") -> list[Sheet]:
    """Return the sheets of a workbook as plain data."""
    book = Notebook(Say(language), material)
    targets_sheets(book)
    results_sheets(book)
    plans_sheets(book)
    scenario_sheets(book)
    _audit_sheets(book, title, command)
    return book.sheets


# -- how it was made ---------------------------------------------------------------------------------------------------


def _audit_sheets(book: Notebook, title: str, command: str) -> None:
    """Add factors, sources and choices as the page has them, every warning, and what made the workbook."""
    trail = {section.id: section for section in audit(book.say, book.material, command).sections}
    for key in ("factors", "sources", "choices"):
        section = trail.get(f"audit-{key}")
        if section is not None:
            book.add(key, _columns_of(section))
    _warnings(book)
    _about(book, title, command)


def _columns_of(section: Section) -> list[Column]:
    """Return the table of a section as columns; numbers as they are, not as they are shown."""
    table = next((block for block in section.blocks if isinstance(block, Table)), None)
    if table is None:
        return []
    columns = []
    for at, head in enumerate(table.heads):
        cells = [row[at] for row in table.rows]
        if head.number:
            values = [cell.sort if isinstance(cell.sort, (int, float)) else np.nan for cell in cells]
            columns.append(Column(head.title, np.array(values, dtype=np.float64), PLAIN))
        else:
            columns.append(text_column(head.title, [_cut(cell.text) for cell in cells]))
    return columns


def _warnings(book: Notebook) -> None:
    """Add what is not in the report and why, what a reader must know, and rows that were set aside: all of them."""
    material, language = book.material, book.say.language
    rows = [("note", note.text(language)) for note in material.notes]
    rows += [("workbook", note) for note in book.notes]
    rows += [("warning", problem.text(language)) for problem in material.warnings]
    aside = () if material.account is None else material.account.activity.set_aside
    rows += [("aside", problem.text(language)) for problem in aside]
    kinds = [word(f"kind.{kind}", language) for kind, _ in rows]
    texts = [_cut(text) for _, text in rows]
    book.add("warnings", [text_column(book.head("kind"), kinds), text_column(book.head("warning"), texts)])


def _about(book: Notebook, title: str, command: str) -> None:
    say, material = book.say, book.material
    rows = {book.head("about.title"): title} if title else {}
    if material.is_synthetic:
        rows[book.head("about.synthetic")] = say("banner.synthetic")
    account = material.account
    if account is not None:
        rows[say("fact.source")] = account.activity.source
        rows[say("fact.years")] = ", ".join(map(str, account.years.tolist()))
        rows[say("fact.method")] = say.pick(account.method.title_en, account.method.title_zh) or account.method.name
        rows[say("fact.basis")] = say.of("basis", account.basis)
    rows[say("fact.zones")] = str(len(material.zones))
    for name, version in material.provenances[0].versions.items():
        rows[say("audit.version_of", name=name)] = version
    rows |= {say("audit.hash"): material.input_hash, book.head("about.command"): command}
    kept = {name: text for name, text in rows.items() if text}
    texts = [_cut(text) for text in kept.values()]
    book.add("about", [text_column(book.head("item"), list(kept)), text_column(book.head("content"), texts)])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# -- writing -----------------------------------------------------------------------------------------------------------


def _save(sheets: Sequence[Sheet], path: Path) -> None:
    """Write sheets to a file: openpyxl makes the workbook with its headings, then the rows go in."""
    from zonecarbon.tabular.saving import workbook_at

    raw = BytesIO()  # headings and styles alone
    rows: dict[str, Iterator[bytes]] = {}
    try:
        with workbook_at(raw) as book:
            _add_heads(book, sheets, rows)
    except MissingOptionalDependencyError:
        raise MissingOptionalDependencyError("missing", package="openpyxl", extra="report") from None
    _pack(raw, path, rows)


def _add_heads(book: "Workbook", sheets: Sequence[Sheet], rows: dict[str, Iterator[bytes]]) -> None:
    """Add each sheet with its heading; ``rows`` gets what makes its rows."""
    from openpyxl.utils import get_column_letter

    for number, told in enumerate(sheets, start=1):
        sheet = book.create_sheet(told.name)
        letters = [get_column_letter(at) for at in range(1, len(told.columns) + 1)]
        _head(sheet, told, letters)
        numbers = {style: _number_of(sheet, style) for style in sorted(styles_of(told))}
        rows[f"xl/worksheets/sheet{number}.xml"] = rows_of(told, letters, numbers.__getitem__)


def _head(sheet: Any, told: Sheet, letters: Sequence[str]) -> None:
    """Set up a sheet and write its heading, which stays in sight, has filters and is printed on each page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{letters[-1]}{len(told) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    for letter, column in zip(letters, told.columns, strict=True):
        sheet.column_dimensions[letter].width = _width(column)
    sheet.append([_heading(sheet, column.title) for column in told.columns])


def _heading(sheet: Any, title: str) -> Any:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    from zonecarbon.tabular.saving import text_cell

    cell = text_cell(sheet, title)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = Border(bottom=Side(style="thin"))
    return cell


def _number_of(sheet: Any, style: Style) -> int:
    """Return the number of a style in the workbook, which then has it."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    cell: Any = WriteOnlyCell(sheet)
    if style.form and style.form != PLAIN:
        cell.number_format = style.form
    if style.verdict in _FILLS:
        cell.fill, cell.font = PatternFill("solid", fgColor=_FILLS[style.verdict]), Font(bold=True)
    if style.quoted:
        cell.quotePrefix = True
    return int(cell.style_id)


def _width(column: Column) -> float:
    """Return the width of a column by its heading and its first cells; a Chinese character takes two places."""
    if column.form == TEXT:
        longest = max((_places(text) for text in column.values[:_LOOKED_AT]), default=0)
    else:
        known = column.values[np.isfinite(column.values)]
        whole = f"{np.abs(known).max():,.0f}" if len(known) else ""
        longest = len(whole) + max(len(column.form.partition(".")[2]), 4)
    heading = _places(column.title) / 2  # it may break in two lines
    return float(min(_WIDEST, max(_NARROWEST, longest + 2, heading + 3)))


def _places(text: str) -> int:
    return sum(1 + (ord(sign) > 0x2E7F) for sign in text)


def _pack(source: BytesIO, target: Path, rows: Mapping[str, Iterable[bytes]]) -> None:
    """Pack a workbook anew: with the rows of its sheets, and without the times of its making."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for item in old.infolist():
            info = ZipInfo(item.filename, _BEGINNING)
            info.compress_type = ZIP_DEFLATED
            data = old.read(item)
            if item.filename == "docProps/core.xml":
                data = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            before, end, after = data.partition(b"</sheetData>")
            with new.open(info, "w", force_zip64=True) as writer:
                writer.write(before)
                for block in rows.get(item.filename, ()):
                    writer.write(block)
                writer.write(end + after)
