"""``project``: the model against closed forms and a slow one, invariance to the bit, targets, unknowns, errors.

The slow model is plain Python: lines of energy and CO2 from which shifts take, one year and one draw at a time, after
the words of the design and not after the code. How good the statistics are is in ``test_projection_properties.py``.
"""

import math
import multiprocessing
import warnings
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pint
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import zonecarbon as zc
from zonecarbon._typing import FloatArray
from zonecarbon.projection import Ensemble, jobs, making, project
from zonecarbon.projection.simulating import shock_groups
from zonecarbon.records import Scenario
from zonecarbon.sampling import Seeds, Shape

ROOT = Path(__file__).resolve().parents[1]
NAN = math.nan
COKE = (0.9714, 28.470 * 107.1e-3)  # tce and tCO2 per t
COAL = Fraction("20.934") * Fraction("0.0946") / Fraction("0.7143")  # tCO2/tce, bituminous coal stands in
GAS = Fraction("29.3076") * Fraction("0.0561")
GRID = 0.5366 / 0.1229  # tCO2/tce, national average of data year 2022 (bought 2022)
CLOSE = 1e-12


def quietly(make: Any, *given: Any, **named: Any) -> Any:
    """Call without the expected warnings about factors; no other warning is let through."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return make(*given, **named)


def arrays(
    quantity: Any,
    flows: Sequence[Any] = ("coke",),
    zones: Sequence[str] = ("A",),
    years: Sequence[int] = (2022,),
    *,
    value_added: Any = None,
    method: Any = "inventory",
    **named: Any,
) -> zc.Account:
    """Return the account of arrays (zone, flow, year)."""
    quantity = np.asarray(quantity, dtype=np.float64)
    money = np.full((len(zones), len(years)), 300.0) if value_added is None else value_added
    named = {"provinces": "全国", "price_year": 2020, **named}
    activity = zc.Activity.from_arrays(quantity, flows=flows, zones=zones, years=years, value_added=money, **named)
    account: zc.Account = quietly(zc.account, activity, method)
    return account


def constant(rate: float, *shocks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "constant", "rate": rate, "uncertainty": list(shocks)}


def normal(sd: float, **more: Any) -> dict[str, Any]:
    return {"shape": "normal", "sd": sd, **more}


def linear(goal: float, year: int, *shocks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "linear", "goal": goal, "year": year, "uncertainty": list(shocks)}


def shift(name: str, source: Any, target: str, path: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "source": source, "target": target, "path": path, **more}


def projected(account: zc.Account, until: int, targets: Any = None, **scenario: Any) -> Ensemble:
    """Return the projection of a scenario without shocks."""
    return project(account, {"name": "test", **scenario}, until=until, targets=targets)


def one_path(rates: Sequence[float]) -> dict[str, Any]:
    return {"kind": "piecewise", "rates": [{"rate": rate, "until": 2023 + i} for i, rate in enumerate(rates)]}


# -- closed forms ------------------------------------------------------------------------------------------------------


def test_constant_rates_are_powers_and_cumulative_co2_a_geometric_sum() -> None:
    account = arrays([[[1000.0]]])
    found = projected(
        account,
        2060,
        level="kaya",
        value_added=constant(0.05),
        energy_intensity=constant(-0.02),
        co2_per_energy=constant(-0.01),
    )
    t = np.arange(39)
    energy, co2, money = 1000 * COKE[0], 1000 * COKE[1], 300.0
    assert_allclose(found.path("value_added", "A"), money * 1.05**t, rtol=CLOSE)
    assert_allclose(found.path("energy", "A"), energy * (1.05 * 0.98) ** t, rtol=CLOSE)
    assert_allclose(found.path("co2", "A"), co2 * (1.05 * 0.98 * 0.99) ** t, rtol=CLOSE)
    assert_allclose(found.path("co2_intensity", "A"), co2 / money * (0.98 * 0.99) ** t, rtol=CLOSE)
    q = 1.05 * 0.98 * 0.99
    assert float(found.cumulative(0.5, "A")) == pytest.approx(co2 * q * (q**38 - 1) / (q - 1), rel=CLOSE)
    for level in found.levels.tolist():  # without shocks every quantile is the path
        assert_allclose(found.quantile(level, "co2", "A"), found.path("co2", "A"), rtol=CLOSE)
    assert_allclose(found.mean("energy", "A"), found.path("energy", "A"), rtol=CLOSE)


@pytest.mark.parametrize("turn", range(1, 10))
def test_growth_that_turns_negative_peaks_in_its_last_year(turn: int) -> None:
    rates = [0.03] * turn + [-0.02] * (12 - turn)
    found = projected(arrays([[[100.0]]]), 2034, value_added=one_path(rates))
    assert float(found.peak_year(0.5, "A")) == float(found.peak_year()) == 2022 + turn
    assert float(found.peak_value(0.5, "A")) == pytest.approx(100 * COKE[1] * 1.03**turn, rel=CLOSE)
    assert float(found.peak_probability(2022 + turn)) == 1.0
    assert float(found.peak_probability(2022 + turn - 1)) == 0.0


def test_growth_that_falls_by_equal_steps_peaks_where_it_cancels_the_fall_of_intensity() -> None:
    """(1 + a - b t)(1 - c) >= 1 up to t = (a - c / (1 - c)) / b."""
    a, b, c = 0.066, 0.004, 0.03
    found = projected(
        arrays([[[100.0]]]),
        2050,
        value_added=one_path([a - b * t for t in range(1, 29)]),
        energy_intensity=constant(-c),
    )
    assert float(found.peak_year()) == 2022 + math.floor((a - c / (1 - c)) / b)


@pytest.mark.parametrize(("g", "goal", "year"), [(0.05, 0.4, 2042), (0.06, 0.2, 2042), (0.08, 0.1, 2040)])
def test_intensity_on_a_straight_line_has_a_peak_in_closed_form(g: float, goal: float, year: int) -> None:
    """(1 + g)^t (1 - s t) is highest at t = 1 / s - 1 / ln(1 + g); one of the two years beside that is the answer."""
    s = (1 - goal) / (year - 2022)
    t = 1 / s - 1 / math.log(1 + g)
    near = max(math.floor(t), math.ceil(t), key=lambda x: (1 + g) ** x * (1 - s * x))
    found = projected(arrays([[[100.0]]]), year, value_added=constant(g), energy_intensity=linear(goal, year))
    assert 0 < t < year - 2022
    assert float(found.peak_year()) == 2022 + near


def test_a_peak_in_the_history_counts_and_one_in_the_last_year_does_not() -> None:
    account = arrays([[[90.0, 120.0, 120.0, 100.0]]], years=[2019, 2020, 2021, 2022])
    falls = projected(account, 2030, value_added=constant(-0.01))
    assert float(falls.peak_year()) == 2020
    assert float(falls.peak_probability(2019)) == 0.0
    assert float(falls.peak_value()) == pytest.approx(120 * COKE[1], rel=CLOSE)
    rises = projected(account, 2030, value_added=constant(0.05))
    assert math.isnan(float(rises.peak_year()))
    assert float(rises.peak_probability(2030)) == 0.0
    assert rises._peak_rows()["rows"]["status"].tolist() == ["rising", "rising"]


# -- where it starts ---------------------------------------------------------------------------------------------------


@cache
def industry(basis: str = "calorific") -> zc.Account:
    """41 sectors of China's industry, which stand in for zones."""
    choice = {"electricity": {"series": "yearbook", "year": "same_year"}}
    return quietly(  # type: ignore[no-any-return]
        zc.account,
        zc.read(ROOT / "examples/china_industry_2019_2020"),
        basis=basis,
        **({"equivalent": choice} if basis == "equivalent" else {}),
    )


def use(carrier: str, quantity: Any, **more: Any) -> zc.EnergyUse:
    return zc.EnergyUse(carrier=carrier, quantity=quantity, year=2022, **more)


def money(amount: float, sector: str = "") -> zc.ValueAdded:
    return zc.ValueAdded(value_added=amount, year=2022, price_year=2020, sector=sector)


@cache
def rich() -> zc.Account:
    """Four zones with everything: exports, own generation, feedstock, process CO2, supplies; one without a factor."""
    zones = [
        zc.Zone(
            zone="A",
            province="江苏",
            energy=(
                use("raw_coal", 5000.0),
                use("natural_gas", 2e5),
                use("electricity", 30_000.0),
                use("electricity", 2000.0, supply="onsite_nonfossil"),
                use("electricity", 900.0, use="export"),
                use("coke", 100.0, use="feedstock"),
                use("heat", 4000.0),
            ),
            process=(zc.ProcessOutput(product="cement_clinker", output=3000.0, year=2022, factor="0.53 tCO2/t"),),
            value_added=(money(50_000.0),),
        ),
        zc.Zone(
            zone="B",
            province="全国",
            energy=(
                use("raw_coal", 800.0),
                use("raw_coal", 2000.0, use="transformation_in"),
                use("electricity", 3000.0, use="transformation_out"),
                use("electricity", 3000.0, supply="onsite_fossil"),
                use("diesel", 400.0),
                use("electricity", 20_000.0),
                use("electricity", 1000.0, supply="certificate"),
            ),
            value_added=(money(80_000.0),),
        ),
        zc.Zone(
            zone="T",
            province="西藏",
            energy=(use("raw_coal", 100.0), use("electricity", 5000.0)),
            value_added=(money(9000.0),),
        ),
        zc.Zone(zone="G", province="广东", energy=(use("natural_gas", 5e5),), value_added=(money(7000.0),)),
    ]
    return quietly(zc.account, zones)  # type: ignore[no-any-return]


