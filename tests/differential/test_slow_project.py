"""Projections without uncertainty against a slow second implementation: paths, shifts and sums in 30 digits, in loops.

Written from ``docs/scenarios.md`` and ``docs/projection.md`` alone: the six kinds of paths, both levels, shifts, mix,
structure, paths of single zones and sectors, the first maximum and its horizon rule. ``extend`` must say the same. The
longer run: see ``test_slow_account.py``.
"""

import itertools
import math
import os
import warnings
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zonecarbon as zc

MORE = int(os.environ.get("ZONECARBON_EXAMPLES", "1"))
profile = settings(
    max_examples=60 * MORE, deadline=None, derandomize=MORE == 1, suppress_health_check=[HealthCheck.too_slow]
)
mp = mpmath.mp.clone()
mp.dps = 30
CLOSE = 1e-12
BASE = 2022
GRID = {2021: mp.mpf("0.5568"), 2022: mp.mpf("0.5366")}  # tCO2/MWh, the nation
TCE = {"electricity": mp.mpf("0.1229"), "heat": mp.mpf("0.03412")}  # tce per MWh, GJ; fuels are given in tce
FUEL = {"raw_coal": mp.mpf("0.0946"), "coke": mp.mpf("0.1071"), "natural_gas": mp.mpf("0.0561")}  # tCO2/GJ
HEAT = mp.mpf("0.11")
Line = tuple[str, str, str]  # carrier, use, supply
Amounts = dict[tuple[str, str], dict[Line, dict[int, float]]]  # zone, sector -> line -> year
Path = dict[str, Any]


class Book(NamedTuple):
    """Energy uses, value added and clinker of each zone and sector by year."""

    years: list[int]
    uses: Amounts
    money: dict[tuple[str, str], dict[int, float]]
    clinker: dict[tuple[str, str], dict[int, float]]


def tce_and_co2(line: Line, amount: Any, year: int) -> tuple[Any, Any]:
    """Return energy and CO2 of an amount, with its sign."""
    carrier, use, supply = line
    sign = -1 if use == "export" else 1
    energy = mp.mpf(amount) * TCE.get(carrier, 1) * sign
    if supply in {"direct_nonfossil", "onsite_nonfossil"}:
        return energy, mp.mpf(0)
    if carrier == "electricity":
        return energy, mp.mpf(amount) * GRID[year] * sign
    if carrier == "heat":
        return energy, mp.mpf(amount) * HEAT * sign
    return energy, energy * FUEL[carrier] * mp.mpf("29.3076")


# -- paths -------------------------------------------------------------------------------------------------------------


def level(path: Path | None, year: int, start: Any = 1, absolute: bool = False) -> Any:
    """Return a level in a year: over that of the base year, or of a shift the share itself, from ``start`` on."""
    start = mp.mpf(start)
    if path is None or year == BASE:
        return start
    kind = path["kind"]
    if kind == "constant":
        return start * (1 + mp.mpf(path["rate"])) ** (year - BASE)
    if kind == "piecewise":
        result = start
        for at in range(BASE + 1, year + 1):
            rate = next(step["rate"] for step in path["rates"] if at <= step.get("until", 9999))
            result *= 1 + mp.mpf(rate)
        return result
    if kind == "table":
        if absolute:  # of a share the base year is the zone's own, whatever the table says
            return table_value({**path, "values": {**path["values"], BASE: start}}, year)
        return table_value(path, year) / table_value(path, BASE)
    if kind == "logistic":
        return start + (mp.mpf(path["goal"]) - start) * way(path, year)
    goal, share = mp.mpf(path["goal"]), mp.mpf(year - BASE) / (path["year"] - BASE)
    if share > 1 and path.get("after", "hold") == "hold":
        share = mp.mpf(1)
    return start + (goal - start) * share if kind == "linear" else start * (goal / start) ** share


