"""Accounting: from activity data and a method to comprehensive energy and CO2.

``coefficients`` turns a method into two small tables, ``reported`` takes in totals that stand alone, ``netting``
subtracts what leaves once, ``making`` is the verb, ``result`` holds the account and sums it along its ``axes``,
``totals`` makes sums and ratios at once, ``explanation`` writes out each line.
"""

from zonecarbon.accounting.axes import axes_of
from zonecarbon.accounting.explanation import Explanation, figure
from zonecarbon.accounting.making import account, to_activity
from zonecarbon.accounting.result import WHAT, Account, scope_of
from zonecarbon.accounting.totals import Totals, make_sums

__all__ = [
    "WHAT",
    "Account",
    "Explanation",
    "Totals",
    "account",
    "axes_of",
    "figure",
    "make_sums",
    "scope_of",
    "to_activity",
]