@pytest.mark.parametrize("level", ["kaya", "carriers"])
@pytest.mark.parametrize(
    "make", [rich, industry, lambda: industry("equivalent")], ids=["rich", "industry", "equivalent"]
)
def test_nothing_changes_when_nothing_is_said(level: str, make: Any) -> None:
    """Both the last year of the account and every year after it are the account's own lines."""
    account = make()
    found = projected(account, int(account.years[-1]) + 2, level=level)
    for what in ("energy", "co2", "value_added"):
        total = account.total(what)
        path = found.path(what)
        assert_array_equal(path[:, : total.shape[1]], total)
        for year in (-2, -1):
            assert_allclose(path[:, year], total[:, -1], rtol=1e-13)
        known = ~np.isnan(total[:, -1])
        assert_allclose(found.path(what, "")[-1], total[known, -1].sum(), rtol=1e-13)
    flows, _, energy, co2 = found.by_flow()
    if level == "carriers":
        own = len(account.flows)
        assert flows[:own] == account.flows
        for year in range(energy.shape[2]):
            for mine, what in ((energy, "energy"), (co2, "co2")):
                expected = account.lines(what, int(account.years[-1])).sum(axis=1)
                assert_allclose(mine[:, :own, year], expected, rtol=1e-13)
    assert_allclose(energy.sum(axis=1)[:, 0], account.total("energy")[:, -1], rtol=1e-13)
    assert_allclose(co2.sum(axis=1)[:, 0], account.total("co2")[:, -1], rtol=1e-13)


def test_by_flow_adds_up_to_the_path() -> None:
    shifts = [shift("gas", "coal", "natural_gas", linear(0.6, 2030), ratio=0.9)]
    found = projected(rich(), 2035, value_added=constant(0.03), grid_factor=constant(-0.03), shift=shifts)
    _, _, energy, co2 = found.by_flow()
    for mine, what in ((energy, "energy"), (co2, "co2")):
        assert_allclose(mine.sum(axis=1), found.path(what)[:, len(rich().years) - 1 :], rtol=1e-12)


# -- the slow model ----------------------------------------------------------------------------------------------------

Key = tuple[str, str, str]
Lines = dict[Key, list[float]]


class Move:
    """One shift of the slow model: takes a fraction of what is left of the sources to the target."""

    def __init__(self, source: Iterable[str], target: Key, factor: float, ratio: float = 1.0, supply: str = "") -> None:
        self.source, self.target, self.factor, self.ratio, self.supply = set(source), target, factor, ratio, supply

    def __call__(self, lines: Lines, fraction: float) -> None:
        taken = 0.0
        for key, line in lines.items():
            carrier, what, supply = key
            fits = carrier in self.source and what == "final" and self.supply in ("", supply) and key != self.target
            if fits and line[0] > 0:
                taken += line[0] * fraction
                line[0] *= 1 - fraction
                line[1] *= 1 - fraction
        there = lines.setdefault(self.target, [0.0, 0.0])
        there[0] += taken * self.ratio
        there[1] += taken * self.ratio * self.factor


def lines_of(account: zc.Account, zone: int) -> Lines:
    energy, co2 = (account.lines(what, int(account.years[-1]))[zone].sum(axis=0) for what in ("energy", "co2"))
    keys = [(flow.carrier, flow.use, flow.supply) for flow in account.flows]
    result: Lines = {}
    for key, tce, tonnes in zip(keys, energy.tolist(), co2.tolist(), strict=True):
        line = result.setdefault(key, [0.0, 0.0])
        line[0] += tce
        line[1] += tonnes
    return result


def slow(
    account: zc.Account, zone: int, moves: Sequence[tuple[Move, float]], money: float, intensity: float, grid: float
) -> tuple[float, float]:
    """Return energy and CO2 of one zone, year and draw."""
    lines = lines_of(account, zone)
    process = sum(line[1] for key, line in lines.items() if not line[0] and not is_energy(account, key))
    for key in [key for key in lines if not is_energy(account, key)]:
        del lines[key]
    for move, fraction in moves:
        move(lines, fraction)
    energy = sum(line[0] for line in lines.values()) * money * intensity
    co2 = sum(line[1] * (grid if key[0] == "electricity" else 1.0) for key, line in lines.items())
    return energy, co2 * money * intensity + process * money


def is_energy(account: zc.Account, key: Key) -> bool:
    return any((f.carrier, f.use, f.supply) == key and f.kind != "process" for f in account.flows)


FUELS = ("raw_coal", "natural_gas", "diesel")
TO_GAS = Move(["raw_coal"], ("natural_gas", "final", ""), float(GAS), 0.9)
TO_POWER = Move(FUELS, ("electricity", "final", "grid"), NAN, 0.8)
TO_PV = Move(["electricity"], ("electricity", "final", "onsite_nonfossil"), 0.0, supply="grid")


def draws_of(
    scenario: Scenario, zone: str, seed: int, n_years: int, draws: int
) -> dict[str, list[tuple[Shape, FloatArray]]]:
    """Return each driver's deviations (year, draw), scaled."""
    found: dict[str, list[tuple[Shape, FloatArray]]] = {}
    for group, name in zip(shock_groups(scenario), (("own", zone), ("shared",)), strict=True):
        passes = group.passes(n_years, 0, draws, Seeds(seed, name), "antithetic")
        for shock, deviation in zip(group.shocks, next(iter(passes), ()), strict=True):
            wide = np.broadcast_to(deviation[:, :draws] * shock.shape.scale, (n_years, draws)).copy()
            found.setdefault(shock.driver, []).append((shock.shape, wide))
    return found


def grown(rates: Sequence[float], shocks: list[tuple[Shape, FloatArray]], draw: int) -> list[float]:
    level, result = 1.0, []
    for year, rate in enumerate(rates):
        added = sum(e[year, draw] for shape, e in shocks if not shape.multiplies)
        logs = sum(e[year, draw] for shape, e in shocks if shape.multiplies)
        level *= (1 + rate + added) * math.exp(logs)
        result.append(level)
    return result


def paced(path: Sequence[float], shocks: list[tuple[Shape, FloatArray]], draw: int) -> list[float]:
    """Return the share moved: each planned step times 1 + deviation, never backwards, never over 1."""
    level, before, result = 0.0, 0.0, []
    for year, planned in enumerate(path):
        pace = max(0.0, 1 + sum(e[year, draw] for _, e in shocks))
        level += (planned - before) * pace
        before = planned
        result.append(min(level, 1.0))
    return result


def test_every_draw_is_that_of_the_slow_model() -> None:
    """Three uncertain shifts, an uncertain grid, own and shared shocks of all kinds, correlations, a zone's path."""
    own, ours = {"rho": 0.5}, {"shared": True}
    fields: dict[str, Any] = {
        "name": "all",
        "value_added": constant(0.04, normal(0.02, **own), {"shape": "lognormal", "sd": 0.01, **ours}),
        "energy_intensity": constant(-0.02, {"shape": "lognormal", "sd": 0.02, **own}),
        "grid_factor": constant(-0.03, {"shape": "triangular", "low": -0.02, "high": 0.03, "rho": 0.7, **ours}),
        "shift": [
            shift(
                "gas",
                "coal",
                "natural_gas",
                linear(0.6, 2028, {"shape": "uniform", "low": -2.0, "high": 2.0}),
                ratio=0.9,
            ),
            shift("power", list(FUELS), "electricity", linear(0.9, 2027, normal(0.8, rho=1.0, **ours)), ratio=0.8),
            shift(
                "pv",
                "electricity",
                "electricity",
                linear(0.4, 2028, {"shape": "pert", "low": -0.4, "mode": 0.2, "high": 0.5}),
                source_supply="grid",
                target_supply="onsite_nonfossil",
            ),
        ],
        "correlation": {"drivers": ["value_added", "energy_intensity"], "matrix": [[1.0, -0.6], [-0.6, 1.0]]},
        "zones": {"B": {"value_added": constant(0.07)}},
    }
    account, draws = rich(), 40
    found = project(
        account,
        fields,
        until=2028,
        draws=draws,
        rng=11,
        targets=None,
        keep="draws",
        indicators=("co2", "energy", "value_added"),
    )
    scenario = Scenario.model_validate(fields)
    for at, zone in enumerate(account.zones.tolist()):
        deviations = draws_of(scenario, zone, 11, 6, draws)
        lines = lines_of(account, at)
        bought = lines[("electricity", "final", "grid")]
        # An account's own factor where it has the line; the factor of G, which buys no power, is that of its grid.
        power = bought[1] / bought[0] if bought[0] else None
        for draw in range(0, draws, 2):
            rate = 0.07 if zone == "B" else 0.04
            money = grown([rate] * 6, deviations["value_added"], draw)
            intensity = grown([-0.02] * 6, deviations["energy_intensity"], draw)
            grid = grown([-0.03] * 6, deviations["grid_factor"], draw)
            steps = [(i + 1) / 6 for i in range(6)]
            gas = paced([0.6 * s for s in steps], deviations["gas"], draw)
            electric = paced([min(0.9 * (i + 1) / 5, 0.9) for i in range(6)], deviations["power"], draw)
            pv = paced([0.4 * s for s in steps], deviations["pv"], draw)
            for y in range(6):
                TO_POWER.factor = guangdong() if power is None else power
                moves = [(TO_GAS, gas[y]), (TO_POWER, electric[y]), (TO_PV, pv[y])]
                energy, co2 = slow(account, at, moves, money[y], intensity[y], grid[y])
                base = float(account.value_added[at, 0])
                assert found.trajectories["value_added"][at, y, draw] == pytest.approx(base * money[y], rel=1e-11)
                assert found.trajectories["energy"][at, y, draw] == pytest.approx(energy, rel=1e-11)
                assert found.trajectories["co2"][at, y, draw] == pytest.approx(co2, rel=1e-11, nan_ok=True)


