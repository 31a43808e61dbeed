"""Each line of an account, so that an auditor can follow it with a pocket calculator.

Decided here: a line is quantity x coefficient = tce, and energy or quantity x factor = tCO2, with the row behind each
number and, where the activity came from a table, the rows of the file it came from. Numbers are printed with the digits
that reproduce them (``repr``-like, shortened only beyond twelve figures), not rounded for beauty. A number that was
written without a unit is taken in the unit of its carrier, which is said beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._digits import in_digits
from zonecarbon._table import Column, Provenance, Table, described
from zonecarbon.accounting.coefficients import SIGN, Use
from zonecarbon.activity import Rows
from zonecarbon.messages import Language
from zonecarbon.terms import said
from zonecarbon.vocabulary import UNREAD

if TYPE_CHECKING:
    from zonecarbon.accounting.result import Account


_BARE = re.compile(r": [-+0-9.e]+(, .*)?$")  # a row that gave a number alone, perhaps with a heat value


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation."""

    sector: str
    name_en: str
    name_zh: str
    sign: float
    quantity: float
    unit: str
    coefficient: float
    coefficient_label: str
    energy: float
    factors: tuple[tuple[float, str, str], ...]
    co2: float
    rows: tuple[str, ...]
    biogenic: float  # tCO2 of plants, which stands beside the sum
    is_unread: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Explanation(Table):
    """The lines of one zone and year, and their sums.

    Parameters
    ----------
    zone, year
        What is explained.
    lines
        Quantity, coefficient, energy, factor and CO2 of each flow.
    energy
        Their sum [tce].
    co2
        Their sum [tCO2].
    value_added
        Industrial value added [10^4 yuan].
    basis
        ``calorific`` or ``equivalent``.
    of
        What stands behind the account.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        "sector", "flow", "quantity", "unit", "coefficient", "coefficient_source", "energy_tce", "factor_source",
        "co2_t", "rows", flow=Column("text", "carrier or product, use and supply, in words"),
    )  # fmt: skip

    zone: str
    year: int
    lines: tuple[Line, ...]
    energy: float
    co2: float
    value_added: float
    basis: str
    of: Provenance

    @property
    def provenance(self) -> Provenance:
        """What stands behind the account."""
        return self.of

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a line; the sums are attributes, not rows."""
        lines = self.lines
        text: dict[str, Sequence[Any]] = {
            "sector": [line.sector for line in lines],
            "flow": [line.name_en for line in lines],
            "unit": [line.unit for line in lines],
            "coefficient_source": [line.coefficient_label for line in lines],
            "factor_source": ["; ".join(label for _, _, label in line.factors) for line in lines],
            "rows": ["; ".join(_given(row, line.unit, "en") for row in line.rows) for line in lines],
        }
        figures = {
            "quantity": [line.sign * line.quantity for line in lines],
            "coefficient": [line.coefficient for line in lines],
            "energy_tce": [line.energy for line in lines],
            "co2_t": [line.co2 for line in lines],
        }
        columns: dict[str, NDArray[Any]] = {name: np.array(values, dtype=object) for name, values in text.items()}
        columns |= {name: np.array(values, dtype=np.float64) for name, values in figures.items()}
        order = ("sector", "flow", "quantity", "unit", "coefficient", "coefficient_source", "energy_tce")
        return {name: columns[name] for name in (*order, "factor_source", "co2_t", "rows")}

    def text(self, language: Language = "en") -> str:
        """Return the calculation in words and figures.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        head = {"zone": self.zone, "year": self.year, "basis": messages.render(f"basis.{self.basis}", {}, language)}
        parts = [messages.render("explain.head", head, language)]
        parts += [_line_text(line, language) for line in self.lines]
        sums = {"energy": figure(self.energy), "co2": figure(self.co2)}
        parts.append(messages.render("explain.sum", sums, language))
        if not np.isnan(self.value_added) and self.value_added > 0:
            intensity = {
                "value_added": figure(self.value_added),
                "energy": figure(self.energy / self.value_added),
                "co2": figure(self.co2 / self.value_added),
            }
            parts.append(messages.render("explain.intensity", intensity, language))
        parts += [problem.text(language) for problem in self.of.warnings]
        return "\n".join(parts)

    def __repr__(self) -> str:
        return f"<Explanation: {self.zone} {self.year}, {len(self.lines)} lines, {self.energy:.6g} tce>"

    def __str__(self) -> str:
        return self.text()


def figure(value: float) -> str:
    """Return a number with the digits that reproduce it, twelve at most; unknown is ``?``.

    Examples
    --------
    >>> figure(1234.5), figure(0.1229), figure(float("nan"))
    ('1234.5', '0.1229', '?')
    """
    return "?" if np.isnan(value) else in_digits(value, ".12g")


def _line_text(line: Line, language: Language) -> str:
    name = line.name_zh if language == "zh" else line.name_en
    if line.sector:
        name = f"{line.sector} / {name}"
    sign = "-" if line.sign < 0 else ""
    text = [f"  {name}"]
    if line.rows:
        given = [_given(row, line.unit, language) for row in line.rows]
        text.append(f"    {messages.render('explain.rows', {'rows': '; '.join(given)}, language)}")
    if line.is_unread:
        return "\n".join([*text, f"    {messages.render('explain.unread', {}, language)}"])
    text.append(
        f"    {sign}{figure(line.quantity)} {line.unit} × {figure(line.coefficient)} tce/{line.unit}"
        f" = {figure(line.energy)} tce   [{said(line.coefficient_label, language, 'label')}]"
    )
    chain = " × ".join(f"{figure(value)} {unit}" for value, unit, _ in line.factors)
    if chain:
        labels = "; ".join(dict.fromkeys(said(label, language, "label") for _, _, label in line.factors))
        co2 = f"{figure(line.co2)} tCO2"
        if line.biogenic:  # the factors give it, and the sum does not have it
            co2 = messages.render("explain.biogenic", {"co2": figure(line.biogenic)}, language)
        text.append(f"    {sign}{figure(line.quantity)} {line.unit} × {chain} = {co2}   [{labels}]")
    return "\n".join(text)


def _given(row: str, unit: str, language: Language) -> str:
    """Return a row as it was given; of a bare number the unit that it was taken in.

    Examples
    --------
    >>> _given("records 1: 41000", "MWh", "en"), _given("records 2: 41000 kWh", "MWh", "en")
    ('records 1: 41000 (no unit given: MWh)', 'records 2: 41000 kWh')
    """
    if not _BARE.search(row):
        return row
    if "," in row:  # with a heat value: the line is in GJ, the number was in the unit of the carrier
        unit = messages.render("explain.own_unit", {}, language)
    elif unit == "tCO2":  # a process with a factor of its own: the number was its output
        unit = "t"
    return messages.render("explain.no_unit", {"given": row, "unit": unit}, language)


def explain(account: "Account", zone: int, year: int) -> Explanation:
    """Return the explanation of one zone and year of an account, by position."""
    quantity = account.quantity[zone, :, :, year]
    lines = []
    for sector, position in np.argwhere(quantity != 0).tolist():
        lines.append(_line(account, zone, sector, position, year))
    return Explanation(
        zone=str(account.zones[zone]),
        year=int(account.years[year]),
        lines=tuple(lines),
        energy=float(account.total("energy")[zone, year]),
        co2=float(account.total("co2")[zone, year]),
        value_added=float(account.activity.value_added_total[zone, year]),
        basis=account.basis,
        of=account.provenance,
    )


def _line(account: "Account", zone: int, sector: int, position: int, year: int) -> Line:
    flow = account.flows[position]
    table = account.coefficients
    group = int(table.group[zone])
    quantity = float(account.quantity[zone, sector, position, year])
    sign = SIGN.get(flow.use, 1.0)
    energy, co2 = float(table.energy[position, year]), float(table.co2[group, position, year])
    biogenic = float(table.biogenic[position, year])
    uses = [use for use in table.uses if use.flow == flow and _is_for(use, account, zone, year)]
    label = next((use.label for use in uses if use.role == "energy"), "")
    return Line(
        sector=str(account.sectors[sector]),
        name_en=flow.name("en"),
        name_zh=flow.name("zh"),
        sign=sign,
        quantity=quantity,
        unit=flow.unit,
        coefficient=energy,
        coefficient_label=label,
        energy=0.0 if energy == 0 else sign * quantity * energy,
        factors=_factors(uses, flow.unit, co2),
        co2=0.0 if co2 == 0 else sign * quantity * co2,
        rows=_rows(account, zone, sector, position, year),
        biogenic=0.0 if np.isnan(biogenic) else sign * quantity * biogenic,
        is_unread=flow.carrier == UNREAD.id,
    )


def _is_for(use: Use, account: "Account", zone: int, year: int) -> bool:
    province = str(account.activity.provinces[zone])
    return use.year in {None, int(account.years[year])} and (not use.province or use.province == province)


def _factors(uses: Sequence[Use], unit: str, per_unit: float) -> tuple[tuple[float, str, str], ...]:
    """Return the factors whose product is tCO2 per unit: heat value and CO2 per energy, or one factor."""
    heat = [use for use in uses if use.role == "heat_value"]
    factor = [use for use in uses if use.role == "co2"]
    if not factor:
        return ()
    proxy = f" (proxy {factor[-1].proxy})" if factor[-1].proxy else ""
    if heat:
        return (
            (heat[-1].value, heat[-1].unit, heat[-1].label),
            (factor[-1].value, factor[-1].unit, factor[-1].label + proxy),
        )
    return ((per_unit, f"tCO2/{unit}", factor[-1].label + proxy),)


def _rows(account: "Account", zone: int, sector: int, position: int, year: int) -> tuple[str, ...]:
    rows = account.activity.rows
    if rows is None or position >= len(account.activity.flows):
        return ()
    found = [
        row
        for row in rows.of(zone, year).tolist()
        if rows.cells.sector[row] == sector and rows.cells.item[row] == position and row < len(rows.number)
    ]
    return tuple(f"{_place(rows, row)}: {rows.given[row]}" for row in found)


def _place(rows: Rows, row: int) -> str:
    """Return file, sheet and cell of a row, or file and row where there are no cells, alike in both languages."""
    where = rows.where(row)
    at = f"{where.sheet}!{where.cell}" if where.sheet and where.cell else where.cell or str(where.row)
    return f"{where.source} {at}"
