"""Import time: ``import zonecarbon`` in a fresh process beside ``import numpy``, which it cannot do without.

The package loads its parts when they are first asked for; what the first verb loads is shown too. Other imports show
what is not paid: pandas, and pyam, which a user of IAMC tables would start with. Compiled files are there: nothing is
written in the rounds.
"""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.measuring import Case, Form, Goal, quiet_environment, without


def start(statement: str) -> None:
    """Run a statement in a process of its own."""
    subprocess.run([sys.executable, "-c", statement], check=True, env=quiet_environment())


def cases(quick: bool) -> Iterator[Case]:
    """Yield the case."""
    forms = [
        Form("import numpy", "limit", partial(start, "import numpy")),
        Form("import zonecarbon", "ours", partial(start, "import zonecarbon")),
        Form("from zonecarbon import account", "ours", partial(start, "from zonecarbon import account")),
        Form("python alone", "peer", partial(start, "")),
    ]
    absent = without("pyam", "pyam", heavy=quick)
    if not quick:
        forms.append(Form("import pandas", "peer", partial(start, "import pandas"), rounds=5))
    if not absent:
        forms.append(Form("import pyam", "peer", partial(start, "import pyam"), rounds=3))
    heavy = ", ".join(repr(name) for name in ("pandas", "pint", "pydantic", "scipy", "matplotlib"))
    start(f"import sys, zonecarbon; assert not {{{heavy}}} & set(sys.modules)")
    yield Case(
        "fresh processes",
        forms,
        [Goal("import zonecarbon", "import numpy", 1.1)],
        rounds=31,
        absent=[absent] if absent else [],
    )
