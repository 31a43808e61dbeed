"""A report: a picture of the zone that a mayor can read and an auditor can check.

``making`` is the verb, ``gathering`` sorts and checks the results, ``standing`` takes the shared figures.
``verdicts``, ``portfolio``, ``zonepages`` and ``audit`` (with ``change``, ``outlook``, ``pictures``, ``figures``,
``documents``) build plain view data (``view``) in the reader's language (``words``); ``page`` draws it with jinja2 from
``templates``; ``workbook`` writes the same tables as a workbook; ``result`` is what comes back.

Decided here: one file. No network, no font or script from elsewhere, charts as inline SVG, so that it opens from a
memory stick in ten years. A static page rather than an application: it prints, it can be filed, and it works without
its script, which only sorts and searches.
"""

from zonecarbon.reporting.making import report
from zonecarbon.reporting.result import Report

__all__ = ["Report", "report"]
