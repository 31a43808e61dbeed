"""The parts of a workbook file, looked through before openpyxl gets them.

Decided here: a workbook comes from anywhere, and openpyxl trusts it: it follows the sizes that a sheet states, builds a
tree of every part it needs, and expands entities. So the archive itself is the gate. Whatever part openpyxl opens has
first been run through expat once, in constant memory: no DOCTYPE, no more cells, elements and text than the limits
below, rows and cells in order. The same pass notes what openpyxl does not tell: formulas without a stored result,
merged ranges, the last filled cell. Sizes and ratios are refused from the directory of the archive, before anything is
unpacked; zipfile never unpacks more than the directory states. A limit on time was considered and rejected: it would
make the same file readable on one day and not on another.
"""

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, Literal
from xml.parsers import expat

from zonecarbon.errors import InputError, Where
from zonecarbon.tabular.grid import MOST_CHARACTERS, MOST_COLUMNS

MOST_BYTES = 512 * 2**20  # of the file, and of all its parts unpacked: a million rows of three columns are 140 MB
MOST_RATIO = 100  # unpacked to packed: real sheets have 5 to 30, a bomb 1000
MOST_PARTS = 65_536  # what a zip directory could hold before zip64; real workbooks have tens
MOST_SHEETS = 1_000
MOST_CELLS = 20_000_000  # with content, all sheets together: some minutes of reading
MOST_BLANKS = 30_000_000  # cells with or without content: with addresses and formats 512 MB hold fewer
MOST_ROWS = 1_048_576  # what Excel has
MOST_UNREADABLE = 1_000_000  # cells that openpyxl or this pass cannot read: each costs memory and a line
MOST_TAGS = 1_000_000  # elements beside cells, all parts: openpyxl makes an object of each; heavy styles have 200,000
_CELL_TAGS = 3  # of a cell, beside its value: formula, text within
_TEXT_TAGS = 50  # of a shared text in some fonts
_MOST_LAG = 4 * 2**20  # bytes of one tag
_SMALL = 32 * 2**20  # below this no ratio is suspicious
_CHUNK = 65_536
_DIRECTORY_ENTRY = b"PK\x01\x02"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")

Region = tuple[int, int, int, int]  # first row, first column, last row, last column; from zero, inclusive


@dataclass(slots=True)
class SheetParts:
    """What the pass over a sheet found: how many rows and columns are filled, how many cells, and what is special.

    ``missing`` are formulas without a stored result; ``stale`` those with a zero that nobody has calculated.
    """

    rows: int = 0
    columns: int = 0
    filled: int = 0
    missing: list[Region] = field(default_factory=list)
    stale: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Region] = field(default_factory=list)


