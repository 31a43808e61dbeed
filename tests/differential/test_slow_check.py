"""Verdicts against a slow second implementation: exact fractions and 40 digits, loops over zones and years.

Written from ``docs/targets.md`` alone. What it is given are accounts whose energy is what was typed in (coke in tonnes
of standard coal), and tables of printed indicators. The longer run: see ``test_slow_account.py``.
"""

import itertools
import math
import os
import warnings
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import zonecarbon as zc

MORE = int(os.environ.get("ZONECARBON_EXAMPLES", "1"))
profile = settings(
    max_examples=80 * MORE, deadline=None, derandomize=MORE == 1, suppress_health_check=[HealthCheck.too_slow]
)
mp = mpmath.mp.clone()
mp.dps = 40
TON = Fraction("29.3076") * Fraction("0.1071")  # tCO2 for one tce of coke
EQUAL = Fraction(1, 10**12)
Number = Fraction | None
Series = list[list[Number]]  # zone, year


class Book(NamedTuple):
    """What is known of zones (rows) and years (columns); None is unknown."""

    years: list[int]
    sums: dict[str, Series]  # energy, co2, value_added; empty for a table without value added
    levels: dict[str, Series]  # what is compared zone by zone
    basis: str


class Told(NamedTuple):
    """The verdict on one row, its figures, and what must be reached by the year of the target."""

    verdict: str
    value: Number
    margin: Number
    required: Number | str  # "any" where the page says nothing
    bounds: tuple[Fraction, Fraction] | None = None


PAIRS = {
    "energy_per_iva": ("energy", "value_added"),
    "co2_per_iva": ("co2", "value_added"),
    "co2_per_energy": ("co2", "energy"),
    "energy_output_rate": ("value_added", "energy"),
}
UNITS = {  # unit: its size in the indicator's own
    "energy_per_iva": {"tce/万元": Fraction(1), "kgce/万元": Fraction(1000), "tce/亿元": Fraction(10_000)},
    "co2_per_iva": {"tCO2/万元": Fraction(1), "kgCO2/万元": Fraction(1000)},
    "co2_per_energy": {"tCO2/tce": Fraction(1)},
    "energy_output_rate": {"万元/tce": Fraction(1)},
    "energy_tce": {"tce": Fraction(1), "万tce": Fraction(1, 10_000)},
}


def ratio(top: Number, bottom: Number) -> Number:
    return None if top is None or bottom is None or bottom <= 0 or top < 0 else top / bottom


def book_of_account(energy: Series, money: Series, years: list[int]) -> Book:
    co2 = [[None if e is None else e * TON for e in row] for row in energy]
    sums = {"energy": energy, "co2": co2, "value_added": money}
    cells = [(z, y) for z in range(len(energy)) for y in range(len(years))]
    levels: dict[str, Series] = {name: [[None] * len(years) for _ in energy] for name in (*PAIRS, "energy_tce")}
    for z, y in cells:
        for name, (top, bottom) in PAIRS.items():
            levels[name][z][y] = ratio(sums[top][z][y], sums[bottom][z][y])
        levels["energy_tce"][z][y] = energy[z][y]
    return Book(years, sums, levels, "calorific")


# -- the oracle --------------------------------------------------------------------------------------------------------


def equal(value: Fraction, limit: Fraction) -> bool:
    return abs(value - limit) <= EQUAL * max(abs(value), abs(limit))


def holds(value: Fraction, operator: str, limit: Fraction) -> bool:
    if equal(value, limit):
        return operator in {"<=", ">="}
    return value < limit if operator in {"<=", "<"} else value > limit


def near_a_turn(value: Number, limit: str, judgement: str) -> bool:
    """Return whether a few rounding errors of the library could turn the verdict: neither is wrong then."""
    if value is None:
        return False
    if judgement == "full":
        gap = abs(value - Fraction(limit)) / max(abs(value), abs(Fraction(limit)), Fraction(1, 10**300))
        return abs(gap / EQUAL - 1) < Fraction(1, 100)
    steps = value * Fraction(10) ** digits_of(limit) * 2
    return bool(steps != round(steps) and abs(steps - round(steps)) < Fraction(1, 10**9))


def digits_of(limit: str) -> int:
    return max(0, -int(Decimal(limit).as_tuple().exponent))


