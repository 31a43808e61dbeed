"""The findings as a table, as warnings, as sentences.

Decided here: findings are positions, and become words when someone reads them. A finding has the figure as the user
wrote it and what it would be in the same unit, because that is the cell to be mended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon import messages
from zonecarbon._digits import in_digits
from zonecarbon._table import Column, Provenance, Table, described
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.activity import Activity, Rows
from zonecarbon.errors import Problem, Where
from zonecarbon.messages import Language
from zonecarbon.quality.gaps import parts_of, shortened
from zonecarbon.quality.panels import KINDS, PAIR, PARTS, SWAP, VALUE_ADDED, Found
from zonecarbon.quality.words import Written, likely_unit, rows_of, written

_CODES = ("quality.jump", "quality.change", "quality.level", "quality.swap", "quality.parts", "quality.pair")


@dataclass(frozen=True, slots=True, eq=False)
class Slips(Table):
    """Figures that stand a unit away from where they should.

    Parameters
    ----------
    activity
        What was looked at.
    found
        Positions of what was found.

    Examples
    --------
    >>> from zonecarbon.activity import Activity
    >>> activity = Activity.from_arrays([[[500.0, 520.0, 5.3e5, 510.0]]], flows=["electricity"], zones=["A"],
    ...                                 years=[2020, 2021, 2022, 2023])
    >>> from zonecarbon.quality import find_slips
    >>> find_slips(activity).to_records()[0]["likely_value"]
    530.0
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = described(
        *("zone", "sector", "year", "what", "value", "unit", "likely_value", "ratio", "written_in"),
        *("kind", "source", "sheet", "row", "column", "cell"),
        what=Column("text", "the flow, value_added, or the indicator"),
        value=Column("number", "the figure as given, in the unit of the row"),
        ratio=Column("number", "the figure over what is likely", "1"),
        written_in=Column("text", "the unit in which the figure seems to have been written; empty where it is no slip"),
        likely_value=Column("number", "what the figure would be, in the unit of the row"),
        kind=Column("text", "slip, change, level, swap, parts or pair"),
        source=Column("text", "file or table"),
        sheet=Column("text", "sheet of a workbook"),
        row=Column("whole", "as a person counts: the header is row 1; not known for arrays"),
        column=Column("text", "name of the column"),
        cell=Column("text", "address in a workbook, such as D17"),
    )

    activity: Activity = field(repr=False)
    found: Found = field(repr=False)

    def __len__(self) -> int:
        return len(self.found.zone)

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind}: {n}" for kind, n in self.counts.items() if n)
        return f"<Slips: {counts or 'none'}>"

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind: ``slip``, ``change``, ``level``, ``swap``, ``parts``, ``pair``."""
        return {kind: int((self.found.kind == at).sum()) for at, kind in enumerate(KINDS)}

    @property
    def provenance(self) -> Provenance:
        """The hash of what was looked at."""
        return Provenance({"kinds": dict(self.counts)}, self.activity.input_hash)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return one row a finding.

        ``value`` and ``unit`` are as given in the table; ``ratio`` is the figure over what is likely, ``likely_value``
        what it would be in the same unit and ``written_in`` the unit in which it seems to have been written.
        ``what`` is the flow, ``value_added`` or the indicator.
        """
        rows = [_row(item) for item in _items(self.activity, self.found)]
        types = {"year": np.int64, "value": np.float64, "ratio": np.float64, "likely_value": np.float64}
        return {name: _column([row[name] for row in rows], types.get(name, object)) for name in self.COLUMNS}

    def problems(self, limit: int | None = None) -> list[Problem]:
        """Return each finding as a warning, at most ``limit`` and then how many more; swaps and pairs once.

        Parameters
        ----------
        limit
            The most that are returned; all unless given.
        """
        told = _told_once(self.found)
        kept = told[:limit]
        items = _items(self.activity, self.found.at(kept))
        return shortened([_problem(item) for item in items], len(told))

    def text(self, language: Language = "en") -> str:
        """Return each finding as a sentence, or that there is none.

        Parameters
        ----------
        language
            ``en`` or ``zh``.
        """
        lines = [problem.text(language) for problem in self.problems()]
        return "\n".join(lines) or messages.render("note.slips_none", {}, language)


@dataclass(frozen=True, slots=True)
class _Item:
    """One finding in words."""

    zone: str
    sector: str
    year: int
    what: str
    kind: int
    written: Written
    ratio: float
    power: int
    likely: float
    meant: str
    other: str
    where: Where


def scales(activity: Activity, place: tuple[IntArray, ...]) -> FloatArray:
    """Return log10 of the unit in which each figure was given, in the unit kept."""
    panel, zone, sector, item, year = place
    scales = np.zeros(len(zone))
    for at, rows, shape, figures, unit in _sources(activity):
        if rows is None:
            continue
        mine = np.flatnonzero(panel == at)
        wanted = [column[mine] for column in (zone, sector, item, year)]
        for i, row in zip(mine.tolist(), rows_of(rows, shape, wanted).tolist(), strict=True):
            amount = float(figures[zone[i], sector[i], item[i], year[i]])
            given = written(rows, row, amount, unit)
            if given.figure > 0 and row >= 0:
                scales[i] = np.log10(float(rows.cells.amount[row]) / given.figure)
    return scales