def way(path: Path, year: int) -> Any:
    """Return how much of the way an S-curve has gone: nothing in the base year, 10 to 90 % in ``width`` years."""

    def curve(t: int) -> Any:
        return 1 / (1 + mp.exp(-mp.log(81) * (t - path["midpoint"]) / mp.mpf(path["width"])))

    return (curve(year) - curve(BASE)) / (1 - curve(BASE))


def table_value(path: Path, year: int) -> Any:
    values = {int(at): mp.mpf(value) for at, value in path["values"].items()}
    known = sorted(values)
    straight = path.get("interpolate", "linear") == "linear"
    if year > known[-1] and path.get("after") == "hold":
        return values[known[-1]]
    before = max((at for at in known if at <= year), default=known[0])
    after = min((at for at in known if at > before), default=known[-1])
    if after == before:  # past the table: the last change goes on
        before, after = known[-2:]
    share = mp.mpf(year - before) / (after - before)
    a, b = values[before], values[after]
    return a + (b - a) * share if straight else a * (b / a) ** share


# -- the oracle --------------------------------------------------------------------------------------------------------


def projected(book: Book, scenario: dict[str, Any], year: int) -> dict[str, dict[str, Any]]:
    """Return energy, CO2 and value added of each zone in a year after the base year."""
    result = {}
    for zone in sorted({zone for zone, _ in book.uses}):
        sectors = [sector for z, sector in book.uses if z == zone]
        result[zone] = of_zone(book, scenario, zone, sectors, year)
    return result


def path_of(scenario: dict[str, Any], name: str, zone: str, sector: str) -> Path | None:
    for field, key in (("sectors", sector), ("zones", zone)):
        own = scenario.get(field, {}).get(key, {})
        if name in own:
            found: Path = own[name]
            return found
    return scenario.get(name)


def of_zone(book: Book, scenario: dict[str, Any], zone: str, sectors: list[str], year: int) -> dict[str, Any]:
    money = {s: mp.mpf(book.money[zone, s][BASE]) for s in sectors}
    grown = {s: money[s] * level(path_of(scenario, "value_added", zone, s), year) for s in sectors}
    if scenario.get("structure"):
        total = mp.fsum(grown.values())
        shares = between(scenario["structure"], {s: money[s] / mp.fsum(money.values()) for s in sectors}, year)
        grown = {s: total * shares[s] for s in sectors}
    multiple = {}
    for s in sectors:
        by_intensity = level(path_of(scenario, "energy_intensity", zone, s), year)
        multiple[s] = (grown[s] / money[s], by_intensity)
    energy = co2 = mp.mpf(0)
    kaya = scenario["level"] == "kaya"
    for s in sectors:
        base = {line: tce_and_co2(line, by[BASE], BASE) for line, by in book.uses[zone, s].items()}
        process = mp.mpf(book.clinker.get((zone, s), {}).get(BASE, 0)) * mp.mpf("0.53")
        by_money, by_intensity = multiple[s]
        if kaya:
            cleaner = level(path_of(scenario, "co2_per_energy", zone, s), year)
            energy += mp.fsum(e for e, _ in base.values()) * by_money * by_intensity
            co2 += (mp.fsum(c for _, c in base.values()) + process) * by_money * by_intensity * cleaner
            continue
        grid = level(scenario.get("grid_factor"), year)
        for line, (e, c) in shifted(base, scenario, year).items():
            energy += e * by_money * by_intensity
            co2 += c * by_money * by_intensity * (grid if line[0] == "electricity" else 1)
        co2 += process * by_money
    return {"energy": energy, "co2": co2, "value_added": mp.fsum(grown.values())}


