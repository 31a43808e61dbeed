"""The statistical form of energy (能源购进、消费与库存): a row for each carrier, several columns of use.

Decided here: industrial production use (工业生产消费) is what goes with industrial value added, so it is read where
the form has it, and the total (消费量合计) otherwise. What is used as raw material (用于原材料) is part of it and
becomes rows of feedstock. On the form a blank means that the carrier is not used, unless another cell of the row says
that it is: raw material without use is an error, and industrial use is unknown, with a warning, where it is blank and
the total is more than what is not industrial (非工业生产消费). Rows of sums (能源合计) and the row that numbers the
columns (甲, 乙, 1, 2) are left out.
A carrier with its kinds below it (原煤 and 无烟煤, 一般烟煤 ...) would count twice: the kinds are taken where they
add up to it, the carrier itself otherwise. What leaves the enterprise as converted energy is on another form and
must be added as rows of ``transformation_out``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from zonecarbon._digits import in_digits
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.errors import Problem, ZoneCarbonError
from zonecarbon.tabular.headings import FORM, Heading, unnumbered
from zonecarbon.tabular.sheet import Sheet, is_blank
from zonecarbon.vocabulary import carriers, find_carrier, is_sum

_CLOSE = 1e-6  # parts and their whole, as printed with few digits
_WARNED = 20
_STEMS = frozenset("甲乙丙丁戊")  # the number of a column of texts


def is_form(headings: Sequence[Heading]) -> bool:
    """Return whether headings are those of the form."""
    if any(item.kind == "column" and item.name in FORM for item in headings):
        return True
    return (
        sum(item.kind == "own" and any(word in item.text for word in ("购进", "库存", "折标")) for item in headings)
        >= 2
    )


def energy_of_form(sheet: Sheet) -> Sheet:
    """Return the rows of the form as an energy table."""
    column = "industrial_use" if "industrial_use" in sheet.columns else "quantity"
    if column not in sheet.columns:
        return sheet
    sheet = sheet.take(np.flatnonzero(~_numbers_columns(sheet)))
    names = _carriers(sheet)
    amount = sheet.numbers(column)
    raw = sheet.not_negative("raw_material")
    blank = np.array([is_blank(cell) for cell in sheet.columns[column]], dtype=bool)
    sums = np.array([is_sum(name, "carrier") for name in names], dtype=bool)
    unsaid = _used_and_blank(sheet, column, ~sums & blank, raw)
    keep = ~sums & (~blank | unsaid | (raw > 0) | sheet.bad)
    keep &= ~_doubled(sheet, names, amount, keep)
    sheet.report(keep & ((raw > amount * (1 + _CLOSE)) | (blank & ~unsaid & (raw > 0))), "raw_material",
                 "form.raw_material", lambda row: _raw_and_whole(sheet, column, row))  # fmt: skip
    _warn_of_unsaid(sheet, names, keep & unsaid & ~sheet.bad, column)
    used = np.flatnonzero(keep)
    fed = np.flatnonzero(keep & (raw > 0))
    rest = np.where(raw > 0, np.maximum(amount - raw, 0.0), amount)
    rows = np.concatenate([used, fed])
    result = sheet.take(rows)
    result.columns = {name: values for name, values in result.columns.items() if name not in {*FORM, "quantity"}}
    result.columns["carrier"] = np.array(names, dtype=object)[rows]
    result.columns["quantity"] = np.concatenate([rest[used], raw[fed]])
    if len(fed):
        use = np.full(len(rows), "", dtype=object)
        use[len(used) :] = "feedstock"
        result.columns["use"] = use
    result.letters = {**result.letters, "quantity": result.letters.get(column, "")}
    result.notes.append(Problem("form.read", {"column": column_words(column)}, sheet.where(column)))
    return result


def column_words(column: str) -> str:
    """Return the column of the form that is read, in its words."""
    return {"industrial_use": "工业生产消费", "quantity": "消费量"}[column]


def _numbers_columns(sheet: Sheet) -> BoolArray:
    """Return which rows number the columns below a heading: 甲, 乙, 丙, 1, 2."""
    codes, words = sheet.texts("carrier")
    unit_codes, units = sheet.texts("unit")
    is_stem = np.array([word in _STEMS for word in words], dtype=bool)
    no_unit = np.array([not unit or unit in _STEMS for unit in units], dtype=bool)
    rows: BoolArray = is_stem[codes] & no_unit[unit_codes]
    return rows


def _used_and_blank(sheet: Sheet, column: str, rows: BoolArray, raw: FloatArray) -> BoolArray:
    """Return which of some rows, blank in the column that is read, have a total that is more than other use.

    Total and other use are read in these rows alone: nothing else hangs on them.
    """
    used = np.zeros(len(sheet), dtype=bool)
    if column == "quantity" or "quantity" not in sheet.columns or not rows.any():
        return used
    at = np.flatnonzero(rows)
    part = sheet.take(at)
    total, other = part.numbers("quantity"), np.nan_to_num(part.numbers("other_use"))
    sheet.bad[at] |= part.bad
    used[at] = (total > other * (1 + _CLOSE)) & ~(raw[at] > total * (1 + _CLOSE))
    return used


def _raw_and_whole(sheet: Sheet, column: str, row: int) -> dict[str, Any]:
    whole = sheet.cell(column, row)
    return {"value": sheet.cell("raw_material", row), "whole": "" if is_blank(whole) else whole}


def _warn_of_unsaid(sheet: Sheet, names: Sequence[str], rows: BoolArray, column: str) -> None:
    """Warn of each row whose industrial use is blank though the carrier is used."""
    found = np.flatnonzero(rows).tolist()
    for row in found[:_WARNED]:
        values = {"name": names[row], "whole": sheet.cell("quantity", row)}
        sheet.notes.append(Problem("form.industrial_blank", values, sheet.where(column, row)))
    if len(found) > _WARNED:
        sheet.notes.append(Problem("and_more", {"count": len(found) - _WARNED}, sheet.where(column)))


def _carriers(sheet: Sheet) -> list[str]:
    """Return the names of the carriers without their numbering (``其中：1.无烟煤``)."""
    codes, words = sheet.texts("carrier")
    plain = [unnumbered(word) for word in words]
    return [plain[code] for code in codes.tolist()]


def _doubled(sheet: Sheet, names: Sequence[str], amount: FloatArray, keep: Any) -> Any:
    """Return which rows repeat others: a carrier whose kinds add up to it, or kinds that do not."""
    doubled = np.zeros(len(names), dtype=bool)
    zone, year = sheet.texts("zone")[0], sheet.texts("year")[0]
    sector = sheet.texts("sector")[0]
    groups: dict[tuple[int, int, int], dict[str, int]] = {}
    for row in np.flatnonzero(keep).tolist():
        try:
            found = find_carrier(names[row]).id
        except ZoneCarbonError:
            continue
        groups.setdefault((int(zone[row]), int(year[row]), int(sector[row])), {}).setdefault(found, row)
    for rows in groups.values():
        for carrier, row in rows.items():
            kinds = [at for other, at in rows.items() if carriers()[other].parent == carrier]
            if not kinds:
                continue
            whole, parts = amount[row], amount[kinds].sum()
            if abs(whole - parts) <= _CLOSE * max(abs(whole), abs(parts)):
                doubled[row] = True
            else:
                doubled[kinds] = True
                values = {"whole": names[row], "amount": in_digits(whole), "parts": in_digits(parts)}
                sheet.notes.append(Problem("form.parts", values, sheet.where("carrier", row)))
    return doubled & ~sheet.bad  # what is bad stays, as an unknown quantity