def _sources(activity: Activity) -> Iterator[tuple[int, Rows | None, tuple[int, ...], FloatArray, str]]:
    """Yield the two tables with rows: panel, rows, shape, figures and the unit kept (of value added)."""
    money = activity.value_added[:, :, None, :]
    yield 0, activity.rows, activity.quantity.shape, activity.quantity, ""
    yield 1, activity.economy_rows, money.shape, money, "万元"


def _items(activity: Activity, told: Found) -> Iterator[_Item]:
    """Yield each finding in words."""
    names = _panel_names(activity)
    row = np.full(len(told.zone), -1)
    for at, rows, shape, _, _ in _sources(activity):
        mine = np.flatnonzero(told.panel == at)
        row[mine] = rows_of(rows, shape, [told.zone[mine], told.sector[mine], told.item[mine], told.year[mine]])
    for i in range(len(row)):
        panel, zone, sector, item, year, kind, distance, power, other = (column[i].item() for column in told)
        rows = (activity.rows, activity.economy_rows)[panel] if panel < 2 else None
        amount, unit, what = _figure(activity, names[panel], panel, (zone, sector, item, year))
        given = written(rows, int(row[i]), amount, unit)
        where = Where(activity.source)
        if rows is not None and row[i] >= 0:
            where = rows.where(int(row[i]), "value_added" if panel == 1 else "quantity")
        yield _Item(
            zone=str(activity.zones[zone]),
            sector="" if panel >= 2 else str(activity.sectors[sector]),
            year=int(activity.years[year]),
            what=what,
            kind=kind,
            written=given,
            ratio=10.0**distance,
            power=power,
            likely=_likely(kind, given.figure, distance, power),
            meant=_meant(given.unit, power) if kind not in {SWAP, PARTS} else "",
            other=_other(activity, kind, item, other),
            where=where,
        )


def _panel_names(activity: Activity) -> list[str]:
    total = [VALUE_ADDED] if len(activity.sectors) > 1 else []
    return ["quantity", VALUE_ADDED, *total, *activity.indicators]


def _figure(activity: Activity, name: str, panel: int, place: tuple[int, int, int, int]) -> tuple[float, str, str]:
    """Return the figure kept, its unit, and what it is of."""
    zone, sector, item, year = place
    if panel == 0:
        flow = activity.flows[item]
        return float(activity.quantity[place]), flow.unit or "t", flow.name()
    if panel == 1:
        return float(activity.value_added[zone, sector, year]), "万元", name
    if name == VALUE_ADDED:
        return float(activity.value_added_total[zone, year]), "万元", name
    return float(activity.indicators[name][zone, year]), activity.indicator_units.get(name, ""), name


def _likely(kind: int, figure: float, distance: float, power: int) -> float:
    if kind == PARTS:
        return float("nan")
    return figure / 10.0 ** (distance if kind == SWAP else power)


def _meant(unit: str, power: int) -> str:
    """Return the unit that was likely meant, or how large it is where it has no usual name."""
    return likely_unit(unit, power) or f"10^{-power} {unit}".strip()


def _other(activity: Activity, kind: int, item: int, other: int) -> str:
    if kind == PAIR:
        return str(activity.years[other])
    if kind == PARTS:
        return " + ".join(activity.flows[at].name() for at in parts_of(activity.flows, item))
    return "value_added" if other == -1 else activity.flows[other].name() if other >= 0 else ""


def _row(item: _Item) -> dict[str, Any]:
    return {
        "zone": item.zone,
        "sector": item.sector,
        "year": item.year,
        "what": item.what,
        "value": item.written.figure,
        "unit": item.written.unit,
        "ratio": item.ratio,
        "written_in": item.meant,
        "likely_value": item.likely,
        "kind": KINDS[item.kind],
        **item.where._asdict(),
    }


def _column(values: list[Any], kind: Any) -> NDArray[Any]:
    column = np.empty(len(values), dtype=kind)
    column[:] = values
    return column


def _told_once(told: Found) -> IntArray:
    """Return the positions of the findings, of two swapped figures only the first, of a pair only the later year."""
    partner_first = np.where(told.panel == 1, told.other >= 0, (told.other >= 0) & (told.other < told.item))
    again = ((told.kind == SWAP) & partner_first) | ((told.kind == PAIR) & (told.other > told.year))
    return np.flatnonzero(~again)


def _problem(item: _Item) -> Problem:
    unit = item.written.unit
    values = {
        "zone": f"{item.zone}, {item.sector}" if item.sector else item.zone,
        "year": item.year,
        "carrier": item.what,
        "value": in_digits(item.written.figure, ".6g"),
        "unit": unit,
        "ratio": in_digits(item.ratio, ".3g"),
        "power": item.power,
        "likely": in_digits(item.likely, ".6g"),
        "meant": item.meant,
        "other": item.other,
    }
    return Problem(_CODES[item.kind], values, item.where)
