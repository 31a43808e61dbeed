"""Whether value added of different years may be held against each other: prices, then boundary.

Decided here: the rule of ``check`` (:mod:`zonecarbon.targets.comparing`), zone by zone. Levels count at one real price
year; at current prices, or at two price years, a zone's change of value added is not known and nothing that rests on it
is. A zone whose prices differ from the others' is good by itself, but then the sum over zones is not. A change of the
boundary label is told and changes nothing: the figures are what they are. What has no value added has no prices and is
no problem of prices.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import BoolArray, IntArray
from zonecarbon.accounting import Account
from zonecarbon.activity.model import NO_PRICE
from zonecarbon.decomposition.cells import listed
from zonecarbon.decomposition.traits import positions
from zonecarbon.errors import InputError, Problem

TWO_PRICES = -2
"""The price code of a zone whose value added stands at two price years; the others are those of an activity."""


class Comparable(NamedTuple):
    """Which zones' value added may be compared over some years.

    Parameters
    ----------
    usable
        (zone,): not at current prices and not at two price years.
    one_price
        Whether all usable zones stand at one price year, so that they can be summed.
    warnings
        Zones that are not usable, price years that differ, boundaries that change.
    """

    usable: BoolArray
    one_price: bool
    warnings: tuple[Problem, ...]


def comparable(account: Account, years: Sequence[int]) -> Comparable:
    """Say which zones' value added may be compared over calendar years.

    Parameters
    ----------
    account
        The account; a figure of value added that is NaN states no prices.
    years
        The calendar years compared, rising.

    Raises
    ------
    InputError
        If value added of some zones is known and none of it is usable, or a year is not in the account.
    """
    at = positions(account, years).tolist()
    price = price_over(account, at)
    refuse_all(price)
    usable = np.asarray(price >= NO_PRICE)
    return Comparable(usable, len(real_prices(price)) <= 1, warnings_of(account, ~usable, [price], [at]))


def price_over(account: Account, at: Sequence[int]) -> IntArray:
    """Return the price year (zone,) over the years at positions ``at``: a year, nominal, none, or ``TWO_PRICES``."""
    money, stated = account.value_added, account.activity.price_year
    price = np.full(len(account.zones), NO_PRICE, dtype=np.int64)
    for year in at:
        here = np.where(np.isnan(money[:, year]), NO_PRICE, stated[:, year])
        two = (price > 0) & (here > 0) & (price != here)
        joined = np.where(here == NO_PRICE, price, np.where(price == NO_PRICE, here, np.minimum(price, here)))
        price = np.where(two, TWO_PRICES, joined)  # current prices and two price years are both below any year
    return price


def real_prices(price: IntArray) -> list[int]:
    """Return the distinct price years among codes of :func:`price_over`."""
    if price.size and price.min() == price.max():  # most often; a sort of a million zones is not
        return [int(price[0])] if price[0] > 0 else []
    return [int(year) for year in np.unique(price[price > 0])]


def refuse_all(price: IntArray) -> None:
    """Raise if there is value added, and none of it is at one real price year."""
    bad = price < NO_PRICE
    if bad.any() and not (price > NO_PRICE).any():
        raise InputError("decompose.price_none", count=int(bad.sum()))


def warnings_of(
    account: Account, bad: BoolArray, prices: Sequence[IntArray], spans: Sequence[Sequence[int]]
) -> tuple[Problem, ...]:
    """Return what a reader must know of prices and boundaries.

    ``bad`` are the zones that are not usable (somewhere), ``prices`` the price codes and ``spans`` the positions of the
    years of each comparison.
    """
    found = []
    if bad.any():
        found.append(Problem("decompose.price", {"count": int(bad.sum()), "zones": listed(account.zones[bad])}))
    mixed = next((years for price in prices if len(years := real_prices(price)) > 1), [])
    if mixed:
        found.append(Problem("decompose.price_years", {"prices": ", ".join(map(str, mixed))}))
    moved = _moved(account, spans)
    if (where := np.flatnonzero(moved >= 0)).size:
        told = np.array([f"{account.zones[i]} ({account.years[moved[i]]})" for i in where])
        found.append(Problem("decompose.boundary", {"count": int(where.size), "zones": listed(told)}))
    return tuple(found)


def _moved(account: Account, spans: Sequence[Sequence[int]]) -> IntArray:
    """Return the position of the first year (zone,) with another boundary than stated before in its span, or -1."""
    first = np.full(len(account.zones), -1, dtype=np.int64)
    boundary = account.activity.boundary
    if boundary is None:
        return first
    for span in spans:
        last = np.full(len(first), "", dtype=object)
        for year in span:
            here = boundary[:, year]
            stated = (here != "").astype(bool)  # a blank label states nothing
            changed = stated & (last != "").astype(bool) & (here != last).astype(bool)
            first[changed & (first < 0)] = year
            last = np.where(stated, here, last)
    return first
