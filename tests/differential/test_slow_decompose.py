"""Decomposition and decoupling against a slow second implementation: 40 digits, a loop over cells, limits for zeros.

Written from the formulas of ``docs/decomposition.md``: the textbook quotient (b - a) / ln(b/a), which with 40 digits is
good enough, and what the page says of zeros. Effects must agree to 1e-12 of the larger value of what is decomposed, and
of what the cells themselves come to, since effects of several cells may cancel. The longer run: see
``test_slow_account.py``.
"""

import math
import os
import warnings
from fractions import Fraction
from itertools import pairwise
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
mp.dps = 40
CLOSE = 1e-12
Row = dict[str, Any]  # a cell in one year: variable -> value
Factor = tuple[str, str]  # numerator, denominator ("" for none)


class Effects(NamedTuple):
    """Effects of one aggregate, one a factor, and the size of what was added; None is unknown."""

    values: list[Any] | None
    size: Any


# -- the oracle --------------------------------------------------------------------------------------------------------


def log_mean(a: Any, b: Any) -> Any:
    return a if a == b else (b - a) / mp.log(b / a)


def ratio(row: Row, factor: Factor) -> Any:
    """Return a ratio of one cell; None for 0/0."""
    top, bottom = factor
    if not bottom:
        return mp.mpf(row[top])
    if row[bottom] == 0:
        assert row[top] == 0, "infinite ratios are refused, and not made here"
        return None
    return mp.mpf(row[top]) / mp.mpf(row[bottom])


def of_cell(first: Row, last: Row, value: str, chain: list[Factor]) -> list[Any]:
    """Return L(V0, VT) ln(xT/x0) of each factor of one cell, zeros by their limits."""
    start, end = mp.mpf(first[value]), mp.mpf(last[value])
    if start == 0 and end == 0:
        return [mp.mpf(0)] * len(chain)
    if start == 0 or end == 0:
        gone = first if start == 0 else last
        vanish = [ratio(gone, factor) == 0 for factor in chain]  # a ratio 0/0 does not move
        return [(end - start) * one / sum(vanish) for one in vanish]
    pairs = [(ratio(first, factor), ratio(last, factor)) for factor in chain]
    return [log_mean(start, end) * mp.log(b / a) for a, b in pairs]


def step(cells: list[tuple[Row, Row]], value: str, chain: list[Factor], form: str) -> Effects:
    """Return the effects of one aggregate over one step, additive or as ratios."""
    if any(v is None or math.isnan(v) for pair in cells for row in pair for v in row.values()):
        return Effects(None, 0)
    parts = [of_cell(first, last, value, chain) for first, last in cells]
    sums = [mp.fsum(part[k] for part in parts) for k in range(len(chain))]
    size = mp.fsum(max(abs(mp.mpf(a[value])), abs(mp.mpf(b[value]))) for a, b in cells)
    # A logarithm is good to 1e-16 of itself: of 1e6-fold changes there is more of it.
    size *= 1 + max((abs(x) for part in parts for x in part), default=0) / (size or 1)
    if form == "additive":
        return Effects(sums, size)
    start, end = (mp.fsum(mp.mpf(pair[i][value]) for pair in cells) for i in (0, 1))
    if start == 0 or end == 0:
        return Effects(["zero"], 0)
    mean = log_mean(start, end)
    return Effects([mp.exp(total / mean) for total in sums], size / mean)


def over(years: list[int], cells: list[dict[int, Row]], value: str, chain: list[Factor], form: str) -> Effects:
    """Return the effects over one period or a chain of them: sums, or products."""
    steps = [step([(c[a], c[b]) for c in cells], value, chain, form) for a, b in pairwise(years)]
    if any(one.values is None for one in steps):
        return Effects(None, 0)
    if any(one.values == ["zero"] for one in steps):
        return Effects(["zero"], 0)
    join = mp.fsum if form == "additive" else mp.fprod
    values = [join(one.values[k] for one in steps) for k in range(len(chain))]  # type: ignore[index]
    return Effects(values, mp.fsum(one.size for one in steps))


def agrees(found: Any, told: Effects, form: str) -> None:
    """Assert that effects are those told."""
    if told.values is None:
        assert np.isnan(found).all(), (found, told)
        return
    for have, want in zip(found.tolist(), told.values, strict=True):
        scale = told.size if form == "additive" else abs(want) * (1 + told.size)
        assert abs(mp.mpf(have) - want) <= CLOSE * scale + mp.mpf(10) ** -300, (found, told)


# -- tables and identities ---------------------------------------------------------------------------------------------

