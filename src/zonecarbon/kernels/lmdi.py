"""Logarithmic mean Divisia index: how much of a change is whose doing, without a residual.

A value is a product of factors, each a ratio of products of *variables*: with V = C for CO2, ``C = A * E/A * C/E`` has
the variables A, E, C. Over cells c (sector, carrier), LMDI-I gives factor k the effect

    sum over c of  L(V_c0, V_c1) * ln(x_kc1 / x_kc0),      L(a, b) = (b - a) / ln(b / a),  L(y, y) = y.

Decided here:

* The log-mean is exact to 3e-16 whatever the two values (mpmath, tests). ``log_mean`` alone takes
  ``(a + b) * tanh(h) / (2h)``, ``h = ln(b/a) / 2``, which equals sqrt(a) sqrt(b) sinh(h)/h without its overflow. Over
  many cells it is ``a * (u - 1) / ln(u)`` with ``u`` the quotient b/a as the machine has it: rounding u hardly moves
  (u - 1) / ln(u), and u - 1 has no rounding near 1, so one division and one logarithm do. (b - a) / ln(b/a) is 3e-8
  off at 1e-9 apart; a switch to the arithmetic mean is 7e-11 off at its edge; log1p of the rate of change is as exact
  but a third slower, and loses digits where V falls by 85 %.
* A kernel works on variables, not on factors: a chain of n factors has n variables, each at its own shape (a zone's
  value added is one number for all its sectors and carriers), and its logarithm is taken once; that of V serves its
  log-mean and, where V is a variable, its effect. The effects close to a few units in the last place of V.
* Zeros are taken as limits. A block is first computed without looking. If something in it is not finite, the cells
  concerned are left out of the sums (others keep their bits), and their limits are added. Where V is zero in one year
  its change goes to the factors that vanish with it, in equal parts (in proportion to the order, if one vanishes twice
  as fast); 0/0 takes the ratio of the other year, so such a factor does not move. No small number is put in the place
  of zero.
* What has no limit is told, not guessed: a variable that changes its sign, and a factor that is infinite in one year or
  in both (energy without value added). The change of such a cell goes to ``apart``, its position to ``undefined``, and
  the caller refuses or shows it as a term of its own.
* NaN and infinite are not known: the cell's effects are NaN, and every sum with the cell.
* Blocks of about 65,000 cells, whose two buffers (1 MB) stay in the second-level cache; sums run in the order of the
  cells, so that the bits depend neither on the block nor on the other zones. Years that follow each other are divided
  as one row of memory, not in pieces of 19. What follows from shapes and exponents alone is planned once and kept.
* Measured (10,000 zones, 10 sectors, 4 factors; logarithms of the four ratios = 1): base to end 1.7 to 1.8, year chains
  1.1, plain numpy 4.5 and 4.2; 169 zones 4.2 and 1.4. The same calls written out by hand take 1.5: three quotients and
  logarithms, the log-mean, four sums over sectors. Sums by a matrix product would be no faster, and their bits would
  depend on the library behind it.

Source: Ang, The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33 (2005) 867-871; zeros:
Ang and Liu, Handling zero values in the LMDI approach, Energy Policy 35 (2007) 238-246.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from zonecarbon._typing import ArrayLike, BoolArray, FloatArray, IntArray

__all__ = ["Effects", "effects", "log_mean"]

_BLOCK = 65_536
# A quotient below the normal numbers has lost digits. _LOW is safely above its logarithm.
_TINY, _HUGE = (float(x) for x in (np.finfo(np.float64).tiny, np.finfo(np.float64).max))
_LOW = -708.0
# Added to ln(b/a): far below any ratio of floats, and it makes tanh(h)/2h exactly 1/2 at a = b.
_SPECK = 1e-200
# From so many periods on, a table of years is divided as one row: one column is wasted, short inner loops are not.
_MANY = 8
_LETTERS = "abcdefgh"
_ZERO = bytes(8)  # one 0.0, of which an array of zeros is made without memory; not to be written to
_Kind = TypeVar("_Kind", np.float64, np.bool_)


class Effects(NamedTuple):
    """Effects, and what could not be attributed.

    ``effect`` (kept axes, period, factor) in the unit of V. ``weight`` is the sum of the log-means. ``apart`` is the
    change of V of the cells without a limit, whose positions (cell axes and period) are the rows of ``undefined``.
    """

    effect: FloatArray
    weight: FloatArray
    apart: FloatArray
    undefined: IntArray


def log_mean(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return the logarithmic mean of two values.

    Parameters
    ----------
    first, second : (...)
        Values of the same sign, in any unit. They broadcast.

    Returns
    -------
    (...)
        In that unit. L(y, y) = y; L(0, y) = 0; L(-a, -b) = -L(a, b); NaN for values of different sign, and where one is
        NaN or infinite.

    Examples
    --------
    >>> log_mean([1.0, 5.0, 0.0], [2.718281828459045, 5.0, 3.0])
    array([1.71828183, 5.        , 0.        ])
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    with np.errstate(all="ignore"):
        mean = _mean(a, b, _log_ratio(a, b))
        mean = np.where((a == 0.0) | (b == 0.0), a * b, mean)
    return np.asarray(mean)


def _log_ratio(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return ln(b/a); where the quotient leaves the normal numbers, the difference of two logarithms."""
    ratio = b / a
    log = np.log(ratio)
    is_far = (np.abs(ratio) < _TINY) | np.isinf(ratio)
    if is_far.any():
        apart = np.log(np.abs(b)) - np.log(np.abs(a))
        log = np.where(is_far, np.where(np.signbit(a) == np.signbit(b), apart, np.nan), log)
    return np.asarray(log)


