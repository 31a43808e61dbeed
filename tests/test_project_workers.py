"""``project`` on threads and processes, one of which is killed: the same bits as alone, and every draw counted once."""

import pickle
import signal
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import fields
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.projection import collecting, jobs, making

ZONES, BASE = 20, 2025  # three jobs


def _account(zones: int = ZONES) -> zc.Account:
    rng = np.random.default_rng(3)
    years = range(BASE - 4, BASE + 1)
    quantity = rng.lognormal(5.0, 1.0, (zones, 3, len(years)))
    quantity[1, :, 2] = np.nan  # a gap in the history
    quantity[2, :, -1] = np.nan  # not known where it starts
    flows = ("raw_coal", "natural_gas", ("electricity", "final"))
    activity = zc.Activity.from_arrays(
        quantity,
        flows=flows,
        zones=[f"Z{i:04d}" for i in range(zones)],
        years=years,
        value_added=rng.uniform(1e3, 2e4, (zones, len(years))),
        price_year=2020,
        provinces="江苏",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


@pytest.fixture(name="account", scope="module")
def _account_once() -> zc.Account:
    return _account()


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Histograms above 2000 draws, in parts of 4096, so that there are several parts of the draws."""
    monkeypatch.setattr(making, "EXACT", 2000)
    monkeypatch.setattr(jobs, "PART", 4096)


@pytest.fixture(name="processes", scope="module")
def _processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


def _path(rate: float, **shock: Any) -> dict[str, Any]:
    return {"kind": "constant", "rate": rate, "uncertainty": {"shape": "normal", "sd": 0.02, **shock}}


# Everything that a job takes along: paths of zones, shocks of all and of each, a share that is moved, the grid.
SCENARIO = {
    "name": "all of it",
    "value_added": _path(0.05, rho=0.3),
    "energy_intensity": _path(-0.03, shape="lognormal"),
    "grid_factor": _path(-0.02, shared=True),
    "zones": {"Z0003": {"value_added": {"kind": "constant", "rate": -0.1}}},
    "shift": [
        {
            "name": "power",
            "source": ["raw_coal"],
            "target": "electricity",
            "path": {
                "kind": "linear",
                "goal": 0.4,
                "year": 2030,
                "uncertainty": {"shape": "triangular", "low": -0.3, "mode": 0.0, "high": 0.2, "rho": 1.0},
            },
        }
    ],
}
TARGETS = {
    "name": "mine",
    "target": [
        {
            "id": "share",
            "indicator": "energy_per_iva",
            "statistic": "share_of_zones",
            "operator": ">=",
            "threshold": "50",
            "unit": "%",
            "inner_operator": "<",
            "inner_threshold": "0.5",
            "inner_unit": "tce/10^4 CNY",
            "year": 2029,
        },
    ],
}
KINDS: dict[str, dict[str, Any]] = {
    "exact": {"draws": 1500},
    "plain": {"draws": 1500, "sampling": "plain"},
    "kept": {"draws": 1500, "keep": "draws", "indicators": ("co2",)},
    "histogram": {"draws": 4500, "until": 2027},
}


def _project(account: zc.Account, executor: Executor | None = None, **more: Any) -> zc.Ensemble:
    given = {"until": 2032, "draws": 1500, "rng": 11, "budget": {"": 1e6, "Z0005": 5e3}, **more}
    return zc.project(account, SCENARIO, executor=executor, **given)


def _bits(paths: zc.Ensemble) -> dict[str, Any]:
    found = {one.name: getattr(paths.statistics, one.name) for one in fields(collecting.Collected)}
    kept = {zone: draws.tobytes() for zone, draws in found.pop("draws").items()}
    return {**{name: array.tobytes() for name, array in found.items()}, "draws": kept}


class _Counter:
    """Takes note of progress; may do something once, after some of the work."""

    def __init__(self, once: Any = None) -> None:
        self.told: list[tuple[int, int]] = []
        self._once = once

    def __call__(self, done: int, todo: int) -> None:
        self.told.append((done, todo))
        if self._once is not None and len(self.told) == 2:
            self._once()

    def check(self, trajectories: int) -> None:
        """Every draw of every zone has been told once, and nothing twice."""
        done = [one for one, _ in self.told]
        assert {todo for _, todo in self.told} == {trajectories}
        assert done == sorted(set(done))
        assert done[-1] == trajectories


@pytest.mark.parametrize("kind", KINDS)
def test_threads_change_no_bit(account: zc.Account, kind: str) -> None:
    alone, counter = _project(account, **KINDS[kind]), _Counter()
    with ThreadPoolExecutor(2) as pool:
        assert _bits(_project(account, pool, progress=counter, **KINDS[kind])) == _bits(alone)
    counter.check(ZONES * alone.draws - alone.draws)  # one zone is not known


@pytest.mark.parametrize("kind", KINDS)
def test_processes_change_no_bit(account: zc.Account, processes: Executor, kind: str) -> None:
    alone, counter = _project(account, **KINDS[kind]), _Counter()
    assert _bits(_project(account, processes, progress=counter, **KINDS[kind])) == _bits(alone)
    counter.check((ZONES - 1) * alone.draws)


def test_shared_and_own_targets_go_along(account: zc.Account, processes: Executor) -> None:
    """A peak in a year of the account is judged beforehand, zone by zone: each job gets the verdicts of its zones."""
    for targets in ("torch-2025", TARGETS):
        alone = _project(account, targets=targets)
        assert _bits(_project(account, processes, targets=targets)) == _bits(alone)


@pytest.mark.parametrize("workers", [1, 3])
def test_zones_that_take_turns_change_no_bit(
    account: zc.Account, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """Histograms of eight zones at a time, so all zones are drawn once more for their sums."""
    at_once = _project(account, **KINDS["histogram"])
    monkeypatch.setattr(jobs, "_HISTOGRAMS", 1)
    counter = _Counter()
    with ThreadPoolExecutor(workers) as pool:
        assert _bits(_project(account, pool, progress=counter, **KINDS["histogram"])) == _bits(at_once)
    counter.check(2 * (ZONES - 1) * at_once.draws)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End what is left: Python 3.11 waits for ever for a worker of a broken pool that is sending its answer."""
    for process in list((pool._processes or {}).values()):
        process.kill()


@pytest.mark.parametrize("kind", ["exact", "histogram"])
def test_a_process_killed_in_the_middle_changes_no_bit(kind: str) -> None:
    account = _account(60)  # eight jobs, more than are under way at once
    alone = _project(account, **KINDS[kind])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            # By its own hand: one that is killed while it holds a lock of the pool leaves Python's pool hanging.
            counter = _Counter(lambda: pool.submit(signal.raise_signal, signal.SIGKILL))
            found = _project(account, pool, progress=counter, **KINDS[kind])
            _kill(pool)
    assert _bits(found) == _bits(alone)
    counter.check(59 * alone.draws)
    told = [str(warning.message) for warning in caught if "the pool broke" in str(warning.message)]
    assert len(told) >= 1  # of each part of the draws, once
    assert all("done again here" in text for text in told)


def test_what_a_job_carries_does_not_grow_with_the_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    work = jobs._work

    def noted(job: Any) -> Any:
        sizes.append(len(pickle.dumps(job)))
        return work(job)

    monkeypatch.setattr(jobs, "_work", noted)
    _project(_account(16), draws=64, targets=None)
    few, sizes[:] = max(sizes), []
    _project(_account(200), draws=64, targets=None)
    assert max(sizes) < 1.05 * few < 60_000


def test_a_buffer_as_short_as_a_row_changes_no_bit_and_is_put_back(
    account: zc.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = np.getbufsize()
    found = _project(account)
    assert np.getbufsize() == before
    monkeypatch.setattr(jobs, "unbuffered", lambda _: nullcontext())
    assert _bits(_project(account)) == _bits(found)


def test_the_buffer_is_put_back_after_an_error(account: zc.Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    before = np.getbufsize()
    monkeypatch.setattr(jobs, "summarise", fail)
    with pytest.raises(ZeroDivisionError):
        _project(account, draws=64)
    assert np.getbufsize() == before


def test_an_executor_that_is_none_is_refused_before_anything_is_done(account: zc.Account) -> None:
    with pytest.raises(zc.InputError, match="executor must be"):
        _project(account, executor=3)  # type: ignore[arg-type]
