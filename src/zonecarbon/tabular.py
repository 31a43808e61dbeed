"""Tables in: zones, economy, energy, process and indicators, as files of a folder, frames or dicts of arrays.

Decided here: columns are checked as columns. Every distinct spelling (carrier, unit, province) is looked up once with
the function that a record uses, and the answer is spread over the rows; so a million rows cost a few look-ups, and a row
cannot be judged differently from a record typed by hand. All problems are collected, each with file, row and column,
and raised together.

With ``on_error="set_aside"`` the good rows go on. A row set aside is not a row that was never there: where its zone and
year are legible, its quantity is unknown (NaN), not zero; where its carrier is not, an unknown quantity of other energy
stands for it. Only rows of sums, and exact repetitions, leave nothing behind.

A file is UTF-8 (with or without BOM) or GB18030. Cells are read as text, so that ``1,000``, full-width digits and
``NaN`` typed by hand are judged here and not by the reader's guesses. pandas does the reading and the factorising.
"""

import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from zonecarbon import quality, units
from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.activity import Activity, Cells, Draft, Flow, Rows, assemble, mixed_years, process_flow
from zonecarbon.catalog import decode
from zonecarbon.errors import DataWarning, InputError, Problem, Where, ZoneCarbonError
from zonecarbon.records.carrier_unit import form, heat_value_factor
from zonecarbon.records.zone import FIRST_YEAR, INDICATOR_UNITS, LAST_YEAR, parse_price_year
from zonecarbon.vocabulary import carriers, find_carrier, find_province, find_supply, find_use, fold, is_sum, nearest

TABLES = ("zones", "economy", "energy", "process", "indicators")
_FILES = {
    "zones": ("zones", "园区"),
    "economy": ("economy", "工业增加值", "经济"),
    "energy": ("energy", "能源", "能源消费"),
    "process": ("process", "工业过程"),
    "indicators": ("indicators", "指标"),
}
_COLUMNS = {
    "zone": ("zone", "园区", "高新区", "园区名称", "高新区名称"),
    "name": ("name", "名称", "全称"),
    "province": ("province", "省份", "省", "所在省份", "地区"),
    "year": ("year", "年份", "年度", "年"),
    "sector": ("sector", "行业", "部门"),
    "value_added": ("value_added", "工业增加值", "增加值"),
    "unit": ("unit", "单位", "计量单位"),
    "price_year": ("price_year", "价格年", "价格基期", "价格"),
    "boundary": ("boundary", "边界"),
    "coverage": ("coverage", "统计范围"),
    "deflator": ("deflator", "平减指数"),
    "carrier": ("carrier", "能源品种", "品种", "能源", "能源名称"),
    "quantity": ("quantity", "数量", "消费量", "实物量"),
    "use": ("use", "用途"),
    "supply": ("supply", "来源", "供应"),
    "ncv": ("ncv", "热值", "低位发热量"),
    "ncv_unit": ("ncv_unit", "热值单位"),
    "basis": ("basis", "口径"),
    "meter": ("meter", "计量点", "表号"),
    "product": ("product", "产品"),
    "output": ("output", "产量"),
    "factor": ("factor", "排放因子"),
    "indicator": ("indicator", "指标", "指标名称"),
    "value": ("value", "数值", "值"),
}
_BASIS = {
    "": "",
    "calorific": "calorific",
    "当量值": "calorific",
    "当量": "calorific",
    "equivalent": "equivalent",
    "等价值": "equivalent",
    "等价": "equivalent",
}
_INDICATORS = {
    "综合能源消费量": "total_energy",
    "综合能耗": "total_energy",
    "二氧化碳排放量": "co2",
    "单位工业增加值综合能耗": "energy_intensity",
    "单位工业增加值二氧化碳排放量": "co2_intensity",
}
_MOST = 10_000