def _mean(a: FloatArray, b: FloatArray, log_ratio: FloatArray) -> FloatArray:
    """Return the log-mean of a and b, whose ln(b/a) is known."""
    twice = log_ratio + _SPECK
    share = np.tanh(0.5 * twice) / twice
    total = a + b
    return np.asarray(np.where(np.isfinite(total), share * total, share * a + share * b))


def effects(
    start: Sequence[ArrayLike],
    end: Sequence[ArrayLike],
    exponents: ArrayLike,
    *,
    keep: int = 1,
    totals: tuple[ArrayLike, ArrayLike] | None = None,
) -> Effects:
    """Decompose the change of a product of ratios.

    Parameters
    ----------
    start, end : one (zone, ..., period) for each variable
        The variables at the start and the end of each period, in any units. All have the same number of axes and
        broadcast (length 1 where a variable is the same for all cells of an axis). Fastest for year chains if they are
        ``a[..., :-1]`` and ``a[..., 1:]`` of arrays in C order.
    exponents : (factor, variable)
        Factor k is the product of the variables to these powers; V is the product of all factors, and whole powers of
        the variables.
    keep : int
        How many of the leading axes are kept, zones at least; the effects are summed over the others up to the period.
    totals : two (zone, ..., period), optional
        For LMDI-II: V of the aggregate at the start and the end; they broadcast like a variable. The log-means are
        then those of the shares, and effects and weights are those of shares: the caller scales ``effect / weight``,
        each summed over the aggregate, by the log-mean of the totals. A weight of 0 (every cell of the aggregate
        appears or vanishes) leaves that quotient without a meaning; LMDI-I has one. A small weight costs digits:
        the error of the quotient is that of the shares, a few units in their last place, divided by it.

    Returns
    -------
    Effects
        ``effect`` (kept axes, period, factor), ``weight`` and ``apart`` (kept axes, period).

    Raises
    ------
    ValueError
        Shapes that do not fit, or V that is no product of whole powers.

    Notes
    -----
    Extra memory is about 2 MB whatever the number of zones (more only if a single zone is larger than that).

    Examples
    --------
    Two sectors; CO2 = activity * CO2/activity. The second one appears in the second year, with both.

    >>> activity_2020, co2_2020 = [[[1.0], [0.0]]], [[[2.0], [0.0]]]  # one zone, two sectors, one period
    >>> activity_2025, co2_2025 = [[[2.0], [3.0]]], [[[4.0], [6.0]]]
    >>> found = effects([activity_2020, co2_2020], [activity_2025, co2_2025], [[1, 0], [-1, 1]])
    >>> found.effect.tolist()
    [[[8.0, 0.0]]]
    """
    powers = np.asarray(exponents, dtype=np.float64)
    first, last = ([np.asarray(array, dtype=np.float64) for array in arrays] for arrays in (start, end))
    scale = [np.asarray(total, dtype=np.float64) for total in totals or ()]
    plan = _plan(
        tuple([array.shape for array in first]),
        tuple([array.shape for array in last]),
        tuple([total.shape for total in scale]),
        tuple(map(tuple, powers.tolist())) if powers.ndim == 2 else (),
        keep,
    )
    if plan.ones:  # the sums are twice as fast without them
        first, last, scale = ([array.squeeze(plan.ones) for array in arrays] for arrays in (first, last, scale))
    by_factor, weight = np.empty((len(powers), *plan.kept)), np.empty(plan.kept)
    result = Effects(
        by_factor.transpose(*range(1, by_factor.ndim), 0),
        weight,
        np.ndarray(plan.kept, np.float64, _ZERO, strides=(0,) * len(plan.kept)),
        np.zeros((0, len(plan.shape)), np.int64),
    )
    work = _Work([_Ends(x, y) for x, y in zip(first, last, strict=True)], scale, plan)
    by_factor, weight = by_factor.reshape(len(powers), *plan.sums), weight.reshape(plan.sums)
    with np.errstate(all="ignore"):
        for begin in range(0, plan.shape[0], work.rows):
            rows = slice(begin, min(begin + work.rows, plan.shape[0]))
            block = work.block(rows)
            hurt = None if not work.is_rough and block.sum_quickly() else block.sum_carefully()
            sums = work.trim(work.sums[:, : rows.stop - begin])
            weight[rows] = sums[-1]
            _combine(sums, plan.terms, by_factor[:, rows])
            if hurt is not None and hurt.any():
                result = _mend(block, hurt, powers, plan.shape, result, rows)
    return result


