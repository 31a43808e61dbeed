"""Decompositions of accounts and tables against an oracle of formulas alone, and what must hold of every one of them.

The oracle knows nothing of the library's limits: it puts 10^-(10^20) in the place of every zero (mpmath has such
numbers) and applies the formulas of Ang (2005) in loops. Its own error is about 1e-20, because what is neglected goes
with 1/ln of that number.
"""

import math
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zonecarbon as zc

mp = mpmath.mp.clone()
mp.dps = 50
NOTHING = mp.mpf(10) ** (-(10**20))
CLOSE = 1e-12

profile = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# -- the oracle --------------------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """A cell in one period: where it is, and each factor as ((over, under) at the start, (over, under) at the end)."""

    zone: str
    sector: str
    carrier: str
    factors: Mapping[str, tuple[tuple[float, float], tuple[float, float]]]

    def stays(self) -> bool:
        return all(over and under for ends in self.factors.values() for over, under in ends)

    def value(self, end: int) -> Any:
        over, under = mp.mpf(1), mp.mpf(1)
        for ends in self.factors.values():
            over *= _put(ends[end][0])
            under *= _put(ends[end][1])
        return over / under


def _put(value: float) -> Any:
    return mp.mpf(value) if value else NOTHING


def _log_mean(a: Any, b: Any) -> Any:
    return a if abs(b - a) < abs(a) * mp.mpf(10) ** -35 else (b - a) / mp.ln(b / a)  # products are good to 1e-48


def slow_lmdi(
    cells: Sequence[Cell],
    whose: Callable[[Cell], Any],
    where: Callable[[Cell], Any] | None = None,
    *,
    lmdi: str = "I",
    form: str = "additive",
) -> dict[Any, dict[str, float]]:
    """Return the effects on the aggregates that ``whose`` tells apart, shown by ``where``."""
    where = where or whose
    total: dict[Any, list[Any]] = defaultdict(lambda: [mp.mpf(0), mp.mpf(0)])
    values = [(cell.value(0), cell.value(1)) for cell in cells]
    for cell, (a, b) in zip(cells, values, strict=True):
        total[whose(cell)][0] += a
        total[whose(cell)][1] += b
    means = {key: _log_mean(*ends) for key, ends in total.items()}
    weight = []
    all_weights: dict[Any, Any] = defaultdict(lambda: mp.mpf(0))
    for cell, (a, b) in zip(cells, values, strict=True):
        v0, v1 = total[whose(cell)]
        weight.append(_log_mean(a, b) if lmdi == "I" else _log_mean(a / v0, b / v1))
        all_weights[whose(cell)] += weight[-1]
    found: dict[Any, dict[str, Any]] = defaultdict(lambda: defaultdict(lambda: mp.mpf(0)))
    for cell, own in zip(cells, weight, strict=True):
        mean = means[whose(cell)]
        scale = own if lmdi == "I" else own / all_weights[whose(cell)] * mean
        for name, ((a, b), (c, d)) in cell.factors.items():
            effect = scale * mp.ln(_put(c) * _put(b) / (_put(d) * _put(a)))
            found[where(cell)][name] += effect if form == "additive" else effect / mean
    return {
        key: {name: float(mp.exp(e) if form == "multiplicative" else e) for name, e in own.items()}
        for key, own in found.items()
    }


def weight_of(cells: Iterable[Cell]) -> float:
    """Return the weights of LMDI-II before they are divided by their sum: what of the shares is there in both years."""
    ends = [(cell.value(0), cell.value(1)) for cell in cells]
    totals = [sum(values) for values in zip(*ends, strict=True)]
    return float(sum(_log_mean(a / totals[0], b / totals[1]) for a, b in ends))


