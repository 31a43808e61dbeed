"""How many unit slips are found in real tables, and how many are told where there is none.

Run ``python benchmarks/bench_slips.py [--cells 1000] [--speed]``. Tables are in ``tests/data/slips``; each is read as
it is, then a figure is multiplied by 10^3, 10^-3, 10^4 or 10^-4 and counts as found if exactly that figure is named as
a slip with that power (or the level of its series, if it is the only year; or one of a pair, if there are but two).
Every cell is planted once, or a seeded sample of ``--cells``; several at a time, but one a zone and in a tenth of the
zones at most. A finding in the table as it is counts as a false alarm unless it stands in ``KNOWN``, the errors that
the origin itself names.

``--speed`` measures the checks that ``read`` makes, on a million cells and on portfolios of growing size, beside the
account of the same activity.
"""

import argparse
import csv
import dataclasses
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

import zonecarbon as zc
from zonecarbon import quality
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.quality.panels import LEVEL, PAIR, SLIP, Panel, panels

DATA = Path(__file__).resolve().parents[1] / "tests" / "data" / "slips"
POWERS = (3, -3, 4, -4)
KNOWN = {("cities", "gdp_per_head", 2017)}
SHARE = 10


class Score(NamedTuple):
    """What one table says: years, figures, false alarms, known errors told; by power how many are found of how many.

    ``series`` is the share of planted slips of which at least the series is named, if not the year.
    """

    table: str
    years: int
    cells: int
    alarms: int
    known: int
    series: float
    found: dict[int, tuple[int, int]]

    @property
    def recall(self) -> float:
        """Share of all planted slips that are found."""
        return sum(hit for hit, _ in self.found.values()) / sum(n for _, n in self.found.values())


