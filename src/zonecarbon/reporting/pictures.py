"""Charts as figures of a page.

Decided here: a chart comes from :mod:`zonecarbon.plots` as it is, its SVG inline and its description as the caption, so
that eyes and screen readers are told the same. A chart that cannot be drawn of a result (effects that multiply, no year
known) is left out: the table beside it says why. The sentence of a chart is made by ``plots``, never here.
"""

from typing import Any

from zonecarbon.errors import MissingOptionalDependencyError, ZoneCarbonError
from zonecarbon.reporting.view import Figure, Figures
from zonecarbon.reporting.words import Say


def picture(say: Say, title: str, chart: str, *of: Any, known: bool = True, **options: Any) -> Figure | None:
    """Return a chart; None where the result has nothing that it could show.

    Parameters
    ----------
    title
        The heading of the figure.
    chart, of, options
        The name of a function of :mod:`zonecarbon.plots`, and what it takes.
    known
        Whether there is anything to draw; if not, the sentence alone says so, without an empty picture.

    Raises
    ------
    MissingOptionalDependencyError
        If matplotlib is not installed.
    """
    try:
        from zonecarbon import plots
    except MissingOptionalDependencyError:  # it names its own extra, which would leave a report without jinja2
        raise MissingOptionalDependencyError("missing", package="matplotlib", extra="report") from None

    draw = getattr(plots, chart)
    try:
        told = plots.describe(chart, *of, language=say.language, **options)
        ax = draw(*of, language=say.language, **options) if known else None
        svg = "" if ax is None else plots.to_svg(ax, title=title, description=told)
    except MissingOptionalDependencyError:
        raise
    except ZoneCarbonError:
        return None
    return Figure(svg, title, told)


def row(*found: Figure | None) -> Figures:
    """Return the charts that could be drawn, side by side; what is only a sentence comes last."""
    return Figures(tuple(sorted((figure for figure in found if figure is not None), key=lambda item: not item.svg)))
