"""Decompositions of many zones: the same bits with any executor, whatever the zones of a job have in common."""

import pickle
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.decomposition import attributing, cells, traits
from zonecarbon.decomposition.from_account import cells_of
from zonecarbon.kernels import lmdi

ZONES, YEARS = 23, (2020, 2021, 2022)
CARRIERS = ("raw_coal", "natural_gas", "electricity")


@pytest.fixture(scope="module", params=["threads", "processes"], name="pool")
def _pool(request: Any) -> Iterator[Executor]:
    with (
        ThreadPoolExecutor(2)
        if request.param == "threads"
        else ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool
    ):
        yield pool


@pytest.fixture(scope="module", name="account")
def _account() -> zc.Account:
    """Zones with sectors: some known by their total alone, some whose value added is not split, one unknown."""
    rng = np.random.default_rng(3)
    lines: dict[str, list[Any]] = {name: [] for name in ("zone", "sector", "year", "carrier", "quantity", "unit")}
    money: dict[str, list[Any]] = {name: [] for name in ("zone", "sector", "year", "value_added", "unit", "price_year")}
    told: dict[str, list[Any]] = {name: [] for name in ("zone", "year", "indicator", "value", "unit", "basis")}
    for z in range(ZONES):
        for year in YEARS:
            for s in range(3):
                lacks = z in {4, 17} and s == 1 and year == 2021
                row = (f"Z{z}", f"S{s}", year, "" if lacks else float(rng.lognormal(6, 1)), "万元", 2020)
                for name, value in zip(money, row, strict=True):
                    money[name].append(value)
                if z == 9 and year == 2022:
                    continue
                for carrier, unit in zip(CARRIERS, ("t", "m3", "MWh"), strict=True):
                    if rng.random() < 0.2:
                        continue
                    amount = "" if z == 11 and year == 2020 and s == 0 else float(rng.lognormal(5, 1))
                    for name, value in zip(lines, (f"Z{z}", f"S{s}", year, carrier, amount, unit), strict=True):
                        lines[name].append(value)
            if z == 9 and year == 2022:
                for figure in (("total_energy", 800.0, "tce", "calorific"), ("co2", 2100.0, "tCO2", "")):
                    for name, entry in zip(told, (f"Z{z}", year, *figure), strict=True):
                        told[name].append(entry)
    zones = {"zone": [f"Z{z}" for z in range(ZONES)], "province": ["江苏", "山东", "全国"] * 7 + ["江苏"] * 2}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(
            zc.read({"zones": zones, "economy": money, "energy": lines, "indicators": told}, on_error="set_aside")
        )


def _bits(found: zc.Decomposition) -> list[bytes]:
    return [found.own.effect.tobytes(), found.effects(found.level).tobytes(), found.values(found.level).tobytes()]


