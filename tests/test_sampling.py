"""Shapes, streams and shocks against scipy's distributions, the definitions of correlation, and numpy's own way.

Where randomness is only the carrier (AR(1), correlation, shapes) known normals are fed through the same steps, so that
the comparison is exact; what is random is compared within five standard errors, with fixed seeds.
"""

import builtins
import hashlib
import importlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import zonecarbon as zc
from zonecarbon._typing import FloatArray
from zonecarbon.projection import simulating
from zonecarbon.records import Correlation, Scenario
from zonecarbon.sampling import (
    DESIGNS,
    STREAM,
    WIDTH,
    Design,
    Seeds,
    Shape,
    Shock,
    ShockGroup,
    generator,
    net_size,
    replicate_size,
    to_seed,
    whole_draws,
)
from zonecarbon.sampling.streams import _words

P = np.array([1e-9, 1e-4, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1 - 1e-4, 1 - 1e-9])


def pert(low: float, mode: float, high: float) -> Any:
    alpha = 1 + 4 * (mode - low) / (high - low)
    return stats.beta(alpha, 6 - alpha, loc=low, scale=high - low)


def triangular(low: float, mode: float, high: float) -> Any:
    return stats.triang((mode - low) / (high - low), loc=low, scale=high - low)


LIMITS = [(-0.02, 0.0, 0.01), (-1.0, -1.0, 3.0), (-1.0, 3.0, 3.0), (0.0, 0.1, 0.1001), (-0.3, 0.1, 0.2)]
SHAPES: list[tuple[Shape, Any]] = [
    (Shape("normal", sd=0.03), stats.norm(scale=0.03)),
    (Shape("uniform", low=-0.02, high=0.05), stats.uniform(-0.02, 0.07)),
    *((Shape("triangular", low=a, mode=b, high=c), triangular(a, b, c)) for a, b, c in LIMITS),
    *((Shape("pert", low=a, mode=b, high=c), pert(a, b, c)) for a, b, c in LIMITS),
]
BOUNDED = [pair for pair in SHAPES if pair[0].kind != "normal"]


def named(shapes: Sequence[tuple[Shape, Any]]) -> list[str]:
    return [f"{shape.kind} {shape.low} {shape.mode} {shape.high}" for shape, _ in shapes]


def width(shape: Shape) -> float:
    return 1.0 if math.isnan(shape.low) else shape.high - shape.low


# -- shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "law"), SHAPES, ids=named(SHAPES))
def test_quantiles_are_those_of_scipy(shape: Shape, law: Any) -> None:
    assert_allclose(shape.quantile(P), law.ppf(P), atol=3e-7 * width(shape), rtol=0)


def test_a_lognormal_deviation_is_the_logarithm_of_a_factor() -> None:
    shape = Shape("lognormal", sd=0.2)
    assert_allclose(np.exp(shape.quantile(P)), stats.lognorm(0.2).ppf(P), rtol=1e-12)
    assert shape.multiplies
    assert not Shape("normal", sd=0.2).multiplies


@pytest.mark.parametrize(("shape", "law"), SHAPES, ids=named(SHAPES))
def test_means_are_those_of_scipy(shape: Shape, law: Any) -> None:
    """The mean of the quantiles at the middles of a million equal parts."""
    z = stats.norm.ppf((np.arange(1_000_000) + 0.5) / 1e6)
    assert np.mean(shape.from_normal(z.copy()) * shape.scale) == pytest.approx(law.mean(), abs=2e-6 * width(shape))


@pytest.mark.parametrize(("shape", "law"), BOUNDED, ids=named(BOUNDED))
def test_the_way_from_a_normal_number_stays_within_3e_7_of_the_range(shape: Shape, law: Any) -> None:
    z = np.random.default_rng(1).uniform(-8.4, 8.4, 40_000)
    below, above = law.ppf(stats.norm.cdf(z)), law.isf(stats.norm.sf(z))
    found = shape.from_normal(z.copy())
    assert_allclose(found, np.where(z < 0, below, above), atol=3e-7 * width(shape), rtol=0)


