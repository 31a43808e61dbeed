"""One zone: small work must not pay for big. Each verb on one zone with three carriers and two years.

There is no limit to compare with but the clock: a user who types a line, and a tool that calls one for each click, do
not feel a millisecond.
"""

import warnings
from collections.abc import Iterator

import numpy as np

import zonecarbon as zc
from benchmarks.measuring import Case, Form, Goal

GOAL = 1e-3


def zone() -> zc.Zone:
    """Return a zone written by hand."""
    uses = (("raw_coal", "100 t"), ("electricity", "500 MWh"), ("natural_gas", "3000 m3"))
    return zc.Zone(
        zone="A",
        province="江苏",
        energy=[
            zc.EnergyUse(carrier=carrier, quantity=quantity, year=year)
            for year in (2020, 2025)
            for carrier, quantity in uses
        ],
        value_added=[
            zc.ValueAdded(year=year, value_added=value, price_year=2020)
            for year, value in ((2020, "5000 万元"), (2025, "6000 万元"))
        ],
    )


def cases(quick: bool) -> Iterator[Case]:
    """Yield the case."""
    warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
    activity = zc.account(zone()).activity
    account = zc.account(activity)
    expected = 100.0 * 0.7143 + 500.0 * 0.1229 + 3000.0 * 1.33e-3  # by hand
    np.testing.assert_allclose(account.total("energy"), [[expected, expected]], rtol=1e-12)
    forms = [
        Form("account", "ours", lambda: zc.account(activity)),
        Form("account.total", "ours", lambda: account.total("co2")),
        Form("check", "ours", lambda: zc.check(account)),
        Form("decompose", "ours", lambda: zc.decompose(account)),
        Form("find_peaks", "ours", lambda: zc.find_peaks(account)),
        Form("tapio", "ours", lambda: zc.tapio(account)),
        Form("standard_coal", "ours", lambda: zc.standard_coal("100 t", "raw_coal")),
    ]
    goals = [Goal(form.name, "", GOAL) for form in forms]
    yield Case("one zone, three carriers, two years", forms, goals, rounds=3 if quick else 15)