@dataclass(slots=True)
class _Sheet:
    """One table while it is checked: its columns under our names, where rows stand, which are bad."""

    source: str
    frame: pd.DataFrame
    number: IntArray
    bad: BoolArray = field(init=False)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.frame), dtype=bool)

    def report(self, rows: Any, column: str, code: str, make: Callable[[int], dict[str, Any]]) -> None:
        """Mark rows as bad, with a problem each."""
        rows = np.flatnonzero(rows) if getattr(rows, "dtype", None) == bool else np.asarray(rows, dtype=np.int64)
        self.bad[rows] = True
        for row in rows[:_MOST].tolist():
            self.problems.append(Problem(code, make(row), Where(self.source, "", int(self.number[row]), column)))
        if len(rows) > _MOST:
            self.problems.append(
                Problem("and_more", {"count": len(rows) - _MOST}, Where(self.source, "", None, column))
            )

    def repeat(self, rows: Any, column: str, error: ZoneCarbonError) -> None:
        """Mark rows as bad with what a look-up raised."""
        for problem in error.problems:
            self.report(rows, column, problem.code, lambda _, values=problem.values: values)  # type: ignore[misc]

    def texts(self, column: str) -> tuple[IntArray, list[str]]:
        """Return codes and distinct texts of a column; a column that is not there is empty."""
        if column not in self.frame:
            return np.zeros(len(self.frame), dtype=np.int64), [""]
        codes, distinct = pd.factorize(self.frame[column], use_na_sentinel=True)
        words = ["" if _blank(word) else _as_text(word) for word in distinct.tolist()]
        if (codes < 0).any():
            codes = np.where(codes < 0, len(words), codes)
            words.append("")
        return codes.astype(np.int64), words

    def mapped(self, column: str, find: Callable[[str], Any], empty: Any = None) -> tuple[IntArray, list[Any]]:
        """Return codes and what ``find`` makes of each distinct text; rows that it refuses are reported."""
        codes, words = self.texts(column)
        found: list[Any] = []
        for code, word in enumerate(words):
            try:
                found.append(find(word))
            except ZoneCarbonError as error:
                found.append(empty)
                self.repeat(codes == code, column, error)
        return codes, found

    def numbers(self, column: str) -> FloatArray:
        """Return a column of figures; blank is NaN, what is no number is reported."""
        if column not in self.frame:
            return np.full(len(self.frame), np.nan)
        series = self.frame[column]
        if pd.api.types.is_bool_dtype(series.dtype):
            self.report(
                np.ones(len(series), dtype=bool), column, "number.bool", lambda row: _came(column, series.iloc[row])
            )
            return np.full(len(series), np.nan)
        if pd.api.types.is_numeric_dtype(series.dtype):
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            values = self._parsed(series, column)
        self.report(np.isinf(values), column, "number.finite", lambda row: _came(column, series.iloc[row]))
        return values

    def _parsed(self, series: "pd.Series[Any]", column: str) -> FloatArray:
        codes, distinct = pd.factorize(series, use_na_sentinel=True)
        values = np.full(len(distinct) + 1, np.nan)
        for code, word in enumerate(distinct.tolist()):
            if _blank(word):
                continue
            try:
                values[code] = _figure(word, column)
            except ZoneCarbonError:
                self.report(codes == code, column, "number.text", lambda _, word=word: {"text": word})  # type: ignore[misc]
        return values[codes]


def _came(column: str, value: Any) -> dict[str, Any]:
    return {"name": column, "value": value}


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA or not str(value).strip()


def _as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _figure(value: Any, column: str) -> float:
    if isinstance(value, bool):
        raise InputError("number.bool", value=value, name=column)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value)
    return units.number(str(value))


# -- reading -------------------------------------------------------------------------------------------------------