@pytest.mark.parametrize("shape", [shape for shape, _ in BOUNDED], ids=named(BOUNDED))
def test_bounded_shapes_rise_and_keep_their_bounds(shape: Shape) -> None:
    z = np.linspace(-12, 12, 100_001)
    found = shape.from_normal(z)
    assert (np.diff(found) >= 0).all()
    assert shape.low <= found[0] < found[-1] <= shape.high


@pytest.mark.parametrize(("shape", "law"), [pair for pair in SHAPES if pair[0].takes_uniforms])
def test_the_way_from_a_uniform_number_is_exact(shape: Shape, law: Any) -> None:
    u = np.random.default_rng(2).random((3, 500))
    expected = law.ppf(u)
    assert_allclose(shape.from_uniform(u), expected, atol=1e-12 * width(shape), rtol=1e-12)


# -- streams -----------------------------------------------------------------------------------------------------------


def test_streams_are_the_same_on_every_machine() -> None:
    """Literal numbers: whoever changes the keys changes every seeded result, and must say so."""
    assert _words("own\x1f苏州\x1fvalue_added") == (1715880505, 2911690801, 877625507, 274015913)
    assert generator(7, "own", "苏州", "value_added").standard_normal(3).tolist() == [
        -0.28526541664253446,
        -1.6268391994301232,
        -1.3654048107436356,
    ]
    assert generator(7, "shared", "grid_factor", number=3).random() == 0.4202514882305334


@given(st.integers(0, 2**200), st.integers(0, 2**31), st.text(max_size=5))
@example(0, 0, "")
@example(2**32, 1, "a")
@example(2**128 - 1, 2, "b")
def test_a_stream_is_spawned_from_the_seed_by_its_name(seed: int, number: int, name: str) -> None:
    """The words of the key are put together here; numpy's own way is the oracle."""
    digest = hashlib.blake2b(f"own\x1f{name}".encode(), digest_size=16).digest()
    key = (*np.frombuffer(digest, dtype="<u4").tolist(), number)
    expected = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))
    found = generator(seed, "own", name, number=number)
    assert found.integers(0, 2**63, 3).tolist() == expected.integers(0, 2**63, 3).tolist()


def test_streams_do_not_depend_on_the_order_of_asking() -> None:
    names = [("own", zone, driver) for zone in "ABC" for driver in ("value_added", "grid_factor")]
    first = {name: generator(1, *name).random() for name in names}
    assert first == {name: generator(1, *name).random() for name in reversed(names)}
    assert len(set(first.values())) == len(names)


def test_every_part_of_a_key_counts() -> None:
    keys = [(7, ("own", "A", "x"), 0), (8, ("own", "A", "x"), 0), (7, ("own", "B", "x"), 0)]
    keys += [(7, ("own", "A", "y"), 0), (7, ("own", "A", "x"), 1), (2**200, ("own", "A", "x"), 0)]
    keys += [(7, ("shared", "x", ""), 0), (7, ("own", "Ax", ""), 0)]
    assert len({generator(seed, *name, number=number).random() for seed, name, number in keys}) == len(keys)


def test_seeds_come_from_numbers_generators_or_the_machine() -> None:
    assert to_seed(7) == to_seed(np.int64(7)) == 7
    assert to_seed(2**127) == 2**127
    assert to_seed(np.random.default_rng(1)) == to_seed(np.random.default_rng(1)) != to_seed(np.random.default_rng(2))
    assert to_seed(None) != to_seed(None)


@pytest.mark.parametrize("bad", [-1, 1.5, "7", True, [1]])
def test_anything_else_is_no_seed(bad: Any) -> None:
    with pytest.raises(zc.InputError, match=r"rng must be a whole number.*give a seed"):
        to_seed(bad)


# -- passes ------------------------------------------------------------------------------------------------------------


def group(*shocks: Shock, matrix: Any = None) -> ShockGroup:
    mixing = None if matrix is None else simulating._cholesky(np.array(matrix, dtype=np.float64))
    return ShockGroup(shocks, mixing)


def drawn(
    shocks: ShockGroup,
    n_years: int,
    draws: int,
    design: Design = "plain",
    *,
    start: int = 0,
    seed: int = 5,
    **named: Any,
) -> list[FloatArray]:
    """Return each shock's deviations (year, draw), put together from the passes."""
    seeds = Seeds(seed, ("own", "A"), **named)
    net = net_size(draws) if design == "sobol" else STREAM
    passes = [[a.copy() for a in one] for one in shocks.passes(n_years, start, draws, seeds, design, net)]
    return [np.concatenate(parts, axis=1) for parts in zip(*passes, strict=True)]