def seen_as(value: Fraction, limit: str, judgement: str) -> Fraction:
    """Return a value as it is compared: rounded once, half to even, to the decimals of the limit as printed."""
    if judgement == "full":
        return value
    scale = 10 ** digits_of(limit)
    steps = Decimal((value * scale).numerator) / Decimal((value * scale).denominator)
    near = round(steps * 2)
    if abs(Fraction(value * scale * 2) - near) < Fraction(1, 10**9):  # a half, as far as a float can say
        steps = Decimal(near) / 2
    return Fraction(int(steps.to_integral_value(ROUND_HALF_EVEN)), scale)


def required(value: Fraction, limit: Fraction, years: int) -> Number:
    """Return the constant yearly reduction from value to limit."""
    if years <= 0 or value <= 0 or limit < 0:
        return None
    found = 1 - mp.root(_real(limit) / _real(value), years)
    return Fraction(str(found)) if found > 0 else None


def _real(number: Fraction) -> Any:
    return mp.mpf(number.numerator) / mp.mpf(number.denominator)


def judged(value: Number, target: dict[str, Any], when: int, judgement: str) -> Told:
    """Return the verdict on one level, in the target's unit."""
    if value is None:
        return Told("unknown", None, None, None)
    limit = Fraction(target["threshold"])
    compared = seen_as(value, target["threshold"], judgement)
    met = holds(compared, target["operator"], limit)
    sign = 1 if target["operator"] in {"<=", "<"} else -1
    gap = Fraction(0) if equal(compared, limit) else sign * (limit - compared)
    needed: Number | str = Fraction(0)
    if not met:
        falls = target["operator"] in {"<=", "<"}
        needed = required(value, limit, target["year"] - when) if falls and judgement == "full" else "any"
    return Told("met" if met else "missed", value, gap, needed)


def together(book: Book, indicator: str, y: int) -> tuple[Number, bool]:
    """Return sum over sum of the zones known, and whether all are."""
    if indicator == "energy_tce":
        cells = [row[y] for row in book.sums["energy"]]
        known = [cell for cell in cells if cell is not None]
        return (sum(known, Fraction(0)) if known else None), len(known) == len(cells)
    top, bottom = (book.sums[name] for name in PAIRS[indicator])
    pairs = [(a[y], b[y]) for a, b in zip(top, bottom, strict=True)]
    known_pairs = [(a, b) for a, b in pairs if a is not None and b is not None]
    above = sum((a for a, _ in known_pairs), Fraction(0))
    below = sum((b for _, b in known_pairs), Fraction(0))
    return ratio(above, below), len(known_pairs) == len(pairs)


def judge_all(book: Book, target: dict[str, Any], y: int, judgement: str) -> Told:
    value, complete = together(book, target["indicator"], y)
    if value is not None:
        value *= UNITS[target["indicator"]][target["unit"]]
    told = judged(value, target, book.years[y], judgement)
    return told if complete or value is None else told._replace(verdict="unknown", required="any")


def judge_share(book: Book, target: dict[str, Any], y: int, judgement: str) -> Told:
    """Count each zone once; a zone that is unknown may be on either side."""
    scale = UNITS[target["indicator"]][target["inner_unit"]]
    levels = [None if row[y] is None else row[y] * scale for row in book.levels[target["indicator"]]]  # type: ignore[operator]
    inner, operator = Fraction(target["inner_threshold"]), target["inner_operator"]
    passed = [
        None if level is None else holds(seen_as(level, target["inner_threshold"], judgement), operator, inner)
        for level in levels
    ]
    n, met, open_ = len(passed), passed.count(True), passed.count(None)
    percent = 100 if target["unit"] == "%" else 1
    limit = Fraction(target["threshold"]) / percent
    ends = [holds(Fraction(count, n), target["operator"], limit) for count in (met, met + open_)]
    verdict = "met" if all(ends) else "unknown" if any(ends) else "missed"
    bounds = (Fraction(met * percent, n), Fraction((met + open_) * percent, n))
    value = Fraction(met * percent, n - open_) if n > open_ else None
    sign = 1 if target["operator"] in {"<=", "<"} else -1
    gap = None if value is None else sign * (Fraction(target["threshold"]) - value)
    needed: Number | str = Fraction(0) if verdict == "met" else "any"
    if verdict != "met" and judgement == "full" and target["operator"] == ">=" and operator in {"<", "<="}:
        above = sorted(level for level, ok in zip(levels, passed, strict=True) if level is not None and ok is False)
        lacking = math.ceil(limit * n) - met
        needed = required(above[lacking - 1], inner, target["year"] - book.years[y]) if lacking <= len(above) else None
    return Told(verdict, value, gap, needed, bounds)


