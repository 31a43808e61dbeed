"""What is kept of the trajectories: quantiles, means, peak years, targets, budgets; the draws themselves on request.

Decided here:

* One zone at a time fills a slab (row, draw) with a row for each indicator and year, one for the peak's level and one
  for cumulative CO2. Up to 65,536 draws are sorted, so quantiles are exact; above, parts of 16,384 draws go into
  histograms whose bins the first 4096 draws of the same zone fix. Counts and probabilities are exact always.
* Standard errors come from replicates (:mod:`zonecarbon.kernels.draws`); those of means and quantiles from the first
  2048 draws or eight replicates, divided by the square root of how many more draws there are in all: knowing them to
  a tenth is enough, and over all draws they would cost as much as the quantiles.
* A peak year is a position on the time axis of history and path; the last position means no peak within the horizon.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray, IntArray
from zonecarbon.kernels.draws import (
    Bins,
    Histogram,
    Sizes,
    bins_of,
    density_slope,
    sorted_quantiles,
    variance_of_sums,
)
from zonecarbon.kernels.trajectory import first_maximum
from zonecarbon.sampling import STREAM, WIDTH

EXACT = 65_536
"""Draws up to which quantiles are exact."""
PART = 16_384
"""Draws in a part above that."""
_FOR_ERRORS = 2048
INDICATORS = ("co2", "energy", "co2_intensity", "energy_intensity", "value_added")


@dataclass(frozen=True, slots=True)
class Spec:
    """What is collected of every zone and of all together."""

    indicators: tuple[str, ...]
    levels: FloatArray
    n_years: int
    n_history: int
    replicate: int
    exact: bool
    keep: bool = False

    @property
    def needs(self) -> frozenset[str]:
        """The quantities that the indicators are made of; CO2 always, for its peak."""
        parts = {name.removesuffix("_intensity") for name in self.indicators} | {"co2"}
        return frozenset(parts | {"value_added"} if any("intensity" in name for name in self.indicators) else parts)

    @property
    def rows(self) -> int:
        """Rows of a slab: indicators by year, then the peak's level and cumulative CO2."""
        return len(self.indicators) * self.n_years + 2


@dataclass(slots=True)
class Sample:
    """Draws of one zone, or of all together: the slab, the peak positions, and what each draw fulfils."""

    slab: FloatArray
    position: IntArray
    flags: BoolArray  # (flag, draw)
    at: int = 0

    def fill(
        self,
        spec: Spec,
        money: FloatArray | None,
        energy: FloatArray | None,
        co2: FloatArray,
        history: tuple[float, int],
    ) -> slice:
        """Take in the next draws (year, draw); return where they stand."""
        width = min(WIDTH, self.slab.shape[1] - self.at)
        place = slice(self.at, self.at + width)
        self.at += width
        known = {"co2": co2, "energy": energy, "value_added": money}
        gain = money is not None and any("intensity" in name for name in spec.indicators) and bool(money.min() > 0)
        for number, name in enumerate(spec.indicators):
            rows = self.slab[number * spec.n_years : (number + 1) * spec.n_years, place]
            top, bottom = known[name.removesuffix("_intensity")], money if name.endswith("_intensity") else None
            if top is not None and bottom is None:
                rows[:] = top[:, :width]
            elif top is not None and bottom is not None:
                with np.errstate(all="ignore"):
                    np.divide(top[:, :width], bottom[:, :width], out=rows)
                if not (gain and rows.min() >= 0):  # nothing is said of a loss, nor of a net seller
                    rows[np.broadcast_to(~(bottom[:, :width] > 0), rows.shape) | (rows < 0)] = np.nan
        shape = len(co2), width
        whole = co2 if co2.shape == shape else np.ascontiguousarray(np.broadcast_to(co2[:, :width], shape))
        if np.isnan(history[0]):
            self.position[place], self.slab[-2, place] = 0, np.nan
        else:
            self.position[place], self.slab[-2, place] = first_maximum(whole, *history, spec.n_history)
        with np.errstate(over="ignore", invalid="ignore"):
            np.add.reduce(whole, axis=0, out=self.slab[-1, place])
        return place


