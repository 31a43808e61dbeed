"""``zonecarbon schema [NAME]``: the JSON Schemas of what goes in and comes out."""

import argparse
import json

from zonecarbon.cli.printing import brief, print_table
from zonecarbon.schemas import json_schema, list_schemas


def run_schema(options: argparse.Namespace) -> int:
    """Print one schema, or the list of them."""
    if options.name:
        print(json.dumps(json_schema(options.name), ensure_ascii=False, indent=2))
        return 0
    known = list_schemas()
    print_table(known, options, brief(known, ("name", "kind", "id"), options.lang))
    return 0
