"""Measures into a workbook.

Decided here: the sheets are those that :mod:`zonecarbon.tabular.measures` reads. Figures are written even where they
are the default, so that who edits the sheet sees what holds; a text that says nothing is a blank. Shares and rates are
shown as percent and keep every digit.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from zonecarbon.catalog import measure_set
from zonecarbon.errors import InputError, Problem, Where
from zonecarbon.messages import Language
from zonecarbon.records import Measure, MeasureSet, Price, Site
from zonecarbon.tabular import measure_form as form
from zonecarbon.tabular.grid import column_letter
from zonecarbon.tabular.measure_form import FORMS, PERCENT, SETTINGS, Form
from zonecarbon.tabular.replacing import replacing
from zonecarbon.tabular.saving import exact_cell, text_cell, workbook_at
from zonecarbon.tabular.writing import refuse_existing
from zonecarbon.vocabulary import carriers

_CELL = 32_767  # characters of a cell of Excel


def write_measures(
    measures: "str | Path | MeasureSet | dict[str, Any]",
    path: "str | Path",
    *,
    language: Language = "en",
    overwrite: bool = False,
) -> Path:
    """Write a set of measures as a workbook, to be edited and read again.

    Parameters
    ----------
    measures
        A shipped set (``starter``), a path, a record or a dict of its fields.
    path
        The workbook, ending in ``.xlsx``.
    language
        Of sheets, headings, carriers and supplies: ``en`` or ``zh``. Both read back alike.
    overwrite
        Whether to replace what is there.

    Returns
    -------
    Path
        The workbook. :func:`zonecarbon.read_measures` gives an equal record of it.

    Raises
    ------
    MeasureError
        If the set is unknown or a field is wrong.
    InputError
        If something is there already, the ending does not fit, a text is too long for a cell, or the system refuses.
    MissingOptionalDependencyError
        If openpyxl is not installed (the extra ``excel``).

    Notes
    -----
    No text becomes a formula. Shares and rates are shown as percent.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_measures("starter", f"{folder}/mine.xlsx").name
    'mine.xlsx'
    """
    path = Path(path)
    if language not in get_args(Language):
        raise InputError("option", name="language", value=language, known=", ".join(get_args(Language)))
    if path.suffix.casefold() != ".xlsx":
        raise InputError("write.ending", path=path.name, known=".xlsx")
    found = measure_set(measures)
    refuse_existing(path, overwrite)
    tables = {name: _kept(FORMS[name], rows) for name, rows in _tables(found, language).items()}
    _check(tables, path.name)
    with replacing([path]) as hidden, workbook_at(hidden[path]) as book:
        for name, rows in tables.items():
            _write_sheet(book.create_sheet(FORMS[name].name(language)), FORMS[name], rows, language)
    return path


def _tables(found: MeasureSet, language: Language) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each sheet as what the cells hold, by column."""
    settings = [
        {"item": words[0 if language == "en" else 1], "value": _setting(found, name)}
        for name, words in SETTINGS.items()
    ]
    measures = [_measure(item, language) for item in found.measure]
    sites = [
        {"measure": form.text_of(item.name), "zone": form.text_of(zone), **_site(own)}
        for item in found.measure
        for zone, own in item.zones.items()
    ]
    prices = [_price(item, language) for item in found.price]
    return {"measures": measures, "prices": prices, "settings": settings, "sites": sites}


def _setting(found: MeasureSet, name: str) -> Any:
    value = getattr(found, name)
    return (form.text_of(value) or ('""' if name == "name" else None)) if isinstance(value, str) else value


def _measure(item: Measure, language: Language) -> dict[str, Any]:
    lists = {name: form.list_of(getattr(item, name), language) for name in form.LISTS}
    texts = ("name", "title_zh", "title_en", "limit", "capital", "running", "source_id", "note_zh", "note_en")
    return {
        **{name: getattr(item, name) for name in ("ratio", "potential", "start", "end", "ramp", "lifetime")},
        **{name: form.text_of(getattr(item, name)) for name in texts},
        **lists,
        "capital_rate": item.capital_rate,
        "kind": form.kind_of(item.kind, language),
        "source_supply": form.supply_of(item.source_supply, language, bool(item.source)),
        "target": form.text_of(form.carrier_of(item.target, language)),
        "target_supply": form.supply_of(item.target_supply, language, bool(item.target)),
        "extra": form.amounts_of(item.extra, language),
        "whole": form.whole_of(item.whole, language),
        "uncertainty": _json_of(item.uncertainty),
        "status": form.status_of(item.status, language),
    }


