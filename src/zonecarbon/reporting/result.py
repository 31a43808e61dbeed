"""A report: one HTML text, and how it is saved.

Decided here: a notebook shows a line about the report, never its ten megabytes. A file is written beside its place and
moved there when it is whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path

from zonecarbon.errors import InputError
from zonecarbon.messages import Language

_ENDINGS = (".html", ".htm", ".xlsx")


@dataclass(frozen=True, eq=False)
class Report:
    """A report; see :func:`zonecarbon.report`.

    Parameters
    ----------
    title, language
        As it is printed.
    render
        Makes the HTML; called once.
    write_workbook
        Writes the same tables as a workbook, to a path that is moved to a name later.
    """

    title: str
    language: Language
    render: Callable[[], str] = field(repr=False)
    write_workbook: Callable[[Path, str], None] = field(repr=False)

    @cached_property
    def html(self) -> str:
        """The page: one self-contained HTML text."""
        return self.render()

    def save(self, to: "str | Path | Sequence[str | Path]") -> "Report":
        """Write the report, as a page (``.html``) or a workbook (``.xlsx``) by the ending of the name.

        Several files come all or none: each is written beside its place and moved there when all are whole.

        Parameters
        ----------
        to
            Where to, or several.

        Raises
        ------
        InputError
            If a name ends otherwise, or the system refuses.
        """
        paths = paths_of(to)
        from zonecarbon.tabular.replacing import replacing

        with replacing(paths) as hidden:
            for path, temporary in hidden.items():
                if path.suffix.casefold() == ".xlsx":
                    self.write_workbook(temporary, path.name)
                else:
                    temporary.write_bytes(self.html.encode("utf-8"))
        return self

    def __repr__(self) -> str:
        size = f", {len(self.html.encode('utf-8')) / 1e6:.2f} MB" if "html" in self.__dict__ else ""
        return f"<Report: {self.title[:80]} ({self.language}){size}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>"


def paths_of(to: "str | Path | Sequence[str | Path]") -> list[Path]:
    """Return the files asked for; an ending that is none of a report is refused before any work is done."""
    try:
        paths = [Path(to)] if isinstance(to, (str, Path)) else [Path(item) for item in to]
    except TypeError:
        raise InputError("report.to", got=type(to).__name__) from None
    wrong = [path.name for path in paths if path.suffix.casefold() not in _ENDINGS]
    if wrong or not paths:
        raise InputError("report.ending", got=", ".join(wrong) or "-")
    return paths
