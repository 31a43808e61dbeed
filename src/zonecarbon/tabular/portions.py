"""Tables larger than memory, read a number of zones at a time.

Decided here:

* A portion is a whole :class:`~zonecarbon.Activity` of some zones, so every verb works on it and nothing new has to be
  learned; ``check`` takes accounts of portions one after another. Python's own generators join the two.
* The rows of a zone must stand together in each table (sorted by zone, or written zone by zone), because a zone can
  only be checked, summed and warned of as a whole. A zone that comes again is an error that names both places; the
  order of the zones may differ between the tables, but is fastest where it is the same.
* First the zone column alone is read, to learn where each zone begins. Then each portion reads the row groups of the
  file that hold its rows. Memory is that of a portion and of the largest row group; what grows with the file is a name
  and two numbers a table for each zone.
* Parquet alone: it can be read from the middle, and its texts are stored as codes. A CSV file has neither.
* What looks across zones (slips of units against other zones) looks across those of the portion.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from zonecarbon._typing import IntArray
from zonecarbon.activity import Activity
from zonecarbon.errors import InputError, MissingOptionalDependencyError, Problem, Where
from zonecarbon.tabular.files import path_of, raise_missing
from zonecarbon.tabular.headings import heading
from zonecarbon.tabular.layout import Table
from zonecarbon.tabular.marks import given_marks
from zonecarbon.tabular.reading import activity_of, check_options, files_of_folder, frame_columns
from zonecarbon.tabular.shapes import Blank
from zonecarbon.tabular.sheet import as_text, as_they_occur, is_blank
from zonecarbon.tabular.unread import given_columns

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_SHOWN = 5
_BATCH = 1 << 20  # rows of the zone column at a time


class _Runs(NamedTuple):
    """Where the rows of each zone are: its place in ``names``, its first row, and the row after its last."""

    zone: IntArray
    start: IntArray
    stop: IntArray


class _Source:
    """One Parquet file."""

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path
        self.file = _opened(path)
        columns = [str(column) for column in self.file.schema_arrow.names]
        self.headings = [heading(text) for text in columns]
        at = next((at for at, item in enumerate(self.headings) if item.kind == "column" and item.name == "zone"), None)
        if at is None:
            have = ", ".join(columns) or "-"
            raise InputError("columns.missing", Where(path.name), names="zone", have=have)
        self.zone_column = columns[at]
        groups = self.file.metadata
        sizes = [groups.row_group(number).num_rows for number in range(groups.num_row_groups)]
        self.group_start = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])

    def runs(self, places: dict[Any, int], problems: list[Problem]) -> _Runs:
        """Return where each zone's rows are; new zones get the next place. Zones that come again are problems."""
        zones: list[int] = []
        starts: list[int] = []
        before = ""
        row = 0
        for batch in self.file.iter_batches(_BATCH, columns=[self.zone_column]):
            column = batch.column(0)
            coded = column if hasattr(column, "indices") else column.dictionary_encode()
            words = coded.dictionary.to_pylist()
            codes = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
            names = [*map(_name, words), ""]
            begins = np.flatnonzero(np.concatenate([np.ones(len(codes[:1]), dtype=bool), codes[1:] != codes[:-1]]))
            for at in begins.tolist():
                word = names[codes[at]]
                if not word and zones:
                    continue  # a row without a zone goes with the rows above it, where it is reported
                if word != before or not zones:
                    zones.append(places.setdefault(word, len(places)))
                    starts.append(row + at)
                    before = word
            row += len(codes)
        stops = [*starts[1:], row] if starts else []
        runs = _Runs(*(np.array(part, dtype=np.int64) for part in (zones, starts, stops)))
        self._refuse_scattered(runs, list(places), problems)
        return runs

    def _refuse_scattered(self, runs: _Runs, names: list[Any], problems: list[Problem]) -> None:
        order = np.argsort(runs.zone, kind="stable")
        again = np.flatnonzero(np.diff(runs.zone[order]) == 0)
        for at in again[:_SHOWN].tolist():
            first, second = order[at], order[at + 1]
            where = Where(self.path.name, "", int(runs.start[second]), self.zone_column)
            values = {"zone": names[runs.zone[second]], "first": int(runs.stop[first]) - 1, "n": len(again)}
            problems.append(Problem("portions.scattered", values, where))

    def table(self, spans: Sequence[tuple[int, int]], marks: Mapping[str, float]) -> Table:
        """Return the rows of some spans, which rise and do not overlap, as a table that knows their numbers."""
        wanted = np.zeros(len(self.group_start) - 1, dtype=bool)
        for start, stop in spans:
            first = int(np.searchsorted(self.group_start, start, side="right")) - 1
            wanted[first : int(np.searchsorted(self.group_start, stop, side="left"))] = True
        groups = np.flatnonzero(wanted).tolist()
        number = np.concatenate([np.arange(0), *(np.arange(start, stop) for start, stop in spans)]).astype(np.int64)
        there = np.concatenate(
            [np.arange(0), *(np.arange(self.group_start[at], self.group_start[at + 1]) for at in groups)]
        )
        rows = self.file.read_row_groups(groups) if groups else self.file.schema_arrow.empty_table()
        at = np.searchsorted(there, number)
        together = bool(len(at)) and int(at[-1]) - int(at[0]) == len(at) - 1
        rows = rows.slice(int(at[0]), len(at)) if together else rows.take(at)
        frame = rows.to_pandas(ignore_metadata=True, strings_to_categorical=True)
        columns = [as_they_occur(column) for _, column in frame_columns(self.path.name, frame)]
        return Table(self.path.name, "", self.headings, columns, number, [], marks=marks)


