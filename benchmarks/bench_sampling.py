"""What a draw is worth: errors of plain, antithetic and Sobol draws, at equal draws and at equal time.

Run ``python benchmarks/bench_sampling.py [--draws 4096] [--replicates 256] [--quick]``; needs scipy (the extra
``sobol``).

Decided here:

* Zones that differ only by name have random numbers of their own: each zone is a replicate, and one call of ``project``
  gives them all. Four figures: the median and the 95 % quantile of CO2 in the last year, and the probability that it
  has peaked by 2030, near one half, 0.1 and 0.9.
* Normal shocks on three drivers. The truth is a reference run of 64 zones x 65,536 antithetic draws under another seed.
  It is checked first where it is known exactly: lognormal shocks, one draw for the whole path. They are no measure of
  the designs: ln CO2 is then symmetric, and the median of antithetic draws is the true one but for rounding.
* Error is the root of the mean square from the truth, so a bias counts. "As good as k times the draws" is the ratio of
  mean squares, plain over design; per second of work it is multiplied with the ratio of processor times. With R
  replicates such a ratio is good to about 2 / sqrt(R) of itself.
"""

import argparse
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

import zonecarbon as zc
from zonecarbon._typing import FloatArray

BASE, BY, UNTIL = 2025, 2030, 2060
DESIGNS = ("plain", "antithetic", "sobol")
DRIVERS = ("value_added", "energy_intensity", "co2_per_energy")
TAIL = 0.95
REFERENCE = 65_536
NORMAL = NormalDist()


class Kind(NamedTuple):
    """Shocks of one kind: their standard deviation a year, memory, and the growth up to 2030 and by case after it.

    Growth is of the logarithm, of value added; the other drivers stay as they are.
    """

    sd: float
    rho: float
    until_2030: float
    after: Mapping[str, float]
    shape: str = "normal"

    @property
    def spread(self) -> float:
        """Standard deviation of a year's growth of ln CO2, and so of the slope if one draw holds for all years."""
        return self.sd * math.sqrt(len(DRIVERS))


_SLOPE = 0.005 * math.sqrt(len(DRIVERS))
# Not 0.5 itself: of every antithetic pair one would peak, and the error would be next to zero.
_AFTER = {f"near {p}": -NORMAL.inv_cdf(told) * _SLOPE for p, told in ((0.5, 0.55), (0.1, 0.1), (0.9, 0.9))}
KINDS = {
    "yearly shocks": Kind(0.02, 0.0, 0.02, {"near 0.5": -0.0125, "near 0.1": 0.0022, "near 0.9": -0.042}),
    "one draw for the path": Kind(0.005, 1.0, 0.03, _AFTER),
}
KNOWN = KINDS["one draw for the path"]._replace(shape="lognormal")
# Errors of one figure: by design, the error and the processor time of a trajectory.
Row = dict[str, tuple[float, float]]


def account_of(zones: int) -> zc.Account:
    """Return an account of equal zones."""
    return zc.account(
        zc.Activity.from_arrays(
            np.full((zones, 1, 1), 1000.0),
            flows=["coke"],
            zones=[f"zone {i}" for i in range(zones)],
            years=[BASE],
            value_added=np.full((zones, 1), 3000.0),
            price_year=2020,
        )
    )


def scenario_of(kind: Kind, case: str) -> dict[str, Any]:
    """Return the scenario of one kind of shocks and one case."""
    shock = {"shape": kind.shape, "sd": kind.sd, "rho": kind.rho}
    rates = [{"rate": math.expm1(kind.until_2030), "until": BY}, {"rate": math.expm1(kind.after[case])}]
    growth = {"kind": "piecewise", "rates": rates, "uncertainty": shock}
    still = {"kind": "constant", "rate": 0.0, "uncertainty": shock}
    return {"name": case, "level": "kaya", "value_added": growth, **dict.fromkeys(DRIVERS[1:], still)}


def measured(
    account: zc.Account, kind: Kind, case: str, draws: int, rng: int, design: Any
) -> tuple[zc.Ensemble, float]:
    """Return an ensemble and the processor time of one trajectory [s]."""
    start = time.process_time()
    paths = zc.project(
        account,
        scenario_of(kind, case),
        until=UNTIL,
        draws=draws,
        rng=rng,
        targets=None,
        indicators=("co2",),
        quantiles=(0.5, TAIL),
        sampling=design,
    )
    return paths, (time.process_time() - start) / (paths.draws * len(paths.zones))


class Figures(NamedTuple):
    """Of each replicate, or on average: probability of a peak by 2030, median and 95 % quantile of the last year."""

    peak: FloatArray
    median: FloatArray
    tail: FloatArray


def figures(paths: zc.Ensemble) -> Figures:
    """Return the figures of every zone."""
    middle, tail = (paths.quantile(level, zone=None)[:, -1] for level in (0.5, TAIL))
    return Figures(paths.peak_probability(BY, zone=None), middle, tail)


def truth(kind: Kind, case: str, zones: int) -> Figures:
    """Return the figures of a reference run, on average over its zones."""
    paths, _ = measured(account_of(zones), kind, case, REFERENCE, 987_654_321, "antithetic")
    return Figures(*(np.asarray(figure.mean()) for figure in figures(paths)))