IDENTITIES: list[tuple[str, str, list[Factor]]] = [
    ("co2 = gdp * energy/gdp * co2/energy", "co2", [("gdp", ""), ("energy", "gdp"), ("co2", "energy")]),
    (
        "co2 = people * gdp/people * energy/gdp * co2/energy",
        "co2",
        [("people", ""), ("gdp", "people"), ("energy", "gdp"), ("co2", "energy")],
    ),
    ("energy = gdp * energy/gdp", "energy", [("gdp", ""), ("energy", "gdp")]),
]
NAMES = ("people", "gdp", "energy", "co2")
numbers = st.one_of(
    st.floats(1e-3, 1e6), st.integers(1, 20).map(float), st.floats(1e-12, 1e12), st.sampled_from([10.0, 10.000000001])
)


@st.composite
def a_cell_year(draw: st.DrawFn, holes: bool) -> Row:
    """Return one cell in one year; what is zero makes all after it zero, so that no ratio is infinite."""
    row: Row = {name: draw(numbers) for name in NAMES}
    cut = draw(st.integers(0, 14))
    if cut < len(NAMES):
        row |= dict.fromkeys(NAMES[cut:], 0.0)
    if holes and draw(st.integers(0, 9)) == 0:
        row[draw(st.sampled_from(NAMES))] = math.nan
    return row


@st.composite
def a_table(draw: st.DrawFn) -> tuple[list[int], dict[tuple[str, str], dict[int, Row]]]:
    years = draw(st.sampled_from([[2020, 2025], [2020, 2021, 2023], [2019, 2020, 2021, 2022]]))
    zones, sectors = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    holes = draw(st.integers(0, 3)) == 0
    return years, {
        (f"Z{z}", f"s{s}"): {year: draw(a_cell_year(holes)) for year in years}
        for z in range(zones)
        for s in range(sectors)
    }


@profile
@given(
    a_table(), st.sampled_from(IDENTITIES), st.sampled_from(["additive", "multiplicative"]), st.booleans(), st.data()
)
def test_decompose_of_a_table(
    table: tuple[list[int], dict[tuple[str, str], dict[int, Row]]],
    identity: tuple[str, str, list[Factor]],
    form: str,
    chained: bool,
    data: st.DataObject,
) -> None:
    years, cells = table
    text, value, chain = identity
    used = sorted({name for factor in chain for name in factor if name})
    rows = data.draw(st.permutations([(zone, sector, year) for zone, sector in cells for year in years]))
    columns: dict[str, list[Any]] = {
        "zone": [zone for zone, _, _ in rows],
        "sector": [sector for _, sector, _ in rows],
        "year": [year for _, _, year in rows],
        **{name: [cells[zone, sector][year][name] for zone, sector, year in rows] for name in used},
    }
    only = {at: {y: {n: row[n] for n in used} for y, row in by.items()} for at, by in cells.items()}
    span = years if chained else [years[0], years[-1]]
    zones = sorted({zone for zone, _ in cells})
    told = {zone: over(span, [by for (z, _), by in only.items() if z == zone], value, chain, form) for zone in zones}
    told[""] = over(span, list(only.values()), value, chain, form)
    if any(one.values == ["zero"] for one in told.values()):
        return  # a ratio to zero: what the multiplicative form says of it stands on no page
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        found = zc.decompose(columns, identity=text, form=form, chained=chained)  # type: ignore[call-overload]
    assert list(found.factors_of("portfolio")) == [f"{a}/{b}" if b else a for a, b in chain]
    order = found.groups_by("zone", ["zone"])["zone"].tolist()
    by_zone = found.effects("zone")
    for zone in zones:
        agrees(by_zone[order.index(zone)], told[zone], form)
    agrees(found.effects("portfolio")[0], told[""], form)


# -- accounts ------------------------------------------------------------------------------------------------------

TON = 29.3076 * 0.1071  # tCO2 for one tce of coke
KWH = 0.1229  # tce for one MWh
GRID = {2021: 0.5568, 2022: 0.5366, 2023: 0.5306}  # tCO2/MWh, the nation, by data year
whole = st.one_of(st.integers(1, 50).map(float), st.floats(1.0, 1e5))
Use = tuple[float | None, float, float]  # coke [tce], grid power [MWh], green power [MWh]


@st.composite
def a_book(draw: st.DrawFn) -> tuple[list[int], dict[tuple[str, str], dict[int, tuple[float, Use]]]]:
    """Return value added and energy of each zone and sector in each year."""
    years = draw(st.sampled_from([[2021, 2023], [2021, 2022, 2023]]))
    sectors = draw(st.sampled_from([[""], ["电子", "化工"]]))
    zones = [f"Z{z}" for z in range(draw(st.integers(1, 3)))]
    some = st.one_of(st.just(0.0), whole, whole, whole)
    coke = st.one_of(some, some, some, some, some, some, some, st.none())
    return years, {
        (zone, sector): {year: (draw(whole), (draw(coke), draw(whole), draw(some))) for year in years}
        for zone in zones
        for sector in sectors
    }