def judge_change(book: Book, target: dict[str, Any], y: int, judgement: str) -> Told:
    """Judge a yearly rate, a change against the year before, or one against the base year, of all zones together."""
    when = book.years[y]
    base = when - 1 if target["statistic"] == "annual_change" else target["base_year"]
    if base not in book.years or base >= when:
        return Told("unknown", None, None, None)
    first, whole_first = together(book, target["indicator"], book.years.index(base))
    last, whole_last = together(book, target["indicator"], y)
    if not (whole_first and whole_last):
        return Told("unknown", None, None, "any")
    if first is None or last is None or first <= 0:
        return Told("unknown", None, None, None)
    is_rate = target["statistic"] == "annual_rate"
    value = 1 - mp.root(_real(last / first), when - base) if is_rate else _real(last / first) - 1
    percent = 100 if target["unit"] == "%" else 1
    own = Fraction(str(value * percent))
    if abs(own) < Fraction(1, 10**30):
        own = Fraction(0)
    told = judged(own, target, when, judgement)
    if told.verdict == "met" or judgement == "rounded":
        return told
    limit = Fraction(target["threshold"]) / percent
    falls = target["operator"] in ({">=", ">"} if is_rate else {"<=", "<"})
    if not falls or target["year"] <= when:
        return told._replace(required=None)
    aim = (1 - limit) ** (target["year"] - base) if is_rate else 1 + limit
    return told._replace(required=required(last / first, aim, target["year"] - when))


def peak_status(series: list[Number]) -> str:
    """Judge the years after the first maximum: fewer than five say nothing, else Mann-Kendall at 5 %, permuted."""
    if any(value is None for value in series):
        return "insufficient"
    values = [value for value in series if value is not None]
    tail = values[values.index(max(values)) + 1 :]
    if len(tail) < 5:
        return "rising" if not tail else "insufficient"
    score = _score(tail)
    among = [_score(list(order)) for order in itertools.permutations(tail)]
    p = Fraction(sum(abs(other) >= abs(score) for other in among), len(among))
    if p > Fraction(5, 100):
        return "plateau"
    return "peaked" if score < 0 else "rising"


def _score(values: list[Fraction]) -> int:
    return sum((b > a) - (b < a) for a, b in itertools.combinations(values, 2))


def judge_peaks(book: Book, y: int) -> str:
    found = [peak_status(row[: y + 1]) for row in book.sums["co2"]]
    if "peaked" in found:
        return "met"
    return "unknown" if "insufficient" in found else "missed"


# -- books at random ---------------------------------------------------------------------------------------------------

YEARS = [2019, 2020, 2021, 2022, 2023, 2024, 2025]
grid = st.integers(0, 60).map(lambda n: Fraction(n, 20))  # levels that often stand on a limit: 0.30, 0.35 ...
loose = st.floats(1e-3, 10.0).map(Fraction)
rare = st.sampled_from([None, Fraction(0), Fraction(-500)])
usual = st.one_of(st.integers(1, 9).map(lambda m: Fraction(m * 1000)), st.floats(1, 1e6).map(Fraction))
money = st.integers(0, 11).flatmap(lambda n: rare if n == 0 else usual)
level = st.integers(0, 9).flatmap(lambda n: st.none() if n == 0 else grid if n < 6 else loose)


