"""Where a verdict turns.

Decided here: on all digits a verdict turns at the limit. Rounded first (GB/T 8170), it turns half a unit of the last
digit beside it: 0.266 rounds to 0.3 and is not below 0.3; below 0.25 it would be 0.2. What is still needed leads past
that point and not onto it, because a tie is broken by the exact digits, which a yearly rate never hits.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal


def turning_point(operator: str, limit: float, digits: int, judgement: str) -> tuple[float, bool]:
    """Return the value at which a comparison turns, and whether reaching it is enough.

    Examples
    --------
    >>> turning_point("<", 0.3, 1, "full"), turning_point("<", 0.3, 1, "rounded")
    ((0.3, False), (0.25, False))
    >>> turning_point("<=", 0.3, 1, "full"), turning_point(">=", 0.04, 2, "rounded")
    ((0.3, True), (0.035, False))
    """
    if judgement != "rounded" or not math.isfinite(limit):
        return limit, operator in {"<=", ">="}
    steps = Decimal(repr(limit)).scaleb(digits)
    if operator in {"<", ">="}:
        last = steps.to_integral_value(ROUND_CEILING) - 1  # the largest rounded value below the limit
    else:
        last = steps.to_integral_value(ROUND_FLOOR)
    return float((last + Decimal("0.5")).scaleb(-digits)), False
