"""Tables in and out: workbooks, files, folders, frames or dicts of arrays, long, wide or the statistical form.

Decided here: columns are checked as columns. Every distinct spelling (carrier, unit, province) is looked up once with
the function that a record uses, and the answer is spread over the rows; so a million rows cost a few look-ups, and a
row cannot be judged differently from a record typed by hand. All problems are collected, each with file, row and
column, and raised together.

With ``on_error="set_aside"`` the good rows go on. A row set aside is not a row that was never there: where its zone and
year are legible, its quantity is unknown (NaN), not zero; where its carrier is not, an unknown quantity of other energy
stands for it. Rows that contradict each other (two figures for one key) leave their key unknown. Only rows of sums, and
exact repetitions, leave nothing behind.

Of the modules, ``reading`` takes sources in and gives an activity. ``files`` and ``workbook`` (with ``grid`` and
``parts``) give raw cells; ``layout``, ``headings``, ``notes`` and ``marks`` find the tables in them and what they say;
``shapes`` and ``form`` bring every shape into the long one; ``sheet``, ``places``, ``energy`` and ``tables`` check it.
``portions`` reads what is larger than memory.
``writing`` (with ``books`` and ``saving``) and ``template`` (with ``dropdowns``) are the way out. ``measures``
and ``measure_books`` (with ``measure_form``) read and write sets of measures.
"""

from zonecarbon.tabular.files import holds_energy
from zonecarbon.tabular.measure_books import write_measures
from zonecarbon.tabular.measures import read_measures
from zonecarbon.tabular.portions import read_parts
from zonecarbon.tabular.reading import TABLES, read
from zonecarbon.tabular.template import write_template
from zonecarbon.tabular.writing import write

__all__ = [
    "TABLES",
    "holds_energy",
    "read",
    "read_measures",
    "read_parts",
    "write",
    "write_measures",
    "write_template",
]