def account_of(book: dict[tuple[str, str], dict[int, tuple[float, Use]]]) -> zc.Account:
    zones = []
    for name in sorted({zone for zone, _ in book}):
        uses, money = [], []
        for (zone, sector), by in book.items():
            if zone != name:
                continue
            for year, (value, (coke, grid, green)) in by.items():
                at: dict[str, Any] = {"year": year, "sector": sector}
                money.append(zc.ValueAdded(value_added=value, price_year=2020, **at))
                uses += [
                    zc.EnergyUse(carrier="coke", quantity=coke, unit="tce", **at),
                    zc.EnergyUse(carrier="electricity", quantity=grid, **at),
                    zc.EnergyUse(carrier="electricity", quantity=green, supply="direct_nonfossil", **at),
                ]
        zones.append(zc.Zone(zone=name, province="全国", energy=uses, value_added=money))
    return zc.account(zones)


def cells_of(
    book: dict[tuple[str, str], dict[int, tuple[float, Use]]], years: list[int], of: str
) -> dict[tuple[str, str, str], dict[int, Row]]:
    """Return the cells of an account: by carrier for CO2, by sector for energy, with all sums that ratios need."""
    cells: dict[tuple[str, str, str], dict[int, Row]] = {}
    for (zone, sector), by in book.items():
        for year in years:
            value, (coke, grid, green) = by[year]
            nan = math.nan
            tce = {"coke": nan if coke is None else coke, "grid": grid * KWH, "green": green * KWH}
            co2 = {"coke": tce["coke"] * TON, "grid": grid * GRID[year], "green": 0.0}
            row = {
                "total": math.fsum(v[year][0] for v in book.values()),
                "zone": math.fsum(v[year][0] for (z, _), v in book.items() if z == zone),
                "sector": value,
                "energy": sum(tce.values()),
            }
            kinds = ["coke", "grid", "green"] if of == "co2" else ["all"]
            for kind in kinds:
                own = {"carrier": tce[kind], "co2": co2[kind]} if of == "co2" else {}
                cells.setdefault((zone, sector, kind), {})[year] = row | own
    return cells


CHAINS: dict[tuple[str, bool], list[tuple[str, Factor]]] = {
    ("zone", False): [("activity", ("zone", ""))],
    ("portfolio", False): [("activity", ("total", "")), ("zone_structure", ("zone", "total"))],
    ("zone", True): [],
    ("portfolio", True): [("zone_structure", ("zone", "total"))],
}


@profile
@given(
    a_book(),
    st.sampled_from(["co2", "energy", "co2_intensity", "energy_intensity"]),
    st.sampled_from(["additive", "multiplicative"]),
    st.booleans(),
)
def test_decompose_of_an_account(
    given_: tuple[list[int], dict[tuple[str, str], dict[int, tuple[float, Use]]]], of: str, form: str, chained: bool
) -> None:
    years, book = given_
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        found = zc.decompose(account_of(book), of=of, form=form, chained=chained)  # type: ignore[call-overload]
    what, per = of.removesuffix("_intensity"), of.endswith("_intensity")
    cells = cells_of(book, years, what)
    span = years if chained else [years[0], years[-1]]
    for level in ("zone", "portfolio"):
        base = "zone" if level == "zone" else "total"
        chain = [
            *CHAINS[level, per],
            ("sector_structure", ("sector", "zone")),
            ("energy_intensity", ("energy", "sector")),
            *([("carrier_mix", ("carrier", "energy")), ("factor", ("co2", "carrier"))] if what == "co2" else []),
        ]
        value = what
        factors = [factor for _, factor in chain]
        if per:  # an intensity: each cell over the value added of the aggregate
            value = f"{what}_per"
        groups = sorted({zone for zone, _, _ in cells}) if level == "zone" else [""]
        order = found.groups_by(level, ["zone"])["zone"].tolist() if level == "zone" else [""]
        for group in groups:
            mine = {at: by for at, by in cells.items() if level == "portfolio" or at[0] == group}
            if per:
                mine = {
                    at: {y: row | {value: row[what] / row[base]} for y, row in by.items()} for at, by in mine.items()
                }
            told = _named(mine, span, value, chain, factors, form)
            if told is None:
                continue
            row = found.effects(level)[order.index(group)]
            have = dict(zip(found.factors_of(level), row.tolist(), strict=True))
            for name, want in told.items():
                if name not in have:
                    assert want.values is None or abs(want.values[0] - (form == "multiplicative")) < 1e-9, (name, have)
                    continue
                agrees(np.array([have[name]]), want, form)