def _name(word: Any) -> str:
    """Return a zone's name as the rows are read: 1 and "1", "A" and "A " are one."""
    text = "" if is_blank(word) else as_text(word).strip()
    return text[1:] if text[:1] == "'" else text


def _opened(path: Path) -> "ParquetFile":
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="pyarrow", extra="parquet") from None
    try:
        return parquet.ParquetFile(str(path))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError("file.syntax", Where(path.name), detail=str(error).splitlines()[0]) from None


def read_parts(
    source: "str | Path",
    on_error: Literal["raise", "set_aside"] = "raise",
    *,
    size: int = 10_000,
    blank: Blank = "unknown",
    marks: Mapping[str, str] | None = None,
    ignore: "str | Collection[str]" = (),
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Activity]:
    """Read Parquet tables that are larger than memory, some zones at a time.

    Parameters
    ----------
    source
        A Parquet file (wide, with a row a zone and year, or long), or a folder with ``energy.parquet``,
        ``economy.parquet``, ``zones.parquet`` and so on, as for :func:`read`. The rows of a zone stand together.
    on_error, blank, marks, ignore
        As for :func:`read`; the rows set aside, and the warnings, are those of each part.
    size
        Zones in a part.
    progress
        Called with the zones read so far, and all of them, after each part was dealt with.

    Yields
    ------
    Activity
        Of at most ``size`` zones, in the order in which they first occur; every zone is in one part.

    Raises
    ------
    InputError
        If the rows of a zone do not stand together, before anything is yielded; and as :func:`read`, with the number of
        the row in the file (counted from 0), when its part is reached.
    MissingOptionalDependencyError
        If pyarrow (extra ``parquet``) is not installed.

    Notes
    -----
    Memory is that of one part and of the largest row group of the file.

    Examples
    --------
    >>> import tempfile, pathlib, pandas as pd
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "wide.parquet"
    >>> wide = {"园区": ["A", "B", "C"], "年份": [2020] * 3, "电力(万千瓦时)": [1200.0, 800.0, 50.0]}
    >>> pd.DataFrame(wide).to_parquet(path)
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     [part.zones.tolist() for part in read_parts(path, size=2)]
    [['A', 'B'], ['C']]
    """
    check_options(on_error, blank)
    given: Any = size
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 1:
        raise InputError("portions.size", got=repr(size))
    place: Any = source
    if not isinstance(place, str | Path):
        raise InputError("portions.source", path=type(source).__name__)
    return _parts(path_of(source), int(size), on_error, blank, given_marks(marks), given_columns(ignore), progress)


def _parts(
    path: Path,
    size: int,
    on_error: str,
    blank: Blank,
    marks: Mapping[str, float],
    ignore: Sequence[str],
    progress: Callable[[int, int], None] | None,
) -> Iterator[Activity]:
    sources = _sources(path)
    places: dict[Any, int] = {}
    problems: list[Problem] = []
    runs = [source.runs(places, problems) for source in sources]
    if problems:
        raise InputError(problems)
    count = len(places)
    del places
    spans = [_by_place(one, count) for one in runs]
    for first in range(0, max(count, 1), size):
        yield activity_of(
            [
                (source.name, source.table(_merged(start[first : first + size], stop[first : first + size]), marks))
                for source, (start, stop) in zip(sources, spans, strict=True)
            ],
            path.name,
            [],
            on_error,
            blank,
            ignore,
        )
        if progress is not None:
            progress(min(first + size, count), count)


def _sources(path: Path) -> list[_Source]:
    """Return the files, the one with energy first, so that the zones come in its order."""
    if path.is_dir():
        files = files_of_folder(path, {".parquet"})
        if not files:
            raise InputError("portions.source", Where(path.name), path=path.name)
        names = sorted(files, key=lambda name: name != "energy")
        return [_Source(name, files[name]) for name in names]
    raise_missing(path)
    if path.suffix.casefold() != ".parquet":
        raise InputError("portions.source", Where(path.name), path=path.name)
    return [_Source("", path)]


def _by_place(runs: _Runs, count: int) -> tuple[IntArray, IntArray]:
    """Return first row, and row after the last, of each zone; equal where it has none."""
    start, stop = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    start[runs.zone], stop[runs.zone] = runs.start, runs.stop
    return start, stop


def _merged(start: IntArray, stop: IntArray) -> list[tuple[int, int]]:
    """Return spans in rising order, neighbours as one."""
    order = np.argsort(start, kind="stable")
    order = order[stop[order] > start[order]]
    start, stop = start[order], stop[order]
    if not len(start):
        return []
    breaks = np.flatnonzero(start[1:] != stop[:-1]) + 1
    firsts, lasts = np.concatenate([[0], breaks]), np.concatenate([breaks, [len(start)]]) - 1
    return list(zip(start[firsts].tolist(), stop[lasts].tolist(), strict=True))
