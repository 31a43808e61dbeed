"""Check: the figures of a year for ten million zones, each year one contiguous column.

Energy intensity of all zones together, against a limit of 0.4; which zones are below 0.3, and their share; the yearly
rate at which the CO2 intensity of each fell in 15 years. 2 % of the zones are not known. The limit is the rates alone,
a logarithm and an exponential each, in blocks that stay in the cache. A user would write whole arrays of numpy, or
pandas.

Then the verb on an account: four targets with verdicts, margins, rates still needed and a trend test for each zone.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal, rise_of
from benchmarks.portfolios import portfolio
from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.kernels.intensity import reduction_rate
from zonecarbon.kernels.tally import tally
from zonecarbon.kernels.target import MET, CodeArray, compare

ZONES, PANDAS, ACCOUNT = 10_000_000, 1_000_000, 1_000_000
SPAN, LIMIT, FLAG = 15, 0.4, 0.3
BLOCK = 16_384
UNKNOWN = 0.02


class Year(NamedTuple):
    """Energy [tce] and value added [10^4 yuan] of a year, CO2 intensity of the base year and of the year."""

    energy: FloatArray
    money: FloatArray
    first: FloatArray
    last: FloatArray


class Found(NamedTuple):
    """Aggregate and whether it is met; flag, share and rate of the zones."""

    value: float
    is_met: bool
    below: BoolArray
    share: float
    rate: FloatArray


def year_of(zones: int) -> Year:
    """Return random columns; a zone that is not known has neither energy nor CO2."""
    rng = np.random.default_rng(3)
    energy, money, first, last = (rng.random(zones) for _ in range(4))
    energy *= 0.6
    money += 0.5
    first += 1.5
    last += 0.5
    unknown = rng.random(zones) < UNKNOWN
    energy[unknown] = last[unknown] = np.nan
    return Year(energy, money, first, last)


def ours(of: Year, codes: CodeArray, rate: FloatArray) -> Found:
    """Return the figures by the kernels that a check calls."""
    counted = tally(of.energy, of.money, "<", FLAG, codes)
    reduction_rate(of.first, of.last, SPAN, out=rate)
    value = float(counted.aggregate().value)
    is_met = bool(compare(value, "<=", LIMIT) == MET)
    return Found(value, is_met, codes == MET, float(counted.share(0.5).lower), rate)


def textbook(of: Year) -> Found:
    """Return the figures as one would write them."""
    known = ~np.isnan(of.energy)
    value = float(np.nansum(of.energy) / of.money[known].sum())
    below = of.energy / of.money < FLAG
    rate = 1.0 - (of.last / of.first) ** (1.0 / SPAN)
    return Found(value, value <= LIMIT, below, float(below.mean()), rate)


def with_pandas(table: Any) -> Found:
    """Return the figures from a data frame."""
    known = table.dropna(subset=["energy"])
    value = float(known.energy.sum() / known.money.sum())
    below = table.energy / table.money < FLAG
    rate = 1.0 - (table["last"] / table["first"]) ** (1.0 / SPAN)
    return Found(value, value <= LIMIT, below, float(below.mean()), rate)


def logs(of: Year, out: FloatArray) -> None:
    """Take every rate and nothing else: ``-expm1(log(last / first) / years)`` in blocks."""
    for start in range(0, len(out), BLOCK):
        part = slice(start, start + BLOCK)
        spare = np.divide(of.last[part], of.first[part], out=out[part])
        np.log(spare, out=spare)
        np.divide(spare, SPAN, out=spare)
        np.expm1(spare, out=spare)
        np.negative(spare, out=spare)


def cases(quick: bool) -> Iterator[Case]:
    """Yield the cases: the columns of a year, and the verb."""
    yield _columns(5_000 if quick else ZONES)
    yield _verb(500 if quick else ACCOUNT)


def _columns(zones: int) -> Case:
    import pandas as pd

    of = year_of(zones)
    codes, rate, spare = np.empty(zones, dtype=np.int8), np.empty(zones), np.empty(zones)
    mine, other = ours(of, codes, rate), textbook(of)
    part = min(zones, PANDAS)
    table = pd.DataFrame({name: column[:part] for name, column in of._asdict().items()})
    third = with_pandas(table)
    np.testing.assert_allclose((mine.value, mine.share), (other.value, other.share), rtol=1e-12)
    np.testing.assert_array_equal(mine.below, other.below)
    np.testing.assert_allclose(mine.rate, other.rate, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(mine.below[:part], third.below)
    np.testing.assert_allclose(mine.rate[:part], third.rate, rtol=1e-9, atol=1e-12)
    assert mine.is_met == other.is_met
    rise = rise_of(lambda: ours(of, codes, rate))
    return Case(
        f"{zones:,} zones, one year in columns",
        [
            Form("the rates alone", "limit", lambda: logs(of, spare)),
            Form("kernels of check", "ours", lambda: ours(of, codes, rate)),
            Form("numpy, whole arrays", "peer", lambda: textbook(of)),
            Form("pandas", "peer", lambda: with_pandas(table), part / zones),
        ],
        [Goal("kernels of check", "the rates alone", 1.7)],
        rounds=11,
        facts=[f"memory above arguments and answers: {rise / 1e6:.0f} MB at most"],
    )


def _verb(zones: int) -> Case:
    account = portfolio(zones)
    quantity = account.quantity[:, 0]
    target = np.ones_like(quantity)
    found = zc.check(account)
    few = account.total("energy")[:, -1].sum() / account.total("value_added")[:, -1].sum()
    np.testing.assert_allclose(found.block("energy-intensity-aggregate").value, [few], rtol=1e-12)
    rise, pool = rise_of(lambda: zc.check(account)), ThreadPoolExecutor(2)
    return Case(
        f"zc.check(account), {zones:,} zones x {quantity.shape[1]} flows x {quantity.shape[2]} years",
        [
            Form("np.copyto of the quantities", "limit", lambda: np.copyto(target, quantity)),
            Form("zc.check", "ours", lambda: zc.check(account)),
            Form("zc.check, two workers", "ours", lambda: zc.check(account, executor=pool), workers=2),
        ],
        rounds=5,
        facts=[f"memory of zc.check: {rise / 1e6:.0f} MB at most above an account of {quantity.nbytes / 1e6:.0f} MB"],
    )
