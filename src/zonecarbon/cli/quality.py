"""``zonecarbon slips``: figures that stand a unit away.

Decided here: exit code 1 says that something was found, so that a script can stop before it accounts.
"""

import argparse
import sys
from typing import Any

from zonecarbon import messages
from zonecarbon.cli.accounts import flow_words, read_activity
from zonecarbon.cli.printing import brief, print_table
from zonecarbon.quality import find_slips
from zonecarbon.quality.words import in_chinese
from zonecarbon.terms import term

_SHOWN = (
    *("zone", "sector", "year", "what", "value", "unit", "likely_value", "ratio", "written_in", "kind"),
    *("source", "row", "cell"),
)


def add_commands(commands: Any, data: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add the command about what looks odd."""
    command = commands.add_parser(
        "slips", parents=[data, common], help="figures that stand a unit away: exit code 1 if there are any, 0 if not"
    )
    command.set_defaults(run=run_slips)


def run_slips(options: argparse.Namespace) -> int:
    """Print what was found."""
    activity = read_activity(options)
    if activity.set_aside:
        print(messages.render("cli.aside", {"count": len(activity.set_aside)}, options.lang), file=sys.stderr)
    slips = find_slips(activity)
    own = {"what": flow_words(activity.flows), "kind": {kind: term(kind, "zh", "slip") for kind in slips.counts}}
    own["written_in"] = {unit: in_chinese(unit) for unit in slips.columns()["written_in"] if unit}
    text = brief(slips, _SHOWN, options.lang, own) if len(slips) else slips.text(options.lang)
    print_table(slips, options, text)
    return 1 if len(slips) else 0