class _Plan(NamedTuple):
    """What follows from shapes and exponents alone.

    Each axis has a letter: ``axes`` are those longer than 1, zones always, whose lengths are ``inner``; ``out`` those
    that are kept, of lengths ``sums``; ``own`` those of each variable. ``whole`` are the powers of V, and ``single`` is
    the variable that is V, or -1 if V is a product of several or has to be spread.
    """

    shape: tuple[int, ...]
    kept: tuple[int, ...]
    ones: tuple[int, ...]
    inner: tuple[int, ...]
    sums: tuple[int, ...]
    axes: str
    out: str
    own: tuple[str, ...]
    whole: tuple[float, ...]
    single: int
    terms: tuple[tuple[tuple[int, float], ...], ...]


_Shapes = tuple[tuple[int, ...], ...]


@lru_cache(maxsize=512)
def _plan(first: _Shapes, last: _Shapes, scale: _Shapes, powers: tuple[tuple[float, ...], ...], keep: int) -> _Plan:
    """Return the plan for variables of some shapes, or refuse what does not fit."""
    if not first or len(first) != len(last) or not powers or len(powers[0]) != len(first):
        got = (len(powers), len(powers[0])) if powers else "no table"
        msg = f"exponents must be (factor, variable) for {len(first)} variables; got {got}, {len(last)} ends"
        raise ValueError(msg)
    whole = tuple(sum(column) for column in zip(*powers, strict=True))
    if not any(whole) or any(power % 1.0 for power in whole):
        msg = f"V must be a product of whole powers of the variables; got the powers {list(whole)}"
        raise ValueError(msg)
    axes = {len(shape) for shape in (*first, *last, *scale)}
    if len(axes) != 1 or not 2 <= min(axes) <= len(_LETTERS) or not 1 <= keep < min(axes):
        msg = f"variables must have equally many axes, (zone, ..., period), keep fewer; got {sorted(axes)}, keep {keep}"
        raise ValueError(msg)
    pairs = [np.broadcast_shapes(*pair) for pair in zip(first, last, strict=True)]
    shape = np.broadcast_shapes(*pairs)
    if scale and np.broadcast_shapes(shape, *scale) != shape:
        msg = f"totals must broadcast to {shape}; got {list(scale)}"
        raise ValueError(msg)
    used = [at for at, power in enumerate(whole) if power]
    is_v = len(used) == 1 and whole[used[0]] == 1.0 and first[used[0]] == last[used[0]] == shape and not scale
    ones = tuple(at for at, n in enumerate(shape) if at and n == 1)
    letters = [letter for at, letter in enumerate(_LETTERS[: len(shape)]) if at not in ones]
    period = _LETTERS[len(shape) - 1]
    out = "".join(x for x in letters if x < _LETTERS[keep] or x == period)
    lengths = dict(zip(_LETTERS, shape, strict=False))
    return _Plan(
        shape,
        (*shape[:keep], shape[-1]),
        ones,
        tuple(lengths[x] for x in letters),
        tuple(lengths[x] for x in out),
        "".join(letters),
        out,
        tuple("".join(x for x in letters if pair[_LETTERS.index(x)] != 1 or x in out) for pair in pairs),
        whole,
        used[0] if is_v else -1,
        tuple(tuple((at, power) for at, power in enumerate(row) if power) for row in powers),
    )