@cache
def guangdong() -> float:
    """tCO2/tce of bought electricity in Guangdong, from an account of its own."""
    account = arrays([[[1.0]]], ["electricity"], provinces="广东")
    return float(account.total("co2")[0, 0] / account.total("energy")[0, 0])


def test_the_slow_model_knows_all_parts_of_the_rich_account() -> None:
    account = rich()
    for at in range(4):
        energy, co2 = slow(account, at, [], 1.0, 1.0, 1.0)
        assert energy == pytest.approx(account.total("energy")[at, 0], rel=CLOSE)
        assert co2 == pytest.approx(account.total("co2")[at, 0], rel=CLOSE, nan_ok=True)
    assert math.isnan(account.total("co2")[2, 0])


# -- shifts, mix, structure --------------------------------------------------------------------------------------------


def test_the_two_levels_agree_when_the_implied_factor_is_told() -> None:
    account = rich()
    shifts = [shift("gas", "coal", "natural_gas", linear(0.6, 2030))]
    growth = {"value_added": constant(0.04), "energy_intensity": constant(-0.02)}
    carriers = projected(account, 2032, **growth, grid_factor=constant(-0.04), shift=shifts)
    ratio = carriers.path("co2") / carriers.path("energy")
    zones = {
        zone: {
            "co2_per_energy": {"kind": "table", "values": dict(zip(range(2022, 2033), ratio[i].tolist(), strict=True))}
        }
        for i, zone in enumerate(account.zones.tolist())
        if not np.isnan(ratio[i]).any()
    }
    kaya = projected(account, 2032, level="kaya", **growth, zones=zones)
    assert len(zones) == 3
    for what in ("energy", "co2"):
        assert_allclose(kaya.path(what)[[0, 1, 3]], carriers.path(what)[[0, 1, 3]], rtol=1e-12)
    assert_allclose(kaya.path("co2", ""), carriers.path("co2", ""), rtol=1e-12)


def test_coal_to_gas_keeps_the_energy_and_lowers_co2_by_the_difference_of_the_factors() -> None:
    account = arrays([[[1000.0], [0.0]]], ["raw_coal", "natural_gas"])
    found = projected(account, 2032, shift=[shift("gas", "coal", "natural_gas", linear(1.0, 2032))])
    tce = Fraction("714.3")
    assert_allclose(found.path("energy", "A"), float(tce), rtol=CLOSE)
    for i in range(11):
        exact = tce * (COAL + (GAS - COAL) * Fraction(i, 10))
        assert found.path("co2", "A")[i] == pytest.approx(float(exact), rel=CLOSE)


def test_a_shift_to_a_carrier_that_the_account_lacks() -> None:
    account = arrays([[[1000.0]]], ["raw_coal"])
    found = projected(account, 2027, shift=[shift("gas", "煤", "天然气", linear(0.5, 2027), ratio=0.8)])
    flows, _, energy, co2 = found.by_flow()
    assert [flow.carrier for flow in flows] == ["raw_coal", "natural_gas"]
    assert_allclose(energy[0, :, -1], [714.3 / 2, 714.3 / 2 * 0.8], rtol=CLOSE)
    assert co2[0, 1, -1] == pytest.approx(714.3 / 2 * 0.8 * float(GAS), rel=CLOSE)


def test_solar_power_on_the_roof_takes_the_co2_of_bought_power_to_nothing() -> None:
    account = arrays([[[1000.0], [0.0]]], ["electricity", ("electricity", "final", "onsite_nonfossil")])
    pv = shift(
        "pv",
        "electricity",
        "electricity",
        linear(1.0, 2032),
        source_supply="grid",
        target_supply="onsite_nonfossil",
    )
    found = projected(account, 2034, shift=[pv])
    assert_allclose(found.path("energy", "A"), 122.9, rtol=CLOSE)
    done = np.minimum(np.arange(13) / 10, 1)
    assert_allclose(found.path("co2", "A"), 536.6 * (1 - done), rtol=CLOSE, atol=1e-9)


def test_shifts_follow_each_other_and_leave_nothing_behind() -> None:
    """Half the coal to gas, then half of what is left of coal and of all gas to electricity: 1/4, 1/4, 1/2."""
    account = arrays([[[1000.0]]], ["raw_coal"])
    first, second = Fraction(1, 2), Fraction(1, 2)
    shifts = [
        shift("gas", "coal", "natural_gas", linear(float(first), 2023)),
        shift("power", ["coal", "gas"], "electricity", linear(float(second), 2023)),
    ]
    flows, _, energy, _ = projected(account, 2023, shift=shifts).by_flow()
    share = dict(zip([flow.carrier for flow in flows], (energy[0, :, -1] / 714.3).tolist(), strict=True))
    assert share == pytest.approx({"raw_coal": 0.25, "natural_gas": 0.25, "electricity": 0.5}, rel=CLOSE)
    turned = projected(account, 2023, shift=shifts[::-1]).by_flow().energy[0, :, -1] / 714.3
    assert turned.tolist() != pytest.approx(energy[0, :, -1] / 714.3)


@pytest.mark.parametrize("ratio", [1.0, 0.8, 1.5])
def test_a_share_reaches_its_goal_and_a_zone_beyond_it_stays(ratio: float) -> None:
    """Whatever replaces one unit, the path is the target's share in source and target together."""
    tce = [0.7143, 0.1229]
    start = np.array([0.0, 0.1, 0.3, 0.5, 0.8, 1.0])
    quantity = np.stack(((1 - start) / tce[0], start / tce[1]), axis=1)[..., None] * 1000
    account = arrays(quantity, ["raw_coal", "electricity"], list("ABCDEF"))
    power = shift("power", "coal", "electricity", linear(0.5, 2032), measure="share", ratio=ratio)
    _, _, energy, _ = projected(account, 2034, shift=[power]).by_flow()
    share = energy[:, 1] / energy.sum(axis=1)
    for i in range(13):
        planned = start + (0.5 - start) * min(i / 10, 1)
        assert_allclose(share[:, i], np.maximum(start, planned), rtol=1e-12, atol=1e-15)
    if ratio == 1.0:
        assert_allclose(energy.sum(axis=1), 1000, rtol=CLOSE)


def test_a_mix_is_reached_and_keeps_the_proportions_within_a_group() -> None:
    account = arrays([[[600.0 / 0.7143], [200.0 / 0.9714], [200.0 / 0.1229]]], ["raw_coal", "coke", "electricity"])
    mix = {2030: {"coal": 0.4, "electricity": 0.4, "natural_gas": 0.2}, 2026: {"coal": 0.7, "other": 0.3}}
    flows, _, energy, co2 = projected(account, 2032, mix=mix).by_flow()
    names = [flow.carrier for flow in flows]
    assert names == ["raw_coal", "coke", "electricity", "natural_gas"]
    share = energy[0] / energy[0].sum(axis=0)
    assert_allclose(energy[0].sum(axis=0), 1000, rtol=CLOSE)
    assert_allclose(share[:, 0], [0.6, 0.2, 0.2, 0.0], rtol=CLOSE, atol=1e-15)
    assert_allclose(share[:, 2], [0.5625, 0.1875, 0.25, 0.0], rtol=CLOSE, atol=1e-15)  # half way to 2026
    assert_allclose(share[:, 4], [0.525, 0.175, 0.3, 0.0], rtol=CLOSE, atol=1e-15)
    for year in (8, 9, 10):
        assert_allclose(share[:, year], [0.3, 0.1, 0.4, 0.2], rtol=CLOSE)
    factors = np.array([float(COAL), COKE[1] / COKE[0], GRID, float(GAS)])
    assert_allclose(co2[0], energy[0] * factors[:, None], rtol=CLOSE, atol=1e-12)