def cells_of(account: zc.Account, first: int, last: int, *, of: str = "co2", level: str = "zone") -> list[Cell]:
    """The cells of an account in loops: carriers net of what leaves; power of its own is no power of the grid."""
    at = [account.years.tolist().index(year) for year in (first, last)]
    energy, co2, money = account.energy, account.co2, account.activity.value_added
    grand = [float(account.value_added[:, t].sum()) for t in at]
    result = []
    for z, zone in enumerate(account.zones.tolist()):
        of_zone = [float(account.value_added[z, t]) for t in at]
        for s, sector in enumerate(account.sectors.tolist()):
            own = [float(np.nan_to_num(money[z, s, t])) for t in at]
            pools: dict[tuple[str, str, str], list[float]] = {}
            used = [0.0, 0.0]
            for f, flow in enumerate(account.flows):
                apart = flow.supply if flow.supply not in {"", "grid", "onsite_fossil", "fossil_heat"} else ""
                apart = "feedstock" if flow.use == "feedstock" else apart
                pool = pools.setdefault((flow.carrier, flow.product, apart), [0.0] * 4)
                for i, t in enumerate(at):
                    pool[i] += float(energy[z, s, f, t])
                    pool[2 + i] += float(co2[z, s, f, t])
                    used[i] += float(energy[z, s, f, t])
            chain: list[tuple[str, Sequence[float]]] = [("activity", grand), ("zone_structure", of_zone)]
            chain = chain if level == "portfolio" else [("activity", of_zone)]
            chain = [("activity", own)] if level == "sector" else [*chain, ("sector_structure", own)]
            if len(account.sectors) == 1 and level != "sector":
                chain.pop()
            if of.startswith("energy"):
                result.append(_cell(zone, sector, "", [*chain, ("energy_intensity", used)], of))
                continue
            for (carrier, product, _), pool in pools.items():
                ends: list[tuple[str, Sequence[float]]] = [
                    ("energy_intensity", used),
                    ("carrier_mix", pool[:2]),
                    ("grid_factor" if carrier == "electricity" else "emission_factor", pool[2:]),
                ]
                ends = ends if carrier else [("process_intensity", pool[2:])]
                result.append(_cell(zone, sector, carrier or product, [*chain, *ends], of))
    return result


def _cell(zone: str, sector: str, carrier: str, chain: Sequence[tuple[str, Sequence[float]]], of: str) -> Cell:
    factors, under = {}, (1.0, 1.0)
    for at, (name, over) in enumerate(chain):
        if at or not of.endswith("_intensity"):
            factors[name] = ((over[0], under[0]), (over[1], under[1]))
        under = (over[0], over[1])
    return Cell(zone, sector, carrier, factors)


WHOSE: dict[str, Callable[[Cell], Any]] = {
    "portfolio": lambda cell: (),
    "zone": lambda cell: (cell.zone,),
    "sector": lambda cell: (cell.zone, cell.sector),
}


def size_of(cells: Iterable[Cell]) -> float:
    """The largest sum of the values of the cells, without their signs."""
    cells = list(cells)
    return max(float(sum(abs(cell.value(end)) for cell in cells)) for end in (0, 1)) or 1.0


# -- accounts at random ------------------------------------------------------------------------------------------------

FLOWS: list[Any] = [
    "raw_coal",
    "natural_gas",
    ("diesel", "feedstock"),
    "electricity",
    ("electricity", "export"),
    ("electricity", "transformation_out"),
    ("electricity", "final", "direct_nonfossil"),
    "heat",
    ("heat", "export"),
]
YEARS = [2021, 2022, 2023]


