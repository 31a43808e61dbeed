"""The template: an empty workbook with drop-downs, notes, and a filled example beside it.

Decided here: the workbook is what :func:`zonecarbon.read` reads, nothing more: headings in row 1, one table a sheet.
Its headings are locked, without a password; all cells below are free, and names are typed as text, so that a zone
called 1-2 does not become a date. The example (169 invented zones) stands on sheets of its own, whose names begin with
``example`` or 示例: reading leaves them out unless it is asked for them, so nobody's figures are mixed with invented
ones, and a planner still sees how a filled sheet looks. The wide form has one sheet, a row for each zone and year and a
column for each usual carrier that the method ``inventory`` can account for in the unit of its heading; to its right
further carriers may be added. Electricity by supply is headed as counted in addition (另计), so that who fills it in
reads it where the figures go, and reading needs no warning.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from zonecarbon import messages
from zonecarbon.errors import InputError
from zonecarbon.messages import Language
from zonecarbon.tabular import dropdowns
from zonecarbon.tabular.books import table_header
from zonecarbon.tabular.dropdowns import LAST_ROW, USUAL
from zonecarbon.tabular.headings import APART
from zonecarbon.tabular.replacing import replacing
from zonecarbon.tabular.saving import open_workbook
from zonecarbon.tabular.writing import refuse_existing, sheet_name
from zonecarbon.vocabulary import carriers, find_carrier, find_province, find_supply, read_rows, word_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

EXAMPLE: Mapping[Language, str] = {"en": "example ", "zh": "示例"}
NOTES: Mapping[Language, str] = {"en": "notes", "zh": "说明"}
WIDE: Mapping[Language, str] = {"en": "data", "zh": "数据"}
_LONG = {
    "zones": ("zone", "name", "province"),
    "economy": (
        "zone", "year", "sector", "value_added", "unit", "price_year", "boundary", "coverage", "deflator",
    ),
    "energy": (
        "zone", "year", "sector", "carrier", "quantity", "unit", "use", "supply", "ncv", "ncv_unit", "basis",
    ),
    "process": ("zone", "year", "sector", "product", "output", "unit", "factor"),
    "indicators": ("zone", "year", "indicator", "value", "unit", "basis"),
}  # fmt: skip
_OPTIONAL = {
    "name",
    "sector",
    "boundary",
    "coverage",
    "deflator",
    "use",
    "supply",
    "ncv",
    "ncv_unit",
    "basis",
    "factor",
}
_NOTES = {
    False: ("title", "long", "blank_long", "units", "prices", "sums", "locked", "example", "next"),
    True: ("title", "wide", "blank_wide", "columns", "prices", "sums", "locked", "example", "next"),
}
_TEXTS = {"zone", "name", "sector", "boundary", "coverage", "deflator", "product", "factor", "indicator"}
_HEAD_FILL, _OPTIONAL_FILL, _EXAMPLE_TAB = "DDEBF7", "F2F2F2", "BFBFBF"
_SPARE = 12  # columns of the wide form in which further carriers may be added
_WITHOUT_FACTOR = {"biomass_fuel"}  # per tonne, which heating value differs tenfold; in GJ or tce it is accounted
_BESIDE = (("electricity", "onsite_nonfossil"), ("electricity", "certificate"))
_UNITS_EN = {"吨": "t", "万立方米": "10^4 m3", "立方米": "m3", "万千瓦时": "10^4 kWh", "百万千焦": "GJ", "吉焦": "GJ",
             "吨标准煤": "tce", "亿元": "10^8 CNY"}  # fmt: skip


class Head(NamedTuple):
    """A column of the template: its heading, the name of its note, how its cells are kept, and what checks them."""

    text: str
    about: str
    number_format: str = "General"
    check: "DataValidation | None" = None
    optional: bool = False


def write_template(
    path: "str | Path", *, wide: bool = False, language: Language = "en", overwrite: bool = False
) -> Path:
    """Write an empty workbook to fill in, with drop-downs, notes and a filled example.

    Parameters
    ----------
    path
        The workbook, ``.xlsx``.
    wide
        One sheet with a row for each zone and year and a column for each usual carrier, its unit in the heading;
        otherwise a sheet for each table (zones, economy, energy, process, indicators).
    language
        Of headings, drop-downs and notes: ``en`` or ``zh``.
    overwrite
        Whether to replace what is there.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    InputError
        If there is such a file already, or the path does not end with ``.xlsx``.
    MissingOptionalDependencyError
        If openpyxl (extra ``excel``) is not installed.

    Notes
    -----
    ``zc.read(path)`` reads what was filled in; ``zc.read(path, sheets="example")`` (示例 in Chinese) the example.

    Examples
    --------
    >>> import tempfile
    >>> from zonecarbon import read
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_template(f"{folder}/zones.xlsx", wide=True, language="zh")
    ...     read(path, sheets="示例")
    <Activity: 169 zones, 1 sectors, 7 flows, 2020-2024>
    """
    path = Path(path)
    if language not in get_args(Language):
        raise InputError("option", name="language", value=language, known=", ".join(get_args(Language)))
    if path.suffix.casefold() != ".xlsx":
        raise InputError("write.template", path=path.name)
    refuse_existing(path, overwrite)
    book = open_workbook(write_only=False)
    book.remove(book.worksheets[0])
    if wide:
        _add_wide(book, language)
    else:
        _add_long(book, language)
    _add_notes(book, wide, path.name, language)
    _add_examples(book, wide, language)
    dropdowns.add_lists(book, language)
    with replacing([path]) as hidden:
        packed = BytesIO()  # if the disk is full, a ZIP file would complain once more when nobody can catch it
        book.save(packed)
        hidden[path].write_bytes(packed.getbuffer())
    return path


# -- sheets to fill in -------------------------------------------------------------------------------------------------


def _add_long(book: "Workbook", language: Language) -> None:
    for table, names in _LONG.items():
        heads = [_head(table, name, names, language) for name in names]
        _add_sheet(book, sheet_name(table, language), heads, language)


def _head(table: str, name: str, names: Sequence[str], language: Language) -> Head:
    return Head(
        table_header(name, language),
        name if (table, name) != ("zones", "zone") else "zone_first",
        _number_format(name),
        _check(table, name, names, language),
        name in _OPTIONAL,
    )


def _number_format(name: str) -> str:
    if name in _TEXTS:
        return "@"
    return "0" if name == "year" else "General"


def _check(table: str, name: str, names: Sequence[str], language: Language) -> "DataValidation | None":
    units = {"economy": "money", "process": "mass", "indicators": "indicator_unit"}
    if name == "zone":
        return dropdowns.zones_named(sheet_name("zones", language), "A") if table != "zones" else None
    if name == "unit":
        carrier = "ABCDEFGHIJK"[names.index("carrier")] if "carrier" in names else ""
        return dropdowns.units_that_fit(carrier) if carrier else dropdowns.list_of(units[table])
    if name == "year":
        return dropdowns.years()
    if name in {"quantity", "output", "ncv"}:
        return dropdowns.not_negative()
    lists = {"province", "carrier", "use", "supply", "basis", "price_year", "ncv_unit", "indicator"}
    return dropdowns.list_of(name) if name in lists else None


def _add_wide(book: "Workbook", language: Language) -> None:
    names = ("zone", "name", "province", "year")
    heads = [_head("zones", name, names, language) for name in names]
    money = f"{table_header('value_added', language)}{_in_brackets('亿元', language)}"
    heads.append(Head(money, "value_added", _number_format("value_added")))
    heads.append(_head("economy", "price_year", names, language))
    heads += [_carrier_head(carrier, "", language) for carrier in USUAL if carrier not in _WITHOUT_FACTOR]
    heads += [_carrier_head(carrier, supply, language) for carrier, supply in _BESIDE]
    sheet = _add_sheet(book, WIDE[language], heads, language)
    for at in range(len(heads) + 1, len(heads) + _SPARE + 1):
        _unlock(sheet, at, "General", 14.0)


def _carrier_head(carrier: str, supply: str, language: Language) -> Head:
    text = wide_heading(carrier, supply, language)
    about = "wide_beside" if supply else "wide_carrier"
    return Head(text, about, _number_format("quantity"), dropdowns.not_negative(), supply != "")


def wide_heading(carrier: str, supply: str, language: Language) -> str:
    """Return the heading of a carrier in the wide form, with its unit.

    Examples
    --------
    >>> wide_heading("natural_gas", "", "zh"), wide_heading("electricity", "certificate", "zh")
    ('天然气(万立方米)', '电力(绿证，另计)(万千瓦时)')
    >>> wide_heading("electricity", "certificate", "en")
    'electricity (certificate, in addition) [10^4 kWh]'
    """
    found = carriers()[carrier]
    beside = word_of(supply, language) if supply else ""
    opened = f"({beside}，{APART['zh']})" if language == "zh" else f" ({beside}, {APART['en']})"
    return f"{found.name(language)}{opened if beside else ''}{_in_brackets(found.form_unit_zh, language)}"


def _in_brackets(unit: str, language: Language) -> str:
    return f"({unit})" if language == "zh" else f" [{_UNITS_EN[unit]}]"


def _add_sheet(book: "Workbook", name: str, heads: Sequence[Head], language: Language) -> "Worksheet":
    sheet: Worksheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for at, head in enumerate(heads, start=1):
        _write_head(sheet, at, head, language)
        letter = _unlock(sheet, at, head.number_format, _width(head.text))
        if head.check is not None:
            sheet.add_data_validation(head.check)
            head.check.add(f"{letter}2:{letter}{LAST_ROW}")
    _protect(sheet)
    return sheet


def _write_head(sheet: "Worksheet", at: int, head: Head, language: Language) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill, Protection

    cell = sheet.cell(1, at, head.text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", start_color=_OPTIONAL_FILL if head.optional else _HEAD_FILL)
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.protection = Protection(locked=True)
    cell.comment = Comment(messages.render(f"template.about.{head.about}", {}, language), "zonecarbon", 120, 320)


def _unlock(sheet: "Worksheet", at: int, number_format: str, width: float) -> str:
    """Free a whole column, but for cells that are locked themselves, and return its letter."""
    from openpyxl.styles import Protection
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(at)
    column = sheet.column_dimensions[letter]
    column.width, column.number_format, column.protection = width, number_format, Protection(locked=False)
    return letter


def _protect(sheet: "Worksheet") -> None:
    """Lock the headings; whatever else people do to a table stays allowed. There is no password."""
    sheet.protection.sheet = True
    for name in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, name, False)  # what is false here is not forbidden


def _width(text: str) -> float:
    return float(max(12, 3 + sum(1 + (ord(sign) > 0x2E7F) for sign in text)))


# -- notes and example -------------------------------------------------------------------------------------------------


def _add_notes(book: "Workbook", wide: bool, file: str, language: Language) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(NOTES[language])
    sheet.column_dimensions["A"].width = 100
    example = wide_heading("anthracite", "", language)
    values = {"file": file, "example": example, "sheets": EXAMPLE[language].strip()}
    for row, name in enumerate(_NOTES[wide], start=1):
        cell = sheet.cell(row, 1, messages.render(f"template.note.{name}", values, language))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=row == 1)


def _add_examples(book: "Workbook", wide: bool, language: Language) -> None:
    tables = {name: read_rows("example", f"{name}.csv") for name in ("zones", "economy", "energy")}
    if wide:
        _add_example(book, WIDE[language], _wide_rows(tables, language), language)
        return
    for name, rows in tables.items():
        cells = [[_word(column, row, language) for column in row] for row in rows]
        heads = [table_header(column, language) for column in rows[0]]
        _add_example(book, sheet_name(name, language), [heads, *cells], language)


def _add_example(book: "Workbook", name: str, rows: Iterable[Sequence[Any]], language: Language) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(f"{EXAMPLE[language]}{name}")
    sheet.freeze_panes = "A2"
    sheet.sheet_properties.tabColor = _EXAMPLE_TAB
    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _width(str(cell.value))
    _protect(sheet)


def _word(column: str, row: Mapping[str, str], language: Language) -> Any:
    """Return a cell of the example in a language; a figure as a number."""
    text = row[column]
    if not text:
        return None
    if column in {"year", "price_year"}:
        return int(text)
    if column in {"quantity", "value_added"}:
        return float(text)
    if column == "province":
        return find_province(text).name(language)
    if column == "carrier":
        return find_carrier(text).name(language)
    if column == "unit":
        return text if language == "zh" else _UNITS_EN[text]
    return word_of(text, language) if column in {"use", "supply"} else text


def _wide_rows(tables: Mapping[str, Sequence[Mapping[str, str]]], language: Language) -> Iterable[list[Any]]:
    """Yield the rows of the example in the wide form; what a zone does not use is 0."""
    zones = {row["zone"]: row for row in tables["zones"]}
    used: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
    for row in tables["energy"]:
        supply = find_supply(row["supply"], find_carrier(row["carrier"]))
        flow = (row["carrier"], "" if supply == "grid" else supply)
        used.setdefault((row["zone"], row["year"]), {})[flow] = float(row["quantity"])
    flows = list(dict.fromkeys(flow for cells in used.values() for flow in cells))
    names = ["zone", "name", "province", "year"]
    money = f"{table_header('value_added', language)}{_in_brackets('亿元', language)}"
    yield [*(table_header(name, language) for name in names), money, table_header("price_year", language),
           *(wide_heading(carrier, supply, language) for carrier, supply in flows)]  # fmt: skip
    for row in tables["economy"]:
        place = {**zones[row["zone"]], **row}
        cells = used[row["zone"], row["year"]]
        yield [*(_word(name, place, language) for name in (*names, "value_added", "price_year")),
               *(cells.get(flow, 0.0) for flow in flows)]  # fmt: skip
