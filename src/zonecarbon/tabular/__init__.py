"""Tables in: zones, economy, energy, process and indicators, as files of a folder, frames or dicts of arrays.

Decided here: columns are checked as columns. Every distinct spelling (carrier, unit, province) is looked up once with
the function that a record uses, and the answer is spread over the rows; so a million rows cost a few look-ups, and a
row cannot be judged differently from a record typed by hand. All problems are collected, each with file, row and
column, and raised together.

With ``on_error="set_aside"`` the good rows go on. A row set aside is not a row that was never there: where its zone and
year are legible, its quantity is unknown (NaN), not zero; where its carrier is not, an unknown quantity of other energy
stands for it. Rows that contradict each other (two figures for one key) leave their key unknown. Only rows of sums, and
exact repetitions, leave nothing behind.

A file is UTF-8 (with or without BOM) or GB18030. Cells are read as text, so that ``1,000``, full-width digits and
``NaN`` typed by hand are judged here and not by the reader's guesses. pandas does the reading and the factorising.

The package has five modules: ``reading`` (sources in, an activity out), ``sheet`` (one table while it is checked),
``places`` (zones, years, sectors), ``energy``, and ``tables`` (all the others).
"""

from zonecarbon.tabular.files import holds_energy
from zonecarbon.tabular.reading import TABLES, read
from zonecarbon.tabular.template import write_template
from zonecarbon.tabular.writing import write

__all__ = ["TABLES", "holds_energy", "read", "write", "write_template"]