def some_account(
    seed: int, zones: int = 3, sectors: int = 2, *, holes: float = 0.2, years: Sequence[int] = YEARS
) -> zc.Account:
    """Random figures, a share of them zero; sectors without any energy and value added too."""
    rng = np.random.default_rng(seed)
    shape = (zones, sectors, len(FLOWS), len(years))
    quantity = rng.lognormal(6.0, 1.5, shape)
    quantity[rng.random(shape) < holes] = 0.0
    quantity[:, :, 0] += 5.0  # every sector burns something, or its energy could change its sign
    quantity[:, :, 3] += 500.0
    quantity[:, :, [4, 5]] = quantity[:, :, [3]] * rng.uniform(0.0, 0.4, (zones, sectors, 2, len(years)))
    quantity[:, :, 8] = quantity[:, :, 7] * rng.uniform(0.0, 0.5, (zones, sectors, len(years)))
    money = rng.lognormal(8.0, 1.0, (zones, sectors, len(years)))
    gone = rng.random((zones, sectors, len(years))) < holes / 2.0
    gone[:, 0] &= zones > 2
    if zones > 1:
        gone[0, 0] = False
    gone[..., -1] &= sectors > 1
    quantity *= ~gone[:, :, None]
    money *= ~gone
    return account_of(quantity, money, years=years)


def account_of(quantity: Any, money: Any, *, years: Sequence[int] = YEARS, **more: Any) -> zc.Account:
    shape = np.shape(quantity)
    given = {
        "flows": FLOWS,
        "zones": [f"Z{i}" for i in range(shape[0])],
        "sectors": [f"S{i}" for i in range(shape[1])] if len(shape) == 4 else None,
        "price_year": 2020,
        "provinces": ["江苏", "山东", "全国"][: shape[0]] if shape[0] <= 3 else "全国",
    }
    return accounted(zc.Activity.from_arrays(quantity, years=years, value_added=money, **(given | more)))


def account_behind(found: zc.Decomposition) -> zc.Account:
    assert isinstance(found.source, zc.Account)
    return found.source


def accounted(source: Any, **choices: Any) -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(source, **choices)


seeds = st.integers(0, 10**6)
OF = ("co2", "energy", "co2_intensity", "energy_intensity")


@pytest.mark.parametrize("form", ["additive", "multiplicative"])
@pytest.mark.parametrize("lmdi", ["I", "II"])
@pytest.mark.parametrize("of", OF)
@pytest.mark.parametrize("holes", [0.0, 0.3])
def test_equals_the_oracle(of: Any, lmdi: Any, form: Any, holes: float) -> None:
    for seed, (zones, sectors) in enumerate([(1, 1), (3, 1), (1, 3), (3, 2)]):
        account = some_account(seed, zones, sectors, holes=holes)
        found = zc.decompose(account, of, base=2021, end=2023, lmdi=lmdi, form=form)
        for level in ("portfolio", "zone", "sector"):
            cells = cells_of(account, 2021, 2023, of=of, level=level)
            expected = slow_lmdi(cells, WHOSE[level], lmdi=lmdi, form=form)
            rows = list(zip(*found.labels(level).values(), strict=True)) or [()]
            values = dict(zip(rows, found.values(level).tolist(), strict=True))
            for row, effects in zip(rows, found.effects(level), strict=True):
                own = [cell for cell in cells if WHOSE[level](cell) == row]
                if np.isnan(values[row]).any():
                    assert level != "portfolio"  # the intensity of what is not there in one of the years
                    assert of.endswith("_intensity")
                    assert np.isnan(effects).all()
                    continue
                if min(values[row]) == 0.0 and (lmdi == "II" or form == "multiplicative"):
                    continue  # an aggregate that appears has no shares and no ratio; asked below
                named = dict(zip(found.factors_of(level), effects.tolist(), strict=True))
                scale = size_of(own) if form == "additive" else 20.0 * max(effects)
                wanted = dict.fromkeys(named, 0.0 if form == "additive" else 1.0) | expected[row]
                assert named == pytest.approx(wanted, abs=CLOSE * scale), (seed, level, row)