def _json_of(items: Any) -> str | None:
    return form.json_of([item.model_dump(mode="json", exclude_defaults=True) for item in items]) if items else None


def _site(own: Site) -> dict[str, Any]:
    limit = '""' if own.limit == "" else form.text_of(own.limit)
    return {"potential": own.potential, "limit": limit, "start": own.start}


def _price(item: Price, language: Language) -> dict[str, Any]:
    path, change = item.path, None
    if path is not None and set(path.model_dump(exclude_defaults=True)) == {"kind", "rate"}:
        change, path = path.rate, None
    return {
        "carrier": "二氧化碳" if (item.carrier, language) == ("co2", "zh") else _priced(item.carrier, language),
        "supply": form.supply_of(item.supply, language, item.carrier in carriers()),
        "price": form.text_of(item.price),
        "price_change": change,
        "path": None if path is None else form.json_of(path.model_dump(mode="json", exclude_defaults=True)),
        "status": form.status_of(item.status, language),
        **{name: form.text_of(getattr(item, name)) for name in ("source_id", "note_zh", "note_en")},
    }


def _priced(carrier: str, language: Language) -> str:
    return form.text_of(form.carrier_of(carrier, language)) or '""'


def _kept(own: Form, rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return columns, in the order of the form, without the spare ones that hold nothing."""
    columns = {name: [row.get(name) for row in rows] for name in own.words}
    empty = {name for name in own.spare if all(cell is None for cell in columns[name])}
    return {name: cells for name, cells in columns.items() if name not in empty}


def _check(tables: dict[str, dict[str, list[Any]]], source: str) -> None:
    """Raise if a text is longer than a cell; openpyxl would cut it off without a word."""
    problems = [
        Problem(
            "write.length", {"text": cell[:20], "count": len(cell), "most": _CELL}, Where(source, sheet, None, name)
        )
        for sheet, columns in tables.items()
        for name, cells in columns.items()
        for cell in cells
        if isinstance(cell, str) and len(cell) > _CELL
    ]
    if problems:
        raise InputError(problems)


def _write_sheet(sheet: Any, own: Form, columns: dict[str, list[Any]], language: Language) -> None:
    from openpyxl.styles import Font

    sheet.freeze_panes = "B2"
    heads = [text_cell(sheet, own.heading(name, language)) for name in columns]
    for head, (at, cells) in zip(heads, enumerate(columns.values()), strict=True):
        head.font = Font(bold=True)
        widest = max((_width(cell) for cell in [head.value, *cells] if isinstance(cell, str)), default=0)
        sheet.column_dimensions[column_letter(at)].width = float(min(48, max(10, 2 + widest)))
    sheet.append(heads)
    for row in zip(*columns.values(), strict=True):
        percents = [name in PERCENT or (name == "value" and row[0] in SETTINGS["discount_rate"]) for name in columns]
        sheet.append([_cell(sheet, cell, percent) for cell, percent in zip(row, percents, strict=True)])


def _width(text: str) -> int:
    return sum(1 + (ord(sign) > 0x2E7F) for sign in text)


def _cell(sheet: Any, value: Any, percent: bool) -> Any:
    if isinstance(value, str):
        return text_cell(sheet, value)
    if not isinstance(value, float):
        return value
    found = exact_cell(sheet, value)
    if not percent:
        return found
    if isinstance(found, float):
        from openpyxl.cell import WriteOnlyCell

        found = WriteOnlyCell(sheet, value=found)
    places = min(4, max(0, -int(Decimal(repr(value)).scaleb(2).normalize().as_tuple().exponent)))
    found.number_format = f"0.{'0' * places}%" if places else "0%"
    return found