def _combine(sums: FloatArray, terms: Sequence[Sequence[tuple[int, float]]], out: FloatArray) -> None:
    """Write the effect of each factor (first axis), made of the sums of its variables."""
    for target, row in zip(out, terms, strict=True):
        if len(row) == 2 and row[0][1] == -1.0 and row[1][1] == 1.0:  # a ratio, most often; in one pass
            np.subtract(sums[row[1][0]], sums[row[0][0]], out=target)
            continue
        target[...] = 0.0
        for at, power in row:
            np.add(target, sums[at] if power == 1.0 else power * sums[at], out=target)


def _part(array: FloatArray, rows: slice) -> FloatArray:
    """Return some zones of an array; one that is the same for all zones stays as it is."""
    return array if array.shape[0] == 1 else array[rows]


def _take(array: FloatArray, cells: IntArray) -> FloatArray:
    """Return some values of an array by their place in C order."""
    return array.reshape(-1)[cells] if array.flags.c_contiguous else array[np.unravel_index(cells, array.shape)]


class _Ends(NamedTuple):
    """A variable at the start and the end of the periods; ``years`` if both are parts of one table in C order."""

    start: FloatArray
    end: FloatArray
    years: FloatArray | None = None

    def find_table(self) -> "_Ends":
        """Return them with the table of years, if ``end`` lies one value behind ``start``."""
        start, end, _ = self
        if start.shape != end.shape or start.strides != end.strides or start.shape[-1] < _MANY or not start.size:
            return self
        places = [array.__array_interface__["data"][0] for array in (start, end)]
        shape = (*start.shape[:-1], start.shape[-1] + 1)
        years = np.lib.stride_tricks.as_strided(start, shape, start.strides, writeable=False)
        return _Ends(
            start, end, years if years.flags.c_contiguous and places[1] - places[0] == start.itemsize else None
        )

    def shape(self) -> tuple[int, ...]:
        """Return the shape of a comparison."""
        whole = self.start.shape if self.years is None else self.years.shape
        return whole if self.start.shape == self.end.shape else np.broadcast_shapes(whole, self.end.shape)

    def part(self, rows: slice) -> "_Ends":
        """Return some zones."""
        years = None if self.years is None else _part(self.years, rows)
        return _Ends(_part(self.start, rows), _part(self.end, rows), years)

    def pair(self) -> tuple[FloatArray, FloatArray]:
        """Return what is compared: two arrays, or each value of a table and the next one."""
        if self.years is None:
            return self.start, self.end
        row = self.years.reshape(-1)
        return row[:-1], row[1:]

    def place(self, buffer: NDArray[_Kind]) -> NDArray[_Kind]:
        """Return where the result of a comparison goes."""
        return buffer if self.years is None else buffer.reshape(-1)[:-1]

    def ratio(self, out: FloatArray) -> None:
        """Write end/start; a number with a logarithm other than 0 in the column that a table has too many."""
        start, end = self.pair()
        np.divide(end, start, out=self.place(out))
        if self.years is not None:
            out[..., -1] = 2.0