@pytest.mark.parametrize("of", ["co2", "co2_intensity"])
@pytest.mark.parametrize("lmdi", ["I", "II"])
def test_carriers_equal_the_oracle(of: Any, lmdi: Any) -> None:
    account = some_account(5)
    found = zc.decompose(account, of, base=2021, end=2023, lmdi=lmdi)
    for level in ("portfolio", "zone", "sector"):
        cells = cells_of(account, 2021, 2023, of=of, level=level)
        expected = slow_lmdi(cells, WHOSE[level], lambda cell: (cell.zone, cell.sector, cell.carrier), lmdi=lmdi)
        by = ["zone", "sector", "carrier"]
        rows = list(zip(*found.groups_by(level, by).values(), strict=True))
        scale = float(np.nanmax(np.abs(found.values(level))))
        keys = list(zip(*found.labels(level).values(), strict=True)) or [()]
        values = dict(zip(keys, found.values(level).tolist(), strict=True))
        for row, effects in zip(rows, found.effects(level, by), strict=True):
            whole = values[row[: len(keys[0])]]
            if math.isnan(sum(whole)) or (min(whole) == 0.0 and lmdi == "II"):
                continue
            named = dict(zip(found.factors_of(level), effects.tolist(), strict=True))
            assert named == pytest.approx(dict.fromkeys(named, 0.0) | expected[row], abs=CLOSE * scale), (level, row)


@profile
@given(seeds, st.sampled_from(OF), st.sampled_from(["I", "II"]), st.booleans())
def test_perfect_decomposition(seed: int, of: Any, lmdi: Any, chained: bool) -> None:
    """At every level, by all the labels there are: the effects make the change, and no less its ratio."""
    account = some_account(seed)
    found = zc.decompose(account, of, base=2021, end=2023, lmdi=lmdi, chained=chained)
    detail = ["zone", "sector"] + (["carrier"] if of.startswith("co2") else [])
    for level in ("portfolio", "zone", "sector"):
        values = found.values(level)
        known = np.asarray(
            np.isfinite(values).all(axis=1)
        )  # not known is the intensity of what is not there in one of the years
        assert known.all() or (level != "portfolio" and of.endswith("_intensity"))
        change, size = values[:, -1] - values[:, 0], values.max(axis=1)
        effects = found.effects(level)
        assert (np.abs(effects.sum(axis=1) - change) <= CLOSE * size)[known].all()
        assert np.isnan(effects[~known]).any(axis=1).all()
        for by in (["zone", "sector"], detail, detail[::-1]):
            fine, labels = found.effects(level, by), found.groups_by(level, by)
            for at, row in enumerate(list(zip(*found.labels(level).values(), strict=True)) or [()]):
                mine = np.ones(len(fine), dtype=bool)
                if not known[at]:
                    continue
                for name, label in zip(found.labels(level), row, strict=True):
                    mine &= labels[name] == label
                assert fine[mine].sum(axis=0) == pytest.approx(effects[at], abs=CLOSE * size[at])
        ratios = found.effects(level, form="multiplicative").prod(axis=1)
        there = (values > 0.0).all(axis=1)
        assert ratios[there] == pytest.approx(values[there, -1] / values[there, 0], rel=20 * CLOSE)


@profile
@given(seeds, st.sampled_from(OF))
def test_zones_add_up_to_the_portfolio(seed: int, of: Any) -> None:
    """LMDI-I: intensity, mix and factors add; activity of the zones is activity and structure of the portfolio."""
    found = zc.decompose(some_account(seed), of, base=2021, end=2023)
    if of.endswith("_intensity"):
        with pytest.raises(zc.InputError, match="level"):
            found.effects("zone", ())
        return
    size = CLOSE * found.values("portfolio").max()
    parts, whole = (
        dict(zip(found.factors_of(level), found.effects(level).sum(axis=0).tolist(), strict=True))
        for level in ("zone", "portfolio")
    )
    whole["activity"] += whole.pop("zone_structure")
    assert parts == pytest.approx(whole, abs=size)
    of_sectors = dict(zip(found.factors_of("sector"), found.effects("sector").sum(axis=0).tolist(), strict=True))
    whole["activity"] += whole.pop("sector_structure")
    assert of_sectors == pytest.approx(whole, abs=size)


