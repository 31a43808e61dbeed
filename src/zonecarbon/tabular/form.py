"""The statistical form of energy (能源购进、消费与库存): a row for each carrier, several columns of use.

Decided here: industrial production use (工业生产消费) is what goes with industrial value added, so it is read where
the form has it, and the total (消费量合计) otherwise. What is used as raw material (用于原材料) is part of it and
becomes rows of feedstock. On the form a blank means that the carrier is not used. Rows of sums (能源合计) are left out.
A carrier with its kinds below it (原煤 and 无烟煤, 一般烟煤 ...) would count twice: the kinds are taken where they
add up to it, the carrier itself otherwise. What leaves the enterprise as converted energy is on another form and
must be added as rows of ``transformation_out``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import Problem, ZoneCarbonError
from zonecarbon.tabular.headings import FORM, Heading, unnumbered
from zonecarbon.tabular.sheet import Sheet, is_blank
from zonecarbon.vocabulary import carriers, find_carrier, is_sum

_CLOSE = 1e-6  # parts and their whole, as printed with few digits


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
    names = _carriers(sheet)
    total = sheet.columns.get("industrial_use", sheet.columns.get("quantity"))
    column = "industrial_use" if "industrial_use" in sheet.columns else "quantity"
    if total is None:
        return sheet
    amount = sheet.numbers(column)
    raw = sheet.numbers("raw_material")
    blank = np.array([is_blank(cell) for cell in total], dtype=bool)
    sums = np.array([is_sum(name, "carrier") for name in names], dtype=bool)
    keep = ~sums & (~blank | sheet.bad)
    keep &= ~_doubled(sheet, names, amount, keep)
    sheet.report(keep & (raw > amount * (1 + _CLOSE)), "raw_material", "form.raw_material",
                 lambda row: {"value": sheet.cell("raw_material", row), "whole": sheet.cell(column, row)})  # fmt: skip
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


def _carriers(sheet: Sheet) -> list[str]:
    """Return the names of the carriers without their numbering (``1.无烟煤``)."""
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
                values = {"whole": names[row], "amount": f"{whole:g}", "parts": f"{parts:g}"}
                sheet.notes.append(Problem("form.parts", values, sheet.where("carrier", row)))
    return doubled