def check_truth(zones: int) -> None:
    """Compare a reference run with what is known exactly."""
    found, slope, years = truth(KNOWN, "near 0.1", zones), KNOWN.after["near 0.1"], UNTIL - BASE
    start = account_of(1).total("co2")[0, 0]
    middle = start * math.exp((BY - BASE) * KNOWN.until_2030 + (UNTIL - BY) * slope)
    exact = NORMAL.cdf(-slope / KNOWN.spread), middle, middle * math.exp(NORMAL.inv_cdf(TAIL) * KNOWN.spread * years)
    print("reference run less exact:", end="")
    for name, one, other in zip(Figures._fields, found, exact, strict=True):
        print(f"  {name} {one / other - 1.0:+.1e}", end="")
        assert abs(one / other - 1.0) < 20.0 / math.sqrt(zones * REFERENCE), f"{name}: {one} is not {other}"
    print()


def rms(values: FloatArray, exact: float) -> float:
    """Return the root of the mean square deviation."""
    return float(np.sqrt(np.mean((values - exact) ** 2)))


def rows_of(kind: Kind, draws: int, replicates: int, zones: int, cases: Sequence[str]) -> dict[str, Row]:
    """Return the errors of each figure by design."""
    account = account_of(replicates)
    rows: dict[str, Row] = {}
    for case in cases:
        exact = truth(kind, case, zones)
        for design in DESIGNS:
            paths, seconds = measured(account, kind, case, draws, 7, design)
            found = figures(paths)
            errors = {f"P(peak by {BY}) = {exact.peak:.3f}": rms(found.peak, float(exact.peak))}
            if case == "near 0.5":
                errors["median"] = rms(found.median / exact.median, 1.0)
                errors[f"{TAIL:.0%} quantile"] = rms(found.tail / exact.tail, 1.0)
            for name, error in errors.items():
                rows.setdefault(name, {})[design] = (error, seconds)
    return rows


def print_rows(name: str, rows: dict[str, Row]) -> None:
    """Print errors, and what a draw and a second of work are worth."""
    print(f"\n{name}")
    print(
        f"{'':24s}"
        + "".join(f"{design:>12s}" for design in DESIGNS)
        + "  | as good as k times the draws | work, k times"
    )
    print(f"{'':24s}{'relative or absolute error':>36s}  |     antithetic       sobol |  antith.    sobol")
    for figure, row in rows.items():
        error, seconds = row["plain"]
        draws = [(error / row[design][0]) ** 2 for design in DESIGNS[1:]]
        work = [k * seconds / row[design][1] for k, design in zip(draws, DESIGNS[1:], strict=True)]
        errors = "".join(f"{row[design][0]:12.2e}" for design in DESIGNS)
        print(f"{figure:24s}{errors}  | {draws[0]:14.2f} {draws[1]:11.2f} | {work[0]:8.2f} {work[1]:8.2f}")
    cost = {design: min(row[design][1] for row in rows.values() if design in row) for design in DESIGNS}
    print(f"{'us per trajectory':24s}" + "".join(f"{cost[design] * 1e6:12.2f}" for design in DESIGNS))


def markdown(command: str, draws: int, found: dict[str, dict[str, Row]]) -> str:
    """Return the tables as the page of the documentation shows them."""
    names = (
        "",
        "error, plain",
        "antithetic",
        "sobol",
        "draws, k times: antithetic",
        "sobol",
        "work: antithetic",
        "sobol",
    )
    head = f"| {' | '.join(names)} |"
    lines = [f"Printed by `{command}` with numpy {np.__version__}; *k* is good to about a fifth."]
    for name, rows in found.items():
        lines += ["", f"**{name[0].upper()}{name[1:]}, {draws} draws**", "", head, "|---" * 8 + "|"]
        for figure, row in rows.items():
            error, seconds = row["plain"]
            gain = [(error / row[design][0]) ** 2 for design in DESIGNS[1:]]
            work = [k * seconds / row[design][1] for k, design in zip(gain, DESIGNS[1:], strict=True)]
            cells = [f"{row[design][0]:.2e}" for design in DESIGNS] + [
                f"{k:.0f}" if k >= 10 else f"{k:.2g}" for k in (*gain, *work)
            ]
            lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--draws", type=int, default=4096)
    parser.add_argument("--replicates", type=int, default=256)
    parser.add_argument("--quick", action="store_true", help="1024 draws, 40 replicates, one case")
    parser.add_argument("--markdown", type=Path, help="also write the tables to this file, for the documentation")
    options = parser.parse_args()
    draws, replicates, zones = options.draws, max(40, options.replicates), 64
    if options.quick:
        draws, replicates, zones = 1024, 40, 8
    zc.project(account_of(1), scenario_of(KINDS["yearly shocks"], "near 0.5"), until=UNTIL, draws=64, sampling="sobol")
    print(f"{draws} draws, {replicates} replicates, reference {zones} x {REFERENCE} draws, numpy {np.__version__}")
    check_truth(zones)
    found: dict[str, dict[str, Row]] = {}
    for name, kind in KINDS.items():
        cases = list(kind.after)[: 1 if options.quick else None]
        found[name] = rows_of(kind, draws, replicates, zones, cases)
        print_rows(name, found[name])
    if options.markdown is not None:
        options.markdown.write_text(
            markdown(f"python benchmarks/bench_sampling.py --draws {draws}", draws, found), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
