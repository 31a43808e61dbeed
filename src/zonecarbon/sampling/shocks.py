"""Shocks: deviations from the paths, drawn in passes of 1024 draws.

Decided here:

* A stream holds 4096 draws of one driver; a pass takes 1024 of them, [year, draw], which fits the cache. Whole passes
  are always drawn, so that a draw is the same however many there are.
* ``rho`` is the correlation of a year's shock with the last year's (AR(1), stationary from the first year); 1 is one
  draw for the whole path. Correlated drivers have the same ``rho``, so that both the correlation between them and that
  between years are exactly as given.
* ``antithetic``: 32 draws are followed by their mirror images, so that whatever is linear in the shocks cancels, at
  half the random numbers. Such 32 pairs are a replicate; replicates are independent of each other and stand side by
  side.
* ``sobol``: each net of up to 4096 points is scrambled on its own (a random linear map of the digits and a shift, by
  scipy), which makes nets independent replicates and keeps memory flat. The nets of two zones are the same points
  before scrambling and would be dependent point by point; so the order of a zone's own points is shuffled, and only
  the shared shocks keep theirs.
* The middle of each of Sobol's 2^30 intervals is taken: 0 never occurs, and means stay unbiased.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol, TypeAlias, get_args

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import MissingOptionalDependencyError
from zonecarbon.sampling.shapes import Shape
from zonecarbon.sampling.streams import generator

Design: TypeAlias = Literal["antithetic", "plain", "sobol"]
DESIGNS: tuple[str, ...] = get_args(Design)
STREAM = 4096
"""Draws in a stream."""
WIDTH = 1024
"""Draws in a pass."""
PAIRS = 32
"""Antithetic pairs in a replicate: 32 draws and then their mirror images."""
_NETS = 8


@dataclass(frozen=True, slots=True)
class Shock:
    """One source of deviations: the driver it belongs to, its shape, and how it hangs together between years."""

    driver: str
    shape: Shape
    rho: float = 0.0

    def rows(self, n_years: int) -> int:
        """Return the numbers that a trajectory takes: one a year, or one."""
        return 1 if self.rho == 1.0 else n_years


@dataclass(frozen=True, slots=True, eq=False)
class ShockGroup:
    """Shocks that are drawn together: a zone's own, or those shared by all zones.

    Parameters
    ----------
    shocks
        One for each driver at most.
    mixing
        Lower triangular, (shock, shock): the Cholesky factor of the correlation matrix; None if all are independent.
    """

    shocks: tuple[Shock, ...]
    mixing: FloatArray | None = None

    def dimensions(self, n_years: int) -> int:
        """Return how many random numbers a trajectory takes."""
        return sum(shock.rows(n_years) for shock in self.shocks)

    def passes(
        self, n_years: int, start: int, stop: int, seeds: "Seeds", design: Design, net: int = STREAM
    ) -> Iterator[tuple[FloatArray, ...]]:
        """Yield the deviations of each pass: for each shock an array (year, 1024), or (1, 1024) if its ``rho`` is 1.

        The arrays are used again for the next pass. ``start`` is a multiple of 4096; ``stop`` is rounded up to 1024.
        """
        buffers = [np.empty((shock.rows(n_years), WIDTH)) for shock in self.shocks]
        uniform = [self._uniform(at) for at in range(len(self.shocks))]
        streams = range(start // STREAM, -(-stop // STREAM))
        sobol = design == "sobol"
        # All generators at once: after a pass their code is out of the cache, and making one takes twice as long.
        random = {} if sobol else {stream: self._random(seeds, stream) for stream in streams}
        for stream in streams:
            last = min(STREAM, stop - stream * STREAM)
            numbers = self._sobol(n_years, seeds, stream, net, last) if sobol else random[stream]
            for offset in range(0, last, WIDTH):
                for buffer, fill, is_uniform in zip(buffers, numbers, uniform, strict=True):
                    fill(buffer, is_uniform, offset, design)
                yield self._shaped(buffers, uniform)

    def _uniform(self, at: int) -> bool:
        """Return whether a shock is made of uniform numbers: only if nothing hangs together with it."""
        shock = self.shocks[at]
        if self.mixing is not None and (self.mixing[at, :at].any() or self.mixing[at + 1 :, at].any()):
            return False
        return shock.shape.takes_uniforms and shock.rho in {0.0, 1.0}

    def _random(self, seeds: "Seeds", stream: int) -> "Sequence[_Numbers]":
        return [_Random(seeds.generator(shock.driver, stream)) for shock in self.shocks]

    def _sobol(self, n_years: int, seeds: "Seeds", stream: int, net: int, last: int) -> "Sequence[_Numbers]":
        width = self.dimensions(n_years)
        if not width:
            return []
        points = np.empty((width, STREAM))
        # Nets of many dimensions are slow to make: only those of the passes that are drawn.
        for part in range(-(-(-(-last // WIDTH) * WIDTH) // net)):
            number = stream * (STREAM // net) + part
            points[:, part * net : (part + 1) * net] = _net(width, net, seeds, number)
        edges = np.cumsum([0, *(shock.rows(n_years) for shock in self.shocks)])
        return [_Points(points[a:b]) for a, b in pairwise(edges.tolist())]

    def _shaped(self, numbers: Sequence[FloatArray], uniform: Sequence[bool]) -> tuple[FloatArray, ...]:
        if self.mixing is not None:
            _mix(numbers, self.mixing)
        result = []
        for shock, z, is_uniform in zip(self.shocks, numbers, uniform, strict=True):
            if 0.0 < shock.rho < 1.0:
                _remember(z, shock.rho)
            result.append(shock.shape.from_uniform(z) if is_uniform else shock.shape.from_normal(z))
        return tuple(result)


@dataclass(frozen=True, slots=True)
class Seeds:
    """The streams of one zone, or of the shared shocks. ``by_driver`` replaces the seed of some drivers."""

    seed: int
    name: tuple[str, ...]
    shuffled: bool = True
    by_driver: tuple[tuple[str, int], ...] = ()

    def generator(self, driver: str, number: int) -> np.random.Generator:
        """Return the generator of a driver's stream."""
        return generator(dict(self.by_driver).get(driver, self.seed), *self.name, driver, number=number)