class Parts(zipfile.ZipFile):
    """The archive of a workbook; ``sheets`` has what was found in each sheet that has been opened, by its part.

    Parameters
    ----------
    data
        The whole file.
    source
        Its name, for messages.

    Raises
    ------
    InputError
        If the archive is larger than the limits, has a password, or packs in a way that workbooks do not; from ``open``
        if a part is not what it must be.
    """

    def __init__(self, data: bytes, source: str) -> None:
        self.where = Where(source)
        self.sheets: dict[str, SheetParts] = {}
        self.cells = 0  # with content, so far
        self.seen = 0  # cells, with or without content
        self.texts = 0  # that cells share
        self.unreadable = 0
        self.tags = 0  # beside those that belong to a cell or a text
        self.uncalculated = False  # the workbook asks to be calculated when it is opened
        self._known: set[str] = set()
        entries = data.count(_DIRECTORY_ENTRY)  # counted before zipfile makes an object of each
        if entries > MOST_PARTS:
            raise InputError("workbook.parts", self.where, limit=MOST_PARTS, count=entries)
        super().__init__(BytesIO(data))
        self._check_directory(len(data))

    def _check_directory(self, packed: int) -> None:
        parts = self.infolist()
        size = sum(part.file_size for part in parts)
        if size > MOST_BYTES:
            raise InputError("workbook.size", self.where, limit=MOST_BYTES / 2**20, size=size / 2**20)
        if size > max(_SMALL, MOST_RATIO * packed):
            raise InputError("workbook.ratio", self.where, limit=MOST_RATIO, ratio=size / packed)
        if any(part.flag_bits & 1 for part in parts):
            raise InputError("workbook.encrypted", self.where)
        odd = next(
            (part for part in parts if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}), None
        )
        if odd is not None:
            raise broken(self.where, f"{odd.filename}: compression {odd.compress_type}")

    def open(
        self,
        name: str | zipfile.ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Return a part as a stream, after it has been looked through."""
        part = name.filename if isinstance(name, zipfile.ZipInfo) else name
        if part not in self._known:
            with super().open(part) as stream:
                _Pass(self, part).run(stream)
            self._known.add(part)
        return super().open(name, mode, pwd, force_zip64=force_zip64)

    def count_unreadable(self, count: int) -> None:
        """Add to the cells that cannot be read; refuse the workbook when there are too many."""
        self.unreadable += count
        if self.unreadable > MOST_UNREADABLE:
            raise InputError("workbook.unreadable", self.where, limit=MOST_UNREADABLE)


def broken(where: Where, detail: str) -> InputError:
    """Return the error of a file that is no workbook, or a damaged one."""
    return InputError("workbook.broken", where, detail=detail)


def _region(text: str) -> Region | None:
    """Return a range such as ``A1`` or ``A1:C3``; None if it is none."""
    found = _RANGE.fullmatch(text.replace("$", ""))
    if not found:
        return None
    left, top, right, bottom = found.groups()
    first = (int(top) - 1, _column(left) - 1)
    last = (int(bottom) - 1, _column(right) - 1) if bottom else first
    inside = first[0] <= last[0] < MOST_ROWS and first[1] <= last[1] < MOST_COLUMNS
    return (*first, *last) if inside else None


def _column(letters: str) -> int:
    """Return the number of a column, from one."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class _Pass:
    """One pass over the XML of a part: counts against the limits, and notes what a sheet holds.

    ``_start``, ``_text`` and ``_end`` run ten million times for a large sheet: hence slots, and few calls.
    """

    __slots__ = ("column", "columns", "formula", "free", "inline", "kind", "length", "listed", "listens", "parser",
                 "part", "parts", "row", "row_text", "seen", "sheet", "value")  # fmt: skip

    def __init__(self, parts: Parts, part: str) -> None:
        self.parts, self.part = parts, part
        self.sheet = SheetParts()
        self.listed = 0  # sheets
        self.free = 0  # elements that are still to be expected of the cell or the text at hand
        self.row, self.row_text, self.column = 0, "", 0
        self.seen = 0  # cells of the row before, with or without content
        self.columns: dict[str, int] = {}  # of letters: a million cells have few
        # Of the cell at hand: its type, the range that its formula fills (empty: itself), the beginning of its value.
        self.kind = "n"
        self.formula: str | None = None
        self.value: str | None = None
        self.inline = False
        self.listens, self.length = False, 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._root

    def run(self, stream: IO[bytes]) -> None:
        """Read ``stream`` to its end."""
        fed = 0
        try:
            while chunk := stream.read(_CHUNK):
                self.parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self.parser.CurrentByteIndex > _MOST_LAG:
                    raise self._broken("a tag without end")
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._broken(str(error)) from None
        finally:
            del self.parser  # it refers to our methods: nothing is left to the collector

    def _broken(self, detail: str) -> InputError:
        return broken(self.parts.where, f"{self.part}: {detail}")

    def _doctype(self, *_: Any) -> None:
        raise InputError("workbook.doctype", self.parts.where, part=self.part)

    def _count(self) -> None:
        if self.free:
            self.free -= 1
            return
        self.parts.tags += 1
        if self.parts.tags > MOST_TAGS:
            raise InputError("workbook.tags", self.parts.where, part=self.part, limit=MOST_TAGS)

    # -- what kind of part ---------------------------------------------------------------------------------------------

    def _root(self, name: str, _: dict[str, str]) -> None:
        parser = self.parser
        if name.startswith(_STRICT):
            raise InputError("workbook.strict", self.parts.where)
        if name == f"{_MAIN} worksheet":
            self.parts.sheets[self.part] = self.sheet
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
            parser.CharacterDataHandler = self._text
        elif name == f"{_MAIN} sst":
            parser.StartElementHandler, parser.EndElementHandler = self._start_text, self._end
            parser.CharacterDataHandler = self._text
        else:
            parser.StartElementHandler = self._start_tree

    def _start_tree(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        if name == f"{_MAIN} sheet":
            self.listed += 1
            if self.listed > MOST_SHEETS:
                raise InputError("workbook.sheets", self.parts.where, limit=MOST_SHEETS)
        elif name == f"{_MAIN} calcPr":
            self.parts.uncalculated = attributes.get("fullCalcOnLoad") in {"1", "true"}

    def _start_text(self, name: str, _: dict[str, str]) -> None:
        """Begin an element of the table of shared texts."""
        self._count()
        if name == _T:
            self.listens, self.length = True, 0
        elif name == _SI:
            self.free = _TEXT_TAGS
            self.parts.texts += 1
            if self.parts.texts > MOST_CELLS:
                raise InputError("workbook.cells", self.parts.where, limit=MOST_CELLS)

    # -- sheets ------------------------------------------------------------------------------------------------------

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _C:
            address, before = attributes.get("r"), self.column
            if address is None:
                column = before + 1
            else:
                letters = address.removesuffix(self.row_text)
                column = self.columns.get(letters) or self._new_column(letters, address)
            if column <= before or column > MOST_COLUMNS or not self.row:
                raise self._broken(f"cell {address or column} in row {self.row}")
            self.column = column
            self.seen += 1
            self.kind = attributes.get("t", "n")
            self.formula = self.value = None
            self.inline = False
            self.free = _CELL_TAGS
        elif name == _V:
            if self.value is not None:
                self._count()
            self.value, self.length, self.listens = "", 0, True
        elif name == _ROW:
            self._start_row(attributes.get("r"))
        else:
            self._start_other(name, attributes)

    def _start_row(self, number: str | None) -> None:
        self.parts.seen += self.seen
        if self.parts.seen > MOST_BLANKS:
            raise InputError("workbook.tags", self.parts.where, part=self.part, limit=MOST_BLANKS)
        before, self.column, self.seen = self.row, 0, 0
        try:
            self.row = before + 1 if number is None else int(number)
        except ValueError:
            raise self._broken(f"row {number!r}") from None
        if not before < self.row <= MOST_ROWS:
            raise self._broken(f"row {self.row} after row {before}")
        self.row_text = str(self.row)

    def _new_column(self, letters: str, address: str) -> int:
        region = _region(f"{letters}1") if letters.isalpha() else None
        if region is None or f"{letters}{self.row_text}" != address:
            raise self._broken(f"cell {address!r} in row {self.row}")
        self.columns[letters] = region[1] + 1
        return region[1] + 1

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        if name == _F:
            self.formula = attributes.get("ref", "") if attributes.get("t") in {"array", "dataTable"} else ""
        elif name == _IS:
            self.inline = True
        elif name == _T:
            self.listens, self.length = True, 0
        elif name == _MERGE:
            self.sheet.merged.append(self._known_region(attributes.get("ref", "")))

    def _text(self, data: str) -> None:
        if self.listens:
            self.length += len(data)
            if self.length > MOST_CHARACTERS:
                raise InputError("grid.cell", self.parts.where, limit=MOST_CHARACTERS)
            self.value = self.value or data

    def _end(self, name: str) -> None:
        self.listens = False
        if name == _C:
            if self.inline if self.kind == "inlineStr" else self.value:
                self._filled()
            elif self.formula is not None and not (self.kind == "str" and self.value is not None):
                self._missing(self.formula)

    def _filled(self) -> None:
        sheet, parts = self.sheet, self.parts
        sheet.filled += 1
        parts.cells += 1
        if parts.cells > MOST_CELLS:
            raise InputError("workbook.cells", parts.where, limit=MOST_CELLS)
        sheet.rows = self.row
        sheet.columns = max(sheet.columns, self.column)
        if self.kind == "s" and not str(self.value).strip().isdigit():  # a negative one would be a text from the end
            raise self._broken(f"text {self.value!r} in row {self.row}")
        # Of a number cut by the end of a chunk, ``value`` is the beginning only: hence its length.
        is_zero = self.value == "0" and self.length == 1 and self.kind == "n"
        if is_zero and self.formula is not None and parts.uncalculated:
            parts.count_unreadable(1)
            sheet.stale.append((self.row - 1, self.column - 1))

    def _missing(self, reference: str) -> None:
        own = (self.row - 1, self.column - 1, self.row - 1, self.column - 1)
        top, left, bottom, right = region = self._known_region(reference) if reference else own
        self.parts.count_unreadable((bottom - top + 1) * (right - left + 1))
        self.sheet.missing.append(region)
        self.sheet.rows = max(self.sheet.rows, bottom + 1)
        self.sheet.columns = max(self.sheet.columns, right + 1)

    def _known_region(self, reference: str) -> Region:
        region = _region(reference)
        if region is None:
            raise self._broken(f"range {reference!r}")
        return region


_ROW, _C, _V, _F, _IS, _T, _SI, _MERGE = (
    f"{_MAIN} {tag}" for tag in ("row", "c", "v", "f", "is", "t", "si", "mergeCell")
)