def by_sector() -> zc.Account:
    """Two zones, two sectors: x has 300 of 500 and 100 t of coke, y 200 and 50 t; B has twice as much."""
    quantity = np.array([[[[100.0]], [[50.0]]], [[[200.0]], [[100.0]]]])
    money = np.array([[[300.0], [200.0]], [[600.0], [400.0]]])
    return arrays(quantity, ["coke"], ["A", "B"], value_added=money, sectors=["x", "y"])


@pytest.mark.parametrize("level", ["kaya", "carriers"])
def test_structure_moves_value_added_and_the_energy_that_goes_with_it(level: str) -> None:
    found = projected(
        by_sector(), 2027, level=level, value_added=constant(0.05), structure={2024: {"x": 0.2, "y": 0.8}}
    )
    growth = 1.05 ** np.arange(6)
    x = 0.6 + (0.2 - 0.6) * np.minimum(np.arange(6) / 2, 1)
    for at, size in ((0, 1), (1, 2)):
        assert_allclose(found.path("value_added")[at], size * 500 * growth, rtol=CLOSE)
        tonnes = 500 * (x / 3 + (1 - x) / 4)  # t of coke: 100/300 and 50/200 per unit of value added
        assert_allclose(found.path("energy")[at], size * tonnes * COKE[0] * growth, rtol=CLOSE)
        assert_allclose(found.path("co2")[at], size * tonnes * COKE[1] * growth, rtol=CLOSE)


def test_a_sector_that_is_new_leaves_value_added_known_and_energy_unknown() -> None:
    money = np.array([[[300.0], [0.0]]])
    account = arrays([[[[100.0]], [[0.0]]]], ["coke"], ["A"], value_added=money, sectors=["x", "y"])
    found = projected(account, 2024, structure={2024: {"x": 0.5, "y": 0.5}})
    assert_allclose(found.path("value_added", "A"), 300, rtol=CLOSE)
    assert_array_equal(np.isnan(found.path("energy", "A")), [False, True, True])


@pytest.mark.parametrize("level", ["kaya", "carriers"])
def test_a_sectors_own_value_added_and_intensity(level: str) -> None:
    found = projected(
        by_sector(),
        2025,
        level=level,
        value_added=constant(0.02),
        energy_intensity=constant(-0.01),
        sectors={"x": {"value_added": constant(0.1), "energy_intensity": constant(-0.2)}},
    )
    t = np.arange(4)
    assert_allclose(found.path("value_added", "A"), 300 * 1.1**t + 200 * 1.02**t, rtol=CLOSE)
    tonnes = 100 * (1.1 * 0.8) ** t + 50 * (1.02 * 0.99) ** t
    assert_allclose(found.path("energy", "A"), tonnes * COKE[0], rtol=CLOSE)


def test_a_sectors_own_co2_per_energy_leaves_the_energy_alone() -> None:
    found = projected(
        by_sector(),
        2025,
        level="kaya",
        co2_per_energy=constant(-0.01),
        sectors={"x": {"co2_per_energy": constant(-0.1)}},
    )
    t = np.arange(4)
    assert_allclose(found.path("energy", "A"), 150 * COKE[0], rtol=CLOSE)
    assert_allclose(found.path("co2", "A"), COKE[1] * (100 * 0.9**t + 50 * 0.99**t), rtol=CLOSE)


@pytest.mark.parametrize("zone", ["A", "B"])
def test_the_path_of_a_sector_stands_in_every_zone_whichever_has_paths_of_its_own(zone: str) -> None:
    found = projected(
        by_sector(),
        2025,
        energy_intensity=constant(-0.02),
        sectors={"x": {"energy_intensity": constant(-0.1)}},
        zones={zone: {"energy_intensity": constant(-0.05)}},
    )
    t = np.arange(4)
    for at, size in (("A", 1), ("B", 2)):
        rest = 0.95 if at == zone else 0.98
        assert_allclose(found.path("energy", at), size * COKE[0] * (100 * 0.9**t + 50 * rest**t), rtol=CLOSE)


def test_a_zone_may_have_paths_of_its_own() -> None:
    account = arrays(np.full((3, 1, 1), 100.0), ["coke"], ["A", "B", "C"])
    found = projected(
        account,
        2025,
        level="kaya",
        value_added=constant(0.02),
        zones={
            "B": {"value_added": constant(0.1)},
            "C": {"energy_intensity": constant(-0.1), "co2_per_energy": constant(0.0)},
        },
    )
    t = np.arange(4)
    assert_allclose(found.path("energy") / COKE[0] / 100, [1.02**t, 1.1**t, (1.02 * 0.9) ** t], rtol=CLOSE)


def test_the_equivalent_basis_changes_energy_and_no_co2() -> None:
    method = zc.Method(basis="equivalent", equivalent={"electricity": "0.3 kgce/kWh"})
    power = shift("power", "coal", "electricity", linear(0.5, 2027), ratio=0.4)
    found = {}
    for name, how in (("calorific", "inventory"), ("equivalent", method)):
        account = arrays([[[1000.0], [2000.0]]], ["raw_coal", "electricity"], method=how)
        found[name] = projected(account, 2027, shift=[power] if name == "equivalent" else [])
    assert found["equivalent"].path("energy", "A")[0] == pytest.approx(714.3 + 2000 * 0.3, rel=CLOSE)
    # What moves is heat content: 0.4 tce of it are 0.4 / 0.1229 MWh, whatever the basis says a MWh counts.
    power_used = 2000 + 714.3 * 0.5 * 0.4 / 0.1229
    assert found["equivalent"].path("energy", "A")[-1] == pytest.approx(714.3 * 0.5 + power_used * 0.3, rel=CLOSE)
    expected = 714.3 * 0.5 * float(COAL) + power_used * 0.5366
    assert found["equivalent"].path("co2", "A")[-1] == pytest.approx(expected, rel=CLOSE)
    assert found["equivalent"].path("co2", "A")[0] == pytest.approx(found["calorific"].path("co2", "A")[0], rel=CLOSE)


# -- to the bit --------------------------------------------------------------------------------------------------------

ELEVEN = [f"Z{i:02d}" for i in range(11)]
UNCERTAIN: dict[str, Any] = {
    "name": "uncertain",
    "value_added": constant(0.03, normal(0.02, rho=0.4), normal(0.02, shared=True)),
    "energy_intensity": constant(-0.03, normal(0.02)),
    "grid_factor": constant(-0.03, normal(0.02, shared=True)),
    "shift": [shift("gas", "coal", "natural_gas", linear(0.5, 2026, {"shape": "uniform", "low": -0.5, "high": 0.5}))],
}


def target(
    name: str, indicator: str, statistic: str, operator: str, threshold: float | str, year: int, **more: Any
) -> dict[str, Any]:
    named = {"id": name, "indicator": indicator, "statistic": statistic, "operator": operator}
    return {**named, "threshold": str(threshold), "year": year, **more}


INNER = {"inner_operator": "<", "inner_unit": "tce/10^4 CNY", "unit": "fraction of zones"}
TARGETS: dict[str, Any] = {
    "name": "t",
    "target": [
        target("all", "co2", "level", "<=", 30_000, 2025, unit="tCO2"),
        target("share", "energy_per_iva", "share_of_zones", ">=", 0.5, 2025, inner_threshold="3.5", **INNER),
        target("peak", "co2_peak", "status", "some", "", 2024, unit="zones"),
    ],
}


def eleven(names: Sequence[str] = ELEVEN, skip: int = 99) -> zc.Account:
    """Zones whose figures depend on their names alone, in any order."""
    rows = [(100.0 + 7 * int(name[1:]), 5000.0 + 31 * int(name[1:]), 2e4) for name in names]
    quantity = np.array(rows)[..., None] * np.array([1.0, 1.02])
    quantity[[i for i, name in enumerate(names) if int(name[1:]) == skip]] = NAN
    return arrays(quantity, ["raw_coal", "electricity", "natural_gas"], list(names), [2021, 2022])


def run(account: zc.Account, draws: int = 4500, **more: Any) -> Ensemble:
    named = {"targets": TARGETS, "budget": {"": 9e4, "Z03": 9e3}, **more}
    return project(account, UNCERTAIN, until=2025, draws=draws, rng=3, **named)


def same(a: Ensemble, b: Ensemble, pick: Any = slice(None), also: Any = slice(None)) -> None:
    """Assert that all statistics of some zones are equal to the bit."""
    for name in ("quantiles", "mean", "error", "peak", "peak_error", "flags", "flag_error"):
        assert_array_equal(getattr(a.statistics, name)[pick], getattr(b.statistics, name)[also], err_msg=name)