def new_sample(spec: Spec, draws: int, n_flags: int) -> Sample:
    """Return an empty sample."""
    # Rows that stand a power of two apart share places of the cache: a pass wider, and they do not.
    slab = np.empty((spec.rows, draws + WIDTH))[:, :draws]
    return Sample(slab, np.zeros(draws, dtype=np.int64), np.zeros((n_flags, draws), dtype=bool))


@dataclass(slots=True)
class Counts:
    """How often something holds, summed over replicates, so that a share and its standard error follow."""

    count: IntArray
    square: IntArray
    cross: IntArray

    def __iadd__(self, other: "Counts") -> "Counts":
        self.count = self.count + other.count
        self.square = self.square + other.square
        self.cross = self.cross + other.cross
        return self

    def share(self, sizes: Sizes) -> tuple[FloatArray, FloatArray]:
        """Return shares of draws and their standard errors."""
        return self.count / sizes.draws, np.sqrt(variance_of_sums(self.count, self.square, self.cross, sizes))


def sizes_of(draws: int, replicate: int) -> Sizes:
    """Return what :class:`Counts` needs to know of the replicates: all of one size but the last."""
    whole, rest = divmod(draws, replicate)
    return Sizes(whole + (rest > 0), draws, whole * replicate**2 + rest**2)


@dataclass(slots=True)
class Summary:
    """What one part says of one zone, or of all together."""

    total: FloatArray  # (row,)
    peaks: Counts  # (position,): highest in or before that year
    flags: Counts  # (flag,)
    first_error: FloatArray | None = None  # (row, level + 1): of quantiles and mean, times the root of the draws
    quantiles: FloatArray | None = None
    histogram: Histogram | None = None
    draws: FloatArray | None = None

    def add(self, other: "Summary") -> None:
        """Take in the next part, in order."""
        self.total = self.total + other.total
        self.peaks += other.peaks
        self.flags += other.flags
        if self.histogram is not None and other.histogram is not None:
            self.histogram.merge(other.histogram)
        if self.draws is not None and other.draws is not None:
            self.draws = np.concatenate((self.draws, other.draws), axis=-1)


@np.errstate(over="ignore", invalid="ignore")  # figures at the ends of the floats
def summarise(spec: Spec, sample: Sample, first: bool, bins: Bins | None) -> Summary:
    """Return the summary of a sample; the slab is sorted on the way and of no use afterwards."""
    slab, m = sample.slab, spec.replicate
    histogram = None if spec.exact else Histogram(bins_of(slab[:, :STREAM]) if bins is None else bins)
    summary = Summary(
        total=slab.sum(axis=1) if histogram is None else histogram.add(slab),
        peaks=_peak_counts(sample.position, spec.n_history + spec.n_years, m),
        flags=_counts(sample.flags, m),
        histogram=histogram,
        draws=slab.copy() if spec.keep else None,
    )
    if first:
        some = slab[:, : max(_FOR_ERRORS, 8 * m)].copy()
        slab.sort(axis=1)
        found = sorted_quantiles(slab, spec.levels)
        error = np.empty((len(slab), len(spec.levels) + 1))
        error[:, :-1] = _probability_error(some, found, spec.levels, m) * density_slope(slab, spec.levels)
        error[:, -1] = _mean_error(some, m)
        summary.first_error = error * np.sqrt(some.shape[1])
        summary.quantiles = found if spec.exact else None
    return summary


def _starts(draws: int, m: int) -> IntArray:
    return np.arange(0, draws, m)


def _counts(flags: BoolArray, m: int) -> Counts:
    """Return the counts of each row of ``flags`` (flag, draw)."""
    draws = flags.shape[1]
    if m == 1:
        count = np.count_nonzero(flags, axis=1)
        return Counts(count, count, count)
    starts = _starts(draws, m)
    # A replicate of 64 draws is counted in bytes: of a median's error this is the most work.
    by_replicate = np.add.reduceat(flags.view(np.uint8), starts, axis=1, dtype=np.uint8 if m < 256 else np.int64)
    by_replicate = by_replicate.astype(np.int64)
    sizes = np.diff(np.append(starts, draws))
    return Counts(by_replicate.sum(axis=1), (by_replicate**2).sum(axis=1), (by_replicate * sizes).sum(axis=1))


