"""``python -m zonecarbon``: the command line."""

import sys

from zonecarbon.cli import main

if __name__ == "__main__":
    sys.exit(main())