class _Numbers(Protocol):
    """Where the numbers of one shock come from: fills the next pass."""

    def __call__(self, out: FloatArray, uniform: bool, offset: int, design: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Random:
    """Pseudo-random numbers of one stream."""

    source: np.random.Generator

    def __call__(self, out: FloatArray, uniform: bool, offset: int, design: str) -> None:
        half = out.shape[1] // 2
        target = np.empty((len(out), half)) if design == "antithetic" else out
        if uniform:
            self.source.random(out=target)
        else:
            self.source.standard_normal(out=target)
        if design == "antithetic":
            groups = out.reshape(len(out), -1, 2, PAIRS)
            drawn = target.reshape(len(out), -1, PAIRS)
            groups[:, :, 0] = drawn
            if uniform:
                np.subtract(1.0, drawn, out=groups[:, :, 1])
            else:
                np.negative(drawn, out=groups[:, :, 1])


@dataclass(frozen=True, slots=True)
class _Points:
    """Uniform points of one stream, by dimension."""

    points: FloatArray

    def __call__(self, out: FloatArray, uniform: bool, offset: int, design: str) -> None:
        part = self.points[:, offset : offset + out.shape[1]]
        if uniform:
            out[:] = part
        else:
            _scipy("special").ndtri(part, out=out)


def _net(width: int, net: int, seeds: Seeds, number: int) -> FloatArray:
    """Return one scrambled net (dimension, point); a zone's own points come in random order."""
    source = seeds.generator("sobol", number)
    engine = _scipy("stats").qmc.Sobol(width, scramble=True, rng=source)
    points = np.ascontiguousarray(engine.random(net).T)
    points += 2.0**-31
    return points[:, source.permutation(net)] if seeds.shuffled else points


def _scipy(module: str) -> Any:
    from importlib import import_module

    try:
        return import_module(f"scipy.{module}")
    except ImportError:
        raise MissingOptionalDependencyError("missing", package="scipy", extra="sobol") from None


def _mix(numbers: Sequence[FloatArray], mixing: FloatArray) -> None:
    """Correlate normals in place: from the last row, so that those above are still as drawn."""
    for i in range(len(numbers) - 1, -1, -1):
        numbers[i][:] *= mixing[i, i]
        for j in range(i):
            if mixing[i, j]:
                numbers[i][:] += mixing[i, j] * numbers[j]


def _remember(z: FloatArray, rho: float) -> None:
    """Turn independent normals (year, draw) into an AR(1) series in place; each year stays standard normal."""
    new = math.sqrt(1.0 - rho * rho)
    for year in range(1, len(z)):
        z[year] *= new
        z[year] += rho * z[year - 1]


def net_size(draws: int) -> int:
    """Return the points of a Sobol net: a power of two, at most 4096, so that there are eight nets if possible.

    Examples
    --------
    >>> net_size(1_000), net_size(10_000), net_size(100_000)
    (64, 1024, 4096)
    """
    return int(min(STREAM, max(64, 2 ** math.floor(math.log2(max(1, draws / _NETS))))))


def whole_draws(draws: int, design: Design) -> int:
    """Return the number of draws that are made: Sobol's come in whole nets.

    Examples
    --------
    >>> whole_draws(1_000, "sobol"), whole_draws(1_000, "antithetic")
    (1024, 1000)
    """
    unit = net_size(draws) if design == "sobol" else 1
    return -(-draws // unit) * unit


def replicate_size(design: Design, net: int) -> int:
    """Return how many draws that stand side by side hang together; such groups are independent of each other.

    Examples
    --------
    >>> replicate_size("plain", 4096), replicate_size("antithetic", 4096), replicate_size("sobol", 4096)
    (1, 64, 4096)
    """
    return {"plain": 1, "antithetic": 2 * PAIRS, "sobol": net}[design]
