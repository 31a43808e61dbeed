"""What every result can do: columns, frames, plain data and back, a short text, a short HTML table; its provenance.

Decided here: a result hands out ``columns()``, a dict of equally long arrays, and everything else is made of it: a
DataFrame when asked (pandas is imported then, not before), JSON-ready data, a ``__repr__`` of one line, a table for
notebooks, an Arrow stream. A DataFrame as the result itself was considered and rejected: it cannot be frozen, has no
place for the choices behind the figures, and costs the import of pandas in every host.

``model`` is the mixin and the provenance, ``columns`` what a column holds, ``shown`` the HTML, ``state`` how a result
is written as data and made again of it. ``taken`` makes columns of the tables that callers have.
"""

from zonecarbon._table.columns import Column, described, json_columns
from zonecarbon._table.model import UNNAMED, Provenance, Table, frozen, hash_arrays, kebab, plain, schema_of, to_frame
from zonecarbon._table.taken import FileColumns, as_columns, first_row, in_index, is_foreign, is_row, is_table

__all__ = [
    "UNNAMED",
    "Column",
    "FileColumns",
    "Provenance",
    "Table",
    "as_columns",
    "described",
    "first_row",
    "frozen",
    "hash_arrays",
    "in_index",
    "is_foreign",
    "is_row",
    "is_table",
    "json_columns",
    "kebab",
    "plain",
    "schema_of",
    "to_frame",
]