def between(rows: dict[int, dict[str, float]], own: dict[str, Any], year: int) -> dict[str, Any]:
    """Return shares that go in straight lines from those of the base year through the years given, and then stay."""
    knots = {BASE: own}
    for at, row in sorted(rows.items()):
        rest = [name for name in own if name not in row]
        left = mp.fsum(own[name] for name in rest)
        knots[at] = {
            name: mp.mpf(row[name]) if name in row else mp.mpf(row.get("other", 0)) * own[name] / left for name in own
        }
    before = max(at for at in knots if at <= year)
    after = min((at for at in knots if at > before), default=before)
    share = mp.mpf(year - before) / (after - before) if after != before else mp.mpf(0)
    return {name: knots[before][name] + (knots[after][name] - knots[before][name]) * share for name in own}


def shifted(base: dict[Line, tuple[Any, Any]], scenario: dict[str, Any], year: int) -> dict[Line, tuple[Any, Any]]:
    """Return energy and CO2 by line after mix and shifts, each of which takes from what the one before has left."""
    lines = dict(base)
    final = [line for line in lines if line[1] == "final"]
    if scenario.get("mix"):
        whole = mp.fsum(lines[line][0] for line in final)
        own = {line[0]: lines[line][0] / whole for line in final}
        for carrier, share in between(scenario["mix"], own, year).items():
            line = next(line for line in final if line[0] == carrier)
            e, c = lines[line]
            lines[line] = (whole * share, c * whole * share / e)
    for shift in scenario.get("shift", []):
        target: Line = (
            shift["target"],
            "final",
            shift.get("target_supply") or ("grid" if shift["target"] == "electricity" else ""),
        )
        sources = [
            line
            for line in lines
            if line[0] in shift["source"] and line[1] == "final" and line != target
            and shift.get("source_supply", line[2]) == line[2]
        ]  # fmt: skip
        lines.setdefault(target, (mp.mpf(0), mp.mpf(0)))
        left, there = mp.fsum(lines[line][0] for line in sources), lines[target][0]
        if shift["measure"] == "moved":
            x = level(shift["path"], year, 0, absolute=True)
        else:
            first, rest = (
                base.get(target, (mp.mpf(0), 0))[0],
                mp.fsum(base[line][0] for line in sources if line in base),
            )
            want = level(shift["path"], year, first / (first + rest) if first + rest else 0, absolute=True)
            # x of the source goes: (there + ratio x left) = want (there + ratio x left + left - x left)
            x = (want * (left + there) - there) / (left * (want + shift["ratio"] * (1 - want))) if left else mp.mpf(0)
            x = min(max(x, mp.mpf(0)), mp.mpf(1))
        per_tce = tce_and_co2(target, 1, BASE)
        gained = left * x * mp.mpf(shift["ratio"])
        for line in sources:
            e, c = lines[line]
            lines[line] = (e * (1 - x), c * (1 - x))
        e, c = lines[target]
        lines[target] = (e + gained, c + gained * per_tce[1] / per_tce[0])
    return lines


def history(book: Book, year: int) -> dict[str, dict[str, Any]]:
    result: dict[str, dict[str, Any]] = {}
    for (zone, sector), uses in book.uses.items():
        own = result.setdefault(zone, dict.fromkeys(("energy", "co2", "value_added"), mp.mpf(0)))
        for line, by in uses.items():
            energy, co2 = tce_and_co2(line, by[year], year)
            own["energy"] += energy
            own["co2"] += co2
        own["co2"] += mp.mpf(book.clinker.get((zone, sector), {}).get(year, 0)) * mp.mpf("0.53")
        own["value_added"] += mp.mpf(book.money[zone, sector][year])
    return result


# -- books and scenarios at random -------------------------------------------------------------------------------------

LINES: list[Line] = [
    ("raw_coal", "final", ""),
    ("coke", "final", ""),
    ("natural_gas", "final", ""),
    ("electricity", "final", "grid"),
    ("electricity", "export", "grid"),
    ("heat", "final", "grid"),
]
positive = st.one_of(st.integers(1, 1000).map(float), st.floats(1.0, 1e6))