NORMAL = Shape("normal", sd=1.0)
UNIFORM = Shape("uniform", low=0.0, high=1.0)
PERT = Shape("pert", low=-1.0, mode=0.0, high=2.0)


@pytest.mark.parametrize("design", DESIGNS)
def test_passes_are_the_same_whatever_start_and_stop(design: Design) -> None:
    shocks = group(Shock("a", NORMAL, 0.5), Shock("b", PERT, 1.0), Shock("c", UNIFORM))
    seeds = Seeds(5, ("own", "A"))

    def run(start: int, stop: int) -> list[list[FloatArray]]:
        return [[a.copy() for a in one] for one in shocks.passes(3, start, stop, seeds, design)]

    whole = run(0, 3 * STREAM)
    for start, stop in ((0, 1), (0, 1025), (STREAM, 2 * STREAM), (2 * STREAM, 2 * STREAM + 700), (0, 2 * STREAM + 1)):
        part = run(start, stop)
        assert len(part) == -(-(stop - start) // WIDTH)
        for mine, theirs in zip(part, whole[start // WIDTH :], strict=False):
            for a, b in zip(mine, theirs, strict=True):
                assert_array_equal(a, b)
    assert [a.shape for a in whole[0]] == [(3, WIDTH), (1, WIDTH), (3, WIDTH)]


def test_another_driver_or_horizon_leaves_the_others_alone() -> None:
    """A longer horizon draws more years of the same stream, so only its own width may differ; a driver has its own."""
    alone = drawn(group(Shock("a", NORMAL)), 3, 2000)[0]
    assert_array_equal(drawn(group(Shock("b", PERT), Shock("a", NORMAL)), 3, 2000)[1], alone)
    moved = drawn(group(Shock("a", NORMAL), Shock("b", NORMAL)), 3, 2000, by_driver=(("b", 99),))
    assert_array_equal(moved[0], alone)
    assert_array_equal(moved[1], drawn(group(Shock("b", NORMAL)), 3, 2000, seed=99)[0])


def test_no_shocks_still_make_passes() -> None:
    assert [one for one in ShockGroup(()).passes(3, 0, 2000, Seeds(1, ("shared",)), "plain")] == [(), ()]
    assert [one for one in ShockGroup(()).passes(3, 0, 2000, Seeds(1, ("shared",)), "sobol")] == [(), ()]


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("design", DESIGNS)
def test_years_hang_together_by_rho(rho: float, design: Design) -> None:
    n, z = 60_000, drawn(group(Shock("a", NORMAL, rho)), 6, 60_000, design)[0]
    if rho == 1.0:
        assert z.shape == (1, z.shape[1])
        z = np.repeat(z, 6, axis=0)
    assert_allclose(z.mean(axis=1), 0, atol=5 / math.sqrt(n))
    assert_allclose(z.var(axis=1), 1, atol=5 * math.sqrt(2 / n) * math.sqrt(2))  # of pairs only half are free
    lag = np.subtract.outer(np.arange(6), np.arange(6))
    assert_allclose(np.corrcoef(z), rho ** np.abs(lag), atol=5 * math.sqrt(2 / n))


class _Fed:
    """Numbers that are handed out instead of random ones."""

    def __init__(self, values: FloatArray) -> None:
        self.values = values

    def __call__(self, out: FloatArray, uniform: bool, offset: int, design: str) -> None:
        assert not uniform
        out[:] = self.values[:, offset : offset + out.shape[1]]


def fed(shocks: ShockGroup, numbers: list[FloatArray], monkeypatch: pytest.MonkeyPatch) -> list[FloatArray]:
    """Return deviations made of known normal numbers, one array (year, draw) for each shock."""
    monkeypatch.setattr(ShockGroup, "_random", lambda self, seeds, stream: [_Fed(one) for one in numbers])
    return drawn(shocks, len(numbers[0]), numbers[0].shape[1])


def test_the_recursion_is_ar1_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    rho, e = 0.7, np.random.default_rng(3).standard_normal((5, WIDTH))
    found = fed(group(Shock("a", NORMAL, rho)), [e], monkeypatch)[0]
    # z_y = rho^y e_0 + sqrt(1 - rho^2) sum_k rho^(y - k) e_k: written out, not as a recursion.
    new = math.sqrt(1 - rho**2)
    for year in range(5):
        expected = rho**year * e[0] + sum(new * rho ** (year - k) * e[k] for k in range(1, year + 1))
        assert_allclose(found[year], expected, rtol=1e-12, atol=1e-13)


def test_ar1_has_unit_variance_and_rho_between_years_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unit vectors in, coefficients out: their squares and products are variances and covariances, without chance."""
    rho = 0.7
    numbers = np.zeros((5, WIDTH))
    numbers[range(5), range(5)] = 1.0
    a = fed(group(Shock("a", NORMAL, rho)), [numbers], monkeypatch)[0][:, :5]
    lag = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    assert_allclose(a @ a.T, rho**lag, rtol=1e-13)


SINGULAR = [[1.0, 1.0, 0.5], [1.0, 1.0, 0.5], [0.5, 0.5, 1.0]]
MATRICES = {
    "plain": [[1.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 1.0]],
    "strong": [[1.0, 0.9, 0.8], [0.9, 1.0, 0.95], [0.8, 0.95, 1.0]],
    "singular": SINGULAR,
    "opposite": [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    "rank two": [[1.0, 0.0, math.sqrt(0.5)], [0.0, 1.0, math.sqrt(0.5)], [math.sqrt(0.5), math.sqrt(0.5), 1.0]],
}


@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES.keys())
@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_drivers_hang_together_by_the_matrix_exactly(
    matrix: list[list[float]], rho: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The covariance of every (driver, year) with every other is matrix x rho^lag: unit vectors as above."""
    years, drivers = 3, 3
    numbers = [np.zeros((years, WIDTH)) for _ in range(drivers)]
    for i, one in enumerate(numbers):
        one[range(years), range(i * years, (i + 1) * years)] = 1.0
    shocks = group(*(Shock(name, NORMAL, rho) for name in "abc"), matrix=matrix)
    rows = np.concatenate([one[:, : years * drivers] for one in fed(shocks, numbers, monkeypatch)])
    lag = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    expected = np.kron(np.array(matrix), np.where(lag == 0, 1.0, float(rho) ** np.maximum(lag, 1)))
    assert_allclose(rows @ rows.T, expected, atol=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_correlation_of_one_makes_drivers_alike_whatever_their_shape(design: Design) -> None:
    shocks = group(Shock("a", NORMAL), Shock("b", UNIFORM), Shock("c", NORMAL), matrix=SINGULAR)
    a, b, c = drawn(shocks, 2, 4096, design)
    assert_allclose(b, stats.norm.cdf(a), atol=3e-7)
    assert np.corrcoef(a.ravel(), c.ravel())[0, 1] == pytest.approx(0.5, abs=0.05)


def test_a_scenario_correlates_own_with_own_and_shared_with_shared() -> None:
    path = {"kind": "constant", "rate": 0.0, "uncertainty": [{"shape": "normal", "sd": 0.01},
            {"shape": "normal", "sd": 0.02, "shared": True}]}  # fmt: skip
    told = Correlation(drivers=("value_added", "energy_intensity"), matrix=((1.0, -0.5), (-0.5, 1.0)))
    scenario = Scenario.model_validate({"value_added": path, "energy_intensity": path, "correlation": told})
    for found, sd in zip(simulating.shock_groups(scenario), (0.01, 0.02), strict=True):
        assert [(shock.driver, shock.shape.sd) for shock in found.shocks] == [
            ("value_added", sd),
            ("energy_intensity", sd),
        ]
        assert found.mixing is not None
        assert_allclose(found.mixing @ found.mixing.T, [[1.0, -0.5], [-0.5, 1.0]], atol=1e-15)


# -- antithetic --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "rho"), [(NORMAL, 0.0), (NORMAL, 0.6), (NORMAL, 1.0), (UNIFORM, 0.0), (UNIFORM, 1.0)]
)
def test_pairs_mirror_exactly(shape: Shape, rho: float) -> None:
    values = drawn(group(Shock("a", shape, rho)), 4, 2 * STREAM, "antithetic")[0]
    first, second = np.moveaxis(values.reshape(len(values), -1, 2, 32), 2, 0)
    assert_array_equal(second, -first if shape is NORMAL else 1.0 - first)
    assert len(np.unique(first)) == first.size


def test_the_mean_of_normal_shocks_is_zero_after_whole_replicates() -> None:
    values = drawn(group(Shock("a", NORMAL, 0.6)), 4, 1024, "antithetic")[0]
    assert_allclose(values.mean(axis=1), 0, atol=1e-16)


# -- Sobol -------------------------------------------------------------------------------------------------------------


def test_each_net_has_one_point_in_each_part_of_each_dimension() -> None:
    shocks = group(Shock("a", UNIFORM), Shock("b", UNIFORM, 1.0))
    a, b = drawn(shocks, 3, 2048, "sobol")
    size = net_size(2048)
    assert size == 256
    for row in (*a, *b):
        for start in range(0, 2048, size):
            counts = np.bincount((row[start : start + size] * size).astype(int), minlength=size)
            assert (counts == 1).all()
    assert len({tuple(row[:size].tolist()) for row in (*a, *b)}) == 4


def test_a_zones_own_points_are_shuffled_and_the_shared_ones_keep_their_order() -> None:
    """In the order of the net each half of it is balanced; shuffled it is not (chance: one in many millions)."""

    def halves(shuffled: bool) -> set[int]:
        rows = drawn(group(Shock("a", UNIFORM)), 8, 4096 * 8, "sobol", shuffled=shuffled)[0]
        return set(np.count_nonzero(rows[:, :2048] < 0.5, axis=1).tolist())

    assert halves(False) == {1024}
    assert halves(True) != {1024}


def test_sobol_means_are_unbiased_and_points_lie_inside() -> None:
    passes = group(Shock("a", UNIFORM)).passes(2, 0, 4 * STREAM, Seeds(5, ("own", "A")), "sobol", 64)
    nets = np.concatenate([one[0].copy().reshape(2, -1, 64) for one in passes], axis=1)  # 256 nets of 64 points
    means = nets.mean(axis=2)
    error = means.std(axis=1, ddof=1) / 16
    assert (np.abs(means.mean(axis=1) - 0.5) < 4 * error).all()
    assert (error < 3e-4).all()  # of as many plain draws: 0.0023
    assert np.unique(nets).size == nets.size  # each net is scrambled on its own
    values = drawn(group(Shock("a", UNIFORM)), 2, 4096, "sobol")[0]
    assert 0 < values.min() < values.max() < 1


@given(st.integers(1, 200_000))
def test_nets_are_powers_of_two_and_eight_if_possible(draws: int) -> None:
    size = net_size(draws)
    assert size & (size - 1) == 0
    assert 64 <= size <= 4096
    assert STREAM % size == 0
    whole = whole_draws(draws, "sobol")
    assert 0 <= whole - draws < size
    assert whole % size == 0
    assert whole_draws(draws, "plain") == whole_draws(draws, "antithetic") == draws
    if draws >= 512:
        assert whole // size >= 8
    assert [replicate_size(design, size) for design in ("plain", "antithetic", "sobol")] == [1, 64, size]


def test_without_scipy_only_sobol_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def no_scipy(name: str, package: str | None = None) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, package)

    def no_import(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return importing(name, *rest, **named)

    importing = builtins.__import__
    monkeypatch.setattr(importlib, "import_module", no_scipy)
    monkeypatch.setattr(builtins, "__import__", no_import)
    shocks = group(Shock("a", NORMAL), Shock("b", PERT, 0.5), Shock("c", Shape("triangular", low=-1, mode=0, high=1)))
    drawn(shocks, 2, 64, "plain")
    drawn(shocks, 2, 64, "antithetic")
    with pytest.raises(zc.MissingOptionalDependencyError, match="scipy"):
        drawn(shocks, 2, 64, "sobol")


def test_dimensions_are_counted() -> None:
    shocks = group(Shock("a", NORMAL), Shock("b", NORMAL, 0.5), Shock("c", NORMAL, 1.0))
    assert shocks.dimensions(35) == 71
