"""Units at the door: a column of a million figures with a unit, to plain float64 inside.

The limit is one ``np.multiply`` that makes a new array. Three doors: a column whose unit is a text (``units.factor``,
which is how tables and records come in), a pint quantity (``units.magnitude``), and the formula ``standard_coal``. That
one converts, multiplies with a coefficient and answers in kind: of figures in tonnes, in ten thousand tonnes, and of a
quantity. Peers: pint's own conversion, and a pint-pandas column.

One goal cannot be the same for all doors. A column times ``units.factor`` is the conversion itself: 1.1. The formula
rounds where an account rounds, to the bit: figures in 万吨 are first brought to tonnes and then to tce, two products a
figure, of which the second finds it in the cache: 2.0. Figures in t have one product; the checks of the arguments and
the look-up of the coefficient take 0.05 ms more, and the answer is new memory: 1.5. A quantity is converted by its own
registry, to kilograms (1.2 to 1.4 alone, the row of pint), then divided by 1000 in place: 3.0. The formula of one
then has a quantity to make: 6.0, of which 0.9 ms are pint's reading of unit names, whatever the length of the column.
"""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pint

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal, without
from zonecarbon import units
from zonecarbon._typing import FloatArray

FIGURES = 1_000_000
BOUNDS = {
    "column times units.factor": 1.1,
    "units.magnitude of a quantity": 3.0,
    "standard_coal of figures in t": 1.5,
    "standard_coal of figures in 万吨": 2.0,
    "standard_coal of a quantity": 6.0,
}


def cases(quick: bool) -> Iterator[Case]:
    """Yield the case."""
    figures: FloatArray = np.random.default_rng(1).random(10_000 if quick else FIGURES) + 1.0
    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    heat, mass = registry.Quantity(figures, "GJ"), registry.Quantity(figures, "metric_ton")
    factor = units.factor("GJ", "tce")
    np.testing.assert_allclose(units.magnitude(heat, "tce"), figures / 29.3076, rtol=1e-14)
    np.testing.assert_allclose(heat.to("tce").magnitude, figures / 29.3076, rtol=1e-12)
    np.testing.assert_allclose(zc.standard_coal(mass, "raw_coal").magnitude, figures * 0.7143, rtol=1e-12)
    np.testing.assert_allclose(zc.standard_coal(figures, "raw_coal", unit="万吨"), figures * 7143.0, rtol=1e-12)
    forms = [
        Form("np.multiply", "limit", lambda: np.multiply(figures, factor)),
        Form("column times units.factor", "ours", lambda: figures * units.factor("GJ", "tce")),
        Form("units.magnitude of a quantity", "ours", lambda: units.magnitude(heat, "tce")),
        Form("standard_coal of figures in t", "ours", lambda: zc.standard_coal(figures, "raw_coal")),
        Form("standard_coal of figures in 万吨", "ours", lambda: zc.standard_coal(figures, "raw_coal", unit="万吨")),
        Form("standard_coal of a quantity", "ours", lambda: zc.standard_coal(mass, "raw_coal")),
        Form("pint, quantity.to", "peer", lambda: heat.to("tce")),
    ]
    absent = without("pint_pandas", "pint-pandas", heavy=quick)
    if not absent:
        forms.append(Form("pint-pandas, series.pint.to", "peer", _with_pandas(figures, registry)))
    goals = [Goal(name, "np.multiply", bound) for name, bound in BOUNDS.items()]
    yield Case(f"{len(figures):,} figures", forms, goals, rounds=15, absent=[absent] if absent else [])


def _with_pandas(figures: FloatArray, registry: Any) -> Any:
    """Return a function that converts a column of pint-pandas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
        import pint_pandas

    pint_pandas.PintType.ureg = registry
    column: Any = pd.Series(figures, dtype="pint[GJ]")
    np.testing.assert_allclose(column.pint.to("tce").pint.magnitude, figures / 29.3076, rtol=1e-12)
    return lambda: column.pint.to("tce")