def _decomposed(account: Any, executor: Executor | None, **options: Any) -> zc.Decomposition:
    return zc.decompose(account, undefined=options.pop("undefined", "separate"), executor=executor, **options)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"chained": True},
        {"of": "energy_intensity"},
        {"of": "energy", "form": "multiplicative"},
        {"lmdi": "II", "undefined": "raise", "zeros": 1e-20, "missing": "leave_out"},
        {"identity": "co2_carrier = energy_sector * energy_carrier/energy_sector * co2_carrier/energy_carrier"},
    ],
    ids=str,
)
@pytest.mark.parametrize("job", [1, 200])
def test_same_bits_with_any_executor(
    account: zc.Account, pool: Executor, options: Any, job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jobs of one zone and of a few: which zones are known by their total, or as a whole, is not for a job to say."""
    alone = _decomposed(account, None, **options)
    monkeypatch.setattr(attributing, "_JOB", job)
    shared = _decomposed(account, pool, **options)
    assert shared.factors == alone.factors
    assert _bits(shared) == _bits(alone)
    if "identity" not in options:
        assert shared.to_dict() == alone.to_dict()


def test_same_bits_of_a_table(pool: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    zone, year = (axis.reshape(-1) for axis in np.meshgrid(np.arange(50), np.arange(2010, 2022), indexing="ij"))
    table = {"zone": zone, "year": year, **{name: rng.lognormal(0, 1, len(zone)) for name in ("gdp", "energy", "co2")}}
    identity = "co2 = gdp * energy/gdp * co2/energy"
    for chained in (False, True):
        alone = zc.decompose(table, identity=identity, chained=chained)
        monkeypatch.setattr(attributing, "_JOB", 60)
        assert _bits(zc.decompose(table, identity=identity, chained=chained, executor=pool)) == _bits(alone)


def test_every_cell_without_a_limit_is_told(pool: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name of its zone, in the order of the zones, in one error."""

    gdp = [1.0, 0.0, *[1.0] * 8, 0.0, 1.0]
    table = {"zone": list("ABCDEF") * 2, "year": [2020] * 6 + [2021] * 6, "gdp": gdp, "co2": [1.0] * 12}

    def told(executor: Executor | None) -> list[str]:
        with pytest.raises(zc.InputError) as caught:
            zc.decompose(table, identity="co2 = gdp * co2/gdp", executor=executor)
        return [problem.text() for problem in caught.value.problems]

    alone = told(None)
    monkeypatch.setattr(attributing, "_JOB", 2)
    assert told(pool) == alone
    assert [("B" in text, "E" in text) for text in alone] == [(True, False), (False, True)]


def test_a_job_carries_its_own_zones_alone() -> None:
    """What is pickled grows with the zones of the job, not with all zones."""
    rng = np.random.default_rng(0)
    activity = zc.Activity.from_arrays(
        rng.lognormal(5, 1, (2000, 3, 2, 2)),
        flows=("raw_coal", "electricity"),
        zones=[f"Z{i}" for i in range(2000)],
        sectors=["a", "b", "c"],
        years=(2020, 2021),
        value_added=rng.lognormal(5, 1, (2000, 3, 2)),
        price_year=2020,
        provinces="全国",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account(activity)
    source = cells_of(account, "co2", (2020, 2021), identity=None, leave_out=False, zeros=0.0)
    whole, part = len(pickle.dumps(source)), len(pickle.dumps(source.part(slice(0, 20))))
    assert part < whole / 20


@pytest.mark.parametrize("few", [2, 100])
@pytest.mark.parametrize("figures", [1, 10**6])
def test_neither_blocks_nor_layout_move_a_bit_of_a_chain(
    account: zc.Account, few: int, figures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Years as a table or one after another in memory: the same figures; blocks of one zone or of all: the same bits.

    The layout may change the order of a sum, so its figures are compared, not their bits.
    """
    expected = _decomposed(account, None, chained=True).own.effect
    monkeypatch.setattr(traits, "_FIGURES", figures)
    same_layout = _decomposed(account, None, chained=True).own.effect
    assert same_layout.tobytes() == expected.tobytes()
    for module in (cells, attributing):
        monkeypatch.setattr(module, "FEW_YEARS", few)
    monkeypatch.setattr(lmdi, "_MANY", few)
    other = _decomposed(account, None, chained=True).own.effect
    size = np.nanmax(np.abs(expected))
    np.testing.assert_allclose(other, expected, rtol=0.0, atol=1e-13 * size)


def test_executor_is_looked_at(account: zc.Account) -> None:
    with pytest.raises(zc.InputError, match=r"executor|submit"):
        zc.decompose(account, executor=2)  # type: ignore[call-overload]


def test_identities_are_planned_once_and_not_mixed_up() -> None:
    """The plan of shapes and exponents is kept; other exponents of the same shapes have one of their own."""
    start, end = [np.full((4, 3, 1), 2.0), np.full((4, 3, 1), 3.0)], [np.full((4, 3, 1), 4.0), np.full((4, 3, 1), 5.0)]
    chain = lmdi.effects(start, end, np.array([[1, 0], [-1, 1]])).effect
    product = lmdi.effects(start, end, np.eye(2)).effect
    again = lmdi.effects(start, end, np.array([[1, 0], [-1, 1]])).effect
    assert chain.tobytes() == again.tobytes()
    np.testing.assert_allclose(chain.sum(axis=-1), 6.0, rtol=1e-14)
    np.testing.assert_allclose(product.sum(axis=-1), 42.0, rtol=1e-14)
    with pytest.raises(ValueError, match="whole powers"):
        lmdi.effects(start, end, np.array([[0.5, 0], [-1, 1]]))