@st.composite
def a_book(draw: st.DrawFn, sectors: list[str], lines: list[Line]) -> Book:
    years = draw(st.sampled_from([[BASE], [2021, BASE]]))
    cells = [(f"Z{z}", sector) for z in range(draw(st.integers(1, 3))) for sector in sectors]
    uses: Amounts = {}
    for cell in cells:
        uses[cell] = {line: {year: draw(positive) for year in years} for line in lines}
        sold = uses[cell].get(("electricity", "export", "grid"))
        for year in years if sold else []:  # no more leaves than comes in
            sold[year] = min(sold[year], uses[cell]["electricity", "final", "grid"][year]) / 2  # type: ignore[index]
    money = {cell: {year: draw(positive) for year in years} for cell in cells}
    clinker = {cell: {year: draw(positive) for year in years} for cell in cells} if draw(st.booleans()) else {}
    return Book(years, uses, money, clinker)


def account_of(book: Book) -> zc.Account:
    units = {"electricity": "MWh", "heat": "GJ"}
    zones = []
    for zone in sorted({zone for zone, _ in book.uses}):
        sectors = [sector for z, sector in book.uses if z == zone]
        zones.append(
            zc.Zone(
                zone=zone,
                province="全国",
                energy=[
                    zc.EnergyUse(
                        carrier=c, quantity=by[y], unit=units.get(c, "tce"), year=y, use=use, supply=supply, sector=s
                    )
                    for s in sectors
                    for (c, use, supply), by in book.uses[zone, s].items()
                    for y in book.years
                ],
                value_added=[
                    zc.ValueAdded(value_added=book.money[zone, s][y], year=y, price_year=2020, sector=s)
                    for s in sectors
                    for y in book.years
                ],
                process=[
                    zc.ProcessOutput(
                        product="clinker", output=book.clinker[zone, s][y], year=y, sector=s, factor="0.53 tCO2/t"
                    )
                    for s in sectors
                    for y in book.years
                    if (zone, s) in book.clinker
                ],
            )
        )
    return zc.account(zones)


rates = st.one_of(st.floats(-0.1, 0.1), st.sampled_from([0.0, 0.05, -0.03]))
goals = st.floats(0.4, 1.8)  # more than double in one year is refused, and so is a fall of 100 %


@st.composite
def a_path(draw: st.DrawFn) -> Path:
    """Return a path of a level, of any kind."""
    kind = draw(st.sampled_from(["constant", "piecewise", "table", "linear", "geometric", "logistic"]))
    if kind == "constant":
        return {"kind": kind, "rate": draw(rates)}
    if kind == "piecewise":
        ends = draw(st.sampled_from([[], [2024], [2025, 2030]]))
        steps: list[dict[str, Any]] = [{"rate": draw(rates), "until": end} for end in ends]
        return {"kind": kind, "rates": [*steps, {"rate": draw(rates)}]}
    if kind == "table":
        start = draw(st.sampled_from([2020, BASE]))
        values = {start: draw(st.floats(0.5, 300.0))}
        for year in draw(st.sampled_from([[2024], [2023, 2026], [2025, 2030, 2040]])):
            values[year] = values[start] * draw(st.floats(0.75, 1.4))
        interpolate = draw(st.sampled_from(["linear", "geometric"]))
        # A straight line that goes on falling ends below zero, which is refused.
        after = draw(st.sampled_from(["hold", "continue"])) if interpolate == "geometric" else "hold"
        return {"kind": kind, "values": values, "interpolate": interpolate, "after": after}
    if kind == "logistic":
        return {
            "kind": kind,
            "goal": draw(goals),
            "midpoint": draw(st.integers(2020, 2040)),
            "width": draw(st.integers(1, 20)),
        }
    goal = draw(goals)
    after = draw(st.sampled_from(["hold", "continue"])) if goal >= 1 or kind == "geometric" else "hold"
    return {"kind": kind, "goal": goal, "year": draw(st.integers(2024, 2035)), "after": after}


