"""Shapes of uncertainty: how far a yearly rate may lie from its path.

Decided here:

* A deviation is in the unit of the rate (0.01 is one percentage point a year); that of ``lognormal`` is the logarithm
  of a factor on 1 + rate, so that its median path is the path itself.
* PERT is the beta distribution with mean (low + 4 mode + high) / 6 (Malcolm et al. 1959): alpha = 1 + 4 (mode - low) /
  (high - low), beta = 6 - alpha.
* Shocks that are correlated, between years or between drivers, are correlated as normals and then given their shape
  (a Gaussian copula). The way from a normal deviate to a shape is a table of 1/1024 steps with straight lines between:
  numpy has neither the normal nor the beta distribution function, and 3e-7 of the range is far below any sampling
  error. Independent uniform and triangular shocks take their closed forms from uniform numbers, which are cheaper.
* The normal distribution is cut nowhere; who uses it for a rate makes sure that 8 standard deviations stay above
  -100 %.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from zonecarbon._typing import ArrayLike, FloatArray

_REACH = 8.5
_STEPS = 1024


@dataclass(frozen=True, slots=True)
class Shape:
    """A distribution of deviations.

    Parameters
    ----------
    kind
        ``normal``, ``lognormal``, ``uniform``, ``triangular`` or ``pert``.
    sd
        Standard deviation of ``normal``, and of the logarithm for ``lognormal``.
    low, mode, high
        Of the bounded shapes.
    """

    kind: str
    sd: float = math.nan
    low: float = math.nan
    mode: float = math.nan
    high: float = math.nan

    @property
    def multiplies(self) -> bool:
        """Whether the deviation is the logarithm of a factor, not a summand of the rate."""
        return self.kind == "lognormal"

    @property
    def scale(self) -> float:
        """What :meth:`from_normal` leaves to be multiplied with: the standard deviation of normal shapes, else 1."""
        return self.sd if self.kind in {"normal", "lognormal"} else 1.0

    @property
    def takes_uniforms(self) -> bool:
        """Whether independent shocks are made of uniform numbers; the others are made of normal ones."""
        return self.kind in {"uniform", "triangular"}

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return the deviation that is not exceeded with probability ``p``, of any shape.

        Examples
        --------
        >>> Shape("triangular", low=-0.01, mode=0.0, high=0.03).quantile([0.0, 0.25, 1.0])
        array([-0.01,  0.  ,  0.03])
        """
        at = np.asarray(p, dtype=np.float64)
        if self.takes_uniforms:
            return self.from_uniform(at.copy())
        return self.from_normal(np.asarray(_normal_quantile(at))) * self.scale

    def from_uniform(self, u: FloatArray) -> FloatArray:
        """Return deviations from uniform numbers, in place where there are any axes (uniform and triangular only)."""
        span = self.high - self.low
        if self.kind == "uniform":
            u = np.multiply(u, span, out=u) if u.ndim else u * span
            return np.asarray(u + self.low) if not u.ndim else np.add(u, self.low, out=u)
        turn = (self.mode - self.low) / span
        left = self.low + np.sqrt(u * (span * (self.mode - self.low)))
        right = self.high - np.sqrt((1.0 - u) * (span * (self.high - self.mode)))
        return np.where(u < turn, left, right)

    def from_normal(self, z: FloatArray) -> FloatArray:
        """Return deviations, divided by the ``scale``, from standard normal numbers; these may be overwritten."""
        if self.kind in {"normal", "lognormal"}:
            return z
        value, slope = _table(self)
        at = np.clip((z + _REACH) * _STEPS, 0.0, len(slope) - 1e-6)
        whole = at.astype(np.intp)
        at -= whole
        at *= slope[whole]
        at += value[whole]
        return np.asarray(at)


@lru_cache(maxsize=256)
def _table(shape: Shape) -> tuple[FloatArray, FloatArray]:
    """Return the deviations at steps of a normal deviate, and the difference to the next."""
    z = np.arange(-round(_REACH * _STEPS), round(_REACH * _STEPS) + 1) / _STEPS
    below = np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in z.tolist()])
    value = _beta_pert(shape, below) if shape.kind == "pert" else shape.from_uniform(below.copy())
    if shape.kind != "pert":  # near the upper end 1 - u has lost its digits: the mirrored shape has them
        mirrored = Shape(shape.kind, low=-shape.high, mode=-shape.mode, high=-shape.low)
        value = np.where(z > 0, -mirrored.from_uniform(below[::-1].copy()), value)
    return value[:-1], np.diff(value)


def _beta_pert(shape: Shape, below: FloatArray) -> FloatArray:
    """Return the PERT deviations below which the given probabilities lie; ``below`` is symmetric about one half.

    With x = sin(t)^2 the density is a smooth function of t, which is summed up from both ends by Gauss-Legendre
    quadrature. Near an end the probability grows as t to the power 2 alpha, so its root is looked up, not itself.
    """
    span = shape.high - shape.low
    alpha = 1.0 + 4.0 * (shape.mode - shape.low) / span
    up = _beta_half(alpha, 6.0 - alpha, below)
    down = _beta_half(6.0 - alpha, alpha, below[::-1])
    return np.where(below <= 0.5, shape.low + span * up, shape.high - span * down)


def _beta_half(alpha: float, beta: float, below: FloatArray) -> FloatArray:
    panels = np.linspace(0.0, math.pi / 2.0, 8193)
    nodes, weights = np.polynomial.legendre.leggauss(6)
    half = np.diff(panels)[:, None] / 2.0
    t = panels[:-1, None] + half * (nodes + 1.0)
    mass = (half * weights * np.sin(t) ** (2.0 * alpha - 1.0) * np.cos(t) ** (2.0 * beta - 1.0)).sum(axis=1)
    share = np.concatenate(([0.0], np.cumsum(mass))) / mass.sum()
    root = 1.0 / (2.0 * alpha)
    return np.asarray(np.sin(np.interp(below**root, share**root, panels)) ** 2)


def _normal_quantile(p: FloatArray) -> FloatArray:
    """Return standard normal quantiles, to 1e-15: for a few probabilities, by the standard library."""
    from statistics import NormalDist

    normal = NormalDist()
    flat = [normal.inv_cdf(min(max(value, 1e-300), 1.0 - 1e-16)) for value in p.ravel().tolist()]
    return np.array(flat).reshape(p.shape)