def _named(
    cells: dict[tuple[str, str, str], dict[int, Row]],
    span: list[int],
    value: str,
    chain: list[tuple[str, Factor]],
    factors: list[Factor],
    form: str,
) -> dict[str, Effects] | None:
    """Return the effects by name; the last one of CO2 is the grid's for grid power, of fuels for coke."""
    told = over(span, list(cells.values()), value, factors, form)
    if told.values == ["zero"]:
        return None
    names = [name for name, _ in chain]
    if "factor" not in names:
        return {
            name: Effects(None if told.values is None else [told.values[k]], told.size) for k, name in enumerate(names)
        }
    result = {
        name: Effects(None if told.values is None else [told.values[k]], told.size)
        for k, name in enumerate(names)
        if name != "factor"
    }
    result["grid_factor"] = _of_carriers(cells, ("grid", "green"), span, value, factors, form)
    result["emission_factor"] = _of_carriers(cells, ("coke",), span, value, factors, form)
    return result


def _of_carriers(
    cells: dict[tuple[str, str, str], dict[int, Row]],
    kinds: tuple[str, ...],
    span: list[int],
    value: str,
    factors: list[Factor],
    form: str,
) -> Effects:
    """Return the effect of the last factor in the cells of some carriers."""
    steps = []
    for a, b in pairwise(span):
        pairs = [(at[2], by[a], by[b]) for at, by in cells.items()]
        if any(math.isnan(v) for _, x, y in pairs for row in (x, y) for v in row.values()):
            return Effects(None, 0)
        total = mp.fsum(of_cell(x, y, value, factors)[-1] for kind, x, y in pairs if kind in kinds)
        size = mp.fsum(max(abs(x[value]), abs(y[value])) for _, x, y in pairs)
        if form == "multiplicative":
            ends = [(x, y) for _, x, y in pairs]
            mean = log_mean(*(mp.fsum(mp.mpf(rows[i][value]) for rows in ends) for i in (0, 1)))
            total, size = mp.exp(total / mean), size / mean
        steps.append((total, size))
    join = mp.fsum if form == "additive" else mp.fprod
    return Effects([join(total for total, _ in steps)], mp.fsum(size for _, size in steps) * 10)


# -- Tapio -------------------------------------------------------------------------------------------------------------

STATES = {
    True: ("strong decoupling", "weak decoupling", "expansive coupling", "expansive negative decoupling"),
    False: ("strong negative decoupling", "weak negative decoupling", "recessive coupling", "recessive decoupling"),
}
levels = st.one_of(
    st.integers(80, 125).map(float),
    st.floats(1e-3, 1e6),
    st.floats(99.0, 101.0),
    st.sampled_from([math.nan, 0.0, -5.0]),
)


@st.composite
def near_marks(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Return two years whose elasticity is a hair from a mark, or on it as far as floats can say."""
    mark, growth = draw(st.sampled_from([0.0, 0.8, 1.2])), draw(st.sampled_from([0.1, 0.25, -0.1, 1.0]))
    e = mark + draw(st.sampled_from([0.0, 1e-3, -1e-3, 1e-7, -1e-7]))
    return [(100.0, 100.0), (100.0 * (1 + e * growth), 100.0 * (1 + growth))]


def is_same(start: float, end: float) -> bool:
    """Return whether a change is 0: within 1e-12 of the larger of its two values."""
    return abs(Fraction(end) - Fraction(start)) <= Fraction(CLOSE) * max(abs(Fraction(start)), abs(Fraction(end)))


@settings(profile, max_examples=300 * MORE)
@given(st.one_of(st.lists(st.tuples(levels, levels), min_size=2, max_size=6), near_marks()))
def test_tapio(series: list[tuple[float, float]]) -> None:
    co2, money = [c for c, _ in series], [m for _, m in series]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        found = zc.tapio(co2, money, years=list(range(2020, 2020 + len(series))))
    for i, ((c0, g0), (c1, g1)) in enumerate(pairwise(series)):
        state, elasticity = found.state[i], found.elasticity[i]
        if any(map(math.isnan, (c0, g0, c1, g1))):
            assert (state, math.isnan(elasticity)) == ("unknown", True)
            continue
        if c0 <= 0 or g0 <= 0 or is_same(g0, g1):
            assert (state, math.isnan(elasticity)) == ("undefined", True), (series, i)
            continue
        e = Fraction(0) if is_same(c0, c1) else (Fraction(c1) / Fraction(c0) - 1) / (Fraction(g1) / Fraction(g0) - 1)
        assert abs(Fraction(float(elasticity)) - e) <= Fraction(CLOSE) * max(abs(e), Fraction(1, 10**12)), (series, i)
        marks = [Fraction(0), Fraction(4, 5), Fraction(6, 5)]
        if any(0 < abs(e - mark) < Fraction(1, 10**11) for mark in marks):
            continue
        at = 0 if e < 0 else 1 if e < marks[1] else 2 if e <= marks[2] else 3
        assert state == STATES[g1 > g0][at], (series, i, float(e))