@st.composite
def a_share(draw: st.DrawFn, measure: str) -> Path:
    kind = draw(st.sampled_from(["linear", "logistic", "table"]))
    goal = draw(st.floats(0.0, 1.0))
    if kind == "linear":
        return {"kind": kind, "goal": goal, "year": draw(st.integers(2024, 2035))}
    if kind == "logistic":
        return {
            "kind": kind,
            "goal": goal,
            "midpoint": draw(st.integers(2020, 2040)),
            "width": draw(st.integers(1, 20)),
        }
    first = 0.0 if measure == "moved" else draw(st.floats(0.0, 1.0))
    return {"kind": kind, "values": {BASE: first, 2026: goal, 2031: draw(st.floats(0.0, 1.0))}, "after": "hold"}


@st.composite
def shifts(draw: st.DrawFn) -> list[dict[str, Any]]:
    pool: list[dict[str, Any]] = [
        {"source": ["raw_coal", "coke"], "target": "natural_gas"},
        {"source": ["raw_coal", "natural_gas"], "target": "electricity"},
        {
            "source": ["electricity"], "source_supply": "grid",
            "target": "electricity", "target_supply": "direct_nonfossil",
        },
        {"source": ["heat"], "target": "electricity"},
    ]  # fmt: skip
    found = []
    for i, ends in enumerate(draw(st.lists(st.sampled_from(pool), max_size=3))):
        measure = draw(st.sampled_from(["moved", "moved", "share"]))
        ratio = draw(st.sampled_from([1.0, 0.8, 0.9, 1.3]))
        found.append({"name": f"s{i}", **ends, "measure": measure, "ratio": ratio, "path": draw(a_share(measure))})
    return found


@st.composite
def a_case(draw: st.DrawFn) -> tuple[Book, dict[str, Any]]:
    kind = draw(st.sampled_from(["kaya", "carriers", "carriers", "mix"]))
    sectors = [""] if kind == "mix" else draw(st.sampled_from([[""], ["化工", "电子"]]))
    lines = [LINES[i] for i in sorted(draw(st.sets(st.sampled_from(range(len(LINES))), min_size=1)))]
    if kind == "mix":
        lines = [line for line in LINES if line[0] in {"raw_coal", "natural_gas", "electricity"}]
    if any(line[1] == "export" for line in lines) and ("electricity", "final", "grid") not in lines:
        lines = [*lines, ("electricity", "final", "grid")]
    book = draw(a_book(sectors, lines))
    scenario: dict[str, Any] = {"name": "mine", "level": "kaya" if kind == "kaya" else "carriers"}
    drivers = ["value_added", "energy_intensity", "co2_per_energy" if kind == "kaya" else "grid_factor"]
    for name in drivers:
        if draw(st.integers(0, 3)):
            scenario[name] = draw(a_path())
    if kind != "kaya" and (sectors == [""]):
        scenario["shift"] = draw(shifts())
    elif kind != "kaya":
        scenario["shift"] = [one for one in draw(shifts()) if one["measure"] == "moved"]
    if kind == "mix":
        share = draw(st.floats(0.05, 0.6))
        row = {"raw_coal": share, "natural_gas": 0.3, "electricity": 1 - 0.3 - share}
        scenario["mix"] = {2030: row if draw(st.booleans()) else {"raw_coal": share, "other": 1 - share}}
        if draw(st.booleans()):
            scenario["mix"][2026] = {"electricity": 0.5, "other": 0.5}
    extra = draw(st.sampled_from(["", "zones", "sectors", "structure"]))
    if extra == "zones":
        scenario["zones"] = {
            "Z0": {name: draw(a_path()) for name in draw(st.sets(st.sampled_from(drivers[:2]), min_size=1))}
        }
    if extra == "sectors" and len(sectors) > 1:
        scenario["sectors"] = {
            "化工": {name: draw(a_path()) for name in draw(st.sets(st.sampled_from(drivers[:2]), min_size=1))}
        }
    if extra == "structure" and len(sectors) > 1:
        share = draw(st.floats(0.1, 0.9))
        scenario["structure"] = {2030: {"化工": share, "电子": 1 - share}}
        if draw(st.booleans()):
            scenario["structure"][2025] = {"电子": 0.5, "other": 0.5}
    return book, scenario


