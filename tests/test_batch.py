"""Many zones: the same answer as one at a time, bounded memory, no Python loop over zones."""

import tracemalloc

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon import vocabulary

SOLAR = ("electricity", "final", "onsite_nonfossil")
FLOWS = ["anthracite", "coke", "gasoline", ("electricity", "final", "grid"), SOLAR, "heat"]
YEARS = list(range(2018, 2024))


def many(count: int, seed: int = 7) -> zc.Activity:
    rng = np.random.default_rng(seed)
    provinces = [p for p in vocabulary.provinces() if p[:2] not in {"54", "71", "81", "82"}]
    return zc.Activity.from_arrays(
        rng.random((count, len(FLOWS), len(YEARS))) * 1000,
        flows=FLOWS,
        zones=[f"Z{i}" for i in range(count)],
        years=YEARS,
        value_added=rng.random((count, len(YEARS))) * 1e4,
        price_year=2020,
        provinces=[provinces[i % len(provinces)] for i in range(count)],
    )


def account(activity: zc.Activity) -> zc.Account:
    # Anthracite by mass has no row in GB/T 2589-2020: the choice is the test's own.
    return zc.account(activity, coefficients={"anthracite": "0.9 kgce/kg"})


def test_a_portfolio_is_its_zones_one_by_one() -> None:
    activity = many(60)
    whole = account(activity)
    for zone in (0, 17, 59):
        one = zc.Activity.from_arrays(
            activity.quantity[zone : zone + 1, 0], flows=FLOWS, zones=[f"Z{zone}"], years=YEARS,
            provinces=[activity.provinces[zone]],
        )  # fmt: skip
        for what in ("energy", "co2"):
            np.testing.assert_array_equal(account(one).total(what)[0], whole.total(what)[zone])


def test_totals_equal_the_sum_of_the_detail() -> None:
    result = account(many(40))
    for what, detail in (("energy", result.energy), ("co2", result.co2)):
        np.testing.assert_allclose(result.total(what), detail.sum(axis=(1, 2)), rtol=1e-13)
        for axis in ("carrier", "supply", "scope", "flow", "use"):
            by_axis = result.total(what, by=("zone", axis, "year"))
            np.testing.assert_allclose(by_axis.sum(axis=1), result.total(what), rtol=1e-12)
        np.testing.assert_allclose(result.total(what, by=("year", "zone")), result.total(what).T, rtol=0)
        np.testing.assert_allclose(result.total(what, by=()), result.total(what).sum(), rtol=1e-12)


def test_a_year_is_one_contiguous_column() -> None:
    total = account(many(10)).total("energy")
    assert total.flags.f_contiguous
    assert total[:, 2].flags.c_contiguous


def test_totals_need_little_memory_beside_the_input() -> None:
    result = account(many(60_000))
    tracemalloc.start()
    result.total("co2")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < result.quantity.nbytes / 3 + 8e6


def test_from_arrays_does_not_copy() -> None:
    quantity = np.ones((5, 1, 2))
    activity = zc.Activity.from_arrays(quantity, flows=["coke"], zones=range(5), years=[2020, 2021])
    assert np.shares_memory(activity.quantity, quantity)


@pytest.mark.parametrize("bad", [-1.0, np.inf])
def test_from_arrays_refuses_what_no_meter_shows(bad: float) -> None:
    quantity = np.ones((3000, 1, 2))
    quantity[2500, 0, 1] = bad
    with pytest.raises(zc.InputError, match="2500"):
        zc.Activity.from_arrays(quantity, flows=["coke"], zones=range(3000), years=[2020, 2021])


def test_a_check_of_many_zones_has_a_row_for_each() -> None:
    found = zc.check(account(many(500)), "near-zero-park-js")
    frame = found.to_frame()
    rows = frame[frame["target"] == "near-zero-park-js:01-energy-intensity"]
    assert len(rows) == 500
    assert set(rows["verdict"]) <= {"met", "missed"}