@pytest.mark.parametrize("sampling", ["antithetic", "plain", "sobol"])
def test_workers_change_no_bit(sampling: Any) -> None:
    alone = run(eleven(), sampling=sampling)
    for workers in (1, 2, 3) if sampling == "plain" else (2,):
        with ThreadPoolExecutor(workers) as pool:
            same(run(eleven(), sampling=sampling, executor=pool), alone)


def test_processes_change_no_bit() -> None:
    alone = run(eleven(), draws=2000)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        same(run(eleven(), draws=2000, executor=pool), alone)


@pytest.mark.parametrize("sampling", ["antithetic", "plain", "sobol"])
def test_the_order_of_the_zones_changes_no_bit(sampling: Any) -> None:
    order = np.random.default_rng(1).permutation(11)
    alone = run(eleven(), sampling=sampling)
    other = run(eleven([ELEVEN[i] for i in order]), sampling=sampling)
    same(other, alone, also=[*order.tolist(), 11])


@pytest.mark.parametrize("sampling", ["antithetic", "plain", "sobol"])
def test_another_zone_changes_no_bit_of_the_others(sampling: Any) -> None:
    alone = run(eleven(), sampling=sampling)
    more = run(eleven(["Z11", *ELEVEN[:5], "Z12", *ELEVEN[5:]]), sampling=sampling)
    same(more, alone, pick=[1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12], also=slice(0, 11))
    assert (more.mean("co2", "") > alone.mean("co2", "")).all()


@pytest.mark.parametrize("sampling", ["antithetic", "plain"])
def test_more_draws_begin_with_the_same_draws(sampling: Any) -> None:
    few, many = (run(eleven(), draws=n, keep="draws", sampling=sampling).trajectories for n in (4500, 9000))
    for name, whole in many.items():
        assert_array_equal(whole[..., :4500], few[name])


def test_the_same_seed_the_same_bits_another_seed_others() -> None:
    first, again = run(eleven(), draws=500), run(eleven(), draws=500)
    same(first, again)
    drawn = project(eleven(), UNCERTAIN, until=2025, draws=500, rng=np.random.default_rng(5), targets=None)
    again = project(eleven(), UNCERTAIN, until=2025, draws=500, rng=drawn.seed, targets=None)
    same(drawn, again)
    assert (drawn.mean("co2", "") != project(eleven(), UNCERTAIN, until=2025, draws=500, rng=4).mean("co2", ""))[-1]


def test_a_kept_draw_of_all_together_is_the_sum_of_the_zones() -> None:
    found = run(eleven(), draws=300, keep="draws", indicators=("co2", "energy"))
    for name, whole in found.trajectories.items():
        assert whole.shape == (11, 3, 300)
        assert_allclose(found.mean(name, "")[-3:], whole.sum(axis=0).mean(axis=1), rtol=1e-12)
        assert_allclose(found.quantile(0.95, name, "")[-3:], np.quantile(whole.sum(axis=0), 0.95, axis=1), rtol=1e-12)
        assert_allclose(found.quantile(0.05, name)[:, -3:], np.quantile(whole, 0.05, axis=2), rtol=1e-12)
    assert run(eleven(), draws=300).trajectories == {}


# -- histograms --------------------------------------------------------------------------------------------------------


def test_above_65536_draws_quantiles_come_from_histograms_and_counts_stay_exact() -> None:
    account = eleven(ELEVEN[:2])
    found = run(account, draws=70_000, keep="draws", budget=17_000.0)
    assert not found.spec.exact
    assert found.provenance.choices["quantiles"] == "histogram"
    co2 = found.trajectories["co2"]
    for whole, zone in ((co2[0], "Z00"), (co2[1], "Z01"), (co2.sum(axis=0), "")):
        for level in found.levels.tolist():
            exact = np.quantile(whole, level, axis=1)
            assert_allclose(found.quantile(level, "co2", zone)[-3:], exact, rtol=2e-3)
        past = np.repeat(
            account.total("co2")[[0, 1] if not zone else [int(zone[1:])]].sum(axis=0)[:, None], 70_000, axis=1
        )
        position = np.concatenate((past, whole)).argmax(axis=0)
        for i, year in enumerate(range(2021, 2025)):
            assert float(found.peak_probability(year, zone)) == np.count_nonzero(position <= i) / 70_000
        assert_allclose(found.mean("co2", zone)[-3:], whole.mean(axis=1), rtol=1e-12)
        assert float(found.cumulative(0.5, zone)) == pytest.approx(np.median(whole.sum(axis=0)), rel=2e-3)
    assert found.within_budget() == np.count_nonzero(co2.sum(axis=(0, 1)) <= 17_000) / 70_000


@pytest.mark.parametrize("sampling", ["antithetic", "sobol"])
def test_zones_that_take_turns_change_no_bit(monkeypatch: pytest.MonkeyPatch, sampling: Any) -> None:
    monkeypatch.setattr(making, "EXACT", 4000)
    monkeypatch.setattr(jobs, "PART", 4096)
    at_once = run(eleven(), draws=9000, sampling=sampling)
    monkeypatch.setattr(jobs, "_HISTOGRAMS", 1)
    seen: list[tuple[int, int]] = []
    in_turn = run(eleven(), draws=9000, sampling=sampling, progress=lambda done, todo: seen.append((done, todo)))
    same(in_turn, at_once)
    assert seen[-1] == (2 * 11 * in_turn.draws,) * 2  # the zones, and once more for their sums
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    with ThreadPoolExecutor(2) as pool:
        same(run(eleven(), draws=9000, sampling=sampling, executor=pool), at_once)


def test_histograms_agree_with_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = run(eleven(), draws=20_000)
    monkeypatch.setattr(making, "EXACT", 5000)
    found = run(eleven(), draws=20_000)
    assert_allclose(found.statistics.quantiles, exact.statistics.quantiles, rtol=2e-3)
    assert_array_equal(found.statistics.peak, exact.statistics.peak)
    assert_array_equal(found.statistics.flags, exact.statistics.flags)
    assert_array_equal(found.statistics.peak_error, exact.statistics.peak_error)
    assert_allclose(found.statistics.mean, exact.statistics.mean, rtol=1e-13)


# -- targets -----------------------------------------------------------------------------------------------------------


def with_targets(account: zc.Account, *targets: dict[str, Any], draws: int = 600, **more: Any) -> Ensemble:
    every, fields = ("co2", "energy", "value_added"), UNCERTAIN | more.pop("fields", {})
    wanted = {"name": "t", "target": list(targets)}
    return project(
        account, fields, until=2028, draws=draws, rng=3, keep="draws", indicators=every, targets=wanted, **more
    )


@cache
def panel() -> zc.Account:
    """Eleven zones, 2020-2022, with value added of all sizes."""
    rows = np.array([(100.0 + 7 * i, 5000.0 + 31 * i, 2e4) for i in range(11)])
    quantity = rows[..., None] * np.array([1.1, 1.0, 1.05])
    money = (200.0 + 30 * np.arange(11)[:, None]) * np.array([1.0, 1.1, 1.15])
    return arrays(quantity, ["raw_coal", "electricity", "natural_gas"], ELEVEN, [2020, 2021, 2022], value_added=money)


def whole(found: Ensemble, what: str) -> FloatArray:
    """Return history and draws (zone, year, draw)."""
    past = np.repeat(panel().total(what)[..., None], found.draws, axis=2)
    return np.concatenate((past, found.trajectories[what]), axis=1)


def chance(flags: Any) -> float:
    return float(np.count_nonzero(flags) / len(flags))


LIMITS = (0.8, 1.0, 1.2)


@pytest.mark.parametrize("year", [2025, 2028])
@pytest.mark.parametrize("by", [0.95, 1.0, 1.05])
def test_targets_of_sums_are_recounted(year: int, by: float) -> None:
    """Limits lie around the median, so that a wrong operator, year or sum shows."""
    bare = with_targets(panel(), target("x", "co2", "level", "<=", 1, 2028))
    energy, co2, money = (whole(bare, name).sum(axis=0) for name in ("energy", "co2", "value_added"))
    at = year - 2020
    level = {
        "energy_per_iva": energy / money,
        "co2_per_iva": co2 / money,
        "co2_per_energy": co2 / energy,
        "energy_output_rate": money / energy,
        "total_energy": energy,
        "co2": co2,
    }
    wanted, expected = [], {}
    for name, values in level.items():
        limit = float(np.median(values[at])) * by
        statistic = "aggregate" if name.endswith("iva") else "level"
        for operator, truth in (("<=", values[at] <= limit), (">", values[at] > limit)):
            key = f"{name}{'u' if operator == '<=' else 'o'}"
            wanted.append(target(key, name, statistic, operator, limit, year))
            expected[key] = chance(truth)
    fall = 1 - (level["co2_per_iva"][at] / level["co2_per_iva"][0]) ** (1 / (year - 2020))
    limit = float(np.median(fall)) * by
    wanted.append(target("rate", "co2_per_iva", "annual_rate", ">=", limit, year, base_year=2020))
    expected["rate"] = chance(fall >= limit)
    wanted.append(target("percent", "co2_per_iva", "annual_rate", ">=", limit * 100, year, base_year=2020, unit="%"))
    expected["percent"] = expected["rate"]
    change = co2[at] / co2[1] - 1
    limit = float(np.median(change)) * by
    wanted.append(target("change", "co2", "change_vs_base", "<=", limit, year, base_year=2021))
    expected["change"] = chance(change <= limit)
    last = energy[at] / energy[at - 1] - 1
    limit = float(np.median(last)) * by
    wanted.append(target("annual", "total_energy", "annual_change", "<=", limit, year))
    expected["annual"] = chance(last <= limit)
    found = with_targets(panel(), *wanted)
    for name, value in expected.items():
        assert found.probability(name) == value, name
        assert math.isnan(found.probability(name, "Z00")), name
        assert found.probability_error(name) > 0 or value in (0.0, 1.0), name
    assert (set(expected.values()) == {0.5}) == (by == 1.0)