@pytest.mark.parametrize("choice", [{"lmdi": "II"}, {"form": "multiplicative"}])
def test_what_does_not_add_is_not_added(choice: dict[str, Any]) -> None:
    found = zc.decompose(some_account(3), base=2021, end=2023, **choice)
    for level, by in (("zone", ["sector"]), ("zone", ["carrier"]), ("sector", ["zone"]), ("zone", [])):
        with pytest.raises(zc.InputError) as raised:
            found.effects(level, by)
        assert [problem.code for problem in raised.value.problems] == ["decompose.by"]
    assert found.effects("portfolio", ["sector"]).shape[0] == 2
    assert found.effects("zone", ["sector", "zone"]).shape[0] == 6


@profile
@given(seeds)
def test_within_and_between_make_the_fall_of_the_aggregate_intensity(seed: int) -> None:
    found = zc.decompose(
        some_account(seed), "energy_intensity", base=2021, end=2023, factors=["between_zones", "within_zones"]
    )
    assert found.factors_of("portfolio") == ("between_zones", "within_zones")
    value, effects = found.values("portfolio")[0], found.effects("portfolio")[0]
    assert effects.sum() == pytest.approx(value[1] - value[0], abs=CLOSE * value.max())
    each = zc.decompose(account_behind(found), "energy_intensity", base=2021, end=2023)
    named = dict(zip(each.factors_of("portfolio"), each.effects("portfolio")[0].tolist(), strict=True))
    assert effects[0] == named["zone_structure"]
    assert effects[1] == pytest.approx(named["sector_structure"] + named["energy_intensity"], abs=CLOSE * value.max())


def test_between_zones_alone() -> None:
    """Two zones whose intensities stay: whatever the aggregate does comes from where value added goes."""
    money = [[[100.0, 200.0]], [[100.0, 100.0]]]
    coal = [[[[10.0, 20.0]]], [[[90.0, 90.0]]]]
    account = account_of(coal, money, flows=["raw_coal"], years=[2020, 2021])
    found = zc.decompose(account, "energy_intensity")
    effects = dict(zip(found.factors_of("portfolio"), found.effects("portfolio")[0].tolist(), strict=True))
    first, last = 0.7143 * 100 / 200, 0.7143 * 110 / 300
    assert effects["zone_structure"] == pytest.approx(last - first, rel=1e-12)
    assert effects["energy_intensity"] == pytest.approx(0.0, abs=CLOSE)
    assert found.effects("zone") == pytest.approx(np.zeros((2, 1)), abs=CLOSE)


@profile
@given(seeds, st.sampled_from(OF), st.sampled_from(["additive", "multiplicative"]))
def test_a_chain_is_its_single_years(seed: int, of: Any, form: Any) -> None:
    account = some_account(seed, holes=0.0 if form == "multiplicative" else 0.2)
    chain = zc.decompose(account, of, base=2021, end=2023, chained=True, form=form)
    assert chain.years == (2021, 2022, 2023)
    for level in ("portfolio", "zone", "sector"):
        single = [zc.decompose(account, of, base=year, end=year + 1, form=form).effects(level) for year in (2021, 2022)]
        steps, size = chain.effects(level, steps=True), CLOSE * np.nanmax(chain.values(level))
        for at in (0, 1):
            assert steps[:, at] == pytest.approx(single[at], rel=1e-11, abs=size, nan_ok=True)
        both = single[0] + single[1] if form == "additive" else single[0] * single[1]
        assert chain.effects(level) == pytest.approx(both, rel=1e-11, abs=size, nan_ok=True)


@profile
@given(seeds, st.sampled_from(OF))
def test_a_zone_does_not_depend_on_the_others(seed: int, of: Any) -> None:
    """To the bit: alone, with the others, and in another order."""
    account = some_account(seed)
    activity = account.activity
    found = zc.decompose(account, of, base=2021, end=2023).effects("zone")
    for rows in ([0], [2], [1, 2], [2, 1, 0]):
        part = account_of(
            activity.quantity[rows],
            activity.value_added[rows],
            zones=activity.zones[rows],
            provinces=activity.provinces[rows].tolist(),
        )
        own = zc.decompose(part, of, base=2021, end=2023).effects("zone")
        assert own.tobytes() == found[rows].tobytes()


