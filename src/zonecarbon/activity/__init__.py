"""Activity data (活动水平数据): what was used, by zone, sector, flow and year, and the value added it belongs to.

Decided here: one dense float64 array ``quantity[zone, sector, flow, year]``. A flow is one distinct (carrier, use,
supply) that occurs, in one unit; carrier, use and supply as three axes would be mostly empty. What is not used is 0,
what is not known is NaN: a carrier without a row is not used if the zone-year has any energy row, a zone-year without
any is unknown, a blank quantity is unknown. A long frame was considered and rejected: at 240 million rows it needs tens
of gigabytes and a group-by for every sum.

The arrays are read-only and never written to. Rows as they came (file, row number, figure, unit) are kept beside them
when the activity was read from tables or records, so that an audit can go back to the cell.

The package has four modules: ``model`` (the arrays), ``assembling`` (from checked cells to arrays), ``from_records``
(from zones written by hand) and ``series`` (labels of bare arrays).
"""

from zonecarbon.activity.assembling import Draft, Figures, assemble, no_figures
from zonecarbon.activity.from_records import process_flow
from zonecarbon.activity.model import NO_PRICE, NOMINAL, Activity, Cells, Flow, Rows, to_flow

__all__ = [
    "NOMINAL",
    "NO_PRICE",
    "Activity",
    "Cells",
    "Draft",
    "Figures",
    "Flow",
    "Rows",
    "assemble",
    "no_figures",
    "process_flow",
    "to_flow",
]
