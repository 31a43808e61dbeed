"""What looks odd in an activity: unit slips, swapped figures, gaps, doubled carriers, breaks of the boundary.

Decided here: nothing is changed and nothing is refused; a warning names the place, the ratio and what the likely cause
is. Distances of 10^3, 10^4 and 10^8 are told, those between the units that people swap (kgce and tce, kWh and 万kWh,
万 and 亿); a factor of ten or a hundred is more often real. ``series`` compares years, ``zones`` compares zones,
``swaps`` two figures of a year; ``gaps`` has what needs no distance; ``finding`` puts them together, ``result`` is the
table of findings and its words.

All of it passes over the data once in blocks: smallest and largest figure of each series. Only what spans more than two
decades, or stands away from other zones, is looked at again, so that a table without oddities costs next to nothing.

The limits in these modules (decades, counts, spreads) are rules of this library, of no standard. They were set while
looking at the tables on which ``benchmarks/bench_slips.py`` measures them: on other tables expect less.
"""

from zonecarbon.activity import Activity
from zonecarbon.errors import Problem
from zonecarbon.quality.finding import find_slips
from zonecarbon.quality.gaps import SHOWN, find_breaks, find_gaps, find_missing
from zonecarbon.quality.result import Slips

__all__ = ["Slips", "find_breaks", "find_gaps", "find_missing", "find_slips", "inspect"]


def inspect(activity: Activity) -> tuple[Problem, ...]:
    """Return everything odd about an activity, as warnings; at most fifty of a kind are told, then how many more."""
    slips = find_slips(activity).problems(SHOWN)
    return (*find_missing(activity), *find_gaps(activity), *slips, *find_breaks(activity))