@pytest.mark.parametrize("share", [0.2, 0.45, 0.5, 0.95])
def test_a_share_of_zones_counts_each_zone_once_in_each_draw(share: float) -> None:
    account = panel()
    bare = with_targets(account, target("x", "co2", "level", "<=", 1, 2028))
    ratio = whole(bare, "energy")[:, 6] / whole(bare, "value_added")[:, 6]
    limit = float(np.median(ratio))
    inner = {"inner_operator": "<", "inner_threshold": str(limit), "inner_unit": "tce/10^4 CNY"}
    found = with_targets(
        account,
        target("share", "energy_per_iva", "share_of_zones", ">=", share, 2026, unit="fraction of zones", **inner),
    )
    below = ratio < limit
    assert found.probability("share") == chance(below.sum(axis=0) >= share * 11)
    for i, zone in enumerate(ELEVEN):
        assert found.probability("share", zone) == chance(below[i])


def test_a_share_with_an_unknown_zone_is_known_only_where_that_does_not_decide() -> None:
    """Eleven zones, one unknown; ten pass or miss for certain."""
    account = eleven(skip=4)
    rows = [
        target("sure", "energy_per_iva", "share_of_zones", ">=", 0.9, 2025, inner_threshold="1e6", **INNER),
        target("open", "energy_per_iva", "share_of_zones", ">=", 0.95, 2025, inner_threshold="1e6", **INNER),
        target("none", "energy_per_iva", "share_of_zones", ">=", 0.1, 2025, inner_threshold="1e-6", **INNER),
        target("one", "energy_per_iva", "share_of_zones", ">=", 0.05, 2025, inner_threshold="1e-6", **INNER),
        target("sum", "energy_per_iva", "aggregate", "<=", 1e6, 2025, unit="tce/10^4 CNY"),
    ]
    found = with_targets(account, *rows, draws=100)
    assert found.probability("sure") == 1.0
    assert math.isnan(found.probability("open"))
    assert found.probability("none") == 0.0
    assert math.isnan(found.probability("one"))
    assert math.isnan(found.probability("sum"))
    assert math.isnan(found.probability("sure", "Z04"))
    assert math.isnan(found.probability_error("open"))
    check = zc.check(account, targets={"name": "t", "target": rows}, year=2022)
    assert [check.verdict(name) for name in ("sure", "open", "none", "one", "sum")] == [
        "met", "unknown", "missed", "unknown", "unknown"]  # fmt: skip


def test_a_target_for_each_zone_of_a_class() -> None:
    account = panel()
    bare = with_targets(account, target("x", "co2", "level", "<=", 1, 2028))
    energy, money = whole(bare, "energy")[:, 4], whole(bare, "value_added")[:, 4]
    edge, limit = float(energy[:6].max()), float(np.median(energy / money))
    size = {"applies_indicator": "energy_tce"}
    found = with_targets(
        account,
        target("small", "energy_per_iva", "zone", "<=", limit, 2024, applies_max=str(edge), **size),
        target("every", "energy_per_iva", "zone", "<=", limit, 2024),
    )
    for i, zone in enumerate(ELEVEN):
        assert found.probability("every", zone) == chance(energy[i] / money[i] <= limit)
        inside = energy[i] < edge  # minimum included, maximum not
        if inside.all():
            assert found.probability("small", zone) == found.probability("every", zone)
        else:  # in some draws it is not in the class, and then nothing is known
            assert math.isnan(found.probability("small", zone))
    assert math.isnan(found.probability("every"))
    assert {bool((energy[i] < edge).all()) for i in range(11)} == {True, False}


def test_some_zones_have_peaked_is_recounted() -> None:
    """A history that falls and rises again, and growth about which nothing is sure: peaks in every year."""
    years = range(2020, 2029)
    wanted = [target(f"p{year}", "co2_peak", "status", "some", "", year, unit="zones") for year in years]
    found = with_targets(
        panel(), *wanted, fields={"value_added": constant(0.09, normal(0.04), normal(0.03, shared=True))}
    )
    position = whole(found, "co2").argmax(axis=1)  # (zone, draw)
    assert all(math.isnan(found.probability(f"p{year}")) for year in (2020, 2021, 2022))  # as check: too few years
    for year in years[3:]:
        peaked = (position <= year - 2020) & (position < 8)
        assert found.probability(f"p{year}") == chance(peaked.any(axis=0)), year
    by = [found.probability(f"p{year}") for year in years[3:]]
    assert by == sorted(by)
    assert len(set(by)) > 3


def test_years_that_an_account_skips_shift_no_peak() -> None:
    """2015, 2020, 2022: positions are years of the account, not differences of years."""
    account = arrays([[[100.0, 110.0, 120.0]]], years=[2015, 2020, 2022])
    wanted = [target(f"p{year}", "co2_peak", "status", "some", "", year, unit="zones") for year in (2025, 2026, 2027)]
    wanted.append(target("gap", "co2", "level", "<=", 1, 2018))
    found = projected(account, 2040, {"name": "t", "target": wanted}, value_added=one_path([0.05] * 4 + [-0.05] * 14))
    assert [found.probability(f"p{year}") for year in (2025, 2026, 2027)] == [0.0, 1.0, 1.0]
    assert float(found.peak_year()) == 2026
    assert math.isnan(found.probability("gap"))
    assert "2018" in found.text()


PER_MONEY, RATE = {"unit": "tce/10^4 CNY"}, {"unit": "fraction"}
PAST = [
    target("agg", "energy_per_iva", "aggregate", "<=", 3.5, 2022, **PER_MONEY),
    target("agg2", "co2_per_iva", "aggregate", "<", 13.0, 2021, unit="tCO2/10^4 CNY"),
    target("rate", "co2_per_iva", "annual_rate", ">=", 0.05, 2022, base_year=2020, **RATE),
    target("change", "co2", "change_vs_base", "<=", -0.04, 2022, base_year=2020, **RATE),
    target("change2", "co2", "change_vs_base", "<=", -0.05, 2022, base_year=2020, **RATE),
    target("annual", "total_energy", "annual_change", "<=", 0.05, 2022, **RATE),
    target("zone", "energy_per_iva", "zone", "<=", 3.0, 2022, **PER_MONEY),
    target("share", "energy_per_iva", "share_of_zones", ">=", 0.5, 2022, inner_operator="<", inner_threshold="3.2",
           inner_unit="tce/10^4 CNY", unit="fraction of zones"),
    target("level", "co2", "level", "<=", 80_000, 2020, unit="tCO2"),
]  # fmt: skip


def test_a_target_of_a_past_year_is_what_check_says() -> None:
    account, targets = panel(), {"name": "t", "target": PAST}
    found = project(account, UNCERTAIN, until=2025, draws=100, rng=1, targets=targets)
    check = zc.check(account, targets=targets)
    codes = {"met": 1.0, "missed": 0.0, "unknown": NAN}
    columns = check.columns()
    rows = zip(columns["target"], columns["zone"], columns["verdict"], strict=True)
    seen = set()
    for name, zone, verdict in rows:
        assert found.probability(name, zone) == pytest.approx(codes[verdict], nan_ok=True), (name, zone)
        seen.add(verdict)
    assert {"met", "missed"} <= seen
    torch = project(panel(), UNCERTAIN, until=2025, draws=50, rng=1)
    assert not math.isnan(torch.probability("energy-intensity-aggregate"))
    assert torch.probability("torch-2025:co2-intensity-annual") == torch.probability("co2-intensity-annual")


def test_what_cannot_be_judged_has_no_probability_and_a_reason() -> None:
    rows = [
        target("later", "co2", "level", "<=", 1, 2035),
        target("before", "co2", "level", "<=", 1, 2019),
        target("base", "co2", "change_vs_base", "<=", 0.1, 2025, base_year=2015),
        target("other", "water_use", "level", "<=", 1, 2025),
        target("unit", "co2", "level", "<=", 1, 2025, unit="tce"),
        target("basis", "energy_per_iva", "aggregate", "<=", 1, 2025, energy_basis="equivalent"),
        target("when", "co2_peak", "zone", "<=", 2030, 2025),
        target("about", "co2", "level", "about", 1, 2025),
    ]
    found = with_targets(panel(), *rows, draws=50)
    told = found.provenance.choices["targets"]
    for row in rows:
        assert math.isnan(found.probability(row["id"])), row
        assert math.isnan(found.probability_error(row["id"])), row
        assert told[f"t:{row['id']}"], row
        assert row["id"] in found.text("en")
        assert row["id"] in found.text("zh")
    with pytest.raises(zc.InputError, match="target"):
        found.probability("no such")


