"""Executors: threads, processes and a dask cluster give the same answer to the bit, also when a worker is killed."""

import os
import pickle
import signal
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.accounting import totals

ZONES, YEARS = 120, range(2018, 2026)
FLOWS = ("raw_coal", "natural_gas", ("electricity", "final"), ("electricity", "final", "direct_nonfossil"))
PROVINCES = ("江苏", "北京", "广东", "四川")


def _activity() -> zc.Activity:
    rng = np.random.default_rng(8)
    quantity = rng.lognormal(5.0, 1.0, (ZONES, len(FLOWS), len(YEARS)))
    quantity[7, 1, 3] = np.nan
    value_added = rng.uniform(1e5, 2e6, (ZONES, len(YEARS)))
    value_added[9, 2] = np.nan
    value_added[10, 2] = -5.0
    return zc.Activity.from_arrays(
        quantity,
        flows=FLOWS,
        zones=[f"Z{i:03d}" for i in range(ZONES)],
        years=YEARS,
        value_added=value_added,
        price_year=2020,
        provinces=[PROVINCES[i % 4] for i in range(ZONES)],
    )


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(totals, "PART", 17 * len(FLOWS) * len(YEARS))  # many small jobs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        yield


@pytest.fixture(name="account")
def _account() -> zc.Account:
    return zc.account(_activity())


def _threads() -> Executor:
    return ThreadPoolExecutor(3)


def _processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def _all_verbs(account: zc.Account, executor: Executor | None) -> dict[str, Any]:
    """Return the bytes of what every verb that takes an executor answers."""
    made = zc.account(account.activity, executor=executor)
    checked = zc.check(account, "torch-2025", executor=executor)
    split = zc.decompose(account, executor=executor)
    future = zc.project(account, "policy", until=2032, draws=4096, rng=5, executor=executor)
    return {
        "totals": [np.asarray(array).tobytes() for array in account.totals(executor=executor)],
        "kept": [np.asarray(array).tobytes() for array in made.totals()],
        "check": checked.to_csv(),
        "decompose": split.to_csv(),
        "project": future.to_csv(),
    }


@pytest.mark.parametrize("pool", [_threads, _processes])
def test_every_verb_answers_alike(account: zc.Account, pool: Callable[[], Executor]) -> None:
    alone = _all_verbs(account, None)
    with pool() as executor:
        assert _all_verbs(account, executor) == alone


def test_totals_are_the_sums_and_their_ratios(account: zc.Account) -> None:
    found = account.totals()
    np.testing.assert_array_equal(found.energy, account.total("energy"))
    np.testing.assert_array_equal(found.co2, account.total("co2"))
    assert np.isnan(found.energy[7, 3])
    assert not np.isnan(found.energy[9, 2])
    assert np.isnan([found.energy_intensity[9, 2], found.co2_intensity[10, 2]]).all()
    known = ~np.isnan(found.energy_intensity)
    np.testing.assert_array_equal(found.energy_intensity[known], (found.energy / found.value_added)[known])
    assert known.sum() == known.size - 3
    assert found.co2[:, 4].flags.c_contiguous


def test_what_is_kept_is_not_written_to(account: zc.Account) -> None:
    with _threads() as executor:
        made = zc.account(account.activity, executor=executor)
    first = made.total("co2")
    first[:] = 0.0
    made.totals().energy[:] = 0.0
    np.testing.assert_array_equal(made.total("co2"), account.total("co2"))
    np.testing.assert_array_equal(made.total("energy"), account.total("energy"))
    back = pickle.loads(pickle.dumps(made))
    np.testing.assert_array_equal(back.total("co2"), account.total("co2"))


def test_out_is_filled(account: zc.Account) -> None:
    out = np.empty((4, len(YEARS), ZONES)).transpose(0, 2, 1)
    found = account.totals(out=out)
    assert np.shares_memory(found.co2, out)
    np.testing.assert_array_equal(out[2], account.totals().energy_intensity)
    with _threads() as executor, pytest.raises(zc.InputError, match="out must be"):
        account.totals(executor=executor, out=np.empty((3, ZONES, len(YEARS))))


@pytest.mark.parametrize(
    "verb",
    [
        lambda account, no: zc.account(account.activity, executor=no),
        lambda account, no: account.totals(executor=no),
        lambda account, no: zc.check(account, executor=no),
        lambda account, no: zc.decompose(account, executor=no),
        lambda account, no: zc.project(account, "policy", draws=100, executor=no),
    ],
)
def test_what_is_no_executor_is_refused(account: zc.Account, verb: Callable[[zc.Account, Any], Any]) -> None:
    with pytest.raises(zc.InputError, match=r"executor must be a concurrent\.futures\.Executor; got int"):
        verb(account, 2)


def test_a_process_that_is_killed_costs_nothing_but_a_warning(account: zc.Account) -> None:
    alone = zc.project(account, "policy", until=2032, draws=4096, rng=5).to_csv()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with _processes() as executor:
            executor.submit(signal.raise_signal, signal.SIGKILL)  # not while it holds a lock of the pool
            assert zc.project(account, "policy", until=2032, draws=4096, rng=5, executor=executor).to_csv() == alone
            assert isinstance(executor, ProcessPoolExecutor)
            for process in list((executor._processes or {}).values()):  # Python 3.11 may wait for ever for the other
                process.kill()
    assert any("the pool broke" in str(warning.message) for warning in caught)


@pytest.fixture(name="cluster", scope="module")
def _cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(
                n_workers=3, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
                silence_logs=50,
            ) as cluster,
            distributed.Client(cluster) as client,
        ):  # fmt: skip
            yield client


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_answers_alike(account: zc.Account, cluster: Any) -> None:
    assert _all_verbs(account, cluster.get_executor()) == _all_verbs(account, None)


@pytest.mark.filterwarnings("ignore")
def test_a_worker_of_a_cluster_is_killed_in_the_middle(account: zc.Account, cluster: Any) -> None:
    alone = zc.project(account, "policy", until=2035, draws=8192, rng=5)
    pids = cluster.run(os.getpid)
    killed: list[int] = []

    def kill_one(done: int, todo: int) -> None:
        if not killed and done < todo:
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    executor = cluster.get_executor()
    found = zc.project(account, "policy", until=2035, draws=8192, rng=5, executor=executor, progress=kill_one)
    assert killed
    assert found.to_csv() == alone.to_csv()
    np.testing.assert_array_equal(account.totals(executor=executor).co2, account.totals().co2)