@st.composite
def an_account(draw: st.DrawFn) -> tuple[Book, zc.Account]:
    """Return an account in which each zone's energy is a level times value added, as floats have it."""
    n = draw(st.integers(1, 5))
    years = sorted(draw(st.lists(st.sampled_from(YEARS), min_size=1, max_size=7, unique=True)))
    energy: Series = []
    values: Series = []
    for _ in range(n):
        own_money = [draw(money) for _ in years]
        own_level = [draw(level) for _ in years]
        energy.append(
            [
                None if a is None else Fraction(float(a * abs(m or Fraction(1000))))
                for a, m in zip(own_level, own_money, strict=True)
            ]
        )  # fmt: skip
        values.append(own_money)
    zones = [
        zc.Zone(
            zone=f"Z{z}",
            province="全国",
            energy=[
                zc.EnergyUse(carrier="coke", quantity=None if e is None else float(e), unit="tce", year=year)
                for e, year in zip(energy[z], years, strict=True)
            ],
            value_added=[
                zc.ValueAdded(value_added=None if v is None else float(v), year=year, price_year=2020)
                for v, year in zip(values[z], years, strict=True)
            ],
        )
        for z in range(n)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(zones)
    return book_of_account(energy, values, years), account


@st.composite
def a_table(draw: st.DrawFn) -> tuple[Book, dict[str, list[Any]]]:
    """Return a printed table, its rows in any order; energy is what the level and value added imply."""
    n = draw(st.integers(1, 6))
    years = sorted(draw(st.lists(st.sampled_from(YEARS), min_size=1, max_size=4, unique=True)))
    levels: dict[str, Series] = {
        name: [[draw(level) for _ in years] for _ in range(n)] for name in ("energy_per_iva", "co2_per_iva")
    }
    values: Series = [[draw(money) for _ in years] for _ in range(n)]
    implied = {
        name: [
            [None if a is None or m is None or m <= 0 else a * m for a, m in zip(*pair, strict=True)]
            for pair in zip(levels[of], values, strict=True)
        ]
        for name, of in (("energy", "energy_per_iva"), ("co2", "co2_per_iva"))
    }
    cells = draw(st.permutations([(z, y) for z in range(n) for y in range(len(years))]))
    nan = math.nan

    def column(series: Series) -> list[float]:
        return [nan if series[z][y] is None else float(series[z][y]) for z, y in cells]  # type: ignore[arg-type]

    # The table's floats are what the oracle reads too.
    table: dict[str, list[Any]] = {
        "zone": [f"Z{z}" for z, _ in cells],
        "year": [years[y] for _, y in cells],
        "energy_intensity": column(levels["energy_per_iva"]),
        "co2_intensity": column(levels["co2_per_iva"]),
        "value_added": column(values),
        "basis": ["calorific"] * len(cells),
    }
    return Book(years, {**implied, "value_added": values}, levels, "calorific"), table


STATISTICS = ("aggregate", "level", "share_of_zones", "zone", "annual_rate", "annual_change", "change_vs_base")
LIMITS = ["0.3", "0.30", "0.35", "0.4", "0.45", "1", "1.2", "2.05", "0.05"]


@st.composite
def a_target(draw: st.DrawFn, indicators: list[str], statistics: Sequence[str] = STATISTICS) -> dict[str, Any]:
    statistic = draw(st.sampled_from(statistics))
    indicator = draw(st.sampled_from(indicators))
    operator = draw(st.sampled_from(["<=", "<", ">=", ">"]))
    unit = draw(st.sampled_from(sorted(UNITS[indicator])))
    row: dict[str, Any] = {
        "id": "t",
        "indicator": indicator,
        "statistic": statistic,
        "operator": operator,
        "unit": unit,
    }
    row["year"] = draw(st.sampled_from([2022, 2025, 2030]))
    limit = draw(st.sampled_from(LIMITS))
    scale = UNITS[indicator][unit]
    row["threshold"] = limit if scale == 1 else str(max(1, int(Fraction(limit) * scale)))
    if statistic == "share_of_zones":
        row |= {"inner_operator": operator, "inner_threshold": row["threshold"], "inner_unit": unit}
        percent = draw(st.booleans())
        row |= {"operator": draw(st.sampled_from([">=", ">=", ">", "<="])), "unit": "%" if percent else "fraction"}
        share = draw(st.sampled_from(["0.5", "0.25", "0.6", "1", "0.33"]))
        row["threshold"] = str(Decimal(share) * 100) if percent else share
    if statistic in {"annual_rate", "annual_change", "change_vs_base"}:
        percent = draw(st.booleans())
        cut = draw(st.sampled_from(["0.04", "0.05", "0.1", "0.135", "0", "0.2"]))
        row["unit"] = "%" if percent else "fraction"
        # Of a rate a reduction is positive, of a change it is negative.
        text = format((Decimal(cut) * (100 if percent else 1)).normalize(), "f")
        row["threshold"] = text if statistic == "annual_rate" or cut == "0" else f"-{text}"
        row["base_year"] = draw(st.sampled_from([2019, 2020, 2021]))
    return row


def told_by(check: zc.TargetCheck) -> list[dict[str, Any]]:
    columns = check.columns()
    return [{name: columns[name][i] for name in columns} for i in range(len(columns["zone"]))]


def agrees(found: float, expected: Number | str, close: float = 1e-12, size: Number = None) -> bool:
    if isinstance(expected, str):
        return True
    if expected is None or math.isnan(found):
        return expected is None and math.isnan(found)
    slack = Fraction(close) * max(abs(expected), abs(size or Fraction(0)), Fraction(1, 10**9))
    return abs(Fraction(float(found)) - expected) <= slack


def compare(book: Book, source: Any, target: dict[str, Any], judgement: str) -> None:
    early = [i for i, year in enumerate(book.years) if year <= target["year"]]
    assume(early)
    y = early[-1]
    check = zc.check(source, {"name": "own", "target": [target]}, year=book.years[y], judgement=judgement)  # type: ignore[arg-type]
    rows = told_by(check)
    if target["statistic"] == "zone":
        scale = UNITS[target["indicator"]][target["unit"]]
        assert sorted(row["zone"] for row in rows) == [f"Z{z}" for z in range(len(rows))]
        for row in rows:
            own = book.levels[target["indicator"]][int(row["zone"][1:])][y]
            same(row, judged(None if own is None else own * scale, target, book.years[y], judgement), target, judgement)
        return
    judge = {"aggregate": judge_all, "level": judge_all, "share_of_zones": judge_share}.get(
        target["statistic"], judge_change
    )
    told = judge(book, target, y, judgement)
    if target["statistic"] == "share_of_zones":
        scale = UNITS[target["indicator"]][target["inner_unit"]]
        for row_ in book.levels[target["indicator"]]:
            own = row_[y]
            assume(own is None or not near_a_turn(own * scale, target["inner_threshold"], judgement))
    same(rows[0], told, target, judgement)


def same(row: dict[str, Any], told: Told, target: dict[str, Any], judgement: str) -> None:
    if near_a_turn(told.value, target["threshold"], judgement) and target["statistic"] != "share_of_zones":
        return
    assert row["verdict"] == told.verdict, (row, told)
    if told.verdict == "unknown" and told.value is None:
        return  # what is printed of the zones that are known is information
    limit = Fraction(target["threshold"])
    # A rate is one minus a root, so it is as good as the root.
    size = (
        Fraction(100 if target["unit"] == "%" else 1) if target["statistic"].startswith(("annual", "change")) else None
    )
    assert agrees(row["value"], told.value, size=size), (row, told)
    assert agrees(
        row["margin"], told.margin, size=max(abs(limit), abs(told.value or Fraction(0)), size or Fraction(0))
    ), (row, told)
    # Past a strict limit means past what counts as equal to it.
    assert agrees(row["required_rate"], told.required, 5e-12, Fraction(1)) or (
        told.required is None and told.verdict == "missed" and row["required_rate"] < 1e-11
    ), (row, told)
    if told.bounds is not None:
        assert agrees(row["lower"], told.bounds[0])
        assert agrees(row["upper"], told.bounds[1])


@profile
@given(an_account(), st.data(), st.sampled_from(["full", "rounded"]))
def test_targets_of_an_account(given_: tuple[Book, zc.Account], data: st.DataObject, judgement: str) -> None:
    book, account = given_
    target = data.draw(a_target([*PAIRS, "energy_tce"] if len(book.years) > 1 else [*PAIRS]))
    assume(target["indicator"] != "energy_tce" or target["statistic"] not in {"annual_rate"})
    assume(target["indicator"] != "energy_output_rate" or not target["statistic"].startswith(("annual", "change")))
    compare(book, account, target, judgement)


@profile
@given(a_table(), st.data(), st.sampled_from(["full", "rounded"]))
def test_targets_of_a_printed_table(
    given_: tuple[Book, dict[str, list[Any]]], data: st.DataObject, judgement: str
) -> None:
    book, table = given_
    exact = {
        name: [[None if v is None else Fraction(float(v)) for v in row] for row in s] for name, s in book.levels.items()
    }
    sums = {
        **book.sums,
        "energy": _implied(exact["energy_per_iva"], book.sums["value_added"]),
        "co2": _implied(exact["co2_per_iva"], book.sums["value_added"]),
    }
    target = data.draw(a_target(["energy_per_iva", "co2_per_iva"]))
    compare(book._replace(levels=exact, sums=sums), table, target, judgement)


@profile
@given(a_table(), st.data(), st.sampled_from(["full", "full", "rounded"]))
def test_shares_of_zones(given_: tuple[Book, dict[str, list[Any]]], data: st.DataObject, judgement: str) -> None:
    """Counts, bounds of what is unknown, and what brings the nearest zones that lack under the inner limit."""
    book, table = given_
    compare(book, table, data.draw(a_target(["energy_per_iva", "co2_per_iva"], ["share_of_zones"])), judgement)


def _implied(levels: Series, values: Series) -> Series:
    return [
        [None if a is None or m is None or m <= 0 else a * m for a, m in zip(own, weights, strict=True)]
        for own, weights in zip(levels, values, strict=True)
    ]


@settings(profile, max_examples=40 * MORE)
@given(st.lists(st.lists(st.integers(1, 6), min_size=7, max_size=7), min_size=1, max_size=3), st.data())
def test_peaks_of_zones(rows: list[list[int]], data: st.DataObject) -> None:
    """Falling tails often enough: each row is sorted or not, and may have a hole."""
    falls = data.draw(st.booleans())
    hole = data.draw(st.integers(0, 40))
    energy: Series = [[Fraction(v) for v in (sorted(row, reverse=True) if falls else row)] for row in rows]
    if hole < 7:
        energy[0][hole] = None
    zones = [
        zc.Zone(
            zone=f"Z{z}",
            province="全国",
            energy=[
                zc.EnergyUse(carrier="coke", quantity=None if e is None else float(e), unit="tce", year=year)
                for e, year in zip(row, YEARS, strict=True)
            ],
        )
        for z, row in enumerate(energy)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(zones)
    book = book_of_account(energy, [[None] * 7 for _ in rows], YEARS)
    assert zc.check(account, year=2025).verdict("co2-peak-some") == judge_peaks(book, 6)
    found = zc.find_peaks(account).columns()
    assert found["status"].tolist() == [peak_status(row) for row in book.sums["co2"]]


@settings(profile, max_examples=40 * MORE)
@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.sampled_from([0.0, 1e5, 2e5, 5e5, 1e6, 2e6])), st.integers(0, 6)),
        min_size=1,
        max_size=5,
    )
)
def test_classes_of_the_park_targets(zones: list[tuple[float | None, int]]) -> None:
    """At most 0.2 t per tce from 20 to below 100 x 10^4 tce, 0.3 from there on; below 20 there is none."""
    parts = []
    for z, (tce, clean) in enumerate(zones):
        green = None if tce is None else tce * (1 - clean / 10)
        rows = [("coke", green, ""), ("electricity", None if tce is None else tce * clean / 10, "direct_nonfossil")]
        uses = [
            zc.EnergyUse(carrier=c, quantity=q, unit="tce", year=2025, supply=s, basis="calorific" if s else "")
            for c, q, s in rows
        ]
        parts.append(zc.Zone(zone=f"Z{z}", province="全国", energy=uses))
    check = zc.check(zc.account(parts), OWN_CLASSES)
    for row in told_by(check):
        tce, clean = zones[int(row["zone"][1:])]
        low, high = {"small": (2 * 10**5, 10**6), "large": (10**6, None)}[row["target"].split(":")[1]]
        inside = tce is not None and tce >= low and (high is None or tce < high)
        level = TON * (10 - clean) / 10
        expected = "met" if level <= Fraction(str(row["threshold"])) else "missed"
        assert row["verdict"] == (expected if inside else "unknown"), (row, tce, clean)


OWN_CLASSES = {
    "name": "own",
    "target": [
        {
            "id": name, "indicator": "co2_per_energy", "statistic": "zone", "operator": "<=", "threshold": limit,
            "unit": "tCO2/tce", "year": 2025,
            "applies_indicator": "energy_tce", "applies_min": low, "applies_max": high,
        }
        for name, limit, low, high in (("small", "1.5", "200000", "1000000"), ("large", "2.0", "1000000", ""))
    ],
}  # fmt: skip