def _peak_counts(position: IntArray, n: int, m: int) -> Counts:
    """Return how often the peak is at or before each position."""
    draws = len(position)
    if m == 1:
        count = np.bincount(position, minlength=n).cumsum()
        return Counts(count, count, count)
    replicate = np.arange(draws) // m
    n_replicates = int(replicate[-1]) + 1
    table = np.bincount(replicate * n + position, minlength=n_replicates * n).reshape(n_replicates, n).cumsum(axis=1)
    sizes = table[:, -1]
    return Counts(table.sum(axis=0), (table**2).sum(axis=0), (table * sizes[:, None]).sum(axis=0))


def _mean_error(slab: FloatArray, m: int) -> FloatArray:
    """Return the standard error of each row's mean."""
    draws = slab.shape[1]
    n_replicates = -(-draws // m)
    if n_replicates < 2:
        return np.full(len(slab), np.nan)
    if m == 1:
        spread = np.einsum("rd,rd->r", slab, slab) - slab.mean(axis=1) ** 2 * draws
        return np.asarray(np.sqrt(np.maximum(spread, 0.0) / (draws - 1) / draws))
    starts = _starts(draws, m)
    sizes = np.diff(np.append(starts, draws))
    sums = np.add.reduceat(slab, starts, axis=1) - slab.mean(axis=1, keepdims=True) * sizes
    return np.asarray(np.sqrt((sums**2).sum(axis=1) * (n_replicates / (n_replicates - 1))) / draws)


def _probability_error(drawn: FloatArray, found: FloatArray, levels: FloatArray, m: int) -> FloatArray:
    """Return the standard error of the probability of being at or below each quantile (row, level)."""
    draws = drawn.shape[1]
    if m == 1:
        return np.broadcast_to(np.sqrt(levels * (1.0 - levels) / max(draws - 1, 1)), found.shape)
    sizes = sizes_of(draws, m)
    parts = [_counts(drawn <= found[:, at : at + 1], m).share(sizes)[1] for at in range(len(levels))]
    return np.stack(parts, axis=1)


@dataclass(slots=True)
class Collected:
    """Statistics of every zone, and in the last place of all together, in arrays."""

    quantiles: FloatArray  # (entity, row, level)
    mean: FloatArray  # (entity, row)
    error: FloatArray  # (entity, row, level + 1)
    peak: FloatArray  # (entity, position): probability of a peak at or before
    peak_error: FloatArray
    flags: FloatArray  # (entity, flag)
    flag_error: FloatArray
    draws: Mapping[int, FloatArray] = field(default_factory=dict)


def collected(spec: Spec, summaries: Sequence[Summary | None], draws: int, n_flags: int) -> Collected:
    """Return the statistics of summaries that are complete; None is a zone about which nothing is known."""
    n, levels, positions = len(summaries), len(spec.levels), spec.n_history + spec.n_years
    result = Collected(
        np.full((n, spec.rows, levels), np.nan),
        np.full((n, spec.rows), np.nan),
        np.full((n, spec.rows, levels + 1), np.nan),
        np.full((n, positions), np.nan),
        np.full((n, positions), np.nan),
        np.full((n, n_flags), np.nan),
        np.full((n, n_flags), np.nan),
    )
    sizes = sizes_of(draws, spec.replicate)
    kept = {}
    for i, summary in enumerate(summaries):
        if summary is None:
            continue
        found = summary.quantiles
        if found is None and summary.histogram is not None:
            found = summary.histogram.quantiles(spec.levels)
        result.quantiles[i] = found
        result.mean[i] = summary.total / draws
        if summary.first_error is not None:
            result.error[i] = summary.first_error / np.sqrt(draws)
        result.peak[i], result.peak_error[i] = summary.peaks.share(sizes)
        result.flags[i], result.flag_error[i] = summary.flags.share(sizes)
        if summary.draws is not None:
            kept[i] = summary.draws
    result.draws = kept
    return result