def test_nominal_prices_make_rates_unknown_and_nothing_else() -> None:
    account = arrays(np.full((1, 1, 3), 100.0), years=[2020, 2021, 2022], price_year="nominal")
    rows = [target("rate", "co2_per_iva", "annual_rate", ">=", 0.0, 2025, base_year=2020),
            target("co2", "co2", "change_vs_base", "<=", 9, 2025, base_year=2020)]  # fmt: skip
    found = projected(account, 2025, {"name": "t", "target": rows}, value_added=constant(0.02))
    assert math.isnan(found.probability("rate"))
    assert found.probability("co2") == 1.0


# -- budgets -----------------------------------------------------------------------------------------------------------


def test_budgets_are_numbers_texts_or_quantities_for_all_or_each() -> None:
    bare = with_targets(panel(), target("x", "co2", "level", "<=", 1, 2028))
    total = bare.trajectories["co2"].sum(axis=1)
    half = float(np.median(total.sum(axis=0)))
    unit: Any = pint.UnitRegistry()
    zc.define_into(unit)
    for given in (half, f"{half / 1e4!r} 万吨CO2", half / 1000 * unit("ktCO2"), {"": half}):
        found = with_targets(panel(), target("x", "co2", "level", "<=", 1, 2028), budget=given)
        assert found.within_budget() == pytest.approx(chance(total.sum(axis=0) <= half), abs=1 / 600)
        assert math.isnan(found.within_budget("Z01"))
    own = float(np.quantile(total[1], 0.3))
    found = with_targets(panel(), target("x", "co2", "level", "<=", 1, 2028), budget={"Z01": own})
    assert found.within_budget("Z01") == chance(total[1] <= own)
    assert math.isnan(found.within_budget())
    assert float(found.cumulative(0.5, "Z01")) == pytest.approx(np.median(total[1]), rel=CLOSE)


def test_a_budget_for_all_is_unknown_where_a_zone_is() -> None:
    found = run(eleven(skip=4), draws=100)
    assert math.isnan(found.within_budget())
    assert not math.isnan(found.within_budget("Z03"))


# -- what is not known -------------------------------------------------------------------------------------------------


@pytest.fixture
def strict() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("draws", [1, 2, 65, 1500])
@pytest.mark.parametrize("sampling", ["antithetic", "plain"])
def test_unknowns_stay_unknown_and_spoil_nothing_else(sampling: Any, draws: int) -> None:
    """Z04 knows nothing, Z05 no CO2 (a coal of which the quantity of one year is missing), the others all."""
    quantity = eleven().quantity[:, 0].copy()
    before = quantity.copy()
    quantity[4] = NAN
    quantity[5, 0, 0] = NAN
    before = quantity.copy()
    account = arrays(quantity, ["raw_coal", "electricity", "natural_gas"], ELEVEN, [2021, 2022])
    found = project(account, UNCERTAIN, until=2025, draws=draws, rng=3, targets=TARGETS, sampling=sampling)
    clean = project(eleven(), UNCERTAIN, until=2025, draws=draws, rng=3, targets=TARGETS, sampling=sampling)
    assert_array_equal(quantity, before)
    known = [0, 1, 2, 3, 6, 7, 8, 9, 10]
    same(found, clean, pick=known, also=known)
    assert np.isnan(found.statistics.quantiles[4]).all()
    assert np.isnan(found.peak_probability(2024, None)[[4, 5]]).all()
    assert not np.isnan(found.quantile(0.5, "co2")[5, 1:]).any()
    assert_array_equal(found.quantile(0.5, "co2")[5, 1:], clean.quantile(0.5, "co2")[5, 1:])
    assert math.isnan(float(found.peak_probability(2024)))  # all together: a gap in the history of Z05
    assert math.isnan(float(found.peak_year(0.5, "Z05")))
    for language in ("en", "zh"):
        assert "Z04" in found.text(language)
        assert "Z05" in found.text(language)
    frame = found.to_frame()
    assert set(frame["zone"]) == {*ELEVEN, ""}
    found.to_dict()
    assert repr(found)


@pytest.mark.usefixtures("strict")
def test_a_zone_without_a_grid_factor_has_energy_and_no_co2() -> None:
    account = rich()
    found = project(account, {"name": "t", "value_added": constant(0.02, normal(0.02))}, until=2025, draws=200, rng=1)
    at = account.zones.tolist().index("T")
    assert not np.isnan(found.quantile(0.5, "energy")[at]).any()
    assert np.isnan(found.quantile(0.5, "co2")[at]).all()
    assert math.isnan(float(found.peak_probability(2024, "T")))
    assert not np.isnan(found.quantile(0.5, "co2", "")).any()
    assert not np.isnan(found.quantile(0.5, "energy", "")).any()
    others = found.path("co2")[[i for i in range(4) if i != at]].sum(axis=0)
    assert_allclose(found.path("co2", ""), others, rtol=CLOSE)
    assert_allclose(found.path("energy", ""), found.path("energy").sum(axis=0), rtol=CLOSE)


@pytest.mark.usefixtures("strict")
def test_a_path_to_what_has_no_factor_makes_the_peak_unknown() -> None:
    """Known today, unknown as soon as it is electrified: never a peak in the last year that is known."""
    account = arrays([[[100.0]], [[50.0]]], ["raw_coal"], ["T", "A"], provinces=["西藏", "江苏"])
    fields = {
        "name": "t",
        "value_added": constant(0.02, normal(0.02)),
        "shift": [shift("power", "coal", "electricity", linear(0.5, 2030))],
    }
    wanted = [
        target("peak", "co2_peak", "status", "some", "", 2027, unit="zones"),
        target("sum", "co2", "level", "<=", 1e9, 2027),
    ]
    found = project(
        account,
        fields,
        until=2030,
        draws=100,
        rng=1,
        targets={"name": "t", "target": wanted},
        budget={"T": 1e9, "A": 1e9, "": 1e9},
    )
    assert not math.isnan(float(account.total("co2")[0, 0]))
    for zone in ("T", ""):
        assert np.isnan(found.path("co2", zone)[1:]).all()
        assert math.isnan(float(found.peak_probability(2029, zone)))
        assert math.isnan(float(found.peak_year(0.5, zone)))
        assert math.isnan(found.within_budget(zone))
    assert found.within_budget("A") == 1.0
    assert not math.isnan(float(found.peak_probability(2029, "A")))
    assert math.isnan(found.probability("sum"))
    assert math.isnan(found.probability("peak"))  # A still rises; T may have peaked or not


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("draws", [1, 100])
def test_nothing_known_at_all(draws: int) -> None:
    account = arrays([[[NAN]], [[NAN]]], ["coke"], ["A", "B"], value_added=[[NAN], [NAN]])
    found = project(account, UNCERTAIN | {"shift": []}, until=2025, draws=draws, rng=1, targets=TARGETS, budget=1.0)
    assert np.isnan(found.statistics.quantiles).all()
    assert np.isnan(found.statistics.peak).all()
    assert np.isnan(found.statistics.flags[:, :3]).all()
    assert math.isnan(found.within_budget())
    assert found.worst_error() == 0.0
    assert found.text("zh")
    assert np.isnan(found.to_frame()["value"]).all()


@pytest.mark.usefixtures("strict")
def test_nothing_used_is_zero_and_not_unknown() -> None:
    account = arrays([[[0.0]]], value_added=[[0.0]])
    found = project(account, {"name": "t", "value_added": constant(0.02, normal(0.02))}, until=2025, draws=100, rng=1)
    assert_array_equal(found.quantile(0.95, "co2", "A"), np.zeros(4))
    assert np.isnan(found.quantile(0.5, "co2_intensity", "A")).all()
    assert float(found.peak_year(0.5, "A")) == 2022  # the first of equal years


# -- draws and precision -----------------------------------------------------------------------------------------------


def test_auto_draws_until_it_is_precise_enough() -> None:
    account, fields = arrays([[[100.0]]]), {"name": "t", "value_added": constant(0.0, normal(0.02))}
    done: list[tuple[int, int]] = []
    easy = project(
        account, fields, until=2030, rng=1, precision=0.05, targets=None, progress=lambda *at: done.append(at)
    )
    assert easy.draws == 4096
    assert done == [(4096, 4096)]
    hard = project(account, fields, until=2030, rng=1, precision=0.004, targets=None, sampling="plain")
    assert 4096 < hard.draws < 65_536
    assert hard.worst_error() <= 0.004
    assert "precision" not in {note.code.split(".")[-1] for note in hard.warnings}
    never = project(account, fields, until=2024, rng=1, precision=1e-5, targets=None)
    assert never.draws == 65_536
    assert "project.precision" in {note.code for note in never.warnings}
    assert "1e-05" in never.text() and "1e-05" in never.text("zh")  # noqa: PT018


