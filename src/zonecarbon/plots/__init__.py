"""Pictures of results, on matplotlib axes.

Decided here: a chart is a function that takes a result and draws it: nothing is computed that the result does not say,
so a picture and a table cannot differ. Axes go in and come out; without axes a figure is made that belongs to nobody
else. pyplot is never imported and rcParams are never touched, so a host's own charts and threads are left alone.

Axes of a caller stay where they are. Beside them the names of parts and lines need room: some 130 pt at the right of
``stack`` and 110 of ``fan``, 150 at the left of ``waterfall`` and 170 of ``tornado``; above, 24 pt, and 46 over ``fan``
and ``tornado``. With less at a side, names are shortened. Drawing again on the same axes replaces what we drew there;
what the caller drew stays, scales become ours.

Each chart can say what it shows (``describe``), for a reader who does not see it, and becomes SVG for a page
(``to_svg``). Names of units and figures are those of :mod:`zonecarbon.notation`. What is not known is written as
unknown or is a gap; it is never 0.

Examples
--------
>>> import zonecarbon as zc
>>> from zonecarbon import plots
>>> activity = zc.Activity.from_arrays([[[100.0, 90.0]]], flows=["coke"], zones=["A"], years=[2020, 2025],
...                                    value_added=[[200.0, 240.0]], price_year=2020)
>>> change = zc.decompose(zc.account(activity), base=2020, end=2025)
>>> ax = plots.waterfall(change, language="zh")
>>> text = plots.describe(plots.waterfall, change, language="zh")
>>> svg = plots.to_svg(ax, title="为什么变了", description=text)
>>> "综合能耗" in svg or "二氧化碳排放" in svg
True
"""

from collections.abc import Callable
from typing import Any

from zonecarbon.errors import InputError, MissingOptionalDependencyError

try:
    import matplotlib as _matplotlib  # noqa: F401
except ImportError:
    raise MissingOptionalDependencyError("missing", package="matplotlib", extra="plot") from None

from zonecarbon.plots.abatements import abatement_curve, describe_abatement_curve
from zonecarbon.plots.assurances import assurance, describe_assurance
from zonecarbon.plots.decouplings import decoupling_path, describe_decoupling_path
from zonecarbon.plots.distributions import describe_intensity_distribution, intensity_distribution
from zonecarbon.plots.fans import describe_fan, fan
from zonecarbon.plots.plans import describe_plan, plan
from zonecarbon.plots.stacks import describe_stack, stack
from zonecarbon.plots.svg import to_svg
from zonecarbon.plots.tornadoes import describe_tornado, tornado
from zonecarbon.plots.waterfalls import describe_waterfall, waterfall

_DESCRIBE: dict[str, Callable[..., str]] = {
    "intensity_distribution": describe_intensity_distribution,
    "fan": describe_fan,
    "waterfall": describe_waterfall,
    "stack": describe_stack,
    "tornado": describe_tornado,
    "decoupling_path": describe_decoupling_path,
    "abatement_curve": describe_abatement_curve,
    "plan": describe_plan,
    "assurance": describe_assurance,
}


def describe(chart: str | Callable[..., Any], *results: Any, **options: Any) -> str:
    """Return what a chart shows, in one or a few sentences with its main figures: the text beside a picture.

    Parameters
    ----------
    chart
        A chart function, or its name: ``fan``.
    *results, **options
        What the chart function takes, without ``ax``; ``language`` is ``en`` unless given.

    Raises
    ------
    InputError
        If there is no such chart, or as the chart itself.

    Examples
    --------
    >>> import zonecarbon as zc
    >>> found = zc.tapio([100.0, 108.0, 100.0], [100.0, 110.0, 115.0], years=[2020, 2021, 2022])
    >>> describe("decoupling_path", found).split(". ")[1]
    'In the last period value added changed by +4.5% and CO₂ by −7.4%: strong decoupling.'
    """
    name = chart if isinstance(chart, str) else getattr(chart, "__name__", "")
    if name not in _DESCRIBE:
        raise InputError("option", name="chart", value=name or chart, known=", ".join(_DESCRIBE))
    return _DESCRIBE[name](*results, **options)


__all__ = [
    "abatement_curve",
    "assurance",
    "decoupling_path",
    "describe",
    "fan",
    "intensity_distribution",
    "plan",
    "stack",
    "to_svg",
    "tornado",
    "waterfall",
]


def __dir__() -> list[str]:
    return list(__all__)