def test_more_zones_than_a_block() -> None:
    """Blocks are of some thousands of figures; a zone in the middle of many is the same as alone."""
    rng = np.random.default_rng(1)
    quantity = rng.lognormal(3.0, 1.0, (9000, 1, 9, 2))
    quantity[:, :, [4, 5, 8]] *= 1e-3
    money = rng.lognormal(5.0, 1.0, (9000, 1, 2))
    found = zc.decompose(account_of(quantity, money, years=[2021, 2022], provinces="江苏"))
    effects = found.effects("zone")
    for at in (0, 1, 4444, 8999):
        alone = account_of(quantity[[at]], money[[at]], years=[2021, 2022], provinces="江苏")
        assert zc.decompose(alone).effects("zone").tobytes() == effects[[at]].tobytes()
    whole = found.values("portfolio")[0]
    assert found.effects("portfolio").sum() == pytest.approx(whole[1] - whole[0], abs=CLOSE * whole.max())


def test_groups_of_factors_are_sums_of_members() -> None:
    account = some_account(11)
    each = zc.decompose(account, base=2021, end=2023)
    named = dict(zip(each.factors_of("portfolio"), each.effects("portfolio")[0].tolist(), strict=True))
    merged = zc.decompose(
        account, base=2021, end=2023, factors={"we": ["energy_intensity", "carrier_mix"], "they": "grid_factor"}
    )
    assert merged.factors_of("portfolio") == (
        "activity",
        "zone_structure",
        "sector_structure",
        "we",
        "emission_factor",
        "they",
    )
    effects = dict(zip(merged.factors_of("portfolio"), merged.effects("portfolio")[0].tolist(), strict=True))
    assert effects["we"] == pytest.approx(named["energy_intensity"] + named["carrier_mix"], rel=1e-12)
    assert effects["they"] == named["grid_factor"]
    ratio = zc.decompose(account, base=2021, end=2023, factors=["structure"], form="multiplicative")
    alone = zc.decompose(account, base=2021, end=2023, form="multiplicative").effects("portfolio")[0]
    assert ratio.effects("portfolio")[0, 1] == pytest.approx(alone[1] * alone[2], rel=1e-12)
    for factors, code in (
        (["structur"], "option"),
        ({"a": ["activity"], "b": ["activity"]}, "decompose.factor_twice"),
        ({"a": ["nothing"]}, "option"),
    ):
        assert codes_of(partial(zc.decompose, account, factors=factors)) == [code]


def codes_of(call: Callable[[], Any]) -> list[str]:
    with pytest.raises(zc.InputError) as raised:
        call()
    for language in ("en", "zh"):
        assert "{" not in raised.value.text(language)
    return [problem.code for problem in raised.value.problems]


# -- tables ------------------------------------------------------------------------------------------------------------

KAYA = "co2 = gdp * energy/gdp * co2/energy"
Table = dict[str, list[Any]]
amount = st.one_of(st.floats(1e-6, 1e6), st.sampled_from([1.0, 1.0 + 1e-12, 5.0]))


@st.composite
def some_tables(draw: st.DrawFn) -> Table:
    """Two to four cells, two or three years; CO2 may be zero and so may energy and CO2."""
    table: Table = defaultdict(list)
    years = [2020, 2022, 2025][: draw(st.integers(2, 3))]
    for zone in ["A", "B"][: draw(st.integers(1, 2))]:
        for sector in ("x", "y"):
            for year in years:
                energy = 0.0 if draw(st.integers(0, 7)) == 0 else draw(amount)
                co2 = 0.0 if energy == 0.0 or draw(st.integers(0, 7)) == 0 else energy * draw(st.floats(0.1, 4.0))
                row = (zone, sector, year, draw(amount), energy, co2)
                for name, cell in zip(("zone", "sector", "year", "gdp", "energy", "co2"), row, strict=True):
                    table[name].append(cell)
    return dict(table)