class _Work:
    """What is the same for all blocks: the plan, and memory that is used again and again.

    ``sums`` of the block at work are (variable, kept axes) of log-mean times logarithm, and last of the log-mean.
    """

    def __init__(self, variables: Sequence[_Ends], scale: Sequence[FloatArray], plan: _Plan) -> None:
        self.plan, self.scale, self.variables, self.is_table = plan, scale, variables, False
        # With totals both ends are divided apart; a table of years would not be one any more.
        if plan.inner[-1] >= _MANY and plan.axes[-1] == plan.out[-1] != "a" and not scale:
            found = [ends.find_table() for ends in variables]
            is_still = [plan.single >= 0 and ends.start.shape[-1] == ends.end.shape[-1] == 1 for ends in variables]
            self.is_table = all(x.years is not None or still for x, still in zip(found, is_still, strict=True))
            self.variables = found if self.is_table else variables
        inner = (*plan.inner[1:-1], plan.inner[-1] + self.is_table) if len(plan.inner) > 1 else ()
        self.rows = max(1, min(plan.inner[0], _BLOCK // max(1, math.prod(inner))))
        kept = (*plan.sums[1:-1], plan.sums[-1] + self.is_table) if len(plan.sums) > 1 else ()
        self.sums = np.empty((len(variables) + 1, self.rows, *kept))
        self.shape = (self.rows, *inner)
        # Two arrays, not two rows of one: where source and target touch, numpy before 2.1 takes another logarithm.
        self.mean, self.log = np.empty(self.shape), np.empty(self.shape)
        self.ends = np.empty((0 if plan.single >= 0 else 2 - self.is_table, *self.shape))
        self.is_rough = False
        self.logs: list[FloatArray] = []

    def trim(self, array: NDArray[_Kind]) -> NDArray[_Kind]:
        """Leave out the column that a table has too many."""
        return array[..., :-1] if self.is_table else array

    def block(self, rows: slice) -> "_Block":
        """Return a block of zones."""
        variables, scale, n = self.variables, self.scale, rows.stop - rows.start
        if n < self.plan.shape[0]:
            variables, scale = [ends.part(rows) for ends in variables], [_part(total, rows) for total in scale]
        value = variables[self.plan.single] if self.plan.single >= 0 else self._value(variables, scale, n)
        return _Block(self, n, variables, scale, value, self.mean[:n], self.log[:n])

    def _value(self, variables: Sequence[_Ends], scale: Sequence[FloatArray], n: int) -> _Ends:
        """Return V, or its shares."""
        whole = self.plan.whole
        if self.is_table:
            years = [ends.start if ends.years is None else ends.years for ends in variables]
            table = _product(years, whole, self.ends[0, :n])
            return _Ends(table[..., :-1], table[..., 1:], table)
        start = _product([ends.start for ends in variables], whole, self.ends[0, :n])
        end = _product([ends.end for ends in variables], whole, self.ends[1, :n])
        for total, shares in zip(scale, (start, end), strict=False):
            np.divide(shares, total, out=shares)
        return _Ends(start, end)


class _Block(NamedTuple):
    """A block of zones: its variables, V, and memory for the log-means and for a logarithm."""

    work: _Work
    n: int
    variables: Sequence[_Ends]
    scale: Sequence[FloatArray]
    value: _Ends
    mean: FloatArray
    log: FloatArray

    def sum_quickly(self) -> bool:
        """Write the sums; return False if some cell needs more care, and the sums are worth nothing."""
        single = self.work.plan.single
        self.value.ratio(self.mean)
        np.log(self.mean, out=self.log)
        if not self.log.min() >= _LOW:  # NaN as well; +inf shows in the sums
            return False
        self._take_means()
        weights = self._weights()
        if single >= 0:
            self._sum(single, weights, self.log)
        for at, ends in enumerate(self.variables):
            if at == single:
                continue
            shape = ends.shape()
            log = self.log if shape == self.log.shape else np.empty(shape)
            ends.ratio(log)
            np.log(log, out=log)
            if not log.min() >= _LOW:
                return False
            self._sum(at, weights, log)
        return math.isfinite(self.work.sums[:, : self.n].sum())

    def sum_carefully(self) -> BoolArray:
        """Write the sums over the cells that need no limit, and return which ones do and do not simply count 0.

        Zeros are a common case (carriers that a zone does not use), and logarithms of 0 and NaN are five times as slow
        as others: ratios that have no place in a logarithm are clipped, and count 0 because their log-mean is set to 0.
        """
        work, single = self.work, self.work.plan.single
        if not work.logs:
            work.logs = [np.empty((work.rows, *ends.shape()[1:])) for ends in self.variables]
        self.value.ratio(self.mean)
        is_good = _clip(self.mean)
        np.log(self.mean, out=self.log)
        for at, (ends, buffer) in enumerate(zip(self.variables, work.logs, strict=True)):
            if at != single:
                log = buffer[: ends.shape()[0]]
                ends.ratio(log)
                is_good &= _clip(log)
                np.log(log, out=log)
        start, end = self.value.pair()
        still = np.flatnonzero(self.value.place(self.log) == 0.0)
        self._take_means()
        self.mean.reshape(-1)[still] = _take(start, still)  # L(y, y) = y
        is_good &= np.isfinite(self.mean)
        is_all_good = bool(is_good.all())
        if not is_all_good:
            self.mean[~is_good] = 0.0
        weights = self._weights()
        for at, (ends, buffer) in enumerate(zip(self.variables, work.logs, strict=True)):
            self._sum(at, weights, self.log if at == single else buffer[: ends.shape()[0]])
        work.is_rough = not is_all_good or bool(len(still))
        is_idle = np.zeros(is_good.shape, dtype=np.bool_)
        np.logical_and(start == 0.0, end == 0.0, out=self.value.place(is_idle))
        is_good, is_idle = work.trim(is_good), work.trim(is_idle)
        for array in (array for ends in self.variables for array in (ends.start, ends.end)):
            if not np.isfinite(array.max()):
                is_idle &= np.isfinite(array)
        return ~(is_good | is_idle)

    def _take_means(self) -> None:
        """Write the log-means in the place of the ratios of V, whose logarithms are known."""
        mean = self.value.place(self.mean)
        np.subtract(self.mean, 1.0, out=self.mean)
        np.divide(self.mean, self.log, out=self.mean)
        np.multiply(mean, self.value.pair()[0], out=mean)
        if self.value.years is not None:
            self.mean[..., -1] = 0.0

    def _weights(self) -> dict[str, FloatArray]:
        """Write the sums of the log-means; return partial sums by axes."""
        plan = self.work.plan
        weights = {plan.axes: self.mean}
        for own in (*plan.own, plan.out):
            if own not in weights:
                weights[own] = np.einsum(f"{plan.axes}->{own}", self.mean)
        self.work.sums[-1, : self.n] = weights[plan.out]
        return weights

    def _sum(self, at: int, weights: dict[str, FloatArray], log: FloatArray) -> None:
        """Write the sums of log-mean times logarithm of a variable."""
        plan = self.work.plan
        own, out = plan.own[at], plan.out
        weight = weights[own]
        if own != plan.axes:
            log = log.reshape([n for x, n in zip(plan.axes, log.shape, strict=True) if x in own])
        if log.shape != weight.shape:
            log = np.broadcast_to(log, weight.shape)
        np.einsum(f"{own},{own}->{out}", weight, log, out=self.work.sums[at, : self.n])


def _clip(ratio: FloatArray) -> BoolArray:
    """Put ratios into the range of normal numbers, and return which ones were there."""
    is_good: BoolArray = (ratio >= _TINY) & (ratio < np.inf)
    if not is_good.all():
        np.fmin(np.fmax(ratio, _TINY, out=ratio), _HUGE, out=ratio)
    return is_good


def _product(variables: Sequence[FloatArray], powers: Sequence[float], out: FloatArray | None = None) -> FloatArray:
    """Return the product of the variables to small whole powers."""
    result: FloatArray | None = None
    for array, power in zip(variables, powers, strict=True):
        for _ in range(int(abs(power))):
            if result is None:
                result = array if power > 0 else 1.0 / array
            else:
                result = (np.multiply if power > 0 else np.divide)(result, array, out=out)
    if result is None:
        raise AssertionError  # V without a variable is refused at the door
    if out is None or result is out:
        return result
    np.copyto(out, result)
    return out


def _mend(
    block: "_Block", hurt: BoolArray, powers: FloatArray, shape: tuple[int, ...], result: Effects, rows: slice
) -> Effects:
    """Return the result with what the cells taken out of a block come to."""
    plan, cells = block.work.plan, np.nonzero(hurt)
    a = np.stack([np.broadcast_to(ends.start, hurt.shape)[cells] for ends in block.variables])
    b = np.stack([np.broadcast_to(ends.end, hurt.shape)[cells] for ends in block.variables])
    scale = [np.broadcast_to(total, hurt.shape)[cells] for total in block.scale]
    effect, mean, is_undefined, change = _limits(a, b, powers, scale)
    kept = [at for at, x in enumerate(plan.axes) if x in plan.out]
    place = np.ravel_multi_index([cells[at] for at in kept], [hurt.shape[at] for at in kept])
    for target, values in zip(np.moveaxis(result.effect[rows], -1, 0), effect, strict=True):
        np.add.at(target.reshape(-1), place, values)
    np.add.at(result.weight[rows].reshape(-1), place, mean)
    if not is_undefined.any():
        return result
    apart = result.apart if result.apart.flags.writeable else np.zeros(result.weight.shape)
    np.add.at(apart[rows].reshape(-1), place[is_undefined], change[is_undefined])
    found = np.argwhere(hurt.reshape(-1, *shape[1:]))[is_undefined]
    found[:, 0] += rows.start
    return result._replace(apart=apart, undefined=np.concatenate([result.undefined, found]))


def _limits(
    a: FloatArray, b: FloatArray, powers: FloatArray, scale: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray, BoolArray, FloatArray]:
    """Return effects (factor, cell) and log-means of cells (variable, cell), where there is no limit, and changes."""
    whole = powers.sum(axis=0)
    v0, v1 = _product(list(a), whole.tolist()), _product(list(b), whole.tolist())
    change = v1 - v0
    unknown = ~(np.isfinite(a).all(axis=0) & np.isfinite(b).all(axis=0))
    for total in scale:
        unknown |= np.isnan(total)
    zero0, zero1 = (a == 0.0) & (b != 0.0), (a != 0.0) & (b == 0.0)
    still = (a == 0.0) & (b == 0.0)
    moves = ~(zero0 | zero1 | still)
    logs = np.where(moves, _log_ratio(np.where(moves, a, 1.0), np.where(moves, b, 1.0)), 0.0)
    order0, order1 = powers @ zero0, powers @ zero1  # how fast each factor vanishes; negative: it is infinite
    of_v0, of_v1 = whole @ zero0, whole @ zero1
    is_regular = ~(order0.any(axis=0) | order1.any(axis=0))
    is_nothing = (still & (whole != 0.0)[:, np.newaxis]).any(axis=0) | ((of_v0 > 0.0) & (of_v1 > 0.0))
    appears = (of_v0 > 0.0) & (order0 >= 0.0).all(axis=0) & ~order1.any(axis=0)
    vanishes = (of_v1 > 0.0) & (order1 >= 0.0).all(axis=0) & ~order0.any(axis=0)
    log_v = whole @ logs
    if scale:
        v0, v1 = v0 / scale[0], v1 / scale[1]
        log_v = log_v - np.log(scale[1] / scale[0])
    mean = np.where(is_regular & ~is_nothing, _mean(v0, v1, log_v), 0.0)
    effect = (powers @ logs) * mean
    effect = np.where(appears, v1 * order0 / np.where(appears, of_v0, 1.0), effect)
    effect = np.where(vanishes, -v0 * order1 / np.where(vanishes, of_v1, 1.0), effect)
    effect[:, is_nothing] = 0.0
    has_limit = (is_regular & ~still.any(axis=0)) | appears | vanishes
    undefined = ~unknown & ~is_nothing & (np.isnan(logs).any(axis=0) | ~has_limit)
    effect[:, undefined] = 0.0
    effect[:, unknown] = np.nan
    mean[undefined] = 0.0
    mean[unknown] = np.nan
    return effect, mean, undefined, change