@pytest.mark.usefixtures("strict")
def test_without_shocks_one_draw_is_all_there_is() -> None:
    found = projected(panel(), 2030, TARGETS | {"target": TARGETS["target"][:2]}, value_added=constant(0.02))
    assert found.draws == 1
    assert found.probability("all") in (0.0, 1.0)
    assert found.probability("share") in (0.0, 1.0)
    assert set(np.unique(found.peak_probability(2029, None)).tolist()) <= {0.0, 1.0}
    assert np.isnan(found.statistics.flag_error).all()  # one replicate says nothing of an error
    assert found.worst_error() == 0.0
    assert project(panel(), {"name": "t"}, until=2023, draws=5000).draws == 1
    found.text(), found.to_frame()


def test_the_median_is_always_among_the_quantiles() -> None:
    account = arrays([[[100.0]]])
    found = project(account, {"name": "t", "value_added": constant(0.0, normal(0.02))}, until=2024, draws=100, rng=1,
                    quantiles=[0.9, 0.1, 0.9])  # fmt: skip
    assert found.levels.tolist() == [0.1, 0.5, 0.9]
    assert set(found.columns()["statistic"]) >= {"q10", "q50", "q90", "mean", "path", "history"}


def test_only_what_is_asked_for_is_there() -> None:
    account = arrays([[[100.0]]])
    found = project(account, {"name": "t"}, until=2024, indicators="value_added", targets=None)
    assert found.indicators == ("value_added",)
    assert_array_equal(found.quantile(0.5, "value_added", "A"), [300.0, 300.0, 300.0])
    with pytest.raises(zc.InputError, match="what must be one of value_added; got 'co2'"):
        found.quantile(0.5, "co2")
    none = project(account, {"name": "t"}, until=2024, indicators=(), targets=None)
    assert none.worst_error() == 0.0
    assert none.text()
    assert float(none.peak_year()) == 2022


def test_the_account_and_the_scenario_are_not_modified() -> None:
    account = panel()
    before = account.activity.quantity.copy(), account.provenance.input_hash
    fields = {**UNCERTAIN}
    project(account, fields, until=2025, draws=100, rng=1)
    assert_array_equal(account.activity.quantity, before[0])
    assert account.provenance.input_hash == before[1]
    assert fields == UNCERTAIN


# -- errors ------------------------------------------------------------------------------------------------------------

ARGUMENTS: Mapping[str, tuple[dict[str, Any], str]] = {
    "until early": ({"until": 2022}, r"until must be a year from 2023 to 2100; got 2022; the projection starts after"),
    "until late": ({"until": 2101}, r"until must be a year from 2023 to 2100; got 2101"),
    "until half": ({"until": 2030.5}, r"until must be a year.*; got 2030.5"),
    "until text": ({"until": "soon"}, r"until must be a year.*; got 'soon'"),
    "until none": ({"until": None}, r"until must be a year.*; got None"),
    "until true": ({"until": True}, r"until must be a year.*; got True"),
    "draws none": ({"draws": 0}, r'draws must be a whole number from 1, or "auto"; got 0; 10000 is a usual choice'),
    "draws negative": ({"draws": -5}, r"draws must be .*; got -5"),
    "draws half": ({"draws": 10.5}, r"draws must be .*; got 10.5"),
    "draws true": ({"draws": True}, r"draws must be .*; got True"),
    "draws text": ({"draws": "many"}, r"draws must be .*; got 'many'"),
    "rng": ({"rng": -1}, r"rng must be a whole number.*; got -1; give a seed"),
    "sampling": ({"sampling": "lhs"}, r"sampling must be one of antithetic, plain, sobol; got 'lhs'"),
    "keep": ({"keep": "all"}, r"keep must be one of None, draws; got 'all'"),
    "indicators": ({"indicators": ["co2", "so2"]}, r"indicators must be one of co2, energy.*; got 'so2'"),
    "indicators number": ({"indicators": 5}, r"indicators must be one of .*; got 5"),
    "quantiles": ({"quantiles": [0.5, 1.0]}, r"quantiles must lie between 0 and 1; got \[0.5, 1.0\]; give fractions"),
    "quantiles nan": ({"quantiles": [NAN]}, r"quantiles must lie between 0 and 1"),
    "quantiles text": ({"quantiles": "median"}, r"quantiles must lie between 0 and 1; got median"),
    "precision": ({"precision": 0}, r"precision must be a number above 0; got 0"),
    "precision nan": ({"precision": NAN}, r"precision must be a number above 0; got nan"),
    "budget zone": ({"budget": {"X": 1.0}}, r"zones of the account; not among them: X; correct the names"),
    "budget nan": ({"budget": NAN}, r"a budget must be a finite number \[tCO2\]; got nan"),
}


@pytest.mark.parametrize(("given", "words"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_arguments_that_are_wrong_say_what_must_hold_what_came_and_what_to_do(
    given: dict[str, Any], words: str
) -> None:
    account = arrays([[[100.0]]])
    with pytest.raises(zc.InputError, match=words) as caught:
        project(account, {"name": "t"}, **{"until": 2030, **given})
    assert caught.value.text("zh") != caught.value.text("en")


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(zc.InputError) as caught:
        project(arrays([[[100.0]]]), {"name": "t"}, until=2000, draws=0, sampling="x", quantiles=[2])  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == [
        "project.until", "project.draws", "option", "project.quantiles"]  # fmt: skip


def test_a_budget_needs_a_unit_of_co2() -> None:
    with pytest.raises(zc.UnitError, match="CO2"):
        project(arrays([[[100.0]]]), {"name": "t"}, until=2030, budget="5 tce")


def test_only_an_account_goes_on() -> None:
    with pytest.raises(zc.InputError, match=r"project needs an account; got dict; call zonecarbon.account"):
        project({}, {"name": "t"})  # type: ignore[arg-type]
    empty = arrays(np.zeros((0, 1, 1)), zones=[], value_added=np.zeros((0, 1)))
    with pytest.raises(zc.InputError, match="at least one zone and one year"):
        project(empty, {"name": "t"})


SCENARIOS: Mapping[str, tuple[dict[str, Any], str]] = {
    "zone": ({"zones": {"X": {"value_added": constant(0.1)}}}, "X"),
    "sector": ({"sectors": {"steel": {"value_added": constant(0.1)}}}, "steel"),
    "structure": ({"structure": {2030: {"steel": 0.5, "other": 0.5}}}, "steel"),
    "too short": ({"value_added": {"kind": "piecewise", "rates": [{"rate": 0.1, "until": 2025}]}}, "2026"),
    "goal behind": ({"energy_intensity": linear(0.5, 2020)}, "2020"),
    "table": ({"grid_factor": {"kind": "table", "values": {2025: 1.0, 2030: 0.9}}}, "2022"),
    "below nothing": ({"value_added": constant(-0.5, normal(0.1))}, "lognormal"),
    "below nothing in a zone": (
        {"value_added": constant(0.02, normal(0.1)), "zones": {"A": {"value_added": constant(-0.3)}}}, "lognormal"),
    "share": ({"shift": [shift("gas", "coal", "natural_gas", constant(0.2))]}, "gas"),
    "seven": ({"shift": [shift(f"s{i}", "煤", "天然气", linear(0.1, 2030, normal(0.1))) for i in range(7)]}, "7"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "word"), SCENARIOS.values(), ids=SCENARIOS.keys())
def test_scenarios_that_do_not_fit_the_account(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(zc.ScenarioError, match=word) as caught:
        project(arrays([[[100.0]]]), {"name": "t", **fields}, until=2030)
    assert all(len(problem.text("en").split(";")) >= 3 for problem in caught.value.problems)


def test_unknown_names() -> None:
    account = arrays([[[100.0]]])
    with pytest.raises(zc.ScenarioError, match="wishful"):
        project(account, "wishful", until=2030)
    with pytest.raises(zc.TargetError, match="no-such"):
        project(account, {"name": "t"}, until=2030, targets="no-such")
    found = projected(account, 2030)
    for call in (
        (found.path, "so2"),
        (found.path, "co2", "X"),
        (found.quantile, 0.33),
        (found.peak_probability, 2050),
        (found.peak_value, 0.1),
    ):
        method: Any = call[0]
        with pytest.raises(zc.InputError):
            method(*call[1:])


class _Failing(Executor):
    """An executor whose work fails."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        from concurrent.futures import Future

        future: Future[Any] = Future()
        future.set_exception(OSError("worker lost"))
        return future


def test_a_failing_worker_is_not_swallowed() -> None:
    with pytest.raises(OSError, match="worker lost"):
        run(eleven(), draws=100, executor=_Failing())