def load(table: str) -> zc.Activity:
    """Return a table as an activity."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    years = [int(year) for year in header[2:]]
    zones = list(dict.fromkeys(row[0] for row in rows))
    items = list(dict.fromkeys(row[1] for row in rows))
    figures = {item: np.full((len(zones), len(years)), np.nan) for item in items}
    for zone, item, *cells in rows:
        figures[item][zones.index(zone)] = [float(cell) if cell else np.nan for cell in cells]
    flows = [item for item in items if item != "value_added" and not item.startswith("indicator:")]
    nothing = np.zeros((len(zones), 0, len(years)))
    activity = zc.Activity.from_arrays(
        np.stack([figures[item] for item in flows], axis=1) if flows else nothing,
        flows=flows,
        zones=zones,
        years=years,
        value_added=figures.get("value_added"),
    )
    told = {item.partition(":")[2]: figures[item] for item in items if item.startswith("indicator:")}
    return dataclasses.replace(activity, indicators=told)


def tables() -> list[str]:
    """Return the names of the tables."""
    return sorted(path.stem for path in DATA.glob("*.csv"))


def cells_of(told: list[Panel]) -> IntArray:
    """Return every positive figure: panel, zone, item, year."""
    places = []
    for at, panel in enumerate(told):
        zone, _, item, year = np.nonzero(panel.values > 0)
        places.append(np.stack([np.full(len(zone), at), zone, item, year], axis=1))
    return np.concatenate(places)


def batches(cells: IntArray, zones: int) -> Iterator[IntArray]:
    """Yield cells in the order given, one a zone and in a tenth of the zones at most."""
    left = list(cells)
    while left:
        used: set[int] = set()
        batch: list[IntArray] = []
        rest: list[IntArray] = []
        for cell in left:
            if cell[1] in used or len(batch) >= max(1, zones // SHARE):
                rest.append(cell)
            else:
                used.add(int(cell[1]))
                batch.append(cell)
        left = rest
        yield np.array(batch)


def planted(activity: zc.Activity, cells: IntArray, power: int) -> zc.Activity:
    """Return an activity with some figures 10^power times what they are."""
    factor = 10.0**power
    quantity, money = activity.quantity.copy(), activity.value_added.copy()
    told = {name: values.copy() for name, values in activity.indicators.items()}
    arrays: list[FloatArray] = [quantity, money[:, :, None], *(values[:, None, None] for values in told.values())]
    for panel, zone, item, year in cells.tolist():
        arrays[panel][zone, 0, item, year] *= factor
    total = money[:, 0]
    return dataclasses.replace(activity, quantity=quantity, value_added=money, value_added_total=total, indicators=told)


def score(table: str, cells: int = 1000, seed: int = 1) -> Score:
    """Measure one table."""
    activity = load(table)
    told = panels(activity)
    every = cells_of(told)
    rng = np.random.default_rng(seed)
    chosen = every[rng.permutation(len(every))[:cells]]
    found = {}
    named = 0
    for power in POWERS:
        hits = 0
        for batch in batches(chosen, len(activity.zones)):
            exact, series = _hits(quality.find_slips(planted(activity, batch, power)), batch, power)
            hits, named = hits + exact, named + series
        found[power] = (hits, len(chosen))
    rows = quality.find_slips(activity).to_records()
    known = sum((table, row["what"], row["year"]) in KNOWN for row in rows)
    return Score(table, len(activity.years), len(every), len(rows) - known, known, named / len(chosen) / 4, found)


def _hits(slips: quality.Slips, batch: IntArray, power: int) -> tuple[int, int]:
    """Return how many of the planted cells are named with their power, and of how many the series is named."""
    found = slips.found
    right = np.isin(found.kind, (SLIP, LEVEL, PAIR)) & (found.power == power)
    places = np.stack([found.panel, found.zone, found.item, found.year], axis=1)
    goal = {tuple(cell) for cell in batch.tolist()}
    series = {tuple(cell[:3]) for cell in places.tolist()}
    return len(goal & {tuple(cell) for cell in places[right].tolist()}), sum(cell[:3] in series for cell in goal)


def table_of(scores: list[Score]) -> str:
    """Return the measurement as a Markdown table."""
    lines = [
        "| table | years | figures | 10^3 | 10^-3 | 10^4 | 10^-4 | series named | false alarms | known errors |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in scores:
        shares = " | ".join(f"{hit / n:.1%}" for hit, n in one.found.values())
        told = f"{one.series:.1%} | {one.alarms} | {one.known}"
        lines.append(f"| {one.table} | {one.years} | {one.cells} | {shares} | {told} |")
    lines.append(_together(scores))
    return "\n".join(lines)


def _together(scores: list[Score]) -> str:
    """Return the last line: all tables together, each with the weight of its figures."""
    cells = [one.cells for one in scores]
    shares = [
        float(np.average([one.found[power][0] / one.found[power][1] for one in scores], weights=cells))
        for power in POWERS
    ]
    told = f"{np.average([one.series for one in scores], weights=cells):.1%} | {sum(one.alarms for one in scores)}"
    share = " | ".join(f"{one:.1%}" for one in shares)
    return f"| all figures | | {sum(cells)} | {share} | {told} | {sum(one.known for one in scores)} |"


def _seconds(form: Callable[[], object], rounds: int = 5) -> float:
    best = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        form()
        best = min(best, time.perf_counter() - start)
    return best


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def speed(zones: tuple[int, ...] = (2_500, 50_000, 250_000)) -> None:
    """Print the time and the memory of the checks."""
    carriers = ("raw_coal", "coke", "gasoline", "diesel", "fuel_oil", "lpg", "lng", "natural_gas", "crude_oil")
    flows = (*carriers, "heat", "electricity", ("electricity", "final", "onsite_nonfossil"))
    rng = np.random.default_rng(1)
    for count, years in ((83_000, 1), *((n, 20) for n in zones)):
        quantity = np.empty((count, len(flows), years))
        for part in np.array_split(quantity, max(1, count // 10_000)):
            size = rng.normal(3.0, 1.0, (1, len(flows), 1)) + rng.normal(0.0, 0.4, (len(part), len(flows), 1))
            part[:] = 10.0**size * np.exp(np.cumsum(rng.normal(0.03, 0.08, part.shape), axis=2))
        money = rng.random((count, years)) + 1.0
        activity = zc.Activity.from_arrays(
            quantity, flows=flows, zones=np.arange(count), years=range(2000, 2000 + years), value_added=money,
            provinces="江苏",
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
            account = zc.account(activity)
            totals = _seconds(lambda a=account: (a.total("energy"), a.total("co2")))  # type: ignore[misc]
        before = _peak()
        checks = _seconds(lambda a=activity: quality.inspect(a))  # type: ignore[misc]
        print(
            f"{count:9d} zones x {len(flows)} flows x {years:2d} years, {quantity.nbytes / 1e6:7.0f} MB: checks "
            f"{checks * 1e3:8.1f} ms, {_peak() - before:6.0f} MB; energy and CO2 of the account {totals * 1e3:8.1f} ms"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    if options.speed:
        speed()
        return
    print(table_of([score(table, options.cells) for table in tables()]))


if __name__ == "__main__":
    main()