def table_cells(table: Table, identity: str, first: Any, last: Any) -> list[Cell]:
    """The cells of a table for the oracle; of factors that are a name or a ratio of two."""
    rows: dict[Any, dict[Any, int]] = defaultdict(dict)
    for at, year in enumerate(table["year"]):
        rows[table["zone"][at], table["sector"][at]][year] = at
    result = []
    for (zone, sector), of_year in rows.items():
        first_row, last_row = of_year[first], of_year[last]
        factors = {}
        for term in identity.replace(" ", "").split("=")[1].split("*"):
            over, _, under = term.partition("/")
            start, end = ((table[over][row], table[under][row] if under else 1.0) for row in (first_row, last_row))
            factors[term] = (start, end)
        result.append(Cell(zone, sector, "", factors))
    return result


@profile
@given(some_tables(), st.sampled_from(["I", "II"]), st.sampled_from(["additive", "multiplicative"]))
def test_tables_equal_the_oracle(table: Table, lmdi: Any, form: Any) -> None:
    last = max(table["year"])
    cells = table_cells(table, KAYA, 2020, last)
    found = zc.decompose(table, identity=KAYA, base=2020, end=last, lmdi=lmdi, form=form)
    for level in ("portfolio", "zone", "sector"):
        expected = slow_lmdi(cells, WHOSE[level], lmdi=lmdi, form=form)
        for at, row in enumerate(list(zip(*found.labels(level).values(), strict=True)) or [()]):
            value = found.values(level)[at]
            effects = found.effects(level)[at]
            if form == "multiplicative" and min(value) == 0.0:
                assert np.isnan(effects).all()
                continue
            stays = any(WHOSE[level](cell) == row and cell.stays() for cell in cells)
            if lmdi == "II" and not stays:
                continue  # no cell is there in both years: asked below
            if form == "multiplicative" and effects.max() > 1e6:
                continue  # an exponential of a large logarithm; hardly any cell is there in both years
            scale = value.max() if form == "additive" else 50.0 * effects.max()
            # 1e-12 of the value, and of the logarithms themselves where a ratio is of 1e12. The effects of LMDI-II are
            # divided by the weight of what stays: where it is small, the digits of what comes and goes are lost.
            if lmdi == "II":
                scale /= min(1.0, weight_of(cell for cell in cells if WHOSE[level](cell) == row))
            named = dict(zip(found.factors, effects.tolist(), strict=True))
            assert named == pytest.approx(expected[row], abs=CLOSE * max(scale, 1e-300)), (level, row)


@pytest.mark.parametrize("lmdi", ["I", "II"])
def test_one_zone_in_place_of_another(lmdi: Any) -> None:
    """No cell is there in both years, so that none has a weight: what comes and what goes, each with what moves it."""
    table: Table = {
        "zone": ["A", "A", "B", "B"],
        "year": [0, 1, 0, 1],
        "gdp": [5.0, 5.0, 5.0, 5.0],
        "energy": [1.0, 0.0, 0.0, 3.0],
        "co2": [2.0, 0.0, 0.0, 9.0],
    }
    found = zc.decompose(table, identity=KAYA, lmdi=lmdi)
    assert found.effects("portfolio").tolist() == [[0.0, 7.0, 0.0]]
    assert found.effects("portfolio", ["zone"]).tolist() == [[0.0, -2.0, 0.0], [0.0, 9.0, 0.0]]
    assert found.effects("zone").tolist() == [[0.0, -2.0, 0.0], [0.0, 9.0, 0.0]]


