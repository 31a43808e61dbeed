"""What must be known of an account's zones before they are decomposed.

Decided here: value added counts where it is positive. A zone with negative value added, or with none but with energy,
has no intensity: it is unknown. A zone with neither is not there (0), so that zones may appear and vanish. A sector
that uses energy but whose value added is unknown or not positive (a bad year, a utility that only serves the others)
would make the structure of its zone meaningless: such a zone is taken as a whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.accounting import Account

_FIGURES = 131_072  # in a block of zones, which stay in the second-level cache


class Traits(NamedTuple):
    """Traits of the zones; ``money`` is (zone, year) [10^4 yuan], the others are (zone,).

    ``reported``: known by its total alone in one of the years; ``lacking``: value added of a sector that uses energy is
    unknown or not positive; ``idle``: value added of the zone is not positive though it uses energy.
    """

    money: FloatArray
    reported: BoolArray
    lacking: BoolArray
    idle: BoolArray


def find_traits(account: Account, years: Sequence[Any]) -> Traits:
    """Return the traits of the zones of an account over some years."""
    at = positions(account, years)
    n_zones = len(account.zones)
    money = account.value_added[:, at].copy()
    reported, lacking, idle = np.zeros((3, n_zones), dtype=bool)
    totals = [i for i, flow in enumerate(account.flows) if flow.kind == "reported"]
    for rows in zone_blocks(account, len(years)):
        if totals:
            figures = account.quantity[rows][:, :, totals][..., at]
            reported[rows] = (figures != 0.0).any(axis=(1, 2, 3))
        is_good = account.activity.value_added[rows][..., at] > 0.0 if len(account.sectors) > 1 else np.ones(1, bool)
        if is_good.all() and (money[rows] > 0.0).all():
            continue
        busy = used(account, rows, at)
        is_bad = (money[rows] < 0.0) | ((money[rows] == 0.0) & busy.any(axis=1))
        if len(account.sectors) > 1:
            lacking[rows] = (~is_good & busy).any(axis=(1, 2))
        idle[rows] = is_bad.any(axis=1)
        money[rows][is_bad] = np.nan
    return Traits(money, reported, lacking, idle)


def positions(account: Account, years: Sequence[Any]) -> IntArray:
    """Return where some calendar years stand in an account."""
    known = account.years.tolist()
    return np.array(
        [known.index(year) if year in known else account.activity.year_index(int(year)) for year in years],
        dtype=np.int64,
    )


def zone_blocks(account: Account, n_years: int) -> Iterator[slice]:
    """Return zones in blocks of bounded size."""
    n_zones, n_sectors, n_flows, _ = account.quantity.shape
    size = max(1, _FIGURES // max(1, n_sectors * n_flows * n_years))
    for begin in range(0, n_zones, size):
        yield slice(begin, min(begin + size, n_zones))


def part_of(account: Account, rows: slice) -> Account:
    """Return some zones of an account, with what its lines and value added take: a worker is sent no more."""
    activity, coefficients = account.activity, account.coefficients
    quantity = account.quantity[rows]
    return replace(
        account,
        activity=replace(
            activity,
            **{name: getattr(activity, name)[rows] for name in ("zones", "names", "provinces", "value_added")},
            quantity=quantity,
            value_added_total=activity.value_added_total[rows],
            price_year=activity.price_year[rows],
            has_energy=None if activity.has_energy is None else activity.has_energy[rows],
            indicators={name: array[rows] for name, array in activity.indicators.items()},
            indicator_basis={},
            boundary=None,
            coverage=None,
            deflator=None,
            rows=None,
            economy_rows=None,
            warnings=(),
            set_aside=(),
            set_aside_rows={},
        ),
        quantity=quantity,
        coefficients=replace(coefficients, group=coefficients.group[rows], uses=[], warnings=[], notes=[]),
        warnings=(),
        catalog=None,
    )


def used(account: Account, rows: slice, at: IntArray) -> BoolArray:
    """Return whether a sector uses any energy, or has any process, (zone, sector, year)."""
    quantity = account.quantity[rows]
    busy = np.zeros((*quantity.shape[:2], len(at)), dtype=bool)
    for flow in range(quantity.shape[2]):
        own = quantity[:, :, flow][..., at]
        busy |= (own != 0.0) & ~np.isnan(own)
    return busy
