"""The axes along which an account is summed, and what people write for them.

Decided here: an axis may also be written as the Chinese heading that tables print for it (园区, 年份), because that is
what a reader copies. Five axes divide the flows, each in its own way, so there is one of them at a time; ``flow`` has
carrier, use and supply together. What is wrong is told by the one name that is wrong, not by the list it stands in.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from zonecarbon.errors import InputError, Problem
from zonecarbon.terms import term
from zonecarbon.vocabulary import fold, nearest, suggestion

AXES = ("zone", "sector", "flow", "carrier", "use", "supply", "scope", "year")
OF_FLOWS = ("flow", "carrier", "use", "supply", "scope")
"""Those that divide the flows."""


@cache
def _spellings() -> Mapping[str, str]:
    return {fold(word): axis for axis in AXES for word in (axis, term(axis, "zh", "column"))}


def axes_of(by: Sequence[str] | str) -> tuple[str, ...]:
    """Return the names of axes.

    Parameters
    ----------
    by
        One axis or several, by name or Chinese heading.

    Raises
    ------
    InputError
        If one is no axis or stands twice, or two divide the flows.

    Examples
    --------
    >>> axes_of(["园区", "year"]), axes_of("flow")
    (('zone', 'year'), ('flow',))
    """
    given: tuple[object, ...] = (by,) if isinstance(by, str) else tuple(by)
    found = tuple(_spellings().get(fold(name), "") if isinstance(name, str) else "" for name in given)
    if bad := [_unknown(name) for name, axis in zip(given, found, strict=True) if not axis]:
        raise InputError(bad)
    _require_one_each(found)
    return found


def _unknown(name: object) -> Problem:
    words = [*AXES, *(term(axis, "zh", "column") for axis in AXES)]
    near = suggestion(nearest(name, words)) if isinstance(name, str) and name else ""
    return Problem("account.axis", {"value": name, "nearest": near, "known": ", ".join(AXES)})


def _require_one_each(by: tuple[str, ...]) -> None:
    twice = [axis for axis in dict.fromkeys(by) if by.count(axis) > 1]
    if twice:
        raise InputError("account.axis_twice", value=", ".join(twice))
    flows = [axis for axis in by if axis in OF_FLOWS]
    if len(flows) > 1:
        raise InputError("account.axes", value=", ".join(flows), known=", ".join(OF_FLOWS))
