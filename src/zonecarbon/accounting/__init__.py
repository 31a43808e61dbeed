"""Accounting: from activity data and a method to comprehensive energy and CO2.

``coefficients`` turns a method into two small tables, ``netting`` subtracts what leaves once, ``result`` holds the
result and sums it, ``explanation`` writes out each line.
"""

from zonecarbon.accounting.explanation import Explanation, figure
from zonecarbon.accounting.result import WHAT, Account, account, scope_of, to_activity

__all__ = ["WHAT", "Account", "Explanation", "account", "figure", "scope_of", "to_activity"]