def read(source: "str | Path | Mapping[str, Any]", on_error: Literal["raise", "set_aside"] = "raise") -> Activity:
    """Read tables into a checked activity.

    Parameters
    ----------
    source
        A folder with ``zones.csv``, ``economy.csv``, ``energy.csv`` and, if there are, ``process.csv`` and
        ``indicators.csv``; or a mapping of those names to DataFrames or dicts of columns. Columns may have their
        Chinese names. ``zones`` may be missing: the zones are then those that occur, without a province.
    on_error
        ``raise`` all problems at once, or ``set_aside`` the bad rows: ``activity.set_aside`` has the problems and
        ``activity.set_aside_rows`` the rows.

    Returns
    -------
    Activity
        With ``warnings`` about gaps, jumps near a power of ten, blank quantities.

    Raises
    ------
    InputError
        With every problem: file, row (the header is row 1; for a frame the position, as in ``iloc``), column, what came
        and what to do. A missing table or column is raised whatever ``on_error`` says.

    Warns
    -----
    DataWarning
        Once, with everything in ``activity.warnings``.

    Examples
    --------
    >>> activity = read({
    ...     "zones": {"zone": ["A"], "province": ["江苏"]},
    ...     "economy": {"zone": ["A"], "year": [2020], "value_added": [3.0], "unit": ["亿元"], "price_year": [2020]},
    ...     "energy": {"zone": ["A"], "year": [2020], "carrier": ["电力"], "quantity": [1200], "unit": ["万千瓦时"]},
    ... })
    >>> float(activity.quantity[0, 0, 0, 0])
    12000.0
    """
    if on_error not in {"raise", "set_aside"}:
        raise InputError("option", name="on_error", value=on_error, known="raise, set_aside")
    sheets, label = _sheets(source)
    draft = _draft(sheets, label)
    problems = [problem for sheet in sheets.values() for problem in sheet.problems]
    if problems and on_error == "raise":
        raise InputError(problems)
    draft.set_aside = problems
    draft.set_aside_rows = {
        name: sheet.frame[sheet.bad].assign(row=sheet.number[sheet.bad])
        for name, sheet in sheets.items()
        if sheet.bad.any()
    }
    activity = assemble(draft)
    activity = replace(activity, warnings=(*activity.warnings, *quality.inspect(activity)))
    if activity.warnings:
        warnings.warn("\n".join(problem.text() for problem in activity.warnings), DataWarning, stacklevel=2)
    return activity


def _sheets(source: "str | Path | Mapping[str, Any]") -> tuple[dict[str, _Sheet], str]:
    if isinstance(source, Mapping):
        unknown = [name for name in source if name not in TABLES]
        if unknown:
            raise InputError("tables.unknown", names=", ".join(map(str, unknown)), known=", ".join(TABLES))
        sheets = {name: _sheet(name, _frame(name, table), 0) for name, table in source.items() if table is not None}
        label = "frames"
    else:
        folder = Path(source)
        if not folder.is_dir():
            code = "source.workbook" if folder.suffix.casefold() in {".xlsx", ".xls", ".xlsm"} else "source.folder"
            raise InputError(code, Where(folder.name), path=folder.name)
        sheets, label = {}, folder.name
        for name, stems in _FILES.items():
            path = next((folder / f"{stem}.csv" for stem in stems if (folder / f"{stem}.csv").is_file()), None)
            if path is not None:
                sheets[name] = _sheet(path.name, _read_csv(path), 2)
    if not {"energy", "indicators"} & set(sheets):
        raise InputError("tables.none", Where(label), found=", ".join(sheets) or "-")
    return sheets, label


