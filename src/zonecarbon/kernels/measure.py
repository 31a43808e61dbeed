"""Measures acting on flows, one after another.

Decided here: a measure takes a share of some flows, in their own units, and adds to others in proportion to what it
took. Shares are of what the measures before have left, so nothing is saved twice and nothing falls below zero as long
as no share is above one.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from zonecarbon._typing import FloatArray, IntArray

__all__ = ["Act", "act"]


class Act(NamedTuple):
    """What a measure does to flows.

    Parameters
    ----------
    source : (n,)
        Positions of the flows it acts on.
    takes
        Whether what it acts on is used no longer.
    gains
        By flow that it adds to: position, and units of that flow for each unit acted on, to be broadcast against
        (zone, sector, n, year).
    """

    source: IntArray
    takes: bool
    gains: Sequence[tuple[int, FloatArray]]


@np.errstate(over="ignore", invalid="ignore")  # what is beyond the floats is infinite
def act(quantity: FloatArray, acts: Iterable[Act], shares: Iterable[FloatArray]) -> tuple[FloatArray, list[FloatArray]]:
    """Return the flows after all measures, and what each acted on.

    Parameters
    ----------
    quantity : (zone, sector, flow, year)
        In each flow's unit; stays as it is.
    acts, shares
        One of each a measure, in order; a share is broadcast against (zone, sector, n, year).

    Returns
    -------
    quantity : (zone, sector, flow, year)
    amounts : list of (zone, sector, n, year)
        In the unit of each source.

    Examples
    --------
    >>> halve = Act(np.array([0]), True, [(1, np.full((1, 1, 1, 1), 2.0))])
    >>> after, amounts = act(np.array([10.0, 1.0]).reshape(1, 1, 2, 1), [halve], [np.full((1, 1, 1, 1), 0.5)])
    >>> after.ravel(), amounts[0].ravel()
    (array([ 5., 11.]), array([5.]))
    """
    after, amounts = quantity.copy(), []
    for step, share in zip(acts, shares, strict=True):
        amount = np.where(share == 0, 0.0, after[:, :, step.source] * share)  # of what is not known nothing is taken
        if step.takes:
            after[:, :, step.source] -= amount
        for target, gain in step.gains:
            after[:, :, target] += (amount * gain).sum(axis=2)
        amounts.append(amount)
    return after, amounts