@profile
@given(a_case(), st.sampled_from([2023, 2028, 2036]))
def test_project_without_uncertainty(case: tuple[Book, dict[str, Any]], until: int) -> None:
    book, scenario = case
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = account_of(book)
        paths = zc.project(account, scenario, until=until, targets=None)
        longer = zc.extend(account, scenario, until=until) if scenario["level"] == "carriers" else None
    every = [*book.years, *range(BASE + 1, until + 1)]
    assert paths.years.tolist() == every
    told = [history(book, y) if y <= BASE else projected(book, scenario, y) for y in every]
    zones = sorted(told[0])
    for what in ("energy", "co2", "value_added"):
        for zone in [*zones, ""]:
            names = zones if zone == "" else [zone]
            want = [mp.fsum(row[name][what] for name in names) for row in told]
            # What moves out of a line leaves the difference of two figures, no better than the larger one.
            size = 3 * max(abs(value) for value in want)
            have = paths.path(what, zone)
            for found, expected, year in zip(have.tolist(), want, every, strict=True):
                assert abs(mp.mpf(found) - expected) <= CLOSE * size, (what, zone, year, found, expected)
            if longer is not None and zone:
                on = longer.total(what)[longer.activity.zone_index(zone)]
                assert np.allclose(on, have, rtol=CLOSE, atol=float(CLOSE * size))
            if what == "co2":
                _same_peak(paths, zone, every, want)


def _same_peak(paths: zc.Ensemble, zone: str, every: list[int], co2: list[Any]) -> None:
    """Assert the year of the first maximum; a maximum in the last year is none within the horizon."""
    top = max(co2)
    near = [year for year, value in zip(every, co2, strict=True) if value >= top * (1 - mp.mpf(10) ** -9)]
    if len(near) > 1:
        return  # a plateau: the last digit decides
    found = float(paths.peak_year(zone=zone))
    if near[0] == every[-1]:
        assert math.isnan(found), (zone, found)
    else:
        assert found == near[0], (zone, found, near)


def test_each_kind_of_path_is_met() -> None:
    """The kinds one by one, so that a missing one would be missed; by hand in the guide to scenarios."""
    kinds: list[Path] = [
        {"kind": "constant", "rate": 0.05},
        {"kind": "piecewise", "rates": [{"rate": 0.06, "until": 2025}, {"rate": 0.02}]},
        *(
            {"kind": "table", "values": {2022: 210.0, 2025: 280.0, 2030: 330.0}, "interpolate": i, "after": a}
            for i, a in itertools.product(("linear", "geometric"), ("hold", "continue"))
        ),
        *(
            {"kind": k, "goal": 1.5, "year": 2030, "after": a}
            for k in ("linear", "geometric")
            for a in ("hold", "continue")
        ),
        {"kind": "logistic", "goal": 1.5, "midpoint": 2028, "width": 8},
    ]
    book = Book([BASE], {("Z0", ""): {LINES[1]: {BASE: 100.0}}}, {("Z0", ""): {BASE: 1000.0}}, {})
    account = account_of(book)
    for path in kinds:
        scenario = {"name": "mine", "level": "kaya", "value_added": path}
        found = zc.project(account, scenario, until=2036, targets=None).path("value_added", "Z0")
        for value, year in zip(found.tolist(), range(BASE, 2037), strict=True):
            want = 1000 * level(path, year)
            assert abs(mp.mpf(value) - want) <= CLOSE * want, (path, year)