def _frame(name: str, table: Any) -> pd.DataFrame:
    if isinstance(table, pd.DataFrame):
        return table.reset_index(drop=True)
    try:
        return pd.DataFrame({str(key): list(column) for key, column in dict(table).items()})
    except (TypeError, ValueError) as error:
        raise InputError("tables.form", Where(name), detail=str(error)) from None


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        text = decode(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError("file.unreadable", Where(path.name), detail=error.strerror or str(error)) from None
    try:
        return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False, na_values=[""], skip_blank_lines=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError("file.syntax", Where(path.name), detail=str(error).strip()) from None


def _sheet(source: str, frame: pd.DataFrame, first_row: int) -> _Sheet:
    index = {fold(word): name for name, words in _COLUMNS.items() for word in words}
    columns = [index.get(fold(str(column)), str(column).strip()) for column in frame.columns]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise InputError("columns.twice", Where(source), names=", ".join(twice))
    frame = frame.set_axis(columns, axis=1)
    empty = frame.isna().all(axis=1).to_numpy() if len(frame) and columns else np.zeros(len(frame), dtype=bool)
    number = np.arange(len(frame), dtype=np.int64) + first_row
    return _Sheet(source, frame[~empty].reset_index(drop=True), number[~empty])


def _need(sheet: _Sheet, *columns: str) -> None:
    missing = [column for column in columns if column not in sheet.frame]
    if missing:
        have = ", ".join(map(str, sheet.frame.columns))
        raise InputError("columns.missing", Where(sheet.source), names=", ".join(missing), have=have)


# -- the tables ----------------------------------------------------------------------------------------------------


def _draft(sheets: Mapping[str, _Sheet], label: str) -> Draft:
    zones = _Zones.read(sheets)
    years = _Positions()
    sectors = _Positions()
    energy = _energy(sheets.get("energy"), zones, years, sectors)
    process = _process(sheets.get("process"), zones, years, sectors, energy.flows)
    economy, price, labels = _economy(sheets.get("economy"), zones, years, sectors)
    figures = _indicators(sheets.get("indicators"), zones, years)
    order = sorted(range(len(years.names)), key=lambda at: years.names[at])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    cells = _joined([energy.cells, process], rank)
    return Draft(
        zones=zones.names,
        names=zones.long_names(),
        provinces=zones.provinces(),
        years=[years.names[at] for at in order],
        sectors=sectors.names or [""],
        flows=list(energy.flows),
        energy=cells,
        economy=economy._replace(year=rank[economy.year]) if order else economy,
        price=price,
        labels=labels,
        indicators=[(z, name, int(rank[y]), value, unit, basis) for z, name, y, value, unit, basis in figures],
        rows=Rows(cells, energy.number, energy.source, energy.given),
        warnings=energy.warnings,
        source=label,
    )


class _Positions:
    """Names in the order in which they first occur, and their position."""

    def __init__(self) -> None:
        self.names: list[Any] = []
        self._at: dict[Any, int] = {}

    def at(self, name: Any) -> int:
        if name not in self._at:
            self._at[name] = len(self.names)
            self.names.append(name)
        return self._at[name]

    def of(self, codes: IntArray, found: Sequence[Any], good: BoolArray) -> IntArray:
        """Return the position of each row; rows that are not good get 0."""
        used = np.zeros(len(found), dtype=bool)
        used[codes[good]] = True
        places = np.zeros(len(found), dtype=np.int64)
        for code in np.flatnonzero(used):
            places[code] = self.at(found[code])
        return places[codes]


class _Zones:
    """The zones: those of the zones table, or those that occur."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.at: dict[str, int] = {}
        self.closed = False
        self._long: dict[str, str] = {}
        self._province: dict[str, str] = {}

    @classmethod
    def read(cls, sheets: Mapping[str, _Sheet]) -> "_Zones":
        zones = cls()
        sheet = sheets.get("zones")
        if sheet is None:
            return zones
        _need(sheet, "zone")
        codes, words = sheet.mapped("zone", _zone_name, "")
        name_codes, names = sheet.texts("name")
        province_codes, provinces = sheet.mapped("province", lambda word: find_province(word).id if word else "", "")
        seen: set[str] = set()
        for row in np.flatnonzero(~sheet.bad).tolist():
            zone = words[codes[row]]
            if zone in seen:
                sheet.report([row], "zone", "zone.duplicate", lambda _, zone=zone: {"name": zone})  # type: ignore[misc]
                continue
            seen.add(zone)
            zones._add(zone, names[name_codes[row]], provinces[province_codes[row]])
        for row in np.flatnonzero(sheet.bad).tolist():
            # A zone whose province is illegible is still a zone.
            zone = words[codes[row]]
            if zone and zone not in seen:
                seen.add(zone)
                zones._add(zone, names[name_codes[row]], "")
        zones.closed = True
        return zones

    def _add(self, zone: str, name: str, province: str) -> None:
        self.at[zone] = len(self.names)
        self.names.append(zone)
        self._long[zone] = name or zone
        self._province[zone] = province

    def find(self, word: str) -> int:
        zone = _zone_name(word)
        if zone not in self.at:
            if self.closed:
                found = nearest(zone, self.names)
                raise InputError("zone.not_listed", name=zone, nearest=f" ({found!r}?)" if found else "")
            self._add(zone, "", "")
        return self.at[zone]

    def long_names(self) -> list[str]:
        return [self._long[zone] for zone in self.names]

    def provinces(self) -> list[str]:
        return [self._province[zone] for zone in self.names]


def _zone_name(word: str) -> str:
    if not word:
        raise InputError("zone.blank")
    if is_sum(word, "zone"):
        raise InputError("zone.sum", name=word)
    return word


def _year(word: str) -> int:
    digits = unicodedata.normalize("NFKC", word).removesuffix("年").strip()
    if not digits.isdigit() or not FIRST_YEAR <= int(digits) <= LAST_YEAR:
        raise InputError("year.range", value=word, first=FIRST_YEAR, last=LAST_YEAR)
    return int(digits)


def _basis(word: str) -> str:
    if word not in _BASIS:
        raise InputError("basis.unknown", basis=word)
    return _BASIS[word]


def _place(sheet: _Sheet, zones: _Zones) -> tuple[IntArray, IntArray, list[Any], BoolArray]:
    """Return zone positions, year codes and years, and which rows have both."""
    zone_codes, found = sheet.mapped("zone", zones.find, -1)
    zone = np.array(found, dtype=np.int64)[zone_codes] if found else zone_codes
    year_codes, years = sheet.mapped("year", _year, -1)
    legible = (zone >= 0) & (np.array(years, dtype=np.int64)[year_codes] >= 0 if years else False)
    return np.maximum(zone, 0), year_codes, years, legible


def _combinations(*codes: IntArray) -> tuple[IntArray, IntArray]:
    """Return the code of each row's combination, and a first row of each."""
    combined = np.zeros(len(codes[0]), dtype=np.int64)
    for part in codes:
        combined = combined * (int(part.max(initial=0)) + 1) + part
        combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
    first = np.unique(combined, return_index=True)[1]
    return combined, first


@dataclass(slots=True)
class _Energy:
    cells: Cells
    flows: dict[Flow, int]
    number: IntArray
    source: str
    given: Any
    warnings: list[Problem]


def _no_cells() -> Cells:
    none = np.zeros(0, dtype=np.int64)
    return Cells(none, none, none, none, np.zeros(0))


def _energy(sheet: _Sheet | None, zones: _Zones, years: _Positions, sectors: _Positions) -> _Energy:
    if sheet is None:
        return _Energy(_no_cells(), {}, np.zeros(0, dtype=np.int64), "", np.zeros(0, dtype=object), [])
    _need(sheet, "zone", "year", "carrier", "quantity", "unit")
    zone, year_codes, year_list, legible = _place(sheet, zones)
    sums = _report_sums(sheet)
    carrier_codes, found = sheet.mapped("carrier", _carrier_or_sum, "")
    sector_codes, sector_words = sheet.texts("sector")
    use_codes, uses = sheet.mapped("use", find_use, "final")
    basis_codes, bases = sheet.mapped("basis", _basis, "")
    supply_codes, supplies = _supplies(sheet, carrier_codes, found)
    quantity = sheet.numbers("quantity")
    sheet.report(
        quantity < 0, "quantity", "number.negative", lambda row: _came("quantity", _cell(sheet, "quantity", row))
    )
    heat = sheet.numbers("ncv")
    measured = ~np.isnan(heat)
    sheet.report(measured & ~(heat > 0), "ncv", "ncv.positive", lambda row: {"value": _cell(sheet, "ncv", row)})
    kept = _forms(sheet, carrier_codes, found, basis_codes, bases, measured)
    heat_factor = _heat_factors(sheet, carrier_codes, found, measured)

    flows: dict[Flow, int] = {}
    combined, first = _combinations(carrier_codes, use_codes, supply_codes, kept.code)
    flow_of = np.full(len(first), -1, dtype=np.int64)
    for at, row in enumerate(first.tolist()):
        if found[carrier_codes[row]] and kept.forms[kept.code[row]] is not None:
            unit, _, basis = kept.forms[kept.code[row]]  # type: ignore[misc]
            if measured[row]:
                unit, basis = "GJ", ""
            flow = Flow(found[carrier_codes[row]], uses[use_codes[row]], supplies[supply_codes[row]] or "", unit, basis)
            flow_of[at] = flows.setdefault(flow, len(flows))
    flow = flow_of[combined]
    amount = quantity * kept.factor
    amount = np.where(measured, amount * heat * heat_factor, amount)

    amount = _unknown_where_bad(sheet, amount)
    drop = _duplicates(sheet, amount, zone, year_codes, sector_codes, carrier_codes, use_codes, supply_codes)
    if (flow < 0).any():
        unreadable = (flow < 0) & legible & ~sums
        if unreadable.any():
            flow[unreadable] = flows.setdefault(Flow("other_energy", "final", "", "tce", "calorific"), len(flows))
    keep = legible & ~sums & ~drop & (flow >= 0)
    cells = Cells(
        zone[keep],
        sectors.of(sector_codes, sector_words, keep)[keep],
        flow[keep],
        years.of(year_codes, year_list, keep)[keep],
        amount[keep],
    )
    blank = keep & np.isnan(quantity) & ~sheet.bad
    blanks = [Problem("quantity.blank", {"count": int(blank.sum())}, Where(sheet.source))] if blank.any() else []
    return _Energy(cells, flows, sheet.number[keep], sheet.source, _given(sheet, keep), blanks)


def _cell(sheet: _Sheet, column: str, row: int) -> Any:
    return sheet.frame[column].iloc[row]


def _carrier_or_sum(word: str) -> str:
    if not word:
        raise InputError("carrier.blank")
    return "" if is_sum(word, "carrier") else find_carrier(word).id


def _report_sums(sheet: _Sheet) -> BoolArray:
    codes, words = sheet.texts("carrier")
    is_sum_word = np.array([bool(word) and is_sum(word, "carrier") for word in words], dtype=bool)
    rows = is_sum_word[codes]
    sheet.report(rows, "carrier", "carrier.sum", lambda row: {"name": words[codes[row]]})
    return rows


def _supplies(sheet: _Sheet, carrier_codes: IntArray, found: Sequence[str]) -> tuple[IntArray, list[str]]:
    word_codes, words = sheet.texts("supply")
    combined, first = _combinations(carrier_codes, word_codes)
    supplies: list[str] = []
    for at, row in enumerate(first.tolist()):
        carrier = found[carrier_codes[row]]
        try:
            supplies.append(find_supply(words[word_codes[row]], carriers()[carrier]) if carrier else "")
        except ZoneCarbonError as error:
            supplies.append("")
            sheet.repeat(combined == at, "supply", error)
    return combined, supplies


@dataclass(slots=True)
class _Kept:
    code: IntArray
    forms: list[Any]
    factor: FloatArray


def _forms(
    sheet: _Sheet,
    carrier_codes: IntArray,
    found: Sequence[str],
    basis_codes: IntArray,
    bases: Sequence[str],
    measured: BoolArray,
) -> _Kept:
    unit_codes, unit_words = sheet.texts("unit")
    combined, first = _combinations(carrier_codes, unit_codes, basis_codes, measured.astype(np.int64))
    forms: list[Any] = []
    for at, row in enumerate(first.tolist()):
        carrier, unit = found[carrier_codes[row]], unit_words[unit_codes[row]]
        forms.append(None)
        if not carrier:
            continue
        if not unit:
            own = carriers()[carrier].unit
            sheet.report(combined == at, "unit", "unit.missing", lambda _, own=own: {"own": own})  # type: ignore[misc]
            continue
        try:
            forms[at] = form(carrier, unit, bases[basis_codes[row]], bool(measured[row]))
        except ZoneCarbonError as error:
            sheet.repeat(combined == at, "unit", error)
    factors = np.array([np.nan if item is None else item.factor for item in forms])
    return _Kept(combined, forms, factors[combined] if forms else np.zeros(0))


def _heat_factors(sheet: _Sheet, carrier_codes: IntArray, found: Sequence[str], measured: BoolArray) -> FloatArray:
    result = np.full(len(measured), np.nan)
    if not measured.any():
        return result
    unit_codes, unit_words = sheet.texts("ncv_unit")
    combined, first = _combinations(carrier_codes, unit_codes, measured.astype(np.int64))
    for at, row in enumerate(first.tolist()):
        if not measured[row] or not found[carrier_codes[row]]:
            continue
        rows = combined == at
        try:
            result[rows] = heat_value_factor(found[carrier_codes[row]], unit_words[unit_codes[row]])
        except ZoneCarbonError as error:
            sheet.repeat(rows, "ncv_unit", error)
    return result


def _unknown_where_bad(sheet: _Sheet, amount: FloatArray) -> FloatArray:
    return np.where(sheet.bad, np.nan, amount)


def _duplicates(sheet: _Sheet, amount: FloatArray, *codes: IntArray) -> BoolArray:
    """Report rows whose key came before; return those that only repeat the same figure and can be dropped."""
    meter_codes, _ = sheet.texts("meter")
    combined, first = _combinations(*codes, meter_codes)
    is_first = np.zeros(len(combined), dtype=bool)
    is_first[first] = True
    again = ~is_first & ~sheet.bad
    if not again.any():
        return again
    origin = first[combined]
    sheet.report(again, "carrier", "energy.duplicate", lambda row: {"row": int(sheet.number[origin[row]])})
    same = again & (amount == amount[origin])
    return same


def _given(sheet: _Sheet, keep: BoolArray) -> Any:
    """Return figure, unit and heat value of each row as they came, for the audit; built when asked for."""
    columns = [c for c in ("quantity", "unit", "ncv", "ncv_unit") if c in sheet.frame]
    return _GivenTexts(sheet.frame.loc[keep, columns].reset_index(drop=True))


class _GivenTexts:
    """Words of rows, made one at a time: a million sentences nobody reads cost nothing."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __len__(self) -> int:
        return len(self._frame)

    def __getitem__(self, row: int) -> str:
        cells = [("" if _blank(cell) else _as_text(cell)) for cell in self._frame.iloc[int(row)]]
        figure = " ".join(cells[:2]).strip()
        heat = " ".join(cells[2:]).strip()
        return f"{figure}, {heat}" if heat else figure


def _process(
    sheet: _Sheet | None, zones: _Zones, years: _Positions, sectors: _Positions, flows: dict[Flow, int]
) -> Cells:
    if sheet is None:
        return _no_cells()
    _need(sheet, "zone", "year", "product", "output", "unit")
    zone, year_codes, year_list, legible = _place(sheet, zones)
    product_codes, products = sheet.texts("product")
    factor_codes, factors = sheet.mapped("factor", _factor_text, "")
    sector_codes, sector_words = sheet.texts("sector")
    output = sheet.numbers("output")
    sheet.report(output < 0, "output", "number.negative", lambda row: _came("output", _cell(sheet, "output", row)))
    unit_codes, unit_factors = sheet.mapped("unit", lambda word: units.factor(word or "t", "t"), np.nan)
    tonnes = output * np.array(unit_factors, dtype=np.float64)[unit_codes] if unit_factors else output
    combined, first = _combinations(product_codes, factor_codes)
    flow_of, scale = np.zeros(len(first), dtype=np.int64), np.ones(len(first))
    for at, row in enumerate(first.tolist()):
        flow, scale[at] = process_flow(products[product_codes[row]], factors[factor_codes[row]], 1.0)
        flow_of[at] = flows.setdefault(flow, len(flows))
    keep = legible
    amount = np.where(sheet.bad, np.nan, tonnes * scale[combined])
    return Cells(
        zone[keep],
        sectors.of(sector_codes, sector_words, keep)[keep],
        flow_of[combined][keep],
        years.of(year_codes, year_list, keep)[keep],
        amount[keep],
    )


def _factor_text(word: str) -> str:
    if word:
        value, unit = units.split(word)
        units.factor(unit, "tCO2/t")
        if not value >= 0:
            raise InputError("number.negative", value=value, name="factor")
    return word


def _economy(
    sheet: _Sheet | None, zones: _Zones, years: _Positions, sectors: _Positions
) -> tuple[Cells, IntArray, dict[str, list[str]]]:
    if sheet is None:
        return _no_cells(), np.zeros(0, dtype=np.int64), {}
    _need(sheet, "zone", "year", "value_added", "unit")
    zone, year_codes, year_list, legible = _place(sheet, zones)
    money = sheet.numbers("value_added")
    unit_codes, factors = sheet.mapped("unit", _money_factor, np.nan)
    price_codes, prices = sheet.mapped("price_year", lambda word: parse_price_year(word or "nominal"), "nominal")
    sector_codes, sector_words = sheet.texts("sector")
    amount = np.where(sheet.bad, np.nan, money * np.array(factors, dtype=np.float64)[unit_codes])
    combined, first = _combinations(zone, year_codes, sector_codes)
    is_first = np.zeros(len(combined), dtype=bool)
    is_first[first] = True
    again = ~is_first & legible
    sheet.report(
        again,
        "zone",
        "economy.duplicate",
        lambda row: {
            "zone": zones.names[zone[row]],
            "year": year_list[year_codes[row]],
            "sector": sector_words[sector_codes[row]],
        },
    )
    keep = legible & ~again
    _check_economy(
        sheet, keep, zone, year_codes, [sector_words[c] for c in sector_codes], [prices[c] for c in price_codes]
    )
    labels = {}
    for name in ("boundary", "coverage", "deflator"):
        codes, words = sheet.texts(name)
        labels[name] = [words[code] for code in codes[keep]]
    price = np.array([-1 if prices[code] == "nominal" else prices[code] for code in price_codes[keep]], dtype=np.int64)
    cells = Cells(
        zone[keep],
        sectors.of(sector_codes, sector_words, keep)[keep],
        np.zeros(int(keep.sum()), dtype=np.int64),
        years.of(year_codes, year_list, keep)[keep],
        amount[keep],
    )
    return cells, price, labels


def _money_factor(word: str) -> float:
    if not word:
        raise InputError("unit.missing", own="万元")
    return units.factor(word, "万元")


def _check_economy(
    sheet: _Sheet, keep: BoolArray, zone: IntArray, year: IntArray, sectors: Sequence[str], prices: Sequence[Any]
) -> None:
    """Report zone-years whose value added stands with and without sectors, or at two price years."""
    groups: dict[tuple[int, int], list[int]] = {}
    for row in np.flatnonzero(keep).tolist():
        groups.setdefault((int(zone[row]), int(year[row])), []).append(row)
    for rows in groups.values():
        if len(rows) < 2:
            continue
        if mixed_years((0, sectors[row]) for row in rows):
            sheet.report(
                rows[-1:],
                "sector",
                "economy.mixed",
                lambda row: {"zone": sheet.frame["zone"].iloc[row], "year": sheet.frame["year"].iloc[row]},
            )
        if len({prices[row] for row in rows}) > 1:
            sheet.report(
                rows[-1:],
                "price_year",
                "economy.prices",
                lambda row: {"zone": sheet.frame["zone"].iloc[row], "year": sheet.frame["year"].iloc[row]},
            )


def _indicators(sheet: _Sheet | None, zones: _Zones, years: _Positions) -> list[tuple[int, str, int, float, str, str]]:
    if sheet is None:
        return []
    _need(sheet, "zone", "year", "indicator", "value")
    zone, year_codes, year_list, legible = _place(sheet, zones)
    name_codes, names = sheet.texts("indicator")
    names = [_INDICATORS.get(name, name) for name in names]
    value = sheet.numbers("value")
    unit_codes, unit_words = sheet.texts("unit")
    basis_codes, bases = sheet.mapped("basis", _basis, "")
    combined, first = _combinations(name_codes, unit_codes)
    scale, kept = np.ones(len(first)), [""] * len(first)
    for at, row in enumerate(first.tolist()):
        try:
            scale[at], kept[at] = _indicator_unit(names[name_codes[row]], unit_words[unit_codes[row]])
        except ZoneCarbonError as error:
            sheet.repeat(combined == at, "unit", error)
    key, key_first = _combinations(zone, year_codes, name_codes)
    is_first = np.zeros(len(key), dtype=bool)
    is_first[key_first] = True
    again = ~is_first & legible
    sheet.report(
        again,
        "indicator",
        "indicator.duplicate",
        lambda row: {
            "zone": zones.names[zone[row]],
            "year": year_list[year_codes[row]],
            "name": names[name_codes[row]],
        },
    )
    keep = legible & ~again
    place = years.of(year_codes, year_list, keep)
    return [
        (
            int(zone[row]),
            names[name_codes[row]],
            int(place[row]),
            float("nan") if sheet.bad[row] else float(value[row] * scale[combined[row]]),
            kept[combined[row]],
            bases[basis_codes[row]],
        )
        for row in np.flatnonzero(keep).tolist()
    ]


def _indicator_unit(name: str, unit: str) -> tuple[float, str]:
    if not name:
        raise InputError("indicator.blank")
    to = INDICATOR_UNITS.get(name, "")
    if to:
        if not unit:
            raise InputError("unit.missing", own=to)
        return units.factor(unit, to), to
    if unit == "%":
        return units.factor("%", "1"), "1"
    return 1.0, unit


def _joined(parts: Iterable[Cells], rank: IntArray) -> Cells:
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    if len(rank):
        columns[3] = rank[columns[3].astype(np.int64)]
    return Cells(*columns)