@profile
@given(some_tables())
def test_time_reversal(table: Table) -> None:
    """From the end to the base: additive effects change their sign, ratios turn upside down."""
    last = max(table["year"])
    for lmdi in ("I", "II"):
        there, back = (
            zc.decompose(table, identity=KAYA, base=a, end=b, lmdi=lmdi) for a, b in ((2020, last), (last, 2020))
        )
        size = max(there.values("portfolio").max(), 1e-300)
        assert back.effects("zone") == pytest.approx(-there.effects("zone"), abs=CLOSE * size)
        assert back.effects("zone", form="multiplicative") == pytest.approx(
            1.0 / there.effects("zone", form="multiplicative"), rel=1e-10, nan_ok=True
        )
    chain, turned = (
        zc.decompose(table, identity=KAYA, base=a, end=b, chained=True) for a, b in ((2020, last), (last, 2020))
    )
    assert turned.years == chain.years[::-1]
    assert turned.effects("zone") == pytest.approx(
        -chain.effects("zone"), abs=CLOSE * max(chain.values().max(), 1e-300)
    )


@profile
@given(some_tables(), st.permutations(["gdp", "energy/gdp", "co2/energy"]))
def test_order_of_factors_and_rows_does_not_matter(table: Table, order: list[str]) -> None:
    first = zc.decompose(table, identity=KAYA, chained=True)
    turned = {name: column[::-1] for name, column in table.items()}
    second = zc.decompose(turned, identity=f"co2 = {' * '.join(order)}", chained=True)
    assert second.factors == tuple(order)
    size = CLOSE * max(first.values().max(), 1e-300)
    at = [second.zones.tolist().index(zone) for zone in first.zones]
    again = second.effects("zone")[at][:, [order.index(name) for name in first.factors]]
    assert again == pytest.approx(first.effects("zone"), abs=size)


@profile
@given(some_tables(), st.sampled_from(["gdp", "energy", "co2"]), st.sampled_from([1e-9, 1e-3, 0.7, 1e4, 3e8]))
def test_units_do_not_matter(table: Table, name: str, unit: float) -> None:
    scaled = {**table, name: [value * unit for value in table[name]]}
    for lmdi in ("I", "II"):
        first, second = (zc.decompose(t, identity=KAYA, lmdi=lmdi) for t in (table, scaled))
        scale = unit if name == "co2" else 1.0
        size = CLOSE * max(second.values("portfolio").max(), 1e-300)
        assert second.effects("portfolio") == pytest.approx(first.effects("portfolio") * scale, abs=5 * size)


@profile
@given(some_tables(), st.sampled_from(["gdp", "energy", "co2"]), st.integers(0, 3))
def test_unknown_stays_where_it_is(table: Table, name: str, row: int) -> None:
    """NaN in one cell: its effects, and every sum with it, and nothing else; left out, the rest is as before."""
    holed = {**table, name: [math.nan if at == row else value for at, value in enumerate(table[name])]}
    last = max(table["year"])
    choice = {"identity": KAYA, "base": 2020, "end": last, "chained": True}
    before, after = (zc.decompose(t, **choice) for t in (table, holed))
    hit = (table["zone"][row], table["sector"][row])
    fine = after.effects("sector")
    for at, key in enumerate(zip(*after.labels("sector").values(), strict=True)):
        if key == hit:
            assert np.isnan(fine[at]).any()
        else:
            assert fine[at].tobytes() == before.effects("sector")[at].tobytes()
    of_zone = np.isnan(after.effects("zone")).any(axis=1)
    assert of_zone.tolist() == [zone == hit[0] for zone in after.zones]
    assert np.isnan(after.effects("portfolio")).any()
    assert [problem.code for problem in after.warnings] == ["decompose.cells_unknown"]
    if set(table["zone"]) == {hit[0]}:
        with pytest.raises(zc.InputError, match="leave_out"):
            zc.decompose(holed, missing="leave_out", **choice)
        return
    rest = zc.decompose(holed, missing="leave_out", **choice)  # all of its zone, or the zone would shrink
    assert rest.zones.tolist() == [zone for zone in ("A", "B") if zone != hit[0]]
    assert np.isfinite(rest.effects("portfolio")).all()
    assert [problem.code for problem in rest.warnings] == ["decompose.cells_left_out"]
