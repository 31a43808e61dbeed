"""From view data to one HTML text.

Decided here: jinja2 with everything escaped and undefined names an error; only what this library made itself (the SVG
of a chart, the style sheet, the script) is let through. The page forbids itself everything but its one style sheet and
its one script, which are named by their hashes, so that a name with a script in it would not run even if it got
through. There is no address in the page that anything is fetched from.
"""

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from zonecarbon.errors import MissingOptionalDependencyError
from zonecarbon.reporting.view import Page

if TYPE_CHECKING:
    from jinja2 import Template


def render(page: Page) -> str:
    """Return a page as HTML.

    Raises
    ------
    MissingOptionalDependencyError
        If jinja2 is not installed.
    """
    style, script = _file("report.css"), _file("report.js")
    text = _template().render(page=page, words=page.words, style=style, script=script, policy=policy(style, script))
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate in a name has no bytes


def policy(style: str, script: str) -> str:
    """Return the content security policy of a page with one style sheet and one script.

    Examples
    --------
    >>> policy("", "")[:52]
    "default-src 'none'; style-src 'sha256-47DEQpj8HBSa+/"
    """
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


@cache
def _file(name: str) -> str:
    return files("zonecarbon.reporting").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _template() -> "Template":
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="jinja2", extra="report") from None
    environment: Any = Environment(
        loader=PackageLoader("zonecarbon.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sort_key"] = sort_key
    template: Template = environment.get_template("report.html.j2")
    return template


def sort_key(value: float | str | None) -> str:
    """Return what a column is sorted by, all digits of a number.

    Examples
    --------
    >>> sort_key(0.1), sort_key(float("nan")), sort_key("A"), sort_key(3)
    ('0.1', '', 'A', '3')
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN sorts last
        return ""
    return value if isinstance(value, str) else repr(value)
